"""A folder of forms becomes inputs: in any order, twice or killed, what is clean enters once and whole."""

import csv
import io
import json
import random
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.annex.edition_lock import hold
from ictindex.basics import swap
from ictindex.basics.files import sha256
from ictindex.basics.findings import Refused, found
from ictindex.basics.project import Project
from ictindex.exchange.collection import collect
from ictindex.exchange.documents import Folder
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.returned import Entry, Returned, ReturnedLine

CLEAN = {"with_computer": "10", "staff": "100", "portal": "30", "services": "25"}
ENTITIES = ("A", "B", "C")


def read_json(path, shown, methodology, labels, edition):
    """A reader of made-up forms: what stands in the file is what was read."""
    data = path.read_bytes()
    try:
        said = json.loads(data)
    except ValueError:
        return Returned(shown, sha256(data), findings=[found("no-file", shown)])
    lines = tuple(
        ReturnedLine(entity, code, {key: Entry(text, f"S!{key}:{code}") for key, text in entries.items()})
        for entity, code, entries in said.pop("lines", [])
    )
    return Returned(shown, sha256(data), lines=lines, edition=said.pop("edition", edition), **said)


def form(project, unit, answers=None, sending=1, evidence="", **more):
    """The bytes of a made-up survey."""
    context = read_context("mini-2020", project)
    entity = next((each for each in context.entities if each.code == unit), context.entities[0])
    answers = CLEAN if answers is None else answers
    lines = [["", code, {"answer": text, "evidence": evidence}] for code, text in answers.items()]
    said = {"form": "survey", "sender": unit, "version": survey(context, entity).version, "sending": sending}
    return json.dumps({**said, "signed_by": "Ông X", "lines": lines, **more}).encode()


def came(project, **files):
    """Put files into the folder of a day; returns the folder above."""
    root = project.root / "nhan"
    for name, data in files.items():
        path = root / "2020-12-20" / name.replace("__", "/").replace("_xlsx", ".xlsx").replace("_pdf", ".pdf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def collected(project, folder=None, **more):
    return collect("mini-2020", folder or project.root / "nhan", project, read=read_json, jobs=0, **more)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def inputs(project):
    return contents(project.inputs("mini-2020"))


def test_clean_forms_enter_and_the_rest_of_the_folder_is_carried_over(mini):
    (mini.inputs("mini-2020") / "thư riêng.txt").write_text("giữ lại", "utf-8")
    came(mini, a_xlsx=form(mini, "A"), b_xlsx=form(mini, "B", CLEAN | {"staff": ""}))
    result = collected(mini)
    assert dict(result.states) == {"used": 1, "refused": 1}
    assert result.entered == ("answers.csv", "events.csv", "received.csv", "sources.yaml")
    after = inputs(mini)
    assert after["thư riêng.txt"].decode() == "giữ lại"
    digest = sha256(form(mini, "A"))[:12]
    assert f"A,staff,100,,,,,,,,{digest}!S!answer:staff\n" in after["answers.csv"].decode()
    assert "B,staff,100,,,,,,," in after["answers.csv"].decode()  # as it was before: B is sent back
    assert after["events.csv"].decode().endswith(f"A,,reported,2020-12-20,,,,,Ông X,,{digest}!Bìa\n")
    assert b"received.csv:" in after["sources.yaml"]


def test_collecting_twice_changes_not_a_byte(mini):
    came(
        mini,
        a_xlsx=form(mini, "A"),
        b_xlsx=form(mini, "B", {}),
        c_xlsx=b"?",
        d_xlsx=form(mini, "A", sending=2),
    )
    collected(mini)
    first = contents(mini.root / "inputs"), contents(mini.root / "outputs")
    assert collected(mini).entered == ()
    assert (contents(mini.root / "inputs"), contents(mini.root / "outputs")) == first


def test_whatever_the_files_are_called_the_inputs_are_the_same(mini, tmp_path_factory):
    """The other way: the same forms collected one after the other, each on its own."""
    newer = form(mini, "A", CLEAN | {"staff": "99"}, sending=2)
    forms = [form(mini, "A"), newer, form(mini, "B"), form(mini, "C", {}), form(mini, "Z")]
    slowly = copy_of(mini, tmp_path_factory.mktemp("slowly"))
    for data in forms:
        folder = came(slowly, one_xlsx=data)
        collected(slowly)
        shutil.rmtree(folder)
    expected = inputs(slowly)

    @settings(max_examples=12)
    @given(st.permutations(forms))
    def in_any_order(shuffled):
        project = copy_of(mini, tmp_path_factory.mktemp("shuffled"))
        came(project, **{f"{i}_xlsx": data for i, data in enumerate(shuffled)})
        collected(project)
        after = inputs(project)
        assert {name: after[name] for name in ("answers.csv", "events.csv")} == {
            name: expected[name] for name in ("answers.csv", "events.csv")
        }
        assert without_files(after["received.csv"]) == without_files(expected["received.csv"])

    in_any_order()
    assert expected["answers.csv"] != inputs(mini)["answers.csv"]


def without_files(register):
    """The register's columns but for the names of files."""
    return [(row[0], row[1], row[2], *row[4:]) for row in csv.reader(register.decode().splitlines())]


def copy_of(project, root):
    for name in ("parameters", "inputs"):
        shutil.copytree(project.root / name, root / name)
    return Project(root)


def test_a_form_in_no_folder_of_a_day_waits_for_the_day(mini):
    folder = mini.root / "nhan"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(form(mini, "A"))
    assert [finding.code for finding in collected(mini).findings] == ["arrival-unknown"]
    assert collected(mini, received=date(2020, 12, 3)).states["used"] == 1
    assert ",2020-12-03,used," in inputs(mini)["received.csv"].decode()
    assert collected(mini).states["used"] == 1  # the day is in the register now


def test_nothing_enters_until_it_is_clean_or_accepted_with_a_reason(mini):
    came(mini, a_xlsx=form(mini, "A", CLEAN | {"with_computer": "110"}))
    before = inputs(mini)
    assert [finding.code for finding in collected(mini).findings] == ["rule-cannot-use"]
    assert inputs(mini)["answers.csv"] == before["answers.csv"]
    collected(mini, accept={"A": "Số liệu chờ thẩm định"})
    assert "A,with_computer,110," in inputs(mini)["answers.csv"].decode()
    assert ",accepted,Số liệu chờ thẩm định," in inputs(mini)["received.csv"].decode()


def test_whose_form_is_accepted_may_be_called_by_its_name(mini):
    came(mini, a_xlsx=form(mini, "A", CLEAN | {"with_computer": "110"}))
    collected(mini, accept={"bo mot": "Số liệu chờ thẩm định"})
    assert ",accepted,Số liệu chờ thẩm định," in inputs(mini)["received.csv"].decode()


def test_evidence_is_linked_hashed_or_missed_and_orphans_are_listed(mini):
    came(mini, a__a_xlsx=form(mini, "A", evidence="q.pdf; Số 5/QĐ"), a__q_pdf=b"1", a__khac_pdf=b"2",
         b__b_xlsx=form(mini, "B", evidence="q.pdf"))  # fmt: skip
    result = collected(mini)
    assert {finding.code for finding in result.findings} == {"evidence-not-sent"}
    assert result.orphans == ("2020-12-20/a/khac.pdf",)
    rows = inputs(mini)["evidence.csv"].decode().splitlines()
    assert rows[0] == "entity,answer,file,sha256,reference,at,note"
    assert f"A,staff,2020-12-20/a/q.pdf,{sha256(b'1')},,2020-12-20," in rows
    assert "A,staff,,,Số 5/QĐ,2020-12-20," in rows


def test_a_spreadsheet_that_is_evidence_is_no_form_that_is_wrong(mini):
    came(mini, a_xlsx=form(mini, "A", evidence="bang.xlsx"), bang_xlsx=b"no form")
    assert (dict(collected(mini).states), collected(mini).orphans) == ({"used": 1}, ())


def test_odd_figures_are_told_and_do_not_stop_a_form(mini):
    (mini.inputs("mini-2020") / "monitored.csv").write_text("entity,answer,value\nA,staff,50\n", "utf-8")
    came(mini, a_xlsx=form(mini, "A"))
    result = collected(mini)
    assert [(odd.finding.code, odd.finding.column) for odd in result.odd] == [
        ("remark-monitored", "S!answer:staff")
    ]
    assert result.states["used"] == 1


def test_a_kill_before_the_swap_leaves_all_old_and_is_mended_next_time(mini, monkeypatch):
    came(mini, a_xlsx=form(mini, "A"))
    before = inputs(mini)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(swap, "replace_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            collected(mini)
    assert inputs(mini) == before
    (mini.root / "inputs" / ".mini-2020.99.staged").mkdir()
    collected(mini)
    assert [path.name for path in (mini.root / "inputs").iterdir()] == ["mini-2020"]


COLLECTING = """
import runpy, sys
from pathlib import Path
from ictindex.basics.project import Project
test = runpy.run_path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
test["collected"](Project(Path(sys.argv[2])))
"""


def collecting(project):
    """Another process that collects when it is told to."""
    command = [sys.executable, "-c", COLLECTING, __file__, str(project.root)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def tell(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_collections_at_once_lose_nothing_and_enter_what_one_enters(mini, tmp_path_factory):
    came(mini, **{f"{unit}_xlsx": form(mini, unit) for unit in ENTITIES})
    alone = copy_of(mini, tmp_path_factory.mktemp("alone"))
    came(alone, **{f"{unit}_xlsx": form(alone, unit) for unit in ENTITIES})
    collected(alone)
    both = [collecting(mini) for _ in range(2)]
    for process in both:
        tell(process)
    for process in both:
        process.communicate(timeout=60)
    assert [process.returncode for process in both] == [0, 0]
    assert inputs(mini) == inputs(alone)
    assert [path.name for path in (mini.root / "inputs").iterdir()] == ["mini-2020"]


def test_nothing_is_read_or_written_while_another_command_works_on_the_edition(mini, monkeypatch, refused):
    monkeypatch.setenv("ICTINDEX_PATIENCE", "0.1")
    came(mini, a_xlsx=form(mini, "A"))
    before = contents(mini.root / "inputs")
    with ThreadPoolExecutor(1) as other, hold(mini, "mini-2020"):
        (finding,) = other.submit(refused, collected, mini).result()
    assert finding.code == "edition-held"
    assert contents(mini.root / "inputs") == before


def test_collections_killed_at_random_moments_leave_all_of_the_old_or_all_of_the_new(mini, tmp_path_factory):
    came(mini, **{f"{unit}_xlsx": form(mini, unit) for unit in ENTITIES})
    old, moments, codes = inputs(mini), random.Random(10), set()
    whole = copy_of(mini, tmp_path_factory.mktemp("whole"))
    shutil.copytree(mini.root / "nhan", whole.root / "nhan")
    collected(whole)
    for _ in range(3):
        process = collecting(mini)
        tell(process)
        time.sleep(moments.uniform(0, 0.15))
        process.kill()
        process.communicate()
        codes.add(process.returncode)
        with hold(mini, "mini-2020"):  # which the system gave free
            assert inputs(mini) in (old, inputs(whole))
        for name in inputs(mini).keys() - old.keys():
            (mini.inputs("mini-2020") / name).unlink()
        for name, data in old.items():
            (mini.inputs("mini-2020") / name).write_bytes(data)
    assert -9 in codes <= {-9, 0}  # it was killed at work, or it had done
    collected(mini)
    assert inputs(mini) == inputs(whole)
    assert [path.name for path in (mini.root / "inputs").iterdir()] == ["mini-2020"]


def test_what_somebody_else_changes_meanwhile_is_not_overwritten(mini):
    came(mini, a_xlsx=form(mini, "A"))

    def meddle(done, of):
        (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\nA,staff,1\n", "utf-8")

    with pytest.raises(Refused, match="inputs-changed"):
        collected(mini, progress=meddle)
    assert inputs(mini)["answers.csv"].endswith(b"A,staff,1\n")


def test_inputs_without_sources_get_them_without_a_claim(mini):
    (mini.inputs("mini-2020") / "sources.yaml").unlink()
    (mini.inputs("mini-2020") / "answers.csv").unlink()
    came(mini, a_xlsx=form(mini, "A"))
    assert [finding.code for finding in collected(mini).todo] == ["sources-status-open"]
    text = inputs(mini)["sources.yaml"].decode()
    assert "\nstatus:" not in text and "entities.csv:" in text and "answers.csv:" in text


def test_an_objection_and_a_confirmation_come_back_through_the_same_door(mini):
    slip = json.dumps({"form": "slip", "sender": "A", "opinion": "objects", "lines": [
        ["", "staff", {"requested": "120", "grounds": "Tuyển thêm"}]]})  # fmt: skip
    came(mini, a_xlsx=slip.encode(), b_xlsx=b'{"form": "slip", "sender": "B", "opinion": "agreed"}')
    collected(mini)
    events = inputs(mini)["events.csv"].decode()
    assert "A,,objection,2020-12-20,,Tuyển thêm,staff,120,A," in events
    assert "B,,confirmed,2020-12-20,,,,,B," in events


def stumbling(path, shown, *context):
    """A reader that knows only how to read good forms."""
    if path.read_bytes() == b"?":
        raise AttributeError("'_SheetReader' object has no attribute 'inline'")
    return read_json(path, shown, *context)


@pytest.mark.parametrize("jobs", [0, 1])
def test_a_form_that_its_reader_stumbles_over_stops_nobody_elses(mini, jobs):
    came(mini, a_xlsx=form(mini, "A"), b_xlsx=b"?", c_xlsx=form(mini, "C"))
    result = collect("mini-2020", mini.root / "nhan", mini, read=stumbling, jobs=jobs)
    assert {v.returned.file: (v.state, [f.code for f in v.findings]) for v in result.verdicts} == {
        "2020-12-20/a.xlsx": ("used", []),
        "2020-12-20/b.xlsx": ("unreadable", ["reading-broke"]),
        "2020-12-20/c.xlsx": ("used", []),
    }
    assert b"A,staff,100" in inputs(mini)["answers.csv"]


def test_a_form_that_nobody_may_read_stops_nobody_elses(mini, monkeypatch):
    def no_file(path, shown, *context):
        if path.name == "b.xlsx":
            return Returned(shown, "", findings=[found("unreadable", shown, problem="Permission denied")])
        return read_json(path, shown, *context)

    def denied(folder, shown):
        raise PermissionError(13, "Permission denied")

    came(mini, a_xlsx=form(mini, "A"), b_xlsx=b"?")
    monkeypatch.setattr(Folder, "digest", denied)
    result = collect("mini-2020", mini.root / "nhan", mini, read=no_file, jobs=0)
    assert {v.returned.file: v.state for v in result.verdicts} == {
        "2020-12-20/a.xlsx": "used",
        "2020-12-20/b.xlsx": "unreadable",
    }


# --- what came from the field -----------------------------------------------------------------------------


def altered(data, part, change):
    """A spreadsheet with one part of it changed."""
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode() if name == part else old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return raw.getvalue()


def text_outside_cell(sheet):
    return sheet.replace("<sheetData>", "<sheetData><t>lạc</t>", 1)


def unclosed_elements(sheet):
    return sheet[: sheet.index("<sheetData>")] + "<a>" * 20_000_000


@pytest.mark.parametrize(
    ("change", "code"), [(text_outside_cell, "form-corrupt"), (unclosed_elements, "form-limit")]
)
def test_a_hostile_form_among_good_ones_is_refused_alone(mini, change, code):
    context = read_context("mini-2020", mini)
    files = {}
    for entity in context.entities[:3]:
        path = mini.root / f"{entity.code}.xlsx"
        path.write_bytes(write(survey(context, entity)))
        files[f"{entity.code}_xlsx"] = path.read_bytes()
    files["B_xlsx"] = altered(files["B_xlsx"], "xl/worksheets/sheet2.xml", change)
    result = collect("mini-2020", came(mini, **files), mini, jobs=1)
    said = {v.returned.file[11:]: {f.code for f in v.findings} for v in result.verdicts}
    assert said["B.xlsx"] == {code}
    assert "answer-not-given" in (said["A.xlsx"] & said["C.xlsx"])  # blank forms, but read as forms
