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

    def lines(self) -> Iterator[str]:
        """The anchors for people, one a line."""
        yield f"project    {self.project}"
        yield f"root       {self.root}"
        yield f"package    ictindex {self.version}, code {self.code}"
        yield f"made with  {self._made_with}"
        yield f"signature  {self.signature or 'unsigned'}"
        if self.signed_pdf:
            yield f"signed pdf {self.signed_pdf}"

    @property
    def _made_with(self) -> str:
        """Which code made the folder; another is no fault where every number is recomputed equal."""
        if not self.recorded:
            return "code that nothing records"
        told = "as the signature says" if self.signature and self.signature.code else f"as {RUN_RECORD} says"
        same = "the same code" if self.recorded == self.code else f"OTHER CODE, {self.recorded}"
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
    shown, findings, signature, signed_pdf = project.shown(folder), [], None, None
    try:
        own = read_manifest(folder, shown)["root"]
    except Refused:  # which verification reports
        return None, []
    if root and root != own:
        findings.append(found("root-differs", f"{shown}/{MANIFEST}", root=own, wanted=root))
    try:
        signature = read_signature(folder, shown, ca)
        if ca and signature is None:
            findings.append(found("signature-missing", f"{shown}/{SIGNATURE}"))
    except Refused as refused:
        findings += refused.findings
    try:
        signed_pdf = read_signed_pdf(folder, shown, ca)
    except Refused as refused:
        findings += refused.findings
    recorded = (signature.code if signature else "") or _recorded_code(folder)
    anchors = (str(project.root), own, __version__, code_digest(), recorded, signature, signed_pdf)
    return Trust(*anchors), findings


def _recorded_code(folder: Path) -> str:
    """The digest of the code that run.json says the folder was made with; '' where it says nothing."""
    code = run_of(folder, folder.name).get("source_sha256")
    return code if isinstance(code, str) else ""
