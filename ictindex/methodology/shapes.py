"""pydantic's errors in our words: what is misshapen in a YAML file, at the line of the offending key."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo

from ictindex.basics import Document, Finding, Speller, YamlPath, nearest, refuse_if, speller
from ictindex.methodology.rule_kinds import Rule
from ictindex.methodology.schema import TAGS, Strict

S = TypeVar("S", bound=Strict)


def shaped(document: Document, model: type[S], key: str, name: str) -> tuple[S, list[Finding]]:
    """What a document states, and what is wrong with it so far: keys written twice, another name at ``key``.

    Refused with everything that is misshapen.
    """
    findings = [*document.doubled]
    try:
        stated = model.model_validate(document.data)
    except ValidationError as error:
        refuse_if([*findings, *shape_findings(error, document, model)])
    if (own := getattr(stated, key)) != name:
        findings.append(document.found("name-differs", (key,), name=own, expected=name))
    return stated, findings


def shape_findings(error: ValidationError, document: Document, model: type[Strict]) -> Iterator[Finding]:
    """pydantic's errors in our words, at the line of the offending key."""
    spellers: dict[tuple[str, ...], Speller] = {}
    cut: dict[YamlPath, list[Finding]] = {}
    for problem in error.errors(include_url=False):
        kind, path, value = problem["type"], problem_path(problem), _as_written(problem["input"])
        if kind == "missing":
            yield document.found("key-missing", path, key=path[-1])
            continue
        if kind == "extra_forbidden":
            known = tuple(known_keys(model, path[:-1]))
            if path not in cut:
                cut |= _cut_findings(document, path[:-1], known)
            if (one := cut.get(path)) is not None:
                yield from one
                continue
            spelled = spellers.setdefault(known, speller(known))
            facts = spelled(path[-1])
            if nearest(path[-1], known) is None and (places := elsewhere(model, path[-1])):
                said = ", ".join(places)
                facts = {
                    "known": f"“{path[-1]}” may stand in: {said}. {facts['known']}",
                    "known_vi": f"“{path[-1]}” được ghi ở: {said}. {facts['known_vi']}",
                }
            yield document.found("key-unknown", path, key=path[-1], **facts)
            continue
        path = placed(path, document)
        if kind == "literal_error":
            yield document.found("not-one-of", path, value=value, known=", ".join(choices_of(problem)))
        elif kind == "one_rule":
            yield document.found("one-rule", path, known=", ".join(Rule.model_fields))
        elif kind == "open_without_why":
            yield document.found("open-without-why", path)
        else:
            wanted, wanted_vi = _KINDS[kind]
            yield document.found("wrong-kind", path, value=value, wanted=wanted, wanted_vi=wanted_vi)


_KINDS = {
    "number": ("a number, such as 2.5 or 1/3", "một số, như 2.5 hoặc 1/3"),
    "parts": (
        "null, a criterion, several, or criterion: part of it, each once",
        "null, một tiêu chí, nhiều tiêu chí, hoặc tiêu chí: phần của nó, mỗi tiêu chí một lần",
    ),
    "plain": ("a word or a whole number", "một từ hoặc số nguyên"),
    "string_type": ("text", "văn bản"),
    "string_too_short": ("text that is not empty", "văn bản không rỗng"),
    "string_pattern_mismatch": (
        "a day: +1-01-31 of a calendar, 2017-12-18 or 2017 of a text",
        "một ngày: +1-01-31 của lịch, 2017-12-18 hoặc 2017 của văn bản",
    ),
    "int_type": ("a whole number", "một số nguyên"),
    "greater_than_equal": ("a larger whole number", "một số nguyên lớn hơn"),
    "less_than_equal": ("a smaller whole number", "một số nguyên nhỏ hơn"),
    "bool_type": ("true or false", "true hoặc false"),
    "tuple_type": ("a list", "một danh sách"),
    "dict_type": ("keys and values", "các khóa và giá trị"),
    "model_type": ("keys and values", "các khóa và giá trị"),
}


def placed(path: YamlPath, document: Document) -> YamlPath:
    """Where in the file a problem stands: of a plain value that the model takes apart, the value."""
    while path and path not in document.lines:
        path = path[:-1]
    return path


def choices_of(problem: Any) -> list[str]:
    """The words of which pydantic wants one."""
    return problem["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")


def cut_at_commas(
    document: Document, above: YamlPath, known: Sequence[str]
) -> dict[str, tuple[str | Decimal, list[str]]]:
    """Key -> its value as it was meant, and the keys that YAML made of the rest of it behind a comma.

    In braces a comma begins a key: {label_vi: Sở, ban, ngành} has three, and {each: 2,5} has two.
    """
    inside = functools.reduce(operator.getitem, above, document.data)
    cut: dict[str, list[str]] = {}
    before = ""
    for key, value in inside.items() if isinstance(inside, dict) else ():
        rest = value is None and isinstance(key, str) and key not in known
        beside = before and document.lines.get((*above, key)) == document.lines.get((*above, before))
        if rest and beside and type(inside[before]) in (str, int, Decimal):
            cut.setdefault(before, []).append(key)
        else:
            before = key
    meant: dict[str, tuple[str | Decimal, list[str]]] = {}
    for before, keys in cut.items():
        value = inside[before]
        decimal = type(value) is int and len(keys) == 1 and keys[0].isdecimal()
        whole = Decimal(f"{value}.{keys[0]}") if decimal else ", ".join([_as_written(value), *keys])
        meant[before] = whole, keys
    return meant


def _cut_findings(document: Document, above: YamlPath, known: Sequence[str]) -> dict[YamlPath, list[Finding]]:
    """The path of each key behind a comma -> what is said of it: of several behind one value once."""
    told: dict[YamlPath, list[Finding]] = {}
    for before, (meant, keys) in cut_at_commas(document, above, known).items():
        written = f'"{meant}"' if isinstance(meant, str) else str(meant)
        one = document.found("cut-at-comma", (*above, before), key=keys[0], meant=f"{before}: {written}")
        told |= {(*above, key): [] for key in keys} | {(*above, keys[0]): [one]}
    return told


def problem_path(problem: Any) -> YamlPath:
    """Where pydantic found a problem, as a path of the file."""
    return tuple(part for part in problem["loc"] if part not in TAGS)


def _as_written(value: Any) -> str:
    """A YAML value as an officer wrote it, or its outer signs when it is more than a word."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def known_keys(model: type[Strict], path: YamlPath) -> list[str]:
    """The keys that may stand at a path, read off the models."""
    free = 0  # names and places in a list that lead on to the model
    for part in path:
        if free:
            free -= 1
            continue
        fields = [field for name, field in model.model_fields.items() if part in spellings(name, field)]
        further = next((each for field in fields for each in models_in(field.annotation)), None)
        if further is None:
            return []
        free, model = further[0].count("*"), further[1]
    if free:
        return []
    return [key for name, field in model.model_fields.items() for key in spellings(name, field)]


def spellings(name: str, field: FieldInfo) -> list[str]:
    """How a key may be written, first as it is best: so that no reader of YAML mistakes it."""
    if isinstance(field.validation_alias, AliasChoices):
        return [str(each) for each in field.validation_alias.choices]
    return [field.alias or name]


def elsewhere(model: type[Strict], key: str) -> list[str]:
    """The first places of a file where a key may stand, as paths with * for a name."""
    places: list[str] = []

    def look(inside: type[Strict], path: str, above: tuple[type[Strict], ...]) -> None:
        if inside in above:
            return
        for name, field in inside.model_fields.items():
            at = f"{path}.{spellings(name, field)[0]}".lstrip(".")
            if key in spellings(name, field):
                places.append(path or "the top")
            for kind, below in models_in(field.annotation):
                look(below, at + kind, (*above, inside))

    look(model, "", ())
    return places[:_PLACES]


_PLACES = 3


def models_in(annotation: Any, kind: str = "") -> Iterator[tuple[str, type[Strict]]]:
    """The models that an annotation holds, with how a path goes on to them."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        yield kind, annotation
    origin = getattr(annotation, "__origin__", None)
    further = ".*" if origin in (dict, tuple) else ""
    for each in (origin, *getattr(annotation, "__args__", ())):
        if each is not None and each is not annotation:
            yield from models_in(each, kind + further)
