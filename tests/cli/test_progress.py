"""A line of progress for each edition on a terminal, and not a letter elsewhere."""

import io
from types import SimpleNamespace

import pytest

from ictindex.cli import progress
from ictindex.cli.progress import Bars


@pytest.fixture
def terminal(monkeypatch):
    """A standard error that is a terminal."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=screen))
    return screen


def drive(shown, *steps):
    with Bars(["egdi-2018", "mini-2020"], shown) as bars:
        for step in steps:
            bars(*step)


STEPS = [("egdi-2018", "evaluate", 0, 0), ("egdi-2018", "notebook", 0, 4), ("egdi-2018", "notebook", 3, 4)]


def test_every_edition_has_its_line_with_step_and_share(terminal):
    drive(None, *STEPS)
    lines = terminal.getvalue()
    assert "egdi-2018" in lines and "mini-2020" in lines
    assert "notebook 1/4" in lines and "notebook 4/4" in lines
    assert " 60%" in lines


def test_one_that_is_built_ends_at_100_and_one_that_failed_does_not(terminal):
    drive(True, ("egdi-2018", "notebook", 3, 4), ("egdi-2018", "built", 0, 0), ("mini-2020", "failed", 0, 0))
    lines = terminal.getvalue().replace("\n", "\r").split("\r")
    last = {name: [line for line in lines if name in line][-1] for name in ("egdi-2018", "mini-2020")}
    assert "100%" in last["egdi-2018"] and "built" in last["egdi-2018"]
    assert "100%" not in last["mini-2020"] and "failed" in last["mini-2020"]


def test_where_nobody_watches_there_is_nothing(monkeypatch):
    silent = io.StringIO()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=silent))
    drive(None, *STEPS)
    assert silent.getvalue() == ""


def test_a_terminal_can_be_kept_silent_and_a_file_be_written(terminal, monkeypatch):
    drive(False, *STEPS)
    assert terminal.getvalue() == ""
    file = io.StringIO()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=file))
    drive(True, *STEPS)
    assert "egdi-2018" in file.getvalue()


def test_bars_are_closed_when_something_goes_wrong(terminal):
    with pytest.raises(KeyError):
        drive(True, ("unknown", "evaluate", 0, 0))
