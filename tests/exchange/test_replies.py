"""Each unit plays one part; what was sent back is mended, but for a few to be decided on."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.faults import FAULTS
from ictindex.exchange.forms import read_context
from ictindex.exchange.made_up import make_up
from ictindex.exchange.replies import Sending, first_round, second_round

ROOT = Path(__file__).parents[2]


def make(edition):
    return make_up(read_context(edition, Project(ROOT)), seed=1)


@pytest.fixture(scope="module")
def made():
    return make("qd375-2020")


def test_every_unit_sends_its_first_form_once_unless_its_part_is_to_send_two(made):
    now, later = first_round(made)
    sent = Counter(sending.unit for sending in (*now.sendings, *later.sendings))
    assert sent.keys() == made.units.keys() and sorted(sent.values())[-2:] == [2, 2]
    assert {sending.unit for sending in now.sendings}.isdisjoint(s.unit for s in later.sendings)


def test_what_comes_before_the_last_call_is_in_time_and_the_rest_is_late(made):
    now, later = first_round(made)
    assert all(sending.day < made.days.from_deadline(-5) for sending in now.sendings)
    assert all(sending.day > made.days.deadline for sending in later.sendings)
    longer = {row["entity"]: row["until"] for row in later.events}
    in_time = {s.unit for s in later.sendings if f"{s.day}" <= longer.get(s.unit, "")}
    assert longer.keys() == in_time and len(later.sendings) > len(in_time) > 0


def test_two_of_one_number_are_told_apart_and_a_later_one_has_the_next_number(made):
    several = {}
    for sending in first_round(made)[0].sendings:
        several.setdefault(sending.unit, []).append(sending)
    pairs = [pair for pair in several.values() if len(pair) == 2]
    numbers = sorted([sending.number for sending in pair] for pair in pairs)
    assert numbers == [[1, 1], [1, 2]]
    assert any([one.copy for one in pair] == ["", "bản 2"] for pair in pairs)


def test_a_large_edition_has_every_fault_and_more_than_half_without():
    now, _ = first_round(make("qd2342-2017"))
    faults = Counter(sending.fault for sending in now.sendings)
    assert set(FAULTS) <= faults.keys() and faults[""] > sum(faults.values()) / 2


def test_one_never_mends_two_are_accepted_and_one_is_too_late(made):
    back = list(made.units)[:10]
    mending = second_round(made, back)
    assert len({sending.unit for sending in mending.sendings}) == 9
    assert {
        sending.unit: sending.fault for sending in mending.sendings if sending.fault
    }.keys() == mending.accept.keys()
    assert sorted(s.fault for s in mending.sendings if s.fault) == ["evidence_lost", "left_empty"]
    assert all(sending.number == 2 for sending in mending.sendings)
    longer = {row["entity"] for row in mending.events}
    after = {sending.unit for sending in mending.sendings if sending.day > made.days.deadline}
    assert longer < after and len(after - longer) == 1


def test_where_a_decision_needs_every_answer_everybody_mends():
    made = make("qd2051-2016")
    back = list(made.units)[:6]
    mending = second_round(made, back)
    assert {sending.unit for sending in mending.sendings} == set(back)
    assert [sending.fault for sending in mending.sendings if sending.fault] == ["evidence_lost"]


def test_a_plan_is_the_same_in_another_process_under_another_hash_seed(made, under_hash_seeds):
    plans = under_hash_seeds(
        "from pathlib import Path",
        "from ictindex.exchange.forms import read_context",
        "from ictindex.exchange.made_up import make_up",
        "from ictindex.exchange.replies import first_round, second_round",
        "from ictindex.basics.project import Project",
        "made = make_up(read_context('qd375-2020', Project(Path('.'))), seed=1)",
        "print(first_round(made), second_round(made, list(made.units)[:10]))",
    )
    here = f"{first_round(made)} {second_round(made, list(made.units)[:10])}"
    assert set(plans) == {here}


def test_the_first_sending_of_a_seed_is_this_one(made):
    assert first_round(made)[0].sendings[0] == Sending("hoc-vien-hanh-chinh-quoc-gia", date(2020, 11, 14))
