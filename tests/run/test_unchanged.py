"""A run whose files, parameters, code and annex are as they were builds nothing; what changed is named."""

import json

import pytest

from ictindex.annex import canonical_json, provenance
from ictindex.basics import Project
from ictindex.run import runs, unchanged
from ictindex.run.plans import plan

MINI = "mini-2020"


def standing(project: Project, **texts: str) -> unchanged.Annex:
    (one,) = plan([MINI], project, texts)
    return unchanged.standing(one, project)


def against(project: Project, **texts: str) -> str:
    annex = standing(project, **texts)
    assert not annex.root
    return annex.why.format(what=annex.what)


def test_nothing_is_built_twice(built, monkeypatch):
    folder = built.output(MINI)
    recorded = json.loads((folder / "manifest.json").read_bytes())
    assert standing(built) == unchanged.Annex(folder, recorded["root"])
    monkeypatch.setattr(runs._Batch, "run", lambda *_: pytest.fail("it was built again"))
    told = []
    (result,) = runs.run(plan([MINI], built, {}), built, 1, lambda *step: told.append(step), 60, force=False)
    assert (result.status, result.root, result.folder) == ("unchanged", recorded["root"], f"outputs/{MINI}")
    assert told == [(MINI, "unchanged", 0, 0)]


def test_what_changed_is_built_and_told(both_built):
    built = both_built
    source = built.inputs(MINI) / "sources.yaml"
    source.write_bytes(source.read_bytes() + b"\n")
    results = runs.run(plan([MINI, "egdi-2018"], built, {}), built, 1, lambda *_: None, 120, force=False)
    assert [(one.edition, one.status) for one in results] == [(MINI, "built"), ("egdi-2018", "unchanged")]
    assert results[0].why == ("{what} has changed", f"inputs/{MINI}/sources.yaml")
    assert standing(built).root == results[0].root


@pytest.mark.parametrize(
    "path", [f"inputs/{MINI}/entities.csv", f"parameters/{MINI}.yaml", f"notebooks/{MINI}.ipynb"]
)
def test_a_source_that_changes_by_a_byte_is_named(built, path):
    file = built.root / path
    file.write_bytes(file.read_bytes() + b"\n")
    assert against(built) == f"{path} has changed"


def test_a_source_that_is_gone_is_named(built):
    (built.inputs(MINI) / "entities.csv").unlink()
    assert against(built) == f"inputs/{MINI}/entities.csv has changed"


def test_a_table_that_was_not_there_is_not_overlooked(built):
    (built.inputs(MINI) / "events.csv").write_text("entity,at,event,criterion,answer,value,why\n")
    assert against(built) == f"there are other files in inputs/{MINI}"


def test_a_published_file_that_is_not_as_it_was_built_is_built_again(built):
    page = built.output(MINI) / "evidence.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert against(built) == f"outputs/{MINI}/evidence.html is not as it was built"
    page.unlink()
    assert against(built) == f"outputs/{MINI}/evidence.html is not as it was built"


def test_a_forged_manifest_is_built_again(built):
    manifest = built.output(MINI) / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"mini", b"nimi", 1))
    assert against(built).endswith("manifest.json is not as it was built")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("source_sha256", "the package's own code has changed"),
        ("lock_sha256", "requirements.txt has changed"),
        ("packages", "other versions of libraries are installed"),
        ("python", "another Python runs it"),
        ("platform", "another system runs it"),
    ],
)
def test_what_it_was_made_with_counts(built, monkeypatch, name, why):
    now = provenance.made_with(built)
    monkeypatch.setattr(unchanged, "made_with", lambda _: now | {name: "another"})
    assert set(unchanged._MADE_WITH) == set(now)
    assert against(built) == why


def test_other_parameters_are_another_annex(built):
    assert against(built, spread="20") == "other parameters than those it was built with"


def test_without_the_record_of_its_run_nothing_is_known_of_it(built):
    (built.output(MINI) / "run.json").unlink()
    assert standing(built) == unchanged.Annex(built.output(MINI))


def test_an_annex_that_says_something_false_of_itself_is_built_again(built):
    path = built.output(MINI) / "run.json"
    record = json.loads(path.read_bytes())
    record["made_of"]["broken"] = ["ranks"]
    path.write_text(canonical_json(provenance.sealed(record, "sha256")))
    assert against(built) == f"outputs/{MINI} did not pass its own checks"


def test_a_variant_is_found_where_it_stands(built):
    plans = plan([MINI], built, {"rank_on": "unrounded"})
    (first,) = runs.run(plans, built, 1, lambda *_: None, 120)
    (again,) = runs.run(plans, built, 1, lambda *_: None, 120, force=False)
    assert first.status == "built" and "variants" in first.folder
    assert (again.status, again.folder, again.root) == ("unchanged", first.folder, first.root)
    assert standing(built).root != first.root
