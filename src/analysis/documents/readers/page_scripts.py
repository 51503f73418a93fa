"""What scripts write into a page's tables: a sign stands for it, as nobody runs them here."""

import re
from collections.abc import Iterator

from lxml import etree

from analysis.documents.grid import UNREAD
from analysis.documents.readers.page_styles import matched

_WRITES = re.compile(
    r"\bwrite(?:ln)?\s*\(|(?:inner|outer)(?:HTML|Text)|textContent|insertAdjacent|nodeValue"
    r"|\b(?:append|prepend|replace|remove)\w*\s*\(|\.\s*(?:hide|toggle|empty|fadeOut)\s*\("
    r"|\.\s*(?:html|text|val|before|after)\s*\(\s*[^\s)]|\.\s*(?:value|hidden)\s*=[^=]"
    r"|\bdisplay\b|\bvisibility\b"
)
_WORD = re.compile(r"[\w-]+")
_PICKS = re.compile(
    r"""(?:\$|jQuery|\.querySelector(?:All)?|\.getElementsBy(?P<by>Class|Tag)Name)"""
    r"""\(\s*(?P<sign>["'])(?P<name>[^"'\n]{1,200})(?P=sign)\s*\)(?P<rest>[^;\n]{0,200})"""
)
_PROGRAMS = re.compile(r"\s*$|.*(?:javascript|ecmascript|module|jscript|vbscript)", re.IGNORECASE)
_BINDS = frozenset(  # attributes by which libraries fill, show or hide an element
    "v-text v-html v-if v-show v-for x-text x-html x-show data-bind ng-bind ng-bind-html ng-if "
    "ng-show ng-hide ng-repeat".split()
)
_CELLS = ("td", "th")


def mark_what_scripts_write(root: etree._Element, source: str) -> None:
    """Put a sign where a script that stands in a cell writes, and where any fills a cell's part.

    A script that writes nothing, or that stands outside of tables and names no part of them,
    leaves the cells as they are.
    """
    for island in root.iter("xml"):  # shown by some browsers, hidden by the office's own
        if "".join(island.itertext()).strip() and _is_in_cell(island):
            island.tail = f"{UNREAD}{island.tail or ''}"
    programs = [s for s in root.iter("script") if _PROGRAMS.match(s.get("type", ""))]
    for program in programs:
        if _may_write(program) and _is_in_cell(program):
            program.tail = f"{UNREAD}{program.tail or ''}"
    filled = set(_filled(root, [p.text or "" for p in programs])) if programs else set()
    if programs or "v-text" in source:
        filled.update(e for e in root.iter("*") if not _BINDS.isdisjoint(e.keys()))
    for element in filled:
        _mark(element)


def _filled(root: etree._Element, programs: list[str]) -> Iterator[etree._Element]:
    """What programs that write name by its id, or pick and write to."""
    writing = [program for program in programs if _WRITES.search(program)]
    words = {word for program in writing for word in _WORD.findall(program)}
    for element in root.xpath("//table/descendant::*/@id/..") if words else ():
        if element.get("id").strip() in words:
            yield element
    picks = (pick for program in writing for pick in _PICKS.finditer(program))
    names = {
        f".{pick['name']}" if pick["by"] == "Class" else pick["name"]
        for pick in picks
        if _WRITES.search(pick["rest"])
    }
    for name in names:
        yield from matched(root, name)


def _mark(element: etree._Element) -> None:
    """Put a sign into an element of a cell, or into the cells of a row."""
    if element.tag in ("tr", "tbody", "thead", "tfoot"):
        for cell in element.iter(*_CELLS):
            cell.text = f"{UNREAD}{cell.text or ''}"
    elif element.tag in _CELLS or _is_in_cell(element):
        element.text = f"{UNREAD}{element.text or ''}"


def _is_in_cell(element: etree._Element) -> bool:
    """Whether an element stands in a cell of a table."""
    return any(around.tag in _CELLS for around in element.iterancestors())


def _may_write(program: etree._Element) -> bool:
    """Whether a script may print where it stands: it writes, or nobody knows what it does."""
    return "src" in program.attrib or _WRITES.search(program.text or "") is not None
