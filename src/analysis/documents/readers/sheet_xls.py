"""xls → one grid a sheet, with merged cells filled, as it looks in print."""

import io

import xlrd
from xlrd.book import Book
from xlrd.sheet import Cell as Stored
from xlrd.sheet import Sheet

from analysis.documents.grid import MAX_PLACES, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.number_format import (
    UNREAD,
    is_general,
    plain_text,
    printed,
    printed_text,
)
from analysis.documents.readers.ole import MAGIC, open_ole, top_names
from analysis.documents.readers.sheet import as_document, lay_out


def read(data: bytes) -> Document:
    """Read a workbook of Excel 2003 or earlier: its visible sheets as grids."""
    try:
        with xlrd.open_workbook(
            file_contents=_stream(data),
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        ) as book:
            sheets = [sheet for sheet in book.sheets() if not sheet.visibility]
            return as_document(
                [Grid(s.number + 1, _cells(book, s), heading=s.name) for s in sheets]
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


def _cells(book: Book, sheet: Sheet) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns."""
    if sheet.nrows * sheet.ncols > MAX_PLACES:
        raise UnreadableError("table_too_large", limit=MAX_PLACES)
    rows: list[list[Cell | None]] = [
        [
            Cell(_text(book, sheet, r, c), r, c, stored=_stored(sheet, r, c))
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


def _text(book: Book, sheet: Sheet, r: int, c: int) -> str:
    """What a cell prints."""
    cell = sheet.cell(r, c)
    xf = book.xf_list[cell.xf_index]
    text = _content(sheet, cell, book.format_map[xf.format_key].format_str)
    runs = sheet.rich_text_runlist_map.get((r, c), ())
    fonts = [book.font_list[n] for n in (xf.font_index, *(font for _, font in runs))]
    is_odd = any(font.struck_out or font.escapement for font in fonts)
    return f"{text}{UNREAD}" if is_odd and text else text


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
