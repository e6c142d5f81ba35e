"""A survey as one page that fills in any browser without network, and saves itself with its answers.

What is saved is the page again; in it the cells of a workbook, at the same places as in the form's .xlsx,
which collect reads as it reads that (``saved_page``). Everything is shown as text, never as markup.
"""

from __future__ import annotations

import re
from base64 import b64encode
from fractions import Fraction
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from ictindex.basics import format_vi
from ictindex.exchange import instructions
from ictindex.exchange.form_writer import ABOUT_SCORE_VI, TOP, signers
from ictindex.exchange.layout import (
    COVER,
    COVER_ENTRIES,
    LEVEL_VI,
    STATES,
    SURVEY,
    Form,
    Line,
    SelfScore,
    Sheet,
)
from ictindex.exchange.typed import printed
from ictindex.methodology import Answer, Node, Rule, Terms
from ictindex.page import embedded, exact_script

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(form: Form) -> str:
    """The page of a survey, the same for the same form."""
    script, template, style = _fixed()
    source = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    title = escape(f"{form.title_vi} – {form.sender_vi}")
    parts = {
        "source": source,
        "title": title,
        "style": style,
        "data": embedded(_data(form)),
        "script": script,
    }
    return re.sub(r"\{(source|title|style|data|script)\}", lambda name: parts[name[1]], template)


@cache
def _fixed() -> tuple[str, str, str]:
    own = ((_TEMPLATES / name).read_text("utf-8") for name in ("self_score.js", "form_page.js"))
    script = '"use strict";\n' + "\n".join([exact_script(), *own])
    return script, (_TEMPLATES / "form.html").read_text("utf-8"), (_TEMPLATES / "form.css").read_text("utf-8")


def page_name(form: Form) -> str:
    return f"{form.file_name.removesuffix('.xlsx')}.html"


def _data(form: Form) -> dict[str, Any]:
    of = form.score.methodology.source.online_services
    identity = {key: str(getattr(form, key)) for key in ("edition", "sender", "version")}
    return {
        "title": form.title_vi,
        "sender_vi": form.sender_vi,
        "stamp": form.stamp,
        "file": page_name(form).lower(),
        "about": form.about,
        "steps": [step for step in form.steps if step not in _OF_WORKBOOKS] + [_SEND_BACK_VI],
        "identity": [[COVER["form"], SURVEY], *([COVER[key], text] for key, text in identity.items())],
        "cover": [
            [key, COVER[key], form.filled.get(key, "1" if key == "sending" else "")]
            for key in COVER_ENTRIES
            if key != "opinion"
        ],
        "states": [*STATES.values()],
        "levels": [*LEVEL_VI.values()],
        "counted_as": of.counted_as if of else "",
        "sheets": [_sheet(sheet) for sheet in form.sheets],
        "score": _score(form.score),
        "sign": signers(form.kind),
    }


_OF_WORKBOOKS = (instructions.ONLY_PALE, instructions.NO_FORMULAS, instructions.SEND_BACK)
_SEND_BACK_VI = (
    "Bấm “Lưu phiếu”, rồi gửi tệp .html vừa lưu kèm tài liệu kiểm chứng. Mở lại tệp ấy là điền tiếp được. Gửi"
    " lại lần sau thì tăng số ở ô “Lần gửi thứ”. Chỉ gửi một trong hai: trang này hoặc tệp .xlsx."
)


def _sheet(sheet: Sheet) -> dict[str, Any]:
    """A sheet with the rows of its workbook, counted from 1: the first below the headings is ``first``."""
    first = TOP + 2
    return {
        "name": sheet.name,
        "first": first,
        "rows": sheet.rows,
        "fields": [[each.key, each.label_vi] for each in sheet.fields],
        "lines": [_line(line, row) for row, line in enumerate(sheet.lines, start=first)],
    }


def _line(line: Line, row: int) -> dict[str, Any]:
    cells = {key: printed(shown) for key, shown in line.cells.items() if shown not in (None, "")}
    asks = {"asks": _asks(line.asks)} if line.asks else {}
    return {"row": row, "cells": cells, **asks, **({"scores": line.scores} if line.scores else {})}


def _asks(answer: Answer) -> dict[str, Any]:
    counted = answer.kind in ("count", "award") and answer.min is None
    low = Fraction(0) if counted else answer.min
    return {
        "kind": answer.kind,
        "unit": answer.unit_vi or "",
        "min": None if low is None else _over(low),
        "max": None if answer.max is None else _over(answer.max),
        "max_vi": "" if answer.max is None else format_vi(answer.max),
        "choices": [[key, printed(label)] for key, label in (answer.choices or {}).items()],
    }


# --- the self-score ---------------------------------------------------------------------------------------


def _score(score: SelfScore) -> dict[str, Any]:
    if "page" not in score.made:
        score.made["page"] = _new_score(score)
    return score.made["page"]


def _new_score(score: SelfScore) -> dict[str, Any]:
    here = {node.id for node in score.nodes}
    nodes = [_node(node, score, here) for node in score.nodes]
    return {"about": ABOUT_SCORE_VI, "nothing": score.nothing, "nodes": nodes}


def _node(node: Node, score: SelfScore, here: set[str]) -> dict[str, Any]:
    below = [child for child in node.children if child.id in here]
    told = {"id": node.id, "number": node.number, "label": node.label_vi, "below": [c.id for c in below]}
    told["most"] = _over(node.maxima[score.group])
    if node.rounded:
        told["rounded"] = [node.rounded.digits, node.rounded.how]
    if node.counts_as:
        told["counts_as"] = node.counts_as
    if below:
        regular = [child for child in below if not child.counts_as]
        weights = {child.id: _over(node.weigh(child, score.group)) for child in regular}
        stated = node.criterion
        if node.coverage and node.coverage.below == "not_scored":
            told["coverage"] = _coverage(node, score)
        how = {key: _over(getattr(stated, key)) for key in ("power", "zeros", "floor", "ceiling")}
        return {**told, "aggregate": node.aggregate, "weights": weights, **how}
    if why := score.unknown_vi(node):
        return {**told, "why": why}
    rule = node.criterion.rule
    return {**told, "reads": rule.reads, "missing": node.missing, "rule": _rule(rule)}


def _coverage(node: Node, score: SelfScore) -> dict[str, Any]:
    """What a node asks for at least: percent, and the answers and the weight of each criterion."""
    stated = node.coverage
    leaves = {leaf.id: score.methodology.asked_at(leaf) for leaf in score.methodology.leaves}
    weights = node.leaf_weights(score.group)
    here = {each.id for each in score.nodes}
    parts = [
        [leaves[leaf], _over(part if stated.of == "weight" else 1)]
        for leaf, part in weights.items()
        if leaf in here
    ]
    return {"least": _over(stated.least), "parts": [part for part in parts if part[0]]}


def _rule(rule: Rule) -> dict[str, Any]:
    """A rule as the script reads it; numbers as numerator/denominator."""
    stated = getattr(rule, rule.kind)
    if rule.cases:
        cases = [{"most": _over(case.max_points), "rule": _rule(case.rule)} for case in rule.cases]
        return {"kind": rule.kind, "cases": cases}
    if isinstance(stated, str):
        return {"kind": rule.kind, "of": stated}
    told = {"kind": rule.kind, "of": _part(stated.of), "per": _part(getattr(stated, "per", None))}
    if rule.goalposts:
        told |= {"worst": _over(stated.worst), "best": _over(stated.best)}
        told |= {"scale": stated.scale, "outside": stated.outside}
    if rule.bands:
        edges = ("low", "high", "points", "full")
        told["steps"] = [{edge: _over(getattr(step, edge)) for edge in edges} for step in stated.steps]
    elif rule.choice:
        told["points"] = {key: _over(points) for key, points in stated.points.items()}
    elif rule.count:
        told |= {"each": _over(stated.each), "most": _over(stated.most)}
    return told


def _part(part: str | Fraction | Terms | None) -> Any:
    """What is measured, or held against: an answer, a number, or answers added up and taken off."""
    if isinstance(part, Terms):
        return {"plus": part.plus, "minus": part.minus}
    return {"number": _over(part)} if isinstance(part, Fraction) else part


def _over(number: Fraction | int | None) -> str | None:
    if number is None:
        return None
    number = Fraction(number)
    return f"{number.numerator}/{number.denominator}"
