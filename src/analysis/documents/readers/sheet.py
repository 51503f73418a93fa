"""xlsx and xls → one grid a sheet, with merged cells filled."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from analysis.documents.grid import MAX_PLACES, Cell, Document, Grid, UnreadableError
from analysis.documents.readers.archive import check_members, open_archive, read_member
from analysis.documents.readers.odd_cells import (
    OddCells,
    column_number,
    odd_cells,
    sheet_parts,
)

_ATTRIBUTE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)(\d{1,10})\s*["']""")


def read(data: bytes) -> Document:
    """Read a workbook: its visible sheets as grids, and the text of their cells as lines."""
    odd: OddCells = {}
    heights: list[int] = []
    if data.startswith(b"PK"):
        with open_archive(data) as archive:
            check_members(archive)
            heights = _heights(archive)
            odd = odd_cells(archive)
    try:
        grids = _grids(CalamineWorkbook.from_filelike(io.BytesIO(data)), odd, heights)
    except UnreadableError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise UnreadableError("truncated", reason=str(error)) from error
    cells = (c for g in grids for row in g.cells for c in dict.fromkeys(row) if c)
    text = "\n".join(cell.text for cell in cells)
    return Document("workbook", grids, lambda: text)


def _grids(book: CalamineWorkbook, odd: OddCells, heights: list[int]) -> list[Grid]:
    """A grid for each visible sheet, numbered as in the workbook."""
    grids: list[Grid] = []
    for n, metadata in enumerate(book.sheets_metadata):
        if metadata.visible is SheetVisibleEnum.Visible:
            cells = _cells(book, n, odd.get(n, {}))
            _add_blank_row(cells, heights[n] if n < len(heights) else 0)
            grids.append(Grid(n + 1, cells, heading=metadata.name))
    return grids


def _cells(
    book: CalamineWorkbook, n: int, odd: dict[tuple[int, int], str]
) -> list[list[Cell | None]]:
    """Cells of a sheet at their own rows and columns, merged ranges filled."""
    sheet = book.get_sheet_by_index(n)
    rows = sheet.to_python(skip_empty_area=False)
    cells: list[list[Cell | None]] = [
        [Cell(_printed(value), r, c) for c, value in enumerate(row)] for r, row in enumerate(rows)
    ]
    for (r, c), text in odd.items():
        cells.extend([] for _ in range(r + 1 - len(cells)))
        cells[r].extend(Cell("", r, n) for n in range(len(cells[r]), c + 1))
        cells[r][c] = Cell(text, r, c)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [cells[top][left]] * len(row[left : right + 1])
    return cells


def _add_blank_row(cells: list[list[Cell | None]], height: int) -> None:
    """Add the row of empty cells that a sheet goes on with: it may be a table's row of blanks."""
    if 0 < len(cells) < height:
        r = len(cells)
        cells.append([Cell("", r, c) for c in range(len(cells[-1]))])


def _printed(value: object) -> str:
    """A cell's value as text: whole numbers without a point, others to 15 digits as Excel does."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime | date | time | timedelta | bool):
        return str(value)
    return str(value)


def _heights(archive: zipfile.ZipFile) -> list[int]:
    """Rows of each sheet, down to its last cell with a value or a look, in workbook order.

    A sheet whose farthest cell would make a huge rectangle out of a few cells is refused.
    """
    heights: dict[str, int] = {}
    for name in archive.namelist():
        if name.lower().endswith(".bin") and "sheet" in name.lower():
            raise UnreadableError("format_not_supported", format="xlsb")
        part = read_member(archive, name) if name.lower().endswith(".xml") else b""
        if b"sheetData" not in part:
            continue
        places = set(_ATTRIBUTE.findall(part))
        height = max((int(row) for _, row in places), default=0)
        width = max((column_number(letters.decode()) for letters, _ in places), default=0)
        if height * width > MAX_PLACES:
            raise UnreadableError("table_too_large", limit=MAX_PLACES)
        heights[name] = height
    return [heights.get(part, 0) for part in sheet_parts(archive)]
