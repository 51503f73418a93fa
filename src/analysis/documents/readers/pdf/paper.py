"""A page as it looks on paper: how much of what it prints can be seen."""

import ctypes
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf.geometry import Box, Glyph, Matrix, Upright

UNSEEN = 10  # of 255: less contrast than this nobody sees
_MOST_PIXELS = 3000
_MOST_SCANNED = 8000


@dataclass(frozen=True)
class Paper:
    """A page as pdfium draws it, in grey; boxes are in upright points."""

    handle: pypdfium2.PdfPage = field(repr=False)
    upright: Upright

    def pixels(self, dpi: float) -> np.ndarray:
        """The page as grey pixels, fewer an inch than asked for on huge pages."""
        scale = min(dpi / 72, _MOST_SCANNED / max(*self.upright.size, 1.0))
        return self.handle.render(scale=scale, grayscale=True).to_numpy()

    @cached_property
    def _pixels(self) -> np.ndarray:
        """The page as grey pixels, one a point (fewer on huge pages), as pdfium draws it."""
        scale = min(1.0, _MOST_PIXELS / max(*self.upright.size, 1.0))
        return self.handle.render(scale=scale, grayscale=True, may_draw_forms=False).to_numpy()

    @cached_property
    def _to_pixels(self) -> Matrix:
        """Matrix from upright points to pixels."""
        height, width = self._pixels.shape[:2]

        def device(x: float, y: float) -> tuple[float, float]:
            across, down = ctypes.c_int(), ctypes.c_int()
            size, own = (width * 64, height * 64), self.upright.back(x, y)
            pdfium.FPDF_PageToDevice(self.handle, 0, 0, *size, 0, *own, across, down)
            return across.value / 64, down.value / 64

        (e, f), (x1, y1), (x2, y2) = device(0, 0), device(100, 0), device(0, 100)
        return ((x1 - e) / 100, (y1 - f) / 100, (x2 - e) / 100, (y2 - f) / 100, e, f)

    def contrast(self, box: Box) -> int:
        """How much the darkest point of a box differs from its lightest, of 255."""
        pixels = self._within(box)
        return int(pixels.max()) - int(pixels.min()) if pixels.size else 0

    def ink(self, glyph: Glyph) -> int:
        """How much the middle of a character stands out, of 255; a vertical rule is no ink."""
        side = (glyph.right - glyph.left) / 4
        heart = Box(glyph.left + side, glyph.top - 1, glyph.right - side, glyph.bottom + 1)
        pixels = self._within(heart)
        return int(np.ptp(pixels, axis=int(self._to_pixels[0] == 0)).max()) if pixels.size else 0

    def _within(self, box: Box) -> np.ndarray:
        """The pixels of a box."""
        a, b, c, d, e, f = self._to_pixels
        across = (a * box.left + c * box.top + e, a * box.right + c * box.bottom + e)
        down = (b * box.left + d * box.top + f, b * box.right + d * box.bottom + f)
        left, right = max(round(min(across)), 0), round(max(across))
        top, bottom = max(round(min(down)), 0), round(max(down))
        return self._pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
