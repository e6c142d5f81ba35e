"""Who moved between two runs and why, told in Vietnamese: sentences, and one table of values and ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.page.cells import stamp
from ictindex.page.phrases_vi import arrow, number_vi
from ictindex.page.shown import Cell, Column, Table, Text
from ictindex.page.words import some_vi
from ictindex.robustness import SWITCHES, Attribution, Changes, Shift, Split
from ictindex.scoring import Evaluation

SWITCH_VI = {"data": "Số liệu", "marks": "Điểm chấm", "adjudication": "Thẩm định", "rules": "Quy tắc"}
_MEASURE_VI = {"points": "điểm", "share": "tỷ lệ điểm đạt trên điểm tối đa được tính"}
_ABSENT_VI = {
    "before": "không có kết quả ở lần trước",
    "after": "không có kết quả ở lần sau",
    "both": "không có kết quả ở cả hai lần",
    "between": "không có kết quả ở một phương án trung gian, nên không tách được",
}
_NAMED = 12  # units or answers that a sentence names
_MOST = 3  # of those that moved most


def change_text(before: Evaluation, after: Evaluation, found: Changes, split: Split | None) -> Text:
    """How many moved, who came and went, what was matched, and how the change was split."""
    both = [c for c in found.changes if c.value is not None]
    moved = [c for c in both if c.value]
    ranks = [c for c in both if c.rank]
    mean = Fraction(sum(abs(c.rank or 0) for c in both), len(both)) if both else Fraction(0)
    lines = [
        f"{format_vi(len(both))} đơn vị có kết quả ở cả hai lần: {format_vi(len(moved))} đổi giá trị"
        f" ({_MEASURE_VI[found.measure]}), {format_vi(len(ranks))} đổi hạng;"
        f" trung bình {number_vi(mean, 2)} bậc.{_furthest_vi(ranks)}",
        *_named("Chỉ có ở lần trước", (_name(c) for c in found.changes if c.after is None)),
        *_named("Chỉ có ở lần sau", (_name(c) for c in found.changes if c.before is None)),
        *_named("Đổi nhóm, nên không so hạng", (_name(c) for c in found.changes if c.regrouped)),
    ]
    if split:
        lines += _split_vi(before, after, split)
    return Text("changes", tuple(lines))


def _name(change: Shift) -> str:
    return (change.after or change.before).entity.label_vi


def _furthest_vi(moved: Sequence[Shift]) -> str:
    """Who rose and who fell most; of several alike the highest now come first."""
    said = ""
    for word, sign in (("Lên", -1), ("Xuống", 1)):
        most = max((sign * c.rank for c in moved), default=0)
        those = sorted((c for c in moved if sign * c.rank == most), key=lambda c: (c.after.rank, c.code))
        told = some_vi([f"{_name(c)} ({c.before.rank} → {c.after.rank})" for c in those], _MOST)
        said += f" {word} nhiều nhất: {told}." if most > 0 else ""
    return said


def _split_vi(before: Evaluation, after: Evaluation, split: Split) -> Iterator[str]:
    yield (
        "Mỗi thay đổi được tách thành phần do số liệu, điểm chấm, thẩm định và quy tắc: trung bình trên"
        f" mọi thứ tự thay đổi (Shapley), tính bằng phân số từ {format_vi(split.runs)} lần tính lại;"
        " các phần cộng lại đúng bằng thay đổi."
    )
    old, new = before.methodology.answers, after.methodology.answers
    if before.methodology.source != after.methodology.source:
        yield f"{format_vi(len(old.keys() & new.keys()))} số liệu được khớp theo mã."
        yield from _named("Số liệu chỉ hỏi ở lần trước (đi cùng quy tắc)", (c for c in old if c not in new))
        yield from _named("Số liệu chỉ hỏi ở lần sau (đi cùng quy tắc)", (c for c in new if c not in old))
        renamed = (c for c in old if c in new and old[c].label_vi != new[c].label_vi)
        yield from _named("Cùng mã nhưng tên khác, cần xem có cùng câu hỏi không", renamed)
        known = {node.id for e in (before, after) for node in e.methodology.nodes}
        for e, other in ((before, after), (after, before)):
            ids = {node.id for node in other.methodology.nodes}
            lost = dict.fromkeys(ev.criterion for ev in e.inputs.events if ev.criterion in known - ids)
            yield from _named(f"Sự kiện ở tiêu chí mà quy tắc {other.edition} không có", lost)
    without = {code: why for code, why in split.values.absent.items() if why == "between"}
    yield from _named(f"Đơn vị {_ABSENT_VI['between']}", without)


def _named(title: str, codes: Iterable[str]) -> Iterator[str]:
    codes = list(codes)
    if codes:
        more = f", … ({format_vi(len(codes))})" if len(codes) > _NAMED else ""
        yield f"{title}: {', '.join(codes[:_NAMED])}{more}."


# --- the table ----------------------------------------------------------------------------------------------


def change_table(before: Evaluation, after: Evaluation, found: Changes, split: Split | None) -> Table:
    """Per unit: value and rank before and after, the change, and its parts; exact, and they add up.

    Who moved most comes first inside each group; the parts stand in the file, and the largest on the screen.
    """
    columns = [Column("group", "Nhóm", "group"), Column("entity", "Mã", in_file_only=True)]
    columns.append(Column("label_vi", "Tên đơn vị"))
    for kind, title, style in (("value", "Giá trị", "exact"), ("rank", "Hạng", "integer")):
        file_only, short = kind == "value", kind == "rank"
        columns += [
            Column(f"{kind}_before", "Trước" if short else f"{title} trước", style, in_file_only=file_only),
            Column(f"{kind}_after", "Sau" if short else f"{title} sau", style, in_file_only=file_only),
            Column(f"{kind}_change", f"{title} đổi", style, in_file_only=short),
            *([Column("moved", "Đổi")] if short else []),
        ]
        if split:
            columns += [
                Column(f"{kind}_{s}", f"{title}: {SWITCH_VI[s].lower()}", "exact", in_file_only=True)
                for s in SWITCHES
            ]
    columns += [Column("most_vi", "Chủ yếu do")] if split else []
    columns.append(Column("note_vi", "Ghi chú"))
    groups = list(after.methodology.groups)
    moved = sorted(
        found.changes, key=lambda c: (_group_at(c, groups), -abs(c.rank or 0), -abs(c.value or 0), c.code)
    )
    rows = tuple(_row(before, after, change, split) for change in moved)
    note = (
        "Ai đổi hạng nhiều nhất đứng trước trong mỗi nhóm. Trước, sau: thứ hạng; đổi: ↑ lên, ↓ xuống mấy bậc."
        f" Giá trị: {_MEASURE_VI[found.measure]}, chưa làm tròn."
    )
    if split:
        note += " Chủ yếu do: phần lớn nhất của thay đổi giá trị; đủ các phần ở tệp (--csv)."
    names = dict.fromkeys([before.edition, after.edition])
    stamps = dict.fromkeys(part for e in (after, before) for part in stamp(e).split(" – ") if part)
    title = f"Trước và sau: {' và '.join(names)}"
    return Table("changes", title, tuple(columns), rows, note, stamp=" – ".join(stamps))


def _group_at(change: Shift, groups: Sequence[str]) -> int:
    group = (change.after or change.before).entity.group
    return groups.index(group) if group in groups else len(groups)


def _row(before: Evaluation, after: Evaluation, change: Shift, split: Split | None) -> tuple[Cell, ...]:
    last, e = (change.after, after) if change.after else (change.before, before)
    ranks = [s.rank if s else None for s in (change.before, change.after)]
    value = (change.value_before, change.value_after, change.value)
    rank = (*ranks, change.rank, "" if change.rank is None else arrow(*ranks))
    entity = last.entity
    begin = (e.methodology.groups[entity.group].label_vi, entity.code, entity.label_vi)
    if split is None:
        return (*begin, *value, *rank, _note_vi(change))
    of_rank: Sequence[Cell] = (
        (None,) * len(SWITCHES) if change.rank is None else _parts(split.ranks, change.code)
    )
    parts = _parts(split.values, change.code)
    sizes = {SWITCH_VI[s]: abs(part) for s, part in zip(SWITCHES, parts, strict=True) if part}
    most = max(sizes, key=sizes.get).lower() if sizes else ""
    return (*begin, *value, *parts, *rank, *of_rank, most, _note_vi(change, split))


def _parts(of: Attribution, code: str) -> list[Cell]:
    shares = of.shapley.get(code)
    return [shares[switch] if shares else None for switch in SWITCHES]


def _note_vi(change: Shift, split: Split | None = None) -> str:
    if change.regrouped:
        return "đổi nhóm"
    gone = [
        side
        for side, value in (("before", change.value_before), ("after", change.value_after))
        if value is None
    ]
    if gone:
        return _ABSENT_VI["both" if len(gone) == 2 else gone[0]]
    return _ABSENT_VI["between"] if split and split.values.absent.get(change.code) else ""
