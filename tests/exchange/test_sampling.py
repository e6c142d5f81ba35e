"""The command sample: the stored inputs are its work, and nobody's real figures are overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.sampling import write_sample

ROOT = Path(__file__).parents[2]
EDITIONS = ["qd2245-2021", "qd2392-2018"]  # the inputs of the others are a rehearsal's


@pytest.fixture
def copy(tmp_path) -> Project:
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Project(tmp_path)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_stored_inputs_are_what_the_command_makes(edition, copy):
    before = {p.name: p.read_bytes() for p in copy.inputs(edition).iterdir()}
    write_sample(edition, None, 1, None, copy)
    assert {p.name: p.read_bytes() for p in copy.inputs(edition).iterdir()} == before


def test_figures_that_are_somebodys_are_not_overwritten(copy):
    before = (copy.inputs("egdi-2018") / "answers.csv").read_bytes()
    with pytest.raises(Refused) as refused:
        write_sample("egdi-2018", None, 1, None, copy)
    assert [f.code for f in refused.value.findings] == ["figures-not-made-up"]
    assert (copy.inputs("egdi-2018") / "answers.csv").read_bytes() == before


def test_what_an_earlier_sample_or_rehearsal_left_is_replaced(copy):
    write_sample("qd375-2020", 30, 1, None, copy)
    left = {path.name for path in copy.inputs("qd375-2020").iterdir()}
    assert left == {"entities.csv", "answers.csv", "events.csv", "sources.yaml"}


def test_without_units_there_is_nothing_to_make_up(copy):
    (copy.inputs("qd2245-2021") / "entities.csv").unlink()
    with pytest.raises(Refused) as refused:
        write_sample("qd2245-2021", None, 1, None, copy)
    assert [f.code for f in refused.value.findings] == ["no-units"]


def test_invented_units_go_into_a_folder_of_their_own(copy):
    written = write_sample("qd2392-2018", 30, 1, "large", copy)
    assert written[0] == "inputs/large/entities.csv"
    assert len((copy.inputs("large") / "entities.csv").read_text("utf-8").splitlines()) == 31


def test_a_unit_of_an_unknown_group_is_a_finding_with_its_row(copy):
    entities = copy.inputs("qd2245-2021") / "entities.csv"
    entities.write_text(entities.read_text("utf-8").replace(",district\n", ",distrikt\n", 1), "utf-8")
    with pytest.raises(Refused) as refused:
        write_sample("qd2245-2021", None, 1, None, copy)
    (finding,) = refused.value.findings
    assert (finding.code, finding.row, finding.column) == ("group-unknown", 21, "group")
