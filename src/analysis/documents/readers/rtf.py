"""RTF → grids, by way of the docx that LibreOffice makes: no library keeps merged cells."""

from dataclasses import replace

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers import office, word


def read(data: bytes) -> Document:
    """Read an RTF document; raise UnreadableError where LibreOffice is missing or fails."""
    docx = office.to_docx(data, "rtf")
    if docx is None:
        raise UnreadableError("needs_office", format="RTF")
    return replace(word.read(docx), format="rtf")
