"""The annex as PDF, by typst: tagged, with its fonts inside, and the same bytes on every run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ictindex.annex.volume import Volume
from ictindex.page import FONTS

_TEMPLATE = Path(__file__).parent / "templates" / "annex.typ"


def pdf(volume: Volume) -> bytes:
    """annex.pdf: PDF/UA, so that it can be read aloud, searched and copied."""
    import typst

    return typst.compile(
        str(_TEMPLATE),
        sys_inputs={"volume": json.dumps(asdict(volume), ensure_ascii=False)},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=0,
    )
