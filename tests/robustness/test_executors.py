"""Work comes back in order from any executor, and what has not begun is cancelled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ictindex.robustness.executors import in_order, pool


def test_without_an_executor_the_work_is_done_here():
    assert list(in_order(None, lambda x: x * x, range(5))) == [0, 1, 4, 9, 16]


def test_a_slow_first_item_does_not_change_the_order():
    last_done = threading.Event()

    def work(i):
        if i == 0:
            assert last_done.wait(5)
        elif i == 3:
            last_done.set()
        return i

    with pool(4) as threads:
        assert list(in_order(threads, work, range(4))) == [0, 1, 2, 3]


def test_what_waits_is_cancelled_when_reading_ends():
    begun, free = [], threading.Event()

    def work(i):
        begun.append(i)
        assert i == 0 or free.wait(5)
        return i

    with ThreadPoolExecutor(1) as one:
        results = in_order(one, work, range(50))
        assert next(results) == 0
        results.close()
        free.set()
    assert len(begun) <= 2


def test_ctrl_c_leaves_a_pool_without_doing_the_rest():
    begun, free = [], threading.Event()

    def work(i):
        begun.append(i)
        assert free.wait(5)

    with pytest.raises(KeyboardInterrupt), pool(2) as threads:
        for i in range(50):
            threads.submit(work, i)
        threading.Timer(0.05, free.set).start()
        raise KeyboardInterrupt
    assert len(begun) <= 4


def test_an_error_in_the_work_is_raised_where_its_result_is_taken():
    with pool(2) as threads, pytest.raises(ZeroDivisionError):
        list(in_order(threads, lambda i: 1 / i, range(3)))


def test_one_worker_needs_no_pool():
    with pool(1) as threads:
        assert threads is None
