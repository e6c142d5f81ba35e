"""Two years across a reform, as a page and a terminal show them."""

from dataclasses import replace
from decimal import Decimal

import pytest

import ictindex
from ictindex.annex.provenance import sources
from ictindex.page.reform import across_reform, reform_answer
from ictindex.scoring.evaluation import evaluate_edition
from tests.page.test_described import differences

NAME = "qd375-reform-example"
YEAR = f"{NAME}-2021"
NEW = {"sections_complete": "sections_published", "sections_current": "sections_published"}


@pytest.fixture
def reformed(egdi):
    """A year under the shipped reform: the units of qd375-2020 with the figures of that year."""
    folder, old = egdi.inputs(YEAR), egdi.inputs("qd375-2020")
    folder.mkdir()
    head, *rows = (old / "answers.csv").read_text("utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    kept = [
        row
        for row, cell in zip(rows, cells, strict=True)
        if cell[1] not in ("articles_per_month", "sections_published")
    ]
    made = [
        row.replace("sections_published", new) for row in rows for new in NEW if ",sections_published," in row
    ]
    mobile = [
        f"{unit},mobile,có" + "," * (head.count(",") - 2) for unit in dict.fromkeys(cell[0] for cell in cells)
    ]
    (folder / "answers.csv").write_text("\n".join([head, *kept, *made, *mobile]) + "\n", "utf-8")
    (folder / "entities.csv").write_text((old / "entities.csv").read_text("utf-8"), "utf-8")
    (folder / "sources.yaml").write_text(
        'status: illustrative\ndecimal: "."\nfiles:\n  entities.csv: {label_vi: Đơn vị, origin: Thử}\n'
        "  answers.csv: {label_vi: Số liệu, origin: Thử}\n",
        "utf-8",
    )
    text = f"edition: {YEAR}\nmethodology: {NAME}\nyear: 2021\ninputs: {YEAR}\nprevious: qd375-2020\n"
    egdi.parameters(YEAR).write_text(text, "utf-8")
    return evaluate_edition(YEAR, egdi)


def test_categories_of_both_years_stand_on_the_terms_of_the_new_one(reformed):
    frame = across_reform(reformed)
    assert set(frame["criterion"]) == {"total", *(node.id for node in reformed.methodology.categories)}
    portal = frame[frame.criterion == "portal"].iloc[0]
    assert (portal.available, portal.compared, portal.counted) == (Decimal("80.00"), 4, 5)
    assert portal.note == "4 trong 5 tiêu chí" and portal.was == "như nay"
    every = across_reform(reformed, every=True)
    said = dict(zip(every.criterion, every.was, strict=True))
    assert said["portal.complete"].startswith("5/9 của 3.2 “Tỷ lệ mục")
    assert said["policy.governance"].startswith("gộp từ 5.2 “Quy chế")
    assert said["infrastructure.safety"] == "từ các tiêu chí bên dưới" and said["portal.mobile"] == "chưa có"
    note = frame.attrs["note"]
    assert "Bảng đối chiếu minh họa" in note and "Không còn trong kỳ này: 3.3 “Tin, bài" in note


def test_where_nobody_s_figures_changed_what_is_compared_whole_does_not_change(reformed):
    """Zeros of 2020 apart, which are events of that year."""
    before = reformed.previous.scores
    leaves = [leaf.id for leaf in reformed.previous.methodology.leaves if leaf.id.startswith("policy.")]
    columns = zip(before.entities, zip(*(before.outcomes[leaf] for leaf in leaves), strict=True), strict=True)
    plain = [entity.code for entity, column in columns if all(o.state == "scored" for o in column)]
    frame = across_reform(reformed)
    told = frame[(frame.criterion == "policy") & frame.unit.isin(plain)]
    assert len(told) > 5 and set(told.note) == {"toàn bộ"} and set(told.change) == {Decimal("0.00")}


def test_every_column_is_named_and_the_crosswalk_is_among_what_the_annex_is_made_from(reformed):
    assert differences(across_reform.__doc__, list(across_reform(reformed))) == set()
    assert f"parameters/crosswalks/{NAME}.yaml" in {file.path for file in sources(reformed)}
    assert "Bảng đối chiếu" in ictindex.provenance(reformed)["item"].tolist()
    assert ictindex.across_reform is across_reform


def test_without_a_previous_edition_there_is_no_row_and_it_says_so(egdi):
    frame = across_reform(evaluate_edition("qd375-2020", egdi))
    assert frame.empty and "Không có ấn bản kỳ trước" in frame.attrs["note"]


def test_of_the_same_methodology_everything_is_compared(egdi):
    e = evaluate_edition("egdi-2018", egdi)
    assert e.crosswalk.file == ""
    table = reform_answer(e.previous, e, ["VNM"])[1]
    total = table.rows[0]
    assert (total[5], total[7], total[8]) == ("EGDI", Decimal("0.5143"), Decimal("0.5931"))  # as published
    assert {row[-1] for row in table.rows} == {"toàn bộ"}


def test_without_a_crosswalk_only_namesakes_are_compared_and_it_says_that_nobody_confirmed_it(reformed):
    project = reformed.project
    project.crosswalk(NAME).unlink()
    e = evaluate_edition(YEAR, project)
    after = replace(e.crosswalk.after, amendments=())  # as a text of its own would be
    frame = across_reform(replace(e, crosswalk=replace(e.crosswalk, after=after)))
    assert "chưa ai xác nhận" in frame.attrs["note"]
    assert frame[frame.criterion == "portal"].iloc[0].available == Decimal("35.00")


def test_under_an_amendment_it_names_the_text_by_which_what_keeps_its_id_is_the_same(reformed):
    reformed.project.crosswalk(NAME).unlink()
    note = across_reform(evaluate_edition(YEAR, reformed.project)).attrs["note"]
    assert "sửa đổi theo Ví dụ" in note and "chưa ai xác nhận" not in note
