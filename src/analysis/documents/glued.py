"""Rows whose figures run together → their figures, where the table's own sums leave only one way.

A row such as 210000021 can be seven figures in several ways, and its own sum alone settles too
little: agencies print wrong sums, and a wrong way can add up by chance. So all rows of a table are
read together, and a way is taken only when every reading of the table agrees on it that at most
one misprinted figure can explain, that is, in which all sums that fail have a cell in common. Then
the row is right even if one figure of the table is wrong as published and no sum shows it.

- A row whose own sum fails however it is read shows a misprint, which may be in any of its cells;
  it is reckoned with beside the one that doesn't show.
- A sum of a column that fails in every reading tells nothing about the ways, and is left out; so
  is a sum with a blank, a mark, or a row or cell that was not recognised. Leaving a sum out only
  lets more readings in.
- Blank cells leave no trace in such text. A row whose own sum does not hold, or that has none, is
  parted only where it can't be fewer figures (000 is three, 13 can be one); so is every row of a
  table in which some row has fewer digits than columns or a printed cell is blank.
- The search is bounded; where it stops, the rows stay as they are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.documents.numbers import parse_count
from analysis.documents.records import kind_of
from analysis.documents.reference import Form, forms
from analysis.documents.splits import Way, fewest, pieces_of, ways
from analysis.documents.sums import Key, Sum, find_sums

MOST_STATES = 200_000
MOST_DOUBTS = 1000
MOST_LINES = 150  # twice what the longest form has
Totals = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row whose figures run together: the cells that it stands for, and its text."""

    keys: tuple[Key, ...]
    text: str

    def kinds(self) -> list[str]:
        """The kind of quantity of each cell."""
        return [kind_of(*key) for key in self.keys]

    def is_short(self) -> bool:
        """Whether there are fewer characters than cells, so that some are blank or missing."""
        return sum(map(len, pieces_of(self.text))) < len(self.keys)

    def of_row(self, row: str, way: Way) -> Way:
        """The figures of one row (a route of dispute) in a way to part the whole line."""
        return tuple(piece for key, piece in zip(self.keys, way, strict=True) if key[1] == row)


@dataclass(frozen=True, slots=True)
class Option:
    """A way to part a line: its figures by cell, and which of the line's own sums fail."""

    way: Way
    values: dict[Key, float]
    failed: frozenset[Sum]


@dataclass(frozen=True, slots=True)
class Parted:
    """What a row of a line can be: its figures, or None where several ways are left."""

    figures: Way | None
    ways: tuple[Way, ...]


def part(lines: Sequence[Line], known: Mapping[Key, float | None]) -> list[dict[str, Parted]]:
    """Part the lines of one table, each into its rows.

    `known` holds the cells of the table that are printed on their own, with their figures (None
    where they have none).
    """
    sums = _sums_of(lines, known)
    options = [_options(line, sums) if len(lines) <= MOST_LINES else [] for line in lines]
    blank = None in known.values() or any(line.is_short() for line in lines)
    shown = [s for s in sums if _shows_misprint(s, options, known)]
    left = _surviving(options, _closed(sums, options, known), shown, known)
    parted = zip(lines, options, left, strict=True)
    return [_rows(line, every, some, sums, blank) for line, every, some in parted]


def _rows(
    line: Line, every: list[Option], left: list[Option], sums: list[Sum], blank: bool
) -> dict[str, Parted]:
    """Each row of a line, with its figures if all that is left agrees and no cell can be blank."""
    forced = fewest(pieces_of(line.text)) == len(line.keys)
    own = _own(line, sums)
    sound = not blank and any(not _failed(own, option.values) for option in left)
    rows: dict[str, Parted] = {}
    for row in dict.fromkeys(row for _, row, _ in line.keys):
        agreed = {line.of_row(row, option.way) for option in left}
        certain = forced or (sound and any(s.row == row for s in own))
        likely = [o for o in left or every if not o.failed] or left or every
        possible = dict.fromkeys(line.of_row(row, option.way) for option in likely)
        figures = agreed.pop() if certain and len(agreed) == 1 else None
        rows[row] = Parted(figures, tuple(possible))
    return rows


# --- Sums that can tell -------------------------------------------------------------------------


def _sums_of(lines: Sequence[Line], known: Mapping[Key, float | None]) -> list[Sum]:
    """The sums of the table; those of its columns only where all rows of a form are there once."""
    keys = [key for line in lines for key in line.keys]
    table = keys[0][0]
    everything = dict.fromkeys([*known, *keys])
    once = len(set(keys)) == len(keys) and known.keys().isdisjoint(keys)
    form, whole = _form_of(table, {row for _, row, _ in everything})
    return [
        s
        for s in find_sums(table, form, everything)
        if s.relation == "=" and everything.keys() >= set(_keys(s)) and (s.row or (once and whole))
    ]


def _form_of(table: str, rows: set[str]) -> tuple[Form, bool]:
    """The form of a table that has most of these rows, and whether all of its rows are there."""
    owed = {f.name: set(f.rows_with_figures(table)) for f in forms().values() if f.has_table(table)}
    whole = [name for name, needed in owed.items() if needed <= rows]
    best = max(whole or owed, key=lambda name: len(owed[name] & rows))
    return forms()[best], bool(whole)


def _keys(one: Sum) -> tuple[Key, ...]:
    """The cells of both sides of a sum."""
    return one.left + one.right


def _closed(
    sums: list[Sum], options: list[list[Option]], known: Mapping[Key, float | None]
) -> list[Sum]:
    """Sums over several lines whose cells all have figures, unless they fail in every reading."""
    lines = [set(some[0].values) for some in options if some]
    told = {key for key, value in known.items() if value is not None}.union(*lines)
    over_lines = [
        s
        for s in sums
        if told.issuperset(_keys(s))
        and not any(line.issuperset(_keys(s)) for line in lines)
        and any(not line.isdisjoint(_keys(s)) for line in lines)
    ]
    return [s for s in over_lines if _can_hold(s, options, known)]


def _shows_misprint(
    one: Sum, options: list[list[Option]], known: Mapping[Key, float | None]
) -> bool:
    """Whether the sum of one row fails however its figures are read."""
    readings = [known, *(option.values for some in options for option in some)]
    own = [r for r in readings if all(r.get(key) is not None for key in _keys(one))]
    return bool(one.row and own) and all(_weigh(one, reading) != 0 for reading in own)


def _can_hold(one: Sum, options: list[list[Option]], known: Mapping[Key, float | None]) -> bool:
    """Whether a sum holds in some reading in which the lines' own sums hold as far as they can."""
    reached = {_weigh(one, known)}
    for some in options:
        sound = [o for o in some if not o.failed] or some
        steps = {_weigh(one, option.values) for option in sound} or {0.0}
        reached = {value + step for value in reached for step in steps}
        if len(reached) > MOST_STATES:
            return True
    return 0.0 in reached


def _weigh(one: Sum, values: Mapping[Key, float | None]) -> float:
    """What these values add to the left side of a sum, less what they add to the right."""
    left = sum(values.get(key) or 0.0 for key in one.left)
    return left - sum(values.get(key) or 0.0 for key in one.right)


# --- Ways of one line ---------------------------------------------------------------------------


def _options(line: Line, sums: list[Sum]) -> list[Option]:
    """The ways of a line in which at most one of its own sums fails; none if there are too many.

    A sum that fails in all of them tells nothing, where the line has no other.
    """
    own = _own(line, sums)
    found = ways(pieces_of(line.text), line.kinds(), _allows(line, own)) or []
    options = [_option(line, own, way) for way in found]
    if len(own) == 1 and all(option.failed for option in options):
        return [Option(o.way, o.values, frozenset()) for o in options]
    return options


def _own(line: Line, sums: list[Sum]) -> list[Sum]:
    """The sums within a line; none where it has a mark."""
    if any(parse_count(text).state == "mark" for text in pieces_of(line.text)):
        return []
    return [s for s in sums if set(line.keys).issuperset(_keys(s))]


def _allows(line: Line, own: list[Sum]) -> Callable[[Way], bool]:
    """Whether at most one own sum of a line fails among the cells that a way has come to."""
    place = {key: number for number, key in enumerate(line.keys)}
    ends = [(max(place[key] for key in _keys(s)), s) for s in own]

    def allows(way: Way) -> bool:
        over = [s for end, s in ends if end < len(way)]
        return len(over) < 2 or len(_failed(over, _values(line, way))) < 2

    return allows


def _option(line: Line, own: list[Sum], way: Way) -> Option:
    """A way with its figures and the own sums that it fails."""
    values = _values(line, way)
    return Option(way, values, frozenset(_failed(own, values)))


def _values(line: Line, way: Way) -> dict[Key, float]:
    """The figures of a way by cell; marks have none."""
    figures = ((key, parse_count(piece).value) for key, piece in zip(line.keys, way, strict=False))
    return {key: value for key, value in figures if value is not None}


def _failed(sums: Iterable[Sum], values: Mapping[Key, float]) -> list[Sum]:
    """The sums that these figures fail."""
    return [s for s in sums if _weigh(s, values) != 0]


# --- Readings of the whole table ----------------------------------------------------------------


def _surviving(
    options: list[list[Option]],
    sums: list[Sum],
    shown: list[Sum],
    known: Mapping[Key, float | None],
) -> list[list[Option]]:
    """The options of each line that are part of a reading with one misprinted figure at most.

    Each row that is shown to have a misprint may have it in any of its cells, beside that one. A
    line with one option keeps it; other lines keep none where there is no such reading, or where
    there are too many to go through.
    """
    single = [some if len(some) == 1 else [] for some in options]
    told = dict(known) | {key: v for some in single for o in some for key, v in o.values.items()}
    numbers = [n for n, some in enumerate(options) if len(some) > 1]
    start = np.array([_weigh(s, told) for s in sums])
    weights = [np.array([[_weigh(s, o.values) for s in sums] for o in options[n]]) for n in numbers]
    kept: dict[int, set[int]] = {n: set() for n in numbers}
    for doubted in _doubts(options, sums, shown) if numbers else ():
        trusted = np.array([s not in doubted for s in sums], dtype=bool)
        open_to = [_open_to(options[n], doubted) for n in numbers]
        steps = [w[places][:, trusted] for w, places in zip(weights, open_to, strict=True)]
        leading = _leading(start[trusted], steps)
        if leading is None:
            return single
        for n, places, more in zip(numbers, open_to, leading, strict=True):
            kept[n] |= {places[place] for place in more}
    return [
        [options[n][place] for place in sorted(kept[n])] if n in kept else some
        for n, some in enumerate(single)
    ]


def _open_to(options: list[Option], doubted: frozenset[Sum]) -> list[int]:
    """Which options fail no sum of their line but doubted ones."""
    return [place for place, option in enumerate(options) if option.failed <= doubted]


def _doubts(options: list[list[Option]], sums: list[Sum], shown: list[Sum]) -> list[frozenset[Sum]]:
    """The sets of sums that misprints can explain, without sets within others; none if too many."""
    own = {s for some in options for option in some for s in option.failed}
    told = [*sums, *own]
    doubts = _sets(told, {key for s in told for key in _keys(s)})
    for row in shown:
        cells = _sets(sums, _keys(row))
        if len(doubts) * len(cells) > MOST_DOUBTS:
            return []
        doubts = _largest(one | other for one in doubts for other in cells)
    return doubts


def _sets(sums: list[Sum], cells: Collection[Key]) -> list[frozenset[Sum]]:
    """For each of some cells, the sums that it is in, sets within others left out."""
    return _largest(frozenset(s for s in sums if key in _keys(s)) for key in cells)


def _largest(sets: Iterable[frozenset[Sum]]) -> list[frozenset[Sum]]:
    """Sets without those that are within others; the empty one if there is none."""
    every = set(sets) or {frozenset()}
    return [one for one in every if not any(one < other for other in every)]


def _leading(start: Totals, steps: list[Totals]) -> list[set[int]] | None:
    """For each line, the options with which all sums can come to zero; None if too many can.

    `start` holds what each sum has come to before, `steps` what each option of a line adds to each.
    Line by line, totals are kept if the lines still to come can bring all of them to zero; the same
    way back tells which options lead there.
    """
    reached = start[None, :]
    trail: list[tuple[int, Places, Places, Places]] = []
    for step, (low, high) in zip(steps, _bounds(steps, len(start)), strict=True):
        if len(reached) * len(step) > MOST_STATES:
            return None
        totals = reached[:, None, :] + step[None, :, :]
        within = ((totals + low <= 0) & (totals + high >= 0)).all(axis=2)
        before, option = np.nonzero(within)
        count = len(reached)
        reached, after = _distinct(totals[within])
        trail.append((count, before, option, after))
    good = np.ones(len(reached), dtype=bool)
    found: list[set[int]] = []
    for count, before, option, after in reversed(trail):
        found.append(set(option[good[after]].tolist()))
        good = np.isin(np.arange(count), before[good[after]])
    return found[::-1]


def _bounds(steps: list[Totals], size: int) -> list[tuple[Totals, Totals]]:
    """For each line, the least and the most that the lines after it add to each sum."""
    low = high = np.zeros(size)
    bounds: list[tuple[Totals, Totals]] = []
    for step in reversed(steps):
        bounds.append((low, high))
        if len(step):
            low, high = low + step.min(axis=0), high + step.max(axis=0)
    return bounds[::-1]


def _distinct(totals: Totals) -> tuple[Totals, Places]:
    """Rows of totals without repeats, and which of them each row is."""
    places: dict[bytes, int] = {}
    after = [places.setdefault(row.tobytes(), len(places)) for row in totals]
    first = np.unique(np.array(after, dtype=int), return_index=True)[1]
    return totals[first], np.array(after, dtype=int)
