"""Pages set by typst: where they are many in a process of their own, with which its memory ends."""

from __future__ import annotations

from pathlib import Path

from ictindex.basics import spread
from ictindex.page import FONTS

_TEMPLATE = Path(__file__).parent / "templates" / "annex.typ"
_MANY = 200_000  # letters of a document; the largest of a decision has 50,000, and typst takes 50 MB


def typeset(document: str) -> bytes:
    """PDF/UA, which can be read aloud, searched and copied, of a volume as JSON; its fonts are inside."""
    if len(document) < _MANY:
        return _typeset(document)
    with spread(_typeset, [document], 1) as made:
        return next(made)


def _typeset(document: str) -> bytes:
    import typst

    return typst.compile(
        str(_TEMPLATE),
        sys_inputs={"volume": document},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=0,
    )
