"""Claims about one evaluation, tried a second way: what an auditor would otherwise work out by hand."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from ictindex.basics import TELLABLE, parse_number, quartiles, total_of
from ictindex.facts import Published, misnamed
from ictindex.methodology import Node
from ictindex.scoring.evaluation import Evaluation, Standing
from ictindex.scoring.means import is_exact_mean
from ictindex.scoring.outcomes import UNCOVERED, UNKNOWN, Outcome, combined, rounded_at
from ictindex.scoring.places import broken, ranks
from ictindex.scoring.rules import leaf_earned
from ictindex.scoring.variants import other_parameters


class Check(NamedTuple):
    """One claim: whether it holds (None: nothing to hold, a thing to know), and the facts behind it."""

    name: str
    holds: bool | None
    facts: dict[str, Any]


def all_checks(e: Evaluation) -> list[Check]:
    """Every check that applies to this evaluation; made once, since head, checks and files of a page ask."""
    if "checks" not in e.kept:
        e.kept["checks"] = [check for make in _CHECKS if (check := make(e)) is not None]
    return e.kept["checks"]


def states(e: Evaluation, group: str) -> Counter[str]:
    """How often each state occurs among the lowest criteria of a group's entities."""
    return Counter(
        outcome.state
        for node in e.methodology.leaves
        for entity, outcome in zip(e.scores.entities, e.scores.outcomes[node.id], strict=True)
        if entity.group == group
    )


def five_numbers(values: Sequence[Fraction]) -> list[Fraction]:
    """Least, lower quartile, median, upper quartile, most and mean of sorted values; exact."""
    return [values[0], *quartiles(values), values[-1], total_of(values) / len(values)]


EQUAL, WITHIN, OFF = "equal", "within", "off"


def against_published(e: Evaluation) -> list[tuple[Standing, Published, str]]:
    """Each published entity's standing beside the published value and rank, and how they agree.

    EQUAL: all that was published is ours too; WITHIN: the rank is, the value within the declared tolerance;
    else OFF.
    """
    if e.what_if:
        return []  # nobody has published it
    overall = e.at(e.methodology.root)
    return [
        (overall[code], known, _agreement(overall[code], known, e.inputs.tolerance))
        for code, known in e.inputs.published.items()
    ]


def _agreement(standing: Standing, known: Published, tolerance: Fraction) -> str:
    if known.rank is not None and known.rank != standing.rank:
        return OFF
    if known.value is None:
        return EQUAL
    if standing.printed is None:
        return OFF
    apart = abs(Fraction(standing.printed) - parse_number(known.value, "."))
    return EQUAL if apart == 0 else WITHIN if apart <= tolerance else OFF


def _everyone_once(e: Evaluation) -> Check:
    placed = [(group, s.entity.code) for group, standings in e.standings.items() for s in standings]
    ranked = sum(s.rank is not None for standings in e.standings.values() for s in standings)
    holds = sorted(placed) == sorted((entity.group, entity.code) for entity in e.inputs.entities)
    return Check(
        "everyone_once", holds, {"entities": len(placed), "ranked": ranked, "unranked": len(placed) - ranked}
    )


def _named_as_decided(e: Evaluation) -> Check | None:
    """Whom the decision names (who is exempt, whom it is for) are the units by their names and codes."""
    m = e.methodology
    exempt = sum(len(n.criterion.exempt.entities) for n in m.nodes[1:] if n.criterion.exempt)
    if not (exempt or m.source.scope):
        return None
    wrong = list(misnamed(m, e.inputs.entities, e.inputs.answers_file))
    return Check("named_as_decided", not wrong, {"exempt": exempt, "wrong": len(wrong)})


def _within_maximum(e: Evaluation) -> Check:
    groups, counted, holds = [entity.group for entity in e.scores.entities], 0, True
    for node in e.methodology.nodes:
        column = e.scores.outcomes[node.id]
        counted += sum(outcome.counts for outcome in column)
        each = {(group, id(outcome)): outcome for group, outcome in zip(groups, column, strict=True)}
        ends = {group: (node.maxima[group], *_beyond(node, group)) for group in e.methodology.groups}
        holds = holds and all(_within(outcome, *ends[group]) for (group, _), outcome in each.items())
    return Check("within_maximum", holds, {"outcomes": counted})


def _within(o: Outcome, most: Fraction | None, low: Fraction, beyond: Fraction) -> bool:
    """Whether points lie between the least and the most that their node can have, where they count."""
    inside = o.counts and most is not None and low <= o.points <= o.available + beyond
    return not o.counts or (inside and o.available <= most)


def _beyond(node: Node, group: str) -> tuple[Fraction, Fraction]:
    """The least that a node can have, and how much more than its maximum: by deductions and bonuses."""
    if node.deducts:
        return -(node.maxima[group] or Fraction(0)), -(node.maxima[group] or Fraction(0))
    below = (each for each in node.walk() if each.counts_as == "bonus" and each is not node)
    return Fraction(0), sum((each.maxima[group] or Fraction(0) for each in below), Fraction(0))


def _second_way(e: Evaluation) -> Check:
    """The totals again, in binary floats, straight from the leaves by nominal weights down the path."""
    gap = 0.0
    for again, exact in zip(_floats(e, e.methodology.root), e.scores.outcomes["total"], strict=True):
        if exact.counts != isinstance(again, tuple):
            return Check("second_way", False, {"gap": Fraction(1)})
        if exact.counts:
            gap = max(gap, *(abs(one - float(other)) for one, other in zip(again, exact[:2], strict=True)))
    tolerance = 1e-9 * float(max(most or 0 for most in e.methodology.root.maxima.values()))
    return Check("second_way", gap <= tolerance, {"gap": Fraction(gap)})


_Float = tuple[float, float] | str | None  # points and most; UNKNOWN; None where nothing counts


def _floats(e: Evaluation, node: Node) -> list[_Float]:
    """What every unit has at a node."""
    column = e.scores.outcomes[node.id]
    if not node.children:
        distinct = {id(outcome): outcome for outcome in column}.items()
        once = {key: (float(o.points), float(o.available)) if o.counts else None for key, o in distinct}
        return [UNKNOWN if outcome.state == UNKNOWN else once[id(outcome)] for outcome in column]
    below = zip(*(_floats(e, child) for child in node.children), strict=True)
    units = zip(e.scores.entities, column, below, strict=True)
    return [
        UNKNOWN
        if UNKNOWN in each
        else _float_node(node, entity.group, each)
        if outcome.state != UNCOVERED
        else None
        for entity, outcome, each in units
    ]


def _float_node(node: Node, group: str, each: Sequence[_Float]) -> _Float:
    every = [(child, *one) for child, one in zip(node.children, each, strict=True) if one is not None]
    below = [each for each in every if not each[0].counts_as]
    if not below or node.maxima[group] is None:
        return None
    if node.aggregate == "sum":
        most = math.fsum(available for *_, available in below)
        points = math.fsum(points for _, points, _ in below)
    else:
        weights = [float(node.weigh(child, group)) for child, *_ in below]
        shares = [points / available for _, points, available in below]
        most = float(node.maxima[group])
        points = most * _float_mean(node, shares, weights)
    if len(below) < len(every) or node.criterion.ceiling is not None or node.criterion.floor is not None:
        factor = float(node.factor(group))
        ceiling, floor = node.criterion.ceiling, float(node.criterion.floor or 0) * factor
        points += math.fsum(each for child, each, _ in every if child.counts_as == "bonus")
        points = points if ceiling is None else min(points, float(ceiling) * factor)
        off = math.fsum(each for child, each, _ in every if child.deducts)
        points = max(points + off, min(points, floor))
    if node.rounded:  # nine places are sure, and a half is none of them
        points = float(rounded_at(node, Fraction(repr(round(points, 9)))))
    return (-points if node.deducts else points), most


def _float_mean(node: Node, shares: list[float], weights: list[float]) -> float:
    if node.aggregate == "minimum":
        return min(shares)
    if node.aggregate == "median":
        return median(shares)
    shares = [max(share, float(node.criterion.zeros or 0)) for share in shares]
    if node.aggregate == "geometric":
        return math.prod(share**weight for share, weight in zip(shares, weights, strict=True)) ** (
            1 / math.fsum(weights)
        )
    p = {"harmonic": -1.0, "power": float(node.criterion.power or 1)}.get(node.aggregate, 1.0)
    if p < 0 and not all(shares):
        return 0.0
    inside = math.fsum(weight * share**p for share, weight in zip(shares, weights, strict=True))
    return (inside / math.fsum(weights)) ** (1 / p)


def _keys(e: Evaluation, standings: Sequence[Standing]) -> list[Any]:
    """What ranks these units of a group: their totals, and what tells equal ones apart."""
    rank_on = e.rules["rank_on"].value
    values = [s.compared(rank_on) for s in standings]
    if not e.methodology.tie_breaks:
        return values
    at = [e.at(node) for node in e.methodology.tie_breaks]
    return broken(values, [[own[s.entity.code].compared(rank_on) for s in standings] for own in at]).keys


def _order_free(e: Evaluation) -> Check:
    for standings in e.standings.values():
        again = ranks(_keys(e, [*reversed(standings)]), e.rules["ties"].value)
        if again != [s.rank for s in reversed(standings)]:
            return Check("order_free", False, {"entities": len(e.inputs.entities)})
    return Check("order_free", True, {"entities": len(e.inputs.entities)})


def _ranks_match_values(e: Evaluation) -> Check | None:
    if e.rules["ties"].value != "min":
        return None
    compared = 0
    holds = True
    for standings in e.standings.values():
        keys = _keys(e, standings)
        compared_on = {s.entity.code: k for s, k in zip(standings, keys, strict=True) if k is not None}
        ordered = sorted(compared_on.values())
        for s in standings:
            value = compared_on.get(s.entity.code)
            ahead = None if value is None else len(ordered) - bisect_right(ordered, value)
            holds = holds and s.rank == (None if ahead is None else 1 + ahead)
        compared += len(ordered)
    return Check("ranks_match_values", holds, {"compared": compared})


def _told_apart(e: Evaluation) -> Check | None:
    """Where roots and logarithms are not exact: no two values, no value and its rounding, too near to tell.

    Units whose points are made of the same points are equal whatever is computed of them, and who has exact
    points all the same is told apart from everybody who has.
    """
    root = e.methodology.root
    if root.rational:
        return None
    near: list[str] = []
    tellable = TELLABLE * max(most or 0 for most in root.maxima.values())
    for standings in e.standings.values():
        placed = sorted((s for s in standings if s.value is not None), key=lambda s: s.value)
        for one, other in pairwise(placed):
            at, other_at = (e.inputs.places[each.entity.code] for each in (one, other))
            if other.value - one.value < tellable and not (
                _alike(e, root, at, other_at) or (_exact(e, root, at) and _exact(e, root, other_at))
            ):
                near += [one.entity.label_vi, other.entity.label_vi]
        for s in placed:
            ends = {e.rounded(s.value + side * tellable) for side in (-1, 1)}
            sure = s.outcome.points in (0, s.outcome.available)
            if len(ends) > 1 and not sure and not _exact(e, root, e.inputs.places[s.entity.code]):
                near.append(s.entity.label_vi)
    near += _rounded_near(e)
    names = list(dict.fromkeys(near))
    return Check("told_apart", not names, {"near": len(names), "names": names[:10]})


def _alike(e: Evaluation, node: Node, one: int, other: int) -> bool:
    """Whether two units have the same at a criterion for certain, whatever their states there.

    What lies below it need not be the same where it is exact, or rounded, or does not count.
    """
    here, there = (e.scores.outcomes[node.id][i] for i in (one, other))
    settled = node.rational or node.rounded or not here.counts
    same = (here.points, here.available) == (there.points, there.available)
    return same and bool(settled or all(_alike(e, below, one, other) for below in node.children))


def _exact(e: Evaluation, node: Node, i: int) -> bool:
    """Whether a unit's points at a criterion are exact: of its figures no root or logarithm is irrational."""
    outcome = e.scores.outcomes[node.id][i]
    return bool(node.rational or node.rounded or not outcome.counts or _exactly_made(e, node, i))


def _exactly_made(e: Evaluation, node: Node, i: int) -> bool:
    """As ``_exact``, before the criterion's own rounding; a logarithm is only known to be at a goalpost."""
    here = {child.id: e.scores.outcomes[child.id][i] for child in node.children}
    if not node.children:
        outcome = e.scores.outcomes[node.id][i]
        return outcome.points in (0, outcome.available)
    counted = [child for child in node.regular if here[child.id].counts]
    weights = [node.weigh(child, e.inputs.entities[i].group) for child in counted]
    return all(_exact(e, child, i) for child in node.children) and is_exact_mean(
        node, [here[child.id].share for child in counted], weights
    )


def _rounded_near(e: Evaluation) -> Iterator[str]:
    """The units whose points, not exact, lie too near to a limit of a criterion's own rounding."""
    for node in e.methodology.nodes:
        if node.rounded is None or node.rational:
            continue
        bare = replace(node, criterion=node.criterion.model_copy(update={"rounded": None}))
        for i, entity in enumerate(e.scores.entities):
            outcome = e.scores.outcomes[node.id][i]
            if outcome.state != "scored" or not outcome.points:
                continue
            if node.children:
                below = [e.scores.outcomes[child.id][i] for child in node.children]
                points = abs(combined(bare, entity.group, below).points)
            else:
                given = {answer: e.inputs.given(entity, answer) for answer in node.reads}
                reference = e.scores.references.get((node.id, entity.group))
                against = reference and reference.against
                points, _ = leaf_earned(bare, entity.group, given, against, e.nothing_of_nothing)
            apart = TELLABLE * node.maxima[entity.group]
            ends = {rounded_at(node, points + side * apart) for side in (-1, 1)}
            if len(ends) > 1 and points != outcome.available and not _exactly_made(e, node, i):
                yield entity.label_vi


def _rounding_matters(e: Evaluation) -> Check:
    other = "unrounded" if e.rules["rank_on"].value == "rounded" else "rounded"
    now, then = e.at(e.methodology.root), e.at(e.methodology.root, other)
    moved = [s.entity.label_vi for code, s in sorted(now.items()) if s.rank != then[code].rank]
    return Check("rounding_matters", None, {"moved": len(moved), "names": moved[:10]})


def _published(e: Evaluation) -> Check | None:
    compared = against_published(e)
    if not compared:
        return None
    how = Counter(agreement for *_, agreement in compared)
    facts = {"equal": how[EQUAL], "within": how[WITHIN], "off": how[OFF], "tolerance": e.inputs.tolerance}
    meant = bool(how[OFF] and other_parameters(e))  # a variant is run to see what would differ
    return Check("published", None if meant else not how[OFF], facts)


_CHECKS: tuple[Callable[[Evaluation], Check | None], ...] = (
    _everyone_once,
    _named_as_decided,
    _within_maximum,
    _second_way,
    _order_free,
    _ranks_match_values,
    _told_apart,
    _rounding_matters,
    _published,
)
