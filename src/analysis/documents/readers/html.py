"""HTML pages → grids: tables as a browser would lay them out, and the text around them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from analysis.documents.grid import UNREAD, Document, Grid, UnreadableError, place_cells
from analysis.documents.readers.page_styles import apply_page_styles
from analysis.documents.readers.text import decode

_NOT_PRINTED = ("script", "style", "noscript", "template", "title", "xml")
_BLOCKS = frozenset(
    "address article aside blockquote br caption center dd details div dl dt fieldset figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split()
)
_KINDS = (
    dict.fromkeys(_BLOCKS, "block")
    | dict.fromkeys("a rp rt small sub sup".split(), "apart")
    | dict.fromkeys("del s strike".split(), "struck")
    | dict.fromkeys("img svg object select textarea canvas iframe video bdo".split(), "object")
    | {"input": "input", "table": "table"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELLS = ("td", "th")
_PARTS = {"thead", "tbody", "tfoot", "form"}
_MISSING_TR = re.compile(rb"(</(?:tr|TR)\s*>\s*)(?=<(?:t[dh]|T[DH])[\s>])")
_LOOKS = {
    "hidden": re.compile(
        r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*collapse", re.IGNORECASE
    ),
    "blank": re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE),
    "struck": re.compile(
        r"text-decoration[\w-]*\s*:[^;]*line-through|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)"
        r"|font-size\s*:\s*0(?:[a-z%;\s]|$)|(?:left|top|indent)\s*:\s*-\d{3}"
        r"|(?<![\w-])color\s*:\s*(?:white|#fff(?:fff)?|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:;|$)",
        re.IGNORECASE,
    ),
    "apart": re.compile(r"vertical-align\s*:\s*(?:super|sub)\b|display\s*:", re.IGNORECASE),
}
_ODD_WORDS = (
    *(b"display:", b"visibility:", b"mso-hide:all", b"line-through", b"opacity:0", b"hidden"),
    *(b"font-size:0", b"vertical-align:su", b"left:-", b"top:-", b"indent:-"),
    *(b"color:white", b"color:#fff", b"color:rgb(255", b"color=white", b"color=#fff"),
    *(b'color="white', b'color="#fff', b"color='white", b"color='#fff"),
)
_UNSEEN = ("hidden", "blank")
_TYPED = {"text", "number", "tel", ""}
_SPAN = re.compile(r"\s*(\d{1,9})\s*(%?)")
_BEGIN, _END = "\ufdd0", "\ufdd1"  # where a table begins and ends in the text: no characters
_NO_CHARACTERS = re.compile(f"[\\0{_BEGIN}{_END}]")


def read(data: bytes) -> Document:
    """Read a page: its tables (layout tables too), its lines of text and its <meta> facts."""
    page = _NO_CHARACTERS.sub("", decode(data, declared=True)).encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(_MISSING_TR.sub(rb"\1<tr>", page), parser)
    if root is None:
        raise UnreadableError("no_tables")
    apply_page_styles(root)
    _note(root, page)
    meta = _meta(root)
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


def _rows(table: etree._Element) -> Iterator[list[tuple[str, int, int]]]:
    """Rows of a table as (text, colspan, rowspan); cells without a row form one of their own."""
    loose: list[tuple[str, int, int]] = []
    for element in _row_level(table):
        if element.tag == "tr":
            if loose:
                yield loose
                loose = []
            yield [_cell(c) for c in _cells_of(element)]
        else:
            loose.append(_cell(element))
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


def _cells_of(row: etree._Element) -> Iterator[etree._Element]:
    """Cells of a row, also inside a form element around them."""
    for child in row.iterchildren():
        if child.tag in _CELLS and child.get("look") != "hidden":
            yield child
        elif child.tag == "form":
            yield from _cells_of(child)


def _cell(element: etree._Element) -> tuple[str, int, int]:
    """Text and spans of a cell."""
    text, look = _text(element).strip(), element.get("look")
    if look == "blank":
        text = ""
    elif look == "struck" and text:
        text = f"{UNREAD}{text}"
    across, down = element.get("colspan"), element.get("rowspan")
    return (
        text,
        1 if across is None else _span(across),
        1 if down is None else _span(down, to_end="0"),
    )


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
    if len(element):
        for child in element:
            text += _child_text(child) + (child.tail or "")
    return text


def _child_text(child: etree._Element) -> str:
    """What a child prints; what is raised, lowered or linked stays apart from a figure."""
    kind, look = _KINDS.get(child.tag), child.get("look")
    if look in _UNSEEN:
        return ""
    if kind == "object":
        return UNREAD
    if kind == "input":
        return child.get("value", "") if child.get("type", "").lower() in _TYPED else ""
    text = _text(child)
    if kind == "table":
        return UNREAD if text.strip() else ""
    if kind == "struck" or look == "struck":
        return f"{UNREAD}{text}" if text.strip() else ""
    if kind == "block":
        return f"\n{text}\n"
    return f" {text} " if kind == "apart" or look == "apart" else text


def _note(root: etree._Element, page: bytes) -> None:
    """Note how the few elements look that do not look plain: others are read without asking."""
    squeezed = page.lower().translate(None, b" \t\r\n")
    if not any(word in squeezed for word in _ODD_WORDS):
        return
    for element in root.xpath("//*[@style or @hidden or self::font[@color]]"):
        style = f"{element.get('style', '')};color:{element.get('color', '')}"
        look = "hidden" if "hidden" in element.attrib else _styled(style)
        if look:
            element.set("look", look)


@lru_cache(maxsize=4096)
def _styled(style: str) -> str:
    """How a style makes an element look: hidden, blank, struck, apart, or plain.

    Hidden elements take no place; blank ones do. Text without size, in white, or far off counts as
    struck: whether the page prints it is in doubt.
    """
    for look, pattern in _LOOKS.items():
        if pattern.search(style):
            return look
    return ""


def _hidden_above(element: etree._Element) -> bool:
    """Whether an element or one around it is not printed."""
    return any(e.get("look") in _UNSEEN for e in (element, *element.iterancestors()))


def _caption(table: etree._Element) -> str:
    """What a table prints as its <caption>."""
    caption = table.find("caption")
    return "" if caption is None else _text(caption)


def _page_text(root: etree._Element, tables: list[etree._Element]) -> tuple[str, list[str]]:
    """Text of the whole page, a block or cell a line, and what stands between its tables.

    It puts line ends and signs into the tree. The second part has, for each table, the text since
    the last place where a table began or ended.
    """
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + _CONTROL.sub(" ", element.tail or "")
    for table in tables:
        table.text = _BEGIN + _CONTROL.sub(" ", table.text or "")
        table.tail = _END + (table.tail or "")
    pieces = re.split(
        f"([{_BEGIN}{_END}])", etree.tostring(root, method="text", encoding="unicode")
    )
    above = [text for text, sign in zip(pieces[::2], pieces[1::2], strict=False) if sign == _BEGIN]
    return "".join(pieces[::2]), above


def _meta(root: etree._Element) -> dict[str, str]:
    """The page's <meta name> facts by lower-case name, and its <title>."""
    meta = {
        m.get("name", "").lower(): m.get("content", "").strip()
        for m in root.iter("meta")
        if m.get("name") and m.get("content")
    }
    title = root.findtext(".//title")
    return meta | ({"title": title.strip()} if title else {})
