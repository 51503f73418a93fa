"""Styles that a page states in its <style> blocks → the style attributes of what they change.

Only what changes what is printed counts (hidden, struck through, raised), and only pages that state
such a thing are looked at any closer.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

_PROPERTIES = "display|visibility|opacity|font-size|text-decoration|vertical-align|mso-hide"
_ODD = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*[;}!]"
    r"|font-size\s*:\s*0(?:[a-z%;}\s]|$)|line-through|vertical-align\s*:\s*(?:super|sub)"
    r"|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_ON_SCREEN = re.compile(r"@media\s+(?:all|screen)\s*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")
_AT_BLOCK = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARATION = re.compile(
    rf"(?:^|[;\s])({_PROPERTIES})(?:-line)?\s*:\s*([^;]*)(?=;|$)", re.IGNORECASE
)
_IMPORTANT = re.compile(r"\s*!\s*important\s*", re.IGNORECASE)


class Rule(NamedTuple):
    """One selector and what it declares, ranked as a browser ranks it."""

    rank: tuple[bool, tuple[int, int, int], int]
    selector: str
    name: str
    value: str

    @property
    def is_odd(self) -> bool:
        """Whether what it declares changes what is printed."""
        return _ODD.search(f"{self.name}:{self.value};") is not None


def apply_page_styles(root: etree._Element) -> None:
    """Write into elements the styles by which the page's own rules hide or set them apart."""
    text = "\n".join(filter(_ODD.search, ("".join(s.itertext()) for s in root.iter("style"))))
    rules = sorted(_rules(text)) if text else []
    odd = [rule for rule in rules if rule.is_odd]
    changed = {element for rule in odd for element in _matched(root, rule.selector)}
    if not changed:
        return
    names = {rule.name for rule in odd}
    found: dict[etree._Element, dict[str, Rule]] = {element: {} for element in changed}
    for rule in rules:
        if rule.name in names:
            for element in changed.intersection(_matched(root, rule.selector)):
                found[element][rule.name] = rule
    for element, own in found.items():
        element.set("style", _merged(element.get("style", ""), own))


def _rules(text: str) -> Iterator[Rule]:
    """The rules of a sheet that hold on a screen and declare what may matter."""
    text = _ON_SCREEN.sub(r"\1", _COMMENT.sub(" ", text))
    for n, rule in enumerate(_RULE.finditer(_AT_BLOCK.sub(" ", text))):
        for selector, specificity in _selectors(rule[1].strip()):
            for name, value, important in _declarations(rule[2]):
                yield Rule((important, specificity, n), selector, name, value)


@lru_cache(maxsize=4096)
def _selectors(text: str) -> list[tuple[str, tuple[int, int, int]]]:
    """Selectors as XPath, each with its specificity; one that is not understood matches nothing."""
    try:
        known = [s for s in parse(text) if s.pseudo_element is None]
        return [(HTMLTranslator().selector_to_xpath(s), s.specificity()) for s in known]
    except SelectorError:
        return []


def _declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    """What a rule or a style attribute declares of what may matter: name, value, important."""
    for found in _DECLARATION.finditer(text):
        value, n_important = _IMPORTANT.subn("", found[2])
        yield found[1].lower(), value.strip().lower(), n_important > 0


def _matched(root: etree._Element, selector: str) -> list[etree._Element]:
    """Elements that a selector matches."""
    return [e for e in root.xpath(selector) if isinstance(e, etree._Element)]


def _merged(inline: str, rules: dict[str, Rule]) -> str:
    """An element's style: what it states itself wins, unless a rule says that it is important."""
    own = {name: value for name, value, _ in _declarations(inline)}
    strong = {name for name, _, important in _declarations(inline) if important}
    for name, rule in rules.items():
        if name not in own or (rule.rank[0] and name not in strong):
            own[name] = rule.value
    return ";".join(f"{name}:{value}" for name, value in own.items())
