"""annex.signed.pdf is annex.pdf and one signature of all of it, in the place that Decree 30 gives it."""

import io
import shutil
import subprocess

import pytest
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from ictindex.annex.pdf_signature import PDF, read_signed_pdf, sign_pdf
from ictindex.annex.signature import SIGNATURE, SIGNED_PDF, keep_signature, read_key
from ictindex.basics.findings import Refused

MINI = "mini-2020"


@pytest.fixture
def folder(built_once, tmp_path):
    (tmp_path / "annex").mkdir()
    for name in (PDF, "manifest.json"):
        shutil.copy(built_once.output(MINI) / name, tmp_path / "annex")
    return tmp_path / "annex"


def signed(folder, keys, name="rsa"):
    who = read_key(keys / f"{name}.key", keys / f"{name}.cert", None)
    return sign_pdf(folder, "outputs/x", who, "Quyết định số 12/QĐ-UBND")


def codes(folder, ca=None):
    try:
        read_signed_pdf(folder, "outputs/x", ca)
    except Refused as refused:
        return [finding.code for finding in refused.findings]
    return []


@pytest.mark.parametrize(("name", "signer"), [("rsa", "Cán bộ ký"), ("ec", "Người ký khác")])
def test_it_begins_with_the_unsigned_bytes_and_says_who_signed(folder, keys, name, signer):
    assert read_signed_pdf(folder, "x") is None and codes(folder) == []
    made = signed(folder, keys, name)
    assert made.signer == f"Common Name: {signer}" and made.at is not None
    assert (folder / SIGNED_PDF).read_bytes().startswith((folder / PDF).read_bytes())
    assert read_signed_pdf(folder, "x", keys / "ca.pem").issuer == "Common Name: Gốc thử"
    assert codes(folder, keys / "other-ca.pem") == ["signature-untrusted"]


def test_the_field_is_visible_at_the_top_right_of_the_first_page_and_of_pades(folder, keys):
    signed(folder, keys)
    reader = PdfFileReader(io.BytesIO((folder / SIGNED_PDF).read_bytes()))
    (signature,) = reader.embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    left, low, right, high = map(float, signature.sig_field["/Rect"])
    assert 297 < left < right < 595 - 40 and 842 - 60 < low < high < 842 - 15
    assert "/N" in signature.sig_field["/AP"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the page, and is not here")
def test_it_shows_the_number_of_the_decision_and_the_time_in_viet_nam(folder, keys):
    signed(folder, keys)
    command = ["pdftotext", "-l", "1", str(folder / SIGNED_PDF), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Quyết định số 12/QĐ-UBND" in text and "+07:00" in text


def test_any_other_bytes_are_found(folder, keys):
    signed(folder, keys)
    path, whole = folder / SIGNED_PDF, (folder / SIGNED_PDF).read_bytes()
    unsigned = (folder / PDF).read_bytes()
    for wrong in (
        unsigned,
        whole[:-1],
        whole + b"x",
        whole.replace(b"ChuKySo", b"ChuKyXo"),
        b"",
        b"%PDF-" + whole,
    ):
        path.write_bytes(wrong)
        assert codes(folder) == ["signed-pdf-differs"], wrong[:20]
    middle = len(unsigned) + (len(whole) - len(unsigned)) // 3
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert codes(folder) == ["signed-pdf-differs"]
    path.write_bytes(whole)
    assert codes(folder) == []
    (folder / PDF).write_bytes(unsigned.replace(b"1", b"2", 1))
    assert codes(folder) == ["signed-pdf-differs"]


def test_a_page_changed_before_it_was_signed_is_found(folder, keys):
    """The annex is there byte for byte, but an update beside the signature shows another page."""
    original = (folder / PDF).read_bytes()
    writer = IncrementalPdfFileWriter(io.BytesIO(original))
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    page["/Rotate"] = NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    (folder / PDF).write_bytes(out.getvalue())
    signed(folder, keys)
    (folder / PDF).write_bytes(original)
    assert (folder / SIGNED_PDF).read_bytes().startswith(original)
    assert codes(folder) == ["signed-pdf-differs"]


def test_a_rebuild_of_the_same_manifest_keeps_both_signatures(folder, keys, tmp_path):
    signed(folder, keys)
    (folder / SIGNATURE).write_bytes(b"x")
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(folder / "manifest.json", new)
    assert keep_signature(folder, new) and {p.name for p in new.iterdir()} == {
        "manifest.json",
        SIGNATURE,
        SIGNED_PDF,
    }
    (new / "manifest.json").write_text("{}")
    (new / SIGNED_PDF).unlink()
    assert not keep_signature(folder, new) and not (new / SIGNED_PDF).exists()
