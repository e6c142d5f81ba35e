"""A unit is found by whatever an officer calls it; what may be several is listed, never guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.inputs import Entity
from ictindex.facts.units import (
    came_from,
    figures_of,
    folded,
    misnamed,
    named_units,
    of_today,
    unknown_before,
)
from ictindex.methodology.reading import read_methodology

UNITS = [
    Entity("bo-y-te", "Bộ Y tế", "m", 2, {"alias": "BYT; Y tế TW"}),
    Entity("bo-tu-phap", "Bộ Tư pháp", "m", 3),
    Entity("tai-chinh", "Bộ Tài chính", "m", 4),
    Entity("bo-the-chinh", "Bộ Thể Chính", "m", 5),
    Entity("lai-chau", "Tỉnh Lai Châu", "p", 6, {"label_en": "Lai Chau Province"}),
    Entity("ha-giang", "Tỉnh Hà Giang", "p", 7),
    Entity("ha-nam", "Tỉnh Hà Nam", "p", 8),
    Entity("T12", "Đà Nẵng", "p", 9),
]


def codes(*asked):
    return [unit.code for unit in named_units(asked, UNITS, "entities.csv")]


@pytest.mark.parametrize(
    "word, code",
    [
        ("bo-y-te", "bo-y-te"),
        ("Bộ Y tế", "bo-y-te"),
        ("bo y te", "bo-y-te"),
        ("BO  Y TE", "bo-y-te"),
        ("Bộ Y tế", "bo-y-te"),  # letters and marks apart, as macOS writes them
        ("byt", "bo-y-te"),
        ("y te tw", "bo-y-te"),
        ("Lai Châu", "lai-chau"),
        ("lai chau province", "lai-chau"),
        ("hà nam", "ha-nam"),
        ("da nang", "T12"),
        ("t12", "T12"),
        ("BTP", "bo-tu-phap"),
    ],
)
def test_a_unit_is_called_by_code_name_alias_initials_or_part_of_its_name(word, code):
    assert codes(word) == [code]


def test_what_is_written_exactly_so_comes_first(refused):
    units = [Entity("NGA", "Nigeria", "m", 2), Entity("RUS", "Nga", "m", 3)]
    assert [named_units([word], units, "")[0].code for word in ("NGA", "Nga", "RUS")] == ["NGA", "RUS", "RUS"]
    assert refused(named_units, ["nga"], units, "")[0].code == "unit-ambiguous"


@pytest.mark.parametrize(
    "word, several", [("hà", {"ha-giang", "ha-nam"}), ("BTC", {"tai-chinh", "bo-the-chinh"})]
)
def test_what_may_be_several_is_refused_with_all_that_it_may_be(word, several, refused):
    (finding,) = refused(codes, word)
    assert finding.code == "unit-ambiguous"
    assert {part.partition(" ")[0] for part in finding.facts["known"].split("; ")} == several


def test_everything_that_is_no_unit_is_said_at_once(refused):
    found = refused(codes, "Bộ Y tê", "sở", "hà", "—")
    assert [(f.code, f.facts["value"]) for f in found] == [
        ("unit-ambiguous", "hà"),
        ("unit-unknown", "sở"),
        ("unit-unknown", "—"),
    ]


def test_each_unit_comes_once_in_the_order_asked():
    assert codes("hà nam", "byt", "ha-nam") == ["ha-nam", "bo-y-te"]


@given(st.sampled_from(UNITS))
def test_the_exact_code_and_the_exact_name_always_mean_their_unit(unit):
    assert codes(unit.code) == codes(unit.label_vi) == codes(folded(unit.label_vi)) == [unit.code]


# --- whom the decision names ------------------------------------------------------------------------------


def unit(code, name, group="ministry", **further):
    return Entity(code, name, group, 2, further)


def told(findings):
    return [(finding.code, finding.facts["value"]) for finding in findings]


def test_an_exemption_that_no_unit_has_by_code_or_alias_is_found():
    m = read_methodology("qd2342")
    counted = unit(
        "bao-hiem-xa-hoi-viet-nam", "Bảo hiểm xã hội Việt Nam", "agency"
    )  # for statistics only: V.5.3 a (*)
    named = [unit("VPCP", "Văn phòng Chính phủ"), unit("TTCP", "Thanh tra Chính phủ"), counted]
    assert list(misnamed(m, named, "entities.csv")) == []
    other = [unit("van-phong", "Văn phòng Chính phủ"), *named[1:]]
    found = list(misnamed(m, other, "entities.csv"))
    assert told(found) == [("exempt-unknown", "VPCP")]
    aliased = [unit("van-phong", "Văn phòng Chính phủ", alias="Cục X; VPCP"), *named[1:]]
    assert list(misnamed(m, aliased, "entities.csv")) == []


def test_who_is_exempt_by_an_alias_is_exempt():
    (node,) = [node for node in read_methodology("qd2342").categories if node.criterion.exempt]
    assert node.applies_to(Entity("van-phong", "Văn phòng", "ministry", 2))
    assert not node.applies_to(Entity("van-phong", "Văn phòng", "ministry", 2, {"alias": "Cục X; VPCP"}))


@pytest.mark.parametrize(
    ("name", "group", "inside"),
    [
        ("Sở Y tế", "provincial", True),
        ("SỞ Y TẾ", "provincial", True),
        ("Văn phòng UBND tỉnh", "provincial", True),
        ("Ban Quản lý các khu công nghiệp tỉnh", "provincial", True),
        ("UBND thành phố Sơn La", "district", True),
        ("Thanh tra tỉnh", "provincial", False),
        ("Công an tỉnh", "provincial", False),
        ("UBND xã Chiềng Xôm", "district", False),
        ("Sởn La", "provincial", False),
    ],
)
def test_a_unit_outside_the_scope_of_2245_is_found(name, group, inside):
    found = list(misnamed(read_methodology("qd2245"), [unit("u", name, group)], "entities.csv"))
    assert told(found) == ([] if inside else [("unit-out-of-scope", name)])


# --- from year to year ------------------------------------------------------------------------------------

EARLIER = [unit("A", "Sở Một"), unit("B", "Sở Hai"), unit("C", "Sở Ba", successor="F")]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (unit("A", "Sở Một"), ["A"]),
        (unit("A2", "Sở Một mới", predecessor="A"), ["A"]),
        (unit("D", "Sở Hai và Một", predecessor="B; A"), ["B", "A"]),
        (unit("A", "Sở Một", predecessor="B"), ["A", "B"]),
        (unit("F", "Sở Ba mới"), ["C"]),
        (unit("N", "Sở Mới"), []),
    ],
)
def test_a_unit_continues_itself_its_predecessors_or_who_named_it_as_successor(now, before):
    assert [one.code for one in came_from([now], EARLIER)[now.code]] == before


def test_figures_of_last_year_stand_under_the_codes_of_today_and_those_of_a_merger_under_none():
    figures = {("A", "staff"): Fraction(7), ("B", "staff"): Fraction(9)}
    renamed = [unit("A2", "Sở Một", predecessor="A")]
    assert of_today(figures, renamed, EARLIER) == {("A2", "staff"): Fraction(7)}
    assert of_today(figures, [unit("D", "Sở Hai và Một", predecessor="B; A")], EARLIER) == {}


def test_figures_of_two_years_stand_side_by_side_where_a_unit_was_renamed_at_most():
    now = [
        unit("A2", "Sở Một mới", predecessor="A"),
        unit("D", "Sở Hai", predecessor="B"),
        unit("N", "Sở Mới"),
    ]
    assert figures_of(now, EARLIER) == {"A": "A2", "B": "D"}
    assert figures_of([unit("D", "Sở Hai và Một", predecessor="B; A")], EARLIER) == {}
    assert figures_of([unit("A", "Sở Một", predecessor="B")], EARLIER) == {}  # it took over another
    parts = [unit("A1", "Phần một", predecessor="A"), unit("A2", "Phần hai", predecessor="A")]
    assert figures_of(parts, EARLIER) == {}


def test_a_predecessor_that_was_not_there_is_found():
    now = [unit("D", "Sở Hai và Một", predecessor="B; X")]
    (finding,) = unknown_before(now, EARLIER, "mini-2019", "entities.csv")
    where, remedy = "entities.csv, row 2, column predecessor", "known: A, B, C"
    said = f"{where}: the edition before (mini-2019) has no unit “X”. → {remedy}. [predecessor-unknown]"
    assert finding.sentence("en") == said
