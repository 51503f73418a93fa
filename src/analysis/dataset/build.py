"""Builds the store: find the sources, read what changed, see whose they are, commit."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from tqdm import tqdm

from analysis.dataset import store
from analysis.dataset.corrections import find_corrections, wanted_corrections
from analysis.dataset.leaders import fact_issues, with_leaders
from analysis.dataset.places import places, regions
from analysis.dataset.processes import processes
from analysis.dataset.sources import Source, find_sources
from analysis.documents.corrections import Correction
from analysis.documents.grid import UnreadableError
from analysis.documents.issues import Issue, catalogue, issue
from analysis.documents.records import Record
from analysis.documents.reference import REFERENCE, identities, vocabulary
from analysis.documents.report import Report, read_bytes, unreadable

Row = dict[str, Any]
Wanted = dict[str, tuple[Correction, ...]]

_BATCH = 16
_FEW = 32
_TOLD = ("title", "agency", "year", "published")
_READ_WITH = (
    *("aliases.csv", "identities.csv", "numbers.toml", "words.toml", "headings.toml"),
    "checks.toml",
)


@dataclass(frozen=True)
class Summary:
    """What a build did: files by what became of them, and what the store then holds.

    `issues` counts them by check; `failed` has a message for each file of which nothing was read.
    """

    files: int
    read: int
    unchanged: int
    removed: int
    unreadable: int
    cells: int
    verified: int
    issues: dict[str, int]
    failed: dict[str, str]


def build(
    raw: str | Path = "data/raw",
    out: str | Path = "data/processed",
    workers: int | None = None,
    full: bool = False,
    progress: bool = True,
) -> Summary:
    """Bring the store up to date with a folder of report files; only changed files are read again.

    Args:
        raw: folder of report files, at any depth, with an optional `manifest.csv` and an optional
            `corrections.csv`, which is applied beside the one of the package.
        out: folder of the store; made where missing.
        workers: processes that read; all cores when None, this process alone when 1.
        full: read every file again.
        progress: show a progress bar.

    Returns:
        A Summary. A file that can't be read becomes an issue and stops nothing.

    Raises:
        FileNotFoundError: where `raw` is missing.
        ValueError: fewer than one worker, or a store within the raw folder.
        ReferenceDataError: where the manifest, a correction or the reference data are wrong, or a
            correction does not find what it expects; nothing is done.
    """
    _check_request(Path(raw), Path(out), workers)
    sources = find_sources(raw)
    lines = find_corrections(raw)
    known = {} if full or not store.exists(out) else _known_rows(out)
    hashes = {s.path: _sha256(s) for s in sources}
    changed = [s for s in sources if not _is_known(s, hashes[s.path], known)]
    fresh = _read_all(changed, workers, progress)
    rows = _rows(sources, hashes, known, fresh)
    wanted = wanted_corrections(lines, rows)
    again = _to_read_again(sources, rows, known, fresh, wanted)
    fresh |= _read_all(again, workers, progress, wanted)
    rows = _rows(sources, hashes, known, fresh)
    removed = known.keys() - rows.keys()
    _commit_if_changed(out, rows, fresh, removed, full)
    return _summary(out, len(sources), fresh, removed, rows)


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Version of all that reading depends on: code of `documents` and its reference data."""
    code = sorted((Path(__file__).parents[1] / "documents").rglob("*.py"))
    data = [*sorted((REFERENCE / "forms").glob("*.csv")), *(REFERENCE / n for n in _READ_WITH)]
    digest = hashlib.sha256()
    for path in code + data:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _check_request(raw: Path, out: Path, workers: int | None) -> None:
    """Refuse a request that can't be meant; wrong reference data stops here too."""
    regions()
    vocabulary()
    identities()
    catalogue()
    if workers is not None and workers < 1:
        raise ValueError(f"{workers} workers can't read anything: give 1 or more")
    if raw.resolve() in (out.resolve(), *out.resolve().parents):
        raise ValueError(f"the store {out} lies in the raw folder {raw}, where it would be read")


# --- What is known, what changed ----------------------------------------------------------------


def _known_rows(out: str | Path) -> dict[str, Row]:
    """Rows of the reports that the store holds, by report_id."""
    return {row["report_id"]: row for row in store.read("reports", out).to_pylist()}


def _sha256(source: Source) -> str:
    """SHA-256 of a file's bytes, or nothing where it can't be opened."""
    try:
        if source.steps:
            return hashlib.sha256(source.read()).hexdigest()
        with source.file.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except (OSError, UnreadableError):
        return ""


def _is_known(source: Source, sha256: str, known: dict[str, Row]) -> bool:
    """Whether the store holds a file as it is, read by this reader with the same facts given."""
    row = known.get(source.report_id)
    if row is None or (row["sha256"], row["reader"]) != (sha256, reader_version()):
        return False
    told = json.loads(row["read"]) | {"scope": None} | source.given
    return all(row[name] == told[name] for name in ("title", "agency", "year", "scope"))


def _to_read_again(
    sources: list[Source],
    rows: dict[str, Row],
    known: dict[str, Row],
    fresh: dict[str, Report],
    wanted: Wanted,
) -> list[Source]:
    """Files to correct otherwise than they are, and unchanged ones whose facts and issues change.

    These change where an agency is stated anew or another file leads.
    """
    told, before = fact_issues(rows), fact_issues(known)
    return [
        s
        for s in sources
        if _is_corrected_otherwise(rows[s.report_id], wanted.get(s.report_id, ()))
        or (
            s.report_id in known
            and s.report_id not in fresh
            and told.get(s.report_id) != before.get(s.report_id)
        )
    ]


def _is_corrected_otherwise(row: Row, wanted: Sequence[Correction]) -> bool:
    """Whether a report was read with other corrections than are wanted now."""
    return bool(json.loads(row["read"])["corrections"] != [str(each) for each in wanted])


# --- Reading ------------------------------------------------------------------------------------


def _read_all(
    sources: list[Source], workers: int | None, progress: bool, wanted: Wanted | None = None
) -> dict[str, Report]:
    """Read files with their corrections, in parallel where they are many, with a progress bar."""
    workers = workers or os.cpu_count() or 1
    few = len(sources) < _FEW or workers == 1
    lines = [(wanted or {}).get(source.report_id, ()) for source in sources]
    reading = map(_read, sources, lines) if few else _in_parallel(sources, lines, workers)
    with tqdm(total=len(sources), unit="file", disable=not progress or not sources) as bar:
        found: dict[str, Report] = {}
        for report_id, report in reading:
            found[report_id] = report
            bar.update()
    return found


def _in_parallel(
    sources: list[Source], lines: list[tuple[Correction, ...]], workers: int
) -> Iterator[tuple[str, Report]]:
    """Read files with their corrections in several processes."""
    with processes(workers) as pool:
        yield from pool.map(_read, sources, lines, chunksize=_BATCH)


def _read(source: Source, corrections: Sequence[Correction]) -> tuple[str, Report]:
    """Read one file; one that can't even be opened is a report with an issue."""
    try:
        return source.report_id, read_bytes(source.read(), corrections, source.given)
    except UnreadableError as error:
        return source.report_id, unreadable(issue(error.check, **error.facts))
    except OSError as error:
        return source.report_id, unreadable(issue("unreadable", reason=error.strerror))


# --- Whose report -------------------------------------------------------------------------------


def _rows(
    sources: list[Source],
    hashes: dict[str, str],
    known: dict[str, Row],
    fresh: dict[str, Report],
) -> dict[str, Row]:
    """Rows of the reports table, by report_id."""
    rows: dict[str, Row] = {}
    for source in sources:
        report = fresh.get(source.report_id)
        read = report.facts if report else json.loads(known[source.report_id]["read"])
        rows[source.report_id] = _row(source, hashes[source.path], read)
    return with_leaders(rows)


def _row(source: Source, sha256: str, read: dict) -> Row:
    """One report's row: facts given in the manifest win over facts read."""
    facts = {name: source.given.get(name, read.get(name)) for name in _TOLD}
    given = {name: source.given.get(name) for name in ("region_code", "scope", "url")}
    kept = {name: read.get(name) for name in ("forms", "format", "n_cells", "n_errors", "verified")}
    row = dict.fromkeys(store.SCHEMAS["reports"].names) | facts | given | kept
    return (
        row
        | places(row["region_code"])
        | {
            "report_id": source.report_id,
            "path": source.path,
            "url": given["url"] or read.get("url"),
            "sha256": sha256,
            "reader": reader_version(),
            "read": json.dumps(read, ensure_ascii=False, sort_keys=True),
        }
    )


# --- Committing ---------------------------------------------------------------------------------


def _commit_if_changed(
    out: str | Path,
    rows: dict[str, Row],
    fresh: dict[str, Report],
    removed: set[str],
    full: bool,
) -> None:
    """Commit what changed; an unchanged folder leaves the store at its version."""
    table = pa.Table.from_pylist(list(rows.values()), store.SCHEMAS["reports"])
    there = store.exists(out)
    if there and not fresh and not removed and table.equals(store.read("reports", out)):
        return
    stale = set(_known_rows(out)) & (set(fresh) | removed) if there else set()
    if there and full:
        stale = set(_known_rows(out))
    cells = [_keyed(rows[i], cell) for i, report in fresh.items() for cell in report.cells]
    told = fact_issues(rows)
    findings = [
        _keyed(rows[i], finding)
        for i, report in fresh.items()
        for finding in report.findings + told.get(i, [])
    ]
    store.commit(
        out,
        table,
        pa.Table.from_pylist(cells, store.SCHEMAS["records"]),
        pa.Table.from_pylist(findings, store.SCHEMAS["issues"]),
        stale,
        reader_version(),
    )


def _keyed(row: Row, item: Record | Issue) -> dict:
    """A record or an issue as a row of the store, with its report's key."""
    return {"report_id": row["report_id"], "year": row["year"]} | asdict(item)


def _summary(
    out: str | Path,
    files: int,
    fresh: dict[str, Report],
    removed: set[str],
    rows: dict[str, Row],
) -> Summary:
    """Count what was done and what the store holds."""
    issues = store.read("issues", out).to_pylist()
    messages = {i["report_id"]: i["message"] for i in issues if i["severity"] == "error"}
    failed = [row for row in rows.values() if not row["n_cells"]]
    return Summary(
        files=files,
        read=len(fresh),
        unchanged=files - len(fresh),
        removed=len(removed),
        unreadable=len(failed),
        cells=sum(row["n_cells"] for row in rows.values()),
        verified=sum(row["verified"] for row in rows.values()),
        issues=dict(Counter(i["check"] for i in issues).most_common()),
        failed={row["path"]: messages.get(row["report_id"], "") for row in failed},
    )
