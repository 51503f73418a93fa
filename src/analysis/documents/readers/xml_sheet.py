"""Workbooks saved as one XML file by Excel 2003 → one grid a sheet, as it looks in print."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from analysis.documents.grid import MAX_PLACES, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.ink import LEAST_POINTS, SIGN_FONTS, of_hex
from analysis.documents.readers.number_format import (
    UNREAD,
    is_general,
    printed,
    printed_text,
)
from analysis.documents.readers.sheet import as_document, lay_out
from analysis.documents.readers.sheet_ink import LOW, NUMBER, PLAIN, Print, has_digits
from analysis.documents.readers.xml import parse_strictly

S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{*}Visible"
_NO_ZEROS = "{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{*}DoNotDisplayZeros"
_NAMED = {
    "General Number": "General",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
}
_HTML = "{http://www.w3.org/TR/REC-html40}"
_MAX_INDEX = 1_048_576


@dataclass(frozen=True, slots=True)
class Style:
    """A cell style: its number format, and how its text is printed."""

    code: str = "General"
    look: Print = PLAIN


@dataclass(slots=True)
class Sheet:
    """What is read of a sheet: rows of cells, merged ranges (first and last places), the hidden."""

    rows: list[list[Cell | None]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def read(data: bytes) -> Document:
    """Read a workbook: its visible sheets as grids."""
    root = parse_strictly(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    styles = _styles(root)
    sheets = enumerate(root.iterfind(S + "Worksheet"), start=1)
    return as_document(
        [
            Grid(n, _cells(sheet, styles), heading=sheet.get(S + "Name", ""))
            for n, sheet in sheets
            if sheet.find(_VISIBLE) is None
        ]
    )


def _styles(root: etree._Element) -> dict[str, Style]:
    """The workbook's cell styles by their names; a style's parent gives what it does not state."""
    styles: dict[str, Style] = {}
    for element in root.iter(S + "Style"):
        parent = styles.get(element.get(S + "Parent", "Default"), Style())
        formats = element.find(S + "NumberFormat")
        code = parent.code if formats is None else formats.get(S + "Format", "General")
        look = _look(element, parent.look)
        styles[element.get(S + "ID", "")] = Style(_NAMED.get(code, code), look)
    return styles


def _look(style: etree._Element, look: Print) -> Print:
    """How a style's text is printed; its parent's look gives what it does not state."""
    font, fill = style.find(S + "Font"), style.find(S + "Interior")
    if font is not None:
        size = font.get(S + "Size", "")
        points = float(size) if NUMBER.fullmatch(size) else look.size
        hides = points < LEAST_POINTS or font.get(S + "FontName", "").startswith(SIGN_FONTS)
        ink = of_hex(font.get(S + "Color")) or look.ink
        look = Print(ink, look.ground, points, hides, _is_odd(font))
    if fill is not None and fill.get(S + "Pattern", "None") != "None":
        look = replace(look, ground=of_hex(fill.get(S + "Color")))
    repeats = style.find(f"{S}Alignment[@{S}Horizontal='Fill']") is not None
    return replace(look, hides=look.hides or repeats)


def _is_odd(font: etree._Element) -> bool:
    """Whether a font is struck through, raised or lowered."""
    return (
        font.get(S + "StrikeThrough", "0") != "0" or font.get(S + "VerticalAlign", "None") != "None"
    )


def _cells(sheet: etree._Element, styles: dict[str, Style]) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns, merged ranges filled."""
    found, width = Sheet(), 0
    no_zeros = sheet.find(_NO_ZEROS) is not None
    for r, row in _placed(sheet.iterfind(f"{S}Table/{S}Row")):
        cells: list[Cell | None] = []
        height = row.get(S + "Height", "")
        for c, cell in _placed(row.iterchildren(S + "Cell")):
            width = max(width, c + 1 + _int(cell, "MergeAcross"))
            _check_size(r, width)
            cells.extend(Cell("", r, n) for n in range(len(cells), c))
            stored = cell.findtext(f"{S}Data[@{S}Type='Number']", "")
            text = _text(cell, styles, no_zeros)
            is_low = NUMBER.fullmatch(height) is not None and float(height) < LOW
            doubt = UNREAD if is_low and has_digits(text) else ""
            cells.append(Cell(f"{text}{doubt}", r, c, stored=stored))
            if _int(cell, "MergeAcross") or _int(cell, "MergeDown"):
                last = (r + _int(cell, "MergeDown"), c + _int(cell, "MergeAcross"))
                found.merged.append(((r, c), last))
        found.rows.extend([] for _ in range(r - len(found.rows)))
        found.rows.append(cells)
        found.hidden += [r] if row.get(S + "Hidden") == "1" else []
    for r, cells in enumerate(found.rows):
        cells.extend(Cell("", r, c) for c in range(len(cells), width))
    return lay_out(found.rows, found.merged, found.hidden, _hidden_columns(sheet))


def _check_size(r: int, width: int) -> None:
    """Refuse a sheet whose farthest cell would make a huge rectangle out of a few cells."""
    if (r + 1) * width > MAX_PLACES:
        raise UnreadableError("table_too_large", limit=MAX_PLACES)


def _placed(elements: Iterator[etree._Element]) -> Iterator[tuple[int, etree._Element]]:
    """Elements with their places from 0: as each states its index, or after the one before."""
    at = -1
    for element in elements:
        stated = _int(element, "Index")
        at = stated - 1 if stated else at + 1
        yield at, element
        at += _int(element, "Span") + _int(element, "MergeAcross")


def _hidden_columns(sheet: etree._Element) -> list[int]:
    """Columns that are hidden or have no width."""
    return [
        n
        for c, column in _placed(sheet.iterfind(f"{S}Table/{S}Column"))
        if column.get(S + "Hidden") == "1" or column.get(S + "Width") == "0"
        for n in range(c, min(c + 1 + _int(column, "Span"), _MAX_INDEX))
    ]


def _int(element: etree._Element, name: str) -> int:
    """A number that an element states, or 0."""
    value = element.get(S + name, "")
    return min(int(value), _MAX_INDEX) if value.isdecimal() and len(value) < 9 else 0


def _text(cell: etree._Element, styles: dict[str, Style], no_zeros: bool) -> str:
    """What a cell prints."""
    style = styles.get(cell.get(S + "StyleID", "Default"), Style())
    data = cell.find(S + "Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    if data.get(S + "Type") == "Number":
        text = _number(text, style.code, no_zeros)
    elif not is_general(style.code):
        text = printed_text(text, style.code)
    is_odd = style.look.struck or any(True for _ in data.iter("{*}S", "{*}Sup", "{*}Sub"))
    pieces = [(p.text or "", p) for p in data.iter("{*}Font")]
    seen = [style.look, *(_piece(piece, style.look) for text, piece in pieces if has_digits(text))]
    is_odd |= has_digits(text) and not all(look.is_seen for look in seen)
    is_odd |= has_digits(text) and len({look.size for look in seen}) > 1
    return f"{text}{UNREAD}" if is_odd and text else text


def _piece(font: etree._Element, look: Print) -> Print:
    """How a piece of a text is printed that has a font of its own."""
    size = font.get(_HTML + "Size", "")
    points = float(size) if NUMBER.fullmatch(size) else look.size
    return replace(look, ink=of_hex(font.get(_HTML + "Color")) or look.ink, size=points)


def _number(stored: str, code: str, no_zeros: bool) -> str:
    """What a number prints in its format."""
    try:
        value = float(stored)
    except ValueError:
        return f"{stored}{UNREAD}"
    if no_zeros and value == 0:
        return ""
    return printed(value, code)
