"""Which of several files of one report leads, and what is not known of whose report a file is.

Files are of one report where agency, year, scope and region are the same. Where no region is
stated, the same figures make them one, or a name that is of one place alone, such as 南京市公安局;
教育局 or 鼓楼区人民政府 may be several agencies: their reports stand apart, and a warning says so.
"""

import json
from functools import lru_cache
from typing import Any

from analysis.dataset.places import regions
from analysis.documents.issues import Issue, issue

Row = dict[str, Any]


def with_leaders(rows: dict[str, Row]) -> dict[str, Row]:
    """Mark which of several files of one report leads: the last published, else the fuller."""
    for group in _of_one_name(rows):
        for files in _of_one_report(group):
            leader = max(files, key=lambda r: (r["published"] or "", r["n_cells"], r["path"]))
            for row in files:
                row["superseded_by"] = None if row is leader else leader["report_id"]
    return rows


def fact_issues(rows: dict[str, Row]) -> dict[str, list[Issue]]:
    """Issues by report_id: whose report it is, whether it leads, and what may be the same."""
    names = {row["report_id"]: group for group in _of_one_name(rows) for row in group}
    return {
        report_id: _issues(row, names.get(report_id, []), rows)
        for report_id, row in rows.items()
        if row["n_cells"]
    }


def _issues(row: Row, group: list[Row], rows: dict[str, Row]) -> list[Issue]:
    """Issues of one report, in a group of the same name."""
    unknown = [name for name in ("year", "agency", "scope") if row[name] is None]
    if row["scope"] == "aggregate" and row["region_code"] is None:
        unknown.append("region")
    found = [issue(f"{name}_unknown") for name in unknown]
    if row["superseded_by"]:
        leader = rows.get(row["superseded_by"])
        return [*found, issue("superseded", path=leader["path"] if leader else "another file")]
    others = [other["path"] for other in group if _may_be_one(row, other)]
    return [*found, issue("same_name", path=", ".join(others))] if others else found


def _of_one_name(rows: dict[str, Row]) -> list[list[Row]]:
    """Rows of the same agency name, year and scope; unknown names and years make no groups."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows.values():
        if row["agency"] and row["year"]:
            groups.setdefault((row["agency"], row["year"], row["scope"]), []).append(row)
    return list(groups.values())


def _of_one_report(group: list[Row]) -> list[list[Row]]:
    """Rows of one name parted into reports, those without a region by what can be told of them."""
    reports: dict[object, list[Row]] = {}
    for row in group:
        if row["region_code"]:
            reports.setdefault(row["region_code"], []).append(row)
    clear = len(reports) < 2 and is_of_one_place(group[0]["agency"])
    for row in group:
        if not row["region_code"]:
            twins = [key for key, files in reports.items() if clear or _is_twin(row, files)]
            key = twins[0] if len(twins) == 1 else row["report_id"]
            reports.setdefault(key, []).append(row)
    return list(reports.values())


def _is_twin(row: Row, files: list[Row]) -> bool:
    """Whether a file of a report prints the very figures of a row."""
    own = _figures(row)
    return own is not None and any(_figures(other) == own for other in files)


def _figures(row: Row) -> str | None:
    """The digest of a report's figures as printed; None where none was read."""
    digest = json.loads(row["read"])["figures"]
    return str(digest) if digest else None


def _may_be_one(row: Row, other: Row) -> bool:
    """Whether two leading files of one name can't be told apart, as a region is not known."""
    regions_known = row["region_code"] and other["region_code"]
    return other is not row and not other["superseded_by"] and not regions_known


@lru_cache(maxsize=4096)
def is_of_one_place(agency: str) -> bool:
    """Whether an agency's name begins with the name of one place, as 南京市鼓楼区 does."""
    codes: set[str] = set()
    rest = agency
    while found := _begins(rest, codes):
        rest = rest[len(regions()[next(iter(found))].name) :]
        codes = found
    return len(codes) == 1


def _begins(text: str, above: set[str]) -> set[str]:
    """Regions with whose name a text begins, below others where these are given."""
    fitting = {
        code
        for code, region in regions().items()
        if text.startswith(region.name) and (not above or not above.isdisjoint(_above(code)))
    }
    longest = max((len(regions()[code].name) for code in fitting), default=0)
    return {code for code in fitting if len(regions()[code].name) == longest}


def _above(code: str) -> set[str]:
    """The regions that a region lies in."""
    found: set[str] = set()
    while code := regions()[code].parent:
        found.add(code)
    return found
