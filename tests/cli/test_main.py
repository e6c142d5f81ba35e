"""The command line: words in, exit codes out; data on stdout, messages on stderr, never a traceback."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ictindex import __version__
from ictindex.basics.findings import found
from ictindex.cli import main as command_line
from ictindex.run import runs as run
from tests.conftest import make_mini

MINI = "mini-2020"
COMMAND = Path(sys.executable).parent / "ictindex"
COMMANDS = ["lint", "new-year", "params", "run", "sign", "verify", "what-if"]


def process(*arguments, cwd=None, **options):
    return subprocess.run([COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, **options)


# --- usage ------------------------------------------------------------------------------------------------


def test_help_lists_every_command_and_every_exit_code(ictindex):
    ended = ictindex("--help")
    assert ended.code == 0
    for said in [*COMMANDS, "0 fine", "1 findings", "2 usage", "3 a notebook failed", "130 interrupted"]:
        assert said in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_speaks_json(ictindex, command):
    ended = ictindex(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"Usage: ictindex {command}" in ended.out and "--json" in ended.out


def test_the_version_is_the_packages(ictindex):
    assert ictindex("--version").out == f"ictindex, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["run"], "name the editions to run, or --all"),
        (["run", MINI, "--all"], "name the editions to run, or --all"),
        (["run", MINI, "-j", "0"], "0 is not in the range"),
        (["run", MINI, "--timeout", "0"], "0 is not in the range"),
        (["run", MINI, "-p", "year"], "requires 2 arguments"),
        (["run", MINI, "-f", "nowhere.yaml"], "does not exist"),
        (["run", MINI, "--yeer"], "No such option"),
        (["verify"], "Missing argument"),
        (["verify", "nowhere"], "does not exist"),
        (["params"], "Missing argument"),
        (["params", "nowhere.ipynb"], "does not exist"),
        (["new-year", "mini"], "Missing argument"),
        (["new-year", "mini", "soon"], "not a valid integer"),
        (["new-year", "mini", "18"], "not in the range"),
        (["what-if"], "name the what-ifs to run, or --all"),
        (["what-if", "--all"], "there is no what-if in parameters/what_if/"),
        (["nothing"], "No such command"),
        (["--lang", "fr", "lint"], "'fr' is not one of"),
    ],
)
def test_a_wrong_usage_ends_with_2_and_a_word_on_stderr(ictindex, mini, contents_of, arguments, said):
    before = contents_of(mini.root)
    ended = ictindex(*arguments, project=mini)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err and "Error: " in ended.err
    assert contents_of(mini.root) == before


def test_all_editions_of_no_editions_is_a_wrong_usage(ictindex, mini):
    mini.parameters(MINI).unlink()
    ended = ictindex("run", "--all", project=mini)
    assert (ended.code, ended.out) == (2, "")
    assert "there is no edition in parameters/" in ended.err


@pytest.mark.parametrize(
    "arguments", [["lint"], ["run", MINI], ["run", "--all"], ["new-year", "mini", "2021"]]
)
def test_outside_a_project_it_says_so(ictindex, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    ended = ictindex(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert "no project here or above" in ended.err and "--project" in ended.err


def test_the_project_is_the_one_around_the_working_folder(ictindex, mini, monkeypatch):
    monkeypatch.chdir(mini.root / "inputs" / MINI)
    assert ictindex("lint").code == 0


def test_or_the_one_that_the_environment_names(ictindex, mini, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("ICTINDEX_PROJECT", str(mini.root))
    assert ictindex("lint").code == 0


# --- run --------------------------------------------------------------------------------------------------


@pytest.fixture
def pretend(monkeypatch):
    """Runs end as told: pretend(result, …); what was asked for is kept."""
    asked = []

    def results(*given):
        def pretended(plans, project, jobs, progress, timeout, force):
            asked.append(([plan.edition for plan in plans], jobs, timeout, force))
            return list(given)

        monkeypatch.setattr(run, "run", pretended)
        return asked

    return results


BUILT = run.Result(MINI, "built", 1.25, "outputs/mini-2020", "0123456789abcdef")
REFUSED = run.Result(MINI, "refused", 0.5, "outputs/mini-2020", findings=[found("no-file", "inputs/a.csv")])
WRONG = run.Result(
    MINI, "refused", 0.5, "outputs/mini-2020", findings=[found("no-file", "parameters/a.yaml")]
)
FAILED = run.Result(MINI, "failed", 2.0, "outputs/.failed/mini-2020", reason="cell 3: no")


@pytest.mark.parametrize(
    "results, code",
    [
        ([BUILT], 0),
        ([REFUSED], 1),
        ([WRONG], 2),
        ([FAILED], 3),
        ([BUILT, REFUSED], 1),
        ([REFUSED, WRONG, BUILT], 2),
        ([FAILED, REFUSED, BUILT], 3),
    ],
)
def test_the_exit_code_is_the_worst_of_all_editions(ictindex, mini, pretend, results, code):
    pretend(*results)
    assert ictindex("run", MINI, project=mini).code == code


def test_what_was_built_is_named_on_stdout_and_everything_else_on_stderr(ictindex, mini, pretend):
    pretend(BUILT, FAILED, REFUSED)
    ended = ictindex("run", MINI, project=mini)
    assert ended.out == "outputs/mini-2020\n"
    assert ended.err.splitlines() == [
        "mini-2020: built and verified in 1.2 s, root 0123456789ab",
        "mini-2020: the notebook failed: cell 3: no",
        "mini-2020: kept apart in outputs/.failed/mini-2020; the last good annex is untouched",
        "inputs/a.csv: the file is not there. → make it, or correct the name that leads to it. [no-file]",
        "mini-2020: not run, see the findings; the last good annex is untouched",
    ]


def test_what_is_unchanged_is_said_and_what_is_built_says_why(ictindex, mini, pretend):
    pretend(replace(BUILT, status="unchanged"), replace(BUILT, why=("{what} has changed", "inputs/a.csv")))
    ended = ictindex("run", MINI, project=mini)
    assert (ended.code, ended.out) == (0, "outputs/mini-2020\noutputs/mini-2020\n")
    assert ended.err.splitlines() == [
        "mini-2020: unchanged, root 0123456789ab (--force builds it all the same)",
        "mini-2020: built and verified in 1.2 s, root 0123456789ab",
        "mini-2020: because inputs/a.csv has changed",
    ]


def test_as_json_it_is_one_object_on_stdout(ictindex, mini, pretend):
    pretend(BUILT, REFUSED)
    built, refused = json.loads(ictindex("run", MINI, "--json", project=mini).out)["results"]
    assert built == {
        "edition": MINI,
        "status": "built",
        "seconds": 1.25,
        "folder": "outputs/mini-2020",
        "root": "0123456789abcdef",
        "findings": [],
        "reason": "",
        "why": "",
    }
    assert refused["findings"] == [
        {
            "code": "no-file",
            "severity": "error",
            "file": "inputs/a.csv",
            "row": None,
            "column": "",
            "message": "the file is not there",
            "remedy": "make it, or correct the name that leads to it",
            "message_vi": "không có tệp này",
            "remedy_vi": "tạo tệp, hoặc sửa tên dẫn đến tệp",
        }
    ]


def test_an_edition_named_twice_is_run_once_and_jobs_are_as_told(ictindex, mini, pretend):
    asked = pretend(BUILT)
    ictindex("run", MINI, MINI, "-j", 3, "--timeout", 7, project=mini)
    ictindex("run", "--all", "--force", project=mini)
    assert asked == [([MINI], 3, 7, False), ([MINI], 1, 600, True)]


def test_a_refused_plan_is_json_too(ictindex, mini):
    ended = ictindex("run", MINI, "--json", "-p", "yeer", "1", project=mini)
    assert ended.code == 2
    (finding,) = json.loads(ended.out)["findings"]
    assert (finding["code"], finding["file"], finding["column"]) == ("parameter-unknown", "-p", "yeer")


def test_bars_are_for_terminals_or_those_who_ask(ictindex, mini, pretend):
    pretend(BUILT)
    assert "|" not in ictindex("run", MINI, project=mini).err
    assert "mini-2020   0%|" in ictindex("run", MINI, "--progress-bar", project=mini).err


def test_a_bar_follows_its_edition_from_the_first_cell_to_the_annex(ictindex, mini):
    ended = ictindex("run", MINI, "--progress-bar", project=mini)
    assert (ended.code, ended.out) == (0, "outputs/mini-2020\n")
    assert "publish" in ended.err and "100%|" in ended.err


# --- lint, params, new-year -------------------------------------------------------------------------------


def test_lint_counts_on_stderr_and_ends_with_0_or_1(ictindex, mini):
    ended = ictindex("lint", project=mini)
    assert (ended.code, ended.out, ended.err) == (0, "", "0 findings\n")
    mini.notebook(MINI).unlink()
    ended = ictindex("lint", MINI, project=mini)
    assert (ended.code, ended.err) == (1, "1 findings\n")
    assert ended.out.startswith("notebooks/mini-2020.ipynb: ") and ended.out.endswith("[no-file]\n")


def test_what_is_to_be_filled_and_what_is_remarked_are_counted_apart_and_no_error(ictindex, mini):
    ictindex("new-year", "mini", "2021", project=mini)
    path = mini.methodology("mini")
    path.write_text(path.read_text("utf-8").replace("nothing_of_nothing: zero\n", ""), "utf-8")
    ended = ictindex("lint", "mini-2021", project=mini)
    assert (ended.code, ended.err) == (0, "0 findings, 6 to fill, 1 remarks\n")
    assert ended.out.count(", to fill]") == 6 and ended.out.count(", remark]") == 1
    told = json.loads(ictindex("lint", "mini-2021", "--json", project=mini).out)["findings"]
    assert sorted(each["severity"] for each in told) == ["remark", *["to_fill"] * 6]


def test_lint_as_json(ictindex, mini):
    mini.notebook(MINI).unlink()
    (finding,) = json.loads(ictindex("lint", "--json", project=mini).out)["findings"]
    assert (finding["code"], finding["file"]) == ("no-file", "notebooks/mini-2020.ipynb")


def test_params_lists_name_type_default_help_and_bounds(ictindex, mini):
    ended = ictindex("params", mini.notebook(MINI))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "edition: str = 'mini-2020'  ấn bản",
        "methodology: str = 'mini'  phương pháp",
        "year: int = 2020  năm  [2000..2100]",
        "inputs: str = 'mini-2020'  số liệu",
        "previous: str = ''  kỳ trước",
        "highlight: str = 'A'  làm nổi",
        "attached_to: str = ''  quyết định",
        "draws: int = 10000  số lần rút  [0..1000000]",
        "spread: int = 25  xê dịch  [1..99]",
        "rank_on: str = 'rounded'  xếp hạng trên  [rounded | unrounded]",
    ]


def test_params_takes_an_editions_name_as_other_commands_do(ictindex, mini):
    assert ictindex("params", MINI, project=mini).out == ictindex("params", mini.notebook(MINI)).out
    assert ictindex("params", "what_if", project=mini).out.startswith("what_if: str = ")
    unknown = ictindex("params", "mini-2002", project=mini)
    assert unknown.code == 2 and "did you mean “mini-2020”" in unknown.err


def test_params_as_json(ictindex, mini):
    rows = json.loads(ictindex("params", "--json", mini.notebook(MINI)).out)["parameters"]
    assert rows[2] == {
        "name": "year",
        "type": "int",
        "default": 2020,
        "help": "năm",
        "range": [2000, 2100],
        "choices": None,
    }
    assert rows[-1]["choices"] == ["rounded", "unrounded"]


def test_params_of_what_is_no_notebook_is_refused(ictindex, tmp_path):
    (tmp_path / "x.ipynb").write_text("[]")
    ended = ictindex("params", tmp_path / "x.ipynb")
    assert (ended.code, ended.out) == (1, "")
    assert "this is not a notebook" in ended.err


def test_new_year_lists_files_on_stdout_and_what_is_left_on_stderr(ictindex, mini):
    ended = ictindex("new-year", "mini", 2021, project=mini)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "parameters/mini-2021.yaml",
        "inputs/mini-2021/entities.csv",
        "inputs/mini-2021/answers.csv",
        "inputs/mini-2021/sources.yaml",
        "inputs/mini-2021/contacts.csv",
        "notebooks/mini-2021.ipynb",
    ]
    assert all(line.startswith("to do: ") for line in ended.err.splitlines())
    ended = ictindex("new-year", "mini", 2021, project=mini)
    assert (ended.code, ended.out) == (2, "")
    assert "it is there already" in ended.err


def test_new_year_as_json(ictindex, mini):
    done = json.loads(ictindex("new-year", "--json", "mini", 2021, project=mini).out)
    assert sorted(done) == ["made", "to do"]
    assert len(done["made"]) == 6


# --- languages, refusals, interruptions -------------------------------------------------------------------


def test_findings_speak_vietnamese_when_asked_by_option_or_environment(ictindex, mini, monkeypatch):
    mini.notebook(MINI).unlink()
    said = "notebooks/mini-2020.ipynb: không có tệp này. → tạo tệp"
    for words in (["--lang", "vi", "lint"], ["lint", "--lang", "vi"], ["lint", MINI, "--lang=vi"]):
        assert said in ictindex(*words, project=mini).out
    assert said in ictindex("--lang", "vi", "run", MINI, project=mini).err
    monkeypatch.setenv("ICTINDEX_LANG", "vi")
    assert said in ictindex("lint", project=mini).out


@pytest.mark.parametrize(
    "arguments", [["lint"], ["run", MINI], ["run", "--all"], ["new-year", "mini", "2021"]]
)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: p.methodology("mini").write_bytes(b"\xff\xfe\0"),
        lambda p: p.methodology("mini").unlink(),
        lambda p: p.parameters(MINI).write_text("a: &a [*a]"),
        lambda p: p.parameters(MINI).write_text(""),
        lambda p: p.parameters(MINI).write_text("edition: 2020\n"),
        lambda p: p.notebook(MINI).write_text("{}"),
        lambda p: (p.inputs(MINI) / "entities.csv").write_text('"'),
        lambda p: (p.inputs(MINI) / "sources.yaml").write_text("1"),
        lambda p: (p.inputs(MINI) / "answers.csv").write_text("entity,answer,value\nA,staff,x\n"),
    ],
)
def test_whatever_is_broken_there_is_a_report_and_no_traceback(ictindex, mini, spoil, arguments):
    if arguments[0] == "new-year":
        (mini.notebook("mini-2021")).write_text("there already")
    spoil(mini)
    ended = ictindex(*arguments, project=mini)
    assert ended.code in (1, 2)
    assert " → " in ended.out + ended.err and "Traceback" not in ended.err


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", ".", "", "con fig", "x" * 200, "ă"])
@pytest.mark.parametrize("arguments", [["run"], ["lint"]])
def test_no_name_leads_out_of_the_project(ictindex, tmp_path, contents_of, name, arguments):
    project = make_mini(tmp_path / "inside")
    before = contents_of(tmp_path)
    ended = ictindex(*arguments, name, project=project)
    assert ended.code in (1, 2) and "cannot name a file here" in ended.out + ended.err
    assert contents_of(tmp_path) == before


@pytest.mark.parametrize(
    "raised, code, said",
    [
        (KeyboardInterrupt(), 130, "interrupted: every annex is whole"),
        (OSError(28, "No space left on device"), 1, "ictindex: [Errno 28] No space left on device"),
    ],
)
def test_an_interruption_or_a_full_disk_anywhere_is_a_sentence(
    ictindex, mini, monkeypatch, raised, code, said
):
    def lint(project, editions):
        raise raised

    monkeypatch.setattr("ictindex.run.lint", lint)
    ended = ictindex("lint", project=mini)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(said) and "Traceback" not in ended.err


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(mini):
    reading, writing = os.pipe()
    os.close(reading)  # as  ictindex params … | head -1  does, only sooner
    done = subprocess.run(
        [COMMAND, "params", mini.notebook(MINI)], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 1


def test_the_installed_command_is_this_one(mini):
    done = process("lint", "--json", cwd=mini.root)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"findings": []}, "0 findings\n")


@pytest.mark.parametrize("value", ["a\x1b[31m", "\udcff"])
def test_a_control_character_or_half_a_letter_after_p_ends_with_2_and_nothing_run(ictindex, mini, value):
    for more in ([], ["--json"]):
        done = ictindex("--project", mini.root, "run", "mini-2020", "-p", "attached_to", value, *more)
        assert done.code == 2 and "control-character" in (done.out + done.err)
    assert not mini.output("mini-2020").exists()


def test_without_a_word_it_says_what_there_is(capsys):
    with pytest.raises(SystemExit):
        command_line.main([])
    told = "".join(capsys.readouterr())
    assert "letters" in told and "Traceback" not in told


def test_seconds_are_told_with_a_comma_in_vietnamese(ictindex, mini, pretend):
    pretend(BUILT)
    assert "trong 1,2 giây" in ictindex("--lang", "vi", "run", MINI, project=mini).err
