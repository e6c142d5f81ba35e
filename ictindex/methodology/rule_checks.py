"""What can be wrong with a rule that is well formed: gaps in bands, parts that do not add up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ictindex.basics import Document, Finding, YamlPath, exact_text
from ictindex.methodology.decision import Answer
from ictindex.methodology.rule_kinds import Ratio, Rule, Step, Terms
from ictindex.methodology.tree import Methodology, Node


def bad_rules(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    """Everything wrong with the rule of a leaf, for each of the leaf's maxima."""
    rule = node.criterion.rule
    for most in sorted({most for most in node.maxima.values() if most is not None}):
        yield from _bad_rule(rule, most, (*path, "rule"), m.answers, document, nested=False)


def _bad_rule(
    rule: Rule, most: Fraction, path: YamlPath, answers: dict[str, Answer], document: Document, nested: bool
) -> Iterator[Finding]:
    where = (*path, rule.kind)
    yield from _bad_measure(rule, where, document)
    if nested and rule.kind in ("of_largest", "in_group", "mark", "awarded"):
        yield document.found("rule-not-inside", where, kind=rule.kind)
    earned = most
    if rule.kind == "bands":
        yield from _bad_steps(rule, most, where, document)
        ends = [step for step in rule.bands.steps if step.points is not None or step.high is None]
        earned = max((_reached(step, most) for step in ends), default=most)  # a share stays below its end
        earned = min(earned, most)  # more is told step by step
    elif rule.kind == "choice" and rule.choice.of in answers:
        for code in (answers[rule.choice.of].choices or {}).keys() ^ rule.choice.points.keys():
            yield document.found("choice-without-points", (*where, "points"), choice=code)
        earned = max(rule.choice.points.values(), default=Fraction(0))
    elif rule.kind == "count":
        earned = rule.count.most
    elif rule.kind in ("mark", "awarded"):
        asked = answers.get(getattr(rule, rule.kind))
        if asked and asked.max is None:
            yield document.found("scale-missing", ("answers", getattr(rule, rule.kind)), kind=asked.kind)
        elif asked and rule.kind == "awarded":
            earned = asked.max
    elif rule.kind in ("sum_of", "best_of") and not rule.cases:
        yield document.found("none-given", where, what=rule.kind)
    elif rule.cases:
        maxima = [case.max_points for case in rule.cases]
        earned = sum(maxima) if rule.kind == "sum_of" else max(maxima)
        for i, case in enumerate(rule.cases):
            inside = (*where, i, "rule")
            yield from _bad_rule(case.rule, case.max_points, inside, answers, document, nested=True)
    if earned != most:
        facts = {"earned": exact_text(earned), "most": exact_text(most)}
        yield document.found("rule-and-maximum-differ", where, kind=rule.kind, **facts)


def _bad_measure(rule: Rule, where: YamlPath, document: Document) -> Iterator[Finding]:
    """A constant divisor of nothing, goalposts at one place or off their scale, a z-score without its two."""
    stated = getattr(rule, rule.kind)
    if isinstance(stated, Ratio) and isinstance(stated.per, Fraction) and stated.per <= 0:
        yield document.found("divisor-not-positive", (*where, "per"), value=exact_text(stated.per))
    for key in ("of", "per"):
        part = getattr(stated, key, None)
        if isinstance(part, Terms) and not part.plus:
            yield document.found("none-given", (*where, key, "plus"), what="plus")
    if rule.goalposts:
        ends = stated.worst, stated.best
        if stated.worst == stated.best:
            yield document.found("goalposts-meet", where, value=exact_text(stated.best))
        least = {"logarithm": min(ends) <= 0, "root": min(ends) < 0}
        if stated.scale and least[stated.scale]:
            facts = {"value": exact_text(min(ends)), "scale": stated.scale}
            yield document.found("goalpost-off-scale", where, **facts)
    if rule.in_group:
        for key in ("centre", "each"):
            if (getattr(stated, key) is None) == (stated.by == "z_score"):
                code = "key-missing" if stated.by == "z_score" else "z-score-alone"
                yield document.found(code, (*where, key), key=key)


def _bad_steps(rule: Rule, most: Fraction, where: YamlPath, document: Document) -> Iterator[Finding]:
    steps = rule.bands.steps
    if not steps:
        yield document.found("none-given", (*where, "steps"), what="steps")
    for i, step in enumerate(steps):
        at = (*where, "steps", i)
        last = i == len(steps) - 1
        if (step.points is None) == (step.full is None):
            yield document.found("step-points", at)
        if step.full is not None and step.full <= 0:
            yield document.found("full-not-positive", at, full=exact_text(step.full))
            continue
        if (step.high is None) != last or (step.high is not None and step.high <= step.low):
            yield document.found("step-limits", at)
        elif not last and steps[i + 1].low != step.high:
            code = "steps-gap" if steps[i + 1].low > step.high else "steps-overlap"
            yield document.found(code, at, high=exact_text(step.high), low=exact_text(steps[i + 1].low))
        reached = step.points or Fraction(0)
        if step.points is None and step.full is not None:
            reached = (step.high or step.low) * most / step.full
        if not 0 <= reached <= most:
            yield document.found("step-above-maximum", at, reached=exact_text(reached), most=exact_text(most))


def _reached(step: Step, most: Fraction) -> Fraction:
    """The most points of a step; one without an upper end reaches the maximum in proportion."""
    if step.points is not None:
        return step.points
    return step.high * most / step.full if step.high is not None and step.full else most


def remarks(m: Methodology, document: Document) -> Iterator[Finding]:
    """What may be meant so and is worth a second look: points that nobody can reach, 0 of 0 left unsaid."""
    rules = [(leaf, leaf.criterion.rule) for leaf in m.leaves]
    if any(r.ratio for _, rule in rules for r in rule.walk()) and m.source.nothing_of_nothing is None:
        yield document.found("nothing-undeclared", ())
    for leaf, rule in rules:
        most = max(most for most in leaf.maxima.values() if most is not None)
        for each, its_most in [(rule, most), *((case.rule, case.max_points) for case in rule.cases)]:
            reached = _attainable(each, its_most, m.answers)
            if reached is not None and reached < its_most:
                names = " : ".join(m.answers[answer].label_vi for answer in each.own_reads)
                facts = {"reached": exact_text(reached), "most": exact_text(its_most), "answers": names}
                yield document.found("points-unreachable", (*leaf.path, "rule"), **facts)


def _attainable(rule: Rule, most: Fraction, answers: dict[str, Answer]) -> Fraction | None:
    """The most points that a rule gives within the bounds of what it reads; None where they bound nothing."""
    stated = getattr(rule, rule.kind)
    if isinstance(stated, Ratio) and not all(
        isinstance(part, str | None) for part in (stated.of, stated.per)
    ):
        return None
    asked = [answers[answer] for answer in rule.own_reads]
    if not asked or rule.kind not in ("value", "share", "bands", "count"):
        return None
    low, high = asked[0].min, asked[0].max
    if len(asked) > 1:  # of counts the smaller may be anything; a share is bounded by the ends of both
        low = None
        high = high / asked[1].min if high is not None and asked[1].min else None
    if rule.kind == "bands":
        inside = [s for s in rule.bands.steps if _meets(s, low, high)]
        return max((_reached_within(step, high, most) for step in inside), default=Fraction(0))
    if rule.kind == "value" and asked[0].kind == "yes_no":
        high = Fraction(1)
    if high is None:
        return None
    return {
        "value": high,
        "share": min(high, Fraction(1)) * most,
        "count": high * rule.count.each if rule.count else None,
    }[rule.kind]


def _meets(step: Step, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether a value between the bounds may fall into a step."""
    return (high is None or step.low <= high) and (low is None or step.high is None or low < step.high)


def _reached_within(step: Step, high: Fraction | None, most: Fraction) -> Fraction:
    if step.points is None and high is not None and (step.high is None or high < step.high):
        return min(high * most / step.full, most)
    return _reached(step, most)
