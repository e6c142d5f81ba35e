"""Arrays that are used again: by use, of any type, larger when that is needed, each thread its own."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.scratch import Scratch

TYPES = st.sampled_from([np.bool_, np.uint16, np.int32, np.float64])
ASKED = st.tuples(st.sampled_from("ab"), TYPES, st.tuples(st.integers(0, 9), st.integers(0, 9)))


@given(st.lists(ASKED, max_size=9))
def test_an_array_has_the_shape_and_type_asked_for_and_none_lies_over_one_of_another_use(asked):
    scratch, last = Scratch(), {}
    for use, dtype, shape in asked:
        last[use] = scratch.array(use, dtype, shape)
        assert (last[use].dtype, last[use].shape) == (dtype, shape) and last[use].flags.c_contiguous
    for use, array in last.items():
        array[...] = use == "a"
    assert all((array == (use == "a")).all() for use, array in last.items())


def test_what_is_asked_for_again_is_the_same_memory_and_a_larger_one_another():
    scratch = Scratch()
    first = scratch.array("a", np.float64, (3, 4))
    assert np.shares_memory(first, scratch.array("a", np.int32, (24,)))
    assert not np.shares_memory(first, scratch.array("a", np.int32, (2, 13)))


def test_each_thread_has_its_own_and_keeps_it():
    own = Scratch.of_thread()
    assert Scratch.of_thread() is own
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(Scratch.of_thread).result() is not own
