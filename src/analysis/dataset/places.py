"""Whose report: regions by their code, and what a title tells of agency and year."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv
from analysis.documents.title import agency_in, year_in


@dataclass(frozen=True, slots=True)
class Region:
    """A division at county level or above under GB/T 2260."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is; None where not known."""

    agency: str | None = None
    agency_type: str | None = None
    region_code: str | None = None
    level: str | None = None
    scope: str | None = None
    year: int | None = None


def identify(
    title: str, agency: str | None = None, text: str | None = None, url: str | None = None
) -> Identity:
    """Agency and year that a title states; `agency` wins over the title, `text` may give the year.

    Region, level, scope and kind of agency stay None: they are stated in the manifest. Nothing is
    guessed.
    """
    year = year_in(title) or (year_in(text) if text else None)
    return Identity(agency=agency or agency_in(title), year=year)


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All regions by code; a duplicate code or an unknown parent stops with the line."""
    known: dict[str, Region] = {}
    lines = read_csv(REFERENCE / "regions.csv")
    for number, row in lines:
        if row["code"] in known:
            raise ReferenceDataError(f"regions.csv, line {number}: {row['code']} stands twice")
        known[row["code"]] = Region(row["code"], row["name"], row["level"], row["parent"])
    for number, row in lines:
        if row["parent"] and row["parent"] not in known:
            raise ReferenceDataError(f"regions.csv, line {number}: unknown parent {row['parent']}")
    return known


def places(region_code: str | None) -> dict[str, str | None]:
    """Names of province, prefecture and county of a region, and its own level."""
    names: dict[str, str | None] = dict.fromkeys(("province", "prefecture", "county", "level"))
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
