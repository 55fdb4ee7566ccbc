"""Builds the site: the executed solutions, rendered by Jupyter Book.

    python book/build.py --stale      names the solutions without an executed copy of their present cells
    python book/build.py              builds target/book/_build/html (`make book` executes first what is stale)
"""

import html
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent
#: Where `course run` leaves the solutions with their outputs.
EXECUTED = ROOT / "target/course/executed/solutions"
TARGET = ROOT / "target/book"
#: The module whose step player the first page shows: a rat that looks before it runs.
PLAYER = "09_first_aif_agent"
VERDICT = "application/vnd.aif.verdict+json"


class Refused(Exception):
    """What is wrong, in words that name the cure."""


def parts():
    """The parts of the course and the modules of each, as the table of the README gives them."""
    found, part = {}, "Before you start"
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"\| \| \*\*(.+?)\*\* \|", line):
            part = heading[1]
        elif row := re.match(r"\| (\d\d) \|", line):
            found.setdefault(part, []).append(row[1])
    if not found:
        raise Refused("README.md has no table of modules; its rows begin `| 09 |`")
    return found


def stems():
    return sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))


def is_page(notebook):
    """Whether it is all words."""
    return all(cell.cell_type != "code" for cell in notebook.cells)


def executed(stem):
    """A solved notebook with its outputs (as it is if it has no code); None if it has not been run as it stands."""
    source = nbformat.read(ROOT / "solutions" / f"{stem}.ipynb", as_version=4)
    path = EXECUTED / f"{stem}.ipynb"
    if is_page(source) or not path.exists():
        return source if is_page(source) else None
    notebook = nbformat.read(path, as_version=4)
    return notebook if [cell.source for cell in notebook.cells] == [cell.source for cell in source.cells] else None


def verdicts(cell):
    """What a cell's cards say."""
    cards = [output.get("data", {}).get(VERDICT) for output in cell.get("outputs", [])]
    return [card for card in cards if card]


def for_readers(cell):
    """Folds what a reader may want to find alone, the answer of an exercise and of a question, and leaves of a card its HTML."""
    for output in cell.get("outputs", []):
        output.get("data", {}).pop(VERDICT, None)
    tags = cell.metadata.setdefault("tags", [])
    for tag, hide, prompt in [("exercise", "hide-input", "the solution"), ("quiz", "hide-cell", "the answer")]:
        if tag in tags:
            tags.append(hide)
            cell.metadata["mystnb"] = {"code_prompt_show": f"Show {prompt}", "code_prompt_hide": f"Hide {prompt}"}


def evidence(notebooks):
    """The page that says, for every module, what it promises and what stands behind it."""
    lines = ["# Objectives and evidence", ""]
    lines += ["What each module promises, and what proves or practises it, section by section: the claims that its cells prove "
              "(each ran, and passed, when this site was built), its exercises, and its questions.", ""]
    for stem, notebook in notebooks.items():
        course = notebook.metadata.get("course", {})
        if is_page(notebook):
            continue
        lines += [f"## {stem.split('_')[0]} · {course['title']}", "", "**You will be able to**", ""]
        lines += [f"- {objective}" for objective in course["objectives"]]
        lines += ["", f"About {course['minutes']} minutes. [Open the module]({stem}.ipynb).", ""]
        lines += ["| section | exercises | questions | claims |", "|---|---|---|---|"]
        section, rows, claims = "Start", {}, []
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                for heading in re.findall(r"^## (.+)$", cell.source, flags=re.MULTILINE):
                    section = heading
                continue
            for card in verdicts(cell):
                if card["verdict"] != "PASS":
                    raise Refused(f"{stem}: {card['sentence']} ({card['verdict']})")
                row = rows.setdefault(section, {"check": [], "quiz": [], "claim": []})
                row[card["kind"]].append(card["id"])
                if card["kind"] == "claim":
                    claims.append(html.escape(card["sentence"]))
        for section, row in rows.items():
            lines.append(f"| {section} | {', '.join(row['check'])} | {', '.join(row['quiz'])} | {len(row['claim']) or ''} |")
        lines += ["", f"<details><summary>The {len(claims)} claims</summary>", "", "<ol>"]
        lines += [f"<li>{claim}</li>" for claim in claims]
        lines += ["</ol>", "", "</details>", ""]
    return "\n".join(lines)


def player(notebook):
    """The first step player of a notebook, as HTML."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            page = "".join(output.get("data", {}).get("text/html", ""))
            if 'class="aif-player' in page:
                return page
    raise Refused(f"{PLAYER} shows no step player any more; name another module in book/build.py")


def table_of_contents(stems):
    by_number = {stem.split("_")[0]: stem for stem in stems}
    modules = {part: [by_number[n] for n in numbers if n in by_number] for part, numbers in parts().items()}
    modules["Appendices"] = [stem for stem in stems if stem.startswith("A")] + ["notation", "evidence"]
    listed = {stem for chapter in modules.values() for stem in chapter}
    if missing := [stem for stem in stems if stem not in listed]:
        raise Refused(f"README.md's table of modules lacks {', '.join(missing)}")
    chapters = [{"caption": part, "chapters": [{"file": stem} for stem in stems]} for part, stems in modules.items() if stems]
    return {"format": "jb-book", "root": "intro", "parts": chapters}


def write_sources(target):
    notebooks = {stem: executed(stem) for stem in stems()}
    if stale := [stem for stem, notebook in notebooks.items() if notebook is None]:
        raise Refused(f"not executed as they stand: {', '.join(stale)}; make check-notebooks does that")
    shutil.rmtree(target, ignore_errors=True)
    (target / "_static").mkdir(parents=True)
    here = Path(__file__).parent
    shutil.copy(here / "_config.yml", target)
    shutil.copy(here / "course.css", target / "_static")
    intro = (here / "intro.md").read_text(encoding="utf-8")
    (target / "intro.md").write_text(intro.replace("{player}", player(notebooks[PLAYER])), encoding="utf-8")
    table = (ROOT / "aif-lib/src/notation.md").read_text(encoding="utf-8")
    (target / "notation.md").write_text(f"# Notation\n\nOne letter, two traditions.\n\n{table}", encoding="utf-8")
    (target / "evidence.md").write_text(evidence(notebooks), encoding="utf-8")
    contents = yaml.safe_dump(table_of_contents(list(notebooks)), sort_keys=False, allow_unicode=True)
    (target / "_toc.yml").write_text(contents, encoding="utf-8")
    for stem, notebook in notebooks.items():
        for cell in notebook.cells:
            for_readers(cell)
        nbformat.write(notebook, target / f"{stem}.ipynb")


def main(arguments):
    if arguments == ["--stale"]:
        print(*(f"solutions/{stem}.ipynb" for stem in stems() if executed(stem) is None))
        return
    try:
        write_sources(TARGET / "source")
    except Refused as refused:
        sys.exit(f"make book: {refused}")
    # Warnings are errors: a link without an end, a heading out of order, a formula that cannot be read.
    program = Path(sys.executable).with_name("jupyter-book")
    options = ["--path-output", TARGET, "--warningiserror", "--keep-going", "--quiet"]
    sys.exit(subprocess.run([program, "build", TARGET / "source", *options]).returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
