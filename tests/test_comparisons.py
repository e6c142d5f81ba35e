"""Worked cases of what is set beside a ranking (tests/cases/comparisons), each on a small index of its own.

A file says which comparison it is about (``cach``); a case gives categories with their points, what units
earned, and what comes of it, worked by hand. Numbers have a decimal comma.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

import ictindex as ict
from ictindex.basics.strict_yaml import load
from ictindex.methodology.schema import Many, Strict, Text
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical

CASES = Path(__file__).parent / "cases" / "comparisons"
WAYS = {
    "so từng cặp": ("copeland", "copeland"),
    "đếm thứ bậc": ("borda", "borda"),
    "trọng số có lợi nhất": ("benefit_of_the_doubt", "doubt"),
}
AGGREGATE = {"thấp nhất": "minimum", "trung vị": "median"}
NONE = "không áp dụng"


class Case(Strict):
    """One index: points of categories, what each unit earned in them, and what is to come of it."""

    mo_ta: Text
    hang_muc: dict[str, Text]
    diem: dict[str, Many[Text]]
    khoang: int = 50
    lua_chon: dict[str, Many[Any]] = Field(default_factory=dict)
    mong_muon: dict[str, Text] = Field(default_factory=dict)
    hien_hanh: dict[str, int] = Field(default_factory=dict)  # ranks in force
    hien_nay: dict[str, Text] = Field(default_factory=dict)  # influence in force
    ket_qua: dict[str, dict[str, Any]]


class CaseFile(Strict):
    """A file: what its cases are about, on what basis, and the cases."""

    mo_ta: Text
    can_cu: Text
    cach: Text
    truong_hop: Many[Case]


def read(path):
    return CaseFile.model_validate(load(path, path.name).data)


EVERY = [
    pytest.param(file.cach, case, id=f"{path.stem}: {case.mo_ta}")
    for path in sorted(CASES.glob("*.yaml"))
    for file in [read(path)]
    for case in file.truong_hop
]


def decimal(text):
    return Decimal(text.replace(",", "."))


@pytest.fixture
def index(mini_with):
    """The project of a case: mini-2020 with its categories and units."""

    def make(case):
        asked = [f"  {key}: {{label_vi: Số {key}, kind: number}}" for key in case.hang_muc]
        criteria = [
            f"  {key}: {{label_vi: Mục {key}, status: illustrative, max_points: {most},"
            f" rule: {{value: {key}}}}}"
            for key, most in case.hang_muc.items()
        ]
        total = sum(map(decimal, case.hang_muc.values()))
        methodology = [
            *("methodology: mini", "label_vi: Nhỏ", "citation: {title: Lập ra để thử}"),
            *("groups: {all: {label_vi: Mọi đơn vị}}", "answers:", *asked, "missing: error"),
            f"total: {{label_vi: Tổng, max_points: {total}, aggregate: sum, compare_on: share, decimals: 6,"
            " rounding: half_up}",
            "ranking: {ties: min, on: {open: rounded, why_vi: Không văn bản nào nêu}}",
            *("criteria:", *criteria),
        ]
        answers = [
            f"{unit},{key},,not_applicable" if cell == NONE else f"{unit},{key},{decimal(cell)},"
            for unit, cells in case.diem.items()
            for key, cell in zip(case.hang_muc, cells, strict=True)
        ]
        return mini_with(
            methodology="\n".join(methodology) + "\n",
            entities="entity,label_vi,group\n" + "".join(f"{u},Đơn vị {u},all\n" for u in case.diem),
            answers="\n".join(["entity,answer,value,state", *answers, ""]),
            parameters=lambda text: text.replace("highlight: A", 'highlight: ""'),
        )

    return make


@pytest.mark.parametrize("cach, case", EVERY)
def test_a_case_comes_out_as_it_was_worked_by_hand(index, cach, case):
    project = index(case)
    e = evaluate_edition("mini-2020", project)
    ranks = {code: s.rank for code, s in e.at(e.methodology.root).items()}
    assert case.hien_hanh.items() <= ranks.items()
    if cach in WAYS:
        way, column = WAYS[cach]
        frame = ict.other_ways(e, way, spread=case.khoang).set_index("unit")
        came = {u: {"gia_tri": frame[column][u], "hang": frame[f"{column}_rank"][u]} for u in frame.index}
        assert came == {u: {**of, "gia_tri": decimal(of["gia_tri"])} for u, of in case.ket_qua.items()}
    elif cach == "mọi tổ hợp":
        frame = ict.multiverse(choosing(project, case)).set_index("unit")
        columns = {"cao_nhat": "best", "thap_nhat": "worst", "dung_dau": "first"}
        came = {u: {key: frame[name][u] for key, name in columns.items()} for u in frame.index}
        assert came == case.ket_qua
    else:
        assert cach == "ảnh hưởng mong muốn"
        stated = {key: str(decimal(percent)) for key, percent in case.mong_muon.items()}
        frame = ict.influence_weights(e, stated, least=3).set_index("criterion")
        assert {key: decimal(now) for key, now in case.hien_nay.items()}.items() <= dict(frame["now"]).items()
        assert set(frame.index) == set(case.ket_qua)
        for key, of in case.ket_qua.items():
            assert (frame["points"][key], frame["why"][key]) == (of.get("diem"), of.get("vi_sao", ""))


def choosing(project, case):
    """A what-if of the case's choices: weights in whole points, or how the categories add up."""
    lines = ["what_if: idea", "baseline: mini-2020", "question_vi: Sao?", "not_covered_vi: [Khác]"]
    lines.append("multiverse:")
    for name, ways in case.lua_chon.items():
        lines += [f"  - label_vi: {name}", "    others:"]
        for n, way in enumerate(ways):
            sets = f"aggregate: {{total: {AGGREGATE[way]}}}" if isinstance(way, str) else f"categories: {way}"
            lines.append(f"      - {{label_vi: cách {n}, {sets}}}".replace("'", ""))
    project.what_if("idea").parent.mkdir(exist_ok=True)
    project.what_if("idea").write_text("\n".join([*lines, ""]), "utf-8")
    return hypothetical(evaluate_edition("mini-2020", project), "idea")


def test_every_comparison_has_a_file():
    assert {read(path).cach for path in CASES.glob("*.yaml")} == {
        *WAYS,
        "mọi tổ hợp",
        "ảnh hưởng mong muốn",
    }
