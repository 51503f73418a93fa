"""Readers: the bytes of a document → Document. The bytes choose the reader, never the suffix.

Each is imported when a document first asks for it, since the libraries of some take long to load.
"""

import re
from collections.abc import Callable
from importlib import import_module

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers.archive import open_archive, unpack_gzip
from analysis.documents.readers.bundle import is_bundle, list_members, read_member_at
from analysis.documents.readers.ole import MAGIC, is_installer, top_names
from analysis.documents.readers.text import decode

Reader = Callable[[bytes], Document]

MAX_BYTES = 100 * 2**20
_HEAD = 16384
_BLANK = b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_SHOWN = 20
_BITMAP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)


def read(data: bytes) -> Document:
    """Read a document with the reader that its bytes ask for.

    Raises UnreadableError, with the check to report, for a document that none can read.
    """
    return choose(data)(data)


def choose(data: bytes) -> Reader:
    """The reader for these bytes; UnreadableError where there is none."""
    if not data.strip(_BLANK):
        raise UnreadableError("empty_file")
    if len(data) > MAX_BYTES:
        raise UnreadableError("file_too_large", size=len(data) // 2**20, limit=MAX_BYTES // 2**20)
    if data.startswith(b"PK"):
        return _choose_in_zip(data)
    if data.startswith(MAGIC):
        return _choose_in_ole(data)
    head = data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")
    for beginning, reader in _BEGINNINGS:
        if head.startswith(beginning) or data.startswith(beginning):
            return _reader_of(reader)
    if _BITMAP.match(data):
        return _reader_of(".scan")
    if b"%PDF-" in data[:1024]:
        return _reader_of(".pdf")
    return _choose_text(data)


def _reader_of(named: Reader | str) -> Reader:
    """A reader, that of a module (.pdf) imported, or the refusal that says what the file is."""
    if not isinstance(named, str):
        return named
    if named.startswith("."):
        reader: Reader = import_module(named, __name__).read
        return reader
    check = "archive_not_read" if named in _PACKED else "format_not_supported"
    raise UnreadableError(check, format=named)


def _choose_in_zip(data: bytes) -> Reader:
    """A document by the parts inside, else an archive of reports."""
    with open_archive(data) as archive:
        names = archive.namelist()
    for part, reader in _PARTS:
        if any(name.startswith(part) for name in names):
            return _reader_of(reader)
    return read_bundle if is_bundle(names) else _reader_of("Office (OOXML)")


def _choose_in_ole(data: bytes) -> Reader:
    """A document by the streams at the top of the container."""
    names = top_names(data)
    if "EncryptedPackage" in names:
        raise UnreadableError("encrypted")
    for stream, reader in _STREAMS:
        if stream in names:
            return _reader_of(reader)
    return _reader_of("Windows installer (.msi)" if is_installer(names) else "Old Office (OLE)")


def _choose_text(data: bytes) -> Reader:
    """A saved page, XML of an office program, HTML or plain text."""
    if _PAGE.match(data):
        return _reader_of(".html")
    head = decode(data[:_HEAD]).lstrip("\ufeff\0 \t\r\n")
    if _MAIL_HEAD.match(head):
        return _reader_of(".mail")
    root = _ROOT.match(head)
    if root and root[1] in _ROOTS:
        return _reader_of(_ROOTS[root[1]])
    if _TAGS.search(head):
        return _reader_of(".html")
    if len(_CONTROL.findall(head)) * 100 > len(head):
        raise UnreadableError("format_unknown", head=data[:8].hex(" "))
    return _reader_of(".html" if root else ".plain")


# --- Containers ---------------------------------------------------------------------------------


def read_bundle(data: bytes) -> Document:
    """Read an archive that holds exactly one report; of several, say which they are."""
    members = list_members(data)
    readable = [m for m in members if len(members) == 1 or _is_readable(data, m.steps)]
    if len(readable) != 1:
        check = "several_reports" if readable else "no_report_inside"
        shown = [m.path for m in readable or members]
        names = ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
        raise UnreadableError(check, count=len(shown), names=names)
    return _read_inside(read_member_at(data, readable[0].steps))


def _is_readable(data: bytes, steps: tuple[int, ...]) -> bool:
    """Whether there is a reader for a member of an archive."""
    try:
        return choose(read_member_at(data, steps)) not in _CONTAINERS
    except UnreadableError:
        return False


def _read_gzip(data: bytes) -> Document:
    """Read the one file that gzip has packed."""
    return _read_inside(unpack_gzip(data))


def _read_inside(data: bytes) -> Document:
    """Read a document that came out of a container; one container more is one too many."""
    reader = choose(data)
    if reader in _CONTAINERS:
        raise UnreadableError("packed_too_deep")
    return reader(data)


# --- What reads what ---------------------------------------------------------------------------

_CONTAINERS: tuple[Reader, ...] = (read_bundle, _read_gzip)
# What a file begins with → the reader or its module, or what the file is where none reads it.
_BEGINNINGS: tuple[tuple[bytes, Reader | str], ...] = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG", ".scan"),
    (b"\xff\xd8\xff", ".scan"),
    (b"II*\0", ".scan"),
    (b"MM\0*", ".scan"),
    (b"{\\rtf", ".rtf"),
    (b"\x1f\x8b", _read_gzip),
    (b"\x09\x08", ".sheet_xls"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
)
_PACKED = ("7z", "RAR")
# A stream at the top of an OLE container → the reader's module, or what the container is.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", ".doc"),
    ("Workbook", ".sheet_xls"),
    ("Book", ".sheet_xls"),
    ("PowerPoint Document", "PowerPoint (.ppt)"),
    ("VisioDocument", "Visio (.vsd)"),
    ("__properties_version1.0", "Outlook (.msg)"),
    ("MatOST", "Microsoft Works (.wps)"),
    ("\x05HwpSummaryInformation", "Hangul (.hwp)"),
)
# How a part of a zip container begins → the reader's module, or what the container is.
_PARTS: tuple[tuple[str, str], ...] = (
    ("word/document", ".word"),
    ("xl/work", ".sheet"),
    ("ppt/presentation", "PowerPoint (.pptx)"),
    ("OFD.xml", "OFD"),
    ("mimetype", "OpenDocument"),
)
_ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!\w[^>]*>)*+<([A-Za-z][\w:.-]*|!--)", re.DOTALL | re.ASCII
)
# The root element of an XML file → its reader's module.
_ROOTS: dict[str, str] = {
    "pkg:package": ".xml_word",
    "w:wordDocument": ".xml_word",
    "Workbook": ".xml_sheet",
    "ss:Workbook": ".xml_sheet",
}
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_TAGS = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|td|div|p)\b", re.IGNORECASE)
_MAIL_HEAD = re.compile(
    r"(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?"
    r"(?:MIME-Version:|Content-Type:\s*(?:multipart/|text/html))",
    re.IGNORECASE,
)
