"""Figures too long for their cells, which go on in the next line: made whole where width shows it.

A line that ends only because the next character had no room is not the end of a figure. Where each
of the lines could be a figure of its own, two that stand one below the other would look the same:
the figure is whole then, but no surer than one of two readings, and sums must confirm it.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

from analysis.documents.grid import Cell
from analysis.documents.readers.pdf.geometry import Box, Glyph
from analysis.documents.readers.pdf.glyphs import lines
from analysis.documents.readers.pdf.page import Page
from analysis.documents.readers.pdf.paper import UNSEEN
from analysis.documents.readers.pdf.regions import Place
from analysis.documents.readers.pdf.rules import is_ruled

ONE_OF_TWO = 0.5
_WRAPPED = re.compile(r"[+-]?[\d.,]+(?:\n[\d.,]+)+(?:\n?[^\W\d_]{1,2})?")
_FIGURE = re.compile(r"[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?[^\W\d_]{0,2}")
_SPARE = 0.2  # points by which a character must lack room
_LEADING = 1.6  # in sizes of the type
_LIKE = 1.15
_IN_LINE = 1.0


class Laid(NamedTuple):
    """A cell with the places that it covers, its characters, and its box on the page."""

    cell: Cell
    places: list[Place]
    glyphs: list[Glyph]
    box: Box

    @property
    def rows(self) -> set[int]:
        """The rows that it covers."""
        return {row for row, _ in self.places}


def join_wrapped(page: Page, table: Sequence[Laid]) -> None:
    """Make figures whole, in place, that go on in the next line for want of room."""
    for one in table:
        text = normalize("NFKC", one.cell.text)
        if _WRAPPED.fullmatch(text) and _is_wrapped(page, one, table):
            pieces = text.split("\n")
            one.cell.text = "".join(one.cell.text.split("\n"))
            one.cell.confidence = ONE_OF_TWO if _may_be_two(pieces) else None


def _may_be_two(pieces: list[str]) -> bool:
    """Whether the lines can be two figures as well."""
    halves = (("".join(pieces[:n]), "".join(pieces[n:])) for n in range(1, len(pieces)))
    return any(all(map(_FIGURE.fullmatch, both)) for both in halves)


def _is_wrapped(page: Page, one: Laid, table: Sequence[Laid]) -> bool:
    """Whether a cell between rules, and all of its row, ends its lines for want of room only."""
    if not all(is_ruled(page.vertical, x, one.box.top, one.box.bottom) for x in one.box[::2]):
        return False
    padding = min(g.left - other.box.left for other in table for g in _printed(page, other))
    row = [other for other in table if other.rows == one.rows]
    return _is_one_block(_lines(page, one)) and all(_is_full(page, o, padding) for o in row)


def _printed(page: Page, one: Laid) -> list[Glyph]:
    """The characters of a cell that a reader sees."""
    seen = (g for g in one.glyphs if g.text.strip())
    return [g for g in seen if not g.text.isdigit() or page.paper.ink(g) >= UNSEEN]


def _lines(page: Page, one: Laid) -> list[list[Glyph]]:
    """The lines of a cell."""
    return list(lines(_printed(page, one)))


def _is_one_block(found: list[list[Glyph]]) -> bool:
    """Whether lines are set alike, close to one another, and in line on a side or in the middle."""
    for above, below in pairwise(found):
        sizes = sorted((max(g.size for g in above), max(g.size for g in below)))
        left, right = below[0].left - above[0].left, below[-1].right - above[-1].right
        if sizes[1] > _LIKE * sizes[0] or below[0].base - above[0].base > _LEADING * sizes[0]:
            return False
        if min(abs(left), abs(right), abs(left + right) / 2) > _IN_LINE:
            return False
    return True


def _is_full(page: Page, one: Laid, padding: float) -> bool:
    """Whether no line of a cell has room for the first character of the next."""
    room = one.box.right - one.box.left - 2 * padding + _SPARE
    return all(
        above[-1].right - above[0].left + below[0].right - below[0].left > room
        for above, below in pairwise(_lines(page, one))
    )
