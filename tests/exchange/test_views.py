"""A unit's own view has its figures, points, ranks, messages and history, and no byte of another unit's."""

import re
from datetime import date

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.mailing import mail
from ictindex.exchange.views import write_views
from tests.exchange.neighbours import OF_OTHERS, OF_REVIEWERS, OWN, neighbours

EDITION = "mini-2020"


@pytest.fixture
def project(mini_with):
    return neighbours(mini_with)


def test_no_answer_of_another_unit_is_in_the_bytes_of_a_view(project):
    (path,) = write_views(EDITION, project, [OWN])
    text = path.read_bytes().decode()
    assert path.name == f"mini-2020_view_{OWN}__so-chinh-minh.html"
    for own in ("Sở Chính Mình", "450", "Hợp đồng ghi 450 Mbps", "Kiểm tra tại chỗ thấy 60 máy", "BB 1"):
        assert own in text, own
    assert re.findall(OF_OTHERS, text) == [] and re.findall(OF_REVIEWERS, text) == []


def test_every_view_tells_of_its_own_unit_alone(project):
    names = {"so-chinh-minh": "Chính Mình", "so-hang-xom": "Hàng Xóm", "so-xa-xoi": "Xa Xôi"}
    for path in write_views(EDITION, project):
        own = path.stem.rpartition("__")[2]
        text = path.read_text("utf-8")
        assert {name for name in names.values() if name in text} == {names[own]}


def test_a_view_needs_no_network_and_runs_nothing(project):
    text = write_views(EDITION, project, [OWN])[0].read_text("utf-8")
    assert "default-src 'none'" in text and "<script" not in text
    assert {*re.findall(r'(?:src|href)="([^#][^"]*)', text)} == set()


def test_a_unit_reads_what_it_chose_in_the_words_of_the_form_and_no_mark_as_its_own(project):
    path = project.root / "parameters/methodologies/mini.yaml"
    answer = "  kept: {label_vi: Sao lưu, kind: choice, choices: {off_site: Lưu ở nơi khác}}\nmissing:"
    rule = "rule: {choice: {of: kept, points: {off_site: 3}}}"
    criterion = f"      kept: {{label_vi: Sao lưu, status: illustrative, max_points: 3, {rule}}}\n"
    told = path.read_text("utf-8").replace("missing:", answer, 1)
    told = told.replace("max_points: 10, rule: {mark", "max_points: 7, rule: {mark")
    path.write_text(told + criterion, "utf-8")
    answers = project.inputs(EDITION) / "answers.csv"
    answers.write_text(answers.read_text("utf-8") + f"{OWN},kept,off_site,,,,\n", "utf-8")
    text = write_views(EDITION, project, [OWN])[0].read_text("utf-8")
    assert "off_site" not in text
    told = re.findall(r"<tr><td>(Sao lưu|Tin tức)</td>(.*?)</tr>", text, re.DOTALL)
    cells = {name: re.findall(r"<td[^>]*>([^<]*)", row)[:2] for name, row in told}
    assert cells == {"Sao lưu": ["Lưu ở nơi khác", "Lưu ở nơi khác"], "Tin tức": ["", "6,5"]}


def test_messages_and_history_say_what_waits_and_what_happened(project):
    path = project.inputs(EDITION) / "events.csv"
    path.write_text(path.read_text("utf-8") + f"{OWN},,slip,2021-02-01,,,,\n", "utf-8")
    mail(EDITION, "slip", project, units=[OWN], sent=date(2021, 2, 2))
    text = write_views(EDITION, project, [OWN])[0].read_text("utf-8")
    assert "Phiếu xác nhận gửi ngày 01/02/2021 chưa được trả lời." in text
    days = re.findall(r"<tr><td>(\d\d/\d\d/\d{4})</td><td>([^<]+)", text)
    assert days == [
        ("10/01/2021", "Gửi báo cáo"),
        ("20/01/2021", "Số liệu không đúng thực tế"),
        ("01/02/2021", "Gửi phiếu xác nhận"),
        ("02/02/2021", "Gửi thư"),
    ]


def test_an_unknown_unit_is_refused(project):
    with pytest.raises(Refused) as refused:
        write_views(EDITION, project, ["sở nào"])
    assert [finding.code for finding in refused.value.findings] == ["unit-unknown"]
