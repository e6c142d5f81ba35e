"""The Vietnamese words for codes, rules and days, as pages print them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.methodology import (
    LINEAR,
    STEEP,
    Answer,
    Bands,
    Case,
    Coverage,
    Goalposts,
    InGroup,
    Methodology,
    Node,
    Ratio,
    Rounded,
    Rule,
    Step,
    Terms,
)

STATUS_VI = {"official": "Chính thức", "sibling": "Theo văn bản liên quan", "illustrative": "Minh họa"}
AGGREGATE_VI = {
    "sum": "Tổng điểm các tiêu chí thành phần",
    "mean": "Trung bình cộng các thành phần được tính",
    "weights": "Trung bình có trọng số các thành phần được tính",
    "geometric": "Trung bình nhân các thành phần được tính",
    "harmonic": "Trung bình điều hòa các thành phần được tính",
    "power": "Trung bình lũy thừa bậc {power} các thành phần được tính",
    "minimum": "Tỷ lệ thấp nhất trong các thành phần được tính",
    "median": "Trung vị các thành phần được tính",
}
MISSING_VI = {
    "error": "Thiếu số liệu: chưa biết điểm, chưa xếp hạng",
    "zero": "Thiếu số liệu: 0 điểm",
    "leave_out": "Thiếu số liệu: không tính vào trung bình và điểm tối đa",
}
MISSING_BEYOND_VI = {  # of what is no part of the maximum, left out
    "bonus": "Thiếu số liệu: không thưởng",
    "deduction": "Thiếu số liệu: không trừ",
}
BEYOND_VI = {
    "bonus": "Điểm thưởng: cộng thêm, không nằm trong điểm tối đa",
    "deduction": "Điểm trừ: trừ vào điểm, không nằm trong điểm tối đa",
}
ROUNDED_VI = {
    "half_up": "từ nửa trở lên thì lên",
    "half_even": "đúng nửa thì về số chẵn",
    "down": "bỏ phần thừa",
}
STATE_VI = {
    "scored": "Được tính điểm",
    "zero_missing": "0 điểm: thiếu số liệu",
    "zero_late": "0 điểm: báo cáo chậm",
    "zero_incomplete": "0 điểm: khai không đủ",
    "zero_untrue": "0 điểm: số liệu không đúng thực tế",
    "zero_no_evidence": "0 điểm: không có tài liệu kiểm chứng",
    "zero_cancelled": "0 điểm: kết quả bị hủy",
    "missing": "Không có số liệu, không tính",
    "uncovered": "Không đủ số liệu tối thiểu, không tính",
    "unknown": "Chưa biết: thiếu số liệu mà phương pháp không nêu hệ quả",
    "not_applicable": "Không áp dụng",
    "withheld": "Không công bố (bí mật nhà nước), không tính",
}
UNRANKED_VI = {  # why a unit is shown without a rank; after STATE_VI, of which one is 'unknown'
    "cancelled": "Kết quả bị hủy, không được công nhận",
    "no_report": "Không gửi báo cáo, không có kết quả",
    "too_few_answers": "Không đủ số liệu tối thiểu để xếp hạng",
    "uncovered": STATE_VI["uncovered"],
    "unknown": STATE_VI["unknown"],
}
RULE_VI = {
    "compare_on": "So sánh trên",
    "decimals": "Số chữ số thập phân khi công bố",
    "rounding": "Cách làm tròn",
    "ties": "Xếp hạng khi bằng nhau",
    "rank_on": "Xếp hạng trên giá trị",
    "zero_late": "0 điểm vì báo cáo chậm tính cho",
    "zero_incomplete": "0 điểm vì khai không đủ tính cho",
    "zero_untrue": "0 điểm vì số liệu không đúng thực tế tính cho",
    "zero_no_evidence": "0 điểm vì không có tài liệu kiểm chứng tính cho",
    "zero_cancelled": "0 điểm vì kết quả bị hủy tính cho",
    "too_different": "Hai điểm chấm là quá khác nhau khi chênh lệch",
    "spot_check": "Số mục chấm kiểm tra xác suất",
    "strata": "Mẫu kiểm tra xác suất được rút",
    "minimum_answered": "Phần số liệu phải có để được xếp hạng",
    "arrival": "Ngày báo cáo là ngày nhận",
    "nothing_of_nothing": "Tỷ lệ 0 trên 0 tính là",
    "levels_on": "Mức xếp theo tổng điểm",
    "untested": "Dịch vụ không kiểm tra trong nhóm đã kiểm tra",
    "tested_per_group": "Số dịch vụ kiểm tra ở mỗi nhóm, gồm đại diện chính",
    "many_services": "Số dịch vụ từ đó được kiểm tra đại diện",
}
VALUE_VI = {
    "points": "điểm",
    "share": "tỷ lệ điểm đạt trên điểm tối đa được tính",
    "half_up": "làm tròn một lần, từ nửa trở lên thì lên",
    "half_even": "làm tròn một lần, đúng nửa thì về số chẵn",
    "down": "bỏ phần thừa",
    "min": "cùng hạng nhỏ nhất, hạng sau bỏ trống (1, 2, 2, 4)",
    "dense": "cùng hạng, hạng sau liền kề (1, 2, 2, 3)",
    "max": "cùng hạng lớn nhất (1, 3, 3, 4)",
    "rounded": "đã làm tròn như công bố",
    "unrounded": "chính xác, chưa làm tròn",
    "together": "chung từ mọi mục chấm",
    "by_group": "riêng trong từng khối, theo tỷ lệ số mục",
    "by_answer": "riêng trong từng nội dung chấm, theo tỷ lệ số mục",
    "criterion": "tiêu chí (hoặc hạng mục) có lý do đó",
    "unit": "mọi tiêu chí của đơn vị",
    "zero": "tính là 0",
    "full": "tính đủ điểm",
    "does_not_apply": "không áp dụng: không có điểm, không có trong điểm tối đa",
    "error": "chưa kết luận: không có điểm, đơn vị không được xếp hạng",
    "exact": "tổng điểm chính xác, chưa làm tròn",
    "printed": "tổng điểm đã làm tròn như công bố",
    "declared": "công nhận như khai khi mọi dịch vụ được kiểm tra của nhóm đạt",
    "open": "chưa kết luận",
    "first_clean": "phiếu đầu tiên không còn lỗi",
    "first_readable": "phiếu đầu tiên đọc được, dù còn lỗi",
    "first_arrival": "tệp đầu tiên, dù không đọc được",
}
POLICY_VI = {  # how units compare when a category does not apply: by how the total is made and compared
    (
        "mean",
        "points",
    ): "trung bình cộng của các hạng mục áp dụng; hạng mục không áp dụng không có trong mẫu số",
    (
        "weights",
        "points",
    ): "trung bình có trọng số của các hạng mục áp dụng; các hạng mục khác không có trọng số",
    ("other", "points"): "chỉ tính trên các hạng mục áp dụng; hạng mục không áp dụng không có vai trò gì",
    ("sum", "share"): "tổng điểm đạt chia cho tổng điểm tối đa của những gì áp dụng",
    ("sum", "points"): "tổng điểm, không quy đổi: nơi không áp dụng thì không có điểm và không được bù",
}
COMBINE_VI = {
    "mean": "trung bình cộng",
    "median": "trung vị",
    "lowest": "điểm thấp nhất",
    "highest": "điểm cao nhất",
}
SETTLED_VI = {
    "agreed": "Lấy {combine}",
    "adjudicated": "Lấy điểm của người thẩm định",
    "rechecked": "Đã kiểm tra lại lần hai, lấy {combine}",
    "too_different": "Quá khác nhau, cần kiểm tra lại",
    "waiting": "Chờ người chấm thứ hai",
}
READ_VI = {"whole": "toàn văn", "part": "một phần", "no": "chưa đọc được"}
ROLE_VI = {"reviewer": "Người chấm", "adjudicator": "Người thẩm định"}
EVENT_VI = {
    "reported": "Gửi báo cáo",
    "extension": "Gia hạn",
    "no_report": "Kết luận không có báo cáo",
    "incomplete": "Khai không đủ",
    "untrue": "Số liệu không đúng thực tế",
    "no_evidence": "Không có tài liệu kiểm chứng",
    "cancelled": "Hủy kết quả",
    "slip": "Gửi phiếu xác nhận",
    "confirmed": "Đơn vị thống nhất",
    "objection": "Đơn vị đề nghị điều chỉnh",
    "upheld": "Chấp nhận đề nghị",
    "correction": "Sửa số liệu",
    "found_true": "Số liệu đúng thực tế",
    "rejection": "Không chấp nhận đề nghị",
    "restored": "Khôi phục điểm đã bị 0",
}
OUTCOME_VI = {"upheld": "Chấp nhận", "rejected": "Không chấp nhận", "open": "Chưa giải quyết"}
RECEIVED_VI = {
    "used": "Tệp được dùng",
    "accepted": "Tệp được dùng dù còn lỗi",
    "superseded": "Tệp bị bản sau thay",
    "refused": "Tệp không dùng được",
    "unreadable": "Tệp không đọc được",
}
FIRST_FILE_VI = {
    "used": "Phiếu dùng được",
    "accepted": "Phiếu còn lỗi, được chấp nhận",
    "superseded": "Phiếu có bản sau thay",
    "refused": "Phiếu còn lỗi",
    "unreadable": "Tệp không đọc được",
}
REMARK_VI = {
    "jump": "Khác nhiều so với kỳ trước",
    "as_last_year": "Mọi số liệu như kỳ trước",
    "as_other_unit": "Mọi số liệu như một đơn vị khác",
    "monitored": "Khác số liệu giám sát",
    "round": "Số liệu tận cùng là 0 hoặc 5, trên tổng số số liệu",
}
FORM_VI = {
    "survey": "phiếu khảo sát",
    "appraisal": "phiếu thẩm định",
    "marking": "phiếu chấm điểm",
    "adjudication": "phiếu thẩm định điểm chấm",
    "slip": "phiếu xác nhận",
    "decisions": "phiếu quyết định",
}
ORIGIN_VI = {
    "fixed": "theo phương pháp",
    "open": "văn bản để ngỏ, chọn ở đây",
    "parameter": "văn bản để ngỏ, đặt riêng cho lần chạy này",
    "what_if": "phương án giả định",
}
PARAMETER_VI = {
    "edition": "Ấn bản",
    "methodology": "Phương pháp",
    "year": "Năm đánh giá",
    "inputs": "Thư mục số liệu đầu vào",
    "previous": "Ấn bản kỳ trước",
    "highlight": "Đơn vị được làm nổi",
    "attached_to": "Kèm theo quyết định",
    "seed": "Hạt giống công khai để rút mẫu",
    "what_if": "Phương án giả định",
    "draws": "Số lần rút để thử kết quả có vững không",
    "spread": "Trọng số xê dịch trong phép thử (± %)",
    **RULE_VI,
}


def value_vi(rule: str, value: str | int) -> str:
    """What the value of an open rule means."""
    if rule == "decimals":
        return f"{value} chữ số"
    if rule == "spot_check":
        return f"{format_vi(value)} mục"
    if rule in ("tested_per_group", "many_services"):
        return f"{format_vi(value)} dịch vụ"
    if rule == "minimum_answered":
        return f"từ {value} % số liệu được hỏi trở lên"
    return f"từ {value} % thang điểm trở lên" if rule == "too_different" else VALUE_VI[value]


def policy_vi(aggregate: str, compare_on: str) -> str:
    """How a total treats what does not apply. A mean already is a share: points and share order alike."""
    aggregate = aggregate if aggregate in LINEAR else "other"
    return POLICY_VI[aggregate, compare_on if aggregate == "sum" else "points"]


def aggregate_vi(node: Node) -> str:
    """How a node makes one of those below it, with what a share of 0 counts where that is stated."""
    stated = node.criterion
    said = AGGREGATE_VI[node.aggregate].format(power=format_vi(stated.power) if stated.power else "")
    if node.aggregate in STEEP and any(child.criterion.weight is not None for child in node.children):
        said += ", có trọng số"
    if stated.zeros is None:
        return said
    zero = "cả mục bằng 0" if not stated.zeros else f"tỷ lệ dưới {format_vi(stated.zeros)} tính là số ấy"
    return f"{said}; {zero if stated.zeros else f'một thành phần bằng 0 thì {zero}'}"


def term_vi(first: date | None, last: date) -> str:
    """A term as a table writes it: its last day, or from the first to the last."""
    return f"từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}" if first else f"đến hết {last:%d/%m/%Y}"


def date_vi(day: date, before: bool) -> str:
    """A day as a decision writes it; ``before``: the day itself is too late."""
    return f"{'trước ngày ' if before else ''}{day:%d/%m/%Y}"


def when_vi(when: str | None) -> str:
    """A day or a year of a text, as a decision writes it; '' where it is not known."""
    return "/".join(reversed(when.split("-"))) if when else ""


def value_of_answer_vi(answer: Answer, value: Fraction | bool | str) -> str:
    """An answer's value as the form has it."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, str):
        return answer.choices[value] if answer.choices else value
    return format_vi(value)


def unranked_vi(units: Iterable[tuple[str, str]]) -> str:
    """Who is shown without a rank, and why; ``units``: name, state. Nothing of whom nobody means to rank."""
    why: dict[str, list[str]] = {}
    for name, state in units:
        if state in UNRANKED_VI:
            why.setdefault(state, []).append(name)
    return "; ".join(f"không xếp hạng {some_vi(names)} ({UNRANKED_VI[s]})" for s, names in why.items())


def joined(*sentences: str) -> str:
    """Those of the sentences that say something."""
    return " ".join(filter(None, sentences))


def some_vi(names: Sequence[str], most: int = 5) -> str:
    """Names, of many the first and how many more."""
    more = f" và {format_vi(len(names) - most)} đơn vị khác" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def widest_vi(held: Sequence[tuple[str, int, int]]) -> str:
    """Who held the most ranks, of (name, best, worst): all who did; '' where nobody held a second."""
    most = max((worst - best for _, best, worst in held), default=0)
    names = [
        f"{name} (từ hạng {format_vi(best)} đến {format_vi(worst)})"
        for name, best, worst in held
        if worst - best == most
    ]
    return f"rộng nhất là {some_vi(names, 3)}" if most else ""


# --- how a criterion earns points -------------------------------------------------------------------------


def how_vi(node: Node, methodology: Methodology, names: Mapping[str, str]) -> str:
    """How a node gets its points and whom it applies to; ``names``: entity code -> name."""
    parts = [BEYOND_VI[node.counts_as]] if node.counts_as else []
    if node.children:
        parts += [aggregate_vi(node), *_bounds(node)]
        parts += [coverage_vi(node.coverage)] if node.coverage else []
    else:
        beyond = node.missing == "leave_out" and MISSING_BEYOND_VI.get(node.counts_as)
        missing = beyond or MISSING_VI[node.missing]
        parts += [rule_vi(node.criterion.rule, methodology.answers), missing]
    if node.rounded:
        parts.append(rounded_vi(node.rounded))
    return "".join(f"{part}. " for part in (*parts, *_applies(node, methodology, names))).rstrip()


def _bounds(node: Node) -> list[str]:
    """What is added and taken off beyond a node's maximum, and where that stops."""
    kinds = {child.counts_as for child in node.children}
    parts = []
    if "bonus" in kinds:
        ceiling = node.criterion.ceiling
        parts.append("Rồi cộng điểm thưởng")
        parts[-1] += "" if ceiling is None else f", cả thảy không quá {format_vi(ceiling)} điểm"
    if "deduction" in kinds:
        parts.append(f"Rồi trừ điểm trừ, không xuống dưới {format_vi(node.criterion.floor or 0)} điểm")
    return parts


def coverage_vi(stated: Coverage) -> str:
    """How much must be answered below a node, and what happens else."""
    of = "số tiêu chí" if stated.of == "criteria" else "trọng số"
    then = {"not_scored": "mục này không được tính", "not_ranked": "đơn vị không được xếp hạng"}
    return f"Phải có số liệu ở ít nhất {format_vi(stated.least)} % {of}; dưới mức đó thì {then[stated.below]}"


def rounded_vi(how: Rounded) -> str:
    """How the points of a criterion are rounded."""
    digits = f"{how.digits} chữ số thập phân" if how.digits else "số nguyên"
    return f"Làm tròn đến {digits}, {ROUNDED_VI[how.how]}"


def _applies(node: Node, methodology: Methodology, names: Mapping[str, str]) -> list[str]:
    """What a node itself says of whom it applies to."""
    parts = []
    for key, values in (getattr(node.criterion, "applies", None) or {}).items():
        attribute = methodology.source.attributes[key]
        wanted = " hoặc ".join(f"“{attribute.values[value]}”" for value in values)
        parts.append(f"Chỉ áp dụng với đơn vị có {quoted(attribute.label_vi)} là {wanted}")
    if exempt := getattr(node.criterion, "exempt", None):
        exempted = ", ".join(names.get(code, code) for code in exempt.entities)
        parts.append(f"Không áp dụng với {exempted} ({exempt.citation.clause or exempt.citation.title})")
    return parts


def rule_vi(rule: Rule, answers: Mapping[str, Answer], depth: int = 0) -> str:
    """A rule in words, its answers by their names; ``depth``: of how many rules it is a case."""
    stated = getattr(rule, rule.kind)
    match rule.kind:
        case "value":
            return f"Điểm bằng số liệu {_term(stated, answers)}"
        case "share":
            return f"{_ratio(stated, answers)} × điểm tối đa"
        case "of_largest":
            return f"{_ratio(stated, answers)} : giá trị lớn nhất trong nhóm × điểm tối đa"
        case "goalposts":
            return _goalposts(stated, answers)
        case "in_group":
            return _in_group(stated, answers)
        case "bands":
            return _bands(stated, answers)
        case "yes_no":
            return f"{_term(stated, answers)}: có thì được điểm tối đa, không thì 0 điểm"
        case "choice":
            choices = answers[stated.of].choices
            earned = (f"{choices[key]}: {format_vi(points)} điểm" for key, points in stated.points.items())
            return f"{_term(stated.of, answers)}: {'; '.join(earned)}"
        case "count":
            each, most = format_vi(stated.each), format_vi(stated.most)
            pieces = answers[stated.of].unit_vi or "mục"
            return f"{_term(stated.of, answers)}: {each} điểm cho mỗi {pieces}, tối đa {most} điểm"
        case "sum_of":
            return f"Tổng của: {_cases(stated, answers, depth)}"
        case "best_of":
            return f"Lấy trường hợp cao nhất trong: {_cases(stated, answers, depth)}"
        case "mark":
            who = "điểm chung của những người chấm độc lập, hoặc điểm của người thẩm định"
            return f"Điểm chấm {_term(stated, answers)}: {who}"
        case "awarded":
            return f"{_term(stated, answers)}: lấy điểm do cơ quan thẩm định cho, sau khi đơn vị tự chấm"


def quoted(text: str) -> str:
    return f"“{text}”"


def _ratio(ratio: Ratio, answers: Mapping[str, Answer]) -> str:
    of = _term(ratio.of, answers)
    return of if ratio.per is None else f"({of} : {_term(ratio.per, answers)})"


def _term(part: str | Fraction | Terms, answers: Mapping[str, Answer]) -> str:
    """An answer by its name, a number, or answers added up and taken off."""
    if isinstance(part, Fraction):
        return format_vi(part)
    if isinstance(part, str):
        return quoted(answers[part].label_vi)
    names = [quoted(answers[answer].label_vi) for answer in (*part.plus, *part.minus)]
    signs = ["", *[" + "] * (len(part.plus) - 1), *[" − "] * len(part.minus)]
    return f"({''.join(map(str.__add__, signs, names))})"


SCALE_VI = {"logarithm": "lô-ga-rít tự nhiên của ", "root": "căn bậc hai của "}


def _goalposts(stated: Goalposts, answers: Mapping[str, Answer]) -> str:
    worst, best = format_vi(stated.worst), format_vi(stated.best)
    outside = "ngoài hai mốc tính bằng mốc" if stated.outside == "clip" else "ngoài hai mốc là số liệu sai"
    measure = SCALE_VI.get(stated.scale, "") + _ratio(stated, answers)
    return f"{measure}, theo tỷ lệ từ mốc {worst} (0 điểm) đến mốc {best} (điểm tối đa); {outside}"


def _in_group(stated: InGroup, answers: Mapping[str, Answer]) -> str:
    measure = SCALE_VI.get(stated.scale, "") + _ratio(stated, answers)
    better = "lớn hơn" if stated.best == "largest" else "nhỏ hơn"
    best = "lớn nhất" if stated.best == "largest" else "nhỏ nhất"
    how = {
        "min_max": f"theo tỷ lệ giữa giá trị kém nhất và giá trị {best} của nhóm trong năm",
        "leader": f"so với giá trị {best} của nhóm trong năm",
        "percentile_rank": "phần các đơn vị khác của nhóm trong năm mà đơn vị hơn, bằng nhau tính một nửa",
        "z_score": "",
    }[stated.by]
    if stated.by == "z_score":
        centre, each = (format_vi(100 * part) for part in (stated.centre, stated.each))
        how = f"{centre} % điểm tối đa ở trung bình của nhóm trong năm, mỗi độ lệch chuẩn {each} %"
        how += ", không dưới 0 và không quá điểm tối đa" if stated.outside == "clip" else ""
    return f"{measure}: {how}; {better} là tốt hơn"


def _bands(stated: Bands, answers: Mapping[str, Answer]) -> str:
    limits = [limit for step in stated.steps for limit in (step.low, step.high, step.full)]
    percent = stated.per is not None and max(limit for limit in limits if limit is not None) <= 1
    shown = "; ".join(_step(step, percent) for step in stated.steps)
    return f"Theo giá trị {_ratio(stated, answers)}: {shown}"


def _step(step: Step, percent: bool) -> str:
    low, high, full = (
        None if limit is None else f"{format_vi(limit * 100)} %" if percent else format_vi(limit)
        for limit in (step.low, step.high, step.full)
    )
    value = f"từ {low} trở lên" if high is None else f"từ {low} đến dưới {high}"
    if step.points is None:
        return f"{value}: giá trị : {full} × điểm tối đa"
    return f"{value}: {format_vi(step.points)} điểm"


def _cases(cases: Sequence[Case], answers: Mapping[str, Answer], depth: int) -> str:
    """A case inside a case is numbered where the outer ones have letters."""
    told = []
    for i, case in enumerate(cases):
        sign, how = i + 1 if depth % 2 else chr(ord("a") + i), rule_vi(case.rule, answers, depth + 1)
        told.append(f"({sign}) {case.label_vi}, tối đa {format_vi(case.max_points)} điểm [{how}]")
    return "; ".join(told)
