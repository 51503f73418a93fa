"""Words on a page, and the paragraphs that they make: what alignment is told by."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median_low
from typing import NamedTuple

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Box, Glyph, Rule
from analysis.documents.readers.pdf.glyphs import line_text, lines
from analysis.documents.readers.pdf.rules import Groups

PAD = 2.0  # points around the words of a table
Interval = tuple[float, float]
_FIGURE = re.compile(
    rf"[^\w\s]{{0,2}}[\d{UNREAD}][\d{UNREAD},，.．'’~～至/／、；;Ee+-]*"
    r"(?:(?<=\d)[^\W\d_]{1,2}\d?(?!\w))?"
    r"(?:[①-⓿]|[^\w(（\[]){0,2}(?:[(（\[].*)?"
    r"|[-—–―/／无]+"
)
_PAGE_NUMBER = re.compile(r"[-—–―]+\s*\d{1,4}\s*[-—–―]+|第\s*\d{1,4}\s*页.*|\d{1,4}\s*/\s*\d{1,4}")
# In sizes of the type:
_GAP = 0.3
_SAME_LINE = 0.45
_WIDE = 0.7


class Word(NamedTuple):
    """A run of characters without gaps: its text, box, baseline, and the size of its type."""

    text: str
    box: Box
    base: float
    size: float

    @property
    def is_figure(self) -> bool:
        """Whether it prints a figure or a mark."""
        return _FIGURE.fullmatch(self.text) is not None


@dataclass(frozen=True)
class Paragraph:
    """Words one below the other that belong together."""

    words: list[Word]

    @cached_property
    def box(self) -> Box:
        """The box around the words."""
        return around(self.words)

    @cached_property
    def bases(self) -> Interval:
        """The first and the last baseline."""
        bases = [word.base for word in self.words]
        return min(bases), max(bases)

    @property
    def middle(self) -> float:
        """The height halfway between the first and the last baseline."""
        return sum(self.bases) / 2

    @property
    def across(self) -> float:
        """The middle between left and right."""
        return (self.box.left + self.box.right) / 2


def is_page_number(line: Sequence[Word]) -> bool:
    """Whether a line prints nothing but a page number, between dashes or in words."""
    return _PAGE_NUMBER.fullmatch("".join(word.text for word in line)) is not None


def around(words: Iterable[Word]) -> Box:
    """The box around some words."""
    left, top, right, bottom = zip(*(word.box for word in words), strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes stand over one another, if only in part."""
    return one.left < other.right and other.left < one.right


def word_lines(glyphs: Iterable[Glyph], down: Sequence[Rule]) -> list[list[Word]]:
    """Characters as lines of words; a gap or a vertical rule between characters parts words.

    A blank that is printed between letters parts none.
    """
    found = [[_word(part) for part in _parts(line, down)] for line in lines(glyphs)]
    return [line for line in found if line]


def _parts(line: list[Glyph], down: Sequence[Rule]) -> list[list[Glyph]]:
    """The characters of one line in groups with gaps or rules between them."""
    parts: list[list[Glyph]] = []
    rules = [r for r in down if r.start <= line[0].base - 0.3 * line[0].size <= r.end]
    end, blank = float("-inf"), False
    for glyph in line:
        last = parts[-1][-1] if parts else None
        apart = last is None or glyph.left - end > _GAP * max(glyph.size, last.size)
        if not glyph.text.strip():
            blank, end = True, end if apart else max(end, glyph.right)
            continue
        if (
            last is None
            or apart
            or (blank and (glyph.text.isdigit() or last.text.isdigit()))
            or any(_centre(last) < r.position < _centre(glyph) for r in rules)
        ):
            parts.append([])
        parts[-1].append(glyph)
        end, blank = max(end, glyph.right) if not apart else glyph.right, False
    return parts


def _centre(glyph: Glyph) -> float:
    """The middle of a character between left and right."""
    return (glyph.left + glyph.right) / 2


def _word(glyphs: list[Glyph]) -> Word:
    """Characters as one word."""
    box = Box(
        min(g.left for g in glyphs),
        min(g.top for g in glyphs),
        max(g.right for g in glyphs),
        max(g.bottom for g in glyphs),
    )
    size = median_low(_size(g) for g in glyphs)
    return Word(line_text(glyphs), box, glyphs[0].base, size)


def _size(glyph: Glyph) -> float:
    """The size of a character's type: a wide character is as wide as that."""
    width = glyph.right - glyph.left
    return min(width, glyph.size) if width > _WIDE * glyph.size else glyph.size


def paragraphs(words: Iterable[Word], leading: float, across: Sequence[Rule]) -> list[Paragraph]:
    """Words in paragraphs: a word goes on with those over it that are no further than `leading`.

    `leading` is in points from baseline to baseline; a rule between two words parts them.
    """
    ordered = sorted(words, key=lambda word: word.base)
    bases = [word.base for word in ordered]
    groups = Groups(len(ordered))
    for n, word in enumerate(ordered):
        first = bisect_left(bases, word.base - leading)
        for m in range(first, n):
            above = ordered[m]
            if (
                word.base - above.base > _SAME_LINE * word.size
                and overlap(word.box, above.box)
                and not ruled_between(across, above.box, word.box)
            ):
                groups.join(m, n)
    members: dict[int, list[Word]] = {}
    for n, word in enumerate(ordered):
        members.setdefault(groups.of(n), []).append(word)
    return [Paragraph(own) for own in members.values()]


def ruled_between(across: Sequence[Rule], above: Box, below: Box) -> bool:
    """Whether a horizontal rule runs between two words one below the other."""
    left, right = max(above.left, below.left), min(above.right, below.right)
    top, bottom = (above.top + above.bottom) / 2, (below.top + below.bottom) / 2
    return any(top < r.position < bottom and r.start < (left + right) / 2 < r.end for r in across)
