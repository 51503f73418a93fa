"""Headings over several columns of a table: which columns each of them stands over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.documents.readers.pdf.columns import Column
from analysis.documents.readers.pdf.page import Rule
from analysis.documents.readers.pdf.words import Interval, Paragraph

_NEAR = 2.0  # points
_SAME_LINE = 0.45  # of the size of the type
_ROOM = 1.5  # of the size of the type: from a heading to the rule below it
_OFF_CENTRE = 0.25  # of the width of a column
_LEAST_PIECES = 3

Span = tuple[int, int]


@dataclass(frozen=True)
class Heading:
    """Words over several columns of a header: from the first column to the last."""

    words: Paragraph
    span: Span


@dataclass(frozen=True)
class Head:
    """What headings are placed by: the columns, where they part, the rules of the page."""

    columns: Sequence[Column]
    edges: Sequence[float]
    across: Sequence[Rule]
    down: Sequence[Rule]

    def reach(self, n: int) -> Interval:
        """From where to where a column runs."""
        left = self.edges[n - 1] if n else float("-inf")
        right = self.edges[n] if n < len(self.edges) else float("inf")
        return left, right


def headings_of(groups: Sequence[Paragraph], head: Head) -> list[Heading] | None:
    """The columns that each heading stands over, or None where that is not clear.

    Rules say it where there are some. Else headings beside one another share out all columns of
    those over them, or of the table.
    """
    found: list[Heading] = []
    above: list[Span] = [(0, len(head.columns) - 1)]
    begins_left = _begin_left(groups, head.columns)
    for row in _rows(groups):
        known: list[Heading] = []
        shared: dict[Span, list[Paragraph]] = {}
        for group in row:
            span = _between_rules(group, head)
            if span:
                known.append(Heading(group, span))
            else:
                shared.setdefault(_whole(group, head, above), []).append(group)
        for whole, own in shared.items():
            placed = _shared(own, head, whole, begins_left)
            if placed is None:
                return None
            (known if len(own) > 1 else found).extend(placed)
        found += known
        spans = sorted(heading.span for heading in known)
        above = [part for whole in above for part in _with_rest(spans, whole)]
    return found


def widened(columns: Sequence[Column], headings: Iterable[Heading]) -> list[Column]:
    """Columns with the words that stand over each of them alone, where these reach no other."""
    found = list(columns)
    for heading in headings:
        first, last = heading.span
        column, box = found[first], heading.words.box
        left, right = min(column.left, box.left), max(column.right, box.right)
        free = not any(left < c.right and c.left < right for c in found if c is not column)
        if first == last and free:
            found[first] = replace(column, left=left, right=right)
    return found


def _rows(groups: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Headings row by row, each from left to right."""
    rows: list[list[Paragraph]] = []
    for one in sorted(groups, key=lambda p: p.middle):
        if rows and one.middle - rows[-1][0].middle < _SAME_LINE * one.words[0].size:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda p: p.box.left) for row in rows]


# --- By rules -----------------------------------------------------------------------------------


def _between_rules(group: Paragraph, head: Head) -> Span | None:
    """The columns between the vertical rules beside a heading, if there are any."""
    height = (group.box.top + group.box.bottom) / 2
    beside = [r.position for r in head.down if r.start < height < r.end]
    lefts = [x for x in beside if x <= group.box.left]
    rights = [x for x in beside if x >= group.box.right]
    if not lefts and not rights:
        return None
    return _within(head.columns, (max(lefts, default=0.0), min(rights, default=float("inf"))))


def _whole(group: Paragraph, head: Head, above: list[Span]) -> Span:
    """All columns that a heading may share in: over the rule below it, under that above it."""
    nearest = min(
        range(len(head.columns)), key=lambda n: abs(head.columns[n].middle - group.across)
    )
    whole = next(span for span in above if span[0] <= nearest <= span[1])
    room = (group.box.bottom - _NEAR, group.box.bottom + _ROOM * group.words[0].size)
    below = [
        r
        for r in head.across
        if room[0] <= r.position <= room[1] and r.start < group.across < r.end
    ]
    if not below:
        return whole
    rule = min(below, key=lambda r: r.position)
    under = _within(head.columns, (rule.start, rule.end))
    return (max(whole[0], under[0]), min(whole[1], under[1])) if under else whole


def _within(columns: Sequence[Column], reach: Interval) -> Span | None:
    """The columns whose middles lie between two places."""
    found = [n for n, column in enumerate(columns) if reach[0] < column.middle < reach[1]]
    return (found[0], found[-1]) if found else None


# --- By alignment -------------------------------------------------------------------------------


def _begin_left(groups: Sequence[Paragraph], columns: Sequence[Column]) -> bool:
    """Whether headings begin where a column's own header does, as they do when set to the left."""
    lefts = [c.head.box.left for c in columns if c.head]
    return all(any(abs(g.box.left - left) <= _NEAR for left in lefts) for g in groups)


def _shared(
    row: list[Paragraph], head: Head, whole: Span, begins_left: bool
) -> list[Heading] | None:
    """The headings of a row with their columns, which together are those of `whole`.

    Where the first or the last columns have a taller heading, they begin or end with the others.
    """
    if len(row) < 2:
        return [Heading(row[0], _around(row[0], head, whole, begins_left))]
    if len({_text(group) for group in row}) == 1:
        return [Heading(group, _touched(group, head)) for group in row]
    first, last = whole
    starts = [_starts_at(row[0], head.columns)] if begins_left else list(range(first, last))
    tried = (_in_turn(row, head, (start, last), begins_left) for start in starts)
    found = [s for s in tried if s and (s[0][0] == first or s[-1][1] == last)]
    whole_ones = [s for s in found if s[0][0] == first and s[-1][1] == last]
    if len(whole_ones or found) != 1:
        return _pieces(row, head)
    return [Heading(g, span) for g, span in zip(row, (whole_ones or found)[0], strict=True)]


def _in_turn(row: list[Paragraph], head: Head, whole: Span, begins_left: bool) -> list[Span] | None:
    """The columns of headings that follow one another from the first column of `whole` on."""
    spans: list[Span] = []
    first = whole[0]
    for group, following in zip(row, [*row[1:], None], strict=True):
        last: int | None = whole[1]
        if begins_left and following:
            last = _starts_at(following, head.columns) - 1
        elif not begins_left:
            last = _last_under(group, head.columns, first, whole[1])
        if last is None or not _fits(group, head, (first, last)):
            return None
        spans.append((first, last))
        first = last + 1
    return spans


def _pieces(row: list[Paragraph], head: Head) -> list[Heading] | None:
    """Words that are not headings but the upper pieces of headers: each stands over one column."""
    if len(row) < _LEAST_PIECES:
        return None
    found: list[Heading] = []
    for group in row:
        over = [
            n
            for n, column in enumerate(head.columns)
            if group.box.left < column.right and column.left < group.box.right
        ]
        if len(over) != 1:
            return None
        found.append(Heading(group, (over[0], over[0])))
    return found


def _fits(group: Paragraph, head: Head, span: Span) -> bool:
    """Whether a heading stands over all columns of a span and over no other."""
    first, last = span
    others = [n for n in range(len(head.columns)) if not first <= n <= last]
    return (
        first <= last
        and _over(group, head.columns[first : last + 1])
        and not any(_touches(group, head, n) for n in others)
    )


def _starts_at(group: Paragraph, columns: Sequence[Column]) -> int:
    """The column at whose header's beginning a heading set to the left begins."""
    lefts = {n: c.head.box.left for n, c in enumerate(columns) if c.head}
    return min(lefts, key=lambda n: abs(lefts[n] - group.box.left))


def _last_under(group: Paragraph, columns: Sequence[Column], first: int, last: int) -> int | None:
    """The column at which a centred heading ends that begins over `first`."""
    wide = (columns[-1].middle - columns[0].middle) / max(len(columns) - 1, 1)
    for n in range(first, last + 1):
        off = (columns[first].middle + columns[n].middle) / 2 - group.across
        if abs(off) <= _OFF_CENTRE * wide:
            return n
    return None


def _around(group: Paragraph, head: Head, whole: Span, begins_left: bool) -> Span:
    """The columns of a heading alone in its row: those that it touches and as many more around.

    A heading set to the left has those to its right.
    """
    first, last = _touched(group, head)
    free = [_over(group, [column]) for column in head.columns]
    while last < whole[1] and free[last + 1]:
        if not begins_left:
            if first <= whole[0] or not free[first - 1]:
                break
            first -= 1
        last += 1
    return first, last


def _touched(group: Paragraph, head: Head) -> Span:
    """The columns over which a heading stands, if only in part."""
    touched = [n for n in range(len(head.columns)) if _touches(group, head, n)]
    return touched[0], touched[-1]


def _text(group: Paragraph) -> str:
    """What a heading says."""
    return "".join(word.text for word in group.words)


def _touches(group: Paragraph, head: Head, n: int) -> bool:
    """Whether a heading stands over a column, if only in part."""
    left, right = head.reach(n)
    return group.box.left < right and left < group.box.right


def _over(group: Paragraph, columns: Iterable[Column]) -> bool:
    """Whether a heading stands over the header of each of some columns."""
    return all(c.head is None or c.head.box.top >= group.box.bottom - _NEAR for c in columns)


def _with_rest(spans: list[Span], whole: Span) -> list[Span]:
    """Spans within `whole`, with those of the columns between them that have no heading here."""
    found: list[Span] = []
    first = whole[0]
    for span in (span for span in spans if whole[0] <= span[0] and span[1] <= whole[1]):
        if span[0] > first:
            found.append((first, span[0] - 1))
        found.append(span)
        first = span[1] + 1
    if first <= whole[1]:
        found.append((first, whole[1]))
    return found
