"""xlsx and xls → one grid a sheet, with merged cells filled."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from analysis.documents.grid import MAX_PLACES, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.archive import check_members, open_archive, read_member

_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def read(data: bytes) -> Document:
    """Read a workbook: its visible sheets as grids, and the text of their cells as lines."""
    if data.startswith(b"PK"):
        with open_archive(data) as archive:
            check_members(archive)
            _check_extent(archive)
    try:
        grids = _grids(CalamineWorkbook.from_filelike(io.BytesIO(data)))
    except UnreadableError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise UnreadableError("truncated", reason=str(error)) from error
    cells = (c for g in grids for row in g.cells for c in dict.fromkeys(row) if c)
    text = "\n".join(cell.text for cell in cells)
    return Document("workbook", grids, lambda: text)


def _grids(book: CalamineWorkbook) -> list[Grid]:
    """A grid for each visible sheet, numbered as in the workbook."""
    grids: list[Grid] = []
    for n, metadata in enumerate(book.sheets_metadata):
        if metadata.visible is SheetVisibleEnum.Visible:
            grids.append(Grid(n + 1, _cells(book, n)))
    return grids


def _cells(book: CalamineWorkbook, n: int) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns, merged ranges filled."""
    sheet = book.get_sheet_by_index(n)
    rows = sheet.to_python(skip_empty_area=False)
    cells: list[list[Cell | None]] = [
        [Cell(_printed(value), r, c) for c, value in enumerate(row)] for r, row in enumerate(rows)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [cells[top][left]] * len(row[left : right + 1])
    return cells


def _printed(value: object) -> str:
    """A cell's value as text: whole numbers without a point, others to 15 digits as Excel does."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime | date | time | timedelta | bool):
        return str(value)
    return str(value)


def _check_extent(archive: zipfile.ZipFile) -> None:
    """Refuse a sheet whose farthest cell would make a huge rectangle out of a few cells."""
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        places = _REFERENCE.findall(read_member(archive, name))
        height = max((int(row) for _, row in places), default=0)
        width = max((_column_number(letters) for letters, _ in places), default=0)
        if height * width > MAX_PLACES:
            raise UnreadableError("table_too_large", limit=MAX_PLACES)


def _column_number(letters: bytes) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
