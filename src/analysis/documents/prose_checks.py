"""Compares the figures of a report's narrative with those of its tables.

Only where both are of the same year and scope is a difference one: a warning then quotes the
sentence. Where they are surely of the same thing, it names the cell.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.documents.headings import Subject
from analysis.documents.issues import Issue, issue
from analysis.documents.prose import Claim
from analysis.documents.records import Record
from analysis.documents.reference import entries
from analysis.documents.wordings import (
    Part,
    Reading,
    compared_columns,
    is_government,
    readings,
    scope_by_name,
    shares,
    titles_of,
)

_MOST_QUOTED = 120
_NEAR = 1e-9
_LEAST_TELLING = 10

Cells = dict[tuple[str, str, str], float | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many figures of the narrative agree with the tables, how many do not, and the issues.

    `agreeing` and `differing` are the scopes of which figures, not of zero, do either.
    """

    agrees: int
    disagrees: int
    issues: list[Issue]
    agreeing: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A claim beside the table's figure: whether they agree; None where it may mean another."""

    claim: Claim
    table: str
    cell: tuple[str, str]
    actual: float
    agrees: bool | None

    @property
    def of(self) -> tuple[str, str]:
        """What the claim is of: a quantity, as a count or as a share."""
        return self.claim.quantity, self.claim.unit


def compare(claims: Sequence[Claim], records: Sequence[Record], subject: Subject) -> Compared:
    """Compare claims with records; of several claims of one quantity, one that agrees is enough."""
    if not claims:
        return Compared(0, 0, [])
    cells = _known(records)
    pairs = [pair for c in claims if _is_of(c, subject) for pair in _pairs(c, cells)]
    scope = _scope_of(subject, pairs)
    own = [pair for pair in pairs if _is_same_scope(pair.claim, scope)]
    others = [
        pair
        for pair in pairs
        if pair.agrees is False and pair.claim.scope != "other" and pair not in own
    ]
    told = {pair.of for pair in own if pair.agrees}
    doubtful: dict[tuple[str, str], _Pair] = {}
    for pair in own:
        if pair.agrees is False and pair.of not in told and not _is_told_beside(pair):
            doubtful.setdefault(pair.of, pair)
    is_as_named = scope in (subject.scope, scope_by_name(subject.agency or ""))
    issues = _differences(list(doubtful.values()), records, subject)
    issues += _other_scopes(others, told if is_as_named else set())
    n_agreeing = sum(pair.agrees is True for pair in own)
    agreeing, differing = (sorted(_scopes(pairs, agrees)) for agrees in (True, False))
    return Compared(n_agreeing, len(doubtful), issues, agreeing, differing)


def _scopes(pairs: Iterable[_Pair], agrees: bool) -> set[str]:
    """The scopes that are said of figures, not of zero, which agree, or which do not."""
    said = {p.claim.scope for p in pairs if p.agrees is agrees and p.claim.value}
    return said & {"agency", "aggregate"}


def _known(records: Iterable[Record]) -> Cells:
    """The cells that claims can be of: their figures, 0 where proven, None where not known.

    An amount in 元 is left alone: those of the forms are in 万元.
    """
    columns = compared_columns()
    return {
        (r.table, r.row, r.column): 0.0 if r.proven else None if r.unit == "元" else r.value
        for r in records
        if r.column in columns
    }


def _scope_of(subject: Subject, pairs: Sequence[_Pair]) -> str:
    """The scope of a report as known, else as its figures, or its agency's name, suggest.

    Where it tells figures of one quantity for both scopes, its tables are of the one that agrees.
    """
    if subject.scope or not subject.agency:
        return subject.scope or ""
    told: set[str] = set()
    for of in {pair.of for pair in pairs}:
        own = [pair for pair in pairs if pair.of == of]
        agreeing, differing = _scopes(own, True), _scopes(own, False)
        told |= agreeing - differing if differing else set()
    return told.pop() if len(told) == 1 else scope_by_name(subject.agency)


def _is_of(claim: Claim, subject: Subject) -> bool:
    """Whether a claim is a plain figure of the report's year."""
    return not claim.odd and claim.year in (None, subject.year)


def _is_same_scope(claim: Claim, scope: str) -> bool:
    """Whether nothing says that a claim is of another scope than the report."""
    return claim.scope in ("", scope) or (not scope and claim.scope != "other")


def _pairs(claim: Claim, cells: Cells) -> list[_Pair]:
    """A claim beside the figure of each table that prints what it tells of.

    A reading none of whose cells is printed is another form's. What is not known may be what is
    meant.
    """
    found: list[_Pair] = []
    for table, meant in readings()[claim.quantity].items():
        readable = shares(table, meant) if claim.unit == "%" else meant
        printed = [r for r in readable if any((table, *cell[1:]) in cells for cell in r.parts)]
        values = [_value(table, reading, cells) for reading in printed]
        actual = values[0] if values else None
        if actual is None:
            continue
        same = [value is None or _is_same(claim, value) for value in values]
        agrees = True if same[0] else None if any(same) else False
        parts = printed[0].parts
        cell = parts[0][1:] if len(parts) == 1 and claim.unit != "%" else ("", "")
        found.append(_Pair(claim, table, cell, actual, agrees))
    return found


def _value(table: str, reading: Reading, cells: Cells) -> float | None:
    """The figure of a reading; None where one of its cells is not known, or it divides by 0."""
    value = _sum(table, reading.parts, cells)
    if not reading.over:
        return value
    whole = _sum(table, reading.over, cells)
    return None if value is None or not whole else 100 * value / whole


def _sum(table: str, parts: Iterable[Part], cells: Cells) -> float | None:
    """The sum of cells; None where one is not known."""
    total = 0.0
    for sign, row, column in parts:
        value = cells.get((table, row, column))
        if value is None:
            return None
        total += sign * value
    return total


def _is_told_beside(pair: _Pair) -> bool:
    """Whether a claim's sentence states the table's figure too: what is left of it (剔除后58件).

    Small figures stand in a sentence by chance.
    """
    stated = rf"(?<![\d.,]){pair.actual:g}(?=件)"
    return pair.actual >= _LEAST_TELLING and re.search(stated, pair.claim.sentence) is not None


def _is_same(claim: Claim, value: float) -> bool:
    """Whether a claim states a figure; a share to the decimals that it states."""
    if claim.unit != "%":
        return abs(claim.value - value) < _NEAR
    return abs(claim.value - value) < 10.0 ** -_decimals(claim) + _NEAR


def _decimals(claim: Claim) -> int:
    """How many decimals a claim states."""
    return len(f"{claim.value:g}".partition(".")[2])


# --- Issues ---------------------------------------------------------------------------------------


def _differences(
    differing: list[_Pair], records: Iterable[Record], subject: Subject
) -> list[Issue]:
    """One issue a quantity that differs; one a table that is all zeros beside figures."""
    found: list[Issue] = []
    for table in dict.fromkeys(pair.table for pair in differing):
        own = [pair for pair in differing if pair.table == table]
        is_zero = not any(r.value for r in records if r.table == table)
        check = "zero_beside_prose" if is_zero else "prose_disagrees"
        found += [_issue(check, pair, subject) for pair in (own[:1] if is_zero else own)]
    return found


def _issue(check: str, pair: _Pair, subject: Subject) -> Issue:
    """An issue about a claim; it names the cell only where the claim is surely of the same."""
    claim, (row, column) = pair.claim, pair.cell
    title = titles_of(claim.quantity)
    return issue(
        check,
        table=pair.table,
        row=row,
        column=column if _is_sure(claim, subject) else "",
        expected=f"{claim.value:g}",
        actual=f"{round(pair.actual, _decimals(claim) + 1):g}",
        unit="" if claim.unit == "件" else claim.unit,
        quantity_en=title["en"],
        quantity_zh=title["zh"],
        label_en=_label(pair, "label_en"),
        label_zh=_label(pair, "label"),
        raw=_quoted(claim.sentence),
    )


def _is_sure(claim: Claim, subject: Subject) -> bool:
    """Whether a claim can only be of what the table counts: in its words, and in whose it is.

    What a government's office publishes may be the government's.
    """
    if not claim.exact:
        return False
    if subject.scope and claim.scope == subject.scope:
        return True
    body = (subject.agency or "").removesuffix("办公室").removesuffix("办公厅")
    is_one_body = subject.agency is not None and not is_government(body)
    return is_one_body and subject.scope != "aggregate" and claim.scope in ("", "agency")


def _label(pair: _Pair, name: str) -> str:
    """The labels of the table, and of the cell where it is one, as a path."""
    (row, column), known = pair.cell, entries()
    keys = [("table", pair.table), ("row", row), ("column", column)]
    return " / ".join(
        str(getattr(known[pair.table, axis, code], name)) for axis, code in keys if code
    )


def _quoted(sentence: str) -> str:
    """A sentence for a message."""
    return sentence if len(sentence) <= _MOST_QUOTED else sentence[: _MOST_QUOTED - 1] + "…"


def _other_scopes(others: list[_Pair], told: set[tuple[str, str]]) -> list[Issue]:
    """A note, once a table, of a claim of another scope: the report tells of two."""
    first: dict[str, _Pair] = {}
    for pair in others:
        if pair.of not in told:
            first.setdefault(pair.table, pair)
    return [
        issue(
            "prose_of_another_scope",
            table=table,
            expected=f"{pair.claim.value:g}",
            actual=f"{pair.actual:g}",
            quantity_en=titles_of(pair.claim.quantity)["en"],
            quantity_zh=titles_of(pair.claim.quantity)["zh"],
            raw=_quoted(pair.claim.sentence),
        )
        for table, pair in first.items()
    ]
