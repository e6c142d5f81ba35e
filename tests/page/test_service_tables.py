"""Tables of online services: what was declared, recognised and not, with the reasons and their counts."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from ictindex.facts.inputs import Entity, Inputs
from ictindex.facts.services import DIRECT, REPORT, STATES, Service, ServiceTest, recognise
from ictindex.page import publishing
from ictindex.page.service_tables import CONDITION_VI, REASON_VI, STATE_VI, services, services_not_recognised
from tests.frame_rows import rows

UNITS = (Entity("B", "Bộ B", "m", 2), Entity("T", "Tỉnh T", "p", 3), Entity("X", "Tỉnh X", "p", 4))
GROUPS = {"m": SimpleNamespace(label_vi="Bộ"), "p": SimpleNamespace(label_vi="Tỉnh")}


def edition(register, tests, recognised):
    """As much of an evaluation as the tables look at."""
    return SimpleNamespace(
        methodology=SimpleNamespace(groups=GROUPS, only_statistics=lambda *_: False),
        inputs=Inputs(None, (), UNITS, {}, "", services=register, service_tests=tests),
        recognised=recognised,
        illustrative=True,
        what_if=None,
    )


def declared(entity, service, procedure, group="", in_database=True):
    label = f"Dịch vụ {procedure}"
    return Service(entity, service, procedure, label, 3, "https://a.vn", group, "", in_database, 2)


def trial(day, *failed, why=""):
    return ServiceTest(datetime(2018, 1, day, tzinfo=UTC), "KT1", "direct", failed, why, day)


REGISTER = {
    (each.entity, each.service): each
    for each in (
        declared("T", "s1", "P1"),
        declared("T", "s2", "P1"),
        declared("T", "s3", "P2", "g"),
        declared("T", "s4", "P3", "g"),
        declared("B", "s1", "P1"),
        declared("B", "s2", "P4", in_database=False),
        declared("B", "s3", "P5"),
    )
}
TESTS = {
    ("T", "s1"): (trial(1),),
    ("T", "s3"): (trial(1, "account"), trial(2)),
    ("B", "s1"): (trial(1, "account", "tracking", why="<script>"),),
    ("B", "s3"): (trial(1, "submission"), trial(2, "submission", why="lỗi 500")),
}
E = edition(REGISTER, TESTS, recognise(REGISTER, TESTS))
NOTHING = edition({}, {}, {})


def test_every_state_reason_and_condition_has_its_words():
    assert REASON_VI.keys() == STATES.keys()
    assert STATE_VI.keys() == set(STATES.values())
    assert CONDITION_VI.keys() == {*DIRECT, *REPORT}


def test_each_unit_has_its_counts_in_the_order_of_the_units():
    b, t = rows(services(E))
    assert (b["group_name"], b["unit"], b["unit_name"]) == ("Bộ", "B", "Bộ B")
    counts = ("services", "tested", "procedures", "recognised", "represented", "open", "refused", "share")
    assert [b[key] for key in counts] == [3, 2, 3, 0, 0, 1, 2, Decimal("0.0")]
    assert [t[key] for key in counts] == [4, 2, 3, 3, 1, 0, 0, Decimal("100.0")]


def test_the_note_counts_what_the_rows_add_up_to_and_says_what_the_decision_leaves_open():
    note = services(E).attrs["note"]
    for words in (
        "7 dịch vụ được khai, 4 đã kiểm tra",
        "6 thủ tục, 3 được công nhận, 1 chưa kết luận, 2 không được công nhận",
        "1 thủ tục không kiểm tra được công nhận như đơn vị khai",
        "quyết định không nêu rõ điều này",
        "1 thủ tục phải kiểm tra lại vào thời điểm khác",
        "1 đơn vị không khai dịch vụ nào",
    ):
        assert words in note


def test_what_is_not_recognised_is_listed_with_its_reason_the_open_ones_first():
    table = services_not_recognised(E)
    found = [(row["unit"], row["procedure"], row["state"], row["reason"]) for row in rows(table)]
    assert found == [
        ("B", "P1", "open", "retest_due"),
        ("B", "P4", "refused", "not_in_database"),
        ("B", "P5", "refused", "failed"),
    ]
    assert [row["found"] for row in rows(table)] == [
        "không đăng ký được tài khoản; không theo dõi được việc tiếp nhận và trả kết quả; <script>",
        "",
        "không gửi được hồ sơ trực tuyến; lỗi 500",
    ]
    assert table.attrs["note"].startswith(
        "3 thủ tục. 1: kiểm tra bị lỗi, phải kiểm tra lại vào thời điểm khác;"
    )
    assert "<script>" not in publishing.table("services_not_recognised", table).html()


def test_where_all_is_recognised_the_list_says_so():
    all_well = {"T": E.recognised["T"]}
    table = services_not_recognised(edition(REGISTER, TESTS, all_well))
    assert table.empty and table.attrs["note"] == "Mọi thủ tục đã khai đều được công nhận."


@pytest.mark.parametrize("table", [services(NOTHING), services_not_recognised(NOTHING)])
def test_without_a_register_the_table_is_empty_and_says_so(table):
    assert table.empty and "không có danh sách dịch vụ" in table.attrs["note"]
