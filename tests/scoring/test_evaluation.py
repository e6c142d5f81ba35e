"""One edition evaluated: parameters checked, rules in force, standings, and the edition before."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.page.standing import profiles
from ictindex.robustness.as_numbers import problem
from ictindex.scoring import checks
from ictindex.scoring.evaluation import Gap, evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from tests.frame_rows import rewrite

ROUND = Path(__file__).parents[1] / "data" / "round"


def refused(project, drop=(), **changes):
    """The findings, as code -> finding, of mini-2020 evaluated with some parameters changed or left out."""
    parameters = {**read_parameters("mini-2020", project), **changes}
    with pytest.raises(Refused) as refusal:
        evaluate(project, **{name: value for name, value in parameters.items() if name not in drop})
    return {finding.code: finding for finding in refusal.value.findings}


def evaluated(project, **changes):
    return evaluate(project, **{**read_parameters("mini-2020", project), **changes})


# --- parameters -------------------------------------------------------------------------------------------


def test_the_parameters_of_the_file_are_taken_as_they_are(mini):
    e = evaluate_edition("mini-2020", mini)
    assert e.parameters == read_parameters("mini-2020", mini)
    assert (e.edition, e.decimals, e.changed) == ("mini-2020", 3, {})


@pytest.mark.parametrize("name", ["edition", "methodology", "year", "inputs"])
def test_what_an_evaluation_cannot_do_without_is_asked_for(mini, name):
    assert refused(mini, drop=[name])["parameter-missing"].facts == {"name": name}


def test_an_unknown_parameter_is_refused_with_the_nearest_known_one(mini):
    finding = refused(mini, highlights="A")["parameter-unknown"]
    assert finding.place() == "parameters/mini-2020.yaml, key highlights"
    assert finding.remedy() == "did you mean “highlight”?"


def test_even_the_same_value_of_a_fixed_rule_is_no_parameter(mini):
    assert set(refused(mini, ties="min")) == {"rule-is-fixed"}


def test_a_rule_can_only_be_set_to_what_it_may_be(mini):
    assert refused(mini, rank_on="Rounded")["not-one-of"].facts == {
        "value": "Rounded",
        "known": "rounded, unrounded",
    }


@pytest.mark.parametrize("decimals", [True, 2.0, Decimal(2), "2", 7, -1, None])
def test_decimals_are_a_whole_number_from_0_to_6_and_nothing_that_only_equals_one(mini, decimals):
    rewrite(mini.methodology("mini"), "decimals: 3", "decimals: {open: 3, why_vi: Thử}")
    assert set(refused(mini, decimals=decimals)) == {"not-one-of"}


@pytest.mark.parametrize(
    "wrong", [{"edition": "mini-2021"}, {"edition": "other-2020"}, {"year": 2021}, {"methodology": "egdi"}]
)
def test_edition_methodology_and_year_must_agree(egdi, mini, wrong):
    egdi.parameters("mini-2021").write_text("edition: mini-2021", "utf-8")
    egdi.parameters("other-2020").write_text("edition: other-2020", "utf-8")
    assert "edition-differs" in refused(mini, **wrong)


def test_the_message_names_the_edition_and_what_methodology_and_year_make_it(mini):
    told = refused(mini, year=2021)["edition-differs"].sentence("en")
    assert "the edition is called “mini-2020”, but this is “mini-2021”" in told


def test_a_copied_parameter_file_is_not_quietly_the_edition_it_was_copied_from(mini):
    mini.parameters("mini-2021").write_text(mini.parameters("mini-2020").read_text("utf-8"), "utf-8")
    with pytest.raises(Refused) as refusal:
        evaluate_edition("mini-2021", mini)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.file, finding.row) == ("edition-differs", "parameters/mini-2021.yaml", 1)
    assert "the edition is called “mini-2020”, but this is “mini-2021”" in finding.sentence("en")


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("highlight", ["A"], "['A'] is not text"),
        ("highlight", None, "null is not text"),  # as YAML reads “highlight:” with nothing behind it
        ("attached_to", 5, "5 is not text"),
        ("year", "2020", "'2020' is not a whole number"),
    ],
)
def test_a_parameter_of_another_kind_is_a_finding_and_no_crash(mini, name, value, sentence):
    finding = refused(mini, **{name: value})["parameter-type"]
    assert (finding.column, finding.message()) == (name, sentence)


@pytest.mark.parametrize("name", ["edition", "methodology", "inputs", "previous"])
@pytest.mark.parametrize("value", ["../mini-2020", "Mini-2020", 2020])
def test_no_name_leads_out_of_its_folder(mini, name, value):
    assert refused(mini, **{name: value})["not-a-name"].facts == {"name": value}


def test_every_name_that_leads_out_of_its_folder_is_said_at_once(mini):
    names = {"edition": "../a", "methodology": "../b", "inputs": "../c", "previous": "../d"}
    with pytest.raises(Refused) as refusal:
        evaluate(mini, **{**read_parameters("mini-2020", mini), **names})
    assert {finding.facts["name"] for finding in refusal.value.findings} == set(names.values())


@pytest.mark.parametrize("name", ["edition", "methodology", "inputs"])
def test_no_name_is_empty(mini, name):
    assert set(refused(mini, **{name: ""})) == {"not-a-name"}


def test_an_edition_without_a_parameter_file_is_refused(mini):
    assert refused(mini, edition="mini-2021")["edition-unknown"].file == "parameters/mini-2021.yaml"


def test_a_parameter_file_holds_names_and_values(mini):
    mini.parameters("mini-2021").write_text("- edition", "utf-8")
    with pytest.raises(Refused, match="not-parameters"):
        evaluate_edition("mini-2021", mini)


def test_parameters_inputs_and_the_edition_before_are_faulted_all_at_once(mini):
    rewrite(mini.inputs("mini-2020") / "answers.csv", "A,portal,30", "A,portal,ba mươi")
    found = refused(mini, highligt="A", ties="max", previous="mini-2019")
    assert set(found) == {"parameter-unknown", "rule-is-fixed", "not-a-number", "edition-unknown"}


# --- the rules in force -----------------------------------------------------------------------------------


def test_each_rule_says_who_set_it(mini):
    rules = evaluated(mini).rules
    assert {name: (rule.value, rule.origin) for name, rule in rules.items()} == {
        "compare_on": ("share", "fixed"),
        "decimals": (3, "fixed"),
        "rounding": ("half_up", "fixed"),
        "ties": ("min", "fixed"),
        "rank_on": ("rounded", "open"),
        "nothing_of_nothing": ("zero", "fixed"),
        "zero_late": ("criterion", "fixed"),
    }
    assert rules["rank_on"].why_vi == "Không văn bản nào nêu" and rules["ties"].why_vi == ""


def test_an_open_rule_set_by_the_run_is_in_force_and_listed_as_changed(mini):
    e = evaluated(mini, rank_on="unrounded")
    assert (e.rules["rank_on"].value, e.rules["rank_on"].origin) == ("unrounded", "parameter")
    assert e.changed == {"rank_on": "unrounded"}


def test_a_rule_that_the_parameter_file_does_not_mention_is_listed_when_the_run_sets_it(mini):
    rewrite(mini.parameters("mini-2020"), "rank_on: rounded\n", "")
    assert evaluated(mini).changed == {}
    assert evaluated(mini, rank_on="rounded").changed == {}
    assert evaluated(mini, rank_on="unrounded").changed == {"rank_on": "unrounded"}


def test_a_parameter_of_the_file_that_the_notebook_leaves_out_is_listed_too(mini):
    rewrite(mini.parameters("mini-2020"), "rank_on: rounded", "rank_on: unrounded")
    parameters = read_parameters("mini-2020", mini)
    e = evaluate(mini, **{name: parameters[name] for name in ("edition", "methodology", "year", "inputs")})
    assert e.rules["rank_on"].value == "rounded"
    assert e.changed == {"rank_on": "rounded", "highlight": ""}


def test_rounding_is_the_rule_in_force(mini):
    # A's share is 0.64, B's 1/12 = 0.08333…, so nothing is exactly between two values: take one that is
    rewrite(mini.methodology("mini"), "rounding: half_up", "rounding: {open: half_up, why_vi: Thử}")
    half = Fraction(1, 2000)  # 0.0005
    shown = {r: evaluated(mini, rounding=r).rounded(half) for r in ("half_up", "half_even", "down")}
    assert shown == {"half_up": Decimal("0.001"), "half_even": Decimal("0.000"), "down": Decimal("0.000")}
    assert evaluated(mini).rounded(None) is None


# --- standings --------------------------------------------------------------------------------------------


def places(e, group):
    return [(s.entity.code, s.rank, s.rank and str(s.printed)) for s in e.standings[group]]


def test_groups_are_ranked_apart_on_the_share_of_what_counted(mini):
    e = evaluated(mini)
    # A 64/100, C 30/50 (services withheld), B 5/60; D 15/50 and E 0/50 among themselves
    assert places(e, "ministry") == [("A", 1, "0.640"), ("C", 2, "0.600"), ("B", 3, "0.083")]
    assert places(e, "agency") == [("D", 1, "0.300"), ("E", 2, "0.000")]


def test_compared_on_points_the_unit_with_less_to_gain_falls_back(mini):
    rewrite(mini.methodology("mini"), "compare_on: share", "compare_on: points")
    assert places(evaluated(mini), "ministry") == [("A", 1, "64.000"), ("C", 2, "30.000"), ("B", 3, "5.000")]


def test_zero_is_ranked_last_and_who_has_nothing_that_counts_is_not_ranked(mini):
    rewrite(
        mini.inputs("mini-2020") / "answers.csv",
        'D,with_computer,10,,,,\nD,staff,40,,,,\nD,portal,"12.5",',
        "D,with_computer,,not_applicable,,,\nD,staff,,not_applicable,,,\nD,portal,,withheld",
    )
    e = evaluated(mini)
    assert places(e, "agency") == [("E", 1, "0.000"), ("D", None, None)]


def test_within_a_tie_and_among_the_unranked_the_order_is_that_of_codes_not_of_the_file(mini):
    folder = mini.inputs("mini-2020")
    (folder / "entities.csv").write_text(
        "entity,label_vi,group\n" + "".join(f"{code},Bộ {code},ministry\n" for code in "ZMBYX"), "utf-8"
    )
    same = "{0},with_computer,1,\n{0},staff,2,\n{0},portal,20,\n{0},services,25,\n"
    none = "{0},with_computer,,withheld\n{0},staff,2,\n{0},portal,,withheld\n{0},services,,withheld\n"
    text = same.format("Z") + none.format("Y") + same.format("B") + none.format("X") + same.format("M")
    (folder / "answers.csv").write_text("entity,answer,value,state\n" + text, "utf-8")
    e = evaluated(mini, highlight="")
    assert places(e, "ministry") == [
        ("B", 1, "0.500"),
        ("M", 1, "0.500"),
        ("Z", 1, "0.500"),
        ("X", None, None),
        ("Y", None, None),
    ]
    assert places(e, "agency") == []


def test_values_that_print_alike_tie_only_where_ranks_go_by_the_printed_value(mini):
    # portal 30 -> 30.01: A's share is 0.6401, and C's is 0.6402 with 32.01 of 50
    rewrite(mini.inputs("mini-2020") / "answers.csv", "A,portal,30,", "A,portal,30.01,")
    rewrite(mini.inputs("mini-2020") / "answers.csv", "C,portal,20,", "C,portal,22.01,")
    rounded, unrounded = evaluated(mini), evaluated(mini, rank_on="unrounded")
    assert places(rounded, "ministry")[:2] == [("A", 1, "0.640"), ("C", 1, "0.640")]
    assert places(unrounded, "ministry")[:2] == [("C", 1, "0.640"), ("A", 2, "0.640")]
    root = rounded.methodology.root
    assert rounded.at(root, "unrounded")["A"].rank == 2, "for checks, without a second evaluation"
    assert rounded.at(root)["A"].rank == 1


def test_each_category_has_ranks_of_its_own(mini):
    e = evaluated(mini)
    inside, services = e.methodology.categories
    assert {code: s.rank for code, s in e.at(inside).items()} == {"A": 1, "C": 2, "B": 3, "D": 1, "E": 2}
    assert {c: s.rank for c, s in e.at(services).items()} == {"A": 1, "B": 2, "C": None, "D": None, "E": None}


# --- the edition before -----------------------------------------------------------------------------------


def test_the_edition_before_is_evaluated_from_its_own_files(two_years):
    e = evaluate_edition("egdi-2018", two_years)
    before = e.previous.at(e.previous.methodology.root)
    # 0.5 + 0.6543 + 0.389 = 1.5433; a third of it is 0.51443…; 108 of the other 191 states are above it
    assert (e.previous.edition, str(before["VNM"].printed), before["VNM"].rank) == (
        "egdi-2016",
        "0.5144",
        109,
    )
    assert len(before) == 192 and "DNK" not in before
    assert e.at(e.methodology.root)["VNM"].rank == 88


def test_only_one_edition_before_is_looked_at(two_years):
    rewrite(two_years.parameters("egdi-2016"), 'previous: ""', "previous: egdi-2014")
    assert evaluate_edition("egdi-2018", two_years).previous.previous is None


def test_what_is_wrong_with_the_edition_before_is_refused(two_years):
    rewrite(two_years.inputs("egdi-2016") / "answers.csv", "VNM,osi,0.5", "VNM,osi,5")
    with pytest.raises(Refused) as refusal:
        evaluate_edition("egdi-2018", two_years)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.file) == ("above-maximum", "inputs/egdi-2016/answers.csv")


def test_without_an_edition_before_there_is_none(mini):
    assert evaluated(mini).previous is None
    assert (
        evaluate(mini, edition="mini-2020", methodology="mini", year=2020, inputs="mini-2020").previous
        is None
    )


# --- illustrative, and where it comes from ----------------------------------------------------------------


def test_official_criteria_on_published_figures_are_not_illustrative(egdi):
    assert not evaluate_edition("egdi-2018", egdi).illustrative


def test_one_illustrative_criterion_makes_the_page_illustrative(egdi):
    text = egdi.methodology("egdi").read_text("utf-8")
    egdi.methodology("egdi").write_text(text.replace("status: official", "status: illustrative", 1), "utf-8")
    assert evaluate_edition("egdi-2018", egdi).illustrative


def test_illustrative_figures_make_the_page_illustrative(egdi):
    rewrite(egdi.inputs("egdi-2018") / "sources.yaml", "status: published ", "status: illustrative ")
    assert evaluate_edition("egdi-2018", egdi).illustrative


def test_comparing_with_illustrative_figures_makes_the_page_illustrative(two_years):
    assert not evaluate_edition("egdi-2018", two_years).illustrative
    rewrite(two_years.inputs("egdi-2016") / "sources.yaml", "status: published ", "status: illustrative ")
    assert evaluate_edition("egdi-2018", two_years).illustrative


def test_the_files_that_made_it_are_named_with_their_digest(mini):
    e = evaluated(mini)
    assert [file.path for file in e.files] == [
        "parameters/methodologies/mini.yaml",
        "notebooks/mini-2020.ipynb",
        "parameters/mini-2020.yaml",
    ]
    mini.notebook("mini-2020").unlink()
    assert len(evaluated(mini).files) == 2
    before = evaluated(mini).files[-1].sha256
    rewrite(mini.parameters("mini-2020"), "highlight: A", "highlight: B")
    assert evaluated(mini).files[-1].sha256 != before


def test_two_evaluations_of_the_same_files_are_equal(mini):
    assert evaluated(mini).standings == evaluated(mini).standings


@pytest.mark.parametrize("year", [2020, 2021])
def test_a_previous_edition_is_of_an_earlier_year(year, mini):
    path = mini.parameters("mini-2020")
    text = path.read_text("utf-8")
    name = f"other-{year}"
    other = text.replace("edition: mini-2020", f"edition: {name}").replace("year: 2020", f"year: {year}")
    mini.parameters(name).write_text(other, "utf-8")
    with pytest.raises(Refused, match="previous-not-earlier") as refusal:
        evaluate(mini, **{**read_parameters("mini-2020", mini), "previous": name})
    (finding,) = refusal.value.findings
    told = f"“{name}” is of {year}, and this edition of 2020: it is no previous one"
    assert told in finding.sentence("en")


# --- a group of which most are not ranked, and what was known before the slips ------------------------------


def test_where_most_of_a_group_are_not_ranked_the_rest_are_ranked_among_themselves(mini):
    """Of four ministries one has figures; the others withhold everything."""
    folder = mini.inputs("mini-2020")
    (folder / "entities.csv").write_text(
        "entity,label_vi,group\n" + "".join(f"{code},Bộ {code},ministry\n" for code in "WXYZ"), "utf-8"
    )
    none = "{0},with_computer,,withheld\n{0},staff,2,\n{0},portal,,withheld\n{0},services,,withheld\n"
    own = "Y,with_computer,1,\nY,staff,2,\nY,portal,20,\nY,services,25,\n"
    text = none.format("W") + none.format("X") + own + none.format("Z")
    (folder / "answers.csv").write_text("entity,answer,value,state\n" + text, "utf-8")
    e = evaluated(mini, highlight="")
    assert places(e, "ministry") == [
        ("Y", 1, "0.500"),
        ("W", None, None),
        ("X", None, None),
        ("Z", None, None),
    ]
    assert [e.gap(standing) for standing in e.standings["ministry"]] == [Gap(None, None, None, None)] * 4
    everyone, *_ = checks.all_checks(e)
    assert everyone.facts == {"entities": 4, "ranked": 1, "unranked": 3}
    assert {check.holds for check in checks.all_checks(e)} <= {True, None}
    shown = profiles(e).iloc[0]
    assert (shown["rank"], str(shown["median"]), str(shown["best"])) == (1, "0.500", "0.500")
    assert problem(e, "ministry").units == ("Y",)


def test_an_event_of_the_very_day_of_the_slips_is_not_in_the_state_before_confirmation(make_round):
    text = (ROUND / "events.csv").read_text("utf-8")
    e = make_round(events=f"{text}A,points,untrue,2021-01-20,,Kiểm tra,,,HĐTĐ,TB 12\n")
    assert state_of(e, "A", "points") == "zero_untrue"
    assert state_of(e.before_confirmation, "A", "points") == "scored"
    day_before = make_round(events=f"{text}A,points,untrue,2021-01-19,,Kiểm tra,,,HĐTĐ,TB 12\n")
    assert state_of(day_before.before_confirmation, "A", "points") == "zero_untrue"


def test_evidence_of_the_very_day_of_the_slips_is_not_in_the_state_before_confirmation(make_round):
    text = (ROUND / "evidence.csv").read_text("utf-8")
    for day, before in (("2021-01-20", "zero_no_evidence"), ("2021-01-19", "scored")):
        e = make_round(evidence=text.replace("2021-01-25", day))
        assert state_of(e, "C", "points") == "scored"
        assert state_of(e.before_confirmation, "C", "points") == before


def state_of(e, code, criterion):
    at = [entity.code for entity in e.inputs.entities].index(code)
    return e.scores.outcomes[criterion][at].state


# --- online services that are recognised --------------------------------------------------------------------

SERVICES = """\
entity,service,procedure,label_vi,level,link,group,application,in_database
A,s1,p1,Cấp phép,4,https://a.vn/1,,,có
A,s2,p2,Gia hạn,3,https://a.vn/2,,,có
A,s3,p3,Đăng ký,3,https://a.vn/3,,,không
B,s1,p1,Cấp phép,3,https://b.vn/1,,,có
"""
TESTED = """\
entity,service,at,inspector,way,account,submission,tracking,in_database,link_opens,works,why
A,s1,2020-12-01,KT1,direct,có,có,có,,,,
A,s2,2020-12-01,KT1,direct,có,không,có,,,,Không gửi được
A,s2,2020-12-05,KT1,direct,có,không,có,,,,Không gửi được
B,s1,2020-12-01,KT1,direct,có,có,có,,,,
"""


def test_recognised_services_replace_the_declared_figure_which_is_kept(mini_with):
    """Of five that A declares one is recognised; B declared what it has; C, of no register, keeps its own."""

    def with_services(text):
        counted = "counted_as: online, untested: declared, tested_per_group: 1, many_services: 1"
        counted += ", citation: {clause: V.5.4 b}"
        text = text.replace("answers:\n", f"online_services: {{{counted}}}\nanswers:\n")
        text = text.replace(
            "{label_vi: Điểm dịch vụ công, kind: number, min: 0, max: 50}", "{label_vi: DVC, kind: count}"
        )
        return text.replace("  services: {label_vi: DVC", "  online: {label_vi: DVC").replace(
            "rule: {value: services}", "rule: {count: {of: online, each: 10, most: 50}}"
        )

    figures = "".join(f"{unit},with_computer,1,\n{unit},staff,2,\n{unit},portal,20,\n" for unit in "ABCDE")
    project = mini_with(
        methodology=with_services,
        answers=f"entity,answer,value,state\n{figures}A,online,5,\nB,online,1,\nC,online,4,\n",
        sources=lambda text: (
            text
            + "".join(
                f"  {name}.csv: {{label_vi: Thử, origin: Thử}}\n" for name in ("services", "service_tests")
            )
        ),
    )
    folder = project.inputs("mini-2020")
    (folder / "services.csv").write_text(SERVICES, "utf-8")
    (folder / "service_tests.csv").write_text(TESTED, "utf-8")
    e = evaluate_edition("mini-2020", project)
    a, b, c = (e.inputs.answers[unit, "online"] for unit in "ABC")
    assert (a.value, a.declared, a.text, a.state) == (1, 5, "1", "given")
    assert (a.why, a.who) == ("Số dịch vụ được công nhận sau kiểm tra (V.5.4 b)", "Kiểm tra, công nhận")
    assert (b.value, b.declared, c.value, c.declared) == (1, None, 4, None)
    assert [outcome.points for outcome in e.scores.outcomes["services"][:3]] == [10, 10, 40]
    assert [outcome.points for outcome in e.as_declared.scores.outcomes["services"][:3]] == [50, 10, 40]


# --- levels -----------------------------------------------------------------------------------------------

LEVELS = """levels:
  citation: {clause: Điều 5}
  decided_on: exact
  list: [{key: good, label_vi: Tốt, low: 85}, {key: fair, label_vi: Khá, low: 0}]
answers:"""


@pytest.mark.parametrize(
    ("decided_on", "level", "lacking"), [("exact", "Khá", "0.0004"), ("printed", "Tốt", None)]
)
def test_a_level_looks_at_the_exact_total_where_the_decision_says_from_85(
    mini_with, decided_on, level, lacking
):
    """84,9996 is printed as 85,000, and is not 85."""

    def with_levels(text):
        text = text.replace("answers:", LEVELS.replace("exact", decided_on), 1)
        return text.replace("compare_on: share", "compare_on: points")

    answers = "entity,answer,value\nA,with_computer,100\nA,staff,100\nA,portal,34.9996\nA,services,40\n"
    e = evaluate_edition("mini-2020", mini_with(methodology=with_levels, answers=answers))
    (standing,) = [s for s in e.standings["ministry"] if s.entity.code == "A"]
    assert (str(standing.printed), e.level(standing).label_vi) == ("85.000", level)
    assert e.gap(standing).to_level == (None if lacking is None else Fraction(lacking))
