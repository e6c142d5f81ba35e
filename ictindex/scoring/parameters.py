"""A run's parameters: read from the edition's file, checked against its methodology."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from ictindex.basics import Finding, Project, Refused, found, is_name, load, refuse_if, speller
from ictindex.facts import Entity, Inputs, last_moment, moment, named_units
from ictindex.methodology import OPEN_RULES, Methodology, allowed, of_one_index, read_methodology

# What every notebook passes on, besides the rules that its methodology leaves open.
PARAMETERS = (
    *("edition", "methodology", "year", "inputs", "previous", "highlight", "attached_to"),
    *("seed", "what_if", "draws", "spread"),
)
UNSAID = dict.fromkeys(PARAMETERS, "") | {"draws": 10_000, "spread": 25}  # in force where nothing is said


def read_parameters(edition: str, project: Project) -> dict[str, Any]:
    """The parameters of parameters/<edition>.yaml, strictly read."""
    path = project.parameters(edition)
    if not path.is_file():
        known = speller(project.editions())(edition)
        raise Refused([found("edition-unknown", project.shown(path), edition=edition, **known)])
    document = load(path, project.shown(path))
    if not isinstance(document.data, dict):
        raise Refused([document.found("not-parameters")])
    named = document.data.get("edition", edition)
    if named != edition:  # a copied file; it would quietly be another edition
        raise Refused([document.found("edition-differs", ("edition",), edition=named, expected=edition)])
    return document.data


def asked_before(year: Any, methodology: Methodology, project: Project) -> dict[str, str]:
    """Answer -> the last edition of an earlier year that asked it, of what the rules read of last year.

    Only editions of this index: of the methodology, of what it amends, or from which a crosswalk leads to it.
    """
    asked: dict[str, tuple[int, str]] = {}
    for edition in project.editions() if methodology.last_year and isinstance(year, int) else ():
        with suppress(Refused):  # whatever is wrong with another edition is that one's finding
            told = read_parameters(edition, project)
            if isinstance(then := told.get("year"), int) and then < year:
                before = read_methodology(str(told.get("methodology")), project)
                if of_one_index(before, methodology, project):
                    for of in before.answers.keys() & methodology.last_year.values():
                        asked[of] = max(asked.get(of, (then, edition)), (then, edition))
    return {of: edition for of, (_, edition) in asked.items()}


def read_defaults(parameters: Mapping[str, Any], project: Project) -> tuple[str, dict[str, Any]]:
    missing = [name for name in ("edition", "methodology", "year", "inputs") if name not in parameters]
    refuse_if(found("parameter-missing", "parameters", None, name, name=name) for name in missing)
    named = [parameters[name] for name in ("edition", "methodology", "inputs")] + [
        parameters.get(name) or "none" for name in ("previous", "what_if")
    ]
    refuse_if(found("not-a-name", "parameters", None, name=name) for name in named if not is_name(name))
    path = project.parameters(parameters["edition"])
    return project.shown(path), read_parameters(parameters["edition"], project)


_KINDS = {  # an example, and what it is; the other parameters are names of files or of rules
    "year": (2018, "a whole number", "số nguyên"),
    "highlight": ("VNM, THA", "text", "văn bản"),
    "attached_to": ("", "text", "văn bản"),
    "seed": ("2018-01-05 XSMB 12345", "text", "văn bản"),
    "what_if": ("", "text", "văn bản"),
    "draws": (10_000, "a whole number", "số nguyên"),
    "spread": (25, "a whole number", "số nguyên"),
}
_RANGES = {
    "draws": (0, 1_000_000),  # none: the result is not tried
    "spread": (1, 99),  # percent; at 100 a weight could vanish
}


def bad_parameters(parameters: Mapping[str, Any], methodology: Methodology, file: str) -> Iterator[Finding]:
    known = (*PARAMETERS, *methodology.open_rules)
    spelled = speller(known)
    for name, value in parameters.items():
        if name not in known:
            yield found("parameter-unknown", file, None, name, name=name, **spelled(name))
        elif name in OPEN_RULES:
            if not methodology.open_rules[name].is_open:
                yield found("rule-is-fixed", file, None, name, name=name, file=methodology.file)
            elif not any(value == each and type(value) is type(each) for each in OPEN_RULES[name]):
                written = "null" if value is None else value
                yield found("not-one-of", file, None, name, value=written, known=allowed(name))
        elif name in _KINDS and type(value) is not type(_KINDS[name][0]):
            example, wanted, wanted_vi = _KINDS[name]
            written = "null" if value is None else repr(value)
            facts = {"value": written, "wanted": wanted, "wanted_vi": wanted_vi, "default": repr(example)}
            yield found("parameter-type", file, None, name, name=name, **facts)
        elif name in _RANGES and not _RANGES[name][0] <= value <= _RANGES[name][1]:
            low, high = _RANGES[name]
            yield found("parameter-range", file, None, name, value=value, low=low, high=high)
    yield from _seed_known_beforehand(parameters, methodology, file)
    expected = f"{parameters['methodology']}-{parameters['year']}"
    if parameters["edition"] != expected:
        yield found(
            "edition-differs", file, None, "edition", edition=parameters["edition"], expected=expected
        )
    if parameters.get("previous") == parameters["edition"]:
        yield found("previous-is-itself", file, None, "previous", edition=parameters["edition"])


def public_seed(parameters: Mapping[str, Any]) -> str:
    """What samples are drawn from: the published number, or the edition's name while there is none."""
    return parameters.get("seed") or parameters.get("edition", "")


def seed_to_fill(parameters: Mapping[str, Any], methodology: Methodology, file: str) -> Iterator[Finding]:
    """That nothing can be drawn yet, where something is: the edition's name is known to everybody."""
    year = parameters.get("year")
    if _at_random(methodology) and not parameters.get("seed") and isinstance(year, int):
        told = _seed_of(_reports_due(year, methodology))
        yield found("seed-to-fill", file, None, "seed", instance=told)


def _at_random(methodology: Methodology) -> bool:
    return bool(methodology.source.review or methodology.source.online_services)


_PUBLISHED = re.compile(r"(\S+) (.*\w.*) (\d{4,})")  # the day, where it is published, the number


def _seed_known_beforehand(
    parameters: Mapping[str, Any], methodology: Methodology, file: str
) -> Iterator[Finding]:
    """2342, V.5.4 a, checks at random: from a seed that reviewers knew, they could know what is checked.

    So where something is checked at random the seed is a number that was published after the reports were
    due, with the day and the place of its publication.
    """
    seed, year = parameters.get("seed"), parameters["year"]
    if not (_at_random(methodology) and seed and isinstance(seed, str) and isinstance(year, int)):
        return
    last = _reports_due(year, methodology)
    told = _PUBLISHED.fullmatch(seed.strip())
    at = moment(told[1], end=False) if told else None
    if at is None or at <= last:
        facts = {"value": seed, "due": f"{last:%d/%m/%Y}", "instance": _seed_of(last)}
        yield found("seed-known-beforehand", file, None, "seed", **facts)


def _reports_due(year: int, methodology: Methodology) -> datetime:
    due = methodology.report_deadline
    return last_moment(due, year) if due else moment(f"{year}-12-31", end=True)


def _seed_of(due: datetime) -> str:
    """How a seed is written that nobody knew before the reports were due."""
    return f"{due + timedelta(days=5):%Y-%m-%d} XSMB 12345"


def highlighted(parameters: Mapping[str, Any], entities: Sequence[Entity], file: str = "") -> list[str]:
    """The codes of the units that the parameter ``highlight`` tells by code or name, parted by ; or else ,.

    Refused with each that is none, or may be several.
    """
    told = parameters.get("highlight", "")
    words = filter(None, map(str.strip, told.split(";" if ";" in told else ",")))
    return [unit.code for unit in named_units(words, entities, file)]


def bad_highlight(parameters: Mapping[str, Any], inputs: Inputs, file: str) -> Iterator[Finding]:
    if isinstance(parameters.get("highlight"), str):
        try:
            highlighted(parameters, inputs.entities, file)
        except Refused as refused:
            yield from (found(f.code, file, None, "highlight", **f.facts) for f in refused.findings)
