"""Frames that describe themselves: what is said stays with the frame, and cells stay what they are."""

import re
import shutil
from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest

import ictindex
from ictindex.basics.project import Project
from ictindex.page import frames, publishing
from ictindex.page.described import Repeated, described, framed, side_by_side
from ictindex.page.shown import Column, Table, Text
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.evaluating import hypothetical
from tests.shipped import shipped

LABELS = {"unit": "Mã", "unit_name": "Đơn vị", "rank": "Hạng", "share": "Tỷ lệ"}
ROWS = [("A", "Bộ Một", 1, 0.5), ("B", "Bộ Hai", None, None)]


def test_a_rank_beside_none_stays_whole_and_a_float_beside_none_can_be_plotted():
    frame = described(ROWS, LABELS, "Bảng thử")
    assert list(frame["rank"]) == [1, None] and type(frame["rank"][0]) is int
    assert frame["share"].dtype == float and frame["share"].isna().tolist() == [False, True]


def test_exact_cells_are_kept_as_they_are():
    frame = described([(Fraction(1, 3), Decimal("0.50"), True)], {"a": "A", "b": "B", "c": "C"}, "Bảng")
    assert frame.iloc[0].tolist() == [Fraction(1, 3), Decimal("0.50"), True]
    assert str(frame["b"][0]) == "0.50"


@pytest.mark.parametrize("many", [1, 100])
def test_rows_of_few_kinds_are_the_rows_of_a_frame(monkeypatch, many):
    monkeypatch.setattr(import_module("ictindex.page.described"), "MANY", many)
    whose, kinds = [("A", None), ("B", "Bộ Hai")], [(Fraction(1, 3), 0.5), (None, None), (2, 0.5)]
    which = side_by_side([([0, 1], 2), ([0, 0], 1)])  # the second kind is B's alone, the third of both
    assert which.tolist() == [[0, 2], [1, 2]]
    few = [Repeated(whose, np.array([0, 0, 1, 1])), Repeated(kinds, which.ravel())]
    plain = [(*whose[i], *kinds[k]) for i, k in ((0, 0), (0, 2), (1, 1), (1, 2))]
    one, other = described(few, LABELS, "Bảng"), described(plain, LABELS, "Bảng")
    assert one.attrs == other.attrs
    assert one["rank"].tolist() == [Fraction(1, 3), 2, None, 2] and type(one["rank"][1]) is int
    assert one["unit_name"].isna().tolist() == [True, True, False, False]
    assert one.astype(object).fillna("").equals(other.astype(object).fillna(""))
    assert (one["unit"].dtype == "category") == (many == 1)


def test_where_nobody_is_there_is_no_row():
    empty = described([Repeated([], np.array([], int)), Repeated([], np.array([], int))], LABELS, "Bảng")
    assert empty.empty and list(empty) == list(LABELS)


def test_what_is_said_of_a_frame_is_in_its_attrs():
    frame = described(ROWS, LABELS, "Bảng thử", "Ghi chú.", only_in_file=["unit"], bold=[1], shown=1)
    assert frame.attrs == {
        "title": "Bảng thử",
        "note": "Ghi chú.",
        "labels": LABELS,
        "only_in_file": ["unit"],
        "bold": [1],
        "heads": {},
        "annex": [],
        "shown": 1,
    }
    assert "shown" not in described(ROWS, LABELS, "Bảng thử").attrs


def test_a_frame_without_a_row_has_its_columns():
    assert list(described([], LABELS, "Bảng thử")) == list(LABELS)


def test_columns_that_only_the_file_has_are_named_and_bold_rows_are_in_order():
    columns = (Column("unit", "Mã", in_file_only=True), Column("unit_name", "Đơn vị"))
    frame = framed("Bảng thử", columns, [("A", "Một"), ("B", "Hai")], bold={1, 0})
    assert frame.attrs["labels"] == {"unit": "Mã", "unit_name": "Đơn vị"}
    assert (frame.attrs["only_in_file"], frame.attrs["bold"]) == (["unit"], [0, 1])


# --- every builder of the page's face ---------------------------------------------------------------------

ROOMS = ("results", "standing", "trust", "before_points", "year_steps", "claims", "review_tables")
BUILDERS = [
    (room, word)
    for word, room in ictindex._ROOM.items()
    if room.removeprefix("page.") in (*ROOMS, "service_tables")
]


def test_the_face_has_builders_of_every_room_of_tables():
    assert len(BUILDERS) >= 28 and {room for room, _ in BUILDERS} == {
        f"page.{room}" for room in (*ROOMS, "service_tables")
    }


def test_every_builder_gives_a_frame_that_can_be_published_whatever_the_year(any_year, subtests):
    for _, word in BUILDERS:
        with subtests.test(word):
            frame = getattr(ictindex, word)(any_year)
            about = frame.attrs
            assert about["title"] and all(words.strip() for words in about["labels"].values())
            assert list(about["labels"]) == list(frame) and all(key.isascii() for key in frame)
            assert set(about["only_in_file"]) < set(frame) and set(about["bold"]) <= set(frame.index)
            made = publishing.table(word, frame)
            if frame.empty:
                assert isinstance(made, Text) and made.lines[0].endswith(".")
            else:
                assert isinstance(made, Table) and len(made.rows) == len(frame)
                headings = sum(column.on_page for column in made.columns)
                assert made.html().count('<th scope="col"') == headings > 0


# --- what the docstrings say of columns -------------------------------------------------------------------

WRITTEN = re.compile(r"[\[\]]|[a-z0-9_<>]+")


def columns_named(docstring: str) -> dict[str, bool]:
    """Each name after ``Columns:`` up to the full stop -> whether it stands in ``[…]``; (…) is cut."""
    said = " ".join(docstring.split()).partition("Columns: ")[2]
    while (shorter := re.sub(r" ?\([^()]*\)", "", said)) != said:
        said = shorter
    said, optional, named = said.partition(". ")[0].replace(" and ", ", "), False, {}
    for word in WRITTEN.findall(said):
        if word in "[]":
            optional = word == "["
        else:
            named[word] = optional
    return named


def differences(docstring: str, columns: list[str]) -> set[str]:
    """Columns that the docstring does not name, and names without ``[…]`` of which there is no column."""
    named = columns_named(docstring)
    kinds = {name: re.compile(re.sub(r"<\w+>", ".+", name)) for name in named}
    unnamed = {column for column in columns if not any(kind.fullmatch(column) for kind in kinds.values())}
    needed = (kinds[name] for name, optional in named.items() if not optional)
    return unnamed | {kind.pattern for kind in needed if not any(map(kind.fullmatch, columns))}


def test_columns_are_read_out_of_a_docstring():
    said = "Rows. Columns: a (b, (c)), d and e_<f> (g. h), [i, j (only k)], l. Then m."
    assert columns_named(said) == {"a": False, "d": False, "e_<f>": False, "i": True, "j": True, "l": False}
    assert differences(said, ["a", "d", "e_x", "l", "j"]) == set()
    assert differences(said, ["a", "d", "l", "m"]) == {"m", "e_.+"}


def test_every_column_of_a_frame_is_named_in_the_docstring_of_its_word_whatever_the_year(any_year, subtests):
    for _, word in BUILDERS:
        with subtests.test(word):
            make = getattr(ictindex, word)
            assert differences(make.__doc__, list(make(any_year))) == set()


WHAT_IFS = {"lower-levels": "qd2245-2021", "online-services-300": "qd2342-2017"}  # with levels, and without
STEPS = ("given_marks", "points")
TRIED = ("robust_tables", "robust_frames", "influence_tables", "what_if_tables")
TRIED += ("comparison_tables", "aimed_tables")
TEXTS = ("conclusion", "question")


@pytest.fixture(scope="module", params=WHAT_IFS)
def what_if(request, tmp_path_factory, only_units):
    """Of some units of each group: a column has the same name however many rows there are."""
    project, edition = Project(tmp_path_factory.mktemp("few")), WHAT_IFS[request.param]
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(request.config.rootpath / name, project.root / name)
    groups = shipped(edition).standings.values()
    only_units(project, edition, [s.entity.code for some in groups for s in some[:6]])
    return hypothetical(evaluate_edition(edition, project), request.param)


@pytest.fixture(scope="module")
def choices(request):
    return hypothetical(shipped("qd375-2020"), "choices-of-375")


def test_so_is_every_column_of_a_what_if_of_choices(choices, subtests):
    words = [word for word, room in ictindex._ROOM.items() if room == "page.multiverse_tables"]
    assert len(words) == 5
    for word in set(words) - {"multiverse_conclusion"}:
        with subtests.test(word):
            make = getattr(ictindex, word)
            assert differences(make.__doc__, list(make(choices))) == set()


def test_so_is_every_column_of_the_steps_of_robustness_and_of_a_what_if(what_if, subtests):
    others = [word for word, room in ictindex._ROOM.items() if room.removeprefix("page.") in TRIED]
    words = [*STEPS, *(word for _, word in BUILDERS), *(word for word in others if word not in TEXTS)]
    assert len(words) >= 44
    for word in words:
        with subtests.test(word):
            make = getattr(ictindex, word)
            assert differences(make.__doc__, list(make(what_if))) == set()
    categories = ictindex.add_up(ictindex.points(what_if), what_if)
    assert differences(ictindex.add_up.__doc__, list(categories)) == set()
    assert differences(ictindex.rank.__doc__, list(ictindex.rank(categories, what_if))) == set()
    assert differences(frames.answers.__doc__, list(frames.answers(what_if))) == set()


def test_a_chart_can_be_drawn_from_the_columns_that_its_docstring_names(what_if, choices, subtests):
    categories = ictindex.add_up(ictindex.points(what_if), what_if)
    after = ictindex.rank(categories, what_if)
    baseline = what_if.baseline
    before = ictindex.rank(ictindex.add_up(ictindex.points(baseline), baseline), baseline)
    data = {
        "bland_altman": [ictindex.given_marks(what_if)],
        "ranking": [after],
        "change": [ictindex.changes(shipped("egdi-2018"))],
        "gap": [ictindex.gap(what_if)],
        "multiverse": [ictindex.multiverse(choices)],
        "distribution": [categories],
        "framework": [ictindex.criteria(what_if)],
        "profile": [categories],
        "acceptability": [ictindex.acceptability(what_if)],
        "rank_intervals": [ictindex.rank_intervals(what_if)],
        "what_if_slope": [before, after],
        "weight_steps": [ictindex.weight_steps(what_if)],
        "weights_tornado": [ictindex.weights_tornado(what_if)],
    }
    of_a_question = {"answer"}  # draws what a question found, no frame: charts/test_answers.py
    assert set(data) | of_a_question | {"STYLE", "svg"} == set(ictindex.charts.__all__)
    for word, given in data.items():
        with subtests.test(word):
            chart = getattr(ictindex.charts, word)
            named = set(re.findall(r"\w+", chart.__doc__))
            assert chart(*(frame[[c for c in frame if c in named]] for frame in given)).get_label()
