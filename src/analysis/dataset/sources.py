"""The source files of a build: every file of a folder, with the facts that its manifest gives.

A file in a zip archive is a source of its own, with a path such as `a/reports.zip/huaian.docx`.
"""

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from operator import attrgetter
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

_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")

Known = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """One source file: its path within the raw folder, where it lies, and the facts given.

    `steps` says where in the archive `place` it lies, archives within archives included; `stamp` is
    size, number and times of `place` as the system has them, nothing where it has none.
    """

    path: str
    place: str
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
        file = Path(self.place)
        return read_member_at(file, self.steps) if self.steps else file.read_bytes()

    def sha256(self) -> str:
        """SHA-256 of its bytes, or nothing where it can't be opened."""
        try:
            if self.steps:
                return hashlib.sha256(self.read()).hexdigest()
            with Path(self.place).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest()
        except (OSError, UnreadableError):
            return ""


def find_sources(raw: str | Path, is_known: Known = lambda path, stamp: False) -> list[Source]:
    """Every report file below a folder, at any depth, in the order of their paths.

    Hidden files, readme files, the manifest and the corrections are no reports. An archive that
    can't be opened is a source itself, so that reading it says why. Files that are known, by path
    and stamp, to be one report are not opened. Raises FileNotFoundError for a missing folder,
    ValueError for two files of one name in two encodings, and ReferenceDataError, with the line,
    for a wrong manifest.
    """
    folder = Path(raw)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}: put the report files there, or pass --raw")
    files: dict[str, Source] = {}
    for file in _files(str(folder)):
        if files.setdefault(file.path, file) is not file:
            raise ValueError(f"two files are named {file.path}, in two encodings: remove one")
    for path in files:
        name = path.rpartition("/")[2].lower()
        if path != name and name in (MANIFEST, CORRECTIONS):
            raise ReferenceDataError(f"{path}: the {name[:-4]} must be {folder / name}")
    reports = [file for path, file in files.items() if is_report(path)]
    found = [(source, file.path) for file in reports for source in _sources(file, is_known)]
    known = {path for source, archive in found for path in (source.path, archive)}
    given = read_manifest(folder / MANIFEST, known) if MANIFEST in files else {}
    whole = (_with_given(source, given, archive) for source, archive in found)
    return sorted(whole, key=attrgetter("path"))


def find_source(file: str | Path, raw: str | Path) -> Source:
    """The one source that a path names: from the working folder, or as messages name it.

    Messages name files by their paths below the raw folder, and a file in an archive behind that.
    Raises FileNotFoundError where neither folder has it, and ReferenceDataError for a wrong line of
    the manifest.
    """
    path, root = Path(file), Path(raw).absolute()
    for part in (path, *path.parents):
        whole = _whole(part, root)
        if whole:
            source = _member(whole, path.relative_to(part).as_posix())
            manifest = root / MANIFEST
            is_given = Path(whole.place).is_relative_to(root) and manifest.is_file()
            return _with_given(source, read_manifest(manifest) if is_given else {}, whole.path)
    if path.is_dir() or (root / path).is_dir():
        raise FileNotFoundError(f"{file} is a directory; name one file in it")
    raise FileNotFoundError(f"no file {file}, neither in this folder nor in {raw}")


def _whole(file: Path, root: Path) -> Source | None:
    """A file of the working folder, else one of the raw folder, by its path there."""
    here = Path(os.path.normpath(file.absolute()))
    if not here.is_file():
        below = _named(root, file)
        return Source(file.as_posix(), str(below)) if below else None
    parts = here.relative_to(root).parts if here.is_relative_to(root) else (here.name,)
    return Source("/".join(map(_readable, parts)), str(here))


def _named(root: Path, path: Path) -> Path | None:
    """The file below a folder that a path names, where names that are no UTF-8 stand as read."""
    found = root
    for name in path.parts:
        if not (found / name).exists():
            beside = found.iterdir() if found.is_dir() else ()
            name = next((one.name for one in beside if _readable(one.name) == name), name)
        found = found / name
    return found if found.is_file() else None


def _member(whole: Source, inside: str) -> Source:
    """A file, or one in it where it is an archive."""
    if inside == ".":
        return whole
    try:
        members = {member.path: member for member in list_members(Path(whole.place))}
    except UnreadableError as error:
        raise FileNotFoundError(f"{whole.path} is no archive that can be opened") from error
    if inside not in members:
        raise FileNotFoundError(f"no file {inside} in {whole.path}{_meant(inside, members)}")
    return replace(whole, path=f"{whole.path}/{inside}", steps=members[inside].steps)


def _files(folder: str, below: str = "", roots: tuple[Path, ...] = ()) -> Iterator[Source]:
    """Every file below a folder, and below those to which links in it lead.

    A link to what is read anyway is passed over; one that leads nowhere, or to a folder that holds
    the one it stands in, comes as a file that can't be opened, so that it is told.
    """
    roots = roots or (Path(folder).resolve(),)
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{below}{_readable(entry.name)}"
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, f"{path}/", roots)
            elif _is_file(entry):
                yield Source(path, entry.path, {}, (), *_size_and_stamp(entry))
            elif entry.is_dir():
                yield from _linked(entry.path, path, roots)


def _linked(folder: str, path: str, roots: tuple[Path, ...]) -> Iterator[Source]:
    """The files below a folder to which a link leads, which stands in some folders."""
    target = Path(folder).resolve()
    if any(root.is_relative_to(target) for root in roots):
        yield Source(path, folder)
    elif not any(target.is_relative_to(root) for root in roots):
        yield from _files(folder, f"{path}/", (*roots, target))


def _readable(name: str) -> str:
    """A name as text: one that is no UTF-8 is GBK, as an archive from another system left it."""
    data = os.fsencode(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file, or a link that leads nowhere or round in a circle."""
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:
        return True


def _size_and_stamp(entry: os.DirEntry[str]) -> tuple[int, str]:
    """The size and stamp of a file, where the system tells them."""
    try:
        found = entry.stat()
    except OSError:
        return 0, ""
    told = (found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
    return found.st_size, " ".join(map(str, told))


def _sources(whole: Source, is_known: Known) -> list[Source]:
    """A file, or the files in it where it is an archive that can be opened."""
    if is_known(whole.path, whole.stamp):
        return [whole]
    file = Path(whole.place)
    try:
        if not _is_zip(file) or choose(file.read_bytes()) is not read_bundle:
            return [whole]
        members = list_members(file)
    except UnreadableError:
        return [whole]
    except OSError:  # perhaps not for ever: without a stamp it is opened again next time
        return [replace(whole, stamp="")]
    inside = [
        replace(whole, path=f"{whole.path}/{member.path}", steps=member.steps, size=member.size)
        for member in members
    ]
    return inside or [whole]


def _is_zip(file: Path) -> bool:
    """Whether a file begins as zip containers do."""
    with file.open("rb") as handle:
        return handle.read(2) == b"PK"


def _with_given(source: Source, given: Mapping[str, dict[str, object]], archive: str) -> Source:
    """A file with the facts given; a line for its archive gives what its own line does not."""
    own = given.get(archive, {}) | given.get(source.path, {})
    return replace(source, given=own) if own else source


def read_manifest(path: Path, files: set[str] | None = None) -> dict[str, dict[str, object]]:
    """Facts given for files, by path; empty cells give nothing. Any path will do without `files`.

    Raises ReferenceDataError, naming the line, for an unknown column, a missing file, a path that
    stands twice, an unknown region code, and a year, scope or date that can't be one.
    """
    given: dict[str, dict[str, object]] = {}
    lines: dict[str, int] = {}
    for number, row in read_csv(path, known=_COLUMNS, required=("path",)):
        where = f"{path.name}, line {number}"
        name = row.pop("path").strip().replace("\\", "/")
        if files is not None and name not in files:
            meant = _meant(name, files)
            raise ReferenceDataError(f"{where}: no file {name!r} beside the manifest{meant}")
        if name in given:
            raise ReferenceDataError(f"{where}: {name!r} stands already in line {lines[name]}")
        lines[name] = number
        given[name] = {k: check_fact(where, k, v.strip()) for k, v in row.items() if v.strip()}
    return given


def _meant(name: str, files: Collection[str]) -> str:
    """The file that a wrong path most likely means, where there is one."""
    last = name.rpartition("/")[2]
    same = [path for path in files if path.rpartition("/")[2] == last]
    near = same if len(same) == 1 else get_close_matches(name, files, n=1, cutoff=0.8)
    return f"; is it {near[0]!r}?" if near else ""


def _dashed(found: re.Match[str]) -> str:
    """A date as spreadsheets rewrite it when they save a CSV, such as 2024/3/5, as it was."""
    year, month, day = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


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
            return date.fromisoformat(_SLASHED.sub(_dashed, value)).isoformat()
        except ValueError as error:
            raise ReferenceDataError(
                f"{where}: published {value!r} is no date like 2024-03-31"
            ) from error
    return value
