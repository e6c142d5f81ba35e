"""Where an edition stands: told however much is missing or broken, and never by an error."""

import shutil

import pytest

from ictindex.run.standing import NOT_OPENED, standing


def whats(found):
    return {step.key: [todo.what for todo in step.todo] for step in found.steps}


def test_an_edition_that_nobody_opened_says_what_to_do_first(mini):
    found = standing("mini-2021", mini)
    assert found.state == NOT_OPENED and found.steps[0].command == "ictindex new-year mini 2021"


@pytest.mark.parametrize("name", ["entities.csv", "answers.csv", "sources.yaml"])
def test_a_file_that_is_gone_is_an_open_step(mini, name):
    (mini.inputs("mini-2020") / name).unlink()
    found = standing("mini-2020", mini)
    key = "answers" if name == "answers.csv" else "opening"
    assert "faults" in whats(found).get("collection" if name == "answers.csv" else "opening", []), key
    assert any(finding.file.endswith(name) for finding in found.findings)


def test_without_the_whole_folder_of_inputs_there_is_still_an_answer(mini):
    shutil.rmtree(mini.inputs("mini-2020"))
    found = standing("mini-2020", mini)
    assert "faults" in whats(found)["opening"] and whats(found)["approval"] == ["no_approval"]


@pytest.mark.parametrize(
    "broken", ["\x00", "entity\n", "a,b\n1\n", "entity,label_vi,group\nA,Bộ,nowhere\nA,Bộ,ministry\n"]
)
@pytest.mark.parametrize("name", ["entities.csv", "answers.csv"])
def test_a_broken_table_is_an_open_step_and_hides_nothing_else(mini, broken, name):
    (mini.inputs("mini-2020") / name).write_text(broken, "utf-8")
    found = standing("mini-2020", mini)
    assert found.findings and found.state != "CHÍNH THỨC"
    assert whats(found)["approval"] == ["no_approval"]
    assert any("faults" in several for several in whats(found).values())


def test_a_parameter_file_or_a_methodology_that_cannot_be_read_is_said_at_the_first_step(mini):
    path = mini.parameters("mini-2020")
    text = path.read_text("utf-8")
    path.write_text(text.replace("year: 2020", "year: nay"), "utf-8")
    assert whats(standing("mini-2020", mini))["opening"] == ["faults"]
    path.write_text(text, "utf-8")
    mini.methodology("mini").write_text("methodology: [", "utf-8")
    found = standing("mini-2020", mini)
    assert found.state == NOT_OPENED and whats(found)["opening"] == ["faults"]
    assert found.as_dict()["steps"][0]["what"][0]["count"] == len(found.findings)


def test_points_out_of_range_are_said_and_the_rest_is_told(mini):
    path = mini.inputs("mini-2020") / "answers.csv"
    path.write_text(path.read_text("utf-8").replace("A,with_computer,90,", "A,with_computer,900,"), "utf-8")
    found = standing("mini-2020", mini)
    assert [finding.code for finding in found.findings] == ["points-out-of-range"]
    assert whats(found)["collection" if "collection" in whats(found) else "answers"]


def test_the_stored_year_as_json_names_units_people_and_commands():
    from ictindex.basics.project import Project

    told = standing("qd2342-2017", Project.around()).as_dict()
    (step,) = [step for step in told["steps"] if step["step"] == "confirmation"]
    assert (step["state"], step["open"], step["who_vi"]) == (
        "open",
        9,
        "Cục Tin học hóa gửi số liệu; từng cơ quan xác nhận",
    )
    assert {"unit", "name"} == step["what"][0]["units"][0].keys() and "slip-reminder" in step["command"]
