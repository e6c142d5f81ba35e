"""The arguments and options that commands share."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ictindex.basics import Project, Refused


def _editions(context: click.Context, argument: click.Argument, begun: str) -> list[CompletionItem]:
    """The editions of the project, for a shell that completes the word."""
    try:
        known = Project.around(context.find_root().params.get("folder")).editions()
    except Refused:
        return []
    return [CompletionItem(name) for name in known if name.startswith(begun)]


day = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
edition = click.argument("edition", shell_complete=_editions)
editions = click.argument("editions", nargs=-1, shell_complete=_editions)
PARAMETER = ("-p", "--parameter")
parameter = click.option(
    *PARAMETER,
    "texts",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Set one parameter of the notebook, also NAME=VALUE; may be repeated.",
)
jobs = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Runs at a time; by default one per core."
)
bar = click.option("--progress-bar/--no-progress-bar", default=None, help="By default on a terminal only.")
timeout = click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one cell may take.",
)
force = click.option(
    "--force",
    is_flag=True,
    help="Build what is unchanged too: for a page whose cells read what the edition does not know.",
)
files = click.option(
    "-f",
    "--parameters-file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file of parameters.",
)
