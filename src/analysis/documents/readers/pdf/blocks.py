"""Lines of words → blocks: a header with the rows of figures below it, on one page or more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, takewhile
from operator import itemgetter

from analysis.documents.readers.pdf.page import Rule
from analysis.documents.readers.pdf.words import PAD, Word, around, is_page_number, overlap

# In sizes of the type:
_BESIDE = 0.75
_BEHIND = 0.45
_ONE_STRIP = 1.0
_SPREAD = 1.2
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

    def cells(self, line: Line) -> Line:
        """The words of a line of figures that stand in the columns."""
        return [w for w in line if w.box.right > self.begin] if is_anchor(line) else []

    def labels(self, stretch: Stretch) -> list[Word]:
        """The words on a page that stand before the columns."""
        found = [w for line in stretch.header for w in line if w.box.left < self.begin - PAD]
        for line in stretch.body:
            if not is_page_number(line):
                found += line[: len(line) - len(self.cells(line))]
        return found

    def heads(self, stretch: Stretch) -> list[Word]:
        """The words of a header that stand over the columns, those spread out as one."""
        over = ([w for w in line if w.box.left >= self.begin - PAD] for line in stretch.header)
        return [word for line in over for word in _unspread(line)]


def _unspread(line: Line) -> Line:
    """A line on which single characters with little room between them, as in 总　计, are a word."""
    found: Line = []
    for word in line:
        last = found[-1] if found else None
        if last and len(word.text) == 1 == len(last.text.split()[-1]) and _is_near(last, word):
            text = f"{last.text} {word.text}"
            found[-1] = last._replace(text=text, box=around([last, word]))
        else:
            found.append(word)
    return found


def _is_near(word: Word, other: Word) -> bool:
    """Whether a word follows another with no more room between them than a character takes."""
    return other.box.left - word.box.right <= _SPREAD * word.size


def is_anchor(line: Line) -> bool:
    """Whether a line has figures."""
    return _first_figure(line) is not None


Waiting = list[tuple[Sheet, Line]]


def blocks_of(sheets: Sequence[Sheet]) -> list[Block]:
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
    return blocks + blank


def _go_on(blocks: list[Block], waiting: Waiting) -> Waiting:
    """Let the last block go on with lines until one reaches its columns; the rest is returned."""
    if not blocks:
        return waiting
    n = next((n for n, (_, line) in enumerate(waiting) if _reaches(blocks[-1], line)), None)
    n_own = len(waiting) if n is None else n - _n_beside(waiting, n)
    for sheet, line in waiting[:n_own]:
        blocks[-1].add(sheet, [line])
    return waiting[n_own:]


def _reaches(block: Block, line: Line) -> bool:
    """Whether a line has words over the columns of a block, and is no page number."""
    return any(w.box.right > block.begin for w in line) and not is_page_number(line)


def _n_beside(waiting: Waiting, n: int) -> int:
    """How many of the lines before one stand beside it."""
    count = 0
    for (above, upper), (below, lower) in pairwise(reversed(waiting[: n + 1])):
        if above is not below or upper[0].base - lower[0].base > _ONE_STRIP * upper[0].size:
            break
        count += 1
    return count


def _drop_what_follows(block: Block) -> Waiting:
    """Take from a block the lines after its figures that stand well below them; they are given."""
    dropped: Waiting = []
    while len(block.stretches) > 1 and not any(map(is_anchor, block.stretches[-1].body)):
        last = block.stretches.pop()
        dropped = [(last.sheet, line) for line in last.body] + dropped
    stretch = block.stretches[-1]
    bases = [line[0].base for line in [*stretch.header, *stretch.body]]
    n_lines = _n_lines(stretch)
    widest = max((b - a for a, b in pairwise(bases[:n_lines])), default=0.0)
    for n in range(max(n_lines, 1), len(bases)):
        if bases[n] - bases[n - 1] > _FAR * widest:
            start = n - len(stretch.header)
            dropped = [(stretch.sheet, line) for line in stretch.body[start:]] + dropped
            del stretch.body[start:]
            break
    return dropped


def _n_lines(stretch: Stretch) -> int:
    """How many lines there are up to the last figures."""
    last = max((n for n, line in enumerate(stretch.body) if is_anchor(line)), default=-1)
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
    return [block for block in blocks if any(stretch.body for stretch in block.stretches)]


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
    beside += _labels_below(sheet, figures[0])
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


def _labels_below(sheet: Sheet, figure: Word) -> Iterator[Word]:
    """The labels of the rows below a figure that end before it, down to the next header."""
    below = (line for line in sheet.lines if line[0].base > figure.base)
    for line in takewhile(
        lambda line: is_anchor(line) or line[-1].box.right < figure.box.left, below
    ):
        first = _first_figure(line) or 0
        yield from (word for word in line[:first] if word.box.right < figure.box.left)


def _begin_with_heads(block: Block, figures: Line, edge: float) -> None:
    """Let columns begin with their headers where the first figure stands right behind a label."""
    words = [word for line in block.stretches[0].header for word in line]
    heads = [word.box for word in words if word.box.left >= edge]
    first, *others = figures
    if (
        heads
        and first.box.left - edge < _BEHIND * first.size
        and not any(overlap(first.box, head) for head in heads)
        and all(any(overlap(other.box, head) for head in heads) for other in others)
    ):
        block.begin = min(head.left for head in heads)


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
