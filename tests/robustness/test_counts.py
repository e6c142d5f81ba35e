"""Counters kept chunk by chunk say what all ranks kept together would say."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.counts import Held, added, chunk_draws, count, joined, kept_whole, stripes

chunks = st.integers(1, 5).flatmap(
    lambda units: st.lists(
        st.integers(1, 6).flatmap(
            lambda draws: st.lists(
                st.lists(st.integers(1, 9), min_size=draws, max_size=draws), min_size=units, max_size=units
            )
        ),
        min_size=1,
        max_size=4,
    )
)


@given(chunks)
def test_counters_and_ranks_kept_agree_with_a_slow_count(made):
    arrays = [np.array(chunk, np.uint16) for chunk in made]
    together = [[rank for chunk in made for rank in chunk[i]] for i in range(len(made[0]))]
    kept = Held(np.sort(np.hstack(arrays), axis=1))
    parts = []
    for stripe in (slice(0, 1), slice(1, None)):
        counts = None
        for chunk in arrays:
            if len(chunk[stripe]):
                counts = added(counts, count(chunk[stripe]))
        parts += [counts] if counts else []
    for held in (kept, joined(parts)):
        assert held.total.tolist() == [sum(row) for row in together]
        assert held.first.tolist() == [row.count(1) for row in together]
        for percent in (0, 5, 50, 95, 100):
            place = max(1, ceil(percent * len(together[0]) / 100))
            assert held.quantile(percent).tolist() == [sorted(row)[place - 1] for row in together]
        for unit, row in enumerate(together):
            ranks, times = held.of(unit)
            assert dict(zip(ranks.tolist(), times.tolist(), strict=True)) == {
                r: row.count(r) for r in set(row)
            }


def test_a_unit_has_counters_only_from_the_best_to_the_worst_rank_it_met():
    counts = count(np.array([[700, 702, 700], [3, 3, 3]], np.uint16))
    assert counts.times.tolist() == [2, 0, 1, 3]
    wider = added(counts, count(np.array([[698, 698, 698], [3, 3, 4]], np.uint16)))
    assert wider.times.tolist() == [3, 0, 2, 0, 1, 5, 1]


def test_quantiles_are_real_ranks():
    held = Held(np.array([[3, 4]], np.uint16))
    assert [held.quantile(p).tolist() for p in (5, 50, 51)] == [[3], [3], [4]]


@pytest.mark.parametrize("units", [1, 63, 700, 11_000, 200_000])
def test_a_chunk_is_whole_blocks_and_as_many_as_fit(units):
    draws = chunk_draws(units, 512)
    assert draws % 512 == 0 and draws >= 512
    assert draws == 512 or draws * units <= 2**25


@given(st.integers(1, 3000), st.integers(1, 100_000))
def test_stripes_cover_every_unit_once(units, draws):
    covered = [i for stripe in stripes(units, draws) for i in range(units)[stripe]]
    assert covered == list(range(units))


def test_ranks_are_kept_where_counters_would_grow_with_the_square_of_the_units():
    assert kept_whole(50_000, 1_024)  # 102 MB; counters took 23 GB
    assert kept_whole(11_000, 1_024) and not kept_whole(11_000, 10_000)
    assert not kept_whole(700, 10_000) and not kept_whole(50_000, 20_000)
