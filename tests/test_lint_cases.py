"""Worked slips (tests/cases/lint): one thing is written wrong in a real file, and what lint tells of it.

A case names an edition (``ky``), a file of it, what stands there and what is written instead, and the code of
each finding with words of its remedy. What lint says of the file as it is shipped is not counted.
"""

import copy
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused, nearest
from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import Document, load
from ictindex.methodology.decision import MethodologyFile
from ictindex.methodology.reading import build_methodology
from ictindex.methodology.reference import example
from ictindex.methodology.schema import Many, Strict, Text
from ictindex.methodology.shapes import known_keys
from ictindex.run.check_all import lint

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases" / "lint"


class Case(Strict):
    mo_ta: Text
    ky: Text
    tep: Text
    thay: Text
    bang: str
    bao: dict[str, str]


class CaseFile(Strict):
    mo_ta: Text
    can_cu: Text
    truong_hop: Many[Case]


EVERY_CASE = [
    pytest.param(case, id=f"{path.stem}: {case.mo_ta}")
    for path in sorted(CASES.glob("*.yaml"))
    for case in CaseFile.model_validate(load(path, path.name).data).truong_hop
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The real parameters, pages and inputs, to be written wrong."""
    root = tmp_path_factory.mktemp("slips")
    for folder in ("parameters", "notebooks", "inputs"):
        shutil.copytree(ROOT / folder, root / folder)
    return Project(root)


@pytest.fixture(scope="module")
def shipped(project):
    """What lint says of an edition as it is shipped: shipped("qd375-2020")."""
    return cache(lambda edition: told(project, edition))


def told(project, edition):
    return set(map(as_text, lint(project, [edition])))


def as_text(finding):
    return finding.code, finding.file, finding.row, finding.column, finding.sentence("vi")


@pytest.mark.parametrize("case", EVERY_CASE)
def test_the_slip_is_told_as_signed(case, project, shipped):
    path = project.root / case.tep
    right = path.read_text("utf-8")
    assert case.thay in right
    before = shipped(case.ky)
    path.write_text(right.replace(case.thay, case.bang, 1), "utf-8")
    try:
        findings = told(project, case.ky) - before
    finally:
        path.write_text(right, "utf-8")
    assert {code for code, *_ in findings} == set(case.bao)
    at = right[: right.index(case.thay)].count("\n") + 1
    for code, file, _, _, sentence in findings:
        assert (file, case.bao[code] in sentence) == (case.tep, True), sentence
    rows = {row for _, _, row, _, _ in findings}
    assert not (findings and case.bang) or rows & {at, at + case.bang.rstrip("\n").count("\n")}


# --- whatever key is misspelt -----------------------------------------------------------------------------


def keys(data, path=()):
    """The path of every key of the example that the language names, also inside lists."""
    if isinstance(data, list):
        for n, each in enumerate(data):
            yield from keys(each, (*path, n))
    if isinstance(data, dict):
        named = known_keys(MethodologyFile, path)
        for key, below in data.items():
            if key in named:
                yield (*path, key)
            yield from keys(below, (*path, key))


KEYS = list(keys(example().data))
LETTERS = "abcdefghijklmnopqrstuvwxyz_"


@st.composite
def misspelt(draw):
    """A key of the example, and the same with a letter lost, doubled, changed, or two exchanged."""
    path = draw(st.sampled_from([path for path in KEYS if len(path[-1]) > 3]))
    word = path[-1]
    at = draw(st.integers(0, len(word) - 2))
    wrong = draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + draw(st.sampled_from(LETTERS)) + word[at + 1 :],
            ]
        ).filter(lambda each: each not in known_keys(MethodologyFile, path[:-1]))
    )
    return path, wrong


@given(misspelt())
def test_any_key_misspelt_by_a_letter_is_told_at_its_line_with_one_that_is_as_near(slip):
    path, wrong = slip
    right = example()
    data = copy.deepcopy(right.data)
    inside = data
    for part in path[:-1]:
        inside = inside[part]
    renamed = {wrong if key == path[-1] else key: below for key, below in inside.items()}
    inside.clear()
    inside.update(renamed)
    lines = {
        (*at[: len(path) - 1], wrong, *at[len(path) :]) if at[: len(path)] == path else at: line
        for at, line in right.lines.items()
    }
    with pytest.raises(Refused) as refused:
        build_methodology(Document("example.yaml", data, lines), "example")
    (finding,) = [each for each in refused.value.findings if each.code == "key-unknown"]
    assert finding.row == right.lines[path]
    known = known_keys(MethodologyFile, path[:-1])
    if nearest(wrong, [path[-1]]):  # near enough to be known again
        meant = finding.remedy("vi").removeprefix("có phải “").removesuffix("”?")
        assert meant == path[-1] or (meant in known and nearest(wrong, [path[-1], meant]) == meant)
