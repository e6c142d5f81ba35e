"""Where an edition stands: each step of its procedure, however much is missing or broken."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ictindex.basics import Finding, Project, Refused, is_name
from ictindex.methodology import read_methodology
from ictindex.page import state_of
from ictindex.procedure import Step, steps, unread_steps
from ictindex.scoring import read_parameters, survey

NOT_OPENED = "CHƯA MỞ"


class Standing(NamedTuple):
    """The state of an edition's page, its steps, what its files are refused for.

    ``names``: code -> unit; ``why``: why the page has that state, as it is printed on it.
    """

    edition: str
    state: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})
    why: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "state": self.state,
            "why_vi": list(self.why),
            "steps": [self._step(step) for step in self.steps],
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        first, last = step.due or (None, None)
        return {
            "step": step.key,
            "name": step.label.en,
            "name_vi": step.label.vi,
            "state": "open" if step.todo else "done",
            "done": step.done,
            "open": step.open,
            "binding": step.binding,
            "what": [
                {
                    "kind": todo.what,
                    "count": todo.count,
                    "text": todo.said("en"),
                    "text_vi": todo.said(),
                    "units": [{"unit": code, "name": self.names.get(code, code)} for code in todo.units],
                }
                for todo in step.todo
            ],
            "who": step.by.en,
            "who_vi": step.by.vi,
            "command": step.command,
            "clause": step.clause,
            "from": first and first.isoformat(),
            "until": last and last.isoformat(),
            "at": step.at and step.at.isoformat(),
            "remarks": [remark.said("en") for remark in step.remarks],
            "remarks_vi": [remark.said() for remark in step.remarks],
        }


def standing(edition: str, project: Project) -> Standing:
    """Where an edition stands; never refused but for a name that can be no edition's.

    What is missing or broken is an open step. Nothing is written.
    """
    if not project.parameters(edition).is_file():
        return Standing(edition, NOT_OPENED, unread_steps(edition, (), _procedure(edition, project)))
    try:
        parameters = read_parameters(edition, project)
        e, findings = survey(project, **parameters)
    except Refused as refused:
        known = _procedure(edition, project)
        return Standing(
            edition, NOT_OPENED, unread_steps(edition, refused.findings, known), tuple(refused.findings)
        )
    state = state_of(e, findings)
    return Standing(edition, state.label, steps(e, findings), tuple(findings), e.inputs.names, state.why)


def _procedure(edition: str, project: Project) -> dict[str, Any]:
    """The procedure of the methodology that an edition is named after; nothing where none can be read."""
    name = edition.rpartition("-")[0]
    try:
        return dict(read_methodology(name, project).source.procedure) if is_name(name) else {}
    except Refused:
        return {}
