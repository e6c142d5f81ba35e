"""Exit codes: 2 for a wrong parameter, 1 for wrong files, 3 for a notebook; the worst of several counts."""

import pytest

from ictindex.basics.findings import found
from ictindex.cli.output import exit_code, exit_code_of, print_findings, print_json, print_result
from ictindex.run.results import Result


def at(file):
    return found("file-missing", file)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("inputs/x/answers.csv", 1),
        ("parameters/methodologies/x.yaml", 1),
        ("parameters/x-2020.yaml", 2),
        ("-p", 2),
        ("elsewhere.yaml", 2),
    ],
)
def test_a_wrong_parameter_ends_with_2_and_a_wrong_file_with_1(file, code):
    assert exit_code([at(file)], given=["elsewhere.yaml"]) == code


@pytest.mark.parametrize(
    ("status", "findings", "code"),
    [
        ("built", [], 0),
        ("built", [at("outputs/x-2020")], 1),  # it says something false of itself
        ("refused", [at("inputs/x")], 1),
        ("refused", [at("parameters/x-2020.yaml")], 2),
        ("failed", [], 3),
    ],
)
def test_each_way_to_end_has_its_code(status, findings, code):
    assert exit_code_of(Result("x-2020", status, 1.0, "outputs/x-2020", findings=findings)) == code


def test_data_go_to_stdout_and_messages_to_stderr(capsys):
    print_result(Result("x-2020", "built", 1.25, "outputs/x-2020", root="0123456789abcdef"), "en", False)
    out, err = capsys.readouterr()
    assert out == "outputs/x-2020\n"
    assert err == "x-2020: built and verified in 1.2 s, root 0123456789ab\n"


def test_json_is_readable_by_a_person_too(capsys):
    print_json({"tên": "Sơn La"})
    assert capsys.readouterr().out == '{\n "tên": "Sơn La"\n}\n'


def test_findings_are_printed_in_the_language_asked_for(capsys):
    print_findings([at("inputs/x")], "vi")
    assert "thiếu tệp này" in capsys.readouterr().err


def test_what_says_something_false_of_itself_is_not_called_verified(capsys):
    wrong = [found("self-check", "outputs/x-2020", what="published", what_vi="Khớp")]
    print_result(Result("x-2020", "built", 1.25, "outputs/x-2020", "0" * 64, wrong), "en", False)
    err = capsys.readouterr().err
    assert err.startswith("x-2020: built, but not to be published, in 1.2 s, root 000000000000\n")
    assert "does not hold: published." in err and "[self-check]" in err


def test_what_became_of_a_signature_and_where_a_page_failed_are_said_in_vietnamese(capsys):
    gone = "its signature was of another manifest and is gone: sign it again"
    print_result(Result("x-2020", "built", 1.0, "outputs/x-2020", "0" * 64, (), gone), "vi", False)
    assert "x-2020: chữ ký cũ là của bản kê khác nên đã bỏ: phải ký lại\n" in capsys.readouterr().err
    failed = "cell 33, execution count 16: AssertionError: không có đơn vị"
    print_result(Result("x-2020", "failed", 1.0, "outputs/.failed/x-2020", "", (), failed), "vi", False)
    said = "trang bị lỗi khi chạy: ô 33 của trang đã chạy, mã lệnh [16]: AssertionError: không có đơn vị"
    assert f"x-2020: {said}\n" in capsys.readouterr().err
