"""Functions of pdfium that are asked of each character or object of a page, quick to call.

What is passed or given is an address, which needs no conversion, and what is asked of many
is written into an array.
"""

import ctypes
import math
from ctypes import c_float, c_int, c_size_t, c_uint32, c_ulong, c_ushort, c_void_p
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium


def _quick(function: Any, gives: Any, *takes: Any) -> Any:
    """A function of pdfium that takes and gives addresses without conversions."""
    return ctypes.PYFUNCTYPE(gives, *takes)(ctypes.cast(function, c_void_p).value or 0)


_LONGEST = 64  # names of marks
_TWO, _FOUR = (c_void_p,) * 2, (c_void_p,) * 4

# Of a character, by a page of text and its place there:
text_object = _quick(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
_is_generated = _quick(pdfium.FPDFText_IsGenerated, c_int, c_void_p, c_int)
_is_unmapped = _quick(pdfium.FPDFText_HasUnicodeMapError, c_int, c_void_p, c_int)
_angle = _quick(pdfium.FPDFText_GetCharAngle, c_float, c_void_p, c_int)
_char_box = _quick(pdfium.FPDFText_GetCharBox, c_int, c_void_p, c_int, *_FOUR)
_loose_box = _quick(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_origin = _quick(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, *_TWO)

# Of a page, a form on it, or an object:
count_objects = _quick(pdfium.FPDFPage_CountObjects, c_int, c_void_p)
get_object = _quick(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
count_in_form = _quick(pdfium.FPDFFormObj_CountObjects, c_int, c_void_p)
get_in_form = _quick(pdfium.FPDFFormObj_GetObject, c_void_p, c_void_p, c_ulong)
kind = _quick(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
set_active = _quick(pdfium.FPDFPageObj_SetIsActive, c_int, c_void_p, c_int)
has_transparency = _quick(pdfium.FPDFPageObj_HasTransparency, c_int, c_void_p)
_render_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
_bounds = _quick(pdfium.FPDFPageObj_GetBounds, c_int, c_void_p, *_FOUR)
_fill = _quick(pdfium.FPDFPageObj_GetFillColor, c_int, c_void_p, *_FOUR)
_stroke = _quick(pdfium.FPDFPageObj_GetStrokeColor, c_int, c_void_p, *_FOUR)
_draw_mode = _quick(pdfium.FPDFPath_GetDrawMode, c_int, c_void_p, *_TWO)
_count_marks = _quick(pdfium.FPDFPageObj_CountMarks, c_int, c_void_p)
_mark = _quick(pdfium.FPDFPageObj_GetMark, c_void_p, c_void_p, c_ulong)
_mark_name = _quick(pdfium.FPDFPageObjMark_GetName, c_int, c_void_p, c_void_p, c_ulong, c_void_p)
_clip = _quick(pdfium.FPDFPageObj_GetClipPath, c_void_p, c_void_p)
_count_clips = _quick(pdfium.FPDFClipPath_CountPaths, c_int, c_void_p)
_count_clip_points = _quick(pdfium.FPDFClipPath_CountPathSegments, c_int, c_void_p, c_int)
_clip_segment = _quick(pdfium.FPDFClipPath_GetPathSegment, c_void_p, c_void_p, c_int, c_int)
_font_size = _quick(pdfium.FPDFTextObj_GetFontSize, c_int, c_void_p, c_void_p)
_font = _quick(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)
_shape = _quick(pdfium.FPDFFont_GetGlyphPath, c_void_p, c_void_p, c_uint32, c_float)
_font_data = _quick(pdfium.FPDFFont_GetFontData, c_int, c_void_p, c_void_p, c_size_t, c_void_p)
_count_shape = _quick(pdfium.FPDFGlyphPath_CountGlyphSegments, c_int, c_void_p)
path_segment = _quick(pdfium.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
_segment_kind = _quick(pdfium.FPDFPathSegment_GetType, c_int, c_void_p)
_segment_point = _quick(pdfium.FPDFPathSegment_GetPoint, c_int, c_void_p, *_TWO)
segment_closes = _quick(pdfium.FPDFPathSegment_GetClose, c_int, c_void_p)
_matrix = _quick(pdfium.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
_count_points = _quick(pdfium.FPDFPath_CountSegments, c_int, c_void_p)


def address_of(handle: Any) -> int:
    """Where a thing of pdfium stands in memory: what tells it from all others."""
    return ctypes.addressof(handle.contents)


def object_at(address: int) -> Any:
    """An object by its address, for functions that do convert."""
    return ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)


def matrix(thing: int) -> tuple[float, ...]:
    """An object's own matrix; nothing where it has none."""
    found = (c_float * 6)()
    return tuple(found) if _matrix(thing, ctypes.addressof(found)) else ()


def type_size(text: int) -> float:
    """The size of a text object's type, without the forms in which it stands."""
    size = c_float()
    _font_size(text, ctypes.addressof(size))
    a, b, c, d, *_ = matrix(text) or (1.0, 0.0, 0.0, 1.0)
    return size.value * math.sqrt(abs(a * d - b * c))


def has_shape(font: int, code: int) -> bool:
    """Whether a font draws something for a character, as far as it holds shapes.

    Where it holds drawings instead, no one can tell what they show.
    """
    length = c_size_t()
    _font_data(font, None, 0, ctypes.addressof(length))
    return length.value > 0 and _count_shape(_shape(font, code, 1.0)) > 0


def marks(thing: int) -> list[str]:
    """The names of the marks in the page's contents between which an object stands."""
    names = []
    for n in range(_count_marks(thing)):
        text, length = (c_ushort * _LONGEST)(), c_ulong()
        to, size = ctypes.addressof(text), ctypes.sizeof(text)
        _mark_name(_mark(thing, n), to, size, ctypes.addressof(length))
        names.append(bytes(text)[: max(length.value - 2, 0)].decode("utf-16-le", "replace"))
    return names


def clips(thing: int) -> list[list[tuple[int, float, float]]]:
    """The paths to which an object is cut: kinds of segments with the points where they end."""
    clip = _clip(thing)
    return [
        [point(_clip_segment(clip, n, m)) for m in range(_count_clip_points(clip, n))]
        for n in range(_count_clips(clip))
    ]


def point(segment: int) -> tuple[int, float, float]:
    """The kind of a segment of a path, and where it ends."""
    place = (c_float * 2)()
    to = ctypes.addressof(place)
    _segment_point(segment, to, to + ctypes.sizeof(c_float))
    return _segment_kind(segment), place[0], place[1]


# --- Of many characters -------------------------------------------------------------------------


def angles(page: int, places: list[int]) -> np.ndarray:
    """The directions of characters in radians."""
    return np.fromiter(map(_angle, repeat(page), places), float, len(places))


def generated(page: int, places: list[int]) -> np.ndarray:
    """Whether pdfium has added characters that the file does not print: 1 where it has."""
    return np.fromiter(map(_is_generated, repeat(page), places), int, len(places))


def unmapped(page: int, places: list[int]) -> np.ndarray:
    """Whether the file does not say what characters mean: 1 where it does not."""
    return np.fromiter(map(_is_unmapped, repeat(page), places), int, len(places))


def char_boxes(page: int, places: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The boxes of characters by their ink (left, right, bottom, top), and whether there are."""
    return _written(_char_box, (repeat(page), places), float, 4)


def loose_boxes(page: int, places: list[int]) -> np.ndarray:
    """The boxes of characters by their fonts: left, top, right, bottom."""
    found = np.zeros((len(places), 4), np.float32)
    list(map(_loose_box, repeat(page), places, _addresses(found, 0)))
    return found.T.astype(float)


def origins(page: int, places: list[int]) -> np.ndarray:
    """Where on their baselines characters begin: x, y."""
    return _written(_origin, (repeat(page), places), float, 2)[0]


# --- Of many objects ----------------------------------------------------------------------------


def bounds(things: list[int]) -> np.ndarray:
    """The boxes of objects: left, bottom, right, top."""
    return _written(_bounds, (things,), np.float32, 4)[0].astype(float)


def render_modes(texts: list[int]) -> list[int]:
    """How text objects are painted."""
    return list(map(_render_mode, texts))


def are_transparent(things: list[int]) -> np.ndarray:
    """Whether something shows through objects: 1 where it does."""
    return np.fromiter(map(has_transparency, things), int, len(things))


def n_marks(things: list[int]) -> np.ndarray:
    """Between how many marks in the page's contents objects stand."""
    return np.fromiter(map(_count_marks, things), int, len(things))


def n_clips(things: list[int]) -> np.ndarray:
    """To how many paths objects are cut; less than none where to nothing at all."""
    return np.fromiter(map(_count_clips, map(_clip, things)), int, len(things))


def fonts(texts: list[int]) -> list[int]:
    """The fonts of text objects."""
    return list(map(_font, texts))


def draw_modes(paths: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Whether paths are filled, and whether they are stroked."""
    fills, strokes = _written(_draw_mode, (paths,), np.int32, 2)[0]
    return fills != 0, strokes != 0


def fill_colours(things: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Red, green, blue and alpha with which objects are filled, and whether that is known."""
    return _written(_fill, (things,), np.uint32, 4)


def stroke_colours(things: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Red, green, blue and alpha with which objects are stroked, and whether that is known."""
    return _written(_stroke, (things,), np.uint32, 4)


def n_points(paths: list[int]) -> np.ndarray:
    """How many points paths have."""
    return np.fromiter(map(_count_points, paths), int, len(paths))


def _written(
    function: Any, asked: tuple[Any, ...], kind: Any, n_values: int
) -> tuple[np.ndarray, np.ndarray]:
    """The values that a function writes for each of many, value by value, and what it gives."""
    n = len(asked[-1])
    found = np.zeros((n, n_values), kind)
    given = map(function, *asked, *(_addresses(found, m) for m in range(n_values)))
    return found.T, np.fromiter(given, int, n)


def _addresses(values: np.ndarray, column: int) -> range:
    """The addresses of a column's values, one for each row."""
    start, step = values.ctypes.data + column * values.itemsize, values.shape[1] * values.itemsize
    return range(start, start + step * len(values), step)
