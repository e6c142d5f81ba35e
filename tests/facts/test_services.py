"""Online services are read strictly and recognised, counted and chosen as decision 2342, V.5.4 b says."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.csv_file import Checked
from ictindex.facts.services import (
    SERVICE_COLUMNS,
    TEST_COLUMNS,
    Service,
    ServiceTest,
    counted,
    held_against,
    read_service_tests,
    read_services,
    recognise,
    renamed,
    representatives,
    revoked_at,
)

VN = timezone(timedelta(hours=7))


def register(*services):
    """Services from words 'entity service procedure [group] [no]', '-' for none."""
    made = {}
    for row, words in enumerate(services, start=2):
        entity, service, procedure, *more = words.split()
        group = next((word for word in more if word != "no"), "")
        given = (procedure.strip("-"), f"Dịch vụ {service}", 3, "https://a.vn", group, "", "no" not in more)
        made[entity, service] = Service(entity, service, *given, row)
    return made


def tries(**several):
    """Tests of entity A from words: 'day+' passed, 'day-' failed, 'day+r' by report."""
    made = {}
    for service, words in several.items():
        made["A", service] = tuple(
            ServiceTest(
                datetime(2018, 1, int(word[0]), tzinfo=VN),
                "KT1",
                {"r": "report", "c": "complaint"}.get(word[-1], "direct"),
                ("submission",) if "-" in word else (),
                "lỗi máy chủ" if "-" in word else "",
                row,
            )
            for row, word in enumerate(words.split(), start=2)
        )
    return made


def reasons(declared, tested, **options):
    """Procedure, or service where it has none -> reason, at entity A."""
    found = recognise(declared, tested, **options).get("A", [])
    return {one.procedure or one.services[0]: one.reason for one in found}


# --- one service (clause 3) -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, reason",
    [
        ("1+", "direct"),
        ("1+r", "report"),
        ("1-", "retest_due"),
        ("1- 1-", "retest_due"),  # twice on one day is not at another time
        ("1- 1+", "retest_due"),  # at one time every test must pass
        ("1- 2+", "direct"),
        ("1- 2+r", "report"),
        ("1- 2-", "failed"),
        ("1+ 2-", "retest_due"),  # the failure itself has not been tested again
        ("1+ 2- 3-", "revoked"),  # it was recognised, and is not as declared
        ("1+ 2- 3- 4+", "revoked"),
        ("1+ 2- 3+", "direct"),
        ("1+ 2c", "complained"),  # opens a re-test
        ("1+ 2c 3+", "direct"),
        ("1+ 2c 3-", "revoked"),
        ("1+ 2c 3+ 4-", "retest_due"),
        ("1c", "complained"),  # of a service that its group's tests had recognised
        ("1c 2-", "revoked"),
        ("1- 2- 3+", "direct"),
        ("1- 2+ 3-", "retest_due"),
        ("2+ 1-", "direct"),  # time decides, not the row
    ],
)
def test_a_failure_stands_once_it_is_repeated_at_another_time_and_the_last_test_decides(words, reason):
    assert reasons(register("A s P"), tries(s=words)) == {"P": reason}


def test_without_a_procedure_in_the_database_nothing_is_recognised_however_it_works():
    declared = register("A s P no", "A t - no")
    assert reasons(declared, tries(s="1+", t="1+")) == {"P": "not_in_database", "t": "not_in_database"}
    assert counted(recognise(declared, tries(s="1+", t="1+"))) == {"A": 0}


def test_what_is_found_says_which_conditions_did_not_hold_and_why():
    (one,) = recognise(register("A s P"), tries(s="1- 2-"))["A"]
    assert (one.state, one.why) == ("refused", ("submission", "lỗi máy chủ"))
    (one,) = recognise(register("A s P"), tries(s="1- 2+"))["A"]
    assert (one.state, one.why) == ("recognised", ())
    (one,) = recognise(register("A s P"), tries(s="1- 1+"))["A"]  # what failed speaks, not what passed
    assert (one.state, one.why) == ("open", ("submission", "lỗi máy chủ"))


# --- counting (clause 2) ----------------------------------------------------------------------------------


def test_a_procedure_built_at_many_places_counts_once_and_has_the_state_of_its_best():
    declared = register("A s1 P", "A s2 P", "A s3 P")
    tested = tries(s1="1- 2-", s2="1+", s3="1-")
    (one,) = recognise(declared, tested)["A"]
    assert (one.reason, one.services) == ("direct", ("s1", "s2", "s3"))
    assert counted(recognise(declared, tested)) == {"A": 1}
    assert reasons(declared, tries(s1="1- 2-")) == {"P": "untested"}  # the other places may still pass
    assert reasons(declared, tries(s1="1- 2-", s2="1-", s3="1- 2-")) == {"P": "retest_due"}


def test_an_application_with_several_procedures_counts_as_several():
    declared = {
        key: service._replace(application="đất-đai")
        for key, service in register("A s1 P", "A s2 Q", "A s3 R").items()
    }
    assert counted(recognise(declared, tries(s1="1+", s2="1+", s3="1- 2-"))) == {"A": 2}


def test_the_same_procedure_counts_at_each_entity_of_its_own():
    declared = register("A s P", "B s P", "C s P")
    tested = tries(s="1+") | {("B", "s"): tries(s="1+")["A", "s"]}
    assert counted(recognise(declared, tested)) == {"A": 1, "B": 1, "C": 0}


# --- groups (clause 3.ii) ---------------------------------------------------------------------------------

GROUP = register("A s1 P g", "A s2 Q g", "A s3 R g", "A t1 T h", "A u1 U", "A v1 V g no")


def test_the_untested_of_a_group_are_accepted_as_declared_while_every_tested_one_passed():
    found = reasons(GROUP, tries(s1="1+", s2="1- 2+"))
    assert found == {
        **{"P": "direct", "Q": "direct", "R": "represented"},
        **{"T": "untested", "U": "untested", "V": "not_in_database"},
    }
    assert counted(recognise(GROUP, tries(s1="1+"))) == {"A": 3}


@pytest.mark.parametrize("words", ["1-", "1- 2-"])
def test_one_that_did_not_pass_leaves_the_untested_of_its_group_open(words):
    assert reasons(GROUP, tries(s1="1+", s2=words))["R"] == "group_not_passed"


def test_a_representative_that_still_waits_for_its_test_keeps_its_group_open():
    chosen = {("A", "g"): ("s1", "s2"), ("A", "h"): ("t1",)}
    found = reasons(GROUP, tries(s1="1+", t1="1+"), chosen=chosen)
    assert (found["P"], found["Q"], found["R"]) == ("direct", "untested", "group_not_passed")
    assert reasons(GROUP, tries(s1="1+", s2="1+"), chosen=chosen)["R"] == "represented"


def test_the_other_reading_leaves_open_whatever_was_not_tested():
    assert reasons(GROUP, tries(s1="1+"), untested="open")["R"] == "untested"


def test_a_group_of_another_entity_represents_nobody_here():
    declared = register("A s1 P g", "B s1 P g")
    assert [one.reason for one in recognise(declared, tries(s1="1+"))["B"]] == ["untested"]


def test_representatives_are_the_first_by_the_digest_of_seed_entity_and_service():
    """By sha256sum: s3 0c0b3f29…, s2 1b61e3c4…, s1 93c5b84c…; v1 is in no database."""
    assert representatives(GROUP | register("A w1 W w no"), "2017", 2) == {
        ("A", ""): ("u1",),
        ("A", "g"): ("s3", "s2"),
        ("A", "h"): ("t1",),
    }


def test_more_representatives_keep_those_there_were_and_those_without_a_group_are_all_chosen():
    many = register(*(f"A s{i} P{i} g" for i in range(30)), *(f"A u{i} U{i}" for i in range(5)))
    few, more = representatives(many, 1, 3), representatives(many, 1, 10)
    assert (len(few["A", "g"]), len(more["A", "g"])) == (3, 10)
    assert more["A", "g"][:3] == few["A", "g"]
    assert len(few["A", ""]) == 5
    assert representatives(many, 2, 3) != few


PLACES = [f"A s{i} P{i % 7} {'gh'[i % 2]}{' no' if i % 7 == 3 else ''}" for i in range(20)]


@given(
    st.permutations(PLACES),
    st.dictionaries(
        st.sampled_from([f"s{i}" for i in range(20)]),
        st.lists(st.sampled_from(["1+", "1-", "2+", "2-", "3+r"])),
    ),
    st.randoms(),
)
def test_the_order_of_rows_decides_nothing(places, words, random):
    tested = tries(**{service: " ".join(some) for service, some in words.items() if some})
    mixed = {key: tuple(random.sample(some, len(some))) for key, some in tested.items()}
    mixed = dict(random.sample(list(mixed.items()), len(mixed)))
    assert recognise(register(*places), mixed) == recognise(register(*PLACES), tested)
    assert representatives(register(*places), 5, 2) == representatives(register(*PLACES), 5, 2)


@given(st.dictionaries(st.sampled_from([f"s{i}" for i in range(20)]), st.sampled_from(["1+", "1-", "1- 2-"])))
def test_the_stricter_reading_never_recognises_more_and_no_count_exceeds_the_procedures(words):
    tested, declared = tries(**words), register(*PLACES)
    strict, mild = (counted(recognise(declared, tested, untested=way))["A"] for way in ("open", "declared"))
    assert strict <= mild <= 6  # seven procedures, of which one is in no database


# --- services.csv -----------------------------------------------------------------------------------------


@pytest.fixture
def read(tmp_path):
    def read(*rows, entities=("A", "B"), columns=SERVICE_COLUMNS, reader=read_services):
        path, findings = tmp_path / "s.csv", []
        path.write_text("\n".join([",".join(columns[0]), *rows]) + "\n", "utf-8")
        found = reader(Checked(path, "s.csv", columns, findings), entities)
        return found, [(f.code, f.row, f.column) for f in findings]

    return read


def test_a_service_is_read_as_it_is_declared(read):
    found, wrong = read("A,dk-kinh-doanh,1.001612,Đăng ký,4,https://dk.vn,kinh doanh,dk,CÓ")
    assert wrong == []
    expected = ("A", "dk-kinh-doanh", "1.001612", "Đăng ký", 4, "https://dk.vn", "kinh doanh", "dk", True, 2)
    assert found == {("A", "dk-kinh-doanh"): Service(*expected)}


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("C,t,P,,3,,,,có", "entity-unknown", "entity"),
        (",t,P,,3,,,,có", "cell-empty", "entity"),
        ("A,,P,,3,,,,có", "cell-empty", "service"),
        ("A,s,Q,,3,,,,có", "service-twice", "service"),
        ("A,t,P,,2,,,,có", "level-not-3-or-4", "level"),
        ("A,t,P,,,,,,có", "level-not-3-or-4", "level"),
        ("A,t,P,,ba,,,,có", "level-not-3-or-4", "level"),
        ("A,t,P,,3,,,,", "cell-empty", "in_database"),
        ("A,t,P,,3,,,,maybe", "not-yes-no", "in_database"),
        ("A,t,,,3,,,,1", "cell-empty", "procedure"),
        ("A,t,P,,3,,,,không", "procedure-both-ways", "in_database"),
    ],
)
def test_a_slip_in_the_register_is_named_at_its_row_and_column(row, code, column, read):
    found, wrong = read("A,s,P,,3,,,,yes", row)
    assert wrong == [(code, 3, column)]
    assert list(found) == [("A", "s")]


def test_all_slips_are_named_at_once(read):
    _, wrong = read("C,,,,5,,,,x", "A,s,P,,3,,,,0", "A,s,P,,4,,,,1")
    assert wrong == [
        ("entity-unknown", 2, "entity"),
        ("cell-empty", 2, "service"),
        ("level-not-3-or-4", 2, "level"),
        ("not-yes-no", 2, "in_database"),
        ("service-twice", 4, "service"),
        ("procedure-both-ways", 4, "in_database"),
    ]


def test_a_service_without_a_procedure_may_be_declared_and_another_entity_may_use_the_same_codes(read):
    found, wrong = read("A,s,,,3,,,,không", "B,s,P,,3,,,,có", "A,t,P,,4,,,,không")
    assert (wrong, list(found)) == ([], [("A", "s"), ("A", "t"), ("B", "s")])


def test_where_the_entities_are_not_known_any_may_be_meant(read):
    assert read("Z,s,P,,3,,,,có", entities=None)[1] == []


# --- service_tests.csv ------------------------------------------------------------------------------------

DECLARED = register("A s P", "B s P") | {("A", "bare"): register("A bare Q")["A", "bare"]._replace(link="")}


@pytest.fixture
def read_tests(read):
    return lambda *rows, known=DECLARED: read(
        *rows, entities=known, columns=TEST_COLUMNS, reader=read_service_tests
    )


def test_tests_are_read_in_the_order_of_time_with_the_conditions_that_did_not_hold(read_tests):
    rows = [
        "A,s,15/03/2018,KT1,report,không,,,có,có,0,màn hình trắng",
        "A,s,2018-03-14T09:30,KT1,direct,yes,no,no,,,,",
        "B,s,2018-03-14,KT2,direct,1,1,1,,,,",
    ]
    found, wrong = read_tests(*rows)
    assert wrong == []
    assert found["A", "s"] == (
        ServiceTest(
            datetime(2018, 3, 14, 9, 30, tzinfo=VN), "KT1", "direct", ("submission", "tracking"), "", 3
        ),
        ServiceTest(datetime(2018, 3, 15, tzinfo=VN), "KT1", "report", ("works",), "màn hình trắng", 2),
    )
    assert found["B", "s"][0].failed == ()
    again, _ = read_tests(*reversed(rows))
    strip = lambda read: {key: [t._replace(row=0) for t in some] for key, some in read.items()}  # noqa: E731
    assert strip(again) == strip(found)


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("A,x,1/3/2018,KT1,direct,1,1,1,,,,", "service-not-declared", "service"),
        ("C,s,1/3/2018,KT1,direct,1,1,1,,,,", "service-not-declared", "service"),
        (",s,1/3/2018,KT1,direct,1,1,1,,,,", "cell-empty", "entity"),
        ("A,,1/3/2018,KT1,direct,1,1,1,,,,", "cell-empty", "service"),
        ("A,s,1/3/2018,,direct,1,1,1,,,,", "cell-empty", "inspector"),
        ("A,s,31/2/2018,KT1,direct,1,1,1,,,,", "not-a-time", "at"),
        ("A,s,,KT1,direct,1,1,1,,,,", "not-a-time", "at"),
        ("A,s,2018-03-14,KT1,direct,1,1,1,,,,", "test-twice", "at"),
        ("A,s,14/03/2018,KT1,direct,1,1,0,,,,", "test-twice", "at"),
        ("A,s,1/3/2018,KT1,by phone,1,1,1,,,,", "way-unknown", "way"),
        ("A,s,1/3/2018,KT1,,1,1,1,,,,", "way-unknown", "way"),
        ("A,s,1/3/2018,KT1,direct,1,,1,,,,", "cell-empty", "submission"),
        ("A,s,1/3/2018,KT1,direct,1,1,ok,,,,", "not-yes-no", "tracking"),
        ("A,s,1/3/2018,KT1,direct,1,1,1,ok,,,", "not-yes-no", "in_database"),
        ("A,s,1/3/2018,KT1,report,có,,,1,1,1,", "report-despite-account", "account"),
        ("A,s,1/3/2018,KT1,report,,,,1,1,1,", "cell-empty", "account"),
        ("A,s,1/3/2018,KT1,report,0,,,1,,1,", "cell-empty", "link_opens"),
        ("A,bare,1/3/2018,KT1,report,0,,,1,1,1,", "link-not-declared", "link_opens"),
    ],
)
def test_a_slip_in_a_test_is_named_at_its_row_and_column(row, code, column, read_tests):
    found, wrong = read_tests("A,s,2018-03-14,KT1,direct,1,1,1,,,,", row)
    assert wrong == [(code, 3, column)]
    assert {key: len(some) for key, some in found.items()} == {("A", "s"): 1}


def test_two_inspectors_may_test_at_the_same_time_and_where_no_register_was_read_any_service_may_be_meant(
    read_tests,
):
    row = "A,z,2018-03-14,KT{},direct,1,1,1,,,,"
    found, wrong = read_tests(row.format(1), row.format(2), known=None)
    assert wrong == [] and len(found["A", "z"]) == 2


# --- the sample, complaints, and the extract of the database ----------------------------------------------


@pytest.mark.parametrize(
    "tested, per_group, reason",
    [
        ({"s1": "1+"}, 1, "represented"),
        ({"s1": "1+"}, 2, "too_few_tested"),  # the representative without any other
        ({"s1": "1+", "s2": "1+"}, 2, "represented"),
        ({"s1": "1+", "s2": "1-"}, 2, "group_not_passed"),
        ({"s1": "1+", "s2": "1+"}, 9, "too_few_tested"),
    ],
)
def test_others_are_represented_only_by_the_representative_and_some_others(tested, per_group, reason):
    """Clause 3.ii, first dash."""
    assert reasons(GROUP, tries(**tested), tested_per_group=per_group)["R"] == reason


def test_a_small_number_of_services_is_tested_one_by_one():
    """Clause 3.ii: a large number alone may be represented."""
    assert reasons(GROUP, tries(s1="1+"), many_services=len(GROUP) + 1)["R"] == "untested"
    assert reasons(GROUP, tries(s1="1+"), many_services=len(GROUP))["R"] == "represented"


def test_the_first_failure_after_a_strike_is_the_one_that_revokes():
    assert revoked_at(tries(s="1+ 2c 3- 4-")["A", "s"]).at.day == 3
    assert revoked_at(tries(s="1- 2- 3-")["A", "s"]) is None, "what was never recognised is merely refused"


def test_a_procedure_that_the_extract_does_not_have_is_not_recognised_whatever_was_declared():
    declared = register("A s P", "A t Q", "B t Q")
    for whose, expected in (
        ("", {"P": "direct", "Q": "not_listed"}),
        ("B", {"P": "not_listed", "Q": "not_listed"}),
    ):
        against = held_against(declared, {("P", whose): "Dịch vụ s"})
        assert reasons(against, tries(s="1+", t="1+")) == expected
    assert list(renamed(declared, {("P", ""): "Dịch  vụ S", ("Q", ""): "Khác"})) == [
        (declared["A", "t"], "Khác"), (declared["B", "t"], "Khác"),
    ]  # fmt: skip
