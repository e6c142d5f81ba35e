"""Some draws from weights to ranks: however a run is cut, and as a slow way has it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness import blocks
from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.blocks import draw, job, pieces
from ictindex.robustness.draws import BLOCK, Design, Marks
from ictindex.scoring.places import ranks as exact_ranks


def made(units=37, decimals=2, policy="share", exempt=True, ties="min"):
    rng = np.random.default_rng(units)
    tree = Branch(
        "",
        (Branch("a", tuple(map(Branch, ("a.x", "a.y", "a.z"))), (0.2, 0.3, 0.5)), Branch("b"), Branch("c")),
        (0.5, 0.3, 0.2),
    )
    applies = rng.random((units, 5)) > 0.2 if exempt else np.ones((units, 5), bool)
    shares = rng.integers(0, 11, (units, 5)) / 10 * applies
    names = tuple(f"u{i}" for i in range(units))
    return Problem(
        names, shares, applies, tree, policy, 1.0 if policy == "share" else 1000.0, decimals, ties=ties
    )


def drawn(ready, first, last):
    """The one piece that so few draws are."""
    (piece,) = pieces(ready, first, last)
    return draw(ready, piece)


@pytest.mark.parametrize("ties", ["min", "dense", "max"])
@pytest.mark.parametrize("policy, decimals", [("share", 2), ("share", None), ("points", 1)])
def test_ranks_are_those_of_the_values_rounded_one_by_one(policy, decimals, ties):
    p = made(policy=policy, decimals=decimals, ties=ties)
    ready = job(p, Design())
    siblings = ready.sampler.block(3)
    values = p.values({name: weights[:100] for name, weights in siblings.items()})
    places = 12 if decimals is None else decimals
    rows = [[int(np.floor(v * 10**places + 0.5 + 1e-9 * 10**places)) for v in row] for row in values]
    if decimals is None:
        rows = [[round(v, 11) for v in row] for row in values]
    got = drawn(ready, 3 * BLOCK, 3 * BLOCK + 100).ranks
    assert got.T.tolist() == [exact_ranks(row, ties) for row in rows]


@given(st.integers(1, 3 * BLOCK), st.sampled_from([1, 300, 9000]))
def test_pieces_cover_a_run_in_order_and_are_whole_blocks_or_lie_within_one(draws, units):
    shares = np.zeros((units, 2))
    tree = Branch("", (Branch("x"), Branch("y")), (0.5, 0.5))
    p = Problem(("",) * units, shares, shares == 0, tree, "share", 1.0, 3)
    covered = []
    for first, size in pieces(job(p, Design(draws=draws)), 0, draws):
        start = first % BLOCK
        assert size > 0 and (start + size <= BLOCK or start == 0)
        covered += range(first, first + size)
    assert covered == list(range(draws))


@pytest.mark.parametrize("units, draws", [(63, 10_000), (700, 512), (1100, 512), (11_000, 64)])
def test_few_units_are_one_task_and_hundreds_one_for_each_block(units, draws):
    shares = np.zeros((units, 2))
    tree = Branch("", (Branch("x"), Branch("y")), (0.5, 0.5))
    p = Problem(("",) * units, shares, shares == 0, tree, "share", 1.0, 3)
    assert next(iter(pieces(job(p, Design()), 0, 10_000))).draws == draws


def test_a_draw_leaves_the_buffer_of_numpy_as_it_was():
    drawn(job(made(), Design()), 0, 1)
    assert np.getbufsize() == 8192


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 5 * BLOCK))
@settings(deadline=None)
def test_any_number_of_units_criteria_and_draws_makes_whole_products(units, criteria, draws):
    """20 units with 10 criteria in 1,500 draws did not: three blocks are no whole products of 1,024 draws."""
    shares = np.zeros((units, criteria))
    tree = Branch("", tuple(Branch(f"c{i}") for i in range(criteria)), (1 / criteria,) * criteria)
    p = Problem(("",) * units, shares, shares == 0, tree, "share", 1.0, 3)
    ready = job(p, Design("base" if criteria == 1 else "noise", draws=draws), full=False)
    times = sum(draw(ready, piece).times for piece in pieces(ready, 0, draws))
    assert times[:, 0].tolist() == [draws] * units


def test_a_block_is_the_same_however_it_is_cut(monkeypatch):
    rng = np.random.default_rng(0)
    mean = rng.integers(0, 10, (37, 1)).astype(float)
    marks = Marks(("b",), mean, np.array([2.0]), np.array([10.0]), np.array([1.0]))
    monkeypatch.setattr(blocks, "_TILE", 64 * 37)
    monkeypatch.setattr(blocks, "_MARKED", 64 * 37)  # marks are drawn tile by tile
    for extra in (None, marks):
        ready = job(made(), Design(), (0.7,), extra)
        monkeypatch.setattr(blocks, "_PIECE", BLOCK * 37)
        (whole,) = [draw(ready, piece) for piece in pieces(ready, 0, BLOCK)]
        monkeypatch.setattr(blocks, "_PIECE", 128 * 37)
        cut = [draw(ready, piece) for piece in pieces(ready, 0, BLOCK)]
        assert len(cut) == 4
        assert np.array_equal(whole.ranks, np.hstack([each.ranks for each in cut]))
        assert np.array_equal(whole.reached, sum(each.reached for each in cut))
        assert np.array_equal(drawn(ready, 0, 70).ranks, whole.ranks[:, :70])


def test_blocks_that_are_drawn_together_are_those_drawn_one_by_one(monkeypatch):
    for kind in ("noise", "simplex", "points"):
        ready = job(made(), Design(kind, draws=3 * BLOCK - 7), (0.7,))
        together = [draw(ready, piece) for piece in pieces(ready, 0, 3 * BLOCK - 7)]
        monkeypatch.setattr(blocks, "_PIECE", 37 * BLOCK)
        alone = [draw(ready, piece) for piece in pieces(ready, 0, 3 * BLOCK - 7)]
        monkeypatch.undo()
        assert (len(together), len(alone)) == (1, 3)
        assert np.array_equal(together[0].ranks, np.hstack([each.ranks for each in alone]))
        assert np.array_equal(together[0].reached, sum(each.reached for each in alone))


def test_marks_have_the_random_numbers_of_their_tile_whatever_else_is_ranked_together(monkeypatch):
    """Another size of tile would change every published number that drawn marks made."""
    marks = Marks(("b",), np.full((37, 1), 5.0), np.array([2.0]), np.array([10.0]), np.array([1.0]))
    ready = job(made(), Design(), (), marks)
    before = drawn(ready, 0, BLOCK).ranks
    monkeypatch.setattr(blocks, "_TILE", 64 * 37)
    assert np.array_equal(drawn(ready, 0, BLOCK).ranks, before) and blocks._MARKED == 2**19


def test_the_base_ranks_are_those_in_force():
    p = Problem(
        ("A", "B", "C"),
        np.array([[0.5, 0.5], [1.0, 0.0], [0.4, 0.7]]),
        np.ones((3, 2), bool),
        Branch("", (Branch("x"), Branch("y")), (0.5, 0.5)),
        "share",
        1.0,
        3,
    )
    assert p.base_ranks.tolist() == [2, 2, 1]


def test_drawn_marks_move_only_the_units_and_criteria_that_were_marked():
    p = made(decimals=None)
    mean = np.full((37, 1), np.nan)
    mean[5] = p.shares[5, 3] * 10
    still = Marks(("b",), mean, np.array([0.0]), np.array([10.0]), np.array([0.5]))
    plain = drawn(job(p, Design(kind="base")), 0, 64).ranks
    assert np.array_equal(drawn(job(p, Design(kind="base"), (), still), 0, 64).ranks, plain)
    wild = still._replace(sd=np.array([9.0]))
    moved = drawn(job(p, Design(kind="base"), (), wild), 0, 64).ranks
    others = np.delete(moved, 5, axis=0).argsort(axis=0, kind="stable")
    assert (np.ptp(moved[5]) > 0) == bool(p.applies[5, 3])
    assert np.array_equal(others, np.tile(others[:, :1], 64))


def test_a_mark_of_a_criterion_that_does_not_apply_gives_nobody_points():
    p = made(policy="points", decimals=1)
    assert not p.applies[:, 3].all()
    marks = Marks(("b",), np.full((37, 1), 5.0), np.array([9.0]), np.array([10.0]), np.array([0.5]))
    ready = job(p, Design(kind="base"), (500.0,), marks)
    reached = drawn(ready, 0, 64).reached[:, 0]
    without = p.values(p.base)[0]
    for unit in np.flatnonzero(~p.applies[:, 3]):
        assert reached[unit] == (64 if without[unit] >= 500 else 0)


def test_shares_outside_their_bounds_are_refused():
    p = made()
    with pytest.raises(ValueError, match="below 0 or above 1"):
        job(Problem(p.units, p.shares + 0.5, p.applies, p.tree, "share", 1.0, 2), Design())
