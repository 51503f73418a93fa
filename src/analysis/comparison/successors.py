"""Series of governments that follow their regions to those that stand now.

洪泽县 became 洪泽区, 莱芜市 a part of 济南市: the aggregates of their governments go on in those of
the government that followed. A region that was divided among several can't be followed, and a year
in which some of those that became one are not in is none of the whole: 莱芜市 alone is not 济南市.
"""

from collections.abc import Iterable

import pandas as pd

from analysis.comparison.agencies import agencies_apart, may_govern, with_former_names
from analysis.comparison.cells import Records, facts, reports
from analysis.dataset.place_names import zone_of_agency
from analysis.dataset.regions import parts, places, regions, standing
from analysis.dataset.selection import Selection


def with_successors(records: Records) -> Records:
    """Records with the column `standing_agency`, by which a government's series goes on.

    It is the agency's name with its former ones behind it. For an aggregate of a region that ended
    and was followed by one, it is the name in the newest aggregate of that one, where there is
    such, and where the aggregates of all that became that one are in for the year. Agencies of one
    name are told apart as `indicators` tells them.
    """
    known, once = facts(records), reports(records)
    once = once.assign(agency=with_former_names(once))
    after = once["region_code"].astype("category").map(_one_after, na_action="ignore")
    heir = _joined(once, after)["heir"]
    named = once["agency"].astype("object")
    named = pd.concat([heir, named.drop(heir.index)])[named.index]
    named = _told_apart(once, named, after)
    if len(once) < len(known):
        by_report = dict(zip(once["report_id"], named, strict=True))
        named = known["report_id"].astype("object").map(by_report)
    known = known.assign(standing_agency=named.astype("category"))
    return records.among(known) if isinstance(records, Selection) else known


def successions(records: Records) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """Governments whose region ended, by name: those followed, and those that can't be.

    Returns:
        Pairs of the government and the one that followed it, with their regions where they bear
        one name; pairs of the government and the regions among which its own was divided.
    """
    governments = _governments(reports(records))
    code = governments["region_code"].astype("object")
    joined = _joined(governments, code.map(_one_after))
    columns = ["agency", "region_code", "heir", "after"]
    last = joined.sort_values("year", kind="stable").drop_duplicates(columns, keep="last")
    pairs = last.sort_values(["region_code", "agency"])[["own", *columns]]
    whose = governments[["region_code", "agency"]].astype("object").drop_duplicates().fillna("?")
    divided = [
        (agency, [regions()[after].name for after in standing(code)])
        for code, agency in sorted(whose.itertuples(index=False, name=None))
        if len(standing(code)) > 1
    ]
    return [_as_pair(*pair) for pair in pairs.itertuples(index=False, name=None)], divided


def _governments(every: pd.DataFrame) -> pd.DataFrame:
    """The aggregates of known regions under their governments' names.

    An agency's own reports tell its former names too, so they are looked at with its aggregates.
    """
    is_aggregate = _is_aggregate(every)
    own = is_aggregate
    if "agency_id" in every:
        own = own | every["agency_id"].isin(every.loc[is_aggregate, "agency_id"].dropna().unique())
    some = every[own]
    named = some.assign(agency=with_former_names(some), own=some["agency"])
    return named[is_aggregate[own]]


def _as_pair(own: str, agency: str, code: str, heir: str, after: str) -> tuple[str, str]:
    """A government and the one that followed, told apart where they bear one name.

    One agency through its renames bears that name with the former ones behind it, and is told by
    its `own` of the time.
    """
    if agency != heir:
        return agency, heir
    if own not in (heir, heir.partition("（")[0]):
        return own, heir
    places = [_around(code), _around(after)]
    if places[0] == places[1]:  # a region that was made anew under its name
        places = [f"{places[0]} {code}", f"{places[1]} {after}"]
    return f"{agency}（{places[0]}）", f"{heir}（{places[1]}）"


def _joined(reports: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    """Reports of governments that another followed, with its region `after` and name `heir`."""
    some = reports[_is_aggregate(reports)].astype({"agency": "object", "region_code": "object"})
    some = some.assign(after=after[some.index].astype("object"))
    ended = some["after"].ne(some["region_code"])
    is_heir = ~ended & some["after"].isin(some.loc[ended, "after"].unique())
    rows = some[ended | is_heir]
    rows = rows[_flags(rows, map(_is_of_region, rows["agency"]))]
    heirs = rows[is_heir[rows.index]].dropna(subset=["year"]).sort_values(["year", "report_id"])
    newest = heirs.groupby("after")["agency"].last()
    joined = rows[ended[rows.index] & rows["after"].isin(newest.index)]
    joined = joined[_may_join(joined, heirs) & _are_whole(joined, rows)]
    return joined.assign(heir=joined["after"].map(newest).astype("object"))


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


def _are_whole(ended: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Whether all that stood in a report's year of what is one region now are among some rows."""
    known = rows[["after", "year", "region_code"]].dropna()
    present: dict[tuple[str, int], set[str]] = {}
    for after, year, code in known.itertuples(index=False, name=None):
        present.setdefault((after, year), set()).add(code)
    pairs = ended[["after", "year"]].itertuples(index=False, name=None)
    return _flags(
        ended, (not pd.isna(y) and parts(c, int(y)) <= present.get((c, y), set()) for c, y in pairs)
    )


def _flags(rows: pd.DataFrame, flags: Iterable[bool]) -> pd.Series:
    """Flags of rows, in their order."""
    return pd.Series(list(flags), rows.index, dtype=bool)


def _is_aggregate(reports: pd.DataFrame) -> pd.Series:
    """Whether reports are aggregates of a known region."""
    is_aggregate = reports["scope"].eq("aggregate").fillna(False).astype(bool)
    return is_aggregate & reports["region_code"].notna() & may_govern(reports)


def _is_of_region(agency: object) -> bool:
    """Whether an agency is named, and not that of a zone within its region."""
    return isinstance(agency, str) and zone_of_agency(agency) is None


def _one_after(code: str) -> str:
    """The one region that stands where this one stood, or itself where there are several."""
    after = standing(code)
    return after[0] if len(after) == 1 else code


def _around(code: str) -> str:
    """The names of a region and of those around it."""
    return "".join(name for key, name in places(code).items() if name and key != "level")
