"""How long it takes from opening or restarting a notebook to its first value. `make bench-kernel` prints the table.

Each row is a notebook in a real JupyterLab server: a session is opened (or a kernel restarted) through REST, and cells run
through the WebSocket until a value is there, as in a browser but without its drawing. The neighbours are the plain evcxr
kernel, which compiles the course's library every time, and Python importing NumPy, Matplotlib and JAX, in an environment
of their own under target/. Processor seconds and memory are those of the kernel and its children.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

import psutil
from server import COURSE, Server, busy, kernel_of

BENCH = COURSE / "target/bench"
PYTHON = BENCH / "python/bin/python"
IMPORTS = "import numpy as np\nimport matplotlib.pyplot as plt\nimport jax.numpy as jnp"
PYTHON_CELLS = ([IMPORTS, "float(jnp.ones(2).sum())"], "2.0")


def neighbours():
    """Kernelspecs of the neighbours, and the Python environment of one of them."""
    wanted = COURSE / "tests/jupyter/neighbours.txt"
    stamp = BENCH / "python/neighbours.txt"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        print("Installing NumPy, Matplotlib and JAX into target/bench ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", BENCH / "python"], check=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", wanted], check=True)
        shutil.copy(wanted, stamp)
    evcxr = [shutil.which("evcxr_jupyter"), "--control_file", "{connection_file}"]
    python = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specs = BENCH / "jupyter"
    for name, argv, language in [("evcxr", evcxr, "rust"), ("neighbour", python, "python")]:
        folder = specs / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        spec = {"argv": argv, "display_name": name, "language": language}
        if language == "rust":
            # Else evcxr might rewrite a kernelspec in the user's home.
            spec |= {"interrupt_mode": "message", "env": {"JUPYTER_PATH": str(specs / "none")}}
        (folder / "kernel.json").write_text(json.dumps(spec))
    return specs


def family(process):
    return [process, *process.children(recursive=True)]


class Row:
    def __init__(self, what):
        self.what, self.seconds, self.cpu, self.memory = what, [], [], []

    def note(self, notebook, cells=None, before=0.0):
        """Runs a notebook's first cells; `before` are processor seconds that were spent on the kernel in advance."""
        self.seconds.append(notebook.first_value(*cells) if cells else notebook.first_value())
        processes = family(notebook.launcher())
        self.cpu.append(sum(map(busy, processes)) - before)
        self.memory.append(sum(one.memory_info().rss for one in processes) / 2**20)

    def note_cell(self, notebook):
        """Runs one more cell, half a second after the last one."""
        processes = family(notebook.launcher())
        before, begin = sum(map(busy, processes)), time.monotonic()
        shown = notebook.run(f"let x: u32 = {len(self.seconds)};\nx + 1")
        self.seconds.append(time.monotonic() - begin)
        assert shown.value.strip() == str(len(self.seconds)), shown.__dict__
        self.cpu.append(sum(map(busy, processes)) - before)
        self.memory.append(sum(one.memory_info().rss for one in processes) / 2**20)
        time.sleep(0.5)

    def __str__(self):
        low, high = min(self.seconds), max(self.seconds)
        median = statistics.median
        return (
            f"{self.what:<46}{median(self.seconds):6.2f}  {low:6.2f} -{high:6.2f}"
            f"{median(self.cpu):8.1f}{median(self.memory):9.0f}{len(self.seconds):6d}"
        )


def cold_and_restarted(name, server, kernel, runs, cells=None):
    """Two rows: opened and restarted, each time on a new kernel."""
    opened, restarted = Row(f"{name}, opened"), Row(f"{name}, restarted")
    for run in range(runs):
        notebook = server.open(f"solutions/bench-{run}.ipynb", kernel)
        opened.note(notebook, cells)
        notebook.restart()
        restarted.note(notebook, cells)
        notebook.close()
    return [opened, restarted]


def spares(server, runs):
    """Three rows: what a spare costs, and what it is worth."""
    opened = Row("this course, a spare ready, opened")
    restarted = Row("this course, a spare ready, restarted")
    cost = Row("  (a spare: started to warm)")
    first = server.open("solutions/bench-first.ipynb")
    first.run("1")
    for run in range(runs):
        before = spent(server, cost)
        notebook = server.open(f"solutions/bench-{run}.ipynb")
        opened.note(notebook, before=before)
        before = spent(server, cost)
        notebook.restart()
        restarted.note(notebook, before=before)
        assert notebook.warm(), "the spare was not taken"
        notebook.close()
    return [opened, restarted, cost]


def beside_a_spare(server, runs):
    """Two rows: a user's cells while a spare warms, and the same cells of the same kernel when it is warm."""
    rows = Row("  (a later cell, while a spare warms)"), Row("  (a later cell, the spare warm)")
    notebook = server.open("solutions/bench-beside.ipynb")
    notebook.first_value()
    for _ in range(runs):
        server.wait_for_warm_spare()
        notebook.restart()
        notebook.first_value()
        # It begins when the user rests for a moment.
        while not (spare := server.spare_and_warmth())[1]:
            rows[0].note_cell(notebook) if spare[0] else time.sleep(0.1)
        while len(rows[1].seconds) < len(rows[0].seconds):
            rows[1].note_cell(notebook)
    notebook.close()
    return rows


def spent(server, cost):
    """Waits for a spare; answers the processor seconds that it has had."""
    spare = server.wait_for_warm_spare()
    kernel = kernel_of(spare)
    warm = os.stat(f"{os.path.dirname(kernel.environ()['EVCXR_TMPDIR'])}/warm").st_mtime
    cost.seconds.append(warm - kernel.create_time())
    cost.cpu.append(sum(map(busy, family(spare))))
    cost.memory.append(sum(one.memory_info().rss for one in family(spare)) / 2**20)
    return cost.cpu[-1]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    specs = neighbours()
    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print(f"{'seconds to the first value':<46}{'median':>6}  {'range':>14}{'CPU s':>8}{'MB':>9}{'runs':>6}")
    with Server(specs=specs, AIF_SPARE_KERNELS=1) as server:
        for row in [*spares(server, runs), *beside_a_spare(server, runs)]:
            print(row, flush=True)
    with Server(specs=specs, AIF_SPARE_KERNELS=0) as server:
        # The first import ever also compiles Python's own files.
        warm_up = server.open("solutions/bench.ipynb", "neighbour")
        warm_up.first_value(*PYTHON_CELLS)
        warm_up.close()
        for name, kernel, times, cells in [
            ("this course, no spare", "rust", runs, None),
            ("Python with NumPy, Matplotlib, JAX", "neighbour", runs, PYTHON_CELLS),
            ("the plain evcxr kernel", "evcxr", 1, None),
        ]:
            for row in cold_and_restarted(name, server, kernel, times, cells):
                print(row, flush=True)


if __name__ == "__main__":
    main()
