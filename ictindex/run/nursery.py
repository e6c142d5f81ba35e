"""Where kernels come from: a process that has imported what pages need, and forks a kernel for each of them.

To start an interpreter and import pandas, Matplotlib and the package takes some two seconds of processor,
more than a small page itself; of many editions all but the first are spared it.

It is spoken to by a socket, its standard input: a line of JSON (program, env, cwd) asks for a kernel, whose
number is answered. When the other end is closed, as it is by the death of who held it, the nursery ends its
kernels and itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

# Elsewhere than on Linux what these load may start threads or talk to the system, which no fork survives.
# Nothing that looks, as it is imported, whether it is in a kernel: Matplotlib's inline backend does.
IMPORTED = ("ipykernel.kernelapp", "ipykernel.debugger", "matplotlib.style", "scipy.optimize", "ictindex")
YOUNG = (100_000, 20, 20)  # objects between two looks for rings: of a year's millions hardly one is in a ring
_LOOKS = 0.2  # seconds between two looks at who the parent is


def main() -> None:
    """Import, then fork a kernel for each line; this file's own folder is no place to import from."""
    del sys.path[0]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run is told, and ends us
    gc.disable()  # what is imported stays: to look through it again and again takes a seventh of the time
    if sys.platform == "linux":
        for name in IMPORTED:
            with contextlib.suppress(ImportError):  # the page says what is missing
                module = importlib.import_module(name)
                for word in getattr(module, "__all__", ()):
                    getattr(module, word)  # ours are imported only when they are asked for
        gc.freeze()  # else every kernel's own collections would copy what it shares with the others
    gc.enable()
    signal.signal(signal.SIGCHLD, _lay_to_rest)
    nursery, asked = os.getpid(), socket.socket(fileno=0)
    for line in asked.makefile("r", encoding="utf-8"):
        if (kernel := os.fork()) == 0:
            return _be_kernel(nursery, **json.loads(line))
        with contextlib.suppress(OSError):  # it may have ended, or have done so itself
            os.setpgid(kernel, kernel)
        asked.sendall(f"{kernel}\n".encode())


def _lay_to_rest(*_: Any) -> None:
    """Take note of kernels that have ended: their numbers are free again, their time is counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_kernel(nursery: int, program: list[str], env: dict[str, str], cwd: str) -> None:
    """In a new process, with a group of its own, be ipykernel's kernel as if started with these words."""
    os.setpgid(0, 0)
    for told in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(told, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # closes the socket here: a line for a kernel is the nursery's alone
    os.close(nothing)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(nursery))
    os.chdir(cwd)
    sys.argv = program
    threading.Thread(target=_end_with, args=(nursery,), daemon=True).start()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # as random does by itself: no two kernels draw the same
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # its own value in a kernel; imported here it saw none
    gc.set_threshold(*YOUNG)
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


def _end_with(nursery: int) -> None:
    """End this process when it is no child of the nursery's: ipykernel looks only when it is set up."""
    while os.getppid() == nursery:
        time.sleep(_LOOKS)
    os._exit(1)


if __name__ == "__main__":
    main()
