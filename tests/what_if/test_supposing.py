"""What if a unit had answered so, an event had not been, or others were compared: facts, supposed."""

from fractions import Fraction

import pytest

EVENTS = """\
entity,criterion,event,at,until,why,answer,value,who,paper
A,,reported,2020-12-01,,,,,,
A,,correction,2020-12-05,,Nhập sai,services,10,Tổ thẩm định,Biên bản số 1 ngày 05/12/2020
"""


def standing(e, unit):
    return next(s for some in e.standings.values() for s in some if s.entity.code == unit)


def test_a_unit_is_supposed_to_have_answered_otherwise(asked):
    """A, named in words: 9 of 10 computers, 30 of 40, and now 45 of 50."""
    e = asked("answers: {Bộ Một: {services: 45}}\n")
    assert standing(e, "A").value == Fraction(84, 100)
    assert standing(e.baseline, "A").value == Fraction(64, 100)
    assert standing(e, "C") == standing(e.baseline, "C")


def test_an_answer_that_was_missing_may_be_supposed(asked):
    e = asked("answers: {B: {portal: 20}}\n")
    assert standing(e, "B").value == Fraction(25, 100)  # 5 + 20 + 0 of 100: the late answer stays a zero


def test_an_event_had_not_been(asked, mini):
    path = mini.inputs("mini-2020") / "events.csv"
    path.write_text(EVENTS, "utf-8")
    sources = mini.inputs("mini-2020") / "sources.yaml"
    sources.write_text(
        sources.read_text("utf-8") + "  events.csv: {label_vi: Sự kiện, origin: Lập ra để thử}\n", "utf-8"
    )
    e = asked("without_events: [{unit: A, event: correction, day: 2020-12-05}]\n")
    assert standing(e.baseline, "A").value == Fraction(49, 100)
    assert standing(e, "A").value == Fraction(64, 100)
    assert [event.event for event in e.inputs.events] == ["reported"]


def test_some_are_compared_among_themselves(asked):
    e = asked("among: [A, bộ hai, D]\n")
    assert [s.entity.code for s in e.standings["ministry"]] == ["A", "B"]
    assert [s.entity.code for s in e.standings["agency"]] == ["D"]


def test_a_unit_is_ranked_in_another_group(asked):
    """D as a ministry: 2.5 of 10, 12.5 of 40, and nothing of the 50 that ministries have for services."""
    e = asked("groups: {Cơ quan Một: ministry}\n")
    assert [s.entity.code for s in e.standings["agency"]] == ["E"]
    assert standing(e, "D").value == Fraction(15, 100)


@pytest.fixture
def two_years(mini):
    for path in (mini.parameters("mini-2020"), *mini.inputs("mini-2020").iterdir()):
        text = path.read_text("utf-8").replace("2020", "2019").replace("A,services,25", "A,services,45")
        new = mini.root / path.relative_to(mini.root).as_posix().replace("2020", "2019")
        new.parent.mkdir(exist_ok=True)
        new.write_text(text, "utf-8")
    return mini


def test_the_mean_of_two_years_is_taken_criterion_by_criterion(asked, two_years):
    from ictindex.page.frames import points

    e = asked("years: [mini-2019]\n")
    assert standing(e, "A").value == (Fraction(64, 100) + Fraction(84, 100)) / 2
    frame = points(e)
    (row,) = frame[(frame["unit"] == "A") & (frame["criterion"] == "services")].itertuples()
    assert (row.points, row.rule) == (35, "(0,9 + 0,5) : 2 × 50")
    assert {f"inputs/mini-2019/{name}" for name in ("answers.csv", "entities.csv")} < {
        f.path for f in e.files
    }


@pytest.mark.parametrize(
    "changes, codes",
    [
        ("answers: {X: {services: 1}, A: {servics: 1}}\n", {"unit-unknown", "answer-unknown"}),
        ("answers: {A: {services: 51}}\n", {"above-maximum"}),
        ("answers: {A: {services: 25}}\n", {"what-if-without-effect"}),
        ("answers: {C: {services: 1}}\n", {"what-if-withheld"}),
        ("answers: {Bộ: {services: 1}}\n", {"unit-ambiguous"}),
        ("without_events: [{unit: A, event: correction}]\n", {"what-if-no-such-event"}),
        ("without_events: [{who: Ai}]\n", {"key-unknown"}),
        ("groups: {A: ministry, D: ministri}\n", {"what-if-without-effect", "group-unknown"}),
        ("years: [mini-2018]\n", {"edition-unknown"}),
    ],
)
def test_what_cannot_be_supposed_is_refused_in_the_file(asked, refused, changes, codes):
    found = refused(asked, changes)
    assert {f.code for f in found} == codes
    assert {(f.file, f.row) for f in found} == {("parameters/what_if/idea.yaml", 5)}


def test_the_page_tells_what_is_supposed_and_what_is_left_out(asked):
    from ictindex.page.what_if_tables import question, supposed

    e = asked("answers: {A: {services: 45}}\namong: [A, B]\n")
    rows = [tuple(row)[1:-1] for row in supposed(e).itertuples(index=False)]
    assert rows == [
        ("Bộ Một", "Điểm dịch vụ công", "25", "45"),
        ("Đơn vị được xếp hạng", "số đơn vị", "5", "2"),
    ]
    lines = question(e).lines
    assert lines[1] == "Phương án gốc: kết quả năm 2020 theo phương pháp đang dùng."
    assert sum(line.startswith("Không bao gồm: ") for line in lines) == 3
