"""A methodology as a document to read: its criteria table, groups, calendar, zero rules, levels and rules."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from itertools import pairwise

from ictindex.methodology import STEPS, Methodology, Node
from ictindex.page import (
    ILLUSTRATIVE,
    ORIGIN_VI,
    RULE_VI,
    STATE_VI,
    TIE_BREAKS_VI,
    Cell,
    Column,
    Table,
    anchor_vi,
    day_vi,
    how_vi,
    level_vi,
    node_anchor_vi,
    origin_vi,
    policy_vi,
    printed,
    stated,
    status_vi,
    tie_breaks_vi,
    value_vi,
)
from ictindex.procedure import step_vi

STAMP = "CÓ NỘI DUNG MINH HỌA"


def stamp(methodology: Methodology) -> str:
    """What every page and file bears that shows a criterion which no decision states."""
    return STAMP if any(status_vi(node) == ILLUSTRATIVE for node in methodology.nodes) else ""


# --- the tables -------------------------------------------------------------------------------------------


def criteria(m: Methodology) -> Table:
    """The criteria as a decision's annex prints them, the total last."""
    weights = [getattr(node.criterion, "weight", None) for node in m.nodes]
    several, weighted = len(m.groups) > 1, any(weights)
    kind = stated([most for node in m.nodes for most in node.maxima.values()], "number")
    most = [
        Column(f"max_{key}", f"Điểm tối đa: {group.label_vi}" if several else "Điểm tối đa", kind)
        for key, group in m.groups.items()
    ]
    columns = (
        Column("number", "TT"),
        Column("label_vi", "Tiêu chí"),
        Column("how", "Cách tính điểm"),
        *most,
        *([Column("weight", "Trọng số", stated(weights, "number"))] if weighted else []),
        Column("clause", "Căn cứ"),
        Column("status", "Tình trạng"),
    )
    nodes = (*m.nodes[1:], m.root)
    rows = tuple(_criterion_row(node, m, weighted) for node in nodes)
    strong = frozenset(i for i, node in enumerate(nodes) if node.depth < 2)
    return Table("criteria", "Tiêu chí và cách tính điểm", columns, rows, emphasis=strong, stamp=stamp(m))


def _criterion_row(node: Node, m: Methodology, weighted: bool) -> tuple[Cell, ...]:
    weight = [getattr(node.criterion, "weight", None)] if weighted else []
    status = ". ".join(filter(None, [status_vi(node), getattr(node.criterion, "note_vi", None)]))
    maxima = [node.maxima[group] for group in m.groups]
    return (
        node.number,
        node.label_vi,
        how_vi(node, m, {}),
        *maxima,
        *weight,
        node_anchor_vi(node, m),
        status,
    )


def groups(m: Methodology) -> Table:
    """Who is ranked with whom."""
    columns = (
        *_columns(group="Mã", label_vi="Nhóm"),
        Column("max_points", "Điểm tối đa", "number"),
        *_columns(categories="Hạng mục không áp dụng"),
    )
    rows = tuple(
        (
            key,
            group.label_vi,
            m.root.maxima[key],
            ", ".join(node.label_vi for node in m.categories if node.maxima[key] is None) or "không có",
        )
        for key, group in m.groups.items()
    )
    return Table("groups", "Nhóm đơn vị được xếp hạng riêng", columns, rows)


def calendar(m: Methodology) -> Table:
    """The days that the decision sets."""
    columns = _columns(label_vi="Việc", date="Thời hạn", clause="Căn cứ")
    rows = tuple((d.label_vi, day_vi(d), anchor_vi(d.citation)) for d in m.source.calendar.values())
    note = "" if rows else "Phương pháp không nêu thời hạn nào."
    return Table("calendar", "Lịch đánh giá", columns, rows, note)


def procedure(m: Methodology) -> Table:
    """Who does what, to whom, by when, as far as the decision says it."""
    columns = _columns(
        step="Bước", by_vi="Ai làm", to="Gửi, công bố ở đâu", deadline="Thời hạn", clause="Căn cứ"
    )
    stated, calendar = m.source.procedure, m.source.calendar
    rows = tuple(
        (
            stated[key].label_vi or step_vi(key),
            stated[key].by_vi or "",
            "; ".join(stated[key].to.values()),
            day_vi(calendar[stated[key].deadline]) if stated[key].deadline else "",
            anchor_vi(stated[key].citation),
        )
        for key in STEPS
        if key in stated
    )
    note = "" if rows else "Phương pháp không nêu trình tự thực hiện."
    return Table("procedure", "Trình tự thực hiện", columns, rows, note)


def zero_rules(m: Methodology) -> Table:
    """What earns nothing, whatever was declared."""
    columns = _columns(
        reason="Trường hợp",
        falls_on="0 điểm tính cho",
        deadline="Thời hạn",
        clause="Căn cứ",
        origin="Phạm vi do đâu",
        why_vi="Lý do",
    )
    rows = tuple(
        (
            STATE_VI[f"zero_{reason}"],
            value_vi(f"zero_{reason}", rule.falls_on.value),
            day_vi(m.source.calendar[rule.deadline]) if rule.deadline else "",
            anchor_vi(rule.citation),
            origin_vi(rule.falls_on),
            rule.falls_on.why_vi or "",
        )
        for reason, rule in m.source.zero_rules.items()
    )
    note = "" if rows else "Phương pháp không nêu trường hợp 0 điểm nào."
    return Table("zero_rules", "Các trường hợp 0 điểm", columns, rows, note)


def levels(m: Methodology) -> Table:
    """The levels, each from a limit to below the next."""
    columns = _columns(label_vi="Mức", range="Điểm", clause="Căn cứ")
    stated = m.source.levels
    several = stated.list if stated else ()
    rows = tuple(
        (level.label_vi, level_vi(level, above, m), anchor_vi(stated.citation))
        for above, level in pairwise((None, *several))
    )
    note = "" if rows else "Phương pháp không chia mức."
    return Table("levels", "Các mức", columns, rows, note)


def rules(m: Methodology) -> Table:
    """How units are compared, rounded and ranked; what the decision leaves open is chosen with a reason."""
    columns = _columns(label_vi="Quy tắc", meaning_vi="Nghĩa là", origin="Nguồn", why_vi="Lý do")
    compare = m.source.total.compare_on
    policy = policy_vi(m.root.aggregate, compare.value)
    origin = origin_vi(compare) if m.root.aggregate == "sum" else ORIGIN_VI["fixed"]
    rows: list[tuple[Cell, ...]] = [("Khi có nội dung không áp dụng", policy, origin, "")]
    rows += [
        (RULE_VI[name], value_vi(name, rule.value), origin_vi(rule), rule.why_vi or "")
        for name, rule in m.open_rules.items()
        if not name.startswith("zero_")
    ]
    if breaks := tie_breaks_vi(m).strip():
        rows.append((TIE_BREAKS_VI, breaks, ORIGIN_VI["fixed"], ""))
    return Table("rules", "Quy tắc so sánh, làm tròn và xếp hạng", columns, tuple(rows))


def _columns(**labels: str) -> tuple[Column, ...]:
    """Columns of text: key -> heading."""
    return tuple(Column(key, label) for key, label in labels.items())


TABLES: tuple[Callable[[Methodology], Table], ...] = (
    criteria,
    groups,
    calendar,
    procedure,
    zero_rules,
    levels,
    rules,
)


def heading(m: Methodology) -> tuple[str, ...]:
    """Name, decision, amendments and what is known of the text."""
    by = (f"Sửa đổi theo {a.citation}{f'. {a.note_vi}' if a.note_vi else ''}" for a in reversed(m.amendments))
    source = m.source.citation
    return (m.source.label_vi, source.title, *by, *([source.note_vi] if source.note_vi else []))


# --- as text, as a page, as a workbook --------------------------------------------------------------------

_WIDEST = 44  # letters of a column of text; more is broken into lines


def text(m: Methodology) -> Iterator[str]:
    """The document as lines for a terminal."""
    yield from heading(m)
    for build in TABLES:
        table = build(m)
        yield ""
        yield f"{table.title_vi}{f' [{table.stamp}]' if table.stamp else ''}"
        if table.rows:
            yield from _lines(table)
        if table.note_vi:
            yield table.note_vi


def _lines(table: Table) -> Iterator[str]:
    labels = [column.label_vi for column in table.columns]
    rows = [[printed(cell) for cell in row] for row in table.rows]
    limits = [_WIDEST if column.kind == "text" else 14 for column in table.columns]
    broken = [[textwrap.wrap(c, n) or [""] for c, n in zip(r, limits, strict=True)] for r in (labels, *rows)]
    widths = [max(len(line) for row in broken for line in row[i]) for i in range(len(labels))]
    rule = "-+-".join("-" * width for width in widths)
    for i, row in enumerate(broken):
        for at in range(max(map(len, row))):
            parts = [lines[at] if at < len(lines) else "" for lines in row]
            yield " | ".join(part.ljust(n) for part, n in zip(parts, widths, strict=True)).rstrip()
        if i == 0:
            yield rule


def html(m: Methodology) -> str:
    """The document as one HTML file in the look of the annex."""
    from ictindex.annex.files import rendered

    tables = [build(m) for build in TABLES]
    return rendered("methodology.html.j2", m=m, lines=heading(m)[1:], tables=tables, stamp=stamp(m))


def xlsx(m: Methodology) -> bytes:
    """The document as a workbook: a sheet for each table."""
    from ictindex.annex.spreadsheet import book_of

    return book_of([build(m) for build in TABLES], m.source.label_vi, m.name, stamp(m), heading(m))
