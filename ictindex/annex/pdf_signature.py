"""annex.pdf with the agency's own digital signature in it: PAdES, in a visible field of its first page.

Decree 30/2020/NĐ-CP, Annex I, part I, section II.8: an annex that is a file of its own is signed by the
agency at the top right of its first page, with number and symbol of the document and the time of signing in
upright letters of 10 points. annex.signed.pdf is annex.pdf, byte for byte, and an update that adds this one
signature and changes nothing else: what was signed is proven to be what was made.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ictindex.annex.signature import (
    SIGNED_PDF,
    Signature,
    Signer,
    judged,
    quiet,
    read_signature,
    simple_signer,
    trusted_by,
)
from ictindex.basics import Finding, Refused, found, read_bytes, write_whole
from ictindex.page import FONTS

PDF = "annex.pdf"
_FIELD = "ChuKySoCoQuan"
_BOX = tuple(round(mm * 72 / 25.4) for mm in (135, 279, 195, 289))  # where annex.typ leaves room
_VIET_NAM = timezone(timedelta(hours=7))
_MAX_BYTES = 64 * 1024 * 1024
_STAMP = """#set page(width: 60mm, height: 10mm, margin: 0pt, fill: none)
#set text(font: "Liberation Serif", size: 10pt, lang: "vi")
#align(right + horizon, json(bytes(sys.inputs.said)).join(linebreak()))"""


# --- made -------------------------------------------------------------------------------------------------


def sign_pdf(folder: Path, shown: str, signer: Signer, document: str) -> Signature:
    """Write annex.signed.pdf, and read it back.

    ``document``: number and symbol of what the annex belongs to. Refused where the certificate may not sign,
    or not today.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.stamp import StaticStampStyle

    whole_field = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MAX,
        y_align=AxisAlignment.ALIGN_MID,
        margins=Margins(),
        inner_content_scaling=InnerScaling.NO_SCALING,  # 10 points stay 10 points
    )
    with_key = simple_signer(signer, f"{shown}/{SIGNED_PDF}")
    unsigned = read_bytes(folder / PDF, f"{shown}/{PDF}", _MAX_BYTES)
    said = [document, f"{datetime.now(_VIET_NAM):%d/%m/%Y %H:%M:%S} +07:00"]
    with TemporaryDirectory(prefix="ictindex-") as aside, quiet():
        stamp = Path(aside) / "stamp.pdf"
        stamp.write_bytes(_stamp([line for line in said if line]))
        signing = signers.PdfSigner(
            signers.PdfSignatureMetadata(_FIELD, "sha256", subfilter=SigSeedSubFilter.PADES),
            with_key,
            stamp_style=StaticStampStyle.from_pdf_file(
                str(stamp), border_width=0, background_layout=whole_field
            ),
            new_field_spec=SigFieldSpec(_FIELD, 0, _BOX, readable_field_name="Chữ ký số của cơ quan"),
        )
        made = asyncio.run(signing.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned))))
    write_whole(folder / SIGNED_PDF, made.getvalue())
    read = read_signed_pdf(folder, shown)
    assert read is not None
    return read


def _stamp(lines: list[str]) -> bytes:
    """What the field shows, as a small page; typst has every Vietnamese letter."""
    import typst

    return typst.compile(
        _STAMP.encode(),
        sys_inputs={"said": json.dumps(lines, ensure_ascii=False)},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        timestamp=0,
    )


# --- read -------------------------------------------------------------------------------------------------


def read_signed_pdf(folder: Path, shown: str, ca: Path | None = None) -> Signature | None:
    """Who signed annex.signed.pdf; None where there is none.

    Refused where it is not annex.pdf with one signature of all of it, or leads to no certificate of ``ca``.
    Nothing is asked of the network.
    """
    path, shown_file = folder / SIGNED_PDF, f"{shown}/{SIGNED_PDF}"
    if not path.is_symlink() and not path.exists():
        return None
    unsigned = read_bytes(folder / PDF, f"{shown}/{PDF}", _MAX_BYTES)
    data = read_bytes(path, shown_file, _MAX_BYTES)
    if not data.startswith(unsigned):
        raise Refused([found("signed-pdf-differs", shown_file)])
    return judged(_status(data, unsigned, shown_file, ca), "signed-pdf-differs", shown_file, ca)


def _status(data: bytes, unsigned: bytes, shown: str, ca: Path | None) -> Any:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    trusted, usage = trusted_by(ca)
    try:
        with quiet():
            reader = PdfFileReader(io.BytesIO(data))
            (signature,) = reader.embedded_signatures
            checking = async_validate_pdf_signature(
                signature, signer_validation_context=trusted, key_usage_settings=usage
            )
            status = asyncio.run(checking)
            whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
            if whole and not any(_changed(reader, PdfFileReader(io.BytesIO(unsigned)))):
                return status
    except (SignatureValidationError, PdfError, ValueError, TypeError, KeyError, AttributeError, OSError):
        pass
    raise Refused([found("signed-pdf-differs", shown)])


def _changed(signed: Any, made: Any) -> Iterator[str]:
    """What of the page that was made the signing revision changes, beside adding its field."""
    may_gain = {
        made.root_ref.idnum: {"/AcroForm", "/Extensions", "/Version"},
        made.find_page_for_modification(0)[0].idnum: {"/Annots", "/Tabs"},
    }
    told = {raw.idnum for raw in (made.root.raw_get("/Metadata"), made.trailer.raw_get("/Info"))}
    revisions = signed.xrefs.total_revisions
    if revisions != made.xrefs.total_revisions + 1:
        yield "revisions"
    for ref in signed.xrefs.explicit_refs_in_revision(revisions - 1):
        if ref.idnum >= int(made.trailer["/Size"]) or ref.idnum in told:  # new, or who wrote the file last
            continue
        before, now = (dict(reader.get_object(ref)) for reader in (made, signed))
        keys = {key for key in {*before, *now} if str(before.get(key)) != str(now.get(key))}
        if keys - may_gain.get(ref.idnum, set()) or keys & before.keys() - {"/Annots"}:
            yield str(ref)


# --- both -------------------------------------------------------------------------------------------------


def bad_signatures(folder: Path, shown: str) -> Iterator[Finding]:
    """What is wrong with the signatures of a folder's manifest and of its annex.pdf, where there are any."""
    for read in (read_signature, read_signed_pdf):
        try:
            read(folder, shown)
        except Refused as refused:
            yield from refused.findings
