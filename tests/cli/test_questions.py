"""The commands that ask of a ranking, end to end: for an officer, for a program, and refused."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from fractions import Fraction as F

import pytest

from ictindex.cli.main import cli
from ictindex.cli.questions import COMMANDS

MINI, REAL = "mini-2020", "qd375-2020"


@pytest.fixture(autouse=True)
def known(monkeypatch):
    for command in COMMANDS:
        monkeypatch.setitem(cli.commands, command.name, command)


def told(ended):
    assert (ended.code, ended.err) == (0, "")
    return ended.out


# --- the golden example, as FORMULAS has it -----------------------------------------------------------------


@pytest.mark.parametrize("pair", ["BC", "CB"])
def test_a_tipping_point_is_a_sentence_to_quote(ictindex, golden, pair):
    out = told(ictindex("tip", MINI, *pair, project=golden))
    assert (
        "Chuyển 15 trong 1.000 điểm từ 2 “Hạng mục 2” sang 3 “Hạng mục 3” thì hai đơn vị bằng nhau."
        " Kiểm tra lại trên số chính xác: Đơn vị B 731,25, Đơn vị C 731,25 điểm."
        " Ít hơn một điểm thì chưa: Đơn vị B 731,5, Đơn vị C 731 điểm." in out
    )
    assert out.startswith("SỐ LIỆU MINH HỌA\n")


def test_as_json_the_numbers_are_exact(ictindex, golden):
    found = json.loads(told(ictindex("tip", MINI, "C", "B", "--json", project=golden)))
    assert (found["ahead"], found["behind"], found["relation"]) == ("B", "C", "open")
    assert found["values"] == ["735", "727.5"]
    assert found["least_l1"]["distance"] == "0.03"
    assert found["least_points"]["moves"] == [{"source": "c2", "target": "c3", "amount": "15"}]
    assert found["tippings"][0]["weight"] == "5/37"
    assert [each["points"] for each in found["tippings"]] == [135, 210, 119, 189, 163, 122]
    assert found["illustrative"] is True


def test_one_who_is_better_everywhere_never_tips(ictindex, golden):
    out = told(ictindex("tip", MINI, "E", "B", project=golden))
    assert "Thứ hạng không bao giờ đảo: Đơn vị B (B) trên Đơn vị E (E) với mọi bộ trọng số" in out


def test_the_nearest_weights_to_be_first(ictindex, golden):
    found = json.loads(told(ictindex("first", MINI, "C", "--simplex", "--json", project=golden)))
    assert (found["first"]["status"], found["first"]["margin"]) == ("first", "0.2875")
    assert (found["nearest"]["distance"], found["nearest"]["bound"]) == ("0.03", "0.03")


def test_a_certificate_where_none_make_it_first(ictindex, golden):
    out = told(ictindex("first", MINI, "E", "--simplex", project=golden))
    assert "Không thể: với mọi bộ trọng số, không bộ trọng số nào đưa Đơn vị E (E) lên đứng đầu." in out
    assert "luôn hơn Đơn vị E ít nhất" in out and "Chứng minh: " in out


def test_the_ranks_within_reach(ictindex, golden):
    out = told(ictindex("ranks", MINI, "--within", "50", "--csv", project=golden))
    rows = list(csv.DictReader(io.StringIO(out)))
    ends = {row["unit"]: (row["best"], row["worst"]) for row in rows}
    assert ends == {"A": ("1", "3"), "B": ("1", "4"), "C": ("1", "4"), "D": ("2", "4"), "E": ("5", "5")}
    assert {row["stamp"] for row in rows} == {"SỐ LIỆU MINH HỌA"}


def test_an_order_of_weights_may_be_asked_about(ictindex, golden):
    order = "c1 > Hạng mục 2 > 3 > c4 > c5 > c6"
    out = told(ictindex("first", MINI, "D", "--order", order, project=golden))
    assert "với mọi bộ trọng số mà từ nặng đến nhẹ, hoặc bằng nhau, là “Hạng mục 1”, “Hạng mục 2”," in out
    who = "đơn vị ghép ≈ 93,6170 % Đơn vị A (A) + ≈ 6,3830 % Đơn vị C (C) luôn hơn Đơn vị D"
    assert f"{who} ít nhất ≈ 3,0851 điểm phần trăm" in out
    found = json.loads(told(ictindex("ranks", MINI, "D", "--order", order, "--json", project=golden)))
    assert (found["within_percent"], found["order"]) == (None, ["c1", "c2", "c3", "c4", "c5", "c6"])
    assert (found["units"][0]["best"]["rank"], found["units"][0]["worst"]["rank"]) == (2, 4)


def test_the_time_limit_is_told(ictindex, golden):
    assert "mỗi bài toán tối đa 2,5 giây" in told(
        ictindex("ranks", MINI, "D", "--seconds", "2.5", project=golden)
    )


def test_what_is_missing_and_where_it_is_cheapest(ictindex, small):
    """C has 30 of 50 and passes A's 0.640 from 0.6395 on: 0.0395 of 50 points, on the portal."""
    out = told(ictindex("closing", MINI, "C", project=small.project))
    assert "Đến hạng 1: còn thiếu 0,0395 (trên bảng công bố: 0,04)." in out
    assert (
        "1.2 “Cổng thông tin”: thêm 1,975 điểm (còn được thêm 20);"
        " “Điểm cổng thông tin” từ 20 thành 21,975." in out
    )


# --- two runs -----------------------------------------------------------------------------------------------


@pytest.fixture
def two_drafts(mini):
    """mini-2020, and mini-2021 in which A has a better portal."""
    for path in (mini.parameters(MINI), *mini.inputs(MINI).iterdir()):
        text = path.read_text("utf-8").replace("2020", "2021").replace("A,portal,30", "A,portal,35")
        new = mini.root / path.relative_to(mini.root).as_posix().replace("2020", "2021")
        new.parent.mkdir(exist_ok=True)
        new.write_text(text, "utf-8")
    return mini


def test_a_change_is_split_and_the_parts_add_up(ictindex, two_drafts):
    found = json.loads(told(ictindex("diff", MINI, "mini-2021", "--attribute", "--json", project=two_drafts)))
    units = {row["entity"]: row for row in found["units"]}
    assert found["measure"] == "share"
    assert (units["A"]["value_before"], units["A"]["value_after"]) == ("0.64", "0.69")
    assert units["A"]["value_change"] == units["A"]["value_data"] == "0.05"
    assert units["A"]["value_rules"] == "0"
    assert found["answer_vi"][0].startswith("5 đơn vị có kết quả ở cả hai lần: 1 đổi giá trị")


def test_the_same_as_a_table_and_as_csv(ictindex, two_drafts):
    out = told(ictindex("diff", MINI, "mini-2021", "--attribute", project=two_drafts))
    (line,) = (line for line in out.splitlines() if line.startswith("Bộ Một"))
    assert line.split()[2:] == ["0,05", "1", "1", "=", "số", "liệu"]
    out = told(ictindex("diff", MINI, "mini-2021", "--attribute", "--csv", project=two_drafts))
    (row,) = (row for row in csv.DictReader(io.StringIO(out)) if row["entity"] == "A")
    assert [row[f"value_{key}"] for key in ("before", "after", "change")] == ["0.64", "0.69", "0.05"]
    assert [row[f"value_{key}"] for key in ("data", "marks", "rules")] == ["0.05", "0", "0"]
    assert row["rank_change"] == "0"


def test_who_moved_fits_a_terminal_and_who_moved_most_stands_first(ictindex):
    out = told(ictindex("diff", "egdi-2016", "egdi-2018", "--attribute"))
    table = out[out.index("\nTrước và sau: ") + 1 :].splitlines()
    assert max(map(len, table)) <= 80
    first, second = table[3].split("  ")[0], table[4].split("  ")[0]
    assert (first, second) == ("CHDCND Triều Tiên", "Síp")
    assert "Lên nhiều nhất: Síp (64 → 36). Xuống nhiều nhất: CHDCND Triều Tiên (153 → 185)." in out


def test_an_output_folder_is_the_run_that_it_came_from(ictindex, built):
    folder = built.output(MINI)
    out = told(ictindex("diff", folder, MINI, project=built))
    assert "0 đổi giá trị" in out


def test_an_output_folder_whose_figures_have_changed_since_is_refused(ictindex, built):
    path = built.inputs(MINI) / "answers.csv"
    path.write_text(path.read_text("utf-8").replace("A,portal,30", "A,portal,35"), "utf-8")
    ended = ictindex("diff", built.output(MINI), MINI, project=built)
    assert (ended.code, ended.out) == (1, "")
    assert "[digest-differs]" in ended.err


EVENTS = """\
entity,criterion,event,at,until,why,answer,value,who,paper
A,,slip,2021-01-10,,,,,,
A,,correction,2021-01-12,,Có biên bản,portal,35,Tổ thẩm định,Biên bản số 1 ngày 12/01/2021
"""


def test_before_and_after_confirmation(ictindex, mini):
    (mini.inputs(MINI) / "events.csv").write_text(EVENTS, "utf-8")
    sources = mini.inputs(MINI) / "sources.yaml"
    sources.write_text(
        sources.read_text("utf-8") + "  events.csv: {label_vi: Diễn biến, origin: Lập ra để thử}\n", "utf-8"
    )
    ended = ictindex("diff", MINI, "--before-confirmation", "--attribute", "--json", project=mini)
    units = {row["entity"]: row for row in json.loads(told(ended))["units"]}
    assert (units["A"]["value_before"], units["A"]["value_data"]) == ("0.64", "0.05")


def test_categories_of_both_on_the_terms_of_the_later_one(ictindex, egdi):
    asked = ("diff", "egdi-2016", "egdi-2018", "--categories")
    printed = told(ictindex(*asked, "--unit", "Việt Nam", project=egdi))
    assert "0,5143" in printed and "0,5931" in printed and "toàn bộ" in printed and "Đan Mạch" not in printed
    rows = json.loads(told(ictindex(*asked, "--json", project=egdi)))["units"]
    (osi,) = [row for row in rows if (row["unit"], row["criterion"]) == ("VNM", "osi")]
    assert (osi["before"], osi["now"], osi["change"], osi["note"]) == (
        "0.5725",
        "0.7361",
        "0.1636",
        "toàn bộ",
    )
    assert told(ictindex(*asked, "--csv", project=egdi)).startswith(
        "group,group_name,unit,unit_name,criterion,"
    )


# --- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        (["tip", MINI, "A", "D"], 1, "they are never compared"),
        (["tip", MINI, "A", "bx"], 1, "did you mean “B”?"),
        (["tip", MINI, "A", "A"], 1, "compared with itself"),
        (["first", MINI, "X"], 1, "[unit-unknown]"),
        (["ranks", MINI, "A", "X"], 1, "[unit-unknown]"),
        (["closing", MINI, "X"], 1, "[unit-unknown]"),
        (["diff", MINI, "mini-2030"], 1, "did you mean “mini-2020”?"),
        (["diff", MINI, "--before-confirmation"], 1, "[no-slip-sent]"),
        (["diff", MINI], 2, "--before-confirmation"),
        (["diff", MINI, MINI, "--before-confirmation"], 2, "--before-confirmation"),
        (["diff", MINI, MINI, "--unit", "A"], 2, "--unit takes --categories"),
        (["diff", MINI, MINI, "--categories", "--attribute"], 2, "--categories takes"),
        (["diff", MINI, MINI, "--categories", "--unit", "X"], 1, "[unit-unknown]"),
        (["ranks", MINI, "--within", "0"], 2, "--within"),
        (["ranks", MINI, "--order", "services"], 2, "an order names two or more"),
        (["first", MINI, "A", "--order", "services > no such"], 1, "[category-unknown]"),
        (["first", MINI, "A", "--level", "leaves", "--order", "services > inside"], 2, "two or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(ictindex, mini, arguments, code, said):
    ended = ictindex(*arguments, project=mini)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_a_refusal_is_json_too(ictindex, mini):
    ended = ictindex("tip", MINI, "A", "X", "--json", project=mini)
    assert [f["code"] for f in json.loads(ended.out)["findings"]] == ["unit-unknown"]


# --- a real edition, and a solver that talks ----------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["tip", REAL, "vu-tien-luong", "vu-hop-tac-quoc-te"],
        ["tip", REAL, "vu-tien-luong", "vu-hop-tac-quoc-te", "--level", "leaves"],
        ["first", REAL, "vu-tien-luong"],
        ["ranks", REAL],
        ["closing", REAL, "van-phong-bo"],
        ["diff", REAL, REAL, "--attribute"],
    ],
)
def test_a_real_edition_answers_every_question(ictindex, arguments):
    assert told(ictindex(*arguments))
    assert json.loads(told(ictindex(*arguments, "--json")))["edition"] == REAL


def test_json_stays_json_when_the_solver_prints_a_line(ictindex, golden, monkeypatch):
    import os

    import scipy.optimize

    solve = scipy.optimize.milp

    def talkative(*arguments, **options):
        os.write(1, b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();\n")
        return solve(*arguments, **options)

    monkeypatch.setattr(scipy.optimize, "milp", talkative)
    found = json.loads(told(ictindex("ranks", MINI, "D", "--simplex", "--json", project=golden)))
    (unit,) = found["units"]
    assert (unit["best"]["rank"], unit["worst"]["rank"]) == (1, 5)
    assert sum(map(F, unit["best"]["weights"])) == 1


# --- units by name ------------------------------------------------------------------------------------------


def test_the_units_of_an_edition_are_listed_and_searched_without_marks(ictindex, mini):
    found = json.loads(told(ictindex("units", MINI, "bo", "MOT", "--json", project=mini)))
    assert [(row["unit"], row["unit_name"]) for row in found["units"]] == [("A", "Bộ Một")]
    assert "Cơ quan Hai" in told(ictindex("units", MINI, project=mini))


def test_a_unit_is_told_by_name(ictindex, small):
    by_code = told(ictindex("closing", MINI, "C", project=small.project))
    assert told(ictindex("closing", MINI, "bộ ba", project=small.project)) == by_code


def test_a_backend_of_the_users_that_does_not_exist_draws_the_same_picture(golden):
    code = "from ictindex.cli.main import main; main()"
    words = ["first", MINI, "C", "--chart", str(golden.root / "tranh.svg")]
    env = {**os.environ, "MPLBACKEND": "nonsense"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=golden.root, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "<svg" in (golden.root / "tranh.svg").read_text("utf-8")


@pytest.mark.parametrize(
    "asked", [["tip", "B", "C"], ["first", "C"], ["ranks"], ["closing", "D"]], ids=lambda asked: asked[0]
)
def test_each_answer_has_a_picture(ictindex, golden, asked):
    picture = golden.root / "tranh.svg"
    told(ictindex(asked[0], MINI, *asked[1:], "--chart", str(picture), project=golden))
    assert picture.read_text("utf-8").count("SỐ LIỆU MINH HỌA") == 1


def test_who_moved_most_stands_first_and_the_table_fits_a_terminal(ictindex, two_drafts):
    picture = two_drafts.root / "tranh.svg"
    out = told(
        ictindex("diff", MINI, "mini-2021", "--attribute", "--chart", str(picture), project=two_drafts)
    )
    table = out.partition("Trước và sau")[2].splitlines()[1:]
    assert [line.split("  ")[0] for line in table[1:4]] == ["[Bộ]", "Bộ Một", "Bộ Hai"]
    assert max(map(len, table[:-1])) <= 100 and "số liệu" in table[2]
    assert "<svg" in picture.read_text("utf-8")


def test_an_edition_that_is_not_there_is_told_beside_the_one_that_may_be_meant(ictindex, mini):
    ended = ictindex("--project", str(mini.root), "tip", "mini-2021", "A", "B")
    assert ended.code == 2 and "did you mean “mini-2020”?" in ended.err and "[edition-unknown]" in ended.err
