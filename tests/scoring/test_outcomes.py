"""Answers become points: what is refused and where, and the laws; worked cases: cases/rule_language."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.facts.events import Event
from ictindex.facts.moments import moment
from ictindex.scoring import outcomes as engine
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.scoring.outcomes import Outcome, combined, unanswered
from ictindex.scoring.outcomes import score as score_of
from ictindex.scoring.places import ranks


def score(methodology, inputs, zero_rules=None, year=2017):
    """score_of, where no zero falls on a unit and the year does not matter."""
    return score_of(methodology, inputs, zero_rules or {}, year)


# Four levels, every aggregate, every missing policy, and a criterion that one of the two groups lacks.
TREE = {
    "inside": {
        "max_points": 60,
        "aggregate": "sum",
        "criteria": {
            "computers": {"max_points": 20, "rule": {"share": {"of": "with_computer", "per": "staff"}}},
            "portal": {
                "max_points": 40,
                "aggregate": "mean",
                "criteria": {
                    "mobile": {"max_points": 40, "missing": "leave_out", "rule": {"value": "mobile"}},
                    "search": {
                        "max_points": 40,
                        "aggregate": "weights",
                        "missing": "zero",
                        "criteria": {
                            "found": {"max_points": 10, "weight": 70, "rule": {"value": "found"}},
                            "fast": {"max_points": 5, "weight": 30, "rule": {"value": "fast"}},
                        },
                    },
                },
            },
        },
    },
    "services": {"max_points": {"ministry": 40, "agency": "not_applicable"}, "rule": {"value": "services"}},
}
MOST = {"with_computer": 50, "mobile": 40, "found": 10, "fast": 5, "services": 40}
STAFF = 50
NOTHING = ["missing", "not_applicable", "withheld"]
ZEROS = ["zero_late", "zero_incomplete", "zero_untrue", "zero_no_evidence"]


@pytest.fixture(scope="module")
def tree(methodology_of):
    return methodology_of(
        TREE,
        aggregate="sum",
        max_points={"ministry": 100, "agency": 60},
        groups=("ministry", "agency"),
        missing="leave_out",
    )


def figure(most):
    """A number in range, most of the time; else a zero with its reason, or one of the three nothings."""
    steps = [Fraction(most * step, 12) for step in range(13)]
    return st.sampled_from([*steps, *((steps[6], zero) for zero in ZEROS), *NOTHING])


ENTITY = st.fixed_dictionaries(
    {name: figure(most) for name, most in MOST.items()} | {"staff": st.just(STAFF)}
)
ENTITIES = st.lists(ENTITY, min_size=1, max_size=4).map(
    lambda many: {f"E{i}": one for i, one in enumerate(many)}
)


def halves(entities):
    """Every second entity is an agency."""
    return {code: ("ministry", "agency")[i % 2] for i, code in enumerate(sorted(entities))}


# --- the laws ---------------------------------------------------------------------------------------------


@given(data=st.data(), entities=ENTITIES)
def test_a_better_answer_never_lowers_the_total_nor_worsens_the_rank(data, entities, tree, inputs_with):
    groups = halves(entities)
    numbers = [
        (code, name)
        for code, given in entities.items()
        for name in MOST
        if isinstance(given[name], (int, Fraction))
    ]
    if not numbers:
        return
    code, name = data.draw(st.sampled_from(numbers))
    now = entities[code][name]
    better = now + (MOST[name] - now) * Fraction(data.draw(st.integers(0, 12)), 12)
    raised = {**entities, code: {**entities[code], name: better}}

    def standing(these):
        outcomes = score(tree, inputs_with(these, groups)).outcomes["total"]
        place = dict(zip(these, outcomes, strict=True))
        group = [c for c in these if groups[c] == groups[code]]
        return place[code], dict(zip(group, ranks([place[c].share for c in group]), strict=True))[code]

    (before, rank_before), (after, rank_after) = standing(entities), standing(raised)
    assert (after.points or 0) >= (before.points or 0) and after.available == before.available
    assert (rank_after or 0) <= (rank_before or 0)


@given(data=st.data(), entities=ENTITIES)
def test_the_order_of_entities_and_of_answers_decides_nothing(data, entities, tree, inputs_with):
    groups = halves(entities)
    codes = data.draw(st.permutations(list(entities)))
    names = data.draw(st.permutations([*MOST, "staff"]))
    shuffled = {code: {name: entities[code][name] for name in names} for code in codes}
    straight = score(tree, inputs_with(entities, groups))
    again = score(tree, inputs_with(shuffled, groups))
    for node in tree.nodes:
        by_code = dict(zip(entities, straight.outcomes[node.id], strict=True))
        assert [by_code[code] for code in codes] == list(again.outcomes[node.id])


@given(entities=ENTITIES)
def test_points_lie_within_zero_and_what_was_available_and_that_within_the_maximum(
    entities, tree, inputs_with
):
    groups = halves(entities)
    scores = score(tree, inputs_with(entities, groups))
    for node in tree.nodes:
        for entity, outcome in zip(scores.entities, scores.outcomes[node.id], strict=True):
            if outcome.counts:
                assert 0 <= outcome.points <= outcome.available <= node.maxima[entity.group]
                assert 0 <= outcome.share <= 1
            else:
                assert outcome.points is None and outcome.share is None
                assert outcome.state in ("missing", "not_applicable", "withheld")


@pytest.mark.parametrize("bits", [256, 2])
@given(entities=ENTITIES)
def test_a_column_adds_up_to_what_each_unit_adds_up_to_by_itself(bits, entities, tree, inputs_with):
    groups = halves(entities)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "_MOST_BITS", bits)  # of 2 hardly a sum is one of whole numbers
        scores = score(tree, inputs_with(entities, groups))
    for node in tree.nodes:
        for i, entity in enumerate(scores.entities if node.children else ()):
            below = [scores.outcomes[child.id][i] for child in node.children]
            assert scores.outcomes[node.id][i] == combined(node, entity.group, below)


@given(entities=ENTITIES)
def test_the_exact_total_is_the_one_that_floats_approach(entities, tree, inputs_with):
    """TREE written out by hand in floats, without the code under test."""
    groups = halves(entities)
    totals = score(tree, inputs_with(entities, groups)).outcomes["total"]
    for code, total in zip(entities, totals, strict=True):
        points, available = by_hand(entities[code], groups[code])
        if available is None:
            assert total.points is None
        else:
            assert float(total.points) == pytest.approx(points, abs=1e-9)
            assert float(total.available) == available


def by_hand(given, group):
    """(points, available) of TREE in floats; None, None where nothing counts."""

    def leaf(name, most, worth, policy="leave_out"):
        told = given[name]
        if told == "missing":
            return (0.0, worth) if policy == "zero" else None
        if isinstance(told, str):
            return None
        return (0.0 if isinstance(told, tuple) else float(told) / most * worth, worth)

    weighted = [(70.0, leaf("found", 10, 1.0, "zero")), (30.0, leaf("fast", 5, 1.0, "zero"))]
    weighted = [(weight, part[0]) for weight, part in weighted if part]
    search = sum(w * s for w, s in weighted) / sum(w for w, _ in weighted) if weighted else None
    mobile = leaf("mobile", 40, 1.0)
    shares = [share for share in (mobile and mobile[0], search) if share is not None]
    parts = [(40.0 * sum(shares) / len(shares), 40.0)] if shares else []
    parts += [part for part in [leaf("with_computer", STAFF, 20.0)] if part]
    if group == "ministry":
        parts += [part for part in [leaf("services", 40, 40.0)] if part]
    return (sum(p for p, _ in parts), sum(a for _, a in parts)) if parts else (None, None)


@given(entities=ENTITIES, name=st.sampled_from(sorted(MOST)))
def test_not_applicable_is_never_the_same_as_zero(entities, name, tree, inputs_with):
    leaf = next(leaf for leaf in tree.leaves if name in leaf.criterion.rule.reads)
    code = next(iter(entities))

    def with_told(told):
        changed = {**entities, code: {**entities[code], name: told}}
        return score(tree, inputs_with(changed, dict.fromkeys(entities, "ministry"))).outcomes

    absent, zero = with_told("not_applicable"), with_told(Fraction(0))
    assert absent[leaf.id][0] == Outcome(None, None, "not_applicable")
    assert zero[leaf.id][0] == Outcome(Fraction(0), leaf.maxima["ministry"], "scored")
    if absent["total"][0].counts:
        assert absent["total"][0].share >= zero["total"][0].share


# --- what is refused, and where ---------------------------------------------------------------------------


ONE = {
    "a": {"max_points": 10, "rule": {"value": "a"}},
    "b": {"max_points": 10, "rule": {"share": {"of": "of", "per": "per"}}},
}


def test_everything_missing_is_said_with_its_row_and_stops_nobody_else(methodology_of, inputs_with):
    methodology = methodology_of(ONE, aggregate="sum", max_points=20)
    inputs = inputs_with(
        {"X": {"a": 3, "of": "missing"}, "Y": {"of": 1, "per": 2}, "Z": {"a": 3, "of": 1, "per": 2}}
    )
    scores = score(methodology, inputs)
    told = [
        (f.code, f.row, f.facts["entity"], f.facts["answer"]) for f in unanswered(methodology, inputs, scores)
    ]
    assert told == [
        ("answer-missing", None, "Y", "a"),
        ("cell-missing", 3, "X", "of"),  # the second answer written, below the header
        ("answer-missing", None, "X", "per"),
    ]
    unknown = Outcome(None, None, "unknown")
    assert scores.outcomes["total"] == (unknown, unknown, Outcome(Fraction(8), Fraction(20), "scored"))
    assert scores.outcomes["a"][0].points == 3 and scores.outcomes["b"][1].points == 5  # what is known stays


def test_what_is_missing_and_left_out_is_no_unknown(methodology_of, inputs_with):
    left_out = {**ONE, "a": {**ONE["a"], "missing": "leave_out"}}
    methodology = methodology_of(left_out, aggregate="sum", max_points=20)
    inputs = inputs_with({"X": {"of": 1, "per": 2}})
    scores = score(methodology, inputs)
    assert scores.outcomes["total"] == (Outcome(Fraction(5), Fraction(10), "scored"),)
    assert not list(unanswered(methodology, inputs, scores))


def test_points_out_of_range_name_the_cell_the_entity_and_the_limit(methodology_of, inputs_with):
    methodology = methodology_of(ONE, aggregate="sum", max_points=20)
    inputs = inputs_with({"X": {"a": 3, "of": 12, "per": 10}})
    with pytest.raises(Refused) as refused:
        score(methodology, inputs)
    (finding,) = refused.value.findings
    assert (finding.code, finding.row, finding.column) == ("points-out-of-range", 3, "value")
    assert finding.facts == {"value": "12", "entity": "X", "criterion": "b", "points": "12", "most": "10"}


def test_five_of_nobody_is_refused_without_making_up_points(methodology_of, inputs_with):
    methodology = methodology_of(ONE, aggregate="sum", max_points=20)
    with pytest.raises(Refused, match="“5” gives X 5/0 points at b, outside 0 to 10"):
        score(methodology, inputs_with({"X": {"a": 3, "of": 5, "per": 0}}))


@given(st.data())
def test_who_is_known_scores_alike_whatever_others_left_unanswered(methodology_of, inputs_with, data):
    methodology = methodology_of(ONE, aggregate="sum", max_points=20)
    full = {"a": 3, "of": 1, "per": 2}
    lacking = {key: value for key, value in full.items() if data.draw(st.booleans(), key)}
    alone = score(methodology, inputs_with({"X": full})).outcomes["total"][0]
    beside = score(methodology, inputs_with({"X": full, "Y": lacking})).outcomes["total"]
    assert beside[0] == alone
    assert beside[1] == (alone if lacking == full else Outcome(None, None, "unknown"))


# --- shown and not ranked ---------------------------------------------------------------------------------


LARGEST = {
    "a": {"max_points": 10, "missing": "leave_out", "rule": {"value": "a"}},
    "b": {"max_points": 10, "missing": "leave_out", "rule": {"of_largest": {"of": "b"}}},
}


def test_who_answered_too_little_sets_no_mark_for_others_and_is_above_none(methodology_of, inputs_with):
    methodology = methodology_of(LARGEST, aggregate="sum", max_points=20)
    given = {"X": {"a": 3, "b": 4}, "Y": {"a": 1, "b": 8}, "Z": {"b": 80}}
    without = score(methodology, inputs_with({key: given[key] for key in "XY"}))
    scores = score_of(methodology, inputs_with(given), {}, 2017, minimum_answered=51)
    assert scores.unranked == {"Z": "too_few_answers"}
    for node in ("a", "b", "total"):
        assert scores.outcomes[node][:2] == without.outcomes[node]
    assert scores.outcomes["b"][2] == Outcome(Fraction(10), Fraction(10), "scored")
    assert score_of(methodology, inputs_with(given), {}, 2017, minimum_answered=50).unranked == {}


@given(st.integers(0, 100), st.lists(st.booleans(), min_size=2, max_size=2))
def test_who_is_not_ranked_disturbs_nobody(methodology_of, inputs_with, least, answered):
    methodology = methodology_of(LARGEST, aggregate="sum", max_points=20)
    lacking = {key: 9 for key, there in zip("ab", answered, strict=True) if there}
    given = {"X": {"a": 3, "b": 4}, "Y": {"a": 1, "b": 8}}
    alone = score(methodology, inputs_with(given))
    scores = score_of(methodology, inputs_with({**given, "Z": lacking}), {}, 2017, minimum_answered=least)
    assert ("Z" in scores.unranked) == (50 * len(lacking) < least)
    if "Z" in scores.unranked:
        assert [scores.outcomes[node][:2] for node in "ab"] == [alone.outcomes[node] for node in "ab"]
        assert all(o.points <= o.available for o in (scores.outcomes["b"][2],) if o.counts)


def test_a_result_that_is_cancelled_whole_is_not_ranked_and_one_cancelled_in_part_is(
    methodology_of, inputs_with
):
    rules = {"cancelled": {"falls_on": {"open": "criterion", "why_vi": "Lập"}, "citation": {"clause": "1"}}}
    methodology = methodology_of(
        ONE, aggregate="sum", max_points=20, sections={"zero_rules": rules, "calendar": {}}
    )
    full = {"a": 3, "of": 1, "per": 2}
    at = moment("2018-05-02", end=False)

    def unranked(criterion, falls_on="criterion", *more):
        events = (Event(at, "Y", criterion, "cancelled", None, "kiểm tra lại không đúng", 2), *more)
        inputs = inputs_with({"X": full, "Y": full}, events=events)
        return score_of(methodology, inputs, {"cancelled": falls_on}, 2017).unranked

    assert unranked("") == unranked("a", "unit") == {"Y": "cancelled"}
    assert unranked("a") == {}
    again = Event(moment("2018-06-01", end=False), "Y", "", "restored", None, "đã sửa", 3)
    assert unranked("", "criterion", again) == {}


def test_a_state_set_by_hand_is_no_error_where_missing_is_one(methodology_of, inputs_with):
    methodology = methodology_of(ONE, aggregate="sum", max_points=20)
    given = {"a": "withheld", "of": "not_applicable", "per": "missing"}
    outcomes = score(methodology, inputs_with({"X": given})).outcomes
    assert [outcomes[node][0].state for node in ("a", "b", "total")] == [
        "withheld",
        "not_applicable",
        "withheld",
    ]


# --- the small edition ------------------------------------------------------------------------------------


def test_the_small_edition_from_files_worked_by_hand(mini):
    e = evaluate_edition("mini-2020", mini)
    total = dict(zip("ABCDE", e.scores.outcomes["total"], strict=True))
    assert total == {
        "A": Outcome(Fraction(64), Fraction(100), "scored"),  # 90/100 × 10 + 30 + 25
        "B": Outcome(Fraction(5), Fraction(60), "scored"),  # 5 of 10, portal left out, services late: 0 of 50
        "C": Outcome(Fraction(30), Fraction(50), "scored"),  # 10 + 20 of 50, services withheld
        "D": Outcome(Fraction(15), Fraction(50), "scored"),  # 10/40 × 10 + 12.5; services not applicable
        "E": Outcome(Fraction(0), Fraction(50), "scored"),  # computers missing: 0; portal 0
    }


def test_scores_keep_the_order_of_the_files(mini):
    e = evaluate_edition("mini-2020", mini)
    assert [entity.code for entity in e.scores.entities] == list("ABCDE")
    assert list(e.scores.outcomes) == ["total", "inside", "inside.computers", "inside.portal", "services"]


# --- nothing of nothing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nothing", "own", "total"),
    [
        ("zero", (0, 20, "scored"), (5, 30, "scored")),
        ("full", (20, 20, "scored"), (25, 30, "scored")),
        ("does_not_apply", (None, None, "not_applicable"), (5, 10, "scored")),
        ("error", (None, None, "unknown"), (None, None, "unknown")),
    ],
)
def test_what_nothing_of_nothing_counts_reaches_the_total(methodology_of, inputs_with, nothing, own, total):
    criteria = {
        "computers": {"max_points": 20, "rule": {"share": {"of": "with_computer", "per": "staff"}}},
        "portal": {"max_points": 10, "rule": {"value": "portal"}},
    }
    m = methodology_of(criteria, aggregate="sum", max_points=30)
    units = {
        "A": {"with_computer": 0, "staff": 0, "portal": 5},
        "B": {"with_computer": 1, "staff": 2, "portal": 5},
    }
    scores = score_of(m, inputs_with(units), {}, 2017, nothing=nothing)
    assert scores.outcomes["computers"][0] == own
    assert scores.outcomes["total"][0] == total
    assert scores.outcomes["total"][1] == (15, 30, "scored")


@pytest.mark.parametrize("nothing", ["full", "does_not_apply"])
def test_who_has_nothing_of_nothing_is_no_mark_for_others(methodology_of, inputs_with, nothing):
    criteria = {"a": {"max_points": 20, "rule": {"of_largest": {"of": "bandwidth", "per": "staff"}}}}
    m = methodology_of(criteria, aggregate="sum", max_points=20)
    units = {"A": {"bandwidth": 0, "staff": 0}, "B": {"bandwidth": 1, "staff": 2}}
    scores = score_of(m, inputs_with(units), {}, 2017, nothing=nothing)
    assert scores.references["a", "all"] == (Fraction(1, 2), ("B",), None)
    assert scores.outcomes["a"][1].points == 20


def test_what_is_stated_as_missing_where_nothing_follows_of_it_is_told_what_it_needs(
    methodology_of, inputs_with
):
    from ictindex.facts.answers import Given

    m = methodology_of({"a": {"max_points": 1, "rule": {"value": "x"}}}, aggregate="sum", max_points=1)
    for unsaid, code in ((True, "cell-missing"), (False, "missing-stated")):
        inputs = inputs_with({"U": {"x": Given(None, "missing", "", 2, unsaid=unsaid)}})
        assert [f.code for f in unanswered(m, inputs, score(m, inputs))] == [code]
