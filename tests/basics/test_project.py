"""Every path is made from names that cannot leave their folder, from wherever in the project one stands."""

from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.delenv("ICTINDEX_PROJECT", raising=False)
    root = (tmp_path / "project").resolve()
    (root / "parameters" / "methodologies").mkdir(parents=True)
    return Project(root)


def test_a_project_is_found_from_its_root_from_below_and_from_the_working_folder(project, monkeypatch):
    below = project.root / "inputs" / "egdi-2018"
    below.mkdir(parents=True)
    assert Project.around(project.root) == project
    assert Project.around(below) == project
    monkeypatch.chdir(below)
    assert Project.around() == project


def test_the_environment_names_the_project_unless_a_folder_is_given(project, tmp_path, monkeypatch):
    monkeypatch.setenv("ICTINDEX_PROJECT", str(project.root))
    monkeypatch.chdir(tmp_path)
    assert Project.around() == project
    with pytest.raises(Refused):
        Project.around(tmp_path)


def test_the_nearest_project_counts(project):
    inner = project.root / "inner"
    (inner / "parameters" / "methodologies").mkdir(parents=True)
    assert Project.around(inner) == Project(inner)


def test_where_no_project_is_a_finding_says_so(tmp_path):
    with pytest.raises(Refused) as refused:
        Project.around(tmp_path)
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("no-project", str(tmp_path.resolve()))


def test_a_page_that_runs_outside_any_project_is_of_the_one_its_package_lies_in(
    tmp_path, project, monkeypatch
):
    monkeypatch.delenv("ICTINDEX_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Project.of_page() == Project(Path(__file__).parents[2])
    monkeypatch.chdir(project.root)
    assert Project.of_page() == project
    monkeypatch.setenv("ICTINDEX_PROJECT", str(tmp_path / "gone"))
    with pytest.raises(Refused):
        Project.of_page()


def test_names_lead_to_their_places(project):
    def place(path):
        return path.relative_to(project.root).as_posix()

    assert place(project.methodology("qd2342")) == "parameters/methodologies/qd2342.yaml"
    assert place(project.parameters("qd2342-2017")) == "parameters/qd2342-2017.yaml"
    assert place(project.notebook("qd2342-2017")) == "notebooks/qd2342-2017.ipynb"
    assert place(project.inputs("qd2342-2017")) == "inputs/qd2342-2017"
    assert place(project.output("qd2342-2017")) == "outputs/qd2342-2017"


@pytest.mark.parametrize("name", ["../secret", "..", "/etc/passwd", "a/b", "a.b", "", "A", None, 2018])
@pytest.mark.parametrize("kind", ["methodology", "parameters", "notebook", "inputs", "output"])
def test_no_name_leads_out_of_its_folder(project, kind, name):
    with pytest.raises(Refused) as refused:
        getattr(project, kind)(name)
    (finding,) = refused.value.findings
    assert finding.code == "not-a-name"
    assert f"“{name}”" in finding.message("en")


def test_what_is_half_built_lies_on_the_file_system_of_the_outputs(project):
    outputs = project.output("x").parent
    assert project.building.parent == project.failed.parent == outputs
    assert (project.building.name, project.failed.name) == (".building", ".failed")  # hidden: no editions


def test_editions_and_methodologies_are_listed_by_name_and_hidden_files_are_none(project):
    for name in ("b-2018.yaml", "a-2018.yaml", "._a-2018.yaml", ".#b.yaml", "notes.txt"):
        (project.root / "parameters" / name).touch()
    for name in ("z.yaml", "b.yaml", ".z.yaml"):
        (project.root / "parameters" / "methodologies" / name).touch()
    assert project.editions() == ["a-2018", "b-2018"]
    assert project.methodologies() == ["b", "z"]


def test_findings_show_paths_from_the_root_and_others_in_full(project, tmp_path):
    assert project.shown(project.inputs("a") / "answers.csv") == "inputs/a/answers.csv"
    assert project.shown(tmp_path / "elsewhere") == (tmp_path / "elsewhere").as_posix()
