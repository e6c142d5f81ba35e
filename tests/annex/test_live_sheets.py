"""The workbook computes: LibreOffice makes every point, total, rank and level again from its formulas.

They are written from methodology and facts and share no line with the package's scoring: the second engine.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from ictindex.annex import formulas
from ictindex.annex.live_facts import FIRST, Formula
from ictindex.annex.live_sheets import live_sheets
from ictindex.annex.spreadsheet import workbook
from ictindex.basics.exact import exact_text
from ictindex.basics.project import Project
from ictindex.methodology.decision import AGGREGATES, STEEP
from ictindex.methodology.rule_kinds import Rule
from ictindex.page.opening import open_what_if, opened
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.parameters import read_parameters
from ictindex.scoring.ties import tie_of
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
SOFFICE = shutil.which("soffice")
computing = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice computes the formulas, and is not here")


def differences(e, book):
    """Every formula whose cell is not what the package has: numbers within 1e-9, words and ranks exactly."""
    computed = 0
    for sheet in live_sheets(e):
        rows = book.rows(sheet.name)
        for row, got in zip(sheet.rows, rows[FIRST + len(sheet.above) :], strict=True):
            for heading, cell, seen in zip(sheet.headings, row, got, strict=True):
                if isinstance(cell, Formula):
                    computed += 1
                    if not same(seen, cell.value, exactly=heading.key.endswith(".rank")):
                        told = f"{seen!r}, not {cell.value!r}: {cell.text}"
                        yield f"{sheet.name}, {heading.key}, {row[0]}: {told}"
    assert computed > 3 * len(e.inputs.entities)


def same(seen, wanted, exactly):
    if isinstance(wanted, str):
        return seen == wanted
    near = isinstance(seen, float | int) and abs(Fraction(seen) - Fraction(wanted)) < Fraction(1, 10**9)
    return near and (not exactly or seen == wanted)


# --- the editions -----------------------------------------------------------------------------------------

EDITIONS, WHAT_IFS = sorted(PROJECT.editions()), sorted(PROJECT.what_ifs())


@pytest.fixture(scope="module")
def editions():
    """Every edition and every what-if: new weights reach the formulas too."""
    made = {edition: opened(shipped(edition)) for edition in EDITIONS}
    return made | {name: open_what_if(name, PROJECT) for name in WHAT_IFS}


@pytest.fixture(scope="module")
def computed_editions(editions, tmp_path_factory, recalculated):
    """The workbooks without any figure beside a formula, computed by LibreOffice."""
    files = {name: workbook(e, [], computed=False) for name, e in editions.items()}
    return recalculated(files, tmp_path_factory.mktemp("editions"))


@computing
@pytest.mark.parametrize("edition", [*EDITIONS, *WHAT_IFS])
def test_every_point_total_rank_and_level_of_an_edition_is_computed_alike(
    edition, editions, computed_editions
):
    assert list(differences(editions[edition], computed_editions[edition])) == []


@computing
def test_viet_nam_of_2018_is_computed_as_published(computed_editions):
    rows = computed_editions["egdi-2018"].rows("Kết quả")
    keys, viet_nam = rows[2], next(row for row in rows if row[0] == "VNM")
    assert [viet_nam[keys.index(f"total.{what}")] for what in ("rank", "printed")] == [88, 0.5931]


# --- small methodologies of every kind --------------------------------------------------------------------

MANY = 24
KINDS = tuple(Rule.model_fields)
STATES = (
    "missing",
    "missing",
    "missing",
    "not_applicable",
    "withheld",
    "zero_untrue",
    "zero_incomplete",
    "zero_no_evidence",
)


class Made:
    """A methodology with its inputs, drawn from a seed."""

    def __init__(self, seed: int):
        self.r, self.seed = random.Random(f"workbook {seed}"), seed
        self.answers: dict[str, dict] = {}
        self.values: dict[str, object] = {}  # answer -> how a value is drawn
        self.kinds: list[str] = []
        self.groups = ["g1", "g2"][: self.r.choice((1, 2))]
        self.name = f"made{seed}"

    def asks(self, kind, draw, **spec):
        name = f"a{len(self.answers)}"
        self.answers[name] = {"label_vi": f"Câu hỏi {name}", "kind": kind, **spec}
        self.values[name] = draw
        return name

    def rule(self, most: int, nested=False):
        r = self.r
        kinds = [k for k in KINDS if not nested or k not in ("of_largest", "in_group", "mark", "awarded")]
        if nested:
            kinds = [k for k in kinds if k not in ("sum_of", "best_of")]
        kind = r.choice(kinds)
        self.kinds.append(kind)
        decimal = lambda top: lambda: exact_text(Fraction(r.randrange(int(top * 100) + 1), 100))  # noqa: E731
        count = lambda top: lambda: str(r.randrange(top + 1))  # noqa: E731
        if kind == "value":
            if r.random() < 0.2:
                return {"value": self.asks("yes_no", lambda: r.choice(("có", "không")))}
            return {"value": self.asks("number", decimal(most), min=0, max=most)}
        if kind in ("share", "bands") and (kind == "share" or r.random() < 0.6):
            pair = self.asks("count", lambda: None), self.asks("count", lambda: None)
            self.values[pair[0]] = self.values[pair[1]] = ("ratio", pair)
            ratio = {"of": pair[0], "per": pair[1]}
            return {"share": ratio} if kind == "share" else {"bands": {**ratio, "steps": self.steps(most)}}
        if kind == "bands":
            return {"bands": {"of": self.asks("number", decimal(1)), "steps": self.steps(most)}}
        if kind == "of_largest":
            if r.random() < 0.5:
                return {kind: {"of": self.asks("count", count(40))}}
            pair = self.asks("count", count(40)), self.asks("count", lambda: str(r.randrange(1, 9)))
            return {kind: {"of": pair[0], "per": pair[1]}}
        if kind == "goalposts":
            of = {"plus": [self.asks("number", decimal(40), min=0), self.asks("number", decimal(60), min=0)]}
            if r.random() < 0.5:
                of["minus"] = [self.asks("count", count(9))]
            per = r.choice(({}, {"per": 100}, {"per": Fraction(5, 2)}))
            low, high = r.choice(((1, 60), (Fraction(1, 2), 20)))
            ends = r.choice(({"worst": low, "best": high}, {"worst": high, "best": low}))
            scale = r.choice(({}, {"scale": "logarithm"}, {"scale": "root"}))
            return {kind: {"of": of, **per, **ends, **scale, "outside": "clip"}}
        if kind == "in_group":
            of = {"of": self.asks("count", lambda: str(r.randrange(1, 7)))}
            if r.random() < 0.5:
                of["per"] = self.asks("count", lambda: str(r.randrange(1, 4)))
            by = {"by": r.choice(("min_max", "leader", "percentile_rank", "z_score"))}
            if by["by"] == "z_score":
                by |= {"centre": Fraction(1, 2), "each": Fraction(1, 5), "outside": "clip"}
            scale = r.choice(({}, {}, {"scale": "logarithm"}, {"scale": "root"}))
            return {kind: {**of, **by, "best": r.choice(("largest", "smallest")), **scale}}
        if kind == "yes_no":
            return {kind: self.asks("yes_no", lambda: r.choice(("có", "không")))}
        if kind == "choice":
            choices = {"all": 'Đủ, gọi là "đủ"', "half": "Một nửa", "none": "Không"}
            asked = self.asks("choice", lambda: r.choice([*choices]), choices=choices)
            return {kind: {"of": asked, "points": {"all": most, "half": Fraction(most, 2), "none": 0}}}
        if kind == "count":
            return {kind: {"of": self.asks("count", count(12)), "each": Fraction(1, 4), "most": most}}
        if kind == "sum_of":
            first = Fraction(most) / 4
            return {kind: [self.case(first), self.case(most - first)]}
        if kind == "best_of":
            return {kind: [self.case(most), self.case(Fraction(most, 2))]}
        if kind == "mark":
            return {kind: self.asks("mark", None, min=0, max=10)}
        return {kind: self.asks("award", decimal(most), min=0, max=most)}

    def case(self, most):
        return {"label_vi": "Trường hợp", "max_points": most, "rule": self.rule(most, nested=True)}

    def steps(self, most):
        low = self.r.choice((Fraction(1, 10), Fraction(7, 10)))
        first = self.r.choice(({"points": 0}, {"full": 1}))
        return [
            {"low": 0, "high": low, **first},
            {"low": low, "high": Fraction(9, 10), "points": Fraction(most, 2)},
            {"low": Fraction(9, 10), "points": most},
        ]

    def node(self, depth: int, most: int, inside: bool):
        r = self.r
        node = {"label_vi": f"Tiêu chí {r.randrange(100)}", "status": "illustrative", "max_points": most}
        if r.random() < 0.4:
            node["missing"] = r.choice(("zero", "leave_out", "error"))
        if depth and r.random() < 0.6:
            node |= self.inner(depth - 1, most)
        else:
            node["rule"] = self.rule(most)
        if inside and r.random() < 0.15:
            node["applies"] = {"kind": ["big"]}
        return node

    def inner(self, depth: int, most: int):
        r, several = self.r, self.r.randrange(1, 4)
        aggregate = r.choice(("sum", "mean", "weights", r.choice(AGGREGATES[3:])))
        if aggregate == "sum" and "/" in exact_text(Fraction(most, several)):
            several = 2
        maxima = [most] * several if aggregate == "mean" else [4] * several
        if aggregate == "sum":
            maxima = [Fraction(most, several)] * several
        children = {f"c{i}": self.node(depth, each, True) for i, each in enumerate(maxima)}
        more = {"power": r.choice((2, Fraction(1, 2), -2))} if aggregate == "power" else {}
        if aggregate in ("geometric", "harmonic") or more.get("power", 1) < 0:
            more["zeros"] = r.choice(("zero", Fraction(1, 100)))
        if aggregate == "weights" or (aggregate in STEEP and r.random() < 0.5):
            weights = [[100], [30, 70], [20, 30, 50]][several - 1]
            for child, weight in zip(children.values(), weights, strict=True):
                child["weight"] = weight
        more |= self.beyond(children, most)
        return {"aggregate": aggregate, **more, "criteria": children}

    def beyond(self, children, most: int):
        """Sometimes a bonus, a deduction, and where they stop; sometimes a criterion that is rounded."""
        r, ends = self.r, {}
        stated = {
            "label_vi": "Ngoài",
            "status": "official",
            "citation": {"clause": "Điều 3"},
            "max_points": 4,
        }
        if r.random() < 0.25:
            children["plus"] = {**stated, "counts_as": "bonus", "rule": self.rule(4)}
            ends |= r.choice(({}, {"ceiling": most + 1}))
        if r.random() < 0.25:
            off = {"counts_as": "deduction", "missing": r.choice(("error", "leave_out"))}
            children["minus"] = {**stated, **off, "rule": self.rule(4)}
            ends["floor"] = r.choice((0, 1))
        if r.random() < 0.3:
            below = r.choice(("not_scored", "not_ranked"))
            ends["coverage"] = {
                "least": r.choice((50, 60, 100)),
                "of": r.choice(("criteria", "weight")),
                "below": below,
            }
        for child in children.values():
            if r.random() < 0.15 and "criteria" not in child:
                child["rounded"] = {"digits": 4, "how": r.choice(("half_up", "half_even", "down"))}
        return ends

    def written(self, project: Project):
        r, groups = self.r, self.groups
        total = self.inner(2, 12)
        while all(spec["kind"] == "mark" for spec in self.answers.values()):  # no unit would send anything
            self.answers, self.values, self.kinds = {}, {}, []
            total = self.inner(2, 12)
        criteria = total.pop("criteria")
        total.pop("coverage", None)
        usual = r.choice(("zero", "leave_out"))
        without_vain_coverage(criteria, usual)
        why = {"why_vi": "Không văn bản nào nêu"}
        review = {
            "reviewers": 2,
            "combine": r.choice(("mean", "median", "lowest", "highest")),
            "too_different": {"open": 50, **why},
            "spot_check": {"open": 0, **why},
        }
        zero = {
            reason: {
                "falls_on": {"open": r.choice(("criterion", "unit")), **why},
                "citation": {"clause": "Điều 1"},
            }
            for reason in ("untrue", "incomplete", "no_evidence", "cancelled")
        }
        methodology = {
            "methodology": self.name,
            "label_vi": "Lập ra để thử",
            "citation": {"title": "Không có văn bản"},
            "groups": {group: {"label_vi": f"Nhóm {group}"} for group in groups},
            "attributes": {"kind": {"label_vi": "Loại", "values": {"big": "Lớn", "small": "Nhỏ"}}},
            "zero_rules": zero,
            **({"review": review} if "mark" in self.kinds else {}),
            "levels": {
                "citation": {"clause": "Điều 2"},
                "decided_on": r.choice(("exact", "printed")),
                "list": [{"key": k, "label_vi": k, **asks} for k, asks in self.levels([*criteria])],
            },
            "answers": self.answers,
            "missing": usual,
            "nothing_of_nothing": {"open": r.choice(("zero", "full", "does_not_apply", "error")), **why},
            "total": {
                "label_vi": "Tổng",
                "max_points": 12,
                **total,
                "compare_on": r.choice(("points", "share")),
                "decimals": r.randrange(5),
                "rounding": r.choice(("half_up", "half_even", "down")),
            },
            "ranking": {
                "ties": r.choice(("min", "dense", "max")),
                "on": r.choice(("rounded", "unrounded")),
                **(
                    {"tie_breaks": r.sample([*criteria], r.randrange(1, len(criteria) + 1))}
                    if r.random() < 0.5
                    else {}
                ),
                **({"minimum_answered": {"open": 90, **why}} if r.random() < 0.4 else {}),
            },
            "criteria": criteria,
        }
        project.methodology(self.name).write_text(dumped(methodology), "utf-8")
        edition = f"{self.name}-2020"
        parameters = {"edition": edition, "methodology": self.name, "year": 2020, "inputs": edition}
        project.parameters(edition).write_text(dumped(parameters), "utf-8")
        self.parameters, self.folder = read_parameters(edition, project), project.inputs(edition)
        self.tables(list(paths(criteria)))
        return self.evaluated(project)

    def levels(self, categories):
        """By the total alone, on conditions, by place, or by all of these."""
        regular, low = [key for key in categories if key.startswith("c")], Fraction(6, 10)
        on_condition = ("best", {"low": low, "each_category": 40}), ("good", {"low": low})
        named = (
            ("best", {"low": low, "categories": {self.r.choice(regular): 50}}),
            ("good", {"low": Fraction(1, 2)}),
        )
        both = (("best", {"low": Fraction(1, 2), "top": 40, "each_category": 20}),)
        by_place = ("best", {"top": 20}), ("good", {"top": Fraction(125, 2)}), ("weak", {"top": 100})
        plain = (("good", {"low": low}),)
        drawn = self.r.choice((plain, on_condition, named, both, by_place))
        return drawn if drawn is by_place else (*drawn, ("weak", {"low": 0}))

    def evaluated(self, project):
        return opened(evaluate(project, **self.parameters))

    def tables(self, nodes: list[str]):
        r = self.r
        units = [f"U{i}" for i in range(r.randrange(2, 8))]
        group = ("group",) if len(self.groups) > 1 else ()
        tables = {
            "entities.csv": [("entity", "label_vi", *group, "kind")],
            "answers.csv": [("entity", "answer", "value", "verified", "why", "who", "at", "paper", "state")],
            "marks.csv": [("entity", "answer", "reviewer", "role", "mark", "why", "round")],
            "events.csv": [("entity", "criterion", "event", "at", "until", "why", "who", "paper")],
            "evidence.csv": [("entity", "answer", "file", "sha256", "reference")],
        }
        for unit in units:
            own = (r.choice(self.groups),) if group else ()
            tables["entities.csv"].append((unit, f"Đơn vị {unit}", *own, r.choice(("big", "big", "small"))))
            ratios = {}
            for name, draw in self.values.items():
                if isinstance(draw, tuple):
                    if name == draw[1][0]:
                        per = r.choice((0, 0, 3, 10, 30, 7))
                        of = r.randrange(per + 1)
                        ratios |= {draw[1][0]: str(of), draw[1][1]: str(per)}
                    value = ratios[name]
                elif draw is None:
                    rounds = ("r0 1", "r1 1", "r0 2", "r1 2", "third 1")  # of two reviewers, and of a third
                    for who, which in (each.split() for each in rounds[: r.randrange(6)]):
                        role = "adjudicator" if who == "third" else "reviewer"
                        mark = exact_text(Fraction(r.randrange(21), 2))
                        tables["marks.csv"].append((unit, name, who, role, mark, "xem lại", which))
                    continue
                else:
                    value = draw()
                self.answer(tables, unit, name, value)
            if r.random() < 0.25:
                at, event = r.choice(("", *nodes)), r.choice(("untrue", "incomplete", "cancelled"))
                tables["events.csv"].append(
                    (unit, at, event, "2021-01-02T10:00", "", "kiểm tra", "Hội đồng", "Biên bản 1")
                )
            elif random.Random(f"{self.name} {unit}").random() < 0.1:
                signed = ("không gửi", "Hội đồng", "Biên bản 1")
                tables["events.csv"].append((unit, "", "no_report", "2021-01-02T10:00", "", *signed))
        if r.random() < 0.5:
            del tables["evidence.csv"]
        self.folder.mkdir(parents=True)
        self.kept = {file: rows for file, rows in tables.items() if len(rows) > 1}
        self.store()

    def store(self):
        for file, rows in self.kept.items():
            with (self.folder / file).open("w", encoding="utf-8", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(rows)
        about = {file: {"label_vi": "Thử", "origin": "Lập ra để thử"} for file in self.kept}
        (self.folder / "sources.yaml").write_text(
            dumped({"status": "illustrative", "decimal": ".", "files": about}), "utf-8"
        )

    def answer(self, tables, unit, name, value):
        r, award = self.r, self.answers[name]["kind"] == "award"
        state = r.choice(STATES) if r.random() < 0.18 else ""
        if state in ("missing", "not_applicable", "withheld"):
            value = ""
        verified = value if award and value else ""
        told = ("x", "Hội đồng", "2021-01-03T08:00", "Biên bản 1")
        told = told if (award and value) or state.startswith("zero_") else ("",) * 4
        tables["answers.csv"].append((unit, name, value, verified, *told, state))
        if value and r.random() < 0.7:
            tables["evidence.csv"].append((unit, name, "", "", "Công văn"))

    def changes(self, many: int):
        """Other answers for some that were given, in the tables; (unit, answer, what the sheet then says)."""
        r, answers = self.r, self.kept["answers.csv"]
        closed = {row[0] for row in answers if row[-1] == "withheld"}
        open_to = [
            n
            for n, row in enumerate(answers)
            if n and row[0] not in closed and not row[-1] and callable(self.values[row[1]])
        ]
        for n in r.sample(open_to, min(many, len(open_to))):
            unit, name, value, *_ = row = list(answers[n])
            spec, state = self.answers[name], r.choice(("", "", "", "missing", "not_applicable"))
            value = "" if state else self.values[name]()
            row[2], row[-1] = value, state
            award = spec["kind"] == "award" and value
            row[3:8] = (value, "x", "Hội đồng", "2021-01-03T08:00", "") if award else [""] * 5
            answers[n] = tuple(row)
            said = {"có": formulas.YES, "không": formulas.NO} | spec.get("choices", {})
            cell = said[value] if value in said else float(value) if value else None
            yield unit, name, formulas.NOT_APPLICABLE if state == "not_applicable" else cell
        self.store()


def without_vain_coverage(criteria, missing):
    """No coverage where nothing may be missing, which would be a finding; whether anything may be."""
    may_be = False
    for node in criteria.values():
        own = node.get("missing", missing)
        inside = without_vain_coverage(node["criteria"], own) if "criteria" in node else own != "error"
        if not inside:
            node.pop("coverage", None)
        may_be = may_be or inside
    return may_be


def paths(criteria, above=""):
    for key, node in criteria.items():
        yield above + key
        yield from paths(node.get("criteria", {}), f"{above}{key}.")


def dumped(data) -> str:
    """JSON, which YAML reads; fractions as decimals."""
    return json.dumps(data, ensure_ascii=False, default=lambda f: int(f) if f == int(f) else float(f))


def rewritten(data: bytes, changes) -> bytes:
    """A workbook in which somebody wrote other answers."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Số liệu"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=FIRST + 1)}
    for unit, answer, cell in changes:
        sheet.cell(rows[unit], columns[answer]).value = cell
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Small editions in whose workbook somebody wrote other answers: how each was drawn, and what it is then.

    By name: the drawn, the workbook, the evaluation of the same answers.
    """
    project = Project(tmp_path_factory.mktemp("made"))
    for folder in ("parameters/methodologies", "inputs", "notebooks"):
        (project.root / folder).mkdir(parents=True)
    editions = {}
    for each in map(Made, range(MANY)):
        data = workbook(each.written(project), [], computed=False)
        data = rewritten(data, each.changes(4))
        editions[each.name] = each, data, each.evaluated(project)
    return editions


def test_the_small_methodologies_are_of_every_kind(made):
    drawn, _, evaluations = zip(*made.values(), strict=True)
    assert {kind for each in drawn for kind in each.kinds} == set(KINDS)
    nodes = [node for e in evaluations for node in e.methodology.nodes if node.children]
    assert {node.aggregate for node in nodes} == set(AGGREGATES)
    every = [node for e in evaluations for node in e.methodology.nodes]
    asked = [node.coverage for node in every if node.coverage]
    assert {(each.of, each.below) for each in asked} == {
        (of, below) for of in ("criteria", "weight") for below in ("not_scored", "not_ranked")
    }
    assert any(codes for e in evaluations for codes in e.scores.uncovered.values())
    assert {node.counts_as for node in every} == {None, "bonus", "deduction"}
    assert {node.rounded.how for node in every if node.rounded} == {"half_up", "half_even", "down"}
    for rule, wanted in [
        ("rounding", {"half_up", "half_even", "down"}),
        ("ties", {"min", "dense", "max"}),
        ("rank_on", {"rounded", "unrounded"}),
        ("compare_on", {"points", "share"}),
        ("nothing_of_nothing", {"zero", "full", "does_not_apply", "error"}),
        ("levels_on", {"exact", "printed"}),
    ]:
        assert {e.rules[rule].value for e in evaluations} == wanted
    assert any(tie_of(e, s) for e in evaluations for all_ in e.standings.values() for s in all_)
    levels = [level for e in evaluations for level in e.methodology.source.levels.list]
    assert all(
        any(level.model_dump()[key] for level in levels) for key in ("top", "each_category", "categories")
    )
    states = {o.state for e in evaluations for column in e.scores.outcomes.values() for o in column}
    assert states >= {*STATES, "unknown", "zero_missing", "zero_cancelled"}
    assert {why for e in evaluations for why in e.scores.unranked.values()} == {
        "cancelled",
        "no_report",
        "too_few_answers",
    }


@computing
def test_small_methodologies_of_every_kind_are_computed_alike_where_other_answers_were_written(
    made, tmp_path, recalculated
):
    """Nothing is left of what was computed before: points and ranks follow what was written."""
    books = recalculated({name: data for name, (_, data, _) in made.items()}, tmp_path)
    told = {name: list(differences(e, books[name])) for name, (*_, e) in made.items()}
    assert told == {name: [] for name in made}
