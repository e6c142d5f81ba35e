"""The house keeps its plan: imports go down, rooms stay small, nothing costly or unsafe comes in unseen."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ictindex"

# From the roof to the floor: a room imports only from rooms that stand after it.
# fmt: off
ROOMS = [
    "start",
    "cli", "cli_verify", "cli_year", "cli_draws", "cli_questions", "cli_options", "cli_output",
    "lint", "new_year",
    "run", "plans", "engine", "kernel", "processes",
    "progress", "trust", "verification", "output_folder",
    "what_if_comparison",
    "intake.rehearsal", "intake.rehearsed", "intake.slip_replies", "intake.replies", "intake.council",
    "intake.faults", "intake.clerk", "intake.made_up",
    "intake.outgoing", "intake.collect", "intake.reports", "intake.read_all", "intake.collected",
    "intake.contents", "intake.confidential", "intake.entering", "intake.batch", "intake.ledger",
    "intake.documents", "intake.reading", "intake.values", "intake.spreadsheet", "intake.number_formats",
    "intake.package",
    "intake.sending", "intake.form_writer", "intake.entry_checks", "intake.slips", "intake.forms",
    "intake.questions", "intake.instructions", "intake.returned", "intake.layout",
    "describe", "widgets", "publish", "slider", "workbook",
    "views", "charts", "what_if_charts", "step_charts", "review_charts", "robust_charts", "weight_steps",
    "captions", "chart_parts",
    "panels", "plots", "drawing",
    "robustness.swaps_vi", "robustness.reach_vi", "robustness.closing_vi", "robustness.switches_vi",
    "robustness.phrases_vi",
    "audit", "tables", "what_if_tables", "methodology_diff", "anchors", "what_if_effects",
    "steps", "claims", "review_tables", "service_tables", "procedure",
    "robust_tables", "influence_tables", "robust_cells",
    "positions", "checks", "cells", "page", "words",
    "robustness.study", "robustness.alternatives",
    "robustness.questions", "robustness.switches", "robustness.closing", "robustness.reach",
    "robustness.swaps", "robustness.weight_sets",
    "robustness.exact_problem", "robustness.design", "robustness.one_at_a_time", "robustness.influence",
    "robustness.sobol", "robustness.points", "robustness.aggregations", "robustness.agreement",
    "robustness.attribution", "robustness.sweep",
    "robustness.stability", "robustness.blocks", "robustness.counts", "robustness.executors",
    "robustness.draws", "robustness.ranks", "robustness.problem",
    "signature", "provenance", "sampling", "sample", "sample_services", "evaluation", "edition_lock", "parameters",
    "what_if",
    "scoring", "states", "ranking",
    "intake.plausibility", "rules",
    "inputs", "withheld", "replay", "answers", "evidence", "services", "reviewers", "spot_check", "review",
    "events", "csv_file", "methodology_file", "contradictions", "rule_checks",
    "methodology", "changes", "shapes", "rule_kinds", "schema", "strict_yaml",
    "notebook", "json_text", "leftovers", "project", "swap", "files", "findings", "exact", "workers", "interrupts",
]

# Lists to shorten: a name may leave when its fault is mended; none should come.
ABOUT_300 = 350  # lines of a room
TWO_SENTENCES = {"charts", "cli", "publish", "tables", "workbook"}  # in the first line of the docstring
# fmt: off
UNTESTED = {  # through charts, publish, run and the command line
    "chart_parts", "captions", "cli_options", "drawing", "panels", "plots", "views", "kernel",
}
OF_NO_MODULE = {
    "architecture", "cases", "frozen", "notebooks", "published", "rule_language", "setup", "shared_cells",
    "typed_figures", "what_if_run", "year",
    "architecture", "campaign", "cases", "notebooks", "published", "setup", "shared_cells", "what_if_run", "year",
}
# fmt: on

COSTLY = {
    "pandas",
    "numpy",
    "matplotlib",
    "papermill",
    "nbconvert",
    "nbformat",
    "xlsxwriter",
    "IPython",
    "jupyter_client",
    "scipy",
    "openpyxl",
    "ipywidgets",
    "distributed",
    "cryptography",
    "pyhanko",
    "asn1crypto",
}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_YAML = {
    "load",
    "load_all",
    "full_load",
    "full_load_all",
    "unsafe_load",
    "unsafe_load_all",
    "UnsafeLoader",
    "FullLoader",
    "Loader",
}
# fmt: on


def name_of(path):
    """A module as its importers call it: 'run', 'intake.forms'; a folder's own is 'intake.__init__'."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8"), path) for name, path in PATHS.items()}
FRONTS = {name: tree for name, tree in TREES.items() if name.endswith("__init__")}
MODULES = {name: tree for name, tree in TREES.items() if name not in FRONTS}
FOLDERS = {name.removesuffix(".__init__") for name in FRONTS}


def by_name(call):
    """Whether a call is importlib.import_module(…)."""
    return "import_module" in (getattr(call.func, "attr", ""), getattr(call.func, "id", ""))


def imported(tree, name):
    """The modules of the package that a module imports anywhere, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("ictindex."):
                    yield alias.name.removeprefix("ictindex.")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}, line {node.lineno}: imports are written out in full"
            if node.module == "ictindex":
                yield from (alias.name for alias in node.names if alias.name != "__version__")
            elif (folder := node.module.removeprefix("ictindex.")) in FOLDERS:
                yield from (f"{folder}.{alias.name}" for alias in node.names)
            elif node.module.startswith("ictindex."):
                yield folder
        elif isinstance(node, ast.Call) and by_name(node):
            module = getattr(node.args[0], "value", "")
            assert isinstance(module, str) and module.startswith("ictindex."), (
                f"{name} imports what is not said"
            )
            yield module.removeprefix("ictindex.")


IMPORTS = {name: sorted(set(imported(tree, name))) for name, tree in MODULES.items()}


def upward(imports, rooms):
    """Every import that does not go down, a cycle's included."""
    return [f"{name} imports {other}" for name, others in imports.items() for other in others
            if rooms.index(other) <= rooms.index(name)]  # fmt: skip


def test_every_module_has_its_place():
    assert len(set(ROOMS)) == len(ROOMS)
    assert not MODULES.keys() - set(ROOMS), "say above and below which rooms it stands"
    assert not set(ROOMS) - MODULES.keys(), "it is gone: take it off the plan"


def test_imports_only_go_down():
    assert upward(IMPORTS, ROOMS) == []


def python(*lines):
    """The words that a fresh Python prints."""
    command = [sys.executable, "-c", "\n".join(lines)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_the_check_of_imports_sees_every_way_to_import():
    """Else the test above could pass by seeing nothing."""
    source = """
import ictindex.run
from ictindex import cli, __version__
def later():
    from ictindex.charts import ranking
    from ictindex.robustness import draws
    from ictindex.robustness.ranks import Ranks
    import ictindex.tables as t, os
    importlib.import_module("ictindex.engine")
"""
    rooms = ["charts", "cli", "engine", "robustness.draws", "robustness.ranks", "run", "tables"]
    assert sorted(imported(ast.parse(source), "exact")) == rooms
    assert upward({"exact": ["run"], "run": ["exact"], "page": ["page"]}, ROOMS) == [
        "exact imports run",
        "page imports page",
    ]
    assert sum(map(len, IMPORTS.values())) > 80


def test_the_front_door_imports_a_room_only_when_it_is_asked_for():
    code = "import sys, ictindex; print(*(name for name in sys.modules if name.startswith('ictindex.')))"
    assert python(code) == []


def test_no_room_is_too_long():
    lines = {name: len(PATHS[name].read_text("utf-8").splitlines()) for name in MODULES}
    assert {name: n for name, n in lines.items() if n > ABOUT_300} == {}


@pytest.mark.parametrize("name", TREES)
def test_a_module_begins_with_one_sentence_about_it(name):
    docstring = ast.get_docstring(TREES[name])
    assert docstring, "no docstring"
    first, _, rest = docstring.partition("\n")
    assert first.endswith(".") and (not rest or rest.startswith("\n"))
    one = (
        re.fullmatch(r"[^.!?]+(\.(?! )[^.!?]+)*\.", first) is not None
    )  # a stop that no space follows is no end
    assert one or name in TWO_SENTENCES


def test_a_module_has_one_docstring_and_no_second_text_that_does_nothing():
    for name, tree in MODULES.items():
        loose = [
            node.lineno
            for node in tree.body[1:]
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ]
        assert not loose, (name, loose)


def unsafe(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in UNSAFE_CALLS:
            yield f"line {node.lineno}: {node.func.id}()"
        elif isinstance(node, ast.Import):
            yield from (
                f"line {node.lineno}: {a.name}" for a in node.names if a.name.split(".")[0] in UNSAFE_MODULES
            )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE_MODULES:
            yield f"line {node.lineno}: {node.module}"
        elif isinstance(node, ast.ImportFrom) and node.module == "yaml":
            yield f"line {node.lineno}: import yaml as a whole, so that its loader is seen"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml":
            if node.attr in UNSAFE_YAML:
                yield f"line {node.lineno}: yaml.{node.attr}"
        elif (
            isinstance(node, ast.keyword)
            and node.arg == "shell"
            and getattr(node.value, "value", 1) is not False
        ):
            yield f"line {node.value.lineno}: shell="


@pytest.mark.parametrize("name", MODULES)
def test_nothing_in_the_package_runs_text_as_code_or_builds_objects_from_files(name):
    assert list(unsafe(MODULES[name])) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "def f(): exec('x')",
        "import pickle",
        "from marshal import loads",
        "import yaml; yaml.load(t, Loader=yaml.Loader)",
        "import yaml; yaml.unsafe_load(t)",
        "from yaml import safe_load",
        "subprocess.run(c, shell=True)",
        "subprocess.run(c, shell=yes)",
    ],
)
def test_what_is_unsafe_would_be_seen(source):
    assert list(unsafe(ast.parse(source)))


def test_an_evaluation_loads_no_library_of_charts_notebooks_or_frames():
    """So that a check of parameters, or a refusal, takes a moment."""
    loaded = python(
        "import sys",
        "from ictindex import audit, evaluate_edition, influence_tables, robust_tables, tables",
        "e = evaluate_edition('egdi-2018')",
        "drawn = (robust_tables.__name__, influence_tables.__name__)",  # they compute with NumPy
        "made = (make for make in (*tables.TABLES, *audit.TABLES) if make.__module__ not in drawn)",
        "[make(e).html() for make in made]",
        "print(*{name.partition('.')[0] for name in sys.modules})",
    )
    assert {"ictindex", "pydantic"} <= set(loaded)
    assert not COSTLY & set(loaded)


def test_the_front_door_offers_what_it_names():
    import ictindex

    for name in ictindex.__all__:
        if name != "charts":  # costly, and tested where charts are
            assert getattr(ictindex, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ictindex.nothing  # noqa: B018


TESTED = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}


def test_every_module_has_its_tests():
    assert (
        sorted(name for name in MODULES if name not in UNTESTED and name.replace(".", "_") not in TESTED)
        == []
    )


def test_every_test_file_belongs_to_a_module_or_to_the_whole():
    assert sorted(TESTED - {name.replace(".", "_") for name in MODULES} - OF_NO_MODULE) == []
