"""An output folder held against its manifest, its sources, its own page, and the core worked out again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ictindex import __version__
from ictindex.annex import files as publish
from ictindex.annex.annex_pdf import pdf
from ictindex.annex.files import ANNEX, WORKBOOK
from ictindex.annex.output_folder import bad_digest, bad_files, read_manifest
from ictindex.annex.pdf_signature import bad_signatures
from ictindex.annex.profiles import as_recorded
from ictindex.annex.provenance import MANIFEST, manifest, scores, sealed
from ictindex.annex.spreadsheet import same_workbook
from ictindex.annex.volume import volume
from ictindex.basics import (
    AGENCY,
    INTERNAL,
    PROFILES,
    WHAT_IF,
    Finding,
    Project,
    Refused,
    file_sha256,
    found,
    refuse_if,
    temporary_folder,
)
from ictindex.page import (
    MIME,
    Columnar,
    Edition,
    Find,
    Item,
    Table,
    Text,
    Unreadable,
    beside,
    frames,
    kind_of,
    neutral,
    notebook,
    opened,
    published,
    same_bundle,
    table,
)
from ictindex.scoring import read_parameters
from ictindex.what_if import evaluate_run

MAX_BOOK_BYTES = 64 * 1024 * 1024
_COMPARED_BYTES = 1024 * 1024  # that a file may have beyond twice what it should, to be compared cell by cell


def verify(folder: Path, project: Project, redacted: Collection[str] = ()) -> list[Finding]:
    """Everything in an output folder that is not as it must be; empty when all holds.

    Checks every digest and the signature; works points, categories and ranking out again from the inputs and
    parameters that the manifest names; and makes every file again from the executed page. No cell is run.
    ``redacted``: the inputs of which withheld answers were taken out, so that their digests are others.
    """
    shown = project.shown(folder)
    try:
        recorded = read_manifest(folder, shown)
    except Refused as refused:
        return refused.findings
    findings = [*bad_files(folder, shown, recorded), *bad_signatures(folder, shown)]
    findings += _bad_place(folder, shown, recorded, project)
    if recorded["package"]["version"] != __version__:
        version = recorded["package"]["version"]
        findings.append(found("other-version", f"{shown}/{MANIFEST}", version=version, own=__version__))
    try:
        with as_recorded(recorded, project) as seen:
            findings += _bad_sources(seen, recorded, redacted)
            e = opened(evaluate_run(seen, **run_parameters(recorded, seen, f"{shown}/{MANIFEST}")))
            if recorded.get("profile") == AGENCY:
                return [*findings, *_bad_scores(shown, recorded, e)]
            return [*findings, *_bad_recomputation(folder, shown, recorded, e, redacted)]
    except Refused as refused:
        return [*findings, *refused.findings]


def _bad_scores(shown: str, recorded: Mapping[str, Any], e: Edition) -> Iterator[Finding]:
    """A unit's own part is not made again from a page; what it is a part of has these scores, or not."""
    if recorded.get("scores") != scores(e):
        yield found("profile-differs", f"{shown}/{MANIFEST}", profile=str(recorded["place"]))


def _bad_place(folder: Path, shown: str, recorded: Mapping[str, Any], project: Project) -> Iterator[Finding]:
    """An annex under the name of another edition, what-if, variant or profile."""
    outputs, own = project.root / "outputs", recorded.get("place", "")
    profile = f"{own}/{PROFILES}/{recorded.get('profile', INTERNAL)}"
    if not folder.is_relative_to(outputs) or (there := folder.relative_to(outputs).as_posix()) == own:
        return
    if there != profile and not there.startswith(f"{profile}-"):
        yield found("edition-differs", shown, edition=own, expected=there)


def run_parameters(recorded: Mapping[str, Any], project: Project, shown: str) -> dict[str, Any]:
    """A manifest's parameters in the order of the notebook's own; Refused when it would not take them."""
    given = recorded["parameters"]
    path = project.notebook(WHAT_IF if given.get("what_if") else recorded["edition"])
    known = notebook.parameters(path, project.shown(path))
    missing = [
        found("parameter-missing", shown, None, name, name=name) for name in known if name not in given
    ]
    told = {name: given[name] for name in known if name in given}
    refuse_if([*missing, *notebook.bad_values(told if given.get("what_if") else given, known, shown)])
    return read_parameters(recorded["edition"], project) | told if given.get("what_if") else told


def _bad_sources(
    project: Project, recorded: Mapping[str, Any], redacted: Collection[str]
) -> Iterator[Finding]:
    for path, wanted in recorded["sources"].items():
        if path in redacted and (project.root / path).is_file():
            continue
        yield from bad_digest(project.root / path, path, wanted)


# --- the recomputation ------------------------------------------------------------------------------------


def _bad_recomputation(
    folder: Path, shown: str, recorded: Mapping[str, Any], e: Edition, redacted: Collection[str]
) -> Iterator[Finding]:
    annex = folder / ANNEX
    if not annex.is_file():
        return  # reported as missing
    try:
        executed = notebook.read_notebook(annex, f"{shown}/{ANNEX}")
        with temporary_folder() as aside:
            wanted = core(e, aside)
            page = (executed, project_notebook(e), e, wanted, f"{shown}/{ANNEX}")
            wrong, items = read_page(*page, beside_in(folder))
    except Refused as refused:
        yield from refused.findings
        return
    if not wrong and notebook.canonical(executed).encode() != annex.read_bytes():
        wrong = [found("page-differs", f"{shown}/{ANNEX}")]
    yield from wrong
    if items is None:
        return
    with temporary_folder() as aside:
        (again := aside / "annex").mkdir()
        publish.write(executed, e, items, again)
        if (book := _book(folder / WORKBOOK)) and same_workbook(book, (again / WORKBOOK).read_bytes()):
            (again / WORKBOOK).write_bytes(book)  # packed by another zlib, maybe
        for path in [path for path in again.rglob("*") if path.is_file()]:
            name = path.relative_to(again).as_posix()
            yield from _bad_file(folder / name, path, f"{shown}/{name}")
        (again / ANNEX).write_bytes(annex.read_bytes())
        made = manifest(e, again)
    made["sources"] |= {path: recorded["sources"][path] for path in redacted if path in made["sources"]}
    if sealed(made, "root") != recorded:
        yield found("manifest-differs", f"{shown}/{MANIFEST}")


def _book(path: Path) -> bytes:
    """The workbook that is there; of one beyond any that is made here nothing."""
    return path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_BOOK_BYTES else b""


def _bad_file(path: Path, wanted: Path, shown: str) -> Iterator[Finding]:
    """How a file that is there differs from what it should be; of a CSV that was read as one, each cell."""
    if not path.is_file():
        return  # already reported as missing
    if path.stat().st_size == wanted.stat().st_size and file_sha256(path) == file_sha256(wanted):
        return
    if wanted.suffix == ".csv" and not wanted.with_suffix(".parquet").exists():
        yield from _bad_table(path, wanted, shown)
    else:
        yield found("page-differs", shown)


def evidence(folder: Path, project: Project) -> bytes:
    """The whole page of an output folder as a PDF to be printed; Refused where the folder does not verify."""
    refuse_if(verify(folder, project))
    shown = project.shown(folder)
    recorded = read_manifest(folder, shown)
    executed = notebook.read_notebook(folder / ANNEX, f"{shown}/{ANNEX}")
    with as_recorded(recorded, project) as seen:
        e = opened(evaluate_run(seen, **run_parameters(recorded, seen, f"{shown}/{MANIFEST}")))
        return pdf(volume(executed, e, list(published(executed, beside_in(folder))), whole=True))


def project_notebook(e: Edition) -> dict[str, Any]:
    """The source notebook of an evaluation's page."""
    path = e.project.notebook(e.page)
    return notebook.read_notebook(path, e.project.shown(path))


def read_page(
    executed: Mapping[str, Any],
    source: Mapping[str, Any],
    e: Edition,
    wanted: Mapping[str, Table],
    shown: str,
    find: Find,
) -> tuple[list[Finding], list[Item] | None]:
    """What in an executed notebook is not its source's code, or says other results than the rules give.

    ``wanted``: the core of the edition, as ``core`` works it out. ``find``: where its large tables lie.
    With it what the page publishes: None where no file can be made of it, or who knows of what. Whatever else
    cells show is theirs: a page is free, but for the result.
    """
    cells = [notebook.told(cell) for cell in executed["cells"]]
    told = [notebook.told(cell) for cell in notebook.with_injected(source, e.told)]
    if cells != told:
        differ = [n for n, pair in enumerate(zip_longest(cells, told), start=1) if pair[0] != pair[1]]
        return [found("cells-differ", shown, None, f"cell {differ[0]}")], None
    wrong = list(_bad_counts(executed, shown))
    try:
        _refuse_misshapen(executed)
        items = list(published(executed, find))
    except Unreadable as error:
        broken = found("output-broken", shown, None, f"cell {error.cell}", problem=error.problem)
        return [*wrong, broken], None
    wrong += publish.twice(items, shown)
    wrong += _bad_head(executed, e, shown)
    wrong += _bad_core(items, wanted, shown)
    return wrong, items


def _bad_counts(executed: Mapping[str, Any], shown: str) -> Iterator[Finding]:
    """Code cells that were not run once, one after the other."""
    count = 0
    for number, cell in enumerate(executed["cells"], start=1):
        if cell["cell_type"] == "code":
            blank = not notebook.source(cell).strip()  # which no kernel is sent
            count += not blank
            if cell["execution_count"] != (None if blank else count):
                yield found("counts-differ", shown, None, f"cell {number}")


def _refuse_misshapen(executed: Mapping[str, Any]) -> None:
    """Unreadable where an output is none of a notebook's, or a text of ours shows other words than it has."""
    import nbformat

    valid = not any(nbformat.validator.iter_validate(executed, version=4, version_minor=5))
    for number, cell in enumerate(executed["cells"], start=1):
        try:
            if cell["cell_type"] == "code" and not valid:  # one by one, to say which; ten times as slow
                nbformat.validate(cell, ref="code_cell", version=4, version_minor=5)
        except nbformat.ValidationError as error:
            raise Unreadable(number, str(error).partition("\n")[0]) from None
        for output in cell.get("outputs", ()):
            if kind_of(output) == "text" and not _is_text_of_ours(output["data"]):
                raise Unreadable(number, "it shows other words than its own")


def _is_text_of_ours(data: Mapping[str, Any]) -> bool:
    payload, html = data[MIME], "".join(data.get("text/html", ()))
    look = re.match(r'<p class="ict-([a-z_-]+)">', html)
    try:
        text = Text(payload["name"], tuple(payload["lines"]), look[1] if look else "text")
        return same_bundle(data, text._repr_mimebundle_())
    except (AttributeError, KeyError, TypeError):
        return False


def _bad_head(executed: Mapping[str, Any], e: Edition, shown: str) -> Iterator[Finding]:
    """Whether the page says of itself what is computed of it: its state, and its result in words.

    Its first head is the page's own; whoever opens another edition further down sees that one's.
    """
    heads = (
        (number, output["data"])
        for number, cell in enumerate(executed["cells"], start=1)
        for output in cell.get("outputs", ())
        if kind_of(output) == "edition"
    )
    number, own = next(heads, (0, {}))
    if not own:
        yield found("no-head", shown)
    elif not same_bundle(own, e._repr_mimebundle_()):
        yield found("head-differs", shown, None, f"cell {number}")


def core(e: Edition, aside: Path) -> dict[str, Table]:
    """The tables that every page of results publishes, worked out again from methodology and facts.

    ``aside``: a folder for large ones.
    """
    points = frames.points(e)
    categories = frames.add_up(points, e)
    made = {"points": points, "categories": categories, "ranking": frames.rank(categories, e)}
    with beside(aside):
        return {name: table(name, frame) for name, frame in made.items()}


def beside_in(folder: Path) -> Find:
    """Where an output folder has the files of its large tables."""
    return lambda place, digest: folder / f"{place}.parquet"


def _bad_core(items: Iterable[Item], wanted: Mapping[str, Table], shown: str) -> Iterator[Finding]:
    """Points, categories and ranking of the page that are not those that methodology and facts give."""
    shown_by = {item.view.name: item for item in items if isinstance(item.view, Table)}
    for name, right in wanted.items():
        if name not in shown_by:
            yield found("core-missing", shown, name=name)
            continue
        item = shown_by[name]
        if _same_large(item.view, right):
            continue
        got = {key: [row[i] for row in item.view.rows] for i, key in enumerate(item.view.keys)}
        for i, column in enumerate(right.columns):
            theirs = [neutral(row[i]) if isinstance(row[i], str) else row[i] for row in right.rows]
            yield from _bad_column(got.get(column.key), theirs, column.key, f"cell {item.cell}", shown)


def _same_large(own: Table, right: Table) -> bool:
    """Whether two tables are large and the same: a million rows are not held side by side."""
    large = isinstance(own.rows, Columnar) and isinstance(right.rows, Columnar)
    return large and own.columns == right.columns and own.rows.same(right.rows)


def _bad_column(got: Any, wanted: list, key: str, place: str, shown: str) -> Iterator[Finding]:
    """A column of the page beside the same one worked out again; a page may show further ones."""
    if got is None:
        yield found("core-column", shown, None, place, name=key)
    elif len(got) != len(wanted):
        yield found("rows-differ", shown, None, f"{place}, {key}", got=len(got), wanted=len(wanted))
    else:
        for row, (mine, theirs) in enumerate(zip(got, wanted, strict=True), start=1):
            if mine != theirs and (mine or theirs):
                facts = {"got": str(mine), "wanted": str(theirs)}
                yield found("cell-differs", shown, row, f"{place}, {key}", **facts)


def _bad_table(path: Path, wanted: Path, shown: str) -> Iterator[Finding]:
    """How a CSV file differs from what it should be, by row and column."""
    if path.stat().st_size > 2 * wanted.stat().st_size + _COMPARED_BYTES:
        yield found("page-differs", shown)
        return
    texts = (each.read_bytes().decode("utf-8", errors="replace") for each in (path, wanted))
    try:
        got_rows, wanted_rows = (list(csv.reader(io.StringIO(text, newline=""))) for text in texts)
    except csv.Error:  # a quotation mark more or less
        yield found("page-differs", shown)
        return
    differences = list(_row_differences(got_rows, wanted_rows, wanted_rows[0], shown))
    yield from differences or [found("page-differs", shown)]


def _row_differences(got: list, wanted: list, columns: list[str], shown: str) -> Iterator[Finding]:
    if len(got) != len(wanted):
        yield found("rows-differ", shown, got=len(got), wanted=len(wanted))
    for row, (mine, theirs) in enumerate(zip(got, wanted, strict=False), start=1):
        if len(mine) != len(theirs):
            yield found("row-length", shown, row, cells=len(mine), wanted=len(theirs))
        for column, cell, right in zip(columns, mine, theirs, strict=False):
            if cell != right:
                yield found("cell-differs", shown, row, column, got=cell, wanted=right)
