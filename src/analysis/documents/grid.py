"""What every reader makes of a document: grids of printed cells, lines of text, and metadata."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

_INVISIBLE = "\u200b\ufeff\u00ad\u2060 \t\r\n\u00a0\u3000\u2002\u2003\u2009"
UNREAD = "\ufffc"  # stands for what is printed and can't be read, such as a picture
MAX_SPAN = 200
MAX_PLACES = 2_000_000


@dataclass(slots=True, eq=False, init=False)
class Cell:
    """One printed cell: its text, and its 0-based row and column in the table as printed.

    `page` is the page that it stands on, from 1, where the document has pages. `confidence` is how
    sure the text is, from 0 to 1, that was recognised in a picture or put together from lines; None
    for text as the document itself holds it. `stored` is the number that a workbook's cell holds,
    where that is not what it prints.
    """

    text: str
    row: int
    column: int
    page: int
    confidence: float | None
    stored: str
    blank: bool = field(init=False)

    def __init__(
        self,
        text: str,
        row: int,
        column: int,
        page: int = 0,
        confidence: float | None = None,
        stored: str = "",
    ) -> None:
        """Note also whether anything is printed in the cell: documents have thousands of them."""
        self.text = text
        self.row = row
        self.column = column
        self.page = page
        self.confidence = confidence
        self.stored = stored
        self.blank = not text or not text.strip(_INVISIBLE)


class Span(NamedTuple):
    """A printed cell as it stands in one row: grid columns `start` to `end`, both included."""

    cell: Cell
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of printed cells: a merged cell stands at every place that it covers.

    `cells[r][c]` is None where the document prints no cell. `number` counts the tables (or
    sheets) of the document from 1. `ruled` says whether rows share columns, as in a table, or are
    lines of text whose cells only follow one another. `breaks` are the rows at which a new page
    begins, which may cut the row above. `heading` is the text printed between the table before and
    this one, with its caption, a line each; for a sheet, its name. `unsure` says that nobody can
    tell the columns of its figures.
    """

    number: int
    cells: list[list[Cell | None]]
    ruled: bool = True
    breaks: tuple[int, ...] = ()
    heading: str = ""
    unsure: bool = False

    @property
    def width(self) -> int:
        """Number of columns of the widest row."""
        return max(map(len, self.cells), default=0)

    def spans(self, row: int) -> list[Span]:
        """The printed cells of a row from left to right, each with the columns it covers."""
        found: list[Span] = []
        last = None
        for column, cell in enumerate(self.cells[row]):
            if cell is None:
                continue
            if cell is last:
                found[-1] = Span(cell, found[-1].start, column)
            else:
                found.append(Span(cell, column, column))
                last = cell
        return found

    def place(self, cell: Cell) -> str:
        """Where a cell stands in the document, such as `t2r9c4` or `p4t2r9c4` (page 4)."""
        page = f"p{cell.page}" if cell.page else ""
        return f"{page}t{self.number}r{cell.row + 1}c{cell.column + 1}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: its format, tables, text (a block or cell a line), and metadata.

    `text` is put together where something is first looked for in it. `unread` names parts of
    the document that could not be read, each as the error that says why.
    """

    format: str
    grids: list[Grid]
    text: Callable[[], str]
    meta: dict[str, str] = field(default_factory=dict)
    unread: list["UnreadableError"] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Let the text be put together once, whoever asks for it."""
        object.__setattr__(self, "text", cache(self.text))

    def lines(self) -> list[str]:
        """Lines of the text that are not blank, white space folded, in document order."""
        if not self._lines:
            texts = self.text().split("\n")
            self._lines.extend(line for text in texts if (line := " ".join(text.split())))
        return self._lines


class UnreadableError(Exception):
    """A document can't be read; `check` names the issue and `facts` fill its message."""

    def __init__(self, check: str, **facts: Any) -> None:
        """Keep the check's code and what its message needs."""
        super().__init__(check)
        self.check = check
        self.facts = facts


def place_cells(rows: Iterable[list[tuple[str, int, int]]]) -> list[list[Cell | None]]:
    """Lay rows of (text, colspan, rowspan) out on a grid, as a browser does.

    A row span never grows the table, and a span never exceeds `MAX_SPAN`. A table that would fill
    more than `MAX_PLACES` places raises UnreadableError.
    """
    rows = list(rows)
    cells: list[list[Cell | None]] = [[] for _ in rows]
    places = 0
    for r, row in enumerate(rows):
        column, line = 0, cells[r]
        for text, colspan, rowspan in row:
            column = _next_free(line, column) if column < len(line) else column
            if colspan == 1 == rowspan and column == len(line):
                line.append(Cell(text, r, column))
                column += 1
                continue
            columns = 1 if colspan == 1 else _clip(colspan)
            height = 1 if rowspan == 1 else _clip(rowspan)
            cell = Cell(text, r, column)
            for below in cells[r : r + height]:
                _fill(below, column, columns, cell)
            column += columns
            places += columns * height
            if places > MAX_PLACES:
                raise UnreadableError("table_too_large", limit=MAX_PLACES)
    return cells


def _clip(span: int) -> int:
    """A span as it can sensibly be meant: at least 1, at most `MAX_SPAN`."""
    return max(1, min(span, MAX_SPAN))


def _next_free(row: list[Cell | None], column: int) -> int:
    """First column from `column` on that no cell from above covers."""
    while column < len(row) and row[column] is not None:
        column += 1
    return column


def _fill(row: list[Cell | None], column: int, columns: int, cell: Cell) -> None:
    """Put a cell on the free places of its span."""
    row.extend([None] * (column + columns - len(row)))
    for c in range(column, column + columns):
        if row[c] is None:
            row[c] = cell
