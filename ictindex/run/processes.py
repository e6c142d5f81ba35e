"""Kernels as processes: what they inherit, how they are ended, and what killed runs left behind."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ictindex.annex import hold
from ictindex.basics import Project, Refused, sweep_temporary, temporary_folder

# Else a matplotlibrc of the user's, or one that lies in the project, would draw other charts.
_PLAIN = "import matplotlib\nmatplotlib.rcdefaults()\ndel matplotlib\n"


@contextlib.contextmanager
def kernel_environment(project: Project) -> Iterator[None]:
    """What kernels inherit: this project, and nothing of the user's own Jupyter and IPython set-up."""
    with temporary_folder() as own, _environment(_settings(project, own)):
        yield


def _settings(project: Project, own: Path) -> dict[str, str]:
    """Environment variables of kernels whose own files lie in a folder."""
    for name in ("ipython", "config", "data", "runtime"):
        (own / name).mkdir()
    startup = own / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-plain.py").write_text(_PLAIN, "utf-8")
    return {
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


@contextlib.contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
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


def kill_kernels() -> None:
    """Kill this process's own children: the kernels, which sit in sessions of their own."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()


def sweep(project: Project) -> None:
    """Remove what runs that were killed left half built, here and in the system's temporary folder.

    Whether an owner lives is told by the lock that it holds: its number may be anybody's, elsewhere.
    """
    for name in sorted({leftover.name.partition(".")[0] for leftover in project.building.glob("*.*")}):
        with contextlib.suppress(Refused), hold(project, name, patience=0):
            pass  # who takes a lock tidies
    sweep_temporary()
