"""The register of what came in: every wrong line is named at its row and column, and rows have no order."""

from itertools import permutations

import pytest

from ictindex.basics.csv_file import Checked
from ictindex.basics.findings import Finding
from ictindex.facts.events import Event
from ictindex.facts.evidence import (
    EVIDENCE_COLUMNS,
    RECEIVED_COLUMNS,
    first_reports,
    read_evidence,
    read_received,
    told_source,
)
from ictindex.facts.moments import moment
from ictindex.methodology.reading import read_methodology

DIGEST = "0f" * 32
KNOWN = {"bo-a": None, "bo-b": None}


@pytest.fixture(scope="module")
def methodology():
    return read_methodology("qd375")


def read(tmp_path, text, columns, reader, *further):
    findings: list[Finding] = []
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    result = reader(Checked(path, "table.csv", columns, findings), *further)
    return result, [(f.code, f.row, f.column) for f in findings]


def test_evidence_is_found_by_unit_and_answer_in_an_order_that_rows_do_not_decide(tmp_path, methodology):
    rows = [f"bo-a,staff,b.pdf,{DIGEST},", "bo-a,staff,,,Quyết định 12", f"bo-a,staff,a.pdf,{DIGEST},"]
    results = set()
    for several in permutations(rows):
        text = "\n".join(["entity,answer,file,sha256,reference", *several]) + "\n"
        given, wrong = read(tmp_path, text, EVIDENCE_COLUMNS, read_evidence, KNOWN, methodology)
        assert wrong == []
        results.add(tuple(one[:3] for one in given["bo-a", "staff"]))
    assert results == {(("", "", "Quyết định 12"), ("a.pdf", DIGEST, ""), ("b.pdf", DIGEST, ""))}


@pytest.mark.parametrize(
    "row, wrong",
    [
        (f"bo-x,staff,a.pdf,{DIGEST},,", ("entity-unknown", 2, "entity")),
        (f"bo-a,stafff,a.pdf,{DIGEST},,", ("answer-unknown", 2, "answer")),
        ("bo-a,staff,a.pdf,123,,", ("not-a-digest", 2, "sha256")),
        ("bo-a,staff,a.pdf,,,", ("not-a-digest", 2, "sha256")),
        ("bo-a,staff,,,,", ("evidence-of-nothing", 2, "file")),
        (f"bo-a,staff,a.pdf,{DIGEST},,hôm qua", ("not-a-time", 2, "at")),
    ],
)
def test_wrong_evidence_is_named(row, wrong, tmp_path, methodology):
    text = f"entity,answer,file,sha256,reference,at\n{row}\n"
    given, found = read(tmp_path, text, EVIDENCE_COLUMNS, read_evidence, KNOWN, methodology)
    assert found == [wrong] and given == {}


@pytest.mark.parametrize(
    "row, wrong",
    [
        (f"bo-a,survey,a.xlsx,{DIGEST},2020-12-01,lost,", ("state-unknown", 2, "state")),
        (f"bo-a,survey,a.xlsx,{DIGEST},soon,used,", ("not-a-time", 2, "at")),
        ("bo-a,survey,a.xlsx,zz,2020-12-01,used,", ("not-a-digest", 2, "sha256")),
        (f"bo-a,survey,a.xlsx,{DIGEST},2020-12-01,accepted,", ("cell-empty", 2, "why")),
    ],
)
def test_a_wrong_receipt_is_named(row, wrong, tmp_path):
    text = f"sender,form,file,sha256,at,state,why\n{row}\n"
    received, found = read(tmp_path, text, RECEIVED_COLUMNS, read_received)
    assert found == [wrong] and received == []


def test_a_receipt_says_who_sent_what_and_when(tmp_path):
    text = f"sender,form,file,sha256,at,state,why\nbo-a,survey,a.xlsx,{DIGEST},05/12/2020,used,\n"
    (one,), found = read(tmp_path, text, RECEIVED_COLUMNS, read_received)
    assert found == [] and (one.sender, one.form, one.file, one.state) == ("bo-a", "survey", "a.xlsx", "used")
    assert f"{one.at:%Y-%m-%d}" == "2020-12-05"


@pytest.mark.parametrize(
    ("rule", "days"), [("first_clean", [5, 9]), ("first_readable", [3, 4]), ("first_arrival", [1, 4])]
)
def test_the_day_that_counts_is_of_the_first_file_that_the_rule_means(tmp_path, rule, days):
    """What events.csv records counts by every rule; a slip is no report."""
    came = [
        ("bo-a", "survey", 1, "unreadable"),
        ("bo-a", "survey", 3, "refused"),
        ("bo-a", "survey", 5, "used"),
        ("bo-b", "slip", 2, "used"),
        ("bo-b", "survey", 4, "superseded"),
    ]
    rows = [f"{who},{form},f,{DIGEST},2020-12-0{day},{state},x" for who, form, day, state in came]
    text = "\n".join(["sender,form,file,sha256,at,state,why", *rows]) + "\n"
    received, wrong = read(tmp_path, text, RECEIVED_COLUMNS, read_received)
    assert wrong == []
    events = [Event(moment(f"2020-12-0{day}", end=False), unit, "", "reported", None, "", 2)
              for unit, day in (("bo-a", 5), ("bo-b", 9))]  # fmt: skip
    first = first_reports(events, received, rule)
    assert [first[unit].day for unit in KNOWN] == days


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("0f0f0f0f0f0f!Phiếu khảo sát!E6", ["2020-12-05/bo-a/phiếu.xlsx", "Phiếu khảo sát", "E6"]),
        ("0f0f0f0f0f0f!Bìa", ["2020-12-05/bo-a/phiếu.xlsx", "Bìa"]),
        ("aaaaaaaaaaaa!Bìa!B4", ["aaaaaaaaaaaa", "Bìa", "B4"]),  # a file that is not in the register
        ("", []),
    ],
)
def test_a_reader_is_told_the_file_the_sheet_and_the_cell(source, told):
    assert told_source(source, {DIGEST[:12]: "2020-12-05/bo-a/phiếu.xlsx"}) == told
