"""The answers of many units in little room: of a million answers few are unlike each other."""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ictindex.facts.answers import Given, Key

_NONE = ((), ())


class Stated(MutableMapping):
    """(entity code, answer) -> what was given, as in a dict; entity by entity.

    Answers that differ in nothing but their row are kept once; each unit has two numbers for each answer, the
    row and which of those it is, in place of the objects of a dict: 10 bytes instead of 300.
    """

    def __init__(self, given: Mapping[Key, Given] | Iterable[tuple[Key, Given]] = ()):
        self._alike: list[Given] = []  # without rows
        self._which: dict[tuple, int] = {}  # one of them -> its number, from 1 on
        self._column: dict[str, int] = {}  # answer -> where it stands in each unit's arrays
        self._units: dict[str, tuple[array, array]] = {}  # entity -> which, and rows; 0 for none
        self._size = 0
        self.update(given)

    def __getitem__(self, key: Key) -> Given:
        if (given := self.get(key)) is None:
            raise KeyError(key)
        return given

    def get(self, key: Key, default: Given | None = None) -> Given | None:
        entity, answer = key
        column = self._column.get(answer)
        which, rows = self._units.get(entity, _NONE)
        if column is None or column >= len(which) or not which[column]:
            return default
        return self._given(which[column], rows[column])

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: Key, given: Given) -> None:
        entity, answer = key
        column = self._column.setdefault(answer, len(self._column))
        which, rows = self._units.get(entity) or self._units.setdefault(entity, (array("I"), array("I")))
        if column >= len(which):
            which.extend([0] * (column + 1 - len(which)))
            rows.extend([0] * (column + 1 - len(rows)))
        self._size += not which[column]
        which[column], rows[column] = self._number(given), given.row or 0

    def __delitem__(self, key: Key) -> None:
        self[key]  # KeyError where there is none
        self._units[key[0]][0][self._column[key[1]]] = 0
        self._size -= 1

    def closed(self) -> Stated:
        """Itself, when nearly all has come: what tells which are alike is as large as these."""
        self._which.clear()
        return self

    def __getstate__(self) -> dict[str, Any]:
        """For another process, where the objects are others."""
        return self.__dict__ | {"_which": {}}

    def __iter__(self) -> Iterator[Key]:
        return (key for key, _ in self._all())

    def __len__(self) -> int:
        return self._size

    def items(self) -> ItemsView[Key, Given]:
        return _Items(self)

    def __or__(self, other: Mapping[Key, Given]) -> Stated:
        """A copy with other answers; itself, where there are none, since nobody changes what was read."""
        if not other:
            return self
        copy = self.each(lambda given: given)
        copy.update(other)
        return copy

    def each(self, change: Callable[[Given], Given]) -> Stated:
        """The same with every answer as ``change`` makes it, called once for all alike, without rows."""
        made = Stated()
        numbers = [0, *(made._number(change(given)) for given in self._alike)]
        made._column, made._size = dict(self._column), self._size
        made._units = {
            entity: (array("I", map(numbers.__getitem__, which)), rows[:])
            for entity, (which, rows) in self._units.items()
        }
        return made

    def _number(self, given: Given) -> int:
        """Which of those that are kept once an answer is; values count as the very objects that they are.

        A yes is no 1, though they are equal; and to hash a fraction takes longer than all the rest.
        """
        known = (id(given.value), id(given.declared), given.state, given.text, *given[5:])
        if known not in self._which:  # what is in it is kept, so that its number is nobody else's
            self._alike.append(given._replace(row=None))
            self._which[known] = len(self._alike)
        return self._which[known]

    def _given(self, number: int, row: int) -> Given:
        given = self._alike[number - 1]
        return given._make((*given[:3], row, *given[4:])) if row else given

    def _all(self) -> Iterator[tuple[Key, Given]]:
        names = list(self._column)
        for entity, (which, rows) in self._units.items():
            for answer, number, row in zip(names, which, rows, strict=False):
                if number:
                    yield (entity, answer), self._given(number, row)


class _Items(ItemsView):
    """As of any mapping, without looking up each key again."""

    def __iter__(self) -> Iterator[tuple[Key, Given]]:
        return self._mapping._all()
