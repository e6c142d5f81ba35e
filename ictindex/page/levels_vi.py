"""Why a unit has its rank and its level, in words: what told equals apart, what the level above asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ictindex.basics import format_vi, round_exact
from ictindex.methodology import Level, Methodology, Node
from ictindex.page.words import quoted
from ictindex.scoring import Lack

NO_LEVELS_VI = "Không tính mức ở đây: mức còn tùy điều kiện hoặc thứ hạng, không chỉ tùy tổng điểm."


TIE_BREAKS_VI = "Phân định khi bằng giá trị"


def tie_breaks_vi(methodology: Methodology) -> str:
    """What tells units of one value apart, as a sentence; '' where nothing does."""
    names = ", rồi ".join(quoted(node.label_vi) for node in methodology.tie_breaks)
    return f"Đơn vị bằng giá trị thì xét lần lượt giá trị ở {names}. " if names else ""


def tie_vi(others: int, decided: Sequence[Node]) -> str:
    """How a unit that has the value of so many others was told apart from them."""
    alike = f"bằng giá trị với {format_vi(others)} đơn vị khác"
    if not decided:
        return f"{alike}, không phân định được"
    return f"{alike}; phân định ở {', rồi '.join(quoted(node.label_vi) for node in decided)}"


def lacking_vi(level: Level, lacks: Iterable[Lack], methodology: Methodology) -> str:
    """Why a unit does not have a level: everything that it lacks."""
    names = {node.id: node.label_vi for node in methodology.categories}

    def said(lack: Lack) -> str:
        wants, has = format_vi(lack.wants), _short_vi(lack.has)
        if lack.what == "low":
            return f"giá trị {has}, cần từ {wants}"
        if lack.what == "top":
            return f"đã có {has} % số đơn vị xếp trên, mức này là {wants} % đứng đầu"
        return f"{quoted(names[lack.what])} đạt {has} %, cần từ {wants} %"

    return f"mức {quoted(level.label_vi)}: {'; '.join(map(said, lacks))}"


def _short_vi(value: Fraction) -> str:
    """A number whole or with two decimals at most; rounded down, so that what falls short looks so."""
    shown = round_exact(value, 2, "down")
    return format_vi(value) if Fraction(shown) == value else f"{format_vi(shown)}…"


def level_vi(level: Level, above: Level | None, methodology: Methodology) -> str:
    """Where a level begins and ends, and what it asks besides; ``above``: the next higher one."""
    names = {node.id: node.label_vi for node in methodology.categories}
    asks = []
    if level.low is not None:
        low, plain = format_vi(level.low), above is not None and above.plain
        asks.append(f"từ {low} đến dưới {format_vi(above.low)}" if plain else f"từ {low} trở lên")
    if level.top is not None:
        asks.append(f"trong {format_vi(level.top)} % đứng đầu số đơn vị được xếp hạng")
    if level.each_category is not None:
        asks.append(f"mọi hạng mục đạt từ {format_vi(level.each_category)} %")
    asks += [f"{quoted(names[key])} đạt từ {format_vi(each)} %" for key, each in level.categories.items()]
    return "; ".join(asks)
