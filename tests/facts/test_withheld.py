"""What is a state secret is in no byte that is published, sent out or said; all else stands as it did."""

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused, found
from ictindex.facts.inputs import read_inputs
from ictindex.facts.withheld import marked, secrets_of, silent
from ictindex.methodology.reading import read_methodology
from ictindex.page.results import exceptions
from ictindex.scoring.evaluation import evaluate_edition

UNIT, EDITION = "bo-cong-an", "qd2342-2017"
SECRET = ("units_one_stop", "it_staff", "services_recognised")  # and it_staff_graduates, with it_staff
FIGURES = ("61738295", "52847196", "74629183", "38591742", "94817263", "85172639", "26394817", "49518263")
WORDS = tuple(f"zqsecret{n:02}" for n in range(1, 37))
FEW = (UNIT, "bo-y-te", "VPCP", "TTCP", "bao-hiem-xa-hoi-viet-nam", "dai-truyen-hinh-viet-nam", "T01", "T02")
CONTROL = ("zqopenwhy", "17395284")  # of an answer that is no secret


def edit(path: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    """Rewrite the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def planted(folder: Path) -> None:
    """A year's inputs with a word or figure of its own in every cell about what one unit withholds."""
    words, figures = iter(WORDS), iter(FIGURES)

    def answers(rows):
        for row in rows:
            if row["entity"] == UNIT and row["answer"] in (*SECRET, "it_staff_graduates"):
                secret = row["answer"] in SECRET
                row |= {"value": "" if secret else next(figures), "verified": next(figures)}
                row |= {"why": next(words), "who": next(words), "at": "2018-02-02", "note": next(words)}
                row |= {"source": next(words), "state": "withheld" if secret else ""}
            if row["entity"] == UNIT and row["answer"] == "it_spending":
                row |= {"why": CONTROL[0], "verified": CONTROL[1], "who": "HĐTĐ", "at": "2018-02-02"}
        return rows

    def monitored(rows):
        kept = [row for row in rows if row["entity"] != UNIT]
        about = {"entity": UNIT, "answer": "units_one_stop"}
        return [*kept, {**about, "value": next(figures), "source": next(words)}]

    def evidence(rows):
        about = {"entity": UNIT, "sha256": "ab" * 32, "at": "2018-02-02"}
        new = [
            {**about, "answer": answer, "file": f"{next(words)}.pdf", "reference": next(words)}
            for answer in (*SECRET, "it_staff_graduates")
        ]
        return [*rows, *new]

    def events(rows):
        about = {"entity": UNIT, "at": "2018-03-10", "answer": "units_one_stop"}
        of_criterion = {**about, "answer": "", "criterion": "application.one_stop"}
        said = [{"why": next(words), "who": next(words), "paper": WORDS[35]} for _ in range(4)]
        new = [
            {**about, "event": "objection", "value": next(figures), **said[0]},
            {**about, "event": "correction", "value": next(figures), "at": "2018-03-12", **said[1]},
            {**of_criterion, "event": "objection", **said[2]},
            {**of_criterion, "event": "rejection", "at": "2018-03-12", **said[3]},
        ]
        return [*rows, *new]

    def services(rows):
        for row in rows:
            if row["entity"] == UNIT:
                row |= {"label_vi": WORDS[33], "link": WORDS[33], "application": WORDS[33]}
        return rows

    def tests(rows):
        for row in rows:
            if row["entity"] == UNIT:
                row |= {"inspector": WORDS[34], "why": WORDS[34]}
        return rows

    for change in (answers, monitored, evidence, events):
        edit(folder / f"{change.__name__}.csv", change)
    edit(folder / "services.csv", services)
    edit(folder / "service_tests.csv", tests)


def test_no_byte_of_an_annex_a_form_or_a_slip_has_anything_of_what_is_withheld(
    egdi, only_units, ictindex, told_in
):
    only_units(egdi, EDITION, FEW)
    planted(egdi.inputs(EDITION))
    said = ""
    for command in (
        ("run", EDITION, "-p", "draws", "0"),
        ("forms", EDITION, "--kind", "appraisal", "--reviewer", "td1"),
        ("forms", EDITION, "--kind", "decisions", "--reviewer", "qd1"),
        ("forms", EDITION, "--kind", "marking", "--reviewer", "kt9"),
        ("slips", EDITION, "--sent", "2018-04-01", "--reply-by", "2018-04-10"),
        ("letters", EDITION, "--kind", "result"),
        ("views", EDITION, "--unit", UNIT),
        ("lint", EDITION),
        ("status", EDITION),
        ("explain", EDITION, UNIT),
        ("closing", EDITION, UNIT),
        ("draw", EDITION),
    ):
        ended = ictindex(*command, project=egdi)
        assert ended.code == 0, ended.err
        said += ended.out + ended.err
    assert told_in(egdi.root / "inputs", (*WORDS, *FIGURES)).keys() >= {*WORDS, *FIGURES}
    assert told_in(egdi.root / "outputs", (*WORDS, *FIGURES)) == {}
    assert not any(word in said for word in (*WORDS, *FIGURES))
    assert told_in(egdi.root / "outputs", CONTROL).keys() == {*CONTROL}  # what is no secret is found


def test_a_secret_leaves_every_score_but_its_own_as_it_was(egdi):
    before = evaluate_edition(EDITION, egdi)
    planted(egdi.inputs(EDITION))
    e = evaluate_edition(EDITION, egdi)
    at = next(i for i, entity in enumerate(e.inputs.entities) if entity.code == UNIT)
    states = {leaf.id: e.scores.outcomes[leaf.id][at].state for leaf in e.methodology.leaves}
    assert sorted(id for id, state in states.items() if state == "withheld") == [
        "application.one_stop",
        "online_services.in_use",
        "online_services.recognised",
        "staff.qualification",
    ]
    # the control made spending another; in all else the two have the same points
    but = {"online_services.in_use", "online_services.recognised"}
    for leaf in e.methodology.leaves:
        if leaf.id not in but and "it_spending" not in leaf.criterion.rule.reads:
            assert e.scores.outcomes[leaf.id] == before.scores.outcomes[leaf.id]


# --- which answers, which criteria ------------------------------------------------------------------------

PARTS = {
    "share": {"max_points": 10, "rule": {"share": {"of": "signed", "per": "sent"}}},
    "all": {"max_points": 10, "rule": {"value": "sent"}},
    "best": {
        "max_points": 10,
        "rule": {
            "best_of": [
                {"label_vi": "một", "max_points": 10, "rule": {"yes_no": "own"}},
                {"label_vi": "hai", "max_points": 5, "rule": {"yes_no": "rented"}},
            ]
        },
    },
}


def test_what_only_withheld_criteria_read_is_withheld_with_them(methodology_of, inputs_with):
    m = methodology_of(PARTS, aggregate="sum", max_points=30)
    units = inputs_with({"U": {}, "V": {}}).entities
    secrets = secrets_of([("U", "signed"), ("U", "own")], units, m)
    assert secrets.answers == {("U", "signed"), ("U", "own"), ("U", "rented")}  # but not what "all" reads
    assert secrets.criteria == {("U", "share"), ("U", "best")}
    assert secrets.services == frozenset()


def test_a_category_is_withheld_when_all_below_it_is(methodology_of, inputs_with):
    inner = {
        "max_points": 20,
        "aggregate": "sum",
        "criteria": {name: PARTS[name] for name in ("share", "all")},
    }
    m = methodology_of({"inner": inner, "best": PARTS["best"]}, aggregate="sum", max_points=30)
    units = inputs_with({"U": {}}).entities
    assert secrets_of([("U", "signed")], units, m).criteria == {("U", "inner.share")}
    assert secrets_of([("U", "sent")], units, m).criteria == {
        ("U", "inner"),
        ("U", "inner.share"),
        ("U", "inner.all"),
    }


def test_the_word_is_known_however_it_is_spelled():
    rows = [
        {"entity": "U", "answer": "x", "state": " Withheld"},
        {"entity": "U", "answer": "y", "state": "missing"},
        {"entity": "U", "answer": "z"},
    ]
    assert list(marked(rows)) == [("U", "x")]


# --- what comes in ----------------------------------------------------------------------------------------


def mini_inputs(project):
    return read_inputs("mini-2020", read_methodology("mini", project), project)


def test_the_other_half_of_a_withheld_share_is_given_and_not_told(mini_with):
    project = mini_with(answers=lambda text: text.replace("A,with_computer,90,", "A,with_computer,,withheld"))
    inputs = mini_inputs(project)
    staff, computers = (inputs.answers["A", name] for name in ("staff", "with_computer"))
    assert (staff.value, staff.state, staff.text, staff.secret) == (None, "given", "", True)
    assert (computers.value, computers.state, computers.secret) == (None, "withheld", True)
    assert inputs.answers["B", "staff"].value == Fraction(100)
    e = evaluate_edition("mini-2020", project)
    shown = exceptions(e)
    assert shown[shown.unit == "A"][["criterion", "state", "given"]].values.tolist() == [
        ["inside.computers", "withheld", ""]
    ]


def test_a_state_that_comes_before_the_secret_stays_the_state_of_the_criterion(mini_with):
    changed = {"A,with_computer,90,": "A,with_computer,,not_applicable", "A,staff,100,": "A,staff,,withheld"}

    def edited(text):
        for old, new in changed.items():
            text = text.replace(old, new)
        return text

    e = evaluate_edition("mini-2020", mini_with(answers=edited))
    assert e.scores.outcomes["inside.computers"][0].state == "not_applicable"
    shown = exceptions(e)
    assert shown[shown.unit == "A"][["criterion", "state", "given"]].values.tolist() == [
        ["inside.computers", "not_applicable", ""]
    ]


def test_no_correction_and_no_recount_tells_a_secret(make_round):
    answers = "entity,answer,value,state\nA,points,8,\nA,site,có,\nB,points,,withheld\nB,site,có,\n"
    e = make_round(answers=answers, evidence="")
    assert e.inputs.answers["B", "points"].state == "withheld"
    corrections = [one for one in e.inputs.events if one.entity == "B" and one.event == "correction"]
    assert [(one.value, one.text, one.who, one.why) for one in corrections] == [
        (None, "", "", "(bí mật nhà nước)")
    ]
    assert e.inputs.verified("points", {"B": 4}, "đếm", "ai").answers["B", "points"].value is None


# --- what is said of faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "C,services,zqsecret,withheld,,",
        "C,services,777123,Withheld,,",
        "C,services,,withheld,zqsecret,",
        "C,services,,withheld,777123,",
    ],
)
def test_a_finding_about_a_secret_says_where_it_is_and_not_what(mini_with, row):
    def edited(text):
        text = text.replace("40,zero_late", "40,")  # a zero would have to be signed, in columns of its own
        lines = [line + ",," for line in text.splitlines()]
        lines[0] = "entity,answer,value,state,verified,note"
        return "\n".join(row if line.startswith("C,services") else line for line in lines) + "\n"

    with pytest.raises(Refused) as refused:
        mini_inputs(mini_with(answers=edited))
    said = json.dumps([each.as_dict() for each in refused.value.findings], ensure_ascii=False)
    assert "zqsecret" not in said and "777123" not in said
    assert {each.row for each in refused.value.findings} == {13}


def test_what_a_finding_needs_to_be_understood_stays_in_it():
    finding = found("state-with-value", "a.csv", 2, "state", value="12", state="withheld")
    assert silent(finding).facts == {"value": "(bí mật nhà nước)", "state": "withheld"}
    assert silent(found("not-utf8", "a.csv", 2, byte="0x00")).place() == "a.csv, row 2"
