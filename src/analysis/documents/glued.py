"""Rows whose figures run together → their figures, where the table's own sums leave only one way.

A row such as 210000021 can be seven figures in several ways, and its own sum alone settles too
little: agencies print wrong sums, and a wrong way can add up by chance. So all rows of a table are
read together, and a way is taken only when every reading of the table agrees on it that at most
one misprinted figure can explain, that is, in which all sums that fail have a cell in common. Then
the row is right even if one figure of the table is wrong as published.

- A sum that fails in every reading shows a misprint by itself. It tells nothing about the ways,
  and is left out; so is a sum with a blank, a mark, or a row or cell that was not recognised.
  Leaving a sum out only lets more readings in.
- Blank cells leave no trace in such text. A row whose own sum does not hold, or that has none, is
  parted only where it can't be fewer figures (000 is three, 13 can be one); so is every row of a
  table in which some row has fewer digits than columns or a printed cell is blank.
- The search is bounded; where it stops, the rows stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from analysis.documents.numbers import parse_count
from analysis.documents.reference import entries, forms
from analysis.documents.splits import Way, fewest, pieces_of, ways
from analysis.documents.sums import Key, Sum, find_sums

MOST_STATES = 200_000
Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row whose figures run together: the cells that it stands for, and its text."""

    keys: tuple[Key, ...]
    text: str

    def kinds(self) -> list[str]:
        """The kind of quantity of each cell."""
        return [entries()[table, "column", column].kind for table, _, column in self.keys]

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
    options = [_options(line, sums) for line in lines]
    blank = None in known.values() or any(line.is_short() for line in lines)
    left = _surviving(options, _closed(sums, options, known), known)
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
    sums = find_sums(table, everything)
    once = len(set(keys)) == len(keys) and known.keys().isdisjoint(keys)
    whole = once and _is_whole(table, {row for _, row, _ in everything})
    return [s for s in sums if everything.keys() >= set(_keys(s)) and (s.row or whole)]


def _is_whole(table: str, rows: set[str]) -> bool:
    """Whether every row of a form that has the table is there."""
    own = (set(form.rows_with_figures(table)) for form in forms().values())
    return any(needed and needed <= rows for needed in own)


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
    options: list[list[Option]], sums: list[Sum], known: Mapping[Key, float | None]
) -> list[list[Option]]:
    """The options of each line that are part of a reading with one misprinted figure at most.

    A line with one option keeps it; other lines keep none where there is no such reading, or where
    it takes too long to find all.
    """
    single = [some if len(some) == 1 else [] for some in options]
    told = dict(known) | {key: v for some in single for o in some for key, v in o.values.items()}
    start = tuple(_weigh(s, told) for s in sums)
    numbers = [n for n, some in enumerate(options) if len(some) > 1]
    weights = {n: [tuple(_weigh(s, o.values) for s in sums) for o in options[n]] for n in numbers}
    kept: dict[int, set[int]] = {n: set() for n in numbers}
    work = 0
    for doubted in _doubts(options, sums):
        trusted = [number for number, s in enumerate(sums) if s not in doubted]
        steps = [
            {
                place: _only(trusted, weight)
                for place, weight in enumerate(weights[n])
                if options[n][place].failed <= doubted
            }
            for n in numbers
        ]
        reached = _reach(_only(trusted, start), steps)
        work += sum(map(len, reached))
        if work > MOST_STATES or len(reached) <= len(steps):
            return single
        for n, more in zip(numbers, _leading(steps, reached), strict=True):
            kept[n] |= more
    return [
        [options[n][place] for place in sorted(kept[n])] if n in kept else some
        for n, some in enumerate(single)
    ]


def _only(numbers: list[int], vector: Vector) -> Vector:
    """Some places of a vector."""
    return tuple(vector[number] for number in numbers)


def _doubts(options: list[list[Option]], sums: list[Sum]) -> list[frozenset[Sum]]:
    """For each cell that may be misprinted, the sums that it is in; sets within others left out."""
    own = {s for some in options for option in some for s in option.failed}
    told = [*sums, *own]
    cells = {key for s in told for key in _keys(s)}
    sets = {frozenset(s for s in told if key in _keys(s)) for key in cells} or {frozenset()}
    return [one for one in sets if not any(one < other for other in sets)]


def _reach(start: Vector, steps: list[dict[int, Vector]]) -> list[set[Vector]]:
    """The totals that the sums can have come to before and after each line.

    `steps` says what each option of a line adds to each sum. Totals are kept only where the lines
    still to come can bring all of them to zero; where there are too many, it ends there.
    """
    reached = [{start}]
    for step, (low, high) in zip(steps, _bounds(steps, len(start)), strict=True):
        if len(reached[-1]) * len(step) > MOST_STATES:
            break
        totals = {_plus(v, w) for v in reached[-1] for w in step.values()}
        reached.append({v for v in totals if _is_within(v, low, high)})
    return reached


def _leading(steps: list[dict[int, Vector]], reached: list[set[Vector]]) -> list[set[int]]:
    """For each line, the options on the ways on which all sums come to zero."""
    found: list[set[int]] = []
    goal = {total for total in reached[-1] if not any(total)}
    for step, before in zip(steps[::-1], reached[-2::-1], strict=True):
        pairs = [(v, place) for v in before for place, w in step.items() if _plus(v, w) in goal]
        found.append({place for _, place in pairs})
        goal = {v for v, _ in pairs}
    return found[::-1]


def _bounds(steps: list[dict[int, Vector]], size: int) -> list[tuple[Vector, Vector]]:
    """For each line, the least and the most that the lines after it add to each sum."""
    low = high = tuple(0.0 for _ in range(size))
    bounds: list[tuple[Vector, Vector]] = []
    for step in reversed(steps):
        bounds.append((low, high))
        columns = list(zip(*step.values(), strict=True)) or [(0.0,)] * size
        low, high = _plus(low, tuple(map(min, columns))), _plus(high, tuple(map(max, columns)))
    return bounds[::-1]


def _is_within(total: Vector, low: Vector, high: Vector) -> bool:
    """Whether what is still to come can bring every sum to zero."""
    return all(t + a <= 0 <= t + b for t, a, b in zip(total, low, high, strict=True))


def _plus(one: Vector, other: Vector) -> Vector:
    """The sum of two vectors."""
    return tuple(map(add, one, other))
