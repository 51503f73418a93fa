"""The rows that a build writes: readings from disk, and rows of the build before taken over.

Everything comes in batches, so that a whole nation's records are never in memory.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from analysis.dataset import store
from analysis.dataset.across import Across, Groups, across_checks
from analysis.dataset.leaders import FACT_CHECKS, fact_issues, names
from analysis.dataset.staged import Place, in_runs
from analysis.dataset.successive import Finding
from analysis.dataset.tables import SCHEMAS

_AT_ONCE = 500


@dataclass(frozen=True)
class Build:
    """A build about to be committed.

    `old` holds the tables of the build before. `places` says where the readings of fresh reports
    are, in the order of paths; `carried` which report of the build before a report is the same as,
    itself where only its year is another; `retold` whose issues alone change.
    """

    out: Path
    old: Mapping[str, ds.Dataset]
    before: pa.Table
    reports: pa.Table
    places: Mapping[str, Place]
    carried: Mapping[str, str]
    retold: tuple[str, ...]


def records(build: Build) -> Iterator[pa.RecordBatch]:
    """Records of fresh reports, and those taken over under another path."""
    yield from _as_read(build, "records")


def sections(build: Build) -> Iterator[pa.RecordBatch]:
    """Sections of fresh reports, and those taken over under another path."""
    yield from _as_read(build, "sections")


def issues(build: Build) -> Iterator[pa.RecordBatch]:
    """Issues of fresh reports, and those taken over, each with what is to be told beside them.

    That is what is not known of whose a report is, and what other reports say against it.
    """
    years = _years(build.reports)
    over = {**build.carried, **{report_id: report_id for report_id in build.retold}}
    for ids, readings in in_runs(build.places):
        yield flat("issues", ids, readings, years)
    read = ~pc.field("check").isin([*FACT_CHECKS, *across_checks()])
    yield from taken_over(build, "issues", over, read)
    yield from _in_batches(_told(build.reports, {*build.places, *over}), years)


def _as_read(build: Build, name: str) -> Iterator[pa.RecordBatch]:
    """Rows of fresh reports as they were read, and those taken over under another path."""
    years = _years(build.reports)
    for ids, readings in in_runs(build.places):
        yield flat(name, ids, readings, years)
    yield from taken_over(build, name, build.carried)


def flat(
    name: str, ids: list[str], readings: pa.RecordBatch, years: Mapping[str, int | None]
) -> pa.RecordBatch:
    """The records, issues or sections of some readings, each under the key of its report."""
    lists = readings.column(name)
    items, parents = pc.list_flatten(lists), pc.list_parent_indices(lists)
    keys = [
        pa.array(ids, pa.string()).take(parents),
        pa.array([years[i] for i in ids], pa.int32()).take(parents),
    ]
    return pa.record_batch([*keys, *items.flatten()], schema=SCHEMAS[name])


def taken_over(
    build: Build, name: str, sources: Mapping[str, str], where: pc.Expression | None = None
) -> Iterator[pa.RecordBatch]:
    """Rows of the build before under new report_ids, given as new → old, and their years now."""
    now = _years(build.reports)
    for pairs in _one_to_one(sources):
        old, new = pa.array(pairs, pa.string()), pa.array(pairs.values(), pa.string())
        mine = pc.field("report_id").isin(old)
        wanted = mine if where is None else mine & where
        years = set(build.before.filter(mine)["year"].to_pylist())
        data = store.holding(build.old[name], old, years)
        for batch in store.scan(data, SCHEMAS[name].names, wanted):
            ids = new.take(pc.index_in(batch.column("report_id"), old))
            batch = batch.set_column(0, SCHEMAS[name].field("report_id"), ids)
            of_years = pa.array([now[report_id] for report_id in ids.to_pylist()], pa.int32())
            yield batch.set_column(1, SCHEMAS[name].field("year"), of_years)


def _one_to_one(sources: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Pairs of new and old as old → new, in as many parts as one report has copies."""
    rest = dict(sources)
    while rest:
        part = {old: new for new, old in rest.items()}
        yield part
        for new in part.values():
            del rest[new]


def _told(reports: pa.Table, ids: set[str]) -> Iterator[Finding]:
    """What is told of some reports beside what was read in them."""
    several = names(reports)
    for row in _rows(reports, ids):
        yield from ((row["report_id"], found) for found in fact_issues(row, several))
    across = Across(reports)
    groups = None if len(ids) == len(reports) else across.groups_of(ids)
    yield from (found for found in across.findings(groups) if found[0] in ids)


def _in_batches(
    findings: Iterator[Finding], years: Mapping[str, int | None]
) -> Iterator[pa.RecordBatch]:
    """Findings as rows of the issues table."""
    schema = SCHEMAS["issues"]
    while some := list(islice(findings, _AT_ONCE)):
        ids, found = zip(*some, strict=True)
        told = [[getattr(each, name) for each in found] for name in schema.names[2:]]
        columns = [ids, [years[report_id] for report_id in ids], *told]
        yield pa.record_batch(columns, schema=schema)


def of_another_year(before: pa.Table, reports: pa.Table) -> list[str]:
    """Reports that are of another year than in the build before: their rows lie by years."""
    if reports is before:
        return []
    at = pc.index_in(reports["report_id"], before["report_id"])
    years = (pc.fill_null(column, 0) for column in (before["year"].take(at), reports["year"]))
    is_other = pc.and_(at.is_valid(), pc.not_equal(*years))
    return list(reports.filter(is_other)["report_id"].to_pylist())


def retold(
    before: pa.Table, reports: pa.Table, fresh: set[str], remade: set[str]
) -> tuple[str, ...]:
    """Reports that are not fresh, but of which something else is to be told now.

    So it is where an agency is stated anew, another file leads, or a report that says something
    against them changes, comes or goes.
    """
    old, new = names(before), names(reports)
    maybe = {*old, *new, *remade} - fresh
    rows, was = (
        {row["report_id"]: row for row in _rows(table, maybe)} for table in (reports, before)
    )
    known = set(before["report_id"].to_pylist())
    told = {
        report_id
        for report_id, row in rows.items()
        if report_id in was and fact_issues(row, new) != fact_issues(was[report_id], old)
    }
    told |= _contradicted(before, reports, fresh, remade)
    return tuple(sorted(told & known - fresh))


def _contradicted(
    before: pa.Table, reports: pa.Table, fresh: set[str], remade: set[str]
) -> set[str]:
    """Reports against which others say something else than in the build before.

    Where all are fresh there is none; what another reader has read can't be compared either.
    """
    known = set(before["report_id"].to_pylist())
    removed = known - set(reports["report_id"].to_pylist())
    touched = fresh | remade | removed
    if not touched or known <= fresh | removed:
        return set()
    sides = Across(before), Across(reports)
    groups = sides[0].groups_of(touched) | sides[1].groups_of(touched)
    old, new = (_digests(side, groups) for side in sides)
    return {each for each in {*old, *new} - removed if old[each] != new[each]}


def _digests(side: Across, groups: Groups) -> Counter[str]:
    """A number for each report that is the same where the same is said against it."""
    digests: Counter[str] = Counter()
    for report_id, found in side.findings(groups):
        digests[report_id] += hash(found)
    return digests


def _rows(reports: pa.Table, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """Rows of some reports, one by one."""
    mine = pc.is_in(reports["report_id"], pa.array(ids, pa.string()))
    for batch in reports.append_column("mine", mine).to_batches(max_chunksize=_AT_ONCE):
        yield from batch.filter(batch["mine"]).to_pylist()


def _years(reports: pa.Table) -> dict[str, int | None]:
    """The year of each report."""
    pairs = zip(reports["report_id"].to_pylist(), reports["year"].to_pylist(), strict=True)
    return dict(pairs)
