"""The source files of a build: every file of a folder, with the facts that its manifest gives."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from analysis.dataset.places import regions
from analysis.documents.reference import ReferenceDataError, read_csv

MANIFEST = "manifest.csv"
CORRECTIONS = "corrections.csv"
_COLUMNS = ("path", "title", "agency", "region_code", "year", "scope", "published", "url", "note")
_SCOPES = ("agency", "aggregate")
_NOT_REPORTS = {MANIFEST, CORRECTIONS, "readme.md", "readme.txt", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Source:
    """One source file: its path within the raw folder, where it lies, and the facts given."""

    path: str
    file: Path
    given: dict[str, object] = field(default_factory=dict)

    @property
    def report_id(self) -> str:
        """Identifier of the report: twelve hexadecimal digits of its path's SHA-256."""
        return hashlib.sha256(self.path.encode()).hexdigest()[:12]


def find_sources(raw: str | Path) -> list[Source]:
    """Every report file below a folder, at any depth, in the order of their paths.

    Hidden files, readme files, the manifest and the corrections are no reports. Raises
    FileNotFoundError for a missing folder and ReferenceDataError, with the line, for a wrong
    manifest.
    """
    folder = Path(raw)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}: put the report files there, or pass --raw")
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if _is_file(p)}
    for path in files:
        name = path.rpartition("/")[2].lower()
        if path != name and name in (MANIFEST, CORRECTIONS):
            raise ReferenceDataError(f"{path}: the {name[:-4]} must be {folder / name}")
    reports = sorted(filter(_is_report, files))
    given = read_manifest(folder / MANIFEST, set(reports)) if MANIFEST in files else {}
    return [Source(path, files[path], given.get(path, {})) for path in reports]


def _is_file(path: Path) -> bool:
    """Whether a path is a file, or a link that leads nowhere and so must be told."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _is_report(path: str) -> bool:
    """Whether a file may be a report: not hidden, and not one that goes with the folder."""
    *folders, name = path.split("/")
    hidden = any(part.startswith(".") for part in folders) or name.startswith((".", "~$"))
    return not hidden and name.lower() not in _NOT_REPORTS


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
