"""Runs: output built aside from a plan, renamed when complete and verified."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from ictindex.annex import SIGNATURES, SharedHold, as_recorded, keep_signature, provenance, verification
from ictindex.annex import files as publish
from ictindex.basics import (
    PROFILES,
    VARIANTS,
    WHAT_IF,
    Finding,
    Project,
    Refused,
    found,
    give_back,
    refuse_if,
    report,
    sha256,
    swap,
    temporary_folder,
    write_whole,
)
from ictindex.page import CLAIMS_VI, Edition, Table, broken_claims, notebook, opened, place_of
from ictindex.run import unchanged
from ictindex.run.nursery import YOUNG
from ictindex.run.plans import Plan
from ictindex.run.processes import NURSERY, kernel_environment, kill_kernels, sweep
from ictindex.run.results import Result
from ictindex.what_if import Baselines, evaluate_run

Progress = Callable[[str, str, int, int], None]  # edition, step, done, of
BUILT, BESIDE = "annex", "beside"  # folders of a run: its output, and its large tables, each under its digest
EXECUTED = "executed.ipynb"
_EXCHANGING = threading.Lock()  # an annex takes with it the what-ifs and variants that lie in it


class Interrupted(BaseException):
    """The run was told to stop: nothing more is written."""


class NotebookFailed(Exception):
    """A cell raised, a kernel died or took too long, or the page is not what was recomputed."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()):
        super().__init__(reason)
        self.reason, self.findings = reason, list(findings)


# --- the run ----------------------------------------------------------------------------------------------


def run(
    plans: Sequence[Plan], project: Project, jobs: int, progress: Progress, timeout: int, force: bool = True
) -> list[Result]:
    """Run every plan, ``jobs`` at a time; the results in the order of the plans.

    ``timeout``: seconds a cell may take. Without ``force`` an annex that is what its run would build stays.
    KeyboardInterrupt kills the kernels, removes what is half built and is raised again.
    """
    sweep(project)
    stand = {} if force else {plan.name: _standing(plan, project) for plan in plans}
    done = {
        name: Result(name, "unchanged", 0.0, project.shown(annex.folder), annex.root)
        for name, annex in stand.items()
        if annex.root
    }
    for name in done:
        shutil.rmtree(project.failed / name, ignore_errors=True)  # what was broken has been taken back
        progress(name, "unchanged", 0, 0)
    waiting = [plan for plan in plans if plan.name not in done]
    for result in _run_all(waiting, project, jobs, progress, timeout) if waiting else ():
        why = stand[result.edition][2:] if result.edition in stand else ("", "")
        done[result.edition] = replace(result, why=why)
    return [done[plan.name] for plan in plans]


def _standing(plan: Plan, project: Project) -> unchanged.Annex:
    """What stands where a run would write; what is held just now or cannot be read is the run's to tell."""
    with contextlib.suppress(Refused, OSError), SharedHold(project, 0)(plan.parameters):
        return unchanged.standing(plan, project)
    return unchanged.Annex(project.output(plan.edition, plan.what_if))


def _run_all(
    plans: Sequence[Plan], project: Project, jobs: int, progress: Progress, timeout: int
) -> list[Result]:
    gc.set_threshold(*YOUNG)
    batch = _Batch(project, progress, timeout, SharedHold(project))
    with kernel_environment(project):
        NURSERY.begin()  # it imports while we do
        importlib.import_module("ictindex.run.engine")  # before any thread: matplotlib looks into IPython
        pool = ThreadPoolExecutor(max_workers=jobs)
        futures = [pool.submit(batch.run, plan) for plan in plans]
        try:
            while wait(futures, timeout=0.2).not_done:
                pass  # a signal that another thread gets is handled here, but only when this one wakes up
            return [future.result() for future in futures]
        except BaseException:
            batch.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            while any(future.running() for future in futures):  # one may be starting a kernel just now
                kill_kernels()
                time.sleep(0.05)
            raise


@dataclass(frozen=True)
class _Batch:
    """What the runs of one command share; once ``stop`` is set none writes any more."""

    project: Project
    progress: Progress
    timeout: int
    holding: SharedHold
    stop: threading.Event = field(default_factory=threading.Event)
    baselines: Baselines = field(default_factory=Baselines)

    def run(self, plan: Plan) -> Result:
        clock, project = _Clock(), self.project
        staging = project.building / f"{plan.name}.{uuid4().hex[:12]}"
        shown = project.shown(project.output(plan.edition, plan.what_if))
        try:
            with self.holding(plan.parameters):
                try:
                    result = self._attempt(plan, staging, clock)
                finally:
                    shutil.rmtree(staging, ignore_errors=True)
        except Refused as refused:
            result = Result(plan.name, "refused", clock.total, shown, findings=refused.findings)
        except OSError as error:  # a full disk, a folder that may not be written
            where = project.shown(Path(error.filename)) if error.filename else shown
            finding = found("unwritable", where, problem=error.strerror or str(error))
            result = Result(plan.name, "refused", clock.total, shown, findings=[finding])
        self.progress(plan.name, result.status, 0, 0)
        return result

    def _tell(self, plan: Plan, step: str, done: int = 0, of: int = 0) -> None:
        if self.stop.is_set():
            raise Interrupted
        self.progress(plan.name, step, done, of)

    def _attempt(self, plan: Plan, staging: Path, clock: _Clock) -> Result:
        """Build an edition aside, put it in its place; or keep what its notebook left, and why it failed."""
        begun, project = datetime.now(UTC), self.project
        try:
            with clock("evaluate"):
                self._tell(plan, "evaluate")
                e = opened(self.baselines.evaluate_run(project, **plan.parameters))
                official = place_of(e)
            with clock("notebook"):
                _make_folders(staging)
                prepared = _in_background(lambda: _prepared(e, staging))  # while the kernel works
                executed = _execute(e, staging, self.timeout, partial(self._tell, plan, "notebook"))
            with clock("publish"):
                self._tell(plan, "publish")
                manifest = _publish(executed, e, prepared.result(), staging)
        except NotebookFailed as failure:
            self._tell(plan, "keep")
            kept = _keep_failed(staging, plan.name, failure, project)
            return Result(plan.name, "failed", clock.total, kept, "", failure.findings, failure.reason)
        broken = broken_claims(e)
        made_of = unchanged.made_of(plan, manifest["sources"], broken, project)
        record = provenance.run_record(project, manifest["root"], clock.seconds, begun, made_of=made_of)
        self._tell(plan, "replace")
        _refuse_changed_sources(e)
        kept = _exchange(staging / BUILT, official, manifest, provenance.canonical_json(record), project)
        shutil.rmtree(project.failed / plan.name, ignore_errors=True)
        shown = project.shown(official)
        false = [found("self-check", shown, what=name, what_vi=CLAIMS_VI[name]) for name in broken]
        reason = "" if kept else "its signature was of another manifest and is gone: sign it again"
        return Result(plan.name, "built", clock.total, shown, manifest["root"], false, reason)


def _refuse_changed_sources(e: Edition) -> None:
    """What the annex was made from must still be what stands there: of another edition we hold no lock."""
    refuse_if(
        found("source-changed", file.path)
        for file in provenance.sources(e)
        if not (path := e.project.root / file.path).is_file() or sha256(path.read_bytes()) != file.sha256
    )


def _exchange(built: Path, official: Path, manifest: dict[str, Any], record: str, project: Project) -> bool:
    """Put a built folder in its place, held against its own manifest; what lies inside the old one stays.

    False where the old one's signature was of another manifest, and is gone.
    """
    own = {provenance.RUN_RECORD: record, provenance.MANIFEST: provenance.canonical_json(manifest)}
    complete = {path: output["sha256"] for path, output in manifest["outputs"].items()}
    complete |= {name: sha256(text.encode()) for name, text in own.items()}
    write_whole(built / provenance.RUN_RECORD, record, inside=built)
    with _EXCHANGING:
        for aside in (WHAT_IF, VARIANTS, PROFILES):  # no part of the annex, but they lie in its folder
            if (official / aside).is_dir():
                shutil.copytree(official / aside, built / aside)
                complete |= {f"{aside}/{path}": each for path, each in swap.digests(official / aside).items()}
        kept = keep_signature(official, built)
        for name in SIGNATURES:
            if (built / name).exists():
                complete[name] = sha256((built / name).read_bytes())
        swap.replace_folder(built, official, complete, project.shown(official))
    return kept


def _make_folders(staging: Path) -> None:
    for name in (BUILT, BESIDE):
        (staging / name).mkdir(parents=True)


def _execute(e: Edition, staging: Path, timeout: int, on_cell: Callable[[int, int], None]) -> dict[str, Any]:
    """The executed notebook, by papermill, in a fresh kernel; NotebookFailed with cell and reason."""
    from ictindex.run import engine

    path, root = staging / EXECUTED, e.project.root
    try:
        engine.execute(e.project.notebook(e.page), path, e.told, root, timeout, on_cell, staging / BESIDE)
    except Exception as error:  # whatever stops a notebook: its cell, its kernel, its time
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            raise  # the disk's fault, not the notebook's
        raise NotebookFailed(engine.reason(error)) from error
    return notebook.read_notebook(path, path.name)


def _in_background(work: Callable[[], Any]) -> Future:
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(work)
    finally:
        pool.shutdown(wait=False)


def _prepared(e: Edition, staging: Path) -> dict[str, Table]:
    """What publishing needs and no notebook gives: libraries and templates, and what the page must say."""
    publish.prepare()
    core = verification.core(e, staging / BESIDE)
    if any((staging / BESIDE).iterdir()):  # large tables, made of larger frames
        give_back()
    return core


def _publish(
    executed: dict[str, Any], e: Edition, core: Mapping[str, Table], staging: Path
) -> dict[str, Any]:
    """Write the whole output folder but run.json, verified; the manifest."""

    def find(place: str, digest: str) -> Path:
        return staging / BESIDE / f"{digest}.parquet"

    folder, annex = staging / BUILT, notebook.canonical(executed)
    shown = e.project.shown(place_of(e) / publish.ANNEX)
    executed = notebook.parse(annex, shown)
    source = verification.project_notebook(e)
    wrong, items = verification.read_page(executed, source, e, core, shown, find)
    if wrong or items is None:
        raise NotebookFailed("the executed notebook is not what methodology and facts give", wrong)
    write_whole(folder / publish.ANNEX, annex, inside=folder)
    publish.write(executed, e, items, folder)
    manifest = provenance.manifest(e, folder)
    write_whole(folder / provenance.MANIFEST, provenance.canonical_json(manifest), inside=folder)
    return manifest


def _keep_failed(staging: Path, name: str, failure: NotebookFailed, project: Project) -> str:
    """Keep what a failed run left, apart from the official folder: the notebook and why it failed."""
    kept = project.failed / name
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    executed = staging / EXECUTED
    if executed.exists():
        os.replace(executed, kept / publish.ANNEX)
    lines = [failure.reason, *report(failure.findings)]
    write_whole(kept / "reason.txt", "\n".join(lines) + "\n")
    return project.shown(kept)


class _Clock:
    """Seconds per named step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = time.perf_counter() - begun

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def execution_differences(folder: Path, project: Project, timeout: int = 600) -> list[Finding]:
    """Run the notebook of an output folder again, aside, and say which files come out otherwise."""
    shown = project.shown(folder)
    try:
        recorded = verification.read_manifest(folder, shown)
    except Refused as refused:
        return refused.findings
    with (
        as_recorded(recorded, project) as project,
        kernel_environment(project),
        temporary_folder() as aside,
    ):
        try:
            parameters = verification.run_parameters(recorded, project, f"{shown}/{provenance.MANIFEST}")
            e = opened(evaluate_run(project, **parameters))
            _make_folders(aside)
            executed = _execute(e, aside, timeout, lambda done, of: None)
            _publish(executed, e, _prepared(e, aside), aside)
        except Refused as refused:
            return refused.findings
        except NotebookFailed as failure:
            return [*failure.findings, found("execution-failed", shown, reason=failure.reason)]
        except BaseException:
            kill_kernels()
            raise
        again = aside / BUILT
        differ = [
            path
            for path in (*recorded["outputs"], provenance.MANIFEST)
            if not all((place / path).is_file() for place in (folder, again))
            or (again / path).read_bytes() != (folder / path).read_bytes()
        ]
        return [
            *(
                found("cell-changes", f"{shown}/{publish.ANNEX}", None, place)
                for place in _changed(folder, again)
            ),
            *(found("execution-differs", f"{shown}/{path}") for path in differ),
        ]


def _changed(folder: Path, again: Path) -> list[str]:
    """The cells that show another thing in each of two folders; none where their code is not the same."""
    try:
        pages = [notebook.read_notebook(place / publish.ANNEX, "")["cells"] for place in (folder, again)]
    except Refused:  # which verification reports
        return []
    if [notebook.told(cell) for cell in pages[0]] != [notebook.told(cell) for cell in pages[1]]:
        return []
    return [f"cell {n}" for n, (one, other) in enumerate(zip(*pages, strict=True), start=1) if one != other]
