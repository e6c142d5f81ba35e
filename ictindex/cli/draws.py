"""The command that draws weights by any declared design and says how far ranks move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ictindex.cli import options
from ictindex.cli.output import as_json
from ictindex.cli.progress import bar
from ictindex.cli.questions import plain, print_table, rows_of

if TYPE_CHECKING:
    from ictindex.page import Cell, Table
    from ictindex.robustness import Design, Stability
    from ictindex.scoring import Evaluation

_KINDS = ("noise", "dirichlet", "simplex", "order", "intervals", "points")
_KIND_VI = {
    "noise": "trọng số nhân với 1 + u, u phân bố đều trong ±{spread} %, rồi chia lại cho đủ 1",
    "dirichlet": "phân phối Dirichlet quanh trọng số gốc, {tightness}",
    "simplex": "mọi bộ trọng số có khả năng như nhau",
    "order": "mọi bộ trọng số theo thứ tự đã nêu",
    "intervals": "mọi bộ trọng số trong khoảng đã nêu",
    "points": "như nhiễu ±{spread} %, làm tròn thành điểm nguyên, tổng giữ nguyên",
}


@click.command()
@options.edition
@click.option("--design", "kind", type=click.Choice(_KINDS), default="noise", show_default=True)
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=10_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), help="By default the number made of the edition's seed.")
@click.option("--spread", type=click.IntRange(0, 99), default=25, show_default=True, metavar="PERCENT")
@click.option("--kappa", type=click.FloatRange(min=0, min_open=True), help="Of a Dirichlet: how tight.")
@click.option(
    "--variation", type=click.FloatRange(min=0, min_open=True), help="Or: sd over mean of a weight."
)
@click.option(
    "--nodes", type=click.Choice(["all", "categories", "criteria"]), default="all", show_default=True
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    metavar="'A>B>C'",
    help="Siblings by code, number or name, heaviest first; repeatable.",
)
@click.option(
    "--bound",
    "bounds",
    multiple=True,
    type=(str, float, float),
    metavar="ID LOW HIGH",
    help="A weight's share among its siblings; repeatable.",
)
@click.option("-j", "--workers", type=click.IntRange(min=1), help="The numbers are the same for any.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV on stdout.")
@as_json
@click.pass_obj
def stability(
    settings, edition, draws, seed, spread, orders, bounds, workers, as_csv, as_json, **design
) -> None:
    """How far the ranks of EDITION move when its weights are drawn: intervals, levels, who stays first."""
    from ictindex.page import find_criterion
    from ictindex.robustness import Design
    from ictindex.robustness import settings as of_run
    from ictindex.scoring import evaluate_edition

    e = evaluate_edition(edition, settings["project"]())
    seed = of_run(e).seed if seed is None else seed
    orders = tuple(tuple(find_criterion(e, part.strip()).id for part in order.split(">")) for order in orders)
    bounds = tuple((find_criterion(e, name).id, *limits) for name, *limits in bounds)
    by_hand = {"orders": orders, "bounds": bounds}
    try:
        drawn = Design(draws=draws, seed=seed, spread=spread / 100, **by_hand, **design)
        found = dict(_drawn(e, drawn, workers))
    except ValueError as wrong:  # which says what does not fit
        raise click.UsageError(str(wrong)) from None
    table = _table(e, drawn, found)
    stated = {name: value for name, value in vars(drawn).items() if value not in (None, ())}
    told = {"edition": edition, "design": stated, "rows": plain(rows_of(table))}
    print_table(table, told, as_csv, as_json)


def _drawn(e: Evaluation, design: Design, workers: int | None) -> Iterator[tuple[str, Stability]]:
    from ictindex.robustness import problem
    from ictindex.robustness import stability as run

    lows = [float(level.low) for level in e.methodology.plain_levels]
    for group, of in e.methodology.groups.items():
        with bar(f"{e.edition}: {of.label_vi}") as progress:
            ranked = problem(e, group)
            if len(ranked.units) > 1:
                yield group, run(ranked, design, levels=lows, full=False, workers=workers, progress=progress)


def _table(e: Evaluation, design: Design, found: dict[str, Stability]) -> Table:
    from ictindex.page import Column, Table, group_cells, group_columns, stamp

    levels = e.methodology.plain_levels
    columns = (
        *group_columns(e),
        Column("entity", "Mã"),
        Column("label_vi", "Tên đơn vị"),
        Column("rank", "Hạng", "integer"),
        Column("low", "Hạng ở 5 %", "integer"),
        Column("median", "Trung vị", "integer"),
        Column("high", "Hạng ở 95 %", "integer"),
        Column("best", "Cao nhất gặp", "integer"),
        Column("worst", "Thấp nhất gặp", "integer"),
        Column("expected", "Hạng kỳ vọng", "number"),
        Column("first", "Đứng đầu (%)", "number"),
        *(Column(level.key, f"{level.label_vi} (%)", "number") for level in levels),
    )
    rows: list[tuple[Cell, ...]] = []
    for group, result in found.items():
        for i, numbers in enumerate(_numbers(result)):
            code = result.problem.units[i]
            rows.append((*group_cells(e, group), code, e.inputs.names[code], *numbers))
    return Table(
        "stability", "Thứ hạng khi rút lại trọng số", columns, tuple(rows), _told(design), stamp=stamp(e)
    )


def _numbers(result: Stability) -> Iterator[tuple[Cell, ...]]:
    """Per unit: rank, interval, median, extremes, expected rank, how often first, each level."""
    low_high, met = result.interval(), result.met
    for i in range(len(result.problem.units)):
        ranks = (result.base[i], low_high[i, 0], result.median[i], low_high[i, 1], met[i, 0], met[i, 1])
        first = 100 * int(result.firsts[i]) / result.draws
        levels = (_two(100 * float(share)) for share in result.levels[i])
        yield (*map(int, ranks), _two(float(result.expected[i])), _two(first), *levels)


def _two(number: float) -> Cell:
    from fractions import Fraction

    from ictindex.basics import round_exact

    return round_exact(Fraction(number), 2)


def _told(design: Design) -> str:
    """The design in words, with all that repeats it."""
    from ictindex.basics import format_vi

    tight = f"κ = {design.kappa:g}" if design.kappa else f"hệ số biến thiên {design.variation or 0:g}"
    how = _KIND_VI[design.kind].format(spread=f"{100 * design.spreads[0]:g}", tightness=tight)
    error = format_vi(_two(50 / design.draws**0.5))
    return (
        f"{format_vi(design.draws)} lần rút: {how}. Hạt giống {design.seed}, bộ sinh PCG64 của NumPy. Sai số"
        f" Monte Carlo của một xác suất không quá {error} điểm phần trăm."
    )


COMMANDS = (stability,)
