"""Tables without some or all of their rules: the rules that the alignment of their text implies.

Figures that stand under one another make a column, with the words above them as its header; a line
with figures makes a row, with the lines of its label around it. Where that is not clear, nothing is
drawn, and recognition says that the table can't be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from analysis.documents.grid import UNREAD
from analysis.documents.readers.pdf.bands import (
    Anchor,
    Cut,
    Rows,
    holds_figure,
    rows_of,
    stray_rows,
    words_of,
)
from analysis.documents.readers.pdf.blocks import Block, Sheet, Stretch, blocks_of, is_anchor
from analysis.documents.readers.pdf.columns import Column, columns_of, innermost, is_set_left
from analysis.documents.readers.pdf.doubts import doubtful
from analysis.documents.readers.pdf.drawing import Form, go_on, lattice_of, rule_within
from analysis.documents.readers.pdf.headings import Head, headings_of, widened
from analysis.documents.readers.pdf.page import Glyph, Rule
from analysis.documents.readers.pdf.rules import Lattice
from analysis.documents.readers.pdf.words import (
    PAD,
    Interval,
    Paragraph,
    Word,
    around,
    is_page_number,
    overlap,
    paragraphs,
)

# In sizes of the type:
_LEADING = 1.5
_RULED_LEADING = 3.0


@dataclass(frozen=True)
class Drawn:
    """What stands of a table on one page: its lattice, and signs in cells that can't be read."""

    lattice: Lattice
    signs: list[Glyph]


@dataclass(frozen=True)
class Unsure:
    """A table whose columns or rows can't be told: where it begins, and its lines as words."""

    page: int
    top: float
    rows: list[list[str]]


def implied(sheets: Sequence[Sheet]) -> tuple[list[Drawn], list[Unsure]]:
    """The tables that the words of some pages imply, and those that are not clear."""
    found: list[Drawn] = []
    unsure: list[Unsure] = []
    blocks = blocks_of(sheets)
    for block, form in zip(blocks, _alike([_form(block) for block in blocks]), strict=True):
        drawn = _drawn(block, form) if form else []
        found += drawn
        if not drawn:
            unsure.append(_unsure(block))
    return found, unsure


def _alike(forms: list[Form | None]) -> list[Form | None]:
    """Forms that all run from the same left to the same right, as parts of one table do."""
    known = [form for form in forms if form]
    left = min((form.left for form in known), default=0.0)
    right = max((form.right for form in known), default=0.0)
    return [replace(form, left=left, right=right) if form else None for form in forms]


def _drawn(block: Block, form: Form) -> list[Drawn]:
    """The tables of a block, one for each of its pages; none where anything is unclear."""
    last = len(block.stretches) - 1
    rows = [
        _stretch_rows(block, stretch, (n > 0, n < last))
        for n, stretch in enumerate(block.stretches)
    ]
    found = [own for own in rows if own]
    if len(found) < len(rows):
        return []
    lattices = _lattices(block, form, found)
    return (
        [Drawn(*pair) for pair in zip(lattices, _signs(form, found), strict=True)]
        if lattices
        else []
    )


def _lattices(block: Block, form: Form, rows: list[Rows]) -> list[Lattice]:
    """The lattices of a block, one for each of its pages; none where one can't be drawn."""
    opened = [_is_cut(a, b) for a, b in pairwise(rows)]
    drawn: list[Lattice] = []
    for stretch, own, cut in zip(
        block.stretches, rows, zip([False, *opened], [*opened, False], strict=True), strict=True
    ):
        ruled = (stretch.sheet.across, stretch.sheet.down)
        lattice = lattice_of(stretch.sheet.page, form, own, block.heads(stretch), ruled, cut)
        if lattice is None:
            return []
        drawn.append(lattice)
    for n, (above, below) in enumerate(pairwise(drawn)):
        if rows[n].bands and rows[n + 1].bands:
            go_on(above, below, (words_of(rows[n], -1), words_of(rows[n + 1], 0)))
    return drawn


def _signs(form: Form, rows: list[Rows]) -> list[list[Glyph]]:
    """For each page of a table, signs that cells can't be read, where these may be others."""
    bands = [(page, band) for page, own in enumerate(rows) for band in own.bands if band.anchor]
    places = doubtful([band.anchor.cells for _, band in bands if band.anchor], form.columns)
    places |= {
        (n, column)
        for n, (_, band) in enumerate(bands)
        if holds_figure(band)
        for column in range(len(form.columns))
    }
    found: list[list[Glyph]] = [[] for _ in rows]
    for n, column in sorted(places):
        page, band = bands[n]
        if band.anchor:
            found[page].append(_sign(band.anchor, form.columns[column]))
    return found


def _sign(anchor: Anchor, column: Column) -> Glyph:
    """A sign in the middle of a column that what stands there can't be read."""
    box, size = around(anchor.cells), anchor.cells[0].size
    x = (column.left + column.right) / 2
    return Glyph(UNREAD, x, box.top, x, box.bottom, anchor.base, size)


def _unsure(block: Block) -> Unsure:
    """A block as lines of words: its header, then its other lines, each with a cell to be read."""
    first = block.stretches[0]
    words = [word for line in first.header for word in line]
    leading = _LEADING * median_low([word.size for word in words] or [0.0])
    inner, _ = innermost(paragraphs(words, leading, first.sheet.across), [])
    rows = [["".join(word.text for word in one.words) for one in inner]] if inner else []
    for stretch in block.stretches:
        rows += _words_by_row(block, stretch)
    top = (first.header or first.body)[0][0].box.top
    return Unsure(first.sheet.page, top, rows)


def _words_by_row(block: Block, stretch: Stretch) -> list[list[str]]:
    """The words of each row on a page, or of each line where rows can't be told either."""
    rows = _stretch_rows(block, stretch, (True, True))
    if rows is None:
        return [[*(word.text for word in line), ""] for line in stretch.body]
    return [
        [
            "".join(word.text for word in band.label.words) if band.label else "",
            *(word.text for word in (band.anchor.cells if band.anchor else [])),
            "",
        ]
        for band in rows.bands
    ]


def _form(block: Block) -> Form | None:
    """The columns of a block, or None where figures and header don't make them clear."""
    kept = [s for s in block.stretches if s.header or any(is_anchor(line) for line in s.body)]
    block.stretches = kept or block.stretches[:1]
    if not any(stretch.body for stretch in block.stretches):
        return None
    first = block.stretches[0]
    heads = block.heads(first)
    leading = _RULED_LEADING if _are_ruled(block) else _LEADING
    leading *= median_low([word.size for word in heads] or [0.0])
    cells = [w for s in block.stretches for line in s.body for w in block.cells(line)]
    inner, outer = innermost(paragraphs(heads, leading, first.sheet.across), cells)
    labels = [w for stretch in block.stretches for w in block.labels(stretch)]
    columns = columns_of(_narrow(cells, inner), inner, _set_left(block, inner, outer))
    if not columns or not heads:
        return None
    rules = (first.sheet.across, first.sheet.down)
    headings = headings_of(outer, Head(columns, _edges(block, columns), *rules))
    if headings is None:
        return None
    columns = widened(columns, headings)
    edges = _edges(block, columns)
    if labels:
        edge = max(word.box.right for word in labels)
        edges.insert(0, _snapped(block, (edge, columns[0].left)))
        if edge >= columns[0].left:
            return None
    box = around([*cells, *labels, *heads])
    reach = (box.left, box.right)
    return Form(columns, edges, headings, box.left - PAD, box.right + PAD, reach)


def _narrow(cells: list[Word], heads: Sequence[Paragraph]) -> list[Word]:
    """Words in columns that don't reach over several headers, as figures run together do."""
    return [w for w in cells if sum(overlap(w.box, head.box) for head in heads) < 2]


def _edges(block: Block, columns: Sequence[Column]) -> list[float]:
    """Where columns part."""
    return [_snapped(block, (a.right, b.left)) for a, b in pairwise(columns)]


def _set_left(block: Block, heads: Sequence[Paragraph], groups: Sequence[Paragraph]) -> bool | None:
    """Whether a header is set to the left, as lines of one cell, headings or labels show."""
    known = is_set_left(heads)
    if known is not None:
        return known
    lefts = [head.box.left for head in heads]
    if len(groups) > 1 and all(any(abs(g.box.left - x) <= PAD for x in lefts) for g in groups):
        return True
    first = block.stretches[0]
    above = [w for line in first.header for w in line if w.box.left < block.begin - PAD]
    beside = [w for line in first.body for w in line[:1] if w.box.right <= block.begin]
    return is_set_left([Paragraph([*above[:1], *beside])]) if above and beside else None


def _are_ruled(block: Block) -> bool:
    """Whether a rule runs between all lines of figures that follow one another."""
    found = [
        any(a[0].base < r.position < b[0].base for r in stretch.sheet.across)
        for stretch in block.stretches
        for a, b in pairwise([line for line in stretch.body if is_anchor(line)])
    ]
    first = block.stretches[0]
    top = min((line[0].base for line in first.header), default=float("inf"))
    bottom = max((line[0].base for line in first.body), default=first.sheet.height)
    return all(found) and any(top < r.position < bottom for r in first.sheet.across)


def _snapped(block: Block, gap: Interval) -> float:
    """Where in a gap between columns a rule runs or begins, else the middle of the gap."""
    sheets = [stretch.sheet for stretch in block.stretches]
    ends = [Rule(x, 0, 0) for s in sheets for r in s.across for x in (r.start, r.end)]
    for rules in ([r for s in sheets for r in s.down], ends):
        found = rule_within(rules, gap)
        if found is not None:
            return found
    return sum(gap) / 2


def _stretch_rows(block: Block, stretch: Stretch, cut: Cut) -> Rows | None:
    """The rows of a block on one page."""
    anchors = [Anchor(c[0].base, c) for line in stretch.body if (c := block.cells(line))]
    labels = block.labels(stretch)
    header = [word for line in stretch.header for word in line]
    floor = max((w.box.bottom for w in header), default=float("-inf"))
    rows = rows_of(labels, anchors, stretch.sheet.across, floor, cut)
    strays = [around(line) for line in stretch.body if is_page_number(line)]
    return stray_rows(rows, strays) if rows else None


def _is_cut(above: Rows, below: Rows) -> bool:
    """Whether a page break leaves a row's label on one page and its figures on the other."""
    if not above.bands or not below.bands:
        return False
    last, first = above.bands[-1], below.bands[0]
    return (last.anchor is None and first.label is None) or (
        last.label is None and first.anchor is None
    )
