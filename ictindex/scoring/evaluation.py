"""One edition evaluated: its parameters, methodology and inputs become scores, printed values and ranks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from ictindex.basics import Finding, Project, Refused, found, refuse_if, round_exact
from ictindex.facts import (
    ENTITIES,
    Before,
    Entity,
    Event,
    InputFile,
    Inputs,
    Recognition,
    cancelled_by_tests,
    confirmation_begins,
    counted,
    input_file,
    no_last_year,
    recognise,
    representatives,
    survey_inputs,
    unknown_before,
)
from ictindex.methodology import Crosswalk, Level, Methodology, Node, crosswalk_between, read_methodology
from ictindex.scoring.levels import reached
from ictindex.scoring.outcomes import Like, Outcome, Scores, score
from ictindex.scoring.parameters import (
    UNSAID,
    asked_before,
    bad_highlight,
    bad_parameters,
    highlighted,
    public_seed,
    read_defaults,
    read_parameters,
)
from ictindex.scoring.places import broken, ranks
from ictindex.scoring.ties import tie_values

TOLD = ("what_if", "highlight")  # what the page of a what-if is told


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
    crosswalk: Crosswalk | None = None  # to this methodology from that of ``previous``
    what_if: Any = None  # the WhatIf that it answers; None for an official one
    baseline: Evaluation | None = None  # of a what-if: the official evaluation

    @property
    def edition(self) -> str:
        return self.parameters["edition"]

    @property
    def page(self) -> str:
        """The notebook that shows it: the edition's own, or the one of what-ifs like it."""
        return self.what_if.page if self.what_if else self.edition

    @property
    def told(self) -> dict[str, Any]:
        """What its page is told; the page of a what-if reads all else from the baseline's file."""
        return {name: self.parameters.get(name, "") for name in TOLD} if self.what_if else self.parameters

    @property
    def decimals(self) -> int:
        return self.rules["decimals"].value

    @property
    def changed(self) -> dict[str, Any]:
        """The parameters in force that differ from parameters/<edition>.yaml, given or left out."""
        unsaid = UNSAID | {name: rule.value for name, rule in self.methodology.open_rules.items()}
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
    def highlighted(self) -> list[str]:
        """The codes of the units that pages set in bold."""
        return highlighted(self.parameters, self.inputs.entities)

    @property
    def seed(self) -> str:
        """The public seed that samples are drawn from; the edition's name where none is given."""
        return public_seed(self.parameters)

    @cached_property
    def recognised(self) -> dict[str, list[Recognition]]:
        """Entity -> what became of each procedure that it offers online."""
        if "untested" not in self.rules:
            return {}
        return _recognised(self.inputs, self.rules, self.seed)

    @cached_property
    def as_declared(self) -> Evaluation:
        """What the units' own figures would come to, unchecked and without any zero but for a late report."""
        return self._with(self.inputs.as_declared(), unverified=True)

    @cached_property
    def before_confirmation(self) -> Evaluation | None:
        """The result as the confirmation slips showed it; None where none was sent yet."""
        begins = confirmation_begins(self.inputs.events)
        return begins and self.as_of(begins)

    def as_of(self, moment: datetime) -> Evaluation:
        """The result by what was known at a moment."""
        return self._with(self.inputs.until(moment))

    def supposing(self, *more: Event) -> Evaluation:
        """The result if these events had happened too."""
        events = sorted([*self.inputs.events, *more], key=lambda each: each.order)
        return self._with(replace(self.inputs, events=tuple(events)))

    def _with(self, inputs: Inputs, unverified: bool = False) -> Evaluation:
        """The same rules on other inputs."""
        year = self.parameters["year"]
        return replace(
            self, inputs=inputs, scores=score_by(self.rules, self.methodology, inputs, year, unverified)
        )

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What costly analyses made of this evaluation, by their names, so that each is made once."""
        return {}

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
        values = [
            None if entity.code in self.scores.unranked else self.compared(outcome)
            for entity, outcome in zip(self.inputs.entities, outcomes, strict=True)
        ]
        once: dict[Decimal | None, Decimal | None] = {}  # of many units few are printed otherwise
        printed = [once.setdefault(each, each) for each in map(self.rounded, values)]
        compared = printed if rank_on == "rounded" else values
        rank: dict[str, int | None] = {}
        for group in self.methodology.groups:
            members = [i for i, entity in enumerate(self.inputs.entities) if entity.group == group]
            inside = [compared[i] for i in members]
            if node is self.methodology.root and self.methodology.tie_breaks:
                units = [self.inputs.entities[i].code for i in members]
                inside = broken(inside, tie_values(self, units, rank_on)).keys
            places = ranks(inside, self.rules["ties"].value)
            rank.update(zip((self.inputs.entities[i].code for i in members), places, strict=True))
        return {
            entity.code: Standing(entity, outcome, value, shown, rank[entity.code])
            for entity, outcome, value, shown in zip(
                self.inputs.entities, outcomes, values, printed, strict=True
            )
        }

    def compared(self, outcome: Outcome) -> Fraction | None:
        """What units are compared on: points over what was available, or the points themselves."""
        return outcome.share if self.rules["compare_on"].value == "share" else outcome.points

    def level(self, standing: Standing) -> Level | None:
        """The level of an entity's total: half-open, so that 84.5 and exactly 85 each have one."""
        return next((level for level, lacks in reached(self, standing) if not lacks), None)

    @property
    def nothing_of_nothing(self) -> str:
        """What 0 of 0 counts: of the methodology's NOTHING; zero where it does not say."""
        return nothing_in(self.rules)

    @property
    def levels_exact(self) -> bool:
        """Whether levels look at the exact total: 2245 says "from 85 points", which 84.995 is not."""
        return self.rules["levels_on"].value == "exact"

    def gap(self, standing: Standing) -> Gap:
        """The least increase of the value compared that reaches the next rank, and the next level."""
        rank_on = self.rules["rank_on"].value
        own = standing.compared(rank_on)
        if own is None:
            return Gap(None, None, None, None)
        values, places = self._ladder[standing.entity.group]
        if self.methodology.tie_breaks:  # the unit next above, which may have the same value
            above = bisect_left([-place for place in places], 1 - standing.rank)
        else:
            above = bisect_right(values, own)
        value, rank = (values[above], places[above]) if above < len(values) else (None, None)
        to_rank = None if value is None else value - own
        levels = self.methodology.source.levels
        looked_at = standing.value if levels and self.levels_exact else standing.compared("rounded")
        if levels and not levels.plain:  # of which no total alone makes one
            level = self.level(standing)
            above = levels.list[: levels.list.index(level)]
            lows = above and above[-1].low is not None and above[-1].low - looked_at
            return Gap(to_rank, rank, lows if lows and lows > 0 else None, above[-1] if above else None)
        higher = [level for level in levels.list if level.low > looked_at] if levels else []
        level = higher[-1] if higher else None
        return Gap(to_rank, rank, level and level.low - looked_at, level)

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
    highlight (units, comma-separated), attached_to (the ranking decision), and any rule that the
    methodology leaves open, by its name in OPEN_RULES. For what-ifs see ``hypothetical``.
    """
    project = project or Project.around()
    read = _read(parameters, project)
    refuse_if(read.findings)
    return _evaluated(read, parameters, project)


def survey(project: Project, **parameters: Any) -> tuple[Evaluation, list[Finding]]:
    """As ``evaluate``, but as far as it goes: what can be made of the files, and all that is wrong with them.

    To see where a year stands, never to publish. Refused where parameters or methodology cannot be read, or
    the year is no year.
    """
    read = _read(parameters, project)
    wrong = {finding.column for finding in read.findings if finding.file == read.file}
    if "year" in wrong:
        raise Refused(read.findings)
    sound = {name: value for name, value in parameters.items() if name not in wrong}
    try:
        return _evaluated(read, sound, project), read.findings
    except Refused as refused:
        return _evaluated(read, sound, project, unverified=True), [*read.findings, *refused.findings]


class _Files(NamedTuple):
    """What an evaluation is made from, and everything that is wrong with it."""

    file: str  # of the parameters
    defaults: dict[str, Any]
    methodology: Methodology
    inputs: Inputs
    previous: Evaluation | None
    crosswalk: Crosswalk | None
    findings: list[Finding]


def _read(parameters: Mapping[str, Any], project: Project) -> _Files:
    file, defaults = read_defaults(parameters, project)
    methodology = read_methodology(parameters["methodology"], project)
    findings = list(bad_parameters(parameters, methodology, file))
    previous, refused_before = None, []
    try:
        previous = _previous(parameters, project, file)
    except Refused as refused:
        refused_before = refused.findings
    before = previous and before_of(previous)
    inputs, wrong = survey_inputs(parameters["inputs"], methodology, project, before)
    findings += wrong or bad_highlight(parameters, inputs, file)
    asked = {} if previous else asked_before(parameters["year"], methodology, project)
    findings += refused_before or no_last_year(methodology, before, file, asked)
    if previous is not None and not wrong:
        earlier, folder = previous.inputs.entities, inputs.answers_file.rpartition("/")[0]
        findings += unknown_before(inputs.entities, earlier, previous.edition, f"{folder}/{ENTITIES}")
    crosswalk = None
    try:
        crosswalk = previous and crosswalk_between(previous.methodology, methodology, project)
    except Refused as refused:
        findings += refused.findings
    return _Files(file, defaults, methodology, inputs, previous, crosswalk, findings)


def before_of(e: Evaluation) -> Before:
    """An edition as the year before of another."""
    return Before(e.edition, e.parameters["year"], e.methodology, e.inputs)


def _evaluated(
    read: _Files, parameters: dict[str, Any], project: Project, unverified: bool = False
) -> Evaluation:
    methodology, edition = read.methodology, parameters["edition"]
    rules = rules_in_force(methodology, parameters)
    inputs = counted_inputs(read.inputs, methodology, rules, public_seed(parameters))
    paths = (
        project.methodology(methodology.name),
        *(project.methodology(amendment.amends) for amendment in reversed(methodology.amendments)),
        project.notebook(edition),
        project.parameters(edition),
        *([project.root / read.crosswalk.file] if read.crosswalk and read.crosswalk.file else []),
    )
    return Evaluation(
        project=project,
        parameters=parameters,
        defaults=read.defaults,
        rules=rules,
        methodology=methodology,
        inputs=inputs,
        scores=score_by(rules, methodology, inputs, parameters["year"], unverified),
        previous=read.previous,
        files=tuple(input_file(path, project) for path in paths if path.exists()),
        crosswalk=read.crosswalk,
    )


def counted_inputs(
    inputs: Inputs, methodology: Methodology, rules: Mapping[str, RuleInForce], seed: str
) -> Inputs:
    """The inputs as the rules have them counted: which file is a report, which services are recognised.

    Inputs that are counted so already are given back as they are.
    ``seed``: draws the services that are to be tested before others may be represented by them.
    """
    if "arrival" in rules and inputs.arrival != rules["arrival"].value:
        inputs = replace(inputs, arrival=rules["arrival"].value)
    of = methodology.source.online_services
    if not (of and inputs.services):
        return inputs
    recognised = counted(_recognised(inputs, rules, seed))
    why, who = f"sau kiểm tra ({of.citation.clause or of.citation.title})", "Kiểm tra, công nhận"
    inputs = inputs.verified(of.counted_as, recognised, f"Số dịch vụ được công nhận {why}", who)
    for part in _parts_of(of.counted_as, methodology):
        inputs = inputs.at_most(part, recognised, f"Không quá số dịch vụ được công nhận {why}", who)
    stated = tuple(event for event in inputs.events if event.row)
    derived = cancelled_by_tests(inputs.services, inputs.service_tests, inputs.entities, methodology)
    events = tuple(sorted([*stated, *derived], key=lambda event: event.order))
    return inputs if events == inputs.events else replace(inputs, events=events)


def _recognised(inputs: Inputs, rules: Mapping[str, RuleInForce], seed: str) -> dict[str, list[Recognition]]:
    enough = {name: rules[name].value for name in ("tested_per_group", "many_services")}
    chosen = representatives(inputs.services, seed, enough["tested_per_group"])
    return recognise(inputs.services, inputs.service_tests, rules["untested"].value, chosen, **enough)


def _parts_of(whole: str, methodology: Methodology) -> list[str]:
    """The answers that some rule has as a share of a whole: none of them can be above it."""
    shares = (r.share for leaf in methodology.leaves for r in leaf.criterion.rule.walk() if r.share)
    return list(dict.fromkeys(s.of for s in shares if s.per == whole and isinstance(s.of, str)))


def score_by(
    rules: Mapping[str, RuleInForce],
    methodology: Methodology,
    inputs: Inputs,
    year: int,
    unverified: bool = False,
    like: Evaluation | None = None,
) -> Scores:
    """Every unit scored by the rules in force; see ``score``.

    ``like``: an evaluation, all of it verified, whose outcomes stand where its inputs are these and what it
    makes of them is alike.
    """
    least = rules["minimum_answered"].value if "minimum_answered" in rules else 0
    nothing, made = nothing_in(rules), None
    if like is not None and like.inputs is inputs and nothing == nothing_in(like.rules) and not unverified:
        made = Like(like.methodology, like.scores)
    return score(methodology, inputs, falls_on(rules), year, unverified, least, nothing, made)


def nothing_in(rules: Mapping[str, RuleInForce]) -> str:
    """What nothing of nothing counts by the rules in force."""
    return rules["nothing_of_nothing"].value if "nothing_of_nothing" in rules else "zero"


def falls_on(rules: Mapping[str, RuleInForce]) -> dict[str, str]:
    """Reason for zero -> what it falls on."""
    return {
        name.removeprefix("zero_"): rule.value for name, rule in rules.items() if name.startswith("zero_")
    }


def evaluate_edition(edition: str, project: Project | None = None) -> Evaluation:
    """Evaluate an edition with the parameters of parameters/<edition>.yaml."""
    project = project or Project.around()
    return evaluate(project, **read_parameters(edition, project))


def rules_in_force(methodology: Methodology, parameters: Mapping[str, Any]) -> dict[str, RuleInForce]:
    """Every rule that the methodology states, as this run has it."""
    rules = {}
    for name, rule in methodology.open_rules.items():
        value = parameters.get(name, rule.value) if rule.is_open else rule.value
        origin = "parameter" if value != rule.value else "open" if rule.is_open else "fixed"
        rules[name] = RuleInForce(value, origin, rule.why_vi or "")
    return rules


def _previous(parameters: Mapping[str, Any], project: Project, file: str) -> Evaluation | None:
    """The edition before, from its own inputs; with the one before that only if its rules read that one."""
    edition = parameters.get("previous")
    if not edition or edition == parameters["edition"]:  # which is a finding
        return None
    earlier = read_parameters(edition, project)
    years = earlier.get("year"), parameters["year"]
    told = all(isinstance(year, int) for year in years)
    if told and years[0] >= years[1]:
        facts = {"edition": edition, "year": years[0], "own": years[1]}
        raise Refused([found("previous-not-earlier", file, None, "previous", **facts)])
    if not (told and read_methodology(earlier["methodology"], project).last_year):
        earlier["previous"] = ""
    return evaluate(project, **earlier)
