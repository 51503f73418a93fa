"""Styles that a page states in its <style> blocks → the style attributes of what they change.

Only what changes what is printed counts, and only pages that state such a thing of their tables, or
of what stands around them, are looked at any closer.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

from analysis.documents.readers.page_looks import (
    UNSEEN,
    declarations,
    declared,
    first_font,
    styled,
)

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_BLOCKS = r"\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}"
_HOLDING = re.compile(
    rf"@(?:media\s*(?:only\s+)?(?:all|screen)?\s*(?:and\s*)?"
    r"(?:\(\s*min-width\s*:\s*(?:\d{1,3}|1[01]\d\d)px\s*\))?"
    rf"|supports[^{{}};]*|layer[^{{}};]*)\s*{_BLOCKS}"
)
_FONT_FACE = re.compile(r"@font-face\s*\{([^{}]*)\}", re.IGNORECASE)
_FAMILY = re.compile(r"""font-family\s*:\s*["']?([^;"']+?)\s*["']?\s*(?:;|$)""", re.IGNORECASE)
_AT_BLOCK = re.compile(rf"@[^{{}};]*(?:;|{_BLOCKS})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAME = re.compile(r"[.#]?[\w-]+")
_SHOWN_ON = re.compile(r"\s*$|.*\b(?:all|screen)\b", re.IGNORECASE)
_FIRST = ("first-letter", "first-line")


class Rule(NamedTuple):
    """One selector and what it declares, ranked as a browser ranks it."""

    rank: tuple[bool, tuple[int, int, int], int]
    selector: str
    name: str
    value: str
    odd: bool


class Sheet(NamedTuple):
    """What the style blocks of a page state: selectors with their blocks, and fonts of its own."""

    rules: list[tuple[str, str]]
    fonts: frozenset[str]


def sheet_of(root: etree._Element, more: str = "") -> Sheet:
    """The style sheet of a page, of all its blocks that hold on a screen, and of what is given."""
    shown = (s for s in root.iter("style") if _SHOWN_ON.match(s.get("media", "")))
    text = "\n".join(["".join(s.itertext()) for s in shown] + [more])
    if "{" not in text:
        return Sheet([], frozenset())
    text = _COMMENT.sub(" ", text)
    faces = (face for face in _FONT_FACE.findall(text) if "url(" in face.lower())
    fonts = frozenset(n.lower() for face in faces for n in _FAMILY.findall(face))
    bare = _AT_BLOCK.sub(" ", _HOLDING.sub(r"\1", text))
    return Sheet([(r[1].strip(), r[2]) for r in _RULE.finditer(bare)], fonts)


def apply_page_styles(
    root: etree._Element, sheet: Sheet, closely: Iterable[etree._Element] = ()
) -> bool:
    """Write into elements the styles that a sheet gives them; say whether there are any.

    Those are elements that a rule makes look odd, and others that are to be seen `closely`.
    """
    changed = set(closely)
    odd = [one for one in sheet.rules if _is_odd(one[1], sheet.fonts)]
    if not sheet.rules or not (odd or changed):
        return False
    known = _names_about_tables(root)
    about = [(n, s, b) for n, (s, b) in enumerate(sheet.rules) if _may_match(s, known)]
    rules = sorted(rule for n, s, b in about for rule in _rules(n, s, b, sheet.fonts))
    matched = {selector: _matched(root, selector) for selector in {r.selector for r in rules}}
    changed.update(element for rule in rules if rule.odd for element in matched[rule.selector])
    found: dict[etree._Element, dict[str, Rule]] = {element: {} for element in changed}
    for rule in rules:
        for element in changed.intersection(matched[rule.selector]):
            found[element][rule.name] = rule
    for element, own in found.items():
        element.set("style", _merged(element.get("style", ""), own))
    return bool(changed)


def _is_odd(block: str, fonts: frozenset[str]) -> bool:
    """Whether what a rule declares changes what is printed, or the ground that it is printed on."""
    own_font = bool(fonts) and first_font(block) in fonts
    return own_font or bool(styled(block)) or "background" in block


def _names_about_tables(root: etree._Element) -> set[str]:
    """Tags, classes and ids of what stands in tables and around them, as selectors write them."""
    names = {"*"}
    for table in root.xpath("//table[not(ancestor::table)]"):
        for element in (*table.iter(), *table.iterancestors()):
            names.add(element.tag)
            names.update(f".{name}" for name in element.get("class", "").split())
            names.add(f"#{element.get('id', '')}")
    return names


def _may_match(selectors: str, names: set[str]) -> bool:
    """Whether one of some selectors may match something whose names are known."""
    for selector in selectors.split(","):
        last = re.split(r"[\s>+~]+", selector.strip())[-1].partition(":")[0]
        if re.search(r"[\[\\()]", selector) or names.issuperset(
            n if n[0] in ".#" else n.lower() for n in _NAME.findall(last)
        ):
            return True
    return False


def _rules(number: int, selectors: str, block: str, fonts: frozenset[str]) -> Iterator[Rule]:
    """The rules of a block, one for each selector and declaration that may matter.

    What a rule prints before or after an element is content of the element; a first letter or line
    that looks otherwise than the rest is as odd.
    """
    odd = _is_odd(block, fonts)
    for selector, specificity, pseudo in _selectors(selectors):
        if not pseudo:
            for name, value, important in declarations(block):
                yield Rule((important, specificity, number), selector, name, value, odd)
        elif styled(block) not in UNSEEN:
            content = "first" if pseudo in _FIRST else declared(block).get("content", "none")
            if styled(f"content:{content}"):
                yield Rule((False, specificity, number), selector, "content", content, True)


@lru_cache(maxsize=4096)
def _selectors(text: str) -> list[tuple[str, tuple[int, int, int], str]]:
    """Selectors as XPath, each with its specificity and pseudo-element; none if not understood."""
    try:
        return [
            (HTMLTranslator().selector_to_xpath(s), s.specificity(), str(s.pseudo_element or ""))
            for s in parse(text)
            if s.pseudo_element in (None, "before", "after", "marker", *_FIRST)
        ]
    except SelectorError:
        return []


def _matched(root: etree._Element, selector: str) -> list[etree._Element]:
    """Elements that a selector matches."""
    return [e for e in root.xpath(selector) if isinstance(e, etree._Element)]


def _merged(inline: str, rules: dict[str, Rule]) -> str:
    """An element's style: what it states itself wins, unless a rule says that it is important."""
    own = {name: value for name, value, _ in declarations(inline)}
    strong = {name for name, _, important in declarations(inline) if important}
    for name, rule in rules.items():
        if name not in own or (rule.rank[0] and name not in strong):
            own[name] = rule.value
    return ";".join(f"{name}:{value}" for name, value in own.items())
