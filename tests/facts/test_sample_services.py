"""A made-up register of services reads without a finding and counts as it says."""

import hashlib

import pytest

from ictindex.basics.csv_file import Checked
from ictindex.facts.sample_services import made_up
from ictindex.facts.services import (
    SERVICE_COLUMNS,
    TEST_COLUMNS,
    counted,
    read_service_tests,
    read_services,
    recognise,
)
from ictindex.facts.spot_check import in_order


def draw(seed):
    def drawn(*keys):
        digest = hashlib.sha256("|".join(map(str, (seed, *keys))).encode()).digest()
        return int.from_bytes(digest[:7], "big") / 2**56

    return drawn


def read(tmp_path, name, header, rows, columns, reader, *further):
    path, findings = tmp_path / name, []
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", "utf-8")
    return reader(Checked(path, name, columns, findings), *further), findings


@pytest.mark.parametrize("seed", range(5))
def test_the_register_reads_without_a_finding_and_is_recognised_as_it_says(seed, tmp_path):
    made = made_up("bo-a", 60, 2017, draw(seed))
    services, wrong = read(
        tmp_path, "s.csv", SERVICE_COLUMNS[0], made.services, SERVICE_COLUMNS, read_services, ["bo-a"]
    )
    assert wrong == []
    tests, wrong = read(
        tmp_path, "t.csv", TEST_COLUMNS[0], made.tests, TEST_COLUMNS, read_service_tests, services
    )
    assert wrong == []
    assert counted(recognise(services, tests)) == {"bo-a": made.recognised}
    assert 0 < made.recognised <= 60 <= len(made.services)


def test_of_each_group_those_are_tested_that_the_public_seed_draws():
    made = made_up("bo-a", 60, 2017, draw(1), "2018-01-05 XSMB 12345", 4)
    tested = {row[1] for row in made.tests}
    groups = {}
    for row in made.services:
        if row[8] == "có":
            groups.setdefault(row[6], []).append(("bo-a", row[1]))
    for several in groups.values():
        assert tested & {one for _, one in several} == {
            one for _, one in in_order(several, "2018-01-05 XSMB 12345")[:4]
        }
        assert len(several) > 4


def test_the_same_draws_make_the_same_register():
    assert made_up("bo-a", 30, 2017, draw(3)) == made_up("bo-a", 30, 2017, draw(3))
    assert made_up("bo-a", 30, 2017, draw(3)) != made_up("bo-a", 30, 2017, draw(4))


def test_who_declares_nothing_has_an_empty_register():
    assert made_up("bo-a", 0, 2017, draw(1)) == ([], [], 0)
