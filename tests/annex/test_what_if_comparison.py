"""What-ifs of one edition stand side by side with the official ranks, stamped."""

import csv
import io

import pytest

from ictindex.annex.what_if_comparison import files, write_comparisons
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run

HEAD = "what_if: {name}\nbaseline: mini-2020\nquestion_vi: <b>Sao?</b>\nnot_covered_vi: [Khác]\n"


@pytest.fixture
def two(mini):
    """Parameters of two what-ifs of the small edition."""
    texts = {
        "more-services": "points: {total: {ministry: 150}, services: 100}\n",
        "no-services": "changes: {criteria.services: null, total.max_points: {ministry: 50, agency: 50}}\n",
    }
    for name, text in texts.items():
        mini.what_if(name).parent.mkdir(exist_ok=True)
        mini.what_if(name).write_text(HEAD.format(name=name) + text, "utf-8")
    return [{**read_parameters("mini-2020", mini), "what_if": name} for name in texts]


def test_each_unit_has_its_ranks_side_by_side_and_their_range(mini, two):
    made = files([evaluate_run(mini, **parameters) for parameters in two])
    rows = {row["unit"]: row for row in csv.DictReader(io.StringIO(made["comparison.csv"]))}
    columns = ("baseline_rank", "more-services_rank", "no-services_rank", "best", "worst")
    # A 64/100, 64/150 and 39/50; B 5/60, 5/110 and 5/10; C 30/50 each time: what was withheld does not count
    assert [[rows[code][key] for key in columns] for code in "ABC"] == [
        ["1", "2", "1", "1", "2"],
        ["3", "3", "3", "3", "3"],
        ["2", "1", "2", "1", "2"],
    ]
    assert {row["stamp"] for row in rows.values()} == {"PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA"}


def test_how_far_each_agrees_stands_beside_it(mini, two):
    made = files([evaluate_run(mini, **parameters) for parameters in two])
    rows = list(csv.DictReader(io.StringIO(made["comparison_agreement.csv"])))
    assert [(row["what_if"], row["group_name"], row["up"], row["mean_shift"]) for row in rows] == [
        ("more-services", "Bộ", "1", "0.67"),
        ("more-services", "Cơ quan", "0", "0.00"),
        ("no-services", "Bộ", "0", "0.00"),
        ("no-services", "Cơ quan", "0", "0.00"),
    ]


def test_the_page_is_stamped_and_takes_nothing_for_markup(mini, two):
    page = files([evaluate_run(mini, **parameters) for parameters in two])["comparison.html"]
    assert "PHƯƠNG ÁN GIẢ ĐỊNH" in page.partition("<h1>")[0] and "&lt;b&gt;Sao?" in page
    assert "<b>Sao?" not in page and "<script" not in page


def test_people_read_numbers_of_what_ifs_and_no_names_of_files(mini, two):
    page = files([evaluate_run(mini, **parameters) for parameters in two])["comparison.html"]
    assert "Phương án 1: " in page and "Hạng, Phương án 2" in page
    assert "Sao?&lt;/b&gt; So với kết quả gốc, 2 trong 5 đơn vị đổi thứ hạng (1 lên, 1 xuống)." in page
    assert not any(name in page for name in ("more-services", "no-services", "mini-2020"))


def test_one_alone_is_compared_with_nothing(mini, two):
    assert write_comparisons(two[:1], mini) == []
    assert write_comparisons(two, mini) == [
        f"outputs/mini-2020/what_if/comparison{end}" for end in (".html", ".xlsx", ".csv", "_agreement.csv")
    ]
    assert (mini.output("mini-2020") / "what_if" / "comparison.xlsx").read_bytes()[:2] == b"PK"
