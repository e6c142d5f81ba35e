"""A folder of what came in: which files count, when they arrived, and which document is meant by a name."""

import hashlib
import os
import unicodedata
from datetime import date

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange import documents
from ictindex.exchange.documents import (
    Folder,
    Reference,
    day_named,
    is_file_name,
    link,
    look_into,
    named_in,
)


def put(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8"))
    return root


def test_every_plain_file_counts_and_what_programs_leave_behind_does_not(tmp_path):
    put(tmp_path, "b/2.xlsx", "a.pdf", "~$b.xlsx", ".hidden", "Thumbs.db", "__MACOSX/x.xlsx", ".git/y.xlsx")
    folder = look_into(tmp_path)
    assert (list(folder.files), folder.spreadsheets) == (["a.pdf", "b/2.xlsx"], ["b/2.xlsx"])


def test_a_link_out_of_the_folder_and_a_pipe_are_told_and_not_read(tmp_path):
    put(tmp_path / "outside", "secret.xlsx")
    inside = put(tmp_path / "in", "a.xlsx")
    (inside / "file.xlsx").symlink_to(tmp_path / "outside" / "secret.xlsx")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "circle.xlsx").symlink_to(inside / "circle.xlsx")
    os.mkfifo(inside / "pipe.xlsx")
    folder = look_into(inside)
    assert list(folder.files) == ["a.xlsx"]
    assert folder.not_followed == ("circle.xlsx", "file.xlsx", "folder", "pipe.xlsx")


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_FILES", 2)
    with pytest.raises(Refused, match="collect-too-many"):
        look_into(put(tmp_path, "1", "2", "3"))


def test_names_of_any_bytes_become_text_and_stay_apart(tmp_path):
    nfc, nfd = (unicodedata.normalize(form, "Bộ Y tế.xlsx") for form in ("NFC", "NFD"))
    put(tmp_path, nfc, nfd, "dòng\nhai.xlsx")
    with open(os.path.join(os.fsencode(tmp_path), b"\xff.xlsx"), "wb"):
        pass
    names = list(look_into(tmp_path).files)
    assert len(names) == 4 and nfc in names and f"{nfc} (2)" in names
    assert all(name.isprintable() for name in names)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2017-12-28", date(2017, 12, 28)),
        ("28-12-2017", date(2017, 12, 28)),
        ("28.12.2017", date(2017, 12, 28)),
        ("5.1.2018", date(2018, 1, 5)),
        ("31.02.2018", None),
        ("28-12.2017", None),
        ("đợt 2017-12-28", None),
        ("20171228", None),
    ],
)
def test_a_folder_named_after_a_day_says_when_its_files_arrived(name, day):
    assert day_named(name) == day


def test_the_deepest_day_on_the_way_counts(tmp_path):
    root = tmp_path / "01.12.2017"
    assert Folder(root, {}).day_of_arrival("bộ/a.xlsx") == date(2017, 12, 1)
    assert Folder(root, {}).day_of_arrival("2017-12-28/bộ/a.xlsx") == date(2017, 12, 28)
    assert Folder(root, {}).day_of_arrival("2017-12-28/2018-01-03/a.xlsx") == date(2018, 1, 3)
    assert Folder(tmp_path, {}).day_of_arrival("2017-12-28.xlsx") is None


def test_an_evidence_cell_names_files_and_references():
    text = " QĐ 12.pdf;ảnh.JPG \n Số 5/QĐ-BYT ngày 01/02/2017;; một.docx hai.pdf"
    named = ["QĐ 12.pdf", "ảnh.JPG", "Số 5/QĐ-BYT ngày 01/02/2017", "một.docx", "hai.pdf"]
    assert list(named_in(text)) == named
    assert [is_file_name(name) for name in named] == [True, True, False, True, True]
    assert not is_file_name("https://moh.gov.vn/qd.pdf")


def test_a_file_beside_the_form_or_below_is_found_whatever_its_spelling(tmp_path):
    name = unicodedata.normalize("NFD", "Quyết định.PDF")
    folder = look_into(put(tmp_path, "a/phiếu.xlsx", f"a/minh chứng/{name}", "b/khác.pdf"))
    linked = link(folder, ["a/phiếu.xlsx"], "quyết  định.pdf; Số 5/QĐ", "S!G4")
    digest = hashlib.sha256(f"a/minh chứng/{name}".encode()).hexdigest()
    assert linked.references == [
        Reference("a/minh chứng/Quyết định.PDF", digest, ""),
        Reference("", "", "Số 5/QĐ"),
    ]
    assert (linked.findings, linked.named) == ([], {"a/minh chứng/Quyết định.PDF"})


@pytest.mark.parametrize("name", ["khác.pdf", "../b/khác.pdf", "b/khác.pdf", "phiếu.xlsx"])
def test_what_is_elsewhere_or_is_the_form_itself_did_not_come(tmp_path, name):
    folder = look_into(put(tmp_path, "a/phiếu.xlsx", "b/khác.pdf"))
    linked = link(folder, ["a/phiếu.xlsx"], name, "S!G4")
    assert [(f.code, f.file, f.column) for f in linked.findings] == [
        ("evidence-not-sent", "a/phiếu.xlsx", "S!G4")
    ]


def test_two_different_files_of_a_name_are_not_chosen_between_unless_the_folder_is_named(tmp_path):
    folder = look_into(put(tmp_path, "p.xlsx", "1/q.pdf", "2/q.pdf"))
    assert [f.code for f in link(folder, ["p.xlsx"], "q.pdf", "S!G4").findings] == ["evidence-unclear"]
    assert link(folder, ["p.xlsx"], "2\\q.pdf", "S!G4").references[0].file == "2/q.pdf"


def test_a_copy_of_the_form_may_have_the_evidence_beside_it(tmp_path):
    folder = look_into(put(tmp_path, "1/p.xlsx", "2/p.xlsx", "2/q.pdf"))
    assert link(folder, ["1/p.xlsx", "2/p.xlsx"], "q.pdf", "S!G4").findings == []


def test_evidence_that_cannot_be_read_is_a_finding_of_the_form_that_names_it(tmp_path, monkeypatch):
    folder = look_into(put(tmp_path, "f.xlsx", "qd.pdf", "kh.pdf"))
    whole = documents.digest_of

    def denied(path, shown):
        if path.name == "qd.pdf":
            raise PermissionError(13, "Permission denied")
        return whole(path, shown)

    monkeypatch.setattr(documents, "digest_of", denied)
    linked = link(folder, ["f.xlsx"], "qd.pdf; kh.pdf", "S!E6")
    assert [(f.code, f.file, f.column) for f in linked.findings] == [
        ("evidence-unreadable", "f.xlsx", "S!E6")
    ]
    assert [reference.file for reference in linked.references] == ["kh.pdf"]


def test_a_cell_that_names_more_documents_than_anybody_reads_is_a_finding(tmp_path):
    folder = look_into(put(tmp_path, "f.xlsx"))
    assert len(link(folder, ["f.xlsx"], "; ".join(f"QĐ {i}" for i in range(100)), "S!E6").references) == 100
    linked = link(folder, ["f.xlsx"], "; ".join(f"QĐ {i}" for i in range(101)), "S!E6")
    assert (linked.references, [finding.code for finding in linked.findings]) == ([], ["evidence-many"])
