"""A signal is Ctrl-C wherever it comes, but never in the midst of an import."""

import signal
import sys
import threading
import time

import pytest

from ictindex.basics.interrupts import as_interrupt

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("sent", SIGNALS)
def test_either_signal_is_an_interrupt_and_afterwards_all_is_as_before(sent):
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(KeyboardInterrupt), as_interrupt():
        signal.raise_signal(sent)
    assert [signal.getsignal(each) for each in SIGNALS] == before


class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_comes_to_a_dying_object_is_not_lost():
    with pytest.raises(KeyboardInterrupt), as_interrupt():
        Dying()
        time.sleep(5)
        pytest.fail("nobody heard the signal")


def test_in_another_thread_signals_are_left_alone():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def inside():
        with as_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_signal_during_an_import_waits_for_its_end(tmp_path, monkeypatch):
    (tmp_path / "being_imported.py").write_text(
        "import signal\nsignal.raise_signal(signal.SIGTERM)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt), as_interrupt():
        import being_imported

        assert being_imported.whole
        signal.pause()
    assert sys.modules.pop("being_imported").whole
