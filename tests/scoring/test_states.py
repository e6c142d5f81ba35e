"""Reasons for zero: each acts with its own reach, whatever else was found and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import permutations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.facts.answers import Given
from ictindex.facts.events import Event
from ictindex.facts.evidence import Evidence
from ictindex.facts.moments import moment
from ictindex.scoring.evaluation import evaluate, read_parameters
from ictindex.scoring.outcomes import Outcome, score
from ictindex.scoring.places import ranks
from ictindex.scoring.states import State, states

CITATION = {"title": "Lập ra để thử"}
REASONS = ("late", "incomplete", "untrue", "no_evidence", "cancelled")
YEAR = 2017
IN_TIME, LATE = "2017-12-31", "2018-01-01"


# --- the three cases by which a further fault once raised a score ----------------------------------------


@pytest.fixture
def office(egdi):
    """office(events=…, states=…, **rules): value and rank of Văn phòng Bộ in 375, and why it has its zero.

    ``events``: (criterion, event, day); ``states``: answer -> state written into its row; ``unshown``: an
    answer whose evidence is taken away.
    """
    folder = egdi.inputs("qd375-2020")
    usual = {name: (folder / name).read_text("utf-8") for name in ("answers.csv", "events.csv")}
    shown = (folder / "evidence.csv").read_text("utf-8").splitlines(keepends=True)

    def office(events=(), states=None, unshown="", **rules):
        answers, ledger = usual["answers.csv"], usual["events.csv"]
        for answer, state in (states or {}).items():
            row = f"van-phong-bo,{answer},có,,,,,,"
            assert answers.count(row) == 1
            answers = answers.replace(row, f"van-phong-bo,{answer},có,,Thử,HĐTĐ,,BB 1,{state}")
        for criterion, event, day in events:
            ledger += f"van-phong-bo,{criterion},{event},{day},,Thử,,,HĐTĐ,BB 1,\n"
        left = [line for line in shown if not unshown or f"van-phong-bo,{unshown}," not in line]
        assert len(shown) - len(left) == bool(unshown)
        (folder / "evidence.csv").write_text("".join(left), "utf-8")
        (folder / "answers.csv").write_text(answers, "utf-8")
        (folder / "events.csv").write_text(ledger, "utf-8")
        e = evaluate(egdi, **{**read_parameters("qd375-2020", egdi), **rules})
        at = next(i for i, entity in enumerate(e.inputs.entities) if entity.code == "van-phong-bo")
        standing = e.at(e.methodology.root)["van-phong-bo"]
        return str(standing.printed), standing.rank, e.scores.outcomes["policy.use_regulation"][at].state

    return office


NO_EVIDENCE = ("policy.use_regulation", "no_evidence", "2021-01-20")
UNTRUE = ("policy.use_regulation", "untrue", "2021-01-20")
INCOMPLETE = ("policy.use_regulation", "incomplete", "2021-01-10")


def test_375_a_late_answer_without_evidence_is_still_late_over_the_unit(office):
    late = {"use_regulation": "zero_late"}
    assert office() == ("70.51", 6, "scored")
    assert office(events=[NO_EVIDENCE]) == ("65.51", 8, "zero_no_evidence")
    assert office(states=late) == ("0.00", 19, "zero_late")
    assert office(states=late, events=[NO_EVIDENCE]) == ("0.00", 19, "zero_late")


def test_375_what_lacks_evidence_over_the_unit_still_does_where_it_is_untrue_too(office):
    """Once as an event, once because the unit shows nothing for what it claims."""
    over_unit = {"zero_no_evidence": "unit"}
    for found, unshown in (([NO_EVIDENCE], ""), ([], "use_regulation")):
        for events in (found, [*found, UNTRUE]):
            assert office(events, unshown=unshown, **over_unit) == ("0.00", 15, "zero_no_evidence")
    assert office([UNTRUE], **over_unit) == ("65.51", 7, "zero_untrue")


def test_375_untrue_over_the_unit_acts_though_it_was_incomplete_before(office):
    for events in permutations([INCOMPLETE, UNTRUE]):
        assert office(events=events, zero_untrue="unit") == ("0.00", 19, "zero_untrue")


# --- which reason is printed -----------------------------------------------------------------------------

TREE = {
    "infra": {
        "max_points": 20,
        "aggregate": "sum",
        "criteria": {
            "a": {"max_points": 10, "rule": {"share": {"of": "a", "per": "all"}}},
            "b": {"max_points": 10, "rule": {"value": "b"}},
        },
    },
    "services": {"max_points": {"ministry": 10, "agency": "not_applicable"}, "rule": {"value": "c"}},
}
ANSWERS = {"a": 8, "all": 10, "b": 6, "c": 4}


def happened(criterion, event, at="2018-01-05"):
    return Event(moment(at, end=False), "A", criterion, event, None, "x", 2)


def zero_rules(falls_on):
    rules = {reason: {"falls_on": falls_on[reason], "citation": CITATION} for reason in REASONS}
    rules["late"]["deadline"] = "report"
    deadline = {"label_vi": "Báo cáo", "date": "+1-01-01", "before": True, "citation": CITATION}
    return {"calendar": {"report": deadline}, "zero_rules": rules}


@pytest.fixture
def stand(methodology_of, inputs_with):
    """stand(events, on_unit=…, **answers): leaf -> (state, every reason) of unit A."""

    def stand(*events, on_unit=(), group="ministry", evidence=None, missing="zero", **changed):
        falls_on = {reason: "unit" if reason in on_unit else "criterion" for reason in REASONS}
        methodology = methodology_of(
            TREE,
            aggregate="sum",
            max_points={"ministry": 30, "agency": 20},
            groups=("ministry", "agency"),
            missing=missing,
            sections=zero_rules(falls_on),
        )
        inputs = inputs_with(
            {"A": {**ANSWERS, **changed}}, {"A": group}, sorted(events, key=lambda e: e.order)
        )
        if evidence is not None:
            shown = Evidence("", "", "Công văn", None, 2)
            inputs = replace(inputs, evidence={("A", answer): (shown,) for answer in evidence})
        found = states(methodology, inputs, falls_on, YEAR)
        return {leaf: state for leaf, (state,) in found.items()}

    return stand


def test_the_reason_of_the_widest_reach_is_printed_and_all_are_kept(stand):
    own, above, whole = (
        happened("infra.a", "untrue"),
        happened("infra", "cancelled"),
        happened("", "no_evidence"),
    )
    assert stand(own)["infra.a"] == State("zero_untrue", ("untrue",))
    assert stand(own, above)["infra.a"] == State("zero_cancelled", ("cancelled", "untrue"))
    every = State("zero_no_evidence", ("no_evidence", "cancelled", "untrue"))
    assert stand(own, above, whole)["infra.a"] == every
    over_unit = stand(own, above, whole, on_unit=["untrue"])
    assert over_unit["infra.a"] == State("zero_untrue", ("untrue", "no_evidence", "cancelled"))
    assert over_unit["services"] == State("zero_untrue", ("untrue", "no_evidence"))


def test_of_reasons_with_equal_reach_the_first_of_a_fixed_list_is_printed_whenever_it_came(stand):
    for places in (["infra.a"] * 4, [""] * 4):
        for days in (range(1, 5), range(4, 0, -1)):
            kinds = ("cancelled", "untrue", "no_evidence", "incomplete")
            events = [
                happened(place, kind, f"2018-01-0{day}")
                for place, kind, day in zip(places, kinds, days, strict=True)
            ]
            assert stand(*events)["infra.a"] == State(
                "zero_incomplete", ("incomplete", "untrue", "no_evidence", "cancelled")
            )


def test_two_reasons_that_both_fall_on_the_unit_are_told_by_the_same_list(stand):
    events = happened("infra.a", "cancelled"), happened("services", "incomplete")
    found = stand(*events, on_unit=["cancelled", "incomplete"])
    assert set(found.values()) == {State("zero_incomplete", ("incomplete", "cancelled"))}


@pytest.mark.parametrize("gap", ["missing", "not_applicable", "withheld"])
@pytest.mark.parametrize("zeroed, other", [("a", "all"), ("all", "a")])
def test_an_answer_found_untrue_is_no_less_so_beside_one_that_is_not_there(gap, zeroed, other, stand):
    found = stand(on_unit=["untrue"], missing="leave_out", **{zeroed: (8, "zero_untrue"), other: gap})
    assert set(found.values()) == {State("zero_untrue", ("untrue",))}


def test_what_is_claimed_without_evidence_is_so_beside_a_missing_answer_too(stand):
    found = stand(on_unit=["no_evidence"], evidence=["b", "c"], all="missing")
    assert set(found.values()) == {State("zero_no_evidence", ("no_evidence",))}


def test_where_a_missing_answer_is_a_mistake_it_is_told_rather_than_that_evidence_is_lacking(stand):
    assert stand(evidence=["b", "c"], all="missing", missing="error")["infra.a"] == State("missing")


def test_a_unit_does_not_escape_a_fault_that_falls_on_it_by_answers_that_are_withheld(stand):
    found = stand(happened("infra", "untrue"), on_unit=["untrue"], a="withheld", b="withheld")
    assert found == {
        "infra.a": State("withheld"),
        "infra.b": State("withheld"),
        "services": State("zero_untrue", ("untrue",)),
    }


def test_an_event_at_a_criterion_that_does_not_apply_to_the_unit_reaches_nothing(stand):
    found = stand(happened("services", "untrue"), on_unit=["untrue"], group="agency")
    assert found == {
        "infra.a": State("scored"),
        "infra.b": State("scored"),
        "services": State("not_applicable"),
    }


def scored(m, given, falls_on=None, **more):
    return score(m, replace(given, **more), falls_on or {}, YEAR)


def rule_for(*reasons, falls_on="criterion"):
    return {reason: {"falls_on": falls_on, "citation": {"clause": "Điều 1"}} for reason in reasons}


def test_nobody_has_to_show_evidence_for_what_others_give(methodology_of, inputs_with):
    """Neither for a mark of the reviewers, nor for a figure that is last year's."""
    criteria = {
        "marked": {"max_points": 10, "rule": {"mark": "seen"}},
        "own": {"max_points": 10, "rule": {"value": "own"}},
        "kept": {"max_points": 10, "rule": {"value": "before"}},
    }
    sections = {"zero_rules": rule_for("no_evidence")}
    m = methodology_of(
        criteria,
        aggregate="sum",
        max_points=30,
        answers={"before": {"last_year_of": "own"}},
        sections=sections,
    )
    given = {"seen": Given(Fraction(1, 2), "given", "5", None), "own": 5, "before": 4}
    outcomes = scored(m, inputs_with({"X": given}), {"no_evidence": "criterion"}, evidence={}).outcomes
    assert [outcomes[leaf][0].state for leaf in criteria] == ["scored", "zero_no_evidence", "scored"]


@pytest.mark.parametrize("whose", ["off.a", "off", ""])
def test_no_zero_gives_back_what_the_criteria_below_a_deduction_take_off(whose, methodology_of, inputs_with):
    leaf = {"max_points": 5, "rule": {"value": "a"}}
    off = {"max_points": 5, "counts_as": "deduction", "citation": {"clause": "Điều 1"}, "aggregate": "sum"}
    criteria = {
        "plain": {"max_points": 10, "rule": {"value": "b"}},
        "off": {**off, "criteria": {"a": leaf}},
    }
    sections = {"zero_rules": rule_for("untrue", "no_evidence")}
    m = methodology_of(criteria, aggregate="sum", max_points=10, floor=0, sections=sections)
    event = Event(moment("2018-01-02", end=False), "X", whose, "untrue", None, "x", 2)
    falls_on = {"untrue": "criterion", "no_evidence": "criterion"}
    inputs = inputs_with({"X": {"a": (3, "zero_untrue"), "b": 8}}, events=(event,))
    outcomes = scored(m, inputs, falls_on, evidence={("X", "b"): ()}).outcomes
    assert outcomes["off.a"][0] == Outcome(Fraction(3), Fraction(5), "scored")
    assert outcomes["off"][0].points == -3


@pytest.mark.parametrize("falls_on, apart", [("unit", {"X": "cancelled"}), ("criterion", {})])
def test_a_result_that_an_answer_calls_cancelled_is_as_one_that_an_event_does(
    falls_on, apart, methodology_of, inputs_with
):
    m = methodology_of(
        {"a": {"max_points": 10, "rule": {"value": "a"}}},
        aggregate="sum",
        max_points=10,
        sections={"zero_rules": rule_for("cancelled", falls_on=falls_on)},
    )
    inputs = inputs_with({"X": {"a": (3, "zero_cancelled")}, "Y": {"a": 5}})
    assert scored(m, inputs, {"cancelled": falls_on}).unranked == apart


# --- the law ---------------------------------------------------------------------------------------------
#
# Let the answers stand as they are, and let something more be found of one unit: an event with a reason for
# zero, a zero written at an answer, evidence taken away, a report that comes too late, an extension or a
# restoration undone. Then at no criterion, category or total does that unit have more points or a greater
# share; where it had none at all, it has none or zero; and its rank gets no better. Another unit changes only
# at criteria measured by of_largest, where the faulted unit may have set the mark, and never gets less. Read
# backwards: nothing that is taken back ever lowers a score.


def cases(yes, count):
    """A yes and a count that come to so many points."""
    return [
        {"label_vi": "P", "max_points": yes, "rule": {"yes_no": "case_yes"}},
        {
            "label_vi": "Q",
            "max_points": count,
            "rule": {"count": {"of": "case_count", "each": 2, "most": count}},
        },
    ]


STEPS = [{"low": 0, "high": 5, "points": 2}, {"low": 5, "high": 20, "full": 20}, {"low": 20, "points": 10}]
EVERY_KIND = {
    "plain": {
        "value": {"value": "value"},
        "share": {"share": {"of": "share_of", "per": "share_per"}},
        "largest": {"of_largest": {"of": "largest_of", "per": "largest_per"}},
    },
    "steps": {
        "bands": {"bands": {"of": "bands", "steps": STEPS}},
        "yes": {"yes_no": "yes"},
        "choice": {"choice": {"of": "choice", "points": {"good": 10, "fair": 5, "none": 0}}},
        "count": {"count": {"of": "count", "each": 3, "most": 10}},
    },
    "people": {
        "parts": {"sum_of": cases(4, 6)},
        "best": {"best_of": cases(10, 6)},
        "mark": {"mark": "mark"},
        "award": {"awarded": "award"},
    },
}
CRITERIA = ["", *EVERY_KIND, *(f"{top}.{leaf}" for top, below in EVERY_KIND.items() for leaf in below)]
NUMBER = st.integers(0, 10)
FIGURES = {
    **dict.fromkeys(["value", "share_of", "largest_of", "bands", "count", "case_count", "award"], NUMBER),
    **dict.fromkeys(["share_per", "largest_per"], st.integers(10, 12)),
    **dict.fromkeys(["yes", "case_yes"], st.booleans()),
    "choice": st.sampled_from(["good", "fair", "none"]),
    "mark": st.sampled_from([Fraction(step, 10) for step in range(11)]),
}
HALF = {
    **dict.fromkeys(["value", "share_of", "bands", "count", "case_count", "award"], 5),
    **{"share_per": 10, "largest_per": 10, "yes": True, "case_yes": False, "choice": "fair"},
    "mark": Fraction(1, 2),
}
GAPS = ["missing", "not_applicable", "withheld"]
SETTINGS = st.sampled_from(["criterion", "unit"])


class Facts(NamedTuple):
    """What is known of unit A beside its answers: each a set, of which more is worse."""

    events: frozenset  # (criterion, event, day)
    zeroed: frozenset  # (answer, reason), at most one of an answer
    unshown: frozenset  # answers without evidence
    late: bool
    kept: frozenset  # criteria whose restoration, and '' whose extension, was not made


@st.composite
def answers(draw):
    return {
        name: draw(st.one_of(figure, figure, figure, st.sampled_from(GAPS)))
        for name, figure in FIGURES.items()
    }


EVENTS = st.tuples(
    st.sampled_from(CRITERIA),
    st.sampled_from(REASONS[1:]),
    st.sampled_from(["2018-01-05", "2018-01-07", "2018-01-08"]),
)
ZEROED = st.tuples(st.sampled_from(sorted(FIGURES)), st.sampled_from(REASONS))
FACTS = st.builds(
    Facts,
    st.frozensets(EVENTS, max_size=3),
    st.lists(ZEROED, max_size=2, unique_by=lambda zero: zero[0]).map(frozenset),
    st.frozensets(st.sampled_from(sorted(FIGURES)), max_size=3),
    st.booleans(),
    st.frozensets(st.sampled_from(CRITERIA)),
)


@st.composite
def one_more(draw, facts):
    """The same facts and one fault more."""
    which = draw(st.sampled_from(["events", "events", *Facts._fields]))
    if which == "late":
        return facts._replace(late=True)
    if which == "zeroed":
        answer, reason = draw(ZEROED)
        taken = {zeroed for zeroed, _ in facts.zeroed}
        return facts if answer in taken else facts._replace(zeroed=facts.zeroed | {(answer, reason)})
    places = sorted({criterion for criterion, *_ in facts.events}) or CRITERIA  # beside another
    beside = st.tuples(st.sampled_from(places), st.sampled_from(REASONS[1:]), st.just("2018-01-06T09:00"))
    items = {
        "events": st.one_of(beside, EVENTS),
        "unshown": st.sampled_from(sorted(FIGURES)),
        "kept": st.sampled_from(CRITERIA),
    }
    return facts._replace(**{which: getattr(facts, which) | {draw(items[which])}})


@pytest.fixture(scope="module")
def methodologies(methodology_of):
    @cache
    def methodology(aggregate, root, missing):
        def leaf(rule, top):
            most = {"ministry": 10, "agency": 10 if top != "steps" else "not_applicable"}
            return {"max_points": most, "rule": rule, **({"weight": 25} if aggregate == "weights" else {})}

        def weight_last(below):
            if aggregate == "weights":
                below[next(reversed(below))]["weight"] = 100 - 25 * (len(below) - 1)
            return below

        size = {top: 10 * len(below) if aggregate == "sum" else 10 for top, below in EVERY_KIND.items()}
        tree = {
            top: {
                "max_points": {
                    "ministry": size[top],
                    "agency": size[top] if top != "steps" else "not_applicable",
                },
                "aggregate": aggregate,
                "criteria": weight_last({name: leaf(rule, top) for name, rule in below.items()}),
            }
            for top, below in EVERY_KIND.items()
        }
        ministry = sum(size.values())
        most = {"ministry": ministry, "agency": ministry - size["steps"]}
        if root == "mean":
            most = dict.fromkeys(most, 10)
        falls_on = dict.fromkeys(REASONS, "criterion")  # as score is told otherwise
        return methodology_of(
            tree,
            aggregate=root,
            max_points=most,
            groups=tuple(most),
            missing=missing,
            answers={"award": {"max": 10}},
            sections=zero_rules(falls_on),
        )

    return methodology


def known(facts, told, inputs_with, group):
    """The inputs of unit A with these facts, beside units B and C, of which nothing was found."""

    def as_given(value, state):
        return value if isinstance(value, str) and value in GAPS else Given(value, state, str(value), 2)

    zeroed = dict(facts.zeroed)
    entities = {
        code: {
            name: as_given(value, f"zero_{zeroed[name]}" if code == "A" and name in zeroed else "given")
            for name, value in values.items()
        }
        for code, values in told.items()
    }
    events = [happened(*event) for event in facts.events]
    events += [happened(each, "restored", "2018-01-06") for each in CRITERIA if each not in facts.kept]
    events.append(happened("", "reported", LATE if facts.late else IN_TIME))
    if "" not in facts.kept:
        extension = happened("", "extension", "2017-12-01")
        events.append(extension._replace(until=moment("2018-01-02", end=True)))
    inputs = inputs_with(entities, dict.fromkeys(told, group), sorted(events, key=lambda event: event.order))
    shown = (Evidence("", "", "Công văn", None, 2),)
    evidence = {
        (code, name): shown for code in told for name in FIGURES if code != "A" or name not in facts.unshown
    }
    return replace(inputs, evidence=evidence)


@settings(max_examples=150)
@given(
    data=st.data(),
    own=answers(),
    largest=st.tuples(NUMBER, NUMBER),
    facts=FACTS,
    falls_on=st.fixed_dictionaries(dict.fromkeys(REASONS, SETTINGS)),
    aggregates=st.sampled_from(
        [("sum", "sum"), *((inner, root) for inner in ("mean", "weights") for root in ("sum", "mean"))]
    ),
    missing=st.sampled_from(["zero", "leave_out"]),
    group=st.sampled_from(["ministry", "agency"]),
)
def test_a_fault_more_never_raises_a_score_and_one_less_never_lowers_it(
    data, own, largest, facts, falls_on, aggregates, missing, group, methodologies, inputs_with
):
    worse = data.draw(one_more(facts))
    told = {"A": own} | {
        code: HALF | {"largest_of": value} for code, value in zip("BC", largest, strict=True)
    }
    methodology = methodologies(*aggregates, missing)
    before, after = (
        score(methodology, known(each, told, inputs_with, group), falls_on, YEAR) for each in (facts, worse)
    )
    for node in methodology.nodes:
        (own, *others), (own_after, *others_after) = before.outcomes[node.id], after.outcomes[node.id]
        assert no_more(own_after, own), node.id
        for theirs, theirs_after in zip(others, others_after, strict=True):
            if node.id in ("total", "plain", "plain.largest"):
                assert no_more(theirs, theirs_after) and theirs.available == theirs_after.available
            else:
                assert theirs == theirs_after
    for compared in ("points", "share"):
        place, place_after = (
            ranks([getattr(outcome, compared) for outcome in scores.outcomes["total"]])[0]
            for scores in (before, after)
        )
        assert place is None or place_after >= place


def no_more(outcome: Outcome, than: Outcome) -> bool:
    """Whether one has neither more points nor a greater share; nothing at all becomes zero at most."""
    if not outcome.counts or not than.counts:
        return not than.counts and not outcome.points
    return outcome.points <= than.points and outcome.share <= than.share


def test_reasons_stand_in_one_order_under_any_hash_seed(under_hash_seeds):
    said = under_hash_seeds(
        "from pathlib import Path",
        "from ictindex.scoring.evaluation import evaluate_edition",
        "from ictindex.facts.events import Event",
        "from ictindex.facts.moments import moment",
        "from ictindex.basics.project import Project",
        "from ictindex.scoring.states import states",
        "from dataclasses import replace",
        "e = evaluate_edition('qd375-2020', Project(Path('.')))",
        "kinds = ('untrue', 'no_evidence', 'incomplete')",
        "at = moment('2021-01-20', end=False)",
        "events = [Event(at, 'van-phong-bo', 'policy', kind, None, 'x', 2) for kind in kinds]",
        "inputs = replace(e.inputs, events=(*e.inputs.events, *events))",
        "i = [entity.code for entity in inputs.entities].index('van-phong-bo')",
        "print(*states(e.methodology, inputs, {}, 2020)['policy.plan'][i])",
    )
    assert set(said) == {"zero_incomplete ('incomplete', 'untrue', 'no_evidence')"}
