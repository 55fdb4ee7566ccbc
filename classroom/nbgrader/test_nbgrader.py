"""nbgrader hands out the course's notebooks and grades what comes back, on a real kernel: `make test-nbgrader`."""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent.parent
MODULE = "02_bellman_and_value"



def tags(cell):
    return cell.metadata.get("tags", [])


def function(body):
    """An answer to exercise 2.1."""
    return f"fn discounted_return(rewards: &[f64], gamma: f64) -> f64 {{\n    {body}\n}}"


class NbGrader(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="course-nbgrader-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(HERE / "nbgrader_config.py", self.folder)

    def nbgrader(self, *arguments):
        """Runs a command of nbgrader, which looks for its own programs on PATH."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "COURSE_ROOT": os.environ.get("COURSE_ROOT", str(COURSE))}
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stderr

    def read(self, name):
        return nbformat.read(self.folder / name, as_version=4)

    def test_every_module_is_handed_out_without_an_answer(self):
        modules = [path for path in sorted((COURSE / "solutions").glob("*.ipynb")) if "exercise:" in path.read_text()]
        self.assertGreater(len(modules), 15)
        (self.folder / "source/all").mkdir(parents=True)
        for path in modules:
            shutil.copy(path, self.folder / "source/all")
        self.nbgrader("generate_assignment", "all")
        for path in modules:
            with self.subTest(path.stem):
                released = self.read(f"release/all/{path.name}")
                for cell in released.cells:
                    self.assertNotIn("BEGIN SOLUTION", cell.source)
                    if "quiz" in tags(cell):
                        self.assertIn('"?")', cell.source)
                    if "exercise" in tags(cell):
                        self.assertIn("todo!()", cell.source)
                        self.assertTrue(cell.metadata.nbgrader.solution)
                    if "check" in tags(cell):
                        self.assertTrue(cell.metadata.nbgrader.grade)

    def test_a_point_for_each_check_that_passes_whatever_the_others_do(self):
        # The beginning of the module and two exercises are enough.
        notebook = nbformat.read(COURSE / "solutions" / f"{MODULE}.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        wanted = {"exercise:2.1", "check:2.1", "exercise:2.2", "check:2.2"}
        notebook.cells = code[:2] + [cell for cell in code[2:] if wanted & set(tags(cell))]
        (self.folder / "source/two").mkdir(parents=True)
        nbformat.write(notebook, self.folder / f"source/two/{MODULE}.ipynb")
        answers = {tag: cell.source for cell in code for tag in tags(cell) if tag in wanted}
        self.nbgrader("generate_assignment", "two")

        right = function("rewards.iter().rev().fold(0.0, |later, reward| reward + gamma * later)")
        first_answers = {
            "right": right,
            "prints": right.replace("    rewards", '    eprintln!("so far"); rewards'),
            "wrong": function("rewards.iter().sum()"),
            "compile": function("rewards +"),
            "panic": function('panic!("boom")'),
            "exit": function("std::process::exit(0)"),
            "loop": function("loop {}"),
            "nothing": None,
        }
        for student, first in first_answers.items():
            submitted = self.read(f"release/two/{MODULE}.ipynb")
            for cell in submitted.cells:
                if "exercise:2.1" in tags(cell) and first:
                    cell.source = first
                if "exercise:2.2" in tags(cell):
                    cell.source = answers["exercise:2.2"]
                if "check:2.1" in tags(cell) and student == "wrong":
                    cell.source = 'println!("PASS")'
            path = self.folder / f"submitted/{student}/two/{MODULE}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(submitted, path)
        self.nbgrader("autograde", "two")
        self.nbgrader("export")
        with open(self.folder / "grades.csv", newline="") as file:
            scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
        self.assertEqual(scores, {student: 2 if first and "later" in first else 1 for student, first in first_answers.items()})

        # The student reads the check's sentence.
        graded = self.read(f"autograded/wrong/two/{MODULE}.ipynb")
        said = json.dumps([cell.outputs for cell in graded.cells if "check:2.1" in tags(cell)])
        self.assertIn("the plain sum", said)


if __name__ == "__main__":
    unittest.main()
