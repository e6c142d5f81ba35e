"""Charts: what they show is what was evaluated, in the same bytes each time, safe to stand in any page."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from ictindex import evaluate_edition
from ictindex.basics.project import Project
from ictindex.page import charts, panels
from ictindex.page.drawing import fitted, text_width, wrapped
from ictindex.page.shown import STAMP, Figure
from ictindex.scoring.evaluation import Evaluation

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def egdi() -> Evaluation:
    return evaluate_edition("egdi-2018", Project(ROOT))


@pytest.fixture(scope="module")
def figures(egdi: Evaluation) -> dict[str, Figure]:
    return drawn(egdi)


def drawn(e: Evaluation) -> dict[str, Figure]:
    return {figure.name: figure for figure in (make(e) for make in charts.CHARTS)}


def words(svg: str) -> str:
    """All that is written in a drawing; what stands on two lines reads on."""
    return " ".join(text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def records(figure: Figure) -> list[dict]:
    return [dict(zip((c.key for c in figure.data.columns), row, strict=True)) for row in figure.data.rows]


Answers = dict[str, tuple[str, list[str]]]  # code -> name, answers; "?" missing, "secret" withheld


def edition(
    root: Path,
    groups: dict[str, Answers],
    year: int = 2017,
    exempt: tuple[str, ...] = (),
    status: str = "published",
    previous: str = "",
    highlight: str = "",
    compare_on: str = "share",
) -> Evaluation:
    """Write and evaluate a small edition: categories of 100 points; ``exempt`` groups lack the first."""
    many = len(next(iter(next(iter(groups.values())).values()))[1])
    most = {group: 100 * (many - (group in exempt)) or "not_applicable" for group in groups}
    first = {group: "not_applicable" if group in exempt else 100 for group in groups}
    files = {
        "parameters/methodologies/small.yaml": [
            "methodology: small",
            "label_vi: Phương pháp nhỏ để thử",
            'citation: {title: "Không có văn bản"}',
            "groups:",
            *(f"  {group}: {{label_vi: Nhóm {group}}}" for group in groups),
            "answers:",
            *(f"  q{i}: {{label_vi: Câu {i}, kind: number, min: 0, max: 100}}" for i in range(many)),
            "missing: leave_out",
            f"total: {{label_vi: Tổng điểm, max_points: {most}, aggregate: sum, compare_on: {compare_on},",
            "  decimals: 3, rounding: half_up}".replace("'", ""),
            "ranking: {ties: min, on: rounded}",
            "criteria:",
            *(
                f"  c{i}: {{label_vi: Hạng mục {i}, status: official, citation: {{clause: I}},"
                f" max_points: {first if i == 0 else 100}, rule: {{value: q{i}}}}}"
                for i in range(many)
            ),
        ],
        f"parameters/small-{year}.yaml": [
            f"{{edition: small-{year}, methodology: small, year: {year}, inputs: small-{year},",
            f'previous: "{previous}", highlight: "{highlight}", attached_to: ""}}',
        ],
        f"inputs/small-{year}/sources.yaml": [
            f'{{status: {status}, decimal: ".", files: {{',
            "entities.csv: {label_vi: a, origin: b}, answers.csv: {label_vi: a, origin: b}}}",
        ],
        f"inputs/small-{year}/entities.csv": [
            "entity\tlabel_vi\tgroup",
            *(f"{code}\t{name}\t{g}" for g, inside in groups.items() for code, (name, _) in inside.items()),
        ],
        f"inputs/small-{year}/answers.csv": [
            "entity,answer,value,state",
            *(
                f"{code},q{i},{answer_cells(text)}"
                for g, inside in groups.items()
                for code, (_, answers) in inside.items()
                for i, text in enumerate(answers)
                if not (i == 0 and g in exempt)
            ),
        ],
    }
    for name, lines in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("\n".join(lines).replace("'", "") + "\n", encoding="utf-8")
    return evaluate_edition(f"small-{year}", Project(root))


def answer_cells(text: str) -> str:
    return {"?": ",missing", "secret": ",withheld"}.get(text, f"{text},")


def many(count: int, group: str = "x") -> Answers:
    """Entities with different totals, the first the highest."""
    return {
        f"{group}{i:05d}": (f"Đơn vị {group} {i}", [f"{100 * (count - i) / count:.5f}", "50"])
        for i in range(count)
    }


SIX: dict[str, Answers] = {
    "bo": {
        "A": ("Bộ Lao động - Thương binh và Xã hội", ["90", "50"]),
        "B": ("Sở $x^2$ & <script>alert(1)</script>", ["95", "?"]),
        "C": ("Vụ Đào tạo, bồi dưỡng cán bộ, công chức, viên chức", ["70", "70"]),
        "D": ("Bộ Công an", ["secret", "secret"]),
        "E": ("Văn phòng", ["0", "10"]),
        "F": ("Bộ Quốc phòng", ["secret", "secret"]),
    }
}


# --- the same bytes ---------------------------------------------------------------------------------------


def digest(made: dict[str, Figure]) -> str:
    return hashlib.sha256(
        "".join(f.svg + f.alt_vi + f.data.csv() for f in made.values()).encode()
    ).hexdigest()


def test_drawing_twice_gives_the_same_bytes(egdi, figures):
    assert digest(drawn(egdi)) == digest(figures)


def test_another_process_with_other_hashes_and_settings_gives_the_same_bytes(figures, tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "svg.fonttype: path\nsvg.id: x\nfont.size: 30\nfont.style: italic\nfigure.facecolor: red\n"
        "path.sketch: 5, 5, 5\npath.simplify: False\ntext.color: green\n"
        "figure.constrained_layout.use: True\nlines.linewidth: 9\n"
    )
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_charts import *;"
        "print(digest(drawn(evaluate_edition('egdi-2018', Project(ROOT)))));"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    env = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "MPLCONFIGDIR": str(tmp_path),
        "LC_ALL": "C",
        "TZ": "Asia/Saigon",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.split() == [digest(figures), "False"]
    assert done.stderr == ""  # not even that a cache of fonts is being built


def test_drawing_changes_no_setting_of_matplotlib(egdi):
    with mpl.rc_context({"svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        charts.ranking(egdi)
        assert dict(mpl.rcParams) == before


# --- safe to stand in any page ----------------------------------------------------------------------------


def test_each_drawing_is_one_well_formed_svg_element(figures):
    for figure in figures.values():
        assert figure.svg.startswith("<svg ")
        assert ElementTree.fromstring(figure.svg).tag == f"{SVG}svg"


def test_nothing_is_fetched_and_nothing_collides(figures):
    together = "".join(figure.svg for figure in figures.values())
    bare = together.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.findall(r"http|href|src=|url\(|<style|<script|<image|<!", bare)
    ids = re.findall(r'\bid="([^"]*)"', together)
    assert len(ids) == len(set(ids))


def test_names_are_drawn_as_written(tmp_path):
    name = "Sở $x^2$ & <script>alert(1)</script>"
    for figure in drawn(edition(tmp_path, SIX, highlight="B")).values():
        of_nobody = ("change", "gap", "bland_altman", "weights_tornado")  # here; they say so
        if figure.name not in of_nobody:
            assert name in words(figure.svg), figure.name
        assert "<script" not in figure.svg


def test_drawings_are_small(figures):
    sizes = {name: len(figure.svg.encode()) for name, figure in figures.items()}
    assert max(sizes.values()) < 150_000 and sum(sizes.values()) < 350_000, sizes


# --- what is shown is what was evaluated ------------------------------------------------------------------


def test_ranking_shows_every_entity_with_its_rank_and_printed_value(egdi, figures):
    shown = words(figures["ranking"].svg)
    for entity in egdi.inputs.entities:
        assert entity.label_vi in shown
    rows = {row["entity"]: row for row in records(figures["ranking"])}
    assert len(rows) == 193
    assert (rows["DNK"]["rank"], rows["DNK"]["value"]) == (1, Decimal("0.9150"))
    assert (rows["VNM"]["rank"], rows["VNM"]["value"]) == (88, Decimal("0.5931"))
    assert "1 Đan Mạch" in shown and "88 Việt Nam" in shown
    assert "0,9150" in shown and "0,5931" in shown


def test_a_bar_is_as_long_as_its_value(tmp_path):
    e = edition(tmp_path, {"bo": {"A": ("Một", ["100"]), "B": ("Hai", ["50"]), "C": ("Ba", ["0"])}})
    (full, half, none), (track, *_) = (
        [wide(box) for box in path.get("d").split("z")[:3]]
        for fill in ("#86b0d3", "#eeeeee")
        for path in paths(charts.ranking(e).svg)
        if path.get("fill") == fill
    )
    assert full == track > 300 and half == pytest.approx(full / 2, abs=0.1) and none == 0
    assert [row["place"] for row in records(charts.ranking(e))] == [Decimal(1), Decimal("0.5"), 0]


def wide(box: str) -> float:
    across = [float(x) for x in re.findall(r"([\d.]+) [\d.]+", box)]
    return max(across) - min(across)


def paths(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}path"))


def test_numbers_are_written_the_vietnamese_way(figures):
    for figure in figures.values():
        assert not re.search(r"\d\.\d", words(figure.svg) + figure.alt_vi), figure.name
    assert "0,2" in words(figures["distribution"].svg)


def test_a_highlighted_entity_stands_out_by_more_than_colour(egdi, figures):
    for name in ("ranking", "profile", "distribution"):
        bold = [
            t.text
            for t in ElementTree.fromstring(figures[name].svg).iter(f"{SVG}text")
            if t.get("font-weight")
        ]
        assert any("Việt Nam" in text for text in bold), name
        assert not any("Thái Lan" in text for text in bold), name
    framed = [
        p for p in paths(figures["ranking"].svg) if p.get("fill") == "none" and p.get("stroke") == "#8f3a00"
    ]
    assert len(framed) == 1 and framed[0].get("d").count("M") == 1


def test_missing_withheld_and_not_applicable_are_not_drawn_as_zero(tmp_path):
    e = edition(tmp_path, {**SIX, "cq": {"G": ("Cục", ["", "40"])}}, exempt=("cq",))
    figure = charts.profile(e)
    states = {(r["entity"], r["criterion"]): (r["share"], r["state"]) for r in records(figure)}
    assert states["B", "c1"] == (None, "missing")
    assert states["D", "c0"] == (None, "withheld")
    assert states["G", "c0"] == (None, "not_applicable")
    assert states["E", "c0"] == (Decimal("0.0000"), "scored")
    signs = words(figure.svg)
    assert signs.count("?") - signs.count("? không có số liệu") == 1
    assert signs.count("0,00") == 1  # the one true zero
    assert "6 ô không có giá trị" in figure.alt_vi


def test_a_field_too_narrow_for_its_value_still_bears_the_sign_of_what_is_missing(tmp_path):
    shares = [*["50"] * 14, "?"]
    e = edition(tmp_path, {"bo": {f"A{i}": (f"Bộ {i}", shares) for i in range(150)}})
    shown = words(charts.profile(e).svg)
    assert "0,50" not in shown and shown.count("?") == 151  # one in the legend


def test_profile_shades_a_share_by_its_tenth(tmp_path):
    e = edition(tmp_path, {"bo": {"A": ("Một", ["100"]), "B": ("Hai", ["20"]), "C": ("Ba", ["19.999"])}})
    fields = [(p.get("fill"), p.get("d").count("M")) for p in paths(charts.profile(e).svg)]
    once_in_legend = dict.fromkeys(panels.SHADES, 1)
    found = {
        shade: sum(n for fill, n in fields if fill == shade) - once_in_legend[shade]
        for shade in panels.SHADES
    }
    assert [found[panels.SHADES[i]] for i in (9, 2, 1)] == [1, 1, 1] and sum(found.values()) == 3


def test_unranked_entities_are_left_out_and_counted(tmp_path):
    figure = charts.ranking(edition(tmp_path, SIX))
    assert "Bộ Công an" not in words(figure.svg)
    assert "2 đơn vị không xếp hạng" in figure.alt_vi and "2 không xếp hạng" in words(figure.svg)
    assert [row["entity"] for row in records(figure)] == ["B", "A", "C", "E"]


def test_ties_share_a_rank_in_the_drawing(tmp_path):
    shown = words(charts.ranking(edition(tmp_path, SIX)).svg)
    assert "2 Bộ Lao động" in shown and "2 Vụ Đào tạo" in shown and "4 Văn phòng" in shown


def test_distribution_shows_quartiles_ends_and_highlighted(egdi, figures):
    shown = words(figures["distribution"].svg)
    for each in ("Đan Mạch 0,9150", "Somalia 0,0566", "Việt Nam 0,5931 (hạng 88)", "trung vị 0,5615"):
        assert each in shown
    rows = records(figures["distribution"])
    total = {row["what"]: row["place"] for row in rows if row["criterion"] == "total"}
    assert total["trung vị"] == Decimal("0.5615")
    assert sum(row["what"] == "đơn vị" for row in rows) == 4 * 193
    dots = [p for p in paths(figures["distribution"].svg) if p.get("stroke-width") == "4.4"]
    assert sum(path.get("d").count("M") for path in dots) == 4 * 193


def test_distribution_counts_those_that_are_equal_to_the_first(tmp_path):
    e = edition(tmp_path, {"bo": {c: (f"Bộ {c}", [v]) for c, v in (("A", "90"), ("B", "90"), ("C", "10"))}})
    assert "Bộ A và 1 đơn vị khác 0,900" in words(charts.distribution(e).svg)


def test_a_single_entity_is_first_and_last_once(tmp_path):
    shown = words(charts.distribution(edition(tmp_path, {"bo": {"A": ("Bộ A", ["90"])}})).svg)
    assert shown.count("Bộ A") == 2  # in the total and in its one category


def test_points_are_measured_by_the_most_points_of_the_group(tmp_path):
    groups = {"bo": {"A": ("Bộ A", ["90", "60"])}, "cq": {"B": ("Cục B", ["", "60"])}}
    made = drawn(edition(tmp_path, groups, exempt=("cq",), compare_on="points"))
    rows = {row["entity"]: (row["value"], row["place"]) for row in records(made["ranking"])}
    assert rows == {"A": (Decimal("150.000"), Decimal("0.75")), "B": (Decimal("60.000"), Decimal("0.6"))}
    assert "0 200" in words(made["ranking"].svg) and "0 100" in words(made["ranking"].svg)
    places = {(row["criterion"], row["entity"]): row["place"] for row in records(made["distribution"])}
    assert places["c0", "A"] == Decimal("0.9") and ("c0", "B") not in places


def test_alternative_texts_give_the_main_facts(figures):
    assert "cao nhất Đan Mạch 0,9150, trung vị 0,5615, thấp nhất Somalia 0,0566" in figures["ranking"].alt_vi
    assert "trung vị cao nhất ở Nguồn nhân lực (HCI) (0,70)" in figures["profile"].alt_vi
    assert figures["profile"].alt_vi.replace('"', "&quot;") in figures["profile"].svg


# --- change -----------------------------------------------------------------------------------------------


def test_change_without_a_previous_edition_says_so(figures):
    figure = figures["change"]
    assert words(figure.svg) == figure.alt_vi == "Chưa có ấn bản kỳ trước để so sánh."
    assert figure.data.rows == () and figure.data.name == "change_chart"


def test_change_shows_rises_falls_and_who_came_and_went(tmp_path):
    before = {"A": ("Bộ A", ["90"]), "B": ("Bộ B", ["80"]), "C": ("Bộ C", ["70"]), "D": ("Bộ D", ["60"])}
    after = {"A": ("Bộ A", ["95"]), "B": ("Bộ B", ["50"]), "C": ("Bộ C", ["80"]), "N": ("Bộ N", ["10"])}
    after |= {"O": ("Bộ O", ["60"])}
    edition(tmp_path, {"bo": {**before, "G": ("Cục G", ["99"])}, "cq": {"H": ("Cục H", ["1"])}}, 2016)
    e = edition(
        tmp_path, {"bo": after, "cq": {"G": ("Cục G", ["1"]), "H": ("Cục H", ["2"])}}, previous="small-2016"
    )
    figure = charts.change(e)
    found = [(r["entity"], r["previous_rank"], r["rank"], r["rank_change"]) for r in records(figure)]
    # G is in another group now, so that its ranks do not compare
    assert found == [("C", 4, 2, 2), ("A", 2, 1, 1), ("B", 3, 4, -1), ("H", 1, 1, 0)]
    shown = words(figure.svg)
    assert "+2 Bộ C" in shown and "−1 Bộ B" in shown and "4 → 2" in shown
    assert "2 đơn vị lên hạng, 1 xuống hạng, 1 giữ nguyên" in figure.alt_vi
    assert "3 chỉ có hạng kỳ này, 2 chỉ có hạng kỳ trước" in figure.alt_vi
    assert "tăng nhiều nhất Bộ C (+2), giảm nhiều nhất Bộ B (−1)" in figure.alt_vi


# --- made-up figures --------------------------------------------------------------------------------------


def test_what_is_made_up_is_stamped_in_every_drawing_and_its_data(tmp_path, figures):
    for figure in drawn(edition(tmp_path, SIX, status="illustrative")).values():
        assert STAMP in words(figure.svg) and figure.data.stamp == STAMP
    for figure in figures.values():
        assert STAMP not in figure.svg and figure.data.stamp == ""


# --- any number of entities and groups --------------------------------------------------------------------


@pytest.mark.parametrize(
    "counts", [(1,), (5,), (201,), (2, 60, 1), (30, 30, 30, 30, 30), (700, 3), (150, 150, 150)]
)
def test_any_number_of_entities_and_groups_is_drawn_inside_the_sheet(tmp_path, counts):
    groups = {f"g{i}": many(count, f"g{i}x") for i, count in enumerate(counts)}
    edition(tmp_path, groups, 2016)
    e = edition(tmp_path, groups, previous="small-2016", highlight="g0x00000")
    for figure in drawn(e).values():
        root = ElementTree.fromstring(figure.svg)
        _, _, width, height = map(float, root.get("viewBox").split())
        assert width == 756 and height < 1200
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x")) <= width and 0 < float(text.get("y")) < height
        for path in root.iter(f"{SVG}path"):
            for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")):
                assert 0 <= float(x) <= width and 0 <= float(y) <= height
        for i in range(len(counts)):
            assert f"Nhóm g{i}: " in words(figure.svg) or figure.data.rows == ()


def test_no_words_overlap_in_a_column_of_long_names(tmp_path):
    long = {f"N{i}": (f"Ủy ban nhân dân thị trấn Nông trường Việt Trung {i}", ["50"]) for i in range(150)}
    svg = charts.ranking(edition(tmp_path, {"bo": long})).svg
    texts = [t.attrib | {"words": t.text} for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    spans = []
    for t in texts:
        size, x = float(t["font-size"].removesuffix("px")), float(t["x"])
        wide = text_width(t["words"], size, t.get("font-weight") == "700")
        left = x - wide if t.get("text-anchor") == "end" else x
        spans.append((float(t["y"]), left, left + wide, t["words"]))
    spans.sort()
    for (y, _, right, one), (y2, left, _, other) in pairwise(spans):
        assert y != y2 or right <= left, (one, other)


def test_a_group_too_long_to_list_shows_its_ends_a_curve_and_the_highlighted(tmp_path):
    e = edition(tmp_path, {"xa": many(11_000)}, highlight="x05000")
    made = drawn(e)
    assert all(len(figure.svg) < 100_000 and len(figure.data.rows) < 1000 for figure in made.values())
    shown = words(made["ranking"].svg)
    assert "Đơn vị x 0 " in shown and "Đơn vị x 10999 " in shown and "Đơn vị x 5000: " in shown
    assert "Đơn vị x 3000" not in shown
    assert "Trung vị của 550 đơn vị" in words(made["profile"].svg)
    assert (
        sum(r["entities"] for r in records(made["distribution"]) if r["what"] == "khoảng bắt đầu từ")
        == 33_000
    )


def test_a_band_of_a_long_ranking_shows_its_median(tmp_path):
    e = edition(tmp_path, {"xa": many(400)})
    first = records(charts.profile(e))[0]
    assert (first["rank"], first["criterion"], first["share"]) == ("1–20", "c0", Decimal("0.9763"))


def test_an_edition_in_which_nobody_is_ranked_is_drawn(tmp_path):
    nobody = {"bo": {"A": ("Bộ A", ["secret"]), "B": ("Bộ B", ["secret"])}}
    nobody |= {"xa": {f"C{i}": (f"Xã {i}", ["secret"]) for i in range(201)}}
    edition(tmp_path, nobody, 2016)
    for figure in drawn(edition(tmp_path, nobody, previous="small-2016")).values():
        ElementTree.fromstring(figure.svg)
    assert "M" in words(charts.profile(evaluate_edition("small-2017", Project(tmp_path))).svg)


def test_a_group_to_which_nothing_applies_is_drawn(tmp_path):
    groups = {"bo": {"A": ("Bộ A", ["90"])}, "cq": {"B": ("Cục B", [""])}}
    made = drawn(edition(tmp_path, groups, exempt=("cq",), compare_on="points"))
    assert "Nhóm cq: 0 đơn vị được xếp hạng, 1 không xếp hạng" in words(made["ranking"].svg)
    assert "Nhóm cq: không đơn vị nào được xếp hạng" in made["ranking"].alt_vi
    assert "– Cục B" in words(made["profile"].svg)
    assert "không có giá trị nào" in words(made["distribution"].svg)


# --- words ------------------------------------------------------------------------------------------------


def test_words_are_wrapped_evenly_and_never_wider_than_their_room():
    assert wrapped("Các Tiểu vương quốc Ả Rập Thống nhất", 100, 7) == [
        "Các Tiểu vương quốc",
        "Ả Rập Thống nhất",
    ]
    assert wrapped("Bộ", 100, 7) == ["Bộ"] and wrapped(" ", 100, 7) == [""]


@pytest.mark.parametrize(
    "name", ["Bộ", "Vụ Đào tạo, bồi dưỡng cán bộ, công chức", "x" * 300, "một hai " * 40]
)
def test_a_name_fits_its_place_or_is_cut_with_a_sign(name):
    lines, size = fitted(name, 80, 7, 9.2)
    assert 1 <= len(lines) <= 2 and size * len(lines) <= 9.2
    assert all(text_width(line, size) <= 80.01 for line in lines)
    assert " ".join(lines) == name.strip() or lines[-1].endswith("…")
