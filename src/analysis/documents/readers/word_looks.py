"""Looks of the text of Word tables that hide figures or change what is seen of them.

What a property may do is data (`_DOUBTFUL`). Runs that hold digits and look so are noted as set
`apart`: by an object sign where nobody can tell what is seen, by a blank where they are smaller
than the digits beside them, as marks of notes are.
"""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from analysis.documents.grid import UNREAD
from analysis.documents.readers.ink import (
    ALIKE,
    INK,
    LEAST_POINTS,
    PAPER,
    SIGN_FONTS,
    Colour,
    are_close,
    mixed,
    of_hex,
)

_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
W = f"{{{_NAMESPACES['w']}}}"
# Too small, too narrow, overlapping, not filled with colour, two lines in one, drawn beside the
# cell, cut off.
_DOUBTFUL = {
    "w:sz": f"@w:val < {2 * LEAST_POINTS}",
    "w:w": "number(translate(@w:val, '%', '')) < 30",
    "w:spacing": "@w:val <= -60 or (@w:lineRule = 'exact' and @w:line < 100)",
    "w:fitText": "@w:val < 150",
    "w:specVanish": "not(@w:val) or @w:val = '1' or @w:val = 'true' or @w:val = 'on'",
    "w:eastAsianLayout": "@w:combine = '1' or @w:combine = 'true' or @w:combine = 'on'",
    "w:rFonts": " or ".join(f"starts-with(@w:ascii, '{font}')" for font in SIGN_FONTS),
    "w14:textFill": "w14:noFill or .//w14:alpha[@w14:val > 60000]"
    " or .//w14:schemeClr[@w14:val = 'bg1' or @w14:val = 'lt1'][not(*)]",
    "w:framePr": "@w:dropCap and @w:dropCap != 'none'",
    "w:trHeight": "@w:hRule = 'exact' and @w:val < 100",
}
_ANY = " or ".join(f"self::{name}[{condition}]" for name, condition in _DOUBTFUL.items())
_STATED = " | ".join(f"//w:{place}/*[{_ANY}]" for place in ("rPr", "pPr", "trPr"))
_find_doubtful = etree.XPath(f"{_STATED} | //w:bdo[@w:val = 'rtl']", namespaces=_NAMESPACES)
_SIZES = "descendant::w:r/w:rPr/w:sz"
_find_mixed = etree.XPath(
    f"//w:p[{_SIZES}][descendant::w:r[w:t][not(w:rPr/w:sz)]"
    f" or {_SIZES}/@w:val != {_SIZES}/@w:val][ancestor::w:tc]",
    namespaces=_NAMESPACES,
)
_TAGS = [name.replace("w:", W, 1) for name in _DOUBTFUL if name.startswith("w:")]
_TAGS += [W + "bdo", W + "color", W + "highlight", f"{{{_NAMESPACES['w14']}}}textFill"]
TINTS = {W + "color", W + "shd", W + "highlight"}
_SIZE = 20  # half points, where no style tells
_THEME = {
    **dict.fromkeys(("background1", "light1", "background2", "light2"), PAPER),
    **dict.fromkeys(("text1", "dark1"), INK),
}
_HIGHLIGHTS = {"black": INK, "white": PAPER, "yellow": (255, 255, 0), "lightGray": (192, 192, 192)}


def note_looks(body: etree._Element) -> None:
    """Note which runs of tables are to be set apart."""
    if next(body.iter(*_TAGS), None) is None:
        return
    for element in _find_doubtful(body):
        around = element if element.tag == W + "bdo" else element.getparent().getparent()
        for run in _runs(around):
            _set_apart(run, UNREAD)
    for run in _runs_as_their_ground(body):
        _set_apart(run, UNREAD)
    for paragraph in _find_mixed(body):
        _note_sizes(paragraph, _number(body.get("size"), _SIZE))


def doubtful_tags(styles: etree._Element, document: etree._Element) -> set[str]:
    """Tags of the looks which count in named styles: those that put any text in doubt."""
    tags = {element.tag for element in _find_doubtful(styles)}
    inks = (_ink(*_colours(color)) for color in styles.iter(W + "color"))
    grounds = map(_ground, styles.iter(W + "shd", W + "highlight"))
    if any(c and are_close(c, PAPER) for c in inks) or any(
        c and are_close(c, INK) for c in grounds
    ):
        tags |= TINTS
    return tags | ({W + "sz"} if _sizes_matter(styles, document) else set())


def _sizes_matter(styles: etree._Element, document: etree._Element) -> bool:
    """Whether runs beside one another may differ in size by their styles."""
    sized = {size.getparent().getparent().get(W + "styleId") for size in styles.iter(W + "sz")}
    used = {style.get(W + "val") for style in document.iter(W + "rStyle")}
    return bool(sized & used) or bool(_find_mixed(document))


def _runs(element: etree._Element) -> Iterator[etree._Element]:
    """Runs with digits in an element that is a run or holds some; the mark of a line is none."""
    return (run for run in element.iter(W + "r") if element.tag != W + "pPr" and _has_digits(run))


def _has_digits(run: etree._Element) -> bool:
    """Whether a run prints digits."""
    return any(map(str.isdigit, "".join(text.text or "" for text in run.iter(W + "t"))))


def _set_apart(run: etree._Element, sign: str) -> None:
    """Note the sign that parts a run of a table from what stands beside it."""
    if run.get("apart") != UNREAD and next(run.iterancestors(W + "tc"), None) is not None:
        run.set("apart", sign)
        for around in run.iterancestors(W + "tc", W + "p"):
            around.set("mixed", "")


# --- Sizes --------------------------------------------------------------------------------------


def _note_sizes(paragraph: etree._Element, default: int) -> None:
    """Set digits apart that are smaller than others of their line."""
    sizes = {run: _size(run, default) for run in _runs(paragraph)}
    largest = max(sizes.values(), default=0)
    for run, size in sizes.items():
        if size < largest * ALIKE:
            _set_apart(run, " ")


def _size(run: etree._Element, default: int) -> int:
    """The size of a run's text in half points."""
    size = run.find(f"{W}rPr/{W}sz")
    return default if size is None else _number(size.get(W + "val"), default)


def _number(value: str | None, default: int) -> int:
    """A number that an attribute states."""
    return int(value) if value and value.isdecimal() and len(value) < 6 else default


# --- Colours ------------------------------------------------------------------------------------


def _runs_as_their_ground(body: etree._Element) -> Iterator[etree._Element]:
    """Runs whose colour can hardly be told from that of what they stand on."""
    shades = (_ground(shade) for shade in body.iter(W + "shd", W + "highlight"))
    grounds = {PAPER} | {ground for ground in shades if ground}
    for color in body.iter(W + "color"):
        ink = _ink(*_colours(color))
        if ink is not None and any(are_close(ink, ground) for ground in grounds):
            run = color.getparent().getparent()
            if are_close(ink, _ground_under(run)):
                yield from _runs(run)
    for highlight in body.iter(W + "highlight"):
        run = highlight.getparent()
        if _ground(highlight) == INK and run.find(W + "color") is None:
            yield from _runs(run.getparent())


def _ground_under(run: etree._Element) -> Colour:
    """The colour of the nearest shade that a run stands on, or of paper."""
    for around in (run, *run.iterancestors(W + "p", W + "tc")):
        properties = around.find(f"{around.tag}Pr")
        shades = () if properties is None else properties.iter(W + "highlight", W + "shd")
        for shade in sorted(shades, key=lambda e: e.tag):
            ground = _ground(shade)
            if ground is not None:
                return ground
    return PAPER


def _ground(shade: etree._Element) -> Colour | None:
    """The colour of a shade or highlight; None where it lets what is behind it show."""
    if shade.tag == W + "highlight":
        return _HIGHLIGHTS.get(shade.get(W + "val", ""), (128, 128, 128))
    pattern = shade.get(W + "val", "clear")
    fill = _ink(shade.get(W + "fill"), shade.get(W + "themeFill"), _shift(shade, "themeFill"))
    if pattern in ("clear", "nil"):
        return fill
    over = _ink(*_colours(shade, "color")) or INK
    share = _number(pattern[3:], 50) / 100 if pattern.startswith("pct") else 0.5
    return over if pattern == "solid" else mixed(fill or PAPER, over, share)


def _colours(element: etree._Element, name: str = "val") -> tuple[str | None, str | None, bool]:
    """A colour as it is stated, with the theme's name for it and whether that is shifted."""
    return element.get(W + name), element.get(W + "themeColor"), _shift(element, "theme")


def _shift(element: etree._Element, name: str) -> bool:
    """Whether a colour of the theme is made lighter or darker."""
    return element.get(f"{W}{name}Shade") is not None or element.get(f"{W}{name}Tint") is not None


@lru_cache(maxsize=1024)
def _ink(stated: str | None, theme: str | None, is_shifted: bool) -> Colour | None:
    """A stated colour; None for one that a program chooses, always so that it is seen."""
    named = None if is_shifted else _THEME.get(theme or "")
    return named or of_hex(stated)
