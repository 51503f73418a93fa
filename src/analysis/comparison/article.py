"""What notebooks say and tabulate around their figures, in Chinese or English.

Texts are data (`reference/narrative.toml`); tables come styled for reading.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from analysis.comparison.catalogue import catalogue
from analysis.comparison.cells import Records, facts, n_suspect, reports
from analysis.comparison.indicators import indicators, without_members
from analysis.comparison.rounding import percent, written
from analysis.comparison.successors import successions, with_successors
from analysis.dataset import store as stored
from analysis.dataset.loading import load, several
from analysis.dataset.regions import regions as all_regions
from analysis.documents.reference import load_toml

MOST_GROUPS = 40
SUSPECT = "○"
_MOST_NAMED = 20


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    """All texts by section and key."""
    return load_toml("narrative.toml")


def text(key: str, language: str) -> str:
    """A text of the narrative by `section.key`; ValueError for an unknown language."""
    section, _, name = key.partition(".")
    said = _texts()[section][name]
    if language not in said:
        raise ValueError(f"unknown language {language!r}: {' or '.join(map(repr, said))}")
    return said[language]


def title_of(notebook: str, language: str) -> str:
    """The title of a notebook; the name of one that the narrative does not know."""
    entry = _texts().get(notebook, {}).get("title")
    return entry[language].lstrip("# ") if entry else notebook


def say(key: str, language: str, **facts: object) -> Markdown:
    """A passage of the narrative, its {names} filled in."""
    return Markdown(text(key, language).format(**facts))


def opening(
    reports: pd.DataFrame,
    records: Records,
    language: str,
    scope: str | None,
    regions: str | Sequence[str] | None,
) -> Markdown:
    """What a notebook stands on: reports, agencies, years, verified ones, suspect figures."""
    if reports.empty:
        return say("common.empty", language)
    leading = reports[reports["superseded_by"].isna()]
    verified = int(leading["verified"].sum())
    return say(
        "common.opening",
        language,
        n_reports=len(leading),
        n_agencies=_n_agencies(leading),
        years=_years(leading["year"], language),
        n_verified=verified,
        verified_share=percent(verified / len(leading)),
        n_suspect_cells=n_suspect(records),
        n_unreadable=int((leading["n_cells"] == 0).sum()),
        scope=text(f"common.scope_{scope or 'all'}", language),
        regions=_listed(regions, language),
    )


def _n_agencies(reports: pd.DataFrame) -> int:
    """How many agencies there are, each once through its renames."""
    nameless = reports["agency_id"].isna()
    return int(reports["agency_id"].nunique() + reports.loc[nameless, "agency"].nunique())


def without_scope(language: str, **selection: Any) -> Markdown:
    """How many reports a selection by scope leaves out because their scope is not known.

    Files that could not be read are told apart: they are no reports of any scope.
    """
    if selection.get("scope") is None:
        return Markdown("")
    reports = load("reports", **{**selection, "scope": None})
    is_read = reports.loc[reports["scope"].isna(), "n_cells"] > 0
    left_out = {"no_scope": is_read, "no_scope_unreadable": ~is_read}
    told = [
        say(f"common.{name}", language, n_left_out=int(some.sum())).data
        for name, some in left_out.items()
        if some.any()
    ]
    return Markdown("\n\n".join(told))


def without_place(language: str, **selection: Any) -> Markdown:
    """How many reports are in no count of those due, as their region or year is not known.

    They may be of any region, whichever are asked for.
    """
    every = load("reports", **{**selection, "years": None, "regions": None})
    every = every[every["superseded_by"].isna()]
    years = selection.get("years")
    is_asked = every["year"].isna() | (years is None or every["year"].isin(several(years)))
    n_unplaced = int((is_asked & every[["year", "region_code"]].isna().any(axis=1)).sum())
    return say("common.unplaced", language, n=n_unplaced) if n_unplaced else Markdown("")


def _years(years: pd.Series, language: str) -> str:
    """Years as a range, with a word where some are unknown."""
    known = years.dropna()
    span = "–".join(str(year) for year in sorted({known.min(), known.max()})) if len(known) else ""
    unknown = text("common.year_unknown", language) if years.isna().any() else ""
    return " + ".join(filter(None, (span, unknown)))


def _listed(items: str | Sequence[object] | None, language: str) -> str:
    """Items of a parameter as text; all where nothing is asked for."""
    if not items:
        return text("common.all", language)
    names = [items] if isinstance(items, str | int) else list(items)
    known = all_regions()
    separator = "、" if language == "zh" else ", "
    return separator.join(known[n].name if n in known else n for n in map(str, names))


def sources(
    language: str,
    store: str,
    as_of: stored.AsOf,
    years: Sequence[int] | None,
    regions: str | Sequence[str] | None,
    scope: str | None,
) -> Markdown:
    """The closing line: which data, made by which code, and with which parameters."""
    return say(
        "common.sources",
        language,
        **stored.version(store, as_of),
        years=_listed(years, language),
        regions=_listed(regions, language),
        scope=text(f"common.scope_{scope}", language) if scope else text("common.all", language),
    )


def members_note(records: Records, pooled: Records, language: str) -> Markdown:
    """How many reports are left out of pooled figures since another one counts them already."""
    left_out = len(reports(records)) - len(reports(pooled))
    return say("common.members", language, n_left_out=left_out) if left_out else Markdown("")


def successors_note(records: Records, by: Sequence[str], language: str) -> Markdown:
    """Which governments of regions that ended are joined with others, and which can't be."""
    if "standing_agency" not in by:
        return Markdown("")
    followed, divided = successions(records)
    among = "、" if language == "zh" else ", "
    named = {
        "followed": [f"{before} → {after}" for before, after in followed],
        "divided": [f"{before} → {among.join(after)}" for before, after in divided],
    }
    said = [
        text(f"common.{key}", language).format(n=len(pairs), pairs=_first(pairs, language))
        for key, pairs in named.items()
        if pairs
    ]
    return Markdown("\n\n".join(said))


def _first(items: Sequence[str], language: str) -> str:
    """The first of some items, with dots where there are more than can be read."""
    separator = "；" if language == "zh" else "; "
    more = " …" if len(items) > _MOST_NAMED else ""
    return separator.join(items[:_MOST_NAMED]) + more


def groups_to_compare(records: Records) -> list[str]:
    """Grouping columns fine enough to compare and few enough to draw.

    Agencies by year where there are at most `MOST_GROUPS` of them, else provinces by year, else
    years. Governments whose regions ended count as those that followed, where there are some.
    """
    for columns in ([_whose(records), "year"], ["province", "year"]):
        if facts(records)[columns].drop_duplicates().shape[0] <= MOST_GROUPS:
            return columns
    return ["year"]


def place_to_compare(records: Records) -> str:
    """The column whose values make the panels: agencies where they are few, else provinces."""
    whose = _whose(records)
    return whose if facts(records)[whose].nunique() <= MOST_GROUPS // 2 else "province"


def to_compare(records: Records, pooled: Records, by: str | Sequence[str]) -> Records:
    """What a grouping compares: all records where agencies stand alone, else those that add up."""
    names = {by} if isinstance(by, str) else set(by)
    return pooled if names.isdisjoint(("agency", "standing_agency")) else records


def _whose(records: Records) -> str:
    """The column that tells agencies apart: one that joins some of them only where some are."""
    known = facts(records)
    is_joined = "standing_agency" in known and bool(successions(records)[0])
    return "standing_agency" if is_joined else "agency"


def rates(frame: pd.DataFrame, by: Sequence[str], language: str) -> Styler | Markdown:
    """A readable table of indicators: a row a group, a column an indicator with its interval.

    Raises ValueError where something else than `by` tells rows apart, such as their scopes.
    """
    if frame.empty:
        return table(frame, language)
    if frame.duplicated([*by, "indicator"]).any():
        raise ValueError("groups have several rows for one indicator: name what they differ by")
    titles = {code: catalogue().indicators[code].title[language] for code in frame["indicator"]}
    long = frame.assign(shown=_values(frame), title=frame["indicator"].map(titles))
    for column in by:
        long[column] = long[column].astype("object").where(long[column].notna(), "—")
    wide = long.pivot_table("shown", list(by), "title", aggfunc="first", sort=False)
    wide = wide.reindex(columns=list(dict.fromkeys(titles.values()))).reset_index()
    groups = long[list(by)].drop_duplicates()
    shown = table(worded(groups.merge(wide, on=list(by)), language), language)
    return noted(shown, frame, language)


def with_and_without_unverified(
    records: Records, by: Sequence[str], codes: Sequence[str], language: str
) -> Styler | Markdown:
    """The same indicators from all reports and from verified reports only, side by side."""
    everything = indicators(records, by=by, codes=codes)
    verified = indicators(records, by=by, codes=codes, verified_only=True)
    titles = [catalogue().indicators[code].title[language] for code in everything["indicator"]]
    shown = everything[list(by)].assign(
        indicator=titles,
        value=_values(everything),
        reports=_counts(everything),
        verified_value=[
            f"{value} · {count}"
            for value, count in zip(_values(verified), _counts(verified), strict=True)
        ],
    )
    return noted(table(worded(shown, language), language), everything, language)


def noted(shown: Styler | Markdown, frame: pd.DataFrame, language: str) -> Styler | Markdown:
    """A table that says above it what the marker of suspect figures means, where it has one."""
    if isinstance(shown, Styler) and frame["n_suspect"].gt(0).any():
        shown.set_caption(text("common.suspect_note", language))
    return shown


def _values(frame: pd.DataFrame) -> list[str]:
    """Values with their intervals, shares as percentages; those of suspect figures are marked."""
    kinds = [catalogue().indicators[code].kind for code in frame["indicator"]]
    columns = zip(kinds, frame["value"], frame["low"], frame["high"], strict=True)
    values = [_value(kind, *numbers) for kind, *numbers in columns]
    return [marked(value, n) for value, n in zip(values, frame["n_suspect"], strict=True)]


def marked(value: str, n_suspect: int) -> str:
    """A value, with the hollow marker of figures where some that it stands on are suspect."""
    return f"{value} {SUSPECT}" if n_suspect else value


def _value(kind: str, value: Any, low: Any, high: Any) -> str:
    """One value with its interval; a dash where it is not defined."""
    if pd.isna(value):
        return "—"
    interval = "" if pd.isna(low) else f" ({written(kind, low)}–{written(kind, high)})"
    return written(kind, value) + interval


def _counts(frame: pd.DataFrame) -> list[str]:
    """Reports n/N."""
    return [f"{n}/{of}" for n, of in zip(frame["n_reports"], frame["n_total"], strict=True)]


def worded(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Codes in grouping columns as words."""
    words = {column: told for column, told in catalogue().values.items() if column in frame}
    return frame.assign(
        **{
            column: [told[v][language] if v in told else v for v in frame[column]]
            for column, told in words.items()
        }
    )


def table(frame: pd.DataFrame, language: str) -> Styler | Markdown:
    """A frame for reading: headings in the language, no index; a word where it is empty."""
    if frame.empty:
        return say("common.none", language)
    headings = {c: _texts()["columns"][c][language] for c in frame if c in _texts()["columns"]}
    readable = frame.rename(columns=headings).reset_index(drop=True)
    return readable.style.hide(axis="index").format(na_rep="—", precision=0, escape="html")


__all__ = [
    "groups_to_compare",
    "members_note",
    "opening",
    "place_to_compare",
    "rates",
    "say",
    "sources",
    "successors_note",
    "table",
    "text",
    "title_of",
    "to_compare",
    "with_and_without_unverified",
    "with_successors",
    "without_members",
    "without_place",
    "without_scope",
    "worded",
]
