"""The page of choices: the answer in a sentence, each unit's span, what the choices are and move."""

from fractions import Fraction

import pytest

from ictindex.basics.project import Project
from ictindex.page import multiverse_tables as tables
from ictindex.page.publishing import table
from ictindex.page.what_if_tables import supposed
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical


@pytest.fixture(scope="module")
def shipped(request):
    project = Project(request.config.rootpath)
    return hypothetical(evaluate_edition("qd375-2020", project), "choices-of-375")


def test_the_answer_names_who_is_sure_who_is_first_and_which_choice_moves_most(shipped):
    group, most, how = tables.multiverse_conclusion(shipped).lines
    assert group.startswith("Đơn vị thuộc Bộ Nội vụ: 1 trong 22 đơn vị giữ đúng một hạng ở cả 12 tổ hợp;")
    assert "từ hạng 2 đến 16" in group and group.endswith("Đứng đầu: Vụ Tổ chức cán bộ ở 12 tổ hợp.")
    assert most.startswith("Lựa chọn làm đổi hạng nhiều nhất: Thiếu tài liệu kiểm chứng (trung bình 3,")
    assert how.startswith("Đã tính đủ 12 tổ hợp của 3 lựa chọn")


def test_every_unit_has_a_span_round_its_rank(shipped):
    frame = tables.multiverse(shipped)
    assert list(frame)[4:] == [
        *("rank", "best", "low", "median", "high", "worst"),
        *("first", "same", "ranked"),
    ]
    assert (frame["best"] <= frame["rank"]).all() and (frame["rank"] <= frame["worst"]).all()
    assert frame["first"].sum() >= 12 and (frame["ranked"] == 12).all()


def test_the_choices_are_told_in_words_with_the_clause_of_today(shipped):
    rows = tables.multiverse_choices(shipped).to_dict("records")
    (least,) = [row for row in rows if row["way"] == "hạng mục thấp nhất"]
    assert least["baseline"].startswith("Trung bình cộng") and least["what_if"].startswith("Tỷ lệ thấp nhất")
    assert "trung bình cộng của các nhóm tiêu chí" in least["clause"]
    weights = {row["place"]: row["what_if"] for row in rows if row["way"] == "gấp đôi hạng mục khác"}
    assert weights["online_services"] == "200" and weights["portal"] == "100"
    (rule,) = [row for row in rows if row["place"] == "zero_no_evidence"]
    assert rule["what_if"] == "mọi tiêu chí của đơn vị"


def test_what_each_way_moves_is_ordered_by_how_far(shipped):
    frame = tables.multiverse_effects(shipped)
    assert len(frame) == 4 and list(frame["shift"]) == sorted(frame["shift"], reverse=True)
    assert frame.iloc[0]["way"] == "0 điểm cả đơn vị"


def test_the_combinations_have_the_ways_taken_and_every_rank(shipped):
    frame = tables.multiverse_combinations(shipped)
    spans = tables.multiverse(shipped).set_index("unit")
    assert list(frame["combination"]) == list(range(1, 13))
    first = frame.iloc[0]
    assert (first["choice_1"], first["shift"], first["kendall"]) == ("trung bình cộng", 0, 1)
    for unit in spans.index:
        ranks = frame[f"rank_{unit}"]
        assert (ranks.min(), ranks.max()) == (spans["best"][unit], spans["worst"][unit])
        assert (ranks == 1).sum() == spans["first"][unit]
    assert table("combinations", frame).columns[3].label_vi == "Cách tổng hợp các hạng mục"


def test_a_file_of_choices_alone_changes_nothing_by_itself(shipped):
    frame = supposed(shipped)
    assert frame.empty and "Ngoài các lựa chọn" in frame.attrs["note"]
    assert shipped.standings == shipped.baseline.standings


def test_levels_are_counted_where_the_methodology_has_them(egdi):
    egdi.what_if("idea").write_text(
        "what_if: idea\nbaseline: qd2245-2021\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\nmultiverse:\n"
        "  - {label_vi: Mức, others: [{label_vi: thấp hơn, levels: {tot: 80}}]}\n",
        "utf-8",
    )
    e = hypothetical(evaluate_edition("qd2245-2021", egdi), "idea")
    frame = tables.multiverse(e)
    counted = [name for name in frame if name.startswith("level_")]
    assert len(counted) == len(e.methodology.source.levels.list)
    assert (frame[counted].sum(axis=1) == 2).all() and (frame[counted] == 1).any(axis=None)
    assert "Không lựa chọn nào làm đổi thứ hạng." in tables.multiverse_conclusion(e).lines
    assert Fraction(0) == frame["worst"].sub(frame["best"]).sum()
