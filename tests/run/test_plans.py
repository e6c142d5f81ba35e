"""Parameters are checked before a kernel starts, those of what-ifs too; test_run has the rest."""

import pytest

from ictindex.run.plans import plan, plan_what_ifs

IDEA = """\
what_if: idea
baseline: mini-2020
question_vi: Sao?
rules: {rank_on: unrounded}
not_covered_vi: [Khác]
"""


@pytest.fixture
def idea(mini):
    mini.what_if("idea").parent.mkdir()
    mini.what_if("idea").write_text(IDEA, "utf-8")
    return mini


def test_a_what_if_has_its_baselines_parameters(idea):
    (one,) = plan_what_ifs(["idea"], idea, {"highlight": "B"})
    assert (one.edition, one.what_if, one.name) == ("mini-2020", "idea", "mini-2020.idea")
    assert one.parameters["highlight"] == "B" and one.parameters["rank_on"] == "rounded"


def test_an_official_run_is_named_by_its_edition(idea):
    (one,) = plan(["mini-2020"], idea, {})
    assert (one.what_if, one.name) == ("", "mini-2020")


def test_every_unknown_name_is_said_at_once(idea, refused):
    assert [f.code for f in refused(plan_what_ifs, ["ida", "idea", "other"], idea, {})] == [
        "what-if-unknown",
        "what-if-unknown",
    ]


def test_an_official_page_can_be_asked_no_what_if(idea, refused):
    assert [f.code for f in refused(plan, ["mini-2020"], idea, {"what_if": "idea"})] == ["parameter-unknown"]


def test_a_name_cannot_leave_the_folder(idea, refused):
    assert [f.code for f in refused(plan_what_ifs, ["../mini-2020"], idea, {})] == ["not-a-name"]


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("a\x1bb", "U+001B"),
        ("a\0", "U+0000"),
        ("\udcff", "U+DCFF"),
        ("Bộ \u202eA", "U+202E"),
        ("\u2069", "U+2069"),
    ],
)
def test_what_a_parameter_file_cannot_hold_is_refused_on_the_command_line_too(idea, refused, text, character):
    (finding,) = refused(plan, ["mini-2020"], idea, {"attached_to": text})
    assert (finding.code, finding.file, finding.column) == ("control-character", "-p", "attached_to")
    assert finding.facts == {"character": character}
    (finding,) = refused(plan, ["mini-2020"], idea, {f"na{text}me": "x"})
    assert finding.file == "-p" and character in finding.sentence("vi")
    finding.sentence("vi").encode()  # it can be printed


@pytest.mark.parametrize("name", ["con", "nul", "com1"])
def test_a_name_that_windows_keeps_is_none(idea, refused, name):
    assert [f.code for f in refused(plan_what_ifs, [name], idea, {})] == ["not-a-name"]
