"""The commands of the procedure: where an edition stands, and what happened to it as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ictindex.basics import LANGUAGES, Project, format_vi
from ictindex.cli import options
from ictindex.cli.language import say
from ictindex.cli.output import as_json, print_json
from ictindex.facts import MILESTONES

if TYPE_CHECKING:
    from ictindex.procedure import Step

_NAMED = 5  # units that a line names; --json names all
_VI = {
    "steps done": "bước đã xong",
    "why": "vì",
    "next": "tiếp theo",
    "open": "còn",
    "units": "đơn vị",
    "remark": "ghi chú",
    "term": "hạn",
    "who": "ai làm",
    "do": "lệnh",
    "more": "đơn vị khác",
}


@click.command()
@options.edition
@as_json
@click.pass_obj
def status(settings, edition, as_json) -> None:
    """Each step of EDITION's procedure: done, or what is open, who must do it, and the command that does it.

    Works however much is missing; what is missing or broken is an open step.
    """
    from ictindex.run import kept

    project = settings["project"]()
    told = kept(edition, project, lambda: _told(edition, project))
    if as_json:
        print_json(told["found"])
        return
    for line in told[settings["lang"]]:
        click.echo(line)


def _told(edition: str, project: Project) -> dict[str, Any]:
    """What status says: as JSON, and line by line in each language."""
    from ictindex.run import standing

    found = standing(edition, project)
    return {"found": found.as_dict(), **{language: [*_all_lines(found, language)] for language in LANGUAGES}}


def _all_lines(found: Any, language: str) -> Iterator[str]:
    """Line by line what is said of a run.standing.Standing."""
    from ictindex.procedure import in_words

    finished = sum(not step.todo for step in found.steps)
    yield f"{found.edition}: {found.state}; {finished}/{len(found.steps)} {_word('steps done', language)}"
    for why in found.why[:_NAMED]:
        yield f"  {_word('why', language)}: {why}"
    waits = next((step for step in found.steps if step.todo), None)
    if waits:
        command = in_words(waits.command, language)
        yield f"{_word('next', language)}: {getattr(waits.label, language)} → {command}"
    for step in found.steps:
        number = f" – {counted}" if (counted := step.counted(language)) else ""
        day = f" ({step.at:%d/%m/%Y})" if step.at else ""
        yield f"[{' ' if step.todo else 'x'}] {getattr(step.label, language)}{number}{day}"
        for word, text in _lines(step, found.names, language):
            yield f"      {_word(word, language)}: {text}"


def _word(word: str, language: str) -> str:
    return _VI[word] if language == "vi" else word


def _lines(step: Step, names: Mapping[str, str], language: str) -> Iterator[tuple[str, str]]:
    """What is said of a step: a word, and the text after it."""
    from ictindex.procedure import in_words

    for todo in step.todo:
        yield "open", todo.said(language)
        yield from _units(todo.units, names, language)
    for remark in step.remarks:
        yield "remark", remark.said(language)
        yield from _units(remark.units, names, language)
    if any(todo.what != "not_known" for todo in step.todo):
        if step.due:
            first, last = step.due
            yield "term", f"{first:%d/%m/%Y} – {last:%d/%m/%Y}" if first else f"{last:%d/%m/%Y}"
        yield "who", getattr(step.by, language) + (f" ({step.clause})" if step.clause else "")
        yield "do", in_words(step.command, language)


def _units(codes: Sequence[str], names: Mapping[str, str], language: str) -> Iterator[tuple[str, str]]:
    """The first of these units, by their names, which hold commas themselves."""
    named = "; ".join(names.get(code, code) for code in codes[:_NAMED])
    rest = f"; + {len(codes) - _NAMED} {_word('more', language)}" if len(codes) > _NAMED else ""
    if codes:
        yield "units", named + rest


@click.command()
@options.edition
@click.argument("event", type=click.Choice(list(MILESTONES)))
@click.option("--on", "day", type=options.day, required=True, help="The day on which it happened.")
@click.option("--who", required=True, help="Who did or signed it.")
@click.option("--number", default="", help="The number of the document, for approved.")
@click.option("--authority", default="", help="Whose decision it is, for approved.")
@click.option(
    "--to",
    multiple=True,
    help="Whom it went to, or by which channel: a key of the methodology; may be repeated.",
)
@click.option("--why", default="", help="Why, for confirmation_closed.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="For evidence_checked: the folder that forms and evidence were collected from.",
)
@click.pass_obj
def record(settings, edition, event, day, who, number, authority, to, why, evidence) -> None:
    """Record in procedure.csv that EVENT happened to EDITION as a whole."""
    from ictindex.annex import MANIFEST
    from ictindex.exchange import record as write

    if (event == "evidence_checked") != bool(evidence):
        raise click.UsageError("evidence_checked wants --evidence FOLDER, and nothing else takes it")
    project = settings["project"]()
    said = {"who": who, "number": number, "authority": authority, "why": why}
    click.echo(project.shown(write(project, edition, event, day.date(), evidence, to, **said)))
    built = project.output(edition)
    if (built / MANIFEST).is_file():
        told = "{folder} was built before this: ictindex run {edition}, and sign it again if it was signed"
        click.echo(say(settings["lang"], told, folder=project.shown(built), edition=edition), err=True)


@click.command("places")
@click.option(
    "--unit", "units", multiple=True, metavar="UNIT", help="Of this unit only, by its code; may be repeated."
)
@as_json
@click.pass_obj
def in_every_edition(settings, units, as_json) -> None:
    """Who is where in every edition that is built: rank, value and level of each year, a unit a line.

    The same table is outputs/places.csv after  run --all.
    """
    from ictindex.annex import PLACES, places
    from ictindex.basics import found, refuse_if, speller

    rows = places(settings["project"]()).to_dict("records")
    known = dict.fromkeys(row["unit"] for row in rows)
    strange, spelled = sorted(set(units) - known.keys()), speller(known)
    refuse_if(found("unit-unknown", PLACES, None, "unit", value=unit, **spelled(unit)) for unit in strange)
    rows = [row for row in rows if not units or row["unit"] in units]
    if as_json:
        print_json({"places": [{**row, "printed": row["printed"] and str(row["printed"])} for row in rows]})
        return
    for (methodology, unit), several in groupby(rows, lambda row: (row["methodology"], row["unit"])):
        one, *others = several
        years = "; ".join(map(_in_a_year, (one, *others)))
        click.echo(f"{methodology}  {unit}  {one['unit_name']}: {years}")


def _in_a_year(row: Mapping[str, Any]) -> str:
    """2018: 88 (0,5931); – where there is no rank."""
    if not row["rank"]:
        return f"{row['year']}: –"
    value = ", ".join(filter(None, (format_vi(row["printed"]), row["level_name"])))
    return f"{row['year']}: {row['rank']} ({value})"


COMMANDS = (status, record, in_every_edition)
