"""A what-if is a few lines on top of a baseline; what is wrong with them is said at their line, at once."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from ictindex.basics.digits import power
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run
from ictindex.what_if.reading import held, read_stated

HEAD = """\
what_if: idea
baseline: mini-2020
question_vi: Nếu khác đi thì sao?
not_covered_vi: [Cách làm của các đơn vị]
"""
FILE = "parameters/what_if/idea.yaml"


@pytest.fixture
def supposed(mini):
    """Write a what-if of the small edition; the project."""

    def write(changes, head=HEAD, name="idea"):
        path = mini.what_if(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(head + changes, "utf-8")
        return mini

    return write


def answer(project, **parameters):
    return evaluate_run(project, **{**read_parameters("mini-2020", project), "what_if": "idea", **parameters})


@pytest.fixture
def wrong(supposed, refused):
    """What a what-if is refused for: (code, row, column)."""

    def findings(changes, head=HEAD):
        project = supposed(changes, head)
        found = refused(answer, project)
        assert {f.file for f in found} == {FILE}
        return [(f.code, f.row, f.column) for f in found]

    return findings


# --- what may be supposed ---------------------------------------------------------------------------------


def test_points_are_the_most_points_of_a_node_for_every_group_that_it_applies_to(supposed):
    e = answer(supposed("points: {total: {ministry: 110}, services: 60}\n"))
    by_id = {node.id: node.maxima for node in e.methodology.nodes}
    assert by_id["services"] == {"ministry": 60, "agency": None}
    assert by_id["total"] == {"ministry": 110, "agency": 50}
    assert e.baseline.methodology.root.maxima == {"ministry": 100, "agency": 50}


def test_a_change_is_a_dotted_path_as_in_an_amendment(supposed):
    e = answer(supposed("changes:\n  criteria.inside.criteria.portal.missing: zero\n  total.decimals: 1\n"))
    assert {node.id: node.missing for node in e.methodology.nodes}["inside.portal"] == "zero"
    assert e.rules["decimals"] == (1, "what_if", "")


def test_an_open_rule_has_another_value_than_the_edition(supposed):
    e = answer(supposed("rules: {rank_on: unrounded}\n"))
    assert e.rules["rank_on"][:2] == ("unrounded", "what_if")
    assert e.parameters["rank_on"] == e.baseline.rules["rank_on"].value == "rounded"


def test_a_criterion_may_go_and_its_answers_stay_as_they_were_collected(supposed):
    e = answer(
        supposed("changes:\n  criteria.services: null\n  total.max_points: {ministry: 50, agency: 50}\n")
    )
    assert [node.id for node in e.methodology.categories] == ["inside"]
    assert "services" in e.methodology.answers and e.inputs is e.baseline.inputs


def test_what_it_changes_says_so_where_its_clause_is_printed(supposed):
    e = answer(supposed("points: {total: {ministry: 110}, services: 60}\n"))
    from ictindex.page.trust import criteria

    clauses = {row.criterion: row.clause for row in criteria(e).itertuples()}
    assert clauses["services"] == "sửa đổi theo Phương án giả định “idea”" and clauses["inside"] == ""


def test_the_baseline_is_the_official_evaluation(supposed):
    project = supposed("rules: {rank_on: unrounded}\n")
    official = evaluate(project, **read_parameters("mini-2020", project))
    e = answer(project)
    assert e.baseline.scores == official.scores
    assert e.baseline.standings == official.standings
    assert (official.what_if, official.baseline, e.baseline.what_if) == (None, None, None)


def test_its_file_is_among_the_sources(supposed):
    assert answer(supposed("rules: {rank_on: unrounded}\n")).files[-1].path == FILE


# --- what is refused --------------------------------------------------------------------------------------


def test_everything_wrong_is_said_at_once(wrong):
    assert wrong(
        "points: {servics: 60}\n"
        "changes:\n"
        "  groups.agency: null\n"
        "  answers.portal.max: 50\n"
        "rules: {rank_on: rounded, tiess: min, ties: dense}\n"
    ) == [
        ("change-unknown", 5, "points.servics"),
        ("what-if-outside", 7, "changes.groups.agency"),
        ("what-if-outside", 8, "changes.answers.portal.max"),
        ("what-if-without-effect", 9, "rules.rank_on"),
        ("rule-is-fixed", 9, "rules.ties"),
        ("parameter-unknown", 9, "rules.tiess"),
    ]


@pytest.mark.parametrize(
    "changes, code, row, column",
    [
        ("points: {services: 60}\n", "maxima-do-not-add-up", 5, "total.max_points"),
        ("points: {services: 50}\n", "change-without-effect", 5, "criteria.services.max_points"),
        ("points: {services: 50.5}\n", "wrong-kind", 5, "points.services"),
        ("points: {services: {ministry: 0}}\n", "wrong-kind", 5, "points.services"),
        ("changes: {total.decimals: 3}\n", "change-without-effect", 5, "total.decimals"),
        ("changes: {criteria.inside.max_pints: 50}\n", "key-unknown", 5, "criteria.inside.max_pints"),
        ("changes: {criteria.outside.missing: zero}\n", "change-unknown", 5, "criteria.outside.missing"),
        ("changes: {ranking.on: unrounded}\n", "what-if-open-rule", 5, "changes"),
        ("rules: {rank_on: printed}\n", "not-one-of", 5, "rules.rank_on"),
        ("rules: {rank_on: rounded}\n", "what-if-without-effect", 5, "rules.rank_on"),
        ("", "none-given", 1, ""),
    ],
)
def test_one_thing_wrong_is_said_at_its_line(wrong, changes, code, row, column):
    assert wrong(changes)[0] == (code, row, column)


def test_a_sum_that_no_longer_holds_says_by_how_much(supposed, refused):
    (finding,) = refused(answer, supposed("points: {services: 60}\n"))
    assert "add up to 110 for the group “ministry”, but 100 is written" in finding.message("en")


@pytest.mark.parametrize(
    "old, new, code",
    [
        ("what_if: idea", "what_if: ideal", "name-differs"),
        ("baseline: mini-2020", "baseline: mini-2021", "edition-unknown"),
        ("[Cách làm của các đơn vị]", "[]", "none-given"),
        ("question_vi: Nếu khác đi thì sao?\n", "", "key-missing"),
        ("question_vi", "question", "key-unknown"),
    ],
)
def test_a_head_that_is_wrong_is_refused(wrong, old, new, code):
    assert code in [finding[0] for finding in wrong("rules: {rank_on: unrounded}\n", HEAD.replace(old, new))]


def test_an_unknown_name_gives_those_that_there_are(supposed, refused):
    (finding,) = refused(read_stated, "ida", supposed("rules: {rank_on: unrounded}\n"))
    assert finding.sentence("en") == (
        "parameters/what_if/ida.yaml: there is no what-if “ida”. → did you mean “idea”? [what-if-unknown]"
    )


def test_a_name_cannot_leave_the_folder(mini, refused):
    assert [f.code for f in refused(read_stated, "../mini-2020", mini)] == ["not-a-name"]


def test_it_is_read_for_its_own_baseline_alone(supposed, refused):
    project = supposed("rules: {rank_on: unrounded}\n")
    baseline = evaluate(project, **read_parameters("mini-2020", project))
    other = replace(baseline, parameters={**baseline.parameters, "edition": "mini-2021"})
    (finding,) = refused(held, read_stated("idea", project), other)
    assert finding.code == "baseline-differs"


def test_no_other_parameter_may_differ_but_who_is_highlighted(supposed, refused):
    project = supposed("rules: {rank_on: unrounded}\n")
    (finding,) = refused(lambda: answer(project, attached_to="Quyết định số 1"))
    assert (finding.code, finding.column) == ("what-if-with-parameter", "attached_to")
    assert answer(project, highlight="B").baseline.parameters["highlight"] == "B"


# --- every key of the language ----------------------------------------------------------------------------

RULE = "criteria.inside.criteria.portal.rule"
COUNTS_ANEW = "{total.max_points: {ministry: 90, agency: 40}, criteria.inside.max_points: 40, "
COUNTS_ANEW += "criteria.inside.criteria.computers.citation: {clause: Điều 1}, "


@pytest.mark.parametrize(
    "changes, a",  # of unit A: 9 of 10 and 30 of 40 inside, 25 of 50 of services
    [
        ("{criteria.inside.aggregate: minimum}", (F(75, 2), 25)),
        ("{criteria.inside.aggregate: harmonic, criteria.inside.zeros: 1/100}", (F(450, 11), 25)),
        ("{criteria.inside.aggregate: power, criteria.inside.power: -1, criteria.inside.zeros: zero}", None),
        ("{total.floor: 0, total.ceiling: 100}", None),
        (COUNTS_ANEW + "criteria.inside.criteria.computers.counts_as: bonus}", (39, 25)),
        (
            COUNTS_ANEW + "criteria.inside.floor: 10, criteria.inside.criteria.computers.missing: leave_out,"
            " criteria.inside.criteria.computers.counts_as: deduction}",
            (21, 25),
        ),
        ("{criteria.inside.rounded: {digits: 4, how: down}}", (39, 25)),
        ("{criteria.inside.coverage: {least: 100, of: criteria, below: not_ranked}}", (39, 25)),
        (f"{{{RULE}: {{goalposts: {{of: portal, worst: 40, best: 0, scale: root}}}}}}", "root"),
        (f"{{{RULE}: {{goalposts: {{of: portal, worst: 40, best: 0}}}}}}", (19, 25)),
        (f"{{{RULE}: {{in_group: {{of: portal, by: leader, best: smallest}}}}}}", (F(107, 3), 25)),
        (f"{{{RULE}: {{share: {{of: {{plus: [portal], minus: [services]}}, per: 40/3}}}}}}", (24, 25)),
        ("{ranking.tie_breaks: [inside, services]}", (39, 25)),
        ("{levels: {citation: {clause: Điều 5}, list: [{key: t, label_vi: Tốt, top: 100}]}}", (39, 25)),
    ],
)
def test_a_what_if_may_change_any_key_of_the_language(supposed, refused, changes, a):
    project = supposed(f"changes: {changes}\n")
    if a is None:
        assert refused(answer, project)
        return
    e = answer(project)
    points = tuple(e.scores.outcomes[node][0].points for node in ("inside", "services"))
    if a == "root":
        root = [power(F(n), F(1, 2)) for n in (30, 40)]
        assert points[0] == 9 + (root[1] - root[0]) / root[1] * 40 and not e.methodology.root.rational
        return
    assert points == a
    assert e.baseline.scores.outcomes["inside"][0].points == 39
