"""Parquet files of one table: which have to be rewritten, and new ones written in a fixed order.

Delta's own writer shuffles rows; these keep the order in which they come, so equal builds make
equal files. A change rewrites only the files that hold rows which go, and small ones that have
become many.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from operator import attrgetter
from pathlib import Path
from time import time
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from analysis.dataset import store
from analysis.dataset.tables import PINNED, SCHEMAS

_GROUP_ROWS = 2**16
_FILE_ROWS = 2**18
_MOST_WAITING = 16 * 2**20  # bytes of all years together
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


def create(root: Path, rows: Rows, told: Mapping[str, str] | None = None) -> int:
    """Make a table of these rows alone, in place of what may lie there; return its version.

    `told` is kept with its commit.
    """
    added = write(root, rows, 0)
    create_table_with_add_actions(
        str(root),
        Schema.from_arrow(SCHEMAS[root.name]),
        added,
        "overwrite",
        _partitions(root),
        configuration=FOREVER,
        commit_properties=CommitProperties(custom_metadata=dict(told or {})),
    )
    return DeltaTable(str(root)).version()


def _partitions(root: Path) -> list[str]:
    """The columns by whose values the files of a table are told apart."""
    return ["year"] if root.name in PINNED else []


def replace(root: Path, stale: Stale, rows: Rows) -> int:
    """Take the rows of stale reports out of a table and put new ones in; return its version."""
    table = DeltaTable(str(root))
    old = _to_rewrite(table, root, stale)
    kept = store.scan(store.opened(root, list(old)), SCHEMAS[root.name].names, _but(stale))
    added = write(root, chain(kept, rows), table.version() + 1)
    now = round(time() * 1000)
    removed = [RemoveAction(path, True, now, size, years) for path, (size, years) in old.items()]
    if not (added or removed):
        return table.version()
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
    files = store.files_of(table)
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
    parted = bool(_partitions(root))
    with ExitStack() as stack:
        parts: dict[int | None, _Files] = {}
        for batch in rows:
            for year, part in _by_year(batch) if parted else [(None, batch)]:
                if year not in parts:
                    values = {"year": _text(year)} if parted else {}
                    parts[year] = stack.enter_context(_Files(root, values, version, made))
                parts[year].add(part)
            if sum(each.n_bytes for each in parts.values()) > _MOST_WAITING:
                max(parts.values(), key=attrgetter("n_bytes")).flush()
    return sorted(made, key=lambda action: action.path)


def _by_year(batch: pa.RecordBatch) -> Iterator[tuple[int | None, pa.RecordBatch]]:
    """The rows of each year, without the year."""
    at = batch.schema.get_field_index("year")
    rest = batch.remove_column(at)
    column = batch.column(at)
    for year in column.unique().to_pylist():
        mine = pc.is_null(column) if year is None else pc.equal(column, year)
        yield year, rest.filter(mine)


class _Files:
    """The files of one year as they are written: some rows wait until they make a row group."""

    def __init__(
        self, root: Path, values: dict[str, str | None], version: int, made: list[AddAction]
    ) -> None:
        """Take where the files go, and the list to which they are added when they are whole."""
        self._root, self._values, self._version, self._made = root, values, version, made
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = self._n_written = self._n_files = 0
        self.n_bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._path = ""

    def __enter__(self) -> "_Files":
        """Write files until the end of the block."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Write what waits; a file that an error cut off is never part of the table."""
        if kind is None:
            self.flush()
            self._close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows in."""
        self._waiting.append(batch)
        self._n_waiting += batch.num_rows
        self.n_bytes += batch.nbytes
        if self._n_waiting >= _GROUP_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait as one row group."""
        if not self._waiting:
            return
        group = pa.Table.from_batches(self._waiting).combine_chunks()
        if self._writer is None:
            self._open(group.schema)
        assert self._writer is not None
        self._writer.write_table(group, row_group_size=max(1, group.num_rows))
        self._n_written += group.num_rows
        self._waiting, self._n_waiting, self.n_bytes = [], 0, 0
        if self._n_written >= _FILE_ROWS:
            self._close()

    def _open(self, schema: pa.Schema) -> None:
        """Begin a file."""
        folder = "".join(f"{name}={value or _NO_YEAR}/" for name, value in self._values.items())
        self._n_files += 1
        self._path = f"{folder}{self._version:06}-{self._n_files:04}-{uuid4()}.parquet"
        (self._root / folder).mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._root / self._path, schema, compression="zstd")

    def _close(self) -> None:
        """End a file, so that it can be added to the table."""
        if self._writer is not None:
            self._writer.close()
            size = (self._root / self._path).stat().st_size
            stats = json.dumps({"numRecords": self._n_written})
            now = round(time() * 1000)
            self._made.append(AddAction(self._path, size, self._values, now, True, stats))
            self._writer, self._n_written = None, 0
