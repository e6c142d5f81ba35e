"""What happened to reports and which zeros follow: Vietnamese time, extensions, any order of rows."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.csv_file import Checked
from ictindex.facts.answers import Given
from ictindex.facts.events import (
    EVENT_COLUMNS,
    Event,
    arrivals,
    first_times,
    last_moment,
    late,
    read_events,
    restored_by,
    zeros,
)
from ictindex.facts.moments import moment
from ictindex.facts.replay import corrected, objections
from ictindex.methodology.decision import Deadline
from ictindex.scoring.outcomes import Outcome, score

CITATION = {"title": "Lập ra để thử"}
HEADER = "entity,criterion,event,at,until,why,who,paper\n"
SIGNED = ",Cục THH,BB số 1 ngày 05/01/2018"
YEAR = 2017


def happens(methodology, events):
    """The zeros of a year in which every report counts from its clean form."""
    return zeros(methodology, events, YEAR, first_times(events, "reported"))


def sections(late_on="unit", untrue_on="criterion", date="+1-01-01", before=True):
    """A calendar with one deadline, and two zero rules."""
    deadline = {"label_vi": "Báo cáo", "date": date, "before": before, "citation": CITATION}
    return {
        "calendar": {"report": deadline},
        "zero_rules": {
            "late": {"falls_on": late_on, "citation": CITATION, "deadline": "report"},
            "untrue": {"falls_on": untrue_on, "citation": CITATION},
        },
    }


TREE = {
    "infra": {
        "max_points": 20,
        "aggregate": "sum",
        "criteria": {
            "a": {"max_points": 10, "rule": {"value": "a"}},
            "b": {"max_points": 10, "rule": {"value": "b"}},
        },
    },
    "services": {"max_points": 10, "rule": {"value": "c"}},
}


@pytest.fixture
def of(methodology_of):
    return lambda **how: methodology_of(TREE, aggregate="sum", max_points=30, sections=sections(**how))


def read_from(folder, text, methodology):
    """The events of a whole events.csv, and what is wrong as (code, row, column)."""
    path = folder / "events.csv"
    path.write_text(text, "utf-8")
    table = Checked(path, "events.csv", EVENT_COLUMNS, [])
    events = read_events(table, {"A": None, "B": None}, methodology, ".")
    return events, [(f.code, f.row, f.column) for f in table.findings]


@pytest.fixture
def read(tmp_path, of):
    """Read signed rows."""
    return lambda *rows, **how: read_from(
        tmp_path, HEADER + "".join(f"{row}{SIGNED}\n" for row in rows), of(**how)
    )


def are_late(read, of, *rows, **how):
    events, wrong = read(*rows, **how)
    assert wrong == []
    return list(late(of(**how), events, YEAR, first_times(events, "reported")))


# --- the deadline, in Vietnamese time ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "at, in_time",
    [
        ("2017-12-31T23:59", True),
        ("2017-12-31T23:59:59", True),
        ("2018-01-01T00:00", False),  # “before 1 January”
        ("2017-12-31T16:59Z", True),  # 23:59 in Viet Nam
        ("2017-12-31T17:00Z", False),  # 00:00 on 1 January in Viet Nam, though December in Greenwich
        ("2018-01-01T08:59+09:00", False),  # 06:59 in Viet Nam
        ("2018-01-01T01:30+09:00", True),  # 23:30 in Viet Nam
        ("2017-12-31", True),
        ("31/12/2017", True),
        ("31/12/2017 23:59", True),
        ("1/1/2018", False),
        ("01/01/2018", False),
        ("2018-01-01", False),
        ("5/3/2017", True),  # 5 March: day first
    ],
)
def test_before_1_january_means_until_the_last_moment_of_31_december_in_viet_nam(at, in_time, read, of):
    assert are_late(read, of, f"A,,reported,{at},,") == ([] if in_time else ["A"])


@pytest.mark.parametrize(
    "at, in_time", [("30/10/2017", True), ("2017-10-30T23:59", True), ("31/10/2017", False)]
)
def test_a_deadline_that_is_not_before_counts_its_day(at, in_time, read, of):
    how = {"date": "+0-10-30", "before": False}
    assert are_late(read, of, f"A,,reported,{at},,", **how) == ([] if in_time else ["A"])


def test_the_last_moment_is_seven_hours_ahead_of_greenwich():
    deadline = Deadline(label_vi="Thử", date="+1-01-01", before=True, citation={"title": "Thử"})
    assert last_moment(deadline, 2017).astimezone(UTC) == datetime(2017, 12, 31, 16, 59, 59, 999999, UTC)


def test_who_never_reported_is_not_late_but_missing(read, of):
    assert are_late(read, of, "A,,untrue,2018-02-01,,x") == []


def test_the_first_report_counts(read, of):
    assert are_late(read, of, "A,,reported,2018-02-01,,", "A,,reported,2017-12-01,,") == []


# --- extensions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "at, in_time", [("15/01/2018", True), ("2018-01-15T23:59", True), ("2018-01-16T00:00", False)]
)
def test_an_extension_lasts_to_the_end_of_its_day(at, in_time, read, of):
    rows = (f"A,,reported,{at},,", "A,,extension,2017-12-20,15/01/2018,Công văn", f"B,,reported,{at},,")
    assert are_late(read, of, *rows) == (["B"] if in_time else ["A", "B"])


def test_an_extension_to_a_time_ends_then(read, of):
    extension = "A,,extension,2017-12-20,2018-01-15T12:00,Công văn"
    assert are_late(read, of, "A,,reported,2018-01-15T12:00,,", extension) == []
    assert are_late(read, of, "A,,reported,2018-01-15T12:01,,", extension) == ["A"]


def test_the_longest_extension_counts_and_none_shortens_the_time(read, of):
    longer, shorter = "A,,extension,2017-12-20,15/01/2018,x", "A,,extension,2017-12-21,10/01/2018,x"
    assert are_late(read, of, "A,,reported,12/01/2018,,", shorter, longer) == []
    earlier = "A,,extension,2017-11-01,30/11/2017,x"
    assert are_late(read, of, "A,,reported,15/12/2017,,", earlier) == []


# --- which zeros follow -----------------------------------------------------------------------------------

KINDS = st.sampled_from(["reported", "extension", "untrue", "no_evidence"])
MOMENTS = st.datetimes(datetime(2017, 12, 1), datetime(2018, 2, 1)).map(lambda at: at.replace(tzinfo=UTC))
CRITERIA = st.sampled_from(["", "infra", "infra.a", "services"])


@st.composite
def happenings(draw):
    kind, at = draw(KINDS), draw(MOMENTS)
    where = "" if kind in ("reported", "extension") else draw(CRITERIA)
    until = draw(MOMENTS).isoformat() if kind == "extension" else ""
    return f"{draw(st.sampled_from('AB'))},{where},{kind},{at.isoformat()},{until},x"


@pytest.fixture(scope="module")
def methodology(methodology_of):
    three = sections()
    three["zero_rules"]["no_evidence"] = {"falls_on": "criterion", "citation": CITATION}
    return methodology_of(TREE, aggregate="sum", max_points=30, sections=three)


@given(rows=st.lists(happenings(), min_size=1, max_size=8), data=st.data())
def test_the_order_of_rows_decides_nothing(rows, data, methodology, tmp_path_factory):
    shuffled = data.draw(st.permutations(rows))
    path = tmp_path_factory.getbasetemp() / "shuffled-events.csv"
    seen = []
    for order in (rows, shuffled):
        path.write_text(HEADER + "".join(f"{row}{SIGNED}\n" for row in order), "utf-8")
        table = Checked(path, "events.csv", EVENT_COLUMNS, [])
        seen.append(happens(methodology, read_events(table, None, methodology, ".")))
        assert table.findings == []
    assert seen[0] == seen[1]


def event(entity, criterion, kind, at="2018-01-05"):
    return Event(moment(at, end=False), entity, criterion, kind, None, "x", 2)


ALL = {"a": 8, "b": 6, "c": 4}


@pytest.fixture
def scored(of, inputs_with):
    def scored(*events, given=None, **how):
        methodology = of(**how)
        falls_on = {reason: rule.falls_on.value for reason, rule in methodology.source.zero_rules.items()}
        inputs = inputs_with({"A": given or ALL, "B": ALL}, events=events)
        outcomes = score(methodology, inputs, falls_on, YEAR).outcomes
        assert outcomes["total"][1] == Outcome(Fraction(18), Fraction(30), "scored")  # B is untouched
        return {node: outcome[0] for node, outcome in outcomes.items()}

    return scored


def zero(most, reason):
    return Outcome(Fraction(0), Fraction(most), f"zero_{reason}")


def test_a_zero_on_the_criterion_leaves_the_others(scored):
    outcomes = scored(event("A", "infra.a", "untrue"))
    assert outcomes["infra.a"] == zero(10, "untrue")
    assert outcomes["total"] == Outcome(Fraction(10), Fraction(30), "scored")


def test_a_zero_on_the_unit_is_zero_everywhere_for_the_same_reason(scored):
    outcomes = scored(event("A", "infra.a", "untrue"), untrue_on="unit")
    assert [outcomes[n] for n in ("infra.a", "infra.b", "services")] == [zero(10, "untrue")] * 3
    assert outcomes["total"] == Outcome(Fraction(0), Fraction(30), "scored")


def test_an_event_on_an_inner_node_reaches_all_below_it_and_nothing_beside(scored):
    outcomes = scored(event("A", "infra", "untrue"))
    assert [outcomes[n] for n in ("infra.a", "infra.b")] == [zero(10, "untrue")] * 2
    assert outcomes["services"] == Outcome(Fraction(4), Fraction(10), "scored")


@pytest.mark.parametrize("late_on", ["unit", "criterion"])
def test_a_late_report_is_late_in_every_criterion(late_on, scored):
    outcomes = scored(event("A", "", "reported", "2018-01-01"), late_on=late_on)
    assert {outcomes[n].state for n in ("infra.a", "infra.b", "services")} == {"zero_late"}


@pytest.mark.parametrize("nothing", ["not_applicable", "withheld"])
@pytest.mark.parametrize("late_on", ["unit", "criterion"])
def test_what_does_not_apply_or_is_secret_becomes_no_zero_by_a_late_report(nothing, late_on, scored):
    outcomes = scored(event("A", "", "reported", "2018-01-01"), given={**ALL, "c": nothing}, late_on=late_on)
    assert outcomes["services"] == Outcome(None, None, nothing)
    assert outcomes["total"] == Outcome(Fraction(0), Fraction(20), "scored")


def test_who_falsely_says_that_a_criterion_does_not_apply_can_be_given_zero_there(scored):
    outcomes = scored(event("A", "services", "untrue"), given={**ALL, "c": "not_applicable"})
    assert outcomes["services"] == zero(10, "untrue")


def test_a_zero_answer_on_the_unit_spreads_too(scored):
    outcomes = scored(given={**ALL, "a": (8, "zero_untrue")}, untrue_on="unit")
    assert outcomes["services"] == zero(10, "untrue")


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("C,,reported,2018-01-01,,", "entity-unknown", "entity"),
        (",,reported,2018-01-01,,", "cell-empty", "entity"),
        ("A,,reportd,2018-01-01,,", "event-unknown", "event"),
        ("A,,incomplete,2018-01-01,,x", "event-without-rule", "event"),  # it would have no effect here
        ("A,,late,2018-01-01,,x", "event-unknown", "event"),  # follows from the times alone
        ("A,infra.x,untrue,2018-01-01,,x", "criterion-unknown", "criterion"),
        ("A,infra,reported,2018-01-01,,", "event-of-whole-report", "criterion"),
        ("A,infra,extension,2018-01-01,2018-02-01,x", "event-of-whole-report", "criterion"),
        ("A,,reported,hôm qua,,", "not-a-time", "at"),
        ("A,,reported,12/31/2017,,", "not-a-time", "at"),  # month first
        ("A,,reported,29/02/2018,,", "not-a-time", "at"),
        ("A,,reported,,,", "not-a-time", "at"),
        ("A,,extension,2018-01-01,,x", "not-a-time", "until"),
        ("A,,reported,2018-01-01,mai,", "not-a-time", "until"),
    ],
)
def test_a_slip_is_named_at_its_row_and_column(row, code, column, read):
    events, wrong = read("B,,reported,2017-12-01,,", row)
    assert wrong == [(code, 3, column)]
    assert [event.entity for event in events] == ["B"]


def test_an_extension_that_ends_before_the_deadline_makes_nobody_late():
    usual = datetime(2020, 12, 31, 23, 59, tzinfo=UTC)
    early, between = usual - timedelta(days=20), usual - timedelta(days=10)
    happened = [
        Event(early, "A", "", "extension", early, "", 2),
        Event(between, "A", "", "reported", None, "", 3),
        Event(usual + timedelta(days=1), "B", "", "reported", None, "", 4),
    ]
    assert arrivals(first_times(happened, "reported"), happened, usual) == (["A", "B"], ["B"], ["A"])


# --- objections, decisions and corrections ----------------------------------------------------------------

LEDGER = "entity,criterion,event,at,until,why,answer,value,who,paper\n"


@pytest.fixture
def ledger(tmp_path, of):
    """As ``read``, with the columns of objections and decisions."""
    return lambda *rows: read_from(tmp_path, LEDGER + "".join(f"{row},QĐ số 1\n" for row in rows), of())


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("A,,correction,2018-01-05,,vì sao,a,5,", "event-unsigned", "who"),
        ("A,,correction,2018-01-05,,,a,5,HĐTĐ", "event-unsigned", "why"),
        ("A,,correction,2018-01-05,,vì sao,a,x,HĐTĐ", "not-a-number", "value"),
        ("A,,correction,2018-01-05,,vì sao,a,,HĐTĐ", "cell-empty", "value"),
        ("A,,found_true,2018-01-05,,vì sao,a,,HĐTĐ", "cell-empty", "value"),
        ("A,,found_true,2018-01-05,,,a,5,HĐTĐ", "event-unsigned", "why"),
        ("A,,objection,2018-01-05,,vì sao,,,", "event-of-one-thing", "answer"),
        ("A,infra,objection,2018-01-05,,vì sao,a,5,", "event-of-one-thing", "answer"),
        ("A,,objection,2018-01-05,,,a,5,", "event-unsigned", "why"),
        ("A,,rejection,2018-01-05,,vì sao,a,,", "event-unsigned", "who"),
        ("A,infra,restored,2018-01-05,,vì sao,,,", "event-unsigned", "who"),
        ("A,,slip,2018-01-05,,,a,,", "event-of-no-answer", "answer"),
        ("A,infra,confirmed,2018-01-05,,,,,", "event-of-whole-report", "criterion"),
        ("A,,objection,2018-01-05,,vì sao,aa,5,", "answer-unknown", "answer"),
    ],
)
def test_a_slip_in_a_decision_is_named_at_its_row_and_column(row, code, column, ledger):
    events, wrong = ledger("B,,slip,2018-01-02,,,,,", row)
    assert (code, 3, column) in wrong
    assert [event.entity for event in events] == ["B"]


def test_two_corrections_of_one_answer_at_one_moment_are_refused(ledger):
    rows = ("A,,correction,2018-01-05,,x,a,5,HĐTĐ", "A,,correction,2018-01-05,,x,a,6,HĐTĐ")
    assert ledger(*rows)[1] == [("correction-twice", 3, "at")]
    assert ledger(rows[0], "A,,correction,2018-01-05T10:00,,x,a,6,HĐTĐ")[1] == []


def test_an_objection_may_ask_for_anything(ledger):
    (event,), wrong = ledger("A,,objection,2018-01-05,,x,a,khoảng 5,")
    assert wrong == [] and (event.text, event.value) == ("khoảng 5", None)


def test_what_is_restored_is_zero_no_more_but_for_what_is_found_later(ledger, of):
    found, back = "A,infra,untrue,2018-01-05,,x,,,Cục THH", "A,infra,restored,2018-01-06,,x,,,HĐTĐ"
    assert happens(of(), ledger(found)[0]) == {"A": {"infra": {"untrue"}}}
    assert happens(of(), ledger(back, found)[0])["A"] == {}
    again = "A,infra,untrue,2018-02-01,,x,,,Cục THH"
    assert happens(of(), ledger(again, back, found)[0]) == {"A": {"infra": {"untrue"}}}


@pytest.mark.parametrize("untrue_first", [True, False])
def test_untrue_and_restored_at_the_same_moment_leave_no_zero(untrue_first, ledger, of):
    found, back = (
        "A,infra,untrue,2018-01-05T07:00Z,,x,,,Cục THH",
        "A,infra,restored,2018-01-05T14:00,,x,,,HĐTĐ",
    )
    events, wrong = ledger(*((found, back) if untrue_first else (back, found)))
    assert wrong == [] and happens(of(), events)["A"] == {}


def test_a_late_report_hides_nothing_else_that_was_found_of_the_whole_report(read, of):
    events, wrong = read("A,,untrue,2018-01-05,,x", "A,,reported,2018-01-01,,")
    assert wrong == [] and happens(of(), events) == {"A": {"": {"untrue", "late"}}}


def test_a_correction_of_an_answer_that_nobody_asks_is_a_finding_though_it_has_a_value(ledger):
    events, wrong = ledger("A,,correction,2018-01-05,,vì sao,staff,5,HĐTĐ")
    assert (events, wrong) == ([], [("answer-unknown", 2, "answer")])


def test_an_unknown_answer_is_answered_by_the_right_one(tmp_path, of):
    path, findings = tmp_path / "events.csv", []
    path.write_text(f"{LEDGER}A,,objection,2018-01-05,,x,aa,5,,\n", "utf-8")
    read_events(Checked(path, "events.csv", EVENT_COLUMNS, findings), {"A": None}, of(), ".")
    (finding,) = findings
    assert "the methodology asks no “aa”. → did you mean “a”?" in finding.sentence("en")


@pytest.mark.parametrize(
    "kind", ["extension", "untrue", "no_evidence", "upheld", "rejection", "correction", "restored"]
)
@pytest.mark.parametrize("lacks", ["who", "why", "paper"])
def test_what_is_decided_of_a_unit_says_who_why_and_by_which_paper(kind, lacks, raw, of):
    told = {"who": "HĐTĐ", "why": "vì sao", "paper": "TB 7", lacks: ""}
    until = "2018-02-01" if kind == "extension" else ""
    where, answer, value = ("", "a", "5") if kind == "correction" else ("", "", "")
    where = "" if kind in ("extension", "correction") else "infra.a"
    row = f"A,{where},{kind},2018-01-05,{until},{told['why']},{answer},{value},{told['who']},{told['paper']}"
    assert ("event-unsigned", 2, lacks) in raw(f"{LEDGER}{row}\n")[1]


@pytest.fixture
def raw(tmp_path, of):
    """Read a whole events.csv, its columns and all."""
    methodology = of()
    methodology.source.zero_rules["no_evidence"] = methodology.source.zero_rules["untrue"]
    return lambda text: read_from(tmp_path, text, methodology)


def test_an_old_file_without_the_column_for_papers_is_told_so_once_and_how_to_mend_it(raw):
    old = "entity,criterion,event,at,until,why,answer,value,who\n"
    rows = "A,,reported,2017-12-01,,,,,\n" + "A,infra,untrue,2018-01-05,,x,,,HĐTĐ\n" * 2
    assert raw(old + rows)[1] == [("events-without-paper", 3, "paper")]
    assert raw(old + "A,,reported,2017-12-01,,,,,\n")[1] == []


def test_one_line_that_cancels_without_a_reason_is_refused(raw):
    """Case 23: it would have put a province at 0.000."""
    line = "A,,untrue,2018-03-01,,,,,,\n"
    assert raw(LEDGER + line)[1] == [("event-unsigned", 2, column) for column in ("who", "why", "paper")]


# --- decisions do what they say ---------------------------------------------------------------------------

ASKED = "A,,objection,2018-02-01,,đếm thiếu,a,7,"


def test_an_objection_that_is_upheld_with_a_value_has_it(ledger):
    """Case 25: never accepted in words, with the old figure."""
    events, wrong = ledger(ASKED, "A,,upheld,2018-02-10,,đúng,a,7,HĐTĐ")
    assert wrong == []
    stated = {("A", "a"): Given(Fraction(5), "given", "5", 2)}
    (one,) = objections(events)
    assert (one.outcome, one.decision.value) == ("upheld", 7)
    standing = corrected(stated, events)["A", "a"]
    assert (standing.value, standing.declared, standing.who) == (7, 5, "HĐTĐ")


def test_what_is_upheld_says_the_value_where_one_was_asked_for(ledger):
    assert ledger(ASKED, "A,,upheld,2018-02-10,,đúng,a,,HĐTĐ")[1] == [("upheld-without-value", 3, "value")]
    asked = "A,,objection,2018-02-01,,có tài liệu,a,,"
    assert ledger(asked, "A,,upheld,2018-02-10,,đúng,a,,HĐTĐ")[1] == []
    on_criterion = ("A,infra,objection,2018-02-01,,x,,,", "A,infra,upheld,2018-02-10,,đúng,,5,HĐTĐ")
    assert ledger(*on_criterion)[1] == [("value-of-no-answer", 3, "value")]


DECISIONS = ["upheld,{at},,x,a,7,HĐTĐ", "correction,{at},,x,a,7,HĐTĐ", "rejection,{at},,x,a,,HĐTĐ"]


@pytest.mark.parametrize(
    "first, then, refused",
    [("upheld", "rejection", True), ("correction", "rejection", True), ("rejection", "correction", True),
     ("rejection", "upheld", True), ("rejection", "rejection", True), ("upheld", "upheld", True),
     ("upheld", "correction", False), ("correction", "correction", False)],
)  # fmt: skip
def test_an_objection_is_decided_once_and_never_the_other_way_afterwards(first, then, refused, ledger):
    rows = {row.split(",")[0]: "A,," + row for row in DECISIONS}
    several = (rows[first].format(at="2018-02-10"), rows[then].format(at="2018-02-11"))
    wrong = ledger(several[1], ASKED, several[0])[1]
    assert wrong == ([("decided-already", 2, "event")] if refused else [])
    again = ASKED.replace("2018-02-01", "2018-02-10T12:00")
    assert ledger(ASKED, several[0], again, several[1])[1] == [], "a new objection may be decided anew"


@pytest.mark.parametrize("decision", ["upheld,2018-02-10,,x,a,7,HĐTĐ", "rejection,2018-02-10,,x,a,,HĐTĐ"])
def test_nothing_is_decided_where_nobody_objected(decision, ledger):
    for rows in ((), ("A,,objection,2018-02-11,,x,a,7,",), ("B,,objection,2018-02-01,,x,a,7,",)):
        assert ledger(f"A,,{decision}", *rows)[1] == [("decision-of-nothing", 2, "event")]


@pytest.mark.parametrize(
    "found", ["", "A,infra.a,untrue,2018-01-05,,x,,,Cục", "A,infra,untrue,2018-01-07,,x,,,Cục",
              "B,infra,untrue,2018-01-05,,x,,,Cục", "A,,reported,2018-05-05,,,,,"]
)  # fmt: skip
def test_what_restores_nothing_is_refused(found, ledger):
    """The zero is at another criterion, later, another unit's, or comes from a late report."""
    rows = [row for row in (found, "A,infra,restored,2018-01-06,,x,,,HĐTĐ") if row]
    assert ledger(*rows)[1] == [("restored-nothing", len(rows) + 1, "event")]


def test_what_is_restored_is_every_zero_found_there_before(ledger):
    found = "A,infra,untrue,2018-01-05,,x,,,Cục"
    later = found.replace("01-05", "01-07")
    events, wrong = ledger(found, "A,infra,restored,2018-01-06,,x,,,HĐTĐ", later)
    assert wrong == []
    assert [[each.row for each in taken] for taken in restored_by(events).values()] == [[2]]
