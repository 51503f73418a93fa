"""Custom properties of a page → what a style means that refers to them."""

import re
from collections.abc import Callable

from lxml import etree

_INNERMOST = re.compile(
    r"var\(\s*(--[\w-]+)\s*(?:,((?:(?!var\()[^()]|(?!var)\((?:[^()]|\([^()]*\))*\))*))?\)"
)
_STEPS = 16
_LONG = 500


def fill_in(element: etree._Element, declared: Callable[[str], dict[str, str]]) -> None:
    """Write into an element's style what the variables stand for that it refers to.

    A variable that nobody states stays: what it stands for is not known.
    """
    own = declared(element.get("style", ""))
    told = {name: _told(value, element, declared) for name, value in own.items()}
    element.set("style", ";".join(f"{name}:{value}" for name, value in told.items() if value))


def _told(
    value: str, element: etree._Element, declared: Callable[[str], dict[str, str]]
) -> str | None:
    """A value with what its variables stand for; None where one is stated to be nothing."""
    for _ in range(_STEPS):
        found = _INNERMOST.search(value) if len(value) < _LONG else None
        if found is None:
            return value
        stated = _stated(found[1], element, declared)
        if stated is None and found[2] is None:
            return value
        told = found[2] if stated in (None, "initial") else stated
        if told is None:
            return None
        value = f"{value[: found.start()]}{told.strip()}{value[found.end() :]}"
    return value


def _stated(
    name: str, element: etree._Element, declared: Callable[[str], dict[str, str]]
) -> str | None:
    """What an element, or the nearest around it that does, states for a variable."""
    for around in (element, *element.iterancestors()):
        value = declared(around.get("style", "")).get(name)
        if value is not None and value not in ("inherit", "unset"):
            return value
    return None
