"""Characters of a page → lines and cell texts, as they read."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.documents.readers.page import Glyph

_NOT_READ = "\ufffc"
_SAME_LINE = 0.45
_APART = 0.3
_RAISED = 0.12
_BETWEEN_WORDS = 0.8


def text_of(glyphs: Sequence[Glyph]) -> str:
    """What characters within one cell print: line by line, wide gaps and raised signs apart."""
    return "\n".join(text for line in lines(glyphs) if (text := line_text(line)))


def lines(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Characters line by line from the top, each line from left to right."""
    line: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: g.base):
        if line and glyph.base - line[0].base > _SAME_LINE * max(em(line), em([glyph])):
            yield sorted(line, key=lambda g: g.left)
            line = []
        line.append(glyph)
    if line:
        yield sorted(line, key=lambda g: g.left)


def em(glyphs: Iterable[Glyph]) -> float:
    """About how large the type is: the largest advance or height of a character."""
    return max(max(g.right - g.left, (g.bottom - g.top) / 0.75) for g in glyphs)


def line_text(line: Sequence[Glyph]) -> str:
    """One line as text: a gap is a blank, and two characters on one place can't be read."""
    size, pieces = em(line), ""
    before: Glyph | None = None
    for glyph in line:
        if before is not None:
            overlap = min(before.right, glyph.right) - glyph.left
            if overlap > (min(before.right - before.left, glyph.right - glyph.left)) / 2:
                if glyph.text == before.text or not glyph.text.strip():
                    continue
                pieces += _NOT_READ
            elif -overlap > _APART * size or abs(glyph.base - before.base) > _RAISED * size:
                pieces += " "
        pieces += glyph.text
        before = glyph
    return pieces.strip()


def words(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters in groups with wide gaps between them, line by line."""
    found: list[list[Glyph]] = []
    for line in lines(g for g in glyphs if g.text.strip()):
        size, before = em(line), None
        for glyph in line:
            if before is None or glyph.left - before.right > _BETWEEN_WORDS * size:
                found.append([])
            found[-1].append(glyph)
            before = glyph
    return found
