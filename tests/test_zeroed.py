"""What ``lint`` passes, ``run`` builds: a criterion zeroed before anybody marked it."""

import pytest

SIGNED = ",HĐTĐ,BB 7 ngày 20/1/2021"
CITED = "{title: Lập ra để thử}"


@pytest.fixture
def zeroed(mini_with):
    """The small edition with the portal marked by two, and A's set to zero after the slips, unmarked."""

    def methodology(text):
        text = text.replace("portal: {label_vi: Điểm cổng thông tin, kind: number, min: 0, max: 40}", MARK)
        text = text.replace("rule: {value: portal}", "rule: {mark: portal}").replace(
            "        missing: leave_out\n", ""
        )
        return text + REVIEW

    def answers(text):
        return "".join(line for line in text.splitlines(True) if ",portal," not in line)

    project = mini_with(methodology=methodology, answers=answers)
    inputs = project.inputs("mini-2020")
    marks = "".join(f"{unit},portal,{who},30,reviewer,\n" for unit in "BCDE" for who in ("KT1", "KT2"))
    (inputs / "marks.csv").write_text(f"entity,answer,reviewer,mark,role,why\n{marks}", "utf-8")
    slips = "".join(f"{unit},,slip,2021-01-18,,,,\n" for unit in "ABCDE")
    zero = f"A,inside.portal,no_evidence,2021-01-20,,Không có bằng chứng{SIGNED}\n"
    header = "entity,criterion,event,at,until,why,who,paper\n"
    (inputs / "events.csv").write_text(header + slips + zero, "utf-8")
    about = "".join(f"  {name}: {{label_vi: Thử, origin: Thử}}\n" for name in ("marks.csv", "events.csv"))
    sources = inputs / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + about, "utf-8")
    return project


MARK = "portal: {label_vi: Cổng, kind: mark, max: 40}"
REVIEW = f"""
review:
  reviewers: 2
  combine: mean
  too_different: 30
  spot_check: 2
  citation: {CITED}
calendar: {{report_by: {{label_vi: Báo cáo, date: "+1-01-15", citation: {CITED}}}}}
zero_rules:
  no_evidence: {{falls_on: criterion, citation: {CITED}}}
  late: {{falls_on: criterion, deadline: report_by, citation: {CITED}}}
"""


def test_a_zero_after_the_slips_where_nobody_marked_passes_lint_and_its_run_builds(ictindex, zeroed):
    """Before, such a year passed ``lint`` and ended in a cell of its page."""
    linted = ictindex("lint", "mini-2020", project=zeroed)
    assert linted.code == 0, linted.out + linted.err
    ran = ictindex("run", "mini-2020", "-p", "draws", 0, project=zeroed)
    assert ran.code == 0, ran.out + ran.err
    assert list((zeroed.root / "outputs").rglob("*.html"))
