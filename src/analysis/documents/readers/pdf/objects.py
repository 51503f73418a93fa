"""What a page draws beside text: its rules and pictures; white rules are left out."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf.geometry import (
    IDENTITY,
    Box,
    Matrix,
    Rule,
    Upright,
    moved,
    times,
)

MAX_OBJECTS = 60_000
_THIN = 3.0
_WHITE = 250


def read_objects(
    handle: pypdfium2.PdfPage, upright: Upright
) -> tuple[list[Rule], list[Rule], list[Box]]:
    """Horizontal rules, vertical rules and pictures of a page."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    pictures: list[Box] = []
    for kind, thing, matrix in _all_objects(handle):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            for box in _strokes(thing, matrix):
                _add_rule(upright.box(*box), horizontal, vertical)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(upright.box(*moved(_bounds(thing), matrix)))
    pictures += [upright.box(*box) for box in _notes(handle)]
    return horizontal, vertical, pictures


def _all_objects(handle: pypdfium2.PdfPage) -> Iterator[tuple[int, Any, Matrix]]:
    """All objects of a page, those within forms too, each with the matrix to page coordinates."""
    page = handle.raw
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    waiting = [(pdfium.FPDFPage_GetObject(page, n), IDENTITY, 0) for n in range(count)]
    waiting.reverse()
    room = MAX_OBJECTS
    while waiting and room:
        room -= 1
        thing, matrix, depth = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
            inner = times(_matrix(thing), matrix)
            inside = range(min(max(pdfium.FPDFFormObj_CountObjects(thing), 0), MAX_OBJECTS))
            waiting += [(pdfium.FPDFFormObj_GetObject(thing, n), inner, depth + 1) for n in inside]
        else:
            yield kind, thing, matrix


def _matrix(thing: Any) -> Matrix:
    """An object's own matrix."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _bounds(thing: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of an object."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(thing, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _strokes(path: Any, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """Boxes that a path draws as lines: thin fills, and straight strokes."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    stroked = bool(stroke.value) and _is_seen(path, pdfium.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _is_seen(path, pdfium.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return
    bounds = moved(_bounds(path), matrix)
    n_points = pdfium.FPDFPath_CountSegments(path)
    if _is_thin(bounds) and n_points <= 5:
        yield bounds
        return
    if n_points > MAX_OBJECTS or (n_points <= 5 and not stroked):
        return
    own = times(_matrix(path), matrix)
    for points in _subpaths(path, n_points, own):
        yield from _lines(points) if stroked else _thin_fill(points)


def _is_seen(thing: Any, colour_of: Any) -> bool:
    """Whether an object's colour shows on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(thing, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _is_thin(box: tuple[float, float, float, float]) -> bool:
    """Whether a box is a line rather than an area."""
    left, bottom, right, top = box
    return min(right - left, top - bottom) <= _THIN


_Point = tuple[float, float]


def _subpaths(path: Any, n_points: int, matrix: Matrix) -> Iterator[list[_Point]]:
    """The straight pieces of a path as lists of points; a curve ends a piece."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[_Point] = []
    for n in range(n_points):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind != pdfium.FPDF_SEGMENT_LINETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _lines(points: list[_Point]) -> Iterator[tuple[float, float, float, float]]:
    """The lines from point to point that run along the page."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if min(abs(x1 - x2), abs(y1 - y2)) <= 0.5:
            yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _thin_fill(points: list[_Point]) -> Iterator[tuple[float, float, float, float]]:
    """A filled piece as a line, if it is as thin as one."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    if _is_thin(box):
        yield box


def _add_rule(box: Box, horizontal: list[Rule], vertical: list[Rule]) -> None:
    """Add a line to the rules of its direction; a dot is none."""
    width, height = box.right - box.left, box.bottom - box.top
    if width > height and width > 0.5:
        horizontal.append(Rule((box.top + box.bottom) / 2, box.left, box.right))
    elif height > 0.5:
        vertical.append(Rule((box.left + box.right) / 2, box.top, box.bottom))


def _notes(handle: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Boxes of stamps, text notes and form fields that lie on the page."""
    shown = (
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_WIDGET,
        pdfium.FPDF_ANNOT_STRIKEOUT,
    )
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(handle), 1000)):
        note = pdfium.FPDFPage_GetAnnot(handle, n)
        if not note:
            continue
        rectangle = pdfium.FS_RECTF()
        if pdfium.FPDFAnnot_GetSubtype(note) in shown and pdfium.FPDFAnnot_GetRect(note, rectangle):
            yield rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        pdfium.FPDFPage_CloseAnnot(note)
