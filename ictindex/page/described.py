"""A frame that carries its own description: title, note and Vietnamese headings, in ``frame.attrs``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ictindex.page.shown import Column

if TYPE_CHECKING:
    from pandas import DataFrame


def described(
    rows: Iterable[Sequence[Any]],
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
    ``stated``: columns whose fractions are printed as they were written.
    """
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(labels), dtype=object)
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
    """Rows under described columns as a frame; see ``described``."""
    columns = list(columns)
    labels = {column.key: column.label_vi for column in columns}
    hidden = [column.key for column in columns if column.in_file_only]
    heads = {column.key: column.head for column in columns if column.head}
    about = {"only_in_file": hidden, "bold": sorted(bold), "shown": shown, "heads": heads, "annex": annex}
    written = [column.key for column in columns if column.kind == "stated"]
    return described(rows, labels, title, note, stated=written, **about)
