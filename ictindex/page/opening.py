"""An edition opened on a page: methodology and facts, checked and scored, and the state of the page."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from ictindex.basics import WHAT_IF, Project, refuse_if
from ictindex.page import frames
from ictindex.page.movers_vi import beside_vi
from ictindex.page.results import heading, headline
from ictindex.page.shown import MIME
from ictindex.page.state import OFFICIAL, State, broken_claims, state_of
from ictindex.page.trust import CLAIMS_VI
from ictindex.procedure import attached_too_early
from ictindex.scoring import Evaluation, read_parameters
from ictindex.what_if import evaluate_run, read_stated

if TYPE_CHECKING:
    from pandas import DataFrame


class Edition(Evaluation):
    """One methodology and one year, as a page works with them; shown, it says what the page is and why."""

    @cached_property
    def answers(self) -> DataFrame:
        """One fact a row; see ``frames.answers``."""
        return frames.answers(self)

    @property
    def ranked_on(self) -> str:
        """The column that ranks look at: the value as 'printed', or the exact 'value'."""
        return "printed" if self.rules["rank_on"].value == "rounded" else "value"

    @property
    def ties(self) -> str:
        """How equal units are ranked, by pandas' word: 'min', 'dense' or 'max'."""
        return self.rules["ties"].value

    @cached_property
    def state(self) -> State:
        return state_of(self)

    def payload(self) -> dict[str, Any]:
        """The head of the page as plain values."""
        return {
            "kind": "edition",
            "edition": self.edition,
            "heading": list(heading(self).lines),
            "state": self.state.label,
            "why": list(self.state.why),
            "headline": [*headline(self).lines, *beside_vi(self)],
            "broken": [CLAIMS_VI[name] for name in broken_claims(self)],
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        head = self.payload()
        lines = [*head["heading"], head["state"], *head["why"], *head["headline"]]
        return {MIME: head, "text/html": head_html(head), "text/plain": "\n".join(lines)}


# In a notebook, whose own style sets words to the right and breaks a name at each space.
_STYLE = (
    "<style>.ict-table .text, .ict-table .group th { text-align: left; }"
    " .ict-table.named td.text:first-child, .ict-table:not(.named) td.text:nth-child(2) { min-width: 13rem; }"
    "</style>"
)


def head_html(head: dict[str, Any]) -> str:
    """The head of a page: what it is, in which state and why, and the result in two sentences a group."""
    why = escape(" ".join(head["why"]))
    kind = "official" if head["state"] == OFFICIAL else "stamp"
    parts = [
        *(f'<p class="ict-heading">{escape(line)}</p>' for line in head["heading"]),
        f'<p class="ict-state {kind}"><strong>{escape(head["state"])}</strong> {why}</p>',
        *(f'<p class="ict-broken"><strong>SAI:</strong> {escape(line)}</p>' for line in head["broken"]),
        *(f'<p class="ict-headline">{escape(line)}</p>' for line in head["headline"]),
    ]
    return _STYLE + "".join(parts)


def open_edition(project: Project | None = None, **parameters: Any) -> Edition:
    """Open one edition: methodology and facts read and checked, points worked out exactly.

    ``parameters``: edition, methodology, year, inputs, and whatever else the edition's page names. Raises
    Refused with every fault of every file at once, each with file, row, column and remedy.
    """
    return opened(evaluate_run(project, **parameters))


def open_what_if(what_if: str, project: Project | None = None, **parameters: Any) -> Edition:
    """Open a what-if by its name in parameters/what_if/: its baseline's facts under its own rules.

    The baseline is at hand as ``baseline``. ``parameters``: highlight, if any. Raises Refused as
    ``open_edition`` does, for faults of the what-if's own file too.
    """
    project = project or Project.of_page()
    baseline = read_parameters(read_stated(what_if, project).source.baseline, project)
    return open_edition(project, **{**baseline, **parameters, WHAT_IF: what_if})


def opened(e: Evaluation) -> Edition:
    """An evaluation as a page works with it; Refused where it names a decision while steps are open."""
    refuse_if(attached_too_early(e))
    return Edition(**{each.name: getattr(e, each.name) for each in fields(e)})
