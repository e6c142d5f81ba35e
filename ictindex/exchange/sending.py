"""Forms into a folder as workbooks, each whole or not at all, on all processors where there are many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ictindex.basics import found, is_name, refuse_if, spread, write_whole
from ictindex.exchange.form_page import write_page
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form

Progress = Callable[[int, int], None]  # how many are written, of how many

_MANY = 150  # forms; fewer are written before other processes have started
_AT_ONCE = 8  # forms handed to a process in one go


def send(
    forms: Iterable[Form], folder: Path, progress: Progress | None = None, workers: int | None = None
) -> list[Path]:
    """Write each form into ``folder`` under a name made of its codes; the paths, in the order of the forms.

    Refused before anything is written where a sender's code cannot be a file's name, or two are one to a file
    system that knows no capitals. What else is in the folder stays. ``workers``: processes; by default one
    for a few forms, and as many as there are processors for many.
    """
    forms = list(forms)
    paths = [folder / form.file_name.lower() for form in forms]
    _refuse_bad_names(forms, paths)
    folder.mkdir(parents=True, exist_ok=True)
    write_each(_write, list(zip(forms, paths, strict=True)), progress, workers)
    return paths


def write_each(
    put: Callable, jobs: Sequence, progress: Progress | None = None, workers: int | None = None
) -> None:
    """Do each job of writing a file: one after the other, or many on all processors."""
    workers = workers or (1 if len(jobs) < _MANY else os.cpu_count() or 1)
    if workers == 1:
        _count((put(job) for job in jobs), len(jobs), progress)  # which lets no StopIteration end it early
        return
    with spread(put, jobs, workers, _AT_ONCE) as written:
        _count(written, len(jobs), progress)


def _write(job: tuple[Form, Path]) -> None:
    form, path = job
    write_whole(path, write(form))
    if form.score:  # a unit's survey, as a page too
        write_whole(path.with_suffix(".html"), write_page(form).encode())


def _count(written: Iterable[None], of: int, progress: Progress | None) -> None:
    for done, _ in enumerate(written, start=1):
        if progress:
            progress(done, of)


def _refuse_bad_names(forms: Sequence[Form], paths: Sequence[Path]) -> None:
    """What cannot name a file, or would be written over by another form of the same name."""
    seen: set[Path] = set()
    findings = []
    for form, path in zip(forms, paths, strict=True):
        for name in (form.edition, form.sender.lower()):
            if not is_name(name):
                findings.append(found("not-a-name", form.edition, name=name))
        if path in seen:
            findings.append(found("not-a-name", form.edition, name=form.sender))
        seen.add(path)
    refuse_if(findings)
