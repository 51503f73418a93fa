"""Units that a table states for its figures: which it is to have, and where they are others.

A count in hundreds (百件), or an amount in another unit than its column's, would be read a hundred
or ten thousand times too small or too large: the sums hold all the same.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from analysis.documents.fold import plain
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_heading
from analysis.documents.records import kind_of
from analysis.documents.reference import entries, numbers

_LONGEST_LINE = 40  # characters of a line in a message
_BETWEEN = "[、,;/和及或]"


@lru_cache(maxsize=1)
def _statements() -> tuple[re.Pattern[str], ...]:
    """Units in brackets, behind the word 单位, or as in 以百件计; several with signs between."""
    units, stated = numbers()["units"], numbers()["stated"]
    words = sorted(units["count"] + units["amount"] + stated["others"], key=len, reverse=True)
    unit = rf"(?:[{stated['scales']}]*(?:{'|'.join(words)}){{1,2}}|[{stated['lone_scales']}])"
    listed = rf"(?:{'|'.join(stated['currency'])})?({unit}(?:{_BETWEEN}{unit})*)"
    named = r"(?:单位(?:均|都|分别)?[:为是/]?|金额:)"
    return (
        re.compile(rf"\((?:[^\W\d]{{0,8}}?[,:;]?)?(?:{named})?{listed}\)"),
        re.compile(rf"{named}\(?{listed}(?![^\W\d])"),
        re.compile(rf"以{listed}(?:为单位|计算?(?![^\W\d]))"),
        re.compile(rf"^{listed}$"),
    )


@lru_cache(maxsize=4096)
def stated_units(text: str) -> frozenset[str]:
    """The units that a text states for figures, such as （单位：件、万元）, 单位：百件 or 以万件计.

    >>> sorted(stated_units("（单位：百件、万元）"))
    ['万元', '百件']
    """
    bare = plain(text)
    found = (listed for pattern in _statements() for listed in pattern.findall(bare))
    return frozenset(unit for listed in found for unit in re.split(_BETWEEN, listed))


def _units_of(kind: str) -> list[str]:
    """The units that figures of a kind may have as they stand."""
    return numbers()["units"]["amount" if kind == "amount" else "count"]


def _is_scaled(unit: str) -> bool:
    """Whether a unit is neither a plain count nor an amount, but hundreds of cases or per cent."""
    return unit not in _units_of("count") and unit not in _units_of("amount")


def stated_unit(text: str) -> str:
    """The one unit that a text states, or nothing."""
    units = stated_units(text)
    return next(iter(units)) if len(units) == 1 else ""


def scaled_counts(lines: Iterable[str]) -> list[Issue]:
    """An error on a report any line of which states that it counts in hundreds or the like."""
    counted = tuple(numbers()["stated"]["counted"])
    for line in lines:
        units = stated_units(line) if "位" in line else ()
        odd = {unit for unit in units if _is_scaled(unit) and unit.endswith(counted)}
        if odd:
            return _odd("", "", "", f"“{line[:_LONGEST_LINE]}”", odd)
    return []


def amount_unit(texts: Iterable[str]) -> str:
    """The unit of an amount that has none of its own, where texts around it state just one."""
    stated = {unit for text in texts for unit in stated_units(text)}
    amounts = stated.intersection(_units_of("amount"))
    return amounts.pop() if len(amounts) == 1 else ""


def odd_row_unit(table: str, row: str, label: str, place: str) -> list[Issue]:
    """An error where a label of a row states hundreds or the like; a heading's reaches further.

    So does one of an amount where no column of the row is of amounts.
    """
    stated = stated_units(label)
    odd = set(filter(_is_scaled, stated))
    if row and not _has_amounts(table, row):
        odd |= stated.intersection(_units_of("amount"))
    return _odd(table, "" if not row or is_heading(table, row) else row, "", place, odd)


@lru_cache(maxsize=1024)
def _has_amounts(table: str, row: str) -> bool:
    """Whether a row prints an amount in any form."""
    own = entries()[table, "row", row]
    columns = own.columns or [c for t, a, c in entries() if (t, a) == (table, "column")]
    return any(kind_of(table, row, column) == "amount" for column in columns)


def odd_column_unit(
    table: str, row: str, column: str, label: str, texts: Iterable[str], place: str
) -> list[Issue]:
    """An error where a column's label states no unit of its kind, or texts around it another."""
    kind = kind_of(table, row, column)
    own = stated_units(label)
    odd = own.difference(_units_of(kind))
    around = {unit for text in texts for unit in stated_units(text)}
    amounts = around.intersection(_units_of("amount"))
    if kind == "amount" and own and amounts and amounts.isdisjoint(own):
        odd |= amounts
    if kind == "amount" and len(own) > 1:
        odd |= own
    return _odd(table, row, column, place, odd | set(filter(_is_scaled, around)))


def _odd(table: str, row: str, column: str, place: str, odd: Collection[str]) -> list[Issue]:
    """An error on all that odd units are stated for, where there are any."""
    if not odd:
        return []
    units = "、".join(sorted(odd))
    return [issue("odd_unit", table=table, row=row, column=column, cell=place, actual=units)]
