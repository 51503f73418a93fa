"""Commits a build to the store: records, issues, sections and revisions first, the reports last.

The metadata of that last commit pins the versions of the other tables, so a reader sees a whole
build or the one before. Rows come as streams and are never all in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable

from analysis.dataset import files, store
from analysis.dataset.tables import PINNED


@dataclass(frozen=True)
class Change:
    """What a build does to one table: reports whose rows go, with their years, and new rows."""

    stale: files.Stale = field(default_factory=dict)
    new: files.Rows = ()


def commit(
    path: str | Path, reports: pa.Table, changes: Mapping[str, Change], told: Mapping[str, object]
) -> None:
    """Commit a build: replace rows of the other tables, then all of `reports`.

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
    files.create(Path(path) / "reports", reports.to_batches(), metadata)


def vacuum(path: str | Path, days: float) -> None:
    """Delete files that no version has needed for some days, and what a build that broke off left.

    The last build must be whole. Delta itself would note what it deletes as a version.
    """
    for name in ("reports", *PINNED):
        root = Path(path) / name
        needless = DeltaTable(str(root)).vacuum(
            int(days * 24), dry_run=True, enforce_retention_duration=False, full=True
        )
        for file in needless:
            (root / file).unlink(missing_ok=True)


def _replace(path: Path, change: Change, pinned: int | None) -> int:
    """Replace the rows of stale reports in one table; return its version after that."""
    if pinned is None:
        return files.create(path, change.new)
    table = DeltaTable(str(path))
    if table.version() != pinned:
        table.restore(pinned)
    return files.replace(path, change.stale, change.new)
