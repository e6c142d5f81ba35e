"""Every step has its words in both languages, and the commands that it names are ours."""

from ictindex.cli.main import cli
from ictindex.facts.milestones import MILESTONES
from ictindex.methodology.decision import STEPS
from ictindex.procedure import step_words
from ictindex.procedure.looks import LOOK


def test_every_step_has_a_look_words_in_both_languages_and_a_command():
    assert list(LOOK) == list(STEPS) and list(step_words.LABEL) == list(STEPS)
    assert set(STEPS) <= step_words.COMMAND.keys()
    assert set(step_words.BY) <= {"usual", *STEPS} and set(step_words.COUNTED) <= {"usual", *STEPS}


def test_every_command_that_a_step_names_is_ours_and_each_milestone_can_be_recorded():
    parts = [part.split() for line in step_words.COMMAND.values() for part in line.split("; ")]
    ours = [part for part in parts if part[0] == "ictindex"]
    assert ours and {part[1] for part in ours} <= cli.commands.keys()
    assert {part[3] for part in ours if part[1] == "record"} == set(MILESTONES)


def test_a_command_is_told_with_what_stands_for_something_else_in_the_readers_language():
    for command in step_words.COMMAND.values():
        told = step_words.in_words(command, "vi")
        assert not any(word in told for word in ("FOLDER", "CODE", "YYYY", "fill "))
        assert step_words.in_words(command, "en") == command


def test_nobody_is_told_to_type_what_collect_writes():
    by_hand = [command for command in step_words.COMMAND.values() if "fill " in command]
    assert by_hand and not any(
        name in each for name in (".csv (", "events.csv", "answers.csv") for each in by_hand
    )


def test_a_day_is_told_as_the_readme_writes_it():
    told = step_words.in_words(step_words.COMMAND["report"], "vi")
    assert "--on NGÀY/THÁNG/NĂM" in told


def test_both_languages_of_what_is_open_tell_the_same_facts():
    for table in (step_words.NOTES, step_words.COUNTED):
        for said in table.values():
            fields = [{f for f in ("{n}", "{told}") if f in text} for text in said]
            assert fields[0] == fields[1], said
