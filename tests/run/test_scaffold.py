"""A further year, or another index, takes scaffolded parameters, inputs and a notebook, and no code."""

import csv
import io
import json
import os
import re
import shutil

import pytest

from ictindex.annex import verification
from ictindex.basics import swap
from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import load
from ictindex.page.notebook import bad_source, parameters, read_notebook
from ictindex.page.state import state_of
from ictindex.run import plans
from ictindex.run import runs as run
from ictindex.run import scaffold as room
from ictindex.run.check_all import lint
from ictindex.run.scaffold import new_year
from ictindex.scoring.evaluation import evaluate_edition

MADE = [
    "parameters/egdi-2020.yaml",
    "inputs/egdi-2020/entities.csv",
    "inputs/egdi-2020/answers.csv",
    "inputs/egdi-2020/sources.yaml",
    "notebooks/egdi-2020.ipynb",
]


def edit(path, old, new, count=1):
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, count), "utf-8")


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def sources_filled(folder):
    path = folder / "sources.yaml"
    path.write_text(path.read_text("utf-8").replace('""', '"Số liệu bịa để thử"'), "utf-8")
    edit(path, 'status: "Số liệu bịa để thử"', "status: illustrative")


def built_and_verified(project, edition):
    (result,) = run.run(plans.plan([edition], project, {}), project, 1, lambda *step: None, 120)
    assert result.status == "built", (result.findings, result)
    return verification.verify(project.output(edition), project)


# --- the files --------------------------------------------------------------------------------------------


def test_a_new_year_is_five_files_and_says_which(egdi):
    assert new_year("egdi", 2020, egdi)["made"] == MADE
    assert [path for path in MADE if not (egdi.root / path).is_file()] == []


def test_the_parameter_file_says_the_new_year_and_keeps_its_comments(egdi):
    new_year("egdi", 2020, egdi)
    text = egdi.parameters("egdi-2020").read_text("utf-8")
    assert text == (
        "# One run. Plain papermill reads it too:"
        " papermill notebooks/egdi-2020.ipynb OUT.ipynb -f parameters/egdi-2020.yaml\n"
        "edition: egdi-2020\n"
        "methodology: egdi\n"
        "year: 2020\n"
        "inputs: egdi-2020\n"
        "previous: egdi-2018\n"
        "highlight: VNM\n"
        'attached_to: ""\n'
        "draws: 10000\n"
        "spread: 25\n"
        "decimals: 4\n"
        "rounding: half_up\n"
    )


@pytest.mark.parametrize(
    "written",
    [
        'attached_to: "Quyết định #1/QĐ-ABC"  # số, ngày',
        "attached_to: 'Quyết định ''số'' 1'  # số, ngày",
        "attached_to: Quyết định số 1/QĐ-ABC  # số, ngày",
        "attached_to: >-\n  Quyết định số 1\n  ngày 2/3/2018",
        "attached_to: |\n  Quyết định số 1\n\n  ngày 2/3/2018\n",
        "attached_to: Quyết định\n  số 1",
        "attached_to:",
        "attached_to :   x",
        "",
    ],
)
def test_however_a_value_is_written_it_is_replaced_and_the_rest_stays(egdi, written):
    edit(
        egdi.parameters("egdi-2018"), 'attached_to: ""\n', f"{written}\n# trước\n" if written else "# trước\n"
    )
    if written == "attached_to:":
        edit(egdi.parameters("egdi-2018"), "attached_to:", "attached_to: ''")
    new_year("egdi", 2020, egdi)
    path = egdi.parameters("egdi-2020")
    assert load(path, "").data == {
        "edition": "egdi-2020",
        "methodology": "egdi",
        "year": 2020,
        "inputs": "egdi-2020",
        "previous": "egdi-2018",
        "highlight": "VNM",
        "attached_to": "",
        "draws": 10000,
        "spread": 25,
        "decimals": 4,
        "rounding": "half_up",
    }
    text = path.read_text("utf-8")
    assert "\n# trước\n" in text and ("# số, ngày" in text) == ("# số, ngày" in written)


def test_a_parameter_that_the_last_file_leaves_out_is_added(egdi):
    edit(egdi.parameters("egdi-2018"), "previous: egdi-2016\n", "")
    new_year("egdi", 2020, egdi)
    assert load(egdi.parameters("egdi-2020"), "").data["previous"] == "egdi-2018"


def test_units_are_taken_over_and_answers_are_blank(egdi):
    new_year("egdi", 2020, egdi)
    old, new = egdi.inputs("egdi-2018"), egdi.inputs("egdi-2020")
    assert (new / "entities.csv").read_bytes() == (old / "entities.csv").read_bytes()
    head, *answers = rows(new / "answers.csv")
    assert head == ["entity", "answer", "value"]
    assert len(answers) == 193 * 3
    assert answers[:4] == [["AFG", "osi", ""], ["AFG", "hci", ""], ["AFG", "tii", ""], ["AGO", "osi", ""]]
    assert {value for _, _, value in answers} == {""}
    assert sorted(os.listdir(new)) == ["answers.csv", "entities.csv", "sources.yaml"]


@pytest.fixture
def titled(egdi):
    """The project, whose page of egdi-2018 begins with a title that is known here."""
    path = egdi.notebook("egdi-2018")
    page = read_notebook(path, "")
    page["cells"][0]["source"] = [
        *("# EGDI năm 2018\n", "\n"),
        *("Kết quả năm 2018 đã được phê duyệt ngày 21/12/2018.\n", "Văn bản 12/2018, số 120185."),
    ]
    path.write_text(json.dumps(page, ensure_ascii=False), "utf-8")
    return egdi


def test_headings_say_the_new_year_and_every_sentence_that_says_the_old_one_is_to_be_read(titled):
    done = new_year("egdi", 2020, titled)
    page = read_notebook(titled.notebook("egdi-2020"), "")
    title, _, sentence, *_ = "".join(page["cells"][0]["source"]).splitlines()
    assert title == "# EGDI năm 2020"
    assert sentence == "Kết quả năm 2018 đã được phê duyệt ngày 21/12/2018.", (
        "what was approved is last year's"
    )
    to_read = [line for line in done["to do"] if line.startswith("read cell")]
    assert to_read == [f"read cell 1 of notebooks/egdi-2020.ipynb: {sentence}"]


def test_an_evaluators_own_cells_are_taken_over(titled):
    path = titled.notebook("egdi-2018")
    page = read_notebook(path, "")
    own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    page["cells"].append({**own, "source": "points.head()"})
    path.write_text(json.dumps(page, ensure_ascii=False), "utf-8")
    new_year("egdi", 2020, titled)
    last = read_notebook(titled.notebook("egdi-2020"), "")["cells"][-1]
    assert (last["id"], last["source"]) == ("own", "points.head()")


def test_a_step_that_is_new_has_its_section_and_all_are_counted_through(egdi):
    new_year("egdi", 2020, egdi)
    page = read_notebook(egdi.notebook("egdi-2020"), "")
    prose = {cell["id"]: "".join(cell["source"]) for cell in page["cells"] if cell["cell_type"] == "markdown"}
    numbers = re.findall(r"^## (\d+)\.", "\n".join(prose.values()), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 11)]
    assert prose["change"] == "## 8. So với kỳ trước"  # which the year before had none of
    assert prose["robustness"] == "## 9. Kết quả có vững không?"


def test_the_new_notebook_is_as_strict_as_the_old_one_and_fits_its_parameter_file(egdi):
    new_year("egdi", 2020, egdi)
    page = egdi.notebook("egdi-2020")
    assert list(bad_source(read_notebook(page, ""), "")) == []
    defaults = {name: each.default for name, each in parameters(page, "").items()}
    assert defaults == load(egdi.parameters("egdi-2020"), "").data


def test_what_is_left_to_do_ends_in_lint_and_run(egdi):
    todo = new_year("egdi", 2020, egdi)["to do"]
    assert todo[:2] == [
        "fill inputs/egdi-2020/answers.csv",
        "fill inputs/egdi-2020/sources.yaml: where the figures come from",
    ]
    assert todo[-2:] == ["ictindex lint egdi-2020", "ictindex run egdi-2020"]


def test_lint_lists_what_is_to_be_filled_in_the_file_where_it_belongs_and_nothing_else(egdi):
    new_year("egdi", 2020, egdi)
    findings = lint(egdi, ["egdi-2020"])
    assert {f.severity for f in findings} == {"to_fill"}
    assert sorted((f.file.rpartition("/")[2], f.column) for f in findings) == [
        ("answers.csv", ""),
        *(
            ("sources.yaml", f"files.{n}.{k}")
            for n in ("answers.csv", "entities.csv")
            for k in ("label_vi", "origin")
        ),
        ("sources.yaml", "status"),
    ]
    sources_filled(egdi.inputs("egdi-2020"))
    (finding,) = lint(egdi, ["egdi-2020"])
    assert (finding.code, finding.facts) == ("answers-all-to-fill", {"count": 193 * 3, "units": 193})


def test_of_marks_lint_says_that_they_are_lacking_in_the_file_of_marks(egdi):
    """930 of 934 findings wanted them in answers.csv, where every mark is refused."""
    new_year("qd2342", 2018, egdi)
    findings = lint(egdi, ["qd2342-2018"])
    assert {f.severity for f in findings} == {"to_fill"}
    assert sorted((f.code, f.file.rpartition("/")[2]) for f in findings) == [
        ("answers-all-to-fill", "answers.csv"),
        ("marks-all-to-fill", "marks.csv"),
        ("seed-to-fill", "qd2342-2018.yaml"),
        *[("source-to-fill", "sources.yaml")] * 4,
        ("status-to-fill", "sources.yaml"),
    ]


def test_a_year_of_units_that_report_begins_with_their_addresses_and_says_that_forms_bring_the_figures(egdi):
    done = new_year("qd375", 2021, egdi)
    folder = egdi.inputs("qd375-2021")
    head, *rest = rows(folder / "contacts.csv")
    assert head == ["entity", "mail", "to", "post", "phone"]
    assert [row[0] for row in rest] == [row[0] for row in rows(folder / "entities.csv")[1:]]
    assert {cell for row in rest for cell in row[1:]} == {""}
    assert done["to do"][:2] == [
        "look through inputs/qd375-2021/entities.csv: the units of qd375-2020",
        "fill inputs/qd375-2021/contacts.csv: whom to write to",
    ]
    assert "ictindex forms qd375-2021: answers.csv is filled by collect" in done["to do"]
    assert not any("fill" in step and "answers.csv" in step.split(":")[0] for step in done["to do"])


def test_addresses_are_taken_over_from_the_year_before(egdi):
    known = "entity,mail\nthanh-tra-bo,thanh-tra@vi-du.vn\n"
    (egdi.inputs("qd375-2020") / "contacts.csv").write_text(known, "utf-8")
    new_year("qd375", 2021, egdi)
    assert (egdi.inputs("qd375-2021") / "contacts.csv").read_text("utf-8") == known


def test_a_year_under_a_reform_is_compared_with_the_last_one_by_the_crosswalk(egdi):
    new_year("qd375-reform-example", 2021, egdi, "qd375-2020")
    edition = "qd375-reform-example-2021"
    assert load(egdi.parameters(edition), "").data["previous"] == "qd375-2020"
    page = egdi.notebook(edition).read_text("utf-8")
    assert "ict.across_reform(evaluation)" in page and "ict.changes(" not in page
    assert {f.severity for f in lint(egdi, [edition])} == {"to_fill"}


def test_a_year_under_an_amendment_follows_the_last_one_of_what_it_amends_with_its_units(egdi):
    new_year("qd375-example", 2021, egdi)
    edition = "qd375-example-2021"
    assert load(egdi.parameters(edition), "").data["previous"] == "qd375-2020"
    units = "entities.csv"
    assert rows(egdi.inputs(edition) / units) == rows(egdi.inputs("qd375-2020") / units)
    answers = rows(egdi.inputs(edition) / "answers.csv")
    assert ["vu-to-chuc-bien-che", "accessibility", ""] in answers and [
        "vu-to-chuc-bien-che",
        "articles_per_month",
        "",
    ] not in answers
    assert "ict.across_reform(evaluation)" in egdi.notebook(edition).read_text("utf-8")
    new_year("qd375-example", 2022, egdi)
    assert load(egdi.parameters("qd375-example-2022"), "").data["previous"] == edition


def test_a_year_of_another_index_follows_none(egdi):
    new_year("qd2392", 2022, egdi, "qd375-2020")
    assert load(egdi.parameters("qd2392-2022"), "").data["previous"] == ""
    assert rows(egdi.inputs("qd2392-2022") / "entities.csv") == [["entity", "label_vi", "group"]]


def test_what_lint_passes_in_a_new_year_is_built_as_a_draft(egdi):
    new_year("egdi", 2020, egdi)
    e = evaluate_edition("egdi-2020", egdi)
    assert all(s.rank is None for standings in e.standings.values() for s in standings)
    assert (state_of(e).label, "sources.yaml" in " ".join(state_of(e).why)) == ("DỰ THẢO", True)


# --- which edition it starts from -------------------------------------------------------------------------


def test_it_starts_from_the_last_edition_before_it_and_compares_with_that(egdi):
    for year, previous in [
        (2020, "egdi-2018"),
        (2024, "egdi-2020"),
        (2022, "egdi-2020"),
        (2019, "egdi-2018"),
    ]:
        new_year("egdi", year, egdi)
        assert load(egdi.parameters(f"egdi-{year}"), "").data["previous"] == previous


def test_a_year_before_all_others_is_compared_with_none(egdi):
    new_year("egdi", 2012, egdi)
    assert load(egdi.parameters("egdi-2012"), "").data["previous"] == ""


@pytest.mark.parametrize(
    "arguments, code, file",
    [
        (("egdi", 2018), "exists", "inputs/egdi-2018/answers.csv"),
        (("egid", 2020), "methodology-unknown", "parameters/methodologies/egid.yaml"),
        (("egdi", 2020, "egdi-2010"), "edition-unknown", "parameters/egdi-2010.yaml"),
        (("egdi", 2020, "../egdi-2018"), "not-a-name", "parameters"),
        (("../../etc/passwd", 2020), "not-a-name", "parameters/methodologies"),
        (("", 2020), "not-a-name", "parameters/methodologies"),
        ((".", 2020), "not-a-name", "parameters/methodologies"),
        (("EGDI", 2020), "not-a-name", "parameters/methodologies"),
        (("egdi\0", 2020), "not-a-name", "parameters/methodologies"),
        (("-p", 2020), "not-a-name", "parameters/methodologies"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(egdi, contents_of, arguments, code, file):
    before = contents_of(egdi.root)
    methodology, year, *base = arguments
    with pytest.raises(Refused) as refused:
        new_year(methodology, year, egdi, *base)
    assert (refused.value.findings[0].code, refused.value.findings[0].file) == (code, file)
    assert contents_of(egdi.root) == before


def test_the_first_edition_of_a_methodology_starts_from_nothing_also_in_a_folder_that_has_nothing_else(
    tmp_path, mini_text
):
    project = Project(tmp_path)
    project.methodology("mini").parent.mkdir(parents=True)
    project.methodology("mini").write_text(mini_text, "utf-8")
    done = new_year("mini", 2020, project)
    assert done["to do"][0] == "fill inputs/mini-2020/answers.csv and inputs/mini-2020/entities.csv"
    assert load(project.parameters("mini-2020"), "").data == {
        "edition": "mini-2020",
        "methodology": "mini",
        "year": 2020,
        "inputs": "mini-2020",
        "previous": "",
        "highlight": "",
        "attached_to": "",
        "draws": 10000,
        "spread": 25,
        "rank_on": "rounded",
    }
    (project.inputs("mini-2020") / "entities.csv").write_text(
        "entity,label_vi,group\nA,Bộ A,ministry\n", "utf-8"
    )
    assert {f.severity for f in lint(project, ["mini-2020"])} == {"to_fill"}


@pytest.mark.parametrize("there", MADE)
def test_nothing_is_overwritten_and_nothing_else_written(egdi, contents_of, there):
    (egdi.root / there).parent.mkdir(exist_ok=True)
    (egdi.root / there).write_text("mine")
    before = contents_of(egdi.root)
    with pytest.raises(Refused) as refused:
        new_year("egdi", 2020, egdi)
    assert [(finding.code, finding.file) for finding in refused.value.findings] == [("exists", there)]
    assert contents_of(egdi.root) == before


@pytest.mark.parametrize("written", [0, 1, 2, 3, 4])
def test_where_the_disk_is_full_half_way_nothing_stays(egdi, contents_of, monkeypatch, written):
    before, real = contents_of(egdi.root), room.write_whole
    count = iter(range(9))

    def write(path, content, **more):
        if next(count) == written:
            raise OSError(28, "No space left on device")
        real(path, content, **more)

    for each in (room, swap):
        monkeypatch.setattr(each, "write_whole", write)
    with pytest.raises(OSError, match="No space"):
        new_year("egdi", 2020, egdi)
    assert contents_of(egdi.root) == before
    assert not egdi.inputs("egdi-2020").exists()


# --- carried through to the annex -------------------------------------------------------------------------


def test_a_further_year_filled_with_figures_is_built_verified_and_compared(egdi):
    new_year("egdi", 2020, egdi)
    folder = egdi.inputs("egdi-2020")
    sources_filled(folder)
    kept = {*[line[0] for line in rows(folder / "entities.csv")[1:15]], "VNM"}
    for name in ("entities.csv", "answers.csv"):
        head, *lines = rows(folder / name)
        few = [head, *(line for line in lines if line[0] in kept)]
        (folder / name).write_text("\n".join(map(",".join, few)) + "\n", "utf-8")
    head, *answers = rows(folder / "answers.csv")
    figures = [[e, a, "0.9" if e == "VNM" else f"0.{1000 + 7 * n:04}"] for n, (e, a, _) in enumerate(answers)]
    (folder / "answers.csv").write_text("\n".join(map(",".join, [head, *figures])) + "\n", "utf-8")
    assert lint(egdi, ["egdi-2020"]) == []
    edit(egdi.parameters("egdi-2020"), "draws: 10000", "draws: 500")
    assert built_and_verified(egdi, "egdi-2020") == []
    head, *changes = rows(egdi.output("egdi-2020") / "results" / "changes.csv")
    viet_nam = dict(zip(head, next(row for row in changes if "VNM" in row), strict=True))
    assert "1" in viet_nam.values() and "88" in viet_nam.values()  # its ranks now and in 2018
    assert (
        json.loads((egdi.output("egdi-2020") / "manifest.json").read_bytes())["state"]["label"]
        == "SỐ LIỆU MINH HỌA"
    )


CATEGORIES = [4, 4, 4, 4, 3, 3, 3, 3]  # criteria in each: 28 in 8


def index_28():
    """Another index: weights of 12.5 %, four of its rules open, what is missing left out."""
    head = [
        "methodology: index28",
        "label_vi: Chỉ số 28 tiêu chí",
        'citation: {title: "Lập ra để thử"}',
        "groups:",
        "  province: {label_vi: Tỉnh}",
        "answers:",
        *(f"  c{n:02}: {{label_vi: Số liệu {n}, kind: number, min: 0, max: 10}}" for n in range(1, 29)),
        "missing: leave_out",
        "total:",
        "  label_vi: Điểm chung",
        "  max_points: 10",
        "  aggregate: weights",
        "  compare_on: points",
        "  decimals: {open: 2, why_vi: Không nêu}",
        "  rounding: half_up",
        "ranking:",
        "  ties: {open: min, why_vi: Không nêu}",
        "  on: {open: unrounded, why_vi: Không nêu}",
        "criteria:",
    ]
    number = 0
    for category, count in enumerate(CATEGORIES, start=1):
        head += [
            f"  g{category}:",
            f"    label_vi: Nhóm {category}",
            "    status: illustrative",
            "    max_points: 10",
            "    weight: 12.5",
            "    aggregate: mean",
            "    criteria:",
        ]
        for _ in range(count):
            number += 1
            head += [
                f"      c{number:02}:",
                f"        label_vi: Tiêu chí {number}",
                "        status: illustrative",
                "        max_points: 10",
                f"        rule: {{value: c{number:02}}}",
            ]
    return "\n".join(head) + "\n"


@pytest.fixture
def another(egdi):
    """The project with a methodology of another index, and what was scaffolded for it from egdi-2018."""
    egdi.methodology("index28").write_text(index_28(), "utf-8")
    return egdi, new_year("index28", 2024, egdi, "egdi-2018")


def test_another_index_starts_without_units_figures_or_highlight(another):
    project, done = another
    folder = project.inputs("index28-2024")
    assert rows(folder / "entities.csv") == [["entity", "label_vi"]]
    assert rows(folder / "answers.csv") == [["entity", "answer", "value"]]
    read = load(project.parameters("index28-2024"), "").data
    assert (read["previous"], read["highlight"]) == ("", "")
    assert "fill inputs/index28-2024/answers.csv and inputs/index28-2024/entities.csv" in done["to do"]


def test_the_page_of_another_index_speaks_of_that_index_alone(another):
    """It was once published under the title and the method of the index that it was started from."""
    project, _ = another
    page = read_notebook(project.notebook("index28-2024"), "")
    said = "".join("".join(cell["source"]) for cell in page["cells"])
    assert page["cells"][0]["source"][0] == "# Chỉ số 28 tiêu chí năm 2024\n"
    assert not re.search("egdi|Liên Hợp Quốc", said, re.IGNORECASE)
    assert "names-another" not in {finding.code for finding in lint(project, ["index28-2024"])}


def test_a_page_copied_from_another_index_is_found(another):
    project, _ = another
    shutil.copy(project.notebook("egdi-2018"), project.notebook("index28-2024"))
    assert "names-another" in {finding.code for finding in lint(project, ["index28-2024"])}


def test_another_index_has_the_rules_that_it_leaves_open_as_parameters_and_no_others(another):
    project, _ = another
    page = project.notebook("index28-2024")
    read = parameters(page, "")
    assert list(read)[-3:] == ["decimals", "ties", "rank_on"]
    assert "rounding" not in read
    assert (read["decimals"].default, read["decimals"].low, read["decimals"].high) == (2, 0, 6)
    assert (read["ties"].default, read["ties"].choices) == ("min", ("min", "dense", "max"))
    assert (read["rank_on"].default, read["rank_on"].choices) == ("unrounded", ("rounded", "unrounded"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in read_notebook(page, "")["cells"]}
    call = re.sub(r"\s+", "", cells["open"])
    assert "decimals=decimals,ties=ties,rank_on=rank_on" in call and "rounding" not in call


def test_a_rule_that_is_still_open_takes_the_new_methodologys_value(egdi):
    text = index_28().replace("rounding: half_up", "rounding: {open: down, why_vi: Không nêu}")
    egdi.methodology("index28").write_text(text, "utf-8")
    new_year("index28", 2024, egdi, "egdi-2018")
    assert load(egdi.parameters("index28-2024"), "").data["rounding"] == "down"
    assert parameters(egdi.notebook("index28-2024"), "")["rounding"].default == "down"


def test_another_index_of_28_criteria_in_8_categories_with_gaps_is_built_and_verified_without_code(another):
    project, _ = another
    folder = project.inputs("index28-2024")
    sources_filled(folder)
    units = [f"T{n:02}" for n in range(1, 13)]
    entities = [f"{unit},Tỉnh {unit}" for unit in units]
    (folder / "entities.csv").write_text("\n".join(["entity,label_vi", *entities]) + "\n", "utf-8")
    answers = [
        f"{unit},c{n:02},{'' if (i + n) % 9 == 0 else (i * n) % 11 if n != 5 else 10}"
        for i, unit in enumerate(units, start=1)
        for n in range(1, 29)
    ]
    (folder / "answers.csv").write_text("\n".join(["entity,answer,value", *answers]) + "\n", "utf-8")
    findings = lint(project, ["index28-2024"])  # the gaps are told, and stop nothing
    assert [(f.code, f.severity, f.facts["entity"]) for f in findings] == [
        ("answers-to-fill", "to_fill", f"Tỉnh {unit}") for unit in units
    ]
    edit(project.parameters("index28-2024"), "draws: 10000", "draws: 500")
    assert built_and_verified(project, "index28-2024") == []
    head, *ranking = rows(project.output("index28-2024") / "results" / "ranking.csv")
    assert len(ranking) == 12
    assert [name for name in head if name.startswith("g") and name.endswith("_rank")] == [
        f"g{n}_rank" for n in range(1, 9)
    ]
    head, *criteria = rows(project.output("index28-2024") / "results" / "criteria.csv")
    assert len(criteria) == 1 + 8 + 28
