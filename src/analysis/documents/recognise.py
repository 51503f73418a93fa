"""Recognises the forms' tables in grids: which printed cell is which row and column of which table.

Labels decide, never positions or the year. A row's cells go to the header's columns by the places
where they stand, or in order when every column has its cell; what is not clear becomes an issue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from analysis.documents.fold import fold
from analysis.documents.grid import Cell, Grid, Span
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import (
    find,
    find_near,
    generic_row_words,
    header_words,
    is_always_heading,
    is_heading,
    names_rows,
)
from analysis.documents.lines import unfold
from analysis.documents.numbers import (
    is_figure,
    is_label,
    is_page_number,
    parse_count,
    unit_in_label,
)
from analysis.documents.reference import entries, forms, tables


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its header: its code (empty if unknown), its row when the header names it."""

    code: str
    row: str
    start: int
    end: int
    unit: str
    label: Cell


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its table, its columns from left to right, the grid's width."""

    table: str
    columns: tuple[Column, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row under a header: its code (empty if the header names it), label and cells after it."""

    code: str
    label: Span | None
    cells: list[Span]


@dataclass(slots=True)
class Segment:
    """A header with the rows that follow it."""

    grid: Grid
    header: Header
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Placement:
    """A printed cell that was recognised as one cell of a table."""

    table: str
    row: str
    column: str
    cell: Cell
    place: str
    unit: str


def recognise(grids: Iterable[Grid]) -> tuple[list[Placement], list[Issue]]:
    """Place the cells of all recognised tables, with an issue for what can't be placed."""
    issues: list[Issue] = []
    placements: list[Placement] = []
    for segment in _segments(grids, issues):
        issues += _ambiguous_columns(segment)
        aligned = _is_aligned(segment)
        for row in _without_idle_rows(segment):
            placed, found = _place(segment, row, aligned)
            placements += placed
            issues += found
    return _once(placements, issues)


# --- Grids → segments ---------------------------------------------------------------------------


def _segments(grids: Iterable[Grid], issues: list[Issue]) -> list[Segment]:
    """Cut grids into headers with their rows; a table cut by a page break keeps its header."""
    segments: list[Segment] = []
    seen: dict[str, set[str]] = {table: set() for table in tables()}
    open_header: Header | None = None
    for grid in grids:
        scan = _Scan(unfold(grid), open_header, segments, seen, issues)
        open_header = scan.run()
    return segments


class _Scan:
    """One pass over a grid's rows, from header to header."""

    def __init__(
        self,
        grid: Grid,
        header: Header | None,
        segments: list[Segment],
        seen: dict[str, set[str]],
        issues: list[Issue],
    ) -> None:
        """Start with the header that a table before this one left open."""
        self.grid = grid
        self.segments = segments
        self.seen = seen
        self.issues = issues
        self.block: list[int] = []
        self.heading = ""
        self.torn: list[Span] = []
        self.header = header
        self.segment = Segment(grid, header) if header else None
        if self.segment:
            segments.append(self.segment)

    def run(self) -> Header | None:
        """Scan all rows; return the header that still waits for rows."""
        for r in range(len(self.grid.cells)):
            spans = [s for s in self.grid.spans(r) if not is_page_number(s.cell.text)]
            if all(s.cell.blank for s in spans):
                self._add_blank_row(spans)
            elif not self._in_header(r, spans):
                self._add_row(spans)
        return self.header

    def _in_header(self, r: int, spans: list[Span]) -> bool:
        """Whether a row belongs to a header; the header before is opened when its rows begin."""
        cells = [s.cell for s in spans if not s.cell.blank]
        has_figures = any(map(is_figure, cells))
        if self.block:
            found = _header(self.grid, self.block)
            if found and (has_figures or self._is_labelled_row(found, cells)):
                self._open(found)
                return False
            if not has_figures and _extends_header(cells):
                self.block.append(r)
                return True
            if found:
                self._open(found)
            self.block = []
        if has_figures or not _starts_header(cells):
            return False
        if self.header and self._is_labelled_row(self.header, cells):
            return False
        self.block = [r]
        return True

    def _is_labelled_row(self, header: Header, cells: list[Cell]) -> bool:
        """Whether a row without figures is a row of the table (all its cells blank)."""
        if any(header_words().get(fold(c.text)) for c in cells[1:]):
            return False
        texts = [c.text for c in cells if is_label(c)]
        return _is_complete(header) and find(header.table, "row", texts) is not None

    def _open(self, header: Header) -> None:
        """Begin a segment under a header."""
        self.header = header
        self.segment = Segment(self.grid, header)
        self.segments.append(self.segment)
        self.block = []

    def _add_blank_row(self, spans: list[Span]) -> None:
        """A blank row may be the blank figures of a table whose header names the rows."""
        if len(spans) < 2:
            return
        found = _header(self.grid, self.block) if self.block else None
        if found and all(c.row for c in found.columns):
            self._open(found)
        if self.header and self.segment and all(c.row for c in self.header.columns):
            self.segment.rows.append(Row("", None, spans))

    def _add_row(self, spans: list[Span]) -> None:
        """Add a row under the open header, or an issue when figures have no label."""
        if self.header is None or self.segment is None:
            return
        row = self._row(spans)
        if row is None:
            self._report_unplaced(spans)
            return
        if self.torn and row.code and _prints_nothing(row):
            self.issues.append(self._torn(row, self.torn))
        self.torn = []
        self.segment.rows.append(row)
        self._note_seen(row)

    def _row(self, spans: list[Span]) -> Row | None:
        """The row that these cells make under the open header, or None."""
        assert self.header is not None
        filled = [s for s in spans if not s.cell.blank]
        lead = _leading_labels(filled)
        position, code = self._find_row(lead)
        if code:
            label = lead[position]
            after = spans[spans.index(label) + 1 :]
            return Row(code, label, after)
        names_rows = all(c.row for c in self.header.columns if c.code)
        label = lead[-1] if lead else None
        cells = spans[spans.index(label) + 1 :] if label else spans
        least = len(self.header.columns) if label else 2
        if not names_rows or len(filled) == len(lead) or len(cells) < least:
            return None
        return Row("", label, cells)

    def _find_row(self, lead: list[Span]) -> tuple[int, str]:
        """Position and code of the row label among the leading labels, the rightmost first."""
        assert self.header is not None
        table = self.header.table
        texts = [s.cell.text for s in lead]
        headings = [c for c in (find(table, "row", [t]) for t in texts) if c]
        headings = [c for c in headings if is_heading(table, c)]
        if headings:
            self.heading = headings[-1]
        for position in range(len(texts) - 1, -1, -1):
            code = find(table, "row", texts[: position + 1])
            if code and self._fits_heading(table, code, texts[position], headings):
                return position, code
        for position in range(len(texts) - 1, -1, -1):
            near = find_near(table, "row", texts[position])
            if near:
                self.issues.append(self._unfamiliar(near, lead[position].cell))
                return position, near
        return -1, ""

    def _fits_heading(self, table: str, code: str, text: str, headings: list[str]) -> bool:
        """A label such as 其他 means its row only under the heading that is the row's parent."""
        if fold(text) not in generic_row_words():
            return True
        parent = entries()[table, "row", code].parent
        inner = [h for h in headings if h != code and entries()[table, "row", h].parent]
        return (inner[-1] if inner else parent and self.heading) == parent

    def _unfamiliar(self, code: str, cell: Cell) -> Issue:
        """A note that a misprinted row label was read as a known one."""
        assert self.header is not None
        return _unfamiliar(self.grid, self.header.table, "row", code, cell)

    def _report_unplaced(self, spans: list[Span]) -> None:
        """Figures in a row without a known label are reported, not guessed."""
        figures = [s.cell for s in spans if is_figure(s.cell)]
        if figures and self.header and self.segment:
            self.torn = spans
            before = self.segment.rows[-1:]
            self.issues += [self._torn(r, spans) for r in before if r.code and _prints_nothing(r)]
            self.issues.append(
                issue(
                    "unplaced_row",
                    table=self.header.table,
                    cell=self.grid.place(figures[0]),
                    raw=_raw(spans),
                )
            )

    def _torn(self, row: Row, spans: list[Span]) -> Issue:
        """An error on a blank row next to figures without a label: they may be its own."""
        assert self.header is not None
        place = self.grid.place(next(s.cell for s in spans if is_figure(s.cell)))
        return issue("torn_row", table=self.header.table, row=row.code, cell=place, raw=_raw(spans))

    def _note_seen(self, row: Row) -> None:
        """Close the header once every row of its table has been seen in some form."""
        assert self.header is not None
        table = self.header.table
        if not _prints_nothing(row):
            self.seen[table] |= {row.code} if row.code else {c.row for c in self.header.columns}
        if any(set(f.rows_with_figures(table)) <= self.seen[table] for f in forms().values()):
            self.header, self.segment = None, None


def _prints_nothing(row: Row) -> bool:
    """Whether all cells of a row are blank."""
    return all(s.cell.blank for s in row.cells)


def _leading_labels(filled: list[Span]) -> list[Span]:
    """Labels before a row's first figure or mark; an ordinal in a cell of its own is passed over."""
    found: list[Span] = []
    for position, span in enumerate(filled):
        if is_label(span.cell):
            found.append(span)
        elif not (is_figure(span.cell) and _is_ordinal(filled, position)):
            break
    return found


def _is_ordinal(filled: list[Span], position: int) -> bool:
    """Whether a small number is an ordinal: a label with no figure of its own follows it."""
    following = filled[position + 1 : position + 2]
    return bool(following) and is_label(following[0].cell)


def _starts_header(cells: list[Cell]) -> bool:
    """Whether a row without figures has a word that stands only over columns."""
    return any(header_words().get(fold(c.text)) for c in cells)


def _extends_header(cells: list[Cell]) -> bool:
    """Whether a row without figures goes on with a header."""
    return len(cells) > 1 or any(fold(c.text) in header_words() for c in cells)


# --- Headers ------------------------------------------------------------------------------------


def _header(grid: Grid, rows: list[int]) -> Header | None:
    """The header that these rows make, or None when too few of a table's columns are in it."""
    stacks = _stacks(grid, rows)
    best = max(tables(), key=lambda table: len(_codes(table, stacks)))
    if len(_codes(best, stacks)) < _least_columns(best):
        return None
    columns = [
        Column(
            _column_code(best, stack) or find_near(best, "column", stack[-1].text) or "",
            _row_over(best, grid, rows, column),
            column,
            column,
            unit_in_label(stack[-1].text),
            stack[-1],
        )
        for column, stack in stacks.items()
    ]
    return Header(best, _joined(columns), grid.width)


def _stacks(grid: Grid, rows: list[int]) -> dict[int, list[Cell]]:
    """For each grid column, the filled header cells over it, from top to bottom."""
    stacks: dict[int, list[Cell]] = {}
    for r in rows:
        for column, cell in enumerate(grid.cells[r]):
            if cell is not None and not cell.blank:
                stack = stacks.setdefault(column, [])
                if cell not in stack:
                    stack.append(cell)
    return dict(sorted(stacks.items()))


def _codes(table: str, stacks: dict[int, list[Cell]]) -> set[str]:
    """Distinct columns of a table that the stacks name."""
    return {code for stack in stacks.values() if (code := _column_code(table, stack))}


def _column_code(table: str, stack: list[Cell]) -> str | None:
    """Code of the column under a stack of header cells: by the innermost label that is known."""
    return find(table, "column", [c.text for c in stack])


def _least_columns(table: str) -> int:
    """How many columns show that a header is of a table: one where rows have their own, else most."""
    rows = [e for (t, a, _), e in entries().items() if (t, a) == (table, "row")]
    columns = [code for (t, a, code) in entries() if (t, a) == (table, "column")]
    return 1 if any(e.columns for e in rows) else len(columns) // 2 + 1


def _is_complete(header: Header) -> bool:
    """Whether a header has all columns of its table, or its table's rows have their own."""
    rows = [e for (t, a, _), e in entries().items() if (t, a) == (header.table, "row")]
    columns = {code for (t, a, code) in entries() if (t, a) == (header.table, "column")}
    return any(e.columns for e in rows) or columns <= {c.code for c in header.columns}


def _row_over(table: str, grid: Grid, rows: list[int], column: int) -> str:
    """Row that the header names over a column (a route of dispute): the innermost one."""
    if not names_rows(table):
        return ""
    for r in reversed(rows):
        text = _text_over(grid.cells[r], column)
        code = find(table, "row", [text]) if text else None
        if code:
            return code
    return ""


def _text_over(row: list[Cell | None], column: int) -> str:
    """Text of a header row over a column; an unmerged heading reaches right to the next one."""
    for c in range(min(column, len(row) - 1), -1, -1):
        cell = row[c]
        if cell is not None and not cell.blank:
            return cell.text
    return ""


def _joined(columns: list[Column]) -> tuple[Column, ...]:
    """Join places under one printed label; keep columns from the first known one on."""
    joined: list[Column] = []
    for column in columns:
        last = joined[-1] if joined else None
        if last and last.label is column.label:
            joined[-1] = Column(last.code, last.row, last.start, column.end, last.unit, last.label)
        elif column.code or joined:
            joined.append(column)
    return tuple(joined)


# --- Rows → placements --------------------------------------------------------------------------


def _is_aligned(segment: Segment) -> bool:
    """Whether cells stand under their columns throughout: only then may places decide.

    In ragged text a figure can stand one column off; a single row that doesn't fit shows it.
    """
    rows = [row for row in segment.rows if not _prints_nothing(row)]
    if not segment.grid.ruled and not _is_even(segment.header.table, rows):
        return False
    return all(_fits(row, segment.header.columns) for row in rows)


def _is_even(table: str, rows: list[Row]) -> bool:
    """Whether lines of text end at one column, and labels under one heading begin at one."""
    begins: dict[str, set[int]] = {}
    for row in rows:
        parent = entries()[table, "row", row.code].parent if row.code else ""
        if parent and row.label:
            begins.setdefault(parent, set()).add(row.label.start)
    one_end = len({row.cells[-1].end for row in rows}) <= 1
    return one_end and all(len(places) == 1 for places in begins.values())


def _fits(row: Row, columns: tuple[Column, ...]) -> bool:
    """Whether a row's label stands before the columns and each filled cell under one."""
    if row.label is not None and row.label.end >= columns[0].start:
        return False
    return all(_columns_over(s, columns) for s in row.cells if not s.cell.blank)


def _columns_over(span: Span, columns: tuple[Column, ...]) -> list[Column]:
    """Columns that a cell stands under, if only in part."""
    return [c for c in columns if c.start <= span.end and span.start <= c.end]


def _without_idle_rows(segment: Segment) -> list[Row]:
    """Rows without headings that print nothing, and without blank rows beside a filled one."""
    filled = any(not s.cell.blank for row in segment.rows if not row.code for s in row.cells)
    return [row for row in segment.rows if not _is_idle(segment, row, filled)]


def _is_idle(segment: Segment, row: Row, filled: bool) -> bool:
    """Whether a row prints nothing that could be a figure of the form."""
    if not _prints_nothing(row):
        return False
    if not row.code:
        return filled
    return not row.cells or is_always_heading(segment.header.table, row.code)


def _place(segment: Segment, row: Row, aligned: bool) -> tuple[list[Placement], list[Issue]]:
    """Give a row's cells to the header's columns, or say that they can't be told apart."""
    columns = segment.header.columns
    assigned = _assign(row.cells, columns, aligned)
    if assigned is None:
        return [], _incomplete(segment, row)
    placements: list[Placement] = []
    issues: list[Issue] = []
    for column, span in zip(columns, assigned, strict=True):
        if column.code:
            placements.append(_placement(segment, row, column, span.cell))
        elif not span.cell.blank:
            issues.append(_unplaced_figure(segment, row, span.cell))
    return placements, issues


def _assign(cells: list[Span], columns: tuple[Column, ...], aligned: bool) -> list[Span] | None:
    """One cell for each column, or None when neither number nor places settle it."""
    filled = [s for s in cells if not s.cell.blank]
    if len(filled) == len(columns):
        return filled
    if not filled:
        return [cells[min(n, len(cells) - 1)] for n in range(len(columns))]
    if aligned:
        cells = [s for s in cells if not s.cell.blank or _columns_over(s, columns)]
        in_order = len(cells) == len(columns) and all(
            column in _columns_over(span, columns)
            for span, column in zip(cells, columns, strict=True)
        )
        return cells if in_order else _by_place(cells, columns)
    complete = len(cells) == len(columns) and not cells[0].cell.blank
    return cells if complete else None


def _by_place(cells: list[Span], columns: tuple[Column, ...]) -> list[Span] | None:
    """The cell under each column: a filled one before blanks, None when two or none stand there."""
    if any(len(_columns_over(s, columns)) > 1 for s in cells if not s.cell.blank):
        return None
    assigned: list[Span] = []
    for column in columns:
        under = [s for s in cells if column in _columns_over(s, columns)]
        filled = [s for s in under if not s.cell.blank]
        if len(filled) > 1 or not under:
            return None
        assigned.append((filled or under)[0])
    return assigned


def _placement(segment: Segment, row: Row, column: Column, cell: Cell) -> Placement:
    """A placed cell, with the unit that its column prints or the form gives."""
    table = segment.header.table
    unit = column.unit or entries()[table, "column", column.code].unit
    place = segment.grid.place(cell)
    return Placement(table, row.code or column.row, column.code, cell, place, unit)


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
            raw=_raw(row.cells),
        )
        for code in codes
    ]


def _unplaced_figure(segment: Segment, row: Row, cell: Cell) -> Issue:
    """A filled cell under a column that no form knows: a figure there is an error of its row."""
    return issue(
        "unplaced_figure" if is_figure(cell) else "unplaced_text",
        table=segment.header.table,
        row=row.code,
        cell=segment.grid.place(cell),
        raw=cell.text,
    )


def _ambiguous_columns(segment: Segment) -> list[Issue]:
    """Columns that stand twice in a header are unknown; near misses are named."""
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


def _unfamiliar(grid: Grid, table: str, axis: str, code: str, cell: Cell) -> Issue:
    """A note that a misprinted label was read as a known one."""
    known = entries()[table, axis, code]
    return issue(
        "unfamiliar_label",
        table=table,
        **{axis: code},
        cell=grid.place(cell),
        raw=cell.text,
        label=known.label_en,
        label_zh=known.label,
    )


def _raw(spans: list[Span]) -> str:
    """The filled cells of a row as printed, for a message."""
    return " | ".join(" ".join(s.cell.text.split()) for s in spans if not s.cell.blank)


# --- One figure for one cell --------------------------------------------------------------------


def _once(placements: list[Placement], issues: list[Issue]) -> tuple[list[Placement], list[Issue]]:
    """Keep one placement for each code, and report figures printed twice or merged over rows.

    Blank cells of a heading whose own rows are printed are no figures of the form.
    """
    printed = {(p.table, p.row) for p in placements}
    placements = [p for p in placements if not (p.cell.blank and _parts_printed(p, printed))]
    kept: dict[tuple[str, str, str], Placement] = {}
    rows_of: dict[Cell, set[str]] = {}
    for p in placements:
        rows_of.setdefault(p.cell, set()).add(p.row)
    for p in placements:
        if len(rows_of[p.cell]) > 1 and not p.cell.blank:
            issues.append(_on_cell("merged_figure", p, raw=p.cell.text))
        first = kept.setdefault((p.table, p.row, p.column), p)
        if parse_count(first.cell.text) != parse_count(p.cell.text):
            issues.append(
                _on_cell("repeated_cell", p, expected=first.cell.text, actual=p.cell.text)
            )
    return list(kept.values()), issues


def _parts_printed(p: Placement, printed: set[tuple[str, str]]) -> bool:
    """Whether rows under a placement's row are printed beside it."""
    return any(
        t == p.table and a == "row" and e.parent == p.row and (t, code) in printed
        for (t, a, code), e in entries().items()
    )


def _on_cell(check: str, p: Placement, **facts: object) -> Issue:
    """An issue about one placed cell."""
    return issue(check, table=p.table, row=p.row, column=p.column, cell=p.place, **facts)
