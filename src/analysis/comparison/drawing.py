"""How figures are drawn and worded: axes, marks, labels, footnotes.

Every length is in points unless it says inches; every text comes from the reference data.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter
from matplotlib.transforms import Transform, offset_copy

from analysis.comparison.captions import clipped, wording, wrapped
from analysis.comparison.catalogue import Indicator, catalogue, form_title
from analysis.comparison.rounding import percent, written
from analysis.documents.reference import REFERENCE

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
DUE_STATES = {**STATES, "missing": PALE}
HEAT = LinearSegmentedColormap.from_list("heat", ["#F1F6FA", "#A9CFE6", "#2F7FB5", "#0B3C61"])
WIDTH, PANEL_WIDTH = 9.0, 2.3  # inches
MOST_SHARE = 1.5  # shares are of one whole, and more only where a published total is wrong
MOST_COUNTS_ABREAST = 8  # years under a panel that have room for n/N
LARGE, MEDIUM, SMALL, TINY = 13.0, 9.0, 8.0, 7.0  # points
NAME_WIDTH, NARROW_NAME_WIDTH = 16, 12  # ems
STYLE: dict[Any, Any] = {
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


@lru_cache(maxsize=1)
def font_family() -> str:
    """The family name of the shipped font, made known to matplotlib."""
    fontManager.addfont(FONT)
    return FontProperties(fname=FONT).get_name()


def new_axes(height: float) -> Axes:
    """Axes on a new figure of the usual width and this height in inches."""
    return plt.subplots(figsize=(WIDTH, height))[1]


def row_axes(
    groups: list[tuple[str, pd.DataFrame]], frame: float, row: float, width: float
) -> Axes:
    """Axes high enough for a row (inches) a group, and for names on lines of `width` ems."""
    n_lines = max(wrapped(name, width).count("\n") + 1 for name, _ in groups)
    return new_axes(frame + len(groups) * max(row, 0.18 * n_lines))


def new_panels(count: int, share_values: bool) -> list[Axes]:
    """That many panels on one figure, with shared years under the lowest ones."""
    across = min(4, count)
    down = -(-count // across)
    size = (max(2, across) * PANEL_WIDTH, 1.3 + 1.65 * down)
    look: dict[str, Any] = {"sharex": True, "sharey": share_values, "squeeze": False}
    panels = list(plt.subplots(down, across, figsize=size, **look)[1].flat)
    for spare in panels[count:]:
        spare.set_axis_off()
    for lowest in panels[count - across : count]:
        lowest.tick_params(labelbottom=True)
    return panels[:count]


def pen(place: int) -> tuple[str, str]:
    """The colour and marker of a line, no two the same."""
    return LINES[place % len(LINES)], list(MARKERS)[place // len(LINES) % len(MARKERS)]


def draw_line(ax: Axes, line: pd.DataFrame, colour: str, marker: str | None, shift: float) -> bool:
    """One line in unbroken stretches; with a marker, intervals as soft bars, hollow if suspect.

    Returns whether it is broken between two years because no agency is in both.
    """
    if line.duplicated(["year", "form"]).any():
        raise ValueError("a line has several rows for one year: name what they differ by in `by`")
    known = line[line["value"].notna()].sort_values(["form", "year"])
    starts = known["year"].diff().ne(1) | known["form"].ne(known["form"].shift())
    is_apart = known["n_continuing"].eq(0) & ~starts
    for _, stretch in known.groupby((starts | is_apart).cumsum()):
        ax.plot(stretch["year"] + shift, stretch["value"], color=colour, linewidth=1.8, zorder=2)
    if marker:
        years = known["year"].to_numpy(float) + shift
        faces = np.where(known["n_suspect"] > 0, "white", colour)
        ax.vlines(years, known["low"], known["high"], color=colour, alpha=0.22, linewidth=5)
        look: dict[str, Any] = {"marker": marker, "edgecolors": colour, "clip_on": False}
        ax.scatter(years, known["value"], s=26, c=faces, zorder=3, **look)
    return bool(is_apart.any())


def scale(
    ax: Axes, shown: Indicator, rows: pd.DataFrame, n_years: int, own: pd.DataFrame | None = None
) -> None:
    """From the first year to the last, some of them named; from zero to the top of `own` rows."""
    ax.set_xlim(rows["year"].min() - 0.5, rows["year"].max() + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(n_years, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=shown.kind == "count"))
    ax.grid(axis="y", color=PALE)
    ax.set_axisbelow(True)
    figures = PercentFormatter(1) if shown.kind == "share" else StrMethodFormatter("{x:,.10g}")
    ax.yaxis.set_major_formatter(figures)
    if shown.kind == "difference":
        ax.axhline(0, color=FAINT, linewidth=1, zorder=0)
    else:
        top = float((rows if own is None else own)[["value", "high"]].max().max())
        ax.set_ylim(0, top * 1.12 if top > 0 else 1)


def draw_breaks(ax: Axes, rows: pd.DataFrame, language: str | None) -> None:
    """A dashed line where each later form begins, with its name unless the language is None."""
    begins = rows.groupby("form")["year"].min().sort_values()
    for form, year in begins.iloc[1:].items():
        place = _form_begins(rows, str(form), year) - 0.5
        ax.axvline(place, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        if language:
            name, across = form_title(str(form), language), ax.get_xaxis_transform()
            _write(ax, name, (place, 1), (0, 3), across, size=TINY, ha="center", va="bottom")


def _form_begins(rows: pd.DataFrame, form: str, year: float) -> float:
    """The year a form came into force, or that of its first row where that does not fit."""
    before = rows.loc[rows["year"] < year, "year"].max()
    in_force = catalogue().forms.get(form, {}).get("first_year", year)
    return in_force if before < in_force <= year else year


def label_points(ax: Axes, shown: Indicator, rows: pd.DataFrame) -> None:
    """Each point's value beside it."""
    known = rows[rows["value"].notna()]
    for year, value in zip(known["year"], known["value"], strict=True):
        text = written(shown.kind, value)
        label = _write(ax, text, (year, value), (7, 7), ax.transData, INK)
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def label_ends(ax: Axes, lines: list[tuple[str, pd.DataFrame]]) -> None:
    """Each line's name at its right end, moved apart where they would overlap."""
    ends = [(line["value"].dropna(), *pen(place), name) for place, (name, line) in enumerate(lines)]
    ends = sorted((e for e in ends if len(e[0])), key=lambda end: end[0].iloc[-1])
    names = [f"{MARKERS[marker]} {wrapped(name, 14)}" for _, _, marker, name in ends]
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


def write_counts_below(ax: Axes, lines: list[tuple[str, pd.DataFrame]], drop: float = 19) -> None:
    """Reports used of all reports (n/N) under each year, one row for each line.

    Where panels have no room beside one another for them, they stand upright.
    """
    across = ax.get_xaxis_transform()
    upright = 90 if drop < 10 and np.ptp(ax.get_xlim()) > MOST_COUNTS_ABREAST else 0
    for place, (name, line) in enumerate(lines):
        colour = pen(place)[0] if len(lines) > 1 else QUIET
        look: dict[str, Any] = {"colour": colour, "size": TINY, "va": "top"}
        offset = (0, -drop - 11 * place)
        _write(ax, clipped(name), (ax.get_xlim()[0], 0), offset, across, ha="right", **look)
        for year, used, every in zip(line["year"], line["n_reports"], line["n_total"], strict=True):
            count = f"{used:,}/{every:,}"
            text = _write(ax, count, (year, 0), offset, across, ha="center", **look)
            text.set_rotation(upright)
    if upright:
        ax.tick_params(axis="x", pad=8 + 2.2 * TINY)


def write_continuing_below(ax: Axes, line: pd.DataFrame, language: str) -> None:
    """Under the counts, how many of the reports are of agencies that are in the year before too."""
    across = ax.get_xaxis_transform()
    look: dict[str, Any] = {"size": TINY, "va": "top"}
    name = wording("continuing", language)
    _write(ax, name, (ax.get_xlim()[0], 0), (0, -30), across, ha="right", **look)
    for year, count in zip(line["year"].iloc[1:], line["n_continuing"].iloc[1:], strict=True):
        _write(ax, f"{count:,}", (year, 0), (0, -30), across, ha="center", **look)


def draw_stack(ax: Axes, place: int, values: list[float], colours: Sequence[str]) -> None:
    """One stacked bar, with the share written in every part that has room for it.

    One that would be longer than `MOST_SHARE` ends there with its length: it would dwarf others.
    """
    left = 0.0
    edge: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.8}
    for value, colour in zip(values, colours, strict=False):
        if not np.isnan(value):
            width = max(0.0, min(value, MOST_SHARE - left))
            ax.barh(place, width, 0.7, min(left, MOST_SHARE), color=colour, **edge)
            if width >= 0.05:
                _write_in(ax, left + width / 2, place, percent(value), to_rgb(colour))
            left += value
    if np.isnan(values).all():
        ax.text(0.005, place, "—", va="center", color=QUIET)
    if left > MOST_SHARE:
        end = _write(
            ax, f"▶ {percent(left)}", (MOST_SHARE, place), (-2, 0), ax.transData, ha="right"
        )
        end.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})


def draw_beyond(ax: Axes, line: pd.DataFrame, colour: str) -> None:
    """At the upper edge, the values of a line that lie beyond the figure."""
    beyond = line[line["beyond"].notna()]
    for year, value in zip(beyond["year"], beyond["beyond"], strict=True):
        place: dict[str, Any] = {"ha": "center", "va": "top", "size": TINY, "colour": colour}
        _write(ax, f"▲ {percent(value)}", (year, 1), (0, 0), ax.get_xaxis_transform(), **place)


def draw_counts(
    ax: Axes, place: int, counts: list[int], colours: Sequence[str], widest: int
) -> None:
    """One stacked bar of counts, each written in its part where the widest bar leaves room."""
    left = 0
    for count, colour in zip(counts, colours, strict=True):
        if count:
            ax.barh(place, count, 0.7, left, color=colour, edgecolor="white", linewidth=0.8)
            text = f"{count:,}"
            if count / widest >= 0.012 * len(text):
                _write_in(ax, left + count / 2, place, text, to_rgb(colour))
        left += count


def shades(shares: np.ndarray) -> Normalize:
    """One scale for all heat maps, from none to half of the denials or the largest share."""
    return Normalize(0, max(0.5, np.nanmax(shares)))


def write_cell(ax: Axes, across: int, down: int, share: float, count: float, image: Any) -> None:
    """The share and the count of one cell of the heat map; a dash where not known."""
    if np.isnan(share):
        _write_in(ax, across, down, "—", to_rgb(PALE))
    else:
        text = f"{percent(share)}\n({written('count', count)})"
        _write_in(ax, across, down, text, image.cmap(image.norm(share))[:3])


def _write_in(ax: Axes, x: float, y: float, text: str, behind: tuple[float, float, float]) -> None:
    """A small text in dark or white, whichever reads better on the colour behind it."""
    brightness = float(np.dot(behind, (0.299, 0.587, 0.114)))
    ink = INK if brightness > 0.5 else "white"
    ax.text(x, y, text, ha="center", va="center", fontsize=SMALL, color=ink, linespacing=1.15)


def name_rows(
    ax: Axes, groups: list[tuple[str, pd.DataFrame]], language: str, width: float
) -> None:
    """Each group's name (lines of `width` ems) left of its row; a marker, n/N and cases right."""
    ax.set_yticks(range(len(groups)), [wrapped(name, width) for name, _ in groups])
    ax.set_ylim(len(groups) - 0.5, -0.5)
    right = ax.get_yaxis_transform()
    _write(ax, wording("reports", language), (1, -0.5), (20, 5), right, va="baseline")
    _write(ax, wording("cases", language), (1, -0.5), (110, 5), right, ha="right", va="baseline")
    for place, (_, group) in enumerate(groups):
        n_reports, n_total = group["n_reports"].max(), group["n_total"].max()
        cases = group["denominator"].max()
        marker = "○" if group["n_suspect"].max() else "●"
        _write(ax, marker if n_reports else "", (1, place), (7, 0), right)
        _write(ax, f"{n_reports:,}/{n_total:,}", (1, place), (20, 0), right)
        known = "—" if np.isnan(cases) else written("count", cases)
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


def draw_legend(ax: Axes, names: list[str], colours: Sequence[str]) -> None:
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


def finish(ax: Axes, title: str, footnote: str, above: float, below: float = 6) -> None:
    """Title, footnote and quiet axes; `above` and `below` are their distances in points."""
    dress(ax)
    fonts = {"loc": "left", "fontfamily": plt.rcParams["font.family"]}
    ax.set_title(title, pad=above, fontsize=LARGE, color=INK, **fonts)
    # The x label is the one text below the axes that layout does not take for its width.
    ax.set_xlabel(footnote, labelpad=below, fontsize=TINY, color=QUIET, linespacing=1.5, **fonts)


def dress(ax: Axes, pad: float = 4) -> None:
    """Quiet axes: no frame but the base line, no tick marks, the shipped font on every label."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    family = plt.rcParams["font.family"]
    ax.tick_params(length=0, labelfontfamily=family, labelsize=SMALL, labelcolor=INK)
    ax.tick_params(axis="x", pad=pad)


def footnote_for(
    ax: Axes,
    notes: list[str],
    language: str,
    shown: Indicator | None = None,
    older: bool = False,
) -> str:
    """How the indicator is to be read, also in `older` forms, what the marks mean, the source."""
    between, stop = ("；", "。") if language == "zh" else ("; ", ". ")
    marks = between.join(wording(f"note_{key}", language) for key in notes) + stop
    caveats = [shown.caveat[language]] if shown else []
    if shown and older and shown.breaks:
        told = (
            f"{form_title(f, language)}{wording('colon', language)}{note[language]}"
            for f, note in shown.breaks.items()
        )
        caveats.append(between.join(told) + stop.strip())
    figure = ax.get_figure(root=True)
    width = (figure.get_figwidth() if figure else WIDTH) * 72 * 0.85 / TINY
    texts = [*caveats, marks + wording("note_source", language)]
    return "\n".join(wrapped(text, width) for text in texts)


def write_instead(title: str, text: str, ax: Axes | None) -> Axes:
    """A panel with a text in place of a figure."""
    ax = ax or new_axes(1.8)
    finish(ax, title, "", above=6)
    ax.set(xticks=[], yticks=[], facecolor=PALE)
    ax.spines["bottom"].set_visible(False)
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=QUIET)
    return ax
