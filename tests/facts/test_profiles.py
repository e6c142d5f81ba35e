"""What a profile leaves out of a year's tables: who marked and decided, what they noted; never a figure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.profiles import UNTOLD_VI, people, without

MARKS = [
    {"entity": "A", "answer": "m", "reviewer": "Lan", "role": "reviewer", "mark": "4", "why": ""},
    {"entity": "A", "answer": "m", "reviewer": "An", "role": "adjudicator", "mark": "5", "why": "Thiếu mục"},
]
EVENTS = [{"entity": "A", "event": "correction", "why": "Nhầm", "who": "Bình", "paper": "BB 1"}]
RECEIVED = [
    {"sender": "Lan", "file": "cham_lan.xlsx", "state": "used", "why": ""},
    {"sender": "A", "file": "phieu.xlsx", "state": "used", "why": ""},
]
TABLES = {"marks.csv": MARKS, "events.csv": EVENTS, "received.csv": RECEIVED}
NUMBERS = people(TABLES, ["A"])


def test_names_become_numbers_in_their_order_and_units_keep_theirs():
    assert NUMBERS == {"An": "Người 01", "Lan": "Người 02"}
    marks = without("marks.csv", MARKS, ["reviewers"], NUMBERS)
    assert [(row["reviewer"], row["mark"], row["why"]) for row in marks] == [
        ("Người 02", "4", ""),
        ("Người 01", "5", "Thiếu mục"),
    ]
    received = without("received.csv", RECEIVED, ["reviewers"], NUMBERS)
    assert [row["sender"] for row in received] == ["Người 02", "A"]
    assert [row["file"] for row in received] == [UNTOLD_VI, "phieu.xlsx"]
    assert without("events.csv", EVENTS, ["reviewers"], NUMBERS) == [{**EVENTS[0], "who": UNTOLD_VI}]


def test_a_note_is_left_out_only_where_there_was_one():
    marks = without("marks.csv", MARKS, ["notes"], NUMBERS)
    assert [(row["reviewer"], row["why"]) for row in marks] == [("Lan", ""), ("An", UNTOLD_VI)]
    assert without("events.csv", EVENTS, ["notes"], NUMBERS) == [{**EVENTS[0], "why": UNTOLD_VI}]


def test_where_nothing_is_left_out_nothing_changes():
    assert all(without(file, rows, ["withheld"], NUMBERS) == rows for file, rows in TABLES.items())


@given(st.lists(st.sampled_from(["An", "Lan", "Người 9", "Tú", "Đỗ"]), min_size=1, unique=True))
def test_what_was_cut_once_is_cut_the_same_again(names):
    rows = [{**MARKS[0], "reviewer": name} for name in names]
    once = without("marks.csv", rows, ["reviewers", "notes"], people({"marks.csv": rows}, []))
    again = without("marks.csv", once, ["reviewers", "notes"], people({"marks.csv": once}, []))
    assert once == again and len({row["reviewer"] for row in once}) == len(names)
    assert [row["reviewer"] for row in sorted(rows, key=lambda row: row["reviewer"])] == sorted(names)
