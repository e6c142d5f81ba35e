"""The choices of a what-if are held against its baseline, and any combination is a what-if of its own."""

import pytest

from ictindex.basics.findings import found
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.choosing import combinations, combined
from ictindex.what_if.evaluating import evaluate_run
from ictindex.what_if.reading import read_stated

HEAD = "what_if: idea\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"
TWO = """\
multiverse:
  - label_vi: Cách so
    others:
      - {label_vi: không làm tròn, rules: {rank_on: unrounded}}
  - label_vi: Trọng số
    others:
      - {label_vi: dịch vụ công 60, categories: {services: {ministry: 60}}}
      - label_vi: dịch vụ công 70
        categories: {services: {ministry: 70}}
"""


@pytest.fixture
def stated(mini):
    def write(text):
        mini.what_if("idea").parent.mkdir(exist_ok=True)
        mini.what_if("idea").write_text(HEAD + text, "utf-8")
        return read_stated("idea", mini)

    return write


@pytest.fixture
def wrong(mini, stated, refused):
    """What a file of choices is refused for: (code, row)."""

    def evaluated(text):
        stated(text)
        return evaluate_run(mini, **read_parameters("mini-2020", mini), what_if="idea")

    def findings(text):
        return [(f.code, f.row) for f in refused(evaluated, text)]

    return findings


def test_all_combinations_are_there_what_is_in_force_first(stated):
    assert combinations(stated(TWO)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_combination_sets_what_its_ways_set_and_keeps_what_the_file_supposes(stated):
    one = combined(stated(TWO + "levels: {x: 3}\n"), (1, 2)).source
    assert one.rules == {"rank_on": "unrounded"}
    assert one.categories == {"services": {"ministry": 70}}
    assert one.levels == {"x": 3} and one.multiverse == ()


def test_nothing_but_what_is_in_force_sets_nothing(stated):
    one = combined(stated(TWO), (0, 0)).source
    assert not one.supposes


def test_what_is_wrong_with_a_way_stands_at_its_own_line(wrong):
    assert wrong(TWO.replace("unrounded", "rounded")) == [("what-if-without-effect", 8)]
    assert wrong(TWO.replace("services: {ministry: 70}", "servces: 70")) == [("change-unknown", 13)]


def test_two_choices_that_set_the_same_are_refused(wrong):
    again = "  - label_vi: Lại\n    others: [{label_vi: khác, categories: {services: 40}}]\n"
    assert ("choice-made-twice", 15) in wrong(TWO + again)


def test_a_choice_does_not_set_again_what_the_file_supposes(wrong):
    assert ("choice-made-twice", 8) in wrong(TWO + "rules: {rank_on: unrounded}\n")


def test_a_choice_without_another_way_and_a_way_that_changes_nothing_are_refused(wrong):
    assert wrong("multiverse: [{label_vi: Cách so, others: []}]\n") == [("none-given", 5)]
    assert wrong("multiverse:\n  - label_vi: A\n    others:\n    - label_vi: như cũ\n") == [("none-given", 8)]


def test_too_many_combinations_are_refused_with_how_many_there_are(wrong):
    ways = "".join(
        f"      - {{label_vi: dịch vụ công {p}, categories: {{services: {{ministry: {p}}}}}}}\n"
        for p in range(51, 91)
    )
    inside = ways.replace("services", "inside")
    text = f"multiverse:\n  - label_vi: A\n    others:\n{ways}  - label_vi: B\n    others:\n{inside}"
    assert ("choices-too-many", 5) in wrong(text)
    assert "1681 tổ hợp" in found("choices-too-many", "f", n=41 * 41, most=512).message("vi")


def test_a_key_that_is_none_is_told_with_those_that_may_stand_there(wrong):
    assert wrong(TWO.replace("rules:", "rule:")) == [("key-unknown", 8)]
