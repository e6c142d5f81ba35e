"""Nobody changes an annex unseen: not a byte, not a number with every digest forged to fit."""

import hashlib
import json
import os
import shutil
import subprocess

import pytest

from ictindex.annex import output_folder, verification
from ictindex.annex.provenance import canonical_json
from ictindex.basics.project import Project
from ictindex.run import plans
from ictindex.run import runs as run

MINI, EGDI = "mini-2020", "egdi-2018"


def verify(project, edition=MINI):
    return verification.verify(project.output(edition), project)


def named(findings):
    """The files that findings name."""
    return {finding.file for finding in findings}


def codes(findings):
    return {finding.code for finding in findings}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def seal(record, key):
    """The record as somebody writes it who knows how digests are made."""
    rest = {name: value for name, value in record.items() if name != key}
    text = json.dumps(rest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {**rest, key: sha256(text.encode())}


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def forge(folder, **changes):
    """Make every digest of a folder fit what now lies in it."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in manifest["outputs"]:
        data = (folder / name).read_bytes()
        manifest["outputs"][name] = {"sha256": sha256(data), "size": len(data)}
    manifest = seal({**manifest, **changes}, "root")
    write_json(folder / "manifest.json", manifest)
    record = json.loads((folder / "run.json").read_bytes())
    write_json(folder / "run.json", seal({**record, "manifest_root": manifest["root"]}, "sha256"))


def edit(path, old, new):
    """Replace a text that stands in a file once or more, its first time."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


# --- the good folder --------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", [EGDI, MINI])
def test_what_was_built_verifies(built_once, edition):
    assert verify(built_once, edition) == []


def test_a_copy_elsewhere_verifies_against_the_project(built_once, tmp_path):
    shutil.copytree(built_once.output(MINI), tmp_path / "received")
    assert verification.verify(tmp_path / "received", built_once) == []


def test_a_project_that_was_moved_verifies(built, tmp_path):
    moved = shutil.move(built.root, tmp_path / "khác chỗ")
    assert verify(type(built)(moved)) == []


def test_an_annex_under_another_editions_name_is_found(built):
    os.rename(built.output(MINI), built.output("mini-2021"))
    (finding,) = verify(built, "mini-2021")
    assert (finding.code, finding.file) == ("edition-differs", "outputs/mini-2021")


def test_verification_starts_no_process(built_once, monkeypatch):
    def no(*arguments, **named):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess.Popen, "__init__", no)
    monkeypatch.setattr("jupyter_client.manager.KernelManager._async_start_kernel", no)
    assert verify(built_once) == []


def test_verification_writes_nothing(built, contents_of):
    before = contents_of(built.root), [path.stat().st_mtime_ns for path in sorted(built.root.rglob("*"))]
    verify(built)
    assert (contents_of(built.root), [p.stat().st_mtime_ns for p in sorted(built.root.rglob("*"))]) == before


# --- one byte ---------------------------------------------------------------------------------------------

SOURCES = [
    "inputs/mini-2020/answers.csv",
    "inputs/mini-2020/entities.csv",
    "inputs/mini-2020/sources.yaml",
    "notebooks/mini-2020.ipynb",
    "parameters/methodologies/mini.yaml",
    "parameters/mini-2020.yaml",
]


def files_of(project):
    """Every file that an annex consists of or is made from."""
    folder = project.output(MINI)
    outputs = [path.relative_to(project.root).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted([*outputs, *SOURCES])


def test_the_manifest_names_every_file_but_itself_and_the_record(built_once):
    manifest = json.loads((built_once.output(MINI) / "manifest.json").read_bytes())
    unnamed = {"outputs/mini-2020/manifest.json", "outputs/mini-2020/run.json"}
    listed = [*manifest["sources"], *(f"outputs/mini-2020/{name}" for name in manifest["outputs"])]
    assert sorted(listed) == [file for file in files_of(built_once) if file not in unnamed]
    assert list(manifest["sources"]) == SOURCES


@pytest.fixture
def digests_alone(monkeypatch):
    """What is found even where nothing is recomputed."""
    monkeypatch.setattr(verification, "_bad_recomputation", lambda *arguments: ())


def test_a_byte_flipped_in_any_file_is_found_and_the_file_named(built, digests_alone):
    unseen = []
    for file in files_of(built):
        path = built.root / file
        good = path.read_bytes()
        for at in {0, len(good) // 2, len(good) - 1}:
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            unseen += [] if file in named(verify(built)) else [(file, at)]
        path.write_bytes(good)
    assert unseen == []
    assert verify(built) == []


def test_any_file_that_is_missing_empty_or_a_folder_is_found_and_named(built, digests_alone):
    unseen = []
    for file in files_of(built):
        path = built.root / file
        good = path.read_bytes()
        path.unlink()
        if not named(verify(built)) & {
            file,
            "outputs/mini-2020",
        }:  # without a manifest it is the folder that is bad
            unseen.append(f"{file} missing")
        path.mkdir()
        unseen += [] if file in named(verify(built)) else [f"{file} a folder"]
        path.rmdir()
        path.write_bytes(b"")
        unseen += [] if file in named(verify(built)) else [f"{file} empty"]
        path.write_bytes(good)
    assert unseen == []
    assert verify(built) == []


def test_every_file_that_was_changed_is_named_at_once(free):
    folder = free.output(MINI)
    changed = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    for path in changed:
        path.write_bytes(path.read_bytes() + b" ")
    assert named(verify(free)) >= {path.relative_to(free.root).as_posix() for path in changed}


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: (folder / "stray.txt").write_text("x"),
        lambda folder: (folder / "results" / "stray.csv").write_text("x"),
        lambda folder: (folder / ".hidden").write_text("x"),
        lambda folder: (folder / "stray").mkdir(),
        lambda folder: (folder / "stray").symlink_to("/etc"),
        lambda folder: (folder / "stray").symlink_to("nowhere"),
    ],
)
def test_anything_that_the_manifest_does_not_name_is_found(built, make):
    make(built.output(MINI))
    (finding,) = verify(built)
    assert finding.code == "file-unlisted"
    assert finding.file.startswith("outputs/mini-2020/")


def test_inputs_that_are_refused_are_reported_besides_their_digest(built):
    edit(built.inputs(MINI) / "answers.csv", "A,portal,30", "A,portal,3O")
    findings = verify(built)
    assert codes(findings) == {"digest-differs", "not-a-number"}
    assert named(findings) == {"inputs/mini-2020/answers.csv"}


# --- forged to fit ----------------------------------------------------------------------------------------


def test_forging_alone_changes_nothing(built):
    before = (built.output(MINI) / "manifest.json").read_bytes()
    forge(built.output(MINI))
    assert (built.output(MINI) / "manifest.json").read_bytes() == before
    assert verify(built) == []


def test_a_forged_number_in_the_ranking_is_named_by_file_row_and_column(built):
    folder = built.output(MINI)
    edit(folder / "results" / "ranking.csv", ",1,0.640,", ",1,0.641,")
    forge(folder)
    findings = verify(built)
    (cell,) = [finding for finding in findings if finding.code == "cell-differs"]
    assert (cell.file, cell.row, cell.column) == ("outputs/mini-2020/results/ranking.csv", 2, "printed")
    assert cell.facts == {"got": "0.641", "wanted": "0.640"}
    assert codes(findings) == {"cell-differs", "manifest-differs"}


def test_two_forged_rows_that_were_exchanged_are_named(built):
    folder = built.output(MINI)
    path = folder / "results" / "ranking.csv"
    head, one, two, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([head, two, one, *rest]), "utf-8")
    forge(folder)
    assert {f.row for f in verify(built) if f.code == "cell-differs"} == {2, 3}


def test_a_forged_row_more_or_less_is_named(built):
    folder = built.output(MINI)
    path = folder / "results" / "ranking.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    forge(folder)
    (rows,) = [finding for finding in verify(built) if finding.code == "rows-differ"]
    assert (rows.file, rows.facts) == ("outputs/mini-2020/results/ranking.csv", {"got": 5, "wanted": 6})


@pytest.mark.parametrize("stray", ['"', "\r", "\0", "\x1a", ",", "\n\n", '"' + 140_000 * "x"])
def test_a_forged_table_that_is_no_table_any_more_is_named(built, stray):
    folder = built.output(MINI)
    path = folder / "results" / "points.csv"
    path.write_bytes(path.read_bytes()[:99] + stray.encode() + path.read_bytes()[99:])
    forge(folder)
    assert "outputs/mini-2020/results/points.csv" in named(verify(built))


@pytest.mark.parametrize(
    "name", ["evidence.html", "charts/bars.svg", "charts/bars.csv", "results/columns.csv"]
)
def test_a_forged_letter_in_any_kind_of_file_is_found(built, name):
    path = built.output(MINI) / name
    edit(path, "e", "е")  # the second is Cyrillic
    forge(path.parents[name.count("/")])
    assert f"outputs/mini-2020/{name}" in named(verify(built))


def test_another_editions_workbook_is_found(built, built_once):
    shutil.copy(built_once.output(EGDI) / "annex.xlsx", built.output(MINI) / "annex.xlsx")
    forge(built.output(MINI))
    assert ("page-differs", "outputs/mini-2020/annex.xlsx") in [(f.code, f.file) for f in verify(built)]


# --- the executed notebook, forged to fit -----------------------------------------------------------------


@pytest.fixture(scope="module")
def one_copy(built_once, tmp_path_factory):
    root = tmp_path_factory.mktemp("lent") / "built"
    shutil.copytree(built_once.root, root)
    return Project(root)


@pytest.fixture
def lent(one_copy):
    """One built project for many tests, which may change its notebook, manifest and record: all come back."""
    changed = [one_copy.output(MINI) / name for name in ("annex.ipynb", "manifest.json", "run.json")]
    good = [path.read_bytes() for path in changed]
    yield one_copy
    for path, data in zip(changed, good, strict=True):
        path.write_bytes(data)


@pytest.fixture
def forged(lent):
    """forged(change) lets a function change the notebook's cells, makes all digests fit, and verifies."""
    folder = lent.output(MINI)

    def change_cells(change, **manifest):
        annex = json.loads((folder / "annex.ipynb").read_bytes())
        cells = {cell["id"]: cell for cell in annex["cells"]}
        changed = change(cells, annex)
        write_json(folder / "annex.ipynb", annex if changed is None else changed)
        forge(folder, **manifest)
        return [f for f in verify(lent) if f.file == "outputs/mini-2020/annex.ipynb"]

    return change_cells


def data(cell):
    return cell["outputs"][0]["data"]


MIME = "application/vnd.ictindex.v1+json"


def test_a_forged_number_in_the_notebooks_table_is_named_by_cell_row_and_column(forged):
    """Payload, page and every file forged alike: the core worked out again finds it."""
    at = []

    def change(cells, annex):
        at.append(1 + annex["cells"].index(cells["ranking"]))
        payload = data(cells["ranking"])[MIME]
        assert ",1,0.640," in payload["csv"]
        payload["csv"] = payload["csv"].replace(",1,0.640,", ",1,0.940,")
        data(cells["ranking"])["text/html"] = [
            line.replace(">0,640<", ">0,940<") for line in data(cells["ranking"])["text/html"]
        ]

    (cell,) = [finding for finding in forged(change) if finding.code == "cell-differs"]
    assert cell.facts == {"got": "0.940", "wanted": "0.640"}
    assert (cell.row, cell.column) == (1, f"cell {at[0]}, printed")


def test_a_page_that_shows_another_number_than_its_data_is_named_by_cell(forged):
    at = []

    def change(cells, annex):
        at.append(1 + annex["cells"].index(cells["ranking"]))
        page = data(cells["ranking"])["text/html"]
        assert "0,640" in page[0]
        page[0] = page[0].replace("0,640", "0,940", 1)

    (finding,) = forged(change)
    assert (finding.code, finding.column) == ("output-broken", f"cell {at[0]}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            lambda cells, annex: data(cells["ranking"])[MIME].update(shown=1), "output-broken", id="payload"
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"])[MIME].update(more=1),
            "output-broken",
            id="payload, more",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({"text/plain": ["x"]}),
            "output-broken",
            id="text",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({"text/latex": ["x"]}),
            "output-broken",
            id="another kind",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).pop("text/html"), "output-broken", id="a kind less"
        ),
        pytest.param(
            lambda cells, annex: data(cells["chart"])["image/svg+xml"].pop(), "output-broken", id="chart"
        ),
        pytest.param(
            lambda cells, annex: data(cells["open"])[MIME]["headline"].append("x"),
            "head-differs",
            id="headline",
        ),
        pytest.param(
            lambda cells, annex: data(cells["open"])[MIME].update(state="CHÍNH THỨC"),
            "head-differs",
            id="state",
        ),
        pytest.param(
            lambda cells, annex: data(cells["open"]).update({"text/html": ["x"]}), "head-differs", id="head"
        ),
        pytest.param(lambda cells, annex: cells["open"]["outputs"].clear(), "no-head", id="no head"),
        pytest.param(lambda cells, annex: cells["points"]["outputs"].clear(), "core-missing", id="no points"),
        pytest.param(
            lambda cells, annex: cells["ranking"]["outputs"].clear(), "core-missing", id="output removed"
        ),
        pytest.param(
            lambda cells, annex: cells["ranking"]["outputs"].append(cells["ranking"]["outputs"][0]),
            "item-twice",
            id="shown twice",
        ),
        pytest.param(
            lambda cells, annex: cells["ranking"].update(outputs=cells["criteria"]["outputs"]),
            "item-twice",
            id="another table",
        ),
        pytest.param(
            lambda cells, annex: cells["chart"].update(outputs=cells["ranking"]["outputs"]),
            "item-twice",
            id="no chart",
        ),
        pytest.param(
            lambda cells, annex: cells["ranking"]["outputs"][0].update(more=1),
            "output-broken",
            id="output, more",
        ),
        pytest.param(
            lambda cells, annex: cells["ranking"]["outputs"][0].pop("metadata"),
            "output-broken",
            id="output, less",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({MIME: [1]}),
            "core-missing",
            id="payload a list",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({MIME: {"kind": []}}),
            "core-missing",
            id="payload odd",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({"text/html": 5}),
            "output-broken",
            id="html a number",
        ),
        pytest.param(
            lambda cells, annex: data(cells["ranking"]).update({"text/html": [5]}),
            "output-broken",
            id="html of numbers",
        ),
        pytest.param(lambda cells, annex: cells["open"]["source"].append("\n"), "cells-differ", id="code"),
        pytest.param(
            lambda cells, annex: cells["title"]["source"].append("Đã kiểm tra."), "cells-differ", id="prose"
        ),
        pytest.param(
            lambda cells, annex: cells["injected-parameters"]["source"].append("x = 1\n"),
            "cells-differ",
            id="parameters",
        ),
        pytest.param(lambda cells, annex: annex["cells"].pop(), "cells-differ", id="a cell less"),
        pytest.param(
            lambda cells, annex: annex["cells"].append(cells["title"]), "cells-differ", id="a cell more"
        ),
        pytest.param(
            lambda cells, annex: annex["cells"].append(
                {**cells["injected-parameters"], "execution_count": 99}
            ),
            "cells-differ",
            id="a parameters cell more",
        ),
        pytest.param(lambda cells, annex: annex["cells"].reverse(), "cells-differ", id="order"),
        pytest.param(
            lambda cells, annex: cells["title"].update(cell_type="raw"), "cells-differ", id="kind of cell"
        ),
        pytest.param(lambda cells, annex: cells["title"].update(id="other"), "cells-differ", id="id"),
        pytest.param(
            lambda cells, annex: cells["title"].update(attachments={}), "page-differs", id="attachment"
        ),
        pytest.param(
            lambda cells, annex: cells["title"]["metadata"].update(tags=["hide"]), "cells-differ", id="tag"
        ),
        pytest.param(
            lambda cells, annex: cells["title"]["metadata"].update(x=1), "page-differs", id="cell metadata"
        ),
        pytest.param(
            lambda cells, annex: annex["metadata"].update(x=1), "page-differs", id="notebook metadata"
        ),
        pytest.param(lambda cells, annex: annex.update(nbformat_minor=4), "page-differs", id="format"),
        pytest.param(
            lambda cells, annex: cells["ranking"].update(execution_count=1), "counts-differ", id="count"
        ),
        pytest.param(
            lambda cells, annex: cells["ranking"].update(execution_count=None),
            "counts-differ",
            id="not executed",
        ),
        pytest.param(
            lambda cells, annex: cells["parameters"].update(execution_count=9),
            "counts-differ",
            id="count, no output",
        ),
        pytest.param(lambda cells, annex: {"nbformat": 4, "cells": []}, "cells-differ", id="nothing left"),
        pytest.param(lambda cells, annex: {"nbformat": 4, "cells": [1]}, "not-a-notebook", id="no notebook"),
        pytest.param(lambda cells, annex: [], "not-a-notebook", id="not even that"),
    ],
)
def test_whatever_is_forged_in_the_executed_notebook_is_found(forged, change, told):
    def apply(cells, annex):
        changed = change(cells, annex)
        return changed if changed == [] or (isinstance(changed, dict) and "nbformat" in changed) else None

    assert told in {finding.code for finding in forged(apply)}


def test_the_notebook_with_another_line_end_is_found(lent):
    path = lent.output(MINI) / "annex.ipynb"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    forge(lent.output(MINI))
    assert "outputs/mini-2020/annex.ipynb" in named(verify(lent))


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"parameters": {"rank_on": "unrounded"}}, "cells-differ"),
        ({"parameters": {"year": 2021}}, "edition-differs"),
        ({"parameters": {"year": 1800}}, "parameter-range"),
        ({"parameters": {"year": "2020"}}, "parameter-type"),
        ({"parameters": {"yeer": 2020}}, "parameter-unknown"),
        ({"parameters": {"project": "x"}}, "parameter-unknown"),
        ({"parameters": {"inputs": "../../secret"}}, "not-a-name"),
        ({"parameters": {"inputs": "egdi-2018"}}, "column-missing"),
        ({"parameters": {"methodology": "../x"}}, "not-a-name"),
        ({"parameters": {"previous": [1]}}, "parameter-type"),
        ({"edition": EGDI}, "parameter-unknown"),
        ({"edition": "mini-1999"}, "no-file"),
        ({"changed_parameters": {"year": 1}}, "manifest-differs"),
        ({"state": {"label": "CHÍNH THỨC", "why": []}}, "manifest-differs"),
        ({"place": "mini-2021"}, "edition-differs"),
        ({"more": 1}, "manifest-differs"),
        ({"package": {"name": "ictindex", "version": "9.9"}}, "other-version"),
        ({"sources": {}}, "manifest-differs"),
        ({"outputs": {}}, "file-unlisted"),
    ],
)
def test_whatever_is_forged_in_the_manifest_is_found(lent, changes, code):
    folder = lent.output(MINI)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if "parameters" in changes:
        changes = {"parameters": manifest["parameters"] | changes["parameters"]}
    forge(folder, **changes)
    if "outputs" in changes:
        write_json(folder / "manifest.json", seal({**manifest, **changes}, "root"))
    assert code in codes(verify(lent))


# --- payloads that no word of ours makes ------------------------------------------------------------------


ODD = {
    "no columns": lambda p: p.update(columns=[]),
    "a column that is a word": lambda p: p.update(columns=["ranking"]),
    "a column too few": lambda p: p["columns"].pop(),
    "a column of too many parts": lambda p: p["columns"][0].append(1),
    "a kind that there is not": lambda p: p["columns"][0].__setitem__(2, "date"),
    "a kind that is a list": lambda p: p["columns"][0].__setitem__(2, []),
    "a heading that is a number": lambda p: p["columns"][0].__setitem__(1, 5),
    "two columns of one name": lambda p: p["columns"][1].__setitem__(0, p["columns"][0][0]),
    "no CSV": lambda p: p.pop("csv"),
    "a CSV that is a number": lambda p: p.update(csv=5),
    "a CSV of nothing": lambda p: p.update(csv=""),
    "a CSV without rows": lambda p: p.update(csv=p["csv"].partition("\n")[0] + "\n"),
    "a CSV with a quotation mark open": lambda p: p.update(csv=p["csv"] + '"'),
    "a field too long": lambda p: p.update(csv=p["csv"] + '"' + "x" * 140_000),
    "a number that is none": lambda p: p.update(csv=p["csv"].replace("0.640", "NaN")),
    "a number that is endless": lambda p: p.update(csv=p["csv"].replace("0.640", "Infinity")),
    "a number of a billion digits": lambda p: p.update(csv=p["csv"].replace("0.640", "1e999999999")),
    "a number of 5000 digits": lambda p: p.update(csv=p["csv"].replace("0.640", "1" * 5000)),
    "a fraction of nothing": lambda p: p.update(csv=p["csv"].replace("1/12", "1/0")),
    "a fraction of 5000 digits": lambda p: p.update(csv=p["csv"].replace("1/12", "1/" + "3" * 5000)),
    "a name that is a path": lambda p: p.update(name="../../evil"),
    "a name that is a list": lambda p: p.update(name=[]),
    "a title that is none": lambda p: p.update(title=None),
    "a note that is a list": lambda p: p.update(note=[]),
    "bold rows that are words": lambda p: p.update(bold=["x"]),
    "bold rows that are none": lambda p: p.update(bold=None),
    "a word of rows shown": lambda p: p.update(shown="x"),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_payload_is_a_finding_at_its_cell_and_never_a_traceback(forged, odd):
    (finding,) = forged(lambda cells, annex: (ODD[odd](data(cells["ranking"])[MIME]), None)[1])
    assert (finding.code, finding.column) == ("output-broken", "cell 7")


def test_half_of_a_letter_is_a_finding(lent):
    path = lent.output(MINI) / "annex.ipynb"
    path.write_bytes(path.read_bytes().replace("Bảng xếp hạng".encode(), rb"\ud800"))
    forge(lent.output(MINI))
    assert ("not-a-notebook", "outputs/mini-2020/annex.ipynb") in [(f.code, f.file) for f in verify(lent)]


SVG = '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="9pt">{}</svg>'


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "<svg></svg>",
        SVG.format("<script>alert(1)</script>"),
        SVG.format('<g onload="alert(1)"/>'),
        SVG.format('<a xlink:href="javascript:alert(1)"><path/></a>'),
        SVG.format('<image xlink:href="https://example.org/x.png"/>'),
        SVG.format("<foreignObject><p>x</p></foreignObject>"),
        SVG.format("<style>@import 'x';</style>"),
        SVG.format('<rect style="fill: url(https://example.org/x)"/>'),
        SVG.format("<g>"),
        '<!DOCTYPE svg [<!ENTITY a "x">]>' + SVG.format("&a;"),
        "not a picture",
    ],
)
def test_a_picture_that_runs_or_loads_anything_is_a_finding_at_its_cell(forged, svg):
    (finding,) = forged(lambda cells, annex: data(cells["chart"]).update({"image/svg+xml": [svg]}))
    assert (finding.code, finding.column) == ("output-broken", "cell 8")


# --- manifests and records that are none ------------------------------------------------------------------


def test_an_empty_folder_cannot_be_verified(built_once, tmp_path):
    (finding,) = verification.verify(tmp_path, built_once)
    assert finding.code == "no-manifest"


def test_a_manifest_that_is_a_folder_is_found(built):
    path = built.output(MINI) / "manifest.json"
    path.unlink()
    path.mkdir()
    assert codes(verify(built)) == {"not-a-file"}


def test_a_huge_manifest_is_not_read(lent):
    path = lent.output(MINI) / "manifest.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert codes(verify(lent)) == {"too-large"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]\n",
        b"null\n",
        b"1\n",
        b'"x"\n',
        b"{}\n",
        b"[" * 100_000,
        b"NaN",
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_manifest_that_is_none_is_found(lent, data):
    (lent.output(MINI) / "manifest.json").write_bytes(data)
    assert codes(verify(lent)) == {"manifest-broken"}


def test_a_manifest_written_otherwise_is_found(lent):
    path = lent.output(MINI) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())), "utf-8")
    assert codes(verify(lent)) == {"manifest-broken"}


def test_a_lone_surrogate_in_a_sealed_manifest_is_found(lent):
    path = lent.output(MINI) / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"mini"', rb'"\ud800"'))
    assert codes(verify(lent)) == {"manifest-broken"}


KEYS = ["edition", "package", "parameters", "changed_parameters", "state", "sources", "outputs"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["nothing", None, 1, "x", [], [[]], {"x": None}, {"evidence.html": None}])
def test_a_sealed_manifest_without_sense_is_found_without_a_traceback(lent, key, value):
    folder = lent.output(MINI)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if value == "nothing":
        del manifest[key]
    else:
        manifest[key] = value
    write_json(folder / "manifest.json", seal(manifest, "root"))
    assert verify(lent) != []


@pytest.mark.parametrize("kind", ["outputs", "sources"])
@pytest.mark.parametrize(
    "path",
    [
        "../../secret.txt",
        "{root}/secret.txt",
        "results/../../../secret.txt",
        "",
        ".",
        "..",
        "a//b",
        "a\0b",
        "..\\secret",
    ],
)
def test_a_manifest_never_leads_outside_its_folder(lent, kind, path, monkeypatch):
    (lent.root / "secret.txt").write_text("secret")
    folder = lent.output(MINI)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    path = path.format(root=lent.root)
    manifest[kind][path] = {"sha256": sha256(b"secret"), "size": 6}
    write_json(folder / "manifest.json", seal(manifest, "root"))
    read = []
    digest = output_folder.file_sha256
    monkeypatch.setattr(output_folder, "file_sha256", lambda file: read.append(file.name) or digest(file))
    assert codes(verify(lent)) == {"manifest-broken"}
    assert "secret.txt" not in read


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record | {"host": "elsewhere"},
        lambda record: seal(record | {"manifest_root": "0" * 64}, "sha256"),
        lambda record: seal({"host": "elsewhere"}, "sha256"),
        lambda record: {},
        lambda record: [],
        lambda record: None,
    ],
)
def test_a_forged_record_of_the_run_is_found(lent, change):
    path = lent.output(MINI) / "run.json"
    write_json(path, change(json.loads(path.read_bytes())))
    (finding,) = verify(lent)
    assert (finding.code, finding.file) == ("run-record-broken", "outputs/mini-2020/run.json")


# --- pages with cells of an evaluator's own ----------------------------------------------------------------


def test_a_page_with_cells_of_an_evaluators_own_verifies(free_once):
    assert verify(free_once) == []


def test_what_such_a_cell_publishes_is_held_against_its_page(free):
    folder = free.output(MINI)
    edit(folder / "results" / "own.csv", "0.640", "0.641")
    forge(folder)
    (cell,) = [finding for finding in verify(free) if finding.code == "cell-differs"]
    assert (cell.file, cell.row, cell.column) == ("outputs/mini-2020/results/own.csv", 2, "printed")


def test_the_same_page_executed_again_gives_the_same_bytes(free_once):
    """Frames, pictures, prints, warnings: nothing in them is of one run alone."""
    assert run.execution_differences(free_once.output(MINI), free_once) == []


def test_a_table_of_a_name_that_is_taken_is_refused_naming_both_cells(free):
    folder = free.output(MINI)
    annex = json.loads((folder / "annex.ipynb").read_bytes())
    own = next(cell for cell in annex["cells"] if cell["id"] == "own-table")
    data(own)[MIME]["name"] = "ranking"
    data(own)["text/html"] = [line.replace("bang-own", "bang-ranking") for line in data(own)["text/html"]]
    write_json(folder / "annex.ipynb", annex)
    forge(folder)
    (finding,) = [f for f in verify(free) if f.code == "item-twice"]
    number = 1 + annex["cells"].index(own)
    assert (finding.column, finding.facts) == (f"cell {number}", {"name": "ranking", "first": "cell 7"})


def test_a_cell_that_shows_time_or_an_address_is_named_when_executed_again(mini, own_cells):
    cells = {
        "time": "import time\ntime.time_ns()",
        "address": "object()",
        "still": "1 + 1",
        "chance": "import random\nprint(random.random())",
    }
    own_cells(mini, MINI, cells, before="trust")
    (result,) = run.run(plans.plan([MINI], mini, {}), mini, 1, lambda *step: None, 60)
    assert result.status == "built" and verify(mini) == []
    findings = run.execution_differences(mini.output(MINI), mini)
    assert [f.column for f in findings if f.code == "cell-changes"] == ["cell 11", "cell 12", "cell 14"]
    assert {f.file for f in findings if f.code == "execution-differs"} == {
        f"outputs/mini-2020/{name}" for name in ("evidence.html", "annex.ipynb", "manifest.json")
    }


# --- another rule is another folder -------------------------------------------------------------------------


def test_another_rule_fills_a_folder_of_its_own_which_verifies_and_leaves_the_official_one_alone(
    built, contents_of
):
    before = contents_of(built.output(MINI))
    (result,) = run.run(plans.plan([MINI], built, {"rank_on": "unrounded"}), built, 1, lambda *step: None, 60)
    assert (result.status, result.folder) == ("built", "outputs/mini-2020/variants/rank_on-unrounded")
    folder = built.root / result.folder
    inside = f"{folder.relative_to(built.output(MINI)).as_posix()}/"
    after = contents_of(built.output(MINI))
    assert {name: data for name, data in after.items() if not name.startswith(inside)} == before
    assert verification.verify(folder, built) == [] and verify(built) == []
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["state"]["label"] == "SỐ LIỆU MINH HỌA – THAM SỐ KHÁC"
    assert manifest["changed_parameters"] == {"rank_on": "unrounded"}
    assert "THAM SỐ KHÁC" in (folder / "results" / "ranking.csv").read_text("utf-8")


def test_a_variant_in_the_place_of_the_official_annex_is_found(built):
    (result,) = run.run(plans.plan([MINI], built, {"rank_on": "unrounded"}), built, 1, lambda *step: None, 60)
    shutil.copytree(built.root / result.folder, built.root / "aside")
    shutil.rmtree(built.output(MINI))
    shutil.move(built.root / "aside", built.output(MINI))
    assert "edition-differs" in codes(verify(built))


# --- executed again ---------------------------------------------------------------------------------------


def test_the_notebook_executed_again_gives_the_same_bytes(built, contents_of):
    before = contents_of(built.root)
    assert run.execution_differences(built.output(MINI), built) == []
    assert contents_of(built.root) == before


def test_what_comes_out_otherwise_when_executed_again_is_named(built):
    folder = built.output(MINI)
    edit(folder / "results" / "ranking.csv", "A", "Z")
    (finding,) = run.execution_differences(folder, built)
    assert (finding.code, finding.file) == ("execution-differs", "outputs/mini-2020/results/ranking.csv")


def test_a_notebook_whose_code_was_changed_fails_to_verify_and_to_execute(built, add_cell):
    add_cell(built, MINI, "1 / 0")
    assert {"digest-differs", "cells-differ"} <= codes(verify(built))
    (finding,) = run.execution_differences(built.output(MINI), built)
    assert finding.code == "execution-failed"
    assert "ZeroDivisionError" in finding.message()


def test_a_page_that_has_another_cell_now_differs_when_executed_again(built, add_cell):
    add_cell(built, MINI, "1 + 1")
    findings = run.execution_differences(built.output(MINI), built)
    assert {f.code for f in findings} == {"execution-differs"}
    assert "outputs/mini-2020/annex.ipynb" in named(findings)


def test_the_digests_here_are_made_as_the_package_makes_them():
    assert canonical_json({"b": 1, "ă": [2]}) == '{\n "b": 1,\n "ă": [\n  2\n ]\n}\n'


@pytest.mark.parametrize(
    ("name", "code"), [("annex.ipynb", "json-number"), ("run.json", "run-record-broken")]
)
def test_a_number_of_five_thousand_digits_is_a_finding_with_its_file(built, name, code):
    path = built.output(MINI) / name
    path.write_bytes(path.read_bytes().replace(b"{", b'{"a": ' + b"9" * 5_000 + b", ", 1))
    assert (code, f"outputs/{MINI}/{name}") in {(finding.code, finding.file) for finding in verify(built)}


@pytest.mark.parametrize("name", ["results/ranking.csv", "evidence.html", "annex.xlsx"])
def test_a_file_that_grew_beyond_reason_is_found_and_not_read_whole(built, monkeypatch, name):
    path = built.output(MINI) / name
    with path.open("r+b") as file:
        file.truncate(1 << 33)  # a hole of 8 GiB
    monkeypatch.setattr(output_folder, "bad_digest", lambda *_: ())
    assert [f.code for f in verify(built) if f.file == f"outputs/{MINI}/{name}"] == ["page-differs"]
