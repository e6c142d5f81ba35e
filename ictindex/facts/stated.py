"""The answers of many units in little room: of a million answers few are unlike each other."""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ictindex.facts.answers import Given, Key

_NONE = ((), ())


class Alike(NamedTuple):
    """Units by what they gave for some answers: what is worked out of one holds for all that gave the same.

    ``which``: of each unit which of ``given`` it gave; these are without rows.
    """

    which: Sequence[int]
    given: tuple[dict[str, Given], ...]


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
        self._first: dict[tuple[int, str], int] = {}  # value and state -> the first number of an answer so
        self._same = [0]  # of each number the first that has the same value and state
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
        which, rows = self._arrays(entity, column)
        self._size += not which[column]
        which[column], rows[column] = self._number(given), given.row or 0

    def place(self, key: Key) -> tuple[int, int]:
        """Where an answer stands, and which of those that are kept once it is: see ``repeat``."""
        column = self._column[key[1]]
        return column, self._units[key[0]][0][column]

    def repeat(self, entity: str, column: int, number: int, row: int) -> bool:
        """Another unit's answer that is in nothing but its row another than one before: see ``place``.

        False where the unit has an answer there already, which stays.
        """
        which, rows = self._arrays(entity, column)
        if which[column]:
            return False
        self._size += 1
        which[column], rows[column] = number, row
        return True

    def _arrays(self, entity: str, column: int) -> tuple[array, array]:
        """A unit's numbers and rows, at least as long as to have a column."""
        arrays = self._units.get(entity)
        if arrays is None:
            none = bytes(4 * len(self._column))
            arrays = self._units[entity] = array("I", none), array("I", none)
        if (more := column + 1 - len(arrays[0])) > 0:
            for each in arrays:
                each.extend([0] * more)
        return arrays

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
        return self.__dict__ | {"_which": {}, "_first": {}, "_same": [0]}

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

    def where(self, holds: Callable[[Given], object]) -> Iterator[tuple[Key, Given]]:
        """The answers of which something holds, without their rows: asked once of all that are alike."""
        some = [None, *(given if holds(given) else None for given in self._alike)]
        names = list(self._column)
        return (
            ((entity, answer), some[number])
            for entity, (which, _) in (self._units.items() if any(some) else ())
            for answer, number in zip(names, which, strict=False)
            if some[number]
        )

    def rows(self, answer: str, entities: Iterable[str]) -> list[int]:
        """The row of each unit's answer; 0 where there is none."""
        return self._column_of(answer, entities, 1)

    def alike(self, answers: Sequence[str], entities: Sequence[str], missing: Given, whole: bool) -> Alike:
        """The units by what they gave; ``whole``: by all that is said of it, else by value and state alone.

        ``missing``: what who gave nothing gave.
        """
        given = [missing, *self._alike]
        columns = [self._column_of(answer, entities, 0) for answer in answers]
        if not whole:
            columns = [map(self._figures.__getitem__, column) for column in columns]
        known: dict[tuple[int, ...], int] = {}
        keys = zip(*columns, strict=True) if answers else (() for _ in entities)
        which = array("I", [known.setdefault(key, len(known)) for key in keys])
        return Alike(which, tuple({a: given[n] for a, n in zip(answers, key, strict=True)} for key in known))

    @property
    def _figures(self) -> list[int]:
        """Of each number the first that has the same value and state."""
        for given in self._alike[len(self._same) - 1 :]:
            alike = id(given.value), given.state
            self._same.append(self._first.setdefault(alike, len(self._same)))
        return self._same

    def _column_of(self, answer: str, entities: Iterable[str], part: int) -> list[int]:
        """One answer of each unit: the number of what it gave (``part`` 0), or its row (1)."""
        column = self._column.get(answer, len(self._column))
        arrays = [self._units.get(entity, _NONE)[part] for entity in entities]
        try:
            return [each[column] for each in arrays]
        except IndexError:  # some have nothing there
            return [each[column] if column < len(each) else 0 for each in arrays]

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
        """All that was given."""
        names = list(self._column)
        for entity, (which, rows) in self._units.items():
            for answer, number, row in zip(names, which, rows, strict=False):
                if number:
                    yield (entity, answer), self._given(number, row)


class _Items(ItemsView):
    """As of any mapping, without looking up each key again."""

    def __iter__(self) -> Iterator[tuple[Key, Given]]:
        return self._mapping._all()
