"""Under which name an agency is shown: one through its renames, apart from others of that name."""

import pandas as pd

from analysis.dataset.agencies import MAKERS

_PLACES = ["province", "prefecture", "county"]


def shown_names(reports: pd.DataFrame) -> pd.Series:
    """The name under which the agency of each report is shown.

    Args:
        reports: one row a report with report_id, agency, year, scope, province, prefecture,
            county, and agency_id where that is known.

    Returns:
        The newest name of the agency with its former ones behind it, as
        `南京市生态环境局（原南京市环境保护局）`; a name that several agencies bear has its place
        behind it, or its report where no place is known. NA where the agency is not known.
    """
    places = reports[_PLACES].astype("object").fillna("").sum(axis=1)
    return agencies_apart(reports.assign(agency=with_former_names(reports)), places)


def agencies_apart(reports: pd.DataFrame, places: pd.Series) -> pd.Series:
    """Agencies' names; those of one name are told apart by their places, else by their report."""
    named = reports["agency"].astype("object")
    several = places.groupby(named).transform("nunique") > 1
    named = named.where(~(several & (places != "")), named + "（" + places + "）")
    same = [named, reports["year"], reports["scope"]]
    twice = reports["report_id"].groupby(same, dropna=False).transform("size") > 1
    apart = twice & (places == "") & named.notna()
    return named.where(~apart, named + "（" + reports["report_id"].astype("object") + "）")


def with_former_names(reports: pd.DataFrame) -> pd.Series:
    """The names of agencies, those of one id joined: the newest, and those before it."""
    names = reports["agency"].astype("object")
    if "agency_id" not in reports:
        return names
    known = pd.DataFrame(
        {"id": reports["agency_id"].astype("object"), "name": names, "year": reports["year"]}
    ).dropna()
    last = known.groupby(["id", "name"], as_index=False)["year"].max()
    several = last[last["id"].duplicated(keep=False)].sort_values(["year", "name"])
    joined = {
        body: _joined(group["name"].tolist()) for body, group in several.groupby("id", sort=False)
    }
    shown = reports["agency_id"].astype("object").map(joined).astype("object")
    return shown.where(shown.notna(), names)


def _joined(names: list[str]) -> str:
    """The last of some names with the others behind it, the last of these first."""
    *former, newest = names
    return f"{newest}（原{'、'.join(reversed(former))}）"


def may_govern(reports: pd.DataFrame) -> pd.Series:
    """Whether an aggregate of each report's agency is that of its region's government.

    A bureau's or a township's is of a part of the region alone. An agency of unknown kind may be a
    government.
    """
    if "agency_type" not in reports:
        return pd.Series(True, index=reports.index)
    kinds = reports["agency_type"].astype("object")
    return kinds.isna() | kinds.isin(MAKERS)
