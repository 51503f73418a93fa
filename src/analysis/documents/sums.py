"""The sums and balances that a report's own cells must satisfy, and what they prove.

A blank or a mark is unknown, not zero; it is proven zero only where a sum leaves nothing for it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_list
from analysis.documents.records import Record
from analysis.documents.reference import Form, entries, forms, identities

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sum:
    """Two sides of one row or column of a table: equal (=), or the left within the right (<=)."""

    table: str
    row: str
    column: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]
    relation: str = "="


def find_sums(table: str, form: Form, by_key: Collection[Key]) -> tuple[Sum, ...]:
    """Every sum that the parent columns and `identities.csv` imply for the printed rows.

    Of the parts of a row, those count that its form has or that are printed all the same.
    """
    rows = dict.fromkeys(row for (t, row, _) in by_key if t == table)
    columns = dict.fromkeys(column for (t, _, column) in by_key if t == table)
    return _sums(table, form.name, tuple(rows), tuple(columns))


@lru_cache(maxsize=256)
def _sums(
    table: str, form: str, rows: tuple[str, ...], columns: tuple[str, ...]
) -> tuple[Sum, ...]:
    """The sums over these rows and columns of a table."""
    found: list[Sum] = []
    owed = frozenset(rows).union(forms()[form].codes(table, "row"))
    for parent, parts in _parts(table, "column").items():
        found += [
            Sum(table, row, "", _keys(table, [row], [parent]), _keys(table, [row], list(parts)))
            for row in rows
        ]
    for parent, parts in _parts(table, "row").items():
        own = [part for part in parts if part in owed]
        found += [
            Sum(table, "", c, ((table, parent, c),), _keys(table, _leaves(table, own, rows), [c]))
            for c in columns
            if parent in rows and any(part in rows for part in parts)
        ]
    found += [
        Sum(table, "", column, ((table, part, column),), ((table, whole, column),), "<=")
        for part, whole in _parts_within(table)
        for column in columns
        if part in rows and whole in rows
    ]
    for line in identities():
        if line["table"] == table:
            places = columns if line["axis"] == "column" else rows
            found += [_balance(line, place, rows) for place in places]
    return tuple(found)


@lru_cache(maxsize=16)
def _parts(table: str, axis: str) -> dict[str, tuple[str, ...]]:
    """Parent → the parts that add up to it on one axis, over all forms."""
    parts: dict[str, tuple[str, ...]] = {}
    for (t, a, code), entry in entries().items():
        if (t, a) == (table, axis) and entry.parent and not entry.has("of_which"):
            parts[entry.parent] = (*parts.get(entry.parent, ()), code)
    return {
        parent: codes
        for parent, codes in parts.items()
        if not entries()[table, axis, parent].has("section")
    }


def _parts_within(table: str) -> list[tuple[str, str]]:
    """Rows of which each is a part of another one that others need not complete."""
    own = (e for (t, a, _), e in entries().items() if (t, a) == (table, "row"))
    return [(entry.code, entry.parent) for entry in own if entry.has("of_which")]


def _keys(table: str, rows: Sequence[str], columns: Sequence[str]) -> tuple[Key, ...]:
    """Keys of the cells of some rows and columns."""
    return tuple((table, row, column) for row in rows for column in columns)


def _leaves(table: str, codes: Iterable[str], rows: Sequence[str]) -> list[str]:
    """Rows that print the figures of these codes: a heading's parts where any is printed."""
    leaves: list[str] = []
    for code in codes:
        is_heading = entries()[table, "row", code].kind == "heading"
        parts = _parts(table, "row").get(code, ()) if is_heading else ()
        if parts and (code not in rows or any(part in rows for part in parts)):
            leaves += _leaves(table, parts, rows)
        else:
            leaves.append(code)
    return leaves


def _balance(line: dict[str, str], place: str, rows: Sequence[str]) -> Sum:
    """A line of `identities.csv` for one row, or one column with headings as their leaves."""
    table, sides = line["table"], [line["left"].split(), line["right"].split()]
    if line["axis"] == "row":
        left, right = (_keys(table, [place], side) for side in sides)
        return Sum(table, place, "", left, right, line["relation"])
    left, right = (_keys(table, _leaves(table, side, rows), [place]) for side in sides)
    return Sum(table, "", place, left, right, line["relation"])


def prove_zeros(sums: list[Sum], by_key: dict[Key, Record]) -> list[str]:
    """Mark blanks, in place, that a sum leaves nothing for, until no sum proves any more.

    Gives the verdict on each sum then.
    """
    while True:
        verdicts = [verdict(s, by_key) for s in sums]
        waiting = (s for s, told in zip(sums, verdicts, strict=True) if told == "open")
        newly = [r for s in waiting for r in _zeros(s, by_key) if not r.proven]
        if not newly:
            return verdicts
        for record in newly:
            record.proven = True


def _zeros(one: Sum, by_key: dict[Key, Record]) -> list[Record]:
    """Blanks of one side that must be zero, as the other side is known and reached already."""
    (left, left_known), (right, right_known) = sides(one, by_key)
    if left != right or left_known == right_known or (left_known and one.relation == "<="):
        return []
    side = one.right if left_known else one.left
    unknown = [by_key.get(key) for key in side if known_value(key, by_key) is None]
    if not all(record and record.state in ("blank", "mark") for record in unknown):
        return []
    return [record for record in unknown if record and record.state == "blank"]


def known_value(key: Key, by_key: dict[Key, Record]) -> float | None:
    """A cell's figure: as printed, 0 where proven, else unknown."""
    record = by_key.get(key)
    if record is None:
        return None
    return 0.0 if record.proven else record.value


def sides(one: Sum, by_key: dict[Key, Record]) -> tuple[tuple[float, bool], tuple[float, bool]]:
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
    (left, left_known), (right, right_known) = sides(one, by_key)
    if one.relation == "<=":
        if right_known and left > right:
            return "fails"
        return "holds" if left_known and (right_known or left == 0) else "open"
    if left_known and right_known:
        return "holds" if left == right else "fails"
    if (left_known and right > left) or (right_known and left > right):
        return "fails"
    return "open"


def issues_of(one: Sum, by_key: dict[Key, Record], suggestion: str) -> list[Issue]:
    """The issue of a sum that fails, on its row or column; in a list, on each of its cells alone.

    A list has all its figures in a column or two, and most have no part in the sum.
    """
    found = _failure(one, by_key, suggestion)
    if not is_list(one.table):
        return [found]
    cells = [by_key[key] for key in one.left + one.right if key in by_key]
    return [replace(found, row=r.row, column=r.column, cell=r.cell) for r in cells]


def _failure(one: Sum, by_key: dict[Key, Record], suggestion: str, check: str = "") -> Issue:
    """The issue of a sum that fails: it names both sides with their figures."""
    (left, left_known), (right, right_known) = sides(one, by_key)
    return issue(
        check or ("sum" if one.relation == "=" else "part_exceeds_whole"),
        table=one.table,
        row=one.row,
        column=one.column,
        cell=next((by_key[key].cell for key in one.left if key in by_key), ""),
        expected=f"{right:.15g}",
        actual=f"{left:.15g}",
        suggestion=suggestion,
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
        (label_of(one.table, axis, _term(one, key), "en"), known_value(key, by_key)) for key in keys
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


# --- Totals and blanks in doubt ------------------------------------------------------------------


def doubtful_totals(sums: list[Sum], by_key: dict[Key, Record]) -> list[Issue]:
    """Rows taken for totals that stand among the rows they would add up: subtotals of some.

    The sums of such a row fail, but where it prints zeros they may hold by chance.
    """
    printed = {key[:2]: number for number, key in enumerate(by_key)}
    below: dict[tuple[str, str], set[bool]] = {}
    for whole, parts in (pair for one in sums for pair in _wholes(one)):
        if whole in by_key:
            stands_below = {printed[k[:2]] > printed[whole[:2]] for k in parts if k in by_key}
            below.setdefault(whole[:2], set()).update(stands_below)
    return [
        issue("doubtful_total", table=table, row=row, label_zh=label_of(table, "row", row))
        for (table, row), both in below.items()
        if len(both) > 1
    ]


def _wholes(one: Sum) -> list[tuple[Key, tuple[Key, ...]]]:
    """The cell of a total and those of the rows that it adds up."""
    if one.row or one.relation != "=":
        return []
    both = ((one.left, one.right), (one.right, one.left))
    return [(whole[0], parts) for whole, parts in both if len(whole) == 1 < len(parts)]


def needed_blanks(
    sums: list[Sum], by_key: dict[Key, Record], doubted: Collection[Key]
) -> list[Issue]:
    """Sums beside printed figures that hold only if a blank is no zero: a figure may be lost.

    Where a line prints its total alone, its blanks are left out as a whole, and nothing is lost.
    """
    return [
        _failure(one, by_key, "", "blank_needed")
        for one in sums
        if one.relation == "=" and _needs_blank(one, by_key, doubted)
    ]


def _needs_blank(one: Sum, by_key: dict[Key, Record], doubted: Collection[Key]) -> bool:
    """Whether a total is more than the figures of its parts, of which the rest is blank."""
    (left, left_known), (right, right_known) = sides(one, by_key)
    if left_known == right_known or min(left, right) == 0:
        return False
    whole, part = (one.left, one.right) if left_known else (one.right, one.left)
    if len(whole) > 1:
        return False
    unknown = [by_key.get(key) for key in part if known_value(key, by_key) is None]
    blank = all(record is not None and record.state == "blank" for record in unknown)
    more = left > right if left_known else right > left
    return blank and more and not any(key in doubted for key in one.left + one.right)
