"""Many files are read in order, with progress; what breaks the reading of one is a finding of that one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ictindex.exchange import read_all as room
from ictindex.exchange.documents import look_into
from ictindex.exchange.read_all import read_all
from ictindex.exchange.returned import Returned

DEEDS = {
    b"dies": lambda: os._exit(1),
    b"raises": lambda: {}["no such key"],
    b"recurses": lambda: DEEDS[b"recurses"](),
    b"eats": lambda: bytearray(4_000_000_000),
    b"sleeps": lambda: time.sleep(600),
    b"counts": lambda: sum(range(10**12)),
}


def read_size(path, shown, unit):
    """A reader that does to itself what a file says."""
    data = path.read_bytes()
    DEEDS.get(data, lambda: None)()
    return Returned(shown, "", sending=len(data) * unit)


@pytest.fixture
def folder(tmp_path):
    for i in range(20):
        (tmp_path / f"{i:02}.xlsx").write_bytes(b"a" * i)
    return look_into(tmp_path)


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_every_file_is_read_and_returned_in_the_order_of_names_and_progress_is_told(folder, jobs):
    told = []
    read = read_all(folder, list(folder.files), read_size, (2,), lambda *step: told.append(step), jobs)
    assert [(one.file, one.sending) for one in read] == [(f"{i:02}.xlsx", 2 * i) for i in range(20)]
    assert told == [(i, 20) for i in range(1, 21)]


def test_nothing_to_read_begins_no_process(folder, monkeypatch):
    monkeypatch.setattr(room, "_processes", lambda: pytest.fail("a process was begun"))
    assert read_all(folder, [], read_size, (1,), lambda *_: None) == []


@pytest.mark.parametrize("many", [1, 19])  # a single file is read no less guardedly
@pytest.mark.parametrize(
    ("deed", "code", "limit"),
    [
        (b"dies", "reading-broke", None),
        (b"raises", "reading-broke", None),
        (b"recurses", "reading-broke", None),
        (b"eats", "reading-limit", "400 MB"),
    ],
)
def test_whatever_one_file_does_to_its_reader_is_its_finding_and_the_others_are_read(
    tmp_path, folder, deed, code, limit, many
):
    (tmp_path / "05.xlsx").write_bytes(deed)
    names = list(folder.files)[:many] if many > 1 else ["05.xlsx"]
    read = read_all(folder, names, read_size, (1,), lambda *_: None, 2)
    (broken,) = [one for one in read if one.findings]
    assert [(f.code, f.file, f.facts.get("limit")) for f in broken.findings] == [(code, "05.xlsx", limit)]
    assert broken.findings[0].sentence("vi") and broken.findings[0].sentence("en")
    assert [one.sending for one in read if not one.findings] == [
        i for i in range(many) if i != 5 and many > 1
    ]


@pytest.mark.parametrize(
    ("deed", "limit", "short"), [(b"counts", "MAX_SECONDS", 3), (b"sleeps", "MAX_WAIT", 3)]
)
def test_a_file_that_takes_too_long_is_given_up_and_the_others_are_read(
    tmp_path, folder, monkeypatch, deed, limit, short
):
    """Of the processor, or by the clock where it only waits."""
    monkeypatch.setattr(room, "MAX_SECONDS", 3)
    monkeypatch.setattr(room, limit, short)
    (tmp_path / "05.xlsx").write_bytes(deed)
    begun = time.perf_counter()
    read = read_all(folder, ["04.xlsx", "05.xlsx", "06.xlsx"], read_size, (1,), lambda *_: None, 1)
    assert time.perf_counter() - begun < 120
    assert [one.sending for one in read if not one.findings] == [4, 6]
    assert [[finding.code for finding in one.findings] for one in read] == [[], ["reading-limit"], []]


def test_an_interrupt_ends_reading(folder):
    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_all(folder, list(folder.files), read_size, (1,), stop, 2)


STARTING = """
import os, signal, sys
from multiprocessing.forkserver import ForkServer
from pathlib import Path
from ictindex.exchange.documents import look_into
from ictindex.exchange.read_all import read_all
from test_read_all import read_size
begin = ForkServer.ensure_running
def begin_and_be_interrupted(server):
    begin(server)
    os.killpg(0, signal.SIGINT)
if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    ForkServer.ensure_running = begin_and_be_interrupted
    folder = look_into(Path(sys.argv[1]))
    print(len(read_all(folder, list(folder.files), read_size, (1,), lambda *_: None, 2)))
"""


def test_processes_that_are_only_starting_do_not_hear_ctrl_c(folder, tmp_path_factory):
    script = tmp_path_factory.mktemp("script") / "starting.py"
    script.write_text(STARTING)
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    ended = subprocess.run(
        [sys.executable, script, folder.root], capture_output=True, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": "/tmp"},
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == ("20\n", "")
