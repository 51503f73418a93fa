"""Pictures of printed pages (PNG, JPEG, TIFF, BMP, pages of a PDF without text) → ruled grids.

Recognising needs an optional extra (`make ocr`), which is imported only when a picture is read.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
from PIL import Image, ImageOps

from analysis.documents.grid import Document, Grid, UnreadableError
from analysis.documents.readers.scan.stitch import Page, stitch

MAX_PIXELS = 80_000_000  # A3 at 600 dpi
MAX_PAGES = 60  # at some seconds a page
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP")

Picture = tuple[np.ndarray, float | None]


def read(data: bytes) -> Document:
    """Read a picture, page by page where it has several (TIFF)."""
    grids, text = _read(_pictures(data), first_page=1)
    if not grids:
        raise UnreadableError("scan_without_rules")
    return Document("scan", grids, text)


def read_pictures(
    pictures: Iterable[np.ndarray], dpi: Iterable[float | None], first_page: int = 1
) -> tuple[list[Grid], Callable[[], str]]:
    """Read pages given as (H, W) or (H, W, 3) uint8 pixels: ruled grids, and what gives the text.

    Grids are numbered from 1; a table that a page break cuts is one grid. Raises UnreadableError
    where the extra for recognising is not installed.
    """
    return _read(zip(pictures, dpi, strict=True), first_page)


def _read(pictures: Iterable[Picture], first_page: int) -> tuple[list[Grid], Callable[[], str]]:
    """Read pages one after the other, and go on with tables that page breaks cut."""
    try:
        from analysis.documents.readers.scan.page import read_page
    except ImportError as error:
        raise UnreadableError("ocr_missing", reason=str(error)) from error
    pages = [read_page(pixels, dpi) for pixels, dpi in pictures]
    return stitch(pages, first_page), partial(_text, pages)


def _text(pages: list[Page]) -> str:
    """The text of pages, line by line."""
    return "\n".join(line for page in pages for line in _lines(page))


def _lines(page: Page) -> Iterator[str]:
    """Lines of a page's text from top to bottom, the cells of a table one by one."""
    found = [(line.box.top, line.box.left, [line.text]) for line in page.lines]
    found += [(t.box.top, t.box.left, [c.text for c in t.cells]) for t in page.tables]
    for _, _, texts in sorted(found):
        yield from (line for text in texts for line in text.split("\n") if line)


def _pictures(data: bytes) -> Iterator[Picture]:
    """The pages of a picture as grey pixels, each with its dpi where stated."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            n_pages = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if n_pages > MAX_PAGES:
                raise UnreadableError("too_many_pages", n_pages=n_pages, limit=MAX_PAGES)
            for n in range(n_pages):
                image.seek(n)
                if image.width * image.height > MAX_PIXELS:
                    raise UnreadableError("picture_too_large", limit=MAX_PIXELS // 10**6)
                yield _grey(image), _dpi(image)
    except Image.DecompressionBombError as error:
        raise UnreadableError("picture_too_large", limit=MAX_PIXELS // 10**6) from error
    except (OSError, ValueError, TypeError, SyntaxError, EOFError) as error:
        raise UnreadableError("truncated", reason=str(error)) from error


def _grey(image: Image.Image) -> np.ndarray:
    """Grey pixels of a picture the right way up, transparent parts white."""
    if image.mode.startswith("I"):
        return (np.asarray(image) >> 8).clip(0, 255).astype(np.uint8)
    upright = ImageOps.exif_transpose(image)
    if "A" in upright.getbands() or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    return np.asarray(upright.convert("L"))


def _dpi(image: Image.Image) -> float | None:
    """The dpi that a picture states, if any."""
    stated = image.info.get("dpi", (0, 0))[0]
    return float(stated) if stated else None
