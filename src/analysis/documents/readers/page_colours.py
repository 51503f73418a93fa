"""Colours that a page states → whether a text can be told from the ground that it stands on."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import tinycss2
from lxml import etree
from tinycss2.ast import FunctionBlock, Node
from tinycss2.color5 import parse_color

_CLOSE = 40
_FAINT = 0.3
_INHERITED = frozenset("inherit unset revert revert-layer currentcolor auto".split())
_SYSTEM = {
    **dict.fromkeys("initial windowtext canvastext fieldtext buttontext text".split(), "black"),
    **dict.fromkeys("window canvas field".split(), "white"),
    **{"buttonface": "#efefef", "menu": "#f7f7f7", "infobackground": "#ffffe1"},
}
_NO_GROUND = frozenset("none transparent inherit initial unset revert revert-layer".split())
_XYZ_TO_LINEAR = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_PICTURES = ("url", "image", "image-set", "-webkit-image-set", "cross-fade", "element")


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255, and how dense the colour is."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


WHITE = Colour(255, 255, 255)


@lru_cache(maxsize=4096)
def colour(value: str) -> Colour | None:
    """A colour in any notation; None where the notation is not understood."""
    return _colour(_SYSTEM.get(value, value))


def _colour(value: str | Node) -> Colour | None:
    """A colour of a style, as text or as a part of what is stated."""
    try:
        parsed = parse_color(value)
        if parsed is None or isinstance(parsed, str):
            return None
        space = "xyz-d65" if parsed.space in ("oklab", "oklch") else "srgb"
        told = parsed.to(space)
    except (
        ArithmeticError,
        AssertionError,
        LookupError,
        NotImplementedError,  # a colour of a space that the library does not convert
        TypeError,
        ValueError,
    ):
        return None
    parts = told.coordinates if space == "srgb" else _rgb_of_xyz(told.coordinates)
    red, green, blue = (255 * max(0.0, min(part, 1.0)) for part in parts)
    return Colour(red, green, blue, told.alpha)


def _rgb_of_xyz(xyz: Iterable[float]) -> list[float]:
    """Red, green and blue of a colour in the space of all that eyes see."""
    xyz = tuple(xyz)
    linear = [sum(a * b for a, b in zip(row, xyz, strict=True)) for row in _XYZ_TO_LINEAR]
    return [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear]


def legacy_colour(value: str) -> str:
    """A colour attribute as a style states it: a number sign may be missing, all else is read."""
    bare = value.strip().lower()
    if not bare or _colour(bare) or bare in _INHERITED:
        return bare
    digits = re.sub("[^0-9a-f]", "0", bare.lstrip("#")[:128])
    width = max(1, -(-len(digits) // 3))
    digits = digits.ljust(3 * width, "0")
    parts = [digits[n * width : (n + 1) * width][-8:] for n in range(3)]
    while len(parts[0]) > 2 and all(part[0] == "0" for part in parts):
        parts = [part[1:] for part in parts]
    return "#" + "".join(part[:2].rjust(2, "0") for part in parts)


def is_dark(value: str) -> bool:
    """Whether a text's colour is as dark as print: no ground but a dark one hides it."""
    if value in _INHERITED or not value:
        return True
    known = colour(value)
    return known is not None and known.alpha > 0.9 and max(known[:3]) < 96


def is_light(value: str) -> bool:
    """Whether a ground is as light as paper: no print is hidden by it."""
    found = grounds_in(value)
    return found is not None and all(min(_over(one, WHITE)[:3]) > 96 + _CLOSE for one in found)


@lru_cache(maxsize=4096)
def grounds_in(value: str) -> tuple[Colour, ...] | None:
    """The colours of a ground as stated, none where it has none; None if not understood."""
    found = list(_grounds(tinycss2.parse_component_value_list(value, skip_comments=True)))
    return None if None in found else tuple(one for one in found if one and one.alpha > 0)


def _grounds(tokens: Iterable[Node]) -> Iterator[Colour | None]:
    """The colours of the parts of a ground; None for a part that may be one, nobody knows which."""
    for token in tokens:
        if isinstance(token, FunctionBlock) and token.lower_name.endswith("gradient"):
            yield from _grounds(token.arguments)
        elif isinstance(token, FunctionBlock):
            if token.lower_name not in _PICTURES:
                yield _colour(token)
        elif token.type in ("ident", "hash"):
            known = colour(token.serialize().lower())
            if known and token.serialize().lower() not in _NO_GROUND:
                yield known


def is_as_its_ground(text: str, grounds: Iterable[str]) -> bool:
    """Whether a text's colour is, or nearly is, that of its ground, or is not understood.

    What is stated of the ground comes from the outside inwards.
    """
    own = colour(text)
    if own is None or own.alpha < _FAINT:
        return True
    under: list[Colour] = [WHITE]
    for stated in grounds:
        found = grounds_in(stated)
        if found is None:
            return True
        if found:
            under = [_over(one, below) for one in found[:9] for below in under[:9]]
    return any(_are_close(_over(own, below), below) for below in under)


def _over(one: Colour, below: Colour) -> Colour:
    """A colour laid over another that is dense."""
    mixed = [a * one.alpha + b * (1 - one.alpha) for a, b in zip(one[:3], below[:3], strict=True)]
    return Colour(mixed[0], mixed[1], mixed[2])


def _are_close(one: Colour, other: Colour) -> bool:
    """Whether two colours can hardly be told apart."""
    return max(abs(a - b) for a, b in zip(one[:3], other[:3], strict=True)) < _CLOSE


def stated_text(element: etree._Element, own: dict[str, str]) -> str:
    """The colour that an element states for its text; nothing where it takes that around it."""
    value = own.get("-webkit-text-fill-color", "") or own.get("color", "")
    if not value and element.tag == "font":
        value = legacy_colour(element.get("color", ""))
    if not value and element.tag == "body":
        value = legacy_colour(element.get("text", ""))
    return "" if value in _INHERITED else value


def stated_grounds(element: etree._Element, own: dict[str, str]) -> list[str]:
    """What an element states for the ground that it stands on."""
    names = ("background-color", "background", "background-image")
    found = [own[name] for name in names if name in own]
    if not found and "bgcolor" in element.attrib:
        found = [legacy_colour(element.get("bgcolor", ""))]
    return [one for one in found if one and one not in _NO_GROUND]
