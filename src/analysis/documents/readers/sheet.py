"""xlsx → one grid a sheet, with merged cells filled, as it looks in print."""

import io
import re
from collections import Counter
from collections.abc import Iterable

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from analysis.documents.grid import MAX_PLACES, UNREAD, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.archive import check_size, open_archive
from analysis.documents.readers.looks import Looks, looks, sheet_parts, told
from analysis.documents.readers.number_format import plain_text
from analysis.documents.readers.sheet_ink import column_number, has_digits

_LONG = 12  # characters; what is longer is a title or label that a picture adorns
_BINARY_SHEET = re.compile(r"sheet.*\.bin$", re.IGNORECASE)
_FAR = re.compile(rb"""r(?<![:\w]r)\s*=\s*["']\s*(?:[A-Za-z]{3}|[A-Za-z]*\d{4})""")
_ROW = re.compile(rb"""<row [^>]*?\br=["'](\d{1,7})""")
_USUAL_PLACE = re.compile(rb'<c r="([A-Z]+[1-9]\d*)"')
_PLACE = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']\s*([A-Za-z]+)(\d{1,10})""")
_ATTRIBUTE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)(\d{1,10})\s*["']""")


def read(data: bytes) -> Document:
    """Read a workbook: its visible sheets as grids, and the text of their cells as lines."""
    with open_archive(data) as archive:
        check_size(archive)
        if any(_BINARY_SHEET.search(name) for name in archive.namelist()):
            raise UnreadableError("format_not_supported", format="xlsb")
        sheets = sheet_parts(archive)
        for sheet in sheets:
            _check_extent(sheet)
        odd = looks(archive, sheets)
    for n, sheet in enumerate(sheets):
        if twice := _stored_twice(sheet):
            odd.setdefault(n, Looks()).covered.extend((r, c, r, c) for r, c in twice)
    try:
        return as_document(_grids(CalamineWorkbook.from_filelike(io.BytesIO(data)), odd, sheets))
    except PasswordError as error:
        raise UnreadableError("encrypted") from error
    except UnreadableError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise UnreadableError("truncated", reason=str(error)) from error


def as_document(grids: list[Grid]) -> Document:
    """A workbook's document: its text is that of its cells, a cell a line."""
    rows = [row for grid in grids for row in grid.cells]
    return Document(
        "workbook",
        grids,
        lambda: "\n".join(c.text for row in rows for c in dict.fromkeys(row) if c),
    )


def lay_out(
    rows: list[list[Cell | None]],
    merged: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    hidden_rows: Iterable[int],
    hidden_columns: Iterable[int],
) -> list[list[Cell | None]]:
    """Fill merged ranges (their first and last places) and take out what is hidden."""
    for (top, left), (bottom, right) in merged:
        if top < len(rows) and left < len(rows[top]):
            covering = rows[top][left]
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [covering] * len(row[left : right + 1])
    for r in hidden_rows:
        if 0 <= r < len(rows):
            rows[r] = [None] * len(rows[r])
    for c in hidden_columns:
        for row in rows:
            row[c : c + 1] = [None] * len(row[c : c + 1])
    return rows


def _grids(book: CalamineWorkbook, odd: dict[int, Looks], sheets: list[bytes]) -> list[Grid]:
    """A grid for each visible sheet, numbered as in the workbook."""
    grids: list[Grid] = []
    for n, metadata in enumerate(book.sheets_metadata):
        if metadata.visible is SheetVisibleEnum.Visible:
            cells = _cells(book, n, odd.get(n, Looks()))
            _add_blank_row(cells, _height(sheets[n]) if n < len(sheets) else 0)
            grids.append(Grid(n + 1, cells, heading=metadata.name))
    return grids


def _cells(book: CalamineWorkbook, n: int, odd: Looks) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns."""
    sheet = book.get_sheet_by_index(n)
    rows: list[list[Cell | None]] = [
        [
            Cell(v if type(v) is str else plain_text(v) if type(v) is float else str(v), r, c)
            for c, v in enumerate(row)
        ]
        for r, row in enumerate(sheet.to_python(skip_empty_area=False))
    ]
    for (r, c), text in odd.cells.items():
        rows.extend([] for _ in range(r + 1 - len(rows)))
        rows[r].extend(Cell("", r, n) for n in range(len(rows[r]), c + 1))
        held = rows[r][c]
        stored = held.text if held else ""
        rows[r][c] = Cell(told(text, stored), r, c, stored=stored)
    for area in odd.covered:
        _cover(rows, *area)
    return lay_out(rows, sheet.merged_cell_ranges or [], odd.rows, odd.columns)


def _cover(rows: list[list[Cell | None]], top: int, left: int, bottom: int, right: int) -> None:
    """Put figures and blanks in doubt over which a picture or a text box stands."""
    for row in rows[top : bottom + 1]:
        for cell in row[left : right + 1]:
            if cell and (cell.blank or (has_digits(cell.text) and len(cell.text) <= _LONG)):
                row[cell.column] = Cell(
                    cell.text + UNREAD, cell.row, cell.column, stored=cell.stored
                )


def _add_blank_row(cells: list[list[Cell | None]], height: int) -> None:
    """Add the row of empty cells that a sheet goes on with: it may be a table's row of blanks."""
    if 0 < len(cells) < height:
        r = len(cells)
        cells.append([Cell("", r, c) for c in range(len(cells[-1]))])


def _height(sheet: bytes) -> int:
    """The number of a sheet's last row, also where it holds empty cells only."""
    found = _ROW.match(sheet, max(sheet.rfind(b"<row "), 0))
    return int(found[1]) if found else 0


def _stored_twice(sheet: bytes) -> list[tuple[int, int]]:
    """The places for which a damaged sheet has several cells: programs differ on which counts."""
    usual = _USUAL_PLACE.findall(sheet)
    if len(set(usual)) == len(usual) == sheet.count(b"<c ") > 0:
        return []
    places = Counter(
        (int(row) - 1, column_number(letters.decode()) - 1)
        for letters, row in _PLACE.findall(sheet)
    )
    return [place for place, times in places.items() if times > 1]


def _check_extent(sheet: bytes) -> None:
    """Refuse a sheet whose farthest cell would make a huge rectangle out of a few cells."""
    if not _FAR.search(sheet):
        return
    places = _ATTRIBUTE.findall(sheet)
    height = max(map(int, {row for _, row in places}), default=0)
    width = max((column_number(name.decode()) for name in {n for n, _ in places}), default=0)
    if height * width > MAX_PLACES:
        raise UnreadableError("table_too_large", limit=MAX_PLACES)
