"""Many forms that came back: which are used, which a later one supersedes, which are refused, and why.

A pure function of the forms, of what earlier collections recorded and of what the evaluator accepts: the
order of the files never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ictindex.basics import Finding, Refused, found, is_name, speller
from ictindex.exchange.layout import KINDS, OF_UNITS
from ictindex.exchange.returned import Returned
from ictindex.facts import RECEIVED_STATES, moment

USED, ACCEPTED, SUPERSEDED, REFUSED, UNREADABLE = RECEIVED_STATES

# What no acceptance makes good: it is not known whose form it is, of which year, or when it came.
FATAL = frozenset(
    {
        "form-of-other-edition",
        "sender-unknown",
        "arrival-unknown",
        "sending-twice",
        "form-unsent",
        "form-kind",
    }
)

Recorded = Mapping[str, str]  # a row of received.csv


@dataclass(frozen=True)
class Known:
    """What forms are held against.

    ``version``: of a kind and a sender, the version of the form that was sent out; None where any will do.
    ``check``: what is wrong with the content of a form.
    """

    edition: str
    entities: Collection[str]
    version: Callable[[str, str], str | None] = lambda kind, sender: None
    check: Callable[[Returned], list[Finding]] = lambda returned: []


@dataclass(frozen=True)
class Verdict:
    """What becomes of one form. ``enters``: it is clean or accepted, and was not taken before.

    ``todo``: what the evaluator has to look at, though it stops nothing.
    """

    returned: Returned
    at: date | None
    state: str
    why: str = ""
    enters: bool = False
    findings: tuple[Finding, ...] = ()
    todo: tuple[Finding, ...] = ()

    @property
    def fatal(self) -> bool:
        return _fatal(self)

    @property
    def addressed(self) -> tuple[str, str]:
        """Kind of form and sender: as it says, else by its folder or its name."""
        unknown = any(finding.code == "sender-unknown" for finding in self.findings)
        credit = self.returned.credit
        return credit if credit[1] and (unknown or not self.returned.form) else self.returned.key


@dataclass
class _Form:
    """A form while it is sorted out."""

    returned: Returned
    at: date | None
    recorded: Recorded
    findings: list[Finding]
    todo: list[Finding] = field(default_factory=list)

    @property
    def fatal(self) -> bool:
        return _fatal(self)

    @property
    def in_force(self) -> bool:
        return self.recorded.get("state") in (USED, ACCEPTED)

    @property
    def taken_before(self) -> bool:
        return self.in_force or self.recorded.get("state") == SUPERSEDED

    @property
    def sent_back(self) -> bool:
        """Whether an earlier collection sent it back: then one of the same number answers it."""
        return self.recorded.get("state") == REFUSED and "sending-twice" not in self.recorded.get("why", "")


def _fatal(judged: Verdict | _Form) -> bool:
    return judged.returned.form not in KINDS or any(finding.code in FATAL for finding in judged.findings)


def sort_out(
    arrived: Iterable[Returned],
    known: Known,
    recorded: Mapping[str, Recorded] | None = None,
    accept: Mapping[str, str] | None = None,
) -> list[Verdict]:
    """A verdict for every different file, in the order in which the forms are to be entered.

    ``recorded``: digest -> row of received.csv. ``accept``: sender -> why. Refused where somebody is accepted
    without a reason, or who sent nothing.

    Of one sender's forms of one kind the highest sending that is clean is used; what lies below it is
    superseded. Two different forms of the same number: nobody guesses which is meant. A form that was sent
    back and a later one of the same number are no such pair. What was saved or mailed again is one form: it
    counts from the first day.
    """
    recorded, accept = recorded or {}, accept or {}
    forms = [_examined(one, known, recorded) for one in once(arrived)]
    _refuse_acceptance(accept, {form.returned.sender for form in forms})
    groups: dict[tuple[str, str], list[_Form]] = {}
    for form in forms:
        if not form.fatal:
            groups.setdefault(form.returned.key, []).append(form)
    verdicts = [_verdict(form, REFUSED) for form in forms if form.fatal]
    here = {form.returned.sha256 for form in forms}
    for key, group in groups.items():
        elsewhere = [
            row
            for digest, row in recorded.items()
            if digest not in here and (row["form"], row["sender"]) == key and row["state"] in (USED, ACCEPTED)
        ]
        group, again = _without_copies(group, elsewhere)
        verdicts += [_verdict(form, SUPERSEDED, f"Cùng nội dung với tệp {file}") for form, file in again]
        _same_number(group, elsewhere)
        verdicts += _ranked(group, elsewhere, accept.get(key[1], "")) if group else []
    return sorted(verdicts, key=_order)


def once(arrived: Iterable[Returned]) -> list[Returned]:
    """Files that are byte for byte the same count once: by the first path, on the first day."""
    first: dict[str, Returned] = {}
    for one in sorted(arrived, key=lambda one: one.file):
        before = first.setdefault(one.sha256, one)
        days = [day for day in (before.at, one.at) if day]
        first[one.sha256] = replace(before, at=min(days, default=None))
    return list(first.values())


def _order(verdict: Verdict) -> tuple:
    """By the day of arrival, so that what was entered is what was known on each day."""
    returned = verdict.returned
    kind = KINDS.index(returned.form) if returned.form in KINDS else len(KINDS)
    return (verdict.at or date.max, kind, returned.sender, returned.sending, returned.sha256)


def sending_of(row: Recorded) -> int:
    """The number of a sending that received.csv records; 1 where it records none."""
    text = row.get("sending", "")
    return int(text) if text.isascii() and text.isdigit() else 1


def _examined(returned: Returned, known: Known, recorded: Mapping[str, Recorded]) -> _Form:
    """A form with everything that is wrong with it alone."""
    row = recorded.get(returned.sha256, {})
    then = moment(row["at"], end=False) if row.get("at") else None
    at = then.date() if then else returned.at
    form = _Form(returned, at, row, list(returned.findings), [*returned.remarks])
    if returned.at and at != returned.at:
        days = {"then": f"{at:%d/%m/%Y}", "now": f"{returned.at:%d/%m/%Y}"}
        form.todo.append(found("arrival-differs", returned.file, **days))
    form.findings += _identity(returned, known)
    if form.at is None:
        form.findings.append(found("arrival-unknown", returned.file))
    if not form.fatal:
        expected = known.version(returned.form, returned.sender)
        if expected and returned.version != expected:
            versions = {"version": returned.version or "—", "expected": expected}
            form.findings.append(found("form-of-other-version", returned.file, **versions))
        form.findings += known.check(returned)
        form.findings += _of_another(returned)
    return form


def _of_another(returned: Returned) -> Iterable[Finding]:
    """A unit's form under the name, or in the folder, of another unit: nobody guesses whose it is."""
    for other in dict.fromkeys((returned.named, returned.folder)):
        if returned.form in OF_UNITS and other not in ("", returned.sender):
            yield found("form-of-other-unit", returned.file, value=returned.sender, other=other)


def _identity(returned: Returned, known: Known) -> Iterable[Finding]:
    """Whose form it is, and of which edition."""
    sender, edition = returned.sender, returned.edition
    if returned.form not in KINDS:
        if returned.form or not returned.findings:  # else its reader has said why it is no form
            yield found("form-kind", returned.file, value=returned.form or "—")
        return
    if edition != known.edition:
        yield found("form-of-other-edition", returned.file, edition=edition or "—", expected=known.edition)
    if returned.form in OF_UNITS and sender not in known.entities:
        yield found("sender-unknown", returned.file, value=sender or "—", **speller(known.entities)(sender))
    elif not is_name(sender.lower()):
        yield found("form-unsent", returned.file, value=sender or "—")


def _without_copies(
    group: list[_Form], elsewhere: list[Recorded]
) -> tuple[list[_Form], list[tuple[_Form, str]]]:
    """The forms without those that only repeat another, and these with the file that each repeats.

    Kept is what is in force, else what was taken before, else what is clean, else what came first.
    """

    def order(form: _Form) -> tuple:
        return (
            not form.in_force,
            not form.taken_before,
            bool(form.findings),
            bool(form.sent_back),
            form.at or date.max,
            form.returned.file,
        )

    first: dict[tuple[int, str], str] = {
        (sending_of(row), row["content"]): row["file"] for row in elsewhere if row.get("content")
    }
    kept, again = [], []
    for form in sorted(group, key=order):
        said = form.returned.sending, form.returned.content
        if said in first and not form.in_force:
            again.append((form, first[said]))
        else:
            first.setdefault(said, form.returned.file)
            kept.append(form)
    return [form for form in group if form in kept], again


def _same_number(group: list[_Form], elsewhere: list[Recorded]) -> None:
    """Two different files with the same number of sending: each names the other."""
    for form in group:
        if form.taken_before or form.sent_back:
            continue
        number = form.returned.sending
        rivals = [
            other.returned.file
            for other in group
            if other is not form and other.returned.sending == number and not other.sent_back
        ]
        rivals += [row["file"] for row in elsewhere if sending_of(row) == number]
        if rivals:
            other = "; ".join(sorted(rivals))
            form.findings.append(found("sending-twice", form.returned.file, number=number, other=other))


def _ranked(group: list[_Form], elsewhere: list[Recorded], accepted: str) -> list[Verdict]:
    """The verdicts on one sender's forms of one kind."""
    in_force = max(map(sending_of, elsewhere), default=0)
    reasons = _reasons(group, accepted, in_force)
    good = [
        form for form in group if form.taken_before or not form.findings or form.returned.sha256 in reasons
    ]
    answered = {form.returned.sending for form in good if not form.sent_back} | {in_force}
    good = [form for form in good if not (form.sent_back and form.returned.sending in answered)]
    top = max([in_force, *(form.returned.sending for form in good)])
    verdicts = []
    for form in group:
        sending, why = form.returned.sending, reasons.get(form.returned.sha256, "")
        if sending < top or (sending == top and form.sent_back and form not in good):
            enters = form in good and not form.taken_before and sending > in_force
            verdicts.append(_verdict(form, SUPERSEDED, f"Đã có lần gửi {top}", enters))
        elif form in good:
            verdicts.append(_verdict(form, ACCEPTED if why else USED, why, not form.taken_before))
        else:
            verdicts.append(_verdict(form, REFUSED))
    return verdicts


def _reasons(group: list[_Form], accepted: str, in_force: int) -> dict[str, str]:
    """Digest -> why a form is accepted: before, or now, as the one newest of its sender."""
    reasons = {
        form.returned.sha256: form.recorded["why"] for form in group if form.recorded.get("state") == ACCEPTED
    }
    highest = max(form.returned.sending for form in group)
    newest = [form for form in group if form.returned.sending == highest]
    newest = [form for form in newest if not form.sent_back] or newest
    if accepted and highest > in_force and len(newest) == 1 and newest[0].findings and not newest[0].fatal:
        reasons.setdefault(newest[0].returned.sha256, accepted)
    return reasons


def _verdict(form: _Form, state: str, why: str = "", enters: bool = False) -> Verdict:
    if state == REFUSED and form.returned.form not in KINDS and form.returned.findings:
        state = UNREADABLE
    if state in (REFUSED, UNREADABLE):
        why = ", ".join(sorted({finding.code for finding in form.findings}))
    findings = () if state == SUPERSEDED else tuple(form.findings)
    return Verdict(form.returned, form.at, state, why, enters, findings, tuple(form.todo))


def refused_after_all(verdict: Verdict, findings: Iterable[Finding]) -> Verdict:
    """A verdict on a form that turned out wrong when it was to be entered."""
    findings = (*verdict.findings, *findings)
    why = ", ".join(sorted({finding.code for finding in findings}))
    return replace(verdict, state=REFUSED, why=why, enters=False, findings=findings)


def _refuse_acceptance(accept: Mapping[str, str], senders: Collection[str]) -> None:
    wrong = [found("accept-without-why", sender) for sender, why in accept.items() if not why.strip()]
    spelled = speller(sorted(senders))
    for sender in accept:
        if sender not in senders:
            wrong.append(found("accept-of-nobody", "--accept", value=sender, **spelled(sender)))
    if wrong:
        raise Refused(wrong)
