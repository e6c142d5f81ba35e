"""What changed between two methodologies, one Vietnamese line for each change, with its clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.methodology import Crosswalk, Methodology, Node
from ictindex.page.anchors import anchor_vi, changed_by_vi, day_vi, node_anchor_vi, origin_vi, status_vi
from ictindex.page.levels_vi import TIE_BREAKS_VI, level_vi, tie_breaks_vi
from ictindex.page.phrases_vi import kind_vi
from ictindex.page.words import MISSING_VI, RULE_VI, STATE_VI, how_vi, value_vi
from ictindex.procedure import step_vi

Aspects = dict[str, str]  # what can be said of a thing -> as it is printed


@dataclass(frozen=True)
class Difference:
    """One change: what it is about, in which respect, from what to what; '' where there is nothing."""

    kind: str  # added, removed, changed; by a crosswalk renamed, moved, split, merged
    place: str
    what_vi: str
    aspect_vi: str = ""
    before: str = ""
    after: str = ""
    clause: str = ""

    @property
    def text_vi(self) -> str:
        start = _KIND_VI[self.kind] + self.what_vi
        if self.kind in ("renamed", "moved", "split", "merged"):
            start += f" {self.before} → {self.after}"
        elif self.kind == "changed":
            start += f": {self.aspect_vi} {_quoted(self.before)} → {_quoted(self.after)}"
        elif self.aspect_vi:
            start += f" ({self.aspect_vi})"
        return f"{start} [{self.clause}]" if self.clause else start

    def as_dict(self) -> dict[str, str]:
        return {**asdict(self), "text_vi": self.text_vi}


_KIND_VI = {
    "added": "Thêm ",
    "removed": "Bỏ ",
    "changed": "Sửa ",
    "renamed": "Đổi tên ",
    "moved": "Chuyển ",
    "split": "Tách ",
    "merged": "Gộp ",
}


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "(không có)"


def differences(a: Methodology, b: Methodology, crosswalk: Crosswalk | None = None) -> list[Difference]:
    """Everything that an officer has to know to go from a to b, in the order of a decision, its form last.

    ``crosswalk``: tells what was moved, divided or merged, which else has gone and come.
    """
    *parts, form = _PARTS
    criteria = _criteria(a, b, crosswalk if crosswalk and crosswalk.stated else None)
    found = [*_whole(a, b), *_parts(a, b, parts), *_rules(a, b), *criteria, *_parts(a, b, [form])]
    if not found and a.source.model_copy(update={"methodology": b.name}) != b.source:
        found.append(Difference("changed", "", "phương pháp", "mã nội bộ", a.name, b.name))
    return found


def _changed(
    place: str, what_vi: str, before: Aspects, after: Aspects, clause: str = ""
) -> Iterator[Difference]:
    """One difference for each aspect in which two states of a thing differ."""
    for aspect in dict.fromkeys((*before, *after)):
        was, now = before.get(aspect, ""), after.get(aspect, "")
        if was != now:
            yield Difference("changed", place, what_vi, aspect, was, now, clause)


def _whole(a: Methodology, b: Methodology) -> Iterator[Difference]:
    def said(m: Methodology) -> Aspects:
        citation = m.source.citation
        return {
            "tên": m.source.label_vi,
            "căn cứ": "; ".join([citation.title, *(f"sửa đổi theo {x.citation}" for x in m.amendments)]),
            "ghi chú": citation.note_vi or "",
            "khi thiếu số liệu": MISSING_VI[m.source.missing],
        }

    yield from _changed("", "phương pháp", said(a), said(b))


# --- what a methodology names, part by part ---------------------------------------------------------------


def _parts(a: Methodology, b: Methodology, parts: Iterable[tuple]) -> Iterator[Difference]:
    for place, what_vi, told in parts:
        before, after = told(a), told(b)
        for key in dict.fromkeys((*before, *after)):
            at, aspects = f"{place}.{key}", after.get(key) or before[key]
            name = f"{what_vi} {_quoted(next(iter(aspects.values())))}"
            clause = aspects.get("căn cứ", "")
            if key not in before or key not in after:
                kind = "removed" if key in before else "added"
                more = "; ".join(
                    f"{aspect}: {text}"
                    for aspect, text in list(aspects.items())[1:]
                    if text and aspect not in ("căn cứ", _CODES)
                )
                yield Difference(kind, at, name, more, clause=clause)
            else:
                was = before[key]
                if any(was.get(words) != aspects.get(words) for words in _CODED):  # which say more
                    was[_CODES] = aspects.get(_CODES, "")
                yield from _changed(at, name, was, aspects, clause)


_CODES, _CODED = "mã trong tệp", ("giá trị", "lựa chọn")  # told where the words are the same


def _groups(m: Methodology) -> dict[str, Aspects]:
    return {key: {"tên": group.label_vi} for key, group in m.groups.items()}


def _attributes(m: Methodology) -> dict[str, Aspects]:
    return {
        key: {
            "tên": attribute.label_vi,
            "giá trị": "; ".join(attribute.values.values()),
            _CODES: ", ".join(attribute.values),
        }
        for key, attribute in m.source.attributes.items()
    }


def _days(m: Methodology) -> dict[str, Aspects]:
    return {
        key: {"việc": day.label_vi, "thời hạn": day_vi(day), "căn cứ": anchor_vi(day.citation)}
        for key, day in m.source.calendar.items()
    }


def _day_named(key: str | None, m: Methodology) -> str:
    """What a deadline of the calendar is called; its day is told where the calendar is."""
    return m.source.calendar[key].label_vi if key else ""


def _steps(m: Methodology) -> dict[str, Aspects]:
    return {
        key: {
            "bước": step.label_vi or step_vi(key),
            "ai làm": step.by_vi or "",
            "gửi, công bố ở đâu": "; ".join(step.to.values()),
            "thời hạn": _day_named(step.deadline, m),
            "căn cứ": anchor_vi(step.citation),
        }
        for key, step in m.source.procedure.items()
    }


def _zeros(m: Methodology) -> dict[str, Aspects]:
    return {
        key: {
            "trường hợp": STATE_VI[f"zero_{key}"],
            "tính cho": value_vi(f"zero_{key}", rule.falls_on.value),
            "nguồn": origin_vi(rule.falls_on),
            "lý do": rule.falls_on.why_vi or "",
            "thời hạn": _day_named(rule.deadline, m),
            "căn cứ": anchor_vi(rule.citation),
        }
        for key, rule in m.source.zero_rules.items()
    }


def _levels(m: Methodology) -> dict[str, Aspects]:
    told: dict[str, Aspects] = {}
    for level in m.source.levels.list if m.source.levels else ():
        begins = {"từ điểm": format_vi(level.low)} if level.low is not None else {}
        further = level_vi(level.model_copy(update={"low": None}), None, m)
        asks = {"điều kiện": further} if further else {}
        clause = anchor_vi(m.source.levels.citation)
        told[level.key] = {"tên": level.label_vi, **begins, **asks, "căn cứ": clause}
    return told


_KINDS_VI = {
    "number": "số",
    "count": "số nguyên",
    "yes_no": "có hay không",
    "choice": "lựa chọn",
    "text": "văn bản",
    "mark": "điểm chấm",
    "award": "điểm thẩm định",
}


def _answers(m: Methodology) -> dict[str, Aspects]:
    told: dict[str, Aspects] = {}
    for key, answer in m.answers.items():
        limits = ((answer.min, "từ"), (answer.max, "đến"))
        told[key] = {
            "tên": answer.label_vi,
            "loại": _KINDS_VI[answer.kind],
            "giới hạn": " ".join(f"{word} {format_vi(limit)}" for limit, word in limits if limit is not None),
            "đơn vị tính": answer.unit_vi or "",
            "số liệu kỳ trước của": m.answers[answer.last_year_of].label_vi if answer.last_year_of else "",
            "lựa chọn": "; ".join((answer.choices or {}).values()),
            _CODES: ", ".join(answer.choices or ()),
        }
    return told


_PARTS: tuple[tuple[str, str, Callable[[Methodology], dict[str, Aspects]]], ...] = (
    ("groups", "nhóm", _groups),
    ("attributes", "thuộc tính của đơn vị", _attributes),
    ("calendar", "thời hạn", _days),
    ("procedure", "bước", _steps),
    ("zero_rules", "trường hợp", _zeros),
    ("levels", "mức", _levels),
    ("answers", "số liệu của biểu mẫu", _answers),
)


def _rules(a: Methodology, b: Methodology) -> Iterator[Difference]:
    """The rules of comparing and ranking; what a zero falls on stands with the zero rules."""
    was, now = ({"giá trị": tie_breaks_vi(m).strip()} for m in (a, b))
    yield from _changed("tie_breaks", f"quy tắc “{TIE_BREAKS_VI}”", was, now)
    for name in RULE_VI:
        before, after = a.open_rules.get(name), b.open_rules.get(name)
        if name.startswith("zero_") or before == after:
            continue
        if name == "levels_on" and not (before and after):
            continue  # it comes and goes with the levels
        was, now = (
            {"giá trị": value_vi(name, r.value), "nguồn": origin_vi(r), "lý do": r.why_vi or ""} if r else {}
            for r in (before, after)
        )
        yield from _changed(name, f"quy tắc “{RULE_VI[name]}”", was, now)


# --- the criteria tree ------------------------------------------------------------------------------------


def _criteria(a: Methodology, b: Methodology, crosswalk: Crosswalk | None) -> Iterator[Difference]:
    before, after = a.by_id, b.by_id
    came_from = _was(before, after, crosswalk)
    told = {old for several in came_from.values() for old in several}
    for old_id, node in before.items():
        if old_id not in told:
            by = [text for text in changed_by_vi(node, b) if text not in changed_by_vi(node, a)]
            yield _node_line("removed", node, a, by)
    if crosswalk:
        yield from _divided(crosswalk, before, after)
    for node_id, node in after.items():
        kind = crosswalk.kind(node_id) if crosswalk and node.depth else "kept"
        if not came_from[node_id]:
            yield _node_line("added", node, b)
        if not came_from[node_id] or kind in ("split", "merged"):
            continue
        old = before[came_from[node_id][0]]
        said = crosswalk and kind in ("moved", "renamed") and node_id in crosswalk.stated
        if said:
            names = _name(old), _name(node)
            yield Difference(kind, node_id, kind_vi(node), "", *names, node_anchor_vi(node, b))
        what = f"{kind_vi(old)} {_name(old)}" if node.depth else f"“{old.label_vi}”"
        labels = {key: m.groups[key].label_vi for m in (a, b) for key in m.groups}
        was, now = _aspects(old, a, labels), _aspects(node, b, labels)
        if said or (crosswalk and node_id not in crosswalk.stated):
            was["mã"] = now["mã"]  # it follows from what was moved, itself or above it
        if said:
            was["tên"] = now["tên"]
        yield from _changed(node_id, what, was, now, node_anchor_vi(node, b))
        yield from _order(old, node, what)


def _recoded(before: Mapping[str, Node], after: Mapping[str, Node]) -> dict[str, str]:
    """Criteria that kept their name and got another code or place: old id -> new id."""
    gone = {node.label_vi: key for key, node in before.items() if key not in after}
    come = {node.label_vi: key for key, node in after.items() if key not in before}
    return {gone[label]: come[label] for label in gone if label in come}


def _was(
    before: Mapping[str, Node], after: Mapping[str, Node], crosswalk: Crosswalk | None
) -> dict[str, list[str]]:
    """Criterion of the new methodology → what it was in the old one, by the crosswalk or by its name."""
    if crosswalk:
        return {"total": ["total"], **{new: [*parts] for new, parts in crosswalk.parts.items()}}
    old_ids = {new: old for old, new in _recoded(before, after).items()}
    return {key: [old] if (old := old_ids.get(key, key)) in before else [] for key in after}


def _divided(
    crosswalk: Crosswalk, before: Mapping[str, Node], after: Mapping[str, Node]
) -> Iterator[Difference]:
    """A line for each old criterion that is divided, and for each new one that is made of several."""
    labels = {key: group.label_vi for key, group in crosswalk.after.groups.items()}

    def said(node: Node, part: Fraction = Fraction(1)) -> str:
        return _name(node) if part == 1 else f"{format_vi(part)} của {_name(node)}"

    def worth(node: Node) -> str:
        most = "; ".join(f"{k} {v}" for k, v in _maxima(node, crosswalk.after, labels).items())
        return f"{_name(node)} ({most})"

    for old_id, old in before.items():
        into = {new: parts[old_id] for new, parts in crosswalk.parts.items() if parts.get(old_id, 1) != 1}
        if into:
            shares = "; ".join(f"{format_vi(part)}: {worth(after[new])}" for new, part in into.items())
            yield Difference("split", old_id, kind_vi(old), "", _name(old), shares)
    for new_id, parts in crosswalk.parts.items():
        if len(parts) > 1:
            made_of = "; ".join(said(before[old], part) for old, part in parts.items())
            clause = node_anchor_vi(after[new_id], crosswalk.after)
            new = after[new_id]
            yield Difference("merged", new_id, kind_vi(new), "", made_of, worth(new), clause)


def _name(node: Node) -> str:
    return f"{node.number} “{node.label_vi}”"


def _node_line(kind: str, node: Node, m: Methodology, by: Sequence[str] = ()) -> Difference:
    """A criterion that comes or goes; ``by``: the texts that remove it."""
    labels = {key: group.label_vi for key, group in m.groups.items()}
    more = "; ".join(f"{aspect}: {text}" for aspect, text in _maxima(node, m, labels).items())
    clause = "; ".join(filter(None, [node_anchor_vi(node, m), *by]))
    return Difference(kind, node.id, f"{kind_vi(node)} {_name(node)}", more, clause=clause)


def _maxima(node: Node, m: Methodology, labels: Mapping[str, str]) -> Aspects:
    def said(group: str) -> str:
        most = node.maxima[group]
        return "không áp dụng" if most is None else format_vi(most)

    alone = len(labels) == 1
    return {
        "điểm tối đa" if alone else f"điểm tối đa, {label}": said(group)
        for group, label in labels.items()
        if group in m.groups
    }


def _aspects(node: Node, m: Methodology, labels: Mapping[str, str]) -> Aspects:
    criterion = node.criterion
    weight = getattr(criterion, "weight", None)
    return {
        "mã": node.id,
        "tên": node.label_vi,
        **_maxima(node, m, labels),
        "trọng số": "" if weight is None else format_vi(weight),
        "cách tính điểm": how_vi(node, m, {}),
        "căn cứ": anchor_vi(criterion.citation),
        "tình trạng": status_vi(node),
        "ghi chú": getattr(criterion, "note_vi", None) or "",
    }


def _order(old: Node, new: Node, what: str) -> Iterator[Difference]:
    was, now = ([child.label_vi for child in node.children] for node in (old, new))
    both = set(was) & set(now)
    was, now = ([label for label in labels if label in both] for labels in (was, now))
    if was != now:
        yield Difference("changed", new.id, what, "thứ tự", "; ".join(was), "; ".join(now))
