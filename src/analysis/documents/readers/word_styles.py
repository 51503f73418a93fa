"""Looks that a Word document's styles give to text: hidden, struck through, raised, numbered."""

import copy
from collections.abc import Callable

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LOOKS = tuple(W + name for name in ("vanish", "strike", "dstrike", "vertAlign", "position"))
_NUMBER = W + "numPr"
_WORTH_A_LOOK = (b"vanish", b"strike", b"vertAlign", b"position", b"numPr")


def apply_styles(
    root: etree._Element, styles: bytes, parse: Callable[[bytes], etree._Element]
) -> None:
    """Write the looks of named styles into the runs and paragraphs that bear them."""
    if any(word in styles for word in _WORTH_A_LOOK):
        write_looks(root, parse(styles))


def write_looks(root: etree._Element, styles: etree._Element) -> None:
    """As `apply_styles`, with the styles as XML."""
    known = {style.get(W + "styleId", ""): style for style in styles.iter(W + "style")}
    looks = {name: found for name in known if (found := _looks(name, known))}
    if not looks:
        return
    for mark in root.iter(W + "rStyle", W + "pStyle"):
        found = looks.get(mark.get(W + "val", ""), {})
        if found and mark.tag == W + "rStyle":
            _add(mark.getparent(), found)
        elif found:
            _add_to_paragraph(mark.getparent(), found)


def is_on(properties: etree._Element, name: str) -> bool:
    """Whether a property is switched on."""
    found = properties.find(W + name)
    return found is not None and found.get(W + "val", "true") not in ("0", "false", "off")


def _looks(name: str, known: dict[str, etree._Element]) -> dict[str, etree._Element]:
    """A style's looks by tag, with those of the styles that it is based on."""
    looks: dict[str, etree._Element] = {}
    seen: set[str] = set()
    while name in known and name not in seen:
        seen.add(name)
        style = known[name]
        for place in (style.find(W + "rPr"), style.find(W + "pPr")):
            own = () if place is None else place.iterchildren(*_LOOKS, _NUMBER)
            looks = {e.tag: e for e in own} | looks
        base = style.find(W + "basedOn")
        name = "" if base is None else base.get(W + "val", "")
    return looks


def _add(properties: etree._Element, looks: dict[str, etree._Element]) -> None:
    """Add looks to the properties of a run or paragraph that does not state them itself."""
    for tag, look in looks.items():
        if properties.find(tag) is None:
            properties.append(copy.copy(look))


def _add_to_paragraph(properties: etree._Element, looks: dict[str, etree._Element]) -> None:
    """Add a paragraph style's number to the paragraph and its other looks to each run."""
    numbered = {tag: look for tag, look in looks.items() if tag == _NUMBER}
    _add(properties, numbered)
    others = {tag: look for tag, look in looks.items() if tag != _NUMBER}
    for run in properties.getparent().iter(W + "r") if others else ():
        own = run.find(W + "rPr")
        if own is None:
            own = etree.SubElement(run, W + "rPr")
            run.insert(0, own)
        _add(own, others)
