"""Builds the store: find the sources, read what changed, see whose they are, commit."""

import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import current_thread, main_thread

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from filelock import FileLock, Timeout
from tqdm import tqdm

from analysis.dataset import commits, contents, shortening, store
from analysis.dataset.bounds import Bounds
from analysis.dataset.commits import Change
from analysis.dataset.contents import Build
from analysis.dataset.corrections import Line, find_corrections, wanted_corrections
from analysis.dataset.leaders import with_leaders
from analysis.dataset.members import outside
from analysis.dataset.plan import Plan, corrected_otherwise, jobs_of, plan_of, reports_of
from analysis.dataset.processes import executor
from analysis.dataset.reading import Job, reader_version
from analysis.dataset.revisions import changed_cells, revised
from analysis.dataset.rows import rows_version
from analysis.dataset.sources import Source, find_sources
from analysis.dataset.staged import Place, Staged
from analysis.dataset.stamps import Stamps
from analysis.dataset.tables import SCHEMAS
from analysis.dataset.work import read_all
from analysis.dataset.zones import zones
from analysis.documents.compared import balances
from analysis.documents.issues import catalogue
from analysis.documents.reference import identities, vocabulary
from analysis.documents.wordings import readings, wordings

_WORKSHOP = ".build"
_FEW = 32
_NO_ADDRESS = re.compile(r"[?#\\]|%[0-9A-Fa-f]{2}")  # what Delta takes for parts of a URL
_TOLD_OF = [
    *("report_id", "path", "agency", "agency_id", "agency_type", "year", "scope", "region_code"),
    *("n_cells", "superseded_by", "left_open"),
]


@dataclass(frozen=True)
class Summary:
    """What a build did: files by what became of them, and what the store then holds.

    `issues` counts them by check; `failed` has a message for each file of which nothing was read.
    `resumed` of the files read were read by a build that broke off; `renamed` ones were not read.
    """

    files: int
    read: int
    unchanged: int
    removed: int
    unreadable: int
    cells: int
    verified: int
    issues: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    renamed: int = 0
    revised: int = 0
    resumed: int = 0


class Stopped(KeyboardInterrupt):
    """A build was interrupted; the message says what stays and what will be read next time."""


def build(
    raw: str | Path = "data/raw",
    out: str | Path = "data/processed",
    workers: int | None = None,
    scheduler: str | Executor | None = None,
    full: bool = False,
    progress: bool = True,
    bounds: Bounds = Bounds(),  # noqa: B008
    keep_days: float = 30,
) -> Summary:
    """Bring the store up to date with a folder of report files; only changed files are read again.

    Args:
        raw: folder of report files, at any depth, with an optional `manifest.csv` and an optional
            `corrections.csv`, which is applied beside the one of the package.
        out: folder of the store; made where missing. A build of the same store waits for another.
        workers: processes that read; all cores when None.
        scheduler: address of a Dask scheduler whose workers read instead, and see `raw` under the
            same path; or any executor of `concurrent.futures`.
        full: read every file again.
        progress: show a progress bar, where there is a terminal to show it.
        bounds: what reading one file may take; one that takes more is an issue.
        keep_days: versions of the store that were current within so many days stay.

    Returns:
        A Summary. A file that can't be read becomes an issue and stops nothing.

    Raises:
        FileNotFoundError: where `raw` is missing.
        ValueError: fewer than one worker, a store within the raw folder or where none can lie, no
            scheduler, two files whose names are one in two encodings.
        ReferenceDataError: where the manifest, a correction or the reference data are wrong, or a
            correction does not find what it expects; nothing is done.
        Stopped: at an interrupt; the store is as it was, and what was read is not read again.
    """
    _check_request(Path(raw), Path(out), workers)
    workshop = Path(out) / _WORKSHOP
    stamps, sources, lines = _found(raw, workshop, full)
    with _alone(workshop) as waited:
        started = time.time_ns()
        if waited:
            stamps, sources, lines = _found(raw, workshop, full)
        staged = Staged(workshop / "read")
        read = partial(_read, staged, workers, scheduler, bounds, progress)
        plan = plan_of(sources, _before(out), staged, stamps, full)
        places = plan.places | read([Job(source) for source in plan.to_read])
        resumed = len(plan.places)
        reports = _reports(out, sources, plan, places)
        again = corrected_otherwise(reports, _wanted(lines, reports))
        if again:
            jobs, found = jobs_of(sources, again, staged, stamps, full)
            places |= found | read(jobs)
            reports = _reports(out, sources, plan, places)
            resumed += len(found.keys() - plan.places.keys())
        made = _build(Path(out), plan, reports, places)
        summary = _commit_if_changed(made, plan, resumed, keep_days)
        staged.remove()
        stamps.remember(_digests(sources, reports), started)
    return summary


def _check_request(raw: Path, out: Path, workers: int | None) -> None:
    """Refuse a request that can't be meant; wrong reference data stops here too."""
    zones()
    shortening.rules()
    vocabulary()
    identities()
    catalogue()
    wordings()
    readings()
    balances()
    outside()
    if workers is not None and workers < 1:
        raise ValueError(f"{workers} workers can't read anything: give 1 or more")
    if raw.resolve() in (out.resolve(), *out.resolve().parents):
        raise ValueError(f"the store {out} lies in the raw folder {raw}, where it would be read")
    if _NO_ADDRESS.search(str(out.resolve())):
        raise ValueError(f"{out.resolve()}: no store can lie below a name with ?, #, \\ or %20")


def _found(raw: str | Path, workshop: Path, full: bool) -> tuple[Stamps, list[Source], list[Line]]:
    """The files and corrections there are, and what is remembered of files."""
    stamps = Stamps(workshop / "stamps.json")
    sources = find_sources(raw) if full else find_sources(raw, stamps.is_one_report)
    return stamps, sources, find_corrections(raw)


@contextmanager
def _alone(workshop: Path) -> Iterator[bool]:
    """Let no other build of the store in; gives whether it had to wait for one."""
    workshop.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workshop / "lock")
    try:
        lock.acquire(timeout=0)
        waited = False
    except Timeout:
        print(f"gongkai: another build of {workshop.parent} is under way; waiting", file=sys.stderr)
        lock.acquire()
        waited = True
    with lock:
        yield waited


# --- Reading ------------------------------------------------------------------------------------


def _read(
    staged: Staged,
    workers: int | None,
    scheduler: str | Executor | None,
    bounds: Bounds,
    progress: bool,
    jobs: Sequence[Job],
) -> dict[str, Place]:
    """Read files, with a progress bar, and keep their readings on disk."""
    places: dict[str, Place] = {}
    if not jobs:
        return places
    most = (workers or os.cpu_count() or 1) if len(jobs) >= _FEW else 1
    with (
        tqdm(total=len(jobs), unit="file", disable=None if progress else True) as bar,
        executor(most, scheduler) as (pool, width),
        _telling(jobs, places),
        _heeding_interrupts() as stop_if_interrupted,
    ):
        for batch, message in read_all(jobs, pool, width, bounds):
            stop_if_interrupted()
            part = staged.add(message)
            ids = (job.source.report_id for job in batch)
            places |= {report_id: Place(part, row) for row, report_id in enumerate(ids)}
            bar.update(len(batch))
    return places


@contextmanager
def _heeding_interrupts() -> Iterator[Callable[[], None]]:
    """Remember an interrupt, since one that comes while a library tidies up is lost.

    Gives what raises KeyboardInterrupt where one came.
    """
    came: list[int] = []

    def remember(number: int, _: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def stop_if_interrupted() -> None:
        if came:
            raise KeyboardInterrupt

    if current_thread() is not main_thread():
        yield stop_if_interrupted
        return
    before = signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _telling(jobs: Sequence[Job], places: Mapping[str, Place]) -> Iterator[None]:
    """Let an interrupt say what stays and what is left."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped; the store is as it was. {len(places)} files are read and kept, "
            f"the next build reads the other {len(jobs) - len(places)}"
        ) from None


def _before(out: str | Path) -> pa.Table:
    """The reports of the build before; none where there was none."""
    if store.exists(out):
        return store.read("reports", out)
    return SCHEMAS["reports"].empty_table()


# --- Whose report -------------------------------------------------------------------------------


def _reports(
    out: str | Path, sources: Sequence[Source], plan: Plan, places: Mapping[str, Place]
) -> pa.Table:
    """The reports table as it is to be, with which of several files of one report leads."""
    reports = reports_of(sources, plan, places, _made_otherwise(out, plan))
    return reports if reports is plan.before else with_leaders(reports)


def _made_otherwise(out: str | Path, plan: Plan) -> bool:
    """Whether other code made the rows of the build before, and what is told of them."""
    return len(plan.before) > 0 and store.last_build(out).get("rows") != rows_version()


def _wanted(lines: Sequence[Line], reports: pa.Table) -> dict:
    """The corrections of each report, by report_id."""
    agencies = pa.array({line.report["agency"] for line in lines}, pa.string())
    named = pc.or_(pc.is_in(reports["agency"], agencies), pc.is_in(reports["stated"], agencies))
    rows = reports.filter(named).to_pylist()
    return wanted_corrections(lines, {row["report_id"]: row for row in rows})


def _build(out: Path, plan: Plan, reports: pa.Table, places: Mapping[str, Place]) -> Build:
    """What is to be committed: readings in the order of paths, and what is taken over."""
    ids = reports["report_id"].to_pylist()
    old_ids = plan.before["report_id"]
    carried = {i: old_ids[n].as_py() for i, n in plan.carried.items() if i not in places}
    fresh = {i: places[i] for i in ids if i in places}
    carried |= {i: i for i in contents.of_another_year(plan.before, reports) if i not in fresh}
    made = {*fresh, *carried}
    if _made_otherwise(out, plan):
        rest = set(ids) - made
        retold = tuple(i for i in old_ids.to_pylist() if i in rest)
    else:
        remade = _changed_rows(plan.before, reports) - made
        retold = contents.retold(plan.before, reports, made, remade)
    return Build(out, _old(out), plan.before, reports, fresh, carried, retold)


def _old(out: Path) -> dict[str, ds.Dataset]:
    """The tables of the build before, opened: they are read while new ones are written."""
    pinned = store.pins(out) if store.exists(out) else {}
    return {name: store.dataset(out / name, version) for name, version in pinned.items()}


def _changed_rows(before: pa.Table, reports: pa.Table) -> set[str]:
    """Reports whose row is another than in the build before."""
    if reports.equals(before):
        return set()
    joined = reports.select(_TOLD_OF).to_pandas(), before.select(_TOLD_OF).to_pandas()
    rows = pd.concat(joined).drop_duplicates(keep=False)
    return set(rows["report_id"])


# --- Committing ---------------------------------------------------------------------------------


def _commit_if_changed(made: Build, plan: Plan, resumed: int, keep_days: float) -> Summary:
    """Commit what changed; an unchanged folder leaves the store at its version."""
    known = _by_id(plan.before)
    removed = known.keys() - set(made.reports["report_id"].to_pylist())
    digests = revised(plan.before, made.reports)
    counts = {
        "files": len(made.reports),
        "read": len(made.places),
        "renamed": sum(new != old for new, old in made.carried.items()),
        "removed": len(removed) - len(set(made.carried.values()) & removed),
        "revised": len(digests),
        "resumed": resumed,
    }
    there = store.exists(made.out)
    unchanged = not (made.places or made.carried or made.retold or removed)
    if there and unchanged and made.reports.equals(plan.before):
        return _summary(made, counts)
    again = (made.places.keys() | made.carried.keys()) & known.keys()
    stale = {i: known[i] for i in (*removed, *again)}
    retold = {i: known[i] for i in made.retold}
    number = store.last_build(made.out)["version"] + 1 if there else 0
    changes = {
        "records": Change(stale, contents.records(made)),
        "issues": Change(stale | retold, contents.issues(made)),
        "sections": Change(stale, contents.sections(made)),
        "revisions": Change({}, changed_cells(made, digests, number)),
    }
    told = counts | _totals(made.reports) | {"code_version": reader_version()}
    commits.commit(made.out, made.reports, changes, told | {"rows": rows_version()})
    commits.vacuum(made.out, keep_days)
    return _summary(made, counts)


def _by_id(reports: pa.Table) -> dict[str, int | None]:
    """The year of each report, by report_id."""
    pairs = zip(reports["report_id"].to_pylist(), reports["year"].to_pylist(), strict=True)
    return dict(pairs)


def _totals(reports: pa.Table) -> dict[str, int]:
    """What the store holds: reports that can't be read, cells, verified reports."""
    return {
        "unreadable": pc.sum(pc.equal(reports["n_cells"], 0)).as_py() or 0,
        "cells": pc.sum(reports["n_cells"]).as_py() or 0,
        "verified": pc.sum(reports["verified"]).as_py() or 0,
    }


def _summary(made: Build, counts: Mapping[str, int]) -> Summary:
    """Count what was done and what the store holds."""
    issues: Counter[str] = Counter()
    told = store.dataset(made.out / "issues", store.pins(made.out)["issues"])
    for batch in store.scan(told, ["check"]):
        for each in batch.column("check").value_counts().to_pylist():
            issues[each["values"]] += each["counts"]
    failed = made.reports.filter(pc.field("n_cells") == 0).select(["report_id", "path", "year"])
    where = pc.field("report_id").isin(failed["report_id"].combine_chunks())
    where &= pc.field("severity") == "error"
    columns = ["report_id", "message", "severity"]
    years = pc.unique(failed["year"]).to_pylist()
    errors = store.read("issues", made.out, columns=columns, where=where, years=years)
    pairs = zip(errors["report_id"].to_pylist(), errors["message"].to_pylist(), strict=True)
    messages = dict(pairs)
    return Summary(
        **counts,
        **_totals(made.reports),
        unchanged=counts["files"] - counts["read"] - counts["renamed"],
        issues=dict(issues.most_common()),
        failed={row["path"]: messages.get(row["report_id"], "") for row in failed.to_pylist()},
    )


def _digests(sources: Iterable[Source], reports: pa.Table) -> Iterator[tuple[Source, str]]:
    """Each file with the digest of its bytes as read."""
    known = dict(zip(reports["path"].to_pylist(), reports["sha256"].to_pylist(), strict=True))
    return ((source, known[source.path]) for source in sources)
