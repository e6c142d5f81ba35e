"""Forms reach their folder whole, under names made of codes, whoever writes them."""

from __future__ import annotations

import pytest

from ictindex.exchange import layout
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form, Line, Sheet
from ictindex.exchange.sending import send
from ictindex.methodology.decision import Answer

COUNT = Answer(label_vi="Số máy", kind="count")
SHEET = Sheet("Phiếu khảo sát", layout.columns("answer code"), (Line({"code": "pcs"}, COUNT),))


def form(sender: str) -> Form:
    return Form("survey", "mini-2020", sender, f"Sở {sender}", "Phiếu khảo sát năm 2020", (SHEET,))


def test_each_form_has_a_file_named_by_its_codes_and_the_name_in_small_letters(tmp_path):
    seen = []
    paths = send(map(form, ("T10", "so-a")), tmp_path / "new", lambda done, of: seen.append((done, of)))
    assert [path.name for path in paths] == [
        "mini-2020_survey_t10__so-t10.xlsx",
        "mini-2020_survey_so-a__so-so-a.xlsx",
    ]
    assert [path.read_bytes() for path in paths] == [write(form("T10")), write(form("so-a"))]
    assert seen == [(1, 2), (2, 2)]


def test_several_processes_write_the_same_files(tmp_path):
    forms = [form(f"u{i}") for i in range(20)]
    seen = []
    alone = send(forms, tmp_path / "one", workers=1)
    together = send(forms, tmp_path / "two", lambda done, of: seen.append((done, of)), workers=2)
    assert [p.name for p in alone] == [p.name for p in together]
    assert [p.read_bytes() for p in alone] == [p.read_bytes() for p in together]
    assert seen == [(i, 20) for i in range(1, 21)]


@pytest.mark.parametrize("sender", ["../../x", "a b", "=HYPERLINK(1)", "a/b", "x.y", ""])
def test_a_code_that_could_leave_the_folder_is_refused_before_anything_is_written(sender, tmp_path, refused):
    (finding,) = refused(send, [form("good"), form(sender)], tmp_path / "out")
    assert (finding.code, finding.facts["name"]) == ("not-a-name", sender.lower())
    assert not (tmp_path / "out").exists()


def test_two_reviewers_who_differ_in_capitals_alone_do_not_share_a_file(tmp_path, refused):
    (finding,) = refused(send, [form("KT1"), form("kt1")], tmp_path)
    assert finding.code == "not-a-name"


def test_what_else_is_in_the_folder_stays_and_an_old_form_is_replaced(tmp_path):
    (tmp_path / "note.txt").write_text("x")
    (tmp_path / "mini-2020_survey_so-a__so-so-a.xlsx").write_text("old")
    (path,) = send([form("so-a")], tmp_path)
    assert path.read_bytes() == write(form("so-a"))
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "mini-2020_survey_so-a__so-so-a.xlsx",
        "note.txt",
    ]


def test_no_form_is_no_file(tmp_path):
    assert send([], tmp_path) == []
