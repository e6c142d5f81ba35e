"""What a council's sheet of decisions is about: kinds of matter, what may be decided, and the codes of lines.

A line's code says what kind of matter it is and what it is about: 'kn:staff' is an objection to an answer,
'kn:tc:portal' one to a criterion, 'gh:tc:total' a late report, 'cb:tc:total' one that never came or cannot be
used, 'nv:staff' a doubt, 'huy:tc:services' a result that may be cancelled.
"""

from __future__ import annotations

from ictindex.exchange.layout import criterion_code, criterion_of
from ictindex.facts import FOUND_TRUE, NO_REPORT, Entity
from ictindex.methodology import Answer, Methodology, Node

OBJECTION, LATE, SILENT, DOUBT, CANCELLATION = MATTERS = ("kn", "gh", "cb", "nv", "huy")
MATTER_VI = {
    OBJECTION: "Đơn vị đề nghị điều chỉnh",
    LATE: "Báo cáo chậm",
    SILENT: "Chưa có báo cáo dùng được",
    DOUBT: "Số liệu cần xem có đúng thực tế không",
    CANCELLATION: "Hủy kết quả",
}
# What may be decided of each, and the event that follows; '' for none.
OFFERED = {
    OBJECTION: {"granted": "upheld", "refused": "rejection"},
    LATE: {"extended": "extension", "not_extended": ""},
    SILENT: {"extended": "extension", "none": "incomplete", "no_report": NO_REPORT},
    DOUBT: {"untrue": "untrue", "true": FOUND_TRUE},
    CANCELLATION: {"cancelled": "cancelled"},
}


def offered(kind: str, methodology: Methodology) -> dict[str, str]:
    """What may be decided of a kind of matter: of who sent nothing, 0 where the methodology has that zero.

    Elsewhere no decision says what follows: the unit has no result, and no rank.
    """
    known = "incomplete" in methodology.source.zero_rules
    without = "no_report" if known else "none"
    return {key: event for key, event in OFFERED[kind].items() if kind != SILENT or key != without}


def codes(methodology: Methodology, points: Answer) -> dict[str, Answer]:
    """Every code that a line of the sheet may have, with what its value cell asks."""
    about = methodology.answers | {criterion_code(node.id): points for node in methodology.nodes}
    return {f"{kind}:{code}": asks for kind in MATTERS for code, asks in about.items()}


def read_by(methodology: Methodology, answer: str, entity: Entity | None) -> list[Node]:
    """The criteria at which a unit's figure counts: what is untrue is so wherever it is read."""
    reading = [leaf for leaf in methodology.leaves if answer in leaf.reads]
    if entity is None:
        return reading
    return [leaf for leaf in reading if leaf.applies_to(entity)]


def matter_of(code: str) -> tuple[str, str, str]:
    """Kind, criterion and answer of a line's code; '' and '' for the whole report or result."""
    kind, _, about = code.partition(":")
    criterion = criterion_of(about)
    return kind, "" if criterion == "total" else criterion, "" if criterion else about
