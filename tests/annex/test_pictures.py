"""Pictures of anybody's making in a cell that is printed: at their size, never a reason to print nothing."""

from __future__ import annotations

import base64
import io

import matplotlib.pyplot as plt
import pytest

from ictindex.annex import volume
from ictindex.annex.annex_pdf import pdf
from ictindex.annex.pictures import drawn, png

KINDS = {"image/png": "png", "image/jpeg": "jpeg", "image/svg+xml": "svg"}


def shown(kind):
    """What a cell with a plain Matplotlib figure of 6 x 2 inches shows."""
    figure, axes = plt.subplots(figsize=(6, 2), dpi=100)
    axes.plot([1, 2])
    made = io.BytesIO()
    figure.savefig(made, format=KINDS[kind])
    plt.close(figure)
    if kind == "image/svg+xml":
        return made.getvalue().decode()
    return base64.encodebytes(made.getvalue()).decode().splitlines(keepends=True)


def printed(data, words="<Figure>"):
    output = {"output_type": "display_data", "data": data | {"text/plain": words}, "metadata": {}}
    (part,) = volume._shown(output, {})
    return part


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_figure_is_printed_six_inches_wide_as_it_was_made(kind):
    picture = printed({kind: shown(kind)})
    assert isinstance(picture, volume.Picture) and picture.alt == "<Figure>"
    assert picture.width == pytest.approx(6 * 72, abs=0.5)
    assert png(picture.svg).startswith(b"\x89PNG"), "for Word"


def test_a_figure_wider_than_the_page_is_as_wide_as_the_page():
    figure, made = plt.figure(figsize=(20, 2), dpi=50), io.BytesIO()
    figure.savefig(made, format="png")
    plt.close(figure)
    picture = printed({"image/png": base64.b64encode(made.getvalue()).decode()})
    assert picture.width == volume.ACROSS * volume.MM


@pytest.mark.parametrize("data", [{"image/png": "AAAA"}, {"image/jpeg": "é"}, {"image/svg+xml": "<svg>"}])
def test_a_picture_that_nobody_can_read_is_its_words(data):
    assert drawn(data) is None
    assert printed(data).runs[0].text == "<Figure>"


def test_a_picture_without_words_is_printed_too():
    picture = printed({"image/png": shown("image/png")}, words="")
    made = volume.Volume("Phụ lục", (), "", "mini-2020", "", "", (), (), (picture,))
    assert pdf(made).startswith(b"%PDF"), "which refuses a picture that is said in no words"
