"""The command that says why: a unit's numbers down to file, row, cell and clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ictindex.cli import options
from ictindex.cli.output import as_json, print_json
from ictindex.cli.questions import a_run, plain


@click.command()
@options.edition
@click.argument("unit")
@click.argument("criterion", required=False)
@as_json
@click.pass_obj
def explain(settings, edition, unit, criterion, as_json) -> None:
    """Why UNIT of EDITION has its points and rank: total, categories, criteria, rules, figures, clauses.

    EDITION is an edition or an output folder; UNIT a code or a name, with or without marks; CRITERION a code,
    a number or a name: then only that branch.
    """
    from ictindex.page import explain as explained

    e = a_run(settings["project"](), edition)
    frame = explained(e, unit, criterion)
    steps = frame.to_dict("records")
    if as_json:
        told = {name: steps[0][name] for name in ("group", "unit", "unit_name")}
        own = [{k: v for k, v in step.items() if k not in (*told, "group_name")} for step in steps]
        said = [{k: plain(v) for k, v in step.items() if v not in (None, "")} for step in own]
        print_json({"edition": e.edition, "illustrative": e.illustrative, **told, "steps": said})
        return
    click.echo(f"{steps[0]['unit_name']} ({steps[0]['unit']}), {steps[0]['group_name']}")
    for line in _lines(steps):
        click.echo(line)


COMMANDS = (explain,)
_PLACES = 3  # of points that have more, which are marked as rounded


def _lines(steps: list[dict[str, Any]]) -> Iterator[str]:
    """A line a step, set in by its depth, with what it rests on after an arrow."""
    from ictindex.page import number_vi, printed

    for step in steps:
        kind, name, said = step["kind"], step["name"], step["said"]
        if kind == "rule":
            name, said = step["kind_name"], f"{said}  ({name})"
        elif step["points"] is not None:
            points, most = (number_vi(step[key], _PLACES) for key in ("points", "available"))
            equal = "" if points.startswith("≈") else "= "
            said = f"{said} {equal}{points} trên {most} điểm" if said else f"{points} trên {most} điểm"
        elif kind in _NODES:
            said = step["state_name"]
        elif kind == "answer" and step["state"] != "given":
            said = "; ".join(filter(None, (said if said != "–" else "", step["state_name"])))
        if step["rank"] is not None and step["printed"] is not None:
            said += f"; {printed(step['printed'])}, hạng {step['rank']}"
        label = f"{step['number']} {name}".strip()
        told = [f"{label}: {said}" if said else label]
        told += [step[key] for key in ("why", "who") if step[key]]
        told += [f"{step['at']:%d/%m/%Y}"] if step["at"] else []
        places = (
            step["file"],
            step["row"] and f"dòng {step['row']}",
            step["column"] and f"cột {step['column']}",
        )
        at = [", ".join(filter(None, places)), step["source"], step["clause"], step["status"]]
        rests_on = "; ".join(filter(None, at))
        yield "  " * step["depth"] + " – ".join(told) + (f"  ← {rests_on}" if rests_on else "")


_NODES = ("total", "category", "criterion")
