"""The entry point: ready for a signal before anything that takes time is imported."""

from __future__ import annotations

from ictindex.basics import end_at_once


def main() -> None:
    """The command line; a signal during the imports, or after all is done, ends it at once with 130."""
    end_at_once()
    from ictindex.cli.main import main as command

    try:
        command()
    finally:
        end_at_once()
