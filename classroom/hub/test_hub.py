"""Two students at one JupyterHub, on loopback: `make test-hub`.

The hub runs as jupyterhub_config.py says, but for the password (nobody has an account for the test), and in a place where
the course cannot be written, if the system lets a test make one.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
COURSE = Path(os.environ.get("COURSE_ROOT", HERE.parents[1]))
sys.path.insert(0, str(HERE.parents[1] / "tests/jupyter"))
from server import DEP, USE, Lab, free_port, rest, wait_for  # noqa: E402

CONFIG = """
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r} + "/{{username}}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.services.append({{"name": "test", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{"name": "test", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["test"]}}
)
c.Spawner.args.append("--ServerApp.allow_root=True")
"""
PROTECT = """
mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" || exit 77
exec "$@"
"""


class Hub:
    """A hub of its own. `home` holds the students' homes."""

    def __init__(self, **env):
        self.home = Path(tempfile.mkdtemp(prefix="course-hub-"))
        self.token, self.port = uuid.uuid4().hex, free_port()
        config = self.home / "jupyterhub_config.py"
        values = {
            "config": str(HERE / "jupyterhub_config.py"),
            "home": str(self.home / "homes"),
            "hub": free_port(),
            "proxy": free_port(),
            "token": self.token,
        }
        config.write_text(CONFIG.format(**values))
        environment = {
            **os.environ,
            "COURSE_HUB_URL": f"http://127.0.0.1:{self.port}",
            "CONFIGPROXY_AUTH_TOKEN": uuid.uuid4().hex,
            **env,
        }
        self.protected = subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
        protect = ["unshare", "--mount", "sh", "-c", PROTECT, str(COURSE)] if self.protected else []
        self.log = open(self.home / "log", "wb")
        self.process = psutil.Popen(
            [*protect, sys.executable, "-m", "jupyterhub", "--config", str(config)],
            env=environment,
            cwd=self.home,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        wait_for("the hub's start", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the hub ended:\n{self.text()}")
        with contextlib.suppress(OSError):
            return self.rest("GET", "users") is not None

    def text(self):
        return (self.home / "log").read_text(errors="replace")

    def rest(self, method, path, body=None):
        return rest(f"{self.port}/hub/api/{path}", self.token, method, body)

    def spawn(self, name):
        """A student comes."""
        self.rest("POST", f"users/{name}")
        self.rest("POST", f"users/{name}/server")
        wait_for("the student's server", lambda: self.server(name).get("ready"), 180)
        return Desk(self, name)

    def server(self, name):
        return self.rest("GET", f"users/{name}").get("servers", {}).get("", {})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.log.close()
            shutil.rmtree(self.home, ignore_errors=True)


class Desk(Lab):
    """The server of a student."""

    def __init__(self, hub, name):
        super().__init__(f"{hub.port}/user/{name}", hub.token)
        self.name, self.home = name, hub.home / "homes" / name

    def processes(self):
        """All that belongs to the student."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("HOME") == str(self.home):
                    yield process

    def spares(self):
        return [one for one in self.processes() if one.cmdline()[-1:] == ["--spare"] and "kernel" in one.cmdline()]

    def memory_mb(self):
        """What its processes hold; what they share is counted once for each that shares it, divided among them."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total >> 20

    def disk_mb(self):
        """What lies in the home, without what is linked to from elsewhere."""
        files = [path for path in self.home.rglob("*") if path.is_file() and not path.is_symlink()]
        return sum(path.stat().st_blocks * 512 for path in files if path.stat().st_nlink == 1) >> 20


class TwoStudents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hub = Hub(AIF_SPARE_KERNELS="1", COURSE_MEMORY_MB="6000")
        cls.addClassCleanup(cls.hub.stop)

    def test_two_students_work_and_leave(self):
        hub = self.hub
        ada, bob = hub.spawn("ada"), hub.spawn("bob")
        before = time.monotonic()
        notebooks = [desk.open("notebooks/02_bellman_and_value.ipynb") for desk in (ada, bob)]
        seconds = [notebook.first_value([DEP, USE, "1 + 1"], "2") for notebook in notebooks]
        print(f"first values after {seconds[0]:.1f} and {seconds[1]:.1f} s", file=sys.stderr)

        for notebook, word in zip(notebooks, ("ada", "bob"), strict=True):
            notebook.run(f'let mine = "{word}";')
        for notebook, word in zip(notebooks, ("ada", "bob"), strict=True):
            self.assertIn(word, notebook.run("mine").value)

        for desk in (ada, bob):
            with self.subTest("a copy of the exercises, and of nothing else", student=desk.name):
                self.assertTrue((desk.home / "course/notebooks/01_behaving_animal.ipynb").is_file())
                self.assertFalse((desk.home / "course/solutions").exists())
                if hub.protected:
                    own = next((desk.home / ".cache/aif-course").iterdir())
                    self.assertTrue((own / "kernels").is_dir())
                    self.assertFalse((own / "template").exists(), "the teacher's is used")
            with self.subTest("another's server is closed", student=desk.name):
                request = urllib.request.Request(f"http://127.0.0.1:{desk.port}/api/contents")
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(request)
                self.assertIn(refused.exception.code, (401, 403))

        with self.subTest("a program that wants all memory ends alone"):
            shown = notebooks[0].run("let all = vec![1u8; 8_000_000_000]; all.len()")
            self.assertNotIn("8000000000", shown.value)
            self.assertIn("bob", notebooks[1].run("mine").value)

        with self.subTest("a spare for each"):
            wait_for("both spares", lambda: all(len(desk.spares()) == 1 for desk in (ada, bob)), 900)

        for desk in (ada, bob):
            print(f"{desk.name}: {desk.memory_mb()} MB, {desk.disk_mb()} MB on disk", file=sys.stderr)
        self.assertLess(time.monotonic() - before, 1800)

        with self.subTest("what a student leaves behind ends with the server"):
            for notebook in notebooks:
                notebook.socket.close()
            hub.rest("DELETE", "users/ada/server")
            wait_for("the end of all processes", lambda: not list(ada.processes()), 120)
            self.assertTrue((ada.home / "course/notebooks").is_dir(), "the work stays")

    def test_who_is_idle_is_asked_to_leave(self):
        hub = Hub(AIF_SPARE_KERNELS="0", COURSE_IDLE_S="10")
        self.addCleanup(hub.stop)
        eve = hub.spawn("eve")
        wait_for("the culling", lambda: not hub.server("eve"), 120)
        wait_for("the end of all processes", lambda: not list(eve.processes()), 60)


if __name__ == "__main__":
    unittest.main()
