"""A notebook runs in a fresh kernel that knows nothing of the user's own set-up; a failure says why."""

import asyncio
import json
import os
import queue
import subprocess
import sys

import pytest
from papermill.exceptions import PapermillExecutionError
from traitlets import TraitError

from ictindex.annex import verification
from ictindex.run import engine, processes

MINI = "mini-2020"
COMMAND = [sys.executable, "-c", "from ictindex.cli.main import main; main()"]


@pytest.fixture
def execute(tmp_path, mini):
    """Execute a notebook of these cells: execute("1 + 1", name="page.ipynb", x=1) -> its outputs' texts."""

    def go(*codes, folder=tmp_path, on_cell=lambda *step: None, timeout=60, **parameters):
        cells = [
            {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {"tags": ["parameters"]} if n == 0 else {},
                "source": code,
                "outputs": [],
                "execution_count": None,
            }
            for n, code in enumerate(codes)
        ]
        kernel = {"name": "another", "display_name": "Another", "language": "julia"}
        page = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
        (folder / "page.ipynb").write_text(json.dumps(page), "utf-8")
        with processes.kernel_environment(mini):
            engine.execute(
                folder / "page.ipynb", folder / "out.ipynb", parameters, folder, timeout, on_cell, folder
            )
        executed = json.loads((folder / "out.ipynb").read_text("utf-8"))
        return [
            out.get("data", out).get("text/plain")
            for cell in executed["cells"]
            for out in cell.get("outputs", [])
        ]

    return go


def test_parameters_are_set_and_the_kernels_folder_is_the_one_named_and_each_cell_is_told(execute, tmp_path):
    folder = tmp_path / "dự {án} %s"
    folder.mkdir()
    told = []
    shown = execute(
        "x = 1", "x", "import os\nos.getcwd()", folder=folder, on_cell=lambda *s: told.append(s), x="Đ"
    )
    assert ["".join(text) for text in shown] == ["'Đ'", repr(str(folder))]
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_the_folder_of_this_process_stays(execute):
    before = os.getcwd()
    execute("1", "2", x=1)
    assert os.getcwd() == before


def test_where_a_sockets_name_would_be_too_long_the_kernel_is_spoken_to_otherwise(monkeypatch):
    monkeypatch.setattr(engine, "jupyter_runtime_dir", lambda: "/tmp/short")
    assert engine._connection()["transport"] == "ipc"
    monkeypatch.setattr(engine, "jupyter_runtime_dir", lambda: "/tmp/" + 80 * "x")
    assert engine._connection()["transport"] == "tcp"


def test_no_two_kernels_share_a_socket(monkeypatch):
    files = [engine._connection()["connection_file"] for _ in range(100)]
    assert len(set(files)) == 100 and all(os.path.isabs(file) for file in files)


class Answering(engine.PromptClient):
    """A client of no kernel; it notes what is waited for. ``silent``: how often a channel says nothing."""

    def __init__(self, alive=True, **silent):
        super().__init__()
        self.alive, self.silent, self.waited = alive, silent, []

    def _said(self, channel):
        self.waited.append(channel)
        if self.silent.get(channel, 0):
            self.silent[channel] -= 1
            raise queue.Empty

    def kernel_info(self):
        self.waited.append("asked")

    async def get_shell_msg(self, timeout):
        self._said("shell")

    async def get_iopub_msg(self, timeout):
        self._said("iopub")

    async def is_alive(self):
        return self.alive


@pytest.mark.parametrize(
    "silent, waited",
    [
        ({}, "asked shell iopub"),  # and not for more, which nobody would read
        ({"shell": 1}, "asked shell asked shell iopub"),
        ({"iopub": 2}, "asked shell iopub asked shell iopub asked shell iopub"),
    ],
)
def test_a_kernel_is_ready_when_it_has_answered_and_what_it_shows_arrives(silent, waited):
    client = Answering(**silent)
    asyncio.run(client.wait_for_ready(60))
    assert client.waited == waited.split()


def test_for_a_kernel_that_died_or_never_answers_nobody_waits_on():
    with pytest.raises(RuntimeError, match="Kernel died"):
        asyncio.run(Answering(alive=False, shell=9).wait_for_ready(60))
    with pytest.raises(RuntimeError, match=r"didn't respond in 0\.01 seconds"):
        asyncio.run(Answering(shell=10**9).wait_for_ready(0.01))


@pytest.mark.parametrize(
    "error, said",
    [
        (
            PapermillExecutionError(3, 2, "1 / 0", "ZeroDivisionError", "division by zero", []),
            "cell 4, execution count 2: ZeroDivisionError: division by zero",
        ),
        (TraitError("no"), "TraitError: no"),
        (ValueError(), "ValueError:"),
    ],
)
def test_a_reason_is_one_line(error, said):
    assert engine.reason(error) == said


# --- notebooks that fail ----------------------------------------------------------------------------------

FAILING = {
    "raises": ("1 / 0", "cell {n}, execution count 4: ZeroDivisionError: division by zero"),
    "is refused": (
        "ict.open_edition(edition=edition, methodology=methodology, year=1900, inputs=inputs)",
        "cell {n}, execution count 4: Refused: parameters/mini-2020.yaml, key edition: the edition",
    ),
    "exits": ("import sys\nsys.exit(0)", "annex.ipynb, column cell {next}: the cells"),
    "takes too long": ("import time\ntime.sleep(60)", "A cell timed out"),
    "dies": ("import os\nos._exit(0)", "Kernel died"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)", "Kernel died"),
    "changes a point": (
        "_points = ict.points\n"
        "def changed(e):\n"
        "    made = _points(e)\n"
        "    made.loc[0, 'points'] += 1\n"
        "    return made\n"
        "ict.points = changed",
        "annex.ipynb, row 1, column cell 10, points: “10” is written, the recomputation gives “9”",
    ),
    "publishes a second table of one name": (
        "ict.table('ranking', ict.criteria(evaluation))",
        "annex.ipynb, column cell 8: the page publishes “ranking” a second time, after cell {n}",
    ),
    "publishes what is none of ours": (
        "display({'application/vnd.ictindex.v1+json': {'kind': 'table', 'name': '../x'}}, raw=True)",
        "annex.ipynb, column cell {n}: what the page publishes cannot be read back",
    ),
    "shows words that it does not say": (
        "display({'application/vnd.ictindex.v1+json': {'kind': 'text', 'name': 'x', 'lines': []},"
        " 'text/html': '<b>x</b>'}, raw=True)",
        "annex.ipynb, column cell {n}: what the page publishes cannot be read back",
    ),
}


@pytest.mark.parametrize("what", FAILING)
def test_where_a_cell_fails_the_annex_stays_and_the_notebook_is_kept_with_cell_and_reason(
    built, ictindex, contents_of, add_cell, what
):
    code, reason = FAILING[what]
    number = add_cell(built, MINI, code)
    before = contents_of(built.output(MINI))
    ended = ictindex("run", MINI, "--timeout", 1 if what == "takes too long" else 60, project=built)
    assert (ended.code, ended.out) == (3, "")
    assert "kept apart in outputs/.failed/mini-2020; the last good annex is untouched" in ended.err
    assert "Traceback (most recent call last)" not in ended.err
    assert contents_of(built.output(MINI)) == before
    kept = built.failed / MINI
    assert sorted(os.listdir(kept)) == ["annex.ipynb", "reason.txt"]
    said = reason.format(n=number, next=number + 2)
    assert said in (kept / "reason.txt").read_text("utf-8")
    assert said in ended.err
    assert "added" in [cell["id"] for cell in json.loads((kept / "annex.ipynb").read_bytes())["cells"]]
    assert os.listdir(built.building) == []


def test_what_was_kept_of_a_failed_run_goes_with_the_next_good_one(built, ictindex):
    (built.failed / MINI).mkdir(parents=True)
    (built.failed / MINI / "reason.txt").write_text("x")
    assert ictindex("run", MINI, project=built).code == 0
    assert os.listdir(built.failed) == []


# --- the user's own set-up --------------------------------------------------------------------------------


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_nothing_of_the_users_own_set_up_changes_a_byte(built, contents_of, tmp_path):
    """Start-up scripts that print and raise, settings that break, a python3 that is none, huge letters."""
    home = tmp_path / "home"
    spoil = "print('spoilt')\nraise SystemExit('spoilt')\n"
    kernel = json.dumps(
        {"argv": ["false"], "display_name": "x", "language": "python", "env": {"PYTHONHASHSEED": "1"}}
    )
    for ipython in (home / ".ipython", home / "ipython"):
        write(ipython / "profile_default" / "startup" / "00.py", spoil)
        write(ipython / "profile_default" / "ipython_config.py", spoil)
        write(ipython / "profile_default" / "ipython_kernel_config.py", spoil)
    for jupyter in (home / ".local" / "share" / "jupyter", home / "data", home / "path"):
        write(jupyter / "kernels" / "python3" / "kernel.json", kernel)
    for config in (home / ".jupyter", home / "config", home / "config_path"):
        for name in (
            "jupyter_config",
            "jupyter_nbconvert_config",
            "ipython_kernel_config",
            "jupyter_client_config",
        ):
            write(config / f"{name}.py", spoil)
            write(
                config / f"{name}.json",
                '{"KernelManager": {"transport": "x"}, "KernelSpecManager": {"x": 1}}',
            )
    write(home / "startup.py", spoil)
    for matplotlib in (home / ".config" / "matplotlib", home / "matplotlib", built.root):
        write(matplotlib / "matplotlibrc", "font.size: 30\nfigure.facecolor: red\nsvg.fonttype: path\n")
    env = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_CONFIG_PATH": home / "config_path",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_PATH": home / "path",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTER_PREFER_ENV_PATH": "0",
        "PYTHONSTARTUP": home / "startup.py",
        "MPLCONFIGDIR": home / "matplotlib",
        "MPLBACKEND": "nonsense",
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Ho_Chi_Minh",
        "LC_ALL": "C",
        "COLUMNS": "20",
    }
    before = contents_of(built.output(MINI), "run.json")
    env = {**os.environ, **{name: str(value) for name, value in env.items()}}
    done = subprocess.run([*COMMAND, "run", MINI], cwd=built.root, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "outputs/mini-2020\n"), done.stderr
    assert "spoilt" not in done.stderr
    assert contents_of(built.output(MINI), "run.json") == before
    assert verification.verify(built.output(MINI), built) == []
