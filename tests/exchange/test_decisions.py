"""The council finds every open matter with its effect, and what it decides becomes the ledger's events."""

from dataclasses import replace

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.clerk import Paper
from ictindex.exchange.collection import collect
from ictindex.exchange.decisions import decision_sheet, matters
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context
from ictindex.exchange.slips import slip
from ictindex.page.year_steps import remarks as odd
from ictindex.procedure import steps, without_report
from ictindex.scoring.evaluation import evaluate_edition

SIGNED = {"why": "Đã xem hồ sơ", "who": "Hội đồng", "paper": "TB 15/TB-HĐTĐ ngày 10/02/2021"}
SHEET = "Phiếu quyết định"
LATE = """\
  incomplete: {falls_on: unit, citation: {clause: Mục 5}}
  late: {falls_on: unit, deadline: report_by, citation: {clause: Mục 5}}
  untrue: {falls_on"""


@pytest.fixture
def e(make_round, mini_with):
    """The round, in which a late report is a zero too, and the office has watched C's figure."""
    e = make_round(monitored="entity,answer,value\nC,points,2\n")
    path = e.project.methodology("mini")
    path.write_text(path.read_text("utf-8").replace("  untrue: {falls_on", LATE, 1), "utf-8")
    return evaluate_edition("mini-2020", e.project)


def sheet(e):
    return decision_sheet(read_context("mini-2020", e.project), "hd", e)


def effects(e):
    lines = sheet(e).sheets[0].lines
    return {(line.cells["entity"], line.cells["code"]): line.cells["effect"] for line in lines}


def decided(e, decisions, number=1):
    """Collect a sheet on which these matters are decided: (unit, code) -> column -> text."""
    paper = Paper(write(sheet(e)))
    for (unit, code), entries in decisions.items():
        for column, text in entries.items():
            paper.cells[SHEET, unit, code, column].value = text
    paper.sign(sending=number, signed_by="Thư ký")
    folder = e.project.root / "nhan" / "2021-02-10"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"hd {number}.xlsx").write_bytes(paper.bytes())
    return collect("mini-2020", folder, e.project, jobs=0)


def faults(e):
    """What reading the inputs refuses."""
    try:
        evaluate_edition("mini-2020", e.project)
    except Refused as refused:
        return [finding.code for finding in refused.findings]
    return []


def test_every_open_matter_is_on_the_sheet_and_nothing_that_is_decided(e):
    told = [(one.kind, one.entity.code, one.about) for one in matters(e)]
    assert told == [
        ("kn", "C", "tc:points"), ("kn", "D", "points"),  # B's and A's objections are decided
        ("gh", "B", "tc:total"),
        ("nv", "C", "points"),
        *(("huy", unit, "tc:total") for unit in "ABCD"),
    ]  # fmt: skip


def test_a_figure_is_held_against_last_year_s_of_the_unit_that_was_renamed(make_round):
    """The page said it was odd, and the council was never asked."""
    e = make_round(monitored="")

    def with_third(unit, stated):
        others = [each for each in e.inputs.entities if each.code != "C"]
        return replace(e.inputs, entities=(*others, unit), stated=stated, monitored={})

    unit, given = e.inputs.by_code["C"], e.inputs.stated["C", "points"]
    far = given._replace(value=given.value * 100)
    before = replace(e, inputs=with_third(replace(unit, code="Cũ"), {("Cũ", "points"): far}))
    renamed = with_third(replace(unit, attributes={"predecessor": "Cũ"}), e.inputs.stated)
    told = [one for one in matters(replace(e, inputs=renamed, previous=before)) if one.kind == "nv"]
    assert [(one.entity.code, one.about, one.why[:9]) for one in told] == [("C", "points", "Kỳ trước:")]


def test_who_has_sent_nothing_is_on_the_sheet_and_the_step_of_reports_is_done_when_that_is_decided(e):
    """It took a line typed into events.csv, or the step stayed open for ever."""
    for name in ("events.csv", "answers.csv"):
        path = e.project.inputs("mini-2020") / name
        rows = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(row for row in rows if not row.startswith("D,")), "utf-8")
    now = evaluate_edition("mini-2020", e.project)
    assert [each.code for each in without_report(now)] == ["D"]
    (line,) = [line for line in sheet(now).sheets[0].lines if line.cells["code"] == "cb:tc:total"]
    assert (line.cells["entity"], line.offered) == ("D", ("extended", "none"))
    result = decided(now, {("D", "cb:tc:total"): {"decided": "Không báo cáo, 0 điểm"} | SIGNED})
    assert not result.findings
    after = evaluate_edition("mini-2020", e.project)
    assert without_report(after) == [] and not any(one.kind == "cb" for one in matters(after))
    assert after.at(after.methodology.root)["D"].printed == 0


def test_where_no_decision_says_what_follows_who_sent_nothing_is_concluded_to_have_no_result(e):
    """2051, 2245: the steps of reports and figures stayed open for ever, and no page could be official."""
    path = e.project.methodology("mini")
    rules = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("  incomplete:")]
    path.write_text("\n".join(rules).replace("missing: zero", "missing: error"), "utf-8")
    for name in ("events.csv", "answers.csv"):
        path = e.project.inputs("mini-2020") / name
        rows = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(row for row in rows if not row.startswith("D,")), "utf-8")
    now = evaluate_edition("mini-2020", e.project)
    assert (now.at(now.methodology.root)["D"].outcome.state, now.scores.unranked) == ("unknown", {})
    (line,) = [line for line in sheet(now).sheets[0].lines if line.cells["code"] == "cb:tc:total"]
    assert (line.cells["entity"], line.offered) == ("D", ("extended", "no_report"))
    unsigned = decided(now, {("D", "cb:tc:total"): {"decided": "Không báo cáo, không có kết quả"}})
    assert {finding.code for finding in unsigned.findings} == {"decision-incomplete"}
    concluded = {"decided": "Không báo cáo, không có kết quả"} | SIGNED
    assert not decided(now, {("D", "cb:tc:total"): concluded}, number=2).findings
    after = evaluate_edition("mini-2020", e.project)
    assert without_report(after) == [] and not any(one.kind == "cb" for one in matters(after))
    assert after.scores.unranked == {"D": "no_report"} and after.at(after.methodology.root)["D"].rank is None
    waiting = [todo.what for step in steps(after) for todo in step.todo if "D" in todo.units]
    assert waiting == ["not_sent"]  # its slip, which says that it has no result, so that it may object
    told = dict(slip(after, next(one for one in after.inputs.entities if one.code == "D")).about)
    assert told["Kết quả"] == "Không gửi báo cáo, không có kết quả"


def test_the_effect_is_what_becomes_of_the_unit_when_it_is_granted(e):
    told = effects(e)
    before = e.at(e.methodology.root)
    assert (before["D"].printed, before["B"].printed) == (5, 0)
    assert told["D", "kn:points"].startswith("Kết quả 5,0 → 6,0; hạng 1")
    assert told["B", "gh:tc:total"].startswith("Kết quả 0,0 → 13,5; hạng")
    assert told["C", "nv:points"].startswith("Kết quả 6,0 → 0,0; hạng")
    assert told["C", "kn:tc:points"] == ""  # nobody can say what an upheld claim without a value would be


def test_what_is_decided_becomes_events_that_do_what_the_sheet_said(e):
    told = effects(e)
    granted = {("D", "kn:points"): {"decided": "Chấp nhận", **SIGNED},
               ("C", "kn:tc:points"): {"decided": "Không chấp nhận", **SIGNED},
               ("B", "gh:tc:total"): {"decided": "Gia hạn", "until": "02/01/2021", **SIGNED},
               ("C", "nv:points"): {"decided": "Không đúng thực tế", **SIGNED}}  # fmt: skip
    assert decided(e, granted).findings == ()
    after = evaluate_edition("mini-2020", e.project)
    new = [ev for ev in after.inputs.events if f"{ev.at:%Y-%m-%d}" == "2021-02-10"]
    assert {(ev.entity, ev.criterion, ev.answer, ev.event, ev.text) for ev in new} == {
        ("D", "", "points", "correction", "6"), ("C", "points", "", "rejection", ""),
        ("B", "", "", "extension", ""), ("C", "points", "", "untrue", ""),
    }  # fmt: skip
    assert {(ev.why, ev.who, ev.paper) for ev in new} == {tuple(SIGNED.values())}
    total = after.at(after.methodology.root)
    assert [str(total[unit].printed) for unit in "BCD"] == ["13.5", "0.0", "6.0"]
    assert "→ 13,5;" in told["B", "gh:tc:total"] and "→ 6,0;" in told["D", "kn:points"]
    assert [(one.kind, one.entity.code) for one in matters(after)] == [("huy", unit) for unit in "ABCD"]


def test_a_figure_that_the_council_finds_true_is_asked_about_no_more_until_the_unit_gives_another(e):
    """Nothing kept it: every further sheet asked all again, and the unit read that it had to look again."""
    assert not decided(e, {("C", "nv:points"): {"decided": "Đúng thực tế", **SIGNED}}).findings
    after = evaluate_edition("mini-2020", e.project)
    (new,) = [ev for ev in after.inputs.events if ev.event == "found_true"]
    assert (new.entity, new.criterion, new.answer, new.text, new.paper) == (
        "C",
        "",
        "points",
        "6",
        SIGNED["paper"],
    )
    assert [each.printed for each in after.at(after.methodology.root).values()] == [
        each.printed for each in e.at(e.methodology.root).values()
    ]
    assert not any(one.kind == "nv" for one in matters(after))
    assert not any(row.answer == "points" for row in odd(after).itertuples())
    assert "1 số liệu đã được xem lại và kết luận là đúng thực tế" in odd(after).attrs["note"]
    path = e.project.inputs("mini-2020") / "answers.csv"
    path.write_text(path.read_text("utf-8").replace("C,points,6,", "C,points,9,"), "utf-8")
    assert any(one.kind == "nv" for one in matters(evaluate_edition("mini-2020", e.project)))


def test_a_decision_that_a_figure_is_true_says_why_and_by_whom(e):
    bare = decided(e, {("C", "nv:points"): {"decided": "Đúng thực tế"}})
    assert {finding.code for finding in bare.findings} == {"decision-incomplete"}


def test_another_value_than_the_one_asked_for_may_be_accepted(e):
    decided(e, {("D", "kn:points"): {"decided": "Chấp nhận", "new": "5.5", **SIGNED}})
    after = evaluate_edition("mini-2020", e.project)
    assert str(after.at(after.methodology.root)["D"].printed) == "5.5"


def test_what_a_decision_lacks_is_told_at_once_and_nothing_enters(e):
    before = (e.project.inputs("mini-2020") / "events.csv").read_bytes()
    wrong = {("D", "kn:points"): {"decided": "Gia hạn", **SIGNED},
             ("B", "gh:tc:total"): {"decided": "Gia hạn", "why": "Lũ"}}  # fmt: skip
    findings = decided(e, wrong).findings
    assert [finding.code for finding in findings] == ["form-not-offered"] + ["decision-incomplete"] * 3
    labels = {finding.facts["label"] for finding in findings[1:]}
    assert labels == {"Người quyết định", "Văn bản (số, ngày)", "Gia hạn đến ngày"}
    assert (e.project.inputs("mini-2020") / "events.csv").read_bytes() == before


def test_what_changes_nothing_is_no_event(e):
    rows = len(e.inputs.events)
    done = decided(e, {("B", "gh:tc:total"): {"decided": "Không gia hạn"}})
    assert done.findings == () and len(done.ledger.events) == rows


def test_what_is_granted_without_anything_to_rest_on_is_told_on_the_sheet_and_not_by_lint_later(e):
    folder = e.project.inputs("mini-2020")
    before, came = (folder / "events.csv").read_bytes(), (folder / "evidence.csv").read_text("utf-8")
    (folder / "evidence.csv").write_text(came.replace(",2021-01-25", ","), "utf-8")
    granted = {("C", "kn:tc:points"): {"decided": "Chấp nhận", **SIGNED}}
    (finding,) = decided(e, granted).findings
    assert (finding.code, finding.facts["entity"]) == ("granted-in-words", "Bộ Ba")
    assert (folder / "events.csv").read_bytes() == before
    assert faults(e) == []
    (folder / "evidence.csv").write_text(came, "utf-8")
    assert decided(e, granted, 2).findings == ()
    assert faults(e) == []
    assert [(ev.event, ev.entity) for ev in evaluate_edition("mini-2020", e.project).inputs.events][-1] == (
        "upheld", "C",
    )  # fmt: skip
