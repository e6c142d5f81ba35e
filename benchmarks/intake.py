"""How long forms take to be written, read and collected: python benchmarks/intake.py [FORMS].

The units and their figures are made up by ``ictindex sample`` in a copy of the project; each unit's form is
filled in with them as the unit would. Each step runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from ictindex.basics.project import Project
from ictindex.exchange.collection import collect
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.reading import read_return
from ictindex.facts.inputs import read_inputs

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "ictindex")
EDITION = "qd2342-2017"
LISTED = {  # a column of the list of services -> what services.csv says of it
    "service_vi": "label_vi",
    "service_group": "group",
    **{name: name for name in ("procedure", "level", "link", "application", "in_database")},
}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(f"{EDITION}, {count:,} forms, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print("step                     seconds  forms per s  largest process MB  result")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("parameters", "inputs", "notebooks"):
            shutil.copytree(ROOT / name, project / name)
        words = ("sample", EDITION, "--entities", str(count))
        subprocess.run([COMMAND, "--project", folder, *words], check=True, capture_output=True)
        for step in (write_forms, read_forms, collect_forms, collect_again):
            print(row(step, project, count), flush=True)


def row(step: Callable, project: Path, count: int) -> str:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=measured, args=(step, project, there))
    process.start()
    there.close()
    seconds, memory, result = here.recv()
    process.join()
    return f"{step.__name__:22}{seconds:10.1f}{count / seconds:13.0f}{memory:20.0f}  {result}"


def measured(step: Callable, project: Path, answer) -> None:
    begun = time.perf_counter()
    result = step(project)
    seconds = time.perf_counter() - begun
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    answer.send((seconds, max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024, result))


def forms_of(project: Path) -> Path:
    return project / "came" / date(2018, 1, 10).isoformat()


def write_forms(root: Path) -> str:
    """Every unit's survey, filled in with its figures."""
    project, folder = Project(root), forms_of(root)
    context = read_context(EDITION, project)
    inputs = read_inputs(EDITION, context.methodology, project)
    folder.mkdir(parents=True)
    services = services_of(inputs)
    size = 0
    for entity in tqdm(context.entities, desc="write", leave=False):
        form = survey(context, entity)
        size += (folder / form.file_name).write_bytes(
            write(form, filled(form, inputs, entity, services.get(entity.code, ())))
        )
    return f"{size / len(context.entities) / 1024:.0f} KB each"


def services_of(inputs) -> dict[str, list]:
    """Unit -> its online services, each with its code."""
    services: dict[str, list] = {}
    for (unit, code), service in inputs.services.items():
        services.setdefault(unit, []).append((code, service))
    return services


def filled(form, inputs, entity, services) -> dict:
    """The answers that the unit declares, and its list of online services (``services_of``)."""
    asked, *lists = form.sheets
    codes = [line.cells["code"] for line in asked.lines if line.asks is not None]
    given = {code: inputs.given(entity, code).claimed for code in codes}
    entries = {(asked.name, "", code, "answer"): value for code, value in given.items() if value is not None}
    for sheet in lists:
        for code, service in services:
            cells = {"service": code, **{key: getattr(service, name) for key, name in LISTED.items()}}
            entries |= {(sheet.name, "", code, key): text for key, text in cells.items() if text is not None}
    return entries


def read_forms(root: Path) -> str:
    """One after the other in one process."""
    context = read_context(EDITION, Project(root))
    labels = {entity.code: entity.label_vi for entity in context.entities}
    lines = findings = 0
    for path in tqdm(sorted(forms_of(root).iterdir()), desc="read", leave=False):
        returned = read_return(path, path.name, context.methodology, labels, EDITION)
        lines, findings = lines + len(returned.lines), findings + len(returned.findings)
    return f"{lines:,} lines, {findings} findings"


def collect_forms(root: Path) -> str:
    """The folder as ``ictindex collect`` takes it, into inputs that hold the units and nothing else."""
    for name in ("answers.csv", "marks.csv", "events.csv"):
        (root / "inputs" / EDITION / name).unlink(missing_ok=True)
    return collected(root)


def collect_again(root: Path) -> str:
    """Nothing is new."""
    return collected(root)


def collected(root: Path) -> str:
    with tqdm(desc="collect", leave=False) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        result = collect(EDITION, root / "came", Project(root), progress=progress)
    states = [verdict.state for verdict in result.verdicts]
    return ", ".join(f"{states.count(state):,} {state}" for state in sorted(set(states)))


if __name__ == "__main__":
    main()
