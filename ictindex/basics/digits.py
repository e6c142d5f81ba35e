"""Roots, powers and logarithms of exact numbers: exact where they are rational, else to DIGITS digits.

What has no exact value is rounded once and correctly, to the nearest number of DIGITS significant digits, so
that every machine has the same; no binary figure is ever used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt, lcm

DIGITS = 30  # significant digits of what is not rational
TELLABLE = Fraction(1, 10 ** (DIGITS - 10))  # nearer than this two such values are not told apart
_TRIES = (20, 50, 100, 200)  # further digits that it takes to be sure of the last one
_MOST_BITS = 200_000  # of a number whose exact root is looked for


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """``base`` > 0 to a rational power: exact where that is rational."""
    exact = _rational_power(base, exponent)
    return _rounded(lambda: _ln(base) * exponent.numerator / exponent.denominator) if exact is None else exact


def logarithm(number: Fraction) -> Fraction:
    """The natural logarithm of a number above 0."""
    return Fraction(0) if number == 1 else _nearest(lambda: _ln(number))


def geometric_mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Π value^weight, the weights in proportion; 0 where a value is."""
    if (exact := exact_geometric_mean(values, weights)) is not None:
        return exact
    total = sum(weights)
    parts = [weight / total for weight in weights]

    def logarithms() -> Decimal:
        return sum(
            (_ln(v) * part.numerator / part.denominator for v, part in zip(values, parts, strict=True)),
            Decimal(0),
        )

    return _rounded(logarithms)


def power_mean(values: Sequence[Fraction], weights: Sequence[Fraction], exponent: Fraction) -> Fraction:
    """(Σ weight · value^p)^(1/p), the weights in proportion; p is not 0. Where p < 0, 0 where a value is."""
    if (exact := exact_power_mean(values, weights, exponent)) is not None:
        return exact
    total, there = sum(weights), [(v, w) for v, w in zip(values, weights, strict=True) if v]

    def logarithm_of_it() -> Decimal:
        p, back = (Decimal(e.numerator) / e.denominator for e in (exponent, 1 / exponent))
        parts = ((p * _ln(value)).exp() * w.numerator / w.denominator for value, w in there)
        inside = sum(parts, Decimal(0)) * total.denominator / total.numerator
        return inside.ln() * back

    return _rounded(logarithm_of_it)


# --- exact where it is rational -----------------------------------------------------------------------------


def exact_geometric_mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction | None:
    """As ``geometric_mean`` where that is rational, and found to be."""
    if not all(values):
        return Fraction(0)
    if len(set(values)) == 1:
        return values[0]
    total = sum(weights)
    parts = [weight / total for weight in weights]
    root = lcm(*(part.denominator for part in parts))
    product = Fraction(1)
    for value, part in zip(values, parts, strict=True):
        if product.numerator.bit_length() + product.denominator.bit_length() > _MOST_BITS:
            return None
        product *= value ** int(part * root)
    return _rational_power(product, Fraction(1, root))


def exact_power_mean(
    values: Sequence[Fraction], weights: Sequence[Fraction], exponent: Fraction
) -> Fraction | None:
    """As ``power_mean`` where that is rational, and found to be."""
    if exponent < 0 and not all(values):
        return Fraction(0)
    there = [(v, w) for v, w in zip(values, weights, strict=True) if v]
    if not there:
        return Fraction(0)
    first = there[0][0]  # of which the mean is a rational part, if it is rational at all
    raised = [_rational_power(value / first, exponent) for value, _ in there]
    if None in raised:
        return None
    inside = sum(w * each for each, (_, w) in zip(raised, there, strict=True)) / sum(weights)
    back = _rational_power(inside, 1 / exponent)
    return None if back is None else first * back


def _rational_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """A positive number to a rational power, where that is rational."""
    root = exponent.denominator
    roots = [_whole_root(part, root) for part in (base.numerator, base.denominator)]
    if None in roots:
        return None
    return Fraction(*roots) ** exponent.numerator


def _whole_root(number: int, root: int) -> int | None:
    """The whole root of a whole number, where there is one."""
    if root == 1 or number == 1:
        return number
    if number.bit_length() > _MOST_BITS or number.bit_length() <= root:
        return None
    if root == 2:
        near = isqrt(number)
    else:
        with localcontext() as context:
            context.prec = number.bit_length() // (3 * root) + 20
            near = int((Decimal(number).ln() / root).exp().to_integral_value())
    return near if near**root == number else None


# --- correctly rounded --------------------------------------------------------------------------------------


def _ln(number: Fraction) -> Decimal:
    """In the precision of the context; near 1 with as many further digits as its logarithm loses there."""
    apart = abs(number - 1)
    lost = len(str(apart.denominator // apart.numerator)) if apart else 0
    with localcontext() as context:
        context.prec += lost
        logarithm = (Decimal(number.numerator) / Decimal(number.denominator)).ln()
    return +logarithm


def _rounded(logarithm_of_it: Callable[[], Decimal]) -> Fraction:
    """The number whose logarithm this is."""
    return _nearest(lambda: logarithm_of_it().exp())


def _nearest(value: Callable[[], Decimal]) -> Fraction:
    """The nearest number of DIGITS significant digits to a value that is computed as finely as it takes.

    Each try is sure to all but its last ten digits. Where even the last leaves two numbers as near, the
    value is one of DIGITS digits, or lies in their middle, as far as 200 digits tell: its nearest is taken.
    """
    for further in _TRIES:
        with localcontext() as context:
            context.prec = DIGITS + further
            found = value()
            slack = abs(found).scaleb(10 - DIGITS - further)
            low, high = found - slack, found + slack
            context.prec = DIGITS
            near = [+low, +high]
        if near[0] == near[1]:
            return Fraction(near[0])
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction(+found)
