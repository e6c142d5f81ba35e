"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ictindex.basics import Finding


@dataclass(frozen=True)
class Result:
    """How one run ended; ``status``: 'built', 'unchanged', 'refused' (its files) or 'failed' (its notebook).

    ``edition``: the plan's name, so of a what-if <edition>.<what-if>. ``why``: what was built anew for.
    """

    edition: str
    status: str
    seconds: float
    folder: str
    root: str = ""
    findings: list[Finding] = field(default_factory=list)
    reason: str = ""
    why: tuple[str, str] = ("", "")  # a message, and what it is about

    def as_dict(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "folder": self.folder,
            "root": self.root,
            "findings": [finding.as_dict() for finding in self.findings],
            "reason": self.reason,
            "why": self.why[0].format(what=self.why[1]),
        }
