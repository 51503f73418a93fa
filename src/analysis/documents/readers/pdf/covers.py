"""What is painted over text after it: opaque areas and pictures, under which nobody reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Box, Glyph

_SOME, _MOST = 0.2, 0.85  # of a character
_OPAQUE = 0.95  # of a picture
_LEAST = 1e-6
_MOST_AREAS = 2_000
_AT_ONCE = 1_000_000  # characters and areas compared


@dataclass(frozen=True)
class Picture:
    """A picture on a page."""

    page: pypdfium2.PdfPage
    handle: Any

    @cached_property
    def is_opaque(self) -> bool:
        """Whether nothing shows through."""
        drawn = pdfium.FPDFImageObj_GetRenderedBitmap(self.page.pdf, self.page, self.handle)
        if not drawn:
            return False
        bitmap = pypdfium2.PdfBitmap.from_raw(drawn)
        if bitmap.format != pdfium.FPDFBitmap_BGRA:
            return True
        return bool(np.mean(bitmap.to_numpy()[..., 3] == 255) >= _OPAQUE)


@dataclass(frozen=True)
class Cover:
    """An area that is painted, and when; with its picture, if it is one."""

    box: Box
    order: int
    picture: Picture | None = None

    def hides(self) -> bool:
        """Whether nothing shows through."""
        return self.picture is None or self.picture.is_opaque


def uncovered(glyphs: list[Glyph], orders: np.ndarray, areas: list[Cover]) -> list[Glyph]:
    """Characters, painted in some order, as what is painted after them leaves them.

    Nothing is left under a picture; of a digit that is hidden in part, a sign that can't be read,
    as it may look like another.
    """
    left: list[Glyph | None] = list(glyphs)
    for n, area, share in _covered(glyphs, orders, areas[-_MOST_AREAS:]):
        glyph = left[n]
        if glyph is None or not area.hides():
            continue
        if share < _MOST and glyph.text.isnumeric():
            left[n] = glyph._replace(text=UNREAD)
        elif share >= _MOST and area.picture:
            left[n] = None
    return [glyph for glyph in left if glyph is not None]


def _covered(
    glyphs: list[Glyph], orders: np.ndarray, areas: list[Cover]
) -> Iterator[tuple[int, Cover, float]]:
    """Characters that areas painted later lie over, by number, with the share of them."""
    if not glyphs or not areas:
        return
    boxes = np.array([glyph[1:5] for glyph in glyphs])
    sizes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    step = max(1, _AT_ONCE // len(glyphs))
    for start in range(0, len(areas), step):
        some = areas[start : start + step]
        left, top, right, bottom = np.array([area.box for area in some]).T[:, :, None]
        across = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left)
        down = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
        share = np.maximum(across, 0) * np.maximum(down, 0) / np.maximum(sizes, _LEAST)
        later = np.array([area.order for area in some])[:, None] > orders
        for m, n in np.argwhere(later & (share >= _SOME)):
            yield int(n), some[m], float(share[m, n])
