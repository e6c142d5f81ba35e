"""The reference of the language: every key has a meaning and an instance that loads, and the file says so."""

from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import load, scan
from ictindex.methodology.reading import build_methodology
from ictindex.methodology.reference import example, kind_of, meaning, meanings, parts, reference
from ictindex.methodology.shapes import elsewhere

ROOT = Path(__file__).parents[2]
KEYS = [(model, field.alias or name, name) for model in parts() for name, field in model.model_fields.items()]


def test_the_file_is_what_the_schema_says():
    assert (ROOT / "LANGUAGE.md").read_text("utf-8") == reference()


def one_line(text):
    return " ".join(text.split())


def quoted(data):
    """Every ``cau`` of a file of cases: a sentence of the reference that a case works out."""
    if isinstance(data, dict):
        yield from [data["cau"]] if data.get("cau") else ()
    for below in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from quoted(below)


QUOTED = {
    sentence: path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "tests" / "cases").rglob("*.yaml"))
    for sentence in quoted(load(path, path.name).data)
}
EXACTLY = (ROOT / "LANGUAGE.md").read_text("utf-8").partition("## What comes of it, exactly")[2]
PARAGRAPHS = {
    text[2:].partition("**")[0].rstrip("."): one_line(text)
    for text in EXACTLY.partition("\n## ")[0].split("\n\n")
    if text.startswith("**")
}


@pytest.mark.parametrize("sentence", QUOTED)
def test_what_a_case_works_out_is_said_so_in_the_reference(sentence):
    assert one_line(sentence) in one_line(EXACTLY), QUOTED[sentence]


@pytest.mark.parametrize("title", PARAGRAPHS)
def test_each_paragraph_of_the_reference_is_worked_out_in_a_case_that_an_officer_can_read(title):
    assert any(one_line(sentence) in PARAGRAPHS[title] for sentence in QUOTED)


@pytest.mark.parametrize("model, key, name", KEYS, ids=[f"{m.__name__}.{k}" for m, k, _ in KEYS])
def test_every_key_has_a_meaning_and_the_example_uses_it(model, key, name):
    assert len(meaning(model, key)) > 3
    written = "rank_on" if (model.__name__, key) == ("Ranking", "on") else key
    assert f"`{written}: " in reference()


def test_no_meaning_is_of_a_key_that_does_not_exist():
    bases = {base.__name__: base for model in parts() for base in model.__mro__}
    for part, told in meanings().items():
        keys = {field.alias or n for n, field in getattr(bases[part], "model_fields", {}).items()}
        assert part == "Strict" or told.keys() <= keys, part


def test_every_key_of_the_example_is_needed_to_show_it_and_it_loads():
    assert build_methodology(example(), "example").source.groups


def test_what_may_stand_at_a_key_is_said_in_words():
    fields = parts()[0].model_fields
    assert kind_of(fields["missing"].annotation) == "`error` or `zero` or `leave_out`"
    assert kind_of(fields["answers"].annotation) == "keys and Answer"
    assert kind_of(fields["review"].annotation) == "Review"


def test_the_key_on_may_be_written_so_that_no_reader_takes_it_for_true():
    text = (ROOT / "ictindex" / "methodology" / "example.yaml").read_text("utf-8")
    for written in ("rank_on: rounded", "on: rounded"):
        m = build_methodology(scan(text.replace("rank_on: rounded", written), "example.yaml"), "example")
        assert m.open_rules["rank_on"].value == "rounded"


@pytest.mark.parametrize(
    "right, wrong, said",
    [
        ("{low: 0.5, points", "{low: 0.5, pionts", "did you mean “points”?"),  # inside a list
        ("[{label_vi: A, max_points: 3, rule", "[{label_vi: A, max_points: 3, rul", "did you mean “rule”?"),
        ("{key: weak,", "{kay: weak,", "did you mean “key”?"),
        ("rank_on: rounded", "ranks_on: rounded", "did you mean “rank_on”?"),
        ("    power: 2\n", "    power: 2\n    deadline: report\n", "may stand in: procedure.*, zero_rules.*"),
        ("  lead_vi:", "  steps: x\n  lead_vi:", "may stand in: criteria.*.rule.bands"),
        (
            "    power: 2\n",
            "    power: 2\n    least: 60\n",
            "may stand in: total.coverage, criteria.*.coverage.",
        ),
    ],
)
def test_a_key_that_is_not_known_is_told_its_neighbour_or_its_place(right, wrong, said):
    text = (ROOT / "ictindex" / "methodology" / "example.yaml").read_text("utf-8")
    assert right in text
    with pytest.raises(Refused) as refused:
        build_methodology(scan(text.replace(right, wrong, 1), "example.yaml"), "example")
    told = [f.facts["known"] for f in refused.value.findings if f.code == "key-unknown"]
    assert len(told) == 1 and said in told[0]


def test_where_a_key_may_stand_is_nowhere_for_no_key():
    assert elsewhere(parts()[0], "no_such_key") == []
