"""Lays blocks out on pages, as a word processor would before it prints them to PDF.

A table is a tape: its rows one below the other. Cuts divide the tape into strips, each on a page of
its own; a cell that a cut goes through has a fragment in each strip, and its lines of text stand in
one of them, in both, or are divided between them.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from typesetter import Block, Cell, Grid, Job, Text, runs

FONT_FILE = Path(__file__).parents[1] / "src/analysis/reference/fonts/NotoSansSC-gongkai.ttf"
EMBEDDED, BUILT_IN = "gongkai", "STSong-Light"
A4 = (595.0, 842.0)
MARGIN = 56.0
PADDING = 2.5
LEADING = 1.25
SIZES = (10.5, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0)
TINY = (4.5, 4.0)
STRAY = 70.0
SPREAD = 0.8


@dataclass
class Words:
    """A line of text: where its baseline begins, from the page's left and top; key for figures."""

    text: str
    x: float
    y: float
    size: float
    cell: Cell | None = None
    spread: float = 0.0

    @property
    def font(self) -> str:
        """The font that has every character of the line."""
        return font_of(self.text)

    @property
    def width(self) -> float:
        """How wide the line is."""
        return width_of(self.text, self.size, self.spread)


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, from its left and top; a fragment of a cell stands in it."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class Piece:
    """A fragment of a cell on a page, with its sides that lie on the frame of the whole table."""

    box: Box
    cell: Cell
    head: bool = False
    outer: str = ""


@dataclass
class Page:
    """A page before it is drawn: text outside tables, the tables' fragments and their text."""

    width: float
    height: float
    words: list[Words] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def bottom(self) -> float:
        """Where the text area ends."""
        return self.height - MARGIN


@dataclass
class Table:
    """A grid with the places of its columns and rows (on the tape) and its text size."""

    grid: Grid
    size: float
    xs: list[float]
    ys: list[float]
    spread: float = 0.0
    cuts: list[float] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Length of the tape."""
        return self.ys[-1]


@dataclass
class Flow:
    """The pages set so far and how far down the last one is filled."""

    job: Job
    pages: list[Page] = field(default_factory=list)
    y: float = MARGIN

    def open_page(self) -> Page:
        """Begin a page."""
        size = A4[::-1] if "landscape" in self.job.names else A4
        self.pages.append(Page(*size))
        self.y = MARGIN
        return self.pages[-1]

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1] if self.pages else self.open_page()

    @property
    def room(self) -> float:
        """What is left of the page."""
        return self.page.bottom - self.y


# ---- text ----


@cache
def font_of(text: str) -> str:
    """Choose the shipped font, or one that the reader's own machine brings where it has gaps."""
    glyphs = embedded().face.charToGlyph
    lacking = any(ord(c) not in glyphs for c in text if not c.isspace())
    return BUILT_IN if lacking else EMBEDDED


@cache
def embedded() -> TTFont:
    """Register both fonts once and give the shipped one."""
    font = TTFont(EMBEDDED, FONT_FILE)
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return font


def width_of(text: str, size: float, spread: float = 0.0) -> float:
    """Measure a line of text, with what its characters are spread by."""
    return pdfmetrics.stringWidth(text, font_of(text), size) + spread * len(text)


def wrap(text: str, width: float, size: float, spread: float = 0.0) -> list[str]:
    """Break text into lines, between any two characters but never within a figure."""
    lines = []
    for line in text.split("\n"):
        kept = ""
        for part in re.findall(r"[\d.,%-]+|[^\d]", line):
            if kept and width_of(kept + part, size, spread) > width:
                lines.append(kept)
                kept = ""
            kept += part
        lines.append(kept)
    return lines


def lay_out(job: Job, blocks: list[Block]) -> list[Page]:
    """Set blocks on pages one below the other, or two tables beside one another if asked for."""
    flow = Flow(job)
    waiting = list(blocks)
    while waiting:
        block = waiting.pop(0)
        if isinstance(block, Text):
            set_text(flow, block)
            continue
        beside = neighbour(job, waiting) if len(block.rows) > 3 else None
        if beside is None:
            set_table(flow, block)
        else:
            set_pair(flow, block, beside)
    return flow.pages


def set_text(flow: Flow, block: Text) -> None:
    """Set a line of prose, a heading or the title."""
    size, centred = {1: (16.0, True), 2: (13.0, False)}.get(block.level, (10.5, False))
    page = flow.page
    for line in wrap(block.text, page.width - 2 * MARGIN, size):
        if flow.room < size * 2:
            page = flow.open_page()
        flow.y += size * 1.6
        x = (page.width - width_of(line, size)) / 2 if centred else MARGIN
        page.words.append(Words(line, x, flow.y - size * 0.4, size))
    flow.y += size * 0.5


# ---- tables ----


def set_table(flow: Flow, grid: Grid) -> None:
    """Set a table on the rest of the page, on the next one, or cut by page breaks."""
    table = measure(flow.job, grid, MARGIN, flow.page.width - 2 * MARGIN)
    table.cuts = choose_cuts(flow, table)
    if not table.cuts and table.height > flow.room:
        flow.open_page()
    place(flow, table)
    flow.y += 12


def neighbour(job: Job, waiting: list[Block]) -> Grid | None:
    """Take the next table out of what waits, to be set beside this one."""
    if "side_by_side" not in job.names:
        return None
    tables = [b for b in waiting if isinstance(b, Grid) and len(b.rows) > 3]
    if tables:
        waiting.remove(tables[0])
    return tables[0] if tables else None


def set_pair(flow: Flow, left: Grid, right: Grid) -> None:
    """Set two tables beside one another on a page of their own."""
    page = flow.open_page()
    half = (page.width - 2 * MARGIN - 20) / 2
    tables = [measure(flow.job, left, MARGIN, half)]
    tables.append(measure(flow.job, right, MARGIN + half + 20, half))
    for table in tables:
        flow.y = MARGIN
        strip(flow, table, 0, table.height)
    flow.y = MARGIN + max(table.height for table in tables) + 12
    if flow.y > page.bottom:
        flow.open_page()


def measure(job: Job, grid: Grid, x: float, width: float) -> Table:
    """Choose a size of text at which every figure stands on one line and a page holds the table."""
    sizes = TINY if "tiny_text" in job.names else SIZES
    limit = (A4[0] if "landscape" in job.names else A4[1]) - 2 * MARGIN
    spread = SPREAD if "letter_spaced" in job.names else 0.0
    for size in sizes:
        xs = column_places(grid, x, width, size, spread)
        if xs is None and size != sizes[-1]:
            continue
        table = Table(grid, size, xs or even(grid, x, width), [], spread)
        table.ys = row_places(job, table)
        if table.height <= limit or size == sizes[-1]:
            return table
    raise AssertionError("the last size always returns")


def even(grid: Grid, x: float, width: float) -> list[float]:
    """Give every column the same width."""
    n = max(map(len, grid.rows))
    return [x + width * i / n for i in range(n + 1)]


def column_places(
    grid: Grid, x: float, width: float, size: float, spread: float = 0.0
) -> list[float] | None:
    """Place the columns: figures get what they need, labels the rest; None if they are too wide."""
    n = max(map(len, grid.rows))
    need, text = [size * 2.2 + 2 * PADDING] * n, [0] * n
    for row in grid.rows:
        for i, cell in enumerate(row):
            across = row.count(cell)
            if cell.key:
                wide = width_of(cell.text, size, spread) + 2 * PADDING + 1
                need[i] = max(need[i], wide / across)
            elif across == 1:
                text[i] = max(text[i], len(cell.text.replace("\n", "")))
    if grid.narrow is not None:
        need[grid.narrow], text[grid.narrow] = 2.0, 0
    spare = width - sum(need)
    if spare < 0:
        return None
    weights = [t**0.7 + 0.01 for t in text]
    if grid.narrow is not None:
        weights[grid.narrow] = 0
    places = [x]
    for wanted, weight in zip(need, weights, strict=True):
        places.append(places[-1] + wanted + spare * weight / sum(weights))
    return places


def areas(grid: Grid) -> list[tuple[Cell, int, int, int, int]]:
    """Give each cell once with its rows and columns: from and up to."""
    found = []
    for number in range(len(grid.rows)):
        for place_, width, height, cell in runs(grid, number):
            if height:
                found.append((cell, number, number + height, place_, place_ + width))
    return found


def cell_lines(table: Table, cell: Cell, left: int, right: int) -> list[str]:
    """Wrap a cell's text within its columns; a cell of white space prints nothing."""
    if not cell.text.strip():
        return []
    width = table.xs[right] - table.xs[left] - 2 * PADDING
    return wrap(cell.text, max(width, table.size + table.spread), table.size, table.spread)


def row_places(job: Job, table: Table) -> list[float]:
    """Place the rows on the tape so that every cell holds its lines."""
    air = job.chance("air").choice((2.0, 4.0, 7.0))
    heights = [table.size * LEADING + 2 * PADDING + air] * len(table.grid.rows)
    needed = [
        (first, last, len(cell_lines(table, cell, left, right)))
        for cell, first, last, left, right in areas(table.grid)
    ]
    for first, last, n_lines in sorted(needed, key=lambda need: need[1] - need[0]):
        lacking = n_lines * table.size * LEADING + 2 * PADDING - sum(heights[first:last])
        for row in range(first, last) if lacking > 0 else ():
            heights[row] += lacking / (last - first)
    places = [0.0]
    for height in heights:
        places.append(places[-1] + height)
    return places


def choose_cuts(flow: Flow, table: Table) -> list[float]:
    """Choose where on the tape page breaks fall: where they must, or where hazards want them."""
    rng = flow.job.chance(f"cuts {len(table.grid.rows)} {len(flow.pages)}")
    first = max(table.grid.heads, 1)
    rows = range(first + 1, len(table.grid.rows) - 1)
    cuttable_rows = [row for row in rows if cuttable(table, row)]
    if "row_cut" in flow.job.names and cuttable_rows:
        row = rng.choice(cuttable_rows)
        top, end = table.ys[row], table.ys[row + 1]
        return [top + (end - top) * rng.choice((0.4, 0.5, 0.6))]
    if flow.job.names & {"table_cut", "row_cut", "header_again"} and rows:
        return sorted(table.ys[r] for r in rng.sample(rows, min(len(rows), rng.choice((1, 1, 2)))))
    return forced_cuts(table, flow.page.bottom - MARGIN)


def cuttable(table: Table, row: int) -> bool:
    """Tell whether a row has a label of several lines beside figures of its own."""
    above = table.grid.rows[row - 1]
    cells = [cell for cell in table.grid.rows[row] if cell not in above]
    lines = [
        len(cell_lines(table, cell, left, right))
        for cell, first, last, left, right in areas(table.grid)
        if first == row and last == row + 1 and not cell.key
    ]
    return any(cell.key for cell in cells) and max(lines, default=0) > 1


def forced_cuts(table: Table, limit: float) -> list[float]:
    """Cut a table that is longer than a page between rows."""
    cuts, start = [], 0.0
    for above, below in pairwise(table.ys):
        if below - start > limit:
            cuts.append(above)
            start = above
    return cuts


def place(flow: Flow, table: Table) -> None:
    """Set the strips of a table on pages, the first at the foot of its page where it is cut."""
    cuts = table.cuts
    ends = [*cuts, table.height]
    start = 0.0
    for number, end in enumerate(ends):
        if number or (cuts and end - start > flow.room):
            flow.open_page()
        if cuts and end != ends[-1] and not number:
            flow.y = max(flow.y, flow.page.bottom - (end - start))
        if number and "header_again" in flow.job.names and table.grid.heads:
            strip(flow, table, 0, table.ys[table.grid.heads])
        strip(flow, table, start, end)
        start = end


def strip(flow: Flow, table: Table, start: float, end: float) -> None:
    """Set a part of the tape on the page, each cell's fragment with the lines that belong to it."""
    shift = flow.y - start
    for cell, first, last, left, right in areas(table.grid):
        top, foot = table.ys[first], table.ys[last]
        if foot <= start or top >= end:
            continue
        box = Box(table.xs[left], max(top, start) + shift, table.xs[right], min(foot, end) + shift)
        outer = "t" * (top == 0) + "b" * (foot == table.height) + "l" * (left == 0)
        outer += "r" * (right == len(table.xs) - 1)
        flow.page.pieces.append(Piece(box, cell, last <= table.grid.heads, outer))
        lines = cell_lines(table, cell, left, right)
        places = [top, *(c for c in table.cuts if top < c < foot), foot]
        if len(places) > 2:
            heights = [b - a for a, b in pairwise(places)]
            holds = [int(height / (table.size * 1.05)) for height in heights]
            parts = divide(flow.job, cell, len(lines), holds, last - first > 1)
            a, b = parts[places.index(max(top, start))]
            lines = lines[a:b]
        set_lines(flow, table, cell, box, lines)
    flow.y += end - start


def divide(job: Job, cell: Cell, n: int, holds: list[int], merged: bool) -> list[tuple[int, int]]:
    """Say which of a cut cell's lines stand in each fragment, given how many each can hold.

    They all stand in the first or last fragment, in every one (merged cells only), or are divided;
    the figures of a cut row all stand on the same side.
    """
    rng = job.chance("cut figures" if cell.key else f"cut {cell.text} {merged}")
    ways = {"first": (holds[0],), "last": (holds[-1],)}
    ways |= {"repeated": tuple(holds)} if merged and not cell.key else {}
    fitting = [way for way, needed in ways.items() if min(needed) >= n]
    if sum(holds) >= n > 1 and not cell.key and min(holds) > 0:
        fitting.append("divided")
    way = rng.choice(fitting or ["most"])
    if way == "divided":
        return divided(n, holds)
    kept = {"first": {0}, "last": {len(holds) - 1}, "repeated": set(range(len(holds)))}
    chosen = kept.get(way, {holds.index(max(holds))})
    return [(0, n) if number in chosen else (n, n) for number in range(len(holds))]


def divided(n: int, holds: list[int]) -> list[tuple[int, int]]:
    """Divide lines so that every fragment has some, none more than it holds, where that can be."""
    parts, start = [], 0
    for number, hold in enumerate(holds):
        later = holds[number + 1 :]
        share = round(n * hold / sum(holds))
        share = max(min(share, hold, n - start - len(later)), n - start - sum(later), 0)
        parts.append((start, start + share))
        start += share
    return parts


def set_lines(flow: Flow, table: Table, cell: Cell, box: Box, lines: list[str]) -> None:
    """Set lines in the middle of a box, centred or to one side."""
    size = table.size
    align = flow.job.chance("align").choice(("centre", "centre", "left", "right"))
    if not (cell.key or cell.text.strip().isdigit()):
        align = flow.job.chance("align labels").choice(("centre", "left"))
    leading = min(size * LEADING, (box.y1 - box.y0) / max(len(lines), 1))
    y = (box.y0 + box.y1 - leading * len(lines)) / 2
    for line in lines:
        spare = box.x1 - box.x0 - width_of(line, size, table.spread)
        x = box.x0 + {"centre": spare / 2, "left": PADDING, "right": spare - PADDING}[align]
        if cell.key in flow.job.marked.get("strayed_figures", ()):
            x += strayed(flow.job.chance(f"strayed {cell.key}"), box)
        words = Words(line, x, y + leading * 0.5 + size * 0.36, size, cell, table.spread)
        if cell.key in flow.job.marked.get("straddling_figures", ()):
            straddle(flow.job.chance(f"straddling {cell.key}"), words, box)
        flow.page.words.append(words)
        y += leading


def straddle(rng: Random, words: Words, box: Box) -> None:
    """Move a figure so that it stands across a side of its cell."""
    side, share = rng.choice("lrtb"), rng.choice((0.35, 0.5, 0.65))
    if side in "lr":
        words.x = (box.x0 if side == "l" else box.x1) - share * words.width
    else:
        words.y = (box.y0 if side == "t" else box.y1) + share * 0.7 * words.size


def strayed(rng: Random, box: Box) -> float:
    """How far a figure strays towards the column to its left or right."""
    return rng.choice((-1, 1)) * rng.uniform(0.4, 0.5) * min(box.x1 - box.x0, STRAY)


def running(rng: Random, pages: list[Page], head: str | None, number: bool) -> None:
    """Print a running head and page numbers on all pages."""
    style = rng.choice(("-{}-", "— {} —", "第 {} 页", "{}"))
    for n, page in enumerate(pages, 1):
        if number:
            text = style.format(n)
            x = (page.width - width_of(text, 9)) / 2
            page.words.append(Words(text, x, page.height - MARGIN * 0.5, 9))
        if head:
            page.words.append(Words(head, MARGIN, MARGIN * 0.6, 9))
