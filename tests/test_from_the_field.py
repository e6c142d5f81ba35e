"""What offices really sent: each of these was once lost, refused for nothing, or taken for another unit's."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.clerk import Paper
from ictindex.exchange.collection import collect
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.questions import questions
from ictindex.exchange.slips import slip
from ictindex.scoring.evaluation import evaluate_edition

SHEET = "Phiếu khảo sát"
A, B = "bo-mot", "bo-hai"
SECOND = "2020-12-02"  # after the deadline


@pytest.fixture
def small(mini_with) -> Project:
    """An edition of two units whose reports are due on 30/11, with a zero for a late one."""
    late = """\
calendar: {report_by: {label_vi: Gửi báo cáo, date: "+0-11-30", citation: {clause: Mục 2}}}
zero_rules:
  late:
    falls_on: unit
    deadline: report_by
    arrival: {open: first_clean, why_vi: Không văn bản nào nêu}
    citation: {clause: Mục 3}
answers:
"""
    entities = f"entity,label_vi,group\n{A},Bộ Một,ministry\n{B},Bộ Hai,ministry\n"
    project = mini_with(
        methodology=lambda text: text.replace("answers:\n", late, 1),
        entities=entities,
        parameters=lambda text: text.replace("highlight: A", 'highlight: ""') + "arrival: first_clean\n",
    )
    (project.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\n", "utf-8")
    return project


def filled(project, unit=A, sending=1, signed="Bà Lan", **answers):
    """A unit's form, filled in and saved as Excel would."""
    context = read_context("mini-2020", project)
    entity = next(each for each in context.entities if each.code == unit)
    paper = Paper(write(survey(context, entity)))
    usual = {"with_computer": "10", "staff": "100", "portal": "30", "services": "25"}
    asked = {question.code: question.asks for question in questions(context.methodology, entity)}
    for code, text in (usual | answers).items():
        if code in asked:
            paper.put(SHEET, code, "answer", text, asked[code])
    paper.sign(sending=sending, signed_by=signed)
    return paper.bytes()


def saved_again(data):
    """The same cells in other bytes."""
    book, raw = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def put(project, name, data):
    path = project.root / "nhan" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def collected(project, **more):
    return collect("mini-2020", project.root / "nhan", project, jobs=0, **more)


def rows(project, table="received.csv"):
    with (project.inputs("mini-2020") / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def letters(project):
    return {path.name for path in (project.exchange("mini-2020") / "findings").glob("*")}


def test_01_a_form_in_a_zip_is_read_and_lock_files_are_nobodys(small):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("Gửi Cục/phieu.xlsx", filled(small))
    put(small, f"2020-11-20/{A}/Gui Cuc THH.zip", raw.getvalue())
    put(small, f"2020-11-20/{A}/~$phieu.xlsx", b"x" * 165)
    put(small, f"2020-11-20/{A}/Thumbs.db", b"x")
    done = collected(small)
    assert (dict(done.states), done.findings, done.orphans) == ({"used": 1}, (), ())
    (row,) = rows(small)
    assert (row["sender"], row["state"], row["at"]) == (A, "used", "2020-11-20")
    assert row["file"].endswith("Gui Cuc THH.zip/Gửi Cục/phieu.xlsx")


def test_01_a_zip_without_a_form_has_come_all_the_same(small):
    put(small, f"2020-11-20/{A}/Gui Cuc THH.zip", b"PK\3\4 torn")
    put(small, f"2020-11-20/{B}/Bao cao.pdf", b"%PDF-1.4")
    done = collected(small)
    assert [(row["sender"], row["form"], row["state"], row["why"]) for row in rows(small)] == [
        (B, "survey", "unreadable", "form-not-xlsx"),
        (A, "survey", "unreadable", "form-corrupt"),
    ]
    assert letters(small) == {f"{A}.xlsx", f"{B}.xlsx"}
    assert done.orphans == ()


def test_06_the_same_answers_saved_again_are_one_form_and_the_first_day_counts(small):
    put(small, f"2020-11-20/{A}/phieu.xlsx", filled(small))
    put(small, f"2020-11-21/{A}/phieu (1).xlsx", saved_again(filled(small)))
    done = collected(small)
    assert dict(done.states) == {"used": 1, "superseded": 1} and done.findings == ()
    assert [row["at"] for row in rows(small, "events.csv")] == ["2020-11-20"]
    again = {row["file"]: row["why"] for row in rows(small) if row["state"] == "superseded"}
    assert list(again.values()) == [f"Cùng nội dung với tệp 2020-11-20/{A}/phieu.xlsx"]


def test_06_a_copy_that_comes_when_the_first_is_already_entered_is_no_second_form(small):
    put(small, f"2020-11-20/{A}/phieu.xlsx", filled(small))
    collected(small)
    (small.root / "nhan" / "2020-11-20" / A / "phieu.xlsx").unlink()
    put(small, f"2020-11-21/{A}/phieu.xlsx", saved_again(filled(small)))
    assert dict(collected(small).states) == {"superseded": 1}
    assert [(row["state"], row["at"]) for row in rows(small)] == [
        ("used", "2020-11-20"),
        ("superseded", "2020-11-21"),
    ]


def test_06_two_forms_of_one_number_that_differ_are_still_two(small):
    put(small, f"2020-11-20/{A}/phieu.xlsx", filled(small))
    put(small, f"2020-11-21/{A}/phieu.xlsx", filled(small, staff="101"))
    assert {finding.code for finding in collected(small).findings} == {"sending-twice"}


def locked(*_):
    """What a password makes of a workbook: a compound file with the encrypted package in it."""
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")


def test_21_a_locked_form_in_time_is_credited_to_its_unit(small):
    put(small, f"2020-11-20/{A}/phieu.xlsx", locked())
    put(small, f"{SECOND}/{A}/phieu.xlsx", filled(small))
    done = collected(small)
    assert [(row["sender"], row["state"], row["at"]) for row in rows(small)] == [
        (A, "unreadable", "2020-11-20"),
        (A, "used", SECOND),
    ]
    (told,) = (finding for finding in done.todo if finding.code == "late-though-sent")
    assert told.facts["first"] == "20/11/2020" and "Không đọc được" in told.message("vi")


@pytest.mark.parametrize(
    ("rule", "first", "late"),
    [("first_clean", "locked", True), ("first_readable", "locked", True), ("first_arrival", "locked", False),
     ("first_clean", "faulty", True), ("first_readable", "faulty", False)],
)  # fmt: skip
def test_21_which_day_counts_is_a_declared_rule(small, rule, first, late):
    put(small, f"2020-11-20/{A}/phieu.xlsx", locked() if first == "locked" else filled(small, staff=""))
    put(small, f"{SECOND}/{A}/phieu.xlsx", filled(small, sending=2))
    path = small.parameters("mini-2020")
    path.write_text(path.read_text("utf-8").replace("arrival: first_clean", f"arrival: {rule}"), "utf-8")
    told = {finding.code for finding in collected(small).todo}
    assert ("late-though-sent" in told) == late
    sources = small.inputs("mini-2020") / "sources.yaml"
    sources.write_text(
        sources.read_text("utf-8").replace("# status: published hoặc", "status: illustrative #")
    )
    outcome = evaluate_edition("mini-2020", small).scores.outcomes["inside.computers"][0]
    assert outcome.state == ("zero_late" if late else "scored")


def test_24_an_objection_to_an_answer_that_is_called_as_a_category_is_entered(egdi):
    """2342 has an answer ``staff`` and a category ``staff``."""
    e = evaluate_edition("qd2342-2017", egdi)
    paper = Paper(write(slip(e, e.inputs.entities[0])))
    name = "Phiếu xác nhận số liệu"
    paper.put(name, "staff", "requested", "777", e.methodology.answers["staff"])
    paper.put(name, "staff", "grounds", "Đếm thiếu một phòng")
    paper.sign(opinion="Đề nghị điều chỉnh", signed_by="Bà Lan", sending=9)
    folder = egdi.root / "nhan" / "2019-01-25"
    folder.mkdir(parents=True)
    (folder / "slip.xlsx").write_bytes(paper.bytes())
    done = collect("qd2342-2017", folder, egdi, jobs=0)
    assert done.findings == ()
    said = [row for row in done.ledger.events if row["at"] == f"{date(2019, 1, 25)}"]
    assert [(row["event"], row["answer"], row["value"]) for row in said] == [("objection", "staff", "777")]


def test_26_codes_of_one_unit_in_the_folder_of_another_are_refused(small):
    put(small, f"2020-11-20/{A}/phieu.xlsx", filled(small, B))
    (finding,) = collected(small).findings
    assert (finding.code, finding.facts["value"], finding.facts["other"]) == ("form-of-other-unit", B, A)


def test_26_codes_of_one_unit_under_the_name_of_another_are_refused(small):
    paper = Paper(filled(small, B))
    cover = paper.book["Bìa"]
    (name,) = (cell for row in cover.iter_rows(max_col=1) for cell in row if cell.value == "Bộ Hai")
    name.value = "Bộ Một"
    put(small, "2020-11-20/phieu.xlsx", paper.bytes())
    (finding,) = collected(small).findings
    assert (finding.code, finding.facts["other"]) == ("form-of-other-unit", A)


def test_a_form_that_was_sent_out_before_a_label_was_corrected_is_read(small):
    put(small, "2020-11-20/phieu.xlsx", filled(small))
    path = small.methodology("mini")
    path.write_text(
        path.read_text("utf-8").replace("label_vi: Cán bộ,", "label_vi: Cán bộ công chức,"), "utf-8"
    )
    done = collected(small)
    assert (dict(done.states), done.findings) == ({"used": 1}, ())


def test_a_form_whose_limit_was_changed_since_is_not(small):
    put(small, "2020-11-20/phieu.xlsx", filled(small))
    path = small.methodology("mini")
    path.write_text(path.read_text("utf-8").replace("min: 0, max: 40", "min: 0, max: 41"), "utf-8")
    assert [finding.code for finding in collected(small).findings] == ["form-of-other-version"]


def lint_of(project, **tables):
    for name, text in tables.items():
        (project.inputs("mini-2020") / f"{name}.csv").write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        evaluate_edition("mini-2020", project)
    return [
        (finding.code, finding.file.rpartition("/")[2], finding.row) for finding in refused.value.findings
    ]


def test_13_a_table_that_excel_saved_with_its_separator_is_the_same_table(mini):
    plain = evaluate_edition("mini-2020", mini)
    path = mini.inputs("mini-2020") / "answers.csv"
    text = path.read_text("utf-8").replace('"12.5"', "12,5".replace(",", "§"))
    text = text.replace(",", ";").replace("§", ",").replace("\n", "\r\n")
    path.write_bytes(f"\ufeffsep=;\r\n{text}".encode())
    sources = mini.inputs("mini-2020") / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace('decimal: "."', 'decimal: ","'), "utf-8")
    again = evaluate_edition("mini-2020", mini)
    assert {k: v.value for k, v in again.inputs.answers.items()} == {
        k: v.value for k, v in plain.inputs.answers.items()
    }


@pytest.mark.parametrize("label", ["Sá»Ÿ Ná»™i vá»¥", "Së Néi vô"])
def test_14_labels_with_damaged_letters_are_refused_and_never_printed(mini, label):
    path = mini.inputs("mini-2020") / "entities.csv"
    text = path.read_text("utf-8").replace("Bộ Một", label)
    assert lint_of(mini, entities=text) == [("form-old-letters", "entities.csv", 2)]


def test_15_a_code_that_excel_took_for_a_number_is_refused_and_its_own_is_suggested(mini):
    entities = "entity,label_vi,group\n01,Bộ Một,ministry\n10,Bộ Hai,ministry\n11,Bộ Ba,ministry\n"
    (mini.inputs("mini-2020") / "entities.csv").write_text(entities, "utf-8")
    (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\n1,staff,100\n", "utf-8")
    parameters = mini.parameters("mini-2020")
    parameters.write_text(parameters.read_text("utf-8").replace("highlight: A", 'highlight: ""'), "utf-8")
    with pytest.raises(Refused) as refused:
        evaluate_edition("mini-2020", mini)
    (finding,) = refused.value.findings
    assert (finding.code, finding.remedy("vi")) == ("entity-unknown", "có phải “01”?")
