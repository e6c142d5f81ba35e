"""JSON from elsewhere is plain values or a finding, whatever its numbers and however many its lists."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.basics.json_text import parse_json


def refused(text):
    with pytest.raises(Refused) as refused:
        parse_json(text, "a.json")
    return [(finding.code, finding.file, finding.row) for finding in refused.value.findings]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    )
)
def test_what_python_writes_is_read_as_python_reads_it(value):
    assert parse_json(json.dumps(value), "a.json") == value


def test_a_number_of_five_thousand_digits_is_a_finding_with_its_row():
    assert refused('{\n "a": 1,\n "b": ' + "9" * 5_000 + "}") == [("json-number", "a.json", 3)]
    assert refused("[-" + "9" * 4_001 + "]") == [("json-number", "a.json", 1)]
    assert parse_json("[" + "9" * 4_000 + "]", "a.json") == [10**4_000 - 1]


def test_more_lists_and_objects_than_a_page_has_are_a_finding():
    assert refused("[" + "[],{}," * 150_000 + "0]") == [("json-values", "a.json", None)]
    assert len(parse_json("[" + "[],{}," * 149_999 + "0]", "a.json")) == 299_999


def test_what_is_no_json_is_a_finding_with_its_row():
    assert refused('{\n "a": \n') == [("json-syntax", "a.json", 3)]
