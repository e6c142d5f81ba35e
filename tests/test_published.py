"""EGDI 2018 as the United Nations printed it: every index and rank, and both ties, as literals."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.evaluation import evaluate_edition
from ictindex.project import Project

ROOT = Path(__file__).parent.parent


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PRINTED = rows(ROOT / "tests" / "published" / "egdi_2018.csv")


@pytest.fixture(scope="module")
def standings():
    e = evaluate_edition("egdi-2018", Project(ROOT))
    return e.at(e.methodology.root)


@pytest.fixture(scope="module")
def unrounded():
    e = evaluate_edition("egdi-2018", Project(ROOT))
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
