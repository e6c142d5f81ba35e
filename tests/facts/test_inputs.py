"""One year's inputs: read right from any hand, or refused with all that is wrong in every file at once."""

# ruff: noqa: E501 — a table of mistakes reads best with a line for each

import os
import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import parse
from ictindex.facts.answers import MISSING, STATES, Given
from ictindex.facts.inputs import Inputs, Published, read_inputs
from ictindex.methodology.decision import MethodologyFile, Review
from ictindex.methodology.reading import read_methodology
from ictindex.methodology.tree import Methodology, tree
from ictindex.scoring.evaluation import evaluate_edition

FOLDER = "inputs/mini-2020/"
SOURCES_WITHOUT_MARK = """\
status: published
files:
  entities.csv: {label_vi: Đơn vị, origin: Lập ra để thử}
  answers.csv: {label_vi: Số liệu, origin: Lập ra để thử}
"""


def read(project) -> Inputs:
    return read_inputs("mini-2020", read_methodology("mini", project), project)


@pytest.fixture
def inputs(mini_with):
    """The small edition's inputs with other files; bytes are written as they are."""

    def reading(**files) -> Inputs:
        raw = {name: files.pop(name) for name in list(files) if isinstance(files[name], bytes)}
        published = files.pop("published", None)
        project = mini_with(**files)
        folder = project.inputs("mini-2020")
        for name, data in raw.items():
            (folder / f"{name}.csv").write_bytes(data)
        if published is not None:
            (folder / "published.csv").write_text(published, "utf-8")
            sources = folder / "sources.yaml"
            text, told = sources.read_text("utf-8"), "{label_vi: Đã công bố, origin: Lập ra để thử}"
            stated = "" if "published.csv" in text else f"  published.csv: {told}\n"
            sources.write_text(text + stated, "utf-8")
        return read(project)

    return reading


@pytest.fixture
def wrong(inputs):
    """What is wrong with them: (code, file, row, column)."""

    def refused(**files) -> list[tuple[str, str, int | None, str]]:
        with pytest.raises(Refused) as refused:
            inputs(**files)
        findings = refused.value.findings
        assert all(finding.file.startswith(FOLDER) for finding in findings)
        return [(f.code, f.file.removeprefix(FOLDER), f.row, f.column) for f in findings]

    return refused


def answers(*rows: str, header: str = "entity,answer,value,state") -> str:
    return "\n".join([header, *rows]) + "\n"


# --- what is read -----------------------------------------------------------------------------------------


def test_the_small_edition_is_read_as_it_is_written(mini):
    given = read(mini)
    assert [(e.code, e.label_vi, e.group, e.row) for e in given.entities] == [
        ("A", "Bộ Một", "ministry", 2),
        ("B", "Bộ Hai", "ministry", 3),
        ("C", "Bộ Ba", "ministry", 4),
        ("D", "Cơ quan Một", "agency", 5),
        ("E", "Cơ quan Hai", "agency", 6),
    ]
    assert len(given.answers) == 18
    assert given.answers["A", "staff"] == Given(Fraction(100), "given", "100", 3)
    assert given.answers["B", "portal"] == Given(None, "missing", "", 8)
    assert given.answers["B", "services"] == Given(
        Fraction(40), "zero_late", "40", 9, None, "Lập ra để thử", "HĐTĐ"
    )
    assert given.answers["C", "services"] == Given(None, "withheld", "", 13)
    assert given.answers["D", "portal"] == Given(Fraction(25, 2), "given", "12.5", 16)
    assert given.answers["E", "with_computer"] == Given(None, "missing", "", 17)
    assert given.answers["E", "portal"] == Given(Fraction(0), "given", "0", 19)
    assert given.given(given.entities[3], "services") == MISSING
    assert given.answers_file == "inputs/mini-2020/answers.csv"
    assert given.sources.status == "illustrative"
    assert given.published == {}


def test_every_file_that_was_read_is_listed_with_digest_size_and_rows(mini):
    folder = mini.inputs("mini-2020")
    (folder / "entities.csv").write_bytes(
        b"entity,label_vi,group\nA,a,ministry\nB,b,ministry\nC,c,ministry\nD,d,agency\nE,e,agency\n"
    )
    listed = {file.path: (file.size, file.rows) for file in read(mini).files}
    assert listed == {
        "inputs/mini-2020/answers.csv": ((folder / "answers.csv").stat().st_size, 18),
        "inputs/mini-2020/entities.csv": (83, 5),
        "inputs/mini-2020/sources.yaml": ((folder / "sources.yaml").stat().st_size, None),
    }
    assert list(listed) == sorted(listed)
    digests = {file.path: file.sha256 for file in read(mini).files}
    assert digests["inputs/mini-2020/entities.csv"] == (
        "801d2e06c31060fd2bd01f2a5e75fb43fb5b5164c225a1d540cb9dd8219cc077"
    )


def test_further_columns_of_the_entities_are_kept_as_attributes(inputs):
    entities = "entity,label_vi,group,region\nA,Bộ Một,ministry,Bắc\nB,Bộ Hai,ministry,\n"
    given = inputs(entities=entities, answers=answers("A,staff,1,"))
    assert [entity.attributes for entity in given.entities] == [{"region": "Bắc"}, {"region": ""}]


def test_with_one_group_no_entity_needs_to_name_it(egdi):
    given = read_inputs("egdi-2018", read_methodology("egdi", egdi), egdi)
    assert {entity.group for entity in given.entities} == {"member_state"}
    assert len(given.entities) == 193
    assert len(given.answers) == 579
    assert given.published["VNM"] == Published("0.5931", 88)


@pytest.mark.parametrize("state", STATES)
def test_every_kind_of_nothing_keeps_its_name(inputs, state):
    given = inputs(answers=answers(f"A,staff,,{state}")).answers["A", "staff"]
    assert given[:4] == Given(None, state, "", 2)[:4]


@pytest.mark.parametrize(
    "state", ["zero_late", "zero_incomplete", "zero_untrue", "zero_no_evidence", "zero_cancelled"]
)
def test_a_zero_with_its_reason_keeps_what_was_declared(inputs, state):
    given = inputs(answers=answers(f"A,staff,70,{state}")).answers["A", "staff"]
    assert given[:4] == Given(Fraction(70), state, "70", 2)[:4]


def test_a_zero_in_answers_is_held_to_the_rules_of_the_methodology_and_signed(inputs, wrong):
    """As the event would be: else one cell would do what one bare line of events.csv must not."""
    header, signed = "entity,answer,value,state,who,why,paper", "A,staff,70,zero_untrue,HĐTĐ,vì sao,BB 1"
    here = inputs(answers=answers("A,staff,70,zero_untrue"))  # signed, and with a rule for it
    assert here.answers["A", "staff"].who == "HĐTĐ"
    bare = answers("A,staff,70,zero_untrue,,,", header=header)
    assert wrong(answers=bare) == [
        (code, "answers.csv", 2, column)
        for code, column in (
            ("event-unsigned", "paper"), ("state-without-rule", "state"), ("event-unsigned", "who"),
            ("event-unsigned", "why"),
        )
    ]  # fmt: skip
    assert wrong(answers=answers(signed, header=header)) == [
        ("state-without-rule", "answers.csv", 2, "state")
    ]


def test_the_kinds_of_nothing_are_these():
    assert STATES == (
        "missing",
        "not_applicable",
        "withheld",
        "zero_late",
        "zero_incomplete",
        "zero_untrue",
        "zero_no_evidence",
        "zero_cancelled",
    )


def test_space_and_line_breaks_in_a_label_are_one_space(inputs):
    entities = 'entity,label_vi,group\nA," Bộ\nMột\u00a0 (cũ) ",ministry\n'
    assert inputs(entities=entities, answers=answers("A,staff,1,")).entities[0].label_vi == "Bộ Một (cũ)"


def test_the_order_of_rows_says_nothing(mini_with, mini):
    usual = read(mini)
    folder = mini.inputs("mini-2020")
    for seed in range(5):
        for file in ("entities.csv", "answers.csv"):
            header, *rows = (folder / file).read_text("utf-8").splitlines()
            random.Random(seed).shuffle(rows)
            (folder / file).write_text("\n".join([header, *rows]) + "\n", "utf-8")
        shuffled = read(mini)
        rowless = {key: given._replace(row=None) for key, given in shuffled.answers.items()}
        assert rowless == {key: given._replace(row=None) for key, given in usual.answers.items()}
        assert {(e.code, e.label_vi, e.group) for e in shuffled.entities} == {
            (e.code, e.label_vi, e.group) for e in usual.entities
        }


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (["A,portal,0.33,"], Fraction(33, 100)),
        (['A,portal,"0,33",'], Fraction(33, 100)),
        (['A,portal,"0,337",'], Fraction(337, 1000)),
        (["A,portal,0.337,"], Fraction(337, 1000)),
        (['A,portal,"1,5",', "A,staff,1.234,"], Fraction(3, 2)),
        (['A,portal,"1,234",', "B,portal,0.5,", 'A,staff,"1,234",'], None),
    ],
)
def test_the_decimal_mark_is_what_the_figures_of_the_file_prove(inputs, wrong, rows, value):
    files = {"answers": answers(*rows), "sources": SOURCES_WITHOUT_MARK}
    if value is None:  # proven the point: still, who writes decimals with a comma means one and a bit
        assert wrong(**files) == [
            ("number-two-ways", "answers.csv", 2, "value"),
            ("number-two-ways", "answers.csv", 4, "value"),
        ]
    else:
        assert inputs(**files).answers["A", "portal"].value == value


def test_thousands_are_read_where_the_mark_is_proven_or_declared(inputs):
    proven = inputs(answers=answers('A,portal,"1,5",', "A,staff,1.234,"), sources=SOURCES_WITHOUT_MARK)
    assert proven.answers["A", "staff"].value == 1234
    declared = inputs(answers=answers("A,staff,1.234,"), sources=SOURCES_WITHOUT_MARK + 'decimal: ","\n')
    assert declared.answers["A", "staff"].value == 1234


def test_decimal_commas_between_semicolons_are_read(inputs):
    given = inputs(
        answers="entity;answer;value\nA;portal;12,5\nA;staff;1.234\n", sources=SOURCES_WITHOUT_MARK
    )
    assert given.answers["A", "portal"].value == Fraction(25, 2)
    assert given.answers["A", "staff"].value == 1234


def test_mixed_decimal_marks_are_named_with_a_row_of_each_and_no_figure_is_blamed(inputs, wrong):
    files = {
        "answers": answers(
            "A,staff,5,", "A,portal,0.33,", 'B,portal,"0,33",', "C,portal,0.5,", "B,staff,1.234,"
        ),
        "sources": SOURCES_WITHOUT_MARK,
    }
    assert wrong(**files) == [("decimal-marks-mixed", "answers.csv", 3, "value")]
    with pytest.raises(Refused, match=r"decimal point \(row 3\) and decimal comma \(row 4\)"):
        inputs(**files)


@pytest.mark.parametrize(
    ("declared", "figure", "code"),
    [
        (".", '"0,33"', "number-other-mark"),
        (",", "0.33", "number-other-mark"),
        (",", "0.337", "number-other-mark"),
        (".", '"0,337"', "number-other-mark"),
        (".", '"1.234,5"', "number-other-mark"),
        (",", "many", "not-a-number"),
    ],
)
def test_a_figure_with_another_mark_than_the_declared_one_is_never_read(
    inputs, wrong, declared, figure, code
):
    files = {
        "answers": answers(f"A,portal,{figure},"),
        "sources": SOURCES_WITHOUT_MARK + f'decimal: "{declared}"\n',
    }
    assert wrong(**files) == [(code, "answers.csv", 2, "value")]


def test_figures_that_read_two_ways_are_each_named_where_nothing_says_which(wrong):
    rows = answers("A,portal,1.234,", "A,staff,12,", 'B,portal,"12,345",', "B,staff,1.000,")
    assert wrong(answers=rows, sources=SOURCES_WITHOUT_MARK) == [
        ("number-ambiguous", "answers.csv", 2, "value"),
        ("number-ambiguous", "answers.csv", 4, "value"),
        ("number-ambiguous", "answers.csv", 5, "value"),
    ]


@pytest.mark.parametrize(
    ("answer", "value", "code"),
    [
        ("portal", "40", None),
        ("portal", "0", None),
        ("portal", "40.01", "above-maximum"),
        ("portal", "-0.1", "below-minimum"),
        ("staff", "0", None),
        ("staff", "-1", "below-minimum"),
        ("staff", "1.5", "not-whole"),
        ("staff", "2.0", None),
        ("portal", "n/a", "not-a-number"),
        ("portal", "1e1", "not-a-number"),
        ("portal", "NaN", "not-a-number"),
        ("portal", "１２", "not-a-number"),
        ("portal", "12%", "not-a-number"),
        ("portal", "=1+1", "not-a-number"),
        ("portal", "9" * 5000, "not-a-number"),
    ],
)
def test_a_figure_outside_what_can_be_true_is_refused(inputs, wrong, answer, value, code):
    files = {"answers": answers(f"A,{answer},{value},")}
    if code:
        assert wrong(**files) == [(code, "answers.csv", 2, "value")]
    else:
        assert inputs(**files).answers["A", answer].state == "given"


def test_a_component_of_one_point_seven_where_one_is_the_most_is_refused(egdi):
    path = egdi.inputs("egdi-2018") / "answers.csv"
    path.write_text(path.read_text("utf-8").replace("VNM,osi,0.7361", "VNM,osi,1.7361"), "utf-8")
    with pytest.raises(Refused) as refused:
        read_inputs("egdi-2018", read_methodology("egdi", egdi), egdi)
    (finding,) = refused.value.findings
    assert finding.sentence() == (
        "inputs/egdi-2018/answers.csv, row 560, column value: “1.7361” is above the most possible, 1."
        " → correct the figure. [above-maximum]"
    )


# --- other kinds ------------------------------------------------------------------------------------------

KINDS = """\
methodology: mini
label_vi: Nhỏ
citation: {title: Thử}
groups: {ministry: {label_vi: Bộ}, agency: {label_vi: Cơ quan}}
answers:
  chosen: {label_vi: Chọn, kind: choice, choices: {a: Một, b: Hai}}
  agreed: {label_vi: Có không, kind: yes_no}
  words: {label_vi: Lời, kind: text}
  counted: {label_vi: Đếm, kind: count, min: 2, max: 9}
missing: zero
total: {label_vi: Tổng, max_points: 1, aggregate: sum, compare_on: points, decimals: 0, rounding: down}
ranking: {ties: min, on: rounded}
criteria: {}
"""


@pytest.mark.parametrize(
    ("answer", "text", "value"),
    [
        ("chosen", "a", "a"),
        ("chosen", "A", "not-a-choice"),
        ("chosen", "Một", "not-a-choice"),
        ("agreed", "có", True),
        ("agreed", "Có", True),
        ("agreed", "CÓ", True),
        ("agreed", "Co\u0301", True),
        ("agreed", "yes", True),
        ("agreed", "1", True),
        ("agreed", "không", False),
        ("agreed", "KHÔNG", False),
        ("agreed", "no", False),
        ("agreed", "0", False),
        ("agreed", "co", "not-yes-no"),
        ("agreed", "x", "not-yes-no"),
        ("agreed", "true", "not-yes-no"),
        ("words", "Bất kỳ, 1.234", "Bất kỳ, 1.234"),
        ("counted", "2", 2),
        ("counted", "1", "below-minimum"),
        ("counted", "10", "above-maximum"),
        ("counted", "2.5", "not-whole"),
    ],
)
def test_an_answer_is_of_its_kind_or_refused(mini_with, answer, text, value):
    source = MethodologyFile.model_validate(parse(KINDS, "kinds.yaml").data)
    methodology = Methodology("mini", "kinds.yaml", source, tree(source))
    project = mini_with(answers=answers(f'A,{answer},"{text}",'))
    if isinstance(value, str) and "-" in value:
        with pytest.raises(Refused) as refused:
            read_inputs("mini-2020", methodology, project)
        assert [(f.code, f.row, f.column) for f in refused.value.findings] == [(value, 2, "value")]
        assert value != "not-a-choice" or refused.value.findings[0].message().endswith(
            "one of the choices: a, b"
        )
    else:
        given = read_inputs("mini-2020", methodology, project).answers["A", answer]
        assert (given.value, type(given.value)) == (value, type(value) if value != 2 else Fraction)


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entities", "findings"),
    [
        ("A,Một,ministry\nA,Hai,ministry\n", [("entity-twice", 3, "entity")]),
        ("A,Một,ministry\na,Hai,ministry\n", [("entity-twice", 3, "entity")]),
        ("A,Một,ministry\nB,Một,agency\n", [("entity-twice", 3, "label_vi")]),
        ("A,Một,ministry\nB,MỘT,agency\n", [("entity-twice", 3, "label_vi")]),
        ("A,Bộ  Một,ministry\nB,Bộ\u00a0Một,agency\n", [("entity-twice", 3, "label_vi")]),
        ("A,Mo\u0323\u0302t,ministry\nB,Một,ministry\n", [("entity-twice", 3, "label_vi")]),
        ("A,Một,ministry\nA,Một,ministry\n", [("entity-twice", 3, "entity"), ("entity-twice", 3, "label_vi")]),
        (",Một,ministry\nA,,ministry\nB,Ba,\n", [("cell-empty", 2, "entity"), ("cell-empty", 3, "label_vi"), ("cell-empty", 4, "group")]),
        ("A,Một,ministy\n", [("group-unknown", 2, "group")]),
        ("..,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("a/b,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("=cmd|'/c calc'!A0,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("@SUM,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("-A,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("Bộ,Một,ministry\n", [("entity-code", 2, "entity")]),
        ("A B,Một,ministry\n", [("entity-code", 2, "entity")]),
        (f"{'A' * 81},Một,ministry\n", [("entity-code", 2, "entity")]),
        ("A,Một\n", [("row-length", 2, "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entity_is_named(wrong, entities, findings):
    found = wrong(entities="entity,label_vi,group\n" + entities, answers=answers("A,staff,1,"))
    assert [(code, row, column) for code, file, row, column in found if file == "entities.csv"] == findings


def test_where_groups_must_be_told_apart_the_column_must_be_there(wrong):
    assert wrong(entities="entity,label_vi,gruop\nA,Một,ministry\nB,Hai,ministry\n") == [
        ("column-missing", "entities.csv", 1, "group")
    ]


@pytest.mark.parametrize(
    ("rows", "findings"),
    [
        (["F,staff,1,"], [("entity-unknown", 2, "entity")]),
        (["a,staff,1,"], [("entity-unknown", 2, "entity")]),
        (["A,stuff,1,"], [("answer-unknown", 2, "answer")]),
        (["F,stuff,1,"], [("answer-unknown", 2, "answer"), ("entity-unknown", 2, "entity")]),
        (["F,portal,41,"], [("entity-unknown", 2, "entity"), ("above-maximum", 2, "value")]),
        ([",staff,1,", "A,,1,"], [("cell-empty", 2, "entity"), ("cell-empty", 3, "answer")]),
        (["A,staff,1,", "B,staff,1,", "A,staff,1,"], [("answer-twice", 4, "entity")]),
        (["A,staff,1,", "A,staff,2,", "A,staff,,missing"], [("answer-twice", 3, "entity"), ("answer-twice", 4, "entity")]),
        (["A,staff,1,", "A,staff,x,"], [("answer-twice", 3, "entity"), ("not-a-number", 3, "value")]),
        ([",staff,x,"], [("cell-empty", 2, "entity"), ("not-a-number", 2, "value")]),
        (["A,staff,1,missing"], [("state-with-value", 2, "state")]),
        (["A,staff,1,withheld", "B,staff,0,not_applicable"], [("state-with-value", 2, "state"), ("state-with-value", 3, "state")]),
        (["A,staff,,late", "B,staff,,Missing", "C,staff,1,zero"], [("state-unknown", 2, "state"), ("state-unknown", 3, "state"), ("state-unknown", 4, "state")]),
        (["A,staff,x,zero_late"], [("not-a-number", 2, "value")]),
        (["A,staff,1"], [("row-length", 2, "")]),
        (["A,staff,1,,,,,"], [("row-length", 2, "")]),
        (["A,portal,3,5,"], [("row-length", 2, "")]),
        (["A,staff,1,", 'B,staff,"1,', "C,staff,1,"], [("csv-syntax", 3, "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_answer_is_named(wrong, rows, findings):
    assert [(code, row, column) for code, _, row, column in wrong(answers=answers(*rows))] == findings


def test_unknown_words_are_answered_by_the_ones_that_are_meant(inputs):
    with pytest.raises(Refused) as refused:
        inputs(answers=answers("a,staff,1,", "B,serivces,1,", "XYZ,xyz,1,"))
    said = {(f.row, f.column): (f.remedy(), f.remedy("vi")) for f in refused.value.findings}
    assert said == {
        (2, "entity"): ("did you mean “A”?", "có phải “A”?"),
        (3, "answer"): ("did you mean “services”?", "có phải “services”?"),
        (4, "entity"): ("known: A, B, C, D, E", "được dùng: A, B, C, D, E"),
        (4, "answer"): (
            "known: with_computer, staff, portal, services",
            "được dùng: with_computer, staff, portal, services",
        ),
    }


def test_an_unknown_state_is_answered_by_all_that_there_are(inputs):
    with pytest.raises(Refused) as refused:
        inputs(answers=answers("A,staff,,late"))
    assert refused.value.findings[0].message() == (
        "“late” is not a state: missing, not_applicable, withheld,"
        " zero_late, zero_incomplete, zero_untrue, zero_no_evidence, zero_cancelled"
    )


def test_an_answer_given_twice_is_named_with_both_rows(inputs):
    with pytest.raises(Refused, match=r"answers\.csv, row 4, .*“staff” of A is given twice, first in row 2"):
        inputs(answers=answers("A,staff,1,", "B,staff,1,", "A,staff,1,"))


def test_an_entity_given_twice_is_named_with_both_rows(inputs):
    with pytest.raises(
        Refused, match=r"entities\.csv, row 4, column entity: “A” stands twice, first in row 2"
    ):
        inputs(entities="entity,label_vi,group\nA,Một,ministry\nB,Hai,agency\nA,Ba,agency\n")


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "csv-empty", None),
        (b"entity,answer,value\n", "no-rows", None),
        (b"entity,answer,value\nA,staff,1\0\n", "nul-byte", 2),
        ("entity,answer,value\nA,staff,1\n".encode("utf-16"), "not-utf8", 1),
        ("entity,answer,value,note\nA,staff,1,Bô\u0323\n".encode("cp1258"), "not-utf8", 2),
        (b"entity,answer,value\nA,staff,\"1\n" + b"B,staff,1\n" * 20_000, "csv-syntax", 2),
        (b"entity,answer,value\nA,staff," + b"1" * 200_000 + b"\n", "csv-syntax", 2),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_at_its_line(wrong, data, code, row):
    assert wrong(answers=data) == [(code, "answers.csv", row, "")]


def test_a_table_and_its_folder_may_not_be_there(mini, refused):
    folder = mini.inputs("mini-2020")
    (folder / "answers.csv").unlink()
    assert [(f.code, f.file) for f in refused(read, mini)] == [("no-file", FOLDER + "answers.csv")]
    (folder / "answers.csv").mkdir()
    assert [(f.code, f.file) for f in refused(read, mini)] == [("not-a-file", FOLDER + "answers.csv")]
    for name in ("entities.csv", "sources.yaml"):
        (folder / name).unlink()
    assert [(f.code, f.file) for f in refused(read, mini)] == [
        ("not-a-file", FOLDER + "answers.csv"),
        ("no-file", FOLDER + "entities.csv"),
        ("no-file", FOLDER + "sources.yaml"),
    ]


def test_a_published_file_that_is_a_broken_link_is_not_passed_over(mini, refused):
    (mini.inputs("mini-2020") / "published.csv").symlink_to("gone.csv")
    codes = {(f.code, f.file.removeprefix(FOLDER)) for f in refused(read, mini)}
    assert ("no-file", "published.csv") in codes


def test_the_inputs_folder_has_a_name_that_stays_inside(mini):
    methodology = read_methodology("mini", mini)
    for name in ("../secret", "", "mini 2020", None):
        with pytest.raises(Refused, match="not-a-name"):
            read_inputs(name, methodology, mini)


# --- sources ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        ("status: illustrative", "status: made_up", [("not-one-of", 1, "status")]),
        ("status: illustrative\n", "", [("key-missing", 1, "status")]),
        ('decimal: "."', "decimal: point", [("not-one-of", 2, "decimal")]),
        ('decimal: "."', 'decimals: "."', [("key-unknown", 2, "decimals")]),
        (", origin: Lập ra để thử}\n  answers", "}\n  answers", [("key-missing", 4, "files.entities.csv.origin")]),
        ("origin: Lập ra để thử}\n  answers", "orgin: x}\n  answers", [("key-unknown", 4, "files.entities.csv.orgin"), ("key-missing", 4, "files.entities.csv.origin")]),
        ("  answers.csv: {", "  answer.csv: {", [("source-not-stated", 3, "files"), ("source-of-nothing", 5, "files.answer.csv")]),
        ("  answers.csv: {", "  published.csv: {label_vi: x, origin: y}\n  answers.csv: {", [("source-of-nothing", 5, "files.published.csv")]),
        ("status: illustrative", "status: illustrative\nstatus: published", [("key-twice", 2, "status")]),
        ("  answers.csv: {", "  entities.csv: {", [("source-not-stated", 3, "files"), ("key-twice", 5, "files.entities.csv")]),
        ("status: illustrative", "status: !x illustrative", [("yaml-tag", 1, "")]),
        ("files:", "files: {}\nfile:", [("key-unknown", 4, "file")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_sources_is_named_at_its_line(wrong, old, new, findings):
    def edit(text):
        assert text.count(old) == 1
        return text.replace(old, new)

    assert wrong(sources=edit) == [(code, "sources.yaml", row, column) for code, row, column in findings]


def test_a_misspelt_key_of_the_sources_is_answered_by_the_one_that_is_meant(inputs):
    with pytest.raises(Refused) as refused:
        inputs(sources=lambda text: text.replace("origin: Lập ra để thử}\n  answers", "orgin: x}\n  answers"))
    assert [finding.remedy() for finding in refused.value.findings] == ["did you mean “origin”?", "add it"]


# --- published --------------------------------------------------------------------------------------------


def test_what_somebody_else_published_is_kept_to_its_last_place(inputs):
    given = inputs(published="entity,value,rank\nA,0.9150,1\nB,0.85,2\n")
    assert given.published == {"A": Published("0.9150", 1), "B": Published("0.85", 2)}
    assert [file.path.rpartition("/")[2] for file in given.files] == [
        "answers.csv",
        "entities.csv",
        "published.csv",
        "sources.yaml",
    ]


def test_what_was_published_with_a_decimal_comma_is_read_so(inputs):
    given = inputs(
        published="entity;value;rank\nA;0,9150;1\n",
        answers=answers("A,staff,1,"),
        sources=SOURCES_WITHOUT_MARK,
    )
    assert given.published == {"A": Published("0.9150", 1)}


def test_whole_numbers_that_were_published_need_no_decimal_mark(inputs):
    given = inputs(
        published="entity,value,rank\nA,85,1\n", answers=answers("A,staff,1,"), sources=SOURCES_WITHOUT_MARK
    )
    assert given.published == {"A": Published("85", 1)}


@pytest.mark.parametrize(
    ("rows", "findings"),
    [
        ("Z,0.5,1\n", [("entity-unknown", 2, "entity")]),
        ("A,0.5,1\nB,0.4,2\nA,0.5,1\n", [("published-twice", 4, "entity")]),
        ("A,high,1\n", [("not-a-number", 2, "value")]),
        ('A,"0,5",1\n', [("number-other-mark", 2, "value")]),
        ("A,,\n", [("published-nothing", 2, "value")]),
        (",0.5,1\n", [("cell-empty", 2, "entity")]),
        ("A,0.5,first\nB,0.5,0\nD,0.5,1.5\nE,0.5,１\n", [("not-a-rank", row, "rank") for row in range(2, 6)]),
        (f"A,0.5,{'9' * 5000}\n", [("not-a-rank", 2, "rank")]),
        ("A,high,0\n", [("not-a-rank", 2, "rank"), ("not-a-number", 2, "value")]),
        ("A,0.5\n", [("row-length", 2, "")]),
        ("", [("no-rows", None, "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_published_results_is_named(wrong, rows, findings):
    found = wrong(published="entity,value,rank\n" + rows)
    assert found == [(code, "published.csv", row, column) for code, row, column in findings]


def test_a_value_or_a_rank_may_be_published_alone(inputs):
    assert inputs(published="entity,value,rank\nA,0.5,\nB,,2\n").published == {
        "A": Published("0.5", None),
        "B": Published(None, 2),
    }
    assert inputs(published="entity,rank\nA,3\n").published == {"A": Published(None, 3)}
    assert inputs(published="entity,value\nA,0.5\n").published == {"A": Published("0.5", None)}


def test_a_tolerance_is_exact_and_of_the_published_file_alone(inputs, wrong):
    def told(file, tolerance):
        """sources.yaml with a tolerance of a file's."""

        def edit(text):
            text += "  published.csv: {label_vi: Đã công bố, origin: Lập ra để thử}\n"
            return text.replace(f"{file}: {{", f"{file}: {{tolerance: {tolerance}, ")

        return edit

    rows = "entity,value\nA,0.5\n"
    assert inputs(published=rows).tolerance == 0
    given = inputs(published=rows, sources=told("published.csv", "0.00002"))
    assert given.tolerance == Fraction(1, 50000)
    for file, tolerance in (("answers.csv", "0.1"), ("published.csv", "-0.1")):
        (found,) = wrong(published=rows, sources=told(file, tolerance))
        assert (found[0], found[3]) == ("tolerance-of-nothing", f"files.{file}.tolerance")


# --- all at once ------------------------------------------------------------------------------------------


def test_lines_laid_out_for_a_unit_that_was_struck_off_are_nobodys_until_they_say_something(inputs, wrong):
    """new-year lays out a line for each unit of last year; who is not evaluated any more is struck off."""
    kept = inputs(answers=answers("A,staff,1,", "F,staff,,", "F,portal,,"))
    assert set(kept.answers) == {("A", "staff")}
    assert wrong(answers=answers("A,staff,1,", "F,staff,,missing", "F,portal,,")) == [
        ("entity-unknown", "answers.csv", 3, "entity")
    ]


def test_what_is_wrong_in_all_files_is_said_at_once(wrong):
    assert wrong(
        entities="entity,label_vi,group\nA,Một,ministry\nA,Hai,ministri\nB!,Ba,agency\n",
        answers=answers(
            "A,staff,1.5,", "Q,staff,1,", "A", "A,sttaff,1,", 'A,portal,"1,5",', "A,services,,late"
        ),
        sources="status: illustrative\ndecimal: '.'\nfiles:\n",
        published="entity,value,rank\nQ,x,0\n",
    ) == [
        ("not-whole", "answers.csv", 2, "value"),
        ("entity-unknown", "answers.csv", 3, "entity"),
        ("row-length", "answers.csv", 4, ""),
        ("answer-unknown", "answers.csv", 5, "answer"),
        ("number-other-mark", "answers.csv", 6, "value"),
        ("state-unknown", "answers.csv", 7, "state"),
        ("entity-twice", "entities.csv", 3, "entity"),
        ("group-unknown", "entities.csv", 3, "group"),
        ("entity-code", "entities.csv", 4, "entity"),
        ("entity-unknown", "published.csv", 2, "entity"),
        ("not-a-rank", "published.csv", 2, "rank"),
        ("not-a-number", "published.csv", 2, "value"),
        ("source-not-stated", "sources.yaml", 3, "files"),
        ("source-not-stated", "sources.yaml", 3, "files"),
    ]


def test_what_hangs_on_a_file_that_cannot_be_read_is_not_held_against_another(wrong):
    """No entity is called unknown while entities.csv is torn, no figure wrong while its mark is not known."""
    rows = answers("Q,staff,1,", "A,portal,1.234,", 'A,services,"0,5",', "B,portal,0.5,", "B,staff,x,")
    assert wrong(entities="entity,label_vi,group\nA,Một\n", answers=rows, sources="decimal: ','\n") == [
        ("not-a-number", "answers.csv", 6, "value"),
        ("row-length", "entities.csv", 2, ""),
        ("key-missing", "sources.yaml", 1, "files"),
        ("key-missing", "sources.yaml", 1, "status"),
    ]


def test_a_file_that_is_wrong_in_every_row_is_given_up_and_the_rest_still_said(mini_with, refused):
    project = mini_with(answers=answers(*["Q,staff,1,"] * 20_000), sources="status: x\nfiles: {}\n")
    begun = time.process_time()
    findings = refused(read, project)
    assert time.process_time() - begun < 10
    codes = [finding.code for finding in findings]
    assert codes.count("too-many") == 1
    assert codes.count("entity-unknown") + codes.count("answer-twice") in (9_999, 10_000)
    assert "not-one-of" in codes


# --- any bytes --------------------------------------------------------------------------------------------

LIKELY = st.text(alphabet="entityanswervaluestate,;\t\n\r\"'ABCDE0123456789.,-staffportal", max_size=120).map(
    str.encode
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "", "Q", "a"]),
        st.sampled_from(["staff", "portal", "services", "", "x"]),
        st.sampled_from(["1", "0.5", "0,5", "1.234", "", "x", "-1", "9" * 50, "\u00a0", '"']),
        st.sampled_from(["", *STATES, "late"]),
    ),
    max_size=6,
).map(lambda rows: "\n".join(["entity;answer;value;state", *map(";".join, rows)]).encode())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=100) | LIKELY | ROWS, st.sampled_from(["answers.csv", "entities.csv", "sources.yaml"])
)
def test_whatever_bytes_a_file_holds_the_inputs_are_read_or_refused(mini, data, file):
    path = mini.inputs("mini-2020") / file
    usual = path.read_bytes()
    try:
        path.write_bytes(data)
        assert isinstance(read(mini), Inputs)
    except Refused as refused:
        assert refused.findings
        assert all(finding.file.startswith(FOLDER) for finding in refused.findings)
    finally:
        path.write_bytes(usual)


def test_no_file_is_changed_by_reading_it(mini):
    folder = mini.inputs("mini-2020")
    before = {path.name: (path.read_bytes(), os.stat(path).st_mtime_ns) for path in folder.iterdir()}
    read(mini)
    assert {path.name: (path.read_bytes(), os.stat(path).st_mtime_ns) for path in folder.iterdir()} == before


# --- what appraisers and reviewers say, and what happened ---------------------------------------------------


APPRAISED = "entity,answer,value,verified,why,state,who,at"


def appraised_methodology(text):
    """The portal is marked by reviewers, services are awarded by appraisers, and reports can be late."""
    text = text.replace("kind: number, min: 0, max: 40", "kind: mark, max: 10")
    text = text.replace("kind: number, min: 0, max: 50", "kind: award, max: 50")
    text = text.replace("{value: portal}", "{mark: portal}").replace(
        "{value: services}", "{awarded: services}"
    )
    citation = "citation: {title: Thử}"
    return text.replace(
        "answers:\n",
        f'calendar:\n  report: {{label_vi: Báo cáo, date: "+1-01-01", before: true, {citation}}}\n'
        f"zero_rules:\n  late: {{falls_on: unit, deadline: report, {citation}}}\nanswers:\n",
    )


@pytest.fixture
def appraised(mini_with):
    """The small edition with marks.csv and events.csv."""

    def make(*rows, marks=(), events=()):
        sources = "".join(
            f"  {name}: {{label_vi: Thử, origin: Thử}}\n" for name in ("marks.csv", "events.csv")
        )
        project = mini_with(
            methodology=appraised_methodology,
            answers=answers(*rows, header=APPRAISED),
            sources=lambda text: text + sources,
        )
        folder = project.inputs("mini-2020")
        for name, header, lines in (
            ("marks", "entity,answer,reviewer,role,mark,why", marks),
            ("events", "entity,criterion,event,at,until,why", events),
        ):
            lines = (
                lines or {"marks": ["A,portal,R1,reviewer,8,"], "events": ["A,,reported,2020-12-01,,"]}[name]
            )
            (folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
        return project

    return make


def test_what_was_verified_stands_and_what_was_declared_is_kept_beside_it(appraised):
    given = read(appraised("A,staff,100,90,đếm lại,,HĐTĐ,2020-12-05", "B,staff,100,,,,,", "A,services,50,40,thiếu minh chứng,,HĐTĐ,2020-12-05",
                           "B,services,50,,,,,")).answers  # fmt: skip
    assert given["A", "staff"][:2] == (90, "given")
    assert (given["A", "staff"].declared, given["A", "staff"].why) == (100, "đếm lại")
    assert given["B", "staff"][:2] == (100, "given")
    assert (given["A", "services"].value, given["A", "services"].declared) == (40, 50)
    assert (given["B", "services"].value, given["B", "services"].state) == (None, "missing")
    assert given["B", "services"].declared == 50  # claimed, never awarded


def test_marks_become_an_answer_and_events_become_zeros(appraised):
    project = appraised(
        "A,staff,100,,,,,",
        "A,with_computer,50,,,,,",
        "A,services,50,40,thiếu,,HĐTĐ,2020-12-05",
        "D,staff,100,,,,,",
        "D,with_computer,100,,,,,",
        marks=["A,portal,R1,reviewer,8,", "A,portal,R2,reviewer,9,", "D,portal,R1,reviewer,5,"],
        events=["D,,reported,2021-01-01,,", "A,,reported,31/12/2020,,"],
    )
    inputs = read(project)
    assert inputs.answers["A", "portal"].value == Fraction(17, 20)  # 8.5 of 10
    assert inputs.answers["A", "portal"].text == "8; 9"
    e = evaluate_edition("mini-2020", project)
    total = dict(zip("ABCDE", e.scores.outcomes["total"], strict=True))
    assert (total["A"].points, total["A"].available) == (5 + 34 + 40, 100)
    assert (total["D"].points, total["D"].available) == (0, 50)
    assert {
        node: o[3].state for node, o in e.scores.outcomes.items() if "." in node or node == "services"
    } == {
        "inside.computers": "zero_late",
        "inside.portal": "zero_late",
        "services": "not_applicable",
    }


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("A,staff,100,90,,,HĐTĐ,2020-12-05", "change-unsigned", "why"),
        ("A,services,50,40,thiếu,,,2020-12-05", "change-unsigned", "who"),
        ("A,services,50,40,thiếu,,HĐTĐ,", "change-unsigned", "at"),
        ("A,services,50,40,thiếu,,HĐTĐ,mai", "not-a-time", "at"),
        ("A,portal,8,,,,,", "mark-elsewhere", "answer"),
        ("A,services,50,51,x,,HĐTĐ,2020-12-05", "above-maximum", "verified"),
    ],
)
def test_a_slip_of_appraisal_is_named_at_its_row_and_column(row, code, column, appraised):
    with pytest.raises(Refused) as refused:
        read(appraised("B,staff,100,,,,,", row))
    assert [(f.code, f.row, f.column) for f in refused.value.findings] == [(code, 3, column)]


def test_slips_of_marks_and_events_are_said_together_with_the_others(appraised):
    with pytest.raises(Refused) as refused:
        read(appraised("A,staff,x,,,,,", marks=["A,portal,R1,reviewer,11,"], events=["A,,reported,x,,"]))
    assert [(f.file.rpartition("/")[2], f.code, f.row) for f in refused.value.findings] == [
        ("answers.csv", "not-a-number", 2),
        ("events.csv", "not-a-time", 2),
        ("marks.csv", "mark-out-of-scale", 2),
    ]


def test_a_table_that_nobody_reads_is_named_with_what_may_be_meant(mini):
    (mini.inputs("mini-2020") / "event.csv").write_text("entity\n", "utf-8")
    (mini.inputs("mini-2020") / "ghi-chu.txt").write_text("x", "utf-8")
    with pytest.raises(Refused) as refused:
        read(mini)
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("table-unread", "inputs/mini-2020/event.csv")
    assert finding.remedy().startswith("did you mean “events.csv”?")


def test_the_same_marks_come_to_another_under_a_methodology_that_combines_them_otherwise(appraised):
    marks = ["A,portal,R1,reviewer,8,", "A,portal,R2,reviewer,9,"]
    project = appraised("A,staff,100,,,,,", marks=marks)
    inputs, methodology = read(project), read_methodology("mini", project)
    review = Review(reviewers=2, combine="lowest", too_different=30, spot_check=0)
    changed = replace(methodology, source=methodology.source.model_copy(update={"review": review}))
    assert inputs.answers["A", "portal"].value == Fraction(17, 20)
    assert inputs.resettled(changed).answers["A", "portal"].value == Fraction(16, 20)


@pytest.mark.parametrize(
    ("text", "value"),
    [('"1,234"', None), ('"12,345"', None), ('"1,234,567"', 1_234_567), ("1234", 1234), ("1.000", 1)],
)
def test_one_comma_under_a_declared_point_is_a_finding_as_in_forms(inputs, wrong, text, value):
    files = {"answers": answers(f"A,staff,{text},"), "sources": SOURCES_WITHOUT_MARK + 'decimal: "."\n'}
    if value is None:
        assert wrong(**files) == [("number-two-ways", "answers.csv", 2, "value")]
    else:
        assert inputs(**files).answers["A", "staff"].value == value


@pytest.mark.parametrize("code", ["CON", "nul", "Aux", "COM1", "lpt9"])
def test_a_unit_that_windows_could_give_no_file_is_refused(inputs, wrong, code):
    rows = f"entity,label_vi,group\n{code},Bộ Một,ministry\n"
    assert ("entity-code", "entities.csv", 2, "entity") in wrong(entities=rows)


def test_a_label_that_reads_otherwise_than_it_is_written_is_a_finding(inputs, wrong):
    rows = "entity,label_vi,group\nA,Bộ \u202eMột,ministry\n"
    assert ("control-character", "entities.csv", 2, "") in wrong(entities=rows)
