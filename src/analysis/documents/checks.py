"""Checks a report against what its forms imply: completeness, and every sum and balance.

What is not printed or not recognised is an error, and so is a sum that fails: it names both sides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from analysis.documents.anchors import open_parts, open_rows
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_heading
from analysis.documents.numbers import SURE
from analysis.documents.padding import glued_rows, packed_rows
from analysis.documents.records import Record
from analysis.documents.reference import Form, entries, forms, tables
from analysis.documents.repair import failures
from analysis.documents.sums import (
    Key,
    Sum,
    doubtful_totals,
    find_sums,
    label_of,
    needed_blanks,
    prove_zeros,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: issues, the forms of the tables, and whether every sum was shown.

    `sums_hold`: no sum fails or is open, and no table is wholly blank. The disclosure table has no
    sums, so its blanks stay unknown and nothing but its completeness is shown. Nor is any figure
    of a scan left unconfirmed.
    """

    issues: list[Issue]
    forms: tuple[str, ...]
    sums_hold: bool


def check(records: list[Record], found: Iterable[Issue], padded: bool) -> Checked:
    """Check completeness and sums of a report's records; marks blanks proven zero in place.

    Args:
        records: of one report, in printed order.
        found: issues raised before; what their errors cover is not reported missing again, and
            no correction is suggested for it.
        padded: whether the format fills short rows up with blanks (text, workbooks), so that
            blanks behind a row's figures prove nothing.
    """
    by_key = {(r.table, r.row, r.column): r for r in records}
    present = {r.table for r in records} | {i.table for i in found if i.severity == "error"} - {""}
    if not present:
        return Checked([issue("no_tables")], (), False)
    chosen = {table: _form_of(table, by_key) for table in tables() if table in present}
    issues = _incomplete(chosen, by_key, list(found))
    sums = [s for table, own in chosen.items() for s in find_sums(table, own[0], by_key)]
    verdicts = prove_zeros(sums, by_key)
    if padded:
        issues += glued_rows(records) + open_rows(sums, by_key)
        summed = {(s.table, s.row) for s in sums}
        issues += packed_rows(records, summed, [*found, *issues])
    issues += open_parts(sums, by_key) + doubtful_totals(sums, by_key)
    doubted = _doubted([*found, *issues], by_key)
    told = list(zip(sums, verdicts, strict=True))
    issues += needed_blanks([s for s, v in told if v != "holds"], by_key, doubted)
    issues += failures(sums, [s for s, v in told if v == "fails"], by_key, doubted)
    doubtful = _unsure(records, [s for s, v in told if v == "holds"])
    issues += doubtful
    n_open = verdicts.count("open")
    if n_open:
        issues.append(issue("sum_open", expected=len(sums), actual=n_open))
    clear = {own[0].name for own in chosen.values() if len(own) == 1}
    shown = present == {r.table for r in records if r.state != "blank"}
    holds = shown and set(verdicts) <= {"holds"} and not doubtful
    return Checked(issues, tuple(sorted(clear)), holds)


def mark_suspects(records: list[Record], findings: list[Issue]) -> None:
    """Mark, in place, the records that an error covers or a warning names."""
    named = {(f.table, f.row, f.column) for f in findings if f.severity == "warning" and f.column}
    marked = named | _covered(findings, {(r.table, r.row, r.column) for r in records})
    for record in records:
        record.suspect = (record.table, record.row, record.column) in marked


def _doubted(findings: Iterable[Issue], keys: Iterable[Key]) -> set[Key]:
    """Cells whose sums say nothing of them: covered by an error, or beside an unplaced row."""
    unplaced = {finding.table for finding in findings if finding.check == "unplaced_row"}
    return _covered(findings, keys) | {key for key in keys if key[0] in unplaced}


def _covered(findings: Iterable[Issue], keys: Iterable[Key]) -> set[Key]:
    """Cells that an error covers."""
    errors = {(f.table, f.row, f.column) for f in findings if f.severity == "error"}
    if not errors:
        return set()
    return {key for key in keys if not errors.isdisjoint(_covering(*key))}


def _covering(table: str, row: str, column: str) -> Iterator[Key]:
    """The places of errors that cover a cell: an empty table, row or column covers all of them."""
    return product((table, ""), (row, ""), (column, ""))


def _unsure(records: list[Record], holding: list[Sum]) -> list[Issue]:
    """Figures that were not read surely, unless a row and a column sum both hold."""
    unsure = [r for r in records if r.confidence is not None and r.confidence < SURE]
    axes: dict[Key, set[bool]] = {}
    for one in holding if unsure else ():
        for key in one.left + one.right:
            axes.setdefault(key, set()).add(bool(one.row))
    return [
        issue(
            "unconfirmed",
            table=r.table,
            row=r.row,
            column=r.column,
            cell=r.cell,
            raw=r.raw,
            confidence=r.confidence,
        )
        for r in unsure
        if len(axes.get((r.table, r.row, r.column), ())) < 2
    ]


# --- Completeness -------------------------------------------------------------------------------


def _incomplete(
    chosen: dict[str, list[Form]], by_key: dict[Key, Record], found: list[Issue]
) -> list[Issue]:
    """What the forms of the tables found ask for and the document does not print.

    Tables of other forms are not missing: a report by the 2014 form has no table of requests.
    """
    issues: list[Issue] = []
    covered = {(i.table, i.row) for i in found if i.severity == "error"}
    unplaced = {i.table for i in found if _is_unplaced(i)}
    owed = {table for own in chosen.values() for table in own[0].tables()}
    printed = {table for table, _, _ in by_key}
    for table in tables():
        if table in printed:
            issues += _missing(table, chosen[table][0], by_key, covered)
            issues += _unconfirmed(table, chosen[table][0])
            if table in unplaced:
                passed = covered | {(i.table, i.row) for i in issues}
                issues += _hidden_rows(table, by_key, passed)
        elif table in owed:
            label = label_of(table, "table", table)
            issues.append(issue("missing_table", table=table, label_zh=label))
    return issues


def _is_unplaced(finding: Issue) -> bool:
    """Whether figures stand under no known label, or under that of a mere heading."""
    if finding.check == "incomplete_row":
        return is_heading(finding.table, finding.row)
    return finding.check == "unplaced_row"


def _unconfirmed(table: str, form: Form) -> list[Issue]:
    """A note where the rows of a table's form were never compared with the notice."""
    unconfirmed = form.entries[table, "table", table].has("unconfirmed")
    return [issue("form_unconfirmed", table=table, actual=form.name)] if unconfirmed else []


def _form_of(table: str, by_key: dict[Key, Record]) -> list[Form]:
    """The forms that explain a table's printed cells best: most rows and columns found."""
    own = [form for form in reversed(forms().values()) if form.has_table(table)]
    printed = {key for key in by_key if key[0] == table}
    scores = {form.name: _coverage(table, form, printed) for form in own}
    best = max(scores.values())
    return [form for form in own if scores[form.name] == best]


def _coverage(table: str, form: Form, printed: set[Key]) -> int:
    """Printed cells that a form has, less those of its cells that are not printed."""
    own = _cells_of(table, form.name)
    return 2 * len(own & printed) - len(own)


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
    rows_printed = {row for (t, row, _) in by_key if t == table}
    if not rows_printed:
        return [issue("missing_table", table=table, label_zh=label_of(table, "table", table))]
    is_whole = by_key.keys() >= _cells_of(table, form.name)
    if is_whole and _optional_rows(table).isdisjoint(rows_printed):
        return []
    columns_printed = {column for (t, _, column) in by_key if t == table}
    issues = [
        issue("missing_row", table=table, row=row, label_zh=label_of(table, "row", row))
        for row in _rows_asked(table, form, rows_printed, covered)
        if row not in rows_printed and (table, row) not in covered
    ]
    own_columns = any(form.entries[table, "row", r].columns for r in form.codes(table, "row"))
    missing_columns = set(form.codes(table, "column")) - columns_printed
    if not own_columns:
        issues += [
            issue("missing_column", table=table, column=c, label_zh=label_of(table, "column", c))
            for c in form.codes(table, "column")
            if c in missing_columns
        ]
    for row in sorted(rows_printed):
        passed = set() if own_columns else missing_columns
        issues += _missing_cells(table, row, by_key, passed)
    return issues


def _hidden_rows(
    table: str, by_key: dict[Key, Record], covered: set[tuple[str, str]]
) -> list[Issue]:
    """Rows of any form that are not printed: figures without a known label may be theirs."""
    printed = {row for (t, row, _) in by_key if t == table}
    rows = [e for (t, axis, _), e in entries().items() if (t, axis) == (table, "row")]
    parents = {e.parent for e in rows if e.code in printed}
    return [
        issue("missing_row", table=table, row=e.code, label_zh=e.label)
        for e in rows
        if e.code not in printed | parents
        and e.kind != "heading"
        and not e.has("optional")
        and (table, e.code) not in covered
    ]


@lru_cache(maxsize=16)
def _optional_rows(table: str) -> frozenset[str]:
    """Rows of a table that are not in every report."""
    own = (e for (t, a, _), e in entries().items() if (t, a) == (table, "row"))
    return frozenset(entry.code for entry in own if entry.has("optional"))


def _rows_asked(
    table: str, form: Form, printed: set[str], covered: set[tuple[str, str]]
) -> list[str]:
    """Rows that a form prints figures in, and all rows below one that is missing or in error.

    A row whose own label can't be read is reported under its heading's name; of a row that is
    missing, other forms may print the parts.
    """
    own = form.rows_with_figures(table)
    parents = {row for t, row in covered if t == table} | (set(own) - printed)
    below = (e for (t, a, _), e in entries().items() if (t, a) == (table, "row"))
    doubted = [e.code for e in below if e.parent and e.parent in parents and not e.has("optional")]
    return list(dict.fromkeys([*own, *doubted]))


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
