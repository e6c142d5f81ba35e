"""Notebooks as files: their parameters cell, what a source may hold, and the canonical executed form."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from ictindex.basics import (
    Finding,
    Refused,
    code_point,
    control_character,
    found,
    parse_json,
    read_text,
    refuse_if,
    speller,
)

MAX_NOTEBOOK_BYTES = 16 * 1024 * 1024  # the largest annex so far has 1.3 MB
INJECTED = "injected-parameters"
_KEPT = ("jupyter", "tags")  # of a cell's metadata: what it is, and whether its source is folded away
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
_BOUNDS = re.compile(r"\[([^\[\]]+)\]\s*$")
_RANGE = re.compile(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*")


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: ``name = default  # help [low..high]`` or ``[one | another]``."""

    name: str
    default: Any
    help: str
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def type(self) -> type:
        return type(self.default)

    def parsed(self, text: str) -> Any:
        """A command line's text as this parameter's type; the text itself when it is none, to be reported."""
        if self.type is str:
            return text
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return text

    def accepts(self, value: Any) -> bool:
        """Whether a value is of this parameter's type; whole and exact numbers from YAML are floats too."""
        return type(value) is self.type or (self.type is float and type(value) in (int, Decimal))


def read_notebook(path: Path, shown: str) -> dict[str, Any]:
    """A notebook as plain JSON values; Refused when it is none."""
    return parse(read_text(path, shown, MAX_NOTEBOOK_BYTES), shown)


def parse(text: str, shown: str) -> dict[str, Any]:
    """A notebook's text as plain JSON values; Refused when it is none."""
    try:
        notebook = parse_json(text, shown)
    except RecursionError:
        raise Refused([found("not-a-notebook", shown)]) from None
    if (
        _has_half_letters(text, notebook)
        or not isinstance(notebook, dict)
        or notebook.get("nbformat") != 4
        or not all(type(notebook.get(key, 0)) is int for key in ("nbformat", "nbformat_minor"))
        or not isinstance(notebook.get("metadata", {}), dict)
        or not isinstance(notebook.get("cells"), list)
        or not all(_is_cell(cell) for cell in notebook["cells"])
    ):
        raise Refused([found("not-a-notebook", shown)])
    return notebook


def _has_half_letters(text: str, notebook: Any) -> bool:
    """Whether a text holds half of a pair of UTF-16, which JSON can say and no file can hold."""
    if "\\ud" not in text.casefold():
        return False
    try:
        json.dumps(notebook, ensure_ascii=False).encode()
    except ValueError:
        return True
    return False


def _is_cell(cell: Any) -> bool:
    """Whether a cell has the parts that everything here relies on."""
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    code = cell.get("cell_type") == "code"
    outputs = cell.get("outputs", [] if not code else None)
    return (
        (code or cell.get("cell_type") in ("markdown", "raw"))
        and _is_text(cell.get("source"))
        and isinstance(cell.get("id", ""), str)
        and isinstance(tags(cell), list)
        and (not code or "execution_count" in cell)
        and isinstance(outputs, list)
        and all(isinstance(o, dict) and isinstance(o.get("data", {}), dict) for o in outputs)
    )


def _is_text(text: Any) -> bool:
    return isinstance(text, str) or (isinstance(text, list) and all(isinstance(line, str) for line in text))


def source(cell: Mapping[str, Any]) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def tags(cell: Mapping[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])


def parameters(path: Path, shown: str) -> dict[str, Parameter]:
    """The parameters cell of a notebook, by name; Refused when there is none or a default is no literal."""
    cells = [cell for cell in read_notebook(path, shown)["cells"] if "parameters" in tags(cell)]
    code = source(cells[0]) if cells else ""
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        raise Refused([found("cell-syntax", shown, None, "parameters", problem=error.msg)]) from None
    if not statements:
        raise Refused([found("no-parameters-cell", shown)])
    comments = {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT
    }
    findings: list[Finding] = []
    read: dict[str, Parameter] = {}
    for statement in statements:
        try:
            name, default = _assignment(statement)
        except (ValueError, SyntaxError):
            findings.append(
                found("default-not-literal", shown, None, "parameters", default=ast.unparse(statement))
            )
            continue
        if name in read:
            findings.append(found("parameter-twice", shown, None, name, name=name))
        read[name] = _parameter(name, default, comments.get(statement.end_lineno, ""))
    refuse_if([*findings, *bad_values({name: each.default for name, each in read.items()}, read, shown)])
    return read


def _assignment(statement: ast.stmt) -> tuple[str, Any]:
    """The name and value of a plain ``name = value``; ValueError for anything else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, ast.literal_eval(value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, ast.literal_eval(value)
    raise ValueError


def _parameter(name: str, default: Any, help_text: str) -> Parameter:
    bounds = _BOUNDS.search(help_text)
    if not bounds:
        return Parameter(name, default, help_text)
    words = help_text[: bounds.start()].strip()
    if type(default) in (int, float) and (ends := _RANGE.fullmatch(bounds[1])):
        return Parameter(name, default, words, int(ends[1]), int(ends[2]))
    return Parameter(name, default, words, choices=tuple(part.strip() for part in bounds[1].split("|")))


def injected(given: Mapping[str, Any]) -> str:
    """The code of the cell that sets a run's parameters after the parameters cell."""
    literals = {
        n: json.dumps(v, ensure_ascii=False) if isinstance(v, str) else repr(v) for n, v in given.items()
    }
    return "# Parameters\n" + "".join(f"{name} = {literal}\n" for name, literal in literals.items())


def with_injected(notebook: Mapping[str, Any], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cells of a source notebook and, after its parameters cell, the one that sets a run's parameters."""
    cells = list(notebook["cells"])
    at = next((n for n, cell in enumerate(cells, start=1) if "parameters" in tags(cell)), 0)
    cell = {"cell_type": "code", "id": INJECTED, "metadata": {"tags": [INJECTED]}, "source": injected(given)}
    return [*cells[:at], cell, *cells[at:]]


def told(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a cell says, whether executed or not."""
    return cell["cell_type"], cell.get("id"), tags(cell), source(cell)


def bad_values(given: Mapping[str, Any], known: Mapping[str, Parameter], file: str) -> Iterator[Finding]:
    """Every given parameter that the notebook does not know, of the wrong type, or out of its range."""
    spelled = speller(known)
    for name, value in given.items():
        if name not in known:
            yield found("parameter-unknown", file, None, name, name=name, **spelled(name))
            continue
        parameter = known[name]
        if not parameter.accepts(value):
            wanted, wanted_vi = _TYPES.get(parameter.type, (parameter.type.__name__,) * 2)
            facts = {"wanted": wanted, "wanted_vi": wanted_vi, "default": repr(parameter.default)}
            yield found("parameter-type", file, None, name, name=name, value=repr(value), **facts)
        elif parameter.low is not None and not parameter.low <= value <= parameter.high:
            limits = {"low": parameter.low, "high": parameter.high}
            yield found("parameter-range", file, None, name, name=name, value=value, **limits)
        elif parameter.choices and str(value) not in parameter.choices:
            yield found("not-one-of", file, None, name, value=value, known=", ".join(parameter.choices))


_TYPES = {
    int: ("a whole number", "số nguyên"),
    str: ("text", "văn bản"),
    float: ("a number", "số"),
    bool: ("True or False", "True hoặc False"),
}


def bad_source(notebook: Mapping[str, Any], shown: str) -> Iterator[Finding]:
    """What a source notebook must not hold: outputs, counts, twin ids, code that is none.

    What a cell computes and shows is the evaluator's own affair.
    """
    ids: set[str] = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if stray := control_character(source(cell)):
            yield found("control-character", shown, None, place, character=code_point(stray[0]))
        if cell.get("id") in ids or not cell.get("id"):
            yield found("cell-id", shown, None, place)
        ids.add(cell.get("id"))
        if cell["cell_type"] != "code":
            continue
        if cell["outputs"] or cell["execution_count"] is not None:
            yield found("cell-output", shown, None, place)
        if problem := _misspelt(source(cell)):
            yield found("cell-syntax", shown, None, place, problem=problem)


def _misspelt(code: str) -> str:
    """Why a cell is no code, magics and shell lines of IPython understood; empty where it is."""
    try:
        ast.parse(code)
        return ""
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            ast.parse(TransformerManager().transform_cell(code))
            return ""
        except SyntaxError as error:
            return error.msg


def canonical(notebook: Mapping[str, Any]) -> str:
    """The executed notebook as text that is the same on every run: no times, paths, hosts or random ids."""
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        kept = {
            "cell_type": cell["cell_type"],
            "id": INJECTED if INJECTED in tags(cell) else cell.get("id", f"cell-{number}"),
            "metadata": {key: cell["metadata"][key] for key in _KEPT if cell["metadata"].get(key)},
            "source": source(cell).splitlines(keepends=True),
        }
        if cell["cell_type"] == "code":
            kept |= {
                "execution_count": cell["execution_count"],
                "outputs": [_canonical_output(o) for o in _streams_joined(cell["outputs"])],
            }
        cells.append(kept)
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# What no evaluator shows on purpose and no two runs have alike: where Matplotlib's parts lie in memory, which
# a call of it returns beside its picture; and the file that stands for a cell in a warning.
_AT_RANDOM = ((re.compile(r"(<matplotlib\.[\w.]+(?: object)?) at 0x[0-9a-f]+>"), r"\1>"),)
_AT_RANDOM += ((re.compile(r"[^\s\"'<]*ipykernel_\d+[/\\]\d+\.py"), "cell"),)


def _streams_joined(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """What a cell prints between two other outputs in one text, and what it warns of in one after it.

    The kernel sends either in as many parts, and in such an order, as time will have it.
    """
    for streams, group in groupby(outputs, key=lambda output: output.get("output_type") == "stream"):
        printed: dict[Any, str] = {}
        for output in group:
            if not streams or not _is_text(output.get("text")):
                yield output
                continue
            name = output.get("name") if isinstance(output.get("name"), str) else "stdout"
            printed[name] = printed.get(name, "") + source({"source": output["text"]})
        for name in sorted(printed, reverse=True):  # stdout, then stderr
            yield {"output_type": "stream", "name": name, "text": printed[name]}


def _canonical_output(output: Mapping[str, Any]) -> dict[str, Any]:
    kept = json.loads(json.dumps(output))
    for mime, content in kept.get("data", {}).items():
        if mime == "text/plain":
            kept["data"][mime] = _repeatable(content)
        elif isinstance(content, str):
            kept["data"][mime] = content.splitlines(keepends=True)
    if kept.get("output_type") == "stream":
        kept["text"] = _repeatable(kept.get("text"))
    return kept


def _repeatable(text: Any) -> Any:
    """A text in lines, without what no two runs have alike; what is no text as it is."""
    if not _is_text(text):
        return text
    text = source({"source": text})
    for pattern, instead in _AT_RANDOM:
        text = pattern.sub(instead, text)
    return text.splitlines(keepends=True)
