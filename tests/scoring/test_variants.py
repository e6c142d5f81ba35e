"""A variant is told from its edition by what it is run with, and set beside it."""

from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from ictindex.scoring.variants import other_parameters, set_beside
from ictindex.what_if.evaluating import hypothetical
from tests.shipped import shipped

DECISION = "Quyết định số 1/QĐ-BTTTT ngày 02/01/2021"


def run(project, **changed):
    return evaluate(project, **{**read_parameters("mini-2020", project), **changed})


def test_whom_a_page_highlights_and_what_it_belongs_to_is_no_other_run(mini):
    assert other_parameters(run(mini, highlight="B", attached_to=DECISION)) == {}
    assert other_parameters(run(mini, rank_on="unrounded", highlight="B")) == {"rank_on": "unrounded"}


def test_a_variant_is_set_beside_its_edition_and_the_edition_beside_nothing(mini):
    assert set_beside(run(mini, highlight="B")) is None
    e = run(mini, rank_on="unrounded")
    beside = set_beside(e)
    assert beside.changed == {} and set_beside(e) is beside


def test_a_variant_of_an_edition_that_is_refused_as_it_stands_is_set_beside_nothing(mini):
    e = run(mini, rank_on="unrounded")
    path = mini.parameters("mini-2020")
    path.write_text(path.read_text("utf-8") + "yeer: 2018\n", "utf-8")
    assert set_beside(e) is None


def test_a_what_if_is_set_beside_its_baseline():
    e = hypothetical(shipped("qd2245-2021"), "lower-levels")
    assert set_beside(e) is e.baseline


def test_the_same_parameters_written_out_are_no_variant(mini):
    assert other_parameters(evaluate_edition("mini-2020", mini)) == {}
