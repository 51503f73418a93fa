"""Figures draw what the table says, in both languages, and say what is missing."""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.text import Text

from analysis.comparison import drawing, figures
from analysis.comparison.catalogue import catalogue
from analysis.documents.reference import REFERENCE

mpl.use("Agg")
pytestmark = pytest.mark.filterwarnings("error")

LONG = "新疆生产建设兵团第七师胡杨河市市场监督管理局"
AGENCIES = ["上海市人民政府办公厅", LONG, "衢州市柯城区人民政府", "平潭综合实验区管理委员会"]
OUTCOMES = (0.5, 0.125, 0.125, 0.125, 0.0625, 0.0625)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def row(code, value, denominator=160, n_reports=3, n_suspect=0, n_continuing=2, **keys):
    """One line as `indicators` gives it, with an interval of a tenth to each side."""
    return {
        **keys, "indicator": code, "numerator": value * denominator, "denominator": denominator,
        "value": value, "low": value - 0.1, "high": value + 0.1,
        "n_reports": n_reports, "n_total": 4, "n_suspect": n_suspect,
        "n_continuing": n_continuing,
    }  # fmt: skip


def members(family):
    return [each.code for each in catalogue().indicators.values() if each.family == family]


def outcomes(groups, by="agency", shares=OUTCOMES, **options):
    rows = [
        row(code, share, **{by: group}, **options)
        for group in groups
        for code, share in zip(members("outcomes"), shares, strict=True)
    ]
    return pd.DataFrame(rows)


def reasons(groups, shares=(0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)):
    rows = [
        row(code, share, denominator=10, agency=group)
        for group in groups
        for code, share in zip(members("denial_reasons"), shares, strict=True)
    ]
    return pd.DataFrame(rows)


def years(values, first=2019, code="disclosure_rate", **options):
    rows = [row(code, v, year=first + i, **options) for i, v in enumerate(values)]
    return pd.DataFrame(rows).astype({"year": "Int64"})


def coverage(*reports):
    return pd.DataFrame(reports, columns=["agency", "year", "state"]).astype({"year": "Int64"})


def texts(ax):
    """Everything that is written on the figure of some Axes, once it is drawn."""
    ax.figure.canvas.draw()
    found = [t for t in ax.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [t.get_text().replace("\n", "") for t in found]


def bar_lengths(ax):
    return [patch.get_width() for patch in ax.patches]


def stretches(ax):
    """The years of each unbroken stretch of line (a break between forms is no stretch)."""
    return [[*map(int, line.get_xdata())] for line in ax.lines if line.get_linestyle() == "-"]


def breaks(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() != "-"]


def tiles(ax):
    """The middle and colour of each tile: year (across), agency (down), state."""
    years = [label.get_text() for label in ax.get_xticklabels()]
    agencies = [label.get_text() for label in ax.get_yticklabels()]
    states = {colour.lower(): state for state, colour in drawing.STATES.items()}
    return {
        (
            agencies[round(tile.get_y() + tile.get_height() / 2)],
            years[round(tile.get_x() + tile.get_width() / 2)],
            states[mpl.colors.to_hex(tile.get_facecolor())],
        )
        for tile in ax.patches
    }


def test_the_coverage_grid_has_a_tile_a_report_coloured_by_its_state():
    table = coverage(
        ("淮安市人民政府", 2024, "verified"),
        ("宿迁市人民政府", 2022, "not_verified"),
        ("宿迁市人民政府", 2024, "unreadable"),
    )
    ax = figures.coverage_grid(table, "zh")
    assert tiles(ax) == {
        ("淮安市人民政府", "2024", "verified"),
        ("宿迁市人民政府", "2022", "not_verified"),
        ("宿迁市人民政府", "2024", "unreadable"),
    }
    assert ax.yaxis_inverted()
    assert {"已收入的报告", "已核对", "未核对", "未能读取"} <= set(texts(ax))


def test_of_several_reports_of_an_agency_and_year_the_least_sure_is_on_top():
    city = ("淮安市人民政府", 2024)
    ax = figures.coverage_grid(coverage((*city, "not_verified"), (*city, "verified")), "zh")
    on_top = [mpl.colors.to_hex(tile.get_facecolor()) for tile in ax.patches][-1]
    assert on_top == drawing.STATES["not_verified"].lower()


def test_reports_of_no_known_year_have_a_column_of_their_own_after_all_years():
    table = coverage(("淮安市人民政府", pd.NA, "verified"), ("宿迁市人民政府", 2024, "verified"))
    ax = figures.coverage_grid(table, "en")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2024", "not known"]
    assert ("淮安市人民政府", "not known", "verified") in tiles(ax)


def test_bars_are_as_long_as_their_shares():
    ax = figures.outcome_bars(outcomes(["江苏省", "上海市"], by="province"), "province", "zh")
    assert bar_lengths(ax) == [*OUTCOMES, *OUTCOMES]
    assert ax.get_xlim() == (0, 1)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["江苏省", "上海市"]
    assert ax.yaxis_inverted()


@pytest.mark.parametrize(
    ("language", "title", "part"),
    [("zh", "申请办理结果构成", "不予公开"), ("en", "How requests were decided", "Denied")],
)
def test_bars_say_what_they_show_and_on_how_many_reports(language, title, part):
    written = texts(figures.outcome_bars(outcomes([2023], by="year"), "year", language))
    assert {title, part, "50%", "3/4", "160", "2023"} <= set(written)


def test_bars_of_parts_from_different_reports_are_refused():
    table = outcomes(["江苏省"], by="province")
    table.loc[0, "n_reports"] = 2
    with pytest.raises(ValueError, match="complete=True"):
        figures.outcome_bars(table, "province")


def test_indicators_that_are_not_parts_of_one_whole_are_not_stacked():
    with pytest.raises(ValueError, match="not parts of one whole"):
        figures.outcome_bars(outcomes(["江苏省"]), "agency", family="disputes")


def test_a_published_sum_above_the_whole_is_drawn_as_it_stands():
    ax = figures.outcome_bars(outcomes(["江苏省"], shares=(0.75, *OUTCOMES[1:])), "agency")
    assert sum(bar_lengths(ax)) == ax.get_xlim()[1] == 1.25


def test_a_group_without_figures_keeps_its_row_with_a_dash():
    nothing = outcomes(["上海市"], shares=[np.nan] * 6, n_reports=0)
    nothing["denominator"] = np.nan
    ax = figures.outcome_bars(pd.concat([outcomes(["江苏省"]), nothing]), "agency")
    assert bar_lengths(ax) == list(OUTCOMES)
    assert {"—", "0/4", "上海市"} <= set(texts(ax))


@pytest.mark.parametrize(("n_suspect", "marker"), [(0, "●"), (1, "○")])
def test_a_bar_with_a_suspect_figure_has_a_hollow_marker(n_suspect, marker):
    table = outcomes(["江苏省"], n_suspect=n_suspect)
    assert {"●", "○"} & set(texts(figures.outcome_bars(table, "agency"))) == {marker}


def test_bars_show_any_family_of_parts():
    rows = [row(code, 0.25, year=2023) for code in members("reconsideration_results")]
    ax = figures.outcome_bars(pd.DataFrame(rows), "year", "zh", family="reconsideration_results")
    assert {"行政复议结果构成", "结果维持", "尚未审结"} <= set(texts(ax))


def test_the_heat_map_has_share_and_count_in_every_cell():
    ax = figures.denial_heatmap(reasons(["江苏省", "上海市"]), "agency", "zh")
    assert ax.images[0].get_array().shape == (2, 8)
    written = texts(ax)
    assert written.count("30%(3)") == 2
    assert written.count("10%(1)") == 14
    assert {"属于国家秘密", "保护第三方合法权益", "3/4", "10"} <= set(written)


def test_the_heat_map_leaves_unknown_cells_empty_with_a_dash():
    table = reasons(["江苏省", "上海市"])
    table.loc[table["agency"].eq("上海市"), "value"] = np.nan
    ax = figures.denial_heatmap(table, "agency", "en")
    assert texts(ax).count("—") == 8
    assert np.ma.masked_invalid(ax.images[0].get_array()).mask.sum() == 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_heads_of_the_heat_map_stand_apart_even_beside_long_names(language):
    groups = [f"{agency}甲乙丙丁戊己庚辛" for agency in AGENCIES]
    ax = figures.denial_heatmap(reasons(groups), "agency", language)
    ax.figure.canvas.draw()
    boxes = [head.get_window_extent() for head in ax.get_xticklabels()]
    assert len(boxes) == 8
    gaps = [right.x0 - left.x1 for left, right in pairwise(boxes)]
    assert min(gaps) > 2 * ax.figure.dpi / 72


def test_lines_break_where_the_form_changes_and_where_years_are_missing():
    table = years([0.4, 0.5, 0.4, np.nan, 0.5, 0.6])
    ax = figures.rate_lines(table, "disclosure_rate", "zh")
    assert stretches(ax) == [[2019, 2020], [2021], [2023, 2024]]
    assert breaks(ax) == [2020.5]
    assert "2021年格式" in texts(ax)


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("zh", "相邻两年没有同一机关的，不连线"),
        ("en", "no line joins two years that have no agency in common"),
    ],
)
def test_a_line_breaks_between_years_that_have_no_agency_in_common_and_says_so(language, note):
    table = years([0.4, 0.5, 0.4, 0.5], first=2021)
    table.loc[0, "n_continuing"] = 0  # there is no year before the first
    together = figures.rate_lines(table, "disclosure_rate", language)
    assert stretches(together) == [[2021, 2022, 2023, 2024]]
    assert not any(note in text for text in texts(together))
    table.loc[2, "n_continuing"] = 0
    ax = figures.rate_lines(table, "disclosure_rate", language)
    assert stretches(ax) == [[2021, 2022], [2023, 2024]]
    assert any(note in text for text in texts(ax))
    panels = figures.small_multiples(
        table.assign(province="江苏省"), "disclosure_rate", language, overall=table
    )
    assert stretches(panels[0]) == 2 * [[2021, 2022], [2023, 2024]]
    alone = figures.small_multiples(table.assign(province="江苏省"), "disclosure_rate", language)
    for panel in (panels[0], alone[0]):
        assert any(note in text for text in texts(panel))


@pytest.mark.parametrize(
    ("language", "note"),
    [("zh", "有 n/N 而无点：分母为0"), ("en", "n/N without a point: nothing to divide by")],
)
def test_a_year_with_reports_and_no_point_says_why(language, note):
    table = years([0.4, np.nan, 0.4], first=2021)
    assert not any(note in text for text in texts(figures.rate_lines(table, "disclosure_rate")))
    table.loc[1, "denominator"] = 0
    ax = figures.rate_lines(table, "disclosure_rate", language)
    assert any(note in text for text in texts(ax))


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("zh", "▲▶：数值超出图幅，公布的合计有误"),
        ("en", "▲▶: beyond the figure, as a published total is wrong"),
    ],
)
def test_a_wrong_total_dwarfs_no_other_share_and_is_told(language, note):
    table = years([0.4, 58.0, 0.4], first=2021)
    alone = figures.rate_lines(table, "disclosure_rate", language)
    panels = figures.small_multiples(table.assign(province="甲"), "disclosure_rate", language)
    for ax in (alone, *panels):
        assert ax.get_ylim()[1] < 1
        assert stretches(ax) == [[2021], [2023]]
        assert "▲ 5800%" in texts(ax)
        assert any(note in text for text in texts(ax))
    wrong = outcomes(["乙"], shares=[100 * share for share in OUTCOMES])
    ax = figures.outcome_bars(pd.concat([outcomes(["甲"]), wrong]), "agency", language)
    assert ax.get_xlim()[1] <= 1.6
    assert {"50%", "▶ 10000%"} <= set(texts(ax))
    assert any(note in text for text in texts(ax))


def test_the_one_line_of_all_reports_says_how_many_agencies_are_in_the_year_before_too():
    table = years([0.4, 0.5, 0.4], first=2021)
    table["n_continuing"] = [0, 17, 15]
    written = texts(figures.rate_lines(table, "disclosure_rate", "zh"))
    assert {"上年亦有", "17", "15"} <= set(written)
    by_agency = figures.rate_lines(table.assign(agency="甲"), "disclosure_rate", "zh", by="agency")
    assert "上年亦有" not in texts(by_agency)


def test_a_line_from_before_2019_breaks_at_each_form_and_says_what_older_ones_count():
    ax = figures.rate_lines(years([0.4] * 8, first=2014), "disclosure_rate", "zh")
    assert stretches(ax) == [[2014, 2015, 2016, 2017, 2018], [2019, 2020], [2021]]
    assert breaks(ax) == [2018.5, 2020.5]
    assert any("2014年全国格式：同意公开与属于已主动公开范围之和" in text for text in texts(ax))
    later = figures.rate_lines(years([0.4] * 3), "disclosure_rate", "zh")
    assert not any("同意公开" in text for text in texts(later))


def test_panels_of_counts_have_scales_of_their_own():
    parts = [years([n, 2 * n], code="requests_received", agency=f"机关{n}") for n in (9, 900)]
    panels = figures.small_multiples(pd.concat(parts), "requests_received", "zh", "agency")
    assert [ax.get_ylim()[1] > 900 for ax in panels] == [False, True]


@pytest.mark.parametrize("n_years", [1, 2, 6])
def test_years_are_named_as_years(n_years):
    written = texts(figures.rate_lines(years([0.4] * n_years), "disclosure_rate", "zh"))
    assert [written.count(str(2019 + i)) for i in range(n_years)] == [1] * n_years


def test_the_form_of_a_row_is_taken_from_the_table_where_it_says_so():
    table = years([0.4, 0.5, 0.4, 0.5]).assign(form=["2019", "2019", "2019", "2021"])
    ax = figures.rate_lines(table, "disclosure_rate", "en")
    assert stretches(ax) == [[2019, 2020, 2021], [2022]]
    assert breaks(ax) == [2021.5]


def test_each_point_has_its_interval_its_reports_and_a_hollow_marker_where_suspect():
    table = years([0.4, 0.5], first=2022)
    table.loc[1, "n_suspect"] = 1
    ax = figures.rate_lines(table, "disclosure_rate", "zh")
    intervals, points = ax.collections
    ends = [segment[:, 1].round(9).tolist() for segment in intervals.get_segments()]
    assert ends == [[0.3, 0.5], [0.4, 0.6]]
    faces = [mpl.colors.to_hex(face) for face in points.get_facecolors()]
    assert faces == [drawing.LINES[0].lower(), "#ffffff"]
    written = texts(ax)
    assert written.count("3/4") == 2
    assert {"公开率", "40.0%", "50.0%"} <= set(written)
    assert any("空心标记" in text for text in written)


def test_lines_of_groups_carry_their_names_at_their_ends():
    parts = [years([0.4, 0.5], first=2022, agency=agency) for agency in AGENCIES]
    ax = figures.rate_lines(pd.concat(parts), "disclosure_rate", "zh", by="agency")
    assert len(stretches(ax)) == 4
    assert {f"● {agency}" for agency in AGENCIES} <= set(texts(ax))


def test_two_rows_for_one_point_are_refused():
    table = pd.concat([years([0.4]), years([0.5])])
    with pytest.raises(ValueError, match="several rows for one year"):
        figures.rate_lines(table, "disclosure_rate")


@pytest.mark.parametrize("draw", [figures.outcome_bars, figures.denial_heatmap])
def test_two_scopes_are_never_drawn_as_one(draw):
    family = {"outcome_bars": "outcomes", "denial_heatmap": "denial_reasons"}[draw.__name__]
    code = next(c for c, each in catalogue().indicators.items() if each.family == family)
    rows = [row(code, 0.4, year=2023, scope=scope) for scope in ("agency", "aggregate")]
    with pytest.raises(ValueError, match="several rows for one indicator"):
        draw(pd.DataFrame(rows), "year")


def test_reports_of_no_known_year_are_mentioned():
    table = years([0.4, 0.5])
    table.loc[1, "year"] = pd.NA
    assert any("年份未知" in text for text in texts(figures.rate_lines(table, "disclosure_rate")))


def test_small_multiples_have_a_panel_a_region_on_shared_axes_before_the_whole():
    regions = ["江苏省", "上海市", "福建省", "河南省", pd.NA]
    parts = [years([0.4, 0.5], first=2022, province=region) for region in regions]
    overall = years([0.3, 0.35], first=2022)
    panels = figures.small_multiples(pd.concat(parts), "disclosure_rate", "en", "province", overall)
    assert [ax.get_title(loc="left") for ax in panels] == [*regions[:4], "not known"]
    assert len({ax.get_ylim() for ax in panels}) == 1
    behind, front = panels[0].lines
    assert behind.get_ydata().tolist() == [0.3, 0.35]
    assert behind.get_color() == drawing.FAINT
    assert front.get_ydata().tolist() == [0.4, 0.5]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_table_gives_a_panel_that_says_so(language):
    nothing = outcomes(["江苏省"]).iloc[:0].assign(year=pd.Series(dtype="Int64"))
    drawn = [
        figures.coverage_grid(coverage(), language),
        figures.outcome_bars(nothing, "agency", language),
        figures.denial_heatmap(nothing, "agency", language),
        figures.rate_lines(nothing, "disclosure_rate", language),
        *figures.small_multiples(nothing, "disclosure_rate", language, "agency"),
    ]
    message = {"zh": "暂无可用数据", "en": "No data to show"}[language]
    assert [message in texts(ax) for ax in drawn] == [True] * 5


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("count", [1, 12])
def test_every_glyph_of_every_figure_is_in_the_shipped_font(language, count):
    names = [f"{AGENCIES[i % 4]}{'甲乙丙'[i // 4]}" for i in range(count)]
    lines = pd.concat([years([0.1, 0.2, 0.3], agency=name) for name in names])
    overall = years([0.1, 0.2, 0.3])
    ratio = pd.concat([years([4, 5, 6], agency=name, code="dispute_ratio") for name in names])
    change = years([-4, 5, -6], code="backlog_change")
    drawn = [
        figures.coverage_grid(coverage(*((name, 2023, "verified") for name in names)), language),
        figures.outcome_bars(outcomes(names), "agency", language),
        figures.denial_heatmap(reasons(names), "agency", language),
        figures.rate_lines(lines, "disclosure_rate", language, by="agency"),
        figures.rate_lines(ratio, "dispute_ratio", language, by="agency"),
        figures.rate_lines(change, "backlog_change", language),
        figures.small_multiples(lines, "disclosure_rate", language, "agency", overall)[0],
    ]
    shipped = set(TTFont(drawing.FONT).getBestCmap())
    for ax in drawn:
        assert {ch for text in texts(ax) for ch in text if ord(ch) not in shipped} == set()
        families = {t.get_fontfamily()[0] for t in ax.figure.findobj(Text) if t.get_text()}
        assert families == {"Noto Sans SC"}


def test_every_text_of_the_catalogue_is_in_the_shipped_font():
    shipped = set(TTFont(drawing.FONT).getBestCmap())
    known = catalogue()
    written = [text for each in known.texts.values() for text in each.values()]
    for each in known.indicators.values():
        written += [*each.title.values(), *each.label.values(), *each.caveat.values()]
    assert {character for character in "".join(written) if ord(character) not in shipped} == set()


@pytest.mark.parametrize("names", ["regions.csv", "zones.csv"])
def test_the_name_of_every_place_is_in_the_shipped_font(names):
    shipped = set(TTFont(drawing.FONT).getBestCmap())
    known = (REFERENCE / names).read_text(encoding="utf-8").replace("\n", "")
    assert {character for character in known if ord(character) not in shipped} == set()


def test_figures_draw_on_axes_of_another_look_and_leave_that_look_alone():
    before = dict(mpl.rcParams)
    ax = plt.subplots()[1]
    assert figures.rate_lines(years([0.4, 0.5]), "disclosure_rate", "zh", ax=ax) is ax
    assert "公开率" in texts(ax)
    assert {t.get_fontfamily()[0] for t in ax.findobj(Text) if t.get_text()} == {"Noto Sans SC"}
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("column", "value", "zh", "en"),
    [
        ("applicant", "natural_person", "自然人", "Natural persons"),
        ("scope", "aggregate", "汇总", "Aggregate"),
        ("form", "2019 2021", "2019年格式 + 2021年格式", "2019 form + 2021 form"),
        ("year", 2023, "2023", "2023"),
        ("agency_type", pd.NA, "未知", "not known"),
        ("agency_type", "public_security", "公安", "Public security"),
    ],
)
def test_groups_are_named_in_the_reader_s_language(column, value, zh, en):
    table = outcomes([value], by=column)
    for language, name in (("zh", zh), ("en", en)):
        assert name in texts(figures.outcome_bars(table, column, language))


def test_shares_on_figures_are_rounded_half_up():
    shares = (0.625, 0.125, 0.25, 0.0, 0.0, 0.0)
    written = texts(figures.outcome_bars(outcomes(["甲"], shares=shares), "agency", "zh"))
    assert {"63%", "13%", "25%"} <= set(written)
