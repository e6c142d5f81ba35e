"""What became of each trial, counted and printed so that every failure can be repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

# A fault's kind -> what it says about the product.
KINDS = {
    "lost": "a file or an entry that was there, or was reported as taken, is gone",
    "half": "a state that is neither the one before nor the one after",
    "crashed": "a traceback, a death, an exit code of no meaning, or a command that then fails",
    "undetected": "something forged or forbidden passed",
    "leaked": "a process, a temporary folder or a secret that stayed",
    "costly": "a file that took more time or memory than is promised",
    "alarm": "something harmless that was reported, or refused",
}


class Fault(NamedTuple):
    """One thing that did not hold."""

    kind: str
    told: str


@dataclass(frozen=True)
class Outcome:
    """One trial: ``way`` groups alike ones; ``seconds`` of processor, ``megabytes`` beyond what was there.

    ``detected``: something was tampered with and found, refused or made to wait. ``skipped``: why nothing
    was tried.
    """

    seed: int
    way: str
    faults: tuple[Fault, ...] = ()
    detected: bool = False
    skipped: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0


@dataclass
class Tally:
    """All outcomes of one part of a campaign."""

    part: str
    asked: int
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def tried(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.skipped]

    @property
    def failed(self) -> list[Outcome]:
        return sorted((outcome for outcome in self.outcomes if outcome.faults), key=lambda each: each.seed)

    def counts(self) -> dict[str, int]:
        """Trials, detections, and how many trials had a fault of each kind."""
        kinds = Counter(kind for outcome in self.failed for kind in {fault.kind for fault in outcome.faults})
        detected = sum(outcome.detected for outcome in self.tried)
        return {"tried": len(self.tried), "detected": detected, **{kind: kinds[kind] for kind in KINDS}}

    def lines(self) -> Iterable[str]:
        """Every failure with the words that repeat it, what was skipped, what cost most, each way's count."""
        for outcome in self.failed:
            for fault in outcome.faults:
                again = f"--only {self.part} --seed {outcome.seed} --count 1"
                yield f"{fault.kind.upper():10} {outcome.way}: {fault.told}   [{again}]"
        for why, count in Counter(o.skipped for o in self.outcomes if o.skipped).items():
            yield f"SKIPPED    {count} of {self.part}: {why}"
        if missing := self.asked - len(self.outcomes):
            yield f"NOT TRIED  {missing} of {self.part}: the time was up"
        ways, bad = Counter(o.way for o in self.tried), Counter(o.way for o in self.failed)
        told = (
            f"{way} {count}" + (f" ({bad[way]} failed)" if bad[way] else "") for way, count in ways.items()
        )
        yield f"{self.part} by way: {', '.join(sorted(told))}"
        if any(outcome.seconds for outcome in self.tried):
            slowest = max(self.tried, key=lambda each: each.seconds)
            largest = max(self.tried, key=lambda each: each.megabytes)
            yield (
                f"{self.part}: slowest {slowest.seconds:.1f} s ({slowest.way}, seed {slowest.seed}), "
                f"largest {largest.megabytes:.0f} MB ({largest.way}, seed {largest.seed})"
            )


def table(tallies: Iterable[Tally]) -> str:
    """The counts of every part, one line each."""
    columns = ("tried", "detected", *KINDS)
    lines = ["part      " + "".join(f"{column:>12}" for column in columns)]
    for tally in tallies:
        counts = tally.counts()
        lines.append(f"{tally.part:10}" + "".join(f"{counts[column]:12,}" for column in columns))
    return "\n".join(lines)
