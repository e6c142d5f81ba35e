"""The list of units: by group, with what else they may be called."""

from ictindex.facts.inputs import Entity
from ictindex.page.unit_names import units_table


def test_units_stand_by_group_and_words_keep_those_that_have_them_all(small):
    units = [Entity("D", "Cơ quan Một", "agency", 2, {"alias": "CQ1"}), *small.inputs.entities[:1]]
    whole = units_table(small.methodology, units)
    assert [row[2:] for row in whole.rows] == [("A", "Bộ Một", ""), ("D", "Cơ quan Một", "CQ1")]
    assert [row[2] for row in units_table(small.methodology, units, ["cq1", "mot"]).rows] == ["D"]


def test_where_no_unit_has_the_words_the_list_says_so(small):
    none = units_table(small.methodology, small.inputs.entities, ["zzz"])
    assert none.rows == () and none.note_vi.startswith("Không có đơn vị nào")
