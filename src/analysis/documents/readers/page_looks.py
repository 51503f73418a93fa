"""Styles and attributes of a page → how its elements look, as far as that changes what is read.

What a style may do to a figure is data (`_RULES`); each distinct style is judged once.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from analysis.documents.readers.css import DOUBT, tidy
from analysis.documents.readers.page_colours import (
    is_as_its_ground,
    is_dark,
    is_light,
    stated_grounds,
    stated_text,
)
from analysis.documents.readers.page_variables import fill_in

UNSEEN = ("hidden", "blank")
_TOLD = (*UNSEEN, "struck", "moved", "added")
_CELLS = ("td", "th")
_ROW_LEVEL = (*_CELLS, "tr", "tbody", "thead", "tfoot")
_WIDE = r"(?:1[6-9]|[2-9]\d|\d{3,})(?:\.\d+)?(?:px|pt|[\s;]|$)|[1-9][\d.]*(?:r?em|%|v[wh]|cm|in)"
_FAR = r"-(?:\d{3}|\d\d[\d.]*(?:r?em|%|v[wh]|cm|in))"
_NO_SIZE = r"(?=.)(?:0*[0-2]?(?:\.\d+)?(?:px|pt)?|0*(?:\.[0-2]\d*)?r?em|[0-2]?\d%)$"
_NARROW = r"(?:0+(?:\.0+)?(?:[a-z]+|%)?|(?:1?\d|2[0-4])(?:\.\d+)?px|[01]?(?:\.\d+)?em)(?: |$)"
_LOW = r"(?:0+(?:\.0+)?(?:[a-z]+|%)?|\d(?:\.\d+)?px)(?: |$)"
_NO_CONTENT = r"""none$|normal$|initial$|unset$|inherit$|["']\s*["']$|["']\\?20["']$"""
_DISPLAYS = (
    r"(?:inline|block|flow|flow-root|flex|grid|ruby|contents|list-item|run-in|table|none|math"
    r"|inline-(?:block|flex|grid|table|list-item)|table-[a-z-]+|ruby-[a-z]+|initial|inherit|unset"
    r"|revert|-(?:webkit|moz|ms|o|khtml)-[a-z-]+)"
)
_DENSE = r"(?:0*\.[3-9]\d*|0*[1-9]\d*(?:\.\d*)?|(?:[3-9]\d|1\d\d)(?:\.\d*)?%)$"
_KEPT = r"initial|inherit|unset|revert"
_RECKONED = r"(?:.*[^\w-])?(?:var|env|attr|if|calc|min|max|clamp|random|sibling-\w+)\("
_NUMBERED = r""".*(?:decimal|roman|alpha|latin|cjk|num|chinese|greek|counter|url|["'])"""
_MASKS = ("mask", "mask-image", "-webkit-mask", "-webkit-mask-image")
# Look, property, value. Hidden elements take no place, blank ones do; what is struck is printed
# oddly or perhaps not at all; what is added is no text of the page; what is moved may stand in
# another order or place; what floats matters for cells and rows, what is shown within what is not;
# a picture behind nothing is all that is seen; what is clipped is cut off, but cells grow;
# a tint may be the ground's; what nobody understands may do any of these.
_RULES = (
    ("struck", DOUBT, r"struck"),
    ("moved", DOUBT, r"."),
    ("hidden", "display", r"none"),
    ("hidden", "visibility", r"collapse"),
    ("hidden", "content-visibility", r"hidden"),
    ("hidden", "mso-hide", r"all"),
    ("blank", "visibility", r"hidden"),
    ("struck", "text-decoration", r".*line-through"),
    ("struck", "text-decoration-line", r".*line-through"),
    ("struck", "opacity", f"(?=.)(?!{_DENSE}|{_KEPT})"),
    ("struck", "font", r"(?:.*\s)?0(?:px|pt)?(?:/|\s)"),
    ("struck", "font-size", _NO_SIZE),
    *(("struck", name, _FAR) for name in ("left", "top", "right", "bottom")),
    *(("struck", name, f".*{_FAR}") for name in ("margin", "margin-left", "margin-top")),
    ("struck", "text-indent", rf"{_FAR}|\d{{3,}}|\d\d[\d.]*r?em|[5-9]\d%"),
    ("struck", "letter-spacing", r"-(?:[2-9]|\d\d|[\d.]*[1-9]\d*r?em)"),
    ("struck", "clip", r"rect"),
    ("struck", "clip-path", r"(?!none|initial|unset|border-box)"),
    ("struck", "filter", r".*(?:opacity\(\s*(?:0*(?:\.[0-2]\d*)?|[0-2]?\d%)\)|blur)"),
    ("struck", "-webkit-text-security", r"(?!none)"),
    ("struck", "direction", r"rtl"),
    *(("struck", name, r"(?!none|initial|unset)") for name in _MASKS),
    ("struck", "zoom", r"(?:0*(?:\.[0-2]\d*)?|[0-2]?\d%)$"),
    ("added", "content", f"(?!{_NO_CONTENT})"),
    ("added", "list-style", _NUMBERED),
    ("added", "quotes", r"""["']"""),
    ("moved", "unicode-bidi", r"(?!normal|initial|unset)"),
    ("moved", "transform", r"(?!none|initial|unset)"),
    ("moved", "order", r"-?0*[1-9]"),
    ("moved", "flex", r".*reverse"),
    ("moved", "grid", r".*\S"),
    ("moved", "display", r"table-(?:header|footer)-group"),
    ("moved", "position", rf"(?:absolute|fixed).*\d|(?:relative|sticky).*[ -](?:{_WIDE})"),
    *(
        ("moved", f"margin{side}", rf"(?:.* )?-(?:{_WIDE})")
        for side in ("", "-left", "-right", "-top", "-bottom")
    ),
    ("afloat", "float", r"left|right"),
    ("shown", "visibility", r"visible"),
    ("moved", "visibility", f"(?=.)(?!{_KEPT})"),
    ("moved", "display", rf"(?=.)(?!{_DISPLAYS}(?:\s+{_DISPLAYS})*$)"),
    ("pictured", "background", r".*url\("),
    ("pictured", "background-image", r"url\("),
    ("clipped", "overflow", rf"(?:hidden|clip).* {_NARROW}"),
    ("clipped", "overflow-down", rf"(?:hidden|clip).* {_LOW}"),
    ("symbols", "font-family", r"""["']?(?:wing|web)dings"""),
    ("tinted", "-webkit-text-fill-color", r".*\S"),
    ("tinted", "background", r".*\S"),
    ("tinted", "color", r".*\S"),
)
# What matters together is judged together: a place by how it is reckoned, a size by what it cuts.
_JOINED = {
    "position": ("left", "right", "top", "bottom"),
    "overflow": ("width", "max-width"),
    "overflow-down": ("height", "max-height"),
}
_SAME = {
    **dict.fromkeys(("flex-direction", "flex-wrap", "flex-flow"), "flex"),
    **dict.fromkeys(("grid-area", "grid-row", "grid-column", "grid-template-areas"), "grid"),
    **dict.fromkeys(("grid-row-start", "grid-column-start", "grid-auto-flow"), "grid"),
    **{"list-style-type": "list-style", "background-color": "background", "translate": "transform"},
    **{"rotate": "transform", "scale": "transform", "overflow-x": "overflow"},
    **{"overflow-y": "overflow", "-webkit-transform": "transform"},
}
_GROUNDS = ("background", "background-image", "content")
_UNKNOWN = tuple(
    ("moved", name, _RECKONED)
    for name in dict.fromkeys(name for _, name, _ in _RULES)
    if name not in _GROUNDS
)
_PATTERNS = tuple(
    (look, name, re.compile(value)) for look, name, value in (*_RULES[:-3], *_UNKNOWN, *_RULES[-3:])
)
_SIDES = ("margin", "margin-left", "margin-right", "padding", "padding-left", "padding-right")
PROPERTIES = frozenset(
    {name for _, name, _ in _RULES}
    | set(_SAME)
    | {name for names in _JOINED.values() for name in names}
    | {"border", "border-left", "border-right", "zoom", "font-size-adjust"}
    | {"font", "font-family", "background", "vertical-align", "mso-text-raise", *_SIDES}
    | {"font-variant", "font-variant-position", "font-feature-settings"}
)
_DECLARATION = re.compile(r"""([\w-]+)\s*:\s*((?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])*)""")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$")
_STYLES = etree.XPath("//@style", smart_strings=False)
_STYLED = etree.XPath("//@style/..")
_ATTRIBUTES = (
    *("//@hidden", "//@dir", "//@background", "//@bgcolor", "//font/@color", "//font/@face"),
    "/html/body/@text",
)
_HAS_ATTRIBUTES = etree.XPath(f"boolean({' | '.join(_ATTRIBUTES)})")
_WITH_LOOKS = etree.XPath(" | ".join(f"{path}/.." for path in ("//@style", *_ATTRIBUTES)))


def note_looks(root: etree._Element, own_fonts: frozenset[str] | None) -> None:
    """Note as `look` how the elements look that do not look plain.

    `own_fonts` are those that the page's style sheet brings along; None says that no style sheet
    concerns what is printed. A path finds attributes many times as fast as a condition does.
    """
    all_styles, has_attributes = _STYLES(root), _HAS_ATTRIBUTES(root)
    styles = set(all_styles)
    if own_fonts is None and not has_attributes and not any(map(styled, styles)):
        return
    fonts = own_fonts or frozenset()
    grounds = {ground for style in styles for ground in _grounds_of(style)}
    is_dark_somewhere = bool(root.xpath("//@bgcolor")) or not all(map(is_light, grounds))
    if fonts or is_dark_somewhere or has_attributes:
        odd = _WITH_LOOKS(root)
    else:
        plain = {style for style in styles if _is_plain_style(style)}
        odd = [e for e, style in zip(_STYLED(root), all_styles, strict=True) if style not in plain]
    for element in odd:
        style = element.get("style", "")
        if "var(" in style:
            fill_in(element, declared)
        look = _look_of(element, fonts)
        if look:
            element.set("look", look)
            _pass_on(element, look)
        if is_dark_somewhere or _is_tinted(style) or element.tag in ("font", "body"):
            _note_tint(element, is_dark_somewhere)


@lru_cache(maxsize=4096)
def _is_plain_style(style: str) -> bool:
    """Whether a style makes an element of any kind look plain."""
    return "var(" not in style and not styled(style) and not _is_tinted(style)


@lru_cache(maxsize=4096)
def declared(style: str) -> dict[str, str]:
    """What a style declares that may matter, by name."""
    return {name: value for name, value, _ in sorted(declarations(style), key=lambda one: one[2])}


def declarations(style: str) -> list[tuple[str, str, bool]]:
    """What a style declares that may matter: name, value, and whether it is important."""
    found = []
    for name, value in _DECLARATION.findall(tidy(style.lower())):
        if name in PROPERTIES or name.startswith("--"):
            value, n_important = _IMPORTANT.subn("", value)
            if value.strip() or name.startswith("--"):
                found.append((name, value.strip(), n_important > 0))
    return found


@lru_cache(maxsize=4096)
def styled(style: str) -> str:
    """How a style makes an element look: one of the looks of the rules, or plain."""
    own = declared(style)
    if not own:
        return ""
    values = {_SAME.get(name, name): value for name, value in own.items()}
    values["overflow-down"] = values.get("overflow", "")
    for name, others in _JOINED.items():
        if name in values:
            values[name] += "".join(f" {own[other]}" for other in others if other in own)
    for look, name, pattern in _PATTERNS:
        if name in values and pattern.match(values[name]):
            return "" if look == "tinted" and not _is_tinted(style) else look
    return ""


def first_font(style: str) -> str:
    """The font that a style asks for first."""
    own = declared(style)
    return own.get("font-family", own.get("font", "")).split(",")[0].strip("\"' ")


def _look_of(element: etree._Element, own_fonts: frozenset[str]) -> str:
    """How one element looks by its style and attributes, but for its colours."""
    if "hidden" in element.attrib:
        return "hidden"
    style = element.get("style", "")
    if element.tag == "font":
        style = f"font-family:{element.get('face', '')};{style}"
    look = styled(style)
    if look in ("clipped", "tinted"):
        grows = element.tag in _ROW_LEVEL and "display" not in declared(style)
        look = "struck" if look == "clipped" and not grows else ""
    if look == "symbols":
        look = "moved" if any(map(str.isdigit, "".join(element.itertext()))) else ""
    if element.get("dir", "").lower() == "rtl" and look not in UNSEEN:
        look = "struck"
    if not look and "background" in element.attrib and element.tag in _CELLS:
        look = "pictured"
    if not look and own_fonts and first_font(style) in own_fonts:
        look = "moved"
    return look


def _pass_on(element: etree._Element, look: str) -> None:
    """Let cells look struck where something around them puts them in doubt.

    What a page moves as a whole keeps its order; what it moves within a table may not. What is
    shown within something blank puts that in doubt.
    """
    if element.tag in ("col", "colgroup") and "collapse" in element.get("style", ""):
        table = next(element.iterancestors("table"), element)
        return _pass_on(table, "struck")  # it hides cells that it is not around
    blank = [e for e in element.iterancestors() if e.get("look") == "blank"]
    for around in blank if look == "shown" else ():
        around.set("look", "struck")
        _pass_on(around, "struck")
    if look == "blank" and element.tag in _ROW_LEVEL:
        for cell in element.iter(*_CELLS):
            cell.set("look", "blank" if cell.get("look") != "hidden" else "hidden")
    if look == "struck" or (look in ("moved", "afloat", "added") and element.tag in _ROW_LEVEL):
        for cell in element.iter(*_CELLS):
            if cell.get("look") not in UNSEEN:
                cell.set("look", "struck" if look != "added" else look)


def _note_tint(element: etree._Element, is_dark_somewhere: bool) -> None:
    """Note what can't be told from its ground: an element of a cell, or the cells around.

    What states colours of its own within is looked at by itself.
    """
    own = declared(element.get("style", ""))
    text, grounds = stated_text(element, own), stated_grounds(element, own)
    if (
        element.get("look") in UNSEEN
        or not (text or grounds)
        or (not is_dark_somewhere and is_dark(text))
    ):
        return
    around = (element, *element.iterancestors())
    stated = [(e, declared(e.get("style", ""))) for e in around]
    texts = (stated_text(e, its_own) for e, its_own in stated)
    if not is_as_its_ground(
        next(filter(None, texts), "black"),
        (" ".join(stated_grounds(e, its_own)) for e, its_own in reversed(stated)),
    ):
        return
    for holder in _holders(element):
        cell = next((e for e in (holder, *holder.iterancestors()) if e.tag in _CELLS), None)
        if cell in around[1:]:
            if element.get("look") not in _TOLD:
                element.set("look", "moved")
        elif cell is not None and cell.get("look") not in UNSEEN:
            cell.set("look", "struck")


def _holders(element: etree._Element) -> Iterator[etree._Element]:
    """What holds text in the colours that an element states, on the ground that it states."""
    waiting = [element]
    while waiting:
        holder = waiting.pop()
        texts = (holder.text, holder.get("value"), *(child.tail for child in holder))
        if any(text and text.strip() for text in texts):
            yield holder
        for child in holder:
            own = declared(child.get("style", ""))
            if not (stated_text(child, own) or stated_grounds(child, own)):
                waiting.append(child)


@lru_cache(maxsize=4096)
def _is_tinted(style: str) -> bool:
    """Whether a style states a colour that is not as dark as print, or a ground as no paper is."""
    own = declared(style)
    text = own.get("-webkit-text-fill-color", "") or own.get("color", "")
    return not is_dark(text) or not all(map(is_light, _grounds_of(style)))


@lru_cache(maxsize=4096)
def _grounds_of(style: str) -> list[str]:
    """What a style states for the ground."""
    own = declared(style)
    return [own[name] for name in ("background-color", "background") if name in own]
