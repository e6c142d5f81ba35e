"""The Vietnamese words and numbers that answers about a ranking share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.methodology import Node
from ictindex.scoring import Evaluation, Standing

if TYPE_CHECKING:
    from ictindex.robustness import Weighing, Weights

PLACES = 6  # decimals of a figure that has no shorter exact form
MOST_PLACES = 30  # decimals up to which two figures that differ are told apart
SHOWN = 6  # weights that a sentence names; the table and --json have all

LEVEL_VI = {"categories": "hạng mục", "leaves": "tiêu chí"}
BEFORE_ROUNDING_VI = "So sánh trên giá trị chính xác, chưa làm tròn."


def number_vi(number: Fraction, places: int = PLACES) -> str:
    """The exact figure where it is short, else rounded and marked ≈."""
    shown = round_exact(number, places)
    if Fraction(shown) == number:
        return format_vi(Fraction(shown))
    return f"≈ {format_vi(shown)}"


def apart_vi(*numbers: Fraction) -> list[str]:
    """Figures with as many decimals as it takes to see which of them differ."""
    distinct = len(set(numbers))
    enough = (p for p in range(PLACES, MOST_PLACES) if len({round_exact(n, p) for n in numbers}) == distinct)
    places = next(enough, MOST_PLACES)
    return [number_vi(number, places) for number in numbers]


def percent_vi(part: Fraction) -> str:
    """A part of 1 as percent."""
    return f"{number_vi(part * 100, 4)} %"


def unit_vi(standing: Standing) -> str:
    return f"{standing.entity.label_vi} ({standing.entity.code})"


def group_vi(e: Evaluation, group: str) -> str:
    return e.methodology.groups[group].label_vi


def kind_vi(node: Node) -> str:
    """What a node of the tree is called."""
    return LEVEL_VI["categories" if node.depth == 1 else "leaves"]


def criteria_vi(e: Evaluation) -> dict[str, str]:
    """Criterion -> its number and name, as a sentence quotes them."""
    return {node.id: f"{node.number} “{node.label_vi}”" for node in e.methodology.nodes if node.number}


def measure_vi(e: Evaluation) -> str:
    """What stands after a value compared: points, or nothing after a share."""
    return "" if e.rules["compare_on"].value == "share" else " điểm"


def standing_vi(e: Evaluation, standing: Standing) -> str:
    """A unit with its rank and its value as printed."""
    return f"{unit_vi(standing)}, hạng {standing.rank}, {format_vi(standing.printed)}{measure_vi(e)}"


def weights_vi(e: Evaluation, w: Weighing, weights: Sequence[Fraction]) -> str:
    """The weights that differ from today's, the most changed first; what is left out is counted."""
    names = criteria_vi(e)
    changed = [k for k, (new, old) in enumerate(zip(weights, w.base, strict=True)) if new != old]
    changed.sort(key=lambda k: (-abs(weights[k] - w.base[k]), k))
    told = [f"{names[w.criteria[k]]} {_from_to(w, weights, k)}" for k in changed[:SHOWN]]
    if len(changed) > SHOWN:
        told.append(f"và {len(changed) - SHOWN} {LEVEL_VI[w.level]} khác đổi ít hơn")
    return "; ".join(told) or "như hiện nay"


def _from_to(w: Weighing, weights: Weights, k: int) -> str:
    old, new = w.base[k], weights[k]
    if w.maxima is None:
        return f"từ {percent_vi(old)} thành {percent_vi(new)}"
    return f"từ {w.maxima[k]} thành {number_vi(new * w.problem.points, 3)} điểm"


def moved_vi(distance: Fraction, bound: Fraction) -> str:
    """How much weight is moved (half of Σ|w − w⁰|), and how far it is proven that less is not enough."""
    half, least = distance / 2, bound / 2
    if half == least:
        proof = "ít nhất có thể, đã chứng minh"
    elif percent_vi(half) == percent_vi(least):
        proof = "ít nhất có thể, chứng minh đến số lẻ đã ghi"
    else:
        proof = f"chứng minh được rằng không thể ít hơn {points_vi(least)}"
    return f"Chuyển {points_vi(half)} trọng số ({proof})"


def points_vi(part: Fraction) -> str:
    """A difference of weights or shares, both told in percent."""
    return percent_vi(part).replace("%", "điểm phần trăm")


def arrow(was: int | None, now: int | None) -> str:
    """How a rank moves: ↑ 3, ↓ 2, = where it stays; in or out where it is there in one alone."""
    if was is None or now is None:
        return "–" if was == now else "vào" if was is None else "ra"
    return "=" if was == now else f"{'↑' if now < was else '↓'} {abs(was - now)}"


def set_vi(e: Evaluation, percent: int | None, order: Sequence[str] = ()) -> str:
    """The weights in question, as ``weights_within`` has them."""
    if order:
        names = ", ".join(f"“{e.methodology.by_id[each].label_vi}”" for each in order)
        return f"với mọi bộ trọng số mà từ nặng đến nhẹ, hoặc bằng nhau, là {names}"
    return (
        "với mọi bộ trọng số" if percent is None else f"khi mỗi trọng số xê dịch tối đa ±{percent} % của nó"
    )


def not_linear_vi(level: str) -> str:
    return (
        f"Chưa kết luận: các đơn vị trong nhóm có {LEVEL_VI[level]} không áp dụng khác nhau và phương pháp"
        " lấy trung bình, nên giá trị không còn là một thương của hai tổng theo trọng số; không nêu kết quả"
        " khi chưa chứng minh được. Hỏi theo hạng mục (--level categories) thì có kết quả."
    )
