"""The commands that ask of a ranking: what turns a pair, who can be first, what is missing, who moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any

import click

from ictindex.cli import options
from ictindex.cli.language import say
from ictindex.cli.output import as_json, print_json
from ictindex.cli.progress import bar

if TYPE_CHECKING:
    from ictindex.basics import Project
    from ictindex.page import Cell, Table, Text
    from ictindex.scoring import Evaluation

NARROW, LEAST = 80, 12  # columns of a terminal, and the fewest that a column of the table is folded to
LEVEL = click.option(
    "--level",
    type=click.Choice(["categories", "leaves"]),
    default="categories",
    show_default=True,
    help="Whose weights are in question: of the categories, or of every criterion.",
)
_WITHIN = click.option(
    "--within",
    "percent",
    type=click.IntRange(1, 100),
    default=25,
    show_default=True,
    metavar="PERCENT",
    help="Each weight within ± this percent of itself, all of them summing to 1.",
)
_SIMPLEX = click.option("--simplex", is_flag=True, help="Any weights at all instead.")
_ORDER = click.option(
    "--order",
    metavar="'A>B>C'",
    help="Any weights instead of which, by code, number or name, none is heavier than the one before it.",
)
_CHART = click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.svg",
    help="Draw the answer into this file.",
)
CSV = click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV, exact, on stdout.")


def _answered(command: Callable) -> Callable:
    """How an answer is given: in words and a table, with a chart beside them, or as CSV or JSON."""
    for option in (click.pass_obj, as_json, CSV, _CHART):
        command = option(command)
    return command


@click.command()
@options.edition
@click.argument("a")
@click.argument("b")
@LEVEL
@_answered
def tip(settings, edition, a, b, level, **given) -> None:
    """What turns units A and B of EDITION: the tipping weight of each criterion, and the least changes.

    Every answer is scored again in exact numbers before it is printed.
    """
    from ictindex.page import swaps_vi
    from ictindex.robustness import questions

    e = evaluated(settings, edition)
    with bar(f"{edition}: {a}, {b}"):
        p = questions.pair(e, a, b, level)
    result = {
        "ahead": p.ahead.entity.code,
        "behind": p.behind.entity.code,
        "values": [p.ahead.value, p.behind.value],
        "relation": p.relation,
        **_weights_of(p.weighing),
        "tippings": p.tippings,
        "least_l1": p.l1,
        "least_l2": p.l2,
        "least_points": p.points,
    }
    print_answer([e], swaps_vi.pair_text(e, p), swaps_vi.tipping_table(e, p), result, **given)


@click.command()
@options.edition
@click.argument("unit")
@_WITHIN
@_SIMPLEX
@_ORDER
@LEVEL
@_answered
def first(settings, edition, unit, percent, simplex, order, level, **given) -> None:
    """Whether UNIT of EDITION can be first: the nearest weights, or the mix of others that beats it."""
    from ictindex.page import reach_vi
    from ictindex.robustness import questions

    e = evaluated(settings, edition)
    order = _ordered(settings["lang"], e, order, level)
    with bar(f"{edition}: {unit}"):
        r = questions.first_place(e, unit, None if simplex or order else percent, level, order)
    result = {
        "unit": r.standing.entity.code,
        "within_percent": r.percent,
        "order": order,
        **_weights_of(r.weighing),
        "first": r.first,
        "nearest": r.nearest,
        "nearest_of_all_weights": r.anywhere,
    }
    print_answer([e], reach_vi.first_text(e, r), reach_vi.first_table(e, r), result, **given)


@click.command()
@options.edition
@click.argument("units", nargs=-1)
@_WITHIN
@_SIMPLEX
@_ORDER
@LEVEL
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="The longest that each of a unit's at most four programs may take.",
)
@_answered
def ranks(settings, edition, units, percent, simplex, order, level, seconds, chart, **given) -> None:
    """The best and the worst rank of UNITS of EDITION (all, if none is named) when the weights move.

    The chart of one unit alone is its rank at every weight of each category.
    """
    from ictindex.page import reach_vi, steps_picture
    from ictindex.robustness import questions

    e = evaluated(settings, edition)
    order = _ordered(settings["lang"], e, order, level)
    percent = None if simplex or order else percent
    with bar(f"{edition}: ranks") as progress:
        asked = questions.rank_ranges(e, units, percent, level, seconds, progress, order)
    result = {
        "within_percent": percent,
        "order": order,
        "level": level,
        "seconds": seconds,
        "units": [
            {
                "unit": each.standing.entity.code,
                "group": each.standing.entity.group,
                "rank": each.standing.rank,
                "criteria": each.weighing.criteria,
                **each.ranks._asdict(),
            }
            for each in asked
        ],
    }
    table = reach_vi.ranks_table(e, asked, seconds)
    if chart and len(asked) == 1:
        _draw(chart, steps_picture(e, asked[0].standing.entity.code))
        chart = None
    print_answer([e], reach_vi.ranks_text(e, asked), table, result, chart, **given)


@click.command()
@options.edition
@click.argument("units", nargs=-1)
@_answered
def closing(settings, edition, units, **given) -> None:
    """What UNITS of EDITION (all, if none is named) lack to the next rank and level, and where cheapest."""
    from ictindex.page import closing_vi
    from ictindex.robustness import questions

    e = evaluated(settings, edition)
    with bar(f"{edition}: closing") as progress:
        asked = questions.lacking(e, units, progress)
    result = {"units": [{"group": s.entity.group, "rank": s.rank, **goals._asdict()} for s, goals in asked]}
    text = closing_vi.closing_text(e, asked if units else ())
    table = closing_vi.closing_table(e, asked)
    print_answer([e], text, table, result, **given)


@click.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option("--attribute", is_flag=True, help="Split each change into data, marks, adjudication and rules.")
@click.option(
    "--before-confirmation",
    is_flag=True,
    help="Compare one edition with its own state before the units' objections.",
)
@click.option(
    "--categories",
    is_flag=True,
    help="Each unit's categories of both on the terms of AFTER, by the crosswalk of their methodologies.",
)
@click.option("--unit", "units", multiple=True, help="With --categories: only this unit, and each criterion.")
@_answered
def diff(settings, before, after, attribute, before_confirmation, categories, units, chart, **given) -> None:
    """Who moved from BEFORE to AFTER, and by how much; each is an edition, or the output folder of a run.

    With --attribute each change of value and rank is split exactly: every mix of the two runs is evaluated,
    and the shares of data, marks, adjudication and rules add up to the change.
    """
    from ictindex.page import reform, switches_vi
    from ictindex.robustness import switches

    if before_confirmation == bool(after):
        raise click.UsageError("name two runs, or one edition and --before-confirmation")
    if (categories and (attribute or chart)) or (units and not categories):
        raise click.UsageError("--categories takes --unit, --csv and --json alone; --unit takes --categories")
    one, other = _two_runs(settings, before, after)
    told = {"before": one.edition, "after": other.edition}
    if categories:
        text, table = reform.reform_answer(one, other, units)
        print_answer([one, other], text, table, {**told, "units": rows_of(table)}, **given)
        return
    found = switches.changes(one, other)
    split = None
    if attribute:
        with bar(f"{other.edition}: attribution") as progress:
            split = switches.attribute(one, other, progress)
    table = switches_vi.change_table(one, other, found, split)
    result = {
        **told,
        "before_confirmation": before_confirmation,
        "measure": found.measure,
        "switches": list(switches.SWITCHES) if split else None,
        "units": rows_of(table),
    }
    text = switches_vi.change_text(one, other, found, split)
    print_answer([one, other], text, table, result, chart, **given)


@click.command()
@options.edition
@click.argument("words", nargs=-1)
@CSV
@as_json
@click.pass_obj
def units(settings, edition, words, as_csv, as_json) -> None:
    """The units of EDITION: code, name and aliases, by any of which other commands may be told one.

    WORDS keep only the units whose code, name or alias has them all, with or without marks.
    """
    from ictindex.facts import ENTITIES, read_entities
    from ictindex.methodology import read_methodology
    from ictindex.page import units_table
    from ictindex.scoring import read_parameters

    project = settings["project"]()
    parameters = read_parameters(edition, project)
    methodology = read_methodology(parameters["methodology"], project)
    path = project.inputs(parameters["inputs"]) / ENTITIES
    table = units_table(methodology, read_entities(path, project.shown(path), methodology), words)
    print_table(table, {"edition": edition, "units": rows_of(table)}, as_csv, as_json)


COMMANDS = (tip, first, ranks, closing, diff, units)


# --- the runs that are asked --------------------------------------------------------------------------------


def _ordered(language: str, e: Evaluation, text: str | None, level: str) -> tuple[str, ...]:
    """The ids that an order names; a usage error where they are no two weights of this level."""
    from ictindex.page import find_category, find_criterion

    find = find_category if level == "categories" else find_criterion
    nodes = [find(e, part.strip()) for part in text.split(">")] if text else []
    if len(nodes) == 1 or (level == "leaves" and any(node.children for node in nodes)):
        raise click.UsageError(say(language, "an order names two or more of the weights in question"))
    return tuple(node.id for node in nodes)


def evaluated(settings: dict[str, Any], edition: str) -> Evaluation:
    from ictindex.scoring import evaluate_edition

    return evaluate_edition(edition, settings["project"]())


def _two_runs(settings: dict[str, Any], before: str, after: str | None) -> tuple[Evaluation, Evaluation]:
    from ictindex.basics import found, refuse_if

    project = settings["project"]()
    one = a_run(project, before)
    if after is not None:
        return one, a_run(project, after)
    earlier = one.before_confirmation
    refuse_if([found("no-slip-sent", before, edition=one.edition)] if earlier is None else [])
    return earlier, one


def a_run(project: Project, name: str) -> Evaluation:
    """An edition, or what an output folder's manifest names; Refused where its sources have changed."""
    from ictindex.annex import MANIFEST, read_manifest, run_parameters, sources
    from ictindex.basics import found, refuse_if, speller
    from ictindex.scoring import evaluate_edition
    from ictindex.what_if import evaluate_run

    editions, folder = project.editions(), Path(name).resolve()
    if name in editions:
        return evaluate_edition(name, project)
    if not folder.is_dir():
        known = speller(editions)(name)
        refuse_if([found("no-such-run", name, name=name, **known)])
    shown = project.shown(folder)
    recorded = read_manifest(folder, shown)
    e = evaluate_run(project, **run_parameters(recorded, project, f"{shown}/{MANIFEST}"))
    now = {file.path: file.sha256 for file in sources(e)}
    refuse_if(
        found("digest-differs", path, wanted=wanted["sha256"][:12])
        for path, wanted in recorded["sources"].items()
        if now.get(path) != wanted["sha256"] and not path.endswith(".ipynb")  # which decides no number
    )
    return e


def _weights_of(w: Any) -> dict[str, Any]:
    return {"level": w.level, "criteria": w.criteria, "weights": w.base, "max_points": w.maxima}


# --- in print -----------------------------------------------------------------------------------------------


def print_answer(
    runs: list[Evaluation],
    text: Text,
    table: Table,
    result: dict[str, Any],
    chart: Path | None = None,
    as_csv: bool = False,
    as_json: bool = False,
) -> None:
    if chart:
        from ictindex.page import picture

        _draw(chart, picture(table))
    told = {"edition": runs[-1].edition, "illustrative": any(e.illustrative for e in runs)}
    told = {**told, **plain(result), "answer_vi": list(text.lines)}
    print_table(table, told, as_csv, as_json, (*text.lines, ""))


def print_table(
    table: Table, told: dict[str, Any], as_csv: bool, as_json: bool, above: Sequence[str] = ()
) -> None:
    """A table as it was asked for: what is ``told`` as JSON, its rows as CSV, or lines, the stamp first."""
    if as_json:
        print_json(told)
    elif as_csv:
        click.echo(table.csv(), nl=False)
    else:
        click.echo("\n".join([*([table.stamp] if table.stamp else []), *above, *table_lines(table)]))


def _draw(chart: Path, picture: str) -> None:
    from ictindex.basics import write_whole

    write_whole(chart, picture)


def plain(value: Any) -> Any:
    """What JSON can hold: named fields by name, exact numbers as text without loss."""
    from ictindex.basics import exact_text
    from ictindex.methodology import Level

    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Level):
        return value.key
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def rows_of(table: Table) -> list[dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def table_lines(table: Table) -> Iterator[str]:
    """A table as lines of text for a terminal: a heading before each group, figures to the right.

    One without rows says so, and why where its note does.
    """
    from ictindex.page import number_vi, printed

    if not table.rows:
        yield f"{table.title_vi}: không có dòng nào."
        yield from [fill(table.note_vi, NARROW)] if table.note_vi else []
        return

    def words(cell: Cell) -> str:
        return number_vi(cell, 4) if isinstance(cell, Fraction) else printed(cell)

    at = [i for i, column in enumerate(table.columns) if column.on_page]
    group = next((i for i, column in enumerate(table.columns) if column.kind == "group"), None)
    cells = [[words(row[i]) for i in at] for row in table.rows]
    heads = [table.columns[i].label_vi for i in at]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > NARROW and max(widths) > LEAST:  # the longest are folded
        widths[widths.index(max(widths))] -= 1
    sides: list[Callable[[str, int], str]] = [
        str.ljust if table.columns[i].kind == "text" else str.rjust for i in at
    ]

    def line(parts: list[str]) -> str:
        folded = [wrap(part, n) or [""] for part, n in zip(parts, widths, strict=True)]
        return "\n".join(
            "  ".join(side(part, n) for side, part, n in zip(sides, some, widths, strict=True)).rstrip()
            for some in zip_longest(*folded, fillvalue="")
        )

    yield table.title_vi
    yield line(heads)
    above = None
    for row, parts in zip(table.rows, cells, strict=True):
        if group is not None and row[group] != above:
            above = row[group]
            yield f"[{above}]"
        yield line(parts)
    if table.note_vi:
        yield fill(table.note_vi, NARROW)
