"""Legal anchors, days and how sure a node is, as documents print them."""

from __future__ import annotations

from ictindex.methodology import Citation, Deadline, Methodology, Node, OpenRule
from ictindex.page.words import ORIGIN_VI, STATUS_VI

ILLUSTRATIVE = "MINH HỌA"


def anchor_vi(citation: Citation | None) -> str:
    """A legal anchor as it is printed."""
    return ", ".join(part for part in (citation and citation.title, citation and citation.clause) if part)


def node_anchor_vi(node: Node, methodology: Methodology) -> str:
    """A node's clause, and the texts that have changed the node since."""
    return "; ".join(filter(None, [anchor_vi(node.criterion.citation), *changed_by_vi(node, methodology)]))


def changed_by_vi(node: Node, methodology: Methodology) -> list[str]:
    """The texts, or the what-if, that have changed a node."""
    return [f"sửa đổi theo {a.citation}" for a in methodology.amendments if a.touches(node.id)]


def day_vi(deadline: Deadline) -> str:
    """A day or a span relative to the year assessed."""
    if deadline.opens:
        return f"từ {_relative_vi(deadline.opens)} đến {_relative_vi(deadline.date)}"
    return f"{'trước ngày' if deadline.before else 'ngày'} {_relative_vi(deadline.date)}"


def _relative_vi(day: str) -> str:
    later, month, day = day[1:].split("-")
    year = {"0": "năm đánh giá", "1": "năm sau năm đánh giá"}.get(later, f"năm thứ {later} sau năm đánh giá")
    return f"{day}/{month} của {year}"


def status_vi(node: Node) -> str:
    """How sure a node is; what is made up says so in capitals."""
    status = getattr(node.criterion, "status", None)
    if status is None:
        return ""
    return ILLUSTRATIVE if status == "illustrative" else STATUS_VI[status]


def origin_vi(rule: OpenRule) -> str:
    return ORIGIN_VI["open" if rule.is_open else "fixed"]
