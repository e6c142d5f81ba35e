"""Steps from frame to frame give what the exact engine gives; whoever changes a figure sees what follows."""

from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import pandas as pd
import pytest

from ictindex.page import frames
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped

F = Fraction
EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


def added(e, points=None):
    return frames.add_up(frames.points(e) if points is None else points, e)


def ranked(e, points=None):
    return frames.rank(added(e, points), e)


def changed(frame, unit, criterion, points):
    """The frame with other points in one row."""
    frame = frame.copy()
    (at,) = frame.index[(frame.unit == unit) & (frame.criterion == criterion)]
    frame.at[at, "points"] = points
    return frame


def totals(categories):
    """Unit -> the exact value that it is compared on."""
    total = categories[categories.category == ""]
    return dict(zip(total.unit, total.value, strict=True))


def test_a_page_that_asks_for_a_year_before_where_there_is_none_is_told_what_to_leave_out():
    with pytest.raises(ValueError, match="tham số previous để trống"):
        frames.points(None)


# --- the same as the engine -------------------------------------------------------------------------------


def agrees_with_the_engine(e):
    points, at = frames.points(e), {entity.code: i for i, entity in enumerate(e.inputs.entities)}
    assert len(points) == len(at) * len(e.methodology.leaves)
    for row in points.itertuples():
        outcome = e.scores.outcomes[row.criterion][at[row.unit]]
        assert (row.points, row.available, row.state) == outcome
        assert pd.isna(row.share) if outcome.share is None else row.share == float(outcome.share)

    nodes = {"": e.methodology.root, **{node.id: node for node in e.methodology.categories}}
    categories = frames.add_up(points, e)
    assert len(categories) == len(at) * len(nodes)
    for row in categories.itertuples():
        stands = e.at(nodes[row.category])[row.unit]
        assert (row.points, row.available, row.state) == stands.outcome
        assert (row.value, row.printed, row.rank) == (stands.value, stands.printed, stands.rank)
        assert str(row.printed) == str(stands.printed)
        assert pd.isna(row.place) or 0 <= row.place <= 1

    ranking = frames.rank(categories, e)
    engine = [
        (group, s.entity.code, s.rank, s.printed, level and level.label_vi)
        for group, standings in e.standings.items()
        for s in standings
        for level in [e.level(s)]
    ]
    shown = ["group", "unit", "rank", "printed", "level_name"]
    assert list(ranking[shown].itertuples(index=False, name=None)) == engine


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_point_value_rank_and_level_of_an_edition_is_the_engines(edition):
    agrees_with_the_engine(shipped(edition))


def test_every_point_value_rank_and_level_of_a_small_year_is_the_engines(any_year):
    agrees_with_the_engine(any_year)


def test_the_order_of_rows_decides_nothing(small):
    points = frames.points(small)
    mixed = frames.add_up(points.sample(frac=1, random_state=1), small)
    pd.testing.assert_frame_equal(mixed, added(small))
    pd.testing.assert_frame_equal(frames.rank(mixed.sample(frac=1, random_state=2), small), ranked(small))


def test_one_group_by_itself_has_the_ranks_that_it_has_among_all(small):
    categories = added(small)
    alone = frames.rank(categories[categories["group"] == "agency"], small)
    assert alone[["unit", "rank"]].to_numpy().tolist() == [["D", 1], ["E", 2]]


def test_points_that_are_changed_after_adding_up_are_ranked_as_they_stand(small):
    categories = added(small)
    total = categories.index[(categories["unit"] == "C") & (categories["category"] == "")]
    categories.at[total[0], "points"] = F(40)
    ranking = frames.rank(categories, small).set_index("unit")
    assert (ranking["value"]["C"], ranking["rank"]["C"], ranking["rank"]["A"]) == (F(4, 5), 1, 2)


# --- points -----------------------------------------------------------------------------------------------


def row_of(points, unit, criterion):
    (row,) = points[(points.unit == unit) & (points.criterion == criterion)].to_dict("records")
    return row


def test_a_row_of_points_says_figures_sum_points_and_whose_they_are(small):
    row = row_of(frames.points(small), "A", "inside.computers")
    assert row == {
        "group": "ministry", "group_name": "Bộ", "unit": "A", "unit_name": "Bộ Một",
        "category": "inside", "category_name": "Trong cơ quan",
        "criterion": "inside.computers", "criterion_name": "Tỷ lệ cán bộ có máy tính", "number": "1.1",
        "figures": "90; 100", "rule": "(90 : 100) × 10", "points": F(9), "available": F(10), "share": 0.9,
        "state": "scored", "state_name": "Được tính điểm", "clause": row["clause"], "evidence": "",
    }  # fmt: skip


def test_what_is_not_scored_has_its_reason_and_no_sum(small):
    points = frames.points(small)
    withheld, late = row_of(points, "C", "services"), row_of(points, "B", "services")
    assert (withheld["figures"], withheld["rule"], withheld["points"], withheld["available"]) == (
        "",
        "",
        None,
        None,
    )
    assert withheld["state_name"] == "Không công bố (bí mật nhà nước), không tính"
    assert (late["figures"], late["rule"], late["points"], late["available"]) == ("40", "", 0, 50)
    assert row_of(points, "E", "inside.computers")["figures"] == "–; 40"


def marked(text):
    """The small methodology with reviewers for the portal, of 10 points on the scale."""
    text = text.replace("kind: number, min: 0, max: 40}", "kind: mark, min: 0, max: 10}")
    text = text.replace("rule: {value: portal}", "rule: {mark: portal}")
    review = "review:\n  reviewers: 2\n  combine: mean\n  too_different: 30\n  spot_check: 0\nanswers:\n"
    return text.replace("answers:\n", review, 1)


@pytest.fixture
def reviewed(mini_with):
    listed = lambda text: text + "  marks.csv: {label_vi: Điểm chấm, origin: Thử}\n"  # noqa: E731
    asked = lambda text: "".join(  # noqa: E731
        line for line in text.splitlines(keepends=True) if ",portal," not in line
    )
    project = mini_with(methodology=marked, sources=listed, answers=asked)
    marks = (
        "A,portal,r1,reviewer,3,\nA,portal,r2,reviewer,5,\nC,portal,r1,reviewer,9,\nC,portal,r2,reviewer,2,\n"
    )
    marks += "C,portal,senior,adjudicator,4,Trang lỗi\n"
    path = project.inputs("mini-2020") / "marks.csv"
    path.write_text("entity,answer,reviewer,role,mark,why\n" + marks, "utf-8")
    return evaluate_edition("mini-2020", project)


def test_a_marked_criterion_shows_the_marks_as_they_were_given(reviewed):
    points = frames.points(reviewed)
    shown = {unit: row_of(points, unit, "inside.portal") for unit in "ABC"}
    assert {unit: (row["figures"], row["rule"], row["points"]) for unit, row in shown.items()} == {
        "A": ("3; 5", "(4 : 10) × 40", 16),
        "B": ("", "", None),
        "C": ("9; 2; thẩm định 4", "(4 : 10) × 40", 16),
    }


def test_what_stands_of_a_mark_is_in_points_of_its_own_scale(reviewed):
    answers = frames.answers(reviewed)
    assert answers[answers.answer == "portal"].set_index("unit").verified.to_dict() == {"A": 4, "C": 4}


def test_every_mark_that_was_given_has_a_row_beside_the_top_of_its_scale(reviewed):
    given = frames.given_marks(reviewed)
    shown = ["unit", "answer", "reviewer", "role", "mark", "available", "why"]
    assert list(given[shown].itertuples(index=False, name=None)) == [
        ("A", "portal", "r1", "reviewer", 3, 10, ""),
        ("A", "portal", "r2", "reviewer", 5, 10, ""),
        ("C", "portal", "r1", "reviewer", 9, 10, ""),
        ("C", "portal", "r2", "reviewer", 2, 10, ""),
        ("C", "portal", "senior", "adjudicator", 4, 10, "Trang lỗi"),
    ]


def test_where_nobody_marked_that_is_said(small):
    given = frames.given_marks(small)
    assert given.empty and given.attrs["note"] == "Chưa có điểm chấm nào."


def test_an_answer_names_the_form_that_it_came_in_its_sheet_and_its_cell():
    first = frames.answers(shipped("qd375-2020")).iloc[0]
    form = "2020-12-05/vu-to-chuc-bien-che/qd375_vu-to-chuc-bien-che.xlsx"
    assert first["source"] == f"E6, Phiếu khảo sát, {form}"


def test_answers_say_what_was_declared_what_stands_and_why(make_round):
    answers = frames.answers(make_round()).set_index(["unit", "answer"])
    changed = answers.loc[("B", "points")]
    assert (changed["declared"], changed["verified"], changed["state"]) == (9, F("8.5"), "given")
    assert answers.loc[("A", "site"), "verified"] is True


def test_answers_stand_beside_their_words():
    answers = frames.answers(shipped("qd375-2020"))
    first = answers[answers["unit_name"] == "Vụ Tổ chức - Biên chế"].set_index("answer_name")
    backup = first.loc["Sao lưu dữ liệu"]
    assert (backup["verified"], backup["verified_text"]) == ("rarely", "Ít hơn hằng tuần")
    assert first.loc["Tổng số máy tính", ["declared_text", "verified_text"]].tolist() == ["390", "390"]
    yes = [value is True for value in answers["verified"]]  # not 1
    assert set(answers.loc[yes, "verified_text"]) == {"có"}


@pytest.mark.parametrize("name", ["egdi-2018", "qd2342-2017"])
def test_a_frame_of_many_rows_says_what_one_of_few_says(name, monkeypatch):
    e = shipped(name)
    usual = frames.answers(e), frames.points(e), added(e)
    monkeypatch.setattr(import_module("ictindex.page.described"), "MANY", 1)
    many = frames.answers(e), frames.points(e), added(e)
    assert {str(each["unit"].dtype) for each in many[:2]} == {"category"}
    for one, other in zip(usual, many, strict=True):
        assert one.attrs == other.attrs and [*one] == [*other]
        for column in one:
            assert one[column].isna().equals(other[column].isna())
            assert one[column].dropna().tolist() == other[column].dropna().tolist()


# --- other figures ----------------------------------------------------------------------------------------


def test_a_changed_cell_moves_its_own_unit_only(small):
    before = totals(added(small))
    points = changed(frames.points(small), "A", "inside.portal", points=F(40))
    after = totals(added(small, points))
    assert (before["A"], after["A"]) == (F(64, 100), F(74, 100))  # (9 + 30 + 25) and (9 + 40 + 25) of 100
    assert {unit for unit in after if after[unit] != before[unit]} == {"A"}
    ranks = {
        row.unit: row.rank for row in ranked(small, changed(points, "A", "services", points=0)).itertuples()
    }
    assert ranks == {"C": 1, "A": 2, "B": 3, "D": 1, "E": 2}  # 0.49 falls behind 0.6


def test_a_largest_value_that_is_changed_does_not_move_what_was_measured_against_it(mini_with):
    def of_largest(text):
        return text.replace("rule: {value: portal}", "rule: {of_largest: {of: portal}}")

    e = evaluate_edition("mini-2020", mini_with(methodology=of_largest))
    points = frames.points(e)
    assert row_of(points, "C", "inside.portal")["rule"] == "(20 : 30) × 40"
    before, after = totals(added(e)), totals(added(e, changed(points, "A", "inside.portal", points=F(10))))
    assert (before["A"], after["A"]) == (F(74, 100), F(44, 100))
    assert {unit for unit in after if after[unit] != before[unit]} == {"A"}


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA])
def test_a_cell_without_points_does_not_count_and_leaves_the_maximum_too(small, nothing):
    points = changed(frames.points(small), "A", "services", points=nothing)
    category, total = (
        added(small, points).query("unit == 'A' and category in ['services', '']").to_dict("records")
    )
    assert (category["state"], category["points"], category["rank"]) == ("missing", None, None)
    assert (total["points"], total["available"], total["value"]) == (39, 50, F(39, 50))


def test_a_reason_for_not_counting_is_kept(small):
    (row,) = added(small).query("unit == 'D' and category == 'services'").to_dict("records")
    assert (row["state"], row["points"], row["available"]) == ("not_applicable", None, None)


@pytest.mark.parametrize("number", [0.1, Decimal("0.1"), F(1, 10)])
def test_a_number_of_any_kind_counts_as_the_decimals_that_it_prints(small, number):
    categories = added(small, changed(frames.points(small), "A", "services", points=number))
    assert totals(categories)["A"] == F(391, 1000)
    assert type(totals(categories)["A"]) is Fraction


def test_a_frame_that_went_through_columns_of_floats_still_adds_up(small):
    points = frames.points(small)
    points[["points", "available"]] = points[["points", "available"]].astype(float)
    pd.testing.assert_frame_equal(added(small, points), added(small))


def test_rows_that_are_missing_are_named(small):
    points = frames.points(small)
    with pytest.raises(ValueError, match=r"3 rows of points are missing.*'A', 'inside.computers'"):
        added(small, points[points.unit != "A"])


# --- by hand ----------------------------------------------------------------------------------------------


def test_one_unit_by_hand_in_plain_pandas(small):
    points = frames.points(small)
    one = points[points.unit == "A"]
    sums = one.groupby("category")[["points", "available"]].sum()
    assert sums.to_dict("index") == {
        "inside": {"points": F(39), "available": F(50)},
        "services": {"points": F(25), "available": F(50)},
    }
    package = added(small).query("unit == 'A' and category != ''").set_index("category")
    assert sums.to_dict("index") == package[["points", "available"]].to_dict("index")
    total = sums.sum()
    assert total.points / total.available == F(64, 100) == totals(added(small))["A"]


def test_egdi_is_the_mean_of_three_numbers(egdi_2018):
    points = frames.points(egdi_2018)
    viet_nam = points[points.unit == "VNM"].points
    assert [str(Decimal(each.numerator) / each.denominator) for each in viet_nam] == [
        "0.7361",
        "0.6543",
        "0.389",
    ]
    assert viet_nam.sum() / 3 == F(17794, 30000) == totals(added(egdi_2018))["VNM"]
