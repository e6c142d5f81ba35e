"""Events replayed: corrections in the order of time, objections with the decision that answers them."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.answers import Given
from ictindex.facts.events import Event
from ictindex.facts.replay import confirmation_begins, corrected, objections

START = datetime(2021, 1, 1, tzinfo=timezone(timedelta(hours=7)))


def event(day, kind, entity="A", criterion="", answer="", value=None, text=""):
    at = START + timedelta(days=day)
    return Event(at, entity, criterion, kind, None, "vì sao", 2, answer, text, "HĐTĐ", value)


def test_the_last_correction_stands_and_the_first_declaration_is_kept():
    stated = {("A", "staff"): Given(Fraction(10), "given", "10", 5)}
    standing = corrected(
        stated,
        [event(1, "correction", answer="staff", value=Fraction(8), text="8"),
         event(3, "correction", answer="staff", value=Fraction(9), text="9")],
    )["A", "staff"]  # fmt: skip
    assert (standing.value, standing.text, standing.state, standing.declared) == (9, "9", "given", 10)
    assert (standing.why, standing.who, standing.at) == ("vì sao", "HĐTĐ", START + timedelta(days=3))
    assert stated["A", "staff"].value == 10, "what was stated stays as it was"


def test_a_correction_gives_what_was_missing_and_declares_nothing_in_the_units_name():
    standing = corrected({}, [event(1, "correction", answer="staff", value=Fraction(8), text="8")])
    assert (standing["A", "staff"].value, standing["A", "staff"].declared) == (8, None)


def test_a_claim_that_was_verified_before_is_still_the_claim_after_a_correction():
    stated = {("A", "x"): Given(Fraction(4), "given", "4", 2, Fraction(7))}
    assert corrected(stated, [event(1, "correction", answer="x", value=Fraction(5))])["A", "x"].claimed == 7


def test_other_events_change_no_answer():
    stated = {("A", "staff"): Given(Fraction(10), "given", "10", 5)}
    for kind in ("objection", "rejection", "untrue", "slip", "restored"):
        assert corrected(stated, [event(1, kind, answer="staff", value=Fraction(1))]) == stated


def test_an_objection_is_answered_by_the_first_decision_on_the_same_thing_after_it():
    several = [
        event(1, "correction", answer="staff"),  # before anybody objected
        event(2, "objection", answer="staff"),
        event(2, "objection", answer="other"),
        event(2, "objection", criterion="portal"),
        event(3, "rejection", answer="staff", entity="B"),
        event(4, "rejection", answer="staff"),
        event(5, "correction", answer="staff"),
        event(6, "restored", criterion="portal"),
    ]
    assert [
        (o.answer or o.criterion, o.outcome, o.decision and o.decision.event) for o in objections(several)
    ] == [
        ("staff", "rejected", "rejection"),
        ("other", "open", None),
        ("portal", "upheld", "restored"),
    ]


def test_the_round_of_confirmation_begins_with_the_first_slip():
    assert confirmation_begins([]) is None
    assert confirmation_begins([event(5, "slip"), event(2, "slip", entity="B")]) == START + timedelta(days=2)


@given(st.permutations(range(6)), st.integers(0, 6))
def test_what_stands_depends_on_times_and_never_on_the_order_of_rows(order, until):
    """Sorted by their order, as they are read, any permutation of events gives the same answers."""
    several = [event(day, "correction", answer="staff", value=Fraction(day)) for day in range(6)]
    shuffled = sorted((several[i] for i in order), key=lambda each: each.order)[:until]
    standing = corrected({}, shuffled)
    assert standing == {} if until == 0 else standing["A", "staff"].value == until - 1


def test_a_decision_of_the_same_day_as_its_objection_answers_it():
    several = [event(2, "objection", answer="staff"), event(2, "rejection", answer="staff")]
    for rows in (several, several[::-1]):
        (one,) = objections(rows)
        assert (one.outcome, one.decision) == ("rejected", several[1])
