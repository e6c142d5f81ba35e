"""annex.pdf: the form of Decree 30, every letter, the same bytes, nothing that is not there."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from ictindex.annex import annex_pdf
from ictindex.annex.annex_pdf import pdf
from ictindex.annex.volume import Grid, Paragraph, Picture, Row, Run, Title, Volume, volume
from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.page import notebook, opened, published
from ictindex.page.shown import Heading
from ictindex.scoring.evaluation import evaluate_edition

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "".join(
    f"{letter}" for letter in "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)
SIGNS = "0123456789 .,:;()[]+−–…“”×→≥≤%/&±"
GRID = Grid(
    "bang-ranking",
    "Bảng 1. Xếp hạng",
    ((Heading("Tên đơn vị", "text"), Heading("Hạng", "integer")),),
    (400.0, 67.0),
    (False, True),
    (Row(("Bộ",), group=True, bold=(True,)), *(Row((f"Đơn vị {n}", str(n))) for n in range(1, 90))),
    "Ghi chú dưới bảng.",
    10.5,
    across=False,
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="20pt" viewBox="0 0 90 20">'
    '<text y="15">Chữ</text></svg>'
)
VOLUME = Volume(
    title="Mức độ ứng dụng năm 2017",
    lines=(),
    attached="(Kèm theo Quyết định số 1/QĐ-ABC)",
    edition="mini-2020",
    state="SỐ LIỆU MINH HỌA",
    why="Số liệu đặt ra để thử.",
    broken=(),
    headline=("Bộ Y tế đứng đầu.",),
    parts=(
        Title(1, "I. KẾT QUẢ"),
        GRID,
        Paragraph(
            (Run(" ".join(LETTERS)), Run(" ".join(LETTERS.upper()), bold=True), Run(SIGNS, italic=True))
        ),
        Picture("hinh-a", "Hình 1. Biểu đồ", "Một chữ.", SVG),
    ),
)


@pytest.fixture(scope="module")
def made():
    return pdf(VOLUME)


def pages(data):
    root = PdfFileReader(io.BytesIO(data)).root["/Pages"]
    return list(_leaves(root))


def _leaves(node):
    for kid in (each.get_object() for each in node["/Kids"]):
        yield from _leaves(kid) if "/Kids" in kid else [kid]


def fonts(data):
    found = {}
    for page in pages(data):
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"].get_object()[0].get_object()
            found[str(font["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    return found


def test_the_same_volume_gives_the_same_bytes(made):
    assert pdf(VOLUME) == made
    assert pdf(replace(VOLUME, title="Khác")) != made


def test_a_page_that_cannot_be_set_is_a_finding_and_no_traceback():
    broken = replace(VOLUME, parts=(Picture("", "", "", "<svg"),))
    with pytest.raises(Refused) as refused:
        pdf(broken)
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("not-printed", "outputs/mini-2020")
    assert finding.facts["problem"]


def test_it_is_tagged_says_its_title_and_language_and_bears_no_time(made):
    reader = PdfFileReader(io.BytesIO(made))
    assert reader.root["/MarkInfo"]["/Marked"]
    assert str(reader.root["/Lang"]).startswith("vi")
    assert str(reader.trailer_view["/Info"]["/Title"]) == VOLUME.title
    assert "/CreationDate" not in reader.trailer_view["/Info"]


def test_every_page_is_a4_upright_and_every_font_is_inside_it(made):
    assert {tuple(round(float(x)) for x in page["/MediaBox"]) for page in pages(made)} == {(0, 0, 595, 842)}
    inside = fonts(made)
    assert inside and all("LiberationSerif" in name and "/FontFile2" in each for name, each in inside.items())


def test_a_table_that_lies_across_turns_its_own_page_only():
    data = pdf(replace(VOLUME, parts=(replace(GRID, across=True), Title(1, "II. SAU"))))
    wide = [float(page["/MediaBox"][2]) > float(page["/MediaBox"][3]) for page in pages(data)]
    assert wide[0] is False and wide[-1] is False and any(wide)


def text_of(data, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("poppler is not here")
    (tmp_path / "annex.pdf").write_bytes(data)
    command = ["pdftotext", "-layout", "annex.pdf", "-"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60).stdout.decode()


def test_every_vietnamese_letter_and_sign_can_be_found_in_its_text(made, tmp_path):
    text = text_of(made, tmp_path)
    assert [letter for letter in LETTERS + LETTERS.upper() + SIGNS.strip() if letter not in text] == []


def test_a_table_over_several_pages_repeats_its_head_and_cuts_no_row(made, tmp_path):
    sheets = text_of(made, tmp_path).split("\f")
    with_rows = [sheet for sheet in sheets if "Đơn vị " in sheet]
    assert len(with_rows) > 1 and all(re.search(r"Tên đơn vị\s+Hạng", sheet) for sheet in with_rows)
    assert [n for n in range(1, 90) if not re.search(rf"Đơn vị {n}\s+{n}\n", "\n".join(sheets))] == []


def test_pages_are_numbered_from_the_second_and_each_bears_the_state(made, tmp_path):
    first, *others = text_of(made, tmp_path).split("\f")[:-1]
    assert first.split()[0] == "Phụ" and [sheet.split()[0] for sheet in others] == [
        str(n) for n in range(2, len(others) + 2)
    ]
    assert all(
        "SỐ LIỆU MINH HỌA" in sheet.splitlines()[-1] or sheet.rstrip().endswith("HỌA")
        for sheet in (first, *others)
    )


def test_the_head_names_the_decision_and_the_last_page_has_place_for_who_signs(made, tmp_path):
    sheets = text_of(made, tmp_path).split("\f")[:-1]
    assert sheets[0].split("\n")[0].strip() == "Phụ lục"
    assert "MỨC ĐỘ ỨNG DỤNG NĂM 2017" in sheets[0] and VOLUME.attached in sheets[0]
    assert "NGƯỜI LẬP" in sheets[-1] and "CHỨC VỤ CỦA NGƯỜI KÝ" in sheets[-1]


def test_an_official_annex_bears_no_stamp(tmp_path):
    text = text_of(pdf(replace(VOLUME, state="", why="Kèm theo Quyết định.")), tmp_path)
    assert "MINH HỌA" not in text and "Kèm theo Quyết định." in text


def test_evidence_on_paper_is_the_whole_page_and_nobody_signs_it(built_once, ictindex, tmp_path):
    target = tmp_path / "evidence.pdf"
    assert ictindex("evidence", "mini-2020", "-o", target, project=built_once).code == 0
    text = text_of(target.read_bytes(), tmp_path)
    executed = notebook.read_notebook(built_once.output("mini-2020") / "annex.ipynb", "mini-2020")
    titles = [item.view.title_vi for item in published(executed)]
    assert [title for title in titles if " ".join(title.split()) not in text] == []
    assert "Bản chứng cứ" in text and "NGƯỜI LẬP" not in text


PROJECT = Project(Path(__file__).parents[2])


@pytest.mark.parametrize("edition", PROJECT.editions())
def test_the_annex_of_every_edition_is_as_short_as_one_signs(edition):
    executed = notebook.read_notebook(PROJECT.output(edition) / "annex.ipynb", edition)
    made = volume(executed, opened(evaluate_edition(edition, PROJECT)), list(published(executed)))
    assert len(pages(pdf(made))) <= (15 if edition.startswith("qd2342") else 6)


def test_a_long_document_is_set_in_a_process_of_its_own_in_the_same_bytes(monkeypatch):
    here, spread, own = pdf(VOLUME), annex_pdf.spread, []
    monkeypatch.setattr(annex_pdf, "_MANY", 1)
    monkeypatch.setattr(annex_pdf, "spread", lambda *given: own.append(given) or spread(*given))
    assert pdf(VOLUME) == here and here.startswith(b"%PDF") and len(own) == 1
