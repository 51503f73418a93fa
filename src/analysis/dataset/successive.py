"""Two reports of one series: what the later prints against what the earlier has said.

A series is the reports of one agency (or of one government's aggregate) by year. Only what is known
and not suspect on both sides is compared.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysis.dataset.regions import is_of_one_territory
from analysis.documents.compared import Balance, Key, Signed, amounts, balances
from analysis.documents.issues import Issue, issue
from analysis.documents.key_figures import Figure, KeyFigures
from analysis.documents.sums import label_of

Finding = tuple[str, Issue]
Parts = tuple[tuple[int, Key, Figure], ...]

_NEAR = 1e-6
# What turns 元 into 万元, times or by what amounts change from year to year: 3,162 to 31,623 times.
_TIMES, _CHANGE = 10_000.0, 10.0**0.5
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


@dataclass(frozen=True)
class Told:
    """What a report tells others: year, region, forms, digests of its tables and key figures."""

    report_id: str
    path: str
    year: int
    region: str
    forms: frozenset[str]
    tables: Mapping[str, str]
    figures: KeyFigures


@dataclass(frozen=True, slots=True)
class _Side:
    """One balance at one place that does not hold: what should be, and what is printed."""

    before: Parts
    since: Parts
    key: Key
    now: Figure

    @property
    def due(self) -> float:
        """What follows from the report before."""
        return sum(sign * figure.value for sign, _, figure in (*self.before, *self.since))


def compare(before: Told, now: Told) -> Iterator[Finding]:
    """What two successive reports of a series say against one another, told of both."""
    if is_of_one_territory(before.region, now.region, (before.year, now.year)):
        for balance in balances():
            yield from _unbalanced(balance, before, now)
    yield from _jumped(before, now)


# --- Balances ------------------------------------------------------------------------------------


def _unbalanced(balance: Balance, before: Told, now: Told) -> Iterator[Finding]:
    """A finding for each printed row in which a balance fails, on both reports."""
    relation = balance.next_year if now.year == before.year + 1 else balance.later
    printed = balance.table in before.figures.values and balance.table in now.figures.values
    shared = not balance.forms or balance.forms & before.forms & now.forms
    if not (relation and printed and shared and now.year in balance.years):
        return
    by_row: dict[str, list[_Side]] = {}
    for own, since, key in balance.sides:
        due = _sum(own, before.figures), _sum(since, now.figures)
        value = now.figures.value(key)
        if value is not None and not _holds(due, value, relation):
            side = _Side(_known(own, before), _known(since, now), key, now.figures.figure(key))
            by_row.setdefault(key[1], []).append(side)
    for failing in by_row.values():
        yield from _told_of(balance, relation, before, now, failing)


def _sum(cells: Sequence[Signed], figures: KeyFigures) -> float | None:
    """The sum of some signed cells; None where one is not known."""
    total = 0.0
    for sign, key in cells:
        value = figures.value(key)
        if value is None:
            return None
        total += sign * value
    return total


def _holds(due: tuple[float | None, float | None], value: float, relation: str) -> bool:
    """Whether a value is what is due, or may be more and is, or what is due is not known."""
    if due[0] is None or due[1] is None:
        return True
    difference = value - due[0] - due[1]
    return abs(difference) < _NEAR or (relation == "<=" and difference > 0)


def _known(cells: Sequence[Signed], told: Told) -> Parts:
    """Some signed cells with their figures, which are known."""
    return tuple((sign, key, told.figures.figure(key)) for sign, key in cells)


def _told_of(
    balance: Balance, relation: str, before: Told, now: Told, failing: Sequence[_Side]
) -> Iterator[Finding]:
    """One row's failing balance, as a finding of either report."""
    last = failing[-1]
    table, row_now, _ = last.key
    _, row_before, _ = last.before[0][1]
    years = before.year, now.year
    facts = _both(before, now) | {
        "label": label_of(table, "row", row_now, "en"),
        "label_zh": label_of(table, "row", row_now),
        "sides": "; ".join(_in_words(side, years, relation, "en") for side in failing),
        "sides_zh": "；".join(_in_words(side, years, relation, "zh") for side in failing),
        "expected": number(last.due),
        "actual": number(last.now.value),
    }
    places = (
        (before, row_before, last.before[0][2].cell),
        (now, row_now, last.now.cell),
    )
    for told, row, cell in places:
        yield told.report_id, issue(balance.check, table=table, row=row, cell=cell, **facts)


def _in_words(side: _Side, years: tuple[int, int], relation: str, language: str) -> str:
    """Both sides at one place: `Total: 698 [2022 t1r4c4] is due, 470 [2023 t1r4c4] is printed`."""
    table, _, column = side.key
    parts = [
        f"{'−' if sign < 0 else '+'} {_in_place(figure, year)}"
        for year, cells in zip(years, (side.before, side.since), strict=True)
        for sign, _, figure in cells
    ]
    sum_of = " ".join(parts).removeprefix("+ ")
    due = sum_of if len(parts) == 1 else f"{sum_of} = {number(side.due)}"
    label = label_of(table, "column", column, language)
    printed = _in_place(side.now, years[1])
    if language == "zh":
        least = "至少" if relation == "<=" else ""
        return f"{label}：{least}应为 {due}，实为 {printed}"
    more = " or more" if relation == "<=" else ""
    return f"{label}: {due}{more} is due, {printed} is printed"


# --- Copies and jumps ----------------------------------------------------------------------------


def copies(reports: Sequence[Told]) -> Iterator[Finding]:
    """Tables that print in every cell what that of an earlier report of the series prints."""
    last: dict[tuple[str, str], Told] = {}
    for now in reports:
        for table, digest in now.tables.items():
            before = last.get((table, digest))
            if before:
                yield from _copied(table, before, now)
            last[table, digest] = now


def _copied(table: str, before: Told, now: Told) -> Iterator[Finding]:
    """A copied table, told of both reports."""
    for told, other in ((before, now), (now, before)):
        facts = {"label": label_of(table, "table", table, "en")}
        facts |= {"label_zh": label_of(table, "table", table)}
        facts |= {"path": other.path, "year": str(other.year)}
        yield told.report_id, issue("copied_table", table=table, **facts)


def _jumped(before: Told, now: Told) -> Iterator[Finding]:
    """Amounts that are some ten thousand times those of the report before, or the reverse."""
    for key in amounts():
        if not (before.figures.value(key) and now.figures.value(key)):
            continue
        pair = before.figures.figure(key), now.figures.figure(key)
        if not _is_jump(*pair):
            continue
        table, row, _ = key
        facts = _both(before, now) | {
            "label": label_of(table, "row", row, "en"),
            "label_zh": label_of(table, "row", row),
            "amount_before": _in_place(pair[0], before.year),
            "amount_now": _in_place(pair[1], now.year),
            "times": f"{_times(*pair):,.0f}",
        }
        for told, figure in zip((before, now), pair, strict=True):
            found = issue("unit_jump", table=table, row=row, cell=figure.cell, **facts)
            yield told.report_id, found


def _is_jump(before: Figure, now: Figure) -> bool:
    """Whether one amount may count 元 where the other counts 万元, in whatever units they say.

    Amounts differ from year to year, seldom by more than a few times. An amount with more than two
    decimals is none of 元.
    """
    if bool(before.unit) != bool(now.unit):
        return False
    larger = max(before, now, key=_in_yuan)
    is_yuan = abs(round(larger.value, 2) - larger.value) < _NEAR
    return is_yuan and _TIMES / _CHANGE <= _times(before, now) <= _TIMES * _CHANGE


def _times(one: Figure, other: Figure) -> float:
    """How many times the smaller of two amounts the larger is, in whatever units they are."""
    return max(_in_yuan(one), _in_yuan(other)) / min(_in_yuan(one), _in_yuan(other))


def _in_yuan(figure: Figure) -> float:
    """An amount in 元, as far as its unit is known."""
    return figure.value * _scale(figure.unit)


@lru_cache(maxsize=64)
def _scale(unit: str) -> float:
    """How many 元 a unit of money is; one where none is printed."""
    scale = 1.0
    for character in re.findall("[百千万亿]", unit):
        scale *= _SCALES[character]
    return scale


# --- In words ------------------------------------------------------------------------------------


def _both(before: Told, now: Told) -> dict[str, Any]:
    """Which two reports disagree."""
    return {
        "path_before": before.path,
        "year_before": str(before.year),
        "path_now": now.path,
        "year_now": str(now.year),
    }


def _in_place(figure: Figure, year: int) -> str:
    """A figure with its unit, the year of its report, and where it stands there."""
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{number(figure.value)}{unit} [{year} {figure.cell}]"


def number(value: float) -> str:
    """A figure as it would be printed."""
    return f"{value:.15g}"
