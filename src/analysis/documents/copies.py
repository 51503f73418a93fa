"""Groups segments into copies of a table: each table as printed once, with what its heading says.

A copy ends where rows begin again, or where a heading names another year, scope or body. A table
cut by a page break, its header repeated or not, is one copy.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice

from analysis.documents.headings import (
    Named,
    Subject,
    is_chapter,
    is_heading_line,
    is_of_no_year,
    is_section,
    is_title,
    named,
    named_by_sentences,
    section_ordinal,
    years_of_label,
)
from analysis.documents.issues import issue
from analysis.documents.labels import is_heading
from analysis.documents.rows import Row, printed, prints_nothing
from analysis.documents.segments import Segment

_MOST_COPIES = 50
_MOST_LINES = 8
_MOST_SENTENCES = 3


@dataclass(slots=True)
class Copy:
    """One table as printed once: its segments, and what the lines right above it name.

    `above` is what the headings before them name, as far as they reach; `said` is what sentences
    right above it say; `no_year` is the heading by which it is of no whole year.
    """

    table: str
    segments: list[Segment]
    named: Named
    above: Named
    heading: str = ""
    rows: set[str] = field(default_factory=set)
    said: Named = field(default_factory=Named)
    no_year: str = ""

    @property
    def place(self) -> str:
        """Where its header begins."""
        first = self.segments[0]
        return first.grid.place(first.header.columns[0].label)

    @property
    def title(self) -> str:
        """Its place and the heading over it, for a message."""
        return f"{self.place} “{self.heading}”" if self.heading else self.place


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment, or what stands of one copy in it, with what is named right above and before."""

    segment: Segment
    named: Named
    above: Named
    heading: str
    said: Named
    no_year: str


def copies(segments: Sequence[Segment], subject: Subject) -> dict[str, list[Copy]]:
    """The copies of each table, in printed order."""
    found: dict[str, list[Copy]] = {}
    for part in _parts(segments, subject):
        if part.segment.rows:
            _add(found.setdefault(part.segment.header.table, []), part)
    return found


def _add(of_table: list[Copy], part: _Part) -> None:
    """Add a part to the copy that it goes on with, or begin a copy."""
    rows = _rows_of(part.segment)
    if part.segment.borrowed and not _is_most(of_table, rows):
        _note_left_out(of_table, part.segment)
        return
    copy = _copy_of(of_table, part, rows)
    if copy is None:
        table = part.segment.header.table
        copy = Copy(
            table, [], Named(), part.above, part.heading, said=part.said, no_year=part.no_year
        )
        of_table.append(copy)
    copy.segments.append(part.segment)
    copy.named |= part.named
    copy.rows |= rows


def _note_left_out(of_table: list[Copy], segment: Segment) -> None:
    """Note, where the table before ends, that rows behind it were taken for another table's."""
    printing = [row for row in segment.rows if not prints_nothing(row)]
    if of_table and printing:
        cells = [span for span in (printing[0].label, *printing[0].cells) if span]
        place = segment.grid.place(cells[0].cell)
        table = segment.header.table
        found = issue("rows_left_out", table=table, cell=place, raw=printed(cells))
        of_table[-1].segments[-1].issues.append(found)


def _is_most(of_table: list[Copy], rows: set[str]) -> bool:
    """Whether rows without a header of their own are most of a table's: others are no copy."""
    return any(2 * len(rows & copy.rows) > len(copy.rows) for copy in of_table)


def _copy_of(of_table: list[Copy], part: _Part, rows: set[str]) -> Copy | None:
    """The copy that a part goes on with: the last one, or the one under the same heading.

    Of very many copies only the last are looked at, so that a damaged document takes no hours.
    """
    for copy in islice(reversed(of_table), _MOST_COPIES):
        if _recur(copy, part.segment, rows) or not _agree(copy.named, part.named):
            if not part.named:
                return None
            continue
        if copy is of_table[-1] or copy.named == part.named:
            return copy
    return None


def _agree(one: Named, other: Named) -> bool:
    """Whether two headings name nothing different of the same kind."""
    pairs = ((one.years, other.years), (one.scopes, other.scopes), (one.bodies, other.bodies))
    return all(not a or not b or a == b for a, b in pairs)


def _recur(copy: Copy, segment: Segment, rows: set[str]) -> bool:
    """Whether rows of a copy stand in a segment again: one that prints something, or several."""
    if rows & copy.rows:
        return True
    table = segment.header.table
    codes = {code for row in segment.rows for code in segment.rows_of(row)}
    before = {code for one in copy.segments for row in one.rows for code in one.rows_of(row)}
    return sum(not is_heading(table, code) for code in codes & before) > 1


def _rows_of(segment: Segment) -> set[str]:
    """Codes of the rows that print something in a segment."""
    return {
        code for row in segment.rows if not prints_nothing(row) for code in segment.rows_of(row)
    }


# --- Segments → parts, with what stands above them ----------------------------------------------


def _parts(segments: Iterable[Segment], subject: Subject) -> Iterator[_Part]:
    """Segments, cut where rows begin again in them, with what the headings above name."""
    outline = _Outline(subject)
    sentences = Named()
    no_year = ""
    for segment in segments:
        lines = [line for line in segment.texts if line.strip()]
        run, over = _last_run(lines, outline.section), _texts_over(segment)
        outline.read(lines)
        labels = [column.label.text for column in segment.header.columns if column.code]
        years = frozenset().union(*map(years_of_label, labels))
        own = Named(years).over(named(over)).over(named(run))
        if lines:
            sentences = named_by_sentences(_below_section(lines[-_MOST_SENTENCES:]))
            no_year = next(filter(is_of_no_year, [*_below_section(run), *over]), "")
        for part in _cut(segment):
            line = _line_label(part)
            said = named([line]).over(own) if line else own
            heading = line if named([line]) else _telling(run)
            yield _Part(part, said, outline.named, heading, sentences, no_year)


def _texts_over(segment: Segment) -> list[str]:
    """The texts of a header over its labels, and over the labels of its known columns."""
    above = [text for c in segment.header.columns if c.code for text in c.above]
    return list(dict.fromkeys([*segment.header.corner, *above]))


def _below_section(lines: list[str]) -> list[str]:
    """The lines below the last heading of a section."""
    return lines[_position_after(lines, is_section) :]


def _last_run(lines: list[str], section: int) -> list[str]:
    """The headings right above a table, back to a sentence, or a title that they go on from.

    `section` is the ordinal of the last section before these lines.
    """
    runs = [list(run) for heading, run in groupby(lines, is_heading_line) if heading]
    if not runs or not is_heading_line(lines[-1]):
        return []
    *before, run = runs
    section = _last_section([line for one in before for line in one], section)
    run = _reaching(run[-_MOST_LINES:], section)
    after = _position_after(run, is_title)
    return run[after:] if named(run[after:]) else run[max(0, after - 1) :]


def _reaching(run: list[str], before: int) -> list[str]:
    """The headings of a run that reach below its last section heading.

    What stands above that is the end of the section before, unless sections begin anew below it, or
    it is a title, or the name of a chapter. `before` is the ordinal of the section before the run.
    """
    at = _position_after(run, is_section) - 1
    if at < 1:
        return run
    before = _last_section(run[:at], before)
    if not before or 0 < section_ordinal(run[at]) <= before:
        return run
    return [*(line for line in run[:at] if is_title(line) or is_chapter(line)), *run[at:]]


def _last_section(lines: Iterable[str], before: int) -> int:
    """The ordinal of the last section heading among lines, else the one before them."""
    ordinals = [section_ordinal(line) for line in lines if is_section(line)]
    return next((ordinal for ordinal in reversed(ordinals) if ordinal), before)


def _position_after(run: list[str], is_such: Callable[[str], bool]) -> int:
    """Position after the last such line of a run, 0 where there is none."""
    return max((number for number, line in enumerate(run, start=1) if is_such(line)), default=0)


def _telling(run: list[str]) -> str:
    """The last line of a run that names something, for a message."""
    return next((" ".join(line.split()) for line in reversed(run) if named([line])), "")


class _Outline:
    """What the headings passed so far name: over whole chapters, and within a section."""

    def __init__(self, subject: Subject) -> None:
        """Begin with the report's own title."""
        years = frozenset({subject.year} if subject.year else ())
        bodies = frozenset({subject.agency} if subject.agency else ())
        self.over_chapter = Named(years, bodies=bodies)
        self.in_section = Named()
        self.section = 0

    @property
    def named(self) -> Named:
        """What is named where the document has been read to."""
        return self.in_section.over(self.over_chapter)

    def read(self, lines: list[str]) -> None:
        """Go on over lines; a sentence ends a run of headings, and what those in a section name."""
        for heading, run in groupby(lines, is_heading_line):
            if heading:
                headings = list(run)
                self._read_run(_reaching(headings, self.section))
                self.section = _last_section(headings, self.section)
            else:
                self.in_section = Named()

    def _read_run(self, run: list[str]) -> None:
        """A title, or a heading right above a section, reaches over chapters; others end there."""
        for is_such in (is_title, is_section):
            after = _position_after(run, is_such)
            if after:
                self.in_section = Named()
                over = named(run[after - 1 : after] if is_such is is_title else run[:after])
                self.over_chapter = over.over(self.over_chapter)
                run = run[after:]
        self.in_section = named(run).over(self.in_section)


def _line_label(segment: Segment) -> str:
    """The label of the only line of figures under a header that names the rows."""
    lines = [row for row in segment.rows if not row.code and row.label is not None]
    return lines[0].label.cell.text if len(lines) == 1 and lines[0].label else ""


def _cut(segment: Segment) -> Iterator[Segment]:
    """A segment in parts, where several of its rows begin again in it."""
    rows: list[Row] = []
    seen: set[str] = set()
    again = _recurring(segment)
    for row in segment.rows:
        codes = set() if prints_nothing(row) else segment.rows_of(row)
        if len(again) > 1 and codes & seen & again:
            yield replace(segment, rows=rows)
            rows, seen = [], set()
        rows.append(row)
        seen |= codes
    yield replace(segment, rows=rows)


def _recurring(segment: Segment) -> set[str]:
    """Codes that print figures on more than one row of a segment."""
    seen: set[str] = set()
    again: set[str] = set()
    for row in segment.rows:
        codes = set() if prints_nothing(row) else segment.rows_of(row)
        again |= codes & seen
        seen |= codes
    return again
