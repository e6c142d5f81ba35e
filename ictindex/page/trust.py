"""The evidence as tables: method, inputs, checks and origin, each a plain function of one Evaluation."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex import __version__
from ictindex.basics import DIGITS, format_vi
from ictindex.methodology import Methodology, Node
from ictindex.page.anchors import node_anchor_vi
from ictindex.page.cells import coded
from ictindex.page.described import framed
from ictindex.page.levels_vi import TIE_BREAKS_VI, tie_breaks_vi
from ictindex.page.shown import Cell, Column
from ictindex.page.state import place_of
from ictindex.page.words import (
    COMBINE_VI,
    ORIGIN_VI,
    PARAMETER_VI,
    READ_VI,
    RULE_VI,
    STATUS_VI,
    how_vi,
    joined,
    policy_vi,
    value_vi,
    when_vi,
)
from ictindex.page.worked import number_vi
from ictindex.scoring import Evaluation, checks

if TYPE_CHECKING:
    from pandas import DataFrame


def criteria(e: Evaluation) -> DataFrame:
    """The criteria tree with clauses, as the methodology states it.

    Columns: number, criterion (id), name, how (the rule in words), [max_points (Fraction, of the only group),
    max_points_<group> (of each of several; None where no points are given), weight (only where nodes are
    weighted)], clause (with the texts that amended it since), status (official, of a sibling text or made up;
    '' for the total). One row a node, the total first.
    """
    groups = e.methodology.groups
    several = len(groups) > 1
    weighted = any(getattr(node.criterion, "weight", None) for node in e.methodology.nodes)
    columns = [
        Column("number", "TT"),
        Column("criterion", "Mã tiêu chí", in_file_only=True),
        Column("name", "Tiêu chí"),
        Column("how", "Cách tính"),
        *(
            Column(f"max_points_{g}", group.label_vi, "stated", head="Điểm tối đa")
            if several
            else Column("max_points", "Điểm tối đa", "stated")
            for g, group in groups.items()
        ),
        *([Column("weight", "Trọng số", "stated")] if weighted else []),
        Column("clause", "Căn cứ"),
        Column("status", "Tình trạng"),
    ]
    rows = tuple(_criterion_row(node, e, weighted) for node in e.methodology.nodes)
    brief = [column.key for column in columns if column.key != "how"]
    note = joined(e.methodology.source.citation.note_vi or "", _beyond_vi(e.methodology))
    strong = [i for i, node in enumerate(e.methodology.nodes) if node.depth < 2 and node.children]
    return framed("Tiêu chí và cách tính", columns, rows, note, annex=brief, bold=strong)


_BEYOND_VI = {
    "bonus": "Điểm thưởng, cộng thêm và không nằm trong điểm tối đa",
    "deduction": "Điểm trừ, trừ vào điểm và không nằm trong điểm tối đa",
}


def _beyond_vi(methodology: Methodology) -> str:
    """Which criteria add to the points or take from them, beyond the maximum that the table adds up."""
    nodes = [node for node in methodology.nodes if node.depth and node.counts_as]
    named = {
        kind: "; ".join(f"{node.number} {node.label_vi}" for node in nodes if node.counts_as == kind)
        for kind in _BEYOND_VI
    }
    return joined(*(f"{_BEYOND_VI[kind]}: {names}." for kind, names in named.items() if names))


def _criterion_row(node: Node, e: Evaluation, weighted: bool) -> tuple[Cell, ...]:
    anchor = node_anchor_vi(node, e.methodology)
    status = STATUS_VI[node.criterion.status] if node.depth else ""
    maxima = [node.maxima[group] for group in e.methodology.groups]
    weight = [getattr(node.criterion, "weight", None)] if weighted else []
    how = " ".join(filter(None, (how_vi(node, e.methodology, e.inputs.names), _scaled_vi(node, e))))
    return (node.number, node.id, node.label_vi, how, *maxima, *weight, anchor, status)


def _scaled_vi(node: Node, e: Evaluation) -> str:
    """What the points of a rule count where a what-if weighs its criterion anew."""
    said: dict[str, list[str]] = {}
    for group, named in e.methodology.groups.items():
        if not node.children and node.maxima[group] is not None and node.factor(group) != 1:
            said.setdefault(number_vi(node.factor(group)), []).append(named.label_vi)
    several = len(e.methodology.groups) > 1
    return " ".join(
        f"Phương án nhân mọi điểm của quy tắc với {factor}" + (f" ({'; '.join(groups)})." if several else ".")
        for factor, groups in said.items()
    )


def rules(e: Evaluation) -> DataFrame:
    """How values are compared, rounded and ranked, what does not apply and zeros included; who says so.

    Columns: rule (the parameter's name), name, value (its word), meaning (that word in Vietnamese), origin
    (fixed by the methodology, left open by it, or a parameter of this run), why (the reason that the
    methodology gives; '' where none). How what does not apply is compared stands first and, where there are
    reviewers, how their marks become one (2342, V.5.4 a: the mean).
    """
    columns = (
        Column("rule", "Mã", in_file_only=True),
        Column("name", "Quy tắc"),
        Column("value", "Mã giá trị", in_file_only=True),
        Column("meaning", "Giá trị"),
        Column("origin", "Nguồn"),
        Column("why", "Lý do"),
    )
    rows = tuple(
        (name, RULE_VI[name], str(r.value), value_vi(name, r.value), ORIGIN_VI[r.origin], r.why_vi)
        for name, r in e.rules.items()
    )
    m, fixed, marks, ties = e.methodology, (ORIGIN_VI["fixed"], ""), [], []
    if m.source.review:
        label = "Điểm chung của những người chấm độc lập"
        marks = [("combine", label, m.combine, COMBINE_VI[m.combine], *fixed)]
    if breaks := m.source.ranking.tie_breaks:
        ties = [("tie_breaks", TIE_BREAKS_VI, ", ".join(breaks), tie_breaks_vi(m).strip(), *fixed)]
    title = "Quy tắc so sánh, làm tròn và xếp hạng"
    return framed(title, columns, (_policy_row(e), *marks, *rows, *ties))


def _policy_row(e: Evaluation) -> tuple[Cell, ...]:
    """How units compare of which not everything is assessed."""
    aggregate, compare_on = e.methodology.root.aggregate, e.rules["compare_on"]
    origin = compare_on.origin if aggregate == "sum" else "fixed"
    value = f"{aggregate}, {compare_on.value}"
    meaning = policy_vi(aggregate, compare_on.value)
    return ("not_applicable", "Khi có nội dung không áp dụng", value, meaning, ORIGIN_VI[origin], "")


def legal_sources(e: Evaluation) -> DataFrame:
    """The texts that the methodology's citations point to, and what the decision says of itself.

    Columns: source (its key), title, issued (as far as known: a day or a year), replaces, replaced_by, link,
    read_name (how much of it was read), checked (the last day on which somebody held the file against it),
    note. The note of the table says who leads the assessment, from when it is in force and whether it is
    yearly. What is not known is ''. No row where the methodology declares no source.
    """
    columns = (
        Column("source", "Mã", in_file_only=True),
        Column("title", "Văn bản, nguồn"),
        Column("issued", "Ban hành, đăng"),
        Column("replaces", "Thay thế"),
        Column("replaced_by", "Bị thay thế bởi"),
        Column("link", "Nơi đăng"),
        Column("read_name", "Đã đọc"),
        Column("checked", "Đối chiếu lần cuối"),
        Column("note", "Ghi chú"),
    )
    m = e.methodology.source
    rows = tuple(
        (
            *(
                key,
                one.title,
                when_vi(one.issued or one.published),
                one.replaces or "",
                one.replaced_by or "",
            ),
            *(one.link or "", READ_VI[one.read], when_vi(one.checked), one.note_vi or ""),
        )
        for key, one in m.sources.items()
    )
    said = []
    if facts := m.decision:
        said += [f"Cơ quan chủ trì đánh giá: {facts.lead_vi}."] if facts.lead_vi else []
        said += [f"Có hiệu lực từ {when_vi(facts.in_force_from)}."] if facts.in_force_from else []
        said += [f"Hết hiệu lực: {when_vi(facts.in_force_to)}."] if facts.in_force_to else []
        said += ["Đánh giá hằng năm."] if facts.yearly else []
    note = " ".join(said) or ("" if rows else "Phương pháp không khai nguồn nào.")
    return framed("Văn bản làm căn cứ", columns, rows, note)


def inputs(e: Evaluation) -> DataFrame:
    """The files read, with origin, rows and digest.

    Columns: file (path in the project), name, origin and note (as sources.yaml says; '' where it does not),
    rows (lines of a CSV file; None of another), size (bytes), sha256 (hexadecimal).
    """
    columns = (
        Column("file", "Tệp"),
        Column("name", "Nội dung"),
        Column("origin", "Nguồn"),
        Column("note", "Ghi chú"),
        Column("rows", "Số dòng"),
        Column("size", "Byte"),
        Column("sha256", "SHA-256"),
    )
    described = e.inputs.sources.files
    rows = []
    for file in e.inputs.files:
        about = described.get(file.path.rpartition("/")[2])
        said = ("Mô tả nguồn số liệu của thư mục này", "", "")
        said = (about.label_vi, about.origin, about.note_vi or "") if about else said
        rows.append((file.path, *said, file.rows, file.size, file.sha256))
    return framed("Số liệu đầu vào", columns, tuple(rows))


def published(e: Evaluation) -> DataFrame:
    """Our values and ranks beside those that somebody else published.

    Columns: unit, unit_name, value (Decimal, ours, as printed), published_value (as published.csv has it),
    rank, published_rank, agrees ('có'; 'trong dung sai' where the value differs by no more than the tolerance
    that sources.yaml declares for published.csv; 'KHÔNG' where value or rank differ: these stand first, in
    bold). None where a unit has no value or rank, or only the other was published. No row, and a note that
    says so, without published.csv or in a what-if.
    """
    columns = (
        *coded("unit", "Mã đơn vị", "Tên đơn vị"),
        Column("value", "Tính lại"),
        Column("published_value", "Đã công bố"),
        Column("rank", "Hạng tính lại"),
        Column("published_rank", "Hạng đã công bố"),
        Column("agrees", "Khớp"),
    )
    compared = sorted(checks.against_published(e), key=lambda each: _WORST_FIRST.index(each[2]))
    rows = tuple(
        (s.entity.code, s.entity.label_vi, s.printed, p.value, s.rank, p.rank, _AGREES_VI[how])
        for s, p, how in compared
    )
    check = next((check for check in checks.all_checks(e) if check.name == "published"), None)
    note = (
        f"{_published_vi(check)}; những đơn vị không khớp, nếu có, đứng đầu bảng và in đậm."
        if check
        else "Không có kết quả đã công bố để đối chiếu."
    )
    off = range(check.facts[checks.OFF]) if check else ()
    return framed("Đối chiếu với kết quả đã công bố", columns, rows, note, bold=off, shown=50)


_AGREES_VI = {checks.EQUAL: "có", checks.WITHIN: "trong dung sai", checks.OFF: "KHÔNG"}
_WORST_FIRST = (checks.OFF, checks.WITHIN, checks.EQUAL)


def _published_vi(check: checks.Check) -> str:
    """How many agree, and how: what is equal, within the tolerance and off is counted apart."""
    facts = check.facts
    count = {word: format_vi(facts[word]) for word in _WORST_FIRST}
    compared = format_vi(sum(facts[word] for word in _WORST_FIRST))
    apart = "; không phải phép kiểm, vì trang này dùng tham số khác với ấn bản" if check.holds is None else ""
    if not facts["tolerance"]:
        return f"Khớp {count['equal']} trong {compared} đơn vị, ở mọi giá trị và thứ hạng đã công bố{apart}"
    return (
        f"Trong {compared} đơn vị, ở mọi giá trị và thứ hạng đã công bố: {count['equal']} bằng đúng,"
        f" {count['within']} đúng thứ hạng và lệch giá trị trong dung sai {format_vi(facts['tolerance'])},"
        f" {count['off']} không khớp{apart}"
    )


def self_checks(e: Evaluation) -> DataFrame:
    """Claims about this run, each tried on the spot.

    Columns: check (its name), claim (in Vietnamese), holds ('Đúng', 'SAI', or 'Cần biết' of what is only
    told), detail (what was counted). The checks are those of ``scoring.checks``; one that does not apply to
    this edition has no row. A false claim is no error here: the head of the page and the exit code say it.
    """
    columns = (
        Column("check", "Mã", in_file_only=True),
        Column("claim", "Khẳng định"),
        Column("holds", "Kết quả"),
        Column("detail", "Chi tiết"),
    )
    verdict = {True: "Đúng", False: "SAI", None: "Cần biết"}
    rows = tuple((c.name, CLAIMS_VI[c.name], verdict[c.holds], _detail_vi(c)) for c in checks.all_checks(e))
    return framed("Tự kiểm tra", columns, rows)


CLAIMS_VI = {
    "everyone_once": "Mỗi đơn vị có mặt đúng một lần trong bảng xếp hạng của nhóm mình",
    "named_as_decided": "Đơn vị được miễn và đối tượng áp dụng đúng như quyết định nêu tên",
    "within_maximum": "Không điểm nào âm hoặc vượt điểm tối đa",
    "second_way": "Tính lại bằng số thực dấu phẩy động theo cách thứ hai cho cùng kết quả",
    "order_free": "Đảo thứ tự các dòng không đổi thứ hạng nào",
    "ranks_match_values": "Thứ hạng bằng 1 cộng số đơn vị có giá trị lớn hơn (cách xếp 1-2-2-4)",
    "told_apart": f"Căn và lô-ga-rít tính tới {DIGITS} chữ số phân biệt được mọi giá trị, kể cả khi làm tròn",
    "rounding_matters": "Làm tròn trước khi xếp hạng có đổi thứ hạng không",
    "published": "Kết quả tính lại khớp với kết quả đã công bố",
}


_DETAILS_VI = {
    "everyone_once": "{ranked} được xếp hạng, {unranked} không xếp hạng, {entities} đơn vị",
    "named_as_decided": "{exempt} lượt miễn theo tên; {wrong} chỗ không khớp",
    "within_maximum": "{outcomes} kết quả đã xét",
    "second_way": "lệch lớn nhất {gap}",
    "order_free": "{entities} đơn vị",
    "ranks_match_values": "{compared} thứ hạng đã xét",
    "told_apart": "{near} đơn vị có giá trị chưa phân biệt được{names}",
    "rounding_matters": "{moved} đơn vị có hạng khác nếu xếp theo cách kia{names}",
}


def _detail_vi(check: checks.Check) -> str:
    if check.name == "published":
        return _published_vi(check)
    return _DETAILS_VI[check.name].format(**_vi(check.facts))


def _vi(facts: dict) -> dict:
    """Facts as they are printed."""
    shown = {key: format_vi(value) if isinstance(value, int) else value for key, value in facts.items()}
    if "names" in facts:
        shown["names"] = f": {', '.join(facts['names'])}" if facts["names"] else ""
    if "gap" in facts:
        shown["gap"] = "dưới 0,000000001" if facts["gap"] < Fraction(1, 10**9) else format_vi(facts["gap"], 9)
    return shown


def parameters(e: Evaluation) -> DataFrame:
    """The parameters of the run, and which differ from the edition's parameter file.

    Columns: parameter (its name), name (in Vietnamese), value, default (in parameters/<edition>.yaml; ''
    where it has none), changed ('khác' where the two differ, else ''). All cells are text.
    """
    columns = (
        Column("parameter", "Mã", in_file_only=True),
        Column("name", "Tham số"),
        Column("value", "Giá trị"),
        Column("default", "Giá trị trong tệp tham số"),
        Column("changed", "Khác"),
    )
    rows = tuple(
        (
            name,
            label_vi,
            str(e.parameters[name]),
            str(e.defaults.get(name, "")),
            "khác" if name in e.changed else "",
        )
        for name, label_vi in PARAMETER_VI.items()  # in this order, whatever the order they were given in
        if name in e.parameters
    )
    return framed("Tham số của lần chạy", columns, rows)


def provenance(e: Evaluation) -> DataFrame:
    """Where the page comes from, and the two commands that repeat and verify it.

    Columns: item, value (a path, a version or a command), sha256 (hexadecimal, of a file; else '').
    """
    columns = (Column("item", "Mục"), Column("value", "Giá trị"), Column("sha256", "SHA-256"))
    named = {
        "parameters/methodologies": "Phương pháp",
        "parameters/methodologies/amendments": "Văn bản sửa đổi",
        "parameters/crosswalks": "Bảng đối chiếu",
        "notebooks": "Sổ tay nguồn",
        "parameters": "Tệp tham số",
        "parameters/what_if": "Phương án giả định",
    }
    again = f"ictindex what-if {e.what_if.name}" if e.what_if else f"ictindex run {e.edition}"
    rows = [(named[file.path.rpartition("/")[0]], file.path, file.sha256) for file in e.files]
    rows += [
        ("Phiên bản phần mềm", f"ictindex {__version__}", ""),
        ("Lệnh chạy lại", again, ""),
        ("Lệnh kiểm chứng", f"ictindex verify {e.project.shown(place_of(e))}", ""),
    ]
    note = (
        "Mã băm của mọi tệp, kể cả tệp này, ở manifest.json."
        " Không kiểm tra ở đây: số liệu đầu vào có đúng thực tế không."
    )
    return framed("Nguồn gốc của trang này", columns, tuple(rows), note)
