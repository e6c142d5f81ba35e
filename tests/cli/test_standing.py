"""status and record on the command line: an answer whatever is missing; a line, or a finding."""

import json

from ictindex.cli.main import main


def call(capsys, *arguments):
    try:
        main([*map(str, arguments)])
    except SystemExit as ended:
        code = ended.code or 0
    else:
        code = 0
    told = capsys.readouterr()
    return code, told.out, told.err


def test_status_names_the_next_step_first_and_each_step_after_it(mini, report_all, capsys):
    report_all(mini)
    code, out, _ = call(capsys, "--project", mini.root, "status", "mini-2020")
    assert code == 0
    head, *rest = out.splitlines()
    assert rest.pop(0).startswith("  why: ")
    following, *rest = (line for line in rest if not line.startswith("  why: "))
    assert head.startswith("mini-2020: SỐ LIỆU MINH HỌA; 5/7 steps done")
    assert following.startswith("next: The result is approved → ictindex record mini-2020 approved")
    assert rest[0] == "[x] The year is opened – 5 units"


def test_status_speaks_vietnamese_where_it_is_asked_to(mini, capsys):
    _, out, _ = call(capsys, "--project", mini.root, "--lang", "vi", "status", "mini-2021")
    assert "chưa có ấn bản này" in out and "tiếp theo: Mở kỳ đánh giá → ictindex new-year mini 2021" in out


def test_status_as_json_holds_everything(mini, capsys):
    code, out, _ = call(capsys, "--project", mini.root, "status", "--json", "mini-2020")
    told = json.loads(out)
    names = [step["step"] for step in told["steps"]]
    assert code == 0 and names == [
        *("opening", "forms", "reports", "collection", "answers"),
        *("approval", "publication"),
    ]


def test_an_approval_is_recorded_and_then_the_state_follows(mini, capsys):
    said = ["--on", "02/01/2021", "--number", "1/QĐ", "--authority", "Bộ trưởng", "--who", "Nguyễn Văn A"]
    code, out, _ = call(capsys, "--project", mini.root, "record", "mini-2020", "approved", *said)
    assert (code, out) == (0, "inputs/mini-2020/procedure.csv\n")
    _, out, _ = call(capsys, "--project", mini.root, "status", "mini-2020")
    assert "[x] The result is approved – recorded: 1 (02/01/2021)" in out


def test_who_records_what_a_built_annex_does_not_have_is_told_to_build_it_again(mini, capsys):
    """The published annex, signed as the order of steps said, no longer verified."""
    at = ["--on", "25/02/2021", "--who", "A"]
    _, _, err = call(capsys, "--project", mini.root, "record", "mini-2020", "published", *at)
    assert err == ""
    folder = mini.output("mini-2020")
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    again = ["record", "mini-2020", "published", "--on", "26/02/2021", "--who", "A"]
    _, out, err = call(capsys, "--project", mini.root, "--lang", "vi", *again)
    assert out == "inputs/mini-2020/procedure.csv\n"
    assert err == "outputs/mini-2020 dựng trước việc này: ictindex run mini-2020, đã ký thì ký lại\n"


def test_who_is_late_is_named(egdi, capsys):
    _, out, _ = call(capsys, "--project", egdi.root, "--lang", "vi", "status", "qd375-2020")
    late = out.splitlines().index("      ghi chú: 2 đơn vị báo cáo chậm")
    assert (
        out.splitlines()[late + 1]
        == "      đơn vị: Viện Khoa học tổ chức nhà nước; Vụ Chính quyền địa phương"
    )


def test_what_lacks_is_a_finding_and_evidence_wants_its_folder(mini, capsys):
    at = ("--on", "2021-01-02", "--who", "A")
    code, _, err = call(capsys, "--project", mini.root, "record", "mini-2020", "approved", *at)
    assert code == 1 and "number" in err and "authority" in err
    code, _, err = call(capsys, "--project", mini.root, "record", "mini-2020", "evidence_checked", *at)
    assert code == 2 and "--evidence FOLDER" in err


def test_a_unit_that_no_built_edition_has_is_a_finding_and_no_empty_answer(mini, capsys):
    code, out, err = call(capsys, "--project", mini.root, "places", "--unit", "nobody")
    assert code == 1 and out == "" and "[unit-unknown]" in err
