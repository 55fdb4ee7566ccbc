"""Nobody stands still with a lock in its hands, and no cell waits for somebody else's.

    ROUNDS=20 python -m unittest discover --pattern test_locks.py tests/jupyter
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

import psutil
from server import DEP, USE, Server, wait_for
from test_spare import ROOT, left_behind, processes, setUpModule  # noqa: F401

# How often a kernel is restarted, and then used while the next spare warms; `make test-faults` does it 20 times.
ROUNDS = int(os.environ.get("ROUNDS", "1"))
PATIENCE = 10  # seconds that a cell may take
CARGO_HOME = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def cold_cargo_home(home):
    """A home for cargo that has downloaded what the small course needs, and unpacked nothing of it."""
    registry = CARGO_HOME / "registry"
    shutil.copytree(registry / "index", home / "registry/index")
    lock = (ROOT / "Cargo.lock").read_text()
    for file in registry.glob("cache/*/*.crate"):
        name, version = file.stem.rsplit("-", 1)
        if f'name = "{name}"\nversion = "{version}"' in lock:
            copy = home / file.relative_to(CARGO_HOME)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)


def flocks():
    """By the system's own list, of each lock: whether it is only waited for, the process, and the file."""
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if "FLOCK" in words:
            kind = words.index("FLOCK")
            yield "->" in words, int(words[kind + 3]), words[kind + 4]


class Watch(threading.Thread):
    """Looks ten times a second whether anybody in the small course stands still, or waits for a lock for a second."""

    def __init__(self):
        super().__init__(daemon=True)
        self.found, self.done = set(), threading.Event()

    def run(self):
        waiting = {}
        while not self.done.wait(0.1):
            ours = {process.pid: process for process in processes()}
            locks = list(flocks())
            for process in ours.values():
                with contextlib.suppress(psutil.Error):
                    if process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP):
                        held = [file for _, holder, file in locks if holder == process.pid]
                        self.found.add(f"stands still, with the locks {held}: {process.cmdline()}")
            begun = {one: waiting.get(one, time.monotonic()) for one in locks if one[0] and one[1] in ours}
            waiting = begun
            for (_, waiter, _), since in waiting.items():
                if time.monotonic() - since > 1:
                    with contextlib.suppress(psutil.Error):
                        self.found.add(f"waits for a lock: {ours[waiter].cmdline()}")


class StuckCargo:
    """Another program's cargo, which holds the lock of the cargo home for as long as a registry does not answer."""

    def __init__(self, home, folder):
        self.silent = socket.create_server(("127.0.0.1", 0))
        config = folder / ".cargo/config.toml"
        for file in (config, folder / "src/lib.rs"):
            file.parent.mkdir(parents=True)
        (folder / "src/lib.rs").write_text("")
        package = '[package]\nname = "beside"\nversion = "0.0.0"\nedition = "2024"\n'
        (folder / "Cargo.toml").write_text(package + '[dependencies]\nnobody-has-this = "1"\n[workspace]\n')
        registry = f"sparse+http://127.0.0.1:{self.silent.getsockname()[1]}/"
        config.write_text(
            f'[source.crates-io]\nreplace-with = "silent"\n[source.silent]\nregistry = "{registry}"\n'
            "[http]\ntimeout = 600\n"
        )
        environment = {**os.environ, "CARGO_HOME": str(home)}
        self.process = psutil.Popen(
            ["cargo", "fetch"], cwd=folder, env=environment, stderr=subprocess.DEVNULL
        )
        self.lock = home / ".package-cache"
        wait_for("its lock", self.holds, 30)

    def holds(self):
        with contextlib.suppress(OSError):
            number = self.lock.stat().st_ino
            return any(not waits and file.endswith(f":{number}") for waits, _, file in flocks())

    def end(self):
        self.process.kill()
        self.process.wait()
        self.silent.close()


@unittest.skipUnless(Path("/proc/locks").exists(), "the system does not tell who holds a lock")
class Locks(unittest.TestCase):
    def setUp(self):
        self.folder = ROOT.parent / "locks"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.home = self.folder / "cargo"
        cold_cargo_home(self.home)
        self.addCleanup(shutil.rmtree, self.folder)
        # At a kernel's end it gives back to the home what it has unpacked.
        self.addCleanup(wait_for, "a clean end", lambda: not left_behind(), 20)
        self.watch = Watch()
        self.watch.start()
        self.addCleanup(self.watch.done.set)

    def test_a_user_works_while_a_spare_warms_and_another_cargo_holds_the_lock(self):
        with Server(ROOT, TMPDIR=ROOT / "tmp", CARGO_HOME=self.home) as server:
            notebook = server.open()
            # At first the warming and the other cargo meet as they like; then the lock is held all the time.
            stuck = None
            for number in range(ROUNDS):
                slowest = self.work(notebook)
                if stuck is None:
                    stuck = StuckCargo(self.home, self.folder / "beside")
                    self.addCleanup(stuck.end)
                slowest = max(slowest, self.work(notebook))
                print(f"round {number + 1} of {ROUNDS}: {slowest:.1f} s", file=sys.stderr, flush=True)
                self.assertTrue(stuck.holds())
                self.assertLess(slowest, PATIENCE)
                self.assertEqual(self.watch.found, set())
                # On a busy machine it is not warm yet, and cannot be told by its slowness.
                with contextlib.suppress(TimeoutError):
                    server.wait_for_warm_spare(patience=10)
                notebook.restart()

    def work(self, notebook):
        """Runs a cell each half second, and answers the seconds of the longest."""
        slowest = 0
        for code in [DEP, USE, *(f"let x: u32 = {number};\nx + 1" for number in range(8))]:
            begin = time.monotonic()
            request = notebook.begin(code)
            notebook.socket.settimeout(1.5 * PATIENCE)  # less than the server's pings are apart
            shown = notebook.finish(request)
            self.assertEqual(shown.error, "")
            slowest = max(slowest, time.monotonic() - begin)
            time.sleep(max(0, begin + 0.5 - time.monotonic()))
        return slowest


if __name__ == "__main__":
    unittest.main()
