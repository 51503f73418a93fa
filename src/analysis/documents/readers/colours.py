"""Colours of ink and of what it stands on: whether eyes can tell them apart."""

import string

Colour = tuple[int, int, int]
PAPER: Colour = (255, 255, 255)
INK: Colour = (0, 0, 0)
_CLOSE = 40


def of_hex(text: str | None) -> Colour | None:
    """The colour of six hexadecimal digits, before which two more may tell how solid it is."""
    digits = (text or "")[-6:]
    if len(digits) < 6 or not set(digits) <= set(string.hexdigits):
        return None
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour with a share of another in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def are_close(one: Colour, other: Colour) -> bool:
    """Whether two colours can hardly be told apart."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < _CLOSE
