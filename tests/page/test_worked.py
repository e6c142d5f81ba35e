"""The printed sum: a worked literal of each rule kind, and the sum of every scored cell gives its points."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.facts.answers import Given
from ictindex.facts.review import Mark
from ictindex.methodology.decision import Answer
from ictindex.methodology.rule_kinds import Rule
from ictindex.page import frames
from ictindex.page.worked import figure_vi, marks_vi, number_vi, worked
from ictindex.scoring.rules import Spread, points
from tests.shipped import shipped

F = Fraction

# --- a tiny reader of printed sums, which shares no line with the package ---------------------------------

NUMBER = r"-?\d{1,3}(?:\.\d{3})*(?:,\d+)?"


def number(text):
    """1.234,5 as a number."""
    assert re.fullmatch(NUMBER, text), text
    return F(text.replace(".", "").replace(",", "."))


def total(sum_vi):
    """What an officer gets who works the printed sum out by hand."""
    if best := re.fullmatch(r"cao nhất trong (\[.*)", sum_vi):
        cases = bracketed(best[1])
        earned = [number(found) for found in re.findall(rf"\] = ({NUMBER})(?:; |$)", flat(best[1]))]
        assert earned == [total(case) for case in cases], sum_vi
        return max(earned)
    if sum_vi.startswith("["):
        assert re.fullmatch(r"\[\](?: \+ \[\])*", flat(sum_vi)), sum_vi
        return sum(map(total, bracketed(sum_vi)))
    if capped := re.fullmatch(rf"(.*), nhiều nhất ({NUMBER})", sum_vi):
        assert total(capped[1]) > number(capped[2]), "a limit that does not bind need not be said"
        return number(capped[2])
    if step := re.fullmatch(rf"(.*) từ ({NUMBER}) (?:trở lên|đến dưới ({NUMBER})): ({NUMBER})", sum_vi):
        value = total(step[1])
        assert number(step[2]) <= value and (not step[3] or value < number(step[3])), sum_vi
        return number(step[4])
    plain = sum_vi.replace("(0 : 0, tính là 0)", "0")
    if not re.search(r"[^\d.,()×: -]", plain):
        return arithmetic(plain)
    words, earned = re.fullmatch(rf"(.+): ({NUMBER})", sum_vi).groups()  # yes, no or a choice
    assert re.search(r"[^\W\d]", words), sum_vi
    return number(earned)


def arithmetic(text):
    """Products and quotients from left to right, brackets first."""
    while inner := re.search(r"\(([^()]*)\)", text):
        value = arithmetic(inner[1])
        text = f"{text[: inner.start()]}{value.numerator}/{value.denominator}{text[inner.end() :]}"
    first, *rest = re.split(r" ([:×]) ", text)
    value = operand(first)
    for sign, each in zip(rest[::2], rest[1::2], strict=True):
        value = value * operand(each) if sign == "×" else value / operand(each)
    return value


def operand(text):
    return F(text) if "/" in text else number(text)


def bracketed(text):
    """What stands in each of the outermost square brackets."""
    found, depth, begun = [], 0, 0
    for at, sign in enumerate(text):
        if sign == "[":
            begun, depth = (at + 1 if depth == 0 else begun), depth + 1
        elif sign == "]":
            depth -= 1
            if depth == 0:
                found.append(text[begun:at])
    return found


def flat(text):
    """A text without what stands in its outermost square brackets."""
    for case in bracketed(text):
        text = text.replace(f"[{case}]", "[]", 1)
    return text


@pytest.mark.parametrize(
    "sum_vi, points",
    [
        ("12,5", F(25, 2)),
        ("(412 : 480) × 20", F(103, 6)),
        ("(1.500 : (10 : 3)) × 2", F(900)),
        ("12 × 0,5, nhiều nhất 5", F(5)),
        ("(9 : 10) từ 0,8 đến dưới 1: 7", F(7)),
        ("3 : 5 × 10", F(6)),
        ("có: 10", F(10)),
        ("[có: 2] + [(1 : 4) × 8]", F(4)),
        ("cao nhất trong [có: 2] = 2; [[không: 0] + [1 : 2 × 10]] = 5", F(5)),
    ],
)
def test_the_reader_of_printed_sums_can_read(sum_vi, points):
    assert total(sum_vi) == points


@pytest.mark.parametrize(
    "wrong", ["cao nhất trong [có: 2] = 3", "(7 : 10) từ 0,8 đến dưới 1: 7", "2 × 2, nhiều nhất 5", "2; 3"]
)
def test_the_reader_of_printed_sums_takes_nothing_on_trust(wrong):
    with pytest.raises((AssertionError, AttributeError)):
        total(wrong)


# --- each rule kind ---------------------------------------------------------------------------------------

ASKED = {
    "n": {"kind": "number"},
    "per": {"kind": "number"},
    "yes": {"kind": "yes_no"},
    "how": {"kind": "choice", "choices": {"a": "Một phần", "b": "Toàn bộ: mọi đơn vị"}},
    "page": {"kind": "mark", "max": 10},
    "ideas": {"kind": "award", "max": 5},
}
SPECS = {key: Answer.model_validate({"label_vi": key, **spec}) for key, spec in ASKED.items()}
HALF = Decimal("0.5")
STEPS = [
    {"low": 0, "high": HALF, "full": 1},
    {"low": HALF, "high": Decimal("0.8"), "points": 4},
    {"low": Decimal("0.8"), "points": 7},
]
RATE = {"share": {"of": "n", "per": "per"}}
BANDS = {"bands": {"of": "n", "per": "per", "steps": STEPS}}
LARGEST = {"of_largest": {"of": "n"}}
RATE_OF_LARGEST = {"of_largest": {"of": "n", "per": "per"}}
CHOICE = {"choice": {"of": "how", "points": {"a": 2, "b": Decimal("4.5")}}}
COUNT = {"count": {"of": "n", "each": HALF, "most": 5}}
CASES = [
    {"label_vi": "Nửa", "max_points": 5, "rule": RATE},
    {"label_vi": "Trang", "max_points": 3, "rule": {"yes_no": "yes"}},
]
BOTH = {"n": 1, "per": 2, "yes": True}


def sum_of(rule, most=10, largest=None, **answers):
    """The printed sum of a rule as a methodology states it, on figures given as text."""
    given = {
        key: Given(value if isinstance(value, bool) or key == "how" else F(value), "given", str(value), 2)
        for key, value in answers.items()
    }
    return worked(Rule.model_validate(rule), given, SPECS, F(most), largest and F(largest))


@pytest.mark.parametrize(
    "rule, answers, printed, points",
    [
        ({"value": "n"}, {"n": "1234.5"}, "1.234,5", "1234.5"),
        ({"awarded": "ideas"}, {"ideas": 3}, "3", 3),
        (RATE, {"n": 412, "per": 480}, "(412 : 480) × 10", "103/12"),
        (RATE, {"n": 0, "per": 0}, "(0 : 0, tính là 0) × 10", 0),
        (RATE, {"n": "1/3", "per": 2}, "((1 : 3) : 2) × 10", "5/3"),
        (LARGEST, {"n": 40, "largest": 80}, "(40 : 80) × 10", 5),
        (LARGEST, {"n": 0, "largest": 0}, "(0 : 0, tính là 0) × 10", 0),
        (LARGEST, {"n": 1, "largest": "7/3"}, "(1 : (7 : 3)) × 10", "30/7"),
        (RATE_OF_LARGEST, {"n": 2, "per": 8, "largest": "0.5"}, "((2 : 8) : 0,5) × 10", 5),
        (BANDS, {"n": 6, "per": 10}, "(6 : 10) từ 0,5 đến dưới 0,8: 4", 4),
        (BANDS, {"n": 8, "per": 10}, "(8 : 10) từ 0,8 trở lên: 7", 7),
        (BANDS, {"n": 1, "per": 4}, "(1 : 4) : 1 × 10", "2.5"),
        ({"bands": {"of": "n", "steps": STEPS}}, {"n": "0.25"}, "0,25 : 1 × 10", "2.5"),
        ({"yes_no": "yes"}, {"yes": True}, "có: 10", 10),
        ({"yes_no": "yes"}, {"yes": False}, "không: 0", 0),
        (CHOICE, {"how": "a"}, "Một phần: 2", 2),
        (CHOICE, {"how": "b"}, "Toàn bộ: mọi đơn vị: 4,5", "4.5"),
        (COUNT, {"n": 3}, "3 × 0,5", "1.5"),
        (COUNT, {"n": 10}, "10 × 0,5", 5),
        (COUNT, {"n": 12}, "12 × 0,5, nhiều nhất 5", 5),
        ({"sum_of": CASES}, BOTH, "[(1 : 2) × 5] + [có: 3]", "5.5"),
        ({"best_of": CASES}, BOTH, "cao nhất trong [(1 : 2) × 5] = 2,5; [có: 3] = 3", 3),
        ({"mark": "page"}, {"page": "0.75"}, "(7,5 : 10) × 10", "7.5"),
    ],
)
def test_each_kind_of_rule_is_worked_as_an_officer_would_write_it(rule, answers, printed, points):
    assert sum_of(rule, **answers) == printed
    assert total(printed) == F(points)


SAME = ("min_max", "leader", "percentile_rank", "z_score")


@pytest.mark.parametrize("best", ["largest", "smallest"])
@pytest.mark.parametrize("by", SAME)
@pytest.mark.parametrize("values", [(0,), (0, 0), (4,), (4, 4)])
def test_where_all_of_a_group_are_equal_nothing_is_divided_by_nothing(by, best, values):
    how = {"centre": HALF, "each": Decimal("0.1")} if by == "z_score" else {}
    rule = Rule.model_validate({"in_group": {"of": "n", "by": by, "best": best, **how}})
    given, spread = {"n": Given(F(values[0]), "given", "", 2)}, Spread(tuple(map(F, values)))
    printed = worked(rule, given, SPECS, F(10), spread)
    assert not re.search(r": 0( |\)|$)", printed)
    earned = points(rule, given, F(10), spread)
    half = by == "z_score" or (by == "percentile_rank" and len(values) > 1)
    assert earned == (5 if half else 10)
    told = re.sub("^.*(nhau|nhất|khác): ", "", printed).replace("0 + 1 : 2", "1 : 2")
    assert arithmetic(told) == earned


@pytest.mark.parametrize(("own", "said"), [(9, ", nhiều nhất 10"), (1, ", ít nhất 0"), (5, "")])
def test_a_z_score_that_is_cut_says_where(own, said):
    stated = {"of": "n", "by": "z_score", "centre": HALF, "each": Decimal("0.5"), "outside": "clip"}
    given = {"n": Given(F(own), "given", "", 2)}
    printed = worked(
        Rule.model_validate({"in_group": stated}), given, SPECS, F(10), Spread((F(1), F(5), F(5), F(5), F(9)))
    )
    assert printed.partition(") × 10")[2] == said


def test_a_mark_counts_in_proportion_to_its_scale():
    assert sum_of({"mark": "page"}, most=4, page="0.75") == "(7,5 : 10) × 4"


@pytest.mark.parametrize(
    "number, printed",
    [
        ("1234567", "1.234.567"),
        ("0.000001", "0,000001"),
        ("0.0000001", "(1 : 10.000.000)"),
        ("206/24", "(103 : 12)"),
    ],
)
def test_a_number_that_is_no_short_decimal_is_a_quotient(number, printed):
    assert number_vi(F(number)) == printed


def test_figures_stand_as_they_were_given():
    asked = SPECS["how"]
    assert [figure_vi(value, asked) for value in (None, True, False, "a", "z", F(5, 2))] == [
        "–",
        "có",
        "không",
        "Một phần",
        "z",
        "2,5",
    ]


def test_the_adjudicators_mark_is_told_from_the_reviewers():
    marks = [Mark("r1", "reviewer", F(9), "", 2), Mark("r2", "reviewer", F(5, 2), "", 3)]
    assert marks_vi(marks) == "9; 2,5"
    assert marks_vi([*marks, Mark("s", "adjudicator", F(4), "sai", 4)]) == "9; 2,5; thẩm định 4"


# --- every scored cell ------------------------------------------------------------------------------------

EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_printed_sum_of_every_scored_cell_gives_its_points(edition):
    points = frames.points(shipped(edition))
    scored = points[points.state == "scored"]
    wrong = [(row.unit, row.criterion, row.rule, row.points) for row in scored.itertuples()
             if total(row.rule) != row.points]  # fmt: skip
    assert len(scored) > 300 and wrong == []
    assert set(points[points.state != "scored"].rule) <= {""}
