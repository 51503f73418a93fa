"""A page of a PDF as it prints: its characters, rules and pictures, upright and from the top left.

What a reader of the paper can't see is left out: invisible text, text outside the page, white
rules, slanted watermarks.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.grid import UNREAD

MAX_OBJECTS = 60_000
MAX_CHARACTERS = 60_000
UNSEEN = 10  # of 255: less contrast than this nobody sees
_THIN = 3.0
_WHITE = 250
_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_SAMPLE = 60
_MOST_PIXELS = 3000
_MOST_SCANNED = 8000
_FEW = 20


class Box(NamedTuple):
    """A rectangle in points: left, top, right, bottom; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Glyph(NamedTuple):
    """A printed character: its text, its box, the height of its baseline, and its size."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Rule(NamedTuple):
    """A line: where it lies across its direction, and from where to where it runs."""

    position: float
    start: float
    end: float


Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Page:
    """A page: number from 1, size in points, and what it prints."""

    number: int
    width: float
    height: float
    horizontal: list[Rule]
    vertical: list[Rule]
    pictures: list[Box]
    handle: pypdfium2.PdfPage = field(repr=False)
    written: pypdfium2.PdfTextPage = field(repr=False)
    upright: "Upright" = field(repr=False)

    @cached_property
    def glyphs(self) -> list[Glyph]:
        """Characters whose middle lies on the page, without those that run another way."""
        own = (_glyph(self.upright, *c) for c in _characters(self.written, self.upright.turns))
        return [
            g
            for g in own
            if 0 <= g.left + g.right <= 2 * self.width and 0 <= g.top + g.bottom <= 2 * self.height
        ]

    @property
    def is_damaged(self) -> bool:
        """Whether the file gives the page no size; viewers then show it on a sheet of letter."""
        left, bottom, right, top = self.handle.get_mediabox()
        return left == right or bottom == top

    @cached_property
    def text(self) -> str:
        """The page's text as pdfium gives it, quicker than by characters."""
        return str(self.written.get_text_range())

    @cached_property
    def is_picture(self) -> bool:
        """Whether a picture is all that the page shows; text that no one sees may lie over it."""
        area = self.width * self.height
        covered = max(((p.right - p.left) * (p.bottom - p.top) for p in self.pictures), default=0.0)
        return covered >= area / 2 and len(self.glyphs) < _FEW

    def pixels(self, dpi: float) -> np.ndarray:
        """The page as grey pixels, fewer an inch than asked for on huge pages."""
        scale = min(dpi / 72, _MOST_SCANNED / max(self.width, self.height, 1.0))
        return self.handle.render(scale=scale, grayscale=True).to_numpy()

    @cached_property
    def _pixels(self) -> np.ndarray:
        """The page as grey pixels, one a point (fewer on huge pages), as pdfium draws it."""
        scale = min(1.0, _MOST_PIXELS / max(self.width, self.height, 1.0))
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


@dataclass(frozen=True)
class Upright:
    """Turns a page by quarters so that its text stands upright, y downwards."""

    turns: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page in upright coordinates."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def back(self, x: float, y: float) -> tuple[float, float]:
        """An upright point in the page's own coordinates."""
        if self.turns == 0:
            return x + self.left, self.top - y
        if self.turns == 1:
            return y + self.left, x + self.bottom
        if self.turns == 2:
            return self.right - x, y + self.bottom
        return self.right - y, self.top - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of the page in upright coordinates."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def read_page(handle: pypdfium2.PdfPage, number: int) -> Page:
    """Read what a page prints."""
    written = handle.get_textpage()
    upright = Upright(_turns(written), *handle.get_bbox())
    horizontal, vertical, pictures = _objects(handle, upright)
    return Page(number, *upright.size, horizontal, vertical, pictures, handle, written, upright)


# --- Characters ---------------------------------------------------------------------------------

_Character = tuple[str, float, float, float, float, float, float]


def _characters(page: pypdfium2.PdfTextPage, turns: int) -> Iterator[_Character]:
    """Characters of one direction that show: text, box (left, bottom, right, top), origin."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    boxes, origin, loose = (left, right, bottom, top), (x, y), pdfium.FS_RECTF()
    raw, high = page.raw, 0  # the handle itself: it is asked for often
    for n in range(min(page.count_chars(), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(raw, n)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if (code <= 32 and pdfium.FPDFText_IsGenerated(raw, n) == 1) or code in (10, 13):
            continue
        angle = pdfium.FPDFText_GetCharAngle(raw, n)
        if (turns or angle) and _turn(angle) != turns:
            continue
        shown = pdfium.FPDFText_GetTextObject(raw, n)
        if shown and pdfium.FPDFTextObj_GetTextRenderMode(shown) in _INVISIBLE_MODES:
            continue
        if not pdfium.FPDFText_GetCharBox(raw, n, *boxes):
            continue
        pdfium.FPDFText_GetCharOrigin(raw, n, *origin)
        pdfium.FPDFText_GetLooseCharBox(raw, n, loose)
        text = _readable(code, pdfium.FPDFText_HasUnicodeMapError(raw, n) == 1)
        box = _with_advance((left.value, bottom.value, right.value, top.value), loose, turns)
        yield text, *box, x.value, y.value


def _with_advance(
    ink: tuple[float, float, float, float], loose: Any, turns: int
) -> tuple[float, float, float, float]:
    """A character's box: as wide as the font lets it run, as high as its ink.

    Fonts for vertical writing give no such width: there it is the ink's.
    """
    left, bottom, right, top = ink
    if max(loose.right - loose.left, loose.top - loose.bottom) > 4 * max(
        right - left, top - bottom
    ):
        return ink
    if turns in (0, 2) and loose.left - 1 <= left and right <= loose.right + 1:
        return loose.left, bottom, loose.right, top
    if turns in (1, 3) and loose.bottom - 1 <= bottom and top <= loose.top + 1:
        return left, loose.bottom, right, loose.top
    return ink


def _readable(code: int, unmapped: bool) -> str:
    """A character, or an object sign for a glyph whose meaning the file does not say."""
    if unmapped or code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or 0xE000 <= code <= 0xF8FF:
        return UNREAD
    return chr(code)


def _turns(page: pypdfium2.PdfTextPage) -> int:
    """Quarter turns of most of a page's text, by a sample of its characters."""
    n_characters = page.count_chars()
    sample = range(0, n_characters, max(1, n_characters // _SAMPLE))
    turns = (_turn(pdfium.FPDFText_GetCharAngle(page.raw, n)) for n in sample)
    found = Counter(turn for turn in turns if turn is not None).most_common(1)
    return found[0][0] if found else 0


def _turn(angle: float) -> int | None:
    """Quarter turns to the left of a text's direction, None where it runs aslant."""
    turns = -angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.05 else None


def _glyph(
    upright: Upright,
    text: str,
    left: float,
    bottom: float,
    right: float,
    top: float,
    x: float,
    y: float,
) -> Glyph:
    """A character turned upright; its size is about that of its type."""
    if upright.turns == 0:
        across, down = upright.left, upright.top
        box = Box(left - across, down - top, right - across, down - bottom)
        base = down - y
    else:
        box = upright.box(left, bottom, right, top)
        base = upright.point(x, y)[1]
    return Glyph(text, *box, base, max(box.right - box.left, (box.bottom - box.top) / 0.75))


# --- Rules and pictures -------------------------------------------------------------------------


def _objects(
    handle: pypdfium2.PdfPage, upright: Upright
) -> tuple[list[Rule], list[Rule], list[Box]]:
    """Horizontal rules, vertical rules and pictures of a page."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    pictures: list[Box] = []
    for kind, thing, matrix in _all_objects(handle):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            for box in _strokes(thing, matrix):
                _add_rule(upright.box(*box), horizontal, vertical)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(upright.box(*_moved(_bounds(thing), matrix)))
    pictures += [upright.box(*box) for box in _notes(handle)]
    return horizontal, vertical, pictures


def _all_objects(handle: pypdfium2.PdfPage) -> Iterator[tuple[int, Any, Matrix]]:
    """All objects of a page, those within forms too, each with the matrix to page coordinates."""
    page = handle.raw
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    waiting = [(pdfium.FPDFPage_GetObject(page, n), _IDENTITY, 0) for n in range(count)]
    waiting.reverse()
    room = MAX_OBJECTS
    while waiting and room:
        room -= 1
        thing, matrix, depth = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
            inner = _times(_matrix(thing), matrix)
            inside = range(min(max(pdfium.FPDFFormObj_CountObjects(thing), 0), MAX_OBJECTS))
            waiting += [(pdfium.FPDFFormObj_GetObject(thing, n), inner, depth + 1) for n in inside]
        else:
            yield kind, thing, matrix


def _matrix(thing: Any) -> Matrix:
    """An object's own matrix."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return _IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one after the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _bounds(thing: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of an object."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(thing, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _moved(
    box: tuple[float, float, float, float], matrix: Matrix
) -> tuple[float, float, float, float]:
    """A box after a matrix (by its two corners: only quarter turns keep boxes boxes)."""
    if matrix is _IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    x1, y1 = a * left + c * bottom + e, b * left + d * bottom + f
    x2, y2 = a * right + c * top + e, b * right + d * top + f
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _strokes(path: Any, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """Boxes that a path draws as lines: thin fills, and straight strokes."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    stroked = bool(stroke.value) and _is_seen(path, pdfium.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _is_seen(path, pdfium.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return
    bounds = _moved(_bounds(path), matrix)
    n_points = pdfium.FPDFPath_CountSegments(path)
    if _is_thin(bounds) and n_points <= 5:
        yield bounds
        return
    if n_points > MAX_OBJECTS or (n_points <= 5 and not stroked):
        return
    own = _times(_matrix(path), matrix)
    for points in _subpaths(path, n_points, own):
        yield from _lines(points) if stroked else _thin_fill(points)


def _is_seen(thing: Any, colour_of: Any) -> bool:
    """Whether an object's colour shows on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(thing, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _is_thin(box: tuple[float, float, float, float]) -> bool:
    """Whether a box is a line rather than an area."""
    left, bottom, right, top = box
    return min(right - left, top - bottom) <= _THIN


_Point = tuple[float, float]


def _subpaths(path: Any, n_points: int, matrix: Matrix) -> Iterator[list[_Point]]:
    """The straight pieces of a path as lists of points; a curve ends a piece."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[_Point] = []
    for n in range(n_points):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind != pdfium.FPDF_SEGMENT_LINETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _lines(points: list[_Point]) -> Iterator[tuple[float, float, float, float]]:
    """The lines from point to point that run along the page."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if min(abs(x1 - x2), abs(y1 - y2)) <= 0.5:
            yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _thin_fill(points: list[_Point]) -> Iterator[tuple[float, float, float, float]]:
    """A filled piece as a line, if it is as thin as one."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    if _is_thin(box):
        yield box


def _add_rule(box: Box, horizontal: list[Rule], vertical: list[Rule]) -> None:
    """Add a line to the rules of its direction; a dot is none."""
    width, height = box.right - box.left, box.bottom - box.top
    if width > height and width > 0.5:
        horizontal.append(Rule((box.top + box.bottom) / 2, box.left, box.right))
    elif height > 0.5:
        vertical.append(Rule((box.left + box.right) / 2, box.top, box.bottom))


def _notes(handle: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Boxes of stamps, text notes and form fields that lie on the page."""
    shown = (
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_WIDGET,
        pdfium.FPDF_ANNOT_STRIKEOUT,
    )
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(handle), 1000)):
        note = pdfium.FPDFPage_GetAnnot(handle, n)
        if not note:
            continue
        rectangle = pdfium.FS_RECTF()
        if pdfium.FPDFAnnot_GetSubtype(note) in shown and pdfium.FPDFAnnot_GetRect(note, rectangle):
            yield rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        pdfium.FPDFPage_CloseAnnot(note)
