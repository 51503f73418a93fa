"""How figures are rounded for people to read: halves up, as everyone learns it (62.5% is 63%).

The one place where figures, tables and sentences round; what is compared is never rounded.
"""

from decimal import ROUND_HALF_UP, Decimal

_HALF = 0.005  # half a per cent
# Decimals and shape of a value of each kind of indicator.
_SHAPES = {
    "share": (3, "{:.1%}"),
    "ratio": (1, "{:,.1f}"),
    "difference": (0, "{:+,.0f}"),
    "count": (0, "{:,.0f}"),
}


def percent(share: float) -> str:
    """A share in whole per cent, such as 63%; what is not quite none or all is shown as such."""
    if 0 < share < _HALF:
        return "<1%"
    if 1 - _HALF <= share < 1:
        return ">99%"
    return f"{_rounded(share, 2):.0%}"


def written(kind: str, value: float) -> str:
    """A value of a kind of indicator: 62.5%, 1,234.5, +12 or 1,234."""
    decimals, shape = _SHAPES[kind]
    return shape.format(_rounded(value, decimals))


def _rounded(value: float, decimals: int) -> Decimal:
    """A value to some decimals; what is half as it is written, such as 0.285, counts as half."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
