"""Large tables, which stand beside the page: columns in a Parquet file, of which few rows are held at a time.

Every cell is the text that a CSV file has, so that what is exact stays exact, and an empty text is none at
all; columns of whole numbers are whole numbers. The page has the first rows and the file's digest.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ictindex.basics import file_sha256

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import Series

LARGE = 5_000  # rows, above which a table stands beside the page
BESIDE = "ICTINDEX_BESIDE"  # tells a kernel the folder; a page that is run elsewhere keeps its tables whole
_PLACE: ContextVar[Path | None] = ContextVar("beside", default=None)
_AT_A_TIME = 20_000  # rows
_MOST_ROWS, _MOST_BYTES = 6_000_000, 256 * 1024 * 1024  # of a file, and of a group of its rows unpacked
_INT64 = 2**63 - 1

Find = Callable[[str, str], Path]  # the place of a table's file in an output folder, and its digest -> where


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Have large tables that are made meanwhile put into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _PLACE.set(folder)
    try:
        yield
    finally:
        _PLACE.reset(before)


def place() -> Path | None:
    """The folder for large tables; None where they stay in the page."""
    told = os.environ.get(BESIDE)
    return _PLACE.get() or (Path(told) if told else None)


def few(column: Series) -> tuple[ndarray, list[Any]]:
    """Of a frame's column which of its different cells stands in each row, and these cells."""
    import numpy as np
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        which, known = pd.factorize(column.cat.codes)
        return which, [column.cat.categories[code] if code >= 0 else None for code in known]
    if column.dtype == float:  # by its bits: 0 is not −0
        which, known = pd.factorize(column.to_numpy(float).view(np.int64))
        return which, known.view(float).tolist()
    cells = column.to_numpy(object)
    which, known = pd.factorize(np.fromiter(map(id, cells), np.int64, len(cells)))
    at = np.empty(len(known), np.int64)
    at[which] = np.arange(len(cells))
    return which, cells[at].tolist()


def packed(kind: str, cells: Sequence[Any], which: ndarray, text: Callable[[Any], str]) -> Any:
    """cells[which] as a column that Arrow holds; ``text``: a cell as a CSV file has it."""
    import numpy as np
    import pyarrow as pa

    if kind == "integer" and all(cell is None or abs(cell) <= _INT64 for cell in cells):
        return pa.array(cells, pa.int64()).take(pa.array(which))
    texts: dict[str, int] = {"": -1}
    codes = [texts.setdefault(text(cell), len(texts) - 1) for cell in cells]
    codes = np.array(codes, np.min_scalar_type(-len(texts)))[which]  # as short as they can be
    said = pa.array([*texts][1:], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), said)


def kept(folder: Path, names: Sequence[str], columns: Sequence[Any], read: Sequence[Callable]) -> Columnar:
    """Packed columns as a file in a folder, under its own digest; ``read``: as Columnar has it.

    A group of rows is written with all texts of a column, or its own where those are more than its rows.
    """
    import pyarrow as pa
    from pyarrow import parquet

    file = folder / f"{uuid4().hex}.parquet"
    table = pa.table([*columns], names=[*names])
    kinds = [each.type if len(_texts(each)) <= _AT_A_TIME else pa.string() for each in columns]
    schema = pa.schema([*zip(names, kinds, strict=True)])
    with parquet.ParquetWriter(file, schema, compression="zstd", store_schema=False) as writer:
        for start in range(0, len(table), _AT_A_TIME):
            writer.write_table(table.slice(start, _AT_A_TIME).cast(schema))
    pa.default_memory_pool().release_unused()
    digest = file_sha256(file)
    return Columnar(file.replace(folder / f"{digest}.parquet"), digest, read)


def _texts(column: Any) -> Sequence[Any]:
    """What a packed column keeps once."""
    return getattr(column, "dictionary", ())


class Columnar(Sequence):
    """The rows of a file, from first to last each time they are asked for.

    ``read``: of each column what makes a cell of its text. ValueError where the file is another than the
    digest says, or no table that we would write.
    """

    def __init__(self, path: Path, sha256: str, read: Sequence[Callable[[str], Any]]):
        self.path, self.sha256, self._read = path, sha256, tuple(read)
        if not path.is_file() or file_sha256(path) != sha256:
            raise ValueError(f"its file {path.name} is not there, or is another")
        file = self._opened()
        groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
        self._rows_there, self._schema = file.metadata.num_rows, file.schema_arrow
        if len(self) > _MOST_ROWS or any(group.total_byte_size > _MOST_BYTES for group in groups):
            raise ValueError(f"its file {path.name} is too large")
        if len(self._schema.names) != len(self._read):
            raise ValueError(f"its file {path.name} has other columns")

    def _opened(self) -> Any:
        """The file, read from its beginning; a reader that is kept keeps what it has read."""
        from pyarrow import ArrowException, parquet

        try:
            return parquet.ParquetFile(self.path)
        except (OSError, ArrowException) as error:
            raise ValueError(str(error)) from error

    def __len__(self) -> int:
        return self._rows_there

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for batch in self._batches():
            yield from self._rows(batch)

    def __getitem__(self, at: Any) -> Any:
        """A row, or the rows of a slice: read from the beginning, so for the first ones."""
        if isinstance(at, int):
            return self[at : at + 1][0]
        start, stop, step = at.indices(len(self))
        rows: list[tuple[Any, ...]] = []
        for batch in self._batches():
            if len(rows) >= stop:
                break
            rows += self._rows(batch.slice(0, stop - len(rows)))
        return tuple(rows[start:stop:step])

    def where(self, name: str, among: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """The rows with one of these texts in a column."""
        import pyarrow as pa
        from pyarrow import compute

        wanted = pa.array([*among], pa.string())
        for batch in self._batches():
            yield from self._rows(batch.filter(compute.is_in(batch.column(name), value_set=wanted)))

    def csv(self, stamp: str) -> Iterator[bytes]:
        """The table as the bytes of a CSV file, piece by piece; a stamp stands in a column of its own."""
        import pyarrow as pa
        from pyarrow import csv

        for first, batch in enumerate(self._batches()):
            if stamp:
                batch = batch.append_column("stamp", pa.array([stamp] * len(batch), pa.string()))
            out = pa.BufferOutputStream()
            csv.write_csv(batch, out, csv.WriteOptions(include_header=first == 0))
            yield out.getvalue().to_pybytes()

    def data(self) -> Iterator[bytes]:
        """The file itself, piece by piece."""
        with self.path.open("rb") as file:
            while piece := file.read(1024 * 1024):
                yield piece

    def same(self, other: Columnar) -> bool:
        """Whether two tables have the same cells, whatever packed them."""
        if self.sha256 == other.sha256:
            return True
        alike = len(self) == len(other) and self._schema.equals(other._schema)
        return alike and all(a.equals(b) for a, b in zip(self._batches(), other._batches(), strict=True))

    def _batches(self) -> Iterator[Any]:
        from pyarrow import ArrowException, default_memory_pool

        try:
            yield from self._opened().iter_batches(_AT_A_TIME, use_threads=False)
        except (OSError, ArrowException) as error:  # with its own digest, and yet no table
            raise ValueError(str(error)) from error
        finally:
            default_memory_pool().release_unused()

    def _rows(self, batch: Any) -> Iterator[tuple[Any, ...]]:
        columns = []
        for column, read in zip(batch.columns, self._read, strict=True):
            known: dict[Any, Any] = {}
            for text in column.unique().to_pylist():
                known[text] = read("" if text is None else str(text))
            columns.append([known[text] for text in column.to_pylist()])
        return zip(*columns, strict=True)
