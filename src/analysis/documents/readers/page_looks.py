"""Styles and attributes of a page → how its elements look, as far as that changes what is read.

What a style may do to a figure is data (`_RULES`); each distinct style is judged once.
"""

import re
from functools import lru_cache

from lxml import etree

UNSEEN = ("hidden", "blank")
_ROW_LEVEL = ("td", "th", "tr", "tbody", "thead", "tfoot")
_WIDE = r"(?:1[6-9]|[2-9]\d|\d{3,})(?:\.\d+)?(?:px|pt|[\s;]|$)|[1-9][\d.]*(?:r?em|%|v[wh]|cm|in)"
_FAR = r"-(?:\d{3}|\d\d[\d.]*(?:r?em|%|v[wh]|cm|in))"
_NO_SIZE = r"(?=.)(?:0*[0-2]?(?:\.\d+)?(?:px|pt)?|0*(?:\.[0-2]\d*)?r?em|[0-2]?\d%)$"
_NARROW = r"(?:0+(?:\.0+)?(?:[a-z]+|%)?|(?:1?\d|2[0-4])(?:\.\d+)?px|[01]?(?:\.\d+)?em)(?: |$)"
_LOW = r"(?:0+(?:\.0+)?(?:[a-z]+|%)?|\d(?:\.\d+)?px)(?: |$)"
_NO_CONTENT = r"""none$|normal$|initial$|unset$|inherit$|["']\s*["']$|["']\\?20["']$"""
_NUMBERED = r""".*(?:decimal|roman|alpha|latin|cjk|num|chinese|greek|counter|url|["'])"""
# Look, property, value. Hidden elements take no place, blank ones do; what is struck is printed
# oddly or perhaps not at all; what is added is no text of the page; what is moved may stand in
# another order or place; what floats matters for cells and rows, what is shown within what is not;
# a picture behind nothing is all that is seen; what is clipped is cut off, but cells grow;
# a tint may be the ground's.
_RULES = (
    ("hidden", "display", r"none"),
    ("hidden", "visibility", r"collapse"),
    ("hidden", "content-visibility", r"hidden"),
    ("hidden", "mso-hide", r"all"),
    ("blank", "visibility", r"hidden"),
    ("struck", "text-decoration", r".*line-through"),
    ("struck", "text-decoration-line", r".*line-through"),
    ("struck", "opacity", r"(?=.)(?:0*(?:\.[0-2]\d*)?|[0-2]?\d%)$"),
    ("struck", "font", r"(?:.*\s)?0(?:px|pt)?(?:/|\s)"),
    ("struck", "font-size", _NO_SIZE),
    *(("struck", name, _FAR) for name in ("left", "top", "right", "bottom")),
    *(("struck", name, f".*{_FAR}") for name in ("margin", "margin-left", "margin-top")),
    ("struck", "text-indent", rf"{_FAR}|\d{{3,}}|\d\d[\d.]*r?em|[5-9]\d%"),
    ("struck", "letter-spacing", r"-(?:[2-9]|\d\d|[\d.]*[1-9]\d*r?em)"),
    ("struck", "clip", r"rect"),
    ("struck", "clip-path", r"(?!none|initial|unset|border-box)"),
    ("struck", "filter", r".*(?:opacity\(\s*(?:0*(?:\.[0-2]\d*)?|[0-2]?\d%)\)|blur)"),
    ("struck", "-webkit-text-fill-color", r"transparent|.*,\s*0\s*\)"),
    ("struck", "-webkit-text-security", r"(?!none)"),
    ("struck", "direction", r"rtl"),
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
    ("pictured", "background", r".*url\("),
    ("pictured", "background-image", r"url\("),
    ("clipped", "overflow", rf"(?:hidden|clip).* {_NARROW}"),
    ("clipped", "overflow-down", rf"(?:hidden|clip).* {_LOW}"),
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
_PATTERNS = tuple((look, name, re.compile(value)) for look, name, value in _RULES)
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
_IMPORTANT = re.compile(r"\s*!\s*important\s*")
_STYLES = etree.XPath("//@style", smart_strings=False)
_HAS_ATTRIBUTES = etree.XPath(
    "boolean(//@hidden | //@dir | //@background | //font/@color | //font/@face)"
)
_COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b|rgba?\([^)]*\)|[a-z]+")
_LIGHT = "white snow ivory ghostwhite whitesmoke floralwhite mintcream azure seashell"
_NAMES = dict.fromkeys(_LIGHT.split(), (250, 250, 250)) | {
    **{"black": (0, 0, 0), "red": (255, 0, 0), "yellow": (255, 255, 0), "blue": (0, 0, 255)},
    **{"green": (0, 128, 0), "gray": (128, 128, 128), "grey": (128, 128, 128)},
    **{"silver": (192, 192, 192), "lightgrey": (211, 211, 211), "lightgray": (211, 211, 211)},
}
_PAPER = (255, 255, 255)
_CLOSE = 40


def note_looks(root: etree._Element, own_fonts: frozenset[str]) -> None:
    """Note as `look` how the elements look that do not look plain."""
    odd = root.xpath("//*[@style or @hidden or @dir or @background or self::font[@color or @face]]")
    for element in odd:
        look = _look_of(element, own_fonts)
        if look:
            element.set("look", look)
            _pass_on(element, look)


def is_plain(root: etree._Element) -> bool:
    """Whether no style or attribute that a page states can make anything look odd."""
    return not _HAS_ATTRIBUTES(root) and not any(map(styled, set(_STYLES(root))))


@lru_cache(maxsize=4096)
def declared(style: str) -> dict[str, str]:
    """What a style declares that may matter, by name."""
    return {name: value for name, value, _ in declarations(style)}


def declarations(style: str) -> list[tuple[str, str, bool]]:
    """What a style declares that may matter: name, value, and whether it is important."""
    found = []
    for name, value in _DECLARATION.findall(style.lower()):
        if name in PROPERTIES:
            value, n_important = _IMPORTANT.subn("", value)
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
            return "" if look == "tinted" and _is_dark(values["color"]) else look
    return ""


def first_font(style: str) -> str:
    """The font that a style asks for first."""
    own = declared(style)
    return own.get("font-family", own.get("font", "")).split(",")[0].strip("\"' ")


def _look_of(element: etree._Element, own_fonts: frozenset[str]) -> str:
    """How one element looks by its style and attributes."""
    if "hidden" in element.attrib:
        return "hidden"
    style = element.get("style", "")
    if element.tag == "font":
        style += f";color:{element.get('color', 'black')};font-family:{element.get('face', '')}"
    look = styled(style)
    if look == "clipped":
        look = "" if element.tag in _ROW_LEVEL else "struck"
    if look == "tinted" and _is_as_its_ground(element, declared(style)["color"]):
        look = "moved"
    if element.get("dir", "").lower() == "rtl" and look not in UNSEEN:
        look = "struck"
    if not look and "background" in element.attrib and element.tag in ("td", "th"):
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
    if look == "struck" or (look in ("moved", "afloat", "added") and element.tag in _ROW_LEVEL):
        for cell in element.iter("td", "th"):
            if cell.get("look") not in UNSEEN:
                cell.set("look", "struck" if look != "added" else look)


# --- Colours ------------------------------------------------------------------------------------


def _is_as_its_ground(element: etree._Element, colour: str) -> bool:
    """Whether a colour is, or nearly is, that of what an element stands on."""
    own = _colour(colour)
    if own is None:
        return "transparent" in colour or re.search(r",\s*0?\.?0*\s*\)$", colour) is not None
    for around in (element, *element.iterancestors()):
        style = declared(around.get("style", ""))
        stated = style.get("background-color", style.get("background", around.get("bgcolor", "")))
        if stated and stated not in ("none", "transparent", "inherit"):
            ground = _colour(stated.lower())
            return ground is not None and _are_close(own, ground)
    return _are_close(own, _PAPER)


@lru_cache(maxsize=1024)
def _colour(value: str) -> tuple[int, ...] | None:
    """A colour as red, green and blue; None where it has none or is not known."""
    for text in _COLOUR.findall(value):
        if text.startswith("#"):
            digits = text[1:] if len(text) == 7 else "".join(c * 2 for c in text[1:])
            return tuple(bytes.fromhex(digits))
        if text.startswith("rgb"):
            parts = [float(n) for n in re.findall(r"\d*\.?\d+", text)]
            clear = len(parts) == 4 and parts[3] < 0.3
            return None if clear or len(parts) < 3 else tuple(int(n) for n in parts[:3])
        if text in _NAMES:
            return _NAMES[text]
    return None


def _are_close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours can hardly be told apart."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < _CLOSE


def _is_dark(colour: str) -> bool:
    """Whether a colour is as dark as print: no ground but a dark one hides it."""
    known = _colour(colour)
    return max(known) < 96 if known else colour in ("inherit", "windowtext", "currentcolor", "")
