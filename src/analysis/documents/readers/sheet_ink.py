"""What a workbook's styles let be seen of its figures: colours, sizes, fonts of signs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from lxml import etree
from xlrd.formatting import excel_default_palette_b8

from analysis.documents.readers.ink import (
    ALIKE,
    INK,
    LEAST_POINTS,
    PAPER,
    SIGN_FONTS,
    Colour,
    are_close,
    mixed,
    of_hex,
)
from analysis.documents.readers.number_format import prints_whole_numbers

T = TypeVar("T")
_GREY: Colour = (128, 128, 128)  # for accents, which are neither ink nor paper
_THEME = (PAPER, INK, (231, 230, 230), (68, 84, 106), *[_GREY] * 8)
_PALETTE = [*excel_default_palette_b8[:8], *excel_default_palette_b8, INK, PAPER]
_OFF = ("0", "false", "baseline")
LOW = 4  # points: a row of less height shows no figures
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Print:
    """How a cell is printed: ink and ground where stated, its size, and whether it hides its text.

    `struck` says that its text is struck through, raised or lowered, `fits` that it is made small
    enough for its column.
    """

    ink: Colour | None = None
    ground: Colour | None = None
    size: float = 11
    hides: bool = False
    struck: bool = False
    fits: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether the ink can be told from the ground."""
        return not self.hides and not are_close(self.ink or INK, self.ground or PAPER)

    def under(self, other: "Print") -> "Print":
        """This look with that of a conditional format laid over it."""
        return replace(
            self,
            ink=other.ink or self.ink,
            ground=other.ground or self.ground,
            hides=self.hides or other.hides,
        )


PLAIN = Print()


Parts = dict[str, etree._Element]


def parts_of(styles: etree._Element) -> Parts:
    """The lists that a workbook's styles consist of, by name."""
    return {part.tag.rpartition("}")[2]: part for part in styles.iterchildren(etree.Element)}


def prints(styles: Parts) -> list[Print]:
    """How each cell style of a workbook prints, in the order of their numbers."""
    fonts = [_font(font) for font in styles.get("fonts", ())]
    grounds = [_ground(fill) for fill in styles.get("fills", ())]
    found = []
    for xf in styles.get("cellXfs", ()):
        font, ground = at(fonts, xf.get("fontId"), PLAIN), at(grounds, xf.get("fillId"), None)
        look = replace(font, ground=ground) if ground else font
        found.append(_aligned(look, xf[0]) if len(xf) else look)
    return found


def _aligned(look: Print, alignment: etree._Element) -> Print:
    """A look with what its alignment does to it: fill a cell with copies, make its text small."""
    repeats = alignment.get("horizontal") == "fill"
    fits = alignment.get("shrinkToFit", "0") not in _OFF
    return replace(look, hides=look.hides or repeats, fits=fits)


def formats(styles: Parts) -> list[Print]:
    """What each differential format of a workbook, for conditions, may make of a cell."""
    return [format_of(dxf) for dxf in styles.get("dxfs", ())]


def odd_pieces(item: etree._Element, size: float) -> tuple[bool, frozenset[Colour]]:
    """Whether pieces of a text differ in more than their fonts, and the colours of its digits."""
    pieces = [
        ("".join(t.text or "" for t in run.iterfind("{*}t")), run.find("{*}rPr"))
        for run in item.iter("{*}r")
    ]
    return differ([(text, _font(look, size)) for text, look in pieces if text])


def differ(pieces: list[tuple[str, Print]]) -> tuple[bool, frozenset[Colour]]:
    """As `odd_pieces`, of texts and how they are printed."""
    is_odd = any(
        left[-1].isdigit() and right[0].isdigit() and not _are_alike(one.size, other.size)
        for (left, one), (right, other) in pairwise(pieces)
    )
    with_digits = [look for text, look in pieces if has_digits(text)]
    is_odd |= any(look.struck for _, look in pieces) or any(look.hides for look in with_digits)
    inks = (look.ink for look in with_digits)
    return is_odd, frozenset(ink for ink in inks if ink and not are_close(ink, INK))


def has_digits(text: str) -> bool:
    """Whether a text holds digits."""
    return any(map(str.isdigit, text))


def _are_alike(one: float, other: float) -> bool:
    """Whether two sizes can't be told apart by eye."""
    return min(one, other) >= ALIKE * max(one, other)


def at(items: Sequence[T], number: str | None, default: T) -> T:
    """An item by its number, which may be none."""
    n = int(number) if number and number.isdecimal() and len(number) < 6 else 0
    return items[n] if n < len(items) else default


def _font(font: etree._Element | None, size: float = 11) -> Print:
    """How a font prints; without a font, as plain text of a size."""
    ink, hides, struck = None, False, False
    for part in () if font is None else font:
        name, value = part.tag.rpartition("}")[2], part.get("val", "")
        if name == "color":
            ink = colour_of(part)
        elif name == "sz" and NUMBER.fullmatch(value):
            size = float(value)
        elif name in ("name", "rFont"):
            hides = value.startswith(SIGN_FONTS)
        elif name in ("strike", "vertAlign"):
            struck = value not in _OFF
    return Print(ink, None, size, hides or size < LEAST_POINTS, struck)


def _ground(fill: etree._Element, solid: str = "fgColor") -> Colour | None:
    """The colour of a fill; None where there is none."""
    stop = fill.find("{*}gradientFill/{*}stop/{*}color")
    pattern = fill.find("{*}patternFill")
    if stop is not None or pattern is None:
        return None if stop is None else colour_of(stop)
    kind = pattern.get("patternType", "none" if solid == "fgColor" else "solid")
    colour = pattern.find("{*}" + (solid if kind == "solid" else "bgColor"))
    return None if kind == "none" or colour is None else colour_of(colour)


def colour_of(element: etree._Element) -> Colour | None:
    """A colour by its digits, its number in the palette or theme; None for an automatic one."""
    colour = of_hex(element.get("rgb"))
    if element.get("theme"):
        colour = at(_THEME, element.get("theme"), _GREY)
    elif element.get("indexed"):
        own = element.getroottree().iterfind("{*}colors/{*}indexedColors/{*}rgbColor")
        stated = at(list(own), element.get("indexed"), None)
        colour = at(_PALETTE, element.get("indexed"), None)
        colour = colour if stated is None else of_hex(stated.get("rgb"))
    tint = element.get("tint", "0")
    share = float(tint) if NUMBER.fullmatch(tint) else 0.0
    return mixed(colour, PAPER if share > 0 else INK, min(abs(share), 1)) if colour else None


def format_of(dxf: etree._Element) -> Print:
    """What a differential format may make of a cell."""
    font, fill, number = (dxf.find("{*}" + name) for name in ("font", "fill", "numFmt"))
    look = _font(font)
    is_odd = number is not None and not prints_whole_numbers(number.get("formatCode", "General"))
    ground = None if fill is None else _ground(fill, "bgColor")
    return replace(look, ground=ground, hides=look.hides or look.struck or is_odd)


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
