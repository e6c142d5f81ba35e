"""YAML is read as it is written: nothing twice, nothing constructed, nothing guessed, all with its line."""

import time
from decimal import Decimal
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ictindex.basics import strict_yaml
from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import Document, load, parse, scan


def found_in(text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(Refused) as refused:
        parse(text, "a.yaml")
    return [(finding.code, finding.row, finding.column) for finding in refused.value.findings]


# --- values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("0", 0),
        ("0.1", Decimal("0.1")),
        ("-2.50", Decimal("-2.50")),
        ("0.10000000000000000000000000000000001", Decimal("0.10000000000000000000000000000000001")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2018-01-02", "2018-01-02"),
        ("12:30", "12:30"),
        ("007", "007"),
        ("0.", "0."),
        (".5", ".5"),
        ("+5", "+5"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("no", "no"),
        ("No", "No"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("1.2.3", "1.2.3"),
        ("1,5", "1,5"),
        ("9" * 41, "9" * 41),
        ('"12"', "12"),
        ("'0.5'", "0.5"),
        ('"true"', "true"),
        ("'null'", "null"),
        ('""', ""),
        ('"2018-01-02"', "2018-01-02"),
        ("|\n  007\n", "007\n"),
        (">-\n  1\n  2\n", "1 2"),
        ("[1, '1', a]", [1, "1", "a"]),
        ("{b: 1.5}", {"b": Decimal("1.5")}),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_a_value_is_what_is_written(written, value):
    read = parse(f"a: {written}\n", "a.yaml").data["a"]
    assert read == value
    assert type(read) is type(value)
    assert repr(read) == repr(value)


def test_a_number_of_five_thousand_digits_is_text_and_no_crash():
    digits = "9" * 5000
    assert parse(f"a: {digits}\nb: 0.{digits}", "a.yaml").data == {"a": digits, "b": f"0.{digits}"}


def test_keys_are_text_whatever_they_look_like():
    read = parse("1: a\n007: b\nnull: c\ntrue: d\n2018-01-02: e\n1.50: f\n", "a.yaml").data
    assert read == {"1": "a", "007": "b", "null": "c", "true": "d", "2018-01-02": "e", "1.50": "f"}


def test_a_list_or_a_mapping_as_key_is_refused_and_what_follows_is_still_read():
    text = "? [a, b]\n: 1\n? {c: 1}\n: {d: 1, d: 2}\ne: 1\ne: 2\n"
    assert found_in(text) == [
        ("yaml-key", 1, ""),
        ("yaml-key", 3, ""),
        ("key-twice", 4, "d"),
        ("key-twice", 6, "e"),
    ]


def test_a_merge_key_is_a_key_like_any_other():
    assert parse("<<: {a: 1}\nb: 2", "a.yaml").data == {"<<": {"a": 1}, "b": 2}


@pytest.mark.parametrize("text", ["- 1\n- 2\n", "just text", "12", "~"])
def test_a_file_may_hold_any_value(text):
    assert (
        parse(text, "a.yaml").data
        == {"- 1\n- 2\n": [1, 2], "just text": "just text", "12": 12, "~": None}[text]
    )


# --- lines ------------------------------------------------------------------------------------------------

NESTED = """\
# a comment
a: 1

b:
  c:
    - x
    - d: 1
      e: {f: 1,
          g: 2}
h: |
  two
  lines
i: 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("a",), 2),
        (("b",), 4),
        (("b", "c"), 5),
        (("b", "c", 0), 6),
        (("b", "c", 1), 7),
        (("b", "c", 1, "d"), 7),
        (("b", "c", 1, "e"), 8),
        (("b", "c", 1, "e", "f"), 8),
        (("b", "c", 1, "e", "g"), 9),
        (("h",), 10),
        (("i",), 13),
        (("b", "nothing"), 4),
        (("b", "c", 1, "e", "f", "deeper"), 8),
        (("nothing",), 2),
    ],
)
def test_every_path_has_its_line_or_that_of_what_stands_above_it(path, line):
    assert parse(NESTED, "a.yaml").line(path) == line


def test_a_finding_of_a_document_bears_file_line_and_path():
    finding = parse(NESTED, "a.yaml").found("key-unknown", ("b", "c", 1, "e"), key="e", known="", known_vi="")
    assert (finding.file, finding.row, finding.column) == ("a.yaml", 8, "b.c.1.e")


# --- refused ----------------------------------------------------------------------------------------------


def test_every_doubled_key_is_reported_with_both_lines():
    text = "a: 1\nb: {c: 1, c: 2}\na: 2\nd:\n  e: 1\n  e: 2\n  e: 3\na: {f: 1,\n f: 2}\n'1': x\n1: y\n"
    with pytest.raises(Refused) as refused:
        parse(text, "a.yaml")
    assert [(f.row, f.column, f.facts["first"]) for f in refused.value.findings] == [
        (2, "b.c", 2),
        (3, "a", 1),
        (6, "d.e", 5),
        (7, "d.e", 5),
        (8, "a", 1),
        (9, "a.f", 8),  # inside the doubled value
        (11, "1", 10),
    ]
    assert "first in row 5" in refused.value.findings[2].message("en")


def test_the_same_key_in_another_unicode_form_is_the_same_key(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("Bộ: 1\nBo\u0323\u0302: 2\n", "utf-8")
    with pytest.raises(Refused) as refused:
        load(path, "a.yaml")
    assert [(f.code, f.row) for f in refused.value.findings] == [("key-twice", 2)]


def test_scan_leaves_doubled_keys_to_the_asker_and_reads_the_first():
    document = scan("a: 1\na: 2\n", "a.yaml")
    assert document.data == {"a": 1}
    assert [(f.code, f.row) for f in document.doubled] == [("key-twice", 2)]
    with pytest.raises(Refused):
        scan("a: 1\na: 2\nb: !x 1\n", "a.yaml")


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("", [("yaml-empty", None, "")]),
        ("\n\n# only a comment\n", [("yaml-empty", None, "")]),
        ("a: &x 1\nb: *x\n", [("yaml-alias", 1, ""), ("yaml-alias", 2, "")]),
        ("a: 1\n*x : 2\n", [("yaml-alias", 2, "")]),
        ("&x a: 1\n", [("yaml-alias", 1, "")]),
        ("a: !!python/object:os.system x\n", [("yaml-tag", 1, "")]),
        ("a: !!python/object/apply:os.system [ls]\n", [("yaml-tag", 1, "")]),
        ("a:\n  !!str 1: 2\n", [("yaml-tag", 2, "")]),
        ("--- !x\na: 1\n", [("yaml-tag", 1, "")]),
        ("a: ! x\n", [("yaml-tag", 1, "")]),
        ("a: 1\n---\nb: 1\n---\nc: 1\n", [("yaml-documents", 2, "")]),
        ("a: 1\n\tb: 1\n", [("yaml-tab", 2, "")]),
        ("a:\tb\n", [("yaml-tab", 1, "")]),
        ("a:\n  b: 1\n\tc: 1\nd: 1\n  \te: 1\n", [("yaml-tab", 3, ""), ("yaml-tab", 5, "")]),
        ("a: [1, 2\nb: 3\n", [("yaml-syntax", 2, "")]),
        ("a: 'open\n", [("yaml-syntax", 2, "")]),
        ("a: 1\n b: 2\n", [("yaml-syntax", 2, "")]),
        ("a: b: c\n", [("yaml-syntax", 1, "")]),
        ("a: 1\na\n", [("yaml-syntax", 3, "")]),
        ("a: %x\n", [("yaml-syntax", 1, "")]),
        ("%YAML 2.0\n---\na: 1\n", [("yaml-syntax", 1, "")]),
        ("a: 1\nb: \x07\n", [("yaml-syntax", 2, "")]),
        ("a: \ud800\n", [("yaml-syntax", 1, "")]),
        ('a: 1\nb: "\\U00110000"\n', [("yaml-syntax", 2, "")]),
        ('a: 1\nb: "\\UFFFFFFFF"\n', [("yaml-syntax", 2, "")]),
        (f"%YAML 1.{'1' * 5000}\n---\na: 1\n", [("yaml-syntax", 1, "")]),
        ('a: 1\nb: "\\0"\n', [("control-character", 2, "")]),
        ('a: "\\ud800"\n', [("control-character", 1, "")]),
        ('"\\e[31m": 1\n', [("control-character", 1, "")]),
    ],
)
def test_what_yaml_allows_and_a_reader_cannot_trust_is_refused_at_its_line(text, findings):
    assert found_in(text) == findings


def test_a_control_character_is_named_by_its_number():
    with pytest.raises(Refused, match=r"holds the character U\+001B,"):
        parse('a: "\\e[31m"', "a.yaml")


def test_everything_that_is_wrong_before_a_syntax_error_is_reported_with_it():
    assert found_in("a: &x 1\na: !y 2\nb: ]\n") == [
        ("yaml-alias", 1, ""),
        ("yaml-tag", 2, ""),
        ("key-twice", 2, "a"),
        ("yaml-syntax", 3, ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{a: " * 10_000 + "}" * 10_000,
        "- " * 10_000 + "x",
        "".join(" " * i + "a:\n" for i in range(2_000)),
        "? " * 10_000,
        "[? " * 10_000,
    ],
)
def test_nesting_without_end_is_refused_at_once_and_recurses_no_further(text):
    begun = time.process_time()
    codes = [code for code, *_ in found_in(text)]
    assert codes.count("yaml-deep") == 1
    assert len(codes) < 50  # and a bad key for every level, where keys are nested
    assert time.process_time() - begun < 5


def test_forty_levels_are_read_and_one_more_is_not():
    assert str(parse("[" * 41 + "]" * 41, "a.yaml").data) == "[" * 41 + "]" * 41
    assert found_in("[" * 42 + "]" * 42) == [("yaml-deep", 1, "")]


def test_a_billion_laughs_are_refused_before_the_first():
    text = "a: &a [lol, lol]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    begun = time.process_time()
    assert {code for code, *_ in found_in(text)} == {"yaml-alias"}
    assert time.process_time() - begun < 5


def test_nothing_is_constructed_from_a_tag(tmp_path):
    made = tmp_path / "made"
    assert found_in(f'a: !!python/object/apply:pathlib.Path.touch ["{made}"]\n') == [("yaml-tag", 1, "")]
    assert not made.exists()


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "a: Bộ\nb: 1\n".encode(),
        "a: Bộ\nb: 1\n".encode("utf-8-sig"),
        b"a: B\xe1\xbb\x99\r\nb: 1\r\n",
        b"a: B\xe1\xbb\x99\rb: 1\r",
        "a: Bo\u0323\u0302\nb: 1\n".encode(),
    ],
    ids=["plain", "BOM", "Windows", "old Mac", "NFD"],
)
def test_a_file_from_any_system_reads_alike(tmp_path, data):
    (tmp_path / "a.yaml").write_bytes(data)
    document = load(tmp_path / "a.yaml", "a.yaml")
    assert document.data == {"a": "Bộ", "b": 1}
    assert document.line(("b",)) == 2


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        ("a: Bộ\n".encode("utf-16"), "not-utf8", 1),
        ("a: 1\n".encode("utf-16-le"), "nul-byte", 1),
        ("a: 1\nb: é\n".encode("latin-1"), "not-utf8", 2),
        ("a: 1\r\nb: é\r\n".encode("latin-1"), "not-utf8", 2),
        (b"a: 1\nb: \x00\n", "nul-byte", 2),
        (b"a: 1\nb: \x1b[31m\n", "control-character", 2),
        (b"#" * (2 * 1024 * 1024 + 1), "too-large", None),
    ],
)
def test_a_file_that_is_no_plain_text_of_bounded_size_is_refused(tmp_path, data, code, row):
    (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(Refused) as refused:
        load(tmp_path / "a.yaml", "parameters/a.yaml")
    assert [(f.code, f.file, f.row) for f in refused.value.findings] == [(code, "parameters/a.yaml", row)]


# --- any text ---------------------------------------------------------------------------------------------

SIGNS = st.text(alphabet="ab01.:-[]{},#&*!|>'\"%?~ \n\t\\", max_size=60)


@given(st.one_of(st.text(max_size=80), SIGNS))
@example('"\\UFFFFFFFF"')
@example("%YAML 9.9")
@example("? ? ?")
@example("- - [*a, &b")
@example("\ufeff")
@example("a:\x85b")
@example("'\u2028'")
def test_any_text_is_a_document_or_refused_and_never_another_error(text):
    begun = time.process_time()
    try:
        assert isinstance(parse(text, "a.yaml"), Document)
    except Refused as refused:
        assert refused.findings
    assert time.process_time() - begun < 5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="abc 019.:#-'\"éộ", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc ", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_json_writes_is_read_back(value):
    import json

    assert parse(json.dumps(value, ensure_ascii=False), "a.yaml").data == value


# --- what it may cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("".join(f"k{i}: 1\n" for i in range(150_000)), ("yaml-values", 20_000)),
        ("[" + "1," * 500_000 + "]", ("yaml-values", 1)),
        ("k: 1\n" * 390_000, ("too-many", None)),
        ("a: 1\n" + "---\na: 1\n" * 60_000, ("yaml-values", None)),
        (f"? {'x' * 201}\n: 1\n", ("yaml-key-long", 1)),
        ('a: "\\u202e"\n', ("control-character", 1)),
    ],
    ids=["keys", "values", "double keys", "documents", "long key", "turned around"],
)
def test_what_would_cost_a_lot_is_refused_soon(text, finding):
    begun = time.process_time()
    said = found_in(text)
    assert time.process_time() - begun < 10
    assert finding in {(code, row) for code, row, _ in said} or finding[1] is None
    assert finding[0] in {code for code, _, _ in said} and len(said) <= 10_001


def test_nearly_twenty_thousand_keys_and_one_of_two_hundred_characters_are_read():
    text = "".join(f"{i:0>5}: 1\n" for i in range(19_990)) + "x" * 200 + ": 1\n"
    assert len(parse(text, "a.yaml").data) == 19_991


# --- two readers --------------------------------------------------------------------------------------------

READABLE = st.lists(
    st.sampled_from([*"abé1:-, \n", ": ", "- ", "\n  ", "{", "}", "[", "]", "'", '"', "#", "\u2028"])
)


def read_by(reader: object, text: str) -> object:
    with mock.patch.object(strict_yaml, "_FAST", reader):
        try:
            document = scan(text, "a.yaml")
        except Refused as refused:
            return refused.findings
    return document.data, document.lines, document.doubled


@pytest.mark.skipif(strict_yaml._FAST is None, reason="PyYAML was built without libyaml")
@given(READABLE.map("".join))
@example("a: {b: c?d}")
@example("a:\tb")
@example("a: 1\na: 2")
@example("a:\n\ufeff  b: 1")
@example("a: >-#\n  b\nc: d\n")
def test_libyaml_reads_what_the_plain_reader_reads(text):
    assert read_by(strict_yaml._FAST, text) == read_by(None, text)
