"""The columns of a table without vertical rules: figures one below the other under their header."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from analysis.documents.readers.pdf.words import Interval, Paragraph, Word, around, overlap

_NEAR = 2.0  # points
_WIDER = 2.0  # how many times as wide as others a column can be


@dataclass(frozen=True)
class Column:
    """How far a column's figures and the innermost words of its header reach, and those words."""

    left: float
    right: float
    head: Paragraph | None

    @property
    def middle(self) -> float:
        """The middle of the column, as its header tells it."""
        return self.head.across if self.head else (self.left + self.right) / 2


def columns_of(
    figures: Iterable[Word], heads: Sequence[Paragraph], set_left: bool | None
) -> list[Column] | None:
    """The columns that figures and header make, or None where one can't be told from another.

    `set_left` says whether headers are set to the left of their columns, not centred; None where
    nothing shows it.
    """
    pairs = _paired(_clusters(figures), heads, set_left)
    if pairs is None:
        return None
    found = [_column(figure, head) for figure, head in pairs]
    found.sort(key=lambda column: column.left)
    apart = all(a.right < b.left for a, b in pairwise(found))
    return found if apart else None


def innermost(
    header: Sequence[Paragraph], figures: Sequence[Word]
) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs of a header with none below, from left to right; and the others.

    What stands alone above all others is a heading, even if they leave the place below it free; so
    is what stands above two others with no figures between them.
    """
    inner: list[Paragraph] = []
    outer: list[Paragraph] = []
    for one in header:
        below = [o for o in header if o is not one and o.box.top >= one.box.bottom - _NEAR]
        above_all = len(below) == len(header) - 1 > 0
        covers = above_all or any(overlap(one.box, o.box) for o in below)
        (outer if covers else inner).append(one)
    inner.sort(key=lambda p: p.box.left)
    between = [
        one
        for before, one, after in zip(inner, inner[1:], inner[2:], strict=False)
        if _is_above(one, before, after)
        and not any(before.box.right < w.box.right and w.box.left < after.box.left for w in figures)
    ]
    return [one for one in inner if one not in between], outer + between


def _is_above(one: Paragraph, before: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph stands above those to its left and right."""
    return all(other.box.top >= one.box.bottom - _NEAR for other in (before, after))


def is_set_left(heads: Sequence[Paragraph]) -> bool | None:
    """Whether the lines of headers begin at one place rather than share their middle."""
    left = centred = False
    for head in heads:
        rows = [around(list(line)) for _, line in groupby(head.words, lambda word: word.base)]
        lefts, middles = [r.left for r in rows], [(r.left + r.right) / 2 for r in rows]
        left = left or (_spread(lefts) <= _NEAR < _spread(middles))
        centred = centred or (_spread(middles) <= _NEAR < _spread(lefts))
    return left if left != centred else None


def _spread(places: list[float]) -> float:
    """How far places lie apart."""
    return max(places) - min(places)


# --- Columns ------------------------------------------------------------------------------------


def _clusters(figures: Iterable[Word]) -> list[Interval]:
    """Figures that stand over one another, as intervals from left to right."""
    found: list[Interval] = []
    for left, right in sorted((w.box.left, w.box.right) for w in figures):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


Pair = tuple[Interval | None, Paragraph | None]
Reach = Callable[[Interval, Interval], Interval | None]


def _paired(
    figures: list[Interval], heads: Sequence[Paragraph], set_left: bool | None
) -> list[Pair] | None:
    """Figures with the header that they stand under, or None where that is not clear.

    A figure that stands under no header, though it is set to a side, has the one header whose
    column it can stand in.
    """
    own = [(head.box.left, head.box.right) for head in heads]
    if len(figures) > len(heads):
        figures = _joined(figures, own)
    under = [[n for n, head in enumerate(own) if _meet(figure, head)] for figure in figures]
    if any(len(some) > 1 for some in under):
        return None
    taken = [some[0] if some else None for some in under]
    if None in taken and not all(n in taken for n in range(len(own))):
        if set_left is None and len(figures) < len(heads):
            return None
        reaches = [reach for reach, is_left in _REACHES if set_left in (is_left, None)]
        found = {places for reach in reaches if (places := _within(figures, own, reach))}
        if len(found) != 1:
            return None
        taken = list(found.pop())
    known = [n for n in taken if n is not None]
    if len(set(known)) < len(known):
        return None
    pairs: list[Pair] = [
        (figure, None if n is None else heads[n]) for figure, n in zip(figures, taken, strict=True)
    ]
    return pairs + [(None, head) for n, head in enumerate(heads) if n not in known]


def _joined(figures: list[Interval], heads: list[Interval]) -> list[Interval]:
    """Figures that all stand under one header as one interval, if all headers have figures."""
    found: list[Interval] = []
    for figure in figures:
        if found and any(_meet(figure, head) and _meet(found[-1], head) for head in heads):
            found[-1] = (found[-1][0], figure[1])
        else:
            found.append(figure)
    return found if len(found) >= len(heads) else figures


def _meet(one: Interval, other: Interval) -> bool:
    """Whether two intervals have more than an end in common."""
    return one[0] < other[1] and other[0] < one[1]


def _figure_at_right(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header stands in its middle, its figures to the right."""
    middle = sum(head) / 2
    half = max(middle - figure[0], figure[1] - middle)
    return (middle - half, middle + half) if figure[1] > middle else None


def _figure_at_left(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header stands in its middle, its figures to the left."""
    middle = sum(head) / 2
    half = max(middle - figure[0], figure[1] - middle)
    return (middle - half, middle + half) if figure[0] < middle else None


def _centred_figure(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header is set to the left, its figures to the middle."""
    middle = sum(figure) / 2
    return (head[0], 2 * middle - head[0]) if middle > head[0] else None


def _side_by_side(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header is set to the left, its figures to the right."""
    return (head[0], max(figure[1], head[1])) if figure[1] > sum(head) / 2 else None


# Each with whether it is for headers set to the left.
_REACHES: tuple[tuple[Reach, bool], ...] = (
    (_figure_at_right, False),
    (_figure_at_left, False),
    (_centred_figure, True),
    (_side_by_side, True),
)


def _within(figures: list[Interval], heads: list[Interval], reach: Reach) -> tuple[int, ...] | None:
    """For each figure, the one header with which its column holds no other figure nor header."""
    found: list[int] = []
    columns: list[Interval] = []
    for figure in figures:
        own = {
            n: column
            for n, head in enumerate(heads)
            if (column := reach(figure, head)) and _holds_only(column, figure, head, figures, heads)
        }
        if len(own) != 1:
            return None
        found += own
        columns += own.values()
    wide = sorted(right - left for left, right in columns)
    even = len(wide) < 3 or wide[-1] <= _WIDER * wide[len(wide) // 2]
    return tuple(found) if even else None


def _holds_only(
    column: Interval,
    figure: Interval,
    head: Interval,
    figures: list[Interval],
    heads: list[Interval],
) -> bool:
    """Whether a column holds a figure and a header, and no other of either."""
    return not any(_meet(column, f) for f in figures if f != figure) and not any(
        _meet(column, h) for h in heads if h != head
    )


def _column(figure: Interval | None, head: Paragraph | None) -> Column:
    """The column of a figure and its header."""
    reach = [figure] if figure else []
    reach += [(head.box.left, head.box.right)] if head else []
    return Column(min(left for left, _ in reach), max(right for _, right in reach), head)
