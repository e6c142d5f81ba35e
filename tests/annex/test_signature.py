"""A signature belongs to one manifest, byte for byte; openssl and the command say the same of it."""

import json
import shutil
import subprocess
import sys

import pytest

from ictindex.annex.provenance import code_digest
from ictindex.annex.signature import (
    SIGNATURE,
    PassphraseNeeded,
    keep_signature,
    read_key,
    read_pkcs12,
    read_signature,
    sign,
)
from ictindex.basics.findings import Refused

MINI = "mini-2020"
SHOWN = f"outputs/{MINI}/manifest.json.p7s"


@pytest.fixture
def folder(built_once, tmp_path):
    """A folder with a manifest, to be signed."""
    (tmp_path / "annex").mkdir()
    shutil.copy(built_once.output(MINI) / "manifest.json", tmp_path / "annex")
    return tmp_path / "annex"


def signed(folder, keys, name="rsa"):
    return sign(folder, f"outputs/{MINI}", read_key(keys / f"{name}.key", keys / f"{name}.cert", None))


def findings(folder, ca=None):
    try:
        read_signature(folder, f"outputs/{MINI}", ca)
    except Refused as refused:
        return refused.findings
    return []


def codes(folder, ca=None):
    return [finding.code for finding in findings(folder, ca)]


@pytest.mark.parametrize(("name", "signer"), [("rsa", "Cán bộ ký"), ("ec", "Người ký khác")])
def test_what_is_signed_is_read_back_with_who_signed_and_with_which_code(folder, keys, name, signer):
    assert read_signature(folder, "x") is None
    made = signed(folder, keys, name)
    assert (made.signer, made.code, made.issuer) == (f"Common Name: {signer}", code_digest(), "")
    assert str(made).endswith("by the signer's clock, not checked against a CA")
    checked = read_signature(folder, "x", keys / "ca.pem")
    assert checked == made._replace(issuer="Common Name: Gốc thử")
    assert str(checked).endswith("issued under Common Name: Gốc thử")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed here")
@pytest.mark.parametrize("name", ["rsa", "ec"])
def test_openssl_verifies_the_signature_and_sees_another_manifest_or_ca(folder, keys, name):
    signed(folder, keys, name)

    def openssl(ca):
        files = ["-content", "manifest.json", "-in", SIGNATURE, "-CAfile", keys / ca, "-out", "verified"]
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", *files]
        return subprocess.run(command, cwd=folder, capture_output=True).returncode

    assert openssl("ca.pem") == 0
    assert (folder / "verified").read_bytes() == (folder / "manifest.json").read_bytes()
    assert openssl("other-ca.pem") != 0
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b"\n")
    assert openssl("ca.pem") != 0


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed here")
@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_a_signature_that_openssl_made_is_read(folder, keys, form):
    files = [
        "-in",
        "manifest.json",
        "-out",
        SIGNATURE,
        "-signer",
        keys / "rsa.cert",
        "-inkey",
        keys / "rsa.key",
    ]
    command = ["openssl", "cms", "-sign", "-binary", "-outform", form, *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    read = read_signature(folder, "x", keys / "ca.pem")
    assert (read.signer, read.code) == ("Common Name: Cán bộ ký", "")


def test_another_manifest_is_found(folder, keys):
    signed(folder, keys)
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"edition"', b'"editioo"', 1))
    (finding,) = findings(folder)
    assert (finding.code, finding.file) == ("signature-differs", SHOWN)


def test_a_byte_flipped_anywhere_in_the_signature_is_found(folder, keys):
    signed(folder, keys)
    path = folder / SIGNATURE
    good = path.read_bytes()
    every = sorted({*range(0, 60), *range(60, len(good), 23), len(good) - 1})
    unseen = []
    for at in every:
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        unseen += [] if codes(folder) else [at]
    assert unseen == []
    path.write_bytes(good)
    assert codes(folder, keys / "ca.pem") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * 99,
        b"-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n",
        b"0\x80" * 50,
        b"\x30\x03\x02\x01\x01",
    ],
)
def test_what_is_no_signature_is_found(folder, data):
    (folder / SIGNATURE).write_bytes(data)
    assert codes(folder) == ["signature-broken"]


def test_a_signature_cut_off_or_longer_is_found(folder, keys):
    signed(folder, keys)
    good = (folder / SIGNATURE).read_bytes()
    for data in (good[:-1], good[: len(good) // 2], good + b"\0", good + good):
        (folder / SIGNATURE).write_bytes(data)
        assert codes(folder) == ["signature-broken"]


def test_a_ca_that_does_not_vouch_for_the_signer_is_a_finding(folder, keys, capfd):
    signed(folder, keys)
    assert codes(folder) == []
    (finding,) = findings(folder, keys / "other-ca.pem")
    assert (finding.code, finding.facts) == (
        "signature-untrusted",
        {"signer": "Common Name: Cán bộ ký", "ca": "other-ca.pem"},
    )
    assert capfd.readouterr() == ("", "")  # pyHanko would log a traceback
    assert codes(folder, keys / "rsa.cert") == []  # the very certificate may be trusted
    assert codes(folder, keys / "passphrase.txt") == ["key-unusable"]


def test_a_link_or_a_folder_in_place_of_the_signature_is_no_missing_one(folder):
    (folder / SIGNATURE).symlink_to("nowhere")
    assert codes(folder) == ["no-file"]
    (folder / SIGNATURE).unlink()
    (folder / SIGNATURE).mkdir()
    assert codes(folder) == ["not-a-file"]


# --- keys -------------------------------------------------------------------------------------------------


def test_a_locked_key_asks_for_its_passphrase_and_takes_no_other(keys):
    right, wrong = ((keys / f"{name}.txt").read_bytes().strip() for name in ("passphrase", "wrong"))
    with pytest.raises(PassphraseNeeded):
        read_key(keys / "locked.key", keys / "rsa.cert", None)
    with pytest.raises(PassphraseNeeded):
        read_pkcs12(keys / "rsa.p12", None)
    own = read_key(keys / "rsa.key", keys / "rsa.cert", None)
    for signer in (
        read_key(keys / "locked.key", keys / "rsa.cert", right),
        read_pkcs12(keys / "rsa.p12", right),
    ):
        assert (signer.certificate, signer.chain) == (own.certificate, ())
        assert signer.key.private_numbers() == own.key.private_numbers()
    for read in (
        lambda: read_key(keys / "locked.key", keys / "rsa.cert", wrong),
        lambda: read_pkcs12(keys / "rsa.p12", wrong),
    ):
        with pytest.raises(Refused, match="key-unusable"):
            read()


@pytest.mark.parametrize(
    ("key", "certificate", "code"),
    [
        ("rsa.key", "ec.cert", "key-of-other-certificate"),
        ("rsa.cert", "rsa.cert", "key-unusable"),
        ("rsa.key", "rsa.key", "key-unusable"),
        ("rsa.p12", "rsa.cert", "key-unusable"),
    ],
)
def test_a_key_or_a_certificate_that_is_none_is_a_finding(keys, key, certificate, code):
    with pytest.raises(Refused) as refused:
        read_key(keys / key, keys / certificate, None)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_what_stands_above_the_signers_certificate_goes_into_the_signature(folder, keys, tmp_path):
    chain = tmp_path / "chain.pem"
    chain.write_bytes((keys / "ca.pem").read_bytes() + (keys / "rsa.cert").read_bytes())
    signer = read_key(keys / "rsa.key", chain, None)
    assert [each.subject.rfc4514_string() for each in signer.chain] == ["CN=Gốc thử"]
    assert sign(folder, "x", signer).signer == "Common Name: Cán bộ ký"


def test_an_expired_certificate_signs_nothing(folder, keys):
    with pytest.raises(Refused, match="certificate-not-now"):
        signed(folder, keys, "old")
    assert not (folder / SIGNATURE).exists()


# --- kept or dropped --------------------------------------------------------------------------------------


def test_a_signature_goes_with_its_very_manifest_and_with_no_other(folder, keys, tmp_path):
    new = tmp_path / "new"
    shutil.copytree(folder, new)
    assert keep_signature(folder, new) is True and not (new / SIGNATURE).exists()
    signed(folder, keys)
    assert keep_signature(folder, new) is True
    assert (new / SIGNATURE).read_bytes() == (folder / SIGNATURE).read_bytes()
    (new / SIGNATURE).unlink()
    record = json.loads((new / "manifest.json").read_bytes())
    (new / "manifest.json").write_text(json.dumps(record), "utf-8")
    assert keep_signature(folder, new) is False and not (new / SIGNATURE).exists()


def test_without_a_signature_none_of_the_libraries_is_loaded(built_once):
    lines = [
        "import sys",
        "from pathlib import Path",
        "from ictindex.basics import Project",
        "from ictindex.annex import trust",
        "from ictindex.annex import verify",
        f"project = Project(Path({str(built_once.root)!r}))",
        f"folder = project.output({MINI!r})",
        "assert verify(folder, project) == [] == trust(folder, project)[1]",
        "print(*{name.partition('.')[0] for name in sys.modules})",
    ]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert "ictindex" in ran.stdout
    assert not {"cryptography", "pyhanko", "asn1crypto", "oscrypto"} & set(ran.stdout.split())
