"""The command line: words in, exit codes out, data on stdout, messages on stderr."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ictindex import __version__
from ictindex.basics import (
    AGENCY,
    INTERNAL,
    INTERRUPTED,
    LANGUAGES,
    PUBLIC,
    VARIABLE,
    Project,
    Refused,
    as_interrupt,
    found,
    speller,
    sweep_temporary,
)
from ictindex.cli import comparing, draws, explaining, options, questions, standing, verifying, year
from ictindex.cli.language import chosen, said_of, say, speak
from ictindex.cli.output import (
    FINDINGS,
    FINE,
    as_json,
    exit_code,
    exit_code_of,
    print_findings,
    print_json,
    print_result,
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
    type=click.Choice(LANGUAGES),
    default="en",
    envvar=VARIABLE,
    show_default=True,
    help="The language of help, messages and findings; may stand anywhere.",
)
@click.pass_context
def cli(context: click.Context, folder: Path | None, lang: str) -> None:
    """Score, rank and publish how well state bodies use IT, reproducibly.

    Exit codes: 0 fine, 1 findings, a failed self-check or verification, 2 usage or bad parameters, 3 a
    notebook failed, 130 interrupted.
    """
    context.obj |= {"project": lambda: Project.around(folder), "named": folder, "lang": lang}


_ROOMS = (verifying, standing, year, questions, comparing, explaining, draws)
for command in (command for room in _ROOMS for command in room.COMMANDS):
    cli.add_command(command)


@cli.command()
@options.editions
@click.option("--all", "every", is_flag=True, help="Run every edition of parameters/.")
@click.option("--year", "years", type=int, multiple=True, help="With --all: of this year; may be repeated.")
@click.option(
    "--methodology", "methodologies", multiple=True, help="With --all: of this methodology; may be repeated."
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    callback=lambda context, option, values: _profiles(values),
    metavar="PROFILE",
    help="internal (everything; the default), public, or agency:UNIT; may be repeated.",
)
@options.parameter
@options.files
@options.jobs
@click.option(
    "--executor",
    metavar="processes|tcp://…",
    help="In processes of their own: as many as --jobs here, or the workers of a dask scheduler.",
)
@options.bar
@options.timeout
@options.force
@as_json
@click.pass_obj
def run(
    settings,
    editions,
    every,
    years,
    methodologies,
    profiles,
    texts,
    files,
    jobs,
    executor,
    progress_bar,
    timeout,
    force,
    as_json,
) -> None:
    """Build the annexes of EDITIONS into outputs/.

    What stands and was built from the same files and parameters by the same code is left as it is. Nothing
    under an official name changes until the whole folder is complete and verified. With other rules than
    parameters/<edition>.yaml has, the run fills outputs/<edition>/variants/<name>/. Other profiles than
    internal fill outputs/<edition>/profiles/<profile>/, without what the methodology leaves out of them and
    with the same scores.

    After --all, outputs/places.csv says who is where in every edition (see places). With --executor the bytes
    are the same; an edition whose process dies is done again once.
    """
    project = settings["project"]()
    if (years or methodologies) and not every:
        raise click.UsageError("--year and --methodology choose among --all")
    editions = _named(editions, every, _known(project, years, methodologies), "edition", "parameters/")
    settings["files"] = [project.shown(file) for file in files]
    others = [profile for profile in profiles if profile != INTERNAL]
    if others and (texts or files):
        raise click.UsageError("--profile is of the edition's own parameters")
    given = (jobs, progress_bar, timeout, force, executor)
    results = _annexes(editions, project, dict(texts), files, given) if INTERNAL in profiles else []
    if every and results and not as_json:
        from ictindex.annex import write_places

        if table := write_places(project):
            click.echo(table, err=True)
    if others:
        from ictindex.cli.progress import Bars
        from ictindex.run import plan, run_as

        plans = plan(editions, project, {})
        with Bars([f"{each.name}.{profile}" for each in plans for profile in others], progress_bar) as bars:
            results += [run_as(profile, each, project, bars, timeout) for each in plans for profile in others]
    _finish(results, settings["lang"], as_json)


def _known(project: Project, years: Sequence[int], methodologies: Sequence[str]) -> list[str]:
    """The editions of parameters/ that --all means."""
    if not (years or methodologies):
        return project.editions()
    from ictindex.run import chosen

    return chosen(project, years, methodologies)


def _annexes(editions, project, texts, files, given) -> list[Any]:
    """The official annexes; those known to be what they would be built as are left as they are."""
    from ictindex.run import KnownAnnexes

    *_, force, _ = given
    known = KnownAnnexes(editions, project, texts, files)
    results = [] if force else list(known.results.values())
    stand = {result.edition for result in results}
    if waiting := [edition for edition in editions if edition not in stand]:
        from ictindex.run import plan

        built = _run(plan(waiting, project, texts, files), project, *given)
        known.keep(built)
        results += built
    else:
        sweep_temporary()
    return sorted(results, key=lambda result: editions.index(result.edition))


def _profiles(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        kind, _, unit = value.partition(":")
        if value not in (INTERNAL, PUBLIC) and (kind != AGENCY or not unit):
            raise click.BadParameter("internal, public or agency:UNIT")
    return tuple(dict.fromkeys(values)) or (INTERNAL,)


def _named(names, every: bool, known: list[str], what: str, where: str) -> list[str]:
    if every == bool(names):
        raise click.UsageError(f"name the {what}s to run, or --all")
    if every and not known:
        raise click.UsageError(f"there is no {what} in {where}")
    return known if every else list(dict.fromkeys(names))


def _run(plans, project, jobs, progress_bar, timeout, force, executor=None) -> list[Any]:
    from ictindex.cli.progress import Bars
    from ictindex.run import run_batch, runs

    jobs = jobs or min(len(plans), os.cpu_count() or 1)
    with Bars([plan.name for plan in plans], progress_bar) as bars:
        if executor:
            return run_batch(plans, project, jobs, bars, timeout, force, executor)
        return runs.run(plans, project, jobs, bars, timeout, force)


def _finish(results, language: str, as_json: bool, **more: Any) -> None:
    if as_json:
        print_json({"results": [result.as_dict() for result in results], **more})
    for result in results:
        print_result(result, language, as_json)
    sys.exit(max(map(exit_code_of, results)))


@cli.command("what-if")
@click.argument("names", nargs=-1, metavar="[NAME | FILE.yaml]...")
@click.option("--all", "every", is_flag=True, help="Run every what-if of parameters/what_if/.")
@options.parameter
@options.jobs
@options.bar
@options.timeout
@options.force
@as_json
@click.pass_obj
def what_if(settings, names, every, texts, jobs, progress_bar, timeout, force, as_json) -> None:
    """Answer what-ifs by NAME into outputs/<edition>/what_if/<name>/, stamped as hypothetical.

    A FILE.yaml, as the sliders save it, is first copied into parameters/what_if/ under the name it bears.
    Several of one edition are compared in what_if/comparison.html, .xlsx and .csv. Official files stay as
    they are.
    """
    from ictindex.annex import write_comparisons
    from ictindex.run import plan_what_ifs
    from ictindex.what_if import taken_in

    project = settings["project"]()
    names = [taken_in(Path(name), project) if name.endswith(".yaml") else name for name in names]
    names = _named(names, every, project.what_ifs(), "what-if", "parameters/what_if/")
    plans = plan_what_ifs(names, project, dict(texts))
    results = _run(plans, project, jobs, progress_bar, timeout, force)
    built = [
        plan for plan, result in zip(plans, results, strict=True) if result.status in ("built", "unchanged")
    ]
    written = write_comparisons([plan.parameters for plan in built], project)
    for path in [] if as_json else written:
        click.echo(path)
    _finish(results, settings["lang"], as_json, comparisons=written)


@cli.command()
@options.editions
@as_json
@click.pass_obj
def lint(settings, editions, as_json) -> None:
    """Find everything wrong with methodologies, parameters, notebooks and inputs before a run.

    Of EDITIONS alone, where some are named; methodologies may be named too.

    The findings are on stdout, so that  lint > file  holds them. What is to be filled and what may be meant
    so (remarks) are said too, and stop nothing: the exit code is of what is wrong.
    """
    from ictindex.run import lint as check

    findings = check(settings["project"](), editions)
    if as_json:
        print_json({"findings": [finding.as_dict() for finding in findings]})
    print_findings(findings, settings["lang"], err=as_json)
    counted = Counter(finding.severity for finding in findings)
    kinds = (("to_fill", "to fill"), ("remark", "remarks"))
    language = settings["lang"]
    more = "".join(f", {counted[kind]} {say(language, word)}" for kind, word in kinds if counted[kind])
    click.echo(say(language, "{n} findings", n=counted["error"]) + more, err=True)
    sys.exit(FINDINGS if counted["error"] else FINE)


@cli.command("new-year")
@click.argument("methodology")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--from", "base", metavar="EDITION", help="The edition to start from; by default the last one.")
@as_json
@click.pass_obj
def new_year(settings, methodology, year, base, as_json) -> None:
    """Scaffold parameters, inputs folder and notebook of a new YEAR.

    Of the same METHODOLOGY the page is the last year's; of another it is written from the methodology.
    """
    from ictindex.run import new_year as scaffold

    done = scaffold(methodology, year, settings["project"](), base)
    if as_json:
        print_json(done)
        return
    for path in done["made"]:
        click.echo(path)
    for step in done["to do"]:
        told = say(settings["lang"], step.text, **step.facts)
        click.echo(say(settings["lang"], "to do: {step}", step=told), err=True)


@cli.command()
@options.edition
@click.option(
    "--entities", type=click.IntRange(min=1), help="Invent this many units instead of taking the listed ones."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes other figures.")
@click.option("--inputs", metavar="NAME", help="The folder under inputs/; by default the edition's.")
@click.pass_obj
def sample(settings, edition, entities, seed, inputs) -> None:
    """Make up plausible inputs of any size for EDITION, marked as illustrative."""
    from ictindex.exchange import write_sample

    for path in write_sample(edition, entities, seed, inputs, settings["project"]()):
        click.echo(path)


@cli.command()
@options.edition
@as_json
@click.pass_obj
def params(settings, edition, as_json) -> None:
    """The parameters of EDITION's page, or of a notebook: name, type, default, what it may be, help."""
    from ictindex.page import parameters

    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    notebook = file(edition) if edition.endswith(".ipynb") else _page_of(edition, settings["project"]())
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
        print_json({"parameters": rows})
        return
    for row in rows:
        bounds = f"  [{row['range'][0]}..{row['range'][1]}]" if row["range"] else ""
        bounds = f"  [{' | '.join(row['choices'])}]" if row["choices"] else bounds
        click.echo(f"{row['name']}: {row['type']} = {row['default']!r}  {row['help']}{bounds}")


def _page_of(edition: str, project: Project) -> Path:
    """The notebook of an edition, or one that is of no edition, by its name."""
    path, editions = project.notebook(edition), project.editions()
    if edition not in editions and not path.is_file():
        file = project.shown(project.parameters(edition))
        raise Refused([found("edition-unknown", file, edition=edition, **speller(editions)(edition))])
    return path


@cli.command("diff-methodology")
@click.argument("before")
@click.argument("after")
@as_json
@click.pass_obj
def diff_methodology(settings, before, after, as_json) -> None:
    """What changed from methodology BEFORE to AFTER, a line for each change; exit code 1 if any did.

    Where parameters/crosswalks/ has a crosswalk from one to the other, what was moved, divided or merged is
    told as such.
    """
    from ictindex.methodology import crosswalk_between
    from ictindex.page import differences

    one, other = _methodologies(settings, before, after)
    found = differences(one, other, crosswalk_between(one, other, settings["project"]()))
    if as_json:
        print_json({"differences": [each.as_dict() for each in found]})
    for each in [] if as_json else found:
        click.echo(each.text_vi)
    sys.exit(FINDINGS if found else FINE)


@cli.command()
@click.argument("methodology")
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a web page.")
@click.option("--xlsx", "book", type=click.Path(dir_okay=False, path_type=Path), help="Write a workbook.")
@click.pass_obj
def describe(settings, methodology, page, book) -> None:
    """METHODOLOGY as a document in Vietnamese: its criteria table, groups, calendar, levels and rules."""
    from ictindex.annex import description as document
    from ictindex.basics import write_whole

    (read,) = _methodologies(settings, methodology)
    for file, make in ((page, document.html), (book, document.xlsx)):
        if file:
            write_whole(file, make(read))
            click.echo(file)
    if not (page or book):
        click.echo("\n".join(document.text(read)))


def _methodologies(settings: dict[str, Any], *names: str) -> list[Any]:
    from ictindex.methodology import read_methodology

    return [read_methodology(name, settings["project"]()) for name in names]


def _as_click_reads(arguments: list[str]) -> list[str]:
    """The command line with --lang before the command, wherever it stood, and -p NAME=VALUE as -p NAME VALUE.

    What follows -- is nobody's.
    """
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*first, *rest, word, *words]
        if word == "--lang":
            first += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word in options.PARAMETER:
            name, *value = next(words, "").split("=", 1)  # no parameter has = in its name
            rest += [word, *filter(None, [name]), *value]
        else:
            (first if word.startswith("--lang=") else rest).append(word)
    return [*first, *rest]


def _complete() -> None:
    """Answer a shell that asks how a word goes on, or for the script that asks; then end."""
    if asked := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        sys.exit(shell_complete(cli, {"obj": {}}, "ictindex", _COMPLETE, asked))


_COMPLETE = "_ICTINDEX_COMPLETE"


def main(arguments: list[str] | None = None) -> None:
    """The entry point: every refusal becomes a report and an exit code, never a traceback."""
    settings: dict[str, Any] = {}
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    language = chosen(arguments)
    os.environ.pop("MPLBACKEND", None)  # no command opens a window; Matplotlib refuses one unknown
    try:
        speak(cli, language)
        _complete()
        context = cli.make_context("ictindex", _as_click_reads(arguments))
        with context, as_interrupt():
            settings = context.obj = {}
            cli.invoke(context)
    except Refused as refused:
        if settings.get("json"):
            print_json({"findings": [finding.as_dict() for finding in refused.findings]})
        print_findings(refused.findings, settings["lang"])
        sys.exit(exit_code(refused.findings, settings.get("files", ())))
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        wrong.message = said_of(language, wrong.message)
        wrong.show()
        sys.exit(wrong.exit_code)
    except (KeyboardInterrupt, click.Abort):
        said = say(language, "interrupted: every annex is whole, as it was or as newly built")
        click.echo(said, err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINDINGS)
    except OSError as error:
        click.echo(f"ictindex: {error}", err=True)
        sys.exit(FINDINGS)
