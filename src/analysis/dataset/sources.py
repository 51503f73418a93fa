"""The source files of a build: every file of a folder, with the facts that its manifest gives.

A file in a zip archive is a source of its own, with a path such as `a/reports.zip/huaian.docx`.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from analysis.dataset.regions import regions
from analysis.documents.grid import UnreadableError
from analysis.documents.readers import choose, read_bundle
from analysis.documents.readers.bundle import is_report, list_members, read_member_at
from analysis.documents.reference import ReferenceDataError, read_csv

MANIFEST = "manifest.csv"
CORRECTIONS = "corrections.csv"
_COLUMNS = ("path", "title", "agency", "region_code", "year", "scope", "published", "url", "note")
_SCOPES = ("agency", "aggregate")


@dataclass(frozen=True, slots=True)
class Source:
    """One source file: its path within the raw folder, where it lies, and the facts given.

    `steps` says where in the archive `file` it lies, archives within archives included; `stamp` is
    size and times of `file` as the system has them, nothing where it has none.
    """

    path: str
    file: Path
    given: dict[str, object] = field(default_factory=dict)
    steps: tuple[int, ...] = ()
    size: int = 0
    stamp: str = ""

    @property
    def report_id(self) -> str:
        """Identifier of the report: twelve hexadecimal digits of its path's SHA-256."""
        return hashlib.sha256(self.path.encode()).hexdigest()[:12]

    def read(self) -> bytes:
        """Its bytes; raises OSError, or UnreadableError where an archive does not yield it."""
        return read_member_at(self.file, self.steps) if self.steps else self.file.read_bytes()

    def sha256(self) -> str:
        """SHA-256 of its bytes, or nothing where it can't be opened."""
        try:
            if self.steps:
                return hashlib.sha256(self.read()).hexdigest()
            with self.file.open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest()
        except (OSError, UnreadableError):
            return ""


def find_sources(raw: str | Path) -> list[Source]:
    """Every report file below a folder, at any depth, in the order of their paths.

    Hidden files, readme files, the manifest and the corrections are no reports. An archive that
    can't be opened is a source itself, so that reading it says why. Raises FileNotFoundError for a
    missing folder and ReferenceDataError, with the line, for a wrong manifest.
    """
    folder = Path(raw)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}: put the report files there, or pass --raw")
    files = dict(_files(folder))
    for path in files:
        name = path.rpartition("/")[2].lower()
        if path != name and name in (MANIFEST, CORRECTIONS):
            raise ReferenceDataError(f"{path}: the {name[:-4]} must be {folder / name}")
    reports = [path for path in files if is_report(path)]
    found = sorted(
        (source for path in reports for source in _sources(path, files[path])),
        key=lambda source: source.path,
    )
    known = {source.path for source in found} | set(reports)
    given = read_manifest(folder / MANIFEST, known) if MANIFEST in files else {}
    return [replace(source, given=_given(source, given, folder)) for source in found]


def _files(folder: Path, below: str = "") -> Iterator[tuple[str, Path]]:
    """Every file below a folder, by path; a link that leads nowhere too, so that it is told."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path, file = f"{below}{entry.name}", Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from _files(file, f"{path}/")
            elif entry.is_file() or (entry.is_symlink() and not file.exists()):
                yield path, file


def _sources(path: str, file: Path) -> list[Source]:
    """A file, or the files in it where it is an archive that can be opened."""
    try:
        with file.open("rb") as handle:
            found = os.fstat(handle.fileno())
            is_zip = handle.read(2) == b"PK"
    except OSError:
        return [Source(path, file)]
    stamp = f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
    whole = Source(path, file, size=found.st_size, stamp=stamp)
    if not is_zip:
        return [whole]
    try:
        if choose(file.read_bytes()) is not read_bundle:
            return [whole]
        members = list_members(file)
    except (OSError, UnreadableError):
        return [whole]
    inside = [
        replace(whole, path=f"{path}/{member.path}", steps=member.steps, size=member.size)
        for member in members
    ]
    return inside or [whole]


def _given(source: Source, given: dict[str, dict[str, object]], folder: Path) -> dict[str, object]:
    """Facts given for a file; a line for its archive gives what its own line does not."""
    archive = source.file.relative_to(folder).as_posix() if source.steps else source.path
    return given.get(archive, {}) | given.get(source.path, {})


def read_manifest(path: Path, files: set[str]) -> dict[str, dict[str, object]]:
    """Facts given for files, by path; empty cells give nothing.

    Raises ReferenceDataError, naming the line, for an unknown column, a missing file, a path that
    stands twice, an unknown region code, and a year, scope or date that can't be one.
    """
    given: dict[str, dict[str, object]] = {}
    lines: dict[str, int] = {}
    for number, row in read_csv(path, known=_COLUMNS, required=("path",)):
        where = f"{path.name}, line {number}"
        name = row.pop("path").strip().replace("\\", "/")
        if name not in files:
            raise ReferenceDataError(f"{where}: no file {name!r} beside the manifest")
        if name in given:
            raise ReferenceDataError(f"{where}: {name!r} stands already in line {lines[name]}")
        lines[name] = number
        given[name] = {k: check_fact(where, k, v.strip()) for k, v in row.items() if v.strip()}
    return given


def check_fact(where: str, column: str, value: str) -> object:
    """A fact stated about a report, checked: its year as a number, other facts as text."""
    if column == "year":
        if not (value.isdecimal() and 2000 <= int(value) <= 2100):
            raise ReferenceDataError(
                f"{where}: the year {value!r} is none; write four digits such as 2023"
            )
        return int(value)
    if column == "region_code" and value not in regions():
        raise ReferenceDataError(f"{where}: unknown region code {value!r} (GB/T 2260, six digits)")
    if column == "scope" and value not in _SCOPES:
        raise ReferenceDataError(f"{where}: the scope {value!r} is none of {', '.join(_SCOPES)}")
    if column == "published":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise ReferenceDataError(
                f"{where}: published {value!r} is no date like 2024-03-31"
            ) from error
    return value
