"""verify and sign: what is printed of an annex's anchors, and what is demanded of them."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from ictindex import __version__
from ictindex.annex.edition_lock import hold
from ictindex.annex.provenance import code_digest
from ictindex.basics.findings import found

MINI = "mini-2020"


def anchors(project, edition=MINI, signature="unsigned"):
    """The lines that verify prints below its verdict."""
    root = json.loads((project.output(edition) / "manifest.json").read_bytes())["root"]
    return (
        f"  project    {project.root}\n  root       {root}\n"
        f"  package    ictindex {__version__}, code {code_digest()}\n"
        f"  made with  the same code, as run.json says\n  signature  {signature}\n"
    )


def signing(keys, *more):
    return ("--key", keys / "rsa.key", "--cert", keys / "rsa.cert", *more)


def test_good_folders_are_verified_from_anywhere(ictindex, built_once, free_once, tmp_path, monkeypatch):
    """Each against the project that it lies in."""
    monkeypatch.chdir(tmp_path)
    ended = ictindex("verify", built_once.output(MINI), free_once.output(MINI))
    assert (ended.code, ended.err) == (0, "")
    said = [f"outputs/mini-2020: verified\n{anchors(project)}" for project in (built_once, free_once)]
    assert ended.out == "".join(said) and said[0] != said[1]


def test_a_bad_folder_is_told_on_stderr_and_counted_on_stdout(ictindex, built):
    (built.output(MINI) / "stray").write_text("")
    ended = ictindex("verify", built.output(MINI), project=built)
    assert (ended.code, ended.out) == (1, f"outputs/mini-2020: 1 differences\n{anchors(built)}")
    assert ended.err.startswith("outputs/mini-2020/stray: the manifest does not name this file. → ")


def test_verified_folders_as_json(ictindex, built, tmp_path):
    received = str(shutil.copytree(built.output(MINI), tmp_path / "received"))
    (built.output(MINI) / "stray").write_text("")
    ended = ictindex("verify", "--json", built.output(MINI), received, project=built)
    assert ended.code == 1
    verified, held = (json.loads(ended.out)[key] for key in ("verified", "anchors"))
    assert list(held) == list(verified)
    assert held[received]["package"]["code"] == code_digest()
    assert held[received]["signature"] is None
    assert list(verified) == ["outputs/mini-2020", received]
    assert [finding["code"] for finding in verified["outputs/mini-2020"]] == ["file-unlisted"]
    assert verified[received] == []


def test_a_copy_far_from_its_project_says_what_it_lacks_or_takes_the_named_one(
    ictindex, built, tmp_path, monkeypatch
):
    received = tmp_path / "received"
    built.output(MINI).rename(received)
    monkeypatch.chdir(tmp_path)
    ended = ictindex("verify", received)
    assert (ended.code, ended.out) == (1, "")
    assert "no project here or above" in ended.err
    ended = ictindex("verify", received, project=built)
    assert (ended.code, ended.out.splitlines()[0]) == (0, f"{received}: verified")


def test_a_relative_name_a_slash_at_its_end_and_a_link_do_not_matter(ictindex, built, monkeypatch, tmp_path):
    monkeypatch.chdir(built.root / "outputs")
    assert ictindex("verify", f"./{MINI}/").out.startswith("outputs/mini-2020: verified\n")
    (tmp_path / "link").symlink_to(built.output(MINI))
    assert ictindex("verify", tmp_path / "link").out.startswith("outputs/mini-2020: verified\n")


def test_execute_says_where_another_execution_differs(ictindex, built, monkeypatch):
    monkeypatch.setattr(
        "ictindex.run.execution_differences", lambda folder, project: [found("execution-differs", "x")]
    )
    assert ictindex("verify", built.output(MINI), project=built).code == 0
    ended = ictindex("verify", "--execute", built.output(MINI), project=built)
    assert (ended.code, ended.out.splitlines()[0]) == (1, "outputs/mini-2020: 1 differences")


def test_a_root_that_is_demanded_is_found_or_is_a_finding(ictindex, built):
    root = json.loads((built.output(MINI) / "manifest.json").read_bytes())["root"]
    assert ictindex("verify", built.output(MINI), "--root", root.upper()).code == 0
    ended = ictindex("verify", built.output(MINI), "--root", "0" * 64)
    assert ended.code == 1 and "[root-differs]" in ended.err


@pytest.mark.parametrize("more", [("--root", "0123"), ("--root", "0" * 64, "outputs/egdi-2018")])
def test_half_a_root_or_one_for_two_folders_is_a_wrong_usage(ictindex, built, more, monkeypatch):
    monkeypatch.chdir(built.root)
    assert ictindex("verify", f"outputs/{MINI}", *more).code == 2


# --- sign -------------------------------------------------------------------------------------------------


def test_a_signed_annex_verifies_with_its_ca_and_with_no_other(ictindex, built, keys):
    folder = built.output(MINI)
    ended = ictindex("sign", folder, *signing(keys))
    written = f"outputs/{MINI}/manifest.json.p7s\noutputs/{MINI}/annex.signed.pdf\n"
    assert (ended.code, ended.out) == (0, written)
    ended = ictindex("verify", folder)
    assert ended.code == 0, ended.err
    assert "  signed pdf signed by Common Name: Cán bộ ký on 2" in ended.out
    assert "  signature  signed by Common Name: Cán bộ ký on 2" in ended.out
    assert "not checked against a CA" in ended.out and "as the signature says" in ended.out
    ended = ictindex("verify", folder, "--ca", keys / "ca.pem")
    assert ended.code == 0 and "issued under Common Name: Gốc thử" in ended.out
    ended = ictindex("verify", folder, "--ca", keys / "other-ca.pem")
    assert ended.code == 1 and "[signature-untrusted]" in ended.err
    (folder / "manifest.json.p7s").write_bytes(b"x")
    ended = ictindex("verify", folder)
    assert ended.code == 1 and ended.err.count("[signature-broken]") == 1
    assert ictindex("sign", folder, *signing(keys)).code == 0  # which replaces it
    assert ictindex("verify", folder).code == 0


def test_what_does_not_verify_is_not_signed(ictindex, built, keys):
    (built.output(MINI) / "stray").write_text("x")
    ended = ictindex("sign", built.output(MINI), *signing(keys))
    assert ended.code == 1 and "[file-unlisted]" in ended.err
    assert not (built.output(MINI) / "manifest.json.p7s").exists()


def test_what_a_run_may_exchange_meanwhile_is_not_signed(ictindex, built, keys, monkeypatch):
    monkeypatch.setenv("ICTINDEX_PATIENCE", "0.05")
    with hold(built, MINI), ThreadPoolExecutor(1) as other:
        ended = other.submit(ictindex, "sign", built.output(MINI), *signing(keys)).result()
    assert ended.code == 1 and "[edition-held]" in ended.err
    assert not (built.output(MINI) / "manifest.json.p7s").exists()


def test_a_passphrase_comes_from_a_file_or_is_asked_and_never_from_the_command_line(
    ictindex, built, keys, monkeypatch
):
    folder, right = built.output(MINI), keys / "passphrase.txt"
    assert ictindex("sign", folder, "--p12", keys / "rsa.p12", "--passphrase-file", right).code == 0
    locked = ("--key", keys / "locked.key", "--cert", keys / "rsa.cert")
    ended = ictindex("sign", folder, *locked, "--passphrase-file", keys / "wrong.txt")
    assert ended.code == 1 and "[key-unusable]" in ended.err
    asked = []
    monkeypatch.setattr(
        "click.prompt", lambda text, **how: asked.append((text, how["hide_input"])) or "mật khẩu"
    )
    assert ictindex("sign", folder, *locked).code == 0
    assert asked == [("Passphrase", True)]
    assert "--passphrase " not in ictindex("sign", "--help").out


@pytest.mark.parametrize(
    "names", [(), ("--key",), ("--cert",), ("--p12", "--key"), ("--p12", "--key", "--cert")]
)
def test_key_and_certificate_or_one_file_with_both(ictindex, built, keys, names):
    files = {"--key": keys / "rsa.key", "--cert": keys / "rsa.cert", "--p12": keys / "rsa.p12"}
    given = [part for name in names for part in (name, files[name])]
    ended = ictindex("sign", built.output(MINI), *given)
    assert ended.code == 2 and "name --key and --cert, or --p12" in ended.err


def test_a_rebuild_keeps_the_signature_of_the_same_root_and_drops_a_stale_one(ictindex, built, keys):
    folder = built.output(MINI)
    assert ictindex("sign", folder, *signing(keys)).code == 0
    signature = (folder / "manifest.json.p7s").read_bytes()
    assert ictindex("run", MINI, project=built).code == 0
    assert (folder / "manifest.json.p7s").read_bytes() == signature
    assert (folder / "annex.signed.pdf").exists()
    ended = ictindex("run", MINI, "-p", "highlight", "B", project=built)
    assert ended.code == 0 and "sign it again" in ended.err
    assert not [*folder.glob("*.p7s"), *folder.glob("*.signed.pdf")]
    assert "signature  unsigned" in ictindex("verify", folder).out
