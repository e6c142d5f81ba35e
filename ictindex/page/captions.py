"""What a chart shows, in a few sentences: for those who cannot see it, and to hold the picture against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.scoring import Evaluation, Standing, quartiles


def extremes(e: Evaluation) -> str:
    """Per group, the first, the middle and the last of the total; and how many have no rank."""
    lines = []
    for key, group in e.methodology.groups.items():
        ranked = [s for s in e.standings[key] if s.rank is not None]
        if not ranked:
            lines.append(f"{group.label_vi}: không đơn vị nào được xếp hạng")
            continue
        first, last, median = ranked[0], ranked[-1], quartiles(in_order(s.value for s in ranked))[1]
        lines.append(
            f"{group.label_vi}, {format_vi(len(ranked))} đơn vị: cao nhất {first.entity.label_vi}"
            f" {format_vi(first.printed)}, trung vị {format_vi(e.rounded(median))},"
            f" thấp nhất {last.entity.label_vi} {format_vi(last.printed)}"
        )
    unranked = sum(s.rank is None for standings in e.standings.values() for s in standings)
    left_out = f" {format_vi(unranked)} đơn vị không xếp hạng nên không vẽ." if unranked else ""
    return f"{'; '.join(lines)}.{left_out}"


def strengths(e: Evaluation) -> str:
    """Per group, the categories with the highest and the lowest median share."""
    lines = []
    for key, group in e.methodology.groups.items():
        medians = []
        for node in e.methodology.categories:
            shares = in_order(
                s.outcome.share for s in e.at(node).values() if s.entity.group == key and s.outcome.counts
            )
            medians += [(quartiles(shares)[1], node.label_vi)] if shares else []
        if medians:
            (high, best), (low, worst) = max(medians), min(medians)
            lines.append(
                f"{group.label_vi}: trung vị cao nhất ở {best} ({format_vi(high, 2)}),"
                f" thấp nhất ở {worst} ({format_vi(low, 2)})"
            )
    empty = sum(not o.counts for node in e.methodology.categories for o in e.scores.outcomes[node.id])
    hatched = f" {format_vi(empty)} ô không có giá trị, vẽ gạch chéo, không phải 0." if empty else ""
    return f"{'; '.join(lines)}.{hatched}"


def movements(e: Evaluation, changes: Sequence[tuple[str, Sequence[tuple[Standing, int]]]]) -> str:
    """How many rose and fell, who most, and how many have a rank in one edition only.

    ``changes``: per group its label, and its entities from the largest gain to the largest loss.
    """
    rises = [rise for _, some in changes for _, rise in some]
    up, down = sum(rise > 0 for rise in rises), sum(rise < 0 for rise in rises)
    now, then = (
        sum(s.rank is not None for standings in edition.standings.values() for s in standings) - len(rises)
        for edition in (e, e.previous)
    )
    most = []
    for label, some in changes:
        ends = [("tăng", *s) for s in some[:1] if s[1] > 0] + [("giảm", *s) for s in some[-1:] if s[1] < 0]
        words = (f"{what} nhiều nhất {s.entity.label_vi} ({signed(rise)})" for what, s, rise in ends)
        most += [f" {label}: {', '.join(words)}."] if ends else []
    return (
        f"{format_vi(up)} đơn vị lên hạng, {format_vi(down)} xuống hạng,"
        f" {format_vi(len(rises) - up - down)} giữ nguyên; {format_vi(now)} chỉ có hạng kỳ này,"
        f" {format_vi(then)} chỉ có hạng kỳ trước.{''.join(most)}"
    )


def signed(number: int) -> str:
    """A change with its sign: +12, −5, 0."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{format_vi(abs(number))}"


def in_order(numbers: Iterable[Fraction]) -> list[Fraction]:
    """Sorted; by floats first, which settle nearly every comparison in a tenth of the time."""
    return [number for _, number in sorted((float(number), number) for number in numbers)]
