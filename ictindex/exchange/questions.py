"""What the criteria ask of a unit, in which order, and how each question reads on a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from ictindex.annex import anchor_vi
from ictindex.basics import format_vi
from ictindex.exchange.layout import Line, Shown
from ictindex.facts import Entity, Inputs, Value
from ictindex.methodology import Answer, Methodology, Node
from ictindex.page import rule_vi, value_of_answer_vi


class Question(NamedTuple):
    """An answer asked of a unit, at the first leaf that reads it; ``opens``: the first one of that leaf.

    ``scored``: no where the unit is asked for a statistic alone (2342, V.5.3 a (*)).
    """

    category: Node
    leaf: Node
    code: str
    asks: Answer
    opens: bool
    scored: bool = True


def questions(methodology: Methodology, entity: Entity, known: bool = False) -> Iterator[Question]:
    """Every answer that the criteria of a unit read, each once, in the order of the criteria; marks too.

    ``known``: also last year's answers, which nobody is asked.
    """
    asked: set[str] = set()
    only_statistics = methodology.only_statistics(entity)
    for category in methodology.categories:
        counted = only_statistics and category is methodology.services_category
        for leaf in category.walk():
            scored = leaf.applies_to(entity)
            if leaf.children or not (scored or counted):
                continue
            opens = True
            for code in leaf.reads:
                asks = methodology.answers[code]
                if asks.last_year_of and not known:
                    continue
                if code not in asked and (scored or asks.kind != "mark"):
                    asked.add(code)
                    yield Question(category, leaf, code, asks, opens, scored)
                    opens = False


def asking_order(several: Iterable[Question]) -> list[Question]:
    """The questions as a form asks them: of one criterion a total before its parts, else as they come."""
    ordered: list[Question] = []
    for _, group in groupby(several, key=lambda question: question.leaf.id):
        own = list(group)
        rule = own[0].leaf.criterion.rule
        totals = {each.share.per for each in rule.walk() if each.share}
        own.sort(key=lambda question: question.code not in totals)
        ordered += [question._replace(opens=i == 0) for i, question in enumerate(own)]
    return ordered


def heading(node: Node) -> Line:
    """A line that is no question: a category's number and name."""
    return Line({"number": node.number, "question": node.label_vi})


def unit_vi(answer: Answer) -> str:
    """The unit of measurement with the limits, or how to answer."""
    if answer.kind in ("yes_no", "choice"):
        return "Có hoặc Không" if answer.kind == "yes_no" else "Chọn một mục"
    of_points = "điểm" if answer.kind in ("award", "mark") else ""
    low, high = answer.min or Fraction(0) if of_points else answer.min, answer.max
    limits = {
        (True, True): "",
        (True, False): f"không quá {format_vi(high or 0)}",
        (False, True): f"từ {format_vi(low or 0)}" if low else "",
        (False, False): f"{format_vi(low or 0)}–{format_vi(high or 0)}",
    }[low is None, high is None]
    return ", ".join(filter(None, [answer.unit_vi or of_points, limits]))


def shown_value(answer: Answer, value: Value) -> Shown:
    """A value as a form shows it."""
    numeric = value is None or isinstance(value, Fraction)
    return value if numeric else value_of_answer_vi(answer, value)


def how_vi(question: Question, methodology: Methodology) -> str:
    leaf = question.leaf
    if not question.scored:
        return "Chỉ để công bố số liệu thống kê, không chấm điểm."
    if not question.opens:
        return f"Tiêu chí {leaf.number}, như trên."
    return f"Tiêu chí {leaf.number} “{leaf.label_vi}”: {rule_vi(leaf.criterion.rule, methodology.answers)}."


def clause_vi(node: Node, methodology: Methodology) -> str:
    """The anchor of the nearest criterion that has one, and whether the node itself is made up."""
    cited = (anchor_vi(criterion.citation) for criterion in reversed(node.conditions))
    anchor = next(filter(None, cited), methodology.source.citation.title)
    return f"{anchor} (nội dung minh họa)" if node.criterion.status == "illustrative" else anchor


def evidence_vi(inputs: Inputs, entity: str, answer: str) -> str:
    """The documents that a unit has sent or named for an answer: the one place where evidence comes in."""
    return "; ".join(one.file or one.reference for one in (inputs.evidence or {}).get((entity, answer), ()))


def marks_vi(marks: Iterable[Fraction]) -> str:
    """Marks from the lowest to the highest, so that their order names nobody."""
    return "; ".join(map(format_vi, sorted(marks)))
