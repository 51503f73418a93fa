"""xls → one grid a sheet, with merged cells filled, as it looks in print."""

import io
from dataclasses import dataclass, replace
from itertools import pairwise

import xlrd
from xlrd.book import Book
from xlrd.formatting import XF
from xlrd.sheet import Cell as Stored
from xlrd.sheet import Sheet

from analysis.documents.grid import MAX_PLACES, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.ink import LEAST_POINTS, SIGN_FONTS
from analysis.documents.readers.number_format import (
    UNREAD,
    is_general,
    plain_text,
    printed,
    printed_text,
)
from analysis.documents.readers.ole import MAGIC, open_ole, top_names
from analysis.documents.readers.sheet import as_document, lay_out
from analysis.documents.readers.sheet_ink import LOW, Print, differ, has_digits
from analysis.documents.readers.sheet_veils import Rule, is_too_wide, that_may_hide
from analysis.documents.readers.xls_rules import rules

_TWIPS = 20  # to the point
_FILLS = 4  # the alignment that fills a cell with copies of its text


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet with its workbook, how cell formats print, its conditional formats, merged cells."""

    book: Book
    sheet: Sheet
    looks: list[Print]
    rules: list[Rule]
    merged: frozenset[tuple[int, int]]


def read(data: bytes) -> Document:
    """Read a workbook of Excel 2003 or earlier: its visible sheets as grids."""
    try:
        stream = _stream(data)
        with xlrd.open_workbook(
            file_contents=stream,
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        ) as book:
            found, looks = rules(stream, book.colour_map), [_look(book, xf) for xf in book.xf_list]
            pages = [
                Page(book, s, looks, that_may_hide(found.get(s.number, []), looks), _merged(s))
                for s in book.sheets()
            ]
            return as_document(
                [
                    Grid(page.sheet.number + 1, _cells(page), heading=page.sheet.name)
                    for page in pages
                    if not page.sheet.visibility
                ]
            )
    except UnreadableError:
        raise
    except Exception as error:
        if "encrypted" in str(error):
            raise UnreadableError("encrypted") from error
        raise UnreadableError("truncated", reason=f"{error}") from error


def _stream(data: bytes) -> bytes:
    """The workbook's own bytes, taken out of their container with its bounds checked."""
    if not data.startswith(MAGIC):
        return data
    names = top_names(data)
    name = next(name for name in ("Workbook", "Book") if name in names)
    return open_ole(data).open_stream(name)


def _cells(page: Page) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns."""
    sheet = page.sheet
    if sheet.nrows * sheet.ncols > MAX_PLACES:
        raise UnreadableError("table_too_large", limit=MAX_PLACES)
    rows: list[list[Cell | None]] = [
        [
            Cell(_text(page, r, c), r, c, stored=_stored(sheet, r, c))
            for c in range(sheet.row_len(r))
        ]
        for r in range(sheet.nrows)
    ]
    merged = [((top, left), (end - 1, right - 1)) for top, end, left, right in sheet.merged_cells]
    return lay_out(rows, merged, _hidden_rows(sheet), _hidden_columns(sheet))


def _hidden_rows(sheet: Sheet) -> list[int]:
    """Rows that are hidden or have no height."""
    default = bool(getattr(sheet, "default_row_hidden", 0))
    known = sheet.rowinfo_map
    hidden = [r for r, row in known.items() if row.hidden or row.height == 0]
    return hidden + [r for r in range(sheet.nrows) if default and r not in known]


def _hidden_columns(sheet: Sheet) -> list[int]:
    """Columns that are hidden or have no width."""
    return [c for c, column in sheet.colinfo_map.items() if column.hidden or not column.width]


def _text(page: Page, r: int, c: int) -> str:
    """What a cell prints."""
    book, sheet = page.book, page.sheet
    cell = sheet.cell(r, c)
    xf, look = book.xf_list[cell.xf_index], page.looks[cell.xf_index]
    code = book.format_map[xf.format_key].format_str
    text = _content(sheet, cell, code)
    if not has_digits(text) and not (look.struck or sheet.rich_text_runlist_map):
        return text
    is_odd, inks = differ(_pieces(book, sheet, xf, r, c))
    if (look.struck or is_odd) and text:
        return f"{text}{UNREAD}"
    is_seen = look.is_seen and all(replace(look, ink=ink).is_seen for ink in inks)
    number = text.partition(".")[0] if is_general(code) else text
    is_seen = is_seen and not _finds_no_room(page, r, c, number)
    is_seen = is_seen and not any(rule.hides(r, c, "", look) for rule in page.rules)
    return text if is_seen or not has_digits(text) else f"{text}{UNREAD}"


def _pieces(book: Book, sheet: Sheet, xf: XF, r: int, c: int) -> list[tuple[str, Print]]:
    """The pieces of a text that have fonts of their own, with how they are printed."""
    runs = sheet.rich_text_runlist_map.get((r, c), ())
    text = sheet.cell_value(r, c) if runs else ""
    starts = [(0, xf.font_index), *runs, (len(text), 0)]
    pieces = ((text[at:end], font) for (at, font), (end, _) in pairwise(starts))
    return [(piece, _font(book, font)) for piece, font in pieces if piece]


def _font(book: Book, number: int) -> Print:
    """How a font prints."""
    font = book.font_list[number]
    size = font.height / _TWIPS
    hides = size < LEAST_POINTS or font.name.startswith(SIGN_FONTS)
    struck = bool(font.struck_out or font.escapement)
    return Print(book.colour_map.get(font.colour_index), None, size, hides, struck)


def _look(book: Book, xf: XF) -> Print:
    """How a cell of a format prints."""
    font, fill = _font(book, xf.font_index), xf.background
    solid, other = fill.pattern_colour_index, fill.background_colour_index
    ground = book.colour_map.get(solid if fill.fill_pattern == 1 else other)
    return replace(
        font,
        ground=ground if fill.fill_pattern else None,
        hides=font.hides or xf.alignment.hor_align == _FILLS,
        fits=bool(xf.alignment.shrink_to_fit),
    )


def _finds_no_room(page: Page, r: int, c: int, number: str) -> bool:
    """Whether a row is too low, or a column too narrow for the number in it."""
    sheet, look = page.sheet, page.looks[page.sheet.cell_xf_index(r, c)]
    row, column = sheet.rowinfo_map.get(r), sheet.colinfo_map.get(c)
    if row is not None and row.height < LOW * _TWIPS:
        return True
    if column is None or sheet.cell_type(r, c) != xlrd.XL_CELL_NUMBER or look.fits:
        return False
    size = page.book.font_list[0].height / _TWIPS
    return (r, c) not in page.merged and is_too_wide(number, look, column.width / 256, size)


def _merged(sheet: Sheet) -> frozenset[tuple[int, int]]:
    """The places of the cells that merged ranges show."""
    return frozenset((top, left) for top, _, left, _ in sheet.merged_cells)


def _stored(sheet: Sheet, r: int, c: int) -> str:
    """The number that a cell holds, whatever its format prints of it."""
    is_number = sheet.cell_type(r, c) == xlrd.XL_CELL_NUMBER
    return plain_text(sheet.cell_value(r, c)) if is_number else ""


def _content(sheet: Sheet, cell: Stored, code: str) -> str:
    """What a cell's content prints in its number format."""
    kind, value = cell.ctype, cell.value
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERROR")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return str(bool(value)).upper()
    if kind == xlrd.XL_CELL_TEXT:
        return value if is_general(code) else printed_text(value, code)
    if kind not in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return ""
    if value == 0 and not sheet.show_zero_values:
        return ""
    return printed(value, code)
