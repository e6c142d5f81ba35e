"""Everything that a page may show, by kind and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ictindex.page import results as tables
from ictindex.page import trust as audit
from ictindex.page.shown import Figure, Table, View
from ictindex.scoring import Evaluation

TABLES: tuple[Callable[[Evaluation], Table], ...] = (*tables.TABLES, *audit.TABLES)


def every_table(e: Evaluation) -> list[Table]:
    """Every table of an evaluation, in the order of the workbook."""
    return [make(e) for make in TABLES]


def page_views(e: Evaluation) -> dict[str, View]:
    """Every text, table and figure of an evaluation; charts are drawn."""
    from ictindex.page import charts  # costly to import

    texts, figures = ([make(e) for make in some] for some in (tables.TEXTS, charts.CHARTS))
    what_ifs = [make(e) for make in (*tables.WHAT_IF, *charts.WHAT_IF)]
    made: list[View] = [*texts, *what_ifs, *every_table(e), *figures]
    return {view_key(view.payload()): view for view in made}


def view_key(payload: Mapping[str, object]) -> str:
    """What tells a text, table or figure from all others."""
    return f"{payload.get('kind')}:{payload.get('name')}"


def tables_of(views: Mapping[str, View]) -> list[Table]:
    """The tables among views."""
    return [view for view in views.values() if isinstance(view, Table)]


def figures_of(views: Mapping[str, View]) -> list[Figure]:
    """The charts among views."""
    return [view for view in views.values() if isinstance(view, Figure)]
