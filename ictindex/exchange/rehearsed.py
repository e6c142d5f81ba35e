"""The stage of a rehearsal: the edition's inputs as they grow, and the folder of what is exchanged."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from ictindex.basics import Project, Refused, digests, found, rewrite_folder, swap, write_whole
from ictindex.exchange import council
from ictindex.exchange.collected import Collected
from ictindex.exchange.collection import collect, write_inputs
from ictindex.exchange.forms import read_context
from ictindex.exchange.layout import Form
from ictindex.exchange.ledger import LABELS_VI, csv_text, read_ledger
from ictindex.exchange.letter_text import TEMPLATE
from ictindex.exchange.made_up import MadeUp, Row, make_up
from ictindex.exchange.mailing import mail
from ictindex.exchange.outgoing import every_form
from ictindex.exchange.sampling import write_sample
from ictindex.exchange.sending import send
from ictindex.facts import (
    ANSWERS,
    CONTACTS,
    ENTITIES,
    EVENTS,
    EVIDENCE,
    MARKS,
    MONITORED,
    RECEIVED,
    SENT,
    SERVICES,
    SOURCES,
    TESTS,
    Entity,
    folded,
)
from ictindex.scoring import Evaluation, evaluate_edition, read_parameters

FOLDERS = (
    *("forms", "surveys", "review", "adjudication", "inspections", "slips", "answered", "decisions"),
    *("findings", "letters", "views"),
)
CONTACT_VI = "Tổ đánh giá (minh họa), thư điện tử to-danh-gia@vi-du.vn"
_STATED = (ENTITIES, ANSWERS, MONITORED, EVIDENCE, RECEIVED, MARKS, SERVICES, TESTS, EVENTS)
_LABELS_VI = LABELS_VI | {
    ENTITIES: "Danh mục đơn vị được đánh giá",
    MONITORED: "Số liệu của hệ thống giám sát",
    EVENTS: "Nhận báo cáo, gia hạn, điểm 0, xác nhận, kiến nghị và quyết định",
}


@dataclass(frozen=True)
class _Staged(Project):
    """A project in which other folders stand in for some official ones."""

    stand_ins: Mapping[Path, Path]

    def inputs(self, name: str) -> Path:
        return self._here(super().inputs(name))

    def exchange(self, edition: str) -> Path:
        return self._here(super().exchange(edition))

    def shown(self, path: Path) -> str:
        for official, here in self.stand_ins.items():
            if path.is_relative_to(here):
                path = official / path.relative_to(here)
        return super().shown(path)

    def _here(self, official: Path) -> Path:
        return self.stand_ins.get(official, official)


@contextlib.contextmanager
def staged(project: Project, folders: Iterable[Path]) -> Iterator[Project]:
    """The project with copies of some folders, which take their places in the end; none does on an error."""
    with contextlib.ExitStack() as beside:
        stand_ins = {folder: beside.enter_context(swap.aside(folder)) / folder.name for folder in folders}
        for official, here in stand_ins.items():
            if official.exists():
                shutil.copytree(official, here, symlinks=True)
        yield _Staged(project.root, stand_ins)
        for official, here in stand_ins.items():
            swap.replace_folder(here, official, digests(here), project.shown(official))


class Rehearsed:
    """A year while it is played: ``made``, what everybody in it knows, and the real commands around it."""

    def __init__(self, edition: str, project: Project, folder: Path, seed: int):
        """Begin with what the evaluating office has before any form comes back.

        Refused where the inputs are not marked as made up, or where the folder holds anything but what an
        earlier rehearsal left there, which goes.
        """
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
        if any(name not in FOLDERS and not name.startswith(".") for name in there):
            raise Refused([found("exists", project.shown(folder))])
        self.edition, self.project, self.folder, self.seed = edition, project, folder, seed
        self.inputs = project.inputs(read_parameters(edition, project)["inputs"])
        write_sample(edition, None, seed, None, project)  # which refuses to write over real figures
        self.context = read_context(edition, project, CONTACT_VI)
        self.made: MadeUp = make_up(self.context, seed)
        tables = self.made.tables()
        tables[SOURCES] = self._sources(tables)
        self.addresses = () if (self.inputs / CONTACTS).exists() else (CONTACTS,)
        for name in self.addresses:
            tables[name] = csv_text(["entity", "mail"], map(_contact, self.made.entities))
        shown = project.shown(self.inputs)
        stays = {*tables, CONTACTS, TEMPLATE}
        rewrite_folder(self.inputs, tables, shown, digests(self.inputs).keys() - stays)
        for name in FOLDERS:
            shutil.rmtree(folder / name, ignore_errors=True)
        shutil.rmtree(project.exchange(edition) / "findings", ignore_errors=True)

    def _state(self) -> None:
        """Say again in sources.yaml of every file that is there now that it is made up."""
        there = [path.name for path in self.inputs.iterdir()]
        write_whole(self.inputs / SOURCES, self._sources(there), inside=self.inputs)

    def _sources(self, there: Iterable[str]) -> str:
        """sources.yaml: every file is made up, and by whom."""
        there = {*there}
        origin = (
            f"Số liệu minh họa do ictindex rehearse tạo ra ({len(self.made.entities)} đơn vị, hạt giống"
            f" {self.seed}): phiếu do máy điền, có cả lỗi thường gặp; không phải số liệu của đơn vị nào"
        )
        lines = ["# Made up by ictindex rehearse: no figure here is anybody's.", "status: illustrative"]
        lines += ['decimal: "."', "files:"]
        for name in (each for each in _STATED if each in there):
            lines += [f"  {name}:", f'    label_vi: "{_LABELS_VI[name]}"', f'    origin: "{origin}"']
        return "\n".join(lines) + "\n"

    @cached_property
    def surveys(self) -> dict[str, bytes]:
        """Unit -> the form as it was sent to it."""
        forms = every_form(self.context, self.project, "survey", (), ())
        paths = send(forms, self.folder / "forms")
        return {form.sender: path.read_bytes() for form, path in zip(forms, paths, strict=True)}

    def take_in(self, name: str, accept: Mapping[str, str] | None = None) -> Collected:
        """Collect what lies in a folder; the findings that go back are kept beside it."""
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        collected = collect(self.edition, self.folder / name, self.project, accept=accept, jobs=1)
        self._state()
        sent_back, kept = self.project.exchange(self.edition) / "findings", self.folder / "findings"
        if sent_back.exists():
            number = len(list(kept.glob("*"))) + 1
            shutil.copytree(sent_back, kept / f"{number}-{name}")
        return collected

    def add(self, rows: Iterable[Row]) -> int:
        """Add events of the evaluator's own; how many."""
        rows = list(rows)
        if rows:
            ledger = read_ledger(self.inputs, self.project.shown(self.inputs), self.context.methodology)
            ledger.events += rows
            ledger.changed.add(EVENTS)
            write_inputs(self.inputs, ledger, digests(self.inputs), self.context, self.project)
            self._state()
        return len(rows)

    def write_to(self, kind: str, day: date, reply_by: str = "") -> int:
        """Write the letters of a kind and record that they were sent on a day; how many."""
        about = {"contact": CONTACT_VI, "reply_by": reply_by, "day": day, "sent": day}
        folder = self.folder / "letters" / kind
        return len(mail(self.edition, kind, self.project, **about, folder=folder, beside=self.folder).letters)

    def put_away(self) -> None:
        """Keep with the letters what was sent, and addresses that were made up: they are no year's facts."""
        for name in (SENT, *self.addresses):
            (self.inputs / name).replace(self.folder / "letters" / name)

    def evaluated(self) -> Evaluation:
        return evaluate_edition(self.edition, self.project)

    def put(self, form: Form, entries: council.Entries, share: float, name: str, number: int = 1) -> None:
        """A sheet of the council comes in; its second sending a day after the first."""
        day = self.made.days.after(share) + timedelta(days=number - 1)
        send([form], self.folder / "forms")
        council.put_down(form, entries, number, day, self.folder / name)


def _contact(entity: Entity) -> Row:
    """An address that leads nowhere (RFC 2606 keeps .example for that)."""
    name = "-".join(folded(entity.code).split())
    return {"entity": entity.code, "mail": f"van-thu@{name}.example"}
