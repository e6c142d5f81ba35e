"""What is granted must rest on something that came; else the sheet is told, whatever stood in the ledger."""

from types import SimpleNamespace

import pytest

from ictindex.exchange.deciding import Deciding, written
from ictindex.exchange.ledger import Ledger
from ictindex.exchange.returned import Entry, ReturnedLine
from ictindex.facts.inputs import Entity
from ictindex.methodology.reading import read_methodology

SIGNED = {"why": Entry("Có", "P!J5"), "who": Entry("HĐ", "P!K5"), "paper": Entry("TB 1", "P!L5")}
OBJECTION = {"entity": "C", "criterion": "points", "answer": "", "event": "objection", "at": "2021-01-24"}
GRANTED = ReturnedLine("C", "kn:tc:points", {"decided": Entry("granted", "P!I5"), **SIGNED})


@pytest.fixture
def methodology(make_round):
    return make_round().methodology


def lacking(methodology, **held):
    ledger = Ledger(events=[OBJECTION], **held)
    return [f.code for f in Deciding(ledger, methodology).lacking(SimpleNamespace(file="hd.xlsx"), GRANTED)]


def test_nothing_came(methodology):
    assert lacking(methodology) == ["granted-in-words"]


@pytest.mark.parametrize(
    ("day", "unit", "told"),
    [("2021-01-24", "C", []), ("2021-01-23", "C", ["granted-in-words"]),
     ("", "C", ["granted-in-words"]), ("2021-01-30", "B", ["granted-in-words"])],
)  # fmt: skip
def test_a_document_of_the_unit_on_the_day_or_after_is_enough(methodology, day, unit, told):
    assert lacking(methodology, evidence=[{"entity": unit, "answer": "points", "at": day}]) == told


@pytest.mark.parametrize(
    ("role", "round_", "told"),
    [("adjudicator", "", []), ("reviewer", "2", []), ("reviewer", "", ["granted-in-words"])],
)
def test_a_mark_counts_where_it_is_given_again(methodology, role, round_, told):
    mark = {"entity": "C", "answer": "points", "role": role, "round": round_, "at": "2021-02-01"}
    assert lacking(methodology, marks=[mark]) == told


def test_figures_are_written_with_the_mark_of_the_file(methodology):
    assert written("8.5", "points", Ledger(mark=","), methodology) == "8,5"


OFFICE = Entity("vpb", "Văn phòng Bộ", "unit", 2, {"unit_type": "other", "online_services": "none"})
AGENCY = Entity("cvt", "Cục Văn thư", "unit", 3, {"unit_type": "subordinate", "online_services": "none"})


@pytest.mark.parametrize(
    ("entity", "criteria"),
    [
        (OFFICE, ["infrastructure.staff_with_computer", "application.official_email"]),
        (
            AGENCY,
            [
                "infrastructure.staff_with_computer",
                "application.official_email",
                "staff.it_staff",
                "staff.training",
            ],
        ),
    ],
)
def test_a_figure_found_untrue_counts_nowhere_where_the_unit_has_it(egdi, entity, criteria):
    """Only the first criterion that reads it lost its points, whether or not it applied to the unit."""
    line = ReturnedLine(entity.code, "nv:staff", {"decided": Entry("untrue", "P!I5"), **SIGNED})
    deciding = Deciding(Ledger(), read_methodology("qd375", egdi), {entity.code: entity})
    events = [cells for cells, _ in deciding.events(SimpleNamespace(lines=[line]))]
    assert [(cells["criterion"], cells["event"], cells["paper"]) for cells in events] == [
        (criterion, "untrue", "TB 1") for criterion in criteria
    ]


def test_a_decision_that_lacks_its_reason_is_told_by_the_name_of_the_unit(egdi):
    line = ReturnedLine("vpb", "nv:staff", {"decided": Entry("untrue", "P!I5"), "why": Entry("Có", "P!J5")})
    deciding = Deciding(Ledger(), read_methodology("qd375", egdi), {"vpb": OFFICE})
    found = deciding.lacking(SimpleNamespace(file="hd.xlsx"), line)
    assert [finding.facts["entity"] for finding in found] == ["Văn phòng Bộ", "Văn phòng Bộ"]
