"""Who moves from one ranking to another, in sentences: a what-if, a variant or a year beside its like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ictindex.basics import WHAT_IF, format_vi
from ictindex.facts import came_from
from ictindex.page.shown import Text
from ictindex.page.words import some_vi
from ictindex.scoring import Evaluation, Standing, set_beside

TOP, _NAMED = 3, 3  # ranks at the top that are looked at; units that a sentence names


class Mover(NamedTuple):
    """A unit of a group in both rankings; None where it is not in one of them."""

    before: Standing | None
    after: Standing | None
    level_before: str = ""
    level: str = ""

    @property
    def name(self) -> str:
        return (self.after or self.before).entity.label_vi

    @property
    def ranks(self) -> tuple[int | None, int | None]:
        return self.before and self.before.rank, self.after and self.after.rank

    @property
    def rise(self) -> int | None:
        """Places gained; None without a rank in both."""
        was, now = self.ranks
        return None if was is None or now is None else was - now

    @property
    def relevelled(self) -> bool:
        return bool(self.before and self.after) and self.level_before != self.level


def what_if_conclusion(e: Evaluation) -> Text:
    """Who rises and who falls under a what-if, and what becomes of the first and of levels.

    A sentence on all units, then a line for each group. For an edition opened by ``open_what_if``.
    """
    lines = told(e.baseline, e, "Theo phương án này", "bảng gốc")
    return Text("what_if_conclusion", tuple(lines), "conclusion")


def changes_conclusion(e: Evaluation) -> Text:
    """Who rises and who falls since the previous edition; a sentence where there is none to compare with."""
    lines = ["Không có ấn bản kỳ trước trong lần chạy này, nên không so sánh."]
    if e.previous is not None:
        lines = told(e.previous, e, f"So với kỳ trước (năm {e.previous.parameters['year']})", "kỳ trước")
    return Text("changes_conclusion", tuple(lines), "conclusion")


def beside_vi(e: Evaluation) -> list[str]:
    """What the head of a page that is not the edition's own says: what becomes of the edition's ranks.

    Of a what-if the sum, for its page goes on; of a variant all, for no other place of its page says it.
    Nothing of a what-if that asks for every combination: its head shows the one in which nothing is chosen.
    """
    beside = set_beside(e)
    if beside is None or (e.what_if and e.what_if.page != WHAT_IF):
        return []
    if e.what_if:
        return told(beside, e, "So với kết quả gốc", "bảng gốc")[:1]
    return told(beside, e, "So với kết quả theo tệp tham số của ấn bản", "ấn bản")


def told(before: Evaluation, after: Evaluation, lead: str, where: str) -> list[str]:
    """A sentence on all units, then a line for each group; ``where``: what the ranking before is."""
    levels = bool(before.methodology.source.levels or after.methodology.source.levels)
    groups = {group: some for group, some in _movers(before, after).items() if some}
    every = [mover for some in groups.values() for mover in some]
    first = f"{lead}, {_sum_vi(every)}{_values_vi(every)}{_levels_sum_vi(every) if levels else ''}."
    more = {group: " ".join(_sentences(some, levels, where)) for group, some in groups.items()}
    if len(groups) > 1 and any(more.values()):
        named = after.methodology.groups
        sums = {group: f"{named[group].label_vi}: {_sum_vi(some)}." for group, some in groups.items()}
        more = {group: f"{sums[group]} {rest}".rstrip() for group, rest in more.items()}
    return [first, *filter(None, more.values())]


def _movers(before: Evaluation, after: Evaluation) -> dict[str, list[Mover]]:
    """Group -> its units now and before; of who was or goes elsewhere there is only the one."""
    earlier = before.at(before.methodology.root)
    was = came_from(after.inputs.entities, before.inputs.entities)
    found: dict[str, list[Mover]] = {}
    for group, standings in after.standings.items():
        both = []
        for s in standings:
            old = next((earlier[one.code] for one in was[s.entity.code] if one.group == group), None)
            both.append(Mover(old, s, _level_vi(before, old) if old else "", _level_vi(after, s)))
        kept = {mover.before.entity.code for mover in both if mover.before}
        gone = [Mover(s, None) for s in before.standings.get(group, ()) if s.entity.code not in kept]
        found[group] = both + gone
    return found


def _level_vi(e: Evaluation, s: Standing) -> str:
    level = e.level(s)
    return level.label_vi if level else "không có mức"


def _sum_vi(some: Sequence[Mover]) -> str:
    rises = [mover.rise for mover in some if mover.rise is not None]
    up, down = sum(rise > 0 for rise in rises), sum(rise < 0 for rise in rises)
    if not rises:
        return "không đơn vị nào có hạng ở cả hai bảng nên không so được thứ hạng"
    if not up + down:
        n = f"cả {format_vi(len(rises))} đơn vị" if len(rises) > 1 else "đơn vị duy nhất"
        return f"{n} giữ nguyên thứ hạng"
    ways = ", ".join(f"{format_vi(n)} {way}" for n, way in ((up, "lên"), (down, "xuống")) if n)
    return f"{format_vi(up + down)} trong {format_vi(len(rises))} đơn vị đổi thứ hạng ({ways})"


def _values_vi(some: Sequence[Mover]) -> str:
    """How many values as printed are others although nobody moves."""
    both = [mover for mover in some if mover.rise is not None]
    n = sum(mover.before.printed != mover.after.printed for mover in both)
    return f"; {format_vi(n)} đơn vị đổi giá trị" if n and not any(mover.rise for mover in both) else ""


def _levels_sum_vi(some: Sequence[Mover]) -> str:
    n = sum(mover.relevelled for mover in some)
    return f"; {format_vi(n)} đơn vị đổi mức" if n else "; không đơn vị nào đổi mức"


def _sentences(some: Sequence[Mover], levels: bool, where: str) -> Iterator[str]:
    """What of a group is to be told beside how many move; nothing where all is as it was."""
    moved = any(was != now for was, now in (mover.ranks for mover in some))
    parts = (
        *_furthest(some),
        *(_top(some, where) if moved else ()),
        *_came_and_went(some, where),
        *(_levels(some) if levels else ()),
    )
    yield from (f"{part[0].upper()}{part[1:]}." for part in parts)


def _furthest(some: Sequence[Mover]) -> Iterator[str]:
    """Who rises most and who falls most; of several alike the highest now come first."""
    said = []
    for way, sign in (("lên", 1), ("xuống", -1)):
        rises = [(sign * mover.rise, mover) for mover in some if mover.rise is not None]
        most = max((rise for rise, _ in rises), default=0)
        if most > 0:
            those = [(*mover.ranks, mover.name) for rise, mover in rises if rise == most]
            names = [f"{name} (từ hạng {was} {way} hạng {now})" for was, now, name in those]
            alike = f", cùng {format_vi(most)} bậc" if len(those) > 1 else ""
            said.append(f"{way} nhiều nhất{alike}: {some_vi(names, _NAMED)}")
    if said:
        yield "; ".join(said)


def _top(some: Sequence[Mover], where: str) -> Iterator[str]:
    """Whether the first, and the first ranks, are whose they were."""
    ranked = [[m for m in some if m.ranks[i] is not None] for i in (0, 1)]
    if not all(ranked):
        return
    was, now = ([m.name for m in each if m.ranks[i] == 1] for i, each in enumerate(ranked))
    said = f"đứng đầu {'vẫn ' if was == now else ''}là {some_vi(now, _NAMED)}"
    said += "" if was == now else f" (ở {where}: {some_vi(was, _NAMED)})"
    yield said + (f"; {_top_ranks(some)}" if min(map(len, ranked)) > TOP else "")


def _top_ranks(some: Sequence[Mover]) -> str:
    inside = [tuple(rank is not None and rank <= TOP for rank in mover.ranks) for mover in some]
    if all(was == now for was, now in inside):
        same = not any(mover.rise for mover, top in zip(some, inside, strict=True) if any(top))
        return "ba hạng đầu không đổi" if same else "ba hạng đầu vẫn gồm các đơn vị ấy nhưng thứ hạng khác đi"
    said = []
    for way, kind in (("vào", (False, True)), ("ra khỏi", (True, False))):
        names = [mover.name for mover, top in zip(some, inside, strict=True) if top == kind]
        said += [f"{way} ba hạng đầu: {some_vi(names, _NAMED)}"] if names else []
    return "; ".join(said)


def _came_and_went(some: Sequence[Mover], where: str) -> Iterator[str]:
    """Who has a rank in one of the two rankings alone, and who is in the group in one alone."""
    both = [mover for mover in some if mover.before and mover.after and mover.rise is None]
    cases = (
        ("không còn được xếp hạng", [m for m in both if m.before.rank is not None]),
        ("nay được xếp hạng", [m for m in both if m.after.rank is not None]),
        (f"chỉ có trong nhóm ở {where}", [m for m in some if m.after is None]),
        (f"không có trong nhóm ở {where}", [m for m in some if m.before is None]),
    )
    for words, those in cases:
        names = [m.name + "".join(f" (hạng {rank})" for rank in m.ranks if rank is not None) for m in those]
        if names:
            yield f"{words}: {some_vi(names, _NAMED)}"


def _levels(some: Sequence[Mover]) -> Iterator[str]:
    """From which level to which, with how many units and whom."""
    ways: dict[tuple[str, str], list[str]] = {}
    for mover in some:
        if mover.relevelled:
            ways.setdefault((mover.level_before, mover.level), []).append(mover.name)
    told = [
        f"{format_vi(len(names))} đơn vị từ {was} thành {now} ({some_vi(names, _NAMED)})"
        for (was, now), names in ways.items()
    ]
    if told:
        yield f"đổi mức: {'; '.join(told)}"
