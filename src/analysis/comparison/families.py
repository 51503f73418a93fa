"""Aggregates beside the reports of their members: how much of what they count is in.

A government's aggregate counts the agencies and governments below it. What its members that are in
print together is a part of it; the rest is that of members that are not in.
"""

import pandas as pd

from analysis.comparison.cells import Records
from analysis.comparison.indicators import indicators
from analysis.dataset import members

COLUMNS = (
    *("agency", "year", "n_members", "n_unknown", "n_below", "n_below_due"),
    *("received", "by_members", "rest", "n_suspect"),
)


def beside_members(records: Records, reports: pd.DataFrame) -> pd.DataFrame:
    """The requests that each aggregate with any member in has received, and those of its members.

    Each report counts with the nearest aggregate above it, as in the checks across reports.

    Args:
        records: `select(blanks="proven")` of the regions and years, of all scopes.
        reports: `load("reports")` of the same.

    Returns:
        One row an aggregate: agency, year, n_members (reports of members that are in), n_unknown
        (of these, those whose figure is not known), n_below of n_below_due (governments right below
        whose aggregate is among the members), received, by_members (together), rest (what is not of
        them; below 0 where they contradict one another) and n_suspect (figures used that are
        suspect). Figures are NaN where the aggregate's is not known.
    """
    received = indicators(records, by=["report_id"], codes=["requests_received"])
    figures = received.astype({"report_id": "str"}).set_index("report_id")
    found = [
        _beside(aggregate, own, figures)
        for _, rows in _comparable(reports).groupby("year")
        for aggregate, own in members.families(_rows(rows))
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _comparable(reports: pd.DataFrame) -> pd.DataFrame:
    """Leading reports of which it is known whose they are, with None where a fact is not known."""
    needed = ["agency", "region_code", "scope", "year"]
    is_known = reports[needed].notna().all(axis=1) & reports["superseded_by"].isna()
    names = ["report_id", "path", "agency_id", "agency_type", *needed]
    known = reports.loc[is_known & (reports["n_cells"] > 0), names].astype("object")
    return known.where(known.notna(), None).assign(fingerprint=None)


def _rows(reports: pd.DataFrame) -> list[members.Row]:
    """The rows of some reports by the names of their facts."""
    rows = reports.itertuples(index=False)
    return [dict(zip(reports.columns.astype(str), row, strict=True)) for row in rows]


def _beside(
    aggregate: members.Row, own: list[members.Row], figures: pd.DataFrame
) -> dict[str, object]:
    """An aggregate's row: its figure and those of its members."""
    used = figures.loc[[row["report_id"] for row in (aggregate, *own)]]
    whole, parts = used["value"].iloc[0], used["value"].iloc[1:]
    n_below, n_below_due = members.right_below(aggregate, own)
    together = parts.sum()
    return {
        "agency": aggregate["agency"],
        "year": aggregate["year"],
        "n_members": len(own),
        "n_unknown": int(parts.isna().sum()),
        "n_below": n_below,
        "n_below_due": n_below_due,
        "received": whole,
        "by_members": together,
        "rest": whole - together,
        "n_suspect": int(used["n_suspect"].sum()),
    }
