"""The state of a page follows from facts, the gravest first; only the edition's own rules are official."""

from datetime import date

import pytest

import ictindex as ict
from ictindex.basics.findings import Refused
from ictindex.exchange.recording import record
from ictindex.page.state import _open, broken_claims, place_of, state_of
from ictindex.procedure.steps import open_steps
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import hypothetical

DECISION = "Quyết định số 1/QĐ-BTTTT ngày 02/01/2021"
MADE_UP = "Số liệu đầu vào là đặt ra để minh họa, không phải số liệu của đơn vị nào."
ASKED = "Trang này trả lời một câu hỏi giả định, không phải kết quả đánh giá."


def findings_of(attempt, *arguments, **named):
    """What an attempt is refused for."""
    with pytest.raises(Refused) as refused:
        attempt(*arguments, **named)
    return refused.value.findings


def run(project, edition, **changed):
    return evaluate(project, **{**read_parameters(edition, project), **changed})


def real(text):
    """The small edition's sources, when its figures are somebody's."""
    return text.replace("status: illustrative", "status: published")


@pytest.fixture
def genuine(mini_with, report_all):
    """The small edition with official criteria and real figures."""

    def criteria(text):
        lines = text.split("\n")
        for i, line in enumerate(lines):
            if line.strip() == "status: illustrative":
                indent = line[: len(line) - len(line.lstrip())]
                lines[i] = f"{indent}status: official\n{indent}citation: {{clause: Mục 1}}"
        return "\n".join(lines)

    project = mini_with(methodology=criteria, sources=real)
    report_all(project)
    return project


# --- one state after another ------------------------------------------------------------------------------


def test_made_up_figures_and_criteria_are_said_and_counted(small):
    assert state_of(small) == (
        "SỐ LIỆU MINH HỌA",
        (MADE_UP, "4 trong 4 tiêu chí là minh họa, chờ cơ quan ban hành phương pháp thay."),
    )


def test_real_figures_under_made_up_criteria_are_still_an_illustration(mini_with):
    project = mini_with(sources=real)
    label, why = state_of(run(project, "mini-2020", attached_to=DECISION))
    assert label == "SỐ LIỆU MINH HỌA" and MADE_UP not in why and len(why) == 1


def test_a_made_up_year_before_is_an_illustration_too(two_years):
    path = two_years.inputs("egdi-2016") / "sources.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("status: published", "status: illustrative"), "utf-8")
    assert text != path.read_text("utf-8")
    assert state_of(evaluate_edition("egdi-2018", two_years)) == (
        "SỐ LIỆU MINH HỌA",
        ("Kỳ trước đem so (năm 2016) có nội dung minh họa.",),
    )


def test_without_a_decision_that_publishes_it_a_page_is_a_draft(genuine, egdi_2018):
    why = "Phê duyệt kết quả: chưa ghi quyết định phê duyệt (số, ngày, cơ quan, người ký)."
    draft = ("DỰ THẢO", (why,))
    assert state_of(evaluate_edition("mini-2020", genuine)) == draft
    assert state_of(egdi_2018) == draft


def approve(project, edition, number="1/QĐ-BTTTT", day=date(2021, 1, 2)):
    said = {"who": "Người ký", "number": number, "authority": "Bộ trưởng"}
    return record(project, edition, "approved", day, **said)


def test_with_an_approval_and_nothing_open_a_page_is_official(genuine):
    assert state_of(run(genuine, "mini-2020", attached_to=DECISION)).label == "DỰ THẢO"
    approve(genuine, "mini-2020")
    state = state_of(run(genuine, "mini-2020", attached_to=DECISION))
    assert state == ("CHÍNH THỨC", (f"Kèm theo {DECISION}.",)) and state.official
    approved = "Quyết định số 1/QĐ-BTTTT ngày 02/01/2021 của Bộ trưởng"
    assert state_of(evaluate_edition("mini-2020", genuine)).why == (f"Kèm theo {approved}.",)


def test_a_decision_is_not_named_while_a_step_is_open_nor_another_than_was_recorded(genuine):
    (finding,) = findings_of(open_edition, genuine, attached_to=DECISION)
    assert (finding.code, finding.column) == ("attached-to-draft", "attached_to")
    assert "no approval is recorded" in finding.message() and "chưa ghi" in finding.message("vi")
    approve(genuine, "mini-2020")
    assert open_edition(genuine, attached_to=DECISION).state.official
    (finding,) = findings_of(open_edition, genuine, attached_to="Quyết định số 2/QĐ-BTTTT")
    assert finding.code == "attached-to-another"


def open_edition(project, **changed):
    return ict.open_edition(project, **{**read_parameters("mini-2020", project), **changed})


def test_open_steps_make_a_draft_and_only_the_first_three_are_named(make_round):
    e = make_round(evidence="")
    waiting = open_steps(e)
    assert [step.key for step in waiting] == ["reports", "evidence", "objections", "approval"]
    (*made_up, first, second, third, more) = ["", *_open(e, ())]
    assert (made_up, more) == ([""], "Và 1 bước khác còn việc chưa xong.")
    assert first == "Đơn vị gửi báo cáo: 1 đơn vị có số liệu mà không ghi ngày báo cáo."
    assert second.startswith("Tài liệu kiểm chứng: ") and third.startswith("Giải quyết đề nghị")


def test_what_is_open_is_read_from_the_procedure(make_round):
    """Its figures are made up, which goes before; the steps that wait are those of the year's procedure."""
    assert {step.key: step.open for step in open_steps(make_round())} == {
        "reports": 1,
        "evidence": 4,
        "objections": 2,
        "approval": 1,
    }
    assert state_of(make_round()).label == "SỐ LIỆU MINH HỌA"


def test_another_rule_than_the_files_is_named_and_goes_before_a_decision(genuine):
    assert state_of(run(genuine, "mini-2020", rank_on="unrounded", attached_to=DECISION)) == (
        "THAM SỐ KHÁC",
        ("Khác với tệp tham số của ấn bản: Xếp hạng trên giá trị: chính xác, chưa làm tròn.",),
    )


def test_a_page_that_is_several_things_names_each_the_gravest_first(small, mini):
    state = state_of(run(mini, "mini-2020", rank_on="unrounded"))
    assert state.label == "SỐ LIỆU MINH HỌA – THAM SỐ KHÁC" and len(state.why) == 3


WHAT_IF = "what_if: exact\nbaseline: {}\nquestion_vi: Sao?\nrules: {{{}}}\nnot_covered_vi: [K]\n"


def test_a_what_if_on_made_up_figures_is_both_in_its_name(mini):
    path = mini.what_if("exact")
    path.parent.mkdir(parents=True)
    mini.notebook("what_if").write_text("{}", "utf-8")
    path.write_text(WHAT_IF.format("mini-2020", "rank_on: unrounded"), "utf-8")
    e = hypothetical(evaluate_edition("mini-2020", mini), "exact")
    state = state_of(e)
    assert state.label == "SỐ LIỆU MINH HỌA – PHƯƠNG ÁN GIẢ ĐỊNH"
    assert (state.why[0], state.why[-1]) == (MADE_UP, ASKED)
    assert mini.shown(place_of(e)) == "outputs/mini-2020/what_if/exact"


def test_a_what_if_on_real_figures_is_never_official_whatever_the_decision(egdi):
    egdi.what_if("exact").write_text(WHAT_IF.format("egdi-2018", "rounding: down"), "utf-8")
    path = egdi.parameters("egdi-2018")
    path.write_text(path.read_text("utf-8").replace('attached_to: ""', f"attached_to: {DECISION}"), "utf-8")
    approve(egdi, "egdi-2018")
    official = evaluate_edition("egdi-2018", egdi)
    assert state_of(official).official
    assert state_of(hypothetical(official, "exact")) == ("PHƯƠNG ÁN GIẢ ĐỊNH", (ASKED,))


# --- where a run goes -------------------------------------------------------------------------------------


def place(project, **changed):
    return project.shown(place_of(run(project, "mini-2020", **changed)))


def test_whom_a_page_highlights_and_what_it_belongs_to_has_no_folder_of_its_own(mini):
    changed = {"highlight": "B", "attached_to": DECISION}
    assert place(mini, **changed) == place(mini) == "outputs/mini-2020"


def test_other_parameters_give_the_folder_its_name_in_whatever_order(mini):
    assert place(mini, rank_on="unrounded") == "outputs/mini-2020/variants/rank_on-unrounded"
    both = place(mini, spread=10, draws=500)
    assert both == place(mini, draws=500, spread=10) == "outputs/mini-2020/variants/draws-500_spread-10"


def test_values_that_read_alike_without_their_signs_have_folders_of_their_own(mini):
    places = {place(mini, seed=seed) for seed in ("a b", "a/b", "A-b", "a-b", "ạ-b")}
    assert len(places) == 5 and "outputs/mini-2020/variants/seed-a-b" in places
    assert all(each.startswith("outputs/mini-2020/variants/seed-") for each in places)


def test_a_long_value_gives_a_folder_that_any_disk_can_hold(mini):
    one, other = (place(mini, seed="x" * 200 + last) for last in "ab")
    assert one != other and max(map(len, (one, other))) < 130


# --- self-checks ------------------------------------------------------------------------------------------


def test_a_self_check_that_fails_is_named(egdi, egdi_2018):
    assert broken_claims(egdi_2018) == []
    path = egdi.inputs("egdi-2018") / "published.csv"
    path.write_text(path.read_text("utf-8").replace("VNM,0.5931,88", "VNM,0.5931,89"), "utf-8")
    assert broken_claims(evaluate_edition("egdi-2018", egdi)) == ["published"]
    # whom it highlights makes it no variant, of which another result than the published one is no fault
    assert broken_claims(run(egdi, "egdi-2018", highlight="THA")) == ["published"]
    assert broken_claims(run(egdi, "egdi-2018", rounding="down")) == []
