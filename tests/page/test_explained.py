"""A why for every number: each step says what it explains, and the sums that it shows are the engine's."""

from fractions import Fraction

import pytest

from ictindex.page.explained import explain, find_criterion
from tests.shipped import shipped

F = Fraction


def rows(frame, **wanted):
    return [
        row for row in frame.to_dict("records") if all(row[key] == value for key, value in wanted.items())
    ]


def below(frame, step):
    """The rows that explain a step, at any distance."""
    inside = {step}
    for row in frame.to_dict("records"):
        if row["of"] in inside:
            inside.add(row["step"])
    return [row for row in frame.to_dict("records") if row["step"] in inside - {step}]


def by_unit(frame):
    return {unit: own.to_dict("records") for unit, own in frame.groupby("unit", sort=False)}


def test_every_node_of_every_unit_stands_with_the_points_of_the_engine(any_year):
    told = by_unit(explain(any_year))
    for i, entity in enumerate(any_year.inputs.entities):
        nodes = {row["criterion"] or "total": row for row in told[entity.code] if row["points"] is not None}
        for node in any_year.methodology.nodes:
            outcome = any_year.scores.outcomes[node.id][i]
            if outcome.counts:
                assert (nodes[node.id]["points"], nodes[node.id]["available"]) == outcome[:2]
            else:
                assert node.id not in nodes


def test_each_step_stands_below_what_it_explains(any_year):
    for rows_of_unit in by_unit(explain(any_year)).values():
        steps = {row["step"]: row for row in rows_of_unit}
        assert list(steps) == list(range(1, len(steps) + 1))
        for number, row in steps.items():
            if number == 1:
                assert (row["of"], row["depth"]) == (None, 0)
            else:
                assert row["of"] < number and steps[row["of"]]["depth"] == row["depth"] - 1


def test_a_share_leads_from_its_points_to_the_cells_of_its_figures(small):
    frame = explain(small, "A", "inside.computers")
    node, rule, of, per = rows(frame)
    assert (node["kind"], node["points"], node["available"]) == ("criterion", F(9), F(10))
    assert (rule["kind"], rule["said"]) == ("rule", "(90 : 100) × 10")
    file = "inputs/mini-2020/answers.csv"
    assert [(of[k], per[k]) for k in ("said", "file", "row", "column")] == [
        ("90", "100"), (file, file), (2, 3), ("value", "value"),
    ]  # fmt: skip


def test_a_total_says_the_sum_of_its_categories_its_value_and_the_rules_left_open(small):
    total, *more = rows(explain(small, "A"))
    assert total["said"] == "39 + 25"
    assert (total["points"], str(total["printed"]), total["rank"]) == (64, "0.640", 1)
    (value,) = [row for row in more if row["kind"] == "value"]
    assert value["said"] == "64 : 100 → 0,640; hạng 1 trong 3 đơn vị"
    rank_on = [row for row in more if row["kind"] == "choice" and row["name"] == "Xếp hạng trên giá trị"]
    assert [row["why"] for row in rank_on] == ["Không văn bản nào nêu"]


def test_of_what_is_withheld_nothing_is_told_but_that_it_is(small):
    (answer,) = rows(explain(small, "C", "services"), kind="answer")
    assert (answer["state"], answer["said"], answer["file"]) == ("withheld", "", "")


def test_what_does_not_apply_says_to_whom(small):
    (scope,) = rows(explain(small, "D", "services"), kind="scope")
    assert "Cơ quan" in scope["name"]


@pytest.fixture(scope="module")
def qd375():
    return shipped("qd375-2020")


@pytest.fixture(scope="module")
def qd2342():
    return shipped("qd2342-2017")


def test_a_zero_names_its_reason_its_clause_and_the_event_that_made_it(qd375):
    entities = qd375.inputs.entities
    late = next(
        (leaf, entities[i].code)
        for leaf, column in qd375.scores.reasons.items()
        for i, reasons in enumerate(column)
        if reasons and reasons[0] == "late"
    )
    frame = explain(qd375, late[1], late[0])
    (rule,) = rows(frame, kind="rule")
    inside = below(frame, rule["step"])
    assert rule["said"] == "0 điểm: báo cáo chậm"
    (zero,) = [row for row in inside if row["kind"] == "zero" and "chậm" in row["name"]]
    assert zero["clause"] and zero["why"]
    reported = [row for row in inside if row["kind"] == "event" and row["name"] == "Gửi báo cáo"]
    assert reported and all(row["file"] == "inputs/qd375-2020/events.csv" and row["row"] for row in reported)


def test_a_mark_names_who_gave_it_and_where_it_is_written(qd2342):
    frame = explain(qd2342, "T01", "3.1.1")
    given = qd2342.inputs.marks["T01", "mark_introduction"]
    shown = rows(frame, kind="mark")
    assert [(row["who"], row["row"], row["file"]) for row in shown] == [
        (mark.reviewer, mark.row, "inputs/qd2342-2017/marks.csv") for mark in given
    ]


def test_a_figure_that_was_counted_shows_what_was_declared_and_each_service(qd2342):
    frame = explain(qd2342, "T01", "online_services")
    (figure, *_) = [row for row in rows(frame, kind="answer") if "được công nhận" in row["name"]]
    assert "tự khai" in figure["said"] and figure["why"]
    services = rows(frame, kind="service")
    assert len(services) == len(qd2342.recognised["T01"])
    assert all(row["clause"] and row["row"] for row in services)
    tests = qd2342.inputs.service_tests["T01", "dv-001"]
    (first,) = (row for row in services if row["name"].startswith("TT0001 "))
    assert first["who"] == tests[-1].inspector and first["source"].startswith("service_tests.csv, dòng ")
    assert str(tests[-1].row) in first["source"]


def test_a_value_measured_against_the_largest_shows_whose_it_is_and_their_figures(qd2342):
    frame = explain(qd2342, "T01", "1.3")
    (reference,) = rows(frame, kind="reference")
    figures = below(frame, reference["step"])
    assert len(figures) == 2 and all(row["row"] for row in figures)


def test_an_exemption_by_name_is_told_with_its_clause(qd2342):
    (scope, *_) = rows(explain(qd2342, "VPCP", "online_services"), kind="scope")
    assert "Văn phòng Chính phủ" in scope["name"] and scope["clause"]


# --- what is meant -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["T01", "tp. ha noi", "Hà Nội"])
def test_a_unit_is_known_by_code_by_name_and_without_marks(qd2342, text):
    assert set(explain(qd2342, text, "1.3").unit) == {"T01"}


@pytest.mark.parametrize("text", ["1.3", "infrastructure.bandwidth_per_head", "bang thong internet"])
def test_a_criterion_is_known_by_number_code_and_name(qd2342, text):
    assert find_criterion(qd2342, text).id == "infrastructure.bandwidth_per_head"


@pytest.mark.parametrize(
    ("unit", "criterion", "code"),
    [
        ("không có", None, "unit-unknown"),
        ("", None, "unit-unknown"),
        ("viện", None, "unit-ambiguous"),
        ("T01", "9.9", "criterion-unknown"),
        ("T01", "tỷ lệ", "criterion-unclear"),
    ],
)
def test_who_or_what_is_not_there_or_could_be_several_is_refused(qd2342, refused, unit, criterion, code):
    assert [finding.code for finding in refused(explain, qd2342, unit, criterion)] == [code]
