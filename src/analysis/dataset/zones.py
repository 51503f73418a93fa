"""Zones that publish reports as a division does and have no code under GB/T 2260.

Those known by name stand in `zones.csv`. Of the kinds with endings in `zone_kinds.csv`, any
division may hold one that bears its name, as 南阳高新技术产业开发区 is held by 南阳市.
"""

from dataclasses import dataclass
from functools import lru_cache

from analysis.dataset.regions import FIRST_YEAR, LEVELS, Region, regions
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

ZONES = REFERENCE / "zones.csv"
KINDS = REFERENCE / "zone_kinds.csv"
_COLUMNS = (
    *("code", "name", "short_names", "kind", "level", "held_by", "coextensive_with"),
    *("first_year", "last_year"),
)
_BELOW = {"province": "prefecture", "prefecture": "county", "county": "township"}


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone run by a committee of its own.

    `code` is that of the division holding it (`held_by`) with a word, as 411300-hitech. Where the
    zone is a division under another name, `coextensive_with` is the code of that, else empty.
    `level` is that of its government. Years are None where they are not known or it stands.
    """

    code: str
    name: str
    kind: str
    level: str
    held_by: str
    coextensive_with: str = ""
    first_year: int | None = None
    last_year: int | None = None
    short_names: tuple[str, ...] = ()

    @property
    def region_code(self) -> str:
        """The code of the division under which its reports are filed."""
        return self.coextensive_with or self.held_by


@lru_cache(maxsize=1)
def zones() -> dict[str, Zone]:
    """All zones known by name, by code; a wrong line raises ReferenceDataError."""
    known: dict[str, Zone] = {}
    for number, row in read_csv(ZONES, known=_COLUMNS, required=_COLUMNS):
        if row["code"] in known:
            raise _wrong(number, f"{row['code']} stands twice")
        known[row["code"]] = _zone(number, row)
    return known


def _zone(number: int, row: dict[str, str]) -> Zone:
    """The zone of one line."""
    held_by, coextensive = row["held_by"], row["coextensive_with"]
    if unknown := {held_by, coextensive or held_by} - regions().keys():
        raise _wrong(number, f"unknown region {', '.join(sorted(unknown))}")
    if not row["code"].startswith(f"{held_by}-"):
        raise _wrong(number, f"the code must begin with {held_by}-")
    if row["kind"] not in zone_kinds() or row["level"] not in (*LEVELS, "township"):
        raise _wrong(number, f"unknown kind {row['kind']!r} or level {row['level']!r}")
    years = (row["first_year"], row["last_year"])
    if not all(year.isdecimal() for year in years if year):
        raise _wrong(number, "first_year and last_year must be years such as 2014")
    first_year, last_year = (int(year) if year else None for year in years)
    if coextensive and regions()[coextensive].first_year > max(first_year or 0, FIRST_YEAR):
        raise _wrong(number, f"{coextensive} did not stand when the zone began")
    short_names = tuple(filter(None, row["short_names"].split(";")))
    facts = (row["code"], row["name"], row["kind"], row["level"], held_by, coextensive)
    return Zone(*facts, first_year, last_year, short_names)


@lru_cache(maxsize=1)
def zone_kinds() -> dict[str, tuple[str, ...]]:
    """Kinds of zones, with the endings of the names of those that any division may hold."""
    lines = read_csv(KINDS, required=("kind", "zh", "en", "endings"))
    return {row["kind"]: tuple(filter(None, row["endings"].split(";"))) for _, row in lines}


@lru_cache(maxsize=1)
def zone_endings() -> tuple[tuple[str, str], ...]:
    """Endings with their kinds, the longest first."""
    pairs = [(ending, kind) for kind, endings in zone_kinds().items() for ending in endings]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4096)
def zone_of(region: Region, kind: str) -> Zone:
    """The zone of a kind that bears the name of the division holding it."""
    code = f"{region.code}-{kind}"
    name = region.name + zone_kinds()[kind][0]
    return zones().get(code) or Zone(code, name, kind, _BELOW[region.level], region.code)


def _wrong(number: int, what: str) -> ReferenceDataError:
    """The error for a line of the list of zones."""
    return ReferenceDataError(f"{ZONES.name}, line {number}: {what}")
