"""Most units agree with their slips; those that do not have grounds, and say them on their own lines."""

from datetime import date
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.forms import read_context
from ictindex.exchange.made_up import make_up
from ictindex.exchange.slip_replies import MOST, Reply, mended, replies
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
FIRST, LAST = date(2021, 2, 20), date(2021, 3, 10)


def make(edition):
    return make_up(read_context(edition, Project(ROOT)), seed=1)


@pytest.fixture(scope="module", params=["qd2342-2017", "qd375-2020", "qd2051-2016"])
def said(request):
    e = shipped(request.param)
    made = make(request.param)
    return made, e, replies(made, e, FIRST, LAST)


def test_a_unit_answers_once_in_time_or_not_at_all(said):
    made, _, answers = said
    units = [reply.unit for reply in answers]
    assert len(set(units)) == len(units) < len(made.units) * 1.01
    assert all(FIRST <= reply.day <= LAST and reply.number == 1 for reply in answers)


def test_most_units_agree(said):
    _, _, answers = said
    assert sum(not reply.wishes for reply in answers) > len(answers) / 2


def test_an_objection_has_grounds_and_is_about_what_the_unit_is_asked(said):
    made, e, answers = said
    criteria = {node.id for node in e.methodology.nodes}
    for reply in answers:
        assert len(reply.wishes) <= MOST
        for wish in reply.wishes:
            assert wish.grounds
            assert wish.code in (
                {f"tc:{each}" for each in criteria} if wish.sheet == "Điểm" else made.units[reply.unit].asks
            )


def test_the_two_faults_fall_on_units_that_agree(said):
    _, _, answers = said
    faulty = [reply for reply in answers if reply.fault]
    assert {reply.fault for reply in faulty} == {"slip-contradicts", "slip-without-opinion"}
    assert len(faulty) == 2 and not any(reply.wishes for reply in faulty)


def test_what_is_mended_comes_a_day_later_as_the_second_sending():
    again = mended(Reply("a", FIRST, fault="slip-contradicts"))
    assert again == Reply("a", date(2021, 2, 21), number=2)
