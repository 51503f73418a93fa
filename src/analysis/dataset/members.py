"""A government's aggregate against the reports of its members: it can't print less than they do.

An aggregate counts every agency of its place, a region or a zone, and every aggregate of a place
below, but for a zone of its own rank (平潭综合实验区 answers to the province, not to 福州市). It
need not count those led from above, institutions, and branches that a bureau of the city
counts (`outside` and `branches` in across.toml); nor may it count bodies of unknown kind. Members
that are not in are no contradiction, so only what is more than the aggregate prints is told. Each
report is compared with the nearest aggregate above it. Where two governments' aggregates are of one
place, which of them counts its members is not known, and neither is compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from analysis.dataset.agencies import lines
from analysis.dataset.regions import (
    LEVELS,
    as_it_stood,
    children,
    line,
    regions,
    stood,
    upwards,
)
from analysis.dataset.successive import Finding, Told, number
from analysis.dataset.zones import Zone, zones
from analysis.documents.compared import (
    ACROSS,
    Key,
    across,
    additive,
    branches,
    government,
    positions,
)
from analysis.documents.issues import Issue, issue
from analysis.documents.key_figures import Figure
from analysis.documents.reference import ReferenceDataError
from analysis.documents.sums import label_of

Row = Mapping[str, Any]

_GOVERNMENTS = ("government", "government_office", "zone_committee")
_MOST_ROWS = 5
_MOST_NAMED = 10
_BETWEEN = {"": "; ", "_zh": "；"}
_BELOW = {
    "": " Aggregates of governments right below it that are in: {} of {}.",
    "_zh": "直接下级政府共 {1} 个，已收入其中 {0} 个的汇总。",
}
_SIDES = {
    "below_members": "{label}: {total} in members, {aggregate} here ({gap} more)",
    "below_members_zh": "{label}：所含机关合计 {total}，本汇总 {aggregate}（多 {gap}）",
    "above_aggregate": "{label}: {total} [{cell}] here, {aggregate} there ({gap} more)",
    "above_aggregate_zh": "{label}：本报告 {total} [{cell}]，汇总 {aggregate}（多 {gap}）",
}


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
    for place, own in families.items():
        yield heads[place], _once(own)


def right_below(aggregate: Row, members: Iterable[Row]) -> tuple[int, int]:
    """Of how many governments right below an aggregate's own, how many aggregates are members."""
    year = aggregate["year"]
    below = _right_below(_place(aggregate), year)
    own = {_place(row) for row in members if row["scope"] == "aggregate"} & regions().keys()
    return len(below & {as_it_stood(code, year) for code in own}), len(below)


@lru_cache(maxsize=8192)
def _right_below(place: str, year: int) -> frozenset[str]:
    """The regions right below a place that stood at the end of a year."""
    return frozenset(
        code
        for code in children().get(place, ())
        if stood(code, year) and place in _around(code, year)
    )


def _once(rows: Iterable[Row]) -> list[Row]:
    """Members but for those that print the very figures of another: they may be one report."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=itemgetter("path")):
        first.setdefault(row["fingerprint"] or row["report_id"], row)
    return list(first.values())


def _heads(rows: Iterable[Row]) -> dict[str, Row]:
    """The aggregate of the government of each place, where there is just one."""
    heads: dict[str, list[Row]] = {}
    for row in rows:
        if row["scope"] == "aggregate" and _is_government(row):
            heads.setdefault(_place(row), []).append(row)
    return {place: found[0] for place, found in heads.items() if len(found) == 1}


def _place(row: Row) -> str:
    """The place that a report is of: a zone by the agency's id, else the region."""
    place = (row["agency_id"] or "").partition(":")[0]
    return place if place.startswith(f"{row['region_code']}-") else row["region_code"]


def _is_government(row: Row) -> bool:
    """Whether an agency is the government of its place: by its id, else by its name."""
    region = regions().get(row["region_code"])
    if row["agency_id"]:
        place, _, kind = row["agency_id"].partition(":")
        own = {_place(row), *(region.successors if region else ())}
        return kind in _GOVERNMENTS and place in own
    named_so = region is not None and row["agency"].endswith(region.name)
    return named_so or bool(government().search(row["agency"]))


def _above(row: Row, heads: Mapping[str, Row]) -> str | None:
    """The place whose aggregate must count a report; none for what none need count."""
    place, around = _place(row), _around(row["region_code"], row["year"])
    if place != row["region_code"]:
        around = (place, *around)
    if row["scope"] == "aggregate":
        if heads.get(place) is not row:
            return None
        around = around[1:]
    elif row["agency_type"] in (None, *outside()) or branches().search(row["agency"]):
        return None
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
    """A region and all whose aggregates count it in a year.

    What followed it holds it only once it ended. Where it is a zone too, those of the zone's rank
    do not count it.
    """
    last_year = regions()[region_code].last_year if region_code in regions() else None
    if region_code not in regions() or (last_year is not None and year > last_year):
        return upward(region_code)
    ranks = [_rank(z.level) for z in _zones_of(region_code) if (z.first_year or year) <= year]
    above = upwards(region_code) - {region_code}
    counting = {code for code in above if all(_rank(regions()[code].level) < r for r in ranks)}
    return _nearest_first(region_code, counting | {region_code})


def _rank(level: str) -> int:
    """The place of a level below the state: 0 for a province."""
    return (*LEVELS, "township").index(level)


@lru_cache(maxsize=8192)
def _zones_of(region_code: str) -> tuple[Zone, ...]:
    """The zones that are a region under another name."""
    return tuple(zone for zone in zones().values() if zone.coextensive_with == region_code)


def _nearest_first(region_code: str, around: Iterable[str]) -> tuple[str, ...]:
    """Regions around one, the smallest first."""
    nearness = {code: (-len(upwards(code)), code != region_code) for code in around}
    return tuple(sorted(sorted(nearness), key=nearness.__getitem__))


def compare(aggregate: Told, members: Sequence[Told], below: tuple[int, int]) -> Iterator[Finding]:
    """Where members print more than their aggregate, one by one or together.

    `below` says of how many governments right below it how many are in.
    """
    together = [_excess(key, aggregate, members) for key in _exceeded(aggregate, members)]
    alone: dict[str, list[_Excess]] = {}
    for each in together:
        for told, figure in each.members:
            if figure.value > each.aggregate.value:
                one = replace(each, members=((told, figure),))
                alone.setdefault(told.report_id, []).append(one)
    for worst, rows in _by_table(together):
        yield aggregate.report_id, _on_aggregate(worst, rows, below)
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


def _on_aggregate(worst: _Excess, rows: Sequence[_Excess], below: tuple[int, int]) -> Issue:
    """What is told of an aggregate of which members print more."""
    facts = {"n_members": str(len(worst.members))}
    named = [
        f"{told.path} {number(figure.value)} [{figure.cell}]"
        for told, figure in worst.members[:_MOST_NAMED]
    ]
    more = ["…"] if len(worst.members) > len(named) else []
    for ending, between in _BETWEEN.items():
        facts[f"members{ending}"] = between.join(named + more)
        facts[f"below{ending}"] = _BELOW[ending].format(*below) if below[1] else ""
    return _issue("below_members", worst, rows, worst.aggregate.cell, **facts)


def _on_member(aggregate: Told, worst: _Excess, rows: Sequence[_Excess]) -> Issue:
    """What is told of a report that alone prints more than its aggregate."""
    cell = worst.members[0][1].cell
    return _issue("above_aggregate", worst, rows, cell, path=aggregate.path)


def _issue(check: str, worst: _Excess, rows: Sequence[_Excess], cell: str, **facts: str) -> Issue:
    """A finding on the row with the widest gap, that lists the next ones too."""
    table, row, _ = worst.key
    told = dict(facts)
    for ending, between in _BETWEEN.items():
        named = [_in_words(check, each, ending) for each in rows[:_MOST_ROWS]]
        more = [f"… ({len(rows)})"] if len(rows) > _MOST_ROWS else []
        told[f"rows{ending}"] = between.join(named + more)
    return issue(
        check,
        table=table,
        row=row,
        cell=cell,
        expected=number(worst.total),
        actual=number(worst.aggregate.value),
        **told,
    )


def _in_words(check: str, each: _Excess, ending: str) -> str:
    """One cell with both figures, their places and the gap between them."""
    table, row, column = each.key
    language = "zh" if ending else "en"
    label = label_of(table, "row", row, language)
    if table == "disputes":
        label += f" / {label_of(table, 'column', column, language)}"
    return _SIDES[check + ending].format(
        label=label,
        total=number(each.total),
        cell=each.members[0][1].cell,
        aggregate=f"{number(each.aggregate.value)} [{each.aggregate.cell}]",
        gap=number(each.gap),
    )
