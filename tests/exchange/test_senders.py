"""Whose a file is, by the folders on its way or by its name; where two could be meant, nobody's."""

import pytest

from ictindex.exchange.senders import Senders
from ictindex.facts import folded
from ictindex.facts.inputs import Entity

UNITS = [
    Entity("T01", "Hà Nội", "province", 2),
    Entity("so-y-te", "Sở Y tế", "province", 3),
    Entity("syt-dn", "Sở Y tế Đà Nẵng", "province", 4),
    Entity("02", "Đồng Nai", "province", 5),
    Entity("a1", "Trùng tên", "province", 6),
    Entity("a2", "Trung Ten", "province", 7),
]
SENDERS = Senders(UNITS)


@pytest.mark.parametrize(
    ("shown", "credit"),
    [
        ("2018-12-20/T01/phieu.xlsx", ("survey", "T01")),
        ("2018-12-20/t01/Gửi Cục/phieu.xlsx", ("survey", "T01")),
        ("2018-12-20/Ha_Noi/x.pdf", ("survey", "T01")),
        ("2018-12-20/Sở Y tế Đà Nẵng/x.xlsx", ("survey", "syt-dn")),
        ("T01/so-y-te/x.xlsx", ("survey", "so-y-te")),  # the deepest folder
        ("2018-12-20/02/x.xlsx", ("survey", "02")),
        ("2018-12-20/Trùng Tên/x.xlsx", ("", "")),  # of two units
        ("2018-12-20/khong-ro/phieu 02.xlsx", ("", "")),  # too short to be looked for in a name
        ("x/qd2342-2018_survey_t01.xlsx", ("survey", "T01")),
        ("x/qd2342-2018_slip_so-y-te__so-y-te (1).xlsx", ("slip", "so-y-te")),
        ("x/qd2342-2018_marking_kt1.xlsx", ("marking", "kt1")),
        ("x/qd2342-2018_marking_...xlsx", ("", "")),
        ("x/qd2342-2018_survey_t99.xlsx", ("", "")),
        ("x/Phiếu Sở Y tế Đà Nẵng.xlsx", ("survey", "syt-dn")),  # the longer of two names
        ("x/Phieu cua Ha Noi (ban 2).doc", ("survey", "T01")),
        ("x/Hà Nội và Sở Y tế.xlsx", ("", "")),
    ],
)
def test_a_file_is_credited_by_folder_then_by_name(shown, credit):
    assert SENDERS.of(shown) == credit


def test_names_are_compared_without_accents_and_signs():
    assert folded("Vụ Tổ chức – Biên chế (Đ)") == folded("vu_to-chuc bien che d")
