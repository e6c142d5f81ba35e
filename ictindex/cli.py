"""The command line: words in, exit codes out. Data on stdout, messages on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ictindex import __version__
from ictindex.findings import Finding, Refused, report
from ictindex.project import Project

FINE, FINDINGS, BAD_PARAMETERS, NOTEBOOK_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def _remember(context: click.Context, option: click.Option, value: bool) -> bool:
    context.obj["json"] = value  # refusals too are then printed as JSON
    return value


as_json = click.option(
    "--json", "as_json", is_flag=True, callback=_remember, help="Print one JSON object on stdout."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ictindex")
@click.option(
    "--project",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's folder; by default the one in or above the working folder.",
)
@click.option(
    "--lang",
    type=click.Choice(["en", "vi"]),
    default="en",
    envvar="ICTINDEX_LANG",
    show_default=True,
    help="The language of findings.",
)
@click.pass_context
def cli(context: click.Context, folder: Path | None, lang: str) -> None:
    """Score, rank and publish how well state bodies use IT, reproducibly.

    Exit codes: 0 fine, 1 findings or verification failed, 2 usage or bad parameters, 3 a notebook failed,
    130 interrupted.
    """
    context.obj |= {"project": lambda: Project.around(folder), "named": folder, "lang": lang}


@cli.command()
@click.argument("editions", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Run every edition of parameters/.")
@click.option(
    "-p",
    "--parameter",
    "texts",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Set one parameter of the notebook; may be repeated.",
)
@click.option(
    "-f",
    "--parameters-file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file of parameters.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Editions at a time; by default one per core.")
@click.option("--progress-bar/--no-progress-bar", default=None, help="By default on a terminal only.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one cell may take.",
)
@as_json
@click.pass_obj
def run(settings, editions, every, texts, files, jobs, progress_bar, timeout, as_json) -> None:
    """Build the annexes of EDITIONS into outputs/.

    Nothing under an official name changes until the whole folder is complete and verified.
    """
    from ictindex import run as runs
    from ictindex.progress import Bars

    project = settings["project"]()
    if every == bool(editions):
        raise click.UsageError("name the editions to run, or --all")
    editions = project.editions() if every else list(dict.fromkeys(editions))
    if not editions:
        raise click.UsageError("there is no edition in parameters/")
    settings["files"] = [project.shown(file) for file in files]
    plans = runs.plan(editions, project, dict(texts), files)
    jobs = jobs or min(len(plans), os.cpu_count() or 1)
    with Bars(editions, progress_bar) as bars:
        results = runs.run(plans, project, jobs, bars, timeout)
    if as_json:
        _print_json({"results": [result.as_dict() for result in results]})
    for result in results:
        _print_result(result, settings["lang"], as_json)
    sys.exit(max(_EXIT[result.status](result.findings) for result in results))


_EXIT = {
    "built": lambda findings: FINE,
    "refused": lambda findings: _exit_code(findings),
    "failed": lambda findings: NOTEBOOK_FAILED,
}


def _print_result(result: Any, language: str, as_json: bool) -> None:
    if result.status == "built":
        click.echo(
            f"{result.edition}: built and verified in {result.seconds:.1f} s, root {result.root[:12]}",
            err=True,
        )
        if not as_json:
            click.echo(result.folder)
        return
    _print_findings(result.findings, language)
    if result.status == "failed":
        click.echo(f"{result.edition}: the notebook failed: {result.reason}", err=True)
        click.echo(
            f"{result.edition}: kept apart in {result.folder}; the last good annex is untouched", err=True
        )
    else:
        click.echo(f"{result.edition}: not run, see the findings; the last good annex is untouched", err=True)


@cli.command()
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--execute", is_flag=True, help="Also run the notebook again and compare every byte.")
@as_json
@click.pass_obj
def verify(settings, folders, execute, as_json) -> None:
    """Recompute every published number of output FOLDERS and compare; check every digest."""
    from ictindex.run import execution_differences
    from ictindex.verification import verify as check

    found: dict[str, list[Finding]] = {}
    for folder in map(Path.resolve, folders):
        project = settings["project"]() if settings["named"] else _project_of(folder)
        findings = check(folder, project)
        if execute and not findings:
            findings = execution_differences(folder, project)
        found[project.shown(folder)] = findings
        _print_findings(findings, settings["lang"])
        if not as_json:
            verdict = f"{len(findings)} differences" if findings else "verified"
            click.echo(f"{project.shown(folder)}: {verdict}")
    if as_json:
        _print_json({"verified": {name: [f.as_dict() for f in findings] for name, findings in found.items()}})
    sys.exit(FINDINGS if any(found.values()) else FINE)


def _project_of(folder: Path) -> Project:
    """The project that an output folder lies in; for a copy elsewhere, the one of the working folder."""
    try:
        return Project.around(folder)
    except Refused:
        return Project.around()


@cli.command()
@click.argument("editions", nargs=-1)
@as_json
@click.pass_obj
def lint(settings, editions, as_json) -> None:
    """Find everything wrong with methodologies, parameters, notebooks and inputs before a run."""
    from ictindex.lint import lint as check

    findings = check(settings["project"](), editions)
    if as_json:
        _print_json({"findings": [finding.as_dict() for finding in findings]})
    _print_findings(findings, settings["lang"])
    click.echo(f"{len(findings)} findings", err=True)
    sys.exit(FINDINGS if findings else FINE)


@cli.command("new-year")
@click.argument("methodology")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--from", "base", metavar="EDITION", help="The edition to start from; by default the last one.")
@as_json
@click.pass_obj
def new_year(settings, methodology, year, base, as_json) -> None:
    """Scaffold parameters, inputs folder and notebook of a new YEAR from the last one."""
    from ictindex.new_year import new_year as scaffold

    done = scaffold(methodology, year, settings["project"](), base)
    if as_json:
        _print_json(done)
        return
    for path in done["made"]:
        click.echo(path)
    for step in done["to do"]:
        click.echo(f"to do: {step}", err=True)


@cli.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def params(settings, notebook, as_json) -> None:
    """The parameters of a NOTEBOOK: name, type, default, what it may be, help."""
    from ictindex.notebook import parameters

    known = parameters(notebook, notebook.as_posix())
    rows = [
        {
            "name": p.name,
            "type": p.type.__name__,
            "default": p.default,
            "help": p.help,
            "range": [p.low, p.high] if p.low is not None else None,
            "choices": list(p.choices) or None,
        }
        for p in known.values()
    ]
    if as_json:
        _print_json({"parameters": rows})
        return
    for row in rows:
        bounds = f"  [{row['range'][0]}..{row['range'][1]}]" if row["range"] else ""
        bounds = f"  [{' | '.join(row['choices'])}]" if row["choices"] else bounds
        click.echo(f"{row['name']}: {row['type']} = {row['default']!r}  {row['help']}{bounds}")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _print_findings(findings: Iterable[Finding], language: str) -> None:
    for line in report(findings, language):
        click.echo(line, err=True)


def _exit_code(findings: Iterable[Finding], given: Iterable[str] = ()) -> int:
    """2 when a parameter is wrong: in parameters/, a file ``given`` by -f, or -p. Else 1."""
    files = {finding.file for finding in findings}
    wrong = [f for f in files if f.startswith("parameters") and "/methodologies" not in f]
    return BAD_PARAMETERS if wrong or files & {"-p", *given} else FINDINGS


def main(arguments: list[str] | None = None) -> None:
    """The entry point: every refusal becomes a report and an exit code, never a traceback."""
    settings: dict[str, Any] = {}
    try:
        context = cli.make_context("ictindex", sys.argv[1:] if arguments is None else list(arguments))
        with context:
            settings = context.obj = {}
            cli.invoke(context)
    except Refused as refused:
        if settings.get("json"):
            _print_json({"findings": [finding.as_dict() for finding in refused.findings]})
        _print_findings(refused.findings, settings["lang"])
        sys.exit(_exit_code(refused.findings, settings.get("files", ())))
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted: every annex is whole, as it was or as newly built", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINDINGS)
    except OSError as error:
        click.echo(f"ictindex: {error}", err=True)
        sys.exit(FINDINGS)
