"""A scanned page → its tables with the text of their cells, and its other lines of text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain

import cv2
import numpy as np

from analysis.documents.grid import UNREAD, UnreadableError
from analysis.documents.readers.scan.ocr import Read, recognise
from analysis.documents.readers.scan.picture import Picture, Pixels, ink_of, straighten
from analysis.documents.readers.scan.rules import Table, find_tables
from analysis.documents.readers.scan.stitch import Box, Page, Piece, RuledText
from analysis.documents.readers.scan.textlines import (
    character_height,
    count_marks,
    cut,
    find_lines,
    large_ink,
    lines_stand,
    mark_of,
    without_specks,
)

# Margins (down, across) with which a line is cut out, as shares of a character's height: a
# figure is read with both, and is sure only where both readings agree.
_MARGINS = (0.2, 0.5)
_OTHER_MARGINS = (0.35, 0.25)
_LEAST_SIDE = 100  # pixels
_MOST_LENGTHY = 20
_UPRIGHT = 0.75
_LONG_LINE = 3
_LOW = 0.45
_SMALL = 12.5  # pixels of the scan
_TOUCHING = 2  # pixels
_REACH = 0.7
_LEVEL = 0.5  # how sure a level stroke is a mark
_FAINT_CONTRAST = 0.1
_FAINT_STROKE = 0.5
_FAINT_EDGE = 0.3
_FAINT_SIZE = 0.5
_MOST_OUTSIDE = 1500  # characters of prose on a page; more is noise
_MOST_LINES = 2000
_DIGITS = re.compile(r"[\d.,，+-]+")
_THOUSANDS = re.compile(r"\W?\d{1,3}[.,，]\d{3}")
_VERY_SURE = 0.995
_FIGURE = re.compile(r"\W*\d[\d\W]*|.{0,2}")


@dataclass(frozen=True, slots=True, eq=False)
class _Area:
    """A cell of a page: its ink, its lines of text, and whether they are small or cut by a rule."""

    box: Box
    ink: Pixels
    height: float
    lines: list[Box]
    unsure: bool


def read_page(pixels: Pixels, dpi: float | None = None) -> Page:
    """Read a page, whichever side is up: lines of text lie level, and words read best upright.

    A picture too small or narrow for a table, such as an ornament, prints nothing that is read.
    """
    short, long = sorted(pixels.shape[:2])
    if short < _LEAST_SIDE or long > _MOST_LENGTHY * short:
        return Page([], list, 0.0)
    picture = straighten(pixels, dpi)
    picture = picture.turned(1) if lines_stand(picture.ink) else picture
    page = _read(picture)
    if page.score >= _UPRIGHT or not page.tables:
        return page
    return max(page, _read(picture.turned(2)), key=lambda page: page.score)


def _read(picture: Picture) -> Page:
    """Read a page as it stands: find its tables, then recognise all their lines in one go."""
    tables, rules = find_tables(picture)
    around = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    clean = _without(around, picture)
    cells = [_cells(clean, around, table) for table in tables]
    areas = list(chain(*cells))
    reads = _read_areas(clean, areas)
    rest = iter(reads)
    texts = [
        _ruled_text(table, [*_pieces(table, own, rest), *_broken(clean, table)])
        for table, own in zip(tables, cells, strict=True)
    ]
    return Page(texts, _outside(clean, tables), _score(areas, reads))


def _without(around: Pixels, picture: Picture) -> Picture:
    """A page without its rules and what is right around them."""
    grey, ink = picture.grey.copy(), picture.ink.copy()
    ink[around > 0] = 0
    grey[around > 0] = 255
    return Picture(grey, ink, picture.enlarged)


def _cells(clean: Picture, around: Pixels, table: Table) -> list[_Area]:
    """The cells of a table."""
    beside = cv2.dilate(around, np.ones((1, 2 * _TOUCHING + 1), np.uint8))
    touching = large_ink(clean.ink, table.height) & beside
    return [_cell(clean, touching, table, place) for place in table.cells]


def _cell(clean: Picture, touching: Pixels, table: Table, place: Box) -> _Area:
    """A cell of a table; where no ink is clear, faint ink is looked for, so that none is missed."""
    box = table.box(place)
    where = np.s_[box.top : box.bottom, box.left : box.right]
    ink = without_specks(clean.ink[where], table.height)
    ink = ink if ink.any() else _faint(clean.grey[where], table.height)
    lines = find_lines(ink, box, table.height)
    is_small = table.height < _SMALL * clean.enlarged
    unsure = is_small or any(_runs_over(line, touching, table.height) for line in lines)
    return _Area(box, ink, table.height, lines, unsure)


def _runs_over(line: Box, touching: Pixels, height: float) -> bool:
    """Whether ink touches a rule within a line of text or right beside it, on whichever side.

    A figure that is too wide for its cell has its last digits on the rule or beyond it.
    """
    reach = round(_REACH * height)
    left, right = max(0, line.left - reach), line.right + reach
    return bool(touching[line.top : line.bottom, left:right].any())


def _faint(grey: Pixels, height: float) -> Pixels:
    """Faint strokes as large as characters inside a cell; wide ones are no print."""
    ink = ink_of(grey, _FAINT_CONTRAST, round(_FAINT_STROKE * height))
    edge = round(_FAINT_EDGE * height)
    inner = np.zeros_like(ink)
    inner[edge:-edge, edge:-edge] = ink[edge:-edge, edge:-edge]
    return large_ink(inner, height, _FAINT_SIZE)


def _outside(clean: Picture, tables: list[Table]) -> Callable[[], list[Piece]]:
    """What reads the lines of a page outside its tables; it keeps no more than their pictures."""
    ink = clean.ink.copy()
    for table in tables:
        box = table.whole
        ink[box.top : box.bottom, box.left : box.right] = 0
    box = Box(0, ink.shape[0], 0, ink.shape[1])
    height = character_height(ink)
    ink = large_ink(ink, height)
    lines = find_lines(ink, box, height)
    so_far = accumulate(line.right - line.left for line in lines)
    kept = [line for line, n in zip(lines, so_far, strict=True) if n <= _MOST_OUTSIDE * height]
    return partial(_read_lines, kept, [cut(clean, line, height, _MARGINS) for line in kept])


def _read_lines(lines: list[Box], strips: list[Pixels]) -> list[Piece]:
    """Read lines outside tables."""
    reads = recognise(strips)
    return [Piece(line, r.text, r.least) for line, r in zip(lines, reads, strict=True)]


def _read_areas(clean: Picture, areas: list[_Area]) -> list[Read]:
    """Read all lines of some areas; what may be a figure is read twice."""
    lines = [(line, area) for area in areas for line in area.lines]
    if len(lines) > _MOST_LINES:
        raise UnreadableError("table_too_large", limit=_MOST_LINES)
    reads = recognise([cut(clean, line, area.height, _MARGINS) for line, area in lines])
    short = [n for n, read in enumerate(reads) if _FIGURE.fullmatch(read.text)]
    again = recognise([cut(clean, lines[n][0], lines[n][1].height, _OTHER_MARGINS) for n in short])
    for n, other in zip(short, again, strict=True):
        line, area = lines[n]
        ink = clean.ink[line.top : line.bottom, line.left : line.right]
        reads[n] = _agreed(reads[n], other, count_marks(ink, area.height))
    return reads


def _agreed(one: Read, other: Read, n_marks: int) -> Read:
    """The surer of two readings of a figure; not sure at all unless they and the ink agree.

    Where just one of them is a figure, that one is left to be confirmed by its sums.
    Where a point or a comma before three digits makes a figure a thousand times as large, it must
    be read very surely.
    """
    text, again = ("".join(read.text.split()) for read in (one, other))
    surer = max(one, other, key=lambda read: (_is_figure(read), read.least))
    least = min(one.least, other.least)
    lacks_marks = _DIGITS.fullmatch(text) and n_marks > len(text)
    if text != again or lacks_marks or (_THOUSANDS.fullmatch(text) and least < _VERY_SURE):
        return Read(surer.text, 0.0, surer.mean)
    return Read(surer.text, least, surer.mean)


def _is_figure(read: Read) -> bool:
    """Whether a reading is a figure."""
    return _DIGITS.fullmatch("".join(read.text.split())) is not None


def _ruled_text(table: Table, pieces: list[Piece]) -> RuledText:
    """A table with the text of its cells."""
    whole = table.whole
    across = tuple((x - whole.left) / (whole.right - whole.left) for x in table.across)
    return RuledText(whole, across, len(table.down) - 1, pieces)


def _pieces(table: Table, cells: list[_Area], reads: Iterator[Read]) -> Iterator[Piece]:
    """The text of each cell of a table."""
    for place, area in zip(table.cells, cells, strict=True):
        yield _piece(place, area, [next(reads) for _ in area.lines])


def _broken(clean: Picture, table: Table) -> Iterator[Piece]:
    """Places that make no cell: unread if anything is printed in any of a group."""
    for places in table.broken:
        boxes = [table.box(place) for place in places]
        inks = [clean.ink[b.top : b.bottom, b.left : b.right] for b in boxes]
        filled = any(large_ink(ink, table.height).any() for ink in inks)
        for place in places:
            yield Piece(place, UNREAD, 0.0) if filled else Piece(place, "", 1.0)


def _piece(place: Box, area: _Area, reads: list[Read]) -> Piece:
    """The text of a cell; ink that reads as nothing is unread, never blank."""
    if not reads:
        return Piece(place, "", 1.0)
    mark = mark_of(area.ink, area.height)
    if mark:
        return _mark(place, mark, reads)
    texts = [_text(read, line, area.height) for read, line in zip(reads, area.lines, strict=True)]
    sure = 0.0 if area.unsure else min(read.least for read in reads)
    return Piece(place, "\n".join(texts), sure)


def _mark(place: Box, mark: str, reads: list[Read]) -> Piece:
    """A mark that its shape shows, where nothing else has that shape.

    A slanting stroke that reads as a digit may be that digit, and a level one may be 一.
    """
    text = "".join(read.text for read in reads)
    if mark == "/" and text.isdigit():
        return Piece(place, text, 0.0)
    return Piece(place, mark, 1.0 if mark == "/" else _LEVEL)


def _text(read: Read, line: Box, height: float) -> str:
    """What a line reads; ink too low for the letters or digits that it reads as is unread."""
    text = read.text.strip()
    low = line.bottom - line.top < _LOW * height and text.isascii() and text.isalnum()
    return UNREAD if low or not text else text


def _score(areas: Sequence[_Area], reads: list[Read]) -> float:
    """How well the words of a page read: the mean over its long lines, 0 where there is none."""
    heights = [(line, area.height) for area in areas for line in area.lines]
    long = [
        read.mean
        for (line, height), read in zip(heights, reads, strict=True)
        if line.right - line.left > _LONG_LINE * height
    ]
    return sum(long) / len(long) if long else 0.0
