"""What is held and how far it can be trusted, as tables for reading: what is missing or suspect."""

from collections.abc import Sequence

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from analysis.comparison import coverage
from analysis.comparison.agencies import shown_names
from analysis.comparison.article import marked, noted, table, text, worded
from analysis.comparison.cells import Records, among, facts, suspects
from analysis.comparison.families import beside_members
from analysis.comparison.rounding import percent, written
from analysis.dataset.across import across_checks
from analysis.documents.issues import catalogue as checks
from analysis.documents.reference import entries
from analysis.documents.repair import in_words

MOST_LISTED = 400
_NARRATIVE = ("prose_disagrees", "zero_beside_prose")
_SEVERITY = {
    "error": {"zh": "错误", "en": "error"},
    "warning": {"zh": "警告", "en": "warning"},
    "info": {"zh": "提示", "en": "note"},
}


def coverage_table(reports: pd.DataFrame) -> pd.DataFrame:
    """One row a leading report: agency, year, and verified, not_verified or unreadable."""
    reports = reports[reports["superseded_by"].isna()]
    state = reports["verified"].map({True: "verified", False: "not_verified"})
    state = state.mask(reports["n_cells"] == 0, "unreadable")
    named = shown_names(reports).fillna(reports["path"].astype("object"))
    return pd.DataFrame({"agency": named, "year": reports["year"], "state": state})


def coverage_rates(due: pd.DataFrame, language: str) -> Styler | Markdown:
    """How many of the reports due are in: a row a year, a column a scope and level."""
    rates = coverage.coverage_rates(due)
    if rates.empty:
        return table(rates, language)
    told = worded(rates, language)
    unknown = text("common.scope_unknown", language)
    scope, level = told["scope"].astype("object"), told["level"].astype("object")
    is_other = rates["scope"].eq("aggregate").fillna(False) & ~rates["is_government"]
    scope = scope.mask(is_other, text("common.scope_other_aggregates", language))
    named = scope.fillna(unknown) + " · " + level.fillna("—")
    each = rates.assign(named=named, shown=_of(rates["n_in"], rates["n_due"]))
    wide = each.pivot(index="year", columns="named", values="shown")[list(dict.fromkeys(named))]
    counts = ["n_in", "n_verified", "n_late", "n_dated"]
    years = rates.groupby("year")[counts].sum()
    wide["verified_of_in"] = _of(years["n_verified"], years["n_in"])
    wide["late_of_dated"] = _of(years["n_late"], years["n_dated"])
    return table(wide.reset_index().rename_axis(columns=None), language)


def missing_reports(due: pd.DataFrame, language: str) -> Styler | Markdown:
    """Governments and agencies whose reports were due and are not in, by year and prefecture.

    Of more than `MOST_LISTED` of them, only how many there are in each province and year.
    """
    missing = due[due["state"].eq("missing")].sort_values("year", kind="stable")
    if len(missing) > MOST_LISTED:
        return _counted(missing, language)
    places = ["year", "province", "prefecture", "scope"]
    rows = missing.groupby(places, dropna=False, observed=True, sort=False)["agency"]
    shown = rows.agg(count="size", missing="、".join).reset_index()
    return table(worded(shown, language), language)


def _counted(rows: pd.DataFrame, language: str) -> Styler | Markdown:
    """How many of the rows, which are too many to list, are of each province and year."""
    province = rows["province"].astype("object").fillna("—")
    year = rows["year"].astype("object").fillna("—")
    counts = pd.crosstab(province, year).rename_axis(index="province", columns=None)
    in_order = counts.loc[province.drop_duplicates()]
    return table(in_order.reset_index(), language)


def effect_of_missing(
    records: Records, due: pd.DataFrame, indicator: str, language: str
) -> Styler | Markdown:
    """What the mean rate over governments can be, given those that are missing.

    Years and levels of which nothing is known are left out.
    """
    found = coverage.effect_of_missing(records, due, indicator)
    found = found[(found["n_known"] > 0) | (found["n_other_year"] > 0)]
    shown = found[["year", "level"]].assign(
        known_of_due=_of(found["n_known"], found["n_due"]),
        mean=_means(found),
        mean_filled=_filled(found, language),
        bounds=[
            f"{written('share', low)}–{written('share', high)}"
            for low, high in found[["low", "high"]].to_numpy()
        ],
    )
    return noted(table(worded(shown, language), language), found, language)


def _means(found: pd.DataFrame) -> list[str]:
    """Means of those known, marked where some are suspect; a dash of none."""
    pairs = zip(found["mean"], found["n_suspect"], strict=True)
    return ["—" if pd.isna(mean) else marked(written("share", mean), n) for mean, n in pairs]


def _of(count: pd.Series, total: pd.Series) -> list[str]:
    """Counts as `12/95 (13%)`; a dash of none."""
    pairs = zip(count, total, strict=True)
    return [f"{n:,}/{of:,} ({percent(n / of)})" if of else "—" for n, of in pairs]


def _cases(counts: pd.Series, of: pd.Series | None = None) -> list[str]:
    """Counts, with their share of others where these are given; a dash where not known."""
    told = ["—" if pd.isna(n) else written("count", n) for n in counts]
    if of is None:
        return told
    shares = zip(told, counts, of, strict=True)
    return [f"{n} ({percent(part / whole)})" if whole > 0 else n for n, part, whole in shares]


def _filled(found: pd.DataFrame, language: str) -> list[str]:
    """Means that take some governments from another year, and how many they are."""
    rows = zip(found["mean_filled"], found["n_other_year"], found["n_suspect"], strict=True)
    said = text("common.filled", language)
    return [
        marked(said.format(mean=written("share", mean), n=n), n_suspect) if n else "—"
        for mean, n, n_suspect in rows
    ]


def failed_files(reports: pd.DataFrame, issues: pd.DataFrame, language: str) -> Styler | Markdown:
    """Files of which no figure could be read, with what is wrong and what to do.

    Of more than `MOST_LISTED` of them, only how many there are in each province and year.
    """
    failed = reports[reports["n_cells"] == 0]
    if len(failed) > MOST_LISTED:
        return _counted(failed, language)
    failed = failed[["report_id", "path"]]
    errors = issues.loc[issues["severity"] == "error", ["report_id", _message(language)]]
    frame = failed.merge(errors, on="report_id").drop(columns="report_id")
    return table(frame.rename(columns={_message(language): "message"}), language)


def unsettled_reports(
    reports: pd.DataFrame, issues: pd.DataFrame, language: str
) -> Styler | Markdown:
    """Warnings of whole reports: whose, of which year or scope is open, and what is in twice.

    Of more than `MOST_LISTED` of them, only how many there are in each province and year.
    """
    is_whole = issues["table"].eq("") & ~issues["check"].isin(across_checks())
    warnings = issues.loc[is_whole & issues["severity"].eq("warning")]
    frame = warnings.merge(reports.loc[reports["n_cells"] > 0, ["report_id", "path"]])
    if len(frame) > MOST_LISTED:
        return _counted(frame, language)
    frame = frame.sort_values(["check", "path"]).assign(
        check=lambda rows: [checks()[check][f"title_{language}"] for check in rows["check"]],
        message=lambda rows: rows[_message(language)],
    )
    return table(frame[["path", "check", "message"]], language)


def issues_by_kind(issues: pd.DataFrame, language: str) -> Styler | Markdown:
    """Number of issues of each kind, the most frequent first."""
    counts = issues.groupby(["check", "severity"], as_index=False).size()
    counts = counts.sort_values(["size", "check"], ascending=[False, True])
    counts["check"] = [checks()[check][f"title_{language}"] for check in counts["check"]]
    counts["severity"] = [_SEVERITY[severity][language] for severity in counts["severity"]]
    return table(counts.rename(columns={"size": "count"}), language)


def suspect_figures(
    reports: pd.DataFrame, records: Records, issues: pd.DataFrame, language: str
) -> Styler | Markdown:
    """Issues that make figures suspect, with the figures and their places in the file.

    These are errors and warnings that name a column, in files of which figures could be read. Of
    more than `MOST_LISTED` of them, only how many there are in each province and year.
    """
    is_named = (issues["severity"] == "warning") & (issues["column"] != "")
    marking = issues[(issues["severity"] == "error") | is_named]
    read = reports.loc[reports["n_cells"] > 0, ["report_id", "path"]]
    frame = marking.merge(read, on="report_id")
    if len(frame) > MOST_LISTED:
        return _counted(frame, language)
    own = among(records, facts(records)["report_id"].isin(frame["report_id"]))
    cells = {key: part for key, part in suspects(own).groupby("report_id")}
    names = ["report_id", "table", "row", "column", "cell"]
    keys = list(frame[names].itertuples(index=False, name=None))
    frame = frame.assign(
        what=[_named(key[1:4], language) or text("common.whole_report", language) for key in keys],
        figures=[_figures(cells.get(key[0]), key[1:4], key[4], language) for key in keys],
        message=frame[_message(language)],
        suggestion=[in_words(text, language) for text in frame["suggestion"]],
    )
    shown = ["agency", "year", "what", "figures", "message", "suggestion", "path"]
    return table(frame[shown], language)


def members(records: Records, reports: pd.DataFrame, language: str) -> Styler | Markdown:
    """Aggregates beside their members: how many are in, and the requests that each side counts.

    Of more than `MOST_LISTED` aggregates, only how many there are in each year.
    """
    found = beside_members(records, reports)
    if len(found) > MOST_LISTED:
        return table(found.groupby("year").size().rename("count").reset_index(), language)
    n_known = found["n_members"] - found["n_unknown"]
    shown = found[["agency", "year"]].assign(
        members_known=[f"{n:,}/{of:,}" for n, of in zip(n_known, found["n_members"], strict=True)],
        below_of_due=_of(found["n_below"], found["n_below_due"]),
        received=_cases(found["received"]),
        by_members=_cases(found["by_members"], found["received"]),
        rest=_cases(found["rest"]),
    )
    shown["received"] = list(map(marked, shown["received"], found["n_suspect"]))
    return noted(table(shown, language), found, language)


def contradictions(reports: pd.DataFrame, issues: pd.DataFrame, language: str) -> Styler | Markdown:
    """What reports say against one another or themselves, what two share once, of the later.

    Of the same figures each report has a finding of its own, which names others and not itself. Two
    versions of one report are listed of the one that leads. A sentence that differs from its table
    is listed where it names no cell: those that do are with the suspect figures. Of more than
    `MOST_LISTED` findings, only how many there are in each province and year.
    """
    across = issues[issues["check"].isin(across_checks()) & (issues["severity"] == "warning")]
    led = reports.loc[reports["superseded_by"].notna(), "report_id"]
    is_version = issues["check"].eq("other_version") & ~issues["report_id"].isin(led)
    is_told = issues["check"].isin(_NARRATIVE) & issues["column"].eq("")
    across = pd.concat([across, issues[is_version | is_told]])
    ordered = across.sort_values("year", ascending=False, kind="stable")
    is_shared = ordered.duplicated(["check", "message"]) & (ordered["check"] != "same_figures")
    once = ordered[~is_shared].sort_index()
    if len(once) > MOST_LISTED:
        return _counted(once, language)
    frame = once.merge(reports[["report_id", "path"]], on="report_id")
    keys = frame[["table", "row"]].itertuples(index=False, name=None)
    frame = frame.assign(
        what=[
            _named((*key, ""), language) or text("common.whole_report", language) for key in keys
        ],
        check=[checks()[check][f"title_{language}"] for check in frame["check"]],
        message=frame[_message(language)],
    )
    return table(frame[["agency", "year", "check", "what", "message", "path"]], language)


def _figures(suspects: pd.DataFrame | None, codes: Sequence[str], named: str, language: str) -> str:
    """The printed figures that an error covers, each with its label and place.

    Of a whole column or table, zeros are left out but for the cell that the error names.
    """
    if suspects is None:
        return "—"
    name, row, column = codes
    covered = suspects
    for axis, code in (("table", name), ("row", row), ("column", column)):
        covered = covered[covered[axis] == code] if code else covered
    shown = (covered["value"] != 0) | (covered["cell"] == named) | bool(row)
    told = covered[(covered["state"] != "blank") & shown | bool(row and column)]
    labels = [
        _named((t, "" if row else r, "" if column else c), language, table=not name)
        for t, r, c in zip(told["table"], told["row"], told["column"], strict=True)
    ]
    parts = zip(labels, told["raw"], told["cell"], strict=True)
    separator = "；" if language == "zh" else "; "
    return separator.join(f"{label} {raw.strip()} [{cell}]".strip() for label, raw, cell in parts)


def _named(codes: Sequence[str], language: str, table: bool = True) -> str:
    """Labels of a table, row and column; an empty one stands for all and is left out."""
    name, row, column = codes
    keys = [(name, "table", name if table else ""), (name, "row", row), (name, "column", column)]
    found = [entries()[key] for key in keys if key[2]]
    return " · ".join(e.label if language == "zh" else e.label_en for e in found)


def _message(language: str) -> str:
    """The column that holds messages in a language."""
    return "message_zh" if language == "zh" else "message"
