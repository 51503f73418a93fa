"""Doubts about rows that no sum checks, where a format fills short rows up with blanks.

A row of the disclosure table that lost an empty cell looks like one whose last cell is blank.
"""

from collections.abc import Collection, Iterable, Sequence

from analysis.documents.issues import Issue, issue
from analysis.documents.records import Record
from analysis.documents.sums import label_of

_LOST_CELLS = {"incomplete_row", "open_row"}


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
    return 0 < first < len(line) and all(record.state == "blank" for record in line[first:])


def _has_blank_before(line: Sequence[Record]) -> bool:
    """Whether a blank stands before a figure."""
    return any(record.state != "blank" for record in line[_n_first(line) :])
