"""Odd figures are said, never decided: jumps, copies, monitoring, and what no rule can use."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.inputs import Entity
from ictindex.methodology.reading import read_methodology
from ictindex.procedure.plausibility import (
    Misfit,
    Remark,
    apart,
    asked,
    by_chance,
    figures,
    jumped,
    misfits,
    remarks,
    thresholds_vi,
    value_of,
)

MINISTRY, AGENCY = Entity("A", "Bộ Một", "ministry", 2), Entity("D", "Cơ quan Một", "agency", 5)


@pytest.fixture
def methodology(mini):
    return read_methodology("mini", mini)


@pytest.mark.parametrize(
    ("now", "before", "odd"),
    [(31, 10, True), (30, 10, False), (10, 31, True), (10, 30, False), (9, 1, False), (10, 0, True),
     (0, 0, False), (12, -1, True), (3000, 1000, False)],
)  # fmt: skip
def test_a_jump_is_more_than_three_times_or_less_than_a_third_of_figures_that_are_not_small(now, before, odd):
    assert jumped(Fraction(now), Fraction(before)) is odd


@given(st.fractions(0, 10**6), st.fractions(0, 10**6))
def test_whether_a_figure_rose_or_fell_it_jumps_alike(one, other):
    assert jumped(one, other) == jumped(other, one)


@pytest.mark.parametrize(
    ("declared", "monitored", "odd"),
    [
        ("110", "100", False),
        ("110.01", "100", True),
        ("89.9", "100", True),
        ("0", "0", False),
        ("1", "0", True),
    ],
)
def test_a_tenth_of_the_monitored_figure_may_be_between(declared, monitored, odd):
    assert apart(Fraction(declared), Fraction(monitored)) is odd


def test_remarks_name_the_unit_the_answer_and_both_figures(methodology):
    answers = {("A", "staff"): Fraction(400), ("B", "staff"): Fraction(100)}
    previous, monitored = {("A", "staff"): Fraction(100)}, {("B", "staff"): Fraction(50)}
    assert remarks(methodology, answers, previous, monitored) == [
        Remark("A", "jump", "staff", Fraction(400), Fraction(100)),
        Remark("B", "monitored", "staff", Fraction(100), Fraction(50)),
    ]


def test_a_column_copied_from_another_unit_or_from_last_year_is_seen(egdi):
    methodology = read_methodology("qd375", egdi)
    keys = [key for key, spec in methodology.answers.items() if spec.kind == "count"][:6]
    column = {key: Fraction(i) for i, key in enumerate(keys)}
    answers = {(unit, key): value for unit in "AB" for key, value in column.items()}
    answers |= {("C", key): value + (key == keys[0]) for key, value in column.items()}
    previous = {("C", key): value for (unit, key), value in answers.items() if unit == "C"}
    found = [(r.entity, r.kind, r.other) for r in remarks(methodology, answers, previous)]
    assert found == [("A", "as_other_unit", "B"), ("B", "as_other_unit", "A"), ("C", "as_last_year", "")]


def test_figures_that_end_in_0_or_5_too_often_were_not_counted(egdi):
    methodology = read_methodology("qd375", egdi)
    keys = [key for key, spec in methodology.answers.items() if spec.kind == "count"][:6]
    given = {
        "A": (100, 205, 310, 4_000, 75_555, 7),
        "B": (100, 205, 310, 4_000, 7_556, 7),
        "C": (5, 10, 15, 20, 25, 30),
    }
    answers = {
        (u, key): Fraction(v) for u, column in given.items() for key, v in zip(keys, column, strict=True)
    }
    assert remarks(methodology, answers) == [Remark("A", "round", "", Fraction(5), Fraction(5))]


@given(st.integers(0, 40), st.data())
def test_by_chance_is_what_drawing_digits_would_give(of, data):
    fives = data.draw(st.integers(0, of))
    assert by_chance(0, of) == 1 and by_chance(of, of) == Fraction(1, 5) ** of
    assert by_chance(fives + 1, of) < by_chance(fives, of)


def test_by_chance_equals_the_tables_of_the_binomial_distribution():
    assert round(float(by_chance(5, 10)), 4) == 0.0328  # n = 10, p = 0.2, at least 5
    assert round(float(by_chance(8, 20)), 4) == 0.0321  # n = 20, p = 0.2, at least 8


def test_zeros_and_few_figures_are_no_copy(egdi):
    methodology = read_methodology("qd375", egdi)
    keys = [key for key, spec in methodology.answers.items() if spec.kind == "count"]
    nothing = {(unit, key): Fraction(0) for unit in "AB" for key in keys}
    few = {(unit, key): Fraction(7) for unit in "AB" for key in keys[:4]}
    assert remarks(methodology, nothing) == remarks(methodology, few) == []


def test_a_share_above_one_names_its_two_answers(methodology):
    values = {"with_computer": Fraction(110), "staff": Fraction(100), "portal": Fraction(41)}
    assert misfits(methodology, MINISTRY, values) == [
        Misfit("Tỷ lệ cán bộ có máy tính", ("with_computer", "staff"), "11"),
        Misfit("Cổng thông tin", ("portal",), "41"),
    ]


def test_what_is_not_there_yet_is_no_misfit(methodology):
    assert misfits(methodology, MINISTRY, {"with_computer": Fraction(110), "staff": None}) == []
    assert (
        misfits(methodology, MINISTRY, {"with_computer": Fraction(5), "staff": Fraction(0)})[0].points
        == "5/0"
    )


def test_two_criteria_that_read_the_same_answers_are_one_thing_to_mend(mini):
    path = mini.methodology("mini")
    text = path.read_text("utf-8").replace("{value: services}", "{share: {of: with_computer, per: staff}}")
    path.write_text("\n".join(line for line in text.split("\n") if "  services: {label_vi: Điểm" not in line))
    values = {"with_computer": Fraction(110), "staff": Fraction(100)}
    found = misfits(read_methodology("mini", mini), MINISTRY, values)
    assert [misfit.answers for misfit in found] == [("with_computer", "staff")]


def test_of_a_criterion_with_cases_the_case_that_cannot_be_used_is_named(egdi):
    path = egdi.methodology("qd375")
    count = "rule: {count: {of: security_measures, each: 3, most: 12}}"
    text = path.read_text("utf-8")
    assert count in text
    path.write_text(text.replace(count, "rule: {value: security_measures}"), "utf-8")
    methodology = read_methodology("qd375", egdi)
    unit = Entity("X", "X", "unit", 2, {"unit_type": "other", "online_services": "none"})
    values = {"security_measures": Fraction(13), "security_rules_applied": True}
    assert [(m.answers, m.points) for m in misfits(methodology, unit, values)] == [
        (("security_measures",), "13")
    ]


def test_a_unit_is_asked_what_its_criteria_read(methodology):
    assert list(asked(methodology, MINISTRY)) == ["with_computer", "staff", "portal", "services"]
    assert list(asked(methodology, AGENCY)) == ["with_computer", "staff", "portal"]


def test_only_numbers_are_figures(methodology):
    texts = {("A", "staff"): "12", ("A", "portal"): "1.5", ("A", "nothing"): "3", ("B", "staff"): "1,5"}
    assert figures(methodology, texts) == {("A", "staff"): 12, ("A", "portal"): Fraction(3, 2)}
    assert value_of("không", methodology.answers["staff"].model_copy(update={"kind": "yes_no"})) is False


def test_the_thresholds_are_printed_as_they_are_used():
    said = " ".join(text for line in thresholds_vi() for text in line)
    for threshold in ("trên 3 lần", "dưới 10", "từ 5 số liệu", "trên 10 %", "từ 100", "dưới 0,1 %"):
        assert threshold in said
