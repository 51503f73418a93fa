"""Chooses among several tables of one kind the one that is the report's own.

Headings decide, and only where they leave no doubt; else every figure of the table is flagged.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from analysis.documents.copies import Copy
from analysis.documents.headings import LAST_YEAR, THIS_YEAR, Named, Subject, names_only
from analysis.documents.issues import Issue, issue
from analysis.documents.labels import is_list
from analysis.documents.numbers import Figure, parse_count
from analysis.documents.reference import entries

OWN, OTHER, UNCLEAR, UNSAID = "own", "other", "unclear", "unsaid"

_RULES = "| \t\r\n"  # what may stand behind the last cell of a row

Says = Callable[[Named, Subject], str]


class Printed(NamedTuple):
    """A copy of a table: how many cells, which figures, and whether all of it could be placed."""

    copy: Copy
    n_cells: int
    figures: dict[tuple[str, str], Figure]
    whole: bool


class Choice(NamedTuple):
    """Which copy of a table is the report's own, which were left out, and what is to be said."""

    number: int
    left_out: list[Copy]
    issues: list[Issue]


def choose(
    tables: dict[str, list[Printed]], subject: Subject, lines: Iterable[str] = ()
) -> dict[str, Choice]:
    """Choose one copy of each table; `lines` are those of the whole document."""
    is_named = any(len(several) > 1 for several in tables.values()) and any(
        names_only(line, subject.year) and _ends_a_row(before)
        for before, line in pairwise(line for line in lines if line.strip())
    )
    choices = {table: _choose(several, subject, is_named) for table, several in tables.items()}
    for table, choice in choices.items():
        copy = tables[table][choice.number].copy
        if _is_said_of_another_year(copy, subject) or (
            not choice.left_out and _is_of(copy, _says_year, subject)
        ):
            choice.issues.append(_about("doubtful_year", copy))
        if copy.said.bodies or (not choice.left_out and _is_of(copy, _says_body, subject)):
            choice.issues.append(_about("doubtful_body", copy))
        if copy.no_year and not is_list(table):
            choice.issues.append(_about("other_figures", copy, raw=copy.no_year))
    return choices


def _ends_a_row(line: str) -> bool:
    """Whether a line ends as a row of a table does: in a digit, or in a mark that is no word."""
    last = line.rstrip(_RULES)[-1:]
    return last.isdecimal() or (not last.isalpha() and parse_count(last).state == "mark")


def _choose(several: Sequence[Printed], subject: Subject, is_named: bool) -> Choice:
    """Choose one copy of a table: the only one, or the only one that its headings leave.

    Where a line right below a table names the report's year (`is_named`) and stands over none that
    is left, headings may stand below their tables: then they leave all.
    """
    left, issues = _without_doubles(several, subject)
    left_out: list[Copy] = []
    for says, tell, check in (
        (_says_year, _of_the_year, "other_year_table"),
        (_says_whose, _of_the_body, "other_scope_table"),
    ):
        told = [_told(one, says, subject) for one in left]
        kept = tell(told)
        if says is _says_year and is_named:
            right_above = {said for _, said, _ in told}
            kept = left if OTHER in right_above and OWN not in right_above else kept
        own = {id(one) for one in kept}
        others = [one.copy for one in left if id(one) not in own]
        issues += [_about(check, copy, kept=kept[0].copy.title) for copy in others]
        left_out += others
        left = kept
    if len(left) > 1:
        titles = "; ".join(p.copy.title for p in left)
        issues.append(_about("several_tables", left[0].copy, actual=len(left), titles=titles))
    return Choice(_position(several, left[0]), left_out, issues)


def _position(several: Sequence[Printed], one: Printed) -> int:
    """Position of a copy among all."""
    return next(n for n, other in enumerate(several) if other.copy is one.copy)


def _without_doubles(
    several: Sequence[Printed], subject: Subject
) -> tuple[list[Printed], list[Issue]]:
    """Copies that differ; of those that print the same figures, one of the report's own."""
    alike: dict[object, list[Printed]] = {}
    for number, one in enumerate(several):
        alike.setdefault(frozenset(one.figures.items()) if one.whole else number, []).append(one)
    groups = list(alike.values())
    issues = [
        _about("same_table_twice", g[0].copy, titles="; ".join(p.copy.title for p in g))
        for g in groups
        if len(g) > 1
    ]
    best = [min(g, key=lambda one: (_distance(one, subject), -one.n_cells)) for g in groups]
    return best, issues


def _distance(one: Printed, subject: Subject) -> int:
    """How far a copy is from the report's own year and body by its headings."""
    _, right_above, in_all = _told(one, _says_year, subject)
    year = (in_all != OWN) + (in_all == OTHER) + (right_above == OTHER)
    return year + _is_of(one.copy, _says_body, subject)


# --- What headings say --------------------------------------------------------------------------

Told = tuple[Printed, str, str]


def _told(one: Printed, says: Says, subject: Subject) -> Told:
    """What the lines right above a copy say, and what all headings say, the nearest first."""
    copy = one.copy
    return one, says(copy.named, subject), says(copy.named.over(copy.above), subject)


def _of_the_year(told: list[Told]) -> list[Printed]:
    """The copies that may be of the report's year.

    One that names another year is not; one under a heading of another year is not where one of
    the report's own year stands beside it.
    """
    everything = [one for one, _, _ in told]
    left = [(one, in_all) for one, right_above, in_all in told if right_above != OTHER]
    if any(in_all == OWN for _, in_all in left):
        return [one for one, in_all in left if in_all != OTHER]
    doubtful = not left or any(in_all == OTHER or one.copy.named.years for one, in_all in left)
    return everything if doubtful else [one for one, _ in left]


def _of_the_body(told: list[Told]) -> list[Printed]:
    """The one copy that is the report's own, where all others are another body's by their name."""
    own = [one for one, _, in_all in told if in_all == OWN]
    others = [one for one, _, in_all in told if in_all == OTHER]
    clear = len(own) == 1 and len(own) + len(others) == len(told)
    return own if clear else [one for one, _, _ in told]


def _says_year(named: Named, subject: Subject) -> str:
    """Whether headings name the report's own year, or another."""
    years = {_year(year, subject.year) for year in named.years}
    if len(years) != 1:
        return UNCLEAR
    year = years.pop()
    if year in (THIS_YEAR, LAST_YEAR):
        return OWN if year == THIS_YEAR else OTHER
    if subject.year is None:
        return UNCLEAR
    return OWN if year == subject.year else OTHER


def _year(year: int, own: int | None) -> int:
    """A year by number, where 本年 or 上年 can be told."""
    if own is None or year not in (THIS_YEAR, LAST_YEAR):
        return year
    return own + year


def _says_whose(named: Named, subject: Subject) -> str:
    """Whether headings name the report's own scope and body, or another of either."""
    said = {_says_scope(named, subject), _says_body(named, subject)}
    if OTHER in said:
        return OTHER
    return OWN if said <= {OWN, UNSAID} and OWN in said else UNCLEAR


def _says_scope(named: Named, subject: Subject) -> str:
    """Whether headings name the report's own scope."""
    if not named.scopes or subject.scope is None:
        return UNSAID
    if len(named.scopes) > 1:
        return UNCLEAR
    return OWN if subject.scope in named.scopes else OTHER


def _says_body(named: Named, subject: Subject) -> str:
    """Whether headings name the report's own agency; a shorter or longer name may be the same."""
    if not named.bodies or subject.agency is None:
        return UNSAID
    own, others = _short(subject.agency), set(map(_short, named.bodies))
    if others == {own}:
        return OWN
    same = any(_may_be(other, own) or _may_be(own, other) for other in others)
    return UNCLEAR if same else OTHER


def _short(body: str) -> str:
    """A body's name, governments the shorter way."""
    return body.replace("人民政府", "政府")


def _may_be(short: str, body: str) -> bool:
    """Whether a name may be short for a body, as 市人社局 is, or for its office."""
    letters = iter(body)
    return all(letter in letters for letter in short.removesuffix("办公室"))


def _is_of(copy: Copy, says: Says, subject: Subject) -> bool:
    """Whether the only table of its kind is another year's, or another body's, by its headings."""
    return OTHER in (says(copy.named, subject), says(copy.named.over(copy.above), subject))


def _is_said_of_another_year(copy: Copy, subject: Subject) -> bool:
    """Whether sentences right above a table give another year for it, and none the report's."""
    said = {_says_year(Named(frozenset({year})), subject) for year in copy.said.years}
    return OTHER in said and OWN not in said


def _about(check: str, copy: Copy, **facts: Any) -> Issue:
    """An issue about a whole table."""
    label = entries()[copy.table, "table", copy.table].label
    return issue(
        check, table=copy.table, cell=copy.place, title=copy.title, label_zh=label, **facts
    )
