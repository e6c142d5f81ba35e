"""What-ifs run beside the official annex and never touch it; verify tells when one is of yesterday."""

import json

import pytest

from ictindex.annex.verification import verify
from ictindex.run import runs as run

MINI = "mini-2020"
HEAD = "what_if: {name}\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"
STAMP = "PHƯƠNG ÁN GIẢ ĐỊNH"


@pytest.fixture
def asked(built):
    """The built project with two what-ifs of the small edition."""
    for name, text in (
        ("more", "points: {total: {ministry: 150}, services: 100}\n"),
        ("exact", "rules: {rank_on: unrounded}\n"),
    ):
        built.what_if(name).write_text(HEAD.format(name=name) + text, "utf-8")
    return built


def official(project, contents_of):
    return {n: d for n, d in contents_of(project.output(MINI)).items() if not n.startswith("what_if/")}


def test_what_ifs_are_built_beside_the_official_annex_which_stays_as_it_was(asked, ictindex, contents_of):
    before = official(asked, contents_of)
    ended = ictindex("what-if", "more", "exact", "-j", "2", project=asked)
    folder = asked.output(MINI) / "what_if"
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-2:] == [f"outputs/{MINI}/what_if/{name}" for name in ("more", "exact")]
    assert official(asked, contents_of) == before
    files = contents_of(folder / "more")
    assert {"evidence.html", "annex.ipynb", "annex.xlsx", "manifest.json", "run.json"} < files.keys()
    assert {f"results/{name}.csv" for name in ("points", "categories", "ranking", "moved")} < files.keys()
    published = [n for n in files if n.startswith(("results/", "charts/"))]
    assert [n for n in (*published, "evidence.html", "annex.ipynb") if STAMP.encode() not in files[n]] == []
    assert [
        n for n in before if STAMP.encode() in before[n] and n != "evidence.html"
    ] == []  # but its sliders
    assert {"comparison.csv", "comparison.html", "comparison.xlsx"} <= {p.name for p in folder.iterdir()}
    for path in (folder / "more", folder / "exact", asked.output(MINI)):
        assert verify(path, asked) == []

    # the official annex built anew keeps them, byte for byte, and says when they are of yesterday
    kept = contents_of(folder)
    assert ictindex("run", MINI, project=asked).code == 0
    assert contents_of(folder) == kept and verify(asked.output(MINI), asked) == []
    entities = asked.inputs(MINI) / "entities.csv"
    entities.write_text(entities.read_text("utf-8").replace("Bộ Một", "Bộ Thứ nhất"), "utf-8")
    assert ictindex("run", MINI, project=asked).code == 0
    assert [(f.code, f.file.rpartition("/")[2]) for f in verify(asked.output(MINI), asked)] == [
        ("what-if-stale", "exact"),
        ("what-if-stale", "more"),
    ]
    assert "digest-differs" in [f.code for f in verify(folder / "more", asked)]

    # under another name it is not what it says
    (folder / "more").rename(folder / "less")
    assert "edition-differs" in [f.code for f in verify(folder / "less", asked)]


def test_one_number_changed_in_a_what_if_is_found(asked, ictindex):
    assert ictindex("what-if", "exact", project=asked).code == 0
    folder = asked.output(MINI) / "what_if" / "exact"
    path = folder / "results" / "ranking.csv"
    assert ",1,0.640," in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(",1,0.640,", ",2,0.640,"), "utf-8")
    assert {"digest-differs", "cell-differs"} <= {f.code for f in verify(folder, asked)}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"]["what_if"] == "exact"
    assert manifest["place"] == f"{MINI}/what_if/exact"
    assert {"parameters/what_if/exact.yaml", "notebooks/what_if.ipynb"} < manifest["sources"].keys()
    assert "notebooks/mini-2020.ipynb" not in manifest["sources"]


def test_a_what_if_of_choices_has_a_page_of_its_own(built, ictindex):
    built.what_if("ways").write_text(
        HEAD.format(name="ways")
        + "multiverse:\n  - {label_vi: So, others: [{label_vi: đúng, rules: {rank_on: unrounded}}]}\n"
        "  - {label_vi: Gộp, others: [{label_vi: kém nhất, aggregate: {total: minimum}}]}\n",
        "utf-8",
    )
    assert ictindex("what-if", "ways", project=built).code == 0
    folder = built.output(MINI) / "what_if" / "ways"
    sources = json.loads((folder / "manifest.json").read_text("utf-8"))["sources"]
    assert "notebooks/multiverse.ipynb" in sources and "notebooks/what_if.ipynb" not in sources
    names = {path.stem for path in (folder / "results").glob("*.csv")}
    assert {"multiverse", "choices", "effects", "combinations", "other_ways", "ranking"} <= names
    assert verify(folder, built) == []


def test_an_official_page_can_be_asked_no_what_if(mini, ictindex, monkeypatch):
    monkeypatch.setattr(run, "run", lambda *arguments: pytest.fail("it ran"))
    ended = ictindex("run", MINI, "-p", "what_if", "more", project=mini)
    assert (ended.code, ended.out) == (2, "")
    assert "no parameter “what_if”" in ended.err


def test_an_unknown_what_if_is_refused_before_a_kernel_starts(mini, ictindex, monkeypatch):
    monkeypatch.setattr(run, "run", lambda *arguments: pytest.fail("it ran"))
    ended = ictindex("what-if", "nothing", project=mini)
    assert (ended.code, ended.out) == (2, "")
    assert "there is no what-if “nothing”" in ended.err


def test_lint_finds_what_is_wrong_with_a_what_if(mini, ictindex):
    mini.what_if("more").parent.mkdir()
    mini.what_if("more").write_text(HEAD.format(name="more") + "points: {services: 60}\n", "utf-8")
    for arguments in (["lint"], ["lint", MINI]):
        ended = ictindex(*arguments, project=mini)
        assert ended.code == 1 and "[maxima-do-not-add-up]" in ended.out
