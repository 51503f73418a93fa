"""docx → grids: tables with merged cells filled, read from the document's own XML."""

import zipfile
from collections.abc import Iterator

from lxml import etree

from analysis.documents.grid import MAX_PLACES, MAX_SPAN, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.archive import open_archive, read_member

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OBJECT = "\ufffc"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {
    _W + name
    for name in ["del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tblGrid"]
}
_SKIPPED |= {_FALLBACK, _W + "tcPr", _W + "trPr"}
_SIGNS = {_W + "br": "\n", _W + "cr": "\n", _W + "tab": "\t", _W + "ptab": "\t"}
_SIGNS |= {_W + "noBreakHyphen": "-", _W + "sym": _OBJECT}
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_PICTURES = {_W + "drawing", _W + "pict", _W + "object"}


def read(data: bytes) -> Document:
    """Read a docx: every table of the body (nested ones too) and its paragraphs."""
    with open_archive(data) as archive:
        body = _body(archive)
    grids = [
        Grid(n, _cells(table), heading=heading)
        for n, (table, heading) in enumerate(_tables(body), start=1)
    ]
    return Document("docx", grids, lambda: "\n".join(_text(p) for p in body.iter(_W + "p")))


def _body(archive: zipfile.ZipFile) -> etree._Element:
    """The document's XML root; entities and network access are off."""
    data = read_member(archive, "word/document.xml").replace(_STRICT, _TRANSITIONAL)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(data, parser)


def _tables(body: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every table with the paragraphs printed between the table before and it."""
    above: list[str] = []
    for element in body.iter(_W + "tbl", _W + "p"):
        if element.tag == _W + "tbl":
            yield element, "\n".join(above)
            above = []
        elif next(element.iterancestors(_W + "tbl"), None) is None:
            above.append(_text(element))


def _cells(table: etree._Element) -> list[list[Cell | None]]:
    """Lay a table out: gridSpan widens a cell, vMerge continues the one above."""
    rows: list[list[Cell | None]] = []
    places = 0
    for r, tr in enumerate(_own(table, _W + "tr")):
        row: list[Cell | None] = [None] * min(_number(tr, "trPr/w:gridBefore"), MAX_SPAN)
        for tc in _own(tr, _W + "tc"):
            cell = _cell(tc, r, len(row), rows[-1] if rows else [])
            row.extend([cell] * min(max(1, _number(tc, "tcPr/w:gridSpan", 1)), MAX_SPAN))
        rows.append(row)
        places += len(row)
        if places > MAX_PLACES:
            raise UnreadableError("table_too_large", limit=MAX_PLACES)
    return rows


def _cell(tc: etree._Element, row: int, column: int, above: list[Cell | None]) -> Cell | None:
    """The printed cell of a w:tc: its own, or the one above that it continues."""
    properties = tc.find(_W + "tcPr")
    merge = None if properties is None else properties.find(_W + "vMerge")
    if merge is not None and merge.get(_W + "val", "continue") == "continue":
        covering = above[column] if column < len(above) else None
        if covering is not None:
            return covering
    return Cell(_text(tc).strip(), row, column)


def _own(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells of an element itself, also inside content controls and tracked insertions."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"):
            yield from _own(child, tag)


def _number(element: etree._Element, path: str, default: int = 0) -> int:
    """A number in an element's properties, such as its gridSpan."""
    found = element.find(_W + path.replace("w:", _W))
    value = "" if found is None else found.get(_W + "val", "")
    return int(value) if value.isdecimal() and len(value) < 6 else default


def _text(element: etree._Element) -> str:
    """What an element prints, a paragraph a line, nested tables left out."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    """Pieces of text in document order; deleted and hidden text is not printed."""
    for child in element.iterchildren():
        tag = child.tag
        if tag in (_W + "t", _MATH_TEXT):
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag in _PICTURES:
            yield from _picture(child)
        elif tag == _W + "r":
            yield from _run(child)
        elif tag == _W + "rt":
            yield f" {_text(child)} "
        elif tag == _W + "tbl":
            yield _OBJECT if _text(child).strip() else ""
        elif tag == _W + "p":
            yield from _paragraph(child)
        elif tag not in _SKIPPED:
            yield from _pieces(child)


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    """A paragraph's text; a number that Word itself prints before it is an object sign."""
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    if numbered is not None and numbered.get(_W + "val") != "0":
        yield _OBJECT
    yield from _pieces(paragraph)
    yield "\n"


def _run(run: etree._Element) -> Iterator[str]:
    """A run's text: none when hidden, set apart when raised or lowered, marked when struck."""
    properties = run.find(_W + "rPr")
    if properties is None:
        yield from _pieces(run)
    elif not _on(properties, "vanish"):
        apart = _OBJECT if _on(properties, "strike") or _on(properties, "dstrike") else ""
        apart = apart or (" " if _is_raised(properties) else "")
        yield apart
        yield from _pieces(run)
        yield apart


def _is_raised(properties: etree._Element) -> bool:
    """Whether a run stands above or below the line."""
    align, position = properties.find(_W + "vertAlign"), properties.find(_W + "position")
    if align is not None and align.get(_W + "val") != "baseline":
        return True
    return position is not None and position.get(_W + "val") not in (None, "0")


def _on(properties: etree._Element, name: str) -> bool:
    """Whether a run property is switched on."""
    found = properties.find(_W + name)
    return found is not None and found.get(_W + "val", "true") not in ("0", "false", "off")


def _picture(element: etree._Element) -> Iterator[str]:
    """Text boxes inside a drawing print their text apart; any other picture is an object sign."""
    boxes = list(element.iter(_W + "txbxContent"))
    yield from (f" {_text(box)} " for box in boxes)
    if not boxes:
        yield _OBJECT
