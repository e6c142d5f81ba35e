"""A day or a time is read as Vietnam's, however it is written."""

from datetime import UTC, datetime

import pytest

from ictindex.facts.moments import moment

NOON = datetime(2020, 12, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end", "read"),
    [
        ("2020-12-01", False, datetime(2020, 11, 30, 17, tzinfo=UTC)),
        ("1/12/2020", False, datetime(2020, 11, 30, 17, tzinfo=UTC)),
        ("2020-12-01", True, datetime(2020, 12, 1, 16, 59, 59, 999999, UTC)),
        ("01/12/2020 12:00", False, NOON),
        ("2020-12-01T12:00", True, NOON),
        ("2020-12-01T12:00+07:00", False, NOON),
        ("2020-12-01T05:00+00:00", False, NOON),
        ("31/2/2020", False, None),
        ("yesterday", True, None),
        ("", True, None),
    ],
)
def test_a_day_is_its_first_or_last_moment_and_a_time_is_vietnams_unless_it_says_otherwise(text, end, read):
    assert moment(text, end) == read
