"""The words and cells that the tables of robustness share: percents of counts, measures, reasons for none."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, sqrt
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.methodology import Methodology
from ictindex.page.shown import Cell
from ictindex.page.words import joined
from ictindex.scoring import Evaluation, Standing

if TYPE_CHECKING:  # they need NumPy, which an evaluation alone does without
    from ictindex.robustness import Measure, Settings, Study

WHY_VI = {
    "too_few_units": "quá ít đơn vị",
    "too_many_units": "quá nhiều đơn vị",
    "constant": "mọi đơn vị như nhau",
    "one_item": "chỉ có một tiêu chí",
    "applies_to_nobody": "không áp dụng cho ai",
    "not_all": "không áp dụng cho mọi đơn vị",
}
NAME_VI = {
    "share": "phần phương sai",
    "squared": "R²",
    "ratio": "tỷ số tương quan",
    "shapley": "Shapley",
    "alpha": "alpha",
}
OFF_VI = "Không thử độ vững của kết quả: tham số draws bằng 0."
_BENT_VI = {  # what keeps a total from being linear, as ``Node.bent`` has it
    "geometric": "trung bình nhân ở",
    "harmonic": "trung bình điều hòa ở",
    "power": "trung bình lũy thừa ở",
    "minimum": "lấy tỷ lệ thấp nhất ở",
    "median": "lấy trung vị ở",
    "counts_as: bonus": "điểm thưởng",
    "counts_as: deduction": "điểm trừ",
    "rounded": "làm tròn ở",
    "coverage: not_scored": "không tính điểm khi trả lời quá ít ở",
}
TIES_BROKEN_VI = (
    "Không thử độ vững của kết quả: đơn vị bằng giá trị được phân định theo hạng mục, mà các phép thử này"
    " không làm. Muốn biết một lựa chọn khác cho kết quả gì thì dùng phương án giả định."
)
_EDGE = 9  # decimals kept before rounding: what differs by the error of floats prints alike on any machine


def studies_of(e: Evaluation) -> tuple[Study, ...]:
    """The studies of an evaluation's groups; NumPy is loaded here."""
    from ictindex.robustness import studies

    return studies(e)


def ranked(e: Evaluation, study: Study) -> list[Standing]:
    """The standings of a study's units, in its order."""
    return [s for s in e.standings[study.group] if s.rank is not None]


def rounded(number: Fraction | float | None, places: int = 2) -> Cell:
    """A number as it is printed, an exact one or a float as exactly as it is."""
    return None if number is None else round_exact(Fraction(number), places)


def percent(count: int, of: int) -> Cell:
    """A share of whole numbers in percent, with one place; exact."""
    return round_exact(Fraction(100 * count, of), 1)


def decimal(number: float | None, places: int = 2) -> Cell:
    """A float as it is printed."""
    return None if number is None else round_exact(Fraction(str(round(number, _EDGE))), places)


def measured(measure: Measure, places: int = 2, times: int = 1) -> Cell:
    """A measure as a number; None where there is none, or too few units for one."""
    return None if measure.reason else decimal(measure.value * times, places)


def interval(measure: Measure, places: int = 2, times: int = 1) -> tuple[Cell, Cell]:
    """What a measure lies between, where there are too few units for a number."""
    if measure.reason != "too_few_units" or measure.low is None:
        return None, None
    return decimal(measure.low * times, places), decimal(measure.high * times, places)


def why_none(**measures: Measure) -> str:
    """Why which of these measures are not given; a reason without names is that of all of them."""
    reasons: dict[str, list[str]] = {}
    for name, measure in measures.items():
        if measure.reason:
            reasons.setdefault(WHY_VI[measure.reason], []).append(NAME_VI[name])
    return "; ".join(
        why if len(names) == len(measures) else f"{', '.join(names)}: {why}" for why, names in reasons.items()
    )


def not_tried(e: Evaluation) -> str:
    """Which groups are not tried, and why; '' where all are."""
    groups: dict[str, list[str]] = {}
    for study in studies_of(e):
        groups.setdefault(study.why_not, []).append(e.methodology.groups[study.group].label_vi)
    if "off" in groups:
        return OFF_VI
    if "not linear" in groups:
        return not_linear_vi(e.methodology)
    if "ties broken" in groups:
        return TIES_BROKEN_VI
    told = {
        "too few": "chưa đến 2 đơn vị được xếp hạng",
        "one weight": "chỉ có một tiêu chí nên không có trọng số nào để xê dịch",
    }
    return joined(
        *(f"Không thử với {', '.join(groups[why])}: {words}." for why, words in told.items() if why in groups)
    )


def not_linear_vi(methodology: Methodology) -> str:
    """That nothing is tried because the total is not linear in the weights, and what of it is not."""
    bent: dict[str, list[str]] = {}
    for node in methodology.root.walk():
        if node.bent:
            bent.setdefault(node.bent, []).append(f"“{node.label_vi}”")
    said = "; ".join(f"{words} {', '.join(bent[kind])}" for kind, words in _BENT_VI.items() if kind in bent)
    return (
        f"Không thử độ vững của kết quả: tổng không tuyến tính theo trọng số ({said}), nên các phép thử này"
        " không áp dụng. Muốn biết một lựa chọn khác cho kết quả gì thì dùng phương án giả định."
    )


def fewer_draws(e: Evaluation) -> str:
    """The groups so large that fewer draws have to do."""
    less = [study for study in studies_of(e) if study.stability and study.draws < study.settings.draws]
    names = ", ".join(e.methodology.groups[study.group].label_vi for study in less)
    return f"{names} có nhiều đơn vị nên chỉ rút {format_vi(less[0].draws)} lần." if less else ""


def not_compared(e: Evaluation) -> str:
    """The groups in which no two units are compared with each other, for there are too many."""
    from ictindex.robustness import MOST

    large = [e.methodology.groups[s.group].label_vi for s in studies_of(e) if s.too_many]
    most = format_vi(MOST)
    return f"Không tính cho {', '.join(large)}: hơn {most} đơn vị." if large else ""


def briefly_vi(settings: Settings) -> str:
    """The design of the draws in a sentence."""
    return (
        f"Đã rút {format_vi(settings[0])} lần; mỗi lần mọi trọng số xê dịch ngẫu nhiên trong khoảng"
        f" ±{settings[1]} %."
    )


def design_vi(settings: Settings) -> str:
    """The design of the draws, so that anyone can repeat them."""
    draws, spread, text, seed = settings
    error = format_vi(Fraction(ceil(100 * 100 * 0.5 / sqrt(draws)), 100), 2)
    return (
        f"Mỗi lần rút, mọi trọng số ở mọi cấp được nhân với 1 + u, u phân bố đều trong ±{spread} %, rồi chia"
        " lại để các trọng số cùng cấp cộng bằng 1; nội dung không áp dụng, làm tròn và đồng hạng theo đúng"
        f" quy tắc của ấn bản. {format_vi(draws)} lần; hạt giống “{text}”, thành số {seed} (16 chữ số thập"
        " lục phân đầu của mã băm SHA-256); bộ sinh PCG64 của NumPy. Sai số Monte Carlo (một sai số chuẩn)"
        f" của một xác suất không quá {error} điểm phần trăm. Số lần rút không tính được: 0."
    )
