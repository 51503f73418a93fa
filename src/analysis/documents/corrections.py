"""Applies corrections to the records of a report: the only way in which a value ever changes.

Reading alone never corrects: `read_report` gives what is printed. A build passes the lines of
`corrections.csv` that are of the report, and each must find the text that it expects.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.documents.fold import plain
from analysis.documents.issues import Issue, issue
from analysis.documents.records import Record
from analysis.documents.reference import ReferenceDataError, entries


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell's right value, the text that the cell must print, and why; `where` is the line."""

    table: str
    row: str
    column: str
    printed: str
    value: float
    reason: str
    status: str
    where: str

    def __str__(self) -> str:
        """All that it does, in one line, so that a changed correction is seen to be another."""
        cell = f"{self.table}/{self.row}/{self.column}"
        return f"{cell} {self.printed} → {self.value:.15g} ({self.status}: {self.reason})"


def correct(
    records: list[Record], found: list[Issue], corrections: Sequence[Correction]
) -> list[Issue]:
    """Give cells their corrected values, in place; `raw` stays as printed.

    Returns:
        The issues found before, less those that name a corrected cell, and one for each correction.

    Raises:
        ReferenceDataError: where a cell is not there or prints another text than is expected.
    """
    by_key = {(r.table, r.row, r.column): r for r in records}
    told = [_apply(each, by_key) for each in corrections]
    corrected = {(each.table, each.row, each.column) for each in corrections}
    return [i for i in found if (i.table, i.row, i.column) not in corrected] + told


def _apply(correction: Correction, by_key: dict[tuple[str, str, str], Record]) -> Issue:
    """Give one cell its corrected value, and the issue that says so."""
    key = (correction.table, correction.row, correction.column)
    record = by_key.get(key)
    if record is None:
        raise ReferenceDataError(f"{correction.where}: the report has no cell {'/'.join(key)}")
    if plain(record.raw) != plain(correction.printed):
        raise ReferenceDataError(
            f"{correction.where}: {'/'.join(key)} prints {record.raw!r}, not "
            f"{correction.printed!r}; take the line out where the report has been mended"
        )
    if record.state != "number":
        record.unit = entries()[correction.table, "column", correction.column].unit
    record.state, record.value, record.corrected = "number", correction.value, True
    return issue(
        "corrected",
        *key,
        cell=record.cell,
        expected=f"{correction.value:.15g}",
        actual=record.raw,
        reason=correction.reason,
        status=correction.status,
    )
