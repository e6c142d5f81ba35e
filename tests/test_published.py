"""EGDI as the United Nations printed it, and MIC's ranks of 2017 and 2019: literals, row by row."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.exact import format_vi
from ictindex.scoring.places import ranks
from tests.shipped import shipped

ROOT = Path(__file__).parents[1]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PRINTED = rows(ROOT / "tests" / "published" / "egdi_2018.csv")


@pytest.fixture(scope="module")
def standings():
    e = shipped("egdi-2018")
    return e.at(e.methodology.root)


@pytest.fixture(scope="module")
def unrounded():
    e = shipped("egdi-2018")
    return e.at(e.methodology.root, "unrounded")


def test_193_states_were_published_and_193_are_ranked(standings):
    assert len(PRINTED) == 193
    assert {row["entity"] for row in PRINTED} == set(standings)


def test_all_193_indices_come_out_as_printed_to_four_decimals(standings):
    assert {code: str(s.printed) for code, s in standings.items()} == {
        r["entity"]: r["index"] for r in PRINTED
    }


def test_all_193_ranks_come_out_as_printed(standings):
    assert {code: s.rank for code, s in standings.items()} == {r["entity"]: int(r["rank"]) for r in PRINTED}


def test_viet_nam_is_88th_with_0_5931(standings):
    # OSI 0.7361, HCI 0.6543, TII 0.3890: (0.7361 + 0.6543 + 0.3890) / 3 = 1.7794 / 3 = 0.593133…
    assert standings["VNM"].value == Fraction(17794, 30000)
    assert (str(standings["VNM"].printed), standings["VNM"].rank) == ("0.5931", 88)


@pytest.mark.parametrize(
    "tie, rank, index, following",
    [({"SRB", "SVK"}, 49, "0.7155", 51), ({"IRQ", "AGO"}, 155, "0.3376", 157)],
)
def test_equal_indices_share_a_rank_and_the_next_is_skipped(standings, tie, rank, index, following):
    assert {code for code, s in standings.items() if s.rank == rank} == tie
    assert {str(standings[code].printed) for code in tie} == {index}
    ranks = {s.rank for s in standings.values()}
    assert rank + 1 not in ranks and following in ranks


def test_ranking_before_rounding_would_break_exactly_the_two_ties(standings, unrounded):
    """So what was published was ranked on the rounded index: the reason for ``on: rounded`` in egdi.yaml."""
    moved = {
        code: (s.rank, unrounded[code].rank)
        for code, s in standings.items()
        if s.rank != unrounded[code].rank
    }
    assert set(moved) <= {"SRB", "SVK", "IRQ", "AGO"}
    assert sorted(moved.values()) == [(49, 50), (155, 156)]
    assert sorted(unrounded[code].rank for code in ("SRB", "SVK", "IRQ", "AGO")) == [49, 50, 155, 156]


def test_the_editions_own_published_file_says_what_the_literals_say():
    own = {
        row["entity"]: (row["value"], row["rank"]) for row in rows(ROOT / "inputs/egdi-2018/published.csv")
    }
    assert own == {row["entity"]: (row["index"], row["rank"]) for row in PRINTED}


# --- EGDI 2014 and 2016: components printed rounded ------------------------------------------------------

EARLIER = {year: rows(ROOT / "tests" / "published" / f"egdi_{year}.csv") for year in (2014, 2016)}


@pytest.fixture(scope="module", params=EARLIER)
def earlier(request):
    """An evaluation, and what was printed of it."""
    return shipped(f"egdi-{request.param}"), EARLIER[request.param]


def test_all_193_earlier_ranks_come_out_as_printed(earlier):
    e, printed = earlier
    standings = e.at(e.methodology.root)
    assert len(printed) == 193
    assert {code: s.rank for code, s in standings.items()} == {r["entity"]: int(r["rank"]) for r in printed}


@pytest.mark.parametrize(
    "year, apart",
    [
        (2014, {"0.00000": 60, "0.00001": 107, "0.00002": 26}),
        (2016, {"0.00000": 176, "0.00001": 17}),
    ],
)
def test_earlier_indices_lie_within_the_declared_tolerance_of_the_printed(year, apart):
    e = shipped(f"egdi-{year}")
    standings = e.at(e.methodology.root)
    found = [str(abs(standings[r["entity"]].printed - Decimal(r["index"]))) for r in EARLIER[year]]
    assert {each: found.count(each) for each in found} == apart
    assert e.inputs.tolerance == Fraction(max(apart))


def test_viet_nam_rose_from_99th_to_89th_to_88th():
    ranked = {year: next(r for r in EARLIER[year] if r["entity"] == "VNM") for year in EARLIER}
    assert {year: (r["index"], r["rank"]) for year, r in ranked.items()} == {
        2014: ("0.47045", "99"),
        2016: ("0.51426", "89"),
    }
    e = shipped("egdi-2018")
    before = e.previous.at(e.previous.methodology.root)["VNM"]
    assert (e.previous.edition, before.rank, e.at(e.methodology.root)["VNM"].rank) == ("egdi-2016", 89, 88)


@pytest.mark.parametrize("year", EARLIER)
def test_the_earlier_published_files_say_what_the_literals_say(year):
    own = rows(ROOT / f"inputs/egdi-{year}/published.csv")
    assert {(r["entity"], r["value"], r["rank"]) for r in own} == {
        (r["entity"], r["index"], r["rank"]) for r in EARLIER[year]
    }


# --- what the Ministry of Information and Communications published ----------------------------------------

PROVINCES_2017 = rows(ROOT / "tests" / "published" / "ung_dung_cntt_2017_tinh.csv")
MINISTRIES_2019 = rows(ROOT / "tests" / "published" / "ung_dung_cntt_2019_bo.csv")


def test_53_provinces_and_17_ministries_are_visible():
    assert (len(PROVINCES_2017), len(MINISTRIES_2019)) == (53, 17)
    assert len({row["tinh"] for row in PROVINCES_2017}) == 53


@pytest.mark.parametrize("printed, name", [(PROVINCES_2017, "tinh"), (MINISTRIES_2019, "don_vi")])
def test_every_rank_follows_from_the_printed_indices(printed, name):
    # the 53 are the first of 63, so those that cannot be seen change no rank
    computed = ranks([Decimal(row["chi_so_cong_bo"]) for row in printed])
    assert dict(zip([row[name] for row in printed], computed, strict=True)) == {
        row[name]: int(row["xep_hang_cong_bo"]) for row in printed
    }


@pytest.mark.parametrize(
    "tie, rank, index, following",
    [
        ({"Thanh Hóa", "Bà Rịa - Vũng Tàu"}, 17, "0.633", 19),
        ({"Đắk Nông", "Quảng Trị"}, 32, "0.567", 34),
        ({"Ninh Thuận", "Tuyên Quang"}, 40, "0.546", 42),
    ],
)
def test_tied_provinces_share_a_rank_and_the_next_is_skipped(tie, rank, index, following):
    computed = ranks([Decimal(row["chi_so_cong_bo"]) for row in PROVINCES_2017])
    assert {row["tinh"] for row, r in zip(PROVINCES_2017, computed, strict=True) if r == rank} == tie
    assert {row["chi_so_cong_bo"] for row in PROVINCES_2017 if row["tinh"] in tie} == {index}
    assert rank + 1 not in computed and following in computed


@pytest.mark.parametrize("other", ["dense", "max"])
def test_no_other_way_with_ties_gives_the_published_ranks_of_2017(other):
    printed = [int(row["xep_hang_cong_bo"]) for row in PROVINCES_2017]
    assert ranks([Decimal(row["chi_so_cong_bo"]) for row in PROVINCES_2017], other) != printed


@pytest.mark.parametrize(
    "printed, place, wanted",
    [
        (PROVINCES_2017, 1, "0,727"),
        (PROVINCES_2017, 16, "0,640"),  # the last zero is printed
        (PROVINCES_2017, 17, "0,633"),
        (PROVINCES_2017, 19, "0,624"),
        (MINISTRIES_2019, 7, "0,8220"),
        (MINISTRIES_2019, 17, "0,6885"),
    ],
)
def test_an_index_is_printed_as_the_reports_print_it_with_every_place(printed, place, wanted):
    assert format_vi(Decimal(printed[place - 1]["chi_so_cong_bo"])) == wanted
