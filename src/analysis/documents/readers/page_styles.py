"""Styles that a page states in its <style> blocks → the style attributes of what they change.

Only what changes what is printed counts, and only pages that state such a thing of their tables, or
of what stands around them, are looked at any closer.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import Class, Hash
from cssselect.xpath import XPathExpr
from lxml import etree

from analysis.documents.readers.css import DOUBT, Block, Sheet, parse_sheet
from analysis.documents.readers.css_media import holds
from analysis.documents.readers.page_looks import (
    UNSEEN,
    declarations,
    declared,
    first_font,
    styled,
)

_NO_SHEET = Sheet((), frozenset())
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[.#]?[\w-]+")
_FIRST = ("first-letter", "first-line")
_PSEUDO = re.compile(r"::?[\w-]+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")
_AT_NO_REST = re.compile(  # what holds only while somebody does something, or nowhere
    r"::?(?:hover|focus|active|visited|target|fullscreen|autofill|placeholder|selection|backdrop|-)"
)
_LONG = 50_000
_SHOWING = ("display", "visibility")
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_STRICT = re.compile(  # but for types so old that browsers take them for none
    r"\s*(?><!--.*?-->\s*|<\?.*?>\s*)*+<!doctype\s+html(?![^>]*//dtd\s+html\s+"
    r"(?:[23]|4\.0\s|4\.01\s+(?:transitional|frameset)//[^\">]*[\"']\s*>))",
    re.IGNORECASE | re.DOTALL,
)


class Rule(NamedTuple):
    """One selector and what it declares, ranked as a browser ranks it."""

    rank: tuple[bool, int, tuple[int, int, int], int]
    selector: str
    name: str
    value: str
    odd: bool


class _Lenient(HTMLTranslator):
    """Matches names in any case, as browsers do on pages that declare no type of document."""

    def xpath_class(self, class_selector: Class) -> XPathExpr:
        """Translate a class selector."""
        xpath = self.xpath(class_selector.selector)
        name = class_selector.class_name.lower()
        return self.xpath_attrib_includes(xpath, _in_lower_case("@class"), name)

    def xpath_hash(self, id_selector: Hash) -> XPathExpr:
        """Translate an ID selector."""
        xpath = self.xpath(id_selector.selector)
        return self.xpath_attrib_equals(xpath, _in_lower_case("@id"), id_selector.id.lower())


def _in_lower_case(name: str) -> str:
    """An attribute in lower case, as XPath writes it."""
    return f"translate({name}, '{_UPPER}', '{_LOWER}')"


def apply_page_styles(
    root: etree._Element,
    source: str,
    more: str = "",
    closely: Iterable[etree._Element] = (),
) -> frozenset[str] | None:
    """Write into elements the styles that a page's sheets give them; the fonts that they bring.

    Those are elements that a rule makes look odd, and others that are to be seen `closely`; None
    where there are none. `more` are sheets that were saved with the page.
    """
    changed = set(closely)
    sheet = _sheet_of(root, more, closely=bool(changed))
    odd = [_is_odd(block.style, sheet.fonts) for block in sheet.blocks]
    if not sheet.blocks or not (any(odd) or changed):
        return None
    known = _names_about_tables(root)
    about = [n for n, block in enumerate(sheet.blocks) if _may_match(block.selectors, known)]
    is_lenient = _STRICT.match(source[:2000]) is None
    rules = sorted(
        rule for n in about for rule in _rules(n, sheet.blocks[n], is_lenient, odd=odd[n])
    )
    matched = {selector: _matched(root, selector) for selector in {r.selector for r in rules}}
    changed.update(element for rule in rules if rule.odd for element in matched[rule.selector])
    found: dict[etree._Element, dict[str, Rule]] = {element: {} for element in changed}
    for rule in rules:
        for element in changed.intersection(matched[rule.selector]):
            found[element][rule.name] = rule
    for element, own in found.items():
        element.set("style", _merged(element.get("style", ""), own))
    return sheet.fonts if changed else None


def _sheet_of(root: etree._Element, more: str, *, closely: bool) -> Sheet:
    """The style sheet of a page, of all its blocks that may hold on a screen.

    One that can't concern what is printed in tables is not taken apart: it would take half of the
    time.
    """
    shown = [(holds(s.get("media", "")), "".join(s.itertext())) for s in root.iter("style")]
    stated = [one for one in (*shown, (True, more)) if one[0] is not False and "{" in one[1]]
    text = "\n}\n".join(text for _, text in stated)
    if not stated or not (closely or _may_concern(root, _COMMENT.sub(" ", text))):
        return _NO_SHEET
    sheets = [(holding, parse_sheet(text)) for holding, text in stated]
    return Sheet(
        tuple(
            block if holding else block._replace(doubt=block.doubt or "moved")
            for holding, sheet in sheets
            for block in sheet.blocks
        ),
        frozenset().union(*(sheet.fonts for _, sheet in sheets)),
    )


def _may_concern(root: etree._Element, text: str) -> bool:
    """Whether a style sheet may declare something odd of what stands in tables or around them."""
    if "\\" in text or ("@font-face" in text and "url(" in text):
        return True
    odd = _odd_selectors(text)
    known = _names_about_tables(root) if odd else set()
    return any(_may_match(selectors, known) for selectors in odd)


@lru_cache(maxsize=16)
def _odd_selectors(text: str) -> list[str]:
    """The selectors of rules that declare something odd; sites use one sheet for all pages."""
    pieces = pairwise(re.split(r"[{}]", text))
    return [before.rpartition(";")[2] for before, piece in pieces if _is_odd(piece)]


@lru_cache(maxsize=4096)
def _is_odd(style: str, fonts: frozenset[str] = frozenset()) -> bool:
    """Whether what a rule declares changes what is printed, or the ground that it is printed on."""
    own_font = bool(fonts) and first_font(style) in fonts
    return own_font or bool(styled(style)) or "background" in style or "--" in style


def _names_about_tables(root: etree._Element) -> set[str]:
    """Tags, classes and ids of what stands in tables and around them, as selectors write them."""
    outer = root.xpath("//table[not(ancestor::table)]")
    elements = [e for table in outer for e in (*table.iter(), *table.iterancestors())]
    classes = {element.get("class", "") for element in elements}
    names = {f".{name}" for text in classes for name in text.lower().split()}
    names.update(f"#{element.get('id', '').lower()}" for element in elements)
    return names.union({"*"}, (element.tag for element in elements))


def _may_match(selectors: str, names: set[str]) -> bool:
    """Whether one of some selectors may match something whose names are known."""
    for selector in selectors.lower().split(","):
        last = re.split(r"[\s>+~]+", selector.strip())[-1].partition(":")[0]
        if re.search(r"[\[\\()&\"']", selector) or names.issuperset(_NAME.findall(last)):
            return True
    return False


def _rules(number: int, block: Block, is_lenient: bool, *, odd: bool) -> Iterator[Rule]:
    """The rules of a block, one for each selector and declaration that may matter.

    What a rule prints before or after an element is content of the element; a first letter or line
    that looks otherwise than the rest is as odd. Of what may match or hold, only the doubt counts.
    """
    stated = declarations(block.style)
    for one in _selectors(block.selectors, is_lenient):
        doubt = block.doubt or one.doubt
        if doubt:
            if odd or not declared(block.style).keys().isdisjoint(_SHOWING):
                told = (DOUBT, doubt if odd else "moved")
                yield _rule(number, block, one, told, odd=odd)
        elif not one.pseudo:
            last = {(name, important): value for name, value, important in stated}
            for (name, important), value in last.items():
                yield _rule(number, block, one, (name, value), important, odd)
        elif styled(block.style) not in UNSEEN:
            content = declared(block.style).get("content", "none")
            content = "first" if one.pseudo in _FIRST else content
            if styled(f"content:{content}"):
                yield _rule(number, block, one, ("content", content))


def _rule(
    number: int,
    block: Block,
    selector: "_Selector",
    declaration: tuple[str, str],
    important: bool = False,
    odd: bool = True,
) -> Rule:
    """One declaration of a block for one of its selectors."""
    layer = -block.layer if important else block.layer
    rank = (important, layer, selector.rank, number)
    return Rule(rank, selector.xpath, *declaration, odd)


class _Selector(NamedTuple):
    """A selector as XPath, its rank, its pseudo-element, and the doubt whether it matches."""

    xpath: str
    rank: tuple[int, int, int]
    pseudo: str
    doubt: str = ""


@lru_cache(maxsize=4096)
def _selectors(text: str, is_lenient: bool) -> list[_Selector]:
    """Selectors as XPath; what is not understood makes them wider ones, with a doubt."""
    if len(text) > _LONG:  # no page needs so many, and any of them may be meant
        return [_Selector("//*", (0, 0, 0), "", "struck")]
    try:
        return _translated(text, is_lenient)
    except SelectorError:
        wider = _PSEUDO.sub(lambda found: _widened(text, found), text)
    try:
        return [one._replace(doubt="struck") for one in _translated(wider, is_lenient)]
    except SelectorError:
        return []


def _translated(text: str, is_lenient: bool) -> list[_Selector]:
    """Selectors as XPath, but for those of pseudo-elements that print nothing."""
    translator = _Lenient() if is_lenient else HTMLTranslator()
    return [
        _Selector(translator.selector_to_xpath(s), s.specificity(), str(s.pseudo_element or ""))
        for s in parse(text)
        if s.pseudo_element in (None, "before", "after", "marker", *_FIRST)
    ]


def _widened(text: str, found: re.Match[str]) -> str:
    """What stands for a condition that is left out: nothing, or any element, or that none match."""
    if _AT_NO_REST.match(found[0]):
        return ":not(*)"
    return "*" if text[: found.start()][-1:] in ("", " ", ">", "+", "~", ",", "\n") else ""


def matched(root: etree._Element, selectors: str) -> set[etree._Element]:
    """Elements that selectors match, or may match where they are not understood."""
    return {e for one in _selectors(selectors, True) for e in _matched(root, one.xpath)}


def _matched(root: etree._Element, selector: str) -> list[etree._Element]:
    """Elements that a selector matches."""
    return [e for e in root.xpath(selector) if isinstance(e, etree._Element)]


def _merged(inline: str, rules: dict[str, Rule]) -> str:
    """An element's style: what it states itself wins, unless a rule says that it is important."""
    own = dict(declared(inline))
    strong = {name for name, _, important in declarations(inline) if important}
    for name, rule in rules.items():
        if name not in own or (rule.rank[0] and name not in strong):
            own[name] = rule.value
    return ";".join(f"{name}:{value}" for name, value in own.items())
