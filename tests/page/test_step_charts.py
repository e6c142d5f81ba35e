"""The chart of the gap between claim and result, on a small made-up year (tests/data/round)."""

from ictindex.page.step_charts import gap


def test_every_unit_is_shown_from_the_largest_loss_to_the_largest_gain(make_round):
    chart = gap(make_round())
    assert [(row[1], str(row[5])) for row in chart.data.rows] == [
        ("A", "-8.0"), ("B", "-0.5"), ("C", "0.0"), ("D", "-5.0"),
    ]  # fmt: skip
    assert "nhiều nhất Bộ Một −8,0" in chart.alt_vi
    assert chart.svg.startswith("<svg") and "Cơ quan Bốn" in chart.svg


def test_where_nothing_differs_the_chart_is_a_sentence(make_round):
    events = "entity,criterion,event,at,until,why\nA,,reported,2020-12-20,,\n"
    answers = "entity,answer,value\n" + "".join(f"{unit},points,5\n" for unit in "ABCD")
    chart = gap(make_round(events=events, evidence="", answers=answers))
    assert chart.data.rows == () and chart.alt_vi == "Kết quả của mọi đơn vị bằng mức tự khai."
