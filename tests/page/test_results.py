"""The result as texts and tables: rows known by heart, nothing lost, and no year that breaks them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.facts.answers import STATES
from ictindex.page import publishing
from ictindex.page import results as tables
from ictindex.page import trust as audit
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from tests.frame_rows import by, ranked, rewrite


def only(frame, **wanted):
    """The rows with these values, as dicts."""
    return [
        row for row in frame.to_dict("records") if all(row[key] == value for key, value in wanted.items())
    ]


def tied_ministries(mini, portals, **changes):
    """Ministries A, B, C … alike but for their portal's points."""
    folder = mini.inputs("mini-2020")
    codes = "ABCDEFGH"[: len(portals)]
    (folder / "entities.csv").write_text(
        "entity,label_vi,group\n" + "".join(f"{code},Bộ {code},ministry\n" for code in codes), "utf-8"
    )
    same = "{0},with_computer,1,\n{0},staff,1,\n{0},portal,{1},\n{0},services,50,\n"
    rows = "".join(same.format(code, portal) for code, portal in zip(codes, portals, strict=True))
    (folder / "answers.csv").write_text("entity,answer,value,state\n" + rows, "utf-8")
    return evaluate(mini, **{**read_parameters("mini-2020", mini), "highlight": "", **changes})


# --- every text, of every kind of year ----------------------------------------------------------------


@pytest.mark.parametrize("make", [tables.heading, tables.headline])
def test_every_text_says_something(any_year, make):
    text = make(any_year)
    assert text.name == make.__name__
    assert text.lines and all(line.strip() and "None" not in line for line in text.lines)


# --- results ----------------------------------------------------------------------------------------------


def test_the_ranking_of_egdi_2018_begins_and_ends_as_published(egdi_2018):
    ranking = by(ranked(egdi_2018), "unit")
    assert len(ranking) == 193
    first = ranking["DNK"]
    assert (first["unit_name"], first["rank"], str(first["printed"])) == ("Đan Mạch", 1, "0.9150")
    viet_nam = ranking["VNM"]
    assert (viet_nam["rank"], str(viet_nam["printed"])) == (88, "0.5931")
    assert viet_nam["value"] == Fraction(17794, 30000)
    assert [str(viet_nam[key]) for key in ("osi_value", "hci_value", "tii_value")] == [
        "0.7361",
        "0.6543",
        "0.3890",
    ]
    last = ranking["SOM"]
    assert (last["rank"], str(last["printed"])) == (193, "0.0566")
    assert {place: code for place, code in enumerate(ranking, 1) if place in (1, 88, 193)} == {
        1: "DNK",
        88: "VNM",
        193: "SOM",
    }


def test_in_a_tie_units_stand_by_their_codes(egdi_2018):
    ranking = ranked(egdi_2018)
    assert [(ranking["unit"][at], ranking["rank"][at]) for at in (48, 49, 154, 155)] == [
        ("SRB", 49),
        ("SVK", 49),
        ("AGO", 155),
        ("IRQ", 155),
    ]


def test_the_ranking_emphasises_the_highlighted_wherever_they_stand(egdi_2018, mini):
    assert ranked(egdi_2018).attrs["bold"] == [87]
    e = evaluate(mini, **{**read_parameters("mini-2020", mini), "highlight": "B,E"})
    assert ranked(e).attrs["bold"] == [2, 4]


def test_the_ranking_goes_group_by_group_each_from_its_own_first(small):
    shown = ["group_name", "unit", "unit_name", "rank", "printed"]
    assert list(ranked(small)[shown].itertuples(index=False, name=None)) == [
        ("Bộ", "A", "Bộ Một", 1, Decimal("0.640")),
        ("Bộ", "C", "Bộ Ba", 2, Decimal("0.600")),
        ("Bộ", "B", "Bộ Hai", 3, Decimal("0.083")),
        ("Cơ quan", "D", "Cơ quan Một", 1, Decimal("0.300")),
        ("Cơ quan", "E", "Cơ quan Hai", 2, Decimal("0.000")),
    ]


def test_a_category_that_does_not_count_is_none_and_not_zero(small):
    ranking = by(ranked(small), "unit")
    shown = {code: (row["services_value"], row["services_rank"]) for code, row in ranking.items()}
    assert shown == {
        "A": (Decimal("0.500"), 1),
        "B": (Decimal("0.000"), 2),  # late: a zero that counts
        "C": (None, None),
        "D": (None, None),
        "E": (None, None),
    }


def test_the_unranked_stand_last_with_a_dash(unranked):
    ranking = ranked(unranked)
    for column in ("value", "printed", "rank"):
        assert list(ranking[column]) == [None] * 5
    assert '<td class="text">–</td>' in publishing.table("ranking", ranking).html()


def test_statistics_are_worked_by_hand(small, egdi_2018):
    total = only(tables.statistics(small), group_name="Bộ", criterion="total")[0]
    # 1/12, 3/5, 16/25: quartiles half-way, (1/12 + 3/5) / 2 = 41/120 and (3/5 + 16/25) / 2 = 31/50
    assert [str(total[k]) for k in ("lowest", "lower_quartile", "median", "upper_quartile", "highest")] == [
        "0.083",
        "0.342",
        "0.600",
        "0.620",
        "0.640",
    ]
    assert str(total["mean"]) == "0.441"  # (25 + 180 + 192) / 300 / 3 = 397/900
    nobody = only(tables.statistics(small), group_name="Cơ quan", criterion="services")[0]
    assert (nobody["counted"], nobody["mean"], nobody["median"]) == (0, None, None)
    world = only(tables.statistics(egdi_2018), criterion="total")[0]
    assert [str(world[k]) for k in ("counted", "lowest", "highest")] == ["193", "0.0566", "0.9150"]


def test_changes_are_those_between_the_two_editions(two_editions):
    changes = by(tables.changes(two_editions), "unit")
    viet_nam = changes["VNM"]
    assert (viet_nam["rank"], viet_nam["previous_rank"], viet_nam["rank_change"]) == (88, 109, 21)
    assert [str(viet_nam[k]) for k in ("value", "previous_value", "value_change")] == [
        "0.5931",
        "0.5144",
        "0.0787",
    ]
    australia = changes["AUS"]  # first while Denmark was not there
    assert (australia["rank"], australia["previous_rank"], australia["rank_change"]) == (2, 1, -1)
    denmark = changes["DNK"]
    assert [denmark[k] for k in ("previous_rank", "rank_change", "previous_value", "value_change")] == [
        None
    ] * 4
    assert "năm 2016" in tables.changes(two_editions).attrs["note"]


def test_a_unit_that_was_renamed_keeps_its_last_rank(two_years):
    """Viet Nam under another code, which its row calls by the code of the year before."""
    folder = two_years.inputs("egdi-2018")
    for name in ("entities.csv", "answers.csv", "published.csv"):
        text = (folder / name).read_text("utf-8").replace("VNM,", "VN2,")
        if name == "entities.csv":
            head, *lines = text.splitlines()
            lines = [f"{line},{'VNM' if line.startswith('VN2,') else ''}" for line in lines]
            text = "\n".join([f"{head},predecessor", *lines]) + "\n"
        (folder / name).write_text(text, "utf-8")
    parameters = {**read_parameters("egdi-2018", two_years), "highlight": ""}
    changes = by(tables.changes(evaluate(two_years, **parameters)), "unit")
    assert (changes["VN2"]["rank"], changes["VN2"]["previous_rank"]) == (88, 109)


def test_without_an_edition_before_the_page_says_that_nothing_is_compared(small):
    changes = tables.changes(small)
    assert changes.empty and "không so sánh" in changes.attrs["note"]


# --- states -----------------------------------------------------------------------------------------------


def test_exceptions_list_all_four_kinds_of_nothing_with_their_reason(small):
    rows = tables.exceptions(small).to_dict("records")
    shown = {(row["unit"], row["criterion"]): (row["state"], row["reason"]) for row in rows}
    assert shown == {
        ("B", "inside.portal"): ("missing", "Không có số liệu, không tính"),
        ("B", "services"): ("zero_late", "0 điểm: báo cáo chậm"),
        ("C", "services"): ("withheld", "Không công bố (bí mật nhà nước), không tính"),
        ("D", "services"): ("not_applicable", "Không áp dụng"),
        ("E", "inside.computers"): ("zero_missing", "0 điểm: thiếu số liệu"),
        ("E", "services"): ("not_applicable", "Không áp dụng"),
    }
    assert len(rows) == 6


def test_a_figure_that_earned_nothing_is_still_shown(small):
    assert only(tables.exceptions(small), unit="B", state="zero_late")[0]["given"] == "40"


def test_plain_zero_points_are_no_exception(small):
    assert not only(tables.exceptions(small), unit="E", criterion="inside.portal")


def test_without_exceptions_the_page_says_so(egdi_2018):
    exceptions = tables.exceptions(egdi_2018)
    assert exceptions.empty and exceptions.attrs["note"].startswith("Không có")


def test_the_states_of_each_group_add_up_to_entities_times_lowest_criteria(any_year):
    rows = by(tables.counts(any_year), "what")
    for key in any_year.methodology.groups:
        counted = {what: row[f"count_{key}"] for what, row in rows.items()}
        entities, ranked = counted.pop("entities"), counted.pop("ranked")
        assert 0 <= ranked <= entities
        assert sum(counted.values()) == entities * 3  # every one of these years has three lowest criteria


def test_counts_of_the_small_edition(small):
    rows = by(tables.counts(small), "what").values()
    assert {row["what"]: row["count_ministry"] for row in rows if row["count_ministry"]} == {
        "entities": 3,
        "ranked": 3,
        "scored": 6,
        "zero_late": 1,
        "missing": 1,
        "withheld": 1,
    }
    assert {row["what"]: row["count_agency"] for row in rows if row["count_agency"]} == {
        "entities": 2,
        "ranked": 2,
        "scored": 3,
        "zero_missing": 1,
        "not_applicable": 2,
    }


def test_every_state_is_counted_even_where_it_does_not_occur(small):
    others = {"entities", "ranked", "scored", "zero_missing", "unknown"}
    assert set(by(tables.counts(small), "what")) == {*others, *STATES}


# --- what is said in words --------------------------------------------------------------------------------


def test_the_heading_names_the_decision_it_is_attached_to(mini, small):
    assert tables.heading(small).lines == (
        "Phương pháp nhỏ để thử",
        "Năm đánh giá 2020",
        "(Chưa kèm theo quyết định công bố nào)",
    )
    attached = {"attached_to": "Quyết định số 1/QĐ-BTTTT ngày 02/01/2021"}
    e = evaluate(mini, **{**read_parameters("mini-2020", mini), **attached})
    assert tables.heading(e).lines[2] == "(Kèm theo Quyết định số 1/QĐ-BTTTT ngày 02/01/2021)"


def test_the_headline_of_egdi_2018_names_first_last_and_viet_nam(egdi_2018):
    (line,) = tables.headline(egdi_2018).lines
    for words in (
        "Đan Mạch đứng đầu",
        "193 đơn vị",
        "0,9150",
        "0,0566",
        "Việt Nam hạng 88 với 0,5931",
        "49",
        "155",
    ):
        assert words in line


def test_each_group_has_a_headline_that_begins_with_a_capital_and_ends_with_a_stop(small):
    lines = tables.headline(small).lines
    assert [line.partition(":")[0] for line in lines] == ["Bộ", "Cơ quan"]
    for line in lines:
        sentences = line.rstrip(".").split(". ")
        assert len(sentences) == 2 and line.endswith(".")
        assert all(sentence[0].isupper() for sentence in sentences)


def test_more_than_three_leaders_are_counted(mini):
    (line, _) = tables.headline(tied_ministries(mini, [40] * 5)).lines
    assert "Bộ A, Bộ B, Bộ C và 2 đơn vị khác cùng đứng đầu trong 5 đơn vị" in line


def test_nobody_ranked_is_said(unranked):
    assert tables.headline(unranked).lines == (
        "Bộ: chưa có đơn vị nào được xếp hạng.",
        "Cơ quan: chưa có đơn vị nào được xếp hạng.",
    )


def test_one_shared_rank_is_said_in_the_singular(mini):
    (line, _) = tables.headline(tied_ministries(mini, [40, 30, 30])).lines
    assert "các hạng 2" not in line.lower()


def test_all_leaders_are_named_where_ties_take_the_last_rank(mini):
    rewrite(mini.methodology("mini"), "ties: min", "ties: max")
    (line, _) = tables.headline(tied_ministries(mini, [40, 40, 30])).lines
    assert "Bộ A, Bộ B cùng đứng đầu trong 3 đơn vị" in line


def test_one_alone_is_neither_ahead_of_anybody_nor_the_lowest(alone):
    (line, _) = tables.headline(alone).lines
    assert "thấp nhất" not in line and "cùng hạng" not in line


def test_a_highlighted_entity_that_is_not_ranked_is_mentioned(mini):
    rewrite(mini.methodology("mini"), "missing: zero", "missing: leave_out")
    (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\nB,portal,30\n", "utf-8")
    (line, _) = tables.headline(evaluate_edition("mini-2020", mini)).lines
    assert "Bộ Một" in line


def test_of_two_figures_the_one_that_is_missing_stays_visible(small):
    (row,) = only(tables.exceptions(small), unit="E", state="zero_missing")
    assert row["given"] not in ("40", "40;")


@pytest.mark.parametrize("name", ["rank", "value", "entity", "inside_rank"])
def test_a_category_by_any_name_has_columns_of_its_own(mini, name):
    rewrite(
        mini.methodology("mini"),
        "\n  services:\n    label_vi: Dịch vụ công",
        f"\n  {name}:\n    label_vi: Dịch vụ công",
    )
    ranking = ranked(evaluate_edition("mini-2020", mini))
    keys = list(ranking)
    assert len(set(keys)) == len(keys) and f"{name}_value" in keys


def test_an_amended_methodology_is_named_in_the_heading_and_has_its_digest(mini):
    path = mini.root / "parameters" / "methodologies" / "amendments" / "mini-2.yaml"
    path.parent.mkdir()
    path.write_text(
        "amendment: mini-2\namends: mini\ncitation: {title: Quyết định số 2, clause: Điều 1}\n"
        "changes:\n  label_vi: Phương pháp đã sửa\n",
        "utf-8",
    )
    usual = mini.parameters("mini-2020").read_text("utf-8")
    amended = usual.replace("edition: mini-2020", "edition: mini-2-2020")
    amended = amended.replace("methodology: mini", "methodology: mini-2")
    mini.parameters("mini-2-2020").write_text(amended, "utf-8")
    e = evaluate_edition("mini-2-2020", mini)
    assert tables.heading(e).lines[:2] == (
        "Phương pháp đã sửa",
        "Được sửa đổi, bổ sung bởi Quyết định số 2",
    )
    named = [row[:2] for row in audit.provenance(e).itertuples(index=False, name=None)]
    assert ("Văn bản sửa đổi", "parameters/methodologies/amendments/mini-2.yaml") in named
    assert ("Phương pháp", "parameters/methodologies/mini.yaml") in named


def test_who_is_not_ranked_is_named_with_why_and_moves_nobody(mini_with):
    unknown = mini_with(
        methodology=lambda text: text.replace("missing: zero", "missing: error"),
        answers=lambda text: text.replace("A,portal,30,\n", "").replace("A,services,25,\n", ""),
    )
    e = evaluate_edition("mini-2020", unknown)
    ranks = {s.entity.code: s.rank for s in e.standings["ministry"]}
    assert ranks == {"B": 2, "C": 1, "A": None}
    line = tables.headline(e).lines[0]
    assert "không xếp hạng Bộ Một (Chưa biết: thiếu số liệu mà phương pháp không nêu hệ quả)" in line
    assert "Không xếp hạng Bộ Một" in ranked(e).attrs["note"]


def test_a_unit_below_the_declared_coverage_has_points_and_no_rank(mini_with):
    least = '  on: {open: rounded, why_vi: "Không văn bản nào nêu"}\n  minimum_answered: 60\n'
    project = mini_with(
        methodology=lambda text: text.replace("  on: {open: rounded, why_vi: Không văn bản nào nêu}\n", least)
    )
    e = evaluate_edition("mini-2020", project)
    assert e.scores.unranked == {}  # E answered two of three; what has a state is no silence
    rewrite(project.inputs("mini-2020") / "answers.csv", "E,portal,0,", "E,portal,,missing")
    e = evaluate_edition("mini-2020", project)
    ranking = ranked(e).set_index("unit")
    assert (ranking["rank"]["D"], ranking["state"]["E"]) == (1, "too_few_answers")
    assert ranking["rank"].isna()["E"] and ranking["points"]["E"] == 0 and ranking["value"].isna()["E"]
