"""A Word file is A4 in the decree's margins, in one kind of letters, and the same bytes on every run."""

import io
import re
import zipfile

from docx import Document
from docx.shared import Mm

from ictindex.annex.word import FONT, blank, packed


def made():
    document = blank("Tên văn bản", "DỰ THẢO")
    document.add_paragraph("Chữ tiếng Việt: ậ ẵ ợ Đ")
    return packed(document)


def test_the_sheet_is_a4_with_the_margins_of_decree_30():
    section = Document(io.BytesIO(made())).sections[0]
    sizes = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(each / Mm(1)) for each in sizes] == [210, 297, 30, 15]
    assert "DỰ THẢO" in section.first_page_footer.paragraphs[0].text


def test_the_same_document_is_the_same_bytes_and_names_nobody():
    assert made() == made()
    with zipfile.ZipFile(io.BytesIO(made())) as parts:
        styles = parts.read("word/styles.xml").decode()
        about = parts.read("docProps/core.xml").decode()
    assert FONT in styles and not re.search("Theme=", styles.partition("</w:docDefaults>")[2][:2000])
    assert "python-docx" not in about and "1980-01-01" in about
