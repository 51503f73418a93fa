"""HTML pages → grids: tables as a browser would lay them out, and the text around them."""

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from analysis.documents.grid import Document, Grid, UnreadableError, place_cells
from analysis.documents.readers.text import decode

_NOT_PRINTED = ("script", "style", "noscript", "template", "select", "textarea", "object", "title")
_BLOCKS = {
    "td",
    "th",
    "p",
    "div",
    "br",
    "li",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
}
_APART = {"sup", "sub", "del", "s", "strike"}
_MISSING_TR = re.compile(r"(</tr\s*>\s*)(?=<t[dh][\s>])", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d{1,9})\s*(%?)")


def read(data: bytes) -> Document:
    """Read a page: its tables (layout tables too), its lines of text and its <meta> facts."""
    text = _MISSING_TR.sub(r"\1<tr>", decode(data, declared=True)).replace("\0", "")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise UnreadableError("no_tables")
    meta = _meta(root)
    etree.strip_elements(root, *_NOT_PRINTED, with_tail=False)
    tables = [table for table in root.iter("table") if not _hidden_above(table)]
    grids = [Grid(n, place_cells(_rows(table))) for n, table in enumerate(tables, start=1)]
    return Document("html", grids, partial(_page_text, root), meta)


def _rows(table: etree._Element) -> Iterator[list[tuple[str, int, int]]]:
    """Rows of a table as (text, colspan, rowspan); cells without a row form one of their own."""
    loose: list[tuple[str, int, int]] = []
    for element in _row_level(table):
        if element.tag == "tr":
            if loose:
                yield loose
                loose = []
            yield [_cell(c) for c in element.iterchildren("td", "th")]
        else:
            loose.append(_cell(element))
    if loose:
        yield loose


def _row_level(table: etree._Element) -> Iterator[etree._Element]:
    """Rows of a table, and cells that stand outside any row, in document order."""
    for child in table.iterchildren():
        if child.tag in ("tr", "td", "th"):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr", "td", "th")


def _cell(element: etree._Element) -> tuple[str, int, int]:
    """Text and spans of a cell."""
    return (
        _text(element).strip(),
        _span(element.get("colspan")),
        _span(element.get("rowspan"), to_end="0"),
    )


def _span(value: str | None, to_end: str | None = None) -> int:
    """A span read leniently: `2;` is 2, and `100%` (or a row span of 0) reaches to the end."""
    if value is None:
        return 1
    found = _SPAN.match(value)
    if found is None:
        return 1
    return 10**6 if found[2] or found[1] == to_end else int(found[1])


def _text(element: etree._Element) -> str:
    """What an element prints, with blocks on lines of their own and nested tables left out."""
    text = element.text or ""
    for child in element:
        text += _child_text(child) + (child.tail or "")
    return text


def _child_text(child: etree._Element) -> str:
    """What a child prints; notes above the line and struck text stay apart from a figure."""
    tag = child.tag
    if tag == "table" or _hidden(child):
        return ""
    if tag == "img":
        return "\ufffc"
    if tag == "input":
        return "" if child.get("type") == "hidden" else child.get("value") or ""
    text = _text(child)
    if tag in _BLOCKS:
        return f"\n{text}\n"
    return f" {text} " if tag in _APART else text


def _hidden(element: etree._Element) -> bool:
    """Whether the page says itself that it does not print an element."""
    attributes = element.attrib
    if not attributes:
        return False
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")) is not None


def _hidden_above(element: etree._Element) -> bool:
    """Whether an element or one around it is not printed."""
    return _hidden(element) or any(map(_hidden, element.iterancestors()))


def _page_text(root: etree._Element) -> str:
    """Text of the whole page, a block or cell a line; it puts line ends into the tree."""
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
    return etree.tostring(root, method="text", encoding="unicode")


def _meta(root: etree._Element) -> dict[str, str]:
    """The page's <meta name> facts by lower-case name, and its <title>."""
    meta = {
        m.get("name", "").lower(): m.get("content", "").strip()
        for m in root.iter("meta")
        if m.get("name") and m.get("content")
    }
    title = root.findtext(".//title")
    return meta | ({"title": title.strip()} if title else {})
