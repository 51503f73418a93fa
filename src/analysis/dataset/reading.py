"""Reads files in a worker process: some files → one Arrow message, a row a file.

A row is a reading: the digest of the bytes that were read, the facts given and told, and cells,
findings and sections as lists. It says all that the store needs, and what another file of the same
bytes, or a build after one that broke off, can take over without reading again.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.dataset.bounds import Bounds, bounded
from analysis.dataset.sources import Source
from analysis.dataset.tables import SCHEMAS
from analysis.documents.corrections import Correction
from analysis.documents.grid import UnreadableError
from analysis.documents.issues import Issue, issue
from analysis.documents.narrative import Section
from analysis.documents.records import Record
from analysis.documents.reference import REFERENCE
from analysis.documents.report import Report, read_bytes, unreadable

_KEYS = ("report_id", "year")
_READ_WITH = (
    *("aliases.csv", "identities.csv", "numbers.toml", "words.toml", "headings.toml"),
    *("checks.toml", "prose.toml", "balances.csv", "across.toml"),
)
_LIBRARIES = (
    *("lxml", "pypdfium2", "python-calamine", "xlrd", "msdoc2docx", "opencc", "rapidfuzz"),
    *("rapidocr", "onnxruntime"),
)
_SUBJECT = ("title", "agency", "year", "scope")
_NUMBER = re.compile(r"\d+")
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")


def _items(name: str) -> pa.StructType:
    """What is kept of each record or issue of a reading: all but the keys of its report."""
    return pa.struct([field for field in SCHEMAS[name] if field.name not in _KEYS])


ITEMS = {name: _items(name) for name in ("records", "issues", "sections")}
READING = pa.schema(
    {
        "sha256": pa.string(),
        "given": pa.string(),
        "read": pa.string(),
        "records": pa.list_(ITEMS["records"]),
        "issues": pa.list_(ITEMS["issues"]),
        "sections": pa.list_(ITEMS["sections"]),
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, and the corrections to make in it."""

    source: Source
    corrections: tuple[Correction, ...] = ()


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Version of all that reading depends on: code of `documents`, its reference data, libraries.

    A library that is not installed is a version too: with text recognition, scans read otherwise.
    """
    code = sorted((Path(__file__).parents[1] / "documents").rglob("*.py"))
    data = [*sorted((REFERENCE / "forms").glob("*.csv")), *(REFERENCE / n for n in _READ_WITH)]
    digest = hashlib.sha256()
    for path in code + data:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}".encode())
    return digest.hexdigest()[:12]


def _version(library: str) -> str:
    """Version of a library, or nothing where it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def subject(read: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[object, ...]:
    """What reading takes to be known of a report: as given, else as the document itself says."""
    known = {**read, "scope": None, **given}
    return tuple(known.get(name) for name in _SUBJECT)


def given_as_text(source: Source) -> str:
    """The facts given for a file as text that is the same for the same facts."""
    return json.dumps(source.given, ensure_ascii=False, sort_keys=True)


# --- In the worker ------------------------------------------------------------------------------


def read_files(jobs: Sequence[Job], bounds: Bounds) -> bytes:
    """Read files one after the other, each within its bounds, into one message."""
    return message([(job, *read_source(job, bounds)) for job in jobs])


def message(readings: Iterable[tuple[Job, str, Report]]) -> bytes:
    """Readings (job, digest of the bytes, report) as an Arrow stream that names the reader."""
    jobs, digests, reports = zip(*readings, strict=True)
    columns = [
        pa.array(digests, pa.string()),
        pa.array([given_as_text(job.source) for job in jobs], pa.string()),
        pa.array([_as_text(report.facts) for report in reports], pa.string()),
        _lists("records", Record, [sorted(report.cells, key=_place) for report in reports]),
        _lists("issues", Issue, [sorted(report.findings, key=astuple) for report in reports]),
        _lists("sections", Section, [report.narrative for report in reports]),
    ]
    schema = READING.with_metadata({"reader": reader_version()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=_COMPRESSED) as stream:
        stream.write_batch(pa.record_batch(columns, schema=schema))
    return bytes(sink.getvalue())


def read_source(job: Job, bounds: Bounds) -> tuple[str, Report]:
    """The digest of a file's bytes and its report; an issue where it can't even be opened."""
    try:
        with bounded(bounds):
            data = job.source.read()
            report = read_bytes(data, job.corrections, job.source.given)
    except UnreadableError as error:
        return "", unreadable(issue(error.check, **error.facts))
    except OSError as error:
        return "", unreadable(issue("unreadable", reason=error.strerror))
    except MemoryError:
        finding = issue("too_much_memory", limit=bounds.mebibytes)
        return job.source.sha256(), unreadable(finding)
    digest = hashlib.sha256(data).hexdigest()
    if any(f.check == "unreadable" and "MemoryError" in f.message for f in report.findings):
        return digest, unreadable(issue("too_much_memory", limit=bounds.mebibytes))
    return digest, report


def _as_text(facts: Mapping[str, object]) -> str:
    """What a document tells of itself, as text."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _place(record: Record) -> tuple[object, ...]:
    """Where a record stands in print, so that equal readings have one order."""
    numbers = tuple(map(int, _NUMBER.findall(record.cell)))
    return (numbers, record.table, record.row, record.column)


def _lists(name: str, kind: type, groups: Sequence[Sequence[Any]]) -> pa.Array:
    """Records, issues or sections of several reports as an array of lists, column by column."""
    items = [item for group in groups for item in group]
    assert [field.name for field in ITEMS[name]] == [field.name for field in fields(kind)]
    columns = [pa.array([getattr(i, f.name) for i in items], f.type) for f in ITEMS[name]]
    offsets = [0, *accumulate(map(len, groups))]
    structs = pa.StructArray.from_arrays(columns, fields=list(ITEMS[name]))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)
