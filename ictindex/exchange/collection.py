"""What came back becomes inputs: a folder is read, judged, entered where it is clean, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from ictindex.annex import hold_edition
from ictindex.basics import (
    Checked,
    Finding,
    Project,
    Refused,
    digests,
    found,
    refuse_if,
    rewrite_folder,
    sha256,
)
from ictindex.exchange.batch import Known, sort_out
from ictindex.exchange.collected import Collected, odd
from ictindex.exchange.confidential import secrets_in, silenced
from ictindex.exchange.contents import Contents
from ictindex.exchange.documents import Folder, Reference, is_file_name, link, look_into
from ictindex.exchange.entering import enter
from ictindex.exchange.forms import Context, read_context, survey
from ictindex.exchange.layout import SURVEY
from ictindex.exchange.ledger import COLUMNS, Ledger, read_ledger, sources_text, texts
from ictindex.exchange.questions import questions
from ictindex.exchange.read_all import Progress, Read, read_all
from ictindex.exchange.reports import late_though_sent, write_reports
from ictindex.exchange.returned import Returned
from ictindex.exchange.senders import Senders
from ictindex.facts import (
    ENTITIES,
    MONITORED,
    MONITORED_COLUMNS,
    SOURCES,
    Entity,
    meant_by,
    of_today,
    read_monitored,
    redacted,
)
from ictindex.procedure import Figures
from ictindex.scoring import read_parameters


def collect(
    edition: str,
    folder: Path,
    project: Project | None = None,
    received: date | None = None,
    accept: Mapping[str, str] | None = None,
    progress: Progress = lambda done, of: None,
    read: Read | None = None,
    jobs: int | None = None,
    contact: str = "",
    reply_by: str = "",
) -> Collected:
    """Collect the forms below a folder into inputs/<edition>/ and write what goes back to whom.

    ``received``: the day of arrival of what lies in no folder named after a day. ``accept``: sender -> why
    its newest form is taken although something is wrong with it. ``contact``, ``reply_by``: for the letters
    that go back. ``read``: as exchange.reading.read_return.

    Collected again, the same folder changes nothing: a file is known by its digest, and what was entered is
    not entered twice. Refused, with nothing changed, where the edition's own files cannot be read, or where
    another command works on the edition.
    """
    from ictindex.exchange.reading import read_return

    project = project or Project.around()
    with hold_edition(edition, project):
        context = read_context(edition, project, contact, reply_by)
        parameters = read_parameters(edition, project)
        inputs = project.inputs(parameters["inputs"])
        before = digests(inputs)
        ledger = read_ledger(inputs, project.shown(inputs), context.methodology)
        entities = {entity.code: entity for entity in context.entities}
        monitored = _monitored(inputs, project, context, ledger)
        came = look_into(Path(folder))
        units = {entity.code: entity.label_vi for entity in context.entities}
        asked = (context.methodology, units, edition)
        returned = read_all(came, came.spreadsheets, read or read_return, asked, progress, jobs)
        returned = [one if one.sha256 else _with_digest(one, came) for one in returned]
        senders = Senders(context.entities)
        returned = [
            replace(one, credit=senders.of(one.file), folder=senders.by_folder(one.file)) for one in returned
        ]
        evidence = _Evidence(came, returned)
        returned = [one for one in returned if one.form or came.outside(one.file) not in evidence.named]
        returned = [one for one in returned if one.form or one.file not in evidence.named]
        returned += _instead(came, returned, evidence.named, senders)
        returned = [replace(one, at=came.day_of_arrival(one.file) or received) for one in returned]
        contents = Contents(context.methodology, entities, evidence.unlinked)
        known = Known(edition, entities, _versions(context, entities), contents.check)
        senders_named = {_sender(word, returned, context): why for word, why in (accept or {}).items()}
        verdicts = sort_out(returned, known, ledger.received, senders_named)
        verdicts, todo = enter(ledger, verdicts, context.methodology, evidence.linked, entities)
        secrets = secrets_in(ledger, verdicts, context)
        verdicts = silenced(verdicts, secrets)
        todo += [finding for verdict in verdicts for finding in verdict.todo]
        todo += [found("link-not-followed", name) for name in came.not_followed]
        todo += late_though_sent(context, ledger, parameters.get("arrival", ""))
        entered, open_ = write_inputs(inputs, ledger, before, context, project)
        forms = {one.file for one in returned if one.form} | {v.returned.file for v in verdicts}
        forms |= {came.archive_of(name) for name in forms}
        remarked = odd(context, ledger, verdicts, _previous(context), monitored)
        collected = Collected(
            context,
            ledger,
            tuple(verdicts),
            tuple(e for e in remarked if (e.remark.entity, e.remark.answer) not in secrets.answers),
            (*todo, *open_),
            tuple(name for name in came.files if name not in forms | evidence.named),
            tuple(entered),
        )
        paths = [*(inputs / name for name in entered), *write_reports(collected, project)]
        return replace(collected, written=tuple(map(project.shown, paths)))


def _sender(word: str, returned: list[Returned], context: Context) -> str:
    """The code of whose form is accepted: of who sent one, else of the unit that is called so."""
    meant = [] if word in {one.sender for one in returned} else meant_by(word, context.entities)
    return meant[0].code if len(meant) == 1 else word


def _instead(came: Folder, forms: list[Returned], named: set[str], senders: Senders) -> list[Returned]:
    """What a unit sent on a day on which no form of it came: a scan, a locked archive, a letter."""
    there = {(one.sender if one.form else one.credit[1], came.day_of_arrival(one.file)) for one in forms}
    opened = {came.archive_of(one.file) for one in forms}
    instead = []
    for name in came.files:
        form, sender = senders.of(name)
        if (
            name in came.spreadsheets
            or name in named | opened
            or came.archive_of(name)
            or not is_file_name(name)
            or not sender
            or (sender, came.day_of_arrival(name)) in there
        ):
            continue
        kind = f".{name.rpartition('.')[2].lower()}"
        wrong = came.archives.get(name) or [found("form-not-xlsx", name, kind=kind)]
        one = Returned(name, "", findings=wrong, credit=(form, sender))
        instead.append(_with_digest(one, came))
    return instead


def _with_digest(one: Returned, came: Folder) -> Returned:
    """With the digest of a file that was not read; where nobody can read it, its name stands for it."""
    try:
        return replace(one, sha256=came.digest(one.file))
    except (OSError, Refused):
        return replace(one, sha256=sha256(f"unreadable: {one.file}".encode()))


MAX_FINDINGS = 500  # of one form, about its evidence


class _Evidence:
    """What the forms name as evidence: linked to files, or lacking them."""

    def __init__(self, came: Folder, returned: list[Returned]):
        self.linked: dict[tuple[str, str], list[Reference]] = {}
        self.unlinked: dict[str, list[Finding]] = {}
        self.named: set[str] = set()  # files that some form names
        copies: dict[str, list[str]] = {}
        for one in sorted(returned, key=lambda one: one.file):
            copies.setdefault(one.sha256, []).append(one.file)
        for one in returned:
            several = (line.entries.get(key) for line in one.lines for key in ("evidence", "recording"))
            cells = [entry for entry in several if entry]
            findings = self.unlinked.setdefault(one.sha256, [])
            for entry in cells if one.file == copies[one.sha256][0] else ():
                if len(findings) > MAX_FINDINGS:
                    break
                linked = link(came, copies[one.sha256], entry.text, entry.cell)
                self.linked[one.sha256, entry.cell] = linked.references
                findings.extend(linked.findings)
                self.named |= linked.named


def _versions(context: Context, entities: Mapping[str, Entity]) -> Callable[[str, str], str | None]:
    """The version of the survey that a unit was sent; units that are asked the same are sent the same."""
    known: dict[tuple[str, ...], str] = {}

    def version(kind: str, sender: str) -> str | None:
        if kind != SURVEY or sender not in entities:
            return None
        asked = tuple(question.code for question in questions(context.methodology, entities[sender]))
        if asked not in known:
            known[asked] = survey(context, entities[sender]).version
        return known[asked]

    return version


def _monitored(inputs: Path, project: Project, context: Context, ledger: Ledger) -> Figures:
    """monitored.csv, where the evaluating office has one."""
    path = inputs / MONITORED
    if not path.exists():
        return {}
    findings: list[Finding] = []
    table = Checked(path, project.shown(path), MONITORED_COLUMNS, findings)
    codes = dict.fromkeys(entity.code for entity in context.entities)
    monitored = read_monitored(table, context.methodology, codes, ledger.mark)
    refuse_if(redacted(findings, [table], secrets_in(ledger, (), context)))
    return monitored


def _previous(context: Context) -> Figures:
    """What the units declared last year, where it was a number, by their codes of today."""
    if context.last is None:
        return {}
    claims = ((key, each.claimed) for key, each in context.last.inputs.answers.items())
    figures = {key: value for key, value in claims if isinstance(value, Fraction)}
    return of_today(figures, context.entities, context.last.inputs.entities)


def write_inputs(
    inputs: Path, ledger: Ledger, before: dict[str, str], context: Context, project: Project
) -> tuple[list[str], list[Finding]]:
    """The inputs with what changed, in one step: a kill leaves either all of the old or all of the new."""
    codes = [entity.code for entity in context.entities]
    new = texts(ledger, inputs, codes, context.methodology)
    stated = set(new)
    if not (inputs / SOURCES).exists():
        stated |= {ENTITIES, *(name for name in (*COLUMNS, MONITORED) if (inputs / name).exists())}
    shown = project.shown(inputs / SOURCES)
    sources, todo = sources_text(inputs / SOURCES, shown, stated, ledger.mark)
    new |= {SOURCES: sources}
    new = {name: text for name, text in new.items() if before.get(name) != sha256(text.encode())}
    if new.keys() - {SOURCES}:
        shown = project.shown(inputs)

        def still() -> None:
            refuse_if([found("inputs-changed", shown)] if digests(inputs) != before else [])

        rewrite_folder(inputs, new, shown, still=still)
        return sorted(new), todo
    return [], todo
