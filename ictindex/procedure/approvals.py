"""The approval of a result, and what moved after it."""

from __future__ import annotations

from datetime import timedelta

from ictindex.facts import Milestone
from ictindex.scoring import Evaluation


def decision(e: Evaluation) -> Milestone | None:
    """The latest approval of the result; None before there is one."""
    return next((each for each in reversed(e.inputs.milestones) if each.event == "approved"), None)


def decision_vi(e: Evaluation) -> str:
    """The decision that the annex belongs to, as it is printed; nothing before there is one."""
    approved = decision(e)
    named = e.parameters.get("attached_to") or ""
    if named or approved is None:
        return named
    return f"Quyết định số {approved.number} ngày {approved.at:%d/%m/%Y} của {approved.authority}"


def as_approved(e: Evaluation, approved: Milestone) -> Evaluation | None:
    """The result as it stood on the day of an approval; None where nothing happened after it."""
    ends = (approved.at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return e.as_of(ends) if any(event.at >= ends for event in e.inputs.events) else None


def changed_since(e: Evaluation, approved: Milestone) -> list[str]:
    """The codes of the units whose value or rank is no longer what was approved."""
    before = as_approved(e, approved)
    if before is None:
        return []
    then, now = (each.at(each.methodology.root) for each in (before, e))
    return [code for code, s in now.items() if (s.value, s.rank) != (then[code].value, then[code].rank)]


def first_approval(e: Evaluation) -> Milestone | None:
    return next((each for each in e.inputs.milestones if each.event == "approved"), None)
