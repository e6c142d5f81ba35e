"""Weights are drawn as their literature says, and the same on every machine."""

import pickle
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.as_numbers import Branch
from ictindex.robustness.draws import (
    BLOCK,
    Design,
    Marks,
    between,
    concentration,
    draw_marks,
    generator,
    largest_remainder,
    sampler,
)

BELOW = (Branch("a.x"), Branch("a.y"), Branch("a.z"))
TREE = Branch(
    "", (Branch("a", BELOW, (0.2, 0.3, 0.5)), Branch("b"), Branch("c"), Branch("d")), (0.1, 0.2, 0.3, 0.4)
)


def drawn(blocks=20, tree=TREE, **design):
    """Node id -> (draws, children) weights of some blocks."""
    each = [sampler(tree, Design(**design)).block(i) for i in range(blocks)]
    return {name: np.vstack([block[name] for block in each]) for name in each[0]}


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "base"},
        {"kind": "noise"},
        {"kind": "dirichlet", "kappa": 50},
        {"kind": "dirichlet", "variation": 0.2},
        {"kind": "simplex"},
        {"kind": "order", "orders": (("d", "c", "b", "a"),)},
        {"kind": "intervals", "bounds": (("a", 0.2, 0.6), ("d", 0.0, 0.3))},
        {"kind": "points"},
    ],
    ids=lambda design: "-".join(map(str, list(design.values())[:1] + list(design)[1:])),
)
def test_every_kind_gives_weights_that_sum_to_one_and_repeats_itself(design):
    first, again = drawn(3, **design), drawn(3, **design)
    assert "" in first
    for name, weights in first.items():
        assert weights.shape == (3 * BLOCK, len(TREE.weights if name == "" else BELOW))
        assert (weights >= 0).all() and np.abs(weights.sum(axis=1) - 1).max() < 1e-12
        assert np.array_equal(weights, again[name])
        if design["kind"] != "base":
            assert not np.array_equal(weights, drawn(3, seed=1, **design)[name])
    ready = sampler(TREE, Design(**design))
    sent = pickle.loads(pickle.dumps(ready))
    assert all(np.array_equal(w, sent.block(2)[name]) for name, w in ready.block(2).items())


def test_the_random_numbers_are_those_of_pcg64_by_seed_block_and_stream():
    """Literals: another generator, or another way to seed it, would change every published number."""
    assert generator(2342, 0, 0).random(2).tolist() == [0.6183174435003754, 0.07803560842776525]
    first = sampler(TREE, Design()).block(0)[""][0]
    assert first == pytest.approx([0.109129414947, 0.176049459543, 0.369763805094, 0.345057320416], abs=1e-12)
    assert generator(2342, 1, 0).random() != generator(2342, 0, 0).random()
    assert generator(2342, 0, 1).random() != generator(2342, 0, 0).random()


def test_noise_stays_within_its_spread_before_it_is_divided():
    weights = drawn(spread=0.25)[""]
    ratio = weights / np.array(TREE.weights)
    assert (ratio.max(axis=1) / ratio.min(axis=1)).max() <= 1.25 / 0.75
    assert (ratio.max(axis=1) / ratio.min(axis=1)).max() > 1.55
    assert ratio.max() > 1.2 and ratio.min() < 0.8
    assert ratio.mean(axis=0) == pytest.approx(1, abs=0.02)


def test_noise_has_a_spread_for_each_level_and_the_last_is_for_what_is_deeper():
    assert np.array_equal(drawn(1, spread=(0.0, 0.5))[""], np.tile(TREE.weights, (BLOCK, 1)))
    assert np.ptp(drawn(1, spread=(0.0, 0.5))["a"], axis=0).min() > 0.1
    assert drawn(1, spread=(0.5, 0.0))["a"] == pytest.approx(np.tile(TREE.children[0].weights, (BLOCK, 1)))
    assert np.ptp(drawn(1, spread=(0.5,))["a"], axis=0).min() > 0.1


@pytest.mark.parametrize("nodes, names", [("all", {"", "a"}), ("categories", {""}), ("criteria", {"a"})])
def test_a_design_says_which_nodes_are_drawn(nodes, names):
    assert drawn(1, nodes=nodes).keys() == names
    assert drawn(1, kind="simplex", nodes=nodes).keys() == names


def test_a_dirichlet_has_the_mean_and_the_variance_of_its_formula():
    weights, base = drawn(40, kind="dirichlet", kappa=30)[""], np.array(TREE.weights)
    assert weights.mean(axis=0) == pytest.approx(base, abs=4 * sqrt(0.25 / 31 / len(weights)))
    assert weights.var(axis=0) == pytest.approx(base * (1 - base) / 31, rel=0.06)


def test_kappa_is_found_from_a_wanted_variation():
    assert concentration(4, 0.5) == pytest.approx(3 / 0.25 - 1)
    even = Branch("", tuple(map(Branch, "wxyz")), (0.25,) * 4)
    weights = drawn(40, tree=even, kind="dirichlet", variation=0.3)[""]
    assert weights.std(axis=0) / weights.mean(axis=0) == pytest.approx(0.3, rel=0.04)
    with pytest.raises(ValueError, match="no Dirichlet"):
        concentration(2, 1.5)


def test_the_simplex_is_uniform_and_not_uniforms_divided_by_their_sum():
    """On three weights, P(max > 1/2) = 3/4, the area of three corners; uniforms over their sum: 1/2."""
    three = Branch("", tuple(map(Branch, "xyz")), (0.2, 0.3, 0.5))
    weights = drawn(40, tree=three, kind="simplex")[""]
    assert (weights.max(axis=1) > 0.5).mean() == pytest.approx(0.75, abs=0.012)
    assert weights.var(axis=0) == pytest.approx(1 / 18, rel=0.05)  # Dir(1, 1, 1)


def test_an_order_is_kept_and_its_weights_are_the_sorted_simplex():
    weights = drawn(40, kind="order", orders=(("d", "a", "c", "b"),))[""]
    d, a, c, b = (weights[:, "abcd".index(name)] for name in "dacb")
    assert ((d >= a) & (a >= c) & (c >= b)).all()
    centroid = [(1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, (1 / 2 + 1 / 3 + 1 / 4) / 4, (1 / 3 + 1 / 4) / 4, 1 / 16]
    assert [each.mean() for each in (d, a, c, b)] == pytest.approx(centroid, abs=0.005)  # Barron & Barrett


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=2, max_size=6))
def test_intervals_are_kept_however_narrow(limits):
    low = np.array([low / 100 for low, _ in limits])
    high = np.minimum(low + np.array([more / 100 for _, more in limits]), 1)
    if low.sum() > 1 or high.sum() < 1:
        return
    weights = between(low, high, seed=5)(generator(5, 0, 0))
    assert weights.shape == (BLOCK, len(limits)) and np.abs(weights.sum(axis=1) - 1).max() < 1e-9
    assert (weights >= low - 1e-9).all() and (weights <= high + 1e-9).all()


def test_hit_and_run_draws_what_rejection_would():
    low, high = np.zeros(6), np.full(6, 0.22)  # accepted about once in two hundred
    chains = np.vstack([between(low, high, 1)(generator(1, i, 0)) for i in range(6)])
    assert between(low, high, 1).func.__name__ == "_hit_and_run"
    proposals = np.random.default_rng(0).standard_exponential((1_500_000, 6))
    proposals /= proposals.sum(axis=1, keepdims=True)
    kept = proposals[(proposals <= high).all(axis=1)]
    assert len(kept) > 2000
    assert chains.mean(axis=0) == pytest.approx(np.full(6, 1 / 6), abs=0.003)
    assert chains.std() == pytest.approx(kept.std(), rel=0.04)
    assert np.quantile(chains, [0.05, 0.5]) == pytest.approx(np.quantile(kept, [0.05, 0.5]), abs=0.006)


def test_every_draw_of_points_is_a_publishable_table():
    weights = drawn(4, kind="points", total=1000, spread=0.4)
    categories = weights[""] * 1000
    assert np.abs(categories - categories.round()).max() < 1e-9
    assert set(categories.round().sum(axis=1)) == {1000}
    inside = weights["a"] * categories[:, [0]]
    assert np.abs(inside - inside.round()).max() < 1e-9
    assert np.array_equal(inside.round().sum(axis=1), categories[:, 0].round())
    assert len(np.unique(categories.round(), axis=0)) > 1000


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 200))
def test_the_largest_remainder_gives_each_its_quota_or_one_more(parts, total):
    weights = np.array([parts]) / sum(parts)
    points = largest_remainder(weights, np.array([float(total)]))[0]
    exact = [part * total / sum(parts) for part in parts]
    assert points.sum() == total
    assert all(int(q + 1e-9) <= p <= int(q + 1e-9) + 1 for p, q in zip(points, exact, strict=True))


def test_equal_remainders_go_to_the_first():
    assert largest_remainder(np.full((1, 3), 1 / 3), np.array([100.0])).tolist() == [[34, 33, 33]]


@pytest.mark.parametrize(
    "design, why",
    [
        ({"kind": "guess"}, "no such design"),
        ({"nodes": "some"}, "no such design"),
        ({"draws": 0}, "at least one draw"),
        ({"spread": 1.0}, "below 1"),
        ({"spread": ()}, "below 1"),
        ({"kind": "dirichlet"}, "kappa or variation"),
        ({"kind": "dirichlet", "kappa": 3, "variation": 1}, "kappa or variation"),
        ({"kind": "dirichlet", "kappa": -3}, "above 0"),
        ({"kind": "order", "orders": (("a", "b"),)}, "names all children"),
        ({"kind": "order", "orders": (("nobody",),)}, "names all children"),
        ({"kind": "order"}, "draws no weight"),
        ({"kind": "intervals", "bounds": (("nobody", 0, 1),)}, "not in the tree: nobody"),
        ({"kind": "intervals", "bounds": (("a", 0.7, 0.9), ("b", 0.5, 0.6))}, "no weights lie"),
        ({"kind": "points", "total": 3}, "a point for each"),
    ],
)
def test_a_design_that_does_not_fit_says_why(design, why):
    with pytest.raises(ValueError, match=why):
        sampler(TREE, Design(**design))


def test_whole_points_are_refused_where_the_total_is_a_mean():
    mean = Branch("", (Branch("a"), Branch("b")), (0.5, 0.5), "mean")
    with pytest.raises(ValueError, match="adds points"):
        sampler(mean, Design(kind="points"))


def test_drawn_marks_stay_on_the_scale_and_its_steps_and_spread_as_two_reviewers_do():
    mean = np.full((200, 2), 5.0)
    mean[0] = [9.9, np.nan]
    marks = Marks(("x", "y"), mean, np.array([1.0, 0.0]), np.array([10.0, 10.0]), np.array([0.5, 1.0]))
    drawn = draw_marks(marks, generator(1, 0, 1), 100)
    assert drawn.shape == (100, 200, 2)
    assert np.nanmin(drawn) >= 0 and np.nanmax(drawn) <= 10 and (drawn[:, 0, 0] == 10).any()
    assert np.array_equal(drawn[..., 0] * 2, np.round(drawn[..., 0] * 2))
    assert drawn[:, 1:, 0].std() == pytest.approx(sqrt(0.5 + 0.25 / 12), rel=0.02)  # z·s/√2, and the steps
    assert (drawn[:, 1:, 1] == 5).all() and np.isnan(drawn[:, 0, 1]).all()
    assert marks.shares(drawn)[5, 5].tolist() == [drawn[5, 5, 0] / 10, 0.5]


ABSENT = Branch(
    "", (Branch("a", BELOW, (0.0, 0.0, 0.0)), Branch("b"), Branch("c"), Branch("d")), (0.0, 0.2, 0.3, 0.5)
)


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "noise"},
        {"kind": "dirichlet", "kappa": 20},
        {"kind": "dirichlet", "variation": 0.2},
        {"kind": "simplex"},
        {"kind": "order", "orders": (("d", "c", "b"),)},
        {"kind": "intervals", "bounds": (("b", 0.1, 0.6),)},
        {"kind": "points"},
    ],
    ids=lambda design: "-".join(design),
)
def test_what_weighs_nothing_in_a_group_goes_on_weighing_nothing(design):
    weights = drawn(2, tree=ABSENT, **design)
    assert (weights[""][:, 0] == 0).all() and np.ptp(weights[""][:, 1:], axis=0).min() > 0.01
    assert weights[""].sum(axis=1) == pytest.approx(np.ones(2 * BLOCK))
    assert not weights.get("a", np.zeros(1)).any()
