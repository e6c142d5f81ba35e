"""How firmly ranks stand, as tables: rank intervals, neighbours not told apart, marks, what turns a pair."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.page.cells import coded, entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.levels_vi import NO_LEVELS_VI
from ictindex.page.robust_cells import (
    design_vi,
    fewer_draws,
    not_compared,
    not_tried,
    percent,
    ranked,
    studies_of,
)
from ictindex.page.shown import Cell, Column
from ictindex.page.words import joined
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.robustness import Step, Study

WIDE = 10  # places from the 5 % to the 95 % rank, from which on an interval is called wide
_NO_REVIEW_VI = (
    "Phương pháp này không có người chấm độc lập, hoặc chưa đủ điểm chấm để biết chúng phân tán ra sao."
)


# --- rank intervals ---------------------------------------------------------------------------------------


def rank_intervals(e: Evaluation) -> DataFrame:
    """Per unit the ranks that drawn weights give it, from inverse CDF: real ranks, no averages of them.

    Columns: group, group_name, unit, unit_name, rank (in force), low, median and high (ranks at 5, 50 and 95
    % of the draws), best, worst (met in any draw), expected (Decimal, mean rank), same (Decimal, percent of
    draws that keep the rank), [level_<i> (Decimal, percent of draws in the i-th level; only where the
    decision has levels)], remark ('' where the interval is narrow and holds the rank). Design and seed are in
    the note; no decision asks for it. No row for a group not tried (the note says why).
    """
    levels = e.methodology.plain_levels
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("low", "5 %"),
        Column("median", "Trung vị"),
        Column("high", "95 %"),
        Column("best", "Tốt nhất gặp"),
        Column("worst", "Kém nhất gặp"),
        Column("expected", "Hạng kỳ vọng"),
        Column("same", "Giữ đúng hạng (%)"),
        *(Column(f"level_{i}", f"{level.label_vi} (%)") for i, level in enumerate(levels, start=1)),
        Column("remark", "Lưu ý"),
    )
    some = studies_of(e)
    rows = tuple(row for study in some if study.stability for row in _interval_rows(e, study))
    wide = sum(bool(row[-1]) for row in rows)
    read = (
        "5 % và 95 %: hạng ở hai đầu khoảng, 90 % số lần rút nằm trong đó. Lưu ý: khoảng rộng từ"
        f" {WIDE} bậc, hoặc hạng chính thức nằm ngoài khoảng; có {format_vi(wide)} đơn vị như vậy."
    )
    fewer = fewer_draws(e)
    no_levels = NO_LEVELS_VI if e.methodology.source.levels and not levels else ""
    note = joined(read, design_vi(some[0].settings), fewer, no_levels, not_tried(e)) if rows else not_tried(e)
    return framed("Khoảng thứ hạng khi trọng số xê dịch", columns, rows, note)


def _interval_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    result, draws = study.stability, study.draws
    ends, met, median, total = result.interval(), result.met, result.median, result.held.total
    for i, s in enumerate(ranked(e, study)):
        held, times = result.held.of(i)
        low, high = map(int, ends[i])
        yield (
            *entity_cells(e, s.entity),
            s.rank,
            *(low, int(median[i]), high, *map(int, met[i])),
            round_exact(Fraction(int(total[i]), draws), 2),
            percent(int(times[held == s.rank].sum()), draws),
            *(percent(round(share * draws), draws) for share in result.levels[i]),
            _remark(s.rank, low, high),
        )


def _remark(rank: int, low: int, high: int) -> str:
    outside = "" if low <= rank <= high else "hạng ngoài khoảng"
    wide = f"khoảng rộng {high - low} bậc" if high - low >= WIDE else ""
    return "; ".join(filter(None, (outside, wide)))


# --- neighbours -------------------------------------------------------------------------------------------


def not_separated(e: Evaluation) -> DataFrame:
    """Neighbours whose order drawn weights leave open, band by band.

    Columns: group, group_name, band (from rank to rank), above, above_name, above_rank, below, below_name,
    below_rank, wins (Decimal, percent of the draws of ``rank_intervals`` in which the upper one is ahead; a
    tie is half). Pairs above 5 and below 95 %. No row for a group not tried (the note says why).
    """
    columns = (
        *group_columns(e),
        Column("band", "Dải hạng"),
        *coded("above", "Mã, trên", "Đơn vị đứng trên"),
        Column("above_rank", "Hạng trên"),
        *coded("below", "Mã, dưới", "Đơn vị đứng dưới"),
        Column("below_rank", "Hạng dưới"),
        Column("wins", "Trên vẫn hơn (%)"),
    )
    tried = [study for study in studies_of(e) if study.stability]
    rows = tuple(row for study in tried for row in _open_rows(e, study))
    pairs = sum(study.n - 1 for study in tried)
    note = (
        f"{format_vi(len(rows))} trong {format_vi(pairs)} cặp liền hạng chưa phân biệt được: đơn vị đứng trên"
        " hơn trong hơn 5 % nhưng chưa đến 95 % số lần rút; hai đơn vị bằng nhau tính nửa lần. Các cặp nối"
        " tiếp nhau làm thành một dải; trong một dải không nên coi hạng trên là tốt hơn rõ rệt."
    )
    note = joined(note, not_tried(e)) if tried else not_tried(e)
    title = "Các đơn vị liền hạng chưa phân biệt được"
    return framed(title, columns, rows, note)


def _open_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    standings, twice = ranked(e, study), 2 * study.draws
    open_pairs = study.stability.not_separated()
    for band in _bands(open_pairs):
        ends = standings[band[0][0]].rank, standings[band[-1][1]].rank
        name = "–".join(format_vi(rank) for rank in dict.fromkeys(ends))
        for i, j, wins in band:
            a, b = standings[i], standings[j]
            both = (cell for s in (a, b) for cell in (s.entity.code, s.entity.label_vi, s.rank))
            yield (*group_cells(e, study.group), name, *both, percent(round(wins * twice), twice))


def _bands(pairs: list[tuple[int, int, float]]) -> Iterator[list[tuple[int, int, float]]]:
    """Runs of pairs of which each begins with the unit that the one before ends with."""
    band: list[tuple[int, int, float]] = []
    for pair in pairs:
        if band and band[-1][1] != pair[0]:
            yield band
            band = []
        band.append(pair)
    if band:
        yield band


# --- marks ------------------------------------------------------------------------------------------------


def mark_uncertainty(e: Evaluation) -> DataFrame:
    """Rank intervals when other reviewers had marked, beside those of other weights.

    Columns: group, group_name, unit, unit_name, rank (in force), weights_low, weights_high, marks_low,
    marks_high (ranks at 5 and 95 % of the draws), marks_same (Decimal, percent of draws of marks that keep
    the rank), more (which of the two widens it). Marks scatter as in ``mark_noise``; weights stay. No row
    without enough marks of two reviewers.
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("weights_low", "Trọng số: 5 %"),
        Column("weights_high", "Trọng số: 95 %"),
        Column("marks_low", "Điểm chấm: 5 %"),
        Column("marks_high", "Điểm chấm: 95 %"),
        Column("marks_same", "Điểm chấm: giữ đúng hạng (%)"),
        Column("more", "Điều nào làm hạng rộng hơn"),
    )
    rows = tuple(row for study in studies_of(e) if study.marks for row in _mark_rows(e, study))
    note = not_tried(e) or _NO_REVIEW_VI
    if rows:
        draws = format_vi(next(s.marks.draws for s in studies_of(e) if s.marks))
        note = (
            "Điểm chấm: trọng số giữ nguyên, mỗi điểm được thay bằng điểm mà hai người chấm khác có thể cho,"
            " tức điểm hiện có cộng sai lệch chuẩn √(ΣD²/2N)/√2 của mục ấy, làm tròn về thang chấm, không ra"
            f" ngoài thang; {draws} lần, cùng hạt giống. Mục có chưa đến 10 lần hai người cùng chấm, và tiêu"
            " chí bị 0 điểm vì lý do khác, giữ nguyên."
        )
    title = "Khoảng thứ hạng do người chấm và do trọng số"
    return framed(title, columns, rows, joined(note))


def _mark_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    weights, marks, draws = study.stability.interval(), study.marks.interval(), study.marks.draws
    for i, s in enumerate(ranked(e, study)):
        ends = [*map(int, weights[i]), *map(int, marks[i])]
        held, times = study.marks.held.of(i)
        same = percent(int(times[held == s.rank].sum()), draws)
        yield (*entity_cells(e, s.entity), s.rank, *ends, same, _wider(*ends))


def _wider(low: int, high: int, marks_low: int, marks_high: int) -> str:
    one, other = high - low, marks_high - marks_low
    return "trọng số" if one > other else "điểm chấm" if other > one else "như nhau"


# --- what turns a pair ------------------------------------------------------------------------------------


def tipping_points(e: Evaluation) -> DataFrame:
    """Per unit and the next one above: the least to move between categories that turns them, or never.

    Columns: group, group_name, unit, unit_name, rank, above, above_name (the unit next above), answer
    ('turns', 'level', 'dominates', 'not ahead', 'not linear', 'unverified'), answer_name, moved (Decimal:
    whole points, else percentage points rounded up; None where nothing turns them), moves (from which
    category to which; '' likewise). Solved exactly, with Fractions; the first of a group has no row, nor has
    a group that is too large or not tried (the note says which).
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        *coded("above", "Mã, liền trên", "Đơn vị liền trên"),
        *coded("answer", "Mã kết luận", "Kết luận"),
        Column("moved", "Phải chuyển ít nhất"),
        Column("moves", "Chuyển từ đâu sang đâu"),
    )
    steps = [(study, step) for study in studies_of(e) for step in study.steps]
    unit = "điểm phần trăm trọng số" if steps and steps[0][0].weighing.maxima is None else "điểm tối đa"
    rows = tuple(_tipping_row(e, study, step) for study, step in steps)
    never = sum(row[-4] == "dominates" for row in rows)
    note = (
        f"Chuyển bao nhiêu {unit} giữa các hạng mục thì đơn vị bằng hoặc vượt đơn vị liền trên, tổng giữ"
        " nguyên; kết quả ít nhất, đã tính lại bằng phân số. So trên giá trị chính xác, chưa làm tròn. Không"
        f" bao giờ: với mọi trọng số của các hạng mục vẫn đứng dưới, {format_vi(never)} đơn vị. Từng hạng mục"
        " riêng lẻ: lệnh ictindex tip."
    )
    note = joined(note if rows else "", not_tried(e), not_compared(e))
    return framed("Điều gì làm đổi thứ tự với đơn vị liền trên", columns, rows, note)


_ANSWER_VI = {
    "dominates": "không bao giờ",
    "not ahead": "đang bằng nhau",
    "turns": "có thể vượt",
    "level": "có thể bằng, không thể vượt",
    "not linear": "chưa kết luận: nội dung áp dụng khác nhau",
    "unverified": "chưa kết luận: tính lại không khớp",
}


def _tipping_row(e: Evaluation, study: Study, step: Step) -> tuple[Cell, ...]:
    stand = e.at(e.methodology.root)
    below, above = stand[step.below], stand[step.above]
    swap = step.swap
    found = swap.weights is not None
    whole = study.weighing.maxima is not None
    moves = [(m, _shown(m.amount, whole)) for m in swap.moves] if found else []
    moved = sum((amount for _, amount in moves), Fraction(0))
    names = {node.id: f"{node.number} {node.label_vi}" for node in e.methodology.categories}
    words = (f"{_amount(amount, whole)} từ {names[m.source]} sang {names[m.target]}" for m, amount in moves)
    return (
        *entity_cells(e, below.entity),
        below.rank,
        above.entity.code,
        above.entity.label_vi,
        swap.status,
        _ANSWER_VI[swap.status],
        round_exact(moved, 0 if whole else 2) if found else None,
        "; ".join(words),
    )


def _shown(amount: Fraction, whole: bool) -> Fraction:
    """Whole points; else percent, rounded up, so that what is printed is enough."""
    return amount if whole else Fraction(ceil(10_000 * amount), 100)


def _amount(amount: Fraction, whole: bool) -> str:
    return format_vi(amount) if whole else f"{format_vi(amount, 2)} %"
