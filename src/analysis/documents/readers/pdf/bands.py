"""The rows of a table without horizontal rules: figures with the lines of their label around them.

A label is centred on its figures. Labels that stand over several rows are not; they stand to the
left of the labels of those rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from analysis.documents.readers.pdf.page import Box, Rule
from analysis.documents.readers.pdf.words import Paragraph, Word, around, overlap, paragraphs

# In sizes of the type:
_OFF_CENTRE = 0.35
_WIDEST_LEADING = 1.7
_MOST_TRIES, _MOST_LABELS = 16, 1_000
_MOST_TORN, _FEW_TORN = 0.2, 2  # of the lines of figures

Cut = tuple[bool, bool]  # whether a page break may cut the first row, and the last


@dataclass
class Anchor:
    """A line with cells: its baseline and its cells."""

    base: float
    cells: list[Word]


@dataclass
class Band:
    """A row: from where to where it prints something, its label, whether it has cells."""

    top: float
    bottom: float
    label: Paragraph | None
    anchor: Anchor | None


@dataclass
class Rows:
    """The rows of a table on one page, from the top; labels over several of them; its header's.

    `afloat` are cells that stand between rows.
    """

    bands: list[Band]
    outer: list[Paragraph]
    header: list[Paragraph]
    afloat: list[Word]


def rows_of(
    labels: Sequence[Word],
    anchors: Sequence[Anchor],
    across: Sequence[Rule],
    floor: float,
    cut: Cut,
) -> Rows | None:
    """The rows that labels and figures make, or None where that is not clear.

    Lines of one label stand nearer to one another than those of different ones, but how near they
    are no one says: the widest distance is taken at which each line of figures has its own label.
    What stands above `floor` is the header's. Pages may cut the first and last row, `cut` says.
    """
    if not labels:
        return _in_order([_band(None, anchor) for anchor in anchors], [], [])
    if len(labels) > _MOST_LABELS:
        return None
    best, most = None, 0
    for leading in _leadings(labels):
        found = paragraphs(labels, leading, across)
        header = [one for one in found if one.middle <= floor]
        body = [one for one in found if one.middle > floor]
        n_centred = sum(len(one.words) for one in body if _is_own(one, anchors))
        if n_centred > most or (best is None and not anchors):
            rows = (
                None
                if any(one.bases[0] < floor for one in body)
                else _rows(body, header, anchors, across, cut)
            )
            best, most = (rows, n_centred) if rows else (best, most)
    return best


def _leadings(labels: Sequence[Word]) -> list[float]:
    """Distances of lines that stand over one another, the widest first."""
    ordered = sorted(labels, key=lambda word: word.base)
    widest = median_low(word.size for word in labels) * _WIDEST_LEADING
    found = {0.0}
    for n, word in enumerate(ordered):
        for below in ordered[n + 1 :]:
            if below.base - word.base > widest:
                break
            if overlap(word.box, below.box):
                found.add(round(below.base - word.base + 0.3, 0) + 0.5)
                break
    return sorted(found, reverse=True)[:_MOST_TRIES]


def _rows(
    labels: list[Paragraph],
    header: list[Paragraph],
    anchors: Sequence[Anchor],
    across: Sequence[Rule],
    cut: Cut,
) -> Rows | None:
    """The rows with these labels, or None if too many lines of figures have none."""
    own = [_own_label(labels, anchor, anchors) for anchor in anchors]
    whole = own[cut[0] : len(own) - cut[1]] if labels else []
    n_torn = sum(label is None for label in whole)
    if n_torn > max(_MOST_TORN * len(whole), min(_FEW_TORN, len(whole) - 1)):
        return None
    bands = [_band(label, anchor) for label, anchor in zip(own, anchors, strict=True)]
    taken = {id(label) for label in own}
    outer: list[Paragraph] = []
    for one in sorted(labels, key=lambda p: -p.box.left):
        if id(one) in taken:
            continue
        beside = [b for b in bands if b.label and _meet(b, one.box)]
        if any(one.box.top < r.position < one.box.bottom for r in across):
            outer.append(one)
        elif not beside:
            bands.append(Band(one.box.top, one.box.bottom, one, None))
        elif all(b.label and one.box.right < b.label.box.left for b in beside):
            outer.append(one)
        else:
            return None
    return _without_afloat(bands, outer, header)


def _meet(band: Band, box: Box) -> bool:
    """Whether a row and a box share a height."""
    return band.top < box.bottom and box.top < band.bottom


def _without_afloat(
    bands: list[Band], outer: list[Paragraph], header: list[Paragraph]
) -> Rows | None:
    """Rows in order, without lines of figures that have no label and stand beside other rows."""
    labelled = sorted((band for band in bands if band.label), key=lambda band: band.top)
    afloat = [
        band
        for band in bands
        if band.anchor and not band.label and _is_afloat(band, band.anchor, labelled)
    ]
    rows = _in_order([band for band in bands if band not in afloat], outer, header)
    if rows:
        rows.afloat = [cell for band in afloat if band.anchor for cell in band.anchor.cells]
    return rows


def _is_afloat(band: Band, anchor: Anchor, labelled: list[Band]) -> bool:
    """Whether figures without a label stand beside rows, or between two without such cells."""
    box = Box(0.0, band.top, 0.0, band.bottom)
    if any(_meet(other, box) for other in labelled):
        return True
    above = [other for other in labelled if other.bottom <= band.top][-1:]
    below = [other for other in labelled if other.top >= band.bottom][:1]
    cells = [cell for other in above + below if other.anchor for cell in other.anchor.cells]
    return bool(above and below) and not any(
        overlap(c.box, o.box) for c in anchor.cells for o in cells
    )


def _own_label(
    labels: list[Paragraph], anchor: Anchor, anchors: Sequence[Anchor]
) -> Paragraph | None:
    """The label centred on a line of figures: the rightmost, and of this line alone."""
    centred = [p for p in labels if _is_centred(p, anchor)]
    label = max(centred, key=lambda p: p.box.left, default=None)
    return label if label and _is_own(label, anchors) and not label.words[0].is_figure else None


def _is_own(label: Paragraph, anchors: Sequence[Anchor]) -> bool:
    """Whether a label is centred on a line of figures and reaches over no other."""
    held = [a for a in anchors if _reaches(label, a)]
    return len(held) == 1 and _is_centred(label, held[0])


def _is_centred(label: Paragraph, anchor: Anchor) -> bool:
    """Whether a label is centred on a line of figures."""
    return abs(label.middle - anchor.base) <= _OFF_CENTRE * anchor.cells[0].size


def _reaches(label: Paragraph, anchor: Anchor) -> bool:
    """Whether a line of figures stands beside a label."""
    (first, last), slack = label.bases, _OFF_CENTRE * anchor.cells[0].size
    return first - slack <= anchor.base <= last + slack


def _band(label: Paragraph | None, anchor: Anchor) -> Band:
    """The row of a line of figures."""
    box = around(anchor.cells + (label.words if label else []))
    return Band(box.top, box.bottom, label, anchor)


def _in_order(bands: list[Band], outer: list[Paragraph], header: list[Paragraph]) -> Rows | None:
    """Rows from the top, or None where two overlap."""
    bands.sort(key=lambda band: band.top)
    apart = all(a.bottom <= b.top for a, b in pairwise(bands))
    return Rows(bands, outer, header, []) if apart else None


def holds_figure(band: Band) -> bool:
    """Whether a figure stands behind the words of a row's label, in line with the other figures."""
    words = band.label.words if band.label and band.anchor else []
    beside = [w for w in words if band.anchor and abs(w.base - band.anchor.base) < w.size / 4]
    return any(w.is_figure for w in beside[-1:]) and beside != words[:1]


def stray_rows(rows: Rows, strays: Iterable[Box]) -> Rows | None:
    """Rows with those of stray words among them, such as a page number."""
    bands = [*rows.bands, *(Band(box.top, box.bottom, None, None) for box in strays)]
    found = _in_order(bands, rows.outer, rows.header)
    return replace(found, afloat=rows.afloat) if found else None


def words_of(rows: Rows, n: int) -> list[Word]:
    """The words of a row: its label, its cells, labels over several rows beside it."""
    band = rows.bands[n]
    words = list(band.label.words) if band.label else []
    words += band.anchor.cells if band.anchor else []
    return words + [w for one in rows.outer if _meet(band, one.box) for w in one.words]
