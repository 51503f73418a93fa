"""Pictures, charts and text boxes that stand over the cells of a sheet."""

import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from analysis.documents.readers.archive import read_member
from analysis.documents.readers.xml import parse_leniently

Area = tuple[int, int, int, int]
_COLUMN, _ROW = 609_600, 190_500  # usual sizes, in the drawings' own unit
_MANY = 20  # drawings, more than which are taken as one around them all
_COVERING = ("pic", "graphicFrame", "sp", "grpSp")
_LINES = ("line", "straightConnector1")


def covered(archive: zipfile.ZipFile, part: str) -> list[Area]:
    """First row and column and last row and column, from 0, of what stands over a sheet's cells."""
    areas = [area for data in _drawings(archive, part) for area in _areas(parse_leniently(data))]
    if len(areas) <= _MANY:
        return areas
    tops, lefts, bottoms, rights = zip(*areas, strict=True)
    return [(min(tops), min(lefts), max(bottoms), max(rights))]


def _drawings(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The drawings that belong to a sheet."""
    folder, name = posixpath.split(part)
    links, names = f"{folder}/_rels/{name}.rels", set(archive.namelist())
    found = (
        parse_leniently(read_member(archive, links)).iter("{*}Relationship")
        if links in names
        else ()
    )
    for link in found:
        target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))[1:]
        if link.get("Type", "").endswith("/drawing") and target in names:
            yield read_member(archive, target)


def _areas(drawing: etree._Element) -> Iterator[Area]:
    """The cells that each part of a drawing covers; lines, as in divided headers, cover none."""
    for anchor in drawing.iter("{*}oneCellAnchor", "{*}twoCellAnchor"):
        kinds = {etree.QName(e).localname for e in anchor.iterchildren(etree.Element)}
        is_line = any(e.get("prst") in _LINES for e in anchor.iter("{*}prstGeom"))
        if is_line or kinds.isdisjoint(_COVERING):
            continue
        top, left = _place(anchor, "from", "row"), _place(anchor, "from", "col")
        size = anchor.find("{*}ext")
        if size is not None:
            yield (
                top,
                left,
                top + _int(size.get("cy")) // _ROW,
                left + _int(size.get("cx")) // _COLUMN,
            )
        else:
            yield top, left, _place(anchor, "to", "row", 1), _place(anchor, "to", "col", 1)


def _place(anchor: etree._Element, corner: str, axis: str, last: int = 0) -> int:
    """A row or column at a corner; the last is the one before where a drawing ends at its edge."""
    at = _int(anchor.findtext(f"{{*}}{corner}/{{*}}{axis}"))
    is_edge = not _int(anchor.findtext(f"{{*}}{corner}/{{*}}{axis}Off"))
    return at - last * is_edge


def _int(value: str | None) -> int:
    """A number that a drawing states, or 0."""
    return int(value) if value and value.strip().isdecimal() and len(value) < 12 else 0
