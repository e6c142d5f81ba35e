"""A what-if: a question about a baseline, and the few things that it changes there, strictly read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field, ValidationError

from ictindex.basics import (
    MAX_YAML_BYTES,
    Document,
    Finding,
    Project,
    Refused,
    YamlPath,
    found,
    read_text,
    refuse_if,
    scan,
    speller,
)
from ictindex.methodology import (
    NOT_APPLICABLE,
    OPEN_RULES,
    Amendment,
    Cited,
    Many,
    Methodology,
    Strict,
    Text,
    amended,
    build_methodology,
    read_document,
    shape_findings,
)

# What the figures were collected and checked by: to change it would take other inputs.
OUTSIDE = ("answers", "attributes", "groups")


class WhatIfFile(Strict):
    """The YAML file as a whole; ``points`` are most points by node, for all groups or for each."""

    what_if: Text
    baseline: Text
    question_vi: Text
    points: dict[str, Any] = Field(default_factory=dict)
    changes: dict[str, Any] = Field(default_factory=dict)
    rules: dict[str, Any] = Field(default_factory=dict)
    not_covered_vi: Many[Text]


@dataclass(frozen=True)
class Stated:
    """A what-if file that is well formed, not yet held against its baseline."""

    name: str
    source: WhatIfFile
    document: Document


@dataclass(frozen=True)
class WhatIf:
    """What is asked, the methodology as changed, and the values of the open rules that differ."""

    name: str
    file: str
    baseline: str
    question_vi: str
    not_covered_vi: tuple[str, ...]
    methodology: Methodology
    rules: Mapping[str, str | int]


def read_stated(name: str, project: Project) -> Stated:
    """parameters/what_if/<name>.yaml; Refused with everything that is misshapen, or when there is none."""
    path = project.what_if(name)
    shown = project.shown(path)
    if not path.is_file():
        raise Refused([found("what-if-unknown", shown, name=name, **speller(project.what_ifs())(name))])
    document = scan(read_text(path, shown, MAX_YAML_BYTES), shown)
    findings = [*document.doubled]
    try:
        source = WhatIfFile.model_validate(document.data)
    except ValidationError as error:
        refuse_if([*findings, *shape_findings(error, document, WhatIfFile)])
    if source.what_if != name:
        findings.append(document.found("name-differs", ("what_if",), name=source.what_if, expected=name))
    if source.baseline not in project.editions():
        known = speller(project.editions())(source.baseline)
        findings.append(document.found("edition-unknown", ("baseline",), edition=source.baseline, **known))
    if not (source.points or source.changes or source.rules):
        findings.append(document.found("none-given", what="points, changes, rules"))
    if not source.not_covered_vi:
        findings.append(document.found("none-given", ("not_covered_vi",), what="not_covered_vi"))
    refuse_if(findings)
    return Stated(name, source, document)


def read_what_if(
    name: str, project: Project, edition: str, methodology: Methodology, in_force: Mapping[str, str | int]
) -> WhatIf:
    """A what-if on an edition's methodology; ``in_force``: the baseline's value of each open rule.

    Refused with everything that is wrong at once: unknown paths, values that the baseline has already,
    maxima that no longer add up, rules that the methodology fixes.
    """
    stated = read_stated(name, project)
    source, document = stated.source, stated.document
    if source.baseline != edition:  # against another methodology everything else would look wrong
        facts = {"baseline": source.baseline, "edition": edition}
        raise Refused([document.found("baseline-differs", ("baseline",), **facts)])
    findings = list(_bad_rules(stated, methodology, in_force))
    try:
        changed = _changed(stated, methodology, project)
    except Refused as refused:
        findings += refused.findings
    refuse_if(findings)
    return WhatIf(
        name,
        document.file,
        source.baseline,
        source.question_vi,
        source.not_covered_vi,
        changed,
        dict(source.rules),
    )


def _bad_rules(
    stated: Stated, methodology: Methodology, in_force: Mapping[str, str | int]
) -> Iterator[Finding]:
    """What is wrong with the values of open rules."""
    document, known = stated.document, methodology.open_rules
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
        elif value == in_force[name]:
            yield document.found("what-if-without-effect", where, value=str(value))


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
        row = document.line(("changes",) if stated.source.changes else ("points",))
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


def _maximum_of(node_id: str) -> tuple[str, ...]:
    """Where a methodology's file has the most points of a node."""
    if node_id == "total":
        return ("total", "max_points")
    return (*(part for key in node_id.split(".") for part in ("criteria", key)), "max_points")


def _at(data: Any, path: YamlPath) -> Any:
    for key in path:
        data = data[key]
    return data


def _is_whole(points: Any) -> bool:
    return isinstance(points, int) and not isinstance(points, bool) and points > 0


def _for_each_group(points: Any, before: Any) -> Any:
    """New most points in the form of the old: where a node does not apply, it goes on not to apply."""
    if not isinstance(before, dict):
        return points
    if isinstance(points, dict):
        return {**before, **points}
    return {group: most if most == NOT_APPLICABLE else points for group, most in before.items()}
