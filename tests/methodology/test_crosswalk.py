"""A crosswalk is read strictly: what it names is there, each criterion goes somewhere once, and whole."""

import pytest

from ictindex.basics.project import Project
from ictindex.methodology.crosswalk import crosswalk_between, read_crosswalk
from ictindex.methodology.reading import read_methodology
from ictindex.run.check_all import lint
from tests.conftest import ROOT, findings_of, make_mini

NAME = "qd375-reform-example"
FILE = """\
crosswalk: reform
before: mini
after: new
status: illustrative
citation: {title: Lập ra để thử}
nodes:
  inside.machines: inside.computers
  inside.website: inside.portal
"""


@pytest.fixture
def two(tmp_path):
    """Two methodologies, of which the second calls the criteria inside by other names, and a crosswalk."""
    project = make_mini(tmp_path)
    text = project.methodology("mini").read_text("utf-8").replace("methodology: mini", "methodology: new")
    text = text.replace("      computers:\n", "      machines:\n").replace(
        "      portal:\n", "      website:\n"
    )
    project.methodology("new").write_text(text, "utf-8")
    project.crosswalk("reform").parent.mkdir()
    project.crosswalk("reform").write_text(FILE, "utf-8")
    return project


def test_what_the_file_names_and_what_follows_of_it(two):
    crosswalk = read_crosswalk("reform", two)
    assert {key: [*parts] for key, parts in crosswalk.parts.items()} == {
        "inside": ["inside"],
        "inside.machines": ["inside.computers"],
        "inside.website": ["inside.portal"],
        "services": ["services"],
    }
    assert crosswalk.gone == () and crosswalk.illustrative and str(crosswalk.citation) == "Lập ra để thử"


def test_what_stands_under_a_criterion_that_is_named_follows_it(two):
    path = two.methodology("new")
    text = (
        path.read_text("utf-8")
        .replace("\n  inside:\n", "\n  within:\n")
        .replace("      machines:\n", "      computers:\n")
    )
    path.write_text(text, "utf-8")
    stated = "nodes:\n  within: inside\n  within.website: null\n"
    two.crosswalk("reform").write_text(FILE.partition("nodes:")[0] + stated, "utf-8")
    crosswalk = read_crosswalk("reform", two)
    assert {key: [*parts] for key, parts in crosswalk.parts.items()} == {
        "within": ["inside"],
        "within.computers": ["inside.computers"],
        "within.website": [],
        "services": ["services"],
    }
    assert crosswalk.kind("within.computers") == "kept" and crosswalk.kind("within.website") == "new"


@pytest.mark.parametrize(
    "old, new, code, place",
    [
        ("inside.machines:", "inside.machine:", "crosswalk-criterion", "nodes.inside.machine"),
        (": inside.portal", ": inside.portals", "crosswalk-criterion", "nodes.inside.website"),
        (": inside.portal", ": total", "crosswalk-criterion", "nodes.inside.website"),
        (": inside.portal", ": inside.computers", "crosswalk-criterion-twice", "nodes.inside.website"),
        (": inside.portal", ": {inside.portal: 1/2}", "crosswalk-parts", "nodes.inside.website"),
        (": inside.portal", ": {inside.portal: 3/2}", "crosswalk-part", "nodes.inside.website"),
        (": inside.portal", ": inside", "crosswalk-inside", "nodes.inside.machines"),
        (": inside.portal", ": [inside.portal, inside.portal]", "wrong-kind", "nodes.inside.website"),
        (": inside.portal", ": 5", "wrong-kind", "nodes.inside.website"),
        ("before: mini", "before: mimi", "crosswalk-methodology", "before"),
        ("after: new", "after: mini", "crosswalk-of-one", "after"),
        ("crosswalk: reform", "crosswalk: other", "name-differs", "crosswalk"),
        ("status: illustrative", "status: official", "no-clause", "citation"),
        ("nodes:", "node:", "key-unknown", "node"),
    ],
)
def test_what_is_wrong_is_a_finding_at_its_line(two, old, new, code, place):
    assert old in FILE
    two.crosswalk("reform").write_text(FILE.replace(old, new, 1), "utf-8")
    findings = findings_of(read_crosswalk, "reform", two)
    assert (code, place) in {(f.code, f.column) for f in findings}
    assert {(f.code, f.column) for f in findings} <= {(code, place), ("key-missing", "nodes")}
    assert findings[0].code in {f.code for f in lint(two)}


def test_two_crosswalks_of_one_pair_are_refused_and_of_none_each_criterion_is_its_namesake(two):
    old, new = (read_methodology(name, two) for name in ("mini", "new"))
    assert crosswalk_between(old, new, two).stated
    back = crosswalk_between(new, old, two)
    assert not back.stated and {key for key, parts in back.parts.items() if parts} == {"inside", "services"}
    two.crosswalk("again").write_text(FILE.replace("crosswalk: reform", "crosswalk: again"), "utf-8")
    assert [f.code for f in findings_of(crosswalk_between, old, new, two)] == ["crosswalk-twice"]


def test_the_shipped_example_is_illustrative_and_shows_each_kind():
    project = Project(ROOT)
    assert project.crosswalks() == [NAME]
    crosswalk = read_crosswalk(NAME, project)
    kinds = {key: crosswalk.kind(key) for key in crosswalk.stated}
    assert crosswalk.illustrative and set(kinds.values()) == {"renamed", "moved", "split", "merged", "new"}
    assert kinds["infrastructure.safety.backup"] == "moved" and kinds["policy.governance"] == "merged"
    assert [node.id for node in crosswalk.gone] == ["portal.articles"]
