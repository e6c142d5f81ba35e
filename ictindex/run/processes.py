"""Kernels as processes: what they inherit, how they are ended, and what killed runs left behind."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ictindex.annex import hold
from ictindex.basics import Project, Refused, sweep_temporary, temporary_folder

# Else a matplotlibrc of the user's, or one that lies in the project, would draw other charts.
_PLAIN = "import matplotlib\nmatplotlib.rcdefaults()\ndel matplotlib\n"

_LARGE = 4 * 1024 * 1024  # bytes of an array that is given back to the system as soon as nobody needs it


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
        "MALLOC_MMAP_THRESHOLD_": str(_LARGE),  # glibc raises it to 32 MB by itself
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


@dataclass
class Kernel:
    """A kernel that the nursery has made, asked as a Popen is; how it ended nobody knows."""

    pid: int
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """None while it runs; one that nobody lays to rest, as in a container without an init, has ended."""
        import psutil

        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE:
                return None
        return 1

    def wait(self) -> int:
        """Asked only of a kernel that has ended."""
        return 1

    def send_signal(self, sent: int) -> None:
        os.kill(self.pid, sent)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Nursery:
    """This process' own nursery (see nursery.py): begun when it is first wanted, and again if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()
        atexit.register(self.end)

    def begin(self) -> None:
        """Have it import what pages need, while we do something else."""
        with self._lock:
            self._begin()

    def _begin(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("nursery.py"))],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def end(self) -> None:
        """Let it go, and its kernels, which are then counted among the processes that were ours."""
        with self._lock:
            if self._process is not None:
                self._line.close()
                self._process.wait()
                self._process = None

    def kernel(self, program: Sequence[str], env: Mapping[str, str], cwd: str) -> Kernel:
        """A new kernel with these words, this environment and folder; OSError where none can be had."""
        with self._lock:
            self._begin()
            self._line.sendall(json.dumps({"program": program, "env": env, "cwd": cwd}).encode() + b"\n")
            if not (told := self._line.recv(32)):
                raise OSError("the process that makes kernels has ended")
            return Kernel(int(told))


NURSERY = Nursery()


def kill_kernels() -> None:
    """Kill this process's own children: the nursery and its kernels, which sit in sessions of their own."""
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
