"""Rows of the recognised tables whose figures run together → their cells, or an issue on each."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from analysis.documents.glued import Line, Parted, part
from analysis.documents.grid import Cell
from analysis.documents.headers import Column
from analysis.documents.issues import Issue, issue
from analysis.documents.numbers import parse_count
from analysis.documents.rows import Row, printed
from analysis.documents.segments import Segment
from analysis.documents.splits import pieces_of
from analysis.documents.sums import Key

Figures = list[tuple["Glued", Column, Cell]]


class Glued(NamedTuple):
    """A row with one cell for all its columns."""

    segment: Segment
    row: Row
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        """The table that the row is of."""
        return self.segment.header.table

    @property
    def cell(self) -> Cell:
        """The cell that prints the figures."""
        return next(s.cell for s in self.row.cells if not s.cell.blank)

    def line(self) -> Line:
        """The cells that the row stands for, and its text."""
        keys = ((self.table, self.row.code or c.row, c.code) for c in self.columns)
        return Line(tuple(keys), printed(self.row.cells))

    def is_short(self) -> bool:
        """Whether the row has too few digits for its columns."""
        return self.line().is_short()


def part_rows(glued: Sequence[Glued], known: Mapping[Key, Cell]) -> tuple[Figures, list[Issue]]:
    """The figures of rows that can be told apart, each with its column, and what became of each.

    Rows of a table are read together, and with its `known` cells; rows too short for their columns
    only tell that cells are blank.
    """
    figures: Figures = []
    issues: list[Issue] = []
    for table, group in groupby(sorted(glued, key=lambda g: g.table), key=lambda g: g.table):
        rows = list(group)
        values = {key: parse_count(c.text).value for key, c in known.items() if key[0] == table}
        for one, parted in zip(rows, part([g.line() for g in rows], values), strict=True):
            for code, row in parted.items() if not one.is_short() else ():
                columns = [c for c in one.columns if (one.row.code or c.row) == code]
                if len(pieces_of(one.cell.text)) < len(one.columns) or row.figures is None:
                    issues.append(_told_apart(one, code, row, len(columns)))
                if row.figures is not None:
                    cells = (_piece(one.cell, text) for text in row.figures)
                    figures += zip([one] * len(columns), columns, cells, strict=True)
    return figures, issues


def _piece(cell: Cell, text: str) -> Cell:
    """One figure of a cell, at the cell's own place."""
    return Cell(text, cell.row, cell.column, cell.page, cell.confidence)


def _told_apart(glued: Glued, row: str, parted: Parted, cells: int) -> Issue:
    """What became of a row whose figures run together: told apart, or the ways that are left."""
    ways = ["|".join(way) for way in parted.ways]
    return issue(
        "glued_figures" if parted.figures is None else "parted_row",
        table=glued.table,
        row=row,
        cell=glued.segment.grid.place(glued.cell),
        expected=cells,
        actual=len(ways),
        raw=" ".join(glued.cell.text.split()),
        ways="; ".join(ways[:3]) + "; …" * (len(ways) > 3) or "?",
    )
