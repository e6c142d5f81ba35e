"""A stranger's file is looked at as a whole before it is read; what it claims of itself is not believed."""

import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange import package as module
from ictindex.exchange import spreadsheet
from ictindex.exchange.package import Package
from ictindex.exchange.spreadsheet import read_workbook

FORMS = Path(__file__).parents[1] / "data" / "forms"
CLEAN = (FORMS / "clean.xlsx").read_bytes()


def rezipped(changes=None, compression=zipfile.ZIP_DEFLATED):
    """The clean form with parts changed (None: left out) or added."""
    changes, raw = dict(changes or {}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(CLEAN)) as old, zipfile.ZipFile(raw, "w", compression) as new:
        for name in old.namelist():
            content = changes.pop(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in changes.items():
            new.writestr(name, content)
    return raw.getvalue()


def part(name):
    with zipfile.ZipFile(io.BytesIO(CLEAN)) as archive:
        return archive.read(name)


def codes(data):
    with pytest.raises(Refused) as refused:
        read_workbook(data, "f.xlsx")
    return [(finding.code, finding.facts) for finding in refused.value.findings]


def test_a_form_saved_by_libreoffice_is_a_package():
    assert Package(CLEAN, "f.xlsx").main == "xl/workbook.xml"
    assert not Package(CLEAN, "f.xlsx").reaches_out
    assert Package(rezipped(), "f.xlsx").main == "xl/workbook.xml"


OLE = bytes.fromhex("D0CF11E0A1B11AE1")
WORD = rezipped({"xl/workbook.xml": None, "_rels/.rels": None, "word/document.xml": "<w/>"})


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ".csv, .txt, .xml"),
        ("Mã;Trả lời\n".encode(), ".csv, .txt, .xml"),
        (b"%PDF-1.7", "?"),
        (b"\0" * 100, "?"),
        (WORD, ".docx"),
        (rezipped({"xl/workbook.xml": None, "xl/workbook.bin": b"\1"}), ".xlsb"),
    ],
)
def test_what_is_no_xlsx_is_to_be_saved_as_one(data, kind):
    assert codes(data) == [("form-not-xlsx", {"kind": kind})]


def test_a_password_is_named():
    assert codes(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")) == [("form-encrypted", {})]
    data = bytearray(CLEAN)
    at = data.find(b"PK\1\2")
    data[at + 8] |= 1
    assert codes(bytes(data)) == [("form-encrypted", {})]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(name):
    assert codes(rezipped({name: b"<x/>"})) == [("form-macros", {})]


@pytest.mark.parametrize("name", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml"])
def test_links_to_elsewhere_are_named_and_what_stands_in_the_cells_is_read(name):
    book = read_workbook(rezipped({name: "<x/>"}), "f.xlsx")
    assert [finding.code for finding in book.findings] == ["form-external-links"]
    assert book.sheets == read_workbook(CLEAN, "f.xlsx").sheets


BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "docProps/new.xml"])
def test_entities_are_refused_in_every_part_also_in_those_that_nobody_reads(name, encoding):
    assert codes(rezipped({name: BOMB.encode(encoding)})) == [("form-doctype", {})]


def test_a_doctype_across_two_chunks_is_seen():
    blank = b" " * (module._CHUNK - 5)
    assert codes(rezipped({"docProps/x.xml": blank + b"<!DOCTYPE x>"})) == [("form-doctype", {})]


def test_the_parser_itself_refuses_a_doctype(monkeypatch):
    """Were the search by bytes to miss one, in an encoding of its own."""
    monkeypatch.setattr(module, "_XML", ())
    assert codes(rezipped({"xl/workbook.xml": BOMB})) == [("form-doctype", {})]


def test_a_zip_bomb_is_refused_at_once_and_in_little_memory():
    data = rezipped({"xl/media/image1.png": b"\0" * (90 * 1024 * 1024)})
    assert len(data) < 400_000
    tracemalloc.start()
    begun = time.process_time()
    assert codes(data) == [("form-unpacked", {"limit": "67,108,864"})]
    assert time.process_time() - begun < 10
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_a_header_that_lies_about_the_size_gains_nothing():
    data = bytearray(rezipped({"xl/media/image1.png": b"\0" * (70 * 1024 * 1024)}))
    at = data.rfind(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # 'unpacked: 10 bytes'
    assert codes(bytes(data)) == [("form-corrupt", {})]


def test_too_many_parts_are_refused_before_the_directory_is_read():
    names = {f"xl/media/{i}": b"" for i in range(1_001)}
    assert codes(rezipped(names)) == [("form-parts", {"limit": "1,000"})]


def test_a_large_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1_000)
    ((code, facts),) = codes(CLEAN)
    assert code == "too-large" and facts["limit"] == "1,000"


def test_damage_is_one_finding():
    lost = rezipped({"xl/worksheets/sheet1.xml": None})
    not_closed = rezipped({"xl/sharedStrings.xml": b"<sst><si>"})
    odd = rezipped(compression=zipfile.ZIP_LZMA)
    for data in (CLEAN[:-100], CLEAN[:2000], CLEAN[:500] + b"?" * 50 + CLEAN[550:], lost, not_closed, odd):
        assert codes(data) == [("form-corrupt", {})]


def test_two_parts_of_one_name_are_damage():
    raw = io.BytesIO(CLEAN)
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("XL/workbook.xml", "<workbook/>")
    assert codes(raw.getvalue()) == [("form-corrupt", {})]


def test_names_and_targets_that_lead_out_of_the_archive_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    relations = part("xl/_rels/workbook.xml.rels").replace(
        b"worksheets/sheet1.xml", b"../../../../etc/passwd"
    )
    assert relations.count(b"etc/passwd") == 1
    assert codes(rezipped({"xl/_rels/workbook.xml.rels": relations})) == [("form-corrupt", {})]
    data = rezipped({"../../evil.xml": "<x/>", "/etc/evil": "x", "C:\\evil": "x"})
    assert read_workbook(data, "f.xlsx").sheets == read_workbook(CLEAN, "f.xlsx").sheets
    assert list(tmp_path.iterdir()) == []


# --- what a sheet may cost --------------------------------------------------------------------------------

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MUCH = 8 * 1024 * 1024  # bytes that a part unpacks to: some 10 kB in the file


def repeated(before, piece, after=""):
    return f"{before}{piece * (MUCH // len(piece))}{after}"


@pytest.mark.parametrize(
    ("part", "text", "what"),
    [
        (SHEET, lambda: repeated("<w>", "<a>"), "elements inside one another"),
        (SHEET, lambda: repeated("<w>", "<a/>", "</w>"), "elements"),
        (SHEET, lambda: repeated("<w>", "<!---->", "</w>"), "elements"),
        (SHEET, lambda: repeated("<w>", "<?a?>", "</w>"), "elements"),
        (SHEET, lambda: repeated("<w>", "<![CDATA[]]>", "</w>"), "elements"),
        (SHEET, lambda: repeated('<w><c t="str"><v>', "x"), "characters of one text"),
        (SHEET, lambda: repeated("<w><c><v>", "&lt;"), "characters of one text"),
        (SHEET, lambda: f"<w><c><f>{'x' * 40_000}</f></c></w>", "characters of one text"),
        (STRINGS, lambda: f"<s><si><rPh><t>{'x' * 40_000}</t></rPh></si></s>", "characters of one text"),
        (SHEET, lambda: repeated("<", "a"), "bytes of one tag"),
        (SHEET, lambda: repeated('<w a="', "a"), "bytes of one tag"),
        (SHEET, lambda: repeated("<w><!--", "a"), "bytes of one tag"),
        (SHEET, lambda: "<w>" + "".join(f"<a{i}/>" for i in range(100_000)), "different names"),
        (SHEET, lambda: "<w>" + "".join(f'<a b{i}=""/>' for i in range(100_000)), "different names"),
        (STRINGS, lambda: repeated("<sst>", "<si/>", "</sst>"), "texts"),
        (STRINGS, lambda: "<sst>" + f"<si><t>{'x' * 30_000}</t></si>" * 401, "characters in the cells"),
        ("xl/styles.xml", lambda: repeated("<s><cellXfs>", "<xf/>"), "elements"),
        ("xl/_rels/workbook.xml.rels", lambda: repeated("<R>", "<Relationship/>"), "elements"),
    ],
)
def test_a_small_file_that_would_cost_a_lot_is_refused_soon_with_its_limit(monkeypatch, part, text, what):
    monkeypatch.setattr(module, "MAX_ELEMENTS", 60_000)  # the true ones take seconds under a trace of memory
    monkeypatch.setattr(spreadsheet, "MAX_STRINGS", 10_000)
    data = rezipped({part: text()})
    assert len(data) < 2_000_000
    tracemalloc.start()
    begun = time.process_time()
    ((code, facts),) = codes(data)
    seconds, most = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (code, facts["wanted"]) == ("form-limit", what)
    assert seconds < 10
    assert most < 80_000_000


def test_the_limits_of_a_form_are_these():
    assert (module.MAX_FILE_BYTES, module.MAX_UNPACKED_BYTES, module.MAX_PARTS) == (
        20_971_520,
        67_108_864,
        1_000,
    )
    assert (module.MAX_ELEMENTS, module.MAX_DEPTH, module.MAX_NAMES) == (1_200_000, 64, 2_000)
    assert (module.MAX_TEXT, module.MAX_TAG) == (32_767, 1_048_576)


def test_a_text_too_long_is_refused_also_where_it_comes_in_one_piece():
    text = f'<w><c t="str"><v>{"x" * 40_000}</v></c></w>'
    ((code, facts),) = codes(rezipped({SHEET: text}))
    assert (code, facts["wanted"]) == ("form-limit", "characters of one text")
