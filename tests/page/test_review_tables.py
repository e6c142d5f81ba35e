"""The review: every mark in one state, a spot check that anyone can redraw, reviewers' statistics."""

import re
import subprocess
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from ictindex.facts.inputs import Entity, Inputs
from ictindex.facts.review import Mark
from ictindex.page import publishing, review_tables
from ictindex.procedure.checking import checks
from tests.frame_rows import rows

F = Fraction
SCALES = {"page": F(10), "news": F(5)}


def marked(*own, final=None, why="sai"):
    marks = [Mark(f"KT{i}", "reviewer", F(mark), "", i) for i, mark in enumerate(own, start=1)]
    return tuple(marks + ([] if final is None else [Mark("TD", "adjudicator", F(final), why, 9)]))


def edition(marks, review=True, too_different=30, seed="1", size=5, strata="together"):
    """As much of an evaluation as the tables look at."""
    codes = sorted({entity for entity, _ in marks})
    units = tuple(Entity(code, f"Đơn vị {code}", "mp"[i % 2], i + 2) for i, code in enumerate(codes))
    answers = {
        key: SimpleNamespace(label_vi=f"Mục {key}", kind="mark", max=most) for key, most in SCALES.items()
    }
    groups = {"m": SimpleNamespace(label_vi="Bộ"), "p": SimpleNamespace(label_vi="Tỉnh")}
    return SimpleNamespace(
        methodology=SimpleNamespace(
            groups=groups,
            answers=answers,
            source=SimpleNamespace(review=review or None),
            combine="mean",
            reviewers=2,
        ),
        inputs=Inputs(None, (), units, {}, "", marks=marks),
        rules={
            "too_different": SimpleNamespace(value=too_different),
            "spot_check": SimpleNamespace(value=size),
            "strata": SimpleNamespace(value=strata),
        },
        seed=seed,
        illustrative=True,
        what_if=None,
    )


MANY = {(f"U{i:02}", answer): marked(8 - i % 4, 7) for i in range(30) for answer in ("page", "news")}
MANY |= {(f"U{i:02}", "news"): marked(4, 3 - (i % 10 == 0) * 3) for i in range(30)}


def test_the_states_are_counted_per_group_and_what_waits_is_bold():
    table = review_tables.mark_states(edition(MANY, seed="2017", size=10))
    counts = Counter()
    for row in rows(table):
        counts[row["state"]] += row["items"]
    assert counts == Counter(agreed=47, spot_open=10, too_different=3)
    assert {row["group_name"] for row in rows(table)} == {"Bộ", "Tỉnh"}
    assert len(table) == 16
    assert table.attrs["note"] == "60 mục chấm, 13 mục còn chờ kết luận (in đậm)."
    bold = [rows(table)[i] for i in table.attrs["bold"]]
    assert sum(row["items"] for row in bold) == 13
    assert {row["state"] for row in bold} == {"too_different", "spot_open"}


# --- spot check -------------------------------------------------------------------------------------------


def finished(wrong, size=20):
    """The sample of MANY wholly checked, some of it found wrong."""
    sample = checks(MANY, SCALES, 30, "hạt giống", size).sample
    mean = {key: sum(mark.mark for mark in MANY[key]) / 2 for key in sample}
    final = {key: mean[key] - (i < wrong) * F(1, 2) for i, key in enumerate(sample)}
    return MANY | {
        key: (*MANY[key], Mark("TD", "adjudicator", final[key], "kiểm tra lại", 99)) for key in sample
    }


@pytest.mark.parametrize("strata", ["together", "by_group", "by_answer"])
def test_the_sample_is_redrawn_by_the_line_in_the_note(tmp_path, strata):
    """With sha256sum and the published CSV file alone."""
    table = review_tables.spot_check(edition(MANY, seed="hạt giống", size=12, strata=strata))
    (tmp_path / "spot_check.csv").write_text(publishing.table("spot_check", table).csv(), "utf-8")
    line = re.search(r"(printf|tail -n) .*", table.attrs["note"])[0]
    ran = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
    drawn = sorted(out.split("  -") for out in ran.stdout.splitlines())
    shown = rows(table)[:12]
    assert [item for _, item in drawn] == [f"{row['unit']}|{row['answer']}" for row in shown]
    assert [sha for sha, _ in drawn] == [row["sha256"] for row in shown]


def test_each_part_that_a_sample_is_drawn_from_is_named_with_how_many_and_the_bounds_hold_for_all_of_them():
    """30 and 27 items, 10 and 10 checked, 1 wrong: each part's bound at 97,5 %, by scipy."""
    from scipy.stats import hypergeom

    def most(wrong, size, among):
        return max(
            m for m in range(wrong, among - size + wrong + 1) if hypergeom.cdf(wrong, among, m, size) > 0.025
        )

    stratum = {"page": "page", "news": "news"}
    sample = checks(MANY, SCALES, 30, "1", 20, stratum=lambda item: stratum[item[1]]).sample
    parts = Counter(answer for _, answer in sample)
    assert parts == {"page": 11, "news": 9}  # of 30 and 27: 10.5 and 9.5, the first by name takes the rest
    mean = {key: sum(mark.mark for mark in MANY[key]) / 2 for key in sample}
    wrong = next(key for key in sample if key[1] == "news")
    done = MANY | {
        key: (*MANY[key], Mark("TD", "adjudicator", mean[key] - (key == wrong), "sai", 99)) for key in sample
    }
    note = review_tables.spot_check(edition(done, seed="1", size=20, strata="by_answer")).attrs["note"]
    assert "lấy các mục đầu của từng phần, cả thảy 20 mục (Mục page: 11; Mục news: 9)" in note
    assert f"nhiều nhất {most(0, 11, 30) + most(1, 9, 27)} trong 57 mục sai" in note
    assert "ít nhất 1 và" in note and "Clopper" not in note


def test_the_page_shows_the_sample_and_its_file_all_that_could_be_drawn():
    table = review_tables.spot_check(edition(MANY, seed="1", size=12))
    assert (table.attrs["shown"], len(table)) == (12, 57)
    assert [row["place"] for row in rows(table)] == list(range(1, 58))
    assert {row["state"] for row in rows(table)[:12]} == {"spot_open"}
    assert table.attrs["bold"] == list(range(12))


def test_errors_in_the_sample_bound_the_errors_in_all():
    """1 of 20 in 57: at most 10 (hypergeometric); Clopper–Pearson 0.2161. Both by scipy."""
    from scipy.stats import beta, hypergeom

    assert max(m for m in range(1, 39) if hypergeom.cdf(1, 57, m, 20) > 0.05) == 10
    assert round(beta.ppf(0.95, 2, 19), 4) == 0.2161
    table = review_tables.spot_check(edition(finished(wrong=1), seed="hạt giống", size=20))
    assert "Mẫu gồm 20 trong 57 mục chấm không quá khác nhau." in table.attrs["note"]
    assert "Đã kiểm tra 20 mục, 1 mục phải thay điểm: tỷ lệ sai 5,0 %" in table.attrs["note"]
    assert "nhiều nhất 10 trong 57 mục (17,6 %) sai" in table.attrs["note"]
    assert "Clopper–Pearson) thì nhiều nhất 21,7 %" in table.attrs["note"]  # rounded up
    assert "tạm tính" not in table.attrs["note"]
    (replaced,) = (row for row in rows(table) if row["state"] == "spot_replaced")
    assert replaced["value"] - replaced["adjudicated"] == F(1, 2)
    assert replaced["why"] == "kiểm tra lại"


def test_while_some_of_the_sample_waits_the_rates_are_called_provisional():
    begun = finished(wrong=0) | {
        key: MANY[key] for key in checks(MANY, SCALES, 30, "hạt giống", 20).sample[15:]
    }
    note = review_tables.spot_check(edition(begun, seed="hạt giống", size=20)).attrs["note"]
    assert "Còn 5 mục trong mẫu chưa kiểm tra (in đậm) nên các tỷ lệ sau là tạm tính." in note
    assert "Đã kiểm tra 15 mục, 0 mục phải thay điểm: tỷ lệ sai 0,0 %" in note


def test_before_anything_is_checked_nothing_is_claimed():
    note = review_tables.spot_check(edition(MANY, seed="1", size=20)).attrs["note"]
    assert "chưa nói được gì về tỷ lệ sai" in note and "tỷ lệ sai 0" not in note
    assert "Chưa kiểm tra mục nào" in review_tables.spot_check(edition(MANY, seed="1", size=0)).attrs["note"]


def test_what_was_checked_beside_the_sample_does_not_count_in_its_rate():
    outside = checks(MANY, SCALES, 30, "hạt giống", 60).population[20:40]
    more = {key: (*MANY[key], Mark("TD", "adjudicator", F(0), "x", 99)) for key in outside}
    clean = review_tables.spot_check(edition(finished(wrong=0), seed="hạt giống", size=20)).attrs["note"]
    assert (
        review_tables.spot_check(edition(finished(wrong=0) | more, seed="hạt giống", size=20)).attrs["note"]
        == clean
    )


# --- reviewers --------------------------------------------------------------------------------------------

TEN = {
    (f"U{i}", "page"): (
        Mark("An", "reviewer", F(i % 8 + 2), "", 1),
        Mark("Bình", "reviewer", F(i % 8 + 1), "", 2),
    )
    for i in range(10)
}


def test_bias_and_agreement_are_printed_in_percent_of_the_scale():
    an, binh = rows(review_tables.reviewers(edition(TEN)))
    assert (an["reviewer"], an["items"], an["bias"]) == ("An", 10, Decimal("10.0"))
    assert binh["bias"] == Decimal("-10.0")
    (pair,) = rows(review_tables.reviewer_agreement(edition(TEN)))
    assert (pair["reviewers"], pair["items"], pair["why"]) == ("An, Bình", 10, "")
    assert [pair[key] for key in ("difference", "low", "high")] == [Decimal("10.0")] * 3
    assert (pair["kappa"], pair["icc_single"]) == (Decimal("0.92"), Decimal("0.93"))
    (noise,) = rows(review_tables.mark_noise(edition(TEN)))
    assert (noise["answer_name"], noise["sd"]) == ("Mục page", Decimal("7.1"))  # 10 % over √2


def test_too_few_items_and_marks_without_variance_are_said_and_not_computed():
    few = dict(list(TEN.items())[:9])
    (pair,) = rows(review_tables.reviewer_agreement(edition(few)))
    assert (pair["items"], pair["difference"], pair["kappa"], pair["icc_single"]) == (9, None, None, None)
    assert pair["why"] == "Dưới 10 mục cùng chấm"
    flat = {(f"U{i}", "page"): marked(5, 5) for i in range(10)}
    (pair,) = rows(review_tables.reviewer_agreement(edition(flat)))
    assert (pair["difference"], pair["kappa"], pair["icc_average"]) == (Decimal("0.0"), None, None)
    assert pair["why"] == "Mọi điểm chấm như nhau"


def test_a_team_of_three_has_its_own_line_after_its_pairs():
    three = {key: (*some, Mark("Chi", "reviewer", some[0].mark, "", 3)) for key, some in TEN.items()}
    found = rows(review_tables.reviewer_agreement(edition(three)))
    assert [row["reviewers"] for row in found] == ["An, Bình", "An, Chi", "Bình, Chi", "An, Bình, Chi"]
    assert (found[1]["kappa"], found[1]["icc_single"]) == (Decimal("1.00"), Decimal("1.00"))
    assert found[3]["kappa"] is None and found[3]["icc_average"] is not None


MAKERS = (
    review_tables.mark_states,
    review_tables.spot_check,
    review_tables.reviewers,
    review_tables.reviewer_agreement,
    review_tables.mark_noise,
)


@pytest.mark.parametrize("make", MAKERS)
def test_without_marks_or_without_reviewers_a_table_is_empty_and_says_which(make):
    assert make(edition({})).empty and make(edition({})).attrs["note"] == "Chưa có điểm chấm nào."
    assert make(edition({}, review=False)).attrs["note"] == "Phương pháp này không có người chấm độc lập."


@pytest.mark.parametrize("make", MAKERS)
def test_a_hostile_name_stays_text(make):
    evil = {
        key: tuple(mark._replace(reviewer=f"=HYPERLINK({mark.reviewer})<script>", why="<b>") for mark in some)
        for key, some in MANY.items()
    }
    table = publishing.table("evil", make(edition(evil)))
    assert table.rows and "<script>" not in table.html() and "\n=HYPERLINK" not in table.csv()
