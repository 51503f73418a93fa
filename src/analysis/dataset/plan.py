"""What a build has to do: which files are as the store has them, which moved, which to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.dataset.reading import Job, given_as_text, reader_version
from analysis.dataset.rows import corrections_of, fits, row_of
from analysis.dataset.sources import Source
from analysis.dataset.staged import Place, Staged, facts_of
from analysis.dataset.stamps import Stamps
from analysis.dataset.tables import SCHEMAS
from analysis.documents.corrections import Correction

Wanted = Mapping[str, tuple[Correction, ...]]

_AS_READ = ("sha256", "reader", "given")
_AT_ONCE = 1000
_NO_CORRECTIONS = '"corrections": []'


@dataclass(frozen=True)
class Plan:
    """What becomes of each file, by report_id.

    `kept` and `carried` name the row of the build before, `carried` that of a file of the same
    bytes at another path; of `regiven` ones other facts are given than before. `places` are
    readings on disk, `to_read` the files without one.
    """

    before: pa.Table
    kept: dict[str, int] = field(default_factory=dict)
    regiven: set[str] = field(default_factory=set)
    carried: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    to_read: list[Source] = field(default_factory=list)


def plan_of(
    sources: Sequence[Source], before: pa.Table, staged: Staged, stamps: Stamps, full: bool
) -> Plan:
    """Find for each file what of it is there: in the store, at another path, or left on disk."""
    plan = Plan(before)
    if full or not (len(before) or len(staged)):
        plan.to_read.extend(sources)
        return plan
    at = {report_id: n for n, report_id in enumerate(before["report_id"].to_pylist())}
    as_read = list(zip(*(before[name].to_pylist() for name in _AS_READ), strict=True))
    same_bytes = {digest: n for n, (digest, *_) in enumerate(as_read) if digest}
    for source in sources:
        report_id, digest = source.report_id, stamps.sha256(source)
        known = at.get(report_id)
        moved = same_bytes.get(digest) if known is None else None
        place = staged.find(source, digest, None)
        is_same = (digest, reader_version(), given_as_text(source))
        if known is not None and (
            as_read[known] == is_same or _fits(before, known, source, digest)
        ):
            plan.kept[report_id] = known
            if as_read[known] != is_same:
                plan.regiven.add(report_id)
        elif moved is not None and _fits(before, moved, source, digest):
            plan.carried[report_id] = moved
        elif place:
            plan.places[report_id] = place
        else:
            plan.to_read.append(source)
    return plan


def _fits(before: pa.Table, n: int, source: Source, digest: str) -> bool:
    """Whether the reading of a row of the build before is that of a file."""
    if before["sha256"][n].as_py() != digest:
        return False
    return fits(row_at(before, n), source, digest)


def row_at(table: pa.Table, n: int) -> dict[str, Any]:
    """One row of a table."""
    return {name: table[name][n].as_py() for name in table.column_names}


# --- Rows of the reports ------------------------------------------------------------------------


def reports_of(
    sources: Iterable[Source], plan: Plan, places: Mapping[str, Place], remake: bool
) -> pa.Table:
    """The reports table, in the order of paths: rows as they were, and rows made of readings.

    `remake` makes all of them anew, where what makes them has changed.
    """
    own = {source.report_id: source for source in sources}
    taken = {i: n for i, n in (plan.kept | plan.carried).items() if i not in places}
    asis = {} if remake else plan.kept
    whole = {i: n for i, n in asis.items() if i in taken and i not in plan.regiven}
    if len(whole) == len(own) == len(plan.before):
        return plan.before
    parts = _joined(_parts(own, plan.before, whole, taken, places))
    return pa.concat_tables([SCHEMAS["reports"].empty_table(), *parts])


def _parts(
    own: Mapping[str, Source],
    before: pa.Table,
    whole: Mapping[str, int],
    taken: Mapping[str, int],
    places: Mapping[str, Place],
) -> Iterator[pa.Table]:
    """The rows in the order of paths, as many at once as come from one place."""
    origins = {i: places[i].part if i in places else i in whole for i in own}
    for origin, run in groupby(own, key=origins.__getitem__):
        if isinstance(origin, Path):
            facts = facts_of(origin).to_pylist()
            read = ((own[i], facts[places[i].row]) for i in run)
            yield _table(row_of(source, told["sha256"], told["read"]) for source, told in read)
        elif origin:
            yield from _slices(before, [whole[i] for i in run])
        else:
            while some := list(islice(run, _AT_ONCE)):
                yield _table(_made(own[i], before, taken[i]) for i in some)


def _table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows of the reports as a table."""
    return pa.Table.from_pylist(list(rows), SCHEMAS["reports"])


def _made(source: Source, before: pa.Table, n: int) -> dict[str, Any]:
    """A file's row, made of what a row of the build before has read."""
    return row_of(source, before["sha256"][n].as_py(), before["read"][n].as_py())


def _slices(table: pa.Table, numbers: Sequence[int]) -> Iterator[pa.Table]:
    """Rows of a table, those that follow one another as they lie."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        own = [n for _, n in run]
        yield table.slice(own[0], len(own))


def _joined(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Parts of a table, the small ones joined with their neighbours.

    All as one would be too much: Arrow joins no more than 2 GiB of text.
    """
    waiting: list[pa.Table] = []
    n_waiting = 0
    for part in parts:
        is_large = len(part) >= _AT_ONCE
        if waiting and (is_large or n_waiting >= _AT_ONCE):
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, n_waiting = [], 0
        if is_large:
            yield part
        else:
            waiting.append(part)
            n_waiting += len(part)
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


# --- Corrections --------------------------------------------------------------------------------


def corrected_otherwise(reports: pa.Table, wanted: Wanted) -> dict[str, tuple[Correction, ...]]:
    """The corrections wanted of each report that was read with others."""
    found = {}
    for batch in reports.select(["report_id", "read"]).to_batches(max_chunksize=_AT_ONCE):
        for report_id, read in zip(*(column.to_pylist() for column in batch), strict=True):
            lines = wanted.get(report_id, ())
            is_known = not lines and _NO_CORRECTIONS in read
            if not is_known and corrections_of(read) != [*map(str, lines)]:
                found[report_id] = lines
    return found


def jobs_of(
    sources: Iterable[Source],
    corrections: Mapping[str, tuple[Correction, ...]],
    staged: Staged,
    stamps: Stamps,
    full: bool,
) -> tuple[list[Job], dict[str, Place]]:
    """The files to read with corrections, and those that a build before has read with the same."""
    jobs: list[Job] = []
    places: dict[str, Place] = {}
    for source in sources:
        if source.report_id in corrections:
            lines = corrections[source.report_id]
            left = len(staged) and not full
            place = staged.find(source, stamps.sha256(source), lines) if left else None
            if place:
                places[source.report_id] = place
            else:
                jobs.append(Job(source, lines))
    return jobs, places
