"""A page that came back is data: read as a workbook's cells are, and nothing of it is run or believed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.exchange.cells import MAX_CELLS
from ictindex.exchange.collection import collect
from ictindex.exchange.form_page import page_name, write_page
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.number_formats import NUMBER
from ictindex.exchange.saved_page import MAX_ANSWERS, is_page, read_page
from ictindex.exchange.spreadsheet import read_workbook

EMPTY = '<script type="application/json" id="phieu-da-dien">'


def page(said, text=None) -> bytes:
    inside = json.dumps(said).replace("<", "\\u003c") if text is None else text
    return f"<!DOCTYPE html>{EMPTY}{inside}</script>".encode()


def sheets(*cells, name="Bìa"):
    return {"sheets": [{"name": name, "cells": [*cells]}]}


def refused(data) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_workbook(data, "phieu.html")
    return [finding.code for finding in caught.value.findings]


def test_cells_are_text_unless_they_are_marked_as_numbers():
    (grid,) = read_page(page(sheets([5, 2, " Có "], [6, 2, "12.5", "n"], [7, 2, ""])), "x").sheets
    assert {at: (cell.at, cell.kind, cell.text) for at, cell in grid.cells.items()} == {
        (5, 2): ("B5", "text", " Có "),
        (6, 2): ("B6", NUMBER, "12.5"),
    }


@pytest.mark.parametrize(
    "said",
    [
        sheets([1, 1, "a"], [1, 1, "b"]),
        sheets([0, 1, "a"]),
        sheets([1, 16_385, "a"]),
        sheets([True, 1, "a"]),
        sheets([1, 1, 5]),
        sheets([1, 1, "1e9", "n"]),
        sheets([1, 1, "1" * 41, "n"]),
        sheets([1, 1, "²", "n"]),
        sheets([1, 1]),
        {"sheets": {}},
        {"sheets": [{}] * 21},
        [],
        7,
    ],
)
def test_whatever_no_page_of_ours_writes_is_a_broken_form(said):
    assert refused(page(said)) == ["form-corrupt"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        '{"sheets":[',
        "NaN",
        "1" * 5000,
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_broken_data_is_a_broken_form(text):
    assert refused(page(None, text)) == ["form-corrupt"]


def test_two_places_of_answers_are_none():
    assert refused(page(sheets()) + page(sheets())) == ["form-corrupt"]
    assert refused(f"<p>{EMPTY}".encode()) == ["form-corrupt"]


def test_limits_are_those_of_other_files():
    assert refused(page(None, " {" + "1" * MAX_ANSWERS)) == ["too-large"]
    many = [[i // 100 + 1, i % 100 + 1, "x"] for i in range(MAX_CELLS + 1)]
    assert refused(page(None, json.dumps(sheets(*many)).replace(" ", "")[:MAX_ANSWERS])) in (
        ["form-corrupt"],
        ["form-cells"],
        ["too-large"],
    )
    assert refused(page(sheets([1, 1, "x" * 32_768]))) == ["form-corrupt"]


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_mark_are_cells_or_a_refusal(data):
    try:
        read_workbook(EMPTY.encode() + data + b"</script>", "x")
    except Refused as caught:
        assert caught.findings


def test_a_page_on_which_nothing_was_saved_is_said_to_be_so(mini):
    context = read_context("mini-2020", mini)
    form = survey(context, context.entities[0])
    blank = write_page(form).encode()
    assert is_page(blank) and refused(blank) == ["page-not-saved"]
    folder = mini.root / "nhan" / "2020-12-20"
    folder.mkdir(parents=True)
    (folder / page_name(form)).write_bytes(blank)
    (folder / "báo chí.html").write_text("<p>Bài báo", "utf-8")
    result = collect("mini-2020", mini.root / "nhan", mini, jobs=0)
    (verdict,) = result.verdicts
    assert (verdict.state, verdict.addressed[1], verdict.why) == ("unreadable", "A", "page-not-saved")
    assert result.orphans == ("2020-12-20/báo chí.html",)
