"""A real JupyterLab server takes spare kernels, and nobody can tell, but by the clock.

    python -m unittest discover tests/jupyter
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import psutil
from server import COURSE, DEP, USE, Server, kernel_of, wait_for

TOOL = COURSE / "target/release/course"
ROOT = COURSE / "target/tmp/jupyter"
# How often the fault test opens notebooks and kills everybody; `make test-faults` does it 50 times.
ROUNDS = int(os.environ.get("ROUNDS", "1"))


def setUpModule():
    """Makes a small course, whose library compiles in a second."""
    fixture = COURSE / "tests/fixtures/course"
    for file in fixture.rglob("*.*"):
        copy = ROOT / file.relative_to(fixture)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # What has not changed needs no new template.
        if not copy.exists() or copy.read_bytes() != file.read_bytes():
            shutil.copy(file, copy)
    for folder in ("solutions", "notebooks", "tmp"):
        (ROOT / folder).mkdir(exist_ok=True)
    prepare()


def prepare():
    environment = {**os.environ, "COURSE_ROOT": str(ROOT)}
    subprocess.run([TOOL, "kernel", "--prepare"], env=environment, check=True)


def edition(notebook):
    """The first value of the small course, after its first cells."""
    return notebook.first_value([DEP, USE, "let one: u32 = 1;\nedition() + one"], "2")


def processes():
    """Everything that works for the small course."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.environ().get("COURSE_ROOT") == str(ROOT)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def left_behind():
    """Processes (and with them their ports), folders, and files of connections."""
    folders = [one for one in (ROOT / "target/course/kernels").iterdir() if one.name != ".lock"]
    return processes() + folders + list((ROOT / "tmp").glob("course-*.json"))


def priority(thread):
    """On how many processors a thread may run, and its session's nice value."""
    session = Path(f"/proc/{thread}/autogroup")
    # Where the system does not group by session there is no such file; before the first session it is empty.
    words = session.read_text().split() if session.exists() else []
    return len(os.sched_getaffinity(thread)), words[-1] if words else "0"


USUAL = (len(os.sched_getaffinity(0)), "0")
GENTLE = (1, "10" if Path("/proc/self/autogroup").exists() else "0")


class Spares(unittest.TestCase):
    def setUp(self):
        self.addCleanup(self.nothing_is_left)

    def nothing_is_left(self):
        with contextlib.suppress(TimeoutError):
            wait_for("a clean end", lambda: not left_behind(), 20)
        self.assertEqual(left_behind(), [])

    def server(self, **env):
        server = Server(ROOT, TMPDIR=ROOT / "tmp", **env)
        self.addCleanup(server.stop)
        return server

    def test_a_spare_is_taken_and_cannot_be_told_from_a_new_kernel(self):
        server = self.server()
        first = server.open()
        self.assertFalse(first.warm())
        wait_for("the waiting spare", server.spare)
        time.sleep(1)
        self.assertEqual(server.spare().children(), [], "nothing is warmed before the first cell")
        new = self.look(first)

        # The spare gives way while it warms, with all that it starts, and never stands still.
        kernel = wait_for("the spare's kernel", lambda: kernel_of(server.spare()))
        cell = first.begin("std::thread::sleep(std::time::Duration::from_secs(4));")
        looks = set()
        while not looks or kernel.cpu_times().user < 1:
            looks |= self.priorities(kernel)
        first.finish(cell)
        spare = server.wait_for_warm_spare()
        self.assertEqual(looks | self.priorities(kernel), {GENTLE})
        self.assertEqual(self.priorities(spare, children=False), {USUAL})

        second = server.open("solutions/second.ipynb")
        self.assertEqual(second.launcher(), spare)
        self.assertEqual(self.priorities(spare), {USUAL}, "handed over, it no longer gives way")
        self.assertEqual(self.look(second), new)
        self.assertEqual(self.priorities(spare), {USUAL})
        self.assertEqual(len(server.spares()), 1, "one spare at a time")
        edition(second)
        self.assertEqual(second.run(":vars").value, "one: u32\n")

        # Interrupted, a cell ends; the functions stay.
        second.run("fn seven() -> u32 {\n    7\n}")
        cell = second.begin("loop { std::hint::spin_loop(); }")
        time.sleep(1)
        second.interrupt()
        self.assertIn("terminated", second.finish(cell).error)
        self.assertEqual(second.run("seven()").value.strip(), "7")

        # Restarted, it is another spare; a restart soon after takes one that is not warm yet, or a new kernel.
        spare = server.wait_for_warm_spare()
        second.restart()
        self.assertEqual(second.launcher(), spare)
        edition(second)
        second.restart()
        edition(second)

        # A kernel that died is restarted as it was, and the browser need not connect anew.
        dead = second.kernel()
        dead.kill()
        wait_for("a new kernel", lambda: second.running_kernel() not in (None, dead), 30)
        # What it says in the tenths of a second before the server has connected to it is lost.
        wait_for("a value", lambda: "7" in second.run("3 + 4").value, 30)

        # Two windows on one kernel: a restart by one must not leave the other alone.
        server.wait_for_warm_spare()
        asked = second.socket
        second.connect()
        other, second.socket = second.socket, asked
        second.restart()
        self.assertFalse(second.warm())
        second.socket, mine = other, second.socket
        second.ask("kernel_info_request", {})
        second.socket = mine
        other.close()

        # A spare knows only its own folder.
        self.assertFalse(server.open("notebooks/third.ipynb").warm())
        for notebook in list(server.notebooks):
            notebook.close()
        self.assertEqual([one for one in processes() if "evcxr" in one.name() and not self.in_spare(server, one)], [])

    def look(self, notebook):
        """What a student can see of a kernel that has run nothing."""
        seen = [notebook.run(code).__dict__ for code in (":vars", ":show_deps", "edition()")]
        place = notebook.run('println!("{}", std::env::current_dir().unwrap().display());')
        # Its answer to `print!("...")` comes from the reader.
        question = 'println!("EVCXR_INPUT_REQUEST:Name?");\nlet mut name = String::new();\n'
        name = notebook.run(question + "std::io::stdin().read_line(&mut name).unwrap();\nname.trim().to_owned()", "Ada")
        long = notebook.run('"x".repeat(500_000)')
        inner = "let v: Vec<u32> = vec![1];\nv.sor"
        completions = notebook.ask("complete_request", {"code": inner, "cursor_pos": len(inner)})
        outer = "Vec::<u32>::with_capacity"
        inspection = notebook.ask(
            "inspect_request", {"code": outer, "cursor_pos": len(outer), "detail_level": 0}
        )
        notebook.run(":clear")
        self.assertEqual(place.text.strip(), str(ROOT / "solutions"))
        self.assertEqual(name.value.strip(), '"Ada"')
        self.assertEqual(len(long.value.strip()), 500_002)
        self.assertIn("sort()", completions["matches"])
        self.assertTrue(inspection["found"])
        counts = [place.count, name.count, long.count]
        return seen, counts, completions["matches"], inspection["data"]["text/plain"]

    def priorities(self, process, children=True):
        """The priorities of a process and its children: of each of their threads."""
        found = set()
        for one in [process, *(process.children(recursive=True) if children else [])]:
            with contextlib.suppress(psutil.Error, OSError):
                self.assertNotEqual(one.status(), psutil.STATUS_STOPPED)
                for thread in one.threads():
                    found.add(priority(thread.id))
        return found

    def in_spare(self, server, process):
        return server.spare() in process.parents()

    def test_limits(self):
        with self.subTest("no spare is wanted"):
            server = self.server(AIF_SPARE_KERNELS=0)
            server.open().run("1")
            time.sleep(1)
            self.assertIsNone(server.spare())
            server.stop()
        server = self.server()
        notebook = server.open()
        notebook.run("1")
        spare = server.wait_for_warm_spare()
        with self.subTest("an edited library"):
            library = ROOT / "aif-lib/src/lib.rs"
            text = library.read_text()
            self.addCleanup(prepare)
            self.addCleanup(library.write_text, text)
            library.write_text(text.replace("        1\n", "        2\n", 1))
            notebook.restart()
            self.assertFalse(notebook.warm())
            wait_for("the end of the spare", lambda: not spare.is_running())
        with self.subTest("the next spare has the edited library"):
            notebook.run("1")
            server.wait_for_warm_spare()
            notebook.restart()
            self.assertTrue(notebook.warm())
            notebook.first_value([DEP, USE, "edition()"], "2")

    def test_nobody_leaves_anything_behind_however_they_end(self):
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", end=" ... ", file=sys.stderr, flush=True)
            chance = random.Random(number)
            with self.subTest(round=number):
                server = Server(ROOT, TMPDIR=ROOT / "tmp")
                try:
                    self.kill_everybody(server, chance)
                finally:
                    server.stop(signal.SIGKILL)
                self.nothing_is_left()

    def kill_everybody(self, server, chance):
        """Opens notebooks and kills, at any moment, whoever serves them."""
        first = server.open()
        first.run("1")
        time.sleep(chance.uniform(0, 8))
        second = server.open("solutions/second.ipynb")
        second.run("1")
        parties = {
            "the spare": lambda: server.spare(),
            "the spare's kernel": lambda: kernel_of(server.spare()),
            "the kernel's child": lambda: first.running_kernel().children()[0],
            "the kernel": lambda: second.running_kernel(),
            "the launcher": lambda: chance.choice([first, second]).launcher(),
        }
        for party in chance.sample(list(parties), len(parties)):
            with contextlib.suppress(psutil.Error, IndexError, AttributeError):
                parties[party]().kill()
            time.sleep(chance.uniform(0, 1))
        # Last the server, whatever it is doing about all this.


if __name__ == "__main__":
    unittest.main()
