"""Zip containers opened with care: truncated ones and bombs become clear errors.

Damaged ones make the library raise errors of almost any kind.
"""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO

from analysis.documents.grid import UnreadableError

MAX_UNPACKED = 256 * 2**20
_CHUNK = 2**20
_MOST_SAVED = 1032


def open_archive(container: bytes | Path) -> zipfile.ZipFile:
    """Open a zip container; raise UnreadableError when it is cut off or damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(container) if isinstance(container, bytes) else container)
    except Exception as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member's bytes; raise UnreadableError when damaged, missing or unpacking too large."""
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise UnreadableError("truncated", reason=f"no part named {name}") from error
    return read_info(archive, info)


def read_info(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """As `read_member`, for a member known by its entry: names may stand twice."""
    try:
        with archive.open(info) as member:
            return read_capped(member)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def unpack_gzip(data: bytes) -> bytes:
    """What a gzip file holds; raise UnreadableError when damaged or unpacking too large."""
    try:
        with gzip.open(io.BytesIO(data)) as member:
            return read_capped(member)
    except (zlib.error, EOFError, OSError) as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def check_size(archive: zipfile.ZipFile) -> None:
    """Refuse a container that unpacks too large, before a library meets it.

    Members too small to matter, by the most that deflating can save, are not unpacked for that.
    """
    room = MAX_UNPACKED
    for info in sorted(archive.infolist(), key=lambda info: info.compress_size):
        at_most = info.compress_size * _MOST_SAVED
        is_simple = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        fits = is_simple and at_most <= room
        room -= at_most if fits else len(read_member(archive, info.filename))
        if room < 0:
            raise UnreadableError("zip_bomb", limit=MAX_UNPACKED // 2**20)


def read_capped(member: IO[bytes] | gzip.GzipFile) -> bytes:
    """Read a member up to the cap."""
    pieces: list[bytes] = []
    size = 0
    while piece := member.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_UNPACKED:
            raise UnreadableError("zip_bomb", limit=MAX_UNPACKED // 2**20)
    return b"".join(pieces)
