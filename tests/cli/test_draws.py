"""The command stability: any declared design, the same numbers for any workers, honest refusals."""

import csv
import io
import json

import pytest

from ictindex.cli import main as cli

EDITION = "qd2245-2021"


@pytest.fixture
def ask(capsys):
    def ask(*words, edition=EDITION):
        try:
            cli.main(["stability", edition, *map(str, words)])
            code = 0
        except SystemExit as left:
            code = left.code or 0
        return (code, *capsys.readouterr())

    return ask


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer[1])))


def test_the_numbers_are_the_same_for_one_worker_and_eight(ask):
    one, eight = (ask("--draws", 3000, "--csv", "-j", workers)[1] for workers in (1, 8))
    assert one == eight and len(one.splitlines()) == 32


def test_a_seed_repeats_its_draws_and_another_makes_others(ask):
    answers = [ask("--draws", 600, "--seed", seed, "--csv", "--spread", 60)[1] for seed in (5, 5, 6)]
    assert answers[0] == answers[1] != answers[2]


def test_without_spread_nobody_moves(ask):
    for row in rows(ask("--draws", 100, "--spread", 0, "--csv")):
        assert row["rank"] == row["low"] == row["high"] == row["best"] == row["worst"]
        assert float(row["expected"]) == int(row["rank"])
        assert sum(float(row[level]) for level in ("tot", "kha", "trung_binh", "yeu")) == 100


@pytest.mark.parametrize(
    "words",
    [
        ["--design", "dirichlet", "--kappa", 40],
        ["--design", "dirichlet", "--variation", 0.3, "--nodes", "categories"],
        ["--design", "simplex", "--nodes", "categories"],
        ["--design", "intervals", "--bound", "institutions", 0.1, 0.4],
        ["--design", "points", "--nodes", "categories"],
    ],
)
def test_every_design_keeps_ranks_within_the_group_and_says_how_it_drew(words, ask):
    code, out, _ = ask("--draws", 500, "--json", *words)
    told = json.loads(out)
    assert code == 0 and told["design"]["kind"] == words[1] and told["design"]["draws"] == 500
    for row in told["rows"]:
        low, rank, high = row["low"], row["rank"], row["high"]
        assert 1 <= row["best"] <= low <= row["median"] <= high <= row["worst"] <= 20 and rank >= 1


def test_an_order_names_all_the_children_of_a_node(ask):
    code, _, err = ask("--design", "order", "--order", "1 > 2")
    assert code == 2 and "an order names all children of one node that weigh: infrastructure, act" in err


def test_criteria_are_told_by_code_number_or_name_and_an_unknown_one_beside_those_that_are(ask):
    bound = ("--design", "intervals", "--draws", 50, "--csv", "--bound")
    assert ask(*bound, "institutions", 0.1, 0.4) == ask(*bound, "kien tao the che", 0.1, 0.4)
    for words in (["--bound", "9.9", 0.1, 0.4], ["--order", "9.9 > 1"]):
        code, out, err = ask("--design", "intervals", *words)
        assert (code, out) == (1, "") and "no criterion “9.9”" in err


@pytest.mark.parametrize(
    "words, said",
    [
        (["--design", "dirichlet"], "kappa or variation"),
        (["--spread", 100], "100"),
        (["--draws", 0], "0"),
    ],
)
def test_a_design_that_does_not_fit_is_refused_before_anything_is_drawn(words, said, ask):
    code, out, err = ask(*words)
    assert code == 2 and said in err and not out


def test_the_answer_is_stamped_and_says_what_repeats_it(ask):
    _, out, _ = ask("--draws", 200, "--seed", 7)
    assert out.startswith("SỐ LIỆU MINH HỌA")
    assert "200 lần rút" in out and "Hạt giống 7, bộ sinh PCG64" in out and "Sai số Monte Carlo" in out
