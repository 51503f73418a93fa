"""Characters of a page → lines, words and cell texts, as they read."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.geometry import Glyph

SIGNS = ".,．，+-−–%％"  # of figures

# In sizes of the type:
_SAME_LINE = 0.45
_ON_ONE_PLACE = 0.12
APART = 0.3
_RAISED = 0.12
_SMALLER = 1.15  # times as high
_BETWEEN_WORDS = 0.8
# Of the narrower of two digits, what stands over the other:
_MOST_OVER = 0.45  # no more, if both can be read; fonts that are not embedded run on a little
_TWICE = 0.5  # one digit printed twice, as shadows are

_by_base, _by_left = attrgetter("base"), attrgetter("left")


def text_of(glyphs: Sequence[Glyph]) -> str:
    """What characters within one cell print: line by line, wide gaps and raised signs apart."""
    if len(glyphs) == 1:
        return glyphs[0].text.strip()
    return "\n".join(text for line in lines(glyphs) if (text := line_text(line)))


def lines(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Characters line by line from the top, each line from left to right."""
    line: list[Glyph] = []
    base = size = 0.0
    for glyph in sorted(glyphs, key=_by_base):
        if line and glyph.base - base > _SAME_LINE * max(size, glyph.size):
            yield sorted(line, key=_by_left)
            line = []
        if not line:
            base, size = glyph.base, glyph.size
        size = max(size, glyph.size)
        line.append(glyph)
    if line:
        yield sorted(line, key=_by_left)


def line_text(line: Sequence[Glyph]) -> str:
    """One line as text: a gap is a blank, and two characters on one place can't be read."""
    if len(line) == 1:
        return line[0].text.strip()
    size, text = max(g.size for g in line), ""
    before: Glyph | None = None
    for glyph in line:
        if before is not None:
            if glyph.left - before.left < _ON_ONE_PLACE * size:
                if glyph.text == before.text or not glyph.text.strip():
                    continue
                text += UNREAD
            elif before.right > glyph.left and (over := _overlap(before, glyph)) > _MOST_OVER:
                if glyph.text == before.text and over > _TWICE:
                    continue
                text += UNREAD
            elif _stand_apart(before, glyph, size):
                text += " "
        text += glyph.text
        before = glyph
    return text.strip()


def _overlap(before: Glyph, glyph: Glyph) -> float:
    """How much of the narrower of two digits stands over the other; other signs may do so."""
    if not (before.text.isdigit() and glyph.text.isdigit()):
        return 0.0
    width = min(before.right - before.left, glyph.right - glyph.left)
    return (before.right - glyph.left) / width if width > 0 else 1.0


def _stand_apart(before: Glyph, glyph: Glyph, size: float) -> bool:
    """Whether a gap lies between two characters, or one is raised, lowered or a smaller digit."""
    if before.text.isdigit() and glyph.text.isdigit():
        heights = sorted((before.bottom - before.top, glyph.bottom - glyph.top))
        if heights[1] > _SMALLER * heights[0]:
            return True
    gap, step = glyph.left - before.right, abs(glyph.base - before.base)
    return gap > APART * size or step > _RAISED * size


def words(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters in groups with wide gaps between them, line by line."""
    found: list[list[Glyph]] = []
    for line in lines(g for g in glyphs if g.text.strip()):
        size, before = max(g.size for g in line), None
        for glyph in line:
            if before is None or glyph.left - before.right > _BETWEEN_WORDS * size:
                found.append([])
            found[-1].append(glyph)
            before = glyph
    return found
