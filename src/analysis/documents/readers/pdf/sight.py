"""What of a page is seen for certain, without drawing it: figures in plain dark type, and blanks.

Type is plain that no clip cuts, no layer may hide, that lets nothing through and over which nothing
lies. Of all else only a drawing tells.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pypdfium2.raw as pdfium

from analysis.documents.readers.pdf import calls
from analysis.documents.readers.pdf.geometry import Box, Upright
from analysis.documents.readers.pdf.objects import MAX_OBJECTS, Drawn, is_solid

_DARK, _LIGHT, _WHITE = 128, 230, 255  # a white area may be a pattern: pdfium gives it as white
_LAYER = "OC"
_NEAR = 0.5  # points around a figure
_LEAST_WIDTH, _LEAST_HEIGHT = 1.0, 3.0  # of a figure, in points
_RECTANGLE = 5  # points
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
    def _is_told(self) -> bool:
        """Whether all objects are known, and no text is a clip for what follows."""
        modes = map(calls.render_mode, self.drawn.texts)
        return len(self.drawn.objects) < MAX_OBJECTS and not any(
            mode >= pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP for mode in modes
        )

    def is_clear(self, box: Box) -> bool:
        """Whether nothing is painted within a box but light areas."""
        left, top, right, bottom = self._boxes
        over = (left < box.right) & (right > box.left) & (top < box.bottom) & (bottom > box.top)
        found = np.flatnonzero(over).tolist()
        return self._is_told and (not found or bool(self._grounds(found).all()))

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
        plain, clips = self._plain(own.tolist())
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        found = plain[of] & (width >= _LEAST_WIDTH) & (height >= _LEAST_HEIGHT)
        found &= (boxes[:, :2] >= clips[of, :2]).all(axis=1)
        found &= (boxes[:, 2:] <= clips[of, 2:]).all(axis=1)
        found &= self._have_shapes(own[of], codes)
        hindering = np.ones(self._boxes.shape[1], bool)
        hindering[[*own[plain], *(texts[label] for label in labels if label in texts)]] = False
        return found & ~self._hindered(boxes, numbers, np.flatnonzero(hindering))

    def _hindered(self, boxes: np.ndarray, numbers: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Which boxes of texts some other things lie over, or under if they are no light areas."""
        left, top, right, bottom = self._boxes[:, others]
        over = (left < boxes[:, 2:3] + _NEAR) & (right > boxes[:, :1] - _NEAR)
        over &= (top < boxes[:, 3:] + _NEAR) & (bottom > boxes[:, 1:2] - _NEAR)
        near = over.any(axis=0)
        others, over = others[near], over[:, near]
        under = self._grounds(others.tolist()) & (others < numbers[:, None])
        return (over & ~under & (others != numbers[:, None])).any(axis=1)

    def _plain(self, numbers: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Which objects are plain dark text, and to what boxes they are cut."""
        plain, clips = np.zeros(len(numbers), bool), np.tile(_EVERYWHERE, (len(numbers), 1))
        texts = [m for m, n in enumerate(numbers) if self._is_text(n)]
        handles = [self.drawn.objects[numbers[m]].handle for m in texts]
        plain[texts] = _are_dark(handles)
        for m, handle in zip(texts, handles, strict=True):
            plain[m] &= not calls.has_transparency(handle) and _LAYER not in calls.marks(handle)
            clips[m] = self._clip(handle)
        return plain, clips

    def _is_text(self, number: int) -> bool:
        """Whether a thing that is painted is text, and not in a form, which may be hidden."""
        if number not in range(len(self.drawn.objects)):
            return False
        one = self.drawn.objects[number]
        return one.kind == pdfium.FPDF_PAGEOBJ_TEXT and not one.depth

    def _clip(self, handle: int) -> Sides:
        """The box to which text is cut; nothing is left of it where that is of another shape."""
        box = _EVERYWHERE
        found = calls.clips(handle)
        for points in found or ():
            xs, ys = sorted({x for _, x, _ in points}), sorted({y for _, _, y in points})
            if len(points) > _RECTANGLE or len(xs) != 2 or len(ys) != 2:
                return _NOWHERE
            left, top, right, bottom = self.upright.box(xs[0], ys[0], xs[1], ys[1])
            box = max(box[0], left), max(box[1], top), min(box[2], right), min(box[3], bottom)
        return _NOWHERE if found == [] else box

    def _have_shapes(self, numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """Whether the fonts of text objects draw something for characters of theirs."""
        fonts = {n: calls.font_of(self.drawn.objects[n].handle) for n in set(numbers.tolist())}
        pairs = [(fonts[n], code) for n, code in zip(numbers.tolist(), codes.tolist(), strict=True)]
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


def _are_dark(handles: list[int]) -> np.ndarray:
    """Whether texts are filled, in dark, with strokes as dark around or none."""
    modes = np.fromiter(map(calls.render_mode, handles), int, len(handles))
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
