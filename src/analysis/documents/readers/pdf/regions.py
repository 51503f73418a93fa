"""Lattices → regions: the rectangles that rules enclose, each of which is one cell."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.documents.readers.pdf.geometry import Box, Rule
from analysis.documents.readers.pdf.rules import NEAR, Groups, Lattice, is_ruled

OUTSIDE = np.iinfo(int).min  # no region
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

    @cached_property
    def _numbers(self) -> np.ndarray:
        """The regions by row and column."""
        return np.array(self.grid)

    def nearest(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The regions in which points lie, or that are the nearest to them."""
        rows = np.searchsorted(self.ys[1:-1], y, side="right")
        return self._numbers[rows, np.searchsorted(self.xs[1:-1], x, side="right")]

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The regions in which points lie, `OUTSIDE` of the table."""
        return np.where(self.lattice.holds(x, y), self.nearest(x, y), OUTSIDE)

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
            if c + 1 < n_columns and not parted_right[c + 1][r]:
                groups.join(here, here + 1)
            if r + 1 < n_rows and not parted_below[r + 1][c]:
                groups.join(here, here + n_columns)
    found = [[groups.of(r * n_columns + c) for c in range(n_columns)] for r in range(n_rows)]
    return Regions(lattice, xs, ys, _rectangles(found), closed)


def _ruled_sides(rules: list[Rule], positions: list[float], ends: list[float]) -> list[list[bool]]:
    """Which sides between positions are ruled: for each, by intervals of the other direction."""
    if not rules:
        return [[False] * (len(ends) - 1)] * len(positions)
    places, starts, stops = np.array(rules).T
    edges = np.array(ends)
    near = abs(np.array(positions)[:, None] - places) <= NEAR
    run = np.minimum(stops[:, None], edges[1:]) - np.maximum(starts[:, None], edges[:-1])
    found: list[list[bool]] = (near @ (run >= np.diff(edges) / 2)).tolist()
    return found


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
