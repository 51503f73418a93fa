"""MHTML (a web page saved as one file) → the grids of the pages in it."""

import email
import re
from dataclasses import replace
from email.message import Message
from functools import partial

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.readers import html

_PAGES = ("text/html", "application/xhtml+xml")
_LEAD = b"\xef\xbb\xbf \t\r\n"
_TOLD_BY_HEADER = re.compile(r"(?:big5|utf-?16|utf-?32)[\w-]*", re.IGNORECASE)


def read(data: bytes) -> Document:
    """Read every page of the file (a workbook saved so has one a sheet) as one document."""
    parts = list(email.message_from_bytes(data.lstrip(_LEAD)).walk())
    sheets = "\n".join(_page(p).decode("utf-8", "replace") for p in parts if _is_sheet(p))
    pages = [html.read(_page(p), sheets) for p in parts if p.get_content_type() in _PAGES]
    if not pages:
        raise UnreadableError("truncated", reason="the MHTML file holds no page")
    grids = [grid for page in pages for grid in page.grids]
    numbered = [replace(grid, number=n) for n, grid in enumerate(grids, start=1)]
    return Document("mhtml", numbered, partial(_text, pages), pages[0].meta)


def _is_sheet(part: Message) -> bool:
    """Whether a part is a style sheet, which may hide figures of the pages saved with it."""
    return part.get_content_type() == "text/css"


def _page(part: Message) -> bytes:
    """A part's bytes; an encoding that bytes alone don't tell is taken from its header."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("")
    if not _TOLD_BY_HEADER.fullmatch(charset):
        return data
    try:
        return data.decode(charset, "replace").encode()
    except LookupError:
        return data


def _text(pages: list[Document]) -> str:
    """The pages' texts, one after the other."""
    return "\n".join(page.text() for page in pages)
