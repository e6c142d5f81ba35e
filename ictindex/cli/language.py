"""The language of the command line: help, messages and usage errors in Vietnamese, from vietnamese.toml.

click says its own words through a function of each of its modules, made for gettext; these are told ours.
"""

from __future__ import annotations

import gettext
import importlib
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import click

from ictindex.basics import LANGUAGES, language

_CLICKS = ("core", "decorators", "exceptions", "formatting", "parser", "types")


@cache
def words() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("vietnamese.toml").read_text("utf-8"))


def chosen(arguments: Sequence[str]) -> str:
    """The language that --lang or the variable names; help is asked for before either is read by click."""
    wanted = language()
    for here, after in pairwise([*arguments, ""]):
        if here == "--lang":
            wanted = after
        elif here.startswith("--lang="):
            wanted = here.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else "en"


def say(language: str, text: str, **facts: Any) -> str:
    """A message in the language; English where it has no other."""
    return (words()["said"].get(text, text) if language == "vi" else text).format(**facts)


def said_of(language: str, message: str) -> str:
    """A whole message, or what stands in it before a colon, in the language."""
    if language != "vi" or message in words()["said"]:
        return words()["said"].get(message, message) if language == "vi" else message
    head, colon, rest = message.partition(": ")
    return f"{words()['said'].get(head, head)}{colon}{rest}"


def in_words(text: str | None) -> str | None:
    """A help text in Vietnamese, paragraph by paragraph; what is not there stays English."""
    if not text:
        return text
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(words()["help"].get(part, part) for part in paragraphs)


def first_sentence(text: str) -> str:
    """What stands in the list of commands, whole."""
    return " ".join((text or "").split("\n\n")[0].split())


def speak(group: click.Group, language: str) -> None:
    """Have a group and its commands say everything in the language; each call begins with the English."""
    translate = words()["click"].get if language == "vi" else None
    for name in _CLICKS:
        module = importlib.import_module(f"click.{name}")
        for function, to in _said_by_click(translate).items():
            if hasattr(module, function):
                setattr(module, function, to)
    for command in (group, *group.commands.values()):
        command._help_option = None  # which click makes once, in the words of that moment
        for each in (command, *(param for param in command.params if isinstance(param, click.Option))):
            english = _ENGLISH.setdefault(id(each), each.help)
            each.help = in_words(english) if language == "vi" else english
        if command is not group:
            command.short_help = first_sentence(command.help)


_ENGLISH: dict[int, str | None] = {}  # of each command and option, as it was written


def _said_by_click(translate: Callable[[str, str], str] | None) -> dict[str, Callable]:
    if translate is None:
        return {"_": gettext.gettext, "ngettext": gettext.ngettext}

    def several(one: str, many: str, n: int) -> str:
        text = one if n == 1 else many
        return translate(text, text)

    return {"_": lambda text: translate(text, text), "ngettext": several}
