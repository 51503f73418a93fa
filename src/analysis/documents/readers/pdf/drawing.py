"""Draws the rules that rows and columns of words imply, among those that a page does have."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analysis.documents.readers.pdf.bands import Cut, Rows
from analysis.documents.readers.pdf.columns import Column
from analysis.documents.readers.pdf.headings import Heading
from analysis.documents.readers.pdf.page import Box, Rule
from analysis.documents.readers.pdf.rules import NEAR, Lattice
from analysis.documents.readers.pdf.words import PAD, Interval, Paragraph, Word, around


@dataclass(frozen=True)
class Form:
    """The columns of a table: where they part, the headings over them, from where to where.

    `words` is how far the table's own words reach; it may be drawn wider.
    """

    columns: list[Column]
    edges: list[float]
    headings: list[Heading]
    left: float
    right: float
    words: Interval

    def between(self, first: int, last: int) -> Interval:
        """From where to where some columns run."""
        places = [self.left, *self.edges, self.right]
        n_labels = len(places) - 1 - len(self.columns)
        return places[first + n_labels], places[last + n_labels + 1]


@dataclass(frozen=True)
class Frame:
    """What is drawn in: the table's box, the heights at which its rows part, the page's rules."""

    box: Box
    header: list[Word]
    cuts: list[float]
    across: list[Rule]
    down: list[Rule]


@dataclass(frozen=True)
class Outer:
    """A label over several rows: where it ends to the right, and from where to where it runs."""

    label: Paragraph
    left: float
    right: float
    top: float
    bottom: float


def lattice_of(
    page: int, form: Form, rows: Rows, heads: Sequence[Word], ruled: "Rules", is_open: Cut
) -> Lattice | None:
    """The lattice of a table on one page; `is_open` says at which ends a page break cuts a row.

    None where words of the header stand among the rows, or a rule would cut a label.
    """
    frame = _frame(form, rows, heads, ruled)
    outer = _outers(form, rows, frame) if frame else None
    if frame is None or outer is None:
        return None
    box = frame.box
    across = [r for r in frame.across if box.top < r.position < box.bottom]
    across += _lengthened(form, frame)
    across += _between_rows(frame, [*_reaches(outer), *_cells_afloat(form, rows)], is_open)
    across += _under_headings(form, frame)
    down = [r for r in frame.down if box.left < r.position < box.right]
    down += _beside_labels(outer)
    down += _where_rules_begin(form, frame)
    down += _between_columns(form, rows, frame)
    return Lattice(page, box, across, down)


Rules = tuple[list[Rule], list[Rule]]


def go_on(above: Lattice, below: Lattice, words: tuple[list[Word], list[Word]]) -> None:
    """Let rules beside labels go on over a page break, in the rows next to it, in place.

    `words` are those of the last row above and of the first below: rules stay to their left.
    """
    upper, lower = tuple(above.ys[-2:]), tuple(below.ys[:2])
    for one, own, other, there, near in (
        (above, upper, below, lower, words[0]),
        (below, lower, above, upper, words[1]),
    ):
        left = min((word.box.left for word in near), default=0.0)
        has = {r.position for r in one.down if _covers_row(r, own)}
        for x in {r.position for r in other.down if r.position < left and _covers_row(r, there)}:
            if all(abs(x - known) > NEAR for known in has):
                one.down.append(Rule(x, *own))


def _covers_row(rule: Rule, row: tuple[float, ...]) -> bool:
    """Whether a vertical rule runs through the middle of a row."""
    return rule.start < sum(row) / 2 < rule.end


def rule_within(rules: Iterable[Rule], gap: Interval, across: float | None = None) -> float | None:
    """Where a rule lies in a gap, the one nearest to its middle; `across` is where it must run."""
    middle = sum(gap) / 2
    places = [
        r.position
        for r in rules
        if gap[0] <= r.position <= gap[1] and (across is None or r.start < across < r.end)
    ]
    return min(places, key=lambda place: abs(place - middle), default=None)


# --- Rows ---------------------------------------------------------------------------------------


def _frame(form: Form, rows: Rows, heads: Sequence[Word], ruled: Rules) -> Frame | None:
    """The box of a table and where its rows part; None where words reach beyond their own."""
    header = [*heads, *(word for one in rows.header for word in one.words)]
    outer = [one.box for one in rows.outer]
    parts = [(band.top, band.bottom) for band in rows.bands]
    if header:
        parts.insert(0, (around(header).top, around(header).bottom))
        if any(box.top < parts[0][1] for box in outer) or any(
            top < parts[0][1] for top, _ in parts[1:]
        ):
            return None
    gaps = [(a, b) for (_, a), (b, _) in pairwise(parts)]
    top = min([parts[0][0], *(box.top for box in outer)])
    bottom = max([parts[-1][1], *(box.bottom for box in outer)])
    if any(cell.box.top < top or bottom < cell.box.bottom for cell in rows.afloat):
        return None
    across = [r for r in ruled[0] if r.start < form.right and form.left < r.end]
    down = [r for r in ruled[1] if r.start < bottom and top < r.end]
    cuts = [_cut(across, gap, outer) for gap in gaps]
    box = Box(form.left, top - PAD, form.right, bottom + PAD)
    return Frame(box, header, [box.top, *cuts, box.bottom], across, down)


def _cut(rules: Iterable[Rule], gap: Interval, outer: Iterable[Box]) -> float:
    """Where two rows part: at a rule, else where the most room is between labels over several."""
    ruled = rule_within(rules, gap)
    if ruled is not None:
        return ruled
    top = gap[0]
    free: list[Interval] = []
    for box in sorted(outer, key=lambda box: box.top):
        if box.bottom > gap[0] and box.top < gap[1]:
            free.append((top, box.top))
            top = max(top, box.bottom)
    free.append((top, gap[1]))
    best = max(free, key=lambda room: room[1] - room[0])
    return sum(best if best[1] > best[0] else gap) / 2


def _place(rules: Iterable[Rule], gap: Interval) -> float:
    """Where a rule lies in a gap, else its middle."""
    found = rule_within(rules, gap)
    return sum(gap) / 2 if found is None else found


def _between_rows(frame: Frame, over: list[Box], is_open: Cut) -> Iterator[Rule]:
    """Rules between rows where the page has none, but not through what stands over several."""
    first, *inner, last = frame.cuts
    box = frame.box
    for y, no_rule in ((first, is_open[0]), (last, is_open[1])):
        if not no_rule:
            yield Rule(y, box.left, box.right)
    for y in inner:
        if _real(frame, y):
            continue
        start = box.left
        for one in sorted(one for one in over if one.top < y < one.bottom):
            if one.left > start:
                yield Rule(y, start, one.left)
            start = max(start, one.right)
        if start < box.right:
            yield Rule(y, start, box.right)


def _lengthened(form: Form, frame: Frame) -> Iterator[Rule]:
    """The page's own rules from where they end beyond a table's words to its drawn sides."""
    left, top, right, bottom = frame.box
    for rule in (rule for rule in frame.across if top < rule.position < bottom):
        if left < rule.start <= form.words[0]:
            yield Rule(rule.position, left, rule.start)
        if form.words[1] <= rule.end < right:
            yield Rule(rule.position, rule.end, right)


def _reaches(outer: list[Outer]) -> list[Box]:
    """How far labels over several rows reach."""
    return [Box(one.left, one.top, one.right, one.bottom) for one in outer]


def _cells_afloat(form: Form, rows: Rows) -> Iterator[Box]:
    """How far cells between rows reach: from the row above to that below, as wide as a column."""
    for cell in rows.afloat:
        middle = (cell.box.left + cell.box.right) / 2
        n = next((n for n, c in enumerate(form.columns) if c.left <= middle <= c.right), None)
        if n is not None:
            left, right = form.between(n, n)
            yield Box(left, cell.box.top - cell.size, right, cell.box.bottom + cell.size)


def _real(frame: Frame, y: float) -> list[Rule]:
    """The page's own rules at a height."""
    return [r for r in frame.across if abs(r.position - y) <= NEAR]


# --- Labels over several rows -------------------------------------------------------------------


def _outers(form: Form, rows: Rows, frame: Frame) -> list[Outer] | None:
    """Labels with others to their right, with their places; None where a rule would cut words."""
    paragraphs = [band.label for band in rows.bands if band.label] + rows.outer + rows.header
    words = [word for one in paragraphs for word in one.words]
    gaps: list[tuple[Interval, Paragraph]] = []
    for label in rows.outer + rows.header:
        beside = _beside(label, words, frame)
        rest = [w.box.left for w in beside if w.box.left >= label.box.right]
        if rest:
            gaps.append(((label.box.right, min(rest)), label))
        elif label in rows.outer:
            return None
    found: list[Outer] = []
    for gap, label in sorted(gaps, key=lambda item: item[0][1] - item[0][0]):
        right = _edge(gap, label, frame, [one.right for one in found])
        if any(w.box.left < right < w.box.right for w in _beside(label, words, frame)):
            return None
        found.append(Outer(label, form.left, right, *_height(label, frame)))
    return [_with_left(one, found) for one in found]


def _beside(label: Paragraph, words: list[Word], frame: Frame) -> list[Word]:
    """The words in the rows over which a label runs."""
    top, bottom = _height(label, frame)
    return [w for w in words if w.box.top < bottom and top < w.box.bottom]


def _with_left(one: Outer, outers: list[Outer]) -> Outer:
    """A label that begins where those to its left end."""
    lefts = [o.right for o in outers if o.top < one.bottom and one.top < o.bottom]
    return replace(one, left=max([x for x in lefts if x <= one.label.box.left], default=one.left))


def _edge(gap: Interval, label: Paragraph, frame: Frame, others: list[float]) -> float:
    """Where a rule lies, or a horizontal one ends, in the gap beside a label; else its middle.

    Labels one below the other end at one place if they can.
    """
    lies = rule_within(frame.down, gap, (label.box.top + label.box.bottom) / 2)
    if lies is not None:
        return lies
    ends = [Rule(x, 0, 0) for r in frame.across for x in (r.start, r.end)]
    for rules in (ends, [Rule(x, 0, 0) for x in others]):
        found = rule_within(rules, gap)
        if found is not None:
            return found
    return sum(gap) / 2


def _height(label: Paragraph, frame: Frame) -> Interval:
    """From which to which rule between rows a label runs."""
    first, *inner, last = frame.cuts
    over = [y for y in inner if _covers(frame, y, label.across)]
    top = max((y for y in over if y <= label.box.top), default=first)
    bottom = min((y for y in over if y >= label.box.bottom), default=last)
    return top, bottom


def _covers(frame: Frame, y: float, x: float) -> bool:
    """Whether a rule between rows runs over a place: one that is not the page's own does."""
    real = _real(frame, y)
    return not real or any(r.start < x < r.end for r in real)


def _beside_labels(outer: list[Outer]) -> Iterator[Rule]:
    """The rules to both sides of labels over several rows."""
    for one in outer:
        yield Rule(one.right, one.top, one.bottom)
        yield Rule(one.left, one.top, one.bottom)


def _where_rules_begin(form: Form, frame: Frame) -> Iterator[Rule]:
    """Rules beside labels over several rows: rules between those rows begin there or further on."""
    cuts, edge = frame.cuts, form.between(0, 0)[0]
    inner = sorted(r for r in frame.across if cuts[0] < r.position < cuts[-1] and r.end > edge)
    for x in {r.start for r in inner if frame.box.left + NEAR < r.start < edge - NEAR}:
        for run in _runs(inner, x):
            if any(abs(rule.start - x) <= NEAR for rule in run):
                first, last = run[0].position - NEAR, run[-1].position + NEAR
                top = max([y for y in cuts if y < first], default=cuts[0])
                yield Rule(x, top, min([y for y in cuts if y > last], default=cuts[-1]))


def _runs(rules: list[Rule], x: float) -> Iterator[list[Rule]]:
    """Rules that follow one another and leave what stands before a place whole."""
    run: list[Rule] = []
    for rule in rules:
        if rule.start >= x - NEAR:
            run.append(rule)
        elif run:
            yield run
            run = []
    if run:
        yield run


# --- Columns ------------------------------------------------------------------------------------


def _between_columns(form: Form, rows: Rows, frame: Frame) -> Iterator[Rule]:
    """Rules between columns, below the headings that stand over both, but not through words."""
    n_labels = len(form.edges) - len(form.columns) + 1
    for n, x in enumerate(form.edges):
        right = n + 1 - n_labels
        over = [h for h in form.headings if h.span[0] < right <= h.span[1]] if frame.header else []
        start = max((_foot(form, h, frame) for h in over), default=frame.box.top)
        for top, bottom in _across(x, rows, frame):
            yield Rule(x, start, top)
            start = bottom
        yield Rule(x, start, frame.box.bottom)


def _across(x: float, rows: Rows, frame: Frame) -> Iterator[Interval]:
    """From where to where rows go in which words stand across a place, or only a page number."""
    for band in rows.bands:
        cells = band.anchor.cells if band.anchor else []
        is_stray = band.label is None and band.anchor is None
        if is_stray or any(w.box.left < x < w.box.right for w in cells):
            yield from (
                (a, b) for a, b in pairwise(frame.cuts) if a <= band.top and band.bottom <= b
            )


def _under_headings(form: Form, frame: Frame) -> Iterator[Rule]:
    """Rules below headings, where the page has none."""
    for heading in form.headings if frame.header else ():
        y = _foot(form, heading, frame)
        if not _real(frame, y):
            yield Rule(y, *form.between(*heading.span))


def _foot(form: Form, heading: Heading, frame: Frame) -> float:
    """Where the columns of a heading begin below it."""
    left, right = form.between(*heading.span)
    box = heading.words.box
    below = [
        w.box.top
        for w in frame.header
        if w.box.top > box.bottom - PAD and left <= (w.box.left + w.box.right) / 2 <= right
    ]
    return _place(frame.across, (box.bottom, min([*below, frame.cuts[1]])))
