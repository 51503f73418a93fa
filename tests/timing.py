"""Times reading against the bare parse of the same bytes by the library that a reader stands on."""

import io
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pypdfium2 as pdfium
import xlrd
from lxml import etree
from measure import LIMITS
from python_calamine import CalamineWorkbook
from typesetter import typeset

from analysis.documents.grid import UnreadableError
from analysis.documents.readers import read
from analysis.documents.report import read_bytes

REPEATS = 5
DOCUMENTS = 15


@dataclass(frozen=True)
class Times:
    """Seconds a document: the bare parse, the reader alone, and the whole way to a report."""

    bare: float
    reader: float
    whole: float

    @property
    def ratio(self) -> float:
        """How many times as long as the bare parse the reader takes."""
        return self.reader / self.bare

    @property
    def whole_ratio(self) -> float:
        """How many times as long as the bare parse a report takes."""
        return self.whole / self.bare


def parse_html(data: bytes) -> object:
    """Parse a page with lxml; None where it is lost on a page that declares a wrong encoding."""
    root = etree.fromstring(data, etree.HTMLParser(huge_tree=True))
    return None if root is None or root.find(".//td") is None else root


def parse_docx(data: bytes) -> object:
    """Parse the main part of a Word document with lxml."""
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))


def parse_workbook(data: bytes) -> object:
    """Take every sheet's rows with calamine."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def parse_old_workbook(data: bytes) -> object:
    """Open an old workbook with xlrd, number formats included: no other library tells them."""
    return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())


def parse_pdf(data: bytes) -> object:
    """Take every page's text with pdfium."""
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data)]


BARE: dict[str, Callable[[bytes], object]] = {
    "html": parse_html,
    "docx": parse_docx,
    "workbook": parse_workbook,
    "old workbook": parse_old_workbook,
    "pdf": parse_pdf,
}


def time_format(fmt: str) -> Times | None:
    """Time a format; None where no library parse compares with it, or no reader is there."""
    parse = BARE.get(LIMITS[fmt].bare)
    if parse is None:
        return None
    documents = [typeset(seed, fmt).data for seed in range(DOCUMENTS)]
    documents = [data for data in documents if parse(data) is not None]
    try:
        read(documents[0])
    except UnreadableError:
        return None
    quickest = [[quick(way, data) for way in (parse, read, read_bytes)] for data in documents]
    return Times(*(sum(times) / len(documents) for times in zip(*quickest, strict=True)))


def quick(way: Callable[[bytes], object], data: bytes) -> float:
    """Give the quickest of several runs in seconds of the processor's time."""
    return min(timed(way, data) for _ in range(REPEATS))


def timed(way: Callable[[bytes], object], data: bytes) -> float:
    """Time one run."""
    start = time.process_time()
    way(data)
    return time.process_time() - start


def time_all(formats: Iterable[str]) -> dict[str, Times]:
    """Time the formats for which a library parse is comparable."""
    return {fmt: times for fmt in formats if (times := time_format(fmt))}
