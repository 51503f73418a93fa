"""How an xlsx looks in print, where that differs from the values stored in it.

Number formats, error values, formulas whose result was never stored, text with raised or
struck-through parts, zeros not shown, hidden rows and columns, what colours and sizes let be seen:
libraries tell none of these.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from lxml import etree

from analysis.documents.readers.archive import read_member
from analysis.documents.readers.ink import Colour
from analysis.documents.readers.number_format import (
    BUILT_IN,
    UNKNOWN,
    UNREAD,
    is_general,
    printed,
    printed_text,
    prints_whole_numbers,
)
from analysis.documents.readers.sheet_drawings import Area, covered
from analysis.documents.readers.sheet_ink import (
    LOW,
    PLAIN,
    Parts,
    Print,
    column_number,
    formats,
    has_digits,
    odd_pieces,
    parts_of,
    prints,
)
from analysis.documents.readers.sheet_veils import Veils, veils
from analysis.documents.readers.xml import parse_leniently

Place = tuple[int, int]
STORED = "\0"
DOUBT = "\1"  # an object sign where there are digits, and nothing where there are none
_FRACTION = re.compile(rb"v>-?\d*[.eE]")
_STYLE = re.compile(rb"""s=["'](\d{1,5})["']""")
# A sheet without any of these words, before its cells or among them, prints its values as stored
# (styles apart). A program that writes quotes or spaces in its own way does so throughout.
_ODD_BEFORE = (
    *(b'showZeros="0', b'showZeros="f', b'zeroHeight="1', b'zeroHeight="t'),
    *(b'hidden="1', b'hidden="t', b"<cols", b"='", b" =", b"= "),
)
_ODD_AMONG = (b'"e"', b"<f", b"hidden=", b"rPr", b"onditionalFormatting")
_LOW_ROW = re.compile(rb' ht="[0-3][".]')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MAX_COLUMNS = 16384
_NARROW = 12  # columns as wide as so many digits hold any figure
_SIZE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Style:
    """A cell style: its number format and its look."""

    code: str = "General"
    look: Print = PLAIN

    @property
    def is_plain(self) -> bool:
        """Whether a style prints values as they are stored."""
        return not self.look.struck and self.look.is_seen and is_general(self.code)


_PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook's sheets share: odd strings, odd styles and looks, each by its number."""

    strings: dict[str, "Pieces"]
    styles: dict[str, Style]
    looks: list[Print]
    formats: list[Print]

    @property
    def size(self) -> float:
        """The size of the font by which the width of columns is told."""
        return self.looks[0].size if self.looks else PLAIN.size

    def look(self, cell: etree._Element) -> Print:
        """How the style of a cell prints."""
        number = _int(cell.get("s", "0"))
        return self.looks[number] if 0 <= number < len(self.looks) else PLAIN


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text whose pieces differ: what it prints, and the colours of its digits."""

    text: str
    inks: frozenset[Colour]

    def on(self, look: Print) -> str:
        """What it prints on the ground of a cell."""
        return (
            self.text
            if all(replace(look, ink=i).is_seen for i in self.inks)
            else _in_doubt(self.text)
        )


@dataclass(slots=True)
class Looks:
    """What a sheet's odd cells print, and what is hidden or covered; all places from 0."""

    cells: dict[Place, str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    covered: list[Area] = field(default_factory=list)


def looks(archive: zipfile.ZipFile, sheets: list[bytes]) -> dict[int, Looks]:
    """The looks of each sheet that has any, by the sheet's number from 0 in workbook order."""
    book = _book(archive)
    found: dict[int, Looks] = {}
    for number, data in enumerate(sheets):
        if book.strings or _is_odd(data) or (book.styles and _bears_odd_style(data, book)):
            found[number] = _looks_of(parse_leniently(data), book)
        if data.find(b"drawing ", data.rfind(b"sheetData")) >= 0:
            areas = covered(archive, _part_names(archive)[number])
            found.setdefault(number, Looks()).covered.extend(areas)
    return found


def _bears_odd_style(sheet: bytes, book: Book) -> bool:
    """Whether a cell of a sheet may print otherwise than stored because of its style."""
    used = {number.decode() for number in set(_STYLE.findall(sheet))} | {"0"}
    odd = used & book.styles.keys()
    if odd and not _FRACTION.search(sheet):
        odd = {number for number in odd if not _prints_whole(book.styles[number])}
    return bool(odd)


def _prints_whole(style: Style) -> bool:
    """Whether a style prints texts and whole numbers of any sign and size as they are stored."""
    return not style.look.struck and style.look.is_seen and prints_whole_numbers(style.code)


def _is_odd(sheet: bytes) -> bool:
    """Whether a sheet may print something else than its values as stored."""
    before = sheet[: sheet.find(b"sheetData")]
    if before.endswith(b":") or any(word in before for word in _ODD_BEFORE):
        return True
    if any(sheet.find(word, len(before)) >= 0 for word in _ODD_AMONG):
        return True
    return _LOW_ROW.search(sheet, len(before)) is not None


def told(shown: str, stored: str) -> str:
    """What a cell prints, put together from its look and what is stored in it."""
    text = shown.replace(STORED, stored)
    return text.replace(DOUBT, UNREAD if has_digits(text) else "")


def sheet_parts(archive: zipfile.ZipFile) -> list[bytes]:
    """The XML of the sheets in workbook order; empty where a part is missing."""
    names = set(archive.namelist())
    return [read_member(archive, part) if part in names else b"" for part in _part_names(archive)]


def _part_names(archive: zipfile.ZipFile) -> list[str]:
    """The names of the sheets' parts in workbook order; empty where there is none."""
    names = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or links not in names:
        return []
    targets = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in parse_leniently(read_member(archive, links)).iter("{*}Relationship")
    }
    sheets = parse_leniently(read_member(archive, book)).iter("{*}sheet")
    return [targets.get(s.get(_RELATION) or s.get(_STRICT_RELATION), "") for s in sheets]


# --- The workbook -------------------------------------------------------------------------------


def _book(archive: zipfile.ZipFile) -> Book:
    """What the sheets share, of the styles those that do not print a value as it is stored."""
    names = archive.namelist()
    parts: Parts = {}
    if "xl/styles.xml" in names:
        parts = parts_of(parse_leniently(read_member(archive, "xl/styles.xml")))
    looks = prints(parts)
    styles = {str(n): s for n, s in enumerate(_styles(parts, looks)) if not s.is_plain}
    book = Book({}, styles, looks, formats(parts))
    if "xl/sharedStrings.xml" in names:
        book.strings.update(_odd_strings(read_member(archive, "xl/sharedStrings.xml"), book.size))
    return book


def _styles(parts: Parts, looks: list[Print]) -> Iterator[Style]:
    """The cell styles of a workbook, in the order of their numbers."""
    codes = dict(BUILT_IN)
    for own in parts.get("numFmts", ()):
        codes[_int(own.get("numFmtId"))] = own.get("formatCode", "General")
    for xf, look in zip(parts.get("cellXfs", ()), looks, strict=True):
        yield Style(codes.get(_int(xf.get("numFmtId", "0")), UNKNOWN), look)


def _odd_strings(data: bytes, size: float) -> dict[str, Pieces]:
    """Shared strings whose pieces differ in more than their fonts, by their number."""
    if b"rPr" not in data:
        return {}
    items = enumerate(parse_leniently(data).iter("{*}si"))
    return {str(n): found for n, item in items if (found := _pieces(item, size))}


def _pieces(item: etree._Element, size: float) -> Pieces | None:
    """A text whose pieces differ; None for one that prints as it is stored."""
    is_odd, inks = odd_pieces(item, size)
    text = _text(item) + UNREAD * is_odd
    return Pieces(text, inks) if inks or text.endswith(UNREAD) else None


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
    veil = veils(root, book.formats, book.looks, _columns(root, found), book.size)
    odd = _odd_cells(root, book, no_zeros, veil)
    with_odd = {cell.getparent() for cell in odd}
    for row in root.iterfind("{*}sheetData/{*}row"):
        at = _int(row.get("r")) - 1 if row.get("r") else at + 1
        if _is_gone(row, "ht") or (hides_rows and row.get("ht") is None):
            found.rows.add(at)
        is_low = _extent(row, "ht") < LOW
        for column, cell in _cells_of(row) if is_low or row in with_odd else ():
            shown = _shown(cell, book, no_zeros) if cell in odd else None
            if is_low or (veil and veil.hide((at, column), cell, book.look(cell), shown)):
                shown = _in_doubt(shown)
            if shown is not None:
                found.cells[at, column] = shown
    return found


def _columns(root: etree._Element, found: Looks) -> dict[int, float]:
    """The widths of narrow columns; those that are hidden are noted."""
    widths: dict[int, float] = {}
    for column in root.iterfind("{*}cols/{*}col"):
        first, last = _int(column.get("min")), _int(column.get("max"))
        places = range(first - 1, min(last, _MAX_COLUMNS))
        if _is_gone(column, "width"):
            found.columns.update(places)
        elif _extent(column, "width") < _NARROW:
            widths.update(dict.fromkeys(places, _extent(column, "width")))
    return widths


def _odd_cells(
    root: etree._Element, book: Book, no_zeros: bool, veil: Veils | None
) -> set[etree._Element]:
    """Cells that may print something else than their values as stored; most do not."""
    cells = [c for r in root.iterfind("{*}sheetData/{*}row") for c in r.iterchildren("{*}c")]
    if veil and veil.rules:
        return set(cells)
    kinds = {"e"} | ({"s"} if book.strings else set()) | ({"n"} if no_zeros else set())
    styles = book.styles
    odd = {c for c in cells if c.get("t", "n") in kinds or c.get("s", "0") in styles}
    odd.update(formula.getparent() for formula in root.iter("{*}f"))
    odd.update(c for look in root.iter("{*}rPr") for c in islice(look.iterancestors(), 2, 3))
    if veil:
        room = veil.room(max((look.size for look in book.looks), default=PLAIN.size))
        odd.update(c for c in cells if c.get("t", "n") == "n" and _length(c) > room)
    return odd


def _length(cell: etree._Element) -> int:
    """How many characters a cell's value has as it is stored."""
    value = cell.find("{*}v")
    return 0 if value is None else len("".join(value.itertext()))


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


def _extent(element: etree._Element, size: str) -> float:
    """The height or width of a row or column; endless where it is not stated."""
    stated = element.get(size)
    return float(stated) if stated and _SIZE.fullmatch(stated) else math.inf


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
        pieces = book.strings.get(value)
        shown = pieces.on(book.look(cell)) if pieces else _as_text(style.code)
    else:
        shown = _unusual(cell, kind, value or "", book)
    if shown == "" or (value is None and kind != "inlineStr"):
        return shown
    if style.look.struck:
        return f"{STORED if shown is None else shown}{UNREAD}"
    return shown if style.look.is_seen else _in_doubt(shown)


def _in_doubt(shown: str | None) -> str:
    """What a cell prints of which nobody can tell whether its digits are seen."""
    return f"{STORED if shown is None else shown}{DOUBT}"


def _unusual(cell: etree._Element, kind: str, value: str, book: Book) -> str | None:
    """What a cell prints that holds neither a number nor a shared string."""
    if kind == "e":
        return value or "#ERROR"
    formula = cell.find("{*}f")
    if formula is not None and not value and kind != "str":
        return f"={formula.text or ''}"
    pieces = _pieces(cell, book.size) if kind == "inlineStr" else None
    if pieces is not None:
        return pieces.on(book.look(cell))
    return _as_text(book.styles.get(cell.get("s", "0"), _PLAIN).code)


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
