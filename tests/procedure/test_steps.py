"""Each step is done by facts alone; who is missing is named; days are held to their terms."""

from datetime import date

import pytest

from ictindex.methodology.reading import read_methodology
from ictindex.procedure.steps import _against, unread_steps

FIVE = ("qd2051", "qd2245", "qd2342", "qd2392", "qd375")


@pytest.mark.parametrize("name", FIVE)
def test_what_a_decision_says_of_its_procedure_stands_there_with_its_clause(name):
    procedure = read_methodology(name).source.procedure
    assert procedure and all(step.citation.clause for step in procedure.values())


@pytest.mark.parametrize(
    "day, what",
    [("2021-01-01", []), ("2021-03-31", []), ("2020-12-31", ["early"]), ("2021-04-01", ["late"])],
)
def test_a_day_is_in_its_term_from_the_first_to_the_last(day, what):
    term = (date(2021, 1, 1), date(2021, 3, 31))
    assert [each.what for each in _against(date.fromisoformat(day), term)] == what


# --- what cannot be opened ----------------------------------------------------------------------------------


def test_an_edition_that_is_not_there_says_how_to_make_it():
    first, *others = unread_steps("qd2342-2019", (), read_methodology("qd2342").source.procedure)
    assert (first.todo[0].what, first.command) == ("no_edition", "ictindex new-year qd2342 2019")
    assert {todo.what for step in others for todo in step.todo} == {"not_known"}
    assert [step.key for step in others][-2:] == ["approval", "publication"]
