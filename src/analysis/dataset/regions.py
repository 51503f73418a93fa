"""Regions by their code: divisions of county level and above, with their years and names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

REGIONS = REFERENCE / "regions.csv"
_COLUMNS = ("code", "name", "level", "parent", "first_year", "last_year", "former_names")
LEVELS = ("province", "prefecture", "county")


@dataclass(frozen=True, slots=True)
class Region:
    """A division at county level or above under GB/T 2260.

    `parent` is the code of the one above, empty for a province. The code stood at the end of
    `first_year` (2008 may mean earlier) and of each year up to `last_year`, None where it stands.
    `former_names` are those that the same code bore before, oldest first.
    """

    code: str
    name: str
    level: str
    parent: str
    first_year: int
    last_year: int | None
    former_names: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All regions by code.

    Raises ReferenceDataError, with the line, for a code that stands twice, an unknown parent or
    level, and a year that is none.
    """
    known: dict[str, Region] = {}
    lines = read_csv(REGIONS, known=_COLUMNS, required=_COLUMNS)
    for number, row in lines:
        where = f"{REGIONS.name}, line {number}"
        if row["code"] in known:
            raise ReferenceDataError(f"{where}: {row['code']} stands twice")
        known[row["code"]] = _region(where, row)
    for number, row in lines:
        if row["parent"] and row["parent"] not in known:
            where = f"{REGIONS.name}, line {number}"
            raise ReferenceDataError(f"{where}: unknown parent {row['parent']}")
    return known


def _region(where: str, row: dict[str, str]) -> Region:
    """The region of one line."""
    if row["level"] not in LEVELS:
        raise ReferenceDataError(f"{where}: unknown level {row['level']!r}")
    if not row["first_year"].isdecimal() or not (row["last_year"] or "0").isdecimal():
        raise ReferenceDataError(f"{where}: first_year and last_year must be years such as 2014")
    return Region(
        row["code"],
        row["name"],
        row["level"],
        row["parent"],
        int(row["first_year"]),
        int(row["last_year"]) if row["last_year"] else None,
        tuple(filter(None, row["former_names"].split(";"))),
    )


def places(region_code: str | None) -> dict[str, str | None]:
    """Names of province, prefecture and county of a region, and its own level."""
    names: dict[str, str | None] = dict.fromkeys((*LEVELS, "level"))
    region = regions().get(region_code or "")
    names["level"] = region.level if region else None
    while region:
        names[region.level] = region.name
        region = regions().get(region.parent)
    return names


def within(selection: Iterable[object]) -> set[str]:
    """Codes of the selected regions, by code or full name, and of all regions below them.

    Raises ValueError for a region that is not known, or a name that several regions bear.
    """
    chosen = {_code_of(str(wanted)) for wanted in selection}
    return {code for code in regions() if not chosen.isdisjoint(_line(code))}


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


def _line(code: str) -> list[str]:
    """A region's code and those of the regions that it lies in."""
    line: list[str] = []
    while code:
        line.append(code)
        code = regions()[code].parent
    return line
