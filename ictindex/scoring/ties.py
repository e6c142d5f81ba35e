"""How units of one total are told apart, where a methodology says by which categories."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ictindex.methodology import Node
from ictindex.scoring.places import broken

if TYPE_CHECKING:
    from ictindex.scoring.evaluation import Evaluation, Standing


class Tie(NamedTuple):
    """The names of the others that have a unit's total, and the categories that told them apart."""

    others: tuple[str, ...]
    decided: tuple[Node, ...]


def tie_values(e: Evaluation, units: Sequence[str], rank_on: str) -> list[list[Fraction | Decimal | None]]:
    """What tells units apart, step by step, as ranks look at it."""
    steps = []
    for node in e.methodology.tie_breaks:
        column = e.scores.outcomes[node.id]
        values = [e.compared(column[e.inputs.places[unit]]) for unit in units]
        steps.append([e.rounded(value) for value in values] if rank_on == "rounded" else values)
    return steps


def tie_keys(e: Evaluation) -> dict[str, tuple[Fraction, ...]]:
    """Ranked unit -> its value and what each step of ``tie_breaks`` looks at; empty without any."""
    return {code: key for code, (key, _) in _broken(e).items() if key is not None}


def tie_of(e: Evaluation, standing: Standing) -> Tie | None:
    """None where no other has the unit's total, or the methodology says of nothing that tells them apart."""
    told = _broken(e)
    key, decided = told.get(standing.entity.code, (None, None))
    if decided is None:
        return None
    inside = e.standings[standing.entity.group]
    keys = ((s, told[s.entity.code][0]) for s in inside if s is not standing)
    others = tuple(s.entity.label_vi for s, other in keys if other and other[0] == key[0])
    return Tie(others, tuple(e.methodology.tie_breaks[step] for step in decided))


def _broken(e: Evaluation) -> dict[str, tuple[tuple[Fraction, ...] | None, tuple[int, ...] | None]]:
    """Unit -> what ranks it, and the steps that told it from units of the same total; made once."""
    if "ties" not in e.kept:
        rank_on, told = e.rules["rank_on"].value, {}
        for standings in e.standings.values() if e.methodology.tie_breaks else ():
            units = [s.entity.code for s in standings]
            found = broken([s.compared(rank_on) for s in standings], tie_values(e, units, rank_on))
            told |= dict(zip(units, zip(found.keys, found.decided, strict=True), strict=True))
        e.kept["ties"] = told
    return e.kept["ties"]
