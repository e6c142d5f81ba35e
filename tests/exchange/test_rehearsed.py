"""The stage begins with what the office has before any form comes back, all of it stated as made up."""

import shutil
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import load
from ictindex.exchange.rehearsed import Rehearsed

ROOT = Path(__file__).parents[2]
EDITION = "qd2342-2017"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    root = tmp_path_factory.mktemp("stage")
    for name in ("parameters", "inputs"):
        shutil.copytree(ROOT / name, root / name)
    (root / "inputs" / EDITION / "left-over.csv").write_text("x\n")
    return Rehearsed(EDITION, Project(root), root / "exchange", seed=1)


def test_nothing_that_forms_bring_is_there_yet(stage):
    assert {path.name for path in stage.inputs.iterdir()} == {
        *(
            "contacts.csv",
            "entities.csv",
            "monitored.csv",
            "sources.yaml",
        )
    }


def test_every_file_is_stated_as_made_up(stage):
    sources = load(stage.inputs / "sources.yaml", "sources.yaml").data
    assert sources["status"] == "illustrative"
    facts = {p.name for p in stage.inputs.glob("*.csv")} - {"contacts.csv"}  # which is no year's fact
    assert {f"{name}" for name in sources["files"]} == facts
    assert all("ictindex rehearse" in file["origin"] for file in sources["files"].values())


def test_events_of_the_evaluator_are_added_at_the_end(stage):
    row = {"entity": "T01", "event": "extension", "at": "2017-12-20", "until": "2018-01-10", "why": "Xin"}
    assert stage.add([]) == 0
    assert stage.add([row]) == 1 and stage.add([row | {"entity": "T02"}]) == 1
    lines = (stage.inputs / "events.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["entity", "T01", "T02"]


def test_the_findings_of_each_collection_are_kept(stage):
    collected = stage.take_in("surveys")
    assert collected.verdicts == () and (stage.folder / "surveys").is_dir()
