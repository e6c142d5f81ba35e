"""Rule kinds: what one leaf earns from its answers, as an exact number of points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ictindex.exact import exact_text
from ictindex.inputs import Given
from ictindex.methodology import Rule


class OutOfRange(ValueError):
    """Points below zero, above the maximum, or none at all (5/0): something is wrong, never clipped."""

    def __init__(self, given: Given, points: str, most: Fraction):
        super().__init__(given, points, most)
        self.given, self.points, self.most = given, points, most


def points(rule: Rule, given: Sequence[Given], most: Fraction) -> Fraction:
    """Points of one leaf for one entity.

    ``given`` holds the answers in the order of ``rule.reads``, each with a numeric value.
    Raises OutOfRange when the result lies outside 0 … ``most``.
    """
    earned = _KINDS[rule.kind](given, most)
    if not 0 <= earned <= most:
        raise OutOfRange(given[0], exact_text(earned), most)
    return earned


def _value(given: Sequence[Given], most: Fraction) -> Fraction:
    return Fraction(given[0].value)


def _share(given: Sequence[Given], most: Fraction) -> Fraction:
    of, per = given
    if of.value == per.value == 0:
        return Fraction(0)
    if of.value < 0 or per.value <= 0:
        raise OutOfRange(of, f"{exact_text(of.value)}/{exact_text(per.value)}", most)
    return Fraction(of.value) / Fraction(per.value) * most


_KINDS = {"value": _value, "share": _share}
