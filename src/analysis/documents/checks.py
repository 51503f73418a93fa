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


def check(records: list[Record], found: Iterable[Issue]) -> Checked:
    """Check completeness and sums of a report's records; marks blanks proven zero in place.

    `found` are the issues that recognition has already raised: what they cover is not reported
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
            issues.append(issue("missing_table", table=table, label_zh=_table_label(table)))
    sums = [s for table in tables() if table in present for s in _sums(table, by_key)]
    _prove_zeros(sums, by_key)
    failures = [_failure(s, by_key) for s in sums]
    issues += [f for f in failures if f]
    n_open = sum(_is_open(s, by_key) for s in sums)
    if n_open:
        issues.append(issue("sum_open", expected=len(sums), actual=n_open))
    clear = {c[0].name for t, c in chosen.items() if len(c) == 1 and t in present}
    return Checked(issues, tuple(sorted(clear)), not n_open and not any(failures))


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
    """Cells that a printed row lacks, by the form that lacks the fewest."""
    options = [
        [c for c in form.columns_of(table, row) if (table, row, c) not in by_key]
        for form in reversed(forms().values())
        if (table, "row", row) in form.entries
    ]
    return [
        issue("missing_cell", table=table, row=row, column=c, label_zh=_label(table, "row", row))
        for c in min(options, key=len, default=[])
        if c not in passed
    ]


def _label(table: str, axis: str, code: str) -> str:
    """Printed label of a code."""
    return entries()[table, axis, code].label


def _table_label(table: str) -> str:
    """Chinese name of a table."""
    return TABLE_LABELS[table]


TABLE_LABELS = {
    "disclosure": "主动公开政府信息情况",
    "requests": "收到和处理政府信息公开申请情况",
    "disputes": "政府信息公开行政复议、行政诉讼情况",
}


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
        expected=f"{right:g}",
        actual=f"{left:g}",
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
