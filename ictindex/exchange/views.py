"""Each unit's own view as one file: its figures, points, ranks, messages and history, without a network.

2051/QĐ-BTNMT lets units look up data and results in the software.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ictindex.annex import hold_edition, own_html, units
from ictindex.basics import Project, found, is_name, refuse_if, write_whole
from ictindex.exchange.layout import file_stem
from ictindex.exchange.mailing import sent_to
from ictindex.facts import ENTITIES, Entity, Value, named_units
from ictindex.methodology import Answer
from ictindex.page import Edition, Messages, history, opened, own_tables, printed, value_of_answer_vi, years
from ictindex.scoring import evaluate_edition

VIEW = "view"
_ANSWER_HEADS = {
    "answer_name": "Số liệu",
    "declared": "Đơn vị khai",
    "verified": "Được lấy",
    "state_name": "Trạng thái",
    "why": "Lý do thay đổi",
    "at": "Ngày",
}
_ALWAYS = ("answer_name", "declared", "verified")


def write_views(
    edition: str,
    project: Project,
    names: Sequence[str] = (),
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write <edition>_view_<unit>.html for every unit, or for those named by code or name; the paths.

    ``folder``: by default outputs/exchange/<edition>/views. Refused where a unit is unknown, or its code
    cannot name a file.
    """
    folder = folder or project.exchange(edition) / "views"
    with hold_edition(edition, project):
        e = opened(evaluate_edition(edition, project))
        inputs = project.inputs(e.parameters["inputs"])
        entities = named_units(names, e.inputs.entities, project.shown(inputs / ENTITIES))
        entities = entities if names else list(e.inputs.entities)
        refuse_if(found("not-a-name", edition, name=x.code) for x in entities if not is_name(x.code.lower()))
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for entity, page in _pages(e, entities, inputs):
            written.append(folder / f"{file_stem(edition, VIEW, entity.code, entity.label_vi).lower()}.html")
            write_whole(written[-1], page)
            if progress:
                progress(len(written), len(entities))
    return written


def _pages(e: Edition, entities: Sequence[Entity], inputs: Path) -> Iterator[tuple[Entity, str]]:
    tables, messages, letters = own_tables(e), Messages(e), sent_to(inputs, e.project.shown(inputs))
    made = {unit.code: unit for unit in units(tables, e)}
    answers: dict[str, list[tuple[str, ...]]] = {}
    for row in tables["answers"]:
        asked = e.methodology.answers[row["answer"]]
        plain = {key: _in_words(asked, row[key]) for key in ("declared", "verified")}
        plain |= {"state_name": ""} if row["state"] == "given" else {}
        answers.setdefault(row["unit"], []).append(tuple(_said((row | plain)[key]) for key in _ANSWER_HEADS))
    title = f"{e.methodology.source.label_vi}, năm {e.parameters['year']}"
    for entity in entities:
        happened = [(one.at.date(), one.what, one.about, one.why, one.paper) for one in history(e, entity)]
        happened += [(day, "Gửi thư", what, "", "") for day, what in letters.get(entity.code, ())]
        happened.sort(key=lambda cells: cells[0])
        page = own_html(
            made[entity.code],
            e.state,
            title,
            messages=messages.to(entity),
            **_filled(answers.get(entity.code, [])),
            history=[(_said(day), *more) for day, *more in happened],
            years=years(e, entity),
        )
        yield entity, page


def _filled(rows: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """A unit's answers without the columns that say nothing of any of them."""
    kept = [i for i, key in enumerate(_ANSWER_HEADS) if key in _ALWAYS or any(row[i] for row in rows)]
    heads = list(_ANSWER_HEADS.values())
    return {"answers": [[row[i] for i in kept] for row in rows], "answer_heads": [heads[i] for i in kept]}


def _in_words(asked: Answer, value: Value) -> Any:
    """What is chosen, as the form has it; a number as it is."""
    return value_of_answer_vi(asked, value) if isinstance(value, bool | str) else value


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:%d/%m/%Y}" if hasattr(cell, "strftime") else printed(cell)
