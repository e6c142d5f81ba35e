"""Parameters: what is wrong with them is said before anything is evaluated, with file, name and remedy."""

import pytest

from ictindex.basics.findings import Refused
from ictindex.facts.inputs import Entity
from ictindex.methodology import read_methodology
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import bad_parameters, highlighted, read_parameters, seed_to_fill


def refused(project, **changes):
    with pytest.raises(Refused) as caught:
        evaluate(project, **{**read_parameters("mini-2020", project), **changes})
    return [(f.code, f.file, f.column) for f in caught.value.findings]


@pytest.mark.parametrize(
    "changes, code, name",
    [
        ({"colour": "red"}, "parameter-unknown", "colour"),
        ({"rank_on": "printed"}, "not-one-of", "rank_on"),
        ({"decimals": 2}, "rule-is-fixed", "decimals"),
        ({"year": "2020"}, "parameter-type", "year"),
        ({"highlight": 3}, "parameter-type", "highlight"),
        ({"highlight": "A, Z"}, "unit-unknown", "highlight"),
        ({"highlight": "Bộ"}, "unit-ambiguous", "highlight"),
        ({"seed": 7}, "parameter-type", "seed"),
        ({"draws": -1}, "parameter-range", "draws"),
        ({"draws": 1_000_001}, "parameter-range", "draws"),
        ({"draws": True}, "parameter-type", "draws"),
        ({"draws": 99.5}, "parameter-type", "draws"),
        ({"spread": 0}, "parameter-range", "spread"),
        ({"spread": 100}, "parameter-range", "spread"),
        ({"previous": "mini-2020"}, "previous-is-itself", "previous"),
        ({"year": 2021}, "edition-differs", "edition"),
    ],
)
def test_each_wrong_parameter_is_named_with_its_file(changes, code, name, mini):
    assert (code, "parameters/mini-2020.yaml", name) in refused(mini, **changes)


def test_what_is_left_unsaid_is_the_usual_design_and_none_is_a_change(mini):
    usual = evaluate_edition("mini-2020", mini)
    parameters = read_parameters("mini-2020", mini)
    given = {name: value for name, value in parameters.items() if name not in ("draws", "spread")}
    path = mini.parameters("mini-2020")
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(("draws", "spread"))]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    assert usual.changed == {}
    assert evaluate(mini, **given, draws=10_000, spread=25).changed == {}
    assert evaluate(mini, **given, draws=0).changed == {"draws": 0}


def test_highlighted_units_are_told_by_code_or_name_and_names_may_have_commas(small):
    units = small.inputs.entities
    assert highlighted({"highlight": " A,B , ,C"}, units) == ["A", "B", "C"]
    assert highlighted({"highlight": "bo mot; Cơ quan Hai"}, units) == ["A", "E"]
    assert highlighted({}, units) == []
    culture = [Entity("bvh", "Bộ Văn hóa, Thể thao và Du lịch", "m", 2)]
    assert highlighted({"highlight": culture[0].label_vi}, culture) == ["bvh"]


@pytest.mark.parametrize(
    "seed, refused",
    [
        ("2342/QĐ-BTTTT", True),  # the decision's number: whoever marks knows it
        ("qd2342-2017", True),
        ("2017-12-31 XSMB 12345", True),  # before the reports were due
        ("2018-01-05 12345", True),  # nobody can look it up
        ("2018-01-05 XSMB", True),
        ("2018-01-05 XSMB 12345", False),
        ("05/01/2018 Xổ số kiến thiết miền Bắc, giải đặc biệt 12345", False),
        ("", False),  # nothing is drawn for good yet
    ],
)
def test_a_random_check_is_drawn_from_a_number_published_after_the_reports_were_due(seed, refused, egdi):
    methodology = read_methodology("qd2342", egdi)
    given = read_parameters("qd2342-2017", egdi) | {"seed": seed}
    faults = list(bad_parameters(given, methodology, "p.yaml"))
    assert [finding.code for finding in faults] == (["seed-known-beforehand"] if refused else [])
    assert {finding.facts["instance"] for finding in faults} <= {"2018-01-05 XSMB 12345"}
    (to_fill,) = seed_to_fill({"year": 2018}, methodology, "p.yaml")
    instance = to_fill.facts["instance"]
    assert instance == "2019-01-05 XSMB 12345"
    later = given | {"year": 2018, "edition": "qd2342-2018", "seed": instance}
    assert list(bad_parameters(later, methodology, "p.yaml")) == []
    free = read_methodology("qd375", egdi), read_parameters("qd375-2020", egdi) | {"seed": seed}
    assert list(bad_parameters(free[1], free[0], "p.yaml")) == [], "nothing is checked at random there"
