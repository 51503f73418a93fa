"""What pages print → grids; a table that a page break cuts goes on in the same grid."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from analysis.documents.grid import Cell, Grid

_SAME_LINE = 0.012  # of a table's width
_PAGE_NUMBER = 20  # characters that may stand between two parts of a table


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: rows or pixels from `top` to `bottom`, columns or pixels `left` to `right`."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a cell (`box` counts lines of its table) or of a line outside (in pixels)."""

    box: Box
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RuledText:
    """A table of a page: where it stands, its columns' lines from 0 to 1, its cells' text."""

    box: Box
    across: tuple[float, ...]
    n_rows: int
    cells: list[Piece]


@dataclass(frozen=True)
class Page:
    """What a page prints: its ruled tables, how well its words read, and its other lines.

    `outside` reads the lines outside tables, which a page without tables need not have read.
    """

    tables: list[RuledText]
    outside: Callable[[], list[Piece]]
    score: float

    @cached_property
    def lines(self) -> list[Piece]:
        """The lines outside tables, from top to bottom."""
        return self.outside()


Part = tuple[int, RuledText]
Place = tuple[int, int]  # page, pixels from its top


def stitch(pages: Sequence[Page], first_page: int) -> list[Grid]:
    """Make grids of the tables of pages, numbered from 1; without any, no line is read."""
    if not any(page.tables for page in pages):
        return []
    groups: list[list[Part]] = []
    running = _running_heads(pages)
    for n, page in enumerate(pages):
        for position, table in enumerate(page.tables):
            goes_on = groups and n and not position and _goes_on(pages[n - 1], page, running)
            if goes_on and groups[-1][-1][0] == n - 1 and _fits(groups[-1], table):
                groups[-1].append((n, table))
            else:
                groups.append([(n, table)])
    headings = _headings(pages, groups)
    return [
        _grid(number, parts, heading, first_page)
        for number, (parts, heading) in enumerate(zip(groups, headings, strict=True), start=1)
    ]


def _headings(pages: Sequence[Page], groups: list[list[Part]]) -> Iterator[str]:
    """For each table, the lines printed between the one before and it."""
    end: Place = (0, 0)
    for parts in groups:
        (first, table), (last, table_end) = parts[0], parts[-1]
        begin = first, table.box.top
        between = [
            line.text
            for n in range(end[0], first + 1)
            for line in pages[n].lines
            if end <= (n, line.box.top) <= begin
        ]
        yield "\n".join(between)
        end = last, table_end.box.bottom


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """Lines that stand on more than one page."""
    counts = Counter(text for page in pages for text in {line.text for line in page.lines})
    return {text for text, n in counts.items() if n > 1}


def _goes_on(before: Page, page: Page, running: set[str]) -> bool:
    """Whether only a page number or running head stands between two pages' nearest tables."""
    if not before.tables:
        return False
    bottom, top = before.tables[-1].box.bottom, page.tables[0].box.top
    between = [line.text for line in before.lines if line.box.top >= bottom]
    between += [line.text for line in page.lines if line.box.bottom <= top]
    return sum(len(text) for text in between if text not in running) <= _PAGE_NUMBER


def _fits(parts: list[Part], table: RuledText) -> bool:
    """Whether a table's columns are among those of the parts before it, or the other way round."""
    own, others = table.across, _columns([t for _, t in parts])
    few, many = sorted((own, others), key=len)
    return all(any(abs(a - b) <= _SAME_LINE for b in many) for a in few)


def _columns(tables: list[RuledText]) -> tuple[float, ...]:
    """Where lines between columns stand in any of some tables, as shares of their width."""
    places = sorted(x for table in tables for x in table.across)
    apart = [b for a, b in pairwise(places) if b - a > _SAME_LINE]
    return (places[0], *apart)


def _grid(number: int, parts: list[Part], heading: str, first_page: int) -> Grid:
    """One grid of the parts of a table, rows below rows."""
    columns = _columns([table for _, table in parts])
    cells: list[list[Cell | None]] = []
    breaks: list[int] = []
    for n, table in parts:
        top = len(cells)
        breaks += [top] if top else []
        cells += [[None] * (len(columns) - 1) for _ in range(table.n_rows)]
        lines = [min(range(len(columns)), key=lambda i: abs(columns[i] - x)) for x in table.across]
        for piece in table.cells:
            row, left = top + piece.box.top, lines[piece.box.left]
            cell = Cell(piece.text, row, left, n + first_page, piece.confidence)
            for r in range(row, top + piece.box.bottom):
                for c in range(left, lines[piece.box.right]):
                    cells[r][c] = cell
    return Grid(number, cells, breaks=tuple(breaks), heading=heading)
