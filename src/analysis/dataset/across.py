"""What reports say against one another: each finding stands with every report that it concerns.

Three groups of leading reports are compared: a series (one body and scope, by year), reports that
print the very same figures, and an aggregate with its members. All findings are warnings or less,
on a row and never on a column, so that they neither un-verify a report nor make a figure suspect:
of two reports that contradict one another one may be right, and which can't be told from here. Each
message names both reports, their years, figures and cells, so either leads to the other.

A finding depends on the reports of its group alone: where a report changes, comes or goes, only the
groups that it is or was in are compared again. Only one group's reports, or one year's, are Python
objects at a time, and findings come one by one: a nation's are never all in memory.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.dataset import members, successive
from analysis.dataset.leaders import bodies, is_of_one_place
from analysis.dataset.members import upward
from analysis.dataset.successive import Finding, Told
from analysis.documents.compared import balances
from analysis.documents.issues import issue
from analysis.documents.key_figures import KeyFigures

_USED = [
    *("report_id", "path", "year", "agency", "agency_id", "agency_type", "region_code"),
    *("scope", "forms", "fingerprint", "superseded_by", "n_cells"),
]
_MOST_NAMED = 5
_BETWEEN = "\n"
_AT_ONCE = 1000  # rows that are Python objects at one time

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Groups:
    """Groups of reports: series, digests of the same figures, and regions of a year."""

    series: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()
    regions: frozenset[tuple[int, str]] = frozenset()

    def __or__(self, other: "Groups") -> "Groups":
        """The groups of both."""
        return Groups(
            self.series | other.series,
            self.fingerprints | other.fingerprints,
            self.regions | other.regions,
        )


def across_checks() -> tuple[str, ...]:
    """What comparing reports may find; reading finds none of these."""
    own = ("copied_table", "unit_jump", "same_figures", "below_members", "above_aggregate")
    return (*dict.fromkeys(balance.check for balance in balances()), *own)


class Across:
    """What the reports of a build say against one another."""

    def __init__(self, reports: pa.Table) -> None:
        """Take the reports table; those that lead and whose agency is known are compared."""
        slim = reports.select(_USED)
        slim = slim.append_column("at", pa.array(range(len(reports)), pa.int64()))
        slim = slim.append_column("body", bodies(slim))
        slim = slim.append_column("series", series_keys(slim))
        leads = pc.field("superseded_by").is_null() & (pc.field("n_cells") > 0)
        self._leading = slim.filter(leads & pc.field("agency").is_valid())
        self._reads = reports["read"]

    def groups_of(self, ids: Collection[str]) -> Groups:
        """The groups that some reports are in, or of whose members they may decide."""
        mine = pc.field("report_id").isin(pa.array(ids, pa.string()))
        rows = self._leading.filter(mine)
        return Groups(
            frozenset(pc.unique(rows["series"]).drop_null().to_pylist()),
            frozenset(pc.unique(rows["fingerprint"]).drop_null().to_pylist()),
            frozenset((year, above) for year, code in _places(rows) for above in upward(code)),
        )

    def findings(self, groups: Groups | None = None) -> Iterator[Finding]:
        """What the reports of some groups, or of all, say against one another.

        Those of one report come in a fixed order.
        """
        yield from self._of_series(groups)
        yield from self._of_same_figures(groups)
        yield from self._of_aggregates(groups)

    def _of_series(self, groups: Groups | None) -> Iterator[Finding]:
        """What successive reports of a series say against one another."""
        dated = self._leading.filter(pc.field("year").is_valid())
        for group in _sharing(dated, "series", None if groups is None else groups.series):
            for rows in _side_by_side(group) if _is_one_agency(group[0]) else ():
                told = self._told(_one_a_year(rows))
                for before, now in pairwise(told):
                    yield from successive.compare(before, now)
                yield from successive.copies(told)

    def _of_same_figures(self, groups: Groups | None) -> Iterator[Finding]:
        """Reports of which every figure is that of another body's or scope's report."""
        keys = None if groups is None else groups.fingerprints
        for group in _sharing(self._leading, "fingerprint", keys):
            for row in group:
                others = list(islice((o for o in group if _is_another(row, o)), _MOST_NAMED + 1))
                if others:
                    yield row["report_id"], issue("same_figures", paths=_named(others))

    def _of_aggregates(self, groups: Groups | None) -> Iterator[Finding]:
        """Aggregates that print less than their members."""
        for year, regions in self._with_aggregates(groups).items():
            for aggregate, own in members.families(self._within(year, regions)):
                if aggregate["region_code"] in regions:
                    first, *others = self._told([aggregate, *own])
                    below = members.right_below(aggregate, own)
                    yield from members.compare(first, others, below)

    def _with_aggregates(self, groups: Groups | None) -> dict[int, set[str]]:
        """The regions that have an aggregate, by year, of some groups where these are given."""
        chosen = pc.field("scope") == "aggregate"
        pairs = _places(self._leading.filter(chosen))
        found: dict[int, set[str]] = {}
        for year, region in sorted(pairs if groups is None else pairs & groups.regions):
            found.setdefault(year, set()).add(region)
        return found

    def _within(self, year: int, regions: set[str]) -> list[Row]:
        """Reports of a year of known scope, of some regions or below them."""
        rows = self._leading.filter((pc.field("year") == year) & pc.field("scope").is_valid())
        codes = pc.unique(rows["region_code"]).drop_null().to_pylist()
        inside = [code for code in codes if not regions.isdisjoint(upward(code))]
        return list(rows.filter(pc.field("region_code").isin(inside)).to_pylist())

    def _told(self, rows: Sequence[Row]) -> list[Told]:
        """What some reports tell others."""
        return [_told(row, json.loads(self._reads[row["at"]].as_py())) for row in rows]


def series_keys(reports: pa.Table) -> pa.ChunkedArray:
    """The series of each report: its scope and body, which goes on through renames.

    A department counts by its id and kind, as several kinds may share an heir's id; one without an
    id by name and region. Null where scope or agency is not known.
    """
    region = pc.coalesce(reports["region_code"], pa.scalar(""))
    named = pc.binary_join_element_wise(reports["body"], region, _BETWEEN)
    of_kind = pc.binary_join_element_wise(reports["agency_id"], reports["agency_type"], _BETWEEN)
    by_name = pc.equal(reports["body"], reports["agency"])
    body = pc.if_else(by_name, pc.coalesce(of_kind, named), reports["body"])
    return pc.binary_join_element_wise(reports["scope"], body, _BETWEEN)


def _told(row: Row, read: Mapping[str, Any]) -> Told:
    """What a report tells others, from its row and what was read of it."""
    return Told(
        report_id=row["report_id"],
        path=row["path"],
        year=row["year"],
        region=row["region_code"] or "",
        forms=frozenset((row["forms"] or "").split()),
        tables=read["tables"],
        figures=KeyFigures(read["key_values"], read["key_cells"]),
    )


def _places(reports: pa.Table) -> set[tuple[int, str]]:
    """The years and regions that some reports are of, where both are known."""
    pairs = reports.group_by(["year", "region_code"]).aggregate([]).drop_null()
    return set(zip(*(pairs[name].to_pylist() for name in ("year", "region_code")), strict=True))


def _sharing(reports: pa.Table, name: str, keys: frozenset[str] | None) -> Iterator[list[Row]]:
    """Reports that share a key, of some keys where these are given, in the order of their paths."""
    counts = pc.value_counts(reports[name])
    several = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").drop_null()
    if keys is not None:
        several = several.filter(pc.is_in(several, pa.array(keys, pa.string())))
    some = reports.filter(pc.is_in(reports[name], several))
    rows = _rows(some.sort_by([(name, "ascending"), ("path", "ascending")]))
    return (list(group) for _, group in groupby(rows, key=itemgetter(name)))


def _rows(reports: pa.Table) -> Iterator[Row]:
    """The rows of some reports, one by one."""
    for batch in reports.to_batches(max_chunksize=_AT_ONCE):
        yield from batch.to_pylist()


def _is_one_agency(row: Row) -> bool:
    """Whether a series is of one agency: a name alone may be that of many."""
    by_id = row["body"] != row["agency"]
    return by_id or bool(row["region_code"]) or is_of_one_place(row["agency"], row["year"])


def _side_by_side(rows: Sequence[Row]) -> list[list[Row]]:
    """The reports of a series, apart by agency where two of one kind report in the same year."""
    names: dict[int, set[str]] = {}
    for row in rows:
        names.setdefault(row["year"], set()).add(row["agency"])
    if all(len(several) == 1 for several in names.values()):
        return [list(rows)]
    by_name = itemgetter("agency")
    return [list(own) for _, own in groupby(sorted(rows, key=by_name), key=by_name)]


def _one_a_year(rows: Iterable[Row]) -> list[Row]:
    """The reports of a series in order of years, without those of a year that has several."""
    years: dict[int, list[Row]] = {}
    for row in rows:
        years.setdefault(row["year"], []).append(row)
    return [years[year][0] for year in sorted(years) if len(years[year]) == 1]


def _is_another(row: Row, other: Row) -> bool:
    """Whether two reports are of two bodies, or of two scopes."""
    scopes = {row["scope"], other["scope"]} - {None}
    regions = {row["region_code"], other["region_code"]} - {None}
    is_renamed = row["agency_id"] is not None and row["agency_id"] == other["agency_id"]
    is_other = row["body"] != other["body"] and not is_renamed
    return is_other or len(scopes) > 1 or len(regions) > 1


def _named(rows: Sequence[Row]) -> str:
    """Some reports with agency and year, the first few of many."""
    named = [f"{row['path']} ({row['agency']}, {row['year']})" for row in rows[:_MOST_NAMED]]
    return "; ".join([*named, *(["…"] if len(rows) > _MOST_NAMED else [])])
