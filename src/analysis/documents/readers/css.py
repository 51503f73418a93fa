"""Style sheets → plain rules: selectors and declarations with no comment, escape or nesting left.

Where a sheet says that something holds only under conditions that nobody can judge here, what it
declares is a doubt.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

from analysis.documents.readers.css_media import holds

DOUBT = "x-doubt"  # a property of our own: what an element looks like is not understood
UNLAYERED = 10**6
_PLAIN = re.compile(
    r"""(?>[\s;]*[\w-]+\s*:(?>"[^"\\\n]*"|'[^'\\\n]*'|\([^()"'\\;{}]*\)|[^;"'(){}\[\]\\*!@])*"""
    r"""(?:!\s*important\s*)?(?=;|$))*[\s;]*""",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[{)\]}]")
_DEEP = 60
_LONG, _MANY = 20_000, 1000
_COMMA = re.compile(r",(?![^(]*\))")
_NO_RULES = re.compile(
    r".*keyframes|font-|page|property|counter-style|list|.*viewport|namespace|color-profile"
    r"|starting-style|view-transition|position-try|function|charset|import|.*document"
)
_HARD_TO_TELL = re.compile(r"\bnot\b|\(\s*-|selector\(")
_TEXTUAL = ("ident", "hash", "dimension")


class Block(NamedTuple):
    """What a sheet declares of what some selectors match, and the doubt whether it holds."""

    selectors: str
    style: str
    layer: int = UNLAYERED
    doubt: str = ""


class Sheet(NamedTuple):
    """Blocks of a style sheet in order, and the fonts that it brings along."""

    blocks: tuple[Block, ...]
    fonts: frozenset[str]


class _Place(NamedTuple):
    """Where a rule stands: within which selectors and layer, and under what doubt."""

    layers: dict[str, int]
    parents: str = ""
    layer: str | None = None
    doubt: str = ""


def tidy(style: str) -> str:
    """Declarations as a browser takes them: escapes read, and left out what it does not take."""
    if _PLAIN.fullmatch(style):
        return style
    if _is_deep(style):
        return f"{DOUBT}:struck"
    return _style(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


@lru_cache(maxsize=16)
def parse_sheet(text: str) -> Sheet:
    """The blocks of a style sheet; sites use one for all of their pages."""
    if _is_deep(text):
        return Sheet((Block("*", f"{DOUBT}:struck"),), frozenset())
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return Sheet(tuple(_blocks(rules, _Place({}))), frozenset(_fonts(rules)))


def _is_deep(text: str) -> bool:
    """Whether brackets stand in one another deeper than any page needs."""
    steps = (1 if sign in "([{" else -1 for sign in _BRACKETS.findall(text))
    return max(accumulate(steps), default=0) > _DEEP


def _blocks(rules: Iterable[Node], place: _Place) -> Iterator[Block]:
    """Blocks of rules, also of those that stand within others."""
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = _within(tinycss2.serialize(rule.prelude).strip(), place.parents)
            yield from _contents(rule, place._replace(parents=selectors))
        elif isinstance(rule, AtRule):
            yield from _at_rule(rule, place)


def _contents(rule: QualifiedRule | AtRule, place: _Place) -> Iterator[Block]:
    """The block of a rule's own declarations, and those of the rules that stand in it."""
    items = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    layer = UNLAYERED if place.layer is None else place.layers[place.layer]
    yield Block(place.parents, _style(items), layer, place.doubt)
    yield from _blocks(items, place)


def _at_rule(rule: AtRule, place: _Place) -> Iterator[Block]:
    """Blocks of what stands in an at-rule, as far as it may hold."""
    name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()
    if name == "layer":
        place = _in_layer(prelude, place, states=rule.content is None)
    if rule.content is None or _NO_RULES.match(name):
        return
    doubt = _doubt(name, prelude)
    if doubt is None:
        return
    place = place._replace(doubt=doubt or place.doubt)
    if place.parents:
        yield from _contents(rule, place)
    else:
        rules = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        yield from _blocks(rules, place)


def _in_layer(names: str, place: _Place, *, states: bool) -> _Place:
    """The place within a layer; a statement of layers only ranks them."""
    for name in names.split(",") if states else [names or f" {len(place.layers)}"]:
        layer = name.strip() or name
        place.layers.setdefault(layer, len(place.layers))
    nested = place.layer is not None or "." in names
    return place._replace(layer=layer, doubt="moved" if nested else place.doubt)


def _doubt(name: str, prelude: str) -> str | None:
    """What is in doubt of what an at-rule holds; None where it does not hold at all."""
    if name == "media":
        shown = holds(prelude)
        return None if shown is False else "" if shown else "moved"
    if name == "supports":
        return "moved" if _HARD_TO_TELL.search(prelude) else ""
    return "" if name == "layer" else "struck"


def _within(selectors: str, parents: str) -> str:
    """Selectors that stand within a rule of others, written out."""
    if not parents:
        return selectors
    if len(parents) + len(selectors) > _LONG or parents.count(",") * selectors.count(",") > _MANY:
        return "*"  # no page needs so many, and any of them may be meant
    return ",".join(
        one.replace("&", parent) if "&" in one else f"{parent} {one.strip()}"
        for parent in _COMMA.split(parents)
        for one in _COMMA.split(selectors)
    )


def _style(items: Iterable[Node]) -> str:
    """Declarations as the text of a style attribute, without those that no browser takes."""
    return ";".join(
        f"{item.lower_name}:{tinycss2.serialize(item.value).strip()}"
        f"{' !important' if item.important else ''}"
        for item in items
        if isinstance(item, Declaration) and all(map(_is_sound, item.value))
    )


def _is_sound(token: Node) -> bool:
    """Whether a value may hold a token: no keyword that counts needs an escape or a mark."""
    if token.type in _TEXTUAL:
        return "\\" not in token.serialize()
    return token.type != "error" and token != "!"


def _fonts(rules: Iterable[Node]) -> Iterator[str]:
    """Names of the fonts that a sheet brings along, as they may draw what they like."""
    for rule in rules:
        if not isinstance(rule, AtRule) or rule.content is None:
            continue
        if rule.lower_at_keyword != "font-face":
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _fonts(inner)
            continue
        named = [
            tinycss2.serialize(item.value).strip(" \"'").lower()
            for item in tinycss2.parse_blocks_contents(rule.content)
            if isinstance(item, Declaration) and item.lower_name == "font-family"
        ]
        yield from named if "url(" in tinycss2.serialize(rule.content).lower() else ()
