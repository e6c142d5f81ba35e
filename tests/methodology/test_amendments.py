"""An amendment is a few lines on top of a methodology: as good as a new file, and explained at its line."""

# ruff: noqa: E501 — a line of YAML stays one line

from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import scan
from ictindex.methodology.amendments import amended
from ictindex.methodology.crosswalk import crosswalk_between
from ictindex.methodology.reading import build_methodology, read_methodology
from ictindex.page.methodology_diff import differences
from ictindex.run.check_all import lint
from ictindex.scoring.parameters import read_parameters

BASE, FILE = (
    "parameters/methodologies/mini.yaml",
    "parameters/methodologies/amendments/mini-2.yaml",
)
HEAD = """\
amendment: mini-2
amends: mini
citation: {title: Quyết định số 2, clause: Điều 1}
changes:
"""
CHANGES = """\
  label_vi: Phương pháp nhỏ đã sửa
  total.max_points.ministry: 110
  groups.commune: {label_vi: Xã}
  total.max_points.commune: 60
  criteria.inside.max_points: {ministry: 50, agency: 50, commune: 60}
  criteria.services.max_points: {ministry: 60, agency: not_applicable, commune: not_applicable}
  criteria.services.rule: {share: {of: services, per: staff}}
  answers.portal: null
  criteria.inside.criteria.portal: null
  criteria.inside.criteria.computers.max_points: {ministry: 10, agency: 10, commune: 20}
  criteria.inside.criteria.video: {label_vi: Họp trực tuyến, status: illustrative, max_points: 40, rule: {yes_no: video}}
  answers.video: {label_vi: Có họp trực tuyến, kind: yes_no}
"""

WRITTEN_BY_HAND = [
    (
        "methodology: mini\nlabel_vi: Phương pháp nhỏ để thử",
        "methodology: mini-2\nlabel_vi: Phương pháp nhỏ đã sửa",
    ),
    ("  agency: {label_vi: Cơ quan}\n", "  agency: {label_vi: Cơ quan}\n  commune: {label_vi: Xã}\n"),
    (
        "  portal: {label_vi: Điểm cổng thông tin, kind: number, min: 0, max: 40}\n",
        "  video: {label_vi: Có họp trực tuyến, kind: yes_no}\n",
    ),
    (
        "  max_points: {ministry: 100, agency: 50}\n",
        "  max_points: {ministry: 110, agency: 50, commune: 60}\n",
    ),
    ("    max_points: 50\n", "    max_points: {ministry: 50, agency: 50, commune: 60}\n"),
    ("        max_points: 10\n", "        max_points: {ministry: 10, agency: 10, commune: 20}\n"),
    (
        "      portal:\n        label_vi: Cổng thông tin\n",
        "      video:\n        label_vi: Họp trực tuyến\n",
    ),
    ("        missing: leave_out\n        rule: {value: portal}\n", "        rule: {yes_no: video}\n"),
    (
        "{ministry: 50, agency: not_applicable}\n    rule: {value: services}\n",
        "{ministry: 60, agency: not_applicable, commune: not_applicable}\n"
        "    rule: {share: {of: services, per: staff}}\n",
    ),
]


@pytest.fixture
def amend(mini):
    """The small project with an amendment mini-2 that has these changes."""

    def write(changes: str, head: str = HEAD, name: str = "mini-2"):
        path = mini.amendment(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(head + changes, "utf-8")
        return mini

    return write


@pytest.fixture
def wrong(amend, refused):
    """What is wrong with changes: (code, file, row, column)."""

    def found(changes: str, head: str = HEAD):
        findings = refused(read_methodology, "mini-2", amend(changes, head))
        return [(f.code, f.file, f.row, f.column) for f in findings]

    return found


def test_a_text_and_its_amendment_are_what_an_officer_would_have_written_in_one_file(amend, mini):
    whole = mini.methodology("mini").read_text("utf-8")  # with its rule for reports that come late
    for old, new in WRITTEN_BY_HAND:
        assert whole.count(old) == 1, old
        whole = whole.replace(old, new)
    by_hand = build_methodology(scan(whole, "mini-2.yaml"), "mini-2")
    m = read_methodology("mini-2", amend(CHANGES))
    assert m.source == by_hand.source
    assert [(n.id, n.number, n.maxima) for n in m.nodes] == [
        (n.id, n.number, n.maxima) for n in by_hand.nodes
    ]
    assert (m.name, m.file) == ("mini-2", FILE)


def test_an_amendment_knows_its_text_and_the_nodes_that_it_touches(amend):
    m = read_methodology("mini-2", amend(CHANGES))
    assert str(m.amendment.citation) == "Quyết định số 2, Điều 1"
    assert [node.id for node in m.nodes if m.amendment.touches(node.id)] == [
        "total",
        "inside",
        "inside.computers",
        "inside.video",
        "services",
    ]
    assert read_methodology("mini", amend(CHANGES)).amendments == ()


def test_an_amendment_may_amend_an_amendment(amend):
    amend("  ranking.ties: dense\n")
    third = HEAD.replace("mini-2", "mini-3").replace("amends: mini", "amends: mini-2").replace("số 2", "số 3")
    m = read_methodology("mini-3", amend("  total.decimals: 2\n", third, "mini-3"))
    assert (m.source.ranking.ties.value, m.source.total.decimals.value) == ("dense", 2)
    assert [a.citation.title for a in m.amendments] == ["Quyết định số 2", "Quyết định số 3"]


def test_a_finding_names_the_line_of_the_change_where_the_change_is_to_blame_and_else_the_base(wrong):
    changes = "  total.decimals: two\n  criteria.services.max_points.ministry: 40\n"
    assert wrong(changes) == [
        ("not-one-of", FILE, 5, "total.decimals"),
        ("maxima-do-not-add-up", BASE, 16, "total.max_points"),
    ]


ONE_MISTAKE = {
    "a misspelt key on the way": ("  criteria.servces.label_vi: X\n", "change-unknown", "criteria.servces.label_vi"),
    "a misspelt key at the end": ("  total.decimal: 2\n", "key-unknown", "total.decimal"),
    "the removal of what is not there": ("  groups.commune: null\n", "change-unknown", "groups.commune"),
    "what the text says already": ("  total.decimals: 3\n", "change-without-effect", "total.decimals"),
    "a wrong type": ("  criteria.services.max_points: many\n", "wrong-kind", "criteria.services.max_points"),
    "a value where a node belongs": ("  groups.commune: 5\n", "wrong-kind", "groups.commune"),
    "a new name": ("  methodology: other\n", "change-of-name", "methodology"),
    "keys of a value": ("  total.decimals.open: 2\n", "change-inside-value", "total.decimals.open"),
    "a needed word removed": ("  criteria.services.label_vi: null\n", "key-missing", "criteria.services.label_vi"),
    "nothing": ("  {}\n", "none-given", "changes"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_a_mistake_in_a_change_is_one_finding_at_its_line(mistake, wrong):
    changes, code, column = ONE_MISTAKE[mistake]
    rows = {"nothing": 4}
    assert wrong(changes) == [(code, FILE, rows.get(mistake, 5), column)]


def test_a_misspelt_path_is_named_with_the_path_that_is_meant(amend, refused):
    (finding,) = refused(read_methodology, "mini-2", amend("  criteria.servces.label_vi: X\n"))
    assert finding.remedy() == "did you mean “services”?"
    assert finding.remedy("vi") == "có phải “services”?"


def test_two_changes_of_one_place_are_refused(wrong):
    changes = "  groups.agency: {label_vi: X}\n  groups.agency.label_vi: Y\n"
    assert wrong(changes) == [("change-inside-change", FILE, 6, "groups.agency.label_vi")]


def test_everything_wrong_is_said_at_once(wrong):
    changes = "  total.decimals: 3\n  ranking.tie.x: 1\n  criteria.services.max_points: many\n  ranking.ties: some\n"
    assert [code for code, *_ in wrong(changes)] == [
        "change-without-effect",
        "change-inside-value",
        "change-unknown",
        "wrong-kind",
    ]


def test_an_amendment_that_is_misshapen_is_told_so(wrong):
    head = HEAD.replace("citation: {title: Quyết định số 2, clause: Điều 1}\n", "note: x\n")
    assert wrong("  total.decimals: 2\n", head) == [
        ("key-missing", FILE, 1, "citation"),
        ("key-unknown", FILE, 3, "note"),
    ]
    assert wrong("  total.decimals: 2\n", HEAD.replace("mini-2", "other")) == [
        ("name-differs", FILE, 1, "amendment")
    ]


@pytest.mark.parametrize(("base", "code"), [("minni", "amends-unknown"), ("mini-2", "amends-itself")])
def test_what_is_amended_must_be_there_and_be_another(base, code, wrong):
    head = HEAD.replace("amends: mini", f"amends: {base}")
    assert wrong("  total.decimals: 2\n", head) == [(code, FILE, 2, "amends")]


def test_a_circle_of_amendments_is_refused(amend, refused):
    amend("  ranking.ties: dense\n", HEAD.replace("amends: mini", "amends: mini-3"))
    third = HEAD.replace("mini-2", "mini-3").replace("amends: mini", "amends: mini-2")
    findings = refused(read_methodology, "mini-3", amend("  total.decimals: 2\n", third, "mini-3"))
    assert [f.code for f in findings] == ["amends-itself"]


def test_an_amendment_with_the_name_of_a_methodology_is_refused(amend, refused):
    project = amend("  total.decimals: 2\n", HEAD.replace("mini-2", "mini"), "mini")
    assert [f.code for f in refused(read_methodology, "mini", project)] == ["methodology-twice"]


def test_the_base_is_never_touched(mini_text):
    base = scan(mini_text, BASE)
    before = repr(base.data)
    changed = amended(base, scan("changes:\n  total.decimals: 2\n  answers.portal: null\n", "x.yaml"))
    assert repr(base.data) == before
    assert changed.data["total"]["decimals"] == 2 and "portal" not in changed.data["answers"]


# --- the example that is shipped --------------------------------------------------------------------------

SHIPPED = Project(Path(__file__).parents[2])
EXAMPLE = "qd375-example"
REFORM = "qd375-reform-example"


def test_the_example_says_that_it_is_no_legal_text_and_touches_only_what_is_illustrative():
    m = read_methodology(EXAMPLE, SHIPPED)
    assert SHIPPED.amendments() == [EXAMPLE, REFORM]
    assert (m.amendment.amends, str(m.amendment.citation)) == (
        "qd375",
        "Ví dụ về cách ghi một văn bản sửa đổi (không phải văn bản pháp luật)",
    )
    assert "Không có văn bản nào sửa đổi" in m.amendment.note_vi and m.source.label_vi.startswith("VÍ DỤ: ")
    touched = {node.id: node.criterion.status for node in m.nodes if m.amendment.touches(node.id)}
    assert touched == {
        "infrastructure.computers_on_lan": "illustrative",
        "infrastructure.computers_protected": "illustrative",
        "portal.accessibility": "illustrative",
        "policy.guidance": "illustrative",
    }


def test_the_reform_says_so_too_and_what_its_crosswalk_names_is_told_as_such():
    a, b = (read_methodology(name, SHIPPED) for name in ("qd375", REFORM))
    assert "Không có văn bản nào sửa đổi" in b.amendment.note_vi and b.source.label_vi.startswith("VÍ DỤ: ")
    touched = {node.criterion.status for node in b.nodes if b.amendment.touches(node.id)}
    assert touched == {"illustrative"}
    told = differences(a, b, crosswalk_between(a, b, SHIPPED))
    assert [(d.kind, d.place) for d in told if d.kind != "changed" and not d.place.startswith("answers")] == [
        ("removed", "portal.articles"),
        ("split", "portal.information"),
        ("merged", "policy.governance"),
        ("added", "infrastructure.safety"),
        ("moved", "infrastructure.safety.backup"),
        ("moved", "infrastructure.safety.measures"),
        ("renamed", "application.work_email"),
        ("added", "portal.mobile"),
    ]
    said = {d.kind: d.text_vi for d in told}
    assert said["split"].startswith(
        "Tách tiêu chí 3.2 “Tỷ lệ mục thông tin được cung cấp đầy đủ và cập nhật” → 5/9: 3.3 “"
    )
    assert said["merged"].startswith("Gộp tiêu chí 5.2 “Quy chế quản lý, sử dụng hệ thống thông tin”; 5.3 “")
    assert said["renamed"].startswith(
        "Đổi tên tiêu chí 2.4 “Tỷ lệ người thường xuyên dùng thư điện tử công vụ” → 2.5 “"
    )
    plain = [(d.kind, d.place) for d in differences(a, b) if d.place.count(".") == 1]
    assert ("removed", "portal.information") in plain and ("added", "portal.complete") in plain


def test_no_edition_uses_the_example():
    used = {read_parameters(edition, SHIPPED)["methodology"] for edition in SHIPPED.editions()}
    assert used == {"egdi", "qd2051", "qd2245", "qd2342", "qd2392", "qd375"}


def test_what_the_example_changes_is_told_to_an_officer():
    a, b = (read_methodology(name, SHIPPED) for name in ("qd375", EXAMPLE))
    assert [(d.kind, d.place, d.aspect_vi) for d in differences(a, b) if d.place.count(".") == 1] == [
        ("removed", "portal.articles", "điểm tối đa: 20"),
        ("changed", "infrastructure.computers_on_lan", "điểm tối đa"),
        ("changed", "infrastructure.computers_protected", "điểm tối đa"),
        ("added", "portal.accessibility", "điểm tối đa: 20"),
        ("changed", "policy.guidance", "cách tính điểm"),
        ("removed", "answers.articles_per_month", "loại: số; giới hạn: từ 0; đơn vị tính: tin bài"),
        (
            "added",
            "answers.accessibility",
            "loại: lựa chọn; lựa chọn: Có cả hai; Có một trong hai; Không có",
        ),
    ]


def test_lint_finds_a_fault_in_the_example_at_its_line(egdi):
    path = egdi.amendment(EXAMPLE)
    text = path.read_text("utf-8")
    old = "criteria.portal.criteria.articles: null"
    row = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, "criteria.portal.criteria.article: null"), "utf-8")
    found = [(f.code, f.file, f.row) for f in lint(egdi)]
    file = f"parameters/methodologies/amendments/{EXAMPLE}.yaml"
    assert ("change-unknown", file, row) in found


def test_more_changes_than_a_decision_has_are_refused_soon():
    changes = "".join(f"  answers.a{i}: null\n" for i in range(501))
    with pytest.raises(Refused) as refused:
        amended(scan("methodology: mini\n", BASE), scan(HEAD + changes, FILE))
    assert [(f.code, f.file, f.facts) for f in refused.value.findings] == [
        ("too-many-changes", FILE, {"count": "501", "limit": "500"})
    ]
