"""A page of a PDF as it prints: its characters, rules and pictures, upright and from the top left.

What a reader of the paper can't see is left out: invisible text, text outside the page, white
rules, slanted watermarks.
"""

from dataclasses import dataclass, field
from functools import cached_property

import pypdfium2

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.characters import Written, read_glyphs, turns_of
from analysis.documents.readers.pdf.geometry import Box, Glyph, Rule, Upright
from analysis.documents.readers.pdf.objects import Drawn, read_objects
from analysis.documents.readers.pdf.paper import Paper
from analysis.documents.readers.pdf.sight import Sight
from analysis.documents.readers.pdf.strokes import belongs_to_text, struck

_FEW = 20


@dataclass(frozen=True)
class Page:
    """A page: number from 1, size in points, what it prints, and how that looks."""

    number: int
    width: float
    height: float
    handle: pypdfium2.PdfPage = field(repr=False)
    textpage: pypdfium2.PdfTextPage = field(repr=False)
    upright: Upright
    drawn: Drawn

    @cached_property
    def _written(self) -> Written:
        """The characters whose middle lies on the page, and what is known of them."""
        return read_glyphs(self.textpage, self.text, self.sight)

    @cached_property
    def _shown(self) -> tuple[list[Glyph], list[Rule]]:
        """The characters as lines leave them, and the lines through and below them."""
        return struck(self._written.glyphs, self.drawn.ruled.horizontal, self.drawn.ruled.aslant)

    @cached_property
    def paper(self) -> Paper:
        """How the page looks."""
        return Paper(self.handle, self.sight, self.vertical, self._written.labels)

    @cached_property
    def sight(self) -> Sight:
        """What is seen of the page for certain."""
        return Sight(self.drawn, self.upright)

    @property
    def glyphs(self) -> list[Glyph]:
        """Characters whose middle lies on the page, without those that run another way."""
        return self._shown[0]

    @cached_property
    def digits(self) -> list[Glyph]:
        """Digits of the page, and signs that can't be read, which may be some."""
        return [glyph for glyph in self.glyphs if glyph.text.isdigit() or glyph.text == UNREAD]

    @cached_property
    def horizontal(self) -> list[Rule]:
        """The horizontal rules, without lines that strike text out or underline it."""
        level = self.drawn.ruled.horizontal
        lines = self._shown[1] if level else []
        own = {line for line in lines if belongs_to_text(line, self.vertical)}
        return [rule for rule in level if rule not in own] if own else level

    @property
    def vertical(self) -> list[Rule]:
        """The vertical rules."""
        return self.drawn.ruled.vertical

    @property
    def pictures(self) -> list[Box]:
        """The pictures, with all else that is no text."""
        return self.drawn.pictures

    @property
    def is_damaged(self) -> bool:
        """Whether the file gives the page no size; viewers then show it on a sheet of letter."""
        left, bottom, right, top = self.handle.get_mediabox()
        return left == right or bottom == top

    @cached_property
    def text(self) -> str:
        """The page's text as pdfium gives it, quicker than by characters."""
        return str(self.textpage.get_text_range())

    @cached_property
    def is_picture(self) -> bool:
        """Whether a picture is all that the page shows; text that no one sees may lie over it."""
        area = self.width * self.height
        covered = max(((p.right - p.left) * (p.bottom - p.top) for p in self.pictures), default=0.0)
        return covered >= area / 2 and len(self.glyphs) < _FEW


def read_page(handle: pypdfium2.PdfPage, number: int) -> Page:
    """Read what a page prints."""
    textpage = handle.get_textpage()
    upright = Upright(turns_of(textpage), *handle.get_bbox())
    return Page(number, *upright.size, handle, textpage, upright, read_objects(handle, upright))
