"""An evaluation under a what-if: the baseline's units and figures, other rules."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

from ictindex.basics import WHAT_IF, Finding, Project, Refused, file_sha256, found, refuse_if
from ictindex.facts import input_file
from ictindex.scoring import Evaluation, counted_inputs, evaluate, rules_in_force, score_by
from ictindex.what_if.choosing import bad_choices
from ictindex.what_if.reading import Stated, held, read_stated
from ictindex.what_if.supposing import averaged, supposed_inputs, years_of


def evaluate_run(project: Project | None = None, **parameters: Any) -> Evaluation:
    """What a run with these parameters evaluates: its edition, or the what-if that they name."""
    return Baselines().evaluate_run(project, **parameters)


class Baselines:
    """The official evaluations that the what-ifs of one command are asked of: each made once.

    Made anew where its files are no longer what was read.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Project, str], Evaluation] = {}
        self._making = threading.Lock()  # what-ifs of one baseline may run side by side

    def evaluate_run(self, project: Project | None = None, **parameters: Any) -> Evaluation:
        """As ``evaluate_run``; of a what-if, from the baseline at hand."""
        project = project or Project.of_page()
        name = parameters.pop(WHAT_IF, "")
        return hypothetical(self.of(project, **parameters), name) if name else evaluate(project, **parameters)

    def of(self, project: Project, **parameters: Any) -> Evaluation:
        """The official evaluation, made now or at hand, and kept for the what-ifs."""
        asked = project, json.dumps(parameters, sort_keys=True, default=str)
        with self._making:
            if asked not in self._made or not _stands(self._made[asked]):
                self._made[asked] = evaluate(project, **parameters)
            return self._made[asked]


def _stands(e: Evaluation) -> bool:
    """Whether what an evaluation was made from is still all that is there."""
    read = {e.project.root / file.path: file.sha256 for file in (*e.files, *e.inputs.files)}
    tables = set(e.project.inputs(e.parameters["inputs"]).glob("*.csv"))
    same = all(path.is_file() and file_sha256(path) == digest for path, digest in read.items())
    return same and tables <= set(read) and (e.previous is None or _stands(e.previous))


def hypothetical(baseline: Evaluation, name: str) -> Evaluation:
    """The official evaluation's units and figures under a what-if's methodology and rules."""
    project, file = baseline.project, baseline.project.shown(baseline.project.parameters(baseline.edition))
    findings = [  # else nobody could tell what of the difference the what-if makes
        found("what-if-with-parameter", file, None, other, name=other)
        for other in baseline.changed
        if other != "highlight"
    ]
    try:
        stated = read_stated(name, project)
        e = under(baseline, stated)
        findings += bad_choices(stated, lambda one: held(one, baseline))
    except Refused as refused:
        findings += refused.findings
    refuse_if(findings)
    return e


def under(baseline: Evaluation, stated: Stated) -> Evaluation:
    """The official evaluation under what is stated; Refused with all that is wrong with it."""
    project, name, what_if = baseline.project, stated.name, held(stated, baseline)
    findings: list[Finding] = []
    m = what_if.methodology
    inputs, years = supposed_inputs(stated, baseline, m, findings), years_of(stated, baseline, m, findings)
    refuse_if(findings)
    rules = rules_in_force(m, {**baseline.parameters, **stated.source.rules})
    for rule, now in rules.items():
        if rule not in baseline.rules or now.value != baseline.rules[rule].value:
            rules[rule] = now._replace(origin="what_if")
    if m.combine != baseline.methodology.combine:
        inputs = inputs.resettled(m)
    inputs = counted_inputs(inputs, m, rules, baseline.seed)
    scores = score_by(rules, m, inputs, baseline.parameters["year"], like=baseline)
    return replace(
        baseline,
        inputs=inputs,
        parameters={**baseline.parameters, "what_if": name},
        rules=rules,
        methodology=m,
        scores=averaged(scores, m, years) if years else scores,
        files=(
            *(each for each in baseline.files if not each.path.startswith("notebooks/")),
            *(input_file(path, project) for path in (project.notebook(what_if.page), project.what_if(name))),
            *(file for year in years for file in (*year.files, *year.inputs.files)),
        ),
        what_if=what_if,
        baseline=baseline,
    )
