"""Indicators: what a set of reports says, with numerator, denominator, interval and coverage.

The catalogue defines them; this module pools the figures of reports over any grouping. An unknown
figure leaves its report out, and is counted.
"""

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from operator import and_
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.comparison.agencies import may_govern, shown_names
from analysis.comparison.catalogue import Indicator, Term, catalogue, children
from analysis.comparison.cells import (
    SUSPECT,
    Cell,
    Figures,
    Records,
    facts,
    figures,
    reports,
    tables_with_figures,
    without_tables,
)
from analysis.comparison.continuity import bodies, n_continuing, year_before
from analysis.comparison.statistics import poisson_ratio, wilson
from analysis.dataset.place_names import zone_of_agency
from analysis.documents.reference import entries, forms

GROUPINGS = (
    *("year", "province", "prefecture", "county", "agency", "agency_type"),
    *("level", "scope", "form", "region_code", "standing_agency", "report_id", "applicant"),
)
RESULTS = (
    *("indicator", "numerator", "denominator", "value", "low", "high"),
    *("n_reports", "n_total", "n_suspect", "n_continuing"),
)
_PLACES = ["province", "prefecture", "county"]
# A zone, or a bureau, is a part of the place under which its reports are filed.
_NESTED = [*_PLACES, "part"]
_SUMS = ("numerator", "denominator", "n_reports", "n_suspect", "n_continuing")
_FACTS = ["report_id", "scope", "forms", "verified", "year", *_PLACES]


class Sums(NamedTuple):
    """An indicator's two sides for each unit, whether both are known, and whether suspect."""

    numerator: np.ndarray
    denominator: np.ndarray
    known: np.ndarray
    suspect: np.ndarray


def indicators(
    records: Records,
    by: Sequence[str] = ("year",),
    codes: Sequence[str] | None = None,
    verified_only: bool = False,
    complete: bool = False,
) -> pd.DataFrame:
    """Pool the figures of reports into indicators, one row per group and indicator.

    Args:
        records: `load("records", blanks="proven")`, one row per printed cell, or a selection
            (`select(blanks="proven")`), of which only the cells needed are read.
        by: grouping columns, of GROUPINGS; "applicant" takes the columns of the requests table,
            and leaves out indicators that are not of that table or name a column themselves.
        codes: indicators, entries (such as "denial_reason_share") or families; None for all.
        verified_only: leave unverified reports out of every figure (they still count in n_total).
        complete: use only reports that have the figures of every indicator asked for, so that
            parts of one whole are of the same reports and add up.

    Returns:
        The columns `by`, then indicator, numerator, denominator, value, low, high (95%; NaN
        where not defined), n_reports (reports with every needed figure), n_total (reports in the
        group), n_suspect (of n_reports, those where a needed figure is suspect) and, by year,
        n_continuing (of n_reports, those of agencies that are among those of the year before).
        Shares lie between 0 and 1 unless published sums are wrong; ratios are per their `per`.

    Raises:
        ValueError: an unknown grouping or code; a group that would add an agency's own report to
            an aggregate, or an aggregate to one of a place inside it, or of a place not known, or
            reports of unknown scope to each other; a series of years that would go on from one
            scope to another.
    """
    by = _checked_groupings(by, records)
    chosen = _chosen(codes, "applicant" in by)
    units = _units(records, by)
    group = _group(units, by)
    _refuse_mixed_scopes(units, by)
    _refuse_nested_aggregates(records, units, group)
    types = _applicants() if "applicant" in by else pd.Series(dtype="str")
    n_groups = group.max(initial=-1) + 1
    sums = np.zeros((len(chosen), len(_SUMS), n_groups))
    known = np.zeros((len(chosen), len(units)), bool)
    for places, cells in figures(records, _needed(chosen), types.tolist()):
        own = _units_of(places, len(types) or 1)
        by_form = _by_form(units["forms"].iloc[own])
        kept = units["verified"].iloc[own].to_numpy(bool) if verified_only else np.ones(1, bool)
        pooled = [_unit_sums(each, len(own), by_form, cells) for each in chosen]
        if complete:
            kept = reduce(and_, (each.known for each in pooled), kept)
        groups, group_of_unit = np.unique(group[own], return_inverse=True)
        for number, each in enumerate(pooled):
            known[number, own] = each.known & kept
            sums[number][:-1, groups] += _group_sums(each, kept, group_of_unit, len(groups))
    keys = _keys(units, by, group)
    before = year_before(units, by, group, keys) if "year" in by else None
    sums[:, -1] = np.nan if before is None else n_continuing(known, before, group, n_groups)
    return _grouped(keys, list(zip(chosen, sums, strict=True)))


def without_members(records: Records) -> Records:
    """Records without what another aggregate of that year counts already, or may count.

    What is left can be pooled over places. Of each table, aggregates of places are left out where
    their region's own aggregate prints figures in that table, and those of no known region where
    any other aggregate does.
    """
    aggregates = _aggregates(records)
    is_left_out = _is_inside(aggregates) | _may_overlap(aggregates, ["year", "table"])
    return without_tables(records, aggregates[is_left_out])


def _aggregates(records: Records) -> pd.DataFrame:
    """One row per aggregate report and table in which it prints figures, with year and places."""
    known = facts(records)
    columns = known.columns.intersection(
        ["report_id", "year", "agency", "agency_type", *_PLACES], sort=False
    )
    rows = known.loc[known["scope"].eq("aggregate"), columns].drop_duplicates("report_id")
    agencies = rows["agency"].astype("object").astype("category")  # each is looked up once
    zones = agencies.map(zone_of_agency, na_action="ignore").astype("object")
    rows = rows.assign(part=zones.where(may_govern(rows) | zones.notna(), rows["agency"]))
    tables = tables_with_figures(records, "aggregate")
    return tables.merge(rows.drop(columns="agency"), on="report_id")


def _is_inside(aggregates: pd.DataFrame, by: Sequence[str] = ()) -> pd.Series:
    """Whether the aggregate of a region that a place lies in is there too, in the same group."""
    found = pd.Series(False, index=aggregates.index)
    for depth, place in enumerate(_PLACES, start=1):
        inside = aggregates[_NESTED[depth:]].notna().any(axis=1)
        keys = [*by, "year", "table", *_PLACES[:depth]]
        own = aggregates[place].notna() & ~inside
        groups = own.groupby([aggregates[key] for key in keys], dropna=False, observed=True)
        found |= aggregates[place].notna() & inside & groups.transform("any")
    return found


def _may_overlap(aggregates: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Whether the region of an aggregate is not known and another one is in its group."""
    size = aggregates.groupby(list(keys), dropna=False, observed=True)["report_id"].transform(
        "size"
    )
    return aggregates[_PLACES[0]].isna() & (size > 1)


def _checked_groupings(by: Sequence[str], records: Records) -> list[str]:
    """The groupings as a list, refused where unknown or absent from the records."""
    names = [by] if isinstance(by, str) else list(by)
    wrong = sorted(set(names) - set(GROUPINGS))
    if wrong or not names:
        raise ValueError(f"group by one or more of {', '.join(GROUPINGS)}; not by {wrong}")
    absent = {*_FACTS, "agency", *names} - {"form", "applicant"} - set(facts(records).columns)
    if absent:
        raise ValueError(f"the records have no column {', '.join(sorted(absent))}")
    return names


def _chosen(codes: Sequence[str] | None, by_applicant: bool) -> list[Indicator]:
    """The indicators asked for, in the order of the catalogue."""
    every = list(catalogue().indicators.values())
    names = {name for each in every for name in (each.code, each.entry, each.family)}
    wanted = names if codes is None else {codes} if isinstance(codes, str) else set(codes)
    if wanted - names:
        unknown, known = (", ".join(sorted(some)) for some in (wanted - names, names))
        raise ValueError(f"unknown indicators: {unknown}; known are {known}")
    return [
        each
        for each in every
        if {each.code, each.entry, each.family} & wanted
        and (not by_applicant or _of_applicants(each))
    ]


def _of_applicants(indicator: Indicator) -> bool:
    """Whether an indicator can be taken for each applicant type in turn, where a form has them."""
    own = [form for form in indicator.forms if forms()[form].has_table("requests")]
    terms = [t for f in own for t in (*indicator.numerator[f], *indicator.denominator[f])]
    return all((term.table, term.column) == ("requests", "total") for term in terms)


def _units(records: Records, by: list[str]) -> pd.DataFrame:
    """What is pooled: one row per report, or per report and applicant type, with its facts."""
    known = reports(records)
    wanted = dict.fromkeys([*_FACTS, *by])
    units = known[[name for name in wanted if name in known.columns]]
    units = units.assign(form=units["forms"], body=bodies(known))
    if "agency" in by:
        units = units.assign(agency=shown_names(known))
    if "applicant" in by:
        return units.merge(_applicants(), how="cross")
    return units.reset_index(drop=True)


def _applicants() -> pd.Series:
    """The applicant types of the requests table, in printed order."""
    codes = children(forms(), "requests", "column", "total")
    return pd.Series(pd.Categorical(codes, codes, ordered=True), name="applicant")


def _units_of(places: np.ndarray, n_types: int) -> np.ndarray:
    """The places of the units of some reports."""
    return (places[:, None] * n_types + np.arange(n_types)).ravel()


def _group(units: pd.DataFrame, by: list[str]) -> np.ndarray:
    """The number of each unit's group, in the order of the groups; unknown keys make groups too."""
    if not by:
        return np.zeros(len(units), "int64")
    return units.groupby(by, dropna=False, observed=True).ngroup().to_numpy()


def _refuse_mixed_scopes(units: pd.DataFrame, by: list[str]) -> None:
    """Refuse groups with more than one scope, and series that go from one scope to another.

    A series is the groups that differ by year alone. A scope that is not known is one of its own,
    and reports of such are added up with nothing.
    """
    series = [column for column in by if column != "year"]
    scopes = units["scope"].astype("category").cat.codes
    of_series = scopes.groupby(_group(units, series))
    several = of_series.min() < of_series.max()
    if several.any():
        named = sorted(units["scope"].astype("object").fillna("not known").unique())
        raise ValueError(
            f"{int(several.sum())} group(s) mix the scopes {', '.join(named)}: "
            "an agency's own report is never added to an aggregate, nor does it go on from one in "
            'another year; filter the records by scope, or add "scope" to `by`'
        )
    unknown = units[units["scope"].isna()]
    added = unknown.groupby(_group(unknown, by))["report_id"].nunique() > 1
    if added.any():
        raise ValueError(
            f"{int(added.sum())} group(s) add up reports whose scope is not known, which may be an "
            "agency's own and an aggregate; state it in manifest.csv, or leave them out"
        )


def _refuse_nested_aggregates(records: Records, units: pd.DataFrame, group: np.ndarray) -> None:
    """Refuse groups that would add an aggregate of a year to one that counts it already, or may."""
    aggregates = _aggregates(records)
    groups = units[["report_id"]].assign(group=group)
    aggregates = aggregates.merge(groups[units["scope"].eq("aggregate")], on="report_id")
    if _is_inside(aggregates, ["group"]).any():
        raise ValueError(
            "a group holds the aggregate report of a region and that of a place inside it, "
            'which it already counts; filter the records by level, or add "level" to `by`'
        )
    if _may_overlap(aggregates, ["group", "year", "table"]).any():
        raise ValueError(
            "a group holds an aggregate report whose region is not known beside another, which "
            "may count it already; state region_code in manifest.csv, or leave it out"
        )


def _needed(chosen: list[Indicator]) -> list[Cell]:
    """The cells (table, row, column) of these indicators, headings with the rows below them."""
    found = {
        cell: None
        for each in chosen
        for terms in (*each.numerator.values(), *each.denominator.values())
        for term in terms
        for cell in ((term.table, term.row, term.column), *_parts(each.forms, term))
    }
    return list(found)


@cache
def _parts(form_names: tuple[str, ...], term: Term) -> list[Cell]:
    """The cells that a heading's cell adds up; none for a row that is no heading."""
    if entries()[term.table, "row", term.row].kind != "heading":
        return []
    rows = children(form_names, term.table, "row", term.row)
    return [(term.table, row, term.column) for row in rows]


def _by_form(printed: pd.Series) -> list[tuple[str, np.ndarray]]:
    """The forms of some units, and which units each is of."""
    return [(str(each), printed.eq(each).to_numpy(bool)) for each in printed.dropna().unique()]


def _unit_sums(
    indicator: Indicator, n_units: int, by_form: list[tuple[str, np.ndarray]], cells: Figures
) -> Sums:
    """Numerator and denominator of each unit, whether both are known, and whether suspect."""
    sides = (indicator.numerator, indicator.denominator)
    sums = np.full((2, n_units), np.nan)
    suspect = np.zeros(n_units, bool)
    for form, own in by_form:
        terms = [_terms_in(side, form) for side in sides]
        if None in terms:
            continue
        for number, side in enumerate(terms):
            value, is_suspect = _summed(indicator, side or (), cells)
            np.copyto(sums[number], value, where=own)
            suspect |= own & is_suspect
    return Sums(sums[0], sums[1], ~np.isnan(sums).any(axis=0), suspect)


def _terms_in(side: Mapping[str, tuple[Term, ...]], printed: str) -> tuple[Term, ...] | None:
    """The cells to add up in a report of these forms; None where the forms don't agree on them."""
    found = {side.get(form) for form in printed.split()}
    return found.pop() if len(found) == 1 else None


def _summed(
    indicator: Indicator, terms: tuple[Term, ...], cells: Figures
) -> tuple[np.ndarray, np.ndarray]:
    """The signed sum of some terms for each unit, unknown where a term is, and its suspicion."""
    total, suspect = np.zeros(1), np.zeros(1, bool)
    for term in terms:
        value, is_suspect = _figure(indicator, term, cells)
        total = total + term.sign * value
        suspect = suspect | is_suspect
    return total, suspect


def _figure(indicator: Indicator, term: Term, cells: Figures) -> tuple[np.ndarray, np.ndarray]:
    """One cell's figure for each unit: the rows below a heading, else what the row itself prints.

    A heading's own figure counts only where none of its rows is printed; where some are printed
    and one is not known, neither is the sum.
    """
    value, mark = cells[term.table, term.row, term.column]
    parts = [cells[part] for part in _parts(indicator.forms, term)]
    if not parts:
        return value, mark == SUSPECT
    values, marks = map(np.array, zip(*parts, strict=True))
    is_split = marks.any(axis=0)
    is_suspect = np.where(is_split, (marks == SUSPECT).any(axis=0), mark == SUSPECT)
    return np.where(is_split, values.sum(axis=0), value), is_suspect


def _group_sums(sums: Sums, kept: np.ndarray, group: np.ndarray, n_groups: int) -> list[np.ndarray]:
    """One indicator's sums over the units of each group, as far as they are known, and counts."""
    known = sums.known & kept
    own = group[known]
    sides = (sums.numerator[known], sums.denominator[known], None, sums.suspect[known])
    return [np.bincount(own, side, n_groups) for side in sides]


def _keys(units: pd.DataFrame, by: list[str], group: np.ndarray) -> pd.DataFrame:
    """The grouping columns of each group, and how many units it has."""
    firsts = np.zeros(group.max(initial=-1) + 1, "int64")
    firsts[group[::-1]] = np.arange(len(group))[::-1]
    return units[by].iloc[firsts].reset_index(drop=True).assign(n_total=np.bincount(group))


def _grouped(keys: pd.DataFrame, sums: list[tuple[Indicator, np.ndarray]]) -> pd.DataFrame:
    """The indicators of each group, groups in order and indicators as in the catalogue."""
    by = [name for name in keys if name != "n_total"]
    if not sums or keys.empty:
        return pd.DataFrame(columns=[*by, *RESULTS])
    tables = [_rates(indicator, _known(each)) for indicator, each in sums]
    result = pd.concat(tables).join(keys).sort_index(kind="stable")
    return result.reset_index(drop=True)[[*by, *RESULTS]]


def _known(sums: np.ndarray) -> pd.DataFrame:
    """Sums of groups as a frame; not known where no report has them."""
    frame = pd.DataFrame(sums.T, columns=list(_SUMS))
    counts = frame[["n_reports", "n_suspect"]].astype("int64")
    counts["n_continuing"] = frame["n_continuing"].astype("Int64")
    sides = frame[["numerator", "denominator"]].where(frame["n_reports"] > 0)
    return sides.join(counts)


def _rates(indicator: Indicator, sums: pd.DataFrame) -> pd.DataFrame:
    """One indicator's pooled figures, one row per group; NaN where no report has them."""
    if not any(indicator.denominator.values()):
        value, sums["denominator"] = sums["numerator"], np.nan
    else:
        base = sums["denominator"].where(sums["denominator"] > 0)
        value = indicator.per * sums["numerator"] / base
    low, high = _interval(indicator, sums)
    return sums.assign(indicator=indicator.code, value=value, low=low, high=high)


def _interval(indicator: Indicator, sums: pd.DataFrame) -> tuple[Any, Any]:
    """The 95% interval that the kind of indicator asks for; none for a difference or count."""
    if indicator.kind == "share":
        return wilson(sums["numerator"], sums["denominator"])
    if indicator.kind == "ratio":
        return poisson_ratio(sums["numerator"], sums["denominator"], indicator.per)
    return np.nan, np.nan
