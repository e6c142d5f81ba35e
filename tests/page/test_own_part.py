"""One unit's part of what a page publishes: its own rows whole, and not a word of another unit."""

from __future__ import annotations

import pandas as pd
import pytest

from ictindex.page import frames
from ictindex.page.own_part import own_part
from ictindex.page.publishing import table
from ictindex.page.trust import criteria

NAMES = {"A": "Bộ Một", "B": "Bộ Hai", "C": "Bộ Hai và Ba"}


def cut(rows, unit="B", name="anything", note="", columns=("unit", "unit_name", "said")):
    return own_part(table(name, pd.DataFrame(rows, columns=columns), note=note), unit, NAMES)


def test_only_its_own_rows_are_left_and_what_was_bold_stays_bold(small):
    points = frames.points(small)
    points.attrs["bold"] = [n for n, code in enumerate(points.unit) if code == "B"][:1]
    names = {entity.code: entity.label_vi for entity in small.inputs.entities}
    own = own_part(table("points", points), "B", names)
    whole = table("points", points)
    wanted = [row for row in whole.rows if row[whole.keys.index("unit")] == "B"]
    assert list(own.rows) == wanted and own.emphasis == {0}


@pytest.mark.parametrize("said", ["thấp hơn Bộ Một", "BỘ MỘT: 3", "A", "như Bộ Hai và Ba", "(C)"])
def test_a_text_that_names_another_unit_is_left_out(said):
    assert cut([("B", "Bộ Hai", said)]).rows == (("B", "Bộ Hai", None),)


@pytest.mark.parametrize("said", ["Bộ Hai: 3", "An toàn", "Bộ Mộta", "326; 424"])
def test_any_other_text_stays(said):
    assert cut([("B", "Bộ Hai", said)]).rows == (("B", "Bộ Hai", said),)


def test_a_name_inside_the_units_own_is_no_other_unit():
    assert cut([("C", "Bộ Hai và Ba", "x")], "C").rows == (("C", "Bộ Hai và Ba", "x"),)


def test_a_note_that_names_another_unit_is_left_out():
    assert cut([("B", "Bộ Hai", "x")], note="Không xếp hạng: Bộ Một.").note_vi == ""
    assert cut([("B", "Bộ Hai", "x")], note="Xếp theo mã.").note_vi == "Xếp theo mã."


def test_a_table_that_tells_of_several_units_is_left_out(small):
    assert own_part(table("pairs", pd.DataFrame({"above": ["B"], "below": ["A"]})), "B", NAMES) is None
    assert cut([("A", "Bộ Một", "x")]) is None
    assert own_part(table("criteria", criteria(small)), "B", NAMES) == table("criteria", criteria(small))
