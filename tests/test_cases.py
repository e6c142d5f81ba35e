"""Worked cases of the decisions (tests/cases/<methodology>/<node>.yaml), run on the real methodologies.

``tests/cases/language`` holds those of what LANGUAGE.md says of every methodology.

A methodology officer reads them, signs them and adds to them: figures in, what the decision makes of them
out, worked by hand. A case goes through the files of an edition of its own, as a year's figures would. What
only other criteria read is taken as not applicable: a case states what its node needs and no more.
"""

import csv
import re
import shutil
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from ictindex.basics.findings import Refused, speller
from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import Document, load, parse
from ictindex.facts.services import DIRECT, REPORT
from ictindex.methodology.reading import read_methodology
from ictindex.methodology.schema import Many, Strict, Text
from ictindex.methodology.shapes import shape_findings
from ictindex.methodology.tree import Methodology
from ictindex.scoring import evaluation
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.outcomes import UNKNOWN, Outcome, unanswered

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
APART = (  # on trees of their own, each with a test of its own
    "rule_language",
    "comparisons",
    "crosswalk",
    "lint",
    "ranking",
)
METHODOLOGIES = "parameters/methodologies"
YEAR = 2020  # of every case: the calendar of a methodology is relative to it

NONE = {"thiếu": "missing", "không áp dụng": "not_applicable", "bí mật nhà nước": "withheld"}
ZERO = {
    "báo cáo chậm": "zero_late",
    "khai không đủ": "zero_incomplete",
    "không đúng thực tế": "zero_untrue",
    "không có tài liệu": "zero_no_evidence",
    "hủy kết quả": "zero_cancelled",
    "thiếu số liệu": "zero_missing",
}
EVENTS = {
    "báo cáo": "reported",
    "gia hạn": "extension",
    "khai không đủ": "incomplete",
    "không đúng thực tế": "untrue",
    "không có tài liệu": "no_evidence",
    "hủy kết quả": "cancelled",
    "khôi phục": "restored",
    "đính chính": "correction",
}
FIGURE = r"-?[0-9]+(?:,[0-9]+)?"
MARKED = re.compile(rf"({FIGURE}(?:; {FIGURE})*)(?:, người thứ ba ({FIGURE}))?")
AWARDED = re.compile(rf"tự đánh giá ({FIGURE})(?:, thẩm định ({FIGURE}))?")


class Happened(Strict):
    """An event of the year: which, at which criterion ('' or nothing: the whole report), on which day.

    A correction names an answer and its value instead of a criterion.
    """

    su_kien: Text
    tieu_chi: str = ""
    ngay: Text = "2021-02-01"
    den: str = ""
    so_lieu: str = ""
    gia_tri: str = ""


class Service(Strict):
    """An online service of the unit: its procedure, its group, and what its tests and complaints found."""

    ma: Text
    thu_tuc: Text
    nhom: str = ""
    kiem_tra: dict[str, Text] = Field(default_factory=dict)  # day: “đạt”, “không đạt” or “phản ánh”


class Unit(Strict):
    """A unit and its figures: code, group, attributes, answers; the first group and values if unsaid."""

    don_vi: Text | None = None
    nhom: Text | None = None
    thuoc_tinh: dict[str, Text] = Field(default_factory=dict)
    so_lieu: dict[str, Text] = Field(default_factory=dict)


class Case(Unit):
    """One case; ``ket_qua`` is the result at the file's node, or the results at several nodes by name."""

    mo_ta: Text
    cau: Text | None = None  # the sentence of LANGUAGE.md that the case works out
    don_vi_khac: Many[Unit] = ()
    dich_vu: Many[Service] = ()
    su_kien: Many[Happened] = ()
    tai_lieu: Many[Text] | None = None  # answers that evidence stands behind; None: no register is kept
    tham_so: dict[str, str | int] = Field(default_factory=dict)  # of rules left open
    ket_qua: Text | dict[str, Text] | None = None
    gia_tri: Text | None = None  # as printed
    thu_hang: int | None = None
    muc: Text | None = None
    bi_tu_choi: Many[Text] | None = None
    chua_biet: Many[Text] | None = (
        None  # nobody knows the points of the node: which figures are told as missing
    )


class CaseFile(Strict):
    """A file: which node of which methodology, on what basis, what all its cases share, and the cases."""

    phuong_phap: Text
    tieu_chi: Text
    can_cu: Text | None = None
    chung: Unit = Unit()
    truong_hop: Many[Case]


@dataclass(frozen=True)
class Worked:
    """A well-formed file and where each of its keys stands."""

    source: CaseFile
    document: Document
    methodology: Methodology

    @property
    def node(self) -> str:
        return self.source.tieu_chi


# --- reading: strict, with file and line ------------------------------------------------------------------


known_methodology = cache(read_methodology)


def read(document: Document, project: Project) -> Worked:
    """A file of cases; Refused with every unknown key, node, answer or word in it, at its line."""
    try:
        source = CaseFile.model_validate(document.data)
    except ValidationError as error:
        raise Refused(shape_findings(error, document, CaseFile)) from None
    methodology = known_methodology(source.phuong_phap, project)
    findings = []

    def known(words, names, *path):
        for name in names:
            if name not in words:
                findings.append(document.found("key-unknown", path, key=name, **speller(words)(name)))

    nodes = [node.id for node in methodology.nodes]
    known(nodes, [source.tieu_chi], "tieu_chi")
    for path, unit in units(source):
        known(methodology.answers, unit.so_lieu, *path, "so_lieu")
        known(methodology.source.attributes, unit.thuoc_tinh, *path, "thuoc_tinh")
    for i, case in enumerate(source.truong_hop):
        path = ("truong_hop", i)
        known(methodology.answers, case.tai_lieu or (), *path, "tai_lieu")
        known(EVENTS, [event.su_kien for event in case.su_kien], *path, "su_kien")
        known(TESTED, [found for each in case.dich_vu for found in each.kiem_tra.values()], *path, "dich_vu")
        corrected = [event.so_lieu for event in case.su_kien if event.so_lieu]
        known(methodology.answers, corrected, *path, "su_kien")
        known(["", *nodes], [event.tieu_chi for event in case.su_kien], *path, "su_kien")
        if isinstance(case.ket_qua, dict):
            known(nodes, case.ket_qua, *path, "ket_qua")
        scored = any(each is not None for each in (case.ket_qua, case.thu_hang, case.muc, case.gia_tri))
        if [scored, case.bi_tu_choi is not None, case.chua_biet is not None].count(True) != 1:
            findings.append(document.found("key-missing", path, key="ket_qua"))
    if findings:
        raise Refused(findings)
    return Worked(source, document, methodology)


def units(source):
    """Every unit of a file and its path."""
    yield ("chung",), source.chung
    for i, case in enumerate(source.truong_hop):
        yield ("truong_hop", i), case
        for j, other in enumerate(case.don_vi_khac):
            yield ("truong_hop", i, "don_vi_khac", j), other


def number(text):
    """An exact number: with a decimal comma, or a fraction."""
    assert re.fullmatch(rf"{FIGURE}|-?[0-9]+/[0-9]+", text), f"không phải số: {text}"
    return Fraction(text.replace(",", "."))


def outcome(text):
    """“18 trên 20”, “0 trên 20, báo cáo chậm”, or why nothing counts."""
    if text in NONE:
        return Outcome(None, None, NONE[text])
    scored, _, reason = text.partition(", ")
    points, available = scored.split(" trên ")
    return Outcome(number(points), number(available), ZERO[reason] if reason else "scored")


# --- running: the files of an edition, evaluated ----------------------------------------------------------


def edition(worked, case, project):
    """Write the case as an edition of its own; its parameters."""
    m = worked.methodology
    name = f"{m.name}-{YEAR}"
    parameters = {"edition": name, "methodology": m.name, "year": YEAR, "inputs": name}
    project.parameters(name).write_text("".join(f"{k}: {v}\n" for k, v in parameters.items()), "utf-8")
    codes = ["A", *(f"X{i}" for i in range(1, 1 + len(case.don_vi_khac)))]
    listed = [merged(worked, unit, code) for code, unit in zip(codes, [case, *case.don_vi_khac], strict=True)]
    tables = {
        "entities.csv": [
            {"entity": u.don_vi, "label_vi": f"Đơn vị {u.don_vi}", "group": u.nhom, **u.thuoc_tinh}
            for u in listed
        ],
        "answers.csv": [row for u in listed for row in answers(worked, u)],
        "marks.csv": [row for u in listed for row in marks(worked, u)],
        "events.csv": [event(listed[0].don_vi, happened) for happened in case.su_kien],
        **services(listed[0].don_vi, case.dich_vu),
    }
    if len(m.groups) == 1:
        for row in tables["entities.csv"]:
            del row["group"]
    tables = {file: rows for file, rows in tables.items() if rows}
    if case.tai_lieu is not None:
        shown = {"file": "", "sha256": "", "reference": "Công văn số 1"}
        tables["evidence.csv"] = [
            {"entity": u.don_vi, "answer": a} | shown for u in listed for a in case.tai_lieu
        ]
    write(project.inputs(name), tables)
    return {**parameters, **case.tham_so}


COLUMNS = {  # also where there is no row, or where none says it
    "evidence.csv": ["entity", "answer", "file", "sha256", "reference"],
    "service_tests.csv": [*("entity", "service", "at", "inspector", "way"), *DIRECT, *REPORT, "why"],
}


def write(folder, tables):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file, rows in tables.items():
        with (folder / file).open("w", encoding="utf-8", newline="") as handle:
            columns = COLUMNS.get(file) or list(dict.fromkeys(key for row in rows for key in row))
            writer = csv.DictWriter(handle, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    files = "".join(f"  {file}: {{label_vi: Ca mẫu, origin: Lập ra để thử}}\n" for file in tables)
    (folder / "sources.yaml").write_text(f'status: illustrative\ndecimal: ","\nfiles:\n{files}', "utf-8")


def merged(worked, unit, code):
    """A unit with what the file's cases share and, where nothing is said, the first group and values."""
    common, source = worked.source.chung, worked.methodology.source
    first = {name: next(iter(attribute.values)) for name, attribute in source.attributes.items()}
    return Unit(
        don_vi=unit.don_vi or common.don_vi or code,
        nhom=unit.nhom or common.nhom or next(iter(source.groups)),
        thuoc_tinh={**first, **common.thuoc_tinh, **unit.thuoc_tinh},
        so_lieu={**common.so_lieu, **unit.so_lieu},
    )


def read_here(worked):
    """The answers that the node of a file reads."""
    node = next(node for node in worked.methodology.nodes if node.id == worked.node)
    return {a for leaf in node.walk() if not leaf.children for a in leaf.criterion.rule.reads}


def answers(worked, unit):
    """The rows of answers.csv: what the unit says, and that it is not asked what other criteria read."""
    own = read_here(worked)
    for name, spec in worked.methodology.answers.items():
        row = {"entity": unit.don_vi, "answer": name, "value": "", "verified": "", "state": ""}
        row |= {"why": "", "who": "", "at": "", "paper": ""}
        text = unit.so_lieu.get(name)
        if spec.kind == "mark":
            continue
        if text is None:
            if name not in own:
                yield row | {"state": "not_applicable"}
        elif text in NONE:
            yield row | {"state": NONE[text] if text != "thiếu" else ""}
        elif spec.kind == "award":
            claimed, awarded = AWARDED.fullmatch(text).groups()
            signed = {"why": "Ca mẫu", "who": "Hội đồng", "at": "2020-12-01"} if awarded else {}
            yield row | {"value": claimed, "verified": awarded or ""} | signed
        else:
            value, _, reason = text.partition(", ")
            signed = {"why": "Ca mẫu", "who": "Hội đồng", "paper": "Biên bản số 1"} if reason else {}
            yield row | {"value": value, "state": ZERO[reason] if reason else ""} | signed


def marks(worked, unit):
    """The rows of marks.csv; other criteria are marked 0, since no mark can be not applicable."""
    own = read_here(worked)
    for name, spec in worked.methodology.answers.items():
        text = unit.so_lieu.get(name, "thiếu" if name in own else "0")
        if spec.kind != "mark" or text == "thiếu":
            continue
        several, third = MARKED.fullmatch(text).groups()
        row = {"entity": unit.don_vi, "answer": name, "role": "reviewer", "why": ""}
        for i, mark in enumerate(several.split("; "), start=1):
            yield row | {"reviewer": f"KT{i}", "mark": mark}
        if third:
            yield row | {"reviewer": "TD", "role": "adjudicator", "mark": third, "why": "Chấm lại"}


def event(entity, happened):
    return {
        "entity": entity,
        "criterion": happened.tieu_chi,
        "event": EVENTS[happened.su_kien],
        "at": happened.ngay,
        "until": happened.den,
        "answer": happened.so_lieu,
        "value": happened.gia_tri,
        "why": "Ca mẫu",
        "who": "Hội đồng",
        "paper": "Thông báo số 1",
    }


TESTED = {"đạt": "có", "không đạt": "không", "phản ánh": ""}


def services(entity, several):
    """The rows of services.csv and service_tests.csv; a test fails at its last condition."""
    register = [
        {
            **{"entity": entity, "service": each.ma, "procedure": each.thu_tuc, "label_vi": each.thu_tuc},
            **{"level": "4", "link": "", "group": each.nhom, "application": "", "in_database": "có"},
        }
        for each in several
    ]
    tests = [
        {
            **{"entity": entity, "service": each.ma, "at": day, "inspector": "KT1"},
            **{"way": "direct" if TESTED[found] else "complaint", "why": "Ca mẫu"},
            **(dict.fromkeys(("account", "submission"), "có") if TESTED[found] else {}),
            **{"tracking": TESTED[found], "link_opens": "", "works": "", "in_database": ""},
        }
        for each in several
        for day, found in each.kiem_tra.items()
    ]
    return {"services.csv": register, "service_tests.csv": tests}


def came_to(worked, case, project):
    """What a case comes to, and what it was signed as, in the same words."""
    parameters = edition(worked, case, project)
    if case.bi_tu_choi is not None:
        with pytest.raises(Refused) as refused:
            evaluate(project, **parameters)
        return sorted(finding.code for finding in refused.value.findings), sorted(case.bi_tu_choi)
    e = evaluate(project, **parameters)
    if case.chua_biet is not None:
        told = sorted(finding.code for finding in unanswered(e.methodology, e.inputs, e.scores))
        nothing = Outcome(None, None, UNKNOWN)
        upwards = [e.scores.outcomes[node][0] for node in (worked.node, e.methodology.root.id)]
        rank = e.at(e.methodology.root)[e.scores.entities[0].code].rank
        return (told, upwards, rank), (sorted(case.chua_biet), [nothing, nothing], None)
    results = case.ket_qua if isinstance(case.ket_qua, dict) else {worked.node: case.ket_qua}
    signed = {node: outcome(text) for node, text in results.items() if text}
    came = {node: e.scores.outcomes[node][0] for node in signed}
    if (case.gia_tri, case.thu_hang, case.muc) != (None, None, None):
        node = next(node for node in e.methodology.nodes if node.id == worked.node)
        standing = e.at(node)[e.scores.entities[0].code]
        level = e.level(standing) if case.muc else None
        printed = str(standing.printed).replace(".", ",")
        of = {"gia_tri": printed, "thu_hang": standing.rank, "muc": level and level.label_vi}
        signed |= {key: getattr(case, key) for key in of if getattr(case, key) is not None}
        came |= {key: value for key, value in of.items() if key in signed}
    return came, signed


# --- the cases --------------------------------------------------------------------------------------------


def files():
    return [path for path in sorted(CASES.rglob("*.yaml")) if path.parent.name not in APART]


def shown(path):
    return path.relative_to(ROOT).as_posix()


WORKED = [read(load(path, shown(path)), Project(ROOT)) for path in files()]
EVERY_CASE = [
    pytest.param(worked, case, id=f"{worked.source.phuong_phap} {worked.node}: {case.mo_ta}")
    for worked in WORKED
    for case in worked.source.truong_hop
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """An empty project with the real methodologies; each case writes its edition over the last one's."""
    root = tmp_path_factory.mktemp("cases")
    shutil.copytree(ROOT / METHODOLOGIES, root / METHODOLOGIES)
    return Project(root)


@pytest.fixture(scope="module", autouse=True)
def each_text_is_read_once():
    """A methodology's text is read once for all its cases: nine tenths of their time is reading YAML."""
    kept = {}

    def once(name, project):
        text = project.methodology(name).read_bytes()
        if (name, text) not in kept:
            kept[name, text] = read_methodology(name, project)
        return kept[name, text]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evaluation, "read_methodology", once)
        yield


@pytest.mark.parametrize("worked, case", EVERY_CASE)
def test_the_case_comes_out_as_signed(worked, case, project):
    came, signed = came_to(worked, case, project)
    assert came == signed


# --- no official node without one, and none that could not fail -------------------------------------------


def without_a_case(methodology, worked):
    """The official nodes, the total, and the nodes of a sibling decision that no case is about."""
    named = {each.node for each in worked if each.source.phuong_phap == methodology.name}
    return [
        node.id
        for node in methodology.nodes
        if node.id not in named and getattr(node.criterion, "status", "official") != "illustrative"
    ]


NAMES = Project(ROOT).methodologies()


@pytest.mark.parametrize("name", NAMES)
def test_no_official_node_is_without_a_case(name):
    assert without_a_case(read_methodology(name, Project(ROOT)), WORKED) == []


def test_an_official_node_without_a_case_would_be_listed():
    methodology = read_methodology("qd375", Project(ROOT))
    kept = [each for each in WORKED if (each.source.phuong_phap, each.node) != ("qd375", "staff")]
    assert without_a_case(methodology, kept) == ["staff"]
    assert len(without_a_case(methodology, [])) == 7  # six groups and the total


def test_the_cases_are_there_and_each_stands_where_its_name_says():
    assert len(EVERY_CASE) == 276
    for path, worked in zip(files(), WORKED, strict=True):
        if path.parent.name == "language":  # what the reference says of all nodes, on one of them
            continue
        assert (path.parent.name, path.stem) == (worked.source.phuong_phap, worked.node), shown(path)


PLANTED = {  # which a methodology's own checks let through: methodology, node, what is said instead of what
    "a maximum of 210, not 200, the total with it": (
        "qd2342",
        "infrastructure",
        {
            "max_points: {ministry: 1000, agency: 750, province: 1000}": (
                "max_points: {ministry: 1010, agency: 760, province: 1010}"
            ),
            "    max_points: 200\n": "    max_points: 210\n",
            "max_points: 10\n        rule: {choice: {of: backup, points: {off_site: 10,": (
                "max_points: 20\n        rule: {choice: {of: backup, points: {off_site: 20,"
            ),
        },
    ),
    "an agency's total of 1000, with online services": (
        "qd2342",
        "total",
        {
            "agency: 750": "agency: 1000",
            **{
                f"ministry: {most}, agency: not_applicable": f"ministry: {most}, agency: {most}"
                for most in (250, 30, 80, 50, 70, 20)
            },
        },
    ),
    "no exemption of the Office of the Government": ("qd2342", "total", {"[VPCP, TTCP]": "[VPC, TTCP]"}),
    "another numerator": (
        "qd2342",
        "infrastructure.staff_with_computer",
        {"{of: staff_with_computer, per: staff}": "{of: staff, per: staff_with_computer}"},
    ),
    "own value over the whole, not over the largest": (
        "qd2342",
        "infrastructure.bandwidth_per_head",
        {"rule: {of_largest: {of: bandwidth, per: staff}}": "rule: {of_largest: {of: bandwidth}}"},
    ),
    "40 for the network and 10 for its applications": (
        "qd2342",
        "infrastructure.wide_area_network",
        {
            "max_points: 45\n": "max_points: 40\n",
            "max_points: 5\n              rule: {count: {of: wan_applications, each: 1, most: 5}}": (
                "max_points: 10\n              rule: {count: {of: wan_applications, each: 1, most: 10}}"
            ),
        },
    ),
    "the sum of the cases, not the best": (
        "qd2342",
        "infrastructure.data_centre",
        {
            "best_of:": "sum_of:",
            "max_points: 20\n                  rule: {choice: {of: other_standard, "
            "points: {certified: 20, assessed: 10,": (
                "max_points: 0\n                  rule: {choice: {of: other_standard, "
                "points: {certified: 0, assessed: 0,"
            ),
        },
    ),
    "the lowest mark, not the mean": ("qd2342", "portal", {"combine: mean": "combine: lowest"}),
    "a missing mark as a zero": ("qd2342", "portal", {"    missing: error\n": "    missing: zero\n"}),
    "34 %, not 35 %": (
        "qd2051",
        "application.software.international_cooperation",
        {
            "high: 0.35, points: 0": "high: 0.34, points: 0",
            "{low: 0.35, high: 0.7, full: 0.7}": "{low: 0.34, high: 0.7, full: 0.7}",
        },
    ),
    "a sum of the groups, not their mean": (
        "qd375",
        "total",
        {"aggregate: mean": "aggregate: sum", "max_points: 100\n  aggregate": "max_points: 600\n  aggregate"},
    ),
    "group 6 for every unit": (
        "qd375",
        "staff",
        {"applies: {unit_type: [subordinate]}": "applies: {unit_type: [subordinate, other]}"},
    ),
    "a deadline a day later": ("qd375", "total", {'date: "+0-11-30"': 'date: "+0-12-01"'}),
    "Tốt from 84": ("qd2245", "total", {"label_vi: Tốt, low: 85": "label_vi: Tốt, low: 84"}),
    "three decimals": ("egdi", "total", {"open: 4\n": "open: 3\n"}),
}


@pytest.mark.parametrize("error", PLANTED)
def test_an_error_in_a_methodology_makes_a_case_fail(error, tmp_path):
    name, node, instead = PLANTED[error]
    shutil.copytree(ROOT / METHODOLOGIES, tmp_path / METHODOLOGIES)
    project = Project(tmp_path)
    text = project.methodology(name).read_text("utf-8")
    for old, new in instead.items():
        assert old in text, old
        text = text.replace(old, new)
    project.methodology(name).write_text(text, "utf-8")
    read_methodology(name, project)  # and nothing but a case would notice
    worked = next(each for each in WORKED if (each.source.phuong_phap, each.node) == (name, node))
    assert any(fails(worked, case, project) for case in worked.source.truong_hop)


def fails(worked, case, project):
    try:
        came, signed = came_to(worked, case, project)
    except (Refused, pytest.fail.Exception):
        return True
    return came != signed


# --- a slip of the pen is refused, at its line ------------------------------------------------------------

RIGHT = """\
phuong_phap: qd375
tieu_chi: infrastructure.security
truong_hop:
  - mo_ta: 8 + 3 × 3
    so_lieu: {security_rules_applied: có, security_measures: "3"}
    su_kien: [{su_kien: báo cáo, ngay: "2020-11-01"}]
    ket_qua: 17 trên 20
"""
SLIPS = {  # what is written instead: code, line and key of the finding
    ("phuong_phap:", "phuong_phat:"): [("key-missing", 1, "phuong_phap"), ("key-unknown", 1, "phuong_phat")],
    ("infrastructure.security\n", "infrastructure.securty\n"): [("key-unknown", 2, "tieu_chi")],
    ("so_lieu:", "so_lieus:"): [("key-unknown", 5, "truong_hop.0.so_lieus")],
    ("security_measures:", "security_measure:"): [("key-unknown", 5, "truong_hop.0.so_lieu")],
    ('"3"}', "3}"): [("wrong-kind", 5, "truong_hop.0.so_lieu.security_measures")],
    ("báo cáo", "báo cao"): [("key-unknown", 6, "truong_hop.0.su_kien")],
    (", ngay:", ", ngày:"): [("key-unknown", 6, "truong_hop.0.su_kien.0.ngày")],
    ("ket_qua:", "kêt_qua:"): [("key-unknown", 7, "truong_hop.0.kêt_qua")],
    ("    ket_qua: 17 trên 20\n", ""): [("key-missing", 4, "truong_hop.0")],
    ("17 trên 20\n", "17 trên 20\n    bi_tu_choi: [x]\n"): [("key-missing", 4, "truong_hop.0")],
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_case_file_is_refused_at_its_line(slip, refused):
    read(parse(RIGHT, "tests/cases/slip.yaml"), Project(ROOT))
    assert RIGHT.count(slip[0]) == 1
    findings = refused(read, parse(RIGHT.replace(*slip), "tests/cases/slip.yaml"), Project(ROOT))
    assert [(f.code, f.row, f.column) for f in findings] == SLIPS[slip]
    assert {f.file for f in findings} == {"tests/cases/slip.yaml"}


def test_a_misspelt_key_is_told_its_neighbour(refused):
    wrong = RIGHT.replace("security_measures:", "security_measure:")
    (finding,) = refused(read, parse(wrong, "slip.yaml"), Project(ROOT))
    assert "security_measures" in finding.sentence("vi")


@pytest.mark.parametrize("slip", ["1.5", "1,5,2", "một", "1e3", ""])
def test_a_number_is_an_exact_text(slip):
    with pytest.raises(AssertionError):
        number(slip)
