"""What a unit's figures come to as it fills them in: workbook and page have what the package has."""

import random
from fractions import Fraction

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.form_page import write_page
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import Context, read_context, survey
from ictindex.exchange.layout import SCORE_SHEET
from ictindex.exchange.reading import read_return
from ictindex.facts.answers import Given
from ictindex.facts.inputs import Entity
from ictindex.methodology.decision import AGGREGATES, NOTHING
from ictindex.scoring.outcomes import Outcome, added_up, score
from tests.browser import SAVE_FORM

SHEET = "Phiếu khảo sát"
LONG = "Đã đạt " + "rất " * 70 + "tốt"  # longer than a formula may hold
SHARE = {"share": {"of": "part", "per": "whole"}}
STEPS = [
    {"low": 0, "high": Fraction("0.2"), "points": 0},
    {"low": Fraction("0.2"), "high": Fraction("0.8"), "full": Fraction("0.8")},
]
BANDS = {"bands": {"of": "some", "per": "all", "steps": [*STEPS, {"low": Fraction("0.8"), "points": 20}]}}


def case(rule, most):
    return {"label_vi": "Trường hợp", "max_points": most, "rule": rule}


SUM = {"sum_of": [case(SHARE, 7), case({"yes_no": "plan"}, 5)]}
BEST = {
    "best_of": [case(SUM, 12), case({"choice": {"of": "form", "points": {"a": 6, "b": Fraction("2.5")}}}, 6)]
}
CRITERIA = {
    "sum": {
        "max_points": 62,
        "aggregate": "sum",
        "criteria": {
            "value": {"max_points": 10, "rule": {"value": "points"}},
            "flag": {"max_points": 2, "missing": "leave_out", "rule": {"value": "flag"}},
            "awarded": {"max_points": 10, "missing": "zero", "rule": {"awarded": "claim"}},
            "share": {"max_points": 20, "rule": SHARE},
            "bands": {"max_points": 20, "missing": "leave_out", "rule": BANDS},
        },
    },
    "mean": {
        "max_points": 10,
        "aggregate": "mean",
        "criteria": {
            "yes": {"max_points": 10, "missing": "leave_out", "rule": {"yes_no": "plan"}},
            "choice": {
                "max_points": 10,
                "rule": {"choice": {"of": "kind", "points": {"x": 10, "y": Fraction("0.5")}}},
            },
            "count": {
                "max_points": 10,
                "rule": {"count": {"of": "apps", "each": Fraction("1.5"), "most": 10}},
            },
        },
    },
    "weighed": {
        "max_points": 8,
        "aggregate": "weights",
        "criteria": {
            "parts": {"max_points": 12, "weight": 40, "missing": "zero", "rule": SUM},
            "best": {"max_points": 12, "weight": Fraction("12.5"), "rule": BEST},
            "mark": {"max_points": 10, "weight": 20, "rule": {"mark": "seen"}},
            "largest": {"max_points": 10, "weight": Fraction("27.5"), "rule": {"of_largest": {"of": "band"}}},
        },
    },
    **{
        name: {
            "max_points": 10,
            **how,
            "criteria": {
                "one": {"max_points": 20, "missing": "leave_out", "rule": SHARE},
                "two": {"max_points": 10, "missing": "zero", "rule": {"value": "points"}},
                "three": {"max_points": 20, "missing": "leave_out", "rule": BANDS},
            },
        }
        for name, how in (
            ("harmonic", {"aggregate": "harmonic", "zeros": Fraction("0.05")}),
            ("minimum", {"aggregate": "minimum"}),
            ("median", {"aggregate": "median"}),
            ("geometric", {"aggregate": "geometric", "zeros": "zero"}),
            ("power", {"aggregate": "power", "power": 2}),
        )
    },
}
LOG = {"scale": "logarithm", "outside": "clip"}
CRITERIA["posts"] = {
    "max_points": 10,
    "aggregate": "mean",
    "criteria": {
        "plain": {
            "max_points": 10,
            "rule": {
                "goalposts": {"of": {"plus": ["part", "apps"], "minus": ["some"]}, "per": 4, "worst": 3,
                              "best": -1, "outside": "clip"}
            },
        },
        "log": {
            "max_points": 10,
            "rule": {"goalposts": {"of": "band", "worst": 1, "best": 80, **LOG}},
        },
        "refused": {
            "max_points": 10,
            "rule": {"goalposts": {"of": "some", "per": "all", "worst": 0, "best": 1}},
        },
        "standing": {"max_points": 10, "rule": {"in_group": {"of": "band", "by": "min_max"}}},
    },
}  # fmt: skip
CRITERIA["beyond"] = {
    "max_points": 10,
    "aggregate": "mean",
    "floor": 2,
    "ceiling": 11,
    "rounded": {"digits": 4, "how": "half_even"},
    "criteria": {
        "own": {"max_points": 10, "missing": "leave_out", "rule": SHARE},
        "more": {
            "max_points": 3, "counts_as": "bonus", "missing": "zero", "citation": {"clause": "1"},
            "rounded": {"digits": 4, "how": "down"}, "rule": {"share": {"of": "some", "per": "all"}},
        },
        "less": {
            "max_points": 6, "counts_as": "deduction", "missing": "leave_out", "citation": {"clause": "1"},
            "aggregate": "sum",
            "criteria": {
                "one": {"max_points": 3, "rounded": {"digits": 4, "how": "half_up"},
                        "rule": {"share": {"of": "some", "per": "all"}}},
                "two": {"max_points": 3, "rule": {"count": {"of": "apps", "each": 1, "most": 3}}},
            },
        },
    },
}  # fmt: skip
CRITERIA["covered"] = {
    "max_points": 10,
    "aggregate": "mean",
    "coverage": {"least": 60, "of": "weight", "below": "not_scored"},
    "criteria": {
        "one": {"max_points": 10, "missing": "leave_out", "rule": SHARE},
        "two": {"max_points": 10, "missing": "zero", "rule": {"value": "points"}},
        "three": {"max_points": 10, "missing": "leave_out", "rule": {"mark": "seen"}},
        "four": {
            "max_points": 10,
            "missing": "leave_out",
            "rule": {"in_group": {"of": "band", "by": "leader"}},
        },
    },
}
NOT_KNOWN = ("weighed.mark", "weighed.largest", "posts.standing", "covered.three", "covered.four")
ROOTS = ("geometric", "power", "posts.log", "posts", "total")  # of which the page has a near figure


@pytest.fixture(scope="module")
def methodology(methodology_of):
    kinds = {
        "flag": {"kind": "yes_no"},
        "kind": {"kind": "choice", "choices": {"x": LONG, "y": "Chưa <b>đạt</b>"}},
        "claim": {"kind": "award", "max": 10},
        **{name: {"kind": "count"} for name in ("part", "whole", "some", "all", "apps")},
    }
    return methodology_of(CRITERIA, aggregate="sum", max_points=160, answers=kinds)


def drawn(chance: random.Random) -> dict[str, object]:
    """What a unit says: a value, a state, or nothing."""
    whole, of = chance.choice((0, 3, 7, 30)), chance.choice((0, 9, 10))
    said = {
        "points": Fraction(chance.randrange(101), 10),
        "flag": chance.random() < 0.5,
        "claim": Fraction(chance.randrange(41), 4),
        "part": Fraction(chance.randint(0, whole)),
        "whole": Fraction(whole),
        "some": Fraction(chance.randint(0, of)),
        "all": Fraction(of),
        "plan": chance.random() < 0.5,
        "kind": chance.choice(("x", "y")),
        "apps": Fraction(chance.randrange(9)),
        "form": chance.choice(("a", "b")),
        "band": Fraction(chance.randrange(100)),
    }
    for name in said:
        if chance.random() < 0.12:
            said[name] = chance.choice(("missing", "not_applicable", "withheld"))
    return said


UNIT = Entity("don-vi", "Đơn vị </script><script>document.title='x'</script>", "all", 2, {})
SAID = [(nothing, drawn(random.Random(f"{nothing} {i}"))) for nothing in NOTHING for i in range(8)]
SAID += [("zero", dict.fromkeys(SAID[0][1], "missing"))]


def form_of(methodology, nothing):
    return survey(Context("small-2020", 2020, methodology, (UNIT,), nothing=nothing), UNIT)


def expected(methodology, inputs_with, nothing, said) -> dict[str, Outcome]:
    """The package's own outcomes of one unit; what it cannot know, or has left open, is left out."""
    states = ("missing", "not_applicable", "withheld")
    given = {k: v if v in states else Given(v, "given", str(v), 2) for k, v in said.items()}
    inputs = inputs_with({"don-vi": given})
    scores = score(methodology, inputs, {}, 2020, nothing=nothing)
    none = Outcome(None, None, "not_applicable")
    leaves = {
        leaf.id: (none if leaf.id in NOT_KNOWN else scores.outcomes[leaf.id][0],)
        for leaf in methodology.leaves
    }
    leaves = {k: (o if o.state != "unknown" else none,) for k, (o,) in leaves.items()}
    return {k: o for k, (o,) in added_up(methodology, scores.entities, leaves, scores.uncovered).items()}


def filled(said) -> dict[tuple, object]:
    """The entries of a form; a state beside an answer that is left open."""
    entries = {}
    for code, value in said.items():
        if value in ("not_applicable", "withheld"):
            entries[SHEET, "", code, "state"] = value
        elif value != "missing":
            entries[SHEET, "", code, "answer"] = value
    return entries


@pytest.fixture(scope="module")
def computed(methodology, recalculated, tmp_path_factory):
    files = {
        f"f{i}": write(form_of(methodology, nothing), filled(said)) for i, (nothing, said) in enumerate(SAID)
    }
    return recalculated(files, tmp_path_factory.mktemp("score"))


def test_every_kind_of_rule_is_here(methodology):
    kinds = {rule.kind for leaf in methodology.leaves for rule in leaf.criterion.rule.walk()}
    assert kinds == {
        *("value", "share", "of_largest", "bands", "yes_no", "choice", "count", "sum_of", "best_of"),
        *("mark", "awarded", "goalposts", "in_group"),
    }
    assert {node.aggregate for node in methodology.categories} == set(AGGREGATES)


@pytest.mark.parametrize("i", range(len(SAID)))
def test_the_workbook_computes_what_the_package_has(methodology, inputs_with, computed, i):
    nothing, said = SAID[i]
    rows = computed[f"f{i}"].rows(SCORE_SHEET)
    nodes = form_of(methodology, nothing).score.nodes
    outcomes = expected(methodology, inputs_with, nothing, said)
    for node, row in zip(nodes, rows[4:], strict=False):
        outcome = outcomes[node.id]
        got = [cell if isinstance(cell, float | int) else None for cell in row[3:5]]
        wanted = [None if each is None else pytest.approx(float(each)) for each in outcome[:2]]
        assert got == wanted, (node.id, said)
    beside = computed[f"f{i}"].rows(SHEET)
    last = next(row for row in reversed(beside) if row[1])
    assert last[8] == rows[4 + len(nodes) - 1][3], "at the end of the questions stands the total"


TYPE = """
(entries) => {
  const inputs = [...document.querySelectorAll("[data-cell]")];
  for (const [cell, text] of entries) {
    const input = inputs.find((each) => each.dataset.cell === cell);
    input.value = text;
    if (input.value !== text) throw new Error(`${cell} does not take ${text}`);
    input.dispatchEvent(new Event("input", {bubbles: true}));
  }
  const exact = (kind) => Object.fromEntries([...document.querySelectorAll(`td[data-${kind}]`)]
    .filter((each) => each.dataset[kind]).map((each) => [each.dataset[kind], each.dataset.exact]));
  return [exact("scores"), exact("available"), document.querySelector(".told").textContent];
}
"""


def typed(form, said) -> list[list[str]]:
    """Cell -> what somebody types, as Vietnamese write numbers."""
    words = {"not_applicable": "Không áp dụng", "withheld": "Bí mật nhà nước", True: "Có", False: "Không"}
    entries = []
    for row, line in enumerate(form.sheets[0].lines, start=5):
        if not line.asks or said[line.cells["code"]] == "missing":
            continue
        value = said[line.cells["code"]]
        if value in ("not_applicable", "withheld"):
            entries.append([f"F{row}", words[value]])
        else:
            number = isinstance(value, Fraction)
            text = f"{float(value):g}".replace(".", ",") if number else (line.asks.choices or {}).get(value)
            entries.append([f"E{row}", text or words[value]])
    return entries


@pytest.mark.parametrize("i", range(len(SAID)))
def test_the_page_computes_exactly_what_the_package_has(methodology, inputs_with, browser, tmp_path, i):
    nothing, said = SAID[i]
    form = form_of(methodology, nothing)
    browser.open(write_page(form), tmp_path)
    points, available, _ = browser.call(TYPE, typed(form, said))
    told = [each for each in browser.told if "beforeunload" not in str(each)]  # of the page that was left
    assert browser.call("() => document.title") != "x" and told == []
    for node_id, outcome in expected(methodology, inputs_with, nothing, said).items():
        got = [Fraction(each) if each else None for each in (points[node_id], available.get(node_id))]
        if node_id in ROOTS and outcome.counts and got[0] is not None:
            assert got[1] == outcome.available and abs(got[0] - outcome.points) < Fraction(1, 10**12)
        else:
            assert got == [outcome.points, outcome.available], (node_id, said)


@pytest.mark.parametrize("i", range(0, len(SAID), 7))
def test_a_saved_page_is_read_as_the_workbook_of_the_same_answers(methodology, browser, tmp_path, i):
    nothing, said = SAID[i]
    form = form_of(methodology, nothing)
    browser.open(write_page(form), tmp_path)
    browser.call(TYPE, typed(form, said))
    page = browser.call(SAVE_FORM)
    (tmp_path / "phieu.html").write_text(page, "utf-8")
    (tmp_path / "phieu.xlsx").write_bytes(write(form, filled(said)))
    units = {UNIT.code: UNIT.label_vi}
    one, other = (
        read_return(tmp_path / name, name, methodology, units, form.edition)
        for name in ("phieu.html", "phieu.xlsx")
    )
    assert one.findings == other.findings == []
    assert (one.key, one.version, one.content) == (other.key, other.version, other.content)
    at = {line.code: line.entries["answer"].cell for line in other.lines}
    assert {line.code: line.entries["answer"].cell for line in one.lines} == at
    browser.open(page, tmp_path)  # opened again it has its answers, and is saved as the same bytes
    assert browser.call(SAVE_FORM) == page


def test_the_page_says_what_is_wrong_where_it_is(methodology, browser, tmp_path):
    form = form_of(methodology, "zero")
    browser.open(write_page(form), tmp_path)
    at = {line.cells["code"]: row for row, line in enumerate(form.sheets[0].lines, start=5) if line.asks}
    wrong = {"points": "12", "claim": "10,5", "part": "8", "whole": "7", "apps": "1,5", "band": "1.234"}
    browser.call(TYPE, [[f"E{at[code]}", text] for code, text in wrong.items()])
    told = browser.call("""() => [...document.querySelectorAll("tr .wrong")].map((each) =>
        [each.closest("td").querySelector("[data-cell]").dataset.cell, each.textContent])
        .filter(([, text]) => text)""")
    said = {code: text for cell, text in told for code, row in at.items() if cell == f"E{row}"}
    assert said.keys() == wrong.keys()
    assert said["claim"] == "Không lớn hơn 10." and said["apps"] == "Cần số nguyên."
    assert "Không tính được" in said["part"] and "viết liền" in said["band"]


def test_every_unit_of_the_editions_has_a_page_without_anything_from_elsewhere():
    for edition in ("qd2342-2017", "qd375-2020", "qd2051-2016"):
        context = read_context(edition, Project.around())
        page = write_page(survey(context, context.entities[0]))
        assert "default-src 'none'" in page and page.count("<script") == page.count("</script>") == 3
        assert "src=" not in page.replace("default-src", "").replace("style-src", "").replace(
            "script-src", ""
        )
