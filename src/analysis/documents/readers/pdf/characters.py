"""The characters of a page: those that show and run as most of its text does."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.covers import Covers, address_of, uncovered
from analysis.documents.readers.pdf.geometry import Box, Glyph, Upright

MAX_CHARACTERS = 60_000
_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_SAMPLE = 60

_Character = tuple[float, str, float, float, float, float, float, float]


class _Run(NamedTuple):
    """What the characters of one text object have in common.

    Whether they show and run as the page's text does, the lower edge of their font's box, and the
    baseline that belongs to it; when they are painted.
    """

    shows: bool
    edge: float
    base: float
    order: float


def read_glyphs(page: pypdfium2.PdfTextPage, upright: Upright, covers: Covers) -> list[Glyph]:
    """The characters that show, without those that run another way."""
    found: list[Glyph] = []
    orders: list[float] = []
    for each in _characters(page, upright.turns, covers.texts):
        orders.append(each[0])
        found.append(_glyph(upright, *each[1:]))
    return uncovered(found, orders, covers.areas) if covers.areas else found


def _characters(
    page: pypdfium2.PdfTextPage, turns: int, texts: dict[int, int]
) -> Iterator[_Character]:
    """Characters of one direction that show: order, text, box (left, bottom, right, top), origin.

    `texts` says when text objects are painted, by their addresses.
    """
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    boxes, loose = (left, right, bottom, top), pdfium.FS_RECTF()
    raw = page.raw  # the handle itself: it is asked for often
    runs: dict[int, _Run] = {}
    for n, code in _codes(page):
        if (code <= 32 and pdfium.FPDFText_IsGenerated(raw, n) == 1) or code in (10, 13):
            continue
        thing = pdfium.FPDFText_GetTextObject(raw, n)
        address = address_of(thing) if thing else -1 - n
        pdfium.FPDFText_GetLooseCharBox(raw, n, loose)
        run = runs.get(address)
        if run is None:
            pdfium.FPDFText_GetCharOrigin(raw, n, x, y)
            shows, order = _shows(raw, n, thing, turns), texts.get(address, math.inf)
            runs[address] = run = _Run(shows, loose.bottom, y.value, order)
        if not run.shows or not pdfium.FPDFText_GetCharBox(raw, n, *boxes):
            continue
        if turns or loose.bottom != run.edge:
            pdfium.FPDFText_GetCharOrigin(raw, n, x, y)
        else:
            y.value = run.base
        text = _readable(code, pdfium.FPDFText_HasUnicodeMapError(raw, n) == 1)
        box = _with_advance((left.value, bottom.value, right.value, top.value), loose, turns)
        yield run.order, text, *box, x.value, y.value


def _codes(page: pypdfium2.PdfTextPage) -> Iterator[tuple[int, int]]:
    """The places of characters in the page's text, each with its code; halves of one are joined."""
    count = page.count_chars()
    text = page.get_text_range() if count <= MAX_CHARACTERS else ""
    if len(text) == count:  # quicker than one by one, where each character is one of the text
        yield from enumerate(map(ord, text))
        return
    raw, high = page.raw, 0
    for n in range(min(count, MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(raw, n)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        yield n, code


def _shows(raw: Any, n: int, thing: Any, turns: int) -> bool:
    """Whether a text object shows and runs as most of the page's text does."""
    if _turn(pdfium.FPDFText_GetCharAngle(raw, n)) != turns:
        return False
    return not thing or pdfium.FPDFTextObj_GetTextRenderMode(thing) not in _INVISIBLE_MODES


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


def turns_of(page: pypdfium2.PdfTextPage) -> int:
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
