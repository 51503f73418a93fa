"""Series of governments that follow their regions to those that stand now.

洪泽县 became 洪泽区, 莱芜市 a part of 济南市: the aggregates of their governments go on in those of
the government that followed. A region that was divided among several can't be followed.
"""

from collections.abc import Iterable

import pandas as pd

from analysis.comparison.agencies import agencies_apart, with_former_names
from analysis.comparison.cells import Records, facts
from analysis.dataset.place_names import at_beginning
from analysis.dataset.regions import places, regions, standing
from analysis.dataset.selection import Selection
from analysis.dataset.zones import Zone


def with_successors(records: Records) -> Records:
    """Records with the column `standing_agency`, by which a government's series goes on.

    It is the agency's name with its former ones behind it. For an aggregate of a region that ended and was followed by one, it is
    the name in the newest aggregate of that one, where there is such. Agencies of one name are
    told apart as `indicators` tells them.
    """
    known = facts(records)
    reports = known.drop_duplicates("report_id")
    reports = reports.assign(agency=with_former_names(reports))
    after = reports["region_code"].astype("category").map(_one_after, na_action="ignore")
    named = _told_apart(reports, _followed(reports, after), after)
    if len(reports) < len(known):
        by_report = dict(zip(reports["report_id"], named, strict=True))
        named = known["report_id"].astype("object").map(by_report)
    known = known.assign(standing_agency=named.astype("category"))
    return records.among(known) if isinstance(records, Selection) else known


def successions(records: Records) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """Governments whose region ended, by name: those followed, and those that can't be.

    Returns:
        Pairs of the government and the one that followed it; pairs of the government and the
        regions among which its own was divided.
    """
    reports = facts(records).drop_duplicates("report_id")
    reports = reports.assign(agency=with_former_names(reports))[_is_aggregate(reports)]
    code = reports["region_code"].astype("object")
    named = _followed(reports, code.map(_one_after))
    told = pd.DataFrame(
        {"agency": reports["agency"].astype("object"), "code": code, "named": named}
    )
    told = told.drop_duplicates().sort_values(["code", "agency"])
    moved = told[told["named"].ne(told["agency"]) & told["agency"].notna()]
    divided = told[_flags(told, (len(standing(code)) > 1 for code in told["code"]))]
    pairs = divided[["agency", "code"]].fillna("?").itertuples(index=False, name=None)
    return (
        list(dict.fromkeys(moved[["agency", "named"]].itertuples(index=False, name=None))),
        [(agency, [regions()[c].name for c in standing(code)]) for agency, code in pairs],
    )


def _followed(reports: pd.DataFrame, after: pd.Series) -> pd.Series:
    """The agency of each report, or the one that followed it."""
    some = reports[_is_aggregate(reports)]
    named, after = reports["agency"].astype("object"), after[some.index].astype("object")
    ended = after.ne(some["region_code"].astype("object"))
    is_heir = ~ended & after.isin(after[ended].unique())
    rows = some.assign(agency=named[some.index], after=after)[ended | is_heir]
    rows = rows[_flags(rows, map(_is_of_region, rows["agency"]))]
    heirs = rows[is_heir[rows.index]].dropna(subset=["year"]).sort_values(["year", "report_id"])
    newest = heirs.groupby("after")["agency"].last()
    joined = rows[ended[rows.index] & rows["after"].isin(newest.index)]
    joined = joined[_may_join(joined, heirs)]
    return pd.concat([joined["after"].map(newest), named.drop(joined.index)])[named.index]


def _told_apart(reports: pd.DataFrame, named: pd.Series, after: pd.Series) -> pd.Series:
    """Names of agencies, those that several regions have told apart by them."""
    pairs = pd.DataFrame({"named": named, "after": after}).drop_duplicates()
    several = pairs.loc[pairs["named"].duplicated(keep=False) | pairs["after"].isna(), "named"]
    rows = reports.assign(agency=named, after=after)[named.isin(several.dropna())]
    around = (
        rows["after"].astype("object").map(_around, na_action="ignore").astype("object").fillna("")
    )
    return pd.concat([agencies_apart(rows, around), named.drop(rows.index)])[named.index]


def _may_join(ended: pd.DataFrame, heirs: pd.DataFrame) -> pd.Series:
    """Whether reports are added to no other that is the same government's under its later name.

    That is one of a region that did not stand yet.
    """
    early = {
        (code, year)
        for code, year in heirs[["after", "year"]].itertuples(index=False, name=None)
        if regions()[code].first_year > year
    }
    pairs = ended[["after", "year"]].itertuples(index=False, name=None)
    return _flags(ended, (not pd.isna(year) and (c, year) not in early for c, year in pairs))


def _flags(rows: pd.DataFrame, flags: Iterable[bool]) -> pd.Series:
    """Flags of rows, in their order."""
    return pd.Series(list(flags), rows.index, dtype=bool)


def _is_aggregate(reports: pd.DataFrame) -> pd.Series:
    """Whether reports are aggregates of a known region."""
    return (
        reports["scope"].eq("aggregate").fillna(False).astype(bool) & reports["region_code"].notna()
    )


def _is_of_region(agency: object) -> bool:
    """Whether an agency is named, and not that of a zone within its region."""
    if not isinstance(agency, str):
        return False
    ends = [begun.places[-1] for begun in at_beginning(agency)]
    return not any(isinstance(end, Zone) and not end.coextensive_with for end in ends)


def _one_after(code: str) -> str:
    """The one region that stands where this one stood, or itself where there are several."""
    after = standing(code)
    return after[0] if len(after) == 1 else code


def _around(code: str) -> str:
    """The names of a region and of those around it."""
    return "".join(name for key, name in places(code).items() if name and key != "level")
