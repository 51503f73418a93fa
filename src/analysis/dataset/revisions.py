"""Revisions: what an agency changed in a report after it was built once.

A file at the same path with other bytes is a revision. Each cell that changed is a row, with both
sides; a revision that changed no cell has one row without a cell. These rows are never deleted, so
the version before stays known when its files are gone.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.dataset import store
from analysis.dataset.contents import Build, flat
from analysis.dataset.staged import in_runs
from analysis.dataset.tables import SCHEMAS

_AT_ONCE = 2000
_KEY = ["report_id", "table", "row", "column", "nth"]
_SIDES = ["state", "value", "unit", "raw"]


def revised(before: pa.Table, reports: pa.Table) -> dict[str, tuple[str, str]]:
    """Reports whose file has other bytes than in the build before: both digests, where known."""
    old = dict(zip(before["report_id"].to_pylist(), before["sha256"].to_pylist(), strict=True))
    new = zip(reports["report_id"].to_pylist(), reports["sha256"].to_pylist(), strict=True)
    return {i: (old[i], digest) for i, digest in new if old.get(i) and old[i] != digest and digest}


def changed_cells(
    build: Build, digests: Mapping[str, tuple[str, str]], number: int
) -> Iterator[pa.RecordBatch]:
    """Rows of the revisions table for the reports revised since the build before."""
    left = iter(digests.items())
    while some := dict(islice(left, _AT_ONCE)):
        ids = pa.array(some, pa.string())
        where = pc.field("report_id").isin(ids)
        facts = pd.DataFrame(
            [(i, old, new, number) for i, (old, new) in some.items()],
            columns=["report_id", "old_sha256", "sha256", "build"],
        ).merge(_facts(build.reports, where), on="report_id")
        years = set(build.before.filter(where)["year"].to_pylist())
        data = store.holding(build.old["records"], ids, years)
        batches = store.scan(data, SCHEMAS["records"].names, where)
        old = pa.Table.from_batches(batches, SCHEMAS["records"]).to_pandas()
        changed = facts.merge(_changes(old, _new_records(build, some)), on="report_id", how="left")
        table = pa.Table.from_pandas(changed, SCHEMAS["revisions"], preserve_index=False)
        yield from table.to_batches()


def _facts(reports: pa.Table, where: pc.Expression) -> pd.DataFrame:
    """Year and path of the reports revised."""
    return reports.select(["report_id", "year", "path"]).filter(where).to_pandas()


def _new_records(build: Build, some: Mapping[str, object]) -> pd.DataFrame:
    """The records of the reports as they read now."""
    places = {i: build.places[i] for i in some}
    years = dict.fromkeys(some)
    batches = [flat("records", ids, readings, years) for ids, readings in in_runs(places)]
    return pa.Table.from_batches(batches, SCHEMAS["records"]).to_pandas()


def _changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Cells that read otherwise than before, that are new, or that are gone."""
    sides = [
        frame.assign(nth=frame.groupby(_KEY[:-1]).cumcount())[[*_KEY, *_SIDES, "cell"]]
        for frame in (old, new)
    ]
    both = sides[0].merge(sides[1], on=_KEY, how="outer", suffixes=("_was", ""))
    same = pd.Series(True, index=both.index)
    for name in _SIDES:
        was, now = both[f"{name}_was"], both[name]
        same &= (was == now) | (was.isna() & now.isna())
    both = both[~same]
    both = both.assign(cell=both["cell"].fillna(both["cell_was"])).drop(columns=["cell_was", "nth"])
    return both.rename(columns={f"{name}_was": f"old_{name}" for name in _SIDES})
