"""A unit is found by whatever an officer calls it; what may be several is listed, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.inputs import Entity
from ictindex.facts.units import folded, named_units

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
