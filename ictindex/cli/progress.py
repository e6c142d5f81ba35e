"""Lines of progress on a terminal; silent elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

_FORMAT = "{desc} {percentage:3.0f}%|{bar:24}| {elapsed}{postfix}"


class Bars:
    """A tqdm bar per edition; call it with edition, step, done and how many in all."""

    def __init__(self, editions: Sequence[str], shown: bool | None):
        from tqdm import tqdm

        visible = sys.stderr.isatty() if shown is None else shown
        width = max(map(len, editions), default=0)
        self._bars = {
            edition: tqdm(
                total=1,
                desc=edition.ljust(width),
                position=i,
                bar_format=_FORMAT,
                file=sys.stderr,
                disable=not visible,
                leave=True,
            )
            for i, edition in enumerate(editions)
        }

    def __call__(self, edition: str, step: str, done: int, of: int) -> None:
        bar = self._bars[edition]
        if of:
            bar.total = of + 1  # the pages come after the last cell
            bar.n = done
        elif step == "publish":
            bar.n = bar.total - 1
        elif step in ("built", "unchanged"):
            bar.n = bar.total
        bar.set_postfix_str(f"{step} {done + 1}/{of}" if of else step)

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how much is done, and of how much."""
    from tqdm import tqdm

    with tqdm(total=0, desc=words, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as shown:

        def tell(done: int, of: int) -> None:
            shown.total, shown.n = of, done
            shown.refresh()

        yield tell
