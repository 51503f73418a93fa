"""What a page draws beside text: its rules, lines aslant and pictures; white ones are left out."""

import math
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple, cast

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.covers import Cover, Picture
from analysis.documents.readers.pdf.geometry import (
    IDENTITY,
    Box,
    Matrix,
    Upright,
    moved,
    times,
)
from analysis.documents.readers.pdf.paths import (
    Ruled,
    add_line,
    add_thin,
    are_areas,
    are_thin,
    have_lines,
    lines_of,
    outline,
    points_of,
    read_paths,
)

MAX_OBJECTS = 60_000
_MOST_NOTES = 1000
_DEEPEST = 8  # forms within forms
_NOTES = (
    *(pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_INK),
    *(pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_STRIKEOUT, pdfium.FPDF_ANNOT_LINE),
    *(pdfium.FPDF_ANNOT_POLYLINE, pdfium.FPDF_ANNOT_POLYGON, pdfium.FPDF_ANNOT_SQUARE),
    *(pdfium.FPDF_ANNOT_CIRCLE, pdfium.FPDF_ANNOT_REDACT, pdfium.FPDF_ANNOT_CARET),
)


class Object(NamedTuple):
    """An object of a page by its address, and the forms in which it stands.

    Of these, the matrix to the page, whether something shows through them, and how many they are.
    """

    kind: int
    handle: int
    matrix: Matrix
    veiled: bool
    depth: int


@dataclass(frozen=True)
class Drawn:
    """Rules of a page, its other straight lines, its pictures, and what is painted over text.

    `objects` are all that it paints, in that order, `boxes` (left, top, right, bottom) where they
    are, and `texts` says by their addresses which of them are text. Objects of nothing but lines
    are nowhere: the boxes of these are `outlines`. `notes` may lie over all else. `is_whole` says
    whether no object was left out as one too many.
    """

    objects: list[Object]
    is_whole: bool
    boxes: np.ndarray
    texts: dict[int, int]
    outlines: list[Box] = field(default_factory=list)
    notes: list[Box] = field(default_factory=list)
    ruled: Ruled = field(default_factory=lambda: Ruled([], [], []))
    pictures: list[Box] = field(default_factory=list)
    areas: list[Cover] = field(default_factory=list)


def read_objects(handle: pypdfium2.PdfPage, upright: Upright) -> Drawn:
    """What a page draws beside text."""
    objects, is_whole = _all_objects(calls.address_of(handle.raw))
    boxes = np.stack(upright.boxes(*_sides(objects)), axis=1)
    kinds = np.array([one.kind for one in objects])
    texts = np.flatnonzero(kinds == pdfium.FPDF_PAGEOBJ_TEXT).tolist()
    drawn = Drawn(objects, is_whole, boxes, {objects[n].handle: n for n in texts})
    first_text = texts[0] if texts else len(objects)
    for n in np.flatnonzero(kinds == pdfium.FPDF_PAGEOBJ_IMAGE).tolist():
        drawn.pictures.append(Box(*boxes[n].tolist()))
        if n > first_text and is_solid(objects[n]):
            picture = Picture(handle, calls.object_at(objects[n].handle))
            drawn.areas.append(Cover(drawn.pictures[-1], n, picture))
    _add_paths(np.flatnonzero(kinds == pdfium.FPDF_PAGEOBJ_PATH), first_text, upright, drawn)
    drawn.areas.sort(key=lambda area: area.order)
    _add_notes(handle, upright, drawn)
    return drawn


def is_solid(thing: Object) -> bool:
    """Whether nothing shows through the colour of an object."""
    return not thing.veiled and not calls.has_transparency(thing.handle)


def _all_objects(page: int) -> tuple[list[Object], bool]:
    """The objects of a page in the order in which it paints them, those within forms too.

    And whether these are all.
    """
    found: list[Object] = []
    waiting = [
        (thing, IDENTITY, False, 0)
        for thing in _members(page, calls.count_objects, calls.get_object)
    ]
    waiting.reverse()
    room = MAX_OBJECTS
    while waiting and room:
        room -= 1
        thing, matrix, veiled, depth = waiting.pop()
        kind = calls.kind(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = times(_matrix(thing), matrix)
            through = veiled or bool(calls.has_transparency(thing))
            inside = _members(thing, calls.count_in_form, calls.get_in_form)
            waiting += [(each, inner, through, depth + 1) for each in reversed(inside)]
        else:
            found.append(Object(kind, thing, matrix, veiled, depth))
    return found, room > 0


def _members(parent: int, count: Any, get: Any) -> list[int]:
    """The objects of a page or a form."""
    return list(map(get, repeat(parent), range(min(max(count(parent), 0), MAX_OBJECTS))))


def _matrix(thing: int) -> Matrix:
    """An object's own matrix."""
    return cast(Matrix, calls.matrix(thing)) or IDENTITY


def _sides(objects: list[Object]) -> np.ndarray:
    """Left, bottom, right and top of objects on the page."""
    found = calls.bounds([one.handle for one in objects])
    for n, one in enumerate(objects):
        if one.depth:
            found[:, n] = moved(tuple(found[:, n].tolist()), one.matrix)
    return found


def _add_paths(places: np.ndarray, first_text: int, upright: Upright, drawn: Drawn) -> None:
    """Add, in place, what some objects draw that are paths: their lines, and areas over text."""
    objects, boxes = [drawn.objects[n] for n in places.tolist()], drawn.boxes[places]
    paths = read_paths([one.handle for one in objects])
    thin = are_thin(paths, boxes)
    add_thin(boxes[thin & (paths.is_filled | paths.is_stroked)], drawn.ruled)
    for n in np.flatnonzero(are_areas(paths, thin) & (places > first_text)).tolist():
        if is_solid(objects[n]):
            drawn.areas.append(Cover(Box(*boxes[n].tolist()), int(places[n])))
    for n in np.flatnonzero(have_lines(paths, thin)).tolist():
        one, n_points = objects[n], int(paths.n_points[n])
        points = points_of(one.handle, n_points, times(_matrix(one.handle), one.matrix))
        lines = [
            (upright.point(*start), upright.point(*end))
            for start, end in lines_of(points, bool(paths.is_stroked[n]))
        ]
        for start, end in lines:
            add_line(start, end, drawn.ruled)
        if lines and not paths.fill[n]:
            _add_outline(int(places[n]), outline(points, lines, Box(*boxes[n].tolist())), drawn)


def _add_outline(number: int, sides: list[Box], drawn: Drawn) -> None:
    """Note, in place, that an object paints nothing but its sides, if these are known."""
    if sides:
        drawn.outlines.extend(sides)
        drawn.boxes[number] = np.nan


def _add_notes(handle: pypdfium2.PdfPage, upright: Upright, drawn: Drawn) -> None:
    """Add, in place, the boxes of notes, and of those that are drawn and show as pictures.

    These are stamps, drawings, text notes and form fields; a link is nothing that one sees.
    """
    count = pdfium.FPDFPage_GetAnnotCount(handle)
    for n in range(min(count, _MOST_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(handle, n)
        if not note:
            continue
        side, kind = pdfium.FS_RECTF(), pdfium.FPDFAnnot_GetSubtype(note)
        is_drawn = kind != pdfium.FPDF_ANNOT_LINK or pdfium.FPDFAnnot_HasKey(note, b"AP")
        if is_drawn and pdfium.FPDFAnnot_GetRect(note, side):
            drawn.notes.append(upright.box(side.left, side.bottom, side.right, side.top))
            shows = not pdfium.FPDFAnnot_GetFlags(note) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
            if shows and kind in _NOTES:
                drawn.pictures.append(drawn.notes[-1])
        pdfium.FPDFPage_CloseAnnot(note)
    if count > _MOST_NOTES:
        drawn.notes.append(Box(-math.inf, -math.inf, math.inf, math.inf))
