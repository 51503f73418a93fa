"""A page as it looks on paper: how much of what it prints can be seen."""

import ctypes
import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.geometry import Box, Glyph, Matrix, Rule
from analysis.documents.readers.pdf.sight import Sight

UNSEEN, SEEN, _FULL = 10, 30, 255  # of 255: less contrast than this nobody sees, and everybody
_COARSE, _FINE = 1.0, 4.0  # pixels a point
_MOST_PIXELS = 3000
_MOST_SCANNED = 8000
# In points:
_BESIDE = 1.0  # of a rule
_RIM = 0.25
_LEAST = 0.5

_position = attrgetter("position")


@dataclass(frozen=True)
class _Picture:
    """Grey pixels with the matrix from upright points to them."""

    pixels: np.ndarray
    to_pixels: Matrix

    def within(self, box: Box) -> np.ndarray:
        """The pixels of a box."""
        a, b, c, d, e, f = self.to_pixels
        across = (a * box.left + c * box.top + e, a * box.right + c * box.bottom + e)
        down = (b * box.left + d * box.top + f, b * box.right + d * box.bottom + f)
        left, right = max(round(min(across)), 0), round(max(across))
        top, bottom = max(round(min(down)), 0), round(max(down))
        return self.pixels[top : max(bottom, top + 1), left : max(right, left + 1)]

    def ink(self, box: Box) -> int:
        """How much stands out in a box, of 255; a vertical rule is no ink."""
        pixels = self.within(box)
        return int(np.ptp(pixels, axis=int(self.to_pixels[0] == 0)).max()) if pixels.size else 0


@dataclass(frozen=True)
class Paper:
    """A page as pdfium draws it, in grey, with its vertical rules; boxes are in upright points.

    `labels` are text objects that are not drawn: most of a page's ink, they hide no figure without
    being read in its place.
    """

    handle: pypdfium2.PdfPage = field(repr=False)
    sight: Sight
    vertical: list[Rule]
    labels: list[int] = field(default_factory=list)

    def picture_dpi(self, most: float) -> float:
        """The pixels an inch of the page's largest picture, at most some."""
        pictures = self.handle.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        sizes = [(*picture.get_px_size(), picture.get_matrix().get()) for picture in pictures]
        width, _, (a, b, *_) = max(sizes, key=lambda s: s[0] * s[1], default=(0, 0, (0.0, 0.0)))
        points = math.hypot(a, b)
        return min(most, width * 72 / points) if points else most

    def pixels(self, dpi: float) -> np.ndarray:
        """The page as grey pixels, fewer an inch than asked for on huge pages."""
        scale = min(dpi / 72, _MOST_SCANNED / max(*self.sight.upright.size, 1.0))
        return self.handle.render(scale=scale, grayscale=True).to_numpy()

    @cached_property
    def _coarse(self) -> _Picture:
        """The page with a pixel a point: enough for most."""
        return self._picture(_COARSE)

    @cached_property
    def _fine(self) -> _Picture:
        """The page drawn large, where small things are in doubt."""
        return self._picture(_FINE)

    def _picture(self, scale: float) -> _Picture:
        """The page without form fields, with fewer pixels on huge pages."""
        scale = min(scale, scale * _MOST_PIXELS / max(*self.sight.upright.size, 1.0))
        self._set_labels(False)
        pixels = self.handle.render(scale=scale, grayscale=True, may_draw_forms=False).to_numpy()
        self._set_labels(True)
        height, width = pixels.shape[:2]

        def device(x: float, y: float) -> tuple[float, float]:
            across, down = ctypes.c_int(), ctypes.c_int()
            size, own = (width * 64, height * 64), self.sight.upright.back(x, y)
            pdfium.FPDF_PageToDevice(self.handle, 0, 0, *size, 0, *own, across, down)
            return across.value / 64, down.value / 64

        (e, f), (x1, y1), (x2, y2) = device(0, 0), device(100, 0), device(0, 100)
        matrix = ((x1 - e) / 100, (y1 - f) / 100, (x2 - e) / 100, (y2 - f) / 100, e, f)
        return _Picture(pixels, matrix)

    def _set_labels(self, active: bool) -> None:
        """Let labels be drawn or not."""
        for thing in self.labels:
            calls.set_active(thing, active)

    @cached_property
    def _rules(self) -> list[Rule]:
        """The vertical rules from left to right."""
        return sorted(self.vertical)

    def _crossed(self, glyph: Glyph) -> list[Rule]:
        """The vertical rules that run through a character."""
        first = bisect_right(self._rules, glyph.left, key=_position)
        last = bisect_left(self._rules, glyph.right, key=_position)
        near = self._rules[first:last]
        return [rule for rule in near if rule.start < glyph.bottom and rule.end > glyph.top]

    def contrast(self, box: Box) -> int:
        """How much the darkest point of a box differs from its lightest, of 255."""
        if self.sight.is_clear(box):
            return 0
        pixels = self._coarse.within(box)
        return int(pixels.max()) - int(pixels.min()) if pixels.size else 0

    def ink(self, glyph: Glyph) -> int:
        """How much a character stands out, of 255; what it leaves of a rule behind it is no ink."""
        if glyph.certain:
            return _FULL
        crossed = self._crossed(glyph)
        if crossed and (beside := _beside(glyph, crossed)):
            return max(map(self._fine.ink, beside))
        side = (glyph.right - glyph.left) / 4
        heart = Box(glyph.left + side, glyph.top - 1, glyph.right - side, glyph.bottom + 1)
        found = self._coarse.ink(heart)
        return found if found >= SEEN else self._fine.ink(heart)


def _beside(glyph: Glyph, rules: list[Rule]) -> list[Box]:
    """What of a character's box lies clear of the rules through it."""
    edges = [glyph.left + _RIM - _BESIDE, *sorted(r.position for r in rules)]
    ends = [*edges[1:], glyph.right - _RIM + _BESIDE]
    parts = [(a + _BESIDE, b - _BESIDE) for a, b in zip(edges, ends, strict=True)]
    return [Box(a, glyph.top - 1, b, glyph.bottom + 1) for a, b in parts if b - a >= _LEAST]
