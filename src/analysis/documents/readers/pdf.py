"""Digital PDF → grids: ruled tables with their merged cells, each whole though pages break it."""

import re
from collections.abc import Iterator
from functools import partial

import pypdfium2

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers.glyphs import line_text, lines
from analysis.documents.readers.page import Glyph, Page, read_page
from analysis.documents.readers.ruled import Part, stitched
from analysis.documents.readers.rules import lattices

MAX_PAGES = 400
_SAME_SIDE = 8.0
_MARGIN = 0.14
_PAGE_NUMBER = re.compile(r"[\W_]*(?:第?\W*\d{1,4}\W*页?(?:[/,，共]*\d{1,4}页?)?)?[\W_]*")

Line = tuple[float, str]


def read(data: bytes) -> Document:
    """Read a PDF: its tables and its lines of text.

    Raises UnreadableError for a damaged or locked file, or one with more than `MAX_PAGES` pages.
    """
    pages = [(page, *_contents(page)) for page in _pages(data)]
    tables = _tables(pages)
    grids = [stitched(n, parts) for n, parts in enumerate(tables, start=1)]
    return Document("pdf", grids, partial(_text, pages))


def _pages(data: bytes) -> Iterator[Page]:
    """The pages of a PDF."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        check = "encrypted" if "password" in str(error).lower() else "truncated"
        raise UnreadableError(check, reason=str(error)) from error
    if len(document) > MAX_PAGES:
        raise UnreadableError("too_many_pages", n_pages=len(document), limit=MAX_PAGES)
    for n in range(len(document)):
        yield read_page(document[n], n + 1)


def _contents(page: Page) -> tuple[list[Part], list[Line]]:
    """The parts of tables on a page, and its other lines with the heights of their baselines."""
    found = lattices(page.number, page.horizontal, page.vertical)
    parts = [Part(page, one, []) for one in found if len(one.xs) > 2 or len(one.ys) > 2]
    if not parts:
        return [], [(0.0, text) for text in page.text.splitlines()]
    loose: list[Glyph] = []
    for glyph in page.glyphs:
        home = next((part for part in parts if part.lattice.holds(glyph)), None)
        (home.glyphs if home else loose).append(glyph)
    return parts, [(line[0].base, text) for line in lines(loose) if (text := line_text(line))]


Contents = tuple[Page, list[Part], list[Line]]


def _tables(pages: list[Contents]) -> list[list[Part]]:
    """Parts of tables, those of one table together."""
    tables: list[list[Part]] = []
    running = _running_heads(pages)
    for before, here in zip([None, *pages], pages, strict=False):
        for n, part in enumerate(here[1]):
            if n == 0 and before and _goes_on(before, here, running):
                tables[-1].append(part)
            else:
                tables.append([part])
    return tables


def _goes_on(before: Contents, here: Contents, running: set[str]) -> bool:
    """Whether a page's first table goes on with the last one of the page before.

    Both have the same sides, and nothing but page numbers and running heads stands between them.
    """
    if not before[1] or not here[1]:
        return False
    above, below = before[1][-1].lattice.box, here[1][0].lattice.box
    if max(abs(above.left - below.left), abs(above.right - below.right)) > _SAME_SIDE:
        return False
    between = [text for y, text in before[2] if y > above.bottom]
    between += [text for y, text in here[2] if y < below.top]
    return all(_plain(text) in running for text in between)


def _running_heads(pages: list[Contents]) -> set[str]:
    """Lines in the margins that are page numbers, or that several pages print."""
    heads: dict[str, int] = {}
    for page, parts, rows in pages:
        if not parts:
            continue
        outer = [t for y, t in rows if not _MARGIN < y / page.height < 1 - _MARGIN]
        for text in {_plain(text) for text in outer}:
            heads[text] = heads.get(text, 0) + 1
    return {head for head, count in heads.items() if count > 1 or not head}


def _plain(text: str) -> str:
    """A line without page numbers, to compare running heads by."""
    return "" if _PAGE_NUMBER.fullmatch(text) else re.sub(r"[\W\d_]+", "", text)


def _text(pages: list[Contents]) -> str:
    """Lines of the document outside its tables and cells within, from top to bottom."""
    found: list[str] = []
    for _, parts, rows in pages:
        inside = [(g[0].base, line_text(g)) for part in parts for g in lines(part.glyphs)]
        found += [text for _, text in sorted(rows + inside, key=lambda line: line[0])]
    return "\n".join(found)
