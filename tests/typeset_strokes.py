"""Strokes through figures, and lines below them: the first strike out, the others do not."""

from dataclasses import replace
from random import Random

from reportlab.pdfgen.canvas import Canvas
from typeset_pages import Words

_LEVELS = (0.22, 0.26, 0.3, 0.36, 0.42)  # of the size, as printers strike out


def strike_out(canvas: Canvas, height: float, words: Words, rng: Random) -> Words | None:
    """Draw strokes through a figure of a page; give one that is printed beside it, struck out."""
    kind = rng.choice(("line", "rectangle", "two lines", "cross", "slash", "beside"))
    if kind == "beside":
        words = replace(words, text="99", x=words.x + words.width)
    level = rng.choice(_LEVELS) * words.size
    left, right, base = words.x, words.x + words.width, height - words.y
    if kind in ("line", "beside"):
        canvas.line(left, base + level, right, base + level)
    elif kind == "rectangle":
        canvas.rect(left, base + level, right - left, 0.6, stroke=0, fill=1)
    elif kind == "two lines":
        for share in (0.25, 0.42):
            canvas.line(left, base + share * words.size, right, base + share * words.size)
    else:
        top = base + 0.72 * words.size
        canvas.line(left, base, right, top)
        if kind == "cross":
            canvas.line(left, top, right, base)
    return words if kind == "beside" else None


def underline(canvas: Canvas, height: float, words: Words, rng: Random) -> None:
    """Draw a line below a figure, as links have one."""
    y = height - words.y - rng.choice((0.08, 0.12, 0.18)) * words.size
    if rng.random() < 0.5:
        canvas.line(words.x, y, words.x + words.width, y)
    else:
        canvas.rect(words.x, y, words.width, 0.05 * words.size, stroke=0, fill=1)
