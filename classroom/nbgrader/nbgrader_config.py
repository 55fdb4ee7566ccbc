"""nbgrader on this course's notebooks. Copy this file into the folder of your nbgrader course.

    mkdir -p source/02 && cp .../solutions/02_bellman_and_value.ipynb source/02/
    nbgrader generate_assignment 02        # release/02: stubs, questions without their letters
    nbgrader autograde 02                  # what lies in submitted/NAME/02/, a point for each check that passes

The kernel has to be known to nbgrader's Python: target/release/course kernel --install FOLDER_OF_ITS_ENVIRONMENT

Exercises and checks are found by the tags that the notebooks have, so no cell need be marked by hand. Two things are
otherwise than nbgrader expects, and mended here: a check that fails shows a card and is no error of the kernel, and a cell
that does not compile is answered without the name of an error, at which nbgrader stops.
"""

import os
import re

from nbformat.v4 import new_output
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

VERDICT = "application/vnd.aif.verdict+json"

# What students would have noted in progress.csv is not noted for the teacher.
os.environ["COURSE_PROGRESS"] = ""


def number(cell, kind):
    """The number of the exercise that this cell states, or checks."""
    tags = cell.metadata.get("tags", [])
    return next((tag.partition(":")[2] for tag in tags if tag.startswith(f"{kind}:")), None)


class Tags(NbGraderPreprocessor):
    """Tells nbgrader by its own words what the tags say, and takes the letters out of the questions."""

    def preprocess_cell(self, cell, resources, index):
        for kind, solution in (("exercise", True), ("check", False)):
            if found := number(cell, kind):
                cell.metadata["nbgrader"] = {
                    "schema_version": 3,
                    "grade_id": f"{kind}-{found.replace('.', '-')}",
                    "solution": solution,
                    "grade": not solution,
                    "locked": not solution,
                    "task": False,
                    **({} if solution else {"points": 1}),
                }
        if "quiz" in cell.metadata.get("tags", []):
            cell.source = re.sub(r'(quiz\("[^"]+", ")[^"]*"', r'\1?"', cell.source)
        return cell, resources


class RunCells(Execute):
    """Runs the cells; a check without a PASS of its own is an error."""

    def on_cell_executed(self, **kwargs):
        content, cell = kwargs["execute_reply"]["content"], kwargs["cell"]
        # evcxr leaves these out of its answer to what does not compile.
        for key, nothing in (("ename", "Error"), ("evalue", ""), ("traceback", [])):
            content.setdefault(key, nothing)
        super().on_cell_executed(**kwargs)
        if not (exercise := number(cell, "check")):
            return
        cards = [output for output in cell.outputs if VERDICT in output.get("data", {})]
        verdicts = [card.data[VERDICT] for card in cards if card.data[VERDICT]["id"] == exercise]
        # nbgrader counts what a cell prints against it, and looks for points in what it shows as its value.
        passed = verdicts and verdicts[-1]["verdict"] == "PASS"
        shown = [new_output("display_data", data=card.data) for card in cards]
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if not passed and not errors:
            text = verdicts[-1]["sentence"] if verdicts else "The check has shown no verdict."
            errors = [new_output("error", ename="Check", evalue=text, traceback=[text])]
        cell.outputs = shown if passed else shown + errors


def steps(converter, name):
    """What nbgrader does by itself."""
    return converter.class_traits()[name].default()


c = get_config()  # noqa: F821
c.ClearSolutions.code_stub = {"rust": "todo!()"}
c.GenerateAssignment.preprocessors = [Tags, *steps(GenerateAssignment, "preprocessors")]
c.Autograde.autograde_preprocessors = [
    RunCells if step is Execute else step for step in steps(Autograde, "autograde_preprocessors")
]
# Seconds for a cell; the first may have to compile the library. One that does not end is interrupted, and the next is run.
c.RunCells.timeout_func = lambda cell: 600 if cell.source.startswith(":dep") else 30
c.RunCells.iopub_timeout = 60
c.RunCells.raise_on_iopub_timeout = False
