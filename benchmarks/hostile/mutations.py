"""Files made wrong at random: bytes, members of a zip, XML, CSV, YAML and JSON by their structure."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

_TEXTS = [
    *("", "0", "-0", "-1", "1e999", "-1e-999", "NaN", "Infinity", "0x10", "9" * 400, "7" * 5_000, "1,234"),
    *(
        "1.234,5",
        "½",
        "٣",
        "true",
        "null",
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@x",
        "+1",
        "a" * 40_000,
        "\t",
        "\n",
    ),
    *(
        "  ",
        "\u00a0",
        "\u200b",
        "\u202eabc\u202c",
        "\ufeff",
        "\ufffe",
        "\x00",
        "\x07",
        "\x1b[31m",
        "é",
        "e\u0301",
    ),
    *("𝒜", "../../x", "CON", "<b>", "&amp;", "&#0;", "&x;", "]]>", '"', "'", '""', ",", ";", "2020-02-30"),
    *(
        "31/12/9999",
        "-",
        "–",
        "#REF!",
        "{",
        "}",
        "[",
        "]",
        ":",
        "!!python/object:x",
        "&a",
        "*a",
        "|",
        ">",
        "%",
    ),
    *("A1", "XFD1048577", "A0", "ZZZZZZ99999999999"),
]


def mutated_bytes(data: bytes, random: Random) -> bytes:
    """One to twenty bytes changed, put in, taken out or repeated; or the end cut off."""
    changed = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 5, 20])):
        at, kind = random.randrange(len(changed) + 1), random.randrange(5)
        some = random.randrange(1, 40)
        if kind == 0 and at < len(changed):
            changed[at] = random.randrange(256)
        elif kind == 1:
            changed[at:at] = random.randbytes(some)
        elif kind == 2:
            del changed[at : at + some]
        elif kind == 3:
            changed[at:at] = changed[max(0, at - some) : at]
        elif random.random() < 0.1:
            del changed[at:]
    return bytes(changed)


def mutated_text(text: str, random: Random) -> str:
    """A piece replaced by something odd, repeated or taken out."""
    at = random.randrange(len(text) + 1)
    end = min(len(text), at + random.choice([0, 1, 1, 3, 10]))
    return text[:at] + random.choice([*_TEXTS, text[at:end] * 2, ""]) + text[end:]


# --- spreadsheets ---------------------------------------------------------------------------------------


def mutated_xlsx(data: bytes, random: Random) -> bytes:
    """A form with another byte, another member, or another structure of one member."""
    kind = random.choice(["bytes", "members", "xml", "xml", "xml", "xml"])
    if kind == "bytes":
        return mutated_bytes(data, random)
    with zipfile.ZipFile(BytesIO(data)) as book:
        members = [(info.filename, book.read(info)) for info in book.infolist()]
    if kind == "members":
        return _zipped(_mutated_members(members, random), random)
    weights = [4 if "sheet" in name or "shared" in name else 1 for name, _ in members]
    (at,) = random.choices(range(len(members)), weights)
    name, content = members[at]
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        content = mutated_xml(content.decode("utf-8", "replace"), random).encode("utf-8", "replace")
    members[at] = (name, content)
    return _zipped(members, random)


def _mutated_members(members: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    one, other = (random.randrange(len(members)) for _ in range(2))
    name, content = members[one]
    return random.choice(
        [
            [*members[:one], *members[one + 1 :]],
            [*members, members[one]],
            [*members[:one], (members[other][0], content), *members[one + 1 :]],
            [*members[:one], (name, members[other][1]), *members[one + 1 :]],
            [*members[:one], (name, b""), *members[one + 1 :]],
            [*members[:one], (name, content * 3), *members[one + 1 :]],
            [*members[:one], (f"../{name}", content), *members[one + 1 :]],
            [*members, ("xl/vbaProject.bin", b"x")],
            [*members, *((f"xl/worksheets/sheet{n}.xml", members[one][1]) for n in range(50, 60))],
            members[::-1],
        ]
    )


def _zipped(members: list[tuple[str, bytes]], random: Random) -> bytes:
    import warnings

    out = BytesIO()
    kind = random.choice([zipfile.ZIP_DEFLATED] * 8 + [zipfile.ZIP_STORED, zipfile.ZIP_LZMA])
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", kind) as book:
        warnings.simplefilter("ignore")  # two members of one name are meant
        for name, content in members:
            book.writestr(name, content)
    return out.getvalue()


def mutated_xml(text: str, random: Random) -> str:
    """Tags and texts taken out, repeated, moved, exchanged or with other attributes."""
    pieces = re.findall(r"<[^>]*>|[^<]+", text)
    if len(pieces) < 3:
        return mutated_text(text, random)
    one, other = (random.randrange(len(pieces)) for _ in range(2))
    piece = pieces[one]
    kind = random.randrange(9)
    if kind == 0:
        del pieces[one]
    elif kind == 1:
        pieces[one:one] = [piece] * random.choice([1, 1, 2, 500])
    elif kind == 2:
        pieces[one], pieces[other] = pieces[other], piece
    elif kind == 3:
        pieces.insert(other, pieces.pop(one))
    elif kind == 4:
        pieces.insert(one, random.choice(_TEXTS))
    elif kind == 5:
        pieces[one:one] = random.choice(
            [["<t>", "x", "</t>"], ["<v/>"], ["<c>"], ["<is>"], ["<row>"], ["<f>1</f>"], ["<r>"]]
        )
    elif kind == 6 and '="' in piece:
        values = re.findall(r'="[^"]*"', piece)
        pieces[one] = piece.replace(random.choice(values), f'="{random.choice(_TEXTS)}"', 1)
    elif kind == 7 and '="' in piece:
        pieces[one] = piece.replace(random.choice(re.findall(r' [\w:]+="[^"]*"', piece) or [piece]), "", 1)
    else:
        pieces[one] = mutated_text(piece, random)
    return "".join(pieces)


# --- texts ----------------------------------------------------------------------------------------------


def mutated_csv(data: bytes, random: Random) -> bytes:
    """A table with odd cells, rows or columns, other separators, line ends or letters."""
    if random.random() < 0.25:
        return mutated_bytes(data, random)
    rows = [line.split(",") for line in data.decode("utf-8").splitlines()]
    at = random.choice([0, random.randrange(len(rows)), random.randrange(len(rows))])
    cell, kind = random.randrange(len(rows[at])), random.randrange(9)
    if kind in (0, 1, 2):
        rows[at][cell] = random.choice(_TEXTS)
    elif kind == 3:
        rows[at].insert(cell, random.choice(_TEXTS))
    elif kind == 4:
        del rows[at][cell]
    elif kind == 5:
        rows[at:at] = [rows[at]] * random.choice([1, 1, 300])
    elif kind == 6:
        del rows[at]
    elif kind == 7:
        rows[at] *= random.choice([2, 100])
    else:
        rows[at][cell] = mutated_text(rows[at][cell], random)
    mark = random.choice([",", ",", ",", ",", ";", "\t", "|"])
    end = random.choice(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
    letters = random.choice(["utf-8", "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1258"])
    return end.join(mark.join(row) for row in rows).encode(letters, "replace")


def mutated_yaml(data: bytes, random: Random) -> bytes:
    """Lines moved, repeated, indented otherwise, keys and values replaced."""
    if random.random() < 0.2:
        return mutated_bytes(data, random)
    lines = data.decode("utf-8").split("\n")
    one, other = (random.randrange(len(lines)) for _ in range(2))
    kind, odd = random.randrange(8), random.choice(_TEXTS)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines[one:one] = [lines[one]] * random.choice([1, 1, 200])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 3:
        lines[one] = random.choice([" ", "  ", "\t", "- ", "    "]) + lines[one]
    elif kind == 4:
        lines[one] = lines[one].lstrip()
    elif kind in (5, 6) and ":" in lines[one]:
        key, _, value = lines[one].partition(":")
        lines[one] = f"{key}: {odd}" if kind == 5 else f"{odd}:{value}"
    else:
        lines[one] = random.choice(
            [mutated_text(lines[one], random), "[" * 200, "{a: " * 200, f"? {odd}", "---"]
        )
    return "\n".join(lines).encode("utf-8", "replace")


def mutated_json(text: str, random: Random) -> str:
    """One value somewhere inside replaced, taken out or put in; or the text changed."""
    if random.random() < 0.2:
        return mutated_text(text, random)
    document = json.loads(text)
    holder, key = _somewhere(document, random)
    odd = random.choice([*_ODD, *_TEXTS])
    kind = random.randrange(4)
    if kind == 0 and isinstance(holder, dict):
        holder[random.choice(_TEXTS)] = odd
    elif kind == 0:
        holder.insert(key, odd)
    elif kind == 1:
        del holder[key]
    else:
        holder[key] = odd
    changed = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return changed.replace('"LONG"', "7" * 5_000).replace('"DEEP"', "[" * 5_000 + "]" * 5_000)


_ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, float("inf"), float("nan"), [], {}, [[]], {"": []}, "LONG", "DEEP"),
    *([1, None], {"a": {"b": []}}),
]


def _somewhere(document: Any, random: Random) -> tuple[Any, Any]:
    """A place in a document, every depth as likely as the shape allows."""
    holder, key = document, None
    while True:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        key = random.choice(list(keys))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or random.random() < 0.15:
            return holder, key
        holder = inner


MUTATED: dict[str, Callable[[bytes, Random], bytes]] = {
    ".xlsx": mutated_xlsx,
    ".csv": mutated_csv,
    ".yaml": mutated_yaml,
    ".ipynb": lambda data, random: mutated_json(data.decode("utf-8"), random).encode(
        "utf-8", "surrogatepass"
    ),
}
