"""Charts: plain Matplotlib figures made from frames, which the reader's next cell can change.

Each is a function from one frame or two, whose columns its docstring names, to a Matplotlib ``Figure``.
``figure.get_label()`` is the sentence that says what is shown, for those who cannot see it; the title of the
figure (``figure.get_suptitle()``) is kept but not drawn, for a page prints it as the caption. ``figure.axes``
holds the axes group by group, and the first of a group bears its title. Sizes are meant for A4 in print.
``svg(figure)`` writes any figure, also one of the reader's own, in the same bytes each time.
"""

from ictindex.page.charts.agreement import bland_altman
from ictindex.page.charts.answers import answer
from ictindex.page.charts.bars import change, gap, ranking
from ictindex.page.charts.distribution import distribution
from ictindex.page.charts.framework import framework
from ictindex.page.charts.heat import acceptability, profile
from ictindex.page.charts.intervals import multiverse, rank_intervals
from ictindex.page.charts.sheet import STYLE, svg
from ictindex.page.charts.slope import what_if_slope
from ictindex.page.charts.steps import weight_steps
from ictindex.page.charts.tornado import weights_tornado

__all__ = [
    "STYLE",
    "acceptability",
    "answer",
    "bland_altman",
    "change",
    "distribution",
    "framework",
    "gap",
    "multiverse",
    "profile",
    "rank_intervals",
    "ranking",
    "svg",
    "weight_steps",
    "weights_tornado",
    "what_if_slope",
]
