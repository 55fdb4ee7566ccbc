"""Parts of a sweep on several processes: what dies is run again, and together they are the single run, to the last bit.

    make test-sweep
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import psutil
from dask_sweep import PROGRAM, sweep
from distributed import Client, LocalCluster

DASK = Path(__file__).with_name("dask_sweep.py")
SLURM = Path(__file__).with_name("slurm_sweep.sh")
NAME, PARTS, RUNS = "tmaze", 6, ["--runs", "36"]
PATIENCE = 120  # seconds


def run(*command, **env):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, env={**os.environ, **env})


def programs():
    """The running programs that run a part or a whole."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cmdline()[:1] == [str(PROGRAM)] and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def workers():
    """The processes that Dask started here. (Python's own keeper of shared memory ends with this process.)"""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if not any("resource_tracker" in word for word in process.cmdline()):
                yield process


def wait_for(what, found):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.01)
    raise AssertionError(f"after {PATIENCE} seconds: {what}")


class Killer(threading.Thread):
    """Stops the first program that it sees in the middle of a part, kills the program or its worker, and lets it go on."""

    def __init__(self, victim):
        super().__init__(daemon=True)
        self.victim, self.part = victim, None

    def run(self):
        self.part = wait_for("no program was seen", self.strike)

    def strike(self):
        for program in programs():
            with contextlib.suppress(psutil.Error):
                program.suspend()
                part = program.cmdline()[3]
                self.victim(program).kill()
                with contextlib.suppress(psutil.NoSuchProcess):
                    program.resume()
                return part
        return None


class Sweep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.single = cls.folder / "single.jsonl"
        done = run(PROGRAM, NAME, *RUNS, "--out", cls.single)
        assert done.returncode == 0, done.stderr

    def setUp(self):
        self.out = self.folder / f"{self.id()}.jsonl"

    def tearDown(self):
        wait_for("a program lives on", lambda: not list(programs()))
        wait_for("a worker lives on", lambda: not list(workers()))
        self.assertEqual(list(self.folder.glob("*.unfinished")), [])

    def survives(self, victim):
        """Two workers, one of them or its program killed with SIGKILL in the middle of a part: all is there in the end."""
        killer = Killer(victim)
        with tempfile.TemporaryDirectory() as scratch:
            options = {"threads_per_worker": 1, "dashboard_address": None, "local_directory": scratch}
            with LocalCluster(n_workers=2, **options) as cluster, Client(cluster) as client:
                killer.start()
                sweep(client, NAME, PARTS, self.out, arguments=RUNS)
        killer.join(PATIENCE)
        self.assertRegex(str(killer.part), rf"^[1-{PARTS}]/{PARTS}$", "nobody was killed")
        self.assertEqual(self.out.read_bytes(), self.single.read_bytes())

    def test_a_worker_that_is_killed(self):
        self.survives(lambda program: program.parent())

    def test_a_program_that_is_killed(self):
        self.survives(lambda program: program)

    def test_dask_from_the_command_line(self):
        done = run(sys.executable, DASK, NAME, "--parts", PARTS, *RUNS, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.out.read_bytes(), self.single.read_bytes())

    def test_dask_says_what_the_program_said(self):
        done = run(sys.executable, DASK, "dina", "--parts", 1, "--out", self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn('the experiment "dina" is not known: use one of bandits, dyna', done.stderr)
        self.assertFalse(self.out.exists())

    def slurm(self, part, folder):
        words = [SLURM, NAME, PARTS, folder, *RUNS]
        return run("bash", *words, SLURM_ARRAY_TASK_ID=str(part), SWEEP=str(PROGRAM))

    def test_slurm(self):
        self.assertEqual(run("bash", "-n", SLURM).returncode, 0)
        folder = self.folder / "parts of slurm"
        for part in range(1, PARTS):
            done = self.slurm(part, folder)
            self.assertEqual(done.returncode, 0, done.stderr)
        merge = [PROGRAM, NAME, "--out", self.out, "--merge"]
        done = run(*merge, *folder.iterdir())
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"run again with --shard {PARTS}/{PARTS}, and merge all", done.stderr)
        self.slurm(PARTS, folder)
        done = run(*merge, *folder.iterdir())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.out.read_bytes(), self.single.read_bytes())

    def test_a_merge_refuses_what_is_cut_off_or_of_another_sweep(self):
        merge = [PROGRAM, NAME, "--out", self.out, "--merge"]
        whole, short = self.single.read_bytes(), self.folder / "short.jsonl"
        short.write_bytes(whole[: len(whole) // 2])
        done, line = run(*merge, self.single, short), short.read_bytes().count(b"\n") + 1
        self.assertIn(f"short.jsonl, line {line}: is cut off: run it again with --shard 1/1", done.stderr)
        self.assertEqual(done.returncode, 1)
        shifted = self.folder / "shifted.jsonl"
        run(PROGRAM, NAME, *RUNS, "--shard", "1/9", "--out", shifted, COURSE_SEED_SHIFT="3")
        done = run(*merge, self.single, shifted)
        self.assertIn("shifted.jsonl, line 1: seed_shift is 3, and 0 in ", done.stderr)
        done = run(PROGRAM, "dyna", "--merge", self.single)
        self.assertIn(f"dyna: these are parts of {NAME}", done.stderr)
        self.assertFalse(self.out.exists())

    def test_slurm_says_what_is_missing(self):
        done = run("bash", SLURM, NAME)
        self.assertEqual((done.returncode, done.stderr[:6]), (2, "usage:"))
        done = run("bash", SLURM, NAME, PARTS, self.folder)
        self.assertIn("SLURM_ARRAY_TASK_ID", done.stderr)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
