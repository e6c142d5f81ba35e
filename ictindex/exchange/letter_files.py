"""A letter as a Word file and as a page of HTML: Decree 30/2020/NĐ-CP, Annex III, form 1.5."""

from __future__ import annotations

from functools import cache
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ictindex.annex import blank, cell_words, centred, packed
from ictindex.exchange.letter_text import Grid, Part
from ictindex.exchange.letters import Letter

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_LEFT, _RIGHT = 73, 92  # millimetres of the two halves of head and foot
_TABLE = 11  # points of a table's letters


def place_and_day(letter: Letter) -> str:
    """Where and when a letter is written; day and month below 10 and 3 with a nought (Annex I, II.4 b)."""
    day, place = letter.day, letter.wording.head.place
    if day is None:
        return f"{place}, ngày … tháng … năm …"
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02} tháng {month} năm {day.year}"


def ended(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The body of a letter with the sign that ends it behind its last words."""
    if parts and isinstance(parts[-1], str):
        return (*parts[:-1], f"{parts[-1].rstrip('. ')}./.")
    return (*parts, "./.") if parts else ()


# --- Word -------------------------------------------------------------------------------------------------


def docx(letter: Letter) -> bytes:
    """The letter as a .docx, the same bytes on every run."""
    told, head = letter.wording, letter.wording.head
    document = blank(told.subject, letter.stamp)
    left, right = _halves(document)
    if head.superior:
        _line(left, head.superior, size=12)
    _line(left, head.office, size=12, bold=True)
    _rule(left, 22)
    _line(left, head.number, size=13)
    _line(left, f"V/v {told.subject}", size=12)
    _line(right, NATION, size=12, bold=True)
    _line(right, MOTTO, size=13, bold=True)
    _rule(right, 52)
    _line(right, place_and_day(letter), size=13, italic=True)
    to = document.add_paragraph(f"Kính gửi: {letter.unit_vi}")
    to.paragraph_format.space_before, to.paragraph_format.space_after = Pt(14), Pt(12)
    centred(to)
    _parts(document, ended(told.body))
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature on a page of its own
    left, right = _halves(document)
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=ALIGN.LEFT)
    for copy in head.copies:
        _line(left, f"- {copy}", size=11, align=ALIGN.LEFT)
    _line(right, head.signer, size=13, bold=True)
    for _ in range(4):
        _line(right, "", size=13)
    _line(right, head.name, size=13, bold=True)
    if told.annex:
        document.add_paragraph("Phụ lục", "Title").paragraph_format.page_break_before = True
        document.add_paragraph(told.annex_title.upper(), "Title")
        document.add_paragraph(_attached(letter), "Subtitle")
        _parts(document, told.annex)
    return packed(document)


def _attached(letter: Letter) -> str:
    day = place_and_day(letter).partition(", ")[2]
    return f"(Kèm theo Công văn số … {day} của {letter.issuer})"


def _halves(document: Any) -> tuple[Any, Any]:
    """Two cells beside each other, without lines; they stay on one page."""
    table = document.add_table(1, 2)
    margins = OxmlElement("w:tblCellMar")  # none: a ministry's name has its line, and so has the nation's
    for side in ("left", "right"):
        none = OxmlElement(f"w:{side}")
        none.set(qn("w:w"), "0")
        none.set(qn("w:type"), "dxa")
        margins.append(none)
    table._tbl.tblPr.append(margins)
    table.autofit = False
    for column, cell, width in zip(table.columns, table.rows[0].cells, (_LEFT, _RIGHT), strict=True):
        column.width = cell.width = Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table.rows[0].cells


def _line(
    cell: Any, text: str, size: float, bold: bool = False, italic: bool = False, align: Any = None
) -> None:
    """A line of its own in a cell; the first takes the paragraph that every cell begins with."""
    fresh = not cell.paragraphs[0].runs and len(cell.paragraphs) == 1
    paragraph = cell.paragraphs[0] if fresh else cell.add_paragraph()
    centred(paragraph)
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _rule(cell: Any, wide: int) -> None:
    """The line below an office's name and below the motto: a paragraph's border, as wide as a third of it."""
    paragraph = cell.add_paragraph()
    centred(paragraph)
    room = _LEFT if wide < 50 else _RIGHT
    side = Mm((room - wide) / 2)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = side
    form.space_after, form.line_spacing = Pt(3), Pt(3)
    border = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    border.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")


def _parts(document: Any, parts: tuple[Part, ...]) -> None:
    for part, after in zip(parts, (*parts[1:], ""), strict=True):
        if isinstance(part, Grid):
            _grid(document, part)
        else:
            words = document.add_paragraph(part)
            words.paragraph_format.keep_with_next = isinstance(after, Grid) or None


def _grid(document: Any, grid: Grid) -> None:
    table = document.add_table(1 + len(grid.rows), len(grid.heads), "Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(width)
    rows = [list(row._tr.tc_lst) for row in table.rows]
    for n, (cells, texts) in enumerate(zip(rows, (grid.heads, *grid.rows), strict=True)):
        whole = n - 1 in grid.groups
        if whole:
            span = OxmlElement("w:gridSpan")
            span.set(qn("w:val"), str(len(cells)))
            cells[0].get_or_add_tcPr().append(span)
            for cell in cells[1:]:
                cell.getparent().remove(cell)
        for i, (cell, text) in enumerate(zip(cells[:1] if whole else cells, texts, strict=False)):
            align = "center" if n == 0 else "right" if grid.right[i] and not whole else "left"
            cell.width = Mm(sum(grid.widths) if whole else grid.widths[i])
            cell_words(cell, text, _TABLE, align, n == 0 or whole, n == 0 or whole)
        kept = table.rows[n]._tr.get_or_add_trPr()
        if grid.whole(texts):
            kept.append(OxmlElement("w:cantSplit"))
        if n == 0:
            kept.append(OxmlElement("w:tblHeader"))
    after = document.add_paragraph()
    after.paragraph_format.space_after, after.paragraph_format.line_spacing = Pt(4), Pt(4)


# --- HTML -------------------------------------------------------------------------------------------------


def html(letter: Letter) -> bytes:
    """The letter as one page that loads nothing and runs nothing, set for A4."""
    told = letter.wording
    page = _page().render(
        letter=letter,
        head=told.head,
        nation=NATION,
        motto=MOTTO,
        when=place_and_day(letter),
        subject=told.subject,
        body=[_shown(part) for part in ended(told.body)],
        annex=[_shown(part) for part in told.annex],
        annex_title=told.annex_title,
        attached=_attached(letter),
    )
    return page.encode()


def _shown(part: Part) -> dict[str, Any]:
    return {"grid": part} if isinstance(part, Grid) else {"text": part}


@cache
def _page() -> Any:
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("ictindex.exchange", "templates")
    return Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("letter.html.j2")
