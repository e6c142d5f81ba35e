"""The annex as PDF, by typst: tagged, with its fonts inside, and the same bytes on every run."""

from __future__ import annotations

import json
from dataclasses import asdict

from ictindex.annex.typesetting import typeset
from ictindex.annex.volume import Volume


def pdf(volume: Volume) -> bytes:
    """annex.pdf: PDF/UA, so that it can be read aloud, searched and copied."""
    return typeset(json.dumps(asdict(volume), ensure_ascii=False))
