"""What is wrong with a file, where, and how to mend it: said all at once, in English or Vietnamese.

The sentences live in ``findings.toml``, one entry a code, so that code holds facts and not prose.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES, VARIABLE = ("en", "vi"), "ICTINDEX_LANG"
SHOWN_PER_CODE = 20  # a thousand alike findings bury the other kinds; --json gives them all
MAX_FINDINGS = 10_000  # of one file: what is wrong in every row must not fill the memory
_SHOWN_CHARACTERS = 300  # of one fact
_SHOWN_WORDS = 12  # of a list of known words
_COMPARED = 10  # known words that are near a misspelt one


@dataclass(frozen=True)
class Finding:
    """One defect of one file.

    ``row`` is the line of the file as an editor or a spreadsheet counts it, from 1;
    ``column`` the column's name, the path of keys in a YAML file, or a spreadsheet's cell, or whole sheet:
    'Bìa!B4', 'Bìa!'.
    """

    code: str
    file: str
    row: int | None = None
    column: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """'error', which is wrong; 'to_fill', which is not there yet; or 'remark', which may be meant so."""
        return _catalogue()[self.code].get("severity", "error")

    def place(self, language: str = "en") -> str:
        row, column, key, cell, sheet = _WORDS[language]
        parts = [self.file]
        if self.row is not None:
            parts.append(f"{row} {self.row}")
        if self.column.endswith("!"):
            parts.append(f"{sheet} {self.column[:-1]}")
        elif "!" in self.column:
            parts.append(f"{cell} {self.column}")
        elif self.column:
            parts.append(f"{key if self.file.endswith(_YAML) else column} {self.column}")
        return ", ".join(parts)

    def message(self, language: str = "en") -> str:
        return self._said(language)

    def remedy(self, language: str = "en") -> str:
        if self.code in _ONE_OF and (near := nearest(self.facts["value"], self.facts["known"].split(", "))):
            return _remedy(near, [], language)
        return self._said("remedy_" + language)

    def _said(self, entry: str) -> str:
        facts = {name: _in_a_line(fact) for name, fact in self.facts.items()}
        return _catalogue()[self.code][entry].format(**facts)

    def sentence(self, language: str = "en") -> str:
        """File, row, column: what is wrong. Remedy. [code]"""
        kind = _SEVERITIES[language].get(self.severity, "")
        said = f"{self.message(language)}. → {stopped(self.remedy(language))}"
        return f"{self.place(language)}: {said} [{self.code}{kind}]"

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "message": self.message("en"),
            "remedy": self.remedy("en"),
            "message_vi": self.message("vi"),
            "remedy_vi": self.remedy("vi"),
        }


def stopped(text: str) -> str:
    """A sentence with its full stop, unless another mark ends it."""
    return text if text.endswith(("?", ".")) else f"{text}."


_ONE_OF = {"not-one-of", "state-unknown"}  # whose message lists what may stand there
_SEVERITIES = {  # what is no error says so
    "en": {"to_fill": ", to fill", "remark": ", remark"},
    "vi": {"to_fill": ", cần điền", "remark": ", lưu ý"},
}
_WORDS = {"en": ("row", "column", "key", "cell", "sheet"), "vi": ("dòng", "cột", "khóa", "ô", "trang")}
_YAML = (".yaml", ".yml")


def language() -> str:
    """The language that the reader asked for in the environment; English where it names none of ours."""
    wanted = os.environ.get(VARIABLE, "")
    return wanted if wanted in LANGUAGES else "en"


class Refused(Exception):
    """Files or parameters that cannot be used; carries every finding, never only the first."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = sorted(findings, key=lambda f: (f.file, f.row or 0, f.column, f.code, str(f.facts)))
        super().__init__("\n".join(report(self.findings)))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: every finding, in the reader's language; where Python stood mends none."""
        return [f"\x1b[31m{type(self).__name__}\x1b[0m", *report(self.findings, language())]

    def __reduce__(self) -> tuple[type[Refused], tuple[list[Finding]]]:
        """From one process to another with its findings; exceptions are made again of their text alone."""
        return type(self), (self.findings,)


def found(code: str, file: str, row: int | None = None, column: str = "", /, **facts: Any) -> Finding:
    """A Finding whose facts are given by name, as the catalogue's sentence wants them."""
    return Finding(code, file, row, column, facts)


def refuse_if(findings: Iterable[Finding]) -> None:
    """Raise Refused when there is anything to refuse."""
    findings = list(findings)
    if findings:
        raise Refused(findings)


def report(findings: Iterable[Finding], language: str = "en") -> Iterator[str]:
    """The findings as lines, at most SHOWN_PER_CODE of one code in one file, then how many more."""
    counts: dict[tuple[str, str], int] = {}
    for finding in gathered(findings):
        kind = (finding.file, finding.code)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= SHOWN_PER_CODE:
            yield finding.sentence(language)
    more = {"en": "{file}: {n} more of the kind [{code}]", "vi": "{file}: còn {n} lỗi cùng loại [{code}]"}
    for (file, code), count in counts.items():
        if count > SHOWN_PER_CODE:
            yield more[language].format(file=file, code=code, n=count - SHOWN_PER_CODE)


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that say the same of several cells of a sheet as one that names all the cells."""
    alike: dict[tuple, list[Finding]] = {}
    for finding in findings:
        sheet, _, cell = finding.column.rpartition("!")
        where = (finding.file, finding.row, sheet or cell)
        alike.setdefault((finding.code, where, str(finding.facts)), []).append(finding)
    return [_of_all_cells(several) if len(several) > 1 else several[0] for several in alike.values()]


def _of_all_cells(several: list[Finding]) -> Finding:
    """One finding of the cells of several, as a spreadsheet writes them: G6:G13, G15."""
    sheet, _, first = several[0].column.rpartition("!")
    runs: list[list[str]] = []
    for cell in dict.fromkeys(finding.column.rpartition("!")[2] for finding in several):
        before = _CELL.fullmatch(runs[-1][-1]) if runs else None
        here = _CELL.fullmatch(cell)
        if before and here and (before[1], int(before[2]) + 1) == (here[1], int(here[2])):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    cells = ", ".join(run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs)
    return replace(several[0], column=f"{sheet}!{cells}" if sheet else first)


_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def enough(findings: list[Finding], file: str, row: int) -> bool:
    """Whether a file has so many findings that reading stops here; says so as a last finding."""
    if len(findings) < MAX_FINDINGS:
        return False
    findings.append(found("too-many", file, row, limit=f"{MAX_FINDINGS:,}"))
    return True


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that a word was probably meant to be, whatever its capitals; None where none is near."""
    folded = {each.casefold(): each for each in known}
    if (text := str(word)).isdecimal():  # where a spreadsheet has taken 01 for a number
        same = (each for each in folded.values() if each.isdecimal() and each.lstrip("0") == text.lstrip("0"))
        if padded := next(same, None):
            return padded
    wanted = str(word).casefold()
    near = difflib.get_close_matches(wanted, folded, n=_COMPARED)
    if not near:
        return None

    def likeness(each: str) -> tuple[float, bool]:  # of those as near, one that begins alike: AFF is AFG
        return difflib.SequenceMatcher(a=each, b=wanted).ratio(), each[0] == wanted[0]

    return folded[max(near, key=likeness)]


Speller = Callable[[str], dict[str, str]]


def speller(known: Iterable[str]) -> Speller:
    """The nearest known word as a remedy, or the known words when none is near, in both languages, as facts.

    Only as many different words are compared as are shown: comparing takes time.
    """
    known = list(known)
    seen: dict[str, str | None] = {}

    def facts(word: str) -> dict[str, str]:
        if word not in seen and len(seen) < SHOWN_PER_CODE:
            seen[word] = nearest(word, known)
        return {
            "known": _remedy(seen.get(word), known, "en"),
            "known_vi": _remedy(seen.get(word), known, "vi"),
        }

    return facts


def _remedy(near: str | None, known: list[str], language: str) -> str:
    one, several = {"en": ("did you mean “{}”?", "known: {}"), "vi": ("có phải “{}”?", "được dùng: {}")}[
        language
    ]
    if near is not None:
        return one.format(near)
    more = f", … ({len(known)})" if len(known) > _SHOWN_WORDS else ""
    return several.format(", ".join(known[:_SHOWN_WORDS]) + more or "—")


def _in_a_line(fact: Any) -> Any:
    """A fact as a sentence can hold it: text on one line, cut where it is very long."""
    if not isinstance(fact, str):
        return fact
    line = fact.replace("\n", "⏎")
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("findings.toml").read_text("utf-8"))
