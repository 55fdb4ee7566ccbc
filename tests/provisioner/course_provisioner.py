"""Hands a Jupyter server a Rust kernel that is already warm.

The server asks the provisioner named in the kernelspec to launch a kernel. This one takes a spare, if there is one that
fits, and else starts the launcher as the server itself would. How a spare is warmed and when it ends is the business of
`course kernel --spare`, to which it gives orders by its stdin (see tests/src/spare.rs). AIF_SPARE_KERNELS is the number of
spares: 1 unless set, 0 for none.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import threading
import weakref
from typing import ClassVar

from jupyter_client.connect import LocalPortCache, port_names
from jupyter_client.provisioning import LocalProvisioner

PATIENCE = 5  # seconds for an answer that takes some milliseconds


class Spare:
    """The process of a spare kernel, and the launch it can stand in for."""

    def __init__(self, launch):
        self.launch = launch
        argv, folder, env = launch
        self.process = subprocess.Popen(
            [part if part != "{connection_file}" else "--spare" for part in argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=folder,
            env={**env, "JPY_PARENT_PID": str(os.getpid())},
            start_new_session=True,
        )
        # A server waits for nobody: an order that cannot be written at once goes to a spare that is of no use any more.
        os.set_blocking(self.process.stdin.fileno(), False)
        # One that ends by itself must not stay behind as a zombie.
        threading.Thread(target=self.process.wait, daemon=True).start()

    def order(self, text):
        """Gives an order. A spare that has ended will be found out when it is wanted."""
        with contextlib.suppress(OSError):
            self.process.stdin.write(text.encode() + b"\n")

    async def take(self):
        """Asks for the spare: its connection information, "no" if it has not been started, or None if it has ended."""
        self.order("take")
        answer = asyncio.get_running_loop().run_in_executor(None, self.process.stdout.readline)
        try:
            line = (await asyncio.wait_for(answer, PATIENCE)).decode().strip()
        except (TimeoutError, asyncio.TimeoutError):
            self.process.kill()
            return None
        return json.loads(line) if line.startswith("{") else line or None

    def let_go(self):
        """Closes the pipes, which ends the process unless it was taken."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
            self.process.stdout.close()


class Provisioner(LocalProvisioner):
    """Launches kernels as its base class does, or takes a spare."""

    spares: ClassVar[list[Spare]] = []
    kernels: ClassVar["weakref.WeakSet[Provisioner]"] = weakref.WeakSet()
    launch = None  # what is launched: command, folder, environment
    restart_asked = False

    async def shutdown_requested(self, restart=False):
        self.restart_asked = restart
        await super().shutdown_requested(restart=restart)

    async def launch_kernel(self, cmd, **kwargs):
        # A spare knows nothing of the notebook that will be its own.
        env = {name: value for name, value in kwargs["env"].items() if name != "JPY_SESSION_NAME"}
        self.launch = (self.kernel_spec.argv, kwargs.get("cwd"), env)
        try:
            taken = self.may_take(kwargs) and await self.take()
        except Exception:
            self.log.warning("The spare kernel is of no use", exc_info=True)
            taken = False
        self.restart_asked = False
        if taken:
            return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    def may_take(self, kwargs):
        """Whether those who talk to this kernel will notice that a spare has other ports than were announced."""
        manager, server = self.parent, self.server()
        if server is None or not set(kwargs) <= {"cwd", "env", "kernel_id"}:
            return False
        if (manager.transport, manager.ip) != ("tcp", "127.0.0.1"):
            return False
        if self.pid is None:
            return True
        # A browser connects anew after the restart that it asked for. It does not when the server restarts a kernel that
        # has died, nor when another window asked.
        return self.restart_asked and server.kernel_model(self.kernel_id)["connections"] <= 1

    def server(self):
        """The kernel manager of a Jupyter server, if this kernel has one. Others, such as nbconvert's, run a kernel once."""
        manager = getattr(self.parent, "parent", None)
        return manager if hasattr(manager, "ports_changed") else None

    async def take(self):
        """Makes a spare this kernel's process, if there is one."""
        for spare in [spare for spare in self.spares if spare.launch == self.launch]:
            self.spares.remove(spare)  # so that nobody else asks for it meanwhile
            info = await spare.take()
            if info == "no":
                self.spares.append(spare)
                continue
            spare.let_go()
            if info is None:
                continue
            ports = LocalPortCache.instance()
            for name in port_names:
                ports.return_port(self.connection_info[name])
                ports.currently_used_ports.add(info[name])
            info["key"] = info["key"].encode()
            self.connection_info = {**self.connection_info, **info}
            self.process = spare.process
            self.pid = self.pgid = spare.process.pid  # it leads its session
            self.cwd = self.launch[1]
            return True
        return False

    async def post_launch(self, **kwargs):
        await super().post_launch(**kwargs)
        if self.server() is None:
            return
        self.kernels.add(self)
        try:
            self.keep_spares()
        except Exception:
            self.log.warning("No spare kernel can be kept", exc_info=True)

    def keep_spares(self):
        """Sees to the spares for the next launch like this one."""
        wanted = int(os.environ.get("AIF_SPARE_KERNELS") or 1)
        kept = []
        for spare in self.spares:
            fits = spare.launch == self.launch and spare.process.poll() is None
            if fits and len(kept) < wanted:
                spare.order(f"watch {self.parent.connection_file}")
                kept.append(spare)
            else:
                spare.let_go()
        while len(kept) < wanted:
            spare = Spare(self.launch)
            for kernel in self.kernels:
                if kernel.has_process:
                    spare.order(f"watch {kernel.parent.connection_file}")
            kept.append(spare)
        self.spares[:] = kept
