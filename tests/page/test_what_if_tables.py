"""A what-if's page says what is asked and changed before any result; an official one that it is official."""

import pytest

from ictindex.basics.project import Project
from ictindex.page import results as tables
from ictindex.page.cells import stamp
from ictindex.page.shown import Table, Text
from ictindex.page.views import every_table, page_views
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters

STAMP = "PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA"


@pytest.fixture(scope="module")
def project(request):
    return Project(request.config.rootpath)


def shipped(project, name, edition):
    return evaluate(project, **{**read_parameters(edition, project), "what_if": name})


@pytest.fixture(scope="module")
def online(project):
    return shipped(project, "online-services-300", "qd2342-2017")


@pytest.fixture(scope="module")
def levels(project):
    return shipped(project, "lower-levels", "qd2245-2021")


@pytest.fixture(scope="module")
def evidence(project):
    return shipped(project, "no-evidence-zero-for-unit", "qd375-2020")


def test_an_official_page_says_in_a_sentence_that_it_is_official(project):
    e = evaluate_edition("qd375-2020", project)
    made = [make(e) for make in tables.WHAT_IF]
    assert [type(each) for each in made] == [Text] * 4
    assert [each.name for each in made] == [make.__name__ for make in tables.WHAT_IF]
    assert made[0].lines == ("Đây là kết quả chính thức, không phải phương án giả định.",)
    assert stamp(e) == "SỐ LIỆU MINH HỌA"


def test_the_question_and_what_is_not_covered_come_first(online):
    first, *_, last = tables.what_if(online).lines
    assert first.startswith(f"{STAMP}. Câu hỏi: Nếu hạng mục Cung cấp dịch vụ công trực tuyến có 300 điểm")
    assert last.startswith("Không bao gồm: Cơ quan thuộc Chính phủ")


def test_the_stamp_stands_on_every_table_and_in_the_head(online):
    made = [view for view in page_views(online).values() if isinstance(view, Table)]
    assert {table.stamp for table in made} == {STAMP} and len(made) == 3 + len(every_table(online))
    head = tables.heading(online).lines
    assert head[-1] == STAMP and "không kèm theo quyết định nào" in head[-2]


def test_a_what_if_on_published_figures_bears_its_own_stamp_alone(egdi):
    path = egdi.what_if("down")
    path.write_text(
        "what_if: down\nbaseline: egdi-2018\nquestion_vi: Sao?\n"
        "rules: {rounding: down}\nnot_covered_vi: [K]\n",
        "utf-8",
    )
    e = shipped(egdi, "down", "egdi-2018")
    assert stamp(e) == "PHƯƠNG ÁN GIẢ ĐỊNH"
    from ictindex.page.trust import published

    assert published(e).note_vi == "Không có kết quả đã công bố để đối chiếu."


def test_the_changes_stand_with_both_values_and_the_clause_of_today(online):
    rows = {row[0]: row[2:] for row in tables.what_if_changes(online).rows}
    assert rows["application.one_stop"] == ("điểm tối đa", "40", "36", "")
    assert rows["online_services"] == (
        "điểm tối đa, Bộ, cơ quan ngang Bộ; Tỉnh, thành phố trực thuộc Trung ương",
        "250",
        "300",
        "Mục IV.iv; Mục V.5.3 a, bảng điểm, TT 4 và chú thích (*)",
    )
    assert len(rows) == 33  # each node of the file's points once


def test_a_rule_and_a_level_stand_there_too(evidence, levels):
    assert tables.what_if_changes(evidence).rows == (
        (
            "zero_no_evidence",
            "0 điểm vì không có tài liệu kiểm chứng tính cho",
            "giá trị",
            "tiêu chí (hoặc hạng mục) có lý do đó",
            "mọi tiêu chí của đơn vị",
            "văn bản để ngỏ, chọn ở đây",
        ),
    )
    assert [row[:5] for row in tables.what_if_changes(levels).rows] == [
        ("levels.tot", "Mức “Tốt”", "từ điểm", "85", "80"),
        ("levels.kha", "Mức “Khá”", "từ điểm", "70", "65"),
        ("levels.trung_binh", "Mức “Trung bình”", "từ điểm", "50", "45"),
    ]


def test_a_what_if_without_effect_on_any_rank_says_so(levels, online):
    note = "Phương án này không đổi thứ hạng của đơn vị nào."
    assert tables.what_if_agreement(levels).note_vi.startswith(note)
    assert "không đổi mức" not in tables.what_if_agreement(levels).note_vi
    assert note not in tables.what_if_agreement(online).note_vi


def test_ranks_before_are_the_official_ones_and_after_those_of_the_page(project, evidence):
    official = evaluate_edition("qd375-2020", project)
    at = official.at(official.methodology.root)
    table = tables.what_if_ranks(evidence)
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    assert [row["baseline_rank"] for row in rows] == [at[row["entity"]].rank for row in rows]
    assert [(row["entity"], row["rank"]) for row in rows] == [
        (s.entity.code, s.rank) for s in evidence.standings["unit"]
    ]
    fallen = min(rows, key=lambda row: row["rise"])
    assert fallen["rise"] < 0 and fallen["gain_vi"] is None and "−" in fallen["loss_vi"]
    for row in rows:
        parts = [row[key] for key in keys if key.startswith("change_") and key != "change_exact"]
        assert sum(part or 0 for part in parts) == row["change_exact"]


def test_the_head_of_the_page_names_the_command_that_repeats_it(online):
    from ictindex.page.trust import provenance

    commands = {row[0]: row[1] for row in provenance(online).rows}
    assert commands["Lệnh chạy lại"] == "ictindex what-if online-services-300"
    assert commands["Lệnh kiểm chứng"] == "ictindex verify outputs/qd2342-2017/what_if/online-services-300"
    assert commands["Phương án giả định"] == "parameters/what_if/online-services-300.yaml"
