"""The evidence as tables: method, inputs, checks and origin, as an auditor reads them."""

from decimal import Decimal

import pytest

from ictindex.page import trust as audit
from ictindex.scoring import checks
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from tests.frame_rows import by, rewrite
from tests.shipped import shipped


def test_the_criteria_are_numbered_as_a_decision_numbers_them(small):
    criteria = by(audit.criteria(small), "criterion")
    assert [row["number"] for row in criteria.values()] == ["", "1", "1.1", "1.2", "2"]
    assert (criteria["services"]["max_points_ministry"], criteria["services"]["max_points_agency"]) == (
        50,
        None,
    )
    assert criteria["inside.portal"]["status"] == "Minh họa"


def test_below_the_criteria_it_says_which_of_them_are_no_part_of_the_maximum(small, mini):
    assert "Điểm thưởng" not in audit.criteria(small).attrs["note"]
    path = mini.methodology("mini")
    first = "citation: {clause: Điều 7}, counts_as: bonus, max_points: 50, rule: {value: services}"
    first = f"  first: {{label_vi: Đi đầu, status: official, {first}}}\n"
    rewrite(path, "  services:\n    label_vi", f"{first}  services:\n    label_vi")
    note = audit.criteria(evaluate_edition("mini-2020", mini)).attrs["note"]
    assert note == "Điểm thưởng, cộng thêm và không nằm trong điểm tối đa: 2 Đi đầu."


def test_weights_have_a_column_only_where_there_are_weights(small, mini):
    assert "weight" not in list(audit.criteria(small))
    path = mini.methodology("mini")
    rewrite(path, "aggregate: sum\n  compare_on", "aggregate: weights\n  compare_on")
    rewrite(path, "    max_points: 50\n", "    max_points: 50\n    weight: 40\n")
    rewrite(path, "    max_points: {ministry: 50,", "    weight: 60\n    max_points: {ministry: 50,")
    weighted = by(audit.criteria(evaluate_edition("mini-2020", mini)), "criterion")
    assert [row["weight"] for row in weighted.values()] == [None, 40, None, None, 60]


def test_the_rules_in_force_say_who_set_them(mini):
    e = evaluate(mini, **{**read_parameters("mini-2020", mini), "rank_on": "unrounded"})
    rules = by(audit.rules(e), "rule")
    assert list(rules) == [
        "not_applicable",
        "compare_on",
        "decimals",
        "rounding",
        "ties",
        "rank_on",
        "zero_late",
        "nothing_of_nothing",
    ]
    assert rules["rank_on"]["value"] == "unrounded" and rules["rank_on"]["why"] == "Không văn bản nào nêu"
    assert rules["rank_on"]["origin"] != rules["ties"]["origin"]


@pytest.mark.parametrize("compare_on", ["share", "points"])
@pytest.mark.parametrize("aggregate", ["sum", "mean"])
def test_the_rules_say_how_units_compare_of_which_not_everything_is_assessed(
    mini_with, aggregate, compare_on
):
    def changed(text):
        text = text.replace("{ministry: 100, agency: 50}\n  aggregate: sum", f"50\n  aggregate: {aggregate}")
        text = text.replace("compare_on: share", f"compare_on: {compare_on}")
        return (
            text
            if aggregate == "mean"
            else text.replace("points: 50\n", "points: {ministry: 100, agency: 50}\n", 1)
        )

    row = by(audit.rules(evaluate_edition("mini-2020", mini_with(methodology=changed))), "rule")[
        "not_applicable"
    ]
    meaning = {
        "share": "chia cho tổng điểm tối đa của những gì áp dụng",
        "points": "không quy đổi",
        "mean": "trung bình cộng của các hạng mục áp dụng",
    }[compare_on if aggregate == "sum" else "mean"]
    assert meaning in row["meaning"] and row["origin"] == "theo phương pháp"


def test_criteria_say_in_words_how_they_are_counted_and_whom_they_apply_to(mini_with):
    def changed(text):
        text = text.replace(
            "answers:\n",
            "attributes:\n  kind: {label_vi: Loại, values: {big: Lớn, small: Nhỏ}}\nanswers:\n",
            1,
        )
        text = text.replace(
            "    rule: {value: services}", "    applies: {kind: [big]}\n    rule: {value: services}"
        )
        exempt = "    exempt: {entities: [B], citation: {clause: Mục VI}}\n    aggregate: sum\n    criteria:"
        return text.replace("    aggregate: sum\n    criteria:", exempt, 1)

    entities = "entity,label_vi,group,kind\nA,Bộ Một,ministry,big\nB,Bộ Hai,ministry,small\n"
    answers = "entity,answer,value\nA,services,25\n"
    e = evaluate_edition("mini-2020", mini_with(methodology=changed, entities=entities, answers=answers))
    how = {code: row["how"] for code, row in by(audit.criteria(e), "criterion").items()}
    assert how["inside"] == "Tổng điểm các tiêu chí thành phần. Không áp dụng với Bộ Hai (Mục VI)."
    assert how["inside.computers"] == (
        "(“Cán bộ có máy tính” : “Cán bộ”) × điểm tối đa. Thiếu số liệu: 0 điểm."
    )
    assert how["services"].endswith("Chỉ áp dụng với đơn vị có “Loại” là “Lớn”.")


def test_changed_parameters_are_marked(mini):
    e = evaluate(mini, **{**read_parameters("mini-2020", mini), "highlight": "B"})
    marked = {
        name: row["changed"] for name, row in by(audit.parameters(e), "parameter").items() if row["changed"]
    }
    assert marked == {"highlight": "khác"}
    assert by(audit.parameters(e), "parameter")["highlight"]["default"] == "A"


def test_inputs_are_named_with_origin_rows_and_digest(egdi_2018):
    files = by(audit.inputs(egdi_2018), "file")
    assert {name: row["rows"] for name, row in files.items()} == {
        "inputs/egdi-2018/answers.csv": 579,
        "inputs/egdi-2018/entities.csv": 193,
        "inputs/egdi-2018/published.csv": 193,
        "inputs/egdi-2018/sources.yaml": None,
    }
    assert all(len(row["sha256"]) == 64 for row in files.values())
    assert files["inputs/egdi-2018/answers.csv"]["origin"].startswith("Liên hợp quốc")


def test_every_unit_stands_beside_its_published_result_and_who_differs_comes_first(egdi, egdi_2018):
    agreed = audit.published(egdi_2018)
    assert set(agreed["agrees"]) == {"có"} and len(agreed) == 193
    assert agreed.attrs["note"].startswith("Khớp 193 trong 193 đơn vị") and not agreed.attrs["bold"]
    rewrite(egdi.inputs("egdi-2018") / "published.csv", "VNM,0.5931,88", "VNM,0.5931,89")
    differs = audit.published(evaluate_edition("egdi-2018", egdi))
    first, *others = differs.itertuples(index=False, name=None)
    assert first == ("VNM", "Việt Nam", Decimal("0.5931"), "0.5931", 88, 89, "KHÔNG")
    assert len(others) == 192 and {row[-1] for row in others} == {"có"} and differs.attrs["bold"] == [0]
    assert differs.attrs["note"].startswith("Khớp 192 trong 193 đơn vị")


def test_what_is_equal_within_the_tolerance_and_off_is_counted_apart(egdi):
    rewrite(egdi.inputs("egdi-2016") / "published.csv", "VNM,0.51426,89", "VNM,0.51430,89")
    e = evaluate_edition("egdi-2016", egdi)
    frame = audit.published(e)
    assert frame["agrees"].tolist() == ["KHÔNG"] + ["trong dung sai"] * 17 + ["có"] * 175
    said = (
        "Trong 193 đơn vị, ở mọi giá trị và thứ hạng đã công bố: 175 bằng đúng, 17 đúng thứ hạng và lệch giá"
        " trị trong dung sai 0,00001, 1 không khớp"
    )
    assert frame.attrs["note"].startswith(said) and frame.attrs["bold"] == [0]
    assert by(audit.self_checks(e), "check")["published"]["detail"] == said


def test_a_variant_that_differs_from_what_was_published_is_told_and_no_fault(egdi):
    e = evaluate(egdi, **{**read_parameters("egdi-2018", egdi), "rounding": "down"})
    row = by(audit.self_checks(e), "check")["published"]
    said = (
        "Khớp 136 trong 193 đơn vị, ở mọi giá trị và thứ hạng đã công bố; không phải phép kiểm, vì trang này"
        " dùng tham số khác với ấn bản"
    )
    assert (row["holds"], row["detail"]) == ("Cần biết", said)
    assert audit.published(e).attrs["note"].startswith(f"{said}; những đơn vị không khớp")


def test_a_variant_that_comes_to_what_was_published_says_so_plainly(egdi):
    e = evaluate(egdi, **{**read_parameters("egdi-2018", egdi), "draws": 100})
    row = by(audit.self_checks(e), "check")["published"]
    assert (row["holds"], row["detail"]) == (
        "Đúng",
        "Khớp 193 trong 193 đơn vị, ở mọi giá trị và thứ hạng đã công bố",
    )


def test_where_nothing_was_published_the_page_says_so(small):
    assert audit.published(small).attrs["note"] == "Không có kết quả đã công bố để đối chiếu."


def test_self_checks_are_printed_as_verdicts(egdi_2018):
    checks = by(audit.self_checks(egdi_2018), "check")
    assert {name: row["holds"] for name, row in checks.items() if row["holds"] != "Đúng"} == {
        "rounding_matters": "Cần biết"
    }
    said = "Khớp 193 trong 193 đơn vị, ở mọi giá trị và thứ hạng đã công bố"
    assert checks["published"]["detail"] == said
    assert checks["second_way"]["detail"] == "lệch lớn nhất dưới 0,000000001"


def test_a_check_that_fails_is_printed_in_capitals(egdi):
    rewrite(egdi.inputs("egdi-2018") / "published.csv", "VNM,0.5931,88", "VNM,0.5931,89")
    e = evaluate_edition("egdi-2018", egdi)
    row = by(audit.self_checks(e), "check")["published"]
    assert (row["holds"], row["detail"]) == (
        "SAI",
        "Khớp 192 trong 193 đơn vị, ở mọi giá trị và thứ hạng đã công bố",
    )


def test_every_check_has_words(egdi_2018):
    printed = by(audit.self_checks(egdi_2018), "check")
    assert list(printed) == [check.name for check in checks.all_checks(egdi_2018)]
    assert all(row["claim"] and "{" not in row["detail"] for row in printed.values())


def test_provenance_names_the_files_and_the_two_commands(small):
    rows = list(audit.provenance(small).itertuples(index=False, name=None))
    assert [row[1] for row in rows[:3]] == [
        "parameters/methodologies/mini.yaml",
        "notebooks/mini-2020.ipynb",
        "parameters/mini-2020.yaml",
    ]
    assert [row[1] for row in rows[-2:]] == ["ictindex run mini-2020", "ictindex verify outputs/mini-2020"]


def test_the_texts_behind_a_decision_say_what_was_read_and_from_when_it_is_in_force():
    frame = audit.legal_sources(shipped("qd2342-2017"))
    decision = frame.iloc[0]
    assert (decision["issued"], decision["read_name"]) == ("18/12/2017", "một phần")
    assert "Cục Tin học hóa" in frame.attrs["note"] and "Có hiệu lực từ 18/12/2017" in frame.attrs["note"]


def test_without_declared_sources_the_page_says_so(small):
    frame = audit.legal_sources(small)
    assert frame.empty and "không khai nguồn" in frame.attrs["note"]
