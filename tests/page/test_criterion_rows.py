"""What is said once of units with equal figures is what is said of each."""

from dataclasses import replace

from ictindex.facts.evidence import Evidence
from ictindex.page.criterion_rows import Leaf, evidence, figure_of, sum_vi
from ictindex.page.worked import figure_vi


def columns(e):
    return [
        Leaf(e, top, leaf) for top in e.methodology.categories for leaf in top.walk() if not leaf.children
    ]


def test_each_unit_has_its_own_figures_sum_and_points(any_year):
    e = any_year
    leaves = [leaf for top in e.methodology.categories for leaf in top.walk() if not leaf.children]
    for leaf, column in zip(leaves, columns(e), strict=True):
        assert len(column.kinds) == len({*column.which})
        for i, entity in enumerate(e.inputs.entities):
            outcome = e.scores.outcomes[leaf.id][i]
            given = {answer: e.inputs.given(entity, answer) for answer in leaf.criterion.rule.reads}
            *_, figures, rule, points, available, _, state, _, _ = column.kinds[column.which[i]]
            assert (points, available, state) == outcome
            assert rule == sum_vi(e, leaf, entity, given, outcome)
            asked = e.methodology.answers
            if len(given) == 1 and not e.inputs.marks and (one := given[column.reads[0]]).value is not None:
                assert figures == figure_vi(figure_of(asked[column.reads[0]], one), asked[column.reads[0]])


def test_what_is_shown_stands_at_the_criteria_that_read_the_answer(small):
    unit, leaf = small.inputs.entities[1], small.methodology.leaves[0]
    answer = leaf.criterion.rule.reads[0]
    shown = (Evidence("a.pdf", "", "", None, 2), Evidence("", "", "Công văn 1", None, 3))
    known = replace(small, inputs=replace(small.inputs, evidence={(unit.code, answer): shown}))
    texts, which = evidence(known, columns(known))
    told = [texts[kind][0] for kind in which]
    at = {n for n, each in enumerate(small.methodology.leaves) if answer in each.criterion.rule.reads}
    leaves = len(small.methodology.leaves)
    assert {n for n, text in enumerate(told) if text} == {leaves + n for n in at}
    assert {*told} == {"", "a.pdf; Công văn 1"}
    assert evidence(small, columns(small)).kinds == [("",)]
