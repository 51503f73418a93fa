"""Conditional formats of old workbooks, which no library tells: read from their own records."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from analysis.documents.readers.ink import Colour
from analysis.documents.readers.sheet_ink import Print
from analysis.documents.readers.sheet_veils import Rule

_SHEET, _AREA, _RULE = 0x85, 0x1B0, 0x1B1
_NUMBER, _FONT, _ALIGNMENT, _BORDER, _FILL = (1 << bit for bit in (25, 26, 27, 28, 29))
_STRUCK = 0x80
Palette = Mapping[int, Colour | None]


def rules(stream: bytes, palette: Palette) -> dict[int, list[Rule]]:
    """The conditional formats of a workbook by the number of their worksheet, from 0."""
    if _AREA.to_bytes(2, "little") not in stream:
        return {}
    starts: list[int] = []
    found: dict[int, list[Rule]] = {}
    places: tuple[tuple[int, int, int, int], ...] = ()
    for at, kind, body in _records(stream):
        if kind == _SHEET and body[5:6] == b"\0":
            starts.append(_int(body, 0, 4))
        elif kind == _AREA:
            places = tuple(_places(body))
        elif kind == _RULE:
            rule = Rule(places, (_look(body, palette),), "", ())
            found.setdefault(bisect_right(starts, at) - 1, []).append(rule)
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The records of a workbook: where each stands, of what kind it is, what it holds."""
    at = 0
    while at + 4 <= len(stream):
        size = _int(stream, at + 2)
        yield at, _int(stream, at), stream[at + 4 : at + 4 + size]
        at += 4 + size


def _int(data: bytes, at: int, size: int = 2) -> int:
    """A number at a place."""
    return int.from_bytes(data[at : at + size], "little")


def _places(body: bytes) -> Iterator[tuple[int, int, int, int]]:
    """First row and column and last row and column of each range of an area, from 0."""
    for at in range(14, min(14 + 8 * _int(body, 12), len(body)), 8):
        top, bottom, left, right = (_int(body, at + n) for n in (0, 2, 4, 6))
        yield top, left, bottom, right


def _look(body: bytes, palette: Palette) -> Print:
    """What a rule may make of a cell; a number format of its own may hide what it holds."""
    has, at = _int(body, 6, 4), 12
    if has & _NUMBER:
        return Print(hides=True)
    ink = ground = None
    struck = False
    if has & _FONT:
        struck = bool(_int(body, at + 68, 4) & _STRUCK)
        ink = palette.get(_int(body, at + 80, 4))
        at += 118
    at += 8 * bool(has & _ALIGNMENT) + 8 * bool(has & _BORDER)
    if has & _FILL:
        ground = palette.get(_int(body, at + 2) >> 7 & 0x7F)
    return Print(ink, ground, hides=struck)
