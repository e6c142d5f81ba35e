"""What a form is, whoever writes or reads it: its cover, its sheets, their columns and lines.

A form is found again by what stands in its cells (the labels of the cover, the headings, the codes), never by
where they stand: rows and columns that somebody puts in, or sheets that are renamed, do not matter.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from ictindex.basics import exact_text
from ictindex.facts import folded
from ictindex.methodology import Answer, Methodology, Node

SURVEY, APPRAISAL, MARKING, ADJUDICATION, SLIP, DECISIONS, INSPECTION = KINDS = (
    "survey",
    "appraisal",
    "marking",
    "adjudication",  # the sheet of the third person, whose mark stands
    "slip",
    "decisions",  # what a council decides: objections, late reports, doubts, cancellations
    "inspection",  # an inspector's tests of online services
)
KIND_VI = {
    SURVEY: "Phiếu khảo sát",
    APPRAISAL: "Phiếu thẩm định",
    MARKING: "Phiếu chấm điểm",
    ADJUDICATION: "Phiếu chấm của người thứ ba",
    SLIP: "Phiếu xác nhận số liệu",
    DECISIONS: "Phiếu quyết định",
    INSPECTION: "Phiếu kiểm tra dịch vụ",
}
OF_UNITS = (SURVEY, SLIP)  # kinds whose sender is a unit; reviewers and appraisers send the others
# The sheet of the self-score holds formulas alone: it is never read.
COVER_SHEET, POINTS_SHEET, SERVICES_SHEET, SCORE_SHEET, COMPLAINTS_SHEET = (
    *("Bìa", "Điểm", "Dịch vụ công trực tuyến", "Điểm tự tính", "Phản ánh"),
)

# The cover's lines: key -> label in its first column; whom the form is sent to fills in COVER_ENTRIES.
COVER = {
    "form": "Mã loại phiếu",
    "edition": "Mã kỳ đánh giá",
    "sender": "Mã đơn vị (người chấm)",
    "version": "Mã phiên bản phiếu",
    "sending": "Lần gửi thứ",
    "sent_on": "Ngày gửi",
    "signed_by": "Người lập phiếu",
    "reach": "Điện thoại, thư điện tử",
    "opinion": "Ý kiến của đơn vị",  # of a slip alone
}
COVER_ENTRIES = ("sending", "sent_on", "signed_by", "reach", "opinion")
OPINIONS = {"agreed": "Thống nhất", "objects": "Đề nghị điều chỉnh"}

# What a unit may say instead of a value.
STATES = {"not_applicable": "Không áp dụng", "withheld": "Bí mật nhà nước"}
DECIDED_VI = {
    "granted": "Chấp nhận",
    "refused": "Không chấp nhận",
    "extended": "Gia hạn",
    "not_extended": "Không gia hạn",
    "none": "Không báo cáo, 0 điểm",
    "no_report": "Không báo cáo, không có kết quả",
    "untrue": "Không đúng thực tế",
    "true": "Đúng thực tế",
    "cancelled": "Hủy kết quả",
}
YES_NO = {True: "Có", False: "Không"}


class Field(NamedTuple):
    """A column of a sheet; an ``entry`` is filled in by whom the form is sent to."""

    key: str
    label_vi: str
    width: int = 12
    entry: bool = False


# Every column that a sheet may have. 'entity' and 'code' say which line it is.
FIELDS = {
    each.key: each
    for each in (
        Field("number", "TT", 6),
        Field("entity", "Mã đơn vị", 14),
        Field("entity_vi", "Tên đơn vị", 28),
        Field("code", "Mã", 16),
        Field("question", "Nội dung", 40),
        Field("how", "Giải thích, cách tính điểm", 38),
        Field("unit", "Đơn vị tính", 12),
        Field("clause", "Căn cứ", 22),
        Field("last", "Kỳ trước", 10),
        Field("declared", "Đơn vị tự khai, tự chấm", 14),
        Field("monitored", "Số liệu giám sát", 14),
        Field("stands", "Số liệu được lấy", 14),
        Field("reason", "Lý do thay đổi", 30),
        Field("evidence_given", "Tài liệu đã gửi", 30),
        Field("most", "Điểm tối đa", 10),
        Field("points", "Điểm đạt", 10),
        Field("state_vi", "Trạng thái", 24),
        Field("marks", "Điểm chấm", 16),
        Field("chosen", "Lý do kiểm tra", 20),
        Field("matter", "Việc cần quyết định", 18),
        Field("asked_for", "Đơn vị đề nghị", 14),
        Field("given_why", "Lý do nêu ra", 28),
        Field("about", "Thủ tục, mức độ, nhóm, địa chỉ đã khai", 30),
        Field("self_score", "Điểm tự tính", 10),  # a live formula, never read
        Field("effect", "Nếu chấp nhận: kết quả, hạng", 22),
        Field("answer", "Trả lời", 14, entry=True),  # points that the unit claims, where it is an award
        Field("state", "Không trả lời vì", 14, entry=True),
        Field("evidence", "Tài liệu kiểm chứng", 24, entry=True),
        Field("note", "Ghi chú", 18, entry=True),
        Field("verified", "Thẩm định", 14, entry=True),
        Field("mark", "Điểm", 10, entry=True),
        Field("why", "Lý do", 36, entry=True),
        Field("requested", "Đề nghị sửa thành", 16, entry=True),
        Field("grounds", "Lý do đề nghị", 36, entry=True),
        Field("decided", "Quyết định", 16, entry=True),
        Field("new", "Số liệu được lấy theo quyết định", 14, entry=True),
        Field("until", "Gia hạn đến ngày", 12, entry=True),
        Field("who", "Người quyết định", 18, entry=True),
        Field("paper", "Văn bản (số, ngày)", 22, entry=True),
        # Of a list in which each row is the sender's own: a unit's online services (services.csv).
        Field("service", "Mã dịch vụ", 11, entry=True),
        Field("service_vi", "Tên dịch vụ công trực tuyến", 38, entry=True),
        Field("procedure", "Mã thủ tục hành chính", 14, entry=True),
        Field("level", "Mức độ", 8, entry=True),
        Field("in_database", "Có trong cơ sở dữ liệu quốc gia về thủ tục hành chính", 16, entry=True),
        Field("link", "Địa chỉ của dịch vụ", 34, entry=True),
        Field("service_group", "Nhóm dịch vụ (lĩnh vực)", 18, entry=True),
        Field("application", "Phần mềm, cổng", 18, entry=True),
        # What an inspector finds when a service is tested (service_tests.csv).
        Field("tested_on", "Ngày kiểm tra", 12, entry=True),
        Field("way", "Cách kiểm tra", 16, entry=True),
        Field("account", "Đăng ký được tài khoản", 11, entry=True),
        Field("submission", "Gửi được hồ sơ trực tuyến", 11, entry=True),
        Field("tracking", "Theo dõi được việc tiếp nhận, trả kết quả", 13, entry=True),
        Field("found_listed", "Thấy thủ tục trong cơ sở dữ liệu, trên cổng", 13, entry=True),
        Field("link_opens", "Mở được địa chỉ đã khai", 11, entry=True),
        Field("works", "Hoạt động, đạt yêu cầu", 11, entry=True),
        Field("recording", "Ảnh chụp, tệp ghi màn hình", 22, entry=True),
        # A complaint about a service, which has it tested again (with the columns service and recording).
        Field("complained", "Đơn vị có dịch vụ bị phản ánh", 34, entry=True),
        Field("complaint_on", "Ngày nhận phản ánh", 12, entry=True),
        Field("complaint", "Nội dung phản ánh", 48, entry=True),
    )
}
VALUE_FIELDS = ("answer", "verified", "mark", "requested", "new")  # a value of what the line asks
YES_NO_FIELDS = ("in_database", "account", "submission", "tracking", "found_listed", "link_opens", "works")
DAYS = ("until", "tested_on", "complaint_on")


def columns(names: str) -> tuple[Field, ...]:
    """The columns of a sheet by their keys; question:26 where one has another width than usual."""
    named = (name.partition(":") for name in names.split())
    return tuple(FIELDS[key]._replace(width=int(wide)) if wide else FIELDS[key] for key, _, wide in named)


Shown = str | Fraction | None

WAY_VI = {"direct": "Trực tiếp như người dân", "report": "Theo báo cáo", "complaint": "Có phản ánh"}
LEVEL_VI = {"3": "Mức độ 3", "4": "Mức độ 4"}
_SERVICE = "dv:"
_COMPLAINT = "pa:"
_TEST = re.compile(r"kt([1-9][0-9]{0,2}):(.+)")
_CRITERION = "tc:"  # no name of an answer has a colon


def file_stem(edition: str, kind: str, code: str, name_vi: str) -> str:
    """What a file of one unit is called, without its ending: by codes, and by name for whoever files it."""
    name = "-".join(folded(name_vi).split())
    behind = f"__{name[:40].strip('-')}" if name and name != code.lower() else ""
    return f"{edition}_{kind}_{code}{behind}"


def criterion_code(node_id: str) -> str:
    """A criterion's code in a form: 2342 has an answer ``staff`` and a category ``staff``."""
    return f"{_CRITERION}{node_id}"


def criterion_of(code: str) -> str:
    """The criterion that a line's code names, '' where it names an answer."""
    return code.removeprefix(_CRITERION) if code.startswith(_CRITERION) else ""


def service_code(service: str) -> str:
    """The code of a line about an online service: of a unit's list, or of an inspector's sheet."""
    return f"{_SERVICE}{service}"


def service_of(code: str) -> str | None:
    """The service that a line's code names, '' where its row has none; None where it is about no service."""
    return code.removeprefix(_SERVICE) if code.startswith(_SERVICE) else None


def complaint_code(service: str) -> str:
    """The code of a line about a complaint, which is no test but has the service tested again."""
    return f"{_COMPLAINT}{service}"


def complaint_of(code: str) -> str | None:
    """The service that a complaint is about, '' where its row names none; None where the code is another."""
    return code.removeprefix(_COMPLAINT) if code.startswith(_COMPLAINT) else None


def test_code(service: str, number: int) -> str:
    """The code of an inspector's line: which test of a service it is, so that a sheet can be sent again."""
    return f"kt{number}:{service}"


def test_of(code: str) -> tuple[str, int] | None:
    """The service and the number of its test that a line's code names; None where it names none."""
    match = _TEST.fullmatch(code)
    return (match[2], int(match[1])) if match else None


@dataclass(frozen=True)
class Line:
    """A line of a sheet: what each column shows, by key, and the Answer that its value column asks for.

    ``closed``: entry columns that this line has no use for. ``offered``: what may be decided of it.
    ``scores``: the criterion whose points, as they follow from what is typed, stand beside it.
    """

    cells: dict[str, Shown]
    asks: Answer | None = None
    closed: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    scores: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a form: a title, the columns, a line for each thing asked or shown.

    ``rows``: how many rows below are the sender's own, where it is a list.
    """

    name: str
    fields: tuple[Field, ...]
    lines: tuple[Line, ...] = ()
    rows: int = 0


@dataclass(frozen=True, eq=False)
class SelfScore:
    """What a unit's own figures come to: by the criteria that apply, and what 0 of 0 counts.

    Units that are asked the same share one; ``made`` keeps what is made of it for all their forms.
    """

    methodology: Methodology
    group: str
    leaves: frozenset[str]  # that apply to it
    nothing: str = "zero"
    made: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> list[Node]:
        """The criteria that apply, with those above them, as the decision reads; the total last."""
        here = [n for n in self.methodology.nodes if any(leaf.id in self.leaves for leaf in n.walk())]
        return [*here[1:], *here[:1]]

    def unknown_vi(self, leaf: Node) -> str:
        """Why a unit cannot know what a criterion earns; '' where it can."""
        kinds = {rule.kind for rule in leaf.criterion.rule.walk()}
        if any(answer in self.methodology.last_year for answer in leaf.reads):
            return "so với kỳ trước"
        return next((why for kind, why in _NOT_KNOWN_VI.items() if kind in kinds), "")


_NOT_KNOWN_VI = {"mark": "do người chấm", "of_largest": "so với cả nhóm", "in_group": "so với cả nhóm"}


@dataclass(frozen=True)
class Form:
    """A form for one unit or reviewer, ready to be written.

    ``about``: further lines of the cover, label and text (deadline, whom to ask, decision). ``steps``: how to
    fill it in. ``stamp``: set where anything on it is made up.
    """

    kind: str
    edition: str
    sender: str
    sender_vi: str
    title_vi: str
    sheets: tuple[Sheet, ...]
    about: tuple[tuple[str, str], ...] = ()
    steps: tuple[str, ...] = ()
    stamp: str = ""
    filled: dict[str, str] = field(default_factory=dict)  # of the cover's entries
    score: SelfScore | None = None

    @property
    def version(self) -> str:
        """A digest of what is asked, the same for every unit that is asked the same.

        By codes, kinds and limits: a label that is corrected, or another order, makes no other form.
        """
        asked = [
            [
                sheet.name,
                [f.key for f in sheet.fields if f.entry],
                sorted([[_code(line), _asked(line.asks)] for line in sheet.lines], key=str),
            ]
            for sheet in self.sheets
        ]
        text = json.dumps([self.kind, self.edition, asked], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def file_name(self) -> str:
        """By codes, so that it can be read back; a unit's name stands behind, for whoever files it."""
        name = self.sender_vi if self.kind in OF_UNITS else ""
        return f"{file_stem(self.edition, self.kind, self.sender, name)}.xlsx"


def _code(line: Line) -> str:
    return "/".join(str(line.cells[key]) for key in ("entity", "code") if line.cells.get(key))


def _asked(answer: Answer | None) -> Any:
    if answer is None:
        return None
    limits = [None if limit is None else exact_text(limit) for limit in (answer.min, answer.max)]
    return [answer.kind, *limits, sorted(answer.choices or ())]
