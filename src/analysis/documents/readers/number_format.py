"""What a workbook's number formats print: `0"件"` prints 12 as 12件, and `0;-0;;@` no zero."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from analysis.documents.grid import UNREAD

BUILT_IN = {
    **dict.fromkeys((5, 6), '"¥"#,##0;"¥"-#,##0'),
    **dict.fromkeys((7, 8), '"¥"#,##0.00;"¥"-#,##0.00'),
    **{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)", 39: "#,##0.00_);(#,##0.00)"},
    **{40: "#,##0.00_);(#,##0.00)", 41: '#,##0_);(#,##0);"-"_);@', 42: '#,##0_);(#,##0);"-"_);@'},
    **{43: '#,##0.00_);(#,##0.00);"-"??_);@', 44: '#,##0.00_);(#,##0.00);"-"??_);@', 49: "@"},
}
UNKNOWN = "?/?"  # a date, a fraction, or one of those that a language has of its own
_WHOLE = (0, 7, -7, 1234567, -1234567)
_GENERAL = re.compile(r"(?:General|G/通用格式|@)", re.IGNORECASE)
_SECTIONS = re.compile(r'(?:[^;"\\]|"[^"]*"|\\.)+|(?<=;)(?=;|$)|^(?=;)')
# White is not among them, nor the second colour, which is white: what is printed so is not seen.
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|yellow|(?:color|颜色) ?(?!2\])\d+|[黑蓝绿红黄]色"
    r"|\$-[^\]]*)\]",
    re.IGNORECASE,
)
_PIECES = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<general>General|G/通用格式|@)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+)"
    r"|(?P<sign>[-+() :!^&'~{}=<>%]|[^\x00-\x7f])",
    re.IGNORECASE,
)


def plain_text(value: float) -> str:
    """A value as the General format has it: whole without a point, else to 15 digits."""
    return str(int(value)) if value % 1 == 0 and abs(value) < 1e15 else f"{value:.15g}"


def is_general(code: str) -> bool:
    """Whether a format prints numbers and texts as they are."""
    return not code or _GENERAL.fullmatch(code) is not None


@lru_cache(maxsize=4096)
def printed(value: float, code: str) -> str:
    """What a number prints in a format.

    An object sign stands beside it where the format is not understood, or shows a negative number
    by its colour alone.
    """
    if is_general(code):
        return plain_text(value)
    section, shown = _section(value, _sections(code))
    try:
        text = _fill(shown, section)
    except (InvalidOperation, ValueError):
        text = None
    if text is None:
        return f"{plain_text(value)}{UNREAD}"
    unsigned = value < 0 and not {"-", "("} & set(text) and any(map(str.isdecimal, text))
    return f"{text}{UNREAD * unsigned}"


def printed_text(text: str, code: str) -> str:
    """What a text prints in a format: itself, unless a fourth section says otherwise."""
    sections = _sections(code)
    last = sections[3] if len(sections) == 4 else sections[-1] if "@" in sections[-1] else "@"
    pieces = [(m["quoted"] or m["escaped"] or m["general"] or "") for m in _PIECES.finditer(last)]
    return "".join(text if piece == "@" else piece for piece in pieces)


@lru_cache(maxsize=1024)
def prints_whole_numbers(code: str) -> bool:
    """Whether a format prints texts and whole numbers of any sign and size as they are stored."""
    shown = [printed(value, code) for value in _WHOLE]
    return shown == list(map(str, _WHOLE)) and printed_text("a", code) == "a"


@lru_cache(maxsize=1024)
def _sections(code: str) -> list[str]:
    """The parts of a format for positive and negative numbers, zero and text."""
    return _SECTIONS.findall(_COLOUR.sub("", code)) or [""]


def _section(value: float, sections: list[str]) -> tuple[str, float]:
    """The section that a number takes, and the number that it then shows."""
    if value < 0 and len(sections) > 1 and not _is_for_text(sections[1]):
        return sections[1], -value
    if value == 0 and len(sections) > 2 and not _is_for_text(sections[2]):
        return sections[2], value
    return sections[0], value


def _is_for_text(section: str) -> bool:
    """Whether a section stands for texts alone."""
    return section.strip() == "@"


def _fill(value: float, section: str) -> str | None:
    """A number set into a section; None for dates, fractions, exponents and conditions."""
    pieces = list(_PIECES.finditer(section))
    n_numbers = sum(1 for m in pieces if m["digits"] or m["general"])
    if sum(len(m[0]) for m in pieces) != len(section) or n_numbers > 1:
        return None
    shown = Decimal(f"{value:.15g}") * 100 ** sum(m["sign"] == "%" for m in pieces)
    body = "".join(_piece(m, shown) for m in pieces)
    is_negative = shown < 0 and any(sign in body for sign in "123456789")
    return f"-{body}" if is_negative and n_numbers else body


def _piece(piece: re.Match[str], shown: Decimal) -> str:
    """What one piece of a section prints."""
    if piece["digits"]:
        return _digits(abs(shown), piece["digits"])
    if piece["general"]:
        return plain_text(abs(float(shown)))
    return piece["quoted"] or piece["escaped"] or piece["currency"] or piece["sign"] or ""


def _digits(value: Decimal, pattern: str) -> str:
    """A number in a pattern of digits: decimals rounded half up, thousands parted where asked."""
    thousandths = len(pattern) - len(pattern.rstrip(","))
    whole, _, decimals = pattern.rstrip(",").partition(".")
    rounded = (value / 1000**thousandths).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    left = left.lstrip("0").rjust(whole.count("0"), "0")
    kept = len(decimals.rstrip("#?"))
    right = right[:kept] + right[kept:].rstrip("0")
    if "," in whole:
        left = f"{int(left or 0):,}" if left else left
    return f"{left}.{right}" if "." in pattern and (right or kept) else left
