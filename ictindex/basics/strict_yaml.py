"""YAML as written: a key twice is an error, numbers stay exact, dates and codes stay text.

Builds plain values from the events of PyYAML (papermill's own reader, so both see the same file) and
remembers the line of each. Nothing is ever constructed from a tag, nothing is ever copied by an alias.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from ictindex.basics.files import MAX_YAML_BYTES, code_point, control_character, read_text
from ictindex.basics.findings import MAX_FINDINGS, Finding, Refused, found, refuse_if

MAX_DEPTH = 40
MAX_VALUES = 40_000  # keys and values: the longest decision so far has some 2,000
MAX_KEY = 200  # characters
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,39})")  # what is longer is no number but a code
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,39})\.[0-9]{1,40}")
_READ_OTHERWISE = re.compile("[\t?\ufeff]|[|>][-+0-9]*#")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_FAST = getattr(yaml, "CSafeLoader", None)  # not where PyYAML was built without libyaml

YamlPath = tuple[str | int, ...]
Events = Iterator[yaml.Event]


@dataclass(frozen=True)
class Document:
    """A YAML file's plain values and where each stands.

    ``data`` holds dict, list, str, int, Decimal, bool and None only;
    ``lines`` the line (from 1) of every path of keys and list positions;
    ``doubled`` the keys that are written twice, whose first value counts: empty unless ``scan`` read it.
    """

    file: str
    data: Any
    lines: dict[YamlPath, int] = field(repr=False)
    doubled: tuple[Finding, ...] = ()

    def line(self, path: YamlPath) -> int | None:
        """The line of a path, or of its nearest ancestor that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def found(self, code: str, path: YamlPath = (), /, **facts: Any) -> Finding:
        """A Finding at a path of this document."""
        return found(code, self.file, self.line(path), ".".join(map(str, path)), **facts)


def load(path: Path, shown: str) -> Document:
    """Read a YAML file strictly; Refused with every doubled key, alias and tag at once."""
    return parse(read_text(path, shown, MAX_YAML_BYTES), shown)


def look_at(path: Path, shown: str) -> Document:
    """As load, but a key written twice refuses nothing yet."""
    return scan(read_text(path, shown, MAX_YAML_BYTES), shown)


def parse(text: str, file: str) -> Document:
    """Read YAML text strictly; ``file`` is the name findings give it."""
    document = scan(text, file)
    refuse_if(document.doubled)
    return document


def scan(text: str, file: str) -> Document:
    """As parse, but a key written twice refuses nothing yet: who asks reports it with all else."""
    reader = _Reader(text, file)
    data = reader.read()
    if any(finding.code != "key-twice" for finding in reader.findings):
        raise Refused(reader.findings)
    return Document(file, data, reader.lines, tuple(reader.findings))


class _Reader:
    """One reading of one text: ``findings`` and ``lines`` grow as it goes."""

    def __init__(self, text: str, file: str):
        self.text, self.file = text, file
        self.lines: dict[YamlPath, int] = {}
        self.findings: list[Finding] = []
        self.values = 0

    def read(self) -> Any:
        """The plain values; libyaml reads ten times as fast, PyYAML's own reader says what is wrong.

        The two part ways at tabs, question marks and notes behind a block's sign, which libyaml allows where
        papermill would not, and at a mark of no width, which PyYAML leaves out.
        """
        if _FAST is not None and not _READ_OTHERWISE.search(self.text):
            with contextlib.suppress(yaml.YAMLError, ValueError):
                return self._document(_events(_FAST(self.text)))
            self.lines.clear()
            self.findings.clear()
            self.values = 0
        loader = None
        try:
            loader = yaml.SafeLoader(self.text)
            return self._document(_events(loader))
        except yaml.reader.ReaderError as error:
            row = self.text.count("\n", 0, error.position) + 1
            self._refuse("yaml-syntax", row, problem=f"{error.reason} #x{error.character:04x}")
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except (ValueError, OverflowError) as error:  # PyYAML's own slips: "\UFFFFFFFF", %YAML 1.999…
            self._refuse("yaml-syntax", loader.get_mark().line + 1, problem=str(error))

    def _refuse(self, code: str, row: int | None, **facts: Any) -> None:
        raise Refused([*self.findings, found(code, self.file, row, **facts)]) from None

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        row = mark.line + 1 if mark else None
        if "\\t" not in str(error.problem):
            self._refuse("yaml-syntax", row, problem=error.problem or error.context)
        lines = enumerate(self.text.split("\n"), 1)
        tabbed = list(islice((n for n, line in lines if re.match(r" *\t\s*[^\s]", line)), MAX_FINDINGS))
        raise Refused([*self.findings, *(found("yaml-tab", self.file, n) for n in tabbed or [row])]) from None

    def _document(self, events: Events) -> Any:
        next(events)  # the stream begins
        if isinstance(next(events), yaml.StreamEndEvent):
            self._refuse("yaml-empty", None)
        data = self._value(next(events), (), events, self.lines, 0)
        further = [event for event in self._counted(events) if isinstance(event, yaml.DocumentStartEvent)]
        if further:
            row = further[0].start_mark.line + 1
            self._refuse("yaml-documents", row, count=1 + len(further))
        return data

    def _counted(self, events: Events) -> Events:
        """What follows the document: it is not kept, but counted."""
        for event in events:
            self._check(event)
            yield event

    def _value(
        self, event: yaml.Event, path: YamlPath, events: Events, lines: dict[YamlPath, int], depth: int
    ) -> Any:
        self._check(event)
        if depth > MAX_DEPTH:
            self._refuse("yaml-deep", event.start_mark.line + 1, limit=MAX_DEPTH)
        lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(self._value(item, (*path, len(items)), events, lines, depth + 1))
            return items
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, events, lines, depth)
        return None  # an alias, which is reported

    def _mapping(
        self, path: YamlPath, events: Events, lines: dict[YamlPath, int], depth: int
    ) -> dict[str, Any]:
        built: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            row = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                if not isinstance(event, yaml.AliasEvent):
                    self.findings.append(found("yaml-key", self.file, row))
                self._value(event, (), events, {}, depth + 1)
                self._value(next(events), (), events, {}, depth + 1)
                continue
            self._check(event)
            if len(event.value) > MAX_KEY:
                self._refuse("yaml-key-long", row, limit=MAX_KEY)
            key, inside = event.value, (*path, event.value)
            if key in built:
                column = ".".join(map(str, inside))
                self.findings.append(found("key-twice", self.file, row, column, key=key, first=lines[inside]))
                self._value(next(events), inside, events, {}, depth + 1)
                continue
            lines[inside] = row
            built[key] = self._value(next(events), inside, events, lines, depth + 1)
        return built

    def _check(self, event: yaml.Event) -> None:
        """No alias (which can grow without bound), no tag (which can construct), no control character."""
        row = event.start_mark.line + 1
        self.values += 1
        if self.values > MAX_VALUES:
            self._refuse("yaml-values", row, limit=f"{MAX_VALUES:,}")
        if len(self.findings) >= MAX_FINDINGS:
            self._refuse("too-many", row, limit=f"{MAX_FINDINGS:,}")
        if getattr(event, "anchor", None) is not None:
            self.findings.append(found("yaml-alias", self.file, row, name=event.anchor))
        if getattr(event, "tag", None) is not None:
            self.findings.append(found("yaml-tag", self.file, row, tag=event.tag))
        if isinstance(event, yaml.ScalarEvent) and (stray := control_character(event.value)):
            character = code_point(stray[0])
            self.findings.append(found("control-character", self.file, row, character=character))


def _events(loader: Any) -> Events:
    return iter(loader.get_event, None)


def _scalar(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if event.style:  # quoted or block: text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
