"""Every writing command is killed: its state is the one before or the one after, and it works again."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from benchmarks.hostile.commands import Ended, Running, faults_of, hooked, run
from benchmarks.hostile.stage import Stage, fresh
from benchmarks.hostile.state import State, faults, leftovers, state_of
from benchmarks.hostile.tally import Fault, Outcome


@dataclass(frozen=True)
class Clean:
    """A command that nobody kills: its states, its writing steps, how long it takes, how it ends."""

    before: State
    after: State
    again: State
    steps: int
    ended: Ended


class Kills:
    """SIGKILL mostly before a random writing step, else at a random moment; a third are SIGINT or SIGTERM."""

    def __init__(self, stage: Stage, folder: Path):
        self.stage, self.project, self.temporary = stage, folder / "project", folder / "tmp"
        self.clean: dict[str, Clean] = {}

    @cached_property
    def commands(self) -> dict[str, tuple[Path, tuple[str, ...]]]:
        """Name -> the project that it begins from, and its words."""
        stage, edition = self.stage, self.stage.edition
        year = str(int(edition.rpartition("-")[2]) + 1)
        known = {
            "run": (stage.built, ("run", edition, "--force")),
            "collect": (stage.opening, ("collect", edition, str(stage.inbox))),
            "collect many": (stage.crowd, ("collect", edition, str(stage.crowd_inbox))),
            "forms": (stage.built, ("forms", edition)),
            "slips": (stage.built, ("slips", edition, "--sent", "2021-02-02")),
            "draw": (stage.built, ("draw", edition)),
            "sample": (stage.opening, ("sample", edition, "--seed", "7")),
            "new-year": (stage.built, ("new-year", stage.methodology, year)),
            "rehearse": (stage.opening, ("rehearse", edition)),
        }
        if not stage.crowd.exists():
            del known["collect many"]
        return known | (
            {"what-if": (stage.built, ("what-if", stage.what_if, "--force"))} if stage.what_if else {}
        )

    @cached_property
    def turns(self) -> list[str]:
        """The commands in turn, the slow ones more seldom."""
        often = ("collect", "new-year", "slips", "sample", "forms")
        once = ("collect", "collect many", "new-year", "run", "what-if", "draw", "rehearse")
        return [name for name in (*often, *once) if name in self.commands]

    def attempt(self, seed: int) -> Outcome:
        random = Random(f"kills {seed}")
        name = self.turns[seed % len(self.turns)]
        signum = random.choice([signal.SIGKILL] * 4 + [signal.SIGINT, signal.SIGTERM])
        clean = self._clean(name)
        step = random.randint(1, clean.steps) if clean.steps and random.random() < 0.7 else 0
        moment = random.uniform(0, 1.1 * clean.ended.took)
        when = f"before step {step} of {clean.steps}" if step else f"after {moment:.2f} s"
        told = f"{signal.Signals(signum).name} {when}"
        return Outcome(seed, name, tuple(self._killed(name, clean, signum, step, moment, told)))

    def halfway(self, name: str, signum: int) -> Outcome:
        """A signal before the step in the middle of a command, for a short campaign."""
        clean = self._clean(name)
        step = max(1, clean.steps // 2)
        told = f"{signal.Signals(signum).name} before step {step} of {clean.steps}"
        return Outcome(step, name, tuple(self._killed(name, clean, signum, step, 0.0, told)))

    def _clean(self, name: str) -> Clean:
        if name not in self.clean:
            source, words = self.commands[name]
            project = fresh(source, self.project)
            before = state_of(project, self._editions)
            count = self.temporary.parent / "count"
            ended = run(project, words, self.temporary, hooked(project, 0, 0, count))
            after = state_of(project, self._editions)
            run(project, words, self.temporary)
            again = state_of(project, self._editions)
            self.clean[name] = Clean(before, after, again, int(count.read_text()), ended)
        return self.clean[name]

    @property
    def _editions(self) -> list[str]:
        return [path.stem for path in (self.stage.built / "parameters").glob("*.yaml")]

    def _killed(
        self, name: str, clean: Clean, signum: int, step: int, moment: float, told: str
    ) -> Iterator[Fault]:
        if clean.ended.code or clean.ended.traceback:
            yield Fault(
                "crashed", f"not even unkilled: exit code {clean.ended.code}, {clean.ended.err[-200:]}"
            )
            return
        source, words = self.commands[name]
        project = fresh(source, self.project)
        shutil.rmtree(self.temporary, ignore_errors=True)
        running = Running(project, words, self.temporary, hooked(project, step, signum) if step else None)
        if not step:
            time.sleep(moment)
            if signum != signal.SIGKILL:
                running.until_it_hears()
            running.signal(signum)
        ended = running.ended()
        now = state_of(project, self._editions)
        yield from self._ending(ended, clean, now, signum, told)
        yield from (
            f._replace(told=f"{told}: {f.told}")
            for f in faults(now, [clean.before, clean.after], clean.before)
        )
        yield from self._next(name, clean, now, told)

    def _ending(self, ended: Ended, clean: Clean, now: State, signum: int, told: str) -> Iterator[Fault]:
        """130 without a traceback where the signal is one that can be answered and came before the end."""
        if signum == signal.SIGKILL:
            codes = {-signal.SIGKILL, clean.ended.code}
        else:
            done = now == clean.after and ended.out == clean.ended.out
            codes = {130, *((clean.ended.code, -signum) if done else ())}
        yield from faults_of(ended, codes, told)

    def _next(self, name: str, clean: Clean, now: State, told: str) -> Iterator[Fault]:
        """The same command again: it comes to the state after, and leaves nothing of the dead one."""
        project, words = self.project, self.commands[name][1]
        ended = run(project, words, self.temporary)
        codes = {clean.ended.code, *((1, 2) if now == clean.after else ())}  # the new year exists then
        then = f"{told}, then again"
        yield from faults_of(ended, codes, then)
        state = state_of(project, self._editions)
        known = [clean.after, clean.again]
        yield from (f._replace(told=f"{then}: {f.told}") for f in faults(state, known, clean.before))
        if left := leftovers(project, self.temporary):
            yield Fault("leaked", f"{then}: {', '.join(left[:4])}")
