"""papermill with a report of each cell: the one place that knows its engine."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import queue
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from papermill.translators import PythonTranslator, papermill_translators
from traitlets import Type, Unicode
from traitlets.config import Config

from ictindex.page import BESIDE, injected
from ictindex.run.processes import NURSERY

ENGINE, KERNEL = "ictindex", "python3"


class ReportingEngine(NBClientEngine):
    """papermill's own engine, which tells ``on_cell`` how far it is, and saves when it stops."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, on_cell=None, **options):
        start, save, cells = nb_man.cell_start, nb_man.save, len(nb_man.nb.cells)

        def cell_start(cell, cell_index=None, **more):
            on_cell(cell_index, cells)
            start(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        nb_man.save = lambda **_: None  # after each cell it would take a quarter of the run
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        except BaseException:  # of a kernel that died or took too long, what it left; else papermill saves
            nb_man.save = save
            raise


class Forked(LocalProvisioner):
    """Kernels of the nursery, which are there at once."""

    async def launch_kernel(self, cmd, env, cwd=None, **_):
        program = cmd[cmd.index("ipykernel_launcher") :]
        self.process = NURSERY.kernel(program, env, str(cwd or Path.cwd()))
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def wait(self) -> int | None:
        """What is killed ends at once: Jupyter's own looks ten times a second."""
        while await self.poll() is None:
            await asyncio.sleep(0.01)
        return await super().wait()


class PromptClient(AsyncKernelClient):
    """Who speaks to a kernel: at once when it answers, where Jupyter's own waits a fifth of a second more."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < end:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)  # what it will show reaches us too
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class QuietKernels(AsyncKernelManager):
    """Kernels whose programs cannot print into our own output, only into the notebook; they end with us."""

    client_factory = Type(PromptClient)
    beside = Unicode(help="The folder for tables too large for the page.").tag(config=True)

    async def start_kernel(self, **options):
        if hasattr(os, "fork"):
            self.provisioner = Forked(kernel_id=uuid4().hex, kernel_spec=self.kernel_spec, parent=self)
        self.context.setsockopt(zmq.RECONNECT_IVL, 10)  # milliseconds, not 100: forked, it is there sooner
        environment = {**(options.pop("env", None) or os.environ), BESIDE: self.beside}
        await super().start_kernel(stdout=subprocess.DEVNULL, env=environment, **options)


class ReadableTranslator(PythonTranslator):
    """Writes parameters as we do: Vietnamese as letters, and the same whether black is installed or not."""

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        return injected(parameters)


papermill_engines.register(ENGINE, ReportingEngine)
papermill_translators.register(KERNEL, ReadableTranslator)


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    cwd: Path,
    timeout: int,
    on_cell: Callable[[int, int], None],
    beside: Path,
) -> None:
    """Execute a notebook with parameters in a fresh kernel; ``timeout`` in seconds for each cell.

    ``beside``: a folder that is there, for tables too large for the page.
    """
    execute_notebook(
        _literal(notebook),
        _literal(output),
        dict(parameters),
        engine_name=ENGINE,
        kernel_name=KERNEL,
        language="python",
        progress_bar=False,
        autosave_cell_every=0,
        execution_timeout=timeout,
        on_cell=on_cell,
        # not papermill's own cwd, which changes the folder of the whole process, other threads' too
        resources={"metadata": {"path": str(cwd)}},
        shutdown_kernel="immediate",
        kernel_manager_class=QuietKernels,
        config=Config({"KernelManager": _connection(), "QuietKernels": {"beside": str(beside)}}),
    )


def _connection() -> dict[str, str]:
    """How to speak to a kernel: by files of its own, so that no other run can take its port.

    They are named in full; else they would lie in the working folder, which is not the kernel's.
    """
    file = os.path.join(jupyter_runtime_dir(), f"{uuid4().hex[:12]}.json")
    short = len(os.fsencode(file)) < 95  # a socket's name has 104 bytes on macOS, 108 on Linux
    return {"transport": "ipc" if short else "tcp", "connection_file": file}


def _literal(path: Path) -> str:
    """A path as papermill takes it: braces would be filled in with parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def reason(error: Exception) -> str:
    """Why a notebook stopped, in a line: the cell, counted from 1 as in findings, and what it raised."""
    if isinstance(error, PapermillExecutionError):
        return (
            f"cell {error.cell_index + 1}, execution count {error.exec_count}: {error.ename}: {error.evalue}"
        )
    return f"{type(error).__name__}: {error}".strip()
