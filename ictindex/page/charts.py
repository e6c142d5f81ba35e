"""The charts of a page, each a plain function of one Evaluation. No computing of results here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ictindex.basics import format_vi
from ictindex.methodology import Node
from ictindex.page import captions, panels, plots
from ictindex.page.captions import in_order, signed
from ictindex.page.cells import stamp
from ictindex.page.chart_parts import (
    CRITERION,
    DRAWN,
    ENTITY,
    GROUP,
    NAME,
    RANK,
    drawn_rows,
    figure,
    four_places,
    groups_of,
    in_words,
    marked,
    most_of,
    ranked_at,
    ranked_in,
    title_of,
    who,
)
from ictindex.page.drawing import QUIET, Canvas
from ictindex.page.review_charts import bland_altman
from ictindex.page.robust_charts import acceptability, rank_intervals, weights_tornado
from ictindex.page.shown import Column, Figure, Text
from ictindex.page.step_charts import gap
from ictindex.page.weight_steps import weight_steps
from ictindex.page.what_if_charts import what_if_slope
from ictindex.page.words import STATE_VI
from ictindex.scoring import Evaluation, Outcome, Standing, quartiles

BANDS = 20  # of the ranking, where a group has too many entities to show each
BINS = 100  # of the axis, then

_PLACE = Column("place", "So với điểm tối đa", "number")

_AXIS_VI = "Trục ngang: giá trị so với điểm tối đa."
_BOX_VI = "Khung: từ tứ phân vị dưới đến tứ phân vị trên; vạch đậm: trung vị."
_DOTS_VI = "Mỗi chấm: một đơn vị."
_BINS_VI = "Bề dày: số đơn vị trong từng phần trăm của trục."
_DIAMOND_VI = "Hình thoi: đơn vị được làm nổi."
_CHANGE_VI = "Bên trái: số bậc tăng (+) hoặc giảm (−); bên phải: hạng kỳ trước → hạng kỳ này."


# --- ranking ----------------------------------------------------------------------------------------------


def ranking(e: Evaluation) -> Figure:
    """Every ranked entity's value as a bar, in rank order."""
    root, drawn, rows = e.methodology.root, [], []
    for group, label in groups_of(e):
        most, stand = most_of(e, root, group), ranked_in(e, group)
        ticks = tuple(plots.Tick(i / 5, format_vi(most * i / 5)) for i in range(6))
        bars = [_bar(e, s, most) for s in stand]
        drawn.append(panels.Panel(title_of(e, group), "Hạng", bars, ticks))
        rows += [
            (label, *who(s), s.rank, s.printed, four_places(s.value / most), how)
            for s, how in drawn_rows(stand)
        ]
    canvas = Canvas(stamp(e))
    panels.bars(canvas, drawn)
    value = Column("value", root.label_vi, "number")
    columns = (GROUP, ENTITY, NAME, RANK, value, _PLACE, DRAWN)
    alt = f"Biểu đồ thanh theo thứ hạng. {captions.extremes(e)}"
    return figure(e, "ranking", f"Xếp hạng theo {root.label_vi}", alt, canvas, columns, rows)


def _bar(e: Evaluation, s: Standing, most: Fraction) -> panels.Bar:
    length = float(s.value / most)
    return panels.Bar(format_vi(s.rank), s.entity.label_vi, marked(e, s), length, format_vi(s.printed))


# --- profile ----------------------------------------------------------------------------------------------


class _Profile(NamedTuple):
    """A row of the heat map: an entity, or the middle of a band of the ranking."""

    code: str
    name: str
    rank: str
    marked: bool
    shares: tuple[tuple[Fraction | None, str], ...]


def profile(e: Evaluation) -> Figure:
    """Every entity's share of each category as a heat map; bands of the ranking where a group is too long."""
    categories, drawn, rows = e.methodology.categories, [], []
    for group, label in groups_of(e):
        profiles = list(_profiles(e, group))
        fields = [
            panels.Fields(p.rank, p.name, p.marked, tuple(_field(*s) for s in p.shares)) for p in profiles
        ]
        drawn.append(panels.Panel(title_of(e, group), "Hạng", fields))
        for p in profiles:
            for node, (share, state) in zip(categories, p.shares, strict=True):
                cells = (p.code, p.name, p.rank, node.id, None if share is None else four_places(share))
                rows.append((label, *cells, state, STATE_VI[state]))
    canvas = Canvas(stamp(e))
    panels.heat(canvas, drawn, [(node.number, node.label_vi) for node in categories])
    state = (Column("state", "Mã trạng thái"), Column("state_vi", "Trạng thái"))
    share = Column("share", "Chỉ số", "number")
    columns = (GROUP, ENTITY, NAME, Column("rank", "Thứ hạng"), CRITERION, share, *state)
    alt = f"Bản đồ nhiệt: chỉ số ở {len(categories)} hạng mục. {captions.strengths(e)}"
    return figure(e, "profile", "Chỉ số theo hạng mục", alt, canvas, columns, rows)


def _field(share: Fraction | None, state: str) -> panels.Field:
    if share is None:
        return panels.Field(None, panels.ABSENT[state])
    return panels.Field(min(share.numerator * 10 // share.denominator, 9), format_vi(share, 2))


def _profiles(e: Evaluation, group: str) -> Iterator[_Profile]:
    """Entities in rank order, then those without a rank; or bands, and the highlighted entities."""
    at = [e.at(node) for node in e.methodology.categories]
    single = e.standings[group]
    if len(single) > panels.LISTED:
        ranked = ranked_in(e, group)
        tall = ceil(len(ranked) / BANDS) or 1
        for band in (ranked[i : i + tall] for i in range(0, len(ranked), tall)):
            middles = tuple(_middle([node[s.entity.code].outcome for s in band]) for node in at)
            span = f"{format_vi(band[0].rank)}–{format_vi(band[-1].rank)}"
            yield _Profile("", f"Trung vị của {format_vi(len(band))} đơn vị", span, False, middles)
        single = [s for s in single if marked(e, s)]
    for s in single:
        outcomes = (node[s.entity.code].outcome for node in at)
        shares = tuple((outcome.share, outcome.state) for outcome in outcomes)
        rank = "–" if s.rank is None else format_vi(s.rank)
        yield _Profile(*who(s), rank, marked(e, s), shares)


def _middle(outcomes: Sequence[Outcome]) -> tuple[Fraction | None, str]:
    """The median of the shares there are; without any, the state that most have."""
    if shares := in_order(o.share for o in outcomes if o.counts):
        return quartiles(shares)[1], "scored"
    return None, Counter(o.state for o in outcomes).most_common(1)[0][0]


# --- distribution -----------------------------------------------------------------------------------------


def distribution(e: Evaluation) -> Figure:
    """Where entities stand in the total and in each category, with quartiles."""
    drawn, rows, places = [], [], []
    for group, label in groups_of(e):
        strips = []
        for node in (e.methodology.root, *e.methodology.categories):
            most, stand = most_of(e, node, group), ranked_at(e, node, group)
            inside = in_order(s.value / most for s in stand)
            places += [*inside[:1], *inside[-1:]]
            strips.append(_strip(e, node, stand, inside, most))
            rows += [(label, node.id, *cells) for cells in _strip_rows(stand, inside, most)]
        drawn.append(plots.Strips(title_of(e, group), strips))
    canvas = Canvas(stamp(e))
    plots.strips(canvas, drawn, _ticks(places), panels.PAGE)
    shown = [strip for panel in drawn for strip in panel.strips]
    notes = ((_DOTS_VI, "dots"), (_BINS_VI, "bins"))
    used = [words for words, what in notes if any(getattr(strip, what) for strip in shown)]
    diamond = [_DIAMOND_VI] if any(c.marked for strip in shown for c in strip.callouts) else []
    canvas.text(0, canvas.y + 4, " ".join((_AXIS_VI, _BOX_VI, *used, *diamond)), 6.5, QUIET)
    canvas.y += 8
    value, count = Column("value", "Giá trị", "number"), Column("entities", "Số đơn vị", "integer")
    columns = (GROUP, CRITERION, Column("what", "Là gì"), ENTITY, NAME, value, _PLACE, count)
    alt = f"Biểu đồ điểm của tổng và {len(e.methodology.categories)} hạng mục. {captions.extremes(e)}"
    return figure(e, "distribution", "Phân bố theo hạng mục", alt, canvas, columns, rows)


def _strip(
    e: Evaluation, node: Node, stand: Sequence[Standing], places: Sequence[Fraction], most: Fraction
) -> plots.Strip:
    if not places:
        return plots.Strip(node.label_vi, not node.depth, [], [], [], "không có giá trị nào", [])
    each = len(places) <= panels.LISTED
    dots = [float(place) for place in places] if each else []
    bins = [] if each else [(i / BINS, (i + 1) / BINS, count) for i, count in _bins(places)]
    middle = quartiles(places)
    median = f"trung vị {format_vi(e.rounded(middle[1] * most))}"
    callouts = list(_callouts(e, stand, most))
    return plots.Strip(node.label_vi, not node.depth, dots, bins, list(map(float, middle)), median, callouts)


def _bins(places: Sequence[Fraction]) -> list[tuple[int, int]]:
    """How many places each hundredth of the axis has; the last takes its upper end in."""
    return sorted(Counter(min(p.numerator * BINS // p.denominator, BINS - 1) for p in places).items())


def _callouts(e: Evaluation, stand: Sequence[Standing], most: Fraction) -> Iterator[plots.Callout]:
    """The first, the last and the highlighted entities, each once."""
    special = [s for s in stand if marked(e, s)]
    ends = stand[:1] if stand[0].rank == stand[-1].rank else (stand[0], stand[-1])
    for end in ends:
        alike = sum(s.rank == end.rank for s in stand) - 1
        others = f" và {format_vi(alike)} đơn vị khác" if alike else ""
        words = f"{end.entity.label_vi}{others} {format_vi(end.printed)}"
        if end not in special:
            yield plots.Callout(float(end.value / most), words, False)
    for s in special:
        words = f"{s.entity.label_vi} {format_vi(s.printed)} (hạng {format_vi(s.rank)})"
        yield plots.Callout(float(s.value / most), words, True)


def _strip_rows(stand: Sequence[Standing], places: Sequence[Fraction], most: Fraction) -> Iterator[tuple]:
    if not places:
        return
    for what, place in zip(
        ("tứ phân vị dưới", "trung vị", "tứ phân vị trên"), quartiles(places), strict=True
    ):
        yield what, "", "", None, four_places(place), len(places)
    if len(places) > panels.LISTED:
        for i, count in _bins(places):
            yield "khoảng bắt đầu từ", "", "", None, four_places(Fraction(i, BINS)), count
        return
    for s in stand:
        yield "đơn vị", *who(s), s.printed, four_places(s.value / most), 1


def _ticks(places: Sequence[Fraction]) -> list[plots.Tick]:
    """Fifths, or tenths where all lies close together, just round the places."""
    low, high = min(places, default=Fraction(0)), max(places, default=Fraction(1))
    step = Fraction(1, 5) if high - low > Fraction(1, 2) else Fraction(1, 10)
    first = low // step
    last = max(ceil(high / step), first + 1)
    return [plots.Tick(float(i * step), format_vi(i * step)) for i in range(first, last + 1)]


# --- change -----------------------------------------------------------------------------------------------


class _Change(NamedTuple):
    """An entity with a rank in both editions, and how many places it rose."""

    standing: Standing
    before: Standing
    rise: int


def change(e: Evaluation) -> Figure:
    """Ranks gained and lost since the previous edition, from the largest gain to the largest loss."""
    title = "Thay đổi thứ hạng so với kỳ trước"
    before, rise = (
        Column("previous_rank", "Hạng kỳ trước", "integer"),
        Column("rank_change", "Tăng", "integer"),
    )
    columns = (GROUP, ENTITY, NAME, before, RANK, rise, DRAWN)
    canvas, drawn, rows = Canvas(stamp(e)), [], []
    if e.previous is None:
        return in_words(e, "change", title, columns, "Chưa có ấn bản kỳ trước để so sánh.")
    changes = [(group, label, _changes(e, group)) for group, label in groups_of(e)]
    widest = max((abs(c.rise) for *_, some in changes for c in some), default=0) or 1
    ticks = tuple(plots.Tick(i, signed(i * widest)) for i in (-1, 0, 1))
    for _, label, some in changes:
        bars = [_change_bar(e, c, widest) for c in some]
        words = f"{label}: {format_vi(len(some))} đơn vị có thứ hạng ở cả hai kỳ"
        drawn.append(panels.Panel(words, "±", bars, ticks))
        rows += [
            (label, *who(c.standing), c.before.rank, c.standing.rank, c.rise, how)
            for c, how in drawn_rows(some)
        ]
    panels.bars(canvas, drawn, _CHANGE_VI)
    moved = [(label, [(c.standing, c.rise) for c in some]) for _, label, some in changes]
    alt = f"Biểu đồ thanh: thay đổi thứ hạng so với {e.previous.edition}. {captions.movements(e, moved)}"
    return figure(e, "change", title, alt, canvas, columns, rows)


def _changes(e: Evaluation, group: str) -> list[_Change]:
    """Those that have a rank in this group in both editions."""
    before = {s.entity.code: s for s in e.previous.standings.get(group, ()) if s.rank is not None}
    pairs = [(s, before[s.entity.code]) for s in ranked_in(e, group) if s.entity.code in before]
    changes = [_Change(now, then, then.rank - now.rank) for now, then in pairs]
    return sorted(changes, key=lambda c: (-c.rise, c.standing.rank, c.standing.entity.code))


def _change_bar(e: Evaluation, c: _Change, widest: int) -> panels.Bar:
    ranks = f"{format_vi(c.before.rank)} → {format_vi(c.standing.rank)}"
    name = c.standing.entity.label_vi
    return panels.Bar(signed(c.rise), name, marked(e, c.standing), c.rise / widest, ranks)


CHARTS: tuple[Callable[[Evaluation], Figure], ...] = (
    ranking,
    profile,
    distribution,
    change,
    gap,
    bland_altman,
    rank_intervals,
    acceptability,
    weights_tornado,
    weight_steps,
)
WHAT_IF: tuple[Callable[[Evaluation], Figure | Text], ...] = (what_if_slope,)  # as in tables
