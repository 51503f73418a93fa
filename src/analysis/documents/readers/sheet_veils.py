"""What may hide figures of a sheet: conditional formats, and columns too narrow for numbers."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from analysis.documents.readers.sheet_ink import (
    NUMBER,
    PLAIN,
    Print,
    at,
    colour_of,
    column_number,
    format_of,
)

_MANY = 500  # ranges, more than which are taken as one around them all
_MARGIN = 0.5  # at both sides of a number, in digits
_RANGE = re.compile(r"\$?([A-Z]{0,3})\$?(\d{0,7})(?::\$?([A-Z]{0,3})\$?(\d{0,7}))?", re.IGNORECASE)
_HOLDS: dict[str, Callable[[float, float, float], bool]] = {
    "equal": lambda v, a, _: v == a,
    "notEqual": lambda v, a, _: v != a,
    "lessThan": lambda v, a, _: v < a,
    "lessThanOrEqual": lambda v, a, _: v <= a,
    "greaterThan": lambda v, a, _: v > a,
    "greaterThanOrEqual": lambda v, a, _: v >= a,
    "between": lambda v, a, b: a <= v <= b,
    "notBetween": lambda v, a, b: not a <= v <= b,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A conditional format: the places (first and last, from 0) that it may change, and how."""

    places: tuple[tuple[int, int, int, int], ...]
    looks: tuple[Print, ...]
    operator: str
    limits: tuple[float, ...]

    def hides(self, row: int, column: int, value: str, own: Print) -> bool:
        """Whether the format may hide what a cell of such a look holds."""
        is_here = any(
            top <= row <= bottom and left <= column <= right
            for top, left, bottom, right in self.places
        )
        hides = (not own.under(look).is_seen for look in self.looks)
        return is_here and self._may_hold(value) and any(hides)

    def _may_hold(self, value: str) -> bool:
        """Whether the rule's condition holds for a value, or can't be told to hold or not."""
        if self.operator not in _HOLDS or not self.limits or not NUMBER.fullmatch(value):
            return True
        return _HOLDS[self.operator](float(value), self.limits[0], self.limits[-1])


@dataclass(frozen=True, slots=True)
class Veils:
    """What may hide cells: rules, widths of narrow columns in digits of the font of a size."""

    rules: list[Rule]
    widths: dict[int, float]
    merged: frozenset[tuple[int, int]]
    size: float

    def room(self, largest: float) -> float:
        """How many digits find room in any column, in fonts of no more than a size."""
        narrowest = min(self.widths.values(), default=math.inf)
        return (narrowest - _MARGIN) * self.size / max(largest, 1)

    def hide(
        self, place: tuple[int, int], cell: etree._Element, look: Print, shown: str | None
    ) -> bool:
        """Whether nobody can tell if what a cell holds is seen."""
        stored = cell.findtext("{*}v", "")
        is_number = cell.get("t", "n") == "n"
        if any(rule.hides(*place, stored if is_number else "", look) for rule in self.rules):
            return True
        width = self.widths.get(place[1])
        if not is_number or width is None or look.fits or place in self.merged:
            return False
        text = (stored.partition(".")[0] if shown is None else shown).strip()
        return is_too_wide(text, look, width, self.size)


def veils(
    sheet: etree._Element,
    formats: list[Print],
    looks: list[Print],
    widths: dict[int, float],
    size: float,
) -> Veils | None:
    """What may hide cells of a sheet that look one of some ways, or None where nothing does."""
    known = that_may_hide(_rules(sheet, formats), looks)
    merges = (_places(e.get("ref", "")) for e in sheet.iterfind("{*}mergeCells/{*}mergeCell"))
    merged = frozenset((top, left) for places in merges for top, left, _, _ in places)
    return Veils(known, widths, merged, size) if known or widths else None


def that_may_hide(rules: Iterable[Rule], looks: Iterable[Print]) -> list[Rule]:
    """The rules that may hide cells which look one of some ways; many of them as one."""
    own = {PLAIN, *looks}
    hiding: dict[Print, bool] = {}
    found = []
    for rule in rules:
        for look in rule.looks:
            if look not in hiding:
                hiding[look] = any(not one.under(look).is_seen for one in own)
        found += [rule] if any(map(hiding.__getitem__, rule.looks)) else []
    places = [place for rule in found for place in rule.places]
    if len(places) <= _MANY:
        return found
    tops, lefts, bottoms, rights = zip(*places, strict=True)
    around = (min(tops), min(lefts), max(bottoms), max(rights))
    return [Rule((around,), (Print(hides=True),), "", ())]


def is_too_wide(number: str, look: Print, width: float, size: float) -> bool:
    """Whether a number finds no room in a column whose width is told in digits of a size.

    Points and commas take half the room of a digit.
    """
    digits = sum(1.0 if c.isdigit() else 0.5 for c in number)
    return digits * look.size / size > width - _MARGIN


def _rules(sheet: etree._Element, known: list[Print]) -> Iterator[Rule]:
    """The conditional formats of a sheet."""
    for area in sheet.iter("{*}conditionalFormatting"):
        places = tuple(_places(area.get("sqref") or area.findtext("{*}sqref", "")))
        for rule in area.iterfind("{*}cfRule"):
            looks = tuple(_looks(rule, known))
            operator = rule.get("operator", "") if rule.get("type") == "cellIs" else ""
            yield Rule(places, looks, operator, _limits(rule))


def _looks(rule: etree._Element, known: list[Print]) -> Iterator[Print]:
    """What a rule may make of a cell: its format, a bar or sign instead, a colour of a scale."""
    inline = rule.find("{*}dxf")
    if inline is not None:
        yield format_of(inline)
    elif rule.get("dxfId") is not None:
        yield at(known, rule.get("dxfId"), Print(hides=True))
    for scale in rule.iter("{*}colorScale", "{*}dataBar", "{*}iconSet"):
        if scale.get("showValue") in ("0", "false"):
            yield Print(hides=True)
        for colour in scale.iter("{*}color", "{*}fillColor"):
            yield Print(ground=colour_of(colour))


def _limits(rule: etree._Element) -> tuple[float, ...]:
    """The numbers that a rule compares with; none where it compares with anything else."""
    stated = [f.text or "" for f in rule.iter("{*}formula", "{*}f")]
    is_plain = stated and all(map(NUMBER.fullmatch, stated))
    return tuple(map(float, stated)) if is_plain else ()


def _places(ranges: str) -> Iterator[tuple[int, int, int, int]]:
    """First row and column and last row and column of each range, from 0."""
    for found in map(_RANGE.fullmatch, ranges.split()):
        if found:
            left, top, right, bottom = found.groups()
            if right is None and bottom is None:
                right, bottom = left, top
            yield (
                int(top or 1) - 1,
                column_number(left or "A") - 1,
                int(bottom or 10**7) - 1,
                column_number(right or "ZZZ") - 1,
            )
