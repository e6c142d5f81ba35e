"""The ways in which a criterion earns points, as the YAML states them: one class for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, model_validator
from pydantic_core import PydanticCustomError

from ictindex.methodology.schema import FRACTION, TAGS, Many, Number, Strict, Text

_ANSWER, _NUMBER, _TERMS = TAGS[2:]


class Terms(Strict):
    """Answers added up, and answers taken off."""

    plus: Many[Text]
    minus: Many[Text] = ()


def _part(value: Any) -> str:
    number = isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)
    number = number or (isinstance(value, str) and FRACTION.fullmatch(value))
    return _NUMBER if number else _no_number(value)


def _no_number(value: Any) -> str:
    return _TERMS if isinstance(value, dict | Terms) else _ANSWER


Part = Annotated[Annotated[Text, Tag(_ANSWER)] | Annotated[Terms, Tag(_TERMS)], Discriminator(_no_number)]
Whole = Annotated[
    Annotated[Text, Tag(_ANSWER)] | Annotated[Number, Tag(_NUMBER)] | Annotated[Terms, Tag(_TERMS)],
    Discriminator(_part),
]


class Ratio(Strict):
    """An answer or a sum of answers, or one over another, or over a number."""

    of: Part
    per: Whole | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The answers, and those that they are held against, each once."""
        return tuple(dict.fromkeys((*_names(self.of), *_names(self.per))))


def _names(part: str | Fraction | Terms | None) -> tuple[str, ...]:
    if isinstance(part, Terms):
        return (*part.plus, *part.minus)
    return (part,) if isinstance(part, str) else ()


class Share(Ratio):
    """(``of`` / ``per``) × maximum: 2342 annex 1B, items 1 and 2."""

    per: Whole


Scale = Literal["logarithm", "root"]  # the natural logarithm, the square root


class Goalposts(Ratio):
    """From nothing at ``worst`` to the maximum at ``best``, in proportion; either may be the larger.

    ``scale``: of which function of the value; ``outside``: what lies beyond a goalpost counts as at it, or
    is refused.
    """

    worst: Number
    best: Number
    scale: Scale | None = None
    outside: Literal["clip", "refuse"] = "refuse"


class InGroup(Ratio):
    """How a value stands among those of the units of the group, of this year, that set a mark.

    ``best``: which end earns most. ``by``: min_max (between lowest and highest), leader (over the best),
    percentile_rank (the part of the others that it is ahead of, of equals half), z_score (``centre`` and
    ``each`` for each standard deviation, as parts of the maximum). Where all are equal: full, but ``centre``
    by z_score.
    """

    by: Literal["min_max", "leader", "percentile_rank", "z_score"]
    best: Literal["largest", "smallest"] = "largest"
    scale: Scale | None = None
    centre: Number | None = None
    each: Number | None = None
    outside: Literal["clip", "refuse"] = "refuse"


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
    goalposts: Goalposts | None = None
    in_group: InGroup | None = None
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

    @cached_property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @cached_property
    def cases(self) -> Many[Case]:
        return self.sum_of or self.best_of or ()

    @cached_property
    def ratio(self) -> Ratio | None:
        """What it measures, where that is answers over answers, so that it may be 0 of 0."""
        stated = getattr(self, self.kind)
        over = isinstance(stated, Ratio) and stated.per is not None and not isinstance(stated.per, Fraction)
        return stated if over else None

    @cached_property
    def against_group(self) -> Ratio | None:
        """What it measures, where that is held against the units of the group."""
        return self.of_largest or self.in_group

    @property
    def rational(self) -> bool:
        """Whether its points are exact: it takes no root and no logarithm."""
        return not any(
            (r.goalposts and r.goalposts.scale)
            or (r.in_group and (r.in_group.scale or r.in_group.by == "z_score"))
            for r in self.walk()
        )

    @cached_property
    def own_reads(self) -> tuple[str, ...]:
        """The answers that the rule itself reads, those of its cases apart."""
        stated = getattr(self, self.kind)
        if isinstance(stated, str):
            return (stated,)
        if isinstance(stated, tuple):
            return ()
        return stated.reads if isinstance(stated, Ratio) else (stated.of,)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The answers that the rule and its cases read, each once, in the order of the file."""
        of_cases = (answer for case in self.cases for answer in case.rule.reads)
        return tuple(dict.fromkeys((*self.own_reads, *of_cases)))

    def walk(self) -> Iterator[Rule]:
        """This rule and those of its cases."""
        yield self
        for case in self.cases:
            yield from case.rule.walk()
