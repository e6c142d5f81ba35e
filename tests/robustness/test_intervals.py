"""A design's results: right against a slow count, and equal to the byte for any executor."""

import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from math import erf, sqrt
from multiprocessing import get_context

import numpy as np
import pytest

from ictindex.robustness import blocks, counts
from ictindex.robustness import intervals as module
from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.draws import BLOCK, Design, sampler
from ictindex.robustness.intervals import stability
from ictindex.scoring.places import ranks as exact_ranks
from tests.robustness.golden import SHARES as GOLDEN
from tests.robustness.golden import WEIGHTS as W


def golden(decimals=None):
    tree = Branch("", tuple(Branch(f"k{i}") for i in range(6)), W)
    return Problem(tuple("ABCDE"), GOLDEN, np.ones((5, 6), bool), tree, "share", 1.0, decimals)


def many(units=61, decimals=2):
    rng = np.random.default_rng(7)
    tree = Branch("", tuple(Branch(f"k{i}") for i in range(6)), W)
    applies = rng.random((units, 6)) > 0.1
    shares = rng.integers(0, 9, (units, 6)) / 8 * applies
    return Problem(tuple(map(str, range(units))), shares, applies, tree, "share", 1.0, decimals)


LEVELS = (0.72, 0.6, 0.7)


@pytest.fixture(scope="module")
def slow():
    """The golden example under 1,300 draws, one by one, with Python's own numbers."""
    design = Design(kind="noise", spread=0.5, draws=1300)
    ready = sampler(golden().tree, design)
    weights = np.vstack([ready.block(i)[""] for i in range(3)])[:1300]
    values = [
        [round(sum(w * x for w, x in zip(row, xs, strict=True)), 3) for xs in GOLDEN] for row in weights
    ]
    return design, values, [exact_ranks(row) for row in values]


def test_every_number_is_that_of_a_slow_count(slow):
    design, values, ranks = slow
    got = stability(golden(3), design, levels=LEVELS, pairs=True)
    assert got.base.tolist() == [3, 1, 2, 4, 5] and got.order.tolist() == [1, 2, 0, 3, 4]
    by_unit = list(zip(*ranks, strict=True))
    for i, held in enumerate(by_unit):
        ordered = sorted(held)
        assert got.interval()[i].tolist() == [ordered[64], ordered[1234]]  # places 65 and 1,235 of 1,300
        assert got.median[i] == ordered[649]
        assert got.met[i].tolist() == [ordered[0], ordered[-1]]
        assert got.expected[i] == pytest.approx(sum(held) / 1300)
        assert got.firsts[i] == held.count(1)
        mine = [row[i] for row in values]
        in_level = [
            sum(v >= 0.72 for v in mine),
            sum(0.6 <= v < 0.7 for v in mine),
            sum(0.7 <= v < 0.72 for v in mine),
        ]
        assert got.levels[i] == pytest.approx(np.array(in_level) / 1300)
        for j, other in enumerate(by_unit):
            wins = sum((a < b) + (a == b) / 2 for a, b in zip(held, other, strict=True))
            assert got.pairs[i, j] == pytest.approx(wins / 1300)
    shifts = [sum(abs(a - b) for a, b in zip(row, (3, 1, 2, 4, 5), strict=True)) / 5 for row in ranks]
    assert got.shifts == pytest.approx(shifts)
    neighbours = zip(got.order, got.order[1:], got.ahead, strict=False)
    assert all(p == pytest.approx(got.pairs[i, j]) for i, j, p in neighbours)
    close = {(int(i), int(j)) for i, j, _ in got.not_separated()}
    assert close == {(i, j) for i, j in ((1, 2), (2, 0), (0, 3), (3, 4)) if 0.05 < got.pairs[i, j] < 0.95}


def test_the_ranks_met_are_inside_those_that_are_attainable():
    """Exact, by MILP: on the simplex A 1–5, B 1–4, C 1–4, D 1–5, E 3–5; within ±50 % D is never first."""
    anywhere = stability(golden(), Design(kind="simplex", draws=20_000)).met
    best, worst = np.array([[1, 5], [1, 4], [1, 4], [1, 5], [3, 5]]).T
    assert (anywhere[:, 0] >= best).all() and (anywhere[:, 1] <= worst).all()
    assert anywhere[:4, 0].tolist() == [1, 1, 1, 1]
    near = stability(golden(), Design(spread=0.49, draws=5000))
    assert near.met[3, 0] >= 2 and near.met[4].tolist() == [5, 5] and near.firsts[3] == 0


def test_a_dirichlet_agrees_with_its_normal_approximation():
    kappa, d, w = 200, GOLDEN[1] - GOLDEN[2], np.array(W)
    m = d @ w
    z = m / sqrt(((w * d**2).sum() - m**2) / (kappa + 1))
    got = stability(golden(), Design(kind="dirichlet", kappa=kappa, draws=20_000))
    expected = (1 + erf(z / sqrt(2))) / 2
    assert got.ahead[0] == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / 20_000) + 0.005)


def test_weights_in_force_leave_the_ranking_as_it_is():
    got = stability(many(), Design(kind="base", draws=2500))
    assert np.array_equal(got.met, np.stack([got.base, got.base], axis=1))
    assert (got.shifts == 0).all() and set(got.ahead) <= {0.5, 1.0}
    assert set(got.firsts[got.base == 1]) == {2500}


def fingerprint(got):
    held = [np.concatenate(got.held.of(i)) for i in range(len(got.base))]
    arrays = [got.base, got.levels, got.order, got.ahead, got.shifts, got.pairs, *held]
    return b"".join(np.ascontiguousarray(each).tobytes() for each in arrays)


DESIGN = Design(draws=3 * BLOCK + 100)


@pytest.fixture(scope="module")
def expected():
    return fingerprint(stability(many(), DESIGN, levels=LEVELS, pairs=True, workers=1))


def with_executor(executor):
    return fingerprint(stability(many(), DESIGN, levels=LEVELS, pairs=True, executor=executor))


def test_eight_threads_and_a_pool_of_threads_give_the_same_bytes(expected):
    assert fingerprint(stability(many(), DESIGN, levels=LEVELS, pairs=True, workers=8)) == expected
    with ThreadPoolExecutor(3) as threads:
        assert with_executor(threads) == expected


def test_a_pool_of_processes_gives_the_same_bytes(expected):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert with_executor(processes) == expected


@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_a_dask_cluster_gives_the_same_bytes(expected, processes):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=processes, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert with_executor(client) == expected


def test_counting_by_chunks_changes_no_number(expected, monkeypatch):
    monkeypatch.setattr(counts, "CHUNK", 61 * BLOCK)
    monkeypatch.setattr(counts, "_STRIPE", 10 * BLOCK)
    got = stability(many(), DESIGN, levels=LEVELS, pairs=True, workers=2)
    assert isinstance(got.held, counts.Counts)
    assert fingerprint(got) == expected
    only_counted = stability(many(), DESIGN, full=False, workers=1)
    monkeypatch.setattr(blocks, "_COUNTED", 0)  # as of more units
    kept = stability(many(), DESIGN, full=False, workers=1)
    assert np.array_equal(only_counted.interval(), kept.interval())
    monkeypatch.undo()
    monkeypatch.setattr(blocks, "_COUNTED", 0)
    assert isinstance(stability(many(), DESIGN, full=False, workers=1).held, counts.Counts)
    monkeypatch.setattr(counts, "_FEW", 100)
    all_kept = stability(many(), DESIGN, full=False, workers=1)
    assert isinstance(all_kept.held, counts.Held)
    assert np.array_equal(kept.interval(), all_kept.interval()) and np.array_equal(kept.met, all_kept.met)
    assert np.array_equal(kept.expected, all_kept.expected)


def test_intervals_alone_are_those_of_the_full_run(expected):
    alone, full = stability(many(), DESIGN, full=False), stability(many(), DESIGN)
    assert np.array_equal(alone.interval(), full.interval())
    assert alone.shifts is None


def test_units_with_the_same_answers_always_tie():
    p = many()
    twice = Problem(
        (*p.units, *(f"{u}'" for u in p.units)),
        np.vstack([p.shares, p.shares]), np.vstack([p.applies, p.applies]), p.tree, "share", 1.0, None,
    )  # fmt: skip
    got = stability(twice, Design(draws=600), pairs=True)
    assert np.array_equal(np.diag(got.pairs[:61, 61:]), np.full(61, 0.5))
    assert np.array_equal(got.interval()[:61], got.interval()[61:])


def test_progress_counts_draws_and_an_interruption_stops_the_run(monkeypatch):
    seen = []
    monkeypatch.setattr(blocks, "_PIECE", 61 * BLOCK)  # so small a group has several blocks at once
    stability(many(), DESIGN, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(512, 1636), (1024, 1636), (1536, 1636), (1636, 1636)]

    def interrupt(done, of):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        stability(many(), Design(draws=100 * BLOCK), workers=2, progress=interrupt)
    assert threading.active_count() == before


class Later:
    """An executor that does its work only when asked for it, and remembers what was cancelled."""

    def __init__(self):
        self.cancelled = 0

    def submit(self, function, item):
        return LaterResult(self, function, item)


class LaterResult:
    def __init__(self, executor, function, item):
        self.executor, self.function, self.item = executor, function, item

    def result(self):
        return self.function(self.item)

    def cancel(self):
        self.executor.cancelled += 1


def test_an_interruption_cancels_what_waits_in_an_executor_of_another(monkeypatch):
    monkeypatch.setattr(blocks, "_PIECE", 61 * BLOCK)
    later = Later()

    def interrupt(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as held_open:
        stability(many(), Design(draws=10 * BLOCK), executor=later, progress=interrupt)
    assert later.cancelled == 9 and held_open


def test_shifts_of_many_units_do_not_overflow_the_narrow_integers_of_ranks():
    base, order = np.arange(1, 1001), np.arange(1000)
    ranks = np.tile(base[::-1, None], (1, 8)).astype(np.uint16)
    shifts, _ = module._compared(ranks, base, order, slice(0, 1000))
    assert shifts.tolist() == [500_000] * 8


def test_400_units_are_paired_and_401_refused_with_the_reason():
    assert stability(many(400), Design(draws=1), pairs=True).pairs.shape == (400, 400)
    with pytest.raises(ValueError, match=r"401 units make 80,200 pairs; at most 400"):
        stability(many(401), Design(draws=1), pairs=True)


def test_an_empty_group_is_refused():
    with pytest.raises(ValueError, match="no unit"):
        stability(many(0), Design())


def test_one_unit_alone_is_always_first():
    got = stability(many(1), Design(draws=10), pairs=True)
    assert got.interval().tolist() == [[1, 1]] and got.ahead.tolist() == [] and got.pairs.tolist() == [[0.5]]
