"""Paths of a page: the rules and other straight lines that they draw, and what areas they fill."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.geometry import Box, Matrix, Point, Rule, Segment

_THIN = 3.0
_STRAIGHT = _DOT = 0.5
_WHITE = 250
_PLAIN = 5  # points
_MOST_POINTS = 60_000


class Paths(NamedTuple):
    """How paths are painted: of how many points they are, and whether they are filled.

    And whether their fill or their strokes show on white paper.
    """

    n_points: np.ndarray
    fill: np.ndarray
    is_filled: np.ndarray
    is_stroked: np.ndarray


class PathPoint(NamedTuple):
    """A point of a path: the kind of the segment that ends there, and whether it closes a piece."""

    kind: int
    point: Point
    closes: bool


class Ruled(NamedTuple):
    """The lines of some paths, by direction."""

    horizontal: list[Rule]
    vertical: list[Rule]
    aslant: list[Segment]


def read_paths(handles: list[int]) -> Paths:
    """How paths are painted."""
    fill, stroke = calls.draw_modes(handles)
    is_filled = fill & _is_seen(*calls.fill_colours(handles))
    is_stroked = stroke & _is_seen(*calls.stroke_colours(handles))
    return Paths(calls.n_points(handles), fill, is_filled, is_stroked)


def _is_seen(colours: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Whether colours show on white paper."""
    return (known == 0) | ((colours[3] > 0) & (colours[:3].min(axis=0) < _WHITE))


def are_thin(paths: Paths, boxes: np.ndarray) -> np.ndarray:
    """Which paths are no more than a line, by their boxes (left, top, right, bottom)."""
    left, top, right, bottom = boxes.T
    return (paths.n_points <= _PLAIN) & (np.minimum(right - left, bottom - top) <= _THIN)


def are_areas(paths: Paths, thin: np.ndarray) -> np.ndarray:
    """Which paths fill an area, of whatever colour."""
    return paths.fill & (paths.n_points <= _PLAIN) & ~thin


def have_lines(paths: Paths, thin: np.ndarray) -> np.ndarray:
    """Which paths may draw several lines."""
    plain_fill = (paths.n_points <= _PLAIN) & ~paths.is_stroked
    seen = (paths.is_filled | paths.is_stroked) & (paths.n_points <= _MOST_POINTS)
    return seen & ~thin & ~plain_fill


def add_thin(boxes: np.ndarray, ruled: Ruled) -> None:
    """Add thin boxes (left, top, right, bottom) to the lines, as their middles; dots are none."""
    left, top, right, bottom = boxes.T
    level = right - left > bottom - top
    across = level & (right - left > _DOT)
    down = ~level & (bottom - top > _DOT)
    middles = ((top + bottom) / 2)[across], ((left + right) / 2)[down]
    ruled.horizontal.extend(map(Rule, *_lists(middles[0], left[across], right[across])))
    ruled.vertical.extend(map(Rule, *_lists(middles[1], top[down], bottom[down])))


def _lists(*values: np.ndarray) -> list[list[float]]:
    """Values as numbers of Python."""
    return [some.tolist() for some in values]


def add_line(start: Point, end: Point, ruled: Ruled) -> None:
    """Add a line to those of its direction; a dot is none."""
    (x1, y1), (x2, y2) = start, end
    width, height = abs(x2 - x1), abs(y2 - y1)
    if min(width, height) > _STRAIGHT:
        if max(width, height) > _THIN:
            ruled.aslant.append((start, end))
    elif width > height and width > _DOT:
        ruled.horizontal.append(Rule((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
    elif height > _DOT:
        ruled.vertical.append(Rule((x1 + x2) / 2, min(y1, y2), max(y1, y2)))


def points_of(path: int, n_points: int, matrix: Matrix) -> list[PathPoint]:
    """The points of a path on the page."""
    a, b, c, d, e, f = matrix
    found: list[PathPoint] = []
    for n in range(n_points):
        segment = calls.path_segment(path, n)
        kind, x, y = calls.point(segment)
        point = (a * x + c * y + e, b * x + d * y + f)
        found.append(PathPoint(kind, point, bool(calls.segment_closes(segment))))
    return found


def lines_of(points: Iterable[PathPoint], stroked: bool) -> Iterator[Segment]:
    """The lines of a path of several pieces: its straight strokes, else its thin fills."""
    for piece in _pieces(points):
        yield from pairwise(piece) if stroked else _thin_fill(piece)


def _pieces(path: Iterable[PathPoint]) -> Iterator[list[Point]]:
    """The straight pieces of a path as lists of points; a curve ends a piece."""
    points: list[Point] = []
    for kind, point, closes in path:
        if kind != pdfium.FPDF_SEGMENT_LINETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if closes:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _thin_fill(points: list[Point]) -> Iterator[Segment]:
    """A filled piece as a line along its middle, if it is as thin as one."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    if min(right - left, high - low) > _THIN:
        return
    if right - left > high - low:
        yield (left, (low + high) / 2), (right, (low + high) / 2)
    else:
        yield ((left + right) / 2, low), ((left + right) / 2, high)


def outline(points: Iterable[PathPoint], lines: Iterable[Segment], box: Box) -> list[Box]:
    """The boxes of a path's lines, as thick as its own box shows; none where it has curves."""
    if any(kind == pdfium.FPDF_SEGMENT_BEZIERTO for kind, *_ in points):
        return []
    ends = [point for line in lines for point in line]
    pad = max(min(x for x, _ in ends) - box.left, min(y for _, y in ends) - box.top, 0.0)
    return [
        Box(min(x1, x2) - pad, min(y1, y2) - pad, max(x1, x2) + pad, max(y1, y2) + pad)
        for (x1, y1), (x2, y2) in lines
    ]
