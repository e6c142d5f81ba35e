"""The public command as a process: started, killed at a moment or at a step, its descendants seen to end."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.hostile.stage import COMMAND, ROOT
from benchmarks.hostile.tally import Fault

_MARK = "ICTINDEX_CAMPAIGN"  # in the environment of a command and of all that it starts
GRACE = 12  # seconds in which descendants must be gone: a kernel looks for its parent every second or so
TIMEOUT = 240  # seconds until a command is cut off
_STILL = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
CUT_OFF = 999  # its exit code then
MOST_MEMORY = 6 * 1024**3  # of any process of a command, so that a fault cannot take the machine with it

# Loaded by the interpreter before the command. The command counts what it is about to write, rename or remove
# in the project and sends itself a signal before the given step. Processes that it starts do not inherit it.
_HOOK = """
import os, sys
_step, _signal = int(os.environ.pop("CAMPAIGN_STEP", "0")), int(os.environ.pop("CAMPAIGN_SIGNAL", "0"))
_root, _count_to = os.environ.pop("CAMPAIGN_ROOT", ""), os.environ.pop("CAMPAIGN_COUNT", "")
if _root:
    _done = [0]
    _named = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
    def _writes(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
            written = bool(set(mode or "") & set("wax+")) or (flags or 0) & writing
            return written and isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(_root)
        if event not in _named:
            return False
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], (str, bytes, os.PathLike)) else ""
        return path.startswith(_root) or not path.startswith("/")
    def _hook(event, arguments):
        if (event == "open" or event in _named) and _writes(event, arguments):
            _done[0] += 1
            if _done[0] == _step:
                os.kill(os.getpid(), _signal)
    sys.addaudithook(_hook)
    if _count_to:
        import atexit
        def _tell():
            with open(_count_to, "w") as file:
                file.write(str(_done[0]))
        atexit.register(_tell)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended; ``strays``: descendants that outlived it by GRACE seconds, since ended.

    ``seconds``: of processor, of all its processes; ``megabytes``: of the largest; ``took``: by the clock.
    """

    code: int
    out: str
    err: str
    took: float
    seconds: float = 0.0
    megabytes: float = 0.0
    strays: tuple[str, ...] = ()

    @property
    def traceback(self) -> str:
        """The last line of a traceback on stderr; '' where there is none."""
        if "Traceback (most recent call last)" not in self.err and "Fatal Python error" not in self.err:
            return ""
        return next((line for line in reversed(self.err.splitlines()) if line.strip()), "?")[:200]


class Running:
    """A command that runs in ``project`` with temporary folders in ``temporary``."""

    def __init__(
        self,
        project: Path,
        words: Sequence[str],
        temporary: Path,
        more: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ):
        """``more``: further environment. ``before``: words of a command that starts this one."""
        self.mark, self.begun = uuid.uuid4().hex, time.monotonic()
        temporary.mkdir(parents=True, exist_ok=True)
        hook = temporary.parent / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(_HOOK, "utf-8")
        env = {name: text for name, text in os.environ.items() if not name.startswith("ICTINDEX")}
        env |= {
            _MARK: self.mark,
            "TMPDIR": str(temporary),
            "PYTHONPATH": f"{hook}{os.pathsep}{ROOT}",
            **(more or {}),
        }
        self.out, self.err = (temporary.parent / f"{self.mark}.{name}" for name in ("out", "err"))
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [*before, COMMAND, "--project", str(project), *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, cwd=project,
                start_new_session=True, preexec_fn=_bounded,
            )  # fmt: skip

    def signal(self, signum: int) -> None:
        """SIGINT reaches the whole group, as Ctrl-C does; any other the command alone."""
        with contextlib.suppress(
            ProcessLookupError
        ):  # it has ended; its number is ours until it is waited for
            (os.killpg if signum == signal.SIGINT else os.kill)(self.process.pid, signum)

    @property
    def runs(self) -> bool:
        """Whether it has not ended, and its time is not over."""
        over = time.monotonic() > self.begun + TIMEOUT
        return not over and psutil.Process(self.process.pid).status() != psutil.STATUS_ZOMBIE

    def until_still(self, timeout: float) -> None:
        """Wait until it stands still or has ended, but no longer than so many seconds."""
        until = time.monotonic() + timeout
        while time.monotonic() < until and psutil.Process(self.process.pid).status() not in _STILL:
            time.sleep(0.01)

    def until_it_hears(self) -> None:
        """Wait until its first line was run, or it has ended: before, nobody can answer a signal.

        Python of its own accord does not catch SIGTERM. A system that does not tell is given half a second.
        """
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            time.sleep(0.5)
            return
        while psutil.Process(self.process.pid).status() not in _STILL:
            caught = int(status.read_text().partition("SigCgt:")[2].split()[0], 16)
            if caught >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.001)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def ended(self, timeout: float = TIMEOUT) -> Ended:
        """Wait for its end, and for the end of all that it started."""
        code, usage = self._wait(timeout)
        took = time.monotonic() - self.begun
        strays = self._strays()
        out, err = (path.read_text("utf-8", errors="replace") for path in (self.out, self.err))
        self.out.unlink(), self.err.unlink()
        seconds = usage.ru_utime + usage.ru_stime if usage else 0.0
        megabytes = usage.ru_maxrss / 1024 if usage else 0.0
        return Ended(code, out, err, took, seconds, megabytes, strays)

    def _wait(self, timeout: float) -> tuple[int, resource.struct_rusage | None]:
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                return self.process.returncode, usage
            time.sleep(0.005)
        self.process.kill()
        self.process.wait()
        return CUT_OFF, None

    def _strays(self) -> tuple[str, ...]:
        until = time.monotonic() + GRACE
        while (alive := self._marked()) and time.monotonic() < until:
            time.sleep(0.1)
        told = []
        for process in alive:
            try:
                told.append(" ".join(process.cmdline())[-120:])
                process.kill()
            except psutil.Error:
                continue
        return tuple(told)

    def _marked(self) -> list[psutil.Process]:
        marked = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(_MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    marked.append(process)
            except psutil.Error:
                continue
        return marked


def hooked(project: Path, step: int, signum: int, count: Path | None = None) -> dict[str, str]:
    """Environment of a command that sends itself a signal before a writing step, or counts its steps."""
    more = {"CAMPAIGN_ROOT": str(project), "CAMPAIGN_STEP": str(step), "CAMPAIGN_SIGNAL": str(int(signum))}
    return more | ({"CAMPAIGN_COUNT": str(count)} if count else {})


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def run(project: Path, words: Sequence[str], temporary: Path, more: Mapping[str, str] | None = None) -> Ended:
    """A command to its end."""
    return Running(project, words, temporary, more).ended()


def faults_of(ended: Ended, codes: Collection[int], told: str) -> list[Fault]:
    """What is wrong with how a command ended, whatever it did."""
    wrong = []
    if ended.traceback:
        wrong.append(Fault("crashed", f"{told}: {ended.traceback}"))
    elif ended.code not in codes:
        last = ended.err.strip().splitlines()[-1:] or ["nothing on stderr"]
        wrong.append(Fault("crashed", f"{told}: exit code {ended.code}, {last[0][:160]}"))
    if ended.strays:
        wrong.append(Fault("leaked", f"{told}: still running: {'; '.join(ended.strays)}"))
    return wrong
