"""An opened edition says what it is, in which state and why, and gives the steps of a page what they need."""

import json

import pandas as pd
import pytest

from ictindex.basics.findings import Refused
from ictindex.page import frames
from ictindex.page.opening import Edition, head_html, open_edition, open_what_if, opened
from ictindex.page.shown import MIME
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.scoring.parameters import read_parameters
from tests.shipped import shipped

EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]
WHAT_IF = """\
what_if: exact
baseline: mini-2020
question_vi: Sao?
rules: {rank_on: unrounded}
not_covered_vi: [K]
"""


def open_mini(project, **changed):
    return open_edition(project, **{**read_parameters("mini-2020", project), **changed})


def test_an_edition_opens_from_the_parameters_of_its_page(mini):
    edition = open_mini(mini)
    assert isinstance(edition, Edition) and edition.edition == "mini-2020"
    assert list(frames.rank(frames.add_up(frames.points(edition), edition), edition)["unit"]) == list("ACBDE")


def test_every_fault_of_every_file_is_told_at_once(mini):
    answers = mini.inputs("mini-2020") / "answers.csv"
    answers.write_text(answers.read_text("utf-8").replace("A,portal,30,", "A,portal,dreißig,"), "utf-8")
    with pytest.raises(Refused) as refused:
        open_mini(mini, year="2020", rank_on="loudest")
    assert {finding.column for finding in refused.value.findings} >= {"year", "rank_on", "value"}


def test_its_answers_are_the_frame_of_that_name_made_once(small):
    edition = opened(small)
    assert edition.answers is edition.answers
    assert edition.answers.equals(frames.answers(small))


@pytest.mark.parametrize("edition", EDITIONS)
def test_plain_pandas_ranks_as_the_package_does_by_the_two_words_of_the_edition(edition):
    e = opened(shipped(edition))
    ranking = frames.rank(frames.add_up(frames.points(e), e), e)
    by_hand = (
        ranking[e.ranked_on].astype(float).groupby(ranking["group"]).rank(method=e.ties, ascending=False)
    )
    assert by_hand.astype("Int64").tolist() == pd.array(ranking["rank"], dtype="Int64").tolist()


def test_the_column_that_ranks_look_at_is_the_rules(mini):
    assert open_mini(mini).ranked_on == "printed"
    assert open_mini(mini, rank_on="unrounded").ranked_on == "value"


# --- the head of the page ---------------------------------------------------------------------------------


def test_the_head_says_what_the_page_is_then_its_state_and_why_then_the_result(mini):
    head = open_mini(mini).payload()
    assert (head["kind"], head["edition"], head["state"]) == ("edition", "mini-2020", "SỐ LIỆU MINH HỌA")
    assert head["heading"][:2] == ["Phương pháp nhỏ để thử", "Năm đánh giá 2020"]
    assert len(head["why"]) == 2 and head["headline"][0].startswith("Bộ: Bộ Một đứng đầu")
    assert head["broken"] == []
    html = head_html(head)
    places = [
        html.index(words) for words in ("Phương pháp nhỏ", "SỐ LIỆU MINH HỌA", "đặt ra", "Bộ Một đứng đầu")
    ]
    assert places == sorted(places)


def test_words_in_tables_stand_on_the_left_also_where_jupyters_own_style_sets_them_to_the_right(mini):
    html = head_html(open_mini(mini).payload())
    assert ".ict-table .text, .ict-table .group th { text-align: left; }" in html.partition("</style>")[0]


def test_an_edition_is_shown_as_plain_values_as_html_and_as_text(mini):
    edition = open_mini(mini)
    bundle = edition._repr_mimebundle_()
    assert json.loads(json.dumps(bundle[MIME])) == edition.payload()
    assert bundle["text/html"] == head_html(edition.payload())
    assert "\nSỐ LIỆU MINH HỌA\n" in bundle["text/plain"]


def test_a_self_check_that_fails_is_on_the_first_page(egdi):
    path = egdi.inputs("egdi-2018") / "published.csv"
    path.write_text(path.read_text("utf-8").replace("VNM,0.5931,88", "VNM,0.5931,89"), "utf-8")
    head = opened(evaluate_edition("egdi-2018", egdi)).payload()
    assert head["broken"] == ["Kết quả tính lại khớp với kết quả đã công bố"]
    assert "<strong>SAI:</strong> Kết quả tính lại khớp" in head_html(head)


def test_only_an_official_page_is_not_stamped_and_no_name_is_markup():
    head = {"heading": ["<b>"], "state": "CHÍNH THỨC", "why": ["<i>"], "broken": [], "headline": ["<script>"]}
    assert 'class="ict-state official"' in head_html(head)
    assert 'class="ict-state stamp"' in head_html({**head, "state": "DỰ THẢO"})
    assert not any(mark in head_html(head) for mark in ("<b>", "<i>", "<script>"))


# --- a what-if --------------------------------------------------------------------------------------------


def test_a_what_if_opens_by_its_name_alone_with_its_baseline_at_hand(mini):
    path = mini.what_if("exact")
    path.parent.mkdir(parents=True)
    mini.notebook("what_if").write_text("{}", "utf-8")
    path.write_text(WHAT_IF, "utf-8")
    edition = open_what_if("exact", mini, highlight="B")
    assert (edition.edition, edition.what_if.name) == ("mini-2020", "exact")
    assert edition.baseline.rules["rank_on"].value == "rounded"
    assert edition.rules["rank_on"].value == "unrounded" and edition.highlighted == ["B"]
    assert edition.state.label == "SỐ LIỆU MINH HỌA – PHƯƠNG ÁN GIẢ ĐỊNH"
