"""Processes that begin with the package imported: killed as any other, at a third of what one costs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

FORKING = """
import gc, json, os, sys
import pandas
import ictindex.cli.main, ictindex.run.engine, ictindex.run.runs
from ictindex.annex import files
files.prepare()
gc.freeze()  # else each would copy what it has of us to look for garbage in it
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("ended"):
        number, status = os.waitpid(asked["ended"], os.WNOHANG)
        print(json.dumps(os.waitstatus_to_exitcode(status) if number else None), flush=True)
    elif number := os.fork():
        print(number, flush=True)
    else:
        for number, path in enumerate([os.devnull, *asked["files"]]):
            os.dup2(os.open(path, os.O_RDWR), number)
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.argv = ["-c", *asked["words"]]
        exec(asked["code"], {"__name__": "__main__"})
        sys.exit()
"""


class Forking:
    """A process that has imported the package, and forks others; no threads of ours are in any of them."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, "-c", FORKING], **pipes)

    def asked(self, **question: object) -> int | None:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


class Forked:
    """What ``python -c code *words`` would be in a folder, with the environment as it is now."""

    def __init__(self, forking: Forking, code: str, words: list[str], cwd: Path, said: Path) -> None:
        self._files = [said.with_suffix(ending) for ending in (".out", ".err")]
        for file in self._files:
            file.touch()
        asks = {"code": code, "words": words, "cwd": str(cwd), "files": [*map(str, self._files)]}
        self.pid = forking.asked(**asks, env=dict(os.environ))
        self._forking, self._ended = forking, None

    @property
    def said(self) -> list[str]:
        """What it has printed so far, and what it has told."""
        return [file.read_text("utf-8") for file in self._files]

    def poll(self) -> int | None:
        if self._ended is None:
            self._ended = self._forking.asked(ended=self.pid)
        return self._ended

    def send_signal(self, sent: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sent)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
