"""A decision as data: its groups, answers, criteria tree, total and ranking as frozen objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ictindex.exact import ROUNDINGS

NOT_APPLICABLE = "not_applicable"

# The rules that every ranking needs and many decisions leave open, with what each may be.
OPEN_RULES: dict[str, tuple] = {
    "compare_on": ("points", "share"),  # raw points, or points over the maximum of what counted
    "decimals": tuple(range(7)),
    "rounding": ROUNDINGS,
    "ties": ("min", "dense", "max"),  # 1-2-2-4, 1-2-2-3, 1-3-3-4
    "rank_on": ("rounded", "unrounded"),
}


def _exact(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "a number is wanted")
    return Fraction(value)


def _or_not_applicable(value: Any) -> Fraction | None:
    return None if value == NOT_APPLICABLE else _exact(value)


def _plain(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PydanticCustomError("plain", "a word or a whole number is wanted")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[Fraction, BeforeValidator(_exact)]
Most = Annotated[Fraction | None, BeforeValidator(_or_not_applicable)]
TAGS = ("(for all)", "(for each group)")  # of the union below, in pydantic's paths: no keys of a file
Maxima = Annotated[
    Annotated[Number, Tag(TAGS[0])] | Annotated[dict[str, Most], Tag(TAGS[1])],
    Discriminator(lambda value: TAGS[isinstance(value, dict)]),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Citation(Strict):
    """A legal anchor: which text, which clause of it."""

    title: Text | None = None
    clause: Text | None = None


class Group(Strict):
    """A peer group that is ranked together."""

    label_vi: Text


class Answer(Strict):
    """What a form asks: its kind and, for numbers, the least and the most that can be true."""

    label_vi: Text
    kind: Literal["number", "count", "yes_no", "choice", "text"]
    min: Number | None = None
    max: Number | None = None
    choices: dict[str, Text] | None = None
    unit_vi: Text | None = None


class OpenRule(Strict):
    """The value of one of OPEN_RULES: fixed by the source, or open and chosen here with a reason."""

    value: Annotated[str | int, BeforeValidator(_plain)] = Field(alias="open")
    why_vi: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_value_is_fixed(cls, value: Any) -> Any:
        if isinstance(value, dict):
            if "open" in value and value.keys() <= {"open", "why_vi"} and value.get("why_vi") is None:
                raise PydanticCustomError("open_without_why", "an open rule says why")
            return value
        return {"open": value}

    @property
    def is_open(self) -> bool:
        return self.why_vi is not None


class Share(Strict):
    """(answer ``of`` / answer ``per``) × maximum: share of a total, 2342 annex 1B items 1 and 2."""

    of: Text
    per: Text


class Rule(Strict):
    """How a leaf earns its points; exactly one kind."""

    value: Text | None = None  # the answer is the points
    share: Share | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Rule:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise PydanticCustomError("one_rule", "one rule kind is wanted")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def reads(self) -> tuple[str, ...]:
        """The answers that the rule reads."""
        return (self.value,) if self.value else (self.share.of, self.share.per)


class Criterion(Strict):
    """A node of the criteria tree: a leaf with a rule, or a node that aggregates its criteria."""

    label_vi: Text
    status: Literal["official", "sibling", "illustrative"]
    citation: Citation | None = None
    note_vi: Text | None = None
    max_points: Maxima
    weight: Number | None = None
    missing: Literal["error", "zero", "leave_out"] | None = None
    rule: Rule | None = None
    aggregate: Literal["sum", "mean", "weights"] | None = None
    criteria: dict[str, Criterion] | None = None


class Total(Strict):
    """The whole: what the categories add up to, and how it is compared and printed."""

    label_vi: Text
    citation: Citation | None = None
    max_points: Maxima
    aggregate: Literal["sum", "mean", "weights"]
    compare_on: OpenRule
    decimals: OpenRule
    rounding: OpenRule


class Ranking(Strict):
    ties: OpenRule
    on: OpenRule


class Source(Strict):
    title: Text
    note_vi: Text | None = None


class MethodologyFile(Strict):
    """The YAML file as a whole."""

    methodology: Text
    label_vi: Text
    citation: Source
    groups: dict[str, Group]
    answers: dict[str, Answer]
    missing: Literal["error", "zero", "leave_out"]
    total: Total
    ranking: Ranking
    criteria: dict[str, Criterion]


@dataclass(frozen=True)
class Node:
    """A criterion with its place in the tree; ``id`` is the dotted path of keys, the root's is 'total'."""

    id: str
    depth: int
    number: str  # as printed: 1, 1.2, 1.2.3
    criterion: Criterion | Total
    children: tuple[Node, ...]
    maxima: dict[str, Fraction | None]  # group -> most points; None where it does not apply
    missing: str

    @property
    def label_vi(self) -> str:
        return self.criterion.label_vi

    @property
    def aggregate(self) -> str | None:
        return self.criterion.aggregate

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Methodology:
    """A methodology that has passed every check (see methodology_file)."""

    name: str
    file: str
    source: MethodologyFile
    root: Node

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, the root 'total' first, then as the file reads."""
        return tuple(self.root.walk())

    @property
    def categories(self) -> tuple[Node, ...]:
        return self.root.children

    @property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if not node.children)

    @property
    def groups(self) -> dict[str, Group]:
        return self.source.groups

    @property
    def answers(self) -> dict[str, Answer]:
        return self.source.answers

    @property
    def open_rules(self) -> dict[str, OpenRule]:
        """The five rules of OPEN_RULES as this methodology states them."""
        total, ranking = self.source.total, self.source.ranking
        return {
            "compare_on": total.compare_on,
            "decimals": total.decimals,
            "rounding": total.rounding,
            "ties": ranking.ties,
            "rank_on": ranking.on,
        }


def tree(source: MethodologyFile) -> Node:
    """The criteria of a methodology file as nodes, under the root 'total'."""
    return _branch(source.total, source.criteria, "", "", source, source.missing)


def _branch(
    criterion: Criterion | Total,
    below: dict[str, Criterion],
    node_id: str,
    number: str,
    source: MethodologyFile,
    missing: str,
) -> Node:
    """One node and all below it; ``missing`` is what stands above, unless the node says otherwise."""
    missing = getattr(criterion, "missing", None) or missing
    maxima = criterion.max_points
    if not isinstance(maxima, dict):
        maxima = dict.fromkeys(source.groups, maxima)
    children = tuple(
        _branch(
            child,
            child.criteria or {},
            f"{node_id}.{key}".lstrip("."),
            f"{number}.{i}".lstrip("."),
            source,
            missing,
        )
        for i, (key, child) in enumerate(below.items(), start=1)
    )
    depth = number.count(".") + 1 if number else 0
    return Node(node_id or "total", depth, number, criterion, children, maxima, missing)
