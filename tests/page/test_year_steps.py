"""The steps of a small made-up year (tests/data/round), row by row."""

from ictindex.page import year_steps as steps
from tests.frame_rows import cells


def test_each_report_has_its_day_its_extension_and_what_became_of_its_files(make_round):
    table = steps.received(make_round())
    assert cells(table) == [
        ("A", "Bộ Một", "20/12/2020", "Phiếu dùng được", "20/12/2020", None, "Đúng hạn", 1, 0, 0, 0, 0, ""),
        (
            "B",
            "Bộ Hai",
            "30/12/2020",
            "Phiếu có bản sau thay",
            "02/01/2021",
            None,
            "Chậm",
            0,
            1,
            1,
            0,
            0,
            "Đồng ý nhận",
        ),
        ("C", "Bộ Ba", None, "", "31/12/2020", "10/01/2021", "Đúng hạn", 0, 0, 0, 0, 0, ""),
        ("D", "Cơ quan Bốn", None, "", None, None, "Chưa báo cáo", 0, 0, 0, 0, 0, ""),
    ]
    assert table.attrs["note"] == (
        "3 trong 4 đơn vị đã báo cáo, 1 đơn vị chậm sau khi tính gia hạn. Đã đọc 3 tệp: 3 phiếu khảo sát."
    )


def test_a_file_that_nobody_could_read_is_told_with_its_day(make_round):
    head = "sender,form,file,sha256,at,state,why\n"
    lost = f"D,survey,khoa.xlsx,{'0d' * 32},2020-12-05,unreadable,form-encrypted\n"
    told = cells(steps.received(make_round(received=head + lost)))[3]
    assert told[2:6] == ("05/12/2020", "Tệp không đọc được", None, None)
    assert told[6:] == ("Đã gửi tệp, chưa có phiếu dùng được", 0, 0, 0, 0, 1, "form-encrypted")


def test_who_claims_and_shows_nothing_is_listed_and_has_no_points(make_round):
    e = make_round()
    assert steps.evidence(e).empty  # C's arrived, D's site is untrue already
    late = e.before_confirmation
    assert [row[:3] for row in cells(steps.evidence(late))] == [("C", "Bộ Ba", "points")]
    outcome = late.scores.outcomes["points"][2]
    assert (outcome.points, outcome.available, outcome.state) == (0, 10, "zero_no_evidence")


def test_a_no_claims_nothing_and_needs_no_evidence(make_round):
    e = make_round()
    assert e.scores.outcomes["site"][2] == (0, 5, "scored")


def test_without_a_register_of_evidence_nobody_loses_points_for_it(make_round):
    e = make_round(evidence="")
    assert "zero_no_evidence" not in {o.state for each in e.scores.outcomes.values() for o in each}


def told(e):
    """Step -> done, open, what is open, units, remark."""
    columns = ["done", "open", "what", "units_name", "remark"]
    return {row["step"]: tuple(row[c] for c in columns) for row in steps.steps(e).to_dict("records")}


def test_the_steps_say_what_was_done_what_is_open_and_of_whom(make_round):
    found = told(make_round())
    assert list(found) == [
        *("opening", "forms", "reports", "collection", "answers", "evidence", "confirmation", "objections"),
        *("approval", "publication"),
    ]
    assert found["reports"] == (3, 1, "1 đơn vị có số liệu mà không ghi ngày báo cáo", "Cơ quan Bốn", LATE)
    assert found["collection"][:2] == (2, 0) and found["answers"][:2] == (8, 0)
    assert found["evidence"] == (5, 4, "4 tệp chưa được đọc lại và đối chiếu với sổ hiện nay", "", "")
    assert found["confirmation"][:2] == (2, 0)
    assert found["objections"] == (2, 2, "2 đề nghị chưa giải quyết", "Bộ Ba, Cơ quan Bốn", "")
    assert found["approval"][:2] == (0, 1) and "chưa ghi quyết định phê duyệt" in found["approval"][2]


LATE = "1 đơn vị báo cáo chậm"


def test_open_steps_are_bold_and_the_command_is_in_the_file_only(make_round):
    table = steps.steps(make_round())
    bold = {table["step"][i] for i in table.attrs["bold"]}
    assert bold == {"reports", "evidence", "objections", "approval"}  # publication waits for the annex
    assert "command" in table.attrs["only_in_file"]
    (row,) = table[table["step"] == "approval"].to_dict("records")
    assert row["command"].startswith("ictindex record mini-2020 approved --on")


def test_where_nothing_is_recorded_the_steps_say_so(make_round):
    found = told(make_round(events="", received="", evidence=""))
    assert found["reports"][:3] == (0, 4, "4 đơn vị có số liệu mà không ghi ngày báo cáo")
    assert found["collection"][:2] == (0, 0) and "confirmation" not in found


def test_a_declared_figure_far_from_the_monitored_one_is_remarked_and_changes_nothing(make_round):
    plain, watched = make_round(), make_round(monitored="entity,answer,value,source\nA,points,6,Hệ thống\n")
    (row,) = cells(steps.remarks(watched))
    assert row == ("A", "Bộ Một", "monitored", "Khác số liệu giám sát", "points", "Điểm đề nghị", 8, 6, "")
    assert watched.scores.outcomes == plain.scores.outcomes
    assert "trên 10 % số liệu giám sát" in steps.remarks(watched).attrs["note"]


def test_where_no_day_asks_for_a_report_none_is_waited_for(egdi_2018):
    assert list(told(egdi_2018)) == ["opening", "answers", "approval", "publication"]


def test_without_a_register_who_claims_is_listed_where_the_decision_asks_for_evidence(make_round):
    e = make_round(evidence="")
    asks = "no_evidence" in e.methodology.source.zero_rules
    table = steps.evidence(e)
    assert asks and len(table) and set(table["state_name"]) >= {"Chưa áp dụng: chưa có sổ đăng ký tài liệu"}
    assert told(e)["evidence"][1] > 0
