"""Online services as tables: what each unit declared, what of it is recognised, and what is not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.facts import Recognition, Register, Tests
from ictindex.methodology import Methodology
from ictindex.page.anchors import anchor_vi
from ictindex.page.cells import coded, entity_cells, entity_columns
from ictindex.page.described import framed
from ictindex.page.shown import Column
from ictindex.page.words import value_of_answer_vi
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

STATE_VI = {"recognised": "Được công nhận", "open": "Chưa kết luận", "refused": "Không được công nhận"}
REASON_VI = {
    "direct": "Kiểm tra trực tiếp đạt",
    "report": "Công nhận theo báo cáo, đủ ba điều kiện",
    "represented": "Không kiểm tra; các dịch vụ được kiểm tra trong nhóm đều đạt",
    "retest_due": "Kiểm tra bị lỗi, phải kiểm tra lại vào thời điểm khác",
    "complained": "Có phản ánh, phải kiểm tra lại",
    "too_few_tested": "Không kiểm tra; nhóm chưa kiểm tra đủ dịch vụ đại diện và một số dịch vụ khác",
    "revoked": "Đã được công nhận, kiểm tra lại không đúng như khai báo: hủy kết quả, thông báo cho đơn vị",
    "not_listed": "Khai có trong cơ sở dữ liệu nhưng bản trích cơ sở dữ liệu không có",
    "group_not_passed": "Không kiểm tra; dịch vụ đại diện của nhóm chưa đạt hoặc chưa kiểm tra",
    "untested": "Chưa kiểm tra",
    "failed": "Kiểm tra bị lỗi, kiểm tra lại vào thời điểm khác vẫn lỗi",
    "not_in_database": "Thủ tục không có trong cơ sở dữ liệu quốc gia hoặc cổng của cơ quan có thẩm quyền",
}
CONDITION_VI = {
    "account": "không đăng ký được tài khoản",
    "submission": "không gửi được hồ sơ trực tuyến",
    "tracking": "không theo dõi được việc tiếp nhận và trả kết quả",
    "in_database": "không thấy thủ tục trong cơ sở dữ liệu hoặc trên cổng",
    "link_opens": "không mở được liên kết đã khai",
    "works": "không hoạt động hoặc không đạt yêu cầu",
}
_CLAUSE_VI = "(Mục V.5.4 b)"
_NOTHING_VI = "Số liệu của lần chạy này không có danh sách dịch vụ công trực tuyến."
_OPEN_FIRST = ("open", "refused")


def services(e: Evaluation) -> DataFrame:
    """Per unit: services declared and tested; procedures, and how many are recognised, open and refused.

    Columns: group, group_name, unit, unit_name, services (declared), tested, procedures, recognised,
    represented (recognised without a test of their own), open and refused (numbers of procedures), share
    (Decimal, percent of procedures recognised). Rule: 2342, V.5.4 b: a procedure counts once, however many
    services it has. From services.csv and service_tests.csv; a unit that declared none has no row.
    """
    columns = (
        *entity_columns(e),
        Column("services", "Dịch vụ đã khai"),
        Column("tested", "Dịch vụ đã kiểm tra"),
        Column("procedures", "Số thủ tục"),
        Column("recognised", "Được công nhận"),
        Column("represented", "Trong đó không kiểm tra"),
        Column("open", "Chưa kết luận"),
        Column("refused", "Không được công nhận"),
        Column("share", "Tỷ lệ được công nhận (%)"),
    )
    title = "Dịch vụ công trực tuyến được công nhận"
    register, tests, recognised = e.inputs.services, e.inputs.service_tests, e.recognised
    if not register:
        return framed(title, columns, (), _NOTHING_VI)
    declared = Counter(entity for entity, _ in register)
    tested = Counter(entity for entity, service in register if tests.get((entity, service)))
    rows = []
    for unit in e.inputs.entities:
        if unit.code in recognised:
            found = recognised[unit.code]
            states, reasons = Counter(one.state for one in found), Counter(one.reason for one in found)
            counts = (declared[unit.code], tested[unit.code], len(found), states["recognised"])
            others = (reasons["represented"], states["open"], states["refused"])
            share = round_exact(Fraction(100 * states["recognised"], len(found)), 1)
            rows.append((*entity_cells(e, unit), *counts, *others, share))
    return framed(title, columns, tuple(rows), _counted(e, register, tests, recognised))


def _counted(
    e: Evaluation, register: Register, tests: Tests, recognised: Mapping[str, Sequence[Recognition]]
) -> str:
    found = [one for several in recognised.values() for one in several]
    states, reasons = Counter(one.state for one in found), Counter(one.reason for one in found)
    without = len(e.inputs.entities) - len(recognised)
    note = [
        f"{format_vi(len(register))} dịch vụ được khai, {format_vi(sum(bool(t) for t in tests.values()))}"
        f" đã kiểm tra. Một thủ tục xây dựng ở nhiều nơi chỉ tính một lần, một ứng dụng gộp nhiều thủ tục"
        f" tính theo số thủ tục {_CLAUSE_VI}: {format_vi(len(found))} thủ tục,"
        f" {format_vi(states['recognised'])} được công nhận, {format_vi(states['open'])} chưa kết luận,"
        f" {format_vi(states['refused'])} không được công nhận."
    ]
    if reasons["represented"]:
        note.append(
            f"{format_vi(reasons['represented'])} thủ tục không kiểm tra được công nhận như đơn vị khai vì"
            " mọi dịch vụ được kiểm tra trong nhóm đều đạt; quyết định không nêu rõ điều này."
        )
    if reasons["retest_due"]:
        note.append(f"{format_vi(reasons['retest_due'])} thủ tục phải kiểm tra lại vào thời điểm khác.")
    if only := _statistics_vi(e):
        note.append(only)
    if without:
        note.append(f"{format_vi(without)} đơn vị không khai dịch vụ nào, không có trong bảng.")
    return " ".join(note)


def service_statistics(e: Evaluation) -> DataFrame:
    """What the units answer whose online services are published as statistics, and never scored.

    Columns: unit, unit_name, answer, answer_name, value (in words; '–' where nothing was given), measure.
    Rule: 2342, V.5.3 a (*). Every answer that the criteria of the services' category read; counted services
    as they were recognised. What is withheld has no row. No row where the methodology names nobody.
    """
    columns = (
        *coded("unit", "Mã đơn vị", "Tên đơn vị"),
        *coded("answer", "Mã số liệu", "Số liệu"),
        Column("value", "Giá trị"),
        Column("measure", "Đơn vị tính"),
    )
    m = e.methodology
    units = [unit for unit in e.inputs.entities if m.only_statistics(unit)]
    rows = []
    for unit in units:
        for answer in _asked_of_services(m):
            given, spec = e.inputs.given(unit, answer), m.answers[answer]
            if not given.secret:
                said = "–" if given.value is None else value_of_answer_vi(spec, given.value)
                rows.append((unit.code, unit.label_vi, answer, spec.label_vi, said, spec.unit_vi or ""))
    note = _statistics_vi(e) or "Phương pháp này không có đơn vị nào chỉ công bố số liệu thống kê."
    return framed("Số liệu thống kê về dịch vụ công trực tuyến", columns, tuple(rows), note)


def _asked_of_services(m: Methodology) -> list[str]:
    leaves = (node for node in m.services_category.walk() if not node.children)
    read = dict.fromkeys(answer for leaf in leaves for answer in leaf.reads)
    return [answer for answer in read if m.answers[answer].of_unit]


def _statistics_vi(e: Evaluation) -> str:
    """Whose services are statistics alone, and by which clause; '' where nobody's are."""
    m = e.methodology
    names = [unit.label_vi for unit in e.inputs.entities if m.only_statistics(unit)]
    if not names:
        return ""
    clause = anchor_vi(m.source.online_services.statistics_only.citation)
    return f"Chỉ công bố số liệu thống kê, không chấm điểm ({clause}): {', '.join(names)}."


def services_not_recognised(e: Evaluation) -> DataFrame:
    """The procedures that are refused or still open, and why; the open ones first.

    Columns: group, group_name, unit, unit_name, procedure (its code), procedure_name, services (codes), state
    ('open', 'refused'), state_name, reason (machine word), reason_name, found (what the last test found
    wrong; '' where there was none). Rule: 2342, V.5.4 b. No row where all are recognised or there is no
    services.csv (the note says which).
    """
    columns = (
        *entity_columns(e),
        *coded("procedure", "Mã thủ tục", "Tên dịch vụ"),
        Column("services", "Mã dịch vụ", in_file_only=True),
        *coded("state", "Mã trạng thái", "Trạng thái"),
        *coded("reason", "Mã lý do", "Lý do"),
        Column("found", "Lần kiểm tra cuối"),
    )
    title, recognised = "Dịch vụ công trực tuyến chưa hoặc không được công nhận", e.recognised
    if not recognised:
        return framed(title, columns, (), _NOTHING_VI)
    listed = [one for several in recognised.values() for one in several if one.state in _OPEN_FIRST]
    listed.sort(key=lambda one: (_OPEN_FIRST.index(one.state), e.inputs.places[one.entity]))
    rows = tuple(
        (
            *entity_cells(e, e.inputs.by_code[one.entity]),
            one.procedure,
            one.label_vi,
            ", ".join(one.services),
            one.state,
            STATE_VI[one.state],
            one.reason,
            REASON_VI[one.reason],
            "; ".join(CONDITION_VI.get(word, word) for word in one.why),
        )
        for one in listed
    )
    reasons = Counter(one.reason for one in listed)
    each = "; ".join(
        f"{format_vi(reasons[reason])}: {words[:1].lower()}{words[1:]}"
        for reason, words in REASON_VI.items()
        if reasons[reason]
    )
    note = f"{format_vi(len(rows))} thủ tục. {each}." if rows else "Mọi thủ tục đã khai đều được công nhận."
    return framed(title, columns, rows, note, shown=100)
