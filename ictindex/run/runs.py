"""Runs: output built aside from a plan, renamed when complete and verified."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ictindex.annex import files as publish
from ictindex.annex import provenance, verification
from ictindex.basics import VARIANTS, WHAT_IF, Finding, Project, Refused, found, report, swap, write_whole
from ictindex.page import Edition, broken_claims, notebook, opened, place_of
from ictindex.run.plans import Plan
from ictindex.run.processes import kernel_environment, kill_kernels, sweep, terminate_as_interrupt
from ictindex.what_if import evaluate_run

Progress = Callable[[str, str, int, int], None]  # edition, step, done, of


@dataclass(frozen=True)
class Result:
    """How one run ended; ``status``: 'built', 'refused' (its files) or 'failed' (its notebook).

    ``edition``: the plan's name, so of a what-if <edition>.<what-if>.
    """

    edition: str
    status: str
    seconds: float
    folder: str
    root: str = ""
    findings: list[Finding] = field(default_factory=list)
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "folder": self.folder,
            "root": self.root,
            "findings": [finding.as_dict() for finding in self.findings],
            "reason": self.reason,
        }


class Interrupted(BaseException):
    """The run was told to stop: nothing more is written."""


class NotebookFailed(Exception):
    """A cell raised, a kernel died or took too long, or the page is not what was recomputed."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()):
        super().__init__(reason)
        self.reason, self.findings = reason, list(findings)


# --- the run ----------------------------------------------------------------------------------------------


def run(plans: Sequence[Plan], project: Project, jobs: int, progress: Progress, timeout: int) -> list[Result]:
    """Run every plan, ``jobs`` at a time; the results in the order of the plans.

    ``timeout``: seconds a cell may take. KeyboardInterrupt kills the kernels, removes what is half built and
    is raised again.
    """
    importlib.import_module("ictindex.run.engine")  # before any thread: matplotlib looks into IPython
    sweep(project)
    stop = threading.Event()
    with kernel_environment(project), terminate_as_interrupt():
        pool = ThreadPoolExecutor(max_workers=jobs)
        futures = [pool.submit(_run_one, each, project, progress, timeout, stop) for each in plans]
        try:
            while wait(futures, timeout=0.2).not_done:
                pass  # a signal that another thread gets is handled here, but only when this one wakes up
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            while any(future.running() for future in futures):  # one may be starting a kernel just now
                kill_kernels()
                time.sleep(0.05)
            raise


def _run_one(plan: Plan, project: Project, progress: Progress, timeout: int, stop: threading.Event) -> Result:
    clock = _Clock()
    staging = project.building / f"{plan.name}.{os.getpid()}"
    shown = project.shown(project.output(plan.edition, plan.what_if))

    def tell(*step: Any) -> None:
        if stop.is_set():
            raise Interrupted
        progress(*step)

    try:
        result = _attempt(plan, project, staging, clock, tell, timeout)
    except Refused as refused:
        result = Result(plan.name, "refused", clock.total, shown, findings=refused.findings)
    except OSError as error:  # a full disk, a folder that may not be written
        where = project.shown(Path(error.filename)) if error.filename else shown
        finding = found("unwritable", where, problem=error.strerror or str(error))
        result = Result(plan.name, "refused", clock.total, shown, findings=[finding])
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    progress(plan.name, result.status, 0, 0)
    return result


def _attempt(
    plan: Plan, project: Project, staging: Path, clock: _Clock, tell: Progress, timeout: int
) -> Result:
    """Build an edition aside and put it in its place; or keep what its notebook left, and why it failed."""
    begun = datetime.now(UTC)
    shutil.rmtree(staging, ignore_errors=True)
    try:
        with clock("evaluate"):
            tell(plan.name, "evaluate", 0, 0)
            e = opened(evaluate_run(project, **plan.parameters))
            official = place_of(e)
            swap.recover(official)
        with clock("notebook"):
            ready = _in_background(publish.prepare)  # while the kernel works
            executed = _execute(plan, e, staging / "executed.ipynb", tell, timeout)
        with clock("publish"):
            tell(plan.name, "publish", 0, 0)
            ready.result()
            root = _publish(executed, e, staging / "annex")
    except NotebookFailed as failure:
        tell(plan.name, "keep", 0, 0)
        kept = _keep_failed(staging, plan.name, failure, project)
        return Result(plan.name, "failed", clock.total, kept, "", failure.findings, failure.reason)
    record = provenance.run_record(project, root, clock.seconds, begun)
    write_whole(staging / "annex" / provenance.RUN_RECORD, provenance.canonical_json(record))
    tell(plan.name, "replace", 0, 0)
    for aside in (WHAT_IF, VARIANTS):  # no part of the annex, but they lie in its folder
        if (official / aside).is_dir():
            shutil.copytree(official / aside, staging / "annex" / aside)
    swap.replace_folder(staging / "annex", official)
    shutil.rmtree(project.failed / plan.name, ignore_errors=True)
    broken = [found("self-check", project.shown(official), claim=name) for name in broken_claims(e)]
    return Result(plan.name, "built", clock.total, project.shown(official), root, broken)


def _execute(plan: Plan, e: Edition, path: Path, progress: Progress, timeout: int) -> dict[str, Any]:
    """The executed notebook, by papermill, in a fresh kernel; NotebookFailed with cell and reason."""
    from ictindex.run import engine

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        engine.execute(
            e.project.notebook(e.page),
            path,
            e.told,
            e.project.root,
            timeout,
            lambda done, of: progress(plan.name, "notebook", done, of),
        )
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


def _publish(executed: dict[str, Any], e: Edition, folder: Path) -> str:
    """Write the whole output folder but run.json, verified; the manifest's root digest."""
    annex = notebook.canonical(executed)
    shown = e.project.shown(place_of(e) / publish.ANNEX)
    executed = notebook.parse(annex, shown)
    wrong = list(verification.bad_page(executed, verification.project_notebook(e), e, shown))
    if wrong:
        raise NotebookFailed("the executed notebook is not what methodology and facts give", wrong)
    outputs = {publish.ANNEX: annex.encode(), **publish.files(executed, e)}
    manifest = provenance.manifest(e, outputs)
    for path, data in outputs.items():
        write_whole(folder / path, data)
    write_whole(folder / provenance.MANIFEST, provenance.canonical_json(manifest))
    return manifest["root"]


def _keep_failed(staging: Path, name: str, failure: NotebookFailed, project: Project) -> str:
    """Keep what a failed run left, apart from the official folder: the notebook and why it failed."""
    kept = project.failed / name
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    executed = staging / "executed.ipynb"
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
    with kernel_environment(project), terminate_as_interrupt(), tempfile.TemporaryDirectory() as aside:
        try:
            recorded = verification.read_manifest(folder, shown)
            parameters = verification.run_parameters(recorded, project, f"{shown}/{provenance.MANIFEST}")
            e = opened(evaluate_run(project, **parameters))
            path, again = Path(aside) / "executed.ipynb", Path(aside) / "annex"
            executed = _execute(Plan(e.edition, parameters), e, path, lambda *step: None, timeout)
            _publish(executed, e, again)
        except Refused as refused:
            return refused.findings
        except NotebookFailed as failure:
            return [*failure.findings, found("execution-failed", shown, reason=failure.reason)]
        except BaseException:
            kill_kernels()
            raise
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
