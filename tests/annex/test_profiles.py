"""An edition as a profile shows it: the same scores from inputs that lack what it leaves out."""

from __future__ import annotations

import re

import pytest

from ictindex.annex.profiles import as_recorded, seen_as
from ictindex.annex.provenance import scores
from ictindex.page.opening import opened
from ictindex.scoring.evaluation import evaluate_edition
from tests.exchange.neighbours import OF_REVIEWERS, neighbours

EDITION = "mini-2020"


@pytest.fixture
def project(mini_with):
    return neighbours(mini_with)


def opened_in(project):
    return opened(evaluate_edition(EDITION, project))


def inputs_of(project):
    return "\n".join(path.read_text("utf-8") for path in sorted(project.inputs(EDITION).iterdir()))


@pytest.mark.parametrize("profile", ["public", "agency"])
def test_the_inputs_name_nobody_and_come_to_the_same_scores(project, profile):
    whole = opened_in(project)
    with seen_as(profile, EDITION, project) as seen:
        told, e = inputs_of(seen), opened_in(seen)
    assert re.findall(OF_REVIEWERS, inputs_of(project)) and re.findall(OF_REVIEWERS, told) == []
    assert ("Trang tin cập nhật thưa" in told) == (profile == "agency")
    assert scores(e) == scores(whole) and e.inputs.sources.profile == profile
    assert any("không có" in line for line in e.state.why)


def test_what_was_cut_is_not_cut_again(project):
    recorded = {"edition": EDITION, "profile": "public", "parameters": {"inputs": EDITION}}
    with as_recorded(recorded, project) as seen:
        assert seen != project
        with as_recorded(recorded, seen) as again:
            assert again == seen
    with as_recorded({**recorded, "profile": "internal"}, project) as own:
        assert own == project


def test_one_point_more_is_another_digest(project):
    before = scores(opened_in(project))
    marks = project.inputs(EDITION) / "marks.csv"
    marks.write_text(marks.read_text("utf-8").replace("adjudicator,6.5", "adjudicator,6.6"), "utf-8")
    assert scores(opened_in(project)) != before
