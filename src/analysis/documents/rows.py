"""The rows of a table: their labels, their cells, and what can be said of one by itself."""

from dataclasses import dataclass

from analysis.documents.fold import fold, plain
from analysis.documents.grid import UNREAD, Cell, Grid, Span
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_always_heading
from analysis.documents.numbers import (
    is_figure,
    is_label,
    is_numeral,
    is_page_number,
    prints_figures,
    unit_alone,
)
from analysis.documents.reference import entries, vocabulary
from analysis.documents.units import stated_unit


@dataclass(frozen=True, slots=True)
class Row:
    """A row under a header: its code (empty if the header names it), label and cells after it.

    `unit` is the one that a list prints for the row, in a cell of its own or behind the label;
    `before` is a number that stands before the label, as an ordinal does.
    """

    code: str
    label: Span | None
    cells: list[Span]
    unit: str = ""
    before: Cell | None = None


def without_page_number(grid: Grid, r: int) -> list[Span]:
    """The cells of a row, without a page number if it has a row to itself."""
    spans = grid.spans(r)
    own = [s.cell.text for s in spans if not s.cell.blank and s.cell.row == r]
    if not all(map(is_page_number, own)):
        return spans
    return [s for s in spans if not is_page_number(s.cell.text)]


def may_be_torn(table: str, row: Row) -> bool:
    """Whether a row prints but a unit, or what can't be read, though figures could be its own."""
    bare = all(s.cell.blank or unit_alone(s.cell.text) or UNREAD in s.cell.text for s in row.cells)
    return bool(row.code) and bare and not is_always_heading(table, row.code)


def is_figures(cell: Cell) -> bool:
    """Whether a cell prints one figure, or several run together, or beside what can't be read."""
    return is_figure(cell) or prints_figures(cell.text.replace(UNREAD, ""))


def prints_nothing(row: Row) -> bool:
    """Whether all cells of a row are blank."""
    return all(s.cell.blank for s in row.cells)


def reaches_down(spans: list[Span], above: set[Cell | None]) -> bool:
    """Whether a row is the lower part of the one above: label and figures all began there.

    Browsers that print a page to PDF end merged cells a little below their rows, which cuts the
    next row in two.
    """
    filled = [s.cell for s in spans if not s.cell.blank]
    prints_both = any(map(is_label, filled)) and any(map(is_figure, filled))
    return prints_both and all(cell in above for cell in filled)


def list_row(code: str, label: Span, cells: list[Span]) -> Row:
    """A row of a list: a unit in a cell of its own is no figure, but what the figures count."""
    units = [unit for s in cells if (unit := unit_alone(s.cell.text))]
    figures = [s for s in cells if not unit_alone(s.cell.text)]
    return Row(code, label, figures, next(iter(units), "") or stated_unit(label.cell.text))


def leading_labels(filled: list[Span]) -> list[Span]:
    """Labels before a row's first figure or mark, past an ordinal in a cell of its own."""
    found: list[Span] = []
    for position, span in enumerate(filled):
        if is_label(span.cell):
            found.append(span)
        elif not _is_ordinal(filled, position):
            break
    return found


def _is_ordinal(filled: list[Span], position: int) -> bool:
    """Whether a number is an ordinal: a label with no figure of its own follows it."""
    cell, following = filled[position].cell, filled[position + 1 : position + 2]
    is_number = is_figure(cell) or is_numeral(cell)
    return is_number and bool(following) and is_label(following[0].cell)


def printed(spans: list[Span]) -> str:
    """The filled cells of a row as printed, for a message."""
    return " | ".join(" ".join(s.cell.text.split()) for s in spans if not s.cell.blank)


def own_label(table: str, spans: list[Span]) -> str:
    """The label of a row that no form has, unless it may be a part of a known one, as notes are."""
    labels = [s.cell.text for s in spans if is_label(s.cell)]
    texts = [fold(text) for text in labels if not plain(text).startswith("(")]
    known = "\n".join(vocabulary()[table, "row"])
    return next((text for text in texts[:1] if len(text) > 2 and text not in known), "")


def is_below(table: str, code: str, heading: str) -> bool:
    """Whether a row stands below a heading, if not right below it."""
    while (entry := entries().get((table, "row", code))) and entry.parent:
        code = entry.parent
        if code == heading:
            return True
    return False


def unfamiliar(grid: Grid, table: str, axis: str, code: str, cell: Cell) -> Issue:
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
