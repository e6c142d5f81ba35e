"""The command line speaks Vietnamese where it is asked to: help, lists, messages and usage errors."""

import ast
import re
import string
from pathlib import Path

import click
import pytest

from ictindex.basics.project import Project
from ictindex.cli import language
from ictindex.cli.language import chosen, first_sentence, in_words, say, speak, words
from ictindex.cli.main import cli, main
from ictindex.facts.events import KINDS
from ictindex.facts.inputs import tables_of
from ictindex.facts.milestones import MILESTONES
from ictindex.methodology.reading import read_methodology


@pytest.fixture(autouse=True)
def english_again(monkeypatch):
    monkeypatch.delenv("ICTINDEX_LANG", raising=False)
    speak(cli, "en")
    yield
    speak(cli, "en")


def called(capsys, *arguments):
    code = 0
    try:
        main(list(arguments))
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    return code, told.out + told.err


def texts():
    for command in (cli, *cli.commands.values()):
        yield command.help
        yield from (p.help for p in command.params if isinstance(p, click.Option) and p.help)


def test_every_command_and_option_has_its_vietnamese():
    missing = [
        part
        for text in texts()
        for part in (" ".join(each.split()) for each in text.split("\n\n"))
        if part and part not in words()["help"]
    ]
    assert missing == []


@pytest.mark.parametrize("part", ["help", "click", "said"])
def test_what_is_filled_in_is_the_same_in_both_languages(part):
    def fields(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for english, vietnamese in words()[part].items():
        assert (vietnamese.strip() and vietnamese != english) or english == "path", english
        if part != "help":
            assert fields(english) == fields(vietnamese), english


@pytest.mark.parametrize(("lang", "word"), [("vi", "Lập phiếu của EDITION"), ("en", "Write the forms of")])
def test_the_list_of_commands_is_whole(capsys, lang, word):
    code, told = called(capsys, "--lang", lang, "--help")
    assert code == 0 and word in told and "..." not in told.split("COMMAND [ARGS]...")[1]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("--lang vi stat", ["status"]),
        ("run mini", ["mini-2020"]),
        ("letters mini-2020 --kind re", ["reminder", "returned", "result"]),
        ("forms mini-2020 --rep", ["--reply-by"]),
    ],
)
def test_a_shell_fills_in_commands_editions_options_and_their_words(
    typed, offered, mini, capsys, monkeypatch
):
    monkeypatch.chdir(mini.root)
    words = f"ictindex {typed}"
    asked = {"_ICTINDEX_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    _, told = called(capsys)
    assert [line.partition(",")[2] for line in told.split()] == offered
    monkeypatch.setenv("_ICTINDEX_COMPLETE", "bash_source")
    assert "complete -o nosort -F _ictindex_completion ictindex" in called(capsys)[1]


def test_usage_errors_are_vietnamese(capsys):
    code, told = called(capsys, "--lang=vi", "forms")
    assert code == 2 and "Cách gọi: ictindex forms" in told and "Lỗi: Thiếu đối số 'EDITION'." in told
    assert "Không có lệnh 'formz'" in called(capsys, "--lang", "vi", "formz")[1]
    assert "Không có tùy chọn '--kin'" in called(capsys, "--lang", "vi", "forms", "--kin", "x")[1]
    assert "người chấm" in called(capsys, "--lang", "vi", "forms", "egdi-2018", "--reviewer", "kt1")[1]


def test_the_variable_chooses_and_the_option_comes_first(monkeypatch, capsys):
    monkeypatch.setenv("ICTINDEX_LANG", "vi")
    assert "In hướng dẫn này rồi thoát." in called(capsys, "collect", "--help")[1]
    assert chosen(["--lang", "en", "forms"]) == "en" and chosen(["--lang=vi"]) == "vi"
    assert chosen(["--lang"]) == chosen(["--lang", "fr"]) == "en"


def test_english_is_what_was_written_after_vietnamese_was_spoken(capsys):
    before = [command.help for command in cli.commands.values()]
    called(capsys, "--lang", "vi", "--help")
    assert "Usage:" in called(capsys, "--help")[1]
    assert [command.help for command in cli.commands.values()] == before


def test_messages_are_filled_in_either_language():
    assert say("vi", "{n} findings", n=3) == "3 lỗi" and say("en", "{n} findings", n=3) == "3 findings"
    assert say("vi", "không có trong tệp {n}", n=1) == "không có trong tệp 1"


def test_a_text_without_vietnamese_stays_english():
    assert (
        in_words("Nobody has said this.\n\n    Write a web page.")
        == "Nobody has said this.\n\nGhi trang web."
    )
    assert in_words(None) is None and first_sentence("One\n  line.\n\nMore.") == "One line."
    assert language.LANGUAGES == ("en", "vi")


def test_what_is_left_to_do_of_a_new_year_is_vietnamese(egdi, capsys):
    code, told = called(capsys, "--project", str(egdi.root), "--lang", "vi", "new-year", "egdi", "2020")
    assert code == 0 and "việc còn lại: điền inputs/egdi-2020/answers.csv" in told
    assert "việc còn lại: đọc lại ô 1 của notebooks/egdi-2020.ipynb" in told and "to do" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stability", "mini-2020", "--design", "dirichlet"), "phân phối Dirichlet cần kappa hoặc variation"),
        (
            ("stability", "mini-2020", "--design", "dirichlet", "--variation", "9"),
            "phân phối Dirichlet không thể biến động đến mức ấy",
        ),
        (
            ("stability", "mini-2020", "--design", "order", "--order", "inside>services>inside"),
            "thứ tự phải nêu đủ các mục cùng cấp có trọng số: inside, services, inside",
        ),
        (("diff", "mini-2020"), "nêu hai lần chạy"),
        (("run", "mini-2020", "-p", "year"), "Tùy chọn '-p' cần 2 giá trị"),
        (
            ("record", "mini-2020", "evidence_checked", "--on", "2020-01-01", "--who", "a"),
            "evidence_checked cần",
        ),
    ],
)
def test_usage_errors_of_our_own_are_vietnamese_too(words, said, mini, capsys, monkeypatch):
    monkeypatch.chdir(mini.root)
    with pytest.raises(SystemExit) as left:
        main(["--lang", "vi", *words])
    assert left.value.code == 2 and said in capsys.readouterr().err


ROOT = Path(__file__).parents[2]


def test_every_usage_error_has_its_vietnamese():
    """Of a message with a colon, what stands before it."""
    written = [
        node.args[0].value
        for path in sorted((ROOT / "ictindex" / "cli").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "UsageError"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert len(written) > 5
    said = language.words()["said"]
    assert [text for text in written if not {text, text.partition(": ")[0]} & said.keys()] == []


def commands_of(text):
    """The command lines that a text names, without the program's name."""
    for inline, line in re.findall(r"`(ictindex [^`]*)`|^(ictindex .*)$", text, re.MULTILINE):
        words = re.findall(r'"[^"]*"|\S+', (inline or line).partition("#")[0])[1:]
        yield words[2:] if words[:1] == ["--lang"] else words


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_every_command_that_a_readme_names_is_there_with_its_options(name):
    named = list(commands_of((ROOT / name).read_text("utf-8")))
    assert len(named) > 30
    for word, *more in filter(None, named):
        command = cli.commands[word]
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        assert {each for each in more if each.startswith("--")} <= known, (word, more)


def test_the_vietnamese_readme_names_every_column_event_and_milestone():
    text = (ROOT / "README.vi.md").read_text("utf-8")
    tables = tables_of(read_methodology("qd2342", Project(ROOT)))
    lines = {file: line for line in text.splitlines() for file in tables if line.startswith(f"| `{file}`")}
    assert lines.keys() == tables.keys()
    for file, (wanted, also) in tables.items():
        lacking = [column for column in (*wanted, *(also or ())) if f"`{column}`" not in lines[file]]
        assert lacking == [], file
    assert [event for event in (*KINDS, *MILESTONES) if f"`{event}`" not in text] == []
