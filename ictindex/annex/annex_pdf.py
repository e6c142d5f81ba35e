"""The annex as PDF, by typst: tagged, with its fonts inside, and the same bytes on every run."""

from __future__ import annotations

import json
from dataclasses import asdict

from ictindex.annex.typesetting import typeset
from ictindex.annex.volume import Volume
from ictindex.basics import Refused, found


def pdf(volume: Volume) -> bytes:
    """annex.pdf: PDF/UA, so that it can be read aloud, searched and copied; Refused if it cannot be set."""
    try:
        return typeset(json.dumps(asdict(volume), ensure_ascii=False))
    except RuntimeError as error:  # typst's, which names the first thing that it could not do
        raise Refused([found("not-printed", f"outputs/{volume.edition}", problem=str(error))]) from error
