"""The facts in the workbook: a value or the reason why there is none, and nothing that is withheld."""

from ictindex.annex.live_facts import ANSWERS, LEAD, MARKS, ZEROS, Facts, Formula, neighbours
from ictindex.basics.project import Project
from ictindex.page.opening import opened
from ictindex.scoring.evaluation import evaluate_edition


def rows(sheet):
    return {row[0]: dict(zip([h.key for h in sheet.headings], row, strict=True)) for row in sheet.rows}


def test_an_answer_is_a_number_or_in_words_why_there_is_none(mini):
    facts = Facts(opened(evaluate_edition("mini-2020", mini)))
    told = rows(facts.answers())
    assert facts.answers().name == ANSWERS
    assert [told["A"][key] for key in ("with_computer", "staff", "portal")] == [90, 100, 30]
    assert told["B"]["portal"] is None  # missing
    assert told["C"]["services"] == "Bí mật nhà nước"


def test_units_stand_by_groups_with_their_names_and_hidden_codes(mini):
    facts = Facts(opened(evaluate_edition("mini-2020", mini)))
    assert [row[:LEAD] for row in facts.answers().rows] == [
        ["A", "Bộ", "Bộ Một"],
        ["B", "Bộ", "Bộ Hai"],
        ["C", "Bộ", "Bộ Ba"],
        ["D", "Cơ quan", "Cơ quan Một"],
        ["E", "Cơ quan", "Cơ quan Hai"],
    ]


def test_a_zero_stands_with_its_reason_where_it_was_found(mini):
    zeros = Facts(opened(evaluate_edition("mini-2020", mini))).zeros()
    assert zeros.name == ZEROS and rows(zeros)["B"]["services"] == "0 điểm: báo cáo chậm"
    assert rows(zeros)["A"]["services"] is None


def test_marks_are_there_without_those_who_gave_them(egdi):
    e = opened(evaluate_edition("qd2342-2017", Project(egdi.root)))
    marks = Facts(e).marks()
    given = {mark.reviewer for several in e.inputs.marks.values() for mark in several}
    words = {cell for row in marks.rows for cell in row if isinstance(cell, str)}
    assert marks.name == MARKS and given and not given & words
    assert isinstance(marks.rows[0][-1], Formula) and marks.rows[0][-1].text.startswith("IF(COUNT(")


def test_what_nobody_keeps_has_no_sheet(egdi_2018):
    facts = Facts(opened(egdi_2018))
    assert [facts.marks(), facts.zeros(), facts.documents(), facts.lacking()] == [None] * 4


def test_neighbouring_columns_are_one_range():
    assert list(neighbours([5, 3, 4, 8, 9, 11])) == [(3, 5), (8, 9), (11, 11)]
