"""Nothing of the course looks for the network: JupyterLab as `make lab` starts it, its kernels, and `course run`.

All runs where a network seems to be, whose one end is here and whose other end nobody holds. So whoever looks for another
machine, or only for its address, is seen, and nothing leaves this machine.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.error
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
COURSE = HERE.parents[1]
# A card and what is behind it, a way there, and somebody there to ask for names.
BEGIN = """
ip link set lo up && ip link add dev near type veth peer name far || exit 77
echo 1 > /proc/sys/net/ipv6/conf/near/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/far/disable_ipv6
ip link set near up && ip link set far up
ip address add 192.0.2.1/24 dev near && ip route add default via 192.0.2.2
echo nameserver 192.0.2.2 > "$0" && mount --bind "$0" "$(readlink -f /etc/resolv.conf)" || exit 77
exec "$@"
"""


class Network(unittest.TestCase):
    def test_nobody_looks_for_another_machine(self):
        with tempfile.NamedTemporaryFile() as names:
            inside = ["unshare", "--net", "--mount", "--map-root-user", "sh", "-c", BEGIN, names.name]
            try:
                done = subprocess.run([*inside, sys.executable, __file__], capture_output=True, text=True, timeout=1800)
            except FileNotFoundError:
                self.skipTest("there is no unshare")
        if done.returncode == 77 or "unshare:" in done.stderr:
            self.skipTest(f"this system gives a test no network of its own: {done.stderr.strip()}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def packets():
    """How many packets somebody has sent to other machines."""
    line = next(line for line in Path("/proc/net/dev").read_text().splitlines() if "near:" in line)
    return int(line.split(":")[1].split()[9])


def answers(lab):
    """Whether the server listens; it says its address before."""
    with contextlib.suppress(OSError):
        return lab.rest("GET", "status")


def inside():
    from server import DEP, USE, Lab, free_port, rest, wait_for

    tool, port = COURSE / "target/release/course", free_port()
    options = f"LAB_ARGS=--no-browser --ServerApp.port={port} --ServerApp.port_retries=0"
    make = psutil.Popen(["make", "lab", options], cwd=COURSE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = ""
        while not (token := re.search(rf"http://(?:localhost|127\.0\.0\.1):{port}/lab/tree/notebooks\?token=(\w+)", said)):
            line = make.stdout.readline()
            assert line, f"`make lab` ended: {said}"
            said += line
        lab = Lab(port, token[1])
        wait_for("the server's answer", lambda: answers(lab))
        notebook = lab.open("notebooks/02_bellman_and_value.ipynb")
        notebook.first_value([DEP, USE, "1 + 1"], "2")
        try:
            rest(f"{port}/api/contents", "wrong", "GET")
        except urllib.error.HTTPError as refused:
            assert refused.code in (401, 403), refused
        else:
            raise AssertionError("a stranger was let in")
        listening = {one.laddr.ip for one in psutil.net_connections() if one.status == psutil.CONN_LISTEN}
        assert listening <= {"127.0.0.1", "::1"}, listening
        notebook.close()
    finally:
        for process in [*make.children(recursive=True), make]:
            process.terminate()
        make.wait(60)
    with tempfile.TemporaryDirectory() as folder:
        import nbformat

        cells = [nbformat.v4.new_code_cell(source) for source in (DEP, USE, "1 + 1")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), f"{folder}/short.ipynb")
        report = f"--report={folder}/report.json"
        subprocess.run([tool, "run", report, f"{folder}/short.ipynb"], check=True, cwd=COURSE)
    assert packets() == 0, f"{packets()} packets went to other machines"
    # Nothing went unseen.
    subprocess.run([sys.executable, "-c", "import socket; socket.getaddrinfo('example.org', 80)"], capture_output=True)
    assert packets() > 0, "the watch is blind"


if __name__ == "__main__":
    inside()
