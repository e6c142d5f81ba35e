"""Last year's answers as this year's rules read them: an answer that is declared ``last_year_of`` another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ictindex.basics import Finding, found
from ictindex.facts.answers import WITHHELD, Given, Key
from ictindex.facts.events import zeros
from ictindex.facts.units import counterparts
from ictindex.methodology import Methodology

if TYPE_CHECKING:
    from ictindex.facts.inputs import Entity, Inputs

# Why there is no figure of last year to hold this year's against, in Vietnamese and in English.
NEW = ("kỳ trước chưa có đơn vị này", "it was not there last year")
PARTED = (
    "đơn vị được hợp nhất hoặc chia tách sau kỳ trước, không có số liệu cùng phạm vi",
    "it was merged or divided since, and last year’s figure is of another whole",
)
NOT_GIVEN = ("kỳ trước không có số liệu này", "it was not given last year")
NOT_TRUE = (
    "số liệu kỳ trước không được công nhận và chưa được xác định lại",
    "last year’s was found untrue, incomplete or cancelled, and nobody established another",
)
FIRST = ("chưa có kỳ đánh giá nào trước kỳ này", "no year before this one was evaluated")
IN_ENGLISH = dict((NEW, PARTED, NOT_GIVEN, NOT_TRUE, FIRST))
_NOBODY = {"new": NEW, "parted": PARTED}
_UNMADE = ("untrue", "incomplete", "cancelled")  # reasons for zero after which a declared figure is none


class Before(NamedTuple):
    """The edition before."""

    edition: str
    year: int
    methodology: Methodology
    inputs: Inputs


def last_year(
    methodology: Methodology, entities: Sequence[Entity], before: Before | None
) -> dict[Key, Given]:
    """(Unit, answer) -> what stood last year, of each answer that is ``last_year_of`` another.

    In the first year of an index nothing did.
    A unit is looked for as the ranks of two years are: by its code, its predecessors, its successor. What
    was withheld is. A zero for lateness or for want of a document leaves the figure standing; one that was
    found untrue, incomplete or cancelled is none, unless an appraisal or a correction said what is right.
    """
    if before is None:
        return {(unit.code, key): _none(FIRST) for unit in entities for key in methodology.last_year}
    asked = {key: of for key, of in methodology.last_year.items() if not _unlike(methodology, key, before)}
    if not asked:
        return {}
    unmade = set(_unmade(before))
    return {
        (code, key): _none(_NOBODY[unit]) if isinstance(unit, str) else _stood(before, unit, of, unmade)
        for code, unit in counterparts(entities, before.inputs.entities).items()
        for key, of in asked.items()
    }


def withheld_before(methodology: Methodology, entities: Sequence[Entity], before: Before) -> set[Key]:
    """The answers of this year that nobody may know because last year's, which they are, was withheld."""
    stood = last_year(methodology, entities, before)
    return {key for key, given in stood.items() if given.state == WITHHELD}


def no_last_year(
    methodology: Methodology, before: Before | None, file: str, asked: Mapping[str, str]
) -> Iterator[Finding]:
    """That no previous edition is declared although the rules read one, or that it does not ask the same.

    ``file``: the parameters, as findings name them; ``asked``: answer -> the last edition of an earlier year
    that could be declared for it, for in the first year of an index there is none.
    """
    for key, of in methodology.last_year.items():
        if before is None:
            if of in asked:
                facts = {"answer": key, "of": of, "edition": asked[of]}
                yield found("last-year-not-declared", file, None, "previous", **facts)
        elif problem := _unlike(methodology, key, before):
            facts = {"answer": key, "of": of, "edition": before.edition, **problem}
            if "was" in problem:
                yield found("last-year-of-other-kind", file, None, "previous", **facts)
            else:
                yield found("last-year-not-asked", file, None, "previous", **facts)


def _unlike(methodology: Methodology, key: str, before: Before) -> dict[str, str] | None:
    """What keeps last year's answer from being this one; None where nothing does."""
    spec, was = methodology.answers[key], before.methodology.answers.get(methodology.last_year[key])
    if was is None:
        return {"methodology": before.methodology.name}
    choices = set(was.choices or ()) - set(spec.choices or ())
    return {"was": was.kind, "kind": spec.kind} if was.kind != spec.kind or choices else None


def _stood(before: Before, unit: Entity, answer: str, unmade: set[Key]) -> Given:
    given = before.inputs.given(unit, answer)
    if given.secret:
        return Given(None, WITHHELD, "", None)
    if given.state == "not_applicable":
        return Given(None, "not_applicable", "", None)
    if given.value is None:
        return _none(NOT_GIVEN)
    reason = given.state.removeprefix("zero_")
    if (
        given.declared is None
        and not given.established
        and ((unit.code, answer) in unmade or reason in _UNMADE)
    ):
        return _none(NOT_TRUE)
    at = f"{before.inputs.answers_file}!{given.row or ''}"
    return Given(given.value, "given", given.text, None, source=at)


def _none(why: tuple[str, str]) -> Given:
    return Given(None, "missing", "", None, why=why[0])


def _unmade(before: Before) -> Iterator[Key]:
    """The answers of a criterion at or above which one of _UNMADE stands."""
    m, inputs = before.methodology, before.inputs
    for unit, at in zeros(m, inputs.events, before.year, inputs.first_reports).items():
        where = [criterion for criterion, reasons in at.items() if not reasons.isdisjoint(_UNMADE)]
        for leaf in m.leaves:
            if any(map(leaf.within, where)):
                yield from ((unit, answer) for answer in leaf.reads)
