"""Worked cases of the rule language itself, each on a tree of its own (tests/cases/rule_language).

What the decisions say is worked in test_cases, on the real methodologies. A file states a rule (``quy_tac``)
or a tree of criteria (``tieu_chi``), and cases with figures and results. Numbers are exact, with a
decimal comma or as a fraction; an unknown key is an error.
"""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import load, parse
from ictindex.facts.answers import Given
from ictindex.facts.last_year import Before, last_year
from ictindex.facts.review import Mark, settle
from ictindex.scoring.outcomes import UNKNOWN, Outcome, score, unanswered

CASES = Path(__file__).parent / "cases" / "rule_language"

NODE = {"diem_toi_da", "quy_tac", "trong_so", "thieu_so_lieu", "cach_tinh", "tieu_chi", "so_khong", "so_mu"}
NODE |= {"toi_thieu", "tinh_la", "san", "tran", "lam_tron"}
FILE = NODE - {"trong_so"} | {"mo_ta", "cau", "can_cu", "nhom", "truong_hop", "ky_truoc"}
CASE = {
    "mo_ta",
    "cau",
    "nhom",
    "so_lieu",
    "so_lieu_ky_truoc",
    "don_vi_khac",
    "ket_qua",
    "bi_tu_choi",
    "chua_biet",
}

MISSING = {"dừng": "error", "0 điểm": "zero", "bỏ qua": "leave_out"}
AGGREGATE = {
    "tổng": "sum",
    "trung bình": "mean",
    "trọng số": "weights",
    "trung bình nhân": "geometric",
    "trung bình điều hòa": "harmonic",
    "trung bình lũy thừa": "power",
    "thấp nhất": "minimum",
    "trung vị": "median",
}
ROUNDED = {"từ nửa trở lên": "half_up", "nửa về số chẵn": "half_even", "bỏ phần thừa": "down"}
NOT_COUNTED = {"không áp dụng": "not_applicable", "bí mật nhà nước": "withheld", "thiếu số liệu": "missing"}
NOT_COUNTED["dưới mức tối thiểu"] = "uncovered"  # of a node alone
ZERO = {
    "báo cáo chậm": "zero_late",
    "khai không đủ": "zero_incomplete",
    "không đúng thực tế": "zero_untrue",
    "không có tài liệu": "zero_no_evidence",
    "thiếu số liệu": "zero_missing",
}


def number(text):
    assert isinstance(text, str) and re.fullmatch(r"-?[0-9]+(,[0-9]+|/[0-9]+)?", text), text
    return Fraction(text.replace(",", "."))


def only(known, node, where):
    unknown = node.keys() - known
    assert not unknown, f"{where}: không có khóa {sorted(unknown)}"


def rule(words):
    ((kind, of),) = words.items()
    if kind in OF_AN_ANSWER:
        assert isinstance(of, str), words
        return {OF_AN_ANSWER[kind]: of}
    if kind in OF_CASES:
        return {OF_CASES[kind]: [part(each) for each in of]}
    if kind == "ty_le":
        assert set(of) == {"cua", "tren"}, words
        return {"share": ratio(of)}
    if kind == "so_voi_lon_nhat":
        only({"cua", "tren"}, of, kind)
        return {"of_largest": ratio(of)}
    if kind == "hai_moc":
        only({"cua", "tren", "kem", "tot", "lay", "ngoai"}, of, kind)
        ends = {"worst": number(of["kem"]), "best": number(of["tot"])}
        return {"goalposts": {**ratio(of), **ends, **scaled_by(of)}}
    if kind == "so_voi_nhom":
        only({"cua", "tren", "theo", "tot", "lay", "giua", "moi", "ngoai"}, of, kind)
        names = {"giua": "centre", "moi": "each"}
        more = {name: number(of[key]) for key, name in names.items() if key in of}
        best = {"lớn nhất": "largest", "nhỏ nhất": "smallest"}[of.get("tot", "lớn nhất")]
        return {"in_group": {**ratio(of), "by": BY[of["theo"]], "best": best, **more, **scaled_by(of)}}
    if kind == "bac":
        only({"cua", "tren", "cac_bac"}, of, kind)
        return {"bands": {**ratio(of), "steps": [step(each) for each in of["cac_bac"]]}}
    if kind == "lua_chon":
        only({"cua", "diem"}, of, kind)
        points = {code: number(text) for code, text in of["diem"].items()}
        return {"choice": {"of": of["cua"], "points": points}}
    assert kind == "dem" and set(of) == {"cua", "moi_cai", "khong_qua"}, words
    return {"count": {"of": of["cua"], "each": number(of["moi_cai"]), "most": number(of["khong_qua"])}}


BY = {
    "giữa kém nhất và tốt nhất": "min_max",
    "so với tốt nhất": "leader",
    "phần đơn vị khác kém hơn": "percentile_rank",
    "độ lệch chuẩn": "z_score",
}


def scaled_by(of):
    """Of which function of the value, and what lies outside."""
    scale = {"lô-ga-rít": "logarithm", "căn bậc hai": "root"}
    told = {"scale": scale[of["lay"]]} if "lay" in of else {}
    outside = {"tính bằng mốc": "clip", "từ chối": "refuse"}
    return told | ({"outside": outside[of["ngoai"]]} if "ngoai" in of else {})


OF_AN_ANSWER = {
    "diem_bang": "value",
    "co_khong": "yes_no",
    "diem_cham": "mark",
    "diem_tham_dinh": "awarded",
}
OF_CASES = {"tong_cac_phan": "sum_of", "truong_hop_tot_nhat": "best_of"}


def ratio(of):
    return {"of": terms(of["cua"])} | ({"per": terms(of["tren"])} if "tren" in of else {})


def terms(words):
    """An answer, a number, or answers added up and taken off."""
    if isinstance(words, dict):
        only({"cong", "tru"}, words, "cua")
        return {"plus": words["cong"], "minus": words.get("tru", [])}
    return number(words) if words[0].isdigit() else words


def step(words):
    only({"tu", "den", "diem", "ty_le_voi"}, words, "cac_bac")
    names = {"tu": "low", "den": "high", "diem": "points", "ty_le_voi": "full"}
    return {names[key]: number(text) for key, text in words.items()}


def part(words):
    only({"ten", "diem_toi_da", "quy_tac"}, words, "phần")
    return {
        "label_vi": words["ten"],
        "max_points": number(words["diem_toi_da"]),
        "rule": rule(words["quy_tac"]),
    }


def most(words):
    if isinstance(words, dict):
        return {group: NOT_COUNTED.get(m) or number(m) for group, m in words.items()}
    return number(words)


def criterion(words, where):
    only(NODE, words, where)
    node = {"max_points": most(words["diem_toi_da"])}
    if "quy_tac" in words:
        node["rule"] = rule(words["quy_tac"])
    if "trong_so" in words:
        node["weight"] = number(words["trong_so"])
    if "thieu_so_lieu" in words:
        node["missing"] = MISSING[words["thieu_so_lieu"]]
    if "tinh_la" in words:
        node["counts_as"] = {"điểm thưởng": "bonus", "điểm trừ": "deduction"}[words["tinh_la"]]
        node["citation"] = {"clause": "Ca mẫu"}
    if "lam_tron" in words:
        only({"chu_so", "cach"}, words["lam_tron"], where)
        how = words["lam_tron"]
        node["rounded"] = {"digits": int(how["chu_so"]), "how": ROUNDED[how["cach"]]}
    if "tieu_chi" in words:
        node |= adding(words)
        node["criteria"] = {
            key: criterion(child, f"{where}.{key}") for key, child in words["tieu_chi"].items()
        }
    return node


def adding(words):
    """How a node adds up: the word, the power of a mean, and what a share of 0 counts."""
    stated = {"aggregate": AGGREGATE[words["cach_tinh"]]}
    if "so_mu" in words:
        stated["power"] = number(words["so_mu"])
    stated |= {
        name: number(words[key]) for key, name in (("san", "floor"), ("tran", "ceiling")) if key in words
    }
    if "toi_thieu" in words:
        only({"phan", "cua", "thi"}, words["toi_thieu"], "toi_thieu")
        least = words["toi_thieu"]
        of = {"số tiêu chí": "criteria", "trọng số": "weight"}[least["cua"]]
        below = {"không tính": "not_scored", "không xếp hạng": "not_ranked"}[least["thi"]]
        stated["coverage"] = {"least": number(least["phan"]), "of": of, "below": below}
    if "so_khong" in words:
        stated["zeros"] = number(words["so_khong"]) or "zero"
    return stated


def told(text):
    """A figure as a case gives it: a number, a number and why it earns nothing, or why there is none."""
    if text == "thiếu":
        return "missing"
    if text in NOT_COUNTED:
        return NOT_COUNTED[text]
    if text in YES_NO:
        return Given(YES_NO[text], "given", text, None)
    if text.startswith("chọn "):
        return Given(text.removeprefix("chọn "), "given", text, None)
    if text.startswith("chấm "):
        return marked(text.removeprefix("chấm "))
    if text.startswith("tự đánh giá "):
        claimed, _, awarded = text.removeprefix("tự đánh giá ").partition(", thẩm định ")
        stands = number(awarded) if awarded else None
        return Given(stands, "given" if awarded else "missing", text, None, number(claimed))
    figure, _, reason = text.partition(", ")
    return (number(figure), ZERO[reason]) if reason else number(figure)


YES_NO = {"có": True, "không": False}
SCALE = Fraction(10)  # reviewers mark from 0 to 10


def marked(text):
    """“8; 9” of two reviewers, or “8; 9, người thứ ba 7”: what they come to, as a share of the scale."""
    own, _, third = text.partition(", người thứ ba ")
    marks = [Mark(f"R{i}", "reviewer", number(mark), "", i) for i, mark in enumerate(own.split("; "))]
    marks += [Mark("T", "adjudicator", number(third), "chấm lại", 9)] if third else []
    return Given(settle(marks, SCALE, 100).value / SCALE, "given", text, None)


def outcome(text):
    """A result as a case gives it: “18 trên 20”, “0 trên 20, báo cáo chậm”, or why nothing counts."""
    if text in NOT_COUNTED:
        return Outcome(None, None, NOT_COUNTED[text])
    score_part, _, reason = text.partition(", ")
    points, available = score_part.split(" trên ")
    return Outcome(number(points), number(available), ZERO[reason] if reason else "scored")


def read(document):
    words = document.data
    only(FILE, words, document.file)
    assert words["mo_ta"] and words["can_cu"], "mỗi tệp nói thử điều gì và căn cứ vào đâu"
    for i, case in enumerate(words["truong_hop"], start=1):
        only(CASE, case, f"{document.file}, trường hợp {i}")
        assert case["mo_ta"] and "so_lieu" in case
        assert len(case.keys() & {"ket_qua", "bi_tu_choi", "chua_biet"}) == 1, case["mo_ta"]
    if "quy_tac" in words:
        leaf = {key: words[key] for key in ("diem_toi_da", "quy_tac")}
        words = {**words, "cach_tinh": "tổng", "tieu_chi": {"tieu_chi": leaf}}
    return words


FILES = {path.stem: read(load(path, path.name)) for path in sorted(CASES.glob("*.yaml"))}
EVERY_CASE = [
    pytest.param(FILES[name], case, id=f"{name}: {case['mo_ta']}")
    for name in FILES
    for case in FILES[name]["truong_hop"]
]


@pytest.fixture
def scored(methodology_of, inputs_with):
    """Score cases of one file; the code of an entity is its place among them."""

    def scored(words, cases):
        groups = tuple(words.get("nhom", ["all"]))
        criteria = {key: criterion(node, key) for key, node in words["tieu_chi"].items()}
        methodology = methodology_of(
            criteria,
            **adding(words),
            max_points=most(words["diem_toi_da"]),
            groups=groups,
            missing=MISSING[words["thieu_so_lieu"]],
            answers={answer: {"last_year_of": of} for answer, of in words.get("ky_truoc", {}).items()},
        )
        entities = {str(i): {k: told(v) for k, v in case["so_lieu"].items()} for i, case in enumerate(cases)}
        place = {str(i): case.get("nhom", groups[0]) for i, case in enumerate(cases)}
        for i, case in enumerate(cases):  # other units of the same group, where one is measured against them
            for j, others in enumerate(case.get("don_vi_khac", [])):
                entities[f"{i}-{j}"] = {k: told(v) for k, v in others.items()}
                place[f"{i}-{j}"] = place[str(i)]
        inputs = inputs_with(entities, place)
        inputs.stated.update(kept(methodology, inputs, cases))
        scores = score(methodology, inputs, {}, 2017)
        missing = unanswered(methodology, inputs, scores)
        return scores.outcomes, sorted(finding.code for finding in missing)

    def kept(methodology, inputs, cases):
        """What the units answered last year; a case that does not say was not there."""
        given = {
            str(i): {k: told(v) for k, v in case["so_lieu_ky_truoc"].items()}
            for i, case in enumerate(cases)
            if "so_lieu_ky_truoc" in case
        }
        return last_year(
            methodology, inputs.entities, Before("small-2016", 2016, methodology, inputs_with(given))
        )

    return scored


@pytest.mark.parametrize("words, case", EVERY_CASE)
def test_the_case_comes_out_as_signed(words, case, scored):
    if "bi_tu_choi" in case:
        with pytest.raises(Refused) as refused:
            scored(words, [case])
        assert sorted(finding.code for finding in refused.value.findings) == sorted(case["bi_tu_choi"])
        return
    outcomes, missing = scored(words, [case])
    assert missing == sorted(case.get("chua_biet", []))
    if "chua_biet" in case:
        assert outcomes["total"][0] == Outcome(None, None, UNKNOWN)
        return
    wanted = case["ket_qua"] if isinstance(case["ket_qua"], dict) else {"tieu_chi": case["ket_qua"]}
    wanted = {"total" if place == "tong" else place: outcome(text) for place, text in wanted.items()}
    assert {place: outcomes[place][0] for place in wanted} == wanted


def test_the_cases_are_there():
    assert (len(FILES), len(EVERY_CASE)) == (38, 180)


WRONG = """\
mo_ta: Thử
can_cu: Thử
quy_tac: {diem_bang: a}
diem_toi_da: "1"
thieu_so_lieu: dừng
truong_hop:
  - {mo_ta: Một, so_lieu: {a: "1"}, ket_qua: 1 trên 1}
"""


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("thieu_so_lieu:", "thieu_so_lieu_gi:"),  # an unknown key of the file
        ("ket_qua:", "y_kien: tốt, ket_qua:"),  # of a case
        ("so_lieu: {a", "so_lieu: {a: '1', a"),  # a key twice
        ("ket_qua: 1 trên 1", "bi_tu_choi: [x], ket_qua: 1 trên 1"),  # both results
        (", ket_qua: 1 trên 1", ""),  # none
    ],
)
def test_a_case_file_with_a_slip_is_no_case(right, wrong):
    read(parse(WRONG, "slip.yaml"))
    assert right in WRONG
    with pytest.raises((AssertionError, Refused)):
        read(parse(WRONG.replace(right, wrong), "slip.yaml"))


@pytest.mark.parametrize("slip", ["1.5", "1,5,2", "một", "1e3", "", 1])
def test_a_number_is_an_exact_text(slip):
    with pytest.raises(AssertionError):
        number(slip)


def test_an_unknown_key_of_a_criterion_is_noticed():
    with pytest.raises(AssertionError, match="trongso"):
        criterion({"diem_toi_da": "1", "trongso": "1"}, "a")
