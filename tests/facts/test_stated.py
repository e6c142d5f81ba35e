"""Answers in little room are those of a dict, whatever is put in, taken out and changed."""

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.answers import MISSING, Given
from ictindex.facts.stated import Stated

values = st.sampled_from([None, True, False, Fraction(1), Fraction(0), Fraction(1, 3), "1"])
answers = st.builds(
    lambda value, row, declared, why: Given(value, "given", str(value), row, declared, why),
    *(values, st.sampled_from([None, 2, 3, 70_000]), values, st.sampled_from(["", "sai"])),
)
keys = st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"))


def types(given: Given):
    """A yes is no 1, though they are equal."""
    return type(given.value), type(given.declared), given


def told(mapping):
    return {key: types(each) for key, each in mapping.items()}


@given(st.lists(st.tuples(keys, st.one_of(st.none(), answers))), st.dictionaries(keys, answers))
def test_it_holds_what_a_dict_would(steps, more):
    plain, stated = {}, Stated()
    for key, each in steps:
        if each is not None:
            plain[key] = stated[key] = each
        elif key in plain:
            del plain[key], stated[key]
        assert len(stated) == len(plain) and (key in stated) == (key in plain)
    assert told(stated) == told(plain) == {key: types(stated[key]) for key in stated}
    both = stated | more
    assert told(both) == told(plain | more) and told(stated) == told(plain)
    changed = both.each(lambda given: given._replace(why="x", row=None))
    assert told(changed) == {key: types(each._replace(why="x")) for key, each in (plain | more).items()}
    assert told(both) == told(plain | more)


def test_a_copy_for_another_process_takes_no_value_for_another():
    stated = Stated({("A", "x"): Given(Fraction(1, 3), "given", "1/3", 2)})
    sent = pickle.loads(pickle.dumps(stated))
    assert told(sent) == told(stated) and not sent._which
    sent["A", "x"] = Given(Fraction(2, 3), "given", "1/3", 2)
    assert sent["A", "x"].value == Fraction(2, 3) and stated["A", "x"].value == Fraction(1, 3)


def test_what_is_not_there_is_a_key_error():
    stated = Stated({("A", "x"): Given(None, "missing", "", 2)})
    for key in (("A", "y"), ("B", "x")):
        with pytest.raises(KeyError):
            stated[key]
        with pytest.raises(KeyError):
            del stated[key]
    assert stated.get(("B", "x")) is None


def test_answers_that_differ_in_their_row_alone_are_kept_once():
    stated = Stated({("A", f"q{row}"): Given(True, "given", "có", row) for row in range(2, 1000)})
    assert len(stated._alike) == 1 and stated["A", "q70"].row == 70


@given(st.dictionaries(keys, answers), st.booleans())
def test_units_that_gave_the_same_are_told_together(plain, whole):
    stated = Stated(plain)
    which, kinds = stated.alike(("x", "y"), "ABC", MISSING, whole)
    assert len(which) == 3 and len(kinds) == len({*which})
    for unit, kind in zip("ABC", which, strict=True):
        own = {answer: plain.get((unit, answer), MISSING) for answer in "xy"}
        for answer, each in own.items():
            told = kinds[kind][answer]
            assert types(told)[0] is type(each.value) and told[:2] == each[:2]
            assert not whole or types(told) == types(each._replace(row=None))
    rows = [plain.get((unit, "x"), MISSING).row or 0 for unit in "ABC"]
    assert stated.rows("x", "ABC") == rows
    wrong = {key: each._replace(row=None) for key, each in plain.items() if each.why}
    assert dict(stated.where(lambda each: each.why)) == wrong


def test_an_answer_like_one_before_is_put_in_by_its_number_and_never_over_another():
    stated = Stated({("A", "x"): Given(Fraction(1, 3), "given", "1/3", 2)})
    assert stated.repeat("B", *stated.place(("A", "x")), 9)
    assert stated["B", "x"] == stated["A", "x"]._replace(row=9) and len(stated) == 2
    assert not stated.repeat("A", *stated.place(("B", "x")), 10)
    assert stated["A", "x"].row == 2
