"""Word documents saved as one XML file, Flat OPC or Word 2003 → grids."""

from lxml import etree

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers import word
from analysis.documents.readers.word_looks import W
from analysis.documents.readers.word_styles import write_looks
from analysis.documents.readers.xml import parse_strictly

_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMES_2003 = {W + "vmerge": W + "vMerge", W + "hmerge": W + "hMerge"}
_DELETED = ("Word.Deletion",)


def read(data: bytes) -> Document:
    """Read a document whose parts, or whose whole, stand in one XML file."""
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    for namespace in (_WORD_2003, _STRICT):
        data = data.replace(namespace, W[1:-1].encode())
    root = parse_strictly(data)
    body = next(root.iter(W + "document", W + "wordDocument"), None)
    if body is None:
        raise UnreadableError("truncated", reason="no document part in the XML file")
    _as_docx(body)
    for styles in root.iter(W + "styles"):
        write_looks(body, styles)
    return word.read_body(body)


def _as_docx(body: etree._Element) -> None:
    """Name what Word 2003 named otherwise as a docx does; deleted text is no text."""
    for element in body.iter(*_NAMES_2003):
        element.tag = _NAMES_2003[element.tag]
    for element in body.iter("{*}annotation"):
        if any(value in _DELETED for value in element.attrib.values()):
            element.tag = W + "del"
