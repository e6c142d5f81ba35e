"""A what-if written down: what sliders stand at as a file, and a file from elsewhere taken in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ictindex.basics import MAX_YAML_BYTES, Project, Refused, found, read_text, refuse_if, write_whole

_NOT_COVERED_VI = "Các đơn vị không thay đổi cách làm khi biết trọng số thay đổi."


def as_file(
    name: str, baseline: str, question_vi: str, categories: Mapping[str, int], group: str | None
) -> str:
    """The text of a what-if file; ``group``: the one whose categories these are, None where there is but one.

    ``templates/slider_exact.js`` of the pages writes the same.
    """
    points = (f"{key}: {f'{{{group}: {p}}}' if group else p}" for key, p in categories.items())
    return (
        f"what_if: {name}\nbaseline: {baseline}\nquestion_vi: {_quoted(question_vi)}\n"
        f"categories: {{{', '.join(points)}}}\nnot_covered_vi: [{_quoted(_NOT_COVERED_VI)}]\n"
    )


def _quoted(text: str) -> str:
    """In double quotes, as JSON and YAML both read them."""
    return json.dumps(text, ensure_ascii=False)


def suggested_name(categories: Mapping[str, int]) -> str:
    """A name that says what is moved: online_services-300."""
    named = "-".join(f"{key}-{points}" for key, points in categories.items())
    return named if len(named) <= 60 else f"{named[:50].rstrip('-_')}-v-v"


def save(name: str, text: str, project: Project) -> Path:
    """Write parameters/what_if/<name>.yaml; Refused where another what-if has that name."""
    path = project.what_if(name)
    if path.is_file() and path.read_text("utf-8") != text:
        raise Refused([found("what-if-there", project.shown(path), name=name)])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return path


def taken_in(path: Path, project: Project) -> str:
    """A what-if's file from anywhere, copied among the project's; its name."""
    text = read_text(path, path.as_posix(), MAX_YAML_BYTES)
    named = re.search(r"^what_if: *([a-z0-9][a-z0-9_-]*) *$", text, re.MULTILINE)
    refuse_if([] if named else [found("key-missing", path.as_posix(), None, "what_if", key="what_if")])
    name = named.group(1)
    if project.what_if(name).resolve() != path.resolve():
        save(name, text, project)
    return name
