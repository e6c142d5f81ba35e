"""A table from any program on any system is read alike, and what cannot be read is named by its line."""

import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics import csv_file
from ictindex.basics.csv_file import Checked, read_csv, scan_csv
from ictindex.basics.findings import Refused

WANTED, ALSO = ("entity", "value"), ("note",)


@pytest.fixture
def table(tmp_path):
    def read(data: str | bytes, wanted=WANTED, also=ALSO):
        (tmp_path / "a.csv").write_bytes(data.encode() if isinstance(data, str) else data)
        return read_csv(tmp_path / "a.csv", "inputs/a.csv", wanted, also)

    return read


@pytest.fixture
def wrong(table):
    def refused(data: str | bytes, wanted=WANTED, also=ALSO) -> list[tuple[str, int | None, str]]:
        with pytest.raises(Refused) as refused:
            table(data, wanted, also)
        assert {finding.file for finding in refused.value.findings} == {"inputs/a.csv"}
        return [(finding.code, finding.row, finding.column) for finding in refused.value.findings]

    return refused


PLAIN = [(2, {"entity": "A", "value": "1"}), (3, {"entity": "B", "value": "Bộ"})]


@pytest.mark.parametrize(
    "data",
    [
        "entity,value\nA,1\nB,Bộ\n".encode(),
        "entity,value\nA,1\nB,Bộ".encode(),
        "entity,value\nA,1\nB,Bộ\n".encode("utf-8-sig"),
        "entity,value\r\nA,1\r\nB,Bộ\r\n".encode(),
        "entity,value\rA,1\rB,Bộ\r".encode(),
        "entity;value\nA;1\nB;Bộ\n".encode(),
        "entity\tvalue\nA\t1\nB\tBộ\n".encode(),
        '"entity","value"\n"A","1"\n"B","Bộ"\n'.encode(),
        " entity , value \n A , 1\nB,\u00a0Bộ \n".encode(),
        "entity,value\nA,1\nB,Bo\u0323\u0302\n".encode(),
    ],
    ids=[
        "plain",
        "no last line end",
        "BOM",
        "Windows",
        "old Mac",
        "semicolon",
        "tab",
        "quoted",
        "spaces",
        "NFD",
    ],
)
def test_a_table_from_any_program_reads_alike(table, data):
    assert table(data) == PLAIN


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_the_line_by_which_excel_tells_its_separator_is_no_row(table, sign):
    """With the decimal commas of the cells, and lines counted as an editor counts them."""
    value = "0,5" if sign != "," else '"0,5"'
    data = f"\ufeff\r\nsep={sign}\r\n\r\nentity{sign}value\r\nA{sign}{value}\r\n"
    assert [(row.number, row.cells) for row in table(data)] == [(5, {"entity": "A", "value": "0,5"})]


@pytest.mark.parametrize("column", ["label_vi", "note", "why", "who"])
def test_damaged_letters_of_a_label_or_a_note_are_a_finding_at_their_cell(tmp_path, column):
    path, findings = tmp_path / "a.csv", []
    path.write_text(f"entity,{column}\nA,Sở Nội vụ\nB,Së Néi vô\nC,Sá»Ÿ Ná»™i vá»¥\n", "utf-8")
    table = Checked(path, "a.csv", (("entity", column), ()), findings)
    assert len(list(table.until_enough())) == 3
    assert [(f.code, f.row, f.column) for f in findings] == [
        ("form-old-letters", 3, column),
        ("form-old-letters", 4, column),
    ]


def test_a_decimal_comma_stands_between_semicolons(table):
    assert table("entity;value\nA;0,33\nB;1.234,5\n") == [
        (2, {"entity": "A", "value": "0,33"}),
        (3, {"entity": "B", "value": "1.234,5"}),
    ]


def test_signs_that_separate_no_cells_are_part_of_them(table):
    assert table('entity;value\nA;"1;2"\nB;a,b\tc\n') == [
        (2, {"entity": "A", "value": "1;2"}),
        (3, {"entity": "B", "value": "a,b\tc"}),
    ]


def test_quotes_are_doubled_inside_quotes(table):
    assert table('entity,value\nA,"so ""called"""\n')[0].cells["value"] == 'so "called"'


def test_a_row_bears_the_number_of_the_line_on_which_it_begins(table):
    rows = table('entity,value\n\nA,"two\nlines"\n\n\nB,"x\n\n\ny"\nC,1\n')
    assert [(row.number, row.cells["entity"]) for row in rows] == [(3, "A"), (7, "B"), (11, "C")]
    assert rows[0].cells["value"] == "two\nlines"


def test_blank_lines_and_lines_of_empty_cells_say_nothing_wherever_they_stand(table):
    rows = table("\n \n,,\nentity,value\n\n,\n  ,  \nA,1\n\n,\n")
    assert rows == [(8, {"entity": "A", "value": "1"})]


def test_columns_may_stand_in_any_order_and_further_ones_only_where_they_are_known(table, wrong):
    assert table("note,value,entity\nx,1,A\n")[0].cells == {"note": "x", "value": "1", "entity": "A"}
    assert table("entity,value,area\nA,1,north\n", also=None)[0].cells["area"] == "north"
    assert wrong("entity,value,area\nA,1,north\n") == [("column-unknown", 1, "area")]


@pytest.mark.parametrize(
    ("data", "findings"),
    [
        ("", [("csv-empty", None, "")]),
        ("\ufeff", [("csv-empty", None, "")]),
        ("\n\n \n,,,\n;;\n", [("csv-empty", None, "")]),
        ("entity,value\n", [("no-rows", None, "")]),
        ("entity,value\n\n,\n", [("no-rows", None, "")]),
        ("value\n1\n", [("column-missing", 1, "entity")]),
        ("\n\nvalue\n1\n", [("column-missing", 3, "entity")]),
        ("entity  x\nA 1\n", [("column-missing", 1, "entity"), ("column-unknown", 1, "entity  x"),
                               ("column-missing", 1, "value")]),
        ("Entity,value\nA,1\n", [("column-unknown", 1, "Entity"), ("column-missing", 1, "entity")]),
        ("entity,value,value\nA,1,1\n", [("column-twice", 1, "value")]),
        ("entity,value,value,value\nA,1,1,1\n", [("column-twice", 1, "value"), ("column-twice", 1, "value")]),
        ("entity,value,,\nA,1,,\n", [("column-unnamed", 1, ""), ("column-unnamed", 1, "")]),
        ("entity,value\nA\nB,1\nC,1,2\n", [("row-length", 2, ""), ("row-length", 4, "")]),
        ('entity,value\nA\nB,1\nC,"open\nD,1\nE,1\n', [("row-length", 2, ""), ("csv-syntax", 4, "")]),
        ('entity,value\nA,"x"y\nB\n', [("csv-syntax", 2, "")]),
        ('entity,"value\nA,1\n', [("csv-syntax", 1, "")]),
        (f"entity,value\nA,1\nB,{'x' * 131_073}\n", [("csv-syntax", 3, "")]),
        ("entity,value\nA,1\0\n", [("nul-byte", 2, "")]),
        ("entity,value\nA,\x1b[31m\n", [("control-character", 2, "")]),
        ("entity,value\nA,Bộ\n".encode("utf-16"), [("not-utf8", 1, "")]),
        ("entity,value\nA,1\nB,Bô\u0323\n".encode("cp1258"), [("not-utf8", 3, "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_named_at_its_line(wrong, data, findings):
    assert wrong(data) == findings


def test_a_cell_is_held_to_its_limit_whatever_another_library_has_set(wrong):
    before = csv.field_size_limit(10**9)
    try:
        assert wrong(f"entity,value\nA,{'x' * 131_073}\n") == [("csv-syntax", 2, "")]
    finally:
        csv.field_size_limit(before)


def test_a_misspelt_column_is_answered_by_the_one_that_is_meant(table):
    with pytest.raises(Refused) as refused:
        table("entity,Vallue,xyz\nA,1,2\n")
    said = {(f.code, f.column): (f.message(), f.remedy(), f.remedy("vi")) for f in refused.value.findings}
    assert said["column-missing", "value"][0] == "there is no column “value” (there are: entity, Vallue, xyz)"
    assert said["column-unknown", "Vallue"][1:] == ("did you mean “value”?", "có phải “value”?")
    assert said["column-unknown", "xyz"][1] == "known: entity, value, note"


def test_a_column_without_name_is_named_by_its_place(table):
    with pytest.raises(Refused) as refused:
        table("entity,,value\nA,1,2\n")
    assert "column 2 has no name" in str(refused.value)


def test_a_row_of_the_wrong_length_says_how_many_cells_there_are(table):
    with pytest.raises(Refused) as refused:
        table("entity,value\nA,1,5\n")
    assert "the row has 3 cells, 2 are wanted" in str(refused.value)


def test_scan_gives_the_whole_rows_beside_what_is_wrong_with_the_others(tmp_path):
    (tmp_path / "a.csv").write_text('entity,value\nA,1\nB\nC,3\nD,"open\n')
    rows, findings = scan_csv(tmp_path / "a.csv", "a.csv", WANTED, ALSO)
    assert [(row.number, row.cells["entity"]) for row in rows] == [(2, "A"), (4, "C")]
    assert [(finding.code, finding.row) for finding in findings] == [("row-length", 3), ("csv-syntax", 5)]


def test_a_million_empty_rows_are_nothing_and_take_no_time(table):
    begun = time.process_time()
    assert table("entity,value\n" + "\n" * 500_000 + ",\n" * 500_000 + "A,1\n") == [
        (1_000_002, {"entity": "A", "value": "1"})
    ]
    assert time.process_time() - begun < 10


def test_a_file_that_is_wrong_in_every_row_is_given_up_after_ten_thousand(wrong):
    begun = time.process_time()
    findings = wrong("entity,value\n" + "A\n" * 1_000_000)
    assert len(findings) == 10_001
    assert findings[-2:] == [("row-length", 10_001, ""), ("too-many", 10_001, "")]
    assert time.process_time() - begun < 10


@given(st.binary(max_size=200) | st.text(alphabet='entity,value;\t\n\r" A1', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_refused_and_never_another_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        assert read_csv(path, "any.csv", WANTED, None)
    except Refused as refused:
        assert refused.findings


CELL = st.text(alphabet="aÂ1,;\t\"' \n.", max_size=8).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1), st.sampled_from(",;\t"))
def test_what_python_writes_is_read_back(tmp_path_factory, cells, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([WANTED, *cells])
    path = tmp_path_factory.getbasetemp() / "back.csv"
    path.write_text(written.getvalue(), "utf-8", newline="")
    said = [pair for pair in cells if any(pair)]
    if not said:
        return
    rows = read_csv(path, "back.csv", WANTED, ())
    assert [tuple(row.cells.values()) for row in rows] == said


# --- what it may cost -------------------------------------------------------------------------------------


def cost(attempt):
    """Seconds of the processor and the most bytes that were held at once."""
    tracemalloc.start()
    begun = time.process_time()
    attempt()
    seconds, (_, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, most


@pytest.mark.parametrize("name", ["c{}", "c"])
def test_a_header_of_a_hundred_thousand_columns_is_refused_at_once(wrong, name):
    header = ",".join(name.format(i) for i in range(100_000))
    begun = time.process_time()
    assert wrong(f"{header}\n{'1,' * 99_999}1\n", also=None) == [("csv-columns", 1, "")]
    assert time.process_time() - begun < 2


def test_five_hundred_columns_are_read(table):
    header = ",".join(["entity", "value", *(f"c{i}" for i in range(498))])
    (row,) = table(f"{header}\n{'1,' * 499}1\n", also=None)
    assert len(row.cells) == 500


def test_a_table_is_read_a_row_at_a_time(tmp_path):
    (tmp_path / "a.csv").write_text("entity,value\n" + "unit,12345\n" * 40_000)
    read = Checked(tmp_path / "a.csv", "a.csv", (WANTED, ALSO), [])
    seconds, most = cost(lambda: sum(1 for _ in read.until_enough()))
    assert (read.count, read.whole, read.findings) == (40_000, True, [])
    assert most < 8_000_000  # held as a whole it would be 24 MB
    assert seconds < 8


@pytest.mark.parametrize(
    ("limit", "text", "finding"),
    [
        ("MAX_ROWS", "entity,value\n" + "A,1\n" * 4, ("csv-rows", 5)),
        ("MAX_BLANK_LINES", "entity,value\nA,1\n" + "\n" * 3 + ",\n", ("csv-blank", 6)),
        ("MAX_BLANK_LINES", "\n \n,\n\nentity,value\nA,1\n", ("csv-blank", 4)),
        ("MAX_LINE", "a,b\nA,1\n", None),
        ("MAX_LINE", "a,b\n\nA,12\n", ("line-long", 3)),
    ],
)
def test_beyond_a_limit_a_table_is_refused_at_its_line(tmp_path, monkeypatch, limit, text, finding):
    monkeypatch.setattr(csv_file, limit, 3)
    (tmp_path / "a.csv").write_text(text)
    if finding is None:
        assert len(read_csv(tmp_path / "a.csv", "a.csv", (), None)) == 1
        return
    with pytest.raises(Refused) as refused:
        read_csv(tmp_path / "a.csv", "a.csv", (), None)
    assert [(f.code, f.row) for f in refused.value.findings] == [finding]


def test_the_limits_let_fifty_thousand_units_answer_a_hundred_questions():
    assert csv_file.MAX_ROWS >= 50_000 * 100
    assert csv_file.MAX_CSV_BYTES >= 50_000 * 100 * 75  # bytes of a row with its source


def test_what_cannot_be_read_of_a_table_is_known_after_reading(tmp_path):
    (tmp_path / "a.csv").write_text("entity,value\nA,1\nB\n")
    read = Checked(tmp_path / "a.csv", "a.csv", (WANTED, ALSO), [])
    assert [row.number for row in read.rows()] == [2] and read.findings == []
    assert [row.number for row in read.until_enough()] == [2]
    assert (read.count, read.whole, [f.code for f in read.findings]) == (1, False, ["row-length"])


@pytest.mark.parametrize("before", [0, 1, 65_530, 65_535, 65_536, 2**20 - 4, 2**20 + 1])
def test_a_word_is_found_wherever_it_stands_and_however_capital(before, tmp_path):
    table = Checked(tmp_path / "t.csv", "t.csv", ((), None), [])
    text = "ă\n" * (before // 3) + "x" * (before % 3)
    table.path.write_text(f"{text}WithHeld,", "utf-8")
    assert table.says("withheld")
    table.path.write_text(f"{text}With\nheld,", "utf-8")
    assert not table.says("withheld")


def test_no_word_stands_in_a_file_that_cannot_be_read(tmp_path):
    assert not Checked(tmp_path / "none.csv", "none.csv", ((), None), []).says("withheld")
