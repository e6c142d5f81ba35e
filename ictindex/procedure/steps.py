"""Each step of the procedure, from the opening of a year to the hand-over of its result: done, or open.

Which steps there are follows from the methodology (``procedure``, review, services, zero rules) and from what
happened; whether they are done follows from the facts alone, so that a page says the same whenever it is run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ictindex.basics import Finding, format_vi, found
from ictindex.facts import ANSWERS, EVENTS, EVIDENCE, MARKS, PROCEDURE, SERVICES, TESTS
from ictindex.methodology import STEPS, Deadline, ProcedureStep
from ictindex.procedure.approvals import decision
from ictindex.procedure.looks import LOOK, Found, Note
from ictindex.procedure.step_words import BY, COMMAND, COUNTED, LABEL, Said
from ictindex.scoring import Evaluation

_NOTHING = Said("", "")
_AFTER = ("results", "publication", "handover")  # done with the official annex, so it cannot wait for them
_NAMED = 3  # findings and files that one step names; the others are counted


class Step(NamedTuple):
    """One step: what was done (how many; None where it is not counted), what is open, who must, and how.

    ``at``: the day on which it was done; ``due``: its term in the decision. ``binding``: whether the annex is
    a draft while it is open.
    """

    key: str
    label: Said
    done: int | None
    todo: tuple[Note, ...]
    by: Said
    command: str
    clause: str = ""
    due: tuple[date | None, date] | None = None
    at: date | None = None
    remarks: tuple[Note, ...] = ()
    binding: bool = True

    def counted(self, language: str = "vi") -> str:
        """What was done, with how many of what; '' where it is not counted, or nothing is."""
        number = format_vi(self.done or 0) if language == "vi" else f"{self.done or 0:,}"
        return COUNTED.get(self.key, COUNTED["usual"]).filled(language, n=number) if self.done else ""

    @property
    def open(self) -> int:
        return sum(each.count for each in self.todo)

    @property
    def units(self) -> tuple[str, ...]:
        """The codes of the units of which something is open, each once."""
        return tuple(dict.fromkeys(unit for each in self.todo for unit in each.units))


def steps(e: Evaluation, findings: Sequence[Finding] = ()) -> tuple[Step, ...]:
    """The steps of an edition in their order; ``findings``: what its files are refused for, if anything."""
    made = []
    for key in STEPS:
        seen, faults = LOOK[key](e), _faults(key, findings)
        if seen is None and faults:
            seen = Found(None)
        if seen is not None and not (e.inputs.entities or seen.todo or seen.done or seen.at):
            seen = seen._replace(todo=[Note("not_known", 1, told=_NO_UNITS)])  # of nobody nothing is done
        if seen is not None:
            made.append(_step(e, key, seen, faults))
    return tuple(made)


def open_steps(e: Evaluation, findings: Sequence[Finding] = ()) -> list[Step]:
    """What keeps an edition a draft: every step up to the approval of which something is open."""
    return [step for step in steps(e, findings) if step.binding and step.todo]


def attached_too_early(e: Evaluation) -> Iterator[Finding]:
    """Why a page may not name the decision that it is told to: a step is open, or another was recorded."""
    attached = e.parameters.get("attached_to")
    if not attached or e.what_if:
        return
    file, approved = e.project.shown(e.project.parameters(e.edition)), decision(e)
    if waiting := open_steps(e):
        said = {
            f"known{suffix}": "; ".join(f"{getattr(s.label, lang)}: {s.todo[0].said(lang)}" for s in waiting)
            for suffix, lang in (("", "en"), ("_vi", "vi"))
        }
        yield found("attached-to-draft", file, None, "attached_to", edition=e.edition, **said)
    elif approved and approved.number not in attached:
        facts = {"attached": attached, "number": approved.number}
        yield found("attached-to-another", file, None, "attached_to", **facts)


def unread_steps(
    edition: str, findings: Sequence[Finding], procedure: Mapping[str, ProcedureStep]
) -> tuple[Step, ...]:
    """The steps of an edition that cannot even be opened: the first says why, the others are not known.

    ``procedure``: that of the methodology that the edition is named after.
    """
    name, _, year = edition.rpartition("-")
    first = Note("faults" if findings else "no_edition", len(findings) or 1, told=_named(findings))
    opening = _bare("opening", None, edition, edition)._replace(todo=(first,))
    if not findings:
        opening = opening._replace(command=COMMAND["new_year"].format(methodology=name, year=year))
    later = Note("not_known", 1, told=_LATER)
    wanted = [key for key in STEPS if key in ("reports", "approval", "publication", *procedure)]
    bare = (_bare(key, procedure.get(key), edition, edition) for key in wanted)
    return (opening, *(step._replace(todo=(later,)) for step in bare))


_NO_UNITS = Said("sau khi có danh mục đơn vị", "once the units are listed")
_LATER = Said("sau khi mở được kỳ đánh giá", "once the year can be opened")


def _bare(key: str, stated: ProcedureStep | None, edition: str, inputs: str) -> Step:
    """A step before anything is known of it: its words, who does it, how, and the clause."""
    label, by = stated and stated.label_vi, stated and stated.by_vi
    to = "".join(f" --to {key}" for key in stated.to) if stated and stated.to else ""
    return Step(
        key,
        Said(label, LABEL[key].en) if label else LABEL[key],
        None,
        (),
        Said.alike(by) if by else BY.get(key, BY["usual"]),
        COMMAND[key].format(edition=edition, inputs=inputs, to=to),
        (stated.citation.clause or stated.citation.title or "") if stated else "",
        binding=key not in _AFTER,
    )


def _step(e: Evaluation, key: str, seen: Found, faults: Sequence[Note]) -> Step:
    year, deadline = e.parameters["year"], _deadline(e, key)
    due = (deadline.first(year), deadline.last(year)) if deadline else None
    at = seen.at.date() if seen.at else None
    remarks = (*(_against(at, due) if at and due else ()), *seen.remarks)
    bare = _bare(key, e.methodology.source.procedure.get(key), e.edition, e.parameters["inputs"])
    todo = (*faults, *seen.todo)
    alone = f"{key}_{todo[0].what}" if len(todo) == 1 else ""  # may want less than the whole step
    command = COMMAND[alone].format(edition=e.edition) if alone in COMMAND else bare.command
    return bare._replace(done=seen.done, todo=todo, command=command, due=due, at=at, remarks=remarks)


def _deadline(e: Evaluation, key: str) -> Deadline | None:
    stated, calendar = e.methodology.source.procedure.get(key), e.methodology.source.calendar
    name = stated.deadline if stated else None
    return calendar.get(name) if name else e.methodology.report_deadline if key == "reports" else None


def _against(at: date, due: tuple[date | None, date]) -> Iterator[Note]:
    first, last = due
    if at > last:
        yield Note("late", (at - last).days, told=Said.alike(f"{last:%d/%m/%Y}"))
    elif first and at < first:
        yield Note("early", (first - at).days, told=Said.alike(f"{first:%d/%m/%Y}"))


# --- what is wrong with files -----------------------------------------------------------------------------

_FILES = {
    "collection": (ANSWERS, EVENTS, "received.csv", "monitored.csv", "published.csv"),
    "evidence": (EVIDENCE,),
    "review": (MARKS,),
    "services": (SERVICES, TESTS, "procedures.csv"),
    "approval": (PROCEDURE,),
}


def _faults(key: str, findings: Sequence[Finding]) -> list[Note]:
    """What is wrong with the files of a step; what belongs to no other is of the opening."""
    of = {file: step for step, files in _FILES.items() for file in files}
    own = [
        each
        for each in findings
        if of.get(each.file.rpartition("/")[2], "opening") == key and each.severity == "error"
    ]
    return [Note("faults", len(own), told=_named(own))] if own else []


def _named(findings: Sequence[Finding]) -> Said:
    """The files with how many faults each has, and the first of them in words."""
    if not findings:
        return _NOTHING
    counts = Counter(each.file for each in findings)
    files = ", ".join(f"{file} ({count})" for file, count in counts.most_common(_NAMED))
    first = findings[0]
    return Said(
        f"{files}; trước hết {first.place('vi')}: {first.message('vi')} – {first.remedy('vi')}",
        f"{files}; first {first.place()}: {first.message()} – {first.remedy()}",
    )
