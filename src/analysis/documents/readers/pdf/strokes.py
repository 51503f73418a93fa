"""Characters that a stroke runs through: struck out, they are no longer part of what is printed.

A line below a figure, or beside it, strikes nothing; only one through its middle does.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Box, Glyph, Rule, Segment

_HEART = 0.25  # of a character: what lies within this of its edges is its rim
_THROUGH = 0.5  # of a character's width or height: a stroke aslant is as long
# In points:
_BELOW = 2.5  # where lines that underline lie, at most
_OVER = 2.0  # by which a line may go on beyond its text
_MEETS = 1.0
_LARGEST = 36.0  # larger characters are no figures of tables
_MOST = 1_000  # lines aslant; more make a drawing


def struck(
    glyphs: Iterable[Glyph], across: Iterable[Rule], aslant: Sequence[Segment]
) -> tuple[list[Glyph], list[Rule]]:
    """The characters, those of figures that are struck out as signs that can't be read.

    The lines that go no further than what they strike out or underline are given too.
    """
    level = sorted(across)
    heights = [rule.position for rule in level]
    slants = aslant if len(aslant) <= _MOST else ()
    found: list[Glyph] = []
    reach: dict[Rule, tuple[float, float]] = {}
    for glyph in glyphs:
        _, _, top, _, bottom, base, size, _ = glyph
        first = bisect_left(heights, top + _HEART * (bottom - top))
        last = bisect_right(heights, max(bottom, base) + _BELOW, first)
        if size <= _LARGEST and (first < last or slants) and glyph.text.strip():
            lines = _along(glyph, level[first:last])
            _reach_out(reach, glyph, lines)
            if glyph.text.isnumeric() and _is_struck(glyph, lines, slants):
                glyph = glyph._replace(text=UNREAD)
        found.append(glyph)
    return found, [
        rule
        for rule, (left, right) in reach.items()
        if left - _OVER <= rule.start and rule.end <= right + _OVER
    ]


def belongs_to_text(line: Rule, down: Iterable[Rule]) -> bool:
    """Whether a line that goes no further than its text meets no rule, as sides of cells do."""
    return not any(
        min(abs(rule.position - line.start), abs(rule.position - line.end)) <= _MEETS
        and rule.start - _MEETS <= line.position <= rule.end + _MEETS
        for rule in down
    )


def _heart(glyph: Glyph) -> Box:
    """A character's box without its rim."""
    left, top, right, bottom = glyph[1:5]
    x, y = _HEART * (right - left), _HEART * (bottom - top)
    return Box(left + x, top + y, right - x, bottom - y)


def _along(glyph: Glyph, lines: Iterable[Rule]) -> list[Rule]:
    """The lines that run along a character from side to side."""
    left, _, right, _ = _heart(glyph)
    return [line for line in lines if line.start <= left and right <= line.end]


def _reach_out(reach: dict[Rule, tuple[float, float]], glyph: Glyph, lines: Iterable[Rule]) -> None:
    """Note, in place, how far to the left and right the text of some lines reaches."""
    for line in lines:
        left, right = reach.get(line, (glyph.left, glyph.right))
        reach[line] = min(left, glyph.left), max(right, glyph.right)


def _is_struck(glyph: Glyph, lines: Sequence[Rule], aslant: Iterable[Segment]) -> bool:
    """Whether the first of the lines along a character goes through it, or one aslant does."""
    through = bool(lines) and lines[0].position <= _heart(glyph).bottom
    return through or any(_crosses(glyph, line) for line in aslant)


def _crosses(glyph: Glyph, line: Segment) -> bool:
    """Whether a line aslant goes through the middle of a character and most of its box."""
    left, top, right, bottom = glyph[1:5]
    inside = _clipped(line, Box(left, top, right, bottom))
    if inside is None or _clipped(line, _heart(glyph)) is None:
        return False
    (x1, y1), (x2, y2) = inside
    return abs(x2 - x1) >= _THROUGH * (right - left) or abs(y2 - y1) >= _THROUGH * (bottom - top)


def _clipped(line: Segment, box: Box) -> Segment | None:
    """What of a line lies within a box."""
    (x1, y1), (x2, y2) = line
    first, last = 0.0, 1.0
    for start, end, low, high in ((x1, x2, box.left, box.right), (y1, y2, box.top, box.bottom)):
        if start == end:
            if not low <= start <= high:
                return None
            continue
        ways = sorted(((low - start) / (end - start), (high - start) / (end - start)))
        first, last = max(first, ways[0]), min(last, ways[1])
    if first >= last:
        return None
    return (
        (x1 + first * (x2 - x1), y1 + first * (y2 - y1)),
        (x1 + last * (x2 - x1), y1 + last * (y2 - y1)),
    )
