"""A document is the same PDF whether it is set here or, being long, in a process of its own."""

import json
from dataclasses import asdict

from ictindex.annex import typesetting
from ictindex.annex.typesetting import typeset
from ictindex.annex.volume import Title, Volume

VOLUME = Volume(
    title="Mức độ ứng dụng năm 2017",
    lines=(),
    attached="(Kèm theo Quyết định số 1/QĐ-ABC)",
    edition="mini-2020",
    state="SỐ LIỆU MINH HỌA",
    why="Số liệu đặt ra để thử.",
    broken=(),
    headline=("Bộ Y tế đứng đầu.",),
    parts=(Title(1, "I. KẾT QUẢ"),),
)


def test_a_long_document_is_set_in_a_process_of_its_own_in_the_same_bytes(monkeypatch):
    document, own = json.dumps(asdict(VOLUME), ensure_ascii=False), []
    here, spread = typeset(document), typesetting.spread
    monkeypatch.setattr(typesetting, "_MANY", len(document))
    monkeypatch.setattr(typesetting, "spread", lambda *given: own.append(given) or spread(*given))
    assert typeset(document) == here and here.startswith(b"%PDF") and len(own) == 1
