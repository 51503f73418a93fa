"""Placed cells → records, one a printed cell: its state, value, unit, text and place."""

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.fold import plain
from analysis.documents.grid import UNREAD
from analysis.documents.issues import Issue, issue
from analysis.documents.numbers import Figure, parse_count
from analysis.documents.placement import Placement
from analysis.documents.reference import entries, numbers

_NEAR = 1e-9


@dataclass(slots=True)
class Record:
    """One printed cell of a recognised table.

    `proven`: a blank that a sum proves zero; `suspect`: an issue covers the cell; `corrected`: the
    value is that of a line in `corrections.csv`; `confidence`: how sure text is that was
    recognised or put together from lines, from 0 to 1, None where the document itself holds it.
    """

    table: str
    row: str
    column: str
    state: str
    value: float | None
    unit: str
    raw: str
    cell: str
    proven: bool = False
    suspect: bool = False
    corrected: bool = False
    confidence: float | None = None


def make_records(placements: list[Placement]) -> tuple[list[Record], list[Issue]]:
    """Read each placed cell; what is no figure or can't be one becomes text, with an issue."""
    records: list[Record] = []
    issues: list[Issue] = []
    for placement in placements:
        figure = parse_count(placement.cell.text)
        problem = _problem(placement, figure)
        if problem:
            issues.append(problem)
            figure = Figure("text")
        elif placement.cell.stored:
            issues += _stored_otherwise(placement, figure)
        unit = (figure.unit or placement.unit) if figure.state == "number" else ""
        records.append(
            Record(
                placement.table,
                placement.row,
                placement.column,
                figure.state,
                figure.value,
                unit,
                placement.cell.text,
                placement.place,
                confidence=placement.cell.confidence,
            )
        )
    return records, issues


def _problem(placement: Placement, figure: Figure) -> Issue | None:
    """The issue of a cell that can't be taken as it stands, if any."""
    if figure.state == "text":
        glued = re.fullmatch(r"0\d+", plain(placement.cell.text))
        unread = UNREAD in placement.cell.text
        check = "glued_digits" if glued else "unread_part" if unread else "not_a_figure"
        return _on_cell(check, placement)
    if figure.state != "number" or figure.value is None:
        return None
    key = (placement.table, placement.row, placement.column)
    reason = why_impossible(*key, figure.value)
    if reason:
        return _on_cell("impossible_figure", placement, reason=reason)
    if not figure.unit:
        return None
    kind = kind_of(*key)
    units = numbers()["units"]["amount" if kind == "amount" else "count"]
    if figure.unit not in units:
        return _on_cell("impossible_figure", placement, reason=f"its unit is {figure.unit}")
    return None


def _stored_otherwise(placement: Placement, figure: Figure) -> list[Issue]:
    """What a workbook's cell holds, where it prints another number or none.

    A value that rounds to what is printed is good to know; one that is scaled or hidden by its
    format puts the printed figure in doubt.
    """
    stored = parse_count(placement.cell.stored)
    if stored.value is None or figure.state not in ("number", "blank"):
        return []
    value = figure.value or 0.0
    decimals = re.search(r"\.(\d+)", plain(placement.cell.text))
    unit = 10.0 ** -len(decimals[1]) if decimals else 1.0
    difference = abs(value - stored.value)
    if difference < _NEAR * max(1.0, abs(value)):
        return []
    is_rounded = figure.state == "number" and difference <= unit / 2 + _NEAR
    check = "rounded_figure" if is_rounded else "stored_otherwise"
    return [_on_cell(check, placement, expected=placement.cell.stored, actual=figure.value)]


def why_impossible(table: str, row: str, column: str, value: float) -> str:
    """Why a cell can't have a value, or nothing: a change may be negative, an amount broken."""
    kind = kind_of(table, row, column)
    if value < 0 and kind != "change":
        return "it is negative"
    return "" if value.is_integer() or kind == "amount" else "it is no whole number"


@lru_cache(maxsize=4096)
def kind_of(table: str, row: str, column: str) -> str:
    """Whether a cell is of a count, an amount or a change: in a list, its row says so.

    No row means a column as a whole.
    """
    if row and entries()[table, "row", row].has("amount"):
        return "amount"
    return entries()[table, "column", column].kind


def _on_cell(check: str, placement: Placement, **facts: object) -> Issue:
    """An issue about one printed cell; digits run together put their whole row in doubt."""
    return issue(
        check,
        table=placement.table,
        row=placement.row,
        column="" if check == "glued_digits" else placement.column,
        cell=placement.place,
        raw=placement.cell.text.replace(UNREAD, "▯"),
        **facts,
    )
