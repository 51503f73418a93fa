"""Zip archives of reports: which files they hold, archives within archives too, and their bytes.

Names only name: nothing is ever unpacked to disk. What an archive may hold is bounded.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.documents.grid import UnreadableError
from analysis.documents.readers.archive import open_archive, read_info

MAX_MEMBERS = 2000
MAX_TOTAL = 2**30
MAX_DEPTH = 3
MAX_RATIO = 500
_SMALL = 16 * 2**20
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_NOT_REPORTS = {
    "manifest.csv",
    "corrections.csv",
    "readme.md",
    "readme.txt",
    "thumbs.db",
    "desktop.ini",
}
_DRIVE = re.compile(r"[A-Za-z]:$")

Container = bytes | Path


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path, its place in each archive from the outermost, its size."""

    path: str
    steps: tuple[int, ...]
    size: int
    is_archive: bool = False


def is_report(path: str) -> bool:
    """Whether a file may be a report: not hidden, and not one that goes with a folder."""
    *folders, name = path.split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in folders)
    return not hidden and not name.startswith((".", "~$")) and name.lower() not in _NOT_REPORTS


def list_members(container: Container) -> list[Member]:
    """The files in an archive that may be reports, those in archives within it too.

    Raises UnreadableError for a damaged archive, and for one that holds more than it may.
    """
    found: list[Member] = []
    total = 0
    for member in _walk(container, (), ""):
        found.append(member)
        total += member.size
        if len(found) > MAX_MEMBERS:
            raise UnreadableError("too_many_members", limit=MAX_MEMBERS)
        if total > MAX_TOTAL:
            raise UnreadableError("zip_bomb", limit=MAX_TOTAL // 2**20)
    return _with_own_paths([member for member in found if not member.is_archive])


def read_member_at(container: Container, steps: tuple[int, ...]) -> bytes:
    """A member's bytes; UnreadableError where it is damaged, under a password, or a bomb."""
    if isinstance(container, Path) and len(steps) > 1:
        found = container.stat()
        state = (found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
        container, steps = _inner_of(container, state, steps[:-1]), steps[-1:]
    for step in steps:
        with open_archive(container) as archive:
            infos = archive.infolist()
            if step >= len(infos):
                raise UnreadableError("truncated", reason="the archive has changed")
            container = _read(archive, infos[step])
    return container if isinstance(container, bytes) else container.read_bytes()


@lru_cache(maxsize=1)
def _inner_of(path: Path, state: tuple[int, ...], steps: tuple[int, ...]) -> bytes:
    """An archive within an archive, kept while its members are read one after the other.

    `state` tells the file from another one that takes its place.
    """
    return read_member_at(path.read_bytes(), steps)


def _walk(container: Container, steps: tuple[int, ...], folder: str) -> Iterator[Member]:
    """Every file of an archive that may be a report, and the archives that hold others."""
    with open_archive(container) as archive:
        for n, info in enumerate(archive.infolist()):
            path = folder + _name(info)
            is_folder = info.orig_filename.endswith(("/", "\\")) or path == folder
            if is_folder or not is_report(path):
                continue
            inner = _inner(archive, info) if len(steps) + 1 < MAX_DEPTH else None
            yield Member(path, (*steps, n), info.file_size, is_archive=inner is not None)
            if inner is not None:
                yield from _walk(inner, (*steps, n), f"{path}/")


def _inner(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of an archive of reports within an archive; None for any other member."""
    if not info.filename.lower().endswith(".zip"):
        return None
    try:
        data = _read(archive, info)
        with open_archive(data) as inner:
            return data if is_bundle(inner.namelist()) else None
    except UnreadableError:
        return None


def is_bundle(names: list[str]) -> bool:
    """Whether a zip container with these parts is an archive of files, and no document itself."""
    return not {"[Content_Types].xml", "mimetype", "OFD.xml"} & set(names)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One member's bytes, where it may be read."""
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableError("encrypted")
    if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        raise UnreadableError("zip_bomb", limit=_SMALL // 2**20)
    return read_info(archive, info)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's path: names without a sign of their encoding are UTF-8 or GBK.

    Steps that would lead out of a folder are left out.
    """
    name = info.orig_filename.split("\0")[0]
    if not info.flag_bits & _UTF8_NAME:
        name = _decoded(name)
    parts = name.replace("\\", "/").split("/")
    kept = (p for p in parts if p not in ("", ".", "..") and not _DRIVE.match(p))
    return "/".join("".join(c if c.isprintable() else "_" for c in part) for part in kept)


def _decoded(name: str) -> str:
    """A name whose bytes were taken for those of an old American encoding."""
    data = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _with_own_paths(members: list[Member]) -> list[Member]:
    """Members of which no two have one path: a second one is counted."""
    seen: dict[str, int] = {}
    found: list[Member] = []
    for member in members:
        n = seen[member.path] = seen.get(member.path, 0) + 1
        path = member.path if n == 1 else f"{member.path} ({n})"
        found.append(Member(path, member.steps, member.size))
    return found
