"""Doubts about rows that no sum checks, where a format fills short rows up with blanks.

A row of the disclosure table that lost an empty cell looks like one whose last cell is blank.
"""

from collections.abc import Collection, Iterable, Sequence

from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_list
from analysis.documents.records import Record, kind_of
from analysis.documents.reference import numbers
from analysis.documents.sums import label_of

_LOST_CELLS = {"incomplete_row", "open_row"}


def glued_rows(records: list[Record]) -> list[Issue]:
    """Printed rows filled in their first cell only, with digits enough for every cell.

    Rows of a list that stand side by side on a line are rows of their own.
    """
    lines: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        row = record.row if is_list(record.table) else ""
        lines.setdefault((record.cell.rpartition("c")[0], row), []).append(record)
    issues: list[Issue] = []
    for line in lines.values():
        filled = [r for r in line if r.state != "blank"]
        if len(line) < 2 or filled != line[:1] or _ends_in_its_unit(line):
            continue
        least = len(line) if is_list(filled[0].table) else max(3, len(line))
        if sum(c.isdigit() for c in filled[0].raw) >= least:
            issues += [
                issue(
                    "glued_row",
                    table=filled[0].table,
                    row=row,
                    cell=filled[0].cell,
                    raw=filled[0].raw,
                    actual=len(line) - 1,
                )
                for row in dict.fromkeys(r.row for r in line)
            ]
    return issues


def _ends_in_its_unit(line: Sequence[Record]) -> bool:
    """Whether a row's first cell ends in a unit that no other cell of the row can have."""
    first, *others = [
        numbers()["units"]["amount" if kind_of(r.table, r.row, r.column) == "amount" else "count"]
        for r in line
    ]
    return first not in others and line[0].raw.rstrip().endswith(tuple(first))


def packed_rows(
    records: Sequence[Record], summed: Collection[tuple[str, str]], found: Iterable[Issue]
) -> list[Issue]:
    """Rows without a sum whose figures all stand first, where blanks behind them are in doubt.

    They are where zeros are printed elsewhere, so that blanks are not zeros; where other rows lost
    cells; and where no such row of the table keeps a blank before a figure.

    Args:
        records: of one report, in printed order.
        summed: (table, row) of the rows that have a sum of their own.
        found: issues of the report so far.
    """
    rows: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        if (record.table, record.row) not in summed:
            rows.setdefault((record.table, record.row), []).append(record)
    keeping = {table for (table, _), row in rows.items() if _has_blank_before(row)}
    doubtful = any(r.value == 0 for r in records) or any(i.check in _LOST_CELLS for i in found)
    return [
        issue("open_row", table=table, row=row, label_zh=label_of(table, "row", row))
        for (table, row), line in rows.items()
        if _is_packed(line) and (doubtful or table not in keeping)
    ]


def _n_first(line: Sequence[Record]) -> int:
    """How many cells stand filled before the first blank."""
    blank = (number for number, record in enumerate(line) if record.state == "blank")
    return next(blank, len(line))


def _is_packed(line: Sequence[Record]) -> bool:
    """Whether blanks stand behind figures, and none before."""
    first = _n_first(line)
    if not 0 < first < len(line) or (first == 1 and _ends_in_its_unit(line)):
        return False
    return all(record.state == "blank" for record in line[first:])


def _has_blank_before(line: Sequence[Record]) -> bool:
    """Whether a blank stands before a figure."""
    return any(record.state != "blank" for record in line[_n_first(line) :])
