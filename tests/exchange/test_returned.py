"""A form that came back: what nothing is known of is empty, and findings are its own."""

from ictindex.basics.findings import found
from ictindex.exchange.returned import Entry, Returned, ReturnedLine


def test_a_file_of_which_nothing_could_be_read_is_no_form_and_has_no_lines():
    nothing = Returned("a.xlsx", "0" * 64)
    assert (nothing.form, nothing.sender, nothing.lines, nothing.sending) == ("", "", (), 1)
    assert nothing.sent_on is None and nothing.findings == []


def test_two_files_never_share_their_findings():
    one, other = Returned("a.xlsx", "0" * 64), Returned("b.xlsx", "1" * 64)
    one.findings.append(found("no-rows", "a.xlsx"))
    assert other.findings == []


def test_a_line_says_whose_it_is_what_it_is_about_and_from_which_cell_each_entry_came():
    line = ReturnedLine("", "staff", {"answer": Entry("12", "Phiếu khảo sát!F14")})
    assert (line.entity, line.code) == ("", "staff")
    assert line.entries["answer"] == ("12", "Phiếu khảo sát!F14")
