"""Readers: the bytes of a document → Document. The bytes choose the reader, never the suffix."""

import re
from collections.abc import Callable

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers import html, plain, scan, sheet, word
from analysis.documents.readers.archive import open_archive
from analysis.documents.readers.text import decode

MAX_BYTES = 100 * 2**20
_HEAD = 16384
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAGS = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|td|div|p)\b", re.IGNORECASE)
_TAG_BYTES = re.compile(_TAGS.pattern.encode(), re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_PICTURE = re.compile(rb"\x89PNG|\xff\xd8\xff|II\*\0|MM\0\*|BM.{4}\0{4}", re.DOTALL)
_NOT_YET = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"MIME-Version:", "MHTML"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
)


def read(data: bytes) -> Document:
    """Read a document with the reader that its bytes ask for.

    Raises UnreadableError, with the check to report, for a document that none can read.
    """
    return choose(data)(data)


def choose(data: bytes) -> Callable[[bytes], Document]:
    """The reader for these bytes; UnreadableError where there is none."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError("empty_file")
    if len(data) > MAX_BYTES:
        raise UnreadableError("file_too_large", size=len(data) // 2**20, limit=MAX_BYTES // 2**20)
    if data.startswith(b"PK"):
        return _choose_in_archive(data)
    if data.startswith(_OLE):
        return _choose_in_ole(data)
    if _PICTURE.match(data):
        return scan.read
    for magic, name in _NOT_YET:
        if data.lstrip(b"\r\n\t ").startswith(magic):
            raise UnreadableError("format_not_supported", format=name)
    return _choose_text(data)


def _choose_in_archive(data: bytes) -> Callable[[bytes], Document]:
    """Docx or xlsx by the parts inside."""
    with open_archive(data) as archive:
        names = set(archive.namelist())
    if "word/document.xml" in names:
        return word.read
    if any(name.startswith("xl/") for name in names):
        return sheet.read
    raise UnreadableError("format_not_supported", format="zip")


def _choose_in_ole(data: bytes) -> Callable[[bytes], Document]:
    """Xls or doc by the names of the streams inside."""
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book\0")):
        return sheet.read
    is_word = "WordDocument".encode("utf-16-le") in data
    raise UnreadableError(
        "format_not_supported", format="Old Word (.doc)" if is_word else "Old Office (OLE)"
    )


def _choose_text(data: bytes) -> Callable[[bytes], Document]:
    """HTML or plain text; bytes full of control characters are neither."""
    if _TAG_BYTES.search(data[:_HEAD]):
        return html.read
    head = decode(data[:_HEAD])
    if len(_CONTROL.findall(head)) * 100 > len(head):
        raise UnreadableError("format_unknown", head=data[:8].hex(" "))
    return html.read if _TAGS.search(head) else plain.read
