"""A student at work: Chromium opens the notebooks in a real JupyterLab, clicks and types.

Its pictures stay in target/browser. It needs Chromium on PATH, and Playwright: `make test-browser` installs what it can of
both, and `make test` leaves this out where there is no Chromium.
"""

import io
import re
import shutil
import unittest
from pathlib import Path

from server import COURSE, Server

try:
    from PIL import Image
    from playwright.sync_api import expect, sync_playwright
except ImportError:
    sync_playwright = None

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = COURSE / "target/browser"
MODULE = "02_bellman_and_value.ipynb"
MINUTE = 60_000

# What the student types into exercise 2.1, and what the check says of it.
HEAD = "fn discounted_return(rewards: &[f64], gamma: f64) -> f64 {\n"
RIGHT = HEAD + "rewards.iter().rev().fold(0.0, |later, reward| reward + gamma * later)\n}"
WRONG = HEAD + "rewards.iter().sum()\n}"
DIAGNOSIS = "This is the plain sum: γ has been forgotten."


@unittest.skipUnless(CHROMIUM, "Chromium is not on PATH: make test-browser installs it, or says how")
@unittest.skipUnless(sync_playwright, "Playwright is not installed: make test-browser installs it")
class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A server that shows copies of two notebooks, for JupyterLab saves what is done to them, and a browser."""
        shutil.rmtree(PICTURES, ignore_errors=True)
        desk = PICTURES / "desk"
        for copy in ("solutions", "notebooks"):
            (desk / copy).mkdir(parents=True)
            shutil.copy(COURSE / copy / MODULE, desk / copy)
        options = {"LabApp.expose_app_in_browser": True}
        cls.progress = desk / "progress.csv"
        environment = {"COURSE_ROOT": COURSE, "COURSE_PROGRESS": cls.progress, "AIF_SPARE_KERNELS": 1}
        cls.server = Server(desk, options=options, **environment)
        cls.addClassCleanup(cls.server.stop)
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        cls.chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        cls.addClassCleanup(cls.chromium.close)

    def lab(self):
        """A JupyterLab of this test's own."""
        page = self.chromium.new_page(viewport={"width": 1280, "height": 900})
        self.addCleanup(page.close)
        page.set_default_timeout(MINUTE)
        workspace = f"auto-{self._testMethodName[-8:]}"
        address = f"http://127.0.0.1:{self.server.port}/lab/workspaces/{workspace}"
        page.goto(f"{address}?token={self.server.token}")
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate("() => window.jupyterapp.restored.then(() => null)")
        return page

    def test_a_solution_is_run_and_looked_at(self):
        page = self.lab()
        notebook = Notebook.open(page, "solutions")
        menu(page, "Run", "Run All Cells")
        notebook.wait_until_all_have_run()
        self.assertEqual(notebook.troubles(), [])

        cards = notebook.outputs("[role=status]")
        self.assertGreater(len(cards), 20)
        for index in cards:
            card = notebook.cell(index).locator("[role=status]")
            expect(card).to_contain_text("✓ PASS", use_inner_text=True)

        figures = notebook.outputs("[role=img], .aif-player")
        self.assertGreater(len(figures), 5)
        for index in figures:
            figure = notebook.cell(index).locator(".aif-player, .aif-dual, svg[role=img]").first
            figure.scroll_into_view_if_needed()
            self.assertRegex(figure.get_attribute("aria-label"), r"\w+ \w+ \w+", "an alt text is a sentence")
            self.assertGreater(colours(figure.screenshot()), 8, f"figure of cell {index} is blank")

        for theme in ("light", "dark"):
            change = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"
            page.evaluate(change, f"JupyterLab {theme.title()}")
            for width in (1280, 800):
                page.set_viewport_size({"width": width, "height": 900})
                for name, index in (("figure", figures[0]), ("card", cards[0])):
                    notebook.cell(index)
                    page.wait_for_timeout(500)
                    page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 900})

        with self.subTest("a hint opens"):
            hint = notebook.cell(notebook.find("Hint 1", "markdown")).locator("details").first
            expect(hint.locator("p").first).to_be_hidden()
            hint.locator("summary").click()
            expect(hint.locator("p").first).to_be_visible()
            page.screenshot(path=PICTURES / "hint.png")

        with self.subTest("the player plays"):
            player = notebook.cell(notebook.outputs(".aif-player")[0]).locator(".aif-player")
            expect(player.locator("output")).to_have_text(re.compile("^1 / "))
            player.get_by_role("button").click()
            expect(player.locator("output")).to_have_text(re.compile("^3 / "), timeout=10_000)
            player.get_by_role("button", name="Pause").click()
            page.screenshot(path=PICTURES / "player.png")

    def test_an_exercise_is_answered_and_mishaps_are_survived(self):
        page = self.lab()
        notebook = Notebook.open(page, "notebooks")
        notebook.run(notebook.find("aif-lib ="))
        notebook.run(notebook.find("prelude::*"))
        stub, check = notebook.find("fn discounted_return"), notebook.find("check_2_1")

        with self.subTest("the check of an empty stub, of an answer, and of a wrong one"):
            card = notebook.cell(check).locator("[role=status]")
            notebook.run(stub)
            notebook.run(check)
            expect(card).to_contain_text("○ TODO")
            notebook.write(stub, RIGHT)
            notebook.run(check)
            expect(card).to_contain_text("✓ PASS")
            page.screenshot(path=PICTURES / "pass.png")
            notebook.write(stub, WRONG)
            notebook.run(check)
            expect(card).to_contain_text("✗ FAIL")
            expect(card).to_contain_text(DIAGNOSIS)
            page.screenshot(path=PICTURES / "fail.png")
            noted = [line.rsplit(",", 1)[0] for line in self.progress.read_text().splitlines() if line.startswith("2.1,")]
            self.assertEqual(noted[-3:], ["2.1,TODO", "2.1,PASS", "2.1,FAIL"])

        with self.subTest("a loop is interrupted"):
            notebook.write(stub, "loop {}", wait=False)
            page.wait_for_timeout(3000)
            page.get_by_role("button", name="Interrupt the kernel").locator("visible=true").click()
            notebook.wait_until_done()
            self.assertEqual(notebook.value(stub, "40 + 2"), "42")

        with self.subTest("two notebooks at once"):
            other = Notebook.open(page, "solutions")
            other.run(other.find("aif-lib ="))
            other.run(other.find("prelude::*"))
            self.assertEqual(other.value(other.find("fn discounted_return"), "let mine = 6;\nmine * 7"), "42")
            notebook.show()
            self.assertEqual(notebook.value(stub, "let mine = 5;\nmine + 1"), "6")

        with self.subTest("a restart takes the spare"):
            self.server.wait_for_warm_spare()
            menu(page, "Kernel", "Restart Kernel…")
            page.get_by_role("button", name="Confirm Kernel Restart").click()
            notebook.wait_until_done()
            self.assertEqual(notebook.value(stub, "let mine = 8;\nmine + 1"), "9")
            self.assertIn("--spare", " ".join(self.server.launcher(notebook.kernel()).cmdline()))


class Notebook:
    """A notebook that is open in JupyterLab. Cells are told by their index."""

    def __init__(self, page, path):
        self.page, self.path = page, path

    @classmethod
    def open(cls, page, folder):
        """Opens it from the file browser."""
        files = page.locator(".jp-DirListing-content")
        page.locator(".jp-BreadCrumbs-home").click()
        files.get_by_text(folder, exact=True).dblclick()
        files.get_by_text(MODULE, exact=True).dblclick()
        notebook = cls(page, f"{folder}/{MODULE}")
        page.wait_for_function(f"path => {{ const w = {PANEL}; return w && w.sessionContext.isReady; }}", arg=notebook.path)
        notebook.wait_until_done()
        return notebook

    def ask(self, expression, argument=None):
        """What `expression` is for the notebook's panel `w` and its cells."""
        return self.page.evaluate(
            f"([path, a]) => {{ const w = {PANEL}, cells = w.content.widgets; return {expression}; }}",
            [self.path, argument],
        )

    def show(self):
        self.page.evaluate(f"path => window.jupyterapp.shell.activateById(({PANEL}).id)", self.path)

    def wait_until_done(self):
        """Waits until the kernel has nothing to do and no cell waits for it."""
        self.page.wait_for_function(
            f"""path => {{ const w = {PANEL}, k = w.sessionContext.session?.kernel;
                return k?.status === 'idle' && !w.sessionContext.pendingInput
                    && w.content.widgets.every(c => c.model.executionState !== 'running'); }}""",
            arg=self.path,
            timeout=15 * MINUTE,
        )

    def wait_until_all_have_run(self):
        """Waits until each code cell has a number, or one shows an error, after which no other is run."""
        self.page.wait_for_function(
            f"""path => {{
                const cells = ({PANEL}).content.widgets.filter(c => c.model.type === 'code').map(c => c.model);
                return cells.every(c => c.executionCount !== null && c.executionState !== 'running')
                    || cells.some(c => c.outputs.toJSON().some(o => o.output_type === 'error')); }}""",
            arg=self.path,
            timeout=15 * MINUTE,
        )
        self.wait_until_done()

    def find(self, text, kind="code"):
        """The first cell of this kind with this text."""
        found = self.ask("cells.findIndex(c => c.model.type === a[1] && c.model.sharedModel.source.includes(a[0]))", [text, kind])
        assert found >= 0, f"{self.path} has no {kind} cell with {text!r}"
        return found

    def outputs(self, selector):
        """The code cells whose output holds what the selector selects."""
        return self.ask(
            """cells.flatMap((c, i) => {
                if (c.model.type !== 'code') return [];
                const html = c.model.outputs.toJSON().map(o => [o.data?.['text/html'] ?? ''].flat().join('')).join('');
                return new DOMParser().parseFromString(html, 'text/html').querySelector(a) ? [i] : [];
            })""",
            selector,
        )

    def troubles(self):
        """Code cells that have not run, or that show an error or text on stderr."""
        return self.ask(
            """cells.filter(c => c.model.type === 'code' && (c.model.executionCount === null
                || c.model.outputs.toJSON().some(o => o.output_type === 'error' || o.name === 'stderr')))
                .map(c => c.model.sharedModel.source)"""
        )

    def cell(self, index):
        """Scrolls to a cell, for others are not drawn."""
        self.ask("(w.content.activeCellIndex = a, w.content.scrollToItem(a, 'start').then(() => null))", index)
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active")

    def write(self, index, text, wait=True):
        """Types a text in place of a cell's, and runs it."""
        editor = self.cell(index).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.wait_until_done()

    def run(self, index):
        cell = self.cell(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_timeout(100)
        self.wait_until_done()

    def value(self, index, text):
        """What a cell with this text shows."""
        self.write(index, text)
        return self.cell(index).locator(".jp-OutputArea-executeResult .jp-OutputArea-output").inner_text().strip()

    def kernel(self):
        return self.ask("w.sessionContext.session.kernel.id")


# The panel of the notebook at `path`, in JavaScript.
PANEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.context?.path === path)"


def menu(page, name, item):
    page.get_by_role("menubar").get_by_role("menuitem", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item).first.click()


def colours(png):
    """How many colours a picture has."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return len(image.getcolors(image.width * image.height))


if __name__ == "__main__":
    unittest.main()
