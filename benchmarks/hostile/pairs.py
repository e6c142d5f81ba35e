"""Two commands at once: each waits or is refused, and what comes out is what some order of them gives."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from subprocess import run as run_process

from benchmarks.hostile.commands import TIMEOUT, Ended, Running, faults_of, hooked, run
from benchmarks.hostile.stage import Stage, fresh
from benchmarks.hostile.state import State, faults, leftovers, state_of
from benchmarks.hostile.tally import Fault, Outcome

_WAITS = 4  # seconds after which a command is taken to wait for a lock
_ELSEWHERE = ("unshare", "--fork", "--pid", "--mount-proc")  # other process numbers, as in a container


@dataclass(frozen=True)
class Pair:
    """Two commands and the project that they begin from; ``before``: what starts the first one."""

    source: Path
    words: tuple[tuple[str, ...], tuple[str, ...]]
    before: tuple[str, ...] = ()


class Pairs:
    """Started together, one while the other is at work, or one while the other stands still at a step."""

    def __init__(self, stage: Stage, folder: Path):
        self.stage, self.project, self.temporary = stage, folder / "project", folder / "tmp"
        self.steps: dict[tuple[str, ...], int] = {}  # that each command writes
        self.orders: dict[tuple[Path, tuple], State] = {}

    @cached_property
    def pairs(self) -> dict[str, Pair]:
        stage, edition = self.stage, self.stage.edition
        few = ("collect", edition, str(stage.inbox))
        many, *halves = (
            ("collect", edition, str(folder))
            for folder in (stage.crowd_inbox, stage.crowd_inbox / "a", stage.crowd_inbox / "b")
        )
        year = ("new-year", stage.methodology, str(int(edition.rpartition("-")[2]) + 1))
        sample, slips = ("sample", edition, "--seed", "7"), ("slips", edition, "--sent", "2021-02-02")
        another = next((e for e in stage.annexes if e != edition), edition)
        this, other = ("run", edition, "--force"), ("run", another, "--force")
        known = {
            "collect twice": Pair(stage.crowd, (many, many)),
            "collect two halves": Pair(stage.crowd, (halves[0], halves[1])),
            "collect few twice": Pair(stage.opening, (few, few)),
            "collect and run": Pair(stage.opening, (few, this)),
            "slips and collect": Pair(stage.opening, (slips, few)),
            "new-year twice": Pair(stage.built, (year, year)),
            "run twice": Pair(stage.built, (this, this)),
            "run two editions": Pair(stage.built, (this, other)),
            "sample and collect": Pair(stage.opening, (sample, few)),
            "forms and collect": Pair(stage.opening, (("forms", edition), few)),
            "sample twice": Pair(stage.opening, (sample, (*sample[:-1], "8"))),
            "rehearse and collect": Pair(stage.opening, (("rehearse", edition), few)),
            "run from elsewhere": Pair(stage.built, (this, other), _ELSEWHERE),
        }
        if stage.what_if:
            known["what-if and run"] = Pair(stage.built, (("what-if", stage.what_if, "--force"), this))
        return known

    @cached_property
    def turns(self) -> list[str]:
        """Those that write the same inputs come up more often."""
        often = ["collect two halves", "collect twice", "new-year twice"]
        rest = [name for name in self.pairs if name not in often]
        return [name for number in range(0, len(rest), 3) for name in (*often, *rest[number : number + 3])]

    def attempt(self, seed: int) -> Outcome:
        return self.at_once(self.turns[seed % len(self.turns)], seed)

    def at_once(self, name: str, seed: int) -> Outcome:
        """One pair; the seed says how long after the first the second begins."""
        pair, random = self.pairs[name], Random(f"pairs {seed}")
        if pair.before and run_process([*pair.before, "true"], capture_output=True).returncode:
            return Outcome(seed, name, skipped="no process numbers of one's own here: unshare is not allowed")
        self._begin(name)
        if not pair.before and random.random() < 0.7:  # in other process numbers nobody finds it to hold
            of = [self.steps[words] for words in pair.words]
            at = [random.randint(1, max(1, of[0])), random.randint(1, max(1, random.choice([of[1], 12])))]
            return self._judged(name, seed, f"held before steps {at} of {of}", self._held(pair, *at))
        apart = random.choice([0.0, 0.0, random.uniform(0, 0.5), random.uniform(0, 3)])
        return self._judged(name, seed, f"{apart:.2f} s apart", self._apart(pair, apart))

    def held(self, name: str, one: int, other: int) -> Outcome:
        """One pair held before steps that are told, for a short campaign."""
        self._begin(name)
        ended = self._held(self.pairs[name], one, other)
        return self._judged(name, 0, f"held before steps {one} and {other}", ended)

    def _begin(self, name: str) -> None:
        """Know every state that is right, before the two race in the same folder."""
        for order in ((0, 1), (1, 0)):  # and on the way to them, each alone
            self._order(name, order)
        fresh(self.pairs[name].source, self.project)
        shutil.rmtree(self.temporary, ignore_errors=True)

    def _judged(self, name: str, seed: int, told: str, ended: list[Ended]) -> Outcome:
        wrong = [
            fault
            for one, words in zip(ended, self.pairs[name].words, strict=True)
            for fault in faults_of(one, (0, 1, 2), f"{told}: {words[0]}")
        ]
        wrong += self._state_faults(name, [one.code for one in ended], told)
        return Outcome(seed, name, tuple(wrong), detected=sum(one.code == 0 for one in ended) == 1)

    def _apart(self, pair: Pair, apart: float) -> list[Ended]:
        """Both, the second so many seconds later."""
        first = Running(self.project, pair.words[0], self.temporary / "1", before=pair.before)
        time.sleep(apart)
        second = Running(self.project, pair.words[1], self.temporary / "2")
        return [running.ended(TIMEOUT) for running in (first, second)]

    def _held(self, pair: Pair, one: int, other: int) -> list[Ended]:
        """The first stands still before a writing step while the second comes to one of its own, or waits.

        Then the first goes on to its end, and then the second.
        """
        more = [hooked(self.project, step, signal.SIGSTOP) for step in (one, other)]
        first = Running(self.project, pair.words[0], self.temporary / "1", more[0])
        first.until_still(TIMEOUT)
        second = Running(self.project, pair.words[1], self.temporary / "2", more[1])
        second.until_still(_WAITS)
        first.go_on()
        first.until_still(_WAITS)  # unless it waits for the second
        for _ in range(2):
            second.until_still(_WAITS)
            second.go_on()
        done = first.ended(TIMEOUT)
        while second.runs:  # however late it comes to its step, it goes on
            second.until_still(_WAITS)
            second.go_on()
        return [done, second.ended(TIMEOUT)]

    def _order(self, name: str, order: tuple[int, ...]) -> State:
        """The state after the commands of a pair one after the other."""
        pair = self.pairs[name]
        keys = [  # twice the same is one order
            (pair.source, tuple(pair.words[number] for number in order[:done]))
            for done in range(len(order) + 1)
        ]
        if keys[-1] not in self.orders:
            project = fresh(pair.source, self.project)
            count = self.temporary / "count"
            self.orders[keys[0]] = state_of(project, self._editions)
            for key in keys[1:]:
                run(project, key[1][-1], self.temporary / "alone", hooked(project, 0, 0, count))
                self.steps.setdefault(key[1][-1], int(count.read_text()))
                self.orders[key] = state_of(project, self._editions)
        return self.orders[keys[-1]]

    @property
    def _editions(self) -> list[str]:
        return [path.stem for path in (self.stage.built / "parameters").glob("*.yaml")]

    def _state_faults(self, name: str, codes: list[int], told: str) -> Iterator[Fault]:
        """Faults beside every order of those done; one that ends with 1 was refused, or has findings."""
        before = self._order(name, ())
        sure, able = ({number for number in (0, 1) if codes[number] in ends} for ends in ((0,), (0, 1)))
        orders = [order for order in ((0, 1), (1, 0), (0,), (1,)) if sure <= {*order} <= able]
        if not orders:
            yield Fault("lost", f"{told}: neither of the two was done")
        allowed = [self._order(name, order) for order in orders or [()]]
        now = state_of(self.project, self._editions)
        yield from (fault._replace(told=f"{told}: {fault.told}") for fault in faults(now, allowed, before))
        left = [name for number in "12" for name in leftovers(self.project, self.temporary / number)]
        if left:
            yield Fault("leaked", f"{told}: {', '.join(dict.fromkeys(left[:4]))}")


class Twice(Pairs):
    """The pair that once destroyed a year's inputs, alone: some hundred forms are collected twice at once."""

    def attempt(self, seed: int) -> Outcome:
        return self.at_once("collect twice", seed)
