"""The site is built from notebooks that ran as they stand, and it hides no verdict."""

import copy
import re
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree
from pathlib import Path
from unittest import mock

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book"))
import build  # noqa: E402
import picture  # noqa: E402


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


class Picture(unittest.TestCase):
    def test_each_frame_of_a_player_has_its_turn(self):
        frame = '<div class="aif-frame"{}><svg width="10" height="{}"><title>T</title><rect fill="#1f2328"/></svg><p>{}</p></div>'
        html = (
            "<style>.aif{--aif-ink:#000}.aif-player{font:13px}</style>"
            '<div class="aif-player" style="" role="group" aria-label="Two &amp; two">'
            + frame.format("", 20, "One &lt; two.")
            + frame.format(" hidden", 30, "Two.")
        )
        drawn = picture.moving(html)
        root = tree.fromstring(drawn)
        turns = [one for one in root if one.get("class") == "frame"]
        delays = [re.search(r"animation-delay:(-[\d.]+)s", one.get("style"))[1] for one in turns]
        self.assertEqual(delays, ["-5", "-2.5"])
        self.assertIn("turn 5s", drawn)
        self.assertIn("50.00%{opacity:0}", drawn)
        self.assertEqual([one[-1].text for one in turns], ["One < two.", "Two."])
        self.assertEqual((root.get("height"), root.get("aria-label")), ("64", "Two & two"))
        self.assertEqual(drawn.count("<title>"), 1)
        with self.assertRaises(build.Refused):
            picture.moving("<div></div>")

    def test_the_readme_has_one_that_follows_the_reader_s_setting(self):
        drawn = (ROOT / ".github/rat.svg").read_text(encoding="utf-8")
        self.assertIn("prefers-color-scheme:dark", drawn)
        self.assertIn("prefers-reduced-motion", drawn)
        self.assertEqual(tree.fromstring(drawn).get("role"), "img")
        self.assertLess(len(drawn), 20_000)
        self.assertIn(".github/rat.svg", (ROOT / "README.md").read_text(encoding="utf-8")[:2000])


if __name__ == "__main__":
    unittest.main()
