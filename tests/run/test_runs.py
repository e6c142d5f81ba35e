"""A run checks first, builds aside and changes the official folder in one step; or it changes nothing."""

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psutil
import pytest

from ictindex.annex import files as publish
from ictindex.annex import verification
from ictindex.annex.edition_lock import hold
from ictindex.annex.output_folder import bad_files, read_manifest
from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.recording import record
from ictindex.run import plans
from ictindex.run import runs as run
from tests.conftest import add_cells, gone
from tests.forked import Forked, Forking

MINI, EGDI = "mini-2020", "egdi-2018"
COMMAND = "from ictindex.cli.main import main; main()"


def build(project, *editions, jobs=1, texts=None, timeout=60):
    return run.run(plans.plan(editions, project, texts or {}), project, jobs, lambda *step: None, timeout)


def everything(project):
    """Every file and folder with content and time of change, but the locks."""
    paths = [path for path in sorted(project.root.rglob("*")) if ".locks" not in str(path)]
    return {str(p): (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else None) for p in paths}


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


# --- what is built ----------------------------------------------------------------------------------------


def test_a_built_folder_has_what_its_page_publishes_and_nothing_else(built_once, contents_of):
    tables = ("categories", "code_lists", "columns", "criteria", "points", "provenance", "ranking")
    assert sorted(contents_of(built_once.output(MINI))) == [
        *("annex.docx", "annex.ipynb", "annex.pdf", "annex.xlsx", "charts/bars.csv", "charts/bars.svg"),
        *("datapackage.json", "evidence.html", "manifest.json"),
        *(f"results/{name}.csv" for name in tables),
        *("run.json", "units.html"),
    ]


@pytest.mark.parametrize("edition", [EGDI, MINI])
def test_a_built_folder_has_no_empty_file_table_or_sheet(built_once, contents_of, edition):
    for path, data in contents_of(built_once.output(edition)).items():
        assert data.strip(), path
        if path.endswith(".csv"):
            assert len(data.decode().splitlines()) > 1, path


def test_nothing_else_lies_in_outputs(built_once):
    assert sorted(os.listdir(built_once.root / "outputs")) == [".building", ".locks", EGDI, MINI]
    assert os.listdir(built_once.building) == []


def test_the_executed_notebook_with_every_table_whole_in_it_is_under_four_megabytes(built_once):
    """Of 193 states with the year before them; it was under three without that."""
    assert (built_once.output(EGDI) / "annex.ipynb").stat().st_size < 4_000_000


def test_a_second_run_alone_gives_the_same_bytes_as_the_first_side_by_side_with_another(built, contents_of):
    folder = built.output(MINI)
    first, record = contents_of(folder, "run.json"), (folder / "run.json").read_bytes()
    assert [result.status for result in build(built, MINI)] == ["built"]
    assert contents_of(folder, "run.json") == first
    assert (folder / "run.json").read_bytes() != record


def test_where_the_project_lies_and_where_the_command_is_given_does_not_matter(
    built, contents_of, tmp_path, monkeypatch, ictindex
):
    """In a folder with blanks, Vietnamese letters and braces, named by a relative path from elsewhere."""
    moved = Project(tmp_path / "dự án {số} 1 %s ' \" &")
    shutil.copytree(built.root, moved.root, ignore=shutil.ignore_patterns("outputs"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ended = ictindex("--project", f"../{moved.root.name}", "run", MINI)
    assert (ended.code, ended.out) == (0, "outputs/mini-2020\n")
    assert contents_of(moved.output(MINI), "run.json") == contents_of(built.output(MINI), "run.json")
    assert os.listdir(tmp_path / "elsewhere") == []
    assert ictindex("verify", f"../{moved.root.name}/outputs/mini-2020").code == 0


# --- parameters -------------------------------------------------------------------------------------------


def planned(project, edition=EGDI, texts=None, files=()):
    (plan,) = plans.plan([edition], project, texts or {}, files)
    return plan.parameters


def test_the_parameter_file_wins_over_the_notebook(egdi):
    edit(egdi.parameters(EGDI), "rounding: half_up", "rounding: down")
    assert planned(egdi)["rounding"] == "down"


def test_what_no_file_gives_is_as_the_notebook_says(egdi):
    edit(egdi.parameters(EGDI), "rounding: half_up\n", "")
    assert planned(egdi)["rounding"] == "half_up"


def test_a_further_file_wins_over_the_parameter_file_and_the_last_of_them_over_the_others(egdi, tmp_path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("rounding: half_even\nhighlight: THA\n")
    two.write_text("rounding: down\n")
    read = planned(egdi, files=[one, two])
    assert (read["rounding"], read["highlight"]) == ("down", "THA")


def test_p_wins_over_every_file(egdi, tmp_path):
    one = tmp_path / "one.yaml"
    one.write_text("rounding: half_even\n")
    assert planned(egdi, texts={"rounding": "down"}, files=[one])["rounding"] == "down"


def test_the_last_p_wins(built, ictindex):
    ended = ictindex("run", MINI, "-p", "year", "1800", "-p", "year", "1801", project=built)
    assert "1801 is outside" in ended.err and "1800 is" not in ended.err


def test_an_exact_number_in_a_file_is_a_number_to_a_notebook_that_wants_one(egdi):
    path = egdi.notebook(EGDI)
    edit(path, '"edition = ', '"level = 0.5  # [0..1]\\n",\n    "edition = ')
    edit(egdi.parameters(EGDI), "rounding:", "level: 0.25\nrounding:")
    assert (planned(egdi)["level"], type(planned(egdi)["level"])) == (0.25, float)


def test_parameters_come_in_the_order_of_the_notebook(egdi):
    path = egdi.parameters(EGDI)
    path.write_text("".join(reversed(path.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    assert list(planned(egdi)) == [
        "edition",
        "methodology",
        "year",
        "inputs",
        "previous",
        "highlight",
        "attached_to",
        "draws",
        "spread",
        "decimals",
        "rounding",
    ]


def test_a_parameter_given_by_p_is_in_the_annex_and_in_the_manifest_as_changed(built, report_all):
    report_all(built)
    edit(built.parameters(MINI), "highlight: A", "highlight: B")
    (result,) = build(built, MINI, texts={"attached_to": "Quyết định số 1/QĐ-ABC"})
    assert (result.status, result.findings[0].code) == ("refused", "attached-to-draft")  # a step is open
    said = {"who": "Người ký", "number": "1/QĐ-ABC", "authority": "Bộ trưởng"}
    record(built, MINI, "approved", date(2021, 1, 2), **said)
    (result,) = build(built, MINI, texts={"attached_to": "Quyết định số 1/QĐ-ABC"})
    assert (result.status, result.folder) == ("built", "outputs/mini-2020"), result.findings
    folder = built.output(MINI)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["parameters"]["highlight"] == "B"
    assert manifest["changed_parameters"] == {"attached_to": "Quyết định số 1/QĐ-ABC"}
    cells = {cell["id"]: cell for cell in json.loads((folder / "annex.ipynb").read_bytes())["cells"]}
    assert 'attached_to = "Quyết định số 1/QĐ-ABC"\n' in cells["injected-parameters"]["source"]
    assert "(Kèm theo Quyết định số 1/QĐ-ABC)" in (folder / "evidence.html").read_text("utf-8")
    assert verification.verify(folder, built) == []


def test_a_unit_that_never_answered_stops_no_draft_where_missing_is_an_error(mini):
    edit(mini.methodology("mini"), "missing: zero", "missing: error")
    answers = mini.inputs(MINI) / "answers.csv"
    kept = [line for line in answers.read_text("utf-8").splitlines() if not line.startswith("A,")]
    answers.write_text("\n".join(kept) + "\n", "utf-8")
    (result,) = build(mini, MINI)
    assert result.status == "built", result.reason
    ranking = (mini.output(MINI) / "results" / "ranking.csv").read_text("utf-8").splitlines()
    last = next(line for line in ranking if ",A," in line)
    assert "unknown" in last and "Bộ Một" in last
    assert verification.verify(mini.output(MINI), mini) == []


@pytest.mark.parametrize("how", ["-p", "-p=", "-f"])
def test_a_run_by_another_rule_fills_a_variants_folder_however_it_is_told(
    built, ictindex, contents_of, tmp_path, how
):
    before = contents_of(built.output(MINI))
    file = tmp_path / "mine.yaml"
    file.write_text("rank_on: unrounded\n")
    told = {
        "-p": ["-p", "rank_on", "unrounded"],
        "-p=": ["--parameter", "rank_on=unrounded"],
        "-f": ["-f", file],
    }[how]
    ended = ictindex("run", MINI, *told, project=built)
    assert (ended.code, ended.out) == (0, "outputs/mini-2020/variants/rank_on-unrounded\n")
    after = contents_of(built.output(MINI))
    assert {name: data for name, data in after.items() if not name.startswith("variants/")} == before
    assert "THAM SỐ KHÁC" in after["variants/rank_on-unrounded/evidence.html"].decode()

    # the official annex built anew keeps it, byte for byte
    assert ictindex("run", MINI, project=built).code == 0
    assert contents_of(built.output(MINI), "run.json") == {
        name: data for name, data in after.items() if not name.endswith("run.json")
    }


# A is first by our rules.
PUBLISHED = "entity,value,rank\nA,0.640,2\nB,0.083,3\nC,0.600,2\nD,0.300,1\nE,0.000,2\n"


def test_a_self_check_that_fails_ends_with_1_and_stands_on_the_first_page(mini, ictindex):
    folder = mini.inputs(MINI)
    (folder / "published.csv").write_text(PUBLISHED, "utf-8")
    edit(folder / "sources.yaml", "files:\n", "files:\n  published.csv: {label_vi: Thử, origin: Thử}\n")
    ended = ictindex("run", MINI, project=mini)
    assert (ended.code, ended.out) == (1, "outputs/mini-2020\n")
    assert "[self-check]" in ended.err
    told = ictindex("--lang", "vi", "run", "--force", MINI, project=mini).err
    assert "không đúng: Kết quả tính lại khớp với kết quả đã công bố." in told
    page = (mini.output(MINI) / "evidence.html").read_text("utf-8").partition("<nav")[0]
    assert '<p class="broken"><strong>SAI:</strong>' in page
    assert verification.verify(mini.output(MINI), mini) == []


BAD = [
    (["-p", "yeer", "2018"], ["no parameter “yeer”", "did you mean “year”"]),
    (["-p", "year", "1800"], ["1800 is outside 2000 to 2100"]),
    (["-p", "year", "hai nghìn"], ["'hai nghìn' is not a whole number"]),
    (["-p", "year", "2018.0"], ["2018.0 is not a whole number"]),
    (["-p", "year", "2019"], ["the edition is called “egdi-2018”, but this is “egdi-2019”"]),
    (["-p", "rounding", "sideways"], ["“sideways” is not one of: half_up, half_even, down"]),
    (["-p", "inputs", "../x"], ["-p, column inputs: “../x” cannot name a file here"]),
    (["-p", "inputs", "/etc"], ["“/etc” cannot name a file here"]),
    (["-p", "inputs", ""], ["“” cannot name a file here"]),
    (["-p", "methodology", "../../etc"], ["-p, column methodology: “../../etc” cannot name a file here"]),
    (["-p", "previous", "../egdi-2016"], ["-p, column previous: “../egdi-2016” cannot name a file here"]),
    (["-p", "previous", "egdi-2018"], ["“egdi-2018” cannot be its own previous edition"]),
    (["-p", "previous", "egdi-2010"], ["parameters/egdi-2010.yaml: there is no edition “egdi-2010”"]),
    (["-p", "highlight", "VNN"], ["did you mean “VNM”"]),
    (["-p", "ties", "max"], ["there is no parameter “ties”"]),
    (["-p", "edition", "mini-2020"], ["the edition is called “mini-2020”, but this is “egdi-2018”"]),
    (
        ["-p", "yeer", "1", "-p", "year", "1800", "-p", "rounding", "up", "-p", "inputs", "../x"],
        ["no parameter “yeer”", "1800 is outside", "“up” is not one of", "“../x” cannot name"],
    ),
]


@pytest.mark.parametrize(
    "arguments, said", BAD, ids=lambda value: " ".join(value[1:]) if value[0] == "-p" else ""
)
def test_a_bad_parameter_ends_with_2_and_nothing_is_written(built, ictindex, arguments, said):
    before = everything(built)
    ended = ictindex("run", EGDI, *arguments, project=built)
    assert [text for text in said if text not in ended.err] == []
    assert (ended.code, ended.out) == (2, "")
    assert everything(built) == before


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            "year: 2018",
            'year: "2018"',
            ["parameters/egdi-2018.yaml, key year: '2018' is not a whole number"],
        ),
        ("year: 2018", "yeer: 2018", ["parameters/egdi-2018.yaml, key yeer", "did you mean “year”"]),
        ("year: 2018", "year: 1800", ["parameters/egdi-2018.yaml, key year: 1800 is outside"]),
        ("year: 2018", "year: 2018\nyear: 2019", ["row 5", "“year” is written twice"]),
        ("year: 2018", "year:\t2018\n\tx: 1", ["row 5", "a tab stands where"]),
        ("rounding: half_up", "rounding: half_up\nties: max", ["no parameter “ties”"]),
        (
            "edition: egdi-2018",
            "edition: egdi-2016",
            ["the edition is called “egdi-2016”, but this is “egdi-2018”"],
        ),
        ("year: 2018", "year: [2018", ["this is not YAML"]),
    ],
)
def test_a_bad_parameter_file_ends_with_2_and_nothing_is_written(built, ictindex, old, new, said):
    edit(built.parameters(EGDI), old, new)
    before = everything(built)
    ended = ictindex("run", EGDI, project=built)
    assert [text for text in said if text not in ended.err] == []
    assert (ended.code, ended.out) == (2, "")
    assert everything(built) == before


@pytest.mark.parametrize(
    "text, said", [("yeer: 1\n", "“yeer”"), ("- 1\n", "names and values"), ("a: b: c", "not YAML")]
)
def test_a_bad_further_file_ends_with_2_whatever_its_name(built, ictindex, tmp_path, text, said):
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    before = everything(built)
    ended = ictindex("run", EGDI, "-f", file, project=built)
    assert said in ended.err and "mine.yaml" in ended.err
    assert (ended.code, ended.out) == (2, "")
    assert everything(built) == before


def test_a_rule_that_the_methodology_fixes_cannot_be_set_even_where_the_notebook_has_it(built, ictindex):
    edit(
        built.methodology("egdi"),
        "rounding:\n    open: half_up\n    why_vi: >-",
        "rounding: half_up\n  label_vj: >-",
    )
    text = built.methodology("egdi").read_text("utf-8")
    start = text.index("  label_vj")
    built.methodology("egdi").write_text(text[:start] + text[text.index("\nranking:") :], "utf-8")
    ended = ictindex("run", EGDI, "-p", "rounding", "down", project=built)
    assert "the methodology fixes “rounding”; a run cannot change it" in ended.err
    assert ended.code == 2


@pytest.mark.parametrize(
    "edition, said",
    [
        ("egdi-2081", "there is no edition “egdi-2081”. → did you mean “egdi-2018”"),
        ("../egdi-2018", "“../egdi-2018” cannot name a file here"),
        ("parameters/egdi-2018.yaml", "cannot name a file here"),
        ("", "cannot name a file here"),
    ],
)
def test_an_edition_that_is_none_ends_with_2(built, ictindex, edition, said):
    before = everything(built)
    ended = ictindex("run", edition, project=built)
    assert said in ended.err
    assert (ended.code, ended.out) == (2, "")
    assert everything(built) == before


def test_all_that_is_wrong_with_several_editions_is_named_at_once_and_once(built, ictindex):
    edit(built.parameters(MINI), "year: 2020", "year: 1800")
    before = everything(built)
    ended = ictindex("run", EGDI, MINI, "egdi-2081", "-p", "yeer", "1", project=built)
    assert ended.err.count("no parameter “yeer”") == 1
    assert "parameters/mini-2020.yaml, key year: 1800 is outside" in ended.err
    assert "there is no edition “egdi-2081”" in ended.err
    assert (ended.code, ended.out) == (2, "")
    assert everything(built) == before


def test_a_notebook_that_is_none_is_found_before_a_kernel_starts(built, ictindex):
    built.notebook(MINI).write_text("{")
    before = everything(built)
    ended = ictindex("run", MINI, project=built)
    assert "notebooks/mini-2020.ipynb, row 1: this is not JSON" in ended.err
    assert ended.code == 1
    assert everything(built) == before


# --- inputs -----------------------------------------------------------------------------------------------


def rewrite(name, change):
    """A change of one input file of egdi-2018, byte by byte."""
    return lambda project: (path := project.inputs(EGDI) / name).write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "spoil, said",
    [
        (
            rewrite("answers.csv", lambda b: b.replace(b"AFG,osi,0.3056", b"AFG,osi,1.7")),
            ["row 2, column value", "1.7"],
        ),
        (
            rewrite("answers.csv", lambda b: b.replace(b"AFG,osi,0.3056", b'AFG,osi,"0,3056"')),
            ["row 2, column value"],
        ),
        (
            rewrite("entities.csv", lambda b: b + b"AFG,Khac,Other\n"),
            ["row 195, column entity", "first in row 2"],
        ),
        (rewrite("entities.csv", lambda b: b.decode().encode("utf-16")), ["entities.csv", "UTF-8"]),
        (rewrite("sources.yaml", lambda b: b + b"status: published\n"), ["“status” is written twice"]),
        (
            lambda project: (project.inputs(EGDI) / "answers.csv").unlink(),
            ["answers.csv: the file is not there"],
        ),
        (
            lambda project: edit(
                project.methodology("egdi"),
                "  compare_on: points\n",
                "  compare_on: points\n  aggregate: sum\n",
            ),
            ["parameters/methodologies/egdi.yaml, row 27", "“aggregate” is written twice"],
        ),
    ],
)
def test_bad_inputs_end_with_1_with_place_and_remedy_and_the_last_good_annex_stays(
    built, ictindex, contents_of, spoil, said
):
    spoil(built)
    before = contents_of(built.root)
    ended = ictindex("run", EGDI, project=built)
    assert [text for text in said if text not in ended.err] == []
    assert " → " in ended.err
    assert (ended.code, ended.out) == (1, "")
    assert contents_of(built.root) == before


def test_one_edition_that_is_refused_does_not_keep_another_from_being_built(built, ictindex):
    (built.inputs(EGDI) / "answers.csv").unlink()
    shutil.rmtree(built.root / "outputs")
    ended = ictindex("run", EGDI, MINI, project=built)
    assert (ended.code, ended.out) == (1, "outputs/mini-2020\n")
    assert sorted(os.listdir(built.root / "outputs")) == [".building", ".concluded", ".locks", MINI]


# --- disks ------------------------------------------------------------------------------------------------


def full(*arguments, **named):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "room, name",
    [(run, "write_whole"), (run.swap, "replace_folder"), (run, "_keep_failed")],
)
def test_a_full_disk_is_reported_and_the_last_good_annex_stays(
    built, ictindex, contents_of, add_cell, monkeypatch, room, name
):
    if name == "_keep_failed":
        add_cell(built, MINI, "1 / 0")
    before = contents_of(built.root)
    monkeypatch.setattr(room, name, full)
    ended = ictindex("run", MINI, "--force", project=built)
    assert "outputs/mini-2020: it cannot be written: No space left on device" in ended.err
    assert "Traceback" not in ended.err
    assert (ended.code, ended.out) == (1, "")
    assert contents_of(built.root) == before
    assert os.listdir(built.building) == []


def test_outputs_that_may_not_be_written_are_reported(mini, ictindex, monkeypatch):
    real = os.mkdir

    def mkdir(
        path, *arguments, **named
    ):  # root may write everywhere, so that no chmod keeps it from outputs/
        if "outputs" in Path(path).parts:
            raise PermissionError(13, "Permission denied", str(path))
        real(path, *arguments, **named)

    monkeypatch.setattr(os, "mkdir", mkdir)
    ended = ictindex("run", MINI, project=mini)
    assert ": it cannot be written: Permission denied" in ended.err
    assert " → see that the disk has room and that you may write here" in ended.err
    assert (ended.code, ended.out) == (1, "")


def test_outputs_that_are_no_folder_are_reported(mini, ictindex):
    (mini.root / "outputs").write_text("")
    ended = ictindex("run", MINI, project=mini)
    assert "it cannot be written" in ended.err
    assert (ended.code, ended.out) == (1, "")


# --- killed and interrupted -------------------------------------------------------------------------------

PATIENCE = 120.0  # seconds that a busy machine is given: what hangs does so for ever


@pytest.fixture(scope="module")
def forking():
    process = Forking()
    yield process
    process.end()


@pytest.fixture
def start(forking, tmp_path):
    """Runs of mini-2020 as processes of their own: start(project) or start(project, code, …)."""
    started = []

    def go(project, code=COMMAND, *words):
        said = tmp_path / f"said-{len(started)}"
        started.append(Forked(forking, code, [*words, "run", MINI, "--force"], project.root, said))
        return started[-1]

    yield go
    for process in started:
        process.kill()
        end_of(process)


def end_of(process):
    """How it ended; fail when it does not in time."""
    wait_for(lambda: process.poll() is not None)
    return process.poll()


def wait_for(condition, seconds=PATIENCE):
    """Wait until something holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not (holds := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
    return holds


def kernels_of(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def staged(project, *names):
    """Whether the run has come so far that these lie in its folder aside."""
    return lambda: [found for name in names for found in project.building.glob(f"{MINI}.*/{name}")]


@pytest.fixture(autouse=True)
def short_tmp(monkeypatch):
    """What a killed process leaves in the folder for temporary files goes with the test."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.fixture
def slow(built, add_cell):
    """The built project, whose notebook now takes a minute, and says when it has come so far."""
    add_cell(
        built,
        MINI,
        "import os, time, pathlib\npathlib.Path(os.environ['TMPDIR'], 'slow').touch()\ntime.sleep(60)",
    )
    return built


def good(project):
    """The manifest's digests alone: its source notebook may have been changed since."""
    folder = project.output(MINI)
    return [*bad_files(folder, "", read_manifest(folder, ""))] == []


def test_a_kill_at_any_moment_leaves_the_last_good_annex_and_no_kernel(built, start, contents_of):
    """But while a cell runs, which is the next test's."""
    before = contents_of(built.output(MINI))
    moments = {
        "before anything is written": lambda: True,
        "the kernel has started": None,
        "pages are being written": staged(built, "annex"),
    }
    for moment, reached in moments.items():
        process = start(built)
        reached = reached or (lambda process=process: kernels_of(process))
        wait_for(lambda process=process, reached=reached: process.poll() is not None or reached())
        kernels = kernels_of(process)
        process.kill()
        assert end_of(process) in (-signal.SIGKILL, 0), moment  # the last may have been done too soon
        assert gone(kernels, 10), moment
        after = contents_of(built.output(MINI))
        assert {n: d for n, d in after.items() if n != "run.json"} == {
            n: d for n, d in before.items() if n != "run.json"
        }, moment
        assert good(built), moment
    assert verification.verify(built.output(MINI), built) == []
    assert build(built, MINI)[0].status == "built"
    assert os.listdir(built.building) == []
    assert verification.verify(built.output(MINI), built) == []


def test_a_kill_while_a_cell_runs_leaves_the_last_good_annex_and_no_kernel(
    slow, start, contents_of, short_tmp
):
    before = contents_of(slow.output(MINI))
    process = start(slow)
    wait_for((short_tmp / "slow").exists)
    kernels = wait_for(lambda: kernels_of(process))
    process.kill()
    end_of(process)
    assert gone(kernels, 10)
    assert contents_of(slow.output(MINI)) == before


def test_two_runs_of_one_edition_at_the_same_time_do_each_other_no_harm(mini, start, ictindex, monkeypatch):
    """Two processes: the other one, and this one while that is at work."""
    monkeypatch.setenv("ICTINDEX_PATIENCE", "300")
    other = start(mini)
    wait_for(staged(mini, "executed.ipynb"))
    ended = ictindex("run", MINI, "--force", project=mini)
    assert (ended.code, ended.out) == (0, "outputs/mini-2020\n")
    assert (end_of(other), other.said[0]) == (0, "outputs/mini-2020\n")
    assert verification.verify(mini.output(MINI), mini) == []
    assert os.listdir(mini.building) == []


def test_a_run_does_not_read_what_another_command_is_changing_and_says_who_it_is(
    built, ictindex, contents_of, monkeypatch
):
    before = contents_of(built.root)
    monkeypatch.setenv("ICTINDEX_PATIENCE", "0.1")
    with hold(built, MINI):
        with ThreadPoolExecutor(1) as other:
            ended = other.submit(ictindex, "run", MINI, project=built).result()
        assert f"another command works on “mini-2020”: process {os.getpid()} on " in ended.err
    assert (ended.code, ended.out) == (1, "")
    assert contents_of(built.root) == before


def test_inputs_that_are_changed_while_an_annex_is_built_from_them_are_named_and_the_old_annex_stays(
    built, contents_of, monkeypatch
):
    before = contents_of(built.output(MINI))
    real = publish.html

    def html(*arguments):
        edit(built.inputs(MINI) / "answers.csv", "A,staff,100", "A,staff,101")
        return real(*arguments)

    monkeypatch.setattr(publish, "html", html)
    (result,) = build(built, MINI)
    assert [(f.code, f.file) for f in result.findings] == [("source-changed", "inputs/mini-2020/answers.csv")]
    assert contents_of(built.output(MINI)) == before


def test_a_built_folder_that_lost_a_file_meanwhile_is_not_exchanged_for_the_good_one(
    built, contents_of, monkeypatch
):
    before, real = contents_of(built.output(MINI)), run._refuse_changed_sources

    def lose(e):
        (lost,) = built.building.glob(f"{MINI}.*/annex/results/ranking.csv")
        lost.unlink()
        real(e)

    monkeypatch.setattr(run, "_refuse_changed_sources", lose)
    (result,) = build(built, MINI)
    assert [(f.code, f.file) for f in result.findings] == [
        ("staging-incomplete", "outputs/mini-2020/results/ranking.csv")
    ]
    assert contents_of(built.output(MINI)) == before


SWAPPING = """
import os, sys, time
from ictindex.basics import swap
from ictindex.cli.main import main

def wait(step):
    print(step, flush=True)
    time.sleep(60)

if sys.argv.pop(1) == "in two renames":
    swap._exchange = lambda one, other: False
real_rename, real_exchange, real_rmtree = os.rename, swap._exchange, swap.shutil.rmtree
steps = sys.argv.pop(1)

def exchange(one, other):
    done = real_exchange(one, other)
    if done and steps == "after":
        wait("after")
    return done

def rename(one, other):
    real_rename(one, other)
    if str(other).endswith(".old") and steps == "between":
        wait("between")

swap._exchange, swap.os.rename = exchange, rename
main(sys.argv[1:])
"""


# before, and after two renames, a folder is as whole as any other: see tests/basics/test_swap.py
@pytest.mark.parametrize("way, moment", [("in one step", "after"), ("in two renames", "between")])
def test_a_kill_while_the_folders_change_places_leaves_a_whole_annex(built, start, way, moment):
    if way == "in one step" and sys.platform != "linux":
        pytest.skip("there may be no exchange in one step here")
    process = start(built, SWAPPING, way, moment)
    wait_for(lambda: process.said[0] == f"{moment}\n")
    process.kill()
    end_of(process)
    with hold(built, MINI):  # as the next run does first
        pass
    assert verification.verify(built.output(MINI), built) == []
    assert sorted(os.listdir(built.root / "outputs")) == [".building", ".locks", MINI]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130_and_leaves_no_kernel_and_nothing_half_written(
    slow, start, contents_of, short_tmp, sent
):
    before = contents_of(slow.root)
    process = start(slow)
    wait_for((short_tmp / "slow").exists)
    kernels = wait_for(lambda: kernels_of(process))
    process.send_signal(sent)
    code, (out, err) = end_of(process), process.said
    assert (code, out) == (130, "")
    assert "interrupted" in err and "Traceback" not in err
    assert gone(kernels, 10)
    assert contents_of(slow.root) == before
    assert os.listdir(slow.building) == []


EXECUTING = """
import sys
from ictindex.annex import verification
verification.verify = lambda folder, project: []
from ictindex.cli.start import main
sys.argv[1:] = ["verify", "--execute", "outputs/mini-2020"]
main()
"""


def test_an_interrupted_verification_ends_with_130_and_leaves_no_kernel(slow, start, short_tmp):
    """By Ctrl-C; another signal is the same to every command, as a run shows above."""
    process = start(slow, EXECUTING)
    wait_for((short_tmp / "slow").exists)
    kernels = wait_for(lambda: kernels_of(process))
    process.send_signal(signal.SIGINT)
    code, (out, err) = end_of(process), process.said
    assert (code, out) == (130, ""), err
    assert "interrupted" in err and "Traceback" not in err
    assert gone(kernels, 10)
    assert not list(short_tmp.glob("ictindex-*"))


def test_a_run_interrupted_before_its_kernel_answers_starts_none_after(slow, start, contents_of):
    before = contents_of(slow.root)
    process = start(slow)
    kernels = wait_for(lambda: kernels_of(process))
    process.send_signal(signal.SIGINT)
    assert end_of(process) == 130
    assert gone(kernels, 10)
    assert contents_of(slow.root) == before


@pytest.fixture
def interrupt():
    """Interrupt the main thread from another one, as Ctrl-C does, and wait until it has heard.

    With a handler of our own, for a shell has whatever it runs in the background ignore Ctrl-C.
    """
    heard = threading.Event()

    def handler(*_):
        heard.set()
        raise KeyboardInterrupt

    def send():
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.wait(60)
        time.sleep(0.2)

    before = signal.signal(signal.SIGINT, handler)
    yield send
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_while_pages_are_made_changes_nothing(built, contents_of, monkeypatch, interrupt):
    before = contents_of(built.root)
    real = publish.html

    def html(*arguments):
        interrupt()
        return real(*arguments)

    monkeypatch.setattr(publish, "html", html)
    with pytest.raises(KeyboardInterrupt):
        build(built, MINI)
    assert contents_of(built.root) == before
    assert os.listdir(built.building) == []


def test_a_plan_for_nothing_at_all_is_refused_by_its_names(mini):
    with pytest.raises(Refused):
        plans.plan(["nothing"], mini, {})


def test_a_large_table_stands_beside_the_page_as_parquet_and_csv_and_no_byte_of_either_changes_unseen(mini):
    cell = "import pandas as pd\nict.table('many', pd.DataFrame({'n': range(5_001), 'half': '1/2'}))"
    add_cells(mini, "mini-2020", {"many": cell}, before="trust")
    assert build(mini, "mini-2020")[0].status == "built"
    output = mini.output("mini-2020")
    assert (output / "annex.ipynb").read_text("utf-8").count("1/2") < 3_000
    recorded = json.loads((output / "manifest.json").read_bytes())["outputs"]
    many = [output / f"results/many.{ending}" for ending in ("parquet", "csv")]
    assert all(f"results/{path.name}" in recorded for path in many)
    assert many[1].read_text("utf-8").count("\n") == 1 + 5_001
    assert verification.verify(output, mini) == []
    for path in many:
        data = path.read_bytes()
        path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    named = {finding.file for finding in verification.verify(output, mini)}
    assert named >= {f"outputs/mini-2020/results/{path.name}" for path in many}
