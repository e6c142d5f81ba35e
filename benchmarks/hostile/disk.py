"""Commands on a disk that fills up under them: nothing is half, and with room again they work."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.hostile.commands import faults_of, run
from benchmarks.hostile.kills import Kills
from benchmarks.hostile.stage import Stage, fresh
from benchmarks.hostile.state import faults, leftovers, state_of
from benchmarks.hostile.tally import Fault, Outcome

_PAGE = 4096
_ROOMY = 512 * 1024 * 1024


class Disk(Kills):
    """A tmpfs with a random rest of room; needs the right to mount one."""

    def __init__(self, stage: Stage, folder: Path):
        super().__init__(stage, folder / "clean")
        (folder / "clean").mkdir()
        self.disk, self.was_full = folder / "disk", False

    def attempt(self, seed: int) -> Outcome:
        random = Random(f"disk {seed}")
        names = [name for name in self.turns if name != "draw"]
        name = names[seed % len(names)]
        if why := _cannot_mount(self.disk):
            return Outcome(seed, name, skipped=why)
        self._clean(name)
        room = int(2 ** random.uniform(12, 22.5))  # 4 KB to 6 MB
        wrong = tuple(self._full(name, room))
        return Outcome(seed, name, wrong, detected=self.was_full)

    def _full(self, name: str, room: int) -> Iterator[Fault]:
        clean, (source, words) = self._clean(name), self.commands[name]
        used = sum(-(-path.lstat().st_size // _PAGE) * _PAGE + _PAGE for path in source.rglob("*"))
        with _mounted(self.disk, used + room):
            project, told = fresh(source, self.disk / "project"), f"{room:,} bytes left"
            ended = run(project, words, self.temporary)
            self.was_full = ended.code != 0
            yield from faults_of(ended, (0, 1, 3), told)
            now = state_of(project, self._editions)
            allowed = [clean.after] if ended.code == 0 else [clean.before, clean.after]
            yield from (f._replace(told=f"{told}: {f.told}") for f in faults(now, allowed, clean.before))
            subprocess.run(["mount", "-o", f"remount,size={_ROOMY}", str(self.disk)], check=True)
            again, then = run(project, words, self.temporary), f"{told}, then with room"
            yield from faults_of(again, (0, 1, 2) if now == clean.after else (0,), then)
            known = [clean.after, clean.again]
            state = state_of(project, self._editions)
            yield from (f._replace(told=f"{then}: {f.told}") for f in faults(state, known, clean.before))
            if left := leftovers(project, self.temporary):
                yield Fault("leaked", f"{then}: {', '.join(left[:4])}")


def _cannot_mount(folder: Path) -> str:
    """Why no tmpfs can be mounted here; '' where one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not hasattr(signal, "SIGKILL"):
        return "only root can mount a tmpfs"
    try:
        with _mounted(folder, _PAGE * 16):
            return ""
    except (OSError, subprocess.SubprocessError):
        return "a tmpfs cannot be mounted here"


@contextmanager
def _mounted(folder: Path, size: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)
