"""The letters of each step: to whom one goes, and the words that a template is filled with for each unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.annex import anchor_vi
from ictindex.basics import format_vi
from ictindex.exchange.forms import Context, due_vi
from ictindex.exchange.layout import KIND_VI, SLIP, SURVEY, file_stem
from ictindex.exchange.ledger import Cells, Ledger, by
from ictindex.exchange.letter_text import Grid, Part, Wording, fill
from ictindex.facts import Entity, moment
from ictindex.page import (
    STATE_VI,
    Happened,
    decided_zeros,
    own_tables,
    printed,
    state_of,
    year_before,
)
from ictindex.procedure import decision_vi
from ictindex.scoring import Evaluation

OF_RESULTS = ("result", "cancelled")  # kinds that tell a result, and want the year evaluated
_IN_FORCE = ("used", "accepted")
_CAME_VI = {
    "used": "đã nhận phiếu dùng được",
    "accepted": "đã nhận phiếu, dùng dù còn lỗi",
    "superseded": "đã nhận phiếu, có bản sau thay",
    "refused": "đã nhận phiếu nhưng còn nội dung phải sửa",
    "unreadable": "đã nhận tệp nhưng không đọc được",
}
_FORMS, _SLIPS = ("forms", SURVEY), ("slips", SLIP)
ATTACHED = {  # where what goes with a letter lies (made by the command of that name), what its names say
    **{"survey": _FORMS, "reminder": _FORMS, "slip": _SLIPS, "slip-reminder": _SLIPS},
    "result": ("views", "view"),
}
_MOST_TOLD = 5  # criteria that lack most
_UNKNOWN_VI = "cơ quan chủ trì đánh giá"


class Letter(NamedTuple):
    """A letter to one unit, filled in; ``issuer``: whose it is; ``day``: None where it is written by hand."""

    kind: str
    edition: str
    unit: str
    unit_vi: str
    wording: Wording
    stamp: str
    issuer: str
    day: date | None = None

    @property
    def stem(self) -> str:
        """What its files are called, without their ending."""
        return file_stem(self.edition, f"letter-{self.kind}", self.unit, self.unit_vi).lower()


@dataclass(frozen=True)
class Letters:
    """What the letters of an edition are made from; ``e`` only where results are told.

    ``exchanged``: the folders below which forms, findings, slips and views lie, to be attached.
    """

    context: Context
    ledger: Ledger
    template: Mapping[str, Any]
    exchanged: tuple[Path, ...]
    e: Evaluation | None = None
    day: date | None = None

    def write(self, kind: str, units: Sequence[Entity] = ()) -> list[Letter]:
        """The letters of a kind to every unit that it concerns, of ``units`` where these are named."""
        chosen = [each for each in units or self.context.entities if self._concerns(kind, each)]
        return [self._letter(kind, entity) for entity in chosen]

    def _letter(self, kind: str, entity: Entity) -> Letter:
        words = {**self._of_all(entity), **dict(self._of_kind(kind, entity))}
        told = fill(self.template, kind, words)
        whose = (self.context.edition, entity.code, entity.label_vi)
        return Letter(kind, *whose, told, self._stamp, self._lead, self.day)

    @cached_property
    def _stamp(self) -> str:
        """What a letter bears: that something is made up; of a result also that it is no official one yet."""
        if self.e is None:
            return self.context.stamp
        state = state_of(self.e)
        return "" if state.official else state.label

    # --- to whom ------------------------------------------------------------------------------------------

    def _concerns(self, kind: str, entity: Entity) -> bool:
        code = entity.code
        if kind == "reminder":
            return not self.answered(kind, code)
        if kind == "returned":
            return bool(self.attached(kind, entity)) and not self._only_to_look(code)
        if kind == "slip-reminder":
            return bool(self.slip_sent(code)) and not self.answered(kind, code)
        if kind == "cancelled":
            return bool(self._cancelled(entity))
        return True

    def _only_to_look(self, code: str) -> bool:
        """Whether all that came from a unit last was used: its remarks ask for nothing to be sent again."""
        last = [several[-1]["state"] for form in (SURVEY, SLIP) if (several := self.files(code, form))]
        return bool(last) and all(state == "used" for state in last)

    @cached_property
    def _events(self) -> dict[str, list[Cells]]:
        return by(self.ledger.events, "entity")

    @cached_property
    def _received(self) -> dict[str, list[Cells]]:
        return by(self.ledger.received.values(), "sender")

    def files(self, code: str, form: str = SURVEY) -> list[Cells]:
        """What came from a unit of a kind of form, by day; what was entered comes last of its day."""
        own = [row for row in self._received.get(code, ()) if row["form"] == form]
        return sorted(own, key=lambda row: (_day(row["at"]) or date.min, row["state"] in _IN_FORCE))

    def slip_sent(self, code: str) -> date | None:
        """When a unit's last confirmation slip was sent."""
        days = [_day(row["at"]) for row in self._events.get(code, ()) if row["event"] == "slip"]
        return max(filter(None, days), default=None)

    def answered(self, kind: str, code: str) -> date | None:
        """When a unit answered what a letter of a kind asks for; None where it has not."""
        if kind in ("survey", "reminder", "returned"):
            wanted = (*_IN_FORCE, *(("superseded", "refused", "unreadable") if kind == "survey" else ()))
            came = [_day(row["at"]) for row in self.files(code) if row["state"] in wanted]
            if kind != "returned":
                came += [_day(row["at"]) for row in self._events.get(code, ()) if row["event"] == "reported"]
            return (max if kind == "returned" else min)(filter(None, came), default=None)
        if kind in ("slip", "slip-reminder") and (sent := self.slip_sent(code)):
            said = [row for row in self._events.get(code, ()) if row["event"] in ("confirmed", "objection")]
            return min((day for row in said if (day := _day(row["at"])) and day >= sent), default=None)
        return None

    def attached(self, kind: str, entity: Entity) -> list[Path]:
        """The files that go with a letter, as far as they are there."""
        if kind == "returned":
            return self._lying("findings", (f"{entity.code}.xlsx", f"{SLIP}_{entity.code}.xlsx"))
        if kind not in ATTACHED:
            return []
        below, of = ATTACHED[kind]
        stem = file_stem(self.context.edition, of, entity.code, entity.label_vi).lower()
        return self._lying(below, (f"{stem}.*",))

    def _lying(self, below: str, names: Iterable[str]) -> list[Path]:
        return sorted(
            path for folder in self.exchanged for name in names for path in (folder / below).glob(name)
        )

    # --- words --------------------------------------------------------------------------------------------

    def _of_all(self, entity: Entity) -> dict[str, str]:
        context, source = self.context, self.context.methodology.source
        office, _, above = self._leads.partition(" - ")
        deadline = context.methodology.report_deadline
        due = deadline and f"{due_vi(deadline, context.year)}, theo {anchor_vi(deadline.citation)}"
        group = context.methodology.groups[entity.group].label_vi if entity.group else ""
        lead = self._lead
        return {
            "đơn vị": entity.label_vi,
            "năm": str(context.year),
            "nội dung đánh giá": _inside(source.label_vi),
            "quyết định": source.citation.title or "",
            "chủ trì": lead,
            "chủ trì, viết hoa": f"{lead[:1].upper()}{lead[1:]}",
            "cơ quan": (office or "Tên cơ quan, tổ chức").upper(),
            "cơ quan cấp trên": above.upper(),
            "nhóm": group,
            "hạn báo cáo": due or "",
            "hạn trả lời": context.reply_by,
            "đầu mối": context.contact,
            "không tính điểm": "; ".join(_zero_rules(context)),
        }

    def _of_kind(self, kind: str, entity: Entity) -> Iterator[tuple[str, Part]]:
        if kind in ("reminder", "returned"):
            yield "tình trạng", self._came(kind, entity)
        elif kind == "slip-reminder" and (sent := self.slip_sent(entity.code)):
            yield "ngày gửi phiếu", f"{sent:%d/%m/%Y}"
        elif kind in OF_RESULTS:
            yield "kết quả", self._result(entity)
            yield from (self._of_result(entity) if kind == "result" else self._of_cancelled(entity))

    def _came(self, kind: str, entity: Entity) -> str:
        """The last file of a unit, and what became of it; of a reminder, that none came."""
        files = self.files(entity.code)
        if kind == "returned":
            files += self.files(entity.code, SLIP)
            files.sort(key=lambda row: _day(row["at"]) or date.min)
        if not files:
            return f"{self._lead} chưa nhận được báo cáo của Quý cơ quan" if kind == "reminder" else ""
        last = files[-1]
        at = f", nhận ngày {day:%d/%m/%Y}" if (day := _day(last["at"])) else ""
        name = last["file"].rpartition("/")[2]
        if kind == "returned":
            form = KIND_VI.get(last["form"], "Tệp").lower()
            return f"{form} “{name}”{at}: {_RETURNED_VI[last['state']]}"
        return f"{self._lead} {_CAME_VI[last['state']]} (tệp “{name}”{at})"

    @property
    def _lead(self) -> str:
        return self._leads.partition(" - ")[0] or _UNKNOWN_VI

    @property
    def _leads(self) -> str:
        """Who leads, as the decision names it: an office and, after a dash, the one above; '' without."""
        decision = self.context.methodology.source.decision
        return (decision and decision.lead_vi) or ""

    # --- results ------------------------------------------------------------------------------------------

    @cached_property
    def _tables(self) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
        """Table -> unit -> rows: what each unit may see."""
        return {name: by(rows, "unit") for name, rows in own_tables(self.e).items()}

    def _own(self, table: str, entity: Entity) -> list[Mapping[str, Any]]:
        return self._tables[table].get(entity.code, [])

    @cached_property
    def _ranked(self) -> dict[str, int]:
        groups = self.e.standings.items()
        return {group: sum(one.rank is not None for one in several) for group, several in groups}

    def _result(self, entity: Entity) -> str:
        (row,) = self._own("ranking", entity)
        label = self.context.methodology.root.label_vi
        said = [f"{_inside(label)} {printed(row['printed'])}"] if row["printed"] is not None else []
        if row["points"] is not None and self.e.rules["compare_on"].value == "share":
            said.append(f"{_points(row['points'])} trên {_points(row['available'])} điểm tối đa được tính")
        if row["rank"] is None:
            (total,) = [each for each in self._own("categories", entity) if not each["category"]]
            said.append(f"không xếp hạng ({_inside(total['state_name'])})")
        else:
            several = len(self.context.methodology.groups) > 1
            inside = f" thuộc nhóm {row['group_name']}" if several else ""
            said.append(
                f"xếp hạng {row['rank']} trong {format_vi(self._ranked[row['group']])} đơn vị{inside}"
            )
        if row["level_name"]:
            said.append(f"mức {row['level_name']}")
        return "; ".join(said)

    def _of_result(self, entity: Entity) -> Iterator[tuple[str, Part]]:
        points = self._own("points", entity)
        yield "kỳ trước", year_before(self.e, entity)
        yield "phê duyệt", decision_vi(self.e)
        scored = [row for row in points if row["state"] == "scored" and row["available"]]
        short = sorted(scored, key=lambda row: row["points"] - row["available"])
        lacking = ((row, row["available"] - row["points"]) for row in short)
        told = [f"{_named(row)} (thiếu {_points(lack)})" for row, lack in lacking if lack > 0]
        yield "thiếu điểm", "; ".join(told[:_MOST_TOLD])
        yield "bảng hạng mục", self._categories(entity)
        yield "bảng lý do", self._reasons(entity)
        yield "bảng tiêu chí", _criteria(points)

    def _categories(self, entity: Entity) -> Grid:
        rows = []
        own = (row for row in self._own("categories", entity) if row["category"])
        for n, row in enumerate(own, start=1):
            points, place = (row["points"], row["available"]), (row["printed"], row["rank"])
            named = (row["number"] or str(n), row["category_name"])
            rows.append((*named, *map(_points, points), *map(printed, place)))
        heads = ("TT", "Hạng mục", "Điểm", "Điểm tối đa được tính", "Giá trị", "Hạng trong nhóm")
        return Grid(heads, (11, 70, 20, 24, 20, 20), (False, False, True, True, True, True), tuple(rows))

    def _reasons(self, entity: Entity) -> Grid:
        """What is not plainly scored, and the decision behind each zero that was decided."""
        decided = decided_zeros(self.e, entity)
        together: dict[tuple[str, str], list[str]] = {}
        for row in self._own("points", entity):
            if row["state"] != "scored":
                about = [one for one in decided if one.subject in _ids(row)]
                why = "; ".join(said for one in about for said in (one.why, one.paper) if said)
                together.setdefault((row["state_name"], why), []).append(_named(row))
        lines = tuple(("; ".join(names), *reason) for reason, names in together.items())
        return Grid(("Nội dung", "Trạng thái", "Quyết định, lý do"), (75, 45, 45), (False,) * 3, lines)

    def _cancelled(self, entity: Entity) -> list[Happened]:
        return [one for one in decided_zeros(self.e, entity) if one.event == "cancelled"]

    def _of_cancelled(self, entity: Entity) -> Iterator[tuple[str, Part]]:
        rows = tuple(
            (one.about or "Toàn bộ kết quả", one.why, one.paper, one.day) for one in self._cancelled(entity)
        )
        heads = ("Nội dung bị hủy", "Lý do", "Văn bản", "Ngày")
        yield "bảng hủy", Grid(heads, (60, 45, 38, 22), (False,) * 4, rows)
        rule = self.context.methodology.source.zero_rules.get("cancelled")
        yield "căn cứ hủy", anchor_vi(rule.citation) if rule else ""


_RETURNED_VI = {
    "used": "đã dùng, còn nội dung nên xem lại",
    "accepted": "đã dùng dù còn nội dung phải sửa",
    "superseded": "đã có bản sau thay",
    "refused": "còn nội dung phải sửa",
    "unreadable": "không đọc được",
}


def _zero_rules(context: Context) -> Iterator[str]:
    """What the decision gives no points for, in a few words."""
    for reason in context.methodology.source.zero_rules:
        yield _inside(STATE_VI[f"zero_{reason}"].removeprefix("0 điểm: ").removeprefix("0 điểm vì "))


def _criteria(points: Sequence[Mapping[str, Any]]) -> Grid:
    """Every criterion with its sum, or why there is none, below its category."""
    rows: list[tuple[str, ...]] = []
    groups, category = set(), None
    for row in points:
        if row["category"] != category:
            category = row["category"]
            groups.add(len(rows))
            rows.append((row["category_name"], "", "", "", ""))
        rule = row["rule"] if row["state"] == "scored" else row["state_name"]
        numbers = (_points(row["points"]), _points(row["available"]))
        rows.append((row["number"] or "", row["criterion_name"], rule, *numbers))
    heads = ("TT", "Tiêu chí", "Phép tính, trạng thái", "Điểm", "Tối đa")
    return Grid(
        heads, (14, 62, 54, 18, 17), (False, False, False, True, True), tuple(rows), frozenset(groups)
    )


def _points(number: Any) -> str:
    return printed(number, "exact")


def _named(row: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (row["number"], row["criterion_name"])))


def _ids(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A criterion, all that it stands below, and the whole report."""
    parts = row["criterion"].split(".")
    return ("", *(".".join(parts[: n + 1]) for n in range(len(parts))))


def _inside(text: str) -> str:
    """A name as it stands inside a sentence: its first letter small, unless it is an abbreviation."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _day(text: str) -> date | None:
    at = moment(text, end=False)
    return at.date() if at else None
