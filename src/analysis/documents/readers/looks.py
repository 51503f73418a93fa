"""How an xlsx looks in print, where that differs from the values stored in it.

Number formats, error values, formulas whose result was never stored, text with raised or
struck-through parts, zeros not shown, hidden rows and columns: libraries tell none of these.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from analysis.documents.readers.archive import read_member
from analysis.documents.readers.number_format import (
    BUILT_IN,
    UNREAD,
    is_general,
    printed,
    printed_text,
)
from analysis.documents.readers.xml import parse_leniently

Place = tuple[int, int]
STORED = "\0"
_ODD_RUN = re.compile(rb"vertAlign|strike")
_FRACTION = re.compile(rb"v>-?\d*[.eE]")
_WHOLE = (0, 7, -7, 1234567, -1234567)
_STYLE = re.compile(rb"""s=["'](\d{1,5})["']""")
# A sheet without any of these words, before its cells or among them, prints its values as stored
# (styles apart). A program that writes quotes or spaces in its own way does so throughout.
_ODD_BEFORE = (
    *(b'showZeros="0', b'showZeros="f', b'zeroHeight="1', b'zeroHeight="t'),
    *(b'hidden="1', b'hidden="t', b' width="0', b"='", b" =", b"= "),
)
_ODD_AMONG = (b'"e"', b"<f", b":f", b"hidden=", b' ht="0', b"rPr")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MAX_COLUMNS = 16384
_CELLS = "*[local-name()='sheetData']/*[local-name()='row']/*[local-name()='c']"


@dataclass(frozen=True, slots=True)
class Style:
    """A cell style: its number format, and whether its text is struck through or raised."""

    code: str = "General"
    is_odd: bool = False


_PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook's sheets share: odd strings and odd styles, each by its number."""

    strings: dict[str, str]
    styles: dict[str, Style]


@dataclass(slots=True)
class Looks:
    """What a sheet's odd cells print, and which rows and columns are hidden, all from 0."""

    cells: dict[Place, str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def looks(archive: zipfile.ZipFile, sheets: list[bytes]) -> dict[int, Looks]:
    """The looks of each sheet that has any, by the sheet's number from 0 in workbook order."""
    names = set(archive.namelist())
    strings = _odd_strings(archive) if "xl/sharedStrings.xml" in names else {}
    book = Book(strings, _odd_styles(archive) if "xl/styles.xml" in names else {})
    found: dict[int, Looks] = {}
    for number, data in enumerate(sheets):
        if strings or _is_odd(data) or (book.styles and _bears_odd_style(data, book)):
            found[number] = _looks_of(parse_leniently(data), book)
    return found


def _bears_odd_style(sheet: bytes, book: Book) -> bool:
    """Whether a cell of a sheet may print otherwise than stored because of its style."""
    used = {number.decode() for number in set(_STYLE.findall(sheet))} | {"0"}
    odd = used & book.styles.keys()
    if odd and not _FRACTION.search(sheet):
        odd = {number for number in odd if not _prints_whole_numbers(book.styles[number])}
    return bool(odd)


def _prints_whole_numbers(style: Style) -> bool:
    """Whether a style prints texts and whole numbers of any sign and size as they are stored."""
    shown = [printed(value, style.code) for value in _WHOLE]
    return not style.is_odd and _as_text(style.code) is None and shown == list(map(str, _WHOLE))


def _is_odd(sheet: bytes) -> bool:
    """Whether a sheet may print something else than its values as stored."""
    before = sheet[: sheet.find(b"sheetData")]
    if any(word in before for word in _ODD_BEFORE):
        return True
    return any(sheet.find(word, len(before)) >= 0 for word in _ODD_AMONG)


def sheet_parts(archive: zipfile.ZipFile) -> list[bytes]:
    """The XML of the sheets in workbook order; empty where a part is missing."""
    names = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or links not in names:
        return []
    targets = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in parse_leniently(read_member(archive, links)).iter("{*}Relationship")
    }
    sheets = parse_leniently(read_member(archive, book)).iter("{*}sheet")
    parts = [targets.get(s.get(_RELATION) or s.get(_STRICT_RELATION), "") for s in sheets]
    return [read_member(archive, part) if part in names else b"" for part in parts]


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


# --- The workbook -------------------------------------------------------------------------------


def _odd_strings(archive: zipfile.ZipFile) -> dict[str, str]:
    """Shared strings with raised or struck-through parts, by their number."""
    data = read_member(archive, "xl/sharedStrings.xml")
    if not _ODD_RUN.search(data):
        return {}
    items = enumerate(parse_leniently(data).iter("{*}si"))
    return {str(n): _text(item) + UNREAD for n, item in items if _has_odd_run(item)}


def _odd_styles(archive: zipfile.ZipFile) -> dict[str, Style]:
    """Cell styles that do not print a value as it is stored, by the number that cells bear."""
    root = parse_leniently(read_member(archive, "xl/styles.xml"))
    codes = dict(BUILT_IN)
    for own in root.iter("{*}numFmt"):
        codes[_int(own.get("numFmtId"))] = own.get("formatCode", "General")
    fonts = [_has_odd_run(font) for font in root.iterfind("{*}fonts/{*}font")]
    odd = {n for n, is_odd in enumerate(fonts) if is_odd}
    styles = [
        Style(codes.get(_int(xf.get("numFmtId", "0")), "?"), _int(xf.get("fontId", "0")) in odd)
        for xf in root.iterfind("{*}cellXfs/{*}xf")
    ]
    return {str(n): s for n, s in enumerate(styles) if s.is_odd or not is_general(s.code)}


def _has_odd_run(element: etree._Element) -> bool:
    """Whether a string or font has a raised, lowered or struck-through part."""
    return any(
        e.get("val", "1") not in ("0", "false", "baseline")
        for e in element.iter("{*}vertAlign", "{*}strike")
    )


def _int(value: str | None) -> int:
    """A number that an attribute states, or -1."""
    return int(value) if value and value.isdecimal() and len(value) < 9 else -1


# --- One sheet ----------------------------------------------------------------------------------


def _looks_of(root: etree._Element, book: Book) -> Looks:
    """The looks of one sheet."""
    found, at = Looks(), -1
    views = root.iterfind("{*}sheetViews/{*}sheetView")
    no_zeros = any(_is_off(view.get("showZeros")) for view in views)
    hides_rows = any(_is_on(e.get("zeroHeight")) for e in root.iterfind("{*}sheetFormatPr"))
    for column in root.iterfind("{*}cols/{*}col"):
        if _is_gone(column, "width"):
            first, last = _int(column.get("min")), _int(column.get("max"))
            found.columns.update(range(first - 1, min(last, _MAX_COLUMNS)))
    odd = set(_odd_cells(root, book, no_zeros))
    with_odd = {cell.getparent() for cell in odd}
    for row in root.iterfind("{*}sheetData/{*}row"):
        at = _int(row.get("r")) - 1 if row.get("r") else at + 1
        if _is_gone(row, "ht") or (hides_rows and row.get("ht") is None):
            found.rows.add(at)
        for column, cell in _cells_of(row) if row in with_odd else ():
            shown = _shown(cell, book, no_zeros) if cell in odd else None
            if shown is not None:
                found.cells[at, column] = shown
    return found


def _odd_cells(root: etree._Element, book: Book, no_zeros: bool) -> list[etree._Element]:
    """Cells that may print something else than their values as stored; most do not."""
    kinds = ["@t='e' or *[local-name()='f'] or */*/*[local-name()='rPr']"]
    kinds += ["@t='s'"] if book.strings else []
    kinds += ["not(@t) or @t='n'"] if no_zeros else []
    kinds += ["not(@s)"] if "0" in book.styles else []
    kinds += ["contains($styles, concat(' ', @s, ' '))"] if book.styles else []
    cells = f"{_CELLS}[{' or '.join(kinds)}]"
    return list(root.xpath(cells, styles=f" {' '.join(book.styles)} "))


def _cells_of(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Cells of a row with their columns; a cell that does not state its own follows the last."""
    column = -1
    for cell in row.iterchildren("{*}c"):
        letters = cell.get("r", "").strip().rstrip("0123456789")
        column = column_number(letters) - 1 if letters.isalpha() else column + 1
        yield column, cell


def _is_gone(element: etree._Element, size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width."""
    extent = element.get(size, "1")
    return _is_on(element.get("hidden")) or not extent.strip("0.")


def _is_on(value: str | None) -> bool:
    """Whether an attribute is stated as true."""
    return value in ("1", "true")


def _is_off(value: str | None) -> bool:
    """Whether an attribute is stated as false."""
    return value in ("0", "false")


def _shown(cell: etree._Element, book: Book, no_zeros: bool) -> str | None:
    """What a cell prints, or None for a cell whose stored value stands for itself.

    `STORED` stands for the value as a library gives it.
    """
    style, kind = book.styles.get(cell.get("s", "0"), _PLAIN), cell.get("t", "n")
    first = cell[0] if len(cell) else None
    if first is not None and len(cell) == 1 and first.tag.endswith("}v"):
        value: str | None = first.text or ""
    else:
        value = cell.findtext("{*}v")
    if kind == "n" and value:
        shown = _number(value, style.code, no_zeros)
    elif kind == "s" and value:
        shown = book.strings.get(value, _as_text(style.code))
    else:
        shown = _unusual(cell, kind, value or "", style.code)
    if style.is_odd and shown != "" and value is not None:
        return f"{STORED if shown is None else shown}{UNREAD}"
    return shown


def _unusual(cell: etree._Element, kind: str, value: str, code: str) -> str | None:
    """What a cell prints that holds neither a number nor a shared string."""
    if kind == "e":
        return value or "#ERROR"
    formula = cell.find("{*}f")
    if formula is not None and not value and kind != "str":
        return f"={formula.text or ''}"
    if kind == "inlineStr" and _has_odd_run(cell):
        return _text(cell) + UNREAD
    return _as_text(code)


@lru_cache(maxsize=256)
def _as_text(code: str) -> str | None:
    """What a number format makes of a text, or None where the text stands for itself."""
    shown = STORED if is_general(code) else printed_text(STORED, code)
    return None if shown == STORED else shown


def _number(value: str, code: str, no_zeros: bool) -> str | None:
    """What a number prints, or None where it prints as stored."""
    try:
        number = float(value)
    except ValueError:
        return None
    if no_zeros and number == 0:
        return ""
    return None if is_general(code) else printed(number, code)


def _text(element: etree._Element) -> str:
    """Text of an element's <t> parts."""
    return "".join(t.text or "" for t in element.iter("{*}t"))
