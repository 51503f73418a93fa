"""Old Word documents (.doc, and .wps that hold one) → grids, by way of docx."""

import tempfile
from dataclasses import replace
from pathlib import Path
from struct import unpack_from

from doc2docx import convert
from doc2docx.diagnostics import Diagnostic
from doc2docx.errors import EncryptedDocumentError, InvalidCompoundFile

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers import office, word
from analysis.documents.readers.ole import open_ole

_WORD_97 = 0xC1
_ENCRYPTED = 0x100
_TRIED_AGAIN = ("needs_office", "not_converted")
# What the library says when tables, fields or hidden text may not have come through as printed.
_LOSSY = {
    "MALFORMED_TABLE_FLATTENED",
    "STYLE_TABLE_MALFORMED",
    "TABLE_CELL_DEFINITION_MISMATCH",
    "TABLE_DEPTH_LIMITED",
    "TABLE_GRID_MISMATCH",
    "TABLE_MARKER_DEFERRED",
    "UNSUPPORTED_CONTROL_CHARACTER",
    "UNTERMINATED_FIELD",
}
_DRAWN_FIELDS = {"EQ", "SYMBOL", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM"}


def read(data: bytes) -> Document:
    """Read an old Word document as its docx reads.

    Raises UnreadableError for one that is damaged or under a password, and for one that the library
    can't convert as it prints (Word 6 and 95 above all) where LibreOffice can't do so either.
    """
    return replace(word.read(_to_docx(data)), format="doc")


def _to_docx(data: bytes) -> bytes:
    """The docx of a document, by LibreOffice only where the library does not serve."""
    try:
        _check_head(open_ole(data).open_stream("WordDocument"))
        return _convert(data)
    except UnreadableError as refused:
        docx = office.to_docx(data, "doc") if refused.check in _TRIED_AGAIN else None
        if docx is None:
            raise
        return docx
    except InvalidCompoundFile as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def _check_head(stream: bytes) -> None:
    """Refuse a document under a password, and one older than Word 97."""
    if len(stream) < 12:
        raise UnreadableError("truncated", reason="the WordDocument stream holds no text")
    _, version, _, _, _, flags = unpack_from("<6H", stream)
    if flags & _ENCRYPTED:
        raise UnreadableError("encrypted")
    if version < _WORD_97:
        raise UnreadableError("needs_office", format="Word 6/95 (.doc)")


def _convert(data: bytes) -> bytes:
    """The docx that the library makes; UnreadableError where it may not be what is printed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        source, target = Path(name) / "document.doc", Path(name) / "document.docx"
        source.write_bytes(data)
        try:
            told = convert(source, target).report.diagnostics
        except EncryptedDocumentError as error:
            raise UnreadableError("encrypted") from error
        except Exception as error:
            raise UnreadableError("not_converted", reason=f"{error}") from error
        lost = sorted({d.code for d in told if _loses(d)})
        if lost:
            raise UnreadableError("not_converted", reason=", ".join(lost).lower())
        return target.read_bytes()


def _loses(told: Diagnostic) -> bool:
    """Whether what the library tells means that the cells may not be as printed."""
    flattened = told.details.get("field_types", ()) if told.code == "FIELDS_FLATTENED" else ()
    return told.code in _LOSSY or not _DRAWN_FIELDS.isdisjoint(flattened)
