"""The house keeps its plan: imports go down, rooms stay small, nothing costly or unsafe comes in unseen."""

import ast
import importlib
import re
import subprocess
import sys
import types
from functools import cache
from pathlib import Path

import pytest

import ictindex
from tests.parsed import PATHS, TREES, Parsed

ROOT = Path(__file__).parent.parent

# From the floor to the roof: a room imports only from rooms that stand before it.
# fmt: off
ROOMS = [
    "basics", "methodology", "facts", "scoring", "procedure", "robustness", "what_if",
    "page", "annex", "exchange", "run", "cli",
]
# fmt: on
LONGEST = 500  # lines of a module: one job, however long; what needs two sentences is two
UNTESTED = {"cli.options"}  # words of click, tried through the command line; none should come

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


FACES = Parsed({name: path for name, path in PATHS.items() if name.endswith("__init__")})
MODULES = Parsed({name: path for name, path in PATHS.items() if name not in FACES})


def room_of(module):
    return module.partition(".")[0]


def by_name(call):
    """Whether a call is importlib.import_module(…)."""
    return "import_module" in (getattr(call.func, "attr", ""), getattr(call.func, "id", ""))


def imported(tree, name):
    """What of the package a module imports anywhere, also inside functions: 'page.words', 'page:Table'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("ictindex."):
                    yield alias.name.removeprefix("ictindex.")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}, line {node.lineno}: imports are written out in full"
            if node.module == "ictindex":
                yield from (f":{alias.name}" for alias in node.names if alias.name != "__version__")
            elif (module := node.module.removeprefix("ictindex.")) in ROOMS:
                yield from (f"{module}:{alias.name}" for alias in node.names)
            elif node.module.startswith("ictindex."):
                yield module
        elif isinstance(node, ast.Call) and by_name(node) and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value.removeprefix("ictindex.")


@cache
def imports():
    """What each module imports of the package."""
    return {name: sorted(set(imported(tree, name))) for name, tree in MODULES.items()}


def upward(imports, rooms):
    """Every import from another room that does not stand before one's own."""
    return [
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in others
        for room in [re.split("[.:]", other)[0]]
        if room != room_of(name) and (not room or rooms.index(room) >= rooms.index(room_of(name)))
    ]


def test_the_package_is_its_rooms_and_a_front_door():
    assert {room_of(name) for name in MODULES} == set(ROOMS)
    assert {name.removesuffix(".__init__") for name in FACES} - {"__init__"} == set(ROOMS) | {"page.charts"}


def test_imports_only_go_down():
    assert upward(imports(), ROOMS) == []


def test_nothing_outside_a_room_imports_from_inside_it():
    inside = [
        f"{name} imports {other}"
        for name, others in imports().items()
        for other in others
        if "." in other and room_of(other) != room_of(name)
    ]
    assert inside == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_hands_on_words_that_there_are(room):
    face = importlib.import_module(f"ictindex.{room}")
    assert ast.get_docstring(FACES[f"{room}.__init__"]).endswith(".")
    for word in getattr(face, "__all__", ()):
        assert not isinstance(getattr(face, word), types.ModuleType), f"{word} is a word and a module"


def test_a_face_hands_on_nothing_that_nobody_outside_takes():
    taken = {other.partition(":")[::2] for others in imports().values() for other in others if ":" in other}
    handed = {
        (room, word)
        for room in ROOMS
        for word in getattr(importlib.import_module(f"ictindex.{room}"), "__all__", ())
    }
    assert sorted(handed - taken - AT_THE_FRONT) == []


AT_THE_FRONT = {(room.partition(".")[0], word) for room, words in ictindex._WORDS.items() for word in words}


def python(*lines):
    """The words that a fresh Python prints."""
    command = [sys.executable, "-c", "\n".join(lines)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_the_check_of_imports_sees_every_way_to_import():
    """Else the tests above could pass by seeing nothing."""
    source = """
import ictindex.run.runs
from ictindex import open_edition, __version__
def later():
    from ictindex.page.words import STATE_VI
    from ictindex.robustness import Problem
    import ictindex.page.results as t, os
    importlib.import_module("ictindex.run.engine")
"""
    seen = [":open_edition", "page.results", "page.words", "robustness:Problem", "run.engine", "run.runs"]
    assert sorted(imported(ast.parse(source), "basics.exact")) == seen
    assert upward({"scoring.rules": ["run:run", "scoring.places"], "run.runs": ["scoring:score"]}, ROOMS) == [
        "scoring.rules imports run:run"
    ]
    assert sum(map(len, imports().values())) > 300


def test_the_front_door_imports_a_room_only_when_it_is_asked_for():
    code = "import sys, ictindex; print(*(name for name in sys.modules if name.startswith('ictindex.')))"
    assert python(code) == []


def test_no_module_is_too_long():
    lines = {name: len(PATHS[name].read_text("utf-8").splitlines()) for name in MODULES}
    assert {name: n for name, n in lines.items() if n > LONGEST} == {}


@pytest.mark.parametrize("name", TREES)
def test_a_module_begins_with_one_sentence_about_it(name):
    docstring = ast.get_docstring(TREES[name])
    assert docstring, "no docstring"
    first, _, rest = docstring.partition("\n")
    assert first.endswith(".") and (not rest or rest.startswith("\n"))
    one = (
        re.fullmatch(r"[^.!?]+(\.(?! )[^.!?]+)*\.", first) is not None
    )  # a stop that no space follows is no end
    assert one


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
        "import sys, ictindex",
        "ictindex.evaluate_edition('egdi-2018')",
        "print(*{name.partition('.')[0] for name in sys.modules})",
    )
    assert {"ictindex", "pydantic"} <= set(loaded)
    assert not COSTLY & set(loaded)


def test_the_front_door_offers_what_it_names():
    for name in ictindex.__all__:
        if name != "charts":  # costly, and tested where charts are
            assert getattr(ictindex, name) is not None
    with pytest.raises(AttributeError, match=r"no attribute 'qwerty'$"):
        ictindex.qwerty  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'rankings'; did you mean 'rank'"):
        ictindex.rankings  # noqa: B018


TESTED = {
    ".".join((*path.relative_to(ROOT / "tests").parts[:-1], path.stem.removeprefix("test_")))
    for path in (ROOT / "tests").rglob("test_*.py")
}


def test_every_module_has_its_tests_in_the_same_room():
    assert sorted(name for name in MODULES if name not in UNTESTED and name not in TESTED) == []


def test_every_test_file_in_a_room_belongs_to_a_module():
    assert sorted(name for name in TESTED if "." in name and name not in MODULES) == []
