"""Lattices → regions: the rectangles that rules enclose, each of which is one cell."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from analysis.documents.readers.pdf.geometry import Box, Rule
from analysis.documents.readers.pdf.rules import NEAR, Groups, Lattice, index, is_ruled

Place = tuple[int, int]


@dataclass(frozen=True)
class Regions:
    """For each row and column between `ys` and `xs`, the region that it is part of.

    `closed` says whether rows of the table end in a rule.
    """

    lattice: Lattice
    xs: list[float]
    ys: list[float]
    grid: list[list[int]]
    closed: bool

    @cached_property
    def places(self) -> dict[int, list[Place]]:
        """The rows and columns of each region."""
        found: dict[int, list[Place]] = {}
        for r, row in enumerate(self.grid):
            for c, region in enumerate(row):
                found.setdefault(region, []).append((r, c))
        return found

    def nearest(self, x: float, y: float) -> int:
        """The region in which a point lies, or that is the nearest to it."""
        return self.grid[index(self.ys, y)][index(self.xs, x)]

    def at(self, x: float, y: float) -> int | None:
        """The region in which a point lies; None outside the table."""
        left, top, right, bottom = self.lattice.box
        return self.nearest(x, y) if left <= x <= right and top <= y <= bottom else None

    @cached_property
    def _boxes(self) -> dict[int, Box]:
        """The rectangles of all regions."""
        xs, ys = self.xs, self.ys
        return {
            region: Box(xs[own[0][1]], ys[own[0][0]], xs[own[-1][1] + 1], ys[own[-1][0] + 1])
            for region, own in self.places.items()
        }

    def box(self, region: int) -> Box:
        """The rectangle of a region."""
        return self._boxes[region]

    def is_beyond(self, region: int) -> bool:
        """Whether a region lies beyond the end of its row, as no rule at its side closes it."""
        _, top, right, bottom = self.box(region)
        edge = self.lattice.box.right
        is_outer = right > edge - NEAR and not is_ruled(self.lattice.down, right, top, bottom)
        return is_outer and (self.closed or right > edge + NEAR)


def regions_of(lattice: Lattice, xs: list[float], closed: bool) -> Regions:
    """The regions of a lattice, on columns that may be common to several; all are rectangles."""
    ys = lattice.ys
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    groups = Groups(n_rows * n_columns)
    parted_right = _ruled_sides(lattice.down, xs, ys)
    parted_below = _ruled_sides(lattice.across, ys, xs)
    for r in range(n_rows):
        for c in range(n_columns):
            here = r * n_columns + c
            if c + 1 < n_columns and (c + 1, r) not in parted_right:
                groups.join(here, here + 1)
            if r + 1 < n_rows and (r + 1, c) not in parted_below:
                groups.join(here, here + n_columns)
    found = [[groups.of(r * n_columns + c) for c in range(n_columns)] for r in range(n_rows)]
    return Regions(lattice, xs, ys, _rectangles(found), closed)


def _ruled_sides(rules: list[Rule], positions: list[float], ends: list[float]) -> set[Place]:
    """Which sides between positions are ruled, as (position, interval of the other direction)."""
    sides: set[Place] = set()
    for rule in rules:
        for n, position in enumerate(positions):
            if abs(position - rule.position) <= NEAR:
                sides |= {
                    (n, m)
                    for m, (start, end) in enumerate(pairwise(ends))
                    if min(rule.end, end) - max(rule.start, start) >= (end - start) / 2
                }
    return sides


def _rectangles(regions: list[list[int]]) -> list[list[int]]:
    """Regions of another shape, which a missing rule leaves, cut into their rows."""
    sizes: dict[int, int] = {}
    extents: dict[int, tuple[int, int, int, int]] = {}
    for r, row in enumerate(regions):
        for c, region in enumerate(row):
            top, left, bottom, right = extents.get(region, (r, c, r, c))
            extents[region] = (min(top, r), min(left, c), max(bottom, r), max(right, c))
            sizes[region] = sizes.get(region, 0) + 1
    odd = {
        region
        for region, (top, left, bottom, right) in extents.items()
        if (bottom - top + 1) * (right - left + 1) != sizes[region]
    }
    if not odd:
        return regions
    width = len(regions[0])
    return [
        [-1 - r * width - row.index(region) if region in odd else region for region in row]
        for r, row in enumerate(regions)
    ]
