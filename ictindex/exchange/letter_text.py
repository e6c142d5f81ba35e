"""The wording of letters: the template that is shipped, an office's own, and how it is filled.

A template is text with words in braces, nothing else: what stands there is printed, never run. The office's
own (inputs/<edition>/letters.yaml) replaces part by part what is shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.basics import Document, Finding, YamlPath, caseless, damaged, load, refuse_if, scan, speller

TEMPLATE = "letters.yaml"
KINDS = ("survey", "reminder", "returned", "slip", "slip-reminder", "result", "cancelled")
_OF_ALL = (
    *("đơn vị", "năm", "nội dung đánh giá", "quyết định", "chủ trì", "chủ trì, viết hoa", "cơ quan"),
    *("cơ quan cấp trên", "nhóm", "hạn báo cáo", "hạn trả lời", "đầu mối", "không tính điểm"),
)
_OF_KIND = {
    "reminder": ("tình trạng",),
    "returned": ("tình trạng",),
    "slip-reminder": ("ngày gửi phiếu",),
    "result": (
        *("kết quả", "kỳ trước", "thiếu điểm", "phê duyệt"),
        *("bảng hạng mục", "bảng lý do", "bảng tiêu chí"),
    ),
    "cancelled": ("kết quả", "căn cứ hủy", "bảng hủy"),
}
_HEAD = ("superior", "office", "number", "place", "signer", "name", "copies")
_PARTS = ("subject", "body", "annex")
_WORD = re.compile(r"\{([^{}]*)\}")
_TABLE = "bảng "


class Grid(NamedTuple):
    """A table of a letter: ``widths`` in millimetres, together the width of a page between its margins.

    ``groups``: the rows that are the heading of those below.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: frozenset[int] = frozenset()

    def whole(self, row: tuple[str, ...]) -> bool:
        """Whether a row stays on one page: a longer one would leave half a page empty before it."""
        return max(map(len, row)) < LONG


LONG = 300  # letters of a cell, some ten lines of it


Words = Mapping[str, str | Grid]
Part = str | Grid


class Head(NamedTuple):
    """What stands around every letter: whose it is, its number, who signs, who gets a copy."""

    superior: str
    office: str
    number: str
    place: str
    signer: str
    name: str
    copies: tuple[str, ...]


class Wording(NamedTuple):
    """A letter filled in for one unit; ``annex`` stands on pages of its own under ``annex_title``."""

    head: Head
    subject: str
    body: tuple[Part, ...]
    annex_title: str
    annex: tuple[Part, ...]


def words_of(kind: str) -> tuple[str, ...]:
    """The words that the letters of a kind may use."""
    return (*_OF_ALL, *_OF_KIND.get(kind, ()))


def shipped() -> str:
    """The template that comes with the package, as text."""
    return resources.files(__package__).joinpath(f"templates/{TEMPLATE}").read_text("utf-8")


@cache
def _shipped() -> Document:
    return scan(shipped(), TEMPLATE)


def read_template(folder: Path, shown: str) -> dict[str, Any]:
    """The shipped template with what the office's own in ``folder`` replaces.

    Refused with everything that is wrong with the office's own, each with its line.
    """
    path, made = folder / TEMPLATE, dict(_shipped().data)
    if not path.exists():
        return made
    document = load(path, f"{shown}/{TEMPLATE}")
    refuse_if(_faults(document))
    for key, own in document.data.items():
        made[key] = {**made[key], **own}
    return made


def fill(template: Mapping[str, Any], kind: str, words: Words) -> Wording:
    """The template's letter of a kind with its words filled in; a paragraph that lacks one is left out."""
    head, letter = template["head"], template[kind]
    lines = {key: _line(head[key], words) for key in _HEAD if key != "copies"}
    copies = tuple(_line(line, words) for line in head["copies"])
    annex = letter.get("annex") or {}
    return Wording(
        Head(**lines, copies=copies),
        _line(letter["subject"], words),
        tuple(_parts(letter["body"], words)),
        _line(annex.get("title", ""), words),
        tuple(_parts(annex.get("body", ()), words)),
    )


def _line(text: str, words: Words) -> str:
    return " ".join(_WORD.sub(lambda word: str(words.get(caseless(word[1]), "")), text).split())


def _parts(paragraphs: Sequence[str], words: Words) -> Iterator[Part]:
    for paragraph in paragraphs:
        names = [caseless(word) for word in _WORD.findall(paragraph)]
        values = [words.get(name, "") for name in names]
        if not all(value.rows if isinstance(value, Grid) else value for value in values):
            continue
        tables = [value for value in values if isinstance(value, Grid)]
        text = _WORD.sub(lambda word: "" if caseless(word[1]).startswith(_TABLE) else word[0], paragraph)
        if text := _line(text, words):
            yield text
        yield from tables


# --- what is wrong with an office's own -------------------------------------------------------------------


def _faults(document: Document) -> Iterator[Finding]:
    """Parts that no letter has, texts that are none, words that nothing fills."""
    if not isinstance(document.data, dict):
        yield document.found("letter-parts", ())
        return
    for key, own in document.data.items():
        known = _HEAD if key == "head" else _PARTS
        if key not in ("head", *KINDS):
            yield document.found("key-unknown", (key,), key=key, **speller(("head", *KINDS))(key))
        elif not isinstance(own, dict):
            yield document.found("letter-parts", (key,))
        else:
            for name, value in own.items():
                if name not in known:
                    yield document.found("key-unknown", (key, name), key=name, **speller(known)(name))
                elif name != "annex":
                    yield from _faults_in(document, (key, name), value, name in ("body", "copies"))
                elif not (isinstance(value, dict) and value.keys() <= {"title", "body"}):
                    yield document.found("letter-parts", (key, name))
                else:
                    for part, text in value.items():
                        yield from _faults_in(document, (key, name, part), text, part == "body")


def _faults_in(document: Document, path: YamlPath, value: Any, several: bool) -> Iterator[Finding]:
    """What is wrong with a text, or with each of several."""
    texts = value if several and isinstance(value, list) else [value]
    if several != isinstance(value, list) or not all(isinstance(text, str) for text in texts):
        yield document.found("letter-list", path) if several else document.found("letter-text", path)
        return
    known = words_of(path[0])
    spelled = speller(known)
    for number, text in enumerate(texts):
        place = (*path, number) if several else path
        if damaged(text):
            yield document.found("form-old-letters", place, value=text)
        for word in _WORD.findall(text):
            name = caseless(word)
            if name not in known:
                yield document.found("letter-word", place, value=word, **spelled(name))
            elif name.startswith(_TABLE) and not text.rstrip().endswith(f"{{{word}}}"):
                yield document.found("letter-table", place, value=word)
        if "{" in (rest := _WORD.sub("", text)) or "}" in rest:
            yield document.found("letter-brace", place)
