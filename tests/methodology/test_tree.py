"""A methodology as frozen objects: the tree, its numbers, what it inherits; the shipped ones node by node."""

from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError

from ictindex.basics.exact import ROUNDINGS
from ictindex.basics.project import Project
from ictindex.methodology.decision import OPEN_RULES
from ictindex.methodology.reading import read_methodology
from ictindex.methodology.schema import citations

ROOT = Path(__file__).parents[2]
SHIPPED = Project(ROOT).methodologies()


@pytest.fixture
def m(mini):
    return read_methodology("mini", mini)


def test_nodes_read_as_the_file_reads_with_their_path_depth_and_printed_number(m):
    assert [(node.id, node.depth, node.number) for node in m.nodes] == [
        ("total", 0, ""),
        ("inside", 1, "1"),
        ("inside.computers", 2, "1.1"),
        ("inside.portal", 2, "1.2"),
        ("services", 1, "2"),
    ]
    assert [node.id for node in m.categories] == ["inside", "services"]
    assert [node.id for node in m.leaves] == ["inside.computers", "inside.portal", "services"]
    assert [node.id for node in m.categories[0].walk()] == ["inside", "inside.computers", "inside.portal"]
    assert m.root.label_vi == "Tổng điểm"
    assert [node.aggregate for node in m.nodes] == ["sum", "sum", None, None, None]


def test_a_maximum_is_one_for_all_groups_or_one_for_each_and_none_where_it_does_not_apply(m):
    maxima = {node.id: node.maxima for node in m.nodes}
    assert maxima["total"] == {"ministry": 100, "agency": 50}
    assert maxima["inside.computers"] == {"ministry": 10, "agency": 10}
    assert maxima["services"] == {"ministry": 50, "agency": None}
    assert all(isinstance(most, Fraction | None) for each in maxima.values() for most in each.values())


def test_what_missing_means_is_inherited_unless_a_node_says_otherwise(m):
    assert {node.id: node.missing for node in m.nodes} == {
        "total": "zero",
        "inside": "zero",
        "inside.computers": "zero",
        "inside.portal": "leave_out",
        "services": "zero",
    }


def test_a_rule_that_the_source_fixes_and_one_that_it_leaves_open_are_told_apart(m):
    assert {name: (rule.value, rule.is_open) for name, rule in m.open_rules.items()} == {
        "compare_on": ("share", False),
        "decimals": (3, False),
        "rounding": ("half_up", False),
        "ties": ("min", False),
        "rank_on": ("rounded", True),
        "zero_late": ("criterion", False),
        "nothing_of_nothing": ("zero", False),
    }
    assert m.open_rules["rank_on"].why_vi == "Không văn bản nào nêu"
    assert m.open_rules.keys() < OPEN_RULES.keys()  # it has no zero rules and no reviewers


def test_rules_of_zeros_are_told_in_the_order_of_the_file():
    told = [name for name in read_methodology("qd375", Project(ROOT)).open_rules if name.startswith("zero_")]
    assert told == ["zero_incomplete", "zero_untrue", "zero_no_evidence", "zero_late"]


def test_the_roundings_that_may_be_chosen_are_those_that_are_implemented():
    assert OPEN_RULES["rounding"] == ROUNDINGS == ("half_up", "half_even", "down")


def test_decimals_of_the_file_stay_exact(mini_with):
    project = mini_with(
        methodology=lambda text: text.replace("min: 0, max: 40", "min: 0.1, max: 39.999999999999999999999")
    )
    portal = read_methodology("mini", project).answers["portal"]
    assert portal.min == Fraction(1, 10)
    assert portal.max == 40 - Fraction(1, 10**21)


def test_nothing_of_a_methodology_can_be_changed(m):
    for target, name, value in (
        (m, "name", "other"),
        (m.root, "number", "9"),
        (m.source, "missing", "error"),
        (m.root.criterion, "max_points", 1),
        (m.groups["ministry"], "label_vi", "Khác"),
    ):
        with pytest.raises((AttributeError, ValidationError)):
            setattr(target, name, value)


def test_a_tree_may_be_six_levels_deep(mini_with):
    def deeper(text: str) -> str:
        """services becomes services.a.b.c.d.e, each with the one maximum."""
        head, _, _ = text.partition("    rule: {value: services}")
        for depth, key in enumerate("abcde", start=1):
            pad = "    " * depth
            head += f"{pad}aggregate: sum\n{pad}criteria:\n{pad}  {key}:\n{pad}    label_vi: Mức {depth}\n"
            head += f"{pad}    status: illustrative\n"
            head += f"{pad}    max_points: {{ministry: 50, agency: not_applicable}}\n"
        return head + "    " * 6 + "rule: {value: services}\n"

    m = read_methodology("mini", mini_with(methodology=deeper))
    leaf = m.leaves[-1]
    assert (leaf.id, leaf.depth, leaf.number) == ("services.a.b.c.d.e", 6, "2.1.1.1.1.1")
    assert leaf.maxima == {"ministry": 50, "agency": None}


# --- the methodologies that are shipped -------------------------------------------------------------------


def test_there_are_shipped_methodologies():
    assert "egdi" in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_methodology_loads(name):
    m = read_methodology(name, Project(ROOT))
    assert m.name == m.source.methodology == name
    assert m.categories and m.leaves and m.groups and m.answers


@pytest.mark.parametrize("name", SHIPPED)
def test_every_node_of_a_shipped_methodology_has_label_status_and_its_clause(name):
    offenders = []
    for node in read_methodology(name, Project(ROOT)).nodes:
        criterion = node.criterion
        clause = criterion.citation and criterion.citation.clause
        title = criterion.citation and criterion.citation.title
        if not criterion.label_vi.strip():
            offenders.append((node.id, "label_vi"))
        if not node.depth:
            if not clause:
                offenders.append((node.id, "clause"))
            continue
        if criterion.status not in ("official", "sibling", "illustrative"):
            offenders.append((node.id, "status"))
        if criterion.status == "official" and not clause:
            offenders.append((node.id, "clause"))
        if criterion.status == "sibling" and not title:
            offenders.append((node.id, "title"))
    assert offenders == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_open_rule_of_a_shipped_methodology_says_why(name):
    for rule_name, rule in read_methodology(name, Project(ROOT)).open_rules.items():
        assert rule.value in OPEN_RULES[rule_name]
        assert not rule.is_open or len(rule.why_vi) > 10


def test_egdi_is_the_mean_of_three_official_components():
    m = read_methodology("egdi", Project(ROOT))
    assert m.root.aggregate == "mean"
    assert [(n.id, n.maxima["member_state"], n.criterion.status) for n in m.categories] == [
        ("osi", 1, "official"),
        ("hci", 1, "official"),
        ("tii", 1, "official"),
    ]
    assert [m.answers[a].max for a in ("osi", "hci", "tii")] == [1, 1, 1]
    assert m.open_rules["decimals"].value == 4


# --- sources, and from when to when a text holds ----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "outside", "inside"),
    [
        ("qd2342", [2015, 2016], [2017, 2030]),  # in force from its signing
        ("qd375", [2019], [2020]),  # no sooner than it was issued
        ("qd2051", [2015, 2020], [2016, 2019]),  # replaced in 2019
        ("egdi", [], [1999, 2030]),  # nothing is known, nothing is said
    ],
)
def test_a_year_outside_the_time_of_a_decision_is_told(name, outside, inside):
    m = read_methodology(name)
    assert all([where for where, *_ in m.not_in_force(year)] == ["decision"] for year in outside)
    assert not [found for year in inside for found in m.not_in_force(year)]


@pytest.mark.parametrize("name", ["qd2051", "qd2245", "qd2342", "qd2392", "qd375"])
def test_every_citation_of_the_five_decisions_points_to_a_source_or_names_another_text(name):
    m = read_methodology(name)
    cited = [citation for _, citation in citations(m.source)]
    assert len(cited) > 10 and all(citation.source or citation.title for citation in cited)
    assert {citation.source for citation in cited} - {None} <= m.source.sources.keys()
    assert any(citation.wording for citation in cited)
