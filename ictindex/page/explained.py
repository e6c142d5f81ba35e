"""A why for every number of a unit: from its total down to the figures, marks and events behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ictindex.basics import Refused, format_vi, found, refuse_if, speller
from ictindex.facts import (
    ENTITIES,
    EVENTS,
    EVIDENCE,
    MARKS,
    MONITORED,
    SERVICES,
    TESTS,
    WITHHELD,
    Entity,
    Event,
    Given,
    folded,
    named_units,
    told_source,
)
from ictindex.methodology import ZERO_REASONS, Level, Node
from ictindex.page.added import added, near
from ictindex.page.anchors import anchor_vi, node_anchor_vi, status_vi
from ictindex.page.cells import UNIT_VI, entity_cells
from ictindex.page.criterion_rows import figure_of, sum_vi
from ictindex.page.described import described
from ictindex.page.levels_vi import TIE_BREAKS_VI, lacking_vi, level_vi, tie_breaks_vi, tie_vi
from ictindex.page.service_tables import CONDITION_VI, REASON_VI
from ictindex.page.words import EVENT_VI, ROLE_VI, RULE_VI, STATE_VI, coverage_vi, how_vi, some_vi, value_vi
from ictindex.page.worked import figure_vi, near_vi, number_vi
from ictindex.scoring import Evaluation, Outcome, Standing, covered, falls_on, reached, tie_of

if TYPE_CHECKING:
    from pandas import DataFrame

KIND_VI = {
    "total": "Tổng",
    "value": "Giá trị so sánh",
    "coverage": "Phần đã có số liệu",
    "tie": "Phân định khi bằng nhau",
    "level": "Mức",
    "choice": "Quy tắc để ngỏ",
    "category": "Hạng mục",
    "criterion": "Tiêu chí",
    "rule": "Phép tính",
    "zero": "Lý do 0 điểm",
    "scope": "Phạm vi áp dụng",
    "reference": "Giá trị làm mốc",
    "answer": "Số liệu",
    "mark": "Điểm chấm",
    "service": "Dịch vụ công trực tuyến",
    "evidence": "Tài liệu kiểm chứng",
    "monitored": "Số liệu giám sát",
    "event": "Sự kiện",
}
_DECIDES = ("compare_on", "decimals", "rounding", "rank_on", "ties")  # how a total becomes a rank


class _Step(NamedTuple):
    """One line of an explanation; all but its kind and depth may be empty."""

    depth: int
    kind: str
    name: str
    said: str = ""
    criterion: str = ""
    number: str = ""
    outcome: Outcome | None = None
    printed: Any = None
    rank: int | None = None
    state: str = ""
    why: str = ""
    who: str = ""
    at: Any = None
    file: str = ""
    row: int | None = None
    column: str = ""
    source: str = ""
    clause: str = ""
    status: str = ""


def explain(e: Evaluation, unit: str | None = None, criterion: str | None = None) -> DataFrame:
    """Why a unit's numbers are what they are: a tree from its total down to file, row, cell and clause.

    ``unit``: a code or a name, with or without Vietnamese marks; left out, every unit. ``criterion``: an id,
    number or name; then only that branch. Raises Refused where either is unknown or could be several.

    One row a step, each below what it explains. Columns: group, group_name, unit, unit_name; step (whole
    number, from 1 for each unit) and of (the step that it explains; None for the first); depth (0 …); kind
    ('total', 'coverage', 'value', 'tie', 'level', 'choice', 'category', 'criterion', 'rule', 'zero', 'scope',
    'reference', 'answer', 'mark', 'service', 'evidence', 'monitored', 'event') and kind_name; criterion (id;
    '' elsewhere), number and name; said (the sum filled in, the figure, the mark, the document); points and
    available (Fraction; None where nothing counts), printed (Decimal) and rank of total and categories; state
    and state_name; why, who, at (date); file, row and column of the inputs; source (the form, sheet and cell
    it came from); clause; status (how sure a criterion is, in words). What is withheld is told as that and
    nothing else.
    """
    file = f"{e.inputs.answers_file.rpartition('/')[0]}/{ENTITIES}"
    entities = e.inputs.entities if unit is None else named_units([unit], e.inputs.entities, file)
    node = e.methodology.root if criterion is None else find_criterion(e, criterion)
    rows = []
    for entity in entities:
        steps = tuple(_Unit(e, entity).explained(node))
        rows.extend((*entity_cells(e, entity), *cells) for cells in _numbered(steps))
    names = ", ".join(entity.label_vi for entity in entities) if unit is not None else "mọi đơn vị"
    return described(rows, _LABELS, f"Vì sao có các con số này: {names}", only_in_file=_HIDDEN)


_LABELS = {
    **UNIT_VI,
    **{"step": "Bước", "of": "Giải thích bước", "depth": "Bậc", "kind": "Mã loại", "kind_name": "Loại"},
    **{"criterion": "Mã tiêu chí", "number": "TT", "name": "Nội dung", "said": "Phép tính, số liệu"},
    **{"points": "Điểm", "available": "Điểm tối đa", "printed": "Giá trị", "rank": "Hạng"},
    **{"state": "Mã trạng thái", "state_name": "Trạng thái", "why": "Lý do", "who": "Người", "at": "Ngày"},
    **{"file": "Tệp", "row": "Dòng", "column": "Cột", "source": "Từ biểu, trang, ô", "clause": "Căn cứ"},
    "status": "Mức độ chắc chắn",
}
_HIDDEN = ("group", "unit", "step", "of", "depth", "kind", "criterion", "state")


def _numbered(steps: Sequence[_Step]) -> Iterator[tuple[Any, ...]]:
    """The steps of one unit as cells, each with the number of the step above it."""
    above: list[int] = []
    for number, s in enumerate(steps, start=1):
        del above[s.depth :]
        outcome = s.outcome
        earned = (outcome.points, outcome.available) if outcome else (None, None)
        yield (
            *(number, above[-1] if above else None, s.depth, s.kind, KIND_VI[s.kind]),
            *(s.criterion, s.number, s.name, s.said, *earned, s.printed, s.rank),
            *(s.state, STATE_VI.get(s.state, ""), s.why, s.who, s.at),
            *(s.file, s.row, s.column, s.source, s.clause, s.status),
        )
        above.append(number)


# --- what is meant --------------------------------------------------------------------------------


def find_criterion(e: Evaluation, text: str) -> Node:
    """The criterion of an id, a number as the page prints it, or a name, with or without marks."""
    nodes = e.methodology.nodes
    if node := _meant(e, text, nodes):
        return node
    known = speller(_called(nodes))(text)
    raise Refused([found("criterion-unknown", e.methodology.file, None, "criterion", value=text, **known)])


def find_category(e: Evaluation, text: str) -> Node:
    """As ``find_criterion``, among the categories alone."""
    nodes = e.methodology.categories
    if node := _meant(e, text, nodes):
        return node
    known = speller(_called(nodes))(text)
    raise Refused([found("category-unknown", e.methodology.file, None, "criterion", category=text, **known)])


def find_group(e: Evaluation, text: str) -> str:
    """The group of a code or a name, with or without marks."""
    groups, wanted = e.methodology.groups, folded(text)
    for key, group in groups.items():
        if text == key or wanted == folded(group.label_vi):
            return key
    known = speller(name for key, group in groups.items() for name in (key, group.label_vi))
    raise Refused([found("group-unknown", e.methodology.file, None, "group", group=text, **known(text))])


def _called(nodes: Sequence[Node]) -> list[str]:
    return [name for node in nodes if node.number for name in (node.number, node.label_vi)]


def _meant(e: Evaluation, text: str, nodes: Sequence[Node]) -> Node | None:
    """The node that a text names among these; None where none, Refused where several."""
    wanted = folded(text)
    ways = (
        lambda node: text in (node.id, node.number),
        lambda node: wanted == folded(node.label_vi),
        lambda node: f" {wanted} " in f" {folded(node.label_vi)} ",
    )
    hits = next(filter(None, ([node for node in nodes if way(node)] for way in ways)), []) if wanted else []
    if len(hits) > 1:
        facts = {"value": text, "known": "; ".join(f"{node.number} ({node.label_vi})" for node in hits)}
        refuse_if([found("criterion-unclear", e.methodology.file, None, "criterion", **facts)])
    return hits[0] if hits else None


# --- one unit ---------------------------------------------------------------------------------------------


class _Unit:
    """The explanation of one unit, node by node."""

    def __init__(self, e: Evaluation, entity: Entity):
        self.e, self.entity, self.place = e, entity, e.inputs.places[entity.code]
        self.falls_on = falls_on(e.rules)
        self.events = [event for event in e.inputs.events if event.entity == entity.code]
        self.folder = e.inputs.answers_file.rpartition("/")[0]
        self.services_told = False  # a long list, told where the count is first read

    def explained(self, node: Node, depth: int = 0) -> Iterator[_Step]:
        """A node, then what makes its points, each below what it explains."""
        outcome = self._outcome(node)
        kind = ("total", "category")[node.depth] if node.depth < 2 else "criterion"
        standing = self.e.at(node)[self.entity.code] if node.depth < 2 else None
        yield _Step(
            depth,
            kind,
            node.label_vi,
            added(node, self.entity.group, [self._outcome(child) for child in node.children], outcome),
            node.id if node.depth else "",
            node.number,
            outcome,
            standing and standing.printed,
            standing and standing.rank,
            outcome.state,
            clause=node_anchor_vi(node, self.e.methodology),
            status=status_vi(node),
        )
        if node.coverage and outcome.state != "not_applicable":
            yield self._covered(node, depth + 1)
        if not node.depth:
            yield from self._value(depth + 1)
        if node.children and outcome.state != "not_applicable":
            yield from self._events(depth + 1, [x for x in self.events if self._about(x, node)])
            for child in node.children:
                yield from self.explained(child, depth + 1)
        elif outcome.state == "not_applicable" and not self._applies(node):
            yield from self._scope(node, depth + 1)
        else:
            yield from self._leaf(node, depth + 1)

    def _covered(self, node: Node, depth: int) -> _Step:
        """How much of what a node asks was answered."""
        own, stated = covered(self.e.methodology, self.e.inputs, self.entity, node), node.coverage
        has = f"{near_vi(own.answered)} trên {near_vi(own.asked)}" if stated.of == "criteria" else ""
        said = f"{has + ', ' if has else ''}{near_vi(own.percent)} %, cần từ {number_vi(own.least)} %"
        return _Step(depth, "coverage", KIND_VI["coverage"], said, why=coverage_vi(stated))

    def _outcome(self, node: Node) -> Outcome:
        return self.e.scores.outcomes[node.id][self.place]

    def _applies(self, node: Node) -> bool:
        return node.applies_to(self.entity)

    def _value(self, depth: int) -> Iterator[_Step]:
        """How the total becomes a value that is compared, a rank and a level, by which rules."""
        e, stands = self.e, self.e.at(self.e.methodology.root)[self.entity.code]
        if stands.value is None:
            return
        outcome, level = stands.outcome, e.level(stands)
        share = e.rules["compare_on"].value == "share"
        exact = f"{near(outcome.points)} : {near(outcome.available)}" if share else near(outcome.points)
        inside = sum(s.rank is not None for s in e.standings[self.entity.group])
        said = [f"{exact} → {format_vi(stands.printed)}"]
        said += [f"hạng {stands.rank} trong {format_vi(inside)} đơn vị"] if stands.rank else []
        said += [f"mức {level.label_vi}"] if level else []
        levels = e.methodology.source.levels
        clause = anchor_vi(levels.citation) if level else ""
        yield _Step(depth, "value", KIND_VI["value"], "; ".join(said), clause=clause)
        yield from self._ranked(stands, level, clause, depth + 1)
        for rule in _DECIDES:
            yield self._choice(rule, depth + 1)

    def _ranked(self, stands: Standing, level: Level | None, clause: str, depth: int) -> Iterator[_Step]:
        """What told it apart from others of the same value, and what each level above its own asks."""
        e = self.e
        if tie := tie_of(e, stands):
            others, decided = tie
            said = f"{tie_vi(len(others), decided)}: {some_vi(others)}"
            yield _Step(depth, "tie", TIE_BREAKS_VI, said, why=tie_breaks_vi(e.methodology).strip())
        if not e.methodology.source.levels or e.methodology.plain_levels:
            return
        above = None
        for each, lacks in reached(e, stands):
            if each is level:
                asks = level_vi(each, above, e.methodology)
                yield _Step(depth, "level", f"Đạt mức “{each.label_vi}”", asks, clause=clause)
                return
            said = lacking_vi(each, lacks, e.methodology)
            yield _Step(depth, "level", "Chưa đạt", said, clause=clause)
            above = each

    def _choice(self, rule: str, depth: int) -> _Step:
        in_force = self.e.rules[rule]
        return _Step(depth, "choice", RULE_VI[rule], value_vi(rule, in_force.value), why=in_force.why_vi)

    def _scope(self, node: Node, depth: int) -> Iterator[_Step]:
        """Why a criterion does not apply to the unit: its group, a property of the unit, or its name."""
        for condition in node.conditions:
            if condition.exempt and self.entity.code in condition.exempt.entities:
                said = f"Không đánh giá đối với {self.entity.label_vi}"
                yield _Step(depth, "scope", said, clause=anchor_vi(condition.exempt.citation))
            for key, values in (condition.applies or {}).items():
                if self.entity.attributes.get(key) not in values:
                    attribute = self.e.methodology.source.attributes[key]
                    own = attribute.values.get(self.entity.attributes.get(key, ""), "–")
                    yield _Step(depth, "scope", attribute.label_vi, own, clause=anchor_vi(condition.citation))
        if node.maxima.get(self.entity.group) is None:
            group = self.e.methodology.groups[self.entity.group].label_vi
            yield _Step(depth, "scope", f"Không đánh giá ở nhóm {group}")

    def _leaf(self, leaf: Node, depth: int) -> Iterator[_Step]:
        e, entity, outcome = self.e, self.entity, self._outcome(leaf)
        given = {answer: e.inputs.given(entity, answer) for answer in leaf.reads}
        said = sum_vi(e, leaf, entity, given, outcome) or STATE_VI[outcome.state]
        yield _Step(depth, "rule", how_vi(leaf, e.methodology, e.inputs.names), said)
        for reason in e.scores.reasons[leaf.id][self.place]:
            yield self._zero(reason, depth + 1)
        if outcome.state == "scored":
            yield from self._reference(leaf, depth + 1)
        for answer, one in given.items():
            yield from self._answer(answer, one, depth + 1)
        yield from self._events(depth + 1, [x for x in self.events if self._touches(x, leaf, given)])

    def _zero(self, reason: str, depth: int) -> _Step:
        """A reason for zero, what it falls on, and why that was chosen."""
        rule = self.e.methodology.source.zero_rules.get(reason)
        in_force = self.e.rules.get(f"zero_{reason}")
        said = f"{RULE_VI[f'zero_{reason}']} {value_vi(f'zero_{reason}', in_force.value)}" if in_force else ""
        why, clause = (in_force.why_vi if in_force else ""), anchor_vi(rule.citation) if rule else ""
        return _Step(depth, "zero", STATE_VI[f"zero_{reason}"], said, why=why, clause=clause)

    def _reference(self, leaf: Node, depth: int) -> Iterator[_Step]:
        """The largest value of the group, and whose figures it is made of."""
        reference = self.e.scores.references.get((leaf.id, self.entity.group))
        if reference is None:
            return
        if reference.spread is not None:
            count = len(reference.spread.values)
            said = f"{near_vi(reference.value)}, trong {format_vi(count)} đơn vị làm mốc"
            yield _Step(depth, "reference", "Giá trị tốt nhất trong nhóm", said)
            return
        owners = [each for each in self.e.inputs.entities if each.code in reference.entities]
        names = ", ".join(each.label_vi for each in owners[:3]) + (" …" if len(owners) > 3 else "")
        said = f"{number_vi(reference.value)}: {names}"
        yield _Step(depth, "reference", "Giá trị lớn nhất trong nhóm", said)
        for answer in leaf.reads:
            given = self.e.inputs.given(owners[0], answer)
            yield self._figure(owners[0], answer, given, depth + 1)

    def _answer(self, answer: str, given: Given, depth: int) -> Iterator[_Step]:
        """One figure as it stands, and what stands behind it: marks, services, evidence, monitoring."""
        e, key = self.e, (self.entity.code, answer)
        yield self._figure(self.entity, answer, given, depth)
        if given.secret:
            return
        scale, review = e.methodology.answers[answer].max, e.methodology.source.review
        for mark in e.inputs.marks.get(key, ()):
            said = f"{number_vi(mark.mark)} trên {number_vi(scale)}"
            where = {"file": self._file(MARKS), "row": mark.row, "column": "mark"}
            told = {"why": mark.why, "who": mark.reviewer, "clause": anchor_vi(review and review.citation)}
            yield _Step(depth + 1, "mark", ROLE_VI[mark.role], said, **told, **where)
        yield from self._services(answer, depth + 1)
        for one in (e.inputs.evidence or {}).get(key, ()):
            said = "; ".join(filter(None, (one.file, one.reference)))
            where = {"file": self._file(EVIDENCE), "row": one.row, "source": one.sha256[:12]}
            yield _Step(
                depth + 1, "evidence", KIND_VI["evidence"], said, at=one.at and one.at.date(), **where
            )
        if key in e.inputs.monitored:
            said = number_vi(e.inputs.monitored[key])
            yield _Step(depth + 1, "monitored", KIND_VI["monitored"], said, file=self._file(MONITORED))

    def _figure(self, entity: Entity, answer: str, given: Given, depth: int) -> _Step:
        """A figure as it stands and where it is written; of another unit, with its name."""
        asked, inputs = self.e.methodology.answers[answer], self.e.inputs
        name = asked.label_vi if entity is self.entity else f"{entity.label_vi}: {asked.label_vi}"
        if given.secret:
            return _Step(depth, "answer", name, state=WITHHELD)
        said = figure_vi(figure_of(asked, given), asked)
        if given.declared is not None and given.declared != given.value:
            said += f"; tự khai {figure_vi(given.declared, asked)}"
        written = {}
        if given.row is not None and asked.kind != "mark":
            stated, of = inputs.stated[entity.code, answer], self.e.methodology.source.online_services
            counted = of and of.counted_as == answer and inputs.services
            column = "value" if stated.declared is None or counted else "verified"
            written = {"file": inputs.answers_file, "row": given.row, "column": column}
        source = ", ".join(told_source(given.source, self.e.inputs.forms))
        if asked.last_year_of and given.source and given.declared is None:  # not corrected since
            file, _, row = given.source.partition("!")
            written, source = {"file": file, "row": int(row) if row else None, "column": "value"}, ""
        told = {"why": given.why, "who": given.who, "at": given.at and given.at.date()}
        return _Step(depth, "answer", name, said, state=given.state, source=source, **told, **written)

    def _services(self, answer: str, depth: int) -> Iterator[_Step]:
        """Which of the declared procedures are recognised, where they are counted into an answer."""
        of = self.e.methodology.source.online_services
        if of is None or of.counted_as != answer or self.services_told:
            return
        self.services_told = True
        rows = self.e.inputs.services
        for one in self.e.recognised.get(self.entity.code, ()):
            row = rows[self.entity.code, one.services[0]].row
            where = {"file": self._file(SERVICES), "row": row, "clause": anchor_vi(of.citation)}
            name = f"{one.procedure} {one.label_vi}".strip()
            tests = [
                t
                for each in one.services
                for t in self.e.inputs.service_tests.get((self.entity.code, each), ())
            ]
            if tests:
                rows_vi = ", ".join(str(test.row) for test in sorted(tests, key=lambda test: test.row))
                last = max(tests, key=lambda test: test.at)
                where |= {"who": last.inspector, "at": last.at.date(), "source": f"{TESTS}, dòng {rows_vi}"}
            why = "; ".join(CONDITION_VI.get(word, word) for word in one.why)
            yield _Step(depth, "service", name, REASON_VI[one.reason], why=why, **where)

    def _events(self, depth: int, events: Iterable[Event]) -> Iterator[_Step]:
        for event in events:
            until = f"đến {event.until:%d/%m/%Y}" if event.until else ""
            said = "; ".join(filter(None, (event.text, until)))
            told = {"why": event.why, "who": event.who, "at": event.at.date()}
            where = {"file": self._file(EVENTS if event.row else TESTS), "row": event.row or None}
            yield _Step(depth, "event", EVENT_VI[event.event], said, **told, **where)

    def _about(self, event: Event, node: Node) -> bool:
        """Whether an event is about a node as a whole; the root's are those of the whole report."""
        return not event.answer and event.criterion == ("" if not node.depth else node.id)

    def _touches(self, event: Event, leaf: Node, given: Mapping[str, Given]) -> bool:
        """Whether an event is about a leaf or its answers, or makes a zero that reaches it."""
        reasons = self.e.scores.reasons[leaf.id][self.place]
        if event.answer:
            return event.answer in given
        if event.criterion == leaf.id:
            return True
        if "late" in reasons and event.event in ("reported", "extension"):
            return True
        reaches = leaf.within(event.criterion)
        acts = event.event in ZERO_REASONS and event.event in reasons
        return acts and (reaches or self.falls_on.get(event.event) == "unit")

    def _file(self, name: str) -> str:
        return f"{self.folder}/{name}"
