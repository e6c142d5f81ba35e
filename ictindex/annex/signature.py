"""A detached CMS signature of an output folder's manifest: made, held against the manifest, kept or dropped.

The signed bytes are manifest.json itself, so that ``openssl cms -verify`` checks it too. Its signed
attributes hold the signer's certificate, the time on the signer's clock and the digest of the signer's code.
Libraries are imported where a signature is made or found: a folder without one is verified without them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ictindex.annex.provenance import MANIFEST, code_digest
from ictindex.basics import Refused, found, read_bytes, write_whole

if TYPE_CHECKING:
    from asn1crypto.cms import SignedData
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.validation.status import StandardCMSSignatureStatus

SIGNATURE, SIGNED_PDF = "manifest.json.p7s", "annex.signed.pdf"
SIGNATURES = (SIGNATURE, SIGNED_PDF)  # beside what the manifest names
_MOST_BYTES = 1024 * 1024
_CODE = "2.25.133927106458215793340164913218471203577"  # a signed attribute of ours; 2.25 is for such as us
_VERSIONS = {"issuer_and_serial_number": "v1", "subject_key_identifier": "v3"}  # RFC 5652, 5.3
_USAGE = {"digital_signature", "non_repudiation"}  # one of which a certificate must allow


class Signature(NamedTuple):
    """Who signed a manifest, when by the signer's clock, and with which code ('' where it does not say).

    ``issuer``: who vouches for it, by --ca; '' where it was not checked against any.
    """

    signer: str
    at: datetime | None
    code: str
    issuer: str

    def said(self, language: str = "en") -> str:
        """Who signed, when by whose clock, and whether somebody vouches for it."""
        if language == "vi":
            when = f" ngày {self.at:%d/%m/%Y} theo đồng hồ của người ký" if self.at else ""
            checked = f"do {self.issuer} cấp" if self.issuer else "chưa đối chiếu nơi cấp"
            return f"{self.signer} ký{when}, {checked}"
        when = f" on {self.at:%Y-%m-%d} by the signer's clock" if self.at else ""
        checked = f"issued under {self.issuer}" if self.issuer else "not checked against a CA"
        return f"signed by {self.signer}{when}, {checked}"

    __str__ = said


class Signer(NamedTuple):
    """A private key, its certificate, and the certificates between it and the root; of cryptography."""

    key: Any
    certificate: Any
    chain: tuple[Any, ...] = ()


# --- read -------------------------------------------------------------------------------------------------


def read_signature(folder: Path, shown: str, ca: Path | None = None) -> Signature | None:
    """The signature of a folder's manifest; None where there is none.

    Refused where it is broken, is of another manifest, or leads to no certificate of ``ca`` (a file of PEM
    or DER; each certificate in it is trusted). Nothing is asked of the network: a certificate that was
    revoked is not noticed.
    """
    path, shown = folder / SIGNATURE, f"{shown}/{SIGNATURE}"
    if not path.is_symlink() and not path.exists():
        return None
    manifest = read_bytes(folder / MANIFEST, MANIFEST)
    signed = _parsed(read_bytes(path, shown, _MOST_BYTES), shown)
    signature = judged(_status(manifest, signed, shown, ca), "signature-differs", shown, ca)
    return signature._replace(code=_code(signed))


def judged(status: Any, differs: str, shown: str, ca: Path | None) -> Signature:
    """A signature as pyHanko found it; Refused: ``differs`` where it does not hold, or it leads to no ca."""
    if not (status.intact and status.valid):
        raise Refused([found(differs, shown)])
    signer = status.signing_cert.subject.human_friendly
    if ca and not status.trusted:
        raise Refused([found("signature-untrusted", shown, signer=signer, ca=ca.name)])
    issuer = status.validation_path.first.subject.human_friendly if ca else ""
    return Signature(signer, status.signer_reported_dt, "", issuer)


def _parsed(data: bytes, shown: str) -> SignedData:
    """The signed data of one signer, in DER or PEM, whose parts fit together."""
    from asn1crypto import cms, pem

    try:
        if pem.detect(data):
            data = pem.unarmor(data)[2]
        content = cms.ContentInfo.load(data, strict=True)
        signed = content["content"] if content["content_type"].native == "signed_data" else None
        signers = signed["signer_infos"] if signed else ()
        if len(signers) == 1:
            (signer,) = signers
            version = _VERSIONS[signer["sid"].name]
            named = (*signed["digest_algorithms"], signer["digest_algorithm"])
            algorithms = {(each["algorithm"].native, each["parameters"].native) for each in named}
            fits = signer["version"].native == signed["version"].native == version
            if fits and len(named) == 2 and len(algorithms) == 1 and algorithms.pop()[1] is None:
                return signed
    except (ValueError, TypeError, KeyError):  # what asn1crypto raises on any other bytes
        pass
    raise Refused([found("signature-broken", shown)])


def _status(manifest: bytes, signed: SignedData, shown: str, ca: Path | None) -> StandardCMSSignatureStatus:
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

    trusted, usage = trusted_by(ca)
    try:
        with quiet():
            checking = async_validate_detached_cms(
                manifest, signed, signer_validation_context=trusted, key_usage_settings=usage
            )
            return asyncio.run(checking)
    except (SignatureValidationError, ValueError, TypeError, KeyError):
        raise Refused([found("signature-broken", shown)]) from None


def trusted_by(ca: Path | None) -> tuple[Any, Any]:
    """Whom a signature must lead to, never those of this machine, and what its certificate must allow."""
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    roots = _certificates_of(ca) if ca else []
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    return context, KeyUsageConstraints(key_usage=_USAGE, match_all_key_usages=False)


def _certificates_of(ca: Path) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        certificates = list(load_certs_from_pemder_data(read_bytes(ca, ca.name, _MOST_BYTES)))
        for certificate in certificates:
            certificate.subject.native  # noqa: B018 parses it
    except (ValueError, TypeError):
        certificates = []
    if not certificates:
        raise Refused([found("key-unusable", ca.name, problem="no certificate")])
    return certificates


def _code(signed: SignedData) -> str:
    """The digest of the code that the signer ran, as the signature says."""
    from asn1crypto import core

    for attribute in signed["signer_infos"][0]["signed_attrs"] or ():
        if attribute["type"].dotted == _CODE:
            return attribute["values"][0].parse(core.UTF8String).native
    return ""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """pyHanko logs, with a traceback, what it also returns."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


# --- made -------------------------------------------------------------------------------------------------


def sign(folder: Path, shown: str, signer: Signer) -> Signature:
    """Write the signature of a folder's manifest beside it, and read it back.

    Refused where the certificate may not sign, or not today.
    """
    from asn1crypto import cms, core
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    with_key, now = simple_signer(signer, f"{shown}/{SIGNATURE}"), datetime.now(UTC)
    digest = hashlib.sha256(read_bytes(folder / MANIFEST, f"{shown}/{MANIFEST}")).digest()

    async def signed() -> bytes:
        said = PdfCMSSignedAttributes(signing_time=now)
        attributes = await with_key.signed_attrs(digest, "sha256", said, is_pdf_sig=False)
        attributes.append(cms.CMSAttribute({"type": _CODE, "values": [core.UTF8String(code_digest())]}))
        return (await with_key.async_sign_prescribed_attributes("sha256", attributes)).dump()

    with quiet():
        write_whole(folder / SIGNATURE, asyncio.run(signed()))
    made = read_signature(folder, shown)
    assert made is not None
    return made


def simple_signer(signer: Signer, shown: str) -> SimpleSigner:
    """pyHanko's signer with a key; Refused where its certificate is not valid today."""
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    dates = (signer.certificate.not_valid_before_utc, signer.certificate.not_valid_after_utc)
    if not dates[0] <= datetime.now(UTC) <= dates[1]:
        valid = " – ".join(f"{day:%Y-%m-%d}" for day in dates)
        raise Refused([found("certificate-not-now", shown, valid=valid)])
    certificate, *chain = (
        x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (signer.certificate, *signer.chain)
    )
    key = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(certificate, keys.PrivateKeyInfo.load(key), SimpleCertificateStore.from_certs(chain))


def read_key(key: Path, certificate: Path, passphrase: bytes | None) -> Signer:
    """A private key and its certificate from PEM files; further certificates in the file are the chain.

    Refused where they cannot be read or do not belong together; PassphraseNeeded where the key is locked.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        certificates = x509.load_pem_x509_certificates(read_bytes(certificate, certificate.name, _MOST_BYTES))
    except ValueError:
        raise Refused([found("key-unusable", certificate.name, problem="no certificate in PEM")]) from None
    try:
        private = load_pem_private_key(read_bytes(key, key.name, _MOST_BYTES), passphrase or None)
    except TypeError:  # as cryptography says it
        if passphrase is None:
            raise PassphraseNeeded from None
        raise Refused([found("key-unusable", key.name, problem="no passphrase is needed")]) from None
    except ValueError:
        raise Refused([found("key-unusable", key.name, problem="no private key in PEM")]) from None
    own = [each for each in certificates if each.public_key() == private.public_key()]
    if not own:
        raise Refused([found("key-of-other-certificate", certificate.name, key=key.name)])
    return _usable(Signer(private, own[0], tuple(each for each in certificates if each != own[0])), key)


def read_pkcs12(path: Path, passphrase: bytes | None) -> Signer:
    """A private key, its certificate and chain from a PKCS#12 file; as read_key."""
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    data = read_bytes(path, path.name, _MOST_BYTES)
    if passphrase is None:
        raise PassphraseNeeded
    try:
        key, certificate, chain = load_key_and_certificates(data, passphrase)
    except ValueError:
        raise Refused([found("key-unusable", path.name, problem="no PKCS#12, or its passphrase")]) from None
    if key is None or certificate is None:
        raise Refused([found("key-unusable", path.name, problem="no key with a certificate")])
    return _usable(Signer(key, certificate, tuple(chain)), path)


def _usable(signer: Signer, path: Path) -> Signer:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if not isinstance(signer.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refused([found("key-unusable", path.name, problem="neither RSA nor an elliptic curve")])
    return signer


class PassphraseNeeded(Exception):
    """A key is locked, and nobody said with what."""


# --- kept or dropped --------------------------------------------------------------------------------------


def keep_signature(old: Path, new: Path) -> bool:
    """Take a folder's signature over to what replaces it; False where it was of another manifest.

    A signature belongs to the very manifest that was signed: on any other it would only be stale.
    """
    paths = [path for name in SIGNATURES if (path := old / name).is_file() and not path.is_symlink()]
    if not paths:
        return True
    same = (old / MANIFEST).is_file() and (old / MANIFEST).read_bytes() == (new / MANIFEST).read_bytes()
    for path in paths if same else ():
        shutil.copyfile(path, new / path.name)
    return same
