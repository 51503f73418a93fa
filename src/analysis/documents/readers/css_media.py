"""Media queries → whether they hold on the screens that pages are made for."""

import re

_SCREENS = {"width": (1200.0, 1920.0), "height": (600.0, 1200.0)}
_KINDS = {"": True, "all": True, "screen": True}
_FEATURES = {
    **{"prefers-color-scheme:light": True, "prefers-color-scheme:dark": False},
    **{"prefers-reduced-motion:reduce": False, "prefers-reduced-motion": False},
    **{"prefers-reduced-motion:no-preference": True, "prefers-contrast:more": False},
    **{"orientation:landscape": True, "orientation:portrait": False},
    **{"hover:hover": True, "hover": True, "hover:none": False},
    **{"any-hover:hover": True, "any-hover:none": False, "any-pointer:fine": True},
    **{"pointer:fine": True, "pointer:coarse": False, "any-pointer:coarse": False},
    **{"-ms-high-contrast:none": False, "-ms-high-contrast:active": False},
    **{"forced-colors:active": False, "forced-colors:none": True},
    **{"color": True, "monochrome": False, "scripting:none": False},
}
_QUERY = re.compile(r"(?:(not|only)\s+)?([a-z-]*)\s*(?:\band\b)?\s*((?:\(.*\))?)", re.DOTALL)
_SIZE = re.compile(
    r"(?:(min|max)-)?(?:device-)?(width|height)(:|[<>]=?)(-?\d*\.?\d+)(px|pt|r?em|cm|mm|in|)"
)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "cm": 37.8, "mm": 3.78}
_SIDES = {"<": "max", "<=": "max", ">": "min", ">=": "min"}


def holds(queries: str) -> bool | None:
    """Whether one of some media queries holds; None where screens differ, or nobody knows."""
    found = [_query(query.strip()) for query in queries.lower().split(",")]
    return True if True in found else None if None in found else False


def _query(query: str) -> bool | None:
    """Whether a media query holds."""
    parts = _QUERY.fullmatch(query)
    if parts is None:
        return None
    told = [_condition(part.strip()) for part in re.split(r"\band\b", parts[3]) if part.strip()]
    found = [_KINDS.get(parts[2], False), *told]
    shown = False if False in found else None if None in found else True
    return shown if parts[1] != "not" or shown is None else not shown


def _condition(condition: str) -> bool | None:
    """Whether a condition in brackets holds."""
    bare = re.sub(r"\s+", "", condition[1:-1])
    if bare in _FEATURES:
        return _FEATURES[bare]
    size = _SIZE.fullmatch(bare)
    if size is None:
        return None
    least, most = _SCREENS[size[2]]
    limit, side = float(size[4]) * _PIXELS.get(size[5], 96.0), _SIDES.get(size[3], size[1])
    if side == "min":
        return True if limit <= least else False if limit > most else None
    return None if side is None else True if limit >= most else False if limit < least else None
