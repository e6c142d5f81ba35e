"""How a run ended, as JSON has it."""

from ictindex.basics import found
from ictindex.run.results import Result


def test_a_result_as_json_says_why_in_words_and_rounds_seconds():
    finding = found("no-file", "inputs/a/answers.csv")
    result = Result(
        "a-2020", "built", 1.23456, "outputs/a-2020", "ab", [finding], why=("{what} changed", "x.csv")
    )
    assert result.as_dict() == {
        "edition": "a-2020",
        "status": "built",
        "seconds": 1.235,
        "folder": "outputs/a-2020",
        "root": "ab",
        "findings": [finding.as_dict()],
        "reason": "",
        "why": "x.csv changed",
    }
