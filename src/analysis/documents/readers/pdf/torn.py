"""Figures across a rule, or behind one: what each of the cells holds of them is no figure."""

from collections.abc import Iterator
from itertools import pairwise

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Glyph
from analysis.documents.readers.pdf.glyphs import APART, lines
from analysis.documents.readers.pdf.page import Page
from analysis.documents.readers.pdf.paper import UNSEEN
from analysis.documents.readers.pdf.regions import Regions
from analysis.documents.readers.pdf.rules import NEAR

_SIGNS = ".,．，+-−–%％"
_BESIDE = 2.0  # in sizes of the type
_RIM = 0.25  # of a character: a rule further within goes through it

Homes = dict[Glyph, int | None]
Stretch = tuple[set[int | None], tuple[Glyph, ...]]  # regions that characters touch


def torn(page: Page, regions: Regions) -> set[int]:
    """The regions that hold but a part of a figure.

    A rule goes through one of its characters, or two of them that no gap parts lie on either side
    of it; the edge of the table is a rule too. What no one sees tells nothing, nor do watermarks.
    """
    figures = (g for g in page.glyphs if _is_digit(g) or g.text in _SIGNS)
    homes = {glyph: regions.at(*glyph.middle) for glyph in figures}
    found: set[int | None] = set()
    for line in lines(g for g, home in homes.items() if not _is_large(g, home, regions)):
        for touched, glyphs in (*_within(line, homes, regions), *_between(line, homes)):
            if all(page.paper.ink(glyph) >= UNSEEN for glyph in glyphs):
                found |= touched
    return {region for region in found if region is not None}


def beside(page: Page, regions: Regions) -> set[int]:
    """The regions at the right side of a table right behind which a figure stands, outside it.

    Behind a blank it may be what belongs into it; a rule between makes it part of another table.
    """
    edge = regions.lattice.box.right
    found: set[int] = set()
    for glyph in page.glyphs:
        gap = glyph.left - edge
        if not -glyph.size < gap < _BESIDE * glyph.size or not _is_digit(glyph):
            continue
        (across, y), home = glyph.middle, regions.at(edge, glyph.middle[1])
        parted = any(
            edge + NEAR < r.position < across and r.start < y < r.end for r in page.vertical
        )
        if home is not None and across > edge and not parted and page.paper.ink(glyph) >= UNSEEN:
            found.add(home)
    return found


def _within(line: list[Glyph], homes: Homes, regions: Regions) -> Iterator[Stretch]:
    """Digits of a line that stand in several regions with more than their rims."""
    for glyph in line:
        home = homes[glyph]
        if home is None or not _is_digit(glyph):
            continue
        box, (x, y) = regions.box(home), glyph.middle
        side = (0.5 - _RIM) * (glyph.right - glyph.left)
        height = (0.5 - _RIM) * (glyph.bottom - glyph.top)
        clear = box.left <= x - side and x + side <= box.right
        if clear and box.top <= y - height and y + height <= box.bottom:
            continue
        points = ((x - side, y), (x + side, y), (x, y - height), (x, y + height))
        touched = {regions.at(*point) for point in points} - {None}
        if len(touched) > 1:
            yield touched, (glyph,)


def _between(line: list[Glyph], homes: Homes) -> Iterator[Stretch]:
    """Each two characters of a line that are parts of one figure and stand in two regions."""
    for before, glyph in pairwise(line):
        both, gap = {homes[before], homes[glyph]}, glyph.left - before.right
        is_figure = _is_digit(before) or _is_digit(glyph)
        if len(both) > 1 and is_figure and gap <= APART * max(before.size, glyph.size):
            yield both, (before, glyph)


def _is_digit(glyph: Glyph) -> bool:
    """Whether a character is a digit, or may be one that a rule strikes out."""
    return glyph.text.isdigit() or glyph.text == UNREAD


def _is_large(glyph: Glyph, home: int | None, regions: Regions) -> bool:
    """Whether a character is larger than the cell in which it stands, as watermarks are."""
    if home is None:
        return False
    box = regions.box(home)
    return glyph.bottom - glyph.top > box.bottom - box.top
