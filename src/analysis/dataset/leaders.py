"""Which of several files of one report leads, and what is not known of whose report a file is.

Files are of one report where agency, year, scope and region are the same. Where no region is
stated, the same figures make them one, or a name that is of one place alone, such as 南京市公安局;
教育局 or 鼓楼区人民政府 may be several agencies: their reports stand apart, and a warning says so.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from analysis.dataset.place_names import at_beginning
from analysis.dataset.regions import standing
from analysis.documents.issues import Issue, issue

Row = dict[str, Any]
Names = dict[str, list[Row]]

# What fact_issues may find; reading finds none of these.
FACT_CHECKS = (
    *("year_unknown", "agency_unknown", "scope_unknown", "region_unknown"),
    *("superseded", "same_name"),
)
_MOST_NAMED = 20
_NAME = ["agency", "year", "scope"]
_USED = ["report_id", "path", *_NAME, "region_code", "published", "n_cells", "read"]


def with_leaders(reports: pa.Table) -> pa.Table:
    """Mark which of several files of one report leads: the last published, else the fuller."""
    found: dict[str, str] = {}
    for group in _of_one_name(reports):
        for files in _of_one_report(group):
            leader = max(files, key=lambda r: (r["published"] or "", r["n_cells"], r["path"]))
            ids = [row["report_id"] for row in files if row is not leader]
            found |= dict.fromkeys(ids, leader["report_id"])
    at = reports.schema.get_field_index("superseded_by")
    column = [found.get(report_id) for report_id in reports["report_id"].to_pylist()]
    return reports.set_column(at, reports.schema.field(at), pa.array(column, pa.string()))


def names(reports: pa.Table) -> Names:
    """Reports with all those of the same name beside them, where these are several."""
    return {row["report_id"]: group for group in _of_one_name(reports) for row in group}


def fact_issues(row: Mapping[str, Any], several: Names) -> list[Issue]:
    """Issues of a report: whose it is, whether it leads, and what may be the same."""
    return _issues(row, several.get(row["report_id"], [])) if row["n_cells"] else []


def _issues(row: Mapping[str, Any], group: Iterable[Row]) -> list[Issue]:
    """Issues of one report, in a group of the same name."""
    unknown = [name for name in ("year", "agency", "scope") if row[name] is None]
    if row["scope"] == "aggregate" and row["region_code"] is None:
        unknown.append("region")
    found = [issue(f"{name}_unknown") for name in unknown]
    if row["superseded_by"]:
        paths = {other["report_id"]: other["path"] for other in group}
        return [*found, issue("superseded", path=paths[row["superseded_by"]])]
    others = [other["path"] for other in group if _may_be_one(row, other)]
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    return [*found, issue("same_name", path=named)] if others else found


def _of_one_name(reports: pa.Table) -> list[list[Row]]:
    """Rows of the same agency name, year and scope, where these are several.

    Unknown names and years make no groups.
    """
    named = reports.select(_NAME).to_pandas()
    several = named.duplicated(keep=False) & named["agency"].notna() & named["year"].notna()
    columns = [*_USED, "superseded_by"]
    rows = reports.select(columns).filter(pa.array(several, pa.bool_())).to_pylist()
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in _NAME), []).append(row)
    return list(groups.values())


def _of_one_report(group: list[Row]) -> list[list[Row]]:
    """Rows of one name parted into reports, those without a region by what can be told of them.

    Those that print the very figures of one report are of it.
    """
    reports: dict[str, list[Row]] = {}
    alike: dict[str, set[str]] = {}
    for row in group:
        if row["region_code"]:
            _put(row, row["region_code"], reports, alike)
    clear = len(reports) < 2 and is_of_one_place(group[0]["agency"], group[0]["year"])
    for row in group:
        if not row["region_code"]:
            twins = set(reports) if clear else alike.get(_figures(row), set())
            _put(row, min(twins) if len(twins) == 1 else row["report_id"], reports, alike)
    return list(reports.values())


def _put(row: Row, key: str, reports: dict[str, list[Row]], alike: dict[str, set[str]]) -> None:
    """Put a row to a report, and note the figures that the report prints."""
    reports.setdefault(key, []).append(row)
    if _figures(row):
        alike.setdefault(_figures(row), set()).add(key)


def _figures(row: Row) -> str:
    """The digest of a report's figures as printed; nothing where none was read."""
    return str(json.loads(row["read"])["figures"])


def _may_be_one(row: Mapping[str, Any], other: Row) -> bool:
    """Whether two leading files of one name can't be told apart, as a region is not known."""
    regions_known = row["region_code"] and other["region_code"]
    is_other = other["report_id"] != row["report_id"]
    return is_other and not other["superseded_by"] and not regions_known


def is_of_one_place(agency: str, year: int | None = None) -> bool:
    """Whether an agency's name begins with the full name of one place, as 南京市鼓楼区 does.

    A place whose code has changed, such as 寿县, is one.
    """
    begun = at_beginning(agency, year)
    return len({standing(b.places[-1].region_code) for b in begun if b.full}) == 1
