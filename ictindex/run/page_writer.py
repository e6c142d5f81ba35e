"""The page of an edition written from its methodology: neutral words, and only the steps that it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.methodology import OPEN_RULES, Methodology
from ictindex.page import KERNELSPEC, PARAMETER_VI

_TEMPLATES = Path(__file__).parent / "templates"
_CELL = re.compile(r"^%% (md|code) (\S+)((?: \S+)*)\n", re.MULTILINE)


class ByHand(NamedTuple):
    """One unit's total in plain pandas, as the decision makes it; empty where a step falls away."""

    by_category: str  # code
    by_category_note: str
    total: str  # code
    total_note: str


_EACH_PART = "Cộng điểm và điểm tối đa của các tiêu chí trong từng hạng mục, bằng lệnh cộng theo nhóm của pandas."
_EACH_PART_MADE = (
    "Điểm và điểm tối đa của từng hạng mục, lấy từ bảng của bước thứ ba vì trong phương pháp này một hạng mục"
    " không chỉ là tổng các tiêu chí của nó."
)
_ADD = 'by_category = one.groupby("{key}", sort=False)[["points", "available"]].sum()'
_TAKE = (
    'parts = categories[(categories["unit"] == unit) & (categories["category"] != "")]\n'
    'by_category = parts.set_index("{key}")[["points", "available"]].dropna()'
)
_SHARES = 'shares = by_category["points"] / by_category["available"]\n'
_MOST = 'most = ranking.loc[ranking["unit"] == unit, "available"].item()\n'
_TOTALS = {
    ("sum", "points"): ('value = by_category["points"].sum()', "Tổng điểm là tổng của các hạng mục."),
    ("sum", "share"): (
        'total = by_category.sum()\nvalue = total["points"] / total["available"]',
        "Giá trị đem so là tổng điểm đạt chia cho tổng điểm tối đa được tính, hạng mục không áp dụng không có"
        " trong cả hai.",
    ),
    ("mean", "share"): (
        _SHARES + "value = shares.sum() / len(shares)",
        "Giá trị đem so là trung bình cộng tỷ lệ đạt của các hạng mục được tính.",
    ),
    ("mean", "points"): (
        _SHARES + _MOST + "value = most * shares.sum() / len(shares)",
        "Tỷ lệ đạt của mỗi hạng mục là điểm chia cho điểm tối đa; điểm của đơn vị là trung bình cộng các tỷ lệ"
        " ấy, quy về thang điểm chung. Hạng mục không áp dụng không có trong mẫu số.",
    ),
    ("weights", "share"): (
        _SHARES
        + 'weights = ict.criteria(evaluation).set_index("criterion")["weight"][shares.index]\n'
        + "value = (weights * shares).sum() / weights.sum()",
        "Giá trị đem so là trung bình có trọng số tỷ lệ đạt của các hạng mục được tính.",
    ),
    ("weights", "points"): (
        _SHARES
        + _MOST
        + 'weights = ict.criteria(evaluation).set_index("criterion")["weight"][shares.index]\n'
        + "value = most * (weights * shares).sum() / weights.sum()",
        "Điểm của đơn vị là trung bình có trọng số tỷ lệ đạt của các hạng mục được tính, quy về thang điểm chung.",
    ),
}
_PLAIN_MEAN = ByHand(
    "",
    "",
    'value = one["points"].sum() / len(one)',
    "Giá trị của đơn vị là trung bình cộng của những con số ấy, không hơn: cộng lại rồi chia cho số các số.",
)
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
    confirmed: bool = True,
    unit: str = "",
) -> dict[str, Any]:
    """A source notebook for an edition with these parameters.

    ``bounds``: parameter -> what it may be, as its comment says; ``published``: whether a published result
    can be held against it; ``confirmed``: whether reports and confirmations are recorded; ``unit``: whose
    points are worked out by hand, by default whoever comes first.
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
        aggregate_note=_AGGREGATE_VI[methodology.root.aggregate],
        of_largest="of_largest" in kinds,
        awarded="awarded" in kinds,
        procedure=bool(methodology.source.calendar or methodology.source.zero_rules),
        previous=bool(parameters.get("previous")),
        published=published,
        confirmed=confirmed,
        unit=json.dumps(unit, ensure_ascii=False) if unit else 'ranking["unit"].iloc[0]',
        **_by_hand(methodology, parameters)._asdict(),
    )
    return {
        "cells": list(_cells(text)),
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _by_hand(methodology: Methodology, parameters: Mapping[str, Any]) -> ByHand:
    """How the total of one unit is made: the mean of its figures, or a step by category and one of them all."""
    root = methodology.root
    compare_on = parameters.get("compare_on", methodology.open_rules["compare_on"].value)
    scales = {most for node in methodology.nodes for most in node.maxima.values()}
    if root.aggregate == "mean" and list(root.children) == list(methodology.leaves) and scales == {1}:
        return _PLAIN_MEAN  # of shares that are their own points
    inner = [node for node in methodology.nodes if node.children and node is not root]
    add = all(node.aggregate == "sum" for node in inner)
    code, note = (_ADD, _EACH_PART) if add else (_TAKE, _EACH_PART_MADE)
    key = "category" if root.aggregate == "weights" else "category_name"  # weights are found by the code
    return ByHand(code.replace("{key}", key), note, *_TOTALS[root.aggregate, compare_on])


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
