"""Which level a unit has, and what it lacks for those above: a total, a place, a part of each category."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ictindex.methodology import Level

if TYPE_CHECKING:
    from ictindex.scoring.evaluation import Evaluation, Standing

Parts = Mapping[str, Fraction | None]  # category -> the share had of it, None where it does not count


class Lack(NamedTuple):
    """What a level asks that a unit does not have: ``what`` is 'low', 'top' (percent), or a category's id.

    ``has``: the total; the percent of the ranked units that are ahead; the percent of the category.
    """

    what: str
    wants: Fraction
    has: Fraction


def reached(e: Evaluation, standing: Standing) -> Iterator[tuple[Level, list[Lack]]]:
    """Each level, the highest first, and what a unit lacks for it; none where there is no total.

    The first for which nothing is lacking is its level. A category that does not count asks nothing.
    """
    levels, code = e.methodology.source.levels, standing.entity.code
    if levels is None or standing.value is None:
        return
    parts: Parts = {} if levels.plain else _parts(e)[code]
    ahead = _ahead(e).get(code)
    on = standing.value if e.levels_exact else Fraction(standing.printed)
    for level in levels.list:
        lacks = [Lack("low", level.low, on)] if level.low is not None and on < level.low else []
        if level.top is not None and (ahead is None or 100 * ahead >= level.top):
            lacks.append(Lack("top", level.top, 100 * (ahead or Fraction(0))))
        for category, percent in level.percents(parts).items():
            share = parts.get(category)
            if share is not None and 100 * share < percent:
                lacks.append(Lack(category, percent, 100 * share))
        yield level, lacks


def _parts(e: Evaluation) -> dict[str, dict[str, Fraction | None]]:
    """Unit -> category -> the share that it has of it; made once."""
    if "shares of categories" not in e.kept:
        categories = {node.id: e.scores.outcomes[node.id] for node in e.methodology.root.regular}
        e.kept["shares of categories"] = {
            entity.code: {key: column[i].share for key, column in categories.items()}
            for i, entity in enumerate(e.scores.entities)
        }
    return e.kept["shares of categories"]


def _ahead(e: Evaluation) -> dict[str, Fraction]:
    """Ranked unit -> the part of its group's ranked units that are ahead, where a level looks at it."""
    levels = e.methodology.source.levels
    if levels is None or all(level.top is None for level in levels.list):
        return {}
    if "ahead" not in e.kept:
        ahead = e.kept["ahead"] = {}
        for standings in e.standings.values():
            placed = sorted(s.rank for s in standings if s.rank is not None)
            ranked = (s for s in standings if s.rank is not None)
            ahead |= {s.entity.code: Fraction(bisect_left(placed, s.rank), len(placed)) for s in ranked}
    return e.kept["ahead"]
