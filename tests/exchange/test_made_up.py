"""The made-up figures are such that every rule can use them, and the days come one after the other."""

from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.forms import read_context
from ictindex.exchange.ledger import csv_text
from ictindex.exchange.made_up import make_up
from ictindex.facts.events import last_moment
from ictindex.procedure.plausibility import apart, misfits, value_of

ROOT = Path(__file__).parents[2]
EDITIONS = ("qd2342-2017", "qd375-2020", "qd2051-2016")


@pytest.fixture(scope="module", params=EDITIONS)
def made(request):
    return make_up(read_context(request.param, Project(ROOT)), seed=1)


def test_every_unit_has_an_answer_or_a_secret_for_every_question(made):
    for unit in made.units.values():
        assert unit.values.keys() | unit.states.keys() == unit.asks.keys()
        assert not unit.values.keys() & unit.states.keys()
        assert set(unit.states.values()) <= {"withheld"}


def test_no_figure_is_one_that_a_rule_cannot_use(made):
    for unit in made.units.values():
        values = {code: value_of(text, unit.asks[code]) for code, text in unit.values.items()}
        assert None not in values.values()
        assert misfits(made.methodology, unit.entity, values) == []


def test_what_the_office_sees_is_mostly_what_is_declared_and_sometimes_far_less(made):
    far = 0
    for row in made.monitored:
        declared = Fraction(made.units[row["entity"]].values[row["answer"]])
        assert Fraction(row["value"]) <= declared
        far += apart(declared, Fraction(row["value"]))
    assert 0 < far < len(made.monitored) / 5


def test_the_days_come_in_order_and_the_deadline_is_the_decisions(made):
    days = [made.days.after(share) for share in (0, 0.2, 0.35, 0.5, 0.65, 0.7, 0.85, 0.9, 0.95, 1)]
    assert days == sorted(days) and len(set(days)) == len(days)
    deadline = made.methodology.source.calendar["report_by"]
    assert made.days.deadline == last_moment(deadline, made.year).date()


def test_zeros_are_found_before_the_slips_are_sent(made):
    early = made.days.from_deadline(10)
    assert all(row["at"] < f"{early}" and row["criterion"] for row in made.zeros(early))


def test_draws_are_the_same_for_the_same_keys_and_spread(made):
    drawn = [made.draw("x", i) for i in range(300)]
    assert drawn == [made.draw("x", i) for i in range(300)] and min(drawn) >= 0 and max(drawn) < 1
    assert 0.4 < sum(drawn) / 300 < 0.6
    assert made.shuffled("cab", "x") == made.shuffled("bca", "x")


def test_columns_that_a_row_lacks_stay_empty():
    assert csv_text(["a", "b"], [{"a": "1", "c": "3"}]) == "a,b\n1,\n"
