"""The annex as a Word file, by python-docx: real headings, tables and styles, so that a drafter can go on.

The same parts as in the PDF; the same bytes on every run.
"""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ictindex.annex.pictures import png
from ictindex.annex.volume import Grid, Paragraph, Picture, Row, Run, Title, Volume
from ictindex.annex.word import blank, cell_words, centred, element, packed, sheet


def docx(volume: Volume) -> bytes:
    """annex.docx in the form of Decree 30/2020/NĐ-CP, Annex I."""
    document = blank(volume.title, volume.state)
    document.add_paragraph(volume.kind, "Title")
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
    if volume.signed:
        _signed(document, volume)
    return packed(document)


# --- the parts --------------------------------------------------------------------------------------------


def _words(paragraph: Any, runs: tuple[Run, ...]) -> None:
    for run in runs:
        made = paragraph.add_run(run.text.replace(" %", "\u00a0%"))  # the sign stays with its number
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
        sheet(document.add_section(), across=True)
    if part.caption:
        document.add_paragraph(part.caption, "Caption")
    heads = len(part.head)
    table = document.add_table(heads + 1, len(part.widths), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _edges(table, part.pad)
    for column, width in zip(table.columns, part.widths, strict=True):
        column.width = Pt(width)
    grid = [list(row._tr.tc_lst) for row in table.rows]  # asked for once: python-docx counts through all
    for row in grid:
        for cell, width in zip(row, part.widths, strict=True):
            cell.width = Pt(width)
    _head(part, table, grid)
    for n, row in enumerate(table.rows):
        kept = row._tr.get_or_add_trPr()
        kept.append(element("w:cantSplit"))
        if n < heads:
            kept.append(element("w:tblHeader"))
    _body(part, table._tbl, grid[heads][0].getparent())
    note = document.add_paragraph(part.note, "Quote")
    if not part.note:  # no more than room below the table
        note.paragraph_format.space_before = note.paragraph_format.space_after = Pt(0)
        note.paragraph_format.line_spacing = Pt(6)
    if part.across:
        sheet(document.add_section())


def _body(part: Grid, table: Any, blank: Any) -> None:
    """The rows instead of a blank one: all of one look are copies of the first, but for their words."""
    looks: dict[tuple, Any] = {}
    table.remove(blank)
    for row in part.rows:
        look = (row.group, row.bold)
        if look not in looks:
            looks[look] = deepcopy(blank)
            _look(part, row, looks[look].tc_lst)
        copy = deepcopy(looks[look])
        for words, text in zip(copy.iter(qn("w:t")), row.cells, strict=True):
            words.text = text
        table.append(copy)


def _look(part: Grid, row: Row, cells: list[Any]) -> None:
    """How a row's cells look, without their words."""
    if row.group:
        cells[0].get_or_add_tcPr().append(element("w:gridSpan", val=len(cells)))
        for cell in cells[1:]:
            cell.getparent().remove(cell)
    for i in range(len(row.cells)):
        align = "right" if part.right[i] and not row.group else "left"
        cell_words(cells[i], "", part.size, align, any(row.bold[i : i + 1]), row.group)


def _edges(table: Any, pad: float) -> None:
    """How far words stand from a cell's left and right edge."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=round(pad * 20), type="dxa"))
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
            cell_words(cell, heading.label_vi, part.size, "center", True)
            properties = cell.get_or_add_tcPr()
            if heading.high > 1:
                properties.append(element("w:vMerge", val="restart"))
                below = grid[n + 1][at]
                below.get_or_add_tcPr().append(element("w:vMerge"))
            if heading.turned:
                properties.append(element("w:textDirection", val="btLr"))
            properties.append(element("w:vAlign", val="center"))
    at, top = len(part.widths), grid[0]
    for heading in reversed(part.head[0]):  # from the right, so that places stay; below none is wide
        at -= heading.wide
        if heading.wide > 1:
            top[at].get_or_add_tcPr().insert(1, element("w:gridSpan", val=heading.wide))
            for cell in top[at + 1 : at + heading.wide]:
                cell.getparent().remove(cell)
    if any(heading.turned for row in part.head for heading in row):
        table.rows[len(part.head) - 1].height = Pt(34)


def _picture(document: Any, part: Picture, volume: Volume) -> None:
    """A picture with its sentence; Word shows no SVG without a PNG beside it, which typst draws."""
    paragraph = document.add_paragraph()
    centred(paragraph)
    shape = paragraph.add_run().add_picture(
        io.BytesIO(png(part.svg)), width=Pt(part.width) if part.width else Mm(160)
    )
    shape._inline.docPr.set("descr", part.alt)
    if part.caption:
        document.add_paragraph(part.caption, "Caption")


_WRITE = {"title": _title, "paragraph": _paragraph, "table": _grid, "picture": _picture}


def _signed(document: Any, volume: Volume) -> None:
    """Who signs, at the end of the last page; the two stay together."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # nobody signs a page of nothing else
    table = document.add_table(1, 2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, cell, (who, how), width in zip(
        table.columns, table.rows[0].cells, volume.signed, (Mm(60), Mm(105)), strict=True
    ):
        column.width = cell.width = width
        for text, bold, italic in ((who, True, False), (how, False, True), ("\n\n", False, False)):
            paragraph = cell.add_paragraph() if cell.paragraphs[0].text else cell.paragraphs[0]
            centred(paragraph)
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.bold, run.italic = bold, italic
    table.rows[0]._tr.get_or_add_trPr().append(element("w:cantSplit"))
