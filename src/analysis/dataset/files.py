"""Parquet files of one table: which have to be rewritten, and new ones written in a fixed order.

Delta's own writer shuffles rows; these keep the order in which they come, so equal builds make
equal files. A change rewrites only the files that hold rows which go, and small ones that have
become many.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from time import time
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from analysis.dataset import store
from analysis.dataset.tables import SCHEMAS

_GROUP_ROWS = 2**16
_FILE_ROWS = 2**18
_SMALL_ROWS = 2**16
_MOST_SMALL = 16
_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
# What was once current stays known: only vacuum deletes, by its own age.
FOREVER = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}

Stale = Mapping[str, int | None]
Rows = Iterable[pa.RecordBatch]


def create(root: Path, rows: Rows) -> int:
    """Make a table of these rows alone, in place of what may lie there; return its version."""
    added = write(root, rows, 0)
    schema = Schema.from_arrow(SCHEMAS[root.name])
    create_table_with_add_actions(
        str(root), schema, added, "overwrite", ["year"], configuration=FOREVER
    )
    return DeltaTable(str(root)).version()


def replace(root: Path, stale: Stale, rows: Rows) -> int:
    """Take the rows of stale reports out of a table and put new ones in; return its version."""
    table = DeltaTable(str(root))
    old = _to_rewrite(table, root, stale)
    kept = store.scan(store.opened(root, list(old)), SCHEMAS[root.name].names, _but(stale))
    added = write(root, chain(kept, rows), table.version() + 1)
    now = round(time() * 1000)
    removed = [RemoveAction(path, True, now, size, years) for path, (size, years) in old.items()]
    if added or removed:
        table.create_write_transaction([*removed, *added], "append", SCHEMAS[root.name], ["year"])
    return DeltaTable(str(root)).version()


def _but(stale: Stale) -> pc.Expression:
    """Rows of all reports but the stale ones."""
    return ~pc.field("report_id").isin(pa.array(stale, pa.string()))


# --- Which files ---------------------------------------------------------------------------------


def _to_rewrite(table: DeltaTable, root: Path, stale: Stale) -> dict[str, tuple[int, dict]]:
    """Files with rows of stale reports, and those of years with many small ones, in their order.

    Gives for each its size and the value of its partition.
    """
    files = pa.table(table.get_add_actions(flatten=True)).sort_by("path").to_pylist()
    years = set(stale.values())
    small = [file["partition.year"] for file in files if file["num_records"] < _SMALL_ROWS]
    crowded = {year for year in small if small.count(year) > _MOST_SMALL}
    return {
        file["path"]: (file["size_bytes"], {"year": _text(file["partition.year"])})
        for file in files
        if (file["partition.year"] in years and _holds(root / file["path"], stale))
        or (file["partition.year"] in crowded and file["num_records"] < _SMALL_ROWS)
    }


def _holds(file: Path, stale: Stale) -> bool:
    """Whether a file has a row of a stale report."""
    ids = pq.read_table(file, columns=["report_id"], partitioning=None)["report_id"]
    return bool(pc.any(pc.is_in(ids.cast(pa.string()), pa.array(stale, pa.string()))).as_py())


def _text(year: int | None) -> str | None:
    """The value of a partition as Delta writes it."""
    return None if year is None else str(year)


# --- Writing ------------------------------------------------------------------------------------


def write(root: Path, rows: Rows, version: int) -> list[AddAction]:
    """Write rows to new files, one or more a year, in the order in which they come."""
    made: list[AddAction] = []
    with ExitStack() as stack:
        years: dict[int | None, _Year] = {}
        for batch in rows:
            for year, part in _by_year(batch):
                if year not in years:
                    years[year] = stack.enter_context(_Year(root, year, version, made))
                years[year].add(part)
    return sorted(made, key=lambda action: action.path)


def _by_year(batch: pa.RecordBatch) -> Iterator[tuple[int | None, pa.RecordBatch]]:
    """The rows of each year, without the year."""
    at = batch.schema.get_field_index("year")
    rest = batch.remove_column(at)
    column = batch.column(at)
    for year in column.unique().to_pylist():
        mine = pc.is_null(column) if year is None else pc.equal(column, year)
        yield year, rest.filter(mine)


class _Year:
    """The files of one year as they are written: some rows wait until they make a row group."""

    def __init__(self, root: Path, year: int | None, version: int, made: list[AddAction]) -> None:
        """Take where the files go, and the list to which they are added when they are whole."""
        self._root, self._year, self._version, self._made = root, year, version, made
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = self._n_written = self._n_files = 0
        self._writer: pq.ParquetWriter | None = None
        self._path = ""

    def __enter__(self) -> "_Year":
        """Write files until the end of the block."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Write what waits; a file that an error cut off is never part of the table."""
        if kind is None:
            self._flush()
            self._close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows in."""
        self._waiting.append(batch)
        self._n_waiting += batch.num_rows
        if self._n_waiting >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        """Write the rows that wait as one row group."""
        if not self._waiting:
            return
        group = pa.Table.from_batches(self._waiting).combine_chunks()
        if self._writer is None:
            self._open(group.schema)
        assert self._writer is not None
        self._writer.write_table(group, row_group_size=max(1, group.num_rows))
        self._n_written += group.num_rows
        self._waiting, self._n_waiting = [], 0
        if self._n_written >= _FILE_ROWS:
            self._close()

    def _open(self, schema: pa.Schema) -> None:
        """Begin a file."""
        folder = f"year={_NO_YEAR if self._year is None else self._year}"
        self._n_files += 1
        self._path = f"{folder}/{self._version:06}-{self._n_files:04}-{uuid4()}.parquet"
        (self._root / folder).mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._root / self._path, schema, compression="zstd")

    def _close(self) -> None:
        """End a file, so that it can be added to the table."""
        if self._writer is not None:
            self._writer.close()
            size = (self._root / self._path).stat().st_size
            years = {"year": _text(self._year)}
            stats = json.dumps({"numRecords": self._n_written})
            now = round(time() * 1000)
            self._made.append(AddAction(self._path, size, years, now, True, stats))
            self._writer, self._n_written = None, 0
