"""What of a page is seen for certain, without drawing it: figures in plain dark type, and blanks.

Type is plain that no clip cuts, no layer may hide, that lets nothing through and over which nothing
lies. Of all else only a drawing tells.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.geometry import Box, Upright
from analysis.documents.readers.pdf.objects import Drawn, is_solid

_DARK, _LIGHT, _WHITE = 128, 230, 255  # a white area may be a pattern: pdfium gives it as white
_CLIPPING = pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP  # and what is more
_LAYER = "OC"
_NEAR = 0.5  # points around a figure
_LARGEST = 36.0  # points of type in tables
_LEAST_WIDTH, _LEAST_HEIGHT = 1.0, 3.0  # of a figure, in points
_RECTANGLE = 5  # points
# Where there are more, it is quicker to draw the page:
_MOST_LAYERS = 50  # things over one place
_MOST_PAIRS = 10_000_000  # of figures and things
_EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)
_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)

Sides = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sight:
    """What a page paints, by which some of it is seen for certain."""

    drawn: Drawn
    upright: Upright

    @cached_property
    def _boxes(self) -> np.ndarray:
        """The boxes of all that is painted, by side; of objects first."""
        drawn = self.drawn
        others = np.array([*drawn.outlines, *drawn.notes]).reshape(-1, 4)
        return np.concatenate([drawn.boxes, others]).T

    @cached_property
    def _modes(self) -> dict[int, int]:
        """How text objects are painted, by address."""
        texts = list(self.drawn.texts)
        return dict(zip(texts, calls.render_modes(texts), strict=True))

    @cached_property
    def _is_told(self) -> bool:
        """Whether all objects are known, and no text is a clip for what follows."""
        return self.drawn.is_whole and max(self._modes.values(), default=0) < _CLIPPING

    def is_clear(self, box: Box) -> bool:
        """Whether nothing is painted within a box but light areas and watermarks."""
        left, top, right, bottom = self._boxes
        over = (left < box.right) & (right > box.left) & (top < box.bottom) & (bottom > box.top)
        if not self._is_told or over.sum() > _MOST_LAYERS:
            return False
        found = [n for n in np.flatnonzero(over).tolist() if not self._is_watermark(n)]
        return not found or bool(self._grounds(found).all())

    def _is_watermark(self, number: int) -> bool:
        """Whether a thing that is painted is text too large for a table."""
        if number not in range(len(self.drawn.objects)):
            return False
        one = self.drawn.objects[number]
        if one.kind != pdfium.FPDF_PAGEOBJ_TEXT:
            return False
        a, b, c, d, *_ = one.matrix
        return calls.type_size(one.handle) * abs(a * d - b * c) ** 0.5 > _LARGEST

    def certain(
        self, things: list[int], codes: np.ndarray, boxes: np.ndarray, labels: list[int]
    ) -> np.ndarray:
        """Which digits are seen for certain, by text object, code, and box in upright points.

        `labels` are text objects that lie over no figure without being read in its place.
        """
        texts = self.drawn.texts
        numbers = np.array([texts.get(thing, -1) for thing in things], dtype=int)
        if not self._is_told or -1 in numbers or not len(numbers):
            return np.zeros(len(things), bool)
        own, of = np.unique(numbers, return_inverse=True)
        plain, clips = self._plain(own)
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        found = plain[of] & (width >= _LEAST_WIDTH) & (height >= _LEAST_HEIGHT)
        found &= (boxes[:, :2] >= clips[of, :2]).all(axis=1)
        found &= (boxes[:, 2:] <= clips[of, 2:]).all(axis=1)
        found &= self._have_shapes(numbers, codes)
        hindering = np.ones(self._boxes.shape[1], bool)
        hindering[[*own[plain], *(texts[label] for label in labels if label in texts)]] = False
        return found & ~self._hindered(boxes, numbers, np.flatnonzero(hindering))

    def _hindered(self, boxes: np.ndarray, numbers: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Which boxes of texts some other things lie over, or under if they are no light areas."""
        if len(boxes) * len(others) > _MOST_PAIRS:
            return np.ones(len(boxes), bool)
        left, top, right, bottom = self._boxes[:, others]
        over = (left < boxes[:, 2:3] + _NEAR) & (right > boxes[:, :1] - _NEAR)
        over &= (top < boxes[:, 3:] + _NEAR) & (bottom > boxes[:, 1:2] - _NEAR)
        near = over.any(axis=0)
        others, over = others[near], over[:, near]
        under = self._grounds(others.tolist()) & (others < numbers[:, None])
        return (over & ~under & (others != numbers[:, None])).any(axis=1)

    @cached_property
    def _are_texts(self) -> np.ndarray:
        """Which of all that is painted are texts, but not in forms, which may be hidden."""
        found = np.zeros(self._boxes.shape[1], bool)
        found[[n for n in self.drawn.texts.values() if not self.drawn.objects[n].depth]] = True
        return found

    def _handles(self, numbers: np.ndarray) -> list[int]:
        """The addresses of objects."""
        return [self.drawn.objects[n].handle for n in numbers.tolist()]

    def _plain(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which texts are plain and dark, and to what boxes they are cut."""
        handles = self._handles(numbers)
        plain = self._are_texts[numbers] & self._are_dark(handles)
        plain &= calls.are_transparent(handles) == 0
        for n in np.flatnonzero(calls.n_marks(handles)).tolist():
            plain[n] &= _LAYER not in calls.marks(handles[n])
        boxes = np.tile(_EVERYWHERE, (len(numbers), 1))
        for n in np.flatnonzero(calls.n_clips(handles) >= 0).tolist():
            boxes[n] = self._clip(handles[n])
        return plain, boxes

    def _are_dark(self, handles: list[int]) -> np.ndarray:
        """Whether texts are filled, in dark, with strokes as dark around or none."""
        modes = np.array([self._modes[handle] for handle in handles], dtype=int)
        fill, is_filled = calls.fill_colours(handles)
        found = (is_filled != 0) & (fill[:3] < _DARK).all(axis=0)
        for n in np.flatnonzero(modes != pdfium.FPDF_TEXTRENDERMODE_FILL).tolist():
            stroke, is_stroked = calls.stroke_colours(handles[n : n + 1])
            found[n] &= bool(
                modes[n] == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
                and is_stroked[0]
                and (stroke[:3] < _DARK).all()
            )
        return found

    def _clip(self, handle: int) -> Sides:
        """The box to which text is cut; nothing is left of it where that is of another shape."""
        box, paths = _EVERYWHERE, calls.clips(handle)
        for points in paths:
            xs, ys = sorted({x for _, x, _ in points}), sorted({y for _, _, y in points})
            corners = {(x, y) for kind, x, y in points if kind != pdfium.FPDF_SEGMENT_BEZIERTO}
            aslant = any(a[1] != b[1] and a[2] != b[2] for a, b in pairwise(points))
            if len(points) > _RECTANGLE or len(corners) != 4 or len(xs) != 2 or aslant:
                return _NOWHERE
            left, top, right, bottom = self.upright.box(xs[0], ys[0], xs[1], ys[1])
            box = max(box[0], left), max(box[1], top), min(box[2], right), min(box[3], bottom)
        return box if paths else _NOWHERE

    def _have_shapes(self, numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """Whether the fonts of some texts draw something for characters of theirs."""
        pairs = list(zip(calls.fonts(self._handles(numbers)), codes.tolist(), strict=True))
        known = {pair: calls.has_shape(*pair) for pair in set(pairs)}
        return np.array([known[pair] for pair in pairs])

    def _grounds(self, numbers: list[int]) -> np.ndarray:
        """Which things are light areas through which nothing shows."""
        found = np.zeros(len(numbers), bool)
        paths = [m for m, n in enumerate(numbers) if self._is_solid_path(n)]
        handles = [self.drawn.objects[numbers[m]].handle for m in paths]
        fills, strokes = calls.draw_modes(handles)
        (red, green, blue, _), known = calls.fill_colours(handles)
        darkest = np.minimum(np.minimum(red, green), blue)
        lightest = np.maximum(np.maximum(red, green), blue)
        is_light = (known != 0) & (darkest >= _LIGHT) & (darkest + lightest < 2 * _WHITE)
        found[paths] = fills & ~strokes & is_light
        return found

    def _is_solid_path(self, number: int) -> bool:
        """Whether a thing that is painted is a path that lets nothing through."""
        if number not in range(len(self.drawn.objects)):
            return False
        one = self.drawn.objects[number]
        return one.kind == pdfium.FPDF_PAGEOBJ_PATH and is_solid(one)
