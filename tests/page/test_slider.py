"""The sliders of an annex: exact in Python, and the same to the last digit in a real browser."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from ictindex.annex import files as publish
from ictindex.basics.project import Project
from ictindex.page import slider
from ictindex.page.opening import opened
from ictindex.robustness.exact_problem import exact_problem
from ictindex.scoring.evaluation import Evaluation, evaluate_edition
from ictindex.what_if.writing import suggested_name
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
EDITIONS = Project(ROOT).editions()
HOSTILE = '</script><script>document.title="x"</script><!--'


@pytest.fixture(scope="module")
def editions() -> dict[str, Evaluation]:
    return {edition: shipped(edition) for edition in EDITIONS}


def groups(e: Evaluation) -> Iterator[tuple[str, slider.Sliders]]:
    for group in e.methodology.groups:
        yield group, slider.sliders(e, group)


def page_of(e: Evaluation) -> str:
    """An annex of nothing but its sliders."""
    title = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Trang thử"}
    return publish.html({"cells": [title], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, opened(e), [])


def made(units=(), points=(60, 40), **rules: Any) -> slider.Sliders:
    """A group by hand: units as (code, whole, earned, available)."""
    usual = {"divided": False, "scale": Fraction(sum(points)), "as_points": True, "decimals": 1}
    usual |= {"rounding": "half_up", "ties": "min", "rank_on": "rounded"}
    return slider.Sliders(
        "Nhóm",
        tuple(slider.Category(f"c{k}", f"Hạng mục {k}", p) for k, p in enumerate(points)),
        tuple(slider.Unit(code, f"Đơn vị {code}", *parts) for code, *parts in units),
        **usual | rules,
    )


# --- the numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_before_anything_is_moved_the_sliders_show_the_official_numbers(editions, edition):
    e = editions[edition]
    for group, each in groups(e):
        official = [s for s in e.standings[group] if s.rank is not None]
        assert [u.code for u in each.units] == [s.entity.code for s in official]
        assert list(each.places(each.base)) == [
            (s.value, s.printed, s.rank, (level := e.level(s)) and level.label_vi) for s in official
        ]


def test_the_sliders_of_a_decision_are_its_own_points():
    e = shipped("qd2342-2017")
    points = {group: {c.id: c.points for c in each.categories} for group, each in groups(e)}
    assert points["province"] == {
        "infrastructure": 200,
        "application": 250,
        "portal": 100,
        "online_services": 250,
        "policy": 100,
        "staff": 100,
    }
    assert points["agency"] == {k: v for k, v in points["province"].items() if k != "online_services"}


def test_where_categories_weigh_alike_each_begins_at_a_hundred(editions):
    assert [each.base for _, each in groups(editions["egdi-2018"])] == [(100, 100, 100)]
    assert not any(each.as_points for _, each in groups(editions["egdi-2018"]))


@pytest.mark.parametrize("edition", EDITIONS)
def test_moved_points_score_as_the_exact_tree_of_weights_does(editions, edition):
    """Which walks every criterion; the sliders know only what a unit earned of each category."""
    chance = random.Random(7)
    for group, each in groups(editions[edition]):
        tree = exact_problem(editions[edition], group)
        ids = [child.id for child in tree.tree.children]
        assert ids == [category.id for category in each.categories]
        for _ in range(5):
            points = [chance.randrange(sum(each.base) + 1) for _ in each.base]
            # a criterion that applies to nobody is left out of the tree: its category weighs less there
            part = [w * sum(each.base) / p for w, p in zip(tree.tree.weights, each.base, strict=True)]
            weights = [p * share for p, share in zip(points, part, strict=True)]
            if tree.policy == "share" or set(part) == {1}:
                moved = {tree.tree.id: weights}
                values = [tree.value(shares, moved) for shares in tree.shares]
                assert [place.value for place in each.places(points)] == values


def test_by_hand():
    """A has 3/4 and 1/2, B 1/2 and all: 65 and 70 of 100; with 90 and 10 points 72.5 and 55."""
    each = made([("A", 4, (3, 2), (4, 4)), ("B", 2, (1, 2), (2, 2))], levels=(("Khá", Fraction(70)),))
    assert [place[1:] for place in each.places((60, 40))] == [
        (Decimal("65.0"), 2, None),
        (Decimal("70.0"), 1, "Khá"),
    ]
    assert [str(place.value) for place in each.places((90, 10))] == ["145/2", "55"]
    assert [place.level for place in each.places((90, 10))] == ["Khá", None]
    assert each.told(each.places((90, 10))) == (
        "2 trong 2 đơn vị đổi hạng. Đứng đầu: Đơn vị A. Lên nhiều nhất: Đơn vị A (2 → 1)."
        " Xuống nhiều nhất: Đơn vị B (1 → 2). 2 đơn vị đổi mức."
    )


def test_what_does_not_apply_divides_where_shares_are_compared_and_nothing_is_left_to_rank_where_it_is_all():
    units = [("A", 1, (1, 0), (1, 0)), ("B", 2, (1, 1), (2, 2))]
    shares = made(units, divided=True, scale=Fraction(1))
    assert [place.value for place in shares.places((50, 50))] == [1, Fraction(1, 2)]
    assert [place.value for place in made(units).places((50, 50))] == [50, 50]
    for each in (shares, made(units)):
        assert each.places((0, 100))[0] == (None, None, None, None)
        assert each.places((0, 0)) == ((None, None, None, None),) * 2


def test_a_value_is_on_the_scale_in_force_whatever_the_points_add_up_to():
    each = made([("A", 2, (1, 2), (2, 2))])
    assert each.places((60, 40))[0].value == each.places((600, 400))[0].value == 70


# --- keeping the total ------------------------------------------------------------------------------------

BASE = (200, 250, 100, 250, 100, 100)


def test_those_never_moved_share_what_is_left_as_they_did():
    each = made(points=BASE)
    assert each.moved({3: 300}, 3, keep=True) == (
        187,
        234,
        93,
        300,
        93,
        93,
    )  # 186⅔, 233⅓, 93⅓: first of equals
    assert each.moved({3: 300}, 3, keep=False) == (200, 250, 100, 300, 100, 100)
    assert each.moved({}, None, keep=True) == BASE


def test_what_was_moved_before_stays_while_it_can_and_then_gives_way_in_proportion():
    each = made(points=(50, 30, 20))
    assert each.moved({0: 60, 1: 30}, 1, keep=True) == (60, 30, 10)
    assert each.moved({0: 60, 1: 70}, 1, keep=True) == (30, 70, 0)
    assert each.moved({0: 60, 1: 20, 2: 60}, 2, keep=True) == (30, 10, 60)
    assert made(points=(60, 40)).moved({0: 0, 1: 30}, 1, keep=True) == (70, 30)
    assert made(points=(50, 30, 20)).moved({0: 0, 1: 0, 2: 33}, 2, keep=True) == (34, 33, 33)


@given(
    st.lists(st.integers(0, 400), min_size=2, max_size=7).filter(any),
    st.data(),
)
def test_the_total_is_kept_and_the_last_one_moved_has_its_wish(base, data):
    each, total = made(points=base), sum(base)
    places = st.integers(0, len(base) - 1)
    wishes = data.draw(st.dictionaries(places, st.integers(0, total), min_size=1))
    last = data.draw(st.sampled_from(sorted(wishes)))
    points = each.moved(wishes, last, keep=True)
    assert sum(points) == total and min(points) >= 0
    assert points[last] == wishes[last]


# --- in the page ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Evaluation:
    """EGDI, with a name for Denmark that ends a script and begins another."""
    root = tmp_path_factory.mktemp("hostile")
    for folder in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    path = root / "inputs/egdi-2018/entities.csv"
    text = path.read_text("utf-8")
    quoted = HOSTILE.replace('"', '""')
    path.write_text(text.replace("Đan Mạch", f'"{quoted}"'), "utf-8")
    return evaluate_edition("egdi-2018", Project(root))


def test_the_data_of_a_page_ends_no_script_and_begins_no_comment(hostile):
    page = page_of(hostile)
    assert page.count("<script") == page.count("</script") == 2
    data = BeautifulSoup(page, "html.parser").find(id="so-lieu-trong-so").string
    assert "<" not in data and "&" not in data
    assert ["DNK", HOSTILE] in [unit[:2] for unit in json.loads(data)[0]["units"]]


def test_a_page_says_at_once_that_the_sliders_are_hypothetical_and_need_a_script(editions):
    soup = BeautifulSoup(page_of(editions["qd2342-2017"]), "html.parser")
    section = soup.find("section", class_="ict-slider")
    stamped = "PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA"  # the figures behind it are made up too
    assert section.find("h2").find_next_sibling().text == stamped
    assert all(stamped in table.caption.text for table in section.find_all("table"))
    real = BeautifulSoup(page_of(editions["egdi-2018"]), "html.parser").find("section", class_="ict-slider")
    assert real.find("h2").find_next_sibling().text == "PHƯƠNG ÁN GIẢ ĐỊNH – DỰ THẢO"
    assert "cần JavaScript" in section.find(id="can-javascript").text
    panels = section.find_all("div", class_="panel")
    assert len(panels) == 3 and all(panel.has_attr("hidden") for panel in panels)
    labelled = {label["for"] for label in section.find_all("label") if label.has_attr("for")}
    assert labelled == {each["id"] for each in section.find_all("input", type="range")}
    assert all(each["aria-label"] for each in section.find_all("input", type="number"))


def test_nothing_is_moved_where_there_is_nothing_to_move(any_year):
    section = slider.section(any_year)
    ranked = {g: sum(s.rank is not None for s in some) for g, some in any_year.standings.items()}
    assert (section is None) == (not any(ranked.values()) or len(any_year.methodology.categories) < 2)


def test_a_page_that_answers_a_what_if_has_no_sliders(small):
    """Else what it calls the base would be hypothetical itself."""
    assert slider.section(small)
    assert slider.section(replace(small, what_if=object())) is None


def test_a_group_that_is_too_large_for_the_page_is_left_out_by_name(editions, monkeypatch):
    monkeypatch.setattr(slider, "MOST_BYTES", 8000)
    section = slider.section(editions["qd2342-2017"])
    assert [each.label_vi for each in section.groups] == ["Bộ, cơ quan ngang Bộ", "Cơ quan thuộc Chính phủ"]
    assert [line.partition(":")[0] for line in section.left_out] == ["Tỉnh, thành phố trực thuộc Trung ương"]


def many(n: int = 11_000) -> slider.Sliders:
    chance = random.Random(5)
    units = []
    for i in range(n):
        whole = chance.randrange(10**15, 10**16)
        units.append((f"X{i:05}", whole, tuple(chance.randrange(whole) for _ in BASE), (whole,) * len(BASE)))
    return made(units, points=BASE, decimals=3, highlighted=frozenset(["X05000", "X05001"]))


def test_of_eleven_thousand_units_the_first_the_last_and_the_highlighted_are_drawn():
    each = many()
    places = each.places(BASE)
    order = sorted(range(len(places)), key=lambda i: (places[i].rank, each.units[i].code))
    assert each.drawn(places) == [
        i for at, i in enumerate(order) if at < 50 or at >= 10_975 or i in (5000, 5001)
    ]
    assert len(slider.embedded(each.data()).encode()) < slider.MOST_BYTES


# --- a hundred positions, in Python and in the script -----------------------------------------------------

Step = dict[str, Any]


def positions(sizes: list[tuple[int, int]], count: int = 100) -> list[Step]:
    """Random moves of sliders: which group, what is wished for in which order, and whether the total is kept.

    ``sizes``: categories and total of each group.
    """
    chance = random.Random(20240229)
    steps = []
    for _ in range(count):
        group = chance.randrange(len(sizes))
        categories, total = sizes[group]
        moves = [
            (chance.randrange(categories), chance.randrange(total + 1)) for _ in range(chance.randint(0, 4))
        ]
        steps.append({"group": group, "keep": chance.random() < 0.6, "moves": moves})
    return steps


def expected(each: slider.Sliders, step: Step) -> dict[str, Any]:
    """What a page must show there, by this package's own arithmetic."""
    wishes = dict(step["moves"])
    last = step["moves"][-1][0] if step["moves"] else None
    points = each.moved(wishes, last, step["keep"])
    places = each.places(points)
    rows = []
    for i in each.drawn(places):
        was, now = each.official[i], places[i]
        shown = [each.units[i].label_vi, written(was.rank), written(now.rank)]
        shown += [vietnamese(was.printed), vietnamese(now.printed)]
        if each.levels:
            levels = [written(was.level), written(now.level)]
            shown.append(levels[0] if levels[0] == levels[1] else " → ".join(levels))
        exact = "" if now.value is None else f"{now.value.numerator}/{now.value.denominator}"
        rows.append([each.units[i].code, exact, *shown])
    shown = {"points": [str(p) for p in points], "rows": rows, "told": each.told(places)}
    moved = sorted(wishes)
    name = suggested_name(each.stated(points, moved)) if points != each.base else ""
    file = each.as_file(name, points, moved) if name else ""
    return {**shown, "meant": each.meant(points), "name": name, "file": file}


def written(cell: Any) -> str:
    return "–" if cell is None else str(cell)


def vietnamese(number) -> str:
    """1234.50 as 1.234,50, by the thousands mark of Python's own formatting."""
    return "–" if number is None else f"{number:,}".translate(str.maketrans(",.", ".,"))


HARNESS = """
(steps) => Promise.all(steps.map(async ({group, keep, moves}) => {
  const panel = document.getElementById(`thu-trong-so-${group}`);
  const ranges = [...panel.querySelectorAll("input[type=range]")];
  const box = panel.querySelector("input[type=checkbox]");
  panel.querySelector("button").click();
  let saved = null;
  URL.createObjectURL = (blob) => { saved = blob; return "#"; };
  if (box.checked !== keep) box.click();
  for (const [k, wish] of moves) {
    ranges[k].value = wish;
    ranges[k].dispatchEvent(new Event("input", {bubbles: true}));
  }
  panel.querySelector("button.save").click();
  const shown = {
    meant: panel.querySelector(".meant").textContent,
    name: panel.querySelector("input.name").value,
    points: ranges.map((each) => each.value),
    fields: [...panel.querySelectorAll("input[type=number]")].map((each) => each.value),
    told: panel.querySelector(".told").textContent.replace(/^Phương án (gốc|giả định)\\. /, ""),
    rows: [...panel.querySelectorAll("tbody tr")].map((tr) => [tr.dataset.code, tr.dataset.exact,
      ...[...tr.cells].filter((_, k) => k !== 3).map((td) => td.textContent)]),
  };
  return {...shown, file: saved ? await saved.text() : ""};
}))
"""


def agree(shown: list[dict[str, Any]], each_group: list[slider.Sliders], steps: list[Step]) -> None:
    assert len(shown) == len(steps) == 100
    for got, step in zip(shown, steps, strict=True):
        if "fields" in got:
            assert got.pop("fields") == got["points"]
        assert got == expected(each_group[step["group"]], step), step


def sizes(some: list[slider.Sliders]) -> list[tuple[int, int]]:
    return [(len(each.base), sum(each.base)) for each in some]


@pytest.mark.parametrize("edition", [name for name in EDITIONS if name not in ("egdi-2014", "egdi-2016")])
def test_a_browser_shows_what_python_computes_at_a_hundred_positions(editions, edition, browser, tmp_path):
    """The rules of two EGDI are those of the third."""
    some = [each for _, each in groups(editions[edition])]
    steps = positions(sizes(some))
    browser.open(page_of(editions[edition]), tmp_path)
    agree(browser.call(HARNESS, steps), some, steps)
    assert browser.told == [], "the console is silent"


IN_NODE = """
const {groups, steps} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const text = (each) => each ?? "–";
console.log(JSON.stringify(steps.map(({group: g, keep, moves}) => {
  const group = groupOf(groups[g]);
  const wishes = new Map(moves.map(([k, wish]) => [k, BigInt(wish)]));
  const last = moves.length ? moves[moves.length - 1][0] : null;
  const points = movedPoints(group.base, wishes, last, keep);
  const [official, places] = [group.base, points].map((each) => placesOf(group, each));
  const rows = drawnOf(group, places).map((i) => {
    const [was, now, {code, label}] = [official[i], places[i], group.units[i]];
    const level = was.level === now.level ? text(now.level) : `${text(was.level)} → ${text(now.level)}`;
    const exact = now.value ? exactText(now.value) : "";
    return [code, exact, label, text(was.rank), text(now.rank), text(was.printed), text(now.printed),
      ...(group.levels.length ? [level] : [])].map(String);
  });
  const few = fewest(group, points, wishes.keys());
  const same = points.every((each, k) => each === group.base[k]);
  const name = same ? "" : suggestedName(few);
  return {points: points.map(String), rows, told: told(group, places, official), meant: meant(group, points),
    name, file: same ? "" : asFile(group, name, points, few)};
})));
"""


def rule_sets() -> list[slider.Sliders]:
    """Units by hand under every rounding, tie rule and rank rule, with gaps, ties and halves."""
    chance = random.Random(3)
    sets = []
    for rounding in ("half_up", "half_even", "down"):
        for ties in ("min", "dense", "max"):
            for rank_on in ("rounded", "unrounded"):
                units = []
                for i in range(12):
                    there = tuple(chance.choice((0, 4, 8, 8)) for _ in range(3))
                    units.append((f"U{i:02}", 8, tuple(chance.randint(0, most) for most in there), there))
                levels = (("Tốt", Fraction(85, 2)), ("Khá", Fraction(61, 3)))
                rules = {"rounding": rounding, "ties": ties, "rank_on": rank_on, "levels": levels}
                more = {"decimals": chance.randint(0, 2), "divided": chance.random() < 0.5}
                sets.append(made(units, (20, 30, 50), **rules, **more))
    return sets


@pytest.mark.skipif(not shutil.which("node"), reason="no node is installed on this machine")
def test_the_script_obeys_every_rule_at_a_hundred_positions_in_node():
    some = rule_sets()
    steps = positions(sizes(some))
    exact = (ROOT / "ictindex/page/templates/slider_exact.js").read_text("utf-8")
    code = slider.exact_script() + exact + IN_NODE
    given = json.dumps({"groups": [each.data() for each in some], "steps": steps})
    ran = subprocess.run(["node", "-e", code], input=given, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    agree(json.loads(ran.stdout), some, steps)
    assert any(row[1] == "" for got in json.loads(ran.stdout) for row in got["rows"]), "someone has no rank"


# --- the page in a browser --------------------------------------------------------------------------------

FOCUSED = "() => [document.activeElement.type, document.activeElement.id]"
FIRST = '() => document.querySelector("#thu-trong-so-0 input").value'
SHOWN = "() => document.querySelector('.panel').checkVisibility()"
TITLE = "() => document.title"


def test_the_keyboard_reaches_and_moves_a_slider_and_resets_it(editions, browser, tmp_path):
    browser.open(page_of(editions["qd2342-2017"]), tmp_path)
    while browser.call(FOCUSED)[0] != "range":
        browser.press("Tab", 9)
    assert browser.call(FOCUSED) == ["range", "thu-trong-so-0-0"]
    assert browser.call("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("ArrowRight", 39)
    assert browser.call(FIRST) == "201"
    told = '() => document.querySelector("[role=status]").textContent'
    assert browser.call(told) == ""
    waited = time.monotonic() + 10
    while not browser.call(told) and time.monotonic() < waited:
        time.sleep(0.05)
    assert browser.call(told).startswith("Phương án giả định. ")
    while browser.call(FOCUSED)[0] != "button":
        browser.press("Tab", 9)
    browser.press(" ", 32)
    assert browser.call(FIRST) == "200"
    assert browser.call('() => document.querySelector(".told").textContent').startswith(
        "Phương án gốc. 0 trong"
    )


def test_a_number_can_be_typed_and_half_a_number_changes_nothing(editions, browser, tmp_path):
    browser.open(page_of(editions["qd2342-2017"]), tmp_path)
    typed = """(texts) => texts.map((text) => {
      const field = document.querySelectorAll("#thu-trong-so-0 input[type=number]")[3];
      field.value = text;
      field.dispatchEvent(new Event("input"));
      return document.querySelectorAll("#thu-trong-so-0 input[type=range]")[3].value;
    })"""
    assert browser.call(typed, ["300", "", "-5", "7000", "1.5"]) == ["300", "300", "300", "1000", "1000"]


def test_paper_shows_no_sliders(editions, browser, tmp_path):
    browser.open(page_of(editions["egdi-2018"]), tmp_path)
    assert browser.call(SHOWN)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    assert not browser.call(SHOWN)
    browser.ask("Emulation.setEmulatedMedia", media="")


def test_without_a_script_the_page_says_so_and_shows_the_rest(editions, browser, tmp_path):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page_of(editions["egdi-2018"]), tmp_path)
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert not browser.call(SHOWN)
    assert browser.call("() => document.getElementById('can-javascript').checkVisibility()")


def test_a_name_that_is_a_script_stays_a_name_and_no_other_script_runs(hostile, browser, tmp_path):
    page = page_of(hostile).replace("</main>", "</main><script>document.title = 'x'</script>")
    browser.open(page, tmp_path)
    assert browser.call(TITLE) != "x"
    assert [entry["entry"]["source"] for entry in browser.told] == ["security"]
    names = browser.call(
        "() => [...document.querySelectorAll('.panel tbody td:first-child')].map((td) => td.innerText)"
    )
    assert names[0] == HOSTILE


def test_eleven_thousand_units_move_in_a_moment(browser, tmp_path, editions, monkeypatch):
    each = many()
    section = slider.Section((each,), (), f"[{slider.embedded(each.data())}]", slider.script())
    monkeypatch.setattr(slider, "section", lambda e: section)
    browser.open(page_of(editions["egdi-2018"]), tmp_path)
    step = {"group": 0, "keep": True, "moves": [(3, 300)]}
    begun = time.monotonic()
    shown = browser.call(HARNESS, [step])[0]
    assert time.monotonic() - begun < 10, "two draws: the reset and the move"
    shown.pop("fields")
    assert shown == expected(each, step)
    assert len(shown["rows"]) in (75, 76, 77)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_of_a_screen(editions, browser, tmp_path, width):
    browser.open(page_of(editions["qd2342-2017"]), tmp_path, width)
    assert browser.call("() => document.documentElement.scrollWidth") <= width
