"""Ruling lines of a straightened page → tables: which cells their rules enclose."""

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from analysis.documents.readers.scan.picture import Picture, Pixels
from analysis.documents.readers.scan.stitch import Box
from analysis.documents.readers.scan.textlines import character_height

# Lengths are shares of the page's width, or multiples of the height of a table's characters.
_LONG_RULE = 1 / 12
_SHORT_RULE = 1 / 45
_LEAST_WIDTH = 1 / 8
_SHORTEST_ACROSS = 2.2
_SHORTEST_DOWN = 1.5
_SAME_LINE = 0.45
_LONG_ENOUGH = 12
_SOLID = 0.92
_MOSTLY = 0.6
_SOME = 0.25
# Pixels at the resolution of a straightened page.
_DRIFT = 3  # by which a rule may leave its line
_THICKEST = 14
_GAP = 7
_MOST_LINES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rules of a table: where its lines stand on the page, and the places of its cells.

    A place counts lines: a cell reaches from line `top` to line `bottom` of `down`, and from
    `left` to `right` of `across`. `broken` are groups of places that are not parted by rules and
    make no rectangle. `height` is that of a character.
    """

    across: list[int]
    down: list[int]
    cells: list[Box]
    broken: list[list[Box]]
    height: float

    @property
    def whole(self) -> Box:
        """Where the table stands on the page, in pixels."""
        return Box(self.down[0], self.down[-1], self.across[0], self.across[-1])

    def box(self, place: Box) -> Box:
        """Where a cell stands on the page, in pixels."""
        down, across = self.down, self.across
        return Box(down[place.top], down[place.bottom], across[place.left], across[place.right])


def find_tables(picture: Picture) -> tuple[list[Table], Pixels]:
    """Find the ruled tables of a page, from top to bottom, and where any rule is printed (1)."""
    ink, width = picture.ink, picture.ink.shape[1]
    across = _level(ink, round(width * _LONG_RULE), _THICKEST)
    down = _upright(ink, round(width * _SHORT_RULE), _THICKEST)
    rules = across | _upright(down, round(width * _LONG_RULE), _THICKEST)
    lines = cv2.dilate(across | down, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    tables: list[Table] = []
    for left, top, w, h, _ in stats[1:]:
        if w >= width * _LEAST_WIDTH and h >= width * _SHORT_RULE:
            table = _table(ink, Box(int(top), int(top + h), int(left), int(left + w)), rules)
            tables += [table] if table else []
    return sorted(tables, key=lambda table: table.down[0]), rules


def _level(ink: Pixels, length: int, thickest: int) -> Pixels:
    """Thin ink that goes on level for some pixels; dashes and small breaks are bridged."""
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thickest, 1), np.uint8))
    bridged = cv2.morphologyEx(ink & ~thick, cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    return cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))


def _upright(ink: Pixels, length: int, thickest: int) -> Pixels:
    """Thin ink that goes on upright for some pixels."""
    return np.ascontiguousarray(_level(np.ascontiguousarray(ink.T), length, thickest).T)


def _table(page: Pixels, area: Box, rules: Pixels) -> Table | None:
    """The table in an area of the page, or None; puts the rules between its cells into `rules`."""
    where = np.s_[area.top : area.bottom, area.left : area.right]
    ink = page[where]
    height = character_height(ink)
    thickest = round(min(_THICKEST, max(_THICKEST / 2, 0.4 * height)))
    across = _level(ink, round(_SHORTEST_ACROSS * height), thickest)
    down = _upright(ink, round(_SHORTEST_DOWN * height), thickest)
    across = _reaching(ink, across, down, height, axis=1)
    down = _reaching(ink, down, across, height, axis=0)
    same = _SAME_LINE * height
    xs = _lines(down, across, 1, same)
    ys = _lines(across, down, 0, same)
    if min(len(xs), len(ys)) < 2 or len(xs) + len(ys) < 5 or max(len(xs), len(ys)) > _MOST_LINES:
        return None
    sides = _Sides(xs, ys, across, _traced(ink, ys, height), down, round(0.3 * height))
    cells, broken = _cells(sides)
    rules[where] = sides.printed()
    xs, ys = [x + area.left for x in xs], [y + area.top for y in ys]
    return Table(xs, ys, cells, broken, height)


def _traced(ink: Pixels, places: list[int], height: float) -> Pixels:
    """Thin ink where lines across stand: what is left of a rule that is broken.

    Rules down are not traced: in a row as low as its text, strokes of characters look like them.
    """
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(0.3 * height), 1), np.uint8))
    near = np.zeros((len(ink), 1), np.uint8)
    for place in places:
        near[max(0, place - _DRIFT) : place + _DRIFT + 1] = 1
    return (ink & ~thick & near).astype(np.uint8)


def _reaching(ink: Pixels, rules: Pixels, crossing: Pixels, height: float, axis: int) -> Pixels:
    """Rules that are long, or solid and reach a crossing rule or the edge at both ends.

    A dash in a cell reaches none, and strokes of characters in a row are not solid.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rules)
    near = round(0.6 * height)
    edges = np.pad(crossing, 1, constant_values=1)
    reach = cv2.dilate(edges, np.ones((2 * near + 1, 2 * near + 1), np.uint8))[1:-1, 1:-1]
    kept = np.zeros(count, np.uint8)
    for n in range(1, count):
        left, top, w, h = stats[n, :4]
        area = np.s_[top : top + h, left : left + w]
        own = labels[area] == n
        met = (own & (reach[area] > 0)).any(axis=1 - axis)
        third = max(1, len(met) // 3)
        ends = met[:third].any() and met[-third:].any()
        solid = ink[area][own].mean() > _SOLID
        kept[n] = len(met) > _LONG_ENOUGH * height or (ends and solid)
    return kept[labels]


def _lines(rules: Pixels, crossing: Pixels, axis: int, same: float) -> list[int]:
    """Where lines stand on one axis; rules that end without a line close the table there."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(rules)
    places = sorted(zip(centres[1:, 1 - axis], stats[1:, 4], strict=True))
    groups: list[list[tuple[float, int]]] = []
    for place, weight in places:
        if groups and place - groups[-1][-1][0] <= same:
            groups[-1].append((place, weight))
        else:
            groups.append([(place, weight)])
    found = [round(sum(p * w for p, w in g) / sum(w for _, w in g)) for g in groups]
    ends = np.flatnonzero(crossing.any(axis=1 - axis))
    if not found or not len(ends):
        return []
    first = [int(ends[0])] if found[0] - ends[0] > 2 * same else []
    last = [int(ends[-1])] if ends[-1] - found[-1] > 2 * same else []
    return first + found + last


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Where rules are printed between the places of a table.

    `across` and `down` hold the ink of rules, `traced` what may be left of broken ones.
    """

    xs: list[int]
    ys: list[int]
    across: Pixels
    traced: Pixels
    down: Pixels
    slack: int

    def above(self, row: int, column: int) -> bool:
        """Whether a rule is printed over a place; the table's own edges are always ruled."""
        if row in (0, len(self.ys) - 1):
            return True
        strip = self._over(row, column)
        share = _share(self.across[strip], 0, self.slack)
        if _SOME < share <= _MOSTLY:
            share = _share(self.across[strip] | self.traced[strip], 0, self.slack)
        return share > _MOSTLY

    def before(self, row: int, column: int) -> bool:
        """Whether a rule is printed to the left of a place."""
        if column in (0, len(self.xs) - 1):
            return True
        return _share(self.down[self._left_of(row, column)], 1, self.slack) > _MOSTLY

    def _over(self, row: int, column: int) -> tuple[slice, slice]:
        """The strip over a place."""
        y, (left, right) = self.ys[row], self.xs[column : column + 2]
        return np.s_[max(0, y - self.slack) : y + self.slack + 1, left:right]

    def _left_of(self, row: int, column: int) -> tuple[slice, slice]:
        """The strip to the left of a place."""
        x, (top, bottom) = self.xs[column], self.ys[row : row + 2]
        return np.s_[top:bottom, max(0, x - self.slack) : x + self.slack + 1]

    def printed(self) -> Pixels:
        """1 where a rule is printed that parts two cells, or closes the table."""
        found = np.zeros_like(self.across)
        for r, c in product(range(len(self.ys)), range(len(self.xs) - 1)):
            if self.above(r, c):
                strip = self._over(r, c)
                found[strip] |= self.across[strip] | self.traced[strip]
        for r, c in product(range(len(self.ys) - 1), range(len(self.xs))):
            if self.before(r, c):
                found[self._left_of(r, c)] |= self.down[self._left_of(r, c)]
        return found


def _share(strip: Pixels, axis: int, slack: int) -> float:
    """The share of a side's length, its corners apart, that is ruled."""
    along = np.asarray(strip.any(axis=axis))
    inner = along[slack : len(along) - slack] if len(along) > 3 * slack else along
    return float(inner.mean())


def _cells(sides: _Sides) -> tuple[list[Box], list[list[Box]]]:
    """Cells, as rectangles of places without a rule between them, and groups that are none."""
    n_rows, n_columns = len(sides.ys) - 1, len(sides.xs) - 1
    owner = {place: place for place in product(range(n_rows), range(n_columns))}
    for r, c in owner:
        if not sides.above(r, c):
            _join(owner, (r - 1, c), (r, c))
        if not sides.before(r, c):
            _join(owner, (r, c - 1), (r, c))
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in owner:
        members.setdefault(_root(owner, place), []).append(place)
    whole: list[Box] = []
    broken: list[list[Box]] = []
    for places in members.values():
        rows, columns = zip(*places, strict=True)
        box = Box(min(rows), max(rows) + 1, min(columns), max(columns) + 1)
        if (box.bottom - box.top) * (box.right - box.left) == len(places):
            whole.append(box)
        else:
            broken.append([Box(r, r + 1, c, c + 1) for r, c in places])
    return whole, broken


def _root(owner: dict[tuple[int, int], tuple[int, int]], place: tuple[int, int]) -> tuple[int, int]:
    """The place that stands for all that a place is joined with."""
    while owner[place] != place:
        place = owner[place]
    return place


def _join(
    owner: dict[tuple[int, int], tuple[int, int]], one: tuple[int, int], other: tuple[int, int]
) -> None:
    """Make two places one cell."""
    a, b = _root(owner, one), _root(owner, other)
    owner[max(a, b)] = min(a, b)
