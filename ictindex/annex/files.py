"""Results in, pages out: the annex as one HTML file, one workbook, CSV and SVG files. Computes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ictindex.basics import format_vi
from ictindex.page import HYPOTHETICAL, MIME, STAMP, Column, Figure, Table, slider, stamp
from ictindex.scoring import Evaluation


def prepare() -> None:
    """Import what the page needs and compile its template: half a second, best spent while a kernel works."""
    _exporter()


# --- CSV and SVG files ------------------------------------------------------------------------------------


def result_files(tables: Sequence[Table], stamped: str) -> dict[str, str]:
    """Every table as results/<name>.csv, and results/columns.csv, which describes each column of them all."""
    return {f"results/{table.name}.csv": table.csv() for table in (*tables, _dictionary(tables, stamped))}


def _dictionary(tables: Iterable[Table], stamped: str) -> Table:
    named = (("table", "Bảng"), ("column", "Cột"), ("label_vi", "Tên cột"), ("kind", "Loại"))
    own = Table("columns", "Mô tả các cột", tuple(Column(*names) for names in named), (), stamp=stamped)
    label = "Dấu số liệu minh họa" if stamped == STAMP else "Dấu đóng trên mọi trang và tệp"
    mark = Column("stamp", label)
    rows = tuple(
        (table.name, column.key, column.label_vi, column.kind)
        for table in (*tables, own)
        for column in (*table.columns, *([mark] if table.stamp else []))
    )
    return replace(own, rows=rows)


def chart_files(figures: Iterable[Figure]) -> dict[str, str]:
    """Every chart as charts/<name>.svg, and the data behind it as charts/<name>.csv."""
    files = {}
    for figure in figures:
        files[f"charts/{figure.name}.svg"] = figure.svg
        files[f"charts/{figure.name}.csv"] = figure.data.csv()
    return files


# --- the annex as one HTML file ---------------------------------------------------------------------------

_PAGE_WIDTH = 468  # of an A4 page upright between its margins, in points
_HEADING = re.compile(r'<h([23])(?: id="([^"]*)")?>(.*?)</h\1>', re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_LONG = re.compile(r"[\w/.:-]{17,}")  # a path, a code, a digest, an exact fraction


def html(notebook: Mapping[str, Any], e: Evaluation, figures: Iterable[Figure]) -> str:
    """The executed notebook as one HTML file that asks nothing of the network; its one script moves sliders.

    ``figures``: the charts that the notebook shows, for the tables of data behind them.
    """
    import nbformat

    nb = nbformat.reads(json.dumps(notebook), as_version=4)
    page = {
        "title": _take_title(nb) or e.methodology.source.label_vi,
        "edition": e.edition,
        "stamp": stamp(e),
        "mime": MIME,
        "chart_data": {figure.name: figure.data.html() for figure in figures},
        "sliders": slider.section(e),
        "sliders_before": _last_section(nb),
    }
    text, _ = _exporter().from_notebook_node(nb, {"page": page})
    return text


@cache
def _exporter() -> Any:
    """nbconvert with our template alone: all paths are given, so that no setting of the machine is read."""
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    from pygments.formatters import HtmlFormatter

    def prose(markdown: str) -> str:
        renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        return MarkdownWithMath(renderer=renderer).render(markdown)

    exporter = TemplateExporter(
        template_paths=[str(Path(__file__).parent / "templates")],
        template_file="index.html.j2",
        file_extension=".html",
        default_preprocessors=[],
        filters={
            "prose": prose,
            "table": framed,
            "number": format_vi,
            "numbered": _numbered,
            "headings": _headings,
        },
    )
    exporter.environment.globals |= {
        "hypothetical": HYPOTHETICAL,
        "most_drawn": slider.MOST_DRAWN,
        "first": slider.FIRST,
        "last": slider.LAST,
    }
    exporter.environment.globals["code_css"] = HtmlFormatter(style="xcode").get_style_defs(".highlight")
    exporter.template  # noqa: B018 compiles it
    return exporter


def _take_title(nb: Any) -> str:
    """The notebook's title, taken out of its first cell: the annex's head shows it."""
    first = nb.cells[0]
    line, _, rest = first.source.partition("\n")
    if first.cell_type != "markdown" or not line.startswith("# "):
        return ""
    first.source = rest
    return line.removeprefix("# ").strip()


def _last_section(nb: Any) -> int:
    """Where the last section begins, which ends in the page's provenance; the end, where there is none."""
    begins = [n for n, c in enumerate(nb.cells) if c.cell_type == "markdown" and c.source.startswith("## ")]
    return begins[-1] if begins else len(nb.cells)


def framed(table: str) -> str:
    """A Table's own HTML in a frame that scrolls by keyboard too; long words may break at their joints."""
    caption = re.search(r"<caption>(.*?)(?: <strong|</caption>)", table)[1]
    frame = f'<div class="ict-table {_size(table)}" tabindex="0" role="region" aria-label="{caption}">'
    table = re.sub(r">[^<]+<", lambda text: _LONG.sub(_breakable, text[0]), table)
    return table.replace('<div class="ict-table">', frame, 1)


def _breakable(word: re.Match[str]) -> str:
    return re.sub(r"([/._-]|[0-9a-f]{16})(?=\w)", r"\1<wbr>", word[0])


def _size(table: str) -> str:
    """How a table is printed, by an estimate of its width: 'plain', 'dense' (small), or 'wide' (across)."""
    head, body = table.split("<tbody>", 1)
    rows = [cells for row in body.split("</tr>")[:-1] if (cells := _CELL.findall(row))]
    labels = re.findall(r"<th [^>]*>(.*?)</th>", head)
    words = [max(label.split(), key=len, default="") for label in labels]  # a heading breaks between words
    letters = sum(min(20, max(map(len, cells))) for cells in zip(words, *rows, strict=True))
    widths = {"plain": letters * 5.3 + len(words) * 6, "dense": letters * 4.4 + len(words) * 6}
    return next((size for size, width in widths.items() if width <= _PAGE_WIDTH), "wide")


def _numbered(body: str) -> str:
    """The page's body with an id on each heading."""
    numbers = iter(range(1, len(body)))
    return _HEADING.sub(lambda m: f'<h{m[1]} id="muc-{next(numbers)}">{m[3]}</h{m[1]}>', str(body))


def _headings(body: str) -> list[tuple[str, str, str]]:
    return [(m[2], m[1], m[3]) for m in _HEADING.finditer(body)]
