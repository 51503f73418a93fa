"""Rows whose figures may have moved to other columns: what holds them in their places, or not.

Where a document drops empty cells and fills the row up behind, figures stand under wrong columns;
only the row's total, its own blanks or the sums of the columns can show that they don't.
"""

from collections.abc import Sequence

from analysis.documents.issues import Issue, issue
from analysis.documents.labels import names_rows
from analysis.documents.records import Record
from analysis.documents.sums import Key, Sum, known_value, label_of, sides, verdict


def open_rows(sums: list[Sum], by_key: dict[Key, Record]) -> list[Issue]:
    """Rows with blanks and no total whose figures no sum confirms."""
    sums = [s for s in sums if s.relation == "="]
    anchored = {s.row for s in sums if s.row and _is_anchored(s, by_key)}
    confirmed = {
        key
        for s in sums
        if not s.row and _confirms(s, by_key, anchored)
        for key in s.left + s.right
    }
    sure = {s.row for s in sums if s.row in anchored or _is_confirmed(s, by_key, confirmed)}
    broken = _lines_that_fail(sums, by_key)
    return [
        issue("open_row", table=s.table, row=s.row, label_zh=label_of(s.table, "row", s.row))
        for s in sums
        if s.row and _is_in_doubt(s, by_key, s.row in sure, broken)
    ]


def _is_in_doubt(one: Sum, by_key: dict[Key, Record], sure: bool, broken: set[str]) -> bool:
    """Whether nothing shows that a row's figures stand under their own columns."""
    is_open = verdict(one, by_key) == "open"
    if _is_packed_behind_total(one, by_key):
        return is_open or not sure
    return is_open and (not sure or not _lines(one, by_key).isdisjoint(broken))


def open_parts(sums: list[Sum], by_key: dict[Key, Record]) -> list[Issue]:
    """Rows of a list with a part and no whole, where other rows print theirs.

    Where a document drops empty cells, the one figure that is left may be the whole.
    """
    within = [s for s in sums if s.row and s.relation == "<="]
    if not any(_are_printed(s.right, by_key) for s in within):
        return []
    return [
        issue("open_row", table=s.table, row=s.row, label_zh=label_of(s.table, "row", s.row))
        for s in within
        if _are_printed(s.left, by_key) and not _are_printed(s.right, by_key)
    ]


def _are_printed(keys: tuple[Key, ...], by_key: dict[Key, Record]) -> bool:
    """Whether each cell prints a figure; a blank that is proven zero does not."""
    return all((r := by_key.get(key)) is not None and r.state == "number" for key in keys)


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
    if known_value(one.left[0], by_key) is not None:
        return not _is_packed_behind_total(one, by_key)
    line = _line(one, by_key)
    filled = [record for record in line if record.value is not None]
    if not filled:
        return True
    alone = not names_rows(one.table)  # else a line goes on behind the row
    if alone and line[-1].state != "blank":
        return True
    values = [record.value or 0.0 for record in filled]
    if values[-1] > 0 and values[-1] == sum(values[:-1]):
        return False
    return len(filled) == len(one.right) or (alone and _keeps_blanks(line))


def _line(one: Sum, by_key: dict[Key, Record]) -> list[Record]:
    """The cells of a row's sum in printed order."""
    own = {*one.left, *one.right}
    return [record for key, record in by_key.items() if key in own]


def _is_packed_behind_total(one: Sum, by_key: dict[Key, Record]) -> bool:
    """Whether a total printed first may be another figure, or holds for figures moved up to it.

    A row that prints nothing else is in no doubt where no row of the table does.
    """
    line = _line(one, by_key)
    total = by_key.get(one.left[0])
    if total is None or not total.value or line[0] is not total or line[-1].state != "blank":
        return False
    if names_rows(one.table) or _keeps_blanks(line):
        return False
    whole = one.left[0][2]
    return any(
        r.value for (t, _, column), r in by_key.items() if t == one.table and column != whole
    )


def _keeps_blanks(line: Sequence[Record]) -> bool:
    """Whether a blank stands between figures of a line."""
    filled = [number for number, record in enumerate(line) if record.state != "blank"]
    return bool(filled) and filled[-1] - filled[0] >= len(filled)


def _confirms(one: Sum, by_key: dict[Key, Record], anchored: set[str]) -> bool:
    """Whether a column's sum holds against a side whose rows are all anchored, beyond 0 = 0."""
    if verdict(one, by_key) != "holds" or not sides(one, by_key)[0][0]:
        return False
    return any(all(row in anchored for _, row, _ in side) for side in (one.left, one.right))


def _is_confirmed(one: Sum, by_key: dict[Key, Record], confirmed: set[Key]) -> bool:
    """Whether column sums confirm every figure of a row; they can't confirm a zero."""
    keys = one.left + one.right
    filled = [key for key in keys if (record := by_key.get(key)) and record.state == "number"]
    return all(by_key[key].value for key in filled) and confirmed.issuperset(filled)
