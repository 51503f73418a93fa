"""Zip containers opened with care: truncated ones and bombs become clear errors."""

import io
import zipfile
import zlib
from typing import IO

from analysis.documents.grid import UnreadableError

MAX_UNPACKED = 256 * 2**20
_CHUNK = 2**20


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open a zip container; raise UnreadableError when it is cut off or damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member's bytes; raise UnreadableError when damaged, missing or unpacking too large."""
    try:
        with archive.open(name) as member:
            return _read_capped(member)
    except KeyError as error:
        raise UnreadableError("truncated", reason=f"no part named {name}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def check_members(archive: zipfile.ZipFile) -> None:
    """Unpack every member once, so that damage or a bomb shows before a library meets it."""
    room = MAX_UNPACKED
    for info in archive.infolist():
        room -= len(read_member(archive, info.filename))
        if room < 0:
            raise UnreadableError("zip_bomb", limit=MAX_UNPACKED // 2**20)


def _read_capped(member: IO[bytes]) -> bytes:
    """Read a member up to the cap."""
    pieces: list[bytes] = []
    size = 0
    while piece := member.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_UNPACKED:
            raise UnreadableError("zip_bomb", limit=MAX_UNPACKED // 2**20)
    return b"".join(pieces)
