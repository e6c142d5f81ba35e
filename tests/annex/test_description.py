"""A methodology reads as a document: the decision's table, in words, with clauses."""

import re
from pathlib import Path

import pytest

from ictindex.annex import description as describe
from ictindex.annex.description import ILLUSTRATIVE, STAMP, TABLES
from ictindex.basics.project import Project
from ictindex.methodology.reading import read_methodology

ROOT = Path(__file__).parents[2]
SHIPPED = [*Project(ROOT).methodologies(), *Project(ROOT).amendments()]


@pytest.fixture(params=SHIPPED)
def m(request):
    return read_methodology(request.param, Project(ROOT))


@pytest.fixture
def small_one(mini):
    return read_methodology("mini", mini)


def test_the_criteria_table_has_the_columns_of_a_decision_and_one_maximum_for_each_group(small_one):
    assert [column.label_vi for column in describe.criteria(small_one).columns] == [
        "TT",
        "Tiêu chí",
        "Cách tính điểm",
        "Điểm tối đa: Bộ",
        "Điểm tối đa: Cơ quan",
        "Căn cứ",
        "Tình trạng",
    ]


def test_every_criterion_stands_in_the_table_and_the_total_comes_last(m):
    rows = describe.criteria(m).rows
    assert [row[1] for row in rows] == [node.label_vi for node in (*m.nodes[1:], m.root)]
    assert all(row[2] for row in rows)


def test_what_no_decision_states_is_marked_and_what_one_states_has_its_clause(m):
    table = describe.criteria(m)
    for node, row in zip((*m.nodes[1:], m.root), table.rows, strict=True):
        illustrative = getattr(node.criterion, "status", "") == "illustrative"
        assert row[-1].startswith(ILLUSTRATIVE) == illustrative
        assert row[-2] or getattr(node.criterion, "status", "") != "official"
    marked = any(row[-1].startswith(ILLUSTRATIVE) for row in table.rows)
    assert (describe.stamp(m) == STAMP == table.stamp) if marked else not describe.stamp(m)


def test_levels_read_as_half_open_ranges():
    table = describe.levels(read_methodology("qd2245", Project(ROOT)))
    assert [row[:2] for row in table.rows] == [
        ("Tốt", "từ 85 trở lên"),
        ("Khá", "từ 70 đến dưới 85"),
        ("Trung bình", "từ 50 đến dưới 70"),
        ("Yếu", "từ 0 đến dưới 50"),
    ]


def test_a_part_that_the_decision_lacks_says_so(small_one):
    for build in (describe.procedure, describe.levels):
        assert not build(small_one).rows and build(small_one).note_vi


def test_what_the_decision_leaves_open_gives_its_reason(small_one):
    (row,) = [row for row in describe.rules(small_one).rows if row[0] == "Xếp hạng trên giá trị"]
    assert row[2:] == ("văn bản để ngỏ, chọn ở đây", "Không văn bản nào nêu")


def test_the_page_holds_every_table_asks_nothing_and_is_stamped(m):
    page = describe.html(m)
    assert re.findall(r'<table id="bang-(\w+)"', page) == [build(m).name for build in TABLES]
    assert not re.search(r"<script|<link|<img|https?://", page)
    assert (f'<p class="banner" role="note">{STAMP}</p>' in page) == bool(describe.stamp(m))


def test_the_page_escapes_everything(mini_with):
    evil = "<script>alert(1)</script>"
    project = mini_with(
        methodology=lambda text: text.replace("Cổng thông tin", evil).replace("nhỏ để thử", evil)
    )
    page = describe.html(read_methodology("mini", project))
    assert "<script" not in page and page.count("&lt;script&gt;") >= 3


def test_the_text_says_the_same_as_the_tables(small_one):
    text = "\n".join(describe.text(small_one))
    for build in TABLES:
        assert build(small_one).title_vi in text
    assert "MINH HỌA" in text and "Dịch vụ công trực tuyến" in text


def test_the_workbook_has_a_sheet_for_each_table(small_one, tmp_path):
    from python_calamine import CalamineWorkbook

    file = tmp_path / "a.xlsx"
    file.write_bytes(describe.xlsx(small_one))
    book = CalamineWorkbook.from_path(file)
    assert len(book.sheet_names) == 1 + len(TABLES)
    rows = book.get_sheet_by_index(1).to_python()
    assert rows[1][0] == STAMP
    assert rows[3][:3] == ["TT", "Tiêu chí", "Cách tính điểm"]
    assert rows[4][1] == "Trong cơ quan"
    assert describe.xlsx(small_one) == file.read_bytes()


def test_an_amended_node_names_the_text_that_amends_it(mini):
    path = mini.amendment("mini-2")
    path.parent.mkdir()
    path.write_text(
        "amendment: mini-2\namends: mini\ncitation: {title: Quyết định số 2}\n"
        "changes:\n  criteria.services.label_vi: Dịch vụ công\n",
        "utf-8",
    )
    m = read_methodology("mini-2", mini)
    anchors = {row[1]: row[-2] for row in describe.criteria(m).rows}
    assert anchors["Dịch vụ công"] == "sửa đổi theo Quyết định số 2"
    assert "sửa đổi" not in anchors["Trong cơ quan"]
    assert "Sửa đổi theo Quyết định số 2" in describe.heading(m)


def test_the_command_prints_the_document_or_writes_it(ictindex, mini, tmp_path):
    told = ictindex("describe", "mini", project=mini)
    assert told.code == 0 and "Tiêu chí và cách tính điểm" in told.out
    page, book = tmp_path / "a.html", tmp_path / "a.xlsx"
    told = ictindex("describe", "mini", "--html", page, "--xlsx", book, project=mini)
    assert told.out.splitlines() == [str(page), str(book)]
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>") and book.read_bytes()[:2] == b"PK"


def test_the_command_refuses_what_is_not_there(ictindex, mini):
    told = ictindex("describe", "mimi", project=mini)
    assert told.code == 1 and "did you mean “mini”? [methodology-unknown]" in told.err
