"""Recognises the forms' tables in grids: which printed cell is which row and column of which table.

Labels decide, never positions or the year. A row's cells go to the header's columns by the places
where they stand, or in order when every column has its cell; what is not clear becomes an issue.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from analysis.documents.columns import (
    assign,
    columns_of,
    ends_alike,
    has_lost_cells,
    is_aligned,
    last_place,
    overlap,
)
from analysis.documents.copies import Copy, copies
from analysis.documents.grid import UNREAD, Cell, Grid
from analysis.documents.headers import Column, is_complete
from analysis.documents.headings import Subject, years_of_label
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_always_heading, is_heading, is_list
from analysis.documents.numbers import (
    SURE,
    is_figure,
    is_label,
    parse_count,
    prints_figures,
    unit_alone,
)
from analysis.documents.odd_units import has_column, odd_units, right_above, texts_around
from analysis.documents.parting import Glued, part_rows
from analysis.documents.placement import Placement
from analysis.documents.records import kind_of
from analysis.documents.reference import entries
from analysis.documents.rows import Row, may_be_torn, printed, prints_nothing
from analysis.documents.segments import Segment, segments
from analysis.documents.several import Printed, choose
from analysis.documents.units import amount_unit


def recognise(
    grids: Iterable[Grid], subject: Subject | None = None, lines: Iterable[str] = ()
) -> tuple[list[Placement], list[Issue]]:
    """Place the cells of all recognised tables, with an issue for what can't be placed.

    Of several tables of one kind, the one of the report's own year and scope is placed. `lines` are
    those of the whole document.
    """
    subject = subject or Subject()
    tables = copies(segments(grids), subject)
    placed = {table: [_place_copy(copy) for copy in several] for table, several in tables.items()}
    printed = {
        table: [_printed(*one) for one in zip(several, placed[table], strict=True)]
        for table, several in tables.items()
    }
    placements: list[Placement] = []
    issues: list[Issue] = []
    for table, choice in choose(printed, subject, lines).items():
        chosen, found = placed[table][choice.number]
        placements += chosen
        issues += found + choice.issues
        issues += _rows_of_other_years(tables[table][choice.number], subject)
    return placements, issues


def _place_copy(copy: Copy) -> tuple[list[Placement], list[Issue]]:
    """Place the cells of one printed table."""
    issues: list[Issue] = []
    placements: list[Placement] = []
    glued: list[Glued] = []
    above = right_above(copy.segments[0])
    for segment in copy.segments:
        segment.texts = [*above, *right_above(segment)]
        issues += segment.issues
        issues += _ambiguous_columns(segment)
        issues += odd_units(segment)
        aligned, last = is_aligned(segment), last_place(segment)
        issues += _figures_before_labels(segment)
        rows = _without_idle_rows(segment)
        for before, row in zip([None, *rows], rows, strict=False):
            one = _glued(segment, row)
            glued += [one] if one else []
            if one is None or one.is_short():
                placed, found = _place(segment, row, aligned, last)
                placements += placed
                issues += found if placed else found + _torn(segment, before, row)
    printed = {(p.table, p.row) for p in placements} | {(g.table, g.row.code) for g in glued}
    known = {p[:3]: p.cell for p in placements if not (p.cell.blank and _parts_printed(p, printed))}
    figures, found = part_rows(glued, known)
    placements += [_placement(g.segment, g.row, column, cell) for g, column, cell in figures]
    placements = _in_printed_order(placements, copy)
    covered = {(p.table, p.row) for p in placements} | {(i.table, i.row) for i in issues + found}
    return _once(placements, issues + found + _bare_rows(copy.segments, covered))


def _rows_of_other_years(copy: Copy, subject: Subject) -> list[Issue]:
    """An error on each row whose label gives another year than the report's; headings reach on."""
    return [
        issue(
            "doubtful_year",
            table=copy.table,
            row="" if is_heading(copy.table, row.code) else row.code,
            cell=(place := segment.grid.place(row.label.cell)),
            title=f"{place} “{row.label.cell.text}”",
            label_zh=entries()[copy.table, "row", row.code].label,
        )
        for segment in copy.segments
        for row in segment.rows
        if row.code and row.label and subject.year
        if (years := years_of_label(row.label.cell.text)) and subject.year not in years
    ]


def _in_printed_order(placements: list[Placement], copy: Copy) -> list[Placement]:
    """Placements in the order of their rows, those of rows run together among the others."""
    rows = [one.rows_of(row) for one in copy.segments for row in one.rows]
    order: dict[str, int] = {}
    for number, codes in enumerate(rows):
        order = dict.fromkeys(codes, number) | order
    return sorted(placements, key=lambda placement: order[placement.row])


def _printed(copy: Copy, placed: tuple[list[Placement], list[Issue]]) -> Printed:
    """What a copy prints: its figures, and whether all of them could be placed."""
    placements, issues = placed
    figures = {(p.row, p.column): parse_count(p.cell.text) for p in placements}
    filled = {key: figure for key, figure in figures.items() if figure.state != "blank"}
    return Printed(
        copy, len(figures), filled, not any(found.severity == "error" for found in issues)
    )


# --- Rows → placements --------------------------------------------------------------------------


def _without_idle_rows(segment: Segment) -> list[Row]:
    """Rows without headings that print nothing, and without blank rows beside a filled one."""
    filled = segment.unplaced or any(
        not s.cell.blank for row in segment.rows if not row.code for s in row.cells
    )
    return [row for row in segment.rows if not _is_idle(segment, row, filled)]


def _is_idle(segment: Segment, row: Row, filled: bool) -> bool:
    """Whether a row prints nothing that could be a figure of the form."""
    if row.code and is_always_heading(segment.header.table, row.code):
        return not any(parse_count(s.cell.text).state in ("number", "text") for s in row.cells)
    if not prints_nothing(row):
        return False
    return not row.cells if row.code else filled


def _bare_rows(found: list[Segment], covered: set[tuple[str, str]]) -> list[Issue]:
    """Rows of text of which only the label is printed: blank, or torn from their figures."""
    bare = {
        (segment.header.table, row.code): None
        for segment in found
        for row in segment.rows
        if not segment.grid.ruled and row.code and not row.cells
    }
    return [
        issue("missing_row", table=table, row=code, label_zh=entries()[table, "row", code].label)
        for table, code in bare
        if (table, code) not in covered
        and not is_always_heading(table, code)
        and not any(t == table and entries()[t, "row", r].parent == code for t, r in covered if r)
    ]


def _place(
    segment: Segment, row: Row, aligned: bool, last: int
) -> tuple[list[Placement], list[Issue]]:
    """Give a row's cells to the header's columns, or say that they can't be told apart.

    Cells stand under their columns throughout where they are `aligned`; `last` is the last place
    that any row reaches.
    """
    columns = columns_of(row, segment.header.columns)
    assigned = None
    if not segment.grid.unsure:
        by_place = aligned and ends_alike(segment, row)
        assigned = assign(row.cells, columns, by_place, is_complete(segment.header))
    if (
        assigned is None
        or has_lost_cells(segment, row, last)
        or _has_other_label(segment, row, columns)
    ):
        return [], _incomplete(segment, row)
    placements: list[Placement] = []
    issues: list[Issue] = []
    for column, span in zip(columns, assigned, strict=True):
        code = row.code or column.row
        if not column.code or not has_column(segment.header.table, code, column.code):
            issues += _unplaced(segment, row, span.cell) + _unread_label(segment, row, column)
        else:
            placements.append(_placement(segment, row, column, span.cell))
    return placements, issues


def _has_other_label(segment: Segment, row: Row, columns: tuple[Column, ...]) -> bool:
    """Whether a scan has an unknown label between the row's own and its figures."""
    if not segment.grid.ruled:
        return False
    first = next((column.start for column in columns if column.code), 0)
    between = (s.cell for s in row.cells if s.start < first and s.cell.confidence is not None)
    return any(is_label(cell) and not unit_alone(cell.text) for cell in between)


def _placement(segment: Segment, row: Row, column: Column, cell: Cell) -> Placement:
    """A placed cell, with the unit that its column prints or the form gives."""
    table, code = segment.header.table, row.code or column.row
    unit = row.unit or column.unit or _unit_around(segment, row, column)
    unit = unit or _unit_of_form(table, code, column.code)
    return Placement(table, code, column.code, cell, segment.grid.place(cell), unit)


@lru_cache(maxsize=4096)
def _unit_of_form(table: str, row: str, column: str) -> str:
    """The unit that the form prints for a row, else for a column."""
    return entries()[table, "row", row].unit or entries()[table, "column", column].unit


def _unit_around(segment: Segment, row: Row, column: Column) -> str:
    """The unit of an amount that the texts around it or its row's label state."""
    table, code = segment.header.table, row.code or column.row
    if kind_of(table, code, column.code) != "amount":
        return ""
    label = row.label.cell.text if row.label else ""
    return amount_unit((*texts_around(segment, column), label))


def _glued(segment: Segment, row: Row) -> Glued | None:
    """A row of which one cell prints all figures, so that they have no places of their own.

    Blanks may stand beside it; of a list, or a row with columns of its own, which have no sum, such
    a cell can as well be one figure.
    """
    table = segment.header.table
    one = Glued(segment, row, columns_of(row, segment.header.columns))
    filled = [s for s in row.cells if not s.cell.blank]
    if len(filled) != 1 or len(one.columns) < 2 or not prints_figures(filled[0].cell.text):
        return None
    known = all(c.code and has_column(table, row.code or c.row, c.code) for c in one.columns)
    if not known or not is_complete(segment.header):
        return None
    if segment.grid.ruled and all(overlap(filled[0], column) for column in one.columns):
        return one
    if not segment.grid.ruled and len(row.cells) == 1:
        return one
    own_columns = bool(row.code) and bool(entries()[table, "row", row.code].columns)
    return None if one.is_short() or own_columns or is_list(table) else one


def _incomplete(segment: Segment, row: Row) -> list[Issue]:
    """A row whose cells can't be told apart: an error on the row, or on each row it stands for."""
    header = segment.header
    codes = [row.code] if row.code else list(dict.fromkeys(c.row for c in header.columns))
    cell = next((s.cell for s in row.cells if not s.cell.blank), None)
    place = segment.grid.place(cell or row.cells[0].cell)
    return [
        issue(
            "incomplete_row",
            table=header.table,
            row=code,
            cell=place,
            expected=len(header.columns),
            actual=len(row.cells),
            raw=printed(row.cells),
        )
        for code in codes
    ]


def _torn(segment: Segment, before: Row | None, row: Row) -> list[Issue]:
    """An error on a blank row above figures that can't be placed: they may be its own."""
    figures = [s.cell for s in row.cells if is_figure(s.cell)]
    if before is None or not figures or not may_be_torn(segment.header.table, before):
        return []
    place = segment.grid.place(figures[0])
    raw = printed(row.cells)
    return [issue("torn_row", table=segment.header.table, row=before.code, cell=place, raw=raw)]


def _figures_before_labels(segment: Segment) -> list[Issue]:
    """An error on blank rows with a number before their label, unless it is an ordinal.

    Ordinals count the rows, or stand before rows that print figures too.
    """
    rows = [row for row in segment.rows if row.before is not None]
    counted = [parse_count(row.before.text).value for row in rows if row.before]
    ordinals = counted == list(range(1, len(rows) + 1))
    if ordinals or not all(prints_nothing(row) for row in rows):
        return []
    return [
        issue(
            "torn_row",
            table=segment.header.table,
            row=row.code,
            cell=segment.grid.place(row.before),
            raw=row.before.text,
        )
        for row in rows
        if row.before and may_be_torn(segment.header.table, row)
    ]


def _unplaced(segment: Segment, row: Row, cell: Cell) -> list[Issue]:
    """A filled cell under no column that its row has: a figure there is an error of its row."""
    if cell.blank:
        return []
    place = segment.grid.place(cell)
    check = "unplaced_figure" if _may_be_figure(cell) else "unplaced_text"
    return [issue(check, table=segment.header.table, row=row.code, cell=place, raw=cell.text)]


def _may_be_figure(cell: Cell) -> bool:
    """Whether a cell prints a figure, or what may be one that could not be read."""
    if is_figure(cell) or UNREAD in cell.text:
        return True
    sure = cell.confidence
    return sure is not None and (sure < SURE or any(c.isdigit() for c in cell.text))


def _unread_label(segment: Segment, row: Row, column: Column) -> list[Issue]:
    """A blank under a label that was not read surely may be a cell of the form."""
    sure = column.label.confidence
    if column.code or sure is None or sure >= SURE:
        return []
    place = segment.grid.place(column.label)
    table, raw = segment.header.table, column.label.text
    return [issue("unread_label", table=table, row=row.code, cell=place, raw=raw)]


def _ambiguous_columns(segment: Segment) -> list[Issue]:
    """Columns that stand twice in a header are unknown."""
    header = segment.header
    keys = [(c.row, c.code) for c in header.columns]
    twice = {key for key in keys if keys.count(key) > 1 and key[1]}
    issues = [
        issue(
            "ambiguous_column",
            table=header.table,
            row=row,
            column=code,
            label_zh=entries()[header.table, "column", code].label,
        )
        for row, code in sorted(twice)
    ]
    if twice:
        columns = tuple(
            replace(c, code="") if (c.row, c.code) in twice else c for c in header.columns
        )
        segment.header = replace(header, columns=columns)
    return issues


# --- One figure for one cell --------------------------------------------------------------------


def _once(placements: list[Placement], issues: list[Issue]) -> tuple[list[Placement], list[Issue]]:
    """Keep one placement for each code, and report figures printed twice or merged over rows.

    Blank cells of a heading whose own rows are printed are no figures of the form.
    """
    rows_printed = {(p.table, p.row) for p in placements}
    placements = [p for p in placements if not (p.cell.blank and _parts_printed(p, rows_printed))]
    kept: dict[tuple[str, str, str], Placement] = {}
    row_of: dict[Cell, str] = {}
    merged = {p.cell for p in placements if row_of.setdefault(p.cell, p.row) != p.row}
    for p in placements:
        if p.cell in merged and not p.cell.blank:
            issues.append(_on_cell("merged_figure", p, raw=p.cell.text))
        first = kept.setdefault((p.table, p.row, p.column), p)
        if first is not p and parse_count(first.cell.text) != parse_count(p.cell.text):
            issues.append(
                _on_cell("repeated_cell", p, expected=first.cell.text, actual=p.cell.text)
            )
    return list(kept.values()), issues


def _parts_printed(p: Placement, printed: set[tuple[str, str]]) -> bool:
    """Whether a placement's row is a heading, and rows under it are printed beside it."""
    return entries()[p.table, "row", p.row].kind == "heading" and any(
        t == p.table and a == "row" and e.parent == p.row and (t, code) in printed
        for (t, a, code), e in entries().items()
    )


def _on_cell(check: str, p: Placement, **facts: object) -> Issue:
    """An issue about one placed cell."""
    return issue(check, table=p.table, row=p.row, column=p.column, cell=p.place, **facts)
