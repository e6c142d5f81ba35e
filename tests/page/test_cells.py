"""What an edition's tables share: the group's column where there are groups, and the stamp."""

from ictindex.page import cells
from ictindex.page import shown as page


def test_a_group_has_a_column_only_where_there_are_several(small, egdi_2018):
    assert [column.key for column in cells.entity_columns(small)] == ["group_name", "unit", "unit_name"]
    assert [column.key for column in cells.entity_columns(egdi_2018)] == ["unit", "unit_name"]
    assert cells.entity_cells(small, small.inputs.entities[3]) == ["Cơ quan", "D", "Cơ quan Một"]
    assert cells.group_cells(egdi_2018, "all") == []


def test_only_what_is_made_up_is_stamped(small, egdi_2018):
    assert (cells.stamp(small), cells.stamp(egdi_2018)) == (page.STAMP, "")
