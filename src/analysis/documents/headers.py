"""Recognises headers: which columns, and which rows where the header names them, a table has."""

from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.documents.grid import Cell, Grid
from analysis.documents.headings import is_of_no_year
from analysis.documents.labels import (
    find,
    header_word,
    is_indicator,
    is_list,
    names_rows,
    names_year,
)
from analysis.documents.reference import entries, tables
from analysis.documents.units import stated_unit


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its header: its code (empty if unknown), its row when the header names it.

    `above` has the texts of the header over its label.
    """

    code: str
    row: str
    start: int
    end: int
    unit: str
    label: Cell
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its table, its columns from left to right, where its rows end.

    `corner` has the texts over the labels, such as 信息内容.
    """

    table: str
    columns: tuple[Column, ...]
    end: int
    corner: tuple[str, ...] = ()

    @property
    def names_rows(self) -> bool:
        """Whether the header names the row of every known column."""
        return all(column.row for column in self.columns if column.code)


def read_header(grid: Grid, rows: list[int]) -> Header | None:
    """The header that these rows make, or None when too few of a table's columns are in it."""
    stacks = _stacks(grid, rows)
    labels = {tuple(cell.text for cell in stack) for stack in stacks.values()}
    found = {table: len(_codes(table, labels)) for table in _candidates(labels)}
    best = max(found, key=lambda table: found[table])
    if found[best] < least_columns(best):
        return None
    columns = [
        Column(
            find(best, "column", [cell.text for cell in stack]) or "",
            _row_over(best, grid, rows, column),
            column,
            column,
            stated_unit(stack[-1].text),
            stack[-1],
            tuple(cell.text for cell in stack[:-1]),
        )
        for column, stack in stacks.items()
    ]
    end = max((spans[-1].end for r in rows if (spans := grid.spans(r))), default=-1)
    first = next(column.start for column in columns if column.code)
    corner = {cell.text: None for place in stacks if place < first for cell in stacks[place]}
    return Header(best, _joined(best, columns), end, tuple(corner))


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


def _codes(table: str, labels: set[tuple[str, ...]]) -> set[str]:
    """Distinct columns of a table that stacked labels name: each by the innermost that is known."""
    return {code for texts in labels if (code := find(table, "column", texts))}


def _candidates(labels: set[tuple[str, ...]]) -> list[str]:
    """The tables that these may head: a list of one or two columns has a head over its labels."""
    over_labels = any(is_indicator(text) for texts in labels for text in texts)
    return [table for table in tables() if over_labels or not is_list(table)]


@lru_cache(maxsize=16)
def least_columns(table: str) -> int:
    """How many columns make a header of a table: one where rows have their own, else most."""
    rows = [e for (t, a, _), e in entries().items() if (t, a) == (table, "row")]
    return 1 if any(e.columns for e in rows) else len(column_codes(table)) // 2 + 1


def is_complete(header: Header) -> bool:
    """Whether a header has all columns of its table, or its table's rows have their own."""
    if least_columns(header.table) == 1:
        return True
    return column_codes(header.table) <= {c.code for c in header.columns}


@lru_cache(maxsize=16)
def column_codes(table: str) -> frozenset[str]:
    """Codes of the columns of a table over all forms."""
    return frozenset(code for (t, a, code) in entries() if (t, a) == (table, "column"))


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


def _joined(table: str, columns: list[Column]) -> tuple[Column, ...]:
    """Join places under one printed label; a heading before the first column is none itself.

    A list has no headings over columns: its 单位 is no column of figures wherever it stands.
    """
    joined: list[Column] = []
    for column in columns:
        last = joined[-1] if joined else None
        if last and last.label is column.label:
            joined[-1] = replace(last, end=column.end)
        elif column.code or not _is_group(table, column) or _is_between(table, joined):
            joined.append(column)
    return tuple(joined)


def _is_between(table: str, before: list[Column]) -> bool:
    """Whether a heading stands behind a column of figures, as no head of a list can."""
    return any(column.code for column in before) and not is_list(table)


def _is_group(table: str, column: Column) -> bool:
    """Whether a column's label is a heading over columns, such as 信息内容."""
    return find(table, "group", [column.label.text]) is not None


def starts_header(cells: list[Cell]) -> bool:
    """Whether a row without figures has a word that stands only over columns.

    A year by itself, such as 2016年度 or 历年累计, is more often a heading over a table.
    """
    alone = len(cells) == 1
    return any(
        header_word(c.text) and not (alone and (names_year(c.text) or is_of_no_year(c.text)))
        for c in cells
    )


def extends_header(cells: list[Cell]) -> bool:
    """Whether a row without figures goes on with a header."""
    return len(cells) > 1 or any(header_word(c.text) is not None for c in cells)


def is_of_header(cells: list[Cell]) -> bool:
    """Whether a row without figures can only be one of a header: words of columns stand in it."""
    return any(header_word(c.text) for c in cells[1:])
