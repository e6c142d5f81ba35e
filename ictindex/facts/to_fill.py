"""What a year's files still wait for, each in the file where it belongs: figures, marks, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ictindex.basics import Finding, found
from ictindex.facts.answers import ANSWERS
from ictindex.facts.inputs import SOURCES, Entity, Inputs
from ictindex.facts.review import MARKS
from ictindex.methodology import Answer, Methodology


class _Gaps(NamedTuple):
    """Of one unit: how many are asked for, which are empty, and whether it has no row at all."""

    asked: int
    empty: list[str]
    absent: bool = False


def to_fill(methodology: Methodology, inputs: Inputs) -> Iterator[Finding]:
    """Findings of the kind 'to fill': nothing of it is wrong, and a draft is built without it.

    An answer's cell that is empty without a state; a marked item without any mark; a source that is not said.
    What does not apply to a unit is not asked of it. Where a file has nothing yet, that is one finding.
    """
    folder = inputs.answers_file.removesuffix(ANSWERS)
    if not inputs.sources.status:
        yield found("status-to-fill", f"{folder}{SOURCES}", None, "status")
    for name, about in inputs.sources.files.items():
        for key in ("label_vi", "origin"):
            if not getattr(about, key):
                yield found("source-to-fill", f"{folder}{SOURCES}", None, f"files.{name}.{key}", name=name)
    figures, marks = {}, {}
    for entity in inputs.entities:
        figures[entity.code], marks[entity.code] = _gaps(methodology, inputs, entity)
    for gaps, file in ((figures, ANSWERS), (marks, MARKS)):
        yield from _told(gaps, inputs, methodology.answers, f"{folder}{file}", file == MARKS)


def _gaps(methodology: Methodology, inputs: Inputs, entity: Entity) -> tuple[_Gaps, _Gaps]:
    """A unit's empty cells in answers.csv, and the marked items that nobody has marked."""
    reads = dict.fromkeys(answer for leaf in methodology.leaves_of(entity) for answer in leaf.reads)
    marked = [answer for answer in reads if methodology.answers[answer].kind == "mark"]
    figures = [answer for answer in reads if methodology.answers[answer].of_unit]
    empty = [answer for answer in figures if inputs.given(entity, answer).unsaid]
    rows = any(inputs.given(entity, answer).row is not None for answer in figures)
    bare = [a for a in marked if (entity.code, a) not in inputs.marks and inputs.given(entity, a).row is None]
    return _Gaps(len(figures), empty, not rows), _Gaps(len(marked), bare)


def _told(
    gaps: Mapping[str, _Gaps], inputs: Inputs, answers: Mapping[str, Answer], file: str, marks: bool
) -> Iterator[Finding]:
    """One finding a unit, or a single one where nobody has anything."""
    open_ones = {unit: each for unit, each in gaps.items() if each.empty}
    if not open_ones:
        return
    if all(each.absent or len(each.empty) == each.asked for each in gaps.values()):
        facts = {"count": sum(each.asked for each in gaps.values()), "units": len(gaps)}
        if marks:
            yield found("marks-all-to-fill", file, **facts)
        else:
            yield found("answers-all-to-fill", file, **facts)
        return
    for unit, each in open_ones.items():
        entity, first = inputs.by_code[unit], each.empty[0]
        facts = {"entity": entity.label_vi, "count": len(each.empty), "asked": each.asked}
        facts["answer"] = answers[first].label_vi
        if marks:
            yield found("marks-to-fill", file, None, "entity", **facts)
        else:
            yield found("answers-to-fill", file, inputs.given(entity, first).row, "value", **facts)
