"""What is mailed: letters beside their mail-out list with addresses, and the record of what was sent.

The list has a row for each unit that a letter goes to: whom it is for, what to attach, when it was sent and
when it was answered. contacts.csv and sent.csv are the office's own; no evaluation reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ictindex.annex import book_of, hold_edition
from ictindex.basics import (
    Finding,
    Project,
    Refused,
    found,
    is_name,
    refuse_if,
    scan_csv,
    speller,
    write_whole,
)
from ictindex.exchange.forms import Context, after_deadline, read_context
from ictindex.exchange.layout import SURVEY
from ictindex.exchange.ledger import Cells, csv_text, read_ledger
from ictindex.exchange.letter_text import TEMPLATE, read_template, shipped
from ictindex.exchange.letters import ATTACHED, OF_RESULTS, Letter, Letters
from ictindex.exchange.reports import day_vi
from ictindex.exchange.sending import Progress, write_each
from ictindex.facts import CONTACT_COLUMNS, CONTACTS, ENTITIES, SENT, moment, named_units
from ictindex.page import Column, Table, opened
from ictindex.scoring import evaluate_edition, read_parameters

SENT_COLUMNS = ("entity", "letter", "at", "mail", "files")
KIND_VI = {
    "survey": "Gửi phiếu khảo sát",
    "reminder": "Nhắc gửi báo cáo",
    "returned": "Trả lại phiếu còn lỗi",
    "slip": "Gửi phiếu xác nhận",
    "slip-reminder": "Nhắc trả lời phiếu xác nhận",
    "result": "Thông báo kết quả",
    "cancelled": "Thông báo hủy kết quả",
}
_MAIL = re.compile(r"[^@\s;,<>\"]+@[^@\s;,<>\".]+(\.[^@\s;,<>\".]+)+")


class Mailed(NamedTuple):
    """What a mailing came to: the files written, the units without an address, those without attachment."""

    written: list[Path]
    letters: list[Letter]
    without_address: list[str]
    without_files: list[str]
    makes: str
    remarks: Sequence[Finding] = ()


def mail(
    edition: str,
    kind: str,
    project: Project,
    units: Sequence[str] = (),
    contact: str = "",
    reply_by: str = "",
    day: date | None = None,
    sent: date | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
    beside: Path | None = None,
) -> Mailed:
    """Write the letters of a kind as DOCX and HTML, and beside them mailing.xlsx and mailing.csv.

    ``units``: codes or names; by default all whom it concerns. ``day``: of the letters; ``sent``: record in
    sent.csv that they were sent on this day. ``folder``: by default that of the kind in
    outputs/exchange/<edition>/letters; ``beside``: another folder that forms and slips may lie in. Refused,
    with nothing written, with everything that is wrong with the template, contacts.csv or sent.csv.
    """
    with hold_edition(edition, project):
        context = read_context(edition, project, contact, reply_by)
        inputs = project.inputs(read_parameters(edition, project)["inputs"])
        shown = project.shown(inputs)
        chosen = named_units(units, context.entities, f"{shown}/{ENTITIES}") if units else ()
        wrong: list[Finding] = []
        contacts = _gathered(wrong, read_contacts, inputs, shown, context) or {}
        before = _gathered(wrong, _read_sent, inputs, shown) or []
        template = _gathered(wrong, read_template, inputs, shown)
        refuse_if(wrong)
        ledger = read_ledger(inputs, shown, context.methodology)
        e = opened(evaluate_edition(edition, project)) if kind in OF_RESULTS else None
        exchanged = tuple(filter(None, (beside, project.exchange(edition))))
        made = Letters(context, ledger, template, exchanged, e, day)
        letters = made.write(kind, chosen)
        refuse_if(
            found("not-a-name", edition, name=one.unit) for one in letters if not is_name(one.unit.lower())
        )
        folder = folder or project.exchange(edition) / "letters" / kind
        written = _write(letters, folder, progress)
        rows = [_row(one, made, contacts, written[one.unit]) for one in letters]
        if sent:
            before += [_sent(row, kind, sent) for row in rows]
            write_whole(inputs / SENT, csv_text(SENT_COLUMNS, before))
        table = _list(kind, rows, made, before)
        about = [table.title_vi, context.methodology.source.label_vi, f"Kỳ đánh giá: {edition}"]
        write_whole(folder / "mailing.xlsx", book_of([table], table.title_vi, edition, context.stamp, about))
        write_whole(folder / "mailing.csv", table.csv())
    paths = [path for several in written.values() for path in several]
    return Mailed(
        [*paths, folder / "mailing.xlsx", folder / "mailing.csv"],
        letters,
        [row.unit_vi for row in rows if not row.mail],
        [row.unit_vi for row in rows if not row.files and kind in ATTACHED],
        f"ictindex {ATTACHED[kind][0]} {edition}" if kind in ATTACHED else "",
        after_deadline(context) if kind == SURVEY else (),
    )


def write_template(edition: str, project: Project) -> Path:
    """Copy the shipped template beside an edition's inputs, to be changed; Refused where one is there."""
    inputs = project.inputs(read_parameters(edition, project)["inputs"])
    path = inputs / TEMPLATE
    refuse_if([found("exists", project.shown(path))] if path.exists() else [])
    write_whole(path, shipped())
    return path


def _gathered(findings: list[Finding], read: Callable, *arguments):
    try:
        return read(*arguments)
    except Refused as refused:
        findings += refused.findings
        return None


# --- the office's own files -------------------------------------------------------------------------------


def read_contacts(folder: Path, shown: str, context: Context) -> dict[str, Cells]:
    """Unit -> its row of contacts.csv: mail (several with ';'), to, post, phone; none without the file.

    Refused with all unknown units, units that stand twice, and addresses that are none.
    """
    path, file = folder / CONTACTS, f"{shown}/{CONTACTS}"
    if not path.exists():
        return {}
    rows, findings = scan_csv(path, file, *CONTACT_COLUMNS)
    known = {entity.code for entity in context.entities}
    spelled, first = speller(known), {}
    contacts: dict[str, Cells] = {}
    for row in rows:
        code = row.cells["entity"]
        if code not in known:
            findings.append(found("entity-unknown", file, row.number, "entity", value=code, **spelled(code)))
        elif code in first:
            facts = {"entity": code, "first": first[code]}
            findings.append(found("contact-twice", file, row.number, "entity", **facts))
        for address in filter(None, map(str.strip, row.cells["mail"].split(";"))):
            if not _MAIL.fullmatch(address):
                findings.append(found("contact-mail", file, row.number, "mail", value=address))
        first.setdefault(code, row.number)
        contacts[code] = row.cells
    refuse_if(findings)
    return contacts


def _read_sent(folder: Path, shown: str) -> list[Cells]:
    path, file = folder / SENT, f"{shown}/{SENT}"
    if not path.exists():
        return []
    rows, findings = scan_csv(path, file, SENT_COLUMNS, None)
    findings = [finding for finding in findings if finding.code != "no-rows"]
    findings += [
        found("not-a-time", file, row.number, "at", value=row.cells["at"])
        for row in rows
        if moment(row.cells["at"], end=False) is None
    ]
    refuse_if(findings)
    return [row.cells for row in rows]


def sent_to(folder: Path, shown: str) -> dict[str, list[tuple[date, str]]]:
    """Unit -> day and kind, in words, of every letter that sent.csv says it was sent."""
    told: dict[str, list[tuple[date, str]]] = {}
    for row in _read_sent(folder, shown):
        day = moment(row["at"], end=False).date()
        told.setdefault(row["entity"], []).append((day, KIND_VI.get(row["letter"], row["letter"])))
    return told


# --- writing ----------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    unit: str
    unit_vi: str
    to: str
    mail: str
    files: tuple[str, ...]
    letters: tuple[str, ...]


def _write(letters: Sequence[Letter], folder: Path, progress: Progress | None) -> dict[str, list[Path]]:
    folder.mkdir(parents=True, exist_ok=True)
    write_each(_write_one, [(letter, folder) for letter in letters], progress)
    return {
        letter.unit: [folder / f"{letter.stem}.{ending}" for ending in ("docx", "html")] for letter in letters
    }


def _write_one(job: tuple[Letter, Path]) -> None:
    from ictindex.exchange.letter_files import docx, html

    letter, folder = job
    write_whole(folder / f"{letter.stem}.docx", docx(letter))
    write_whole(folder / f"{letter.stem}.html", html(letter))


def _row(letter: Letter, made: Letters, contacts: dict[str, Cells], written: list[Path]) -> _Row:
    entity = next(one for one in made.context.entities if one.code == letter.unit)
    own = contacts.get(letter.unit, {})
    files = tuple(map(_placed, made.attached(letter.kind, entity)))
    addresses = "; ".join(filter(None, map(str.strip, own.get("mail", "").split(";"))))
    to = own.get("to") or letter.unit_vi
    return _Row(letter.unit, letter.unit_vi, to, addresses, files, tuple(map(_placed, written)))


def _placed(path: Path) -> str:
    """A file by its folder and name: below outputs/exchange/<edition>, or below letters there."""
    return f"{path.parent.name}/{path.name}"


def _sent(row: _Row, kind: str, day: date) -> Cells:
    files = ";".join(file.rpartition("/")[2] for file in (*row.letters, *row.files))
    return {"entity": row.unit, "letter": kind, "at": f"{day:%Y-%m-%d}", "mail": row.mail, "files": files}


def _list(kind: str, rows: Sequence[_Row], made: Letters, sent: Sequence[Cells]) -> Table:
    columns = (
        Column("unit", "Mã đơn vị", in_file_only=True),
        Column("unit_name", "Đơn vị"),
        Column("to", "Người nhận"),
        Column("mail", "Thư điện tử"),
        Column("letters", "Thư"),
        Column("files", "Tệp gửi kèm"),
        Column("sent", "Gửi ngày"),
        Column("answered", "Trả lời ngày"),
        Column("note", "Ghi chú"),
    )
    listed = []
    for row in rows:
        at, answered = _sent_on(kind, row.unit, made, sent), made.answered(kind, row.unit)
        lacks = ["Chưa có địa chỉ"] * (not row.mail)
        lacks += ["Chưa có tệp gửi kèm"] * (not row.files and kind in ATTACHED)
        cells = ("\n".join(row.letters), "\n".join(row.files), day_vi(at), day_vi(answered))
        listed.append((row.unit, row.unit_vi, row.to, row.mail, *cells, "; ".join(lacks)))
    title = f"Danh sách gửi: {KIND_VI[kind][:1].lower()}{KIND_VI[kind][1:]}"
    return Table("mailing", title, columns, tuple(listed), stamp=made.context.stamp)


def _sent_on(kind: str, code: str, made: Letters, sent: Sequence[Cells]) -> date | None:
    """When a unit was sent such a letter last; of forms and slips what the procedure records counts too."""
    days = [moment(r["at"], end=False).date() for r in sent if (r["entity"], r["letter"]) == (code, kind)]
    if kind == SURVEY:
        at = (moment(r["at"], end=False) for r in made.ledger.procedure if r["event"] == "forms_sent")
        days += [each.date() for each in at if each]
    elif kind == "slip" and (slip := made.slip_sent(code)):
        days.append(slip)
    return max(days, default=None)
