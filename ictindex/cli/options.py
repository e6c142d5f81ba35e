"""The options that commands which run notebooks share."""

from __future__ import annotations

from pathlib import Path

import click

parameter = click.option(
    "-p",
    "--parameter",
    "texts",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Set one parameter of the notebook; may be repeated.",
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
files = click.option(
    "-f",
    "--parameters-file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file of parameters.",
)
