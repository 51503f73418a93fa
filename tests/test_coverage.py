"""Coverage: which reports were due, which are in, and what the missing ones may change."""

from datetime import date

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis import article, coverage, figures, holdings, load, select
from analysis.comparison.deadlines import due_date
from analysis.dataset import regions as known_regions

mpl.use("Agg")
FACTS = {
    **{"agency": "淮安市洪泽区人民政府", "scope": "aggregate", "region_code": "320813"},
    **{"province": "江苏省", "prefecture": "淮安市", "county": "洪泽区", "level": "county"},
    **{"year": 2023, "verified": True, "n_cells": 186, "published": None, "path": "a.html"},
    "superseded_by": None,
}
BUREAU = {
    **{"agency": "淮安市水利局", "scope": "agency", "region_code": "320800", "county": None},
    **{"level": "prefecture", "path": "b.html"},
}


def reports(*changes):
    """Rows of the reports table: the facts of one report, changed."""
    frame = pd.DataFrame([FACTS | change for change in changes])
    return frame.astype({"year": "Int64"})


def of(due, **facts):
    """The rows of what was due with these facts."""
    for name, value in facts.items():
        due = due[due[name].eq(value).fillna(False)]
    return due


# ---- what was due ----


def test_every_government_of_a_province_at_county_level_and_above_was_due():
    due = coverage.due_reports(reports({}), 2023, "江苏省")
    assert due.groupby("level").size().to_dict() == {"county": 95, "prefecture": 13, "province": 1}
    assert of(due, state="missing").shape[0] == 108
    assert of(due, region_code="320813")["state"].tolist() == ["verified"]


def test_governments_are_due_in_the_years_in_which_their_division_stood():
    due = coverage.due_reports(reports({}), [2015, 2016], ["淮安市"])
    hongze = due[due["region_code"].isin(["320829", "320813"])]
    assert list(hongze[["region_code", "year"]].itertuples(index=False, name=None)) == [
        ("320829", 2015),
        ("320813", 2016),
    ]


def test_without_regions_asked_for_the_provinces_of_which_a_report_is_in_are_due():
    due = coverage.due_reports(reports({}, {"region_code": "310000", "province": "上海市"}), 2023)
    assert set(due["province"]) == {"江苏省", "上海市"}


def test_hong_kong_macao_and_taiwan_publish_no_such_reports():
    every = coverage.due_reports(
        reports({}), 2023, [r for r in known_regions.regions() if r.endswith("0000")]
    )
    assert every["province"].nunique() == 31


def test_a_bureau_s_aggregate_is_not_its_government_s():
    bureau = BUREAU | {"agency_type": "water", "scope": "aggregate"}
    due = coverage.due_reports(reports({"agency_type": "government"}, bureau), 2023, "淮安市")
    assert of(due, agency="淮安市")["state"].tolist() == ["missing"]
    assert of(due, agency="淮安市水利局")["state"].tolist() == ["verified"]


def test_the_report_of_a_bureau_that_was_merged_is_not_that_of_the_whole():
    body = BUREAU | {"agency_id": "320800:development"}
    whole = body | {"agency": "淮安市发展和改革委员会", "agency_type": "development"}
    price = body | {"agency": "淮安市物价局", "agency_type": "price"}
    years = [2011, 2012, 2013]

    def states(*changes):
        due = coverage.due_reports(reports(*changes), years, "淮安市", "agency")
        return {(a, y): s for a, y, s in zip(due["agency"], due["year"], due["state"], strict=True)}

    beside = states(whole | {"year": 2011}, price | {"year": 2012})
    assert beside == {
        ("淮安市发展和改革委员会", 2011): "verified",
        ("淮安市发展和改革委员会", 2012): "missing",
        ("淮安市发展和改革委员会", 2013): "missing",
        ("淮安市物价局", 2012): "verified",
    }
    after = states(price | {"year": 2011}, whole | {"year": 2013})
    assert [key[1] for key in after if key[0] == "淮安市发展和改革委员会"] == [2012, 2013]


ZONE = {"agency": "苏州工业园区管理委员会", "region_code": "320500", "prefecture": "苏州市"} | {
    **{"county": None, "path": "z", "agency_type": "zone_committee"},
}


def test_a_zone_s_aggregate_counts_as_no_government_s_anywhere():
    due = coverage.due_reports(reports({}, ZONE), 2023, "江苏省")
    assert of(due, is_government=True).groupby("level").size()["county"] == 95
    told = holdings.coverage_rates(due, "en").data
    assert told["Aggregate · County"].tolist() == ["1/95 (1%)"]
    assert told["Other aggregates (zones …) · County"].tolist() == ["1/1 (100%)"]
    bars = figures.coverage_bars(due, "zh")
    assert sum(int(text.get_text()) for text in bars.texts) == 109
    plt.close("all")


def test_a_zone_beside_its_city_neither_stops_the_bounds_nor_lends_them_a_rate():
    due = coverage.due_reports(reports({}, ZONE), 2023, "苏州市")
    city = records(("320500", 2023, 0.5))
    zone = city.assign(report_id="z", agency=ZONE["agency"], value=city["value"] * 0.1)
    found = coverage.effect_of_missing(pd.concat([city, zone]), due)
    told = found.astype({"level": "str"}).set_index("level")
    assert told.loc["prefecture", "mean"] == pytest.approx(0.5)
    assert told.loc["county", ["n_due", "n_known"]].tolist() == [9, 0]


def test_aggregates_of_no_known_region_are_no_government_s_rate_and_stop_nothing():
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    known = records(("320813", 2023, 0.25), ("320804", 2023, 0.9), ("320812", 2023, 0.9))
    unplaced = known["region_code"].ne("320813")
    known.loc[unplaced, ["region_code", "province", "prefecture", "county"]] = None
    assert coverage.effect_of_missing(known, due)["mean"].tolist() == [pytest.approx(0.25)]


@pytest.mark.parametrize(
    ("change", "years", "due_in"),
    [
        # 洪泽县 was a county up to 2015, 雄安新区 was set up in 2017
        ({"agency": "洪泽县教育局", "region_code": "320829", "year": 2014}, [2014, 2018],
         [2014, 2015]),
        ({"agency": "河北雄安新区管理委员会", "region_code": "130000", "year": 2019}, [2015, 2019],
         [2017, 2018, 2019]),
        # a report that is in was due, though 洪泽县 was a district by then
        ({"agency": "洪泽县教育局", "region_code": "320829", "year": 2016}, [2014, 2018],
         [2014, 2015, 2016]),
        # offices for veterans were set up in 2018
        ({"agency": "淮安市退役军人事务局", "agency_type": "veterans", "year": 2019}, [2016, 2019],
         [2018, 2019]),
        # what it owes is not known
        ({"agency": "淮安市人民政府", "scope": None, "year": 2017}, [2016, 2018], [2017]),
    ],
)  # fmt: skip
def test_an_agency_is_due_as_long_as_its_place_and_its_kind_were_there(change, years, due_in):
    first, last = years
    reported = reports(BUREAU | change)
    due = coverage.due_reports(reported, range(first, last + 1))
    assert of(due, agency=change["agency"])["year"].tolist() == due_in


def test_a_report_under_the_region_s_later_or_former_name_is_that_of_the_year():
    """洪泽县 became 洪泽区 in 2016; reports are written in the year after."""
    early = {"year": 2015, "path": "early"}
    late = {"year": 2016, "region_code": "320829", "agency": "洪泽县人民政府", "path": "late"}
    due = coverage.due_reports(reports(early, late), [2015, 2016], ["洪泽区"])
    told = due[["region_code", "year", "path"]].itertuples(index=False, name=None)
    assert list(told) == [("320829", 2015, "early"), ("320813", 2016, "late")]
    found = coverage.effect_of_missing(
        records(("320813", 2015, 0.25), ("320829", 2016, 0.5)), due, "disclosure_rate"
    )
    assert found["mean"].tolist() == [0.25, 0.5]


def test_of_two_rates_for_one_government_none_is_taken():
    """洪泽县 became 洪泽区; which of its two reports of a year is right is not known here."""
    due = coverage.due_reports(reports({}), [2016], ["洪泽区"])
    twice = records(("320829", 2016, 0.25), ("320813", 2016, 0.5))
    found = coverage.effect_of_missing(twice, due, "disclosure_rate")
    assert found[["n_due", "n_known"]].to_numpy().tolist() == [[1, 0]]


def test_bureaus_that_became_one_were_due_side_by_side_before():
    body = BUREAU | {"agency_id": "320106:education", "agency_type": "education", "year": 2010}
    drum = body | {"agency": "南京市鼓楼区教育局", "region_code": "320106"}
    gate = body | {"agency": "南京市下关区教育局", "region_code": "320107"}
    due = coverage.due_reports(reports(drum, gate), [2010, 2014], "南京市", "agency")
    told = list(due[["agency", "year"]].itertuples(index=False, name=None))
    assert told == [(drum["agency"], 2010), (gate["agency"], 2010), (drum["agency"], 2014)]


def test_a_date_before_the_end_of_the_year_says_nothing_of_when_a_report_was_published():
    due = coverage.due_reports(reports({"published": "2023-06-30"}), 2023, "淮安市")
    assert of(due, region_code="320813")["timeliness"].isna().all()


def test_an_agency_seen_in_one_year_is_due_in_the_others_too():
    due = coverage.due_reports(reports({}, BUREAU), [2022, 2023], "淮安市")
    bureau = of(due, agency="淮安市水利局")
    assert dict(zip(bureau["year"], bureau["state"], strict=True)) == {
        2022: "missing",
        2023: "verified",
    }


def test_an_agency_is_one_through_its_renames_where_its_id_says_so():
    renamed = [
        BUREAU | {"agency": "淮安市环境保护局", "agency_id": "320800:environment", "year": 2018},
        BUREAU | {"agency": "淮安市生态环境局", "agency_id": "320800:environment", "year": 2019},
    ]
    due = of(coverage.due_reports(reports(*renamed), [2018, 2019], "淮安市"), scope="agency")
    assert due["agency"].tolist() == ["淮安市生态环境局"] * 2
    assert due["state"].tolist() == ["verified"] * 2


def test_the_aggregate_of_a_zone_is_not_that_of_the_city_that_holds_it():
    zone = {"agency": "苏州工业园区管理委员会", "region_code": "320500", "prefecture": "苏州市"}
    due = coverage.due_reports(reports({}, zone | {"county": None, "path": "z"}), 2023, "苏州市")
    assert of(due, agency="苏州市")["state"].tolist() == ["missing"]
    assert of(due, agency="苏州工业园区管理委员会")["state"].tolist() == ["verified"]


def test_a_scope_asked_for_leaves_the_other_out():
    due = coverage.due_reports(reports({}, BUREAU), 2023, "淮安市", scope="agency")
    assert due["agency"].tolist() == ["淮安市水利局"]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "verified"),
        ({"verified": False}, "not_verified"),
        ({"verified": False, "n_cells": 0}, "unreadable"),
        ({"superseded_by": "0"}, "missing"),
        ({"scope": "agency"}, "missing"),
        ({"year": 2022}, "missing"),
    ],
)
def test_what_became_of_a_report(change, state):
    due = coverage.due_reports(reports(change, {"region_code": "320800"}), 2023, "淮安市")
    assert of(due, region_code="320813", scope="aggregate")["state"].tolist() == [state]


def test_of_two_files_of_one_report_the_fuller_one_counts():
    unreadable = {"verified": False, "n_cells": 0, "path": "0.pdf"}
    due = coverage.due_reports(reports(unreadable, {}), 2023, "洪泽区")
    assert due["path"].tolist() == ["a.html"]


# ---- by when ----


@pytest.mark.parametrize(
    ("scope", "level", "year", "day"),
    [
        ("agency", "county", 2023, date(2024, 1, 31)),
        ("aggregate", "county", 2023, date(2024, 2, 20)),
        ("aggregate", "prefecture", 2023, date(2024, 3, 10)),
        ("aggregate", "province", 2023, date(2024, 3, 31)),
        ("agency", "county", 2017, date(2018, 3, 31)),
        ("aggregate", "county", 2017, date(2018, 3, 31)),
        (None, "county", 2023, None),
    ],
)
def test_deadlines_follow_scope_level_and_regulations(scope, level, year, day):
    assert due_date(scope, level, year) == day


@pytest.mark.parametrize(
    ("published", "timeliness"),
    [("2024-02-20", "on_time"), ("2024-02-21", "late"), (None, None)],
)
def test_a_report_is_late_on_the_day_after_it_was_due(published, timeliness):
    due = coverage.due_reports(reports({"published": published}), 2023, "洪泽区")
    told = due["timeliness"].astype("object").where(due["timeliness"].notna(), None)
    assert told.tolist() == [timeliness]


# ---- what it does to the averages ----


def test_coverage_counts_by_year_scope_and_level():
    late = {"published": "2024-05-01"}
    rates = coverage.coverage_rates(coverage.due_reports(reports(late, BUREAU), 2023, "淮安市"))
    told = rates.astype({"level": "str"}).set_index(["scope", "level"])
    assert told.loc[("aggregate", "county")].tolist() == [2023, True, 7, 1, 1, 1, 1]
    assert told.loc[("aggregate", "prefecture")].tolist() == [2023, True, 1, 0, 0, 0, 0]
    assert told.loc[("agency", "prefecture")].tolist() == [2023, False, 1, 1, 1, 0, 0]


def records(*rates):
    """Cells from which the disclosure rates of regions in years come: (region, year, share)."""
    rows = []
    for region, year, share in rates:
        facts = {
            **{"report_id": f"{region}{year}", "scope": "aggregate", "forms": "2021"},
            **{"verified": True, "year": year, "region_code": region, "agency": "某政府"},
            **dict.fromkeys(("province", "prefecture", "county")),
        } | known_regions.places(region)
        rows += [
            facts | {"table": "requests", "row": row, "column": "total", "value": value}
            for row, value in (
                *(("granted", 100 * share), ("granted_in_part", 0.0)),
                ("handled_total", 100.0),
            )
        ]
    return pd.DataFrame(rows).assign(suspect=False, state="number")


def test_bounds_hold_whatever_the_missing_governments_would_say():
    due = coverage.due_reports(reports({}), 2023, "淮安市")
    known = records(("320813", 2023, 0.5), ("320804", 2023, 0.9))
    found = coverage.effect_of_missing(known, due).astype({"level": "str"}).set_index("level")
    county = found.loc["county"]
    assert (county["n_due"], county["n_known"]) == (7, 2)
    assert county["mean"] == pytest.approx(0.7)
    assert county["low"] == pytest.approx(1.4 / 7)
    assert county["high"] == pytest.approx((1.4 + 5) / 7)


@pytest.mark.parametrize(("year", "n_filled"), [(2021, 1), (2022, 1), (2024, 1), (2020, 0)])
def test_a_missing_government_is_filled_from_a_year_near_by(year, n_filled):
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    county = coverage.effect_of_missing(records(("320813", year, 0.25)), due).iloc[0]
    assert (county["n_known"], county["n_other_year"]) == (0, n_filled)
    assert (
        county["mean_filled"] == pytest.approx(0.25) if n_filled else pd.isna(county["mean_filled"])
    )


def test_a_rate_above_its_whole_is_not_known():
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    assert coverage.effect_of_missing(records(("320813", 2023, 1.2)), due)["n_known"].tolist() == [
        0
    ]


def test_a_government_that_handled_no_request_is_neither_missing_nor_filled():
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    known = records(("320813", 2022, 0.25), ("320813", 2023, 0.0))
    known.loc[known["year"].eq(2023), "value"] = 0.0
    assert coverage.effect_of_missing(known, due).empty
    known.loc[known["year"].eq(2023), "suspect"] = True
    assert coverage.effect_of_missing(known, due)["n_other_year"].tolist() == [1]


def test_an_aggregate_whose_year_is_not_known_is_no_government_s_rate():
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    known = records(("320813", 2023, 0.25), ("320804", 2023, 0.9)).astype({"year": "Int64"})
    known.loc[known["region_code"].eq("320804"), "year"] = pd.NA
    found = coverage.effect_of_missing(known, due)
    assert found["mean"].tolist() == [pytest.approx(0.25)]


def test_a_rate_is_never_taken_from_a_year_that_counts_otherwise():
    due = coverage.due_reports(reports({}), 2018, "洪泽区")
    found = coverage.effect_of_missing(records(("320813", 2019, 0.25)), due)
    assert found["n_other_year"].tolist() == [0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_suspect_rates_are_marked_and_fill_no_other_year(language):
    due = coverage.due_reports(reports({}), [2022, 2023], "洪泽区")
    suspect = records(("320813", 2023, 0.25)).assign(suspect=True)
    found = coverage.effect_of_missing(suspect, due)
    assert found["n_suspect"].tolist() == [0, 1]
    assert found["n_other_year"].tolist() == [0, 0]
    shown = holdings.effect_of_missing(suspect, due, "disclosure_rate", language)
    assert shown.data.iloc[:, 3].tolist() == ["25.0% ○"]
    assert article.text("common.suspect_note", language) in shown.to_html()


def test_only_a_share_has_bounds():
    due = coverage.due_reports(reports({}), 2023, "洪泽区")
    with pytest.raises(ValueError, match="dispute_ratio is no share"):
        coverage.effect_of_missing(records(("320813", 2023, 0.5)), due, "dispute_ratio")


# ---- as it is shown ----


def test_jiangsu_2023_of_the_sample_reports(samples):
    due = coverage.due_reports(load("reports", samples, regions="江苏省"), 2023, "江苏省")
    assert due["state"].value_counts().to_dict() == {
        "missing": 107,
        "not_verified": 1,
        "verified": 1,
    }
    named = holdings.missing_reports(due, "zh").data
    assert named["数量"].sum() == 107
    assert "洪泽区" not in "".join(named["未收到"])
    rates = holdings.coverage_rates(due, "zh").data
    assert rates["汇总 · 县级"].tolist() == ["1/95 (1%)"]
    aggregates = select(store=samples, regions="江苏省", scope="aggregate", blanks="proven")
    effect = holdings.effect_of_missing(aggregates, due, "disclosure_rate", "zh").data
    assert effect["上下界"].tolist() == ["3.4%–95.7%", "0.2%–99.1%"]


@pytest.mark.parametrize(("language", "unknown"), [("zh", "范围不明"), ("en", "Scope unknown")])
def test_reports_of_unknown_scope_stand_by_themselves_at_each_level(language, unknown):
    city = {"agency": "淮安市人民政府", "region_code": "320800", "level": "prefecture"}
    nobody = {"agency": "某机关", "level": None}
    found = reports({}, city, nobody).assign(scope=None)
    due = coverage.due_reports(found, 2023)
    shown = holdings.coverage_rates(due, language).data
    assert [heading for heading in shown if unknown in str(heading)] == [
        f"{unknown} · {level}"
        for level in {"zh": ("地级", "县级", "—"), "en": ("Prefecture", "County", "—")}[language]
    ]


def test_bars_count_each_place_and_say_how_many_are_missing():
    due = coverage.due_reports(reports({}), 2023, "江苏省")
    ax = figures.coverage_bars(due, "zh")
    places = [tick.get_text() for tick in ax.get_yticklabels()]
    assert places[0] == "江苏省" and "淮安市" in places and len(places) == 14
    written = [text.get_text() for text in ax.texts]
    assert written.count("1") == 2  # 洪泽区, and the province itself
    assert sum(map(int, written)) == 109
    plt.close("all")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_too_much_to_list_is_counted_by_province_and_year(samples, monkeypatch, language):
    reports, issues = (load(name, samples) for name in ("reports", "issues"))
    records = select(store=samples, blanks="proven")
    n_findings = len(holdings.contradictions(reports, issues, language).data)
    n_suspect = len(holdings.suspect_figures(reports, records, issues, language).data)
    unsettled = issues.assign(check="scope_unknown", severity="warning", table="")
    monkeypatch.setattr(holdings, "MOST_LISTED", 1)
    for shown, count in (
        (holdings.contradictions(reports, issues, language), n_findings),
        (holdings.suspect_figures(reports, records, issues, language), n_suspect),
        (holdings.failed_files(reports.assign(n_cells=0), issues, language), len(reports)),
        (holdings.unsettled_reports(reports, unsettled, language), len(unsettled)),
    ):
        assert "福建省" in shown.data.iloc[:, 0].tolist()
        assert 2023 in shown.data
        assert shown.data.iloc[:, 1:].to_numpy().sum() == count


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_grid_of_too_many_agencies_says_so(language):
    table = pd.DataFrame({"agency": [f"机关{i}" for i in range(figures.MOST_TILED + 1)]})
    ax = figures.coverage_grid(table.assign(year=2023, state="verified"), language)
    assert not ax.patches
    assert any("151" in text.get_text() for text in ax.texts)
    plt.close("all")


def test_many_missing_reports_are_counted_not_named():
    due = coverage.due_reports(reports({}), [2019, 2020, 2021, 2022, 2023], "江苏省")
    counts = holdings.missing_reports(due, "en").data
    assert counts["Province"].tolist() == ["江苏省"]
    assert counts[2023].tolist() == [108]
