"""Coverage: which reports were due, which of them are in, and what the missing ones may change.

Due are the report of every government at county level and above in the regions asked for, and
that of every other agency seen there in any year, as long as its place stood.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.comparison.agencies import lines_of, may_govern
from analysis.comparison.catalogue import catalogue, form_in_force
from analysis.comparison.cells import Records, among, facts
from analysis.comparison.deadlines import due_date
from analysis.comparison.indicators import indicators
from analysis.dataset.agencies import lines as agency_types
from analysis.dataset.place_names import zone_of_agency
from analysis.dataset.regions import LEVELS, as_it_stood, places, regions, stood, within
from analysis.dataset.zones import zones
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

STATES = ("verified", "not_verified", "unreadable", "missing")
_KEYS = ["body", "year"]
_TOLD = ["state", "published", "path"]
_PLACES = ["province", "prefecture", "county"]
_NEAR = 2  # years, from which a missing rate may be taken
_SHARE = 1.0  # the highest that the rate of a missing government can be; the lowest is 0


def due_reports(
    reports: pd.DataFrame,
    years: int | Sequence[int] | None = None,
    codes: str | Sequence[str] | None = None,
    scope: str | None = None,
) -> pd.DataFrame:
    """Every report that was due, and what became of it.

    Args:
        reports: `load("reports", regions=…)` of all years, so that every agency seen is known.
        years: years of the reports; None for all from the first to the last that is in.
        codes: regions by code or full name, each with all below it; None for the provinces of
            which any report is in.
        scope: `aggregate` or `agency` for one of the two kinds only.

    Returns:
        One row a report that was due: region_code, province, prefecture, county, level, scope,
        agency, year, is_government, due (date), state (of STATES), published, timeliness
        (`on_time`, `late`; NA where not known) and path of the file. A government's report is that
        of its region whose scope is aggregate; a zone or a bureau within it is an agency of its
        own. Reports whose year or region is not known are none of these.
    """
    known = reports[reports["superseded_by"].isna() & reports["year"].notna()]
    asked = _years(known, years)
    places_asked = _regions(known, codes)
    inside = known[known["region_code"].isin(places_asked)]
    is_government = _is_government(inside)
    due = pd.concat(
        [
            _governments(places_asked, asked).assign(is_government=True),
            _agencies(inside[~is_government], asked).assign(is_government=False),
        ],
        ignore_index=True,
    )
    due = due if scope is None else due[due["scope"].eq(scope).fillna(False)]
    in_store = _best(inside.assign(body=_bodies(inside, is_government)))
    told = due.merge(in_store, on=_KEYS, how="left")
    told["state"] = told["state"].fillna("missing")
    told = told.assign(due=_due_dates(told))
    return _dated(told).drop(columns="body").sort_values(["year", "region_code"], ignore_index=True)


def _years(known: pd.DataFrame, years: int | Sequence[int] | None) -> list[int]:
    """The years asked for, else all from the first to the last that is in."""
    if years is not None:
        return [years] if isinstance(years, int) else list(years)
    found = known["year"]
    return list(range(int(found.min()), int(found.max()) + 1)) if len(found) else []


def _regions(known: pd.DataFrame, codes: str | Sequence[str] | None) -> list[str]:
    """Codes of the regions asked for and all below them, without those where none is due."""
    if codes is None:
        seen = {str(code) for code in known["region_code"].dropna()}
        codes = sorted({f"{code[:2]}0000" for code in seen})
    inside = within([codes] if isinstance(codes, str) else codes)
    return sorted(inside - _none_due())


@lru_cache(maxsize=1)
def _none_due() -> set[str]:
    """Codes of the regions where the regulations do not hold, and of all below them."""
    names = ("region_code", "source")
    lines = read_csv(REFERENCE / "none_due.csv", known=names, required=names)
    return within(row["region_code"] for _, row in lines)


def _governments(codes: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """The governments that stood at the end of each year, one row a year."""
    rows = [
        {"body": code, "year": year, "agency": region.name, "scope": "aggregate"}
        | {"region_code": code}
        | places(code)
        for code in codes
        for region in [regions()[code]]
        if region.level in LEVELS
        for year in years
        if stood(code, year)
    ]
    names = ["body", "year", "agency", "scope", "region_code", *_PLACES, "level"]
    return pd.DataFrame(rows, columns=names)


def _agencies(others: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """All other agencies seen in any year, under their newest name, in each year they stood.

    An agency stood as long as its place did, and not before the first of its kind. A bureau that
    was merged into another is due in the years between those in which it is seen; what it became
    part of, from when that is seen itself or the last of the merged no longer is. What is of no
    known scope is due in the years in which it is seen: which reports it owes is not known.
    """
    facts = ["agency", "scope", "region_code", *_PLACES, "level"]
    named = others[others["agency"].notna()].sort_values("year")
    named = named.assign(body=_bodies(named, pd.Series(False, index=named.index)))
    newest = named.drop_duplicates("body", keep="last")[["body", *facts]].astype("object")
    due = newest.merge(_years_of_places(named), on="body").merge(_spans(named), "left", on="body")
    due = due.merge(pd.DataFrame({"year": years}), how="cross")
    is_due = due["year"].between(due["first_stood"], due["last_stood"])
    is_due &= due["year"].ge(due["first"].fillna(-1)) & due["year"].le(due["last"].fillna(9999))
    seen = pd.MultiIndex.from_frame(named[_KEYS].astype({"year": "int64"}))
    is_due &= due["scope"].notna() | pd.MultiIndex.from_frame(due[_KEYS]).isin(seen)
    return due[is_due].drop(columns=["first", "last", "first_stood", "last_stood"])


def _years_of_places(named: pd.DataFrame) -> pd.DataFrame:
    """The first and last year in which the places of each body stood, and its kind was there."""
    agencies = named["agency"].astype("object").astype("category")  # each is looked up once
    zone = agencies.map(zone_of_agency, na_action="ignore").astype("object")
    kind = named["agency_type"] if "agency_type" in named else pd.Series(pd.NA, named.index)
    facts = pd.DataFrame({"zone": zone, "code": named["region_code"].astype("object")})
    spans = {pair: _years_of(*pair) for pair in set(facts.itertuples(index=False, name=None))}
    pairs = [spans[pair] for pair in facts.itertuples(index=False, name=None)]
    years = pd.DataFrame(pairs, named.index, columns=["first_stood", "last_stood"])
    begun = kind.astype("object").map(_first_years()).astype("float64")
    first = np.fmax(years["first_stood"], begun.to_numpy("float64"))
    seen = named["year"].to_numpy("float64")
    years = years.assign(
        body=named["body"],
        first_stood=np.fmin(first, seen),
        last_stood=np.fmax(years["last_stood"], seen),
    )
    rows = years.groupby("body")
    return rows.agg(first_stood=("first_stood", "min"), last_stood=("last_stood", "max"))


def _years_of(zone: object, code: str) -> tuple[float, float]:
    """The first and last year in which a region, or a zone within it, stood."""
    place = zones().get(zone) if isinstance(zone, str) else None
    spans = [(each.first_year, each.last_year) for each in (place, regions()[code]) if each]
    return max(first or 0 for first, _ in spans), min(last or 9999 for _, last in spans)


@lru_cache(maxsize=1)
def _first_years() -> dict[str, int]:
    """The first year of kinds of agencies that were set up since the regulations came in force."""
    names = ("agency_type", "first_year", "source")
    found = {}
    for number, row in read_csv(REFERENCE / "agency_years.csv", known=names, required=names):
        if row["agency_type"] not in agency_types() or not row["first_year"].isdecimal():
            raise ReferenceDataError(f"agency_years.csv, line {number}: unknown kind or year")
        found[row["agency_type"]] = int(row["first_year"])
    return found


def _spans(named: pd.DataFrame) -> pd.DataFrame:
    """The first and last year in which merged bureaus, and what they became part of, are due."""
    nothing = pd.DataFrame({"body": [], "first": [], "last": []}).astype({"body": "object"})
    if "agency_id" not in named:
        return nothing
    known = named[named["agency_id"].notna()]
    known = known.assign(
        id=known["agency_id"].astype("object"), scope=known["scope"].astype("object").fillna("")
    )
    known["is_whole"] = lines_of(known) == known["id"].str.split(":").str[1]
    seen = known.groupby(["id", "scope", "is_whole", "body"])["year"].agg(["min", "max"])
    seen = seen.reset_index().rename(columns={"min": "first", "max": "last"})
    merged = seen[~seen["is_whole"]]
    ended = merged.groupby(["id", "scope"])["last"].max().rename("ended").reset_index()
    whole = seen[seen["is_whole"]].merge(ended, on=["id", "scope"])
    whole = whole.assign(first=whole["first"].clip(upper=whole["ended"] + 1), last=np.nan)
    return pd.concat([nothing, merged[[*nothing]], whole[[*nothing]]], ignore_index=True)


def _bodies(reports: pd.DataFrame, is_government: pd.Series) -> pd.Series:
    """What tells a body through the years: a government's region, an agency's id or its name.

    Of bureaus that were merged the line of work too, and the region where those of several that
    became one report side by side.
    """
    names = reports["region_code"].astype("object") + ":" + reports["agency"].astype("object")
    if "agency_id" in reports:
        ids = reports["agency_id"].astype("object")
        same = [ids + ":" + lines_of(reports), reports["scope"], reports["year"]]
        regions_seen = reports["region_code"].groupby(same, dropna=False, observed=True)
        is_split = (regions_seen.transform("nunique") > 1).groupby(same[0]).transform("any")
        apart = ":" + reports["region_code"].astype("object")
        names = (same[0] + apart.where(is_split.eq(True), "")).fillna(names)
    names = names + ":" + reports["scope"].astype("object").fillna("")
    names[is_government] = _as_stood(reports[is_government])
    return names


def _as_stood(governments: pd.DataFrame) -> list[str]:
    """The code of the region of each government as it stood in the year of its report."""
    pairs = governments[["region_code", "year"]].astype("object").itertuples(index=False, name=None)
    return [as_it_stood(*pair) for pair in pairs]


def _is_government(reports: pd.DataFrame) -> pd.Series:
    """Whether each report is the aggregate of its region's government."""
    is_aggregate = reports["scope"].eq("aggregate").fillna(False) & reports["region_code"].notna()
    return is_aggregate & ~_is_of_zone(reports) & may_govern(reports)


def _is_of_zone(reports: pd.DataFrame) -> pd.Series:
    """Whether each report is of a zone, which is filed under the division that holds it."""
    agencies = reports["agency"].astype("object").astype("category")  # each is looked up once
    return agencies.map(zone_of_agency, na_action="ignore").astype("object").notna()


def _best(inside: pd.DataFrame) -> pd.DataFrame:
    """The fullest report of each body and year, and its state."""
    state = inside["verified"].map({True: "verified", False: "not_verified"}).astype("object")
    state = state.mask(inside["n_cells"] == 0, "unreadable")
    order = pd.Categorical(state, STATES[:-1], ordered=True)
    ranked = inside.assign(state=state, order=order).sort_values(["order", "path"])
    return ranked[[*_KEYS, *_TOLD]].drop_duplicates(_KEYS).astype({"year": "int64"})


def _due_dates(told: pd.DataFrame) -> pd.Series:
    """The day by which each report was due; NaT where that is not known."""
    facts = zip(told["scope"], told["level"], told["year"], strict=True)
    return pd.Series([due_date(*each) for each in facts], told.index, dtype="object")


def _dated(told: pd.DataFrame) -> pd.DataFrame:
    """Whether each report was published by the day on which it was due.

    A date before the end of the report's year is not that of its publication.
    """
    published = pd.to_datetime(told["published"], errors="coerce")
    published = published.where(published.dt.year > told["year"])
    is_late = published > pd.to_datetime(told["due"])
    timeliness = is_late.map({True: "late", False: "on_time"}).where(published.notna())
    return told.assign(timeliness=timeliness)


# --- What it does to the averages ---------------------------------------------------------------


def coverage_rates(due: pd.DataFrame) -> pd.DataFrame:
    """How many of the reports due are in, by year, scope, whether of governments, and level.

    Returns:
        The columns year, scope, is_government, level, n_due, n_in (readable), n_verified, n_late
        and n_dated (of n_in, those whose date of publication is known).
    """
    is_in = due["state"].isin(["verified", "not_verified"])
    counted = due.assign(
        level=pd.Categorical(due["level"], [*LEVELS, "township", "institution"], ordered=True),
        n_due=1,
        n_in=is_in,
        n_verified=due["state"].eq("verified"),
        n_late=is_in & due["timeliness"].eq("late").fillna(False),
        n_dated=is_in & due["timeliness"].notna(),
    )
    counts = ["n_due", "n_in", "n_verified", "n_late", "n_dated"]
    keys = ["year", "scope", "is_government", "level"]
    groups = counted.groupby(keys, dropna=False, observed=True)[counts]
    return groups.sum().astype("int64").reset_index()


def effect_of_missing(
    records: Records, due: pd.DataFrame, indicator: str = "disclosure_rate"
) -> pd.DataFrame:
    """What a mean over governments can be, given those that are missing.

    Args:
        records: aggregates of all years (`select(scope="aggregate", blanks="proven")`).
        due: `due_reports(…)`.
        indicator: the code of a share.

    Returns:
        One row a year and level of governments: n_due (without those that report no case, and so
        have no rate), n_known (governments whose rate is known), n_suspect (of these, those whose
        rate stands on a suspect figure), mean (over those known, each counting once), n_other_year
        and mean_filled (so many missing ones taken from their nearest year, within two years and
        of those counted alike, where it is not suspect), low and high (bounds of the
        mean over all due, whatever the rates of the missing). Source: Manski (1989), worst-case
        bounds.

    Raises:
        ValueError: the indicator is no share.
    """
    if catalogue().indicators[indicator].kind != "share":
        raise ValueError(f"{indicator} is no share, so a missing one has no bounds")
    governments = due[due["is_government"]]
    rates = _rates(records, indicator)
    known = governments.merge(rates, on=["region_code", "year"], how="left")
    known = known[~known["is_without_cases"].eq(True)]
    known["counted_by"] = _counted_by(known["year"], indicator)
    sure = rates[rates["rate"].notna() & ~rates["is_suspect"]]
    sure = sure.assign(counted_by=_counted_by(sure["year"], indicator))
    known = known.assign(
        is_suspect=known["rate"].notna() & known["is_suspect"].eq(True),
        other_year=known["rate"].fillna(_nearest(known, sure)),
    )
    rows = known.groupby(["year", "level"], observed=True, sort=True)
    found = rows.agg(
        n_due=("rate", "size"),
        n_known=("rate", "count"),
        n_suspect=("is_suspect", "sum"),
        mean=("rate", "mean"),
        n_filled=("other_year", "count"),
        mean_filled=("other_year", "mean"),
        total=("rate", "sum"),
    ).reset_index()
    n_missing = found["n_due"] - found["n_known"]
    found["n_other_year"] = found["n_filled"] - found["n_known"]
    found["low"] = found["total"] / found["n_due"]
    found["high"] = (found["total"] + _SHARE * n_missing) / found["n_due"]
    found["level"] = pd.Categorical(found["level"], LEVELS, ordered=True)
    shown = ["year", "level", "n_due", "n_known", "n_suspect", "mean", "n_other_year"]
    shown += ["mean_filled", "low", "high"]
    return found.sort_values(["year", "level"])[shown].reset_index(drop=True)


def _rates(records: Records, indicator: str) -> pd.DataFrame:
    """The rate of each region's aggregate report in each year, where it is one, and is a share."""
    governments = among(records, _is_government(facts(records)))
    table = indicators(governments, by=["region_code", "year"], codes=[indicator])
    table = table[table["n_total"].eq(1) & table["year"].notna()]
    is_suspect = table["n_suspect"] > 0
    rates = table[["year"]].assign(
        region_code=_as_stood(table),
        rate=table["value"].where(table["value"].between(0, _SHARE)),
        is_suspect=is_suspect,
        is_without_cases=table["n_reports"].eq(1) & table["denominator"].eq(0) & ~is_suspect,
    )
    rates = rates[~rates.duplicated(["region_code", "year"], keep=False)]
    return rates.astype({"region_code": "object", "year": "int64", "rate": "float64"})


def _counted_by(years: pd.Series, indicator: str) -> pd.Series:
    """The form by which the indicator is counted in years; empty where that is as it is now."""
    known = catalogue()
    breaks = known.indicators[indicator].breaks
    last = max((known.forms[form].get("last_year", 0) for form in breaks), default=0)
    return years.map(lambda year: form_in_force(year) or "earlier" if year <= last else "")


def _nearest(known: pd.DataFrame, rates: pd.DataFrame) -> pd.Series:
    """The rate of each government in the nearest of the years near its own, the earlier of two.

    None is taken from a year in which it was counted otherwise.
    """
    pairs = known[["region_code", "year", "counted_by"]].reset_index()
    pairs = pairs.merge(rates, on=["region_code", "counted_by"], suffixes=("", "_of"))
    pairs["distance"] = (pairs["year_of"] - pairs["year"]).abs()
    pairs = pairs[pairs["distance"] <= _NEAR]
    nearest = pairs.sort_values(["distance", "year_of"]).drop_duplicates("index")
    return nearest.set_index("index")["rate"].reindex(known.index, fill_value=np.nan)
