"""The reference of the language, LANGUAGE.md: from the schema, the meanings, and an example that loads.

``python -m ictindex.methodology.reference > LANGUAGE.md`` writes it anew; a test holds the file to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from ictindex.basics import Document, scan
from ictindex.methodology.decision import MethodologyFile
from ictindex.methodology.reading import build_methodology
from ictindex.methodology.schema import NOT_APPLICABLE, OpenRule, Strict
from ictindex.methodology.shapes import models_in, spellings

_HERE = Path(__file__).parent
_LONGEST = 70  # characters of an example


@cache
def reference() -> str:
    """The whole document."""
    document = example()
    quoted = dict(_examples(build_methodology(document, "example").source, document.data))
    lines = [(_HERE / "language.md").read_text("utf-8").rstrip()]
    for model in parts():
        lines += ["", f"### {model.__name__}{_where(model)}", "", " ".join((model.__doc__ or "").split()), ""]
        lines += ["| key | means | is | unless said | for instance |", "|---|---|---|---|---|"]
        for name, field in model.model_fields.items():
            cells = (
                f"`{spellings(name, field)[0]}`",
                meaning(model, field.alias or name),
                kind_of(field.annotation, field.metadata),
                _unless_said(field),
                f"`{_quoted(quoted, model, field.alias or name)}`",
            )
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _quoted(quoted: dict[tuple[str, str], str], model: type[Strict], key: str) -> str:
    """How the example writes a key of a part, or of another that is made from the same."""
    alike = [each for each in parts() if key in each.model_fields and _base(each, key) is _base(model, key)]
    return next(quoted[each.__name__, key] for each in (model, *alike) if (each.__name__, key) in quoted)


def _base(model: type[Strict], key: str) -> type:
    """Where a key of a part is first stated."""
    return next(each for each in reversed(model.__mro__) if key in getattr(each, "model_fields", {}))


def example() -> Document:
    """A methodology that uses every key once."""
    return scan((_HERE / "example.yaml").read_text("utf-8"), "example.yaml")


@cache
def parts() -> tuple[type[Strict], ...]:
    """The models of a file, each once, in the order in which it leads to them."""
    found: dict[type[Strict], None] = {}

    def look(model: type[Strict]) -> None:
        if model not in found:
            found[model] = None
            for field in model.model_fields.values():
                for _, below in models_in(field.annotation):
                    look(below)

    look(MethodologyFile)
    return tuple(found)


@cache
def meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / "meanings.toml").read_text("utf-8"))


def meaning(model: type[Strict], key: str) -> str:
    """What a key means: said of the part itself, or of what it is made from."""
    told = meanings()
    return next(told[each.__name__][key] for each in model.__mro__ if key in told.get(each.__name__, {}))


def kind_of(annotation: Any, metadata: Any = ()) -> str:
    """What may stand at a key, in a word or two."""
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{each}`" for each in get_args(annotation))
    told = [model.__name__ for _, model in models_in(annotation)]
    origin = get_origin(annotation)
    if origin is tuple:
        return f"a list of {told[0]}" if told else "a list"
    if origin is dict:
        return f"keys and {told[0]}" if told else "keys and values"
    if origin in (Union, UnionType):
        kinds = [kind_of(each) for each in get_args(annotation) if each is not NoneType]
        return " or ".join(dict.fromkeys(kinds))
    if hasattr(annotation, "__metadata__"):
        return kind_of(annotation.__origin__)
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return "a value, or an OpenRule" if annotation is OpenRule else annotation.__name__
    return {"str": "text", "bool": "`true` or `false`", "int": "a whole number", "Fraction": "a number"}.get(
        getattr(annotation, "__name__", ""), "a value"
    )


def _unless_said(field: Any) -> str:
    """What holds where a key is not there."""
    if field.is_required():
        return "it must be there"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ({}, ()) or isinstance(default, Strict):
        return f"`{default.value}`" if isinstance(default, OpenRule) else "–"
    return f"`{'[' + ', '.join(default) + ']' if isinstance(default, tuple) else str(default).lower()}`"


def _where(model: type[Strict]) -> str:
    return "" if model is MethodologyFile else f" – {_place(model)}"


def _place(model: type[Strict]) -> str:
    """The first path at which a part stands."""
    for each in parts():
        for name, field in each.model_fields.items():
            for kind, below in models_in(field.annotation):
                if below is model:
                    above = "" if each is MethodologyFile else f"{each.__name__}."
                    return f"`{above}{field.alias or name}{kind}`"
    raise KeyError(model.__name__)


def _examples(part: Any, raw: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """(part, key) -> how the example writes it; of several the last to be met, which is as good."""
    if isinstance(part, Strict) and isinstance(raw, dict):
        for name, field in type(part).model_fields.items():
            key = spellings(name, field)[0]
            if name in part.model_fields_set and raw.get(key) is not None:
                quoted = _short(f"{key}: {flow(raw[key])}")
                yield (type(part).__name__, field.alias or name), quoted
                yield from _examples(getattr(part, name), raw[key])
    elif isinstance(part, dict) and isinstance(raw, dict):
        for key, below in part.items():
            yield from _examples(below, raw[key])
    elif isinstance(part, tuple) and isinstance(raw, list):
        for below, written in zip(part, raw, strict=True):
            yield from _examples(below, written)


def flow(value: Any) -> str:
    """A plain value as YAML writes it in a line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(below)}' for key, below in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    plain = value == NOT_APPLICABLE or not isinstance(value, str) or not set(text) & set("+:,{}[]")
    return text if plain else f'"{text}"'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


if __name__ == "__main__":
    print(reference(), end="")
