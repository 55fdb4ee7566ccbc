"""A named experiment on the workers of Dask: each task runs one part of it, and the parts are put together.

    target/dask/bin/python tests/sweep/dask_sweep.py bandits --parts 8 --out bandits.jsonl

starts one worker for each core of this machine. With --scheduler ADDRESS it uses a cluster that is there already: one made by
hand (`dask scheduler`, `dask worker --nthreads 1`), by SLURMCluster of dask-jobqueue or by KubeCluster of dask-kubernetes. Only
workers on one machine were ever tried here. Each worker needs the program target/release/sweep, at the path of --program; the
lines come back through Dask, so no shared folder is needed.

A part whose worker or program was killed is run again, on another worker if there is one.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

PROGRAM = Path(__file__).resolve().parents[2] / "target/release/sweep"
RETRIES = 3  # how often a part may die


def run_part(program, name, part, parts, arguments):
    """The lines of one part, computed on one core.

    If this worker dies, the program ends as well, at its next line: nobody reads it any more.
    """
    command = [program, name, "--shard", f"{part}/{parts}", "--jobs", "1", *arguments]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def sweep(client, name, parts, out, program=str(PROGRAM), arguments=()):
    """Runs all parts on the workers of a client, and writes what they give together to the file `out`."""
    futures = {
        client.submit(run_part, program, name, part, parts, list(arguments), pure=False, retries=RETRIES): part
        for part in range(1, parts + 1)
    }
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for future in as_completed(futures):
            file = Path(folder, f"part-{futures[future]}.jsonl")
            file.write_bytes(future.result())
            files.append(str(file))
            print(f"part {futures[future]}: done, {len(files)} of {parts}", flush=True)
            future.release()  # the lines are safe here: no worker has to keep them, or to make them again
        subprocess.run([program, name, "--merge", *files, "--out", str(out)], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="the experiment; `course sweep` lists them")
    parser.add_argument("--parts", type=int, required=True, help="how many tasks")
    parser.add_argument("--out", required=True, help="the file to write")
    parser.add_argument("--runs", type=int, help="how many runs [default: as many as in the module]")
    parser.add_argument("--scheduler", help="the address of a scheduler [default: workers on this machine]")
    parser.add_argument("--program", default=str(PROGRAM), help="the program, where the workers find it")
    args = parser.parse_args()
    if not Path(args.program).is_file():
        sys.exit(f"dask_sweep: there is no {args.program}: `target/release/course sweep` compiles it")
    runs = ["--runs", str(args.runs)] if args.runs else []
    try:
        with contextlib.ExitStack() as stack:
            address = args.scheduler
            if not address:
                scratch = stack.enter_context(tempfile.TemporaryDirectory())
                options = {"threads_per_worker": 1, "dashboard_address": None, "local_directory": scratch}
                address = stack.enter_context(LocalCluster(**options))
            client = stack.enter_context(Client(address))
            sweep(client, args.name, args.parts, args.out, args.program, runs)
    except (RuntimeError, KilledWorker, subprocess.CalledProcessError) as error:
        sys.exit(f"dask_sweep: {error}")


if __name__ == "__main__":
    main()
