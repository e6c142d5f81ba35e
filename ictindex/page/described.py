"""A frame that carries its own description: title, note and Vietnamese headings, in ``frame.attrs``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from ictindex.page.shown import Column

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

MANY = 50_000  # rows, from which on a column of few texts keeps each once, as pandas' categories


class Repeated(NamedTuple):
    """Some columns of rows of which many are alike: each kind once, and which of them stands in each row."""

    kinds: Sequence[Sequence[Any]]
    which: ndarray


def side_by_side(columns: Sequence[tuple[Sequence[int], int]]) -> ndarray:
    """Unit by unit, which kind each column has there, of the kinds of all columns in a row.

    A column: of each unit which of its own kinds it has, and how many these are.
    """
    import numpy as np

    before = np.cumsum([0, *(kinds for _, kinds in columns)])
    each = [np.array(which) + first for (which, _), first in zip(columns, before[:-1], strict=True)]
    return np.array(each, np.int32).T


def described(
    rows: Iterable[Sequence[Any]] | Sequence[Repeated],
    labels: Mapping[str, str],
    title: str,
    note: str = "",
    *,
    only_in_file: Iterable[str] = (),
    bold: Iterable[int] = (),
    shown: int | None = None,
    heads: Mapping[str, str] | None = None,
    annex: Iterable[str] = (),
    stated: Iterable[str] = (),
) -> DataFrame:
    """Rows as a frame of plain columns; cells stay what they are, so that a rank beside None stays whole.

    ``labels``: column -> its heading in print. ``only_in_file``: columns that a page leaves out. ``bold``:
    the rows to be set in bold, by the index, which counts from 0. ``shown``: how many rows a page shows.
    ``heads``: column -> the heading over it and its neighbours. ``annex``: the columns of the printed annex.
    ``stated``: columns whose fractions are printed as they were written. Rows may come as Repeated, side by
    side: MANY of them are kept in little room.
    """
    import pandas as pd

    rows = list(rows)
    if rows and isinstance(rows[0], Repeated) and not len(rows[0].which):
        rows = []
    if rows and isinstance(rows[0], Repeated):
        columns = (_column(cells, each.which) for each in rows for cells in zip(*each.kinds, strict=True))
        frame = pd.DataFrame(dict(zip(labels, columns, strict=True)), copy=False)
    else:
        frame = pd.DataFrame(rows, columns=list(labels), dtype=object)
        for column in frame:
            if any(issubclass(kind, float) for kind in {*map(type, frame[column])}):
                frame[column] = frame[column].astype(float)
    frame.attrs = {
        "title": title,
        "note": note,
        "labels": dict(labels),
        "only_in_file": list(only_in_file),
        "bold": list(bold),
        "heads": dict(heads or {}),
        "annex": list(annex),
    }
    if shown is not None:
        frame.attrs["shown"] = shown
    if stated := list(stated):
        frame.attrs["stated"] = stated
    return frame


def _column(cells: Sequence[Any], which: ndarray) -> Any:
    """A column of a frame: cells[which], as they are."""
    import numpy as np
    import pandas as pd

    types = {*map(type, cells)}
    if float in types:
        return np.array(cells, float)[which]
    if len(which) < MANY or not types <= {str, NoneType}:
        every = np.empty(len(cells), object)
        every[:] = cells
        return every[which]
    known: dict[str | None, int] = {None: -1}
    codes = np.array([known.setdefault(cell, len(known) - 1) for cell in cells], np.int32)
    return pd.Categorical.from_codes(codes[which], pd.Index([*known][1:], dtype=object))


def framed(
    title: str,
    columns: Iterable[Column],
    rows: Iterable[Sequence[Any]],
    note: str = "",
    *,
    bold: Iterable[int] = (),
    shown: int | None = None,
    annex: Iterable[str] = (),
) -> DataFrame:
    """Rows under described columns as a frame; see ``described``.

    Of a column's kind only 'stated' counts; numbers and whole numbers are known by the cells.
    """
    columns = list(columns)
    labels = {column.key: column.label_vi for column in columns}
    hidden = [column.key for column in columns if column.in_file_only]
    heads = {column.key: column.head for column in columns if column.head}
    about = {"only_in_file": hidden, "bold": sorted(bold), "shown": shown, "heads": heads, "annex": annex}
    written = [column.key for column in columns if column.kind == "stated"]
    return described(rows, labels, title, note, stated=written, **about)
