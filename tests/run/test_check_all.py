"""Lint finds everything that can be known to be wrong before a run, all of it at once, and nothing else."""

import json

import pytest

from ictindex.basics.project import Project
from ictindex.run.check_all import lint


@pytest.fixture
def project(mini) -> Project:
    return mini


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def found(project, *editions):
    return [(finding.code, finding.file, finding.column) for finding in lint(project, editions)]


def edit_cell(project, cell_id, change):
    path = project.notebook("mini-2020")
    page = json.loads(path.read_text("utf-8"))
    for cell in page["cells"]:
        if cell["id"] == cell_id:
            cell["source"] = change("".join(cell["source"]))
    path.write_text(json.dumps(page), "utf-8")


PARAMETERS, PAGE = "parameters/mini-2020.yaml", "notebooks/mini-2020.ipynb"
METHODOLOGY = "parameters/methodologies/mini.yaml"
TOO_EARLY = ("attached-to-draft", PARAMETERS, "attached_to")  # a decision named while steps are open


def test_of_the_shipped_project_rules_without_effect_and_services_that_nobody_tested_are_remarked(egdi):
    assert {finding.code for finding in lint(egdi)} <= {"rule-without-effect", "drawn-untested"}


def test_the_small_project_is_clean(mini):
    assert lint(mini) == []


def test_a_notebook_whose_default_differs_from_the_parameter_file_is_found(project):
    edit(project.parameters("mini-2020"), "highlight: A", "highlight: B")
    assert found(project) == [("default-differs", PAGE, "highlight")]


def test_a_parameter_that_the_file_does_not_give_is_found(project):
    edit(project.parameters("mini-2020"), "highlight: A\n", "")
    assert found(project) == [("parameter-not-given", PARAMETERS, "highlight")]


def test_an_open_rule_that_the_notebook_does_not_offer_is_found(project):
    edit(project.methodology("mini"), "ties: min", "ties: {open: min, why_vi: Không nêu}")
    assert found(project) == [("open-rule-no-parameter", PAGE, "ties")]


def test_a_rule_that_the_methodology_fixes_but_the_file_sets_is_found(project):
    edit(project.methodology("mini"), "on: {open: rounded, why_vi: Không văn bản nào nêu}", "on: rounded")
    assert found(project) == [("rule-is-fixed", PARAMETERS, "rank_on")]


@pytest.mark.parametrize(
    "written, ours, theirs",
    [
        ("2018-12-18", "'2018-12-18'", "datetime.date(2018, 12, 18)"),
        ("no", "'no'", "False"),
        ("12:30:00", "'12:30:00'", "45000"),
        ("1e3", "'1e3'", "'1e3'"),
    ],
)
def test_a_value_that_papermill_would_read_otherwise_is_found(project, written, ours, theirs):
    edit(project.parameters("mini-2020"), 'attached_to: ""', f"attached_to: {written}")
    edit_cell(
        project, "parameters", lambda code: code.replace('attached_to = ""', f'attached_to = "{written}"')
    )
    if ours == theirs:
        assert found(project) == [TOO_EARLY]
    else:
        assert set(found(project)) == {TOO_EARLY, ("reads-two-ways", PARAMETERS, "attached_to")}
        (finding,) = (each for each in lint(project) if each.code == "reads-two-ways")
        assert (finding.facts["ours"], finding.facts["theirs"]) == (ours, theirs)


def test_a_date_that_there_is_not_is_found_and_not_a_traceback(project):
    edit(project.parameters("mini-2020"), 'attached_to: ""', "attached_to: 2018-02-30")
    edit_cell(
        project, "parameters", lambda code: code.replace('attached_to = ""', 'attached_to = "2018-02-30"')
    )
    assert set(found(project)) == {TOO_EARLY, ("reads-two-ways", PARAMETERS, "")}


def test_a_name_that_papermill_would_read_otherwise_is_found_and_not_a_traceback(project):
    edit(project.parameters("mini-2020"), "rank_on:", "no: x\nrank_on:")
    edit_cell(project, "parameters", lambda code: f"{code}\nno = 'x'")
    assert ("reads-two-ways", PARAMETERS, "no") in found(project)


@pytest.mark.parametrize(
    "code",
    [
        "for i in []: pass",
        "f = lambda: 1",
        "def twice(x):\n    return 2 * x",
        "open('inputs/mini-2020/answers.csv')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "%precision 3",
        "!ls",
        "ranking.head()",
    ],
)
def test_any_code_of_the_evaluators_is_welcome(project, code):
    edit_cell(project, "ranking", lambda old: code)
    assert found(project) == []


@pytest.mark.parametrize("code", ["for i in", "1 +", "a b"])
def test_code_that_is_none_is_found(project, code):
    edit_cell(project, "ranking", lambda old: code)
    assert [code for code, file, _ in found(project) if file == PAGE] == ["cell-syntax"]


OTHER = """\
methodology: other
label_vi: Chỉ số của nơi khác
"""


def test_a_page_that_names_another_methodologys_title_is_found(project, mini_text):
    other = mini_text.replace("methodology: mini\nlabel_vi: Phương pháp nhỏ để thử\n", OTHER)
    other = other.replace("Không có văn bản: lập ra để thử", "Quyết định của nơi khác")
    project.methodology("other").write_text(other, "utf-8")
    assert found(project) == []
    for title in ("Chỉ số của nơi khác", "Quyết định của nơi khác"):
        edit_cell(project, "title", lambda old, title=title: f"# {title} năm 2020")
        assert found(project) == [("names-another", PAGE, "cell 1")]


def test_outputs_stored_in_a_source_are_found(project):
    path = project.notebook("mini-2020")
    page = json.loads(path.read_text("utf-8"))
    code = next(cell for cell in page["cells"] if cell["cell_type"] == "code")
    code["execution_count"] = 1
    path.write_text(json.dumps(page), "utf-8")
    assert [code for code, *_ in found(project)] == ["cell-output"]


@pytest.mark.parametrize(
    "spoil, expected",
    [
        (lambda p: p.notebook("mini-2020").unlink(), ("no-file", PAGE, "")),
        (lambda p: p.notebook("mini-2020").write_text("{"), ("json-syntax", PAGE, "")),
        (lambda p: p.parameters("mini-2020").write_text("a: b: c"), ("yaml-syntax", PARAMETERS, "")),
        (lambda p: p.parameters("mini-2020").write_text("- 1"), ("not-parameters", PARAMETERS, "")),
        (
            lambda p: edit(p.parameters("mini-2020"), "year:", "yeer:"),
            ("parameter-unknown", PARAMETERS, "yeer"),
        ),
        (
            lambda p: edit(p.parameters("mini-2020"), "2020", "1800"),
            ("edition-differs", PARAMETERS, "edition"),
        ),
        (
            lambda p: edit(p.methodology("mini"), "ties: min", "ties: up"),
            ("not-one-of", METHODOLOGY, "ranking.ties"),
        ),
        (
            lambda p: edit(p.inputs("mini-2020") / "answers.csv", "A,staff", "Z,staff"),
            ("entity-unknown", "inputs/mini-2020/answers.csv", "entity"),
        ),
        (lambda p: p.methodology("mini").unlink(), ("methodology-unknown", METHODOLOGY, "")),
        (
            lambda p: edit(p.parameters("mini-2020"), "highlight: A", "highlight: Z"),
            ("unit-unknown", PARAMETERS, "highlight"),
        ),
    ],
)
def test_a_defect_of_any_file_is_found_by_file_and_place(project, spoil, expected):
    spoil(project)
    assert expected in found(project)


def test_defects_of_parameters_methodology_notebook_and_inputs_are_found_at_once(project):
    edit(project.parameters("mini-2020"), "rank_on: rounded", "rank_on: rounded\nyeer: 1")
    edit(project.inputs("mini-2020") / "answers.csv", "A,staff,100", "A,staff,1OO")
    edit_cell(project, "ranking", lambda code: "for i in")
    (project.methodology("other")).write_text("x: 1\n")
    codes = {code for code, *_ in found(project)}
    assert {"parameter-unknown", "not-a-number", "cell-syntax", "key-unknown"} <= codes


def test_what_two_steps_find_is_said_once(project):
    edit(project.parameters("mini-2020"), "rank_on: rounded", "rank_on: rounded\nxyz: 1")
    assert found(project) == [("parameter-unknown", PARAMETERS, "xyz")]


def test_a_methodology_without_an_edition_is_read_too_unless_editions_are_named(project):
    project.methodology("other").write_text("x: 1\n")
    assert {file for _, file, _ in found(project)} == {"parameters/methodologies/other.yaml"}
    assert found(project, "mini-2020") == []


def test_a_methodology_may_be_named_which_has_no_edition_yet(project):
    edit(project.parameters("mini-2020"), "rank_on: rounded", "rank_on: rounded\nxyz: 1")
    project.methodology("other").write_text("x: 1\n")
    assert {file for _, file, _ in found(project, "other")} == {"parameters/methodologies/other.yaml"}
    assert found(project, "mini") == []
    both = {file for _, file, _ in found(project, "other", "mini-2020")}
    assert both == {"parameters/methodologies/other.yaml", PARAMETERS}


@pytest.mark.parametrize("edition, code", [("mini-2002", "edition-unknown"), ("../mini-2020", "not-a-name")])
def test_an_edition_that_is_none_is_found_once(project, edition, code):
    assert [code for code, *_ in found(project, edition)] == [code]


def test_lint_changes_nothing(project, contents_of):
    before = contents_of(project.root)
    lint(project)
    assert contents_of(project.root) == before


def test_an_exemption_of_a_unit_that_has_another_code_is_found(egdi):
    """Else the Office of the Government, which 2342 does not assess at services, falls from 4 to 13."""
    for path in egdi.inputs("qd2342-2017").glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("VPCP,", "van-phong,"), "utf-8")
    where = ("inputs/qd2342-2017/entities.csv", "entity")
    assert ("exempt-unknown", *where) in found(egdi, "qd2342-2017")


def test_an_edition_outside_the_time_of_its_decision_is_found(project):
    edit(
        project.methodology("mini"),
        "missing: zero\n",
        "missing: zero\ndecision: {in_force_from: '2021-03-01', citation: {clause: Điều 2}}\n",
    )
    assert found(project) == [("not-in-force", PARAMETERS, "year")]
