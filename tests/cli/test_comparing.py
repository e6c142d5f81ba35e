"""The commands that set other ways beside a ranking, for an officer, for a program, and refused."""

import csv
import io
import json

import pytest

from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical

MINI = "mini-2020"


def told(ended):
    assert (ended.code, ended.err) == (0, "")
    return ended.out


# --- other ways of comparing --------------------------------------------------------------------------------


def test_other_ways_are_told_first_and_stand_beside_the_rank(ictindex, golden):
    out = told(ictindex("other-ways", MINI, "--way", "copeland", project=golden))
    assert out.startswith("SỐ LIỆU MINH HỌA\n") and "chỉ tính hạng mục áp dụng" in " ".join(out.split())
    found = json.loads(told(ictindex("other-ways", MINI, "--json", project=golden)))
    won = {row["unit"]: row["copeland"] for row in found["units"]}
    assert won == {"A": 2, "B": 2, "C": 0, "D": 0, "E": -4}
    rows = list(csv.DictReader(io.StringIO(told(ictindex("other-ways", MINI, "--csv", project=golden)))))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4", "5"]


# --- every combination --------------------------------------------------------------------------------------

CHOICES = (
    "what_if: ways\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\nmultiverse:\n"
    "  - {label_vi: Trọng số, others: [{label_vi: mục 3 300, categories: {c3: 300}}]}\n"
    "  - {label_vi: Cách gộp, others: [{label_vi: thấp nhất, aggregate: {total: minimum}}]}\n"
)


def test_every_combination_is_told_answer_first(ictindex, golden):
    golden.what_if("ways").parent.mkdir(exist_ok=True)
    golden.what_if("ways").write_text(CHOICES, "utf-8")
    out = " ".join(told(ictindex("multiverse", "ways", project=golden)).split())
    assert "đơn vị giữ đúng một hạng ở cả 4 tổ hợp" in out
    assert out.index("Lựa chọn làm đổi hạng nhiều nhất") < out.index("Thấp nhất")
    found = json.loads(told(ictindex("multiverse", "ways", "--json", project=golden)))
    spans = {row["unit"]: (row["best"], row["worst"]) for row in found["units"]}
    # the least share: A .5, B .55, C .6, D .4, E .4; with 300 points for the third C is first
    assert spans["C"] == (1, 2) and spans["E"] == (4, 5)
    assert {row["way"] for row in found["effects"]} == {"mục 3 300", "thấp nhất"}


def test_a_what_if_without_choices_has_no_combinations(ictindex, golden):
    golden.what_if("ways").parent.mkdir(exist_ok=True)
    text = CHOICES.partition("multiverse")[0] + "rules: {rank_on: unrounded}\n"
    golden.what_if("ways").write_text(text, "utf-8")
    ended = ictindex("multiverse", "ways", project=golden)
    assert ended.code == 2 and "[none-given]" in ended.err


# --- a stated influence -------------------------------------------------------------------------------------


def test_the_weights_for_a_stated_influence_are_told_with_what_ranks_do(ictindex, golden):
    arguments = ["influence", MINI, "--least", "3"]
    out = " ".join(told(ictindex(*arguments, project=golden)).split())
    assert "Mọi đơn vị: tìm được bộ trọng số" in out and "Thứ hạng với trọng số tìm được" in out
    found = json.loads(told(ictindex(*arguments, "c5=20", "c1=16,5%", "--json", project=golden)))
    stated = {row["criterion"]: row["stated"] for row in found["categories"]}
    assert stated["c5"] == "20.0" and stated["c1"] == "16.5"
    assert {row["unit"] for row in found["units"]} == set("ABCDE")
    rows = list(csv.DictReader(io.StringIO(told(ictindex(*arguments, "--csv", project=golden)))))
    assert sum(int(row["points"]) for row in rows) == 1000


def test_the_weights_found_are_saved_as_a_what_if_that_gives_the_same_ranks(ictindex, golden):
    ended = ictindex("influence", MINI, "--least", "3", "--save", "fair", "--json", project=golden)
    found = json.loads(told(ended))
    assert found["saved"] == "parameters/what_if/fair.yaml"
    e = hypothetical(evaluate_edition(MINI, golden), "fair")
    ranks = {code: s.rank for code, s in e.at(e.methodology.root).items()}
    assert ranks == {row["unit"]: row["then"] for row in found["units"]}


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["c1=120"], "các mức ảnh hưởng từ 0 trở lên, cộng lại bằng 100, không phải: 120"),
        (["c1"], "không phải dạng HẠNG_MỤC=PHẦN_TRĂM: c1"),
        (["c1=một"], "không phải dạng HẠNG_MỤC=PHẦN_TRĂM: c1=một"),
        (["--least", "99", "--save", "fair"], "--save cần nêu một nhóm bằng --group"),
    ],
)
def test_an_influence_that_cannot_be_stated_is_a_usage_error(ictindex, golden, arguments, said):
    ended = ictindex("--lang", "vi", "influence", MINI, "--least", "3", *arguments, project=golden)
    assert ended.code == 2 and said in ended.err


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["portl=20"], "không có hạng mục “portl” để xét ở đây"),
        (
            ["4=20"],
            "hạng mục “Cung cấp dịch vụ công trực tuyến” không áp dụng cho nhóm “Cơ quan thuộc Ch",
        ),
        (["--group", "tinh"], "không có nhóm “tinh”. → được dùng: ministry, Bộ, cơ quan ngang Bộ, agency"),
    ],
)
def test_a_category_or_group_that_is_none_is_told_beside_those_that_are(ictindex, egdi, arguments, said):
    ended = ictindex("--lang", "vi", "influence", "qd2342-2017", *arguments, project=egdi)
    assert ended.code == 1 and said in ended.err


def test_categories_and_groups_may_be_told_by_number_and_name(ictindex, egdi):
    told = ["4=30", "trang/cong thong tin dien tu=10", "--group", "bo, co quan ngang bo", "--json"]
    found = json.loads(ictindex("influence", "qd2342-2017", *told, project=egdi).out)
    stated = {row["criterion"]: row["stated"] for row in found["categories"]}
    assert (found["group"], stated["online_services"], stated["portal"]) == ("ministry", "30.0", "10.0")


def test_where_there_is_no_row_the_table_says_so_and_why(ictindex, golden):
    out = told(ictindex("influence", MINI, "--least", "99", project=golden))
    assert "Thứ hạng với trọng số tìm được: không có dòng nào.\nKhông tính cho Mọi đơn vị: chưa đến 99" in out
    assert "Trọng số để hạng mục có ảnh hưởng như mong muốn: không có dòng nào." in out


def test_nothing_is_saved_where_no_weights_were_found(ictindex, golden):
    ended = ictindex("influence", MINI, "--save", "fair", project=golden)
    assert ended.code == 2 and not golden.what_if("fair").exists()
