"""What the command line prints, and the exit code that it ends with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ictindex.basics import Finding, Project, report
from ictindex.cli.language import say

if TYPE_CHECKING:  # costly, and most commands need none of it
    from ictindex.run import Result

FINE, FINDINGS, BAD_PARAMETERS, NOTEBOOK_FAILED = 0, 1, 2, 3


def _remember(context: click.Context, option: click.Option, value: bool) -> bool:
    context.obj["json"] = value  # refusals too are then printed as JSON
    return value


as_json = click.option(
    "--json", "as_json", is_flag=True, callback=_remember, help="Print one JSON object on stdout."
)


def print_json(value: Any) -> None:
    """One object, on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def print_paths(project: Project, paths: Iterable[Path]) -> None:
    """What was written, each file on a line of stdout."""
    for path in paths:
        click.echo(project.shown(path))


def print_findings(findings: Iterable[Finding], language: str, err: bool = True) -> None:
    """The findings as sentences, on stderr; on stdout where they are the data that was asked for."""
    for line in report(findings, language):
        click.echo(line, err=err)


def exit_code(findings: Iterable[Finding], given: Iterable[str] = ()) -> int:
    """2 when a parameter is wrong: in parameters/, a file ``given`` by -f, or -p. Else 1."""
    files = {finding.file for finding in findings}
    wrong = [f for f in files if f.startswith("parameters") and "/methodologies" not in f]
    return BAD_PARAMETERS if wrong or files & {"-p", *given} else FINDINGS


def exit_code_of(result: Result) -> int:
    """The exit code that one edition's run asks for."""
    if result.status == "failed":
        return NOTEBOOK_FAILED
    if result.status == "refused":
        return exit_code(result.findings)
    return FINDINGS if result.findings else FINE  # built, but it says something false of itself


def _seconds(seconds: float, language: str) -> str:
    text = f"{seconds:.1f}"
    return text.replace(".", ",") if language == "vi" else text


_AT = re.compile(r"^cell ([0-9]+), execution count ([0-9]+)")


def print_result(result: Result, language: str, as_json: bool) -> None:
    """How one edition ended: where it is on stdout, all else on stderr."""
    if result.status == "built":
        how = "built and verified in {seconds} s, root {root}"
        if result.findings:
            how = "built, but not to be published, in {seconds} s, root {root}"
        facts = {"seconds": _seconds(result.seconds, language), "root": result.root[:12]}
        click.echo(f"{result.edition}: {say(language, how, **facts)}", err=True)
        if result.why[0]:
            why = say(language, result.why[0], what=result.why[1])
            click.echo(f"{result.edition}: {say(language, 'because {why}', why=why)}", err=True)
        if result.reason:
            click.echo(f"{result.edition}: {say(language, result.reason)}", err=True)
        if not as_json:
            click.echo(result.folder)
        print_findings(result.findings, language)
        return
    if result.status == "unchanged":
        told = say(language, "unchanged, root {root} (--force builds it all the same)", root=result.root[:12])
        click.echo(f"{result.edition}: {told}", err=True)
        if not as_json:
            click.echo(result.folder)
        return
    print_findings(result.findings, language)
    if result.status == "failed":
        kept = say(language, "kept apart in {folder}; the last good annex is untouched", folder=result.folder)
        reason = _AT.sub(
            lambda at: say(language, "cell {n}, execution count {m}", n=at[1], m=at[2]), result.reason
        )
        click.echo(f"{result.edition}: {say(language, 'the notebook failed')}: {reason}", err=True)
        click.echo(f"{result.edition}: {kept}", err=True)
    else:
        told = say(language, "not run, see the findings; the last good annex is untouched")
        click.echo(f"{result.edition}: {told}", err=True)
