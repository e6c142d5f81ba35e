"""Faults that were found once: each is tried by the public command, and is a failure while it is there."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.hostile import costly
from benchmarks.hostile.commands import CUT_OFF, Ended, faults_of, run
from benchmarks.hostile.limits import MEGABYTES, SECONDS, Cost, measured
from benchmarks.hostile.stage import ROOT, Stage, files_of, fresh
from benchmarks.hostile.tally import Fault, Outcome

Faults = Iterator[Fault]
_SECRET = "7654321"  # and as figures are printed, with any mark between the thousands
_SECRETS = re.compile(rb"7[., \xc2\xa0]{0,2}654[., \xc2\xa0]{0,2}321")


class Cases:
    """Trial i is case i modulo their number; each begins from a copy of its own."""

    def __init__(self, stage: Stage, folder: Path):
        self.stage, self.project, self.temporary = stage, folder / "project", folder / "tmp"
        self.inbox = folder / "inbox"
        self.edition = stage.edition

    def attempt(self, seed: int) -> Outcome:
        name = list(CASES)[seed % len(CASES)]
        return self.named(name, seed)

    def named(self, name: str, seed: int = 0) -> Outcome:
        shutil.rmtree(self.temporary, ignore_errors=True)
        wrong = tuple(CASES[name](self))
        return Outcome(seed, name, wrong, detected=not wrong)

    # --- what cases are made of ---------------------------------------------------------------------------

    def built(self) -> Path:
        return fresh(self.stage.built, self.project)

    def forms(self) -> list[Path]:
        """A year at its opening, and the forms that came back."""
        fresh(self.stage.opening, self.project)
        return list(files_of(fresh(self.stage.inbox, self.inbox)))

    def inputs(self, name: str) -> Path:
        return self.project / "inputs" / self.edition / name

    def run(self, *words: str) -> Ended:
        return run(self.project, words, self.temporary)

    def collect(self) -> Ended:
        return self.run("collect", self.edition, str(self.inbox), "--json")

    def reading(self) -> Cost:
        """What collecting the forms costs in this process, where all is seen; nothing stays of it."""
        from ictindex.basics.project import Project
        from ictindex.exchange.collection import collect

        cost = measured(lambda: collect(self.edition, self.inbox, Project(self.project), jobs=0))
        fresh(self.stage.opening, self.project)
        return cost

    def rows(self, name: str) -> list[dict[str, str]]:
        with self.inputs(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def rewrite(self, name: str, rows: list[dict[str, str]]) -> None:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with self.inputs(name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def refused(self, *words: str, codes: tuple[int, ...] = (1,), says: str = "") -> Faults:
        """A command that has to find something, in words that hold ``says``."""
        ended = self.run(*words)
        if ended.code == 0:
            yield Fault("undetected", f"{words[0]}: exit code 0")
            return
        yield from faults_of(ended, codes, words[0])
        if says not in ended.err + ended.out:
            yield Fault("undetected", f"{words[0]}: no finding says {says!r}")


# --- one file of many -------------------------------------------------------------------------------------


def text_outside_a_cell(c: Cases) -> Faults:
    """One form that breaks its reader goes back to its sender; every other one is collected."""
    bad, *good = c.forms()
    costly.rewritten(bad, lambda name, old: old.replace(b"<sheetData>", b"<sheetData><t>x</t>", 1))
    yield from _one_of_many(c, c.collect(), bad, good)


def _one_of_many(c: Cases, ended: Ended, bad: Path, good: list[Path]) -> Faults:
    yield from faults_of(ended, (1,), "collect")
    if ended.code == 0:
        yield Fault("undetected", f"{bad.name} was taken")
    if c.inputs("received.csv").exists():
        used = [row for row in c.rows("received.csv") if row["state"] == "used"]
        if len(used) != len(good):
            yield Fault("lost", f"{len(used)} of {len(good)} other forms were taken")
    else:
        yield Fault("lost", "nothing was collected from anyone")
    if bad.name not in ended.out:
        yield Fault("undetected", f"no finding names {bad.name}")


def _costly_form(make: Callable[[Path], None]) -> Callable[[Cases], Faults]:
    def case(c: Cases) -> Faults:
        bad, *good = c.forms()
        usual = c.reading()
        make(bad)
        yield from _cost(c.reading(), usual)
        yield from _one_of_many(c, c.collect(), bad, good)

    return case


def _costly_input(name: str, make: Callable[[Path], None]) -> Callable[[Cases], Faults]:
    def case(c: Cases) -> Faults:
        c.built()
        usual = c.run("lint", c.edition)
        make(c.inputs(name))
        ended = c.run("lint", c.edition)
        if ended.code == CUT_OFF:
            yield Fault("costly", f"more than {ended.took:.0f} s")
            return
        yield from faults_of(ended, (1,), "lint")
        yield from _cost(ended, usual)

    return case


def _cost(ended: Ended | Cost, usual: Ended | Cost) -> Faults:
    seconds, megabytes = ended.seconds - usual.seconds, ended.megabytes - usual.megabytes
    if seconds > SECONDS or megabytes > MEGABYTES:
        yield Fault("costly", f"{seconds:.1f} s and {megabytes:.0f} MB more than usual")


# --- small readings ---------------------------------------------------------------------------------------


def long_integer_in_an_annex(c: Cases) -> Faults:
    annex = c.built() / "outputs" / c.edition / "annex.ipynb"
    text = annex.read_text("utf-8")
    annex.write_text(text.replace('"execution_count": 1', f'"execution_count": {"7" * 5_000}', 1), "utf-8")
    yield from c.refused("verify", str(annex.parent), says="annex.ipynb")


def long_integer_in_a_source(c: Cases) -> Faults:
    page = c.built() / "notebooks" / f"{c.edition}.ipynb"
    page.write_text(
        page.read_text("utf-8").replace('"nbformat": 4', f'"nbformat": {"4" * 5_000}', 1), "utf-8"
    )
    yield from c.refused("lint", c.edition, says=page.name)


def control_character_in_a_parameter(c: Cases) -> Faults:
    c.built()
    yield from c.refused("run", c.edition, "-p", "attached_to", "a\x07b", codes=(2,))


def lone_surrogate_in_a_parameter(c: Cases) -> Faults:
    c.built()
    yield from c.refused("run", c.edition, "-p", "attached_to", "a\udc80b", codes=(2,))


def turned_letters_in_a_label(c: Cases) -> Faults:
    """U+202E shows what follows it backwards."""
    c.built()
    rows = c.rows("entities.csv")
    rows[0]["label_vi"] = f"\u202e{rows[0]['label_vi']}\u202c"
    c.rewrite("entities.csv", rows)
    yield from c.refused("lint", c.edition, says="entities.csv")


def unit_named_as_a_device(c: Cases) -> Faults:
    """No file on Windows can be called CON."""
    c.built()
    c.rewrite(
        "entities.csv",
        [*(rows := c.rows("entities.csv")), rows[0] | {"entity": "con", "label_vi": "Cơ quan"}],
    )
    yield from c.refused("lint", c.edition, says="con")


def thousands_by_hand(c: Cases) -> Faults:
    """1,234 under a decimal point: one and a bit, or a thousand?"""
    c.built()
    rows = c.rows("answers.csv")
    next(row for row in rows if row["value"].isdigit())["value"] = "1,234"
    c.rewrite("answers.csv", rows)
    yield from c.refused("lint", c.edition, says="answers.csv")


def digits_hidden_by_a_format(c: Cases) -> Faults:
    """A cell that shows 12 and holds 12,000 is read, and somebody is told."""
    from openpyxl import load_workbook

    form, *others = c.forms()
    book = load_workbook(form)
    cells = (cell for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row)
    cell = next(cell for cell in cells if isinstance(cell.value, int | float) and cell.column > 3)
    cell.number_format = "#,##0,"
    book.save(form)
    for other in others:
        other.unlink()
    ended = c.collect()
    yield from faults_of(ended, (0, 1), "collect")
    if f"!{cell.coordinate}" not in ended.out:
        yield Fault("undetected", f"nobody is told that {cell.coordinate} hides digits")


# --- what is published ------------------------------------------------------------------------------------


def further_fault_raises_a_score(c: Cases) -> Faults:
    """A second reason on a criterion that is zero already must not give anything back."""
    c.built()
    rows = c.rows("answers.csv")
    late = next(row for row in rows if row["answer"] == "use_regulation")
    signed = {"who": "Hội đồng", "why": "thử", "paper": "Biên bản số 1 ngày 20/01/2021"}
    late |= {"state": "zero_late", **signed}
    c.rewrite("answers.csv", rows)
    before = _values(c)[late["entity"]]
    event = {"entity": late["entity"], "criterion": "policy.use_regulation", "event": "no_evidence"}
    c.rewrite("events.csv", [*c.rows("events.csv"), event | {"at": "2021-01-20", **signed}])
    after = _values(c)[late["entity"]]
    if after > before:
        yield Fault("undetected", f"late alone {float(before):.2f}, with a further fault {float(after):.2f}")


def _values(c: Cases) -> dict:
    from ictindex.basics.project import Project
    from ictindex.scoring.evaluation import evaluate_edition

    standings = evaluate_edition(c.edition, Project(c.project)).standings
    return {one.entity.code: one.value or 0 for several in standings.values() for one in several}


def withheld_figure_shown(c: Cases) -> Faults:
    """No published byte, and no form to another unit, holds a figure that is withheld."""
    c.built()
    rows = c.rows("answers.csv")
    hidden = next(row for row in rows if row["answer"] == "documents_out")
    hidden |= {"value": _SECRET, "state": "withheld"}
    c.rewrite("answers.csv", rows)
    shutil.rmtree(c.project / "outputs")
    for words in (("run", c.edition, "--force"), ("forms", c.edition), ("slips", c.edition)):
        ended = c.run(*words)
        yield from faults_of(ended, (0, 1, 2), words[0])
        for line in (ended.out + ended.err).splitlines():
            if _SECRETS.search(line.encode()):
                yield Fault("leaked", f"{words[0]} prints a withheld figure: {line[:160]}")
                break
    outputs = list(files_of(c.project / "outputs"))
    if not outputs:
        yield Fault("alarm", "an answer withheld after it was declared is refused: nothing could be searched")
    shown = [path for path in outputs if hidden["entity"] not in path.name and _holds_secret(path)]
    for path in shown[:5]:
        yield Fault(
            "leaked", f"{path.relative_to(c.project)} shows a withheld figure ({len(shown)} files do)"
        )


def _holds_secret(path: Path) -> bool:
    if path.suffix != ".xlsx":
        return bool(_SECRETS.search(path.read_bytes()))
    with zipfile.ZipFile(path) as book:
        return any(_SECRETS.search(book.read(name)) for name in book.namelist())


# --- the trust anchor -------------------------------------------------------------------------------------


def rebuilt_from_other_inputs(c: Cases) -> Faults:
    """Inputs changed and everything built anew is found out by whoever knows the root digest."""
    folder = c.built() / "outputs" / c.edition
    root = json.loads((folder / "manifest.json").read_text("utf-8"))["root"]
    right = c.run("verify", str(folder), "--root", root)
    if right.code:
        yield Fault(
            "alarm",
            f"verify --root with the right digest: exit code {right.code}, {right.err[-120:].strip()}",
        )
    rows = c.rows("answers.csv")
    next(row for row in rows if row["value"].isdigit())["value"] = "1"
    c.rewrite("answers.csv", rows)
    c.run("run", c.edition, "--force")
    ended = c.run("verify", str(folder), "--root", root)
    if ended.code != 1:
        yield Fault("undetected", f"built anew from other inputs: verify --root gives exit code {ended.code}")


def built_by_other_code(c: Cases) -> Faults:
    """An annex that other code built does not pass as built by this one."""
    folder = c.built() / "outputs" / c.edition
    package = c.temporary / "code" / "ictindex"
    shutil.copytree(ROOT / "ictindex", package, ignore=shutil.ignore_patterns("__pycache__"))
    changed = package / "__init__.py"
    changed.write_text(changed.read_text("utf-8") + "\n# changed\n", "utf-8")
    main = "import sys; sys.argv[0] = 'ictindex'; from ictindex.cli.start import main; main()"
    words = [sys.executable, "-c", main, "--project", str(c.project), "run", c.edition, "--force"]
    done = subprocess.run(words, env=_environment(package.parent), capture_output=True, text=True)
    if done.returncode:
        yield Fault("crashed", f"changed code does not run: {done.stderr[-160:]}")
    ended = c.run("verify", str(folder))
    if ended.code == 0 and "code" not in (ended.out + ended.err):
        yield Fault("undetected", "verify says nothing of the other code")


def _environment(packages: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}


def _named(*cases: Callable[[Cases], Faults]) -> dict[str, Callable[[Cases], Faults]]:
    return {case.__name__.replace("_", " "): case for case in cases}


CASES: dict[str, Callable[[Cases], Faults]] = {
    **_named(
        text_outside_a_cell,
        long_integer_in_an_annex,
        long_integer_in_a_source,
        control_character_in_a_parameter,
        lone_surrogate_in_a_parameter,
        turned_letters_in_a_label,
        unit_named_as_a_device,
        thousands_by_hand,
        digits_hidden_by_a_format,
        further_fault_raises_a_score,
        withheld_figure_shown,
        rebuilt_from_other_inputs,
        built_by_other_code,
    ),
    "unclosed elements": _costly_form(costly.unclosed),
    "ten million shared strings": _costly_form(costly.strings),
    "header of 100,000 columns": _costly_input("answers.csv", costly.wide),
    "table of 120 MB": _costly_input("answers.csv", costly.long_table),
    "YAML of 150,000 keys": _costly_input("sources.yaml", costly.keys),
    "YAML of one key 390,000 times": _costly_input("sources.yaml", costly.doubled_keys),
}
