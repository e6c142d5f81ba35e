"""The words of the project's YAML files as types: exact numbers, text, maxima, citations, open rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar

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

NOT_APPLICABLE = "not_applicable"


FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,19})/[1-9][0-9]{0,19}")  # as a file writes it: 1/3


def _exact(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and FRACTION.fullmatch(value):
        return Fraction(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "a number is wanted")
    return Fraction(value)


def _or_not_applicable(value: Any) -> Fraction | None:
    return None if value == NOT_APPLICABLE else _exact(value)


def _floor(value: Any) -> Fraction:
    return Fraction(0) if value == "zero" else _exact(value)


def _plain(value: Any) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PydanticCustomError("plain", "a word or a whole number is wanted")
    return value


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]  # a YAML list, kept as a tuple
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[Fraction, BeforeValidator(_exact)]
Most = Annotated[Fraction | None, BeforeValidator(_or_not_applicable)]
Zeros = Annotated[Fraction, BeforeValidator(_floor)]  # what a share of 0 counts: 'zero', or so much
When = Annotated[  # a day; or the year, where no more is known
    str, StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$")
]
# Of unions, in pydantic's paths: no keys of a file.
TAGS = ("(for all)", "(for each group)", "(an answer)", "(a number)", "(terms)")
Maxima = Annotated[
    Annotated[Number, Tag(TAGS[0])] | Annotated[dict[str, Most], Tag(TAGS[1])],
    Discriminator(lambda value: TAGS[isinstance(value, dict)]),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Citation(Strict):
    """A legal anchor: which text, which clause of it, in which words, and from when to when it holds.

    ``source``: a key of the methodology's ``sources``; ``title``: another text, such as a sibling.
    """

    title: Text | None = None
    clause: Text | None = None
    source: Text | None = None
    wording: Text | None = None
    valid_from: When | None = None
    valid_to: When | None = None

    def holds_in(self, year: int) -> bool:
        """Whether it is in force in a year assessed, as far as is known."""
        begins, ends = self.valid_from or "0000", self.valid_to or "9999"
        return int(begins[:4]) <= year <= int(ends[:4])


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


LeftOut = Literal["withheld", "reviewers", "notes"]


class Profiles(Strict):
    """What each profile of an annex leaves out: state secrets, who marked or decided, what they noted.

    ``withheld`` is left out of every profile, named or not.
    """

    public: Many[LeftOut] = ("withheld", "reviewers", "notes")
    agency: Many[LeftOut] = ("withheld", "reviewers")
    internal: Many[Literal["withheld"]] = ("withheld",)


def citations(
    part: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Citation]]:
    """Every citation of a file with the path of keys at which it stands, in the order of the file."""
    if isinstance(part, Citation):
        yield path, part
    elif isinstance(part, Strict):
        for name in part.model_fields_set:
            yield from citations(getattr(part, name), (*path, name))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from citations(value, (*path, key))
    elif isinstance(part, tuple):
        for i, value in enumerate(part):
            yield from citations(value, (*path, i))
