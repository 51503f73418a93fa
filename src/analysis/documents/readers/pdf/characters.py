"""The characters of a page: those that show and run as most of its text does.

They are asked for one by one, but reckoned with all together: a page has thousands.
"""

import math
from collections import Counter
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.covers import uncovered
from analysis.documents.readers.pdf.geometry import Glyph, Upright
from analysis.documents.readers.pdf.glyphs import SIGNS
from analysis.documents.readers.pdf.sight import Sight

MAX_CHARACTERS = 60_000
_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_SAMPLE = 60
_BLANK = 32
_LINE_ENDS = (10, 13)
_HIGH, _LOW, _NO_HALF = 0xD800, 0xDC00, 0xE000  # halves of characters
_NO_SIGNS = (_HIGH, 0xF8FF)  # halves by themselves, and those for private use
_NO_CHARACTERS = (0, 0xFFFD, 0xFFFE, 0xFFFF)
_DIGITS = (0x30, 0x39)
_EAST_ASIAN = (0x3001, 0xFFEF)
_WIDE_DIGITS = (0xFF10, 0xFF19)
_SMALL = 20.0  # points

Sides = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # left, bottom, right, top


class Written(NamedTuple):
    """The characters of a page, and the text objects that print nothing but words of small type."""

    glyphs: list[Glyph]
    labels: list[int]


class _Runs(NamedTuple):
    """The text objects of a page: their addresses, and the first character of each.

    Which of them each character is part of, and whether they show and run as the page's text does.
    """

    things: list[int]
    first: np.ndarray
    of: np.ndarray
    show: np.ndarray


def read_glyphs(page: pypdfium2.PdfTextPage, text: str, sight: Sight) -> Written:
    """The characters that show with their middle on the page, without those that run another way.

    `text` is the page's text as pdfium gives it.
    """
    upright, drawn = sight.upright, sight.drawn
    handle = calls.address_of(page.raw)
    places, codes = _printed(handle, *_codes(page, text))
    if not places:
        return Written([], [])
    runs = _runs(handle, places, sight)
    ink, is_boxed = calls.char_boxes(handle, places)
    loose = calls.loose_boxes(handle, places)
    left, top, right, bottom = upright.boxes(*_with_advance(ink, loose, upright.turns))
    base = _baselines(handle, places, runs, loose, upright)
    size = np.maximum(right - left, (bottom - top) / 0.75)  # about that of the type
    width, height = upright.size
    across, down = left + right, top + bottom
    within = (across >= 0) & (across <= 2 * width) & (down >= 0) & (down <= 2 * height)
    shown = runs.show[runs.of] & is_boxed.astype(bool) & within
    signs = _signs(codes, calls.unmapped(handle, places))
    labels = _labels(runs, signs, codes, shown & (size <= _SMALL))
    certain = np.zeros(len(places), bool)
    is_digit = _within(codes, _DIGITS) | _within(codes, _WIDE_DIGITS)
    figures = np.flatnonzero(shown & is_digit)
    boxes = np.stack((left, top, right, bottom), axis=1)[figures]
    things = [runs.things[n] for n in runs.of[figures].tolist()]
    certain[figures] = sight.certain(things, codes[figures], boxes, labels)
    values = [some[shown].tolist() for some in (left, top, right, bottom, base, size, certain)]
    glyphs = list(map(Glyph, signs[shown].tolist(), *values))
    if drawn.areas:
        orders = np.array([drawn.texts.get(thing, math.inf) for thing in runs.things])
        glyphs = uncovered(glyphs, orders[runs.of][shown], drawn.areas)
    return Written(glyphs, labels)


def _codes(page: pypdfium2.PdfTextPage, text: str) -> tuple[np.ndarray, np.ndarray]:
    """The places of characters in the page's text and their codes; halves of one are joined."""
    count = page.count_chars()
    if len(text) == count <= MAX_CHARACTERS:  # quicker than one by one, if none is left out
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return np.arange(count), codes
    places = range(min(count, MAX_CHARACTERS))
    codes = np.array([pdfium.FPDFText_GetUnicode(page.raw, n) for n in places], np.uint32)
    is_high = (codes >= _HIGH) & (codes < _LOW)
    is_low = (codes >= _LOW) & (codes < _NO_HALF)
    high = np.flatnonzero(is_high[:-1] & is_low[1:])
    codes[high + 1] += 0x10000 + ((codes[high] - _HIGH) << 10) - _LOW
    return np.delete(np.arange(len(codes)), high), np.delete(codes, high)


def _printed(handle: int, places: np.ndarray, codes: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The places and codes of characters that the file prints: pdfium adds blanks and line ends."""
    printed = codes > _BLANK
    blanks = ~printed & ~np.isin(codes, _LINE_ENDS)
    printed[blanks] = calls.generated(handle, places[blanks].tolist()) != 1
    return places[printed].tolist(), codes[printed]


def _runs(handle: int, places: list[int], sight: Sight) -> _Runs:
    """The text objects of some characters; one that has none is a run of its own."""
    found = map(calls.text_object, repeat(handle), places)
    numbers: dict[int, int] = {}
    of = np.array(
        [
            numbers.setdefault(thing or -1 - n, len(numbers))
            for n, thing in zip(places, found, strict=True)
        ]
    )
    first = np.flatnonzero(np.diff(np.maximum.accumulate(of), prepend=-1))
    turns = _turns(calls.angles(handle, [places[n] for n in first.tolist()]))
    modes = calls.render_modes([max(thing, 0) for thing in numbers])
    show = (turns == sight.upright.turns) & ~np.isin(modes, _INVISIBLE_MODES)
    return _Runs(list(numbers), first, of, show)


def _baselines(
    handle: int, places: list[int], runs: _Runs, loose: np.ndarray, upright: Upright
) -> np.ndarray:
    """The heights of baselines: those of runs, unless the font's box stands at another height."""
    first = runs.first[runs.of]
    own = np.ones(len(places), bool) if upright.turns else loose[3] != loose[3][first]
    own[runs.first] = True
    points = np.zeros((2, len(places)))
    points[:, own] = calls.origins(handle, [places[n] for n in np.flatnonzero(own)])
    return upright.point(*np.where(own, points, points[:, first]))[1]


def _with_advance(ink: np.ndarray, loose: np.ndarray, turns: int) -> Sides:
    """Boxes of characters: as wide as the font lets them run, as high as their ink.

    Fonts for vertical writing give no such width: there it is the ink's.
    """
    left, right, bottom, top = ink
    first, upper, last, lower = loose
    most = 4 * np.maximum(right - left, top - bottom)
    is_told = np.maximum(last - first, upper - lower) <= most
    if turns % 2 == 0:
        is_told &= (first - 1 <= left) & (right <= last + 1)
        return np.where(is_told, first, left), bottom, np.where(is_told, last, right), top
    is_told &= (lower - 1 <= bottom) & (top <= upper + 1)
    return left, np.where(is_told, lower, bottom), right, np.where(is_told, upper, top)


def _signs(codes: np.ndarray, unmapped: np.ndarray) -> np.ndarray:
    """Characters, or an object sign for a glyph whose meaning the file does not say."""
    lost = unmapped == 1
    lost |= np.isin(codes, _NO_CHARACTERS) | _within(codes, _NO_SIGNS)
    signs = np.array(list(map(chr, codes.tolist())), dtype=object)
    signs[lost] = UNREAD
    return signs


def _labels(runs: _Runs, signs: np.ndarray, codes: np.ndarray, small: np.ndarray) -> list[int]:
    """The text objects of which all characters are small East Asian signs that show.

    Commas and other signs of figures are none: they may be looked for on the page.
    """
    is_sign = _within(codes, _EAST_ASIAN) & ~_within(codes, _WIDE_DIGITS) & (signs != UNREAD)
    is_sign &= ~np.isin(codes, list(map(ord, SIGNS)))
    mixed = np.zeros(len(runs.things), bool)
    mixed[runs.of[~(is_sign & small)]] = True
    return [runs.things[n] for n in np.flatnonzero(~mixed).tolist() if runs.things[n] > 0]


def _within(codes: np.ndarray, ends: tuple[int, int]) -> np.ndarray:
    """Which codes lie between two."""
    return (codes >= ends[0]) & (codes <= ends[1])


def turns_of(page: pypdfium2.PdfTextPage) -> int:
    """Quarter turns of most of a page's text, by a sample of its characters."""
    n_characters = page.count_chars()
    sample = range(0, n_characters, max(1, n_characters // _SAMPLE))
    turns = _turns(calls.angles(calls.address_of(page.raw), list(sample))).tolist()
    found = Counter(turn for turn in turns if turn >= 0).most_common(1)
    return found[0][0] if found else 0


def _turns(angles: np.ndarray) -> np.ndarray:
    """Quarter turns to the left of texts' directions, -1 where they run aslant."""
    turns = -angles / (math.pi / 2)
    whole = np.rint(turns)
    return np.where(abs(turns - whole) < 0.05, whole % 4, -1).astype(int)
