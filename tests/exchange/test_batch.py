"""Of many forms each has one verdict, whatever their order; nobody guesses which of two is meant."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused, found
from ictindex.exchange.batch import Known, once, refused_after_all, sending_of, sort_out
from ictindex.exchange.returned import Entry, Returned, ReturnedLine

DAY = date(2017, 12, 20)
FAULT = found("answer-not-given", "x", None, "", answer="staff", label="Cán bộ")


def digest(file):
    return f"{sum(map(ord, file)):x}".rjust(4, "0") * 16


def form(sender="A", sending=1, file="", kind="survey", wrong=(), edition="mini-2020", sha="", said=""):
    file = file or f"{kind}-{sender}-{sending}.xlsx"
    lines = (ReturnedLine("", "staff", {"answer": Entry(said or file, "P!A1")}),)
    about = (kind, edition, sender, "v1", sending)
    return Returned(file, sha or digest(file), *about, lines=lines, findings=list(wrong))


def judged(*forms, recorded=None, accept=None, day=DAY, **known):
    known = Known("mini-2020", ["A", "B"], **known)
    verdicts = sort_out([replace(each, at=day) for each in forms], known, recorded, accept)
    return {verdict.returned.file: verdict for verdict in verdicts}


def states(*forms, **more):
    return {file: verdict.state for file, verdict in judged(*forms, **more).items()}


def codes(verdict):
    return [finding.code for finding in verdict.findings]


def row(returned, state, why="", at="2017-12-20"):
    register = {"sender": returned.sender, "form": returned.form, "sending": str(returned.sending)}
    return register | {"file": returned.file, "sha256": returned.sha256, "at": at, "state": state, "why": why}


def test_a_clean_form_is_used_and_one_with_findings_is_sent_back():
    assert states(form("A"), form("B", wrong=[FAULT])) == {
        "survey-A-1.xlsx": "used",
        "survey-B-1.xlsx": "refused",
    }


def test_the_higher_sending_wins_and_the_other_is_superseded():
    verdicts = judged(form(sending=1), form(sending=3), form(sending=2, wrong=[FAULT]))
    assert [verdict.state for verdict in verdicts.values()] == ["superseded", "superseded", "used"]
    assert verdicts["survey-A-1.xlsx"].why == "Đã có lần gửi 3"


def test_a_newer_form_with_faults_leaves_the_older_clean_one_in_force():
    assert states(form(sending=1), form(sending=2, wrong=[FAULT])) == {
        "survey-A-1.xlsx": "used",
        "survey-A-2.xlsx": "refused",
    }


def test_two_different_files_of_one_number_are_both_sent_back_and_name_each_other():
    verdicts = judged(form(file="một.xlsx"), form(file="hai.xlsx"))
    assert [codes(v) for v in verdicts.values()] == [["sending-twice"], ["sending-twice"]]
    assert "hai.xlsx" in verdicts["một.xlsx"].findings[0].message("vi")
    assert not any(v.enters for v in verdicts.values())


def test_two_of_one_number_are_not_accepted_either():
    accept = {"A": "Đã hỏi"}
    assert set(states(form(file="a.xlsx"), form(file="b.xlsx"), accept=accept).values()) == {"refused"}


def test_files_alike_to_the_byte_count_once_on_the_first_day():
    one, copy = form(file="b.xlsx", sha="f" * 64), form(file="a.xlsx", sha="f" * 64)
    merged = once([replace(one, at=date(2017, 12, 3)), replace(copy, at=date(2017, 12, 9)), copy])
    assert [(each.file, each.at) for each in merged] == [("a.xlsx", date(2017, 12, 3))]


def test_a_form_that_answers_one_sent_back_before_may_have_its_number():
    old, new = form(file="cũ.xlsx", wrong=[FAULT]), form(file="mới.xlsx")
    recorded = {old.sha256: row(old, "refused", "answer-not-given")}
    assert states(old, new, recorded=recorded) == {"cũ.xlsx": "superseded", "mới.xlsx": "used"}


def test_a_doubtful_newcomer_takes_nothing_away_that_was_entered():
    old, new = form(file="cũ.xlsx"), form(file="mới.xlsx")
    recorded = {old.sha256: row(old, "used")}
    assert states(old, new, recorded=recorded) == {"cũ.xlsx": "used", "mới.xlsx": "refused"}
    assert states(new, recorded=recorded) == {"mới.xlsx": "refused"}  # the old file may be gone


def test_what_an_earlier_collection_entered_is_superseded_by_a_higher_number_and_never_by_a_lower():
    old = form(sending=2)
    recorded = {old.sha256: row(old, "used")}
    assert states(form(sending=3), recorded=recorded) == {"survey-A-3.xlsx": "used"}
    lower = judged(form(sending=1), recorded=recorded)["survey-A-1.xlsx"]
    assert (lower.state, lower.enters) == ("superseded", False)


def test_what_was_entered_before_does_not_enter_again():
    old = form()
    assert not judged(old, recorded={old.sha256: row(old, "used")})["survey-A-1.xlsx"].enters


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        (form("Z"), "sender-unknown"),
        (form(edition="mini-2019"), "form-of-other-edition"),
        (form(kind=""), "form-kind"),
        (form("../x", kind="marking", file="m.xlsx"), "form-unsent"),
    ],
)
def test_a_form_of_nobody_or_of_another_year_is_refused_whatever_is_accepted(returned, code):
    (verdict,) = judged(returned, accept={returned.sender: "Vẫn nhận"}).values()
    assert (verdict.state, code in codes(verdict)) == ("refused", True)


def test_what_is_no_form_is_told_once_and_taken_by_no_acceptance():
    torn = found("reading-broke", "x")
    (verdict,) = judged(form("", kind="", edition="", wrong=[torn])).values()
    assert (verdict.state, codes(verdict), verdict.fatal) == ("unreadable", ["reading-broke"], True)


def test_a_form_whose_day_nobody_knows_is_refused_and_one_recorded_keeps_its_day():
    (verdict,) = judged(form(), day=None).values()
    assert codes(verdict) == ["arrival-unknown"]
    (verdict,) = judged(form(), day=None, recorded={form().sha256: row(form(), "used")}).values()
    assert (verdict.state, verdict.at) == ("used", DAY)
    (verdict,) = judged(form(), day=date(2018, 1, 5), recorded={form().sha256: row(form(), "used")}).values()
    assert (verdict.at, [finding.code for finding in verdict.todo]) == (DAY, ["arrival-differs"])


def test_a_form_of_another_version_is_said_and_can_be_accepted():
    version = {"version": lambda kind, sender: "v2"}
    (verdict,) = judged(form(), **version).values()
    assert codes(verdict) == ["form-of-other-version"]
    (verdict,) = judged(form(), accept={"A": "Chỉ khác lời hướng dẫn"}, **version).values()
    assert (verdict.state, verdict.why, verdict.enters) == ("accepted", "Chỉ khác lời hướng dẫn", True)


def test_what_was_accepted_stays_accepted():
    faulty = form(wrong=[FAULT])
    recorded = {faulty.sha256: row(faulty, "accepted", "Vì …")}
    (verdict,) = judged(faulty, recorded=recorded).values()
    assert (verdict.state, verdict.why, verdict.enters) == ("accepted", "Vì …", False)


def test_accepting_wants_a_reason_and_a_form():
    with pytest.raises(Refused) as refused:
        judged(form(), accept={"A": " ", "Q": "Vì …"})
    assert [finding.code for finding in refused.value.findings] == ["accept-of-nobody", "accept-without-why"]


@pytest.mark.parametrize("here", [["old"], ["new"], ["new", "old"]], ids="+".join)
def test_a_form_saved_again_in_place_stays_one_form_however_often_it_is_collected(here):
    old, new = form(file="a.xlsx", sha="b" * 64), form(file="a.xlsx", sha="a" * 64)
    repeats = row(new, "superseded", "Cùng nội dung với tệp a.xlsx")
    recorded = {each["sha256"]: each | {"content": old.content} for each in (row(old, "used"), repeats)}
    files = {"old": old, "new": new}
    verdicts = sort_out([replace(files[one], at=DAY) for one in here], Known("mini-2020", ["A"]), recorded)
    stand = {verdict.returned.sha256[0]: (verdict.state, verdict.why) for verdict in verdicts}
    repeated = ("superseded", "Cùng nội dung với tệp a.xlsx")
    assert stand == {files[one].sha256[0]: ("used", "") if one == "old" else repeated for one in here}


def test_kinds_of_form_do_not_compete():
    assert set(states(form(), form(kind="slip")).values()) == {"used"}


def test_what_turns_out_wrong_when_entered_is_refused_after_all():
    (verdict,) = judged(form()).values()
    after = refused_after_all(verdict, [FAULT])
    assert (after.state, after.why, after.enters) == ("refused", "answer-not-given", False)


def test_a_register_without_numbers_of_sendings_means_the_first():
    assert [sending_of({"sending": text}) for text in ("", "2", "x", "٣")] == [1, 2, 1, 1]


FORMS = st.lists(
    st.builds(
        form,
        sender=st.sampled_from("ABZ"),
        sending=st.integers(1, 3),
        file=st.sampled_from([f"{i}.xlsx" for i in range(8)]),
        wrong=st.sampled_from([(), (FAULT,)]),
    ),
    max_size=8,
    unique_by=lambda returned: returned.file,
)


@given(FORMS, st.randoms())
def test_the_order_of_files_never_matters(forms, random):
    shuffled = list(forms)
    random.shuffle(shuffled)
    assert judged(*forms) == judged(*shuffled)


@given(FORMS)
def test_judged_again_after_being_recorded_nothing_enters_and_nothing_changes(forms):
    first = judged(*forms)
    recorded = {v.returned.sha256: row(v.returned, v.state, v.why) for v in first.values()}
    again = judged(*forms, recorded=recorded)
    assert {f: replace(v, enters=False) for f, v in first.items()} == again
    of_each = [v.returned.sender for v in first.values() if v.state == "used"]
    assert len(of_each) == len(set(of_each))


def test_a_form_sent_back_is_no_longer_good_once_its_number_is_answered():
    """Though nothing is wrong with it any more: what was sent instead of it stands."""
    old, new = form(file="cũ.xlsx"), form(file="mới.xlsx")
    recorded = {old.sha256: row(old, "refused", "answer-not-given")}
    verdicts = judged(old, new, recorded=recorded)
    assert {file: (v.state, v.enters) for file, v in verdicts.items()} == {
        "cũ.xlsx": ("superseded", False),
        "mới.xlsx": ("used", True),
    }
    recorded[new.sha256] = row(new, "used")  # and so it stays where the newer file is here no more
    (alone,) = judged(old, recorded=recorded).values()
    assert (alone.state, alone.enters, alone.why) == ("superseded", False, "Đã có lần gửi 1")


def test_the_message_names_the_other_edition_and_this_one():
    (verdict,) = judged(form(edition="mini-2019")).values()
    assert verdict.findings[0].sentence("en") == (
        "survey-A-1.xlsx: the form is of “mini-2019”, not of mini-2020. → fill in this year's form. "
        "[form-of-other-edition]"
    )


def test_the_codes_of_several_findings_stand_in_one_order_under_any_hash_seed(under_hash_seeds):
    said = under_hash_seeds(
        "from ictindex.basics.findings import found",
        "from ictindex.exchange.batch import Known, refused_after_all, sort_out",
        "from ictindex.exchange.returned import Returned",
        "wrong = [found('answer-not-given', 'x', None, '', answer='a', label='A'), found('no-rows', 'x')]",
        "form = Returned('x', '0' * 64, 'survey', 'e', 'A', 'v', 1, findings=wrong)",
        "(verdict,) = sort_out([form], Known('e', ['A']))",
        "print(verdict.why, refused_after_all(verdict, [found('csv-empty', 'x')]).why, sep='; ')",
    )
    codes = "answer-not-given, arrival-unknown"
    assert set(said) == {f"{codes}, no-rows; {codes}, csv-empty, no-rows"}


def test_what_a_form_is_remarked_for_is_the_evaluators_and_stops_nothing():
    remark = found("digits-hidden", "x", None, "S!B3", value="1.234.567")
    one = replace(form(), remarks=(remark,))
    (verdict,) = judged(one).values()
    assert (verdict.state, verdict.todo, verdict.findings) == ("used", (remark,), ())
