"""The Vietnamese words for codes, as pages print them."""

from __future__ import annotations

STATUS_VI = {"official": "Chính thức", "sibling": "Theo văn bản liên quan", "illustrative": "Minh họa"}
AGGREGATE_VI = {
    "sum": "Tổng điểm các tiêu chí thành phần",
    "mean": "Trung bình cộng các thành phần được tính",
    "weights": "Trung bình có trọng số các thành phần được tính",
}
MISSING_VI = {
    "error": "Thiếu số liệu: dừng, không xếp hạng",
    "zero": "Thiếu số liệu: 0 điểm",
    "leave_out": "Thiếu số liệu: không tính vào trung bình và điểm tối đa",
}
STATE_VI = {
    "scored": "Được tính điểm",
    "zero_missing": "0 điểm: thiếu số liệu",
    "zero_late": "0 điểm: báo cáo chậm",
    "zero_incomplete": "0 điểm: khai không đủ",
    "zero_untrue": "0 điểm: số liệu không đúng thực tế",
    "zero_no_evidence": "0 điểm: không có tài liệu kiểm chứng",
    "missing": "Không có số liệu, không tính",
    "not_applicable": "Không áp dụng",
    "withheld": "Không công bố (bí mật nhà nước), không tính",
}
RULE_VI = {
    "compare_on": "So sánh trên",
    "decimals": "Số chữ số thập phân khi công bố",
    "rounding": "Cách làm tròn",
    "ties": "Xếp hạng khi bằng nhau",
    "rank_on": "Xếp hạng trên giá trị",
}
VALUE_VI = {
    "points": "điểm",
    "share": "tỷ lệ điểm đạt trên điểm tối đa được tính",
    "half_up": "làm tròn một lần, từ nửa trở lên thì lên",
    "half_even": "làm tròn một lần, đúng nửa thì về số chẵn",
    "down": "bỏ phần thừa",
    "min": "cùng hạng nhỏ nhất, hạng sau bỏ trống (1, 2, 2, 4)",
    "dense": "cùng hạng, hạng sau liền kề (1, 2, 2, 3)",
    "max": "cùng hạng lớn nhất (1, 3, 3, 4)",
    "rounded": "đã làm tròn như công bố",
    "unrounded": "chính xác, chưa làm tròn",
}
ORIGIN_VI = {
    "fixed": "theo phương pháp",
    "open": "văn bản để ngỏ, chọn ở đây",
    "parameter": "văn bản để ngỏ, đặt riêng cho lần chạy này",
}
PARAMETER_VI = {
    "edition": "Ấn bản",
    "methodology": "Phương pháp",
    "year": "Năm đánh giá",
    "inputs": "Thư mục số liệu đầu vào",
    "previous": "Ấn bản kỳ trước",
    "highlight": "Đơn vị được làm nổi",
    "attached_to": "Kèm theo quyết định",
    **RULE_VI,
}
