"""One edition evaluated: its parameters, methodology and inputs become scores, printed values and ranks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.exact import round_exact
from ictindex.files import is_name
from ictindex.findings import Finding, Refused, did_you_mean, found, refuse_if
from ictindex.inputs import Entity, InputFile, Inputs, input_file, read_inputs
from ictindex.methodology import OPEN_RULES, Level, Methodology, Node
from ictindex.methodology_file import read_methodology
from ictindex.project import Project
from ictindex.ranking import ranks
from ictindex.scoring import Outcome, Scores, score
from ictindex.strict_yaml import load
from ictindex.what_if import WhatIf, read_what_if

# What every notebook passes on, besides the rules that its methodology leaves open.
PARAMETERS = ("edition", "methodology", "year", "inputs", "previous", "highlight", "attached_to", "what_if")


class RuleInForce(NamedTuple):
    """A rule of the ranking: its value, and whether the source fixes it or this run chose it."""

    value: str | int
    origin: str  # 'fixed', 'open', 'parameter' or 'what_if'
    why_vi: str


class Standing(NamedTuple):
    """An entity's place at one node: the exact value compared, as printed, and the rank in its group."""

    entity: Entity
    outcome: Outcome
    value: Fraction | None
    printed: Decimal | None
    rank: int | None

    def compared(self, rank_on: str) -> Fraction | None:
        """The value that ranks and levels look at: as printed, or exact."""
        return Fraction(self.printed) if rank_on == "rounded" and self.printed is not None else self.value


class Gap(NamedTuple):
    """What an entity lacks to the next rank and to the next level; None where there is none above."""

    to_rank: Fraction | None
    next_rank: int | None
    to_level: Fraction | None
    next_level: Level | None


@dataclass(frozen=True)
class Evaluation:
    """Everything that the pages of one edition show; computed once, never changed."""

    project: Project
    parameters: dict[str, Any]
    defaults: dict[str, Any]  # what parameters/<edition>.yaml gives
    rules: dict[str, RuleInForce]
    methodology: Methodology
    inputs: Inputs
    scores: Scores
    previous: Evaluation | None
    files: tuple[InputFile, ...]  # parameter file, methodology, notebook, what-if
    what_if: WhatIf | None = None
    baseline: Evaluation | None = None  # of a what-if: the official evaluation

    @property
    def edition(self) -> str:
        return self.parameters["edition"]

    @property
    def decimals(self) -> int:
        return self.rules["decimals"].value

    @property
    def changed(self) -> dict[str, Any]:
        """The parameters in force that differ from parameters/<edition>.yaml, given or left out."""
        unsaid = dict.fromkeys(PARAMETERS, "") | {
            name: rule.value for name, rule in self.methodology.open_rules.items()
        }
        usual, now = unsaid | self.defaults, unsaid | self.parameters
        return {name: value for name, value in now.items() if (value or "") != (usual[name] or "")}

    @property
    def illustrative(self) -> bool:
        """Whether anything shown is made up: inputs, a criterion, or the edition compared with."""
        return (
            self.inputs.sources.status == "illustrative"
            or any(node.criterion.status == "illustrative" for node in self.methodology.nodes[1:])
            or (self.previous is not None and self.previous.illustrative)
        )

    @cached_property
    def standings(self) -> dict[str, tuple[Standing, ...]]:
        """Per group, the entities by rank in the total, then by code: ties keep no order of the file."""
        overall = self.at(self.methodology.root)
        by_group: dict[str, tuple[Standing, ...]] = {}
        for group in self.methodology.groups:
            inside = [standing for standing in overall.values() if standing.entity.group == group]
            by_group[group] = tuple(sorted(inside, key=lambda s: (s.rank is None, s.rank, s.entity.code)))
        return by_group

    def at(self, node: Node, rank_on: str | None = None) -> dict[str, Standing]:
        """Entity code -> Standing at a node; ``rank_on`` overrides the rule, for checks only."""
        return self._standings_at[node.id] if rank_on is None else self._stand(node, rank_on)

    @cached_property
    def _standings_at(self) -> dict[str, dict[str, Standing]]:
        nodes = (self.methodology.root, *self.methodology.categories)
        return {node.id: self._stand(node, self.rules["rank_on"].value) for node in nodes}

    def _stand(self, node: Node, rank_on: str) -> dict[str, Standing]:
        outcomes = self.scores.outcomes[node.id]
        values = [self._compared(outcome) for outcome in outcomes]
        printed = [self.rounded(value) for value in values]
        compared = printed if rank_on == "rounded" else values
        rank: dict[str, int | None] = {}
        for group in self.methodology.groups:
            members = [i for i, entity in enumerate(self.inputs.entities) if entity.group == group]
            places = ranks([compared[i] for i in members], self.rules["ties"].value)
            rank.update(zip((self.inputs.entities[i].code for i in members), places, strict=True))
        return {
            entity.code: Standing(entity, outcome, value, shown, rank[entity.code])
            for entity, outcome, value, shown in zip(
                self.inputs.entities, outcomes, values, printed, strict=True
            )
        }

    def _compared(self, outcome: Outcome) -> Fraction | None:
        return outcome.share if self.rules["compare_on"].value == "share" else outcome.points

    def level(self, standing: Standing) -> Level | None:
        """The level of an entity's total: half-open, so that 84.5 and exactly 85 each have one."""
        levels, value = self.methodology.source.levels, standing.compared(self.rules["rank_on"].value)
        if levels is None or value is None:
            return None
        return next((level for level in levels.list if value >= level.low), None)

    def gap(self, standing: Standing) -> Gap:
        """The least increase of the value compared that reaches the next rank, and the next level."""
        rank_on = self.rules["rank_on"].value
        own = standing.compared(rank_on)
        if own is None:
            return Gap(None, None, None, None)
        values, places = self._ladder[standing.entity.group]
        above = bisect_right(values, own)
        value, rank = (values[above], places[above]) if above < len(values) else (None, None)
        levels = self.methodology.source.levels
        higher = [level for level in levels.list if level.low > own] if levels else []
        level = higher[-1] if higher else None
        return Gap(value and value - own, rank, level and level.low - own, level)

    @cached_property
    def _ladder(self) -> dict[str, tuple[list[Fraction], list[int]]]:
        """Per group, the values compared from low to high, each with its rank: made once for every gap."""
        rank_on = self.rules["rank_on"].value
        ladder = {}
        for group, standings in self.standings.items():
            rungs = [(s.compared(rank_on), s.rank) for s in reversed(standings) if s.rank]
            ladder[group] = ([value for value, _ in rungs], [rank for _, rank in rungs])
        return ladder

    def rounded(self, value: Fraction | None) -> Decimal | None:
        """A value as it is printed: rounded once, by the rules in force."""
        return None if value is None else round_exact(value, self.decimals, self.rules["rounding"].value)


def evaluate(project: Project | None = None, **parameters: Any) -> Evaluation:
    """Evaluate one edition from its parameters; Refused with every finding of every file at once.

    ``parameters``: edition, methodology, year, inputs, and optionally previous (an earlier edition),
    highlight (entity codes, comma-separated), attached_to (the ranking decision), what_if (the name of a
    file in parameters/what_if), and any rule that the methodology leaves open, by its name in OPEN_RULES.
    """
    project = project or Project.around()
    if parameters.get("what_if"):
        return _hypothetical(evaluate(project, **{**parameters, "what_if": ""}), parameters["what_if"])
    file, defaults = _defaults(parameters, project)
    methodology = read_methodology(parameters["methodology"], project)
    findings = list(_bad_parameters(parameters, methodology, file))
    try:
        inputs = read_inputs(parameters["inputs"], methodology, project)
        findings.extend(_bad_highlight(parameters, inputs, file))
    except Refused as refused:
        findings.extend(refused.findings)
    try:
        previous = _previous(parameters, project)
    except Refused as refused:
        findings.extend(refused.findings)
    refuse_if(findings)
    rules = dict(_rules_in_force(methodology, parameters))
    return Evaluation(
        project=project,
        parameters=parameters,
        defaults=defaults,
        rules=rules,
        methodology=methodology,
        inputs=inputs,
        scores=score(methodology, inputs, _falls_on(rules), parameters["year"]),
        previous=previous,
        files=tuple(
            input_file(path, project)
            for path in (
                project.methodology(methodology.name),
                *(project.methodology(a.amends) for a in reversed(methodology.amendments)),
                project.notebook(parameters["edition"]),
                project.parameters(parameters["edition"]),
            )
            if path.exists()
        ),
    )


def _hypothetical(baseline: Evaluation, name: str) -> Evaluation:
    """The official evaluation's units and figures under a what-if's methodology and rules."""
    project, file = baseline.project, baseline.project.shown(baseline.project.parameters(baseline.edition))
    findings = [  # else nobody could tell what of the difference the what-if makes
        found("what-if-with-parameter", file, None, other, name=other)
        for other in baseline.changed
        if other != "highlight"
    ]
    in_force = {rule: each.value for rule, each in baseline.rules.items()}
    try:
        what_if = read_what_if(name, project, baseline.edition, baseline.methodology, in_force)
    except Refused as refused:
        findings += refused.findings
    refuse_if(findings)
    rules = dict(_rules_in_force(what_if.methodology, {**baseline.parameters, **what_if.rules}))
    for rule, now in rules.items():
        if now.value != in_force.get(rule):
            rules[rule] = now._replace(origin="what_if")
    return replace(
        baseline,
        parameters={**baseline.parameters, "what_if": name},
        rules=rules,
        methodology=what_if.methodology,
        scores=score(what_if.methodology, baseline.inputs, _falls_on(rules), baseline.parameters["year"]),
        files=(*baseline.files, input_file(project.what_if(name), project)),
        what_if=what_if,
        baseline=baseline,
    )


def _falls_on(rules: Mapping[str, RuleInForce]) -> dict[str, str]:
    """Reason for zero -> what it falls on."""
    return {
        name.removeprefix("zero_"): rule.value for name, rule in rules.items() if name.startswith("zero_")
    }


def evaluate_edition(edition: str, project: Project | None = None) -> Evaluation:
    """Evaluate an edition with the parameters of parameters/<edition>.yaml."""
    project = project or Project.around()
    return evaluate(project, **read_parameters(edition, project))


def read_parameters(edition: str, project: Project) -> dict[str, Any]:
    """The parameters of parameters/<edition>.yaml, strictly read."""
    path = project.parameters(edition)
    document = load(path, project.shown(path))
    if not isinstance(document.data, dict):
        raise Refused([document.found("not-parameters")])
    named = document.data.get("edition", edition)
    if named != edition:  # a copied file; it would quietly be another edition
        raise Refused([document.found("edition-differs", ("edition",), edition=named, expected=edition)])
    return document.data


def _defaults(parameters: Mapping[str, Any], project: Project) -> tuple[str, dict[str, Any]]:
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
    "what_if": ("", "text", "văn bản"),
}


def _bad_parameters(parameters: Mapping[str, Any], methodology: Methodology, file: str) -> Iterator[Finding]:
    known = (*PARAMETERS, *methodology.open_rules)
    for name, value in parameters.items():
        if name not in known:
            yield found(
                "parameter-unknown",
                file,
                None,
                name,
                name=name,
                known=did_you_mean(name, known),
                known_vi=did_you_mean(name, known, "vi"),
            )
        elif name in OPEN_RULES:
            if not methodology.open_rules[name].is_open:
                yield found("rule-is-fixed", file, None, name, name=name, file=methodology.file)
            elif not any(value == each and type(value) is type(each) for each in OPEN_RULES[name]):
                allowed = ", ".join(map(str, OPEN_RULES[name]))
                written = "null" if value is None else value
                yield found("not-one-of", file, None, name, value=written, known=allowed)
        elif name in _KINDS and type(value) is not type(_KINDS[name][0]):
            example, wanted, wanted_vi = _KINDS[name]
            written = "null" if value is None else repr(value)
            facts = {"value": written, "wanted": wanted, "wanted_vi": wanted_vi, "default": repr(example)}
            yield found("parameter-type", file, None, name, name=name, **facts)
    expected = f"{parameters['methodology']}-{parameters['year']}"
    if parameters["edition"] != expected:
        yield found(
            "edition-differs", file, None, "edition", edition=parameters["edition"], expected=expected
        )
    if parameters.get("previous") == parameters["edition"]:
        yield found("previous-is-itself", file, None, "previous", edition=parameters["edition"])


def output_of(parameters: Mapping[str, Any], project: Project) -> Path:
    """The folder that a run with these parameters fills."""
    return project.output(parameters["edition"], parameters.get("what_if") or "")


def highlighted(parameters: Mapping[str, Any]) -> list[str]:
    """The entity codes of the parameter ``highlight``."""
    return [code.strip() for code in parameters.get("highlight", "").split(",") if code.strip()]


def _bad_highlight(parameters: Mapping[str, Any], inputs: Inputs, file: str) -> Iterator[Finding]:
    codes = [entity.code for entity in inputs.entities]
    for code in highlighted(parameters) if isinstance(parameters.get("highlight"), str) else ():
        if code not in codes:
            yield found(
                "entity-unknown",
                file,
                None,
                "highlight",
                value=code,
                known=did_you_mean(code, codes),
                known_vi=did_you_mean(code, codes, "vi"),
            )


def _rules_in_force(
    methodology: Methodology, parameters: Mapping[str, Any]
) -> Iterator[tuple[str, RuleInForce]]:
    for name, rule in methodology.open_rules.items():
        if not rule.is_open:
            yield name, RuleInForce(rule.value, "fixed", "")
        elif parameters.get(name, rule.value) == rule.value:
            yield name, RuleInForce(rule.value, "open", rule.why_vi)
        else:
            yield name, RuleInForce(parameters[name], "parameter", rule.why_vi)


def _previous(parameters: Mapping[str, Any], project: Project) -> Evaluation | None:
    """The edition before, from its own inputs; without the one before that."""
    edition = parameters.get("previous")
    if not edition or edition == parameters["edition"]:  # which is a finding
        return None
    return evaluate(project, **{**read_parameters(edition, project), "previous": "", "what_if": ""})
