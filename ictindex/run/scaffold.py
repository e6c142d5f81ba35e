"""A new year of a methodology, scaffolded from the last one: parameters, inputs folder and notebook."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from ictindex.annex import hold
from ictindex.basics import (
    Project,
    announce_new_year,
    forget_new_year,
    found,
    read_csv,
    read_text,
    refuse_if,
    rewrite_folder,
    write_whole,
)
from ictindex.facts import CONTACT_COLUMNS, CONTACTS
from ictindex.methodology import OPEN_RULES, Methodology, of_one_index, read_methodology
from ictindex.page import notebook
from ictindex.run.page_writer import bounds_of, written
from ictindex.run.plans import plan
from ictindex.scoring import UNSAID


class ToDo(str):
    """What is left to do, in English; ``text`` and ``facts``: what it is made of, for another language."""

    text: str
    facts: dict[str, Any]

    def __new__(cls, text: str, **facts: Any) -> ToDo:
        self = super().__new__(cls, text.format(**facts))
        self.text, self.facts = text, facts
        return self


def new_year(methodology: str, year: int, project: Project, base: str | None = None) -> dict[str, list[str]]:
    """Write the files of <methodology>-<year>; what was 'made' and what is left 'to do', in order.

    ``base`` is the edition to start from, by default the last one before of the same methodology, else of
    what it amends; where there is none, this is the first. Units are taken over where the index is the same
    and its groups and attributes are; figures never are.
    Refused, with nothing written, when anything of the new year exists.
    """
    read = read_methodology(methodology, project)
    edition = f"{methodology}-{year}"
    texts = [methodology, *(amendment.amends for amendment in reversed(read.amendments))]
    base = base or next(filter(None, (_last(text, year, project) for text in texts)), "")
    old = plan([base], project, {})[0].parameters if base else _first(read)
    same = old["methodology"] == methodology and bool(base)
    before = read_methodology(old["methodology"], project) if base else read
    reformed = bool(base and not same and of_one_index(before, read, project))
    alike = before.groups.keys() == read.groups.keys() and _attributes(before) == _attributes(read)
    kept = same or (reformed and alike)
    asks = bool(read.source.procedure or read.report_deadline)  # units, by forms
    changes = {
        "edition": edition,
        "methodology": methodology,
        "year": year,
        "inputs": edition,
        "previous": base if (same or reformed) and old["year"] < year else "",
        "attached_to": "",
    }
    if "seed" in old:
        changes["seed"] = ""  # last year's was published before this year's reports are due, see lint
    if not same:
        changes |= {"highlight": ""} | _open_rules(read)
    dropped = (old.keys() & OPEN_RULES.keys()) - _open_rules(read).keys()
    folder, last = project.inputs(edition), project.inputs(old["inputs"] or edition)
    merged = {name: value for name, value in {**old, **changes}.items() if name not in dropped}
    units = _units(last, project) if kept else []
    text, mentions = _notebook(base, old["year"], merged, read, same, reformed, project)
    made = {
        project.parameters(edition): _parameters(base, changes if base else merged, dropped, project),
        folder / "entities.csv": _entities(last, read, kept, project),
        folder / "answers.csv": _answers(read, units),
        folder / "sources.yaml": _SOURCES,
        **({folder / CONTACTS: _contacts(last, units, project)} if asks else {}),
        project.notebook(edition): text,
    }
    with hold(project, edition):
        refuse_if(found("exists", project.shown(path)) for path in made if path.exists())
        _write_all(edition, made, project)
    shown, page = project.shown(folder), project.shown(project.notebook(edition))
    todo = [
        *(ToDo(text, folder=shown, base=base) for text in _TO_FILL[asks, kept]),
        ToDo("fill {folder}/sources.yaml: where the figures come from", folder=shown),
        *[ToDo("give {file} a seed once the reports are in", file=project.shown(project.parameters(edition)))]
        * ("seed" in changes),
        *([ToDo("ictindex forms {edition}: answers.csv is filled by collect", edition=edition)] * asks),
        *(ToDo("read cell {n} of {page}: {line}", n=n, page=page, line=line) for n, line in mentions),
        ToDo("ictindex lint {edition}", edition=edition),
        ToDo("ictindex run {edition}", edition=edition),
    ]
    return {"made": [project.shown(path) for path in made], "to do": todo}


_TO_FILL = {  # by whether units are asked by forms, and whether the units are those of the base
    (True, True): (
        "look through {folder}/entities.csv: the units of {base}",
        "fill {folder}/contacts.csv: whom to write to",
    ),
    (True, False): ("fill {folder}/entities.csv", "fill {folder}/contacts.csv: whom to write to"),
    (False, True): ("fill {folder}/answers.csv",),
    (False, False): ("fill {folder}/answers.csv and {folder}/entities.csv",),
}


def _last(methodology: str, year: int, project: Project) -> str:
    """The last edition before a year; where there is none, the last of all; '' where there is none at all."""
    years = {
        int(name.rpartition("-")[2]): name
        for name in project.editions()
        if name.rpartition("-")[0] == methodology and name.rpartition("-")[2].isdecimal()
    }
    return years[max([each for each in years if each < year] or years)] if years else ""


def _attributes(methodology: Methodology) -> dict[str, Set[str]]:
    return {key: attribute.values.keys() for key, attribute in methodology.source.attributes.items()}


def _first(methodology: Methodology) -> dict[str, Any]:
    """What the first edition of a methodology is told, before it has a name, a year and inputs."""
    drawn = {"seed": ""} if methodology.source.review or methodology.source.online_services else {}
    unsaid = {"draws": UNSAID["draws"], "spread": UNSAID["spread"]}
    return {"methodology": methodology.name, "year": 0, "inputs": "", **unsaid, **drawn}


def _open_rules(methodology: Methodology) -> dict[str, Any]:
    return {name: rule.value for name, rule in methodology.open_rules.items() if rule.is_open}


def _write_all(edition: str, made: Mapping[Path, str], project: Project) -> None:
    """Write every file, or none: inputs and notebook first, last the parameter file, by which it is seen."""
    folder = project.inputs(edition)
    announce_new_year(project, edition, made)
    try:
        inputs = {path.name: text for path, text in made.items() if path.parent == folder}
        rewrite_folder(folder, inputs, project.shown(folder))
        for path in (project.notebook(edition), project.parameters(edition)):
            write_whole(path, made[path])
    finally:
        forget_new_year(project, edition)


# --- the parameter file -----------------------------------------------------------------------------------


def _parameters(base: str, changes: Mapping[str, Any], dropped: Set[str], project: Project) -> str:
    """The base's parameter file with the changed values; its comments stay. Without a base a plain one."""
    if not base:
        head = _PLAIN.format(edition=changes["edition"])
        return head + "".join(f"{name}: {_yaml_scalar(value)}\n" for name, value in changes.items())
    path = project.parameters(base)
    text = _renamed(read_text(path, project.shown(path)), base, changes["edition"]).rstrip("\n") + "\n"
    keys = {key.value: (key, value) for key, value in yaml.compose(text).value}
    for name, (key, value) in reversed(keys.items()):
        start, end = value.start_mark.index, value.end_mark.index
        ended = "\n" if text[start:end].endswith("\n") else ""  # a block's line end belongs to it
        if name in dropped:
            text = text[: key.start_mark.index] + text[text.index("\n", end - len(ended)) + 1 :]
        elif name in changes:
            text = text[:start].rstrip(" ") + f" {_yaml_scalar(changes[name])}{ended}" + text[end:]
    return text + "".join(f"{n}: {_yaml_scalar(v)}\n" for n, v in changes.items() if n not in keys)


_PLAIN = (
    "# One run. Plain papermill reads it too:"
    " papermill notebooks/{edition}.ipynb OUT.ipynb -f parameters/{edition}.yaml\n"
)


def _renamed(text: str, base: str, edition: str) -> str:
    return re.sub(rf"(?<![\w-]){re.escape(base)}(?![\w-])", edition, text)


def _yaml_scalar(value: Any) -> str:
    """A value in YAML, in quotes where it could be read as something else."""
    return str(value) if yaml.safe_load(str(value)) == value else json.dumps(value, ensure_ascii=False)


# --- the inputs -------------------------------------------------------------------------------------------


def _entities(old: Path, methodology: Methodology, kept: bool, project: Project) -> str:
    if kept:
        return read_text(old / "entities.csv", project.shown(old / "entities.csv"))
    group = ["group"] if len(methodology.groups) > 1 else []
    return ",".join(["entity", "label_vi", *group, *methodology.source.attributes]) + "\n"


def _units(old: Path, project: Project) -> list[str]:
    entities = old / "entities.csv"
    return [row.cells["entity"] for row in read_csv(entities, project.shown(entities), ("entity",), None)]


def _answers(methodology: Methodology, units: Sequence[str]) -> str:
    """A line for every unit and answer, its value to be filled; marks come from those who mark."""
    asked = [key for key, answer in methodology.answers.items() if answer.of_unit]
    return _csv(["entity", "answer", "value"], [[unit, answer, ""] for unit in units for answer in asked])


def _contacts(old: Path, units: Sequence[str], project: Project) -> str:
    """The addresses of last year, where the units are the same; without them a line for each, to fill in."""
    path = old / CONTACTS
    if units and path.is_file():
        return read_text(path, project.shown(path))
    columns = [*CONTACT_COLUMNS[0], *CONTACT_COLUMNS[1]]
    return _csv(columns, [[unit, *[""] * (len(columns) - 1)] for unit in units])


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([columns, *rows])
    return lines.getvalue()


_SOURCES = """# Where this folder's figures come from; printed in the annex. Fill every "".
status: ""                   # published: real figures | illustrative: made up
decimal: "."                 # the decimal mark of the CSV files
files:
  entities.csv:
    label_vi: ""             # what the file holds
    origin: ""               # who published it, title, year
  answers.csv:
    label_vi: ""
    origin: ""
"""


# --- the notebook -----------------------------------------------------------------------------------------


def _notebook(
    base: str,
    year: int,
    merged: Mapping[str, Any],
    methodology: Methodology,
    same: bool,
    reformed: bool,
    project: Project,
) -> tuple[str, list[tuple[int, str]]]:
    """The new year's page, and the lines that name the old year: a person reads those.

    Of the same methodology it is the last year's, an evaluator's own cells kept, with the steps that it lacks
    for the new one; of another it is written anew, so that no page speaks of another index. Headings name the
    new year; a sentence stays as it is: "the result of 2020 was approved by …" is not true of the next year.
    """
    bounds = {rule: bounds_of(rule) for rule in methodology.open_rules} | _BOUNDS
    fresh = written(methodology, merged, bounds, reformed=reformed)
    if not same:
        return _json(fresh), []
    path = project.notebook(base)
    old = notebook.read_notebook(path, project.shown(path))
    old_year = re.compile(rf"(?<![\d/]){year}(?!\d)")  # no part of a date
    title = re.compile(r"^#.*", re.MULTILINE)
    mentions: list[tuple[int, str]] = []
    cells = _numbered(_with_new_steps(old["cells"], fresh["cells"]))
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "markdown":
            text = _renamed(notebook.source(cell), base, merged["edition"])
            text = title.sub(lambda line: old_year.sub(str(merged["year"]), line[0]), text)
            mentions += [(number, line.strip()) for line in text.splitlines() if old_year.search(line)]
            cell["source"] = text.splitlines(keepends=True)
    return _json({**old, "cells": cells}), mentions


_BOUNDS = {"year": "2000..2100", "draws": "0..1000000", "spread": "1..99"}
_WRITTEN_ANEW = ("parameters", "open")  # they name the year's parameters


def _with_new_steps(old: Sequence[dict[str, Any]], fresh: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The old cells in their order, and each step that is new behind the one that it follows."""
    by_id = {cell["id"]: cell for cell in fresh}
    cells = [by_id.get(cell["id"], cell) if cell["id"] in _WRITTEN_ANEW else cell for cell in old]
    known, before = {cell["id"] for cell in old}, ""
    for cell in fresh:
        if cell["id"] not in known:
            at = next((n for n, each in enumerate(cells, start=1) if each["id"] == before), len(cells))
            cells.insert(at, cell)
        before = cell["id"]
    return cells


_SECTION = re.compile(r"^## [0-9]+\.", re.MULTILINE)


def _numbered(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells with their sections counted through again, since steps have come in between."""
    number = count(1)
    for cell in cells:
        if cell["cell_type"] == "markdown":
            text = _SECTION.sub(lambda _: f"## {next(number)}.", notebook.source(cell))
            cell["source"] = text.splitlines(keepends=True)
    return list(cells)


def _json(page: Mapping[str, Any]) -> str:
    return json.dumps(page, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
