"""Two rankings side by side, a line for each unit: what a what-if does to the order."""

from __future__ import annotations

from collections.abc import Sequence

from ictindex.basics import format_vi
from ictindex.page.captions import signed
from ictindex.page.cells import stamp
from ictindex.page.drawing import BAR, INK, QUIET, RULE, STRONG, WIDTH, Canvas, fitted
from ictindex.page.shown import Column, Figure, Table, Text
from ictindex.page.what_if_tables import NOTHING_VI
from ictindex.scoring import Evaluation, highlighted
from ictindex.what_if import Move, moves

LISTED = 70  # lines that a page has room for; of a larger group those that move most are drawn
_LEFT, _RIGHT, _STEP = 280.0, WIDTH - 280.0, 9.5  # where the lines begin and end, and from row to row
_KEY_VI = "Nét sẫm: xuống hạng; nét xanh: lên hạng; nét xám nhạt: giữ hạng."
_MARKED_VI = " Chữ đậm: đơn vị được làm nổi."


def what_if_slope(e: Evaluation) -> Figure | Text:
    """Each unit's rank before, at the left, and after, at the right; on an official page, a sentence."""
    name, title = "what_if_slope", "Thứ hạng gốc và thứ hạng giả định"
    if not e.what_if:
        return Text(name, (NOTHING_VI,), "note")
    canvas, rows, told = Canvas(stamp(e)), [], []
    for group, some in moves(e).items():
        label = e.methodology.groups[group].label_vi
        ranked = [move for move in some if move.rise is not None]
        drawn = _drawn(e, ranked)
        _panel(canvas, e, label, drawn, len(ranked))
        told.append(f"{label}: {_told(ranked)}")
        shown = {move.after.entity.code for move in drawn}
        rows += [
            (label, *_who(m), m.before.rank, m.after.rank, m.rise, "đường" if _who(m)[0] in shown else "")
            for m in ranked
        ]
    key = _KEY_VI + (_MARKED_VI if highlighted(e.parameters) else "")
    canvas.text(0, canvas.y + 7, key, 6.5, QUIET)
    canvas.y += 10
    columns = (
        Column("group", "Nhóm", "group"),
        Column("entity", "Mã"),
        Column("label_vi", "Tên đơn vị"),
        Column("baseline_rank", "Hạng gốc", "integer"),
        Column("rank", "Hạng giả định", "integer"),
        Column("rise", "Tăng hạng", "integer"),
        Column("drawn", "Cách vẽ"),
    )
    alt = f"Biểu đồ dốc: hạng gốc bên trái, hạng giả định bên phải. {'; '.join(told)}."
    data = Table(f"{name}_chart", f"Số liệu của biểu đồ: {title}", columns, tuple(rows), "", stamp(e))
    return Figure(name, title, alt, canvas.svg(alt), data)


def _drawn(e: Evaluation, ranked: Sequence[Move]) -> list[Move]:
    """All of a group, or the highlighted and those that move most, in the order of the what-if."""
    marked = highlighted(e.parameters)
    most = sorted(ranked, key=lambda m: (m.after.entity.code not in marked, -abs(m.rise), m.after.rank))
    kept = {m.after.entity.code for m in most[:LISTED]}
    return [move for move in ranked if move.after.entity.code in kept]


def _panel(canvas: Canvas, e: Evaluation, label: str, drawn: Sequence[Move], of: int) -> None:
    """One group: its name, both columns of names, and the lines between them."""
    part = f", vẽ {format_vi(len(drawn))} đơn vị đổi nhiều nhất" if len(drawn) < of else ""
    canvas.text(0, canvas.y + 9, f"{label}: {format_vi(of)} đơn vị có hạng ở cả hai bảng{part}", 9, bold=True)
    canvas.text(_LEFT, canvas.y + 20, "Gốc", 7, QUIET, "right")
    canvas.text(_RIGHT, canvas.y + 20, "Giả định", 7, QUIET)
    top = canvas.y + 30
    before = sorted(drawn, key=lambda m: (m.before.rank, m.before.entity.code))
    place = {m.after.entity.code: top + i * _STEP for i, m in enumerate(before)}
    for i, move in enumerate(drawn):
        left, right = place[move.after.entity.code], top + i * _STEP
        color, width = (RULE, 0.6) if not move.rise else (BAR, 1.4) if move.rise > 0 else (STRONG, 1.0)
        canvas.lines([[(_LEFT + 5, left - 2.5), (_RIGHT - 5, right - 2.5)]], color, width)
        bold = move.after.entity.code in highlighted(e.parameters)
        _name(canvas, move, _LEFT, left, "right", bold)
        _name(canvas, move, _RIGHT, right, "left", bold)
    canvas.y = top + max(len(drawn) - 1, 0) * _STEP + 14


def _name(canvas: Canvas, move: Move, x: float, y: float, anchor: str, bold: bool) -> None:
    """A unit's rank and name; after it, how far it moved."""
    if anchor == "right":
        words = f"{move.after.entity.label_vi}  {format_vi(move.before.rank)}"
    else:
        moved = f" ({signed(move.rise)})" if move.rise else ""
        words = f"{format_vi(move.after.rank)}  {move.after.entity.label_vi}{moved}"
    lines, size = fitted(words, _LEFT - 10, 7, 8, bold)
    canvas.text(x, y, " ".join(lines), min(size, 7), INK, anchor, bold)


def _who(move: Move) -> tuple[str, str]:
    return move.after.entity.code, move.after.entity.label_vi


def _told(ranked: Sequence[Move]) -> str:
    """How many rose and fell, and who most."""
    up, down = sum(m.rise > 0 for m in ranked), sum(m.rise < 0 for m in ranked)
    if not (up or down):
        return f"{format_vi(len(ranked))} đơn vị, không đơn vị nào đổi hạng"
    ends = [max(ranked, key=lambda m: m.rise), min(ranked, key=lambda m: m.rise)]
    most = ", ".join(f"{m.after.entity.label_vi} {signed(m.rise)}" for m in ends if m.rise)
    return f"{format_vi(up)} đơn vị lên hạng, {format_vi(down)} xuống hạng; nhiều nhất {most}"
