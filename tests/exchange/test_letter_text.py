"""A template is words in braces: a paragraph without its word is left out, an own one is checked."""

import re

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.letter_text import KINDS, Grid, fill, read_template, shipped, words_of

TABLE = Grid(("A", "B"), (100, 65), (False, True), (("một", "1"),))
NOTHING = Grid(("A", "B"), (100, 65), (False, True), ())


def everything(kind):
    return {word: TABLE if word.startswith("bảng ") else f"<{word}>" for word in words_of(kind)}


def own(tmp_path, text):
    (tmp_path / "letters.yaml").write_text(text, "utf-8")
    return read_template(tmp_path, "inputs/x")


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_letters_use_only_words_that_are_filled_and_say_which_there_are(kind, tmp_path):
    assert own(tmp_path, shipped()) == read_template(tmp_path / "none", "")  # checked as an office's own is
    told = fill(read_template(tmp_path / "none", ""), kind, everything(kind))
    texts = [part for part in (*told.body, *told.annex, told.subject, *told.head) if isinstance(part, str)]
    assert texts and not re.search("[{}]", "".join(texts))
    listed = shipped().partition("# Những chữ được điền")[2]
    assert {*re.findall(r"\{([^}]*)\}", listed)} >= {*words_of(kind)}


def test_a_paragraph_that_lacks_a_word_is_left_out_and_a_table_without_rows_takes_its_lead_with_it(tmp_path):
    template = own(
        tmp_path,
        'result:\n  body:\n    - "Hạn: {hạn trả lời}."\n    - "Vì sao: {bảng lý do}"\n'
        '    - "{bảng hạng mục}"\n    - Chữ thường.\n',
    )
    words = everything("result")
    assert fill(template, "result", words).body == (
        *("Hạn: <hạn trả lời>.", "Vì sao:", TABLE, TABLE),
        "Chữ thường.",
    )
    bare = words | {"hạn trả lời": "", "bảng lý do": NOTHING}
    assert fill(template, "result", bare).body == (TABLE, "Chữ thường.")


def test_an_office_replaces_part_by_part(tmp_path):
    template = own(tmp_path, "head:\n  office: SỞ THÔNG TIN VÀ TRUYỀN THÔNG\nsurvey:\n  subject: khảo sát\n")
    told = fill(template, "survey", everything("survey"))
    usual = fill(read_template(tmp_path / "none", ""), "survey", everything("survey"))
    assert (told.head.office, told.subject) == ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "khảo sát")
    assert (told.head.signer, told.body) == (usual.head.signer, usual.body)


def test_words_are_known_however_their_accents_are_written(tmp_path):
    decomposed = 'survey:\n  subject: "gửi {đơn vị}"\n'
    assert fill(own(tmp_path, decomposed), "survey", everything("survey")).subject == "gửi <đơn vị>"


def test_what_is_filled_in_is_never_read_as_a_template(tmp_path):
    words = everything("survey") | {"đơn vị": "{năm} {bảng lý do} {{7*7}}"}
    told = fill(own(tmp_path, 'survey:\n  subject: "{đơn vị}"\n'), "survey", words)
    assert told.subject == "{năm} {bảng lý do} {{7*7}}"


def test_everything_wrong_with_an_own_template_is_told_at_once_with_its_line(tmp_path):
    text = """\
reminders: {subject: a}
survey:
  subject: [không phải chữ]
  body: không phải danh sách
  bdy: [x]
result:
  subject: "{điểm số} và {năm"
  body:
    - "{bảng lý do} đứng trước"
    - "Së Th«ng tin vµ TruyÒn th«ng"
head: trống
"""
    with pytest.raises(Refused) as refused:
        own(tmp_path, text)
    assert [(f.code, f.row, f.file) for f in refused.value.findings] == [
        ("key-unknown", 1, "inputs/x/letters.yaml"),
        ("letter-text", 3, "inputs/x/letters.yaml"),
        ("letter-list", 4, "inputs/x/letters.yaml"),
        ("key-unknown", 5, "inputs/x/letters.yaml"),
        ("letter-brace", 7, "inputs/x/letters.yaml"),
        ("letter-word", 7, "inputs/x/letters.yaml"),
        ("letter-table", 9, "inputs/x/letters.yaml"),
        ("form-old-letters", 10, "inputs/x/letters.yaml"),
        ("letter-parts", 11, "inputs/x/letters.yaml"),
    ]
    assert all(f.message("vi") and f.remedy("vi") and f.remedy("en") for f in refused.value.findings)


def test_a_template_builds_no_objects(tmp_path):
    with pytest.raises(Refused) as refused:
        own(tmp_path, "survey:\n  subject: !!python/name:os.system x\n")
    assert [finding.code for finding in refused.value.findings] == ["yaml-tag"]
