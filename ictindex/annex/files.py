"""From the executed notebook to its files, without computing: web page, workbook, CSV and SVG.

Whatever the page publishes is published, in its order and under its numbers; the package knows no list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

from ictindex.annex import unit_pages
from ictindex.annex.annex_pdf import pdf
from ictindex.annex.foreign_outputs import as_html
from ictindex.annex.open_data import CODES, DATAPACKAGE, code_lists, datapackage
from ictindex.annex.spreadsheet import workbook
from ictindex.annex.volume import titled, volume
from ictindex.basics import Finding, format_vi, found, give_back, write_whole
from ictindex.page import HYPOTHETICAL, MIME, Column, Columnar, Edition, Figure, Item, Table, kind_of, slider

ANNEX, HTML, WORKBOOK, PDF, DOCX = "annex.ipynb", "evidence.html", "annex.xlsx", "annex.pdf", "annex.docx"


def prepare() -> None:
    """Import what the page needs and compile its template: half a second, best spent while a kernel works."""
    import docx  # noqa: F401
    import typst  # noqa: F401

    _exporter()


def write(executed: Mapping[str, Any], e: Edition, items: Sequence[Item], folder: Path) -> None:
    """Write every file that is made from an executed notebook into a folder, each before the next is made.

    ``items``: what the notebook publishes. Of a large table there are two files, CSV and Parquet.
    """
    from ictindex.annex.annex_docx import docx

    annex, title = volume(executed, e, items), titled(executed["cells"])[0] or e.methodology.source.label_vi
    with ThreadPoolExecutor(1) as aside:  # typst sets the pages while Python writes the rest
        printed = aside.submit(pdf, annex)
        makers = {
            DOCX: partial(docx, annex),
            **dict(_tables(e, items)),
            DATAPACKAGE: partial(datapackage, e, items, folder),
            HTML: partial(html, executed, e, items),
            unit_pages.UNITS: partial(unit_pages.html, items, e, title),
            WORKBOOK: partial(workbook, e, items),
            PDF: printed.result,
        }
        del annex
        large = any(path.endswith(".parquet") for path in makers)
        for path in [*makers]:
            write_whole(folder / path, makers.pop(path)(), inside=folder)
            if large and not path.startswith(("results/", "charts/")):
                give_back()


def _tables(e: Edition, items: Sequence[Item]) -> Iterator[tuple[str, Callable[[], str | Iterator[bytes]]]]:
    """The files of tables and charts, and what makes each."""
    stamp = e.state.label
    for item in items:
        charted, name = isinstance(item.view, Figure), item.view.name
        table, place = (item.view.data, f"charts/{name}") if charted else (item.view, f"results/{name}")
        if isinstance(table.rows, Columnar):
            yield f"{place}.csv", partial(table.rows.csv, stamp)
            yield f"{place}.parquet", table.rows.data
        else:
            yield f"{place}.csv", partial(table.csv, stamp)
        if charted:
            yield f"{place}.svg", partial(stamped, item.view.svg, stamp)
    yield "results/columns.csv", partial(_dictionary(items).csv, stamp)
    yield CODES, partial(code_lists(e).csv, stamp)


def twice(items: Iterable[Item], shown: str) -> list[Finding]:
    """Tables, or charts, that bear one name: one would overwrite the other's file."""
    first: dict[tuple[type, str], Item] = {}
    wrong = []
    for item in items:
        earlier = first.setdefault((type(item.view), item.view.name), item)
        if earlier is not item:
            facts = {"name": item.view.name, "first": f"cell {earlier.cell}"}
            wrong.append(found("item-twice", shown, None, f"cell {item.cell}", **facts))
    return wrong


# --- CSV and SVG files ------------------------------------------------------------------------------------


def _dictionary(items: Sequence[Item]) -> Table:
    """What every column of every table, and of the data behind every chart, holds."""
    named = (
        *(("number", "Số"), ("table", "Bảng, hình"), ("title", "Tên"), ("column", "Cột")),
        *(("label", "Tên cột"), ("kind", "Loại")),
    )
    rows = tuple(
        (item.label_vi, table.name, item.view.title_vi, column.key, column.full_vi, column.kind)
        for item in items
        for table in [item.view if isinstance(item.view, Table) else item.view.data]
        for column in table.columns
    )
    return Table("columns", "Mô tả các cột", tuple(Column(*names) for names in named), rows)


_STAMP_HIGH = 14  # points


def stamped(svg: str, stamp: str) -> str:
    """A chart's own file, which may be passed on alone, under the state of its page.

    The chart's own size loses its unit: inside another picture it is in that one's, and a point would be 4/3.
    """
    wide, high = (float(re.search(rf'\b{side}="([\d.]+)pt"', svg)[1]) for side in ("width", "height"))
    chart = re.sub(r'\b(width|height)="([\d.]+)pt"', r'\1="\2"', svg, count=2)
    whole = (
        f'width="{wide:g}pt" height="{high + _STAMP_HIGH:g}pt" viewBox="0 0 {wide:g} {high + _STAMP_HIGH:g}"'
    )
    look = 'font-family="Liberation Serif, Times New Roman, serif" font-size="8.5" font-weight="bold"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {whole}>\n'
        f'<text x="{wide - 4:g}" y="10" text-anchor="end" {look} fill="#9b1c1c">{escape(stamp)}</text>\n'
        f'<svg y="{_STAMP_HIGH}"{chart.removeprefix("<svg")}</svg>\n'
    )


# --- the annex as one HTML file ---------------------------------------------------------------------------

_PAGE_WIDTH = 468  # of an A4 page upright between its margins, in points
_HEADING = re.compile(r'<h([23])(?: id="([^"]*)")?>(.*?)</h\1>', re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_HEAD = re.compile(r'<th [^>]*?class="[a-z]+"(?: colspan="(\d+)")?[^>]*>(.*?)</th>', re.DOTALL)
_FIRST_CELL = re.compile(r'(<tr(?: class="emphasis")?><td class="text">)(.*?)</td>')
_OPENED = re.compile('<div class="(ict-table(?: named)?)">')
_LONG = re.compile(r"[\w/.:-]{17,}")  # a path, a code, a digest, an exact fraction


def html(notebook: Mapping[str, Any], e: Edition, items: Sequence[Item]) -> str:
    """The executed notebook as one HTML file that asks nothing of the network; its one script moves sliders.

    ``items``: what the notebook publishes: its numbers, and the tables of data behind its charts.
    """
    from nbformat import v4

    nb = v4.to_notebook(notebook)
    title, _ = titled(notebook["cells"])
    if title:  # the head of the page shows it
        nb.cells[0].source = nb.cells[0].source.partition("\n")[2]
    numbers = {item.anchor: item.label_vi for item in items}
    figures = [item.view for item in items if isinstance(item.view, Figure)]
    page = {
        "numbers": numbers,
        "official": e.state.official,
        "title": title or e.methodology.source.label_vi,
        "edition": e.edition,
        "head": e.payload(),
        "stamp": e.state.label,
        "mime": MIME,
        "chart_data": {figure.name: figure.data.html() for figure in figures},
        "sliders": slider.section(e),
        "sliders_before": _last_section(nb),
        "units": {
            item.view.name: [
                unit_pages.anchor(row[item.view.keys.index("unit")])
                for row in item.view.rows[: item.view.shown]
            ]
            for item in items
            if item.view.name == "ranking" and isinstance(item.view, Table) and "unit" in item.view.keys
        },
    }
    text, _ = _exporter().from_notebook_node(nb, {"page": page})
    return text


@cache
def _exporter() -> Any:
    """nbconvert with our template alone: all paths are given, so that no setting of the machine is read."""
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    from pygments.formatters import HtmlFormatter

    def prose(markdown: str, numbers: Mapping[str, str] | None = None) -> str:
        renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        html = MarkdownWithMath(renderer=renderer).render(markdown)
        return _REFERENCE.sub(lambda link: _numbered_link(link, numbers or {}), html)

    exporter = TemplateExporter(
        template_paths=[str(Path(__file__).parent / "templates")],
        template_file="index.html.j2",
        file_extension=".html",
        default_preprocessors=[],
        filters={
            "prose": prose,
            "table": framed,
            "foreign": as_html,
            "kind_of": kind_of,
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


def _last_section(nb: Any) -> int:
    """Where the last section begins, which ends in the page's provenance; the end, where there is none."""
    begins = [n for n, c in enumerate(nb.cells) if c.cell_type == "markdown" and c.source.startswith("## ")]
    return begins[-1] if begins else len(nb.cells)


_REFERENCE = re.compile(r'<a href="#((?:bang|hinh)-[a-z0-9_-]+)">(.*?)</a>')


def _numbered_link(link: re.Match[str], numbers: Mapping[str, str]) -> str:
    """A reference of the prose to a table or chart, with the number that it has; plain words without one."""
    number = numbers.get(link[1])
    return f'<a href="#{link[1]}">{link[2]} ({number})</a>' if number else link[2]


def framed(table: str, number: str = "", units: Sequence[str] = ()) -> str:
    """A Table's own HTML in a frame that scrolls by keyboard too; long words may break at their joints.

    ``units``: for each row the place of its unit among the units' pages, to which the unit's name then leads.
    """
    if number:
        table = table.replace("<caption>", f"<caption>{number}. ", 1)
    caption = re.search(r"<caption>(.*?)(?: <strong|</caption>)", table, re.DOTALL)[1]
    about = f'tabindex="0" role="region" aria-label="{caption}"'
    size = _size(table)
    table = re.sub(r">[^<]+<", lambda text: _LONG.sub(_breakable, text[0]), table)
    if units:
        places = iter(units)
        table = _FIRST_CELL.sub(lambda cell: _linked(cell, next(places, "")), table)
    return _OPENED.sub(lambda div: f'<div class="{div[1]} {size}" {about}>', table, count=1)


def rendered(template: str, **shown: Any) -> str:
    """A page of ours that no notebook makes, in the look of the annex; everything in it is escaped."""
    environment = unit_pages.environment()
    environment.filters["framed"] = framed
    return environment.get_template(template).render(shown)


def _linked(cell: re.Match[str], place: str) -> str:
    return f'{cell[1]}<a href="{unit_pages.UNITS}#{escape(place)}">{cell[2]}</a></td>'


def _breakable(word: re.Match[str]) -> str:
    return re.sub(r"([/._-]|[0-9a-f]{16})(?=\w)", r"\1<wbr>", word[0])


def _size(table: str) -> str:
    """How a table is printed, by an estimate of its width: 'plain', 'dense' (small), or 'wide' (across)."""
    head, body = table.split("<tbody>", 1)
    rows = [cells for row in body.split("</tr>")[:-1] if (cells := _CELL.findall(row))]
    words = [
        max(label.split(), key=len, default="") for label in _column_labels(head)
    ]  # a heading breaks between words
    letters = sum(min(20, max(map(len, cells))) for cells in zip(words, *rows, strict=True))
    widths = {"plain": letters * 5.3 + len(words) * 6, "dense": letters * 4.4 + len(words) * 6}
    return next((size for size, width in widths.items() if width <= _PAGE_WIDTH), "wide")


def _column_labels(head: str) -> list[str]:
    """The heading of each column, of the lower row where two columns share one above."""
    top, *below = ([*_HEAD.findall(row)] for row in head.split("</tr>")[:-1])
    lower = (label for row in below for _, label in row)
    return [
        label if label is not None else next(lower)
        for wide, own in top
        for label in ([own] if not wide else [None] * int(wide))
    ]


def _numbered(body: str) -> str:
    """The page's body with an id on each heading."""
    numbers = iter(range(1, len(body)))
    return _HEADING.sub(lambda m: f'<h{m[1]} id="muc-{next(numbers)}">{m[3]}</h{m[1]}>', str(body))


def _headings(body: str) -> list[tuple[str, str, str]]:
    return [(m[2], m[1], m[3]) for m in _HEADING.finditer(body)]
