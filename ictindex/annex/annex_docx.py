"""The annex as a Word file, by python-docx: real headings, tables and styles, so that a drafter can go on.

The same parts as in the PDF; the same bytes on every run.
"""

from __future__ import annotations

import base64
import io
from datetime import datetime
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ictindex.annex.volume import HOW_SIGNED, Grid, Paragraph, Picture, Run, Title, Volume

FONT = "Times New Roman"
_EPOCH = datetime(1980, 1, 1)  # a time of writing would make another file of every run
_LOOKS = {  # style -> size, bold, italic, alignment, points before and after
    "Normal": (13, False, False, ALIGN.JUSTIFY, 0, 6),
    "Title": (14, True, False, ALIGN.CENTER, 0, 0),
    "Subtitle": (14, False, True, ALIGN.CENTER, 0, 12),
    "Heading 1": (13, True, False, ALIGN.LEFT, 14, 6),
    "Heading 2": (13, True, False, ALIGN.LEFT, 10, 6),
    "Caption": (12, True, False, ALIGN.LEFT, 8, 4),
    "Quote": (11, False, True, ALIGN.LEFT, 3, 10),
    "No Spacing": (10.5, False, False, ALIGN.LEFT, 0, 0),
    "List Bullet": (13, False, False, ALIGN.JUSTIFY, 0, 4),
}


def docx(volume: Volume) -> bytes:
    """annex.docx in the form of Decree 30/2020/NĐ-CP, Annex I."""
    document = Document()
    _styled(document)
    _sheet(document.sections[0], volume, first=True)
    document.core_properties.title = volume.title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = _EPOCH
    document.core_properties.language = "vi-VN"
    document.add_paragraph("Phụ lục", "Title")
    document.add_paragraph(volume.title.upper(), "Title")
    for line in volume.lines:
        document.add_paragraph(line).alignment = ALIGN.CENTER
    document.add_paragraph(volume.attached, "Subtitle")
    state = (Run(f"{volume.state}. ", bold=True),) if volume.state else ()
    _words(document.add_paragraph(), (*state, Run(volume.why)))
    for line in volume.broken:
        _words(document.add_paragraph(), (Run(f"SAI: {line}", bold=True),))
    for line in volume.headline:
        document.add_paragraph(line)
    for part in volume.parts:
        _WRITE[part.kind](document, part, volume)
    _signed(document)
    return _packed(document)


# --- the form ---------------------------------------------------------------------------------------------


def _styled(document: Any) -> None:
    """The styles that a drafter finds in the list of styles: one kind of letters, few sizes, all black."""
    for name, (size, bold, italic, align, before, after) in _LOOKS.items():
        style = document.styles[name]
        font, form = style.font, style.paragraph_format
        font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
        font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith(("Theme", "theme"))]:
            del fonts.attrib[theme]
        for each in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(each), FONT)
        form.alignment, form.space_before, form.space_after = align, Pt(before), Pt(after)
        form.line_spacing = 1.0
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    document.styles["Normal"].paragraph_format.first_line_indent = Mm(10)
    for name in _LOOKS.keys() - {"Normal"}:
        document.styles[name].paragraph_format.first_line_indent = Mm(0)
    for name in ("Heading 1", "Heading 2", "Caption"):
        document.styles[name].paragraph_format.keep_with_next = True
    language = document.styles["Normal"].element.get_or_add_rPr()
    language.append(_element("w:lang", val="vi-VN"))


def _sheet(section: Any, volume: Volume, first: bool = False, across: bool = False) -> None:
    """A4 with the decree's margins, the page's number above from the second, the state below."""
    wide, high = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.page_width, section.page_height = wide, high
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    margins = (Mm(30), Mm(15), Mm(20), Mm(20)) if across else (Mm(20), Mm(20), Mm(30), Mm(15))
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
    section.header_distance = section.footer_distance = Mm(9)
    section.different_first_page_header_footer = first
    if not first:
        return  # headers go on from the section before
    number = section.header.paragraphs[0]
    _centred(number)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = number.add_run()
        run.font.size = Pt(13)
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            run._r.append(_element("w:instrText"))
            run._r[-1].text = text
    for footer in (section.footer, section.first_page_footer):
        state = footer.paragraphs[0]
        _centred(state)
        run = state.add_run(volume.state)
        run.bold, run.font.size = True, Pt(10)


def _centred(paragraph: Any) -> None:
    paragraph.alignment, paragraph.paragraph_format.first_line_indent = ALIGN.CENTER, Mm(0)


def _element(name: str, **values: Any) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


# --- the parts --------------------------------------------------------------------------------------------


def _words(paragraph: Any, runs: tuple[Run, ...]) -> None:
    for run in runs:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.bold or None, (run.italic or run.mono) or None


def _title(document: Any, part: Title, volume: Volume) -> None:
    document.add_paragraph(part.text, f"Heading {min(part.level, 2)}")


def _paragraph(document: Any, part: Paragraph, volume: Volume) -> None:
    paragraph = document.add_paragraph()
    _words(paragraph, (Run(f"{part.mark}\u00a0"), *part.runs) if part.mark else part.runs)
    if part.look in ("bullet", "quote"):
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(10), Mm(0)
    elif part.look == "mono":
        paragraph.alignment, paragraph.paragraph_format.first_line_indent = ALIGN.LEFT, Mm(0)


def _grid(document: Any, part: Grid, volume: Volume) -> None:
    """A table with its caption above and its note below; its head on every page, no row cut in two."""
    if part.across:
        _sheet(document.add_section(), volume, across=True)
    document.add_paragraph(part.caption, "Caption")
    heads = len(part.head)
    table = document.add_table(heads + len(part.rows), len(part.widths), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _edges(table, part.pad)
    for column, width in zip(table.columns, part.widths, strict=True):
        column.width = Pt(width)
    grid = [list(row._tr.tc_lst) for row in table.rows]  # asked for once: python-docx counts through all
    for row in grid:
        for cell, width in zip(row, part.widths, strict=True):
            cell.width = Pt(width)
    _head(part, table, grid)
    for row, cells in zip(part.rows, grid[heads:], strict=True):
        if row.group:
            cells[0].get_or_add_tcPr().append(_element("w:gridSpan", val=len(cells)))
            for cell in cells[1:]:
                cell.getparent().remove(cell)
        for i, text in enumerate(row.cells):
            _cell(
                cells[i],
                text,
                part.size,
                "right" if part.right[i] and not row.group else "left",
                row.bold,
                row.group,
            )
    for n, row in enumerate(table.rows):
        kept = row._tr.get_or_add_trPr()
        kept.append(_element("w:cantSplit"))
        if n < heads:
            kept.append(_element("w:tblHeader"))
    document.add_paragraph(part.note, "Quote")
    if part.across:
        _sheet(document.add_section(), volume)


def _edges(table: Any, pad: float) -> None:
    """How far words stand from a cell's left and right edge."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=round(pad * 20), type="dxa"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)  # Word insists on the order of these


def _head(part: Grid, table: Any, grid: list[list[Any]]) -> None:
    """The headings: those over several columns merged, those of one over the rows that they take."""
    free = [[True] * len(part.widths) for _ in part.head]
    for n, row in enumerate(part.head):
        for heading in row:
            at = free[n].index(True)
            for down in range(heading.high):
                free[n + down][at : at + heading.wide] = [False] * heading.wide
            cell = grid[n][at]
            _cell(cell, heading.label_vi, part.size, "center", True)
            properties = cell.get_or_add_tcPr()
            if heading.high > 1:
                properties.append(_element("w:vMerge", val="restart"))
                below = grid[n + 1][at]
                below.get_or_add_tcPr().append(_element("w:vMerge"))
            if heading.turned:
                properties.append(_element("w:textDirection", val="btLr"))
            properties.append(_element("w:vAlign", val="center"))
    for n in range(len(part.head)):  # from the right, so that places stay
        at = len(part.widths)
        for wide in reversed(_places(part, n)):
            at -= wide
            if wide > 1:
                grid[n][at].get_or_add_tcPr().insert(1, _element("w:gridSpan", val=wide))
                for cell in grid[n][at + 1 : at + wide]:
                    cell.getparent().remove(cell)
    if any(heading.turned for row in part.head for heading in row):
        table.rows[len(part.head) - 1].height = Pt(34)


def _places(part: Grid, n: int) -> list[int]:
    """How many columns each cell of a row of the head takes, those from above among them."""
    return [heading.wide for heading in part.head[0]] if n == 0 else [1] * len(part.widths)


def _cell(cell: Any, text: str, size: float, align: str, bold: bool, leads: bool = False) -> None:
    """The words of a cell, written as XML: a table has thousands of them. ``leads``: stays with the next."""
    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.append(_element("w:pStyle", val="NoSpacing"))
    if leads:
        properties.append(OxmlElement("w:keepNext"))
    properties.append(_element("w:jc", val=align))
    run = OxmlElement("w:r")
    look = OxmlElement("w:rPr")
    if bold:
        look.append(OxmlElement("w:b"))
    look.append(_element("w:sz", val=round(size * 2)))
    run.append(look)
    words = OxmlElement("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    paragraph.append(run)


def _picture(document: Any, part: Picture, volume: Volume) -> None:
    """A picture with its sentence; Word shows no SVG without a PNG beside it, which typst draws."""
    from ictindex.annex.annex_pdf import png

    data = png(part.data) if part.format == "svg" else base64.b64decode(part.data)
    paragraph = document.add_paragraph()
    _centred(paragraph)
    shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Mm(160) if part.format == "svg" else None)
    shape._inline.docPr.set("descr", part.alt)
    if part.caption:
        document.add_paragraph(part.caption, "Caption")


_WRITE = {"title": _title, "paragraph": _paragraph, "table": _grid, "picture": _picture}


def _signed(document: Any) -> None:
    """Who signs, at the end of the last page; the two stay together."""
    table = document.add_table(1, 2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for cell, (who, how), width in zip(table.rows[0].cells, HOW_SIGNED, (66, 99), strict=True):
        cell.width = Mm(width)
        for text, bold, italic in ((who, True, False), (how, False, True), ("\n\n\n", False, False)):
            paragraph = cell.add_paragraph() if cell.paragraphs[0].text else cell.paragraphs[0]
            _centred(paragraph)
            run = paragraph.add_run(text)
            run.bold, run.italic = bold, italic
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def _packed(document: Any) -> bytes:
    """The parts in a fixed order, without times, and not compressed: no zlib makes other bytes of them."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with ZipFile(raw) as read, ZipFile(out, "w", ZIP_STORED) as written:
        for name in sorted(read.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.create_system, part.external_attr = 3, 0o600 << 16
            written.writestr(part, read.read(name))
    return out.getvalue()
