"""Notebooks as files: what a parameters cell says, what a source may hold, what an executed one keeps."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.page import notebook


def cell(code, **more):
    return {
        "cell_type": "code",
        "id": "c",
        "metadata": {},
        "source": code,
        "outputs": [],
        "execution_count": None,
        **more,
    }


def written(tmp_path, *cells, **more):
    path = tmp_path / "page.ipynb"
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}), "utf-8"
    )
    return path


@pytest.fixture
def parameters(tmp_path):
    """The parameters of a notebook whose parameters cell is this code."""

    def read(code):
        path = written(tmp_path, cell("a = 1"), cell(code, id="p", metadata={"tags": ["parameters"]}))
        return notebook.parameters(path, "page.ipynb")

    return read


@pytest.fixture
def wrong(parameters):
    """The codes of what is wrong with a parameters cell."""

    def codes(code):
        with pytest.raises(Refused) as refused:
            parameters(code)
        return [finding.code for finding in refused.value.findings]

    return codes


# --- the parameters cell ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, default, type_, help_, low, high, choices",
    [
        ("year = 2018", 2018, int, "", None, None, ()),
        ("year = 2018  # năm đánh giá", 2018, int, "năm đánh giá", None, None, ()),
        ("year = 2018  # năm [2000..2100]", 2018, int, "năm", 2000, 2100, ()),
        ("shift = -1  # [-3 .. 3]", -1, int, "", -3, 3, ()),
        ("share = 0.5  # tỷ lệ [0..1]", 0.5, float, "tỷ lệ", 0, 1, ()),
        (
            "ties = 'min'  # khi bằng nhau [min | max]",
            "min",
            str,
            "khi bằng nhau",
            None,
            None,
            ("min", "max"),
        ),
        ("decimals = 3  # [0 | 3]", 3, int, "", None, None, ("0", "3")),
        ("shown = True  # hiện", True, bool, "hiện", None, None, ()),
        ('note = "a # b [c]"  # một câu', "a # b [c]", str, "một câu", None, None, ()),
        ("year: int = 2018  # năm", 2018, int, "năm", None, None, ()),
        ('words = """hai\ndòng"""  # chữ', "hai\ndòng", str, "chữ", None, None, ()),
    ],
)
def test_a_line_says_name_default_help_and_bounds(
    parameters, line, default, type_, help_, low, high, choices
):
    (read,) = parameters(line).values()
    assert (read.default, read.type, read.help) == (default, type_, help_)
    assert (read.low, read.high, read.choices) == (low, high, choices)


def test_parameters_come_in_the_order_of_the_cell_and_comments_alone_are_none(parameters):
    assert list(parameters("# tham số\nb = 1\n\n# khác\na = 2\n")) == ["b", "a"]


def test_the_shipped_notebook_has_its_parameters(egdi):
    read = notebook.parameters(egdi.notebook("egdi-2018"), "")
    assert {name: each.default for name, each in read.items()} == {
        "edition": "egdi-2018",
        "methodology": "egdi",
        "year": 2018,
        "inputs": "egdi-2018",
        "previous": "egdi-2016",
        "highlight": "VNM",
        "attached_to": "",
        "draws": 10_000,
        "spread": 25,
        "decimals": 4,
        "rounding": "half_up",
    }
    assert (read["year"].low, read["year"].high) == (2000, 2100)
    assert read["rounding"].choices == ("half_up", "half_even", "down")
    assert all(each.help for each in read.values())


@pytest.mark.parametrize(
    "code, expected",
    [
        ("", ["no-parameters-cell"]),
        ("# nothing but words", ["no-parameters-cell"]),
        ("year = ", ["cell-syntax"]),
        ("%matplotlib inline", ["cell-syntax"]),
        ("year = 2000 + 18", ["default-not-literal"]),
        ("year = now()", ["default-not-literal"]),
        ("import os", ["default-not-literal"]),
        ("a = b = 1", ["default-not-literal"]),
        ("a = f()\nb = g()", ["default-not-literal", "default-not-literal"]),
        ("year: int", ["default-not-literal"]),
        ("year = 1\nyear = 2", ["parameter-twice"]),
        ("year = 1999  # [2000..2100]", ["parameter-range"]),
        ("year = 2018  # [2000..]", ["not-one-of"]),
        ("ties = 'sideways'  # [min | max]", ["not-one-of"]),
    ],
)
def test_a_cell_of_anything_but_plain_values_is_refused(wrong, code, expected):
    assert wrong(code) == expected


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        notebook.parameters(written(tmp_path, cell("year = 2018")), "page.ipynb")
    assert [finding.code for finding in refused.value.findings] == ["no-parameters-cell"]


@pytest.mark.parametrize(
    "default, text, value",
    [
        (2018, "2020", 2020),
        (2018, "-1", -1),
        (2018, "2020.0", 2020.0),
        (2018, "twenty", "twenty"),
        (2018, "02020", "02020"),
        (2018, "", ""),
        (2018, "(" * 9999, "(" * 9999),
        (2018, "__import__('os')", "__import__('os')"),
        (0.5, "1e3", 1000.0),
        (True, "False", False),
        (True, "no", "no"),
        ("VNM", "2020", "2020"),
        ("VNM", "None", "None"),
    ],
)
def test_a_command_lines_text_is_read_as_the_parameters_type_or_left_as_it_is(default, text, value):
    read = notebook.Parameter("p", default, "").parsed(text)
    assert (read, type(read)) == (value, type(value))


KNOWN = {
    "year": notebook.Parameter("year", 2018, "", 2000, 2100),
    "share": notebook.Parameter("share", 0.5, "", 0, 1),
    "ties": notebook.Parameter("ties", "min", "", choices=("min", "max")),
    "shown": notebook.Parameter("shown", True, ""),
}


@pytest.mark.parametrize(
    "given_, code",
    [
        ({"yeer": 2018}, "parameter-unknown"),
        ({"year": "2018"}, "parameter-type"),
        ({"year": 2018.0}, "parameter-type"),
        ({"year": True}, "parameter-type"),
        ({"year": None}, "parameter-type"),
        ({"year": [2018]}, "parameter-type"),
        ({"year": Decimal(2018)}, "parameter-type"),
        ({"year": 1999}, "parameter-range"),
        ({"year": 2101}, "parameter-range"),
        ({"share": 2}, "parameter-range"),
        ({"share": Decimal("1.5")}, "parameter-range"),
        ({"share": float("nan")}, "parameter-range"),
        ({"ties": "sideways"}, "not-one-of"),
        ({"ties": "Min"}, "not-one-of"),
        ({"shown": "no"}, "parameter-type"),
        ({"shown": 1}, "parameter-type"),
    ],
)
def test_a_value_that_the_notebook_would_not_take_is_found(given_, code):
    (finding,) = notebook.bad_values(given_, KNOWN, "-p")
    assert (finding.code, finding.column) == (code, *given_)


@pytest.mark.parametrize(
    "given_",
    [
        {"year": 2000},
        {"year": 2100},
        {"share": 1},
        {"share": Decimal("0.5")},
        {"ties": "max"},
        {"shown": False},
        {},
    ],
)
def test_a_value_within_type_and_bounds_is_taken(given_):
    assert list(notebook.bad_values(given_, KNOWN, "-p")) == []


def test_every_bad_value_is_named_and_not_only_the_first():
    found = notebook.bad_values({"yeer": 1, "year": 1800, "ties": "up"}, KNOWN, "-p")
    assert [finding.column for finding in found] == ["yeer", "year", "ties"]


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text() | st.integers() | st.booleans())
)
def test_the_injected_cell_sets_just_what_was_given(values):
    namespace = {}
    exec(notebook.injected({f"p_{name}": value for name, value in values.items()}), {}, namespace)
    assert namespace == {f"p_{name}": value for name, value in values.items()}


def test_the_injected_cell_writes_vietnamese_as_letters():
    assert (
        notebook.injected({"attached_to": "Quyết định số 1"})
        == '# Parameters\nattached_to = "Quyết định số 1"\n'
    )


# --- what is a notebook at all ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "null",
        '{"nbformat": 3, "cells": []}',
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {}}',
        '{"nbformat": 4.0, "cells": []}',
        '{"nbformat": 4, "nbformat_minor": "5", "cells": []}',
        '{"nbformat": 4, "metadata": [], "cells": []}',
        '{"nbformat": 4, "cells": [1]}',
        '{"nbformat": 4, "cells": [{}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {}, "source": "x"}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "poem", "metadata": {}, "source": "x"}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": {}, "source": [1]}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": {}}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": [], "source": "x"}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": {"tags": 1}, "source": "x"}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": {}, "source": "x", "id": 1}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {}, "source": "x",'
        ' "outputs": [{"data": 1}], "execution_count": null}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_refused_without_a_traceback(text):
    with pytest.raises(Refused) as refused:
        notebook.parse(text, "page.ipynb")
    assert {finding.code for finding in refused.value.findings} <= {"not-a-notebook", "json-syntax"}


def test_broken_json_is_refused_with_its_row():
    with pytest.raises(Refused) as refused:
        notebook.parse('{\n "cells": [\n', "page.ipynb")
    assert [(finding.code, finding.row) for finding in refused.value.findings] == [("json-syntax", 3)]


# --- what a source may hold -------------------------------------------------------------------------------


def found_in(*cells):
    return [(finding.code, finding.column) for finding in notebook.bad_source({"cells": cells}, "page.ipynb")]


@pytest.mark.parametrize(
    "code",
    [
        "def f(): pass",
        "class C: pass",
        "for i in []: print(i)",
        "f = lambda x: x",
        "[i for i in []]",
        "await f()",
        "open('inputs/egdi-2018/answers.csv')",
        "%precision 3",
        "%%time\n1 + 1",
        "!ls",
        "x = !ls",
        "frame?",
        "",
    ],
)
def test_whatever_a_cell_computes_is_the_evaluators_own_affair(code):
    assert found_in(cell(code)) == []


def test_stored_outputs_and_counts_are_found():
    shown = {"output_type": "stream", "name": "stdout", "text": "x"}
    assert found_in(cell("1", outputs=[shown]), cell("2", id="d", execution_count=1)) == [
        ("cell-output", "cell 1"),
        ("cell-output", "cell 2"),
    ]


def test_a_cell_without_an_id_of_its_own_is_found():
    nameless = {"cell_type": "markdown", "metadata": {}, "source": "x"}
    assert found_in(cell("1"), cell("2"), nameless) == [("cell-id", "cell 2"), ("cell-id", "cell 3")]


@pytest.mark.parametrize("code", ["1 +", "for i in", "a b", "%precision 3\n1 +"])
def test_code_that_is_none_is_found(code):
    assert found_in(cell(code)) == [("cell-syntax", "cell 1")]


def test_prose_may_say_anything():
    assert found_in({**cell("for i in []: open('/etc/passwd')"), "cell_type": "markdown"}) == []


# --- the canonical form -----------------------------------------------------------------------------------

EXECUTED = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "papermill": {"input_path": "/home/somebody/page.ipynb", "duration": 1.5},
        "widgets": {},
    },
    "cells": [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {"papermill": {"tags": []}},
            "source": ["# Một\n", "hai"],
        },
        {
            "cell_type": "code",
            "id": "f00d",
            "metadata": {
                "tags": ["injected-parameters"],
                "papermill": {"start_time": "2018-01-01T00:00:00", "exception": False},
                "execution": {"iopub.status.busy": "2018-01-01T00:00:00Z"},
            },
            "source": "x = 1",
            "execution_count": 1,
            "outputs": [
                {
                    "output_type": "execute_result",
                    "metadata": {},
                    "execution_count": 1,
                    "data": {"text/plain": "a\nb", "application/json": {"b": 1, "a": 2}},
                }
            ],
        },
    ],
}


def test_the_canonical_form_keeps_prose_code_counts_and_outputs_and_no_time_path_version_or_random_id():
    assert json.loads(notebook.canonical(EXECUTED)) == {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": [
            {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Một\n", "hai"]},
            {
                "cell_type": "code",
                "id": "injected-parameters",
                "metadata": {"tags": ["injected-parameters"]},
                "source": ["x = 1"],
                "execution_count": 1,
                "outputs": [
                    {
                        "output_type": "execute_result",
                        "metadata": {},
                        "execution_count": 1,
                        "data": {"text/plain": ["a\n", "b"], "application/json": {"b": 1, "a": 2}},
                    }
                ],
            },
        ],
    }


def test_the_canonical_form_of_itself_is_itself():
    once = notebook.canonical(EXECUTED)
    assert notebook.canonical(notebook.parse(once, "page.ipynb")) == once


def shown_in(*outputs):
    """The outputs of a cell in the canonical form."""
    made = notebook.canonical({"cells": [cell("1", outputs=list(outputs), execution_count=1)]})
    assert notebook.canonical(notebook.parse(made, "page.ipynb")) == made
    return json.loads(made)["cells"][0]["outputs"]


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


DISPLAYED = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["x"]}}


def test_what_a_cell_prints_is_one_text_in_however_many_parts_and_order_it_came():
    """Which the kernel decides by the clock."""
    one = shown_in(printed("a\nb"), printed("w\n", "stderr"), printed(["c\n", "d"]))
    assert one == shown_in(printed("w\n", "stderr"), printed("a\n"), printed("bc\nd"))
    assert one == [printed(["a\n", "bc\n", "d"]), printed(["w\n"], "stderr")]


def test_what_is_printed_stays_before_and_after_what_is_shown_between():
    assert shown_in(printed("a"), DISPLAYED, printed("b")) == [printed(["a"]), DISPLAYED, printed(["b"])]


@pytest.mark.parametrize(
    "text, kept",
    [
        ("[<matplotlib.lines.Line2D at 0x7f7bc27463d0>]", "[<matplotlib.lines.Line2D>]"),
        ("<matplotlib.image.AxesImage object at 0x7f00>", "<matplotlib.image.AxesImage object>"),
        ("<object object at 0x7f00>", "<object object at 0x7f00>"),
        ("<mine.matplotlib.Line at 0x7f00>", "<mine.matplotlib.Line at 0x7f00>"),
        ("/tmp/ipykernel_123/456.py:2: UserWarning: x", "cell:2: UserWarning: x"),
        ("C:\\Temp\\ipykernel_12\\34.py:1: W", "cell:1: W"),
        ("0x7f00 /tmp/a.py", "0x7f00 /tmp/a.py"),
    ],
)
def test_where_matplotlibs_parts_lie_and_which_file_a_cell_was_is_not_kept_but_other_addresses_are(
    text, kept
):
    shown = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    (made,) = shown_in({**shown, "data": {"text/plain": text}})
    assert made["data"]["text/plain"] == [kept]
    assert shown_in({**shown, "data": {"text/plain": [text]}}) == [made]
    assert shown_in(printed(text, "stderr")) == [printed([kept], "stderr")]


def test_half_of_a_letter_is_in_no_notebook():
    page = json.dumps({"nbformat": 4, "cells": [cell("'\ud83d'")]})
    with pytest.raises(Refused) as refused:
        notebook.parse(page, "page.ipynb")
    assert [finding.code for finding in refused.value.findings] == ["not-a-notebook"]
    whole = json.dumps({"nbformat": 4, "cells": [cell("'\U0001f600'")]})
    assert notebook.parse(whole, "page.ipynb")


def test_the_canonical_form_does_not_depend_on_the_order_of_keys():
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    assert notebook.canonical(turned(EXECUTED)) == notebook.canonical(EXECUTED)


def test_the_canonical_form_is_readable_vietnamese_one_line_a_line():
    text = notebook.canonical(EXECUTED)
    assert '    "# Một\\n",\n' in text
    assert text.endswith("}\n")


def test_the_parameters_of_a_run_stand_after_the_parameters_cell():
    page = {
        "cells": [
            cell("", id="a"),
            cell("x = 1", id="b", metadata={"tags": ["parameters"]}),
            cell("x", id="c"),
        ]
    }
    assert [each["id"] for each in notebook.with_injected(page, {"x": 2})] == [
        "a",
        "b",
        "injected-parameters",
        "c",
    ]


def test_a_number_of_five_thousand_digits_is_a_finding_with_the_file_and_no_traceback(tmp_path):
    path = tmp_path / "annex.ipynb"
    path.write_text('{"nbformat": 4,\n "nbformat_minor": ' + "5" * 5_000 + ', "cells": []}')
    with pytest.raises(Refused) as refused:
        notebook.read_notebook(path, "outputs/annex.ipynb")
    (finding,) = refused.value.findings
    assert (finding.code, finding.file, finding.row) == ("json-number", "outputs/annex.ipynb", 2)


def test_a_notebook_larger_than_the_limit_is_not_read(tmp_path):
    assert notebook.MAX_NOTEBOOK_BYTES == 16_777_216
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(16_777_217)
    with pytest.raises(Refused) as refused:
        notebook.read_notebook(tmp_path / "a.ipynb", "a.ipynb")
    assert [finding.code for finding in refused.value.findings] == ["too-large"]


def test_letters_that_turn_others_around_are_found_in_a_source_however_they_are_written():
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Bộ \u202eA"}
    assert found_in(cell) == [("control-character", "cell 1")]


def test_thousands_of_unknown_parameters_are_named_soon():
    known = {f"name_{i}": notebook.Parameter(f"name_{i}", "", "") for i in range(40)}
    begun = time.process_time()
    findings = list(notebook.bad_values({f"nam_{i}": "" for i in range(40_000)}, known, "a.yaml"))
    assert len(findings) == 40_000
    assert time.process_time() - begun < 5
