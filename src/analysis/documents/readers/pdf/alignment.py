"""Tables without some or all of their rules: the rules that the alignment of their text implies.

Figures that stand under one another make a column, with the words above them as its header; a line
with figures makes a row, with the lines of its label around it. Where that is not clear, nothing is
drawn, and recognition says that the table can't be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median_low

from analysis.documents.readers.pdf.bands import Anchor, Cut, Rows, rows_of, stray_rows, words_of
from analysis.documents.readers.pdf.columns import columns_of, innermost, is_set_left
from analysis.documents.readers.pdf.drawing import PAD, Form, go_on, lattice_of, rule_within
from analysis.documents.readers.pdf.headings import Head, headings_of
from analysis.documents.readers.pdf.page import Rule
from analysis.documents.readers.pdf.rules import Lattice
from analysis.documents.readers.pdf.words import (
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
_BESIDE = 0.75
_ONE_STRIP = 1.0
_FAR = 1.25  # of the widest distance of lines

Line = list[Word]


@dataclass(frozen=True)
class Sheet:
    """A page as alignment sees it: its lines of words from the top, and its rules."""

    page: int
    height: float
    lines: list[Line]
    across: list[Rule]
    down: list[Rule]


@dataclass
class Stretch:
    """What stands of a block on one page: lines of its header, and those of its rows."""

    sheet: Sheet
    header: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)


@dataclass
class Block:
    """Rows of figures under one header: the stretches on their pages, where the columns begin."""

    stretches: list[Stretch]
    begin: float

    def add(self, sheet: Sheet, lines: list[Line]) -> None:
        """Go on with lines of a page."""
        if self.stretches[-1].sheet is not sheet:
            self.stretches.append(Stretch(sheet))
        self.stretches[-1].body += lines


@dataclass(frozen=True)
class Unsure:
    """A table whose columns or rows can't be told: where it begins, and its lines as words."""

    page: int
    top: float
    rows: list[list[str]]


def implied(sheets: Sequence[Sheet]) -> tuple[list[Lattice], list[Unsure]]:
    """The tables that the words of some pages imply, and those that are not clear."""
    found: list[Lattice] = []
    unsure: list[Unsure] = []
    blocks = _blocks(sheets)
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


# --- Lines → blocks -----------------------------------------------------------------------------

Waiting = list[tuple[Sheet, Line]]


def _blocks(sheets: Sequence[Sheet]) -> list[Block]:
    """Lines in blocks: a header, then rows of figures until words stand over the columns again."""
    blocks: list[Block] = []
    blank: list[Block] = []
    waiting: Waiting = []
    for sheet in sheets:
        for line in sheet.lines:
            if _first_figure(line) is None:
                waiting.append((sheet, line))
                continue
            waiting = _go_on(blocks, waiting)
            if waiting and blocks:
                waiting = _drop_what_follows(blocks[-1]) + waiting
            if blocks and not waiting:
                blocks[-1].add(sheet, [line])
            else:
                block, n_above = _opened(waiting, sheet, line)
                blank += _without_figures(waiting[: len(waiting) - n_above])
                blocks.append(block)
            waiting = []
    rest = _go_on(blocks, waiting)
    blank += _without_figures((_drop_what_follows(blocks[-1]) if blocks else []) + rest)
    return blocks + blank if blocks else []


def _go_on(blocks: list[Block], waiting: Waiting) -> Waiting:
    """Let the last block go on with lines until one reaches its columns; the rest is returned."""
    if not blocks:
        return waiting
    for n, (sheet, line) in enumerate(waiting):
        reaches = any(word.box.right > blocks[-1].begin for word in line)
        if reaches and not is_page_number(line):
            return waiting[n:]
        blocks[-1].add(sheet, [line])
    return []


def _drop_what_follows(block: Block) -> Waiting:
    """Take from a block the lines after its figures that stand well below them; they are given."""
    stretch = block.stretches[-1]
    bases = [line[0].base for line in [*stretch.header, *stretch.body]]
    n_lines = _n_lines(block)
    widest = max((b - a for a, b in pairwise(bases[:n_lines])), default=0.0)
    for n in range(max(n_lines, 1), len(bases)):
        if bases[n] - bases[n - 1] > _FAR * widest:
            start = n - len(stretch.header)
            dropped = [(stretch.sheet, line) for line in stretch.body[start:]]
            del stretch.body[start:]
            return dropped
    return []


def _n_lines(block: Block) -> int:
    """How many lines of a block's last page there are up to its last figures."""
    stretch = block.stretches[-1]
    last = max((n for n, line in enumerate(stretch.body) if _is_anchor(line)), default=-1)
    return len(stretch.header) + last + 1


def _without_figures(waiting: Waiting) -> list[Block]:
    """Blocks among lines without figures: a header of several words, then labels below it."""
    blocks: list[Block] = []
    is_header = False
    for sheet, own in groupby(waiting, key=itemgetter(0)):
        for strip in reversed(list(_strips([line for _, line in own]))):
            words = sorted((w for line in strip for w in line), key=lambda w: w.box.left)
            last = blocks[-1] if blocks and blocks[-1].stretches[0].sheet is sheet else None
            if last and all(word.box.right <= last.begin for word in words):
                last.add(sheet, strip[::-1])
                is_header = False
                continue
            heads = [w.box.left for w in words if w.box.left >= words[0].box.right]
            if not heads:
                is_header = False
            elif is_header and last:
                last.stretches[0].header += strip[::-1]
                last.begin = min(last.begin, *heads)
            else:
                blocks.append(Block([Stretch(sheet, strip[::-1])], min(heads)))
                is_header = True
    return blocks


def _first_figure(line: Line) -> int | None:
    """The place of the first figure on a line of figures, past an ordinal before a label."""
    if is_page_number(line):
        return None
    start = 1 if len(line) > 1 and line[0].is_figure and not line[1].is_figure else 0
    places = [n for n in range(start, len(line)) if line[n].is_figure]
    return places[0] if places and (line[-1].is_figure or len(places) > 2) else None


def _opened(waiting: Waiting, sheet: Sheet, line: Line) -> tuple[Block, int]:
    """A block that begins with a line of figures, and how many of the lines above are its own.

    Its header may stand at the end of the page before.
    """
    first = _first_figure(line)
    assert first is not None
    figures = line[first:]
    beside = line[:first] + [
        word
        for other, above in waiting
        for word in above
        if other is sheet
        and figures[0].base - word.base < _BESIDE * word.size
        and word.box.right < figures[0].box.left
    ]
    edge = max((word.box.right for word in beside), default=float("-inf"))
    block, n_own = Block([Stretch(sheet, [], [line])], figures[0].box.left), 0
    pages = [(page, [own for _, own in lines]) for page, lines in groupby(waiting, itemgetter(0))]
    for page, lines in reversed(pages):
        if page is not block.stretches[0].sheet:
            block.stretches.insert(0, Stretch(page))
        n_taken = _take_header(block, lines, edge)
        n_own += n_taken
        if block.stretches[0].header or n_taken < len(lines):
            break
    _begin_with_heads(block, figures, edge)
    return block, n_own


def _begin_with_heads(block: Block, figures: Line, edge: float) -> None:
    """Let columns begin with their headers where the first figure stands behind a label."""
    words = [word for line in block.stretches[0].header for word in line]
    heads = [word.box for word in words if word.box.left >= edge]
    if len(figures) > 1 and heads and not any(overlap(figures[0].box, head) for head in heads):
        first = min(heads, key=lambda head: head.left)
        if overlap(figures[1].box, first) and figures[0].box.right < first.left:
            block.begin = min(first.left, figures[1].box.left)


def _take_header(block: Block, lines: list[Line], edge: float) -> int:
    """Take from the lines above a block those of its first label and of its header; how many."""
    header: list[Line] = []
    label: list[Line] = []
    strips = [(strip, [word for own in strip for word in own]) for strip in _strips(lines)]
    for n, (strip, words) in enumerate(strips):
        heads = [word.box.left for word in words if word.box.left >= edge]
        above = strips[n + 1][1] if n + 1 < len(strips) else []
        if not header and not heads:
            label += strip
        elif len(words) == 1 and not _belongs(words[0], above, block, edge):
            break
        else:
            header += strip
            block.begin = min([block.begin, *heads])
    block.stretches[0].header = header[::-1]
    block.stretches[0].body[:0] = label[::-1]
    return len(header) + len(label)


def _belongs(word: Word, above: list[Word], block: Block, edge: float) -> bool:
    """Whether a word alone on its line is of a header: over the columns, or its label's.

    The header goes on above a label with words over the columns.
    """
    if word.box.left >= block.begin - PAD:
        return True
    goes_on = len(above) > 1 or any(other.box.left >= block.begin - PAD for other in above)
    return word.box.right <= block.begin and goes_on and any(o.box.left >= edge for o in above)


def _strips(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines from the last to the first, those together that no line of text could part."""
    strip: list[Line] = []
    for line in reversed(lines):
        if strip and strip[-1][0].base - line[0].base > _ONE_STRIP * line[0].size:
            yield strip
            strip = []
        strip.append(line)
    if strip:
        yield strip


# --- Blocks → lattices --------------------------------------------------------------------------


def _drawn(block: Block, form: Form) -> list[Lattice]:
    """The lattices of a block, one for each of its pages; none where anything is unclear."""
    last = len(block.stretches) - 1
    rows = [
        _stretch_rows(block, stretch, (n > 0, n < last))
        for n, stretch in enumerate(block.stretches)
    ]
    if not all(rows):
        return []
    found = [r for r in rows if r]
    opened = [_is_cut(a, b) for a, b in pairwise(found)]
    lattices = [
        lattice_of(
            stretch.sheet.page,
            form,
            own,
            _heads(block, stretch),
            (stretch.sheet.across, stretch.sheet.down),
            (above, below),
        )
        for stretch, own, above, below in zip(
            block.stretches, found, [False, *opened], [*opened, False], strict=True
        )
    ]
    drawn = [one for one in lattices if one]
    if len(drawn) < len(lattices):
        return []
    for n, (above, below) in enumerate(pairwise(drawn)):
        if found[n].bands and found[n + 1].bands:
            go_on(above, below, (words_of(found[n], -1), words_of(found[n + 1], 0)))
    return drawn


def _unsure(block: Block) -> Unsure:
    """A block as lines of words: its header, then its other lines, each with a cell to be read."""
    first = block.stretches[0]
    words = [word for line in first.header for word in line]
    leading = _LEADING * median_low([word.size for word in words] or [0.0])
    inner, _ = innermost(paragraphs(words, leading, first.sheet.across))
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
    kept = [s for s in block.stretches if s.header or any(_is_anchor(line) for line in s.body)]
    block.stretches = kept or block.stretches[:1]
    if not any(stretch.body for stretch in block.stretches):
        return None
    first = block.stretches[0]
    heads = _heads(block, first)
    leading = _RULED_LEADING if _are_ruled(block) else _LEADING
    leading *= median_low([word.size for word in heads] or [0.0])
    inner, outer = innermost(paragraphs(heads, leading, first.sheet.across))
    cells = [w for s in block.stretches for line in s.body for w in _cells(block, line)]
    labels = [w for stretch in block.stretches for w in _labels(block, stretch)]
    columns = columns_of(cells, inner, _set_left(block, inner, outer))
    if not columns or not heads:
        return None
    edges = [_snapped(block, (a.right, b.left)) for a, b in pairwise(columns)]
    headings = headings_of(outer, Head(columns, edges, first.sheet.across, first.sheet.down))
    if labels:
        edge = max(word.box.right for word in labels)
        edges.insert(0, _snapped(block, (edge, columns[0].left)))
        if edge >= columns[0].left:
            return None
    if headings is None:
        return None
    box = around([*cells, *labels, *heads])
    reach = (box.left, box.right)
    return Form(columns, edges, headings, box.left - PAD, box.right + PAD, reach)


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


def _is_anchor(line: Line) -> bool:
    """Whether a line has figures."""
    return _first_figure(line) is not None


def _cells(block: Block, line: Line) -> Line:
    """The words of a line of figures that stand in the columns."""
    return [w for w in line if w.box.right > block.begin] if _is_anchor(line) else []


def _labels(block: Block, stretch: Stretch) -> list[Word]:
    """The words on a page that stand before the columns."""
    found = [w for line in stretch.header for w in line if w.box.left < block.begin - PAD]
    for line in stretch.body:
        if not is_page_number(line):
            found += line[: len(line) - len(_cells(block, line))]
    return found


def _heads(block: Block, stretch: Stretch) -> list[Word]:
    """The words of a header that stand over the columns."""
    return [w for line in stretch.header for w in line if w.box.left >= block.begin - PAD]


def _are_ruled(block: Block) -> bool:
    """Whether a rule runs between all lines of figures that follow one another."""
    found = [
        any(a[0].base < r.position < b[0].base for r in stretch.sheet.across)
        for stretch in block.stretches
        for a, b in pairwise([line for line in stretch.body if _is_anchor(line)])
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
    anchors = [Anchor(c[0].base, c) for line in stretch.body if (c := _cells(block, line))]
    labels = _labels(block, stretch)
    heads = _heads(block, stretch)
    floor = max((w.box.bottom for w in heads), default=float("-inf"))
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
