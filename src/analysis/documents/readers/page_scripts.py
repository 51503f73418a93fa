"""What scripts write into a page's tables: a sign stands for it, as nobody runs them here."""

import re

from lxml import etree

from analysis.documents.grid import UNREAD

_WRITES = re.compile(
    r"\bwrite(?:ln)?\s*\(|inner(?:HTML|Text)|textContent|insertAdjacent|\bappend\w*\s*\("
)
_FILLS = re.compile(
    r"""(?:getElementById\(\s*["']|\bquerySelector\(\s*["']#|\$\(\s*["']#)([^"'\s]+)["']\s*\)"""
    r"""\s*\.\s*(?:inner(?:HTML|Text)\s*=|textContent\s*=|html\(|text\(|append\w*\(|val\()"""
)
_PROGRAMS = re.compile(r"\s*$|.*(?:javascript|ecmascript|module|jscript|vbscript)", re.IGNORECASE)


def mark_what_scripts_write(root: etree._Element) -> None:
    """Put a sign where a script that stands in a cell writes, and where any fills a cell's part.

    A script that writes nothing, or that stands outside of tables, leaves the cells as they are.
    """
    for island in root.iter("xml"):  # shown by some browsers, hidden by the office's own
        if "".join(island.itertext()).strip() and _is_in_cell(island):
            island.tail = f"{UNREAD}{island.tail or ''}"
    programs = [s for s in root.iter("script") if _PROGRAMS.match(s.get("type", ""))]
    for program in programs:
        if _may_write(program) and _is_in_cell(program):
            program.tail = f"{UNREAD}{program.tail or ''}"
    names = {name for program in programs for name in _FILLS.findall(program.text or "")}
    for element in root.xpath("//td/descendant-or-self::*[@id]") if names else ():
        if element.get("id") in names:
            element.text = f"{UNREAD}{element.text or ''}"


def _is_in_cell(element: etree._Element) -> bool:
    """Whether an element stands in a cell of a table."""
    return any(around.tag in ("td", "th") for around in element.iterancestors())


def _may_write(program: etree._Element) -> bool:
    """Whether a script may print where it stands: it writes, or nobody knows what it does."""
    return "src" in program.attrib or _WRITES.search(program.text or "") is not None
