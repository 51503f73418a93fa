"""A government's aggregate against the reports of its members: it can't print less than they do.

An aggregate counts every agency of its region, but for those led from above and institutions
(`outside` in across.toml), and every aggregate of a region below. Members that are not in are no
contradiction, so only what is more than the aggregate prints is told. Each report is compared with
the nearest aggregate above it. Where two governments' aggregates are of one region, which of them
counts its members is not known, and neither is compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from analysis.dataset.agencies import lines
from analysis.dataset.regions import line, regions, upwards
from analysis.dataset.successive import Finding, Told, number
from analysis.documents.compared import ACROSS, Key, across, additive, government, positions
from analysis.documents.issues import Issue, issue
from analysis.documents.key_figures import Figure
from analysis.documents.reference import ReferenceDataError
from analysis.documents.sums import label_of

Row = Mapping[str, Any]

_GOVERNMENTS = ("government", "government_office")
_MOST_ROWS = 5
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Excess:
    """A cell of which members print more than their aggregate."""

    key: Key
    aggregate: Figure
    members: tuple[tuple[Told, Figure], ...]

    @property
    def total(self) -> float:
        """What the members print together."""
        return sum(figure.value for _, figure in self.members)

    @property
    def gap(self) -> float:
        """By how much that is more than the aggregate prints."""
        return self.total - self.aggregate.value


def families(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Each government's aggregate with the reports that it must count, if any, of one year's rows.

    Rows are those of the reports table whose region and scope are known.
    """
    heads = _heads(rows)
    families: dict[str, list[Row]] = {}
    for row in rows:
        above = _above(row, heads)
        if above:
            families.setdefault(above, []).append(row)
    for region, own in families.items():
        yield heads[region], _once(own)


def _once(rows: Iterable[Row]) -> list[Row]:
    """Members but for those that print the very figures of another: they may be one report."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=itemgetter("path")):
        first.setdefault(row["fingerprint"] or row["report_id"], row)
    return list(first.values())


def _heads(rows: Iterable[Row]) -> dict[str, Row]:
    """The aggregate of the government of each region, where there is just one."""
    heads: dict[str, list[Row]] = {}
    for row in rows:
        if row["scope"] == "aggregate" and _is_government(row):
            heads.setdefault(row["region_code"], []).append(row)
    return {region: found[0] for region, found in heads.items() if len(found) == 1}


def _is_government(row: Row) -> bool:
    """Whether an agency is the government of its region: by its id, else by its name."""
    region = regions().get(row["region_code"])
    if row["agency_id"]:
        place, _, kind = row["agency_id"].partition(":")
        own = {row["region_code"], *(region.successors if region else ())}
        return kind in _GOVERNMENTS and place in own
    named_so = region is not None and row["agency"].endswith(region.name)
    return named_so or bool(government().search(row["agency"]))


def _above(row: Row, heads: Mapping[str, Row]) -> str | None:
    """The region whose aggregate must count a report; none for what none need count."""
    if row["agency_type"] in outside():
        return None
    around = _around(row["region_code"], row["year"])
    if row["scope"] == "aggregate":
        if heads.get(row["region_code"]) is not row:
            return None
        around = around[1:]
    return next((region for region in around if region in heads), None)


@lru_cache(maxsize=1)
def outside() -> frozenset[str]:
    """Kinds of agencies that no aggregate need count; ReferenceDataError names an unknown one."""
    kinds = frozenset(across()["outside"])
    if unknown := kinds - lines().keys():
        raise ReferenceDataError(f"{ACROSS}: outside: unknown kind {min(unknown)!r}")
    return kinds


@lru_cache(maxsize=8192)
def upward(region_code: str) -> tuple[str, ...]:
    """A region and all that it lies in, or lay in, the nearest first; none for an unknown code."""
    return _nearest_first(region_code, line(region_code)) if region_code in regions() else ()


@lru_cache(maxsize=8192)
def _around(region_code: str, year: int) -> tuple[str, ...]:
    """A region and all that it lay in in a year: what followed it holds it only once it ended."""
    last_year = regions()[region_code].last_year if region_code in regions() else None
    if region_code not in regions() or (last_year is not None and year > last_year):
        return upward(region_code)
    return _nearest_first(region_code, upwards(region_code))


def _nearest_first(region_code: str, around: Iterable[str]) -> tuple[str, ...]:
    """Regions around one, the smallest first."""
    nearness = {code: (-len(upwards(code)), code != region_code) for code in around}
    return tuple(sorted(sorted(nearness), key=nearness.__getitem__))


def compare(aggregate: Told, members: Sequence[Told]) -> Iterator[Finding]:
    """Where members print more than their aggregate, one by one or together."""
    together = [_excess(key, aggregate, members) for key in _exceeded(aggregate, members)]
    alone: dict[str, list[_Excess]] = {}
    for each in together:
        for told, figure in each.members:
            if figure.value > each.aggregate.value:
                one = replace(each, members=((told, figure),))
                alone.setdefault(told.report_id, []).append(one)
    for worst, rows in _by_table(together):
        yield aggregate.report_id, _on_aggregate(worst, rows)
    for report_id, cells in alone.items():
        for worst, rows in _by_table(cells):
            yield report_id, _on_member(aggregate, worst, rows)


def _exceeded(aggregate: Told, members: Sequence[Told]) -> Iterator[Key]:
    """Cells of which members together print more than their aggregate."""
    for table, keys in groupby(additive(), key=itemgetter(0)):
        own = aggregate.figures.values.get(table)
        printed = [m.figures.values[table] for m in members if table in m.figures.values]
        if own is None:
            continue
        for key in keys:
            at = positions()[key]
            most = own[at]
            if most is not None and sum(values[at] or 0.0 for values in printed) > most:
                yield key


def _excess(key: Key, aggregate: Told, members: Iterable[Told]) -> _Excess:
    """A cell with the figures of those members that print one above zero, the largest first."""
    printed = [(told, told.figures.figure(key)) for told in members if told.figures.value(key)]
    printed.sort(key=lambda part: (-part[1].value, part[0].path))
    return _Excess(key, aggregate.figures.figure(key), tuple(printed))


def _by_table(cells: Iterable[_Excess]) -> Iterator[tuple[_Excess, list[_Excess]]]:
    """The cells of each table, the widest gap first, with that one before them."""
    tables: dict[str, list[_Excess]] = {}
    for each in cells:
        tables.setdefault(each.key[0], []).append(each)
    for found in tables.values():
        ordered = sorted(found, key=lambda each: -each.gap)
        yield ordered[0], ordered


def _on_aggregate(worst: _Excess, rows: Sequence[_Excess]) -> Issue:
    """What is told of an aggregate of which members print more."""
    named = [
        f"{told.path} {number(figure.value)} [{figure.cell}]"
        for told, figure in worst.members[:_MOST_NAMED]
    ]
    more = ["…"] if len(worst.members) > len(named) else []
    facts = {"n_members": str(len(worst.members)), "members": "; ".join(named + more)}
    return _issue("below_members", worst, rows, worst.aggregate.cell, **facts)


def _on_member(aggregate: Told, worst: _Excess, rows: Sequence[_Excess]) -> Issue:
    """What is told of a report that alone prints more than its aggregate."""
    cell = worst.members[0][1].cell
    return _issue("above_aggregate", worst, rows, cell, path=aggregate.path)


def _issue(check: str, worst: _Excess, rows: Sequence[_Excess], cell: str, **facts: str) -> Issue:
    """A finding on the row with the widest gap, that lists the next ones too."""
    table, row, _ = worst.key
    told = {
        f"rows{ending}": "; ".join(_in_words(each, language) for each in rows[:_MOST_ROWS])
        + (f"; … ({len(rows)})" if len(rows) > _MOST_ROWS else "")
        for language, ending in (("en", ""), ("zh", "_zh"))
    }
    return issue(
        check,
        table=table,
        row=row,
        cell=cell,
        expected=number(worst.total),
        actual=number(worst.aggregate.value),
        aggregate_cell=worst.aggregate.cell,
        **told,
        **facts,
    )


def _in_words(each: _Excess, language: str) -> str:
    """One cell with both figures and the gap, such as `Received this year: 120 against 95 (25)`."""
    table, row, column = each.key
    label = label_of(table, "row", row, language)
    if table == "disputes":
        label += f"/{label_of(table, 'column', column, language)}"
    sides = f"{number(each.total)} > {number(each.aggregate.value)} [{each.aggregate.cell}]"
    return f"{label} {sides} (+{number(each.gap)})"
