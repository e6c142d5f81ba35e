"""A page for each unit: where it stands and why, from what the executed page publishes, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from ictindex.annex import unit_pages
from ictindex.facts.withheld import WITHHELD
from ictindex.page import frames, standing
from ictindex.page.opening import opened
from ictindex.page.publishing import Item, table


def items_of(e, *more):
    points = frames.points(e)
    categories = frames.add_up(points, e)
    made = {"points": points, "categories": categories, "ranking": frames.rank(categories, e), **dict(more)}
    return [Item(table(name, frame), n, n, False) for n, (name, frame) in enumerate(made.items(), start=1)]


@pytest.fixture
def e(small):
    return opened(small)


@pytest.fixture
def units(e):
    items = items_of(e, ("positions", standing.positions(e)), ("profiles", standing.profiles(e)))
    return {unit.code: unit for unit in unit_pages.units(unit_pages.published_rows(items), e)}


def test_every_unit_has_one_in_the_order_of_the_ranking(e, units):
    ranked = [s.entity.code for standings in e.standings.values() for s in standings]
    assert sorted(units) == sorted(ranked)
    first = next(iter(e.standings.values()))[0]
    assert next(iter(units)) == first.entity.code


def test_rank_value_and_points_are_those_of_the_ranking(e, units):
    for standings in e.standings.values():
        ranked = sum(s.rank is not None for s in standings)
        for s in standings:
            facts = dict(units[s.entity.code].facts)
            assert facts["Thứ hạng"] == (f"{s.rank} trong {ranked} đơn vị" if s.rank else "Không xếp hạng")


def test_the_points_of_its_lines_add_up_to_those_of_their_category(units):
    a = units["A"]
    inside = a.categories[0]
    assert [(line.points, line.available) for line in inside.lines] == [("9", "10"), ("30", "40")]
    assert (inside.points, inside.available) == ("39", "50")
    assert inside.lines[0].rule == "(90 : 100) × 10" and inside.lines[0].figures == "90; 100"


def test_what_is_not_plainly_scored_is_said_in_place_of_a_sum(units):
    services = units["B"].categories[1].lines[0]
    assert services.points == "0" and services.state.startswith("0 điểm")
    assert dict(units["B"].told)["Bị 0 điểm"].startswith("2 Dịch vụ công trực tuyến")


def test_strengths_are_beside_the_groups_median_and_costs_are_points_not_earned(units):
    told = dict(units["A"].told)
    assert told["Mất nhiều điểm nhất"].startswith("2 Dịch vụ công trực tuyến (thiếu 25 điểm)")
    for unit in units.values():
        assert len(dict(unit.told).get("Mạnh so với trung vị của nhóm", "").split("; ")) <= 3


def test_what_is_missing_to_the_next_rank_is_that_of_the_positions(e, units):
    rows = standing.positions(e).to_dict("records")
    for row in rows:
        said = dict(units[row["unit"]].told).get("Để lên hạng")
        assert (said is None) == (row["to_rank"] is None)
        if said:
            assert said.endswith(f"hạng {row['next_rank']}")


def test_without_further_tables_it_still_tells_what_is_there(e):
    bare = unit_pages.units(unit_pages.published_rows(items_of(e)), e)
    assert len(bare) == len(e.inputs.entities) and all(unit.categories for unit in bare)
    assert not any(label == "Để lên hạng" for unit in bare for label, _ in unit.told)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("2020-12-08/vu-to-chuc/Minh chứng.pdf; Báo cáo số 1", "Minh chứng.pdf; Báo cáo số 1"),
        ("t01/Ảnh.JPG; t01/a.7z", "Ảnh.JPG; a.7z"),
        ("Báo cáo số 12/BC ngày 30/08/2018; 7/CV-SNV", "Báo cáo số 12/BC ngày 30/08/2018; 7/CV-SNV"),
        ("https://soyte.gov.vn/bao-cao.pdf", "https://soyte.gov.vn/bao-cao.pdf"),
    ],
)
def test_files_are_told_without_their_folders_and_numbers_of_papers_whole(shown, told):
    row = dict.fromkeys(("number", "criterion_name", "figures", "rule", "clause", "state_name"), "")
    row |= {"state": "scored", "points": Fraction(1), "available": Fraction(2)}
    assert unit_pages._line({**row, "evidence": shown}).evidence == told


def test_the_file_is_one_page_with_a_place_for_each_unit_and_nothing_that_runs_or_loads(e):
    soup = BeautifulSoup(b"".join(unit_pages.html(items_of(e), e, "Tên <b>")), "html.parser")
    assert [s["id"] for s in soup.find_all("section")] == [a["href"][1:] for a in soup.nav.find_all("a")]
    assert not soup.find_all(["script", "img", "link", "iframe"]) and "Tên <b>" in soup.h1.text
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    assert all(
        s.find("a", class_="back")["href"] == "evidence.html#bang-ranking" for s in soup.find_all("section")
    )


def test_a_withheld_figure_is_not_told(e, units):
    secret = [key for key, given in e.inputs.answers.items() if given.state == WITHHELD]
    assert secret
    for code, _ in secret:
        lines = [line for category in units[code].categories for line in category.lines]
        withheld = [line for line in lines if "Không công bố" in line.state]
        assert withheld and all(not line.figures and not line.rule for line in withheld)


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("ranking", {"unit": ["A"], "rank": [1]}),
        ("points", {"unit": ["A"], "points": ["mười"]}),
        ("categories", {"x": [1]}),
        ("positions", {"unit": ["A"], "to_rank": ["xa"], "next_rank": [1], "category_name": ["x"]}),
        ("profiles", {"median": [1]}),
        ("changes", {"unit": ["A"], "previous_rank": [1]}),
    ],
)
def test_another_table_under_a_name_of_ours_is_nobodys_page(e, name, frame):
    others = [item for item in items_of(e) if item.view.name != name]
    foreign = Item(table(name, pd.DataFrame(frame)), 9, 9, False)
    made = unit_pages.units(unit_pages.published_rows([foreign, *others]), e)
    assert len(made) == (0 if name == "ranking" else len(e.inputs.entities))
    assert b"".join(unit_pages.html([foreign, *others], e, "Trang"))
