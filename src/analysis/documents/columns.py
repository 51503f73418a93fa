"""Which cell of a row stands under which column of its header: by its place, or in order.

Places count only where a table's rows share their columns; in ragged text a figure can stand one
column off, and only a complete row can be read in order.
"""

from analysis.documents.grid import MAX_SPAN, Span
from analysis.documents.headers import Column
from analysis.documents.reference import entries
from analysis.documents.rows import Row, prints_nothing
from analysis.documents.segments import Segment


def is_aligned(segment: Segment) -> bool:
    """Whether cells stand under their columns throughout: only then may places decide.

    In ragged text a figure can stand one column off; a single row that doesn't fit shows it.
    """
    rows = [row for row in segment.rows if not prints_nothing(row)]
    if not segment.grid.ruled and not _begin_alike(segment.header.table, rows):
        return False
    return all(_fits(row, segment.header.columns) for row in rows)


def _begin_alike(table: str, rows: list[Row]) -> bool:
    """Whether the labels under each heading begin at one column."""
    begins: dict[str, set[int]] = {}
    for row in rows:
        parent = entries()[table, "row", row.code].parent if row.code else ""
        if parent and row.label:
            begins.setdefault(parent, set()).add(row.label.start)
    return all(len(places) == 1 for places in begins.values())


def ends_alike(segment: Segment, row: Row) -> bool:
    """Whether a row ends where the header does: a line of text that doesn't may have shifted."""
    return segment.grid.ruled or not row.cells or row.cells[-1].end == segment.header.end


def last_place(segment: Segment) -> int:
    """The last place that a row with figures reaches, or the header.

    A header that spans all that a page can is as wide as its rows.
    """
    ends = [row.cells[-1].end for row in segment.rows if not prints_nothing(row)]
    ends += [segment.header.end] if segment.header.end < MAX_SPAN else []
    return max(ends, default=-1)


def has_lost_cells(segment: Segment, row: Row, last: int) -> bool:
    """Whether a row with blanks ends before the last place: it may lack any of its cells."""
    blanks = [s.cell.blank for s in row.cells]
    if not segment.grid.ruled or not any(blanks) or all(blanks):
        return False
    return row.cells[-1].end < last


def _fits(row: Row, columns: tuple[Column, ...]) -> bool:
    """Whether a row's label stands before the known columns and each filled cell under a column."""
    first = next((column.start for column in columns if column.code), None)
    if first is None or (row.label is not None and row.label.end >= first):
        return False
    own = columns_of(row, columns)
    places = {place for column in own for place in range(column.start, column.end + 1)}
    filled = (s for s in row.cells if not s.cell.blank)
    return not any(places.isdisjoint(range(s.start, s.end + 1)) for s in filled)


def columns_of(row: Row, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns that a row's cells may belong to: not those over its label."""
    end = row.label.end if row.label else -1
    return tuple([column for column in columns if column.code or column.start > end])


def _columns_over(span: Span, columns: tuple[Column, ...]) -> list[Column]:
    """Columns that a cell stands under, if only in part."""
    return [column for column in columns if column.start <= span.end and span.start <= column.end]


def overlap(span: Span, column: Column) -> bool:
    """Whether a cell stands under a column, if only in part."""
    return column.start <= span.end and span.start <= column.end


def assign(
    cells: list[Span], columns: tuple[Column, ...], by_place: bool, in_order: bool
) -> list[Span] | None:
    """One cell for each column, or None when neither places nor their number settle it.

    Places count in aligned tables, the number only under a header that names all columns.
    """
    filled = [s for s in cells if not s.cell.blank]
    if not filled:
        return [cells[min(n, len(cells) - 1)] for n in range(len(columns))] if cells else None
    if by_place:
        cells = [s for s in cells if not s.cell.blank or _columns_over(s, columns)]
        standing = (some for some in (filled, cells) if _stand_under(some, columns))
        return next(standing, None) or _by_place(cells, columns)
    return _in_order(cells, filled, columns) if in_order else None


def _stand_under(cells: list[Span], columns: tuple[Column, ...]) -> bool:
    """Whether there is one cell for each column and each stands under its own, if only in part."""
    return len(cells) == len(columns) and all(
        overlap(span, column) for span, column in zip(cells, columns, strict=True)
    )


def _in_order(
    cells: list[Span], filled: list[Span], columns: tuple[Column, ...]
) -> list[Span] | None:
    """Cells of ragged text, which follow one another: complete rows only, of known columns only."""
    if not all(column.code for column in columns):
        return None
    begin = cells.index(filled[0])
    if len(filled) == len(columns) and cells[begin : begin + len(filled)] == filled:
        return filled
    return cells if len(cells) == len(columns) and begin == 0 else None


def _by_place(cells: list[Span], columns: tuple[Column, ...]) -> list[Span] | None:
    """The cell under each column: a filled one before blanks, None when two or none stand there."""
    if any(len(_columns_over(s, columns)) > 1 for s in cells if not s.cell.blank):
        return None
    assigned: list[Span] = []
    for column in columns:
        under = [s for s in cells if overlap(s, column)]
        filled = [s for s in under if not s.cell.blank]
        if len(filled) > 1 or not under:
            return None
        assigned.append((filled or under)[0])
    return assigned
