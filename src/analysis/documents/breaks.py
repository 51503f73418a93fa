"""Mends what a page break cuts: a label printed in part on one page and in part on the next.

Where the pages draw no rule between the parts, the reader has joined them; where they do, only the
labels can tell: two parts that together make a known label are one.
"""

from dataclasses import replace

from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import find, is_always_heading
from analysis.documents.numbers import is_figure, is_label, is_numeral, unit_alone
from analysis.documents.reference import tables

_SEVERAL = 2

Row = list[Cell | None]


def mend(grid: Grid) -> Grid:
    """A grid in which labels that its page breaks cut, and the rows that they label, are whole."""
    rows = [list(row) for row in grid.cells] if grid.breaks else []
    for begin in sorted(grid.breaks, reverse=True):
        if 0 < begin < len(rows):
            _mend_labels(rows, begin)
            if _is_cut(rows[begin - 1], rows[begin]):
                rows[begin - 1 : begin + 1] = [_joined(rows[begin - 1], rows[begin])]
    return replace(grid, cells=rows, breaks=()) if rows else grid


def _mend_labels(rows: list[Row], begin: int) -> None:
    """Join the parts of labels above and below a break, in place."""
    above, below = rows[begin - 1], rows[begin]
    for upper, lower in dict.fromkeys(zip(above, below, strict=False)):
        if upper is None or lower is None or upper is lower:
            continue
        if not is_label(upper) and not is_numeral(upper):  # 三 may begin a label set upright
            continue
        if [c is upper for c in above] != [c is lower for c in below]:
            continue
        if lower.blank and _goes_over_rows(rows, begin, upper, lower):
            whole = upper
        elif not is_figure(lower) and not lower.blank and _is_known(upper.text + lower.text):
            whole = _merged(upper, lower)
        else:
            continue
        for row in rows:
            row[:] = [whole if cell is upper or cell is lower else cell for cell in row]


def _goes_over_rows(rows: list[Row], begin: int, upper: Cell, lower: Cell) -> bool:
    """Whether a label stands for several rows, not for one whose figures may have been cut off."""
    before = rows[begin - 2] if begin > 1 else []
    after = rows[begin + 1] if begin + 1 < len(rows) else []
    return any(c is upper for c in before) or any(c is lower for c in after)


def _is_cut(above: Row, below: Row) -> bool:
    """Whether two rows are parts of one: of one label, or a label and figures that lack one."""
    if _last_label(above) is _last_label(below) is not None:
        return not _are_headings(above, below)
    upper = [cell for cell in dict.fromkeys(above) if cell and not cell.blank]
    lower = [cell for cell in dict.fromkeys(below) if cell and not cell.blank and cell not in upper]
    labels = [cell for cell in upper if is_label(cell)]
    if any(map(is_label, lower)) or not any(map(is_figure, lower)):
        return False
    figures = [cell for cell in upper if cell not in labels]
    goes_on = len(lower) < max(len(figures), 2) and _stand_below(lower, figures, above, below)
    return (not figures or goes_on) and _names_row([cell.text for cell in labels])


def _are_headings(above: Row, below: Row) -> bool:
    """Whether two rows have several labels each that the other has not, as rows of a header do."""
    labels = [{id(cell) for cell in row if cell and is_label(cell)} for row in (above, below)]
    return min(len(labels[0] - labels[1]), len(labels[1] - labels[0])) >= _SEVERAL


def _stand_below(lower: list[Cell], figures: list[Cell], above: Row, below: Row) -> bool:
    """Whether each cell below a break stands under one of the figures above it."""
    over = [{id(a) for a, b in zip(above, below, strict=True) if b is cell} for cell in lower]
    return all(under <= {id(cell) for cell in figures} for under in over)


def _names_row(labels: list[str]) -> bool:
    """Whether labels are those of a row that prints figures."""
    found = [(t, code) for t in tables() if (code := find(t, "row", labels))]
    return bool(found) and not any(is_always_heading(table, code) for table, code in found)


def _is_known(text: str) -> bool:
    """Whether a text is the label of a row in any table."""
    return any(find(table, "row", [text]) for table in tables())


def _last_label(row: Row) -> Cell | None:
    """The rightmost label of a row, units beside figures left out."""
    labels = (cell for cell in reversed(row) if cell is not None and is_label(cell))
    return next((cell for cell in labels if not unit_alone(cell.text)), None)


def _joined(above: Row, below: Row) -> Row:
    """The two parts of a row as one; figures on both sides of the break can't be told apart."""
    return [
        upper if lower is None or lower.blank or upper is lower else _both(upper, lower)
        for upper, lower in zip(above, below, strict=True)
    ]


def _both(upper: Cell | None, lower: Cell) -> Cell:
    """What stands in one place above and below a break."""
    if upper is None or upper.blank:
        return lower
    return _merged(upper, lower)


def _merged(upper: Cell, lower: Cell) -> Cell:
    """Two parts of a cell as one, as sure as the less sure of them."""
    sure = [c.confidence for c in (upper, lower) if c.confidence is not None]
    return replace(upper, text=f"{upper.text}\n{lower.text}", confidence=min(sure, default=None))
