"""What a page draws beside text: its rules, lines aslant and pictures; white ones are left out."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf.geometry import (
    IDENTITY,
    Box,
    Matrix,
    Point,
    Rule,
    Segment,
    Upright,
    moved,
    times,
)

MAX_OBJECTS = 60_000
_THIN = 3.0
_STRAIGHT = _DOT = 0.5
_WHITE = 250


@dataclass(frozen=True)
class Drawn:
    """Horizontal and vertical rules of a page, its other straight lines, and its pictures."""

    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    aslant: list[Segment] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def read_objects(handle: pypdfium2.PdfPage, upright: Upright) -> Drawn:
    """What a page draws beside text."""
    drawn = Drawn()
    for kind, thing, matrix in _all_objects(handle):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            for start, end in _strokes(thing, matrix):
                _add_line(upright.point(*start), upright.point(*end), drawn)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawn.pictures.append(upright.box(*moved(_bounds(thing), matrix)))
    drawn.pictures.extend(upright.box(*box) for box in _notes(handle))
    return drawn


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


def _strokes(path: Any, matrix: Matrix) -> Iterator[Segment]:
    """Lines that a path draws: thin fills from corner to corner, and straight strokes."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    stroked = bool(stroke.value) and _is_seen(path, pdfium.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _is_seen(path, pdfium.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return
    left, bottom, right, top = moved(_bounds(path), matrix)
    n_points = pdfium.FPDFPath_CountSegments(path)
    if min(right - left, top - bottom) <= _THIN and n_points <= 5:
        yield _along(left, bottom, right, top)
        return
    if n_points > MAX_OBJECTS or (n_points <= 5 and not stroked):
        return
    own = times(_matrix(path), matrix)
    for points in _subpaths(path, n_points, own):
        yield from pairwise(points) if stroked else _thin_fill(points)


def _is_seen(thing: Any, colour_of: Any) -> bool:
    """Whether an object's colour shows on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(thing, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _subpaths(path: Any, n_points: int, matrix: Matrix) -> Iterator[list[Point]]:
    """The straight pieces of a path as lists of points; a curve ends a piece."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
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


def _thin_fill(points: list[Point]) -> Iterator[Segment]:
    """A filled piece as a line, if it is as thin as one."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
        yield _along(min(xs), min(ys), max(xs), max(ys))


def _along(left: float, bottom: float, right: float, top: float) -> Segment:
    """The line along the middle of a thin box."""
    if right - left > top - bottom:
        return (left, (bottom + top) / 2), (right, (bottom + top) / 2)
    return ((left + right) / 2, bottom), ((left + right) / 2, top)


def _add_line(start: Point, end: Point, drawn: Drawn) -> None:
    """Add a line to those of its direction; a dot is none."""
    (x1, y1), (x2, y2) = start, end
    width, height = abs(x2 - x1), abs(y2 - y1)
    if min(width, height) > _STRAIGHT:
        if max(width, height) > _THIN:
            drawn.aslant.append((start, end))
    elif width > height and width > _DOT:
        drawn.horizontal.append(Rule((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
    elif height > _DOT:
        drawn.vertical.append(Rule((x1 + x2) / 2, min(y1, y2), max(y1, y2)))


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
