"""How firmly ranks stand, as frames and in a sentence: ranks held, weights moved, ranks by weight."""

from __future__ import annotations

from collections.abc import Iterator, Set
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ictindex.basics import format_vi
from ictindex.page.cells import UNIT_VI, entity_cells
from ictindex.page.described import described
from ictindex.page.robust_cells import briefly_vi, not_tried, ranked, studies_of
from ictindex.page.shown import Text
from ictindex.page.words import widest_vi
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.robustness import Study

MOST_POINTS = 2000  # that a sweep goes through one by one
EACH_HELD, FAR = 500, 10  # units of a group, above which ranks so many places away are one row
FIRST = 6  # units whose steps are drawn, besides those highlighted
_CATEGORY = {"category": "Mã hạng mục", "category_name": "Hạng mục", "number": "TT"}


def conclusion(e: Evaluation) -> Text:
    """What trying the weights comes to, a sentence for each group; ``rank_intervals`` says how in full."""
    tried = [study for study in studies_of(e) if study.stability]
    lines = [f"{e.methodology.groups[study.group].label_vi}: {_said(e, study)}" for study in tried]
    how = briefly_vi(tried[0].settings) if tried else not_tried(e)
    return Text("conclusion", (*lines, how), "conclusion")


def _said(e: Evaluation, study: Study) -> str:
    stand, result = ranked(e, study), study.stability
    held = [(s.entity.label_vi, *map(int, end)) for s, end in zip(stand, result.interval(), strict=True)]
    sure = sum(low == high for _, low, high in held)
    pairs = len(result.not_separated())
    firm = f"{format_vi(sure)} trong {format_vi(len(held))} đơn vị giữ đúng một hạng"
    told = "; ".join(filter(None, (f"{firm} trong ít nhất 90 % số lần rút", widest_vi(held))))
    return f"{told}. {format_vi(pairs)} cặp đơn vị liền hạng chưa phân biệt được."


def acceptability(e: Evaluation) -> DataFrame:
    """In which share of the draws each unit held which rank: one row a unit and rank that it held.

    Of a group of more than EACH_HELD units, ranks that are FAR places away or more are one row, at the
    nearest of them: else there would be as many rows as units by units.
    Columns: group, group_name, unit, unit_name, rank (in force), held, share (Fraction of the draws).
    """
    import numpy as np

    rows, folded = [], False
    for study in studies_of(e):
        stand = ranked(e, study) if study.stability else []
        folded = folded or len(stand) > EACH_HELD
        share = cache(lambda times, draws=study.draws: Fraction(times, draws))  # there are few
        for i, s in enumerate(stand):
            held, times = study.stability.held.of(i)
            if len(stand) > EACH_HELD:
                near, which = np.unique(np.clip(held, s.rank - FAR, s.rank + FAR), return_inverse=True)
                held, times = near, np.bincount(which, times)
            whose = entity_cells(e, s.entity)
            each = zip(held.tolist(), times.tolist(), strict=True)
            rows += [(*whose, s.rank, rank, share(int(n))) for rank, n in each]
    labels = {**UNIT_VI, "rank": "Hạng", "held": "Hạng gặp", "share": "Phần số lần rút"}
    note = f"Nhóm có trên {format_vi(EACH_HELD)} đơn vị: hạng cách từ {FAR} bậc trở lên gộp làm một."
    return described(rows, labels, "Mỗi đơn vị hay đứng ở hạng nào", not_tried(e) or (note if folded else ""))


def weights_tornado(e: Evaluation) -> DataFrame:
    """How far the ranking shifts when one category's weight alone goes down or up by the spread.

    Columns: group, group_name, category, category_name, number, change (percent, with its sign), shift (mean
    places that units move), most (places of the one that moves most).
    """
    named = e.methodology.by_id
    rows = [
        (
            *(study.group, e.methodology.groups[study.group].label_vi, moved.category),
            *(named[moved.category].label_vi, named[moved.category].number),
            *(sign * study.settings.spread, *end),
        )
        for study in studies_of(e)
        for moved in study.tornado or ()
        for sign, end in ((-1, moved.down), (1, moved.up))
    ]
    labels = {"group": "Mã nhóm", "group_name": "Nhóm", **_CATEGORY, "change": "Đổi trọng số (%)"}
    labels |= {"shift": "Số bậc đổi trung bình", "most": "Đổi nhiều nhất"}
    return described(rows, labels, "Khi trọng số của một hạng mục đổi", not_tried(e))


def weight_steps(e: Evaluation, *units: str) -> DataFrame:
    """At which weights of one category, the others keeping their proportions, units step from rank to rank.

    Of the units named, by code or name; else of the first and those highlighted.

    Columns: group, group_name, category, category_name, number,
    measure (what weights are counted in), present (the weight in force), unit, unit_name, standing (rank in
    force), low and high (between which weights), rank (there; None where nothing is left to rank on).
    """
    from ictindex.robustness import ranked

    labels = {"group": "Mã nhóm", "group_name": "Nhóm", **_CATEGORY, "measure": "Tính bằng"}
    labels |= {"present": "Hiện hành", "unit": "Mã đơn vị", "unit_name": "Tên đơn vị", "standing": "Hạng"}
    labels |= {"low": "Từ", "high": "Đến", "rank": "Hạng khi đó"}
    named = {s.entity.code for s in ranked(e, units)} if units else set()
    rows = [
        row
        for study in studies_of(e)
        if study.n > 1 and e.methodology.weighable
        for row in _steps(e, study, named)
    ]
    return described(rows, labels, "Thứ hạng theo trọng số của từng hạng mục", not_tried(e))


def _steps(e: Evaluation, study: Study, units: Set[str]) -> Iterator[tuple[Any, ...]]:
    from ictindex.robustness import LOST, sweeps

    if study.too_many:
        return
    total, measure = _counted(e, study.group)
    stand = ranked(e, study)
    usual = {s.entity.code for s in stand[:FIRST]} | set(e.highlighted)
    shown = [i for i, s in enumerate(stand) if s.entity.code in (units or usual)]
    for one in sweeps(study.problem, total):
        at, node = one.points, e.methodology.by_id[one.category]
        edges = [float(at[0]), *((at[1:] + at[:-1]) / 2).tolist(), float(at[-1])]
        for i in shown:
            cuts = [0, *(one.changes(i) + 1).tolist(), len(at)]
            for low, high in pairwise(cuts):
                rank = int(one.ranks[i, low])
                yield (
                    *(study.group, e.methodology.groups[study.group].label_vi, node.id, node.label_vi),
                    *(node.number, measure, one.weight, stand[i].entity.code, stand[i].entity.label_vi),
                    *(stand[i].rank, edges[low], edges[high], None if rank == LOST else rank),
                )


def _counted(e: Evaluation, group: str) -> tuple[int, str]:
    """In how many parts weights are counted, and what a part is: a point where all are whole, else 1 %."""
    root = e.methodology.root
    points = [child.maxima[group] or 0 for child in root.children]
    if root.aggregate == "sum" and all(p == int(p) for p in points) and sum(points) <= MOST_POINTS:
        return int(sum(points)), "điểm"
    return 100, "%"
