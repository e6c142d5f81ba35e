"""How wide words are in the letters of the charts and the annex, told without Matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"  # Liberation Serif: as wide as Times New Roman, with its licence


def text_width(words: str, size: float, bold: bool = False) -> float:
    """The width of words in points; a letter that the font lacks is as wide as the box that stands for it."""
    advances, box = _advances(bold)
    return sum(advances.get(ord(letter), box) for letter in words) * size


@cache
def _advances(bold: bool) -> tuple[Mapping[int, float], float]:
    """The width of each letter at size 1, and of the box."""
    font = TTFont(FONTS / f"LiberationSerif-{'Bold' if bold else 'Regular'}.ttf", lazy=True)
    widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
    letters = {letter: widths[glyph][0] / em for letter, glyph in font.getBestCmap().items()}
    return letters, widths[".notdef"][0] / em
