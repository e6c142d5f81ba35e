"""A change between two runs is split exactly, and a mix that nobody could evaluate is refused."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import permutations

import pytest

from ictindex.robustness.switches import SWITCHES, attribute, changes, mix
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped

METHODOLOGY = """\
methodology: two
label_vi: Phương pháp để thử
citation: {title: "Không có văn bản: lập ra để thử"}
groups:
  all: {label_vi: Mọi đơn vị}
answers:
  look: {label_vi: Hình thức, kind: mark, max: 10}
  pages: {label_vi: Số trang, kind: number, min: 0, max: 60}
missing: error
review:
  reviewers: 2
  combine: mean
  too_different: {open: 30, why_vi: Để ngỏ}
  spot_check: {open: 1, why_vi: Để ngỏ}
total:
  label_vi: Tổng điểm
  max_points: 100
  aggregate: sum
  compare_on: points
  decimals: 3
  rounding: half_up
ranking:
  ties: min
  on: {open: rounded, why_vi: Để ngỏ}
criteria:
  looks:
    label_vi: Hình thức
    status: illustrative
    max_points: 40
    rule: {mark: look}
  content:
    label_vi: Nội dung
    status: illustrative
    max_points: 60
    rule: {value: pages}
"""
# The same with 60 and 40 points, a share of the most pages.
OTHER = (
    METHODOLOGY.replace("methodology: two", "methodology: three")
    .replace("max_points: 40", "max_points: x")
    .replace("max_points: 60", "max_points: 40")
    .replace("max_points: x", "max_points: 60")
    .replace("rule: {value: pages}", "rule: {of_largest: {of: pages}}")
)
ENTITIES = "entity,label_vi\nA,Đơn vị A\nB,Đơn vị B\nC,Đơn vị C\n"
ANSWERS = "entity,answer,value\nA,pages,30\nB,pages,20\nC,pages,10\n"
MARKS = """\
entity,answer,reviewer,role,mark,why
A,look,R1,reviewer,5,
B,look,R1,reviewer,8,
B,look,R2,reviewer,4,
C,look,R1,reviewer,6,
"""
FILES = {"entities.csv": ENTITIES, "answers.csv": ANSWERS, "marks.csv": MARKS}


def edition(project, name, methodology=METHODOLOGY, **files):
    """Write and evaluate an edition: ``name`` methodology-year; ``files`` by stem instead of the usual."""
    stem, _, year = name.rpartition("-")
    texts = {file: files.get(file.removesuffix(".csv"), text) for file, text in FILES.items()}
    texts["sources.yaml"] = "status: illustrative\nfiles:\n" + "".join(
        f"  {file}: {{label_vi: Để thử, origin: Lập ra để thử}}\n" for file in texts
    )
    folder = project.inputs(name)
    folder.mkdir(parents=True)
    for file, text in texts.items():
        (folder / file).write_text(text, "utf-8")
    project.methodology(stem).write_text(methodology, "utf-8")
    project.parameters(name).write_text(
        f'edition: {name}\nmethodology: {stem}\nyear: {year}\ninputs: {name}\nprevious: ""\n'
        f'highlight: ""\nattached_to: ""\nrank_on: {files.get("rank_on", "rounded")}\n',
        "utf-8",
    )
    return evaluate_edition(name, project)


@pytest.fixture
def project(mini):
    return mini


@pytest.fixture
def before(project):
    """A 40/10·5 + 30 = 50, B 24 + 20 = 44, C 24 + 10 = 34."""
    return edition(project, "two-2020")


def shares(of, unit):
    return tuple(of.shapley[unit][switch] for switch in SWITCHES)


def test_by_hand_each_switch_takes_what_it_alone_changed(project, before):
    """A's pages +6, B's second mark 4 → 6 (+4 points), C adjudicated to 10 (+16 points)."""
    after = edition(
        project,
        "two-2021",
        answers=ANSWERS.replace("A,pages,30", "A,pages,36"),
        marks=MARKS.replace("R2,reviewer,4,", "R2,reviewer,6,") + "C,look,KT,adjudicator,10,Xem lại\n",
    )
    split = attribute(before, after)
    assert [split.values.change[unit] for unit in "ABC"] == [6, 4, 16]
    assert shares(split.values, "A") == (6, 0, 0, 0)
    assert shares(split.values, "B") == (0, 4, 0, 0)
    assert shares(split.values, "C") == (0, 0, 16, 0)
    assert split.ranks.change == {"A": 0, "B": 1, "C": -1}  # C 50 passes B 48
    # by the adjudication alone C would tie with A at 50 (3 to 1); A's pages, at 56, put it second
    assert shares(split.ranks, "C") == (F(1, 2), 0, F(-3, 2), 0)
    assert split.runs == 8  # the rules are the same: no mix of them is made


def test_an_adjudicator_replaces_the_reviewers_whichever_of_them_changed(project, before):
    """Marks and adjudication interact: B's mark 4 → 10 is worth 12 points, but nothing once 9 is decided."""
    after = edition(
        project,
        "two-2021",
        marks=MARKS.replace("R2,reviewer,4,", "R2,reviewer,10,") + "B,look,KT,adjudicator,9,Xem lại\n",
    )
    # v() = 24, v(marks) = 36, v(adjudication) = v(both) = 36
    assert shares(attribute(before, after).values, "B") == (0, F(6), F(6), 0)


def test_all_four_switches_add_up_exactly_and_are_the_mean_over_every_order(project, before):
    after = edition(
        project,
        "three-2021",
        OTHER,
        answers=ANSWERS.replace("B,pages,20", "B,pages,35"),
        marks=MARKS.replace("A,look,R1,reviewer,5", "A,look,R1,reviewer,7")
        + "C,look,KT,adjudicator,2,Xem lại\n",
    )
    split = attribute(before, after)
    assert split.runs == 16
    point = {unit: s.outcome.points for unit, s in after.at(after.methodology.root).items()}
    assert point == {"A": 42 + F(30, 35) * 40, "B": 36 + 40, "C": 12 + F(10, 35) * 40}
    orders = list(permutations(SWITCHES))

    def total(thrown, unit):
        mixed = mix(before, after, frozenset(thrown))
        return mixed.at(mixed.methodology.root)[unit].outcome.points

    for unit in "ABC":
        assert sum(shares(split.values, unit)) == split.values.change[unit]
        assert sum(shares(split.ranks, unit)) == split.ranks.change[unit]
    steps = [
        total(order[: order.index("rules") + 1], "B") - total(order[: order.index("rules")], "B")
        for order in orders
    ]
    assert split.values.shapley["B"]["rules"] == sum(steps) / len(orders)


def test_a_mix_of_nothing_is_the_one_run_and_a_mix_of_all_the_other():
    before = shipped("qd2342-2017")
    mixed = mix(before, before, frozenset())
    assert mixed.scores.outcomes == before.scores.outcomes
    assert mixed.standings == before.standings


def test_marks_on_another_scale_count_as_the_same_share(project, before):
    scale = METHODOLOGY.replace("methodology: two", "methodology: three").replace("max: 10}", "max: 100}")
    tenfold = "".join(
        ",".join([*cells[:4], f"{cells[4]}0", *cells[5:]]) + "\n"
        for cells in (line.split(",") for line in MARKS.splitlines()[1:])
    )
    after = edition(project, "three-2021", scale, marks=MARKS.splitlines()[0] + "\n" + tenfold)
    split = attribute(before, after)
    assert {each for unit in "ABC" for each in shares(split.values, unit)} == {0}


def test_the_year_goes_with_the_data(project, before):
    after = edition(project, "two-2021")
    assert mix(before, after, frozenset({"rules"})).parameters["year"] == 2020
    assert mix(before, after, frozenset({"data"})).parameters["year"] == 2021


def test_an_open_rule_is_a_rule(project, before):
    """49.9997 and 50 are one rank as printed with three decimals, and two as they are."""
    close = ANSWERS.replace("B,pages,20", "B,pages,25.9997")
    tied = edition(project, "two-2021", answers=close)
    apart = edition(project, "two-2022", answers=close, rank_on="unrounded")
    assert {c.code: c.rank for c in changes(tied, apart).changes} == {"A": 0, "B": 1, "C": 0}
    split = attribute(tied, apart)
    assert shares(split.ranks, "B") == (0, 0, 0, 1)
    assert split.values.change["B"] == 0


def test_who_comes_and_who_goes_brings_its_own_and_is_not_split(project, before):
    """D's mark of the year after cannot be taken from the year before."""
    after = edition(
        project,
        "two-2021",
        entities="entity,label_vi\nA,Đơn vị A\nB,Đơn vị B\nD,Đơn vị D\n",
        answers="entity,answer,value\nA,pages,30\nB,pages,20\nD,pages,60\n",
        marks=MARKS.replace("C,look", "D,look"),
    )
    found = {c.code: c for c in changes(before, after).changes}
    assert (found["C"].after, found["D"].before) == (None, None)
    assert (found["C"].value, found["C"].rank) == (None, None)
    split = attribute(before, after)
    assert split.values.absent == {"C": "after", "D": "before"}
    assert shares(split.ranks, "A") == (1, 0, 0, 0)  # D came in at 84 and is first


NEW_QUESTION = METHODOLOGY.replace("methodology: two", "methodology: three").replace(
    "  pages: {", "  words: {label_vi: Số chữ, kind: number, min: 0, max: 60}\n  pages: {"
).replace("rule: {value: pages}", "rule: {sum_of: [{label_vi: Trang, max_points: 30, rule: {value: pages}}, {label_vi: Chữ, max_points: 30, rule: {value: words}}]}")  # fmt: skip  # noqa: E501


def test_a_question_that_one_side_asks_goes_with_the_rules(project, before):
    words = ANSWERS + "A,words,1\nB,words,2\nC,words,3\n"
    after = edition(project, "three-2021", NEW_QUESTION, answers=words)
    split = attribute(before, after)
    assert [shares(split.values, unit) for unit in "ABC"] == [(0, 0, 0, 1), (0, 0, 0, 2), (0, 0, 0, 3)]


# --- refused ------------------------------------------------------------------------------------------------


def test_a_unit_that_was_never_asked_makes_the_mix_impossible(project, before, refused):
    after = edition(
        project,
        "three-2021",
        NEW_QUESTION,
        entities="entity,label_vi\nA,Đơn vị A\nB,Đơn vị B\n",
        answers="entity,answer,value\nA,pages,30\nB,pages,20\nA,words,1\nB,words,1\n",
        marks="".join(line for line in MARKS.splitlines(True) if not line.startswith("C")),
    )
    (finding,) = refused(attribute, before, after)
    assert (finding.code, finding.facts["entity"], finding.facts["answer"]) == ("mix-unit", "C", "words")


def test_a_figure_that_the_other_rules_do_not_take_makes_it_impossible(project, before, refused):
    tight = METHODOLOGY.replace("methodology: two", "methodology: three").replace("max: 60}", "max: 25}")
    after = edition(project, "three-2021", tight, answers=ANSWERS.replace("A,pages,30", "A,pages,20"))
    (finding,) = refused(attribute, before, after)
    assert (finding.code, finding.facts["entity"], finding.row) == ("mix-value", "A", 2)


def test_the_same_code_for_another_kind_of_question_makes_it_impossible(project, before, refused):
    other = METHODOLOGY.replace("methodology: two", "methodology: three").replace(
        "kind: number, min: 0, max: 60", "kind: yes_no"
    )
    after = edition(
        project,
        "three-2021",
        other.replace("{value: pages}", "{yes_no: pages}"),
        answers="entity,answer,value\nA,pages,có\nB,pages,không\nC,pages,có\n",
    )
    assert {f.code for f in refused(attribute, before, after)} == {"mix-kind"}


def test_groups_that_the_other_rules_do_not_know_make_it_impossible(project, before, refused):
    other = METHODOLOGY.replace("methodology: two", "methodology: three").replace("  all: {", "  every: {")
    after = edition(project, "three-2021", other)
    assert {f.code for f in refused(attribute, before, after)} == {"mix-group"}


def test_runs_without_a_unit_in_common_are_refused(small, before, project, refused):
    after = edition(
        project,
        "two-2021",
        entities="entity,label_vi\nX,Đơn vị X\n",
        answers="entity,answer,value\nX,pages,1\n",
        marks="entity,answer,reviewer,role,mark,why\nX,look,R1,reviewer,5,\n",
    )
    assert [f.code for f in refused(changes, before, after)] == ["no-unit-in-common"]
