"""A what-if is evaluated on the units and figures of its baseline, under its own rules, and says so."""

from fractions import Fraction

import pytest

from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.outcomes import Like
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if import evaluating
from ictindex.what_if.evaluating import Baselines, evaluate_run, hypothetical

HEAD = "what_if: idea\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"


@pytest.fixture
def asked(mini):
    """Write a what-if of the small edition: asked('rules: …') -> the parameters of its run."""

    def write(changes):
        path = mini.what_if("idea")
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + changes, "utf-8")
        return read_parameters("mini-2020", mini)

    return write


def test_without_a_what_if_a_run_evaluates_its_edition(mini, asked):
    parameters = asked("rules: {rank_on: unrounded}\n")
    e = evaluate_run(mini, **parameters)
    assert (e.what_if, e.baseline) == (None, None)
    assert e.standings == evaluate(mini, **parameters).standings
    assert evaluate_run(mini, **parameters, what_if="").what_if is None


def test_a_what_if_changes_the_points_that_it_says_and_leaves_the_baseline_alone(mini, asked):
    parameters = asked("points: {total: {ministry: 150}, services: 100}\n")
    e = evaluate_run(mini, **parameters, what_if="idea")
    (a,) = [s for s in e.standings["ministry"] if s.entity.code == "A"]
    (before,) = [s for s in e.baseline.standings["ministry"] if s.entity.code == "A"]
    # 9 of 10, 30 of 40, 25 of 50; then 25 of 100
    assert (before.value, a.value) == (Fraction(64, 100), Fraction(64, 150))
    assert e.what_if.name == e.parameters["what_if"] == "idea"
    assert e.inputs is e.baseline.inputs


def test_its_page_is_that_of_the_what_ifs_and_its_file_is_a_source(mini, asked):
    e = evaluate_run(mini, **asked("rules: {rank_on: unrounded}\n"), what_if="idea")
    paths = [file.path for file in e.files]
    assert {"notebooks/what_if.ipynb", "parameters/what_if/idea.yaml"} <= set(paths)
    assert "notebooks/mini-2020.ipynb" not in paths
    assert e.page == "what_if" and e.baseline.page == "mini-2020"


def test_nothing_else_may_differ_from_the_edition_but_who_is_highlighted(mini, asked, refused):
    parameters = {**asked("rules: {rank_on: unrounded}\n"), "attached_to": "Quyết định số 1"}
    wanted = [("what-if-with-parameter", "parameters/mini-2020.yaml", "attached_to")]
    found = refused(hypothetical, evaluate(mini, **parameters), "idea")
    assert [(f.code, f.file, f.column) for f in found] == wanted
    shown = evaluate(mini, **{**parameters, "attached_to": "", "highlight": "B"})
    assert hypothetical(shown, "idea").parameters["highlight"] == "B"


def test_a_name_that_is_none_is_refused_with_those_that_there_are(mini, asked, refused):
    baseline = evaluate(mini, **asked("rules: {rank_on: unrounded}\n"))
    (finding,) = refused(hypothetical, baseline, "ida")
    assert finding.code == "what-if-unknown" and "idea" in finding.remedy("en")


# --- what a what-if leaves alone is its baseline's ----------------------------------------------------------


def test_what_a_what_if_does_not_concern_is_the_very_outcome_of_its_baseline(mini, asked):
    e = evaluate_run(mini, **asked("rules: {rank_on: unrounded}\n"), what_if="idea")
    assert all(column is e.baseline.scores.outcomes[node] for node, column in e.scores.outcomes.items())
    e = evaluate_run(mini, **asked("points: {total: {ministry: 150}, services: 100}\n"), what_if="idea")
    before = e.baseline.scores.outcomes
    stood = [node for node, column in e.scores.outcomes.items() if column is before[node]]
    moved = [node for node, column in e.scores.outcomes.items() if column != before[node]]
    assert stood and moved and not {"total", "services"} & set(stood) and "total" in moved


@pytest.mark.parametrize(
    "changes",
    [
        "rules: {rank_on: unrounded}\n",
        "points: {total: {ministry: 150}, services: 100}\n",
        "aggregate: {total: {aggregate: geometric, zeros: zero}}\n",
        "aggregate: {total: mean}\n",
        "changes: {nothing_of_nothing: full}\n",
        "among: [A, B]\n",
    ],
)
def test_a_what_if_comes_to_what_it_would_if_all_was_worked_out_anew(mini, asked, monkeypatch, changes):
    parameters = asked(changes)
    e = evaluate_run(mini, **parameters, what_if="idea")
    monkeypatch.setattr(Like, "has", lambda *_: False)
    anew = evaluate_run(mini, **parameters, what_if="idea")
    assert e.standings == anew.standings and e.scores == anew.scores


# --- one baseline for several what-ifs ----------------------------------------------------------------------


@pytest.fixture
def evaluations(monkeypatch):
    """The editions that were evaluated, one after the other."""
    made = []

    def counted(project, **parameters):
        made.append(parameters["edition"])
        return evaluate(project, **parameters)

    monkeypatch.setattr(evaluating, "evaluate", counted)
    return made


def test_several_what_ifs_are_asked_of_one_evaluation_of_their_baseline(mini, asked, evaluations):
    parameters, baselines = asked("points: {total: {ministry: 150}, services: 100}\n"), Baselines()
    first = baselines.evaluate_run(mini, **parameters, what_if="idea")
    second = baselines.evaluate_run(mini, **parameters, what_if="idea")
    assert evaluations == ["mini-2020"] and first.baseline is second.baseline
    assert first.standings == evaluate_run(mini, **parameters, what_if="idea").standings


@pytest.mark.parametrize("changed", ["answers.csv", "a further table"])
def test_a_baseline_whose_files_changed_is_evaluated_anew(mini, asked, evaluations, changed):
    parameters, baselines = asked("points: {total: {ministry: 150}, services: 100}\n"), Baselines()
    baselines.evaluate_run(mini, **parameters, what_if="idea")
    if changed == "answers.csv":
        path = mini.inputs("mini-2020") / "answers.csv"
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    else:
        path = mini.inputs("mini-2020") / "published.csv"
        path.write_text("entity,rank\nA,1\n", "utf-8")
        sources = mini.inputs("mini-2020") / "sources.yaml"
        about = "  published.csv: {label_vi: Hạng, origin: Nơi khác}\n"
        sources.write_text(sources.read_text("utf-8").rstrip("\n") + "\n" + about, "utf-8")
    baselines.evaluate_run(mini, **parameters, what_if="idea")
    assert evaluations == ["mini-2020"] * 2
