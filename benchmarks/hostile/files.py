"""Mutated forms, tables, YAML and notebooks go to the readers: findings or none, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.hostile.limits import MEGABYTES, SECONDS, measured
from benchmarks.hostile.mutations import MUTATED
from benchmarks.hostile.stage import DAY, Stage, files_of, fresh
from benchmarks.hostile.tally import Fault, Outcome

KINDS = (".xlsx", ".xlsx", ".csv", ".yaml", ".ipynb")


class Files:
    """A form is collected, anything else is read by ``lint``, as the commands of those names do."""

    def __init__(self, stage: Stage, folder: Path):
        self.stage, self.folder = stage, folder
        self.project = fresh(stage.built, folder / "project")
        self.opening, self.inbox = fresh(stage.opening, folder / "opening"), folder / "inbox" / DAY
        self.inbox.mkdir(parents=True)
        self.usual: dict[str, tuple[float, float]] = {}

    @cached_property
    def victims(self) -> dict[str, list[Path]]:
        """Ending -> the files that are mutated, as paths from their project or inbox."""
        edition, project = self.stage.edition, self.stage.built
        yaml = [f"parameters/{edition}.yaml", f"parameters/methodologies/{self.stage.methodology}.yaml"]
        yaml += [f"inputs/{edition}/sources.yaml"]
        yaml += [f"parameters/what_if/{self.stage.what_if}.yaml"] if self.stage.what_if else []
        tables = [path.relative_to(project) for path in files_of(project / "inputs" / edition)]
        return {
            ".xlsx": [path.relative_to(self.stage.inbox) for path in files_of(self.stage.inbox)],
            ".csv": [path for path in tables if path.suffix == ".csv"],
            ".yaml": list(map(Path, yaml)),
            ".ipynb": [Path(f"notebooks/{edition}.ipynb")],
        }

    def attempt(self, seed: int) -> Outcome:
        return self.read(seed, KINDS[seed % len(KINDS)])

    def read(self, seed: int, kind: str) -> Outcome:
        """One mutated file of a kind."""
        random = Random(f"files {seed}")
        victim = random.choice(self.victims[kind])
        reads = self._collects if kind == ".xlsx" else self._lints
        if kind not in self.usual:
            for _ in range(2):  # the first one imports
                whole = reads(victim, lambda data: data)
            self.usual[kind] = (whole.seconds, whole.megabytes)
        cost = reads(victim, lambda data: MUTATED[kind](data, random))
        seconds, megabytes = (
            max(0.0, a - b) for a, b in zip((cost.seconds, cost.megabytes), self.usual[kind], strict=True)
        )
        wrong = []
        if cost.error is not None and not _is_refused(cost.error):
            wrong.append(Fault("crashed", f"{victim}: {type(cost.error).__name__}: {str(cost.error)[:160]}"))
        if seconds > SECONDS or megabytes > MEGABYTES:
            wrong.append(Fault("costly", f"{victim}: {seconds:.1f} s, {megabytes:.0f} MB"))
        found = bool(cost.result) or cost.error is not None
        return Outcome(seed, kind, tuple(wrong), found, seconds=seconds, megabytes=megabytes)

    def _lints(self, victim: Path, change: Callable[[bytes], bytes]) -> Any:
        """Everything that lint reads, with one file of it changed; nothing is written."""
        from ictindex.basics.project import Project
        from ictindex.run.check_all import lint

        path = self.project / victim
        data = path.read_bytes()
        path.write_bytes(change(data))
        try:
            return measured(lambda: lint(Project(self.project), [self.stage.edition]))
        finally:
            path.write_bytes(data)

    def _collects(self, victim: Path, change: Callable[[bytes], bytes]) -> Any:
        """One form alone comes back."""
        from ictindex.basics.project import Project
        from ictindex.exchange.collection import collect

        path = self.inbox / "form.xlsx"
        path.write_bytes(change((self.stage.inbox / victim).read_bytes()))
        try:
            project = Project(fresh(self.stage.opening, self.opening))
            edition, inbox = self.stage.edition, self.inbox.parent
            # jobs=0: no process but this one, which is measured
            return measured(lambda: collect(edition, inbox, project, jobs=0).findings)
        finally:
            path.unlink()


def _is_refused(error: BaseException) -> bool:
    from ictindex.basics.findings import Refused

    return isinstance(error, Refused)
