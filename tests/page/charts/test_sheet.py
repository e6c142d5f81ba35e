"""The sheet: one style that leaves others alone, a font with every letter, and the same bytes each time."""

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from ictindex.page import charts
from ictindex.page.charts import sheet
from ictindex.page.letter_widths import text_width

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz" + "".join(
    f"{accented}" for accented in "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)
SIGNS = "0123456789.,:;()[]<>=±+−–…→“”«»%▲▼≥?/&$"


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_font_has_every_vietnamese_letter_and_every_sign_in_use(weight):
    with mpl.rc_context(sheet._settings()):
        font = FT2Font(findfont(FontProperties(weight=weight), fallback_to_default=False))
    assert font.family_name == "Liberation Serif"
    letters = VIETNAMESE + VIETNAMESE.upper() + SIGNS
    assert [letter for letter in letters if not font.get_char_index(ord(letter))] == []


def test_all_signs_that_the_charts_write_are_among_those():
    written = "".join(path.read_text("utf-8") for path in Path(sheet.__file__).parent.glob("*.py"))
    strings = "".join(re.findall(r'"([^"\n]*)"', written))
    odd = {letter for letter in strings if ord(letter) > 127 and not letter.isalpha()}
    assert odd - set(SIGNS) == set()


def test_a_chart_leaves_the_settings_of_everybody_else_alone_and_takes_none_of_them(ranked):
    frame = ranked(("Bộ", {"A": "0.9", "B": "0.5"}))
    plain = charts.svg(charts.ranking(frame))
    with mpl.rc_context(
        {"font.family": "serif", "text.color": "red", "svg.fonttype": "path", "axes.grid": True}
    ):
        before = dict(mpl.rcParams)
        assert charts.svg(charts.ranking(frame)) == plain
        assert dict(mpl.rcParams) == before


def test_two_figures_of_one_frame_have_the_same_bytes_without_a_date(ranked):
    frame = ranked(("Bộ", {"A": "0.9", "B": "0.5"}))
    one, two = (charts.svg(charts.ranking(frame)) for _ in range(2))
    assert one == two
    assert "<metadata" not in one and "20" not in re.findall(r"<!--.*?-->", one)


def test_no_figure_stays_in_the_registry_of_pyplot(ranked):
    import matplotlib.pyplot as plt

    open_before = plt.get_fignums()
    charts.ranking(ranked(("Bộ", {"A": "0.9"})))
    assert plt.get_fignums() == open_before


def test_the_svg_is_one_that_any_reader_can_parse_and_its_words_can_be_searched(ranked):
    names = {"Sở $x^2$ & <script>alert(1)</script>": "0.9", "Bộ \\frac{1}{2} _a_": "0.5"}
    svg = charts.svg(charts.ranking(ranked(("Bộ", names))))
    words = " ".join(
        text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )
    assert all(name in words for name in names)
    assert "<script" not in svg


def test_a_next_cell_can_change_title_and_caption(ranked, words_on, collisions):
    figure = charts.ranking(ranked(("Bộ", {"A": "0.9", "B": "0.5"})))
    assert figure.get_suptitle() == "Xếp hạng"
    figure.axes[0].set_title("Tiêu đề của tôi")
    words = words_on(figure)
    assert "Tiêu đề của tôi" in words
    assert "Bộ: 2 đơn vị được xếp hạng" not in words and "Xếp hạng" not in words
    assert collisions(figure) == []


def test_where_nothing_is_to_be_drawn_the_sentence_stands_in_its_place(words_on):
    figure = sheet.in_words("Tên", "Không có gì để vẽ.")
    assert (words_on(figure), figure.get_label()) == (["Không có gì để vẽ."], "Không có gì để vẽ.")


def test_a_field_of_a_table_of_shades_is_told_by_two_corners():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_axes((0, 0, 1, 1)).pcolormesh([0, 1, 2], [0, 1], [[0, 1]], clip_on=False)
    root = ElementTree.fromstring(charts.svg(figure))
    (fields,) = [group for group in root.iter() if "QuadMesh" in group.get("id", "")]
    assert [re.sub(r"[\d. ]+", "", path.get("d")) for path in fields] == ["MHVHZ", "MHVHZ"]
    corners = [re.findall(r"[\d.]+", path.get("d")) for path in fields]
    assert corners[0][2] == corners[1][0] and corners[0][1:4:2] == corners[1][1:4:2]


def test_a_name_keeps_its_width_with_a_reader_who_has_other_letters(ranked):
    frame = ranked(("Bộ", {"Vụ Đào tạo, bồi dưỡng cán bộ": "0.9", "Sở A & B": "0.5"}))
    drawn = ElementTree.fromstring(charts.svg(charts.ranking(frame)))
    texts = [text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if len(text.text) > 7]
    assert len(texts) > 1
    for text in texts:
        style = dict(part.split(": ") for part in text.get("style").split("; "))
        bold = style.get("font-weight") == "700"
        width = text_width(re.sub(" +", " ", text.text), float(style["font-size"].removesuffix("px")), bold)
        assert float(text.get("textLength")) == pytest.approx(width, abs=0.06)


def readers(*labels):
    """Bars as pandas draws them: in Matplotlib's own style, on a figure of its usual size."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.barh(labels, range(1, len(labels) + 1))
    pyplot.close(figure)
    return figure


def test_a_readers_own_figure_is_as_wide_as_its_longest_label():
    """Names of criteria began outside of the picture: of most of them only the end could be read."""
    root = ElementTree.fromstring(
        charts.svg(readers("Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng", "Ngắn"))
    )
    left, _, width, _ = map(float, root.get("viewBox").split())
    (label,) = [each for each in root.iter() if (each.text or "").startswith("Tỷ lệ")]
    assert "text-anchor: end" in label.get("style")
    assert left == 0 and width > 460.8  # points: 6.4 inches, as wide as it was
    assert float(label.get("x")) > 265  # what 53 letters of ten points take, which was 48


def test_a_readers_figure_that_reaches_over_no_edge_keeps_its_size():
    root = ElementTree.fromstring(charts.svg(readers("A", "B")))
    assert root.get("viewBox") == "0 0 460.8 345.6"


def test_words_in_a_readers_own_letters_keep_their_own_width():
    words = charts.svg(readers("Một nhãn dài vừa", "B"))
    assert "DejaVu Sans" in words and "textLength" not in words
