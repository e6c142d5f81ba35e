"""The package's modules as syntax trees: each is parsed once, and only when somebody looks at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "ictindex"


class Parsed(Mapping[str, ast.Module]):
    """Trees by the names of their modules."""

    def __init__(self, paths: Mapping[str, Path]):
        self.paths = paths

    def __getitem__(self, name: str) -> ast.Module:
        return _parsed(self.paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), path)


def name_of(path: Path) -> str:
    """A module as its importers call it: 'run.runs'; a room's face 'run.__init__', the door '__init__'."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = Parsed(PATHS)
