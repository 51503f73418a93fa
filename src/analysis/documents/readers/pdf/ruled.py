"""Lattices with their characters → grids; parts of a table that pages break are stitched."""

import re
from dataclasses import dataclass
from itertools import pairwise

from analysis.documents.grid import UNREAD, Cell, Grid
from analysis.documents.readers.pdf.geometry import Box, Glyph, middles
from analysis.documents.readers.pdf.glyphs import text_of, words
from analysis.documents.readers.pdf.page import Page
from analysis.documents.readers.pdf.paper import SEEN, UNSEEN
from analysis.documents.readers.pdf.regions import Place, regions_of
from analysis.documents.readers.pdf.rules import NEAR, Lattice, common, index, is_ruled
from analysis.documents.readers.pdf.torn import beside, torn
from analysis.documents.readers.pdf.wraps import Laid, join_wrapped

_FIGURE = re.compile(r"[\d.,+\-—–/%]+")

Rows = list[list[Cell | None]]


@dataclass(frozen=True)
class Part:
    """What stands of a table on one page."""

    page: Page
    lattice: Lattice
    glyphs: list[Glyph]


def stitched(number: int, parts: list[Part]) -> Grid:
    """One grid of all parts of a table, on columns common to all of them.

    A cell goes on over a page break where neither page draws a rule between; a header that is
    printed again is left out. `breaks` of the grid are the rows at which the pages begin.
    """
    xs = common(part.lattice.xs for part in parts)
    closed = any(part.lattice.is_closed for part in parts)
    rows: Rows = []
    breaks: list[int] = []
    for above, part in zip([None, *parts], parts, strict=False):
        fresh = _rows(part, xs, closed)
        again = _n_repeated(rows, fresh)
        if again and _begins_again(rows[again:], fresh[again:]):
            again = 0
        elif above is not None:
            breaks.append(len(rows))
            if not again:
                _join(rows, fresh, _open_columns(above.lattice, part.lattice, xs))
        rows += fresh[again:]
    return _numbered(number, rows, breaks)


def _numbered(number: int, rows: Rows, breaks: list[int]) -> Grid:
    """The grid without rows that only go on with the one above, cells numbered as they stand."""
    kept: Rows = []
    moved: list[int] = []
    for row in rows:
        moved.append(len(kept))
        if not kept or any(a is not b for a, b in zip(row, kept[-1], strict=True)):
            kept.append(row)
    seen: set[int] = set()
    for r, row in enumerate(kept):
        for c, cell in enumerate(row):
            if cell is not None and id(cell) not in seen:
                seen.add(id(cell))
                cell.row, cell.column = r, c
    return Grid(number, kept, breaks=tuple(moved[b] for b in breaks if b < len(moved)))


# --- Over a page break --------------------------------------------------------------------------


def _n_repeated(rows: Rows, fresh: Rows) -> int:
    """How many rows of a page print the first rows of the table, its header, again."""
    count = 0
    for first, again in zip(rows, fresh, strict=False):
        texts = _texts(again)
        if texts != _texts(first) or not any(texts) or any(map(_FIGURE.fullmatch, texts)):
            break
        count += 1
    return count


def _begins_again(rows: Rows, fresh: Rows) -> bool:
    """Whether the row below a header that a page repeats is the table's first: it stands twice."""
    first, again = (
        [text for row in some[:1] for text in _texts(row) if not _FIGURE.fullmatch(text or "-")]
        for some in (rows, fresh)
    )
    return first == again != []


def _texts(row: list[Cell | None]) -> list[str]:
    """The texts of a row's cells without white space, however many columns each covers."""
    return ["".join(cell.text.split()) for cell in dict.fromkeys(row) if cell is not None]


def _open_columns(above: Lattice, below: Lattice, xs: list[float]) -> list[bool]:
    """For each column, whether no rule closes it at the end of one page nor opens it on the next.

    A page that ends a table with no rule and begins it with none cuts cells; one rule is enough to
    part them.
    """
    return [
        not is_ruled(above.across, above.box.bottom, left, right)
        and not is_ruled(below.across, below.box.top, left, right)
        for left, right in pairwise(xs)
    ]


def _join(rows: Rows, fresh: Rows, is_open: list[bool]) -> None:
    """Let cells of the last row go on in those of the first row of the next page, in place."""
    if not rows or not fresh:
        return
    last, first = rows[-1], fresh[0]
    for upper in dict.fromkeys(c for c in last if c is not None):
        columns = [c for c, cell in enumerate(last) if cell is upper]
        lower = first[columns[0]]
        below = [c for c, cell in enumerate(first) if cell is lower]
        if lower is None or columns != below or not all(is_open[c] for c in columns):
            continue
        for row in fresh:
            row[:] = [upper if cell is lower else cell for cell in row]
        upper.text = "\n".join(filter(None, (upper.text, lower.text)))
        upper.blank = upper.blank and lower.blank


# --- One part -----------------------------------------------------------------------------------


def _rows(part: Part, xs: list[float], closed: bool) -> Rows:
    """The rows of a part: one cell for each region that its rules enclose."""
    regions = regions_of(part.lattice, xs, closed)
    inside: dict[int, list[Glyph]] = {}
    homes = regions.nearest(*middles(part.glyphs)).tolist()
    for glyph, home in zip(part.glyphs, homes, strict=True):
        inside.setdefault(home, []).append(glyph)
    table = [
        laid
        for region, own in regions.places.items()
        if region in inside or not regions.is_beyond(region)
        for laid in _cells(part.page, inside.get(region, []), own, xs, regions.ys)
    ]
    doubtful = torn(part.page, regions) | (beside(part.page, regions) - inside.keys())
    _flag(table, {place for region in doubtful for place in regions.places[region]})
    join_wrapped(part.page, table)
    rows: Rows = [[None] * (len(xs) - 1) for _ in regions.ys[1:]]
    for laid in table:
        for r, c in laid.places:
            rows[r][c] = laid.cell
    return rows


def _flag(table: list[Laid], places: set[Place]) -> None:
    """Let cells at some places say, in place, that they hold what can't be read."""
    for cell, covered, *_ in table:
        if covered[0] in places and not cell.text.endswith(UNREAD):
            cell.text += UNREAD
            cell.blank = False


def _cells(
    page: Page, glyphs: list[Glyph], places: list[Place], xs: list[float], ys: list[float]
) -> list[Laid]:
    """The cell of a region with the places that it covers.

    Where rules between figures are missing, each figure stands in the column over which it lies.
    """
    (top, left), (bottom, right) = places[0], places[-1]
    box = Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
    glyphs = [g for g in glyphs if g.bottom - g.top <= box.bottom - box.top]
    if right == left or not (figures := _in_columns(glyphs, xs)):
        return [_laid(page, places, glyphs, box)]
    return [
        _laid(
            page,
            [(r, c) for r in range(top, bottom + 1)],
            figures.get(c, []),
            Box(xs[c], box.top, xs[c + 1], box.bottom),
        )
        for c in range(left, right + 1)
    ]


def _laid(page: Page, places: list[Place], glyphs: list[Glyph], box: Box) -> Laid:
    """A cell with where it lies."""
    return Laid(_cell(page, glyphs, box), places, glyphs, box)


def _in_columns(glyphs: list[Glyph], xs: list[float]) -> dict[int, list[Glyph]]:
    """Characters by column, if they are several figures and each has a column of its own."""
    parts = words(glyphs)
    if len(parts) < 2 or not all(_FIGURE.fullmatch("".join(g.text for g in w)) for w in parts):
        return {}
    found = {index(xs, (word[0].left + word[-1].right) / 2): word for word in parts}
    within = all(xs[c] - 1 <= w[0].left and w[-1].right <= xs[c + 1] + 1 for c, w in found.items())
    return found if len(found) == len(parts) and within else {}


def _cell(page: Page, glyphs: list[Glyph], box: Box) -> Cell:
    """A cell's text; what shows but is no text, or is text that hardly shows, is an object.

    Digits that don't show at all are left out: nobody reads them.
    """
    inks = {g: page.paper.ink(g) for g in glyphs if not g.certain and g.text.isdigit()}
    text = text_of([g for g in glyphs if inks.get(g, SEEN) >= UNSEEN] if inks else glyphs)
    inner = Box(box.left + NEAR, box.top + NEAR, box.right - NEAR, box.bottom - NEAR)
    odd = (
        any(UNSEEN <= ink < SEEN for ink in inks.values())
        or any(_lies_within(picture, box) for picture in page.pictures)
        or (not text and page.paper.contrast(inner) >= SEEN)
    )
    return Cell(text + UNREAD if odd else text, 0, 0, page.number)


def _lies_within(picture: Box, box: Box) -> bool:
    """Whether a picture stands in a cell."""
    across, down = (picture.left + picture.right) / 2, (picture.top + picture.bottom) / 2
    return (
        box.left < across < box.right
        and box.top < down < box.bottom
        and picture.bottom - picture.top <= 2 * (box.bottom - box.top)
        and picture.right - picture.left <= 2 * (box.right - box.left)
    )
