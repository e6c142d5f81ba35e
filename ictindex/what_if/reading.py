"""A what-if: a question about a baseline, and the few things that it changes there, strictly read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field, ValidationError

from ictindex.basics import (
    WHAT_IF,
    Document,
    Finding,
    Project,
    Refused,
    YamlPath,
    found,
    look_at,
    refuse_if,
    speller,
)
from ictindex.methodology import (
    AGGREGATES,
    NOT_APPLICABLE,
    OPEN_RULES,
    Adding,
    Amendment,
    Cited,
    Many,
    Methodology,
    Strict,
    Text,
    amended,
    bad_means,
    build_methodology,
    read_document,
    shaped,
)
from ictindex.scoring import Evaluation
from ictindex.what_if.weights import added_up_by, categories, weighed
from ictindex.what_if.weights import stated as stated_points

# What the figures were collected and checked by: to change it would take other inputs.
OUTSIDE = ("answers", "attributes", "groups")
MULTIVERSE = "multiverse"  # the notebook of what-ifs that ask for every combination of choices
_WHOLE_OR_NONE = {"wanted": "whole points, 0 or more", "wanted_vi": "số điểm nguyên, từ 0 trở lên"}


class OfMethod(Strict):
    """What of the method may be otherwise, in a what-if and at one of its choices."""

    categories: dict[str, Any] = Field(default_factory=dict)
    points: dict[str, Any] = Field(default_factory=dict)
    aggregate: dict[str, Any] = Field(default_factory=dict)
    levels: dict[str, Any] = Field(default_factory=dict)
    rules: dict[str, Any] = Field(default_factory=dict)
    changes: dict[str, Any] = Field(default_factory=dict)


OF_METHOD = tuple(OfMethod.model_fields)


class Alternative(OfMethod):
    """Another way at one choice: what it is called, and what of the method is otherwise, as in a what-if."""

    label_vi: Text


class Choice(Strict):
    """A choice that can be made in more than one way: as it is in force, or one of the others."""

    label_vi: Text
    in_force_vi: Text = "như hiện hành"
    others: Many[Alternative]


class WhatIfFile(OfMethod):
    """The YAML file as a whole: a question, and one or several of the things that may be otherwise.

    ``categories``: whole points of categories, for all groups or for each, the rest in proportion;
    ``points``: most points by node; ``aggregate``: node -> how it adds up, a word or {aggregate, zeros,
    power}; ``levels``: level -> where it begins; ``rules``: open rules; ``changes``: dotted paths of the
    methodology's file. Of the facts:
    ``answers``: unit -> answer -> value; ``without_events``: what an event is like that had not been;
    ``groups``: unit -> the group it is ranked in; ``among``: the units that alone are ranked; ``years``:
    further editions to take the mean with. ``multiverse``: choices of which every combination is tried, all
    else that the file supposes holding in each.
    """

    what_if: Text
    baseline: Text
    question_vi: Text
    answers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    without_events: Many[dict[str, Any]] = ()
    groups: dict[str, Text] = Field(default_factory=dict)
    among: Many[Text] = ()
    years: Many[Text] = ()
    multiverse: Many[Choice] = ()
    not_covered_vi: Many[Text]

    @property
    def supposes(self) -> bool:
        """Whether anything is otherwise."""
        return any(getattr(self, name) for name in SUPPOSED)


_ABOUT = ("what_if", "baseline", "question_vi", "not_covered_vi")
SUPPOSED = tuple(name for name in WhatIfFile.model_fields if name not in _ABOUT)  # what may be otherwise


@dataclass(frozen=True)
class Stated:
    """A what-if file that is well formed, not yet held against its baseline."""

    name: str
    source: WhatIfFile
    document: Document


@dataclass(frozen=True)
class WhatIf:
    """What is stated, and the methodology as changed by it."""

    stated: Stated
    methodology: Methodology
    weights: Mapping[str, Mapping[str, int]]  # group -> category -> its points, where they are others

    @property
    def name(self) -> str:
        return self.stated.name

    @property
    def source(self) -> WhatIfFile:
        return self.stated.source

    @property
    def page(self) -> str:
        """The notebook that answers it: that of all what-ifs, or of those that ask for every combination."""
        return MULTIVERSE if self.source.multiverse else WHAT_IF


def read_stated(name: str, project: Project) -> Stated:
    """parameters/what_if/<name>.yaml; Refused with everything that is misshapen, or when there is none."""
    path = project.what_if(name)
    shown = project.shown(path)
    if not path.is_file():
        raise Refused([found("what-if-unknown", shown, name=name, **speller(project.what_ifs())(name))])
    document = look_at(path, shown)
    source, findings = shaped(document, WhatIfFile, "what_if", name)
    if source.baseline not in project.editions():
        known = speller(project.editions())(source.baseline)
        findings.append(document.found("edition-unknown", ("baseline",), edition=source.baseline, **known))
    if not source.supposes:
        findings.append(document.found("none-given", what=", ".join(SUPPOSED)))
    if not source.not_covered_vi:
        findings.append(document.found("none-given", ("not_covered_vi",), what="not_covered_vi"))
    refuse_if(findings)
    return Stated(name, source, document)


def held(stated: Stated, baseline: Evaluation) -> WhatIf:
    """What is stated, held against its baseline.

    Refused with everything that is wrong at once: unknown paths, values that the baseline has already,
    maxima that no longer add up, rules that the methodology fixes.
    """
    source, document, methodology = stated.source, stated.document, baseline.methodology
    if source.baseline != baseline.edition:  # against another methodology everything else would look wrong
        facts = {"baseline": source.baseline, "edition": baseline.edition}
        raise Refused([document.found("baseline-differs", ("baseline",), **facts)])
    findings = list(_bad_rules(stated, baseline))
    weights: dict[str, dict[str, int]] = {}
    try:
        changed = _changed(stated, methodology, baseline.project)
    except Refused as refused:
        findings += refused.findings
    else:
        weights = _weights(stated, changed, findings)
        findings += _bad_aggregates(stated, changed)
        if not findings:
            addings = {node: _adding(each) for node, each in source.aggregate.items()}
            changed = weighed(added_up_by(changed, addings), weights)
    refuse_if(findings)
    return WhatIf(stated, changed, weights)


def _bad_rules(stated: Stated, baseline: Evaluation) -> Iterator[Finding]:
    """What is wrong with the values of open rules."""
    document, methodology = stated.document, baseline.methodology
    known = methodology.open_rules
    spelled = speller(known)
    for name, value in stated.source.rules.items():
        where = ("rules", name)
        if name not in known:
            yield document.found("parameter-unknown", where, name=name, **spelled(name))
        elif not known[name].is_open:
            yield document.found("rule-is-fixed", where, name=name, file=methodology.file)
        elif not any(value == each and type(value) is type(each) for each in OPEN_RULES[name]):
            allowed = ", ".join(map(str, OPEN_RULES[name]))
            yield document.found("not-one-of", where, value=str(value), known=allowed)
        elif value == baseline.rules[name].value:
            yield document.found("what-if-without-effect", where, value=str(value))


# --- how categories weigh and nodes add up ------------------------------------------------------------------


def _weights(stated: Stated, m: Methodology, findings: list[Finding]) -> dict[str, dict[str, int]]:
    """Group -> its categories' points, for each group in which any is stated."""
    document, given = stated.document, stated.source.categories
    if given and m.root.aggregate in ("minimum", "median"):
        facts = {"aggregate": m.root.aggregate, "criterion": m.root.id}
        findings.append(document.found("not-linear", ("categories",), **facts))
        return {}
    known = [node.id for node in m.root.regular]
    spelled, groups_spelled = speller(known), speller(m.groups)
    by_group: dict[str, dict[str, int]] = {group: {} for group in m.groups}
    for category, points in given.items():
        where = ("categories", category)
        if category not in known:
            findings.append(document.found("change-unknown", where, key=category, **spelled(category)))
            continue
        node = next(node for node in m.categories if node.id == category)
        applies = [group for group in m.groups if node.maxima[group] is not None]
        for group, value in (points if isinstance(points, dict) else dict.fromkeys(applies, points)).items():
            at = (*where, group) if isinstance(points, dict) else where
            if group not in m.groups:
                findings.append(document.found("group-unknown", at, group=group, **groups_spelled(group)))
            elif group not in applies:
                facts = {"category": category, "group": group}
                findings.append(document.found("what-if-category-elsewhere", at, **facts))
            elif not _is_whole(value, least=0):
                findings.append(document.found("wrong-kind", at, value=str(value), **_WHOLE_OR_NONE))
            else:
                by_group[group][category] = value
    told: dict[str, dict[str, int]] = {}
    for group, wanted in by_group.items():
        if not wanted:
            continue
        some = categories(m, group)
        base = [each.points for each in some]
        points = stated_points(base, {k: wanted[c.id] for k, c in enumerate(some) if c.id in wanted})
        facts = {"group": group, "total": sum(base)}
        if points is None:
            facts["stated"] = sum(wanted.values())
            findings.append(document.found("what-if-weights-exceed", ("categories",), **facts))
        elif points == tuple(base):
            value = ", ".join(f"{category}: {each}" for category, each in wanted.items())
            findings.append(document.found("what-if-without-effect", ("categories",), value=value))
        else:
            told[group] = {each.id: point for each, point in zip(some, points, strict=True)}
    return told


def _bad_aggregates(stated: Stated, m: Methodology) -> Iterator[Finding]:
    nodes = {node.id: node for node in m.nodes if node.children}
    spelled = speller(nodes)
    for node, aggregate in stated.source.aggregate.items():
        where = ("aggregate", node)
        if node not in nodes:
            yield stated.document.found("change-unknown", where, key=node, **spelled(node))
            continue
        try:
            adding = _adding(aggregate)
        except ValidationError:
            known = f"{', '.join(AGGREGATES)}; {{aggregate: …, zeros: …, power: …}}"
            yield stated.document.found("not-one-of", where, value=_written(aggregate), known=known)
            continue
        yield from bad_means(adding, where, stated.document)
        own = nodes[node].criterion
        if all(getattr(own, name) == getattr(adding, name) for name in Adding.model_fields):
            yield stated.document.found("what-if-without-effect", where, value=adding.aggregate)


def _adding(stated: Any) -> Adding:
    """How a node is to add up: a word, or a mapping with what the word needs."""
    return Adding.model_validate(stated if isinstance(stated, dict) else {"aggregate": stated})


def _written(stated: Any) -> str:
    if isinstance(stated, dict):
        return f"{{{', '.join(f'{key}: {value}' for key, value in stated.items())}}}"
    return str(stated)


# --- the methodology as changed ---------------------------------------------------------------------------


def _changed(stated: Stated, methodology: Methodology, project: Project) -> Methodology:
    """The baseline's methodology with the changes; what is wrong with it stands in the what-if's file."""
    document = stated.document
    base = read_document(methodology.name, project)
    findings = [
        document.found("what-if-outside", ("changes", dotted), section=dotted.partition(".")[0])
        for dotted in stated.source.changes
        if dotted.partition(".")[0] in OUTSIDE
    ]
    changes = _as_changes(stated, base, methodology, findings)
    refuse_if(findings)
    if not changes.data["changes"]:
        return methodology
    citation = Cited(title=f"Phương án giả định “{stated.name}”")
    text = Amendment(methodology.name, methodology.name, document.file, citation, "", ())
    try:
        changed = _built(amended(base, changes, text), methodology)
    except Refused as refused:  # the baseline alone is right: whatever is wrong now, these changes made
        said = next(name for name in ("changes", "points", "levels") if getattr(stated.source, name))
        row = document.line((said,))
        raise Refused(
            f if f.file == document.file else replace(f, file=document.file, row=row)
            for f in refused.findings
        ) from None
    refuse_if(_hidden_rules(document, methodology, changed))
    return changed


def _built(document: Document, methodology: Methodology) -> Methodology:
    """The changed methodology; an answer that a removed criterion alone read stays what it was."""
    try:
        built = build_methodology(document, methodology.name)
    except Refused as refused:
        unread = {f.facts["answer"] for f in refused.findings if f.code == "answer-not-read"}
        if not unread:
            raise
        kept = {key: spec for key, spec in document.data["answers"].items() if key not in unread}
        built = build_methodology(
            replace(document, data={**document.data, "answers": kept}), methodology.name
        )
    return replace(built, source=built.source.model_copy(update={"answers": methodology.answers}))


def _hidden_rules(document: Document, old: Methodology, new: Methodology) -> Iterator[Finding]:
    """Open rules that ``changes`` would set, where the edition's parameters would overrule them unseen."""
    for name, rule in old.open_rules.items():
        if rule.is_open and name in new.open_rules and new.open_rules[name] != rule:
            yield document.found("what-if-open-rule", ("changes",), name=name)


def _as_changes(
    stated: Stated, base: Document, methodology: Methodology, findings: list[Finding]
) -> Document:
    """The file as an amendment states its changes: ``points`` too become dotted paths, at their own lines."""
    source, document = stated.source, stated.document
    changes, lines = dict(source.changes), dict(document.lines)
    if source.levels:
        changes["levels.list"] = _levels(stated, methodology, findings)
        lines["changes", "levels.list"] = lines["levels",]
    lines["amendment",] = lines["what_if",]
    paths = {node.id: _maximum_of(node.id) for node in methodology.nodes}
    spelled = speller(paths)
    for node, points in source.points.items():
        where = ("points", node)
        if node not in paths:
            findings.append(document.found("change-unknown", where, key=node, **spelled(node)))
            continue
        dotted = ".".join(paths[node])
        if dotted in changes:
            findings.append(document.found("change-inside-change", where, other=dotted))
        if not all(map(_is_whole, points.values() if isinstance(points, dict) else [points])):
            wanted = {"wanted": "whole points above 0", "wanted_vi": "số điểm nguyên lớn hơn 0"}
            value = "{…}" if isinstance(points, dict) else str(points)
            findings.append(document.found("wrong-kind", where, value=value, **wanted))
            continue
        changes[dotted] = _for_each_group(points, _at(base.data, paths[node]))
        lines |= {
            ("changes", dotted, *path[2:]): row for path, row in document.lines.items() if path[:2] == where
        }
    return Document(document.file, {"changes": changes}, lines)


def _levels(stated: Stated, methodology: Methodology, findings: list[Finding]) -> list[dict[str, Any]]:
    """The levels of the methodology, those named beginning elsewhere."""
    levels = methodology.source.levels.list if methodology.source.levels else ()
    known = [level.key for level in levels]
    for key in stated.source.levels:
        if key not in known:
            facts = {"key": key, **speller(known)(key)}
            findings.append(stated.document.found("change-unknown", ("levels", key), **facts))
    begins = stated.source.levels
    return [
        {name: getattr(level, name) for name in level.model_fields_set}  # a dump would make text of fractions
        | ({"top" if level.low is None else "low": begins[level.key]} if level.key in begins else {})
        for level in levels
    ]


def _maximum_of(node_id: str) -> tuple[str, ...]:
    """Where a methodology's file has the most points of a node."""
    if node_id == "total":
        return ("total", "max_points")
    return (*(part for key in node_id.split(".") for part in ("criteria", key)), "max_points")


def _at(data: Any, path: YamlPath) -> Any:
    for key in path:
        data = data[key]
    return data


def _is_whole(points: Any, least: int = 1) -> bool:
    return isinstance(points, int) and not isinstance(points, bool) and points >= least


def _for_each_group(points: Any, before: Any) -> Any:
    """New most points in the form of the old: where a node does not apply, it goes on not to apply."""
    if not isinstance(before, dict):
        return points
    if isinstance(points, dict):
        return {**before, **points}
    return {group: most if most == NOT_APPLICABLE else points for group, most in before.items()}
