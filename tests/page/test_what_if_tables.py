"""A what-if's page says what is asked and what is changed, then what comes of it and why."""

import pytest

from ictindex.page import what_if_tables
from ictindex.page.cells import stamp
from ictindex.page.results import heading
from ictindex.page.slider import sliders
from ictindex.page.trust import provenance, published
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical
from tests.shipped import shipped

STAMP = "PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA"


def supposed(name, edition):
    return hypothetical(shipped(edition), name)


@pytest.fixture(scope="module")
def online():
    return supposed("online-services-300", "qd2342-2017")


@pytest.fixture(scope="module")
def levels():
    return supposed("lower-levels", "qd2245-2021")


@pytest.fixture(scope="module")
def evidence():
    return supposed("no-evidence-zero-for-unit", "qd375-2020")


def test_the_question_and_what_is_not_covered_are_said_in_its_own_words(online):
    first, basis, *_, last = what_if_tables.question(online).lines
    assert first.startswith("Câu hỏi: Nếu dịch vụ công trực tuyến có 300 điểm")
    assert "kết quả năm 2017 theo phương pháp đang dùng, cùng đơn vị" in basis and "qd2342" not in basis
    assert last.startswith("Không bao gồm: Các cơ quan không thay đổi cách làm")


def test_weights_are_told_in_the_words_of_the_sliders_once_for_all_groups_alike(online):
    (told,) = [line for line in what_if_tables.question(online).lines if line.startswith("Trọng số")]
    assert told.startswith("Trọng số (Bộ, cơ quan ngang Bộ; Tỉnh, thành phố trực thuộc Trung ương): Hạ tầng")
    board = sliders(online.baseline, "province")
    assert told.endswith(board.meant(board.moved({3: 300}, 3, True)))


def test_the_head_says_that_it_belongs_to_no_decision(online):
    assert stamp(online) == STAMP
    assert heading(online).lines[-1] == (
        "(Phương án giả định, không phải kết quả, không kèm theo quyết định nào)"
    )


def test_a_what_if_on_published_figures_bears_its_own_stamp_alone(egdi):
    path = egdi.what_if("down")
    path.write_text(
        "what_if: down\nbaseline: egdi-2018\nquestion_vi: Sao?\n"
        "rules: {rounding: down}\nnot_covered_vi: [K]\n",
        "utf-8",
    )
    e = hypothetical(evaluate_edition("egdi-2018", egdi), "down")
    assert stamp(e) == "PHƯƠNG ÁN GIẢ ĐỊNH"
    assert published(e).attrs["note"] == "Không có kết quả đã công bố để đối chiếu."


def test_the_changes_stand_with_both_values_and_the_clause_of_today(online):
    rows = {row[0]: row[2:] for row in what_if_tables.supposed(online).itertuples(index=False, name=None)}
    assert rows["online_services"] == (
        "điểm tối đa, Bộ, cơ quan ngang Bộ; Tỉnh, thành phố trực thuộc Trung ương",
        "250",
        "300",
        "Mục IV.iv; Mục V.5.3 a, bảng điểm, TT 4 và chú thích (*)",
    )
    assert len(rows) == 6, "what stands inside a category follows it"


def test_a_rule_and_a_level_stand_there_too(evidence, levels):
    assert list(what_if_tables.supposed(evidence).itertuples(index=False, name=None)) == [
        (
            "zero_no_evidence",
            "0 điểm vì không có tài liệu kiểm chứng tính cho",
            "giá trị",
            "tiêu chí (hoặc hạng mục) có lý do đó",
            "mọi tiêu chí của đơn vị",
            "văn bản để ngỏ, chọn ở đây",
        ),
    ]
    assert [row[:5] for row in what_if_tables.supposed(levels).itertuples(index=False, name=None)] == [
        ("levels.tot", "Mức “Tốt”", "từ điểm", "85", "80"),
        ("levels.kha", "Mức “Khá”", "từ điểm", "70", "65"),
        ("levels.trung_binh", "Mức “Trung bình”", "từ điểm", "50", "45"),
    ]


def test_a_what_if_without_effect_on_any_rank_says_so(levels, online):
    note = "Phương án này không đổi thứ hạng của đơn vị nào."
    assert what_if_tables.agreement(levels).attrs["note"].startswith(note)
    assert "không đổi mức" not in what_if_tables.agreement(levels).attrs["note"]
    assert note not in what_if_tables.agreement(online).attrs["note"]


def test_ranks_before_are_the_official_ones_and_after_those_of_the_page(evidence):
    official = shipped("qd375-2020")
    at = official.at(official.methodology.root)
    table = what_if_tables.moved(evidence)
    rows = table.to_dict("records")
    assert [row["baseline_rank"] for row in rows] == [at[row["unit"]].rank for row in rows]
    assert [(row["unit"], row["rank"]) for row in rows] == [
        (s.entity.code, s.rank) for s in evidence.standings["unit"]
    ]
    fallen = min(rows, key=lambda row: row["rise"])
    assert fallen["rise"] < 0 and fallen["gain_name"] is None and "−" in fallen["loss_name"]
    for row in rows:
        parts = [row[key] for key in table if key.startswith("change_") and key != "change_exact"]
        assert sum(part or 0 for part in parts) == row["change_exact"]


def test_the_head_of_the_page_names_the_command_that_repeats_it(online):
    commands = {row[0]: row[1] for row in provenance(online).itertuples(index=False, name=None)}
    assert commands["Lệnh chạy lại"] == "ictindex what-if online-services-300"
    assert commands["Lệnh kiểm chứng"] == "ictindex verify outputs/qd2342-2017/what_if/online-services-300"
    assert commands["Phương án giả định"] == "parameters/what_if/online-services-300.yaml"
