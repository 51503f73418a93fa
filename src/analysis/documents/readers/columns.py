"""The columns of a table without vertical rules: figures one below the other under their header."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.documents.readers.words import Interval, Paragraph, Word, overlap

_SAME_LINE = 0.45  # of the size of the type
_NEAR = 2.0  # points
_OFF_CENTRE = 0.25  # of the width of a column
_WIDER = 2.0  # how many times as wide as others a column can be

Span = tuple[int, int]


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


@dataclass(frozen=True)
class Heading:
    """Words over several columns of a header: from the first column to the last."""

    words: Paragraph
    span: Span


def columns_of(figures: Iterable[Word], heads: Sequence[Paragraph]) -> list[Column] | None:
    """The columns that figures and header make, or None where one can't be told from another."""
    pairs = _paired(_clusters(figures), heads)
    if pairs is None:
        return None
    found = [_column(figure, head) for figure, head in pairs]
    found.sort(key=lambda column: column.left)
    apart = all(a.right < b.left for a, b in pairwise(found))
    return found if apart else None


def innermost(header: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs of a header with none below, from left to right; and the others."""
    inner: list[Paragraph] = []
    outer: list[Paragraph] = []
    for one in header:
        covers = any(
            o.box.top >= one.box.bottom - _NEAR and overlap(one.box, o.box) for o in header
        )
        (outer if covers else inner).append(one)
    return sorted(inner, key=lambda p: p.box.left), outer


def headings_of(groups: Sequence[Paragraph], columns: Sequence[Column]) -> list[Heading] | None:
    """The columns that each heading stands over, or None where that is not clear.

    Headings beside one another share out all columns of the heading over them, or of the table.
    """
    found: list[Heading] = []
    above: list[Span] = [(0, len(columns) - 1)]
    begins_left = _begin_left(groups, columns)
    for row in _rows(groups):
        spans: list[Span] = []
        for first, last in above:
            own = [g for g in row if first <= _nearest(g, columns) <= last]
            shared = _shared(own, columns, (first, last), begins_left)
            if shared is None:
                return None
            found += [Heading(g, span) for g, span in zip(own, shared, strict=True)]
            spans += _with_rest(shared, (first, last))
        above = spans
    return found


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


def _paired(figures: list[Interval], heads: Sequence[Paragraph]) -> list[Pair] | None:
    """Figures with the header that they stand under, or None where that is not clear.

    A figure that stands under no header, though it is set to a side, has the one header whose
    column it can stand in.
    """
    own = [(head.box.left, head.box.right) for head in heads]
    under = [[n for n, head in enumerate(own) if _meet(figure, head)] for figure in figures]
    if any(len(some) > 1 for some in under):
        return None
    taken = [some[0] if some else None for some in under]
    if None in taken and not all(n in taken for n in range(len(own))):
        found = {places for reach in _REACHES if (places := _within(figures, own, reach))}
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


def _meet(one: Interval, other: Interval) -> bool:
    """Whether two intervals have more than an end in common."""
    return one[0] < other[1] and other[0] < one[1]


def _centred_header(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header stands in its middle, and a figure at a side."""
    middle = sum(head) / 2
    half = max(middle - figure[0], figure[1] - middle)
    return middle - half, middle + half


def _centred_figure(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header is set to the left, its figures to the middle."""
    middle = sum(figure) / 2
    return (head[0], 2 * middle - head[0]) if middle > head[0] else None


def _side_by_side(figure: Interval, head: Interval) -> Interval | None:
    """How far a column reaches whose header is set to the left, its figures to the right."""
    return (head[0], figure[1]) if figure[1] > head[1] else None


_REACHES: tuple[Reach, ...] = (_centred_header, _centred_figure, _side_by_side)


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
    sides = {
        figure[0] >= sum(heads[n]) / 2
        for figure, n in zip(figures, found, strict=True)
        if not figure[0] < sum(heads[n]) / 2 < figure[1]
    }
    wide = sorted(right - left for left, right in columns)
    even = len(wide) < 3 or wide[-1] <= _WIDER * wide[len(wide) // 2]
    return tuple(found) if len(sides) <= 1 and even else None


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


# --- Headings over several columns --------------------------------------------------------------


def _rows(groups: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Headings row by row, each from left to right."""
    rows: list[list[Paragraph]] = []
    for one in sorted(groups, key=lambda p: p.middle):
        if rows and one.middle - rows[-1][0].middle < _SAME_LINE * one.words[0].size:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda p: p.box.left) for row in rows]


def _begin_left(groups: Sequence[Paragraph], columns: Sequence[Column]) -> bool:
    """Whether headings begin where a column's own header does, as they do when set to the left."""
    lefts = [c.head.box.left for c in columns if c.head]
    return all(any(abs(g.box.left - left) <= _NEAR for left in lefts) for g in groups)


def _nearest(group: Paragraph, columns: Sequence[Column]) -> int:
    """The column whose middle lies nearest to that of a heading."""
    return min(range(len(columns)), key=lambda n: abs(columns[n].middle - group.across))


def _shared(
    row: list[Paragraph], columns: Sequence[Column], whole: Span, begins_left: bool
) -> list[Span] | None:
    """The columns of each heading in a row, which has all columns of `whole`."""
    if len(row) < 2:
        return [_around(row[0], columns, whole, begins_left)] if row else []
    spans: list[Span] = []
    first = whole[0]
    for n, group in enumerate(row):
        following = row[n + 1] if n + 1 < len(row) else None
        last = (
            _before(following, columns, whole)
            if begins_left
            else _last_under(group, columns, first, whole[1])
        )
        if last is None or last < first or not _over(group, columns[first : last + 1]):
            return None
        if any(_touches(group, columns, n) for n in range(len(columns)) if not first <= n <= last):
            return None
        spans.append((first, last))
        first = last + 1
    return spans if first == whole[1] + 1 else None


def _before(following: Paragraph | None, columns: Sequence[Column], whole: Span) -> int:
    """The column before the one at which the next heading begins."""
    if following is None:
        return whole[1]
    heads = [n for n, c in enumerate(columns) if c.head]
    return min(heads, key=lambda n: abs(_left(columns[n]) - following.box.left)) - 1


def _left(column: Column) -> float:
    """Where a column's own header begins."""
    return column.head.box.left if column.head else column.left


def _last_under(group: Paragraph, columns: Sequence[Column], first: int, last: int) -> int | None:
    """The column at which a centred heading ends that begins over `first`."""
    wide = _pitch(columns)
    for n in range(first, last + 1):
        off = (columns[first].middle + columns[n].middle) / 2 - group.across
        if abs(off) <= _OFF_CENTRE * wide:
            return n
    return None


def _pitch(columns: Sequence[Column]) -> float:
    """How far columns stand apart from middle to middle, on average."""
    if len(columns) < 2:
        return columns[0].right - columns[0].left
    return (columns[-1].middle - columns[0].middle) / (len(columns) - 1)


def _around(group: Paragraph, columns: Sequence[Column], whole: Span, begins_left: bool) -> Span:
    """The columns of a heading alone in its row: those that it touches and as many more around.

    A heading set to the left has those to its right.
    """
    touched = [n for n in range(whole[0], whole[1] + 1) if _touches(group, columns, n)]
    first, last = touched[0], touched[-1]
    free = [_over(group, [column]) for column in columns]
    while last < whole[1] and free[last + 1]:
        if not begins_left:
            if first == whole[0] or not free[first - 1]:
                break
            first -= 1
        last += 1
    return first, last


def _touches(group: Paragraph, columns: Sequence[Column], n: int) -> bool:
    """Whether a heading stands over a column and the space around it, if only in part."""
    left = (columns[n - 1].right + columns[n].left) / 2 if n else float("-inf")
    right = (columns[n].right + columns[n + 1].left) / 2 if n + 1 < len(columns) else float("inf")
    return group.box.left < right and left < group.box.right


def _over(group: Paragraph, columns: Iterable[Column]) -> bool:
    """Whether a heading stands over the header of each of some columns."""
    return all(c.head is None or c.head.box.top >= group.box.bottom - _NEAR for c in columns)


def _with_rest(spans: list[Span], whole: Span) -> list[Span]:
    """Spans within `whole`, with those of the columns between them that have no heading here."""
    found: list[Span] = []
    first = whole[0]
    for span in spans:
        if span[0] > first:
            found.append((first, span[0] - 1))
        found.append(span)
        first = span[1] + 1
    if first <= whole[1]:
        found.append((first, whole[1]))
    return found
