"""Files are read bounded and whatever system wrote them, and are written whole or not at all."""

import os
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics import files
from ictindex.basics.files import (
    MAX_BYTES,
    MAX_YAML_BYTES,
    control_character,
    file_sha256,
    is_name,
    read_blocks,
    read_bytes,
    read_text,
    sha256,
    write_whole,
)
from ictindex.basics.findings import Refused

# What makes a label read otherwise than it is written.
TURNING = (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069)


@pytest.mark.parametrize(
    "name", ["a", "egdi-2018", "qd2342", "0", "a_b-c", "x" * 80, "con-2018", "com10", "nulla", "lpt"]
)
def test_small_letters_digits_hyphen_and_underscore_name_a_file(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        ".",
        ".hidden",
        "a.yaml",
        "../a",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:",
        "A",
        "-a",
        "_a",
        "a b",
        "a\n",
        "bộ",
        "１",
        "a\0",
        "~",
        "=cmd",
        *("con", "prn", "aux", "nul", "com0", "com1", "com9", "lpt1", "lpt9"),  # Windows' own, in any folder
        "x" * 81,
        None,
        2018,
        b"a",
        ["a"],
    ],
)
def test_nothing_that_could_leave_a_folder_or_differ_between_systems_names_a_file(name):
    assert not is_name(name)


def test_a_digest_is_that_of_the_standard():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\nb\n", "a\nb\n"),
        (b"\xef\xbb\xbfa\nb\n", "a\nb\n"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\rb\r", "a\nb\n"),
        (b"a\r\n\rb", "a\n\nb"),
        (b"", ""),
        (b"\xef\xbb\xbf", ""),
        ("Bo\u0323\u0302 Y te\u0302\u0301".encode(), "Bộ Y tế"),
        ("Đơn vị".encode(), "Đơn vị"),
        (b"tab\there", "tab\there"),
    ],
)
def test_text_is_nfc_with_plain_line_ends_and_no_byte_order_mark(tmp_path, data, text):
    (tmp_path / "a").write_bytes(data)
    assert read_text(tmp_path / "a", "a") == text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("data", "code", "row", "said"),
    [
        (b"\xff\xfea\x00", "not-utf8", 1, "byte 0xff"),
        (b"a\nb\xe9\n", "not-utf8", 2, "byte 0xe9"),
        (b"\xef\xbb\xbfa\nb\xe9\n", "not-utf8", 2, "byte 0xe9"),
        (b"a\r\nb\r\n\xe9", "not-utf8", 3, "byte 0xe9"),
        (b"a\rb\r\xe9", "not-utf8", 3, "byte 0xe9"),
        (b"a\nb\xc3", "not-utf8", 2, "byte 0xc3"),
        (b"\xed\xa0\x80", "not-utf8", 1, "byte 0xed"),
        ("Bô\u0323 Y tê\u0301".encode("cp1258"), "not-utf8", 1, "byte 0xf4"),
        (b"a\0b", "nul-byte", 1, "NUL"),
        (b"a\rb\rc\0", "nul-byte", 3, "NUL"),
        (b"a\n\x1b[2J", "control-character", 2, " U+001B"),
        (b"a\n\n\x0c", "control-character", 3, " U+000C"),
        ("a\u0093b".encode(), "control-character", 1, "U+0093"),
        ("a\uffffb".encode(), "control-character", 1, "U+FFFF"),
        *((f"a\nb{chr(each)}".encode(), "control-character", 2, f"U+{each:04X}") for each in TURNING),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_its_row(tmp_path, data, code, row, said):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_text(tmp_path / "a", "inputs/a")
    (finding,) = refused.value.findings
    assert (finding.code, finding.file, finding.row) == (code, "inputs/a", row)
    assert said in finding.message("en") and said in finding.message("vi")


def test_letters_of_every_language_are_text():
    assert control_character("Đắk Lắk, Ελλάδα, 中文, العربية, 👍🏽, \t\n\u00a0\u200b") is None


def refusal(attempt, *arguments) -> tuple[str, str, str]:
    with pytest.raises(Refused) as refused:
        attempt(*arguments)
    (finding,) = refused.value.findings
    return finding.code, finding.file, finding.message("en")


def test_a_missing_file_is_a_finding(tmp_path):
    assert refusal(read_bytes, tmp_path / "a", "inputs/a")[:2] == ("no-file", "inputs/a")


def test_a_folder_in_the_place_of_a_file_is_called_one(tmp_path):
    (tmp_path / "answers.csv").mkdir()
    code, _, message = refusal(read_bytes, tmp_path / "answers.csv", "answers.csv")
    assert (code, "folder" in message) == ("not-a-file", True)


def test_a_pipe_is_no_file_and_does_not_keep_the_reader_waiting(tmp_path):
    os.mkfifo(tmp_path / "a")
    assert refusal(read_bytes, tmp_path / "a", "a")[0] == "not-a-file"


def test_a_link_is_read_where_it_leads_and_refused_where_it_leads_nowhere(tmp_path):
    (tmp_path / "a").write_bytes(b"here")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert read_bytes(tmp_path / "link", "link") == b"here"
    assert refusal(read_bytes, tmp_path / "broken", "broken")[0] == "no-file"
    assert refusal(read_bytes, tmp_path / "round", "round")[0] == "no-file"


def test_a_file_that_may_not_be_read_is_a_finding(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"")

    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "read_bytes", denied)
    code, _, message = refusal(read_bytes, tmp_path / "a", "a")
    assert code == "unreadable"
    assert "Permission denied" in message


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_not(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 1000)
    assert len(read_bytes(tmp_path / "a", "a", 1000)) == 1000
    code, _, message = refusal(read_bytes, tmp_path / "a", "a", 999)
    assert code == "too-large"
    assert "1,000 bytes" in message and "999" in message


def test_the_limits_are_these():
    assert (MAX_BYTES, MAX_YAML_BYTES) == (33_554_432, 1_048_576)


def test_a_gigabyte_is_refused_without_being_read(tmp_path, monkeypatch):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 30)  # a hole: it takes no room
    monkeypatch.setattr(type(tmp_path), "read_bytes", lambda path: pytest.fail("it was read"))
    begun = time.process_time()
    assert refusal(read_text, tmp_path / "a", "a")[0] == "too-large"
    assert time.process_time() - begun < 5


def test_a_file_is_written_with_its_folders_and_nothing_is_left_beside_it(tmp_path):
    write_whole(tmp_path / "new" / "folder" / "a.txt", "Bộ\n")
    write_whole(tmp_path / "new" / "folder" / "b.bin", b"\x00\r\n")
    assert (tmp_path / "new" / "folder" / "a.txt").read_bytes() == b"B\xe1\xbb\x99\n"
    assert (tmp_path / "new" / "folder" / "b.bin").read_bytes() == b"\x00\r\n"
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["a.txt", "b.bin"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", "old")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_old_file_stands_until_the_new_one_is_complete(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", "old")
    replace, seen = os.replace, []

    def watched(source, target):
        seen.append(((tmp_path / "a").read_text(), source.read_text()))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    write_whole(tmp_path / "a", "new and longer")
    assert seen == [("old", "new and longer")]
    assert (tmp_path / "a").read_text() == "new and longer"


def outcome(attempt):
    """What comes of an attempt, findings as their codes and rows."""
    try:
        return attempt()
    except Refused as refused:
        return [(finding.code, finding.row, finding.facts) for finding in refused.findings]


SCRAPS = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b"a", "Bộ".encode(), "o\u0302".encode(), b"\xcc", b"\x82", b"\xef\xbb\xbf"]
)


@given(st.lists(SCRAPS, max_size=12).map(b"".join), st.integers(1, 5))
def test_a_file_read_in_pieces_is_the_file_read_whole(tmp_path_factory, data, size):
    path = tmp_path_factory.getbasetemp() / "pieces"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHUNK", size)
        pieces = outcome(lambda: "".join(read_blocks(path, "a", 1000, 1000)))
    assert pieces == outcome(lambda: read_text(path, "a"))


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_stray_character_is_named_with_its_row_in_whatever_piece_it_stands(tmp_path, monkeypatch, size):
    monkeypatch.setattr(files, "CHUNK", size)
    (tmp_path / "a").write_bytes(b"a\r\n\rb\n\x1b\n\0")
    findings = outcome(lambda: list(read_blocks(tmp_path / "a", "a", 1000, 1000)))
    assert findings == [("control-character", 4, {"character": "U+001B"})]


def test_a_line_of_exactly_the_limit_is_read_and_one_character_more_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 7)
    for text in ("a\n" + "x" * 10, "a\n" + "x" * 10 + "\nb"):
        (tmp_path / "a").write_text(text)
        assert "".join(read_blocks(tmp_path / "a", "a", 1000, 10)) == text
        (tmp_path / "a").write_text(text.replace("xb", "xxb").replace("xx", "xxx", 1))
        (found,) = outcome(lambda: list(read_blocks(tmp_path / "a", "a", 1000, 10)))
        assert found == ("line-long", 2, {"limit": "10"})


def test_a_digest_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
