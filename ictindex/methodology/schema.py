"""The words of the project's YAML files as types: exact numbers, text, maxima, citations, open rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeVar

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


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]  # a YAML list, kept as a tuple
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
