"""The sums and balances that a report's own cells must satisfy, and what they prove.

A blank or a mark is unknown, not zero; it is proven zero only where a sum leaves nothing for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.issues import Issue, issue
from analysis.documents.labels import names_rows
from analysis.documents.records import Record
from analysis.documents.reference import entries, identities

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sum:
    """Two sides of one row or column of a table that must add up to the same."""

    table: str
    row: str
    column: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]


def find_sums(table: str, by_key: dict[Key, Record]) -> tuple[Sum, ...]:
    """Every sum that the parent columns and `identities.csv` imply for the printed rows."""
    rows = dict.fromkeys(row for (t, row, _) in by_key if t == table)
    columns = dict.fromkeys(column for (t, _, column) in by_key if t == table)
    return _sums(table, tuple(rows), tuple(columns))


@lru_cache(maxsize=256)
def _sums(table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[Sum, ...]:
    """The sums over these rows and columns of a table."""
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
    return tuple(found)


@lru_cache(maxsize=16)
def _parts(table: str, axis: str) -> dict[str, tuple[str, ...]]:
    """Parent → its parts on one axis, over all forms."""
    parts: dict[str, tuple[str, ...]] = {}
    for (t, a, code), entry in entries().items():
        if (t, a) == (table, axis) and entry.parent:
            parts[entry.parent] = (*parts.get(entry.parent, ()), code)
    return parts


def _keys(table: str, rows: Sequence[str], columns: Sequence[str]) -> tuple[Key, ...]:
    """Keys of the cells of some rows and columns."""
    return tuple((table, row, column) for row in rows for column in columns)


def _leaves(table: str, codes: Iterable[str], rows: Sequence[str]) -> list[str]:
    """Rows that print the figures of these codes: a heading's parts where any is printed."""
    leaves: list[str] = []
    for code in codes:
        parts = _parts(table, "row").get(code, ())
        if parts and (code not in rows or any(part in rows for part in parts)):
            leaves += _leaves(table, parts, rows)
        else:
            leaves.append(code)
    return leaves


def _balance(line: dict[str, str], column: str, rows: Sequence[str]) -> Sum:
    """A line of `identities.csv` for one column, headings replaced by their leaves."""
    table = line["table"]
    left = _leaves(table, line["left"].split(), rows)
    right = _leaves(table, line["right"].split(), rows)
    return Sum(table, "", column, _keys(table, left, [column]), _keys(table, right, [column]))


def prove_zeros(sums: list[Sum], by_key: dict[Key, Record]) -> None:
    """Mark blanks, in place, that a sum leaves nothing for, until no sum proves any more."""
    waiting = [s for s in sums if verdict(s, by_key) == "open"]
    while True:
        newly = [r for s in waiting for r in _zeros(s, by_key) if not r.proven]
        if not newly:
            return
        for record in newly:
            record.proven = True
        waiting = [s for s in waiting if verdict(s, by_key) == "open"]


def _zeros(one: Sum, by_key: dict[Key, Record]) -> list[Record]:
    """Blanks of one side that must be zero, as the other side is known and reached already."""
    (left, left_known), (right, right_known) = _sides(one, by_key)
    if left != right or left_known == right_known:
        return []
    side = one.right if left_known else one.left
    unknown = [by_key.get(key) for key in side if _value(key, by_key) is None]
    if not all(record and record.state in ("blank", "mark") for record in unknown):
        return []
    return [record for record in unknown if record and record.state == "blank"]


def _value(key: Key, by_key: dict[Key, Record]) -> float | None:
    """A cell's figure: as printed, 0 where proven, else unknown."""
    record = by_key.get(key)
    if record is None:
        return None
    return 0.0 if record.proven else record.value


def _sides(one: Sum, by_key: dict[Key, Record]) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """For each side, the sum of its known cells, and whether all of its cells are known."""
    return _side_sum(one.left, by_key), _side_sum(one.right, by_key)


def _side_sum(keys: tuple[Key, ...], by_key: dict[Key, Record]) -> tuple[float, bool]:
    """Sum of the known cells of a side, which no unknown cell can lower, and whether all are."""
    total, known = 0.0, True
    for key in keys:
        record = by_key.get(key)
        if record is not None and record.value is not None:
            total += record.value
        elif record is None or not record.proven:
            known = False
    return total, known


def verdict(one: Sum, by_key: dict[Key, Record]) -> str:
    """Whether a sum `holds`, `fails` whatever its unknown cells may be, or is `open`."""
    (left, left_known), (right, right_known) = _sides(one, by_key)
    if left_known and right_known:
        return "holds" if left == right else "fails"
    if (left_known and right > left) or (right_known and left > right):
        return "fails"
    return "open"


def failure(one: Sum, by_key: dict[Key, Record]) -> Issue:
    """The issue of a sum that fails: it names both sides with their figures."""
    (left, left_known), (right, right_known) = _sides(one, by_key)
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
    axis = "column" if one.row else "row"
    values = [
        (label_of(one.table, axis, _term(one, key), "en"), _value(key, by_key)) for key in keys
    ]
    zeros = [term for term, value in values if value == 0]
    terms = [f"{t} {'?' if v is None else f'{v:.15g}'}" for t, v in values if v != 0]
    terms += [f"{term} 0" for term in zeros] if len(zeros) < 3 else [f"{len(zeros)} zeros"]
    axis, where = ("row", one.row) if one.row else ("column", one.column)
    text = " + ".join(terms)
    return f"{label_of(one.table, axis, where, 'en')}: {text}" if keys is one.left else text


def _term(one: Sum, key: Key) -> str:
    """The part of a key that varies within a sum."""
    return key[2] if one.row else key[1]


def _side_zh(one: Sum, keys: tuple[Key, ...]) -> str:
    """One side of a sum by its printed labels; a long one by its first and last."""
    axis = "column" if one.row else "row"
    labels = [label_of(one.table, axis, _term(one, key)) for key in keys]
    short = labels if len(labels) <= 3 else [labels[0], "…", labels[-1]]
    where_axis, where = ("row", one.row) if one.row else ("column", one.column)
    text = "＋".join(short)
    return f"「{label_of(one.table, where_axis, where)}」{text}" if keys is one.left else text


def label_of(table: str, axis: str, code: str, language: str = "zh") -> str:
    """Label of a code: as printed, or in English."""
    entry = entries()[table, axis, code]
    return entry.label if language == "zh" else entry.label_en


# --- Rows whose places nothing confirms ---------------------------------------------------------


def glued_rows(records: list[Record]) -> list[Issue]:
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


def open_rows(sums: list[Sum], by_key: dict[Key, Record]) -> list[Issue]:
    """Rows with blanks and no total whose figures no sum confirms.

    Where a document drops empty cells and fills the row up behind, figures stand under wrong
    columns; only the row's total, its own blanks or the sums of the columns can show that they
    don't.
    """
    anchored = {s.row for s in sums if s.row and _is_anchored(s, by_key)}
    confirmed = {
        key
        for s in sums
        if not s.row and _confirms(s, by_key, anchored)
        for key in s.left + s.right
    }
    broken = _lines_that_fail(sums, by_key)
    return [
        issue("open_row", table=s.table, row=s.row, label_zh=label_of(s.table, "row", s.row))
        for s in sums
        if s.row
        and verdict(s, by_key) == "open"
        and (
            not _lines(s, by_key).isdisjoint(broken)
            or (s.row not in anchored and not _is_confirmed(s, by_key, confirmed))
        )
    ]


def _lines(one: Sum, by_key: dict[Key, Record]) -> set[str]:
    """Printed lines that the cells of a sum stand on."""
    cells = (by_key[key].cell for key in one.left + one.right if key in by_key)
    return {cell.rpartition("c")[0] for cell in cells}


def _lines_that_fail(sums: list[Sum], by_key: dict[Key, Record]) -> set[str]:
    """Printed lines with a row whose own sum fails: what follows on the line may have shifted."""
    failing = (s for s in sums if s.row and verdict(s, by_key) == "fails")
    return {line for s in failing for line in _lines(s, by_key)}


def _is_anchored(one: Sum, by_key: dict[Key, Record]) -> bool:
    """Whether a row's figures can't have shifted: its total stands there, or its blanks do.

    Where cells are dropped and blanks filled up behind, the last cell is blank and no blank stands
    between figures. Figures of which the last is the sum of those before may be all that is left
    of a longer row.
    """
    if _value(one.left[0], by_key) is not None:
        return True
    line = [by_key[key] for key in by_key if key in one.left or key in one.right]
    filled = [record for record in line if record.value is not None]
    if not filled:
        return True
    alone = not names_rows(one.table)  # else a line goes on behind the row
    if alone and line[-1].state != "blank":
        return True
    values = [record.value or 0.0 for record in filled]
    if values[-1] > 0 and values[-1] == sum(values[:-1]):
        return False
    return len(filled) == len(one.right) or (alone and keeps_blanks(line))


def keeps_blanks(line: Sequence[Record]) -> bool:
    """Whether a blank stands between figures of a line."""
    filled = [number for number, record in enumerate(line) if record.state != "blank"]
    return bool(filled) and filled[-1] - filled[0] >= len(filled)


def _confirms(one: Sum, by_key: dict[Key, Record], anchored: set[str]) -> bool:
    """Whether a column's sum holds against a side whose rows are all anchored, beyond 0 = 0."""
    if verdict(one, by_key) != "holds" or not _side_sum(one.left, by_key)[0]:
        return False
    return any(all(row in anchored for _, row, _ in side) for side in (one.left, one.right))


def _is_confirmed(one: Sum, by_key: dict[Key, Record], confirmed: set[Key]) -> bool:
    """Whether column sums confirm every figure of a row; they can't confirm a zero."""
    filled = [key for key in one.right if (record := by_key.get(key)) and record.state == "number"]
    return all(by_key[key].value for key in filled) and confirmed.issuperset(filled)
