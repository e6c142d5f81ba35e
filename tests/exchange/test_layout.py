"""What a form is: each thing asked is part of its version, and nothing that is only shown."""

from dataclasses import replace

import pytest

from ictindex.exchange import layout
from ictindex.exchange.layout import Field, Form, Line, Sheet, columns
from ictindex.methodology.decision import Answer

STAFF = Answer(label_vi="Tổng số cán bộ", kind="count", min=1)


def form(**changed):
    cells = {"code": "staff", "question": STAFF.label_vi, "last": "120"} | changed.pop("cells", {})
    asks = changed.pop("asks", STAFF)
    sheet = Sheet("Phiếu khảo sát", columns("code question last answer"), (Line(cells, asks),))
    usual = {"kind": layout.SURVEY, "edition": "qd1-2020", "sender": "bo-a", "sender_vi": "Bộ A"}
    return Form(**{**usual, "title_vi": "Phiếu khảo sát", "sheets": (sheet,), **changed})


def test_every_unit_that_is_asked_the_same_has_the_same_version():
    assert form().version == form(sender="bo-b", cells={"last": "7"}, about=(("Hạn", "31/12"),)).version


@pytest.mark.parametrize(
    "changed",
    [
        {"edition": "qd1-2021"},
        {"kind": layout.APPRAISAL},
        {"cells": {"code": "staff_all"}},
        {"asks": STAFF.model_copy(update={"min": None})},
        {"asks": STAFF.model_copy(update={"kind": "number"})},
    ],
)
def test_another_question_edition_or_limit_makes_another_version(changed):
    assert form(**changed).version != form().version


def test_a_label_that_is_corrected_makes_no_other_version():
    """A form that was sent out before is still read."""
    plan = Answer(label_vi="Kế hoạch", kind="choice", choices={"own": "Riêng", "none": "Không có"})
    corrected = plan.model_copy(update={"choices": {"own": "Có kế hoạch riêng", "none": "Không có"}})
    assert form(asks=STAFF.model_copy(update={"label_vi": "Số cán bộ"})).version == form().version
    assert form(asks=corrected).version == form(asks=plan).version
    assert form(asks=plan.model_copy(update={"choices": {"own": "Riêng"}})).version != form(asks=plan).version


def test_another_order_of_the_questions_makes_no_other_version():
    usual = form()
    (sheet,) = usual.sheets
    more = Line({"code": "portal", "question": "Cổng"}, STAFF)
    two = [replace(usual, sheets=(replace(sheet, lines=lines),)) for lines in
           ((*sheet.lines, more), (more, *sheet.lines))]  # fmt: skip
    assert two[0].version == two[1].version != usual.version


def test_a_file_is_named_by_codes_and_the_name_of_a_unit():
    assert form(sender_vi="Bộ A").file_name == "qd1-2020_survey_bo-a.xlsx"
    assert form(sender_vi="../../Sở <Đất> đai").file_name == "qd1-2020_survey_bo-a__so-dat-dai.xlsx"
    long = "vien-han-lam-khoa-hoc-va-cong-nghe-viet-nam"  # longer than a name behind it may be
    named = form(sender=long, sender_vi="Viện Hàn lâm Khoa học và Công nghệ Việt Nam").file_name
    assert named == f"qd1-2020_survey_{long}.xlsx"
    council = form(kind=layout.MARKING, sender="kt1", sender_vi="Người chấm: kt1")
    assert council.file_name == "qd1-2020_marking_kt1.xlsx"


def test_headings_and_cover_labels_are_each_of_one_meaning():
    """Else a form could not be read back by what stands in its cells."""
    labels = [field.label_vi for field in layout.FIELDS.values()]
    assert len(set(labels)) == len(labels) and len(set(layout.COVER.values())) == len(layout.COVER)
    assert {*layout.COVER_ENTRIES} <= layout.COVER.keys()
    assert all(layout.FIELDS[key].entry for key in layout.VALUE_FIELDS)
    assert layout.KIND_VI.keys() == {*layout.KINDS}


def test_a_field_is_only_shown_unless_it_says_that_it_is_filled_in():
    assert not Field("x", "X").entry and replace(form(), stamp="X").stamp == "X"
