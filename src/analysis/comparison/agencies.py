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
        `南京市生态环境局（原南京市环境保护局）`; that of a bureau which became part of another, as
        `南京市工商行政管理局（后并入南京市市场监督管理局）`; a name that several agencies bear has
        its place behind it, or its report where no place is known. NA where the agency is unknown.
    """
    places = reports[_PLACES].astype("object").fillna("").sum(axis=1)
    if "agency_id" in reports:
        places = _of_today(reports, places)
    return agencies_apart(reports.assign(agency=with_former_names(reports)), places)


def _of_today(reports: pd.DataFrame, places: pd.Series) -> pd.Series:
    """Places, those of one agency as in its newest report: 洪泽县 became 洪泽区."""
    known = pd.DataFrame({"id": reports["agency_id"].astype("object"), "place": places})
    pairs = known.assign(year=reports["year"]).dropna().sort_values("year", kind="stable")
    newest = pairs.drop_duplicates("id", keep="last").set_index("id")["place"]
    of_id = known["id"].map(newest).astype("object")
    return of_id.where(of_id.notna(), places)


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
    """The names of agencies: of one through its renames the newest, and those before it.

    A bureau that was merged into another stays apart and says so, since its figures make no series
    with those of the whole; bureaus of one kind that report side by side stay apart too.
    """
    names = reports["agency"].astype("object")
    if "agency_id" not in reports:
        return names
    pairs = reports[["agency_id", "agency"]].drop_duplicates().dropna()
    renamed = pairs.loc[pairs["agency_id"].duplicated(keep=False), "agency_id"].unique()
    is_renamed = reports["agency_id"].isin(renamed)
    some = reports.loc[is_renamed, ["agency_id", "agency", "year"]].dropna()
    if some.empty:
        return names
    rows = some.astype({"agency_id": "object", "agency": "object"})
    rows = rows.rename(columns={"agency_id": "id", "agency": "name"})
    lines = lines_of(reports.loc[rows.index])
    shown = _shown(rows.assign(line=lines, scope=reports["scope"]))
    return shown.reindex(names.index).fillna(names).astype("object")


def lines_of(reports: pd.DataFrame) -> pd.Series:
    """The line of work of each report's agency by its name, where known, else by its id."""
    by_id = reports["agency_id"].astype("object").str.split(":").str[1]
    if "agency_type" not in reports:
        return by_id
    return reports["agency_type"].astype("object").fillna(by_id)


def _shown(rows: pd.DataFrame) -> pd.Series:
    """The names to show of agencies whose id several names share."""
    last = rows.groupby(["id", "line", "name"])["year"].max().reset_index()
    last = last.sort_values(["year", "name"])
    names: dict[tuple[str, str], list[str]] = {}
    for body, line, name in last[["id", "line", "name"]].itertuples(index=False, name=None):
        names.setdefault((body, line), []).append(name)
    beside = rows[["id", "line", "year", "scope", "name"]].drop_duplicates()
    beside = beside[beside.duplicated(["id", "line", "year", "scope"], keep=False)]
    apart = set(beside[["id", "line"]].itertuples(index=False, name=None))
    shown: dict[tuple[str, str, str], str] = {}
    for (body, line), named in names.items():
        is_one = len(named) > 1 and (body, line) not in apart
        whole = names.get((body, body.split(":")[1]), named)
        merged = "" if whole is named else f"（后并入{whole[-1]}）"
        shown |= {(body, line, n): (_joined(named) if is_one else n) + merged for n in named}
    keys = rows[["id", "line", "name"]].itertuples(index=False, name=None)
    return pd.Series([shown[key] for key in keys], rows.index, dtype="object")


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
