"""The annex as it is printed and signed: what the cells tagged ``annex`` show, as parts of a document.

Both the PDF and the Word file are written from these parts, so that they say the same. The evidence, where
somebody wants it on paper, is the whole page in the same form, with no place for signatures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby, permutations
from math import ceil
from typing import Any

from ictindex.annex.foreign_outputs import as_frame, as_text, joined
from ictindex.annex.pictures import drawn
from ictindex.annex.plain_frames import in_words
from ictindex.basics import format_vi
from ictindex.page import (
    MIME,
    Cell,
    Column,
    Edition,
    Figure,
    Heading,
    Item,
    Table,
    headings,
    kind_of,
    notebook,
    printed,
    text_width,
)
from ictindex.procedure import decision_vi

# Decree 30/2020/NĐ-CP, Annex I, part I: A4 upright, 20 mm above and below, 30 mm left, 15 mm right
ACROSS, ALONG = 165.0, 257.0  # millimetres between the margins
MM = 72 / 25.4
_SIZES = (11.0, 10.5, 10.0)  # points of a table's letters: the larger one where it fits
_LONG = 15  # rows of a table that is set small from the start
_FEW = 6  # columns that leave room for text that wraps
_SENTENCE = 60  # letters, above which a cell is not set in bold
_PAD = 2.5  # points left and right of a cell's words
_BLANK = "(Kèm theo Quyết định số …/QĐ-… ngày … tháng … năm … của …)"
EVIDENCE_VI = "bản chứng cứ"
ANNEX_VI, SUPPOSED_VI = "Phụ lục", "Phương án giả định"
HOW_SIGNED = (
    ("NGƯỜI LẬP", "(Ký, ghi rõ họ tên)"),
    ("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", "(Chữ ký, dấu hoặc chữ ký số của cơ quan)"),
)


@dataclass(frozen=True)
class Run:
    """Words in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    mono: bool = False


@dataclass(frozen=True)
class Title:
    """A heading; ``level`` 1 is a part of the annex."""

    level: int
    text: str
    kind: str = "title"


@dataclass(frozen=True)
class Paragraph:
    """``look``: '' or 'quote', 'mono', 'bullet'; ``mark`` stands before a list's point."""

    runs: tuple[Run, ...]
    look: str = ""
    mark: str = ""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    group: bool = False  # one cell over the whole width
    bold: tuple[bool, ...] = ()  # of each cell, where any is


@dataclass(frozen=True)
class Grid:
    """A table as it is printed: words, widths in points, letters of ``size``, across the page if need be."""

    name: str
    caption: str
    head: tuple[tuple[Heading, ...], ...]
    widths: tuple[float, ...]
    right: tuple[bool, ...]
    rows: tuple[Row, ...]
    note: str
    size: float
    across: bool
    pad: float = _PAD
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """``width`` in points, None: the whole width of the page; ``caption`` may be ''."""

    name: str
    caption: str
    alt: str
    svg: str
    width: float | None = None
    kind: str = "picture"


Part = Title | Paragraph | Grid | Picture


@dataclass(frozen=True)
class Volume:
    """``attached``: the line that names the decision; ``state``: '' where the annex is official.

    ``kind``: what stands over the title; ``signed``: who signs at the end, and how.
    """

    title: str
    lines: tuple[str, ...]
    attached: str
    edition: str
    state: str
    why: str
    broken: tuple[str, ...]
    headline: tuple[str, ...]
    parts: tuple[Part, ...]
    kind: str = ANNEX_VI
    signed: tuple[tuple[str, str], ...] = HOW_SIGNED


def volume(executed: Mapping[str, Any], e: Edition, items: Sequence[Item], whole: bool = False) -> Volume:
    """The annex of an executed notebook. ``items``: what it publishes; ``whole``: the evidence instead."""
    cells = [
        cell
        for cell in executed["cells"]
        if (whole or "annex" in notebook.tags(cell)) and "parameters" not in notebook.tags(cell)
    ]
    title, cells = titled(cells)
    head = e.payload()
    lines = [line for line in head["heading"] if not line.startswith("(") and not _said(line, title)]
    attached = head["heading"][-1] if decision_vi(e) or e.what_if else _BLANK
    return Volume(
        title or e.methodology.source.label_vi,
        tuple(lines),
        attached,
        e.edition,
        "" if e.state.official else head["state"],
        " ".join(head["why"]),
        tuple(head["broken"]),
        tuple(head["headline"]),
        tuple(_numbered(_parts(cells, items, whole))),
        EVIDENCE_VI.capitalize() if whole else SUPPOSED_VI if e.what_if else ANNEX_VI,
        () if whole or e.what_if else HOW_SIGNED,
    )


def titled(cells: Sequence[Mapping[str, Any]]) -> tuple[str, list[Mapping[str, Any]]]:
    """The notebook's title, and the cells without it."""
    if not cells or cells[0]["cell_type"] != "markdown":
        return "", list(cells)
    line, _, rest = notebook.source(cells[0]).partition("\n")
    if not line.startswith("# "):
        return "", list(cells)
    return line.removeprefix("# ").strip(), [{**cells[0], "source": rest}, *cells[1:]]


def _said(line: str, title: str) -> bool:
    return line in title or (line.startswith("Năm ") and line.rpartition(" ")[2] in title)


# --- cells ------------------------------------------------------------------------------------------------


def _parts(cells: Iterable[Mapping[str, Any]], items: Sequence[Item], whole: bool) -> Iterator[Part]:
    numbers = {item.anchor: item for item in items}
    for cell in cells:
        if cell["cell_type"] == "markdown":
            yield from prose(notebook.source(cell), numbers)
            continue
        for output in cell.get("outputs", ()):
            yield from _shown(output, numbers, whole)


def _shown(output: Mapping[str, Any], numbers: Mapping[str, Item], whole: bool = False) -> Iterator[Part]:
    """What one output shows; the head of the page stands at the top of the annex.

    A frame that is merely shown is as pandas writes it in the evidence alone, ``whole``, as on its page.
    """
    kind, data = kind_of(output), output.get("data", {})
    if kind in ("table", "figure"):
        item = numbers[f"{'bang' if kind == 'table' else 'hinh'}-{data[MIME]['name']}"]
        yield grid(item) if isinstance(item.view, Table) else _picture(item, item.view)
    elif kind == "text":
        yield from (Paragraph((Run(line),)) for line in data[MIME]["lines"])
    elif picture := drawn(data):
        svg, width = picture
        alt = joined(data.get("text/plain", "")).strip() or "Hình"  # PDF/UA refuses a picture without words
        yield Picture("", "", alt, svg, min(width, ACROSS * MM))
    elif frame := as_frame(output):
        yield _framed(*(frame if whole else in_words(*frame, numbers.values())))
    elif kind != "edition" and (words := as_text(output).strip("\n")):
        yield Paragraph((Run(words, mono=True),), "mono")


def _picture(item: Item, figure: Figure) -> Picture:
    return Picture(item.anchor, f"{item.label_vi}. {figure.title_vi}", figure.alt_vi, figure.svg)


def _numbered(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts counted as an annex counts them, I, II, III, and 1, 2, 3 inside; the page's own numbers go."""
    tops, inner = count(1), count(1)
    for part in parts:
        if isinstance(part, Title):
            text = re.sub(r"^\d+(\.\d+)*\.?\s+", "", part.text)
            if part.level == 1:
                inner = count(1)
                part = Title(1, f"{_roman(next(tops))}. {text.upper()}")
            elif part.level == 2:
                part = Title(2, f"{next(inner)}. {text}")
        yield part


def _roman(number: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    said = ""
    for value, sign in signs:
        while number >= value:
            said, number = said + sign, number - value
    return said


# --- prose ------------------------------------------------------------------------------------------------


def prose(markdown: str, numbers: Mapping[str, Item]) -> Iterator[Part]:
    """A text in Markdown as parts; a reference to a table or chart gets its number."""
    import mistune

    yield from _blocks(mistune.create_markdown(renderer=None)(markdown), numbers)


def _blocks(tokens: Iterable[Mapping[str, Any]], numbers: Mapping[str, Item]) -> Iterator[Part]:
    for token in tokens:
        kind = token["type"]
        if kind == "heading":
            words = "".join(run.text for run in _runs(token["children"], numbers))
            yield Title(max(1, token["attrs"]["level"] - 1), words)
        elif kind == "paragraph":
            yield Paragraph(tuple(_runs(token["children"], numbers)))
        elif kind == "list":
            first = token["attrs"].get("start", 1)
            for n, point in enumerate(token["children"], start=first):
                runs = [
                    run for block in point["children"] for run in _runs(block.get("children", ()), numbers)
                ]
                mark = f"{n}." if token["attrs"]["ordered"] else "–"
                yield Paragraph(tuple(runs), "bullet", mark)
        elif kind == "block_quote":
            for part in _blocks(token["children"], numbers):
                yield Paragraph(part.runs, "quote") if isinstance(part, Paragraph) else part
        elif kind == "block_code":
            yield Paragraph((Run(token["raw"].rstrip("\n"), mono=True),), "mono")
        elif token.get("raw", "").strip():  # raw HTML, which is shown as it is written
            yield Paragraph((Run(token["raw"].strip()),))


def _runs(
    tokens: Iterable[Mapping[str, Any]], numbers: Mapping[str, Item], bold: bool = False, italic: bool = False
) -> Iterator[Run]:
    for token in tokens:
        kind = token["type"]
        if kind in ("softbreak", "linebreak"):
            yield Run(" " if kind == "softbreak" else "\n", bold, italic)
        elif kind == "codespan":
            yield Run(token["raw"], bold, italic, mono=True)
        elif "children" in token:
            inside = (bold or kind == "strong", italic or kind == "emphasis")
            yield from _runs(token["children"], numbers, *inside)
            item = numbers.get(str(token.get("attrs", {}).get("url", "")).removeprefix("#"))
            if kind == "link" and item:
                where = "" if item.annex else f", {EVIDENCE_VI}"
                yield Run(f" ({item.label_vi}{where})", bold, italic)
        else:
            yield Run(token.get("raw", ""), bold, italic)


# --- tables -----------------------------------------------------------------------------------------------


def grid(item: Item) -> Grid:
    """A table as it is printed: upright where it fits with letters that can be read, else across."""
    table = item.view
    wanted = table.annex or table.keys
    columns = [c for c in table.columns if c.on_page and c.key in wanted]
    columns = [c for c in columns if c.kind != "text" or _says(table, c)] or columns
    at = [table.keys.index(column.key) for column in columns]
    shown = table.rows[: table.shown]
    words = [tuple(_words(row[i], c) for i, c in zip(at, columns, strict=True)) for row in shown]
    group = next((i for i, column in enumerate(table.columns) if column.kind == "group"), None)
    rows: list[Row] = []
    numbered = list(enumerate(shown))
    for name, together in groupby(numbered, key=lambda pair: pair[1][group] if group is not None else None):
        if group is not None:
            rows.append(Row((printed(name),), group=True, bold=(True,)))
        for n, _ in together:
            short = tuple(len(text) <= _SENTENCE for text in words[n])  # sentences are read, not looked for
            rows.append(Row(words[n], bold=short if n in table.emphasis else ()))
    fewer = f"Hiện {format_vi(len(shown))} trong {format_vi(len(table.rows))} dòng."
    note = " ".join(filter(None, [table.note_vi, fewer * (len(shown) < len(table.rows))]))
    return _laid_out(columns, words, rows, item.anchor, f"{item.label_vi}. {table.title_vi}", note)


def _framed(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    """A frame that a cell shows and does not publish, without number or title."""
    numeric = [all(_FIGURE.fullmatch(row[i]) for row in rows) for i in range(len(head))]
    kinds = ["number" if each else "text" for each in numeric]
    columns = [Column("", label, kind) for label, kind in zip(head, kinds, strict=True)]
    return _laid_out(columns, rows, [Row(tuple(row)) for row in rows])


def _laid_out(
    columns: Sequence[Column],
    words: Sequence[Sequence[str]],
    rows: Sequence[Row],
    name: str = "",
    caption: str = "",
    note: str = "",
) -> Grid:
    """Columns and rows as a grid, as wide as its ``words`` ask for."""
    size, across, widths = _fitted(columns, words)
    return Grid(
        name,
        caption,
        tuple(map(tuple, headings(columns))),
        tuple(round(width, 2) for width in widths),
        tuple(column.kind != "text" for column in columns),
        tuple(rows),
        note,
        size,
        across,
    )


def _says(table: Table, column: Column) -> bool:
    """Whether any cell of a column says anything: else paper has no room for it."""
    return any(row[table.keys.index(column.key)] for row in table.rows)


def _words(cell: Cell, column: Column) -> str:
    """A cell as it is printed; where a text is wanted, nothing is left blank."""
    return "" if cell is None and column.kind == "text" else printed(cell, column.kind)


def _fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> tuple[float, bool, list[float]]:
    """Size of the letters, whether across, and widths: large where that is easy, upright where it can be."""
    sizes = _SIZES if len(rows) <= _LONG else _SIZES[-1:]
    sheets = [Sheet.of(columns, rows, size) for size in sizes]
    for sheet in sheets:
        if sum(sheet.most) <= ACROSS * MM:
            return sheet.size, False, sheet.widths(ACROSS * MM)
    for across, room in ((False, ACROSS * MM), (True, ALONG * MM)):
        for sheet in sheets[-2:] if len(columns) <= _FEW else sheets[-1:]:
            if sum(sheet.least) <= room:
                return sheet.size, across, sheet.widths(room)
    least = sheets[-1].least  # then words break
    return sheets[-1].size, True, [width * ALONG * MM / sum(least) for width in least]


@dataclass(frozen=True)
class Sheet:
    """What the columns of a table ask for in letters of one size, in points, their edges included.

    ``least``: no word is broken; ``most``: no line; ``heads``: every heading of a column in one line;
    ``cells``: the width of every cell in a column of text.
    """

    size: float
    least: list[float]
    most: list[float]
    heads: list[float]
    cells: list[list[float]]

    @classmethod
    def of(cls, columns: Sequence[Column], rows: Sequence[Sequence[str]], size: float) -> Sheet:
        least, most, heads, cells = [], [], [], []
        under = Counter(column.head for column in columns)
        turns = len(under) > 2  # with several heads, narrow headings are turned
        for i, column in enumerate(columns):
            texts = [row[i] for row in rows]
            short = column.kind != "text" or max(map(len, texts), default=0) <= _SHORT
            words = {*texts} if short else {part for text in texts for part in _unbroken(text)}
            low = _widest(words, size)
            head, shared = text_width(column.label_vi, size, True), under[column.head]
            if turns and column.kind == "integer":
                low, head = max(low, size), 0.0
            else:
                low = max(low, _widest(_unbroken(column.label_vi), size, True))
            if column.head:
                low = max(low, _widest(_unbroken(column.head), size, True) / shared)
                head = max(head, text_width(column.head, size, True) / shared)
            widths = [text_width(text, size) for text in texts]
            least.append(low + 2 * _PAD)
            most.append(max(low, *widths, 0.0) + 2 * _PAD)
            heads.append(head + 2 * _PAD)
            cells.append([] if short else widths)
        return cls(size, least, most, heads, cells)

    def widths(self, room: float) -> list[float]:
        """The columns' widths, ``room`` together: of some ways to share it, that of the lowest table."""
        return self._lowered(min((self._shared(room, lines) for lines in _HEAD_LINES), key=self._height))

    def _lowered(self, widths: list[float]) -> list[float]:
        """Width goes from one column of text to another for as long as that makes the table lower."""
        height, texts = self._height(widths), [i for i, cells in enumerate(self.cells) if cells]
        for step in _STEPS:
            moves = [*permutations(texts, 2)]
            while moves:
                i, j = moves.pop()
                tried = [*widths]
                tried[i], tried[j] = widths[i] - step, widths[j] + step
                if tried[i] >= self.least[i] and (lower := self._height(tried)) < height:
                    widths, height, moves = tried, lower, [*permutations(texts, 2)]
        return widths

    def _shared(self, room: float, lines: int) -> list[float]:
        """Each as narrow as may be with a heading of some lines; the rest by how much text there is."""
        low = [max(one, head / lines) for one, head in zip(self.least, self.heads, strict=True)]
        if sum(low) > room:
            low = self.least
        full = [max(pair) for pair in zip(low, self.most, strict=True)]
        if sum(full) <= room:  # no cell takes two lines: all columns get air
            return [one * room / sum(full) for one in full]
        spare = room - sum(low)
        wish = [sum(cells) / len(cells) if cells else 0.0 for cells in self.cells]
        if not any(wish):
            wish = [most if cells else most / 4 for most, cells in zip(self.most, self.cells, strict=True)]
        wish = [max(0.0, min(most, low + w) - low) for w, most, low in zip(wish, self.most, low, strict=True)]
        if not any(wish):
            wish = self.most
        return [one + spare * w / sum(wish) for one, w in zip(low, wish, strict=True)]

    def _height(self, widths: Sequence[float]) -> float:
        """How many lines the whole table takes, about; its head is printed on every page again."""
        room = [0.95 * (width - 2 * _PAD) for width in widths]
        body = sum(max(map(ceil, ratios)) for ratios in zip(*self._ratios(room), strict=True))
        return body + ceil(body / _PAGE_LINES) * max(
            head / one for head, one in zip(self.heads, room, strict=True)
        )

    def _ratios(self, room: Sequence[float]) -> list[list[float]]:
        texts = [[wide / one for wide in cells] for cells, one in zip(self.cells, room, strict=True) if cells]
        return [*texts, [1.0] * max(map(len, texts), default=0)]


_FIGURE = re.compile(r"[-−+]?[\d.,/ ]*\d%?|NaN|None|–|\.\.\.|")  # what a frame's column of figures may have
_SHORT = 12  # letters that stay in one line
_HEAD_LINES = (2, 3, 4, 6, 9)  # that a heading may take
_STEPS = (24.0, 8.0, 3.0)  # points
_PAGE_LINES = 50


def _widest(words: Iterable[str], size: float, bold: bool = False) -> float:
    return max((text_width(word, size, bold) for word in words), default=0.0) + 0.5


_JOINT = re.compile(r"(?<=[/_.-])(?=\w)")


def _unbroken(text: str) -> list[str]:
    """The parts of a text between which a line may break."""
    return [part for word in text.split() for part in (_JOINT.split(word) if len(word) > _SHORT else [word])]
