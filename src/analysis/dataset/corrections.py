"""Finds the lines of `corrections.csv` and the reports that they are of.

One file ships with the package, another may stand beside the manifest of a raw folder. A line says
whose report it is of (agency and year, and scope or region where several reports have these), since
that stays true when a file is renamed, moved or downloaded again; the text that the cell must
print guards against another version of the report. Only the file that leads is corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.dataset.sources import CORRECTIONS, check_fact
from analysis.documents.corrections import Correction
from analysis.documents.numbers import parse_count
from analysis.documents.records import why_impossible
from analysis.documents.reference import REFERENCE, ReferenceDataError, entries, read_csv

STATUSES = ("published_correction", "confirmed_slip", "misread", "proposed")
_NOT_APPLIED = "proposed"
_REPORT = ("agency", "year", "scope", "region_code")
_COLUMNS = (
    *_REPORT,
    *("table", "row", "column", "printed", "value", "reason", "status", "source"),
)
_REQUIRED = ("agency", "year", "table", "row", "column", "printed", "value", "reason", "status")
_NEEDED = ("agency", "year", "value", "reason")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A correction with the facts of its report; `is_own` where it stands in the raw folder."""

    report: Row
    correction: Correction
    is_own: bool


def find_corrections(raw: str | Path) -> list[Line]:
    """The corrections that ship with the package and those of a raw folder, proposed ones left out.

    Raises ReferenceDataError, naming file and line, for an unknown column, code, year, scope,
    region or status, and a value that the cell can't have.
    """
    own = Path(raw) / CORRECTIONS
    lines = _read(REFERENCE / CORRECTIONS, is_own=False)
    return lines + (_read(own, is_own=True) if own.is_file() else [])


def _read(path: Path, is_own: bool) -> list[Line]:
    """The lines of one file, checked."""
    lines = [
        _line(f"{path.parent.name}/{path.name}, line {number}", row, is_own)
        for number, row in read_csv(path, known=_COLUMNS, required=_REQUIRED)
    ]
    return [line for line in lines if line.correction.status != _NOT_APPLIED]


def _line(where: str, row: dict[str, str], is_own: bool) -> Line:
    """One line, checked."""
    row = {name: value.strip() for name, value in row.items()}
    for name in _NEEDED:
        if not row[name]:
            raise ReferenceDataError(f"{where}: {name} is empty")
    if row["status"] not in STATUSES:
        raise ReferenceDataError(
            f"{where}: the status {row['status']!r} is none of {', '.join(STATUSES)}"
        )
    for axis in ("row", "column"):
        if (row["table"], axis, row[axis]) not in entries():
            raise ReferenceDataError(
                f"{where}: {row['table']!r} has no {axis} of the code {row[axis]!r}"
            )
    report = {name: check_fact(where, name, row[name]) for name in _REPORT if row.get(name)}
    cell = {name: row[name] for name in ("table", "row", "column", "printed", "reason", "status")}
    return Line(report, Correction(**cell, value=_value(where, row), where=where), is_own)


def _value(where: str, row: dict[str, str]) -> float:
    """The right value, refused where it is no figure that the cell can have."""
    figure = parse_count(row["value"])
    if figure.value is None or figure.unit:
        raise ReferenceDataError(f"{where}: the value {row['value']!r} is no plain figure")
    reason = why_impossible(row["table"], row["row"], row["column"], figure.value)
    if reason:
        raise ReferenceDataError(f"{where}: the value {row['value']} can't be: {reason}")
    return figure.value


def wanted_corrections(
    lines: Iterable[Line], rows: dict[str, Row]
) -> dict[str, tuple[Correction, ...]]:
    """The corrections of each report, by report_id.

    A line that ships with the package may be of a report that the folder does not hold.

    Raises:
        ReferenceDataError: where a line of the folder's own finds no report, where one finds the
            agency and year but not the report, or several, and where two are of one cell.
    """
    wanted: dict[str, dict[tuple[str, str, str], Correction]] = {}
    for line in lines:
        report_id = _report_of(line, rows)
        if report_id is None:
            continue
        one = line.correction
        known = wanted.setdefault(report_id, {})
        first = known.setdefault((one.table, one.row, one.column), one)
        if first is not one:
            raise ReferenceDataError(f"{one.where}: the cell is corrected in {first.where} already")
    return {report_id: tuple(known.values()) for report_id, known in wanted.items()}


def _report_of(line: Line, rows: dict[str, Row]) -> str | None:
    """The report that a line is of, or None where the folder holds none of its agency and year.

    The line names the agency in full, or as the report does.
    """
    where, facts = line.correction.where, line.report
    named = (facts["agency"], facts["year"])
    others = {name: fact for name, fact in facts.items() if name != "agency"}
    near = [
        row
        for row in rows.values()
        if named[0] in (row["agency"], row["stated"]) and row["year"] == named[1]
    ]
    if not near and not line.is_own:
        return None
    leading = [row for row in near if not row["superseded_by"]]
    fitting = [row for row in leading if all(row[name] == fact for name, fact in others.items())]
    paths = ", ".join(str(row["path"]) for row in fitting or leading)
    if not fitting:
        found = f"; {paths} has another scope or region" if paths else ""
        raise ReferenceDataError(f"{where}: no such report of {named[0]} {named[1]} is here{found}")
    if len(fitting) > 1:
        raise ReferenceDataError(
            f"{where}: several reports are of {named[0]} {named[1]} ({paths}); "
            "state scope or region_code"
        )
    if not fitting[0]["n_cells"]:
        raise ReferenceDataError(f"{where}: {paths} could not be read")
    return str(fitting[0]["report_id"])
