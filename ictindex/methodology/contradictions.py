"""What can be wrong with a methodology that is well formed: sums, names, kinds, times, levels, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from ictindex.basics import Document, Finding, YamlPath, damaged, exact_text, is_name, speller
from ictindex.methodology.decision import (
    OPEN_RULES,
    RECEIVED,
    STEEP,
    Adding,
    Criterion,
    Deadline,
    Level,
    allowed,
    stated_at,
)
from ictindex.methodology.rule_checks import bad_rules
from ictindex.methodology.schema import Citation, citations
from ictindex.methodology.tree import Methodology, Node


def contradictions(m: Methodology, document: Document) -> Iterator[Finding]:
    """Everything that is well formed and yet cannot be right."""
    if m.source.methodology != m.name:
        yield document.found("name-differs", ("methodology",), name=m.source.methodology, expected=m.name)
    yield from _bad_letters(document.data, (), document)
    yield from _bad_names(m, document)
    yield from _bad_open_rules(m, document)
    yield from _bad_times(m, document)
    yield from _bad_scope(m, document)
    yield from _bad_citations(m, document)
    yield from _bad_services(m, document)
    yield from _bad_levels(m, document)
    yield from _bad_tie_breaks(m, document)
    for node in m.nodes:
        path = node.path
        yield from _bad_maxima(m, node, path, document)
        yield from _bad_aggregate(m, node, path, document)
        if node.depth:
            yield from _bad_status(node, path, document)
            yield from _bad_rounding(m, node, path, document)
            yield from _bad_conditions(m, node, path, document)
            if node.criterion.rule:
                yield from bad_rules(m, node, path, document)
    yield from _bad_answers(m, document)


def _bad_letters(data: object, path: YamlPath, document: Document) -> Iterator[Finding]:
    """Texts whose letters were damaged on the way, wherever they stand."""
    if isinstance(data, str) and damaged(data):
        yield document.found("form-old-letters", path, value=data)
    elif isinstance(data, dict | list):
        for key, below in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _bad_letters(below, (*path, key), document)


def _bad_answers(m: Methodology, document: Document) -> Iterator[Finding]:
    spelled = speller(m.answers)
    read: set[str] = set()
    for node in m.leaves:
        where = (*node.path, "rule")
        for rule in node.criterion.rule.walk() if node.depth and node.criterion.rule else ():
            for answer in rule.own_reads:
                read.add(answer)
                if answer not in m.answers:
                    yield document.found("answer-not-asked", where, answer=answer, **spelled(answer))
                elif (kind := m.answers[answer].kind) not in (wanted := _CALCULABLE[rule.kind]):
                    facts = {"kind": kind, "rule": rule.kind, "wanted": ", ".join(wanted)}
                    yield document.found("answer-of-other-kind", where, answer=answer, **facts)
    for answer, spec in m.answers.items():
        if answer not in read:
            yield document.found("answer-not-read", ("answers", answer), answer=answer)
        if not spec.choices if spec.kind == "choice" else spec.choices is not None:
            yield document.found("choices", ("answers", answer), answer=answer)
        limits = [limit for limit in (spec.min, spec.max) if limit is not None]
        if limits and spec.kind not in (*_NUMBERS, "mark", "award"):
            yield document.found("limits-unused", ("answers", answer), answer=answer)
        elif sorted(limits) != limits:
            yield document.found("min-above-max", ("answers", answer), answer=answer)
        yield from _bad_last_year(m, answer, document)


def _bad_last_year(m: Methodology, answer: str, document: Document) -> Iterator[Finding]:
    """What says that it is last year's of an answer that is not asked, or not asked alike."""
    spec, where = m.answers[answer], ("answers", answer, "last_year_of")
    of = spec.last_year_of
    if of is None:
        return
    if of not in m.answers:
        yield document.found("answer-unknown", where, value=of, **speller(m.answers)(of))
    elif spec.kind not in _KEPT or m.answers[of].kind != spec.kind or m.answers[of].last_year_of:
        yield document.found("last-year-unlike", where, answer=answer, of=of, kinds=", ".join(_KEPT))
    if spec.kind in _NUMBERS and (spec.min is not None or spec.max is not None):
        yield document.found("limits-unused", where, answer=answer)


_KEPT = ("number", "count", "yes_no", "choice")  # what last year's can be held against

_NUMBERS = ("number", "count")
_CALCULABLE = {  # which kinds of answer a rule can read
    "value": (*_NUMBERS, "yes_no"),  # yes is 1 point, no is 0
    "share": _NUMBERS,
    "of_largest": _NUMBERS,
    "goalposts": _NUMBERS,
    "in_group": _NUMBERS,
    "bands": _NUMBERS,
    "yes_no": ("yes_no",),
    "choice": ("choice",),
    "count": ("count",),
    "mark": ("mark",),
    "awarded": ("award",),
}


def _bad_names(m: Methodology, document: Document) -> Iterator[Finding]:
    named = [("groups", m.groups), ("answers", m.answers)]
    for where, keys in named:
        if not keys:
            yield document.found("none-given", (where,), what=where)
        for key in keys:
            if not is_name(key):
                yield document.found("bad-key", (where, key), key=key)
    if not m.categories:
        yield document.found("none-given", ("criteria",), what="criteria")
    if "total" in m.source.criteria:
        yield document.found("bad-key", ("criteria", "total"), key="total")
    yield from _bad_criterion_names(m.source.criteria, ("criteria",), document)


def _bad_criterion_names(
    criteria: dict[str, Criterion], path: YamlPath, document: Document
) -> Iterator[Finding]:
    for key, criterion in criteria.items():
        if not is_name(key):
            yield document.found("bad-key", (*path, key), key=key)
        yield from _bad_criterion_names(criterion.criteria or {}, (*path, key, "criteria"), document)


def _bad_open_rules(m: Methodology, document: Document) -> Iterator[Finding]:
    where = stated_at(m.source.zero_rules)
    for name, rule in m.open_rules.items():
        if rule.value not in OPEN_RULES[name]:
            yield document.found("not-one-of", where[name], value=rule.value, known=allowed(name))


def _bad_maxima(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    where = (*path, "max_points")
    spelled = speller(m.groups)
    for group in node.maxima:
        if group not in m.groups:
            yield document.found("group-unknown", (*where, group), group=group, **spelled(group))
    for group in m.groups:
        if group not in node.maxima:
            yield document.found("group-without-maximum", where, group=group)
            continue
        own = node.maxima[group]
        if own is not None and own <= 0:
            yield document.found("maximum-not-positive", where, group=group, value=exact_text(own))
        if not node.children:
            continue
        counted = [most for child in node.regular if (most := child.maxima.get(group)) is not None]
        if own is None:
            if any(child.maxima.get(group) is not None for child in node.children):  # a bonus, too
                yield document.found("maximum-below-not-applicable", where, group=group)
        elif not counted:
            yield document.found("nothing-below", where, group=group)
        elif node.aggregate == "sum" and sum(counted) != own:
            total = exact_text(sum(counted))
            yield document.found("maxima-do-not-add-up", where, group=group, total=total, own=exact_text(own))
        elif node.aggregate == "mean" and any(most != own for most in counted):
            yield document.found("maxima-of-a-mean-differ", where, group=group, own=exact_text(own))


def _bad_aggregate(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    if node.children and node.aggregate is None:
        yield document.found("key-missing", (*path, "aggregate"), key="aggregate")
    if node.depth:
        if not node.children and node.criterion.rule is None:
            yield document.found("leaf-without-rule", path)
        if node.children and node.criterion.rule is not None:
            yield document.found("rule-and-criteria", path)
        if not node.children and node.aggregate is not None:
            yield document.found("aggregate-of-nothing", path)
        if node.criterion.criteria == {}:
            yield document.found("none-given", (*path, "criteria"), what="criteria")
    yield from bad_means(node.criterion, path, document)
    yield from _bad_beyond(node, path, document)
    yield from _bad_coverage(m, node, path, document)
    weights = [child.criterion.weight for child in node.regular]
    if node.aggregate == "weights" or (node.aggregate in STEEP and weights != [None] * len(weights)):
        for child, weight in zip(node.regular, weights, strict=True):
            if weight is None:
                yield document.found("key-missing", (*child.path, "weight"), key="weight")
            elif weight <= 0:
                yield document.found("weight-not-positive", (*child.path, "weight"))
        if None not in weights and sum(weights) not in (1, 100):
            yield document.found("weights-do-not-add-up", path, total=exact_text(sum(weights)))
    else:
        for child, weight in zip(node.regular, weights, strict=True):
            if weight is not None:
                yield document.found("weight-unused", (*child.path, "weight"))


def _bad_beyond(node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    """Bonuses and deductions without a clause, that weigh, or give; bounds of what is not there."""
    kinds = {child.counts_as for child in node.children}
    for child in (each for each in node.children if each.counts_as):
        where, kind = child.path, child.counts_as
        if not (child.criterion.citation or Citation()).clause:
            yield document.found("beyond-without-clause", where, kind=kind)
        if child.criterion.weight is not None:
            yield document.found("weight-of-beyond", (*where, "weight"), kind=kind)
        if node.counts_as or any(above.counts_as for above in node.conditions):
            yield document.found("beyond-inside-another", (*where, "counts_as"), kind=kind)
        if child.deducts and any(leaf.missing == "zero" for leaf in child.leaves):
            yield document.found("deduction-forgiven", where)
    stated, maxima = node.criterion, [most for most in node.maxima.values() if most is not None]
    if stated.floor is None and "deduction" in kinds:
        yield document.found("floor-unsaid", path)
    if stated.floor is not None and "deduction" not in kinds:
        yield document.found("bound-unused", (*path, "floor"), key="floor", kind="deduction")
    elif stated.floor is not None and not all(0 <= stated.floor < most for most in maxima):
        yield document.found("floor-out-of-range", (*path, "floor"), value=exact_text(stated.floor))
    if stated.ceiling is not None and "bonus" not in kinds:
        yield document.found("bound-unused", (*path, "ceiling"), key="ceiling", kind="bonus")
    elif stated.ceiling is not None and any(stated.ceiling < most for most in maxima):
        yield document.found("ceiling-out-of-range", (*path, "ceiling"), value=exact_text(stated.ceiling))


def _bad_coverage(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    """A minimum of a single criterion, of what may never be missing, of nothing; two of one unit."""
    stated, where = node.coverage, (*path, "coverage")
    if stated is None:
        return
    if not 0 < stated.least <= 100:
        yield document.found("percent-out-of-range", (*where, "least"))
    if not node.children:
        yield document.found("coverage-of-one", where)
    elif all(leaf.missing == "error" for leaf in node.leaves):
        yield document.found("coverage-unused", where)
    if not node.depth and stated.below == "not_scored":
        yield document.found("coverage-of-total", (*where, "below"))
    if not node.depth and m.source.ranking.minimum_answered:
        yield document.found("two-minimums", where)


def _bad_rounding(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    """Rounding that is coarser than what is printed, or that would lift a full mark above its maximum."""
    if node.rounded is None:
        return
    where, step = (*path, "rounded"), Fraction(1, 10**node.rounded.digits)
    share, decimals = m.source.total.compare_on.value == "share", m.source.total.decimals.value
    for most in sorted({most for most in node.maxima.values() if most}):
        printed = step / most if share else step
        if isinstance(decimals, int) and printed > Fraction(1, 10**decimals):
            facts = {"digits": node.rounded.digits, "decimals": decimals}
            yield document.found("rounding-coarse", (*where, "digits"), **facts)
            break
    for each in _maxima_of(node):
        if each % step:
            facts = {"most": exact_text(each), "digits": node.rounded.digits}
            yield document.found("rounding-of-maximum", (*where, "digits"), **facts)
            return


def _maxima_of(node: Node) -> Iterator[Fraction]:
    """What may be available at a node is made of these: its maximum, of a sum those below it too."""
    yield from (most for most in node.maxima.values() if most)
    if node.aggregate == "sum":
        for child in node.children:
            yield from _maxima_of(child)
    elif not node.children and node.criterion.rule:
        yield from (case.max_points for case in node.criterion.rule.cases)


def bad_means(stated: Adding, path: YamlPath, document: Document) -> Iterator[Finding]:
    """The power of a generalised mean, and what a share of 0 counts where one makes the whole 0."""
    power, zeros, aggregate = stated.power, stated.zeros, stated.aggregate
    if aggregate == "power" and power is None:
        yield document.found("key-missing", (*path, "power"), key="power")
    elif aggregate == "power" and power in (0, 1, -1):
        other = {0: "geometric", 1: "mean", -1: "harmonic"}[int(power)]
        yield document.found("power-is-other", (*path, "power"), power=int(power), other=other)
        return
    elif aggregate != "power" and power is not None:
        yield document.found("power-unused", (*path, "power"))
    steep = aggregate in ("geometric", "harmonic") or (
        aggregate == "power" and power is not None and power < 0
    )
    if steep and zeros is None:
        yield document.found("zeros-unsaid", path, aggregate=aggregate)
    elif zeros is not None and not steep:
        yield document.found("zeros-unused", (*path, "zeros"))
    elif zeros is not None and not 0 <= zeros < 1:
        yield document.found("zeros-out-of-range", (*path, "zeros"), value=exact_text(zeros))


def _bad_status(node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    citation = node.criterion.citation or Citation()
    if node.criterion.status == "official" and not citation.clause:
        yield document.found("no-clause", path)
    if node.criterion.status == "sibling" and not citation.title:
        yield document.found("no-sibling", path)


def _bad_times(m: Methodology, document: Document) -> Iterator[Finding]:
    for key, deadline in m.source.calendar.items():
        for name, day in (("date", deadline.date), ("opens", deadline.opens)):
            where = ("calendar", key, name)
            try:
                # no leap year: 29 February would not come each year
                _ = day and Deadline.on(deadline.model_copy(update={"date": day}), 2001 - int(day[1]))
            except ValueError:
                yield document.found("not-a-day", where, value=day)
        if deadline.opens and deadline.opens > deadline.date:
            yield document.found("opens-after-its-end", where, opens=deadline.opens, date=deadline.date)
    for key, step in m.source.procedure.items():
        if step.deadline and step.deadline not in m.source.calendar:
            known = speller(m.source.calendar)(step.deadline)
            yield document.found("deadline-unknown", ("procedure", key), value=step.deadline, **known)
        if step.to and key not in RECEIVED:
            yield document.found("step-to-nobody", ("procedure", key, "to"), step=key)
        for name in step.to:
            if not is_name(name):
                yield document.found("bad-key", ("procedure", key, "to", name), key=name)
    spelled = speller(m.source.calendar)
    for reason, rule in m.source.zero_rules.items():
        where = ("zero_rules", reason)
        only_late = rule.deadline is not None or rule.arrival is not None
        if only_late != (reason == "late") or (only_late and rule.deadline is None):
            yield document.found("deadline-of-late", where)
        elif rule.deadline and rule.deadline not in m.source.calendar:
            yield document.found("deadline-unknown", where, value=rule.deadline, **spelled(rule.deadline))


def _bad_citations(m: Methodology, document: Document) -> Iterator[Finding]:
    """Citations of a source that is not there, and those that end before they begin."""
    spelled = speller(m.source.sources)
    for path, citation in citations(m.source):
        if citation.source is not None and citation.source not in m.source.sources:
            facts = {"value": citation.source, **spelled(citation.source)}
            yield document.found("source-unknown", (*path, "source"), **facts)
        begins, ends = citation.valid_from, citation.valid_to
        if begins and ends and ends < begins[: len(ends)]:
            facts = {"begins": begins, "ends": ends}
            yield document.found("valid-backwards", (*path, "valid_to"), **facts)


def _bad_scope(m: Methodology, document: Document) -> Iterator[Finding]:
    spelled = speller(m.groups)
    for group in m.source.scope.names if m.source.scope else ():
        if group not in m.groups:
            facts = {"group": group, **spelled(group)}
            yield document.found("group-unknown", ("scope", "names", group), **facts)


def _bad_services(m: Methodology, document: Document) -> Iterator[Finding]:
    """Recognised services are counted into an answer that counts."""
    if services := m.source.online_services:
        where = ("online_services", "counted_as")
        counts = [key for key, answer in m.answers.items() if answer.kind == "count"]
        if services.counted_as not in counts:
            known = speller(counts)(services.counted_as)
            yield document.found("answer-unknown", where, value=services.counted_as, **known)


def _bad_levels(m: Methodology, document: Document) -> Iterator[Finding]:
    """Levels stand from the top down, each asking less than the one before, and the last takes everybody."""
    if m.source.levels is None:
        return
    levels, where = m.source.levels.list, ("levels", "list")
    for i, level in enumerate(levels):
        if level.low is None and level.top is None:
            yield document.found("level-without-limit", (*where, i))
        yield from _bad_level_conditions(m, level, (*where, i), document)
    for i, (above, level) in enumerate(pairwise(levels), start=1):
        low, top = (level.low, above.low), (level.top, above.top)
        if None not in low and (low[0] > low[1] or (low[0] == low[1] and not above.conditions)):
            facts = {"low": exact_text(low[0]), "above": exact_text(low[1])}
            yield document.found("levels-overlap", (*where, i), **facts)
        elif None not in top and None in low and top[0] <= top[1]:
            facts = {"top": exact_text(top[0]), "above": exact_text(top[1])}
            yield document.found("tops-out-of-order", (*where, i), **facts)
    last = levels[-1] if levels else Level(key="-", label_vi="-")
    if last.each_category is not None or last.categories:
        yield document.found("last-level-on-condition", (*where, len(levels) - 1))
    elif (last.low, last.top) not in ((0, None), (None, 100)):
        yield document.found("levels-gap", where)


def _bad_level_conditions(
    m: Methodology, level: Level, path: YamlPath, document: Document
) -> Iterator[Finding]:
    known = [node.id for node in m.root.regular]
    for category, percent in level.categories.items():
        if category not in known:
            facts = {"category": category, **speller(known)(category)}
            yield document.found("category-unknown", (*path, "categories", category), **facts)
        elif not 0 < percent <= 100:
            yield document.found("percent-out-of-range", (*path, "categories", category))
    for key in ("each_category", "top"):
        percent = getattr(level, key)
        if percent is not None and not 0 < percent <= 100:
            yield document.found("percent-out-of-range", (*path, key))


def _bad_tie_breaks(m: Methodology, document: Document) -> Iterator[Finding]:
    known, stated = [node.id for node in m.categories], m.source.ranking.tie_breaks
    for i, category in enumerate(stated):
        where = ("ranking", "tie_breaks", i)
        if category not in known:
            facts = {"category": category, **speller(known)(category)}
            yield document.found("category-unknown", where, **facts)
        elif category in stated[:i]:
            yield document.found("tie-break-twice", where, category=category)


def _bad_conditions(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    spelled = speller(m.source.attributes)
    for name, values in (node.criterion.applies or {}).items():
        where = (*path, "applies", name)
        if name not in m.source.attributes:
            yield document.found("attribute-unknown", where, value=name, **spelled(name))
            continue
        known = m.source.attributes[name].values
        for value in values:
            if value not in known:
                yield document.found("not-one-of", where, value=value, known=", ".join(known))
