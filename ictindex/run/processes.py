"""Kernels as processes: what they inherit, how they are ended, and what killed runs left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ictindex.basics import Project

# Else a matplotlibrc of the user's, or one that lies in the project, would draw other charts.
_PLAIN = "import matplotlib\nmatplotlib.rcdefaults()\ndel matplotlib\n"


@contextlib.contextmanager
def kernel_environment(project: Project) -> Iterator[None]:
    """What kernels inherit: this project, and nothing of the user's own Jupyter and IPython set-up."""
    own = Path(tempfile.mkdtemp(prefix="ictindex-"))  # short: a socket's path has some 100 characters at most
    for name in ("ipython", "config", "data", "runtime"):
        (own / name).mkdir()
    startup = own / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-plain.py").write_text(_PLAIN, "utf-8")
    settings = {
        "COLUMNS": "80",  # frames and texts are broken by it
        "LINES": "24",
        "ICTINDEX_PROJECT": str(project.root),
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTER_PATH": "",
        "JUPYTER_CONFIG_PATH": "",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # shows plain figures
        "OMP_NUM_THREADS": "1",  # several kernels share the cores
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONSTARTUP": "",  # IPython runs it too
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(own, ignore_errors=True)


@contextlib.contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """A polite kill ends a run as Ctrl-C does: nothing half written, no kernel left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(signum: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def kill_kernels() -> None:
    """Kill this process's own children: the kernels, which sit in sessions of their own."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()


def sweep(project: Project) -> None:
    """Remove what runs that were killed left half built."""
    import psutil

    for leftover in project.building.glob("*"):
        owner = leftover.name.rpartition(".")[2]
        gone = not owner.isdigit() or int(owner) == os.getpid() or not psutil.pid_exists(int(owner))
        if gone:
            shutil.rmtree(leftover, ignore_errors=True)
