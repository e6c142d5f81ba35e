"""What a methodology file may say: groups, answers, criteria, calendar, procedure, zeros, total, ranking.

The file in full is MethodologyFile; what its parts mean together is told by ``tree``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, StringConstraints

from ictindex.basics import ROUNDINGS
from ictindex.methodology.rule_kinds import Rule
from ictindex.methodology.schema import (
    Citation,
    Many,
    Maxima,
    Number,
    OpenRule,
    Profiles,
    Strict,
    Text,
    When,
    Zeros,
)

ALIAS = "alias"  # a column of entities.csv: further names or codes of a unit, parted by ';'
SERVICE_RULES = ("untested", "tested_per_group", "many_services")  # of online_services
LINEAR = ("sum", "mean", "weights")  # aggregates that are linear in what stands below
STEEP = ("geometric", "harmonic", "power")  # means in which little of one thing counts more
AGGREGATES = (*LINEAR, *STEEP, "minimum", "median")
NOTHING = ("zero", "full", "does_not_apply", "error")  # what 0 of 0 may count
ZERO_REASONS = ("late", "incomplete", "untrue", "no_evidence", "cancelled")

# The rules that every ranking needs and many decisions leave open, with what each may be.
OPEN_RULES: dict[str, Sequence[Any]] = {
    "compare_on": ("points", "share"),  # raw points, or points over the maximum of what counted
    "decimals": range(7),
    "rounding": ROUNDINGS,
    "ties": ("min", "dense", "max"),  # 1-2-2-4, 1-2-2-3, 1-3-3-4
    "rank_on": ("rounded", "unrounded"),
    **{f"zero_{reason}": ("criterion", "unit") for reason in ZERO_REASONS},  # what a zero falls on
    "too_different": range(1, 101),  # percent of the scale between two reviewers' marks
    "spot_check": range(100_001),  # marked items that the adjudicator checks at random
    "strata": ("together", "by_group", "by_answer"),  # how they are drawn: of all, or of each part its share
    "minimum_answered": range(101),  # percent of what is asked of a unit, below which it is not ranked
    "arrival": ("first_clean", "first_readable", "first_arrival"),  # which file of a unit is its report
    "nothing_of_nothing": NOTHING,  # what 0 of 0 counts: no unit has anything to have a share of
    "levels_on": ("exact", "printed"),  # the total that levels look at
    "untested": ("declared", "open"),  # what an online service is whose group was tested by others
    "tested_per_group": range(1, 101),  # services of a group that are tested for it, the representative first
    "many_services": range(1, 100_001),  # services from which a unit's may be represented by some
}


def stated_at(zero_rules: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Where a file with these reasons for zero states each open rule, in the order in which they are told."""
    return {
        **{rule: ("total", rule) for rule in ("compare_on", "decimals", "rounding")},
        "ties": ("ranking", "ties"),
        "rank_on": ("ranking", "on"),
        "minimum_answered": ("ranking", "minimum_answered"),
        **{f"zero_{reason}": ("zero_rules", reason, "falls_on") for reason in zero_rules},
        "arrival": ("zero_rules", "late", "arrival"),
        **{rule: ("review", rule) for rule in ("too_different", "spot_check", "strata")},
        "nothing_of_nothing": ("nothing_of_nothing",),
        "levels_on": ("levels", "decided_on"),
        **{rule: ("online_services", rule) for rule in SERVICE_RULES},
    }


def allowed(rule: str) -> str:
    """What an open rule may be, as a message says it."""
    values = OPEN_RULES[rule]
    return f"{values[0]}..{values[-1]}" if isinstance(values, range) else ", ".join(map(str, values))


class Group(Strict):
    """A peer group that is ranked together."""

    label_vi: Text


class Attribute(Strict):
    """A property of units that criteria may depend on: a column of entities.csv and its values."""

    label_vi: Text
    values: dict[str, Text]


Day = Annotated[str, StringConstraints(pattern=r"^\+[0-9]-[0-9]{2}-[0-9]{2}$")]


class Deadline(Strict):
    """A day of the calendar, relative to the year assessed: '+1-01-01' is 1 January of the year after.

    ``before``: the day itself is too late. ``opens``: the first day of a span (a quarter, December).
    """

    label_vi: Text
    date: Day
    opens: Day | None = None
    before: bool = False
    citation: Citation

    def on(self, year: int) -> date:
        """The day, for a year assessed."""
        return _on(self.date, year)

    def last(self, year: int) -> date:
        """The last day that is in time."""
        return self.on(year) - timedelta(days=self.before)

    def first(self, year: int) -> date | None:
        """The first day that is in time; None where the decision names none."""
        return _on(self.opens, year) if self.opens else None


def _on(day: str, year: int) -> date:
    later, month, day = day[1:].split("-")
    return date(year + int(later), int(month), int(day))


# The steps from the opening of a year to the hand-over of its result, in their order.
STEPS = (
    *("opening", "forms", "reports", "collection", "answers", "evidence"),
    *("review", "adjudication", "spot_check", "services", "appraisal", "confirmation", "objections"),
    *("report", "approval", "results", "publication", "handover"),
)
RECEIVED = ("forms", "report", "results", "publication", "handover")  # steps by which something is sent


class ProcedureStep(Strict):
    """A step as the decision has it: who does it, to whom or by which channels, until which day.

    ``to``: key -> name of whom a result is handed to, or of the channels that it is published by; each of
    them is to be done. ``deadline``: a day of the calendar.
    """

    label_vi: Text | None = None
    by_vi: Text | None = None
    to: dict[str, Text] = Field(default_factory=dict)
    deadline: Text | None = None
    citation: Citation


class ZeroRule(Strict):
    """What a reason for zero falls on: the criterion it is found at, or the whole unit."""

    falls_on: OpenRule
    citation: Citation
    deadline: Text | None = None  # of the calendar; for 'late' alone, as the next
    arrival: OpenRule | None = None


class Review(Strict):
    """How reviewers' marks become one; two are too different from so many percent of the scale on.

    ``reviewers``: how many mark each item independently; an item with fewer marks is not settled.
    ``strata``: how the spot check is drawn; together where it is not declared.
    """

    reviewers: Annotated[int, Field(ge=1, le=9)]
    combine: Literal["mean", "median", "lowest", "highest"]
    too_different: OpenRule
    spot_check: OpenRule
    strata: OpenRule | None = None
    citation: Citation | None = None


class Exemption(Strict):
    """Units that a decision names as not assessed at a criterion, by code or alias."""

    entities: Many[Text]
    citation: Citation

    def names(self, entity: str, attributes: Mapping[str, str]) -> bool:
        """Whether a unit is one of them; ``attributes``: the further columns of its row."""
        aliases = map(str.strip, attributes.get(ALIAS, "").split(";"))
        return any(name in self.entities for name in (entity, *aliases))


class OnlineServices(Strict):
    """Which answer the recognised online services are counted into (2342, V.5.4 b).

    ``statistics_only``: whose services are asked and published as statistics, and never scored (V.5.3).
    """

    counted_as: Text
    statistics_only: Exemption | None = None
    untested: OpenRule
    tested_per_group: OpenRule
    many_services: OpenRule
    citation: Citation


class Level(Strict):
    """What a unit must have to be in a level and not below it: all that is stated.

    ``low``: at least this total. ``top``: a place among that percent of the ranked. ``each_category``,
    ``categories``: that percent of every category that counts for it, or of those named.
    """

    key: Text
    label_vi: Text
    low: Number | None = None
    top: Number | None = None
    each_category: Number | None = None
    categories: dict[str, Number] = Field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether the total alone decides it."""
        return self.low is not None and not self.conditions

    def percents(self, categories: Iterable[str]) -> dict[str, Fraction]:
        """Category -> the percent of it that is asked for: of each of these, and of those that are named."""
        each = {} if self.each_category is None else dict.fromkeys(categories, self.each_category)
        return {**each, **self.categories}

    @property
    def conditions(self) -> bool:
        """Whether it asks for more than a total."""
        return bool(self.top is not None or self.each_category is not None or self.categories)


class Levels(Strict):
    """Where each level begins, the highest first, and which total decides: the exact one, or as printed."""

    citation: Citation
    decided_on: OpenRule = Field(default_factory=lambda: OpenRule.model_validate("exact"))
    list: Many[Level]

    @property
    def plain(self) -> bool:
        """Whether the total alone decides all of them."""
        return all(level.plain for level in self.list)


class Scope(Strict):
    """Whom a decision is for, by name: how the names of a group's units begin."""

    citation: Citation
    names: dict[str, Many[Text]]  # group -> the beginnings; a group that is not here is not told by name


class Answer(Strict):
    """What a form asks: its kind and, for numbers, the least and the most that can be true.

    ``last_year_of``: nobody is asked; it is what stood for that answer in the edition named as ``previous``.
    """

    label_vi: Text
    kind: Literal["number", "count", "yes_no", "choice", "text", "mark", "award"]
    min: Number | None = None
    max: Number | None = None
    choices: dict[str, Text] | None = None
    unit_vi: Text | None = None
    last_year_of: Text | None = None

    @property
    def of_unit(self) -> bool:
        """Whether the unit itself is asked: marks others give, and last year's answer is known."""
        return self.kind != "mark" and self.last_year_of is None


class Adding(Strict):
    """How a node makes one of the shares of what counts below it.

    ``power``: of the generalised mean; ``zeros``: what a share of 0 counts where one makes the whole 0.
    """

    aggregate: Literal[AGGREGATES] | None = None
    power: Number | None = None
    zeros: Zeros | None = None


class Coverage(Strict):
    """How much of what is asked below a node must be answered; with less it is not scored, or nobody ranked.

    Not applicable and withheld are asked of nobody, nor are marks, bonuses and deductions.
    """

    least: Number
    of: Literal["criteria", "weight"]
    below: Literal["not_scored", "not_ranked"]


class Bounded(Adding):
    """What a node states besides of the criteria below it: where bonuses and deductions stop, in its points.

    ``coverage``: how much of them must be answered.
    """

    floor: Number | None = None
    ceiling: Number | None = None
    coverage: Coverage | None = None


class Rounded(Strict):
    """The points of a criterion, rounded before anything is made of them."""

    digits: Annotated[int, Field(ge=0, le=12)]
    how: Literal[ROUNDINGS]


class Criterion(Bounded):
    """A node of the criteria tree: a leaf with a rule, or a node that aggregates its criteria.

    ``counts_as``: a bonus is added to what its neighbours come to, beyond the maximum; a deduction is taken
    off. Neither is part of the maximum.
    """

    label_vi: Text
    status: Literal["official", "sibling", "illustrative"]
    citation: Citation | None = None
    note_vi: Text | None = None
    max_points: Maxima
    weight: Number | None = None
    counts_as: Literal["bonus", "deduction"] | None = None
    rounded: Rounded | None = None
    missing: Literal["error", "zero", "leave_out"] | None = None
    applies: dict[str, Many[Text]] | None = None  # attribute -> values of the units it applies to
    exempt: Exemption | None = None
    rule: Rule | None = None
    criteria: dict[str, Criterion] | None = None


class Total(Bounded):
    """The whole: what the categories add up to, and how it is compared and printed."""

    label_vi: Text
    citation: Citation | None = None
    max_points: Maxima
    aggregate: Literal[AGGREGATES]
    compare_on: OpenRule
    decimals: OpenRule
    rounding: OpenRule


class Ranking(Strict):
    """How units become places. ``rank_on`` may be written ``on``, which YAML 1.1 takes for *true*."""

    ties: OpenRule
    tie_breaks: Many[Text] = ()  # categories, in whose order units of one value are told apart
    on: OpenRule = Field(validation_alias=AliasChoices("rank_on", "on"))
    minimum_answered: OpenRule | None = None  # percent; where it is not declared, everybody is ranked


class Source(Strict):
    title: Text
    note_vi: Text | None = None


class LegalSource(Strict):
    """A text that citations point to: the decision itself, its annex, or what tells of them.

    ``read``: how much of it was read; ``checked``: the last day on which somebody held this file against it.
    """

    title: Text
    issued: When | None = None
    published: When | None = None
    replaces: Text | None = None
    replaced_by: Text | None = None
    link: Text | None = None
    read: Literal["whole", "part", "no"]
    checked: When | None = None
    note_vi: Text | None = None


class Facts(Strict):
    """What a decision says of itself; what is not known is not there."""

    lead_vi: Text | None = None  # the body that leads the assessment
    in_force_from: When | None = None
    in_force_to: When | None = None
    yearly: bool | None = None
    citation: Citation


class MethodologyFile(Strict):
    """The YAML file as a whole."""

    methodology: Text
    label_vi: Text
    citation: Source
    decision: Facts | None = None
    sources: dict[str, LegalSource] = Field(default_factory=dict)
    groups: dict[str, Group]
    scope: Scope | None = None
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    calendar: dict[str, Deadline] = Field(default_factory=dict)
    procedure: dict[Literal[STEPS], ProcedureStep] = Field(default_factory=dict)
    zero_rules: dict[Literal[ZERO_REASONS], ZeroRule] = Field(default_factory=dict)
    review: Review | None = None
    online_services: OnlineServices | None = None
    profiles: Profiles = Profiles()
    levels: Levels | None = None
    answers: dict[str, Answer]
    missing: Literal["error", "zero", "leave_out"]
    nothing_of_nothing: OpenRule | None = None  # zero where it is not declared
    total: Total
    ranking: Ranking
    criteria: dict[str, Criterion]
