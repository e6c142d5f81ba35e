"""What an annex is held to is said of every folder: project, root, package, code, signature."""

import json

from ictindex import __version__
from ictindex.annex import assurance as module
from ictindex.annex.assurance import trust
from ictindex.annex.provenance import canonical_json, code_digest, sealed
from ictindex.annex.signature import read_key, sign

MINI = "mini-2020"


def root_of(project):
    return json.loads((project.output(MINI) / "manifest.json").read_bytes())["root"]


def test_an_unsigned_folder_says_what_made_it(built_once):
    held, findings = trust(built_once.output(MINI), built_once)
    assert findings == []
    assert list(held.lines()) == [
        f"project    {built_once.root}",
        f"root       {root_of(built_once)}",
        f"package    ictindex {__version__}, code {code_digest()}",
        "made with  the same code, as run.json says",
        "signature  unsigned",
    ]


def test_an_officer_reads_it_in_vietnamese(built_once):
    held, _ = trust(built_once.output(MINI), built_once)
    assert list(held.lines("vi", "a.zip")) == [
        "tệp gói    a.zip",
        f"mã gốc     {root_of(built_once)}",
        f"phần mềm   ictindex {__version__}, mã nguồn {code_digest()}",
        "làm bằng   cùng mã nguồn, theo run.json",
        "chữ ký     chưa ký",
    ]


def test_the_root_that_is_demanded_must_be_there(built_once):
    root = root_of(built_once)
    assert trust(built_once.output(MINI), built_once, root)[1] == []
    (finding,) = trust(built_once.output(MINI), built_once, "0" * 64)[1]
    assert (finding.code, finding.facts) == ("root-differs", {"root": root, "wanted": "0" * 64})


def test_other_code_is_said_and_is_no_finding(built_once, monkeypatch):
    monkeypatch.setattr(module, "code_digest", lambda: "0" * 64)
    held, findings = trust(built_once.output(MINI), built_once)
    assert findings == []
    assert f"made with  OTHER CODE, {code_digest()}, as run.json says" in list(held.lines())
    assert held.as_dict()["made_with"] == {"code": code_digest(), "same_code": False}


def test_a_signature_that_does_not_hold_is_not_told_as_none(built, keys):
    folder = built.output(MINI)
    sign(folder, "x", read_key(keys / "rsa.key", keys / "rsa.cert", None))
    for name in ("manifest.json.p7s", "annex.signed.pdf"):
        (folder / name).write_bytes(b"0")
    held, findings = trust(folder, built)
    assert {finding.code for finding in findings} == {"signature-broken", "signed-pdf-differs"}
    assert list(held.lines())[-2:] == [
        "signature  there is one, which is not accepted: see what was found",
        "signed pdf there is one, which is not accepted: see what was found",
    ]
    assert list(held.lines("vi"))[-2] == "chữ ký     có, nhưng không được chấp nhận: xem chỗ sai đã nêu"


def test_the_signature_says_with_which_code_whatever_run_json_says(built, keys):
    folder = built.output(MINI)
    sign(folder, "x", read_key(keys / "rsa.key", keys / "rsa.cert", None))
    record = json.loads((folder / "run.json").read_bytes()) | {"source_sha256": "0" * 64}
    (folder / "run.json").write_text(canonical_json(sealed(record, "sha256")), "utf-8")
    held, _ = trust(folder, built, ca=keys / "ca.pem")
    assert "made with  the same code, as the signature says" in list(held.lines())
    assert held.as_dict()["signature"]["issuer"] == "Common Name: Gốc thử"


def test_where_nothing_records_the_code_that_is_said(built):
    (built.output(MINI) / "run.json").write_text("{}")
    held, _ = trust(built.output(MINI), built)
    assert "made with  code that nothing records" in list(held.lines())


def test_a_ca_demands_a_signature(built_once, keys):
    (finding,) = trust(built_once.output(MINI), built_once, ca=keys / "ca.pem")[1]
    assert (finding.code, finding.file) == ("signature-missing", f"outputs/{MINI}/manifest.json.p7s")


def test_a_folder_without_a_manifest_has_no_anchors(built):
    (built.output(MINI) / "manifest.json").unlink()
    assert trust(built.output(MINI), built) == (None, [])
