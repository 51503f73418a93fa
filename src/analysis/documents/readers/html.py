"""HTML pages → grids: tables as a browser would lay them out, and the text around them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from analysis.documents.grid import UNREAD, Document, Grid, UnreadableError, place_cells
from analysis.documents.readers.page_joints import cut_figures, part_unlike_pieces
from analysis.documents.readers.page_looks import UNSEEN, note_looks
from analysis.documents.readers.page_scripts import mark_what_scripts_write
from analysis.documents.readers.page_styles import apply_page_styles
from analysis.documents.readers.text import decode

_NOT_PRINTED = (
    *("script", "style", "noscript", "template", "title", "xml"),
    *("datalist", "noembed", "noframes", "audio"),
)
_BLOCKS = frozenset(
    "address article aside blockquote br caption center dd details div dl dt fieldset figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split()
)
_KINDS = (
    dict.fromkeys(_BLOCKS, "block")
    | dict.fromkeys("a rp rt sub sup".split(), "apart")
    | dict.fromkeys("del s strike".split(), "struck")
    | dict.fromkeys("img svg object select textarea canvas iframe video bdo bdi".split(), "object")
    | dict.fromkeys("embed applet progress meter math details dialog marquee".split(), "object")
    | {"i": "icon", "input": "input", "table": "table", "li": "item"}
)
_LINES = ("block", "item")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELLS = ("td", "th")
_PARTS = {"thead", "tbody", "tfoot", "form"}
_MISSING_TR = re.compile(rb"(</(?:tr|TR)\s*>\s*)(?=<(?:t[dh]|T[DH])[\s>])")
_NO_TEXT = ("hidden", "checkbox", "radio")
_NO_PLAIN_TEXT = {
    *("button", "color", "date", "datetime-local", "file", "image", "month", "password", "range"),
    *("reset", "submit", "time", "week"),
}
_SPAN = re.compile(r"\s*(\d{1,9})\s*(%?)")
_BEGIN, _END = "\ufdd0", "\ufdd1"  # where a table begins and ends in the text: no characters
_NO_CHARACTERS = ("\0", _BEGIN, _END)


def read(data: bytes, sheets: str = "") -> Document:
    """Read a page: its tables (layout tables too), its lines of text and its <meta> facts.

    `sheets` are style sheets that were saved with the page.
    """
    source = decode(data, declared=True)
    for sign in _NO_CHARACTERS:
        source = source.replace(sign, "")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(_MISSING_TR.sub(rb"\1<tr>", source.encode("utf-8", "replace")), parser)
    if root is None:
        raise UnreadableError("no_tables")
    meta = _meta(root)
    _note_looks(root, source, sheets)
    mark_what_scripts_write(root, source)
    etree.strip_elements(root, *_NOT_PRINTED, with_tail=False)
    tables = list(root.iter("table"))
    laid_out = [None if _hidden_above(t) else place_cells(_rows(t)) for t in tables]
    captions = [_caption(table) for table in tables]
    text, above = _page_text(root, tables)
    printed = [
        (cells, f"{heading}\n{caption}")
        for cells, heading, caption in zip(laid_out, above, captions, strict=True)
        if cells is not None
    ]
    grids = [Grid(n, cells, heading=heading) for n, (cells, heading) in enumerate(printed, start=1)]
    return Document("html", grids, lambda: text, meta)


def _note_looks(root: etree._Element, source: str, sheets: str) -> None:
    """Note what does not look plain, and part figures whose pieces look unlike."""
    etree.strip_attributes(root, "look")  # none of the page's own may pass for a note
    cut = cut_figures(root, source)
    within = {element for cell in cut for element in cell.iter()}
    fonts = apply_page_styles(root, source, sheets, within)
    note_looks(root, fonts)
    for cell in cut:
        part_unlike_pieces(cell)


def _rows(table: etree._Element) -> Iterator[list[tuple[str, int, int]]]:
    """Rows of a table as (text, colspan, rowspan); cells without a row form one of their own."""
    loose: list[tuple[str, int, int]] = []
    for element in _row_level(table):
        if element.tag == "tr":
            if loose:
                yield loose
                loose = []
            yield _cells_of(element)
        else:
            loose.append(_cell(element, element.get("look")))
    if loose:
        yield loose


def _row_level(table: etree._Element) -> Iterator[etree._Element]:
    """Rows of a table, and cells that stand outside any row, in document order."""
    for child in table.iterchildren():
        if child.get("look") == "hidden":
            continue
        if child.tag == "tr" or child.tag in _CELLS:
            yield child
        elif child.tag in _PARTS:
            yield from _row_level(child)


def _cells_of(row: etree._Element) -> list[tuple[str, int, int]]:
    """Cells of a row, also inside a form element around them."""
    found: list[tuple[str, int, int]] = []
    for child in row:
        if child.tag in _CELLS:
            look = child.get("look")
            if look != "hidden":
                found.append(_cell(child, look))
        elif child.tag == "form":
            found += _cells_of(child)
    return found


def _cell(element: etree._Element, look: str | None) -> tuple[str, int, int]:
    """Text and spans of a cell."""
    text = (_text(element) if len(element) else element.text or "").strip()
    if look is not None:
        text = _as_it_looks(text, look)
    across, down = element.get("colspan"), element.get("rowspan")
    return (
        text,
        1 if across is None else _span(across),
        1 if down is None else _span(down, to_end="0"),
    )


def _as_it_looks(text: str, look: str) -> str:
    """What a cell prints that does not look plain."""
    if look == "blank":
        return ""
    is_unread = look == "added" or (look == "struck" and text) or (look == "pictured" and not text)
    return f"{UNREAD}{text}" if is_unread else text


@lru_cache(maxsize=1024)
def _span(value: str, to_end: str | None = None) -> int:
    """A span read leniently: `2;` is 2, and `100%` (or a row span of 0) reaches to the end."""
    found = _SPAN.match(value)
    if found is None:
        return 1
    return 10**6 if found[2] or found[1] == to_end else int(found[1])


def _text(element: etree._Element) -> str:
    """What an element prints, with blocks on lines of their own.

    A picture, a field to choose from or a table within prints something that is no plain text: an
    object sign stands for it, so that a figure beside it is not taken for the whole cell.
    """
    text = element.text or ""
    child = element[0] if len(element) else None
    while child is not None:  # an iterator for each cell would take half of the time
        kind = _KINDS.get(child.tag)
        if (kind is not None and kind != "block") or child.get("look") is not None:
            text += _odd_text(child, kind, child.get("look"))
        else:
            inner = _text(child) if len(child) else child.text or ""
            text += inner if kind is None else f"\n{inner}\n"
        text += child.tail or ""
        child = child.getnext()
    return text


def _odd_text(child: etree._Element, kind: str | None, look: str | None) -> str:
    """What a child prints that does not look plain, or is more than its text.

    What is raised, lowered or linked stays apart from a figure.
    """
    if look in UNSEEN:
        return ""
    if look is None and kind == "icon":
        return _text(child) or (UNREAD if "class" in child.attrib else "")
    return UNREAD if kind == "object" else _unlike_text(child, kind, look)


def _unlike_text(child: etree._Element, kind: str | None, look: str | None) -> str:
    """What a child prints whose text is not all that counts."""
    text = _field(child) if kind == "input" else _text(child)
    if kind == "table":
        return UNREAD if text.strip() else ""
    if look == "added" or (kind == "item" and _is_numbered(child)):
        return f"\n{UNREAD}{text}\n"
    if look == "pictured" and not text.strip():
        return UNREAD
    if kind == "struck" or look in ("struck", "moved"):
        return f"{UNREAD}{text}" if text.strip() else ""
    return f" {text} " if kind == "apart" else f"\n{text}\n" if kind in _LINES else text


def _field(field: etree._Element) -> str:
    """What a field to fill in prints: its value, where it shows that as plain text."""
    kind, value = field.get("type", "").strip().lower(), field.get("value", "")
    if kind in _NO_TEXT:
        return ""
    is_drawn = kind in _NO_PLAIN_TEXT or (not value and "placeholder" in field.attrib)
    return UNREAD if is_drawn else value


def _is_numbered(item: etree._Element) -> bool:
    """Whether a list prints a number before an item."""
    around = item.getparent()
    style = f"{item.get('style', '')}{'' if around is None else around.get('style', '')}"
    return around is not None and around.tag == "ol" and "none" not in style


def _hidden_above(element: etree._Element) -> bool:
    """Whether an element or one around it is not printed."""
    return any(e.get("look") in UNSEEN for e in (element, *element.iterancestors()))


def _caption(table: etree._Element) -> str:
    """What a table prints as its <caption>."""
    caption = table.find("caption")
    return "" if caption is None else _text(caption)


def _page_text(root: etree._Element, tables: list[etree._Element]) -> tuple[str, list[str]]:
    """Text of the whole page, a block or cell a line, and what stands between its tables.

    It puts line ends and signs into the tree. The second part has, for each table, the text since
    the last place where a table began or ended.
    """
    for element in root.iter("*"):
        if element.tag in _BLOCKS:
            tail = element.tail
            if not tail:
                element.tail = "\n"
            elif tail[0] != "\n":
                element.tail = f"\n{_CONTROL.sub(' ', tail)}"
    for table in tables:
        table.text = _BEGIN + _CONTROL.sub(" ", table.text or "")
        table.tail = _END + (table.tail or "")
    pieces = re.split(
        f"([{_BEGIN}{_END}])", etree.tostring(root, method="text", encoding="unicode")
    )
    above = [text for text, sign in zip(pieces[::2], pieces[1::2], strict=False) if sign == _BEGIN]
    return "".join(pieces[::2]), above


def _meta(root: etree._Element) -> dict[str, str]:
    """The page's <meta name> facts by lower-case name, its <title>, and its headline (<h1>)."""
    meta = {
        m.get("name", "").lower(): m.get("content", "").strip()
        for m in root.iter("meta")
        if m.get("name") and m.get("content")
    }
    title, headline = next(root.iter("title"), None), next(root.iter("h1"), None)
    if headline is not None:
        meta["headline"] = "".join(headline.itertext()).strip()
    return meta | ({"title": title.text.strip()} if title is not None and title.text else {})
