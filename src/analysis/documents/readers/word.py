"""docx → grids: tables with merged cells filled, read from the document's own XML."""

import re
from collections.abc import Iterator

from lxml import etree

from analysis.documents.grid import (
    MAX_PLACES,
    MAX_SPAN,
    UNREAD,
    Cell,
    Document,
    Grid,
    UnreadableError,
)
from analysis.documents.readers.archive import open_archive, read_member
from analysis.documents.readers.word_looks import W, note_looks
from analysis.documents.readers.word_styles import is_on, write_looks
from analysis.documents.readers.xml import parse_strictly

NARROW = 100
_MAIN = re.compile(r"word/document\d*\.xml")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {
    W + name
    for name in ["del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tblGrid"]
}
_SKIPPED |= {_FALLBACK, W + "tcPr", W + "trPr"}
_SIGNS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "ptab": "\t"}
_SIGNS |= {W + "noBreakHyphen": "-", W + "sym": UNREAD}
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MATH_TEXT = _MATH + "t"
_IN_LINE = {_MATH + name for name in ("oMathPara", "oMath")}
_PICTURES = {W + "drawing", W + "pict", W + "object"}
_NOT_PLAIN = [
    *(W + name for name in "del moveFrom numPr listPr fldChar fldSimple rt tbl".split()),
    *(W + name for name in "vanish strike dstrike vertAlign position".split()),
    *(_FALLBACK, _MATH_TEXT, *_SIGNS, *_PICTURES),
]
_AROUND = tuple(W + name for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"))
_TEXT, _PARAGRAPH = W + "t", W + "p"
_GONE = ("hidden", "del")
# A field is its code, a separator and its result; these signs stand for where each begins.
_FIELD = {"begin": "\ufdd0", "separate": "\ufdd1", "end": "\ufdd2"}
_WITH_RESULT = re.compile("\ufdd0[^\ufdd0-\ufdd2]*\ufdd1([^\ufdd0-\ufdd2]*)\ufdd2")
_WITHOUT_RESULT = re.compile("\ufdd0[^\ufdd0-\ufdd2]*\ufdd2")
_CODE_OF_OPEN = re.compile("\ufdd0[^\ufdd0\ufdd1]*\ufdd1")
_DRAWN = re.compile(r"\s*(?:EQ|SYMBOL|AUTONUM\w*|LISTNUM)\b", re.IGNORECASE)


def read(data: bytes) -> Document:
    """Read a docx: every table of the body (nested ones too) and its paragraphs."""
    with open_archive(data) as archive:
        names = archive.namelist()
        main = next(filter(_MAIN.fullmatch, names), "word/document.xml")
        body = _part(read_member(archive, main))
        if "word/styles.xml" in names:
            write_looks(body, _part(read_member(archive, "word/styles.xml")))
    return read_body(body)


def read_body(body: etree._Element) -> Document:
    """Read the XML of a document, wherever it was kept."""
    _note(body)
    note_looks(body)
    grids = [
        Grid(n, _cells(table), heading=heading)
        for n, (table, heading) in enumerate(_tables(body), start=1)
    ]
    return Document("docx", grids, lambda: "\n".join(_text(p) for p in body.iter(W + "p")))


def _part(data: bytes) -> etree._Element:
    """The root of an XML part, the strict namespace taken for the usual one."""
    return parse_strictly(data.replace(_STRICT, _TRANSITIONAL))


def _note(body: etree._Element) -> None:
    """Note on each cell and paragraph what few of them have, so that the others are read fast."""
    for element in body.iter(*_NOT_PLAIN):
        for around in element.iterancestors(W + "tc", W + "p"):
            around.set("mixed", "")
    for merge in body.iter(W + "gridSpan", W + "vMerge", W + "hMerge"):
        tc, name = merge.getparent().getparent(), merge.tag[len(W) :]
        if name == "gridSpan":
            tc.set("width", str(max(1, min(_number(merge), MAX_SPAN))))
        elif merge.get(W + "val", "continue") == "continue":
            tc.set("goes_on", name)


# --- Tables -------------------------------------------------------------------------------------


def _tables(body: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every table with the paragraphs printed between the table before and it."""
    above: list[str] = []
    for element in body.iter(W + "tbl", W + "p"):
        if element.tag == W + "tbl":
            yield element, "\n".join(above)
            above = []
        elif next(element.iterancestors(W + "tbl"), None) is None:
            above.append(_text(element))


def _cells(table: etree._Element) -> list[list[Cell | None]]:
    """Lay a table out: gridSpan widens a cell, vMerge continues the one above."""
    rows = [(_before(tr), list(_own(tr, W + "tc"))) for tr in _own(table, W + "tr") if _shown(tr)]
    edges = _edges(table, rows)
    cells: list[list[Cell | None]] = []
    places = 0
    for r, (before, row) in enumerate(rows):
        cells.append(_row(r, before, row, edges, cells[-1] if cells else []))
        places += len(cells[-1])
        if places > MAX_PLACES:
            raise UnreadableError("table_too_large", limit=MAX_PLACES)
    return cells


def _row(
    r: int,
    before: int,
    row: list[etree._Element],
    edges: list[int],
    above: list[Cell | None],
) -> list[Cell | None]:
    """One row's cells at the columns between which they stand."""
    at = before
    cells: list[Cell | None] = [None] * _column(edges, at)
    for tc in row:
        at += _width(tc)
        n = _column(edges, at) - len(cells)
        if n > 0:
            cells.extend([_cell(tc, r, cells, above)] * n)
    return cells


def _cell(tc: etree._Element, r: int, cells: list[Cell | None], above: list[Cell | None]) -> Cell:
    """The printed cell of a w:tc: its own, or the one above or before that it continues."""
    column, goes_on = len(cells), tc.get("goes_on")
    covering = None
    if goes_on == "vMerge" and column < len(above):
        covering = above[column]
    elif goes_on == "hMerge" and cells:
        covering = cells[-1]
    return covering or Cell(_text(tc).strip(), r, column)


def _width(tc: etree._Element) -> int:
    """How many columns of the table's grid a cell takes."""
    return int(tc.get("width", "1"))


def _edges(table: etree._Element, rows: list[tuple[int, list[etree._Element]]]) -> list[int]:
    """For each edge of the table's grid its column, edges nearer than `NARROW` twips being one.

    Programs that convert documents leave such narrow columns where the edges of rows differ a
    little. Nothing is snapped where that would swallow a cell that prints something.
    """
    grid = table.find(W + "tblGrid")
    columns = () if grid is None else grid.iterchildren(W + "gridCol")
    widths = [_number(column, "w", NARROW) for column in columns]
    if min(widths, default=NARROW) >= NARROW:
        return []
    edges, start, at = [0], 0, 0
    for width in widths:
        at += width
        is_new = at - start >= NARROW
        start = at if is_new else start
        edges.append(edges[-1] + is_new)
    return [] if any(_swallows(before, row, edges) for before, row in rows) else edges


def _swallows(before: int, row: list[etree._Element], edges: list[int]) -> bool:
    """Whether snapping would leave no column to a cell that prints something."""
    at = before
    for tc in row:
        left, at = at, at + _width(tc)
        if _column(edges, left) == _column(edges, at) and _text(tc).strip():
            return True
    return False


def _column(edges: list[int], at: int) -> int:
    """The column that begins at an edge of the grid; edges beyond the grid count on."""
    if at < len(edges):
        return edges[at]
    return at if not edges else edges[-1] + at + 1 - len(edges)


def _own(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells of an element itself, also inside content controls and tracked insertions."""
    for child in element.iterchildren(tag, *_AROUND):
        if child.tag == tag:
            yield child
        else:
            yield from _own(child, tag)


def _shown(tr: etree._Element) -> bool:
    """Whether a row is printed: neither hidden nor deleted."""
    properties = tr.find(W + "trPr")
    return properties is None or not any(is_on(properties, name) for name in _GONE)


def _before(tr: etree._Element) -> int:
    """How many grid columns a row leaves out before its first cell."""
    found = tr.find(f"{W}trPr/{W}gridBefore")
    return 0 if found is None else min(_number(found), MAX_SPAN)


def _number(element: etree._Element, name: str = "val", default: int = 0) -> int:
    """A number that an element states."""
    value = element.get(W + name, "")
    return int(value) if value.isdecimal() and len(value) < 6 else default


# --- Text ---------------------------------------------------------------------------------------


def _text(element: etree._Element) -> str:
    """What an element prints, a paragraph a line, nested tables left out.

    Most cells hold plain runs alone; only others are taken apart piece by piece.
    """
    if element.get("mixed") is not None:
        return _without_codes("".join(_pieces(element)))
    children = element.iter(_TEXT, _PARAGRAPH)
    return "".join(["\n" if child.tag == _PARAGRAPH else child.text or "" for child in children])


def _without_codes(text: str) -> str:
    """Fields as they print: their result, or an object sign for one that is drawn by its code."""
    if _FIELD["begin"] in text:
        before = ""
        while text != before:
            before = text
            text = _WITHOUT_RESULT.sub(UNREAD, _WITH_RESULT.sub(r"\1", text))
        text = _CODE_OF_OPEN.sub("", text).replace(_FIELD["begin"], UNREAD)
    return text.replace(_FIELD["separate"], "").replace(_FIELD["end"], "")


def _pieces(element: etree._Element) -> Iterator[str]:
    """Pieces of text in document order; deleted and hidden text is not printed."""
    for child in element.iterchildren(etree.Element):
        tag = child.tag
        if tag in (W + "t", _MATH_TEXT):
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag in _PICTURES:
            yield from _picture(child)
        elif tag in (W + "r", _MATH + "r"):
            yield from _run(child)
        elif tag == W + "p":
            yield from _paragraph(child)
        elif tag not in _SKIPPED:
            yield from _apart(child)


def _apart(child: etree._Element) -> Iterator[str]:
    """Pieces of what is neither text nor a run: a field, a note above a word, a table within."""
    tag = child.tag
    if tag == W + "fldChar":
        yield _FIELD.get(child.get(W + "fldCharType", ""), "")
    elif tag == W + "fldSimple" and _DRAWN.match(child.get(W + "instr", "")):
        yield UNREAD
    elif tag == W + "rt":
        yield f" {_text(child)} "
    elif tag == W + "tbl":
        yield UNREAD if _text(child).strip() else ""
    elif tag.startswith(_MATH) and tag not in _IN_LINE:
        yield "" if tag.endswith("Pr") else UNREAD
    else:
        yield from _pieces(child)


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    """A paragraph's text; a number that Word itself prints before it is an object sign."""
    number = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    is_listed = paragraph.find(f"{W}pPr/{W}listPr") is not None
    if is_listed or (number is not None and number.get(W + "val") != "0"):
        yield UNREAD
    yield from _pieces(paragraph)
    yield "\n"


def _run(run: etree._Element) -> Iterator[str]:
    """A run's text: none when hidden, set apart when raised, lowered or otherwise odd."""
    properties = run.find(W + "rPr")
    apart = run.get("apart", "")
    if properties is not None:
        if is_on(properties, "vanish"):
            return
        if is_on(properties, "strike") or is_on(properties, "dstrike"):
            apart = UNREAD
        apart = apart or (" " if _is_raised(properties) else "")
    yield apart
    yield from _pieces(run)
    yield apart


def _is_raised(properties: etree._Element) -> bool:
    """Whether a run stands above or below the line."""
    align, position = properties.find(W + "vertAlign"), properties.find(W + "position")
    if align is not None and align.get(W + "val") != "baseline":
        return True
    return position is not None and position.get(W + "val") not in (None, "0")


def _picture(element: etree._Element) -> Iterator[str]:
    """Text boxes in a line print their text apart; any other picture is an object sign.

    Figures in a box that stands wherever it was moved to are in doubt: it may be over other cells.
    """
    boxes = [_text(box) for box in element.iter(W + "txbxContent")]
    sign = UNREAD if any(map(str.isdigit, "".join(boxes))) and _is_afloat(element) else " "
    yield from (f"{sign}{text}{sign}" for text in boxes)
    if not boxes:
        yield UNREAD


def _is_afloat(picture: etree._Element) -> bool:
    """Whether a drawing stands free of the line that it is anchored in."""
    shapes = (shape.get("style", "") for shape in picture.iterchildren())
    return picture.find("{*}anchor") is not None or any("position:absolute" in s for s in shapes)
