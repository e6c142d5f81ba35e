"""The slope chart draws two ranks of each unit, small enough for a page, and stamped."""

import re
from dataclasses import replace

import pytest

from ictindex.basics.project import Project
from ictindex.page import what_if_charts
from ictindex.page.shown import Text
from ictindex.page.what_if_charts import what_if_slope
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters


@pytest.fixture(scope="module")
def online(request):
    project = Project(request.config.rootpath)
    given = {**read_parameters("qd2342-2017", project), "what_if": "online-services-300"}
    return evaluate(project, **given)


def test_an_official_page_has_a_sentence_in_its_place(small):
    assert isinstance(what_if_slope(small), Text)


def test_every_unit_of_every_group_is_drawn_and_listed(online):
    figure = what_if_slope(online)
    assert len(figure.data.rows) == 22 + 8 + 63
    assert {row[-1] for row in figure.data.rows} == {"đường"}
    assert ">Sơn La 37<" in figure.svg and ">40 Sơn La (−3)<" in figure.svg
    places = {row[1]: (row[3], row[4], row[5]) for row in figure.data.rows}
    assert places["T14"] == (37, 40, -3) and all(a - b == rise for a, b, rise in places.values())
    assert "PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA" in figure.svg
    assert "nhiều nhất Thừa Thiên - Huế +2, Sơn La −3" in figure.alt_vi


def test_of_a_long_group_those_that_move_most_and_the_highlighted_are_drawn(online, monkeypatch):
    monkeypatch.setattr(what_if_charts, "LISTED", 3)
    everyone = what_if_slope(online).data.rows[-63:]
    still = next(row[1] for row in everyone if row[5] == 0)
    figure = what_if_slope(replace(online, parameters={**online.parameters, "highlight": still}))
    drawn = [row for row in figure.data.rows[-63:] if row[-1]]
    moved = sorted((abs(row[5]) for row in everyone), reverse=True)
    assert len(drawn) == 3
    assert sorted((abs(row[5]) for row in drawn if row[1] != still), reverse=True) == moved[:2] == [3, 2]
    assert "vẽ 3 đơn vị đổi nhiều nhất" in figure.svg and "Chữ đậm" in figure.svg


def test_nothing_is_drawn_outside_the_sheet(online):
    svg = what_if_slope(online).svg
    width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())
    for x, y in re.findall(r'<text[^>]*\bx="(\S+)" y="(\S+)"', svg):
        assert 0 <= float(x) <= width and 0 <= float(y) <= height


def test_the_same_bytes_each_time(online):
    assert what_if_slope(online).svg == what_if_slope(online).svg


def test_nobody_who_moves_is_said_in_words(request):
    project = Project(request.config.rootpath)
    given = {**read_parameters("qd2245-2021", project), "what_if": "lower-levels"}
    assert "không đơn vị nào đổi hạng" in what_if_slope(evaluate(project, **given)).alt_vi
    assert evaluate_edition("qd2245-2021", project).what_if is None
