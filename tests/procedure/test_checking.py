"""The review's checks: every mark in one state, and a sample that nobody can steer."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.review import Mark
from ictindex.page.review_tables import STATE_VI
from ictindex.procedure.checking import checks

F = Fraction
SCALES = {"page": F(10), "news": F(5)}


def marked(*own, final=None, why="sai"):
    marks = [Mark(f"KT{i}", "reviewer", F(mark), "", i) for i, mark in enumerate(own, start=1)]
    return tuple(marks + ([] if final is None else [Mark("TD", "adjudicator", F(final), why, 9)]))


@pytest.mark.parametrize(
    "marks, size, state",
    [
        (marked(8, 7), 0, "agreed"),
        (marked(8, 7), 1, "spot_open"),
        (marked(8, 5), 1, "too_different"),
        (marked(8, 5, final=7), 1, "adjudicated"),
        (marked(8, 7, final="7.5"), 1, "spot_confirmed"),
        (marked(8, 7, final=7), 1, "spot_replaced"),
        (marked(8, 7, final=7), 0, "spot_replaced"),  # checked beside the sample
        (marked(8), 1, "spot_open"),
        (marked(final=7), 1, "adjudicated"),
    ],
)
def test_every_mark_has_one_state(marks, size, state):
    found = checks({("A", "page"): marks}, SCALES, 30, 1, size)
    assert found.states == {("A", "page"): state}


@pytest.mark.parametrize(
    "marks, state",
    [
        (marked(8), "waiting"),
        (marked(8, final=7), "adjudicated"),
        (marked(8, 7), "spot_open"),
        (marked(8, 3) + tuple(m._replace(round=2) for m in marked(8, 7)), "rechecked"),
        (marked(8, 3) + tuple(m._replace(round=2) for m in marked(8, 4)), "too_different"),
    ],
)
def test_of_two_reviewers_one_mark_waits_and_a_second_round_is_told_apart(marks, state):
    found = checks({("A", "page"): marks}, SCALES, 30, 1, 1, "mean", 2)
    assert found.states == {("A", "page"): state}
    assert found.population == ([("A", "page")] if state == "spot_open" else [])


def test_the_threshold_is_a_share_of_each_questions_own_scale():
    both = {("A", "page"): marked(4, 2), ("A", "news"): marked(4, 2)}
    assert checks(both, SCALES, 30, 1, 0).states == {("A", "news"): "too_different", ("A", "page"): "agreed"}


def test_what_the_adjudicator_finds_never_changes_who_is_drawn():
    """Else the sample could be steered by checking."""
    before = {(f"U{i}", "page"): marked(8, 7) for i in range(30)} | {("Z", "page"): marked(9, 2)}
    sample = checks(before, SCALES, 30, "s", 10).sample
    after = (
        before | {key: marked(8, 7, final=2) for key in sample[:5]} | {("Z", "page"): marked(9, 2, final=3)}
    )
    assert checks(after, SCALES, 30, "s", 10).sample == sample


items = st.dictionaries(
    st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(["page", "news"])),
    st.builds(
        lambda own, final: marked(*own, final=final) if own or final is not None else marked(1),
        st.lists(st.integers(0, 5), max_size=3),
        st.none() | st.integers(0, 5),
    ),
    max_size=16,
)


@given(items, st.integers(0, 20), st.randoms())
def test_states_cover_all_items_whatever_the_order_of_rows_and_the_sample_is_never_of_the_too_different(
    marks, size, random
):
    found = checks(marks, SCALES, 40, 7, size)
    mixed = {key: tuple(random.sample(some, len(some))) for key, some in marks.items()}
    assert checks(dict(random.sample(list(mixed.items()), len(mixed))), SCALES, 40, 7, size) == found
    assert found.states.keys() == marks.keys() and set(found.states.values()) <= STATE_VI.keys()
    assert all(found.states[key].startswith("spot_") for key in found.sample)
    assert len(found.sample) == min(size, len(found.population))
