"""A Word file in the form of Decree 30/2020/NĐ-CP, by python-docx: A4, its margins, one kind of letters.

The same bytes on every run.
"""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
_EPOCH = datetime(1980, 1, 1)  # a time of writing would make another file of every run
_LOOKS = {  # style -> size, bold, italic, alignment, points before and after
    "Normal": (13, False, False, ALIGN.JUSTIFY, 0, 6),
    "Title": (14, True, False, ALIGN.CENTER, 0, 0),
    "Subtitle": (14, False, True, ALIGN.CENTER, 0, 12),
    "Heading 1": (13, True, False, ALIGN.LEFT, 10, 6),
    "Heading 2": (13, True, False, ALIGN.LEFT, 10, 6),
    "Caption": (12, True, False, ALIGN.LEFT, 6, 4),
    "Quote": (11, False, True, ALIGN.LEFT, 2, 6),
    "No Spacing": (10.5, False, False, ALIGN.LEFT, 0, 0),
    "List Bullet": (13, False, False, ALIGN.JUSTIFY, 0, 4),
}


def blank(title: str, stamp: str) -> Any:
    """An empty python-docx Document with its styles and its sheet; ``stamp`` stands below each page."""
    document = Document(io.BytesIO(_template()))
    sheet(document.sections[0], stamp, first=True)
    document.core_properties.title = title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = _EPOCH
    document.core_properties.language = "vi-VN"
    return document


@cache
def _template() -> bytes:
    """An empty file with the styles, which takes as long as a short letter."""
    document, raw = Document(), io.BytesIO()
    _styled(document)
    document.save(raw)
    return raw.getvalue()


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
        for place in ("w:pPr/w:pBdr", "w:rPr/w:spacing", "w:rPr/w:kern"):  # a line below, letters set apart
            for found in style.element.xpath(place):
                found.getparent().remove(found)
    document.styles["Normal"].paragraph_format.first_line_indent = Mm(10)
    for name in _LOOKS.keys() - {"Normal"}:
        document.styles[name].paragraph_format.first_line_indent = Mm(0)
    for name in ("Heading 1", "Heading 2", "Caption"):
        document.styles[name].paragraph_format.keep_with_next = True
    language = document.styles["Normal"].element.get_or_add_rPr()
    language.append(element("w:lang", val="vi-VN"))


def sheet(section: Any, stamp: str = "", first: bool = False, across: bool = False) -> None:
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
    centred(number)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = number.add_run()
        run.font.size = Pt(13)
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            run._r.append(element("w:instrText"))
            run._r[-1].text = text
    for footer in (section.footer, section.first_page_footer):
        state = footer.paragraphs[0]
        centred(state)
        run = state.add_run(stamp)
        run.bold, run.font.size = True, Pt(10)


def centred(paragraph: Any) -> None:
    paragraph.alignment, paragraph.paragraph_format.first_line_indent = ALIGN.CENTER, Mm(0)


def element(name: str, **values: Any) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def cell_words(cell: Any, text: str, size: float, align: str, bold: bool, leads: bool = False) -> None:
    """The words of a cell, written as XML: a table has thousands of them. ``leads``: stays with the next."""
    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.append(element("w:pStyle", val="NoSpacing"))
    if leads:
        properties.append(OxmlElement("w:keepNext"))
    properties.append(element("w:jc", val=align))
    run = OxmlElement("w:r")
    look = OxmlElement("w:rPr")
    if bold:
        look.append(OxmlElement("w:b"))
    look.append(element("w:sz", val=round(size * 2)))
    run.append(look)
    words = OxmlElement("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    paragraph.append(run)


def packed(document: Any) -> bytes:
    """The parts in a fixed order, without times, and not compressed: no zlib makes other bytes of them."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with ZipFile(raw) as read, ZipFile(out, "w", ZIP_STORED) as written:
        for name in sorted(read.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.create_system, part.external_attr = 3, 0o600 << 16
            written.writestr(part, read.read(name))
    return out.getvalue()
