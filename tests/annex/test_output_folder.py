"""Whatever lies in an output folder is named by a manifest and is a file of its own, or is a finding."""

import json
import os

import pytest

from ictindex.annex.output_folder import bad_digest, bad_files, bad_run_record, read_manifest
from ictindex.annex.provenance import canonical_json, sealed

MINI = "mini-2020"
HEAD = "what_if: {name}\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"


def wrong(folder):
    return [(f.code, f.file) for f in bad_files(folder, "annex", read_manifest(folder, "annex"))]


def test_a_built_folder_has_nothing_wrong(built_once):
    assert wrong(built_once.output(MINI)) == []


@pytest.mark.parametrize(
    "name", ["manifest.json", "run.json", "evidence.html", "results/ranking.csv", "manifest.json.p7s"]
)
def test_a_link_in_place_of_any_file_is_found_whatever_it_leads_to(built, tmp_path, name):
    path = built.output(MINI) / name
    if path.exists():
        os.replace(path, tmp_path / "elsewhere")
    else:
        (tmp_path / "elsewhere").write_bytes(b"")
    path.symlink_to(tmp_path / "elsewhere")
    assert wrong(built.output(MINI)) == [("file-is-link", f"annex/{name}")]


def test_a_link_in_place_of_a_folder_is_found(built, tmp_path):
    os.replace(built.output(MINI) / "results", tmp_path / "results")
    (built.output(MINI) / "results").symlink_to(tmp_path / "results")
    assert wrong(built.output(MINI)) == [("file-is-link", "annex/results")]


@pytest.mark.parametrize(
    "name",
    [
        "what_if/x.html",
        "what_if/comparison.html",
        "what_if/empty/",
        "what_if/some/evidence.html",
        "what_if/",
        "results/.x",
        "manifest.json.p7s.old",
        "results/manifest.json",
        "run.json.p7s",
    ],
)
def test_what_no_manifest_names_is_found_below_what_if_too(built, name):
    path = built.output(MINI) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if name.endswith("/") else path.write_text("x")
    assert ("file-unlisted", f"annex/{name.rstrip('/')}") in wrong(built.output(MINI))


@pytest.fixture(scope="module")
def with_what_ifs(built_once, tmp_path_factory):
    """The built project with two what-ifs of the small edition and their comparison; to be copied."""
    import shutil

    from ictindex.annex.what_if_comparison import write_comparisons
    from ictindex.basics.project import Project
    from ictindex.run import plans
    from ictindex.run import runs as run

    project = Project(tmp_path_factory.mktemp("asked") / "project")
    shutil.copytree(built_once.root, project.root)
    texts = {
        "more": "points: {total: {ministry: 150}, services: 100}\n",
        "exact": "rules: {rank_on: unrounded}\n",
    }
    for name, text in texts.items():
        project.what_if(name).write_text(HEAD.format(name=name) + text, "utf-8")
    planned = plans.plan_what_ifs([*texts], project, {})
    results = run.run(planned, project, 1, lambda *step: None, 120)
    assert [result.status for result in results] == ["built", "built"]
    write_comparisons([plan.parameters for plan in planned], project)
    return project


@pytest.fixture
def asked(with_what_ifs, tmp_path):
    """The official folder, with its what-ifs, to be broken at will."""
    import shutil

    shutil.copytree(with_what_ifs.output(MINI), tmp_path / "annex")
    return tmp_path / "annex"


def test_what_ifs_and_their_comparison_are_known_by_their_own_records(asked):
    assert wrong(asked) == []
    names = {path.name for path in (asked / "what_if").iterdir()}
    assert names == {
        *("more", "exact", "comparison.json", "comparison.html", "comparison.xlsx"),
        *("comparison.csv", "comparison_agreement.csv"),
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("what_if/more/results/ranking.csv", "digest-differs"),
        ("what_if/more/run.json", "run-record-broken"),
        ("what_if/more/manifest.json", "manifest-broken"),
        ("what_if/comparison.html", "digest-differs"),
        ("what_if/comparison.json", "manifest-broken"),
    ],
)
def test_a_byte_more_in_a_what_if_or_a_comparison_is_found(asked, name, code):
    (asked / name).write_bytes((asked / name).read_bytes() + b" ")
    assert (code, f"annex/{name}") in wrong(asked)


def test_a_stray_in_a_what_if_and_a_link_in_place_of_one_are_found(asked, tmp_path):
    (asked / "what_if" / "more" / "stray.html").write_text("x")
    assert wrong(asked) == [("file-unlisted", "annex/what_if/more/stray.html")]
    (asked / "what_if" / "more" / "stray.html").unlink()
    os.replace(asked / "what_if" / "more", tmp_path / "more")
    (asked / "what_if" / "more").symlink_to(tmp_path / "more")
    assert ("file-unlisted", "annex/what_if/more") in wrong(asked)


def test_a_comparison_of_another_what_if_than_the_one_beside_it_is_stale(asked):
    record = json.loads((asked / "what_if" / "comparison.json").read_bytes())
    assert [*record["what_ifs"]] == ["exact", "more"]
    record["what_ifs"]["more"] = "0" * 64
    (asked / "what_if" / "comparison.json").write_text(canonical_json(sealed(record, "sha256")), "utf-8")
    assert wrong(asked) == [("what-if-stale", "annex/what_if/comparison.json")]


def test_a_record_of_a_comparison_names_no_file_but_its_own(asked):
    record = json.loads((asked / "what_if" / "comparison.json").read_bytes())
    record["outputs"]["evil.html"] = record["outputs"]["comparison.html"]
    (asked / "what_if" / "evil.html").write_bytes((asked / "what_if" / "comparison.html").read_bytes())
    (asked / "what_if" / "comparison.json").write_text(canonical_json(sealed(record, "sha256")), "utf-8")
    assert ("manifest-broken", "annex/what_if/comparison.json") in wrong(asked)
    assert ("file-unlisted", "annex/what_if/evil.html") in wrong(asked)


def test_a_digest_is_of_size_and_content(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    good = {"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "size": 3}
    assert list(bad_digest(path, "a", good)) == []
    for other in ({"size": 4}, {"sha256": "0" * 64}):
        assert [f.code for f in bad_digest(path, "a", good | other)] == ["digest-differs"]
    assert [f.code for f in bad_digest(tmp_path / "b", "b", good)] == ["file-missing"]


def test_a_record_of_another_run_is_found(built):
    recorded = read_manifest(built.output(MINI), "annex")
    assert list(bad_run_record(built.output(MINI), "annex", recorded)) == []
    (finding,) = bad_run_record(built.output(MINI), "annex", recorded | {"root": "0" * 64})
    assert finding.code == "run-record-broken"
