"""Rules on a page → lattices: tables as their rules draw them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from analysis.documents.readers.pdf.geometry import Box, Rule

NEAR = 3.0  # rules nearer than this (points) are one: double rules, phantom columns
_GAP = 6.0  # a dash or a break in a rule
_MOST = 4_000

_start = attrgetter("start")


@dataclass(frozen=True)
class Lattice:
    """A ruled table on one page: its box and its rules, those of one place joined."""

    page: int
    box: Box
    across: list[Rule]
    down: list[Rule]

    @property
    def ys(self) -> list[float]:
        """Heights at which rows begin and end; a side without a rule counts too."""
        return _positions([r.position for r in self.across], self.box.top, self.box.bottom)

    @property
    def xs(self) -> list[float]:
        """Places at which columns begin and end; a side without a rule counts too."""
        return _positions([r.position for r in self.down], self.box.left, self.box.right)

    @property
    def is_closed(self) -> bool:
        """Whether some row ends in a rule at the right side of the table."""
        return any(abs(rule.position - self.box.right) <= NEAR for rule in self.down)

    def sides(self, position: float) -> tuple[float, float]:
        """Where the rules at a height begin and end; a row need not be as wide as the table."""
        own = [r for r in self.across if abs(r.position - position) <= NEAR]
        return (min(r.start for r in own), max(r.end for r in own)) if own else self.box[::2]

    def holds(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Which points stand in the table."""
        left, top, right, bottom = self.box
        return (left <= x) & (x <= right) & (top <= y) & (y <= bottom)


def lattices(page: int, horizontal: Iterable[Rule], vertical: Iterable[Rule]) -> list[Lattice]:
    """The ruled tables of a page from top to bottom: rules that touch make one table."""
    across, down = joined(horizontal), joined(vertical)
    if len(across) + len(down) > _MOST:
        return []
    found: list[Lattice] = []
    for level, upright in _joining(across, down):
        own = [across[n] for n in level], [down[n] for n in upright]
        found.append(Lattice(page, _around(*own), *own))
    return sorted(found, key=lambda lattice: (lattice.box.top, lattice.box.left))


class Groups:
    """Numbers joined into groups (union-find)."""

    def __init__(self, size: int) -> None:
        """Begin with each number alone."""
        self._above = list(range(size))

    def of(self, n: int) -> int:
        """The number that stands for the group of a number."""
        while self._above[n] != n:
            self._above[n] = self._above[self._above[n]]
            n = self._above[n]
        return n

    def join(self, a: int, b: int) -> None:
        """Make one group of two; the smaller number stands for it."""
        first, second = sorted((self.of(a), self.of(b)))
        self._above[second] = first


def _joining(across: list[Rule], down: list[Rule]) -> Iterator[tuple[list[int], list[int]]]:
    """The horizontal and vertical rules, by number, that meet one another or others that do."""
    height, left, right = np.array(across).reshape(-1, 3).T[:, :, None]
    place, top, bottom = np.array(down).reshape(-1, 3).T
    meet = (left - NEAR <= place) & (place <= right + NEAR)
    meet &= (top - NEAR <= height) & (height <= bottom + NEAR)
    waiting = meet.any(axis=1)
    while waiting.any():
        level, upright = np.zeros(len(across), bool), np.zeros(len(down), bool)
        fresh = np.array([waiting.argmax()])
        while fresh.size:
            level[fresh] = True
            others = np.flatnonzero(meet[fresh].any(axis=0) & ~upright)
            upright[others] = True
            fresh = np.flatnonzero(meet[:, others].any(axis=1) & ~level)
        yield np.flatnonzero(level).tolist(), np.flatnonzero(upright).tolist()
        waiting &= ~level


def _around(across: list[Rule], down: list[Rule]) -> Box:
    """The box around some rules."""
    ys = [r.position for r in across] + [y for r in down for y in (r.start, r.end)]
    xs = [r.position for r in down] + [x for r in across for x in (r.start, r.end)]
    return Box(min(xs), min(ys), max(xs), max(ys))


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Rules at one place joined: dashes, double rules, the borders of neighbouring cells.

    Each lies where its own parts do: a table further down may have its rules a little aside.
    """
    runs: list[list[Rule]] = []
    for group in _at_one_place(sorted(rules)):
        end = float("-inf")
        for rule in sorted(group, key=_start):
            if rule.start > end + _GAP:
                runs.append([])
            runs[-1].append(rule)
            end = max(end, rule.end)
    found = (
        Rule(sum(r.position for r in run) / len(run), run[0].start, max(r.end for r in run))
        for run in runs
    )
    return [rule for rule in found if rule.end - rule.start > NEAR]


def _at_one_place(rules: list[Rule]) -> Iterable[list[Rule]]:
    """Rules in groups whose positions lie near the first of the group."""
    group: list[Rule] = []
    for rule in rules:
        if group and rule.position - group[0].position > NEAR:
            yield group
            group = []
        group.append(rule)
    if group:
        yield group


def _positions(positions: list[float], first: float, last: float) -> list[float]:
    """Positions in order, near ones once, with the two ends."""
    found: list[float] = []
    for position in sorted([*positions, first, last]):
        if not found or position - found[-1] > NEAR:
            found.append(position)
    return found


def common(columns: Iterable[list[float]]) -> list[float]:
    """Column positions of several parts of one table, near ones once."""
    found = [x for xs in columns for x in xs]
    return _positions(found, min(found), max(found))


def is_ruled(rules: Iterable[Rule], position: float, start: float, end: float) -> bool:
    """Whether rules at a position run along at least half of the way from start to end."""
    run = sum(
        max(0.0, min(r.end, end) - max(r.start, start))
        for r in rules
        if abs(r.position - position) <= NEAR
    )
    return run >= (end - start) / 2


def index(positions: list[float], value: float) -> int:
    """Which interval between positions a value lies in; values beyond the ends take the nearest."""
    return bisect_right(positions, value, 1, len(positions) - 1) - 1
