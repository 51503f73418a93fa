"""Figures that a page's mark-up cuts into pieces: pieces that look unlike are parted by a blank.

A reference behind a figure is small, raised or set off; a figure cut by mark-up that nobody sees
is of one size and stands on one line, whatever its pieces are called.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from analysis.documents.readers.page_looks import UNSEEN, declared

_CUT = re.compile(r"[\d.,]\0(?:.*\0)?[\d.,]", re.DOTALL)  # what stands between may be hidden
# A digit, tags that end no cell, and more text: most pages have no such place in their tables.
_TAGS_BETWEEN = r"(?!/?t[dhr])[^>]*>(?:\s*<(?!/?t[dhr])[^>]*>)*\s*[^<\s]"
_MAY_CUT = re.compile(rf"<(?<=[\d.,]<){_TAGS_BETWEEN}", re.IGNORECASE)
_MAY_CUT_CODED = re.compile(rf"<(?<=[\d.,;a-f]<){_TAGS_BETWEEN}", re.IGNORECASE)  # as &#x2e;
_AT_TIMES = re.compile(r"(?:^|[\s_-])(?:hid(?:e|den)|none|sr|invisible|visible|visually)\b", re.I)
_BASE = 16.0
_ALIKE = 0.9  # sizes nearer than this can't be told apart by eye
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "": 1.0}
_SHARES = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_SIZES = dict(
    zip(
        ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"),
        (9.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0),
        strict=True,
    )
)
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_STEPS = {"smaller": 1 / 1.2, "larger": 1.2}
_TAG_STEPS = {"small": 1 / 1.2, "big": 1.2}
_SIZE = re.compile(r"([+-]?\d*\.?\d+)\s*([a-z%]*)")
_IN_FONT = re.compile(
    rf"(?:^|\s)(\d*\.?\d+(?:px|pt|r?em|%)|{'|'.join([*_SIZES, *_STEPS])})(?=/|\s)"
)
_NONE = re.compile(r"(?:[+-]?(?:0+\.?0*|\.0+)(?:[a-z]+|%)?|auto|none|initial|inherit|unset)$")
_LEVEL = re.compile(r"baseline|top|bottom|text-|inherit|initial|unset|auto|normal|none|$")
_INLINE = re.compile(r"inline\s*$|contents|initial|unset")
_RAISED = re.compile(r".*(?:super|sub|[\"']s(?:up|ub)s)")
_RAISING = ("font-variant", "font-variant-position", "font-feature-settings")
_BORDERS = ("border", "border-left", "border-right")
_EDGES = ("margin-left", "margin-right", "padding-left", "padding-right")


class Look(NamedTuple):
    """How big a piece of text is, in pixels, and by what it is raised or lowered."""

    size: float
    shift: str


def cut_figures(root: etree._Element, source: str) -> list[etree._Element]:
    """Cells with no table in them in which mark-up cuts a figure into pieces."""
    first, last = source.find("<td"), source.rfind("</td")
    last = last if last > 0 else len(source)
    if not _MAY_CUT_CODED.search(source, max(first, 0), last):
        return []
    if "&#" not in source and not _MAY_CUT.search(source, max(first, 0), last):
        return []
    cells = (cell for cell in root.iter("td", "th") if len(cell) and not _is_whole(cell))
    cut = (cell for cell in cells if _CUT.search("\0".join(cell.itertext())))
    return [cell for cell in cut if cell.find(".//table") is None]


def _is_whole(cell: etree._Element) -> bool:
    """Whether all that a cell prints is one piece, as where a paragraph is all that it holds."""
    return len(cell) == 1 and not len(cell[0]) and not cell[0].tail and not cell.text


def part_unlike_pieces(cell: etree._Element) -> None:
    """Put a blank between two pieces of a figure that look unlike, or that stand apart."""
    last, apart = ("", Look(_BASE, "")), False
    for piece in _pieces(cell):
        if piece is None:
            apart = True
            continue
        owner, place, look = piece
        text = getattr(owner, place)
        if (apart or not _are_alike(last[1], look)) and _CUT.match(f"{last[0]}\0{text[0]}"):
            setattr(owner, place, f" {text}")
        last, apart = (text[-1], look), False


def _pieces(cell: etree._Element) -> Iterator[tuple[etree._Element, str, Look] | None]:
    """Pieces of a cell's text, each with its look; None for an edge that stands apart."""
    looks = [Look(_BASE, "")]
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            looks.append(_look_within(element, looks[-1]))
        else:
            looks.pop()
        unseen = element.get("look") in UNSEEN
        if element is not cell and not unseen and _is_apart(element):
            yield None
        if event == "start" and unseen:
            walk.skip_subtree()
        elif event == "start" and element.text:
            yield element, "text", looks[-1]
        elif event == "end" and element is not cell and element.tail:
            yield element, "tail", looks[-1]


def _is_apart(element: etree._Element) -> bool:
    """Whether an element is set off, or by its class is shown at times: by sheets not at hand."""
    names = element.get("class")
    shown_at_times = names is not None and _AT_TIMES.search(names)
    return bool(shown_at_times) or _stands_apart(element.get("style", ""))


def _look_within(element: etree._Element, around: Look) -> Look:
    """The look of an element's text, given that of the text around it."""
    style = element.get("style", "")
    size = around.size * _TAG_STEPS.get(element.tag, 1.0)
    if element.tag == "font" and element.get("size"):
        size = _size_of_font(element.get("size", ""))
    stated = _stated_size(style)
    size = size if stated is None else stated[0] + stated[1] * around.size
    zoom = declared(style).get("zoom", "1")
    size *= float(zoom) if _NUMBER.fullmatch(zoom) else 1.0
    is_cell = element.tag in ("td", "th")
    return Look(size, around.shift if is_cell else around.shift + _shift(style))


def _are_alike(one: Look, other: Look) -> bool:
    """Whether two pieces look like pieces of one figure."""
    small, large = sorted((one.size, other.size))
    return small >= _ALIKE * large and one.shift == other.shift


def _size_of_font(value: str) -> float:
    """The size that <font size> asks for: 1 to 7, or steps from 3."""
    found = re.match(r"\s*([+-]?)(\d{1,2})", value)
    if not found:
        return _BASE
    steps = int(found[1] + found[2]) + (3 if found[1] else 0)
    return list(_SIZES.values())[max(1, min(steps, 7))]


@lru_cache(maxsize=4096)
def _stated_size(style: str) -> tuple[float, float] | None:
    """The size that a style states: pixels, and a share of the size around it."""
    own = declared(style)
    found = _IN_FONT.search(own.get("font", ""))
    value = own.get("font-size", found[1] if found else "")
    if value in _SIZES:
        return _SIZES[value], 0.0
    if value in _STEPS:
        return 0.0, _STEPS[value]
    number = _SIZE.fullmatch(value)
    if number is None:
        return None if value in ("", "inherit", "unset") else (0.0, 0.0)
    if number[2] in _SHARES:
        return 0.0, float(number[1]) * _SHARES[number[2]]
    return float(number[1]) * _PIXELS.get(number[2], _BASE), 0.0


@lru_cache(maxsize=4096)
def _shift(style: str) -> str:
    """What raises or lowers an element's text; nothing where it stands on the line."""
    own = declared(style)
    shifts = [own.get("vertical-align", ""), own.get("mso-text-raise", "")]
    if own.get("position", "static") != "static":
        shifts += [own.get("top", ""), own.get("bottom", "")]
    raised = [own[name] for name in _RAISING if _RAISED.match(own.get(name, ""))]
    raised.append(own.get("font-size-adjust", ""))
    moved = [s for s in shifts if not _NONE.match(s) and not _LEVEL.match(s)]
    return " ".join(moved + raised)


@lru_cache(maxsize=4096)
def _stands_apart(style: str) -> bool:
    """Whether a style sets an element off from the text beside it."""
    own = declared(style)
    sides = [own.get(name, "0") for name in _EDGES]
    sides += [
        own.get(name, "0").split(" ")[0] for name in _BORDERS if "none" not in own.get(name, "")
    ]
    sides += [side for name in ("margin", "padding") for side in _sides(own.get(name, "0"))]
    if own.get("position", "static") != "static":
        sides += [own.get("left", "0"), own.get("right", "0")]
    return (
        any(not _NONE.match(side) for side in sides)
        or own.get("float", "none") in ("left", "right")
        or own.get("position", "static") in ("absolute", "fixed")
        or not _INLINE.match(own.get("display", "inline"))
    )


def _sides(value: str) -> list[str]:
    """The right and left of a margin given as one to four lengths."""
    lengths = value.split()
    return [lengths[n] for n in (1, 3) if n < len(lengths)] or lengths[:1]
