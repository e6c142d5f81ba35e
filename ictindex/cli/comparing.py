"""The commands that set other ways beside a ranking: of comparing, of choosing, and of weighing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from ictindex.cli import options
from ictindex.cli.output import as_json
from ictindex.cli.progress import bar
from ictindex.cli.questions import CSV, LEVEL, NARROW, evaluated, print_answer, rows_of, table_lines

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.page import Table
    from ictindex.scoring import Evaluation


@click.command("other-ways")
@options.edition
@click.option(
    "--way",
    "ways",
    multiple=True,
    type=click.Choice(["copeland", "borda", "benefit_of_the_doubt"]),
    help="Which; may be repeated. All, if none is named.",
)
@LEVEL
@click.option(
    "--spread",
    type=click.IntRange(0, 100),
    default=50,
    show_default=True,
    metavar="PERCENT",
    help="In the benefit of the doubt each share lies within ± this percent of its weight.",
)
@CSV
@as_json
@click.pass_obj
def other_ways(settings, edition, ways, level, spread, as_csv, as_json) -> None:
    """How duels, places and the benefit of the doubt would rank EDITION, beside its ranks; for comparison."""
    from ictindex.page import other_ways

    e = evaluated(settings, edition)
    with bar(f"{edition}: other ways"):
        frame = other_ways(e, *ways, level=level, spread=spread)
    print_frame(e, frame, {"level": level, "spread": spread}, as_csv, as_json)


@click.command()
@click.argument("what_if")
@CSV
@as_json
@click.pass_obj
def multiverse(settings, what_if, as_csv, as_json) -> None:
    """Every combination of the choices of WHAT_IF: each unit's span of ranks, and which choice moves most.

    At most 512 combinations, each scored anew from the figures. Its page is made by the command what-if.
    """
    from ictindex.basics import WHAT_IF, refuse_if
    from ictindex.page import multiverse, multiverse_conclusion, multiverse_effects
    from ictindex.scoring import read_parameters
    from ictindex.what_if import evaluate_run, read_stated
    from ictindex.what_if import multiverse as computed

    project = settings["project"]()
    stated = read_stated(what_if, project)
    if not stated.source.multiverse:
        refuse_if([stated.document.found("none-given", what="multiverse")])
    with bar(f"{stated.source.baseline}: {what_if}") as progress:
        parameters = read_parameters(stated.source.baseline, project)
        e = evaluate_run(project, **{**parameters, WHAT_IF: what_if})
        computed(e, progress)
    frame = multiverse(e)
    lines = multiverse_conclusion(e).lines
    frame.attrs["note"] = "\n".join((*lines, frame.attrs["note"]))
    effects = multiverse_effects(e).to_dict("records")
    print_frame(e, frame, {"what_if": what_if, "effects": effects}, as_csv, as_json)


@click.command()
@options.edition
@click.argument("stated", nargs=-1, metavar="[CATEGORY=PERCENT]...")
@click.option("--group", metavar="GROUP", help="The group; where there are several, --save wants it.")
@click.option(
    "--measure",
    type=click.Choice(["variance_share", "correlation"]),
    default="variance_share",
    show_default=True,
    help="What influence is: the share of the variance, or the squared correlation over their sum.",
)
@click.option(
    "--least", type=click.IntRange(min=3), default=20, show_default=True, help="Fewest units of a group."
)
@click.option("--save", "name", metavar="NAME", help="Write the weights found as a what-if of this name.")
@CSV
@as_json
@click.pass_obj
def influence(settings, edition, stated, group, measure, least, name, as_csv, as_json) -> None:
    """The weights that would give categories of EDITION a stated real influence, and what ranks would do.

    What is not stated shares what is left as the weights on paper do; if nothing is, every category is to
    have the influence that its weight on paper says.
    """
    from ictindex.page import find_group, influence_ranks, influence_weights

    e = evaluated(settings, edition)
    asked = {"measure": measure, "least": least, "group": group and find_group(e, group)}
    percents = _percents(e, stated, asked["group"])
    try:
        with bar(f"{edition}: influence"):
            weights = influence_weights(e, percents, **asked)
            ranks = influence_ranks(e, percents, **asked)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    saved = _save(e, weights, name) if name else ""
    facts = {**asked, "saved": saved, "units": ranks.to_dict("records")}
    print_frame(e, weights, facts, as_csv, as_json, called="categories")
    if not (as_csv or as_json):
        click.echo("\n".join(["", *table_lines(tabled(e, ranks)), *([saved] if saved else [])]))


def _percents(e: Evaluation, stated: tuple[str, ...], group: str | None) -> dict[str, Fraction]:
    """What is stated, by the categories' codes; each is a category of every group that is asked about."""
    from ictindex.basics import found, refuse_if
    from ictindex.page import find_category

    told, named = {}, e.methodology.groups
    for each in stated:
        text, _, percent = each.partition("=")
        node = find_category(e, text.strip())
        try:
            told[node.id] = Fraction(percent.strip().rstrip("%").replace(",", "."))
        except (ValueError, ZeroDivisionError):
            raise click.UsageError(f"not CATEGORY=PERCENT: {each}") from None
        of_all, file = [group] if group else named, e.methodology.file
        labels = [named[key].label_vi for key in of_all if node.maxima[key] is None]
        refuse_if(
            found("category-not-of-group", file, None, "criterion", category=node.label_vi, group=label)
            for label in labels
        )
    return told


def _save(e: Evaluation, weights: DataFrame, name: str) -> str:
    from ictindex.what_if import as_file, save

    groups = weights["group"].unique()
    if len(groups) != 1 or weights["points"].isna().any():
        raise click.UsageError("--save wants one --group, for which weights were found")
    points = dict(zip(weights["criterion"], weights["points"], strict=True))
    group = groups[0] if len(e.methodology.groups) > 1 else None
    question = "Nếu trọng số được chọn để các hạng mục có ảnh hưởng thực như đã nêu thì ai lên, ai xuống?"
    path = save(name, as_file(name, e.edition, question, points, group), e.project)
    return e.project.shown(path)


COMMANDS = (other_ways, multiverse, influence)


def tabled(e: Evaluation, frame: DataFrame) -> Table:
    """A frame as a table with its stamp; one without rows as a table of none."""
    from ictindex.page import Table, Text, stamp, table

    found = table("answer", frame)
    if isinstance(found, Text):
        found = Table("answer", frame.attrs["title"], (), (), " ".join(found.lines))
    return replace(found, stamp=stamp(e))


def print_frame(
    e: Evaluation, frame: DataFrame, asked: dict[str, Any], as_csv: bool, as_json: bool, called: str = "units"
) -> None:
    """A frame of the page as the answer: what it says of itself first, then its rows."""
    from ictindex.page import Text

    found = tabled(e, frame)
    text = Text("answer", tuple(fill(line, NARROW) for line in frame.attrs["note"].splitlines()))
    found = replace(found, note_vi="")
    print_answer([e], text, found, {**asked, called: rows_of(found)}, None, as_csv, as_json)
