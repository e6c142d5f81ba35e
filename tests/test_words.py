"""Every code that can come out of the machine has words to be printed."""

from typing import get_args

from ictindex import words
from ictindex.evaluation import PARAMETERS, evaluate, read_parameters
from ictindex.inputs import STATES
from ictindex.methodology import OPEN_RULES, Criterion


def codes(field):
    """The literals that a field of a criterion may be."""
    annotation = Criterion.model_fields[field].annotation
    return {
        code
        for part in (annotation, *get_args(annotation))
        for code in get_args(part)
        if isinstance(code, str)
    }


def test_every_state_has_words():
    assert words.STATE_VI.keys() == {"scored", "zero_missing", *STATES}


def test_every_status_aggregate_and_policy_has_words():
    assert words.STATUS_VI.keys() == codes("status") == {"official", "sibling", "illustrative"}
    assert words.AGGREGATE_VI.keys() == codes("aggregate") == {"sum", "mean", "weights"}
    assert words.MISSING_VI.keys() == codes("missing") == {"error", "zero", "leave_out"}


def test_every_rule_and_every_value_that_is_a_word_has_words():
    assert words.RULE_VI.keys() == OPEN_RULES.keys()
    wanted = {value for values in OPEN_RULES.values() for value in values if isinstance(value, str)}
    assert words.VALUE_VI.keys() == wanted


def test_every_origin_of_a_rule_has_words(mini):
    seen = {rule.origin for rule in evaluate(mini, **read_parameters("mini-2020", mini)).rules.values()}
    changed = {**read_parameters("mini-2020", mini), "rank_on": "unrounded"}
    seen |= {rule.origin for rule in evaluate(mini, **changed).rules.values()}
    assert words.ORIGIN_VI.keys() == seen == {"fixed", "open", "parameter"}


def test_every_parameter_has_words():
    assert words.PARAMETER_VI.keys() == {*PARAMETERS, *OPEN_RULES}


def test_no_two_codes_are_printed_alike():
    for name in (
        "STATUS_VI",
        "AGGREGATE_VI",
        "MISSING_VI",
        "STATE_VI",
        "VALUE_VI",
        "ORIGIN_VI",
        "PARAMETER_VI",
    ):
        printed = getattr(words, name)
        assert len(set(printed.values())) == len(printed), name
        assert all(text == text.strip() and text for text in printed.values()), name
