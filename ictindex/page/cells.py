"""The columns, cells and the stamp that an edition's tables share."""

from __future__ import annotations

from ictindex.facts import Entity
from ictindex.page.shown import HYPOTHETICAL, STAMP, Column
from ictindex.scoring import Evaluation

UNIT_VI = {"group": "Mã nhóm", "group_name": "Nhóm", "unit": "Mã đơn vị", "unit_name": "Tên đơn vị"}


def coded(key: str, code_vi: str, name_vi: str) -> tuple[Column, Column]:
    """What machines call a thing, which the file alone has, and its name beside it."""
    return Column(key, code_vi, in_file_only=True), Column(f"{key}_name", name_vi)


def group_columns(e: Evaluation) -> list[Column]:
    """The columns for the group; where there is one, pages leave its name out."""
    several = len(e.methodology.groups) > 1
    named = Column("group_name", "Nhóm", "group" if several else "text", in_file_only=not several)
    return [Column("group", "Mã nhóm", in_file_only=True), named]


def group_cells(e: Evaluation, group: str) -> list[str]:
    """The cells for those columns."""
    return [group, e.methodology.groups[group].label_vi]


def entity_columns(e: Evaluation) -> list[Column]:
    """The columns that say whose row it is."""
    return [*group_columns(e), *coded("unit", UNIT_VI["unit"], UNIT_VI["unit_name"])]


def entity_cells(e: Evaluation, entity: Entity) -> list[str]:
    """The cells for those columns."""
    return [*group_cells(e, entity.group), entity.code, entity.label_vi]


def stamp(e: Evaluation) -> str:
    """What every page and file bears that shows anything made up, or the answer to a what-if."""
    return " – ".join([*([HYPOTHETICAL] if e.what_if else []), *([STAMP] if e.illustrative else [])])
