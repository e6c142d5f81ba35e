"""Throw-away copies of the project that a campaign works on: built, and as at the opening of a year."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).parent / "ictindex")
EDITION, WHAT_IF, UNITS = "qd375-2020", "no-evidence-zero-for-unit", 6
DAY = "2020-11-10"  # of arrival of every form
PARTS = ("parameters", "inputs", "notebooks")
_SOURCES = """status: illustrative
decimal: "."
files:
  entities.csv: {label_vi: "Danh mục đơn vị", origin: "Lập ra để thử"}
"""


@dataclass(frozen=True)
class Stage:
    """What every trial begins from; nothing here is ever changed.

    ``built``: a project whose annexes are built. ``opening``: the same with units but no figures.
    ``inbox``: a form of each unit, none with a finding. ``crowd``, ``crowd_inbox``: the same for many units;
    the inbox has two halves, a/ and b/.
    """

    folder: Path
    edition: str
    what_if: str = ""

    @property
    def built(self) -> Path:
        return self.folder / "built"

    @property
    def opening(self) -> Path:
        return self.folder / "opening"

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def crowd(self) -> Path:
        return self.folder / "crowd"

    @property
    def crowd_inbox(self) -> Path:
        return self.folder / "crowd-inbox"

    @property
    def methodology(self) -> str:
        return self.edition.rpartition("-")[0]

    @property
    def annexes(self) -> list[str]:
        """The editions that are built."""
        return sorted(path.parent.name for path in self.built.glob("outputs/*/manifest.json"))


def prepare(folder: Path, crowd: int = 100) -> Stage:
    """A stage of the project's own editions: egdi-2018 whole, qd375-2020 with a few units; no draws."""
    stage = Stage(folder, EDITION, WHAT_IF)
    for name in PARTS:
        ignored = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / name, stage.built / name, ignore=ignored)
    for edition in ("egdi-2018", EDITION):
        path = stage.built / "parameters" / f"{edition}.yaml"
        path.write_text(re.sub(r"(?m)^draws: .*$", "draws: 0", path.read_text("utf-8")), "utf-8")
    _keep_units(stage.built, EDITION, UNITS)
    command(stage.built, "run", "egdi-2018", EDITION)
    command(stage.built, "what-if", WHAT_IF)
    return opened(stage, crowd)


def opened(stage: Stage, crowd: int) -> Stage:
    """The stage with the opening of its year, and of one with ``crowd`` units; 0: with none."""
    for name in PARTS:
        shutil.copytree(stage.built / name, stage.opening / name)
    _fill_in(stage, stage.opening, [stage.inbox], None)
    if crowd:
        shutil.copytree(stage.opening, stage.crowd)
        _fill_in(stage, stage.crowd, [stage.crowd_inbox / "a", stage.crowd_inbox / "b"], crowd)
    return stage


def command(project: Path, *words: str) -> None:
    """A command that must succeed."""
    done = subprocess.run([COMMAND, "--project", str(project), *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ictindex {' '.join(words)}: {done.stderr}")


def _keep_units(project: Path, edition: str, count: int) -> None:
    """Cut every table to the rows of the last few units, and of those that the page works by hand."""
    inputs = project / "inputs" / edition
    page = (project / "notebooks" / f"{edition}.ipynb").read_text("utf-8")
    codes = [row[0] for row in _rows(inputs / "entities.csv")[1:]]
    kept = {*codes[-count:], *(code for code in codes if json.dumps(f'"{code}"')[1:-1] in page)}
    for path in inputs.glob("*.csv"):
        head, *rows = _rows(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *(row for row in rows if row[0] in kept)])


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _fill_in(stage: Stage, project: Path, inboxes: list[Path], count: int | None) -> None:
    """Made-up figures become filled-in forms, and the inputs of the project lose all but their units."""
    from benchmarks.intake import filled, services_of
    from ictindex.basics.project import Project
    from ictindex.exchange.form_writer import write
    from ictindex.exchange.forms import read_context, survey
    from ictindex.facts.inputs import read_inputs

    inputs = project / "inputs" / stage.edition
    (inputs / "sources.yaml").write_text(_SOURCES, "utf-8")  # made up: sample may write over it
    command(project, "sample", stage.edition, *(["--entities", str(count)] if count else []))
    context = read_context(stage.edition, Project(project))
    figures = read_inputs(stage.edition, context.methodology, Project(project))
    services = services_of(figures)
    for number, entity in enumerate(context.entities):
        form = survey(context, entity)
        into = inboxes[number % len(inboxes)] / DAY
        into.mkdir(parents=True, exist_ok=True)
        (into / form.file_name).write_bytes(
            write(form, filled(form, figures, entity, services.get(entity.code, ())))
        )
    for path in inputs.iterdir():
        if path.name != "entities.csv":
            path.unlink()
    (inputs / "sources.yaml").write_text(_SOURCES, "utf-8")
    _drop_faulty(stage, project, inboxes)


def _drop_faulty(stage: Stage, project: Path, inboxes: list[Path]) -> None:
    """Forms that would go back are taken out, so that to collect the rest ends with exit code 0."""
    from ictindex.basics.project import Project
    from ictindex.exchange.collection import collect

    aside = project.with_name("aside")
    for inbox in inboxes:
        shutil.copytree(project, aside)
        for finding in collect(stage.edition, inbox, Project(aside), jobs=1).findings:
            (inbox / finding.file).unlink(missing_ok=True)
        shutil.rmtree(aside)


def fresh(source: Path, copy: Path) -> Path:
    """A copy of a folder in the place of what was there."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy, symlinks=True)
    return copy


def files_of(folder: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """Every file below a folder, in a steady order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in but)
