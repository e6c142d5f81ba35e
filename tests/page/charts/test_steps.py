"""Ranks that step: lines as in the frame, few panels, names in full."""

import pandas as pd

from ictindex.page.charts import weight_steps

LONG = "Bộ Lao động - Thương binh và Xã hội"


def steps(categories, units=(LONG, "Bộ Y tế"), group="Bộ"):
    rows = []
    for number, turn in categories.items():
        base = {
            **{
                "group": group,
                "group_name": group,
                "category": number,
                "category_name": f"Hạng mục {number}",
            },
            **{"number": number, "measure": "điểm", "present": 100},
        }
        for i, unit in enumerate(units):
            for low, high, rank in ((0, turn, 1 + i), (turn, 200, 2 - i)) if turn else ((0, 200, 1 + i),):
                rows.append(
                    {
                        **base,
                        "unit": unit,
                        "unit_name": unit,
                        "standing": 1 + i,
                        "low": low,
                        "high": high,
                        "rank": rank,
                    }
                )
    return pd.DataFrame(rows, dtype=object)


def test_a_line_goes_through_every_run_of_ranks_and_the_name_stands_in_full_beside_its_letter(words_on):
    figure = weight_steps(steps({"1": 150}))
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines[LONG].get_xdata()) == [0, 150, 150, 200]
    assert list(lines[LONG].get_ydata()) == [1, 1, 2, 2]
    assert {f"a {LONG}", "b Bộ Y tế", "100 điểm"} <= set(words_on(figure))


def test_only_the_categories_with_the_nearest_steps_are_drawn_and_the_rest_is_counted(words_on):
    turns = dict(zip("123456789", (190, 120, 180, 110, None, 130, 140, 150, 160), strict=True))
    figure = weight_steps(steps(turns))
    assert [axes.get_title() for axes in figure.axes] == [f"{n} Hạng mục {n}" for n in "246789"]
    assert "Bộ: 2 đơn vị, 6 trong 9 hạng mục" in words_on(figure)
    assert "3 hạng mục khác có bước xa hơn hoặc không có nên không vẽ" in figure.get_label()


def test_three_groups_have_two_panels_each():
    frames = [steps({"1": 110, "2": 120, "3": 130}, group=name) for name in ("Bộ", "Cơ quan", "Tỉnh")]
    assert len(weight_steps(pd.concat(frames)).axes) == 6


def test_where_no_rank_ever_steps_the_chart_says_so():
    assert weight_steps(steps({})).get_label() == "Không có trọng số nào để đổi."
    assert weight_steps(steps({"1": None})).get_label() == (
        "Không có bước đổi hạng nào. Bộ: mọi đơn vị giữ hạng với mọi trọng số."
    )
