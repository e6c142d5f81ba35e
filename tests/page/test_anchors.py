"""Legal anchors as they are printed; the rest is tested with the documents that print it."""

from ictindex.methodology.decision import Deadline
from ictindex.methodology.schema import Citation
from ictindex.page.anchors import anchor_vi, day_vi


def test_a_title_and_a_clause_are_joined_and_either_may_lack():
    assert anchor_vi(Citation(title="Quyết định số 1", clause="Điều 2")) == "Quyết định số 1, Điều 2"
    assert anchor_vi(Citation(clause="Điều 2")) == "Điều 2"
    assert anchor_vi(None) == ""


def test_a_day_is_told_from_the_year_assessed():
    day = Deadline(label_vi="Gửi", date="+1-01-15", before=True, citation=Citation(clause="1"))
    assert day_vi(day) == "trước ngày 15/01 của năm sau năm đánh giá"
