"""Figures: a tidy frame of indicators → matplotlib Axes, in Chinese or English.

Figures draw what `indicators` found and compute no figure of their own. Labels come from the
reference data. Each says how many reports it stands on (n/N), and what its marks mean.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.comparison.captions import clipped, named_groups, wording, wrapped
from analysis.comparison.catalogue import Indicator, catalogue, form_in_force
from analysis.comparison.drawing import (
    DUE_STATES,
    FAINT,
    HEAT,
    LARGE,
    LINES,
    MEDIUM,
    MOST_SHARE,
    NAME_WIDTH,
    NARROW_NAME_WIDTH,
    PALE,
    PARTS,
    QUIET,
    STATES,
    STYLE,
    TINY,
    draw_beyond,
    draw_breaks,
    draw_counts,
    draw_legend,
    draw_line,
    draw_stack,
    dress,
    finish,
    font_family,
    footnote_for,
    label_ends,
    label_points,
    name_rows,
    new_axes,
    new_panels,
    pen,
    row_axes,
    scale,
    shades,
    write_cell,
    write_continuing_below,
    write_counts_below,
    write_instead,
)

MOST_TILED = 150  # agencies on a grid, as many as can be read


@contextmanager
def use_style() -> Iterator[None]:
    """The look of these figures, with the shipped font, for as long as the context lasts.

    A notebook's backend turns interactive when the first figure is made. That must outlive the
    context, or only that first figure would be shown.
    """
    with plt.rc_context({**STYLE, "font.family": [font_family(), "DejaVu Sans"]}):
        yield
        interactive = plt.isinteractive()
    matplotlib.interactive(interactive)


@use_style()
def coverage_grid(table: pd.DataFrame, language: str = "zh", ax: Axes | None = None) -> Axes:
    """Which reports are in: a tile for each agency (down) and year (across), coloured by state.

    Where an agency has several reports for a year, that of the least sure one is shown. Of more
    than `MOST_TILED` agencies none is drawn, and the figure says so.

    Args:
        table: one row a report with the columns agency, year and state (`verified`,
            `not_verified` or `unreadable`).
        language: "zh" or "en".
        ax: where to draw; None for a figure of its own.
    """
    title = wording("coverage", language)
    if table.empty:
        return _no_data(title, language, ax)
    years = sorted(table["year"].dropna().unique()) + [None] * bool(table["year"].isna().any())
    agencies = table["agency"].drop_duplicates().tolist()
    if len(agencies) > MOST_TILED:
        return write_instead(
            title, wording("too_many", language).format(n=f"{len(agencies):,}"), ax
        )
    ax = ax or new_axes(1.5 + 0.3 * len(agencies))
    least_sure_last = table.sort_values("state", key=lambda states: states.map([*STATES].index))
    for agency, year, state in least_sure_last[["agency", "year", "state"]].itertuples(index=False):
        across = years.index(None if pd.isna(year) else year)
        corner = (across - 0.46, agencies.index(agency) - 0.42)
        ax.add_patch(Rectangle(corner, 0.92, 0.84, color=STATES[state], linewidth=0))
    ax.set_xlim(-0.5, len(years) - 0.5)
    ax.set_ylim(len(agencies) - 0.5, -0.5)
    ax.set_xticks(
        range(len(years)), [wording("unknown", language) if y is None else y for y in years]
    )
    ax.set_yticks(range(len(agencies)), [clipped(agency) for agency in agencies])
    ax.xaxis.tick_top()
    draw_legend(ax, [wording(state, language) for state in STATES], list(STATES.values()))
    finish(ax, title, wording("note_source", language), above=42)
    return ax


@use_style()
def coverage_bars(due: pd.DataFrame, language: str = "zh", ax: Axes | None = None) -> Axes:
    """Of the governments' reports due for one year: how many are in, missing, verified, by place.

    Args:
        due: `coverage.due_reports(…)`; of several years the last one is drawn. Places are the
            prefectures of a province where there is but one province, else provinces.
        language: "zh" or "en".
        ax: where to draw; None for a figure of its own.
    """
    title = wording("coverage_due", language)
    rows = due[due["is_government"]]
    if rows.empty:
        return _no_data(title, language, ax)
    rows = rows[rows["year"].eq(rows["year"].max())]
    by = "province" if rows["province"].nunique() > 1 else "prefecture"
    places = rows[by].fillna(rows["province"])
    counts = pd.crosstab(places, rows["state"]).reindex(columns=list(DUE_STATES), fill_value=0)
    counts = counts.reindex(places.drop_duplicates())
    ax, widest = ax or new_axes(1.7 + 0.32 * len(counts)), int(counts.sum(axis=1).max())
    for place, row in enumerate(counts.to_numpy()):
        draw_counts(ax, place, row.tolist(), list(DUE_STATES.values()), widest)
    ax.set_yticks(range(len(counts)), [clipped(str(name)) for name in counts.index])
    ax.set_ylim(len(counts) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    draw_legend(ax, [wording(state, language) for state in DUE_STATES], list(DUE_STATES.values()))
    year = rows["year"].iloc[0]
    finish(ax, f"{title} · {year}", wording("note_due", language), above=42)
    return ax


@use_style()
def outcome_bars(
    table: pd.DataFrame,
    by: str | Sequence[str],
    language: str = "zh",
    ax: Axes | None = None,
    family: str = "outcomes",
) -> Axes:
    """One stacked bar for each group: the shares of a family that make up one whole.

    Args:
        table: `indicators(records, by, codes=[family], complete=True)`.
        by: the grouping column or columns.
        language: "zh" or "en".
        ax: where to draw; None for a figure of its own.
        family: a family of the catalogue that is `parts_of_one_whole`.

    Raises:
        ValueError: the family's indicators are not parts of one whole, the parts of a bar come
            from different reports, and so don't add up, or a bar has several rows for one part.
    """
    if not catalogue().families[family].get("parts_of_one_whole"):
        raise ValueError(f"the indicators of {family} are not parts of one whole")
    parts = _members(family)
    rows = table[table["indicator"].isin([part.code for part in parts])]
    title = catalogue().families[family]["title"][language]
    if rows["value"].isna().all():
        return _no_data(title, language, ax)
    groups = named_groups(rows, by, language)
    _refuse_several_rows(groups)
    _refuse_parts_of_different_reports(groups)
    ax = ax or row_axes(groups, 1.6, 0.4, NAME_WIDTH)
    colours = PARTS.get(family, LINES)
    for place, (_, group) in enumerate(groups):
        values = group.set_index("indicator")["value"].reindex([part.code for part in parts])
        draw_stack(ax, place, values.tolist(), colours)
    ax.autoscale(axis="x", tight=True)
    ax.set_xlim(0, max(1.0, ax.get_xlim()[1]))
    ax.axvline(1, color=FAINT, linewidth=1, zorder=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    name_rows(ax, groups, language, NAME_WIDTH)
    draw_legend(ax, [part.label[language] for part in parts], colours)
    is_beyond = any(group["value"].sum() > MOST_SHARE for _, group in groups)
    notes = ["reports", "hollow", "none"] + ["beyond"] * is_beyond
    finish(ax, title, footnote_for(ax, notes, language), above=42)
    return ax


@use_style()
def denial_heatmap(
    table: pd.DataFrame, by: str | Sequence[str], language: str = "zh", ax: Axes | None = None
) -> Axes:
    """Reasons for denial (across) in each group (down): share and count in every cell.

    Args:
        table: `indicators(records, by, codes=["denial_reasons"])`.
        by: the grouping column or columns.
        language: "zh" or "en".
        ax: where to draw; None for a figure of its own.

    Raises:
        ValueError: a group has several rows for one reason.
    """
    reasons = _members("denial_reasons")
    rows = table[table["indicator"].isin([reason.code for reason in reasons])]
    title = catalogue().families["denial_reasons"]["title"][language]
    if rows["value"].isna().all():
        return _no_data(title, language, ax)
    groups = named_groups(rows, by, language)
    _refuse_several_rows(groups)
    ax = ax or row_axes(groups, 1.8, 0.46, NARROW_NAME_WIDTH)
    cells = [g.set_index("indicator").reindex([r.code for r in reasons]) for _, g in groups]
    shares = np.array([cell["value"] for cell in cells], dtype=float)
    ax.set_facecolor(PALE)
    image = ax.imshow(shares, cmap=HEAT, norm=shades(shares), aspect="auto")
    ax.hlines(np.arange(1, len(groups)) - 0.5, -0.5, len(reasons) - 0.5, color="white")
    ax.vlines(np.arange(1, len(reasons)) - 0.5, -0.5, len(groups) - 0.5, color="white")
    for (down, across), share in np.ndenumerate(shares):
        write_cell(ax, across, down, share, cells[down]["numerator"].iloc[across], image)
    name_rows(ax, groups, language, NARROW_NAME_WIDTH)
    finish(ax, title, footnote_for(ax, ["reports", "hollow", "none"], language), above=10)
    names = [wrapped(reason.label[language], 6) for reason in reasons]
    ax.set_xticks(range(len(names)), names, fontsize=TINY)
    ax.xaxis.tick_top()
    return ax


@use_style()
def rate_lines(
    table: pd.DataFrame,
    indicator: str,
    language: str = "zh",
    by: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One indicator by year with its intervals, as one line or one for each value of `by`.

    A line is broken where years are missing, where two years have no agency in common, and where
    the form changes: the form of a row is its `form` column where there is one, else the one in
    force for its year.

    Args:
        table: `indicators(records, by=["year", ...])`.
        indicator: the code of the indicator.
        language: "zh" or "en".
        by: the column that makes the lines; None for one line.
        ax: where to draw; None for a figure of its own.

    Raises:
        ValueError: a line has several rows for one year and form.
    """
    shown = catalogue().indicators[indicator]
    rows = _by_year(table, indicator)
    if rows[["value", "beyond"]].isna().all(axis=None):
        return _no_data(shown.title[language], language, ax)
    lines = named_groups(rows, by, language) if by else [(wording("reports", language), rows)]
    ax = ax or new_axes(3.4 + 0.17 * len(lines))
    is_apart = False
    for place, (_, line) in enumerate(lines):
        shift = (place - (len(lines) - 1) / 2) * min(0.1, 0.6 / len(lines))
        is_apart |= draw_line(ax, line, *pen(place), shift)
        draw_beyond(ax, line, pen(place)[0])
    scale(ax, shown, rows, 14)
    draw_breaks(ax, rows, language)
    write_counts_below(ax, lines)
    if by:
        label_ends(ax, lines)
    else:
        label_points(ax, shown, rows)
        write_continuing_below(ax, rows, language)
    notes = _notes_on_lines(table, rows, shown, is_apart) + ([] if by else ["continuing"])
    footnote = footnote_for(ax, notes, language, shown, _has_older(rows, shown))
    finish(ax, shown.title[language], footnote, above=20, below=10 + 11 * max(2, len(lines)))
    return ax


@use_style()
def small_multiples(
    table: pd.DataFrame,
    indicator: str,
    language: str = "zh",
    by: str = "province",
    overall: pd.DataFrame | None = None,
) -> list[Axes]:
    """One indicator by year in a small panel for each value of `by`.

    All are on the same axes, but for counts, of which large agencies have hundreds of times more.

    Args:
        table: `indicators(records, by=["year", by])`.
        indicator: the code of the indicator.
        language: "zh" or "en".
        by: the column that makes the panels.
        overall: `indicators(records, by=["year"])`, drawn in grey behind every panel.

    Returns:
        The Axes of the panels, in the order of the table; one that says so where there is no data.

    Raises:
        ValueError: a panel has several rows for one year and form.
    """
    shown = catalogue().indicators[indicator]
    rows = _by_year(table, indicator)
    if rows[["value", "beyond"]].isna().all(axis=None):
        return [_no_data(shown.title[language], language, None)]
    behind = rows.iloc[:0] if overall is None else _by_year(overall, indicator)
    groups = named_groups(rows, by, language)
    is_count = shown.kind == "count"
    panels = new_panels(len(groups), share_values=not is_count)
    is_apart = False
    for ax, (name, group) in zip(panels, groups, strict=True):
        is_apart |= draw_line(ax, behind, FAINT, None, 0)
        is_apart |= draw_line(ax, group, *pen(0), 0)
        draw_beyond(ax, group, pen(0)[0])
        scale(ax, shown, pd.concat([rows, behind]), 7, group if is_count else None)
        draw_breaks(ax, rows, None)
        dress(ax, pad=11)
        write_counts_below(ax, [("", group)], drop=3)
        ax.set_title(wrapped(name, 16), loc="left", fontsize=MEDIUM)
    notes = _notes_on_lines(table, rows, shown, is_apart) + (["overall"] if len(behind) else [])
    panels[0].figure.suptitle(shown.title[language], x=0.01, ha="left", fontsize=LARGE)
    footnote = footnote_for(panels[0], notes, language, shown, _has_older(rows, shown))
    panels[0].figure.supxlabel(footnote, x=0.01, ha="left", fontsize=TINY, color=QUIET)
    return panels


def _members(family: str) -> list[Indicator]:
    """The indicators of a family, in the order of the catalogue."""
    return [each for each in catalogue().indicators.values() if each.family == family]


def _by_year(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """One indicator's rows in order of year, each with its form; rows of no year are left out.

    Shares that would dwarf all others stand in `beyond` instead of `value`.
    """
    rows = table[table["indicator"].eq(indicator) & table["year"].notna()]
    if "form" not in rows:
        rows = rows.assign(form=[form_in_force(year) for year in rows["year"]])
    is_share = catalogue().indicators[indicator].kind == "share"
    is_beyond = rows["value"].gt(MOST_SHARE) & is_share
    within = rows[["value", "low", "high"]].mask(is_beyond)
    rows = rows.assign(**within, beyond=rows["value"].where(is_beyond))
    return rows.sort_values("year", kind="stable")


def _refuse_several_rows(groups: list[tuple[str, pd.DataFrame]]) -> None:
    """Refuse groups in which something else differs: two scopes or two years, say."""
    for name, group in groups:
        if group["indicator"].duplicated().any():
            raise ValueError(
                f"{name} has several rows for one indicator: name what they differ by in `by`"
            )


def _refuse_parts_of_different_reports(groups: list[tuple[str, pd.DataFrame]]) -> None:
    """Refuse bars whose parts would not be of the same reports."""
    for name, group in groups:
        if group["n_reports"].nunique() > 1:
            raise ValueError(
                f"the parts of {name} come from different reports and don't add up; "
                "ask `indicators` for them with complete=True"
            )


def _notes_on_lines(
    table: pd.DataFrame, rows: pd.DataFrame, shown: Indicator, is_apart: bool
) -> list[str]:
    """The notes that a figure of lines needs."""
    return [
        "reports",
        *(["interval"] if any(shown.denominator.values()) else []),
        "hollow",
        *(["break"] if rows["form"].nunique() > 1 else []),
        *(["apart"] if is_apart else []),
        *(["beyond"] if rows["beyond"].notna().any() else []),
        *(["pointless"] if (rows["n_reports"].gt(0) & rows["denominator"].eq(0)).any() else []),
        *(["no_year"] if table["year"].isna().any() else []),
    ]


def _has_older(rows: pd.DataFrame, shown: Indicator) -> bool:
    """Whether figures are drawn of years when a form was in use that counts otherwise."""
    last = (catalogue().forms[form].get("last_year", 0) for form in shown.breaks)
    return bool(rows.loc[rows["value"].notna(), "year"].min() <= max(last, default=0))


def _no_data(title: str, language: str, ax: Axes | None) -> Axes:
    """A panel that says that there is nothing to show."""
    return write_instead(title, wording("no_data", language), ax)
