"""What is wrong is said with file, row, column and remedy, in two languages, all at once, never too much."""

import ast
import pickle
import re
import string
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics import findings as module
from ictindex.basics.findings import (
    Finding,
    Refused,
    enough,
    found,
    nearest,
    refuse_if,
    report,
    speller,
)
from tests.parsed import PACKAGE, TREES

CATALOGUE = tomllib.loads((PACKAGE / "basics" / "findings.toml").read_text("utf-8"))
# Calls whose code is no literal: what stands there, and the codes that it can be.
CHOSEN = {
    ("basics.files", "code"): {"nul-byte", "control-character"},
    ("basics.csv_file", "f'{column}-unknown'"): {
        "entity-unknown",
        "answer-unknown",
        "event-unknown",
        "criterion-unknown",
        "role-unknown",
    },
    ("basics.csv_file", "code"): set(),  # Checked.wrong hands on what it is given
    ("annex.signature", "differs"): {"signature-differs", "signed-pdf-differs"},
    ("methodology.rule_checks", "code"): {"steps-gap", "steps-overlap", "key-missing", "z-score-alone"},
    ("facts.inputs", "problem[0]"): {"number-other-mark", "not-a-number", "cell-empty"},
    ("facts.answers", "problem[0]"): {
        "number-other-mark",
        "not-a-number",
        "not-whole",
        "figure-of-a-float",
        "below-minimum",
    },
    ("scoring.parameters", "f.code"): {"unit-unknown", "unit-ambiguous"},
    ("facts.events", "problem[0]"): {"not-a-number"},  # what a reader of answers says
    ("facts.answers", "code"): {
        "state-unknown",
        "state-with-value",
        "not-yes-no",
        "not-a-choice",
        "number-other-mark",
        "not-a-number",
        "not-whole",
        "figure-of-a-float",
        "below-minimum",
        "above-maximum",
        "number-two-ways",
    },
    ("facts.milestones", "code"): set(),  # Checked.wrong
    ("exchange.recording", "code"): {"milestone-unsigned", "milestone-to-whom", "cell-empty", "not-a-time"},
    ("methodology.reading", "code"): {"amends-itself", "amends-unknown"},
    ("methodology.amendments", "code"): {
        "change-unknown",
        "change-without-effect",
        "change-inside-change",
        "change-inside-value",
        "change-of-name",
    },
    ("scoring.outcomes", "code"): {"answer-missing", "cell-missing", "missing-stated"},
    ("what_if.supposing", "code"): {  # what read_value says, and a cell without a value
        "cell-empty",
        "not-yes-no",
        "not-a-choice",
        "number-other-mark",
        "not-a-number",
        "not-whole",
        "below-minimum",
        "above-maximum",
        "number-two-ways",
    },
    ("exchange.service_sheets", "code"): set(),  # what facts.services says is wrong
    ("exchange.reading", "code"): set(),  # what exchange.values says is wrong
    ("exchange.reading", "value.code"): set(),
    ("basics.findings", "code"): set(),  # found hands on what it is given,
    ("basics.strict_yaml", "code"): set(),  # and so do Document.found and _Reader._refuse
}


def calls():
    """Every call that makes a finding: module, line, the node of its code, its facts, whether of more."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in ("found", "Finding", "_refuse", "wrong"):
                    facts = {keyword.arg for keyword in node.keywords}
                    more = None in facts or len(node.args) > 4
                    yield name, node.lineno, node.args[0], facts - {None}, more


def fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}


# --- the catalogue ----------------------------------------------------------------------------------------


def test_every_code_that_the_package_uses_has_its_sentence():
    literal = [(name, line, code.value) for name, line, code, *_ in calls() if isinstance(code, ast.Constant)]
    assert len(literal) > 80
    assert [use for use in literal if use[2] not in CATALOGUE] == []


def test_every_code_that_is_chosen_at_run_time_is_known_here_and_has_its_sentence():
    chosen = {
        (name, ast.unparse(code)) for name, _, code, *_ in calls() if not isinstance(code, ast.Constant)
    }
    assert chosen == set(CHOSEN)
    assert set().union(*CHOSEN.values()) - CATALOGUE.keys() == set()


def test_every_sentence_is_used():
    used = {code.value for *_, code, _, _ in calls() if isinstance(code, ast.Constant)}
    assert CATALOGUE.keys() - used - set().union(*CHOSEN.values()) == set()


def test_every_call_gives_the_facts_that_its_sentence_wants():
    lacking = [
        (name, line, code.value, wanted - facts)
        for name, line, code, facts, more in calls()
        if isinstance(code, ast.Constant) and not more
        for wanted in [set().union(*map(fields, CATALOGUE.get(code.value, {}).values()))]
        if wanted - facts
    ]
    assert lacking == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_entry_says_what_and_how_to_mend_it_in_both_languages_with_the_same_facts(code):
    entry = CATALOGUE[code]
    assert entry.keys() - {"severity"} == {"en", "vi", "remedy_en", "remedy_vi"}
    assert entry.get("severity", "remark") in ("to_fill", "remark")  # what is not said to be one is an error
    own = {"known_vi": "known", "wanted_vi": "wanted", "what_vi": "what", "why_vi": "why"}
    for en, vi in (("en", "vi"), ("remedy_en", "remedy_vi")):
        assert entry[en].strip() and entry[vi].strip()
        if en == "en":
            assert {own.get(field, field) for field in fields(entry[vi])} == fields(entry[en])
    in_vietnamese = {own.get(field, field) for field in fields(entry["vi"] + entry["remedy_vi"])}
    assert in_vietnamese <= fields(entry["en"] + entry["remedy_en"])
    for field in fields(entry["en"] + entry["remedy_en"]):
        assert not field.endswith("_vi")


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_sentence_ends_without_a_full_stop_and_begins_small_or_with_the_fact(code):
    for text in CATALOGUE[code].values():
        assert not text.endswith(".") and text == text.strip()
        assert text[0] in "“{" or not text[0].isupper()


# --- one finding ------------------------------------------------------------------------------------------


def test_a_sentence_is_file_row_column_what_remedy_and_code():
    finding = found("answer-twice", "inputs/a/answers.csv", 7, "entity", entity="VNM", answer="osi", first=3)
    assert finding.sentence() == (
        "inputs/a/answers.csv, row 7, column entity: “osi” of VNM is given twice, first in row 3."
        " → keep the right one. [answer-twice]"
    )
    assert finding.sentence("vi") == (
        "inputs/a/answers.csv, dòng 7, cột entity: “osi” của VNM được ghi hai lần, lần đầu ở dòng 3."
        " → giữ dòng đúng. [answer-twice]"
    )


def test_a_place_names_only_what_there_is():
    assert found("no-file", "a.csv").place() == "a.csv"
    assert found("cell-empty", "a.csv", 3).place() == "a.csv, row 3"
    assert found("not-parameters", "a.yaml", 3, "total").place("vi") == "a.yaml, dòng 3, khóa total"
    assert found("not-parameters", "a.yaml", None, "total").place() == "a.yaml, key total"
    assert found("slip-without-opinion", "a.xlsx", None, "Bìa!").place("vi") == "a.xlsx, trang Bìa"
    assert found("slip-without-opinion", "a.xlsx", None, "Bìa!").place() == "a.xlsx, sheet Bìa"
    assert found("cell-empty", "a.xlsx", None, "Bìa!B4").place("vi") == "a.xlsx, ô Bìa!B4"
    assert found("cell-empty", "a.xlsx", None, "Bìa!B4").place() == "a.xlsx, cell Bìa!B4"


def test_a_finding_as_data_holds_everything_in_both_languages():
    assert found("key-missing", "a.yaml", 2, "total.decimals", key="decimals").as_dict() == {
        "code": "key-missing",
        "severity": "error",
        "file": "a.yaml",
        "row": 2,
        "column": "total.decimals",
        "message": "the key “decimals” is missing",
        "remedy": "add it",
        "message_vi": "thiếu khóa “decimals”",
        "remedy_vi": "thêm khóa này",
    }


def test_a_fact_may_be_called_file_row_column_or_code():
    finding = found(
        "rule-is-fixed", "parameters/a.yaml", None, "ties", name="ties", file="m.yaml", row=1, code="x"
    )
    assert finding.file == "parameters/a.yaml"
    assert "change m.yaml" in finding.remedy()


def test_braces_in_a_fact_are_only_letters():
    finding = found("not-a-number", "a.csv", 2, "value", value="{mark} {0} {x!r}", mark=".")
    assert finding.message() == "“{mark} {0} {x!r}” is not a number"


def test_a_fact_of_several_lines_or_without_end_makes_one_short_line():
    finding = found("not-a-number", "a.csv", 2, "value", value="two\nlines" + "x" * 10_000, mark=".")
    assert finding.message().startswith("“two⏎lines" + "x" * 100)
    assert finding.message().endswith("x…” is not a number")
    assert len(finding.sentence()) < 500


def test_a_code_without_sentence_is_an_error_of_the_programmer():
    with pytest.raises(KeyError):
        found("no-such-code", "a.csv").message()


# --- many findings ----------------------------------------------------------------------------------------


def test_a_refusal_keeps_every_finding_in_the_order_of_the_files():
    given = [
        found("cell-empty", "b.csv", 1),
        found("cell-empty", "a.csv", 10),
        found("cell-empty", "a.csv", 9, "y"),
        found("csv-empty", "a.csv", 9, "x"),
        found("cell-empty", "a.csv", 9, "x"),
        found("no-file", "a.csv"),
    ]
    kept = Refused(given).findings
    assert [(f.file, f.row, f.column, f.code) for f in kept] == [
        ("a.csv", None, "", "no-file"),
        ("a.csv", 9, "x", "cell-empty"),
        ("a.csv", 9, "x", "csv-empty"),
        ("a.csv", 9, "y", "cell-empty"),
        ("a.csv", 10, "", "cell-empty"),
        ("b.csv", 1, "", "cell-empty"),
    ]


@given(st.permutations("dabcb"))
def test_the_order_in_which_alike_findings_were_made_does_not_show(names):
    findings = [found("key-missing", "a.yaml", 1, "total", key=name) for name in names]
    assert [f.facts["key"] for f in Refused(findings).findings] == ["a", "b", "b", "c", "d"]


def test_a_refusal_as_text_is_its_report():
    findings = [found("cell-empty", "a.csv", row) for row in range(1, 26)]
    lines = str(Refused(findings)).splitlines()
    assert len(lines) == 21
    assert lines[0] == "a.csv, row 1: the cell is empty. → fill it. [cell-empty]"


@pytest.mark.parametrize(
    ("asked", "said"),
    [("vi", "a.csv: không có tệp này. → tạo tệp, hoặc sửa tên dẫn đến tệp. [no-file]"),
     ("", "a.csv: the file is not there. → make it, or correct the name that leads to it. [no-file]"),
     ("fr", "a.csv: the file is not there. → make it, or correct the name that leads to it. [no-file]")],
)  # fmt: skip
def test_a_notebook_shows_what_is_wrong_in_the_readers_language_and_not_where_python_stood(
    monkeypatch, asked, said
):
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("ICTINDEX_LANG", asked)
    shown = []
    shell = InteractiveShell()
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.extend(lines))
    shell.run_cell(
        "from ictindex.basics.findings import Refused, found\nraise Refused([found('no-file', 'a.csv')])"
    )
    assert [re.sub(r"\x1b\[[0-9]*m", "", line) for line in shown] == ["Refused", said]


def test_nothing_found_refuses_nothing():
    refuse_if([])
    refuse_if(iter(()))
    with pytest.raises(Refused):
        refuse_if(iter([found("no-file", "a.csv")]))


@pytest.mark.parametrize(
    ("language", "last"),
    [("en", "a.csv: 5 more of the kind [cell-empty]"), ("vi", "a.csv: còn 5 lỗi cùng loại [cell-empty]")],
)
def test_a_report_shows_twenty_of_a_kind_in_a_file_and_says_how_many_more(language, last):
    findings = [found("cell-empty", "a.csv", row) for row in range(1, 26)]
    findings += [found("cell-empty", "b.csv", row) for row in range(1, 21)]
    findings += [found("csv-empty", "a.csv")]
    lines = list(report(findings, language))
    assert len([line for line in lines if line.startswith("a.csv") and line.endswith(". [cell-empty]")]) == 20
    assert len([line for line in lines if line.startswith("b.csv")]) == 20
    assert len([line for line in lines if line.endswith("[csv-empty]")]) == 1
    assert lines[-1] == last
    assert len(lines) == 42


def test_what_is_said_alike_of_several_cells_is_one_line_of_all_of_them():
    cells = ("P!G6", "P!G7", "P!G8", "P!G10", "P!H11", "Bìa!G9")
    lost = [found("evidence-not-sent", "a.xlsx", None, cell, name="q.pdf") for cell in cells]
    other = found("evidence-not-sent", "a.xlsx", None, "P!G9", name="r.pdf")
    assert list(report([lost[0], other, *lost[1:]], "vi")) == [
        "a.xlsx, ô P!G6:G8, G10, H11: tệp “q.pdf” được nêu là tài liệu kiểm chứng nhưng không gửi kèm phiếu."
        " → gửi tệp đó cùng phiếu, hoặc sửa lại tên tệp. [evidence-not-sent]",
        "a.xlsx, ô P!G9: tệp “r.pdf” được nêu là tài liệu kiểm chứng nhưng không gửi kèm phiếu."
        " → gửi tệp đó cùng phiếu, hoặc sửa lại tên tệp. [evidence-not-sent]",
        "a.xlsx, ô Bìa!G9: tệp “q.pdf” được nêu là tài liệu kiểm chứng nhưng không gửi kèm phiếu."
        " → gửi tệp đó cùng phiếu, hoặc sửa lại tên tệp. [evidence-not-sent]",
    ]
    twice = [found("evidence-not-sent", "a.csv", row, "file", name="q.pdf") for row in (2, 3)]
    assert len(list(report(twice))) == 2


def test_reading_stops_after_ten_thousand_findings_and_says_so():
    findings = [found("cell-empty", "a.csv", row) for row in range(1, 10_000)]
    assert not enough(findings, "a.csv", 12_345)
    assert len(findings) == 9_999
    findings.append(found("cell-empty", "a.csv", 10_000))
    assert enough(findings, "a.csv", 12_345)
    assert (findings[-1].code, findings[-1].row, len(findings)) == ("too-many", 12_345, 10_001)
    assert "10,000" in findings[-1].message()


# --- did you mean -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("staf", "staff"),
        ("STAFF", "staff"),
        ("vnm", "VNM"),
        ("label_en", "label_vi"),
        ("Bo Y te", "Bộ Y tế"),
        ("xyz", None),
        ("", None),
        (7, None),
    ],
)
def test_a_misspelt_word_has_its_nearest(word, meant):
    known = ["staff", "VNM", "label_vi", "Bộ Y tế"]
    assert nearest(word, known) == meant
    english = f"did you mean “{meant}”?" if meant else "known: staff, VNM, label_vi, Bộ Y tế"
    vietnamese = f"có phải “{meant}”?" if meant else "được dùng: staff, VNM, label_vi, Bộ Y tế"
    assert speller(known)(str(word)) == {"known": english, "known_vi": vietnamese}


def test_a_code_that_lost_its_zeros_is_answered_by_itself_and_not_by_another():
    """Excel turns 01 into 1."""
    known = ["10", "11", "01", "001a", "0"]
    assert [nearest(word, known) for word in ("1", "001", "0", "00")] == ["01", "01", "0", "0"]
    assert speller(known)("1")["known_vi"] == "có phải “01”?"


def test_of_words_as_near_the_one_that_begins_alike_is_meant():
    assert nearest("AFF", ["AFG", "ZAF", "CAF"]) == "AFG"
    assert nearest("bo-x", ["so-x", "bo-y", "ab-x"]) == "bo-y"


def test_a_question_ends_with_its_mark_alone():
    finding = found("key-unknown", "a.yaml", key="staf", **speller(["staff"])("staf"))
    assert finding.sentence().endswith("→ did you mean “staff”? [key-unknown]")


def test_where_nothing_is_known_the_remedy_says_so():
    assert speller([])("x")["known"] == "known: —"
    assert speller(iter(["y"]))("x")["known"] == "known: y"


def test_a_long_list_of_known_words_is_cut_and_counted():
    known = [f"K{i:03}" for i in range(193)]
    assert speller(known)("?")["known"] == (
        "known: K000, K001, K002, K003, K004, K005, K006, K007, K008, K009, K010, K011, … (193)"
    )
    assert speller(known[:12])("?")["known"].endswith("K011")


def test_braces_in_a_known_word_are_only_letters():
    assert speller(["{a}b"])("{a}")["known"] == "did you mean “{a}b”?"


def test_thousands_of_misspelt_words_do_not_keep_anyone_waiting():
    known = [f"unit-{i:05}" for i in range(2_000)]
    spelled = speller(known)
    begun = time.process_time()
    remedies = [spelled(f"Unit_{i:05}")["known"] for i in range(2_000)]
    assert time.process_time() - begun < 10
    assert remedies[7] == "did you mean “unit-00007”?"
    assert remedies[-1].startswith("known: unit-00000, ")
    assert spelled("Unit_00007")["known"] == "did you mean “unit-00007”?"


def test_the_catalogue_is_read_once(monkeypatch):
    module._catalogue()
    monkeypatch.setattr(module.tomllib, "loads", lambda text: pytest.fail("it was read again"))
    assert Finding("no-file", "a").message() == "the file is not there"


def test_a_refusal_goes_from_one_process_to_another_with_its_findings():
    refused = Refused([found("exists", "b.csv", 2, "x"), found("exists", "a.csv")])
    again = pickle.loads(pickle.dumps(refused))
    assert (again.findings, str(again)) == (refused.findings, str(refused))
