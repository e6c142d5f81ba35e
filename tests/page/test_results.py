"""The result as texts and tables: rows known by heart, nothing lost, and no year that breaks them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.facts.answers import STATES
from ictindex.page import results as tables
from ictindex.page import shown as page
from ictindex.page import trust as audit
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters


def by(table, key):
    """Rows as dicts, under the value of one column."""
    keys = [column.key for column in table.columns]
    return {row[keys.index(key)]: dict(zip(keys, row, strict=True)) for row in table.rows}


def rewrite(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def only(table, **wanted):
    """The rows with these values, as dicts."""
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


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


# --- every text and table, of every kind of year ----------------------------------------------------------


def test_every_table_can_be_shown_and_checked(any_year, subtests):
    for make in tables.TABLES:
        with subtests.test(make.__name__):
            table = make(any_year)
            assert table.name == make.__name__ and table.title_vi
            keys = [column.key for column in table.columns]
            assert len(set(keys)) == len(keys), "a key twice"
            assert all(key and key.isascii() for key in keys)
            assert all(column.label_vi.strip() for column in table.columns)
            assert all(len(row) == len(keys) for row in table.rows)
            assert table.csv().count("\n") >= 1 + len(table.rows)
            assert table.html().count('<th scope="col"') == sum(column.on_page for column in table.columns)
            assert max(table.emphasis, default=-1) < len(table.rows)


KINDS = {"text": str, "group": str, "integer": int, "number": (Decimal, Fraction), "exact": Fraction}


def test_cells_are_of_their_columns_kind(any_year, subtests):
    for make in tables.TABLES:
        with subtests.test(make.__name__):
            table = make(any_year)
            for row in table.rows:
                for column, cell in zip(table.columns, row, strict=True):
                    fits = isinstance(cell, KINDS[column.kind]) and not isinstance(cell, bool)
                    assert cell is None or fits, (column.key, cell)


def test_every_text_says_something(any_year, subtests):
    for make in tables.TEXTS:
        with subtests.test(make.__name__):
            text = make(any_year)
            assert text.name == make.__name__
            assert text.lines and all(line.strip() and "None" not in line for line in text.lines)


@pytest.mark.parametrize("make", tables.TABLES, ids=lambda make: make.__name__)
def test_what_is_made_up_is_stamped_and_what_is_not_is_not(make, small, egdi_2018):
    assert make(small).stamp == page.STAMP
    assert make(egdi_2018).stamp == ""


# --- results ----------------------------------------------------------------------------------------------


def test_the_ranking_of_egdi_2018_begins_and_ends_as_published(egdi_2018):
    ranking = by(tables.ranking(egdi_2018), "entity")
    assert len(ranking) == 193
    first = ranking["DNK"]
    assert (first["row"], first["label_vi"], first["rank"], str(first["value"])) == (
        1,
        "Đan Mạch",
        1,
        "0.9150",
    )
    viet_nam = ranking["VNM"]
    assert (viet_nam["row"], viet_nam["rank"], str(viet_nam["value"])) == (88, 88, "0.5931")
    assert viet_nam["value_exact"] == Fraction(17794, 30000)
    assert [str(viet_nam[key]) for key in ("osi_value", "hci_value", "tii_value")] == [
        "0.7361",
        "0.6543",
        "0.3890",
    ]
    last = ranking["SOM"]
    assert (last["row"], last["rank"], str(last["value"])) == (193, 193, "0.0566")


def test_the_running_number_goes_on_through_a_tie(egdi_2018):
    ranking = by(tables.ranking(egdi_2018), "entity")
    assert [(ranking[c]["row"], ranking[c]["rank"]) for c in ("SRB", "SVK", "AGO", "IRQ")] == [
        (49, 49),
        (50, 49),
        (155, 155),
        (156, 155),
    ]


def test_the_ranking_emphasises_the_highlighted_wherever_they_stand(egdi_2018, mini):
    assert tables.ranking(egdi_2018).emphasis == {87}
    e = evaluate(mini, **{**read_parameters("mini-2020", mini), "highlight": "B,E"})
    assert tables.ranking(e).emphasis == {2, 4}


def test_the_ranking_goes_group_by_group_each_from_its_own_first(small):
    rows = [row[:6] for row in tables.ranking(small).rows]
    assert rows == [
        (1, "Bộ", "A", "Bộ Một", 1, Decimal("0.640")),
        (2, "Bộ", "C", "Bộ Ba", 2, Decimal("0.600")),
        (3, "Bộ", "B", "Bộ Hai", 3, Decimal("0.083")),
        (1, "Cơ quan", "D", "Cơ quan Một", 1, Decimal("0.300")),
        (2, "Cơ quan", "E", "Cơ quan Hai", 2, Decimal("0.000")),
    ]


def test_a_category_that_does_not_count_is_none_and_not_zero(small):
    ranking = by(tables.ranking(small), "entity")
    shown = {code: (row["services_value"], row["services_rank"]) for code, row in ranking.items()}
    assert shown == {
        "A": (Decimal("0.500"), 1),
        "B": (Decimal("0.000"), 2),  # late: a zero that counts
        "C": (None, None),
        "D": (None, None),
        "E": (None, None),
    }


def test_the_unranked_stand_last_with_a_dash(unranked):
    ranking = tables.ranking(unranked)
    assert [row[4:7] for row in ranking.rows] == [(None, None, None)] * 5
    assert '<td class="integer">–</td>' in ranking.html()


def test_statistics_are_worked_by_hand(small, egdi_2018):
    total = only(tables.statistics(small), group="Bộ", criterion="total")[0]
    # 1/12, 3/5, 16/25: quartiles half-way, (1/12 + 3/5) / 2 = 41/120 and (3/5 + 16/25) / 2 = 31/50
    assert [str(total[k]) for k in ("lowest", "lower_quartile", "median", "upper_quartile", "highest")] == [
        "0.083",
        "0.342",
        "0.600",
        "0.620",
        "0.640",
    ]
    assert str(total["mean"]) == "0.441"  # (25 + 180 + 192) / 300 / 3 = 397/900
    nobody = only(tables.statistics(small), group="Cơ quan", criterion="services")[0]
    assert (nobody["counted"], nobody["mean"], nobody["median"]) == (0, None, None)
    world = only(tables.statistics(egdi_2018), criterion="total")[0]
    assert [str(world[k]) for k in ("counted", "lowest", "highest")] == ["193", "0.0566", "0.9150"]


def test_changes_are_those_between_the_two_editions(two_editions):
    changes = by(tables.changes(two_editions), "entity")
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
    assert "egdi-2016" in tables.changes(two_editions).note_vi


def test_without_an_edition_before_the_page_says_that_nothing_is_compared(small):
    changes = tables.changes(small)
    assert changes.rows == () and "không so sánh" in changes.note_vi


# --- states -----------------------------------------------------------------------------------------------


def test_exceptions_list_all_four_kinds_of_nothing_with_their_reason(small):
    rows = tables.exceptions(small).rows
    shown = {(row[1], row[3]): (row[5], row[6]) for row in rows}
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
    assert only(tables.exceptions(small), entity="B", state="zero_late")[0]["given"] == "40"


def test_plain_zero_points_are_no_exception(small):
    assert not only(tables.exceptions(small), entity="E", criterion="inside.portal")


def test_without_exceptions_the_page_says_so(egdi_2018):
    exceptions = tables.exceptions(egdi_2018)
    assert exceptions.rows == () and exceptions.note_vi.startswith("Không có")


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
    assert set(by(tables.counts(small), "what")) == {"entities", "ranked", "scored", *STATES, "zero_missing"}


def test_scores_hold_every_node_of_every_entity(small, egdi_2018):
    assert len(tables.scores(small).rows) == 5 * 5
    assert len(tables.scores(egdi_2018).rows) == 193 * 4
    (row,) = only(tables.scores(small), entity="A", criterion="inside.computers")
    assert (row["given"], row["points"], row["available"], row["share"], row["state"]) == (
        "90; 100",
        Fraction(9),
        Fraction(10),
        Fraction(9, 10),
        "scored",
    )
    (row,) = only(tables.scores(small), entity="C", criterion="services")
    assert (row["given"], row["points"], row["available"], row["share"]) == ("", None, None, None)


# --- what is said in words --------------------------------------------------------------------------------


def test_the_heading_names_the_decision_it_is_attached_to(mini, small):
    assert tables.heading(small).lines == (
        "Phương pháp nhỏ để thử",
        "Năm đánh giá 2020",
        "(Chưa kèm theo quyết định công bố nào)",
        "SỐ LIỆU MINH HỌA",
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
    (row,) = only(tables.exceptions(small), entity="E", state="zero_missing")
    assert row["given"] not in ("40", "40;")


@pytest.mark.parametrize("name", ["rank", "value", "entity", "inside_rank"])
def test_a_category_by_any_name_has_columns_of_its_own(mini, name):
    rewrite(
        mini.methodology("mini"),
        "\n  services:\n    label_vi: Dịch vụ công",
        f"\n  {name}:\n    label_vi: Dịch vụ công",
    )
    ranking = tables.ranking(evaluate_edition("mini-2020", mini))
    keys = [column.key for column in ranking.columns]
    assert len(set(keys)) == len(keys)


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
    named = [row[:2] for row in audit.provenance(e).rows]
    assert ("Văn bản sửa đổi", "parameters/methodologies/amendments/mini-2.yaml") in named
    assert ("Phương pháp", "parameters/methodologies/mini.yaml") in named
