"""What a cell of anybody's shows, as HTML that can do nothing: a frame, a print, a picture, an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from itertools import product
from typing import Any

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SILENT = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)  # their text is no text
_EMPTY_HEADING = re.compile(r"<th[^>]*>\s*</th>")
_TAGS = (
    *("a", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "div", "dl", "dt", "em"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "small", "span", "strong"),
    *("sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
)
_ATTRIBUTES = {"*": ["class", "title"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"]}
_SPANNED = 100  # rows or columns that a cell may span
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")


def as_html(output: Mapping[str, Any], label: str = "Kết quả của ô") -> str:
    """One output of a notebook in the richest form that is safe: table or text, picture, plain text.

    ``label``: what those who cannot see it are told that it is; no two of a page alike.
    """
    data = output.get("data", {})
    for kind in _PICTURES:
        if kind in data:
            return _picture(kind, joined(data[kind]), joined(data.get("text/plain", "")))
    if "text/html" in data:
        return _clean(joined(data["text/html"]), label)
    return f'<pre class="output">{escape(as_text(output))}</pre>'


def as_text(output: Mapping[str, Any]) -> str:
    """One output as plain text."""
    if output.get("output_type") == "error":
        return _ANSI.sub("", f"{output.get('ename')}: {output.get('evalue')}")
    return _ANSI.sub("", joined(output.get("text", output.get("data", {}).get("text/plain", ""))))


def as_frame(output: Mapping[str, Any]) -> tuple[list[str], list[list[str]]] | None:
    """The headings and rows of a frame that an output shows, as pandas writes them; None where it is none.

    Headings that stand above one another are said one after the other; what spans rows is said once.
    """
    from bs4 import BeautifulSoup

    html = joined(output.get("data", {}).get("text/html", ""))
    table = BeautifulSoup(html, "html.parser").select_one("table.dataframe") if "dataframe" in html else None
    if table is None or not (rows := table("tr")):
        return None
    cells: dict[tuple[int, int], str] = {}
    for r, row in enumerate(rows):
        c = 0
        for cell in row(("th", "td")):
            while (r, c) in cells:
                c += 1
            high, wide = (min(int(cell.get(name, 1)), _SPANNED) for name in ("rowspan", "colspan"))
            for down, along in product(range(high), range(wide)):
                cells[r + down, c + along] = "" if down else cell.get_text(" ", strip=True)
    across = range(1 + max(c for _, c in cells))
    heads = len(table.select("thead tr"))
    head = [": ".join(filter(None, (cells.get((r, c), "") for r in range(heads)))) for c in across]
    return head, [[cells.get((r, c), "") for c in across] for r in range(heads, len(rows))]


def joined(text: Any) -> str:
    """A text of a notebook file, which may be a list of its lines."""
    return text if isinstance(text, str) else "".join(text)


def _picture(kind: str, data: str, alt: str) -> str:
    """A picture as a data address: a browser runs no script of an SVG that is shown so."""
    from base64 import b64encode

    coded = b64encode(data.encode()).decode() if kind == "image/svg+xml" else "".join(data.split())
    return f'<img class="output" alt="{escape(alt)}" src="data:{kind};base64,{escape(coded)}">'


def _clean(html: str, label: str) -> str:
    """HTML without anything that runs, loads or styles; a heading that says nothing is a plain cell."""
    import bleach

    kept = bleach.clean(_SILENT.sub("", html), tags=_TAGS, attributes=_ATTRIBUTES, protocols=(), strip=True)
    kept = _EMPTY_HEADING.sub("<td></td>", kept)
    return f'<div class="output frame" tabindex="0" role="region" aria-label="{escape(label)}">{kept}</div>'
