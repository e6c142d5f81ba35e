"""Made-up inputs of any size for an edition, as a survey might bring them; always marked as illustrative.

Every figure is drawn from a hash of the seed and what it is for, so that neither the machine nor the Python
version matters: the same seed gives the same bytes. Of the order of units it matters only who is whose twin.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from ictindex.basics import exact_text, round_exact
from ictindex.facts import events, review, services
from ictindex.facts.answers import ANSWERS
from ictindex.facts.events import EVENTS, last_moment
from ictindex.facts.inputs import ENTITIES, SOURCES, Entity
from ictindex.facts.review import MARKS
from ictindex.facts.sample_services import made_up
from ictindex.facts.services import SERVICES, TESTS
from ictindex.methodology import Answer, Goalposts, Methodology, Node, Ratio, Rule

# How often things happen that evaluators meet every year; EXTENDED is of the late ones.
LATE, EXTENDED, ZEROED, MISSING, WITHHELD, DISAGREE, REDUCED = 0.05, 0.3, 0.015, 0.01, 0.002, 0.08, 0.2
TWIN = 17  # every so many units of a group answer as the one before, and tie with it


def sample(
    methodology: Methodology, entities: Sequence[Entity], seed: int, year: int, public: str = ""
) -> dict[str, str]:
    """The files of an inputs folder, by name; ``public``: the seed that draws the services to be tested."""
    made = _Sample(methodology, seed, year, public)
    before: dict[str, list[Entity]] = {group: [] for group in methodology.groups}
    for entity in entities:
        made.add(entity, _twin(entity, before[entity.group]))
        before[entity.group].append(entity)
    attributes = list(methodology.source.attributes)
    listed = [[e.code, e.label_vi, e.group, *(e.attributes[name] for name in attributes)] for e in entities]
    answers = ["entity", "answer", "value", "verified", "why", "who", "at", "state"]
    files = {
        ENTITIES: _csv(["entity", "label_vi", "group", *attributes], listed),
        ANSWERS: _csv(answers, made.answers),
        MARKS: _csv(review.MARK_COLUMNS[0], made.marks),
        SERVICES: _csv(services.SERVICE_COLUMNS[0], made.services),
        TESTS: _csv(services.TEST_COLUMNS[0], made.tests),
        EVENTS: _csv([*events.EVENT_COLUMNS[0], "who", "paper"], made.events),
    }
    files = {name: text for name, text in files.items() if text.count("\n") > 1}
    return {**files, SOURCES: _sources(files, len(entities), seed)}


def invented(methodology: Methodology, number: int, counts: dict[str, int], seed: int) -> list[Entity]:
    """``number`` units with invented names, shared out among the groups as ``counts`` are."""
    total = sum(counts.values())
    entities: list[Entity] = []
    for group, label in methodology.groups.items():
        named, kind = _exempted(methodology, group), label.label_vi
        share = max(1, round(number * counts[group] / total))
        if group == list(methodology.groups)[-1]:
            share = max(1, number - len(entities))
        if (scope := methodology.source.scope) and group in scope.names:
            kind = scope.names[group][0]
        for i in range(1, share + 1):
            code = named[i - 1] if i <= len(named) else f"{group}-{i:05}"
            attributes = _attributes(methodology, code, seed)
            entities.append(Entity(code, f"{kind} minh họa {i}", group, len(entities) + 2, attributes))
    return entities


def _exempted(methodology: Methodology, group: str) -> list[str]:
    """The codes that the decision exempts by name in the first group to which the criterion applies."""
    codes = []
    for node in methodology.nodes[1:]:
        if node.criterion.exempt and group == next(g for g, most in node.maxima.items() if most is not None):
            codes += node.criterion.exempt.entities
    return list(dict.fromkeys(codes))


def _attributes(methodology: Methodology, code: str, seed: int) -> dict[str, str]:
    return {
        name: list(attribute.values)[int(_draw(seed, code, name) * len(attribute.values))]
        for name, attribute in methodology.source.attributes.items()
    }


def _twin(entity: Entity, before: Sequence[Entity]) -> Entity | None:
    """The unit before in the same group, for every TWIN-th one, if both answer the same questions."""
    if len(before) % TWIN != TWIN - 1 or before[-1].attributes != entity.attributes:
        return None
    return before[-1]


def _draw(*keys: object) -> float:
    """A number from 0 to below 1, the same for the same keys everywhere."""
    digest = hashlib.sha256("|".join(map(str, keys)).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


@dataclass
class _Sample:
    """The rows of the files, unit by unit."""

    methodology: Methodology
    seed: int
    year: int
    public: str = ""
    answers: list[list[str]] = field(default_factory=list)
    marks: list[list[str]] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    services: list[list[str]] = field(default_factory=list)
    tests: list[list[str]] = field(default_factory=list)

    @cached_property
    def registered(self) -> tuple[str, str]:
        """The answer that recognised online services are counted into, and the one that it is a part of."""
        of = self.methodology.source.online_services
        rule = self.uses[of.counted_as][1] if of else None
        return (of.counted_as, rule.share.per) if rule and rule.share else ("", "")

    @cached_property
    def uses(self) -> dict[str, tuple[Node, Rule]]:
        """Answer -> the first leaf and rule that read it."""
        return {
            answer: (node, rule)
            for node in reversed(self.methodology.leaves)
            for rule in reversed(list(node.criterion.rule.walk()))
            for answer in reversed(rule.own_reads)
        }

    def add(self, entity: Entity, twin: Entity | None) -> None:
        unit = _Unit(self, entity, (twin or entity).code)
        applicable = self.methodology.leaves_of(entity)
        for answer in dict.fromkeys(a for node in applicable for a in node.reads):
            self._answer(unit, answer)
        self._events(unit, applicable)

    def _answer(self, unit: _Unit, answer: str) -> None:
        spec = self.methodology.answers[answer]
        if spec.last_year_of:
            return
        if spec.kind == "mark":
            self._marks(unit, answer, spec)
            return
        node, _ = self.uses[answer]
        text = unit.text(answer)
        state = self._state(unit, answer, node)
        if answer == self.registered[0]:
            state = ""
            tested = self.methodology.source.online_services.tested_per_group.value
            drawn_by = (self.year, unit.draw, self.public, tested)
            register = made_up(unit.entity.code, int(unit.number(answer)), *drawn_by)
            self.services += register.services
            self.tests += register.tests
            unit.known[answer] = Fraction(register.recognised)  # what stands, for those that are part of it
        appraised = ["", "", "", ""]
        if spec.kind == "award" and not state:
            appraised = [*unit.awarded(answer, text), "HDTD", f"{self.year}-11-15"]
        self.answers.append([unit.entity.code, answer, "" if state else text, *appraised, state])

    def _state(self, unit: _Unit, answer: str, node: Node) -> str:
        chance = unit.draw("state", answer)
        if chance < WITHHELD:
            return "withheld"
        return "missing" if chance < WITHHELD + MISSING and node.missing != "error" else ""

    def _marks(self, unit: _Unit, answer: str, spec: Answer) -> None:
        first = unit.share(answer)
        step = 0.45 if unit.draw("disagree", answer) < DISAGREE else 0.1
        second = min(1.0, max(0.0, first + (unit.draw("second", answer) - 0.5) * 2 * step))
        for reviewer, share in (("KT1", first), ("KT2", second)):
            self.marks.append([unit.entity.code, answer, reviewer, "reviewer", _of_scale(spec, share), ""])
        if abs(first - second) > 0.3 and unit.draw("adjudicated", answer) < 0.7:
            why = "Kiểm tra lại trực tiếp trên cổng (minh họa)"
            final = _of_scale(spec, (first + second) / 2 - 0.05)
            self.marks.append([unit.entity.code, answer, "TD1", "adjudicator", final, why])

    def _events(self, unit: _Unit, applicable: Sequence[Node]) -> None:
        rules, code = self.methodology.source.zero_rules, unit.entity.code
        if "late" in rules:
            deadline = last_moment(self.methodology.source.calendar[rules["late"].deadline], self.year)
            days = -1 - int(unit.draw("days") * 20)
            if unit.draw("late") < LATE:
                days = 2 + int(unit.draw("days") * 5)
                if unit.draw("extended") < EXTENDED:
                    until = f"{deadline + timedelta(days=10):%Y-%m-%d}"
                    asked = f"{deadline - timedelta(days=5):%Y-%m-%d}"
                    signed = ["Có văn bản xin gia hạn (minh họa)", _OFFICE_VI, _EXTENDED_VI]
                    self.events.append([code, "", "extension", asked, until, *signed])
            at = (deadline + timedelta(days=days)).replace(hour=9, minute=30, second=0, microsecond=0)
            self.events.append([code, "", "reported", at.isoformat(timespec="minutes"), *[""] * 4])
        for reason, why in _WHY_VI.items():
            if reason in rules and applicable and unit.draw(reason) < ZEROED:
                node = applicable[int(unit.draw(reason, "where") * len(applicable))]
                day, signed = f"{self.year + 1}-01-20", [why, _OFFICE_VI, _INSPECTED_VI]
                self.events.append([code, node.id, reason, day, "", *signed])


_OFFICE_VI = "Cơ quan đánh giá (minh họa)"
_EXTENDED_VI = "Văn bản đồng ý gia hạn (minh họa)"
_INSPECTED_VI = "Biên bản kiểm tra (minh họa)"
_WHY_VI = {
    "incomplete": "Khai thiếu số liệu của tiêu chí (minh họa)",
    "untrue": "Số liệu khai khác với kết quả kiểm tra (minh họa)",
    "no_evidence": "Không gửi tài liệu kiểm chứng (minh họa)",
}


@dataclass
class _Unit:
    """One unit's figures; a twin draws with the code of the one that it answers like."""

    sample: _Sample
    entity: Entity
    drawn_as: str
    known: dict[str, Fraction] = field(default_factory=dict)

    def draw(self, *what: object) -> float:
        return _draw(self.sample.seed, self.drawn_as, *what)

    @cached_property
    def ability(self) -> float:
        return 0.35 + 0.6 * self.draw("ability")

    def share(self, answer: str) -> float:
        """How much of what is possible the unit reaches here."""
        return min(1.0, max(0.0, self.ability + (self.draw("share", answer) - 0.5) * 0.5))

    def text(self, answer: str) -> str:
        """A figure as the unit writes it."""
        spec = self.sample.methodology.answers[answer]
        if spec.kind == "yes_no":
            return "có" if self.draw(answer) < self.ability else "không"
        if spec.kind == "choice":
            _, rule = self.sample.uses[answer]
            best_last = sorted(rule.choice.points, key=rule.choice.points.get)
            return best_last[min(int(self.share(answer) * len(best_last)), len(best_last) - 1)]
        if spec.kind == "text":
            return "Minh họa"
        return exact_text(self.number(answer))

    def number(self, answer: str) -> Fraction:
        """A figure that its rule can use; a part never above its whole."""
        if answer not in self.known:
            self.known[answer] = Fraction(0)  # should a whole be part of itself
            spec = self.sample.methodology.answers[answer]
            value = Fraction(self._raw(answer, spec)).limit_denominator(10**6)
            decimals = 0 if spec.kind == "count" else 1
            value = Fraction(round_exact(value, decimals, "down"))
            low = spec.min if spec.min is not None else Fraction(0)
            value = max(value, low)
            self.known[answer] = min(value, spec.max) if spec.max is not None else value
        return self.known[answer]

    def _raw(self, answer: str, spec: Answer) -> float:
        node, rule = self.sample.uses[answer]
        stated = getattr(rule, rule.kind)
        most = min(most for most in node.maxima.values() if most is not None)
        last_year = self.sample.methodology.last_year.keys()
        if isinstance(stated, Goalposts) and last_year.isdisjoint(stated.reads) and answer != stated.per:
            return self._between(answer, stated)
        if isinstance(stated, Ratio) and stated.of == answer and isinstance(stated.per, str):
            whole = float(self.number(stated.per))
            return whole * (self.share(answer) * 2 if rule.kind == "of_largest" else self.share(answer))
        if spec.max is not None:
            return float(spec.max) * self.share(answer)
        if rule.kind in ("value", "awarded"):
            return float(most) * self.share(answer)
        if rule.kind == "count":
            return float(stated.most / stated.each) * self.share(answer) * 1.3
        if rule.kind == "bands":
            return float(max(step.low for step in stated.steps)) * self.share(answer) * 1.3
        if answer == self.sample.registered[1]:  # so that the register of services stays readable
            return 20 + 60 * self.draw("size")
        return 40 + 560 * self.draw("size") * (0.5 + self.draw("size", answer))

    def _between(self, answer: str, stated: Goalposts) -> float:
        """Somewhere between two goalposts, of what it is held against; what is taken off is small."""
        if answer not in (stated.of if isinstance(stated.of, str) else stated.of.plus):
            return 1.0
        worst, best, share = float(stated.worst), float(stated.best), self.share(answer)
        if not isinstance(stated.per, str):
            return worst + (best - worst) * share
        inside = 0.1 + 0.8 * share  # for whole pieces of a whole are rounded
        return float(self.number(stated.per)) * (worst + (best - worst) * inside)

    def awarded(self, answer: str, claimed: str) -> tuple[str, str]:
        """What the appraisers leave of a claim, and why."""
        if self.draw("reduced", answer) >= REDUCED:
            return claimed, ""
        left = Fraction(Decimal(claimed)) * Fraction(int(60 + 35 * self.draw("left", answer)), 100)
        text = exact_text(Fraction(round_exact(left, 1, "down")))
        return text, "Minh chứng chưa đủ cho toàn bộ số điểm tự chấm (minh họa)" if text != claimed else ""


def _of_scale(spec: Answer, share: float) -> str:
    """A mark on its scale, in half points."""
    halves = int(float(spec.max) * min(1.0, max(0.0, share)) * 2 + 0.5)
    return exact_text(Fraction(halves, 2))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


_LABELS_VI = {
    ENTITIES: "Danh mục đơn vị được đánh giá",
    ANSWERS: "Số liệu khai báo và thẩm định",
    MARKS: "Điểm chấm của người kiểm tra",
    SERVICES: "Dịch vụ công trực tuyến mức độ 3, 4 do đơn vị khai",
    TESTS: "Kết quả kiểm tra từng dịch vụ công trực tuyến",
    EVENTS: "Ngày nhận báo cáo, gia hạn và các trường hợp bị 0 điểm",
}


def _sources(files: dict[str, str], entities: int, seed: int) -> str:
    lines = [
        "# Made up by ictindex sample: no figure here is anybody's.",
        "status: illustrative",
        'decimal: "."',
        "files:",
    ]
    for name in files:
        lines += [
            f"  {name}:",
            f'    label_vi: "{_LABELS_VI[name]}"',
            f'    origin: "Số liệu minh họa do ictindex sample tạo ra ({entities} đơn vị, hạt giống {seed});'
            ' không phải số liệu của đơn vị nào"',
        ]
    return "\n".join(lines) + "\n"
