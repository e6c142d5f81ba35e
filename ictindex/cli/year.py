"""The commands of the evaluator's year: forms out, forms in, what to check, confirmation slips."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ictindex.cli import options
from ictindex.cli.language import say
from ictindex.cli.output import FINDINGS, FINE, as_json, print_findings, print_json, print_paths
from ictindex.cli.progress import bar

_NAMED = 5  # units that a line names

_TO = click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="The folder to write into."
)
_REPLY_BY = click.option(
    "--reply-by", type=options.day, help="The day by which an answer is wanted, for the cover."
)
_CONTACT = click.option("--contact", default="", help="Whom to ask, for the cover: name, telephone, mail.")
_UNITS = click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="UNIT",
    help="Only these units, by code or name; may be repeated.",
)
_LETTERS = ("survey", "reminder", "returned", "slip", "slip-reminder", "result", "cancelled")
_KINDS = ("survey", "appraisal", "marking", "adjudication", "inspection", "decisions")


def _day_vi(day) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


@click.command()
@options.edition
@click.option("--kind", type=click.Choice(_KINDS), default="survey", show_default=True)
@_UNITS
@click.option(
    "--reviewer",
    "reviewers",
    multiple=True,
    metavar="CODE",
    help="Who marks, appraises, inspects or decides, for the kinds but survey; may be repeated.",
)
@_REPLY_BY
@_CONTACT
@_TO
@click.pass_obj
def forms(settings, edition, kind, units, reviewers, reply_by, contact, folder) -> None:
    """Write the forms of EDITION: one workbook for each unit, or for each reviewer or appraiser.

    By default into outputs/exchange/EDITION/forms.
    """
    from ictindex.annex import hold_edition
    from ictindex.exchange import after_deadline, every_form, read_context, send

    project = settings["project"]()
    if (kind == "survey") == bool(reviewers):
        wrong = "--reviewer names who marks, appraises, inspects or decides, and nobody else"
        raise click.UsageError(say(settings["lang"], wrong))
    folder = folder or project.exchange(edition) / "forms"
    with hold_edition(edition, project), bar(f"{edition}: forms") as progress:
        context = read_context(edition, project, contact, _day_vi(reply_by))
        made = every_form(context, project, kind, units, reviewers)
        paths = send(made, folder, progress)
    print_paths(project, paths)
    print_findings(after_deadline(context) if kind == "survey" else (), settings["lang"])


@click.command()
@options.edition
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--received",
    type=options.day,
    help="The day on which the files arrived, where no folder on their path is named after it.",
)
@click.option(
    "--accept",
    "accepted",
    type=(str, str),
    multiple=True,
    metavar="SENDER WHY",
    help="Take what this sender sent although findings stand, and why; may be repeated.",
)
@_REPLY_BY
@_CONTACT
@as_json
@click.pass_obj
def collect(settings, edition, folder, received, accepted, reply_by, contact, as_json) -> None:
    """Read the forms that came back in FOLDER; what is clean goes into inputs/.

    What is wrong is written into outputs/exchange/EDITION/findings, one workbook for each sender to be sent
    back; summary.xlsx beside it says who has reported. The day of arrival is the name of a folder
    (2017-12-28) or --received.
    """
    from ictindex.exchange import collect as take_in

    project = settings["project"]()
    with bar(f"{edition}: collect") as progress:
        day = received and received.date()
        letters = {"contact": contact, "reply_by": _day_vi(reply_by)}
        done = take_in(edition, folder, project, day, dict(accepted), progress, **letters)
    if as_json:
        print_json(done.as_dict())
    else:
        print_findings([*done.findings, *done.todo], settings["lang"])
        language = settings["lang"]
        told = ", ".join(f"{count} {say(language, state)}" for state, count in sorted(done.states.items()))
        facts = {"edition": edition, "told": told or say(language, "no form"), "remarks": len(done.odd)}
        click.echo(say(language, "{edition}: {told}; {remarks} remarks", **facts), err=True)
        for path in done.written:
            click.echo(path)
    sys.exit(FINDINGS if done.findings else FINE)


@click.command()
@options.edition
@click.option("--sent", type=options.day, help="Record in events.csv that the slips were sent on this day.")
@_REPLY_BY
@_CONTACT
@_TO
@click.pass_obj
def slips(settings, edition, sent, reply_by, contact, folder) -> None:
    """Write each unit's confirmation slip: its figures, points, zeros with reasons and marks, nobody else's.

    By default into outputs/exchange/EDITION/slips. Answers come back through collect.
    """
    from ictindex.annex import hold_edition
    from ictindex.exchange import record_slips, send, slip
    from ictindex.scoring import evaluate_edition

    project = settings["project"]()
    by = _day_vi(reply_by)
    folder = folder or project.exchange(edition) / "slips"
    with hold_edition(edition, project), bar(f"{edition}: slips") as progress:
        e = evaluate_edition(edition, project)
        paths = send([slip(e, entity, contact, by) for entity in e.inputs.entities], folder, progress)
        recorded = record_slips(e, sent.date()) if sent else None
    print_paths(project, paths)
    if recorded:
        click.echo(project.shown(recorded), err=True)


@click.command()
@options.edition
@click.option("--kind", type=click.Choice(_LETTERS), help="Which letters.")
@_UNITS
@click.option(
    "--on", "day", type=options.day, help="The day that the letters bear; by default it is left open."
)
@click.option("--sent", type=options.day, help="Record in sent.csv that the letters were sent on this day.")
@click.option("--template", is_flag=True, help="Copy the wording into inputs/, to be changed.")
@_REPLY_BY
@_CONTACT
@_TO
@click.pass_obj
def letters(settings, edition, kind, units, day, sent, template, reply_by, contact, folder) -> None:
    """Write the letters of a step of EDITION, as DOCX and HTML, and the list of whom to mail what.

    By default into outputs/exchange/EDITION/letters/KIND; mailing.xlsx there has each unit with its address
    (inputs/EDITION/contacts.csv), what to attach, when it was sent and answered. Reminders go to those who
    have not answered, notices of cancellation to those whose result is cancelled.
    """
    from ictindex.exchange import mail, write_template

    project, language = settings["project"](), settings["lang"]
    if template == bool(kind):
        raise click.UsageError(
            say(language, "name the letters by --kind, or copy their wording by --template")
        )
    if template:
        click.echo(project.shown(write_template(edition, project)))
        return
    days = {"day": day and day.date(), "sent": sent and sent.date()}
    with bar(f"{edition}: letters") as progress:
        done = mail(
            edition,
            kind,
            project,
            units,
            contact,
            _day_vi(reply_by),
            **days,
            folder=folder,
            progress=progress,
        )
    print_paths(project, done.written)
    print_findings(done.remarks, language)
    told = [("{n} letters", len(done.letters))]
    told += [("{n} units without an address in contacts.csv: {units}", len(done.without_address))]
    told += [("{n} units without the files to attach: {command}", len(done.without_files))]
    told += [("what was sent to all units is recorded by: {record}", sent is not None and kind == "survey")]
    facts = {"command": done.makes, "units": _first_of(done.without_address)}
    facts["record"] = f"ictindex record {edition} forms_sent --on {sent:%d/%m/%Y} --who “…”" if sent else ""
    for text, n in told:
        if n or text == "{n} letters":
            click.echo(say(language, text, n=n, **facts), err=True)


def _first_of(units: Sequence[str]) -> str:
    return "; ".join(units[:_NAMED]) + ("; …" if len(units) > _NAMED else "")


@click.command()
@options.edition
@_UNITS
@_TO
@click.pass_obj
def views(settings, edition, units, folder) -> None:
    """Write each unit's own view of EDITION: its figures, points, ranks, messages and history, nobody else's.

    One HTML file a unit, which needs no network; by default into outputs/exchange/EDITION/views.
    """
    from ictindex.exchange import write_views

    project = settings["project"]()
    with bar(f"{edition}: views") as progress:
        paths = write_views(edition, project, units, folder, progress)
    print_paths(project, paths)


@click.command()
@options.edition
@as_json
@click.pass_obj
def draw(settings, edition, as_json) -> None:
    """What the public seed of EDITION draws: marked items for the spot check, services to be tested.

    How many is said by the parameters spot_check and tested_per_group.
    """
    from ictindex.annex import hold_edition
    from ictindex.basics import refuse_if
    from ictindex.facts import representatives
    from ictindex.procedure import review_states, to_check
    from ictindex.scoring import evaluate_edition, seed_to_fill

    with hold_edition(edition, project := settings["project"]()):
        e = evaluate_edition(edition, project)
    refuse_if(seed_to_fill(e.parameters, e.methodology, project.shown(project.parameters(edition))))
    states = review_states(e)
    marked = [{"entity": key[0], "answer": key[1], "state": states[key]} for key in to_check(e)]
    rule = e.rules.get("tested_per_group")
    chosen = representatives(e.inputs.services, e.seed, rule.value) if rule else {}
    tested = [
        {"entity": entity, "group": group, "service": service}
        for (entity, group), some in chosen.items()
        for service in some
    ]
    if as_json:
        print_json({"seed": e.seed, "marks": marked, "services": tested})
        return
    for kind, rows in (("mark", marked), ("service", tested)):
        for row in rows:
            click.echo("\t".join([kind, *row.values()]))


@click.command()
@options.edition
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes other figures.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where every file that goes to and fro is kept; by default outputs/exchange/EDITION/rehearsal.",
)
@as_json
@click.pass_obj
def rehearse(settings, edition, seed, folder, as_json) -> None:
    """Play the whole year of EDITION with made-up units that make the usual mistakes.

    Forms, faults, corrections, review, appraisal, confirmation, decisions; inputs/ then hold what it came to,
    marked as illustrative. Refused where the folder holds anybody's real figures.
    """
    from ictindex.exchange import rehearse as play

    with bar(f"{edition}: rehearse") as progress:
        steps = play(edition, settings["project"](), folder, seed, progress)
    if as_json:
        print_json({"steps": [step._asdict() for step in steps]})
        return
    language = settings["lang"]
    for step in steps:
        told = [(say(language, name.replace("_", " ")), count) for name, count in step.counts.items()]
        label = step.label_vi if language == "vi" else step.step.replace("_", " ")
        click.echo(f"{label}: {', '.join(f'{word} {count}' for word, count in told)}")


COMMANDS = (forms, collect, slips, letters, views, draw, rehearse)
