"""What a verified folder is held to: its project and root, the package and its code, who signed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ictindex import __version__
from ictindex.annex.output_folder import read_manifest, run_of
from ictindex.annex.pdf_signature import read_signed_pdf
from ictindex.annex.provenance import MANIFEST, RUN_RECORD, code_digest
from ictindex.annex.signature import SIGNATURE, Signature, read_signature
from ictindex.basics import Finding, Project, Refused, found

_WORDS = {
    "en": {
        "project": "project   ",
        "packed": "packed    ",
        "root": "root      ",
        "package": "package   ",
        "made": "made with ",
        "signature": "signature ",
        "signed_pdf": "signed pdf",
        "code": "ictindex {version}, code {code}",
        "unsigned": "unsigned",
        "refused": "there is one, which is not accepted: see what was found",
        "nowhere": "code that nothing records",
        "by_signature": "as the signature says",
        "by_file": "as {file} says",
        "same": "the same code",
        "other": "OTHER CODE, {code}",
    },
    "vi": {
        "project": "dự án     ",
        "packed": "tệp gói   ",
        "root": "mã gốc    ",
        "package": "phần mềm  ",
        "made": "làm bằng  ",
        "signature": "chữ ký    ",
        "signed_pdf": "PDF đã ký ",
        "code": "ictindex {version}, mã nguồn {code}",
        "unsigned": "chưa ký",
        "refused": "có, nhưng không được chấp nhận: xem chỗ sai đã nêu",
        "nowhere": "mã nguồn không ghi ở đâu",
        "by_signature": "theo chữ ký",
        "by_file": "theo {file}",
        "same": "cùng mã nguồn",
        "other": "MÃ NGUỒN KHÁC, {code}",
    },
}


@dataclass(frozen=True)
class Trust:
    """The anchors of one folder.

    ``code``: the digest of the code that checks; ``recorded``: of that which made the folder, as the
    signature says it, else run.json; '' where neither does.
    """

    project: str
    root: str
    version: str
    code: str
    recorded: str
    signature: Signature | None
    signed_pdf: Signature | None
    refused: frozenset[str] = frozenset()  # 'signature', 'signed_pdf': there is one that does not hold

    def lines(self, language: str = "en", packed: str = "") -> Iterator[str]:
        """The anchors for people, one a line; of a file that was ``packed`` its name, no project."""
        words = _WORDS[language]
        told = [
            ("packed", packed) if packed else ("project", self.project),
            ("root", self.root),
            ("package", words["code"].format(version=self.version, code=self.code)),
            ("made", self._made_with(words)),
            ("signature", self._signed("signature", language) or words["unsigned"]),
            *([("signed_pdf", said)] if (said := self._signed("signed_pdf", language)) else []),
        ]
        yield from (f"{words[label]} {text}" for label, text in told)

    def _signed(self, which: str, language: str) -> str:
        """Who signed; or that there is a signature which does not hold, for such a folder is not unsigned."""
        signature: Signature | None = getattr(self, which)
        if signature:
            return signature.said(language)
        return _WORDS[language]["refused"] if which in self.refused else ""

    def _made_with(self, words: dict[str, str]) -> str:
        """Which code made the folder; another is no fault where every number is recomputed equal."""
        if not self.recorded:
            return words["nowhere"]
        signed = self.signature and self.signature.code
        told = words["by_signature"] if signed else words["by_file"].format(file=RUN_RECORD)
        same = words["same"] if self.recorded == self.code else words["other"].format(code=self.recorded)
        return f"{same}, {told}"

    def as_dict(self) -> dict[str, Any]:
        signed, signed_pdf = (
            each and {**each._asdict(), "at": str(each.at or "")}
            for each in (self.signature, self.signed_pdf)
        )
        package = {"name": "ictindex", "version": self.version, "code": self.code}
        made = {"code": self.recorded, "same_code": self.recorded == self.code}
        return {
            "project": self.project,
            "root": self.root,
            "package": package,
            "made_with": made,
            "signature": signed,
            "signed_pdf": signed_pdf,
        }


def trust(
    folder: Path, project: Project, root: str = "", ca: Path | None = None
) -> tuple[Trust | None, list[Finding]]:
    """A folder's anchors, and where they are not those demanded.

    ``root``: the digest that it must have; ``ca``: certificates, one of which must vouch for its signature.
    None where there is no manifest that can be read.
    """
    shown, findings = project.shown(folder), []
    try:
        own = read_manifest(folder, shown)["root"]
    except Refused:  # which verification reports
        return None, []
    if root and root != own:
        findings.append(found("root-differs", f"{shown}/{MANIFEST}", root=own, wanted=root))
    held: dict[str, Signature | None] = {}
    for which, read in (("signature", read_signature), ("signed_pdf", read_signed_pdf)):
        try:
            held[which] = read(folder, shown, ca)
        except Refused as refused:
            findings += refused.findings
    if ca and held.get("signature", ...) is None:
        findings.append(found("signature-missing", f"{shown}/{SIGNATURE}"))
    signature, signed_pdf = held.get("signature"), held.get("signed_pdf")
    recorded = (signature.code if signature else "") or _recorded_code(folder)
    anchors = (str(project.root), own, __version__, code_digest(), recorded, signature, signed_pdf)
    return Trust(*anchors, frozenset({"signature", "signed_pdf"} - held.keys())), findings


def _recorded_code(folder: Path) -> str:
    """The digest of the code that run.json says the folder was made with; '' where it says nothing."""
    code = run_of(folder, folder.name).get("source_sha256")
    return code if isinstance(code, str) else ""
