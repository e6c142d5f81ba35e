"""Every output folder is a data package that others can check and read."""

import csv
import json

import pytest
from frictionless import Package, validate

from ictindex.annex.open_data import CODES, DATAPACKAGE, datapackage
from ictindex.basics.files import sha256
from ictindex.page.opening import opened
from ictindex.scoring.evaluation import evaluate_edition

MINI, EGDI = "mini-2020", "egdi-2018"


@pytest.mark.parametrize("edition", [MINI, EGDI])
def test_frictionless_finds_nothing_wrong(built_once, edition):
    report = validate(str(built_once.output(edition) / DATAPACKAGE))
    assert report.valid, report.flatten(["type", "note"])[:5]
    assert report.stats["tasks"] > 5


def test_every_csv_file_is_described_with_its_digest_and_the_words_of_its_columns(built_once):
    folder = built_once.output(MINI)
    package = Package(str(folder / DATAPACKAGE))
    described = {resource.path: resource for resource in package.resources}
    assert set(described) == {
        p.relative_to(folder).as_posix() for p in folder.rglob("*.csv") if "what_if" not in p.parts
    }
    ranking = described["results/ranking.csv"]
    assert ranking.hash == f"sha256:{sha256((folder / 'results/ranking.csv').read_bytes())}"
    fields = {field.name: (field.type, field.title) for field in ranking.schema.fields}
    assert fields["unit_name"] == ("string", "Tên đơn vị") and fields["rank"][0] == "integer"


def test_every_code_of_the_ranking_is_in_the_lists(built_once):
    folder = built_once.output(MINI)
    with (folder / CODES).open(encoding="utf-8") as file:
        codes = {(row["list"], row["code"]): row["label"] for row in csv.DictReader(file)}
    with (folder / "results/points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {codes["unit", row["unit"]] for row in rows} == {row["unit_name"] for row in rows}
    assert all(("criterion", row["criterion"]) in codes and ("state", row["state"]) in codes for row in rows)


def test_a_licence_is_named_only_where_the_sources_declare_one(mini):
    e = opened(evaluate_edition(MINI, mini))
    assert "licenses" not in json.loads(datapackage(e, [], mini.root / "none"))
    path = mini.inputs(MINI) / "sources.yaml"
    path.write_text(
        path.read_text("utf-8").replace("answers.csv: {", "answers.csv: {licence: CC-BY-4.0, "), "utf-8"
    )
    e = opened(evaluate_edition(MINI, mini))
    assert json.loads(datapackage(e, [], mini.root / "none"))["licenses"] == [{"name": "CC-BY-4.0"}]
