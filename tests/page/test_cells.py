"""What an edition's tables share: whose row it is, and the stamp."""

from ictindex.page import cells
from ictindex.page import shown as page


def test_a_row_says_whose_it_is_by_code_and_by_name(small, egdi_2018):
    told = ["group", "group_name", "unit", "unit_name"]
    for e in (small, egdi_2018):
        assert [column.key for column in cells.entity_columns(e)] == told
    agency = ["agency", "Cơ quan", "D", "Cơ quan Một"]
    assert cells.entity_cells(small, small.inputs.entities[3]) == agency


def test_a_page_leaves_out_codes_and_the_name_of_an_only_group(small, egdi_2018):
    hidden = ["group", "group_name", "unit"]
    assert [column.key for column in cells.entity_columns(egdi_2018) if column.in_file_only] == hidden
    assert [column.key for column in cells.entity_columns(small) if column.in_file_only] == ["group", "unit"]


def test_only_what_is_made_up_is_stamped(small, egdi_2018):
    assert (cells.stamp(small), cells.stamp(egdi_2018)) == (page.STAMP, "")
