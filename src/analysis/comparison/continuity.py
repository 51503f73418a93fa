"""Which reports go on from the year before: where none does, two years have no agency in common.

A line that joined such years would show a change where there are only other agencies.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def bodies(reports: pd.DataFrame) -> np.ndarray:
    """A number for the agency of each report, one through its renames; -1 where it is not known.

    A report whose scope is not known goes on from none: that of each year may be of another.
    """
    return np.where(reports["scope"].isna(), -1, _agencies(reports))


def _agencies(reports: pd.DataFrame) -> np.ndarray:
    """A number for the agency of each report, -1 where it is not known.

    It is that of `standing_agency` where there is one, so that a government goes on in the one
    that followed it; else of the agency's id, or of its name and region.
    """
    if "standing_agency" in reports:
        return _codes(reports["standing_agency"])
    names, regions = _codes(reports["agency"]), _codes(reports["region_code"])
    named = np.where(names < 0, -1, names * (regions.max(initial=0) + 2) + regions + 1)
    if "agency_id" not in reports:
        return named
    ids = _codes(reports["agency_id"])
    return np.where(ids < 0, np.where(named < 0, -1, named + ids.max(initial=-1) + 1), ids)


def _codes(column: pd.Series) -> np.ndarray:
    """A number for each value of a column, -1 where there is none."""
    return column.astype("category").cat.codes.to_numpy("int64")


def year_before(
    units: pd.DataFrame, by: Sequence[str], group: np.ndarray, keys: pd.DataFrame
) -> np.ndarray:
    """For each unit the place of that of its agency in the year before, in the same series.

    A series is the groups that differ by year alone.

    Args:
        units: what is pooled, with the column `body`.
        by: the grouping columns, with year.
        group: the number of each unit's group.
        keys: the grouping columns of each group.

    Returns:
        Places among the units, -1 where there is none.
    """
    series_by = [column for column in by if column != "year"]
    series = np.zeros(len(keys), "int64")
    if series_by:
        series = keys.groupby(series_by, dropna=False, observed=True).ngroup().to_numpy()
    years = keys["year"].to_numpy("float64", na_value=np.nan)
    is_known = (units["body"].to_numpy() >= 0) & ~np.isnan(years)[group]
    first = np.nanmin(years, initial=9999)
    n_years = int(np.nanmax(years, initial=0) - first) + 2
    body = units["body"].to_numpy()[is_known]
    whose = series[group[is_known]] * (body.max(initial=0) + 1) + body
    key = whose * n_years + (years[group[is_known]] - first).astype("int64") + 1
    return _found(key, np.flatnonzero(is_known), len(units))


def _found(key: np.ndarray, places: np.ndarray, n_units: int) -> np.ndarray:
    """For each unit the place of the one whose key is one less."""
    before = np.full(n_units, -1)
    if len(key):
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        at = np.searchsorted(ordered, key - 1)
        is_there = ordered[at] == key - 1
        before[places[is_there]] = places[order[at[is_there]]]
    return before


def n_continuing(
    known: np.ndarray, before: np.ndarray, group: np.ndarray, n_groups: int
) -> np.ndarray:
    """How many units of each group are known and were so in the year before, a row an indicator.

    Args:
        known: whether the figures of each unit are known, a row an indicator.
        before: `year_before(…)`.
        group: the number of each unit's group.
        n_groups: how many groups there are.
    """
    now = np.flatnonzero(before >= 0)
    counts = [np.bincount(group[now], row[now] & row[before[now]], n_groups) for row in known]
    return np.array(counts).reshape(len(known), n_groups)
