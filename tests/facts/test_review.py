"""Reviewers' marks: read strictly, the mean of the independent ones, or the adjudicator's instead."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.csv_file import Checked
from ictindex.facts.review import COMBINE, MARK_COLUMNS, Mark, Settled, read_marks, settle

SCALE = Fraction(10)


def marks(*numbers, final=()):
    own = [Mark(f"R{i}", "reviewer", Fraction(number), "", i) for i, number in enumerate(numbers)]
    return own + [
        Mark(f"T{i}", "adjudicator", Fraction(number), "x", 90 + i) for i, number in enumerate(final)
    ]


def test_the_mean_of_two():
    assert settle(marks(8, 9), SCALE, 20) == Settled(Fraction(17, 2), "agreed", Fraction(1, 10))


def test_two_are_too_different_from_the_declared_percent_on():
    assert settle(marks(7, 9), SCALE, 20) == Settled(Fraction(8), "too_different", Fraction(1, 5))
    assert settle(marks(7, "8.99"), SCALE, 20).state == "agreed"


def test_the_adjudicator_replaces_the_mean_and_the_difference_stays_known():
    assert settle(marks(2, 9, final=[8]), SCALE, 20) == Settled(Fraction(8), "adjudicated", Fraction(7, 10))
    assert settle(marks(8, 9, final=[0]), SCALE, 20).value == 0
    assert settle(marks(final=[6]), SCALE, 20) == Settled(Fraction(6), "adjudicated", Fraction(0))


def test_one_alone_differs_from_nobody():
    assert settle(marks(7), SCALE, 1) == Settled(Fraction(7), "agreed", Fraction(0))


def test_fewer_marks_than_reviewers_wait_for_the_second_and_never_agree():
    assert settle(marks(7), SCALE, 30, "mean", 2) == Settled(Fraction(7), "waiting", Fraction(0))
    assert settle(marks(7, final=[6]), SCALE, 30, "mean", 2).state == "adjudicated"
    assert settle(marks(7, 8), SCALE, 30, "mean", 2).state == "agreed"
    assert settle(marks(7, 8), SCALE, 30, "mean", 3).state == "waiting"


def again(*numbers):
    return [mark._replace(round=2, row=50 + mark.row) for mark in marks(*numbers)]


def test_after_a_re_inspection_by_the_same_two_their_second_marks_stand():
    """2342, V.5.4 a: what is too different is inspected again."""
    assert settle([*marks(2, 9), *again(8, 9)], SCALE, 30) == Settled(
        Fraction(17, 2), "rechecked", Fraction(1, 10)
    )
    assert settle([*marks(2, 9), *again(2, 9)], SCALE, 30).state == "too_different"
    assert settle([*marks(2, 9), *again(8)], SCALE, 30) == settle(marks(2, 9), SCALE, 30), "one is to come"
    third = marks(final=[5])
    assert settle([*marks(2, 9), *again(8, 9), *third], SCALE, 30).value == 5, "the third one decides"


@given(st.lists(st.fractions(0, 10, max_denominator=20), min_size=1, max_size=5), st.data())
def test_the_order_of_marks_decides_nothing_and_the_mean_lies_between(numbers, data):
    straight = marks(*numbers)
    assert settle(straight, SCALE, 30) == settle(data.draw(st.permutations(straight)), SCALE, 30)
    assert min(numbers) <= settle(straight, SCALE, 30).value <= max(numbers)


# --- read from a file -------------------------------------------------------------------------------------

HEADER = "entity,answer,reviewer,role,mark,why,round,recording\n"


@pytest.fixture
def read(tmp_path, methodology_of):
    tree = {
        "p": {"max_points": 20, "rule": {"mark": "portal"}},
        "n": {"max_points": 10, "rule": {"value": "number"}},
    }
    methodology = methodology_of(tree, aggregate="sum", max_points=30)

    def read(*rows, decimal=".", entities=("A", "B")):
        path, findings = tmp_path / "marks.csv", []
        full = (row + "," * (7 - row.replace("8,5", "8.5").count(",")) for row in rows)
        path.write_text(HEADER + "".join(f"{row}\n" for row in full), "utf-8")
        table = Checked(path, "marks.csv", MARK_COLUMNS, findings)
        read = read_marks(table, dict.fromkeys(entities), methodology, decimal)
        return read, [(f.code, f.row, f.column) for f in findings]

    return read


def test_marks_are_gathered_by_entity_and_question_in_whatever_order_the_rows_are(read):
    rows = ["A,portal,R1,reviewer,8,", "B,portal,R1,reviewer,0,", 'A,portal,R2,reviewer,"8,5",']
    found, wrong = read(*rows, decimal=",")
    assert wrong == []
    assert [mark.mark for mark in found["A", "portal"]] == [8, Fraction(17, 2)]
    again, _ = read(*reversed(rows), decimal=",")
    strip = lambda given: {k: [m._replace(row=0) for m in v] for k, v in given.items()}  # noqa: E731
    assert strip(found) == strip(again)


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("C,portal,R2,reviewer,8,", "entity-unknown", "entity"),
        ("A,portl,R2,reviewer,8,", "answer-unknown", "answer"),
        ("A,number,R2,reviewer,8,", "answer-unknown", "answer"),  # not marked by reviewers
        ("A,portal,,reviewer,8,", "cell-empty", "reviewer"),
        ("A,portal,R2,chair,8,", "role-unknown", "role"),
        ("A,portal,R2,adjudicator,8,", "adjudication-without-why", "why"),
        ("A,portal,R2,reviewer,tám,", "not-a-number", "mark"),
        ("A,portal,R2,reviewer,10.01,", "mark-out-of-scale", "mark"),
        ("A,portal,R2,reviewer,-1,", "mark-out-of-scale", "mark"),
        ("A,portal,R1,reviewer,9,", "mark-twice", "reviewer"),
        ("A,portal,R1,adjudicator,9,chấm lại", "mark-twice", "reviewer"),  # nobody reviews himself
    ],
)
def test_a_slip_is_named_at_its_row_and_column(row, code, column, read):
    found, wrong = read("A,portal,R1,reviewer,8,", row)
    assert wrong == [(code, 3, column)]
    assert [len(each) for each in found.values()] == [1]


def test_a_blank_cell_is_no_mark(read):
    found, wrong = read("A,portal,R1,reviewer,8,", "A,portal,R2,reviewer,,")
    assert wrong == [] and [mark.reviewer for mark in found["A", "portal"]] == ["R1"]
    assert read("A,portal,R1,reviewer,8,", "A,portal,T,adjudicator,,xem lại")[1] == [
        ("not-a-number", 3, "mark")
    ]


def test_a_second_round_is_entered_by_those_who_marked_first_and_names_its_recording(read):
    rows = ["A,portal,R1,reviewer,2,,,", "A,portal,R2,reviewer,9,,1,", "A,portal,R2,reviewer,8,,2,anh-02.png"]
    found, wrong = read(*rows)
    assert wrong == []
    assert [(m.reviewer, m.mark, m.round, m.recording) for m in found["A", "portal"]] == [
        ("R1", 2, 1, ""), ("R2", 8, 2, "anh-02.png"), ("R2", 9, 1, ""),
    ]  # fmt: skip
    assert read(*rows, "A,portal,R3,reviewer,8,,2,")[1] == [("second-round-by-another", 5, "reviewer")]
    assert read(*rows, "A,portal,R2,reviewer,8,,2,")[1] == [("mark-twice", 5, "reviewer")]
    assert read(*rows, "A,portal,T,adjudicator,8,vì,2,")[1] == [("round-unknown", 5, "round")]
    assert read(*rows, "A,portal,R1,reviewer,8,,3,")[1] == [("round-unknown", 5, "round")]


@pytest.mark.parametrize("combine, stands", [("mean", 6), ("median", 5), ("lowest", 4), ("highest", 9)])
def test_marks_become_one_as_the_methodology_declares(combine, stands):
    marks = [Mark(name, "reviewer", Fraction(mark), "", 2) for name, mark in (("a", 4), ("b", 5), ("c", 9))]
    assert settle(marks, Fraction(10), 60, combine) == (stands, "agreed", Fraction(1, 2))
    final = Mark("z", "adjudicator", Fraction(7), "xem lại", 5)
    assert settle([*marks, final], Fraction(10), 60, combine).value == 7


def test_two_reviewers_who_agree_give_the_same_mark_however_it_is_combined():
    pair = [Mark(name, "reviewer", Fraction(13, 2), "", 2) for name in "ab"]
    assert {settle(pair, Fraction(10), 30, combine).value for combine in COMBINE} == {Fraction(13, 2)}
