"""A packed edition: whole, without anything withheld, verified by whoever has the file and the package."""

import io
import json
import zipfile

import pytest
from rocrate.rocrate import ROCrate

from ictindex.annex.crate import METADATA, opened_crate, pack
from ictindex.basics.findings import Refused

MINI, SECRET = "mini-2020", "98765"


@pytest.fixture(scope="module")
def project(tmp_path_factory, make_mini_in):
    """mini-2020 with half of a share withheld, so that the other half is not told either; built."""
    from ictindex.run import plans, runs

    project = make_mini_in(tmp_path_factory.mktemp("crate"))
    path = project.inputs(MINI) / "answers.csv"
    text = path.read_text("utf-8").replace("C,with_computer,100,", "C,with_computer,,withheld")
    path.write_text(text.replace("C,staff,100,", f"C,staff,{SECRET},"), "utf-8")
    assert SECRET in path.read_text("utf-8")
    (result,) = runs.run(plans.plan([MINI], project, {}), project, 1, lambda *step: None, 300)
    assert result.status == "built", result
    return project


@pytest.fixture(scope="module")
def packed(project, tmp_path_factory):
    target = tmp_path_factory.mktemp("packed") / "mini.zip"
    assert pack(MINI, project, target) == [f"inputs/{MINI}/answers.csv"]
    return target


def files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def wrong(data):
    try:
        with opened_crate(data, "x.zip") as crate:
            return [finding.code for finding in crate.findings()]
    except Refused as refused:
        return [finding.code for finding in refused.findings]


def test_a_packed_edition_is_verified_from_the_file_alone(packed):
    assert wrong(packed.read_bytes()) == []


def test_packed_twice_it_is_the_same_file(project, packed, tmp_path):
    pack(MINI, project, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_nothing_withheld_is_in_it(packed):
    contents = files(packed.read_bytes())
    assert [name for name, data in contents.items() if SECRET.encode() in data] == []
    answers = contents[f"inputs/{MINI}/answers.csv"].decode().splitlines()
    told = {tuple(line.split(",")[:2]): line.split(",")[2:4] for line in answers}
    assert told["C", "with_computer"] == ["", "withheld"] and told["C", "staff"] == ["", "untold"]
    assert told["A", "staff"] == ["100", ""]
    graph = {each["@id"]: each for each in json.loads(contents[METADATA])["@graph"]}
    assert "without withheld answers" in graph[f"inputs/{MINI}/answers.csv"]["description"]
    assert f"inputs/{MINI}/answers.csv" in graph["./"]["description"]


def test_rocrate_reads_inputs_outputs_software_and_who_ran_it_when(packed, tmp_path):
    crate = ROCrate(str(packed))
    names = {entity.id for entity in crate.get_entities()}
    assert {f"inputs/{MINI}/answers.csv", f"outputs/{MINI}/manifest.json", f"notebooks/{MINI}.ipynb"} <= names
    assert "parameters/methodologies/mini.yaml" in names and "Phương pháp nhỏ" in crate.name
    action, software = crate.get("#run"), crate.get("#ictindex")
    assert action["startTime"] <= action["endTime"] and software["softwareVersion"]
    assert {each.id for each in crate.data_entities} == {*files(packed.read_bytes())} - {METADATA}


IN_IT = (
    f"inputs/{MINI}/answers.csv",
    f"inputs/{MINI}/entities.csv",
    f"outputs/{MINI}/results/ranking.csv",
    f"notebooks/{MINI}.ipynb",
    METADATA,
)


@pytest.mark.parametrize("name", IN_IT)
def test_a_changed_file_is_found(packed, name):
    contents = files(packed.read_bytes())
    contents[name] = (
        contents[name].replace(b"90", b"91", 1).replace(b"B\xe1\xbb\x99 M\xe1\xbb\x99t", b"X", 1) + b" "
    )
    assert wrong(rezipped(contents))


def test_a_file_more_less_or_changed_is_named(packed):
    whole = files(packed.read_bytes())
    ranking = f"outputs/{MINI}/results/ranking.csv"

    def told(contents):
        with opened_crate(rezipped(contents), "x.zip") as crate:
            return [(f.code, f.facts["name"]) for f in crate.findings() if f.code.startswith("crate-")]

    assert told({**whole, "sitecustomize.py": b"1/0"}) == [("crate-file-more", "sitecustomize.py")]
    assert told({**whole, ranking: whole[ranking] + b" "}) == [("crate-file-other", ranking)]
    assert told({name: data for name, data in whole.items() if name != ranking}) == [
        ("crate-file-less", ranking)
    ]


def test_a_description_that_is_changed_itself_is_found(packed):
    whole = files(packed.read_bytes())
    other = whole[METADATA].replace(b'"datePublished": "2', b'"datePublished": "1', 1)
    assert other != whole[METADATA] and wrong(rezipped({**whole, METADATA: other})) == ["crate-differs"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:/evil", "a\\evil"])
def test_a_name_that_leads_elsewhere_is_refused(packed, name, tmp_path):
    contents = {**files(packed.read_bytes()), name: b"x"}
    assert wrong(rezipped(contents)) == ["crate-broken"]


def test_a_file_that_is_no_packed_edition_is_refused():
    for data in (
        b"",
        b"PK",
        b"x" * 100,
        rezipped({"a": b"b"}),
        rezipped({METADATA: b"{}", "outputs/a/b": b""}),
    ):
        assert wrong(data)[0] in ("crate-broken", "no-manifest")


def test_what_is_beyond_the_limits_is_refused_before_it_is_unpacked(packed, monkeypatch):
    monkeypatch.setattr("ictindex.annex.crate._MAX_UNPACKED_BYTES", 1000)
    assert wrong(packed.read_bytes()) == ["crate-limit"]
    monkeypatch.setattr("ictindex.annex.crate._MAX_FILES", 3)
    assert wrong(packed.read_bytes()) == ["crate-limit"]


def test_the_command_packs_and_verifies(ictindex, project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = ictindex("pack", MINI, project=project)
    assert (ended.code, ended.out.strip()) == (0, str(tmp_path / f"{MINI}.zip"))
    assert f"inputs/{MINI}/answers.csv" in ended.err
    ended = ictindex("verify", tmp_path / f"{MINI}.zip")
    assert ended.code == 0 and ended.out.startswith(f"{MINI}.zip: verified\n  packed ")
    assert f"redacted   inputs/{MINI}/answers.csv" in ended.out
    ended = ictindex("verify", "--execute", tmp_path / f"{MINI}.zip")
    assert ended.code == 2
