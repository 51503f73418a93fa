"""What is seen of ink: colours that can't be told from their ground, fonts of signs, sizes."""

import string

Colour = tuple[int, int, int]
PAPER: Colour = (255, 255, 255)
INK: Colour = (0, 0, 0)
_CLOSE = 40
# Symbol is not among them: its digits are digits.
SIGN_FONTS = ("Wingdings", "Webdings", "ZapfDingbats", "ITC Zapf Dingbats", "Marlett", "MT Extra")
LEAST_POINTS = 3  # smaller text can't be read
ALIKE = 0.9  # sizes nearer than this can't be told apart by eye


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
