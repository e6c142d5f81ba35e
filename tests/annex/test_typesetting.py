"""A document is the same PDF whether it is set here or, being long, in a process of its own."""

import json
from dataclasses import asdict

from ictindex.annex import typesetting
from ictindex.annex.typesetting import typeset
from tests.annex.test_annex_pdf import VOLUME


def test_a_long_document_is_set_in_a_process_of_its_own_in_the_same_bytes(monkeypatch):
    document, own = json.dumps(asdict(VOLUME), ensure_ascii=False), []
    here, spread = typeset(document), typesetting.spread
    monkeypatch.setattr(typesetting, "_MANY", len(document))
    monkeypatch.setattr(typesetting, "spread", lambda *given: own.append(given) or spread(*given))
    assert typeset(document) == here and here.startswith(b"%PDF") and len(own) == 1
