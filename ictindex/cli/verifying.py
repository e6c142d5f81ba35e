"""The commands that say whether an annex can be trusted: verify, sign."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from ictindex.basics import PUBLIC, Finding, Project, Refused, refuse_if
from ictindex.cli import options
from ictindex.cli.language import say
from ictindex.cli.output import FINDINGS, FINE, as_json, print_findings, print_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_ANY = click.Path(exists=True, path_type=Path)


def _digest(context: click.Context, option: click.Option, value: str) -> str:
    if value and not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise click.BadParameter("the whole root digest is meant: 64 hexadecimal digits")
    return value.lower()


@click.command()
@click.argument("folders", nargs=-1, required=True, type=_ANY)
@click.option("--execute", is_flag=True, help="Also run the notebook again and compare every byte.")
@click.option("--root", default="", callback=_digest, metavar="DIGEST", help="Demand this root digest.")
@click.option(
    "--ca", type=_FILE, help="Demand a signature for which a certificate in this file vouches (PEM, DER)."
)
@as_json
@click.pass_obj
def verify(settings, folders, execute, root, ca, as_json) -> None:
    """Recompute every published number of output FOLDERS and compare; check every digest and signature.

    A file is an edition that was packed: nothing but the package is needed, and no code out of it is run.
    Says which project, root digest, package and code that is, whether the same code made the folder, and who
    signed it. Other code is no failure where everything is recomputed equal: it is said.
    """
    from ictindex.annex import opened_crate, trust
    from ictindex.annex import verify as check
    from ictindex.run import execution_differences

    if execute and any(folder.is_file() for folder in folders):
        raise click.UsageError("--execute is of a folder: no code out of a packed file is run")
    if root and len(folders) > 1:
        raise click.UsageError("--root is of one folder")
    found: dict[str, list[Finding]] = {}
    language = settings["lang"]
    anchors: dict[str, Any] = {}
    for folder in map(Path.resolve, folders):
        packed, redacted = folder.is_file(), []
        if packed:
            shown = folder.name
            try:
                with opened_crate(folder, shown) as crate:
                    held, findings = trust(crate.folder, crate.project, root, ca)
                    findings += [finding for finding in crate.findings() if finding not in findings]
                    redacted = crate.redacted
            except Refused as refused:
                held, findings = None, refused.findings
        else:
            project = settings["project"]() if settings["named"] else _project_of(folder)
            shown = project.shown(folder)
            held, findings = trust(folder, project, root, ca)
            findings += [finding for finding in check(folder, project) if finding not in findings]
            if execute and not findings:
                findings = execution_differences(folder, project)
        found[shown], anchors[shown] = findings, held and held.as_dict()
        print_findings(findings, language)
        if not as_json:
            click.echo(_verdict(shown, findings, language))
            for line in held.lines(language, *([shown] if packed else [])) if held else ():
                click.echo(f"  {line}")
            if redacted:
                click.echo(f"  {say(language, 'redacted  ')} {', '.join(redacted)}")
    if as_json:
        verified = {name: [f.as_dict() for f in findings] for name, findings in found.items()}
        print_json({"verified": verified, "anchors": anchors})
    sys.exit(FINDINGS if any(found.values()) else FINE)


def _verdict(shown: str, findings: list[Finding], language: str) -> str:
    said = say(language, "{n} differences", n=len(findings)) if findings else say(language, "verified ")
    return f"{shown}: {said.strip()}"


def _project_of(folder: Path) -> Project:
    """The project that an output folder lies in; for a copy elsewhere, the one of the working folder."""
    try:
        return Project.around(folder)
    except Refused:
        return Project.around()


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--key", type=_FILE, help="The private key, in PEM.")
@click.option("--cert", type=_FILE, help="Its certificate, in PEM; with those above it, if there are any.")
@click.option("--p12", type=_FILE, help="Key and certificate in one PKCS#12 file, instead.")
@click.option(
    "--passphrase-file", type=_FILE, help="The first line unlocks the key; else it is asked where needed."
)
@as_json
@click.pass_obj
def sign(settings, folder, key, cert, p12, passphrase_file, as_json) -> None:
    """Sign the annex in FOLDER: manifest.json.p7s and annex.signed.pdf.

    The one is a detached CMS signature of the manifest; the other annex.pdf with a PAdES signature in a
    visible field at the top right of its first page, where Decree 30 has the agency's.

    What does not verify is not signed. Check it with verify --ca, or with openssl cms -verify.
    """
    from ictindex.annex import hold, pdf_signature, read_manifest, signature
    from ictindex.annex import verify as check

    if bool(p12) == bool(key and cert) or (p12 and (key or cert)):
        raise click.UsageError("name --key and --cert, or --p12")
    folder = folder.resolve()
    project = settings["project"]() if settings["named"] else _project_of(folder)

    def signer(passphrase: bytes | None) -> signature.Signer:
        return signature.read_pkcs12(p12, passphrase) if p12 else signature.read_key(key, cert, passphrase)

    given = passphrase_file and (passphrase_file.read_bytes().splitlines() or [b""])[0]
    try:
        who = signer(given)
    except signature.PassphraseNeeded:
        asked = say(settings["lang"], "Passphrase")
        typed = click.prompt(asked, hide_input=True, default="", show_default=False, err=True)
        who = signer(typed.encode())
    path, pdf = (project.shown(folder / name) for name in signature.SIGNATURES)
    with hold(project, read_manifest(folder, project.shown(folder))["edition"]):  # against a run meanwhile
        wrong = check(folder, project)
        refuse_if(finding for finding in wrong if finding.file not in (path, pdf))  # old ones are replaced
        document = read_manifest(folder, project.shown(folder))["parameters"].get("attached_to") or ""
        made = signature.sign(folder, project.shown(folder), who)
        pdf_signature.sign_pdf(folder, project.shown(folder), who, document)
    if as_json:
        print_json({"signature": path, "signed_pdf": pdf, "signer": made.signer, "code": made.code})
    else:
        click.echo(path)
        click.echo(pdf)
        click.echo(say(settings["lang"], "signed by {who}", who=made.signer), err=True)


@click.command()
@options.edition
@click.option("-o", "--output", type=_NEW, help="The file; by default EDITION.zip.")
@click.option("--public", is_flag=True, help="The public annex, with no more of the inputs than it shows.")
@as_json
@click.pass_obj
def pack(settings, edition, output, public, as_json) -> None:
    """Pack EDITION into one file, an RO-Crate: inputs, methodology, notebook, outputs, who ran it when.

    What does not verify is not packed. Withheld answers are taken out, and it says of which files. Whoever
    has the file and this package checks it with verify FILE.zip.
    """
    from ictindex.annex import pack as packed

    project = settings["project"]()
    target = (output or Path(f"{edition}.zip")).resolve()
    redacted = packed(edition, project, target, PUBLIC if public else "")
    if as_json:
        print_json({"packed": str(target), "redacted": redacted})
        return
    click.echo(target)
    for path in redacted:
        told = say(settings["lang"], "withheld answers were taken out of {path}", path=path)
        click.echo(told, err=True)


@click.command()
@options.edition
@click.option("-o", "--output", type=_NEW, help="The file; by default EDITION.evidence.pdf.")
@click.pass_obj
def evidence(settings, edition, output) -> None:
    """Set the whole page of EDITION as a PDF to be printed: everything that the signed annex leaves out too.

    The same text, tables and charts as evidence.html, under the same numbers. What does not verify is not
    printed.
    """
    from ictindex.annex import evidence as printed
    from ictindex.basics import write_whole

    project = settings["project"]()
    target = (output or Path(f"{edition}.evidence.pdf")).resolve()
    write_whole(target, printed(project.output(edition), project))
    click.echo(target)


COMMANDS = (verify, sign, pack, evidence)
