"""A methodology is read as it was meant where that is clear, so that what else is wrong is told at once."""

import pytest

from ictindex.methodology.reading import read_methodology
from tests.conftest import findings_of

PORTAL = "criteria.inside.criteria.portal.max_points"
MAXIMA = ("maxima-do-not-add-up", "criteria.inside.max_points")


@pytest.fixture
def told(mini_with):
    """What is said of the methodology with some edits and one maximum that does not fit, as (code, key)."""

    def told(*edits):
        def edited(text):
            for old, new in (("        max_points: 10\n", "        max_points: 20\n"), *edits):
                assert old in text
                text = text.replace(old, new, 1)
            return text

        return {
            (f.code, f.column) for f in findings_of(read_methodology, "mini", mini_with(methodology=edited))
        }

    return told


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("missing: zero\n", "missing: zeros\n", ("not-one-of", "missing")),
        ("te: sum\n    criteria:", "te: summ\n    criteria:", ("not-one-of", "criteria.inside.aggregate")),
        ("kind: count}", "kind: count, min: few}", ("wrong-kind", "answers.with_computer.min")),
        ("max_points: 40\n", "max_points: 40 điểm\n", ("wrong-kind", PORTAL)),
        ("max_points: 40\n", "max_points: 40,0\n", ("wrong-kind", PORTAL)),
    ],
)  # fmt: skip
def test_a_word_that_is_wrong_hides_no_contradiction(told, old, new, said):
    assert told((old, new)) == {said, MAXIMA}


def test_of_what_is_not_understood_nothing_more_is_said(told):
    """An aggregate that nobody knows: whether a criterion with criteria below it lacks one is not asked."""
    unknown = ("aggregate: sum\n    criteria:", "aggregate: gathered\n    criteria:")
    assert told(unknown) == {("not-one-of", "criteria.inside.aggregate")}


def test_what_a_comma_cut_off_is_told_once_and_read_as_it_was_meant(told):
    assert told(("ministry: {label_vi: Bộ}", "ministry: {label_vi: Bộ, ngành, địa phương}")) == {
        ("cut-at-comma", "groups.ministry.label_vi"),
        MAXIMA,
    }
    of_portal = ("kind: number, min: 0, max: 40}", "kind: number, min: 0, max: 40,0}")
    assert told(of_portal) == {("cut-at-comma", "answers.portal.max"), MAXIMA}


def test_the_remedy_of_a_comma_is_quotes_and_of_a_decimal_one_a_point(mini_with):
    def edited(text):
        return text.replace("{label_vi: Bộ}", "{label_vi: Bộ, ngành}").replace("max: 40}", "max: 40,5}")

    findings = findings_of(read_methodology, "mini", mini_with(methodology=edited))
    assert [f.facts["meant"] for f in findings] == ['label_vi: "Bộ, ngành"', "max: 40.5"]


def test_a_key_on_a_line_of_its_own_is_no_rest_of_a_value(told):
    assert ("key-unknown", "ranking.dense") in told(("ties: min\n", "ties: min\n  dense:\n"))
