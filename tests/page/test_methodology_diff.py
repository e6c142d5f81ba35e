"""What changed between two methodologies is said to an officer, each change once, with its clause."""

import json

import pytest

from ictindex.basics.strict_yaml import scan
from ictindex.methodology.reading import build_methodology, read_methodology
from ictindex.page.methodology_diff import differences
from tests.shipped import shipped

AMENDMENT = """\
amendment: mini-2
amends: mini
citation: {title: Quyết định số 2, clause: Điều 1}
changes:
  criteria.services.max_points.ministry: 60
  total.max_points.ministry: 110
"""


@pytest.fixture
def changed(mini_text):
    """The lines that say what an edit of the small methodology changed."""

    def said(*edits: tuple[str, str]) -> list[str]:
        after = mini_text
        for old, new in edits:
            assert after.count(old) == 1, old
            after = after.replace(old, new)
        a, b = (build_methodology(scan(text, "mini.yaml"), "mini") for text in (mini_text, after))
        return [each.text_vi for each in differences(a, b)]

    return said


@pytest.fixture
def amendment(mini):
    path = mini.amendment("mini-2")
    path.parent.mkdir()
    path.write_text(AMENDMENT, "utf-8")
    return mini


CHANGES = {
    "a group's name": (
        ("  ministry: {label_vi: Bộ}", "  ministry: {label_vi: Bộ và ngang Bộ}"),
        "Sửa nhóm “Bộ và ngang Bộ”: tên “Bộ” → “Bộ và ngang Bộ”",
    ),
    "a rule": (
        ("  ties: min", "  ties: max"),
        "Sửa quy tắc “Xếp hạng khi bằng nhau”: giá trị “cùng hạng nhỏ nhất, hạng sau bỏ trống (1, 2, 2, 4)”"
        " → “cùng hạng lớn nhất (1, 3, 3, 4)”",
    ),
    "why a rule is chosen": (
        ("why_vi: Không văn bản nào nêu", "why_vi: Hội đồng chọn"),
        "Sửa quy tắc “Xếp hạng trên giá trị”: lý do “Không văn bản nào nêu” → “Hội đồng chọn”",
    ),
    "a criterion's name": (
        ("label_vi: Cổng thông tin", "label_vi: Trang thông tin"),
        "Sửa tiêu chí 1.2 “Cổng thông tin”: tên “Cổng thông tin” → “Trang thông tin”",
    ),
    "a criterion's code": (
        ("      portal:\n", "      website:\n"),
        "Sửa tiêu chí 1.2 “Cổng thông tin”: mã “inside.portal” → “inside.website”",
    ),
    "how points are earned": (
        ("        rule: {value: portal}", "        rule: {share: {of: portal, per: staff}}"),
        "Sửa tiêu chí 1.2 “Cổng thông tin”: cách tính điểm “Điểm bằng số liệu “Điểm cổng thông tin”. "
        "Thiếu số liệu: không tính vào trung bình và điểm tối đa.” → “(“Điểm cổng thông tin” : “Cán bộ”) × "
        "điểm tối đa. Thiếu số liệu: không tính vào trung bình và điểm tối đa.”",
    ),
    "levels": (
        (
            "ranking:\n",
            "levels: {citation: {clause: Điều 5}, list: [{key: tot, label_vi: Tốt, low: 0}]}\nranking:\n",
        ),
        "Thêm mức “Tốt” (từ điểm: 0) [Điều 5]",
    ),
    "a day": (
        (
            "ranking:\n",
            "calendar: {report: {label_vi: Báo cáo, date: +1-01-15, citation: {clause: Điều 6}}}\nranking:\n",
        ),
        "Thêm thời hạn “Báo cáo” (thời hạn: ngày 15/01 của năm sau năm đánh giá) [Điều 6]",
    ),
    "a limit of an answer": (
        ("min: 0, max: 50}", "min: 0, max: 60}"),
        "Sửa số liệu của biểu mẫu “Điểm dịch vụ công”: giới hạn “từ 0 đến 50” → “từ 0 đến 60”",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_change_is_one_line(what, changed):
    edit, line = CHANGES[what]
    assert changed(edit) == [line]


CHOICES = "  portal: {label_vi: Cổng, kind: choice, choices: {own: Riêng, none: Không có}}"
PORTAL = "  portal: {label_vi: Điểm cổng thông tin, kind: number, min: 0, max: 40}"
GROUPS = "groups:\n"
KIND = "attributes: {kind: {label_vi: Loại, values: {big: Lớn, small: Nhỏ}}}\n"


def between(text, *edits):
    """What changed between a text with the first word of each edit and one with the second."""
    texts = [text, text]
    for old, *new in edits:
        texts = [each.replace(old, word) for each, word in zip(texts, new, strict=True)]
    a, b = (build_methodology(scan(each, "mini.yaml"), "mini") for each in texts)
    return [each.text_vi for each in differences(a, b)]


def test_values_and_choices_are_told_in_words(mini_text):
    points = ("rule: {value: portal}", *["rule: {choice: {of: portal, points: {own: 40, none: 0}}}"] * 2)
    more = CHOICES.replace("own: Riêng", "own: Trang riêng")
    assert "Sửa số liệu của biểu mẫu “Cổng”: lựa chọn “Riêng; Không có” → “Trang riêng; Không có”" in between(
        mini_text, (PORTAL, CHOICES, more), points
    )
    (line,) = between(mini_text, (GROUPS, GROUPS, KIND + GROUPS))
    assert line == "Thêm thuộc tính của đơn vị “Loại” (giá trị: Lớn; Nhỏ)"


def test_another_code_of_the_same_words_is_told_as_such(mini_text):
    other = KIND.replace("big: Lớn", "large: Lớn")
    assert between(mini_text, (GROUPS, KIND + GROUPS, other + GROUPS)) == [
        "Sửa thuộc tính của đơn vị “Loại”: mã trong tệp “big, small” → “large, small”"
    ]


NODE = "    max_points: 50\n    aggregate: sum"
LATER = {
    "how those below become one": (NODE, "    max_points: 50\n    aggregate: minimum", "hấp nhất"),
    "what a zero does": (NODE, "    max_points: 50\n    aggregate: harmonic\n    zeros: 1/200", "0,005"),
    "a power": (NODE, "    max_points: 50\n    aggregate: power\n    power: 7/3", "7/3"),
    "a rounding": (NODE, f"{NODE}\n    rounded: {{digits: 5, how: half_even}}", "5 chữ số"),
    "a coverage": (NODE, f"{NODE}\n    coverage: {{least: 200/3, of: weight, below: not_scored}}", "200/3 %"),
    "goalposts": ("{value: portal}", "{goalposts: {of: portal, worst: 9, best: 1, outside: clip}}", "mốc 9"),
    "their scale": (
        "{value: portal}",
        "{goalposts: {of: portal, worst: 9, best: 1, scale: root}}",
        "căn bậc hai",
    ),
    "a place in the group": ("{value: portal}", "{in_group: {of: portal, by: percentile_rank}}", "một nửa"),
    "terms": ("per: staff}", "per: {plus: [staff, with_computer]}}", "“Cán bộ” + “Cán bộ có máy tính”"),
    "a constant": ("{value: portal}", "{share: {of: portal, per: 1000/3}}", "1000/3"),
    "what tells equals apart": (
        "  ties: min",
        "  ties: min\n  tie_breaks: [inside]",
        "xét lần lượt giá trị ở “Trong cơ quan”",
    ),
}


@pytest.mark.parametrize("what", LATER)
def test_no_key_of_the_language_changes_unsaid(what, changed):
    old, new, words = LATER[what]
    (line,) = changed((old, new))
    assert words in line.partition("→")[2]


def test_what_becomes_a_bonus_or_a_deduction_is_said(changed):
    bonus = "        max_points: 40\n        counts_as: bonus\n        citation: {clause: Điều 7}\n"
    ends = f"{NODE}\n    ceiling: 60"
    edits = (
        ("        max_points: 10\n", "        max_points: 50\n"),
        (NODE, ends),
        ("        max_points: 40\n", bonus),
    )
    said = " ".join(changed(*edits))
    assert "Điểm thưởng: cộng thêm" in said and "không quá 60 điểm" in said
    deduction, floor = bonus.replace("bonus", "deduction"), ends.replace("ceiling: 60", "floor: 0")
    said = " ".join(changed(edits[0], (NODE, floor), ("        max_points: 40\n", deduction)))
    assert "Điểm trừ: trừ vào điểm" in said and "không xuống dưới 0 điểm" in said


def test_a_level_by_place_and_one_on_conditions_say_what_they_ask(changed):
    levels = """levels:
  citation: {clause: Điều 5}
  list:
    - {key: tot, label_vi: Tốt, top: 100/3}
    - {key: kha, label_vi: Khá, low: 30, each_category: 50}
    - {key: yeu, label_vi: Yếu, low: 0}
"""
    assert changed(("ranking:\n", levels + "ranking:\n")) == [
        "Thêm mức “Tốt” (điều kiện: trong 100/3 % đứng đầu số đơn vị được xếp hạng) [Điều 5]",
        "Thêm mức “Khá” (từ điểm: 30; điều kiện: mọi hạng mục đạt từ 50 %) [Điều 5]",
        "Thêm mức “Yếu” (từ điểm: 0) [Điều 5]",
    ]


def test_maxima_are_compared_group_by_group(changed):
    edits = (
        ("{ministry: 100, agency: 50}", "{ministry: 120, agency: 60}"),
        ("    max_points: 50\n", "    max_points: 60\n"),
        ("        max_points: 10\n", "        max_points: 20\n"),
        ("{ministry: 50, agency: not_applicable}", "{ministry: 60, agency: not_applicable}"),
    )
    assert [line for line in changed(*edits) if "2 “Dịch vụ" in line] == [
        "Sửa hạng mục 2 “Dịch vụ công trực tuyến”: điểm tối đa, Bộ “50” → “60”"
    ]


def test_a_criterion_that_comes_or_goes_is_named_with_its_maxima(changed):
    new = """\
      video:
        label_vi: Họp trực tuyến
        status: official
        citation: {clause: Điều 9}
        max_points: 40
        rule: {value: portal}
"""
    old = """\
      portal:
        label_vi: Cổng thông tin
        status: illustrative
        max_points: 40
        missing: leave_out
        rule: {value: portal}
"""
    assert changed((old, new)) == [
        "Bỏ tiêu chí 1.2 “Cổng thông tin” (điểm tối đa, Bộ: 40; điểm tối đa, Cơ quan: 40)",
        "Thêm tiêu chí 1.2 “Họp trực tuyến” (điểm tối đa, Bộ: 40; điểm tối đa, Cơ quan: 40) [Điều 9]",
    ]


def test_a_change_of_codes_alone_is_still_a_change(changed):
    edits = (
        ("  staff: {label_vi: Cán bộ, kind: count}", "  people: {label_vi: Cán bộ, kind: count}"),
        ("per: staff", "per: people"),
    )
    assert changed(*edits)


def test_a_methodology_does_not_differ_from_itself(mini):
    m = read_methodology("mini", mini)
    assert differences(m, m) == []


def test_what_an_amendment_changes_bears_its_clause(amendment):
    a, b = (read_methodology(name, amendment) for name in ("mini", "mini-2"))
    assert [each.text_vi for each in differences(a, b)] == [
        "Sửa phương pháp: căn cứ “Không có văn bản: lập ra để thử” → “Không có văn bản: lập ra để thử;"
        " sửa đổi theo Quyết định số 2, Điều 1”",
        "Sửa “Tổng điểm”: điểm tối đa, Bộ “100” → “110” [sửa đổi theo Quyết định số 2, Điều 1]",
        "Sửa hạng mục 2 “Dịch vụ công trực tuyến”: điểm tối đa, Bộ “50” → “60”"
        " [sửa đổi theo Quyết định số 2, Điều 1]",
    ]


def test_a_criterion_that_an_amendment_removes_names_the_amendment(amendment):
    removed = (
        "  criteria.inside.criteria.portal: null\n  answers.portal: null\n"
        "  criteria.inside.criteria.computers.max_points: 50\n"
    )
    head = AMENDMENT.partition("  criteria.services")[0]
    amendment.amendment("mini-2").write_text(head + removed, "utf-8")
    a, b = (read_methodology(name, amendment) for name in ("mini", "mini-2"))
    said = [each.text_vi for each in differences(a, b) if each.kind == "removed"]
    assert said[0] == (
        "Bỏ tiêu chí 1.2 “Cổng thông tin” (điểm tối đa, Bộ: 40; điểm tối đa, Cơ quan: 40)"
        " [sửa đổi theo Quyết định số 2, Điều 1]"
    )


def test_the_command_ends_with_1_where_anything_differs(ictindex, amendment):
    same = ictindex("diff-methodology", "mini", "mini", project=amendment)
    assert (same.code, same.out) == (0, "")
    other = ictindex("diff-methodology", "mini", "mini-2", project=amendment)
    assert other.code == 1 and len(other.out.splitlines()) == 3


def test_the_command_prints_one_json_object(ictindex, amendment):
    told = ictindex("diff-methodology", "mini", "mini-2", "--json", project=amendment)
    first, *_, last = json.loads(told.out)["differences"]
    assert (first["kind"], last["place"], last["before"], last["after"]) == (
        "changed",
        "services",
        "50",
        "60",
    )


def test_deadlines_are_named_in_words_and_never_by_their_key():
    one, other = (shipped(edition).methodology for edition in ("qd375-2020", "qd2245-2021"))
    lines = [each.text_vi for each in differences(one, other)]
    keys = [*one.source.calendar, *other.source.calendar]
    assert any("thời hạn: Đơn vị gửi báo cáo" in line for line in lines)
    assert not [line for line in lines for key in keys if key in line]
