"""What is to be run: parameters checked against the notebook before any kernel starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ictindex.basics import (
    WHAT_IF,
    Finding,
    Project,
    Refused,
    code_point,
    control_character,
    found,
    is_name,
    load,
    refuse_if,
)
from ictindex.page import notebook
from ictindex.scoring import read_parameters
from ictindex.what_if import read_stated


@dataclass(frozen=True)
class Plan:
    """One edition ready to run: its parameters are known to the notebook and in range."""

    edition: str
    parameters: dict[str, Any]

    @property
    def what_if(self) -> str:
        return self.parameters.get(WHAT_IF, "")

    @property
    def name(self) -> str:
        """What tells it from every other run, as a folder's name too."""
        return f"{self.edition}.{self.what_if}" if self.what_if else self.edition


def plan(
    editions: Sequence[str], project: Project, texts: Mapping[str, str], files: Sequence[Path] = ()
) -> list[Plan]:
    """Check the parameters of every edition against its notebook; Refused with all that is wrong.

    ``texts`` are ``-p`` parameters as typed, ``files`` further parameter files; later ones win.
    """
    return _all([lambda edition=edition: _plan(edition, project, texts, files) for edition in editions])


def chosen(project: Project, years: Sequence[int] = (), methodologies: Sequence[str] = ()) -> list[str]:
    """The editions of parameters/ of these years and methodologies; of any where none is named.

    One whose parameters cannot be read is among them, so that it is told why.
    """

    def wanted(edition: str) -> bool:
        try:
            told = read_parameters(edition, project)
        except Refused:
            return True
        return (not years or told.get("year") in years) and (
            not methodologies or told.get("methodology") in methodologies
        )

    return [edition for edition in project.editions() if wanted(edition)]


def plan_what_ifs(names: Sequence[str], project: Project, texts: Mapping[str, str]) -> list[Plan]:
    """As plan, for what-ifs by name: each is its baseline, asked one question more."""

    def one(name: str) -> Plan:
        baseline = _plan(read_stated(name, project).source.baseline, project, texts, ())
        return Plan(baseline.edition, {**baseline.parameters, WHAT_IF: name})

    return _all([lambda name=name: one(name) for name in names])


def _all(attempts: Sequence[Callable[[], Plan]]) -> list[Plan]:
    findings: list[Finding] = []
    plans: list[Plan] = []
    for attempt in attempts:
        try:
            plans.append(attempt())
        except Refused as refused:
            findings.extend(refused.findings)
    refuse_if(
        {finding.sentence(): finding for finding in findings}.values()
    )  # one -p can be wrong for several
    return plans


def _plan(edition: str, project: Project, texts: Mapping[str, str], files: Sequence[Path]) -> Plan:
    shown = project.shown(project.parameters(edition))
    path = project.notebook(edition)
    stated = read_parameters(edition, project)
    refuse_if(_bad_text(texts))
    known = notebook.parameters(path, project.shown(path))
    given = [(shown, stated)]
    given += [(project.shown(file), _read_file(file, project)) for file in files]
    given.append(
        ("-p", {name: known[name].parsed(text) if name in known else text for name, text in texts.items()})
    )
    said = {name for _, values in given for name in values}
    unsaid = {name: parameter.default for name, parameter in known.items() if name not in said}
    given.insert(0, (project.shown(path), unsaid))
    refuse_if(
        finding
        for file, values in given
        for finding in (*notebook.bad_values(values, known, file), *_bad_names(edition, values, file))
    )
    merged = {name: value for _, values in given for name, value in values.items()}
    return Plan(edition, {n: float(v) if isinstance(v := merged[n], Decimal) else v for n in known})


def _bad_text(texts: Mapping[str, str]) -> Iterator[Finding]:
    """Characters that a parameter file could not hold: on the command line they are refused alike."""
    for name, text in texts.items():
        if stray := control_character(name) or control_character(text):
            said = "".join("\ufffd" if control_character(sign) else sign for sign in name)
            yield found("control-character", "-p", None, said, character=code_point(stray[0]))


def _bad_names(edition: str, values: Mapping[str, Any], file: str) -> Iterator[Finding]:
    """What no run may be told: to be another edition, or to look outside the project's folders."""
    named = values.get("edition", edition)
    if named != edition:
        yield found("edition-differs", file, None, "edition", edition=named, expected=edition)
    for name in ("methodology", "inputs", "previous"):
        value = values.get(name, "none")
        if not is_name(value) and (name, value) != ("previous", ""):
            yield found("not-a-name", file, None, name, name=value)


def _read_file(file: Path, project: Project) -> dict[str, Any]:
    document = load(file, project.shown(file))
    if not isinstance(document.data, dict):
        raise Refused([document.found("not-parameters")])
    return document.data
