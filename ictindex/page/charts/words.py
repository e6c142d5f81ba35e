"""Words on charts: where lines break, what names share, and numbers with their sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.page.letter_widths import text_width

LINES = 4  # of a name, at most
SHARED = 12  # letters that names have to share before they are left out


def known(value: object) -> bool:
    """Whether a cell of a frame holds something: neither None nor pandas' NaN."""
    return value is not None and value == value


def widest(words: Iterable[str], size: float, bold: bool = False) -> float:
    return max((text_width(some, size, bold) for some in words), default=0.0)


def wrapped(words: str, room: float, size: float, bold: bool = False, most: int | None = None) -> list[str]:
    """Words in as few lines of ``room`` as they need, as even as can be; beyond ``most`` they end in …"""
    lines = filled(words, room, size, bold)
    if most and len(lines) > most:
        return [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), room, size, bold)]
    while len(lines) > 1:
        narrower = filled(words, widest(lines, size, bold) - 0.01, size, bold)
        if narrower == lines or len(narrower) > len(lines) or " ".join(narrower) != " ".join(lines):
            break
        lines = narrower
    return lines


def filled(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Each line as full as can be; a word wider than ``room`` is broken."""
    lines: list[str] = []
    for word in words.split() or [""]:
        if lines and text_width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
            continue
        while len(word) > 1 and text_width(word, size, bold) > room:
            kept = next(
                i for i in range(len(word) - 1, 0, -1) if i == 1 or text_width(word[:i], size, bold) <= room
            )
            lines.append(word[:kept])
            word = word[kept:]
        lines.append(word)
    return lines


def _cut(line: str, room: float, size: float, bold: bool) -> str:
    while line and text_width(f"{line}…", size, bold) > room:
        line = line[:-1].rstrip()
    return f"{line}…"


def spaces(room: float, size: float, bold: bool = False) -> str:
    """Spaces as wide as ``room``: of a figure's width, then thinner ones."""
    made = ""
    for space in "\u2007\u2008\u2009\u200a":
        wide = text_width(space, size, bold)
        times = max(0, int((room + 0.01) / wide))
        made, room = made + space * times, room - times * wide
    return made


def shared_start(names: Sequence[str]) -> str:
    """The words that all names begin with, where they are long and what follows is a name by itself."""
    if len(names) < 2:
        return ""
    first, last = f"{min(names)} ", f"{max(names)} "  # what these two begin with, all begin with
    alike = next((i for i, pair in enumerate(zip(first, last, strict=False)) if len({*pair}) > 1), len(first))
    start = first[: first.rfind(" ", 0, alike) + 1]
    rests = [name[len(start) :] for name in names]
    return start.strip() if len(start) > SHARED and all(rest[:1].isalpha() for rest in rests) else ""


def without_start(names: Sequence[str], title: str) -> tuple[list[str], str]:
    """Names without what they share, and a title that says it once, if it does not begin with it anyway."""
    start = shared_start(names)
    if not start:
        return list(names), title
    said = "" if title.startswith(start) else f" (tên bắt đầu bằng “{start}”)"
    return [name[len(start) + 1 :] for name in names], title + said


def signed(number: Fraction | Decimal | int) -> str:
    """A change with its sign: +12, −5, 0."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{format_vi(abs(number))}"


def counted(units: int) -> str:
    return f"{format_vi(units)} đơn vị"
