"""Calendars, zero rules, levels, conditions and kinds of answer that cannot be right, each at its line."""

import pytest

CITATION = 'citation: {title: "Thử"}'
SECTIONS = f"""\
attributes:
  has_services:
    label_vi: Có dịch vụ công
    values: {{co: Có, khong: Không}}
calendar:
  report: {{label_vi: Báo cáo, date: "+1-01-01", before: true, {CITATION}}}
zero_rules:
  late: {{falls_on: unit, deadline: report, {CITATION}}}
  untrue: {{falls_on: criterion, {CITATION}}}
levels:
  {CITATION}
  list:
    - {{key: tot, label_vi: Tốt, low: 85}}
    - {{key: kha, label_vi: Khá, low: 70}}
    - {{key: yeu, label_vi: Yếu, low: 0}}
answers:
"""
CONDITION = "    max_points: {ministry: 50, agency: not_applicable}\n"


def wrong(wrong_in, *edits):
    """What is wrong with the small methodology with SECTIONS, after edits of them."""
    sections, others = SECTIONS, []
    for old, new in edits:
        if old in sections:
            assert sections.count(old) == 1
            sections = sections.replace(old, new)
        else:
            others.append((old, new))
    return wrong_in(("answers:\n", sections), *others)


def test_damaged_letters_are_named_wherever_they_stand(wrong_in):
    found = wrong(wrong_in, ("label_vi: Báo cáo", "label_vi: B¸o c¸o"), ("label_vi: Tốt", "label_vi: Tá»‘t"))
    assert [(code, path) for code, _, path in found] == [
        ("form-old-letters", "calendar.report.label_vi"),
        ("form-old-letters", "levels.list.0.label_vi"),
    ]


def test_the_sections_are_right(wrong_in):
    assert wrong(wrong_in) == []


@pytest.mark.parametrize("day", ["+1-02-30", "+1-13-01", "+0-00-10", "+3-02-29", "+0-02-29"])
def test_a_deadline_is_a_day_of_every_year(day, wrong_in):
    line = f'report: {{label_vi: Báo cáo, date: "{day}", before: true, {CITATION}}}'
    assert wrong(wrong_in, ("+1-01-01", day)) == [("not-a-day", line, "calendar.report.date")]


def test_a_span_opens_before_its_last_day_and_on_a_day_of_every_year(wrong_in):
    def opens(day):
        found = wrong(wrong_in, ("before: true", f'opens: "{day}", before: true'))
        return [(code, where) for code, _, where in found]

    assert opens("+0-12-01") == []
    assert opens("+1-02-01") == [("opens-after-its-end", "calendar.report.opens")]
    assert opens("+0-02-30") == [("not-a-day", "calendar.report.opens")]


def test_a_step_of_the_procedure_has_its_day_and_sends_only_what_goes_out(wrong_in):
    def procedure(text):
        found = wrong(wrong_in, ("zero_rules:", f"procedure:\n  {text}\nzero_rules:"))
        return [(code, where) for code, _, where in found]

    assert procedure(f"publication: {{to: {{press: Báo}}, deadline: report, {CITATION}}}") == []
    unknown = procedure(f"report: {{deadline: reports, {CITATION}}}")
    assert unknown == [("deadline-unknown", "procedure.report")]
    nobody = procedure(f"review: {{to: {{press: Báo}}, {CITATION}}}")
    assert nobody == [("step-to-nobody", "procedure.review.to")]
    assert procedure(f"report: {{to: {{Báo: Báo}}, {CITATION}}}") == [("bad-key", "procedure.report.to.Báo")]


def test_late_and_late_alone_has_a_deadline(wrong_in):
    without = f"late: {{falls_on: unit, {CITATION}}}"
    assert wrong(wrong_in, ("deadline: report, ", "")) == [("deadline-of-late", without, "zero_rules.late")]
    too_many = f"untrue: {{deadline: report, falls_on: criterion, {CITATION}}}"
    found = wrong(wrong_in, ("untrue: {falls_on", "untrue: {deadline: report, falls_on"))
    assert found == [("deadline-of-late", too_many, "zero_rules.untrue")]


def test_a_deadline_stands_in_the_calendar(wrong_in):
    line = f"late: {{falls_on: unit, deadline: reports, {CITATION}}}"
    assert wrong(wrong_in, ("deadline: report,", "deadline: reports,")) == [
        ("deadline-unknown", line, "zero_rules.late")
    ]


def test_a_zero_falls_on_the_criterion_or_the_unit(wrong_in):
    line = f"untrue: {{falls_on: category, {CITATION}}}"
    assert wrong(wrong_in, ("falls_on: criterion", "falls_on: category")) == [
        ("not-one-of", line, "zero_rules.untrue.falls_on")
    ]


@pytest.mark.parametrize("low", ["85", "90"])
def test_levels_that_overlap(low, wrong_in):
    line = f"- {{key: kha, label_vi: Khá, low: {low}}}"
    assert wrong(wrong_in, ("low: 70", f"low: {low}")) == [("levels-overlap", line, "levels.list.1")]


@pytest.mark.parametrize("low", ["1", "0.5", "-1"])
def test_levels_that_leave_a_gap_at_the_bottom(low, wrong_in):
    assert wrong(wrong_in, ("low: 0}", f"low: {low}}}")) == [("levels-gap", "list:", "levels.list")]


def test_a_condition_names_an_attribute_and_its_values(wrong_in):
    line = "applies: {has_service: [co]}"
    assert wrong(wrong_in, (CONDITION, f"{CONDITION}    {line}\n")) == [
        ("attribute-unknown", line, "criteria.services.applies.has_service")
    ]
    line = "applies: {has_services: [co, yes_]}"
    assert wrong(wrong_in, (CONDITION, f"{CONDITION}    {line}\n")) == [
        ("not-one-of", line, "criteria.services.applies.has_services")
    ]


@pytest.mark.parametrize(
    "rule, asked",
    [
        ("{value: services}", "kind: text"),
        ("{share: {of: services, per: staff}}", "kind: yes_no"),
        ("{of_largest: {of: services}}", "kind: yes_no"),
        ("{bands: {of: services, steps: [{low: 0, points: 50}]}}", "kind: text"),
        ("{yes_no: services}", "kind: number"),
        ("{choice: {of: services, points: {a: 50}}}", "kind: number"),
        ("{count: {of: services, each: 1, most: 50}}", "kind: number"),
        ("{mark: services}", "kind: award, max: 50"),
        ("{awarded: services}", "kind: mark, max: 50"),
    ],
)
def test_every_kind_of_rule_reads_its_own_kind_of_answer(rule, asked, wrong_in):
    found = wrong_in(("kind: number, min: 0, max: 50", asked), ("{value: services}", rule))
    line = f"rule: {rule}"
    assert ("answer-of-other-kind", line, "criteria.services.rule") in found


def test_answers_inside_cases_are_looked_at_too(wrong_in):
    case = "{label_vi: P, max_points: 50, rule: {yes_no: nothing}}"
    found = wrong_in(("rule: {value: services}", f"rule: {{best_of: [{case}]}}"))
    assert [(code, column) for code, _, column in found] == [
        ("answer-not-read", "answers.services"),
        ("answer-not-asked", "criteria.services.rule"),
    ]


def test_everything_is_said_at_once(wrong_in):
    found = wrong(wrong_in, ("+1-01-01", "+1-02-30"), ("low: 70", "low: 90"), ("low: 0}", "low: 1}"))
    assert [code for code, *_ in found] == ["not-a-day", "levels-gap", "levels-overlap"]


SAMPLE = "tested_per_group: 1, many_services: 1"


def test_recognised_services_are_counted_into_an_answer_that_counts(wrong_in):
    def services(answer):
        lines = f"online_services: {{counted_as: {answer}, untested: open, {SAMPLE}, {CITATION}}}\nanswers:\n"
        return wrong_in(("answers:\n", lines))

    assert services("staff") == []
    ((code, _, path),) = services("portal")  # a number, not a count
    assert (code, path) == ("answer-unknown", "online_services.counted_as")
    ((code, _, path),) = services("staf")
    assert (code, path) == ("answer-unknown", "online_services.counted_as")


def test_a_service_that_nobody_tested_is_taken_as_declared_or_stays_open(wrong_in):
    line = f"online_services: {{counted_as: staff, untested: refused, {SAMPLE}, {CITATION}}}\nanswers:\n"
    ((code, _, path),) = wrong_in(("answers:\n", line))
    assert (code, path) == ("not-one-of", "online_services.untested")


# --- sources ----------------------------------------------------------------------------------------------

SOURCES = "sources: {law: {title: Luật, issued: '2017-12-18', read: part}}\nmissing: zero\n"
CITED = "  label_vi: Tổng điểm\n  citation: {source: %s, clause: Điều 1%s}\n"


@pytest.mark.parametrize(
    ("source", "more", "codes"),
    [
        ("law", "", []),
        ("laws", "", ["source-unknown"]),
        ("law", ", valid_from: '2018', valid_to: '2017-12-31'", ["valid-backwards"]),
        ("law", ", valid_from: '2018-06-01', valid_to: '2018'", []),
        ("law", ", valid_from: '2018-13-01'", ["wrong-kind"]),
    ],
)
def test_a_citation_points_to_a_source_and_does_not_end_before_it_begins(wrong_in, source, more, codes):
    edits = [("missing: zero\n", SOURCES), ("  label_vi: Tổng điểm\n", CITED % (source, more))]
    assert [code for code, *_ in wrong_in(*edits)] == codes


# --- means of other kinds -----------------------------------------------------------------------------------


def wrong_mean(wrong_in, *keys):
    """What is wrong when the total adds up so."""
    found = wrong_in(
        ("  aggregate: sum\n  compare_on", "".join(f"  {key}\n" for key in keys) + "  compare_on")
    )
    return [(code, path) for code, _, path in found]


@pytest.mark.parametrize(
    "keys",
    [
        ("aggregate: geometric", "zeros: zero"),
        ("aggregate: harmonic", "zeros: 0.01"),
        ("aggregate: power", "power: 2"),
        ("aggregate: power", "power: -2", "zeros: 0.5"),
        ("aggregate: minimum",),
        ("aggregate: median",),
    ],
)
def test_these_are_right(wrong_in, keys):
    assert wrong_mean(wrong_in, *keys) == []


@pytest.mark.parametrize(
    "keys, code, path",
    [
        (("aggregate: geometric",), "zeros-unsaid", "total"),
        (("aggregate: harmonic",), "zeros-unsaid", "total"),
        (("aggregate: power", "power: -2"), "zeros-unsaid", "total"),
        (("aggregate: power", "power: 2", "zeros: zero"), "zeros-unused", "total.zeros"),
        (("aggregate: median", "zeros: zero"), "zeros-unused", "total.zeros"),
        (("aggregate: geometric", "zeros: 1"), "zeros-out-of-range", "total.zeros"),
        (("aggregate: geometric", "zeros: -0.1"), "zeros-out-of-range", "total.zeros"),
        (("aggregate: power",), "key-missing", "total.power"),
        (("aggregate: power", "power: 1"), "power-is-other", "total.power"),
        (("aggregate: power", "power: 0"), "power-is-other", "total.power"),
        (("aggregate: power", "power: -1"), "power-is-other", "total.power"),
        (("aggregate: geometric", "zeros: zero", "power: 2"), "power-unused", "total.power"),
    ],
)
def test_what_is_not_said_or_has_no_use_is_named_where_it_is(wrong_in, keys, code, path):
    assert wrong_mean(wrong_in, *keys) == [(code, path)]


BEYOND = """\
  extra:
    label_vi: Thưởng
    status: official
    citation: {clause: Điều 1}
    counts_as: bonus
    max_points: 5
    rule: {value: services}
"""
LESS = (
    BEYOND.replace("extra", "less")
    .replace("bonus", "deduction")
    .replace("max_points: 5", "max_points: 5\n    missing: leave_out")
)
AT_TOTAL = "  aggregate: sum\n  compare_on"


def wrong_beyond(wrong_in, more, *keys):
    found = wrong_in(
        ("\ncriteria:\n", "\ncriteria:\n" + more),
        (AT_TOTAL, "".join(f"  {key}\n" for key in keys) + AT_TOTAL),
    )
    return [(code, path) for code, _, path in found]


@pytest.mark.parametrize(
    "more, keys",
    [
        (BEYOND, ()),
        (BEYOND, ("ceiling: 104",)),
        (LESS, ("floor: 0",)),
        (BEYOND + LESS, ("floor: 1/2", "ceiling: 102.5")),
    ],
)
def test_a_bonus_and_a_deduction_with_clause_and_bounds_are_right(wrong_in, more, keys):
    assert wrong_beyond(wrong_in, more, *keys) == []


@pytest.mark.parametrize(
    "more, keys, code, path",
    [
        (BEYOND.replace("clause: Điều 1", "title: Một"), (), "beyond-without-clause", "criteria.extra"),
        (BEYOND + "    weight: 1\n", (), "weight-of-beyond", "criteria.extra.weight"),
        (LESS, (), "floor-unsaid", "total"),
        (LESS, ("floor: 50",), "floor-out-of-range", "total.floor"),  # an agency's most points
        (LESS, ("floor: -1",), "floor-out-of-range", "total.floor"),
        (BEYOND, ("floor: 0",), "bound-unused", "total.floor"),
        (LESS, ("floor: 0", "ceiling: 110"), "bound-unused", "total.ceiling"),
        (BEYOND, ("ceiling: 99",), "ceiling-out-of-range", "total.ceiling"),
        (LESS.replace("leave_out", "zero"), ("floor: 0",), "deduction-forgiven", "criteria.less"),
    ],
)
def test_a_bonus_or_deduction_that_makes_no_sense_is_named(wrong_in, more, keys, code, path):
    found = wrong_beyond(wrong_in, more, *keys)
    assert (code, path) in found and {each for each, _ in found} <= {code, "no-clause"}


def test_no_bonus_stands_inside_another(methodology_of, refused):
    inside = {"max_points": 1, "counts_as": "bonus", "citation": {"clause": "1"}, "rule": {"value": "b"}}
    plain = {"max_points": 1, "rule": {"value": "a"}}
    outer = {"max_points": 1, "counts_as": "bonus", "citation": {"clause": "1"}, "aggregate": "sum",
             "criteria": {"plain": plain, "inside": inside}}  # fmt: skip
    criteria = {"x": {"max_points": 1, "rule": {"value": "c"}}, "outer": outer}
    found = refused(lambda: methodology_of(criteria, aggregate="sum", max_points=1))
    assert [f.code for f in found] == ["beyond-inside-another"]


ROUNDED = "        max_points: 10\n        rounded: {{digits: {}, how: {}}}\n"


@pytest.mark.parametrize(
    "digits, how, codes",
    [
        (3, "half_even", []),
        (2, "down", []),  # of ten points compared by share, so fine as three decimals of the share
        (1, "half_up", ["rounding-coarse"]),
        (0, "half_up", ["rounding-coarse"]),
        (2, "up", ["not-one-of"]),
        (13, "down", ["wrong-kind"]),
    ],
)
def test_rounding_is_no_coarser_than_what_is_printed(wrong_in, digits, how, codes):
    found = wrong_in(("        max_points: 10\n", ROUNDED.format(digits, how)))
    assert [code for code, *_ in found] == codes


def test_no_rounding_lifts_a_full_mark_above_its_maximum(methodology_of, refused):
    leaf = {"max_points": "10/3", "rounded": {"digits": 4, "how": "half_up"}, "rule": {"value": "a"}}
    found = refused(lambda: methodology_of({"x": leaf}, aggregate="sum", max_points="10/3"))
    assert [f.code for f in found] == ["rounding-of-maximum"]


def test_weights_may_stand_under_these_means_and_then_under_all_of_it(methodology_of):
    leaf = {"max_points": 1, "rule": {"value": "a"}}
    both = {"x": {**leaf, "weight": 40}, "y": {**leaf, "rule": {"value": "b"}, "weight": 60}}
    m = methodology_of(both, aggregate="geometric", zeros="zero", max_points=1)
    assert [m.root.weigh(child, "all") for child in m.root.children] == [40, 60]
    assert not m.root.linear and not m.root.rational
    plain = {key: {k: v for k, v in node.items() if k != "weight"} for key, node in both.items()}
    m = methodology_of(plain, aggregate="harmonic", zeros="zero", max_points=1)
    assert [m.root.weigh(child, "all") for child in m.root.children] == [1, 1]
    assert not m.root.linear and m.root.rational


LEVELS = "\nlevels:\n  citation: {{clause: Điều 8}}\n  list: [{}]\ntotal:\n"


@pytest.mark.parametrize(
    "levels",
    [
        "low: 80, each_category: 50} {low: 80} {low: 0",
        "low: 80, categories: {inside: 50, services: 100/3}} {low: 0",
        "top: 10} {top: 100/3} {top: 100",
        "low: 80, top: 10} {low: 80} {low: 0",
        "low: 80, top: 10} {top: 100",
    ],
)
def test_levels_on_conditions_and_by_place_are_right(wrong_in, levels):
    assert wrong_levels(wrong_in, levels) == []


def wrong_levels(wrong_in, levels):
    each = [
        f"{{key: l{i}, label_vi: Mức {i}, {asks.strip(' {}')}" for i, asks in enumerate(levels.split("} {"))
    ]
    each = [text + ("}}" if "categories" in text else "}") for text in each]
    return [(code, path) for code, _, path in wrong_in(("\ntotal:\n", LEVELS.format(", ".join(each))))]


@pytest.mark.parametrize(
    "levels, code, path",
    [
        ("each_category: 50} {low: 0", "level-without-limit", "levels.list.0"),
        ("low: 80} {low: 80} {low: 0", "levels-overlap", "levels.list.1"),
        ("top: 10, low: 80} {low: 85} {low: 0", "levels-overlap", "levels.list.1"),
        ("top: 20} {top: 20} {top: 100", "tops-out-of-order", "levels.list.1"),
        ("top: 20} {top: 90", "levels-gap", "levels.list"),
        ("low: 80} {low: 0, top: 100", "levels-gap", "levels.list"),
        ("low: 80} {low: 0, each_category: 1", "last-level-on-condition", "levels.list.1"),
        ("low: 80, each_category: 0} {low: 0", "percent-out-of-range", "levels.list.0.each_category"),
        ("low: 80, top: 101} {low: 0", "percent-out-of-range", "levels.list.0.top"),
        (
            "low: 80, categories: {inside: 101}} {low: 0",
            "percent-out-of-range",
            "levels.list.0.categories.inside",
        ),
        ("low: 80, categories: {insid: 50}} {low: 0", "category-unknown", "levels.list.0.categories.insid"),
    ],
)
def test_a_level_that_makes_no_sense_is_named(wrong_in, levels, code, path):
    assert wrong_levels(wrong_in, levels) == [(code, path)]


@pytest.mark.parametrize(
    "stated, found",
    [
        ("[services, inside]", []),
        ("[services, inside, services]", [("tie-break-twice", "ranking.tie_breaks.2")]),
        ("[inside.portal]", [("category-unknown", "ranking.tie_breaks.0")]),  # no category
        ("[total]", [("category-unknown", "ranking.tie_breaks.0")]),
    ],
)
def test_ties_are_broken_by_categories_each_once(wrong_in, stated, found):
    told = wrong_in(("  ties: min\n", f"  ties: min\n  tie_breaks: {stated}\n"))
    assert [(code, path) for code, _, path in told] == found


WEIGHTS = {"a": 50, "b": 30, "c": 20}


def covered_by(least, of, below="not_scored"):
    leaf = {"max_points": 10, "missing": "leave_out"}
    inside = {k: {**leaf, "weight": w, "rule": {"value": k}} for k, w in WEIGHTS.items()}
    coverage = {"least": least, "of": of, "below": below}
    node = {"max_points": 60, "aggregate": "weights", "coverage": coverage, "criteria": inside}
    return {"node": node, "other": {"max_points": 40, "missing": "leave_out", "rule": {"value": "d"}}}


@pytest.mark.parametrize(
    "change, codes",
    [
        ({"least": 0}, ["percent-out-of-range"]),
        ({"least": 101}, ["percent-out-of-range"]),
        ({"of": "answers"}, ["not-one-of"]),
        ({"below": "zero"}, ["not-one-of"]),
    ],
)
def test_a_coverage_that_makes_no_sense_is_named(methodology_of, refused, change, codes):
    stated = covered_by(50, "weight")
    stated["node"]["coverage"] |= change
    found = refused(lambda: methodology_of(stated, aggregate="sum", max_points=100))
    assert [f.code for f in found] == codes


def test_a_coverage_that_is_never_looked_at_or_is_one_too_many_is_named(methodology_of, refused):
    vain = covered_by(50, "weight")
    for leaf in vain["node"]["criteria"].values():
        leaf["missing"] = "error"
    leaf = {
        "max_points": 1,
        "rule": {"value": "a"},
        "coverage": {"least": 50, "of": "weight", "below": "not_scored"},
    }
    total = {"least": 50, "of": "criteria", "below": "not_scored"}
    minimum = {"ranking": {"ties": "min", "on": "rounded", "minimum_answered": 50}}
    for criteria, more, codes in (
        (vain, {}, ["coverage-unused"]),
        ({"x": leaf}, {}, ["coverage-of-one"]),
        (covered_by(50, "weight"), {"coverage": total}, ["coverage-of-total"]),
        (
            covered_by(50, "weight"),
            {"coverage": {**total, "below": "not_ranked"}, "sections": minimum},
            ["two-minimums"],
        ),
    ):
        most = 1 if "x" in criteria else 100
        found = refused(
            lambda c=criteria, m=more, p=most: methodology_of(c, aggregate="sum", max_points=p, **m)
        )
        assert [f.code for f in found] == codes
