"""Cuts grids into segments: a recognised header with the labelled rows that follow it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from analysis.documents.breaks import mend
from analysis.documents.fold import fold, plain
from analysis.documents.grid import UNREAD, Cell, Grid, Span
from analysis.documents.halves import stack
from analysis.documents.headers import (
    Header,
    extends_header,
    is_complete,
    is_of_header,
    read_header,
    starts_header,
)
from analysis.documents.headings import END_OF_RUN, named
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import (
    find,
    find_near,
    generic_row_words,
    is_always_heading,
    is_heading,
    is_list,
    meanings,
    resembled,
)
from analysis.documents.lines import unfold
from analysis.documents.numbers import (
    ends_in_figure,
    is_figure,
    is_label,
    prints_figures,
    unit_alone,
)
from analysis.documents.reference import entries, forms, numbers, tables
from analysis.documents.rows import (
    Row,
    is_below,
    is_figures,
    leading_labels,
    list_row,
    may_be_torn,
    own_label,
    printed,
    prints_nothing,
    reaches_down,
    unfamiliar,
    without_page_number,
)
from analysis.documents.running import unrun
from analysis.documents.units import odd_row_unit, stated_units

MAX_HEADER_ROWS = 40
_MOST_IN_A_HEADING = 2  # cells of a row, such as a heading and the unit of the table


@dataclass(slots=True)
class Segment:
    """A header with the rows that follow it, what was found in them, and the texts above.

    `borrowed` says that the rows stand in a further table without a header, behind a whole one;
    `known` has the codes of the rows that print something.
    """

    grid: Grid
    header: Header
    rows: list[Row] = field(default_factory=list)
    unplaced: bool = False
    issues: list[Issue] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    borrowed: bool = False
    known: set[str] = field(default_factory=set)

    def rows_of(self, row: Row) -> set[str]:
        """Codes of the rows whose figures a row prints."""
        return {row.code} if row.code else {c.row for c in self.header.columns if c.row}


def segments(grids: Iterable[Grid]) -> list[Segment]:
    """Cut grids into headers with their rows; a table cut by a page break keeps its header."""
    scan = _Scan()
    for grid in grids:
        for part in stack(unfold(unrun(mend(grid)))):
            scan.read(part)
    return scan.segments


class _Scan:
    """One pass over all rows of a document, from header to header."""

    def __init__(self) -> None:
        """Start with nothing open."""
        self.segments: list[Segment] = []
        self.texts: list[str] = []
        self.seen: dict[str, set[str]] = {table: set() for table in tables()}
        self.heading = ""
        self.segment: Segment | None = None

    def read(self, grid: Grid) -> None:
        """Scan the rows of one grid; a header still waiting for rows goes on over it."""
        self.grid = grid
        self.above: set[Cell | None] = set()
        self.texts += grid.heading.split("\n")
        self.block: list[int] = []
        self.torn: list[Span] = []
        if self.segment:
            self._carry_over(self.segment.header)
        for r in range(len(grid.cells)):
            self.above = set(grid.cells[r - 1]) if r else set()
            spans = without_page_number(grid, r)
            if all(s.cell.blank for s in spans):
                self._add_blank_row(spans)
            elif not reaches_down(spans, self.above) and not self._in_header(r, spans):
                self._add_row(spans)

    def _carry_over(self, header: Header) -> None:
        """Go on with a header on the next grid, unless that has its own."""
        whole = self._is_whole(header.table)
        own = _has_own_header(self.grid, header.table) and not self.grid.unsure
        if (whole and header.names_rows) or own:
            self.segment = None
        else:
            self._open(header, borrowed=whole)

    def _is_whole(self, table: str) -> bool:
        """Whether every row of the table has been seen, in some form."""
        return any(rows <= self.seen[table] for rows in _rows_of_forms(table))

    def _in_header(self, r: int, spans: list[Span]) -> bool:
        """Whether a row belongs to a header; the header before is opened when its rows begin."""
        cells = [s.cell for s in spans if not s.cell.blank]
        has_figures = any(map(is_figure, cells))
        if self.block:
            if not has_figures and is_of_header(cells):
                self.block = [*self.block[-MAX_HEADER_ROWS:], r]
                return True
            found = read_header(self.grid, self.block)
            if found and (has_figures or self._is_labelled_row(found, cells)):
                self._open(found)
                return False
            if not has_figures and extends_header(cells):
                self.block = [*self.block[-MAX_HEADER_ROWS:], r]
                return True
            if found:
                self._open(found)
            elif self._is_headed_anew():
                self.segment = None
            self.block = []
        if has_figures or not starts_header(cells):
            return False
        if self.segment and self._is_labelled_row(self.segment.header, cells):
            return False
        self.block = [*self._heading_above(r), r]
        return True

    def _is_headed_anew(self) -> bool:
        """Whether the rows before stand over labels with columns that are not known."""
        table = self.segment.header.table if self.segment else ""
        heads = [s.cell for s in self.grid.spans(self.block[0]) if not s.cell.blank]
        return len(heads) > 1 and any(find(table, "group", [head.text]) for head in heads)

    def _heading_above(self, r: int) -> list[int]:
        """The row right above a header that heads it, such as 复议后起诉, and is no blank row."""
        rows = self.segment.rows if self.segment and self.segment.header.names_rows else []
        last = rows[-1] if rows else None
        if last is None or last.label is None or last.label.cell.row != r - 1:
            return []
        if not prints_nothing(last):
            return []
        rows.pop()
        return [r - 1]

    def _is_labelled_row(self, header: Header, cells: list[Cell]) -> bool:
        """Whether a row without figures is one of the table: its cells are blank, or not read."""
        if is_of_header(cells):
            return False
        texts = [c.text for c in cells if is_label(c) and not unit_alone(c.text)]
        leading = (texts[: n + 1] for n in range(len(texts)))
        return is_complete(header) and any(find(header.table, "row", some) for some in leading)

    def _open(self, header: Header, borrowed: bool = False) -> None:
        """Begin a segment under a header, below the texts read since the last row of figures."""
        for last in self.segments[-1:]:
            if not last.rows:
                self.texts, last.texts = last.texts + self.texts, []
        self.segment = Segment(self.grid, header, texts=self.texts, borrowed=borrowed)
        self.texts = []
        self.segments.append(self.segment)
        self.block = []

    def _add_blank_row(self, spans: list[Span]) -> None:
        """A blank row may be the blank figures of a table whose header names the rows."""
        if len(spans) < 2:
            return
        found = read_header(self.grid, self.block) if self.block else None
        if found and found.names_rows:
            self._open(found)
        if self.segment and self.segment.header.names_rows:
            self.segment.rows.append(Row("", None, spans))

    def _add_row(self, spans: list[Span]) -> None:
        """Add a row under the open header, or an issue when figures have no label."""
        if self.segment is None:
            self._note_texts(spans)
            return
        row = self._row(self.segment, spans)
        if row is None:
            self._report_unplaced(self.segment, spans)
            self._note_texts(spans)
            return
        if self.segment.rows and named(self.texts):
            self._open(self.segment.header, self.segment.borrowed)
        self.texts = []
        if self.torn and may_be_torn(self.segment.header.table, row):
            self.segment.issues.append(self._torn(row, self.torn))
        self.torn = []
        self._note_seen(self.segment, row)
        self.segment.rows.append(row)

    def _note_texts(self, spans: list[Span]) -> None:
        """Note texts that may be the heading of what follows; rows of other tables end a run.

        A cell with tables in it says in what order neither they nor its texts stand.
        """
        filled = [s.cell for s in spans if not s.cell.blank and UNREAD not in s.cell.text]
        cells = list({cell.text: cell for cell in filled}.values())
        labels = any(find(t, "row", [c.text for c in cells]) for t in tables())
        if labels or len(cells) > _MOST_IN_A_HEADING or any(map(is_figure, cells)):
            self.texts.append(END_OF_RUN)
        else:
            self.texts += [line for c in cells for line in c.text.split("\n")]

    def _row(self, segment: Segment, spans: list[Span]) -> Row | None:
        """The row that these cells make under a segment's header, or None."""
        header = segment.header
        filled = [s for s in spans if not s.cell.blank]
        lead = leading_labels(filled)
        position, code = self._find_row(segment, lead)
        whole = self._is_whole(header.table)
        if code and self._goes_on(header.table, code, lead[position]):
            return None
        if code and is_always_heading(header.table, code) and self._is_below_torn(segment, filled):
            return None
        if code and not (whole and fold(lead[position].cell.text) in generic_row_words()):
            label = lead[position]
            self._note_units(segment, code, lead)
            self._note_figure(segment, code, label.cell)
            cells = spans[spans.index(label) + 1 :]
            make = list_row if is_list(header.table) else Row
            before = [s.cell for s in filled[: filled.index(label)] if is_figure(s.cell)]
            row = make(code, label, cells)
            return replace(row, before=before[0]) if before else row
        last = lead[-1] if lead else None
        cells = spans[spans.index(last) + 1 :] if last else spans
        least = sum(bool(c.code) for c in header.columns) if last or whole else 2
        if code or not header.names_rows or len(filled) == len(lead):
            return None
        if len(cells) < least and not _may_run_together(cells, header):
            return None
        if last and any(word in plain(last.cell.text) for word in numbers()["other_year"]):
            return None
        self._note_units(segment, "", lead)
        return Row("", last, cells)

    def _note_units(self, segment: Segment, code: str, lead: list[Span]) -> None:
        """Note once where labels state units in which the form does not count."""
        for span in lead:
            if stated_units(span.cell.text):
                place = self.grid.place(span.cell)
                odd = odd_row_unit(segment.header.table, code, span.cell.text, place)
                segment.issues += [one for one in odd if one not in segment.issues]

    def _note_figure(self, segment: Segment, code: str, label: Cell) -> None:
        """An error on a row whose label ends in a number in brackets: it may be a figure of it."""
        if ends_in_figure(label.text):
            table, place = segment.header.table, self.grid.place(label)
            found = issue("not_a_figure", table=table, row=code, cell=place, raw=label.text)
            segment.issues.append(found)

    def _is_below_torn(self, segment: Segment, filled: list[Span]) -> bool:
        """Whether figures stand next to a row that lacks its own."""
        before = segment.rows[-1:]
        has_figures = any(is_figure(s.cell) for s in filled)
        return has_figures and any(may_be_torn(segment.header.table, row) for row in before)

    def _goes_on(self, table: str, code: str, label: Span) -> bool:
        """Whether a heading merely reaches down from the row above: the figures are not its own."""
        return label.cell in self.above and is_heading(table, code)

    def _find_row(self, segment: Segment, lead: list[Span]) -> tuple[int, str]:
        """Position and code of the row label among the leading labels, the rightmost first."""
        table = segment.header.table
        texts = [s.cell.text for s in lead]
        headings = [c for c in (find(table, "row", [t]) for t in texts) if c]
        headings = [c for c in headings if is_heading(table, c)]
        if headings and not is_below(table, self.heading, headings[-1]):
            self.heading = headings[-1]
        for position in range(len(texts) - 1, -1, -1):
            for code in meanings(table, "row", texts[: position + 1]):
                if self._fits_heading(table, code, texts[position], headings):
                    return position, code
        for position in range(len(texts) - 1, -1, -1):
            near = find_near(table, "row", texts[position])
            if near:
                cell = lead[position].cell
                segment.issues.append(unfamiliar(self.grid, table, "row", near, cell))
                return position, near
        return -1, ""

    def _fits_heading(self, table: str, code: str, text: str, headings: list[str]) -> bool:
        """A label such as 其他 means its row only under the heading that is the row's parent."""
        if fold(text) not in generic_row_words():
            return True
        parent = entries()[table, "row", code].parent
        inner = [h for h in headings if h != code and entries()[table, "row", h].parent]
        return (inner[-1] if inner else parent and self.heading) == parent

    def _report_unplaced(self, segment: Segment, spans: list[Span]) -> None:
        """Figures in a row without a known label are reported, not guessed."""
        figures = [s.cell for s in spans if is_figures(s.cell)]
        table = segment.header.table
        if not figures or self._is_whole(table):
            return
        label = own_label(table, spans)
        self.torn = [] if label else spans
        segment.unplaced = True
        if is_list(table):
            self.heading = ""  # the row may head those below it
        before = [row for row in segment.rows[-1:] if not label and may_be_torn(table, row)]
        segment.issues += [self._torn(row, spans) for row in before]
        place = self.grid.place(figures[0])
        check = "unaligned_row" if self.grid.unsure else "unplaced_row"
        if label.startswith(numbers()["of_which"]) and not self.grid.unsure:
            check = "unplaced_part"
        segment.issues.append(issue(check, table=table, cell=place, raw=printed(spans)))
        segment.issues += _possible(segment.header, spans, place)

    def _torn(self, row: Row, spans: list[Span]) -> Issue:
        """An error on a blank row next to figures without a label: they may be its own."""
        assert self.segment is not None
        place = self.grid.place(next(s.cell for s in spans if is_figures(s.cell)))
        table = self.segment.header.table
        return issue("torn_row", table=table, row=row.code, cell=place, raw=printed(spans))

    def _note_seen(self, segment: Segment, row: Row) -> None:
        """Note a row that prints something; one seen before, under a new header, begins a copy."""
        seen = self.seen[segment.header.table]
        if not segment.rows and not segment.borrowed and self._is_whole(segment.header.table):
            seen.clear()
        if prints_nothing(row):
            return
        rows = segment.rows_of(row)
        if rows & seen and not segment.borrowed and rows.isdisjoint(segment.known):
            seen.clear()
            seen |= segment.known
        seen |= rows
        segment.known |= rows


def _has_own_header(grid: Grid, table: str) -> bool:
    """Whether labels of its own stand over the first figures of a grid."""
    for r in range(len(grid.cells)):
        cells = [s.cell for s in grid.spans(r) if not s.cell.blank]
        if any(map(is_figure, cells)):
            return False
        labels = [c.text for c in cells if is_label(c) and not unit_alone(c.text)]
        if len(labels) > 1 and not find(table, "row", labels):
            return True
    return False


@lru_cache(maxsize=16)
def _rows_of_forms(table: str) -> tuple[frozenset[str], ...]:
    """For each form that has a table, its rows that print figures."""
    own = (form for form in forms().values() if form.has_table(table))
    return tuple(frozenset(form.rows_with_figures(table)) for form in own)


def _may_run_together(cells: list[Span], header: Header) -> bool:
    """Whether one cell prints digits enough for all columns."""
    text = cells[0].cell.text if len(cells) == 1 else ""
    return prints_figures(text) and sum(map(str.isdigit, text)) >= len(header.columns)


def _possible(header: Header, spans: list[Span], place: str) -> list[Issue]:
    """A warning on each cell of a row that is not in every report, if the label may mean it."""
    codes = {c for s in spans if is_label(s.cell) for c in resembled(header.table, s.cell.text)}
    return [
        issue("possible_row", table=header.table, row=row, column=column.code, cell=place, raw=raw)
        for raw in [printed(spans)]
        for row in sorted(codes)
        for column in header.columns
        if column.code
    ]
