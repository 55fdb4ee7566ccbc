"""A JupyterLab server of one's own, driven through its REST and WebSocket interface as a browser does it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psutil
import websocket

COURSE = Path(__file__).resolve().parents[2]
DEP = ':dep aif-lib = { path = "../aif-lib" }'
USE = "use aif_lib::prelude::*;"


def wait_for(what, condition, patience=60.0):
    """Waits until `condition()` is true, and answers what it answers."""
    end = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {patience} s")
        time.sleep(0.02)
    return answer


def busy(process):
    """The processor seconds that a process and its children have had."""
    times = process.cpu_times()
    return sum([times.user, times.system, times.children_user, times.children_system])


def kernel_of(launcher):
    """The kernel that a launcher has started, or None."""
    kernels = [one for one in launcher.children() if "evcxr" in one.name()] if launcher else []
    return kernels[0] if kernels else None


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def rest(address, token, method, body=None):
    """Asks a server on this machine."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{address}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {token}"},
    )
    with urllib.request.urlopen(request, timeout=180) as answer:
        text = answer.read()
    return json.loads(text) if text else True


class Lab:
    """A JupyterLab that somebody else has started. `port` may go on with a path."""

    def __init__(self, port, token):
        self.port, self.token, self.notebooks = port, token, []

    def rest(self, method, path, body=None):
        return rest(f"{self.port}/api/{path}", self.token, method, body)

    def open(self, path="solutions/x.ipynb", kernel="rust"):
        notebook = Notebook(self, path, kernel)
        self.notebooks.append(notebook)
        return notebook


class Server(Lab):
    """A JupyterLab server that shows `root`. `specs` is a folder of more kernelspecs, `options` are the server's own."""

    def __init__(self, root=COURSE, specs=None, options=None, **env):
        super().__init__(free_port(), uuid.uuid4().hex)
        self.home = Path(tempfile.mkdtemp(prefix="course-lab-"))
        own = {
            "JUPYTER_CONFIG_DIR": self.home / "config",
            "JUPYTER_DATA_DIR": specs or self.home / "data",
            "JUPYTER_RUNTIME_DIR": self.home / "runtime",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "COURSE_ROOT": root,
        }
        self.log = open(self.home / "log", "wb")
        arguments = {
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.root_dir": root,
            "ServerApp.allow_root": True,
            "IdentityProvider.token": self.token,
            "LabApp.news_url": None,
            **(options or {}),
        }
        self.process = psutil.Popen(
            [sys.executable, "-m", "jupyterlab"]
            + [f"--{name}={value}" for name, value in arguments.items()],
            env={**os.environ, **{name: str(value) for name, value in {**own, **env}.items()}},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        wait_for("the server's start", self.answers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{self.text()}")
        with contextlib.suppress(OSError):
            return self.rest("GET", "status")

    def text(self):
        """What the server and its kernels have said."""
        return (self.home / "log").read_text(errors="replace")

    def launchers(self):
        """The kernels' launchers, spare or not."""
        found = []
        for child in self.process.children():
            with contextlib.suppress(psutil.Error):
                if "kernel" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                    found.append(child)
        return found

    def listener(self, kernel):
        """The process that listens on the port of the kernel of this id, or None: with us that is the launcher."""
        try:
            port = json.loads((self.home / f"runtime/kernel-{kernel}.json").read_text())["shell_port"]
        except (OSError, ValueError):
            # The server is writing it, or has removed it.
            return None
        for process in self.process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any(one.laddr.port == port for one in process.net_connections()):
                    return process
        return None

    def launcher(self, kernel):
        """The process that the server started for the kernel of this id."""
        process = wait_for("the kernel's process", lambda: self.listener(kernel), 20)
        while process.parent() != self.process:
            process = process.parent()
        return process

    def spares(self):
        """The launchers of the spares that have not been taken."""
        files = (self.home / "runtime").glob("kernel-*.json")
        kernels = [self.listener(file.stem.removeprefix("kernel-")) for file in files]
        taken = {kernel.pid for kernel in kernels if kernel}
        spares = [one for one in self.launchers() if "--spare" in one.cmdline()]
        return [one for one in spares if one.pid not in taken]

    def spare(self):
        """The launcher of the one spare, or None."""
        spares = self.spares()
        return spares[0] if spares else None

    def wait_for_warm_spare(self, patience=900.0):
        """Waits until there is a spare whose kernel has nothing more to do, and answers its launcher.

        A spare gives way to all else, so on a busy machine this may take long.
        """

        def warm():
            spare, is_warm = self.spare_and_warmth()
            return spare if is_warm else None

        return wait_for("a warm spare", warm, patience)

    def spare_and_warmth(self):
        """The launcher of the spare, if its kernel runs, and whether that has nothing more to do."""
        with contextlib.suppress(psutil.Error, AttributeError):
            spare = self.spare()
            for child in spare.children():
                if cell := child.environ().get("EVCXR_TMPDIR"):
                    return spare, Path(cell).with_name("warm").exists()
        return None, False

    def stop(self, how=signal.SIGTERM):
        if self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
            self.process.send_signal(how)
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)


class Notebook:
    """An open notebook: a session and a WebSocket to its kernel."""

    def __init__(self, server, path, kernel):
        self.server = server
        self.asked = time.monotonic()
        about = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
        self.session = server.rest("POST", "sessions", about)
        self.id = self.session["kernel"]["id"]
        self.connect()

    def connect(self):
        """Connects like a browser, which counts a kernel as ready when it has said what it is."""
        self.client = uuid.uuid4().hex
        url = f"ws://127.0.0.1:{self.server.port}/api/kernels/{self.id}/channels"
        self.socket = websocket.create_connection(
            # Shorter than the server's pings are apart: a kernel that does not answer fails, and does not hang.
            f"{url}?session_id={self.client}",
            header={"Authorization": f"token {self.server.token}"},
            timeout=25,
        )
        self.ask("kernel_info_request", {})
        self.socket.settimeout(180)

    def send(self, kind, content, channel="shell"):
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "username": "",
            "session": self.client,
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps({**message, "channel": channel}))
        return header["msg_id"]

    def receive(self):
        return json.loads(self.socket.recv())

    def ask(self, kind, content):
        """Sends a request and answers the content of its reply."""
        request = self.send(kind, content)
        while True:
            message = self.receive()
            about = message["parent_header"].get("msg_id") == request
            if about and message["msg_type"] == kind.replace("request", "reply"):
                return message["content"]

    def begin(self, code):
        """Sends a cell and answers its number."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": True}
        return self.send("execute_request", content)

    def finish(self, request, stdin=None):
        """Waits for the end of a cell and answers what it showed."""
        shown = Shown()
        idle = replied = False
        while not (idle and replied):
            message = self.receive()
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind == "execute_reply":
                replied, shown.count = True, content.get("execution_count")
            elif kind == "stream":
                shown.text += content["text"]
            elif kind in ("execute_result", "display_data"):
                shown.value = content["data"].get("text/plain", "")
            elif kind == "error":
                shown.error = "\n".join(content["traceback"])
            elif kind == "input_request":
                self.send("input_reply", {"value": stdin}, "stdin")
        return shown

    def run(self, code, stdin=None):
        return self.finish(self.begin(code), stdin)

    def first_value(self, cells=(DEP, USE, "let one: f64 = 1.0;\none + one"), value="2.0"):
        """Runs the first cells; answers the seconds from the opening, or the restart, to the first value."""
        shown = [self.run(cell) for cell in cells]
        assert shown[-1].value.strip() == value, [one.__dict__ for one in shown]
        return time.monotonic() - self.asked

    def interrupt(self):
        self.server.rest("POST", f"kernels/{self.id}/interrupt")

    def restart(self):
        """Restarts like a browser, which connects anew afterwards."""
        self.asked = time.monotonic()
        self.server.rest("POST", f"kernels/{self.id}/restart")
        self.socket.close()
        self.connect()

    def close(self):
        """Shuts down the kernel."""
        self.server.notebooks.remove(self)
        self.socket.close()
        self.server.rest("DELETE", f"sessions/{self.session['id']}")

    def kernel(self):
        """The process of the kernel itself, which its launcher has started."""
        return wait_for("the kernel's process", self.running_kernel, 20)

    def running_kernel(self):
        with contextlib.suppress(psutil.Error):
            return kernel_of(self.server.listener(self.id))

    def launcher(self):
        """The process that the server started for it."""
        return self.server.launcher(self.id)

    def warm(self):
        """Whether the kernel was a spare."""
        return "--spare" in self.launcher().cmdline()


class Shown:
    """What a cell showed."""

    def __init__(self):
        self.text = self.value = self.error = ""
        self.count = None
