"""Many files are read in order, with progress; one that breaks its reader breaks no other."""

import os

import pytest

from ictindex.exchange.documents import look_into
from ictindex.exchange.read_all import read_all
from ictindex.exchange.returned import Returned


def read_size(path, shown, unit):
    """A reader that a file with the word 'hỏng' kills."""
    data = path.read_bytes()
    if b"x" in data:
        os._exit(1)
    return Returned(shown, "", len(data) * unit)


@pytest.fixture
def folder(tmp_path):
    for i in range(20):
        (tmp_path / f"{i:02}.xlsx").write_bytes(b"a" * i)
    return look_into(tmp_path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_file_is_read_in_the_order_of_names_and_progress_is_told(folder, jobs):
    told = []
    read = read_all(folder, list(folder.files), read_size, (2,), lambda *step: told.append(step), jobs)
    assert [(one.file, one.size) for one in read] == [(f"{i:02}.xlsx", 2 * i) for i in range(20)]
    assert told == [(i, 20) for i in range(1, 21)]


def test_a_file_that_kills_its_process_is_a_finding_and_the_others_are_read(tmp_path, folder):
    names = [*list(folder.files)[:18], "18.xlsx"]
    (tmp_path / "18.xlsx").write_bytes(b"x")
    read = read_all(folder, names, read_size, (1,), lambda *_: None, 2)
    assert [one.size for one in read[:18]] == list(range(18))
    assert [finding.code for finding in read[18].findings] == ["reading-broke"]


def test_an_interrupt_ends_reading(folder):
    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_all(folder, list(folder.files), read_size, (1,), stop, 2)
