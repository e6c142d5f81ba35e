"""The ways in which a criterion earns points, as the YAML states them: one class for each kind."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ictindex.methodology.schema import Many, Number, Strict, Text


class Ratio(Strict):
    """An answer, or an answer over another one."""

    of: Text
    per: Text | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The answer, and the one that it is held against."""
        return (self.of, self.per) if self.per else (self.of,)


class Share(Ratio):
    """(``of`` / ``per``) × maximum: 2342 annex 1B, items 1 and 2."""

    per: Text


class Step(Strict):
    """Values from ``low`` to below ``high`` earn ``points``, or value × maximum / ``full`` in proportion."""

    low: Number
    high: Number | None = None
    points: Number | None = None
    full: Number | None = None


class Bands(Ratio):
    """Half-open steps without gap or overlap; the last has no ``high``: 2899/QĐ-BTNMT annex 3.1, 2.1.8."""

    steps: Many[Step]


class Choice(Strict):
    """Each choice of an answer earns its own points."""

    of: Text
    points: dict[str, Number]


class Count(Strict):
    """``each`` points a piece, at most ``most``: 2342 annex 1B, item 4, applications on the network."""

    of: Text
    each: Number
    most: Number


class Case(Strict):
    """A part or a case with its own maximum and its own rule."""

    label_vi: Text
    max_points: Number
    rule: Rule


class Rule(Strict):
    """How a leaf earns its points; exactly one kind."""

    value: Text | None = None  # the answer is the points
    share: Share | None = None
    of_largest: Ratio | None = None  # own value / largest in the group × maximum: 2342 annex 1B, item 3
    bands: Bands | None = None
    yes_no: Text | None = None  # yes earns the maximum
    choice: Choice | None = None
    count: Count | None = None
    sum_of: Many[Case] | None = None
    best_of: Many[Case] | None = None  # the best of several cases: 2342 annex 1B, item 5
    mark: Text | None = None  # the mark of independent reviewers: 2342, 5.4 a
    awarded: Text | None = None  # what appraisers award of the points that the unit claims for itself

    @model_validator(mode="after")
    def _exactly_one(self) -> Rule:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise PydanticCustomError("one_rule", "one rule kind is wanted")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def cases(self) -> Many[Case]:
        return self.sum_of or self.best_of or ()

    @property
    def ratio(self) -> Ratio | None:
        """What it measures, where that is one answer over another."""
        stated = getattr(self, self.kind)
        return stated if isinstance(stated, Ratio) and stated.per else None

    @property
    def own_reads(self) -> tuple[str, ...]:
        """The answers that the rule itself reads, those of its cases apart."""
        stated = getattr(self, self.kind)
        if isinstance(stated, str):
            return (stated,)
        if isinstance(stated, tuple):
            return ()
        return stated.reads if isinstance(stated, Ratio) else (stated.of,)

    @property
    def reads(self) -> tuple[str, ...]:
        """The answers that the rule and its cases read, each once, in the order of the file."""
        of_cases = (answer for case in self.cases for answer in case.rule.reads)
        return tuple(dict.fromkeys((*self.own_reads, *of_cases)))

    def walk(self) -> Iterator[Rule]:
        """This rule and those of its cases."""
        yield self
        for case in self.cases:
            yield from case.rule.walk()
