"""What reports are compared by, as data: `balances.csv` and `across.toml`.

`balances.csv` says what must follow from one year's report to the next, `across.toml` what an
aggregate counts for its members, and which figures tell of a copy.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from analysis.documents.issues import catalogue
from analysis.documents.records import kind_of
from analysis.documents.reference import (
    REFERENCE,
    ReferenceDataError,
    entries,
    forms,
    load_toml,
    read_csv,
    tables,
)

BALANCES = "balances.csv"
ACROSS = "across.toml"
_COLUMNS = (
    *("check", "table", "axis", "before", "since", "now", "next_year", "later"),
    *("forms", "from", "to", "source"),
)
_SECTIONS = ("standing", "government", "outside", "branches", "additive")
_RELATIONS = ("", "=", "<=")

Key = tuple[str, str, str]
Signed = tuple[int, Key]


@dataclass(frozen=True, slots=True)
class Balance:
    """What one report prints now must follow from what the one of an earlier year printed.

    `sides` has for each place (an applicant's column, or a row) the cells `before` and `since`,
    signed, and `now`. `next_year` is the relation of before + since to now for the next year,
    `later` where years lie between; empty ones are not checked. `years` are those of the report
    now, `forms` those that both reports must share one of; none means any.
    """

    check: str
    table: str
    sides: tuple[tuple[tuple[Signed, ...], tuple[Signed, ...], Key], ...]
    next_year: str
    later: str
    forms: frozenset[str]
    years: range


@lru_cache(maxsize=1)
def balances() -> tuple[Balance, ...]:
    """The balances between years of `balances.csv`; a wrong line stops with its number."""
    lines = read_csv(REFERENCE / BALANCES, _COLUMNS, _COLUMNS)
    return tuple(_balance(f"{BALANCES}, line {number}", row) for number, row in lines)


def _balance(where: str, row: Mapping[str, str]) -> Balance:
    """One line of `balances.csv`."""
    codes = _codes(where, row)
    try:
        years = range(int(row["from"] or 0), int(row["to"] or 9999) + 1)
    except ValueError as error:
        raise ReferenceDataError(f"{where}: a year is wrong ({error})") from error
    sides = []
    for place in (c for (*own, c) in entries() if own == [row["table"], row["axis"]]):
        before, since, now = (tuple(_signed(row, place, c) for c in part) for part in codes)
        if all(key in _printed_cells() for _, key in (*before, *since, *now)):
            sides.append((before, since, now[0][1]))
    return Balance(
        check=row["check"],
        table=row["table"],
        sides=tuple(sides),
        next_year=row["next_year"],
        later=row["later"],
        forms=frozenset(row["forms"].split()),
        years=years,
    )


def _codes(where: str, row: Mapping[str, str]) -> tuple[list[str], ...]:
    """The codes before, since and now of a line, checked with all else that it names."""
    codes = tuple(row[name].split() for name in ("before", "since", "now"))
    other = {"column": "row", "row": "column"}.get(row["axis"])
    if other is None or not codes[0] or len(codes[2]) != 1:
        raise ReferenceDataError(f"{where}: needs an axis, cells before, and one cell now")
    bare = {code.removeprefix("-") for part in codes for code in part}
    wrong = {
        "check": {row["check"]} - catalogue().keys(),
        "form": set(row["forms"].split()) - forms().keys(),
        "code": {code for code in bare if (row["table"], other, code) not in entries()},
        "relation": {row["next_year"], row["later"]} - {*_RELATIONS},
    }
    for what, unknown in wrong.items():
        if unknown:
            raise ReferenceDataError(f"{where}: unknown {what} {min(unknown)!r}")
    return codes


def _signed(row: Mapping[str, str], place: str, code: str) -> Signed:
    """A signed cell of a balance at one of its places."""
    bare = code.removeprefix("-")
    own = (bare, place) if row["axis"] == "column" else (place, bare)
    return (-1 if code.startswith("-") else 1, (row["table"], *own))


@lru_cache(maxsize=1)
def _printed_cells() -> dict[Key, None]:
    """All cells in which a form prints figures, in printed order."""
    return {
        (table, row, column): None
        for table in tables()
        for form in forms().values()
        for row in form.codes(table, "row")
        for column in form.columns_of(table, row)
        if not form.entries[table, "row", row].has("section")
    }


@lru_cache(maxsize=1)
def across() -> dict[str, Any]:
    """What reports are compared by beside balances, from `across.toml`; wrong codes stop."""
    document = load_toml(ACROSS)
    if set(document) != {*_SECTIONS}:
        raise ReferenceDataError(f"{ACROSS}: needs {', '.join(_SECTIONS)}")
    codes = {code for (_, axis, code) in entries() if axis != "table"}
    for table, chosen in document["additive"].items():
        own = {code for (t, axis, code) in entries() if t == table and axis != "table"}
        for code in (*chosen.get("rows", ()), *chosen.get("columns", ())):
            if code not in own:
                raise ReferenceDataError(f"{ACROSS}: [additive.{table}] unknown code {code!r}")
    for code in document["standing"]:
        if code not in codes:
            raise ReferenceDataError(f"{ACROSS}: standing: unknown code {code!r}")
    return document


@lru_cache(maxsize=1)
def additive() -> tuple[Key, ...]:
    """Cells that an aggregate counts for each of its members, in printed order."""
    chosen = across()["additive"]
    return tuple(
        (table, row, column)
        for table, row, column in _printed_cells()
        if table in chosen
        and row in chosen[table].get("rows", [row])
        and column in chosen[table].get("columns", [column])
    )


@lru_cache(maxsize=1)
def amounts() -> tuple[Key, ...]:
    """Cells that print an amount of money, in printed order."""
    return tuple(key for key in _printed_cells() if kind_of(*key) == "amount")


@lru_cache(maxsize=1)
def kept() -> dict[str, tuple[Key, ...]]:
    """The cells of each table whose figures are kept, in printed order."""
    of_years = {
        key
        for balance in balances()
        for before, since, now in balance.sides
        for key in (now, *(key for _, key in (*before, *since)))
    }
    wanted = of_years | set(additive()) | set(amounts())
    kept = [key for key in _printed_cells() if key in wanted]
    return {table: tuple(cells) for table, cells in groupby(kept, key=lambda key: key[0])}


@lru_cache(maxsize=1)
def positions() -> dict[Key, int]:
    """Where each kept cell stands among those of its table."""
    return {key: at for keys in kept().values() for at, key in enumerate(keys)}


@lru_cache(maxsize=1)
def government() -> re.Pattern[str]:
    """How an agency is named that reports for a whole government."""
    return re.compile(across()["government"])


@lru_cache(maxsize=1)
def branches() -> re.Pattern[str]:
    """How bodies are named that an aggregate need not count for themselves."""
    return re.compile(across()["branches"])
