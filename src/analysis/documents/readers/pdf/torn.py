"""Figures across a rule, or behind one: what each of the cells holds of them is no figure."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Glyph, middles
from analysis.documents.readers.pdf.glyphs import APART, SIGNS, lines
from analysis.documents.readers.pdf.page import Page
from analysis.documents.readers.pdf.paper import UNSEEN
from analysis.documents.readers.pdf.regions import OUTSIDE, Regions
from analysis.documents.readers.pdf.rules import NEAR

_BESIDE = 2.0  # in sizes of the type
_RIM = 0.25  # of a character: a rule further within goes through it

Homes = dict[int, int]  # regions in which characters stand, by identity
Stretch = tuple[set[int], tuple[Glyph, ...]]  # regions that characters touch


def torn(page: Page, regions: Regions) -> set[int]:
    """The regions that hold but a part of a figure.

    A rule goes through one of its characters, or two of them that no gap parts lie on either side
    of it; the edge of the table is a rule too. What no one sees tells nothing, nor do watermarks.
    """
    figures = [*page.digits, *(glyph for glyph in page.glyphs if glyph.text in SIGNS)]
    homes = dict(zip(map(id, figures), regions.at(*middles(figures)).tolist(), strict=True))
    small = [glyph for glyph in figures if not _is_large(glyph, homes[id(glyph)], regions)]
    between = (each for line in lines(small) for each in _between(line, homes))
    found: set[int] = set()
    for touched, glyphs in (*_within(small, homes, regions), *between):
        if all(page.paper.ink(glyph) >= UNSEEN for glyph in glyphs):
            found |= touched
    return found - {OUTSIDE}


def beside(page: Page, regions: Regions) -> set[int]:
    """The regions at the right side of a table right behind which a figure stands, outside it.

    Behind a blank it may be what belongs into it; a rule between makes it part of another table.
    """
    edge = regions.lattice.box.right
    near = [g for g in page.digits if -g.size < g.left - edge < _BESIDE * g.size]
    across, down = middles(near)
    homes = regions.at(np.full(len(near), edge), down).tolist()
    found: set[int] = set()
    for glyph, home, x, y in zip(near, homes, across.tolist(), down.tolist(), strict=True):
        parted = any(edge + NEAR < r.position < x and r.start < y < r.end for r in page.vertical)
        if home != OUTSIDE and x > edge and not parted and page.paper.ink(glyph) >= UNSEEN:
            found.add(home)
    return found


def _within(figures: list[Glyph], homes: Homes, regions: Regions) -> Iterator[Stretch]:
    """Digits that stand in several regions with more than their rims."""
    digits = [g for g in figures if homes[id(g)] != OUTSIDE and _is_digit(g)]
    left, top, right, bottom = np.array([g[1:5] for g in digits]).reshape(-1, 4).T
    x, y = (left + right) / 2, (top + bottom) / 2
    side, height = (0.5 - _RIM) * (right - left), (0.5 - _RIM) * (bottom - top)
    points = ((x - side, y), (x + side, y), (x, y - height), (x, y + height))
    found = np.stack([regions.at(*point) for point in points])
    for n in np.flatnonzero((found != found[0]).any(axis=0)).tolist():
        touched = set(found[:, n].tolist()) - {OUTSIDE}
        if len(touched) > 1:
            yield touched, (digits[n],)


def _between(line: list[Glyph], homes: Homes) -> Iterator[Stretch]:
    """Each two characters of a line that are parts of one figure and stand in two regions."""
    for before, glyph in pairwise(line):
        first, second = homes[id(before)], homes[id(glyph)]
        if first == second or not (_is_digit(before) or _is_digit(glyph)):
            continue
        if glyph.left - before.right <= APART * max(before.size, glyph.size):
            yield {first, second}, (before, glyph)


def _is_digit(glyph: Glyph) -> bool:
    """Whether a character is a digit, or may be one that a rule strikes out."""
    return glyph.text.isdigit() or glyph.text == UNREAD


def _is_large(glyph: Glyph, home: int, regions: Regions) -> bool:
    """Whether a character is larger than the cell in which it stands, as watermarks are."""
    if home == OUTSIDE:
        return False
    box = regions.box(home)
    return glyph.bottom - glyph.top > box.bottom - box.top
