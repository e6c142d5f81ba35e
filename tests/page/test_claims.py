"""Claims, objections and the ledger of a small made-up year (tests/data/round), row by row."""

from decimal import Decimal

from ictindex.page import claims
from tests.frame_rows import cells


def test_the_gap_is_between_what_is_claimed_and_what_stands_with_the_criterion_that_cost_most(make_round):
    assert sorted(cells(claims.gap(make_round()))) == [
        ("A", "Bộ Một", Decimal("13.0"), Decimal("5.0"), Decimal("-8.0"), "points", "Điểm",
         "0 điểm: kết quả bị hủy"),
        ("B", "Bộ Hai", Decimal("14.0"), Decimal("13.5"), Decimal("-0.5"), "points", "Điểm",
         "Số liệu thẩm định thấp hơn"),
        ("D", "Cơ quan Bốn", Decimal("10.0"), Decimal("5.0"), Decimal("-5.0"), "site", "Trang riêng",
         "0 điểm: số liệu không đúng thực tế"),
    ]  # fmt: skip


def test_every_objection_has_its_outcome(make_round):
    table = claims.objected(make_round())
    shown = ["unit", "subject", "outcome", "decided"]
    assert list(table[shown].itertuples(index=False, name=None)) == [
        ("A", "site", "rejected", "29/01/2021"),
        ("B", "points", "upheld", "28/01/2021"),
        ("C", "points", "open", None),
        ("D", "points", "open", None),
    ]
    assert table.attrs["note"] == (
        "Đã gửi phiếu xác nhận cho 2 đơn vị, 1 đơn vị thống nhất. 4 đề nghị: 1 được chấp nhận,"
        " 1 không được chấp nhận, 2 chưa giải quyết."
    )
    assert table.attrs["bold"] == [2, 3]


def test_before_and_after_confirmation_in_points_and_ranks(make_round):
    assert {row[0]: row[2:] for row in cells(claims.confirmation(make_round()))} == {
        "A": (Decimal("13.0"), Decimal("5.0"), Decimal("-8.0"), 1, 3, -2),
        "B": (Decimal("12.0"), Decimal("13.5"), Decimal("1.5"), 2, 1, 1),
        "C": (Decimal("0.0"), Decimal("6.0"), Decimal("6.0"), 3, 2, 1),
    }


def test_without_a_slip_there_is_no_before(make_round):
    e = make_round(events="entity,criterion,event,at,until,why\nA,,reported,2020-12-20,,\n")
    assert claims.confirmation(e).empty and "Chưa gửi" in claims.confirmation(e).attrs["note"]
    assert "Chưa gửi" in claims.objected(e).attrs["note"]


def test_the_ledger_has_every_event_in_the_order_of_time_whatever_the_order_of_rows(make_round):
    one = make_round()
    path = one.project.inputs("mini-2020") / "events.csv"
    header, *lines = path.read_text("utf-8").splitlines()
    other = make_round(events="\n".join([header, *reversed(lines)]) + "\n")
    assert claims.ledger(one).equals(claims.ledger(other))
    assert claims.confirmation(one).equals(claims.confirmation(other))
    assert one.scores.outcomes == other.scores.outcomes
    assert len(claims.ledger(one)) == len(lines)
    assert claims.ledger(one)["event"][0] == "extension"


def test_what_is_restored_says_which_zeros_it_takes_back(make_round):
    e = make_round(
        events="entity,criterion,event,at,until,why,answer,value,who,paper\n"
        "D,site,untrue,2021-01-15,,Không có trang,,,HĐTĐ,BB 1\n"
        "D,site,restored,2021-01-20,,Trang có thật,,,HĐTĐ,TB 2\n"
    )
    table = claims.ledger(e)
    assert list(table["value"]) == ["", "Số liệu không đúng thực tế (15/01/2021)"]
    assert list(table["paper"]) == ["BB 1", "TB 2"]
