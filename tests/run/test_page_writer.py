"""A page written from its methodology: the steps that it has, and a total by hand in plain pandas."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

import ictindex as ict
from ictindex.methodology.reading import read_methodology
from ictindex.run import page_writer
from ictindex.run.page_writer import bounds_of, written
from ictindex.scoring.parameters import read_parameters
from tests.conftest import MINI_METHODOLOGY, MINI_PARAMETERS, make_mini

BY_HAND = ("one-unit", "one-unit-categories", "one-unit-total", "one-unit-same")


def page(project, **more):
    parameters = read_parameters("mini-2020", project)
    return written(read_methodology("mini", project), parameters, {}, **more)["cells"]


def by_hand(project, unit):
    """What the cells by hand come to, which the page holds against the package's own value."""
    code = sources(page(project, unit=unit), "code")
    names = {"ict": ict, "evaluation": ict.open_edition(project, **read_parameters("mini-2020", project))}
    for cell in ("rank", *BY_HAND):
        exec(code.get(cell, ""), names)
    return names["value"]


def sources(cells, kind):
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == kind}


TENTHS = """\
methodology: mini
label_vi: Phương pháp nhỏ để thử
citation: {{title: "Không có văn bản: lập ra để thử"}}
groups:
  ministry: {{label_vi: Bộ}}
  agency: {{label_vi: Cơ quan}}
answers:
  one: {{label_vi: Một, kind: number, min: 0, max: 10}}
  two: {{label_vi: Hai, kind: number, min: 0, max: 10}}
  three: {{label_vi: Ba, kind: number, min: 0, max: 10}}
missing: leave_out
total:
  {{label_vi: Tổng, max_points: 10, aggregate: {root}, compare_on: {on}, decimals: 3, rounding: half_up}}
ranking: {{ties: min, on: {{open: rounded, why_vi: Không văn bản nào nêu}}}}
criteria:
  a:
    label_vi: Hạng mục một
    status: illustrative
    max_points: 10
    aggregate: mean{weight_a}
    criteria:
      one: {{label_vi: Một, status: illustrative, max_points: 10, rule: {{value: one}}}}
      two: {{label_vi: Hai, status: illustrative, max_points: 10, rule: {{value: two}}}}
  b:
    label_vi: Hạng mục hai
    status: illustrative
    max_points: 10{weight_b}
    rule: {{value: three}}
"""
TENTHS_ANSWERS = """\
entity,answer,value
A,one,9
A,two,6
A,three,2
B,one,9
B,two,
B,three,2
C,one,9
C,two,6
C,three,
D,one,1
D,two,1
D,three,1
E,one,2
E,two,2
E,three,2
"""


def tenths(root, on):
    """Two categories of ten points, the first the mean of two criteria; weights are 3 to 1."""
    weights = ("\n    weight: 75", "\n    weight: 25") if root == "weights" else ("", "")
    return TENTHS.format(root=root, on=on, weight_a=weights[0], weight_b=weights[1])


@pytest.mark.parametrize(
    "unit, on, value",
    [
        ("A", "share", Fraction(64, 100)),  # 9 of 10 and 30 of 40, then 25 of 50
        ("B", "share", Fraction(5, 60)),  # 5 of 10, the portal is left out, then 0 of 50
        ("D", "share", Fraction(15, 50)),  # 2.5 of 10 and 12.5 of 40; agencies have no services
        ("B", "points", Fraction(5)),
    ],
)
def test_by_hand_a_total_is_added_up_and_what_does_not_apply_is_in_no_maximum(tmp_path, unit, on, value):
    text = MINI_METHODOLOGY.replace("compare_on: share", f"compare_on: {on}")
    assert by_hand(make_mini(tmp_path, methodology=text), unit) == value


@pytest.mark.parametrize(
    "unit, root, on, value",
    [
        ("A", "mean", "points", Fraction(19, 4)),  # 7.5 and 2
        ("A", "mean", "share", Fraction(19, 40)),
        ("A", "weights", "points", Fraction(49, 8)),  # 3 × 7.5 and 1 × 2, over 4
        ("A", "weights", "share", Fraction(49, 80)),
        ("B", "mean", "points", Fraction(11, 2)),  # 9 alone, and 2
        ("C", "weights", "points", Fraction(15, 2)),  # the second category is left out
    ],
)
def test_by_hand_a_total_is_the_mean_of_its_categories_however_they_are_made(tmp_path, unit, root, on, value):
    project = make_mini(tmp_path, methodology=tenths(root, on), answers=TENTHS_ANSWERS)
    assert by_hand(project, unit) == value


def test_by_hand_a_unit_that_is_not_in_the_data_is_named(mini):
    with pytest.raises(AssertionError, match="không có đơn vị Z: sửa mã"):
        by_hand(mini, "Z")


def test_by_hand_another_value_than_the_packages_stops_the_page(mini):
    code = sources(page(mini, unit="A"), "code")
    names = {"ict": ict, "evaluation": ict.open_edition(mini, **read_parameters("mini-2020", mini))}
    for cell in ("rank", *BY_HAND[:-1]):
        exec(code[cell], names)
    names["value"] += Fraction(1, 10**9)
    with pytest.raises(AssertionError, match="tính tay"):
        exec(code["one-unit-same"], names)


def test_ranks_made_again_by_a_line_of_pandas_stop_the_page_where_they_differ(mini):
    code = sources(page(mini), "code")
    names = {"ict": ict, "evaluation": ict.open_edition(mini, **read_parameters("mini-2020", mini))}
    exec(code["rank"], names)
    exec(code["ranks-by-hand"], names)
    names["ranking"] = names["ranking"].assign(rank=[2, 1, 3, 1, 2])
    with pytest.raises(AssertionError, match="xếp lại"):
        exec(code["ranks-by-hand"], names)


def test_the_mean_of_plain_shares_needs_no_step_by_category(egdi):
    parameters = read_parameters("egdi-2018", egdi)
    cells = written(read_methodology("egdi", egdi), parameters, {}, unit="VNM")["cells"]
    code = sources(cells, "code")
    assert "one-unit-categories" not in code
    total, shown = code["one-unit-total"].splitlines()
    assert total == 'value = one["points"].sum() / len(one) if len(one) else None'
    assert shown == "value, value and float(value)"


def test_who_is_worked_out_by_hand_is_the_unit_named_or_whoever_comes_first(mini):
    assert sources(page(mini, unit="B"), "code")["one-unit"].startswith('unit = "B"\n')
    assert sources(page(mini), "code")["one-unit"].startswith('unit = ranking["unit"].iloc[0]\n')


@pytest.fixture
def without_zeros(mini_with):
    """The small edition without a zero for lateness, so without a calendar."""
    return mini_with(answers=lambda text: text.replace("40,zero_late", "40,"))


def test_a_step_that_the_methodology_does_not_have_has_no_cell(without_zeros):
    mini = without_zeros
    ids = {cell["id"] for cell in page(mini)}
    missing = {"references", "marking", "services", "intake", "confirming", "change", "published", "calendar"}
    assert ids & missing == set()
    assert {"published", "published-note"} <= {cell["id"] for cell in page(mini, published=True)}


@pytest.mark.parametrize("confirmed", [True, False])
def test_where_nothing_is_confirmed_the_section_can_be_left_out(egdi, confirmed):
    parameters = read_parameters("qd2342-2017", egdi)
    cells = written(read_methodology("qd2342", egdi), parameters, {}, confirmed=confirmed)["cells"]
    ids = {cell["id"] for cell in cells}
    assert ({"received", "confirming", "objected", "confirmation", "ledger"} & ids != set()) is confirmed


def test_sections_are_counted_through_from_one(without_zeros):
    prose = "\n".join(sources(page(without_zeros), "markdown").values())
    assert re.findall(r"^## (\d+)\.", prose, re.MULTILINE) == [str(n) for n in range(1, 10)]


def test_the_prose_refers_to_every_table_and_figure_that_a_page_may_publish():
    text = (Path(page_writer.__file__).parent / "templates" / "page.txt.j2").read_text("utf-8")
    kinds = {"table": "bang", "figure": "hinh"}
    made = {f"{kinds[kind]}-{name}" for kind, name in re.findall(r'ict\.(table|figure)\("(\w+)"', text)}
    assert len(made) > 40 and made == set(re.findall(r"\]\(#([^)]+)\)", text))


def test_the_words_are_neutral_and_name_the_methodologys_own_decision_and_no_other(mini):
    prose = "\n".join(sources(page(mini), "markdown").values())
    assert prose.startswith("# Phương pháp nhỏ để thử năm 2020\n")
    assert "Không có văn bản: lập ra để thử" in prose
    assert re.findall(r"EGDI|QĐ-|Bộ trưởng|Sở ", prose) == []


def test_a_parameter_says_what_it_may_be():
    assert bounds_of("decimals") == "0..6"
    assert bounds_of("ties") == "min | dense | max"


BEYOND = """\
  extra:
    label_vi: Thưởng
    status: official
    citation: {clause: Điều 1}
    counts_as: bonus
    max_points: 5
    rule: {value: more}
  less:
    label_vi: Trừ
    status: official
    citation: {clause: Điều 2}
    counts_as: deduction
    max_points: 10
    aggregate: sum
    criteria:
      off: {label_vi: Bớt, status: illustrative, max_points: 10, rule: {value: off}}
"""
ASKED = "  more: {label_vi: Thêm, kind: number}\n  off: {label_vi: Bớt, kind: number}\nmissing"


@pytest.mark.parametrize("on", ["points", "share"])
@pytest.mark.parametrize("root", ["sum", "mean", "minimum"])
def test_a_total_with_bonus_and_deduction_is_made_by_hand_too(tmp_path, root, on):
    text = TENTHS.format(root=root, on=on, weight_a="", weight_b="").replace("missing", ASKED, 1) + BEYOND
    text = text.replace("max_points: 10, aggregate", "floor: 3, ceiling: 14, max_points: 10, aggregate", 1)
    if root == "sum":
        text = text.replace("ceiling: 14, max_points: 10", "ceiling: 24, max_points: 20")
    more = "".join(
        f"{u},more,{m}\n{u},off,{o}\n" for u, m, o in zip("ABCD", (5, 0, 5, 1), (0, 3, 1, 10), strict=True)
    )
    project = make_mini(tmp_path, methodology=text, answers=TENTHS_ANSWERS + more)
    for unit in "ABCD":
        by_hand(project, unit)  # it stands in the page that the value is the package's own


@pytest.mark.parametrize("ties", ["min", "dense", "max"])
@pytest.mark.parametrize("on", ["rounded", "unrounded"])
def test_ranks_of_which_ties_are_broken_are_made_by_hand_too(tmp_path, ties, on):
    text = TENTHS.format(root="mean", on="share", weight_a="", weight_b="")
    text = text.replace("ties: min", f"ties: {ties}, tie_breaks: [b, a]").replace(
        "open: rounded", f"open: {on}"
    )
    answers = "entity,answer,value\n" + "".join(
        f"{unit},{answer},{value}\n"
        for unit, values in zip("ABCDE", ("66 ", "334", "336", "882", "228"), strict=True)
        for answer, value in zip(("one", "two", "three"), values.replace(" ", "-"), strict=True)
        if value != "-"
    )
    parameters = MINI_PARAMETERS.replace("rank_on: rounded", f"rank_on: {on}")
    project = make_mini(tmp_path, methodology=text, answers=answers, parameters=parameters)
    code = sources(page(project), "code")
    e = ict.open_edition(project, **read_parameters("mini-2020", project))
    names = {"ict": ict, "evaluation": e}
    for cell in ("rank", "ranks-by-hand"):
        exec(code[cell], names)  # it stands in the page that the ranks are the package's own
    assert names["ranked"]["tie_break"].str.contains("phân định").any()


@pytest.mark.parametrize(
    "old, new",
    [
        ("aggregate: mean", "aggregate: median"),
        ("ranking: {ties: min,", "ranking: {ties: min, tie_breaks: [a, b],"),
    ],
)
def test_where_no_weights_can_be_drawn_the_page_says_why_and_has_no_step_of_it(tmp_path, old, new):
    tried = page(make_mini(tmp_path / "a", methodology=tenths("mean", "points")))
    text = tenths("mean", "points")
    assert old in text
    bent = page(make_mini(tmp_path / "b", methodology=text.replace(old, new)))
    steps = {"rank-intervals", "acceptability-chart", "influence", "weights-tornado-chart", "tipping-points"}
    assert steps < {*sources(tried, "code")}
    assert not steps & {*sources(bent, "code")} and "conclusion" in sources(bent, "code")
    assert not any("xê dịch" in text for text in sources(bent, "markdown").values())
