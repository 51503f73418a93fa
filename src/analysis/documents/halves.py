"""A list whose halves are printed side by side → its halves one below the other."""

from dataclasses import replace

from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import is_indicator

Line = list[Cell | None]


def stack(grid: Grid) -> list[Grid]:
    """The parts of a grid in reading order; a grid without a list in halves is its only part.

    Each half has its own head over its labels (统计指标). The halves end at a blank row, or where
    a cell reaches over both; what stands above and below is left as it is.
    """
    top = next((r for r, row in enumerate(grid.cells) if len(_begins(row)) > 1), None)
    if top is None:
        return [grid]
    begins = [0, *_begins(grid.cells[top])[1:]]
    end = _end(grid, top, begins)
    above, below = grid.cells[:top], grid.cells[end:]
    halves = [
        replace(grid, cells=[row[start:stop] for row in grid.cells[top:end]])
        for start, stop in zip(begins, [*begins[1:], None], strict=True)
    ]
    parts = [replace(grid, cells=above), *halves] if above else halves
    return [*parts, *stack(replace(grid, cells=below))] if below else parts


def _begins(row: Line) -> list[int]:
    """Columns at which heads of labels begin."""
    heads = [c for c, cell in enumerate(row) if cell is not None and is_indicator(cell.text)]
    return [c for c in heads if not c or row[c - 1] is not row[c]]


def _end(grid: Grid, top: int, begins: list[int]) -> int:
    """The first row below the head that belongs to no half, or the end of the grid."""
    rows = range(top + 1, len(grid.cells))
    return next((n for n in rows if _is_outside(grid, n, begins)), len(grid.cells))


def _is_outside(grid: Grid, number: int, begins: list[int]) -> bool:
    """Whether a row is blank or has a cell in two halves; in text, a line of the first one alone.

    Blank lines of text stand inside the halves too, as below the head in Markdown.
    """
    row = grid.cells[number]
    is_blank = all(cell is None or cell.blank for cell in row)
    if is_blank or not grid.ruled:
        return is_blank == grid.ruled and (grid.ruled or len(row) <= begins[1])
    return any(len(row) > c and row[c] is row[c - 1] is not None for c in begins[1:])
