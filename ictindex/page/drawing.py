"""A sheet to draw on: paths and words in points from the top left, written as an SVG that holds no id.

Matplotlib writes the SVG; its pyplot, with its global state, stays out. Only in drawing are numbers floats.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import NamedTuple

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # before its import, which may build a cache of fonts

import matplotlib as mpl  # noqa: E402
from matplotlib.artist import Artist  # noqa: E402
from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.font_manager import FontProperties  # noqa: E402
from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: E402
from matplotlib.path import Path  # noqa: E402
from matplotlib.text import Text  # noqa: E402
from matplotlib.transforms import Affine2D  # noqa: E402

WIDTH, MARGIN = 748.0, 4.0  # with a margin on both sides, A4 landscape within margins of 15 mm
INK, QUIET, RULE, FAINT = "#1f1f1f", "#666666", "#c4c4c4", "#eeeeee"
BAR, STRONG = "#86b0d3", "#8f3a00"  # told apart in grey print too: light and dark

_FAMILIES = "'DejaVu Sans', Verdana, Arial, sans-serif"
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height


class _Stroke(NamedTuple):
    lines: tuple[tuple[Point, ...], ...]
    closed: bool
    fill: str | None
    edge: str | None
    width: float


class _Words(NamedTuple):
    x: float
    y: float
    words: str
    size: float
    color: str
    anchor: str
    bold: bool


class Canvas:
    """What is drawn, in order. ``y`` is where the next thing may begin; the sheet ends there."""

    def __init__(self, stamp: str):
        self.y = 4.0
        self._drawn: list[_Stroke | _Words] = []
        if stamp:
            width = text_width(stamp, 8.5, bold=True) + 10
            self.boxes([(WIDTH - width, 2, width, 15)], None, STRONG)
            self.text(WIDTH - 5, 12.5, stamp, 8.5, STRONG, "right", bold=True)
            self.y = 22.0

    def boxes(self, boxes: Iterable[Box], fill: str | None, edge: str | None = None) -> None:
        corners = (((x, y), (x + w, y), (x + w, y + h), (x, y + h)) for x, y, w, h in boxes)
        self._stroke(corners, True, fill, edge, 0.7)

    def shape(self, points: Iterable[Point], fill: str) -> None:
        self._stroke([points], True, fill, None, 0)

    def lines(self, lines: Iterable[Iterable[Point]], color: str, width: float = 0.5) -> None:
        self._stroke(lines, False, None, color, width)

    def dots(self, points: Iterable[Point], color: str, diameter: float) -> None:
        """Dots as lines of next to no length with round ends: a circle each would be ten times the file."""
        self._stroke((((x, y), (x + 0.1, y)) for x, y in points), False, None, color, diameter)

    def diamonds(self, points: Iterable[Point], fill: str, half: float) -> None:
        corners = (((x, y - half), (x + half, y), (x, y + half), (x - half, y)) for x, y in points)
        self._stroke(corners, True, fill, "#ffffff", 0.6)

    def text(
        self, x: float, y: float, words: str, size: float, color: str = INK, anchor="left", bold: bool = False
    ) -> None:
        """Words on one line; ``y`` is their base line. Nothing in them is taken for markup or mathematics."""
        self._drawn.append(_Words(_at(x), _at(y), words, _at(size), color, anchor, bold))

    def _stroke(self, lines: Iterable[Iterable[Point]], closed, fill, edge, width) -> None:
        rounded = tuple(tuple((_at(x), _at(y)) for x, y in line) for line in lines)
        if rounded:
            self._drawn.append(_Stroke(rounded, closed, fill, edge, width))

    def svg(self, label: str) -> str:
        """The sheet as one <svg> element, the same bytes each time."""
        width, height = WIDTH + 2 * MARGIN, round(self.y + MARGIN)
        figure = Figure((width / 72, height / 72), dpi=72, frameon=False)
        figure.add_artist(_Painter(self._drawn, height))
        out = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none"}):
            FigureCanvasSVG(figure).print_svg(out, metadata=_NO_METADATA)
        return _plain(out.getvalue(), f"{width:g}", f"{height:g}", label)


def _at(number: float) -> float:
    return round(number, 1)  # a tenth of a point is a thirtieth of a millimetre


class _Painter(Artist):
    """Draws the sheet itself: laying out two thousand Text artists would cost matplotlib over a second."""

    def __init__(self, drawn: Sequence[_Stroke | _Words], height: float):
        super().__init__()
        self._drawn = drawn
        self._down = Affine2D().scale(1, -1).translate(MARGIN, height)

    def draw(self, renderer) -> None:
        anchor = Text(transform=self._down)
        for item in self._drawn:
            gc = renderer.new_gc()
            if isinstance(item, _Words):
                gc.set_foreground(item.color)
                anchor.set(x=item.x, y=item.y, horizontalalignment=item.anchor)
                font = _font(item.size, item.bold)
                renderer.draw_text(gc, item.x, item.y, item.words, font, 0, False, anchor)
            else:
                gc.set_foreground(item.edge or "none")
                gc.set_linewidth(item.width if item.edge else 0)
                gc.set_capstyle("butt" if item.closed else "round")
                renderer.draw_path(gc, _path(item), self._down, item.fill and to_rgb(item.fill))
            gc.restore()


def _path(stroke: _Stroke) -> Path:
    """All lines of a stroke as one path: a path each would treble the file."""
    vertices: list[Point] = []
    codes: list[int] = []
    for line in stroke.lines:
        vertices += [*line, line[0]] if stroke.closed else line
        codes += [Path.MOVETO, *[Path.LINETO] * (len(line) - 1), *[Path.CLOSEPOLY] * stroke.closed]
    path = Path(vertices, codes)
    path.should_simplify = False
    return path


@cache
def _font(size: float, bold: bool) -> FontProperties:
    plain = dict.fromkeys(("style", "variant", "stretch"), "normal")  # whatever a matplotlibrc says
    return FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size, **plain)


# --- matplotlib's SVG, made fit to stand in a page --------------------------------------------------------


def _plain(svg: str, width: str, height: str, label: str) -> str:
    """Without prolog, groups, ids and styles: four charts in one page then have nothing to collide in."""
    body = svg[svg.index("</defs>") + len("</defs>") : svg.rindex("</svg>")]
    body = re.sub(r"<g\b[^>]*>|</g>", "", body)
    body = re.sub(r"<(?:path|text)\b[^>]*>", _plain_tag, body)
    lines = "\n".join(line for line in map(str.strip, body.split("\n")) if line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}"'
        f' width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        f' font-family="{_FAMILIES}" stroke-linejoin="round">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{lines}\n</svg>\n'
    )


def _plain_tag(match: re.Match) -> str:
    tag = re.sub(r' transform="rotate\(-?0 [^"]*"', "", " ".join(match[0].split()))
    tag = re.sub(r'style="([^"]*)"', _attributes, tag)
    return tag.replace(' "', '"').replace(" L ", "L").replace(" M ", "M").replace(" z", "z")


def _attributes(style: re.Match) -> str:
    """A style as attributes, which a page's content security policy lets through."""
    pairs = (pair.split(": ", 1) for pair in style[1].split("; "))
    return " ".join(f'{key}="{value}"' for key, value in pairs if key != "font-family" and value != "start")


# --- words ------------------------------------------------------------------------------------------------


def text_width(words: str, size: float, bold: bool = False) -> float:
    """The width of words in points, from the metrics of the font that matplotlib brings along."""
    return round(sum(_advance(letter, bold) for letter in words) * size, 2)


@cache
def _advance(letter: str, bold: bool) -> float:
    return _face(bold).load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100


@cache
def _face(bold: bool) -> FT2Font:
    face = FT2Font(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
    face.set_size(100, 72)
    return face


def wrapped(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Words in as few lines of ``room`` as they need, and these as even as can be."""
    lines = _filled(words, room, size, bold)
    while True:
        widest = max(text_width(line, size, bold) for line in lines)
        narrower = _filled(words, widest - 0.01, size, bold)
        if narrower == lines or len(narrower) > len(lines):
            return lines
        lines = narrower


def _filled(words: str, room: float, size: float, bold: bool) -> list[str]:
    """Each line as full as can be; a word wider than ``room`` has a line of its own."""
    lines: list[str] = []
    for word in words.split() or [""]:
        if lines and text_width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def fitted(
    words: str, room: float, size: float, height: float, bold: bool = False
) -> tuple[list[str], float]:
    """Words in a place of ``room`` by ``height``: on one line, else on two smaller ones, else cut short."""
    words = " ".join(words.split())
    sizes = (min(size * 0.85, height / 2.1), height / 2.5)
    alone = size * min(1, room / max(1, text_width(words, size, bold)))
    if alone >= sizes[0]:
        return [words], alone
    for small in sizes:
        lines = wrapped(words, room, small, bold)
        if len(lines) <= 2 and all(text_width(line, small, bold) <= room for line in lines):
            return lines, small
    first, *rest = lines
    return [_cut(line, room, small, bold) for line in (first, " ".join(rest)) if line], small


def _cut(line: str, room: float, size: float, bold: bool) -> str:
    if text_width(line, size, bold) <= room:
        return line
    while line and text_width(f"{line}…", size, bold) > room:
        line = line[:-1].rstrip()
    return f"{line}…"
