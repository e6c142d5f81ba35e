"""The shipped editions, each evaluated once for all tests of a process: to be read only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ictindex.basics.project import Project
from ictindex.scoring.evaluation import Evaluation, evaluate_edition


@cache
def shipped(edition: str) -> Evaluation:
    """What an edition comes to; who needs it otherwise copies the project, or evaluates it anew."""
    return evaluate_edition(edition, Project(Path(__file__).parents[1]))
