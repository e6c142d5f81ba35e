"""One edition, three profiles: the public one and a unit's say less than the internal one and score alike."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ictindex.annex.edition_lock import hold
from ictindex.annex.output_folder import read_manifest
from ictindex.annex.provenance import MANIFEST, canonical_json, sealed
from ictindex.annex.verification import verify
from ictindex.run import profiles
from ictindex.run.processes import sweep
from ictindex.run.runs import execution_differences
from tests.exchange.neighbours import OF_OTHERS, OF_REVIEWERS, OWN, neighbours

EDITION = "mini-2020"
ASKED = [word for name in ("internal", "public", f"agency:{OWN}") for word in ("--profile", name)]


@pytest.fixture(scope="module")
def project(tmp_path_factory, make_mini_in, own_cells):
    """Built once, to be read only."""
    from ictindex.cli.main import main

    def mini_with(parameters, **files):
        project = make_mini_in(tmp_path_factory.mktemp("profiles"), **files)
        told = project.parameters(EDITION)
        told.write_text(parameters(told.read_text("utf-8")), "utf-8")
        return project

    made = neighbours(mini_with)
    shown = {"own-marks": 'ict.table("marks", ict.marks(evaluation))', "own-answers": "evaluation.answers"}
    own_cells(made, EDITION, shown)
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(made.root), "run", EDITION, *ASKED])
    assert not ended.value.code
    return made


def folders(project):
    official = project.output(EDITION)
    return {
        "internal": official,
        "public": official / "profiles" / "public",
        "agency": official / "profiles" / f"agency-{OWN.lower()}",
    }


def text_of(folder: Path) -> str:
    shown = (".csv", ".ipynb", ".html", ".json")
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in shown and path.name != "run.json")
    return "\n".join(path.read_text("utf-8") for path in files)


def test_each_is_verified_and_all_carry_the_same_scores(project):
    recorded = {name: read_manifest(folder, name) for name, folder in folders(project).items()}
    assert {name: each["profile"] for name, each in recorded.items()} == {name: name for name in recorded}
    assert len({each["scores"] for each in recorded.values()}) == 1
    assert [verify(folder, project) for folder in folders(project).values()] == [[], [], []]


def test_the_public_one_names_no_reviewer_and_prints_no_note(project):
    whole, public = (text_of(folders(project)[name]) for name in ("internal", "public"))
    assert re.findall(OF_REVIEWERS, public) == []
    assert re.findall(OF_REVIEWERS, whole)  # else nothing was left out
    assert "Bản công khai, không có" in public


def test_the_part_of_a_unit_tells_of_no_other(project):
    own = text_of(folders(project)["agency"])
    assert re.findall(OF_OTHERS, own) == [] and re.findall(OF_REVIEWERS, own) == []
    assert "Sở Chính Mình" in own and "Bản của đơn vị, không có" in own


def test_a_profile_with_other_scores_is_found(project, tmp_path):
    path = folders(project)["public"] / MANIFEST
    before = path.read_bytes()
    try:
        path.write_text(canonical_json(sealed({**json.loads(before), "scores": "0"}, "root")), "utf-8")
        assert "profile-differs" in {each.code for each in verify(folders(project)["internal"], project)}
        assert "manifest-differs" in {each.code for each in verify(path.parent, project)}
    finally:
        path.write_bytes(before)


def test_the_public_page_is_executed_again_on_what_the_public_may_see(project):
    assert execution_differences(folders(project)["public"], project) == []


def test_the_public_one_is_packed_with_the_inputs_that_it_was_made_from(project, ictindex, tmp_path):
    target = tmp_path / "public.zip"
    assert ictindex("pack", EDITION, "--public", "-o", target, project=project).code == 0
    ended = ictindex("verify", target)
    assert ended.code == 0 and "redacted" not in ended.out


@pytest.mark.parametrize("profile", ["agency", "agency:", "secret", ""])
def test_a_profile_that_there_is_not_is_refused(ictindex, project, profile):
    assert ictindex("run", EDITION, "--profile", profile, project=project).code == 2


def test_a_unit_that_there_is_not_is_refused(ictindex, project):
    ended = ictindex("run", EDITION, "--profile", "agency:nobody", project=project)
    assert ended.code == 1 and "nobody" in ended.err


def test_what_is_brought_to_its_place_is_swept_by_no_other_run(mini, tmp_path, monkeypatch):
    built, place = tmp_path / "built", mini.output("egdi-2018", profile="public")
    built.mkdir()
    (built / "annex.html").write_text("whole")

    def meanwhile(_, staging):
        with ThreadPoolExecutor(1) as other:
            other.submit(sweep, mini).result()
        assert (staging / "annex.html").exists()

    monkeypatch.setattr(profiles, "keep_signature", meanwhile)
    with hold(mini, "egdi-2018"):
        profiles._bring(built, place, "egdi-2018", mini)
    assert (place / "annex.html").read_text() == "whole"
