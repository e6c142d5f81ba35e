"""Kernels as processes: what they inherit, how they are ended, and what killed runs left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ictindex.annex import hold
from ictindex.basics import Project, Refused

_OURS = "ictindex-"  # how our folders for temporary files begin
_LOCK = "owner.lock"  # in each of them, held as long as its owner lives
_NEWBORN = 3600.0  # seconds for which a folder without a lock may be one that is being made


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for temporary files, gone in the end; where we are killed, ``sweep`` clears it."""
    own = Path(tempfile.mkdtemp(prefix=_OURS))  # short: a socket's path has some 100 characters at most
    try:
        with FileLock(own / _LOCK, thread_local=False):
            yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


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
    for folder in Path(tempfile.gettempdir()).glob(f"{_OURS}*"):
        with contextlib.suppress(OSError):
            _sweep_temporary(folder)


def _sweep_temporary(folder: Path) -> None:
    lock, about = folder / _LOCK, folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or about.st_uid != getattr(os, "getuid", lambda: 0)():
        return
    if not lock.exists() and time.time() - about.st_mtime < _NEWBORN:
        return
    with contextlib.suppress(Timeout):
        with FileLock(lock, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is open
