"""Regions by their code: divisions of county level and above, with their years and names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

REGIONS = REFERENCE / "regions.csv"
_COLUMNS = (
    *("code", "name", "level", "parent", "first_year", "last_year"),
    *("former_names", "successors"),
)
FIRST_YEAR = 2008  # of the list; what stood then may be older
LEVELS = ("province", "prefecture", "county")


@dataclass(frozen=True, slots=True)
class Region:
    """A division at county level or above under GB/T 2260.

    `parent` is the code of the one above, empty for a province. The code stood at the end of
    `first_year` (2008 may mean earlier) and of each year up to `last_year`, None where it stands.
    `former_names` are those that the same code bore before, oldest first, each with the last year
    at whose end it did. `successors` are, for a
    code that ended, the codes that stand now and hold its territory but for minor parts.
    """

    code: str
    name: str
    level: str
    parent: str
    first_year: int
    last_year: int | None
    former_names: tuple[tuple[str, int], ...] = ()
    successors: tuple[str, ...] = ()

    @property
    def region_code(self) -> str:
        """The code under which its reports are filed: its own."""
        return self.code


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All regions by code.

    Raises ReferenceDataError, with the line, for a code that stands twice, an unknown parent or
    level, a year that is none, a code that ended without successors, and a successor that ended.
    """
    known: dict[str, Region] = {}
    lines = read_csv(REGIONS, known=_COLUMNS, required=_COLUMNS)
    for number, row in lines:
        if row["code"] in known:
            raise _wrong(number, f"{row['code']} stands twice")
        known[row["code"]] = _region(number, row)
    for number, row in lines:
        _check(number, known[row["code"]], known)
    return known


def _region(number: int, row: dict[str, str]) -> Region:
    """The region of one line."""
    if row["level"] not in LEVELS:
        raise _wrong(number, f"unknown level {row['level']!r}")
    if not row["first_year"].isdecimal() or not (row["last_year"] or "0").isdecimal():
        raise _wrong(number, "first_year and last_year must be years such as 2014")
    return Region(
        row["code"],
        row["name"],
        row["level"],
        row["parent"],
        int(row["first_year"]),
        int(row["last_year"]) if row["last_year"] else None,
        tuple(_former_name(number, told) for told in filter(None, row["former_names"].split(";"))),
        tuple(filter(None, row["successors"].split(";"))),
    )


def _former_name(number: int, told: str) -> tuple[str, int]:
    """A former name with its last year, as 襄樊市:2009."""
    name, _, year = told.partition(":")
    if not (name and year.isdecimal()):
        raise _wrong(number, f"a former name is written with its last year, not {told!r}")
    return name, int(year)


def _check(number: int, region: Region, known: Mapping[str, Region]) -> None:
    """Stop where a region does not fit the others."""
    if region.parent and region.parent not in known:
        raise _wrong(number, f"unknown parent {region.parent}")
    if (region.last_year is None) == bool(region.successors):
        raise _wrong(number, "a code that ended has successors, one that stands has none")
    for code in region.successors:
        if code not in known or known[code].last_year:
            raise _wrong(number, f"the successor {code} does not stand now")


def _wrong(number: int, what: str) -> ReferenceDataError:
    """The error for a line of the list of regions."""
    return ReferenceDataError(f"{REGIONS.name}, line {number}: {what}")


@lru_cache(maxsize=1)
def children() -> dict[str, list[str]]:
    """The codes of the regions right below each region, whenever they stood."""
    found: dict[str, list[str]] = {}
    for region in regions().values():
        found.setdefault(region.parent, []).append(region.code)
    return found


def places(region_code: str | None) -> dict[str, str | None]:
    """Names of province, prefecture and county of a region, and its own level."""
    names: dict[str, str | None] = dict.fromkeys((*LEVELS, "level"))
    region = regions().get(region_code or "")
    names["level"] = region.level if region else None
    while region:
        names[region.level] = region.name
        region = regions().get(region.parent)
    return names


def standing(region_code: str) -> tuple[str, ...]:
    """Codes that stand now where a region stood: its own, or those that followed it.

    Several codes where its territory was divided among them. An unknown code raises KeyError.
    """
    return regions()[region_code].successors or (region_code,)


@lru_cache(maxsize=65536)
def parts(region_code: str, year: int) -> frozenset[str]:
    """The regions that stood at the end of a year where one stands now: 莱芜市 in 济南市."""
    codes = {region_code, *_became().get(region_code, ())}
    own = (regions()[code] for code in codes)
    return frozenset(r.code for r in own if r.first_year <= year <= (r.last_year or year))


@lru_cache(maxsize=1)
def _became() -> dict[str, list[str]]:
    """The regions that became one, by that one."""
    found: dict[str, list[str]] = {}
    for region in regions().values():
        if len(region.successors) == 1:
            found.setdefault(region.successors[0], []).append(region.code)
    return found


@lru_cache(maxsize=65536)
def as_it_stood(region_code: str, year: int) -> str:
    """The code under which a region stood at the end of a year: 洪泽区 in 2015 as 洪泽县.

    It is its own where it took no other's place alone, nor another its own.
    """
    heir = standing(region_code)[0]
    codes = (heir, *former_codes(heir))
    own = (code for code in codes if region_code in codes and stood(code, year))
    return next(own, region_code)


def stood(region_code: str, year: int) -> bool:
    """Whether a region stood at the end of a year."""
    region = regions()[region_code]
    return region.first_year <= year <= (region.last_year or year)


@lru_cache(maxsize=8192)
def former_codes(region_code: str) -> tuple[str, ...]:
    """Codes under which a region stood before, newest first: 平安区 was 平安县 under two others.

    A code is one if it alone ended when the next began, and its territory was not divided.
    """
    found: list[str] = []
    begins = regions()[region_code].first_year
    while True:
        before = [r for r in _came_of().get(region_code, ()) if r.last_year == begins - 1]
        if len(before) != 1 or len(before[0].successors) > 1:
            return tuple(found)
        found.append(before[0].code)
        begins = before[0].first_year


@lru_cache(maxsize=1)
def _came_of() -> dict[str, list[Region]]:
    """For each code that stands, the regions that ended and have it as a successor."""
    found: dict[str, list[Region]] = {}
    for region in regions().values():
        for heir in region.successors:
            found.setdefault(heir, []).append(region)
    return found


@lru_cache(maxsize=8192)
def line(region_code: str) -> frozenset[str]:
    """Codes of a region and of all that it lies in, or lay in.

    A region that ended lies in those that follow it too: 洪泽县 in 洪泽区, 莱芜市 in 济南市. One
    whose territory was divided lies in what holds all of it: 巢湖市 in 安徽省 alone.
    """
    after = [upwards(code) for code in standing(region_code)]
    return upwards(region_code) | frozenset.intersection(*after)


@lru_cache(maxsize=8192)
def upwards(region_code: str) -> frozenset[str]:
    """Codes of a region and of those above it under its own code."""
    parent = regions()[region_code].parent
    return (upwards(parent) if parent else frozenset()) | {region_code}


def is_of_one_territory(earlier: str, later: str, years: tuple[int, int]) -> bool:
    """Whether a region, or what followed it, holds in a later year what it held in an earlier one.

    It does not where a region that ended in between joined it, as 莱芜市 did 济南市, or left it;
    the year before counts too, since reports may follow a change late. 洪泽区 has just what 洪泽县
    had. A code that is not known has no territory that changes.
    """
    moved = {
        code
        for year in range(years[0] - 1, years[1])
        for own in (earlier, later)
        for code in _moved(year).get(own, ())
    }
    same = former_codes(later) if later in regions() else ()
    return moved <= {earlier, *same}


@lru_cache(maxsize=64)
def _moved(year: int) -> dict[str, set[str]]:
    """The regions that a year was the last of, by each region that they joined or left by it."""
    found: dict[str, set[str]] = {}
    for region in regions().values():
        if region.last_year == year:
            after = frozenset().union(*map(upwards, region.successors))
            for code in upwards(region.code) ^ after:
                found.setdefault(code, set()).add(region.code)
    return found


def within(selection: Iterable[object]) -> set[str]:
    """Codes of the selected regions, by code or full name, and of all that lie or lay in them.

    Raises ValueError for a region that is not known, or a name that several regions bear.
    """
    chosen = {_code_of(str(wanted)) for wanted in selection}
    return {code for code in regions() if not chosen.isdisjoint(line(code))}


def _code_of(wanted: str) -> str:
    """Code of the region with a code or name."""
    found = [r.code for r in regions().values() if wanted in (r.code, r.name)]
    if not found:
        raise ValueError(
            f"unknown region {wanted!r}: give a six-digit code such as '320000' "
            "or a full name such as '江苏省'"
        )
    if len(found) > 1:
        raise ValueError(
            f"{wanted!r} is the name of several regions: give one of {', '.join(found)}"
        )
    return found[0]
