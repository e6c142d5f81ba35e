"""An evaluation under a what-if: the baseline's units and figures, other rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ictindex.basics import WHAT_IF, Project, Refused, found, refuse_if
from ictindex.facts import input_file
from ictindex.scoring import Evaluation, counted_inputs, evaluate, rules_in_force, score_by
from ictindex.what_if.reading import read_what_if
from ictindex.what_if.supposing import averaged, supposed_inputs, years_of


def evaluate_run(project: Project | None = None, **parameters: Any) -> Evaluation:
    """What a run with these parameters evaluates: its edition, or the what-if that they name."""
    project = project or Project.around()
    name = parameters.pop(WHAT_IF, "")
    baseline = evaluate(project, **parameters)
    return hypothetical(baseline, name) if name else baseline


def hypothetical(baseline: Evaluation, name: str) -> Evaluation:
    """The official evaluation's units and figures under a what-if's methodology and rules."""
    project, file = baseline.project, baseline.project.shown(baseline.project.parameters(baseline.edition))
    findings = [  # else nobody could tell what of the difference the what-if makes
        found("what-if-with-parameter", file, None, other, name=other)
        for other in baseline.changed
        if other != "highlight"
    ]
    in_force = {rule: each.value for rule, each in baseline.rules.items()}
    try:
        what_if = read_what_if(name, project, baseline.edition, baseline.methodology, in_force)
    except Refused as refused:
        findings += refused.findings
    refuse_if(findings)
    stated, m = what_if.stated, what_if.methodology
    inputs, years = supposed_inputs(stated, baseline, m, findings), years_of(stated, baseline, m, findings)
    refuse_if(findings)
    rules = dict(rules_in_force(m, {**baseline.parameters, **what_if.rules}))
    for rule, now in rules.items():
        if now.value != in_force.get(rule):
            rules[rule] = now._replace(origin="what_if")
    if m.combine != baseline.methodology.combine:
        inputs = inputs.resettled(m)
    inputs = counted_inputs(inputs, m, rules, baseline.seed)
    scores = score_by(rules, m, inputs, baseline.parameters["year"])
    return replace(
        baseline,
        inputs=inputs,
        parameters={**baseline.parameters, "what_if": name},
        rules=rules,
        methodology=m,
        scores=averaged(scores, m, years) if years else scores,
        files=(
            *(each for each in baseline.files if not each.path.startswith("notebooks/")),
            *(input_file(path, project) for path in (project.notebook(WHAT_IF), project.what_if(name))),
            *(file for year in years for file in (*year.files, *year.inputs.files)),
        ),
        what_if=what_if,
        baseline=baseline,
    )
