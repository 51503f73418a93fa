"""Figures that stand across a rule: what each of the cells holds of them is no figure."""

from collections.abc import Iterator
from itertools import pairwise

from analysis.documents.readers.pdf.geometry import Glyph
from analysis.documents.readers.pdf.glyphs import APART, lines
from analysis.documents.readers.pdf.page import Page
from analysis.documents.readers.pdf.paper import UNSEEN
from analysis.documents.readers.pdf.regions import Regions

_SIGNS = ".,．，+-−–%％"
_RIM = 0.25  # of a character: a rule further within goes through it

Places = set[int | None]


def torn(page: Page, regions: Regions) -> set[int]:
    """The regions that hold but a part of a figure.

    A rule goes through one of its characters, or two of them that no gap parts lie on either side
    of it; the edge of the table is a rule too. What no one sees tells nothing, nor do watermarks.
    """
    found: Places = set()
    for line in lines(g for g in page.glyphs if _is_of_figure(g) and not _is_large(g, regions)):
        for places, glyphs in (*_within(line, regions), *_between(line, regions)):
            if len(places) > 1 and all(page.paper.ink(glyph) >= UNSEEN for glyph in glyphs):
                found |= places
    return {region for region in found if region is not None}


def _is_of_figure(glyph: Glyph) -> bool:
    """Whether a character is a digit or a sign beside digits."""
    return glyph.text.isdigit() or glyph.text in _SIGNS


def _is_large(glyph: Glyph, regions: Regions) -> bool:
    """Whether a character is larger than the cell in which it stands."""
    region = regions.at(*glyph.middle)
    if region is None:
        return False
    box = regions.box(region)
    return glyph.bottom - glyph.top > box.bottom - box.top


def _within(line: list[Glyph], regions: Regions) -> Iterator[tuple[Places, list[Glyph]]]:
    """The regions in which each digit of a line stands with more than its rim."""
    for glyph in line:
        if glyph.text.isdigit():
            x, y = glyph.middle
            side = (0.5 - _RIM) * (glyph.right - glyph.left)
            height = (0.5 - _RIM) * (glyph.bottom - glyph.top)
            points = ((x - side, y), (x + side, y), (x, y - height), (x, y + height))
            yield {regions.at(*point) for point in points} - {None}, [glyph]


def _between(line: list[Glyph], regions: Regions) -> Iterator[tuple[Places, list[Glyph]]]:
    """The regions of each two characters of a line that are parts of one figure."""
    for before, glyph in pairwise(line):
        near = glyph.left - before.right <= APART * max(before.size, glyph.size)
        if near and (before.text.isdigit() or glyph.text.isdigit()):
            yield {regions.at(*before.middle), regions.at(*glyph.middle)}, [before, glyph]
