"""Sensitivity of the design: each factor does what its rule says, and the indices say which one matters."""

from dataclasses import replace

import numpy as np
import pytest

from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.design import Choices, Model
from ictindex.robustness.sobol import evaluate, indices
from tests.robustness.golden import SHARES as X
from tests.robustness.golden import WEIGHTS as W

GOLDEN = Problem(
    tuple("ABCDE"),
    X,
    np.ones(X.shape, bool),
    Branch("root", tuple(Branch(f"c{k}") for k in range(1, 7)), W),
    "share",
    1.0,
    None,
)
ALONE = Choices(spread=0, aggregations=("arithmetic",), policies=("share",), leave_out=False)


def at(problem, choices, *points):
    """R̄, and the ranks, at points given by the middle of each level."""
    model = Model(problem, choices, seed=0)
    sizes = [len(levels) for levels in model.levels.values()]
    u = [[(level + 0.5) / size for level, size in zip(point, sizes, strict=True)] for point in points]
    out = model(np.array(u))
    return out[:, 0].tolist(), out[:, 1:].astype(int).tolist()


def sampled(problem, choices, rows, seed=0):
    """The levels, and R̄ and the rank of each unit at the points of Sobol'."""
    model = Model(problem, choices, seed)
    return model.levels, evaluate(model, tuple(model.levels), rows, seed)


def test_the_aggregations_of_the_golden_example():
    choices = replace(ALONE, aggregations=("arithmetic", "copeland", "geometric"))
    shifts, places = at(GOLDEN, choices, [0], [1], [2])
    assert places == [[3, 1, 2, 4, 5], [1, 1, 3, 3, 5], [3, 1, 2, 4, 5]]
    assert shifts == pytest.approx([0, 0.8, 0])


def test_leaving_out_each_category_of_the_golden_example():
    shifts, _ = at(GOLDEN, replace(ALONE, leave_out=True), *([k] for k in range(7)))
    assert shifts == pytest.approx([0, 0.4, 1.2, 0.4, 0.4, 0.8, 0.4])


def test_the_other_categories_share_the_weight_of_the_one_left_out_also_where_points_are_rounded():
    choices = replace(ALONE, policies=("points",), leave_out=True)
    # without c2: A ,7467, C ,7367, D ,7133, B ,6967, E ,4833
    assert at(replace(GOLDEN, decimals=1), choices, [2])[1] == [[1, 1, 1, 1, 5]]


def test_the_two_policies_for_what_does_not_apply():
    tree = Branch(
        "root",
        (
            Branch("A", (Branch("A1"), Branch("A2")), (0.5, 0.5)),
            Branch("B", (Branch("B1"), Branch("B2")), (0.5, 0.5)),
        ),
        (0.5, 0.5),
    )
    x = np.array([[0.9, 0.0, 0.3, 0.3], [0.55, 0.55, 0.43, 0.55]])
    applies = np.array([[True, False, True, True], [True] * 4])
    p = Problem(("a", "b"), x, applies, tree, "share", 1.0, None)
    # share: a 1,5/3 = ,5 and b ,52; points: a ,375
    choices = replace(ALONE, policies=("share", "points"))
    assert at(p, choices, [0], [1])[1] == [[2, 1], [2, 1]]
    geometric = replace(choices, aggregations=("geometric",))
    # share and points: ³√(,9 · ,09) = ,4327; b: ⁴√(,55³ · ,43) = ,5172
    assert at(p, geometric, [0], [1])[1] == [[2, 1], [2, 1]]


def test_an_alternative_changes_what_differs_and_the_last_named_decides_where_two_do():
    reviewer, zero = X.copy(), X.copy()
    reviewer[4], zero[4] = 1.0, 0.0
    reviewer[3, 0] = 1.0
    reviewer[3, 1] = 1.0
    choices = replace(
        ALONE,
        alternatives={
            "reviewer": [replace(GOLDEN, shares=reviewer)],
            "zero": [replace(GOLDEN, shares=zero)],
        },
    )
    _, places = at(GOLDEN, choices, [0, 0], [1, 0], [0, 1], [1, 1])
    # D with reviewer: ,66 + ,03 + ,125 = ,815
    assert places == [[3, 1, 2, 4, 5], [5, 3, 4, 2, 1], [3, 1, 2, 4, 5], [4, 2, 3, 1, 5]]
    assert Model(GOLDEN, choices, 0).clashes == 6


def test_a_zero_puts_a_unit_last_under_a_geometric_mean():
    x = X.copy()
    x[1, 5] = 0.0
    p, choices = replace(GOLDEN, shares=x), replace(ALONE, aggregations=("arithmetic", "geometric"))
    assert at(p, choices, [1])[1] == [[2, 5, 1, 3, 4]]


def test_copeland_and_the_means_follow_the_draw_of_weights():
    close = replace(GOLDEN, shares=np.array([[0.51, 0.5] * 3, [0.5, 0.51] * 3]), units=("a", "b"))
    close = replace(close, applies=np.ones((2, 6), bool))
    for rule in ("arithmetic", "geometric", "harmonic", "copeland"):
        levels, samples = sampled(close, replace(ALONE, spread=0.9, aggregations=(rule,)), rows=256)
        assert set(samples.a[:, 1]) == {1, 2}
        assert levels["weights"][-1] == "1023"


def test_draws_of_weights_cannot_turn_dominance():
    x = np.linspace(1, 0.2, 5)[:, None] * np.ones(6)
    _, samples = sampled(replace(GOLDEN, shares=x), replace(ALONE, spread=0.9), rows=64)
    shift = indices(samples)
    assert shift.constant and shift.idle == (True,)
    assert shift.mean == 0 and shift.first is None


def test_the_only_factor_that_matters_has_all_the_variance():
    same = replace(GOLDEN, shares=X.copy())
    choices = replace(ALONE, aggregations=("arithmetic", "copeland"), alternatives={"nothing": [same, same]})
    _, samples = sampled(GOLDEN, choices, rows=512)
    shift, *units = (indices(samples, output, 50) for output in range(6))
    assert shift.factors == ("aggregation", "nothing")
    assert shift.first == pytest.approx([1, 0], abs=0.05)
    assert shift.total == pytest.approx([1, 0], abs=0.05)
    assert shift.idle == (False, True)
    assert shift.mean == pytest.approx(0.4, abs=0.01)
    assert [unit.constant for unit in units] == [False, True, False, False, True]


def test_every_factor_at_once_is_repeatable():
    choices = Choices(alternatives={"reviewer": [replace(GOLDEN, shares=X**2)]})
    one, two = (indices(sampled(GOLDEN, choices, 64, 5)[1], replicates=20) for _ in range(2))
    assert one.factors == ("weights", "aggregation", "policy", "reviewer", "left_out")
    assert (one.total == two.total).all()
    assert one.idle[2]  # everything applies, so the policy decides nothing


def test_where_nothing_varies_there_is_nothing_to_study():
    with pytest.raises(ValueError, match="nothing varies"):
        Model(GOLDEN, ALONE, 0)
