"""The figures of a report by which other reports can be checked, in few characters.

They go with the facts of a report, so that comparing reports reads no records. A figure that is
suspect by its own report is kept as unknown: it accuses no other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from math import log10

from analysis.documents.compared import Key, across, amounts, kept, positions
from analysis.documents.records import Record

# Figures as good as never alike by chance: their logarithms add up to that of ten thousand.
_TELLING = 4.0
_PLACE = re.compile(r"(.*)r(\d+)c(\d+)(?:@|$)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: its value, its unit where it is an amount, and where it stands."""

    value: float
    cell: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The key figures of a report by table: values in the order of `kept`, None where not known.

    `cells` has in one text a table the place of each, with the unit of an amount behind an @; + is
    the cell below the last one, > the one to its right.
    """

    values: Mapping[str, Sequence[float | None]]
    cells: Mapping[str, str]

    def value(self, key: Key) -> float | None:
        """The value of a kept cell, None where it is not known."""
        own = self.values.get(key[0])
        return None if own is None else own[positions()[key]]

    def figure(self, key: Key) -> Figure:
        """A figure that is known, with its unit and place."""
        table, at = key[0], positions()[key]
        cell, _, unit = _in_full(self.cells[table])[at].partition("@")
        return Figure(self.values[table][at] or 0.0, cell, unit)


def key_figures(records: Iterable[Record]) -> KeyFigures:
    """The key figures of the tables that a report prints."""
    by_key = {(r.table, r.row, r.column): r for r in records}
    printed = {table for table, _, _ in by_key}
    chosen = {table: keys for table, keys in kept().items() if table in printed}
    return KeyFigures(
        {table: [_value(by_key.get(key)) for key in keys] for table, keys in chosen.items()},
        {
            table: _shortened(_place(key, by_key.get(key)) for key in keys)
            for table, keys in chosen.items()
        },
    )


def _value(record: Record | None) -> float | None:
    """The value of a cell; None where it is suspect, not printed, or no figure."""
    if record is None or record.suspect or not (record.proven or record.state == "number"):
        return None
    value = record.value or 0.0
    return int(value) if value.is_integer() else value


def _place(key: Key, record: Record | None) -> str:
    """Where a figure that is known stands, and its unit where it is an amount."""
    if record is None or _value(record) is None:
        return ""
    return f"{record.cell}@{record.unit}" if key in amounts() else record.cell


def _shortened(cells: Iterable[str]) -> str:
    """Places in one text, those beside the last one as signs: most tables are printed so."""
    shown: list[str] = []
    beside: dict[str, str] = {}
    for cell in cells:
        shown.append(beside.get(cell, cell))
        if cell:
            beside = _beside(cell)
    return " ".join(shown)


@lru_cache(maxsize=1024)
def _in_full(text: str) -> tuple[str, ...]:
    """The places that a text names."""
    cells: list[str] = []
    beside: dict[str, str] = {}
    for shown in text.split(" "):
        cell = beside.get(shown, shown)
        cells.append(cell)
        if cell:
            beside = {sign: place for place, sign in _beside(cell).items()}
    return tuple(cells)


@lru_cache(maxsize=4096)
def _beside(cell: str) -> dict[str, str]:
    """The cells below and to the right of one, each with its sign."""
    found = _PLACE.match(cell)
    if not found:
        return {}
    head, row, column = found[1], int(found[2]), int(found[3])
    return {f"{head}r{row + 1}c{column}": "+", f"{head}r{row}c{column + 1}": ">"}


# --- Digests -------------------------------------------------------------------------------------


def digests(records: Sequence[Record]) -> tuple[str, dict[str, str]]:
    """Twelve digits that are the same for reports that print the same figures in the same cells.

    The same for each table whose figures are so many and so large that no other prints them by
    chance.
    """
    cells = sorted((r.table, r.row, r.column, r.state, r.value or 0.0) for r in records)
    whole = sha256()
    telling: dict[str, str] = {}
    for table, group in groupby(cells, key=lambda cell: cell[0]):
        own = list(group)
        text = repr(own).encode()
        whole.update(text)
        if _is_telling(own):
            telling[table] = sha256(text).hexdigest()[:12]
    return whole.hexdigest()[:12], telling


def _is_telling(cells: Iterable[tuple[str, str, str, str, float]]) -> bool:
    """Whether different figures of a table are many or large, leaving out what stays for years."""
    standing = across()["standing"]
    values = {
        abs(value)
        for _, row, column, _, value in cells
        if row not in standing and column not in standing
    }
    return sum(log10(value) for value in values if value > 1) >= _TELLING
