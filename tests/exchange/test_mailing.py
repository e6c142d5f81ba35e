"""A mail-out list says to whom what goes, when it was sent and answered; faults are told before any file."""

import csv
import io
from datetime import date

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.letter_text import KINDS
from ictindex.exchange.mailing import KIND_VI, mail, sent_to, write_template
from ictindex.run.check_all import lint
from tests.exchange.neighbours import OTHER, OWN, THIRD, neighbours

EDITION = "mini-2020"


@pytest.fixture
def project(mini_with):
    return neighbours(mini_with)


def contacts(project, text):
    (project.inputs(EDITION) / "contacts.csv").write_text(text, "utf-8")


def listed(project, kind):
    text = (project.exchange(EDITION) / "letters" / kind / "mailing.csv").read_text("utf-8-sig")
    return {row["unit"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_list_names_address_attachment_days_and_what_lacks(project):
    contacts(project, f"entity,mail,to\n{OWN},van-thu@so.gov.vn; cntt@so.gov.vn,Văn phòng Sở\n{OTHER},,\n")
    forms = project.exchange(EDITION) / "forms"
    forms.mkdir(parents=True)
    for ending in ("xlsx", "html"):
        (forms / f"{EDITION}_survey_{OWN}__so-chinh-minh.{ending}").write_bytes(b"x")
    done = mail(EDITION, "survey", project, sent=date(2020, 12, 1))
    rows = listed(project, "survey")
    own = rows[OWN]
    assert (own["mail"], own["to"]) == ("van-thu@so.gov.vn; cntt@so.gov.vn", "Văn phòng Sở")
    assert [name.rpartition(".")[2] for name in own["files"].split("\n")] == ["html", "xlsx"]
    assert (own["sent"], own["answered"], own["note"]) == ("01/12/2020", "10/01/2021", "")
    assert rows[THIRD]["note"] == "Chưa có địa chỉ; Chưa có tệp gửi kèm"
    assert (len(done.without_address), len(done.without_files)) == (2, 2)
    assert all(path.exists() for path in done.written) and len(done.written) == 3 * 2 + 2
    assert sent_to(project.inputs(EDITION), "")[OWN] == [(date(2020, 12, 1), KIND_VI["survey"])]


def test_what_was_sent_is_only_added_to(project):
    mail(EDITION, "result", project, units=["Sở Chính Mình"], sent=date(2021, 3, 1))
    mail(EDITION, "result", project, sent=date(2021, 3, 2))
    sent = sent_to(project.inputs(EDITION), "")
    assert [day for day, _ in sent[OWN]] == [date(2021, 3, 1), date(2021, 3, 2)] and len(sent[OTHER]) == 1
    assert listed(project, "result")[OWN]["sent"] == "02/03/2021"


def test_the_office_s_own_files_are_no_part_of_an_evaluation(project):
    before = lint(project, [EDITION])
    contacts(project, f"entity,mail\n{OWN},a@b.vn\n")
    mail(EDITION, "result", project, sent=date(2021, 3, 1))
    write_template(EDITION, project)
    assert lint(project, [EDITION]) == before


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(project):
    contacts(project, f"entity,mail\nso-nao,a@b.vn\n{OWN},khong phai thu\n{OWN},a@b.vn\n")
    (project.inputs(EDITION) / "letters.yaml").write_text("survey: {subject: '{x}'}\n", "utf-8")
    (project.inputs(EDITION) / "sent.csv").write_text(
        "entity,letter,at,mail,files\na,survey,hôm qua,,\n", "utf-8"
    )
    with pytest.raises(Refused) as refused:
        mail(EDITION, "survey", project)
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("entity-unknown", 2),
        ("contact-mail", 3),
        ("contact-twice", 4),
        ("letter-word", 1),
        ("not-a-time", 2),
    ]
    assert not (project.exchange(EDITION) / "letters").exists()


def test_the_template_is_copied_once_and_never_over_an_office_s_own(project):
    path = write_template(EDITION, project)
    path.write_text(path.read_text("utf-8").replace("Rất mong", "Kính mong"), "utf-8")
    with pytest.raises(Refused) as refused:
        write_template(EDITION, project)
    assert [finding.code for finding in refused.value.findings] == ["exists"]
    done = mail(EDITION, "survey", project, units=[OWN])
    assert "Kính mong nhận được" in done.written[1].read_text("utf-8")


def test_every_kind_of_letter_has_a_name():
    assert set(KIND_VI) == set(KINDS)
