"""What was declared, what stands, what was monitored; the file as a whole is tested in test_inputs."""

from datetime import datetime
from fractions import Fraction

import pytest

from ictindex.basics.csv_file import Checked
from ictindex.basics.findings import Finding
from ictindex.facts.answers import ANSWER_COLUMNS, MONITORED_COLUMNS, Given, read_answers, read_monitored
from ictindex.methodology.reading import read_methodology


@pytest.fixture(scope="module")
def methodology():
    return read_methodology("qd2051")


def read(tmp_path, text, columns, reader, methodology):
    findings: list[Finding] = []
    path = tmp_path / "answers.csv"
    path.write_text(text, "utf-8")
    table = Checked(path, "answers.csv", columns, findings)
    return reader(table, methodology, {"a": None, "b": None}, "."), [
        (f.code, f.row, f.column) for f in findings
    ]


def test_what_was_changed_says_why_by_whom_and_when_and_from_which_cell_it_came(tmp_path, methodology):
    text = (
        "entity,answer,value,verified,why,who,at,source\n"
        "a,staff,100,90,Đếm lại,HĐTĐ,05/11/2016,0f0f0f0f0f0f!Phiếu khảo sát!F14\n"
        "a,bandwidth,50,,,,,0f0f0f0f0f0f!Phiếu khảo sát!F15\n"
    )
    answers, found = read(tmp_path, text, ANSWER_COLUMNS, read_answers, methodology)
    staff, bandwidth = answers["a", "staff"], answers["a", "bandwidth"]
    assert found == []
    assert (staff.value, staff.declared, staff.claimed) == (90, 100, 100)
    assert (staff.why, staff.who, staff.at.date()) == ("Đếm lại", "HĐTĐ", datetime(2016, 11, 5).date())
    assert staff.source == "0f0f0f0f0f0f!Phiếu khảo sát!F14"
    assert (bandwidth.value, bandwidth.declared, bandwidth.claimed) == (50, None, 50)


def test_a_claim_that_nobody_awarded_yet_is_missing_but_still_a_claim(tmp_path, methodology):
    text = "entity,answer,value\na,internal_network,6\n"
    answers, _ = read(tmp_path, text, ANSWER_COLUMNS, read_answers, methodology)
    given = answers["a", "internal_network"]
    assert (given.value, given.state, given.claimed) == (None, "missing", 6)


@pytest.mark.parametrize("state", ["missing", "not_applicable"])
def test_a_figure_that_was_established_stands_where_the_unit_gave_none(state, tmp_path, methodology):
    """A form comes back without it, and appraisers then establish one: no word of the form outlives that."""
    text = f"entity,answer,value,verified,why,who,at,state\na,staff,,90,Đếm,HĐTĐ,2016-11-05,{state}\n"
    answers, found = read(tmp_path, text, ANSWER_COLUMNS, read_answers, methodology)
    assert found == [] and answers["a", "staff"][:2] == (90, "given")


def test_monitored_figures_stand_beside_the_declared_ones(tmp_path, methodology):
    text = "entity,answer,value,source\na,staff,95,Hệ thống giám sát\nb,bandwidth,12.5,\n"
    monitored, found = read(tmp_path, text, MONITORED_COLUMNS, read_monitored, methodology)
    assert found == [] and monitored == {("a", "staff"): 95, ("b", "bandwidth"): Fraction(25, 2)}


def test_what_is_wrong_with_monitored_figures_is_named(tmp_path, methodology):
    text = "entity,answer,value\na,staff,x\na,staff,5\nb,internal_network,5\nz,staff,5\n"
    _, found = read(tmp_path, text, MONITORED_COLUMNS, read_monitored, methodology)
    assert found == [
        ("not-a-number", 2, "value"),
        ("answer-twice", 3, "entity"),
        ("answer-unknown", 4, "answer"),
        ("entity-unknown", 5, "entity"),
    ]


def test_a_text_that_looks_like_a_number_is_no_mixed_mark(tmp_path, methodology_of):
    """A version, "1.5", to be chosen beside figures with decimal commas."""
    tree = {
        "a": {"max_points": 10, "rule": {"value": "figure"}},
        "b": {"max_points": 10, "rule": {"choice": {"of": "version", "points": {"1.5": 10, "1.4": 0}}}},
    }
    methodology = methodology_of(tree, aggregate="sum", max_points=20)
    text = 'entity,answer,value\na,version,1.5\na,figure,"2,5"\nb,figure,"3,25"\n'
    findings: list[Finding] = []
    path = tmp_path / "answers.csv"
    path.write_text(text, "utf-8")
    table = Checked(path, "answers.csv", ANSWER_COLUMNS, findings)
    given = read_answers(table, methodology, {"a": None, "b": None}, None)
    assert findings == []
    assert (given["a", "version"].value, given["a", "figure"].value) == ("1.5", Fraction(5, 2))


@pytest.mark.parametrize(
    "text, near",
    [
        ("0.8176999999999999", "0.8177"),
        ("0,8176999999999999", "0,8177"),
        ("0.30000000000000004", "0.3"),
        ("123456789012.3456789", "123456789012.346"),
    ],
)
def test_a_figure_that_only_a_program_writes_is_a_finding(text, near):
    from ictindex.facts.answers import read_number
    from ictindex.methodology.decision import Answer

    spec = Answer(label_vi="a", kind="number")
    value, (code, facts) = read_number(text, spec, "," if "," in text else ".")
    assert (value, code, facts["near"]) == (None, "figure-of-a-float", near)
    for sound in ("0.817699999999999", "0.000000000000000001", "123456789012345", "100000000000000000000"):
        assert read_number(sound, spec, ".")[1] is None


def test_what_others_have_established_is_never_called_the_units_own():
    established = Given(Fraction(5), "given", "5", 2, None, established=True)
    assert (established.value, established.claimed) == (5, None)
    assert established._replace(declared=Fraction(7)).claimed == 7
    assert established._replace(established=False).claimed == 5
