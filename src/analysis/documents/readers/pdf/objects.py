"""What a page draws beside text: its rules, lines aslant and pictures; white ones are left out."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf.calls import address_of
from analysis.documents.readers.pdf.covers import Cover, Covers, Picture
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
_NOTES = (
    *(pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_INK),
    *(pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_STRIKEOUT, pdfium.FPDF_ANNOT_LINE),
    *(pdfium.FPDF_ANNOT_POLYLINE, pdfium.FPDF_ANNOT_POLYGON, pdfium.FPDF_ANNOT_SQUARE),
    *(pdfium.FPDF_ANNOT_CIRCLE, pdfium.FPDF_ANNOT_REDACT, pdfium.FPDF_ANNOT_CARET),
)


_Sides = tuple[float, float, float, float]  # left, bottom, right, top


_Thing = tuple[int, Any, Matrix, bool]  # kind, object, matrix to the page, does it show others


@dataclass(frozen=True)
class Drawn:
    """Rules of a page, its other straight lines, its pictures, and what is painted over text."""

    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    aslant: list[Segment] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    covers: Covers = field(default_factory=Covers)


def read_objects(handle: pypdfium2.PdfPage, upright: Upright) -> Drawn:
    """What a page draws beside text."""
    drawn = Drawn()
    for order, (kind, thing, matrix, veiled) in enumerate(_all_objects(handle)):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            drawn.covers.texts[address_of(thing)] = order
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            area, lines = _painted(thing, matrix)
            for start, end in lines:
                _add_line(upright.point(*start), upright.point(*end), drawn)
            if area and not veiled and _covers(thing, drawn):
                drawn.covers.areas.append(Cover(upright.box(*area), order))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawn.pictures.append(upright.box(*moved(_bounds(thing), matrix)))
            if not veiled and _covers(thing, drawn):
                cover = Cover(drawn.pictures[-1], order, Picture(handle, thing))
                drawn.covers.areas.append(cover)
    drawn.pictures.extend(upright.box(*box) for box in _notes(handle))
    return drawn


def _covers(thing: Any, drawn: Drawn) -> bool:
    """Whether an object is painted after text and nothing shows through its colour."""
    return bool(drawn.covers.texts) and not pdfium.FPDFPageObj_HasTransparency(thing)


def _all_objects(handle: pypdfium2.PdfPage) -> Iterator[_Thing]:
    """All objects of a page in the order in which it paints them, those within forms too."""
    page = handle.raw
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    waiting = [(pdfium.FPDFPage_GetObject(page, n), IDENTITY, 0, False) for n in range(count)]
    waiting.reverse()
    room = MAX_OBJECTS
    while waiting and room:
        room -= 1
        thing, matrix, depth, veiled = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
            inner = times(_matrix(thing), matrix)
            veiled = veiled or bool(pdfium.FPDFPageObj_HasTransparency(thing))
            inside = range(min(max(pdfium.FPDFFormObj_CountObjects(thing), 0), MAX_OBJECTS))
            waiting += [
                (pdfium.FPDFFormObj_GetObject(thing, n), inner, depth + 1, veiled)
                for n in reversed(inside)
            ]
        else:
            yield kind, thing, matrix, veiled


def _matrix(thing: Any) -> Matrix:
    """An object's own matrix."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _bounds(thing: Any) -> _Sides:
    """Left, bottom, right and top of an object."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(thing, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _painted(path: Any, matrix: Matrix) -> tuple[_Sides | None, Iterable[Segment]]:
    """The area that a path fills, of whatever colour, and the lines that it draws.

    These are thin fills, and straight strokes.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    stroked = bool(stroke.value) and _is_seen(path, pdfium.FPDFPageObj_GetStrokeColor)
    if not stroked and not fill.value:
        return None, ()
    filled = bool(fill.value) and _is_seen(path, pdfium.FPDFPageObj_GetFillColor)
    left, bottom, right, top = sides = moved(_bounds(path), matrix)
    n_points = pdfium.FPDFPath_CountSegments(path)
    is_plain, is_seen = n_points <= 5, stroked or filled
    if is_plain and min(right - left, top - bottom) <= _THIN:
        return None, [_along(*sides)] if is_seen else ()
    area = sides if is_plain and fill.value else None
    if not is_seen or n_points > MAX_OBJECTS or (is_plain and not stroked):
        return area, ()
    return area, _pieces(path, n_points, times(_matrix(path), matrix), stroked)


def _pieces(path: Any, n_points: int, matrix: Matrix, stroked: bool) -> Iterator[Segment]:
    """The lines of a path of several pieces."""
    for points in _subpaths(path, n_points, matrix):
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


def _notes(handle: pypdfium2.PdfPage) -> Iterator[_Sides]:
    """Boxes of stamps, drawings, text notes and form fields that lie on the page and show."""
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(handle), 1000)):
        note = pdfium.FPDFPage_GetAnnot(handle, n)
        if not note:
            continue
        rectangle = pdfium.FS_RECTF()
        shows = not pdfium.FPDFAnnot_GetFlags(note) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
        is_drawn = shows and pdfium.FPDFAnnot_GetSubtype(note) in _NOTES
        if is_drawn and pdfium.FPDFAnnot_GetRect(note, rectangle):
            yield rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        pdfium.FPDFPage_CloseAnnot(note)
