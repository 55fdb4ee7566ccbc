"""JupyterHub for a class on one machine. classroom/README.md says how to set it up.

All use one clone that the teacher has prepared, and that they can read only: its compiled library, its cargo home and its
kernel program. What is a student's own: a copy of the notebooks, the folders of running kernels (in ~/.cache/aif-course),
and a spare kernel where memory allows.
"""

import os
import shutil
import sys
from pathlib import Path

COURSE = Path(os.environ.get("COURSE_ROOT", Path(__file__).resolve().parents[2]))
CARGO = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
RUSTUP = Path(os.environ.get("RUSTUP_HOME", Path.home() / ".rustup"))
#: Seconds without a sign of life after which a kernel ends, and then the student's server.
IDLE = int(os.environ.get("COURSE_IDLE_S", 3600))
#: What the whole class may take, at 1 500 MB for a student with one notebook and a spare.
MEMORY_MB = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20

c = get_config()  # noqa: F821

# Nobody but this machine gets in: put a web server with a certificate before it.
c.JupyterHub.bind_url = os.environ.get("COURSE_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_ip = "127.0.0.1"
c.ConfigurableHTTPProxy.command = [shutil.which("configurable-http-proxy") or "configurable-http-proxy"]
# Whoever has an account on this machine may come.
c.Authenticator.allow_all = True
c.JupyterHub.active_server_limit = max(1, MEMORY_MB // 1500)

c.Spawner.cmd = [str(Path(__file__).with_name("desk"))]
c.Spawner.notebook_dir = "~/course"
c.Spawner.default_url = "/lab/tree/notebooks/01_behaving_animal.ipynb"
c.Spawner.start_timeout = 120
c.Spawner.environment = {
    "COURSE_ROOT": str(COURSE),
    "COURSE_PYTHON": sys.executable,
    "COURSE_MEMORY_MB": os.environ.get("COURSE_MEMORY_MB", "6000"),
    "CARGO_HOME": str(CARGO),
    "RUSTUP_HOME": str(RUSTUP),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(CARGO / "bin"), os.environ["PATH"]]),
    "JUPYTER_PREFER_ENV_PATH": "1",
}
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    f"--MappingKernelManager.cull_interval={max(1, IDLE // 10)}",
]

c.JupyterHub.services = [
    {
        "name": "cull",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={IDLE}",
            f"--cull-every={max(1, IDLE // 10)}",
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "cull",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["cull"],
    }
]
