"""Widths of letters are those that Matplotlib draws and typst sets, and no letter stops a page."""

import numpy as np
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags

from ictindex.page.letter_widths import FONTS, text_width

LETTERS = "Sở Tài nguyên và Môi trường – 1.234,5 % “ẵỹĐ” \u2007\u2009→ ≤"


@pytest.mark.parametrize("bold, style", [(False, "Regular"), (True, "Bold")])
def test_letters_are_as_wide_as_freetype_draws_them(bold, style):
    face = FT2Font(str(FONTS / f"LiberationSerif-{style}.ttf"))
    face.set_size(100, 72)
    for letter in LETTERS:
        drawn = face.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
        assert text_width(letter, 100, bold) == drawn


def test_a_text_is_as_wide_as_its_letters_together():
    assert text_width("", 9) == 0
    assert np.isclose(text_width(LETTERS, 9), sum(text_width(letter, 9) for letter in LETTERS))


def test_a_letter_that_the_font_lacks_is_as_wide_as_the_box_that_stands_for_it():
    assert text_width("漢", 9) == text_width("\U0001f600", 9) > 0
