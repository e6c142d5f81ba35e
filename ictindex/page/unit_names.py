"""The units of an edition and what they may be called, for whoever has to name one."""

from __future__ import annotations

from collections.abc import Sequence

from ictindex.facts import Entity, folded, names_of
from ictindex.methodology import Methodology
from ictindex.page.shown import Column, Table


def units_table(methodology: Methodology, entities: Sequence[Entity], words: Sequence[str] = ()) -> Table:
    """Code, name and aliases; of all units, or of those whose code, name or alias has every word."""
    wanted = [folded(word) for word in words]
    rows = tuple(
        (e.group, methodology.groups[e.group].label_vi, e.code, e.label_vi, "; ".join(list(names_of(e))[1:]))
        for group in methodology.groups
        for e in entities
        if e.group == group and all(word in folded(" ".join((e.code, *names_of(e)))) for word in wanted)
    )
    several = len(methodology.groups) > 1
    columns = (
        Column("group", "Mã nhóm", in_file_only=True),
        Column("group_name", "Nhóm", "group" if several else "text", in_file_only=not several),
        Column("unit", "Mã"),
        Column("unit_name", "Tên đơn vị"),
        Column("aliases", "Tên gọi khác", in_file_only=not any(row[-1] for row in rows)),
    )
    note = (
        "Gọi một đơn vị bằng mã, bằng tên, có hoặc không có dấu, bằng tên gọi khác (cột alias của"
        " entities.csv), bằng chữ cái đầu của các từ trong tên, hoặc bằng một phần của tên nếu chỉ một"
        " đơn vị có phần ấy."
    )
    if not rows:
        note = "Không có đơn vị nào mang những từ ấy trong mã, tên hay tên gọi khác."
    return Table("units", "Các đơn vị", columns, rows, note)
