"""Where a table states another unit for its figures than the form counts in."""

from functools import lru_cache

from analysis.documents.headers import Column
from analysis.documents.headings import is_section
from analysis.documents.issues import Issue
from analysis.documents.labels import is_list
from analysis.documents.records import kind_of
from analysis.documents.reference import forms
from analysis.documents.segments import Segment
from analysis.documents.units import odd_column_unit

_MOST_ABOVE = 3  # lines above a table that may state its units


@lru_cache(maxsize=4096)
def has_column(table: str, row: str, column: str) -> bool:
    """Whether any form prints a figure of a row in a column."""
    own = (form for form in forms().values() if (table, "row", row) in form.entries)
    return any(column in form.columns_of(table, row) for form in own)


def odd_units(segment: Segment) -> list[Issue]:
    """Columns, and single rows of amounts, for which another unit is stated than the form's."""
    table, own_rows = segment.header.table, is_list(segment.header.table)
    columns = [column for column in segment.header.columns if column.code]
    found: dict[tuple[str, str], list[Issue]] = {}
    for row in segment.rows:
        for column in columns:
            code = row.code or column.row
            alone = own_rows or kind_of(table, code, column.code) == "amount"
            key = code if alone else column.row, column.code
            if key not in found and has_column(table, code, column.code):
                label = row.label.cell.text if row.label and alone else ""
                texts = (*texts_around(segment, column), label)
                place = segment.grid.place(column.label)
                found[key] = odd_column_unit(table, *key, column.label.text, texts, place)
    return [one for issues in found.values() for one in issues]


def right_above(segment: Segment) -> list[str]:
    """The texts right above a segment, in its own section."""
    lines = [text for text in segment.texts if text.strip()]
    begins = [number for number, line in enumerate(lines) if is_section(line)]
    return lines[begins[-1] + 1 if begins else 0 :][-_MOST_ABOVE:]


def texts_around(segment: Segment, column: Column) -> tuple[str, ...]:
    """The texts right above a table or a part of it, and in its header over a column's label."""
    return (*segment.texts, *segment.header.corner, *column.above)
