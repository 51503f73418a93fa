"""A scanned page straightened: turned level, brought to one size, its ink told from its paper."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# A4 at 280 dpi: small print then has strokes of several pixels, whatever the scan's own dpi.
_DPI = 280
_A4_SIDE = 2755  # side of a square as large as an A4 page at that dpi
_MOST_ENLARGED = 3.0
_MOST_PIXELS = 24e6
_MOST_SKEWED = 6.0
_INK_CONTRAST = 0.25
_WIDEST = 41  # pixels: more than any stroke of print
_GRAIN_CONTRAST = 50
_DOTTED = 6  # pixels from dot to dot of a rule, at most

Pixels = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A straightened page: grey pixels (0 black to 255), and 1 where there is ink, else 0.

    `enlarged` says how many of its pixels one of the scan makes.
    """

    grey: Pixels
    ink: Pixels
    enlarged: float

    def turned(self, quarters: int) -> "Picture":
        """The page turned left by quarters."""
        return Picture(
            np.ascontiguousarray(np.rot90(self.grey, quarters)),
            np.ascontiguousarray(np.rot90(self.ink, quarters)),
            self.enlarged,
        )


def straighten(pixels: Pixels, dpi: float | None = None) -> Picture:
    """Turn a page of (H, W) or (H, W, 3) uint8 pixels level and bring it to one resolution.

    Where the dpi is not known, or can't be that of a scan, the picture is taken to be an A4 page.
    """
    grey = _dark_on_light(pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    grey = _without_grains(grey)
    side = (grey.shape[0] * grey.shape[1]) ** 0.5
    scale = _DPI / dpi if dpi and 100 <= dpi <= 1200 else _A4_SIDE / side
    scale = min(scale, _MOST_ENLARGED, _MOST_PIXELS**0.5 / side)
    level = _turn(grey, _skew(grey), scale)
    return Picture(level, ink_of(level, _INK_CONTRAST, _WIDEST), scale)


def _dark_on_light(grey: Pixels) -> Pixels:
    """Grey pixels with dark print on light paper."""
    return grey if np.median(grey) >= 128 else 255 - grey


def _without_grains(grey: Pixels) -> Pixels:
    """The page without single pixels that are far darker than all around them.

    Those with others to both sides are the dots of a rule.
    """
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    lightest = cv2.erode(grey, around)
    grains = (lightest > grey.astype(np.int16) + _GRAIN_CONTRAST).astype(np.uint8)
    return np.where(grains & ~(_between(grains) | _between(grains.T).T), lightest, grey)


def _between(dots: Pixels) -> Pixels:
    """1 where dots stand close by to the left and to the right."""
    before = np.zeros((1, 2 * _DOTTED + 1), np.uint8)
    before[:, :_DOTTED] = 1
    dots = np.ascontiguousarray(dots)
    return cv2.dilate(dots, before) & cv2.dilate(dots, before[:, ::-1].copy())


def _turn(grey: Pixels, degrees: float, scale: float) -> Pixels:
    """Turn and enlarge a page in one step, so that its strokes are smoothed only once."""
    height, width = grey.shape
    if scale < 1:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    new_width, new_height = round(width * scale), round(height * scale)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    return cv2.warpAffine(
        grey,
        matrix,
        (new_width, new_height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )


def ink_of(grey: Pixels, contrast: float, widest: int) -> Pixels:
    """1 where strokes, up to some pixels wide, are darker than the paper around by a share."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    paper = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((widest, widest), np.uint8))
    return ((paper.astype(np.float32) - smooth) > contrast * paper).astype(np.uint8)


def _skew(grey: Pixels) -> float:
    """Degrees by which rows of print slope: where their shadow on the left edge is sharpest."""
    shrink = max(1.0, max(grey.shape) / 1600)
    small = cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    ink = ink_of(small, _INK_CONTRAST, _WIDEST).astype(np.float32)
    best = 0.0
    for step, reach in ((0.5, _MOST_SKEWED), (0.1, 0.5), (0.02, 0.1)):
        angles = best + np.arange(-reach, reach + step / 2, step)
        best = float(angles[np.argmax([_sharpness(ink, angle) for angle in angles])])
    return best


def _sharpness(ink: Pixels, degrees: float) -> float:
    """How sharply rows of ink stand out when a page is turned."""
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(degrees), 1)
    shadow = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1)
    return float(np.square(np.diff(shadow)).sum())
