"""What happened to an edition as a whole: every line says who, and whatever else its kind wants."""

import pytest

from ictindex.basics.csv_file import Checked
from ictindex.basics.findings import Finding
from ictindex.facts.milestones import MILESTONES, PROCEDURE_COLUMNS, read_milestones
from ictindex.methodology.decision import STEPS
from ictindex.methodology.reading import read_methodology

HEAD = "event,at,who,number,authority,to,why,source\n"


@pytest.fixture(scope="module")
def methodology():
    return read_methodology("qd2051")


@pytest.fixture
def read(tmp_path, methodology):
    def reading(text):
        findings: list[Finding] = []
        path = tmp_path / "procedure.csv"
        path.write_text(text, "utf-8")
        done = read_milestones(Checked(path, "procedure.csv", PROCEDURE_COLUMNS, findings), methodology)
        return done, [(f.code, f.row, f.column) for f in findings]

    return reading


def test_lines_come_in_the_order_of_their_time_whatever_the_order_of_rows(read):
    rows = [
        "published,2016-12-05,Văn phòng,,,press,,",
        "published,2016-12-01,Văn phòng,,,portal,,",
        "approved,2016-11-28,Nguyễn A,12/QĐ,Bộ trưởng,,,",
    ]
    wanted = [("approved", ""), ("published", "portal"), ("published", "press")]
    for several in (rows, rows[::-1]):
        done, wrong = read(HEAD + "\n".join(several) + "\n")
        assert wrong == [] and [(each.event, each.to) for each in done] == wanted


@pytest.mark.parametrize(
    "row, wrong",
    [
        ("approvd,2016-11-28,A,1,B,,,", [("event-unknown", 2, "event")]),
        (",2016-11-28,A,1,B,,,", [("cell-empty", 2, "event")]),
        ("approved,hôm qua,A,1,B,,,", [("not-a-time", 2, "at")]),
        (
            "approved,2016-11-28,,,,,,",
            [("milestone-unsigned", 2, c) for c in ("who", "number", "authority")],
        ),
        ("confirmation_closed,2016-11-28,A,,,,,", [("milestone-unsigned", 2, "why")]),
        ("evidence_checked,2016-11-28,A,,,,,", [("milestone-unsigned", 2, "source")]),
        ("published,2016-11-28,A,,,,,", [("milestone-to-whom", 2, "to")]),  # portal, press or letter
        ("published,2016-11-28,A,,,radio,,", [("milestone-to-whom", 2, "to")]),
        ("report,2016-11-28,A,,,radio,,", [("milestone-to-whom", 2, "to")]),  # the decision names nobody
    ],
)
def test_a_line_that_does_not_say_enough_is_named(read, row, wrong):
    done, found = read(f"{HEAD}{row}\n")
    assert found == wrong and done == []


def test_every_kind_is_of_a_step():
    assert set(MILESTONES.values()) <= set(STEPS)
