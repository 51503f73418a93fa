"""Text with one cell a line → the rows that the cells were printed in.

Copying a report into plain text often leaves each cell on a line of its own, row by row. The labels
still tell where header and rows begin; the columns under a group such as 法人或其他组织 follow it.
"""

from dataclasses import replace
from functools import lru_cache

from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import (
    find,
    header_word,
    is_always_heading,
    is_indicator,
    is_list,
    names_rows,
    names_year,
)
from analysis.documents.numbers import is_label, is_page_number, unit_alone
from analysis.documents.reference import entries, tables

_LONGEST_HEADER = 200


def unfold(grid: Grid) -> Grid:
    """Give a grid of one column its rows back; any other grid is returned as it is.

    Cells keep their places (the line on which they stand).
    """
    if grid.width != 1:
        return grid
    lines = [row[0] for row in grid.cells if row]
    cells = [cell for cell in lines if cell is not None and not is_page_number(cell.text)]
    rows: list[list[Cell | None]] = []
    position = 0
    while position < len(cells):
        header = _header_lines(cells, position)
        table = header_table(header)
        header = _without_label(table, header) if table else header
        if table is None:
            rows.append([cells[position]])
            position += 1
        else:
            rows.extend(_header_rows(table, header))
            width = len(_columns(table, header))
            rows_after, position = _data_rows(table, width, cells, position + len(header))
            rows.extend(rows_after)
    return replace(grid, cells=rows, ruled=False)


def _header_lines(cells: list[Cell], start: int) -> list[Cell]:
    """The run of lines from `start` that are header words, with blank lines between."""
    if not header_word(cells[start].text) or names_year(cells[start].text):
        return []
    end = start
    for position in range(start, min(len(cells), start + _LONGEST_HEADER)):
        cell = cells[position]
        if not cell.blank and header_word(cell.text) is None:
            break
        if not cell.blank:
            end = position + 1
    return cells[start:end]


def _without_label(table: str, header: list[Cell]) -> list[Cell]:
    """A header without the label of the row below it, which may read as one of its columns.

    Such is （七）总计 below a header that is printed again.
    """
    printed: dict[str, str] = {}
    for n, cell in enumerate(header if not names_rows(table) else []):
        code = find(table, "column", [cell.text])
        is_other = code is not None and printed.setdefault(code, cell.text) != cell.text
        if is_other and find(table, "row", [cell.text]):
            return header[:n]
    return header


def header_table(header: list[Cell]) -> str | None:
    """The table whose columns the header lines name, or None."""
    if not header:
        return None
    over_labels = any(is_indicator(cell.text) for cell in header)
    counts = {t: len(_columns(t, header)) for t in tables() if over_labels or not is_list(t)}
    best = max(counts, key=lambda table: counts[table])
    return best if counts[best] >= _least_lines(best) else None


@lru_cache(maxsize=16)
def _least_lines(table: str) -> int:
    """How many lines of columns make a header of a table."""
    if any(e.columns for (t, a, _), e in entries().items() if t == table):
        return 1
    return min(4, sum((t, a) == (table, "column") for (t, a, _) in entries()))


def _columns(table: str, header: list[Cell]) -> list[tuple[str, Cell]]:
    """Column codes of a table among header lines, in printed order."""
    found = ((find(table, "column", [cell.text]), cell) for cell in header)
    return [(code, cell) for code, cell in found if code]


def _header_rows(table: str, header: list[Cell]) -> list[list[Cell | None]]:
    """Header lines as rows over the columns, in the columns' own order from left to right."""
    columns = _columns(table, header)
    if is_list(table):
        over_labels = [cell for cell in header if is_indicator(cell.text)]
        return [[*over_labels[:1], *(cell for _, cell in columns)]]
    if names_rows(table):
        return _rows_over_columns(table, header, [cell for _, cell in columns])
    groups = {
        find(table, "group", [cell.text]): number
        for number, cell in enumerate(header)
        if find(table, "group", [cell.text])
    }
    ordered = sorted(columns, key=lambda item: _printed_order(table, item, header, groups))
    return [[None, *(cell for _, cell in ordered)]]


def _printed_order(
    table: str, item: tuple[str, Cell], header: list[Cell], groups: dict[str | None, int]
) -> tuple[int, int]:
    """Order of a column: that of its group where one is printed, then its own."""
    code, cell = item
    own = next(number for number, other in enumerate(header) if other is cell)
    for (t, axis, group), entry in entries().items():
        if t == table and axis == "group" and code in entry.columns and group in groups:
            return groups[group], own
    return own, own


def _rows_over_columns(
    table: str, header: list[Cell], results: list[Cell]
) -> list[list[Cell | None]]:
    """Header rows of a table whose header names the rows: each has the same number of columns."""
    routes = [cell for cell in header if find(table, "row", [cell.text])]
    if not routes or len(results) % len(routes):
        return [[None, *results]]
    each = len(results) // len(routes)
    over: list[Cell | None] = [route for route in routes for _ in range(each)]
    return [[None, *over], [None, *results]]


def _data_rows(
    table: str, width: int, cells: list[Cell], position: int
) -> tuple[list[list[Cell | None]], int]:
    """Rows of label and figures until the next header, and the position after them.

    Only their order joins the two. Where there are figures too many in one place and too few in
    another, order tells nothing, and all labels of the table stay without figures.
    """
    groups, position = _groups(table, width, cells, position)
    torn = [_lacks_figures(table, width, *group) for group in groups]
    all_torn = any(torn) and any(_has_too_many(table, width, *group) for group in groups)
    rows: list[list[Cell | None]] = []
    for (labels, figures), one in zip(groups, torn, strict=True):
        apart = all_torn or (one and any(not c.blank for c in figures))
        rows += _apart(labels, figures) if apart else _rows(table, width, labels, figures)
    return rows, position


def _groups(
    table: str, width: int, cells: list[Cell], position: int
) -> tuple[list[tuple[list[Cell], list[Cell]]], int]:
    """Labels with the figures that follow them until the next header, and the position after."""
    groups: list[tuple[list[Cell], list[Cell]]] = [([], [])]
    while position < len(cells) and not _header_begins(table, cells, position):
        labels, figures = groups[-1]
        cell = cells[position]
        if is_list(table) and labels and unit_alone(cell.text):
            labels[-1] = replace(labels[-1], text=f"{labels[-1].text}({unit_alone(cell.text)})")
        elif not is_label(cell):
            figures.append(cell)
        elif _ends_row(table, width, labels, figures):
            groups.append(([cell], []))
        else:
            figures.clear()
            labels.append(cell)
        position += 1
    return groups, position


def _lacks_figures(table: str, width: int, labels: list[Cell], figures: list[Cell]) -> bool:
    """Whether a row that prints figures has none before the next label, which has all of its own.

    The figures may be of either. A label may stand over those of its parts.
    """
    if figures and not _rows_filled(width, figures):
        return False
    last = len(labels) - _label_lines(table, labels) if figures else len(labels)
    own = find(table, "row", ["".join(c.text for c in labels[last:])])
    codes = [find(table, "row", [c.text]) for c in labels[:last]]
    return any(code and not _stands_over(table, code, own) for code in codes)


def _stands_over(table: str, code: str, row: str | None) -> bool:
    """Whether a label is a heading, or one of a row's own headings."""
    while row and row != code:
        row = entries()[table, "row", row].parent
    return bool(row) or is_always_heading(table, code)


def _has_too_many(table: str, width: int, labels: list[Cell], figures: list[Cell]) -> bool:
    """Whether figures stand there for more rows than one, or for a label that prints none."""
    if names_rows(table) or not _rows_filled(width, figures):
        return False
    own = labels[len(labels) - _label_lines(table, labels) :]
    code = find(table, "row", ["".join(c.text for c in own)])
    several = _rows_filled(width, figures) > 1
    return several or code is None or is_always_heading(table, code)


def _rows_filled(width: int, figures: list[Cell]) -> int:
    """For how many rows there are figures, one a cell or all of a row in one."""
    filled = [c for c in figures if not c.blank]
    together = [c for c in filled if sum(map(str.isdigit, c.text)) >= width > 1]
    return max(len(filled) // width, len(together))


def _apart(labels: list[Cell], figures: list[Cell]) -> list[list[Cell | None]]:
    """Labels and figures that don't belong together for certain, each label on a row of its own."""
    filled = [c for c in figures if not c.blank]
    alone: list[list[Cell | None]] = [[label] for label in labels]
    return [*alone, [None, *filled]] if filled else alone


def _ends_row(table: str, width: int, labels: list[Cell], figures: list[Cell]) -> bool:
    """Whether the label that follows begins a new row: after figures, or a label's blank ones."""
    if any(not c.blank for c in figures) or (names_rows(table) and len(figures) >= width):
        return True
    return bool(figures and labels and find(table, "row", [labels[-1].text]))


def _header_begins(table: str, cells: list[Cell], position: int) -> bool:
    """Whether a header of a table begins on a line, or merely a label that is also a row's."""
    cell = cells[position]
    if cell.blank or (find(table, "row", [cell.text]) and not names_rows(table)):
        return False
    return header_table(_header_lines(cells, position)) is not None


def _rows(
    table: str, width: int, labels: list[Cell], figures: list[Cell]
) -> list[list[Cell | None]]:
    """Headings on rows of their own, then the row of its label and figures.

    Blank lines count as blank cells only when the filled ones are not all there are.
    """
    filled = [c for c in figures if not c.blank]
    cells = filled if len(filled) == width else figures[: _filled_end(width, figures)]
    parts = _label_lines(table, labels)
    headings: list[list[Cell | None]] = [[label] for label in labels[: len(labels) - parts]]
    return [*headings, [_joined(labels[len(labels) - parts :]), *cells]]


def _label_lines(table: str, labels: list[Cell]) -> int:
    """Over how many of the last lines the row's own label runs."""
    for count in range(1, min(4, len(labels)) + 1):
        if find(table, "row", ["".join(c.text for c in labels[-count:])]):
            return count
    return min(1, len(labels))


def _joined(lines: list[Cell]) -> Cell | None:
    """Lines of one label as one cell, at the place of its last line."""
    if not lines:
        return None
    return Cell("\n".join(c.text for c in lines), lines[-1].row, lines[-1].column)


def _filled_end(width: int, figures: list[Cell]) -> int:
    """Where a row's cells end: blank lines beyond its width are space between paragraphs."""
    end = len(figures)
    while end > width and figures[end - 1].blank:
        end -= 1
    return end
