"""How large the annex of a wide index gets: python benchmarks/wide.py [UNITS CATEGORIES CRITERIA_OF_EACH].

A methodology of seven kinds of rules in turn, and its inputs, are made up and run in a project of their own.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "ictindex")
EDITION, MODEL = "wide-2024", "egdi-2014"
STEPS = [{"low": 0, "high": 30, "points": 0}, {"low": 30, "high": 70, "points": 5}, {"low": 70, "points": 10}]
KINDS = {  # rule of an answer a -> what the answer is, one that is drawn
    "count": ({"of": "a", "each": 2, "most": 10}, {"kind": "count"}, lambda r: r.randrange(8)),
    "yes_no": ("a", {"kind": "yes_no"}, lambda r: r.choice(["yes", "no"])),
    "choice": (
        {"of": "a", "points": {"full": 10, "part": 5, "none": 0}},
        {"kind": "choice", "choices": {"full": "Đầy đủ", "part": "Một phần", "none": "Chưa có"}},
        lambda r: r.choice(["full", "part", "none"]),
    ),
    "share": ({"of": "a", "per": "all_units"}, {"kind": "count"}, lambda r: r.randrange(400)),
    "bands": ({"of": "a", "steps": STEPS}, {"kind": "number", "min": 0}, lambda r: r.randrange(100)),
    "of_largest": ({"of": "a"}, {"kind": "count"}, lambda r: r.randrange(300)),
    "value": ("a", {"kind": "number", "min": 0, "max": 10}, lambda r: r.randrange(101) / 10),
}


def methodology(categories: int, each: int) -> dict:
    """Every criterion has an answer of its own, and 10 points."""
    answers = {"all_units": {"label_vi": "Tổng số đơn vị trực thuộc", "kind": "count", "min": 1}}
    criteria: dict = {}
    about = {"status": "illustrative"}
    for c in range(categories):
        below = criteria[f"c{c}"] = {"label_vi": f"Hạng mục {c + 1}", **about, "max_points": 10 * each}
        below |= {"aggregate": "sum", "criteria": {}}
        for k in range(each):
            kind = [*KINDS][(c * each + k) % len(KINDS)]
            name, (rule, answer, _) = f"a{c}_{k}", KINDS[kind]
            answers[name] = {"label_vi": f"Số liệu {c + 1}.{k + 1}", **answer}
            own = name if rule == "a" else {**rule, "of": name}
            words = {"label_vi": f"Tiêu chí {c + 1}.{k + 1} về ứng dụng công nghệ thông tin", **about}
            below["criteria"][f"l{c}_{k}"] = {**words, "max_points": 10, "rule": {kind: own}}
    total = {"label_vi": "Tổng", "citation": {"clause": "làm ra để đo"}, "max_points": 10 * each * categories}
    total |= {"aggregate": "sum", "compare_on": "share", "decimals": 3, "rounding": "half_up"}
    return {
        **{"methodology": "wide", "label_vi": "Chỉ số làm ra để đo", "citation": {"title": "Làm ra để đo"}},
        **{"groups": {"all": {"label_vi": "Các đơn vị"}}, "answers": answers, "missing": "zero"},
        **{"nothing_of_nothing": "zero", "total": total, "ranking": {"ties": "min", "on": "rounded"}},
        "criteria": criteria,
    }


def fill(inputs: Path, units: int, categories: int, each: int) -> None:
    draws = random.Random(7)
    names = [f"dv{n:05}" for n in range(units)]
    entities = [(name, f"Ủy ban nhân dân huyện số {n}") for n, name in enumerate(names, 1)]
    answers = [(name, "all_units", 400) for name in names]
    for name, (n, (c, k)) in product(names, enumerate(product(range(categories), range(each)))):
        answers.append((name, f"a{c}_{k}", [*KINDS.values()][n % len(KINDS)][2](draws)))
    for file, head, rows in (
        ("entities", ("entity", "label_vi"), entities),
        ("answers", ("entity", "answer", "value"), answers),
    ):
        with (inputs / f"{file}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([head, *rows])
    about = {"label_vi": "Làm ra để đo", "origin": "benchmarks/wide.py", "note_vi": "Không của đơn vị nào."}
    sources = {"status": "illustrative", "decimal": ".", "files": {}}
    sources["files"] = {"entities.csv": about, "answers.csv": about}
    (inputs / "sources.yaml").write_text(json.dumps(sources, ensure_ascii=False, indent=1), "utf-8")


def main() -> None:
    units, categories, each = [int(text) for text in sys.argv[1:]] or [195, 10, 22]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("parameters", "inputs", "notebooks"):
            shutil.copytree(ROOT / name, project / name)
        made = json.dumps(methodology(categories, each), ensure_ascii=False, indent=1)  # which YAML reads
        (project / "parameters" / "methodologies" / "wide.yaml").write_text(made, "utf-8")
        run = [COMMAND, "--project", folder]
        subprocess.run(
            [*run, "new-year", "wide", "2024", "--from", MODEL], check=True, stdout=subprocess.DEVNULL
        )
        fill(project / "inputs" / EDITION, units, categories, each)
        begun = time.perf_counter()
        subprocess.run([*run, "run", EDITION, "--no-progress-bar", "--timeout", "3000"], check=True)
        output = project / "outputs" / EDITION
        seconds = json.loads((output / "run.json").read_text("utf-8"))["seconds"]
        print(f"{units} units, {categories * each} criteria: {time.perf_counter() - begun:.0f} s", seconds)
        for path in sorted(output.glob("*.*")):
            print(f"{path.name:20}{path.stat().st_size / 1e6:8.2f} MB")


if __name__ == "__main__":
    main()
