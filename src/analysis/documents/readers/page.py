"""A page as parsed, which all that looks at it shares."""

from itertools import chain
from operator import methodcaller
from typing import NamedTuple

from lxml import etree


class Page(NamedTuple):
    """A page as parsed, its source, all of its elements, and the names of all their attributes.

    Elements are held, as finding them anew costs as much as what is done with them; names tell
    what a page has none of, which need not be looked for.
    """

    root: etree._Element
    source: str
    elements: list[etree._Element]
    attributes: set[str]


def as_page(root: etree._Element, source: str) -> Page:
    """A page with what is looked up in it again and again."""
    elements = list(root.iter("*"))
    return Page(root, source, elements, set(chain.from_iterable(map(_names, elements))))


_names = methodcaller("keys")
