"""Shapes on a page: boxes, characters and rules, upright and from the top left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np


class Box(NamedTuple):
    """A rectangle in points: left, top, right, bottom; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Glyph(NamedTuple):
    """A printed character: its text, its box, the height of its baseline, and its size.

    And whether it is known to be seen without a look at the page.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float
    certain: bool = False


def middles(glyphs: Sequence[Glyph]) -> tuple[np.ndarray, np.ndarray]:
    """The middles of characters: across and down the page."""
    left, top, right, bottom = np.array([glyph[1:5] for glyph in glyphs]).reshape(-1, 4).T
    return (left + right) / 2, (top + bottom) / 2


class Rule(NamedTuple):
    """A line: where it lies across its direction, and from where to where it runs."""

    position: float
    start: float
    end: float


Number = TypeVar("Number", float, np.ndarray)
Point = tuple[float, float]
Segment = tuple[Point, Point]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Upright:
    """Turns a page by quarters so that its text stands upright, y downwards."""

    turns: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def point(self, x: Number, y: Number) -> tuple[Number, Number]:
        """A point of the page, or many, in upright coordinates."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def back(self, x: float, y: float) -> tuple[float, float]:
        """An upright point in the page's own coordinates."""
        if self.turns == 0:
            return x + self.left, self.top - y
        if self.turns == 1:
            return y + self.left, x + self.bottom
        if self.turns == 2:
            return self.right - x, y + self.bottom
        return self.right - y, self.top - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of the page in upright coordinates."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    def boxes(
        self, left: np.ndarray, bottom: np.ndarray, right: np.ndarray, top: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Left, top, right and bottom of many boxes of the page in upright coordinates."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)


def times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one after the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def moved(
    box: tuple[float, float, float, float], matrix: Matrix
) -> tuple[float, float, float, float]:
    """The box around a box after a matrix."""
    if matrix is IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
