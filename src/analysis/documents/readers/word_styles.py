"""Looks that a Word document's styles give to text: hidden, struck, raised, numbered, odd."""

import copy
from collections.abc import Callable

from lxml import etree

from analysis.documents.readers.word_looks import TINTS, W, doubtful_tags

_LOOKS = tuple(W + name for name in ("vanish", "strike", "dstrike", "vertAlign", "position"))
_NUMBER = W + "numPr"
_DEFAULTS = f"{W}docDefaults/{W}rPrDefault"
_Looks = dict[str, etree._Element]


def write_looks(root: etree._Element, styles: etree._Element) -> None:
    """Write the looks of styles into the runs and paragraphs that bear them.

    A run's own style goes before that of its paragraph, that before its table's, and what holds
    for the whole document comes last.
    """
    known = {style.get(W + "styleId", ""): style for style in styles.iter(W + "style")}
    tags = (*_LOOKS, _NUMBER, *doubtful_tags(styles, root))
    looks = {name: found for name in known if (found := _looks(name, known, tags))}
    for kind, add in _WAYS.items():
        for mark in root.iter(kind) if looks else ():
            add(mark.getparent(), looks.get(mark.get(W + "val", ""), {}))
    own = (n for n, s in known.items() if s.get(W + "type") == "paragraph" and s.get(W + "default"))
    everywhere = next((looks.get(name, {}) for name in own), {})
    _add_to_all(root, _own_looks(styles.find(_DEFAULTS), tags), everywhere)


def is_on(properties: etree._Element, name: str) -> bool:
    """Whether a property is switched on."""
    found = properties.find(W + name)
    return found is not None and found.get(W + "val", "true") not in ("0", "false", "off")


def _looks(name: str, known: dict[str, etree._Element], tags: tuple[str, ...]) -> _Looks:
    """A style's looks by tag, with those of the styles that it is based on."""
    looks: _Looks = {}
    seen: set[str] = set()
    while name in known and name not in seen:
        seen.add(name)
        looks = _own_looks(known[name], tags) | looks
        base = known[name].find(W + "basedOn")
        name = "" if base is None else base.get(W + "val", "")
    return looks


def _own_looks(element: etree._Element | None, tags: tuple[str, ...]) -> _Looks:
    """The looks that a style itself states for runs and paragraphs."""
    found = [] if element is None else [element.find(W + "pPr"), element.find(W + "rPr")]
    return {e.tag: e for place in found if place is not None for e in place.iterchildren(*tags)}


def _add(properties: etree._Element, looks: _Looks) -> None:
    """Add looks to the properties of a run or paragraph that does not state them itself."""
    for tag, look in looks.items():
        if properties.find(tag) is None:
            properties.append(copy.copy(look))


def _add_to_paragraph(properties: etree._Element, looks: _Looks) -> None:
    """Add a paragraph style's number to the paragraph and its other looks to each run."""
    _add(properties, {tag: look for tag, look in looks.items() if tag == _NUMBER})
    _add_to_runs(properties.getparent(), looks)


def _add_to_table(properties: etree._Element, looks: _Looks) -> None:
    """Add a table style's looks to each run; its colours go with shades of their own."""
    _add_to_runs(properties.getparent(), {t: look for t, look in looks.items() if t not in TINTS})


def _add_to_runs(element: etree._Element, looks: _Looks) -> None:
    """Add looks to each run of an element."""
    looks = {tag: look for tag, look in looks.items() if tag != _NUMBER}
    for run in element.iter(W + "r") if looks else ():
        own = run.find(W + "rPr")
        if own is None:
            own = etree.SubElement(run, W + "rPr")
            run.insert(0, own)
        _add(own, looks)


def _add_to_all(root: etree._Element, basic: _Looks, plain: _Looks) -> None:
    """Add what holds for all text, and what holds for paragraphs that name no style."""
    size = (basic | plain).get(W + "sz")
    if size is not None:
        root.set("size", size.get(W + "val", ""))
    basic, plain = ({t: e for t, e in looks.items() if t != W + "sz"} for looks in (basic, plain))
    for paragraph in root.iter(W + "p") if plain else ():
        if paragraph.find(f"{W}pPr/{W}pStyle") is None:
            _add_to_runs(paragraph, plain)
    _add_to_runs(root, basic)


_WAYS: dict[str, Callable[[etree._Element, _Looks], None]] = {
    W + "rStyle": _add,
    W + "pStyle": _add_to_paragraph,
    W + "tblStyle": _add_to_table,
}
