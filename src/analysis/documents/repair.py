"""The smallest corrections that would mend the sums of a report that fail; none is ever applied.

A correction is a set of cells with new values after which no sum fails, also none of those that
hold now. Sets of one cell are tried first, then of two, up to `MOST_CHANGES`; what shares no cell
through any sum is mended apart. Figures stay possible (no count below zero or broken), unknown
cells stay unknown, and a blank that was proven zero may be filled. Nothing is suggested where the
values are not settled, where a figure is in doubt for another reason, or where the search would be
long.

The search takes failing sums in turn: a changed cell that stands alone in a failing sum has its
value from that sum. Where a cell can't go as low as a sum asks, or unknown cells leave room, some
value is tried in order to learn that the set is open, and then nothing is suggested.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf

from analysis.documents.issues import Issue, issue
from analysis.documents.records import Record, kind_of
from analysis.documents.sums import Key, Sum, issues_of, known_value, label_of, sides

MOST_CHANGES = 4
MOST_NAMED = 5
_MOST_STEPS = 4000

_CELL = re.compile(r"(\w+)/(\w+)/(\w+) ")

Changes = dict[Key, float]


@dataclass(frozen=True, slots=True)
class _Balance:
    """A sum as signed known cells, by how much its sides differ, and which are known in full."""

    of: Sum
    signs: dict[Key, int]
    gap: float
    left_known: bool
    right_known: bool

    def fails(self, gap: float) -> bool:
        """Whether the sum fails at a gap: an unknown cell can only raise its own side."""
        short = gap < 0 and self.left_known and self.of.relation == "="
        return short or (gap > 0 and self.right_known)


@dataclass(slots=True)
class _Search:
    """What is searched and what was found; changes are found `open` where values may vary."""

    balances: list[_Balance]
    values: Changes
    steps: int = _MOST_STEPS
    seen: dict[frozenset[tuple[Key, float]], bool] = field(default_factory=dict)
    found: dict[frozenset[tuple[Key, float]], bool] = field(default_factory=dict)


def failures(
    sums: list[Sum], failing: list[Sum], by_key: dict[Key, Record], doubted: set[Key]
) -> list[Issue]:
    """An issue for each sum that fails, and one for each cell of a correction that has no equal.

    The `suggestion` of a sum names every smallest set, parted by ` | ` (the first few, then how
    many they are in all), each as `table/row/column old → new`, parted by `; `. Where there is only
    one set, each of its cells has an issue of its own with both values.

    Args:
        sums: of the report.
        failing: those of them that fail.
        by_key: its records; blanks are marked where proven zero.
        doubted: cells that other errors cover, so that they say nothing about sums.
    """
    suggestions: dict[Sum, str] = {}
    named: list[Issue] = []
    for group, options in repairs(sums, by_key, doubted) if failing else ():
        suggestions |= dict.fromkeys(group, _listed(options, by_key))
        if len(options) == 1:
            named += [_named(key, options[0], by_key) for key in options[0]]
    return [i for s in failing for i in issues_of(s, by_key, suggestions.get(s, ""))] + named


def in_words(suggestion: str, language: str) -> str:
    """A suggestion with the labels of its rows and columns in place of codes."""
    return _CELL.sub(lambda cell: f"{_labels(cell.groups(), language)}: ", suggestion)


def _labels(key: Sequence[str], language: str) -> str:
    """Labels of a cell's row and column."""
    table, *codes = key
    axes = zip(("row", "column"), codes, strict=True)
    return " / ".join(label_of(table, axis, code, language) for axis, code in axes)


def _named(key: Key, option: Changes, by_key: dict[Key, Record]) -> Issue:
    """The issue that names one cell of the only correction, with both values."""
    return issue(
        "repair",
        *key,
        cell=by_key[key].cell,
        expected=f"{option[key]:.15g}",
        actual=_printed(by_key[key]),
        suggestion=_written(option, by_key),
        label=_labels(key, "en"),
        label_zh=_labels(key, "zh"),
    )


def _listed(options: list[Changes], by_key: dict[Key, Record]) -> str:
    """Every option, or the first few and how many they are."""
    texts = [_written(option, by_key) for option in options[:MOST_NAMED]]
    more = [f"… ({len(options)})"] if len(options) > MOST_NAMED else []
    return " | ".join(texts + more)


def _written(option: Changes, by_key: dict[Key, Record]) -> str:
    """One set of changes, such as `disputes/reconsideration/total 0 → 11`."""
    return "; ".join(
        f"{'/'.join(key)} {_printed(by_key[key])} → {new:.15g}" for key, new in option.items()
    )


def _printed(record: Record) -> str:
    """The figure of a cell, or that it is blank."""
    return "blank" if record.value is None else f"{record.value:.15g}"


# --- The search ---------------------------------------------------------------------------------


def repairs(
    sums: list[Sum], by_key: dict[Key, Record], doubted: set[Key]
) -> Iterator[tuple[list[Sum], list[Changes]]]:
    """Failing sums that hang together, and all smallest sets of changes that mend them."""
    for balances in _components(_balances(sums, by_key)):
        failing = [b for b in balances if b.fails(b.gap)]
        cells = {key for b in failing for key in b.of.left + b.of.right}
        if not failing or not doubted.isdisjoint(cells):
            continue
        values = {key: known_value(key, by_key) or 0.0 for b in balances for key in b.signs}
        options = _smallest(balances, values)
        if options and doubted.isdisjoint(key for option in options for key in option):
            yield [b.of for b in failing], _in_printed_order(options, by_key)


def _balances(sums: list[Sum], by_key: dict[Key, Record]) -> Iterator[_Balance]:
    """Sums of which at least one side is known in full; others can't fail."""
    for one in sums:
        (left, left_known), (right, right_known) = sides(one, by_key)
        signs = dict.fromkeys(one.left, 1) | dict.fromkeys(one.right, -1)
        known = {key: sign for key, sign in signs.items() if known_value(key, by_key) is not None}
        if left_known or right_known:
            yield _Balance(one, known, left - right, left_known, right_known)


def _components(balances: Iterable[_Balance]) -> list[list[_Balance]]:
    """Balances grouped so that no cell stands in two groups."""
    groups: list[tuple[set[Key], list[_Balance]]] = []
    for balance in balances:
        met = [group for group in groups if not group[0].isdisjoint(balance.signs)]
        cells = set(balance.signs).union(*(cells for cells, _ in met))
        members = [member for _, members in met for member in members]
        groups = [group for group in groups if group not in met]
        groups.append((cells, [*members, balance]))
    return [members for _, members in groups]


def _smallest(balances: list[_Balance], values: Changes) -> list[Changes]:
    """All smallest sets of changes; none where there is none, or not all can be told."""
    search = _Search(balances, values)
    gaps = [b.gap for b in balances]
    for size in range(1, MOST_CHANGES + 1):
        search.seen.clear()
        _extend(search, {}, gaps, size, is_open=False)
        if search.steps <= 0 or any(search.found.values()):
            return []
        if search.found:
            return [dict(changes) for changes in search.found]
    return []


def _extend(search: _Search, changes: Changes, gaps: list[float], left: int, is_open: bool) -> None:
    """Try every change that mends a failing sum, until none fails or no change is `left`."""
    state = frozenset(changes.items())
    if search.steps <= 0 or search.seen.get(state, 2) <= is_open:
        return
    search.steps -= 1
    search.seen[state] = is_open
    failing = [n for n, b in enumerate(search.balances) if b.fails(gaps[n])]
    if not failing:
        search.found[state] = is_open and search.found.get(state, True)
        return
    if _fewest(search, failing) > left:
        return
    for key, new, guessed in _steps(search, changes, gaps, failing, left):
        delta = new - search.values[key]
        moved = [
            gap + delta * b.signs.get(key, 0) for b, gap in zip(search.balances, gaps, strict=True)
        ]
        _extend(search, changes | {key: new}, moved, left - 1, is_open or guessed)


def _fewest(search: _Search, failing: list[int]) -> int:
    """How many changes are needed at least: one for each of some sums that share no cell."""
    met: set[Key] = set()
    count = 0
    for n in failing:
        cells = search.balances[n].signs.keys()
        if met.isdisjoint(cells):
            met |= cells
            count += 1
    return count


def _steps(
    search: _Search, changes: Changes, gaps: list[float], failing: list[int], left: int
) -> Iterator[tuple[Key, float, bool]]:
    """Changes of a cell that mend a failing sum, and whether another value might do as well."""
    common = set.intersection(*(set(search.balances[n].signs) for n in failing))
    for n in failing:
        balance = search.balances[n]
        exact = balance.left_known and balance.right_known and balance.of.relation == "="
        for key, sign in balance.signs.items():
            if key in changes or (left == 1 and key not in common):
                continue
            asked = search.values[key] - sign * gaps[n]
            new = max(asked, _least(key))
            if new != search.values[key]:
                yield key, new, new != asked or not exact


@lru_cache(maxsize=1024)
def _least(key: Key) -> float:
    """The least figure that a cell can have."""
    return -inf if kind_of(*key) == "change" else 0.0


def _in_printed_order(options: list[Changes], by_key: dict[Key, Record]) -> list[Changes]:
    """Options, and the cells in each, in the order of print."""
    place = {key: number for number, key in enumerate(by_key)}
    sorted_options = [dict(sorted(o.items(), key=lambda item: place[item[0]])) for o in options]
    return sorted(sorted_options, key=lambda option: [place[key] for key in option])
