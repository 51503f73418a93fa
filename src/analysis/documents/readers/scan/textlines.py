"""Ink of a page → lines of text, each cut out as a small picture; and what ink alone can tell."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np

from analysis.documents.readers.scan.picture import Picture, Pixels
from analysis.documents.readers.scan.stitch import Box

# Heights of characters at the resolution of a straightened page, in pixels.
_LEAST_HEIGHT = 9
_MOST_HEIGHT = 95
_USUAL_HEIGHT = 30.0
# Shares of the height of a character.
_SPECK = 0.2
_DOT = 0.06
_FEW_DOTS = 3  # dots that can be an ellipsis
_SMALLEST_LINE = 0.35
_ONE_LINE = 1.35
_SURELY_TWO = 1.75
_WORD_GAP = 2.0
_LONGEST = 40
# Of a mark: how far from the edges of its cell, how thin, short, tall, straight and whole it is,
# and how far it leans.
_EDGE = 0.25  # of the height of its cell
_INSIDE = 0.1
_THIN = 0.3
_SHORTEST = 0.2
_TALL = 0.7
_STRAIGHT = 0.08
_WHOLE = 0.95
_LEANING = 0.22


def character_height(ink: Pixels) -> float:
    """Height of the characters in an area, in pixels: most of its pieces of ink are characters."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    fitting = high[(high > _LEAST_HEIGHT) & (high < _MOST_HEIGHT) & (wide < _MOST_HEIGHT)]
    return float(np.percentile(fitting, 70)) if len(fitting) else _USUAL_HEIGHT


def lines_stand(ink: Pixels) -> bool:
    """Whether lines of text run up or down: characters of a line stand close to one another."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    characters = ((sizes > _LEAST_HEIGHT) & (sizes < _MOST_HEIGHT))[labels].astype(np.uint8)
    reach = round(0.5 * character_height(characters))
    level, upright = (
        cv2.connectedComponents(cv2.dilate(characters, np.ones(shape, np.uint8)))[0]
        for shape in ((1, reach), (reach, 1))
    )
    return upright < level


def find_lines(ink: Pixels, area: Box, height: float) -> list[Box]:
    """Lines of text in an area's ink, from top to bottom, words far apart from left to right."""
    boxes: list[Box] = []
    for top, bottom in _split(ink, _joined(_spans(ink, axis=1), height), height):
        for left, right in _words(_spans(ink[top:bottom], axis=0), height):
            rows = np.flatnonzero(ink[top:bottom, left:right].any(axis=1))
            above, x = area.top + top, area.left
            boxes.append(Box(above + int(rows[0]), above + int(rows[-1]) + 1, x + left, x + right))
    # A speck on a line of its own is no line beside others.
    sizes = [max(box.bottom - box.top, box.right - box.left) for box in boxes]
    large = [b for b, size in zip(boxes, sizes, strict=True) if size >= _SMALLEST_LINE * height]
    return large or boxes


def large_ink(ink: Pixels, height: float, least: float = _SPECK) -> Pixels:
    """Ink without pieces smaller than a share of a character's height: specks, and dots too."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    sizes[0] = 0
    return (sizes >= least * height)[labels].astype(np.uint8)


def without_specks(ink: Pixels, height: float) -> Pixels:
    """Ink without specks that stand alone: dots stay beside a character, and in a row of dots."""
    large, dots = large_ink(ink, height), large_ink(ink, height, _DOT)
    if not large.any():
        return dots if _is_row_of_dots(dots, height) else large
    rows, columns = np.flatnonzero(large.any(axis=1)), np.flatnonzero(large.any(axis=0))
    reach = round(0.5 * height)
    kept = np.zeros_like(ink)
    near = np.s_[
        max(0, rows[0] - reach // 2) : rows[-1] + reach // 2,
        max(0, columns[0] - reach) : columns[-1] + reach,
    ]
    kept[near] = dots[near]
    return kept


def _is_row_of_dots(dots: Pixels, height: float) -> bool:
    """Whether dots are an ellipsis: at least three, level, and close to one another."""
    spans = _spans(dots, axis=0)
    gaps = [b[0] - a[1] for a, b in pairwise(spans)]
    level = dots.any(axis=1).sum() <= _SPECK * height and len(_spans(dots, axis=1)) == 1
    return len(spans) >= _FEW_DOTS and level and max(gaps) <= height


def cut(picture: Picture, line: Box, height: float, pad: tuple[float, float]) -> Pixels:
    """The grey picture of a line on white, `pad` (down, across) as shares of a character.

    A low line, such as a dash or a quotation mark, is given the height of a character.
    """
    strip = picture.grey[line.top : line.bottom, line.left : line.right]
    down, across = (max(1, round(share * height)) for share in pad)
    down += max(0, round(height - strip.shape[0])) // 2
    paper = int(np.percentile(strip, 95))
    return cv2.copyMakeBorder(strip, down, down, across, across, cv2.BORDER_CONSTANT, value=paper)


def count_marks(ink: Pixels, height: float) -> int:
    """How many pieces of ink stand side by side in a line: as many as its digits and signs."""
    return len([s for s in _spans(ink, axis=0) if s[1] - s[0] >= _DOT * height])


def mark_of(ink: Pixels, height: float) -> str:
    """The mark that the ink of a cell draws, if it is one straight stroke: — or /, else nothing.

    Strokes are told by their shape, since a recogniser takes them for 一 or 1. A level stroke at
    the edge of a cell may be what is left of a rule.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return ""
    stroke = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if _is_slanted(stroke, height):
        return "/"
    from_edge = min(columns[0], ink.shape[1] - 1 - columns[-1])
    middle = (rows[0] + rows[-1]) / 2 / len(ink)
    inside = from_edge >= _INSIDE * height and _EDGE < middle < 1 - _EDGE
    return "—" if inside and _is_level(stroke, height) else ""


def _is_level(stroke: Pixels, height: float) -> bool:
    """Whether ink is one thin level stroke."""
    thick, wide = stroke.shape
    whole = stroke.any(axis=0).mean() > _WHOLE
    return bool(whole and thick <= _THIN * height and wide >= max(_SHORTEST * height, 1.5 * thick))


def _is_slanted(stroke: Pixels, height: float) -> bool:
    """Whether ink is one thin straight stroke that leans to the right."""
    high = len(stroke)
    if high < _TALL * height or stroke.sum(axis=1).max() > _THIN * height:
        return False
    if stroke.any(axis=1).mean() < _WHOLE:
        return False
    rows = np.flatnonzero(stroke.any(axis=1))
    middles = np.array([np.flatnonzero(stroke[row]).mean() for row in rows])
    lean, start = np.polyfit(rows, middles, 1)
    off = np.abs(middles - (lean * rows + start)).max()
    return bool(-lean > _LEANING and off < _STRAIGHT * height)


def _spans(ink: Pixels, axis: int) -> list[tuple[int, int]]:
    """Stretches of rows (axis 1) or columns (axis 0) with ink: start, and end after the last."""
    filled = np.asarray(ink.any(axis=axis), dtype=np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled, [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _joined(spans: list[tuple[int, int]], height: float) -> list[tuple[int, int]]:
    """Stretches of rows joined to lines: a stroke over another is one character."""
    lines: list[tuple[int, int]] = []
    for start, end in spans:
        if lines and end - lines[-1][0] <= _ONE_LINE * height:
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((start, end))
    return lines


def _split(ink: Pixels, lines: list[tuple[int, int]], height: float) -> Iterator[tuple[int, int]]:
    """Lines that touch one another, split where their ink is thinnest."""
    for top, bottom in lines:
        while bottom - top > _SURELY_TWO * height:
            near, far = top + round(0.7 * height), top + round(1.5 * height)
            shadow = ink[near : min(far, bottom)].sum(axis=1)
            middle = near + int(np.argmin(shadow))
            yield top, middle
            top = middle
        yield top, bottom


def _words(spans: list[tuple[int, int]], height: float) -> list[tuple[int, int]]:
    """Stretches of columns joined to words, unless a wide gap is between them."""
    words: list[tuple[int, int]] = []
    for start, end in spans:
        near = bool(words) and start - words[-1][1] <= _WORD_GAP * height
        if near and end - words[-1][0] <= _LONGEST * height:
            words[-1] = (words[-1][0], end)
        else:
            words.append((start, end))
    return words
