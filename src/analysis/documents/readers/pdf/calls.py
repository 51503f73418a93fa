"""Functions of pdfium that are asked of each character or object of a page, quick to call.

What is passed or given is an address, which needs no conversion, and what is asked of many
characters is written into an array.
"""

import ctypes
from ctypes import c_float, c_int, c_void_p
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium


def _quick(function: Any, gives: Any, *takes: Any) -> Any:
    """A function of pdfium that takes and gives addresses without conversions."""
    return ctypes.PYFUNCTYPE(gives, *takes)(ctypes.cast(function, c_void_p).value or 0)


_OF_CHARACTER = (c_void_p, c_int)
text_object = _quick(pdfium.FPDFText_GetTextObject, c_void_p, *_OF_CHARACTER)
is_generated = _quick(pdfium.FPDFText_IsGenerated, c_int, *_OF_CHARACTER)
_is_unmapped = _quick(pdfium.FPDFText_HasUnicodeMapError, c_int, *_OF_CHARACTER)
_angle = _quick(pdfium.FPDFText_GetCharAngle, c_float, *_OF_CHARACTER)
_char_box = _quick(pdfium.FPDFText_GetCharBox, c_int, *_OF_CHARACTER, *[c_void_p] * 4)
_loose_box = _quick(pdfium.FPDFText_GetLooseCharBox, c_int, *_OF_CHARACTER, c_void_p)
_origin = _quick(pdfium.FPDFText_GetCharOrigin, c_int, *_OF_CHARACTER, *[c_void_p] * 2)
render_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
set_active = _quick(pdfium.FPDFPageObj_SetIsActive, c_int, c_void_p, c_int)


def address_of(handle: Any) -> int:
    """Where a thing of pdfium stands in memory: what tells it from all others."""
    return ctypes.addressof(handle.contents)


def angles(page: int, places: list[int]) -> np.ndarray:
    """The directions of characters in radians."""
    return np.fromiter(map(_angle, repeat(page), places), float, len(places))


def unmapped(page: int, places: list[int]) -> np.ndarray:
    """Whether the file does not say what characters mean: 1 where it does not."""
    return np.fromiter(map(_is_unmapped, repeat(page), places), int, len(places))


def char_boxes(page: int, places: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The boxes of characters by their ink (left, right, bottom, top), and whether there are."""
    found = np.zeros((len(places), 4))
    given = map(_char_box, repeat(page), places, *(_addresses(found, n) for n in range(4)))
    return found.T, np.fromiter(given, int, len(places))


def loose_boxes(page: int, places: list[int]) -> np.ndarray:
    """The boxes of characters by their fonts: left, top, right, bottom."""
    found = np.zeros((len(places), 4), np.float32)
    list(map(_loose_box, repeat(page), places, _addresses(found, 0)))
    return found.T.astype(float)


def origins(page: int, places: list[int]) -> np.ndarray:
    """Where on their baselines characters begin: x, y."""
    found = np.zeros((len(places), 2))
    list(map(_origin, repeat(page), places, _addresses(found, 0), _addresses(found, 1)))
    return found.T


def _addresses(values: np.ndarray, column: int) -> range:
    """The addresses of a column's values, one for each row."""
    start, step = values.ctypes.data + column * values.itemsize, values.strides[0]
    return range(start, start + step * len(values), step)
