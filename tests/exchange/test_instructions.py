"""Whoever gets a form is told how to fill it in."""

from __future__ import annotations

from ictindex.basics.project import Project
from ictindex.exchange import instructions
from ictindex.methodology.reading import read_methodology


def test_a_unit_is_told_what_it_may_not_know():
    told = " ".join(instructions.SURVEY_STEPS)
    for word in ("1.234,5", "không áp dụng", "bí mật nhà nước", "dấu chấm phẩy", "công thức", ".xlsx"):
        assert word in told or word.capitalize() in told


def test_steps_are_sentences():
    for steps in ("SURVEY_STEPS", "APPRAISAL_STEPS", "MARKING_STEPS", "ADJUDICATION_STEPS", "SLIP_STEPS"):
        assert all(step.endswith(".") and "  " not in step for step in getattr(instructions, steps))


def test_what_gives_no_points_is_said_with_its_clause():
    methodology = read_methodology("qd375", Project.around())
    said = list(instructions.consequences(methodology))
    assert len(said) == len(methodology.source.zero_rules) > 0
    assert any("không có tài liệu kiểm chứng" in step and "(" in step for step in said)
