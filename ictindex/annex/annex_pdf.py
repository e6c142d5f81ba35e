"""The annex as PDF, by typst: tagged, with its fonts inside, and the same bytes on every run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ictindex.annex.volume import Volume
from ictindex.basics import Refused, found, spread
from ictindex.page import FONTS

_TEMPLATE = Path(__file__).parent / "templates" / "annex.typ"
_MANY = 200_000  # letters of a document; the largest of a decision has 50,000, and typst takes 50 MB


def pdf(volume: Volume) -> bytes:
    """annex.pdf: PDF/UA, so that it can be read aloud, searched and copied; Refused if it cannot be set.

    A long one is set in a process of its own, with which its memory ends.
    """
    document = json.dumps(asdict(volume), ensure_ascii=False)
    try:
        if len(document) < _MANY:
            return _typeset(document)
        with spread(_typeset, [document], 1) as made:
            return next(made)
    except RuntimeError as error:  # typst's, which names the first thing that it could not do
        raise Refused([found("not-printed", f"outputs/{volume.edition}", problem=str(error))]) from error


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
