"""A methodology's YAML file read strictly: everything that is wrong with it, at once, with its line."""

from __future__ import annotations

import copy
import functools
import operator
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from ictindex.exact import exact_text
from ictindex.files import MAX_YAML_BYTES, is_name, read_text
from ictindex.findings import Finding, nearest, refuse_if, speller
from ictindex.methodology import (
    OPEN_RULES,
    TAGS,
    Citation,
    Criterion,
    Methodology,
    MethodologyFile,
    Node,
    Rule,
    Strict,
    tree,
)
from ictindex.project import Project
from ictindex.strict_yaml import Document, YamlPath, scan

# What may stand in for a word that is missing or of the wrong kind, so that the rest can still be checked.
_STAND_INS = dict.fromkeys(("label_vi", "note_vi", "why_vi", "unit_vi", "title", "clause"), "?")
_STAND_INS["status"] = "illustrative"


def read_methodology(name: str, project: Project | None = None) -> Methodology:
    """Load parameters/methodologies/<name>.yaml; Refused with everything that is wrong with it."""
    project = project or Project.around()
    path = project.methodology(name)
    shown = project.shown(path)
    return build_methodology(scan(read_text(path, shown, MAX_YAML_BYTES), shown), name)


def build_methodology(document: Document, name: str) -> Methodology:
    """A Methodology from a read document; Refused with every finding at once."""
    findings = [*document.doubled]
    try:
        source = MethodologyFile.model_validate(document.data)
    except ValidationError as error:
        findings += shape_findings(error, document, MethodologyFile)
        source = _mended(error, document.data)
    if source:
        methodology = Methodology(name, document.file, source, tree(source))
        findings += _contradictions(methodology, document)
    refuse_if(findings)
    return methodology


def _mended(error: ValidationError, data: Any) -> MethodologyFile | None:
    """The file with misspelt keys read as meant and stand-ins for lacking words; None if more is wrong."""
    data = copy.deepcopy(data)
    problems = [(problem["type"], _path(problem)) for problem in error.errors(include_url=False)]
    try:
        for kind, (*above, key) in sorted(problems, key=lambda problem: problem[0] != "extra_forbidden"):
            parent = functools.reduce(operator.getitem, above, data)
            if kind == "extra_forbidden":
                value = parent.pop(key)
                if meant := nearest(key, _known_keys(MethodologyFile, tuple(above))):
                    parent.setdefault(meant, value)
            elif kind != "missing" or key not in parent:
                parent[key] = _STAND_INS[key]
        return MethodologyFile.model_validate(data)
    except (ValidationError, ValueError, KeyError, TypeError):
        return None


# --- what can be wrong ------------------------------------------------------------------------------------


def shape_findings(error: ValidationError, document: Document, model: type[Strict]) -> Iterator[Finding]:
    """pydantic's errors in our words, at the line of the offending key."""
    for problem in error.errors(include_url=False):
        kind, path, value = problem["type"], _path(problem), _as_written(problem["input"])
        if kind == "missing":
            yield document.found("key-missing", path, key=path[-1])
            continue
        if kind == "extra_forbidden":
            spelled = speller(_known_keys(model, path[:-1]))
            yield document.found("key-unknown", path, key=path[-1], **spelled(path[-1]))
            continue
        while path and path not in document.lines:
            path = path[:-1]  # a plain value that the model takes apart
        if kind == "literal_error":
            known = problem["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
            yield document.found("not-one-of", path, value=value, known=known)
        elif kind == "one_rule":
            yield document.found("one-rule", path, known=", ".join(Rule.model_fields))
        elif kind == "open_without_why":
            yield document.found("open-without-why", path)
        else:
            wanted, wanted_vi = _KINDS[kind]
            yield document.found("wrong-kind", path, value=value, wanted=wanted, wanted_vi=wanted_vi)


_KINDS = {
    "number": ("a number", "một số"),
    "plain": ("a word or a whole number", "một từ hoặc số nguyên"),
    "string_type": ("text", "văn bản"),
    "string_too_short": ("text that is not empty", "văn bản không rỗng"),
    "dict_type": ("keys and values", "các khóa và giá trị"),
    "model_type": ("keys and values", "các khóa và giá trị"),
}


def _path(problem: Any) -> YamlPath:
    return tuple(part for part in problem["loc"] if part not in TAGS)


def _as_written(value: Any) -> str:
    """A YAML value as an officer wrote it, or its outer signs when it is more than a word."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def _known_keys(model: Any, path: YamlPath) -> list[str]:
    """The keys that may stand at a path, read off the models."""
    for part in path:
        if isinstance(model, type) and issubclass(model, Strict):
            field = model.model_fields.get(str(part))
            model = _inner(field.annotation) if field else None
        elif model is not None:
            model = _inner(model.__args__[1])  # any value of a dict
    if not (isinstance(model, type) and issubclass(model, Strict)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """The model or dict that an annotation is, or is besides None."""
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if getattr(candidate, "__origin__", None) is dict or (
            isinstance(candidate, type) and issubclass(candidate, Strict)
        ):
            return candidate
    return None


def _contradictions(m: Methodology, document: Document) -> Iterator[Finding]:
    """Everything that is well formed and yet cannot be right."""
    if m.source.methodology != m.name:
        yield document.found("name-differs", ("methodology",), name=m.source.methodology, expected=m.name)
    yield from _bad_names(m, document)
    yield from _bad_open_rules(m, document)
    for node in m.nodes:
        path = _yaml_path(node)
        yield from _bad_maxima(m, node, path, document)
        yield from _bad_aggregate(node, path, document)
        if node.depth:
            yield from _bad_status(node, path, document)
    yield from _bad_answers(m, document)


def _bad_answers(m: Methodology, document: Document) -> Iterator[Finding]:
    spelled = speller(m.answers)
    read: set[str] = set()
    for node in m.leaves:
        for answer in node.criterion.rule.reads if node.depth and node.criterion.rule else ():
            read.add(answer)
            where = (*_yaml_path(node), "rule")
            if answer not in m.answers:
                yield document.found("answer-not-asked", where, answer=answer, **spelled(answer))
            elif (kind := m.answers[answer].kind) not in _CALCULABLE[node.criterion.rule.kind]:
                yield document.found("answer-not-number", where, answer=answer, kind=kind)
    for answer, spec in m.answers.items():
        if answer not in read:
            yield document.found("answer-not-read", ("answers", answer), answer=answer)
        if not spec.choices if spec.kind == "choice" else spec.choices is not None:
            yield document.found("choices", ("answers", answer), answer=answer)
        limits = [limit for limit in (spec.min, spec.max) if limit is not None]
        if limits and spec.kind not in _NUMBERS:
            yield document.found("limits-unused", ("answers", answer), answer=answer)
        elif sorted(limits) != limits:
            yield document.found("min-above-max", ("answers", answer), answer=answer)


_NUMBERS = ("number", "count")
_CALCULABLE = {"value": (*_NUMBERS, "yes_no"), "share": _NUMBERS}  # yes is 1 point, no is 0


def _yaml_path(node: Node) -> YamlPath:
    if not node.depth:
        return ("total",)
    return tuple(part for key in node.id.split(".") for part in ("criteria", key))


def _bad_names(m: Methodology, document: Document) -> Iterator[Finding]:
    named = [("groups", m.groups), ("answers", m.answers)]
    for where, keys in named:
        if not keys:
            yield document.found("none-given", (where,), what=where)
        for key in keys:
            if not is_name(key):
                yield document.found("bad-key", (where, key), key=key)
    if not m.categories:
        yield document.found("none-given", ("criteria",), what="criteria")
    if "total" in m.source.criteria:
        yield document.found("bad-key", ("criteria", "total"), key="total")
    yield from _bad_criterion_names(m.source.criteria, ("criteria",), document)


def _bad_criterion_names(
    criteria: dict[str, Criterion], path: YamlPath, document: Document
) -> Iterator[Finding]:
    for key, criterion in criteria.items():
        if not is_name(key):
            yield document.found("bad-key", (*path, key), key=key)
        yield from _bad_criterion_names(criterion.criteria or {}, (*path, key, "criteria"), document)


def _bad_open_rules(m: Methodology, document: Document) -> Iterator[Finding]:
    for name, rule in m.open_rules.items():
        if rule.value not in OPEN_RULES[name] or isinstance(rule.value, bool):
            where = {"ties": ("ranking", "ties"), "rank_on": ("ranking", "on")}.get(name, ("total", name))
            yield document.found(
                "not-one-of", where, value=rule.value, known=", ".join(map(str, OPEN_RULES[name]))
            )


def _bad_maxima(m: Methodology, node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    where = (*path, "max_points")
    spelled = speller(m.groups)
    for group in node.maxima:
        if group not in m.groups:
            yield document.found("group-unknown", (*where, group), group=group, **spelled(group))
    for group in m.groups:
        if group not in node.maxima:
            yield document.found("group-without-maximum", where, group=group)
            continue
        own = node.maxima[group]
        if own is not None and own <= 0:
            yield document.found("maximum-not-positive", where, group=group, value=exact_text(own))
        if not node.children:
            continue
        counted = [most for child in node.children if (most := child.maxima.get(group)) is not None]
        if own is None:
            if counted:
                yield document.found("maximum-below-not-applicable", where, group=group)
        elif not counted:
            yield document.found("nothing-below", where, group=group)
        elif node.aggregate == "sum" and sum(counted) != own:
            total = exact_text(sum(counted))
            yield document.found("maxima-do-not-add-up", where, group=group, total=total, own=exact_text(own))
        elif node.aggregate == "mean" and any(most != own for most in counted):
            yield document.found("maxima-of-a-mean-differ", where, group=group, own=exact_text(own))


def _bad_aggregate(node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    if node.children and node.aggregate is None:
        yield document.found("key-missing", (*path, "aggregate"), key="aggregate")
    if node.depth:
        if not node.children and node.criterion.rule is None:
            yield document.found("leaf-without-rule", path)
        if node.children and node.criterion.rule is not None:
            yield document.found("rule-and-criteria", path)
        if not node.children and node.aggregate is not None:
            yield document.found("aggregate-of-nothing", path)
        if node.criterion.criteria == {}:
            yield document.found("none-given", (*path, "criteria"), what="criteria")
    weights = [child.criterion.weight for child in node.children]
    if node.aggregate == "weights":
        for child, weight in zip(node.children, weights, strict=True):
            if weight is None:
                yield document.found("key-missing", (*_yaml_path(child), "weight"), key="weight")
            elif weight <= 0:
                yield document.found("weight-not-positive", (*_yaml_path(child), "weight"))
        if None not in weights and sum(weights) not in (1, 100):
            yield document.found("weights-do-not-add-up", path, total=exact_text(sum(weights)))
    else:
        for child, weight in zip(node.children, weights, strict=True):
            if weight is not None:
                yield document.found("weight-unused", (*_yaml_path(child), "weight"))


def _bad_status(node: Node, path: YamlPath, document: Document) -> Iterator[Finding]:
    citation = node.criterion.citation or Citation()
    if node.criterion.status == "official" and not citation.clause:
        yield document.found("no-clause", path)
    if node.criterion.status == "sibling" and not citation.title:
        yield document.found("no-sibling", path)
