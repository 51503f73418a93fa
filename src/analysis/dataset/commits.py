"""Commits a build to the store: records, issues and revisions first, the reports last.

The metadata of that last commit pins the versions of the other tables, so a reader sees a whole
build or the one before. Rows come as streams and are never all in memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake

from analysis.dataset import store
from analysis.dataset.tables import PINNED, SCHEMAS

_MOST_DELETED = 2000
_MOST_FILES = 40
_FOREVER = {"delta.logRetentionDuration": "interval 36500 days"}

Rows = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class Change:
    """What a build does to one table: reports whose rows go, with their years, and new rows."""

    stale: Mapping[str, int | None] = field(default_factory=dict)
    new: Rows = ()


def commit(
    path: str | Path, reports: pa.Table, changes: Mapping[str, Change], told: Mapping[str, object]
) -> None:
    """Commit a build: replace rows of `records`, `issues` and `revisions`, then all of `reports`.

    Each table has its schema of `SCHEMAS`. What a build that broke off has left behind is undone
    first. `told` is kept with the commit: what `history` lists.
    """
    Path(path).mkdir(parents=True, exist_ok=True)
    pins = store.pins(path) if store.exists(path) else {}
    pinned = {
        name: _replace(Path(path) / name, changes.get(name, Change()), pins.get(name))
        for name in PINNED
    }
    versions = {f"{name}_version": str(version) for name, version in pinned.items()}
    metadata = versions | {name: str(value) for name, value in told.items()}
    write_deltalake(
        str(Path(path) / "reports"),
        reports,
        mode="overwrite",
        schema_mode="overwrite",
        configuration=_FOREVER,
        commit_properties=CommitProperties(custom_metadata=metadata),
    )


def vacuum(path: str | Path, days: float) -> None:
    """Delete the files of versions that have not been current for some days, and of none younger.

    What a build that broke off has left goes too.
    """
    for name in ("reports", *PINNED):
        table = DeltaTable(str(Path(path) / name))
        table.vacuum(int(days * 24), dry_run=False, enforce_retention_duration=False, full=True)


def _replace(path: Path, change: Change, pinned: int | None) -> int:
    """Replace the rows of stale reports in one table; return its version after that."""
    if pinned is None:
        _write(path, change.new, "overwrite")
        return DeltaTable(str(path)).version()
    table = DeltaTable(str(path))
    if table.version() != pinned:
        table.restore(pinned)
    if len(change.stale) > _MOST_DELETED:
        _write(path, chain(_kept(path, pinned, change.stale), change.new), "overwrite")
    else:
        if change.stale:
            table.delete(_predicate(change.stale))
        _write(path, change.new, "append")
    table = DeltaTable(str(path))
    if len(table.file_uris()) > _MOST_FILES * max(1, len(table.partitions())):
        table.optimize.compact()
    return table.version()


def _write(path: Path, rows: Rows, mode: str) -> None:
    """Write rows as they come; nothing is written where none is to be appended."""
    schema = SCHEMAS[path.name]
    first = next(iter(rows := iter(rows)), None)
    if first is None and mode == "append":
        return
    batches = chain([first] if first is not None else [], rows)
    write_deltalake(
        str(path),
        pa.RecordBatchReader.from_batches(schema, batches),
        mode=mode,  # type: ignore[call-overload]
        schema_mode="overwrite" if mode == "overwrite" else "merge",
        partition_by=["year"],
        configuration=_FOREVER,
    )


def _kept(path: Path, version: int, stale: Mapping[str, int | None]) -> Iterator[pa.RecordBatch]:
    """The rows of a table as it was, without those of stale reports."""
    ids = pa.array(stale, pa.string())
    where = ~pc.field("report_id").isin(ids)
    return store.scan(store.dataset(path, version), SCHEMAS[path.name].names, where)


def _predicate(stale: Mapping[str, int | None]) -> str:
    """SQL that finds the rows of reports in the partitions of their years."""
    quoted = ", ".join(f"'{report_id}'" for report_id in sorted(stale))
    years = sorted({year for year in stale.values() if year is not None})
    where = [f"year in ({', '.join(map(str, years))})"] if years else []
    where += ["year is null"] if None in stale.values() else []
    return f"({' or '.join(where)}) and report_id in ({quoted})"
