"""How time and memory grow with the number of units: python benchmarks/scale.py [UNITS ...].

Each size is made up by ``ictindex sample`` and run by ``ictindex run`` in a copy of the project.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "ictindex")
EDITION = "qd2392-2018"


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [1_375, 2_750, 5_500, 11_000]
    print(f"{EDITION}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print(
        "   units  sample s     run s  evaluate s  notebook s  publish s  largest process MB  run s per 1,000"
    )
    for size in sizes:
        print(row(size), flush=True)


def row(size: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("parameters", "inputs", "notebooks"):
            shutil.copytree(ROOT / name, project / name)
        sample = timed("sample", EDITION, "--entities", str(size), project=project)
        run = timed("run", EDITION, "--no-progress-bar", "--timeout", "3000", project=project)
        record = json.loads((project / "outputs" / EDITION / "run.json").read_text("utf-8"))["seconds"]
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of all so far: sizes ascend
    steps = "".join(f"{record[step]:11.1f}" for step in ("evaluate", "notebook", "publish"))
    return f"{size:8,}{sample:10.1f}{run:10.1f} {steps}{largest:20.0f}{run / size * 1000:17.2f}"


def timed(*words: str, project: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([COMMAND, "--project", str(project), *words], check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
