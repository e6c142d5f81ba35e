"""The page of an edition written from its methodology: neutral words, and only the steps that it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from ictindex.basics import exact_text
from ictindex.methodology import LINEAR, OPEN_RULES, Methodology, Total
from ictindex.page import KERNELSPEC, PARAMETER_VI

_TEMPLATES = Path(__file__).parent / "templates"
_CELL = re.compile(r"^%% (md|code) (\S+)((?: \S+)*)\n", re.MULTILINE)


_AGGREGATE_VI = {
    "sum": "cộng",
    "mean": "lấy trung bình cộng của",
    "weights": "lấy trung bình có trọng số của",
    "geometric": "lấy trung bình nhân của",
    "harmonic": "lấy trung bình điều hòa của",
    "power": "lấy trung bình lũy thừa của",
    "minimum": "lấy tỷ lệ thấp nhất trong",
    "median": "lấy trung vị của",
}


def written(
    methodology: Methodology,
    parameters: Mapping[str, Any],
    bounds: Mapping[str, str],
    published: bool = False,
    confirmed: bool = True,
    unit: str = "",
    reformed: bool = False,
) -> dict[str, Any]:
    """A source notebook for an edition with these parameters.

    ``bounds``: parameter -> what it may be, as its comment says; ``published``: whether a published result
    can be held against it; ``confirmed``: whether reports and confirmations are recorded; ``unit``: whose
    points are worked out by hand, by default whoever comes first; ``reformed``: whether the previous edition
    is of another methodology, from which a crosswalk leads to this one.
    """
    import jinja2

    number = count(1)
    kinds = {rule.kind for leaf in methodology.leaves for rule in leaf.criterion.rule.walk()}
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
        of_largest=bool({"of_largest", "in_group"} & kinds),
        awarded="awarded" in kinds,
        procedure=bool(methodology.source.calendar or methodology.source.zero_rules),
        previous=bool(parameters.get("previous")),
        reformed=reformed,
        published=published,
        breaks=[node.id for node in methodology.tie_breaks],
        rounded=any(node.rounded for node in methodology.nodes),
        confirmed=confirmed,
        unit=json.dumps(unit, ensure_ascii=False) if unit else 'ranking["unit"].iloc[0]',
        **_by_hand(methodology, parameters),
    )
    return {
        "cells": list(_cells(text)),
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _by_hand(methodology: Methodology, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """How the total of one unit is made, for the cells that make it in plain pandas."""
    root = methodology.root
    scales = {most for node in methodology.nodes for most in node.maxima.values()}
    inside = [node for node in methodology.nodes if node.children and node is not root]
    stated, of = root.criterion, root.aggregate
    beyond = {kind: [c.id for c in root.children if c.counts_as == kind] for kind in ("bonus", "deduction")}
    beyond = {kind: ids for kind, ids in beyond.items() if ids}
    return {
        "aggregate": of,
        "weighted": any(node.criterion.weight is not None for node in root.regular),
        "other": _other_mean(stated) if of not in LINEAR else "",
        "near": of in ("geometric", "power"),
        "floor": exact_text(stated.zeros) if stated.zeros else "",
        "aggregate_words": _AGGREGATE_VI[root.aggregate],
        "compare_on": parameters.get("compare_on", methodology.open_rules["compare_on"].value),
        "plain_mean": root.aggregate == "mean" and not inside and scales == {1} and not beyond,
        "adds_inside": all(
            node.aggregate == "sum"
            and not (node.rounded or node.deducts or node.coverage)
            and node.regular == node.children
            for node in inside
        ),
        "beyond": beyond,
        "lowest": exact_text(stated.floor or Fraction(0)),
        "highest": "" if stated.ceiling is None else exact_text(stated.ceiling),
    }


def _other_mean(stated: Total) -> str:
    """A mean of another kind in pandas, of ``shares`` and ``weights``."""
    if stated.aggregate == "minimum":
        return "shares.min()"
    if stated.aggregate == "median":
        return "shares.sort_values().iloc[[(len(shares) - 1) // 2, len(shares) // 2]].sum() / 2"
    if stated.aggregate == "harmonic":
        mean = "weights.sum() / (weights / shares).sum()"
    elif stated.aggregate == "geometric":
        mean = "float((shares.astype(float) ** (weights / weights.sum()).astype(float)).prod())"
    else:
        power = float(stated.power)
        mean = f"float(((weights * shares.astype(float) ** {power}).sum() / weights.sum()) ** (1 / {power}))"
    return f"({mean} if shares.all() else 0)" if stated.zeros == 0 else mean


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
