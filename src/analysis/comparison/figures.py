"""Figures: a tidy frame of indicators → matplotlib Axes, in Chinese or English.

Figures draw what `indicators` found and compute no figure of their own. Labels come from the
reference data. Each says how many reports it stands on (n/N), and what its marks mean.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter
from matplotlib.transforms import Transform, offset_copy

from analysis.comparison.indicators import Indicator, catalogue
from analysis.documents.reference import REFERENCE, entries

FONT = REFERENCE / "fonts" / "NotoSansSC-gongkai.ttf"
INK, QUIET, FAINT, PALE = "#1F2933", "#66727F", "#C9D0D8", "#EEF1F4"
# Okabe and Ito's palette, told apart with any colour vision; yellow is too pale for lines.
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#1F2933")
MARKERS = {"o": "●", "s": "■", "D": "◆", "^": "▲", "v": "▼"}
# From disclosed (blue) over refused (orange) to turned away (grey); corrections stand out.
RESULTS = ("#98A2AC", "#D55E00", "#79B8DE", "#CDD4DB")
PARTS = {
    "outcomes": ("#0B5C8F", "#79B8DE", "#D55E00", "#F3B05A", "#98A2AC", "#CDD4DB"),
    "reconsideration_results": RESULTS,
    "litigation_results": RESULTS,
}
STATES = {"verified": "#0B5C8F", "not_verified": "#F3B05A", "unreadable": "#CDD4DB"}
HEAT = LinearSegmentedColormap.from_list("heat", ["#F1F6FA", "#A9CFE6", "#2F7FB5", "#0B3C61"])
WIDTH, PANEL_WIDTH = 9.0, 2.3  # inches
LARGE, MEDIUM, SMALL, TINY = 13.0, 9.0, 8.0, 7.0  # points
_CLOSING = "，。；：、）”"
_STYLE: dict[Any, Any] = {
    "axes.edgecolor": FAINT,
    "axes.titlecolor": INK,
    "axes.unicode_minus": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 144,
    "figure.facecolor": "white",
    "font.size": MEDIUM,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,
}


@contextmanager
def use_style() -> Iterator[None]:
    """The look of these figures, with the shipped font, for as long as the context lasts.

    A notebook's backend turns interactive when the first figure is made. That must outlive the
    context, or only that first figure would be shown.
    """
    with plt.rc_context({**_STYLE, "font.family": [_family(), "DejaVu Sans"]}):
        yield
        interactive = plt.isinteractive()
    matplotlib.interactive(interactive)


@lru_cache(maxsize=1)
def _family() -> str:
    """The family name of the shipped font, made known to matplotlib."""
    fontManager.addfont(FONT)
    return FontProperties(fname=FONT).get_name()


@use_style()
def coverage_grid(table: pd.DataFrame, language: str = "zh", ax: Axes | None = None) -> Axes:
    """Which reports are in: a tile for each agency (down) and year (across), coloured by state.

    Args:
        table: one row a report with the columns agency, year and state (`verified`,
            `not_verified` or `unreadable`).
        language: "zh" or "en".
        ax: where to draw; None for a figure of its own.
    """
    title = _text("coverage", language)
    if table.empty:
        return _no_data(title, language, ax)
    years = sorted(table["year"].dropna().unique()) + [None] * bool(table["year"].isna().any())
    agencies = table["agency"].drop_duplicates().tolist()
    ax = ax or _axes(1.5 + 0.3 * len(agencies))
    for agency, year, state in table[["agency", "year", "state"]].itertuples(index=False):
        across = years.index(None if pd.isna(year) else year)
        corner = (across - 0.46, agencies.index(agency) - 0.42)
        ax.add_patch(Rectangle(corner, 0.92, 0.84, color=STATES[state], linewidth=0))
    ax.set_xlim(-0.5, len(years) - 0.5)
    ax.set_ylim(len(agencies) - 0.5, -0.5)
    ax.set_xticks(
        range(len(years)), [_text("unknown", language) if y is None else y for y in years]
    )
    ax.set_yticks(range(len(agencies)), [_clipped(agency) for agency in agencies])
    ax.xaxis.tick_top()
    _legend(ax, [_text(state, language) for state in STATES], list(STATES.values()))
    _finish(ax, title, _text("note_source", language), above=42)
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
        ValueError: the family's indicators are not parts of one whole, or the parts of a bar come
            from different reports, and so don't add up.
    """
    if not catalogue().families[family].get("parts_of_one_whole"):
        raise ValueError(f"the indicators of {family} are not parts of one whole")
    parts = _members(family)
    rows = table[table["indicator"].isin([part.code for part in parts])]
    title = catalogue().families[family]["title"][language]
    if rows["value"].isna().all():
        return _no_data(title, language, ax)
    groups = _groups(rows, by, language)
    _refuse_parts_of_different_reports(groups)
    ax = ax or _row_axes(groups, 1.6, 0.4)
    colours = PARTS.get(family, LINES)
    for place, (_, group) in enumerate(groups):
        values = group.set_index("indicator")["value"].reindex([part.code for part in parts])
        _draw_stack(ax, place, values.tolist(), colours)
    ax.autoscale(axis="x", tight=True)
    ax.set_xlim(0, max(1.0, ax.get_xlim()[1]))
    ax.axvline(1, color=FAINT, linewidth=1, zorder=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    _name_rows(ax, groups, language)
    _legend(ax, [part.label[language] for part in parts], colours)
    _finish(ax, title, _footnote(ax, ["reports", "hollow", "none"], language), above=42)
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
    """
    reasons = _members("denial_reasons")
    rows = table[table["indicator"].isin([reason.code for reason in reasons])]
    title = catalogue().families["denial_reasons"]["title"][language]
    if rows["value"].isna().all():
        return _no_data(title, language, ax)
    groups = _groups(rows, by, language)
    ax = ax or _row_axes(groups, 1.8, 0.46)
    cells = [g.set_index("indicator").reindex([r.code for r in reasons]) for _, g in groups]
    shares = np.array([cell["value"] for cell in cells], dtype=float)
    ax.set_facecolor(PALE)
    image = ax.imshow(shares, cmap=HEAT, norm=_shades(shares), aspect="auto")
    ax.hlines(np.arange(1, len(groups)) - 0.5, -0.5, len(reasons) - 0.5, color="white")
    ax.vlines(np.arange(1, len(reasons)) - 0.5, -0.5, len(groups) - 0.5, color="white")
    for (down, across), share in np.ndenumerate(shares):
        _write_cell(ax, across, down, share, cells[down]["numerator"].iloc[across], image)
    _name_rows(ax, groups, language)
    _colour_bar(ax, image)
    _finish(ax, title, _footnote(ax, ["reports", "hollow", "none"], language), above=10)
    names = [_wrapped(reason.label[language], 6) for reason in reasons]
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

    A line is broken where years are missing and where the form changes: the form of a row is its
    `form` column where there is one, else the one in force for its year.

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
    if rows["value"].isna().all():
        return _no_data(shown.title[language], language, ax)
    lines = _groups(rows, by, language) if by else [(_text("reports", language), rows)]
    ax = ax or _axes(3.4 + 0.17 * len(lines))
    for place, (_, line) in enumerate(lines):
        shift = (place - (len(lines) - 1) / 2) * min(0.1, 0.6 / len(lines))
        _draw_line(ax, line, *_pen(place), shift)
    _scale(ax, shown, rows, 14)
    _draw_breaks(ax, rows, language)
    _write_counts_below(ax, lines)
    _label_ends(ax, lines) if by else _label_points(ax, shown, rows)
    footnote = _footnote(ax, _notes_on_lines(table, rows, shown), language, shown)
    _finish(ax, shown.title[language], footnote, above=20, below=10 + 11 * len(lines))
    return ax


@use_style()
def small_multiples(
    table: pd.DataFrame,
    indicator: str,
    language: str = "zh",
    by: str = "province",
    overall: pd.DataFrame | None = None,
) -> list[Axes]:
    """One indicator by year in a small panel for each value of `by`, all on the same axes.

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
    if rows["value"].isna().all():
        return [_no_data(shown.title[language], language, None)]
    behind = rows.iloc[:0] if overall is None else _by_year(overall, indicator)
    groups = _groups(rows, by, language)
    panels = _panels(len(groups))
    for ax, (name, group) in zip(panels, groups, strict=True):
        _draw_line(ax, behind, FAINT, None, 0)
        _draw_line(ax, group, *_pen(0), 0)
        _scale(ax, shown, pd.concat([rows, behind]), 7)
        _draw_breaks(ax, rows, None)
        _write_counts_below(ax, [("", group)], drop=3)
        _dress(ax, pad=11)
        ax.set_title(_wrapped(name, 16), loc="left", fontsize=MEDIUM)
    notes = _notes_on_lines(table, rows, shown) + (["overall"] if len(behind) else [])
    panels[0].figure.suptitle(shown.title[language], x=0.01, ha="left", fontsize=LARGE)
    footnote = _footnote(panels[0], notes, language, shown)
    panels[0].figure.supxlabel(footnote, x=0.01, ha="left", fontsize=TINY, color=QUIET)
    return panels


def _members(family: str) -> list[Indicator]:
    """The indicators of a family, in the order of the catalogue."""
    return [each for each in catalogue().indicators.values() if each.family == family]


def _groups(
    rows: pd.DataFrame, by: str | Sequence[str], language: str
) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each group under its printed name, in the order of the table."""
    columns = [by] if isinstance(by, str) else list(by)
    grouped = rows.groupby(columns, sort=False, dropna=False, observed=True)
    return [
        (" · ".join(_name(*pair, language) for pair in zip(columns, keys, strict=True)), group)
        for keys, group in grouped
    ]


def _name(column: str, value: Any, language: str) -> str:
    """What is printed for one value of a grouping column."""
    if pd.isna(value):
        return _text("unknown", language)
    if column == "applicant":
        entry = entries()["requests", "column", value]
        return entry.label if language == "zh" else entry.label_en
    if column == "form":
        return _form_name(value, language)
    known = catalogue().values.get(column, {})
    return known[value][language] if value in known else str(value)


def _form_name(form: str, language: str) -> str:
    """The printed name of a form or of a mixture of forms."""
    known = catalogue().forms
    return " + ".join(known[f]["title"][language] if f in known else f for f in form.split())


def _text(key: str, language: str) -> str:
    """One of the texts that figures say around the data."""
    return catalogue().texts[key][language]


def _axes(height: float) -> Axes:
    """Axes on a new figure of the usual width and this height in inches."""
    return plt.subplots(figsize=(WIDTH, height))[1]


def _row_axes(groups: list[tuple[str, pd.DataFrame]], frame: float, row: float) -> Axes:
    """Axes high enough for one row a group, with room for names of several lines; inches."""
    n_lines = max(_wrapped(name, 16).count("\n") + 1 for name, _ in groups)
    return _axes(frame + len(groups) * max(row, 0.18 * n_lines))


def _panels(count: int) -> list[Axes]:
    """That many panels on one figure, with shared axes and years under the lowest ones."""
    across = min(4, count)
    down = -(-count // across)
    size = (max(2, across) * PANEL_WIDTH, 1.3 + 1.65 * down)
    grid = plt.subplots(down, across, sharex=True, sharey=True, squeeze=False, figsize=size)[1]
    panels = list(grid.flat)
    for spare in panels[count:]:
        spare.set_axis_off()
    for lowest in panels[count - across : count]:
        lowest.tick_params(labelbottom=True)
    return panels[:count]


def _by_year(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """One indicator's rows in order of year, each with its form; rows of no year are left out."""
    rows = table[table["indicator"].eq(indicator) & table["year"].notna()]
    if "form" not in rows:
        rows = rows.assign(form=[_form_in_force(year) for year in rows["year"]])
    return rows.sort_values("year", kind="stable")


def _form_in_force(year: int) -> str:
    """The form of the notice in force for a year's reports; empty before the first known."""
    known = catalogue().forms
    begun = [name for name in known if known[name]["first_year"] <= year]
    return max(begun, key=lambda name: known[name]["first_year"], default="")


def _pen(place: int) -> tuple[str, str]:
    """The colour and marker of a line, no two the same."""
    return LINES[place % len(LINES)], list(MARKERS)[place // len(LINES) % len(MARKERS)]


def _draw_line(ax: Axes, line: pd.DataFrame, colour: str, marker: str | None, shift: float) -> None:
    """One line in unbroken stretches; with a marker, intervals as soft bars, hollow if suspect."""
    if line.duplicated(["year", "form"]).any():
        raise ValueError("a line has several rows for one year: name what they differ by in `by`")
    known = line[line["value"].notna()].sort_values(["form", "year"])
    starts = known["year"].diff().ne(1) | known["form"].ne(known["form"].shift())
    for _, stretch in known.groupby(starts.cumsum()):
        ax.plot(stretch["year"] + shift, stretch["value"], color=colour, linewidth=1.8, zorder=2)
    if marker:
        years = known["year"].to_numpy(float) + shift
        faces = np.where(known["n_unverified"] > 0, "white", colour)
        ax.vlines(years, known["low"], known["high"], color=colour, alpha=0.22, linewidth=5)
        look: dict[str, Any] = {"marker": marker, "edgecolors": colour, "clip_on": False}
        ax.scatter(years, known["value"], s=26, c=faces, zorder=3, **look)


def _scale(ax: Axes, shown: Indicator, rows: pd.DataFrame, n_years: int) -> None:
    """From the first year to the last, some of them named; from zero for shares and ratios."""
    ax.set_xlim(rows["year"].min() - 0.5, rows["year"].max() + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(n_years, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.grid(axis="y", color=PALE)
    ax.set_axisbelow(True)
    figures = PercentFormatter(1) if shown.kind == "share" else StrMethodFormatter("{x:,.10g}")
    ax.yaxis.set_major_formatter(figures)
    if shown.kind == "difference":
        ax.axhline(0, color=FAINT, linewidth=1, zorder=0)
    else:
        top = float(rows[["value", "high"]].max().max())
        ax.set_ylim(0, top * 1.12 if top > 0 else 1)


def _draw_breaks(ax: Axes, rows: pd.DataFrame, language: str | None) -> None:
    """A dashed line where each later form begins, with its name unless the language is None."""
    begins = rows.groupby("form")["year"].min().sort_values()
    for form, year in begins.iloc[1:].items():
        ax.axvline(year - 0.5, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        if language:
            name, across = _form_name(str(form), language), ax.get_xaxis_transform()
            _write(ax, name, (year - 0.5, 1), (0, 3), across, size=TINY, ha="center", va="bottom")


def _notes_on_lines(table: pd.DataFrame, rows: pd.DataFrame, shown: Indicator) -> list[str]:
    """The notes that a figure of lines needs."""
    return [
        "reports",
        *(["interval"] if shown.kind != "difference" else []),
        "hollow",
        *(["break"] if rows["form"].nunique() > 1 else []),
        *(["no_year"] if table["year"].isna().any() else []),
    ]


def _label_points(ax: Axes, shown: Indicator, rows: pd.DataFrame) -> None:
    """Each point's value beside it."""
    known = rows[rows["value"].notna()]
    for year, value in zip(known["year"], known["value"], strict=True):
        text = format(value, {"share": ".1%", "ratio": ",.1f", "difference": ",.0f"}[shown.kind])
        label = _write(ax, text, (year, value), (7, 7), ax.transData, INK)
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def _label_ends(ax: Axes, lines: list[tuple[str, pd.DataFrame]]) -> None:
    """Each line's name at its right end, moved apart where they would overlap."""
    ends = [
        (line["value"].dropna(), *_pen(place), name) for place, (name, line) in enumerate(lines)
    ]
    ends = sorted((e for e in ends if len(e[0])), key=lambda end: end[0].iloc[-1])
    names = [f"{MARKERS[marker]} {_wrapped(name, 14)}" for _, _, marker, name in ends]
    heights = [(name.count("\n") + 1.15) * np.diff(ax.get_ylim())[0] * 0.052 for name in names]
    wanted = np.array([values.iloc[-1] for values, *_ in ends])
    places = _apart(wanted, np.array(heights))
    for name, place, (_, colour, *_) in zip(names, places, ends, strict=True):
        _write(ax, name, (1, place), (4, 0), ax.get_yaxis_transform(), colour)


def _apart(wanted: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Places as near as can be to those wanted (ascending), for labels of these heights."""
    places = wanted.copy()
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + (heights[i - 1] + heights[i]) / 2)
    return places - (places - wanted).mean()


def _write_counts_below(ax: Axes, lines: list[tuple[str, pd.DataFrame]], drop: float = 19) -> None:
    """Reports used of all reports (n/N) under each year, one row for each line."""
    across = ax.get_xaxis_transform()
    for place, (name, line) in enumerate(lines):
        colour = _pen(place)[0] if len(lines) > 1 else QUIET
        look: dict[str, Any] = {"colour": colour, "size": TINY, "va": "top"}
        offset = (0, -drop - 11 * place)
        _write(ax, _clipped(name), (ax.get_xlim()[0], 0), offset, across, ha="right", **look)
        for year, used, every in zip(line["year"], line["n_reports"], line["n_total"], strict=True):
            _write(ax, f"{used:,}/{every:,}", (year, 0), offset, across, ha="center", **look)


def _draw_stack(ax: Axes, place: int, values: list[float], colours: Sequence[str]) -> None:
    """One stacked bar, with the share written in every part that has room for it."""
    left = 0.0
    for value, colour in zip(values, colours, strict=False):
        if not np.isnan(value):
            ax.barh(place, value, 0.7, left, color=colour, edgecolor="white", linewidth=0.8)
            if value >= 0.05:
                _write_in(ax, left + value / 2, place, f"{value:.0%}", to_rgb(colour))
            left += value
    if np.isnan(values).all():
        ax.text(0.005, place, "—", va="center", color=QUIET)


def _shades(shares: np.ndarray) -> Normalize:
    """One scale for all heat maps, from none to half of the denials or the largest share."""
    return Normalize(0, max(0.5, np.nanmax(shares)))


def _write_cell(ax: Axes, across: int, down: int, share: float, count: float, image: Any) -> None:
    """The share and the count of one cell of the heat map; a dash where not known."""
    if np.isnan(share):
        _write_in(ax, across, down, "—", to_rgb(PALE))
    else:
        text = f"{share:.0%}\n({count:,.0f})"
        _write_in(ax, across, down, text, image.cmap(image.norm(share))[:3])


def _write_in(ax: Axes, x: float, y: float, text: str, behind: tuple[float, float, float]) -> None:
    """A small text in dark or white, whichever reads better on the colour behind it."""
    brightness = float(np.dot(behind, (0.299, 0.587, 0.114)))
    ink = INK if brightness > 0.5 else "white"
    ax.text(x, y, text, ha="center", va="center", fontsize=SMALL, color=ink, linespacing=1.15)


def _refuse_parts_of_different_reports(groups: list[tuple[str, pd.DataFrame]]) -> None:
    """Refuse bars whose parts would not be of the same reports."""
    for name, group in groups:
        if group["n_reports"].nunique() > 1:
            raise ValueError(
                f"the parts of {name} come from different reports and don't add up; "
                "ask `indicators` for them with complete=True"
            )


def _name_rows(ax: Axes, groups: list[tuple[str, pd.DataFrame]], language: str) -> None:
    """Each group's name left of its row; right of it a marker, reports n/N, and cases."""
    ax.set_yticks(range(len(groups)), [_wrapped(name, 16) for name, _ in groups])
    ax.set_ylim(len(groups) - 0.5, -0.5)
    right = ax.get_yaxis_transform()
    _write(ax, _text("reports", language), (1, -0.5), (20, 5), right, va="baseline")
    _write(ax, _text("cases", language), (1, -0.5), (110, 5), right, ha="right", va="baseline")
    for place, (_, group) in enumerate(groups):
        n_reports, n_total = group["n_reports"].max(), group["n_total"].max()
        cases = group["denominator"].max()
        marker = "○" if group["n_unverified"].max() else "●"
        _write(ax, marker if n_reports else "", (1, place), (7, 0), right)
        _write(ax, f"{n_reports:,}/{n_total:,}", (1, place), (20, 0), right)
        known = "—" if np.isnan(cases) else f"{cases:,.0f}"
        _write(ax, known, (1, place), (110, 0), right, ha="right")


def _write(
    ax: Axes,
    text: str,
    place: tuple[float, float],
    offset: tuple[float, float],
    transform: Transform,
    colour: str = QUIET,
    size: float = SMALL,
    ha: str = "left",
    va: str = "center",
) -> Text:
    """A small text some points from a place, which may lie outside the axes."""
    return ax.annotate(
        text,
        place,
        offset,
        xycoords=transform,
        textcoords="offset points",
        color=colour,
        fontsize=size,
        ha=ha,
        va=va,
        annotation_clip=False,
    )


def _legend(ax: Axes, names: list[str], colours: Sequence[str]) -> None:
    """The parts' names in one line above the bars, in the order of the parts."""
    keys = [Patch(color=colour) for colour in colours[: len(names)]]
    above = offset_copy(ax.transAxes, ax.get_figure(root=True), y=18, units="points")
    place: dict[str, Any] = {"bbox_to_anchor": (0, 1), "bbox_transform": above, "borderaxespad": 0}
    spacing = {"handlelength": 0.9, "handleheight": 0.9, "handletextpad": 0.4, "columnspacing": 1.1}
    ax.legend(
        keys,
        names,
        loc="lower left",
        ncols=len(names),
        fontsize=SMALL,
        borderpad=0,
        **place,
        **spacing,
    )


def _colour_bar(ax: Axes, image: Any) -> None:
    """A quiet scale of the heat map's colours, right of everything else."""
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, aspect=18, ticks=MaxNLocator(4))
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    bar.outline.set_visible(False)
    _dress(bar.ax)


def _finish(ax: Axes, title: str, footnote: str, above: float, below: float = 6) -> None:
    """Title, footnote and quiet axes; `above` and `below` are their distances in points."""
    _dress(ax)
    fonts = {"loc": "left", "fontfamily": plt.rcParams["font.family"]}
    ax.set_title(title, pad=above, fontsize=LARGE, color=INK, **fonts)
    # The x label is the one text below the axes that layout does not take for its width.
    ax.set_xlabel(footnote, labelpad=below, fontsize=TINY, color=QUIET, linespacing=1.5, **fonts)


def _dress(ax: Axes, pad: float = 4) -> None:
    """Quiet axes: no frame but the base line, no tick marks, the shipped font on every label."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    family = plt.rcParams["font.family"]
    ax.tick_params(length=0, labelfontfamily=family, labelsize=SMALL, labelcolor=INK)
    ax.tick_params(axis="x", pad=pad)


def _footnote(ax: Axes, notes: list[str], language: str, shown: Indicator | None = None) -> str:
    """How the indicator is to be read, what the marks mean, and the source."""
    between, stop = ("；", "。") if language == "zh" else ("; ", ". ")
    marks = between.join(_text(f"note_{key}", language) for key in notes) + stop
    caveats = [shown.caveat[language]] if shown else []
    figure = ax.get_figure(root=True)
    width = (figure.get_figwidth() if figure else WIDTH) * 72 * 0.85 / TINY
    texts = [*caveats, marks + _text("note_source", language)]
    return "\n".join(_wrapped(text, width) for text in texts)


def _no_data(title: str, language: str, ax: Axes | None) -> Axes:
    """A panel that says that there is nothing to show."""
    ax = ax or _axes(1.8)
    _finish(ax, title, "", above=6)
    ax.set(xticks=[], yticks=[], facecolor=PALE)
    ax.spines["bottom"].set_visible(False)
    text = _text("no_data", language)
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=QUIET)
    return ax


def _wrapped(text: str, width: float) -> str:
    """Text on lines of at most `width` ems, Latin words and figures whole."""
    if " · " in text and _ems(text) > width:
        return "\n".join(_wrapped(part, width) for part in text.split(" · "))
    lines = [""]
    for token in re.findall(r"\s*[!-~]+|\s*.", text):
        if _ems(lines[-1] + token) > width and lines[-1] and token not in _CLOSING:
            lines.append("")
        lines[-1] += token if lines[-1] else token.lstrip()
    return "\n".join(lines)


def _ems(text: str) -> float:
    """The width of a text: a Chinese character is 1 em, a Latin letter about half."""
    return sum(1 if character > "\u2000" else 0.53 for character in text)


def _clipped(name: str) -> str:
    """A name short enough to stand left of a row of counts."""
    return name if _ems(name) <= 14 else name[: 13 if _ems(name) == len(name) else 24] + "…"
