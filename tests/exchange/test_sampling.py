"""The command sample: the stored inputs are its work, and nobody's real figures are overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.sampling import write_sample
from ictindex.run.scaffold import new_year

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


@pytest.fixture
def begun(copy) -> Project:
    """A project with a year that was just begun: nobody has stated anything."""
    new_year("qd2392", 2031, copy)
    return copy


def test_a_year_that_was_just_begun_can_be_filled_with_a_sample(begun):
    write_sample("qd2392-2031", None, 1, None, begun)  # of the units that it was begun with
    assert "status: illustrative" in (begun.inputs("qd2392-2031") / "sources.yaml").read_text("utf-8")


def test_units_are_invented_where_nobody_has_listed_any(begun):
    entities = begun.inputs("qd2392-2031") / "entities.csv"
    answers = begun.inputs("qd2392-2031") / "answers.csv"
    for path in (entities, answers):
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    with pytest.raises(Refused) as refused:
        write_sample("qd2392-2031", None, 1, None, begun)
    assert [f.code for f in refused.value.findings] == ["no-units"]
    write_sample("qd2392-2031", 12, 1, None, begun)
    assert len(entities.read_text("utf-8").splitlines()) == 13


@pytest.mark.parametrize("number", [None, 12])
def test_what_somebody_has_begun_to_fill_is_not_overwritten(begun, number):
    answers = begun.inputs("qd2392-2031") / "answers.csv"
    if number is None:  # else the units that are listed are somebody's work
        head, first, *rest = answers.read_text("utf-8").splitlines()
        answers.write_text("\n".join([head, f"{first}51", *rest]), "utf-8")
    before = answers.read_bytes()
    with pytest.raises(Refused) as refused:
        write_sample("qd2392-2031", number, 1, None, begun)
    assert [f.code for f in refused.value.findings] == ["figures-not-made-up"]
    assert answers.read_bytes() == before
