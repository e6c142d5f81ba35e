"""What a chart shows, in a few sentences: for those who cannot see it, and to hold the picture against."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from ictindex.basics import format_vi, ordered, quartiles, round_exact
from ictindex.page.charts.frames import Rows, groups_of, ranked_in
from ictindex.page.charts.words import counted, known
from ictindex.page.words import joined


def as_printed(value: Fraction, rows: Rows) -> str:
    """A value with as many places as the printed values of these rows."""
    places = -min(Decimal(printed).as_tuple().exponent for printed in {row.printed for row in rows})
    return format_vi(round_exact(Fraction(value), max(places, 0)))


def extremes(ranking: pd.DataFrame) -> str:
    """Per group, the first, the middle and the last of the total; and how many have no rank."""
    lines = []
    for group in groups_of(ranking):
        ranked = ranked_in(group.rows)
        if not ranked:
            lines.append(f"{group.name}: không đơn vị nào được xếp hạng")
            continue
        first, last = ranked[0], ranked[-1]
        median = as_printed(quartiles(ordered(Fraction(row.value) for row in ranked))[1], ranked)
        lines.append(
            f"{group.name}, {counted(len(ranked))}: cao nhất {first.unit_name} {format_vi(first.printed)},"
            f" trung vị {median}, thấp nhất {last.unit_name} {format_vi(last.printed)}"
        )
    unranked = sum(not known(rank) for rank in ranking["rank"])
    left_out = f"{counted(unranked)} không xếp hạng nên không vẽ." if unranked else ""
    return joined(f"{'; '.join(lines)}.", left_out)
