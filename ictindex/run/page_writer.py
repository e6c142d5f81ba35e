"""The page of an edition written from its methodology: neutral words, and only the steps that it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count
from math import gcd, lcm
from pathlib import Path
from typing import Any

from ictindex.methodology import OPEN_RULES, Methodology
from ictindex.page import KERNELSPEC, PARAMETER_VI

_TEMPLATES = Path(__file__).parent / "templates"
_CELL = re.compile(r"^%% (md|code) (\S+)((?: \S+)*)\n", re.MULTILINE)
_FIRST_NUMBERED = 5  # the template numbers the sections before by hand

# The last step of the sum by hand, as the decision makes its total: one line of plain pandas each.
_TOTAL_CODE = {
    ("sum", "share"): 'total = by_category.sum()\nvalue = total["points"] / total["available"]',
    ("sum", "points"): 'value = by_category["points"].sum()',
    ("mean", "points"): (
        'shares = by_category["points"] / by_category["available"]\n'
        "value = {most} * shares.sum() / len(shares)"
    ),
    ("mean", "share"): (
        'shares = by_category["points"] / by_category["available"]\nvalue = shares.sum() / len(shares)'
    ),
    ("weights", "points"): (
        'weights = {weights}\nshares = by_category["points"] / by_category["available"]\n'
        "counted = shares.index.map(weights)\nvalue = {most} * sum(shares * counted) / sum(counted)"
    ),
    ("weights", "share"): (
        'weights = {weights}\nshares = by_category["points"] / by_category["available"]\n'
        "counted = shares.index.map(weights)\nvalue = sum(shares * counted) / sum(counted)"
    ),
}
_AGGREGATE_VI = {
    "sum": ", rồi cộng các hạng mục",
    "mean": ", rồi lấy trung bình cộng của các hạng mục được tính",
    "weights": ", rồi lấy trung bình có trọng số của các hạng mục được tính",
}


def written(
    methodology: Methodology,
    parameters: Mapping[str, Any],
    bounds: Mapping[str, str],
    published: bool = False,
) -> dict[str, Any]:
    """A source notebook for an edition with these parameters.

    ``bounds``: parameter -> what it may be, as its comment says; ``published``: whether a published result
    can be held against it.
    """
    import jinja2

    number = count(_FIRST_NUMBERED)
    kinds = {rule.kind for leaf in methodology.leaves for rule in leaf.criterion.rule.walk()}
    root = methodology.root
    most = next(most for most in root.maxima.values() if most is not None)
    compare_on = parameters.get("compare_on", methodology.open_rules["compare_on"].value)
    lines = [_line(name, value, bounds.get(name, "")) for name, value in parameters.items()]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    text = environment.get_template("page.txt.j2").render(
        m=methodology,
        year=parameters["year"],
        names=list(parameters),
        parameters="\n".join(lines),
        n=lambda: next(number),
        aggregate_note=_AGGREGATE_VI[root.aggregate],
        total_code=_TOTAL_CODE[root.aggregate, compare_on].format(most=most, weights=_weights(methodology)),
        of_largest="of_largest" in kinds,
        awarded="awarded" in kinds,
        procedure=bool(methodology.source.calendar or methodology.source.zero_rules),
        previous=bool(parameters.get("previous")),
        published=published,
    )
    return {
        "cells": list(_cells(text)),
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _weights(methodology: Methodology) -> dict[str, int]:
    """What each category weighs, in whole numbers, so that a sum by hand stays exact."""
    given = {
        node.id: Fraction(getattr(node.criterion, "weight", None) or 1) for node in methodology.categories
    }
    common = lcm(*(weight.denominator for weight in given.values()))
    whole = {key: int(weight * common) for key, weight in given.items()}
    return {key: weight // gcd(*whole.values()) for key, weight in whole.items()}


def _line(name: str, value: Any, bounds: str) -> str:
    may_be = f" [{bounds}]" if bounds else ""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}  # {PARAMETER_VI[name]}{may_be}"


def _cells(text: str) -> Iterator[dict[str, Any]]:
    """The cells that a filled-in template holds."""
    parts = _CELL.split(text)[1:]
    for kind, cell_id, words, body in zip(*(parts[i::4] for i in range(4)), strict=True):
        tags = [word for word in words.split() if word != "hidden"]
        metadata: dict[str, Any] = {"tags": tags} if tags else {}
        if "hidden" in words.split():
            metadata["jupyter"] = {"source_hidden": True}
        cell: dict[str, Any] = {"cell_type": "markdown" if kind == "md" else "code", "id": cell_id}
        cell |= {"metadata": metadata, "source": body.strip("\n").splitlines(keepends=True)}
        yield cell if kind == "md" else cell | {"execution_count": None, "outputs": []}


def bounds_of(rule: str) -> str:
    """What an open rule may be, as a parameter's comment says it."""
    known = OPEN_RULES[rule]
    return f"{known[0]}..{known[-1]}" if isinstance(known, range) else " | ".join(known)
