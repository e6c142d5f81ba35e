"""The self-score of a workbook: where its formulas stand, and what they say before anybody fills it in.

That they compute what the package has is held in test_form_page, beside the page's own score.
"""

import io

import openpyxl
import pytest

from ictindex.basics.project import Project
from ictindex.exchange.form_page import write_page
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.layout import SCORE_SHEET, SERVICES_SHEET
from ictindex.exchange.reading import read_return

SHEET = "Phiếu khảo sát"
ROWS = [("1", "TT1"), ("2", "TT1"), ("3", "TT2"), ("4", "")]  # two procedures, and a service without one


@pytest.fixture(scope="module")
def context():
    return read_context("qd2342-2017", Project.around())


def unit(context, code):
    return next(entity for entity in context.entities if entity.code == code)


def listed() -> dict:
    """A form in which nothing but a few services is listed, and how many procedures there are."""
    entries = {(SHEET, "", "procedures", "answer"): 10}
    for service, procedure in ROWS:
        entries[SERVICES_SHEET, "", f"dv:{service}", "service"] = service
        entries[SERVICES_SHEET, "", f"dv:{service}", "procedure"] = procedure
    return entries


def test_beside_each_criterion_stands_its_score_and_at_the_end_the_total(context):
    form = survey(context, unit(context, "bo-cong-an"))
    book = openpyxl.load_workbook(io.BytesIO(write(form)))
    beside = {row[1].value: row[8].value for row in book[SHEET].iter_rows(min_row=5)}
    assert beside["Tổng băng thông kết nối Internet"] == "so với cả nhóm"
    total = [row for row in book[SHEET].iter_rows() if row[1].value][-1]
    last = book[SCORE_SHEET].max_row
    assert total[8].value == f"='{SCORE_SHEET}'!D{last}" and total[1].value.startswith("Tổng điểm tự tính")
    assert len(form.score.nodes) == last - 4
    assert book[SCORE_SHEET].protection.sheet and book[SCORE_SHEET].column_dimensions["H"].hidden


def test_an_empty_form_shows_what_missing_figures_count(context):
    form = survey(context, unit(context, "bo-cong-an"))
    book = openpyxl.load_workbook(io.BytesIO(write(form)), data_only=True)
    shown = {row[1].value: row[3].value for row in book[SCORE_SHEET].iter_rows(min_row=5)}
    assert context.methodology.source.missing == "zero" and shown["Hạ tầng kỹ thuật CNTT"] == 0
    assert shown["Băng thông Internet quy đổi trên CBCCVC"] in (None, "")


def test_nothing_of_the_score_is_read(context, tmp_path):
    form = survey(context, unit(context, "bo-cong-an"))
    book = openpyxl.load_workbook(io.BytesIO(write(form)))
    book[SCORE_SHEET]["D5"], book[SCORE_SHEET]["A1"] = 1000, "Mã đơn vị (người chấm)"
    book.save(tmp_path / "form.xlsx")
    labels = {entity.code: entity.label_vi for entity in context.entities}
    returned = read_return(tmp_path / "form.xlsx", "form.xlsx", context.methodology, labels, context.edition)
    assert returned.findings == [] and returned.sender == "bo-cong-an"


def test_a_figure_left_open_is_counted_from_the_list(context, recalculated, tmp_path):
    data = write(survey(context, unit(context, "bo-cong-an")), listed())
    sheet = recalculated({"a": data}, tmp_path)["a"].rows(SCORE_SHEET)
    shown = {row[1]: row[3] for row in sheet[4:]}
    assert shown["Tỷ lệ thủ tục có DVCTT mức độ 3, 4 được công nhận"] == pytest.approx(80 * 3 / 10)


def test_who_is_asked_for_statistics_alone_has_a_form_and_a_page_too(context):
    form = survey(context, unit(context, "bao-hiem-xa-hoi-viet-nam"))
    assert write(form) and write_page(form)
    assert "online_services" not in {node.id for node in form.score.nodes}


def test_a_maximum_that_is_a_fraction_is_a_fraction_in_the_workbook_too(mini):
    path = mini.methodology("mini")
    text = path.read_text("utf-8")
    for whole, third in ((" 10\n", " 20/3\n"), (" 40\n", " 130/3\n")):
        assert f"max_points:{whole}" in text
        text = text.replace(f"max_points:{whole}", f"max_points:{third}")
    path.write_text(text, "utf-8")
    small = read_context("mini-2020", mini)
    book = openpyxl.load_workbook(io.BytesIO(write(survey(small, unit(small, "A")))))
    assert "=20/3" in [row[2].value for row in book[SCORE_SHEET].iter_rows(min_row=5)]
