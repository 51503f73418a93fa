"""OLE containers: which program wrote one, by the streams at its top."""

from typing import TYPE_CHECKING

from analysis.documents.grid import UnreadableError

if TYPE_CHECKING:
    from doc2docx.cfb import CompoundFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_BYTES, _MOST_ENTRIES = 128 * 2**20, 50_000


def open_ole(data: bytes) -> "CompoundFile":
    """Open an OLE container; raise UnreadableError when it is cut off or damaged."""
    from doc2docx.cfb import CompoundFile, CompoundFileLimits
    from doc2docx.errors import InvalidCompoundFile

    limits = CompoundFileLimits(max_stream_bytes=_MOST_BYTES, max_directory_entries=_MOST_ENTRIES)
    try:
        return CompoundFile(data, limits=limits)
    except (InvalidCompoundFile, ValueError) as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def top_names(data: bytes) -> set[str]:
    """Names of the streams and storages at the top of a container."""
    return {entry.path for entry in open_ole(data).entries if "/" not in entry.path}


def is_installer(names: set[str]) -> bool:
    """Whether names are packed in the way of Windows installers."""
    return any("\u3800" <= name[:1] <= "\u4840" for name in names)
