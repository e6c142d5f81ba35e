"""Everything that can be known to be wrong before a run, for every methodology and edition at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import yaml

from ictindex.basics import Finding, Project, Refused, YamlPath, found, is_name, load, read_text
from ictindex.facts import ANSWERS, ENTITIES, misnamed, to_fill
from ictindex.methodology import methodology_remarks, read_crosswalk, read_methodology
from ictindex.page import notebook
from ictindex.procedure import attached_too_early, noticed
from ictindex.run.plans import plan
from ictindex.scoring import Evaluation, evaluate, read_parameters, seed_to_fill, unanswered
from ictindex.what_if import Baselines, read_stated


def lint(project: Project, named: Sequence[str] = ()) -> list[Finding]:
    """Findings of the named editions and methodologies; of all, and of crosswalks, when none is named."""
    findings: list[Finding] = []
    texts = [*project.methodologies(), *project.amendments()]
    asked = [name for name in named if name in texts and name not in project.editions()]
    editions = [name for name in named if name not in asked]
    for name in asked if named else texts:
        findings += _all(methodology_remarks, name, project)
    if not named:
        for name in project.crosswalks():
            findings += _refusals(lambda name=name: read_crosswalk(name, project))
    elif not editions:
        return findings
    what_ifs = {name: _baseline(name, project) for name in project.what_ifs()}
    baselines = Baselines()
    for edition in editions or project.editions():
        official = baselines.of if edition in what_ifs.values() else evaluate
        findings += _placed(_edition(edition, project, official), edition, project)
    for name, baseline in what_ifs.items():
        if not baseline or baseline in (editions or [baseline]):
            findings += _refusals(lambda name=name: _what_if(name, project, baselines))
    return list({(f.code, f.place(), f.message()): f for f in findings}.values())  # two steps may find one


def _placed(findings: Iterator[Finding], edition: str, project: Project) -> Iterator[Finding]:
    """The same; those that name a parameter of the edition's file at its line."""
    path = project.parameters(edition) if is_name(edition) else None
    lines: Mapping[YamlPath, int] = {}
    with contextlib.suppress(Refused):  # which is told already
        lines = load(path, project.shown(path)).lines if path else {}
    for finding in findings:
        here = path and finding.row is None and finding.file == project.shown(path)
        yield replace(finding, row=lines.get((finding.column,))) if here else finding


def _edition(edition: str, project: Project, official: Callable[..., Evaluation]) -> Iterator[Finding]:
    """Each step for itself: what stops one hides nothing from the others. ``official`` evaluates."""
    planned = _refusals(lambda: plan([edition], project, {}))
    yield from planned
    if any(finding.code in ("edition-unknown", "not-a-name") for finding in planned):
        return
    for step in (_two_readings, _source, _parameters):
        yield from _all(step, edition, project)
    yield from _all(_evaluated, edition, project, official)


def _evaluated(edition: str, project: Project, official: Callable[..., Evaluation]) -> Iterator[Finding]:
    """What the files are refused for; what is not there yet; what may be meant so."""
    e = official(project, **read_parameters(edition, project))
    yield from attached_too_early(e)
    waiting = list(to_fill(e.methodology, e.inputs))
    yield from waiting
    yield from seed_to_fill(e.parameters, e.methodology, project.shown(project.parameters(edition)))
    yield from (each for each in unanswered(e.methodology, e.inputs, e.scores) if not _told_before(each, e))
    yield from methodology_remarks(e.methodology.name, project)
    file, year = project.shown(project.parameters(edition)), e.parameters["year"]
    for where, begins, ends in e.methodology.not_in_force(year):
        facts = {"begins": begins, "ends": ends, "where": where, "file": e.methodology.file}
        yield found("not-in-force", file, None, "year", year=year, **facts)
    if not waiting:  # else too little is known to say what is without effect
        yield from noticed(e)
    yield from misnamed(e.methodology, e.inputs.entities, e.inputs.answers_file.replace(ANSWERS, ENTITIES))


def _told_before(missing: Finding, e: Evaluation) -> bool:
    """Whether what is missing is among what is to be filled: an empty cell, or a mark, of marks.csv."""
    kind = e.methodology.answers[missing.facts["answer"]].kind
    return missing.code == "cell-missing" or kind == "mark"


def _baseline(name: str, project: Project) -> str:
    """The edition that a what-if is asked of; '' where it cannot be read."""
    with contextlib.suppress(Refused):
        return read_stated(name, project).source.baseline
    return ""


def _what_if(name: str, project: Project, baselines: Baselines) -> None:
    baseline = read_stated(name, project).source.baseline
    baselines.evaluate_run(project, **{**read_parameters(baseline, project), "what_if": name})


def _refusals(attempt: Callable[[], Any]) -> list[Finding]:
    """What something is refused for."""
    try:
        attempt()
    except Refused as refused:
        return refused.findings
    return []


def _all(step: Callable[..., Iterable[Finding]], *given: Any) -> Iterator[Finding]:
    """What a step finds, and what it is refused for."""
    try:
        yield from step(*given)
    except Refused as refused:
        yield from refused.findings


def _two_readings(edition: str, project: Project) -> Iterator[Finding]:
    """Parameters that plain papermill would read as something else than we do (dates, 'no', 0o17)."""
    path = project.parameters(edition)
    shown = project.shown(path)
    read = read_parameters(edition, project)
    try:
        theirs = yaml.safe_load(read_text(path, shown))
    except ValueError as error:  # 2018-02-30
        yield found("reads-two-ways", shown, ours="'…'", theirs=str(error))
        return
    for name, ours in read.items():
        their = theirs.get(name)  # None for a name such as  no, which is another key to papermill
        same = type(their) is type(ours) or isinstance(ours, Decimal)
        if not same or their != (float(ours) if isinstance(ours, Decimal) else ours):
            yield found("reads-two-ways", shown, None, name, ours=repr(ours), theirs=repr(their))


def _source(edition: str, project: Project) -> Iterator[Finding]:
    path = project.notebook(edition)
    shown = project.shown(path)
    page = notebook.read_notebook(path, shown)
    yield from notebook.bad_source(page, shown)
    yield from _named_otherwise(
        page, shown, read_parameters(edition, project).get("methodology", ""), project
    )


def _named_otherwise(
    page: Mapping[str, Any], shown: str, methodology: str, project: Project
) -> Iterator[Finding]:
    """Where a page speaks of another methodology by its name or its decision's title."""
    own, *others = (
        _names(name, project) for name in (methodology, *project.methodologies()) if is_name(name)
    )
    foreign = {text for names in others for text in names} - own
    for number, cell in enumerate(page["cells"], start=1):
        if cell["cell_type"] == "markdown":
            for name in sorted(text for text in foreign if text in notebook.source(cell)):
                if not any(name in text for text in own):
                    yield found("names-another", shown, None, f"cell {number}", name=name)


def _names(methodology: str, project: Project) -> set[str]:
    """What a methodology and what it amends are called; nothing where it cannot be read: see elsewhere."""
    try:
        read = read_methodology(methodology, project)
    except Refused:
        return set()
    amended = (_names(each.amends, project) for each in read.amendments)
    return {read.source.label_vi, read.source.citation.title}.union(*amended)


def _parameters(edition: str, project: Project) -> Iterator[Finding]:
    """Where parameter file, notebook and methodology do not fit each other."""
    path, file = project.notebook(edition), project.shown(project.parameters(edition))
    shown = project.shown(path)
    cell, given = notebook.parameters(path, shown), read_parameters(edition, project)
    for name, parameter in cell.items():
        if name not in given:
            yield found("parameter-not-given", file, None, name, name=name)
        elif given[name] != parameter.default:
            facts = {"default": repr(parameter.default), "given": repr(given[name]), "file": file}
            yield found("default-differs", shown, None, name, **facts)
    methodology = read_methodology(given.get("methodology", ""), project)
    for name, rule in methodology.open_rules.items():
        if rule.is_open and name not in cell:
            yield found("open-rule-no-parameter", shown, None, name, name=name, file=methodology.file)
