"""Joins the two parts of a row that a page break cuts; the known labels tell that it was cut."""

from dataclasses import replace
from functools import lru_cache

from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import find, is_always_heading
from analysis.documents.numbers import is_figure, is_label, parse_count
from analysis.documents.reference import tables, vocabulary

Row = list[Cell | None]


def mend_breaks(grid: Grid) -> Grid:
    """The grid with each row whole that a page break cuts in two."""
    rows: list[Row] = []
    for row in grid.cells:
        if rows and _is_cut(rows[-1], row):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(row)
    return grid if len(rows) == len(grid.cells) else replace(grid, cells=rows)


def _is_cut(above: Row, below: Row) -> bool:
    """Whether two rows are parts of one: the lower means nothing without the upper."""
    pages = [{cell.page for cell in row if cell} for row in (above, below)]
    if len(above) != len(below) or not all(pages) or max(pages[0]) >= max(pages[1]):
        return False
    pairs = {(a, b) for a, b in zip(above, below, strict=True) if a and b and a is not b}
    pairs = {(a, b) for a, b in pairs if not a.blank and not b.blank}
    if not pairs:
        return _is_label_alone(above) and _is_figures_alone(below)
    if not all(is_label(a) and parse_count(b.text).state == "text" for a, b in pairs):
        return False
    return any(_is_known(a.text + b.text) and not _is_known(b.text) for a, b in pairs)


def _is_label_alone(row: Row) -> bool:
    """Whether a row prints the label of a row of figures and nothing else."""
    labels = [cell for cell in _filled(row) if is_label(cell)]
    found = {table: find(table, "row", [c.text for c in labels]) for table in tables()}
    has_figures = any(code and not is_always_heading(t, code) for t, code in found.items())
    return has_figures and len(labels) == len(_filled(row))


def _is_figures_alone(row: Row) -> bool:
    """Whether a row prints figures and no label."""
    filled = _filled(row)
    return bool(filled) and not any(map(is_label, filled)) and any(map(is_figure, filled))


def _filled(row: Row) -> list[Cell]:
    """The filled cells of a row, from left to right."""
    return [cell for cell in dict.fromkeys(row) if cell and not cell.blank]


@lru_cache(maxsize=4096)
def _is_known(text: str) -> bool:
    """Whether a text is a label of any table."""
    return any(find(table, axis, [text]) for table, axis in vocabulary())


def _joined(above: Row, below: Row) -> Row:
    """One row of the filled cells of both; a label goes on in the other part."""
    made: dict[tuple[Cell | None, Cell | None], Cell | None] = {}
    pairs = list(zip(above, below, strict=True))
    for pair in pairs:
        if pair not in made:
            made[pair] = _cell(*pair)
    return [made[pair] for pair in pairs]


def _cell(above: Cell | None, below: Cell | None) -> Cell | None:
    """A cell of both parts: the filled one, or both texts."""
    if above is None or below is None or above is below or below.blank:
        return above or below
    if above.blank:
        return below
    sure = [c.confidence for c in (above, below) if c.confidence is not None]
    text, confidence = f"{above.text}\n{below.text}", min(sure, default=None)
    return Cell(text, above.row, above.column, above.page, confidence)
