"""Large tables stand beside the page: every cell as it was, and no other file is taken for theirs."""

import csv
import io
import shutil
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.page import columnar
from ictindex.page.publishing import Unreadable, published, table
from ictindex.page.shown import MIME

ROWS = 30
WORDS = st.none() | st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(columnar, "LARGE", 5)
    monkeypatch.setattr(columnar, "_AT_A_TIME", 7)


def frame(texts=("=a", None, "c,d", 'e"', "dòng")):
    return pd.DataFrame(
        {
            "unit": [f"u{n}" for n in range(ROWS)],
            "text": pd.Series([texts[n % len(texts)] for n in range(ROWS)], dtype=object),
            "whole": pd.Series([None if n == 3 else n for n in range(ROWS)], dtype=object),
            "exact": pd.Series([Fraction(n, 3) for n in range(ROWS)], dtype=object),
            "huge": pd.Series([10**30 + n for n in range(ROWS)], dtype=object),
            "plot": [n / 7 for n in range(ROWS)],
        }
    )


def large(folder, name="many", **more):
    with columnar.beside(folder):
        return table(name, frame(**more))


def page(view):
    """A notebook of one cell that shows a table."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [{"data": view._repr_mimebundle_()}]}
    return {"cells": [cell]}


def read_again(notebook, folder):
    (item,) = published(notebook, lambda place, digest: folder / f"{digest}.parquet")
    return item.view


@given(texts=st.lists(WORDS, min_size=1, max_size=9))
def test_no_cell_of_a_large_table_is_another_than_in_the_page(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("beside")
    whole, beside = table("many", frame(texts)), large(folder, texts=texts)
    assert isinstance(beside.rows, columnar.Columnar) and beside.columns == whole.columns
    assert beside.cells == whole.cells
    written = b"".join(beside.rows.csv("")).decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == list(
        csv.reader(io.StringIO(whole.csv(), newline=""))
    )


def test_the_page_has_the_first_rows_and_the_digest(tmp_path):
    frame_of_many = frame()
    frame_of_many.attrs["shown"] = 4
    with columnar.beside(tmp_path):
        view = table("many", frame_of_many)
    payload = view._repr_mimebundle_()[MIME]
    assert payload["csv"].count("\n") == 1 + 4 and payload["rows"] == ROWS
    assert (tmp_path / f"{payload['beside']}.parquet").is_file()
    assert read_again(page(view), tmp_path).cells == view.cells


def test_without_a_folder_a_large_table_is_whole_in_the_page():
    assert isinstance(table("many", frame()).rows, tuple)


def test_rows_are_sliced_and_chosen_as_those_of_a_tuple(tmp_path):
    rows, whole = large(tmp_path).rows, table("many", frame()).rows
    for at in (slice(3), slice(9, 20), slice(None, None, 4), slice(0, 0), slice(25, 99)):
        assert [row[0] for row in rows[at]] == [row[0] for row in whole[at]]
    assert rows[11][3] == Fraction(11, 3) and len(rows) == ROWS
    assert [row[0] for row in rows.where("unit", ["u2", "u28", "nobody"])] == ["u2", "u28"]


def test_a_stamp_is_in_a_column_of_its_own_on_every_row(tmp_path):
    written = b"".join(large(tmp_path).rows.csv("MINH HỌA")).decode()
    head, *rows = csv.reader(io.StringIO(written, newline=""))
    assert head[-1] == "stamp" and {row[-1] for row in rows} == {"MINH HỌA"} and len(rows) == ROWS


def test_equal_tables_are_equal_bytes_and_other_ones_are_told_apart(tmp_path):
    one, again, other = large(tmp_path / "a"), large(tmp_path / "b"), large(tmp_path / "c", texts=["x"])
    assert one.rows.sha256 == again.rows.sha256
    assert one.rows.same(again.rows) and not one.rows.same(other.rows)


def test_tables_that_are_packed_otherwise_are_the_same(tmp_path):
    from pyarrow import parquet

    one = large(tmp_path).rows
    path = tmp_path / "plain.parquet"
    parquet.write_table(parquet.read_table(one.path), path, compression="none", row_group_size=9)
    other = columnar.Columnar(path, columnar.file_sha256(path), one._read)
    assert other.sha256 != one.sha256 and one.same(other)


def gone(path, other):
    path.unlink()


def changed(path, other):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def exchanged(path, other):
    shutil.copy(other, path)


@pytest.mark.parametrize("harm", [gone, changed, exchanged])
def test_a_page_whose_file_is_gone_or_another_is_unreadable(tmp_path, harm):
    view = large(tmp_path)
    notebook = page(view)
    harm(view.rows.path, large(tmp_path / "other", texts=["x"]).rows.path)
    with pytest.raises(Unreadable, match="is not there, or is another"):
        read_again(notebook, tmp_path)


def test_what_is_no_table_is_refused_whatever_its_digest(tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and nothing more PAR1")
    with pytest.raises(ValueError):
        columnar.Columnar(path, columnar.file_sha256(path), [str])


def test_a_page_that_says_other_first_rows_than_its_file_has_is_unreadable(tmp_path):
    view = large(tmp_path)
    notebook = page(view)
    payload = notebook["cells"][0]["outputs"][0]["data"][MIME]
    payload["csv"] = payload["csv"].replace("u1,", "u9,", 1)
    with pytest.raises(Unreadable):
        read_again(notebook, tmp_path)
