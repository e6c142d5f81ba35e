"""An officer's mistakes in a methodology: each is named at its line, all at once, and with the word meant."""

# ruff: noqa: E501 — a table of mistakes reads best with a line for each

import copy
import dataclasses
import functools
import operator
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ictindex.methodology
from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import scan
from ictindex.methodology.reading import build_methodology, read_methodology
from ictindex.methodology.tree import Methodology

ROOM = Path(ictindex.methodology.__file__).parent
FILE = "parameters/methodologies/mini.yaml"


@pytest.fixture
def wrong(mini_with, refused):
    """What is wrong with the small methodology after an edit: (code, the text of its line, column)."""

    def edited(*edits: tuple[str, str]) -> list[tuple[str, str, str]]:
        after = []

        def edit(text: str) -> str:
            for old, new in edits:
                assert text.count(old) == 1, f"{old!r} is not in the file once"
                text = text.replace(old, new)
            after.extend(text.split("\n"))
            return text

        findings = refused(read_methodology, "mini", mini_with(methodology=edit))
        assert {finding.file for finding in findings} == {FILE}
        return [(f.code, after[f.row - 1].strip(), f.column) for f in findings]

    return edited


PORTAL = "        missing: leave_out\n        rule: {value: portal}\n"
SERVICES = "    rule: {value: services}\n"
WEIGHTED = ("    max_points: 50\n    aggregate: sum", "    max_points: 50\n    aggregate: weights")
LEAVES = (
    ("        max_points: 10\n", "        max_points: 10\n        weight: {0}\n"),
    ("        max_points: 40\n", "        max_points: 40\n        weight: {1}\n"),
)


def weights(one: str, other: str) -> list[tuple[str, str]]:
    return [WEIGHTED, *((old, new.format(one, other)) for old, new in LEAVES)]


# What an officer does, and everything that must be said of it: the code, the text of the line named, the path.
ONE_MISTAKE = {
    "the name of another file": (
        [("methodology: mini", "methodology: maxi")],
        [("name-differs", "methodology: maxi", "methodology")],
    ),
    "no groups": (
        [("  ministry: {label_vi: Bộ}\n  agency: {label_vi: Cơ quan}\n", "  {}\n"),
         ("{ministry: 100, agency: 50}", "100"),
         ("{ministry: 50, agency: not_applicable}", "50")],
        [("none-given", "groups:", "groups")],
    ),
    "no criteria": (
        [("criteria:\n  inside:", "criteria: {}\nx:\n  inside:")],
        [
            ("answer-not-read", "with_computer: {label_vi: Cán bộ có máy tính, kind: count}", "answers.with_computer"),
            ("answer-not-read", "staff: {label_vi: Cán bộ, kind: count}", "answers.staff"),
            ("answer-not-read", "portal: {label_vi: Điểm cổng thông tin, kind: number, min: 0, max: 40}", "answers.portal"),
            ("answer-not-read", "services: {label_vi: Điểm dịch vụ công, kind: number, min: 0, max: 50}", "answers.services"),
            ("none-given", "criteria: {}", "criteria"),
            ("key-unknown", "x:", "x"),
        ],
    ),
    "a criterion called total": (
        [("  services:\n    label_vi: Dịch", "  total:\n    label_vi: Dịch")],
        [("bad-key", "total:", "criteria.total")],
    ),
    "a criterion with a dot in its code": (
        [("      portal:\n", "      por.tal:\n")],
        [("bad-key", "por.tal:", "criteria.inside.criteria.por.tal")],
    ),
    "a group with capitals": (
        [("  ministry: {label", "  Ministry: {label"), ("{ministry: 100", "{Ministry: 100"), ("{ministry: 50", "{Ministry: 50")],
        [("bad-key", "Ministry: {label_vi: Bộ}", "groups.Ministry")],
    ),
    "an answer with an accent": (
        [("  staff: {", "  nhân: {"), ("per: staff", "per: nhân")],
        [("bad-key", "nhân: {label_vi: Cán bộ, kind: count}", "answers.nhân")],
    ),
    "a rule of ranking that does not exist": (
        [("  ties: min", "  ties: first")],
        [("not-one-of", "ties: first", "ranking.ties")],
    ),
    "a rule of ranking that does not exist, left open": (
        [("{open: rounded,", "{open: round,")],
        [("not-one-of", "on: {open: round, why_vi: Không văn bản nào nêu}", "ranking.on")],
    ),
    "seven decimals": ([("decimals: 3", "decimals: 7")], [("not-one-of", "decimals: 7", "total.decimals")]),
    "decimals as text": ([("decimals: 3", "decimals: '3'")], [("not-one-of", "decimals: '3'", "total.decimals")]),
    "an open rule without a reason": (
        [("{open: rounded, why_vi: Không văn bản nào nêu}", "{open: rounded}")],
        [("open-without-why", "on: {open: rounded}", "ranking.on")],
    ),
    "an open rule with an empty reason": (
        [("why_vi: Không văn bản nào nêu}", "why_vi: }")],
        [("open-without-why", "on: {open: rounded, why_vi: }", "ranking.on")],
    ),
    "an open rule with a reason and no value": (
        [("{open: rounded, why_vi", "{why_vi")],
        [("key-missing", "on: {why_vi: Không văn bản nào nêu}", "ranking.on.open")],
    ),
    "no maximum for one group": (
        [("{ministry: 50, agency: not_applicable}", "{ministry: 50}")],
        [("group-without-maximum", "max_points: {ministry: 50}", "criteria.services.max_points")],
    ),
    "a maximum for a group that does not exist": (
        [("{ministry: 100, agency: 50}", "{ministry: 100, agency: 50, province: 1}")],
        [("group-unknown", "max_points: {ministry: 100, agency: 50, province: 1}", "total.max_points.province")],
    ),
    "a maximum of zero": (
        [("{ministry: 50, agency: not_applicable}", "{ministry: 50, agency: 0}")],
        [("maximum-not-positive", "max_points: {ministry: 50, agency: 0}", "criteria.services.max_points")],
    ),
    "a criterion that applies below one that does not": (
        [("    max_points: 50\n    aggregate", "    max_points: {ministry: 50, agency: not_applicable}\n    aggregate"),
         ("{ministry: 100, agency: 50}", "{ministry: 100, agency: not_applicable}")],
        [("maximum-below-not-applicable", "max_points: {ministry: 50, agency: not_applicable}", "criteria.inside.max_points")],
    ),
    "nothing that applies below a criterion that does": (
        [("        max_points: 10\n", "        max_points: {ministry: 10, agency: not_applicable}\n"),
         ("        max_points: 40\n", "        max_points: {ministry: 40, agency: not_applicable}\n")],
        [("nothing-below", "max_points: 50", "criteria.inside.max_points")],
    ),
    "maxima that do not add up for either group": (
        [("        max_points: 10\n", "        max_points: 11\n")],
        [("maxima-do-not-add-up", "max_points: 50", "criteria.inside.max_points")] * 2,
    ),
    "a total that does not add up for one group": (
        [("{ministry: 100, agency: 50}", "{ministry: 100, agency: 60}")],
        [("maxima-do-not-add-up", "max_points: {ministry: 100, agency: 60}", "total.max_points")],
    ),
    "a mean of unequal maxima": (
        [("    max_points: 50\n    aggregate: sum", "    max_points: 50\n    aggregate: mean")],
        [("maxima-of-a-mean-differ", "max_points: 50", "criteria.inside.max_points")] * 2,
    ),
    "no aggregate above criteria": (
        [("    max_points: 50\n    aggregate: sum", "    max_points: 50")],
        [("key-missing", "inside:", "criteria.inside.aggregate")],
    ),
    "a lowest criterion without a rule": (
        [(SERVICES, "")],
        [
            ("answer-not-read", "services: {label_vi: Điểm dịch vụ công, kind: number, min: 0, max: 50}", "answers.services"),
            ("leaf-without-rule", "services:", "criteria.services"),
        ],
    ),
    "a rule and criteria": (
        [("    aggregate: sum\n    criteria:", "    aggregate: sum\n    rule: {value: services}\n    criteria:")],
        [("rule-and-criteria", "inside:", "criteria.inside")],
    ),
    "a rule and empty criteria": (
        [(SERVICES, SERVICES + "    criteria: {}\n")],
        [("none-given", "criteria: {}", "criteria.services.criteria")],
    ),
    "an aggregate with nothing below": (
        [(SERVICES, SERVICES + "    aggregate: sum\n")],
        [("aggregate-of-nothing", "services:", "criteria.services")],
    ),
    "weights that add up to something else": (
        weights("0.5", "0.6"),
        [("weights-do-not-add-up", "inside:", "criteria.inside")],
    ),
    "weights of which one is lacking": (
        weights("1", "0.5")[:2],
        [("key-missing", "portal:", "criteria.inside.criteria.portal.weight")],
    ),
    "a weight of zero": (
        weights("1", "0"),
        [("weight-not-positive", "weight: 0", "criteria.inside.criteria.portal.weight")],
    ),
    "a weight below a sum": (
        weights("0.5", "0.5")[1:2],
        [("weight-unused", "weight: 0.5", "criteria.inside.criteria.computers.weight")],
    ),
    "official without a clause": (
        [("  services:\n    label_vi: Dịch vụ công trực tuyến\n    status: illustrative", "  services:\n    label_vi: Dịch vụ công trực tuyến\n    status: official")],
        [("no-clause", "services:", "criteria.services")],
    ),
    "a sibling without its name": (
        [("        label_vi: Cổng thông tin\n        status: illustrative", "        label_vi: Cổng thông tin\n        status: sibling\n        citation: {clause: Mục 1}")],
        [("no-sibling", "portal:", "criteria.inside.criteria.portal")],
    ),
    "a rule that reads what no form asks": (
        [("per: staff", "per: staf")],
        [
            ("answer-not-read", "staff: {label_vi: Cán bộ, kind: count}", "answers.staff"),
            ("answer-not-asked", "rule: {share: {of: with_computer, per: staf}}", "criteria.inside.criteria.computers.rule"),
        ],
    ),
    "two rules that read what no form asks": (
        [("of: with_computer, per: staff", "of: x, per: staff"), (SERVICES, "    rule: {value: x}\n")],
        [
            ("answer-not-read", "with_computer: {label_vi: Cán bộ có máy tính, kind: count}", "answers.with_computer"),
            ("answer-not-read", "services: {label_vi: Điểm dịch vụ công, kind: number, min: 0, max: 50}", "answers.services"),
            ("answer-not-asked", "rule: {share: {of: x, per: staff}}", "criteria.inside.criteria.computers.rule"),
            ("answer-not-asked", "rule: {value: x}", "criteria.services.rule"),
        ],
    ),
    "an answer that no rule reads": (
        [("missing: zero\nnothing", "  extra: {label_vi: Thừa, kind: text}\nmissing: zero\nnothing")],
        [("answer-not-read", "extra: {label_vi: Thừa, kind: text}", "answers.extra")],
    ),
    "a rule that calculates with text": (
        [("kind: number, min: 0, max: 50", "kind: text")],
        [("answer-of-other-kind", "rule: {value: services}", "criteria.services.rule")],
    ),
    "a share of yes or no": (
        [("  staff: {label_vi: Cán bộ, kind: count}", "  staff: {label_vi: Cán bộ, kind: yes_no}")],
        [("answer-of-other-kind", "rule: {share: {of: with_computer, per: staff}}", "criteria.inside.criteria.computers.rule")],
    ),
    "choices of a number": (
        [("kind: number, min: 0, max: 50", "kind: number, choices: {a: A}")],
        [("choices", "services: {label_vi: Điểm dịch vụ công, kind: number, choices: {a: A}}", "answers.services")],
    ),
    "empty choices of a number": (
        [("kind: number, min: 0, max: 50", "kind: number, choices: {}")],
        [("choices", "services: {label_vi: Điểm dịch vụ công, kind: number, choices: {}}", "answers.services")],
    ),
    "a choice without choices": (
        [("kind: number, min: 0, max: 50", "kind: choice, choices: {}")],
        [
            ("choices", "services: {label_vi: Điểm dịch vụ công, kind: choice, choices: {}}", "answers.services"),
            ("answer-of-other-kind", "rule: {value: services}", "criteria.services.rule"),
        ],
    ),
    "limits of what is no number": (
        [("kind: number, min: 0, max: 50", "kind: yes_no, max: 1")],
        [("limits-unused", "services: {label_vi: Điểm dịch vụ công, kind: yes_no, max: 1}", "answers.services")],
    ),
    "a least above the most": (
        [("min: 0, max: 40", "min: 41, max: 40")],
        [("min-above-max", "portal: {label_vi: Điểm cổng thông tin, kind: number, min: 41, max: 40}", "answers.portal")],
    ),
    # what does not have the shape of a methodology
    "a misspelt key": (
        [("aggregate: sum\n  compare_on", "agregate: sum\n  compare_on")],
        [("key-missing", "total:", "total.aggregate"), ("key-unknown", "agregate: sum", "total.agregate")],
    ),
    "no status": (
        [("    label_vi: Dịch vụ công trực tuyến\n    status: illustrative\n", "    label_vi: Dịch vụ công trực tuyến\n")],
        [("key-missing", "services:", "criteria.services.status")],
    ),
    "no label": (
        [("        label_vi: Cổng thông tin\n", "")],
        [("key-missing", "portal:", "criteria.inside.criteria.portal.label_vi")],
    ),
    "an empty label": (
        [("    label_vi: Dịch vụ công trực tuyến", "    label_vi: ' '")],
        [("wrong-kind", "label_vi: ' '", "criteria.services.label_vi")],
    ),
    "a label without text": (
        [("    label_vi: Dịch vụ công trực tuyến", "    label_vi:")],
        [("wrong-kind", "label_vi:", "criteria.services.label_vi")],
    ),
    "a status that does not exist": (
        [("    label_vi: Dịch vụ công trực tuyến\n    status: illustrative", "    label_vi: Dịch vụ công trực tuyến\n    status: oficial")],
        [("not-one-of", "status: oficial", "criteria.services.status")],
    ),
    "a kind of answer that does not exist": (
        [("kind: number, min: 0, max: 50", "kind: numeric")],
        [("not-one-of", "services: {label_vi: Điểm dịch vụ công, kind: numeric}", "answers.services.kind")],
    ),
    "a maximum as text": (
        [("        max_points: 10\n", "        max_points: '10'\n")],
        [("wrong-kind", "max_points: '10'", "criteria.inside.criteria.computers.max_points")],
    ),
    "maxima of two groups as words": (
        [("{ministry: 100, agency: 50}", "{ministry: hundred, agency: true}")],
        [
            ("wrong-kind", "max_points: {ministry: hundred, agency: true}", "total.max_points.agency"),
            ("wrong-kind", "max_points: {ministry: hundred, agency: true}", "total.max_points.ministry"),
        ],
    ),
    "a maximum with a decimal comma": (
        [("        max_points: 10\n", "        max_points: 10,0\n")],
        [("wrong-kind", "max_points: 10,0", "criteria.inside.criteria.computers.max_points")],
    ),
    "decimals that are no whole number": (
        [("decimals: 3", "decimals: 2.5")],
        [("wrong-kind", "decimals: 2.5", "total.decimals")],
    ),
    "decimals that are true": ([("decimals: 3", "decimals: true")], [("wrong-kind", "decimals: true", "total.decimals")]),
    "two kinds of rule": (
        [("{value: portal}", "{value: portal, share: {of: staff, per: staff}}")],
        [("one-rule", "rule: {value: portal, share: {of: staff, per: staff}}", "criteria.inside.criteria.portal.rule")],
    ),
    "a rule of no kind": (
        [("{value: portal}", "{}")],
        [("one-rule", "rule: {}", "criteria.inside.criteria.portal.rule")],
    ),
    "a rule of a kind and nothing else": (
        [("rule: {value: portal}", "rule: {share: }")],
        [("one-rule", "rule: {share: }", "criteria.inside.criteria.portal.rule")],
    ),
    "a list where keys are wanted": (
        [("rule: {value: portal}", "rule: [value, portal]")],
        [("wrong-kind", "rule: [value, portal]", "criteria.inside.criteria.portal.rule")],
    ),
    "last year's of another kind": (
        [("  staff: {label_vi: Cán bộ, kind: count", "  staff: {label_vi: Cán bộ, kind: count, last_year_of: portal")],
        [("last-year-unlike", "staff: {label_vi: Cán bộ, kind: count, last_year_of: portal}", "answers.staff.last_year_of")],
    ),
    "a word where keys are wanted": (
        [("  agency: {label_vi: Cơ quan}", "  agency: Cơ quan")],
        [("wrong-kind", "agency: Cơ quan", "groups.agency")],
    ),
    "a key twice": (
        [("decimals: 3\n", "decimals: 3\n  decimals: 4\n")],
        [("key-twice", "decimals: 4", "total.decimals")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_a_mistake_is_named_at_its_line_and_nothing_else_is(mistake, wrong):
    edits, expected = ONE_MISTAKE[mistake]
    assert wrong(*edits) == expected


def test_every_contradiction_that_the_loader_knows_is_among_the_mistakes():
    sources = "".join((ROOM / name).read_text("utf-8") for name in ("shapes.py", "contradictions.py"))
    codes = set(re.findall(r'document\.found\(\s*"([a-z-]+)"', sources))
    assert len(codes) > 25
    here = {code for _, expected in ONE_MISTAKE.values() for code, *_ in expected}
    others = ("test_contradictions.py", "test_mending.py")
    there = "".join((Path(__file__).parent / name).read_text("utf-8") for name in others)
    assert {code for code in codes - here if f'"{code}"' not in there} == set()


def test_the_methodology_without_mistakes_loads(mini):
    assert read_methodology("mini", mini).name == "mini"


# --- many mistakes at once --------------------------------------------------------------------------------


def test_mistakes_of_every_kind_are_named_at_once(wrong):
    assert wrong(
        ("methodology: mini", "methodology: maxi"),  # a contradiction
        ("  ties: min", "  ties: min\n  ties: max"),  # a key twice
        ("decimals: 3", "decimals: 9"),
        ("        label_vi: Cổng thông tin\n        status: illustrative", "        lable_vi: Cổng thông tin\n        status: offical"),
        ("        max_points: 10\n", "        max_points: 20\n"),
        ("        rule: {share:", "        rul: {share:"),  # read as meant: its answers count as read
        ("per: staff", "per: staf"),
    ) == [
        ("name-differs", "methodology: maxi", "methodology"),
        ("answer-not-read", "staff: {label_vi: Cán bộ, kind: count}", "answers.staff"),
        ("not-one-of", "decimals: 9", "total.decimals"),
        ("key-twice", "ties: max", "ranking.ties"),
        ("maxima-do-not-add-up", "max_points: 50", "criteria.inside.max_points"),
        ("maxima-do-not-add-up", "max_points: 50", "criteria.inside.max_points"),
        ("answer-not-asked", "computers:", "criteria.inside.criteria.computers.rule"),
        ("key-unknown", "rul: {share: {of: with_computer, per: staf}}", "criteria.inside.criteria.computers.rul"),
        ("key-missing", "portal:", "criteria.inside.criteria.portal.label_vi"),
        ("key-unknown", "lable_vi: Cổng thông tin", "criteria.inside.criteria.portal.lable_vi"),
        ("not-one-of", "status: offical", "criteria.inside.criteria.portal.status"),
    ]  # fmt: skip


def test_a_shape_that_cannot_be_read_as_meant_is_named_alone(wrong):
    """Whether maxima add up cannot be known while one of them is no number."""
    assert wrong(
        ("        max_points: 10\n", "        max_points: ten\n"), ("methodology: mini", "methodology: maxi")
    ) == [("wrong-kind", "max_points: ten", "criteria.inside.criteria.computers.max_points")]


@pytest.mark.parametrize("whole", ["- a\n- b\n", "just words\n", "12\n", "~\n", "{}\n"])
def test_a_file_that_is_no_methodology_at_all_is_refused(mini_with, refused, whole):
    findings = refused(read_methodology, "mini", mini_with(methodology=whole))
    if whole == "{}\n":
        assert [(f.code, f.column) for f in findings] == [
            ("key-missing", key)
            for key in sorted(
                [
                    "methodology",
                    "label_vi",
                    "citation",
                    "groups",
                    "answers",
                    "missing",
                    "total",
                    "ranking",
                    "criteria",
                ]
            )
        ]
    else:
        assert [(f.code, f.row, f.column) for f in findings] == [("wrong-kind", 1, "")]


# --- what is said -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "english", "vietnamese"),
    [
        (
            ("    label_vi: Dịch vụ công trực tuyến", "    label_vi:"),
            "“null” is not what is wanted here. → write text.",
            "“null” không đúng kiểu. → ghi văn bản.",
        ),
        (
            ("        max_points: 10\n", "        max_points: {ministry: yes, agency: 10}\n"),
            "“yes” is not what is wanted here. → write a number, such as 2.5 or 1/3.",
            "“yes” không đúng kiểu. → ghi một số, như 2.5 hoặc 1/3.",
        ),
        (
            ("  agency: {label_vi: Cơ quan}", "  agency: [Cơ quan]"),
            "“[…]” is not what is wanted here. → write keys and values.",
            "“[…]” không đúng kiểu. → ghi các khóa và giá trị.",
        ),
        (
            ("    label_vi: Dịch vụ công trực tuyến", "    label_vi: {vi: Dịch vụ}"),
            "“{…}” is not what is wanted here. → write text.",
            "“{…}” không đúng kiểu. → ghi văn bản.",
        ),
        (
            ("decimals: 3", "decimals: false"),
            "“false” is not what is wanted here. → write a word or a whole number.",
            "“false” không đúng kiểu. → ghi một từ hoặc số nguyên.",
        ),
        (
            ("missing: zero\nnothing", "missing: nought\nnothing"),
            "“nought” is not one of: error, zero, leave_out. → write one of these.",
            "“nought” không thuộc: error, zero, leave_out. → ghi một trong các giá trị này.",
        ),
        (
            ("{ministry: 100, agency: 50}", "{ministry: 100, agency: 50.5}"),
            "the maxima below add up to 50 for the group “agency”, but 50.5 is written here.",
            "các điểm tối đa bên dưới cộng lại là 50 cho nhóm “agency”, ở đây ghi 50.5.",
        ),
        (
            ("per: staff", "per: Staff"),
            "the rule reads “Staff”, which no form asks. → did you mean “staff”?",
            "quy tắc đọc “Staff” nhưng không phiếu nào hỏi. → có phải “staff”?",
        ),
    ],
)
def test_a_finding_speaks_of_what_is_written_in_the_reader_s_language(
    mini_with, refused, edit, english, vietnamese
):
    findings = refused(read_methodology, "mini", mini_with(methodology=lambda text: text.replace(*edit)))
    assert any(english in finding.sentence("en") for finding in findings)
    assert any(vietnamese in finding.sentence("vi") for finding in findings)


def test_an_unknown_key_like_no_other_is_answered_by_all_that_there_are(mini_with, refused):
    project = mini_with(methodology=lambda text: text.replace("{label_vi: Bộ}", "{label_vi: Bộ, xxx: 1}"))
    (finding,) = refused(read_methodology, "mini", project)
    assert (finding.column, finding.remedy("en")) == ("groups.ministry.xxx", "known: label_vi")


# --- any text ---------------------------------------------------------------------------------------------


def read_or_refuse(text: str) -> None:
    try:
        assert isinstance(build_methodology(scan(text, FILE), "mini"), Methodology)
    except Refused as refused:
        assert refused.findings


TOKENS = [
    "null",
    "true",
    "-1",
    "0",
    "1e9",
    "0.1",
    "[]",
    "{}",
    "''",
    "[[x]]",
    "not_applicable",
    "total",
    "sum",
    "mean",
    "weights",
    "error",
    "9" * 50,
]


@settings(max_examples=250)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_however_a_methodology_is_mangled_it_loads_or_is_refused(mini_text, seed, times):
    dice = random.Random(seed)
    lines = mini_text.split("\n")
    for _ in range(times):
        place = dice.randrange(len(lines))
        match dice.randrange(5):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, lines[dice.randrange(len(lines))])
            case 2:
                words = re.split(r"([\s:{},]+)", lines[place])
                words[dice.randrange(len(words))] = dice.choice(TOKENS)
                lines[place] = "".join(words)
            case 3:
                lines[place] = " " * dice.randrange(9) + lines[place].lstrip()
            case 4:
                key, colon, _ = lines[place].partition(":")
                lines[place] = f"{key}{colon} {dice.choice(TOKENS)}"
        if not lines:
            break
    read_or_refuse("\n".join(lines))


def test_whatever_stands_in_the_place_of_any_value_the_methodology_loads_or_is_refused_at_a_line(mini_text):
    document = scan(mini_text, FILE)
    for path in document.lines:
        for instead in (None, True, 0, "x", [], ["x"], {}, {"x": 1}, {"open": "min", "why_vi": 3}):
            data = {"whole": copy.deepcopy(document.data)}
            *above, key = ("whole", *path)
            functools.reduce(operator.getitem, above, data)[key] = instead
            try:
                build_methodology(dataclasses.replace(document, data=data["whole"]), "mini")
            except Refused as refused:
                for finding in refused.findings:
                    assert finding.row, (path, instead, finding)
