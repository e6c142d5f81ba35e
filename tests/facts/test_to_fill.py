"""What is not there yet is told in the file where it belongs; what is there, or is not asked, is not told."""

from dataclasses import replace

import pytest

from ictindex.facts.inputs import read_inputs
from ictindex.facts.to_fill import to_fill
from ictindex.methodology.reading import read_methodology
from tests.shipped import shipped


@pytest.fixture
def waiting(mini_with):
    """The findings of the small edition with other files: code, file, row, facts."""

    def told(**files):
        project = mini_with(**files)
        m = read_methodology("mini", project)
        found = to_fill(m, read_inputs("mini-2020", m, project))
        return [(f.code, f.file.rpartition("/")[2], f.row, f.facts) for f in found]

    return told


def test_a_full_year_waits_for_nothing_though_figures_are_missing_withheld_or_zero(waiting):
    assert waiting() == []


def test_an_empty_cell_without_a_state_waits_for_a_figure(waiting):
    facts = {"entity": "Cơ quan Hai", "count": 1, "asked": 3, "answer": "Cán bộ có máy tính"}
    empty = waiting(answers=lambda answers: answers.replace("E,with_computer,,missing", "E,with_computer,,"))
    assert empty == [("answers-to-fill", "answers.csv", 17, facts)]


def test_a_file_in_which_nothing_is_filled_is_one_finding_of_what_applies(waiting):
    units, asked = "ABCDE", ("with_computer", "staff", "portal", "services")
    rows = "".join(f"{unit},{answer},\n" for unit in units for answer in asked)
    facts = {"count": 3 * 4 + 2 * 3, "units": 5}  # agencies have no services
    assert waiting(answers=f"entity,answer,value\n{rows}") == [
        ("answers-all-to-fill", "answers.csv", None, facts)
    ]


def test_it_stays_one_finding_where_units_were_added_or_renamed_in_the_list_alone(waiting):
    """The year opened with a line for each of the other units, and none for the new ones."""
    asked = ("with_computer", "staff", "portal", "services")
    rows = "".join(f"{unit},{answer},\n" for unit in "ABC" for answer in asked)
    facts = {"count": 3 * 4 + 2 * 3, "units": 5}
    assert waiting(answers=f"entity,answer,value\n{rows}") == [
        ("answers-all-to-fill", "answers.csv", None, facts)
    ]


def test_a_source_that_is_not_said_waits_for_it(waiting):
    text = lambda sources: sources.replace("origin: Lập ra để thử", 'origin: ""', 1)  # noqa: E731
    assert ("source-to-fill", "sources.yaml", None, {"name": "entities.csv"}) in waiting(sources=text)


def test_whether_figures_are_real_waits_to_be_said(waiting):
    text = lambda sources: sources.replace("status: illustrative", 'status: ""', 1)  # noqa: E731
    assert waiting(sources=text) == [("status-to-fill", "sources.yaml", None, {})]


def test_an_item_that_nobody_marked_waits_in_the_file_of_marks():
    e = shipped("qd2342-2017")
    assert list(to_fill(e.methodology, e.inputs)) == []
    bare = {key: marks for key, marks in e.inputs.marks.items() if key != ("T01", "mark_news")}
    stated = {key: given for key, given in e.inputs.stated.items() if key != ("T01", "mark_news")}
    (finding,) = to_fill(e.methodology, replace(e.inputs, marks=bare, stated=stated))
    assert (finding.code, finding.file) == ("marks-to-fill", "inputs/qd2342-2017/marks.csv")
    assert finding.facts == {"entity": "TP. Hà Nội", "count": 1, "asked": 10, "answer": "Tin tức, sự kiện"}
