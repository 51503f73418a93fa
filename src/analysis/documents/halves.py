"""A list whose halves are printed side by side → its halves one below the other."""

from dataclasses import replace

from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import is_indicator


def stack(grid: Grid) -> list[Grid]:
    """The parts of a grid in reading order; a grid without a list in halves is its only part.

    Each half has its own head over its labels (统计指标). The halves end at a blank row, or where
    a cell reaches over both; what stands above and below is left as it is.
    """
    for r, row in enumerate(grid.cells):
        begins = _begins(row)
        if len(begins) > 1:
            break
    else:
        return [grid]
    end = next((n for n in range(r + 1, len(grid.cells)) if _ends(grid.cells[n], begins)), None)
    edges = [*begins[1:], None]
    halves = [
        replace(grid, cells=[line[start:stop] for line in grid.cells[r:end]])
        for start, stop in zip([0, *begins[1:]], edges, strict=True)
    ]
    above = [replace(grid, cells=grid.cells[:r])] if r else []
    return [*above, *halves, *(stack(replace(grid, cells=grid.cells[end:])) if end else [])]


def _begins(row: list[Cell | None]) -> list[int]:
    """Columns at which heads of labels begin, of a row that has other heads between them."""
    heads = [c for c, cell in enumerate(row) if cell is not None and is_indicator(cell.text)]
    return [c for c in heads if not c or row[c - 1] is not row[c]]


def _ends(row: list[Cell | None], begins: list[int]) -> bool:
    """Whether a row belongs to no half: nothing stands in it, or a cell in two of them."""
    if all(cell is None or cell.blank for cell in row):
        return True
    return any(len(row) > c and row[c] is not None and row[c] is row[c - 1] for c in begins[1:])
