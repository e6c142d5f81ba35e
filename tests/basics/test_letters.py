"""What was damaged on the way is told, and no Vietnamese text is ever taken for damaged."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.letters import damaged

ROOT = Path(__file__).parents[2]
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx"
QUOTED = re.compile(r'"([^"\n]*)"')


def texts_of_the_project():
    """Every label, note and sentence that anybody reads: inputs, methodologies, words, findings, manual."""
    for path in sorted((ROOT / "inputs").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row)
    for folder, ending in (("parameters", "yaml"), ("ictindex/page", "py"), ("ictindex/basics", "toml")):
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            yield from path.read_text("utf-8").split("\n")
    yield from (ROOT / "README.vi.md").read_text("utf-8").split("\n")


def test_no_text_of_the_project_is_taken_for_damaged():
    texts = {text for text in texts_of_the_project() if not text.isascii()}
    assert len(texts) > 5000
    assert [text for text in sorted(texts) if damaged(text)] == []


words = st.lists(st.text(LETTERS, min_size=1, max_size=7), min_size=1, max_size=6)


@given(words, st.sampled_from([str, str.upper, str.title]), st.sampled_from(" \xa0.,-/()“”’…"))
def test_vietnamese_is_never_damaged_in_any_case_of_letters(several, case, sign):
    assert not damaged(case(sign.join(several)))


@given(
    st.lists(
        st.sampled_from(["Sở", "Nội", "vụ", "Bộ Y tế", "Hà Giang", "Mộc Châu", "Đồng Nai", "và"]), min_size=1
    )
)
def test_utf8_read_as_something_else_is_damaged(several):
    """Opened as ANSI, saved as UTF-8."""
    text = " ".join(several)
    read = "".join(chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
                   for byte in text.encode())  # fmt: skip
    assert damaged(read)


@pytest.mark.parametrize(
    "text",
    ["Së Th«ng tin vµ TruyÒn th«ng", "Së Néi vô", "Ban D©n téc tØnh", "TrÝ §øc",  # TCVN3
     "Ðồng Nai", "Nguyễn Ðức", "ÐẠI HỌC",  # the Icelandic letter
     "Sở N\ufffdi vụ"],
)  # fmt: skip
def test_old_fonts_and_the_icelandic_letter_are_damaged(text):
    assert damaged(text)
