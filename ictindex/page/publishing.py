"""What a page publishes: frames as tables, Matplotlib figures as charts; and both read back from the page.

``table`` and ``figure`` are all that makes something published. The publisher reads the executed notebook and
knows no list of names: what the page publishes, in its order, is what is published.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Any

from ictindex.basics import format_vi, is_name, nearest
from ictindex.page import columnar
from ictindex.page.notebook import tags
from ictindex.page.shown import MIME, Cell, Column, Figure, Table, Text, machine, stated

if TYPE_CHECKING:
    from pandas import DataFrame

_ID = re.compile(r'(?<=[ ":(])(id="|href="#|url\(#)([^")]+)')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


def table(
    name: str,
    frame: DataFrame,
    title: str | None = None,
    note: str | None = None,
    labels: Mapping[str, str] | None = None,
    annex: Sequence[str] | None = None,
) -> Table | Text:
    """Publish a frame as *Bảng N*: a table on the page, its CSV file, a sheet, a digest.

    ``name``: a to z, digits, ``-`` and ``_``; no other table of the page has it. ``frame``: any frame; an
    index that is not a plain count becomes columns. ``title``, ``note`` and ``labels`` (column -> heading)
    are taken from ``frame.attrs`` where they are not given, else the column's own name is its heading; of
    what was summed up by groups the title and the note are its reader's to give.
    ``annex``: the columns that the printed annex has, where these are not all that the page shows. Those in
    ``frame.attrs["only_in_file"]``, keys of machines, are in the file alone: empty it to show them. Of
    columns that are picked out of a word's frame all are shown and printed.
    A frame without a row publishes nothing: its note, or a sentence, stands in its place. One of more than
    columnar.LARGE rows stands beside the page, as Parquet and CSV; the page has the first rows. ValueError
    for a name that no file can have, and for two columns of one name.
    """
    about = frame.attrs
    bold = set(about.get("bold", ()))  # by the index, so that a row stays bold wherever it is sorted to
    emphasis = frozenset(n for n, label in enumerate(frame.index) if label in bold)
    grouped = any(level is not None for level in frame.index.names)
    frame = _plain_index(frame)
    columns = [_key(column) for column in frame.columns]
    if not is_name(name):
        raise ValueError(f"{name!r} cannot be a table's name: use a to z, 0 to 9, - and _")
    if len(set(columns)) < len(columns):
        raise ValueError(f"{name}: two columns of one name: {', '.join(columns)}")
    given = {_key(column): words for column, words in (labels or {}).items()}
    if strange := [key for key in given if key not in columns]:
        near = nearest(strange[0], columns)
        meant = f"did you mean {near!r}?" if near else f"its columns: {', '.join(columns)}"
        raise ValueError(f"{name}: labels names no column of the frame: {', '.join(strange)}; {meant}")
    told = {str(column): words for column, words in about.get("labels", {}).items()} | given
    of_itself = {} if grouped else about  # what pandas has summed up is another table than it came from
    title = title if title is not None else of_itself.get("title", name)
    note = note if note is not None else of_itself.get("note", "")
    if frame.empty:
        return Text(name, (note or f"{title}: không có dòng nào.",), "note")
    beside = columnar.place() if len(frame) > columnar.LARGE else None
    cells, kinds, groups = [], [], 0
    for i, key in enumerate(columns):
        which, column = columnar.few(frame.iloc[:, i]) if beside else (None, [*frame.iloc[:, i]])
        column = _cells(column)
        kinds.append(stated(column, _kind(column)) if key in about.get("stated", ()) else _kind(column))
        if kinds[-1] == "text":
            column = [*map(_text, column)]
        if key == "group_name":
            groups = len(set(column))
        cells.append(columnar.packed(kinds[-1], column, which, machine) if beside else column)
    by_hand = _chosen(about, columns)
    hidden = set() if by_hand else set(about.get("only_in_file", ()))
    if "group_name" in columns:  # a heading before each group's rows; where there is one group, none
        at = columns.index("group_name")
        hidden |= {"group"} | ({"group_name"} if groups < 2 else set())
        kinds[at] = "group" if "group_name" not in hidden else kinds[at]
    heads = about.get("heads", {})
    described = tuple(
        Column(key, told.get(key, key), kind, key in hidden, heads.get(key, ""))
        for key, kind in zip(columns, kinds, strict=True)
    )
    if not any(column.on_page for column in described):  # else the page would show a table of nothing
        described = tuple(Column(column.key, column.label_vi) for column in described)
    shown = {"shown": about["shown"]} if "shown" in about else {}
    inherited = () if by_hand else about.get("annex", ())
    printed = tuple(key for key in columns if key in (inherited if annex is None else annex))
    rows = tuple(zip(*cells, strict=True)) if beside is None else None
    rows = rows or columnar.kept(beside, columns, cells, [_READ[kind] for kind in kinds])
    return Table(name, title, described, rows, note, emphasis=emphasis, annex=printed, **shown)


def _chosen(about: Mapping[str, Any], columns: Sequence[str]) -> bool:
    """Whether these columns were picked out of a word's frame, whose attributes pandas hands on.

    Who drops a column or two leaves those of machines where they are, and most of the others.
    """
    own, machines = set(about.get("labels", ())), set(about.get("only_in_file", ()))
    picked = 2 * len(own & {*columns}) < len(own)
    return picked or bool(own and machines - {*columns})


def figure(
    name: str, figure: Any, data: DataFrame, title: str | None = None, alt: str | None = None
) -> Figure | Text:
    """Publish a Matplotlib figure as *Hình N*: a picture on the page, ``charts/<name>.svg`` and ``.csv``.

    ``figure``: a Figure, or Axes of one. ``data``: the frame behind it. ``title``: its caption, else the
    figure's own; ``alt``: a sentence for those who cannot see it, else the figure's label, else its title.
    Where there is nothing behind it, a sentence stands in its place. ValueError as for ``table``.
    """
    figure = getattr(figure, "figure", None) or figure
    title = title if title is not None else figure.get_suptitle() or name
    behind, svg = table(name, data, title=title, note=""), _svg(name, figure)
    if isinstance(behind, Text):
        return behind
    return Figure(name, title, alt or str(figure.get_label()) or title or name, svg, behind)


def _svg(name: str, figure: Any) -> str:
    """The picture as SVG that is the same on every run; its ids begin with its name: pages hold several."""
    from ictindex.page.charts import svg

    drawn = _METADATA.sub("", svg(figure))
    if pyplot := sys.modules.get("matplotlib.pyplot"):  # whose figures the notebook would show once more
        pyplot.close(figure)
    return _ID.sub(rf"\g<1>{name}-\g<2>", drawn[drawn.index("<svg") :])


def _plain_index(frame: DataFrame) -> DataFrame:
    import pandas as pd

    if isinstance(frame, pd.Series):
        frame = frame.to_frame()
    counted = isinstance(frame.index, pd.RangeIndex) or (
        frame.index.name is None and frame.index.nlevels == 1
    )
    drop = counted and pd.api.types.is_integer_dtype(frame.index)
    return frame.reset_index(drop=drop, allow_duplicates=True)  # two of one name are refused afterwards


def _key(column: Any) -> str:
    """A column's name; of one with several levels, the levels' names in a row."""
    return "_".join(str(part) for part in column if part != "") if isinstance(column, tuple) else str(column)


_NO_NUMBER = {inf: "∞", -inf: "−∞"}  # which no spreadsheet has


_AS_THEY_ARE = ({str, type(None)}, {int}, {Fraction, int, type(None)})


def _cells(cells: list[Any]) -> list[Cell]:
    """A frame's cells as a table's: asked once for their types, since most columns are of one."""
    types = {*map(type, cells)}
    return cells if any(types <= known for known in _AS_THEY_ARE) else [*map(_cell, cells)]


def _cell(cell: Any) -> Cell:
    """A frame's cell as a table's: exact numbers as they are, other numbers as the decimals they print."""
    import pandas as pd

    if cell is None or isinstance(cell, str):  # first, as most are: to ask pandas takes longer
        return cell
    if isinstance(cell, bool) or type(cell).__name__ == "bool":
        return "có" if cell else "không"
    if isinstance(cell, int | Fraction):
        return cell
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return None
    if isinstance(cell, Decimal):
        return cell
    if hasattr(cell, "item") and not isinstance(cell, float) and pd.api.types.is_scalar(cell):  # of NumPy
        return _cell(cell.item())
    if isinstance(cell, float):
        return _NO_NUMBER.get(cell) or Decimal(repr(float(cell)))
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time().isoformat() == "00:00:00" else f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _text(cell: Cell) -> str | None:
    """A cell of a column that also holds words: a number as a sentence would have it."""
    return cell if cell is None or isinstance(cell, str) else format_vi(cell)


_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("integer", (int,)),
    ("number", (int, Decimal)),
    ("exact", (int, Decimal, Fraction)),
)


def _kind(cells: Sequence[Cell]) -> str:
    """What a column holds: the narrowest kind that all of its cells are of."""
    there = {type(cell) for cell in cells if cell is not None}
    if not there:
        return "text"
    return next((kind for kind, types in _KINDS if all(issubclass(t, types) for t in there)), "text")


# --- read back --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One table or chart of an executed page: what was published, in which cell, under which number."""

    view: Table | Figure
    cell: int  # counted from 1
    number: int  # of the tables, or of the charts, of this page
    annex: bool  # whether the cell is one of the annex, which is printed and signed

    @property
    def anchor(self) -> str:
        """What a reference in the prose calls it."""
        return f"{'bang' if isinstance(self.view, Table) else 'hinh'}-{self.view.name}"

    @property
    def label_vi(self) -> str:
        return f"{'Bảng' if isinstance(self.view, Table) else 'Hình'} {self.number}"


class Unreadable(ValueError):
    """What a cell publishes, and no word of this package can have made."""

    def __init__(self, cell: int, problem: str):
        super().__init__(f"cell {cell}: {problem}")
        self.cell, self.problem = cell, problem


def published(notebook: Mapping[str, Any], find: columnar.Find | None = None) -> Iterator[Item]:
    """Every table and chart of an executed notebook, in the page's order.

    ``find``: where the files of large tables lie.

    Those of the annex have the first numbers, so that it counts from 1 and the evidence goes on.
    Unreadable where one is not whole, or shows another thing than its data: a page may come from elsewhere.
    """
    found = [
        (at, kind, "annex" in tags(cell), output["data"])
        for at, cell in enumerate(notebook["cells"], start=1)
        for output in cell.get("outputs", ())
        if (kind := kind_of(output)) in ("table", "figure")
    ]
    numbers = {
        (kind, annex): count(1 + (0 if annex else sum(1 for _, k, first, _ in found if k == kind and first)))
        for kind in ("table", "figure")
        for annex in (True, False)
    }
    for at, kind, annex, data in found:
        try:
            view = _view(data, find)
        except _UNREADABLE as error:
            raise Unreadable(at, f"{type(error).__name__}: {str(error)[:_MOST_SAID]}") from error
        yield Item(view, at, next(numbers[kind, annex]), annex)


def kind_of(output: Mapping[str, Any]) -> str:
    """What of this package an output shows: 'table', 'figure', 'text', 'edition'; '' for anything else."""
    payload = output.get("data", {}).get(MIME)
    kind = payload.get("kind") if isinstance(payload, dict) else ""
    return kind if kind in ("table", "figure", "text", "edition") else ""


def same_bundle(data: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an output as a notebook keeps it, in lines or not, is what a view shows.

    A file has no empty text apart from none at all, and a mark before what a spreadsheet takes for a formula.
    """
    joined = {
        mime: "".join(shown) if mime != MIME and isinstance(shown, list) else shown
        for mime, shown in data.items()
    }
    return joined == wanted or _as_told(joined) == _as_told(wanted)


_MARK = re.compile(r">&#x27;(?=[=+@\t\r-])")


def _as_told(data: Mapping[str, Any]) -> dict[str, Any]:
    """An output without what its data does not tell."""
    return {
        mime: _MARK.sub(">", shown.replace(">–<", "><")) if isinstance(shown, str) else shown
        for mime, shown in data.items()
    }


def _view(data: Mapping[str, Any], find: columnar.Find | None) -> Table | Figure:
    """The view that an output shows; ValueError unless it shows exactly that."""
    payload = data[MIME]
    if payload["kind"] == "table":
        view: Table | Figure = _table(payload, f"results/{payload['name']}", find)
    else:
        svg = data["image/svg+xml"]
        svg = _harmless(svg if isinstance(svg, str) else "".join(svg))
        names = (_name(payload["name"]), *_texts(payload["title"], payload["alt"]))
        view = Figure(*names, svg, _table(payload["data"], f"charts/{payload['name']}", find))
    if not same_bundle(data, view._repr_mimebundle_()):
        raise ValueError("it shows another thing than its data")
    return view


def _table(payload: Mapping[str, Any], place: str, find: columnar.Find | None) -> Table:
    columns = tuple(Column(*column) for column in payload["columns"])
    rows = tuple(
        tuple(_READ[column.kind](cell) for column, cell in zip(columns, row, strict=True))
        for row in list(csv.reader(io.StringIO(payload["csv"], newline="")))[1:]
    )
    _texts(*(text for column in columns for text in (column.key, column.label_vi, column.head)))
    if not rows or len({column.key for column in columns}) < len(columns):
        raise ValueError("a table has rows, and columns of different names")
    if not all(type(n) is int for n in (*payload["bold"], payload["shown"])):
        raise TypeError("rows are counted in whole numbers")
    if not {*payload["annex"]} <= {column.key for column in columns}:
        raise ValueError("the annex has no column that the table has not")
    shown = {"emphasis": frozenset(payload["bold"]), "shown": payload["shown"]}
    shown["annex"] = tuple(payload["annex"])
    title, note = _texts(payload["title"], payload["note"])
    if "beside" in payload:
        _name(payload["name"])
        digest, *_ = _texts(payload["beside"])
        if find is None:
            raise ValueError("the file of a large table lies nowhere")
        rows = columnar.Columnar(find(place, digest), digest, [_READ[column.kind] for column in columns])
    return Table(_name(payload["name"]), title, columns, rows, note, **shown)


def _name(name: Any) -> str:
    if not is_name(name):
        raise ValueError(f"{name!r} can name no file here")
    return name


def _texts(*texts: Any) -> tuple[str, ...]:
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is wanted")
    return texts


_UNREADABLE = (ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError, csv.Error)
_MOST_SAID = 200  # letters of what is wrong with an output
_MOST_DIGITS = 4000  # of a number: Python prints no whole number of many more
_NUMBER = re.compile(r"-?\d+(\.\d+|/\d+)?", re.ASCII)


def _number(text: str) -> str:
    if len(text) > 2 * _MOST_DIGITS or any(len(n) > _MOST_DIGITS for n in re.split("[./]", text)):
        raise ValueError(f"a number of {len(text)} letters")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no number")
    return text


_READ = {
    "text": lambda text: text or None,
    "group": lambda text: text or None,
    "integer": lambda text: int(_number(text)) if text else None,
    "number": lambda text: Decimal(_number(text)) if text else None,
    "exact": lambda text: Fraction(_number(text)) if text else None,
    "stated": lambda text: Fraction(_number(text)) if text else None,
}

_DRAWN = {
    *("a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "image", "line", "linearGradient", "marker"),
    *("mask", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg"),
    *("symbol", "text", "textPath", "title", "tspan", "use"),
}
_SAFE_LINK = re.compile(r"#|data:image/(png|jpeg);base64,|https?://")
_SIZED = re.compile(r'<svg [^>]*\b(width|height)="[\d.]+pt"[^>]*\b(width|height)="[\d.]+pt"')


def _harmless(svg: str) -> str:
    """A picture that runs, loads and declares nothing, as Matplotlib draws it; ValueError for any other."""
    from xml.etree import ElementTree

    if not _SIZED.match(svg) or "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        raise ValueError("it is no picture of Matplotlib's")
    for element in ElementTree.fromstring(svg).iter():
        tag = str(element.tag).rpartition("}")[2]
        links = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        text = " ".join((*links.values(), element.text or "" if tag == "style" else ""))
        if (
            tag not in _DRAWN
            or any(name.lower().startswith("on") for name in links)
            or not _SAFE_LINK.match(links.get("href", "#"))
            or (tag != "a" and links.get("href", "#").startswith("http"))
            or re.search(r"url\((?!#)|@import|javascript:", text, re.IGNORECASE)
        ):
            raise ValueError(f"a picture may not hold this <{tag}>")
    return svg
