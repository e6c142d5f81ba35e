"""Who is where in every edition: one table over what is published, and only over what is as it was built."""

import csv

from ictindex import places
from ictindex.annex.places import PLACES, write_places
from tests.conftest import findings_of


def test_every_unit_of_every_edition_has_its_published_rank_value_and_year(built_once):
    frame = places(built_once)
    assert set(frame["edition"]) == {"egdi-2018", "mini-2020"}
    for edition, rows in frame.groupby("edition"):
        path = built_once.output(edition) / "results/ranking.csv"
        with path.open(encoding="utf-8", newline="") as file:
            published = {row["unit"]: (row["rank"], row["printed"]) for row in csv.DictReader(file)}
        told = {
            row["unit"]: tuple("" if row[key] is None else str(row[key]) for key in ("rank", "printed"))
            for row in rows.to_dict("records")
        }
        assert told == published
        assert set(rows["year"]) == {int(edition[-4:])}


def test_the_table_is_written_as_csv(both_built):
    assert write_places(both_built) == PLACES
    with (both_built.root / PLACES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (viet_nam,) = [row for row in rows if row["unit"] == "VNM"]
    assert (viet_nam["year"], viet_nam["rank"], viet_nam["printed"]) == ("2018", "88", "0.5931")
    assert all(row["state"] for row in rows)


def test_a_ranking_that_is_not_as_it_was_built_is_refused(both_built):
    path = both_built.output("egdi-2018") / "results/ranking.csv"
    path.write_text(path.read_text("utf-8").replace("0.5931", "0.9931"), "utf-8")
    (finding,) = findings_of(places, both_built)
    assert (finding.code, finding.file) == ("digest-differs", "outputs/egdi-2018/results/ranking.csv")


def test_where_nothing_is_built_nothing_is_written(mini):
    assert write_places(mini) == "" and not (mini.root / PLACES).exists()
