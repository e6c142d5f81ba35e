"""Attribution of a change: Shapley's four laws, each run made once, and units that are not in every run."""

from fractions import Fraction
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.attribution import shapley

NAMES = ("data", "marks", "rules")
EXACT = st.fractions(-50, 50, max_denominator=30)


def subsets(names):
    return [
        frozenset(name for i, name in enumerate(names) if bits >> i & 1) for bits in range(2 ** len(names))
    ]


@st.composite
def games(draw, names=NAMES):
    """A value for every set of switches."""
    return {thrown: draw(EXACT) for thrown in subsets(names)}


def of(game, names=NAMES):
    return shapley(names, lambda thrown: {"a": game[thrown]})


@given(games())
def test_the_shares_sum_to_the_change_exactly(game):
    told = of(game)
    change = game[frozenset(NAMES)] - game[frozenset()]
    assert told.change["a"] == change
    assert sum(told.shapley["a"].values()) == change


@given(games())
def test_the_shares_are_the_mean_over_every_order(game):
    mean = dict.fromkeys(NAMES, Fraction(0))
    for order in permutations(NAMES):
        for i, name in enumerate(order):
            mean[name] += (game[frozenset(order[: i + 1])] - game[frozenset(order[:i])]) / 6
    assert of(game).shapley["a"] == mean


@given(games())
def test_switches_that_do_the_same_have_the_same_share(game):
    swapped = {"data": "marks", "marks": "data", "rules": "rules"}
    same = {t: (game[t] + game[frozenset(swapped[s] for s in t)]) / 2 for t in game}
    shares = of(same).shapley["a"]
    assert shares["data"] == shares["marks"]


@given(games(("data", "marks")), EXACT)
def test_a_switch_that_always_adds_the_same_has_just_that_share(game, adds):
    whole = {t: game[t - {"rules"}] + (adds if "rules" in t else 0) for t in subsets(NAMES)}
    assert of(whole).shapley["a"]["rules"] == adds


@given(games(), games())
def test_the_shares_of_a_sum_are_the_sum_of_the_shares(one, other):
    both = of({t: one[t] + other[t] for t in one}).shapley["a"]
    assert both == {name: of(one).shapley["a"][name] + of(other).shapley["a"][name] for name in NAMES}


@settings(max_examples=20)
@given(st.permutations(NAMES))
def test_the_order_in_which_switches_are_declared_gives_nobody_more(order):
    told = shapley(order, lambda thrown: {"a": len(thrown) ** 2})
    assert set(told.shapley["a"].values()) == {Fraction(3)}


def test_every_set_of_switches_is_evaluated_once():
    asked = []
    shapley(NAMES, lambda thrown: asked.append(thrown) or {"a": 1})
    assert sorted(asked, key=sorted) == sorted(subsets(NAMES), key=sorted)


def test_ranks_are_attributed_as_scores_are():
    scores = {"a": Fraction(2), "b": Fraction(1)}

    def places(thrown):
        b = scores["b"] + len(thrown)
        return {"a": 1 if scores["a"] >= b else 2, "b": 1 if b >= scores["a"] else 2}

    told = shapley(NAMES, places)
    assert told.change == {"a": 1, "b": -1}
    assert told.shapley["b"] == dict.fromkeys(NAMES, Fraction(-1, 3))


def test_a_unit_of_one_run_only_is_set_apart_and_not_dropped():
    def value(thrown):
        run = {"stays": Fraction(len(thrown))}
        run |= {"gone": Fraction(1)} if not thrown else {}
        run |= {"new": Fraction(1)} if len(thrown) == 3 else {}
        run |= {"never ranked": None}
        return run

    told = shapley(NAMES, value)
    assert told.absent == {"gone": "after", "new": "before", "never ranked": "both"}
    for unit in told.absent:
        assert told.change[unit] is told.shapley[unit] is None
    assert told.shapley["stays"] == dict.fromkeys(NAMES, Fraction(1))


def test_a_unit_that_only_a_mix_lacks_has_a_change_but_no_shapley_share():
    told = shapley(NAMES, lambda thrown: {} if thrown == {"marks"} else {"a": Fraction(len(thrown))})
    assert told.absent == {"a": "between"}
    assert told.change["a"] == 3
    assert told.shapley["a"] is None


def test_no_switch_means_no_change():
    told = shapley((), lambda thrown: {"a": 5})
    assert (told.change, told.shapley) == ({"a": 0}, {"a": {}})
