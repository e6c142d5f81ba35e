"""How each form is to be filled in, in the words that stand on its cover."""

from __future__ import annotations

from collections.abc import Iterator

from ictindex.annex import anchor_vi
from ictindex.methodology import Methodology
from ictindex.page import STATE_VI

ONLY_PALE = "Chỉ điền vào các ô nền vàng nhạt. Không thêm, xóa, đổi chỗ dòng, cột hay trang tính."
NUMBERS = (
    "Số viết như 1.234,5: dấu phẩy trước phần thập phân; phần nghìn nên viết liền (1234,5)."
    " Không ghi kèm chữ, đơn vị tính hay dấu %."
)
NO_FORMULAS = "Khi chép từ tệp khác chỉ dán giá trị: không dán ô có công thức hay liên kết tới tệp khác."
SEND_BACK = (
    "Gửi lại chính tệp này ở dạng .xlsx (không gửi ảnh, PDF hay .xls); tên tệp đổi cũng được."
    " Gửi lại lần sau thì tăng số ở ô “Lần gửi thứ”."
)
EVIDENCE = (
    "Tài liệu kiểm chứng: ghi tên các tệp, cách nhau bằng dấu chấm phẩy (;), và để các tệp đó cùng chỗ với"
    " phiếu khi gửi; văn bản đã gửi hoặc đã đăng thì ghi số, ngày hay địa chỉ trang."
)
_OF_FIGURES = (ONLY_PALE, NUMBERS, NO_FORMULAS, SEND_BACK)
SURVEY_STEPS = (
    ONLY_PALE,
    NUMBERS,
    "Ô có danh sách (Có/Không, các mức …): bấm vào ô rồi chọn. Điểm tự chấm: không quá điểm tối đa của mục.",
    "Mục không áp dụng với đơn vị hoặc thuộc bí mật nhà nước: để trống ô “Trả lời”, chọn ở cột “Không trả lời"
    " vì” và nói rõ ở “Ghi chú”. Không ghi nội dung bí mật nhà nước vào phiếu này. Số 0 là một câu trả lời.",
    EVIDENCE,
    NO_FORMULAS,
    SEND_BACK,
)
APPRAISAL_STEPS = (
    "Cột “Thẩm định”: ghi số liệu được lấy, kể cả khi bằng số liệu tự khai; để trống là chưa thẩm định.",
    "Khác số liệu tự khai thì cột “Lý do” phải có: lý do được in trên phiếu xác nhận gửi đơn vị.",
    *_OF_FIGURES,
)
_MARK = "Chấm từng dòng theo thang điểm của dòng; để trống là chưa chấm, 0 là 0 điểm."
MARKING_STEPS = (
    _MARK,
    "Chấm độc lập: phiếu này không có điểm của người khác; không trao đổi điểm trước khi gửi.",
    "Thứ tự đơn vị được xáo riêng cho từng người chấm để lúc mệt không rơi mãi vào cùng một đơn vị: xếp theo"
    " SHA-256 của chuỗi “{reviewer}|mã đơn vị”, ai cũng tính lại được.",
    *_OF_FIGURES,
)
ADJUDICATION_STEPS = (
    _MARK,
    "Điểm ghi ở đây thay cho các điểm đã chấm, vì vậy cột “Lý do” phải có.",
    "Cột “Điểm chấm” là các điểm đã chấm, xếp từ thấp đến cao, không nêu ai chấm.",
    *_OF_FIGURES,
)
DECISION_STEPS = (
    "Mỗi dòng là một việc. Chọn ở cột “Quyết định”; để trống là chưa quyết định.",
    "Chấp nhận đề nghị về số liệu mà không ghi “Số liệu được lấy” thì lấy đúng số đơn vị đề nghị.",
    "Gia hạn thì ghi “Gia hạn đến ngày”. Báo cáo nhận đến hết ngày đó là đúng hạn.",
    "Dòng đã quyết định phải có “Lý do”, “Người quyết định”, “Văn bản”; phụ lục in các nội dung này.",
    "Cột “Nếu chấp nhận” tính riêng từng dòng, các dòng khác giữ nguyên.",
    *_OF_FIGURES,
)
SERVICES_STEPS = (
    "Trang “Dịch vụ công trực tuyến”: mỗi dịch vụ mức độ 3, 4 một dòng, bao nhiêu dòng cũng được; chép bảng"
    " từ tệp khác thì chỉ dán giá trị. Mã dịch vụ do đơn vị đặt (1, 2, 3 …), lần gửi sau giữ nguyên mã.",
    "Số dịch vụ ở trang “Phiếu khảo sát” tính từ danh sách ấy (mỗi thủ tục một lần): để trống ô, hoặc ghi"
    " đúng số của danh sách.",
)
INSPECTION_STEPS = (
    "Mỗi dòng là một lần kiểm tra một dịch vụ. Chưa kiểm tra thì để trống cả dòng.",
    "Trực tiếp như người dân: ghi Có hoặc Không ở ba cột “Đăng ký được tài khoản”, “Gửi được hồ sơ”,"
    " “Theo dõi được”.",
    "Theo báo cáo, chỉ khi không đăng ký được tài khoản: ghi Không ở cột tài khoản, trả lời ba cột sau.",
    "Không đạt điều kiện nào thì nói rõ ở cột “Lý do”.",
    "Phản ánh về dịch vụ đã được công nhận: mỗi phản ánh một dòng ở trang “Phản ánh”, ghi tên hoặc mã đơn vị,"
    " mã dịch vụ theo danh sách của đơn vị. Dịch vụ ấy sẽ có ở phiếu kiểm tra sau; phản ánh đã ghi thì không"
    " ghi lại.",
    "Ảnh chụp, tệp ghi màn hình: ghi tên các tệp, cách nhau bằng dấu chấm phẩy (;), và để các tệp đó cùng chỗ"
    " với phiếu khi gửi.",
    ONLY_PALE,
    NO_FORMULAS,
    SEND_BACK,
)


def consequences(methodology: Methodology) -> Iterator[str]:
    """What the decision gives no points for."""
    for reason, rule in methodology.source.zero_rules.items():
        yield f"{STATE_VI[f'zero_{reason}']} ({anchor_vi(rule.citation)})."


SLIP_STEPS = (
    "Phiếu này chỉ có số liệu và điểm của đơn vị. Xem từng dòng, rồi chọn “Ý kiến của đơn vị” ở trên.",
    "Thống nhất: không điền gì thêm. Đề nghị điều chỉnh: ở dòng có sai sót ghi số liệu đề nghị, lý do và tài"
    " liệu kiểm chứng; đề nghị về điểm của tiêu chí thì ghi ở trang “Điểm”.",
    ONLY_PALE,
    NUMBERS,
    EVIDENCE,
    NO_FORMULAS,
    SEND_BACK,
)
