"""Who moved, as sentences and as a table whose parts add up."""

from __future__ import annotations

from fractions import Fraction as F

from ictindex.page.switches_vi import change_table, change_text
from ictindex.robustness.switches import SWITCHES, attribute, changes
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical
from tests.shipped import shipped


def test_a_round_before_and_after_its_objections_adds_up(make_round):
    after = make_round()
    before = after.before_confirmation
    found, split = changes(before, after), attribute(before, after)
    table = change_table(before, after, found, split)
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    assert any(row["value_change"] for row in rows)
    for row in rows:
        for kind in ("value", "rank"):
            if row[f"{kind}_change"] is not None:
                assert sum(row[f"{kind}_{switch}"] for switch in SWITCHES) == row[f"{kind}_change"]
                assert row[f"{kind}_data"] == row[f"{kind}_change"]  # an objection is about figures
    assert "tính bằng phân số từ 2 lần tính lại" in "\n".join(change_text(before, after, found, split).lines)


def test_who_is_in_one_run_only_is_named_and_has_no_change(two_editions):
    before, after = two_editions.previous, two_editions  # without Denmark before, and Viet Nam's OSI at 0.5
    found = changes(before, after)
    lines = change_text(before, after, found, None).lines
    assert lines[0].startswith("192 đơn vị có kết quả ở cả hai lần: 1 đổi giá trị (điểm), 192 đổi hạng;")
    assert lines[0].endswith(
        "Lên nhiều nhất: Việt Nam (109 → 88). Xuống nhiều nhất: Grenada (87 → 89), Antigua và Barbuda"
        " (88 → 90), Kyrgyzstan (89 → 91) và 19 đơn vị khác."
    )
    assert "Chỉ có ở lần sau: Đan Mạch." in lines
    table = change_table(before, after, found, None)
    denmark = next(row for row in table.rows if row[1] == "DNK")
    assert (denmark[3], denmark[5], denmark[-1]) == (None, None, "không có kết quả ở lần trước")
    assert not {f"value_{switch}" for switch in SWITCHES} & {column.key for column in table.columns}


def test_of_several_who_moved_as_far_three_are_named_and_the_others_counted():
    e = hypothetical(shipped("qd2342-2017"), "online-services-300")
    first = change_text(e.baseline, e, changes(e.baseline, e), None).lines[0]
    assert first.endswith(
        "Lên nhiều nhất: Văn phòng Chính phủ (4 → 3), Thừa Thiên - Huế (5 → 4), Đắk Nông (7 → 6) và 7 đơn vị"
        " khác. Xuống nhiều nhất: Sơn La (37 → 40)."
    )


def test_the_questions_that_do_not_match_are_named(mini_with):
    project = mini_with()
    before = evaluate_edition("mini-2020", project)
    text = project.methodology("mini").read_text("utf-8").replace("methodology: mini", "methodology: other")
    text = text.replace("label_vi: Điểm dịch vụ công", "label_vi: Điểm dịch vụ")
    project.methodology("other").write_text(text, "utf-8")
    parameters = project.parameters("mini-2020").read_text("utf-8")
    parameters = parameters.replace("methodology: mini", "methodology: other")
    parameters = parameters.replace("edition: mini-2020", "edition: other-2020")
    project.parameters("other-2020").write_text(parameters, "utf-8")
    after = evaluate_edition("other-2020", project)
    found, split = changes(before, after), attribute(before, after)
    lines = change_text(before, after, found, split).lines
    assert "4 số liệu được khớp theo mã." in lines
    assert "Cùng mã nhưng tên khác, cần xem có cùng câu hỏi không: services." in lines
    assert {change.value for change in found.changes} == {F(0)}
