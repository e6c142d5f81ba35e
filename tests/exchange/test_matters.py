"""A line of the council's sheet says by its code what it is about; each matter has its own decisions."""

import pytest

from ictindex.exchange.layout import DECIDED_VI
from ictindex.exchange.matters import MATTER_VI, MATTERS, OFFERED, codes, matter_of
from ictindex.facts.events import KINDS
from ictindex.methodology.decision import Answer
from ictindex.methodology.reading import read_methodology

POINTS = Answer(label_vi="Điểm", kind="number", min=0)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("kn:staff", ("kn", "", "staff")),
        ("kn:tc:staff", ("kn", "staff", "")),
        ("gh:tc:total", ("gh", "", "")),
    ],
)
def test_a_code_tells_an_answer_from_a_criterion_and_from_the_whole(code, meant):
    assert matter_of(code) == meant


def test_every_code_leads_back_and_asks_what_it_is_about():
    methodology = read_methodology("qd2342")
    asks = codes(methodology, POINTS)
    assert len(asks) == len(MATTERS) * (len(methodology.answers) + len(methodology.nodes))
    assert asks["kn:staff"] is methodology.answers["staff"] and asks["kn:tc:staff"] is POINTS
    assert all(matter_of(code)[2] in {"", *methodology.answers} for code in asks)


def test_what_is_decided_has_words_and_becomes_an_event_or_nothing():
    assert OFFERED.keys() == MATTER_VI.keys() == {*MATTERS}
    assert {key for offered in OFFERED.values() for key in offered} == DECIDED_VI.keys()
    assert {event for offered in OFFERED.values() for event in offered.values()} <= {"", *KINDS}
