"""An edition as others than its makers may see it: the public annex, and the part of one unit.

Both are made from copies of the inputs without what their profile leaves out, so that no cell can print it,
and lie inside the official folder. Their manifests name the scores, which are those of the internal annex.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from ictindex.annex import (
    MANIFEST,
    RUN_RECORD,
    canonical_json,
    hold_edition,
    keep_signature,
    manifest,
    run_record,
    seen_as,
)
from ictindex.basics import AGENCY, Project, Refused, swap, write_whole
from ictindex.exchange import write_views
from ictindex.facts import named_units
from ictindex.page import opened
from ictindex.run.plans import Plan
from ictindex.run.results import Result
from ictindex.run.runs import Progress, run
from ictindex.scoring import evaluate

UNIT_PAGE = "unit.html"


def run_as(profile: str, plan: Plan, project: Project, progress: Progress, timeout: int) -> Result:
    """Build outputs/<edition>/profiles/<profile>/. ``profile``: 'public', or 'agency:' and a unit's code."""
    kind, _, unit = profile.partition(":")
    name = f"{plan.edition}.{profile}"
    place = project.output(plan.edition, profile=f"{kind}-{unit.lower()}" if unit else kind)
    shown = project.shown(place)
    try:
        with hold_edition(plan.edition, project), seen_as(kind, plan.edition, project) as seen:
            if kind == AGENCY:
                result = _of_unit(plan, unit, seen)
            else:
                (result,) = run([plan], seen, 1, lambda _, *step: progress(name, *step), timeout)
            if result.status == "built":
                _bring(seen.output(plan.edition), place, plan.edition, project)
    except Refused as refused:
        return Result(name, "refused", 0.0, shown, findings=refused.findings)
    return replace(result, edition=name, folder=shown)


def _of_unit(plan: Plan, unit: str, seen: Project) -> Result:
    """One unit's own page alone: exact shares of the largest would tell what another unit answered."""
    begun = datetime.now(UTC)
    e = opened(evaluate(seen, **plan.parameters))
    entity, *_ = named_units([unit], e.inputs.entities, plan.edition)
    folder = seen.output(plan.edition)
    folder.mkdir(parents=True)
    (page,) = write_views(plan.edition, seen, [entity.code], folder)
    page.rename(folder / UNIT_PAGE)
    record = manifest(e, folder)
    write_whole(folder / MANIFEST, canonical_json(record), inside=folder)
    run = run_record(seen, record["root"], {}, begun)
    write_whole(folder / RUN_RECORD, canonical_json(run), inside=folder)
    seconds = (datetime.now(UTC) - begun).total_seconds()
    return Result(plan.name, "built", seconds, "", record["root"])


def _bring(built: Path, place: Path, edition: str, project: Project) -> None:
    """Put what was built in another project into its place in this one; a signature of the same stays.

    What lies in building under the edition's name is cleared by nobody while the edition is held.
    """
    staging = project.building / f"{edition}.{uuid4().hex[:12]}"
    try:
        shutil.copytree(built, staging)
        keep_signature(place, staging)
        place.parent.mkdir(parents=True, exist_ok=True)
        swap.replace_folder(staging, place, swap.digests(staging), project.shown(place))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
