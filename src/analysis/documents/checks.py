"""Checks a report against what its forms imply: completeness, and every sum and balance.

A blank or a mark is unknown, not zero; it is proven zero only where a sum of the report leaves
nothing for it. A sum that fails is an error that names both sides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.issues import Issue, issue
from analysis.documents.records import Record
from analysis.documents.reference import Form, entries, forms, identities, tables

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sum:
    """Two sides of one row or column of a table that must add up to the same."""

    table: str
    row: str
    column: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: issues, the forms of the tables, and whether every sum was shown."""

    issues: list[Issue]
    forms: tuple[str, ...]
    sums_hold: bool


def check(records: list[Record], found: Iterable[Issue], padded: bool) -> Checked:
    """Check completeness and sums of a report's records; marks blanks proven zero in place.

    `padded` says that the document's format fills short rows up with blanks (text, workbooks), so
    that blanks behind a row's figures prove nothing. `found` are the issues that recognition has already raised: what they cover is not reported
    missing a second time.
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
                issue("missing_table", table=table, label_zh=_label(table, "table", table))
            )
    sums = [s for table in tables() if table in present for s in _sums(table, by_key)]
    _prove_zeros(sums, by_key)
    if padded:
        issues += _glued_rows(records) + _open_rows(sums, by_key)
    failures = [_failure(s, by_key) for s in sums]
    issues += [f for f in failures if f]
    n_open = sum(_is_open(s, by_key) for s in sums)
    if n_open:
        issues.append(issue("sum_open", expected=len(sums), actual=n_open))
    clear = {c[0].name for t, c in chosen.items() if len(c) == 1 and t in present}
    return Checked(issues, tuple(sorted(clear)), not n_open and not any(failures))


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
    own = {
        (table, row, column)
        for row in form.rows_with_figures(table)
        for column in form.columns_of(table, row)
    }
    printed = {key for key in by_key if key[0] == table}
    return len(own & printed) - len(own - printed)


def _missing(
    table: str, form: Form, by_key: dict[Key, Record], covered: set[tuple[str, str]]
) -> list[Issue]:
    """Rows, columns and cells of the table's form that are not printed or not recognised."""
    rows_printed = {row for (t, row, _) in by_key if t == table}
    columns_printed = {column for (t, _, column) in by_key if t == table}
    issues = [
        issue("missing_row", table=table, row=row, label_zh=_label(table, "row", row))
        for row in form.rows_with_figures(table)
        if row not in rows_printed and (table, row) not in covered
    ]
    own_columns = any(form.entries[table, "row", r].columns for r in form.codes(table, "row"))
    missing_columns = set(form.codes(table, "column")) - columns_printed
    if not own_columns and rows_printed:
        issues += [
            issue("missing_column", table=table, column=c, label_zh=_label(table, "column", c))
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
        issue("missing_cell", table=table, row=row, column=c, label_zh=_label(table, "row", row))
        for c in min(options, key=len, default=[])
        if c not in passed
    ]


def _label(table: str, axis: str, code: str) -> str:
    """Printed label of a code."""
    return entries()[table, axis, code].label


# --- Sums ---------------------------------------------------------------------------------------


def _sums(table: str, by_key: dict[Key, Record]) -> list[Sum]:
    """Every sum that the parent columns and `identities.csv` imply for the printed rows."""
    rows = list(dict.fromkeys(row for (t, row, _) in by_key if t == table))
    columns = list(dict.fromkeys(column for (t, _, column) in by_key if t == table))
    found: list[Sum] = []
    for parent, parts in _parts(table, "column").items():
        found += [
            Sum(table, row, "", _keys(table, [row], [parent]), _keys(table, [row], list(parts)))
            for row in rows
        ]
    for parent, parts in _parts(table, "row").items():
        found += [
            Sum(table, "", c, ((table, parent, c),), _keys(table, _leaves(table, parts, rows), [c]))
            for c in columns
            if parent in rows and any(part in rows for part in parts)
        ]
    for line in identities():
        if line["table"] == table:
            found += [_balance(line, column, rows) for column in columns]
    return found


@lru_cache(maxsize=16)
def _parts(table: str, axis: str) -> dict[str, tuple[str, ...]]:
    """Parent → its parts on one axis, over all forms."""
    parts: dict[str, tuple[str, ...]] = {}
    for (t, a, code), entry in entries().items():
        if (t, a) == (table, axis) and entry.parent:
            parts[entry.parent] = (*parts.get(entry.parent, ()), code)
    return parts


def _keys(table: str, rows: list[str], columns: list[str]) -> tuple[Key, ...]:
    """Keys of the cells of some rows and columns."""
    return tuple((table, row, column) for row in rows for column in columns)


def _leaves(table: str, codes: Iterable[str], rows: list[str]) -> list[str]:
    """Rows that print the figures of these codes: a heading's parts where any is printed."""
    leaves: list[str] = []
    for code in codes:
        parts = _parts(table, "row").get(code, ())
        if parts and (code not in rows or any(part in rows for part in parts)):
            leaves += _leaves(table, parts, rows)
        else:
            leaves.append(code)
    return leaves


def _balance(line: dict[str, str], column: str, rows: list[str]) -> Sum:
    """A line of `identities.csv` for one column, headings replaced by their leaves."""
    table = line["table"]
    left = _leaves(table, line["left"].split(), rows)
    right = _leaves(table, line["right"].split(), rows)
    return Sum(table, "", column, _keys(table, left, [column]), _keys(table, right, [column]))


def _prove_zeros(sums: list[Sum], by_key: dict[Key, Record]) -> None:
    """Mark blanks that a sum leaves nothing for, until no sum proves any more."""
    open_sums = sums
    while True:
        newly = [r for s in open_sums for r in _zeros(s, by_key) if not r.proven]
        if not newly:
            return
        for record in newly:
            record.proven = True
        open_sums = [s for s in open_sums if _is_open(s, by_key)]


def _zeros(one: Sum, by_key: dict[Key, Record]) -> list[Record]:
    """Blanks of one side that must be zero, as the other side is known and reached already."""
    for side, other in ((one.left, one.right), (one.right, one.left)):
        unknown = [key for key in side if _value(key, by_key) is None]
        if unknown and _known_sum(other, by_key) == _sum_of_known(side, by_key):
            cells = [by_key.get(key) for key in unknown]
            if all(c is not None and c.state in ("blank", "mark") for c in cells):
                return [c for c in cells if c is not None and c.state == "blank"]
    return []


def _glued_rows(records: list[Record]) -> list[Issue]:
    """Printed rows filled in their first cell only, with digits enough for every cell."""
    lines: dict[str, list[Record]] = {}
    for record in records:
        lines.setdefault(record.cell.rpartition("c")[0], []).append(record)
    issues: list[Issue] = []
    for line in lines.values():
        filled = [r for r in line if r.state != "blank"]
        if len(line) < 2 or filled != line[:1]:
            continue
        if sum(c.isdigit() for c in filled[0].raw) >= max(3, len(line)):
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


def _open_rows(sums: list[Sum], by_key: dict[Key, Record]) -> list[Issue]:
    """Rows with blanks and no total whose figures no sum confirms.

    Where a document drops empty cells and fills the row up behind, figures stand under wrong
    columns; only the row's total or the sums of the columns can show that they don't.
    """
    anchored = {s.row for s in sums if s.row and _is_anchored(s, by_key)}
    confirmed = {
        key
        for s in sums
        if not s.row and _confirms(s, by_key, anchored)
        for key in s.left + s.right
    }
    return [
        issue("open_row", table=s.table, row=s.row, label_zh=_label(s.table, "row", s.row))
        for s in sums
        if s.row and s.row not in anchored and not _is_confirmed(s, by_key, confirmed)
    ]


def _is_anchored(one: Sum, by_key: dict[Key, Record]) -> bool:
    """Whether a row's figures can't have shifted: its total stands there, or nothing is blank.

    Figures of which the last is the sum of those before may be all that is left of a longer row.
    """
    if _value(one.left[0], by_key) is not None:
        return True
    values = [by_key[key].value for key in by_key if key in one.right]
    filled = [value for value in values if value is not None]
    if not filled:
        return True
    ends_in_sum = filled[-1] > 0 and filled[-1] == sum(filled[:-1])
    return len(filled) == len(one.right) and not ends_in_sum


def _confirms(one: Sum, by_key: dict[Key, Record], anchored: set[str]) -> bool:
    """Whether a column's sum holds against a side whose rows are all anchored, beyond 0 = 0."""
    if _is_open(one, by_key) or _failure(one, by_key) or not _sum_of_known(one.left, by_key):
        return False
    return any(all(row in anchored for _, row, _ in side) for side in (one.left, one.right))


def _is_confirmed(one: Sum, by_key: dict[Key, Record], confirmed: set[Key]) -> bool:
    """Whether column sums confirm every figure of a row; they can't confirm a zero."""
    filled = [key for key in one.right if (record := by_key.get(key)) and record.state == "number"]
    return all(by_key[key].value for key in filled) and confirmed.issuperset(filled)


def _value(key: Key, by_key: dict[Key, Record]) -> float | None:
    """A cell's figure: as printed, 0 where proven, else unknown."""
    record = by_key.get(key)
    if record is None:
        return None
    return 0.0 if record.proven else record.value


def _known_sum(keys: tuple[Key, ...], by_key: dict[Key, Record]) -> float | None:
    """Sum of a side, None when any of its cells is unknown."""
    values = [_value(key, by_key) for key in keys]
    return None if any(v is None for v in values) else _sum_of_known(keys, by_key)


def _sum_of_known(keys: tuple[Key, ...], by_key: dict[Key, Record]) -> float:
    """Sum of the known cells of a side, which no unknown cell can lower."""
    return sum(v for key in keys if (v := _value(key, by_key)) is not None)


def _is_open(one: Sum, by_key: dict[Key, Record]) -> bool:
    """Whether a sum can't be decided because cells of it are unknown."""
    unknown = [key for key in one.left + one.right if _value(key, by_key) is None]
    return bool(unknown) and _failure(one, by_key) is None


def _failure(one: Sum, by_key: dict[Key, Record]) -> Issue | None:
    """The issue of a sum that fails, whatever its unknown cells may be."""
    left, right = _sum_of_known(one.left, by_key), _sum_of_known(one.right, by_key)
    left_known = _known_sum(one.left, by_key) is not None
    right_known = _known_sum(one.right, by_key) is not None
    fails = (
        (left_known and right_known and left != right)
        or (left_known and not right_known and right > left)
        or (right_known and not left_known and left > right)
    )
    if not fails:
        return None
    return issue(
        "sum",
        table=one.table,
        row=one.row,
        column=one.column,
        cell=next((by_key[key].cell for key in one.left if key in by_key), ""),
        expected=f"{right:.15g}",
        actual=f"{left:.15g}",
        relation="is not" if left_known and right_known else "can't be",
        left=_side(one, one.left, by_key),
        right=_side(one, one.right, by_key),
        left_zh=_side_zh(one, one.left),
        right_zh=_side_zh(one, one.right),
        left_sum=f"{left:.15g}",
        right_sum=f"{right:.15g}",
    )


def _side(one: Sum, keys: tuple[Key, ...], by_key: dict[Key, Record]) -> str:
    """One side of a sum with its figures, such as `received 8 + carried_in 0`."""
    values = [(_term(one, key), _value(key, by_key)) for key in keys]
    zeros = [term for term, value in values if value == 0]
    terms = [f"{t} {'?' if v is None else f'{v:.15g}'}" for t, v in values if v != 0]
    terms += [f"{term} 0" for term in zeros] if len(zeros) < 3 else [f"{len(zeros)} zeros"]
    where = f"{one.table}/{one.row or '*'}/{one.column or '*'}"
    return f"{where}: {' + '.join(terms)}" if keys is one.left else " + ".join(terms)


def _term(one: Sum, key: Key) -> str:
    """The part of a key that varies within a sum."""
    return key[2] if one.row else key[1]


def _side_zh(one: Sum, keys: tuple[Key, ...]) -> str:
    """One side of a sum by its printed labels; a long one by its first and last."""
    axis = "column" if one.row else "row"
    labels = [_label(one.table, axis, _term(one, key)) for key in keys]
    short = labels if len(labels) <= 3 else [labels[0], "…", labels[-1]]
    where_axis, where = ("row", one.row) if one.row else ("column", one.column)
    text = "＋".join(short)
    return f"「{_label(one.table, where_axis, where)}」{text}" if keys is one.left else text
