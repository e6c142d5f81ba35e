"""What an annex was made from, under one digest; and when, where and with what it was made."""

import hashlib
import json
import platform
import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex import __version__
from ictindex.annex import provenance
from ictindex.basics.json_text import canonical_json, sealed, unsealed
from ictindex.scoring.evaluation import evaluate_edition

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5
)
RECORDS = st.dictionaries(st.text(), JSON)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def digest_of(path):
    data = path.read_bytes()
    return {"sha256": sha256(data), "size": len(data)}


# --- sealed records ---------------------------------------------------------------------------------------


def test_equal_values_are_equal_bytes_whatever_the_order_of_their_keys():
    assert (
        canonical_json({"b": 1, "ă": [2]})
        == canonical_json({"ă": [2], "b": 1})
        == '{\n "b": 1,\n "ă": [\n  2\n ]\n}\n'
    )


def test_a_seal_is_the_sha256_of_all_the_rest():
    assert sealed({"a": 1}, "root") == {"a": 1, "root": sha256(b'{\n "a": 1\n}\n')}


def test_sealing_again_changes_nothing():
    once = sealed({"a": 1}, "root")
    assert sealed(once, "root") == once


@given(RECORDS)
def test_what_was_sealed_is_read_back(record):
    whole = sealed(record, "root")
    assert unsealed(canonical_json(whole).encode(), "root") == whole


def test_no_byte_of_a_sealed_record_can_be_changed_unseen(built_once):
    good = (built_once.output("mini-2020") / "manifest.json").read_bytes()
    assert unsealed(good, "root") is not None
    changed = (good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good)))
    assert [at for at, data in enumerate(changed) if unsealed(data, "root") is not None] == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]\n",
        b"null\n",
        b"\xff",
        b"[" * 100_000,
        b'{"root": "x"}\n',
        b'{\n "root": "\\ud800"\n}\n',
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_sealed_record_is_none(data):
    assert unsealed(data, "root") is None


# --- the manifest -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def manifest(built_once):
    return json.loads((built_once.output("egdi-2018") / "manifest.json").read_bytes())


def test_the_manifest_says_edition_version_and_parameters(manifest):
    assert manifest["edition"] == "egdi-2018"
    assert manifest["package"] == {"name": "ictindex", "version": __version__}
    assert manifest["parameters"] == {
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
    assert manifest["changed_parameters"] == {}
    assert manifest["place"] == "egdi-2018"
    assert manifest["state"]["label"] == "DỰ THẢO"
    assert manifest["state"]["why"] == [
        "Phê duyệt kết quả: chưa ghi quyết định phê duyệt (số, ngày, cơ quan, người ký)."
    ]


def test_the_manifest_digests_every_file_the_annex_is_made_from(manifest, built_once):
    both = ("egdi-2016", "egdi-2018")  # the year before, with which it is compared
    files = ("answers.csv", "entities.csv", "published.csv", "sources.yaml")
    assert manifest["sources"] == {
        path: digest_of(built_once.root / path)
        for path in [
            *(f"inputs/{edition}/{file}" for edition in both for file in files),
            *(f"notebooks/{edition}.ipynb" for edition in both),
            *(f"parameters/{edition}.yaml" for edition in both),
            "parameters/methodologies/egdi.yaml",
        ]
    }


def test_the_manifest_digests_every_output_but_itself_and_the_record(manifest, built_once):
    folder = built_once.output("egdi-2018")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert manifest["outputs"] == {
        path.relative_to(folder).as_posix(): digest_of(path)
        for path in files
        if path.name not in ("manifest.json", "run.json")
    }


def test_the_root_digest_is_that_of_all_the_rest(manifest):
    rest = {key: value for key, value in manifest.items() if key != "root"}
    text = json.dumps(rest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert manifest["root"] == sha256(text.encode())


def test_no_output_but_the_record_says_where_when_or_on_which_machine(built_once, contents_of):
    today, machine = datetime.now(UTC).strftime("%Y-%m-%d"), platform.platform()
    for name, data in contents_of(built_once.output("egdi-2018"), "run.json").items():
        for stray in (str(built_once.root), today, machine, platform.release(), "/root/", "/home/"):
            assert stray.encode() not in data, f"{stray} in {name}"


def test_the_digest_of_the_scores_is_that_of_every_point_and_rank_as_canonical_json(mini):
    e = evaluate_edition("mini-2020", mini)
    units = e.inputs.entities
    points = [
        [unit.code, node.id, str(outcome.points), str(outcome.available), outcome.state]
        for node in e.methodology.nodes
        for unit, outcome in zip(units, e.scores.outcomes[node.id], strict=True)
    ]
    ranks = [
        [s.entity.code, s.entity.group, str(s.value), str(s.printed), s.rank, e.level(s) and e.level(s).key]
        for standings in e.standings.values()
        for s in standings
    ]
    assert len(points) > 1 and provenance.scores(e) == sha256(canonical_json([points, ranks]).encode())


def test_the_sources_of_a_comparison_include_those_of_the_edition_before(two_years):
    e = evaluate_edition("egdi-2018", two_years)
    paths = [file.path for file in provenance.sources(e)]
    assert paths == sorted(paths)
    assert {path for path in paths if "2016" in path} == {
        "inputs/egdi-2016/answers.csv",
        "inputs/egdi-2016/entities.csv",
        "inputs/egdi-2016/sources.yaml",
        "notebooks/egdi-2016.ipynb",
        "parameters/egdi-2016.yaml",
    }
    assert len(paths) == len(set(paths))


def test_a_parameter_that_differs_from_the_file_is_listed_as_changed(mini):
    from ictindex.page.opening import open_edition
    from ictindex.scoring.parameters import read_parameters

    e = open_edition(mini, **{**read_parameters("mini-2020", mini), "rank_on": "unrounded"})
    manifest = provenance.manifest(e, mini.root / "none")
    assert manifest["changed_parameters"] == {"rank_on": "unrounded"}
    assert manifest["place"] == "mini-2020/variants/rank_on-unrounded"
    assert manifest["state"]["label"] == "SỐ LIỆU MINH HỌA – THAM SỐ KHÁC"


# --- the record of a run ----------------------------------------------------------------------------------


def test_the_record_says_when_where_how_long_and_with_what(built_once):
    record = json.loads((built_once.output("egdi-2018") / "run.json").read_bytes())
    manifest = json.loads((built_once.output("egdi-2018") / "manifest.json").read_bytes())
    assert sorted(record) == [
        "cpus",
        "finished",
        "git_commit",
        "host",
        "lock_sha256",
        "made_of",
        "manifest_root",
        "packages",
        "platform",
        "python",
        "seconds",
        "sha256",
        "source_sha256",
        "started",
    ]
    assert record["manifest_root"] == manifest["root"]
    assert record["host"] == platform.node()
    assert record["python"] == platform.python_version()
    assert set(record["seconds"]) == {"evaluate", "notebook", "publish"}
    assert all(seconds > 0 for seconds in record["seconds"].values())
    started, finished = (datetime.fromisoformat(record[key]) for key in ("started", "finished"))
    assert started.tzinfo == finished.tzinfo == UTC
    assert 0 <= (finished - started).total_seconds() < 600
    assert {"papermill", "nbconvert", "matplotlib", "numpy"} <= set(record["packages"])


def test_the_record_has_no_lock_and_no_commit_where_there_are_none(built_once):
    record = json.loads((built_once.output("egdi-2018") / "run.json").read_bytes())
    assert (record["lock_sha256"], record["git_commit"]) == (None, None)


def test_the_record_has_the_digest_of_the_running_code(built_once):
    record = json.loads((built_once.output("egdi-2018") / "run.json").read_bytes())
    assert record["source_sha256"] == provenance.code_digest()
    assert len(provenance.code_digest()) == 64


def record_of(project):
    return provenance.run_record(project, "0" * 64, {"evaluate": 0.12345}, datetime.now(UTC))


def test_the_record_digests_the_lock_by_name_and_content(mini):
    (mini.root / "requirements.txt").write_text("pandas==3.1\n")
    wanted = sha256(f"{sha256(b'pandas==3.1' + bytes([10]))}  requirements.txt\n".encode())
    assert record_of(mini)["lock_sha256"] == wanted
    assert record_of(mini)["seconds"] == {"evaluate": 0.123}


@pytest.fixture
def commit(mini):
    """The project in a repository with one commit: its name."""
    if not shutil.which("git"):
        pytest.skip("git is not installed here")

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=mini.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "x")
    git("tag", "-a", "v1.0", "-m", "x")  # which is no commit's name
    return git("rev-parse", "HEAD")


def test_the_record_names_the_commit(mini, commit):
    assert record_of(mini)["git_commit"] == commit


def test_the_record_says_when_the_work_tree_differs_from_the_commit(mini, commit):
    (mini.parameters("mini-2020")).write_text("changed")
    assert record_of(mini)["git_commit"] == f"{commit}-changed"


def test_without_git_there_is_no_commit(mini, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert record_of(mini)["git_commit"] is None
