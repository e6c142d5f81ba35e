"""Worked cases of ranks and levels (tests/cases/ranking), and what holds of them always.

A file states categories, what tells units of one total apart (``phan_dinh``), levels (``muc``), and units
with their points, rank and level, worked by hand. An unknown key is an error.
"""

from pathlib import Path

import pytest

from ictindex.basics.strict_yaml import load
from ictindex.page.frames import add_up, points, rank
from ictindex.scoring.checks import all_checks
from ictindex.scoring.levels import reached
from ictindex.scoring.ties import tie_of
from tests.test_rule_language import number, only, told

CASES = Path(__file__).parent / "cases" / "ranking"
FILE = {"mo_ta", "can_cu", "cau", "hang_muc", "phan_dinh", "muc", "don_vi"}
UNIT = {"ten", "so_lieu", "thu_hang", "muc", "thieu", "phan_dinh"}
LEVEL = {"ten", "tu", "dau", "moi_hang_muc", "hang_muc"}
FILES = {path.stem: load(path, path.name).data for path in sorted(CASES.glob("*.yaml"))}


def level(words):
    only(LEVEL, words, "muc")
    names = {"tu": "low", "dau": "top", "moi_hang_muc": "each_category"}
    asks = {name: number(words[key]) for key, name in names.items() if key in words}
    named = {key: number(percent) for key, percent in words.get("hang_muc", {}).items()}
    return {"key": words["ten"], "label_vi": words["ten"], **asks, **({"categories": named} if named else {})}


@pytest.mark.parametrize("name", FILES)
def test_the_case_comes_out_as_signed(name, ranked_units):
    words = FILES[name]
    only(FILE, words, name)
    units = {unit["ten"]: {k: told(v) for k, v in unit["so_lieu"].items()} for unit in words["don_vi"]}
    categories = {key: number(most) for key, most in words["hang_muc"].items()}
    e = ranked_units(categories, units, words.get("phan_dinh", ()), [*map(level, words.get("muc", ()))])
    frame = rank(add_up(points(e), e), e).set_index("unit")
    for unit in words["don_vi"]:
        only(UNIT, unit, name)
        standing = e.at(e.methodology.root)[unit["ten"]]
        own = e.level(standing)
        assert (standing.rank, own and own.label_vi) == (unit["thu_hang"], unit.get("muc")), unit
        assert (frame["rank"][unit["ten"]], frame["level_name"][unit["ten"]]) == (
            unit["thu_hang"],
            unit.get("muc"),
        )
        tie = tie_of(e, standing)
        if "phan_dinh" in words:
            signed = unit.get("phan_dinh")
            assert (tie and "".join(node.id for node in tie[1])) == signed, unit
            assert bool(frame["tie_break"][unit["ten"]]) == (signed is not None)
        if own:
            above = [lacks for each, lacks in reached(e, standing) if each is not own]
            place = next(i for i, (each, _) in enumerate(reached(e, standing)) if each is own)
            assert [lack.what for lack in (above[place - 1] if place else [])] == unit.get("thieu", []), unit
    assert [check.name for check in all_checks(e) if check.holds is False] == []


def test_the_cases_are_there():
    assert len(FILES) == 4 and sum(len(words["don_vi"]) for words in FILES.values()) == 28
