"""Three units of one small edition: one of our own, and two whose figures nothing of its own comes to."""

from __future__ import annotations

from ictindex.basics.project import Project

OWN, OTHER, THIRD = "own-unit", "zz-other-unit", "zz-third-unit"

METHODOLOGY = """\
methodology: mini
label_vi: Phương pháp nhỏ để thử
citation: {title: "Không có văn bản: lập ra để thử"}
groups:
  ministry: {label_vi: Bộ}
calendar:
  report_by: {label_vi: Gửi báo cáo, date: "+1-01-15", citation: {clause: Mục 2}}
zero_rules:
  late: {falls_on: unit, deadline: report_by, citation: {clause: Mục 3}}
  untrue: {falls_on: criterion, citation: {clause: Mục 4}}
review: {reviewers: 2, combine: mean, too_different: 30, spot_check: 0}
answers:
  with_computer: {label_vi: Cán bộ có máy tính, kind: count}
  staff: {label_vi: Cán bộ, kind: count}
  bandwidth: {label_vi: Băng thông, kind: number, unit_vi: Mbps, min: 0}
  news: {label_vi: Tin tức, kind: mark, min: 0, max: 10}
  claim: {label_vi: Điểm mạng, kind: award, min: 0, max: 20}
missing: zero
total:
  {label_vi: Tổng điểm, max_points: 100, aggregate: sum, compare_on: share, decimals: 3, rounding: half_up}
ranking:
  ties: min
  on: {open: rounded, why_vi: Không văn bản nào nêu}
criteria:
  inside:
    label_vi: Trong cơ quan
    status: illustrative
    max_points: 70
    aggregate: sum
    criteria:
      computers:
        label_vi: Tỷ lệ cán bộ có máy tính
        status: illustrative
        max_points: 30
        rule: {share: {of: with_computer, per: staff}}
      line:
        label_vi: Băng thông
        status: illustrative
        max_points: 40
        rule: {of_largest: {of: bandwidth}}
  outside:
    label_vi: Ngoài cơ quan
    status: illustrative
    max_points: 30
    aggregate: sum
    criteria:
      news: {label_vi: Tin tức, status: illustrative, max_points: 10, rule: {mark: news}}
      claim: {label_vi: Mạng, status: illustrative, max_points: 20, rule: {awarded: claim}}
"""
ENTITIES = f"""\
entity,label_vi,group
{OWN},Sở Chính Mình,ministry
{OTHER},Sở Hàng Xóm,ministry
{THIRD},Sở Xa Xôi,ministry
"""
# Figures of the others that nothing of the unit's own can come to.
ANSWERS = f"""\
entity,answer,value,verified,why,who,at
{OWN},with_computer,80,,,,
{OWN},staff,120,,,,
{OWN},bandwidth,500,450,Hợp đồng ghi 450 Mbps,hd-thanh,2021-01-28
{OWN},claim,18,12.5,Thiếu biên bản nghiệm thu,hd-thanh,2021-01-28
{OTHER},with_computer,77317,,,,
{OTHER},staff,88427,,,,
{OTHER},bandwidth,9973,,,,
{OTHER},claim,17.731,17.731,,,
{THIRD},with_computer,55217,,,,
{THIRD},staff,66337,,,,
{THIRD},bandwidth,8887,,,,
{THIRD},claim,16.619,16.619,,,
"""
MARKS = f"""\
entity,answer,reviewer,role,mark,why
{OWN},news,kt-xuan,reviewer,9,
{OWN},news,kt-thu,reviewer,6,
{OWN},news,kt-ha,adjudicator,6.5,Trang tin cập nhật thưa
{OTHER},news,kt-xuan,reviewer,7.19,
{THIRD},news,kt-thu,reviewer,3.37,
"""
EVENTS = f"""\
entity,criterion,event,at,until,why,who,paper
{OWN},,reported,2021-01-10,,,,
{OWN},inside.computers,untrue,2021-01-20,,Kiểm tra tại chỗ thấy 60 máy,Sở,BB 1
{OTHER},,reported,2021-01-11,,,,
{OTHER},inside.computers,untrue,2021-01-21,,Chuyện riêng của Hàng Xóm,Sở,BB 2
{THIRD},,reported,2021-01-25,,,,
"""
SOURCES = """\
status: illustrative
decimal: "."
files:
  entities.csv: {label_vi: Đơn vị, origin: Lập ra để thử}
  answers.csv: {label_vi: Số liệu, origin: Lập ra để thử}
  marks.csv: {label_vi: Điểm chấm, origin: Lập ra để thử}
  events.csv: {label_vi: Sự kiện, origin: Lập ra để thử}
"""
# What of the two others, names and figures, is to be found in no file of the first.
OF_OTHERS = (
    "zz-|Hàng Xóm|Xa Xôi|77.?317|88.?427|9.?973|17[.,]731|55.?217|66.?337|8.?887|16[.,]619|7[.,]19|3[.,]37"
)
OF_REVIEWERS = "kt-xuan|kt-thu|kt-ha|hd-thanh"


def neighbours(mini_with) -> Project:
    """The edition as a project, with marks and events."""
    project = mini_with(
        methodology=METHODOLOGY,
        entities=ENTITIES,
        answers=ANSWERS,
        sources=SOURCES,
        parameters=lambda usual: usual.replace("highlight: A", 'highlight: ""'),
    )
    (project.inputs("mini-2020") / "marks.csv").write_text(MARKS, "utf-8")
    (project.inputs("mini-2020") / "events.csv").write_text(EVENTS, "utf-8")
    return project
