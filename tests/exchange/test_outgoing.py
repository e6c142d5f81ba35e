"""Forms of each kind as they go out, and the record of slips that were sent."""

import io
from datetime import date

import openpyxl
import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange import layout
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context
from ictindex.exchange.outgoing import every_form, record_slips
from ictindex.exchange.sampling import write_sample
from ictindex.scoring.evaluation import evaluate_edition


def test_a_survey_goes_to_every_unit_or_to_those_that_are_named(egdi):
    context = read_context("qd375-2020", egdi)
    everyone = every_form(context, egdi, "survey", [], [])
    assert [form.sender for form in everyone] == [entity.code for entity in context.entities]
    (one,) = every_form(context, egdi, "survey", [context.entities[3].code], [])
    assert one.sender == context.entities[3].code and one.kind == layout.SURVEY


def test_reviewers_see_no_marks_and_the_adjudicator_sees_them_without_names(egdi):
    context = read_context("qd2342-2017", egdi)
    (marking,) = every_form(context, egdi, "marking", [], ["kt9"])
    assert not any("marks" in line.cells for sheet in marking.sheets for line in sheet.lines)
    (third,) = every_form(context, egdi, "adjudication", [], ["td1"])
    lines = [line for sheet in third.sheets for line in sheet.lines if line.asks]
    chosen = [line.cells["chosen"] for line in lines]
    assert third.kind == layout.ADJUDICATION
    assert chosen.count("Rút mẫu kiểm tra xác suất") == 59 and "Hai điểm quá khác nhau" in chosen
    assert not any("KT1" in str(cell) for line in lines for cell in line.cells.values())


def test_who_has_sent_one_before_gets_a_form_with_the_next_number_on_it(egdi):
    """The second sheet of the same council came back with the number of the first, and was refused."""
    context = read_context("qd375-2020", egdi)
    known, new = (every_form(context, egdi, "decisions", [], [name])[0] for name in ("hoi-dong", "hd-moi"))
    book = openpyxl.load_workbook(io.BytesIO(write(known)))
    cover = {row[0].value: row[1].value for row in book["Bìa"].iter_rows()}
    assert cover["Lần gửi thứ"] == 3  # two have come
    assert new.filled.get("sending") is None
    surveys = {
        form.sender: form.filled.get("sending") for form in every_form(context, egdi, "survey", [], [])
    }
    assert surveys["hoc-vien-hanh-chinh-quoc-gia"] == "3" and surveys["vu-tien-luong"] == "2"


def test_the_council_appraises_what_was_declared(egdi):
    context = read_context("qd2051-2016", egdi)
    (form,) = every_form(context, egdi, "appraisal", [], ["hdtd"])
    assert form.kind == layout.APPRAISAL
    assert sum(line.asks is not None for sheet in form.sheets for line in sheet.lines) > 1_000


def test_claims_can_be_appraised_before_anybody_has_awarded_anything(egdi):
    path = egdi.inputs("qd2051-2016") / "answers.csv"
    _, *lines = path.read_text("utf-8").splitlines()
    bare = [",".join(line.split(",")[:3]) for line in lines]
    path.write_text("\n".join(["entity,answer,value", *bare]) + "\n", "utf-8")
    (form,) = every_form(read_context("qd2051-2016", egdi), egdi, "appraisal", [], ["hdtd"])
    assert sum(line.asks is not None for sheet in form.sheets for line in sheet.lines) > 1_000


def test_a_kind_that_asks_nothing_here_is_refused(egdi):
    with pytest.raises(Refused, match="form-asks-nothing"):
        every_form(read_context("qd375-2020", egdi), egdi, "marking", [], ["kt1"])


def test_a_kind_for_which_nothing_waits_yet_says_so_and_not_that_the_methodology_lacks_it(egdi):
    with pytest.raises(Refused, match="form-nothing-waits"):
        every_form(read_context("qd2245-2021", egdi), egdi, "inspection", [], ["kt1"])


def test_slips_are_appended_and_what_stands_in_the_ledger_stays(egdi):
    write_sample("qd375-2020", None, 1, None, egdi)  # in which no slip was sent yet
    before = (egdi.inputs("qd375-2020") / "events.csv").read_text("utf-8")
    e = evaluate_edition("qd375-2020", egdi)
    path = record_slips(e, date(2021, 1, 20))
    again = evaluate_edition("qd375-2020", egdi)
    assert len(again.inputs.events) == len(e.inputs.events) + 22
    old = [line.rstrip(",") for line in before.splitlines()[1:]]
    assert [line.rstrip(",") for line in path.read_text("utf-8").splitlines()[1:]][: len(old)] == old
    assert e.before_confirmation is None and again.before_confirmation is not None
