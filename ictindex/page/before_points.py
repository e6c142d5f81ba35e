"""What went before the points, as tables: the calendar, reviewers' marks, appraisal and reference values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.facts import Given, Mark, Value, arrivals, last_moment, own_marks, settle
from ictindex.methodology import Answer, Deadline, Node, Rule, Terms
from ictindex.page.cells import coded, entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.shown import Cell, Column
from ictindex.page.words import (
    COMBINE_VI,
    SETTLED_VI,
    date_vi,
    some_vi,
    term_vi,
    value_of_answer_vi,
    value_vi,
)
from ictindex.scoring import Evaluation, of_nothing

if TYPE_CHECKING:
    from pandas import DataFrame

_NAMED = 3  # entities that share a reference value and are named; the others are counted


def calendar(e: Evaluation) -> DataFrame:
    """The days that the decision sets for the year, and how the reports kept them.

    Columns: deadline (its key), name, date (dd/mm/yyyy of the year; 'trước ngày …' where it ends before a
    day), clause ('' without one), reported, late and extended (numbers of units; None but at the deadline for
    reports, and there too where events.csv records no report). Late is after the day or the unit's own
    extension. No row where the methodology names no day.
    """
    columns = (
        Column("deadline", "Mã", in_file_only=True),
        Column("name", "Việc"),
        Column("date", "Thời hạn"),
        Column("clause", "Căn cứ"),
        Column("reported", "Số đơn vị đã báo cáo"),
        Column("late", "Số đơn vị báo cáo chậm"),
        Column("extended", "Số đơn vị được gia hạn"),
    )
    title, days = "Lịch đánh giá", e.methodology.source.calendar
    if not days:
        note = "Phương pháp không nêu thời hạn nào."
        return framed(title, columns, (), note)
    rule = e.methodology.source.zero_rules.get("late")
    recorded = any(event.event in ("reported", "extension") for event in e.inputs.events)
    rows = tuple(
        (
            key,
            day.label_vi,
            _day_vi(day, e.parameters["year"]),
            day.citation.clause or "",
            *(_kept(e, day) if key == e.methodology.report_by and recorded else (None, None, None)),
        )
        for key, day in days.items()
    )
    note = [
        "Số đơn vị chỉ đếm ở thời hạn gửi báo cáo; đã gia hạn thì tính theo ngày gia hạn."
        if recorded
        else "Số liệu của lần chạy này không ghi đơn vị nào gửi báo cáo ngày nào.",
        "Báo cáo chậm: 0 điểm."
        if rule
        else "Phương pháp không nêu hệ quả của báo cáo chậm nên không trừ điểm.",
    ]
    return framed(title, columns, rows, " ".join(note))


def _day_vi(day: Deadline, year: int) -> str:
    """As the decision says it: before a day, on it, or within a span."""
    span = day.opens and term_vi(day.first(year), day.last(year))
    return span or date_vi(day.on(year), day.before)


def _kept(e: Evaluation, day: Deadline) -> tuple[int, int, int]:
    """How many reported, how many of them after the day or their extension, and how many were extended."""
    came = arrivals(e.inputs.first_reports, e.inputs.events, last_moment(day, e.parameters["year"]))
    return len(came.reported), len(came.late), len(came.extended)


def references(e: Evaluation) -> DataFrame:
    """The largest value of each group that a criterion is measured against, and whose it is.

    Columns: criterion, criterion_name, group, group_name, value (Fraction, the largest), count (units that
    have it), units (codes) and units_name (the first three, then how many more). Figures at 0 points are no
    reference. No row where no rule (see ``criteria``) measures against the largest.
    """
    in_group = any(leaf.criterion.rule.in_group for leaf in e.methodology.leaves)
    columns = (
        *coded("criterion", "Mã tiêu chí", "Tên tiêu chí"),
        *group_columns(e),
        Column("value", "Giá trị làm mốc" if in_group else "Giá trị lớn nhất"),
        Column("count", "Số đơn vị có giá trị đó"),
        *coded("units", "Mã đơn vị", "Đơn vị"),
    )
    rows = []
    for node in e.methodology.leaves:
        for group in e.methodology.groups:
            if reference := e.scores.references.get((node.id, group)):
                codes, whose = reference.entities, (node.id, node.label_vi)
                units = [e.inputs.names[code] for code in codes]
                named = len(codes), some_vi(codes, _NAMED), some_vi(units, _NAMED)
                rows.append((*whose, *group_cells(e, group), reference.value, *named))
                rows += _spread_rows(e, node, group)
    if in_group:
        note = (
            "Điểm ở các tiêu chí này được tính so với giá trị của nhóm trong năm: giá trị đó đổi thì điểm"
            " của cả nhóm đổi theo. Nơi lấy lô-ga-rít hay căn thì ghi giá trị sau khi lấy. Số liệu bị 0 điểm"
            " và đơn vị không xếp hạng không làm mốc."
        )
        return framed("Giá trị làm mốc của nhóm", columns, rows, note)
    note = (
        "Điểm của các đơn vị khác ở tiêu chí này được tính so với giá trị lớn nhất: giá trị đó đổi thì"
        " điểm của cả nhóm đổi theo. Số liệu bị 0 điểm không được dùng làm giá trị lớn nhất."
        if rows
        else "Không có tiêu chí nào tính so với giá trị lớn nhất trong nhóm."
    )
    return framed("Giá trị lớn nhất làm mốc", columns, rows, note)


def _spread_rows(e: Evaluation, node: Node, group: str) -> list[tuple[Cell, ...]]:
    """What else of a group a rule in_group looks at: the other end, or mean and standard deviation."""
    stated, spread = node.criterion.rule.in_group, e.scores.references[node.id, group].spread
    if stated is None or stated.by in ("leader", "percentile_rank"):
        return []
    if stated.by == "z_score":
        told = {"trung bình": spread.mean, "độ lệch chuẩn": spread.deviation}
    else:
        told = {"giá trị kém nhất": spread.ends(stated.best)[0]}
    count = len(spread.values)
    return [
        (node.id, f"{node.label_vi}: {word}", *group_cells(e, group), value, count, "", "cả nhóm")
        for word, value in told.items()
    ]


def nothing_of_nothing(e: Evaluation) -> DataFrame:
    """The units that have nothing of nothing at a criterion (0 of 0), and what that counts.

    Columns: group, group_name, unit, unit_name, criterion, criterion_name, figures (what is 0 of 0), points
    and available (Fraction; None where it does not count), counts (in words, by the rule in force). The rule
    is ``nothing_of_nothing`` of ``rules``; no decision says it. No row where nobody has nothing of nothing.
    """
    columns = (
        *entity_columns(e),
        *coded("criterion", "Mã tiêu chí", "Tiêu chí"),
        Column("figures", "Số liệu cùng bằng 0"),
        Column("points", "Điểm"),
        Column("available", "Điểm tối đa"),
        Column("counts", "Cách tính"),
    )
    counts, asked = value_vi("nothing_of_nothing", e.nothing_of_nothing), e.methodology.answers
    rows = []
    for leaf in e.methodology.leaves:
        rule, alike = leaf.criterion.rule, e.inputs.alike(leaf.reads)
        said = [_nothing(rule, given, asked) for given in alike.given]
        units = zip(e.inputs.entities, e.scores.outcomes[leaf.id], alike.which, strict=True)
        for entity, outcome, which in units:
            if said[which] is None or not leaf.applies_to(entity):
                continue
            if not outcome.state.startswith("zero_"):
                earned = (outcome.points, outcome.available)
                rows.append((*entity_cells(e, entity), leaf.id, leaf.label_vi, said[which], *earned, counts))
    note = (
        f"{format_vi(len(rows))} trường hợp. Văn bản không nêu tỷ lệ của 0 trên 0; ở đây {counts}"
        " (bảng quy tắc). Nên xem lại số liệu: đơn vị có thể chưa khai."
        if rows
        else "Không có đơn vị nào mà cả hai số của một tỷ lệ đều bằng 0."
    )
    return framed("Tỷ lệ 0 trên 0", columns, tuple(rows), note, shown=100)


def _nothing(rule: Rule, given: Mapping[str, Given], asked: dict[str, Answer]) -> str | None:
    """What is nothing of nothing in a rule, by its names; None where nothing is."""
    if any(one.value is None for one in given.values()) or not of_nothing(rule, given):
        return None
    ratios = [each.ratio for each in rule.walk() if each.ratio]
    nothing = [r for r in ratios if not any(given[answer].value for answer in r.reads)]
    return "; ".join(f"{_named(r.of, asked)} : {_named(r.per, asked)}" for r in nothing)


def _named(part: str | Terms, asked: dict[str, Answer]) -> str:
    """What stands above or below a line, by its names."""
    if isinstance(part, str):
        return asked[part].label_vi
    added, taken = (" + ".join(asked[each].label_vi for each in some) for some in (part.plus, part.minus))
    return f"({added} − {taken})" if taken else f"({added})"


# A page shows the first, and the CSV file all.
_OPEN_FIRST = ("waiting", "too_different", "adjudicated", "rechecked", "agreed")


def marks(e: Evaluation) -> DataFrame:
    """The marks of each marked item, how far apart they are, and what stands.

    Columns: group, group_name, unit, unit_name, answer, answer_name (what is marked), mark_<i> (Fraction,
    points of the scale; at least two columns; None where fewer marked it), spread (Decimal, percent of the
    scale), adjudicated (Fraction; None without), value (Fraction, what stands), state ('waiting' for a
    further reviewer, 'too_different', 'adjudicated', 'rechecked', 'agreed'), state_name, why (the
    adjudicator's). Rule: 2342, V.5.4 a, or the methodology's own ``combine``; what is still open comes first.
    No row without marks or without reviewers.
    """
    given = e.inputs.marks
    reviewers = max((len(own_marks(several)) for several in given.values()), default=2)
    reviewers = max(reviewers, 2, e.methodology.reviewers)
    columns = (
        *entity_columns(e),
        *coded("answer", "Mã mục chấm", "Mục chấm"),
        *(Column(f"mark_{i}", f"Người chấm {i}") for i in range(1, reviewers + 1)),
        Column("spread", "Chênh lệch (% thang điểm)"),
        Column("adjudicated", "Người thẩm định"),
        Column("value", "Điểm được lấy"),
        *coded("state", "Mã trạng thái", "Trạng thái"),
        Column("why", "Lý do của người thẩm định"),
    )
    title = "Điểm chấm độc lập"
    if not e.methodology.source.review:
        return framed(title, columns, (), "Phương pháp này không có người chấm độc lập.")
    if not given:
        return framed(title, columns, (), "Chưa có điểm chấm nào.")
    limit, asked = e.rules["too_different"].value, e.methodology.answers
    settled = {
        key: settle(several, asked[key[1]].max, limit, e.methodology.combine, e.methodology.reviewers)
        for key, several in given.items()
    }
    settled = dict(sorted(settled.items(), key=lambda item: (_OPEN_FIRST.index(item[1].state), item[0])))
    rows = [
        (
            *entity_cells(e, e.inputs.by_code[key[0]]),
            key[1],
            e.methodology.answers[key[1]].label_vi,
            *_own(given[key], reviewers),
            round_exact(result.spread * 100, 1),
            result.value if result.state == "adjudicated" else None,
            result.value,
            result.state,
            SETTLED_VI[result.state].format(combine=COMBINE_VI[e.methodology.combine]),
            "; ".join(mark.why for mark in given[key] if mark.role == "adjudicator"),
        )
        for key, result in settled.items()
    ]
    counted = [result.state for result in settled.values()]
    replaced, open_still = counted.count("adjudicated"), counted.count("too_different")
    alone = counted.count("waiting")
    note = (
        f"Chênh lệch từ {limit} % thang điểm trở lên là quá khác nhau."
        f" Trong {format_vi(len(rows))} mục chấm: {format_vi(replaced)} mục lấy điểm của người thẩm định,"
        f" {format_vi(open_still)} mục quá khác nhau còn chờ kiểm tra lại (in đậm)."
    )
    if alone:
        note += (
            f" {format_vi(alone)} mục chưa đủ {e.methodology.reviewers} người chấm độc lập (in đậm):"
            " điểm ở đó là tạm tính."
        )
    waiting = frozenset(i for i, state in enumerate(counted) if state in ("waiting", "too_different"))
    return framed(title, columns, tuple(rows), note, bold=waiting, shown=100)


def _own(several: tuple[Mark, ...], reviewers: int) -> list[Cell]:
    """The marks that stand in the order of the reviewers' names, filled up with None."""
    own = [mark.mark for mark in own_marks(several)]
    return [*own, *[None] * (reviewers - len(own))]


def appraisal(e: Evaluation) -> DataFrame:
    """Where what stands after appraisal differs from what the unit declared, and why.

    Columns: group, group_name, unit, unit_name, answer, answer_name, declared and verified (text as printed;
    None where not yet verified), difference (Fraction, verified less declared; None of what is no number),
    why. Points follow from what is verified. Only answers that differ: no row where none do, or where nothing
    is both declared and verified.
    """
    columns = (
        *entity_columns(e),
        *coded("answer", "Mã số liệu", "Số liệu"),
        Column("declared", "Tự đánh giá"),
        Column("verified", "Thẩm định"),
        Column("difference", "Chênh lệch"),
        Column("why", "Lý do"),
    )
    title = "Tự đánh giá và thẩm định"
    appraised = dict(e.inputs.answers.where(lambda given: given.declared is not None))
    rows = tuple(
        (
            *entity_cells(e, e.inputs.by_code[code]),
            answer,
            e.methodology.answers[answer].label_vi,
            _shown(e.methodology.answers[answer], given.declared),
            _shown(e.methodology.answers[answer], given.value),
            _difference(given.value, given.declared),
            given.why,
        )
        for (code, answer), given in sorted(appraised.items())
        if given.value != given.declared
    )
    note = (
        f"{format_vi(len(appraised))} số liệu được tự đánh giá rồi thẩm định,"
        f" {format_vi(len(rows))} số liệu khác nhau;"
        " bảng chỉ liệt kê những số liệu khác. Điểm tính theo số liệu thẩm định. Dấu – : chưa thẩm định."
        if appraised
        else "Không có số liệu nào vừa tự đánh giá vừa thẩm định."
    )
    return framed(title, columns, rows, note)


def _shown(answer: Answer, value: Value) -> str | None:
    return None if value is None else value_of_answer_vi(answer, value)


def _difference(value: Value, declared: Value) -> Cell:
    """Verified less declared, of numbers; a yes or no has no difference."""
    number = not any(isinstance(v, bool | str) or v is None for v in (value, declared))
    return value - declared if number else None
