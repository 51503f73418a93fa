"""Checks a report against what its forms imply: completeness, and every sum and balance.

What is not printed or not recognised is an error, and so is a sum that fails: it names both sides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.issues import Issue, issue
from analysis.documents.padding import packed_rows
from analysis.documents.records import Record
from analysis.documents.reference import Form, forms, tables
from analysis.documents.sums import (
    Key,
    failure,
    find_sums,
    glued_rows,
    label_of,
    open_rows,
    prove_zeros,
    verdict,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: issues, the forms of the tables, and whether every sum was shown."""

    issues: list[Issue]
    forms: tuple[str, ...]
    sums_hold: bool


def check(records: list[Record], found: Iterable[Issue], padded: bool) -> Checked:
    """Check completeness and sums of a report's records; marks blanks proven zero in place.

    Args:
        records: of one report, in printed order.
        found: issues that recognition has raised; what they cover is not reported missing again.
        padded: whether the format fills short rows up with blanks (text, workbooks), so that
            blanks behind a row's figures prove nothing.
    """
    by_key = {(r.table, r.row, r.column): r for r in records}
    chosen = {table: _form_of(table, by_key) for table in tables()}
    present = {r.table for r in records} | {i.table for i in found if i.table}
    if not present:
        return Checked([issue("no_tables")], (), False)
    covered = {(i.table, i.row) for i in found if i.severity == "error"}
    issues: list[Issue] = []
    for table, candidates in chosen.items():
        if table in present:
            issues += _missing(table, candidates[0], by_key, covered)
        else:
            issues.append(
                issue("missing_table", table=table, label_zh=label_of(table, "table", table))
            )
    sums = [s for table in tables() if table in present for s in find_sums(table, by_key)]
    prove_zeros(sums, by_key)
    verdicts = [verdict(s, by_key) for s in sums]
    if padded:
        issues += glued_rows(records) + open_rows(sums, by_key)
        summed = {(s.table, s.row) for s in sums}
        issues += packed_rows(records, summed, [*found, *issues])
    issues += [failure(s, by_key) for s, v in zip(sums, verdicts, strict=True) if v == "fails"]
    n_open = verdicts.count("open")
    if n_open:
        issues.append(issue("sum_open", expected=len(sums), actual=n_open))
    clear = {c[0].name for t, c in chosen.items() if len(c) == 1 and t in present}
    return Checked(issues, tuple(sorted(clear)), set(verdicts) <= {"holds"})


def mark_suspects(records: list[Record], findings: list[Issue]) -> None:
    """Mark, in place, the records that an error covers or a warning names."""
    errors = [f for f in findings if f.severity == "error"]
    named = {(f.table, f.row, f.column) for f in findings if f.severity == "warning" and f.column}
    for record in records:
        key = (record.table, record.row, record.column)
        record.suspect = key in named or any(_covers(error, key) for error in errors)


def _covers(error: Issue, key: Key) -> bool:
    """Whether an error covers a cell: an empty table, row or column covers all of them."""
    where = (error.table, error.row, error.column)
    return all(not own or own == code for own, code in zip(where, key, strict=True))


# --- Completeness -------------------------------------------------------------------------------


def _form_of(table: str, by_key: dict[Key, Record]) -> list[Form]:
    """The forms that explain a table's printed cells best: most rows and columns found."""
    scores = {form.name: _coverage(table, form, by_key) for form in forms().values()}
    best = max(scores.values())
    return [f for f in reversed(forms().values()) if scores[f.name] == best]


def _coverage(table: str, form: Form, by_key: dict[Key, Record]) -> int:
    """Printed cells that a form has, less those of its cells that are not printed."""
    own = _cells_of(table, form.name)
    printed = {key for key in by_key if key[0] == table}
    return len(own & printed) - len(own - printed)


@lru_cache(maxsize=64)
def _cells_of(table: str, form: str) -> frozenset[Key]:
    """Cells that a form prints figures in."""
    one = forms()[form]
    return frozenset(
        (table, row, column)
        for row in one.rows_with_figures(table)
        for column in one.columns_of(table, row)
    )


def _missing(
    table: str, form: Form, by_key: dict[Key, Record], covered: set[tuple[str, str]]
) -> list[Issue]:
    """Rows, columns and cells of the table's form that are not printed or not recognised."""
    if not _cells_of(table, form.name) - by_key.keys():
        return []
    rows_printed = {row for (t, row, _) in by_key if t == table}
    columns_printed = {column for (t, _, column) in by_key if t == table}
    issues = [
        issue("missing_row", table=table, row=row, label_zh=label_of(table, "row", row))
        for row in form.rows_with_figures(table)
        if row not in rows_printed and (table, row) not in covered
    ]
    own_columns = any(form.entries[table, "row", r].columns for r in form.codes(table, "row"))
    missing_columns = set(form.codes(table, "column")) - columns_printed
    if not own_columns and rows_printed:
        issues += [
            issue("missing_column", table=table, column=c, label_zh=label_of(table, "column", c))
            for c in form.codes(table, "column")
            if c in missing_columns
        ]
    for row in sorted(rows_printed):
        passed = set() if own_columns else missing_columns
        issues += _missing_cells(table, row, by_key, passed)
    return issues


def _missing_cells(
    table: str, row: str, by_key: dict[Key, Record], passed: set[str]
) -> list[Issue]:
    """Cells that a printed row lacks, by the form that has its printed cells and lacks fewest."""
    printed = {c for (t, r, c) in by_key if (t, r) == (table, row)}
    own = [f.columns_of(table, row) for f in forms().values() if (table, "row", row) in f.entries]
    fitting = [columns for columns in own if printed <= set(columns)] or own
    options = [[c for c in columns if c not in printed] for columns in fitting]
    return [
        issue("missing_cell", table=table, row=row, column=c, label_zh=label_of(table, "row", row))
        for c in min(options, key=len, default=[])
        if c not in passed
    ]
