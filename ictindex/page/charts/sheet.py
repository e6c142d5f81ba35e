"""The sheet that charts are drawn on: one style file, places in points, and a sentence where nothing is."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from functools import cache, wraps
from html import unescape
from pathlib import Path
from typing import Any, ParamSpec

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # before its import, which may build a cache of fonts

import matplotlib as mpl  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.font_manager import fontManager  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

from ictindex.page.charts.words import filled, wrapped  # noqa: E402
from ictindex.page.letter_widths import FONTS, text_width  # noqa: E402

STYLE = Path(__file__).with_name("ictindex.mplstyle")
WIDTH, PAGE = 468.0, 670.0  # points: A4 between its margins, and as high as leaves room for a caption
INK, QUIET, RULE, FAINT = "#1f1f1f", "#666666", "#c4c4c4", "#eeeeee"
BAR, DEEP, STRONG = "#86b0d3", "#2f6ea5", "#8f3a00"  # told apart in grey print too
TINT = "#f6e7dc"  # behind a highlighted row
SMALL = 7.6  # the smallest letters
NOTE = 9.6  # from line to line of a note
TITLE = 12.5  # of a panel's title

for _face in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(_face)

_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))

P = ParamSpec("P")


@cache
def _settings() -> dict[str, object]:
    """Matplotlib's own settings and our style: whatever a matplotlibrc or a notebook has set beside."""
    style = mpl.rc_params_from_file(STYLE, use_default_template=False)
    own = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")}
    return {**own, **style}


def styled(make: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a chart be made under our style, and leave everybody else's as it was."""

    @wraps(make)
    def inside(*args: P.args, **named: P.kwargs) -> Figure:
        with mpl.rc_context(_settings()):
            return make(*args, **named)

    return inside


def empty(height: float) -> Figure:
    """An empty figure of a page's width, outside of pyplot, so that no notebook shows it twice."""
    return Figure(figsize=(WIDTH / 72, height / 72))


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in points from the figure's top left."""
    full = figure.get_figheight() * 72
    return figure.add_axes((left / WIDTH, 1 - (top + height) / full, width / WIDTH, height / full))


def write(figure: Figure, left: float, down: float, words: str, **style: Any) -> None:
    """Words at a place in points from the figure's top left."""
    full = figure.get_figheight() * 72
    figure.text(left / WIDTH, 1 - down / full, words, **{"size": SMALL, **style})


def entitle(axes: Axes, lines: Sequence[str]) -> None:
    """A title over the whole width of the sheet, which ``axes.set_title`` replaces."""
    box = axes.get_position()
    axes.set_title("\n".join(lines), x=(0.5 - box.x0) / box.width)


def tick_ends(axes: Axes, ticks: dict[float, str]) -> None:
    """What the axis is, over it; its ends only, where there is no room for more."""
    wide = axes.get_position().width * WIDTH
    if len(ticks) > 2 and sum(text_width(words, SMALL) + 4 for words in ticks.values()) > wide:
        ticks = {at: words for at, words in ticks.items() if at}
    if sum(text_width(words, SMALL) + 2 for words in ticks.values()) > wide:
        ticks = {next(iter(ticks)): "\u2007"}  # keeps the title where it would be
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.xaxis.tick_top()
    labels = axes.get_xticklabels()
    for label, side in zip((labels[0], labels[-1]) if labels else (), ("left", "right"), strict=False):
        label.set_ha(side)  # beside the axis stand names and numbers


def note(figure: Figure, lines: Sequence[str]) -> None:
    """How to read a chart, at its foot."""
    full = figure.get_figheight() * 72
    figure.text(2 / WIDTH, 3 / full, "\n".join(lines), size=SMALL, color=QUIET, va="bottom")


def note_lines(words: str) -> list[str]:
    return filled(words, WIDTH - 26, SMALL) if words else []


def told(figure: Figure, title: str, sentence: str) -> Figure:
    """Keep the title, which a page prints as its caption, and the sentence that says what is shown."""
    figure.suptitle(title, visible=False, in_layout=False)
    figure.set_label(sentence)
    return figure


def in_words(title: str, sentence: str) -> Figure:
    """A figure of which there is nothing to draw, and which says so."""
    lines = wrapped(sentence, WIDTH - 6, 9)
    figure = empty(12.0 * len(lines) + 8)
    figure.text(2 / WIDTH, 0.5, "\n".join(lines), size=9, color=QUIET, va="center")
    return told(figure, title, sentence)


def svg(figure: Figure) -> str:
    """A figure as SVG, the same text each time, and half as long as Matplotlib writes it."""
    out = io.StringIO()
    with mpl.rc_context(_settings()):
        canvas, reach = FigureCanvasSVG(figure), _reach(figure)
        if reach is None:
            canvas.print_svg(out, metadata=_NO_METADATA)
        else:
            canvas.print_figure(out, format="svg", bbox_inches=reach, metadata=_NO_METADATA)
    families = ", ".join(f"'{name}'" for name in _settings()["font.serif"][:-1]) + ", serif"
    slim = re.sub(r"<(?:path|text|use)\b[^>]*>", _slim, out.getvalue()).replace(
        f"font-family: {families}; ", ""
    )
    return _LONG.sub(_as_wide, slim).replace("<svg ", f'<svg font-family="{families}" ', 1)


def _reach(figure: Figure) -> Bbox | None:
    """All that a reader's own figure draws, where a long label goes over its edge; None where none does."""
    if not any(axes.get_subplotspec() for axes in figure.axes):  # ours, which are laid out
        return None
    edges, drawn = figure.bbox_inches, figure.get_tightbbox()
    beyond = drawn.x0 < edges.x0 or drawn.y0 < edges.y0 or drawn.x1 > edges.x1 or drawn.y1 > edges.y1
    return Bbox.union([edges, drawn.padded(_MARGIN)]) if beyond else None


_MARGIN = 0.05  # inches around what goes over the edge
_LONG = re.compile(r'<text style="([^"]*?font-size: ([\d.]+)px[^"]*)"(?=[^>]*>([^<]{8,})</text>)')


def _as_wide(tag: re.Match) -> str:
    """Words that keep their width, and so reach over no bar, where a reader has other letters than these."""
    if "font-family" in tag[1]:
        return tag[0]  # in a reader's own letters, whose width is not ours
    width = text_width(re.sub(" +", " ", unescape(tag[3])), float(tag[2]), "font-weight: 700" in tag[1])
    return f'{tag[0]} textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"'


_FIELD = re.compile(r"M (\S+) (\S+) L (\S+) \2 L \3 (\S+) L \1 \4 L \1 \2 (?=\")")


def _slim(tag: re.Match) -> str:
    """A tag in one line, places to a hundredth of a point, no turn by nothing, a field by two corners."""
    one = re.sub(r' transform="rotate\(-?0 [^"]*"', "", " ".join(tag[0].split()))
    return _FIELD.sub(r"M\1 \2H\3V\4H\1Z", re.sub(r"(?<=\d\.\d\d)\d+(?=[ \"])", "", one))
