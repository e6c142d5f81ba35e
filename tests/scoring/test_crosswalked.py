"""Two years on the terms of the later one: worked cases that an officer can read, and what holds for all."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.strict_yaml import load
from ictindex.methodology.crosswalk import Crosswalk
from ictindex.scoring.crosswalked import across
from ictindex.scoring.outcomes import score
from tests.conftest import build_methodology_of, inputs_of

CASES = Path(__file__).parents[1] / "cases" / "crosswalk"
FILES = {path.stem: load(path, path.name).data for path in sorted(CASES.glob("*.yaml"))}
NONE = {"thiếu": "missing", "bí mật nhà nước": "withheld"}


def methodology_of(tree, aggregate="sum"):
    """Categories of criteria, each of which earns its answer of the same name."""

    def leaf(category, key, most):
        return {"max_points": most, "rule": {"value": f"{category}.{key}".replace(".", "_")}}

    criteria = {
        category: {
            "max_points": sum(leaves.values()),
            "aggregate": "sum",
            "criteria": {key: leaf(category, key, most) for key, most in leaves.items()},
        }
        for category, leaves in tree.items()
    }
    whole = sum(sum(leaves.values()) for leaves in tree.values())
    return build_methodology_of(criteria, aggregate=aggregate, max_points=whole, missing="leave_out")


def edition(methodology, units, attributes=None):
    given_of = {
        code: {key.replace(".", "_"): NONE.get(value, value) for key, value in answers.items()}
        for code, answers in units.items()
    }
    inputs = inputs_of(given_of, attributes=attributes)
    return SimpleNamespace(inputs=inputs, scores=score(methodology, inputs, {}, 2020))


def parts(stated):
    """As the file's model reads them."""
    several = [stated] if isinstance(stated, str) else stated or []
    return (
        {key: Fraction(part) for key, part in several.items()}
        if isinstance(several, dict)
        else dict.fromkeys(several, Fraction(1))
    )


def crosswalk_of(words):
    stated = {new: parts(old) for new, old in words["doi_chieu"].items()}
    return Crosswalk(methodology_of(words["bo_cu"]), methodology_of(words["bo_moi"]), stated)


def compared(crosswalk, before, now):
    old, new = (edition(m, {"A": year}) for m, year in ((crosswalk.before, before), (crosswalk.after, now)))
    return {one.node.id: one for one in across(old, new, crosswalk)}


@pytest.mark.parametrize("name", FILES)
def test_the_case_comes_out_as_worked_by_hand(name, subtests):
    words = FILES[name]
    crosswalk = crosswalk_of(words)
    assert {key: crosswalk.kind(key) for key in words["loai"]} == words["loai"]
    assert [node.id for node in crosswalk.gone] == words["khong_con"]
    for case in words["truong_hop"]:
        with subtests.test(case["mo_ta"]):
            told = compared(crosswalk, case["ky_truoc"], case["ky_nay"])
            assert {key: said(told[key], text) for key, text in case["ket_qua"].items()} == case["ket_qua"]


def said(one, wanted):
    """A comparison in the words of a case; how much was compared only where the case says so."""
    if one.because:
        return f"không so được, {one.because}"
    text = f"{one.before.points} → {one.now.points} trên {one.before.available}"
    return text + (f", {one.compared} trong {one.counted}" if re.search("trong", wanted) else "")


def test_the_cases_are_there():
    assert sorted(FILES) == ["ca_hang_muc", "doi_bo_tieu_chi", "hang_muc_doi_ten", "tach_va_gop", "trung_ma"]


TREE = {"a": {"x": 10, "y": 20}, "b": {"z": 5}}
POINTS = st.fixed_dictionaries(
    {"a.x": st.integers(0, 10), "a.y": st.integers(0, 20), "b.z": st.integers(0, 5)}
)


@given(before=POINTS, now=POINTS, aggregate=st.sampled_from(["sum", "geometric", "minimum"]))
def test_under_the_same_methodology_both_years_are_what_they_were(before, now, aggregate):
    m = methodology_of(TREE)
    root = m.root.criterion.model_copy(update={"aggregate": aggregate, "zeros": Fraction(0)})
    m = replace(m, root=replace(m.root, criterion=root))
    crosswalk = Crosswalk(m, m, {})
    old, new = (edition(m, {"A": year}) for year in (before, now))
    for one in across(old, new, crosswalk):
        assert one.before.points == old.scores.outcomes[one.node.id][0].points
        assert one.now.points == new.scores.outcomes[one.node.id][0].points
        assert one.compared == one.counted and not one.because


@given(before=POINTS, now=POINTS, part=st.fractions(0, 1).filter(lambda f: 0 < f < 1))
def test_what_is_divided_and_merged_again_is_what_it_was(before, now, part):
    """Whatever the parts: y goes to two criteria with the maxima of these parts, and their sum is y's."""
    new = methodology_of({"a": {"x": 10, "y1": 20 * part, "y2": 20 * (1 - part)}, "b": {"z": 5}})
    crosswalk = Crosswalk(methodology_of(TREE), new, {"a.y1": {"a.y": part}, "a.y2": {"a.y": 1 - part}})
    year = {"a.x": now["a.x"], "a.y1": part * now["a.y"], "a.y2": (1 - part) * now["a.y"], "b.z": now["b.z"]}
    told = compared(crosswalk, before, year)
    assert told["total"].before.points == sum(before.values())
    assert told["a"].before.points == before["a.x"] + before["a.y"]
    assert told["total"].now.points == sum(now.values())
    assert crosswalk.gone == ()


def test_a_unit_that_was_not_there_or_was_parted_is_told_so():
    m = methodology_of(TREE)
    full = {"a.x": 10, "a.y": 20, "b.z": 5}
    old = edition(m, {"A": full, "B": full, "C": full})
    new = edition(m, {"A": full, "BC": full, "N": full}, {"BC": {"predecessor": "B;C"}})
    told = {
        one.entity.code: one.because for one in across(old, new, Crosswalk(m, m, {})) if not one.node.depth
    }
    assert told == {"A": "", "BC": "parted", "N": "new"}


def test_what_does_not_apply_now_is_told_so():
    m = methodology_of(TREE)
    full = {"a.x": 10, "a.y": 20, "b.z": 5}
    told = compared(Crosswalk(m, m, {}), full, {**full, "b.z": "not_applicable"})
    assert told["b.z"].because == "not_applicable" and told["total"].before.points == 30
