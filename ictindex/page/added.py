"""How a node's points come from those below it, as an officer would write the sum by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ictindex.methodology import LINEAR, Node
from ictindex.page.worked import near_vi, number_vi, rounding_vi
from ictindex.scoring import Outcome


def added(node: Node, group: str, below: Sequence[Outcome], own: Outcome) -> str:
    """How a node's points come from its children that count, as an officer would write it."""
    every = [(child, o) for child, o in zip(node.children, below, strict=True) if o.counts]
    counted = [(child, o) for child, o in every if not child.counts_as]
    if not counted or not own.counts:
        return ""
    beyond = [o.points for child, o in every if child.counts_as]
    said = _made(node, group, counted, own)
    if beyond:
        parts = "".join(f" {'−' if each < 0 else '+'} {near(abs(each))}" for each in beyond)
        plain = node.aggregate == "sum"
        said = f"{said if plain else f'[{said}]'}{parts}"
        stated, factor = node.criterion, node.factor(group)
        kept = {"không quá": stated.ceiling, "không dưới": stated.floor}
        ends = [f"{word} {stated_vi(factor * end)}" for word, end in kept.items() if end is not None]
        said += f" ({', '.join(ends)})" if ends else ""
    return f"{'trừ: ' if node.deducts else ''}{said}{rounding_vi(node, own)}"


def _made(node: Node, group: str, counted: Sequence[tuple[Node, Outcome]], own: Outcome) -> str:
    """What its criteria come to, without what is added or taken off beyond them."""
    if node.aggregate == "sum":
        return " + ".join(near(o.points) for _, o in counted)
    if node.aggregate == "mean":
        shares = " + ".join(f"{near(o.points)} : {stated_vi(o.available)}" for _, o in counted)
        return f"({shares}) : {len(counted)} × {stated_vi(own.available)}"
    weighted = " + ".join(
        f"{stated_vi(node.weigh(c, group))} × {near(o.points)} : {stated_vi(o.available)}" for c, o in counted
    )
    if node.aggregate not in LINEAR:
        return _of_shares(node, group, counted, own)
    total = sum((node.weigh(c, group) for c, _ in counted), Fraction(0))
    return f"({weighted}) : {stated_vi(total)} × {stated_vi(own.available)}"


def _of_shares(node: Node, group: str, counted: Sequence[tuple[Node, Outcome]], own: Outcome) -> str:
    """The mean of another kind, of the shares that count: ∛(0,7 × 0,8 × 0,9) as powers."""
    floor, most = node.criterion.zeros or 0, stated_vi(own.available)
    shares = [near(max(o.share, floor)) for _, o in counted]
    if node.aggregate in ("minimum", "median"):
        word = "thấp nhất" if node.aggregate == "minimum" else "trung vị"
        return f"{word} trong ({'; '.join(shares)}) × {most}"
    weights = [node.weigh(child, group) for child, _ in counted]
    parts = [stated_vi(weight / sum(weights)) for weight in weights]
    if node.aggregate == "geometric":
        return f"{' × '.join(f'{s}^{w}' for s, w in zip(shares, parts, strict=True))} × {most}"
    power = Fraction(-1) if node.aggregate == "harmonic" else node.criterion.power
    inside = " + ".join(f"{w} × {s}^{stated_vi(power)}" for s, w in zip(shares, parts, strict=True))
    return f"({inside})^{stated_vi(1 / power)} × {most}"


def near(value: Fraction) -> str:
    """A number with four decimals at most; the exact one stands in its own column."""
    return near_vi(value, 4)


def stated_vi(value: Fraction) -> str:
    """A weight, a maximum or a power: as a fraction, (10 : 3), unless it is a long one."""
    return number_vi(value) if value.denominator < 100 else near(value)
