"""What goes wrong when forms are filled in: habits that are read right all the same, and real faults."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from ictindex.basics import exact_text, format_vi
from ictindex.exchange.clerk import Paper
from ictindex.exchange.layout import KIND_VI, SURVEY
from ictindex.exchange.made_up import Unit
from ictindex.procedure import NUMERIC

SHEET = KIND_VI[SURVEY]
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # how an old .xls begins, and what a password locks


@dataclass
class Filling:
    """A survey while a unit fills it in; ``sent`` goes instead of the paper, where it is no longer one.

    ``evidence``: name of a file -> its bytes. ``pick``: one of several, always the same.
    """

    unit: Unit
    paper: Paper
    pick: Callable[..., Any]
    name: str
    evidence: dict[str, bytes] = field(default_factory=dict)
    sent: bytes | None = None

    def cell(self, code: str, key: str = "answer") -> Any:
        return self.paper.cells[SHEET, "", code, key]

    def of_kind(self, *kinds: str) -> list[str]:
        return [code for code in self.unit.values if self.unit.asks[code].kind in kinds]

    def numbers(self) -> Iterator[tuple[str, Fraction]]:
        for code in self.of_kind(*NUMERIC):
            yield code, Fraction(self.unit.values[code])


# --- habits -----------------------------------------------------------------------------------------------


def comma_text(filling: Filling) -> None:
    """1.234 and 12,5 as text: the comma is proven where a figure has one."""
    for code, number in filling.numbers():
        whole = filling.unit.asks[code].kind == "count"
        filling.cell(code).value = format_vi(number, 0 if whole else _places(number))


def point_text(filling: Filling) -> None:
    """1234.5 as text."""
    for code, number in filling.numbers():
        filling.cell(code).value = exact_text(number)


def stray_spaces(filling: Filling) -> None:
    for code in filling.unit.values:
        value = filling.cell(code).value
        filling.cell(code).value = f" \u00a0{value}  " if isinstance(value, str | int) else value


def capitals(filling: Filling) -> None:
    for code in filling.of_kind("yes_no", "choice"):
        filling.cell(code).value = filling.cell(code).value.upper()


def decomposed(filling: Filling) -> None:
    """NFD, as a Mac writes it, in the form and in the names of the files beside it."""
    for code in filling.unit.asks:
        for key in ("answer", "evidence", "note"):
            cell = filling.cell(code, key)
            if isinstance(cell.value, str):
                cell.value = unicodedata.normalize("NFD", cell.value)
    filling.evidence = {unicodedata.normalize("NFD", name): data for name, data in filling.evidence.items()}


def row_put_in(filling: Filling) -> None:
    rows = [filling.cell(code).row for code in filling.unit.asks]
    filling.paper.book[SHEET].insert_rows(filling.pick("row", rows[1:] or rows))


def sheet_put_in(filling: Filling) -> None:
    draft = filling.paper.book.create_sheet("Nháp", 0)
    draft["A1"], draft["B2"] = "Tính thử", 1234.5


def row_hidden(filling: Filling) -> None:
    row = filling.cell(filling.pick("hidden", list(filling.unit.asks))).row
    filling.paper.book[SHEET].row_dimensions[row].hidden = True


def title_merged(filling: Filling) -> None:
    filling.paper.book[SHEET].merge_cells("A1:F1")


def renamed(filling: Filling) -> None:
    filling.name = "Phiếu khảo sát (bản chính thức).xlsx"


def day_as_text(filling: Filling) -> None:
    day = filling.paper.cover["sent_on"].value
    filling.paper.sign(sent_on=f"ngày {day.day} tháng {day.month} năm {day.year}")


def file_too_many(filling: Filling) -> None:
    filling.evidence["Ảnh chụp màn hình.pdf"] = "Minh họa: không phiếu nào nhắc đến tệp này\n".encode()


HABITS: dict[str, Callable[[Filling], None]] = {
    habit.__name__: habit
    for habit in (
        *(comma_text, point_text, stray_spaces, capitals, decomposed, row_put_in, sheet_put_in, row_hidden),
        *(title_merged, renamed, day_as_text, file_too_many),
    )
}


# --- faults -----------------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """``put`` spoils a form, False where it asks nothing that could go wrong so; ``code`` of the finding."""

    put: Callable[[Filling], bool]
    code: str


def _instead(kinds: tuple[str, ...], text: str) -> Callable[[Filling], bool]:
    """Something else in the answer cell of a question of some kind."""

    def put(filling: Filling) -> bool:
        codes = filling.of_kind(*kinds)
        if codes:
            filling.cell(filling.pick("fault", codes)).value = text
        return bool(codes)

    return put


def _left_empty(filling: Filling) -> bool:
    """Where the decision says what becomes of it, if it does anywhere."""
    given = [question for question in filling.unit.questions if question.code in filling.unit.values]
    harmless = [question for question in given if question.leaf.missing != "error"]
    filling.cell(filling.pick("fault", harmless or given).code).value = None
    return True


def _in_the_notes(filling: Filling) -> bool:
    codes = filling.of_kind("count")
    if codes:
        code = filling.pick("fault", codes)
        filling.cell(code, "note").value = filling.cell(code).value
        filling.cell(code).value = None
    return bool(codes)


def _part_above_whole(filling: Filling) -> bool:
    values, asks = filling.unit.values, filling.unit.asks
    pairs = [
        (part, whole)
        for part, whole in filling.unit.shares
        if part in values and whole in values and asks[part].max is None
    ]
    if pairs:
        part, whole = filling.pick("fault", pairs)
        filling.cell(part).value = int(Fraction(values[whole])) + 7
    return bool(pairs)


def _above_most(filling: Filling) -> bool:
    codes = [code for code, _ in filling.numbers() if filling.unit.asks[code].max is not None]
    if codes:
        code = filling.pick("fault", codes)
        filling.cell(code).value = int(filling.unit.asks[code].max) + 1
    return bool(codes)


def _merged(filling: Filling) -> bool:
    code = filling.pick("fault", list(filling.unit.values))
    first, last = filling.cell(code), filling.cell(code, "state")
    filling.paper.book[SHEET].merge_cells(f"{first.coordinate}:{last.coordinate}")
    return True


def _evidence_lost(filling: Filling) -> bool:
    filling.cell(
        filling.pick("fault", list(filling.unit.values)), "evidence"
    ).value = "Quyết định kèm theo.pdf"
    return True


def _last_year(filling: Filling) -> bool:
    name, _, year = filling.paper.cover["edition"].value.rpartition("-")
    filling.paper.sign(edition=f"{name}-{int(year) - 1}", version="0123456789ab")
    return True


def _old_xls(filling: Filling) -> bool:
    filling.sent, filling.name = _sealed(filling, "Workbook"), "phieu.xls"
    return True


def _locked(filling: Filling) -> bool:
    filling.sent = _sealed(filling, "EncryptedPackage")
    return True


def _sealed(filling: Filling, stream: str) -> bytes:
    """The beginning of a compound file, whose rest was lost on the way; of no two units the same."""
    return _OLE + bytes(504) + stream.encode("utf-16-le") + filling.unit.code.encode()


FAULTS: dict[str, Fault] = {
    "left_empty": Fault(_left_empty, "answer-not-given"),
    "part_above_whole": Fault(_part_above_whole, "rule-cannot-use"),
    "formula": Fault(_instead(("count",), "=120+35"), "form-formula"),
    "evidence_lost": Fault(_evidence_lost, "evidence-not-sent"),
    "percentage": Fault(_instead(("count",), "45 %"), "form-percentage"),
    "last_year": Fault(_last_year, "form-of-other-edition"),
    "two_numbers": Fault(_instead(("number", "award"), "1.234"), "form-two-numbers"),
    "not_offered": Fault(_instead(("choice",), "Đang trình ký"), "form-not-offered"),
    "old_xls": Fault(_old_xls, "form-corrupt"),
    "words": Fault(_instead(("count",), "khoảng 120"), "not-a-number"),
    "merged": Fault(_merged, "form-merged"),
    "not_yes_no": Fault(_instead(("yes_no",), "Chưa rõ"), "not-yes-no"),
    "above_most": Fault(_above_most, "above-maximum"),
    "in_the_notes": Fault(_in_the_notes, "form-elsewhere"),
    "locked": Fault(_locked, "form-encrypted"),
    "cell_error": Fault(_instead(("count",), "#REF!"), "form-cell-error"),
}


def _places(number: Fraction) -> int:
    """One decimal place at least, so that no figure reads two ways."""
    return max(1, len(exact_text(number).partition(".")[2]))
