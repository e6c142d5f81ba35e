"""What the two READMEs tell people to type is what the command line takes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from ictindex.cli.main import cli

ROOT = Path(__file__).parents[1]


def typed(text):
    """Every command of a page: in a line of its own, or in a sentence; words in brackets count too."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    for code in re.findall(r"`([^`\n]+)`", text) + lines:
        for part in re.split(r"&&|;", code.replace("[", "").replace("]", "")):
            program, *words = shlex.split(part) or [""]
            while words[:1] in (["--lang"], ["--project"]):
                words = words[2:]
            if program.endswith("ictindex") and words and not words[0].startswith("-"):
                yield words


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_every_command_that_a_page_writes_is_known_with_its_options(page):
    commands = list(typed((ROOT / page).read_text("utf-8")))
    assert len(commands) > 50
    wrong = []
    for name, *words in commands:
        command = cli.commands.get(name)
        try:
            command.make_parser(click.Context(command)).parse_args(words)
        except (AttributeError, click.ClickException) as error:
            wrong.append((name, *words, str(error)))
    assert wrong == []
