"""Figures that may belong to the column beside: no rule says so, and they stand out of line.

The figures of a table share the left sides of their columns, the middles or the right sides; their
headers say where these are. A figure that stands elsewhere, or beside another in one column, may
have left any blank of its row.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.columns import Column
from analysis.documents.readers.pdf.page import Box
from analysis.documents.readers.pdf.words import Interval, Word

_RUN_ON = re.compile(rf"\d\D*[{UNREAD}\s+\-—–−]\D*\d|{UNREAD}")  # two figures or what may be two
_IN_LINE = 2.0  # points
_NEAR = 0.25  # of the way to the next column
_LEFT, _MIDDLE, _RIGHT = 0.0, 0.5, 1.0  # how figures are set: of the way from left to right
# How far to the left and right of their header's middle they can stand, of the way to the next:
_REACH = {_MIDDLE: (0.5, 0.5), _LEFT: (1.0, 0.5), _RIGHT: (0.5, 1.0)}

Place = tuple[int, int]  # row, column


@dataclass(frozen=True)
class Setting:
    """The figures of a table: by row and column, with the columns and the ways to their sides."""

    figures: dict[Place, Box]
    columns: Sequence[Column]
    steps: list[Interval]

    def at(self, column: int, how: float) -> dict[Place, float]:
        """Where the figures of a column stand, by their left or right sides or their middles."""
        return {place: _at(box, how) for place, box in self.figures.items() if place[1] == column}


def doubtful(rows: Sequence[Sequence[Word]], columns: Sequence[Column]) -> set[Place]:
    """The cells that can't be told, by row and column.

    A row with two figures in one column, or one out of line, may have others that moved; beside a
    figure that runs into another, blanks may be its own.
    """
    placed = [_by_column(row, columns) for row in rows]
    single = {
        (r, c): own[0] for r, row in enumerate(placed) for c, own in row.items() if not own[1:]
    }
    boxes = {place: word.box for place, word in single.items()}
    moved = {r for r, row in enumerate(placed) if any(own[1:] for own in row.values())}
    moved |= {r for r, _ in _out_of_line(Setting(boxes, columns, _steps(columns)))}
    run_on = {r for (r, _), word in single.items() if _RUN_ON.search(word.text)}
    return {
        (r, c)
        for r in moved | run_on
        for c in range(len(columns))
        if r in moved or c not in placed[r]
    }


def _by_column(row: Iterable[Word], columns: Sequence[Column]) -> dict[int, list[Word]]:
    """The figures of a row in the columns in which they stand; those across several have a cell."""
    found: dict[int, list[Word]] = {}
    for word in (word for word in row if word.is_figure or UNREAD in word.text):
        under = [
            n
            for n, column in enumerate(columns)
            if word.box.left < column.right and column.left < word.box.right
        ]
        if len(under) == 1:
            found.setdefault(under[0], []).append(word)
    return found


def _steps(columns: Sequence[Column]) -> list[Interval]:
    """For each column, how far those to its left and right lie from it."""
    steps = [b.middle - a.middle for a, b in pairwise(columns)]
    far = float("inf")
    return list(zip([far, *steps], [*steps, far], strict=True))


def _at(box: Box, how: float) -> float:
    """The left side of a box, its middle, or its right side."""
    return box.left + how * (box.right - box.left)


def _out_of_line(setting: Setting) -> set[Place]:
    """The figures that stand elsewhere than most do, however these are set."""
    loose = {how: _looseness(setting, how) for how in _REACH}
    likely = [how for how in _REACH if loose[how] <= min(loose.values()) + _IN_LINE / 2]
    if _MIDDLE in likely and _are_centred(setting):
        return _set_apart(setting, _MIDDLE, (_NEAR, _NEAR))
    return min((_set_apart(setting, how, _REACH[how]) for how in likely), key=len)


def _looseness(setting: Setting, how: float) -> float:
    """How far figures stand out of line with those of their column, if only a little."""
    return sum(
        min(abs(x - line), _IN_LINE)
        for n, line in _lines(setting, how).items()
        for x in setting.at(n, how).values()
    )


def _lines(setting: Setting, how: float) -> dict[int, float]:
    """For each column with figures, where most of them stand."""
    columns = range(len(setting.columns))
    return {n: median_low(own.values()) for n in columns if (own := setting.at(n, how))}


def _are_centred(setting: Setting) -> bool:
    """Whether figures share their middle with their header, in at least half of the columns."""
    lines = _lines(setting, _MIDDLE)
    near = [abs(line - setting.columns[n].middle) <= _IN_LINE for n, line in lines.items()]
    return bool(near) and 2 * sum(near) >= len(near)


def _set_apart(setting: Setting, how: float, reach: Interval) -> set[Place]:
    """Figures out of line with most of their column, or all if no header stands over them."""
    found: set[Place] = set()
    for n, line in _lines(setting, how).items():
        own, steps = setting.at(n, how), setting.steps[n]
        apart = {place for place, x in own.items() if abs(x - line) > _NEAR * min(steps)}
        off = line - setting.columns[n].middle
        is_under = -reach[0] * steps[0] <= off <= reach[1] * steps[1] and _has_header(setting, n)
        found |= apart if is_under and 2 * len(apart) < len(own) else set(own)
    return found


def _has_header(setting: Setting, n: int) -> bool:
    """Whether a column has a header that is not that of a fuller column without one beside it."""
    counts = {m: len(setting.at(m, _MIDDLE)) for m in (n - 1, n, n + 1)}
    beside = [m for m in (n - 1, n + 1) if counts[m] > counts[n]]
    return all(setting.columns[m].head for m in (n, *beside))
