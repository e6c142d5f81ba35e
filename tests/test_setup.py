"""The set-up keeps its promises: one list of dependencies, one lock that fits it, and a few make targets."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.txt").read_text()
LOCKED = {}
for line in LOCK.replace(
    "\\\n", ""
).splitlines():  # an entry is a requirement and its hashes, on continued lines
    if not line.lstrip().startswith("#"):
        requirement, *hashes = line.split("--hash=")
        LOCKED[canonicalize_name(Requirement(requirement).name)] = Requirement(requirement), hashes


def version(requirement):
    (pin,) = requirement.specifier
    assert pin.operator == "=="
    return pin.version


@pytest.mark.parametrize("wanted", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
def test_every_dependency_is_locked_within_its_range(wanted):
    wanted = Requirement(wanted)
    locked, _ = LOCKED[canonicalize_name(wanted.name)]
    assert version(locked) in wanted.specifier
    assert locked.marker is None, "it must be installed on every platform and Python"


def test_every_locked_package_has_one_version_and_its_hashes():
    assert len(LOCKED) == len(re.findall(r"^[a-z0-9]", LOCK, re.MULTILINE))
    for requirement, hashes in LOCKED.values():
        assert version(requirement)
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", each) for each in hashes)


@pytest.mark.parametrize(
    "word", ["://", "--index", "--extra-index", "--find-links", "/opt", "/root", "/home", " @ "]
)
def test_the_lock_names_no_host_and_no_path(word):
    assert word not in LOCK


def test_this_environment_is_the_locked_one():
    from importlib.metadata import version as installed

    direct = [Requirement(each).name for each in PROJECT["dependencies"]]
    assert {name: installed(name) for name in direct} == {
        name: version(LOCKED[canonicalize_name(name)][0]) for name in direct
    }


def test_jsonschema_stays_below_the_release_that_slows_every_start():
    (jsonschema,) = [each for each in PROJECT["dependencies"] if each.startswith("jsonschema")]
    assert "4.25" not in Requirement(jsonschema).specifier
    assert "lark" not in LOCKED


def test_conda_gets_python_and_pip_and_everything_else_from_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    assert environment["channels"] == ["conda-forge"]
    python, *rest = environment["dependencies"]
    assert rest == ["pip", {"pip": ["-r requirements.txt"]}]  # which conda hands to pip, line by line
    name, _, pythons = python.partition(" ")
    assert name == "python"
    assert SpecifierSet(pythons) == SpecifierSet(PROJECT["requires-python"])


def test_conda_users_add_the_project_itself_by_the_command_that_make_uses():
    (command,) = re.findall(r"^# (pip install .*)$", (ROOT / "environment.yml").read_text(), re.MULTILINE)
    (ours,) = re.findall(
        r"-m (pip install --quiet .*--editable \.)$", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert command == ours.replace(" --quiet", "")
    assert {"--no-deps", "--no-build-isolation"} <= {*command.split()}  # nothing but what is locked


def test_pip_reads_what_conda_hands_it_as_the_lock(tmp_path):
    """conda writes the lines under pip into a file beside environment.yml; pip checks all hashes or none."""
    from pip._internal.network.session import PipSession
    from pip._internal.req.req_file import parse_requirements

    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "condaenv.requirements.txt").write_text("\n".join(environment["dependencies"][-1]["pip"]))
    read = list(parse_requirements(str(tmp_path / "condaenv.requirements.txt"), session=PipSession()))
    assert len(read) == len(LOCKED)
    assert not any(each.is_editable for each in read) and all(each.options["hashes"] for each in read)


TARGETS = ["annex", "test", "lab", "verify", "bench", "lint", "lock", "hooks", "env"]


def make(*arguments, cwd=ROOT):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=cwd, env=alone, capture_output=True, text=True)


def test_make_alone_lists_every_target():
    listed = re.findall(r"^make (\w+) +\w", make().stdout, re.MULTILINE)
    assert sorted(listed) == sorted([*TARGETS, "help", "clean"])


@pytest.fixture
def fresh(tmp_path):
    """A folder as a clone has it, without .venv."""
    for name in ["Makefile", "pyproject.toml", "requirements.txt", ".gitignore", ".gitattributes"]:
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def pretend(folder, minor):
    """A Python that says it is 3.minor, and whose venv breaks off half-way."""
    python = folder / "python"
    python.write_text(f"""#!/bin/sh
[ "$1" = -c ] || {{ mkdir .venv; exit 1; }}
exec "{sys.executable}" -c 'import sys; sys.version_info = (3, {minor}, 0); exec(sys.argv[1])' "$2"
""")
    python.chmod(0o755)


@pytest.mark.parametrize("target", TARGETS)
def test_a_set_up_that_breaks_off_leaves_no_stamp(fresh, target):
    pretend(fresh, 11)
    assert make(target, "PYTHON=./python", cwd=fresh).returncode != 0
    assert (fresh / ".venv").exists() and not (fresh / ".venv" / ".ready").exists()


@pytest.mark.parametrize("minor, accepted", [(10, False), (11, True), (13, True), (14, False)])
def test_a_python_outside_the_range_is_refused_in_one_sentence(fresh, minor, accepted):
    assert (f"3.{minor}" in SpecifierSet(PROJECT["requires-python"])) == accepted
    pretend(fresh, minor)
    sentence = f"ictindex needs Python 3.11, 3.12 or 3.13, but ./python is 3.{minor}"
    assert (sentence in make("env", "PYTHON=./python", cwd=fresh).stderr) != accepted
    assert (fresh / ".venv").exists() == accepted


UPDATE = "apt-get update"
INSTALL = "apt-get install --yes --no-install-recommends chromium libreoffice-calc"


def run_ci(folder, there=("apt-get", "make"), user=0, failing=None):
    """CI's exit status and the commands it called, on a machine of which only ``there`` is pretended."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    programs, log = folder / "bin", folder / "log"
    programs.mkdir()
    for name in ("bash", "dirname"):
        (programs / name).symlink_to(shutil.which(name))
    scripts = {
        name: f'echo "{name} $*" >> "{log}"\n[ "{name} $*" != "{failing}" ] || exit 3' for name in there
    }
    for name, script in {**scripts, "id": f"echo {user}"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    done = subprocess.run([folder / ".ci" / "run"], env={"PATH": str(programs)}, cwd="/")
    return done.returncode, log.read_text().splitlines()


def test_ci_installs_a_browser_and_a_spreadsheet_and_nothing_else_and_runs_make_test(tmp_path):
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert run_ci(tmp_path) == (0, [UPDATE, INSTALL, "make test"])


@pytest.mark.parametrize(("failing", "called"), [(UPDATE, [UPDATE]), (INSTALL, [UPDATE, INSTALL])])
def test_ci_goes_on_without_what_cannot_be_installed(tmp_path, failing, called):
    assert run_ci(tmp_path, failing=failing) == (0, [*called, "make test"])


@pytest.mark.parametrize(
    "machine",
    [
        {"there": ("make",)},
        {"there": ("apt-get", "make"), "user": 1000},
        {"there": ("apt-get", "make", "chromium", "soffice")},
    ],
    ids=["no apt", "not root", "both are there"],
)
def test_ci_installs_only_where_it_may_and_must(tmp_path, machine):
    assert run_ci(tmp_path, **machine) == (0, ["make test"])


@pytest.mark.parametrize("missing", ["chromium", "soffice"])
def test_ci_installs_where_one_of_the_two_is_missing(tmp_path, missing):
    there = {"apt-get", "make", "chromium", "soffice"} - {missing}
    assert run_ci(tmp_path, there=there) == (0, [UPDATE, INSTALL, "make test"])


def test_ci_fails_where_make_test_fails(tmp_path):
    assert run_ci(tmp_path, failing="make test")[0] == 3


def test_the_hooks_are_local_and_never_touch_outputs():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert re.search(hooks["exclude"], "outputs/qd2342-2017/annex.ipynb")
    assert not re.search(hooks["exclude"], "notebooks/qd2342-2017.ipynb")
    assert {repo["repo"] for repo in hooks["repos"]} == {"local"}
    for hook in hooks["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        if hook["id"] == "nbstripout":
            assert re.search(hook["files"], "notebooks/qd2342-2017.ipynb")
            assert not re.search(hook["files"], "outputs/qd2342-2017/annex.ipynb")


@pytest.fixture
def git(fresh):
    if not shutil.which("git"):
        pytest.skip("git is not installed here")
    subprocess.run(["git", "init", "--quiet"], cwd=fresh, check=True)
    return lambda *arguments: subprocess.run(["git", *arguments], cwd=fresh, capture_output=True, text=True)


@pytest.mark.parametrize("folder", ["outputs/qd2342-2017", "outputs/egdi-2018"])
def test_git_keeps_what_an_edition_publishes_and_not_what_is_built_from_it(git, folder):
    for kept in ["annex.ipynb", "manifest.json", "results/totals.csv", "charts/totals.svg"]:
        assert git("check-ignore", f"{folder}/{kept}").returncode == 1, kept
    for built in ["annex.docx", "annex.pdf", "annex.xlsx", "evidence.html", "run.json", "units.html"]:
        assert git("check-ignore", f"{folder}/{built}").returncode == 0, built


@pytest.mark.parametrize(
    "folder",
    [
        "outputs/.building",
        "outputs/.concluded",
        "outputs/.failed",
        "outputs/exchange",
        "outputs/qd2342-2017/what_if/no_mobile_site",
    ],
)
def test_git_ignores_what_is_not_finished_hypothetical_or_sent_to_somebody(git, folder):
    assert git("check-ignore", f"{folder}/qd2342-2017/annex.ipynb").returncode == 0


@pytest.mark.parametrize("folder", ["inputs", "outputs"])
def test_git_converts_no_line_end_of_what_is_digested(git, folder):
    attribute = git("check-attr", "text", f"{folder}/qd2342-2017/results/totals.csv").stdout
    assert attribute.endswith("text: unset\n")
