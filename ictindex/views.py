"""Everything that a page may show, by kind and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ictindex import audit, tables
from ictindex.evaluation import Evaluation
from ictindex.page import Figure, Table, View

TABLES: tuple[Callable[[Evaluation], Table], ...] = (*tables.TABLES, *audit.TABLES)


def tables_of(e: Evaluation) -> list[Table]:
    """Every table of an evaluation, each of which becomes a file and a sheet; a what-if's own come first."""
    own = [made for make in tables.WHAT_IF if isinstance(made := make(e), Table)]
    return [*own, *(make(e) for make in TABLES)]


def page_views(e: Evaluation) -> dict[str, View]:
    """Every text, table and figure of an evaluation; charts are drawn."""
    from ictindex import charts  # costly to import

    made = [make(e) for make in (*tables.TEXTS, *tables.WHAT_IF, *TABLES, *charts.CHARTS, *charts.WHAT_IF)]
    return {view_key(view.payload()): view for view in made}


def view_key(payload: Mapping[str, object]) -> str:
    """What tells a text, table or figure from all others."""
    return f"{payload.get('kind')}:{payload.get('name')}"


def figures_of(views: Mapping[str, View]) -> list[Figure]:
    """The charts among views."""
    return [view for view in views.values() if isinstance(view, Figure)]
