"""The words of the steps, from ``steps.toml``: labels, who does them, what may be open, remarks, commands."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A text in both languages."""

    vi: str
    en: str

    @classmethod
    def alike(cls, text: str) -> Said:
        """What is the same in both: a day, a name."""
        return cls(text, text)

    def filled(self, language: str, **facts: Any) -> str:
        return getattr(self, language).format(**facts)


def _table(name: str) -> dict[str, Said]:
    return {key: Said(**each) for key, each in _WORDS[name].items()}


_WORDS = tomllib.loads(resources.files(__package__).joinpath("steps.toml").read_text("utf-8"))
LABEL, BY, COUNTED, NOTES = (_table(name) for name in ("label", "by", "counted", "note"))


def step_vi(key: str) -> str:
    """What a step is called."""
    return LABEL[key].vi


COMMAND: dict[str, str] = _WORDS["command"]
_PLACES_VI = {"FOLDER": "THƯ_MỤC", "CODE": "MÃ", "YYYY-MM-DD": "NGÀY/THÁNG/NĂM", "fill ": "điền "}


def in_words(command: str, language: str) -> str:
    """A command as a reader of a language is told it: what stands for something else, in that language."""
    for place, words in _PLACES_VI.items() if language == "vi" else ():
        command = command.replace(place, words)
    return command
