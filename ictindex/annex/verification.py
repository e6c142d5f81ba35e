"""An output folder held against its manifest, its sources, and a recomputation without Jupyter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ictindex import __version__
from ictindex.annex import files as publish
from ictindex.annex.output_folder import bad_digest, bad_files, read_manifest
from ictindex.annex.provenance import MANIFEST, manifest
from ictindex.annex.signature import bad_signature
from ictindex.annex.spreadsheet import workbook
from ictindex.basics import WHAT_IF, Finding, Project, Refused, found, refuse_if
from ictindex.page import (
    MIME,
    Figure,
    Table,
    View,
    figures_of,
    notebook,
    page_views,
    stamp,
    tables_of,
    view_key,
)
from ictindex.scoring import Evaluation, evaluate

_COMPARED_BYTES = 1024 * 1024  # that a file may have beyond twice what it should, to be compared cell by cell
ANNEX, HTML, WORKBOOK = "annex.ipynb", "annex.html", "annex.xlsx"


def verify(folder: Path, project: Project) -> list[Finding]:
    """Everything in an output folder that is not as it must be; empty when all holds.

    Checks every digest and the signature, recomputes every number, table, chart and page from the inputs
    and parameters that the manifest names, and compares them byte by byte.
    """
    shown = project.shown(folder)
    try:
        recorded = read_manifest(folder, shown)
    except Refused as refused:
        return refused.findings
    findings = [*bad_files(folder, shown, recorded), *bad_signature(folder, shown)]
    findings += _bad_sources(project, recorded)
    if recorded["package"]["version"] != __version__:
        version = recorded["package"]["version"]
        findings.append(found("other-version", f"{shown}/{MANIFEST}", version=version, own=__version__))
    findings += _bad_place(folder, shown, recorded, project)
    try:
        e = evaluate(project, **run_parameters(recorded, project, f"{shown}/{MANIFEST}"))
        return [*findings, *_bad_recomputation(folder, shown, recorded, e)]
    except Refused as refused:
        return [*findings, *refused.findings]


def _bad_place(folder: Path, shown: str, recorded: Mapping[str, Any], project: Project) -> Iterator[Finding]:
    """An annex under the name of another edition or what-if."""
    what_if = recorded["parameters"].get("what_if") or ""
    own = project.output(recorded["edition"])
    if folder.parent == own.parent and (what_if or folder != own):
        edition = f"{own.name}/{WHAT_IF}/{what_if}" if what_if else own.name
        yield found("edition-differs", shown, edition=edition, expected=folder.name)
    elif folder.parent.name == WHAT_IF and folder.parent.parent.parent == own.parent:
        expected = f"{folder.parent.parent.name}/{WHAT_IF}/{folder.name}"
        if (edition := f"{own.name}/{WHAT_IF}/{what_if}") != expected:
            yield found("edition-differs", shown, edition=edition, expected=expected)


def run_parameters(recorded: Mapping[str, Any], project: Project, shown: str) -> dict[str, Any]:
    """A manifest's parameters in the order of the notebook's own; Refused when it would not take them."""
    path, given = project.notebook(recorded["edition"]), recorded["parameters"]
    known = notebook.parameters(path, project.shown(path))
    missing = [
        found("parameter-missing", shown, None, name, name=name) for name in known if name not in given
    ]
    refuse_if([*missing, *notebook.bad_values(given, known, shown)])
    return {name: given[name] for name in known}


def _bad_sources(project: Project, recorded: Mapping[str, Any]) -> Iterator[Finding]:
    for path, wanted in recorded["sources"].items():
        yield from bad_digest(project.root / path, path, wanted)


# --- the recomputation ------------------------------------------------------------------------------------


def _bad_recomputation(
    folder: Path, shown: str, recorded: Mapping[str, Any], e: Evaluation
) -> Iterator[Finding]:
    views = page_views(e)
    texts = text_files(e, views)
    for path, wanted in texts.items():
        yield from _bad_text(folder / path, f"{shown}/{path}", wanted)
    book = workbook(e, tables_of(views))
    if _differs(folder / WORKBOOK, book):
        yield found("page-differs", f"{shown}/{WORKBOOK}")
    annex = folder / ANNEX
    if not annex.is_file():
        return  # reported as missing
    try:
        executed = notebook.read_notebook(annex, f"{shown}/{ANNEX}")
    except Refused as refused:
        yield from refused.findings
        return
    wrong = list(bad_annex(executed, project_notebook(e), e, views, f"{shown}/{ANNEX}"))
    if not wrong and notebook.canonical(executed).encode() != annex.read_bytes():
        wrong = [found("page-differs", f"{shown}/{ANNEX}")]
    yield from wrong
    if wrong:
        return  # no page can be made of it
    page = publish.html(executed, e, figures_of(views)).encode()
    if _differs(folder / HTML, page):
        yield found("page-differs", f"{shown}/{HTML}")
    outputs = {path: text.encode() for path, text in texts.items()} | {HTML: page, WORKBOOK: book}
    if manifest(e, {**outputs, ANNEX: annex.read_bytes()}) != recorded:
        yield found("manifest-differs", f"{shown}/{MANIFEST}")


def _differs(path: Path, wanted: bytes) -> bool:
    """Whether a file that is there holds anything else; one of another size is not read."""
    return path.is_file() and (path.stat().st_size != len(wanted) or path.read_bytes() != wanted)


def project_notebook(e: Evaluation) -> dict[str, Any]:
    """The source notebook of an evaluation's edition."""
    path = e.project.notebook(e.edition)
    return notebook.read_notebook(path, e.project.shown(path))


def text_files(e: Evaluation, views: Mapping[str, View]) -> dict[str, str]:
    """The CSV and SVG files of an output folder."""
    return {**publish.result_files(tables_of(views), stamp(e)), **publish.chart_files(figures_of(views))}


def bad_annex(
    executed: Mapping[str, Any],
    source: Mapping[str, Any],
    e: Evaluation,
    views: Mapping[str, View],
    shown: str,
) -> Iterator[Finding]:
    """What in an executed notebook is not its source's code or not what the recomputation shows."""
    cells = [notebook.told(cell) for cell in executed["cells"]]
    wanted = [notebook.told(cell) for cell in notebook.with_injected(source, e.parameters)]
    if cells != wanted:
        differ = [n for n, pair in enumerate(zip_longest(cells, wanted), start=1) if pair[0] != pair[1]]
        yield found("cells-differ", shown, None, f"cell {differ[0]}")
        return
    count = 0
    for number, cell in enumerate(executed["cells"], start=1):
        if cell["cell_type"] != "code":
            continue
        count += 1
        if cell["execution_count"] != count:
            yield found("counts-differ", shown, None, f"cell {number}")
        yield from _bad_cell(cell, views, shown, f"cell {number}")


def _bad_cell(
    cell: Mapping[str, Any], views: Mapping[str, View], shown: str, place: str
) -> Iterator[Finding]:
    """Whether a code cell shows just what its last line makes, as recomputed."""
    makes = notebook.shows(notebook.source(cell))
    strange = [output for output in cell["outputs"] if _view(output, views) is None]
    for output in strange:
        payload = output.get("data", {}).get(MIME)
        kind = payload.get("name") if isinstance(payload, dict) else output.get("name")
        yield found("output-unknown", shown, None, place, kind=kind or output.get("output_type"))
    if strange:
        return
    if len(cell["outputs"]) != (makes is not None):
        yield found(
            "outputs-count", shown, None, place, got=len(cell["outputs"]), wanted=int(makes is not None)
        )
        return
    for output in cell["outputs"]:
        view = _view(output, views)
        module, _, name = makes.rpartition(".")
        other = Table if module == "charts" else Figure  # a sentence may stand for either: see what_if_tables
        if module in ("tables", "audit", "charts") and (name != view.name or isinstance(view, other)):
            yield found("output-differs", shown, None, place, name=name, mime=MIME)
        yield from _bad_output(output, view, cell["execution_count"], shown, place)


def _view(output: Mapping[str, Any], views: Mapping[str, View]) -> View | None:
    """The recomputed text, table or figure that an output claims to be."""
    payload = output.get("data", {}).get(MIME)
    return views.get(view_key(payload)) if isinstance(payload, dict) else None


def _bad_output(
    output: Mapping[str, Any], view: View, count: int, shown: str, place: str
) -> Iterator[Finding]:
    data, wanted = output["data"], view._repr_mimebundle_()
    for mime in sorted(wanted.keys() | data.keys()):
        lines = wanted.get(mime, "").splitlines(keepends=True) if mime != MIME else wanted[MIME]
        if data.get(mime) != lines:
            yield from _html_differences(data.get(mime), lines, shown, place) if mime == "text/html" else ()
            yield found("output-differs", shown, None, place, name=view.name, mime=mime)
    around = {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}
    if output != around:
        yield found("output-differs", shown, None, place, name=view.name, mime="metadata")


def _html_differences(got: Any, wanted: list[str], shown: str, place: str) -> Iterator[Finding]:
    """How two tables on a page differ, by row and column."""
    if isinstance(got, list) and all(isinstance(line, str) for line in got):
        mine, theirs = (_html_cells("".join(lines)) for lines in (got, wanted))
        yield from _row_differences(mine, theirs, theirs[0] if theirs else [], shown, place, 0)


def _html_cells(page: str) -> list[list[str]]:
    rows = [row for row in page.split("</tr>")[:-1] if 'scope="rowgroup"' not in row]
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


def _bad_text(path: Path, shown: str, wanted: str) -> Iterator[Finding]:
    """How a text file differs from what it should be; a CSV by row and column."""
    if not path.is_file():
        return  # already reported as missing
    if path.stat().st_size > 2 * len(wanted.encode()) + _COMPARED_BYTES:
        yield found("page-differs", shown)
        return
    got = path.read_bytes().decode("utf-8", errors="replace")
    if got == wanted:
        return
    if path.suffix != ".csv":
        yield found("page-differs", shown)
        return
    try:
        got_rows, wanted_rows = (list(csv.reader(io.StringIO(text, newline=""))) for text in (got, wanted))
    except csv.Error:  # a quotation mark more or less
        yield found("page-differs", shown)
        return
    differences = list(_row_differences(got_rows, wanted_rows, wanted_rows[0], shown, "", 1))
    yield from differences or [found("page-differs", shown)]


def _row_differences(got, wanted, columns, shown: str, place: str, first_row: int) -> Iterator[Finding]:
    if len(got) != len(wanted):
        yield found("rows-differ", shown, None, place, got=len(got), wanted=len(wanted))
    for row, (mine, theirs) in enumerate(zip(got, wanted, strict=False), start=first_row):
        if len(mine) != len(theirs):
            yield found("row-length", shown, row, place, cells=len(mine), wanted=len(theirs))
        for column, cell, right in zip(columns, mine, theirs, strict=False):
            if cell != right:
                yield found(
                    "cell-differs",
                    shown,
                    row,
                    ", ".join(filter(None, (place, column))),
                    got=cell,
                    wanted=right,
                )
