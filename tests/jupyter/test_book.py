"""The site is built from notebooks that ran as they stand, and it hides no verdict."""

import copy
import importlib.util
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("build", ROOT / "book/build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)


def card(kind, sentence, verdict="PASS", name=""):
    data = {"kind": kind, "sentence": sentence, "verdict": verdict, "id": name, "code": ""}
    return new_output("display_data", {build.VERDICT: data, "text/html": "<div></div>"})


def solved(*outputs):
    cells = [new_markdown_cell("## 1. A maze"), new_code_cell("check()", outputs=list(outputs))]
    course = {"title": "A module", "objectives": ["Look"], "minutes": 60}
    return new_notebook(cells=cells, metadata={"course": course})


class Evidence(unittest.TestCase):
    def test_every_claim_and_check_is_listed_under_its_section(self):
        notebook = solved(card("claim", "1 < 2 & 3"), card("check", "Correct.", name="9.1"), card("quiz", "Right.", name="9.q1"))
        page = build.evidence({"09_module": notebook})
        self.assertIn("| 1. A maze | 9.1 | 9.q1 | 1 |", page)
        self.assertIn("<li>1 &lt; 2 &amp; 3</li>", page)
        self.assertIn("- Look", page)

    def test_a_verdict_that_is_not_a_pass_is_refused(self):
        for verdict in ("FAIL", "TODO"):
            with self.assertRaisesRegex(build.Refused, f"09_module: no such thing .{verdict}"):
                build.evidence({"09_module": solved(card("claim", "no such thing", verdict))})


class Sources(unittest.TestCase):
    def test_a_solution_is_stale_unless_it_ran_as_it_stands(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "solutions").mkdir()
            with mock.patch.multiple(build, ROOT=root, EXECUTED=root):
                notebook = solved(card("claim", "true"))
                nbformat.write(notebook, root / "solutions/09_module.ipynb")
                self.assertIsNone(build.executed("09_module"))
                nbformat.write(notebook, root / "09_module.ipynb")
                self.assertEqual(build.executed("09_module").cells[1].outputs, notebook.cells[1].outputs)
                changed = copy.deepcopy(notebook)
                changed.cells[1].source += " // another"
                nbformat.write(changed, root / "solutions/09_module.ipynb")
                self.assertIsNone(build.executed("09_module"))
                nbformat.write(new_notebook(cells=[new_markdown_cell("words")]), root / "solutions/A1_words.ipynb")
                self.assertIsNotNone(build.executed("A1_words"))

    def test_the_contents_hold_every_module_once_and_refuse_one_without_a_place(self):
        contents = build.table_of_contents(build.stems())
        listed = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
        self.assertEqual(sorted(listed), sorted([*build.stems(), "evidence", "notation"]))
        with self.assertRaisesRegex(build.Refused, "lacks 99_new"):
            build.table_of_contents([*build.stems(), "99_new"])

    def test_answers_are_folded_and_claims_are_not(self):
        for tag, hidden in [("exercise", ["hide-input"]), ("quiz", ["hide-cell"]), ("claim", [])]:
            cell = new_code_cell("x", metadata={"tags": [tag]})
            build.for_readers(cell)
            self.assertEqual(cell.metadata["tags"], [tag, *hidden])

    def test_a_page_knows_a_card_as_html_only(self):
        cell = solved(card("claim", "true")).cells[1]
        build.for_readers(cell)
        self.assertEqual(build.verdicts(cell), [])
        self.assertEqual(list(cell.outputs[0].data), ["text/html"])


if __name__ == "__main__":
    unittest.main()
