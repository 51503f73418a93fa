"""Which of several files of one report leads, and what is not known of whose report a file is.

Files are of one report where agency, year, scope and region are the same. A government, a township
and what else is alone of its kind in a place is one agency by its id, however it is named: 洪泽区
and 淮安市洪泽区人民政府; an aggregate is its government's, whoever of its offices gives it out.
Departments must bear one name, since several may share an heir's id, or be of one kind and print
the same figures: 环境保护局 and 生态环境局 in the year of the change.
Where no region is known, the same figures make them one, or a name that is of one place alone, such
as 南京市公安局; 教育局 or 鼓楼区人民政府 may be several agencies: their reports stand apart, and a
warning says so.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.dataset.agencies import GOVERNING, MAKERS
from analysis.dataset.given import given_issues
from analysis.dataset.place_names import at_beginning
from analysis.dataset.regions import standing
from analysis.documents.compared import Key, positions
from analysis.documents.issues import Issue, issue
from analysis.documents.key_figures import KeyFigures
from analysis.documents.reference import load_toml
from analysis.documents.sums import label_of

Row = dict[str, Any]
Names = dict[str, list[Row]]

# What fact_issues may find; reading finds none of these.
FACT_CHECKS = (
    *("year_unknown", "agency_unknown", "scope_unknown", "region_unknown"),
    *(
        "superseded",
        "other_version",
        "same_name",
        "agency_ambiguous",
        "region_ambiguous",
        "sources_disagree",
    ),
    *("year_given_differs", "agency_given_differs"),
)
_MOST_NAMED = 20
_MOST_SIDES = 5
_WORDS = {"en": "{}: {} here, {} there", "zh": "{}：本文件 {}，该文件 {}"}
_BETWEEN = {"en": "; ", "zh": "；"}
_ELSEWHERE = {
    "en": "in cells that are not compared between reports",
    "zh": "在不跨报告核对的单元格中",
}
_NAME = ["body", "year", "scope"]
_STATED = ["stated", "year", "scope"]
_USED = ["report_id", "path", "title", "agency", "agency_id", "region_code"]
_USED += ["published", "n_cells", "read"]
# Kinds of which a place has one, or of which the id holds the name.
_ALONE = r":(government|government_office|zone_committee|[a-z_]+:.+)$"
# Departments of which these are the same are one under two names.
_TWINS = ["agency_id", "agency_type", "year", "scope", "fingerprint"]
_MAKER = f":(?:{'|'.join(sorted(MAKERS - GOVERNING))})(?::.*)?$"
_GOVERNMENT_OF = {
    rf"^([0-9]+){_MAKER}": r"\1:government",
    rf"^([0-9]+-[^:]+){_MAKER}": r"\1:zone_committee",
}
_IS_ID = re.compile(_ALONE)
_OPEN = {
    "several": "region_ambiguous",
    "disagree": "sources_disagree",
    "unsaid": "agency_ambiguous",
}


def with_leaders(reports: pa.Table) -> pa.Table:
    """Mark which of several files of one report leads.

    It is one that its title calls corrected, else the last published, else the fuller.
    """
    found: dict[str, str] = {}
    for group in _of_one_name(reports):
        for files in _of_one_report(group):
            leader = max(files, key=_rank)
            ids = [row["report_id"] for row in files if row is not leader]
            found |= dict.fromkeys(ids, leader["report_id"])
    at = reports.schema.get_field_index("superseded_by")
    column = [found.get(report_id) for report_id in reports["report_id"].to_pylist()]
    return reports.set_column(at, reports.schema.field(at), pa.array(column, pa.string()))


def _rank(row: Row) -> tuple[bool, bool, str, int, str]:
    """What makes a file lead: a government's own, a corrected one, the later, the fuller."""
    return (
        not re.search(_MAKER, row["agency_id"] or ""),
        _corrected().search(row["title"] or "") is not None,
        row["published"] or "",
        row["n_cells"],
        row["path"],
    )


@lru_cache(maxsize=1)
def _corrected() -> re.Pattern[str]:
    """A note in a title that calls the report corrected."""
    words = "|".join(load_toml("words.toml")["versions"]["corrected"])
    return re.compile(rf"\([^()]*(?:{words})[^()]*\)")


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
    found = [issue(f"{name}_unknown", **_scope_open(row)) for name in unknown]
    found += [*_ambiguous(row), *given_issues(row)]
    if row["superseded_by"]:
        paths = {other["report_id"]: other["path"] for other in group}
        found.append(issue("superseded", path=paths[row["superseded_by"]]))
    found += _of_other_versions(row, group)
    if row["superseded_by"]:
        return found
    others = [other["path"] for other in group if _may_be_one(row, other)]
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    return [*found, issue("same_name", path=named)] if others else found


def _of_other_versions(row: Mapping[str, Any], group: Iterable[Row]) -> Iterator[Issue]:
    """Issues of files of one report that print other figures: told of each and of the leader."""
    for other in group:
        is_leader = other["superseded_by"] == row["report_id"]
        is_led = row["superseded_by"] == other["report_id"]
        if is_leader or is_led:
            sides = [_differing(row, other, language) for language in ("en", "zh")]
            if sides[0]:
                leads = row["path"] if is_leader else other["path"]
                facts = {"path": other["path"], "leads": leads}
                yield issue("other_version", sides=sides[0], sides_zh=sides[1], **facts)


def _differing(row: Mapping[str, Any], other: Mapping[str, Any], language: str) -> str:
    """The first of the key figures in which two files differ, with the places of both."""
    here, there = (_key_figures(each) for each in (row, other))
    pairs = ((key, here.value(key), there.value(key)) for key in positions())
    keys = [key for key, one, two in pairs if one != two and None not in (one, two)]
    said = [_WORDS[language].format(*_sides(key, here, there, language)) for key in keys]
    more = ["…"] if len(said) > _MOST_SIDES else []
    if not said and _prints_others(row, other):
        return _ELSEWHERE[language]
    return _BETWEEN[language].join([*said[:_MOST_SIDES], *more])


def _prints_others(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two files print as many cells, but not the same in them."""
    figures = {_figures(row), _figures(other)}
    return row["n_cells"] == other["n_cells"] and len(figures) == 2 and "" not in figures


def _sides(key: Key, here: KeyFigures, there: KeyFigures, language: str) -> tuple[str, ...]:
    """The label of a cell with its figure and place in two files."""
    table, row, column = key
    label = (
        f"{label_of(table, 'row', row, language)} / {label_of(table, 'column', column, language)}"
    )
    figures = (here.figure(key), there.figure(key))
    return (label, *(f"{figure.value:.15g} [{figure.cell}]" for figure in figures))


def _key_figures(row: Mapping[str, Any]) -> KeyFigures:
    """The key figures of a file."""
    read = json.loads(row["read"])
    return KeyFigures(read["key_values"], read["key_cells"])


def _ambiguous(row: Mapping[str, Any]) -> list[Issue]:
    """Issues of facts that were left open because several were possible."""
    said, found = _left_open(row), []
    for fact in ("region_code", "agency"):
        why, _, named = said.get(fact, "").partition(": ")
        if why in _OPEN:
            agency = row["agency"] or "?"
            found.append(issue(_OPEN[why], agency=agency, named=named, named_zh=_in_chinese(named)))
    return found


def _left_open(row: Mapping[str, Any]) -> dict[str, str]:
    """Why facts of a report are open."""
    parts = (part.partition(": ") for part in (row["left_open"] or "").split("; "))
    return {fact: why for fact, _, why in parts}


def _scope_open(row: Mapping[str, Any]) -> dict[str, str]:
    """Why the scope of a report is open, for messages; nothing where it is known."""
    why = _left_open(row).get("scope")
    return {} if why is None else {"why": _why(why, "en"), "why_zh": _why(why, "zh")}


def _why(why: str, language: str) -> str:
    """In words, why a scope is open."""
    begun = next(begin for begin in _reasons() if why.startswith(begin))
    return _reasons()[begun][language].format(why.removeprefix(begun).strip())


@lru_cache(maxsize=1)
def _reasons() -> dict[str, dict[str, str]]:
    """Wordings for why a scope is open, by what the reason begins with."""
    return dict(load_toml("words.toml")["scope_open"])


def _in_chinese(named: str) -> str:
    """What was named, with its sources in Chinese."""
    return re.sub(r"[a-z]+", lambda found: _sources().get(found[0], found[0]), named)


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    """The sources of facts, in Chinese."""
    return dict(load_toml("words.toml")["sources"])


def bodies(reports: pa.Table) -> pa.ChunkedArray:
    """The id of each agency that is alone of its kind in a place, else the name that it bears.

    An aggregate that a government's office, or who else makes it, gives out has the government's.
    """
    ids = reports["agency_id"]
    is_made = pc.match_substring_regex(ids, _MAKER)
    is_made = pc.fill_null(pc.and_(is_made, pc.equal(reports["scope"], "aggregate")), False)
    for maker, government in _GOVERNMENT_OF.items() if pc.any(is_made).as_py() else ():
        ids = pc.if_else(is_made, pc.replace_substring_regex(ids, maker, government), ids)
    alone = pc.fill_null(pc.match_substring_regex(ids, _ALONE), False)
    return pc.if_else(alone, ids, reports["agency"])


def _with_twins_as_one(named: pa.Table) -> pa.Table:
    """Reports of which those of one department under two names have one of these as their body."""
    counts = pc.value_counts(named["fingerprint"])
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").drop_null()
    groups: dict[tuple, set[str]] = {}
    some = named.select([*_TWINS, "body"])
    for row in some.filter(pc.is_in(named["fingerprint"], twice)).to_pylist():
        if None not in row.values():
            groups.setdefault(tuple(row[key] for key in _TWINS), set()).add(row["body"])
    one = {
        (body, key[2], key[3]): min(bodies)
        for key, bodies in groups.items()
        if len(bodies) > 1
        for body in bodies
    }
    if not one:
        return named
    own = zip(*(named[name].to_pylist() for name in _NAME), strict=True)
    bodies_now = pa.array([one.get(key, key[0]) for key in own], pa.string())
    return named.set_column(named.schema.get_field_index("body"), "body", bodies_now)


def _of_one_name(reports: pa.Table) -> list[list[Row]]:
    """Rows of one year and scope that are of one agency, or may be, where these are several.

    A row whose region is not known may be of any agency that states the same name. Unknown names
    and years make no groups.
    """
    named = _with_twins_as_one(reports.append_column("body", bodies(reports)))
    keys = named.select([*_NAME, "stated"]).to_pandas()
    several = keys.duplicated(_NAME, keep=False) & keys["body"].notna()
    several |= keys.duplicated(_STATED, keep=False) & keys["stated"].notna()
    several &= keys["year"].notna()
    columns = [*_USED, *_NAME, "stated", "superseded_by"]
    rows = named.select(columns).filter(pa.array(several, pa.bool_())).to_pylist()
    return [group for group in _joined(rows) if len(group) > 1]


def _joined(rows: list[Row]) -> list[list[Row]]:
    """Rows of one agency each, joined with those of unknown region that state its name."""
    group_of: dict[str, list[Row]] = {}
    for name in (_NAME, _STATED):
        alike: dict[tuple, list[Row]] = {}
        for row in rows:
            alike.setdefault(tuple(row[column] for column in name), []).append(row)
        for some in alike.values():
            if name is _NAME or (some[0]["stated"] and not all(r["region_code"] for r in some)):
                _join(some, group_of)
    return list({id(group): group for group in group_of.values()}.values())


def _join(rows: list[Row], group_of: dict[str, list[Row]]) -> None:
    """Make one group of some rows and of those already joined with any of them."""
    groups = [group_of.get(row["report_id"], [row]) for row in rows]
    one = [row for group in {id(group): group for group in groups}.values() for row in group]
    group_of |= {row["report_id"]: one for row in one}


def _of_one_report(group: list[Row]) -> list[list[Row]]:
    """Rows of one name parted into reports, those without a region by what can be told of them.

    Those that print the very figures of one report are of it.
    """
    reports: dict[str, list[Row]] = {}
    alike: dict[str, set[str]] = {}
    for row in group:
        if row["region_code"]:
            _put(row, f"{row['body']} {_place_of(row)}", reports, alike)
    name = group[0]["stated"] or group[0]["agency"]
    clear = len(reports) < 2 and is_of_one_place(name, group[0]["year"])
    for row in group:
        if not row["region_code"]:
            twins = set(reports) if clear else alike.get(_figures(row), set())
            _put(row, min(twins) if len(twins) == 1 else row["report_id"], reports, alike)
    return list(reports.values())


def _place_of(row: Row) -> str:
    """What tells a row from others of its name: the id that it goes by, else its region."""
    return str(row["body"] if _IS_ID.search(row["body"] or "") else row["region_code"])


def _put(row: Row, key: str, reports: dict[str, list[Row]], alike: dict[str, set[str]]) -> None:
    """Put a row to a report, and note the figures that the report prints."""
    reports.setdefault(key, []).append(row)
    if _figures(row):
        alike.setdefault(_figures(row), set()).add(key)


def _figures(row: Mapping[str, Any]) -> str:
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
