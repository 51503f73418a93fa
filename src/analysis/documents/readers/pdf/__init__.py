"""Digital PDF → grids: ruled tables with their merged cells, each whole though pages break it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import takewhile

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.grid import Cell, Document, Grid, UnreadableError
from analysis.documents.readers import scan
from analysis.documents.readers.pdf.alignment import Unsure, implied
from analysis.documents.readers.pdf.blocks import Sheet
from analysis.documents.readers.pdf.geometry import Glyph, middles
from analysis.documents.readers.pdf.glyphs import line_text, lines
from analysis.documents.readers.pdf.page import Page, read_page
from analysis.documents.readers.pdf.paper import UNSEEN
from analysis.documents.readers.pdf.ruled import Part, stitched
from analysis.documents.readers.pdf.rules import Lattice, joined, lattices
from analysis.documents.readers.pdf.words import Word, word_lines

MAX_PAGES = 400
SCAN_DPI = 200.0
_LEAST_DPI = 100.0
_SAME_SIDE = 8.0
_MARGIN = 0.14
_HEAD = 0.08
_WELL_APART = 2.0  # in sizes of the type
_LEAST_FIGURES = 2
_FAILED = "Failed to load document (PDFium: "
_FIGURE = re.compile(r"\d[\d,.]*")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:第?\W*\d{1,4}\W*页?(?:[/,，共]*\d{1,4}页?)?)?[\W_]*")

Line = tuple[float, str]
Place = tuple[int, float]  # page, height


@dataclass
class Contents:
    """A page, the parts of tables on it, and its other characters, where they had to be read."""

    page: Page
    parts: list[Part]
    loose: list[Glyph] | None

    @cached_property
    def lines(self) -> list[Line]:
        """Lines of text outside tables with the heights of their baselines."""
        if self.loose is None:
            return [(0.0, text) for text in self.page.text.splitlines()]
        return [(line[0].base, text) for line in lines(self.loose) if (text := line_text(line))]


def read(data: bytes) -> Document:
    """Read a PDF: its tables and its lines of text.

    Raises UnreadableError for a damaged or locked file, or one with more than `MAX_PAGES` pages.
    """
    found, lost = _pages(data)
    scans = [page for page in found if page.is_picture]
    grids, text, unread = _recognised(scans)
    if len(scans) == len(found) and (unread or (lost and not found)):
        raise [*unread, *lost][0]
    document = _digital([page for page in found if not page.is_picture])
    grids = sorted([*document.grids, *grids], key=_page_of)
    return Document(
        "pdf" if document.grids or not scans else "scan",
        [replace(grid, number=n) for n, grid in enumerate(grids, start=1)],
        lambda: "\n".join([document.text(), *(part() for part in text)]),
        unread=[*unread, *lost],
    )


def _page_of(grid: Grid) -> int:
    """The page on which a grid begins."""
    return next((cell.page for row in grid.cells for cell in row if cell), 0)


def _recognised(
    pages: list[Page],
) -> tuple[list[Grid], list[Callable[[], str]], list[UnreadableError]]:
    """Grids and texts of pages that are pictures, and why they could not be read."""
    grids: list[Grid] = []
    text: list[Callable[[], str]] = []
    if len(pages) > scan.MAX_PAGES:
        many = UnreadableError("too_many_pages", n_pages=len(pages), limit=scan.MAX_PAGES)
        return grids, text, [many]
    for run in _runs(pages):
        try:
            dpi = [max(_LEAST_DPI, page.paper.picture_dpi(SCAN_DPI)) for page in run]
            pixels = (page.paper.pixels(own) for page, own in zip(run, dpi, strict=True))
            found, texts = scan.read_pictures(pixels, dpi, run[0].number)
        except UnreadableError as error:
            return grids, text, [error]
        grids += found
        text.append(texts)
    missing = [UnreadableError("scan_without_rules")] if pages and not grids else []
    return grids, text, missing


def _runs(pages: list[Page]) -> Iterator[list[Page]]:
    """Pages that follow one another together."""
    run: list[Page] = []
    for page in pages:
        if run and page.number != run[-1].number + 1:
            yield run
            run = []
        run.append(page)
    if run:
        yield run


def _digital(found: list[Page]) -> Document:
    """What pages that hold text print."""
    pages = [_contents(page) for page in found]
    unsure = _align(pages)
    tables = [
        (_begin(parts), _end(parts), partial(stitched, parts=parts)) for parts in _tables(pages)
    ]
    tables += [((one.page, one.top),) * 2 + (partial(_listed, table=one),) for one in unsure]
    tables.sort(key=lambda table: table[0])
    headings = _headings(pages, [table[:2] for table in tables])
    grids = [
        replace(made(n), heading=heading)
        for n, ((_, _, made), heading) in enumerate(zip(tables, headings, strict=True), start=1)
    ]
    return Document("pdf", grids, partial(_text, pages))


def _begin(parts: list[Part]) -> Place:
    """Where a table begins."""
    return parts[0].page.number, parts[0].lattice.box.top


def _end(parts: list[Part]) -> Place:
    """Where a table ends."""
    return parts[-1].page.number, parts[-1].lattice.box.bottom


def _headings(pages: list[Contents], tables: list[tuple[Place, Place]]) -> list[str]:
    """For each table, the lines printed between the one before and it."""
    found = [((here.page.number, y), text) for here in pages for y, text in here.lines]
    ends = [(0, 0.0), *(end for _, end in tables)]
    return [
        "\n".join(text for place, text in found if end <= place <= begin)
        for (begin, _), end in zip(tables, ends, strict=False)
    ]


def _pages(data: bytes) -> tuple[list[Page], list[UnreadableError]]:
    """The pages of a PDF, and what is wrong with those that are damaged."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise UnreadableError("encrypted") from error
        raise _damaged(str(error).removeprefix(_FAILED).rstrip(".)")) from error
    if len(document) > MAX_PAGES:
        raise UnreadableError("too_many_pages", n_pages=len(document), limit=MAX_PAGES)
    found: list[Page] = []
    lost: list[UnreadableError] = []
    for n in range(len(document)):
        try:
            found.append(read_page(document[n], n + 1))
        except pypdfium2.PdfiumError:
            lost.append(_damaged(f"page {n + 1} can't be loaded"))
    lost += [_damaged(f"page {page.number} has no size") for page in found if page.is_damaged]
    return found, lost


def _damaged(reason: str) -> UnreadableError:
    """What is wrong with a file of which a part is lost."""
    return UnreadableError("truncated", reason=reason)


def _contents(page: Page) -> Contents:
    """The parts of ruled tables on a page, and its other characters."""
    found = lattices(page.number, page.horizontal, page.vertical) if page.vertical else []
    parts = [Part(page, one, []) for one in found if len(one.xs) > 2 or len(one.ys) > 2]
    if parts:
        return Contents(page, parts, _shared_out(page.glyphs, parts))
    return Contents(page, [], page.glyphs if _n_figures(page.text) >= _LEAST_FIGURES else None)


def _shared_out(glyphs: list[Glyph], parts: list[Part]) -> list[Glyph]:
    """Give characters to the tables in which they stand; the others are returned."""
    x, y = middles(glyphs)
    left = np.ones(len(glyphs), bool)
    for part in parts:
        inside = left & part.lattice.holds(x, y)
        part.glyphs.extend(glyphs[n] for n in np.flatnonzero(inside).tolist())
        left &= ~inside
    return [glyphs[n] for n in np.flatnonzero(left).tolist()]


# --- Tables without rules -----------------------------------------------------------------------


def _n_figures(text: str) -> int:
    """How many figures stand by themselves at the ends of lines, as they do in tables."""
    rows = (takewhile(_FIGURE.fullmatch, reversed(line.split())) for line in text.splitlines())
    return sum(1 for row in rows for _ in row)


def _align(pages: list[Contents]) -> list[Unsure]:
    """Add to pages the tables that the alignment of their words shows; what is not is returned."""
    _open_beside(pages)
    running = _running_heads(pages)
    opened = [here.loose is not None and _has_figures(here) for here in pages]
    if not any(opened) and not any(here.parts for here in pages):
        opened = [True] * len(pages)
    sheets = [
        _sheet(here, running)
        for here, one, following in zip(pages, opened, [*opened, False][1:], strict=True)
        if here.loose is not None and (one or following)
    ]
    found, unsure = implied([sheet for sheet in sheets if sheet.lines])
    for n, here in enumerate(pages):
        own = [drawn for drawn in found if drawn.lattice.page == here.page.number]
        fresh = [Part(here.page, drawn.lattice, drawn.signs) for drawn in own]
        if fresh and here.loose is not None:
            parts = sorted([*here.parts, *fresh], key=lambda part: part.lattice.box.top)
            pages[n] = Contents(here.page, parts, _shared_out(here.loose, fresh))
    return unsure


def _listed(number: int, table: Unsure) -> Grid:
    """A table that is not clear as lines of cells, whose columns no one can tell."""
    cells: list[list[Cell | None]] = [
        [Cell(text, r, c, table.page) for c, text in enumerate(row)]
        for r, row in enumerate(table.rows)
    ]
    return Grid(number, cells, ruled=False, unsure=True)


def _open_beside(pages: list[Contents]) -> None:
    """Read the characters of pages before those with figures, and after, if they have one too.

    Where no page has a table or figures, a form may have been left blank on any of them.
    """
    opened = [here.loose is not None and not here.parts for here in pages]
    is_blank = all(here.loose is None for here in pages)
    for n, here in enumerate(pages):
        before, after = opened[n - 1 : n] == [True], opened[n + 1 : n + 2] == [True]
        if is_blank or (not here.parts and (after or (before and _n_figures(here.page.text)))):
            here.loose = here.page.glyphs


def _has_figures(here: Contents) -> bool:
    """Whether figures stand on a page outside its tables; a page number may stand beside them."""
    n_figures = _n_figures("\n".join(text for _, text in here.lines))
    return n_figures >= (_LEAST_FIGURES if here.parts else 1)


def _sheet(here: Contents, running: set[str]) -> Sheet:
    """A page for alignment: the lines of words that a reader sees, without running heads."""
    page = here.page
    across, down = joined(page.horizontal), joined(page.vertical)
    seen = [g for g in here.loose or [] if not g.text.isdigit() or page.paper.ink(g) >= UNSEEN]
    found = word_lines(seen, down)
    while found and _is_head(page, found[0], found[1:2], running):
        found.pop(0)
    while found and _is_head(page, found[-1], found[-2:-1], running):
        found.pop()
    return Sheet(page.number, page.height, found, across, down)


def _is_head(page: Page, line: list[Word], beside: list[list[Word]], running: set[str]) -> bool:
    """Whether the first or last line of a page is a running head, well apart from the next."""
    apart = all(
        abs(other[0].base - line[0].base) > _WELL_APART * max(other[0].size, line[0].size)
        for other in beside
    )
    outer = not _HEAD < line[0].base / page.height < 1 - _HEAD
    return outer and apart and _plain(" ".join(word.text for word in line)) in running


# --- Tables over pages --------------------------------------------------------------------------


def _tables(pages: list[Contents]) -> list[list[Part]]:
    """Parts of tables, those of one table together."""
    tables: list[list[Part]] = []
    running = _running_heads(pages)
    for before, here in zip([None, *pages], pages, strict=False):
        for n, part in enumerate(here.parts):
            if n == 0 and before and _goes_on(before, here, running):
                tables[-1].append(part)
            else:
                tables.append([part])
    return tables


def _goes_on(before: Contents, here: Contents, running: set[str]) -> bool:
    """Whether a page's first table goes on with the last one of the page before.

    Both have the same sides, and nothing but page numbers and running heads stands between them.
    """
    if not before.parts or not here.parts:
        return False
    if not _are_aligned(before.parts[-1].lattice, here.parts[0].lattice):
        return False
    above, below = before.parts[-1].lattice.box, here.parts[0].lattice.box
    between = [text for y, text in before.lines if y > above.bottom]
    between += [text for y, text in here.lines if y < below.top]
    return all(_plain(text) in running for text in between)


def _are_aligned(above: Lattice, below: Lattice) -> bool:
    """Whether two tables, or one's last row and the other's first, have the same sides."""
    ends = above.sides(above.box.bottom), below.sides(below.box.top)
    return any(
        max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= _SAME_SIDE
        for one, other in (ends, (above.box[::2], below.box[::2]))
    )


def _running_heads(pages: list[Contents]) -> set[str]:
    """Lines in the margins that are page numbers, or that several pages print."""
    heads: dict[str, int] = {}
    for here in pages:
        rows = here.lines if here.loose is not None else []
        outer = [t for y, t in rows if not _MARGIN < y / here.page.height < 1 - _MARGIN]
        for text in {_plain(text) for text in outer}:
            heads[text] = heads.get(text, 0) + 1
    return {head for head, count in heads.items() if count > 1 or not head}


def _plain(text: str) -> str:
    """A line without page numbers, to compare running heads by."""
    return "" if _PAGE_NUMBER.fullmatch(text) else re.sub(r"[\W\d_]+", "", text)


def _text(pages: list[Contents]) -> str:
    """Lines of the document outside its tables and cells within, from top to bottom."""
    found: list[str] = []
    for here in pages:
        inside = [(g[0].base, line_text(g)) for part in here.parts for g in lines(part.glyphs)]
        found += [text for _, text in sorted(here.lines + inside, key=lambda line: line[0])]
    return "\n".join(found)
