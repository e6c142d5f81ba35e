"""The steps of a small made-up year (tests/data/round), row by row."""

from ictindex.page import year_steps as steps


def rows(frame):
    """Rows as tuples, without the columns of their group."""
    own = frame.drop(columns=["group", "group_name"], errors="ignore")
    return list(own.itertuples(index=False, name=None))


def test_each_report_has_its_day_its_extension_and_what_became_of_its_files(make_round):
    table = steps.received(make_round())
    assert rows(table) == [
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
    told = rows(steps.received(make_round(received=head + lost)))[3]
    assert told[2:6] == ("05/12/2020", "Tệp không đọc được", None, None)
    assert told[6:] == ("Đã gửi tệp, chưa có phiếu dùng được", 0, 0, 0, 0, 1, "form-encrypted")


def test_who_claims_and_shows_nothing_is_listed_and_has_no_points(make_round):
    e = make_round()
    assert steps.evidence(e).empty  # C's arrived, D's site is untrue already
    late = e.before_confirmation
    assert [row[:3] for row in rows(steps.evidence(late))] == [("C", "Bộ Ba", "points")]
    outcome = late.scores.outcomes["points"][2]
    assert (outcome.points, outcome.available, outcome.state) == (0, 10, "zero_no_evidence")


def test_a_no_claims_nothing_and_needs_no_evidence(make_round):
    e = make_round()
    assert e.scores.outcomes["site"][2] == (0, 5, "scored")


def test_without_a_register_of_evidence_nobody_loses_points_for_it(make_round):
    e = make_round(evidence="")
    assert "zero_no_evidence" not in {o.state for each in e.scores.outcomes.values() for o in each}
    assert steps.evidence(e).empty


def test_the_steps_count_what_was_done_and_what_is_still_open(make_round):
    found = {row[0]: row[2:] for row in rows(steps.steps(make_round()))}
    assert found == {
        "reported": (3, 1, "1 chậm, 1 được gia hạn"),
        "received": (2, None, "1 bị bản sau thay, 0 không dùng được, 0 không đọc được"),
        "answers": (8, None, "0 số liệu bỏ trống"),
        "verified": (1, None, ""),
        "evidence": (6, 0, "Còn lại: tiêu chí không có tài liệu nào"),
        "slips": (2, 0, "Còn lại: chưa trả lời"),
        "objections": (2, 2, "1 chấp nhận, 1 không chấp nhận"),
        "zeros": (2, None, "0 điểm: kết quả bị hủy: 1; 0 điểm: số liệu không đúng thực tế: 1"),
    }


def test_where_nothing_is_recorded_the_steps_say_so(make_round):
    found = {
        row[0]: row[2:]
        for row in steps.steps(make_round(events="", received="", evidence="")).itertuples(
            index=False, name=None
        )
    }
    assert found["reported"] == (0, 4, "Không ghi ngày")
    assert found["received"] == (0, None, "") and "slips" not in found and "evidence" not in found


def test_a_declared_figure_far_from_the_monitored_one_is_remarked_and_changes_nothing(make_round):
    plain, watched = make_round(), make_round(monitored="entity,answer,value,source\nA,points,6,Hệ thống\n")
    (row,) = rows(steps.remarks(watched))
    assert row == ("A", "Bộ Một", "monitored", "Khác số liệu giám sát", "points", "Điểm đề nghị", 8, 6, "")
    assert watched.scores.outcomes == plain.scores.outcomes
    assert "trên 10 % số liệu giám sát" in steps.remarks(watched).attrs["note"]


def test_where_no_day_asks_for_a_report_none_is_waited_for(egdi_2018, small):
    for e in (egdi_2018, small):
        assert rows(steps.steps(e))[0] == ("reported", "Đơn vị gửi báo cáo", 0, None, "Không ghi ngày")
        assert "Đơn vị gửi báo cáo" not in dict(steps.open_steps(e))
