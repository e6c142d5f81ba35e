"""A remark is said of the form that it is about, with the cell, and tells nothing of other units."""

from datetime import date
from fractions import Fraction

from ictindex.exchange.batch import Verdict
from ictindex.exchange.collected import Collected, odd
from ictindex.exchange.forms import read_context
from ictindex.exchange.ledger import Ledger
from ictindex.exchange.returned import Entry, Returned, ReturnedLine
from ictindex.procedure.plausibility import NUMERIC


def verdict(sender, answers, sending=1, state="used", findings=()):
    lines = tuple(
        ReturnedLine("", code, {"answer": Entry(text, f"S!F{code}")}) for code, text in answers.items()
    )
    name = f"{sender}{sending}"
    returned = Returned(f"{name}.xlsx", name, "survey", "mini-2020", sender, "v", sending, lines=lines)
    return Verdict(returned, date(2020, 12, 1), state, "", False, tuple(findings))


def test_a_jump_names_figures_and_cell_as_a_page_prints_them(mini):
    context = read_context("mini-2020", mini)
    previous = {("A", "staff"): Fraction(1000)}
    (one,) = odd(context, Ledger(), [verdict("A", {"staff": "4500"})], previous, {})
    assert (one.finding.file, one.finding.column) == ("A1.xlsx", "S!Fstaff")
    assert one.finding.message("vi") == "“Cán bộ”: 4.500, trong khi kỳ trước là 1.000"


def test_the_newest_form_is_looked_at_even_when_it_is_sent_back(mini):
    context = read_context("mini-2020", mini)
    verdicts = [verdict("A", {"staff": "9000"}, 2, "refused"), verdict("A", {"staff": "1000"})]
    (one,) = odd(context, Ledger(), verdicts, {("A", "staff"): Fraction(1000)}, {})
    assert one.finding.file == "A2.xlsx"


def test_of_units_that_sent_nothing_now_nothing_is_said(mini):
    context = read_context("mini-2020", mini)
    ledger = Ledger(answers={("B", "staff"): {"entity": "B", "answer": "staff", "value": "5000"}})
    assert odd(context, ledger, [verdict("A", {"staff": "1"})], {("B", "staff"): Fraction(1)}, {}) == []


def test_a_copied_column_does_not_tell_whose(egdi):
    context = read_context("qd375-2020", egdi)
    keys = [key for key, spec in context.methodology.answers.items() if spec.kind in NUMERIC][:6]
    answers = {key: str(i) for i, key in enumerate(keys)}
    one, other = (entity.code for entity in context.entities[:2])
    said = odd(context, Ledger(), [verdict(one, answers), verdict(other, answers)], {}, {})
    assert sorted(each.remark.other for each in said) == sorted([one, other])
    assert not any(one in each.finding.sentence("vi") for each in said if each.remark.entity == other)


def test_states_and_findings_are_counted(mini):
    verdicts = (verdict("A", {}), verdict("B", {}), verdict("C", {}, state="refused", findings=["x"]))
    collected = Collected(read_context("mini-2020", mini), Ledger(), verdicts)
    assert (collected.states["used"], collected.findings, collected.edition) == (2, ("x",), "mini-2020")
