"""Cells of an xlsx that print something other than the value stored for them.

An error value, a formula whose result was never stored, and text with raised or struck-through
parts: libraries return a blank or a glued text for these.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from analysis.documents.readers.archive import read_member

OddCells = dict[int, dict[tuple[int, int], str]]

_OBJECT = "\ufffc"
_ODD_RUN = re.compile(rb"vertAlign|strike")
_WORTH_A_LOOK = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]|vertAlign|strike""")
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def odd_cells(archive: zipfile.ZipFile) -> OddCells:
    """For each sheet (from 0, in workbook order), what its odd cells print, by (row, column)."""
    names = set(archive.namelist())
    strings = _odd_strings(archive) if "xl/sharedStrings.xml" in names else {}
    found: OddCells = {}
    for number, part in enumerate(sheet_parts(archive)):
        data = read_member(archive, part) if part in names else b""
        if strings or _WORTH_A_LOOK.search(data):
            found[number] = dict(_odd_in_sheet(_parse(data), strings))
    return found


def column_number(letters: str) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _parse(data: bytes) -> etree._Element:
    """An XML part, leniently."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=True)
    root = etree.fromstring(data, parser) if data.strip() else None
    return etree.Element("empty") if root is None else root


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Elements of a local name, in any namespace."""
    return root.iter(f"{{*}}{name}")


def _text(element: etree._Element) -> str:
    """Text of an element's <t> parts."""
    return "".join(t.text or "" for t in _named(element, "t"))


def sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    """Parts of the sheets in workbook order."""
    names = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or links not in names:
        return []
    targets = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in _named(_parse(read_member(archive, links)), "Relationship")
    }
    sheets = _named(_parse(read_member(archive, book)), "sheet")
    return [targets.get(s.get(_RELATION) or s.get(_STRICT_RELATION), "") for s in sheets]


def _odd_strings(archive: zipfile.ZipFile) -> dict[str, str]:
    """Shared strings with raised or struck-through parts, by their number."""
    data = read_member(archive, "xl/sharedStrings.xml")
    if not _ODD_RUN.search(data):
        return {}
    items = enumerate(_named(_parse(data), "si"))
    return {str(n): _text(item) + _OBJECT for n, item in items if _has_odd_run(item)}


def _has_odd_run(item: etree._Element) -> bool:
    """Whether a string has a raised, lowered or struck-through part."""
    return any(True for _ in item.iter("{*}vertAlign", "{*}strike"))


def _odd_in_sheet(
    root: etree._Element, strings: dict[str, str]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Places of a sheet's odd cells, from 0, and what they print."""
    for cell in _named(root, "c"):
        place = _PLACE.fullmatch(cell.get("r", "").strip())
        printed = _odd_text(cell, strings)
        if place and printed is not None:
            yield (int(place[2]) - 1, column_number(place[1]) - 1), printed


def _odd_text(cell: etree._Element, strings: dict[str, str]) -> str | None:
    """What an odd cell prints, or None for a cell whose stored value stands for itself."""
    value = next((v.text for v in _named(cell, "v")), None)
    formula = next(_named(cell, "f"), None)
    if cell.get("t") == "e":
        return value or "#ERROR"
    if formula is not None and not value and cell.get("t") != "str":
        return f"={formula.text or ''}"
    if cell.get("t") == "s":
        return strings.get(value or "")
    if cell.get("t") == "inlineStr" and _has_odd_run(cell):
        return _text(cell) + _OBJECT
    return None
