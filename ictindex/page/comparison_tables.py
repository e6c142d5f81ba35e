"""Units beside their rank in force as other ways of comparing than adding up would rank them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.page.cells import entity_cells, entity_columns
from ictindex.page.described import framed
from ictindex.page.phrases_vi import LEVEL_VI
from ictindex.page.robust_cells import decimal
from ictindex.page.shown import Cell, Column
from ictindex.page.words import joined
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.robustness import OtherWays


def other_ways(
    e: Evaluation, *ways: str, level: str = "categories", spread: int = 50, most: int = 400
) -> DataFrame:
    """Per unit the rank in force beside those of duels, of places and of the benefit of the doubt.

    ``ways``: which of 'copeland', 'borda', 'benefit_of_the_doubt'; all, if none is named. ``level``: what is
    compared, 'categories' or 'leaves', at the weights in force. ``spread``: in the benefit of the doubt the
    share of each in a unit's value lies within ± this percent of its weight. A group of more than ``most``
    units is left out. For comparison: nothing that is published rests on it, and no decision asks for it.
    What does not apply to a unit is left out for it, and the others' weights are made to sum to 1; a duel is
    fought over what applies to both; a unit without a rank in force is not compared.

    Columns: group, group_name, unit, unit_name, rank (in force), [copeland (wins less losses), copeland_rank,
    borda (Decimal, percent of the others that it is ahead of, weighted), borda_rank, doubt (Decimal 0 … 1),
    doubt_rank (only of the ways asked for; None where a unit is compared with nobody)]. Duels and places are
    exact; the benefit of the doubt is a linear programme for each unit, told to nine digits. ValueError for
    another way or level. Copeland 1951; Munda & Nardo 2009; Borda 1781; Cherchye et al. 2007.
    """
    from ictindex.robustness import WAYS
    from ictindex.robustness import other_ways as compared

    asked = ways or WAYS
    counts = {group: sum(s.rank is not None for s in stand) for group, stand in e.standings.items()}
    found = {
        group: compared(e, group, asked, level, Fraction(spread, 100))
        for group, n in counts.items()
        if 1 < n <= most
    }
    heads = [
        column
        for key, _, value_vi, rank_vi in map(_WAY_VI.get, asked)
        for column in (Column(key, value_vi), Column(f"{key}_rank", rank_vi))
    ]
    rows = tuple(row for one in found.values() for row in _rows(e, one, asked))
    names = e.methodology.groups
    large = [names[group].label_vi for group, n in counts.items() if n > most]
    note = joined(
        *(f"{names[group].label_vi}: {_said(one, asked)}" for group, one in found.items()),
        *(_how(e, found, asked, level, spread) if found else ()),
        f"Không so {', '.join(large)}: hơn {format_vi(most)} đơn vị." if large else "",
        "" if rows or large else "Không có nhóm nào có từ hai đơn vị được xếp hạng để so.",
    )
    title = "Thứ hạng theo những cách so khác"
    return framed(title, (*entity_columns(e), Column("rank", "Thứ hạng"), *heads), rows, note)


def _rows(e: Evaluation, one: OtherWays, asked: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    for i, s in enumerate(one.standings):
        cells = [
            cell
            for way in asked
            for cell in (_value(way, one.placed[way].values[i]), one.placed[way].ranks[i])
        ]
        yield (*entity_cells(e, s.entity), s.rank, *cells)


def _value(way: str, value: Fraction | float | None) -> Cell:
    if value is None:
        return None
    if way == "copeland":
        return int(value)
    return round_exact(100 * value, 1) if way == "borda" else decimal(value, 4)


_WAY_VI = {  # way -> its column, its name, and the headings of its value and its rank
    "copeland": ("copeland", "so từng cặp", "So từng cặp: thắng trừ thua", "Hạng khi so từng cặp"),
    "borda": ("borda", "đếm thứ bậc", "Đếm thứ bậc (%)", "Hạng khi đếm thứ bậc"),
    "benefit_of_the_doubt": (
        "doubt",
        "trọng số có lợi nhất",
        "Trọng số có lợi nhất",
        "Hạng với trọng số có lợi nhất",
    ),
}


def _said(one: OtherWays, asked: Sequence[str]) -> str:
    """What comes of it in a group: how far each way agrees, and who wins every duel."""
    told = []
    for way in asked:
        ranks = one.placed[way].ranks
        moved = sum(rank is not None and rank != s.rank for s, rank in zip(one.standings, ranks, strict=True))
        tau = one.tau[way]
        agreed = "" if tau is None else f" (Kendall τ_b {format_vi(decimal(tau, 2))})"
        told.append(f"{_WAY_VI[way][1]} {format_vi(moved)} đơn vị{agreed}")
    winner = ""
    if "copeland" in asked:
        winner = (
            f" {one.winner.entity.label_vi} thắng mọi đơn vị khác khi so từng cặp."
            if one.winner
            else " Không đơn vị nào thắng mọi đơn vị khác khi so từng cặp."
        )
    return f"khác hạng hiện hành khi {'; '.join(told)}.{winner}"


def _how(
    e: Evaluation, found: dict[str, OtherWays], asked: Sequence[str], level: str, spread: int
) -> Iterator[str]:
    what = LEVEL_VI[level]
    yield f"Chỉ để so sánh, không thay kết quả; so theo {what} với trọng số hiện hành."
    if "copeland" in asked:
        yield (
            f"So từng cặp (Copeland): hai đơn vị gặp nhau, mỗi {what} bỏ phiếu bằng trọng số của nó cho bên"
            f" hơn, hơn ít hay nhiều như nhau; chỉ tính {what} áp dụng cho cả hai."
        )
        if pairs := sum(one.incomplete for one in found.values()):
            yield f"{format_vi(pairs)} cặp không có {what} chung nên không so."
    if "borda" in asked:
        yield (
            f"Đếm thứ bậc (Borda): ở mỗi {what}, phần các đơn vị khác mà đơn vị xếp trên, bằng nhau tính nửa,"
            " rồi lấy trung bình theo trọng số."
        )
    if "benefit_of_the_doubt" in asked:
        zeroed = sum(one.placed["benefit_of_the_doubt"].values.count(0) for one in found.values())
        yield (
            "Trọng số có lợi nhất: mỗi đơn vị được tính theo trọng số tốt nhất cho mình, 1 là với trọng số ấy"
            f" không đơn vị nào hơn; phần của mỗi {what} trong giá trị nằm trong"
            f" {_bounds_vi(e, found, level, spread)}. Đơn vị có 0 điểm ở {what} phải có phần thì giá trị bằng"
            f" 0 ({format_vi(zeroed)} đơn vị). Giải bằng quy hoạch tuyến tính, chênh dưới một phần tỷ coi là"
            " bằng; không tính khi có tỷ lệ âm."
        )
    if any(node.counts_as for node in e.methodology.nodes):
        yield "Điểm thưởng, điểm trừ không có trọng số nên không so."
    yield (
        f"{what.capitalize()} không áp dụng cho đơn vị thì bỏ ra, trọng số còn lại chia lại cho đủ 100 %; các"
        " cách này so đơn vị với nhau nên thêm bớt một đơn vị có thể đổi thứ tự hai đơn vị khác."
    )


def _percent(part: Fraction) -> str:
    return format_vi(round_exact(100 * part, 1))


def _bounds_vi(e: Evaluation, found: dict[str, OtherWays], level: str, spread: int) -> str:
    """Between which percents the share of each category lies, once for groups of the same weights."""
    whole = f"±{spread} % của trọng số (không quá 100 %)"
    if level == "leaves":
        return whole
    said: dict[str, list[str]] = {}
    by = Fraction(spread, 100)
    for group, one in found.items():
        ends = {
            key: f"{_percent(max(Fraction(0), w * (1 - by)))}–{_percent(min(Fraction(1), w * (1 + by)))} %"
            for key, w in one.weights.items()
        }
        told = "; ".join(f"{e.methodology.by_id[key].label_vi} {end}" for key, end in ends.items())
        if len(set(ends.values())) == 1:
            told = next(iter(ends.values()))
        said.setdefault(told, []).append(e.methodology.groups[group].label_vi)
    each = (f"{', '.join(groups)}: {told}" if len(found) > 1 else told for told, groups in said.items())
    return f"{whole}: {'. '.join(each)}"
